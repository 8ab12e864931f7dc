/*
 * batches.h - random journals of many batches for tests: lines, receivables and events, some of them to be set aside,
 * which become ledgers in whole or in part; and whether two ledgers are the same.
 */
#ifndef CRMVALUE_TESTS_BATCHES_H
#define CRMVALUE_TESTS_BATCHES_H

#include "chance.h"
#include "ledger/posting.h"
#include "tables.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* One row of a feed. */
typedef struct entry {
    int32_t batch, feed, customer;
    int32_t day; /* CRMV_NO_DATE: to be set aside. Of receivables the due day */
    int64_t amount;
    double cost;            /* NaN: unknown. Of events the value, NaN: none */
    int32_t before, after;  /* receivables: days from invoice to due, and from due to paid; -1: none */
    int32_t currency, text; /* positions in the lists below; events: of the name and of the text */
} entry;

static const char *const currencies[] = {"EUR", "USD", "XXX"};
static const char *const event_names[] = {"visit", "complaint", "loss", "answer"};
static const char *const event_texts[] = {"", "price", "delivery", "quality", "nobody answered", "\xC3\x84rger"};

typedef struct journal {
    entry *items;
    int64_t count;
    int32_t batches, customers;
    bool has_texts; /* keys are texts */
} journal;

enum { MOST_CUSTOMERS = 400 };

/* ---- Making ------------------------------------------------------------------------------------------------------ */

static inline int64_t key_number(int32_t customer) {
    return (int64_t)customer * 7919 - 1000003;
}

static inline const char *key_text(int32_t customer) {
    static char texts[MOST_CUSTOMERS][32];
    if (texts[customer][0] == '\0') {
        snprintf(texts[customer], sizeof texts[customer], "customer %d%.*s", (int)customer, (int)(customer % 9),
                 "/branches");
    }
    return texts[customer];
}

/* The key as a text, whichever kind it is of. */
static inline const char *key_of(const journal *j, int32_t customer) {
    static char numbers[MOST_CUSTOMERS][24];
    if (j->has_texts) {
        return key_text(customer);
    }
    snprintf(numbers[customer], sizeof numbers[customer], "%lld", (long long)key_number(customer));
    return numbers[customer];
}

static inline int32_t pick_below(uint64_t *state, int64_t limit) {
    return (int32_t)(chance_bits(state) % (uint64_t)limit);
}

static inline entry random_entry(const journal *j, uint64_t *state) {
    const int32_t kind = pick_below(state, 10);
    entry e = {.batch = pick_below(state, j->batches),
               .feed = kind < 6   ? CRMV_TRANSACTIONS
                       : kind < 8 ? CRMV_RECEIVABLES
                                  : CRMV_EVENTS,
               .customer = pick_below(state, j->customers),
               .day = 19000 + pick_below(state, 30)};
    e.day = pick_below(state, 25) == 0 ? CRMV_NO_DATE : e.day;
    e.amount = pick_below(state, 8) == 0 ? -1 - pick_below(state, 9000) : 1 + pick_below(state, 100000);
    e.cost = pick_below(state, 5) == 0 ? NAN : pick_below(state, 400) / 4.0;
    e.before = pick_below(state, 4) == 0 ? -1 : pick_below(state, 30);
    e.after = pick_below(state, 3) == 0 ? -1 : pick_below(state, 40);
    e.currency = pick_below(state, 6) > 0 ? 0 : pick_below(state, COUNT(currencies));
    e.text = pick_below(state, COUNT(event_texts));
    return e;
}

/* Batch 1, if there is one, has nothing but rows to be set aside. */
static inline journal random_journal(uint64_t seed, int32_t batches, int32_t customers, int64_t count) {
    journal j = {.batches = batches, .customers = customers, .count = count, .has_texts = seed % 2 == 0};
    uint64_t state = seed;
    j.items = malloc((size_t)(count + 1) * sizeof *j.items);
    assert_non_null(j.items);
    for (int64_t i = 0; i < count; i++) {
        j.items[i] = random_entry(&j, &state);
        j.items[i].day = j.items[i].batch == 1 ? CRMV_NO_DATE : j.items[i].day;
    }
    return j;
}

