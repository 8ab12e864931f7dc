/* ledger.c - a ledger's life, and its batches from their beginning to their end. */
#include "base/error.h"
#include "base/guest.h"
#include "ledger/facts.h"
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

static void close_batch(crmv_ledger *ledger) {
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
    close_batch(ledger);
    crmvi_standing_clear(&ledger->standing);
    for (int64_t i = 0; i < ledger->count; i++) {
        crmvi_posting_clear(&ledger->postings[i]);
    }
    free(ledger->postings);
    crmvi_rates_free(ledger->rates);
    let_go_of_model(ledger->layout);
    free(ledger);
}

/* ---- Beginning --------------------------------------------------------------------------------------------------- */

int32_t crmvi_ledger_closed(const crmv_ledger *ledger, crmv_error *error) {
    return ledger->open.name == NULL ? CRMV_OK
                                     : crmvi_fail(error, CRMV_BAD_STATE, "batch",
                                                  "batch `%.200s` is open; end or cancel it first", ledger->open.name);
}

static int32_t check_open(const crmv_ledger *ledger, crmv_error *error) {
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

/* The position that the open batch will have. */
static int64_t position_of_open(const crmv_ledger *ledger) {
    return ledger->open.replaces >= 0 ? ledger->open.replaces : ledger->count;
}

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
    int32_t status =
        crmvi_feed_bind(&feed, &ledger->layout->layout, &ledger->layout->money, columns, count, rows, error);
    if (status == CRMV_OK) {
        status = check_key_kind(ledger, &feed, error);
    }
    if (status == CRMV_OK) {
        const int32_t number = (int32_t)position_of_open(ledger);
        status = crmvi_batch_add(&ledger->open.transactions, &feed, number, &ledger->runner, error);
    }
    return status;
}

