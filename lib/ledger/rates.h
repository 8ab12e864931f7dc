/* rates.h - rates of exchange by currency and day, and exact conversion. */
#ifndef CRMVI_LEDGER_RATES_H
#define CRMVI_LEDGER_RATES_H

#include "base/exact.h"
#include "model/model.h"

typedef struct crmvi_rates crmvi_rates; /* NULL stands for none */

/* Adds a table's rates; `*rates` is made where it is NULL. On failure it is as it was. */
int32_t crmvi_rates_add(crmvi_rates **rates, const crmv_model *layout, const crmv_column *columns, int32_t count,
                        int64_t rows, crmv_error *error);
void crmvi_rates_free(crmvi_rates *rates);

/* One currency's rate as it is found for a day: the other currency's amount times `multiplier` / `divisor`. */
typedef struct crmvi_rate {
    int64_t multiplier, divisor;
    int32_t day; /* of the rate */
} crmvi_rate;

/* The latest rate of a currency on or before a day that is young enough; false where there is none. */
bool crmvi_rates_find(const crmvi_rates *rates, const char *currency, int32_t day, crmvi_rate *out);

#endif