static inline void free_journal(journal *j) {
    free(j->items);
    *j = (journal){0};
}

/* ---- Taking in --------------------------------------------------------------------------------------------------- */

/* What of a journal is taken in. */
typedef struct selection {
    uint32_t without;      /* bits of batches that are left out */
    int32_t erased;        /* a customer, plus 1, that is left out; 0: none */
    int32_t shard, shards; /* shards 0: all customers; otherwise those of one shard */
} selection;

static inline bool is_selected(const entry *e, const selection *s) {
    return e->customer + 1 != s->erased && (s->shards == 0 || e->customer * 31 % 17 % s->shards == s->shard);
}

/* The rows of one batch and feed as columns. */
typedef struct feed_columns {
    int64_t rows;
    int64_t *numbers, *amounts;
    const char **keys, **currencies, **names, **texts;
    int32_t *days, *paid, *invoiced;
    double *costs;
} feed_columns;

static inline void *room_for(int64_t count, size_t size) {
    void *room = calloc((size_t)count + 1, size);
    assert_non_null(room);
    return room;
}

static inline void add_row(feed_columns *f, const entry *e) {
    const int64_t i = f->rows++;
    f->numbers[i] = key_number(e->customer);
    f->keys[i] = key_text(e->customer);
    f->amounts[i] = e->amount;
    f->costs[i] = e->cost;
    f->days[i] = e->day;
    f->paid[i] = e->after < 0 || e->day == CRMV_NO_DATE ? CRMV_NO_DATE : e->day + e->after - 10;
    f->invoiced[i] = e->before < 0 || e->day == CRMV_NO_DATE ? CRMV_NO_DATE : e->day - e->before;
    f->currencies[i] = currencies[e->currency];
    f->names[i] = event_names[e->before < 0 ? 0 : e->before % COUNT(event_names)];
    f->texts[i] = event_texts[e->text];
}

static inline feed_columns columns_of(const journal *j, const selection *s, int32_t batch, int32_t feed) {
    feed_columns f = {.numbers = room_for(j->count, sizeof *f.numbers),
                      .amounts = room_for(j->count, sizeof *f.amounts),
                      .keys = room_for(j->count, sizeof *f.keys),
                      .currencies = room_for(j->count, sizeof *f.currencies),
                      .names = room_for(j->count, sizeof *f.names),
                      .texts = room_for(j->count, sizeof *f.texts),
                      .days = room_for(j->count, sizeof *f.days),
                      .paid = room_for(j->count, sizeof *f.paid),
                      .invoiced = room_for(j->count, sizeof *f.invoiced),
                      .costs = room_for(j->count, sizeof *f.costs)};
    for (int64_t i = 0; i < j->count; i++) {
        const entry *e = &j->items[i];
        if (e->batch == batch && e->feed == feed && is_selected(e, s)) {
            add_row(&f, e);
        }
    }
    return f;
}

static inline void free_columns(feed_columns *f) {
    void *const rooms[] = {f->numbers, f->amounts, f->keys,     f->currencies, f->names,
                           f->texts,   f->days,    f->invoiced, f->paid,       f->costs};
    for (int32_t i = 0; i < COUNT(rooms); i++) {
        free(rooms[i]);
    }
}

/* A column of days of which CRMV_NO_DATE is missing rather than bad. */
static inline crmv_column optional_days(const char *name, const int32_t *values, int64_t rows, uint8_t *bits) {
    memset(bits, 0, (size_t)rows / 8 + 1);
    for (int64_t i = 0; i < rows; i++) {
        bits[i / 8] = (uint8_t)(bits[i / 8] | (values[i] != CRMV_NO_DATE) << i % 8);
    }
    crmv_column column = days(name, values);
    column.validity = bits;
    return column;
}

