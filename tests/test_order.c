/*
 * The same rows in 50 orders, cut into chunks and batches, on 1 to 8 threads: the same bits everywhere.
 */
#include "chance.h"
#include "tables.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 40000, CUSTOMERS = 4000, ORDERS = 50, BATCHES_LIMIT = 5 };

typedef struct row {
    char customer[16];
    int64_t number;
    int32_t day;
    char document[24];
    const char *kind;
    int64_t quantity, revenue, cost, discount, to_serve;
    double cost_or_missing;
} row;

static row rows[ROWS];
static row ordered[ROWS];

static uint64_t random_state;

static uint64_t next_random(void) {
    return chance_bits(&random_state);
}

static int64_t below(int64_t limit) {
    return (int64_t)(next_random() % (uint64_t)limit);
}

static void make_rows(void) {
    static const char *const kinds[] = {"sale",   "sale",         "sale",       "sale", "sale", "return",
                                        "rebate", "cancellation", "adjustment", "cost", "gift"};
    random_state = 20240229;
    for (int32_t i = 0; i < ROWS; i++) {
        row *r = &rows[i];
        r->number = below(CUSTOMERS) * 37 - 9000;
        snprintf(r->customer, sizeof r->customer, "C%lld", (long long)r->number);
        r->day = (int32_t)(19000 + below(700));
        snprintf(r->document, sizeof r->document, "%lld/%d", (long long)r->number, (int)(r->day / 3));
        r->kind = kinds[below(COUNT(kinds))];
        r->quantity = below(20);
        r->revenue = below(1000000) - 1000;
        r->discount = below(1000);
        r->to_serve = below(500);
        r->cost_or_missing = below(10) == 0 ? (double)NAN : (double)below(100000) / 100;
    }
}

static void shuffle(void) {
    for (int32_t i = ROWS - 1; i > 0; i--) {
        const int64_t j = below(i + 1);
        const row swapped = ordered[i];
        ordered[i] = ordered[j];
        ordered[j] = swapped;
    }
}

/* A batch that depends on nothing but the document, so that none is cut. */
static int32_t batch_of(const row *r, int32_t batches) {
    uint32_t sum = 0;
    for (const char *at = r->document; *at != '\0'; at++) {
        sum = sum * 31 + (unsigned char)*at;
    }
    return (int32_t)(sum % (uint32_t)batches);
}

static crmv_column column_in(const row *first, const char *name, int32_t type, const void *field) {
    crmv_column column = table_column(name, type, field);
    (void)first;
    column.stride = sizeof(row);
    return column;
}

/* The texts of a row lie in arrays, not behind pointers: they are handed over as text with offsets. */
typedef struct text_column {
    char *bytes;
    int64_t *offsets;
} text_column;

static text_column gather(const row *first, int64_t count, size_t field) {
    text_column column = {malloc((size_t)count * 24 + 1), malloc((size_t)(count + 1) * sizeof(int64_t))};
    int64_t used = 0;
    for (int64_t i = 0; i < count; i++) {
        const char *text = (const char *)&first[i] + field;
        column.offsets[i] = used;
        memcpy(column.bytes + used, text, strlen(text));
        used += (int64_t)strlen(text);
    }
    column.offsets[count] = used;
    return column;
}

