#include "base/error.h"
#include "base/memory.h"
#include "base/radix.h"
#include "calibrate/run.h"
#include "crmvalue/score.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Values are sorted as whole numbers: the bits of doubles, turned so that they ascend as the values do. A sample of the
 * column gives the borders between parts of some ten thousand values each; rows are dealt to their parts, and each part
 * is sorted within one processor's cache. A value that is a border has a bin of its own, in which there is nothing to
 * sort: a column of few values, or one in which most are the same, is sorted by dealing. A sample that tells little
 * costs time and nothing else.
 */

enum {
    LEVELS_LIMIT = 9,                /* a border is found by so many comparisons */
    PARTS_LIMIT = 1 << LEVELS_LIMIT, /* between borders */
    BINS_LIMIT = 2 * PARTS_LIMIT,    /* parts, and the borders themselves */
    LEFT_OUT_BIN = BINS_LIMIT,       /* rows that do not count */
    ROWS_OF_PART = 1 << 14,          /* as many fit into a cache twice */
    SAMPLES_OF_PART = 16,
    SAMPLES_LIMIT = PARTS_LIMIT * SAMPLES_OF_PART,
    LEAST_BLOCK = 1 << 16, /* rows that are dealt by one worker at a time */
    BLOCKS_LIMIT = 256,
    CHUNK = 512,   /* rows whose keys are at hand */
    LANES = 8,     /* searches that go on side by side */
    TOP_BITS = 22, /* by which most values of a part differ */
    FEW = 24
};

/* Above the key of every number. */
#define LEFT_OUT UINT64_MAX

typedef struct source {
    const double *values; /* or else */
    const int64_t *points;
    const uint8_t *keep;
    const int64_t *outcomes;
    int64_t rows;
} source;

typedef struct sorting {
    const source *column;
    int32_t levels;
    int32_t border_count;
    uint64_t borders[PARTS_LIMIT]; /* ascending, LEFT_OUT behind the last */
    uint64_t tree[PARTS_LIMIT];    /* the borders as a tree: those below node i are at 2 i and 2 i + 1 */
    int64_t block;                 /* rows of one */
    int64_t block_count;
    int64_t *places; /* of each block and bin: how many rows, then where they go */
    int64_t starts[BINS_LIMIT + 1];
    int64_t firsts[BINS_LIMIT + 1]; /* position among the distinct values of a bin's first */
    uint16_t *bins;                 /* of each row */
    uint64_t *keys;                 /* of each bin */
    uint64_t *sorted;               /* the same in order; without outcomes the same memory */
    int64_t *outcomes;              /* beside keys */
    crmvi_run *out;
} sorting;

/* ---- Keys -------------------------------------------------------------------------------------------------------- */

/* -0 becomes 0 by the addition. Without a comparison of whole numbers, so that compilers make vector code of loops. */
static uint64_t key_of(double value) {
    const uint64_t sign = UINT64_C(1) << 63;
    const double plain = value + 0.0;
    uint64_t bits;
    memcpy(&bits, &plain, sizeof bits);
    const uint64_t turned = bits ^ ((0 - (bits >> 63)) | sign);
    return fabs(plain) <= DBL_MAX ? turned : LEFT_OUT;
}

