/* rule.c - caps, flags and treatments. */
#include "score/sheet.h"

#include <string.h>

/* Tiers count from the best, so the lowest cap is the greatest code; who is unrated stays so. */
static void cap_tiers(const uint8_t *results, int32_t cap, int32_t count, int32_t *tiers) {
    for (int32_t i = 0; i < count; i++) {
        const bool capped = results[i] == CRMVI_HOLDS && tiers[i] >= 0 && cap > tiers[i];
        tiers[i] = capped ? cap : tiers[i];
    }
}

void crmvi_apply_rules(const crmvi_sheet *sheet) {
    const crmvi_request *request = sheet->request;
    const crmv_model *model = sheet->tree->model;
    int32_t *final = request->final_home ? request->final_home + sheet->begin : NULL;
    if (final) {
        memcpy(final, sheet->tier, (size_t)sheet->count * sizeof *final);
    }
    for (int32_t i = 0; i < model->rule_count; i++) {
        uint8_t *results = request->rule_homes[i] + sheet->begin;
        crmvi_when_results(sheet, &model->rules[i].when, results);
        if (final) {
            cap_tiers(results, model->rules[i].cap, sheet->count, final);
        }
    }
}
