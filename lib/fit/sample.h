/* sample.h - the customers that weights are found from, and weights as whole numbers. */
#ifndef CRMVI_FIT_SAMPLE_H
#define CRMVI_FIT_SAMPLE_H

#include "base/shares.h"

#include <stdbool.h>
#include <stdint.h>

/* Rows of an outcome and the points of each member, all in units of 1e-6; none of them missing. */
typedef struct crmvi_sample {
    const int64_t *cells; /* row by row, 1 + members cells each: the outcome, then the points */
    int64_t rows;
    int32_t members;
    bool narrow; /* sums of weighted points fit into 64 bits */
} crmvi_sample;

crmvi_sample crmvi_sample_of(const int64_t *cells, int64_t rows, int32_t members);

static inline const int64_t *crmvi_sample_row(const crmvi_sample *sample, int64_t row) {
    return sample->cells + row * (1 + sample->members);
}

/* The index of each row: the weighted mean of its points, rounded half to even, as scoring has it. `weights` add up to
 * CRMVI_WHOLE_WEIGHT and none is below 0. */
void crmvi_index_of_rows(const crmvi_sample *sample, const crmvi_micro *weights, int64_t *out);

/*
 * The cells of `count` rows (fewer than the sample has), evenly spread over all of them in the order of their outcomes,
 * ties by the points; to be freed. It does not depend on the order of rows. NULL where memory is short.
 */
int64_t *crmvi_thinned_cells(const crmvi_sample *sample, int64_t count);

#endif
