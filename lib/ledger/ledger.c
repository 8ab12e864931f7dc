#include "ledger/ledger.h"

#include "base/error.h"
#include "base/guest.h"
#include "base/hash.h"
#include "ledger/batch.h"
#include "ledger/facts.h"
#include "ledger/feed.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_LIMIT = 1024 };

struct crmv_ledger {
    const crmv_model *layout; /* held */
    crmvi_runner runner;
    crmvi_facts facts;
    crmvi_names batches; /* the names of ended batches */
    crmvi_asides asides;
    int64_t rows, accepted, negative, rounded;
    uint32_t fed;
    char *open_name; /* NULL: no batch is open */
    crmvi_batch batch;
};

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
    *out = ledger;
    return CRMV_OK;
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
    let_go_of_model(ledger->layout);
    crmvi_facts_clear(&ledger->facts);
    crmvi_names_clear(&ledger->batches);
    crmvi_aside_clear(&ledger->asides);
    crmvi_batch_clear(&ledger->batch);
    free(ledger->open_name);
    free(ledger);
}

/* ---- Batches ----------------------------------------------------------------------------------------------------- */

int32_t crmv_ledger_begin(crmv_ledger *ledger, const char *batch, crmv_error *error) {
    if (ledger == NULL || batch == NULL) {
        return crmvi_bad_argument(error, ledger == NULL ? "ledger" : "batch", "is NULL");
    }
    if (ledger->open_name != NULL) {
        return crmvi_fail(error, CRMV_BAD_STATE, "batch", "batch `%.200s` is open; end or cancel it first",
                          ledger->open_name);
    }
    const int64_t length = (int64_t)strlen(batch);
    if (length == 0 || length > NAME_LIMIT || !crmvi_utf8_valid(batch, length)) {
        return crmvi_bad_argument(error, "batch", "is no UTF-8 text of 1 to 1,024 bytes");
    }
    if (crmvi_names_find(&ledger->batches, batch, length) >= 0) {
        return crmvi_fail(error, CRMV_DUPLICATE, "batch", "batch `%.200s` has been taken in before", batch);
    }
    ledger->open_name = crmvi_copy_text(batch, length);
    return ledger->open_name == NULL ? crmvi_no_memory(error) : CRMV_OK;
}

static int32_t check_key_kind(const crmv_ledger *ledger, const crmvi_feed *feed, crmv_error *error) {
    const int32_t standing =
        ledger->facts.key_kind != CRMVI_KEYS_UNKNOWN ? ledger->facts.key_kind : ledger->batch.key_kind;
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
        const int32_t number = (int32_t)ledger->batches.texts.count;
        status = crmvi_batch_add(&ledger->batch, &feed, number, &ledger->runner, error);
    }
    return status;
}

