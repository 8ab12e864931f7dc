/*
 * ledger_books.h - ledgers by chance for the tests of their files, files as bytes, and comparing two ledgers in whole.
 */
#ifndef TESTS_LEDGER_BOOKS_H
#define TESTS_LEDGER_BOOKS_H

#include "chance.h"
#include "ledger/posting.h"
#include "tables.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- Batches ----------------------------------------------------------------------------------------------------- */

/* What a batch is made of; keys are whole numbers unless `texts`. */
typedef struct book_style {
    bool texts;
    int32_t customers;
    int32_t rows, items, events;
    int32_t first_day, days;
    int64_t greatest; /* amount */
} book_style;

enum { MOST_ROWS = 20000 };

static inline char *book_key_text(uint64_t *state, const book_style *style, char out[24]) {
    const uint32_t number = chance_below(state, (uint32_t)style->customers);
    snprintf(out, 24, number % 7 == 3 ? "\xC3\x84rger %u" : "K%05u", (unsigned)number * 7919 % 99991);
    return out;
}

/* The keys of some rows: numbers, and texts that point into one piece. */
typedef struct book_keys {
    int64_t numbers[MOST_ROWS];
    char written[MOST_ROWS][24];
    const char *texts[MOST_ROWS];
} book_keys;

static inline crmv_column book_key_column(book_keys *keys, uint64_t *state, const book_style *style, int32_t rows) {
    for (int32_t i = 0; i < rows; i++) {
        if (style->texts) {
            keys->texts[i] = book_key_text(state, style, keys->written[i]);
        } else {
            keys->numbers[i] = (int64_t)chance_below(state, (uint32_t)style->customers) * 1000003 - 5000;
        }
    }
    return style->texts ? strings("customer", keys->texts) : wholes("customer", keys->numbers);
}

static inline void book_must(int32_t status, const crmv_error *error) {
    if (status != CRMV_OK) {
        fail_msg("%s: %s: %s", crmv_status_text(status), error->place, error->message);
    }
}

static inline void append_book_rows(crmv_ledger *ledger, const book_style *style, uint64_t *state) {
    static book_keys keys;
    static int32_t day[MOST_ROWS];
    static int64_t revenue[MOST_ROWS], cost[MOST_ROWS], quantity[MOST_ROWS], document[MOST_ROWS];
    static const char *kind[MOST_ROWS], *currency[MOST_ROWS];
    crmv_error error = {.struct_size = sizeof error};
    for (int32_t i = 0; i < style->rows; i++) {
        const uint32_t chance = chance_below(state, 100);
        day[i] = style->first_day + (int32_t)chance_below(state, (uint32_t)style->days);
        revenue[i] = (int64_t)(chance_bits(state) % (uint64_t)style->greatest) - style->greatest / 10;
        cost[i] = revenue[i] * 3 / 4;
        quantity[i] = 1 + chance_below(state, 9);
        document[i] = chance_below(state, 1000);
        kind[i] = chance < 80 ? "sale" : chance < 90 ? "return" : chance < 98 ? "cancellation" : "gift";
        currency[i] = chance % 13 == 5 ? "USD" : chance % 29 == 7 ? "XTS" : "EUR";
    }
    const crmv_column columns[] = {book_key_column(&keys, state, style, style->rows),
                                   days("date", day),
                                   minors("revenue", revenue),
                                   minors("cost", cost),
                                   minors("quantity", quantity),
                                   wholes("document", document),
                                   strings("kind", kind),
                                   strings("currency", currency)};
    book_must(crmv_ledger_append(ledger, columns, COUNT(columns), style->rows, &error), &error);
}

static inline void append_book_items(crmv_ledger *ledger, const book_style *style, uint64_t *state) {
    static book_keys keys;
    static int32_t due[MOST_ROWS], paid[MOST_ROWS], invoiced[MOST_ROWS];
    static int64_t amount[MOST_ROWS];
    static uint8_t is_paid[MOST_ROWS / 8 + 1];
    crmv_error error = {.struct_size = sizeof error};
    memset(is_paid, 0, sizeof is_paid);
    for (int32_t i = 0; i < style->items; i++) {
        invoiced[i] = style->first_day + (int32_t)chance_below(state, (uint32_t)style->days);
        due[i] = invoiced[i] + 30;
        paid[i] = invoiced[i] + (int32_t)chance_below(state, 60);
        amount[i] = (int64_t)(chance_bits(state) % (uint64_t)style->greatest) - style->greatest / 20;
        is_paid[i / 8] |= (uint8_t)(chance_below(state, 4) > 0 ? 1u << (i % 8) : 0);
    }
    crmv_column columns[] = {book_key_column(&keys, state, style, style->items), minors("amount", amount),
                             days("due", due), days("paid", paid), days("date", invoiced)};
    columns[3].validity = is_paid;
    book_must(crmv_ledger_append_receivables(ledger, columns, COUNT(columns), style->items, &error), &error);
}

