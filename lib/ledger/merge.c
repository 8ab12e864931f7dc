/* merge.c - two sorted runs of facts into one, segment by segment of their customers, on all threads. */
#include "base/error.h"
#include "base/seats.h"
#include "base/stream.h"
#include "ledger/events.h"
#include "ledger/facts.h"
#include "ledger/gathering.h"
#include "ledger/neighbours.h"
#include "ledger/sparse.h"

#include <stdlib.h>
#include <string.h>

/* Customers of both runs that a worker takes at a time. */
enum { SEGMENT = 4096 };

/* A range of keys: the customers of both runs in it, and what becomes of them. */
typedef struct segment {
    int64_t a, a_end, b, b_end;
    int64_t customers, facts, rows, bytes; /* how many it makes; then where the first of them goes. Rows: of sparse
                                              columns; bytes: of text keys */
    int64_t overflow;            /* the first fact of `a` whose sum with one of `b` does not fit, or INT64_MAX */
    int32_t widths[CRMVI_FACTS]; /* of the sums */
} segment;

/* Two runs going into one. */
typedef struct merging {
    const crmvi_facts *a, *b;
    crmvi_facts *out; /* its counts go up as segments take their turns */
    crmvi_sparse_rows a_rows, b_rows;
    segment *segments;
    int64_t segment_count;
    crmvi_turns turns;
} merging;

/* ---- Walking through a segment ----------------------------------------------------------------------------------- */

static crmvi_neighbours before_first(const segment *s) {
    return (crmvi_neighbours){.a_end = s->a, .b_end = s->b};
}

static bool next_neighbours(const merging *m, const segment *s, crmvi_neighbours *at) {
    return crmvi_neighbours_next(m->a, s->a_end, m->b, s->b_end, at);
}

/* Where a customer's facts begin; a run that was never filled has none. */
static int64_t first_fact(const crmvi_facts *run, int64_t customer) {
    return run->customers > 0 ? run->offsets[customer] : 0;
}

/* The facts of a customer that both runs have: [i, i_end) of `a`, [j, j_end) of `b`. */
static void gather_days(const merging *m, crmvi_gathering *g, int64_t i, int64_t i_end, int64_t j, int64_t j_end) {
    const int32_t *a = m->a->days;
    const int32_t *b = m->b->days;
    while (i < i_end && j < j_end) {
        const int64_t i_begin = i;
        const int64_t j_begin = j;
        while (i < i_end && a[i] < b[j]) {
            i++;
        }
        if (i > i_begin) {
            crmvi_gather(g, i_begin, -1, i - i_begin);
            continue;
        }
        while (j < j_end && b[j] < a[i]) {
            j++;
        }
        if (j > j_begin) {
            crmvi_gather(g, -1, j_begin, j - j_begin);
            continue;
        }
        crmvi_gather(g, i++, j++, 1);
    }
    if (i < i_end) {
        crmvi_gather(g, i, -1, i_end - i);
    }
    if (j < j_end) {
        crmvi_gather(g, -1, j, j_end - j);
    }
}

static void gather_neighbours(const merging *m, crmvi_gathering *g, const crmvi_neighbours *at) {
    const int64_t *a = m->a->offsets;
    const int64_t *b = m->b->offsets;
    if (at->b == at->b_end) {
        crmvi_gather(g, a[at->a], -1, a[at->a_end] - a[at->a]);
    } else if (at->a == at->a_end) {
        crmvi_gather(g, -1, b[at->b], b[at->b_end] - b[at->b]);
    } else {
        gather_days(m, g, a[at->a], a[at->a_end], b[at->b], b[at->b_end]);
    }
}

/* The run that neighbours' keys come from, and which of its customers they are. */
static const crmvi_facts *keys_of(const merging *m, const crmvi_neighbours *at, int64_t *begin, int64_t *end) {
    const bool is_of_a = at->a < at->a_end;
    *begin = is_of_a ? at->a : at->b;
    *end = is_of_a ? at->a_end : at->b_end;
    return is_of_a ? m->a : m->b;
}

