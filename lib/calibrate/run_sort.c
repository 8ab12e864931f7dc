#include "base/borders.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/radix.h"
#include "calibrate/keys.h"
#include "calibrate/run.h"
#include "crmvalue/score.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * A sample of the column gives the borders between parts of some ten thousand values each; values are dealt to their
 * parts, and each part is sorted within one processor's cache, as whole numbers: the bits of doubles, turned so that
 * they ascend as the values do. A value that is a border has a bin of its own, in which there is nothing to sort, so
 * that its customers are only counted: a column of few values, or one in which most are the same, costs little more
 * than to read it. A sample that tells little costs time and nothing else.
 */

enum {
    LEVELS_LIMIT = 9,
    PARTS_LIMIT = 1 << LEVELS_LIMIT, /* between borders */
    BINS_LIMIT = 2 * PARTS_LIMIT,    /* parts, and behind each its border */
    LEFT_OUT_BIN = BINS_LIMIT,       /* rows that do not count */
    ROWS_OF_PART = 1 << 14,          /* as many fit into a cache twice */
    SAMPLES_OF_PART = 16,
    SAMPLES_LIMIT = PARTS_LIMIT * SAMPLES_OF_PART,
    LEAST_BLOCK = 1 << 16, /* rows that are dealt by one worker at a time */
    BLOCKS_LIMIT = 256,
    CHUNK = 512 /* rows whose values are at hand */
};

typedef struct source {
    const double *values; /* or else */
    const int64_t *points;
    const uint8_t *keep;
    const int64_t *outcomes;
    int64_t rows;
} source;

typedef struct sorting {
    const source *column;
    int32_t parts;
    crmvi_borders borders;
    double *room;  /* of the borders, and before them a value below all of them */
    int64_t block; /* rows of one */
    int64_t block_count;
    int64_t *places;                /* of each block and bin: how many rows, then where they go */
    int64_t totals[BINS_LIMIT];     /* rows of a bin */
    int64_t starts[BINS_LIMIT + 1]; /* where those that are dealt stand */
    int64_t firsts[BINS_LIMIT + 1]; /* position among the distinct values of a bin's first */
    uint16_t *bins;                 /* of each row */
    uint64_t *keys;                 /* of each bin */
    uint64_t *sorted;               /* the same in order; without outcomes the same memory */
    int64_t *outcomes;              /* beside keys */
    crmvi_run *out;
} sorting;

/* ---- Values and keys --------------------------------------------------------------------------------------------- */

/* The values of a chunk, NaN where a row is left out; -0 becomes 0 by the addition. False where a number of points is
 * not whole as a double. */
static bool load_points(const int64_t *points, int32_t count, double *values) {
    const int64_t limit = INT64_C(1) << 53;
    bool fits = true;
    for (int32_t i = 0; i < count; i++) {
        const bool missing = points[i] == CRMV_MISSING_POINTS;
        fits = fits && (missing || (points[i] <= limit && points[i] >= -limit));
        values[i] = missing ? (double)NAN : (double)points[i];
    }
    return fits;
}

static void load_numbers(const double *numbers, int32_t count, double *values) {
    for (int32_t i = 0; i < count; i++) {
        values[i] = fabs(numbers[i]) <= DBL_MAX ? numbers[i] + 0.0 : (double)NAN;
    }
}

static bool load(const source *column, int64_t row, int32_t count, double *values) {
    bool fits = true;
    if (column->points != NULL) {
        fits = load_points(column->points + row, count, values);
    } else {
        load_numbers(column->values + row, count, values);
    }
    for (int32_t i = 0; column->keep != NULL && i < count; i++) {
        values[i] = column->keep[row + i] != 0 ? values[i] : (double)NAN;
    }
    for (int32_t i = 0; column->outcomes != NULL && i < count; i++) {
        values[i] = column->outcomes[row + i] != CRMV_MISSING_POINTS ? values[i] : (double)NAN;
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
        double value;
        load(column, sampled_row(i, stride), 1, &value);
        if (!isnan(value)) {
            sample[count++] = crmvi_key_of(value);
        }
    }
    return count;
}

