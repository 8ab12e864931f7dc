/* asks.h - models with requests, for tests: two metrics, two indexes above them, and what is asked for. */
#ifndef TESTS_ASKS_H
#define TESTS_ASKS_H

#include "model_texts.h"

/* A metric whose scale is this. */
#define ASKED(scale) CARD("'sum': 'revenue', 'scale': {" scale "}")

/* The same where the card says what is better, and where outcomes are known. */
#define ASKED_BETTER(better, scale) CARD("'sum': 'revenue', 'better': '" better "', 'scale': {" scale "}")
#define OUTCOMES                                                                                                       \
    "'outcomes': {'after': {'months': 10}, 'metrics': {'later': {'sum': 'revenue'}, 'back': {'count': 'documents'}}}"
#define ASKED_AFTER(scale) MODEL(OUTCOMES ", 'metrics': {'a': {'sum': 'revenue', 'scale': {" scale "}}}")

/* Weights over two metrics with scales. */
#define PAIR "'a': {'sum': 'revenue', " LINE "}, 'b': {'count': 'lines', " LINE "}, 'bare': {'count': 'documents'}"
#define WEIGHED(weights) MODEL(OUTCOMES ", 'metrics': {" PAIR "}, 'indexes': {'score': {'weights': {" weights "}}}")

/* Tiers, and a segment, over the same. */
#define ASKED_TIERS(tiers) BESIDE("'tiers': {" tiers "}")
#define CLASSES(segment) BESIDE("'segments': {'s': {" segment "}}")

/* Scales, weights above them, an index above that, tiers and classes. */
#define EVERYTHING                                                                                                     \
    MODEL(OUTCOMES                                                                                                     \
          ", 'metrics': {'a': {'sum': 'revenue', 'scale': {'percentile': {}}}, 'b': {'count': 'lines', " LINE "}, "    \
          "'c': {'recency': 'days', 'better': 'lower', 'scale': {'optimal_bands': {'outcome': 'later'}}}}, "           \
          "'indexes': {'score': {'weights': {'critic': {'of': ['now', 'c']}}}, 'now': {'weights': {'entropy': "        \
          "{'of': ['a', 'b']}}}, 'plain': {'weights': {'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'b', 3]]}}}, "   \
          "'told': {'weights': {'outcome': {'of': ['b'], 'explain': 'back'}}}}, 'tiers': {'quantiles': ['x', 'y']}, "  \
          "'segments': {'s': {'by': 'b', 'k_means': ['u', 'v']}}")

static inline crmv_request request_at(const crmv_model *model, int32_t position) {
    crmv_request request = {.struct_size = sizeof request};
    assert_int_equal(crmv_model_request(model, position, &request), CRMV_OK);
    return request;
}

/* The model with an answer to the request at a place; the model is freed. */
static inline crmv_model *answered(crmv_model *model, const char *place, const char *fitted) {
    char *json = quoted_text(fitted);
    crmv_model *next = NULL;
    crmv_error error = {.struct_size = sizeof error};
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        if (strcmp(request_at(model, i).place, place) == 0 &&
            crmv_model_answer(model, i, json, -1, &next, &error) != CRMV_OK) {
            fail_msg("%s: %s: %s", place, error.place, error.message);
        }
    }
    if (next == NULL) {
        fail_msg("no request at %s", place);
    }
    free(json);
    crmv_model_free(model);
    return next;
}

/* Everything answered, in the order of the requests. */
static inline crmv_model *everything_answered(void) {
    crmv_model *model = model_of_text(EVERYTHING);
    model = answered(model, "metrics.a.scale", "{'line': [[0, 0], [50, 100]], 'customers': 9}");
    model = answered(model, "metrics.c.scale", "{'bands': [{'points': 100}, {'from': 30, 'points': 0}]}");
    model = answered(model, "indexes.plain.weights", "{'weights': {'a': 75, 'b': 25}}");
    model = answered(model, "indexes.told.weights", "{'weights': {'b': 100}}");
    model = answered(model, "indexes.now.weights", "{'weights': {'b': 33.333333, 'a': 66.666667}}");
    model = answered(model, "indexes.score.weights", "{'weights': {'now': 80, 'c': 20}, 'as_of': '2012-12-31'}");
    model = answered(model, "tiers", "{'cuts': [['x', 50.5], ['y', null]]}");
    return answered(model, "segments.s", "{'cuts': [['u', 7.25], ['v', null]], 'found': {'fit': 0.9}}");
}

static inline char *printed_model(const crmv_model *model) {
    int64_t length = 0;
    crmv_model_print(model, NULL, 0, &length);
    char *text = malloc((size_t)length + 1);
    assert_non_null(text);
    assert_int_equal(crmv_model_print(model, text, length + 1, NULL), CRMV_OK);
    return text;
}

#endif
