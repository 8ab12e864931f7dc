/* rule.c - caps, flags and treatments. */
#include "score/scores.h"

void crmvi_apply_rules(crmv_scores *scores, int64_t row) {
    const crmv_model *model = scores->model;
    int32_t tier = scores->tier_uncapped[row];
    for (int32_t i = 0; i < model->rule_count; i++) {
        const crmvi_rule *rule = &model->rules[i];
        int32_t result = crmvi_when_result(scores, &rule->when, row);
        scores->rules[i][row] = (uint8_t)result;
        /* Tiers count from the best, so the lowest cap is the greatest code; who is unrated stays so. */
        if (result == CRMVI_HOLDS && tier >= 0 && rule->cap > tier) {
            tier = rule->cap;
        }
    }
    scores->tier[row] = tier;
}

void crmvi_count_rules(crmv_scores *scores) {
    for (int32_t i = 0; i < scores->model->rule_count; i++) {
        for (int64_t row = 0; row < scores->rows; row++) {
            scores->holds[i] += scores->rules[i][row] == CRMVI_HOLDS;
            scores->undecided[i] += scores->rules[i][row] == CRMVI_UNDECIDED;
        }
    }
}