/* ---- How much a segment makes ------------------------------------------------------------------------------------ */

static int64_t count_rows(const crmvi_sparse_rows *rows, int64_t begin, int64_t end) {
    return crmvi_sparse_find(rows, end) - crmvi_sparse_find(rows, begin);
}

static int64_t key_bytes(const crmvi_facts *run, int64_t begin, int64_t end) {
    return run->texts.count > 0 ? run->texts.starts[end] - run->texts.starts[begin] : 0;
}

/* Adds all that a run has in the segment. */
static void count_run(const crmvi_facts *run, const crmvi_sparse_rows *rows, int64_t begin, int64_t end, segment *s) {
    const int64_t first = first_fact(run, begin);
    const int64_t last = first_fact(run, end);
    s->customers += end - begin;
    s->facts += last - first;
    s->rows += count_rows(rows, first, last);
    s->bytes += key_bytes(run, begin, end);
}

static bool has_row(const crmvi_sparse_rows *rows, int64_t fact) {
    const int64_t row = crmvi_sparse_find(rows, fact);
    return row < rows->count && crmvi_sparse_fact(rows, row) == fact;
}

/* Takes off what a customer that both runs have was counted twice for. */
static void count_once(const merging *m, int64_t customer, int64_t other, segment *s) {
    const int32_t *a = m->a->days;
    const int32_t *b = m->b->days;
    int64_t i = m->a->offsets[customer];
    const int64_t i_end = m->a->offsets[customer + 1];
    const int64_t j_end = m->b->offsets[other + 1];
    s->customers--;
    s->bytes -= key_bytes(m->a, customer, customer + 1);
    for (int64_t j = m->b->offsets[other]; j < j_end; j++) {
        while (i < i_end && a[i] < b[j]) {
            i++;
        }
        if (i < i_end && a[i] == b[j]) {
            s->facts--;
            s->rows -= has_row(&m->a_rows, i) && has_row(&m->b_rows, j);
        }
    }
}

/* Days are looked at here and there, and copied soon: all of a segment's are asked for at once. */
static void ask_for_days(const crmvi_facts *run, int64_t customer, int64_t end) {
    enum { DAYS_IN_A_LINE = 64 / sizeof(int32_t) };
    const int64_t last = first_fact(run, end);
    for (int64_t fact = first_fact(run, customer); fact < last; fact += DAYS_IN_A_LINE) {
        __builtin_prefetch(run->days + fact);
    }
}

static void count_segment(const merging *m, int64_t n) {
    const int64_t all = m->a->customers + m->b->customers;
    segment *s = &m->segments[n];
    crmvi_runs_cut(m->a, m->b, n * SEGMENT, &s->a, &s->b);
    crmvi_runs_cut(m->a, m->b, all - n * SEGMENT > SEGMENT ? (n + 1) * SEGMENT : all, &s->a_end, &s->b_end);
    ask_for_days(m->a, s->a, s->a_end);
    count_run(m->a, &m->a_rows, s->a, s->a_end, s);
    count_run(m->b, &m->b_rows, s->b, s->b_end, s);
    for (crmvi_neighbours at = before_first(s); next_neighbours(m, s, &at);) {
        if (at.a < at.a_end && at.b < at.b_end) {
            count_once(m, at.a, at.b, s);
        }
    }
}

