#include "frame/slice.h"

#include "frame/history.h"
#include "ledger/fact_column.h"
#include "ledger/sparse.h"

#include <stdlib.h>
#include <string.h>

/* From so many facts a customer on, a cut is looked for by halving. */
enum { LONG_HISTORY = 48 };

/* ---- The workspace ----------------------------------------------------------------------------------------------- */

bool crmvi_workspace_make(const crmvi_derivation *whole, crmvi_workspace *space) {
    const crmvi_plan *plan = &whole->plan;
    const int64_t spans = (int64_t)plan->span_count * CRMVI_SLICE_ROWS;
    atomic_init(&space->taken, false);
    space->outcomes = crmvi_zeroed((int64_t)whole->model->metric_count * CRMVI_OUTCOMES, sizeof *space->outcomes);
    space->places = crmvi_zeroed(plan->cut_count, sizeof *space->places);
    space->cut_places = crmvi_array((int64_t)plan->cut_count * CRMVI_SLICE_ROWS, sizeof *space->cut_places);
    space->listed_places = crmvi_zeroed(plan->cut_count, sizeof *space->listed_places);
    space->listed_cuts = crmvi_array((int64_t)plan->cut_count * CRMVI_SLICE_ROWS, sizeof *space->listed_cuts);
    space->days_bought = crmvi_array(spans, sizeof *space->days_bought);
    space->first_days = crmvi_array(spans, sizeof *space->first_days);
    space->last_days = crmvi_array(spans, sizeof *space->last_days);
    space->sums = crmvi_array((int64_t)plan->sum_count * CRMVI_SLICE_ROWS, sizeof *space->sums);
    if (plan->any_spend) {
        space->amounts = crmvi_array(CRMVI_SLICE_FACTS + 1, sizeof *space->amounts);
        space->before = crmvi_array(CRMVI_SLICE_FACTS + 1, sizeof *space->before);
    }
    const bool spends = !plan->any_spend || (space->amounts != NULL && space->before != NULL);
    return spends && space->outcomes && space->places && space->cut_places && space->listed_places &&
           space->listed_cuts && space->days_bought && space->first_days && space->last_days && space->sums;
}

/* What it worked on is some customer's: it is overwritten. */
void crmvi_workspace_clear(const crmvi_derivation *whole, crmvi_workspace *space) {
    const crmvi_plan *plan = &whole->plan;
    const int64_t spans = (int64_t)plan->span_count * CRMVI_SLICE_ROWS;
    free(space->outcomes);
    free(space->places);
    free(space->cut_places);
    free(space->listed_places);
    free(space->listed_cuts);
    crmvi_discard(space->days_bought, spans, sizeof *space->days_bought);
    crmvi_discard(space->first_days, spans, sizeof *space->first_days);
    crmvi_discard(space->last_days, spans, sizeof *space->last_days);
    crmvi_discard(space->sums, (int64_t)plan->sum_count * CRMVI_SLICE_ROWS, sizeof *space->sums);
    crmvi_discard(space->amounts, CRMVI_SLICE_FACTS + 1, sizeof *space->amounts);
    crmvi_discard(space->before, CRMVI_SLICE_FACTS + 1, sizeof *space->before);
}

/* ---- Rows and their facts ---------------------------------------------------------------------------------------- */

/* Bounds of rows that are customers one after the other. */
static void bound_customers(crmvi_slice *slice, int64_t customer) {
    const int64_t *offsets = slice->whole->facts->offsets + customer;
    int32_t *bounds = slice->space->bounds;
    for (int64_t i = 0; i <= crmvi_slice_rows(slice); i++) {
        bounds[i] = (int32_t)(offsets[i] - offsets[0]);
    }
}

static void bound_rows(crmvi_slice *slice) {
    const int64_t *offsets = slice->whole->facts->offsets;
    int32_t *bounds = slice->space->bounds;
    bounds[0] = 0;
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        const int64_t customer = crmvi_customer_of(slice->whole, slice->begin + i);
        bounds[i + 1] = bounds[i] + (customer < 0 ? 0 : (int32_t)(offsets[customer + 1] - offsets[customer]));
    }
}

/* Gives rows back until the facts of the others are few enough, but for the first. */
static void shorten(crmvi_slice *slice) {
    const int32_t *bounds = slice->space->bounds;
    int64_t rows = crmvi_slice_rows(slice);
    while (rows > 1 && bounds[rows] > CRMVI_SLICE_FACTS) {
        rows--;
    }
    slice->end = slice->begin + rows;
    slice->facts = bounds[rows];
}

/* Where the slice's facts lie, if in one piece: strangers between its rows, or customers with later facts only, cut
 * them into several. */
