/* spending.h - spend models: what fitting and predicting ask of each, as one table. As clv/process.h. */
#ifndef CRMVI_CLV_SPENDING_H
#define CRMVI_CLV_SPENDING_H

#include "crmvalue/lifetime.h"

#include <stdbool.h>
#include <stdint.h>

enum { CRMVI_SPENDINGS = CRMV_NORMAL_NORMAL + 1, CRMVI_SPEND_PARAMETERS = CRMV_SPEND_PARAMETERS };

/* Columns of `rows` customers; `squares` may be NULL where the model does not read it. */
typedef struct crmvi_purses {
    const double *count, *mean, *squares;
    int64_t rows;
} crmvi_purses;

typedef struct crmvi_spending {
    const char *name;
    int32_t parameter_count;
    const char *parameters[CRMVI_SPEND_PARAMETERS];
    bool of_any_sign[CRMVI_SPEND_PARAMETERS]; /* the parameter itself takes its logarithm's place */
    bool takes_squares;
    /* As of a process: slopes by the logarithms, or by the parameter where it is of any sign. */
    void (*log_likelihood)(const double *parameters, const crmvi_purses *purses, double *values, double *slopes);
    void (*predict)(const double *parameters, const crmvi_purses *purses, double *values);
} crmvi_spending;

extern const crmvi_spending crmvi_spendings[CRMVI_SPENDINGS];

void crmvi_gamma_gamma_likelihood(const double *parameters, const crmvi_purses *purses, double *values, double *slopes);
void crmvi_gamma_gamma_predict(const double *parameters, const crmvi_purses *purses, double *values);
void crmvi_normal_normal_likelihood(const double *parameters, const crmvi_purses *purses, double *values,
                                    double *slopes);
void crmvi_normal_normal_predict(const double *parameters, const crmvi_purses *purses, double *values);

#endif
