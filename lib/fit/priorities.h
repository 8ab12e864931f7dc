/* priorities.h - weights from pairwise comparisons, as logarithms. */
#ifndef CRMVI_FIT_PRIORITIES_H
#define CRMVI_FIT_PRIORITIES_H

#include "fit/comparisons.h"

/* Memory to solve in. */
typedef struct crmvi_priority_space {
    double matrix[CRMVI_COMPARED_MOST * CRMVI_COMPARED_MOST];
    double right[CRMVI_COMPARED_MOST];
    double work[CRMVI_COMPARED_MOST];
} crmvi_priority_space;

/*
 * By CRMV_AHP_...: the logarithms of the weights, but for a number that is the same for all. False where judgements
 * contradict each other by more than numbers can hold (e^600 times as much one way as the other).
 */
bool crmvi_priorities(const crmvi_comparisons *c, int32_t method, crmvi_priority_space *space, double *logarithms);

/* How many times as much i was said to matter as the weights say, as a logarithm. */
static inline double crmvi_excess(const crmvi_comparisons *c, const double *logarithms, int32_t i, int32_t j) {
    return crmvi_logarithm_of(c, i, j) - (logarithms[i] - logarithms[j]);
}

/* lambda max - n: by how much the judgements contradict each other in all; exactly 0 where they do not. */
double crmvi_contradiction(const crmvi_comparisons *c, const double *logarithms);

#endif