static inline int32_t append_feed(crmv_ledger *ledger, const journal *j, const selection *s, int32_t batch,
                                  int32_t feed, crmv_error *error) {
    feed_columns f = columns_of(j, s, batch, feed);
    uint8_t *paid = room_for(f.rows, 1);
    uint8_t *invoiced = room_for(f.rows, 1);
    const crmv_column key = j->has_texts ? strings("customer", f.keys) : wholes("customer", f.numbers);
    const crmv_column transactions[] = {key, days("date", f.days), minors("revenue", f.amounts),
                                        doubles("cost", f.costs), strings("currency", f.currencies)};
    const crmv_column receivables[] = {key,
                                       minors("amount", f.amounts),
                                       days("due", f.days),
                                       optional_days("paid", f.paid, f.rows, paid),
                                       optional_days("date", f.invoiced, f.rows, invoiced),
                                       strings("currency", f.currencies)};
    const crmv_column events[] = {key, days("date", f.days), strings("event", f.names), doubles("value", f.costs),
                                  strings("text", f.texts)};
    int32_t status = CRMV_OK;
    if (f.rows > 0 && feed == CRMV_TRANSACTIONS) {
        status = crmv_ledger_append(ledger, transactions, COUNT(transactions), f.rows, error);
    } else if (f.rows > 0 && feed == CRMV_RECEIVABLES) {
        status = crmv_ledger_append_receivables(ledger, receivables, COUNT(receivables), f.rows, error);
    } else if (f.rows > 0) {
        status = crmv_ledger_append_events(ledger, events, COUNT(events), f.rows, error);
    }
    free(paid);
    free(invoiced);
    free_columns(&f);
    return status;
}

/* The rows of a batch into the one that is open. */
static inline void append_batch(crmv_ledger *ledger, const journal *j, const selection *s, int32_t batch) {
    crmv_error error = {.struct_size = sizeof error};
    for (int32_t feed = CRMV_TRANSACTIONS; feed <= CRMV_EVENTS; feed++) {
        if (append_feed(ledger, j, s, batch, feed, &error) != CRMV_OK) {
            fail_msg("append: %s: %s", error.place, error.message);
        }
    }
}

static inline const char *batch_name(int32_t batch) {
    static char names[32][24];
    snprintf(names[batch], sizeof names[batch], "batch %d", (int)batch);
    return names[batch];
}

static inline void must_end(crmv_ledger *ledger) {
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_ledger_end(ledger, &error) != CRMV_OK) {
        fail_msg("end: %s", error.message);
    }
}

static inline void take_batch(crmv_ledger *ledger, const journal *j, const selection *s, int32_t batch) {
    assert_int_equal(crmv_ledger_begin(ledger, batch_name(batch), NULL), CRMV_OK);
    append_batch(ledger, j, s, batch);
    must_end(ledger);
}

/* Dollars have rates; the last currency has none. */
static inline void give_rates(crmv_ledger *ledger) {
    static const char *const dollars[] = {"USD", "USD"};
    static const int32_t from[] = {18000, 19010};
    static const double rates[] = {0.5, 0.9375};
    const crmv_column columns[] = {strings("currency", dollars), days("date", from), doubles("rate", rates)};
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_ledger_rates(ledger, columns, COUNT(columns), 2, &error) != CRMV_OK) {
        fail_msg("rates: %s: %s", error.place, error.message);
    }
}

/* A ledger without batches. */
static inline crmv_ledger *bare_ledger(const char *model_text, int32_t threads) {
    crmv_model *model = model_of(model_text);
    crmv_ledger *ledger = ledger_of(model, threads);
    crmv_model_free(model);
    give_rates(ledger);
    return ledger;
}

static inline crmv_ledger *ledger_from(const journal *j, const selection *s, int32_t threads) {
    crmv_ledger *ledger = bare_ledger(EUROS, threads);
    for (int32_t batch = 0; batch < j->batches; batch++) {
        if ((s->without >> batch & 1) == 0) {
            take_batch(ledger, j, s, batch);
        }
    }
    return ledger;
}

/* ---- Comparing --------------------------------------------------------------------------------------------------- */

static inline void assert_same_texts(const crmvi_texts *a, const crmvi_texts *b) {
    assert_int_equal(a->count, b->count);
    for (int64_t i = 0; i < a->count; i++) {
        assert_string_equal(crmvi_texts_get(a, i), crmvi_texts_get(b, i));
    }
}

static inline void assert_same_events(const crmvi_facts *a, const crmvi_facts *b) {
    assert_int_equal(a->events.count, b->events.count);
    assert_same_texts(&a->events.names, &b->events.names);
    assert_same_texts(&a->events.texts, &b->events.texts);
    if (a->events.count > 0) {
        assert_memory_equal(a->events.begins, b->events.begins, (size_t)(a->customers + 1) * sizeof(int64_t));
        assert_memory_equal(a->events.items, b->events.items, (size_t)a->events.count * sizeof(crmvi_event));
    }
}

