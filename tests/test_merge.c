/*
 * Two runs of facts into one: random runs against a plain computation, on 1, 2 and 5 threads; sums that are too wide
 * for their column or for 64 bits; calls that are stopped; and each allocation failing once.
 */
#include "chance.h"
#include "failing_memory.h"
#include "ledger/fact_column.h"
#include "ledger/facts.h"
#include "ledger/sparse.h"
#include "tables.h"

#include <stdio.h>

static const int32_t thread_counts[] = {1, 2, 5};

static uint64_t random_state;

static uint64_t next_random(void) {
    return chance_bits(&random_state);
}

static int64_t below(int64_t limit) {
    return (int64_t)(next_random() % (uint64_t)limit);
}

/* ---- Runs -------------------------------------------------------------------------------------------------------- */

enum { KEYS_LIMIT = 12000, DAYS_LIMIT = 12, FACTS_LIMIT = KEYS_LIMIT * DAYS_LIMIT };

/* A customer is told by a number from 0 on, in the order of keys. */
typedef struct row {
    int32_t customer, day;
    int64_t sums[CRMVI_FACTS];
} row;

/* A run as plain rows, by customer and day. */
typedef struct rows {
    row *items;
    int64_t count;
    int32_t widths[CRMVI_FACTS];
} rows;

static rows new_rows(int64_t limit) {
    rows r = {.items = calloc((size_t)limit + 1, sizeof *r.items)};
    assert_non_null(r.items);
    return r;
}

/* The first and the last number that there is are keys, too. */
static int64_t number_of(int32_t customer) {
    return customer == 0 ? INT64_MIN : customer == KEYS_LIMIT - 1 ? INT64_MAX : (int64_t)customer * 7 - 20000;
}

/* Of 6 to 30 bytes. */
static int32_t text_of(int32_t customer, char *out, size_t size) {
    return snprintf(out, size, "K%05d%.*s", (int)customer, (int)(customer % 25), "aaaaaaaaaaaaaaaaaaaaaaaaa");
}

static void add_key(crmvi_facts *facts, int32_t customer) {
    if (facts->key_kind == CRMVI_KEYS_TEXTS) {
        char text[40];
        const int32_t length = text_of(customer, text, sizeof text);
        assert_true(crmvi_texts_add(&facts->texts, text, length));
    } else {
        facts->numbers[facts->customers] = number_of(customer);
    }
    facts->customers++;
}

static crmvi_facts facts_of(const rows *r, int32_t key_kind) {
    crmvi_facts facts = {.key_kind = key_kind, .count = r->count};
    facts.offsets = crmvi_array(r->count + 1, sizeof *facts.offsets);
    facts.days = crmvi_array(r->count, sizeof *facts.days);
    facts.numbers = key_kind == CRMVI_KEYS_NUMBERS ? crmvi_array(r->count, sizeof *facts.numbers) : NULL;
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        assert_true(crmvi_fact_column_make(&facts.columns[column], r->count, r->widths[column]));
    }
    for (int64_t i = 0; i < r->count; i++) {
        if (i == 0 || r->items[i].customer != r->items[i - 1].customer) {
            facts.offsets[facts.customers] = i;
            add_key(&facts, r->items[i].customer);
        }
        facts.days[i] = r->items[i].day;
        for (int32_t column = 0; column < CRMVI_FACTS; column++) {
            crmvi_fact_column_put(&facts.columns[column], i, r->items[i].sums[column]);
        }
    }
    facts.offsets[facts.customers] = r->count;
    return facts;
}

/* Any value of a width; of 8 bytes, such that two do not overflow. */
static int64_t value_of(int32_t width) {
    const int64_t bits = (int64_t)next_random();
    const int64_t values[] = {[0] = 0, [1] = (int8_t)bits, [2] = (int16_t)bits, [4] = (int32_t)bits, [8] = bits / 2};
    return values[width];
}

/* Of a fact whose sparse columns are empty, as most are, or of none. */
static int64_t value_in(int32_t column, int32_t width, bool is_plain) {
    return is_plain && crmvi_fact_is_sparse(column) ? 0 : value_of(width);
}

