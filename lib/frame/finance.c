/*
 * finance.c - finance cost: interest on what a customer owes past its due day.
 *
 * A day bears interest on the balance at the end of the day before, at that day's rate. With R(d) for the rates of all
 * days up to d, added up, a change of the balance on day x costs within [first, last] its amount times
 * R(last) - R(max(x, first - 1)). So a customer's interest is one sum over the changes, exact up to one division.
 */
#include "frame/slice.h"
#include "ledger/sparse.h"

#include <stdlib.h>

/* ---- The plan ---------------------------------------------------------------------------------------------------- */

bool crmvi_interest_plan(const crmvi_finance_cost *rates, const crmvi_facts *facts, crmvi_interest *interest) {
    const bool was_overdue = facts->columns[CRMVI_FACT_DUE].width != 0 || facts->columns[CRMVI_FACT_SETTLED].width != 0;
    *interest = (crmvi_interest){0};
    if (rates->periods == NULL || !was_overdue) {
        return true;
    }
    interest->accrued = crmvi_array(rates->count, sizeof *interest->accrued);
    if (interest->accrued == NULL) {
        return false;
    }
    interest->periods = rates->periods;
    interest->count = rates->count;
    interest->divisor = rates->days_in_year * CRMVI_ONE;
    int64_t accrued = 0;
    for (int32_t i = 0; i < rates->count; i++) {
        interest->accrued[i] = accrued;
        if (i + 1 < rates->count) {
            accrued += rates->periods[i].rate * (rates->periods[i + 1].from - rates->periods[i].from);
        }
    }
    return true;
}

/* ---- Interest ---------------------------------------------------------------------------------------------------- */

/* The rates of all days up to one, added up. `*period` is where the search begins, one that does not begin after the
 * day, and becomes the day's own. */
static int64_t rates_until(const crmvi_interest *interest, int32_t day, int32_t *period) {
    int32_t i = *period;
    while (i + 1 < interest->count && interest->periods[i + 1].from <= day) {
        i++;
    }
    *period = i;
    return interest->accrued[i] + interest->periods[i].rate * ((int64_t)day + 1 - interest->periods[i].from);
}

/* The changes of the overdue balance in facts [begin, end), each times the rates of the days of the span behind it;
 * false where the sum does not fit. A change is below 2^64, the rates' sum below 2^46. */
static bool weigh_changes(const crmvi_derivation *whole, const crmvi_span *span, const crmvi_range *range,
                          crmvi_wide *weighed) {
    const crmvi_interest *interest = &whole->plan.interest;
    const crmvi_facts *facts = whole->facts;
    int32_t period = 0;
    const int64_t at_first = rates_until(interest, span->first - 1, &period);
    const int32_t first_period = period;
    const int64_t at_last = rates_until(interest, span->last, &period);
    crmvi_wide sum = 0;
    bool fits = true;
    period = first_period;
    const crmvi_sparse_rows rows = crmvi_sparse_rows_of(facts);
    const int64_t end = crmvi_sparse_find(&rows, range->end);
    for (int64_t row = crmvi_sparse_find(&rows, range->begin); row < end && fits; row++) {
        const crmvi_wide change = (crmvi_wide)crmvi_fact_column_at(&facts->columns[CRMVI_FACT_DUE], row) -
                                  crmvi_fact_column_at(&facts->columns[CRMVI_FACT_SETTLED], row);
        if (change != 0) {
            const int32_t day = facts->days[crmvi_sparse_fact(&rows, row)];
            const int64_t before = day < span->first ? at_first : rates_until(interest, day, &period);
            fits = !__builtin_add_overflow(sum, change * (at_last - before), &sum);
        }
    }
    *weighed = sum;
    return fits;
}

bool crmvi_finance_cost_of(const crmvi_slice *slice, int32_t span, int64_t row, int64_t *cost) {
    const crmvi_derivation *whole = slice->whole;
    const crmvi_span *days = &whole->plan.spans[span];
    const int64_t customer = crmvi_customer_of(whole, row);
    *cost = 0;
    if (customer < 0 || days->first > days->last) {
        return true;
    }
    /* What became overdue before the span bears interest in it. */
    crmvi_range range = crmvi_facts_within(slice, span, row);
    range.begin = whole->facts->offsets[customer];
    crmvi_wide weighed;
    if (!weigh_changes(whole, days, &range, &weighed)) {
        return false;
    }
    return weighed == 0 || crmvi_narrow(crmvi_divide(weighed, whole->plan.interest.divisor), cost);
}

bool crmvi_finance_costs(const crmvi_slice *slice, int32_t span, int64_t *costs) {
    const int64_t limit = CRMVI_PLAIN_LIMIT * CRMVI_SLICE_FACTS; /* what a sum of a fact column stays below */
    bool plain = true;
    for (int64_t row = slice->begin; row < slice->end && plain; row++) {
        int64_t *cost = &costs[row - slice->begin];
        plain = crmvi_finance_cost_of(slice, span, row, cost) && *cost<limit && * cost> - limit;
    }
    return plain;
}
