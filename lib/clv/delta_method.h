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

/* The answers for items [begin, begin + count) under given parameters; count is at most CRMVI_HISTORY_BLOCK. */
typedef void (*crmvi_answers)(const void *context, const double *parameters, int64_t begin, int64_t count,
                              double *values);

/* Standard errors of these answers; NaN where the covariance is not known or the answer is NaN. */
void crmvi_delta_errors(const crmvi_fitted_parameters *fitted, crmvi_answers answers, const void *context,
                        int64_t begin, int64_t count, double *errors);

#endif