/* Whether two runs hold the same, whatever the widths of their columns. */
static inline void assert_same_facts(const crmvi_facts *a, const crmvi_facts *b) {
    assert_int_equal(a->customers, b->customers);
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->key_kind, b->key_kind);
    if (a->customers == 0) {
        return;
    }
    if (a->key_kind == CRMVI_KEYS_TEXTS) {
        assert_same_texts(&a->texts, &b->texts);
    } else {
        assert_memory_equal(a->numbers, b->numbers, (size_t)a->customers * sizeof(int64_t));
    }
    assert_memory_equal(a->offsets, b->offsets, (size_t)(a->customers + 1) * sizeof(int64_t));
    assert_memory_equal(a->days, b->days, (size_t)a->count * sizeof(int32_t));
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        for (int64_t i = 0; i < a->count; i++) {
            if (crmvi_fact(a, column, i) != crmvi_fact(b, column, i)) {
                fail_msg("column %d of fact %lld is %lld, not %lld", (int)column, (long long)i,
                         (long long)crmvi_fact(a, column, i), (long long)crmvi_fact(b, column, i));
            }
        }
    }
    assert_same_events(a, b);
}

/* What may differ between two ledgers that hold the same facts. */
enum { ROW_NUMBERS = 1, COUNTS = 2 }; /* of rows set aside; of rows altogether, and what was converted */

static inline void assert_same_asides(const crmv_ledger *a, const crmv_ledger *b, uint32_t may_differ) {
    assert_int_equal(crmv_ledger_set_aside_count(a), crmv_ledger_set_aside_count(b));
    for (int64_t i = 0; i < crmv_ledger_set_aside_count(a); i++) {
        crmv_set_aside one = {.struct_size = sizeof one};
        crmv_set_aside other = {.struct_size = sizeof other};
        assert_int_equal(crmv_ledger_set_aside(a, i, &one), CRMV_OK);
        assert_int_equal(crmv_ledger_set_aside(b, i, &other), CRMV_OK);
        if ((may_differ & ROW_NUMBERS) != 0) {
            assert_int_equal(one.listed, other.listed);
            memcpy(one.first_rows, other.first_rows, sizeof one.first_rows);
            memcpy(one.column, other.column, sizeof one.column);
            memcpy(one.text, other.text, sizeof one.text);
        }
        assert_memory_equal(&one, &other, sizeof one);
    }
}

static inline void assert_same_conversions(const crmv_ledger *a, const crmv_ledger *b) {
    assert_int_equal(crmv_ledger_conversions(a), crmv_ledger_conversions(b));
    for (int64_t i = 0; i < crmv_ledger_conversions(a); i++) {
        crmv_conversion one = {.struct_size = sizeof one};
        crmv_conversion other = {.struct_size = sizeof other};
        assert_int_equal(crmv_ledger_conversion(a, i, &one), CRMV_OK);
        assert_int_equal(crmv_ledger_conversion(b, i, &other), CRMV_OK);
        assert_memory_equal(&one, &other, sizeof one);
    }
}

static inline void assert_same_counts(const crmv_ledger *a, const crmv_ledger *b) {
    assert_int_equal(crmv_ledger_rows(a), crmv_ledger_rows(b));
    assert_int_equal(crmv_ledger_accepted(a), crmv_ledger_accepted(b));
    assert_int_equal(crmv_ledger_negative_magnitudes(a), crmv_ledger_negative_magnitudes(b));
    assert_int_equal(crmv_ledger_rounded(a), crmv_ledger_rounded(b));
    assert_int_equal(crmvi_ledger_fed(a), crmvi_ledger_fed(b));
    for (int32_t feed = CRMV_TRANSACTIONS; feed <= CRMV_EVENTS; feed++) {
        assert_int_equal(crmv_ledger_feed_rows(a, feed), crmv_ledger_feed_rows(b, feed));
        assert_int_equal(crmv_ledger_feed_accepted(a, feed), crmv_ledger_feed_accepted(b, feed));
    }
    assert_int_equal(crmvi_ledger_items_fed(a, CRMVI_RECEIVABLES), crmvi_ledger_items_fed(b, CRMVI_RECEIVABLES));
    assert_int_equal(crmvi_ledger_items_fed(a, CRMVI_EVENTS), crmvi_ledger_items_fed(b, CRMVI_EVENTS));
}

