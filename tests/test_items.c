/* test_items.c - receivables and events become facts: what each item adds to which day, whatever the order, the chunks
 * and the threads. The expected numbers come from what balances are, item by item and day by day. */
#include "base/guest.h"
#include "chance.h"
#include "ledger/facts.h"
#include "ledger/items.h"
#include "tables.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- Items by chance --------------------------------------------------------------------------------------------- */

enum { ITEMS = 6000, EVENTS = 5000, CUSTOMERS = 150, FIRST = 19000, DAYS = 90, NAMES = 3, TEXTS = 4 };

static const char *const names[NAMES] = {"visit", "complaint", "answer \xC3\xA9"};
static const char *const remarks[TEXTS] = {"price", "", "late", "Price"};

static struct {
    int64_t customers[ITEMS], amounts[ITEMS];
    int32_t due[ITEMS], paid[ITEMS], invoiced[ITEMS];
    const char *texts[ITEMS];
} items;

static struct {
    int64_t customers[EVENTS];
    int32_t days[EVENTS];
    const char *names[EVENTS], *remarks[EVENTS], *texts[EVENTS];
    double values[EVENTS];
} events;

static int64_t numbers[CUSTOMERS]; /* by customer; not in the order of keys */
static char keys[CUSTOMERS][24];

static void draw(void) {
    uint64_t chance = 11;
    for (int32_t c = 0; c < CUSTOMERS; c++) {
        numbers[c] =
            c < 2 ? (c == 0 ? INT64_MIN : INT64_MAX) : ((int64_t)chance_bits(&chance) >> (c % 48) & ~INT64_C(255)) | c;
        snprintf(keys[c], sizeof keys[c], "%s%u", c % 2 == 0 ? "K" : "k\xC3\xBC", (unsigned)(c * 7919 % 10007));
    }
    for (int32_t i = 0; i < ITEMS; i++) {
        const uint32_t c = chance_below(&chance, chance_below(&chance, CUSTOMERS) + 1); /* some have many */
        items.customers[i] = numbers[c];
        items.texts[i] = keys[c];
        items.amounts[i] = (int64_t)chance_below(&chance, 100000) - 20000;
        items.due[i] = FIRST + (int32_t)chance_below(&chance, DAYS);
        items.paid[i] = chance_below(&chance, 3) == 0 ? CRMV_NO_DATE : FIRST + (int32_t)chance_below(&chance, DAYS);
        items.invoiced[i] = chance_below(&chance, 4) == 0 ? CRMV_NO_DATE : FIRST + (int32_t)chance_below(&chance, DAYS);
    }
    for (int32_t i = 0; i < EVENTS; i++) {
        const uint32_t c = chance_below(&chance, CUSTOMERS);
        events.customers[i] = numbers[c];
        events.texts[i] = keys[c];
        events.days[i] = FIRST + (int32_t)chance_below(&chance, DAYS);
        events.names[i] = names[chance_below(&chance, NAMES)];
        events.remarks[i] = remarks[chance_below(&chance, TEXTS)];
        events.values[i] = chance_below(&chance, 3) == 0 ? NAN : (double)chance_below(&chance, 5) - 2;
    }
}

/* How items come in. */
typedef struct way {
    bool has_texts, are_reversed;
    int32_t threads;
    int64_t chunk;
} way;

static crmv_column part(crmv_column column, const way *w, int64_t rows, int64_t begin) {
    const int64_t size = column.type == CRMV_INT32 ? 4 : 8;
    const int64_t first = w->are_reversed ? rows - 1 - begin : begin;
    column.data = (const char *)column.data + first * size;
    column.stride = w->are_reversed ? -size : size;
    return column;
}

static void add(crmvi_items **out, int32_t feed, const crmv_model *model, const way *w, const crmv_column *columns,
                int32_t count, int64_t rows) {
    const crmvi_runner runner = {.threads = w->threads};
    for (int64_t begin = 0; begin < rows; begin += w->chunk) {
        crmv_column parts[8];
        crmv_error error = {.struct_size = sizeof error};
        for (int32_t i = 0; i < count; i++) {
            parts[i] = part(columns[i], w, rows, begin);
        }
        const crmvi_item_chunk chunk = {.feed = feed,
                                        .layout = model,
                                        .columns = parts,
                                        .count = count,
                                        .rows = rows - begin < w->chunk ? rows - begin : w->chunk};
        if (crmvi_items_add(out, &chunk, &runner, &error) != CRMV_OK) {
            fail_msg("%s: %s", error.place, error.message);
        }
    }
}

