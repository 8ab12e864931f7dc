#include "calibrate/baseline.h"

#include "base/error.h"
#include "base/page.h"
#include "model/writer.h"
#include "score/tree.h"

#include <stdlib.h>
#include <string.h>

/* ---- Equal weights ----------------------------------------------------------------------------------------------- */

/* Whether an index's weights were asked for, so that those found to be 0 count too. */
static bool is_asked_for(const crmv_model *model, int32_t index) {
    for (int32_t i = 0; i < model->asks.count; i++) {
        const crmvi_ask *ask = &model->asks.items[i];
        if (ask->target == CRMVI_ASK_FOR_WEIGHTS && ask->position == index) {
            return true;
        }
    }
    return false;
}

static const char *name_of(const crmv_model *model, const crmvi_member *member) {
    return member->is_index ? model->indexes[member->position].name : model->metrics[member->position].name;
}

/* The index's members with the same weight each; `*changes` where one had another. */
static json_t *equal_weights(const crmv_model *model, int32_t position, bool *changes) {
    const crmvi_index *index = &model->indexes[position];
    const bool asked = is_asked_for(model, position);
    json_t *weights = json_object();
    crmvi_micro first = -1;
    bool failed = weights == NULL;
    for (int32_t i = 0; i < index->count; i++) {
        const crmvi_member *member = &index->members[i];
        if (member->weight == 0 && !asked) {
            continue;
        }
        first = first < 0 ? member->weight : first;
        *changes = *changes || member->weight != first;
        failed = failed || json_object_set_new(weights, name_of(model, member), json_integer(1)) != 0;
    }
    if (failed) {
        json_decref(weights);
        return NULL;
    }
    return weights;
}

/* Indexes outside of the score may rest on weights that are others now: they go. */
static bool level_indexes(const crmv_model *model, const bool *in_score, json_t *indexes, bool *changes) {
    for (int32_t i = 0; i < model->index_count; i++) {
        const crmvi_index *index = &model->indexes[i];
        if (!in_score[model->metric_count + i]) {
            json_object_del(indexes, index->name);
        } else if (!index->additive) {
            json_t *weights = equal_weights(model, i, changes);
            if (json_object_set_new(json_object_get(indexes, index->name), "weights", weights) != 0) {
                return false;
            }
        }
    }
    return true;
}

/* Scales that were found become the numbers that they are: what they were found from may be others now. */
static bool settle_scales(const crmv_model *model, json_t *metrics) {
    static const char *const forms[] = {"line", "bands"};
    for (int32_t i = 0; i < model->asks.count; i++) {
        const crmvi_ask *ask = &model->asks.items[i];
        const json_t *fitted = json_object_get(ask->holder, "fitted");
        for (size_t k = 0; ask->target == CRMVI_ASK_FOR_SCALE && k < sizeof forms / sizeof *forms; k++) {
            const json_t *numbers = json_object_get(fitted, forms[k]);
            json_t *plain = numbers != NULL ? json_object() : NULL;
            json_t *card = json_object_get(metrics, model->metrics[ask->position].name);
            if (numbers != NULL && (json_object_set_new(plain, forms[k], json_deep_copy(numbers)) != 0 ||
                                    json_object_set(card, "scale", plain) != 0)) {
                json_decref(plain);
                return false;
            }
            json_decref(plain);
        }
    }
    return true;
}

static void take_text(void *context, const char *bytes, int64_t length) {
    crmvi_write_bytes(context, bytes, length);
}

static int32_t parse(const json_t *tree, crmv_model **out, crmv_error *error) {
    crmvi_writing text = {0};
    crmvi_write_pretty(tree, take_text, &text);
    char *json = crmvi_writing_take(&text);
    const int32_t status = json != NULL ? crmv_model_parse(json, -1, out, error) : crmvi_no_memory(error);
    free(json);
    return status;
}

int32_t crmvi_equal_weights(const crmv_model *model, crmv_model **out, crmv_error *error) {
    static const char *const needless[] = {"tiers", "segments", "rules", "unrated"};
    *out = NULL;
    if (model->root < 0) {
        return CRMV_OK;
    }
    bool *in_score = crmvi_zeroed(model->metric_count + model->index_count, sizeof *in_score);
    json_t *tree = json_deep_copy(model->text);
    bool changes = false;
    bool done = in_score != NULL && tree != NULL;
    if (done) {
        for (size_t i = 0; i < sizeof needless / sizeof *needless; i++) {
            json_object_del(tree, needless[i]);
        }
        crmvi_mark_score(model, in_score);
        done = settle_scales(model, json_object_get(tree, "metrics")) &&
               level_indexes(model, in_score, json_object_get(tree, "indexes"), &changes);
    }
    const int32_t status = !done ? crmvi_no_memory(error) : changes ? parse(tree, out, error) : CRMV_OK;
    free(in_score);
    json_decref(tree);
    return status;
}

/* ---- The last period --------------------------------------------------------------------------------------------- */

bool crmvi_has_amounts(const crmv_frame *frame, int32_t amount) {
    const int64_t *amounts = frame->amounts[amount];
    for (int64_t row = 0; amounts != NULL && row < frame->rows; row++) {
        if (amounts[row] != 0) {
            return true;
        }
    }
    return false;
}

const int64_t *crmvi_last_period(const crmv_frame *frame, const char **name) {
    static const struct {
        int32_t amount;
        const char *in_window, *in_all;
    } choices[] = {
        {CRMVI_AMOUNT_CONTRIBUTION, "last period's contribution", "contribution so far"},
        {CRMVI_AMOUNT_REVENUE, "last period's revenue", "revenue so far"},
    };
    const bool in_window = frame->model->window.kind != CRMVI_ALL_HISTORY;
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        if (crmvi_has_amounts(frame, choices[i].amount)) {
            *name = in_window ? choices[i].in_window : choices[i].in_all;
            return frame->amounts[choices[i].amount];
        }
    }
    return NULL;
}
