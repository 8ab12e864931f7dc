/* model_texts.h - models for tests, written with ' for " so that they read as what they are. */
#ifndef TESTS_MODEL_TEXTS_H
#define TESTS_MODEL_TEXTS_H

#include "tables.h"

#include <stdlib.h>

/* The text with " for each '; to be freed. */
static inline char *quoted_text(const char *text) {
    char *copy = malloc(strlen(text) + 1);
    assert_non_null(copy);
    strcpy(copy, text);
    for (char *at = copy; *at != '\0'; at++) {
        if (*at == '\'') {
            *at = '"';
        }
    }
    return copy;
}

static inline crmv_model *model_of_text(const char *text) {
    char *json = quoted_text(text);
    crmv_model *model = model_of(json);
    free(json);
    return model;
}

/* A whole model around metrics, around one card, and around what follows two metrics with scales and an index. */
#define MODEL(members) "{'crmvalue': 1, " members "}"
#define METRICS(cards) MODEL("'metrics': {" cards "}")
#define CARD(card) METRICS("'a': {" card "}")
#define SCALE(scale) CARD("'sum': 'revenue', 'scale': {" scale "}")
#define LINE "'scale': {'line': [[0, 0], [10, 100]]}"
#define LAYERS                                                                                                         \
    "'metrics': {'a': {'sum': 'revenue', " LINE "}, 'b': {'count': 'lines', " LINE "}, "                               \
    "'c': {'attribute': 'C', 'scale': {'categories': {'big': 10, 'small': 0}, 'other': 5}}}, "                         \
    "'indexes': {'score': {'weights': {'a': 2, 'b': 1}}}"
#define BESIDE(members) MODEL(LAYERS ", " members)
#define TIERS "'tiers': {'cuts': [['gold', 50], ['basic', null]]}"

#endif
