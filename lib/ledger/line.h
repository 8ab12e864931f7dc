/*
 * line.h - one row of a feed, read and normalised.
 *
 * A line's amounts are what it adds to the sums: signs are settled here, by the row's kind or by its own sign.
 */
#ifndef CRMVI_LEDGER_LINE_H
#define CRMVI_LEDGER_LINE_H

#include "crmvalue/ledger.h"
#include "ledger/feed.h"

/* What is known of a line beside its amounts. */
enum {
    CRMVI_LINE_SALE = 1,         /* counts as a sale line */
    CRMVI_LINE_CANCELLED = 2,    /* takes a sale line back */
    CRMVI_LINE_RETURN = 4,       /* counts as a return line; its amounts are kept apart too */
    CRMVI_LINE_UNKNOWN_COST = 8, /* has a revenue or quantity whose cost is not known */
    CRMVI_LINE_DOCUMENT = 16,    /* bears a document number */
    CRMVI_LINE_NEGATIVE = 32,    /* a magnitude was negative where the kind turns signs round */
    CRMVI_LINE_DEAD = 128        /* set aside */
};

/* Amounts of a line, in minor units. */
enum {
    CRMVI_LINE_QUANTITY,
    CRMVI_LINE_REVENUE,
    CRMVI_LINE_COST,
    CRMVI_LINE_DISCOUNT,
    CRMVI_LINE_COST_TO_SERVE,
    CRMVI_LINE_AMOUNTS
};

typedef struct crmvi_line {
    int32_t day;
    int32_t flags;
    uint32_t fed; /* bits of CRMVI_ROLE_...: the row has a value for it */
    int64_t amounts[CRMVI_LINE_AMOUNTS];
    const char *key; /* text keys */
    int64_t key_length;
    int64_t number;   /* whole-number keys */
    int64_t document; /* the number, or a 64-bit hash of the text */
} crmvi_line;

/* Reads a row. Returns 0, or the reason (CRMV_NO_CUSTOMER ...) for which it is set aside. */
int32_t crmvi_line_read(const crmvi_feed *feed, int64_t row, crmvi_line *line);

/* For a row that was set aside: its revenue, if it can be read, and its currency as written ("" if it cannot be). */
bool crmvi_line_revenue(const crmvi_feed *feed, int64_t row, int64_t *revenue, char currency[16]);

#endif