static inline void append_book_events(crmv_ledger *ledger, const book_style *style, uint64_t *state) {
    static const char *const names[] = {"complaint", "visit", "survey", ""};
    static const char *const texts[] = {"", "price", "service", "m\303\274de", "moved"};
    static book_keys keys;
    static int32_t day[MOST_ROWS];
    static const char *name[MOST_ROWS], *text[MOST_ROWS];
    static double value[MOST_ROWS];
    static uint8_t has_value[MOST_ROWS / 8 + 1];
    crmv_error error = {.struct_size = sizeof error};
    memset(has_value, 0, sizeof has_value);
    for (int32_t i = 0; i < style->events; i++) {
        day[i] = style->first_day + (int32_t)chance_below(state, (uint32_t)style->days);
        name[i] = names[chance_below(state, 20) == 0 ? 3 : chance_below(state, 3)];
        text[i] = texts[chance_below(state, 5)];
        value[i] = (double)chance_below(state, 100) / 4;
        has_value[i / 8] |= (uint8_t)(chance_below(state, 2) > 0 ? 1u << (i % 8) : 0);
    }
    crmv_column columns[] = {book_key_column(&keys, state, style, style->events), days("date", day),
                             strings("event", name), doubles("value", value), strings("text", text)};
    columns[3].validity = has_value;
    book_must(crmv_ledger_append_events(ledger, columns, COUNT(columns), style->events, &error), &error);
}

/* Begins a batch and appends what the style says, by the seed. */
static inline void fill_book(crmv_ledger *ledger, const char *batch, const book_style *style, uint64_t seed) {
    uint64_t state = seed * 2 + 1;
    crmv_error error = {.struct_size = sizeof error};
    book_must(crmv_ledger_begin(ledger, batch, &error), &error);
    if (style->rows > 0) {
        append_book_rows(ledger, style, &state);
    }
    if (style->items > 0) {
        append_book_items(ledger, style, &state);
    }
    if (style->events > 0) {
        append_book_events(ledger, style, &state);
    }
}

static inline void take_book(crmv_ledger *ledger, const char *batch, const book_style *style, uint64_t seed) {
    crmv_error error = {.struct_size = sizeof error};
    fill_book(ledger, batch, style, seed);
    book_must(crmv_ledger_end(ledger, &error), &error);
}

/* Gives a ledger a dollar's rate. */
static inline void give_rate(crmv_ledger *ledger) {
    static const char *const currency[] = {"USD"};
    static const int32_t day[] = {0};
    static const double rate[] = {0.9};
    const crmv_column rates[] = {strings("currency", currency), days("date", day), doubles("rate", rate)};
    crmv_error error = {.struct_size = sizeof error};
    book_must(crmv_ledger_rates(ledger, rates, COUNT(rates), 1, &error), &error);
}

/* A ledger in euros with a dollar's rate. */
static inline crmv_ledger *new_book(int32_t threads) {
    crmv_model *model = model_of(EUROS);
    crmv_ledger *ledger = ledger_of(model, threads);
    give_rate(ledger);
    crmv_model_free(model);
    return ledger;
}

/* The batch of a day, as a feed brings it; every seventh holds nothing that can be used. */
static inline void take_day(crmv_ledger *ledger, bool texts, int32_t day) {
    char name[32];
    const book_style style = {.texts = texts,
                              .customers = 60,
                              .rows = day % 7 == 6 ? 0 : 40,
                              .items = day % 3 == 0 ? 5 : 0,
                              .events = day % 4 == 1 ? 6 : 0,
                              .first_day = 19000 + day,
                              .days = 1,
                              .greatest = 100000};
    snprintf(name, sizeof name, "day %d", (int)day);
    take_book(ledger, name, &style, (uint64_t)day);
}

/* ---- Files ------------------------------------------------------------------------------------------------------- */

typedef struct file_bytes {
    unsigned char *bytes;
    size_t length;
} file_bytes;

static inline file_bytes read_bytes(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s cannot be read", path);
    }
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    file_bytes got = {.length = (size_t)ftell(file)};
    rewind(file);
    got.bytes = malloc(got.length + 1);
    assert_non_null(got.bytes);
    assert_int_equal(fread(got.bytes, 1, got.length, file), got.length);
    fclose(file);
    return got;
}

