/* maximum.h - the greatest likelihood: from several starts on a sample of the rows, and from the best of their ends on
 * all rows. */
#ifndef CRMVI_FIT_MAXIMUM_H
#define CRMVI_FIT_MAXIMUM_H

#include "fit/settling.h"

enum { CRMVI_STARTS_MOST = 7 };

typedef struct crmvi_maximum {
    crmvi_density density;
    crmvi_space space;
    const crmvi_distinct *rows;
    crmvi_pace *pace;
    double starts[CRMVI_STARTS_MOST][CRMVI_FITTED_MOST]; /* parameters */
    int32_t start_count;

    crmvi_settlement found;
    int32_t evaluations; /* of all rows */
} crmvi_maximum;

/* Finds it. The point that it ends at is finite where any start is. Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. */
int32_t crmvi_maximise(crmvi_maximum *maximum);

/* The log-likelihood of all rows for these parameters, which may lie outside the bounds. Errors: likewise. */
int32_t crmvi_maximum_measure(crmvi_maximum *maximum, const double *parameters, double *log_likelihood);

#endif