/* Which customers a run has: those of [first, last) that a draw of `percent` finds. */
typedef struct shape {
    int32_t first, last;
    int64_t percent;
    int32_t days; /* the most that a customer has */
} shape;

static rows random_rows(shape s) {
    static const int32_t widths[] = {0, 1, 2, 4, 8};
    static const int64_t plain_percents[] = {0, 50, 95};
    const int64_t plain_percent = plain_percents[below(COUNT(plain_percents))];
    rows r = new_rows((int64_t)(s.last - s.first) * s.days);
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        r.widths[column] = widths[below(COUNT(widths))];
    }
    for (int32_t customer = s.first; customer < s.last; customer++) {
        const int64_t days = below(100) < s.percent ? below(s.days) + 1 : 0;
        int32_t day = 19000;
        for (int64_t i = 0; i < days; i++) {
            day += 1 + (int32_t)below(3);
            row *fact = &r.items[r.count++];
            *fact = (row){.customer = customer, .day = day};
            const bool is_plain = below(100) < plain_percent;
            for (int32_t column = 0; column < CRMVI_FACTS; column++) {
                fact->sums[column] = value_in(column, r.widths[column], is_plain);
            }
        }
    }
    return r;
}

/* ---- The plain computation --------------------------------------------------------------------------------------- */

static int32_t order_of(const row *a, const row *b) {
    return a->customer != b->customer ? a->customer - b->customer : a->day - b->day;
}

static int32_t wider(int32_t a, int32_t b) {
    return a > b ? a : b;
}

/* Two rows of one customer-day. */
static row sum_of(const row *a, const row *b, int32_t *widths) {
    row sum = *a;
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        sum.sums[column] += b->sums[column];
        widths[column] = wider(widths[column], crmvi_fact_width(sum.sums[column]));
    }
    return sum;
}

static rows merge_plainly(const rows *a, const rows *b) {
    rows out = new_rows(a->count + b->count);
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        out.widths[column] = wider(a->widths[column], b->widths[column]);
    }
    int64_t i = 0;
    int64_t j = 0;
    while (i < a->count || j < b->count) {
        const int32_t order = i == a->count ? 1 : j == b->count ? -1 : order_of(&a->items[i], &b->items[j]);
        row *next = &out.items[out.count++];
        if (order == 0) {
            *next = sum_of(&a->items[i++], &b->items[j++], out.widths);
        } else {
            *next = order < 0 ? a->items[i++] : b->items[j++];
        }
    }
    return out;
}

/* Whether the facts are the same, to the last key, day and width. */
static void assert_same(const crmvi_facts *facts, const crmvi_facts *wanted) {
    assert_int_equal(facts->customers, wanted->customers);
    assert_int_equal(facts->count, wanted->count);
    assert_memory_equal(facts->offsets, wanted->offsets, (size_t)(wanted->customers + 1) * sizeof *facts->offsets);
    if (wanted->count == 0) {
        return;
    }
    assert_int_equal(facts->key_kind, wanted->key_kind);
    if (wanted->key_kind == CRMVI_KEYS_TEXTS) {
        const crmvi_texts *texts = &wanted->texts;
        assert_int_equal(facts->texts.count, texts->count);
        assert_int_equal(facts->texts.used, texts->used);
        assert_memory_equal(facts->texts.bytes, texts->bytes, (size_t)texts->used);
        assert_memory_equal(facts->texts.starts, texts->starts, (size_t)(texts->count + 1) * sizeof *texts->starts);
    } else {
        assert_memory_equal(facts->numbers, wanted->numbers, (size_t)wanted->customers * sizeof *facts->numbers);
    }
    assert_memory_equal(facts->days, wanted->days, (size_t)wanted->count * sizeof *facts->days);
    int64_t *values = calloc((size_t)wanted->count * 2, sizeof *values);
    assert_non_null(values);
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        const int32_t width = facts->columns[column].width; /* 0 where no fact has anything in a sparse column */
        assert_true(width == wanted->columns[column].width || (width == 0 && crmvi_fact_is_sparse(column)));
        crmvi_facts_read(facts, column, 0, facts->count, values);
        crmvi_facts_read(wanted, column, 0, wanted->count, values + wanted->count);
        assert_memory_equal(values, values + wanted->count, (size_t)wanted->count * sizeof *values);
    }
    free(values);
}

