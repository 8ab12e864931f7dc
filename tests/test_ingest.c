/*
 * test_ingest.c - many lines on their way into facts: the same facts whichever way they came, dealt at once or kept
 * waiting, in any order, whatever the keys, and whichever call was stopped in between.
 */
#include "ingest.h"
#include "ledger/partitions.h"
#include "model/model.h"

static const feed whole_keys = {.columns = QUANTITY | REVENUE | COSTS | DISCOUNT | TO_SERVE};
static const feed text_keys = {.columns = QUANTITY | REVENUE | COSTS, .has_texts = true};

/* Those on one thread come last: under a sanitizer, which takes its time, they are left out. */
static const way ways[] = {
    {SORTED, LINES, LINES, 2, 2},         {AS_MADE, 5000, 5000, 3, 5},   {SORTED, AT_ONCE, 5000, 1, 2},
    {DESCENDING, AT_ONCE, AT_ONCE, 1, 5}, {AS_MADE, LINES, LINES, 1, 1}, {AS_MADE, 5000, 5000, 1, 1},
    {REVERSED, 5000, AT_ONCE, 1, 1},
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { WAYS = 4 };
#else
enum { WAYS = COUNT(ways) };
#endif

/* All ways lead to the facts that are expected. One is looked at in full, the others by their hash and some totals. */
static void go_all_ways(const feed *f) {
    char hash[33] = "";
    int64_t revenue = 0;
    expect(f);
    for (int32_t i = 0; i < WAYS; i++) {
        char found[33];
        crmv_ledger *ledger = take_all(f, &ways[i]);
        assert_int_equal(crmv_ledger_hash(ledger, found), CRMV_OK);
        if (i == 0) {
            check_facts(f, ledger);
            memcpy(hash, found, sizeof hash);
            revenue = total_of(ledger, "revenue");
        }
        if (strcmp(found, hash) != 0) {
            print_message("way %d\n", (int)i);
            check_facts(f, ledger);
        }
        assert_string_equal(found, hash);
        assert_int_equal(crmv_ledger_customers(ledger), expected.customers);
        assert_int_equal(crmv_ledger_facts(ledger), expected.count);
        assert_int_equal(total_of(ledger, "revenue"), revenue);
        crmv_ledger_free(ledger);
    }
}

/* ---- Keys -------------------------------------------------------------------------------------------------------- */

static int64_t spread_key(int64_t i) {
    static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
    return i % 1000 < COUNT(ends) ? ends[i % 1000] : (int64_t)next_random();
}

static int64_t dense_key(int64_t i) {
    (void)i;
    return below(CUSTOMERS);
}

static int64_t clustered_key(int64_t i) {
    if (i % 2 == 0) {
        return below(CUSTOMERS);
    }
    return i % 4 == 1 ? (INT64_C(1) << 50) + below(CUSTOMERS) : i % 8 == 3 ? INT64_MIN + 5 : INT64_C(1) << 62;
}

/* Dense up to the last number there is, which is frequent. */
static int64_t last_key(int64_t i) {
    return INT64_MAX - (i % 3 == 0 ? 0 : 1 + below(CUSTOMERS - 1));
}

static int64_t unequal_key(int64_t i) {
    return i % 3 == 0 ? 777 : below(CUSTOMERS) * 37 - 90000;
}

/* What is drawn at even distances is always the same customer. */
static int64_t nearly_one_key(int64_t i) {
    return i % 16 != 9 ? -4 : (int64_t)(next_random() >> 20);
}

static int64_t same_key(int64_t i) {
    (void)i;
    return INT64_MIN + 1;
}

static int64_t own_key(int64_t i) {
    return (i * 7919 % LINES - LINES / 2) * 1000003;
}

static void try_keys(int64_t (*key)(int64_t i)) {
    make_lines(5000);
    for (int64_t i = 0; i < LINES; i++) {
        lines[i].number = key(i);
    }
    go_all_ways(&whole_keys);
}

static void keys_over_all_64_bits_come_out_the_same_whichever_way_they_came(void **state) {
    (void)state;
    try_keys(spread_key);
}

static void dense_keys_come_out_the_same_whichever_way_they_came(void **state) {
    (void)state;
    try_keys(dense_key);
}

static void clustered_keys_come_out_the_same_whichever_way_they_came(void **state) {
    (void)state;
    try_keys(clustered_key);
}

static void dense_keys_up_to_the_last_number_come_out_the_same_whichever_way_they_came(void **state) {
    (void)state;
    try_keys(last_key);
}

static void a_customer_with_a_third_of_all_lines_comes_out_the_same_whichever_way_they_came(void **state) {
    (void)state;
    try_keys(unequal_key);
}

static void a_customer_with_nearly_all_lines_comes_out_the_same_whichever_way_they_came(void **state) {
    (void)state;
    try_keys(nearly_one_key);
}

static void a_customer_with_all_lines_comes_out_the_same_whichever_way_they_came(void **state) {
    (void)state;
    try_keys(same_key);
}

static void a_customer_for_each_line_comes_out_the_same_whichever_way_they_came(void **state) {
    (void)state;
    try_keys(own_key);
}

/* Adds rows of the sheet to a batch. */
static void add_rows(const crmv_model *model, crmvi_batch *batch, const crmvi_runner *runner, int64_t begin,
                     int64_t rows) {
    crmv_column columns[COLUMNS_LIMIT];
    crmvi_feed bound;
    const int32_t count = make_columns(&whole_keys, begin, columns);
    assert_int_equal(crmvi_feed_bind(&bound, &model->layout, &model->money, NULL, columns, count, rows, NULL), CRMV_OK);
    assert_int_equal(crmvi_batch_add(batch, &bound, 0, runner, NULL), CRMV_OK);
}

static void partitions_that_later_keys_have_made_too_large_are_divided_again(void **state) {
    (void)state;
    const crmvi_runner runner = {.threads = 2};
    crmvi_batch batch = {0};
    crmvi_partitions partitions;
    crmv_model *model = model_of(PLAIN);
    make_lines(100);
    for (int64_t i = 0; i < LINES; i++) {
        lines[i].number = i * 3;
    }
    put_in_order(AS_MADE);
    fill_sheet(&whole_keys);
    add_rows(model, &batch, &runner, 0, AT_ONCE);
    assert_int_equal(crmvi_partitions_make(&batch, NULL, &runner, &partitions), CRMV_OK);
    const int64_t most_rows = partitions.most_rows;
    assert_int_equal(partitions.dealt_count, 1);
    crmvi_partitions_clear(&partitions);
    add_rows(model, &batch, &runner, AT_ONCE, LINES - AT_ONCE);
    assert_int_equal(crmvi_partitions_make(&batch, NULL, &runner, &partitions), CRMV_OK);
    assert_int_equal(partitions.rows, LINES);
    assert_true(partitions.dealt_count > 1);
    assert_true(partitions.most_rows < 2 * most_rows);
    crmvi_partitions_clear(&partitions);
    crmvi_batch_clear(&batch);
    crmv_model_free(model);
}

static void a_customer_with_more_lines_than_a_partition_may_have_is_divided_by_days(void **state) {
    (void)state;
    const crmvi_runner runner = {.threads = 2};
    crmvi_batch batch = {0};
    crmvi_partitions partitions;
    crmv_model *model = model_of(PLAIN);
    make_lines(5000);
    for (int64_t i = 0; i < LINES; i++) {
        lines[i].number = i % 2 == 0 ? 777 : below(CUSTOMERS) * 37 - 90000;
    }
    put_in_order(AS_MADE);
    fill_sheet(&whole_keys);
    add_rows(model, &batch, &runner, 0, LINES);
    assert_int_equal(crmvi_partitions_make(&batch, NULL, &runner, &partitions), CRMV_OK);
    int64_t of_one = 0;
    int64_t rows = 0;
    for (int64_t i = 0; i < partitions.count; i++) {
        const crmvi_partition *partition = &partitions.items[i];
        if (partition->is_of_days) {
            assert_true(partition->customer == crmvi_key_of_number(777));
            assert_int_equal(partition->continues, of_one > 0);
            assert_true(partition->rows < LINES / 8);
            of_one++;
            rows += partition->rows;
        }
    }
    assert_true(of_one > 1);
    assert_true(rows >= LINES / 2);
    assert_int_equal(partitions.rows, LINES);
    crmvi_partitions_clear(&partitions);
    crmvi_batch_clear(&batch);
    crmv_model_free(model);
}

static char texts[CUSTOMERS][48];

/* Keys of 1 to 40 bytes: many with one long beginning, many the beginning of another, some of few bytes, some of any.
 */
static void write_key(int32_t i) {
    static const char common[] = "Kunde der Region Nord, Kreis Süd/";
    char *text = texts[i];
    if (i % 4 == 0 || i == 1) {
        snprintf(text, sizeof texts[i], "%s%lld", common, (long long)below(100000));
    } else if (i % 4 == 1) {
        memcpy(text, texts[i - 1], sizeof texts[i]);
        text[1 + below((int64_t)strlen(text)) % 24] = '\0';
    } else if (i % 4 == 2) {
        snprintf(text, sizeof texts[i], "%lld", (long long)below(5000));
    } else {
        const int64_t length = 1 + below(20);
        for (int64_t j = 0; j < length; j++) {
            memcpy(text + 2 * j, below(9) == 0 ? "\xC3\xA9" : below(2) == 0 ? "ab" : "~!", 2);
        }
    }
}

static void try_texts(void) {
    make_lines(5000);
    for (int64_t i = 0; i < LINES; i++) {
        lines[i].text = texts[below(CUSTOMERS)];
    }
    go_all_ways(&text_keys);
}

static void text_keys_of_any_length_come_out_the_same_whichever_way_they_came(void **state) {
    (void)state;
    memset(texts, 0, sizeof texts);
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        write_key(i);
    }
    try_texts();
}

