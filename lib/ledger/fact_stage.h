/*
 * fact_stage.h - facts on their way from ordered rows into the columns of a run.
 *
 * Some stand here at a time, so that each column is written in one go. Most customer-days are one plain sale.
 */
#ifndef CRMVI_LEDGER_FACT_STAGE_H
#define CRMVI_LEDGER_FACT_STAGE_H

#include "ledger/fact_column.h"
#include "ledger/ordering.h"

/* The columns that plain sales fill: their number, and their amounts in the order of CRMVI_LINE_QUANTITY ... */
enum { CRMVI_PLAIN_COLUMNS = 1 + CRMVI_LINE_AMOUNTS };

/* Facts that are not made of plain sales alone, or too large for the short way, stand on a list beside the others, with
 * all their sums. */
enum { CRMVI_FACTS_STAGED = CRMVI_FACTS_WRITTEN, CRMVI_SPECIALS_STAGED = 64 };

typedef struct crmvi_fact_stage {
    int64_t first; /* the fact that the first one becomes */
    int32_t count;
    int32_t limit; /* so many are written in one go, up to where lines of the cache end in every column */
    _Alignas(64) int32_t days[CRMVI_FACTS_STAGED];
    _Alignas(64) int32_t plain[CRMVI_PLAIN_COLUMNS][CRMVI_FACTS_STAGED];
    int32_t special_count;
    int32_t special_at[CRMVI_SPECIALS_STAGED];
    int64_t special[CRMVI_SPECIALS_STAGED][CRMVI_TRANSACTION_FACTS];
} crmvi_fact_stage;

/* The customer whose rows are being staged. Number and offset are written with each of the rows, so that no jump
 * depends on where the next customer begins. */
typedef struct crmvi_staged_customer {
    int64_t *numbers, *offsets; /* of the run */
    int64_t at;                 /* the customer's place there; before the first one -1 from where that goes */
    uint64_t key;               /* before the first one any other */
    uint64_t turned;            /* what a key differs in from its number */
    int64_t first_fact;
} crmvi_staged_customer;

/* Nothing is staged; the next fact becomes number `first`. */
void crmvi_fact_stage_begin(crmvi_fact_stage *stage, int64_t first);

/* Stages facts of plain sales from a position of the order on, until the stage is full or a fact comes that is not made
 * of these alone, or whose sums are not short; its customer has been noted then. Returns the position where that is. */
int64_t crmvi_fact_stage_sales(crmvi_fact_stage *stage, const crmvi_ordering *ordering, int64_t begin,
                               crmvi_staged_customer *customer);

#endif
