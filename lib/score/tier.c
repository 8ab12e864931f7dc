/* tier.c - from score to tier, and who gets none. */
#include "score/scores.h"

int32_t crmvi_tier_of(const crmv_model *model, crmvi_micro score) {
    for (int32_t i = 0; i < model->tier_count; i++) {
        if (score >= model->tiers[i].cut) {
            return i;
        }
    }
    return -1;
}

/* Whether less than the tenure asked for has passed since the customer's start. An unknown start is not too new. */
static bool too_new(const crmv_scores *scores, int64_t row) {
    const crmvi_unrated *unrated = &scores->model->unrated;
    const crmv_frame *frame = scores->frame;
    int32_t start = frame->starts[row];
    if (!unrated->by_tenure || start == CRMV_NO_DATE || frame->as_of == CRMV_NO_DATE) {
        return false;
    }
    if (unrated->tenure.kind == CRMVI_LAST_MONTHS) {
        return crmvi_months_before(frame->as_of, unrated->tenure.length) < start;
    }
    return (int64_t)start + unrated->tenure.length > frame->as_of;
}

int32_t crmvi_unrated_reason(const crmv_scores *scores, int64_t row, bool refused) {
    const crmv_model *model = scores->model;
    if (scores->indexes[model->root][row] == CRMV_MISSING_POINTS) {
        return CRMV_NOTHING_KNOWN;
    }
    if (refused) {
        return CRMV_METRIC_REFUSED;
    }
    if (too_new(scores, row)) {
        return CRMV_TOO_NEW;
    }
    if (model->unrated.by_coverage && scores->coverage[row] < model->unrated.coverage) {
        return CRMV_TOO_LITTLE_COVERAGE;
    }
    return CRMV_RATED;
}

const char *crmv_unrated_text(int32_t unrated) {
    switch (unrated) {
    case CRMV_RATED:
        return "";
    case CRMV_TOO_NEW:
        return "too new";
    case CRMV_TOO_LITTLE_COVERAGE:
        return "too little known";
    case CRMV_METRIC_REFUSED:
        return "a required metric is missing";
    case CRMV_NOTHING_KNOWN:
        return "nothing known";
    default:
        return "unknown reason";
    }
}
