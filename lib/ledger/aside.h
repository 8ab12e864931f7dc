/* aside.h - counting rows that were set aside; also used for the customer table. */
#ifndef CRMVI_LEDGER_ASIDE_H
#define CRMVI_LEDGER_ASIDE_H

#include "base/column_read.h"
#include "base/exact.h"
#include "crmvalue/ledger.h"

#include <stdbool.h>

/* One row that is set aside. */
typedef struct crmvi_aside_row {
    int32_t reason;
    const char *currency; /* "" where there is none */
    int32_t batch;
    int32_t feed; /* CRMV_TRANSACTIONS ...; 0: the customer table */
    int64_t row;  /* 1-based; 0: not about a row */
    bool has_revenue;
    int64_t revenue;
    const crmv_column *column; /* the column it failed at; NULL: none */
    int64_t column_row;        /* where the row stands in it, from 0 */
} crmvi_aside_row;

/* Rows of one reason, currency, batch and feed. */
typedef struct crmvi_aside {
    int32_t reason;
    char currency[16];
    int32_t batch, feed;
    int64_t rows, amounts;
    crmvi_wide revenue;
    int32_t listed;
    int64_t first_rows[8];     /* ascending */
    char column[64], text[64]; /* of the first of them */
} crmvi_aside;

/* A list of them, sorted by reason, currency, batch and feed. */
typedef struct crmvi_asides {
    crmvi_aside *items;
    int64_t count, capacity;
} crmvi_asides;

/* Counts one row; false where memory is short. */
bool crmvi_aside_add(crmvi_asides *asides, const crmvi_aside_row *row);

/* Adds all of `from`; entries of one reason, currency, batch and feed become one. False where memory is short (then
 * `into` may hold a part: merge into a copy). */
bool crmvi_aside_merge(crmvi_asides *into, const crmvi_asides *from);
bool crmvi_aside_copy(const crmvi_asides *from, crmvi_asides *to);
void crmvi_aside_clear(crmvi_asides *asides);

/* Fills the public form. Errors: CRMV_BAD_ARGUMENT. */
int32_t crmvi_aside_get(const crmvi_asides *asides, int64_t position, crmv_set_aside *out);

#endif
