/* ledger.c - a ledger's life, and the batch that is open. */
#include "base/error.h"
#include "base/guest.h"
#include "ledger/feed.h"
#include "ledger/handle.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_LIMIT = 1024 };

/* ---- Life -------------------------------------------------------------------------------------------------------- */

int32_t crmv_ledger_new(const crmv_model *layout, const crmv_options *options, crmv_ledger **out, crmv_error *error) {
    if (layout == NULL || out == NULL) {
        return crmvi_bad_argument(error, layout == NULL ? "layout" : "out", "is NULL");
    }
    crmvi_runner runner;
    const int32_t status = crmvi_runner_read(options, &runner, error);
    if (status != CRMV_OK) {
        return status;
    }
    crmv_ledger *ledger = crmvi_zeroed(1, sizeof *ledger);
    if (ledger == NULL) {
        return crmvi_no_memory(error);
    }
    ledger->layout = crmvi_model_hold(layout);
    ledger->runner = runner;
    ledger->standing.alone = -1;
    *out = ledger;
    return CRMV_OK;
}

void crmvi_ledger_close(crmv_ledger *ledger) {
    crmvi_batch_clear(&ledger->open.transactions);
    crmvi_items_free(ledger->open.items);
    free(ledger->open.name);
    ledger->open = (crmvi_open_batch){0};
}

/* The library made every model itself, none of them constant. */
static void let_go_of_model(const crmv_model *model) {
    crmv_model *mutable_model;
    memcpy(&mutable_model, &model, sizeof mutable_model);
    crmv_model_free(mutable_model);
}

void crmv_ledger_free(crmv_ledger *ledger) {
    if (ledger == NULL) {
        return;
    }
    crmvi_ledger_close(ledger);
    crmvi_standing_clear(&ledger->standing);
    for (int64_t i = 0; i < ledger->count; i++) {
        crmvi_posting_clear(&ledger->postings[i]);
    }
    free(ledger->postings);
    crmvi_rates_free(ledger->rates);
    crmvi_file_hold_free(ledger->hold);
    let_go_of_model(ledger->layout);
    free(ledger);
}

/* ---- Beginning --------------------------------------------------------------------------------------------------- */

int32_t crmvi_ledger_closed(const crmv_ledger *ledger, crmv_error *error) {
    return ledger->open.name == NULL ? CRMV_OK
                                     : crmvi_fail(error, CRMV_BAD_STATE, "batch",
                                                  "batch `%.200s` is open; end or cancel it first", ledger->open.name);
}

int32_t crmvi_ledger_opened(const crmv_ledger *ledger, crmv_error *error) {
    if (ledger == NULL) {
        return crmvi_bad_argument(error, "ledger", "is NULL");
    }
    return ledger->open.name != NULL ? CRMV_OK
                                     : crmvi_fail(error, CRMV_BAD_STATE, NULL, "no batch is open; begin one first");
}

static int32_t check_name(const crmv_ledger *ledger, const char *batch, crmv_error *error) {
    if (ledger == NULL || batch == NULL) {
        return crmvi_bad_argument(error, ledger == NULL ? "ledger" : "batch", "is NULL");
    }
    return crmvi_ledger_closed(ledger, error);
}

static int32_t open_batch(crmv_ledger *ledger, const char *batch, int64_t replaces, crmv_error *error) {
    char *name = crmvi_copy_text(batch, (int64_t)strlen(batch));
    if (name == NULL) {
        return crmvi_no_memory(error);
    }
    ledger->open = (crmvi_open_batch){.name = name, .replaces = replaces};
    return CRMV_OK;
}

int32_t crmv_ledger_begin(crmv_ledger *ledger, const char *batch, crmv_error *error) {
    const int32_t status = check_name(ledger, batch, error);
    if (status != CRMV_OK) {
        return status;
    }
    const int64_t length = (int64_t)strlen(batch);
    if (length == 0 || length > NAME_LIMIT || !crmvi_utf8_valid(batch, length)) {
        return crmvi_bad_argument(error, "batch", "is no UTF-8 text of 1 to 1,024 bytes");
    }
    if (crmvi_ledger_find(ledger, batch) >= 0) {
        return crmvi_fail(error, CRMV_DUPLICATE, "batch", "batch `%.200s` has been taken in before", batch);
    }
    return open_batch(ledger, batch, -1, error);
}

int32_t crmv_ledger_begin_replacement(crmv_ledger *ledger, const char *batch, crmv_error *error) {
    const int32_t status = check_name(ledger, batch, error);
    if (status != CRMV_OK) {
        return status;
    }
    const int64_t position = crmvi_ledger_find(ledger, batch);
    if (position < 0) {
        return crmvi_fail(error, CRMV_NOT_FOUND, "batch", "there is no batch `%.200s`", batch);
    }
    return open_batch(ledger, batch, position, error);
}