/* Names the first customer whose sum does not fit, and its day. Every segment below a failing one was written. */
static int32_t fail_overflow(const merging *m, crmv_error *error) {
    int64_t fact = INT64_MAX;
    for (int64_t n = 0; n < m->segment_count; n++) {
        fact = m->segments[n].overflow < fact ? m->segments[n].overflow : fact;
    }
    int64_t customer = 0;
    for (int64_t high = m->a->customers; high - customer > 1;) {
        const int64_t middle = customer + (high - customer) / 2;
        if (m->a->offsets[middle] <= fact) {
            customer = middle;
        } else {
            high = middle;
        }
    }
    char key[96];
    char date[16];
    crmvi_facts_key_text(m->a, customer, key, sizeof key);
    crmvi_date_text(m->a->days[fact], date);
    return crmvi_fail(error, CRMV_OVERFLOW, NULL, "a sum of customer %s on %s does not fit into 64 bits of minor units",
                      key, date);
}

/* ---- Room -------------------------------------------------------------------------------------------------------- */

static bool make_keys(merging *m, int64_t customers) {
    crmvi_facts *out = m->out;
    out->key_kind = m->a->customers > 0 ? m->a->key_kind : m->b->key_kind;
    if (out->key_kind != CRMVI_KEYS_TEXTS) {
        out->numbers = crmvi_large_array(customers, sizeof *out->numbers);
        return out->numbers != NULL;
    }
    crmvi_texts *texts = &out->texts;
    texts->capacity = m->a->texts.used + m->b->texts.used;
    texts->starts_capacity = customers + 1;
    texts->bytes = crmvi_large_array(texts->capacity, 1);
    texts->starts = crmvi_large_array(texts->starts_capacity, sizeof *texts->starts);
    return texts->bytes != NULL && texts->starts != NULL;
}

/* What both runs have together: there may be less, but not more. What is not written is never touched, and given
 * back. */
typedef struct room {
    int64_t customers, facts, rows;
} room;

/* Columns are as wide as both runs' are: sums that are wider are rare. */
static bool make_room(merging *m, const room *most) {
    crmvi_facts *out = m->out;
    const bool has_rows = most->rows > 0;
    out->offsets = crmvi_large_array(most->customers + 1, sizeof *out->offsets);
    out->days = crmvi_large_array(most->facts, sizeof *out->days);
    out->sparse.facts = has_rows ? crmvi_large_array(most->rows, sizeof *out->sparse.facts) : NULL;
    bool made = make_keys(m, most->customers) && out->offsets != NULL && out->days != NULL &&
                (out->sparse.facts != NULL || !has_rows);
    for (int32_t i = 0; i < CRMVI_FACTS && made; i++) {
        const int64_t values = crmvi_fact_is_sparse(i) ? most->rows : most->facts;
        const int32_t a = m->a->columns[i].width;
        const int32_t b = m->b->columns[i].width;
        made = crmvi_fact_column_make(&out->columns[i], values, values == 0 ? 0 : a > b ? a : b);
    }
    return made;
}

/* Puts where a segment's customers, facts and text bytes go in the place of how many they are. */
static void place_segment(crmvi_facts *out, segment *s) {
    const segment made = *s;
    s->customers = out->customers;
    s->facts = out->count;
    s->rows = out->sparse.count;
    s->bytes = out->texts.used;
    out->customers += made.customers;
    out->count += made.facts;
    out->sparse.count += made.rows;
    out->texts.used += made.bytes;
}

/* Makes columns as wide as the sums of all segments; *widened tells whether one was not. False where memory is short.
 */
static bool widen_columns(merging *m, const room *most, bool *widened) {
    *widened = false;
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        int32_t width = 0;
        for (int64_t n = 0; n < m->segment_count; n++) {
            width = m->segments[n].widths[i] > width ? m->segments[n].widths[i] : width;
        }
        crmvi_fact_column *column = &m->out->columns[i];
        if (width > column->width) {
            crmvi_fact_column_clear(column, crmvi_fact_values(m->out, i));
            if (!crmvi_fact_column_make(column, crmvi_fact_is_sparse(i) ? most->rows : most->facts, width)) {
                return false;
            }
            *widened = true;
        }
    }
    return true;
}

/* ---- Then it is written ------------------------------------------------------------------------------------------ */

/* A segment that is being written. */
typedef struct writing {
    const merging *m;
    segment *s;
} writing;

