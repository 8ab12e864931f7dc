/* cells.h - a block of a column's rows as keys, days, texts or currencies, whichever feed they are of. */
#ifndef CRMVI_LEDGER_CELLS_H
#define CRMVI_LEDGER_CELLS_H

#include "base/column_read.h"
#include "crmvalue/ledger.h"
#include "model/model.h"

/* Rows that are read together: few enough that all their columns stay in the processor's nearer caches. */
enum { CRMVI_BLOCK_ROWS = 512 };

enum { CRMVI_CURRENCY_LIMIT = 15 }; /* bytes */

/* Rows [begin, begin + count) of a column that is there, at most CRMVI_BLOCK_ROWS. */
typedef struct crmvi_cells {
    const crmv_column *column;
    const crmvi_reading *reading;
    int64_t begin, count;
} crmvi_cells;

/* Of several reasons the one with the lowest number stands. */
static inline void crmvi_note_reason(uint8_t *reasons, int64_t i, int32_t reason) {
    if (reason != 0 && (reasons[i] == 0 || reason < reasons[i])) {
        reasons[i] = (uint8_t)reason;
    }
}

/* The text of a row of the column (not of the block), which holds texts; false where it is missing. */
bool crmvi_cell_text(const crmvi_cells *cells, int64_t row, const char **text, int64_t *length);

/* The keys of a block: where they go, each as long as the block. */
typedef struct crmvi_keys {
    int64_t *numbers;   /* whole-number keys; of text keys the crmvi_hash_of */
    const char **texts; /* text keys; they belong to the feed */
    int32_t *lengths;
    uint8_t *reasons; /* CRMV_NO_CUSTOMER, CRMV_BAD_CUSTOMER, or 0 */
} crmvi_keys;

/* Reads keys, as whole numbers or as texts. */
void crmvi_cells_keys(const crmvi_cells *cells, bool whole_keys, const crmvi_keys *out);

/* The whole-number key of a row of the column; false where it has none or a bad one. */
bool crmvi_cell_number(const crmvi_cells *cells, int64_t row, int64_t *number);

/* Reads days; notes CRMV_BAD_DATE, and `missing` (CRMV_NO_DATE_GIVEN, or 0 where it may be missing) as reasons. A day
 * that is missing or bad is undefined, but CRMV_NO_DATE where it may be missing. */
void crmvi_cells_days(const crmvi_cells *cells, int32_t missing, int32_t *days, uint8_t *reasons);

/* The currency of a row of the column, `home` where it has none. False where it cannot be read, and is "" then. */
bool crmvi_cell_currency(const crmvi_cells *cells, int64_t row, const char home[16], char currency[16]);

/* Reads currencies: notes CRMV_BAD_CURRENCY, marks the rows in another one than `home`, and tells whether there are any
 * such. */
bool crmvi_cells_currencies(const crmvi_cells *cells, const char home[16], bool *is_other, uint8_t *reasons);

#endif
