#include "ledger/batch.h"

#include "base/error.h"
#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

enum { TASK_ROWS = 32 * CRMVI_BLOCK_ROWS };

static const int64_t rows_limit = (INT64_C(1) << 31) - 2;

/* ---- Room for a chunk -------------------------------------------------------------------------------------------- */

/* Makes a column that the chunk needs and that is not there yet, with zeros for the lines so far. */
static bool make_column(int64_t **column, const crmvi_batch *batch, bool is_needed) {
    if (*column != NULL || !is_needed) {
        return true;
    }
    *column = crmvi_zeroed(batch->capacity, sizeof **column);
    return *column != NULL;
}

/* The columns share one capacity, which doubles. */
static int64_t capacity_for(const crmvi_batch *batch, int64_t needed) {
    int64_t capacity = batch->capacity < TASK_ROWS ? TASK_ROWS : batch->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    return capacity;
}

static bool resize(void *array_pointer, int64_t count, size_t size) {
    void *old;
    memcpy(&old, array_pointer, sizeof old);
    void *grown = realloc(old, (size_t)count * size);
    if (grown != NULL) {
        memcpy(array_pointer, &grown, sizeof grown);
    }
    return grown != NULL;
}

static bool make_room(crmvi_batch *batch, int64_t rows) {
    const int64_t needed = batch->lines + rows;
    if (needed <= batch->capacity) {
        return true;
    }
    const int64_t capacity = capacity_for(batch, needed);
    bool grown = resize(&batch->keys, capacity, sizeof *batch->keys) &&
                 resize(&batch->days, capacity, sizeof *batch->days) &&
                 resize(&batch->flags, capacity, sizeof *batch->flags) &&
                 (batch->documents == NULL || resize(&batch->documents, capacity, sizeof *batch->documents));
    for (int32_t i = 0; i < CRMVI_LINE_AMOUNTS && grown; i++) {
        grown = batch->amounts[i] == NULL || resize(&batch->amounts[i], capacity, sizeof *batch->amounts[i]);
    }
    if (grown) {
        batch->capacity = capacity;
    }
    return grown;
}

/* Roles from which each amount can come. */
static const uint32_t sources[CRMVI_LINE_AMOUNTS] = {
    [CRMVI_LINE_QUANTITY] = 1u << CRMVI_ROLE_QUANTITY,
    [CRMVI_LINE_REVENUE] = 1u << CRMVI_ROLE_REVENUE | 1u << CRMVI_ROLE_UNIT_PRICE,
    [CRMVI_LINE_COST] = 1u << CRMVI_ROLE_COST | 1u << CRMVI_ROLE_UNIT_COST | 1u << CRMVI_ROLE_GROSS_PROFIT,
    [CRMVI_LINE_DISCOUNT] = 1u << CRMVI_ROLE_DISCOUNT | 1u << CRMVI_ROLE_DISCOUNT_RATE | 1u << CRMVI_ROLE_KIND,
    [CRMVI_LINE_COST_TO_SERVE] = 1u << CRMVI_ROLE_COST_TO_SERVE | 1u << CRMVI_ROLE_COST,
};

static bool make_columns(crmvi_batch *batch, const crmvi_feed *feed) {
    uint32_t given = 0;
    for (int32_t role = 0; role < CRMVI_ROLES; role++) {
        given |= feed->roles[role] != NULL ? 1u << role : 0;
    }
    /* A cost alone counts as cost to serve, from whichever role it comes. */
    given |= (given & sources[CRMVI_LINE_COST]) != 0 ? 1u << CRMVI_ROLE_COST : 0;
    bool made = make_column(&batch->documents, batch, (given & 1u << CRMVI_ROLE_DOCUMENT) != 0);
    for (int32_t i = 0; i < CRMVI_LINE_AMOUNTS && made; i++) {
        made = make_column(&batch->amounts[i], batch, (given & sources[i]) != 0);
    }
    return made;
}

/* ---- Reading a chunk --------------------------------------------------------------------------------------------- */

/* A chunk on its way in: what workers share. */
typedef struct chunk {
    crmvi_batch *batch;
    const crmvi_feed *feed;
    uint8_t *reasons; /* per row of the chunk; 0: accepted */
    atomic_uint fed;
    atomic_int any_flags;
    atomic_llong set_aside, negative, rounded;
} chunk;

/* Lays a block of lines into the batch's columns, `at` lines from its beginning. */
static void store_lines(crmvi_batch *batch, int64_t at, const crmvi_lines *lines) {
    const size_t bytes = (size_t)lines->count * sizeof(int64_t);
    for (int64_t i = 0; i < lines->count; i++) {
        batch->keys[at + i] = crmvi_key_of_number(lines->numbers[i]);
        batch->flags[at + i] = lines->reasons[i] == 0 ? lines->flags[i] : CRMVI_LINE_DEAD;
    }
    memcpy(batch->days + at, lines->days, (size_t)lines->count * sizeof lines->days[0]);
    if (batch->documents != NULL) {
        memcpy(batch->documents + at, lines->documents, bytes);
    }
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        if (batch->amounts[a] != NULL) {
            memcpy(batch->amounts[a] + at, lines->amounts[a], bytes);
        }
    }
}

/* What is counted over lines, block by block. */
typedef struct tally {
    uint32_t fed;
    int32_t any_flags;
    int64_t set_aside, negative, rounded;
} tally;

static void count_lines(const crmvi_lines *lines, tally *t) {
    t->fed |= lines->fed;
    t->rounded += lines->rounded;
    for (int64_t i = 0; i < lines->count; i++) {
        const int32_t flags = lines->reasons[i] == 0 ? lines->flags[i] : 0;
        t->any_flags |= flags;
        t->negative += (flags & CRMVI_LINE_NEGATIVE) != 0;
        t->set_aside += lines->reasons[i] != 0;
    }
}

