/* receivables.c - what a customer owes: overdue, open, and how late it was paid. */
#include "frame/catalogue.h"
#include "frame/history.h"
#include "ledger/sparse.h"

/* ---- Overdue ----------------------------------------------------------------------------------------------------- */

/* The balance of what is past its due day. */
typedef struct overdue {
    crmvi_wide amount; /* at the as-of date */
    int32_t since;     /* the first of the days before it on which the balance was above 0, without a break */
} overdue;

/* An item is overdue from the day after it was due, and no longer on the day on which it is paid. So what is due on the
 * as-of date is not overdue yet, and what is paid on it not any more. */
static overdue find_overdue(const crmvi_facts *facts, const crmvi_range *range, int32_t as_of) {
    const crmvi_sparse_rows rows = crmvi_sparse_rows_of(facts);
    const int64_t end = crmvi_sparse_find(&rows, range->end);
    overdue found = {.since = as_of};
    for (int64_t row = crmvi_sparse_find(&rows, range->begin); row < end; row++) {
        const int64_t due = crmvi_fact_column_at(&facts->columns[CRMVI_FACT_DUE], row);
        const int64_t settled = crmvi_fact_column_at(&facts->columns[CRMVI_FACT_SETTLED], row);
        if ((due | settled) == 0) {
            continue; /* most days are of other things */
        }
        const int32_t day = facts->days[crmvi_sparse_fact(&rows, row)];
        const bool is_past = day < as_of;
        const bool was_above = found.amount > 0;
        found.amount += (crmvi_wide)(is_past ? due : 0) - settled;
        if (is_past && (found.amount > 0) != was_above) {
            found.since = was_above ? as_of : day;
        }
    }
    return found;
}

int32_t crmvi_derive_overdue(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const crmvi_derivation *whole = slice->whole;
    if (!crmvi_is_fed(whole, CRMVI_RECEIVABLES, CRMVI_RECEIVABLE_AMOUNT)) {
        return CRMVI_NO_HISTORY;
    }
    const crmvi_range range = crmvi_facts_within(slice, CRMVI_SPAN_ALL, row);
    const overdue found = find_overdue(whole->facts, &range, whole->as_of);
    int64_t amount;
    if (!crmvi_narrow(found.amount > 0 ? found.amount : 0, &amount)) {
        return CRMVI_SUM_TOO_LARGE;
    }
    if (recipe->card->detail == CRMVI_OVERDUE_AMOUNT) {
        *value = (double)amount / recipe->unit;
    } else {
        *value = amount > 0 ? whole->as_of - found.since : 0;
    }
    return CRMVI_VALUE;
}

/* ---- Open amounts ------------------------------------------------------------------------------------------------ */

static const crmvi_term open_terms[] = {{CRMVI_FACT_INVOICED, 1}, {CRMVI_FACT_COLLECTED, -1}};

/* What is invoiced and not paid at the end of a span. */
static crmvi_wide open_after(const crmvi_slice *slice, int32_t span, int64_t row) {
    const crmvi_facts *facts = slice->whole->facts;
    const int64_t customer = crmvi_customer_of(slice->whole, row);
    crmvi_range range = crmvi_facts_within(slice, span, row);
    range.begin = customer < 0 ? 0 : facts->offsets[customer];
    return crmvi_sum_of(facts, open_terms, 2, &range);
}

static int32_t derive_open(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    int64_t amount;
    if (!crmvi_narrow(open_after(slice, CRMVI_SPAN_ALL, row), &amount)) {
        return CRMVI_SUM_TOO_LARGE;
    }
    *value = (double)amount / recipe->unit;
    return CRMVI_VALUE;
}

/* The open amount at the window's end, in days of the window's revenue. The product is exact: fewer than 2^22 days. */
static int32_t derive_days_outstanding(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row,
                                       double *value) {
    static const crmvi_term revenue_terms[] = {{CRMVI_FACT_REVENUE, 1}};
    const crmvi_range range = crmvi_facts_within(slice, recipe->span, row);
    const crmvi_wide revenue = crmvi_sum_of(slice->whole->facts, revenue_terms, 1, &range);
    if (revenue <= 0) {
        return CRMVI_UNDEFINED;
    }
    const crmvi_span *span = &slice->whole->plan.spans[recipe->span];
    const crmvi_wide days = span->last - span->first + 1;
    *value = (double)(open_after(slice, recipe->span, row) * days) / (double)revenue;
    return CRMVI_VALUE;
}

/* ---- Days late --------------------------------------------------------------------------------------------------- */

/* By amount: an invoice of twice the size counts twice. */
static int32_t derive_days_late(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    static const crmvi_term terms[] = {{CRMVI_FACT_PAID, 1}, {CRMVI_FACT_PAID_LATE, 1}};
    const crmvi_facts *facts = slice->whole->facts;
    const crmvi_range range = crmvi_facts_within(slice, recipe->span, row);
    const crmvi_wide paid = crmvi_sum_of(facts, &terms[0], 1, &range);
    if (paid == 0) {
        return CRMVI_NO_HISTORY;
    }
    *value = (double)crmvi_sum_of(facts, &terms[1], 1, &range) / (double)paid;
    return CRMVI_VALUE;
}

int32_t crmvi_derive_receivable(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value) {
    const int32_t what = recipe->card->detail;
    if (what == CRMVI_DAYS_LATE) {
        return derive_days_late(slice, recipe, row, value);
    }
    if (!crmvi_is_fed(slice->whole, CRMVI_RECEIVABLES, CRMVI_RECEIVABLE_DATE)) {
        return CRMVI_NO_HISTORY;
    }
    return what == CRMVI_OPEN_AMOUNT ? derive_open(slice, recipe, row, value)
                                     : derive_days_outstanding(slice, recipe, row, value);
}
