/* feed.h - a chunk's columns, bound to the roles of the layout. */
#ifndef CRMVI_LEDGER_FEED_H
#define CRMVI_LEDGER_FEED_H

#include "base/column_read.h"
#include "ledger/rates.h"
#include "model/model.h"

typedef struct crmvi_feed {
    const crmvi_layout *layout;
    const crmvi_money *money;
    const crmvi_rates *rates;              /* for rows in other currencies than the model's; NULL: none */
    const crmv_column *roles[CRMVI_ROLES]; /* NULL where the chunk leaves the role out */
    int64_t rows;
    bool whole_keys; /* keys are whole numbers, from whichever type */
} crmvi_feed;

/* Finds each role's column and checks that its type can serve. Errors: CRMV_BAD_ARGUMENT, CRMV_BAD_COLUMN. */
int32_t crmvi_feed_bind(crmvi_feed *feed, const crmvi_layout *layout, const crmvi_money *money,
                        const crmvi_rates *rates, const crmv_column *columns, int32_t count, int64_t rows,
                        crmv_error *error);

#endif
