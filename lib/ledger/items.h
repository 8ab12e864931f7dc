/*
 * items.h - the receivables and events of the open batch, until they become facts.
 *
 * They are fewer than transactions, and each is kept as it came, in 32 to 40 bytes. What it adds to columns of facts is
 * worked out when the batch ends, customer by customer.
 */
#ifndef CRMVI_LEDGER_ITEMS_H
#define CRMVI_LEDGER_ITEMS_H

#include "base/parallel.h"
#include "ledger/aside.h"
#include "ledger/conversion.h"
#include "ledger/ledger.h"
#include "ledger/posting.h"
#include "ledger/rates.h"

typedef struct crmvi_items crmvi_items; /* NULL stands for none */

/* What the items of a feed (CRMVI_FEED_RECEIVABLES, CRMVI_FEED_EVENTS) came to. A feed of no rows at all whose columns
 * were given has fed their roles: nothing happened. */
int64_t crmvi_items_rows(const crmvi_items *items, int32_t feed);
int64_t crmvi_items_accepted(const crmvi_items *items, int32_t feed);
uint32_t crmvi_items_fed(const crmvi_items *items, int32_t feed);
int64_t crmvi_items_rounded(const crmvi_items *items); /* of both feeds: see crmv_ledger_rounded */
int32_t crmvi_items_key_kind(const crmvi_items *items);
const crmvi_asides *crmvi_items_asides(const crmvi_items *items);
const crmvi_conversions *crmvi_items_conversions(const crmvi_items *items);

/* A chunk of a feed. */
typedef struct crmvi_item_chunk {
    int32_t feed;     /* CRMVI_FEED_RECEIVABLES or CRMVI_FEED_EVENTS */
    int32_t batch;    /* the position that the batch will have */
    int32_t key_kind; /* the kind of keys that the ledger has; CRMVI_KEYS_UNKNOWN: any */
    const crmv_model *layout;
    const crmvi_rates *rates;
    const crmv_column *columns;
    int32_t count;
    int64_t rows;
} crmvi_item_chunk;

/* Adds a chunk; `*items` is made where it is NULL. On failure it is as it was. Errors: CRMV_BAD_COLUMN,
 * CRMV_BAD_ARGUMENT, CRMV_OUT_OF_MEMORY, CRMV_TOO_LARGE, CRMV_CANCELLED. */
int32_t crmvi_items_add(crmvi_items **items, const crmvi_item_chunk *chunk, const crmvi_runner *runner,
                        crmv_error *error);

/* Their facts, with events, as one run; empty for NULL. Errors: CRMV_OVERFLOW, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. */
int32_t crmvi_items_facts(const crmvi_items *items, const crmvi_runner *runner, crmvi_facts *out, crmv_error *error);

void crmvi_items_free(crmvi_items *items);

#endif