static void append_rows(crmv_ledger *ledger, const row *first, int64_t count, bool by_text) {
    text_column customers = gather(first, count, offsetof(row, customer));
    text_column documents = gather(first, count, offsetof(row, document));
    crmv_column columns[] = {
        by_text ? table_column("customer", CRMV_TEXT64, customers.bytes)
                : column_in(first, "customer", CRMV_INT64, &first->number),
        column_in(first, "date", CRMV_INT32, &first->day),
        table_column("document", CRMV_TEXT64, documents.bytes),
        column_in(first, "kind", CRMV_STRINGS, &first->kind),
        column_in(first, "quantity", CRMV_INT64, &first->quantity),
        column_in(first, "revenue", CRMV_MINOR, &first->revenue),
        column_in(first, "cost", CRMV_DOUBLE, &first->cost_or_missing),
        column_in(first, "discount", CRMV_MINOR, &first->discount),
        column_in(first, "cost_to_serve", CRMV_MINOR, &first->to_serve),
    };
    if (by_text) {
        columns[0].offsets = customers.offsets;
    }
    columns[2].offsets = documents.offsets;
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_ledger_append(ledger, columns, COUNT(columns), count, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    free(customers.bytes);
    free(customers.offsets);
    free(documents.bytes);
    free(documents.offsets);
}

static const char *const model_text =
    "{\"crmvalue\": 1, \"window\": {\"months\": 12}, \"metrics\": {"
    "\"profit\": {\"sum\": \"gross_profit\", \"scale\": {\"line\": [[0, 0], [100000, 100]]}},"
    "\"volume\": {\"sum\": \"quantity\", \"scale\": {\"bands\": [{\"points\": 0}, {\"from\": 100, \"points\": 55.5}, "
    "{\"from\": 300, \"points\": 100}]}},"
    "\"recency\": {\"recency\": \"days\", \"scale\": {\"line\": [[0, 100], [60, 0]]}},"
    "\"gap\": {\"gap\": \"spread\", \"scale\": {\"line\": [[0, 100], [90, 0]]}},"
    "\"orders\": {\"count\": \"documents\", \"scale\": {\"line\": [[0, 0], [60, 100]]}},"
    "\"growth\": {\"growth\": \"revenue\", \"scale\": {\"line\": [[-1, 0], [1, 100]]}},"
    "\"returned\": {\"return_rate\": \"revenue\", \"scale\": {\"line\": [[0, 100], [0.5, 0]]}},"
    "\"mean\": {\"mean\": \"revenue\"}, \"least\": {\"minimum\": \"revenue\"}, \"most\": {\"maximum\": \"revenue\"},"
    "\"yearly\": {\"sum\": \"contribution\", \"per\": \"year\"}},"
    "\"indexes\": {\"value\": {\"weights\": {\"profit\": 50, \"volume\": 30, \"returned\": 20}},"
    "\"rhythm\": {\"add\": [\"recency\", \"gap\", \"orders\"]},"
    "\"score\": {\"weights\": {\"value\": 55, \"rhythm\": 10, \"growth\": 5}}},"
    "\"tiers\": {\"cuts\": [[\"A\", 80], [\"B\", 60], [\"C\", null]]},"
    "\"segments\": {\"matrix\": {\"grid\": {\"rows\": \"value\", \"columns\": \"rhythm\", \"cuts\": [[50], [90]], "
    "\"names\": [[\"a\", \"b\"], [\"c\", \"d\"]]}}, \"class\": {\"cases\": [{\"is\": \"loss\", \"when\": "
    "{\"profit\": {\"below\": 0}}}, {\"is\": \"gain\", \"when\": {\"profit\": {\"at_least\": 0}}}]}},"
    "\"rules\": [{\"name\": \"returns\", \"when\": {\"returned\": "
    "{\"above\": 0.2}}, \"then\": {\"cap\": \"C\", \"flag\": true}}]}";

/* Everything that comes out, as one list of bytes. */
typedef struct outcome {
    char hash[33];
    int64_t customers, used, capacity;
    unsigned char *bytes;
} outcome;

static void keep(outcome *o, const void *bytes, int64_t size) {
    assert_non_null(bytes);
    if (o->used + size > o->capacity) {
        o->capacity = (o->used + size) * 2;
        o->bytes = realloc(o->bytes, (size_t)o->capacity);
        assert_non_null(o->bytes);
    }
    memcpy(o->bytes + o->used, bytes, (size_t)size);
    o->used += size;
}

static void derive_and_score(const crmv_model *model, const crmv_ledger *ledger, int32_t threads, outcome *o) {
    static const char *const columns[] = {"score", "score_low", "score_high", "coverage", "value", "rhythm"};
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_frame *frame = NULL;
    crmv_scores *scores = NULL;
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_frame_derive(model, ledger, NULL, 0, 0, 19650, &options, &frame, &error) != CRMV_OK ||
        crmv_score(model, frame, &options, &scores, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    o->customers = crmv_frame_rows(frame);
    for (int32_t i = 0; i < crmv_model_count(model, CRMV_METRICS); i++) {
        keep(o, crmv_frame_metric(frame, crmv_model_item(model, CRMV_METRICS, i)),
             o->customers * (int64_t)sizeof(double));
    }
    keep(o, crmv_frame_amount(frame, "revenue"), o->customers * (int64_t)sizeof(int64_t));
    for (int32_t i = 0; i < COUNT(columns); i++) {
        keep(o, crmv_scores_exact(scores, columns[i]), o->customers * (int64_t)sizeof(int64_t));
    }
    static const char *const codes[] = {"tier", "tier_uncapped", "unrated", "matrix", "class"};
    for (int32_t i = 0; i < COUNT(codes); i++) {
        keep(o, crmv_scores_codes(scores, codes[i]), o->customers * (int64_t)sizeof(int32_t));
    }
    crmv_rule rule = {.struct_size = sizeof rule};
    assert_int_equal(crmv_scores_rule_get(scores, 0, &rule), CRMV_OK);
    assert_true(rule.holds > 0);
    keep(o, &rule.holds, sizeof rule.holds);
    keep(o, &rule.undecided, sizeof rule.undecided);
    crmv_scores_free(scores);
    crmv_frame_free(frame);
}

/* Rows set aside are told for each batch; added up, they must be the same however the rows were batched. */
static void keep_asides(const crmv_ledger *ledger, outcome *o) {
    int64_t counts[16] = {0};
    int64_t amounts[16] = {0};
    uint64_t revenue[16] = {0};
    for (int64_t i = 0; i < crmv_ledger_set_aside_count(ledger); i++) {
        crmv_set_aside aside = {.struct_size = sizeof aside};
        assert_int_equal(crmv_ledger_set_aside(ledger, i, &aside), CRMV_OK);
        counts[aside.reason] += aside.rows;
        amounts[aside.reason] += aside.amounts;
        revenue[aside.reason] += aside.revenue_low;
    }
    assert_true(counts[CRMV_UNKNOWN_KIND] > 0);
    keep(o, counts, sizeof counts);
    keep(o, amounts, sizeof amounts);
    keep(o, revenue, sizeof revenue);
}

/* Takes the rows in as they are ordered, in `batches` batches of chunks of `chunk` rows. */
static outcome run(const crmv_model *model, bool by_text, int32_t batches, int64_t chunk, int32_t threads) {
    static row of_batch[ROWS];
    outcome o = {.used = 0};
    crmv_ledger *ledger = ledger_of(model, threads);
    for (int32_t batch = 0; batch < batches; batch++) {
        char name[16];
        int64_t count = 0;
        for (int32_t i = 0; i < ROWS; i++) {
            if (batch_of(&ordered[i], batches) == batch) {
                of_batch[count++] = ordered[i];
            }
        }
        snprintf(name, sizeof name, "batch %d", (int)batch);
        assert_int_equal(crmv_ledger_begin(ledger, name, NULL), CRMV_OK);
        for (int64_t begin = 0; begin < count; begin += chunk) {
            append_rows(ledger, &of_batch[begin], count - begin < chunk ? count - begin : chunk, by_text);
        }
        assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    }
    assert_int_equal(crmv_ledger_rows(ledger), ROWS);
    assert_int_equal(crmv_ledger_hash(ledger, o.hash), CRMV_OK);
    keep_asides(ledger, &o);
    derive_and_score(model, ledger, threads, &o);
    crmv_ledger_free(ledger);
    return o;
}

static void compare_orders(bool by_text) {
    crmv_model *model = model_of(model_text);
    memcpy(ordered, rows, sizeof rows);
    outcome expected = run(model, by_text, 1, ROWS, 1);
    assert_true(expected.customers > CUSTOMERS - 50); /* some began after the as-of date */
    for (int32_t order = 0; order < ORDERS; order++) {
        shuffle();
        const int32_t threads = order % 8 + 1;
        const int64_t chunk = order % 5 == 0 ? ROWS : 1000 + below(20000);
        outcome found = run(model, by_text, order % BATCHES_LIMIT + 1, chunk, threads);
        assert_string_equal(found.hash, expected.hash);
        assert_int_equal(found.used, expected.used);
        assert_memory_equal(found.bytes, expected.bytes, (size_t)expected.used);
        free(found.bytes);
    }
    free(expected.bytes);
    crmv_model_free(model);
}

static void any_order_chunking_batching_and_threading_of_whole_number_keys_gives_the_same_bits(void **state) {
    (void)state;
    compare_orders(false);
}

static void any_order_chunking_batching_and_threading_of_text_keys_gives_the_same_bits(void **state) {
    (void)state;
    compare_orders(true);
}

static void another_row_gives_another_hash(void **state) {
    (void)state;
    crmv_model *model = model_of(model_text);
    memcpy(ordered, rows, sizeof rows);
    outcome before = run(model, false, 1, ROWS, 2);
    int32_t sale = 0;
    while (strcmp(ordered[sale].kind, "sale") != 0) {
        sale++;
    }
    ordered[sale].revenue++;
    outcome after = run(model, false, 1, ROWS, 2);
    assert_string_not_equal(before.hash, after.hash);
    free(before.bytes);
    free(after.bytes);
    crmv_model_free(model);
}

/* Keys where tables over their range have their edges: the least and greatest, clusters, a few far away. */
static int64_t awkward_key(int32_t i, int32_t pattern) {
    switch (pattern) {
    case 0:
        return INT64_MAX - below(50);
    case 1:
        return INT64_MIN + below(50);
    case 2:
        return i % 2 == 0 ? INT64_MAX - below(1000) : INT64_MIN + below(1000);
    case 3:
        return i % 100 == 0 ? below(1000000000000) : 7; /* nearly all lines are one customer's */
    case 4:
        return INT64_C(1) << below(63);
    default:
        return below(3) * INT64_C(1000000000000000) + below(5000);
    }
}

static void awkward_keys_come_out_in_order_with_all_their_lines(void **state) {
    (void)state;
    enum { LINES = 60000, PATTERNS = 6 };
    static int64_t keys[LINES];
    static int32_t dates[LINES];
    static int64_t revenues[LINES];
    crmv_model *model = model_of("{\"crmvalue\": 1, \"metrics\": {\"n\": {\"count\": \"lines\"}}}");
    for (int32_t pattern = 0; pattern < PATTERNS; pattern++) {
        int64_t total = 0;
        for (int32_t i = 0; i < LINES; i++) {
            keys[i] = awkward_key(i, pattern);
            dates[i] = (int32_t)below(2000000) - 500000;
            revenues[i] = 1 + below(100);
            total += revenues[i];
        }
        const crmv_column columns[] = {wholes("customer", keys), days("date", dates), minors("revenue", revenues)};
        crmv_ledger *ledger = ledger_of(model, 3);
        crmv_frame *frame = NULL;
        take_in(ledger, "a", columns, 3, LINES);
        assert_int_equal(total_of(ledger, "revenue"), total);
        assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, 2000000, NULL, &frame, NULL), CRMV_OK);
        const int64_t *numbers = crmv_frame_numbers(frame);
        double lines = 0;
        for (int64_t i = 0; i < crmv_frame_rows(frame); i++) {
            assert_true(i == 0 || numbers[i - 1] < numbers[i]);
            lines += crmv_frame_metric(frame, "n")[i];
        }
        assert_true(lines == LINES);
        crmv_frame_free(frame);
        crmv_ledger_free(ledger);
    }
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_chunking_batching_and_threading_of_whole_number_keys_gives_the_same_bits),
        cmocka_unit_test(any_order_chunking_batching_and_threading_of_text_keys_gives_the_same_bits),
        cmocka_unit_test(another_row_gives_another_hash),
        cmocka_unit_test(awkward_keys_come_out_in_order_with_all_their_lines),
    };
    make_rows();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