/* The facts of everything, which has come in some way. */
static crmvi_facts facts_of(const way *w) {
    const crmv_column customer = w->has_texts ? strings("customer", items.texts) : wholes("customer", items.customers);
    const crmv_column receivables[] = {customer, minors("amount", items.amounts), days("due", items.due),
                                       days("paid", items.paid), days("date", items.invoiced)};
    const crmv_column happenings[] = {w->has_texts ? strings("customer", events.texts)
                                                   : wholes("customer", events.customers),
                                      days("date", events.days), strings("event", events.names),
                                      doubles("value", events.values), strings("text", events.remarks)};
    const crmvi_runner runner = {.threads = w->threads};
    crmv_model *model = model_of(PLAIN);
    crmvi_items *all = NULL;
    crmvi_facts facts;
    add(&all, CRMVI_FEED_RECEIVABLES, model, w, receivables, COUNT(receivables), ITEMS);
    add(&all, CRMVI_FEED_EVENTS, model, w, happenings, COUNT(happenings), EVENTS);
    assert_int_equal(crmvi_items_accepted(all, CRMVI_FEED_RECEIVABLES), ITEMS);
    assert_int_equal(crmvi_items_accepted(all, CRMVI_FEED_EVENTS), EVENTS);
    assert_int_equal(crmvi_items_facts(all, &runner, &facts, NULL), CRMV_OK);
    crmvi_items_free(all);
    crmv_model_free(model);
    return facts;
}

/* ---- What must come out ------------------------------------------------------------------------------------------ */

/* Whether an item has happened by the end of a day. */
static bool is_by(int32_t when, int32_t day) {
    return when != CRMV_NO_DATE && when <= day;
}

/* The items and events of one customer. */
static struct {
    int32_t items[ITEMS], events[EVENTS];
    int32_t item_count, event_count;
} own;

static void find_own(int64_t customer) {
    own.item_count = own.event_count = 0;
    for (int32_t i = 0; i < ITEMS; i++) {
        own.items[own.item_count] = i;
        own.item_count += items.customers[i] == customer;
    }
    for (int32_t i = 0; i < EVENTS; i++) {
        own.events[own.event_count] = i;
        own.event_count += events.customers[i] == customer;
    }
}

/* What the customer's columns must have come to by the end of a day. */
static void expect_sums(int32_t day, int64_t *sums) {
    memset(sums, 0, CRMVI_FACTS * sizeof *sums);
    for (int32_t n = 0; n < own.item_count; n++) {
        const int32_t i = own.items[n];
        const int64_t amount = items.amounts[i];
        const bool is_paid = is_by(items.paid[i], day);
        const bool was_in_time = items.paid[i] != CRMV_NO_DATE && items.paid[i] <= items.due[i];
        const bool is_due = items.due[i] <= day;
        sums[CRMVI_FACT_INVOICED] += is_by(items.invoiced[i], day) ? amount : 0;
        sums[CRMVI_FACT_COLLECTED] += is_by(items.invoiced[i], day) && is_paid ? amount : 0;
        sums[CRMVI_FACT_DUE] += is_due && !was_in_time ? amount : 0;
        /* What is overdue was due by now and is not yet paid: the settled part is what is left. */
        sums[CRMVI_FACT_SETTLED] += (is_due && !was_in_time ? amount : 0) - (is_due && !is_paid ? amount : 0);
        sums[CRMVI_FACT_PAID] += is_paid && amount > 0 ? amount : 0;
        sums[CRMVI_FACT_PAID_LATE] +=
            is_paid && amount > 0 && !was_in_time ? amount * (items.paid[i] - items.due[i]) : 0;
    }
    for (int32_t n = 0; n < own.event_count; n++) {
        sums[CRMVI_FACT_EVENTS] += events.days[own.events[n]] <= day;
    }
}

static int64_t customer_of(const crmvi_facts *facts, int64_t position) {
    if (facts->key_kind == CRMVI_KEYS_NUMBERS) {
        return facts->numbers[position];
    }
    for (int32_t c = 0; c < CUSTOMERS; c++) {
        if (strcmp(crmvi_texts_get(&facts->texts, position), keys[c]) == 0) {
            return numbers[c];
        }
    }
    fail_msg("an unknown key");
    return 0;
}

