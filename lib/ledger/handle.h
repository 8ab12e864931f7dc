/*
 * handle.h - what a ledger is made of, for the files of this room that change it.
 *
 * A call that changes a ledger first makes the standing of its postings as they will be, which is all that can fail,
 * and then takes it over.
 */
#ifndef CRMVI_LEDGER_HANDLE_H
#define CRMVI_LEDGER_HANDLE_H

#include "base/parallel.h"
#include "ledger/batch.h"
#include "ledger/file_hold.h"
#include "ledger/items.h"
#include "ledger/posting.h"
#include "ledger/rates.h"

/* The batch that is open. */
typedef struct crmvi_open_batch {
    char *name;       /* NULL: none is */
    int64_t replaces; /* the position of the ended batch whose place it takes; -1: of none */
    crmvi_batch transactions;
    crmvi_items *items; /* receivables and events */
} crmvi_open_batch;

/* Where rows set aside are told: in the list of a posting. */
typedef struct crmvi_aside_place {
    const crmvi_aside *aside;
    int32_t posting, place;
} crmvi_aside_place;

/* What postings come to together. */
typedef struct crmvi_standing {
    int64_t alone;      /* the only posting that holds facts, which are the standing ones; -1: none does, or several */
    crmvi_facts merged; /* of several */
    bool keeps;         /* on the way: the merged facts stay as they are */
    crmvi_aside_place *asides; /* of all, sorted by reason, currency and batch */
    int64_t aside_count;
} crmvi_standing;

struct crmv_ledger {
    const crmv_model *layout; /* held */
    crmvi_runner runner;
    crmvi_posting *postings; /* in the order of ending */
    int64_t count, capacity;
    crmvi_standing standing;
    crmvi_rates *rates;
    crmvi_open_batch open;
    crmvi_file_hold *hold; /* of the file it was opened from; NULL: none */
};

/*
 * What `postings` will come to; `runs` are facts that add up to theirs. Errors: CRMV_OVERFLOW, CRMV_OUT_OF_MEMORY,
 * CRMV_CANCELLED; nothing is left in `out` then.
 */
int32_t crmvi_standing_make(const crmv_ledger *ledger, const crmvi_posting *const *postings, int64_t count,
                            const crmvi_facts *const *runs, int64_t run_count, crmvi_standing *out, crmv_error *error);

/* Puts it in the place of the ledger's, whose postings are now those that it was made of; these learn their positions.
 */
void crmvi_standing_take(crmv_ledger *ledger, crmvi_standing *standing);

void crmvi_standing_clear(crmvi_standing *standing);

/* The position of the ended batch of a name, or -1. */
int64_t crmvi_ledger_find(const crmv_ledger *ledger, const char *name);

/* The kind of the ledger's keys; CRMVI_KEYS_UNKNOWN while it has none. */
int32_t crmvi_ledger_key_kind(const crmv_ledger *ledger);

/* CRMV_BAD_STATE where a batch is open; where none is, or the ledger is NULL (CRMV_BAD_ARGUMENT). */
int32_t crmvi_ledger_closed(const crmv_ledger *ledger, crmv_error *error);
int32_t crmvi_ledger_opened(const crmv_ledger *ledger, crmv_error *error);

/* Drops the open batch, if there is one. */
void crmvi_ledger_close(crmv_ledger *ledger);

/* The position that the open batch will have. */
static inline int64_t crmvi_ledger_next(const crmv_ledger *ledger) {
    return ledger->open.replaces >= 0 ? ledger->open.replaces : ledger->count;
}

/* Fails with what a model's money and another's differ in, and with both; CRMV_OK where they are the same. */
int32_t crmvi_money_same(const crmvi_money *a, const crmvi_money *b, crmv_error *error);

#endif
