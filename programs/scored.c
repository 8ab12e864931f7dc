#include "scored.h"

#include <stdio.h>

/* Whether a column of points is there, or does not exist. */
static bool has_points(const crmv_scores *scores, const char *column) {
    double none;
    return crmv_scores_exact(scores, column) || crmv_scores_numbers(scores, column, &none, 0) == CRMV_NOT_FOUND;
}

static bool has_score(const crmv_scores *scores) {
    static const char *const points[] = {"score", "score_low", "score_high", "coverage"};
    static const char *const codes[] = {"tier", "tier_uncapped", "unrated"};
    bool all = true;
    for (size_t i = 0; i < sizeof points / sizeof points[0] && all; i++) {
        all = has_points(scores, points[i]);
    }
    for (size_t i = 0; i < sizeof codes / sizeof codes[0] && all; i++) {
        all = crmv_scores_codes(scores, codes[i]);
    }
    return all;
}

static bool has_columns(const crmv_model *model, const crmv_scores *scores, bool with_points) {
    const char *name;
    bool all = has_score(scores);
    for (int32_t i = 0; all && (name = crmv_model_item(model, CRMV_INDEXES, i)) != NULL; i++) {
        all = has_points(scores, name);
    }
    for (int32_t i = 0; all && (name = crmv_model_item(model, CRMV_SEGMENTS, i)) != NULL; i++) {
        all = crmv_scores_codes(scores, name);
    }
    for (int32_t i = 0; all && with_points && (name = crmv_model_item(model, CRMV_METRICS, i)) != NULL; i++) {
        char column[1100];
        snprintf(column, sizeof column, "points_%s", name);
        all = has_points(scores, column);
    }
    return all;
}

crmv_scores *scored(const inputs *taken, bool with_points, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_scores *scores = NULL;
    if (crmv_score(taken->scorecard.model, taken->frame, &taken->running, &scores, &error) != CRMV_OK) {
        failure_library(why, NULL, 0, &error);
        return NULL;
    }
    if (!has_columns(taken->scorecard.model, scores, with_points)) {
        failure_memory(why);
        crmv_scores_free(scores);
        return NULL;
    }
    return scores;
}