int32_t crmv_ledger_append(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows,
                           crmv_error *error) {
    int32_t status = check_open(ledger, error);
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
    int32_t status = check_open(ledger, error);
    if (status != CRMV_OK) {
        return status;
    }
    const int32_t standing = standing_key_kind(ledger);
    const crmvi_item_chunk chunk = {
        .feed = feed,
        .batch = (int32_t)position_of_open(ledger),
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
    close_batch(ledger);
    return CRMV_OK;
}

/* ---- Ending ------------------------------------------------------------------------------------------------------ */

/* The facts of the open batch's items beside those of its transactions. */
static int32_t add_items(const crmv_ledger *ledger, crmvi_facts *facts, crmv_error *error) {
    crmvi_facts items;
    int32_t status = crmvi_items_facts(ledger->open.items, &ledger->runner, &items, error);
    if (status != CRMV_OK || facts->customers == 0) {
        *facts = status == CRMV_OK ? items : *facts;
        return status;
    }
    crmvi_facts both;
    status = crmvi_facts_merge(facts, &items, &ledger->runner, &both, error);
    crmvi_facts_clear(&items);
    if (status == CRMV_OK) {
        crmvi_facts_clear(facts);
        *facts = both;
    }
    return status;
}

static int32_t make_facts(const crmv_ledger *ledger, crmvi_facts *out, crmv_error *error) {
    const crmvi_open_batch *open = &ledger->open;
    *out = (crmvi_facts){0};
    int32_t status = CRMV_OK;
    if (crmvi_batch_live(&open->transactions) > 0) {
        status = crmvi_facts_of_batch(&open->transactions, &ledger->runner, out, error);
    }
    if (status == CRMV_OK && open->items != NULL &&
        crmvi_items_accepted(open->items, CRMVI_FEED_RECEIVABLES) +
                crmvi_items_accepted(open->items, CRMVI_FEED_EVENTS) >
            0) {
        status = add_items(ledger, out, error);
    }
    if (status != CRMV_OK) {
        crmvi_facts_clear(out);
    }
    return status;
}

/* Its name, what was set aside and what was converted, in all feeds. */
static bool copy_lists(const crmvi_open_batch *open, crmvi_posting *out) {
    out->name = crmvi_copy_text(open->name, (int64_t)strlen(open->name));
    bool copied = out->name != NULL && crmvi_aside_copy(&open->transactions.asides, &out->asides);
    if (open->items != NULL) {
        copied = copied && crmvi_aside_merge(&out->asides, crmvi_items_asides(open->items)) &&
                 crmvi_conversions_merge(&out->conversions, crmvi_items_conversions(open->items));
    }
    return copied;
}

static void count_rows(const crmvi_open_batch *open, crmvi_posting *out) {
    const crmvi_batch *transactions = &open->transactions;
    out->rows[CRMVI_FEED_TRANSACTIONS] = transactions->rows;
    out->accepted[CRMVI_FEED_TRANSACTIONS] = crmvi_batch_live(transactions);
    out->fed[CRMVI_FEED_TRANSACTIONS] = transactions->totals.fed;
    for (int32_t feed = CRMVI_FEED_RECEIVABLES; open->items != NULL && feed < CRMVI_FEEDS; feed++) {
        out->rows[feed] = crmvi_items_rows(open->items, feed);
        out->accepted[feed] = crmvi_items_accepted(open->items, feed);
        out->fed[feed] = crmvi_items_fed(open->items, feed);
    }
    out->negative = transactions->totals.negative;
    out->rounded = transactions->totals.rounded;
    const bool has_days = crmvi_batch_live(transactions) > 0;
    out->first_day = has_days ? transactions->totals.first_day : CRMV_NO_DATE;
    out->last_day = has_days ? transactions->totals.last_day : CRMV_NO_DATE;
}

/* The open batch as a posting; what it was made of stays, until all of it is sure. */
static int32_t make_posting(const crmv_ledger *ledger, crmvi_posting *out, crmv_error *error) {
    *out = (crmvi_posting){0};
    int32_t status = make_facts(ledger, &out->facts, error);
    if (status == CRMV_OK && !copy_lists(&ledger->open, out)) {
        status = crmvi_no_memory(error);
    }
    if (status == CRMV_OK) {
        count_rows(&ledger->open, out);
    } else {
        crmvi_posting_clear(out);
    }
    return status;
}

/* What the ledger comes to with a posting at a position, which is one past the last or that of the one it replaces. */
static int32_t stand_with(const crmv_ledger *ledger, const crmvi_posting *posting, int64_t position,
                          crmvi_standing *out, crmv_error *error) {
    const int64_t count = position == ledger->count ? position + 1 : ledger->count;
    const crmvi_posting **postings = crmvi_array(count, sizeof *postings);
    const crmvi_facts **runs = crmvi_array(count, sizeof *runs);
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (postings == NULL || runs == NULL) {
        crmvi_no_memory(error);
    } else {
        for (int64_t i = 0; i < count; i++) {
            postings[i] = i == position ? posting : &ledger->postings[i];
            runs[i] = &postings[i]->facts;
        }
        const crmvi_facts *both[] = {crmvi_ledger_facts(ledger), &posting->facts};
        const bool only_adds = position == ledger->count || ledger->postings[position].facts.customers == 0;
        status = only_adds ? crmvi_standing_make(ledger, postings, count, both, 2, out, error)
                           : crmvi_standing_make(ledger, postings, count, runs, count, out, error);
    }
    free(postings);
    free(runs);
    return status;
}

/* Everything that can fail comes first; then all of it is taken over at once. */
static int32_t put_posting(crmv_ledger *ledger, const crmvi_posting *posting, crmv_error *error) {
    const int64_t position = position_of_open(ledger);
    if (!crmvi_grow(&ledger->postings, &ledger->capacity, position + 1, sizeof *ledger->postings)) {
        return crmvi_no_memory(error);
    }
    crmvi_standing standing;
    const int32_t status = stand_with(ledger, posting, position, &standing, error);
    if (status != CRMV_OK) {
        return status;
    }
    if (position == ledger->count) {
        ledger->count++;
    } else {
        crmvi_posting_clear(&ledger->postings[position]);
    }
    ledger->postings[position] = *posting;
    crmvi_standing_take(ledger, &standing);
    return CRMV_OK;
}

static int32_t end_batch(crmv_ledger *ledger, crmv_error *error) {
    crmvi_posting posting;
    int32_t status = make_posting(ledger, &posting, error);
    if (status != CRMV_OK) {
        return status;
    }
    status = put_posting(ledger, &posting, error);
    if (status == CRMV_OK) {
        close_batch(ledger);
    } else {
        crmvi_posting_clear(&posting);
    }
    return status;
}

int32_t crmv_ledger_end(crmv_ledger *ledger, crmv_error *error) {
    int32_t status = check_open(ledger, error);
    if (status == CRMV_OK) {
        crmvi_guest host;
        crmvi_enter(&host);
        status = end_batch(ledger, error);
        crmvi_leave(&host);
    }
    return status;
}
