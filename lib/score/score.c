/* score.c - from a frame to scores, in blocks of customers. */
#include "base/error.h"
#include "base/guest.h"
#include "base/parallel.h"
#include "score/scores.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1024 };

/* ---- Is it the model's frame? ------------------------------------------------------------------------------------ */

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_window(const crmvi_window *a, const crmvi_window *b) {
    if (a->kind != b->kind) {
        return false;
    }
    return a->kind == CRMVI_FROM_TO ? a->from == b->from && a->to == b->to : a->length == b->length;
}

static bool derived_alike(const crmvi_metric *a, const crmvi_metric *b) {
    return a->operation == b->operation && a->measures == b->measures && a->detail == b->detail &&
           a->operands[0] == b->operands[0] && a->operands[1] == b->operands[1] &&
           same_text(a->attribute, b->attribute) && same_window(&a->window, &b->window) && a->per_year == b->per_year &&
           a->minimum_coverage == b->minimum_coverage;
}

/* Whether the codes of a category mean the same. Other scales do not change what stands in the frame. */
static bool same_codes(const crmvi_scale *a, const crmvi_scale *b) {
    bool categories = a->kind == CRMVI_CATEGORIES;
    if (categories != (b->kind == CRMVI_CATEGORIES)) {
        return false;
    }
    if (!categories) {
        return true;
    }
    if (a->count != b->count || a->has_other != b->has_other) {
        return false;
    }
    for (int32_t i = 0; i < a->count; i++) {
        if (!same_text(a->labels[i], b->labels[i])) {
            return false;
        }
    }
    return true;
}

int32_t crmvi_same_metrics(const crmv_model *model, const crmv_frame *frame, crmv_error *error) {
    const crmv_model *other = frame->model;
    if (model == other) {
        return CRMV_OK;
    }
    for (int32_t i = 0; i < model->metric_count && i < other->metric_count; i++) {
        const crmvi_metric *a = &model->metrics[i], *b = &other->metrics[i];
        if (!same_text(a->name, b->name)) {
            return crmvi_fail(error, CRMV_BAD_ARGUMENT, "frame",
                              "the frame was derived with another model: it has the metric %s where the model has %s",
                              b->name, a->name);
        }
        if (!derived_alike(a, b) || !same_codes(&a->scale, &b->scale)) {
            return crmvi_fail(error, CRMV_BAD_ARGUMENT, "frame",
                              "the frame was derived with another model, whose metric %s is defined otherwise",
                              a->name);
        }
    }
    if (model->metric_count != other->metric_count) {
        bool more = model->metric_count > other->metric_count;
        const char *name = more ? model->metrics[other->metric_count].name : other->metrics[model->metric_count].name;
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "frame",
                          "the frame was derived with another model: only %s has the metric %s",
                          more ? "the model" : "the frame", name);
    }
    return CRMV_OK;
}

/* ---- Scoring ----------------------------------------------------------------------------------------------------- */

/* Whether a metric that must be there for a rating is missing. */
static bool refused(const crmvi_tree *tree, const crmvi_part *parts) {
    for (int32_t i = 0; i < tree->leaf_count; i++) {
        int32_t metric = tree->leaves[i];
        if (tree->model->metrics[metric].missing == CRMVI_REFUSE && !crmvi_is_there(&parts[metric])) {
            return true;
        }
    }
    return false;
}

static void store_parts(crmv_scores *scores, const crmvi_part *parts, int64_t row) {
    const crmv_model *model = scores->model;
    for (int32_t i = 0; i < model->metric_count; i++) {
        if (scores->points[i]) {
            scores->points[i][row] = parts[i].points;
        }
    }
    const crmvi_part *indexes = parts + model->metric_count;
    for (int32_t i = 0; i < model->index_count; i++) {
        scores->indexes[i][row] = indexes[i].points;
    }
    if (model->root >= 0) {
        scores->lowest[row] = indexes[model->root].lowest;
        scores->highest[row] = indexes[model->root].highest;
        scores->coverage[row] = indexes[model->root].coverage;
    }
}

static void rate(crmv_scores *scores, const crmvi_part *parts, int64_t row) {
    const crmv_model *model = scores->model;
    if (model->root < 0) {
        scores->unrated[row] = CRMV_RATED;
        scores->tier_uncapped[row] = -1;
        return;
    }
    int32_t unrated = crmvi_unrated_reason(scores, row, refused(&scores->tree, parts));
    scores->unrated[row] = unrated;
    scores->tier_uncapped[row] = unrated == CRMV_RATED ? crmvi_tier_of(model, scores->indexes[model->root][row]) : -1;
}

static void classify(crmv_scores *scores, int64_t row) {
    const crmv_model *model = scores->model;
    for (int32_t i = 0; i < model->segment_count; i++) {
        int32_t segment = model->segment_order[i];
        scores->segments[segment][row] = crmvi_segment_code(scores, &model->segments[segment], row);
    }
    crmvi_apply_rules(scores, row);
}

static int32_t score_block(void *context, int64_t begin, int64_t end) {
    crmv_scores *scores = context;
    crmvi_part *parts = crmvi_zeroed(scores->tree.part_count, sizeof *parts);
    if (!parts) {
        return CRMV_OUT_OF_MEMORY;
    }
    int32_t status = CRMV_OK;
    for (int64_t row = begin; row < end && status == CRMV_OK; row++) {
        if (crmvi_tree_parts(&scores->tree, scores->frame->metrics, row, parts)) {
            store_parts(scores, parts, row);
            rate(scores, parts, row);
            classify(scores, row);
        } else {
            status = CRMV_OVERFLOW;
        }
    }
    free(parts);
    return status;
}

static int32_t fill(crmv_scores *scores, const crmvi_runner *runner, crmv_error *error) {
    int32_t status = crmvi_tree_build(scores->model, &scores->tree, error);
    if (status != CRMV_OK) {
        return status;
    }
    if (!crmvi_scores_allocate(scores)) {
        return crmvi_no_memory(error);
    }
    status = crmvi_parallel(runner, "score", scores->rows, BLOCK, score_block, scores);
    if (status != CRMV_OK) {
        return crmvi_fail(error, status, status == CRMV_OVERFLOW ? "indexes" : NULL, "%s",
                          status == CRMV_OVERFLOW ? "an index's points do not fit into 64 bits"
                                                  : crmv_status_text(status));
    }
    crmvi_count_rules(scores);
    return CRMV_OK;
}

int32_t crmv_score(const crmv_model *model, const crmv_frame *frame, const crmv_options *options, crmv_scores **out,
                   crmv_error *error) {
    if (!model || !frame || !out) {
        return crmvi_bad_argument(error, !model ? "model" : !frame ? "frame" : "out", "is NULL");
    }
    crmvi_runner runner;
    int32_t status = crmvi_runner_read(options, &runner, error);
    if (status == CRMV_OK) {
        status = crmvi_same_metrics(model, frame, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    crmv_scores *scores = crmvi_scores_new(model, frame);
    if (!scores) {
        return crmvi_no_memory(error);
    }
    crmvi_guest host;
    crmvi_enter(&host);
    status = fill(scores, &runner, error);
    crmvi_leave(&host);
    if (status != CRMV_OK) {
        crmv_scores_free(scores);
        return status;
    }
    *out = scores;
    return CRMV_OK;
}
