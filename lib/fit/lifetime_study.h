/* lifetime_study.h - histories to which processes are fitted, one or several. */
#ifndef CRMVI_FIT_LIFETIME_STUDY_H
#define CRMVI_FIT_LIFETIME_STUDY_H

#include "clv/process.h"
#include "fit/ending.h"

typedef struct crmvi_lifetime_study {
    crmvi_runner runner;
    crmvi_pace pace;
    crmvi_distinct rows;
    int64_t left_out;
    double penalty;
    double purchases, age; /* sums over the customers: repeat purchases, and T */
    crmvi_maximum nbd;     /* the limit of all processes; fitted first */
} crmvi_lifetime_study;

/* lifetime_starts.c: where a process's parameters may lie, and where the search begins. The limit must be known, but
 * for the limit itself. */
void crmvi_lifetime_space(const crmvi_lifetime_study *study, int32_t model, crmvi_space *out);
void crmvi_lifetime_starts(const crmvi_lifetime_study *study, crmvi_maximum *maximum);

/* Parameters of the process with which nobody drops out within any time that matters: those of the limit, the others at
 * their ends. */
void crmvi_lifetime_without_end(const crmvi_lifetime_study *study, int32_t model, double *parameters);

/* Collects the histories and fits the limit to them. Errors: CRMV_BAD_ARGUMENT, CRMV_NOT_IDENTIFIED,
 * CRMV_OUT_OF_MEMORY, CRMV_CANCELLED; `study` is then empty. */
int32_t crmvi_lifetime_study_make(const crmvi_histories *histories, double penalty, const crmv_options *options,
                                  crmvi_lifetime_study *study, crmv_error *error);
void crmvi_lifetime_study_clear(crmvi_lifetime_study *study);

/* Fits one process. Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. */
int32_t crmvi_lifetime_study_fit(crmvi_lifetime_study *study, int32_t model, crmv_lifetime *lifetime,
                                 crmv_fit_outcome *outcome);

#endif
