/* merge.c - two sorted runs of facts into one, segment by segment of their customers, on all threads. */
#include "base/error.h"
#include "ledger/events.h"
#include "ledger/facts.h"
#include "ledger/gathering.h"
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
    crmvi_facts *out;
    segment *segments;
    int64_t segment_count;
} merging;

/* ---- Keys -------------------------------------------------------------------------------------------------------- */

static inline bool is_below(const crmvi_facts *a, int64_t i, const crmvi_facts *b, int64_t j) {
    return a->key_kind == CRMVI_KEYS_NUMBERS ? a->numbers[i] < b->numbers[j] : crmvi_facts_compare(a, i, b, j) < 0;
}

/* The first customer of `a` in [i, end) whose key is not below that of customer j of `b`: by doubling steps, then by
 * halves, since a small run goes into a large one most of the time. */
static int64_t skip_below(const crmvi_facts *a, int64_t i, int64_t end, const crmvi_facts *b, int64_t j) {
    int64_t step = 1;
    int64_t low = i;
    int64_t high = i;
    while (high < end && is_below(a, high, b, j)) {
        low = high + 1;
        high = end - high > step ? high + step : end;
        step *= 2;
    }
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (is_below(a, middle, b, j)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Where the runs are cut so that so many customers of both lie before the cut (one more, where it would come between
 * two of the same key) and every key before it is below every key behind it. */
static void cut(const merging *m, int64_t before, int64_t *i, int64_t *j) {
    const crmvi_facts *a = m->a;
    const crmvi_facts *b = m->b;
    int64_t low = before > b->customers ? before - b->customers : 0;
    int64_t high = before < a->customers ? before : a->customers;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (is_below(a, middle, b, before - 1 - middle)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *j = before - low;
    *i = low + (low<a->customers && * j> 0 && crmvi_facts_compare(a, low, b, *j - 1) == 0);
}

/* ---- Walking through a segment ----------------------------------------------------------------------------------- */

/* Customers that stand together: some that only one run has, or one that both have. */
typedef struct stretch {
    int64_t a, a_end, b, b_end;
} stretch;

/* Moves on to the next stretch; false where there is none. */
static bool next_stretch(const merging *m, const segment *s, stretch *at) {
    at->a = at->a_end;
    at->b = at->b_end;
    if (at->b == s->b_end) {
        at->a_end = s->a_end;
        return at->a < at->a_end;
    }
    at->a_end = skip_below(m->a, at->a, s->a_end, m->b, at->b);
    if (at->a_end > at->a) {
        return true;
    }
    at->b_end = at->a < s->a_end ? skip_below(m->b, at->b, s->b_end, m->a, at->a) : s->b_end;
    if (at->b_end == at->b) {
        at->a_end++;
        at->b_end++;
    }
    return true;
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

static void gather_stretch(const merging *m, crmvi_gathering *g, const stretch *at) {
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

/* The run that a stretch's keys come from, and which of its customers they are. */
static const crmvi_facts *keys_of(const merging *m, const stretch *at, int64_t *begin, int64_t *end) {
    const bool is_of_a = at->a < at->a_end;
    *begin = is_of_a ? at->a : at->b;
    *end = is_of_a ? at->a_end : at->b_end;
    return is_of_a ? m->a : m->b;
}

/* ---- First pass: how much each segment makes --------------------------------------------------------------------- */

static void measure_facts(void *context, const crmvi_gathering *g) {
    segment *s = context;
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        if (!crmvi_fact_is_sparse(i)) {
            const int64_t overflow =
                crmvi_pieces_measure(&g->pieces, &g->a->columns[i], &g->b->columns[i], &s->widths[i]);
            s->overflow = overflow < s->overflow ? overflow : s->overflow;
        }
    }
}

static void measure_rows(void *context, const crmvi_gathering *g) {
    segment *s = context;
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        if (crmvi_fact_is_sparse(i)) {
            const int64_t row =
                crmvi_pieces_measure(&g->row_pieces, &g->a->columns[i], &g->b->columns[i], &s->widths[i]);
            const int64_t overflow = row < INT64_MAX ? crmvi_sparse_fact(&g->a_rows, row) : INT64_MAX;
            s->overflow = overflow < s->overflow ? overflow : s->overflow;
        }
    }
}

static int32_t measure_segments(void *context, int64_t begin, int64_t end) {
    const merging *m = context;
    const int64_t all = m->a->customers + m->b->customers;
    for (int64_t n = begin; n < end; n++) {
        segment *s = &m->segments[n];
        cut(m, n * SEGMENT, &s->a, &s->b);
        cut(m, all - n * SEGMENT > SEGMENT ? (n + 1) * SEGMENT : all, &s->a_end, &s->b_end);
        crmvi_gathering g = {.context = s, .take_facts = measure_facts, .take_rows = measure_rows};
        crmvi_gather_begin(&g, m->a, first_fact(m->a, s->a), m->b, first_fact(m->b, s->b));
        for (stretch at = {.a_end = s->a, .b_end = s->b}; next_stretch(m, s, &at);) {
            int64_t first;
            int64_t last;
            const crmvi_facts *keys = keys_of(m, &at, &first, &last);
            s->customers += last - first;
            s->bytes += keys->texts.count > 0 ? keys->texts.starts[last] - keys->texts.starts[first] : 0;
            gather_stretch(m, &g, &at);
        }
        crmvi_gather_end(&g);
        s->facts = g.facts;
        s->rows = g.rows;
        if (s->overflow != INT64_MAX) {
            return CRMV_OVERFLOW;
        }
    }
    return CRMV_OK;
}

/* Names the first customer whose sum does not fit, and its day. Every segment below a failing one has been measured. */
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

/* Puts where each segment's customers, facts and text bytes go in the place of how many they are. */
static void place_segments(merging *m) {
    crmvi_facts *out = m->out;
    for (int64_t n = 0; n < m->segment_count; n++) {
        segment *s = &m->segments[n];
        const int64_t customers = s->customers;
        const int64_t facts = s->facts;
        const int64_t rows = s->rows;
        const int64_t bytes = s->bytes;
        s->customers = out->customers;
        s->facts = out->count;
        s->rows = out->sparse.count;
        s->bytes = out->texts.used;
        out->customers += customers;
        out->count += facts;
        out->sparse.count += rows;
        out->texts.used += bytes;
    }
}

/* The width that holds both runs' values and their sums. */
static int32_t width_of(const merging *m, int32_t column) {
    const int32_t a = m->a->columns[column].width;
    const int32_t b = m->b->columns[column].width;
    int32_t width = a > b ? a : b;
    for (int64_t n = 0; n < m->segment_count; n++) {
        width = m->segments[n].widths[column] > width ? m->segments[n].widths[column] : width;
    }
    return width;
}

static bool make_keys(crmvi_facts *out) {
    if (out->key_kind != CRMVI_KEYS_TEXTS) {
        out->numbers = crmvi_large_array(out->customers, sizeof *out->numbers);
        return out->numbers != NULL;
    }
    crmvi_texts *texts = &out->texts;
    texts->bytes = crmvi_large_array(texts->used, 1);
    texts->starts = crmvi_large_array(out->customers + 1, sizeof *texts->starts);
    if (texts->bytes == NULL || texts->starts == NULL) {
        return false;
    }
    texts->capacity = texts->used;
    texts->count = out->customers;
    texts->starts_capacity = out->customers + 1;
    texts->starts[out->customers] = texts->used;
    return true;
}

static bool make_room(merging *m) {
    crmvi_facts *out = m->out;
    place_segments(m);
    out->key_kind = m->a->customers > 0 ? m->a->key_kind : m->b->key_kind;
    out->offsets = crmvi_large_array(out->customers + 1, sizeof *out->offsets);
    out->days = crmvi_large_array(out->count, sizeof *out->days);
    const bool has_rows = out->sparse.count > 0;
    out->sparse.facts = has_rows ? crmvi_large_array(out->sparse.count, sizeof *out->sparse.facts) : NULL;
    bool made = make_keys(out) && out->offsets != NULL && out->days != NULL && (out->sparse.facts != NULL || !has_rows);
    for (int32_t i = 0; i < CRMVI_FACTS && made; i++) {
        const int32_t width = !crmvi_fact_is_sparse(i) || has_rows ? width_of(m, i) : 0;
        made = crmvi_fact_column_make(&out->columns[i], crmvi_fact_values(out, i), width);
    }
    if (made) {
        out->offsets[out->customers] = out->count;
    }
    return made;
}

/* ---- Second pass: writing ---------------------------------------------------------------------------------------- */

static void write_facts(void *context, const crmvi_gathering *g) {
    const merging *m = context;
    const int64_t at = g->fact + g->taken_facts;
    crmvi_pieces_write_days(&g->pieces, m->a->days, m->b->days, m->out->days + at);
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        if (!crmvi_fact_is_sparse(i)) {
            crmvi_pieces_write(&g->pieces, &m->a->columns[i], &m->b->columns[i], &m->out->columns[i], at);
        }
    }
}

static void write_rows(void *context, const crmvi_gathering *g) {
    const merging *m = context;
    const int64_t at = g->row + g->taken_rows;
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        if (crmvi_fact_is_sparse(i)) {
            crmvi_pieces_write(&g->row_pieces, &m->a->columns[i], &m->b->columns[i], &m->out->columns[i], at);
        }
    }
}

static void shift_all(const int64_t *from, int64_t count, int64_t shift, int64_t *out) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = from[i] + shift;
    }
}

