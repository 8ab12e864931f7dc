/* item_feed.h - a chunk of receivables, events or rates: its columns, bound to the roles of the layout. */
#ifndef CRMVI_LEDGER_ITEM_FEED_H
#define CRMVI_LEDGER_ITEM_FEED_H

#include "ledger/cells.h"

typedef struct crmvi_item_feed {
    const crmvi_item_layout *layout;
    const crmvi_money *money;
    const crmv_column *roles[CRMVI_ITEM_ROLES]; /* NULL where the chunk leaves the role out */
    int64_t rows;
    bool whole_keys; /* of feeds with customers: keys are whole numbers, from whichever type */
} crmvi_item_feed;

/* Finds the columns of a feed (CRMVI_RECEIVABLES ...) and checks that their types can serve. Errors: CRMV_BAD_ARGUMENT,
 * CRMV_BAD_COLUMN. */
int32_t crmvi_item_feed_bind(crmvi_item_feed *feed, int32_t which, const crmv_model *model, const crmv_column *columns,
                             int32_t count, int64_t rows, crmv_error *error);

/* A block of a role's column. */
static inline crmvi_cells crmvi_item_cells(const crmvi_item_feed *feed, int32_t role, int64_t begin, int64_t count) {
    return (crmvi_cells){feed->roles[role], &feed->layout->reading, begin, count};
}

#endif
