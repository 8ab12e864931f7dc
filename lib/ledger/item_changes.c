#include "ledger/item_changes.h"

#include "base/memory.h"
#include "base/radix.h"

#include <stdlib.h>

enum { DAY_BITS = 22, MOST_CHANGES = 6 /* of one item */ };

bool crmvi_changes_begin(crmvi_changes *changes, int64_t items) {
    changes->count = 0;
    return crmvi_grow(&changes->items, &changes->capacity, items * MOST_CHANGES, sizeof *changes->items);
}

void crmvi_changes_clear(crmvi_changes *changes) {
    crmvi_discard(changes->items, changes->capacity, sizeof *changes->items);
    free(changes->order);
    free(changes->scratch);
}

void crmvi_change_add(crmvi_changes *changes, int32_t day, int32_t column, crmvi_wide value) {
    changes->items[changes->count++] = (crmvi_change){day, column - CRMVI_TRANSACTION_FACTS, value};
}

/* What a receivable adds. An item that was paid by its due day was never overdue. One that was paid is noted on that
 * day even where it is a credit, so that each item leaves a trace of its customer. */
void crmvi_change_by_receivable(crmvi_changes *changes, const crmvi_receivable *item) {
    const bool is_paid = item->paid != CRMV_NO_DATE;
    const bool is_late = !is_paid || item->paid > item->due;
    const int64_t positive = item->amount > 0 ? item->amount : 0;
    if (item->invoiced != CRMV_NO_DATE) {
        crmvi_change_add(changes, item->invoiced, CRMVI_FACT_INVOICED, item->amount);
    }
    if (item->invoiced != CRMV_NO_DATE && is_paid) {
        crmvi_change_add(changes, item->paid > item->invoiced ? item->paid : item->invoiced, CRMVI_FACT_COLLECTED,
                         item->amount);
    }
    if (is_late) {
        crmvi_change_add(changes, item->due, CRMVI_FACT_DUE, item->amount);
    }
    if (is_late && is_paid) {
        crmvi_change_add(changes, item->paid, CRMVI_FACT_SETTLED, item->amount);
    }
    if (is_paid) {
        const int64_t days_late = is_late ? (int64_t)item->paid - item->due : 0;
        crmvi_change_add(changes, item->paid, CRMVI_FACT_PAID, positive);
        crmvi_change_add(changes, item->paid, CRMVI_FACT_PAID_LATE, (crmvi_wide)positive * days_late);
    }
}

const uint64_t *crmvi_changes_sort(crmvi_changes *changes) {
    if (!crmvi_grow(&changes->order, &changes->order_capacity, changes->count, sizeof *changes->order) ||
        !crmvi_grow(&changes->scratch, &changes->scratch_capacity, changes->count, sizeof *changes->scratch)) {
        return NULL;
    }
    for (int64_t i = 0; i < changes->count; i++) {
        changes->order[i] =
            (uint64_t)((int64_t)changes->items[i].day - CRMVI_FIRST_DAY) << CRMVI_CHANGE_BITS | (uint64_t)i;
    }
    return crmvi_radix_sort(changes->order, changes->scratch, changes->count, CRMVI_CHANGE_BITS, DAY_BITS);
}