int32_t crmv_ledger_append(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows,
                           crmv_error *error) {
    if (ledger == NULL) {
        return crmvi_bad_argument(error, "ledger", "is NULL");
    }
    if (ledger->open_name == NULL) {
        return crmvi_fail(error, CRMV_BAD_STATE, NULL, "no batch is open; begin one first");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = append(ledger, columns, count, rows, error);
    crmvi_leave(&host);
    return status;
}

static void close_batch(crmv_ledger *ledger) {
    crmvi_batch_clear(&ledger->batch);
    free(ledger->open_name);
    ledger->open_name = NULL;
}

int32_t crmv_ledger_cancel(crmv_ledger *ledger, crmv_error *error) {
    if (ledger == NULL) {
        return crmvi_bad_argument(error, "ledger", "is NULL");
    }
    if (ledger->open_name == NULL) {
        return crmvi_fail(error, CRMV_BAD_STATE, NULL, "no batch is open");
    }
    close_batch(ledger);
    return CRMV_OK;
}

/* The ledger's facts with those of the open batch. */
static int32_t facts_with_batch(crmv_ledger *ledger, crmvi_facts *out, crmv_error *error) {
    crmvi_facts fresh;
    int32_t status = crmvi_facts_of_batch(&ledger->batch, &ledger->runner, &fresh, error);
    if (status != CRMV_OK || ledger->facts.customers == 0) {
        *out = fresh;
        return status;
    }
    status = crmvi_facts_merge(&ledger->facts, &fresh, &ledger->runner, out, error);
    crmvi_facts_clear(&fresh);
    return status;
}

/* Everything that can fail comes first; then all of it is taken over at once. */
static int32_t end_batch(crmv_ledger *ledger, crmv_error *error) {
    crmvi_facts facts = {0};
    crmvi_asides asides = {0};
    int32_t status = crmvi_batch_live(&ledger->batch) == 0 ? CRMV_OK : facts_with_batch(ledger, &facts, error);
    if (status != CRMV_OK) {
        return status;
    }
    const bool kept = crmvi_aside_copy(&ledger->asides, &asides) && crmvi_aside_merge(&asides, &ledger->batch.asides) &&
                      crmvi_names_add(&ledger->batches, ledger->open_name, (int64_t)strlen(ledger->open_name)) >= 0;
    if (!kept) {
        crmvi_facts_clear(&facts);
        crmvi_aside_clear(&asides);
        return crmvi_no_memory(error);
    }
    if (crmvi_batch_live(&ledger->batch) > 0) {
        crmvi_facts_clear(&ledger->facts);
        ledger->facts = facts;
    }
    crmvi_aside_clear(&ledger->asides);
    ledger->asides = asides;
    ledger->rows += ledger->batch.rows;
    ledger->accepted += crmvi_batch_live(&ledger->batch);
    ledger->negative += ledger->batch.totals.negative;
    ledger->rounded += ledger->batch.totals.rounded;
    ledger->fed |= ledger->batch.totals.fed;
    close_batch(ledger);
    return CRMV_OK;
}

int32_t crmv_ledger_end(crmv_ledger *ledger, crmv_error *error) {
    if (ledger == NULL) {
        return crmvi_bad_argument(error, "ledger", "is NULL");
    }
    if (ledger->open_name == NULL) {
        return crmvi_fail(error, CRMV_BAD_STATE, NULL, "no batch is open; begin one first");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = end_batch(ledger, error);
    crmvi_leave(&host);
    return status;
}

/* ---- What is in it ----------------------------------------------------------------------------------------------- */

const crmvi_facts *crmvi_ledger_facts(const crmv_ledger *ledger) {
    return &ledger->facts;
}

const crmvi_money *crmvi_ledger_money(const crmv_ledger *ledger) {
    return &ledger->layout->money;
}

uint32_t crmvi_ledger_fed(const crmv_ledger *ledger) {
    return ledger->fed;
}

int64_t crmv_ledger_customers(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : ledger->facts.customers;
}

int64_t crmv_ledger_facts(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : ledger->facts.count;
}

int64_t crmv_ledger_rows(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : ledger->rows;
}

int64_t crmv_ledger_accepted(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : ledger->accepted;
}

int64_t crmv_ledger_batches(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : ledger->batches.texts.count;
}

int64_t crmv_ledger_negative_magnitudes(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : ledger->negative;
}

int64_t crmv_ledger_rounded(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : ledger->rounded;
}

/* A customer's days ascend, so only the first and the last of each need a look. */
int32_t crmv_ledger_first_day(const crmv_ledger *ledger) {
    if (ledger == NULL || ledger->facts.count == 0) {
        return CRMV_NO_DATE;
    }
    const crmvi_facts *facts = &ledger->facts;
    int32_t first = INT32_MAX;
    for (int64_t i = 0; i < facts->customers; i++) {
        const int32_t day = facts->days[facts->offsets[i]];
        first = day < first ? day : first;
    }
    return first;
}

int32_t crmv_ledger_last_day(const crmv_ledger *ledger) {
    if (ledger == NULL || ledger->facts.count == 0) {
        return CRMV_NO_DATE;
    }
    const crmvi_facts *facts = &ledger->facts;
    int32_t last = INT32_MIN;
    for (int64_t i = 0; i < facts->customers; i++) {
        const int32_t day = facts->days[facts->offsets[i + 1] - 1];
        last = day > last ? day : last;
    }
    return last;
}

int64_t crmv_ledger_set_aside_count(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : ledger->asides.count;
}

int32_t crmv_ledger_set_aside(const crmv_ledger *ledger, int64_t position, crmv_set_aside *out) {
    return ledger == NULL ? CRMV_BAD_ARGUMENT : crmvi_aside_get(&ledger->asides, position, out);
}

/* ---- Batches and what is pending -------------------------------------------------------------------------------- */

const char *crmv_ledger_batch(const crmv_ledger *ledger, int64_t position) {
    const int64_t ended = crmv_ledger_batches(ledger);
    if (ledger == NULL || position < 0 || position > ended) {
        return NULL;
    }
    return position == ended ? ledger->open_name : crmvi_texts_get(&ledger->batches.texts, position);
}

int32_t crmv_ledger_pending(const crmv_ledger *ledger, int64_t *rows, int64_t *accepted) {
    if (ledger == NULL || rows == NULL || accepted == NULL) {
        return CRMV_BAD_ARGUMENT;
    }
    if (ledger->open_name == NULL) {
        return CRMV_BAD_STATE;
    }
    *rows = ledger->batch.rows;
    *accepted = crmvi_batch_live(&ledger->batch);
    return CRMV_OK;
}

int32_t crmv_ledger_pending_aside(const crmv_ledger *ledger, int64_t position, crmv_set_aside *out) {
    return ledger == NULL ? CRMV_BAD_ARGUMENT : crmvi_aside_get(&ledger->batch.asides, position, out);
}

/* ---- Hash -------------------------------------------------------------------------------------------------------- */

static void hash_money(crmvi_hash *hash, const crmvi_money *money) {
    crmvi_hash_bytes(hash, money->currency, strlen(money->currency) + 1);
    crmvi_hash_number(hash, money->decimals);
    crmvi_hash_number(hash, money->price_decimals);
    crmvi_hash_number(hash, money->quantity_decimals);
}

static void hash_keys(crmvi_hash *hash, const crmvi_facts *facts) {
    crmvi_hash_number(hash, facts->key_kind);
    crmvi_hash_number(hash, facts->customers);
    if (facts->key_kind == CRMVI_KEYS_TEXTS) {
        crmvi_hash_bytes(hash, facts->texts.bytes, (size_t)facts->texts.used);
    } else if (facts->customers > 0) {
        crmvi_hash_numbers(hash, facts->numbers, facts->customers);
    }
}

/* A column of zeros enters like one that is not there, and a narrow one like a wide one: which of them it is depends on
 * the batches. */
static void hash_column(crmvi_hash *hash, const crmvi_fact_column *column, int64_t count) {
    enum { PORTION = 512 };
    int64_t first = 0;
    while (column->width != 0 && first < count && crmvi_fact_column_at(column, first) == 0) {
        first++;
    }
    const bool has_values = column->width != 0 && first < count;
    crmvi_hash_number(hash, has_values);
    for (int64_t begin = 0; has_values && begin < count; begin += PORTION) {
        int64_t values[PORTION];
        const int64_t portion = count - begin < PORTION ? count - begin : PORTION;
        crmvi_fact_column_read(column, begin, portion, values);
        crmvi_hash_numbers(hash, values, portion);
    }
}

int32_t crmv_ledger_hash(const crmv_ledger *ledger, char hash[33]) {
    if (ledger == NULL || hash == NULL) {
        return CRMV_BAD_ARGUMENT;
    }
    crmvi_hash *running = crmvi_hash_new();
    if (running == NULL) {
        return CRMV_OUT_OF_MEMORY;
    }
    const crmvi_facts *facts = &ledger->facts;
    hash_money(running, &ledger->layout->money);
    hash_keys(running, facts);
    crmvi_hash_number(running, facts->count);
    if (facts->customers > 0) {
        crmvi_hash_numbers(running, facts->offsets, facts->customers + 1);
    }
    for (int64_t i = 0; i < facts->count; i++) {
        crmvi_hash_number(running, facts->days[i]);
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        hash_column(running, &facts->columns[column], facts->count);
    }
    crmvi_hash_text(running, hash);
    crmvi_hash_free(running);
    return CRMV_OK;
}
