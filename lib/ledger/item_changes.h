/* item_changes.h - what the items of one customer add to which day. */
#ifndef CRMVI_LEDGER_ITEM_CHANGES_H
#define CRMVI_LEDGER_ITEM_CHANGES_H

#include "ledger/item_rows.h"

/* The columns of facts that items have, from CRMVI_FACT_INVOICED on. */
enum { CRMVI_ITEM_FACTS = CRMVI_FACTS - CRMVI_TRANSACTION_FACTS };

/* What an item adds to a column on a day. */
typedef struct crmvi_change {
    int32_t day, column; /* the column counted from the first of items */
    crmvi_wide value;
} crmvi_change;

/* A customer's changes, and how they are sorted. */
typedef struct crmvi_changes {
    crmvi_change *items;
    int64_t count, capacity;
    uint64_t *order, *scratch;
    int64_t order_capacity, scratch_capacity;
} crmvi_changes;

/* Begins a customer of so many items, each of them added once. False where memory is short. */
bool crmvi_changes_begin(crmvi_changes *changes, int64_t items);
void crmvi_changes_clear(crmvi_changes *changes);

/* Adds what a receivable changes, or a single change. */
void crmvi_change_by_receivable(crmvi_changes *changes, const crmvi_receivable *item);
void crmvi_change_add(crmvi_changes *changes, int32_t day, int32_t column, crmvi_wide value);

/* The changes by their days, to be looked at with crmvi_change_at; NULL where memory is short. */
const uint64_t *crmvi_changes_sort(crmvi_changes *changes);

enum { CRMVI_CHANGE_BITS = 42 }; /* below those of the day */

static inline const crmvi_change *crmvi_change_at(const crmvi_changes *changes, uint64_t entry) {
    return &changes->items[entry & ((UINT64_C(1) << CRMVI_CHANGE_BITS) - 1)];
}

#endif