static void write_facts(void *context, const crmvi_gathering *g) {
    const writing *w = context;
    const merging *m = w->m;
    const int64_t at = g->fact + g->taken_facts;
    crmvi_pieces_write_days(&g->pieces, m->a->days, m->b->days, m->out->days + at);
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        if (!crmvi_fact_is_sparse(i)) {
            const int64_t overflow = crmvi_pieces_write(&g->pieces, &m->a->columns[i], &m->b->columns[i],
                                                        &m->out->columns[i], at, &w->s->widths[i]);
            w->s->overflow = overflow < w->s->overflow ? overflow : w->s->overflow;
        }
    }
}

static void write_rows(void *context, const crmvi_gathering *g) {
    const writing *w = context;
    const merging *m = w->m;
    const int64_t at = g->row + g->taken_rows;
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        if (crmvi_fact_is_sparse(i)) {
            const int64_t row = crmvi_pieces_write(&g->row_pieces, &m->a->columns[i], &m->b->columns[i],
                                                   &m->out->columns[i], at, &w->s->widths[i]);
            const int64_t overflow = row < INT64_MAX ? crmvi_sparse_fact(&m->a_rows, row) : INT64_MAX;
            w->s->overflow = overflow < w->s->overflow ? overflow : w->s->overflow;
        }
    }
}

static void shift_all(const int64_t *from, int64_t count, int64_t shift, int64_t *out) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = from[i] + shift;
    }
}

/* Writes neighbours' keys from `customer` and `byte` on, and where their facts begin, from `fact` on. Where both runs
 * have the customer it is one, whose facts begin there, whichever run its key comes from. */
static int64_t write_customers(const merging *m, const crmvi_neighbours *at, int64_t customer, int64_t fact,
                               int64_t byte) {
    int64_t first;
    int64_t last;
    const crmvi_facts *from = keys_of(m, at, &first, &last);
    const int64_t count = last - first;
    shift_all(from->offsets + first, count, fact - from->offsets[first], m->out->offsets + customer);
    if (m->out->key_kind != CRMVI_KEYS_TEXTS) {
        memcpy(m->out->numbers + customer, from->numbers + first, (size_t)count * sizeof *from->numbers);
        return 0;
    }
    const int64_t *starts = from->texts.starts;
    const int64_t bytes = starts[last] - starts[first];
    shift_all(starts + first, count, byte - starts[first], m->out->texts.starts + customer);
    memcpy(m->out->texts.bytes + byte, from->texts.bytes + starts[first], (size_t)bytes);
    return bytes;
}

static void write_segment(const merging *m, segment *s) {
    writing w = {m, s};
    crmvi_gathering g = {.context = &w,
                         .take_facts = write_facts,
                         .take_rows = write_rows,
                         .list = m->out->sparse.facts,
                         .fact = s->facts,
                         .row = s->rows};
    crmvi_gather_begin(&g, m->a, first_fact(m->a, s->a), m->b, first_fact(m->b, s->b));
    int64_t customer = s->customers;
    int64_t byte = s->bytes;
    for (crmvi_neighbours at = before_first(s); next_neighbours(m, s, &at);) {
        byte += write_customers(m, &at, customer, s->facts + g.facts, byte);
        customer += at.a < at.a_end ? at.a_end - at.a : at.b_end - at.b;
        gather_neighbours(m, &g, &at);
    }
    crmvi_gather_end(&g);
}

/* Counts a segment, waits until those before it have told how much they make, and writes it while it is near. */
static int32_t merge_segments(void *context, int64_t begin, int64_t end) {
    merging *m = context;
    int32_t status = CRMV_OK;
    for (int64_t n = begin; n < end; n++) {
        segment *s = &m->segments[n];
        count_segment(m, n);
        crmvi_turn_wait(&m->turns, n);
        place_segment(m->out, s);
        crmvi_turn_pass(&m->turns);
        write_segment(m, s);
        status = s->overflow == INT64_MAX ? status : CRMV_OVERFLOW;
    }
    crmvi_stream_end();
    return status;
}

