/* renewal.c - a frame under other parameters of its lifetimes. */
#include "base/error.h"
#include "base/guest.h"
#include "base/parallel.h"
#include "frame/catalogue.h"
#include "frame/lifetimes.h"
#include "frame/likeness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows that a thread takes at a time. */
enum { ROWS_AT_A_TIME = 4 * CRMVI_SLICE_ROWS };

/* A frame that is being renewed. Its derivation has neither facts nor a customer table: what is computed anew follows
 * from the frame's histories and other metrics. */
typedef struct renewal {
    crmvi_derivation whole;
    bool *changed; /* per metric: its values are to be computed anew */
    atomic_llong (*outcomes)[CRMVI_OUTCOMES];
} renewal;

/* ---- What changes ------------------------------------------------------------------------------------------------ */

static bool has_operands(const crmvi_metric *card) {
    return crmvi_catalogue[card->operation].source == CRMVI_FROM_METRICS;
}

/* Metrics of lifetimes whose parameters are others, and those that are computed from such. */
static void find_changed(const crmv_model *model, const crmv_model *before, bool *changed) {
    for (int32_t i = 0; i < model->metric_count; i++) {
        const int32_t metric = model->derive_order[i];
        const crmvi_metric *card = &model->metrics[metric];
        if (card->operation == CRMVI_LIFETIME) {
            changed[metric] = !crmvi_same_lifetime(card->lifetime, before->metrics[metric].lifetime);
        } else if (has_operands(card)) {
            changed[metric] = changed[card->operands[0]] || changed[card->operands[1]];
        }
    }
}

/* ---- Values ------------------------------------------------------------------------------------------------------ */

static int32_t derive_metric(const renewal *r, crmvi_slice *slice, int32_t metric, int64_t *outcomes) {
    const crmvi_recipe *recipe = &r->whole.plan.recipes[metric];
    if (recipe->card->operation == CRMVI_LIFETIME) {
        return crmvi_foretell(r->whole.frame, recipe, slice->begin, slice->end, outcomes);
    }
    for (int64_t row = slice->begin; row < slice->end; row++) {
        outcomes[crmvi_derive_value(slice, recipe, row, &r->whole.frame->metrics[metric][row])]++;
    }
    return CRMV_OK;
}

static int32_t derive_slice(const renewal *r, crmvi_slice *slice) {
    const crmv_model *model = r->whole.model;
    int32_t status = CRMV_OK;
    for (int32_t i = 0; i < model->metric_count && status == CRMV_OK; i++) {
        const int32_t metric = model->derive_order[i];
        int64_t outcomes[CRMVI_OUTCOMES] = {0};
        if (r->changed[metric]) {
            status = derive_metric(r, slice, metric, outcomes);
        }
        for (int32_t why = 0; why < CRMVI_OUTCOMES && r->changed[metric]; why++) {
            atomic_fetch_add_explicit(&r->outcomes[metric][why], outcomes[why], memory_order_relaxed);
        }
    }
    return status;
}

static int32_t derive_block(void *context, int64_t begin, int64_t end) {
    const renewal *r = context;
    int32_t status = CRMV_OK;
    for (int64_t row = begin; row < end && status == CRMV_OK; row += CRMVI_SLICE_ROWS) {
        const int64_t until = end - row < CRMVI_SLICE_ROWS ? end : row + CRMVI_SLICE_ROWS;
        crmvi_slice slice = {.whole = &r->whole, .begin = row, .end = until};
        status = derive_slice(r, &slice);
    }
    return status;
}

/* ---- The frame --------------------------------------------------------------------------------------------------- */

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
        out->metrics[i] = frame->metrics[i];
        out->missing[i] = frame->missing[i];
    }
    for (int32_t i = 0; made && i < model->metric_count; i++) {
        if (changed[i]) {
            double *column = crmvi_large_array(frame->rows, sizeof *column);
            out->metrics[i] = column != NULL ? column : out->metrics[i];
            made = column != NULL;
        }
    }
    if (!made) {
        crmv_frame_free(out);
        return NULL;
    }
    return out;
}

static void write_missing(const renewal *r) {
    for (int32_t i = 0; i < r->whole.model->metric_count; i++) {
        int64_t counts[CRMVI_OUTCOMES];
        for (int32_t why = 0; why < CRMVI_OUTCOMES; why++) {
            counts[why] = atomic_load(&r->outcomes[i][why]);
        }
        if (r->changed[i]) {
            crmvi_missing_write(counts, &r->whole.frame->missing[i]);
        }
    }
}

static int32_t derive(renewal *r, const crmv_frame *frame, const crmvi_runner *runner, crmv_error *error) {
    const crmv_model *model = r->whole.model;
    r->changed = crmvi_zeroed(model->metric_count, sizeof *r->changed);
    r->outcomes = crmvi_zeroed(model->metric_count, sizeof *r->outcomes);
    if (r->changed == NULL || r->outcomes == NULL ||
        crmvi_plan_make(model, NULL, r->whole.as_of, &r->whole.plan) != CRMV_OK) {
        return crmvi_no_memory(error);
    }
    int32_t status = crmvi_foretellings_check(model, &r->whole.plan, error);
    if (status != CRMV_OK) {
        return status;
    }
    find_changed(model, frame->model, r->changed);
    r->whole.frame = share_frame(frame, model, r->changed);
    if (r->whole.frame == NULL) {
        return crmvi_no_memory(error);
    }
    status = crmvi_parallel(runner, "foretelling", frame->rows, ROWS_AT_A_TIME, derive_block, r);
    if (status != CRMV_OK) {
        return crmvi_foretelling_failed(status, error);
    }
    write_missing(r);
    return CRMV_OK;
}

static int32_t renew(const crmv_frame *frame, const crmv_model *model, const crmvi_runner *runner, crmv_frame **out,
                     crmv_error *error) {
    renewal r = {.whole = {.model = model, .as_of = frame->as_of == CRMV_NO_DATE ? CRMVI_LAST_DAY : frame->as_of}};
    const int32_t status = derive(&r, frame, runner, error);
    crmvi_plan_clear(&r.whole.plan);
    free(r.changed);
    free(r.outcomes);
    if (status == CRMV_OK) {
        *out = r.whole.frame;
    } else {
        crmv_frame_free(r.whole.frame);
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
