/* join.h - the customer table and the ledger's customers side by side, by key. */
#ifndef CRMVI_FRAME_JOIN_H
#define CRMVI_FRAME_JOIN_H

#include "base/parallel.h"
#include "frame/customer_table.h"
#include "ledger/ledger.h"

/* Where each row of the frame comes from, in ascending order of keys. */
typedef struct crmvi_join {
    int32_t key_kind;
    int64_t rows;
    bool is_ledger;   /* the rows are the ledger's customers, each of them; then there are no arrays */
    int64_t *numbers; /* their keys, as in the frame */
    crmvi_texts texts;
    int64_t *table_rows; /* -1: not in the table; NULL: there is no table */
    int64_t *customers;  /* positions in the facts; -1: no fact up to the as-of date; NULL: there are no facts */
    int64_t *strangers;  /* customers of the facts who are left out because they are not in the table */
    int64_t stranger_count;
} crmvi_join;

/* Without a table: all customers of the ledger, which is right if each has a fact up to the as-of date. */
void crmvi_join_ledger(const crmvi_facts *facts, crmvi_join *join);

/*
 * Joins; `table`, whose keys have been sorted, or `facts` may be NULL. Customers whose first fact is after `as_of` are
 * not looked at; with `only_table` those outside the table become strangers. Errors: CRMV_OUT_OF_MEMORY,
 * CRMV_CANCELLED.
 */
int32_t crmvi_join_make(const crmvi_customer_table *table, const crmvi_facts *facts, int32_t as_of, bool only_table,
                        const crmvi_runner *runner, crmvi_join *join);
void crmvi_join_clear(crmvi_join *join);

#endif
