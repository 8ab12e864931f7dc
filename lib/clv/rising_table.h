/*
 * rising_table.h - what a purchase rate's gamma distribution makes of x purchases: ln((r)_x / alpha^x) and its slope.
 *
 * Most customers have few purchases, so that a block of histories needs few different x: these are summed up once, term
 * by term. An x has the same bits whatever else is in the block.
 */
#ifndef CRMVI_CLV_RISING_TABLE_H
#define CRMVI_CLV_RISING_TABLE_H

#include "clv/process.h"

#include <stdbool.h>

enum { CRMVI_TABLED = 64 }; /* from this x on they are worked out one by one */

typedef struct crmvi_rising {
    double log;   /* ln Gamma(r + x) - ln Gamma(r) - x ln alpha */
    double slope; /* psi(r + x) - psi(r) */
} crmvi_rising;

typedef struct crmvi_rising_table {
    double r, alpha;
    int32_t length;
    bool with_slopes;
    crmvi_rising items[CRMVI_TABLED]; /* of x = 0 ... length - 1 */
    double latest_x;                  /* the last one beyond the table, and what it came to */
    crmvi_rising latest;
} crmvi_rising_table;

/* How long a table must be for these histories; x that are NaN count for nothing. */
int32_t crmvi_table_length(const crmvi_histories *histories);

void crmvi_rising_table_fill(crmvi_rising_table *table, double r, double alpha, const crmvi_histories *histories,
                             bool with_slopes);

/* NaN where x is. */
crmvi_rising crmvi_rising_beyond(crmvi_rising_table *table, double x);

static inline crmvi_rising crmvi_rising_of(crmvi_rising_table *table, double x) {
    return x < table->length ? table->items[(int32_t)x] : crmvi_rising_beyond(table, x);
}

#endif