/* ---- Appending --------------------------------------------------------------------------------------------------- */

/* The kind of keys that the ledger's batches have, but for the one that is being replaced. */
static int32_t standing_key_kind(const crmv_ledger *ledger) {
    int32_t kind = CRMVI_KEYS_UNKNOWN;
    for (int64_t i = 0; i < ledger->count && kind == CRMVI_KEYS_UNKNOWN; i++) {
        kind = i == ledger->open.replaces ? CRMVI_KEYS_UNKNOWN : ledger->postings[i].facts.key_kind;
    }
    return kind;
}

static int32_t check_key_kind(const crmv_ledger *ledger, const crmvi_feed *feed, crmv_error *error) {
    const crmvi_open_batch *open = &ledger->open;
    int32_t standing = standing_key_kind(ledger);
    standing = standing != CRMVI_KEYS_UNKNOWN ? standing : open->transactions.key_kind;
    if (standing == CRMVI_KEYS_UNKNOWN && open->items != NULL) {
        standing = crmvi_items_key_kind(open->items);
    }
    const int32_t given = feed->whole_keys ? CRMVI_KEYS_NUMBERS : CRMVI_KEYS_TEXTS;
    if (standing == CRMVI_KEYS_UNKNOWN || standing == given) {
        return CRMV_OK;
    }
    const char *name = feed->roles[CRMVI_ROLE_CUSTOMER]->name;
    return crmvi_fail(error, CRMV_BAD_COLUMN, name, "column `%s` (customer) holds %s, but the ledger's keys are %s",
                      name, feed->whole_keys ? "whole numbers" : "texts", feed->whole_keys ? "texts" : "whole numbers");
}

static int32_t append(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows, crmv_error *error) {
    crmvi_feed feed;
    int32_t status = crmvi_feed_bind(&feed, &ledger->layout->layout, &ledger->layout->money, ledger->rates, columns,
                                     count, rows, error);
    if (status == CRMV_OK) {
        status = check_key_kind(ledger, &feed, error);
    }
    if (status == CRMV_OK) {
        const int32_t number = (int32_t)crmvi_ledger_next(ledger);
        status = crmvi_batch_add(&ledger->open.transactions, &feed, number, &ledger->runner, error);
    }
    return status;
}

int32_t crmv_ledger_append(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows,
                           crmv_error *error) {
    int32_t status = crmvi_ledger_opened(ledger, error);
    if (status == CRMV_OK) {
        crmvi_guest host;
        crmvi_enter(&host);
        status = append(ledger, columns, count, rows, error);
        crmvi_leave(&host);
    }
    return status;
}

static int32_t append_items(crmv_ledger *ledger, int32_t feed, const crmv_column *columns, int32_t count, int64_t rows,
                            crmv_error *error) {
    int32_t status = crmvi_ledger_opened(ledger, error);
    if (status != CRMV_OK) {
        return status;
    }
    const int32_t standing = standing_key_kind(ledger);
    const crmvi_item_chunk chunk = {
        .feed = feed,
        .batch = (int32_t)crmvi_ledger_next(ledger),
        .key_kind = standing != CRMVI_KEYS_UNKNOWN ? standing : ledger->open.transactions.key_kind,
        .layout = ledger->layout,
        .rates = ledger->rates,
        .columns = columns,
        .count = count,
        .rows = rows,
    };
    crmvi_guest host;
    crmvi_enter(&host);
    status = crmvi_items_add(&ledger->open.items, &chunk, &ledger->runner, error);
    crmvi_leave(&host);
    return status;
}

int32_t crmv_ledger_append_receivables(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows,
                                       crmv_error *error) {
    return append_items(ledger, CRMVI_FEED_RECEIVABLES, columns, count, rows, error);
}

int32_t crmv_ledger_append_events(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows,
                                  crmv_error *error) {
    return append_items(ledger, CRMVI_FEED_EVENTS, columns, count, rows, error);
}

int32_t crmv_ledger_rates(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows,
                          crmv_error *error) {
    if (ledger == NULL) {
        return crmvi_bad_argument(error, "ledger", "is NULL");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = crmvi_rates_add(&ledger->rates, ledger->layout, columns, count, rows, error);
    crmvi_leave(&host);
    return status;
}

int32_t crmv_ledger_cancel(crmv_ledger *ledger, crmv_error *error) {
    if (ledger == NULL) {
        return crmvi_bad_argument(error, "ledger", "is NULL");
    }
    if (ledger->open.name == NULL) {
        return crmvi_fail(error, CRMV_BAD_STATE, NULL, "no batch is open");
    }
    crmvi_ledger_close(ledger);
    return CRMV_OK;
}
