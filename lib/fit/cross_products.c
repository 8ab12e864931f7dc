/* cross_products.c - sums of products about the mean, in whole numbers of 128 bits. */
#include "fit/cross_products.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/* How a column is read: (value - least) >> shift, less the middle, which is the mean to the next whole number. */
typedef struct reading {
    int64_t least;
    int64_t middle;
    int32_t shift;
    crmvi_wide rest; /* what the numbers that are read add up to: the part of the mean that the middle lacks, n times */
} reading;

static int32_t bits_of(uint64_t value) {
    int32_t bits = 0;
    for (; value != 0; value >>= 1) {
        bits++;
    }
    return bits;
}

static uint64_t above_least(const reading *r, int64_t value) {
    return ((uint64_t)value - (uint64_t)r->least) >> r->shift;
}

static int64_t read_cell(const reading *r, int64_t value) {
    return (int64_t)above_least(r, value) - r->middle;
}

/* The products of two numbers of that many bits, added up over the rows, stay below 2^126. */
static int32_t bits_allowed(int64_t rows) {
    return (126 - bits_of((uint64_t)rows)) / 2;
}

static reading reading_of(const crmvi_sample *sample, int32_t column) {
    reading r = {.least = INT64_MAX};
    int64_t greatest = INT64_MIN;
    for (int64_t i = 0; i < sample->rows; i++) {
        const int64_t value = crmvi_sample_row(sample, i)[column];
        r.least = value < r.least ? value : r.least;
        greatest = value > greatest ? value : greatest;
    }
    if (sample->rows == 0) {
        return (reading){0};
    }
    const int32_t bits = bits_of((uint64_t)greatest - (uint64_t)r.least);
    const int32_t allowed = bits_allowed(sample->rows);
    r.shift = bits > allowed ? bits - allowed : 0;
    crmvi_wide sum = 0;
    for (int64_t i = 0; i < sample->rows; i++) {
        sum += above_least(&r, crmvi_sample_row(sample, i)[column]);
    }
    r.middle = (int64_t)crmvi_divide(sum, sample->rows);
    r.rest = sum - (crmvi_wide)r.middle * sample->rows;
    return r;
}

/* Adds the products of each pair of columns up to `sums`, of which the lower triangle is used. */
static void add_products(const crmvi_sample *sample, const reading *readings, int64_t *row, crmvi_wide *sums) {
    const int32_t columns = 1 + sample->members;
    for (int64_t i = 0; i < sample->rows; i++) {
        const int64_t *cells = crmvi_sample_row(sample, i);
        for (int32_t a = 0; a < columns; a++) {
            row[a] = read_cell(&readings[a], cells[a]);
            for (int32_t b = 0; b <= a; b++) {
                sums[a * columns + b] += (crmvi_wide)row[a] * row[b];
            }
        }
    }
}

static void fill_correlations(crmvi_cross_products *out, const reading *readings, const crmvi_wide *sums,
                              int64_t rows) {
    const int32_t columns = out->columns;
    for (int32_t a = 0; a < columns; a++) {
        for (int32_t b = 0; b <= a; b++) {
            const double correction = (double)readings[a].rest * (double)readings[b].rest / (double)rows;
            out->correlations[a * columns + b] = (double)sums[a * columns + b] - correction;
        }
        const double squares = out->correlations[a * columns + a];
        out->spreads[a] = squares > 0 ? sqrt(squares) : 0;
    }
    for (int32_t a = 0; a < columns; a++) {
        for (int32_t b = 0; b <= a; b++) {
            const double both = out->spreads[a] * out->spreads[b];
            double correlation = both > 0 ? out->correlations[a * columns + b] / both : 0;
            correlation = a == b && both > 0 ? 1 : fmax(-1, fmin(1, correlation));
            out->correlations[a * columns + b] = correlation;
            out->correlations[b * columns + a] = correlation;
        }
    }
    for (int32_t a = 0; a < columns; a++) { /* in the cells' own units again */
        out->spreads[a] = ldexp(out->spreads[a], readings[a].shift);
    }
}

bool crmvi_cross_products_make(const crmvi_sample *sample, crmvi_cross_products *out) {
    const int32_t columns = 1 + sample->members;
    const int64_t pairs = (int64_t)columns * columns;
    reading *readings = crmvi_array(columns, sizeof *readings);
    crmvi_wide *sums = crmvi_zeroed(pairs, sizeof *sums);
    int64_t *row = crmvi_array(columns, sizeof *row);
    *out = (crmvi_cross_products){.columns = columns,
                                  .spreads = crmvi_zeroed(columns, sizeof *out->spreads),
                                  .correlations = crmvi_zeroed(pairs, sizeof *out->correlations)};
    const bool done = readings && sums && row && out->spreads && out->correlations;
    if (done && sample->rows > 0) {
        for (int32_t a = 0; a < columns; a++) {
            readings[a] = reading_of(sample, a);
        }
        add_products(sample, readings, row, sums);
        fill_correlations(out, readings, sums, sample->rows);
    }
    free(readings);
    free(sums);
    free(row);
    if (!done) {
        crmvi_cross_products_clear(out);
    }
    return done;
}

void crmvi_cross_products_clear(crmvi_cross_products *products) {
    free(products->spreads);
    free(products->correlations);
    *products = (crmvi_cross_products){0};
}