/* Where columns were too narrow for sums that stood in them cut off. */
static int32_t write_again(void *context, int64_t begin, int64_t end) {
    merging *m = context;
    for (int64_t n = begin; n < end; n++) {
        write_segment(m, &m->segments[n]);
    }
    crmvi_stream_end();
    return CRMV_OK;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

/* The caller, who is told of the stage's end as long as it is written again, which was not foreseen. */
typedef struct ending {
    const crmvi_runner *runner;
} ending;

static int32_t tell_end(void *context, const char *stage, double done) {
    const crmvi_runner *runner = ((const ending *)context)->runner;
    (void)done;
    return runner->progress(runner->context, stage, 1);
}

static int32_t write_wider(merging *m, const crmvi_runner *runner) {
    ending end = {runner};
    const crmvi_runner again = {
        .threads = runner->threads, .context = &end, .progress = runner->progress != NULL ? tell_end : NULL};
    return crmvi_parallel(&again, "merging", m->segment_count, 1, write_again, m);
}

/* Ends what hangs on counts that are known now, and gives back what was not needed. */
static void end_run(crmvi_facts *out, const room *most) {
    out->offsets[out->customers] = out->count;
    if (out->key_kind == CRMVI_KEYS_TEXTS) {
        out->texts.count = out->customers;
        out->texts.starts[out->customers] = out->texts.used;
    }
    crmvi_facts_shrink(out, most->customers, most->facts, most->rows);
}

static int32_t merge(merging *m, const crmvi_runner *runner, crmv_error *error) {
    const room most = {.customers = m->a->customers + m->b->customers,
                       .facts = m->a->count + m->b->count,
                       .rows = m->a_rows.count + m->b_rows.count};
    bool widened = false;
    int32_t status = make_room(m, &most) ? CRMV_OK : CRMV_OUT_OF_MEMORY;
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "merging", m->segment_count, 1, merge_segments, m);
    }
    if (status == CRMV_OVERFLOW) {
        return fail_overflow(m, error);
    }
    if (status == CRMV_OK && !widen_columns(m, &most, &widened)) {
        status = CRMV_OUT_OF_MEMORY;
    }
    if (status == CRMV_OK && widened) {
        status = write_wider(m, runner);
    }
    if (status == CRMV_OK) {
        end_run(m->out, &most);
        status = crmvi_sparse_settle(m->out) && crmvi_events_merge(m->out, m->a, m->b) ? CRMV_OK : CRMV_OUT_OF_MEMORY;
    }
    return status == CRMV_OK ? status : crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}

static bool make_segments(merging *m) {
    m->segment_count = (m->a->customers + m->b->customers + SEGMENT - 1) / SEGMENT;
    m->segments = crmvi_zeroed(m->segment_count, sizeof *m->segments);
    for (int64_t n = 0; m->segments != NULL && n < m->segment_count; n++) {
        m->segments[n].overflow = INT64_MAX;
    }
    return m->segments != NULL;
}

int32_t crmvi_facts_merge(const crmvi_facts *a, const crmvi_facts *b, const crmvi_runner *runner, crmvi_facts *out,
                          crmv_error *error) {
    *out = (crmvi_facts){0};
    merging m = {.a = a, .b = b, .out = out, .a_rows = crmvi_sparse_rows_of(a), .b_rows = crmvi_sparse_rows_of(b)};
    if (!make_segments(&m) || !crmvi_turns_make(&m.turns)) {
        free(m.segments);
        return crmvi_no_memory(error);
    }
    const int32_t status = merge(&m, runner, error);
    crmvi_turns_clear(&m.turns);
    free(m.segments);
    if (status != CRMV_OK) {
        crmvi_facts_clear(out);
    }
    return status;
}
