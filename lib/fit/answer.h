/* answer.h - what was found for a request for weights, as JSON for crmv_model_answer. */
#ifndef CRMVI_FIT_ANSWER_H
#define CRMVI_FIT_ANSWER_H

#include "crmvalue/fit.h"
#include "fit/sample.h"
#include "fit/weighing.h"

#include <jansson.h>

/* Objects and arrays are built piece by piece; where memory is short they become NULL, and a NULL that is put into one
 * makes that NULL in turn. What is put in is taken over in any case. */
void crmvi_json_put(json_t **object, const char *key, json_t *value);
void crmvi_json_append(json_t **array, json_t *value);

/* A number to six decimals, as people read it; null where it is not finite. */
json_t *crmvi_json_rounded(double value);

/* A day as text. */
json_t *crmvi_json_day(int32_t day);

/* `{"name": weight, ...}` in the request's order. */
json_t *crmvi_json_weights(const crmvi_weighing *weighing, const crmvi_micro *weights);

/*
 * Puts `fitted` (NULL: memory was short when it was made) beside the request that stands at `place`. It is let go of in
 * any case. On CRMV_OK `*model`, which is freed, becomes the model with the answer.
 */
int32_t crmvi_put_answer(crmv_model **model, const char *place, json_t *fitted, crmv_error *error);

#endif
