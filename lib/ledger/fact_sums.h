/* fact_sums.h - what the lines of one customer-day add up to. */
#ifndef CRMVI_LEDGER_FACT_SUMS_H
#define CRMVI_LEDGER_FACT_SUMS_H

#include "ledger/ledger.h"
#include "ledger/ordering.h"

/* The row at a position of the order, as a wide one. */
crmvi_wide_row crmvi_wide_at(const crmvi_ordering *o, int64_t position);

/* The sums over rows [begin, end) of the order, which are of one customer-day, one for each column that transactions
 * have but CRMVI_FACT_DOCUMENTS; false where one does not fit. */
bool crmvi_sum_lines(const crmvi_ordering *o, int64_t begin, int64_t end, int64_t *sums);

/* Documents among the lines of a customer-day that have more sale lines than cancelled ones. -1: memory is short. */
int64_t crmvi_count_documents(const crmvi_ordering *o, int64_t begin, int64_t end);

#endif
