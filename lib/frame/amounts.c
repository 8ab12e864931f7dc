/* amounts.c - exact amounts per customer, for reports that tie out with the books. */
#include "frame/catalogue.h"
#include "frame/history.h"

static const int32_t measure_of[CRMVI_AMOUNTS] = {
    [CRMVI_AMOUNT_REVENUE] = CRMVI_REVENUE,
    [CRMVI_AMOUNT_GROSS_PROFIT] = CRMVI_GROSS_PROFIT,
    [CRMVI_AMOUNT_CONTRIBUTION] = CRMVI_CONTRIBUTION,
    [CRMVI_AMOUNT_UNKNOWN_COST_REVENUE] = CRMVI_UNKNOWN_COST_REVENUE,
};

const crmvi_term *crmvi_amount_terms(int32_t amount, int32_t *count) {
    const crmvi_term *terms = crmvi_measure_terms[measure_of[amount]];
    *count = 0;
    while (terms[*count].column >= 0) {
        ++*count;
    }
    return terms;
}

static crmvi_wide sum_of_facts(const crmvi_facts *facts, int32_t amount, const crmvi_range *range) {
    int32_t count;
    const crmvi_term *terms = crmvi_amount_terms(amount, &count);
    return crmvi_sum_of(facts, terms, count, range);
}

bool crmvi_amount_of(const crmvi_facts *facts, int32_t amount, const crmvi_range *range, int64_t *out) {
    return crmvi_narrow(sum_of_facts(facts, amount, range), out);
}

/* The same of a row of the frame, less finance cost where the amount is a contribution. */
static bool amount_of_row(const crmvi_slice *slice, int32_t amount, int64_t row, int64_t *out) {
    const crmvi_plan *plan = &slice->whole->plan;
    const crmvi_range range = crmvi_facts_within(slice, plan->model_span, row);
    const bool bears_interest = amount == CRMVI_AMOUNT_CONTRIBUTION && plan->interest.periods != NULL;
    int64_t finance = 0;
    if (bears_interest && !crmvi_finance_cost_of(slice, plan->model_span, row, &finance)) {
        return false;
    }
    return crmvi_narrow(sum_of_facts(slice->whole->facts, amount, &range) - finance, out);
}

/* Without any cost to serve and interest, contribution is gross profit and has its array. */
static bool is_gross_profit(const crmvi_plan *plan, int32_t amount) {
    return amount == CRMVI_AMOUNT_CONTRIBUTION &&
           plan->amounts[amount].count == plan->amounts[CRMVI_AMOUNT_GROSS_PROFIT].count;
}

bool crmvi_amounts_start(const crmvi_derivation *whole) {
    const crmvi_plan *plan = &whole->plan;
    crmv_frame *frame = whole->frame;
    bool all = true;
    for (int32_t i = 0; all && i < CRMVI_AMOUNTS; i++) {
        if (is_gross_profit(plan, i)) {
            frame->amounts[i] = frame->amounts[CRMVI_AMOUNT_GROSS_PROFIT];
        } else if (plan->amounts[i].count == 0) {
            frame->amounts[i] = crmvi_zeroed(frame->rows, sizeof *frame->amounts[i]);
        } else {
            frame->amounts[i] = crmvi_large_array(frame->rows, sizeof *frame->amounts[i]);
        }
        all = frame->amounts[i] != NULL;
    }
    return all;
}

static void derive_plainly(const crmvi_slice *slice) {
    const crmvi_plan *plan = &slice->whole->plan;
    for (int32_t i = 0; i < CRMVI_AMOUNTS; i++) {
        if (plan->amounts[i].count > 0 && !is_gross_profit(plan, i)) {
            crmvi_total_into(slice, &plan->amounts[i], slice->whole->frame->amounts[i] + slice->begin);
        }
    }
}

int32_t crmvi_amounts_derive(const crmvi_slice *slice, int64_t *failed) {
    const crmvi_derivation *whole = slice->whole;
    if (slice->plain) {
        derive_plainly(slice);
        return CRMV_OK;
    }
    for (int64_t row = slice->begin; row < slice->end && whole->facts != NULL; row++) {
        for (int32_t amount = 0; amount < CRMVI_AMOUNTS; amount++) {
            if (!amount_of_row(slice, amount, row, &whole->frame->amounts[amount][row])) {
                *failed = row;
                return CRMV_OVERFLOW;
            }
        }
    }
    return CRMV_OK;
}
