/* slice_sums.c - the sums that a plan shares, of all rows of a plain slice. */
#include "frame/slice.h"
#include "ledger/fact_column.h"

#include <string.h>

/* ---- Listed facts ------------------------------------------------------------------------------------------------ */

static void look_up(const int32_t *listed, const int32_t *places, int64_t count, int32_t *out) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = listed[places[i]];
    }
}

/* Where the cuts lie among the facts that are listed. */
static void place_among_listed(const crmvi_slice *slice) {
    crmvi_workspace *space = slice->space;
    const int64_t rows = crmvi_slice_rows(slice);
    crmvi_running_listed(&slice->whole->facts->sparse, slice->first_fact, slice->facts, space->listed);
    look_up(space->listed, space->bounds, rows + 1, space->listed_bounds);
    for (int32_t cut = 0; cut < slice->whole->plan.cut_count; cut++) {
        const int32_t *places = space->places[cut];
        int32_t *found = space->listed_cuts + (int64_t)cut * CRMVI_SLICE_ROWS;
        if (places == space->bounds || places == space->bounds + 1) {
            space->listed_places[cut] = space->listed_bounds + (places - space->bounds);
        } else {
            look_up(space->listed, places, rows, found);
            space->listed_places[cut] = found;
        }
    }
}

/* Whether a column's sums are those of the listed facts. */
static bool is_listed(const crmvi_slice *slice, int32_t column) {
    return slice->few_listed && crmvi_fact_is_sparse(column);
}

static bool asks_listed(const crmvi_slice *slice) {
    bool asks = false;
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        asks |= is_listed(slice, column) && slice->whole->plan.first_sums[column][false] >= 0;
    }
    return asks;
}

/* ---- Sums -------------------------------------------------------------------------------------------------------- */

/* Running sums of a column over the slice's facts, of all its values or those of purchase days, or over its listed
 * facts; false where a value is too large. */
static bool run_column(const crmvi_slice *slice, int32_t which, bool purchases) {
    crmvi_workspace *space = slice->space;
    if (!purchases && is_listed(slice, which)) {
        return crmvi_running_sums(&slice->whole->facts->columns[which], slice->first_listed, slice->listed,
                                  space->added);
    }
    const crmvi_fact_column column = crmvi_slice_column(slice, which);
    if (!purchases) {
        return crmvi_running_sums(&column, 0, slice->facts, space->added);
    }
    crmvi_fact_column_read(&column, 0, slice->facts, space->widened);
    return crmvi_running_purchases(space->widened, space->counted, slice->facts, space->added);
}

/* A span's sums, between places that its running sums have. */
static void take_sum(const crmvi_slice *slice, const int32_t *begins, const int32_t *ends, int64_t *sums) {
    const int64_t *added = slice->space->added;
    const int64_t rows = crmvi_slice_rows(slice);
    if (ends == begins + 1) { /* whole histories: one begins where the one before it ends */
        int64_t before = added[begins[0]];
        for (int64_t i = 0; i < rows; i++) {
            const int64_t until = added[ends[i]];
            sums[i] = until - before;
            before = until;
        }
        return;
    }
    for (int64_t i = 0; i < rows; i++) {
        sums[i] = added[ends[i]] - added[begins[i]];
    }
}

static int64_t *sums_at(const crmvi_slice *slice, int32_t sum) {
    return slice->space->sums + (int64_t)sum * CRMVI_SLICE_ROWS;
}

static bool take_sums_of(const crmvi_slice *slice, int32_t column, bool purchases) {
    const crmvi_plan *plan = &slice->whole->plan;
    const crmvi_workspace *space = slice->space;
    const int32_t *const *places = !purchases && is_listed(slice, column) ? space->listed_places : space->places;
    const int32_t first = plan->first_sums[column][purchases];
    if (first >= 0 && !run_column(slice, column, purchases)) {
        return false;
    }
    for (int32_t i = first; i >= 0; i = plan->sums[i].next) {
        const crmvi_span *span = &plan->spans[plan->sums[i].span];
        take_sum(slice, places[span->begin], places[span->end], sums_at(slice, i));
    }
    return true;
}

bool crmvi_slice_add_up(const crmvi_slice *slice) {
    const crmvi_plan *plan = &slice->whole->plan;
    bool plain = true;
    if (asks_listed(slice)) {
        place_among_listed(slice);
    }
    for (int32_t column = 0; column < CRMVI_FACTS && plain; column++) {
        plain = take_sums_of(slice, column, false) && take_sums_of(slice, column, true);
    }
    for (int32_t i = plan->first_sums[CRMVI_FINANCE_SUM][false]; i >= 0 && plain; i = plan->sums[i].next) {
        plain = crmvi_finance_costs(slice, plan->sums[i].span, sums_at(slice, i));
    }
    return plain;
}

/* ---- Totals ------------------------------------------------------------------------------------------------------ */

static void add_part(const int64_t *sums, int32_t sign, int64_t rows, int64_t *out) {
    if (sign == 1) {
        for (int64_t i = 0; i < rows; i++) {
            out[i] += sums[i];
        }
    } else if (sign == -1) {
        for (int64_t i = 0; i < rows; i++) {
            out[i] -= sums[i];
        }
    } else {
        for (int64_t i = 0; i < rows; i++) {
            out[i] += sign * sums[i];
        }
    }
}

/* The difference of two sums, which most totals begin with. */
static void subtract(const int64_t *from, const int64_t *sums, int64_t rows, int64_t *restrict out) {
    for (int64_t i = 0; i < rows; i++) {
        out[i] = from[i] - sums[i];
    }
}

void crmvi_total_into(const crmvi_slice *slice, const crmvi_total *total, int64_t *out) {
    const int64_t rows = crmvi_slice_rows(slice);
    const crmvi_part *parts = total->parts;
    int32_t done = 0;
    if (total->count >= 2 && parts[0].sign == 1 && parts[1].sign == -1) {
        subtract(sums_at(slice, parts[0].sum), sums_at(slice, parts[1].sum), rows, out);
        done = 2;
    } else if (total->count >= 1 && parts[0].sign == 1) {
        memcpy(out, sums_at(slice, parts[0].sum), (size_t)rows * sizeof *out);
        done = 1;
    } else {
        memset(out, 0, (size_t)rows * sizeof *out);
    }
    for (; done < total->count; done++) {
        add_part(sums_at(slice, parts[done].sum), parts[done].sign, rows, out);
    }
}

const int64_t *crmvi_total_of(const crmvi_slice *slice, const crmvi_total *total, int64_t *out) {
    if (total->count == 1 && total->parts[0].sign == 1) {
        return sums_at(slice, total->parts[0].sum);
    }
    crmvi_total_into(slice, total, out);
    return out;
}
