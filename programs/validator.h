/*
 * validator.h - holding lifetimes against what happened, by libcrmvalue-fit, which is opened for it (fitter.h).
 */
#ifndef CRMVALUE_PROGRAM_VALIDATOR_H
#define CRMVALUE_PROGRAM_VALIDATOR_H

#include "inputs.h"

#include <crmvalue/validate.h>

/* What is called of the library; begins as {0}. */
typedef struct validator {
    void *library;
    int32_t (*validate)(const crmv_model *model, const crmv_ledger *ledger, const crmv_column *customers, int32_t count,
                        int64_t rows, int32_t split, int32_t until, const crmv_options *options, crmv_validation **out,
                        crmv_error *error);
    void (*free)(crmv_validation *validation);
    const crmv_frame *(*frame)(const crmv_validation *validation);
    const double *(*numbers)(const crmv_validation *validation, const char *lifetime, int32_t what, int32_t by);
    const double *(*p_alive)(const crmv_validation *validation, const char *lifetime);
    const char *(*json)(const crmv_validation *validation);
    const char *(*table)(const crmv_validation *validation);
} validator;

bool validator_open(validator *opened, failure *why);
void validator_close(validator *opened);

#endif
