/*
 * process.h - purchase processes: what fitting and predicting ask of each, as one table.
 *
 * Pure mathematics on columns: no units, no errors, no memory. Histories are valid (x a whole number >= 0, 0 <= t_x <=
 * T, t_x = 0 where x = 0, or NaN anywhere: then the results are NaN); parameters finite and above 0.
 */
#ifndef CRMVI_CLV_PROCESS_H
#define CRMVI_CLV_PROCESS_H

#include "crmvalue/lifetime.h"

#include <stdbool.h>
#include <stdint.h>

enum { CRMVI_PROCESSES = CRMV_NBD + 1, CRMVI_PARAMETERS = CRMV_LIFETIME_PARAMETERS };

/* Columns of `count` histories. */
typedef struct crmvi_histories {
    const double *x, *t_x, *T;
    int64_t count;
} crmvi_histories;

/* What is asked, as in crmv_lifetime_predict. */
typedef struct crmvi_question {
    int32_t what;
    double ahead;    /* may be infinite for CRMV_DISCOUNTED_PURCHASES */
    double discount; /* per unit of time; above 0 where `ahead` is infinite */
} crmvi_question;

typedef struct crmvi_process {
    const char *name;
    int32_t parameter_count;
    const char *parameters[CRMVI_PARAMETERS];
    int32_t limit; /* the model without drop-out; 0: it is that */

    /* Log-likelihoods of all histories. `slopes` (may be NULL) gets the derivatives by the logarithm of each parameter:
     * that by parameter k of history i stands at slopes[k * count + i]. */
    void (*log_likelihood)(const double *parameters, const crmvi_histories *histories, double *values, double *slopes);

    void (*predict)(const double *parameters, const crmvi_question *question, const crmvi_histories *histories,
                    double *values);

    /* E[X(t)]. */
    double (*expected)(const double *parameters, double t);
} crmvi_process;

/* By CRMV_BG_NBD ...; item 0 is empty. */
extern const crmvi_process crmvi_processes[CRMVI_PROCESSES];

/* Blocks in which callers hand histories over: what a kernel keeps on its stack fits into the first cache. */
enum { CRMVI_HISTORY_BLOCK = 256 };

/* bg_nbd.c, mbg_nbd.c, pareto_nbd.c, nbd.c: the functions of the table; `count` of histories is at most
 * CRMVI_HISTORY_BLOCK. */
void crmvi_bg_nbd_likelihood(const double *parameters, const crmvi_histories *histories, double *values,
                             double *slopes);
void crmvi_bg_nbd_predict(const double *parameters, const crmvi_question *question, const crmvi_histories *histories,
                          double *values);
double crmvi_bg_nbd_expected(const double *parameters, double t);
void crmvi_mbg_nbd_likelihood(const double *parameters, const crmvi_histories *histories, double *values,
                              double *slopes);
void crmvi_mbg_nbd_predict(const double *parameters, const crmvi_question *question, const crmvi_histories *histories,
                           double *values);
double crmvi_mbg_nbd_expected(const double *parameters, double t);
void crmvi_pareto_nbd_likelihood(const double *parameters, const crmvi_histories *histories, double *values,
                                 double *slopes);
void crmvi_pareto_nbd_predict(const double *parameters, const crmvi_question *question,
                              const crmvi_histories *histories, double *values);
double crmvi_pareto_nbd_expected(const double *parameters, double t);
void crmvi_nbd_likelihood(const double *parameters, const crmvi_histories *histories, double *values, double *slopes);
void crmvi_nbd_predict(const double *parameters, const crmvi_question *question, const crmvi_histories *histories,
                       double *values);
double crmvi_nbd_expected(const double *parameters, double t);

#endif
