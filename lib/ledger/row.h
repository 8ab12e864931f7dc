/* row.h - lines packed into one piece each, on their way from columns to facts. */
#ifndef CRMVI_LEDGER_ROW_H
#define CRMVI_LEDGER_ROW_H

#include "base/calendar.h"
#include "ledger/lines.h"

#include <assert.h>

/* A line whose amounts fit into 32 bits and that has no document. */
typedef struct crmvi_row {
    uint64_t key; /* whole numbers in ascending order as unsigned; texts: the number of the key, later its rank */
    uint32_t when;
    int32_t amounts[CRMVI_LINE_AMOUNTS];
} crmvi_row;

/* A row as four numbers of 64 bits: as such many are packed at a time. The first of two halves stands at this bit. */
typedef union crmvi_packed_row {
    crmvi_row row;
    uint64_t words[4];
} crmvi_packed_row;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
enum { CRMVI_FIRST_HALF = 32, CRMVI_SECOND_HALF = 0 };
#else
enum { CRMVI_FIRST_HALF = 0, CRMVI_SECOND_HALF = 32 };
#endif

/* Any other line. */
typedef struct crmvi_wide_row {
    uint64_t key;
    uint32_t when;
    uint32_t reserved;
    int64_t document;
    int64_t amounts[CRMVI_LINE_AMOUNTS];
} crmvi_wide_row;

/* Whole lines of the processor's cache hold whole numbers of rows. */
static_assert(sizeof(crmvi_row) == 32, "two packed lines fill a cache line");
static_assert(sizeof(crmvi_wide_row) == 64, "a wide line fills a cache line");

/* Whole-number keys as unsigned numbers of the same order, and back. */
static inline uint64_t crmvi_key_of_number(int64_t number) {
    return (uint64_t)number ^ UINT64_C(1) << 63;
}
static inline int64_t crmvi_number_of_key(uint64_t key) {
    return (int64_t)(key ^ UINT64_C(1) << 63);
}

/* A row's day and its flags (bits CRMVI_LINE_...) in one number, in the order of days. */
static inline uint32_t crmvi_row_when(int32_t day, uint8_t flags) {
    return ((uint32_t)day - (uint32_t)CRMVI_FIRST_DAY) << 8 | flags; /* the day of a dead line may be any */
}
static inline int32_t crmvi_row_day(uint32_t when) {
    return (int32_t)(when >> 8) + CRMVI_FIRST_DAY;
}
static inline uint8_t crmvi_row_flags(uint32_t when) {
    return (uint8_t)when;
}

#endif