static double value_of(uint64_t key) {
    const uint64_t sign = UINT64_C(1) << 63;
    const uint64_t bits = key >= sign ? key ^ sign : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* False where a number of points is not whole as a double. */
static bool load_points(const int64_t *points, int32_t count, uint64_t *keys) {
    const int64_t limit = INT64_C(1) << 53;
    bool fits = true;
    for (int32_t i = 0; i < count; i++) {
        const bool missing = points[i] == CRMV_MISSING_POINTS;
        fits = fits && (missing || (points[i] <= limit && points[i] >= -limit));
        keys[i] = missing ? LEFT_OUT : key_of((double)points[i]);
    }
    return fits;
}

/* The keys of `count` rows from `row` on. */
static bool load_keys(const source *column, int64_t row, int32_t count, uint64_t *keys) {
    bool fits = true;
    if (column->points != NULL) {
        fits = load_points(column->points + row, count, keys);
    } else {
        for (int32_t i = 0; i < count; i++) {
            keys[i] = key_of(column->values[row + i]);
        }
    }
    if (column->keep != NULL) {
        for (int32_t i = 0; i < count; i++) {
            keys[i] = column->keep[row + i] != 0 ? keys[i] : LEFT_OUT;
        }
    }
    if (column->outcomes != NULL) {
        for (int32_t i = 0; i < count; i++) {
            keys[i] = column->outcomes[row + i] != CRMV_MISSING_POINTS ? keys[i] : LEFT_OUT;
        }
    }
    return fits;
}

/* ---- Borders ----------------------------------------------------------------------------------------------------- */

/* A row of each stretch of so many, not always the same one. */
static int64_t sampled_row(int64_t sample, int64_t stride) {
    const uint64_t mixed = (uint64_t)sample * UINT64_C(0x9E3779B97F4A7C15) >> 32;
    return sample * stride + (int64_t)(mixed % (uint64_t)stride);
}

static int64_t take_sample(const source *column, int64_t wanted, uint64_t *sample) {
    const int64_t stride = column->rows / wanted;
    int64_t count = 0;
    for (int64_t i = 0; i < wanted; i++) {
        uint64_t key;
        load_keys(column, sampled_row(i, stride), 1, &key);
        if (key != LEFT_OUT) {
            sample[count++] = key;
        }
    }
    return count;
}

static void plant_tree(sorting *s) {
    for (int32_t level = 0; level < s->levels; level++) {
        for (int32_t i = 0; i < 1 << level; i++) {
            s->tree[(1 << level) + i] = s->borders[((2 * i + 1) << (s->levels - level - 1)) - 1];
        }
    }
}

static bool find_borders(sorting *s) {
    while (s->levels < LEVELS_LIMIT && s->column->rows >> s->levels > ROWS_OF_PART) {
        s->levels++;
    }
    const int32_t parts = 1 << s->levels;
    for (int32_t i = 0; i < PARTS_LIMIT; i++) {
        s->borders[i] = LEFT_OUT;
    }
    if (parts > 1) {
        uint64_t *sample = crmvi_array(2 * SAMPLES_LIMIT, sizeof *sample);
        if (sample == NULL) {
            return false;
        }
        const int64_t count = take_sample(s->column, (int64_t)parts * SAMPLES_OF_PART, sample);
        const uint64_t *ordered = crmvi_radix_sort(sample, sample + SAMPLES_LIMIT, count, 0, 64);
        for (int32_t i = 1; i < parts && count > 0; i++) {
            const uint64_t border = ordered[count * i / parts];
            if (s->border_count == 0 || border != s->borders[s->border_count - 1]) {
                s->borders[s->border_count++] = border;
            }
        }
        free(sample);
    }
    plant_tree(s);
    return true;
}

/* The bins of a chunk: twice the number of borders below a key, and one more for a key that is a border. */
static void classify(const sorting *s, const uint64_t *keys, uint16_t *bins) {
    for (int32_t i = 0; i < CHUNK; i += LANES) {
        uint32_t at[LANES];
        for (int32_t lane = 0; lane < LANES; lane++) {
            at[lane] = 1;
        }
        for (int32_t level = 0; level < s->levels; level++) {
            for (int32_t lane = 0; lane < LANES; lane++) {
                at[lane] = 2 * at[lane] + (s->tree[at[lane]] < keys[i + lane]);
            }
        }
        for (int32_t lane = 0; lane < LANES; lane++) {
            const uint32_t below = at[lane] - (UINT32_C(1) << s->levels);
            const uint32_t bin = 2 * below + (s->borders[below] == keys[i + lane]);
            bins[i + lane] = (uint16_t)(keys[i + lane] != LEFT_OUT ? bin : LEFT_OUT_BIN);
        }
    }
}

/* ---- Dealing ----------------------------------------------------------------------------------------------------- */

static int64_t *places_of(const sorting *s, int64_t begin) {
    return s->places + begin / s->block * (LEFT_OUT_BIN + 1);
}

static int32_t count_block(void *context, int64_t begin, int64_t end) {
    const sorting *s = context;
    int64_t counts[LEFT_OUT_BIN + 1] = {0};
    for (int64_t row = begin; row < end; row += CHUNK) {
        const int32_t count = end - row < CHUNK ? (int32_t)(end - row) : CHUNK;
        uint64_t keys[CHUNK];
        uint16_t bins[CHUNK];
        if (!load_keys(s->column, row, count, keys)) {
            return CRMV_OVERFLOW;
        }
        for (int32_t i = count; i < CHUNK; i++) {
            keys[i] = LEFT_OUT;
        }
        classify(s, keys, bins);
        for (int32_t i = 0; i < count; i++) {
            counts[bins[i]]++;
        }
        memcpy(s->bins + row, bins, (size_t)count * sizeof *bins);
    }
    memcpy(places_of(s, begin), counts, sizeof counts);
    return CRMV_OK;
}

/* From how many to where: bin by bin, and within it block by block. */
static void set_places(sorting *s) {
    int64_t place = 0;
    for (int32_t bin = 0; bin < BINS_LIMIT; bin++) {
        s->starts[bin] = place;
        for (int64_t block = 0; block < s->block_count; block++) {
            int64_t *count = &s->places[block * (LEFT_OUT_BIN + 1) + bin];
            const int64_t size = *count;
            *count = place;
            place += size;
        }
    }
    s->starts[BINS_LIMIT] = place;
}

static int32_t deal_block(void *context, int64_t begin, int64_t end) {
    const sorting *s = context;
    int64_t places[LEFT_OUT_BIN + 1];
    memcpy(places, places_of(s, begin), sizeof places);
    for (int64_t row = begin; row < end; row += CHUNK) {
        const int32_t count = end - row < CHUNK ? (int32_t)(end - row) : CHUNK;
        uint64_t keys[CHUNK];
        load_keys(s->column, row, count, keys);
        for (int32_t i = 0; i < count; i++) {
            const int32_t bin = s->bins[row + i];
            if (bin == LEFT_OUT_BIN) {
                continue;
            }
            if (s->outcomes != NULL) {
                s->outcomes[places[bin]] = s->column->outcomes[row + i];
            }
            s->keys[places[bin]++] = keys[i];
        }
    }
    return CRMV_OK;
}

/* ---- Sorting a bin --------------------------------------------------------------------------------------------- */

static void sort_bits(uint64_t *items, uint64_t *scratch, int64_t count, int32_t low, int32_t bits) {
    const uint64_t *sorted = crmvi_radix_sort(items, scratch, count, low, bits);
    if (sorted != items) {
        memcpy(items, sorted, (size_t)count * sizeof *items);
    }
}

static uint64_t differing_bits(const uint64_t *items, int64_t count) {
    uint64_t differ = 0;
    for (int64_t i = 1; i < count; i++) {
        differ |= items[i] ^ items[0];
    }
    return differ;
}

/* By the highest bits that differ, then those that agree in them by the others. At most three deep. */
static void sort_keys(uint64_t *items, uint64_t *scratch, int64_t count) {
    const uint64_t differ = differing_bits(items, count);
    if (differ == 0) {
        return;
    }
    const int32_t low = __builtin_ctzll(differ);
    const int32_t bits = 64 - __builtin_clzll(differ) - low;
    if (bits <= TOP_BITS || count <= FEW) {
        sort_bits(items, scratch, count, low, bits);
        return;
    }
    const int32_t top = low + bits - TOP_BITS;
    sort_bits(items, scratch, count, top, TOP_BITS);
    for (int64_t begin = 0, end; begin < count; begin = end) {
        for (end = begin + 1; end < count && items[end] >> top == items[begin] >> top; end++) {
        }
        if (end - begin > 1) {
            sort_keys(items + begin, scratch + begin, end - begin);
        }
    }
}

static int64_t count_distinct(const uint64_t *sorted, int64_t count) {
    int64_t distinct = count > 0;
    for (int64_t i = 1; i < count; i++) {
        distinct += sorted[i] != sorted[i - 1];
    }
    return distinct;
}

static int32_t sort_bins(void *context, int64_t begin, int64_t end) {
    sorting *s = context;
    int64_t largest = 0;
    for (int64_t bin = begin; bin < end; bin++) {
        const int64_t size = s->starts[bin + 1] - s->starts[bin];
        largest = bin % 2 == 0 && size > largest ? size : largest;
    }
    uint64_t *scratch = crmvi_array(largest, sizeof *scratch);
    if (scratch == NULL) {
        return CRMV_OUT_OF_MEMORY;
    }
    for (int64_t bin = begin; bin < end; bin++) {
        uint64_t *sorted = s->sorted + s->starts[bin];
        const int64_t size = s->starts[bin + 1] - s->starts[bin];
        if (s->sorted != s->keys) {
            memcpy(sorted, s->keys + s->starts[bin], (size_t)size * sizeof *sorted);
        }
        if (bin % 2 == 0) {
            sort_keys(sorted, scratch, size);
        }
        s->firsts[bin] = count_distinct(sorted, size);
    }
    free(scratch);
    return CRMV_OK;
}

/* ---- The run ----------------------------------------------------------------------------------------------------- */

/* The outcomes of a bin go to the values that their customers have. */
static void add_outcomes(const sorting *s, int64_t bin) {
    const int64_t first = s->firsts[bin];
    const int64_t distinct = s->firsts[bin + 1] - first;
    const double *values = s->out->values + first;
    crmvi_wide *sums = s->out->sums + first;
    memset(sums, 0, (size_t)distinct * sizeof *sums);
    for (int64_t i = s->starts[bin]; i < s->starts[bin + 1]; i++) {
        const double value = value_of(s->keys[i]);
        int64_t at = 0;
        for (int64_t left = distinct; left > 1;) {
            const int64_t half = left / 2;
            at += values[at + half] <= value ? half : 0;
            left -= half;
        }
        sums[at] += s->outcomes[i]; /* fewer than 2^63 of them, each below 2^63 */
    }
}

static int32_t write_bins(void *context, int64_t begin, int64_t end) {
    const sorting *s = context;
    for (int64_t bin = begin; bin < end; bin++) {
        int64_t at = s->firsts[bin] - 1;
        int64_t before = s->starts[bin];
        for (int64_t i = before; i < s->starts[bin + 1]; i++) {
            if (i > before && s->sorted[i] == s->sorted[i - 1]) {
                continue;
            }
            if (i > before) {
                s->out->counts[at] = i - before;
            }
            s->out->values[++at] = value_of(s->sorted[i]);
            before = i;
        }
        if (s->starts[bin + 1] > before) {
            s->out->counts[at] = s->starts[bin + 1] - before;
        }
        if (s->outcomes != NULL) {
            add_outcomes(s, bin);
        }
    }
    return CRMV_OK;
}

static bool make_run(sorting *s) {
    int64_t distinct = 0;
    for (int32_t bin = 0; bin <= BINS_LIMIT; bin++) {
        const int64_t size = bin < BINS_LIMIT ? s->firsts[bin] : 0;
        s->firsts[bin] = distinct;
        distinct += size;
    }
    crmvi_run *out = s->out;
    out->distinct = distinct;
    out->total = s->starts[BINS_LIMIT];
    out->values = crmvi_large_array(distinct, sizeof *out->values);
    out->counts = crmvi_large_array(distinct, sizeof *out->counts);
    out->sums = s->outcomes != NULL ? crmvi_large_array(distinct, sizeof *out->sums) : NULL;
    return out->values != NULL && out->counts != NULL && (s->outcomes == NULL || out->sums != NULL);
}

static bool make_keys(sorting *s) {
    const int64_t count = s->starts[BINS_LIMIT];
    const bool with_outcomes = s->column->outcomes != NULL;
    s->keys = crmvi_large_array(count, sizeof *s->keys);
    s->sorted = with_outcomes ? crmvi_large_array(count, sizeof *s->sorted) : s->keys;
    s->outcomes = with_outcomes ? crmvi_large_array(count, sizeof *s->outcomes) : NULL;
    return s->keys != NULL && s->sorted != NULL && (!with_outcomes || s->outcomes != NULL);
}

static int32_t deal(sorting *s, const crmvi_runner *runner) {
    const int64_t rows = s->column->rows;
    const int64_t block = (rows + BLOCKS_LIMIT - 1) / BLOCKS_LIMIT;
    s->block = block < LEAST_BLOCK ? LEAST_BLOCK : block;
    s->block_count = (rows + s->block - 1) / s->block;
    s->places = crmvi_array(s->block_count * (LEFT_OUT_BIN + 1), sizeof *s->places);
    s->bins = crmvi_large_array(rows, sizeof *s->bins);
    if (s->places == NULL || s->bins == NULL || !find_borders(s)) {
        return CRMV_OUT_OF_MEMORY;
    }
    const int32_t status = crmvi_parallel(runner, "sorting values", rows, s->block, count_block, s);
    if (status != CRMV_OK) {
        return status;
    }
    set_places(s);
    return make_keys(s) ? crmvi_parallel(runner, "sorting values", rows, s->block, deal_block, s) : CRMV_OUT_OF_MEMORY;
}

static int32_t sort(sorting *s, const crmvi_runner *runner) {
    const int64_t together = 8;
    int32_t status = deal(s, runner);
    free(s->bins);
    s->bins = NULL;
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "sorting values", BINS_LIMIT, together, sort_bins, s);
    }
    if (status == CRMV_OK && !make_run(s)) {
        status = CRMV_OUT_OF_MEMORY;
    }
    return status == CRMV_OK ? crmvi_parallel(runner, "sorting values", BINS_LIMIT, together, write_bins, s) : status;
}

