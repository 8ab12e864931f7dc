/* amounts.c - exact amounts per customer, for reports that tie out with the books. */
#include "frame/history.h"

static const int32_t measure_of[CRMVI_AMOUNTS] = {
    [CRMVI_AMOUNT_REVENUE] = CRMVI_REVENUE,
    [CRMVI_AMOUNT_GROSS_PROFIT] = CRMVI_GROSS_PROFIT,
    [CRMVI_AMOUNT_CONTRIBUTION] = CRMVI_CONTRIBUTION,
    [CRMVI_AMOUNT_UNKNOWN_COST_REVENUE] = CRMVI_UNKNOWN_COST_REVENUE,
};

bool crmvi_amount_of(const crmvi_facts *facts, int32_t amount, const crmvi_range *range, int64_t *out) {
    const crmvi_term *terms = crmvi_measure_terms[measure_of[amount]];
    int32_t count = 0;
    while (terms[count].column >= 0) {
        count++;
    }
    return crmvi_narrow(crmvi_sum_of(facts, terms, count, range), out);
}

int32_t crmvi_amounts_derive(const crmvi_slice *slice, int64_t *failed) {
    const crmvi_derivation *whole = slice->whole;
    for (int64_t row = slice->begin; row < slice->end && whole->facts != NULL; row++) {
        const crmvi_range *range = crmvi_facts_within(slice, whole->plan.model_span, row);
        for (int32_t amount = 0; amount < CRMVI_AMOUNTS; amount++) {
            if (!crmvi_amount_of(whole->facts, amount, range, &whole->frame->amounts[amount][row])) {
                *failed = row;
                return CRMV_OVERFLOW;
            }
        }
    }
    return CRMV_OK;
}
