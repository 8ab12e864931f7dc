/* answer.c - models with other answers: with those that were found put in, or with none. */
#include "asks.h"
#include "base/guest.h"
#include "text.h"
#include "tree.h"

#include <string.h>

/* ---- Answers ----------------------------------------------------------------------------------------------------- */

/* The object in another tree of the same model in which a request stands. */
static json_t *holder_in(json_t *text, const crmv_model *model, const crmvi_ask *ask) {
    switch (ask->target) {
    case CRMVI_ASK_FOR_SCALE:
        return json_object_get(json_object_get(json_object_get(text, "metrics"), model->metrics[ask->position].name),
                               "scale");
    case CRMVI_ASK_FOR_WEIGHTS:
        return json_object_get(json_object_get(json_object_get(text, "indexes"), model->indexes[ask->position].name),
                               "weights");
    case CRMVI_ASK_FOR_TIERS:
        return json_object_get(text, "tiers");
    case CRMVI_ASK_FOR_LIFETIME:
        return json_object_get(json_object_get(text, "lifetimes"), model->lifetimes[ask->position].name);
    default:
        return json_object_get(json_object_get(text, "segments"), model->segments[ask->position].name);
    }
}

/* What was found, with an empty hash in front, for which the parser writes the right one, and its own hash behind, by
 * which changes are noticed. */
static json_t *with_hashes(const json_t *fitted) {
    json_t *whole = json_object();
    const char *key;
    json_t *value;
    char hash[33];
    bool made = json_object_set_new_nocheck(whole, "request", json_string("")) == 0;
    json_object_foreach((json_t *)fitted, key, value) {
        const bool is_hash = strcmp(key, "request") == 0 || strcmp(key, "answer") == 0;
        made = made && (is_hash || json_object_set_new_nocheck(whole, key, crmvi_tree_copy(value)) == 0);
    }
    made =
        made && crmvi_answer_hash(whole, hash) && json_object_set_new_nocheck(whole, "answer", json_string(hash)) == 0;
    if (!made) {
        json_decref(whole);
        return NULL;
    }
    return whole;
}

int32_t crmvi_model_with(const crmv_model *model, const crmvi_answer *answers, int32_t count, crmv_model **out,
                         crmv_error *error) {
    json_t *text = crmvi_tree_copy(model->text);
    bool made = text != NULL;
    for (int32_t i = 0; i < count && made; i++) {
        json_t *holder = holder_in(text, model, &model->asks.items[answers[i].ask]);
        made = json_object_set_new_nocheck(holder, "fitted", with_hashes(answers[i].fitted)) == 0;
    }
    if (!made) {
        json_decref(text);
        return crmvi_no_memory(error);
    }
    return crmvi_model_of_tree(text, true, out, error);
}

static int32_t answer(const crmv_model *model, int32_t position, const char *fitted, int64_t length, crmv_model **out,
                      crmv_error *error) {
    crmvi_answer given = {.ask = position};
    int32_t status = crmvi_text_read(fitted, length, &given.fitted, error);
    if (status != CRMV_OK) {
        return status;
    }
    if (json_is_object(given.fitted)) {
        status = crmvi_model_with(model, &given, 1, out, error);
    } else {
        status = crmvi_fail(error, CRMV_BAD_MODEL, model->asks.items[position].place,
                            "what was found for a request is an object");
    }
    json_decref(given.fitted);
    return status;
}

int32_t crmv_model_answer(const crmv_model *model, int32_t position, const char *fitted, int64_t length,
                          crmv_model **out, crmv_error *error) {
    if (model == NULL) {
        return crmvi_bad_argument(error, "model", "is NULL");
    }
    if (position < 0 || position >= model->asks.count) {
        return crmvi_bad_argument(error, "position", "is not that of a request");
    }
    if (fitted == NULL) {
        return crmvi_bad_argument(error, "fitted", "is NULL");
    }
    if (length < -1) {
        return crmvi_bad_argument(error, "length", "is negative");
    }
    if (out == NULL) {
        return crmvi_bad_argument(error, "out", "is NULL");
    }
    const crmvi_ask *ask = &model->asks.items[position];
    if (!ask->ready) {
        return crmvi_fail(error, CRMV_BAD_STATE, ask->place,
                          "`%s` cannot be answered yet: what it is found from is still to be found",
                          crmvi_ask_names[ask->kind]);
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = answer(model, position, fitted, length < 0 ? (int64_t)strlen(fitted) : length, out, error);
    crmvi_leave(&host);
    return status;
}

/* ---- None -------------------------------------------------------------------------------------------------------- */

int32_t crmv_model_unfitted(const crmv_model *model, crmv_model **out, crmv_error *error) {
    if (model == NULL) {
        return crmvi_bad_argument(error, "model", "is NULL");
    }
    if (out == NULL) {
        return crmvi_bad_argument(error, "out", "is NULL");
    }
    json_t *text = crmvi_tree_copy(model->text);
    if (text == NULL) {
        return crmvi_no_memory(error);
    }
    for (int32_t i = 0; i < model->asks.count; i++) {
        json_object_del(holder_in(text, model, &model->asks.items[i]), "fitted");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = crmvi_model_of_tree(text, false, out, error);
    crmvi_leave(&host);
    return status;
}