static inline void write_bytes(const char *path, const unsigned char *bytes, size_t length) {
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        fail_msg("%s cannot be written", path);
    }
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static inline void assert_same_bytes(const char *path, const char *other) {
    file_bytes a = read_bytes(path);
    file_bytes b = read_bytes(other);
    assert_int_equal(a.length, b.length);
    assert_memory_equal(a.bytes, b.bytes, a.length);
    free(a.bytes);
    free(b.bytes);
}

static inline bool is_there(const char *path) {
    return access(path, F_OK) == 0;
}

static inline void save_book(const crmv_ledger *ledger, const char *path) {
    crmv_error error = {.struct_size = sizeof error};
    book_must(crmv_ledger_save(ledger, path, &error), &error);
}

static inline crmv_ledger *load_book(const char *path, int32_t threads) {
    crmv_error error = {.struct_size = sizeof error};
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_model *model = model_of(EUROS);
    crmv_ledger *ledger = NULL;
    book_must(crmv_ledger_load(path, model, &options, &ledger, &error), &error);
    crmv_model_free(model);
    return ledger;
}

/* ---- Comparing --------------------------------------------------------------------------------------------------- */

static inline void assert_same_hash(const crmv_ledger *a, const crmv_ledger *b) {
    char first[33];
    char second[33];
    assert_int_equal(crmv_ledger_hash(a, first), CRMV_OK);
    assert_int_equal(crmv_ledger_hash(b, second), CRMV_OK);
    assert_string_equal(first, second);
}

static inline void assert_same_totals(const crmv_ledger *a, const crmv_ledger *b) {
    static const char *const measures[] = {"quantity",
                                           "revenue",
                                           "cost",
                                           "gross_profit",
                                           "returned_quantity",
                                           "returned_revenue",
                                           "returned_cost",
                                           "contribution",
                                           "unknown_cost_revenue",
                                           "lines",
                                           "sale_lines",
                                           "cancelled_lines",
                                           "return_lines",
                                           "unknown_cost_lines",
                                           "documents",
                                           "purchase_days",
                                           "events",
                                           "invoiced",
                                           "collected",
                                           "due",
                                           "settled"};
    for (int32_t i = 0; i < COUNT(measures); i++) {
        assert_int_equal(total_of(a, measures[i]), total_of(b, measures[i]));
        assert_int_equal(crmv_ledger_supplies(a, measures[i]), crmv_ledger_supplies(b, measures[i]));
    }
    assert_int_equal(crmv_ledger_customers(a), crmv_ledger_customers(b));
    assert_int_equal(crmv_ledger_facts(a), crmv_ledger_facts(b));
    assert_int_equal(crmv_ledger_rows(a), crmv_ledger_rows(b));
    assert_int_equal(crmv_ledger_accepted(a), crmv_ledger_accepted(b));
    assert_int_equal(crmv_ledger_negative_magnitudes(a), crmv_ledger_negative_magnitudes(b));
    assert_int_equal(crmv_ledger_rounded(a), crmv_ledger_rounded(b));
    assert_int_equal(crmv_ledger_first_day(a), crmv_ledger_first_day(b));
    assert_int_equal(crmv_ledger_last_day(a), crmv_ledger_last_day(b));
    for (int32_t feed = CRMV_TRANSACTIONS; feed <= CRMV_EVENTS; feed++) {
        assert_int_equal(crmv_ledger_feed_rows(a, feed), crmv_ledger_feed_rows(b, feed));
        assert_int_equal(crmv_ledger_feed_accepted(a, feed), crmv_ledger_feed_accepted(b, feed));
    }
}

static inline void assert_same_batches(const crmv_ledger *a, const crmv_ledger *b) {
    assert_int_equal(crmv_ledger_batches(a), crmv_ledger_batches(b));
    for (int64_t i = 0; i < crmv_ledger_batches(a); i++) {
        crmv_batch first = {.struct_size = sizeof first};
        crmv_batch second = {.struct_size = sizeof second};
        assert_string_equal(crmv_ledger_batch(a, i), crmv_ledger_batch(b, i));
        assert_int_equal(crmv_ledger_batch_get(a, i, &first), CRMV_OK);
        assert_int_equal(crmv_ledger_batch_get(b, i, &second), CRMV_OK);
        assert_memory_equal(&first, &second, sizeof first);
    }
}

