/* conversion.h - what was converted from other currencies, per batch and currency. */
#ifndef CRMVI_LEDGER_CONVERSION_H
#define CRMVI_LEDGER_CONVERSION_H

#include "base/exact.h"
#include "crmvalue/ledger.h"

#include <stdbool.h>

typedef struct crmvi_conversion {
    char currency[16];
    int32_t batch;
    int64_t rows;
    crmvi_wide before, after; /* revenue, or the amount of a receivable */
    int32_t first_rate_day, last_rate_day, oldest_rate;
} crmvi_conversion;

/* A list of them, sorted by batch and currency, each pair once. */
typedef struct crmvi_conversions {
    crmvi_conversion *items;
    int64_t count, capacity;
} crmvi_conversions;

/* Adds one to the list, or to the one of its batch and currency; false where memory is short. */
bool crmvi_conversion_add(crmvi_conversions *conversions, const crmvi_conversion *more);
/* Adds all of `from`; false where memory is short (then `into` may hold a part: merge into a copy). */
bool crmvi_conversions_merge(crmvi_conversions *into, const crmvi_conversions *from);
bool crmvi_conversions_copy(const crmvi_conversions *from, crmvi_conversions *to);
void crmvi_conversions_clear(crmvi_conversions *conversions);

/* Fills the public form. Errors: CRMV_BAD_ARGUMENT. */
int32_t crmvi_conversion_get(const crmvi_conversions *conversions, int64_t position, crmv_conversion *out);

#endif
