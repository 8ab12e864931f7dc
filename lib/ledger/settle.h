/* settle.h - what the lines of a block are, and what they add: their kinds and signs settled. */
#ifndef CRMVI_LEDGER_SETTLE_H
#define CRMVI_LEDGER_SETTLE_H

#include "ledger/lines.h"

/* Which rows of a feed are being read. */
typedef struct crmvi_rows {
    const crmvi_feed *feed;
    int64_t begin;
    crmvi_lines *lines;
} crmvi_rows;

/* Of several reasons the one with the lowest number stands. */
static inline void crmvi_set_aside(crmvi_lines *lines, int64_t i, int32_t reason) {
    crmvi_note_reason(lines->reasons, i, reason);
}

/* The text of a row's role; false where it is missing. */
bool crmvi_row_text(const crmvi_feed *feed, int32_t role, int64_t row, const char **text, int64_t *length);

/* Settles a block whose keys, dates, documents and written amounts have been read: flags, amounts, and all that the
 * block tells of its lines together. Currencies and kinds are read here. */
void crmvi_settle(const crmvi_rows *r);

#endif