/* Values that cut a sample into so many parts; how many there are, since one may be several. */
static int32_t cut_sample(const source *column, int32_t parts, uint64_t *sample, double *borders) {
    const int64_t count = take_sample(column, (int64_t)parts * SAMPLES_OF_PART, sample);
    const uint64_t *ordered = crmvi_radix_sort(sample, sample + SAMPLES_LIMIT, count, 0, 64);
    int32_t found = 0;
    for (int32_t i = 1; i < parts && count > 0; i++) {
        const double border = crmvi_value_of(ordered[count * i / parts]);
        if (found == 0 || border != borders[found - 1]) {
            borders[found++] = border;
        }
    }
    return found;
}

static bool find_borders(sorting *s) {
    double borders[PARTS_LIMIT];
    int32_t count = 0;
    for (s->parts = 1; s->parts < PARTS_LIMIT && s->column->rows / s->parts > ROWS_OF_PART;) {
        s->parts *= 2;
    }
    if (s->parts > 1) {
        uint64_t *sample = crmvi_array(2 * SAMPLES_LIMIT, sizeof *sample);
        if (sample == NULL) {
            return false;
        }
        count = cut_sample(s->column, s->parts, sample, borders);
        free(sample);
    }
    s->room = crmvi_array(crmvi_borders_room(count) + 1, sizeof *s->room);
    if (s->room == NULL) {
        return false;
    }
    s->room[0] = -INFINITY;
    crmvi_borders_prepare(borders, count, s->room + 1, &s->borders);
    return true;
}

/* The bin behind a border, or the border's own. */
static bool is_border(int64_t bin) {
    return bin % 2 != 0;
}

static double border_of(const sorting *s, int64_t bin) {
    return s->borders.from[bin / 2];
}

/* The bins of a chunk: of a value above so many borders twice as many, and one less for a value that is the last. */
static void classify(const sorting *s, const double *values, int32_t count, uint16_t *bins) {
    const double *from = s->room; /* from[i] is the i-th border */
    int32_t not_above[CHUNK];
    crmvi_borders_find(&s->borders, values, count, not_above);
    for (int32_t i = 0; i < count; i++) {
        const int32_t bin = 2 * not_above[i] - (from[not_above[i]] == values[i]);
        bins[i] = (uint16_t)(isnan(values[i]) ? LEFT_OUT_BIN : bin);
    }
}

/* ---- Dealing ----------------------------------------------------------------------------------------------------- */

static int64_t *places_of(const sorting *s, int64_t begin) {
    return s->places + begin / s->block * (LEFT_OUT_BIN + 1);
}

/* Neighbours are counted apart, so that no count of one bin waits for the one before. */
static int32_t count_block(void *context, int64_t begin, int64_t end) {
    const sorting *s = context;
    int64_t counts[2][LEFT_OUT_BIN + 1] = {{0}};
    for (int64_t row = begin; row < end; row += CHUNK) {
        const int32_t count = end - row < CHUNK ? (int32_t)(end - row) : CHUNK;
        double values[CHUNK];
        uint16_t *bins = s->bins + row;
        if (!load(s->column, row, count, values)) {
            return CRMV_OVERFLOW;
        }
        classify(s, values, count, bins);
        for (int32_t i = 0; i < count; i++) {
            counts[i % 2][bins[i]]++;
        }
    }
    int64_t *out = places_of(s, begin);
    for (int32_t bin = 0; bin <= LEFT_OUT_BIN; bin++) {
        out[bin] = counts[0][bin] + counts[1][bin];
    }
    return CRMV_OK;
}

/* Whether the rows of a bin are dealt to it. */
static bool is_dealt(const sorting *s, int64_t bin) {
    return bin != LEFT_OUT_BIN && (!is_border(bin) || s->column->outcomes != NULL);
}

/* From how many to where: bin by bin, and within it block by block. */
static void set_places(sorting *s) {
    int64_t place = 0;
    for (int32_t bin = 0; bin < BINS_LIMIT; bin++) {
        s->starts[bin] = place;
        s->totals[bin] = 0;
        for (int64_t block = 0; block < s->block_count; block++) {
            int64_t *count = &s->places[block * (LEFT_OUT_BIN + 1) + bin];
            const int64_t size = *count;
            *count = place;
            s->totals[bin] += size;
            place += is_dealt(s, bin) ? size : 0;
        }
    }
    s->starts[BINS_LIMIT] = place;
}

