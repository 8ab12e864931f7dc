/* rates.h - rates of exchange by currency and day, and exact conversion. */
#ifndef CRMVI_LEDGER_RATES_H
#define CRMVI_LEDGER_RATES_H

#include "base/exact.h"
#include "crmvalue/column.h"
#include "model/model.h"

typedef struct crmvi_rates crmvi_rates; /* NULL stands for none */

/* Adds a table's rates; `*rates` is made where it is NULL. On failure it is as it was. Errors: CRMV_BAD_COLUMN (with
 * row and column where a cell cannot be used, or where the table has two rates of a currency and day that differ),
 * CRMV_BAD_ARGUMENT, CRMV_OUT_OF_MEMORY. Cost: sorts all rates there are. */
int32_t crmvi_rates_add(crmvi_rates **rates, const crmv_model *layout, const crmv_column *columns, int32_t count,
                        int64_t rows, crmv_error *error);
void crmvi_rates_free(crmvi_rates *rates);

/* One currency's rate as it is found for a day: the other currency's amount times `multiplier` / `divisor`. */
typedef struct crmvi_rate {
    int64_t multiplier, divisor;
    int32_t day; /* of the rate */
} crmvi_rate;

/* Whether there is any rate of a currency. */
bool crmvi_rates_know(const crmvi_rates *rates, const char *currency);

/* The latest rate of a currency on or before a day that is young enough; false where there is none. */
bool crmvi_rates_find(const crmvi_rates *rates, const char *currency, int32_t day, crmvi_rate *out);

#endif