static int32_t read_rows(void *context, int64_t begin, int64_t end) {
    chunk *c = context;
    tally t = {0};
    crmvi_lines lines;
    for (int64_t row = begin; row < end; row += lines.count) {
        crmvi_lines_read(c->feed, row, end - row < CRMVI_BLOCK_ROWS ? end - row : CRMVI_BLOCK_ROWS, &lines);
        memcpy(c->reasons + row, lines.reasons, (size_t)lines.count);
        store_lines(c->batch, c->batch->lines + row, &lines);
        count_lines(&lines, &t);
    }
    atomic_fetch_or(&c->fed, t.fed);
    atomic_fetch_or(&c->any_flags, t.any_flags);
    atomic_fetch_add(&c->set_aside, t.set_aside);
    atomic_fetch_add(&c->negative, t.negative);
    atomic_fetch_add(&c->rounded, t.rounded);
    return CRMV_OK;
}

/* The hash of a text key, which stands in the place of its number until it has one. */
static uint64_t hash_at(const chunk *c, int64_t row) {
    return (uint64_t)crmvi_number_of_key(c->batch->keys[c->batch->lines + row]);
}

/* Gives the chunk's text keys their numbers. Names that a failing chunk has left behind do no harm: only names with
 * lines become customers. */
static bool number_names(chunk *c) {
    enum { AHEAD = 16 };
    crmvi_batch *batch = c->batch;
    const crmv_column *column = c->feed->roles[CRMVI_ROLE_CUSTOMER];
    for (int64_t row = 0; row < c->feed->rows && !c->feed->whole_keys; row++) {
        if (row + AHEAD < c->feed->rows) {
            crmvi_names_prefetch(&batch->names, hash_at(c, row + AHEAD));
        }
        if (c->reasons[row] != 0) {
            continue;
        }
        const char *text;
        int64_t length;
        crmvi_column_text(column, row, &text, &length);
        const int64_t number = crmvi_names_add_hashed(&batch->names, text, length, hash_at(c, row));
        if (number < 0) {
            return false;
        }
        batch->keys[batch->lines + row] = (uint64_t)number;
    }
    return true;
}

/* Counts the rows set aside into a copy of the batch's list. */
static bool count_asides(const chunk *c, int32_t number, crmvi_asides *asides) {
    if (!crmvi_aside_copy(&c->batch->asides, asides)) {
        return false;
    }
    for (int64_t row = 0; row < c->feed->rows; row++) {
        if (c->reasons[row] == 0) {
            continue;
        }
        char currency[16];
        crmvi_aside_row aside = {.reason = c->reasons[row],
                                 .currency = currency,
                                 .batch = number,
                                 .row = c->batch->rows + row + 1,
                                 .column = crmvi_line_culprit(c->feed, row, c->reasons[row]),
                                 .column_row = row};
        aside.has_revenue = crmvi_line_revenue(c->feed, row, &aside.revenue, currency);
        if (!crmvi_aside_add(asides, &aside)) {
            crmvi_aside_clear(asides);
            return false;
        }
    }
    return true;
}

static void accept(chunk *c, crmvi_asides asides) {
    crmvi_batch *batch = c->batch;
    crmvi_aside_clear(&batch->asides);
    batch->asides = asides;
    batch->key_kind = c->feed->whole_keys ? CRMVI_KEYS_NUMBERS : CRMVI_KEYS_TEXTS;
    batch->lines += c->feed->rows;
    batch->rows += c->feed->rows;
    batch->live += c->feed->rows - atomic_load(&c->set_aside);
    batch->negative += atomic_load(&c->negative);
    batch->rounded += atomic_load(&c->rounded);
    batch->fed |= atomic_load(&c->fed);
    batch->any_flags |= atomic_load(&c->any_flags);
}

int32_t crmvi_batch_add(crmvi_batch *batch, const crmvi_feed *feed, int32_t number, const crmvi_runner *runner,
                        crmv_error *error) {
    if (feed->rows > rows_limit - batch->lines) {
        return crmvi_fail(error, CRMV_TOO_LARGE, NULL, "a batch holds at most %lld rows", (long long)rows_limit);
    }
    if (feed->rows == 0) {
        return CRMV_OK;
    }
    if (!make_room(batch, feed->rows) || !make_columns(batch, feed)) {
        return crmvi_no_memory(error);
    }
    chunk c = {.batch = batch, .feed = feed, .reasons = crmvi_array(feed->rows, 1)};
    if (c.reasons == NULL) {
        return crmvi_no_memory(error);
    }
    int32_t status = crmvi_parallel(runner, "reading rows", feed->rows, TASK_ROWS, read_rows, &c);
    crmvi_asides asides = {0};
    if (status == CRMV_OK && (!number_names(&c) || !count_asides(&c, number, &asides))) {
        status = CRMV_OUT_OF_MEMORY;
    }
    if (status == CRMV_OK) {
        accept(&c, asides);
    } else {
        status = crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
    }
    free(c.reasons);
    return status;
}

void crmvi_batch_clear(crmvi_batch *batch) {
    free(batch->keys);
    free(batch->days);
    free(batch->flags);
    free(batch->documents);
    for (int32_t i = 0; i < CRMVI_LINE_AMOUNTS; i++) {
        free(batch->amounts[i]);
    }
    crmvi_names_clear(&batch->names);
    crmvi_aside_clear(&batch->asides);
    *batch = (crmvi_batch){0};
}
