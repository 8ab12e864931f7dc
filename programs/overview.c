#include "overview.h"

#include <stdlib.h>

/* Sums the customers up by a list of the model; false where memory is short. */
static bool group_by(const overview *whole, int32_t list, int32_t item, grouping *out) {
    int32_t count = 0;
    crmv_scores_summary(whole->scores, list, item, NULL, 0, &count);
    out->groups = calloc((size_t)count + 1, sizeof *out->groups);
    if (!out->groups) {
        return false;
    }
    out->groups[0].struct_size = sizeof out->groups[0];
    out->count = count;
    return crmv_scores_summary(whole->scores, list, item, out->groups, count, &count) == CRMV_OK;
}

static bool group_all(overview *whole) {
    const crmv_model *model = whole->taken->scorecard.model;
    int32_t count = 0;
    whole->all.struct_size = sizeof whole->all;
    whole->tiers.name = "tier";
    if (crmv_scores_summary(whole->scores, 0, 0, &whole->all, 1, &count) != CRMV_OK ||
        (crmv_model_count(model, CRMV_TIERS) > 0 && !group_by(whole, CRMV_TIERS, 0, &whole->tiers))) {
        return false;
    }
    const int32_t segments = crmv_model_count(model, CRMV_SEGMENTS);
    whole->segments = calloc((size_t)segments + 1, sizeof *whole->segments);
    bool done = whole->segments;
    for (int32_t i = 0; done && i < segments; i++) {
        grouping *segment = &whole->segments[whole->segment_count++];
        segment->name = crmv_model_item(model, CRMV_SEGMENTS, i);
        done = group_by(whole, CRMV_SEGMENTS, i, segment);
    }
    return done;
}

static bool any_other_than_0(const int64_t *column, int64_t rows) {
    for (int64_t row = 0; column && row < rows; row++) {
        if (column[row] != 0) {
            return true;
        }
    }
    return false;
}

/* The gross profit is what is left of the contribution where nothing is spent on serving, and nothing is overdue. */
static bool contributes_otherwise(const crmv_frame *frame) {
    const int64_t *contribution = crmv_frame_amount(frame, "contribution");
    const int64_t *profit = crmv_frame_amount(frame, "gross_profit");
    const int64_t rows = crmv_frame_rows(frame);
    for (int64_t row = 0; contribution && profit && row < rows; row++) {
        if (contribution[row] != profit[row]) {
            return true;
        }
    }
    return false;
}

bool overview_make(const inputs *taken, const crmv_scores *scores, overview *whole, failure *why) {
    *whole = (overview){.taken = taken, .scores = scores};
    const crmv_frame *frame = taken->frame;
    whole->has_scores = crmv_scores_exact(scores, "score") != NULL;
    whole->has_revenue = taken->ledger && crmv_ledger_supplies(taken->ledger, "revenue");
    whole->has_gross_profit = taken->ledger && crmv_ledger_supplies(taken->ledger, "gross_profit");
    whole->has_contribution = whole->has_gross_profit && contributes_otherwise(frame);
    whole->has_unknown_cost =
        whole->has_gross_profit &&
        any_other_than_0(crmv_frame_amount(frame, "unknown_cost_revenue"), crmv_frame_rows(frame));
    return group_all(whole) || failure_memory(why);
}

void overview_clear(overview *whole) {
    free(whole->tiers.groups);
    for (int32_t i = 0; i < whole->segment_count; i++) {
        free(whole->segments[i].groups);
    }
    free(whole->segments);
}

wide group_revenue(const crmv_group *one) {
    return figure_wide(one->revenue_high, one->revenue_low);
}

wide group_gross_profit(const crmv_group *one) {
    return figure_wide(one->gross_profit_high, one->gross_profit_low);
}

wide group_contribution(const crmv_group *one) {
    return figure_wide(one->contribution_high, one->contribution_low);
}

wide group_unknown_cost(const crmv_group *one) {
    return figure_wide(one->unknown_cost_revenue_high, one->unknown_cost_revenue_low);
}

int64_t group_unrated_for(const crmv_group *one, int32_t reason) {
    const int64_t counts[] = {0, one->too_new, one->too_little_coverage, one->metric_refused, one->nothing_known};
    return reason > CRMV_RATED && reason <= CRMV_NOTHING_KNOWN ? counts[reason] : 0;
}

int64_t group_unrated(const crmv_group *one) {
    return one->too_new + one->too_little_coverage + one->metric_refused + one->nothing_known;
}