/* Writes a stretch's keys from `customer` and `byte` on, and the offsets of its facts from `fact` on. Where both runs
 * have the customer it is one, whose facts begin there, whichever run its key comes from. */
static int64_t write_customers(const merging *m, const stretch *at, int64_t customer, int64_t fact, int64_t byte) {
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

static int32_t write_segments(void *context, int64_t begin, int64_t end) {
    merging *m = context;
    for (int64_t n = begin; n < end; n++) {
        const segment *s = &m->segments[n];
        crmvi_gathering g = {.context = m,
                             .take_facts = write_facts,
                             .take_rows = write_rows,
                             .list = m->out->sparse.facts,
                             .fact = s->facts,
                             .row = s->rows};
        crmvi_gather_begin(&g, m->a, first_fact(m->a, s->a), m->b, first_fact(m->b, s->b));
        int64_t customer = s->customers;
        int64_t byte = s->bytes;
        for (stretch at = {.a_end = s->a, .b_end = s->b}; next_stretch(m, s, &at);) {
            byte += write_customers(m, &at, customer, s->facts + g.facts, byte);
            customer += at.a < at.a_end ? at.a_end - at.a : at.b_end - at.b;
            gather_stretch(m, &g, &at);
        }
        crmvi_gather_end(&g);
    }
    return CRMV_OK;
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

/* The events of one run on their way to where its customers went. */
typedef struct event_walk {
    const crmvi_facts *run;
    int64_t customer; /* the next one */
    int32_t source;
} event_walk;

/* Picks the events of the run's next customer, if that is the one that customer `to` came from. */
static void pick_events(const crmvi_facts *out, int64_t to, event_walk *w, crmvi_event_pick *picks, int64_t *count) {
    if (w->customer == w->run->customers || crmvi_facts_compare(out, to, w->run, w->customer) != 0) {
        return;
    }
    const crmvi_events *events = &w->run->events;
    if (events->count > 0 && events->begins[w->customer + 1] > events->begins[w->customer]) {
        picks[(*count)++] = (crmvi_event_pick){to, w->customer, w->source};
    }
    w->customer++;
}

/* So many customers of a run have events, at most. */
static int64_t most_picks(const crmvi_facts *run) {
    return run->events.count < run->customers ? run->events.count : run->customers;
}

static bool merge_events(const merging *m) {
    if (m->a->events.count == 0 && m->b->events.count == 0) {
        return true;
    }
    crmvi_event_pick *picks = crmvi_array(most_picks(m->a) + most_picks(m->b), sizeof *picks);
    if (picks == NULL) {
        return false;
    }
    const crmvi_facts *const runs[] = {m->a, m->b};
    event_walk a = {m->a, 0, 0};
    event_walk b = {m->b, 0, 1};
    int64_t count = 0;
    for (int64_t to = 0; to < m->out->customers; to++) {
        pick_events(m->out, to, &a, picks, &count);
        pick_events(m->out, to, &b, picks, &count);
    }
    const bool merged = crmvi_events_pick(m->out, runs, 2, picks, count);
    free(picks);
    return merged;
}

/* ---- Both -------------------------------------------------------------------------------------------------------- */

/* A pass over the segments as a part of the stage. */
typedef struct part {
    const crmvi_runner *runner;
    double before, share;
} part;

static int32_t tell_part(void *context, const char *stage, double done) {
    const part *p = context;
    return p->runner->progress(p->runner->context, stage, p->before + p->share * done);
}

static int32_t run_part(part p, crmvi_task task, merging *m) {
    const crmvi_runner runner = {
        .threads = p.runner->threads, .context = &p, .progress = p.runner->progress != NULL ? tell_part : NULL};
    return crmvi_parallel(&runner, "merging", m->segment_count, 1, task, m);
}

static int32_t merge(merging *m, const crmvi_runner *runner, crmv_error *error) {
    static const double measuring = 0.125; /* of the time, about */
    int32_t status = run_part((part){runner, 0, measuring}, measure_segments, m);
    if (status == CRMV_OVERFLOW) {
        return fail_overflow(m, error);
    }
    if (status == CRMV_OK) {
        status =
            make_room(m) ? run_part((part){runner, measuring, 1 - measuring}, write_segments, m) : CRMV_OUT_OF_MEMORY;
    }
    if (status == CRMV_OK && !(crmvi_sparse_settle(m->out) && merge_events(m))) {
        status = CRMV_OUT_OF_MEMORY;
    }
    return status == CRMV_OK ? status : crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}

int32_t crmvi_facts_merge(const crmvi_facts *a, const crmvi_facts *b, const crmvi_runner *runner, crmvi_facts *out,
                          crmv_error *error) {
    *out = (crmvi_facts){0};
    merging m = {.a = a, .b = b, .out = out};
    m.segment_count = (a->customers + b->customers + SEGMENT - 1) / SEGMENT;
    m.segments = crmvi_zeroed(m.segment_count, sizeof *m.segments);
    if (m.segments == NULL) {
        return crmvi_no_memory(error);
    }
    for (int64_t n = 0; n < m.segment_count; n++) {
        m.segments[n].overflow = INT64_MAX;
    }
    const int32_t status = merge(&m, runner, error);
    free(m.segments);
    if (status != CRMV_OK) {
        crmvi_facts_clear(out);
    }
    return status;
}