/* A list names facts in ascending order, and all that have something in a sparse column. */
static void assert_listed(const crmvi_facts *facts) {
    const crmvi_sparse_rows *sparse = &facts->sparse;
    if (sparse->facts == NULL) {
        return;
    }
    assert_true(sparse->count < facts->count);
    for (int64_t n = 0; n < sparse->count; n++) {
        assert_true(sparse->facts[n] >= (n == 0 ? 0 : sparse->facts[n - 1] + 1) && sparse->facts[n] < facts->count);
        assert_int_equal(crmvi_sparse_find(sparse, sparse->facts[n]), n);
    }
    for (int64_t fact = 0; fact <= facts->count; fact++) {
        const int64_t n = crmvi_sparse_find(sparse, fact);
        assert_true((n == sparse->count || sparse->facts[n] >= fact) && (n == 0 || sparse->facts[n - 1] < fact));
    }
}

/* Merges both ways round, on some threads. */
static void compare_runs(const crmvi_facts *left, const crmvi_facts *right, const crmvi_facts *wanted) {
    for (size_t t = 0; t < COUNT(thread_counts); t++) {
        const crmvi_runner runner = {.threads = thread_counts[t]};
        crmvi_facts out;
        assert_int_equal(crmvi_facts_merge(left, right, &runner, &out, NULL), CRMV_OK);
        assert_same(&out, wanted);
        assert_listed(&out);
        crmvi_facts_clear(&out);
        assert_int_equal(crmvi_facts_merge(right, left, &runner, &out, NULL), CRMV_OK);
        assert_same(&out, wanted);
        assert_listed(&out);
        crmvi_facts_clear(&out);
    }
}

static void list(crmvi_facts *facts, int32_t threads) {
    const crmvi_runner runner = {.threads = threads};
    assert_int_equal(crmvi_sparse_list(facts, &runner), CRMV_OK);
    assert_listed(facts);
}

/* Merges runs, whose sparse columns have values of every fact or of listed ones, and merges by hand. */
static void compare(const rows *a, const rows *b, int32_t key_kind) {
    rows both = merge_plainly(a, b);
    crmvi_facts left = facts_of(a, key_kind);
    crmvi_facts right = facts_of(b, key_kind);
    crmvi_facts wanted = facts_of(&both, key_kind);
    compare_runs(&left, &right, &wanted);
    list(&left, 2);
    compare_runs(&left, &right, &wanted);
    list(&right, 1);
    compare_runs(&left, &right, &wanted);
    crmvi_facts_clear(&left);
    crmvi_facts_clear(&right);
    crmvi_facts_clear(&wanted);
    free(both.items);
}

static void two_runs_merge_as_they_do_by_hand(void **state) {
    (void)state;
    static const shape shapes[][2] = {
        {{0, 12000, 90, 5}, {0, 12000, 10, 1}},      /* a small run into a large one */
        {{0, 12000, 70, 3}, {0, 12000, 70, 3}},      /* two of a size */
        {{0, 9000, 100, 2}, {0, 9000, 100, 2}},      /* the same customers */
        {{0, 6000, 100, 2}, {6000, 12000, 100, 2}},  /* no customer in common: one behind the other, */
        {{4000, 4100, 100, 12}, {0, 12000, 3, 4}},   /* and one among the other */
        {{0, 12000, 1, 12}, {11990, 12000, 100, 3}}, /* new customers at the end */
        {{0, 4096, 100, 1}, {0, 4096, 100, 1}},      /* a cut between two of the same key */
        {{0, 3, 100, 12}, {0, 3, 100, 12}},          /* few */
        {{0, 1, 100, 1}, {0, 1, 100, 1}},            /* one */
        {{0, 5000, 100, 2}, {0, 0, 0, 1}},           /* one of them empty */
        {{0, 0, 0, 1}, {0, 0, 0, 1}},                /* both */
    };
    random_state = 20240601;
    for (int32_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT(shapes); i++) {
            rows a = random_rows(shapes[i][0]);
            rows b = random_rows(shapes[i][1]);
            compare(&a, &b, CRMVI_KEYS_NUMBERS);
            compare(&a, &b, CRMVI_KEYS_TEXTS);
            free(a.items);
            free(b.items);
        }
    }
}