static int64_t piece_of(const crmvi_slice *slice) {
    const int64_t *offsets = slice->whole->facts->offsets;
    int64_t first = -1;
    int64_t last = -1;
    for (int64_t row = slice->begin; row < slice->end; row++) {
        const int64_t customer = crmvi_customer_of(slice->whole, row);
        first = first < 0 ? customer : first;
        last = customer < 0 ? last : customer;
    }
    return first >= 0 && offsets[last + 1] - offsets[first] == slice->facts ? offsets[first] : -1;
}

/* Which of the facts are listed as those with something in sparse columns, where they lie in one piece. */
static void bound_listed(crmvi_slice *slice) {
    enum { FACTS_A_ROW = 8 };
    const crmvi_sparse_rows *rows = &slice->whole->facts->sparse;
    const int64_t first = slice->first_fact;
    if (first >= 0 && rows->facts != NULL) {
        slice->first_listed = crmvi_sparse_find(rows, first);
        const int64_t listed = crmvi_sparse_find(rows, first + slice->facts) - slice->first_listed;
        slice->few_listed = listed <= slice->facts / FACTS_A_ROW;
        slice->listed = slice->few_listed ? (int32_t)listed : 0;
    }
}

static void bound_slice(crmvi_slice *slice) {
    const crmvi_derivation *whole = slice->whole;
    if (whole->join.customers == NULL) {
        bound_customers(slice, slice->begin);
        shorten(slice);
        slice->first_fact = whole->facts->offsets[slice->begin];
    } else {
        bound_rows(slice);
        shorten(slice);
        slice->first_fact = piece_of(slice);
    }
    bound_listed(slice);
}

/* Calls for each run of customers whose facts lie side by side: copies `width` bytes a fact from `from`, into one
 * piece. */
static void gather(const crmvi_slice *slice, const void *from, int32_t width, void *into) {
    const int64_t *offsets = slice->whole->facts->offsets;
    const int32_t *bounds = slice->space->bounds;
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        const size_t bytes = (size_t)(bounds[i + 1] - bounds[i]) * (size_t)width;
        if (bytes > 0) {
            const int64_t fact = offsets[crmvi_customer_of(slice->whole, slice->begin + i)];
            memcpy((char *)into + (size_t)bounds[i] * (size_t)width, (const char *)from + (size_t)fact * (size_t)width,
                   bytes);
        }
    }
}

static const int32_t *days_of(const crmvi_slice *slice) {
    if (slice->first_fact >= 0) {
        return slice->whole->facts->days + slice->first_fact;
    }
    gather(slice, slice->whole->facts->days, sizeof(int32_t), slice->space->days);
    return slice->space->days;
}

/* A sparse column over the slice's facts. */
static crmvi_fact_column spread(const crmvi_slice *slice, const crmvi_fact_column *from) {
    const crmvi_facts *facts = slice->whole->facts;
    const crmvi_fact_column into = {slice->space->gathered, from->width};
    const int32_t *bounds = slice->space->bounds;
    crmvi_fact_column_zero(&into, 0, slice->facts);
    if (slice->first_fact >= 0) {
        crmvi_sparse_spread(&facts->sparse, from, slice->first_fact, slice->facts, &into, 0);
        return into;
    }
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        if (bounds[i + 1] > bounds[i]) {
            const int64_t first = facts->offsets[crmvi_customer_of(slice->whole, slice->begin + i)];
            crmvi_sparse_spread(&facts->sparse, from, first, bounds[i + 1] - bounds[i], &into, bounds[i]);
        }
    }
    return into;
}

crmvi_fact_column crmvi_slice_column(const crmvi_slice *slice, int32_t which) {
    crmvi_fact_column column = slice->whole->facts->columns[which];
    if (column.width == 0) {
        return column;
    }
    if (slice->whole->facts->sparse.facts != NULL && crmvi_fact_is_sparse(which)) {
        return spread(slice, &column);
    }
    if (slice->first_fact >= 0) {
        column.values = (char *)column.values + (size_t)slice->first_fact * (size_t)column.width;
    } else {
        gather(slice, column.values, column.width, slice->space->gathered);
        column.values = slice->space->gathered;
    }
    return column;
}

/* ---- Cuts -------------------------------------------------------------------------------------------------------- */

/* Whether no fact lies before the day, or none from it on. */
static bool lies_before_all(const crmvi_slice *slice, int32_t day) {
    const int32_t *bounds = slice->space->bounds;
    bool all = true;
    for (int64_t i = 0; i < crmvi_slice_rows(slice) && all; i++) {
        all = bounds[i] == slice->facts || slice->days[bounds[i]] >= day;
    }
    return all;
}