static void check_customer(const crmvi_facts *facts, int64_t position) {
    int64_t sums[CRMVI_FACTS] = {0};
    int64_t fact = facts->offsets[position];
    assert_true(facts->offsets[position + 1] > fact);
    for (int32_t day = FIRST - 1; day <= FIRST + DAYS; day++) {
        int64_t expected[CRMVI_FACTS];
        if (fact < facts->offsets[position + 1] && facts->days[fact] == day) {
            for (int32_t column = 0; column < CRMVI_FACTS; column++) {
                sums[column] += crmvi_fact(facts, column, fact);
            }
            fact++;
        }
        expect_sums(day, expected);
        assert_memory_equal(sums, expected, sizeof sums);
    }
    assert_int_equal(fact, facts->offsets[position + 1]);
}

/* How two events of a customer are ordered. */
static int32_t order_of(const crmvi_facts *facts, const crmvi_event *a, const crmvi_event *b) {
    const char *first = crmvi_texts_get(&facts->events.names, a->name);
    const char *second = crmvi_texts_get(&facts->events.names, b->name);
    const int32_t by_name = strcmp(first, second);
    if (a->day != b->day) {
        return a->day < b->day ? -1 : 1;
    }
    if (by_name != 0) {
        return by_name;
    }
    if (a->value != b->value) {
        return a->value < b->value ? -1 : 1;
    }
    if (a->text < 0 || b->text < 0) {
        return (a->text >= 0) - (b->text >= 0);
    }
    return strcmp(crmvi_texts_get(&facts->events.texts, a->text), crmvi_texts_get(&facts->events.texts, b->text));
}

/* Each event that came in is there as often as it came. */
static int64_t count_alike(const crmvi_facts *facts, const crmvi_event *event) {
    int64_t count = 0;
    for (int32_t n = 0; n < own.event_count; n++) {
        const int32_t i = own.events[n];
        const int64_t value = isnan(events.values[i]) ? CRMVI_NO_VALUE : (int64_t)events.values[i] * 1000000;
        const char *text = event->text < 0 ? "" : crmvi_texts_get(&facts->events.texts, event->text);
        count += events.days[i] == event->day && value == event->value && strcmp(events.remarks[i], text) == 0 &&
                 strcmp(events.names[i], crmvi_texts_get(&facts->events.names, event->name)) == 0;
    }
    return count;
}

static void check_events(const crmvi_facts *facts, int64_t position) {
    const crmvi_events *all = &facts->events;
    for (int64_t i = all->begins[position]; i < all->begins[position + 1]; i++) {
        int64_t alike = 0;
        for (int64_t j = all->begins[position]; j < all->begins[position + 1]; j++) {
            alike += order_of(facts, &all->items[i], &all->items[j]) == 0;
        }
        assert_true(i == all->begins[position] || order_of(facts, &all->items[i - 1], &all->items[i]) <= 0);
        assert_int_equal(alike, count_alike(facts, &all->items[i]));
    }
}

static void check_order(const crmvi_facts *facts) {
    for (int64_t i = 1; i < facts->customers; i++) {
        assert_true(crmvi_facts_compare(facts, i - 1, facts, i) < 0);
    }
    for (int64_t i = 1; i < facts->events.names.count; i++) {
        assert_true(strcmp(crmvi_texts_get(&facts->events.names, i - 1), crmvi_texts_get(&facts->events.names, i)) < 0);
    }
    for (int64_t i = 1; i < facts->events.texts.count; i++) {
        assert_true(strcmp(crmvi_texts_get(&facts->events.texts, i - 1), crmvi_texts_get(&facts->events.texts, i)) < 0);
    }
    assert_int_equal(facts->events.names.count, NAMES);
    assert_int_equal(facts->events.texts.count, TEXTS - 1);
    assert_int_equal(facts->events.begins[facts->customers], EVENTS);
}

static void check_all(const crmvi_facts *facts) {
    check_order(facts);
    for (int64_t i = 0; i < facts->customers; i++) {
        find_own(customer_of(facts, i));
        check_customer(facts, i);
        check_events(facts, i);
    }
}

static void facts_are_what_the_balances_of_each_day_say(void **state) {
    (void)state;
    const way ways[] = {{false, false, 1, ITEMS}, {true, false, 1, ITEMS}};
    draw();
    for (int32_t i = 0; i < COUNT(ways); i++) {
        crmvi_facts facts = facts_of(&ways[i]);
        check_all(&facts);
        crmvi_facts_clear(&facts);
    }
}