static void text_keys_that_all_begin_with_one_of_them_come_out_the_same_whichever_way_they_came(void **state) {
    (void)state;
    static const char common[] = "0000000000000000000000000000";
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        snprintf(texts[i], sizeof texts[i], i == 0 ? "%s" : i % 2 == 0 ? "%s%x" : "%s00000000%x", common, (unsigned)i);
    }
    try_texts();
}

/* ---- Stopping ---------------------------------------------------------------------------------------------------- */

enum { STOPS = 21 };

/* Counts calls down; the one at 0 asks to stop. Below it, none does. */
static int32_t stop_at_zero(void *context, const char *stage, double done) {
    int32_t *left = context;
    assert_non_null(stage);
    assert_true(done >= 0 && done <= 1);
    return *left >= 0 && (*left)-- == 0;
}

static crmv_ledger *stoppable_ledger(const feed *f, int32_t threads, int32_t *left) {
    const crmv_options options = {
        .struct_size = sizeof options, .threads = threads, .context = left, .progress = stop_at_zero};
    crmv_ledger *ledger = NULL;
    crmv_model *model = model_for(f);
    assert_int_equal(crmv_ledger_new(model, &options, &ledger, NULL), CRMV_OK);
    crmv_model_free(model);
    return ledger;
}

static void check_pending(const crmv_ledger *ledger, int64_t expected_rows, const char *expected_hash) {
    int64_t rows;
    int64_t accepted;
    char hash[33];
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_ledger_pending(ledger, &rows, &accepted), CRMV_OK);
    assert_int_equal(rows, expected_rows);
    assert_int_equal(accepted, expected_rows);
    assert_int_equal(crmv_ledger_pending_aside(ledger, 0, &aside), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_hash(ledger, hash), CRMV_OK);
    assert_string_equal(hash, expected_hash);
}

