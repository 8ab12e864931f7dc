/* hash.c - what a ledger holds as one number. */
#include "base/hash.h"

#include "ledger/handle.h"
#include "ledger/sparse.h"

#include <string.h>

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

/* A column of zeros counts like one that is not there, and a narrow one like a wide one: which of them it is depends on
 * the batches. */
static bool has_values(const crmvi_facts *facts, int32_t which) {
    const crmvi_fact_column *column = &facts->columns[which];
    const int64_t count = crmvi_fact_values(facts, which);
    int64_t first = 0;
    while (column->width != 0 && first < count && crmvi_fact_column_at(column, first) == 0) {
        first++;
    }
    return column->width != 0 && first < count;
}

static void hash_values(crmvi_hash *hash, const crmvi_facts *facts, int32_t column) {
    enum { PORTION = 512 };
    for (int64_t begin = 0; begin < facts->count; begin += PORTION) {
        int64_t values[PORTION];
        const int64_t portion = facts->count - begin < PORTION ? facts->count - begin : PORTION;
        crmvi_facts_read(facts, column, begin, portion, values);
        crmvi_hash_numbers(hash, values, portion);
    }
}

static void hash_days(crmvi_hash *hash, const crmvi_facts *facts) {
    crmvi_hash_number(hash, facts->count);
    if (facts->customers > 0) {
        crmvi_hash_numbers(hash, facts->offsets, facts->customers + 1);
    }
    for (int64_t i = 0; i < facts->count; i++) {
        crmvi_hash_number(hash, facts->days[i]);
    }
}

/* Columns of transactions enter each, those of items only where they hold something, under their numbers: a ledger
 * without items has the hash that it had before there were any. */
static void hash_columns(crmvi_hash *hash, const crmvi_facts *facts) {
    for (int32_t column = 0; column < CRMVI_TRANSACTION_FACTS; column++) {
        const bool is_there = has_values(facts, column);
        crmvi_hash_number(hash, is_there);
        if (is_there) {
            hash_values(hash, facts, column);
        }
    }
    for (int32_t column = CRMVI_TRANSACTION_FACTS; column < CRMVI_FACTS; column++) {
        if (has_values(facts, column)) {
            crmvi_hash_number(hash, column);
            hash_values(hash, facts, column);
        }
    }
}

static void hash_texts(crmvi_hash *hash, const crmvi_texts *texts) {
    crmvi_hash_number(hash, texts->count);
    if (texts->count > 0) {
        crmvi_hash_bytes(hash, texts->bytes, (size_t)texts->used);
    }
}

static void hash_events(crmvi_hash *hash, const crmvi_facts *facts) {
    const crmvi_events *events = &facts->events;
    if (events->count == 0) {
        return;
    }
    crmvi_hash_number(hash, events->count);
    crmvi_hash_numbers(hash, events->begins, facts->customers + 1);
    hash_texts(hash, &events->names);
    hash_texts(hash, &events->texts);
    for (int64_t i = 0; i < events->count; i++) {
        const crmvi_event *event = &events->items[i];
        const int64_t numbers[] = {event->value, event->day, event->name, event->text};
        crmvi_hash_numbers(hash, numbers, sizeof numbers / sizeof numbers[0]);
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
    const crmvi_facts *facts = crmvi_ledger_facts(ledger);
    hash_money(running, &ledger->layout->money);
    hash_keys(running, facts);
    hash_days(running, facts);
    hash_columns(running, facts);
    hash_events(running, facts);
    crmvi_hash_text(running, hash);
    crmvi_hash_free(running);
    return CRMV_OK;
}