static inline void assert_same_asides(const crmv_ledger *a, const crmv_ledger *b) {
    assert_int_equal(crmv_ledger_set_aside_count(a), crmv_ledger_set_aside_count(b));
    for (int64_t i = 0; i < crmv_ledger_set_aside_count(a); i++) {
        crmv_set_aside first = {.struct_size = sizeof first};
        crmv_set_aside second = {.struct_size = sizeof second};
        assert_int_equal(crmv_ledger_set_aside(a, i, &first), CRMV_OK);
        assert_int_equal(crmv_ledger_set_aside(b, i, &second), CRMV_OK);
        assert_int_equal(first.reason, second.reason);
        assert_string_equal(first.currency, second.currency);
        assert_int_equal(first.rows, second.rows);
        assert_int_equal(first.amounts, second.amounts);
        assert_int_equal(first.revenue_high, second.revenue_high);
        assert_true(first.revenue_low == second.revenue_low);
        assert_int_equal(first.batch, second.batch);
        assert_int_equal(first.feed, second.feed);
        assert_int_equal(first.listed, second.listed);
        assert_memory_equal(first.first_rows, second.first_rows, (size_t)first.listed * sizeof first.first_rows[0]);
        assert_string_equal(first.column, second.column);
        assert_string_equal(first.text, second.text);
    }
}

static inline void assert_same_conversions(const crmv_ledger *a, const crmv_ledger *b) {
    assert_int_equal(crmv_ledger_conversions(a), crmv_ledger_conversions(b));
    for (int64_t i = 0; i < crmv_ledger_conversions(a); i++) {
        crmv_conversion first = {.struct_size = sizeof first};
        crmv_conversion second = {.struct_size = sizeof second};
        assert_int_equal(crmv_ledger_conversion(a, i, &first), CRMV_OK);
        assert_int_equal(crmv_ledger_conversion(b, i, &second), CRMV_OK);
        assert_string_equal(first.currency, second.currency);
        assert_int_equal(first.batch, second.batch);
        assert_int_equal(first.rows, second.rows);
        assert_int_equal(first.before_high, second.before_high);
        assert_true(first.before_low == second.before_low);
        assert_int_equal(first.after_high, second.after_high);
        assert_true(first.after_low == second.after_low);
        assert_int_equal(first.first_rate_day, second.first_rate_day);
        assert_int_equal(first.last_rate_day, second.last_rate_day);
        assert_int_equal(first.oldest_rate, second.oldest_rate);
    }
}

static inline void assert_same_events(const crmv_ledger *a, const crmv_ledger *b) {
    const crmvi_facts *first = crmvi_ledger_facts(a);
    const crmvi_facts *second = crmvi_ledger_facts(b);
    const crmvi_events *x = &first->events;
    const crmvi_events *y = &second->events;
    assert_int_equal(x->count, y->count);
    for (int64_t i = 0; i < x->count; i++) {
        assert_int_equal(x->items[i].day, y->items[i].day);
        assert_int_equal(x->items[i].value, y->items[i].value);
        assert_string_equal(crmvi_texts_get(&x->names, x->items[i].name), crmvi_texts_get(&y->names, y->items[i].name));
        assert_int_equal(x->items[i].text < 0, y->items[i].text < 0);
        if (x->items[i].text >= 0) {
            assert_string_equal(crmvi_texts_get(&x->texts, x->items[i].text),
                                crmvi_texts_get(&y->texts, y->items[i].text));
        }
    }
    if (x->count > 0) {
        assert_memory_equal(x->begins, y->begins, (size_t)(first->customers + 1) * sizeof x->begins[0]);
    }
}

/* Two ledgers are one by all that can be asked of them. */
static inline void assert_same_ledgers(const crmv_ledger *a, const crmv_ledger *b) {
    assert_same_hash(a, b);
    assert_same_totals(a, b);
    assert_same_batches(a, b);
    assert_same_asides(a, b);
    assert_same_conversions(a, b);
    assert_same_events(a, b);
}

/* ---- A folder of the test's own ---------------------------------------------------------------------------------- */

/* The test's file, its lock, what a writer leaves aside, and a second file. */
typedef struct book_folder {
    char path[64], file[96], lock[96], aside[96], other[96];
} book_folder;

/* In memory where that is possible: syncing thousands of files to a disk takes minutes. */
static inline void make_folder(book_folder *folder) {
    strcpy(folder->path, "/dev/shm/crmvalue-XXXXXX");
    if (mkdtemp(folder->path) == NULL) {
        strcpy(folder->path, "/tmp/crmvalue-XXXXXX");
        assert_non_null(mkdtemp(folder->path));
    }
    snprintf(folder->file, sizeof folder->file, "%s/ledger", folder->path);
    snprintf(folder->lock, sizeof folder->lock, "%s/ledger.lock", folder->path);
    snprintf(folder->aside, sizeof folder->aside, "%s/ledger.saving", folder->path);
    snprintf(folder->other, sizeof folder->other, "%s/other", folder->path);
}

/* Nothing but the two files may be left. */
static inline void remove_folder(const book_folder *folder) {
    unlink(folder->file);
    unlink(folder->other);
    if (rmdir(folder->path) != 0) {
        fail_msg("%s is not empty", folder->path);
    }
}

#endif