static int32_t make(const crmvi_runner *runner, const source *column, crmvi_run *out, crmv_error *error) {
    *out = (crmvi_run){0};
    sorting *s = crmvi_zeroed(1, sizeof *s);
    if (s == NULL) {
        return crmvi_no_memory(error);
    }
    s->column = column;
    s->out = out;
    const int32_t status = sort(s, runner);
    if (s->sorted != s->keys) {
        free(s->sorted);
    }
    free(s->keys);
    free(s->outcomes);
    free(s->places);
    free(s);
    if (status != CRMV_OK) {
        crmvi_run_clear(out);
        return crmvi_fail(error, status, NULL, "%s",
                          status == CRMV_OVERFLOW ? "points are past 2^53 units of 1e-6" : crmv_status_text(status));
    }
    return CRMV_OK;
}

int32_t crmvi_run_make(const crmvi_runner *runner, const double *values, const uint8_t *keep, const int64_t *outcomes,
                       int64_t rows, crmvi_run *out, crmv_error *error) {
    const source column = {.values = values, .keep = keep, .outcomes = outcomes, .rows = rows};
    return make(runner, &column, out, error);
}

int32_t crmvi_run_make_points(const crmvi_runner *runner, const int64_t *points, const uint8_t *keep, int64_t rows,
                              crmvi_run *out, crmv_error *error) {
    const source column = {.points = points, .keep = keep, .rows = rows};
    return make(runner, &column, out, error);
}