/* The rows of a chunk that are dealt; how many. */
static int32_t list_dealt(const bool *dealt, const uint16_t *bins, int32_t count, int32_t *rows) {
    int32_t listed = 0;
    for (int32_t i = 0; i < count; i++) {
        rows[listed] = i;
        listed += dealt[bins[i]];
    }
    return listed;
}

/* Of a row that is not left out, as `load` gives it. */
static double value_at(const source *column, int64_t row) {
    return column->points != NULL ? (double)column->points[row] : column->values[row] + 0.0;
}

static int32_t deal_block(void *context, int64_t begin, int64_t end) {
    const sorting *s = context;
    int64_t places[LEFT_OUT_BIN + 1];
    bool dealt[LEFT_OUT_BIN + 1];
    memcpy(places, places_of(s, begin), sizeof places);
    for (int32_t bin = 0; bin <= LEFT_OUT_BIN; bin++) {
        dealt[bin] = is_dealt(s, bin);
    }
    for (int64_t row = begin; row < end; row += CHUNK) {
        const int32_t count = end - row < CHUNK ? (int32_t)(end - row) : CHUNK;
        const uint16_t *bins = s->bins + row;
        int32_t rows[CHUNK];
        const int32_t listed = list_dealt(dealt, bins, count, rows);
        for (int32_t i = 0; i < listed; i++) {
            const int64_t place = places[bins[rows[i]]]++;
            s->keys[place] = crmvi_key_of(value_at(s->column, row + rows[i]));
            if (s->outcomes != NULL) {
                s->outcomes[place] = s->column->outcomes[row + rows[i]];
            }
        }
    }
    return CRMV_OK;
}

/* ---- Sorting the parts ------------------------------------------------------------------------------------------- */

/* Sorts the parts among the bins, and counts the distinct values of each bin. */
static int32_t sort_bins(void *context, int64_t begin, int64_t end) {
    sorting *s = context;
    int64_t largest = 0;
    for (int64_t bin = begin; bin < end; bin++) {
        largest = !is_border(bin) && s->totals[bin] > largest ? s->totals[bin] : largest;
    }
    uint64_t *scratch = crmvi_array(largest, sizeof *scratch);
    if (scratch == NULL) {
        return CRMV_OUT_OF_MEMORY;
    }
    for (int64_t bin = begin; bin < end; bin++) {
        uint64_t *sorted = s->sorted + s->starts[bin];
        if (is_border(bin)) {
            s->firsts[bin] = s->totals[bin] > 0;
            continue;
        }
        if (s->sorted != s->keys) {
            memcpy(sorted, s->keys + s->starts[bin], (size_t)s->totals[bin] * sizeof *sorted);
        }
        crmvi_sort_keys(sorted, scratch, s->totals[bin]);
        s->firsts[bin] = crmvi_count_distinct(sorted, s->totals[bin]);
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
        const double value = crmvi_value_of(s->keys[i]);
        int64_t at = 0;
        for (int64_t left = distinct; left > 1;) {
            const int64_t half = left / 2;
            at += values[at + half] <= value ? half : 0;
            left -= half;
        }
        sums[at] += s->outcomes[i]; /* fewer than 2^63 of them, each below 2^63 */
    }
}

static void write_part(const sorting *s, int64_t bin) {
    int64_t at = s->firsts[bin] - 1;
    int64_t before = s->starts[bin];
    for (int64_t i = before; i < s->starts[bin + 1]; i++) {
        if (i > before && s->sorted[i] == s->sorted[i - 1]) {
            continue;
        }
        if (i > before) {
            s->out->counts[at] = i - before;
        }
        s->out->values[++at] = crmvi_value_of(s->sorted[i]);
        before = i;
    }
    if (s->starts[bin + 1] > before) {
        s->out->counts[at] = s->starts[bin + 1] - before;
    }
}

static int32_t write_bins(void *context, int64_t begin, int64_t end) {
    const sorting *s = context;
    for (int64_t bin = begin; bin < end; bin++) {
        if (!is_border(bin)) {
            write_part(s, bin);
        } else if (s->totals[bin] > 0) {
            s->out->values[s->firsts[bin]] = border_of(s, bin);
            s->out->counts[s->firsts[bin]] = s->totals[bin];
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
    for (int32_t bin = 0; bin < BINS_LIMIT; bin++) {
        out->total += s->totals[bin];
    }
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
    free(s->room);
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