static void assert_same(const crmvi_facts *a, const crmvi_facts *b) {
    assert_int_equal(a->key_kind, b->key_kind);
    assert_int_equal(a->customers, b->customers);
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->offsets, b->offsets, (size_t)(a->customers + 1) * sizeof *a->offsets);
    assert_memory_equal(a->days, b->days, (size_t)a->count * sizeof *a->days);
    for (int64_t i = 0; i < a->customers; i++) {
        assert_int_equal(crmvi_facts_compare(a, i, b, i), 0);
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        assert_int_equal(a->columns[column].width, b->columns[column].width);
        if (a->columns[column].width > 0) {
            assert_memory_equal(a->columns[column].values, b->columns[column].values,
                                (size_t)(a->count * a->columns[column].width));
        }
    }
    assert_int_equal(a->events.count, b->events.count);
    assert_memory_equal(a->events.items, b->events.items, (size_t)a->events.count * sizeof *a->events.items);
    assert_memory_equal(a->events.begins, b->events.begins, (size_t)(a->customers + 1) * sizeof *a->events.begins);
    assert_int_equal(a->events.names.used, b->events.names.used);
    assert_memory_equal(a->events.names.bytes, b->events.names.bytes, (size_t)a->events.names.used);
    assert_int_equal(a->events.texts.used, b->events.texts.used);
    assert_memory_equal(a->events.texts.bytes, b->events.texts.bytes, (size_t)a->events.texts.used);
}

static void order_chunks_and_threads_make_no_difference(void **state) {
    (void)state;
    draw();
    for (int32_t texts = 0; texts < 2; texts++) {
        const way plain = {texts == 1, false, 1, ITEMS};
        const way others[] = {{texts == 1, true, 1, ITEMS}, {texts == 1, false, 3, 700}, {texts == 1, true, 4, 513}};
        crmvi_facts expected = facts_of(&plain);
        for (int32_t i = 0; i < COUNT(others); i++) {
            crmvi_facts facts = facts_of(&others[i]);
            assert_same(&expected, &facts);
            crmvi_facts_clear(&facts);
        }
        crmvi_facts_clear(&expected);
    }
}

/* ---- Ledgers ----------------------------------------------------------------------------------------------------- */

/* One batch of receivables or events. */
static void take(crmv_ledger *ledger, int32_t feed, const crmv_column *columns, int32_t count, int64_t rows) {
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_ledger_begin(ledger, "batch", NULL), CRMV_OK);
    const int32_t status = feed == CRMV_RECEIVABLES
                               ? crmv_ledger_append_receivables(ledger, columns, count, rows, &error)
                               : crmv_ledger_append_events(ledger, columns, count, rows, &error);
    if (status != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    assert_int_equal(crmv_ledger_end(ledger, &error), CRMV_OK);
}

static void an_item_paid_by_its_due_day_was_never_overdue(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1, 1, 1};
    const double amounts[] = {100, 50, 30, -7, -20};
    const int32_t due[] = {10, 10, 10, 10, 10};
    const int32_t paid[] = {10, 12, CRMV_NO_DATE, 9, 15};
    const crmv_column columns[] = {wholes("customer", customers), doubles("amount", amounts), days("due", due),
                                   days("paid", paid)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take(ledger, CRMV_RECEIVABLES, columns, COUNT(columns), 5);
    assert_int_equal(total_of(ledger, "due"), 5000 + 3000 - 2000);
    assert_int_equal(total_of(ledger, "settled"), 5000 - 2000);
    assert_int_equal(total_of(ledger, "invoiced"), 0);
    assert_int_equal(total_of(ledger, "collected"), 0);
    assert_int_equal(crmv_ledger_facts(ledger), 4); /* days 9, 10, 12 and 15 */
    crmv_ledger_free(ledger);
}