/* Appends what is stopped at its first, second ... call of progress, until it is not. */
static int32_t append_with_stops(crmv_ledger *ledger, const feed *f, int64_t begin, int64_t rows, int32_t *left,
                                 const char *hash) {
    int64_t pending;
    int64_t accepted;
    int32_t stops = 0;
    assert_int_equal(crmv_ledger_pending(ledger, &pending, &accepted), CRMV_OK);
    while (stops < STOPS) {
        *left = stops;
        if (append(ledger, f, begin, rows) == CRMV_OK) {
            *left = -1;
            return stops;
        }
        check_pending(ledger, pending, hash);
        stops++;
    }
    *left = -1;
    assert_int_equal(append(ledger, f, begin, rows), CRMV_OK);
    return stops;
}

static int32_t end_with_stops(crmv_ledger *ledger, int32_t *left, const char *hash) {
    int64_t pending;
    int64_t accepted;
    int32_t stops = 0;
    assert_int_equal(crmv_ledger_pending(ledger, &pending, &accepted), CRMV_OK);
    while (stops < STOPS) {
        *left = stops;
        const int32_t status = crmv_ledger_end(ledger, NULL);
        if (status == CRMV_OK) {
            *left = -1;
            return stops;
        }
        assert_int_equal(status, CRMV_CANCELLED);
        check_pending(ledger, pending, hash);
        stops++;
    }
    *left = -1;
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    return stops;
}

