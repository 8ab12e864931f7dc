/*
 * exchange.h - amounts in another currency: read as they stand, converted, and rounded once.
 *
 * What a row writes is converted before it is rounded: 12.34 of a currency with cents is not 12 where the model's money
 * has none. Texts count with all their decimals and doubles as the shortest decimal that reads back; only a text of
 * more than 18 digits or 30 decimals is rounded to the model's decimals first, as it would be in the model's currency.
 * A price is multiplied by the quantity before it is rounded, and a discount rate is applied to the revenue as it
 * stands. With a gross profit the converted cost is what is left between two converted amounts, so that the gross
 * profit is the converted one.
 */
#ifndef CRMVI_LEDGER_EXCHANGE_H
#define CRMVI_LEDGER_EXCHANGE_H

#include "ledger/amounts.h"
#include "ledger/rates.h"

/* Rows that are being converted. */
typedef struct crmvi_exchange {
    const crmvi_feed *feed;
    int64_t begin, count; /* the block */
    crmvi_written *written;
} crmvi_exchange;

/* Converts the amounts of row `begin + i`, which have been read without a reason. What becomes too large is given the
 * reason CRMV_AMOUNT_TOO_LARGE. */
void crmvi_exchange_line(const crmvi_exchange *exchange, int64_t i, const crmvi_rate *rate);

/* The same for one column of amounts of money. */
void crmvi_exchange_amount(const crmvi_cells *cells, int32_t decimals, int64_t i, const crmvi_rate *rate,
                           crmvi_amounts *amounts);

#endif