static void a_customer_of_a_credit_that_was_set_off_in_time_is_known(void **state) {
    (void)state;
    const int64_t customers[] = {4};
    const double amounts[] = {-7};
    const int32_t due[] = {10};
    const int32_t paid[] = {9};
    const crmv_column columns[] = {wholes("customer", customers), doubles("amount", amounts), days("due", due),
                                   days("paid", paid)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take(ledger, CRMV_RECEIVABLES, columns, COUNT(columns), 1);
    assert_int_equal(crmv_ledger_customers(ledger), 1);
    assert_int_equal(crmv_ledger_facts(ledger), 1);
    assert_int_equal(total_of(ledger, "due"), 0);
    crmv_ledger_free(ledger);
}

static void what_was_paid_in_advance_counts_as_collected_with_its_invoice(void **state) {
    (void)state;
    const char *const customers[] = {"a", "a"};
    const char *const amounts[] = {"100", "40"};
    const char *const due[] = {"2024-02-10", "2024-02-10"};
    const char *const paid[] = {"2024-01-05", ""};
    const char *const dates[] = {"2024-01-10", "2024-01-11"};
    const crmv_column columns[] = {strings("customer", customers), strings("amount", amounts), strings("due", due),
                                   strings("paid", paid), strings("date", dates)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    int64_t total;
    take(ledger, CRMV_RECEIVABLES, columns, COUNT(columns), 2);
    assert_int_equal(crmv_ledger_total_between(ledger, "collected", 0, crmv_day(2024, 1, 9), &total), CRMV_OK);
    assert_int_equal(total, 0);
    assert_int_equal(crmv_ledger_total_between(ledger, "collected", 0, crmv_day(2024, 1, 10), &total), CRMV_OK);
    assert_int_equal(total, 10000);
    assert_int_equal(total_of(ledger, "invoiced"), 14000);
    crmv_ledger_free(ledger);
}

/* ---- Rows set aside ---------------------------------------------------------------------------------------------- */

typedef struct expected_aside {
    int32_t reason, feed;
    int64_t row;
    const char *column, *text, *currency;
    int64_t amounts, revenue;
} expected_aside;

static void assert_asides(const crmv_ledger *ledger, const expected_aside *expected, int32_t count) {
    assert_int_equal(crmv_ledger_set_aside_count(ledger), count);
    for (int32_t i = 0; i < count; i++) {
        crmv_set_aside aside = {.struct_size = sizeof aside};
        assert_int_equal(crmv_ledger_set_aside(ledger, i, &aside), CRMV_OK);
        assert_int_equal(aside.reason, expected[i].reason);
        assert_int_equal(aside.feed, expected[i].feed);
        assert_int_equal(aside.first_rows[0], expected[i].row);
        assert_string_equal(aside.column, expected[i].column);
        assert_string_equal(aside.text, expected[i].text);
        assert_string_equal(aside.currency, expected[i].currency);
        assert_int_equal(aside.amounts, expected[i].amounts);
        assert_int_equal(aside.revenue_low, expected[i].revenue);
    }
}

static void receivables_set_aside_name_column_text_and_amount(void **state) {
    (void)state;
    const char *const customers[] = {"", "a", "a", "a", "a", "a", "a", "a", "a"};
    const char *const amounts[] = {"1", "2", "3", "4", "x", "1e20", "", "8", "9"};
    const char *const due[] = {"2024-01-01", "",           "2024-13-01", "2024-01-01", "2024-01-01",
                               "2024-01-01", "2024-01-01", "2024-01-01", "2024-01-01"};
    const char *const paid[] = {"", "", "", "soon", "", "", "", "", ""};
    const char *const dates[] = {"", "", "", "", "", "", "", "", ""};
    const char *const currencies[] = {"", "", "", "EUR", "", "", "", "a currency that is long", "USD"};
    const crmv_column columns[] = {
        strings("customer", customers), strings("amount", amounts), strings("due", due),
        strings("paid", paid),          strings("date", dates),     strings("currency", currencies)};
    const expected_aside expected[] = {
        {CRMV_NO_CUSTOMER, CRMV_RECEIVABLES, 1, "customer", "", "EUR", 1, 100},
        {CRMV_BAD_CURRENCY, CRMV_RECEIVABLES, 8, "currency", "a currency that is long", "", 1, 800},
        {CRMV_NO_DATE_GIVEN, CRMV_RECEIVABLES, 2, "due", "", "EUR", 1, 200},
        {CRMV_BAD_DATE, CRMV_RECEIVABLES, 3, "due", "2024-13-01", "EUR", 2, 700},
        {CRMV_BAD_AMOUNT, CRMV_RECEIVABLES, 5, "amount", "x", "EUR", 0, 0},
        {CRMV_AMOUNT_TOO_LARGE, CRMV_RECEIVABLES, 6, "amount", "1e20", "EUR", 0, 0},
        {CRMV_NO_AMOUNT, CRMV_RECEIVABLES, 7, "amount", "", "EUR", 0, 0},
        {CRMV_OTHER_CURRENCY, CRMV_RECEIVABLES, 9, "currency", "USD", "USD", 1, 900},
    };
    crmv_ledger *ledger = new_ledger(EUROS);
    take(ledger, CRMV_RECEIVABLES, columns, COUNT(columns), 9);
    assert_asides(ledger, expected, COUNT(expected));
    assert_int_equal(crmv_ledger_feed_rows(ledger, CRMV_RECEIVABLES), 9);
    assert_int_equal(crmv_ledger_feed_accepted(ledger, CRMV_RECEIVABLES), 0);
    assert_int_equal(crmv_ledger_customers(ledger), 0);
    crmv_ledger_free(ledger);
}

static void a_bad_day_of_payment_or_invoice_is_told_by_its_own_column(void **state) {
    (void)state;
    const int64_t customers[] = {1};
    const double amounts[] = {5};
    const int32_t good[] = {10};
    const int32_t bad[] = {2147483647};
    for (int32_t i = 0; i < 2; i++) {
        const crmv_column columns[] = {wholes("customer", customers), doubles("amount", amounts), days("due", good),
                                       days("paid", i == 0 ? bad : good), days("date", i == 1 ? bad : good)};
        crmv_ledger *ledger = new_ledger(PLAIN);
        take(ledger, CRMV_RECEIVABLES, columns, COUNT(columns), 1);
        const crmv_set_aside aside = only_aside(ledger);
        assert_int_equal(aside.reason, CRMV_BAD_DATE);
        assert_string_equal(aside.column, i == 0 ? "paid" : "date");
        assert_string_equal(aside.text, "2147483647");
        crmv_ledger_free(ledger);
    }
}

static char long_text[256 + 1];

static void events_set_aside_name_column_and_text(void **state) {
    (void)state;
    memset(long_text, 'x', 256);
    const char *const customers[] = {"", "a", "a", "a", "a", "a", "a", "a"};
    const char *const dates[] = {"2024-01-01", "",           "0",          "2024-01-01",
                                 "2024-01-01", "2024-01-01", "2024-01-01", "2024-01-01"};
    const char *const kinds[] = {"visit", "visit", "visit", "", "vi\xFFsit", "visit", "visit", "visit"};
    const char *const values[] = {"", "", "", "", "", "many", "9007199254.740992", "1.0000005"};
    const char *const texts[] = {"", "", "", "", "", "", "", long_text};
    const crmv_column columns[] = {strings("customer", customers), strings("date", dates), strings("event", kinds),
                                   strings("value", values), strings("text", texts)};
    const expected_aside expected[] = {
        {CRMV_NO_CUSTOMER, CRMV_EVENTS, 1, "customer", "", "", 0, 0},
        {CRMV_NO_DATE_GIVEN, CRMV_EVENTS, 2, "date", "", "", 0, 0},
        {CRMV_BAD_DATE, CRMV_EVENTS, 3, "date", "0", "", 0, 0},
        {CRMV_BAD_AMOUNT, CRMV_EVENTS, 6, "value", "many", "", 0, 0},
        {CRMV_AMOUNT_TOO_LARGE, CRMV_EVENTS, 7, "value", "9007199254.740992", "", 0, 0},
        {CRMV_NO_EVENT, CRMV_EVENTS, 4, "event", "", "", 0, 0},
    };
    crmv_ledger *ledger = new_ledger(PLAIN);
    take(ledger, CRMV_EVENTS, columns, COUNT(columns), 8);
    assert_asides(ledger, expected, COUNT(expected));
    crmv_ledger_free(ledger);
    const crmv_column last[] = {strings("customer", customers + 7), strings("date", dates + 7),
                                strings("event", kinds + 7), strings("text", texts + 7)};
    ledger = new_ledger(PLAIN);
    take(ledger, CRMV_EVENTS, last, COUNT(last), 1);
    assert_int_equal(only_aside(ledger).reason, CRMV_NO_EVENT);
    assert_string_equal(only_aside(ledger).column, "text");
    long_text[255] = '\0'; /* as long as it may be */
    crmv_ledger_free(ledger);
    ledger = new_ledger(PLAIN);
    take(ledger, CRMV_EVENTS, last, COUNT(last), 1);
    assert_int_equal(crmv_ledger_accepted(ledger), 1);
    crmv_ledger_free(ledger);
}

static void kinds_rename_events_and_any_other_text_sets_the_row_aside(void **state) {
    (void)state;
    const char *const customers[] = {"a", "a", "a", "a"};
    const char *const dates[] = {"2024-01-01", "2024-01-01", "2024-01-01", "2024-01-01"};
    const char *const kinds[] = {"Z1", "Z2", "complaint", "Z1"};
    const crmv_column columns[] = {strings("C", customers), strings("D", dates), strings("T", kinds),
                                   strings("unused", kinds)};
    crmv_ledger *ledger = new_ledger(
        "{\"crmvalue\": 1, \"metrics\": {\"lines\": {\"count\": \"lines\"}}, \"input\": {\"events\": {\"customer\": "
        "\"C\", \"date\": \"D\", \"event\": \"T\", \"kinds\": {\"Z1\": \"complaint\", \"Z2\": \"visit\"}}}}");
    take(ledger, CRMV_EVENTS, columns, COUNT(columns), 4);
    const crmv_set_aside aside = only_aside(ledger);
    assert_int_equal(aside.reason, CRMV_UNKNOWN_KIND);
    assert_int_equal(aside.first_rows[0], 3);
    assert_string_equal(aside.column, "T");
    const crmvi_events *all = &crmvi_ledger_facts(ledger)->events;
    assert_int_equal(all->names.count, 2);
    assert_string_equal(crmvi_texts_get(&all->names, 0), "complaint");
    assert_string_equal(crmvi_texts_get(&all->names, 1), "visit");
    assert_int_equal(total_of(ledger, "events"), 3);
    crmv_ledger_free(ledger);
}

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

static void columns_that_a_role_cannot_take_are_refused_by_name(void **state) {
    (void)state;
    const int64_t whole[] = {1};
    const double real[] = {1};
    const char *const text[] = {"1"};
    const crmv_column customer = wholes("customer", whole);
    const crmv_column amount = doubles("amount", real);
    const crmv_column due = wholes("due", whole);
    const crmv_column date = wholes("date", whole);
    const struct {
        int32_t feed;
        crmv_column columns[4];
        int32_t count;
        const char *place, *message;
    } cases[] = {
        {CRMV_RECEIVABLES, {customer, amount}, 2, "due", "there is no column `due`"},
        {CRMV_RECEIVABLES, {customer, amount, wholes("duE_", whole)}, 3, "due", "did you mean `duE_`"},
        {CRMV_RECEIVABLES, {customer, due}, 2, "amount", "no column"},
        {CRMV_RECEIVABLES, {amount, due}, 2, "customer", "no column"},
        {CRMV_RECEIVABLES, {doubles("customer", real), amount, due}, 3, "customer", "double"},
        {CRMV_RECEIVABLES, {customer, amount, minors("due", whole)}, 3, "due", "minor units"},
        {CRMV_RECEIVABLES, {customer, amount, due, doubles("paid", real)}, 4, "paid", "double"},
        {CRMV_RECEIVABLES, {customer, amount, due, wholes("payed", whole)}, 4, "payed", "did you mean `paid`"},
        {CRMV_RECEIVABLES, {customer, amount, due, wholes("payed", whole)}, 4, "payed", "input.receivables"},
        {CRMV_RECEIVABLES, {customer, amount, due, strings("currency", text)}, 4, "currency", "names no currency"},
        {CRMV_RECEIVABLES, {customer, amount, due, due}, 4, "due", "twice"},
        {CRMV_EVENTS, {customer, date}, 2, "event", "no column"},
        {CRMV_EVENTS, {customer, date, wholes("event", whole)}, 3, "event", "int64"},
        {CRMV_EVENTS, {customer, date, strings("event", text), minors("value", whole)}, 4, "value", "minor units"},
        {CRMV_EVENTS, {customer, date, strings("event", text), amount}, 4, "amount", "no role of events"},
    };
    for (int32_t i = 0; i < COUNT(cases); i++) {
        crmv_error error = {.struct_size = sizeof error};
        crmv_ledger *ledger = new_ledger(PLAIN);
        assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
        const int32_t status = cases[i].feed == CRMV_RECEIVABLES
                                   ? crmv_ledger_append_receivables(ledger, cases[i].columns, cases[i].count, 1, &error)
                                   : crmv_ledger_append_events(ledger, cases[i].columns, cases[i].count, 1, &error);
        assert_int_equal(status, CRMV_BAD_COLUMN);
        assert_string_equal(error.place, cases[i].place);
        if (strstr(error.message, cases[i].message) == NULL) {
            fail_msg("\"%s\" does not say \"%s\"", error.message, cases[i].message);
        }
        crmv_ledger_free(ledger);
    }
}

static void keys_are_of_one_kind_in_all_feeds(void **state) {
    (void)state;
    const char *const texts[] = {"1"};
    const int64_t whole[] = {1};
    const char *const kinds[] = {"visit"};
    const crmv_column receivables[] = {wholes("customer", whole), wholes("amount", whole), wholes("due", whole)};
    const crmv_column happenings[] = {strings("customer", texts), wholes("date", whole), strings("event", kinds)};
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *ledger = new_ledger(PLAIN);
    assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append_receivables(ledger, receivables, 3, 1, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append_events(ledger, happenings, 3, 1, &error), CRMV_BAD_COLUMN);
    assert_string_equal(error.place, "customer");
    assert_non_null(strstr(error.message, "the ledger's keys are whole numbers"));
    crmv_ledger_free(ledger);
}

/* ---- Sums that do not fit ---------------------------------------------------------------------------------------- */

enum { LARGE_ROWS = 1100 };

static void a_sum_that_does_not_fit_names_customer_and_day(void **state) {
    (void)state;
    static int64_t customers[LARGE_ROWS], amounts[LARGE_ROWS];
    static int32_t due[LARGE_ROWS];
    for (int32_t i = 0; i < LARGE_ROWS; i++) {
        customers[i] = i % 2 == 0 ? -5 : 7;
        amounts[i] = i % 2 == 0 ? 1 : (INT64_C(1) << 53) - 1;
        due[i] = 19723;
    }
    const crmv_column columns[] = {wholes("customer", customers), minors("amount", amounts), days("due", due)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take(ledger, CRMV_RECEIVABLES, columns, 3, LARGE_ROWS); /* 550 x 2^53 do fit */
    crmv_ledger_free(ledger);
    for (int32_t i = 0; i < LARGE_ROWS; i++) {
        customers[i] = 7;
        amounts[i] = (INT64_C(1) << 53) - 1;
    }
    crmv_error error = {.struct_size = sizeof error};
    ledger = new_ledger(PLAIN);
    assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append_receivables(ledger, columns, 3, LARGE_ROWS, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, &error), CRMV_OVERFLOW);
    assert_non_null(strstr(error.message, "customer 7 on 2024-01-01"));
    crmv_ledger_free(ledger);
}

static void an_amount_times_its_days_late_may_not_fit(void **state) {
    (void)state;
    const char *const customers[] = {"x", "late payer"};
    const int64_t amounts[] = {1, (INT64_C(1) << 53) - 1};
    const int32_t due[] = {0, 0};
    const int32_t paid[] = {20000, 20000};
    const crmv_column columns[] = {strings("customer", customers), minors("amount", amounts), days("due", due),
                                   days("paid", paid)};
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *ledger = new_ledger(PLAIN);
    assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append_receivables(ledger, columns, 4, 2, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, &error), CRMV_OVERFLOW);
    assert_non_null(strstr(error.message, "customer late payer on 2024-10-04"));
    crmv_ledger_free(ledger);
}

static void values_with_more_decimals_than_are_kept_are_counted(void **state) {
    (void)state;
    const char *const customers[] = {"a", "a", "a"};
    const char *const dates[] = {"2024-01-01", "2024-01-01", ""};
    const char *const kinds[] = {"visit", "visit", "visit"};
    const char *const values[] = {"1.0000005", "1.50000000", "1.0000005"};
    const crmv_column columns[] = {strings("customer", customers), strings("date", dates), strings("event", kinds),
                                   strings("value", values)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take(ledger, CRMV_EVENTS, columns, 4, 3);
    assert_int_equal(crmv_ledger_rounded(ledger), 1);
    assert_int_equal(crmvi_ledger_facts(ledger)->events.items[0].value, 1000000);
    assert_int_equal(crmvi_ledger_facts(ledger)->events.items[1].value, 1500000);
    crmv_ledger_free(ledger);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_what_the_balances_of_each_day_say),
        cmocka_unit_test(order_chunks_and_threads_make_no_difference),
        cmocka_unit_test(an_item_paid_by_its_due_day_was_never_overdue),
        cmocka_unit_test(a_customer_of_a_credit_that_was_set_off_in_time_is_known),
        cmocka_unit_test(what_was_paid_in_advance_counts_as_collected_with_its_invoice),
        cmocka_unit_test(receivables_set_aside_name_column_text_and_amount),
        cmocka_unit_test(a_bad_day_of_payment_or_invoice_is_told_by_its_own_column),
        cmocka_unit_test(events_set_aside_name_column_and_text),
        cmocka_unit_test(kinds_rename_events_and_any_other_text_sets_the_row_aside),
        cmocka_unit_test(columns_that_a_role_cannot_take_are_refused_by_name),
        cmocka_unit_test(keys_are_of_one_kind_in_all_feeds),
        cmocka_unit_test(a_sum_that_does_not_fit_names_customer_and_day),
        cmocka_unit_test(an_amount_times_its_days_late_may_not_fit),
        cmocka_unit_test(values_with_more_decimals_than_are_kept_are_counted),
    };
    crmvi_guest host; /* the public functions enter their own environment; these go in below them */
    crmvi_enter(&host);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crmvi_leave(&host);
    return failed;
}
