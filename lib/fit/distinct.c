/*
 * distinct.c - equal rows found by sorting: a radix sort by the first number and a mixture of the bits of the others
 * brings equal rows together, and what shares such a key without being equal is sorted by its numbers.
 */
#include "fit/distinct.h"

#include "base/double_bits.h"
#include "base/memory.h"
#include "base/merge_sort.h"
#include "base/radix.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_AT_A_TIME = 1 << 16, COLUMNS = CRMVI_DISTINCT_COLUMNS, FIRST_BITS = 10, FEW = 16 };

/* Bits of a key beyond those that tell all rows apart: so few rows share a key without being equal. */
enum { SPARE_BITS = 13, KEY_BITS_MOST = 44, AHEAD = 16 };

static const char *const STAGE = "equal histories";

typedef struct record {
    double numbers[COLUMNS];
} record;

/* A row stands in one number: its key, then its place among the caller's. */
typedef struct collapse {
    const crmvi_rows *rows;
    crmvi_distinct *out;
    record *records; /* each row's numbers side by side: it will be looked at where it lies, in no order */
    uint64_t *items, *scratch;
    int64_t *found; /* in each block of rows: those that take part, then the different ones */
    int64_t count;  /* items */
    int32_t place_bits, key_bits;
} collapse;

/* A number of a row; there is but one 0. */
static double number_at(const crmvi_rows *rows, int32_t column, int64_t row) {
    return rows->columns[column] == NULL ? 0 : rows->columns[column][row] + 0.0;
}

/* Spreads what differs in a few bits over all of them (multiplication by odd numbers, as hashes do). */
static uint64_t mix(double a, double b) {
    uint64_t mixed = crmvi_bits_of(a) * UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ mixed >> 32 ^ crmvi_bits_of(b)) * UINT64_C(0xD6E8FEB86659FD93);
    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    return mixed;
}

static uint64_t key_of(const collapse *c, const record *r) {
    const double first = r->numbers[0];
    const double most = (1 << FIRST_BITS) - 1;
    const uint64_t mixed = mix(r->numbers[1], r->numbers[2]);
    const int32_t rest = c->key_bits - FIRST_BITS;
    return (uint64_t)(first < most ? first : most) << rest | mixed >> (64 - rest);
}

/* ---- Keys -------------------------------------------------------------------------------------------------------- */

static int32_t make_keys(void *context, int64_t begin, int64_t end) {
    const collapse *c = context;
    int64_t at = begin;
    for (int64_t row = begin; row < end; row++) {
        const crmvi_row_kind kind = c->rows->kind_of(c->rows, row);
        if (kind == CRMVI_ROW_FLAWED) {
            return CRMV_BAD_ARGUMENT;
        }
        if (kind == CRMVI_ROW_TAKEN) {
            record *r = &c->records[row];
            for (int32_t k = 0; k < COLUMNS; k++) {
                r->numbers[k] = number_at(c->rows, k, row);
            }
            c->items[at++] = key_of(c, r) << c->place_bits | (uint64_t)row;
        }
    }
    c->found[begin / ROWS_AT_A_TIME] = at - begin;
    return CRMV_OK;
}

/* Moves what each block has written up to what the one before has; how much it is. */
static int64_t close_up(const collapse *c, void *array, int64_t length, size_t size) {
    int64_t count = 0;
    for (int64_t begin = 0; begin < length; begin += ROWS_AT_A_TIME) {
        const int64_t found = c->found[begin / ROWS_AT_A_TIME];
        char *bytes = array;
        if (count != begin && found > 0) {
            memmove(bytes + (size_t)count * size, bytes + (size_t)begin * size, (size_t)found * size);
        }
        count += found;
    }
    return count;
}

