/* amounts.h - the amounts of a block of rows, as they are written: not yet signed by the rows' kinds. */
#ifndef CRMVI_LEDGER_AMOUNTS_H
#define CRMVI_LEDGER_AMOUNTS_H

#include "crmvalue/ledger.h"
#include "ledger/cells.h"
#include "ledger/feed.h"

/* Amounts of a line, in minor units. */
enum {
    CRMVI_LINE_QUANTITY,
    CRMVI_LINE_REVENUE,
    CRMVI_LINE_COST,
    CRMVI_LINE_DISCOUNT,
    CRMVI_LINE_COST_TO_SERVE,
    CRMVI_LINE_AMOUNTS
};

/* One amount of each row, an integer of its measure's decimals. A missing one, or one that could not be read (a reason
 * other than 0), is 0. The four that tell of all rows spare most blocks a look at each. */
typedef struct crmvi_amounts {
    int64_t values[CRMVI_BLOCK_ROWS];
    uint8_t present[CRMVI_BLOCK_ROWS];
    uint8_t reasons[CRMVI_BLOCK_ROWS]; /* CRMV_BAD_AMOUNT, CRMV_AMOUNT_TOO_LARGE, CRMV_BAD_RATE */
    uint8_t rounded[CRMVI_BLOCK_ROWS]; /* the text had more decimals than the measure */
    uint64_t magnitude;                /* the bits of all |values| */
    bool any_negative;
    bool is_given; /* the feed has a column for it; otherwise the arrays are undefined */
    bool all_present, any_present;
    bool any_reason, any_rounded; /* where false, the array is undefined */
    const int64_t *in_place;      /* the values, where they stand in the caller's memory and all rows have one; the
                                   * arrays are undefined then. Otherwise NULL */
} crmvi_amounts;

/* All of them, by CRMVI_LINE_QUANTITY ... */
typedef struct crmvi_written {
    crmvi_amounts amounts[CRMVI_LINE_AMOUNTS];
} crmvi_written;

enum { CRMVI_RATE_DECIMALS = 9 }; /* that discount rates are read with */

/* Fills the arrays of a block of `count` rows with values that stand in place. */
void crmvi_amounts_fetch(crmvi_amounts *amounts, int64_t count);

/* Reads rows [begin, begin + count): products rounded once in 128 bits, gross profit and rates turned into cost and
 * discount. Columns that can be taken as they are stay in place. */
void crmvi_amounts_read(const crmvi_feed *feed, int64_t begin, int64_t count, crmvi_written *out);

/* Reads one column as integers of 10^-decimals, into the arrays. */
void crmvi_amounts_of_column(const crmvi_cells *cells, int32_t decimals, crmvi_amounts *out);

/* Takes an amount of a block of `count` rows away for a reason. */
void crmvi_amounts_refuse(crmvi_amounts *out, int64_t count, int64_t i, int32_t reason);

/* The revenue of one row alone; false where it is missing or cannot be read. */
bool crmvi_amounts_revenue(const crmvi_feed *feed, int64_t row, int64_t *revenue);

/* The column behind the first amount of a row, read alone, that has the reason; NULL where none has. */
const crmv_column *crmvi_amounts_culprit(const crmvi_feed *feed, const crmvi_written *written, int32_t reason);

#endif
