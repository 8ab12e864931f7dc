/*
 * calibration.h - what a round gathers for the asks that are ready: a run for each scale, tiers and classes; for
 * weights a run of points for each member, and for CRITIC the sums of products of each pair.
 */
#ifndef CRMVI_CALIBRATE_CALIBRATION_H
#define CRMVI_CALIBRATE_CALIBRATION_H

#include "calibrate/run.h"
#include "frame/frame.h"
#include "model/ask.h"

/* Marks the rows of a frame that are in populations at all: 1, and 0 for customers who are too new. `keep` has
 * frame->rows bytes. */
void crmvi_mark_population(const crmv_model *model, const crmv_frame *frame, uint8_t *keep);

/* The most percent of the customers that the model's weights by outcome hold out; 0 where none does. */
double crmvi_held_out_percent(const crmv_model *model);

/* The outcome (1e-6 units, rounded half to even) of each row of `population`, joined by key; CRMV_MISSING_POINTS where
 * the other frame has no row or no value. Errors: CRMV_OVERFLOW with the customer, CRMV_OUT_OF_MEMORY,
 * CRMV_BAD_ARGUMENT (keys of another kind). */
int32_t crmvi_join_outcome(const crmv_frame *population, const crmv_frame *outcome, int32_t metric, int64_t *out,
                           crmv_error *error);

/* Exact sums over the customers who have both of two columns of points. */
typedef struct crmvi_pair {
    int64_t count;
    crmvi_wide x, y, xx, yy, xy;
} crmvi_pair;

/* Adds the rows [0, rows) of two columns, CRMV_MISSING_POINTS and rows with 0 in `keep` (NULL: none) left out. False,
 * and the pair as it was, where a sum does not fit. */
bool crmvi_pair_add(crmvi_pair *pair, const int64_t *x, const int64_t *y, const uint8_t *keep, int64_t rows);

/* Adds the sums of other customers; false, and `into` as it was, where one does not fit. */
bool crmvi_pair_merge(crmvi_pair *into, const crmvi_pair *from);

/* Pearson's correlation of a pair, -1 to 1; NaN where fewer than two customers or a column that does not vary. Worked
 * out from the exact sums in an order of its own, so that it has one value. */
double crmvi_pair_correlation(const crmvi_pair *pair);

/* The sample standard deviation (n - 1) of a pair's first column, in units of 1e-6; 0 for fewer than two customers. */
double crmvi_pair_deviation(const crmvi_pair *pair);

#endif
