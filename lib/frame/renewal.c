/* renewal.c - a frame under other parameters of its lifetimes. */
#include "base/error.h"
#include "base/guest.h"
#include "frame/lifetimes.h"
#include "frame/likeness.h"

#include <stdlib.h>
#include <string.h>

/* Of the metrics that are foretold those are left in the plan whose lifetime has other parameters than before, or that
 * are computed from such. */
static void leave_changed(const crmv_model *before, crmvi_derivation *whole) {
    const crmv_model *model = whole->model;
    bool *changed = whole->plan.foretold;
    whole->plan.any_foretold = false;
    for (int32_t i = 0; i < model->metric_count; i++) {
        const int32_t metric = model->derive_order[i];
        const crmvi_metric *card = &model->metrics[metric];
        if (card->operation == CRMVI_LIFETIME) {
            changed[metric] = !crmvi_same_lifetime(card->lifetime, before->metrics[metric].lifetime);
        } else if (changed[metric]) {
            changed[metric] = changed[card->operands[0]] || changed[card->operands[1]];
        }
        whole->plan.any_foretold = whole->plan.any_foretold || changed[metric];
    }
}

/* A frame that shares all columns of another but those that change, which are not filled yet; NULL where memory is
 * short. */
static crmv_frame *share_frame(const crmv_frame *frame, const crmv_model *model, const bool *changed) {
    crmv_frame *out = crmvi_zeroed(1, sizeof *out);
    if (out == NULL) {
        return NULL;
    }
    memcpy(out, frame, sizeof *out);
    atomic_init(&out->holders, 1);
    out->model = crmvi_model_hold(model);
    out->origin = crmvi_frame_hold(frame);
    out->metrics = crmvi_zeroed(model->metric_count, sizeof *out->metrics);
    out->missing = crmvi_array(model->metric_count, sizeof *out->missing);
    bool made = out->metrics != NULL && out->missing != NULL;
    for (int32_t i = 0; made && i < model->metric_count; i++) {
        out->missing[i] = frame->missing[i];
        out->metrics[i] = changed[i] ? crmvi_large_array(frame->rows, sizeof *out->metrics[i]) : frame->metrics[i];
        made = out->metrics[i] != NULL;
    }
    if (!made) {
        crmv_frame_free(out);
        return NULL;
    }
    return out;
}

/* The derivation has neither facts nor a customer table: what is derived follows from the frame. */
static int32_t derive(crmvi_derivation *whole, const crmv_frame *frame, const crmvi_runner *runner, crmv_error *error) {
    if (crmvi_plan_make(whole->model, NULL, whole->as_of, &whole->plan) != CRMV_OK) {
        return crmvi_no_memory(error);
    }
    const int32_t status = crmvi_foretellings_check(whole->model, &whole->plan, error);
    if (status != CRMV_OK) {
        return status;
    }
    leave_changed(frame->model, whole);
    whole->frame = share_frame(frame, whole->model, whole->plan.foretold);
    return whole->frame != NULL ? crmvi_metrics_foretell(whole, runner, error) : crmvi_no_memory(error);
}

static int32_t renew(const crmv_frame *frame, const crmv_model *model, const crmvi_runner *runner, crmv_frame **out,
                     crmv_error *error) {
    crmvi_derivation whole = {.model = model, .as_of = frame->as_of == CRMV_NO_DATE ? CRMVI_LAST_DAY : frame->as_of};
    const int32_t status = derive(&whole, frame, runner, error);
    crmvi_plan_clear(&whole.plan);
    if (status == CRMV_OK) {
        *out = whole.frame;
    } else {
        crmv_frame_free(whole.frame);
    }
    return status;
}

int32_t crmv_frame_with(const crmv_frame *frame, const crmv_model *model, const crmv_options *options, crmv_frame **out,
                        crmv_error *error) {
    if (frame == NULL || model == NULL || out == NULL) {
        return crmvi_bad_argument(error, frame == NULL ? "frame" : model == NULL ? "model" : "out", "is NULL");
    }
    crmvi_runner runner;
    int32_t status = crmvi_runner_read(options, &runner, error);
    if (status == CRMV_OK) {
        status = crmvi_same_derivation(model, frame, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    status = renew(frame, model, &runner, out, error);
    crmvi_leave(&host);
    return status;
}
