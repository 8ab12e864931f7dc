/* ordering.h - the lines of one partition in the order of customer and day. */
#ifndef CRMVI_LEDGER_ORDERING_H
#define CRMVI_LEDGER_ORDERING_H

#include "ledger/partitions.h"

/* Marks, in crmvi_ordering.facts, that a customer begins. */
#define CRMVI_NEW_CUSTOMER (UINT32_C(1) << 31)

/*
 * A worker's memory and what it found of its last partition: copies of the rows, the narrow ones and the wide ones each
 * in one piece, and their order. An entry of the order holds the row's place in its lowest bits: that among the narrow
 * rows, and from `narrow_count` on that among the wide ones.
 */
typedef struct crmvi_ordering {
    crmvi_sheet *sheets;
    int64_t sheets_capacity;
    int64_t rows_capacity; /* of all that is there once a row */
    crmvi_row *narrow;
    crmvi_wide_row *wide;
    int64_t wide_capacity;
    int64_t rows, narrow_count;
    uint64_t *order, *spare;
    int32_t place_bits;
    uint32_t *facts; /* where each fact's rows begin in the order, with CRMVI_NEW_CUSTOMER; one more closes the last */
    int64_t fact_count, customers;
    uint64_t *keys; /* the distinct ones in the order of their coming, room to sort them, and their ranks */
    int64_t key_count, key_capacity;
    uint32_t *slots; /* a hash table over them: number + 1, 0 free; a power of two large */
    int64_t slot_count;
} crmvi_ordering;

/* False where memory is short. */
bool crmvi_ordering_make(crmvi_ordering *ordering, const crmvi_partition *partition);
void crmvi_ordering_clear(crmvi_ordering *ordering);

static inline int64_t crmvi_ordered_place(const crmvi_ordering *ordering, int64_t position) {
    return (int64_t)(ordering->order[position] & ((UINT64_C(1) << ordering->place_bits) - 1));
}

#endif
