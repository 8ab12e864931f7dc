/* sums.c - sums, counts and purchase-day totals of measures, and what is computed from two of them. */
#include "frame/catalogue.h"
#include "frame/history.h"

/* ---- Unknown cost ------------------------------------------------------------------------------------------------ */

static const crmvi_term every_revenue[] = {{CRMVI_FACT_REVENUE, 1}, {CRMVI_FACT_NEGATIVE_REVENUE, 2}};
static const crmvi_term unknown_revenue[] = {{CRMVI_FACT_UNKNOWN_MAGNITUDE, 1}};

/* Exact: both sides of known / all >= minimum / 100 are multiplied out; minimum is a percent in 1e-6. */
bool crmvi_cost_is_known(const crmvi_recipe *recipe, crmvi_wide all, crmvi_wide unknown) {
    if (all <= 0) {
        return true;
    }
    const crmvi_wide known = all - unknown;
    return known > 0 && known * 100 * CRMVI_ONE >= all * recipe->card->minimum_coverage;
}

static bool cost_is_known(const crmvi_facts *facts, const crmvi_recipe *recipe, const crmvi_range *range) {
    return !recipe->needs_cost || crmvi_cost_is_known(recipe, crmvi_sum_of(facts, every_revenue, 2, range),
                                                      crmvi_sum_of(facts, unknown_revenue, 1, range));
}

/* ---- Sums and counts --------------------------------------------------------------------------------------------- */

/* From the customer's start or the window's first day, whichever is later. Nothing stays nothing, so that one who has
 * not bought yet counts as others do: 0. */
int32_t crmvi_scale_to_year(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    if (!recipe->card->per_year || *value == 0) {
        return CRMVI_VALUE;
    }
    const crmvi_span *span = &slice->whole->plan.spans[recipe->span];
    const int32_t start = slice->whole->frame->starts[row];
    if (start == CRMV_NO_DATE || start > span->last || span->first > span->last) {
        return CRMVI_NO_HISTORY;
    }
    const int32_t observed = span->last - (start > span->first ? start : span->first) + 1;
    if (observed != span->year) {
        *value *= (double)span->year / observed;
    }
    return CRMVI_VALUE;
}

/* What the card adds up over a span; false where it does not fit. */
static bool sum_within(const crmvi_slice *slice, const crmvi_recipe *recipe, int32_t span, int64_t row, int64_t *sum) {
    const crmvi_range range = crmvi_facts_within(slice, span, row);
    const crmvi_wide of_facts = crmvi_sum_of(slice->whole->facts, recipe->terms, recipe->term_count, &range);
    int64_t finance = 0;
    if (recipe->finance != 0 && !crmvi_finance_cost_of(slice, span, row, &finance)) {
        return false;
    }
    return crmvi_narrow(of_facts + (crmvi_wide)recipe->finance * finance, sum);
}

int32_t crmvi_derive_sum(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const crmvi_facts *facts = slice->whole->facts;
    const crmvi_range range = crmvi_facts_within(slice, recipe->span, row);
    if (!cost_is_known(facts, recipe, &range)) {
        return CRMVI_COST_UNKNOWN;
    }
    int64_t sum;
    if (!sum_within(slice, recipe, recipe->span, row, &sum)) {
        return CRMVI_SUM_TOO_LARGE;
    }
    *value = (double)sum / recipe->unit;
    return crmvi_scale_to_year(slice, recipe, row, value);
}

/* The purchase days of a span; of repeat days, without the first ever. */
static int64_t count_days(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row) {
    const crmvi_facts *facts = slice->whole->facts;
    const crmvi_range range = crmvi_facts_within(slice, recipe->span, row);
    const int64_t days = crmvi_purchase_days(facts, &range);
    if (recipe->card->detail == CRMVI_PURCHASE_DAYS || days == 0) {
        return days;
    }
    const crmvi_range history = crmvi_facts_within(slice, CRMVI_SPAN_ALL, row);
    const int32_t first_ever = crmvi_first_purchase(facts, &history);
    return crmvi_first_purchase(facts, &range) == first_ever ? days - 1 : days;
}

int32_t crmvi_derive_count(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const int32_t what = recipe->card->detail;
    if (what != CRMVI_PURCHASE_DAYS && what != CRMVI_REPEAT_DAYS) {
        return crmvi_derive_sum(slice, recipe, row, value);
    }
    *value = (double)count_days(slice, recipe, row);
    return crmvi_scale_to_year(slice, recipe, row, value);
}

