/* delta_method.h - standard errors of what is worked out from parameters that were fitted. */
#ifndef CRMVI_CLV_DELTA_METHOD_H
#define CRMVI_CLV_DELTA_METHOD_H

#include "clv/process.h"

#include <stdbool.h>

enum { CRMVI_DELTA_PARAMETERS = CRMVI_PARAMETERS };

/* Parameters with the covariance of their logarithms (of the parameter itself where `of_any_sign` says so). */
typedef struct crmvi_fitted_parameters {
    int32_t count;
    int32_t stride; /* of the covariance's rows */
    const double *values, *covariance;
    const bool *of_any_sign; /* NULL: none */
} crmvi_fitted_parameters;

/* The answers for a block of items, whatever these are, under given parameters. */
typedef void (*crmvi_answers)(const void *context, const double *parameters, const void *items, double *values);

/* Standard errors of these answers, `count` of them and at most CRMVI_HISTORY_BLOCK; a parameter whose
 * variance is NaN is taken for exact. NaN where all are, or a covariance of others is not known, or the answer is NaN.
 */
void crmvi_delta_errors(const crmvi_fitted_parameters *fitted, crmvi_answers answers, const void *context,
                        const void *items, int64_t count, double *errors);

#endif
