/* judgements.h - weights by judgement, as a request asks for them. */
#ifndef CRMVI_FIT_JUDGEMENTS_H
#define CRMVI_FIT_JUDGEMENTS_H

#include "fit/answer.h"

/* Answers an `ahp` request of `*model`, which becomes the model with the answer. Errors: those of crmv_ahp_weights and
 * crmv_model_answer, the first with the request's place. */
int32_t crmvi_answer_judgements(crmv_model **model, const crmv_request *request, crmv_error *error);

#endif