static int32_t sort_keys(collapse *c, const crmvi_runner *runner) {
    const int64_t rows = c->rows->count;
    const int32_t status = crmvi_parallel(runner, STAGE, rows, ROWS_AT_A_TIME, make_keys, c);
    if (status != CRMV_OK) {
        return status;
    }
    c->count = close_up(c, c->items, rows, sizeof *c->items);
    uint64_t *sorted = crmvi_radix_sort(c->items, c->scratch, c->count, c->place_bits, c->key_bits);
    if (sorted != c->items) {
        c->scratch = c->items;
        c->items = sorted;
    }
    return CRMV_OK;
}

/* ---- Runs of equal keys ------------------------------------------------------------------------------------------ */

static const record *record_of(const collapse *c, uint64_t item) {
    return &c->records[item & ((UINT64_C(1) << c->place_bits) - 1)];
}

static int compare_records(const void *left, const void *right) {
    const record *a = left;
    const record *b = right;
    for (int32_t k = 0; k < COLUMNS; k++) {
        if (a->numbers[k] != b->numbers[k]) {
            return a->numbers[k] < b->numbers[k] ? -1 : 1;
        }
    }
    return 0;
}

static void write_record(const crmvi_distinct *out, int64_t at, const record *r, int64_t weight) {
    for (int32_t k = 0; k < COLUMNS; k++) {
        out->columns[k][at] = r->numbers[k];
    }
    out->weights[at] = (double)weight;
}

/* Writes sorted records from `at` on; where it ends. */
static int64_t write_sorted(const crmvi_distinct *out, int64_t at, const record *records, int64_t count) {
    int64_t begin = 0;
    for (int64_t i = 1; i <= count; i++) {
        if (i == count || compare_records(&records[i], &records[begin]) != 0) {
            write_record(out, at++, &records[begin], i - begin);
            begin = i;
        }
    }
    return at;
}

/* `records` has room for twice as many as there are items. */
static void sort_unlike(const collapse *c, const uint64_t *items, int64_t count, record *records, int64_t *at) {
    for (int64_t i = 0; i < count; i++) {
        records[i] = *record_of(c, items[i]);
    }
    crmvi_merge_sort(records, records + count, count, sizeof *records, compare_records);
    *at = write_sorted(c->out, *at, records, count);
}

static int32_t write_unlike(const collapse *c, const uint64_t *items, int64_t count, int64_t *at) {
    record few[2 * FEW];
    if (count <= FEW) {
        sort_unlike(c, items, count, few, at);
        return CRMV_OK;
    }
    record *records = crmvi_array(2 * count, sizeof *records);
    if (records == NULL) {
        return CRMV_OUT_OF_MEMORY;
    }
    sort_unlike(c, items, count, records, at);
    crmvi_discard(records, 2 * count, sizeof *records);
    return CRMV_OK;
}

/* A run of one key: nearly always of one record. */
static int32_t write_run(const collapse *c, const uint64_t *items, int64_t count, int64_t *at) {
    const record *first = record_of(c, items[0]);
    int64_t alike = 1;
    while (alike < count) {
        if (compare_records(first, record_of(c, items[alike])) != 0) {
            return write_unlike(c, items, count, at);
        }
        alike++;
    }
    write_record(c->out, (*at)++, first, count);
    return CRMV_OK;
}

/* Those that will be looked at soon are asked for before they are. */
static void fetch_ahead(const collapse *c, int64_t from, int64_t to) {
    for (int64_t i = from; i < to && i < c->count; i++) {
        __builtin_prefetch(record_of(c, c->items[i]));
    }
}

static bool same_key(const collapse *c, int64_t a, int64_t b) {
    return c->items[a] >> c->place_bits == c->items[b] >> c->place_bits;
}

/* Runs that begin within the block. */
static int32_t write_runs(void *context, int64_t begin, int64_t end) {
    const collapse *c = context;
    int64_t at = begin;
    int32_t status = CRMV_OK;
    int64_t i = begin;
    while (i > 0 && i < end && same_key(c, i, i - 1)) {
        i++;
    }
    while (status == CRMV_OK && i < end) {
        int64_t next = i + 1;
        while (next < c->count && same_key(c, next, i)) {
            next++;
        }
        fetch_ahead(c, i + AHEAD, next + AHEAD);
        status = write_run(c, c->items + i, next - i, &at);
        i = next;
    }
    c->found[begin / ROWS_AT_A_TIME] = at - begin;
    return status;
}

