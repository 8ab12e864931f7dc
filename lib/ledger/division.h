/*
 * division.h - how keys are divided into partitions of about equal size.
 *
 * A table over the range of the keys tells the partition of each cell. A cell into which many keys fall is divided
 * again by a table of its own, over the range of those that were sampled there, so that it does not matter how the keys
 * are spread; or, where most of them are one and the same, at that key. Partitions ascend with the keys, and no key
 * stands in two of them. Keys outside the range of a table go to its first and its last cell.
 */
#ifndef CRMVI_LEDGER_DIVISION_H
#define CRMVI_LEDGER_DIVISION_H

#include <stdbool.h>
#include <stdint.h>

/* A cell holds the number of a partition, or CRMVI_DIVIDED and the number of a table, or that, CRMVI_PIVOT and the
 * number of a pivot. */
enum { CRMVI_DIVIDED = 0x8000, CRMVI_PIVOT = 0x4000 };

typedef struct crmvi_division_table {
    uint64_t base;  /* its first key */
    uint64_t top;   /* its last one, counted from there */
    int32_t shift;  /* a cell is 2^shift keys wide */
    uint32_t first; /* its first cell */
} crmvi_division_table;

/* A key that a cell is divided at, and the cells for what is below, at and above it. */
typedef struct crmvi_division_pivot {
    uint64_t key;
    uint16_t below, at, above;
} crmvi_division_pivot;

typedef struct crmvi_division {
    int64_t partitions;
    uint64_t *firsts;             /* of each partition, the first key that goes there */
    crmvi_division_table *tables; /* one at least, where to begin */
    crmvi_division_pivot *pivots;
    uint16_t *cells; /* of all tables */
    int64_t table_count, pivot_count;
} crmvi_division;

/* Divides by a sample of `count` keys, which it sorts with the help of `scratch` of as many, into some `wanted`
 * partitions: at most twice as many and two. False where memory is short. */
bool crmvi_division_make(crmvi_division *division, uint64_t *sample, uint64_t *scratch, int64_t count, int64_t wanted);
void crmvi_division_clear(crmvi_division *division);

/* How far the keys of a partition can lie above its first: every key that is found to go there does. Whoever counts
 * keys by their distance relies on it. Of the first and the last partition it is UINT64_MAX. */
uint64_t crmvi_division_range(const crmvi_division *division, int64_t partition, uint64_t *first);

/* The cell of a key. What follows stands here because it runs once a line. */
static inline uint64_t crmvi_division_cell(const crmvi_division_table *table, uint64_t key) {
    const uint64_t above = key > table->base ? key - table->base : 0;
    return table->first + ((above < table->top ? above : table->top) >> table->shift);
}

/* The partition of a key, of which a cell's value is known. */
static inline uint32_t crmvi_division_follow(const crmvi_division *division, uint64_t key, uint32_t value) {
    while ((value & CRMVI_DIVIDED) != 0) {
        const uint32_t number = value & (CRMVI_PIVOT - 1);
        if ((value & CRMVI_PIVOT) != 0) {
            const crmvi_division_pivot *pivot = &division->pivots[number];
            const uint32_t side = key < pivot->key ? pivot->below : pivot->above;
            value = key == pivot->key ? pivot->at : side;
        } else {
            value = division->cells[crmvi_division_cell(&division->tables[number], key)];
        }
    }
    return value;
}

static inline uint32_t crmvi_division_find(const crmvi_division *division, uint64_t key) {
    return crmvi_division_follow(division, key, division->cells[crmvi_division_cell(division->tables, key)]);
}

/* The partitions of the keys of whole numbers, at most CRMVI_FOUND_TOGETHER of them. */
enum { CRMVI_FOUND_TOGETHER = 512 };
void crmvi_division_find_numbers(const crmvi_division *division, const int64_t *numbers, int64_t count,
                                 uint16_t *partitions);

#endif
