/* ordering.h - the lines of one partition in the order of customer and day. */
#ifndef CRMVI_LEDGER_ORDERING_H
#define CRMVI_LEDGER_ORDERING_H

#include "ledger/partitions.h"

/* Where a partition's rows stand. They stay in the pages that they were dealt into: a row's place is the number of its
 * sheet, those of narrow rows first, times CRMVI_SHEET_PLACES, and its position there, counted in narrow rows. */
enum { CRMVI_SHEET_PLACES = CRMVI_PAGE_BYTES / sizeof(crmvi_row) };

typedef struct crmvi_places {
    crmvi_sheet *sheets;
    uint64_t narrow; /* from here on places are those of wide rows */
} crmvi_places;

static inline bool crmvi_place_is_narrow(const crmvi_places *places, uint64_t place) {
    return place < places->narrow;
}

/* The row at a place: a crmvi_row where it is narrow, otherwise a crmvi_wide_row. */
static inline const void *crmvi_row_at(const crmvi_places *places, uint64_t place) {
    return places->sheets[place / CRMVI_SHEET_PLACES].rows + place % CRMVI_SHEET_PLACES * sizeof(crmvi_row);
}

/*
 * A worker's memory and what it found of its last partition: the order of its rows. An entry tells the place of a row,
 * and by its highest bit whether the row is the first one of its customer-day. Behind the last entry there are
 * CRMVI_ENTRIES_BEHIND more of places that exist and with that bit set, so that whoever looks ahead need not ask where
 * the end is.
 */
enum { CRMVI_ENTRIES_BEHIND = 16, CRMVI_ENTRY_PLACE_BITS = 31 };

typedef struct crmvi_ordering {
    crmvi_places places;
    int64_t sheets_capacity;
    int64_t rows;
    uint32_t *order;
    uint64_t *noted, *by_day; /* the rows as they stand, and by day: from the lowest bits on place, day, customer by a
                               * number that says nothing but which one it is */
    uint64_t *memory;         /* of these three */
    int64_t rows_capacity;
    int64_t most_rows; /* of any partition: so many were written */
    int32_t place_bits, day_bits;
    uint32_t first_day; /* as in crmvi_row.when */
    int64_t fact_count, customers;
    uint32_t *day_rows; /* how many rows each day has, then where they go */
    int64_t days;
    uint64_t *customer_rows; /* likewise of customers; then above it the day of the last row that went there */
    uint64_t *keys;          /* the distinct ones in the order of their coming, and room to sort them */
    int64_t key_count, key_capacity;
    uint32_t *slots; /* a hash table over them: number + 1, 0 free; a power of two large */
    int64_t slot_count;
} crmvi_ordering;

/* Orders a partition of a batch whose lines lie between two days. Errors: CRMV_OUT_OF_MEMORY; CRMV_TOO_LARGE where
 * place, day and customer would take more than 64 bits, or a place more than 31. The former takes a million customers
 * in one partition, or a hundred thousand if each of its rows stands on a page of its own, and days that are thousands
 * of years apart; the latter a thousand million wide rows, or twice as many narrow ones, of one customer and day. */
int32_t crmvi_ordering_make(crmvi_ordering *ordering, const crmvi_partition *partition, int32_t first_day,
                            int32_t last_day);
void crmvi_ordering_clear(crmvi_ordering *ordering);

static inline uint32_t crmvi_entry_place(uint32_t entry) {
    return entry & ((UINT32_C(1) << CRMVI_ENTRY_PLACE_BITS) - 1);
}

/* Whether it is the first one of a customer-day. */
static inline bool crmvi_entry_begins(uint32_t entry) {
    return entry >> CRMVI_ENTRY_PLACE_BITS != 0;
}

#endif
