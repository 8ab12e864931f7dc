/* points.c - the points of one metric or index of a model that is not fitted as a whole. */
#include "base/error.h"
#include "base/memory.h"
#include "calibrate/calibration.h"
#include "score/scores.h"

#include <stdlib.h>
#include <string.h>

/* ---- Is what the name needs fitted? ------------------------------------------------------------------------------ */

/* Marks the metrics and, behind them, the indexes that a marked index is formed of. Members come first in the order, so
 * the way down is the order backwards. */
static void mark_members(const crmv_model *model, bool *needed) {
    for (int32_t i = model->index_count - 1; i >= 0; i--) {
        const int32_t position = model->score_order[i];
        const crmvi_index *index = &model->indexes[position];
        for (int32_t k = 0; needed[model->metric_count + position] && k < index->count; k++) {
            const crmvi_member *member = &index->members[k];
            needed[member->position + (member->is_index ? model->metric_count : 0)] = true;
        }
    }
}

/* What a name needs: parts whose points it is formed of, and metrics whose values these are derived from. */
typedef struct needs {
    bool *points; /* metrics and, behind them, indexes */
    bool *values; /* metrics */
} needs;

/* Operands come first in the order of deriving. */
static void mark_operands(const crmv_model *model, const needs *n) {
    for (int32_t i = model->metric_count - 1; i >= 0; i--) {
        const int32_t position = model->derive_order[i];
        const crmvi_metric *metric = &model->metrics[position];
        n->values[position] = n->values[position] || n->points[position];
        for (int32_t k = 0; n->values[position] && k < 2 && metric->operands[k] >= 0; k++) {
            n->values[metric->operands[k]] = true;
        }
    }
}

static bool is_foretold_from(const crmv_model *model, const crmvi_ask *ask, const bool *values) {
    for (int32_t i = 0; i < model->metric_count; i++) {
        const crmvi_lifetime_card *lifetime = model->metrics[i].lifetime;
        if (values[i] && lifetime != NULL && lifetime->position == ask->position) {
            return true;
        }
    }
    return false;
}

static bool is_needed(const crmv_model *model, const crmvi_ask *ask, const needs *n) {
    switch (ask->target) {
    case CRMVI_ASK_FOR_SCALE:
        return n->points[ask->position];
    case CRMVI_ASK_FOR_WEIGHTS:
        return n->points[model->metric_count + ask->position];
    case CRMVI_ASK_FOR_LIFETIME:
        return is_foretold_from(model, ask, n->values);
    default:
        return false;
    }
}

static int32_t require_needs(const crmv_model *model, const needs *n, crmv_error *error) {
    mark_members(model, n->points);
    mark_operands(model, n);
    for (int32_t i = 0; i < model->asks.count; i++) {
        const crmvi_ask *ask = &model->asks.items[i];
        if (ask->state != CRMV_REQUEST_FITTED && is_needed(model, ask, n)) {
            return crmvi_fail(error, CRMV_NOT_FITTED, ask->place,
                              "the points need what %s requests, and it was not found yet", ask->place);
        }
    }
    return CRMV_OK;
}

static int32_t require_part(const crmv_model *model, int32_t part, crmv_error *error) {
    const needs n = {.points = crmvi_zeroed((int64_t)model->metric_count + model->index_count, sizeof(bool)),
                     .values = crmvi_zeroed(model->metric_count, sizeof(bool))};
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (n.points == NULL || n.values == NULL) {
        status = crmvi_no_memory(error);
    } else {
        n.points[part] = true;
        status = require_needs(model, &n, error);
    }
    free(n.points);
    free(n.values);
    return status;
}

/* ---- Points ------------------------------------------------------------------------------------------------------ */

/* The part of a name: a metric with a scale, or an index; -1: none. */
static int32_t part_of(const crmv_model *model, const char *name) {
    const int32_t metric = crmvi_model_metric(model, name);
    const int32_t index = crmvi_model_index(model, name);
    if (index >= 0) {
        return model->metric_count + index;
    }
    return metric >= 0 && model->metrics[metric].scale.kind != CRMVI_NO_SCALE ? metric : -1;
}

static int32_t copy_points(const crmv_model *model, const crmv_frame *frame, int32_t part, const crmv_options *options,
                           int64_t *out, crmv_error *error) {
    crmv_scores *scores;
    int32_t status = crmvi_score_parts(model, frame, options, &scores, error);
    if (status != CRMV_OK) {
        return status;
    }
    status = crmvi_scores_prepare(scores, &part, 1, error);
    if (status == CRMV_OK && frame->rows > 0) {
        memcpy(out, crmvi_scores_column(scores, part), (size_t)frame->rows * sizeof *out);
    }
    crmv_scores_free(scores);
    return status;
}

int32_t crmv_model_points(const crmv_model *model, const crmv_frame *frame, const char *name,
                          const crmv_options *options, int64_t *out, int64_t capacity, crmv_error *error) {
    if (model == NULL || frame == NULL || name == NULL || out == NULL) {
        return crmvi_bad_argument(error,
                                  model == NULL   ? "model"
                                  : frame == NULL ? "frame"
                                  : name == NULL  ? "name"
                                                  : "out",
                                  "is NULL");
    }
    if (capacity < frame->rows) {
        return crmvi_fail(error, CRMV_BUFFER_TOO_SMALL, "capacity", "the frame has more rows than there is room for");
    }
    const int32_t part = part_of(model, name);
    if (part < 0) {
        return crmvi_fail(error, CRMV_NOT_FOUND, name,
                          "the model has no index and no metric with a scale of this name");
    }
    const int32_t status = require_part(model, part, error);
    return status == CRMV_OK ? copy_points(model, frame, part, options, out, error) : status;
}
