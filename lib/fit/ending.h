/* ending.h - how a fit ended, in the caller's words. */
#ifndef CRMVI_FIT_ENDING_H
#define CRMVI_FIT_ENDING_H

#include "crmvalue/lifetime_fit.h"
#include "fit/maximum.h"

/* An end of the parameters' range: which of them run where (-1: down, 1: up, 0: any), and what that means. */
typedef struct crmvi_range_end {
    int32_t runs[CRMVI_FITTED_MOST];
    int32_t parameter;
    const char *meaning;
} crmvi_range_end;

/* A list of them ends with one without a meaning. The first that fits is told. */

/*
 * What the end of a search is called: ending, parameter, gradient and remark of `outcome`; `simpler` is left alone.
 * `at_end` tells which parameters have run to an end, or are not determined.
 */
void crmvi_ending_tell(const crmvi_maximum *maximum, const crmvi_range_end *ends, const char *const *names,
                       crmv_fit_outcome *outcome, bool *at_end);

/* A remark of at most 159 bytes. */
void crmvi_ending_remark(crmv_fit_outcome *outcome, const char *remark);

/* The covariance of the coordinates that are at no end, as `out` takes it, `across` to a row; NaN of the others, and
 * everywhere where the information is singular. */
void crmvi_ending_covariance(const crmvi_maximum *maximum, const bool *at_end, double *out, int32_t across);

/* k ln n - 2 ln L (Schwarz 1978). */
double crmvi_bic(int32_t parameters, int64_t rows, double log_likelihood);

#endif
