/*
 * fuzz_model.c - any bytes as a model: parsing ends with a clean status, and what parses prints to a text that parses
 * to the same model.
 *
 * With replay.c it is a program that takes files; with clang's -fsanitize=fuzzer, a fuzzer.
 */
#include "crmvalue/model.h"

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
    require_findings(model);
    free(text);
    crmv_model_free(again);
    crmv_model_free(model);
    return 0;
}
