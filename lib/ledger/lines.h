/*
 * lines.h - rows of a feed, read and normalised, a block at a time and column by column.
 *
 * A line's amounts are what it adds to the sums: signs are settled here, by the row's kind or by its own sign.
 */
#ifndef CRMVI_LEDGER_LINES_H
#define CRMVI_LEDGER_LINES_H

#include "crmvalue/ledger.h"
#include "ledger/amounts.h"

/* What is known of a line beside its amounts. */
enum {
    CRMVI_LINE_SALE = 1,         /* counts as a sale line */
    CRMVI_LINE_CANCELLED = 2,    /* takes a sale line back */
    CRMVI_LINE_RETURN = 4,       /* counts as a return line; its amounts are kept apart too */
    CRMVI_LINE_UNKNOWN_COST = 8, /* has a revenue or quantity whose cost is not known */
    CRMVI_LINE_DOCUMENT = 16,    /* bears a document number */
    CRMVI_LINE_NEGATIVE = 32,    /* an amount was negative where the kind turns signs round */
    CRMVI_LINE_OTHER = 64,       /* a rebate or an adjustment: neither sale nor cancellation nor return */
    CRMVI_LINE_DEAD = 128        /* set aside */
};

/* What lines have in common, or come to together. */
typedef struct crmvi_line_totals {
    int64_t set_aside;  /* rows with a reason */
    int64_t negative;   /* lines flagged CRMVI_LINE_NEGATIVE */
    int64_t sparse;     /* lines that have something in a sparse column of facts; at least these */
    int64_t rounded;    /* amounts in texts that had more decimals than their measure, of rows that are not set aside */
    uint32_t fed;       /* bits of CRMVI_ROLE_...: some row has a value for it */
    uint8_t any_flags;  /* all lines' flags together */
    bool takes_revenue; /* some line has a negative revenue */
    int32_t first_day, last_day;             /* first_day > last_day where there is none */
    uint64_t magnitudes[CRMVI_LINE_AMOUNTS]; /* the bits of all |amounts|; at least these */
} crmvi_line_totals;

/* Those of no lines, and those of two lots of lines together. */
void crmvi_line_totals_begin(crmvi_line_totals *totals);
void crmvi_line_totals_add(crmvi_line_totals *totals, const crmvi_line_totals *more);

/* A line that was converted from another currency. */
typedef struct crmvi_converted {
    int32_t row; /* of the block */
    int32_t rate_day;
    int64_t before; /* its revenue in the other currency, signed as in the model's */
} crmvi_converted;

/* A block of lines. A row with a reason other than 0 (CRMV_NO_CUSTOMER ...) is set aside; the rest of it is undefined.
 */
typedef struct crmvi_lines {
    int64_t count;
    crmvi_line_totals totals;
    const int64_t *amounts[CRMVI_LINE_AMOUNTS]; /* of each line */
    const char *key_texts[CRMVI_BLOCK_ROWS];    /* text keys; they belong to the feed */
    int32_t key_lengths[CRMVI_BLOCK_ROWS];
    uint8_t reasons[CRMVI_BLOCK_ROWS];
    uint8_t flags[CRMVI_BLOCK_ROWS];
    int32_t days[CRMVI_BLOCK_ROWS];
    int64_t numbers[CRMVI_BLOCK_ROWS];   /* whole-number keys; of text keys the crmvi_hash_of */
    int64_t documents[CRMVI_BLOCK_ROWS]; /* the number, or a 64-bit hash of the text */
    crmvi_written written;
    int32_t converted_count;
    crmvi_converted converted[CRMVI_BLOCK_ROWS];
} crmvi_lines;

/* Reads rows [begin, begin + count) of the feed, at most CRMVI_BLOCK_ROWS. */
void crmvi_lines_read(const crmvi_feed *feed, int64_t begin, int64_t count, crmvi_lines *lines);

/* The columns of a block that is yet to be read, asked for some rows at a time while another block is worked on. */
enum { CRMVI_ROWS_AHEAD = 8 };
typedef struct crmvi_ahead {
    const char *at[CRMVI_ROLES];
    int64_t step[CRMVI_ROLES]; /* bytes */
    int32_t columns;
    int64_t left; /* rows that can be asked for */
} crmvi_ahead;

/* Looks ahead to rows [begin, begin + count). Texts and columns with gaps between their values are left out. */
void crmvi_look_ahead(const crmvi_feed *feed, int64_t begin, int64_t count, crmvi_ahead *ahead);

/* Asks for CRMVI_ROWS_AHEAD more. */
static inline void crmvi_ask_ahead(crmvi_ahead *ahead) {
    for (int32_t i = 0; i < ahead->columns && ahead->left > 0; i++) {
        __builtin_prefetch(ahead->at[i], 0, 2); /* not into the nearest cache, which the block at hand fills */
        ahead->at[i] += ahead->step[i];
    }
    ahead->left -= CRMVI_ROWS_AHEAD;
}

/* The whole-number key of a row; false where it has none or a bad one. */
bool crmvi_line_number(const crmvi_feed *feed, int64_t row, int64_t *number);

/* For a row that was set aside: its revenue, if it can be read, and its currency as written ("" if it cannot be). */
bool crmvi_line_revenue(const crmvi_feed *feed, int64_t row, int64_t *revenue, char currency[16]);

/* The column that made a row be set aside for a reason; NULL where it is about no single one. */
const crmv_column *crmvi_line_culprit(const crmvi_feed *feed, int64_t row, int32_t reason);

#endif
