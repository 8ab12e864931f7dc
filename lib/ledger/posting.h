/*
 * posting.h - an ended batch as the ledger keeps it, and the ledger as its postings and what they come to together.
 *
 * A batch stays a run of facts of its own, so that it can be withdrawn, replaced, merged with its other half and
 * written to a file. The facts that stand are those of all postings merged; with one posting they are its own.
 */
#ifndef CRMVI_LEDGER_POSTING_H
#define CRMVI_LEDGER_POSTING_H

#include "ledger/aside.h"
#include "ledger/conversion.h"
#include "ledger/ledger.h"

/* The feeds of a posting: CRMV_TRANSACTIONS - 1 and so on. */
enum { CRMVI_FEED_TRANSACTIONS, CRMVI_FEED_RECEIVABLES, CRMVI_FEED_EVENTS, CRMVI_FEEDS };

typedef struct crmvi_posting {
    char *name;        /* "" only in what crmv_ledger_extract makes */
    crmvi_facts facts; /* of this batch alone; none where all rows were set aside */
    crmvi_asides asides;
    crmvi_conversions conversions;
    int64_t rows[CRMVI_FEEDS], accepted[CRMVI_FEEDS];
    int64_t negative, rounded;   /* see crmvi_line_totals */
    uint32_t fed[CRMVI_FEEDS];   /* bits of the feed's roles: some accepted row has a value for it; of items without
                                    a row, those whose columns were given */
    int32_t first_day, last_day; /* of accepted transactions; CRMV_NO_DATE where there are none */
} crmvi_posting;

void crmvi_posting_clear(crmvi_posting *posting);

/* The ledger's postings, in the order of ending. */
int64_t crmvi_ledger_postings(const crmv_ledger *ledger);
const crmvi_posting *crmvi_ledger_posting(const crmv_ledger *ledger, int64_t position);

/*
 * A ledger of postings that were made elsewhere (loaded, extracted): takes over what they hold and merges their facts.
 * The array stays the caller's, with nothing left in it. Asides and conversions get the position as their batch. On
 * failure the postings are as they were. Errors: those of crmv_ledger_new, CRMV_DUPLICATE, CRMV_BAD_COLUMN (two kinds
 * of keys), CRMV_OVERFLOW, CRMV_CANCELLED.
 */
int32_t crmvi_ledger_of_postings(const crmv_model *layout, const crmv_options *options, crmvi_posting *postings,
                                 int64_t count, crmv_ledger **out, crmv_error *error);

#endif
