/*
 * fuzz_model.c - any bytes as a model: parsing ends with a clean status, and what parses prints to a text that parses
 * to the same model; its requests take answers or refuse them, its outcomes are a model, and its lifetimes hang
 * together with their requests.
 *
 * With replay.c it is a program that takes files; with clang's -fsanitize=fuzzer, a fuzzer.
 */
#include "crmvalue/calibrate.h"
#include "crmvalue/column.h"
#include "crmvalue/lifetime.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

/* A refusal says why, and where if it can. */
static void require_refusal(int32_t status, const crmv_error *error) {
    require(status == CRMV_BAD_SYNTAX || status == CRMV_BAD_MODEL || status == CRMV_TOO_LARGE);
    require(error->status == status && error->message[0] != '\0');
    require(memchr(error->message, '\0', sizeof error->message) != NULL);
    require(memchr(error->place, '\0', sizeof error->place) != NULL);
    require(status != CRMV_BAD_SYNTAX || (error->line >= 1 && error->column >= 1));
}

static char *printed(const crmv_model *model) {
    int64_t length = 0;
    require(crmv_model_print(model, NULL, 0, &length) == CRMV_BUFFER_TOO_SMALL);
    char *text = malloc((size_t)length + 1);
    require(text != NULL);
    require(crmv_model_print(model, text, length + 1, NULL) == CRMV_OK);
    return text;
}

static void require_same(const crmv_model *model, const crmv_model *again) {
    char hash[33];
    char hash_again[33];
    require(crmv_model_hash(model, hash) == CRMV_OK);
    require(crmv_model_hash(again, hash_again) == CRMV_OK);
    require(strcmp(hash, hash_again) == 0);
    char *text = printed(model);
    char *text_again = printed(again);
    require(strcmp(text, text_again) == 0);
    free(text);
    free(text_again);
}

static void require_findings(const crmv_model *model) {
    crmv_findings *findings = NULL;
    require(crmv_model_check(model, NULL, NULL, &findings, NULL) == CRMV_OK);
    for (int64_t i = 0; i < crmv_findings_count(findings); i++) {
        crmv_finding finding = {.struct_size = sizeof finding};
        require(crmv_findings_get(findings, i, &finding) == CRMV_OK);
        require(finding.place[0] != '\0' && finding.message[0] != '\0');
    }
    crmv_findings_free(findings);
}

static crmv_request request_at(const crmv_model *model, int32_t position) {
    crmv_request request = {.struct_size = sizeof request};
    require(crmv_model_request(model, position, &request) == CRMV_OK);
    require(request.operation[0] != '\0' && request.place[0] != '\0' && request.text[0] == '{');
    return request;
}

static void require_same_requests(const crmv_model *model, const crmv_model *again) {
    require(crmv_model_requests(model) == crmv_model_requests(again));
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        const crmv_request a = request_at(model, i);
        const crmv_request b = request_at(again, i);
        require(a.state == b.state && a.ready == b.ready && strcmp(a.place, b.place) == 0);
        require(a.state != CRMV_REQUEST_FITTED || a.ready == 1);
    }
}

/* What answers one kind of request is refused by the others; once it is taken, the request is fitted. */
static void require_answers(const crmv_model *model, int32_t position) {
    static const char *const answers[] = {"{\"line\": [[0, 0], [1, 100]], \"customers\": 3}",
                                          "{\"bands\": [{\"points\": 1}]}", "{\"weights\": {\"a\": 100}}",
                                          "{\"cuts\": [[\"x\", 1], [\"y\", null]]}",
                                          "{\"model\": \"nbd\", \"parameters\": {\"r\": 1, \"alpha\": 2}}"};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        crmv_model *answered = NULL;
        const int32_t status = crmv_model_answer(model, position, answers[i], -1, &answered, NULL);
        const bool is_ready = request_at(model, position).ready == 1;
        require(status == CRMV_OK || status == (is_ready ? CRMV_BAD_MODEL : CRMV_BAD_STATE));
        require(status != CRMV_OK || request_at(answered, position).state == CRMV_REQUEST_FITTED);
        crmv_model_free(answered);
    }
}

static void require_requests(const crmv_model *model) {
    enum { ANSWERED = 6 };
    crmv_model *unfitted = NULL;
    require(crmv_model_unfitted(model, &unfitted, NULL) == CRMV_OK);
    require(crmv_model_requests(unfitted) == crmv_model_requests(model));
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        require(request_at(unfitted, i).state == CRMV_REQUEST_OPEN);
        if (i < ANSWERED) {
            require_answers(model, i);
        }
    }
    crmv_model_free(unfitted);
}

/* A lifetime has candidates, and parameters if its request is fitted, which are those of one of them. */
static void require_lifetime(const crmv_model *model, int32_t position) {
    crmv_lifetime_card card = {.struct_size = sizeof card};
    require(crmv_model_lifetime(model, position, &card) == CRMV_OK);
    require(card.candidates >= 1 && card.candidates <= 4 && card.unit_days >= 1 && card.penalty >= 0);
    require(request_at(model, card.request).state == card.state);
    require((card.lifetime.model != 0) == (card.state == CRMV_REQUEST_FITTED));
    require(card.spend.model == (card.state == CRMV_REQUEST_FITTED ? card.spend_model : 0));
    bool is_candidate = card.lifetime.model == 0;
    for (int32_t i = 0; i < card.candidates; i++) {
        is_candidate = is_candidate || card.models[i] == card.lifetime.model;
    }
    require(is_candidate);
    for (int32_t i = 0; i < crmv_lifetime_parameters(card.lifetime.model); i++) {
        require(card.lifetime.parameters[i] > 0);
    }
}

static void require_lifetimes(const crmv_model *model) {
    for (int32_t i = 0; i < crmv_model_lifetimes(model); i++) {
        require_lifetime(model, i);
    }
}

/* What was read as outcomes is a model, as of any day that has so many behind it. */
static void require_outcomes(const crmv_model *model) {
    crmv_model *outcomes = NULL;
    int32_t until = 0;
    const int32_t status = crmv_model_outcomes(model, crmv_day(2012, 2, 29), &outcomes, &until, NULL);
    require(status == CRMV_OK || status == CRMV_NOT_FOUND || status == CRMV_BAD_ARGUMENT);
    if (status == CRMV_OK) {
        require(crmv_model_outcome_day(model, until) >= crmv_day(2012, 2, 29));
    }
    crmv_model_free(outcomes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    crmv_model *model = NULL;
    crmv_error error = {.struct_size = sizeof error};
    const int32_t status = crmv_model_parse((const char *)data, (int64_t)size, &model, &error);
    if (status != CRMV_OK) {
        require_refusal(status, &error);
        return 0;
    }
    char *text = printed(model);
    crmv_model *again = NULL;
    require(crmv_model_parse(text, -1, &again, NULL) == CRMV_OK);
    require_same(model, again);
    require_same_requests(model, again);
    require_findings(model);
    require_requests(model);
    require_outcomes(model);
    require_lifetimes(model);
    free(text);
    crmv_model_free(again);
    crmv_model_free(model);
    return 0;
}