static bool lies_behind_all(const crmvi_slice *slice, int32_t day) {
    const int32_t *bounds = slice->space->bounds;
    bool all = true;
    for (int64_t i = 0; i < crmvi_slice_rows(slice) && all; i++) {
        all = bounds[i + 1] == 0 || slice->days[bounds[i + 1] - 1] < day;
    }
    return all;
}

/* The place of a cut in each row's facts. */
static void find_places(const crmvi_slice *slice, int32_t day, int32_t *places) {
    const int32_t *bounds = slice->space->bounds;
    const int64_t rows = crmvi_slice_rows(slice);
    if (slice->facts > LONG_HISTORY * rows) {
        for (int64_t i = 0; i < rows; i++) {
            places[i] = (int32_t)crmvi_first_from(slice->days, bounds[i], bounds[i + 1], day);
        }
        return;
    }
    int32_t *before = slice->space->counted;
    crmvi_running_before(slice->days, slice->facts, day, before);
    for (int64_t i = 0; i < rows; i++) {
        places[i] = bounds[i] + before[bounds[i + 1]] - before[bounds[i]];
    }
}

static void place_cut(const crmvi_slice *slice, int32_t cut) {
    const int32_t day = slice->whole->plan.cuts[cut];
    crmvi_workspace *space = slice->space;
    int32_t *places = space->cut_places + (int64_t)cut * CRMVI_SLICE_ROWS;
    if (day <= CRMVI_FIRST_DAY || lies_before_all(slice, day)) {
        space->places[cut] = space->bounds;
    } else if (day > CRMVI_LAST_DAY || lies_behind_all(slice, day)) {
        space->places[cut] = space->bounds + 1;
    } else {
        find_places(slice, day, places);
        space->places[cut] = places;
    }
}

/* The same one row after the other, where the facts may be any number. */
static void place_cut_exactly(const crmvi_slice *slice, int32_t cut) {
    const crmvi_facts *facts = slice->whole->facts;
    crmvi_workspace *space = slice->space;
    int32_t *places = space->cut_places + (int64_t)cut * CRMVI_SLICE_ROWS;
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        const int32_t count = space->bounds[i + 1] - space->bounds[i];
        const int64_t first = count > 0 ? facts->offsets[crmvi_customer_of(slice->whole, slice->begin + i)] : 0;
        const int64_t place = crmvi_first_from(facts->days, first, first + count, slice->whole->plan.cuts[cut]);
        places[i] = space->bounds[i] + (int32_t)(place - first);
    }
    space->places[cut] = places;
}

crmvi_range crmvi_facts_within(const crmvi_slice *slice, int32_t span, int64_t row) {
    const crmvi_span *days = &slice->whole->plan.spans[span];
    const crmvi_workspace *space = slice->space;
    const int64_t i = row - slice->begin;
    const int64_t customer = crmvi_customer_of(slice->whole, row);
    if (customer < 0) {
        return (crmvi_range){0, 0};
    }
    const int64_t origin = slice->whole->facts->offsets[customer] - space->bounds[i];
    return (crmvi_range){origin + space->places[days->begin][i], origin + space->places[days->end][i]};
}

/* ---- Purchase days ----------------------------------------------------------------------------------------------- */

static void count_purchases(const crmvi_slice *slice) {
    crmvi_workspace *space = slice->space;
    const crmvi_fact_column *cancelled = &slice->whole->facts->columns[CRMVI_FACT_CANCELLED_LINES];
    const crmvi_fact_column sold = crmvi_slice_column(slice, CRMVI_FACT_SALE_LINES);
    if (cancelled->width == 0 && sold.width == 1) {
        crmvi_running_days_1(sold.values, slice->facts, space->counted);
        return;
    }
    crmvi_fact_column_read(&sold, 0, slice->facts, space->widened);
    if (cancelled->width != 0) { /* otherwise they are zeros from the beginning */
        const crmvi_fact_column taken_back = crmvi_slice_column(slice, CRMVI_FACT_CANCELLED_LINES);
        crmvi_fact_column_read(&taken_back, 0, slice->facts, space->cancelled);
    }
    crmvi_running_days(space->widened, space->cancelled, slice->facts, space->counted);
}

static void note_days_bought(const crmvi_slice *slice, const crmvi_span *span, int32_t *days_bought) {
    const int32_t *counted = slice->space->counted;
    const int32_t *begins = slice->space->places[span->begin];
    const int32_t *ends = slice->space->places[span->end];
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        days_bought[i] = counted[ends[i]] - counted[begins[i]];
    }
}