/* Two batches, the second in a chunk that is dealt and one that waits, each call stopped again and again. */
static void stop_each_call(const feed *f, int32_t threads) {
    static const way batches = {AS_MADE, LINES, LINES, 1, 1};
    enum { STANDING = 50000, WAITING = 60000 };
    char wanted[33];
    char before[33];
    char found[33];
    int32_t left = -1;
    crmv_ledger *straight = take_all(f, &batches);
    assert_int_equal(crmv_ledger_hash(straight, wanted), CRMV_OK);
    crmv_ledger_free(straight);
    crmv_ledger *ledger = stoppable_ledger(f, threads, &left);
    take_batch(ledger, f, &batches, "first", 0, STANDING);
    assert_int_equal(crmv_ledger_hash(ledger, before), CRMV_OK);
    assert_int_equal(crmv_ledger_begin(ledger, "second", NULL), CRMV_OK);
    const int32_t dealt = append_with_stops(ledger, f, STANDING, LINES - WAITING - STANDING, &left, before);
    const int32_t waited = append_with_stops(ledger, f, LINES - WAITING, WAITING, &left, before);
    const int32_t ended = end_with_stops(ledger, &left, before);
    assert_true(dealt > 0 && waited > 0 && ended > 0);
    assert_int_equal(crmv_ledger_hash(ledger, found), CRMV_OK);
    assert_string_equal(found, wanted);
    assert_int_equal(crmv_ledger_rows(ledger), LINES);
    crmv_ledger_free(ledger);
}

/* Lines with keys of both kinds. */
static void make_both_keys(void) {
    make_lines(100000);
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        snprintf(texts[i], sizeof texts[i], "customer %d", (int)i);
    }
    for (int64_t i = 0; i < LINES; i++) {
        lines[i].number = dense_key(i);
        lines[i].text = texts[below(CUSTOMERS)];
    }
}

static void calls_that_are_stopped_change_nothing_and_succeed_when_tried_again(void **state) {
    (void)state;
    make_both_keys();
    stop_each_call(&whole_keys, 1);
    stop_each_call(&whole_keys, 5);
    stop_each_call(&text_keys, 1);
    stop_each_call(&text_keys, 5);
}

static void a_stopped_chunk_leaves_nothing_to_chunks_with_other_keys(void **state) {
    (void)state;
    const feed *others[] = {&whole_keys, &text_keys};
    static const way waiting = {AS_MADE, 5000, 5000, 1, 1};
    make_both_keys();
    for (int32_t i = 0; i < COUNT(others); i++) {
        char wanted[33];
        char found[33];
        int32_t left = -1;
        crmv_ledger *straight = take_all(others[i], &waiting);
        assert_int_equal(crmv_ledger_hash(straight, wanted), CRMV_OK);
        crmv_ledger_free(straight);
        crmv_ledger *ledger = stoppable_ledger(others[i], 1, &left);
        assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
        for (int64_t j = 0; j < AT_ONCE; j++) {
            sheet.numbers[j] = INT64_MIN + j;
        }
        left = 3;
        assert_int_equal(append(ledger, &whole_keys, 0, AT_ONCE), CRMV_CANCELLED);
        assert_int_equal(crmv_ledger_cancel(ledger, NULL), CRMV_OK);
        assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
        left = 3;
        assert_int_equal(append(ledger, &whole_keys, 0, AT_ONCE), CRMV_CANCELLED);
        fill_sheet(others[i]);
        for (int64_t begin = 0; begin < LINES; begin += 50000) {
            assert_int_equal(append(ledger, others[i], begin, LINES - begin < 50000 ? LINES - begin : 50000), CRMV_OK);
        }
        assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
        assert_int_equal(crmv_ledger_hash(ledger, found), CRMV_OK);
        assert_string_equal(found, wanted);
        crmv_ledger_free(ledger);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_over_all_64_bits_come_out_the_same_whichever_way_they_came),
        cmocka_unit_test(dense_keys_come_out_the_same_whichever_way_they_came),
        cmocka_unit_test(clustered_keys_come_out_the_same_whichever_way_they_came),
        cmocka_unit_test(dense_keys_up_to_the_last_number_come_out_the_same_whichever_way_they_came),
        cmocka_unit_test(a_customer_with_a_third_of_all_lines_comes_out_the_same_whichever_way_they_came),
        cmocka_unit_test(a_customer_with_nearly_all_lines_comes_out_the_same_whichever_way_they_came),
        cmocka_unit_test(a_customer_with_all_lines_comes_out_the_same_whichever_way_they_came),
        cmocka_unit_test(a_customer_for_each_line_comes_out_the_same_whichever_way_they_came),
        cmocka_unit_test(partitions_that_later_keys_have_made_too_large_are_divided_again),
        cmocka_unit_test(a_customer_with_more_lines_than_a_partition_may_have_is_divided_by_days),
        cmocka_unit_test(text_keys_of_any_length_come_out_the_same_whichever_way_they_came),
        cmocka_unit_test(text_keys_that_all_begin_with_one_of_them_come_out_the_same_whichever_way_they_came),
        cmocka_unit_test(calls_that_are_stopped_change_nothing_and_succeed_when_tried_again),
        cmocka_unit_test(a_stopped_chunk_leaves_nothing_to_chunks_with_other_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