/* ---- Purchase-day totals ----------------------------------------------------------------------------------------- */

typedef struct day_totals {
    int64_t days;
    crmvi_wide sum, least, most;
} day_totals;

static day_totals gather_days(const crmvi_facts *facts, const crmvi_recipe *recipe, const crmvi_range *range) {
    day_totals totals = {0};
    for (int64_t i = range->begin; i < range->end; i++) {
        if (!crmvi_is_purchase(facts, i)) {
            continue;
        }
        const crmvi_range day = {i, i + 1};
        const crmvi_wide total = crmvi_sum_of(facts, recipe->terms, recipe->term_count, &day);
        totals.sum += total;
        totals.least = totals.days == 0 || total < totals.least ? total : totals.least;
        totals.most = totals.days == 0 || total > totals.most ? total : totals.most;
        totals.days++;
    }
    return totals;
}

/* The purchase-day totals in the card's window, or why there are none. */
static int32_t day_totals_of(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, day_totals *totals) {
    const crmvi_facts *facts = slice->whole->facts;
    const crmvi_range range = crmvi_facts_within(slice, recipe->span, row);
    *totals = gather_days(facts, recipe, &range);
    if (totals->days == 0) {
        return CRMVI_NO_HISTORY;
    }
    return cost_is_known(facts, recipe, &range) ? CRMVI_VALUE : CRMVI_COST_UNKNOWN;
}

/* total / divisor, where the total fits into 64 bits. */
static int32_t divide_total(crmvi_wide total, double divisor, double *value) {
    int64_t narrow;
    if (!crmvi_narrow(total, &narrow)) {
        return CRMVI_SUM_TOO_LARGE;
    }
    *value = (double)narrow / divisor;
    return CRMVI_VALUE;
}

int32_t crmvi_derive_mean(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    day_totals totals;
    const int32_t outcome = day_totals_of(slice, recipe, row, &totals);
    /* There are fewer than 4e6 days and at most 1e9 minor units in a major one: the divisor is exact. */
    return outcome == CRMVI_VALUE ? divide_total(totals.sum, (double)totals.days * recipe->unit, value) : outcome;
}

int32_t crmvi_derive_minimum(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    day_totals totals;
    const int32_t outcome = day_totals_of(slice, recipe, row, &totals);
    return outcome == CRMVI_VALUE ? divide_total(totals.least, recipe->unit, value) : outcome;
}

int32_t crmvi_derive_maximum(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    day_totals totals;
    const int32_t outcome = day_totals_of(slice, recipe, row, &totals);
    return outcome == CRMVI_VALUE ? divide_total(totals.most, recipe->unit, value) : outcome;
}

/* ---- Two sums ---------------------------------------------------------------------------------------------------- */

int32_t crmvi_derive_growth(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const crmvi_facts *facts = slice->whole->facts;
    const crmvi_range range = crmvi_facts_within(slice, recipe->span, row);
    const crmvi_range range_before = crmvi_facts_within(slice, recipe->before, row);
    if (!crmvi_has_history(slice, recipe, row)) {
        return CRMVI_NO_HISTORY;
    }
    if (!cost_is_known(facts, recipe, &range) || !cost_is_known(facts, recipe, &range_before)) {
        return CRMVI_COST_UNKNOWN;
    }
    int64_t current;
    int64_t previous;
    if (!sum_within(slice, recipe, recipe->span, row, &current) ||
        !sum_within(slice, recipe, recipe->before, row, &previous)) {
        return CRMVI_SUM_TOO_LARGE;
    }
    if (previous <= 0) {
        return CRMVI_UNDEFINED;
    }
    *value = (double)((crmvi_wide)current - previous) / (double)previous;
    return CRMVI_VALUE;
}

/* Returned / sold. */
int32_t crmvi_derive_return_rate(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const crmvi_facts *facts = slice->whole->facts;
    const crmvi_range range = crmvi_facts_within(slice, recipe->span, row);
    if (!crmvi_has_history(slice, recipe, row)) {
        return CRMVI_NO_HISTORY;
    }
    const crmvi_term *terms = crmvi_sold_terms(recipe->card);
    const crmvi_wide sold = crmvi_sum_of(facts, terms, CRMVI_SOLD_TERMS, &range);
    const crmvi_wide returned = crmvi_sum_of(facts, &terms[1], 1, &range);
    if (sold <= 0) {
        return CRMVI_UNDEFINED;
    }
    *value = (double)returned / (double)sold;
    return CRMVI_VALUE;
}
