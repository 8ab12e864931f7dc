/* history.h - looking into one customer's facts. */
#ifndef CRMVI_FRAME_HISTORY_H
#define CRMVI_FRAME_HISTORY_H

#include "frame/derivation.h"

/* The sum of the terms over a range, exact. */
crmvi_wide crmvi_sum_of(const crmvi_facts *facts, const crmvi_term *terms, int32_t count, const crmvi_range *range);

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
