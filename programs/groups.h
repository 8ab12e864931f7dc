/* groups.h - customers who count as others: what the customer table makes a branch or another number of somebody. */
#ifndef CRMVALUE_PROGRAM_GROUPS_H
#define CRMVALUE_PROGRAM_GROUPS_H

#include "inputs.h"

/* Whether a key has been rolled up into the frame's row, which bears another one. */
bool key_counts_as_other(const crmv_frame *frame, const char *key, int64_t row);

/* How many of the customer table's rows that are used have no row in the frame, but count as one of another key. 0
 * without a table, and where its columns roll nobody up. */
int64_t table_rows_rolled_up(const inputs *taken);

/* How many rows of the frame have no row in the customer table. */
int64_t customers_without_row(const inputs *taken);

#endif