/* ---- The whole --------------------------------------------------------------------------------------------------- */

static bool make_columns(crmvi_distinct *out, int64_t count) {
    bool made = true;
    out->room = count;
    for (int32_t k = 0; k < COLUMNS; k++) {
        out->columns[k] = crmvi_large_array(count, sizeof(double));
        made &= out->columns[k] != NULL;
    }
    out->weights = crmvi_large_array(count, sizeof(double));
    return made && out->weights != NULL;
}

static int32_t collapse_rows(collapse *c, const crmvi_runner *runner) {
    int32_t status = sort_keys(c, runner);
    if (status != CRMV_OK) {
        return status;
    }
    c->out->rows = c->count;
    if (!make_columns(c->out, c->count)) {
        return CRMV_OUT_OF_MEMORY;
    }
    status = crmvi_parallel(runner, STAGE, c->count, ROWS_AT_A_TIME, write_runs, c);
    if (status != CRMV_OK) {
        return status;
    }
    for (int32_t k = 0; k < COLUMNS; k++) {
        close_up(c, c->out->columns[k], c->count, sizeof(double));
    }
    c->out->count = close_up(c, c->out->weights, c->count, sizeof(double));
    return CRMV_OK;
}

int32_t crmvi_distinct_make(const crmvi_rows *rows, const crmvi_runner *runner, crmvi_distinct *out) {
    memset(out, 0, sizeof *out);
    collapse c = {.rows = rows, .out = out};
    while (rows->count >> c.place_bits > 0) {
        c.place_bits++;
    }
    const int32_t wanted = FIRST_BITS + SPARE_BITS + c.place_bits / 2;
    c.key_bits = wanted < KEY_BITS_MOST ? wanted : KEY_BITS_MOST;
    c.records = crmvi_large_array(rows->count, sizeof *c.records);
    c.items = crmvi_large_array(rows->count, sizeof *c.items);
    c.scratch = crmvi_large_array(rows->count, sizeof *c.scratch);
    c.found = crmvi_zeroed(rows->count / ROWS_AT_A_TIME + 1, sizeof *c.found);
    const bool made = c.records != NULL && c.items != NULL && c.scratch != NULL && c.found != NULL;
    const int32_t status = made ? collapse_rows(&c, runner) : CRMV_OUT_OF_MEMORY;
    crmvi_discard(c.records, rows->count, sizeof *c.records);
    free(c.items);
    free(c.scratch);
    free(c.found);
    if (status != CRMV_OK) {
        crmvi_distinct_clear(out);
    }
    return status;
}

bool crmvi_distinct_sample(const crmvi_distinct *all, int64_t step, crmvi_distinct *out) {
    memset(out, 0, sizeof *out);
    const int64_t most = all->rows / step + 1;
    if (!make_columns(out, most < all->count ? most : all->count)) {
        crmvi_distinct_clear(out);
        return false;
    }
    const double wide = (double)step;
    double passed = wide / 2; /* rows, from the middle of a step on */
    for (int64_t i = 0; i < all->count; i++) {
        passed += all->weights[i];
        if (passed < wide) {
            continue;
        }
        const int64_t taken = (int64_t)(passed / wide);
        const record r = {{all->columns[0][i], all->columns[1][i], all->columns[2][i]}};
        write_record(out, out->count++, &r, taken);
        out->rows += taken;
        passed -= (double)taken * wide;
    }
    return true;
}

void crmvi_distinct_clear(crmvi_distinct *distinct) {
    for (int32_t k = 0; k < COLUMNS; k++) {
        crmvi_discard(distinct->columns[k], distinct->room, sizeof(double));
    }
    free(distinct->weights);
    memset(distinct, 0, sizeof *distinct);
}
