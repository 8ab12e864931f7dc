/*
 * batch.h - the open batch: lines as they came, until they become facts.
 *
 * Columns of lines, one entry per row that came in; rows set aside stay in place, marked dead, so that workers can read
 * a chunk in parallel. An amount's column is made when the first chunk has something for it.
 */
#ifndef CRMVI_LEDGER_BATCH_H
#define CRMVI_LEDGER_BATCH_H

#include "base/memory.h"
#include "base/parallel.h"
#include "ledger/aside.h"
#include "ledger/lines.h"

typedef struct crmvi_batch {
    int32_t key_kind; /* CRMVI_KEYS_... */
    int64_t lines, capacity;
    int64_t live;   /* lines that are not dead */
    uint64_t *keys; /* whole numbers in ascending order as unsigned; or numbers of names */
    int32_t *days;
    uint8_t *flags;
    int64_t *documents; /* NULL: none so far */
    int64_t *amounts[CRMVI_LINE_AMOUNTS];
    crmvi_names names; /* text keys */
    int64_t rows;      /* rows that came in */
    int64_t negative;  /* lines flagged CRMVI_LINE_NEGATIVE */
    int64_t rounded;   /* amounts that had more decimals than their measure */
    uint32_t fed;      /* bits of CRMVI_ROLE_... */
    int32_t any_flags; /* all live lines' flags together */
    crmvi_asides asides;
} crmvi_batch;

/* Whole-number keys as unsigned numbers of the same order, and back. */
static inline uint64_t crmvi_key_of_number(int64_t number) {
    return (uint64_t)number ^ UINT64_C(1) << 63;
}
static inline int64_t crmvi_number_of_key(uint64_t key) {
    return (int64_t)(key ^ UINT64_C(1) << 63);
}

/* Adds a chunk's rows; on failure the batch is as it was. `number` is the batch's position in the ledger. */
int32_t crmvi_batch_add(crmvi_batch *batch, const crmvi_feed *feed, int32_t number, const crmvi_runner *runner,
                        crmv_error *error);

void crmvi_batch_clear(crmvi_batch *batch);

#endif
