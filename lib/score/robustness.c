/* robustness.c - the handle: a model's weights, and what trying them has found. */
#include "score/robustness.h"

#include "base/error.h"
#include "base/guest.h"
#include "base/memory.h"
#include "score/scores.h"

#include <math.h>
#include <stdlib.h>

/* ---- A model of points ------------------------------------------------------------------------------------------- */

/* The frame's columns will be those of points; whether some are missing is known. */
static void make_points(crmv_robustness *r) {
    const crmv_model *model = r->model;
    crmvi_model_copy(model, &r->points);
    r->points.metrics = r->metrics;
    for (int32_t i = 0; i < model->metric_count; i++) {
        r->metrics[i] = model->metrics[i];
        if (model->metrics[i].scale.kind != CRMVI_NO_SCALE) {
            r->missing[i].missing = crmvi_may_miss(model, r->frame, i);
            r->metrics[i].scale.kind = CRMVI_ITSELF;
        }
    }
}

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

static bool has_weights(const crmv_robustness *r, int32_t index) {
    return r->tree.in_score[r->model->metric_count + index] && !r->model->indexes[index].additive;
}

static bool list_weights(crmv_robustness *r) {
    const crmv_model *model = r->model;
    int32_t count = 0;
    for (int32_t i = 0; i < model->index_count; i++) {
        count += has_weights(r, i) ? model->indexes[i].count : 0;
    }
    r->weights = crmvi_zeroed(count, sizeof *r->weights);
    for (int32_t i = 0; r->weights && i < model->index_count; i++) {
        for (int32_t k = 0; has_weights(r, i) && k < model->indexes[i].count; k++) {
            r->weights[r->count++] =
                (crmvi_weight){.index = i, .member = k, .weight = model->indexes[i].members[k].weight};
        }
    }
    return r->weights;
}

crmvi_micro crmvi_changed_weight(const crmv_robustness *robustness, const crmvi_weight *weight, int32_t change) {
    if (change == CRMV_WEIGHT_WITHOUT) {
        return 0;
    }
    const crmvi_micro percent =
        change == CRMV_WEIGHT_LESS ? CRMVI_WHOLE - robustness->change : CRMVI_WHOLE + robustness->change;
    return (crmvi_micro)crmvi_divide((crmvi_wide)weight->weight * percent, CRMVI_WHOLE);
}

/* ---- The call ---------------------------------------------------------------------------------------------------- */

static int32_t make(crmv_robustness *r, crmv_error *error) {
    const crmv_model *model = r->model;
    r->metrics = crmvi_zeroed(model->metric_count, sizeof *r->metrics);
    r->missing = crmvi_zeroed(model->metric_count, sizeof *r->missing);
    r->tiers = crmvi_large_array(r->frame->rows, sizeof *r->tiers);
    if (!r->metrics || !r->missing || !r->tiers) {
        return crmvi_no_memory(error);
    }
    make_points(r);
    int32_t status = crmvi_tree_build(&r->points, &r->tree, error);
    if (status != CRMV_OK) {
        return status;
    }
    status = list_weights(r) ? crmvi_try_weights(r) : CRMV_OUT_OF_MEMORY;
    return status == CRMV_OK ? CRMV_OK
                             : crmvi_fail(error, status, status == CRMV_OVERFLOW ? "indexes" : NULL, "%s",
                                          status == CRMV_OVERFLOW ? "an index's points do not fit into 64 bits"
                                                                  : crmv_status_text(status));
}

/* A change in percent, in units of 1e-6; 0 where it is out of range. */
static crmvi_micro change_of(double percent) {
    return percent > 0 && percent < 100 ? (crmvi_micro)nearbyint(percent * (double)CRMVI_ONE) : 0;
}

static int32_t check(const crmv_model *model, const crmv_frame *frame, crmvi_micro change, crmv_error *error) {
    if (change <= 0 || change >= CRMVI_WHOLE) {
        return crmvi_bad_argument(error, "change", "is not between 0 and 100 percent");
    }
    if (model->root < 0 || model->tier_count == 0) {
        return crmvi_bad_argument(error, "model", "has no tiers");
    }
    return crmvi_same_metrics(model, frame, error);
}

static crmv_robustness *new_handle(const crmv_model *model, const crmv_frame *frame) {
    crmv_robustness *r = crmvi_zeroed(1, sizeof *r);
    if (r) {
        r->model = crmvi_model_hold(model);
        r->frame = crmvi_frame_hold(frame);
    }
    return r;
}

static int32_t robustness(const crmv_model *model, const crmv_frame *frame, double change, const crmvi_runner *runner,
                          crmv_robustness **out, crmv_error *error) {
    const crmvi_micro percent = change_of(change);
    int32_t status = check(model, frame, percent, error);
    if (status != CRMV_OK) {
        return status;
    }
    crmv_robustness *made = new_handle(model, frame);
    if (!made) {
        return crmvi_no_memory(error);
    }
    made->runner = *runner;
    made->change = percent;
    status = make(made, error);
    made->runner.progress = NULL; /* what is asked for later is not told to whoever waited for this call */
    if (status != CRMV_OK) {
        crmv_robustness_free(made);
        return status;
    }
    *out = made;
    return CRMV_OK;
}

