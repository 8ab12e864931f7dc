/* history.h - looking into one customer's facts. */
#ifndef CRMVI_FRAME_HISTORY_H
#define CRMVI_FRAME_HISTORY_H

#include "frame/slice.h"

/* The first of facts [begin, end) whose day is not before `day`; `end` where there is none. */
int64_t crmvi_first_from(const int32_t *days, int64_t begin, int64_t end, int64_t day);

/* The facts of a ledger's customer within a span. */
crmvi_range crmvi_find_range(const crmvi_facts *facts, int64_t customer, const crmvi_span *span);

/* The sum of the terms over a range, exact. */
crmvi_wide crmvi_sum_of(const crmvi_facts *facts, const crmvi_term *terms, int32_t count, const crmvi_range *range);

/* An amount over a range; false where it does not fit into 64 bits. */
bool crmvi_amount_of(const crmvi_facts *facts, int32_t amount, const crmvi_range *range, int64_t *out);

/* A purchase day has more sale lines than cancelled ones. */
static inline bool crmvi_is_purchase(const crmvi_facts *facts, int64_t fact) {
    const int64_t sold = crmvi_fact(facts, CRMVI_FACT_SALE_LINES, fact);
    return sold > 0 && sold > crmvi_fact(facts, CRMVI_FACT_CANCELLED_LINES, fact);
}

/* Whether a fact of a ledger with receivables or events is of transactions: whether these left anything in it. */
bool crmvi_is_transaction(const crmvi_facts *facts, int64_t fact);

/* Whether a row has what growth and return rates are derived from: a transaction up to the as-of date or, for finance
 * cost, any fact. */
bool crmvi_has_history(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row);

/* Of a plain slice: where each row's history begins among the slice's facts; at its end where there is none. */
const int32_t *crmvi_history_begins(const crmvi_slice *slice, const crmvi_recipe *recipe);
const int32_t *crmvi_history_ends(const crmvi_slice *slice);

/* Notes that in a plain slice whose facts are not all of transactions. */
void crmvi_history_note(const crmvi_slice *slice);

/* The first and the last purchase day of a range; CRMV_NO_DATE where there is none. */
int32_t crmvi_first_purchase(const crmvi_facts *facts, const crmvi_range *range);
int32_t crmvi_last_purchase(const crmvi_facts *facts, const crmvi_range *range);

/* How many purchase days a range has. */
int64_t crmvi_purchase_days(const crmvi_facts *facts, const crmvi_range *range);

#endif