static void note_first_days(const crmvi_slice *slice, const crmvi_span *span, int32_t *first_days) {
    const int32_t *counted = slice->space->counted;
    const int32_t *begins = slice->space->places[span->begin];
    const int32_t *ends = slice->space->places[span->end];
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        int32_t fact = begins[i];
        while (fact < ends[i] && counted[fact + 1] == counted[fact]) {
            fact++;
        }
        first_days[i] = fact < ends[i] ? slice->days[fact] : CRMV_NO_DATE;
    }
}

static void note_last_days(const crmvi_slice *slice, const crmvi_span *span, int32_t *last_days) {
    const int32_t *counted = slice->space->counted;
    const int32_t *begins = slice->space->places[span->begin];
    const int32_t *ends = slice->space->places[span->end];
    for (int64_t i = 0; i < crmvi_slice_rows(slice); i++) {
        int32_t fact = ends[i];
        while (fact > begins[i] && counted[fact] == counted[fact - 1]) {
            fact--;
        }
        last_days[i] = fact > begins[i] ? slice->days[fact - 1] : CRMV_NO_DATE;
    }
}

static void note_purchases(const crmvi_slice *slice) {
    const crmvi_plan *plan = &slice->whole->plan;
    crmvi_workspace *space = slice->space;
    count_purchases(slice);
    for (int32_t i = 0; i < plan->span_count; i++) {
        const int64_t at = (int64_t)i * CRMVI_SLICE_ROWS;
        if ((plan->spans[i].asks & CRMVI_ASKS_DAYS) != 0) {
            note_days_bought(slice, &plan->spans[i], space->days_bought + at);
        }
        if ((plan->spans[i].asks & CRMVI_ASKS_FIRST) != 0) {
            note_first_days(slice, &plan->spans[i], space->first_days + at);
        }
        if ((plan->spans[i].asks & CRMVI_ASKS_LAST) != 0) {
            note_last_days(slice, &plan->spans[i], space->last_days + at);
        }
    }
}

const int32_t *crmvi_days_bought(const crmvi_slice *slice, int32_t span) {
    return slice->space->days_bought + (int64_t)span * CRMVI_SLICE_ROWS;
}

const int32_t *crmvi_first_days(const crmvi_slice *slice, int32_t span) {
    return slice->space->first_days + (int64_t)span * CRMVI_SLICE_ROWS;
}

const int32_t *crmvi_last_days(const crmvi_slice *slice, int32_t span) {
    return slice->space->last_days + (int64_t)span * CRMVI_SLICE_ROWS;
}

/* ---- Taking a slice ---------------------------------------------------------------------------------------------- */

static void place_cuts(const crmvi_slice *slice, void (*place)(const crmvi_slice *slice, int32_t cut)) {
    for (int32_t cut = 0; cut < slice->whole->plan.cut_count; cut++) {
        place(slice, cut);
    }
}

/* Whether a customer has no fact up to the as-of date. Each has facts: where none lies after it, nobody is unseen. */
static bool has_unseen(const crmvi_slice *slice) {
    const int32_t *ends = slice->space->places[slice->whole->plan.spans[CRMVI_SPAN_ALL].end];
    bool unseen = false;
    for (int64_t row = slice->begin; row < slice->end && ends != slice->space->bounds + 1; row++) {
        unseen |= !crmvi_has_facts(slice, row);
    }
    return unseen;
}

void crmvi_slice_take_exactly(const crmvi_derivation *whole, crmvi_workspace *space, int64_t begin, int64_t end,
                              crmvi_slice *slice) {
    *slice = (crmvi_slice){.whole = whole, .space = space, .begin = begin, .end = end, .first_fact = -1};
    if (whole->facts != NULL) {
        bound_rows(slice);
        place_cuts(slice, place_cut_exactly);
    }
}

int32_t crmvi_slice_take(const crmvi_derivation *whole, crmvi_workspace *space, int64_t begin, int64_t end,
                         crmvi_slice *slice) {
    const int64_t most = end - begin < CRMVI_SLICE_ROWS ? end : begin + CRMVI_SLICE_ROWS;
    *slice = (crmvi_slice){.whole = whole, .space = space, .begin = begin, .end = most};
    if (whole->facts == NULL) {
        return CRMV_OK;
    }
    bound_slice(slice);
    if (slice->facts > CRMVI_SLICE_FACTS) {
        crmvi_slice_take_exactly(whole, space, begin, slice->end, slice);
    } else {
        slice->days = days_of(slice);
        place_cuts(slice, place_cut);
        note_purchases(slice);
        if (whole->plan.has_items) {
            crmvi_history_note(slice);
        }
        slice->plain = crmvi_slice_add_up(slice);
    }
    return whole->join.customers == NULL && has_unseen(slice) ? CRMVI_UNSEEN : CRMV_OK;
}