static void many_small_runs_merge_as_they_do_by_hand(void **state) {
    (void)state;
    random_state = 20240602;
    for (int32_t round = 0; round < 400; round++) {
        const int32_t last = 1 + (int32_t)below(40);
        rows a = random_rows((shape){0, last, below(101), 1 + (int32_t)below(DAYS_LIMIT)});
        rows b = random_rows((shape){(int32_t)below(last), last, below(101), 1 + (int32_t)below(DAYS_LIMIT)});
        compare(&a, &b, round % 2 == 0 ? CRMVI_KEYS_NUMBERS : CRMVI_KEYS_TEXTS);
        free(a.items);
        free(b.items);
    }
}

/* ---- Sums that do not fit ---------------------------------------------------------------------------------------- */

/* Every customer with one day, all sums 1 in columns of one byte. */
static rows rows_of_ones(int32_t customers) {
    rows r = new_rows(customers);
    for (int32_t customer = 0; customer < customers; customer++) {
        row *fact = &r.items[r.count++];
        *fact = (row){.customer = customer, .day = 19000};
        for (int32_t column = 0; column < CRMVI_FACTS; column++) {
            fact->sums[column] = 1;
        }
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        r.widths[column] = 1;
    }
    return r;
}

static void put(rows *r, int32_t customer, int32_t column, int64_t value) {
    r->items[customer].sums[column] = value;
    r->widths[column] = wider(r->widths[column], crmvi_fact_width(value));
}

static void a_sum_too_wide_for_its_column_widens_it(void **state) {
    (void)state;
    static const struct {
        int64_t value, other;
        int32_t width;
    } sums[] = {
        {INT8_MAX, 1, 2},          {INT8_MIN, -1, 2},  {INT8_MAX, 0, 1},          {INT8_MIN, 0, 1},
        {INT8_MAX, INT8_MIN, 1},   {INT16_MAX, 1, 4},  {INT16_MIN, -1, 4},        {INT16_MIN, INT16_MAX, 2},
        {INT32_MAX, 1, 8},         {INT32_MIN, -1, 8}, {INT32_MIN, INT32_MAX, 4}, {INT64_MAX, 0, 8},
        {INT64_MIN, INT64_MAX, 8}, {INT64_MIN, 0, 8},  {INT64_MAX - 1, 1, 8},     {-1, 1, 1},
    };
    enum { CUSTOMERS = 4500 };
    for (size_t i = 0; i < COUNT(sums); i++) {
        rows a = rows_of_ones(CUSTOMERS);
        rows b = rows_of_ones(CUSTOMERS);
        const int32_t customer = (int32_t)(i * 577 % CUSTOMERS);
        put(&a, customer, CRMVI_FACT_REVENUE, sums[i].value);
        put(&b, customer, CRMVI_FACT_REVENUE, sums[i].other);
        rows both = merge_plainly(&a, &b);
        assert_int_equal(both.widths[CRMVI_FACT_REVENUE], sums[i].width);
        free(both.items);
        compare(&a, &b, CRMVI_KEYS_NUMBERS);
        free(a.items);
        free(b.items);
    }
}

/* The message of a merge that must overflow. */
static void assert_overflow(const rows *a, const rows *b, int32_t key_kind, const char *message) {
    crmvi_facts left = facts_of(a, key_kind);
    crmvi_facts right = facts_of(b, key_kind);
    for (size_t t = 0; t < COUNT(thread_counts); t++) {
        const crmvi_runner runner = {.threads = thread_counts[t]};
        crmv_error error = {.struct_size = sizeof error};
        crmvi_facts out;
        assert_int_equal(crmvi_facts_merge(&left, &right, &runner, &out, &error), CRMV_OVERFLOW);
        assert_string_equal(error.message, message);
        assert_null(out.offsets);
    }
    crmvi_facts_clear(&left);
    crmvi_facts_clear(&right);
}

