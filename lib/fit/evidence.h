/* evidence.h - what is gathered from frames for the requests that libcrmvalue-fit answers, those of a round together.
 */
#ifndef CRMVI_FIT_EVIDENCE_H
#define CRMVI_FIT_EVIDENCE_H

#include "fit/histories.h"
#include "fit/outcome.h"

/* One item for each request of a kind that is ready and not fitted, in the model's order. */
typedef struct crmvi_evidence {
    crmvi_study *studies; /* weights by outcome */
    int32_t study_count;
    crmvi_histories_study *lifetimes;
    int32_t lifetime_count;
} crmvi_evidence;

/* Whether the request at `position` is to be answered in this round; `out` gets it. The second form asks for one that
 * libcrmvalue-fit answers, by this operation. */
bool crmvi_is_wanted(const crmv_model *model, int32_t position, crmv_request *out);
bool crmvi_is_ours(const crmv_model *model, int32_t position, const char *operation, crmv_request *out);

/* What a model's requests are to be answered from, all of it still empty. Errors: CRMV_OUT_OF_MEMORY. */
int32_t crmvi_evidence_new(const crmv_model *model, crmvi_evidence *out, crmv_error *error);
void crmvi_evidence_clear(crmvi_evidence *evidence);

/* Adds a frame's customers to what has gathered nothing. Errors: as crmvi_study_gather, crmvi_histories_gather. */
int32_t crmvi_evidence_gather(crmvi_evidence *evidence, const crmv_model *model, const crmv_frame *population,
                              const crmv_frame *outcome, const crmv_options *options, crmv_error *error);

/* Whether both are of the same requests. */
bool crmvi_evidence_same(const crmvi_evidence *a, const crmvi_evidence *b);

/* Adding what `from` gathered: first the room, which may fail and leaves `into` as it was (false), then the rows. */
bool crmvi_evidence_reserve(crmvi_evidence *into, const crmvi_evidence *from);
void crmvi_evidence_add(crmvi_evidence *into, const crmvi_evidence *from);

/* Answers the requests: `*model` becomes the model with the answers. */
int32_t crmvi_evidence_answer(crmv_model **model, const crmvi_evidence *evidence, int32_t as_of,
                              const crmvi_runner *runner, crmv_error *error);

#endif
