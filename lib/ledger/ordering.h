/* ordering.h - the lines of one partition in the order of customer and day. */
#ifndef CRMVI_LEDGER_ORDERING_H
#define CRMVI_LEDGER_ORDERING_H

#include "ledger/partitions.h"

/* Marks, in crmvi_ordering.facts, that a customer begins. */
#define CRMVI_NEW_CUSTOMER (UINT32_C(1) << 31)

/*
 * A worker's memory and what it found of its last partition. A row is told by its place: narrow rows come first,
 * counted by sheets of full size; an entry of the order holds the place in its lowest bits.
 */
typedef struct crmvi_ordering {
    crmvi_sheet *sheets;
    int64_t sheets_capacity;
    int64_t narrow;    /* sheets of narrow rows */
    int64_t wide_from; /* places of wide rows begin here */
    uint64_t *memory;  /* of order, of room to sort it, and of facts */
    int64_t capacity;
    uint64_t *order, *spare;
    int32_t place_bits;
    int64_t rows;
    uint32_t *facts; /* where each fact's rows begin in the order, with CRMVI_NEW_CUSTOMER; one more closes the last */
    int64_t fact_count, customers;
} crmvi_ordering;

/* False where memory is short. */
bool crmvi_ordering_make(crmvi_ordering *ordering, const crmvi_partition *partition);
void crmvi_ordering_clear(crmvi_ordering *ordering);

enum { CRMVI_NARROW_PAGE_BITS = 7, CRMVI_WIDE_PAGE_BITS = 6 };

static inline int64_t crmvi_ordered_place(const crmvi_ordering *ordering, int64_t position) {
    return (int64_t)(ordering->order[position] & ((UINT64_C(1) << ordering->place_bits) - 1));
}

/* The row at a place, a crmvi_row or from wide_from on a crmvi_wide_row; both begin with key and day. */
static inline const void *crmvi_row_at(const crmvi_ordering *ordering, int64_t place) {
    if (place < ordering->wide_from) {
        const int64_t slot = place & ((1 << CRMVI_NARROW_PAGE_BITS) - 1);
        return ordering->sheets[place >> CRMVI_NARROW_PAGE_BITS].rows + slot * (int64_t)sizeof(crmvi_row);
    }
    const int64_t wide = place - ordering->wide_from;
    const int64_t slot = wide & ((1 << CRMVI_WIDE_PAGE_BITS) - 1);
    return ordering->sheets[ordering->narrow + (wide >> CRMVI_WIDE_PAGE_BITS)].rows +
           slot * (int64_t)sizeof(crmvi_wide_row);
}

#endif
