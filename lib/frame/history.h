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
    return crmvi_fact(facts, CRMVI_FACT_SALE_LINES, fact) > crmvi_fact(facts, CRMVI_FACT_CANCELLED_LINES, fact);
}

/* The first and the last purchase day of a range; CRMV_NO_DATE where there is none. */
int32_t crmvi_first_purchase(const crmvi_facts *facts, const crmvi_range *range);
int32_t crmvi_last_purchase(const crmvi_facts *facts, const crmvi_range *range);

/* How many purchase days a range has. */
int64_t crmvi_purchase_days(const crmvi_facts *facts, const crmvi_range *range);

#endif