int32_t crmv_robustness_new(const crmv_model *model, const crmv_frame *frame, double change,
                            const crmv_options *options, crmv_robustness **out, crmv_error *error) {
    if (!model || !frame || !out) {
        return crmvi_bad_argument(error, !model ? "model" : !frame ? "frame" : "out", "is NULL");
    }
    crmvi_runner runner;
    int32_t status = crmvi_runner_read(options, &runner, error);
    if (status == CRMV_OK) {
        status = crmvi_require_fitted(model, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    status = robustness(model, frame, change, &runner, out, error);
    crmvi_leave(&host);
    return status;
}

void crmv_robustness_free(crmv_robustness *robustness) {
    if (!robustness) {
        return;
    }
    free(robustness->weights);
    free(robustness->tiers);
    crmvi_tree_clear(&robustness->tree);
    free(robustness->metrics);
    free(robustness->missing);
    crmv_frame_free((crmv_frame *)robustness->frame);
    crmv_model_free((crmv_model *)robustness->model);
    free(robustness);
}

/* ---- Looking it up ----------------------------------------------------------------------------------------------- */

int32_t crmv_robustness_count(const crmv_robustness *robustness) {
    return robustness ? robustness->count : 0;
}

static bool has_weight(const crmv_robustness *robustness, int32_t position) {
    return robustness && position >= 0 && position < robustness->count;
}

int32_t crmv_robustness_get(const crmv_robustness *robustness, int32_t position, crmv_sensitivity *out) {
    if (!has_weight(robustness, position) || !out || out->struct_size < sizeof *out) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_weight *weight = &robustness->weights[position];
    const crmvi_member *member = &robustness->model->indexes[weight->index].members[weight->member];
    const int64_t *less = weight->moved[CRMV_WEIGHT_LESS - 1], *more = weight->moved[CRMV_WEIGHT_MORE - 1],
                  *without = weight->moved[CRMV_WEIGHT_WITHOUT - 1];
    *out = (crmv_sensitivity){.struct_size = out->struct_size,
                              .index = weight->index,
                              .metric = member->is_index ? -1 : member->position,
                              .member_index = member->is_index ? member->position : -1,
                              .weight = weight->weight,
                              .less_up = less[CRMVI_UP],
                              .less_down = less[CRMVI_DOWN],
                              .more_up = more[CRMVI_UP],
                              .more_down = more[CRMVI_DOWN],
                              .without_up = without[CRMVI_UP],
                              .without_down = without[CRMVI_DOWN],
                              .less_unrated = less[CRMVI_UNRATED],
                              .more_unrated = more[CRMVI_UNRATED],
                              .without_unrated = without[CRMVI_UNRATED]};
    return CRMV_OK;
}

int32_t crmv_robustness_tiers(const crmv_robustness *robustness, int32_t position, int32_t change, int32_t *out,
                              int64_t capacity) {
    if (!has_weight(robustness, position) || !out || change < CRMV_WEIGHT_LESS || change > CRMV_WEIGHT_WITHOUT ||
        capacity < 0) {
        return CRMV_BAD_ARGUMENT;
    }
    if (capacity < robustness->frame->rows) {
        return CRMV_BUFFER_TOO_SMALL;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = crmvi_try_weight(robustness, &robustness->weights[position], change, out);
    crmvi_leave(&host);
    return status;
}

/* ---- Without a metric -------------------------------------------------------------------------------------------- */

/* In how many indexes under the score a metric stands; `adds`: one of them has no weights. */
static int32_t count_places(const crmv_robustness *r, int32_t metric, bool *adds) {
    const crmv_model *model = r->model;
    int32_t places = 0;
    for (int32_t i = 0; i < model->index_count; i++) {
        const crmvi_index *index = &model->indexes[i];
        for (int32_t k = 0; r->tree.in_score[model->metric_count + i] && k < index->count; k++) {
            const bool is_here = !index->members[k].is_index && index->members[k].position == metric;
            places += is_here;
            *adds = *adds || (is_here && index->additive);
        }
    }
    return places;
}

static int32_t drop(const crmv_robustness *r, int32_t metric, int32_t *tiers, crmv_dropped_metric *out) {
    bool adds = false;
    const int32_t places = count_places(r, metric, &adds);
    int64_t moved[CRMVI_MOVES] = {0};
    const int32_t status = crmvi_try_without(r, metric, tiers);
    if (status == CRMV_OK && out) {
        crmvi_count_moves(r->tiers, tiers, r->frame->rows, moved);
        *out = (crmv_dropped_metric){.struct_size = out->struct_size,
                                     .indexes = places,
                                     .adds = adds,
                                     .up = moved[CRMVI_UP],
                                     .down = moved[CRMVI_DOWN],
                                     .unrated = moved[CRMVI_UNRATED]};
    }
    return status;
}

int32_t crmv_robustness_without(const crmv_robustness *robustness, int32_t metric, crmv_dropped_metric *out,
                                int32_t *tiers, int64_t capacity) {
    if (!robustness || metric < 0 || metric >= robustness->model->metric_count ||
        (out && out->struct_size < sizeof *out) || (!out && !tiers) || (tiers && capacity < 0)) {
        return CRMV_BAD_ARGUMENT;
    }
    if (!robustness->tree.in_score[metric]) {
        return CRMV_NOT_FOUND;
    }
    if (tiers && capacity < robustness->frame->rows) {
        return CRMV_BUFFER_TOO_SMALL;
    }
    int32_t *own = tiers ? NULL : crmvi_large_array(robustness->frame->rows, sizeof *own);
    if (!tiers && !own) {
        return CRMV_OUT_OF_MEMORY;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = drop(robustness, metric, tiers ? tiers : own, out);
    crmvi_leave(&host);
    free(own);
    return status;
}
