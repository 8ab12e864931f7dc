#include "frame/likeness.h"

#include "base/error.h"

#include <string.h>

/* ---- Metrics ----------------------------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Whether lifetimes foretell the same from the same histories, whatever their parameters are. */
static bool foretold_alike(const crmvi_metric *a, const crmvi_metric *b) {
    return a->operation != CRMVI_LIFETIME ||
           (same_text(a->lifetime->name, b->lifetime->name) && crmvi_same_histories(a->lifetime, b->lifetime) &&
            a->ahead.in_months == b->ahead.in_months && a->ahead.length == b->ahead.length &&
            a->yearly_discount == b->yearly_discount && a->standard_error == b->standard_error);
}

static bool derived_alike(const crmvi_metric *a, const crmvi_metric *b) {
    return a->operation == b->operation && a->measures == b->measures && a->detail == b->detail &&
           a->operands[0] == b->operands[0] && a->operands[1] == b->operands[1] &&
           same_text(a->attribute, b->attribute) && crmvi_same_window(&a->window, &b->window) &&
           a->per_year == b->per_year && a->minimum_coverage == b->minimum_coverage && foretold_alike(a, b);
}

/* Whether waiting for money costs the same, where a metric of these measures counts it. */
static bool same_interest(const crmv_model *model, const crmv_model *other, uint32_t measures) {
    const crmvi_finance_cost *a = &model->finance_cost, *b = &other->finance_cost;
    if ((measures & (UINT32_C(1) << CRMVI_FINANCE_COST | UINT32_C(1) << CRMVI_CONTRIBUTION)) == 0) {
        return true;
    }
    if (a->count != b->count || a->days_in_year != b->days_in_year) {
        return false;
    }
    for (int32_t i = 0; i < a->count; i++) {
        if (a->periods[i].from != b->periods[i].from || a->periods[i].rate != b->periods[i].rate) {
            return false;
        }
    }
    return true;
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

static int32_t check_metric(const crmv_model *model, const crmv_frame *frame, int32_t metric, crmv_error *error) {
    const crmvi_metric *a = &model->metrics[metric], *b = &frame->model->metrics[metric];
    if (!same_text(a->name, b->name)) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "frame",
                          "the frame was derived with another model: it has the metric %s where the model has %s",
                          b->name, a->name);
    }
    if (!derived_alike(a, b) || !same_interest(model, frame->model, a->measures) || !same_codes(&a->scale, &b->scale)) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "frame",
                          "the frame was derived with another model, whose metric %s is defined otherwise", a->name);
    }
    return CRMV_OK;
}

static int32_t check_metrics(const crmv_model *model, const crmv_frame *frame, crmv_error *error) {
    const crmv_model *other = frame->model;
    int32_t status = CRMV_OK;
    for (int32_t i = 0; i < model->metric_count && i < other->metric_count && status == CRMV_OK; i++) {
        status = check_metric(model, frame, i, error);
    }
    if (status == CRMV_OK && model->metric_count != other->metric_count) {
        const bool more = model->metric_count > other->metric_count;
        const char *name = more ? model->metrics[other->metric_count].name : other->metrics[model->metric_count].name;
        status = crmvi_fail(error, CRMV_BAD_ARGUMENT, "frame",
                            "the frame was derived with another model: only %s has the metric %s",
                            more ? "the model" : "the frame", name);
    }
    return status;
}

/* ---- Lifetimes --------------------------------------------------------------------------------------------------- */

static int32_t check_lifetimes(const crmv_model *model, const crmv_frame *frame, crmv_error *error) {
    const crmv_model *other = frame->model;
    for (int32_t i = 0; i < model->lifetime_count; i++) {
        const char *name = model->lifetimes[i].name;
        if (i >= other->lifetime_count || !same_text(name, other->lifetimes[i].name) ||
            !crmvi_same_histories(&model->lifetimes[i], &other->lifetimes[i])) {
            return crmvi_fail(error, CRMV_BAD_ARGUMENT, "frame",
                              "the frame was derived with another model, which looks otherwise at the histories that "
                              "lifetimes.%s is of",
                              name);
        }
    }
    return CRMV_OK;
}

static int32_t check_parameters(const crmv_model *model, const crmv_frame *frame, crmv_error *error) {
    for (int32_t i = 0; i < model->metric_count; i++) {
        const crmvi_metric *a = &model->metrics[i], *b = &frame->model->metrics[i];
        if (a->operation == CRMVI_LIFETIME && !crmvi_same_lifetime(a->lifetime, b->lifetime)) {
            return crmvi_fail(error, CRMV_BAD_ARGUMENT, "frame",
                              "metric %s of the frame was foretold by other parameters than the model's lifetimes.%s "
                              "has: derive the frame again with this model, or bring it up to date with "
                              "crmv_frame_with",
                              a->name, a->lifetime->name);
        }
    }
    return CRMV_OK;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

int32_t crmvi_same_derivation(const crmv_model *model, const crmv_frame *frame, crmv_error *error) {
    if (model == frame->model) {
        return CRMV_OK;
    }
    const int32_t status = check_metrics(model, frame, error);
    return status == CRMV_OK ? check_lifetimes(model, frame, error) : status;
}

int32_t crmvi_same_metrics(const crmv_model *model, const crmv_frame *frame, crmv_error *error) {
    if (model == frame->model) {
        return CRMV_OK;
    }
    const int32_t status = check_metrics(model, frame, error);
    return status == CRMV_OK ? check_parameters(model, frame, error) : status;
}
