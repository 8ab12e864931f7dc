/* likelihood.h - the log-likelihood of all rows and its slopes, added up in an order that no thread decides. */
#ifndef CRMVI_FIT_LIKELIHOOD_H
#define CRMVI_FIT_LIKELIHOOD_H

#include "fit/distinct.h"

enum { CRMVI_FITTED_MOST = 4 }; /* parameters */
static const double CRMVI_PENALTY_MOST = 1e12;

/* What is fitted: a process, or spend. */
typedef struct crmvi_density {
    int32_t model;
    int32_t parameter_count;
    /* Of at most CRMVI_HISTORY_BLOCK rows; slopes as in clv/process.h. */
    void (*log_likelihood)(int32_t model, const double *parameters, const double *const *columns, int64_t count,
                           double *values, double *slopes);
} crmvi_density;

/* How far a call has come, for its caller's progress function: each evaluation takes a tenth of what is left, since
 * nobody knows how many there will be. */
typedef struct crmvi_pace {
    const crmvi_runner *runner; /* the caller's */
    const char *stage;
    double done; /* before the evaluation that is under way */
} crmvi_pace;

typedef struct crmvi_likelihood {
    crmvi_density density;
    const crmvi_distinct *rows;
    crmvi_pace *pace;
    double *sums; /* of each block of rows: the log-likelihood and its slopes */
    int32_t evaluations;
} crmvi_likelihood;

/* False: out of memory. The rows must outlive it. */
bool crmvi_likelihood_make(const crmvi_density *density, const crmvi_distinct *rows, crmvi_pace *pace,
                           crmvi_likelihood *out);
void crmvi_likelihood_clear(crmvi_likelihood *likelihood);

/* The sum over all rows, and its slopes by the parameters' logarithms; neither need be finite. Errors:
 * CRMV_CANCELLED, CRMV_OUT_OF_MEMORY. */
int32_t crmvi_likelihood_at(crmvi_likelihood *likelihood, const double *parameters, double *value, double *slopes);

#endif
