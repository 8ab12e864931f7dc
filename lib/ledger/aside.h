/* aside.h - counting rows that were set aside; also used for the customer table. */
#ifndef CRMVI_LEDGER_ASIDE_H
#define CRMVI_LEDGER_ASIDE_H

#include "base/exact.h"
#include "crmvalue/ledger.h"

#include <stdbool.h>

typedef struct crmvi_aside {
    int32_t reason;
    char currency[16];
    int64_t rows, amounts;
    crmvi_wide revenue;
    int32_t batch;
    int32_t listed;
    int64_t first_rows[8]; /* ascending */
} crmvi_aside;

/* A list of them, sorted by reason and currency. */
typedef struct crmvi_asides {
    crmvi_aside *items;
    int64_t count, capacity;
} crmvi_asides;

/* Counts one row; false where memory is short. */
bool crmvi_aside_add(crmvi_asides *asides, int32_t reason, const char *currency, int32_t batch, int64_t row,
                     bool has_revenue, int64_t revenue);

/* Adds all of `from`; false where memory is short (then `into` may hold a part: merge into a copy). */
bool crmvi_aside_merge(crmvi_asides *into, const crmvi_asides *from);
bool crmvi_aside_copy(const crmvi_asides *from, crmvi_asides *to);
void crmvi_aside_clear(crmvi_asides *asides);
int64_t crmvi_aside_rows(const crmvi_asides *asides);

/* Fills the public form. Errors: CRMV_BAD_ARGUMENT. */
int32_t crmvi_aside_get(const crmvi_asides *asides, int64_t position, crmv_set_aside *out);

#endif
