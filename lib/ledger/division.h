/*
 * division.h - how keys are divided into partitions of about equal size.
 *
 * A table over the range of the keys tells the partition of each cell; cells into which many keys fall are divided
 * again by a table of their own, so that it does not matter how the keys are spread. Where most of a cell's keys are one
 * and the same, it is divided at that key. Partitions ascend with the keys, and no key stands in two of them. Keys
 * outside the sample's range go to the first and the last.
 */
#ifndef CRMVI_LEDGER_DIVISION_H
#define CRMVI_LEDGER_DIVISION_H

#include <stdbool.h>
#include <stdint.h>

/* A cell holds the number of a partition, or CRMVI_DIVIDED and the number of a further table, or that, CRMVI_PIVOT and
 * the number of a pivot. */
enum { CRMVI_DIVIDED = 0x8000, CRMVI_PIVOT = 0x4000, CRMVI_FURTHER_BITS = 8 };

/* A key that a cell is divided at, counted from the least, and the cells that it leads to. */
typedef struct crmvi_pivot {
    uint64_t key;
    uint16_t below, at, above;
} crmvi_pivot;

typedef struct crmvi_division {
    int64_t partitions;
    uint64_t least;    /* where the first table begins */
    uint64_t top;      /* its last key, counted from there */
    int32_t shift;     /* a cell of the first table is 2^shift keys wide */
    uint16_t *cells;   /* the first table */
    uint64_t *firsts;  /* of each partition, the first key that goes there */
    uint16_t *further; /* the other tables, 2^CRMVI_FURTHER_BITS cells each */
    crmvi_pivot *pivots;
    int64_t pivot_count;
} crmvi_division;

/* Divides by a sample of `count` keys, which it sorts with the help of `scratch` of as many, into some `wanted`
 * partitions: at most twice as many. False where memory is short. */
bool crmvi_division_make(crmvi_division *division, uint64_t *sample, uint64_t *scratch, int64_t count, int64_t wanted);
void crmvi_division_clear(crmvi_division *division);

/* How far apart the keys of a partition can be, and the first of them; the first and the last partition take in any. */
uint64_t crmvi_division_range(const crmvi_division *division, int64_t partition, uint64_t *first);

/* The partition of a key that lies in a cell which is divided further: `above` of the first, of which the cell is. */
static inline uint32_t crmvi_division_further(const crmvi_division *division, uint64_t above, uint32_t cell) {
    int32_t shift = division->shift;
    while ((cell & CRMVI_DIVIDED) != 0) {
        if ((cell & CRMVI_PIVOT) != 0) {
            const crmvi_pivot *pivot = &division->pivots[cell & (CRMVI_PIVOT - 1)];
            const uint32_t side = above < pivot->key ? pivot->below : pivot->above;
            cell = above == pivot->key ? pivot->at : side;
        } else {
            const int32_t bits = shift < CRMVI_FURTHER_BITS ? shift : CRMVI_FURTHER_BITS;
            shift -= bits;
            const uint32_t table = (cell & (CRMVI_PIVOT - 1)) << CRMVI_FURTHER_BITS;
            cell = division->further[table + (above >> shift & ((1u << bits) - 1))];
        }
    }
    return cell;
}

/* How far a key lies above the first, as far as the first table goes. */
static inline uint64_t crmvi_division_above(uint64_t key, uint64_t least, uint64_t top) {
    const uint64_t above = key > least ? key - least : 0;
    return above < top ? above : top;
}

/* The partition of a key. */
static inline uint32_t crmvi_division_find(const crmvi_division *division, uint64_t key) {
    const uint64_t above = crmvi_division_above(key, division->least, division->top);
    return crmvi_division_further(division, above, division->cells[above >> division->shift]);
}

/* The partitions of the keys of whole numbers, at most CRMVI_FOUND_TOGETHER of them. */
enum { CRMVI_FOUND_TOGETHER = 512 };
void crmvi_division_find_numbers(const crmvi_division *division, const int64_t *numbers, int64_t count,
                                 uint16_t *partitions);

#endif
