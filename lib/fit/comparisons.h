/* comparisons.h - pairwise comparisons of up to 64 things, as logarithms of how many times as much one matters. */
#ifndef CRMVI_FIT_COMPARISONS_H
#define CRMVI_FIT_COMPARISONS_H

#include "crmvalue/status.h"

#include <stdbool.h>

enum { CRMVI_COMPARED_MOST = 64 };

typedef struct crmvi_comparisons {
    int32_t n;
    int32_t missing;                     /* pairs without a judgement */
    uint64_t given[CRMVI_COMPARED_MOST]; /* bit j of row i: i is compared with j; symmetric, nothing on the diagonal */
    /* n x n, row by row, antisymmetric: ln a_ij; 0 where not given. */
    double logarithm[CRMVI_COMPARED_MOST * CRMVI_COMPARED_MOST];
} crmvi_comparisons;

static inline bool crmvi_is_given(const crmvi_comparisons *c, int32_t i, int32_t j) {
    return (c->given[i] >> j & 1) != 0;
}

static inline double crmvi_logarithm_of(const crmvi_comparisons *c, int32_t i, int32_t j) {
    return c->logarithm[i * c->n + j];
}

/* Reads the upper triangle of an n x n matrix, NaN where not given. Errors: CRMV_BAD_ARGUMENT, CRMV_NOT_IDENTIFIED
 * where the judgements fall apart into groups. */
int32_t crmvi_comparisons_read(crmvi_comparisons *c, const double *judgements, int32_t n, crmv_error *error);

/* Says that i matters e^logarithm times as much as j, where they are compared; or that they are not compared. */
void crmvi_compare(crmvi_comparisons *c, int32_t i, int32_t j, double logarithm);
void crmvi_drop_comparison(crmvi_comparisons *c, int32_t i, int32_t j);

/* Whether i and j are also compared by way of others: whether their own judgement can be contradicted. */
bool crmvi_compared_otherwise(const crmvi_comparisons *c, int32_t i, int32_t j);

#endif
