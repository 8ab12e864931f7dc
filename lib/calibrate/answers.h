/* answers.h - what was found, as the JSON that stands beside a request. */
#ifndef CRMVI_CALIBRATE_ANSWERS_H
#define CRMVI_CALIBRATE_ANSWERS_H

#include "calibrate/classes.h"
#include "calibrate/scales.h"
#include "calibrate/weights.h"

/* From whom something was found. */
typedef struct crmvi_found_from {
    int32_t as_of;     /* CRMV_NO_DATE: none */
    int64_t customers; /* -1: from the model alone */
} crmvi_found_from;

/*
 * `{"as_of": ..., "customers": ..., <plain part>, "found": {...}}`: a new object of the caller's. Errors:
 * CRMV_NOT_IDENTIFIED where a value is one that a model's text cannot hold (past 1e300, or within 1e-300 of 0),
 * CRMV_OUT_OF_MEMORY.
 */
int32_t crmvi_answer_scale(const crmvi_ask *ask, const crmvi_found_scale *found, crmvi_found_from from, json_t **out,
                           crmv_error *error);
int32_t crmvi_answer_weights(const crmvi_ask *ask, const crmv_model *model, const crmvi_found_weight *found,
                             crmvi_found_from from, json_t **out, crmv_error *error);

/* `whole`: the cuts are points in units of 1e-6. */
int32_t crmvi_answer_classes(const crmvi_ask *ask, const crmvi_found_classes *found, bool whole, crmvi_found_from from,
                             json_t **out, crmv_error *error);

#endif
