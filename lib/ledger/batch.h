/*
 * batch.h - the open batch: lines packed into rows, until they become facts.
 *
 * Large chunks with whole-number keys are dealt into partitions as they come in, by the keys of the first of them. Of
 * small chunks and of text keys, whose order is not known before the last, the rows wait as they came; rows set aside
 * stay in place there, marked dead, so that workers can read a chunk in parallel.
 */
#ifndef CRMVI_LEDGER_BATCH_H
#define CRMVI_LEDGER_BATCH_H

#include "base/parallel.h"
#include "ledger/aside.h"
#include "ledger/conversion.h"
#include "ledger/deal.h"
#include "ledger/division.h"
#include "ledger/key_register.h"
#include "ledger/waiting.h"

typedef struct crmvi_batch {
    int32_t key_kind;        /* CRMVI_KEYS_... */
    int64_t rows;            /* rows that came in; those not set aside are crmvi_batch_live */
    crmvi_waiting narrow;    /* rows that wait */
    crmvi_waiting wide;      /* likewise; also the wide ones among rows that were dealt */
    crmvi_division division; /* partitions 0: nothing has been dealt */
    crmvi_deal *deals;
    int64_t deal_count, deal_capacity;
    crmvi_key_register keys; /* text keys */
    crmvi_line_totals totals;
    crmvi_asides asides;
    crmvi_conversions conversions;
} crmvi_batch;

/* Adds a chunk's rows; on failure the batch is as it was. `number` is the batch's position in the ledger. */
int32_t crmvi_batch_add(crmvi_batch *batch, const crmvi_feed *feed, int32_t number, const crmvi_runner *runner,
                        crmv_error *error);

void crmvi_batch_clear(crmvi_batch *batch);

/* Rows that were not set aside. */
static inline int64_t crmvi_batch_live(const crmvi_batch *batch) {
    return batch->rows - batch->totals.set_aside;
}

/* How many partitions are good for so many rows, dealt by so many workers. */
int64_t crmvi_partitions_for(int64_t rows, int32_t threads);

#endif
