#include "fit/evidence.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- Requests ---------------------------------------------------------------------------------------------------- */

bool crmvi_is_wanted(const crmv_model *model, int32_t position, crmv_request *out) {
    *out = (crmv_request){.struct_size = sizeof *out};
    return crmv_model_request(model, position, out) == CRMV_OK && out->ready != 0 && out->state != CRMV_REQUEST_FITTED;
}

bool crmvi_is_ours(const crmv_model *model, int32_t position, const char *operation, crmv_request *out) {
    return crmvi_is_wanted(model, position, out) && out->by == CRMV_BY_FIT && strcmp(out->operation, operation) == 0;
}

/* ---- Making ------------------------------------------------------------------------------------------------------ */

static bool make_studies(const crmv_model *model, crmvi_evidence *evidence) {
    const int32_t requests = crmv_model_requests(model);
    crmv_request request;
    evidence->studies = crmvi_zeroed(requests, sizeof *evidence->studies);
    bool made = evidence->studies != NULL;
    for (int32_t i = 0; made && i < requests; i++) {
        if (crmvi_is_ours(model, i, "outcome", &request)) {
            made = crmvi_study_new(&request, &evidence->studies[evidence->study_count]);
            evidence->study_count += made;
        }
    }
    return made;
}

static bool make_lifetimes(const crmv_model *model, crmvi_evidence *evidence) {
    const int32_t lifetimes = crmv_model_lifetimes(model);
    crmv_request request;
    evidence->lifetimes = crmvi_zeroed(lifetimes, sizeof *evidence->lifetimes);
    bool made = evidence->lifetimes != NULL;
    for (int32_t i = 0; made && i < lifetimes; i++) {
        crmv_lifetime_card card = {.struct_size = sizeof card};
        crmv_model_lifetime(model, i, &card);
        if (crmvi_is_wanted(model, card.request, &request)) {
            made = crmvi_histories_new(&request, &card, &evidence->lifetimes[evidence->lifetime_count]);
            evidence->lifetime_count += made;
        }
    }
    return made;
}

int32_t crmvi_evidence_new(const crmv_model *model, crmvi_evidence *out, crmv_error *error) {
    *out = (crmvi_evidence){0};
    if (!make_studies(model, out) || !make_lifetimes(model, out)) {
        crmvi_evidence_clear(out);
        return crmvi_no_memory(error);
    }
    return CRMV_OK;
}

void crmvi_evidence_clear(crmvi_evidence *evidence) {
    for (int32_t i = 0; i < evidence->study_count; i++) {
        crmvi_study_clear(&evidence->studies[i]);
    }
    for (int32_t i = 0; i < evidence->lifetime_count; i++) {
        crmvi_histories_clear(&evidence->lifetimes[i]);
    }
    free(evidence->studies);
    free(evidence->lifetimes);
    *evidence = (crmvi_evidence){0};
}

/* ---- Gathering --------------------------------------------------------------------------------------------------- */

int32_t crmvi_evidence_gather(crmvi_evidence *evidence, const crmv_model *model, const crmv_frame *population,
                              const crmv_frame *outcome, const crmv_options *options, crmv_error *error) {
    int32_t status = CRMV_OK;
    for (int32_t i = 0; i < evidence->study_count && status == CRMV_OK; i++) {
        status = crmvi_study_gather(&evidence->studies[i], model, population, outcome, options, error);
    }
    for (int32_t i = 0; i < evidence->lifetime_count && status == CRMV_OK; i++) {
        status = crmvi_histories_gather(&evidence->lifetimes[i], population, error);
    }
    return status;
}

bool crmvi_evidence_same(const crmvi_evidence *a, const crmvi_evidence *b) {
    bool same = a->study_count == b->study_count && a->lifetime_count == b->lifetime_count;
    for (int32_t i = 0; same && i < a->study_count; i++) {
        same = strcmp(a->studies[i].place, b->studies[i].place) == 0 &&
               a->studies[i].weighing.count == b->studies[i].weighing.count;
    }
    for (int32_t i = 0; same && i < a->lifetime_count; i++) {
        same = strcmp(a->lifetimes[i].name, b->lifetimes[i].name) == 0 && a->lifetimes[i].last == b->lifetimes[i].last;
    }
    return same;
}

bool crmvi_evidence_reserve(crmvi_evidence *into, const crmvi_evidence *from) {
    bool made = true;
    for (int32_t i = 0; made && i < into->study_count; i++) {
        made = crmvi_study_reserve(&into->studies[i], &from->studies[i]);
    }
    for (int32_t i = 0; made && i < into->lifetime_count; i++) {
        made = crmvi_histories_reserve(&into->lifetimes[i], &from->lifetimes[i]);
    }
    return made;
}

void crmvi_evidence_add(crmvi_evidence *into, const crmvi_evidence *from) {
    for (int32_t i = 0; i < into->study_count; i++) {
        crmvi_study_add(&into->studies[i], &from->studies[i]);
    }
    for (int32_t i = 0; i < into->lifetime_count; i++) {
        crmvi_histories_add(&into->lifetimes[i], &from->lifetimes[i]);
    }
}

/* ---- Answering --------------------------------------------------------------------------------------------------- */

int32_t crmvi_evidence_answer(crmv_model **model, const crmvi_evidence *evidence, int32_t as_of,
                              const crmvi_runner *runner, crmv_error *error) {
    int32_t status = CRMV_OK;
    for (int32_t i = 0; i < evidence->lifetime_count && status == CRMV_OK; i++) {
        status = crmvi_answer_lifetime(model, &evidence->lifetimes[i], as_of, runner, error);
    }
    for (int32_t i = 0; i < evidence->study_count && status == CRMV_OK; i++) {
        status = crmvi_answer_outcome(model, &evidence->studies[i], as_of, runner, error);
    }
    return status;
}