static void a_sum_that_does_not_fit_names_the_first_customer_and_day(void **state) {
    (void)state;
    rows a = rows_of_ones(12000);
    rows b = rows_of_ones(12000);
    put(&a, 11000, CRMVI_FACT_SALE_LINES, INT64_MAX);
    assert_overflow(&a, &b, CRMVI_KEYS_NUMBERS,
                    "a sum of customer 57000 on 2022-01-08 does not fit into 64 bits of minor units");
    put(&a, 5000, CRMVI_FACT_UNKNOWN_MAGNITUDE, INT64_MAX);
    put(&b, 5001, CRMVI_FACT_QUANTITY, INT64_MAX);
    put(&a, 5100, CRMVI_FACT_SALE_LINES, INT64_MIN);
    put(&b, 5100, CRMVI_FACT_SALE_LINES, -1);
    assert_overflow(&a, &b, CRMVI_KEYS_NUMBERS,
                    "a sum of customer 15000 on 2022-01-08 does not fit into 64 bits of minor units");
    assert_overflow(&b, &a, CRMVI_KEYS_TEXTS,
                    "a sum of customer K05000 on 2022-01-08 does not fit into 64 bits of minor units");
    free(a.items);
    free(b.items);
}

static void a_sum_that_does_not_fit_names_the_first_day_of_many(void **state) {
    (void)state;
    enum { DAYS = 2000 };
    rows a = rows_of_ones(DAYS);
    rows b = rows_of_ones(DAYS);
    for (int32_t i = 0; i < DAYS; i++) {
        a.items[i].customer = 7;
        b.items[i].customer = 7;
        a.items[i].day = 19000 + i;
        b.items[i].day = 19000 + i;
    }
    put(&a, 1500, CRMVI_FACT_REVENUE, INT64_MAX);
    put(&a, 1100, CRMVI_FACT_DISCOUNT, INT64_MIN);
    put(&b, 1100, CRMVI_FACT_DISCOUNT, INT64_MIN);
    assert_overflow(&a, &b, CRMVI_KEYS_NUMBERS,
                    "a sum of customer -19951 on 2025-01-12 does not fit into 64 bits of minor units");
    free(a.items);
    free(b.items);
}

/* ---- Stopping, and memory that fails ----------------------------------------------------------------------------- */

/* How often progress was told, and when it asks to stop. */
typedef struct teller {
    int32_t told, stop_at;
    double last;
} teller;

static int32_t tell(void *context, const char *stage, double done) {
    teller *t = context;
    assert_string_equal(stage, "merging");
    assert_true(done >= t->last && done <= 1);
    t->last = done;
    return t->told++ == t->stop_at;
}

static void a_merge_can_be_stopped_at_any_time(void **state) {
    (void)state;
    random_state = 20240603;
    rows a = random_rows((shape){0, 12000, 90, 2});
    rows b = random_rows((shape){0, 12000, 90, 2});
    crmvi_facts left = facts_of(&a, CRMVI_KEYS_TEXTS);
    crmvi_facts right = facts_of(&b, CRMVI_KEYS_TEXTS);
    int32_t stopped = 0;
    for (int32_t status = CRMV_CANCELLED; status != CRMV_OK;) {
        teller t = {.stop_at = stopped};
        const crmvi_runner runner = {.threads = 1, .context = &t, .progress = tell};
        crmvi_facts out;
        status = crmvi_facts_merge(&left, &right, &runner, &out, NULL);
        if (status == CRMV_OK) {
            assert_true(t.last >= 1 && t.told == stopped);
            crmvi_facts_clear(&out);
        } else {
            assert_int_equal(status, CRMV_CANCELLED);
            assert_null(out.days);
            stopped++;
        }
    }
    assert_true(stopped > 10); /* two passes over five segments and more */
    crmvi_facts_clear(&left);
    crmvi_facts_clear(&right);
    free(a.items);
    free(b.items);
}

