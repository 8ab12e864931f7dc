/*
 * ordering.h - weights, none below 0, whose index orders customers as much as possible as an outcome does: the highest
 * rank correlation (Spearman 1904, ties by mid-ranks).
 */
#ifndef CRMVI_FIT_ORDERING_H
#define CRMVI_FIT_ORDERING_H

#include "base/parallel.h"
#include "fit/sample.h"

/* A sample with the ranks of its outcomes. */
typedef struct crmvi_order {
    const crmvi_sample *sample;
    int64_t *ranks; /* of each row's outcome: twice the mid-rank, about the middle */
    double spread;  /* root of their sum of squares; 0 where the outcome does not vary */
} crmvi_order;

/* False where memory is short. The sample must outlive it. */
bool crmvi_order_make(const crmvi_sample *sample, crmvi_order *out);
void crmvi_order_clear(crmvi_order *order);

/* The rank correlation of the index with these weights and the outcome, from whole numbers: it does not depend on the
 * order of rows. 0 where either does not vary. False where memory is short. */
bool crmvi_order_measure(const crmvi_order *order, const crmvi_micro *weights, double *correlation);

/*
 * Improves weights by coordinate search: one member's weight after the other is raised and lowered by a step, the
 * others making room in proportion; where nothing is gained any more the step is halved, from a quarter of the whole
 * to 0.05 percent of it. Each of the `starts` (one after the other, members weights each, adding up to
 * CRMVI_WHOLE_WEIGHT) is improved by itself, on the runner's threads. Of more than 16,384 rows so many are searched
 * with, evenly spread over their order by outcome; ends and starts are then measured with all of them. The best one
 * becomes `weights`, of equals the first, an end before a start: what is found is no worse than any start, and no
 * single step improves it noticeably; that nothing else does is not known. Members whose `frozen` is set keep a weight
 * of 0 if they start with it.
 * Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED.
 */
int32_t crmvi_order_search(const crmvi_order *order, const crmvi_runner *runner, const crmvi_micro *starts,
                           int32_t start_count, const bool *frozen, crmvi_micro *weights, double *correlation);

#endif