static inline void assert_same_batch(const crmv_ledger *a, const crmv_ledger *b, int64_t position, bool counts_too) {
    crmv_batch one = {.struct_size = sizeof one};
    crmv_batch other = {.struct_size = sizeof other};
    assert_string_equal(crmv_ledger_batch(a, position), crmv_ledger_batch(b, position));
    assert_int_equal(crmv_ledger_batch_get(a, position, &one), CRMV_OK);
    assert_int_equal(crmv_ledger_batch_get(b, position, &other), CRMV_OK);
    if (!counts_too) {
        one.rows = other.rows;
        one.accepted = other.accepted;
    }
    assert_memory_equal(&one, &other, sizeof one);
    assert_same_facts(&crmvi_ledger_posting(a, position)->facts, &crmvi_ledger_posting(b, position)->facts);
}

static inline void assert_same_totals(const crmv_ledger *a, const crmv_ledger *b) {
    static const char *const names[] = {
        "quantity",      "revenue",           "cost",         "gross_profit",     "discount", "cost_to_serve",
        "contribution",  "returned_quantity", "documents",    "returned_revenue", "lines",    "unknown_cost_revenue",
        "sale_lines",    "cancelled_lines",   "return_lines", "purchase_days",    "events",   "unknown_cost_lines",
        "returned_cost", "returned_discount", "invoiced",     "collected",        "due",      "settled",
    };
    for (int32_t i = 0; i < COUNT(names); i++) {
        assert_int_equal(total_of(a, names[i]), total_of(b, names[i]));
    }
}

/* Whether two ledgers are the same, to the last fact of each batch. */
static inline void assert_same_ledgers(const crmv_ledger *a, const crmv_ledger *b, uint32_t may_differ) {
    const bool counts_too = (may_differ & COUNTS) == 0;
    char one[33];
    char other[33];
    assert_same_facts(crmvi_ledger_facts(a), crmvi_ledger_facts(b));
    assert_int_equal(crmv_ledger_hash(a, one), CRMV_OK);
    assert_int_equal(crmv_ledger_hash(b, other), CRMV_OK);
    assert_string_equal(one, other);
    assert_int_equal(crmv_ledger_first_day(a), crmv_ledger_first_day(b));
    assert_int_equal(crmv_ledger_last_day(a), crmv_ledger_last_day(b));
    assert_same_totals(a, b);
    assert_int_equal(crmv_ledger_batches(a), crmv_ledger_batches(b));
    for (int64_t i = 0; i < crmv_ledger_batches(a); i++) {
        assert_same_batch(a, b, i, counts_too);
    }
    if (counts_too) {
        assert_same_counts(a, b);
        assert_same_asides(a, b, may_differ);
        assert_same_conversions(a, b);
    }
}

/* ---- Files ------------------------------------------------------------------------------------------------------- */

typedef struct file_text {
    char bytes[1 << 20];
    size_t length;
} file_text;

/* The bytes of the file that a ledger is saved to. */
static inline void read_saved(const crmv_ledger *ledger, file_text *out) {
    char folder[] = "/tmp/crmvalue-XXXXXX";
    char path[64];
    crmv_error error = {.struct_size = sizeof error};
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/ledger", folder);
    if (crmv_ledger_save(ledger, path, &error) != CRMV_OK) {
        fail_msg("save: %s", error.message);
    }
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    out->length = fread(out->bytes, 1, sizeof out->bytes, file);
    assert_true(out->length < sizeof out->bytes);
    fclose(file);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

static inline void assert_same_files(const crmv_ledger *a, const crmv_ledger *b) {
    static file_text one;
    static file_text other;
    read_saved(a, &one);
    read_saved(b, &other);
    assert_int_equal(one.length, other.length);
    assert_memory_equal(one.bytes, other.bytes, one.length);
}

#endif