/* Asks to stop when merging is under way. */
static int32_t stop_merging(void *context, const char *stage, double done) {
    const bool *stops = context;
    return *stops && strcmp(stage, "merging") == 0 && done > 0.5;
}

static void a_ledger_whose_merge_is_stopped_is_as_it_was(void **state) {
    (void)state;
    static int64_t keys[20000];
    static int32_t dates[20000];
    static int64_t amounts[20000];
    for (int32_t i = 0; i < 20000; i++) {
        keys[i] = i;
        dates[i] = 19000;
        amounts[i] = 100 + i;
    }
    bool stops = false;
    const crmv_options options = {
        .struct_size = sizeof options, .threads = 2, .context = &stops, .progress = stop_merging};
    crmv_model *model = model_of(EUROS);
    crmv_ledger *ledger = NULL;
    assert_int_equal(crmv_ledger_new(model, &options, &ledger, NULL), CRMV_OK);
    const crmv_column columns[] = {wholes("customer", keys), days("date", dates), minors("revenue", amounts)};
    take_in(ledger, "first", columns, COUNT(columns), 20000);
    char before[33];
    char after[33];
    assert_int_equal(crmv_ledger_hash(ledger, before), CRMV_OK);
    assert_int_equal(crmv_ledger_begin(ledger, "second", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, columns, COUNT(columns), 20000, NULL), CRMV_OK);
    stops = true;
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_CANCELLED);
    assert_int_equal(crmv_ledger_hash(ledger, after), CRMV_OK);
    assert_string_equal(before, after);
    stops = false;
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_rows(ledger), 40000);
    assert_int_equal(crmv_ledger_facts(ledger), 20000);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void a_merge_survives_each_failing_allocation(void **state) {
    (void)state;
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    random_state = 20240604;
    for (int32_t key_kind = CRMVI_KEYS_NUMBERS; key_kind <= CRMVI_KEYS_TEXTS; key_kind++) {
        rows a = random_rows((shape){0, 6000, 90, 2});
        rows b = random_rows((shape){0, 6000, 20, 2});
        crmvi_facts left = facts_of(&a, key_kind);
        crmvi_facts right = facts_of(&b, key_kind);
        rows both = merge_plainly(&a, &b);
        crmvi_facts wanted = facts_of(&both, key_kind);
        const crmvi_runner runner = {.threads = 1};
        long failures = 0;
        do {
            crmvi_facts out;
            const long before = standing;
            has_failed = false;
            until_failure = failures++;
            armed = true;
            const int32_t status = crmvi_facts_merge(&left, &right, &runner, &out, NULL);
            armed = false;
            if (status == CRMV_OK) { /* what cannot be shrunk stays as it is */
                assert_same(&out, &wanted);
            } else {
                assert_true(has_failed);
                assert_int_equal(status, CRMV_OUT_OF_MEMORY);
            }
            crmvi_facts_clear(&out);
            assert_int_equal(standing, before);
        } while (has_failed);
        assert_true(failures > 4); /* segments, keys, offsets, days, and columns */
        crmvi_facts_clear(&left);
        crmvi_facts_clear(&right);
        crmvi_facts_clear(&wanted);
        free(a.items);
        free(b.items);
        free(both.items);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_runs_merge_as_they_do_by_hand),
        cmocka_unit_test(many_small_runs_merge_as_they_do_by_hand),
        cmocka_unit_test(a_sum_too_wide_for_its_column_widens_it),
        cmocka_unit_test(a_sum_that_does_not_fit_names_the_first_customer_and_day),
        cmocka_unit_test(a_sum_that_does_not_fit_names_the_first_day_of_many),
        cmocka_unit_test(a_merge_can_be_stopped_at_any_time),
        cmocka_unit_test(a_ledger_whose_merge_is_stopped_is_as_it_was),
        cmocka_unit_test(a_merge_survives_each_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
