/*
 * Ledgers merged: shards of random journals, by customer, in several orders and trees, against one ledger that took all
 * rows; ledgers of different batches; what does not go together; and each allocation failing once.
 */
#include "batches.h"
#include "failing_memory.h"

static const selection everything;

enum { MOST_SHARDS = 16 };

static void make_shards(const journal *j, int32_t shards, crmv_ledger **out) {
    for (int32_t shard = 0; shard < shards; shard++) {
        const selection s = {.shard = shard, .shards = shards};
        out[shard] = ledger_from(j, &s, 1 + shard % 2);
    }
}

static void must_merge(crmv_ledger *into, const crmv_ledger *from) {
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_ledger_merge(into, from, &error) != CRMV_OK) {
        fail_msg("merge: %s", error.message);
    }
}

/* ---- Shards ------------------------------------------------------------------------------------------------------ */

/* Into one of them, the others from there on in steps; all are let go but the first, which is the result. */
static crmv_ledger *merge_in_steps(crmv_ledger **shards, int32_t count, int32_t first, int32_t step) {
    for (int32_t i = 1; i < count; i++) {
        crmv_ledger *from = shards[(first + i * step) % count];
        must_merge(shards[first], from);
        crmv_ledger_free(from);
    }
    return shards[first];
}

/* Neighbours first, then their neighbours. */
static crmv_ledger *merge_by_pairs(crmv_ledger **shards, int32_t count) {
    for (int32_t width = 1; width < count; width *= 2) {
        for (int32_t i = 0; i + width < count; i += 2 * width) {
            must_merge(shards[i], shards[i + width]);
            crmv_ledger_free(shards[i + width]);
        }
    }
    return shards[0];
}

/* Merges shards in different ways; all of them must come to the same, and to what the ledger of all rows holds. */
static void compare_ways(const journal *j, int32_t shards) {
    crmv_ledger *whole = ledger_from(j, &everything, 2);
    crmv_ledger *first = NULL;
    for (int32_t way = 0; way < 4; way++) {
        crmv_ledger *parts[MOST_SHARDS];
        make_shards(j, shards, parts);
        crmv_ledger *merged = way == 0   ? merge_by_pairs(parts, shards)
                              : way == 1 ? merge_in_steps(parts, shards, 0, 1)
                              : way == 2 ? merge_in_steps(parts, shards, shards - 1, shards - 1)
                                         : merge_in_steps(parts, shards, shards / 2, 3);
        assert_same_ledgers(merged, whole, shards > 1 ? ROW_NUMBERS : 0);
        if (first == NULL) {
            first = merged;
        } else {
            assert_same_ledgers(merged, first, 0); /* row numbers too */
            crmv_ledger_free(merged);
        }
    }
    crmv_ledger_free(first);
    crmv_ledger_free(whole);
}

static void shards_by_customer_are_one_ledger_in_whichever_order_they_are_merged(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        journal j = random_journal(seed, 1 + (int32_t)seed % 4, 120, 1500);
        compare_ways(&j, 1);
        compare_ways(&j, 4);
        compare_ways(&j, 16);
        free_journal(&j);
    }
}

/* ---- Files ------------------------------------------------------------------------------------------------------- */

/* Without rows set aside, whose numbers are those of the shards. */
static void merged_shards_are_the_same_file_as_one_ledger_of_all_rows(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        journal j = random_journal(seed, 3, 120, 1500);
        for (int64_t i = 0; i < j.count; i++) {
            entry *e = &j.items[i];
            e->day = e->day == CRMV_NO_DATE ? 19007 : e->day;
            e->currency = e->feed == CRMV_EVENTS ? 0 : e->currency % 2;
        }
        crmv_ledger *whole = ledger_from(&j, &everything, 1);
        crmv_ledger *pairs[MOST_SHARDS];
        crmv_ledger *steps[MOST_SHARDS];
        make_shards(&j, 16, pairs);
        make_shards(&j, 16, steps);
        crmv_ledger *first = merge_by_pairs(pairs, 16);
        crmv_ledger *second = merge_in_steps(steps, 16, 5, 3);
        assert_int_equal(crmv_ledger_set_aside_count(whole), 0);
        assert_same_files(first, whole);
        assert_same_files(second, whole);
        crmv_ledger_free(first);
        crmv_ledger_free(second);
        crmv_ledger_free(whole);
        free_journal(&j);
    }
}

static void a_merged_ledger_goes_on_like_any_other(void **state) {
    (void)state;
    journal j = random_journal(8, 3, 60, 900);
    const selection two = {.without = 1u << 2};
    crmv_ledger *shards[2];
    crmv_ledger *whole = ledger_from(&j, &two, 1);
    for (int32_t shard = 0; shard < 2; shard++) {
        const selection s = {.without = 1u << 2, .shard = shard, .shards = 2};
        shards[shard] = ledger_from(&j, &s, 1);
    }
    must_merge(shards[0], shards[1]);
    take_batch(shards[0], &j, &everything, 2);
    take_batch(whole, &j, &everything, 2);
    assert_same_ledgers(shards[0], whole, ROW_NUMBERS);
    assert_int_equal(crmv_ledger_withdraw(shards[0], "batch 0", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_withdraw(whole, "batch 0", NULL), CRMV_OK);
    assert_same_ledgers(shards[0], whole, ROW_NUMBERS);
    crmv_ledger_free(shards[0]);
    crmv_ledger_free(shards[1]);
    crmv_ledger_free(whole);
    free_journal(&j);
}

/* ---- Other batches ----------------------------------------------------------------------------------------------- */

static void batches_of_other_names_come_behind_in_their_order(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        journal j = random_journal(seed, 6, 50, 900);
        const selection early = {.without = 7u << 3};
        const selection late = {.without = 7u};
        crmv_ledger *into = ledger_from(&j, &early, 1);
        crmv_ledger *from = ledger_from(&j, &late, 2);
        crmv_ledger *untouched = ledger_from(&j, &late, 1);
        crmv_ledger *whole = ledger_from(&j, &everything, 1);
        must_merge(into, from);
        assert_same_ledgers(into, whole, 0);
        assert_same_ledgers(from, untouched, 0);
        crmv_ledger_free(into);
        crmv_ledger_free(from);
        crmv_ledger_free(untouched);
        crmv_ledger_free(whole);
        free_journal(&j);
    }
}

static void merging_with_an_empty_ledger_is_the_other_one(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        journal j = random_journal(seed, (int32_t)seed, 30, 200);
        crmv_ledger *full = ledger_from(&j, &everything, 1);
        crmv_ledger *empty = new_ledger(EUROS);
        crmv_ledger *into = new_ledger(EUROS);
        must_merge(into, full);
        assert_same_ledgers(into, full, 0);
        must_merge(into, empty);
        assert_same_ledgers(into, full, 0);
        assert_int_equal(crmv_ledger_batches(empty), 0);
        crmv_ledger_free(into);
        crmv_ledger_free(full);
        crmv_ledger_free(empty);
        free_journal(&j);
    }
}

/* ---- What does not go together ----------------------------------------------------------------------------------- */

static void halves_with_a_customer_in_common_are_refused_by_name(void **state) {
    (void)state;
    static const char *const ours[] = {"anna", "clara"};
    static const char *const theirs[] = {"berta", "clara"};
    static const int32_t dates[] = {19000, 19001};
    const crmv_column our_columns[] = {strings("customer", ours), days("date", dates)};
    const crmv_column their_columns[] = {strings("customer", theirs), days("date", dates)};
    crmv_ledger *into = new_ledger(PLAIN);
    crmv_ledger *from = new_ledger(PLAIN);
    take_in(into, "May", our_columns, 2, 2);
    take_in(from, "June", their_columns, 2, 2);
    take_in(from, "May", their_columns, 2, 2);
    char before[33];
    char after[33];
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_ledger_hash(into, before), CRMV_OK);
    assert_int_equal(crmv_ledger_merge(into, from, &error), CRMV_DUPLICATE);
    assert_string_equal(error.place, "May");
    assert_non_null(strstr(error.message, "May"));
    assert_non_null(strstr(error.message, "clara"));
    assert_int_equal(crmv_ledger_hash(into, after), CRMV_OK);
    assert_string_equal(before, after);
    assert_int_equal(crmv_ledger_batches(into), 1);
    crmv_ledger_free(into);
    crmv_ledger_free(from);
}

static void ledgers_of_other_money_or_keys_are_refused(void **state) {
    (void)state;
    journal numbers = random_journal(1, 1, 10, 50);
    journal texts = random_journal(2, 1, 10, 50);
    crmv_ledger *into = ledger_from(&numbers, &everything, 1);
    crmv_ledger *other = ledger_from(&texts, &everything, 1);
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_ledger_merge(into, other, &error), CRMV_BAD_COLUMN);
    static const struct {
        const char *money, *message;
    } moneys[] = {
        {"{\"currency\": \"CHF\"}", "different currencies: one is in EUR with 2 decimals"},
        {"{\"currency\": \"CHF\"}", "the other in CHF with 2 "},
        {"{\"decimals\": 2}", "the other in a currency without a name with 2 "},
        {"{\"currency\": \"EUR\", \"decimals\": 3}", "different decimals: one is in EUR with 2 decimals"},
        {"{\"currency\": \"EUR\", \"decimals\": 3}", "the other in EUR with 3 "},
        {"{\"currency\": \"EUR\", \"price_decimals\": 5}", "prices 5"},
        {"{\"currency\": \"EUR\", \"quantity_decimals\": 1}", "quantities 1"},
    };
    for (int32_t i = 0; i < COUNT(moneys); i++) {
        char text[256];
        snprintf(text, sizeof text, "{\"crmvalue\": 1, \"money\": %s, \"metrics\": {\"n\": {\"count\": \"lines\"}}}",
                 moneys[i].money);
        crmv_ledger *from = new_ledger(text);
        assert_int_equal(crmv_ledger_merge(into, from, &error), CRMV_BAD_ARGUMENT);
        assert_string_equal(error.place, "money");
        if (strstr(error.message, moneys[i].message) == NULL) {
            fail_msg("\"%s\" does not say \"%s\"", error.message, moneys[i].message);
        }
        crmv_ledger_free(from);
    }
    crmv_ledger_free(into);
    crmv_ledger_free(other);
    free_journal(&numbers);
    free_journal(&texts);
}

/* A batch of events, given in so many chunks of so many rows; the values of all of them are missing. */
static crmv_ledger *events_in_chunks(const char *batch, int64_t customer, const int64_t *rows, int32_t chunks) {
    const int64_t customers[] = {customer, customer};
    const int32_t dates[] = {5, 6};
    const char *const events[] = {"visit", "visit"};
    const double values[] = {NAN, NAN};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), strings("event", events),
                                   doubles("value", values)};
    crmv_ledger *ledger = new_ledger(EUROS);
    assert_int_equal(crmv_ledger_begin(ledger, batch, NULL), CRMV_OK);
    for (int32_t i = 0; i < chunks; i++) {
        assert_int_equal(crmv_ledger_append_events(ledger, columns, COUNT(columns), rows[i], NULL), CRMV_OK);
    }
    must_end(ledger);
    return ledger;
}

/* Without a row, that nothing happened is all that columns say. */
static void columns_without_rows_count_only_where_no_chunk_or_shard_has_rows(void **state) {
    (void)state;
    const uint32_t all = 1u << CRMVI_EVENT_CUSTOMER | 1u << CRMVI_EVENT_DATE | 1u << CRMVI_EVENT_EVENT;
    const uint32_t with_value = all | 1u << CRMVI_EVENT_VALUE;
    const int64_t chunks[] = {0, 2, 0};
    crmv_ledger *expected = events_in_chunks("batch", 1, chunks + 1, 1);
    crmv_ledger *chunked = events_in_chunks("batch", 1, chunks, 3);
    crmv_ledger *nothing = events_in_chunks("batch", 1, chunks, 1);
    crmv_ledger *more = events_in_chunks("batch", 2, chunks, 1);
    assert_int_equal(crmvi_ledger_items_fed(expected, CRMVI_EVENTS), all);
    assert_int_equal(crmvi_ledger_items_fed(nothing, CRMVI_EVENTS), with_value);
    assert_int_equal(crmvi_ledger_items_fed(nothing, CRMVI_RECEIVABLES), 0);
    assert_int_equal(crmv_ledger_rows(nothing), 0);
    assert_same_files(expected, chunked);
    assert_int_equal(crmv_ledger_merge(more, nothing, NULL), CRMV_OK);
    assert_same_files(more, nothing);
    assert_int_equal(crmv_ledger_merge(chunked, nothing, NULL), CRMV_OK);
    assert_same_files(expected, chunked);
    assert_int_equal(crmv_ledger_merge(nothing, expected, NULL), CRMV_OK);
    assert_same_files(expected, nothing);
    crmv_ledger_free(expected);
    crmv_ledger_free(chunked);
    crmv_ledger_free(nothing);
    crmv_ledger_free(more);
}

static void a_feed_without_rows_is_still_fed_when_it_comes_back_from_a_file(void **state) {
    (void)state;
    static const char *const path = "nothing-happened.crmv";
    const int64_t none[] = {0};
    crmv_model *model = model_of(EUROS);
    crmv_ledger *ledger = events_in_chunks("batch", 1, none, 1);
    crmv_ledger *loaded = NULL;
    remove(path);
    assert_int_equal(crmv_ledger_extend(path, ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_load(path, model, NULL, &loaded, NULL), CRMV_OK);
    assert_int_equal(crmvi_ledger_items_fed(loaded, CRMVI_EVENTS), crmvi_ledger_items_fed(ledger, CRMVI_EVENTS));
    assert_same_files(loaded, ledger);
    remove(path);
    crmv_ledger_free(ledger);
    crmv_ledger_free(loaded);
    crmv_model_free(model);
}

static void ledgers_with_an_open_batch_and_bad_arguments_are_refused(void **state) {
    (void)state;
    crmv_ledger *a = new_ledger(EUROS);
    crmv_ledger *b = new_ledger(EUROS);
    assert_int_equal(crmv_ledger_merge(NULL, b, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_merge(a, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_merge(a, a, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_begin(b, "open", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_merge(a, b, NULL), CRMV_BAD_STATE);
    assert_int_equal(crmv_ledger_merge(b, a, NULL), CRMV_BAD_STATE);
    crmv_ledger_free(a);
    crmv_ledger_free(b);
}

static void sums_that_do_not_fit_together_leave_both_as_they_were(void **state) {
    (void)state;
    enum { LINES = 900 };
    static int64_t keys[LINES];
    static int32_t dates[LINES];
    static int64_t amounts[LINES];
    for (int32_t i = 0; i < LINES; i++) {
        amounts[i] = (INT64_C(1) << 53) - 1;
    }
    const crmv_column columns[] = {wholes("customer", keys), days("date", dates), minors("revenue", amounts)};
    crmv_ledger *into = new_ledger(PLAIN);
    crmv_ledger *from = new_ledger(PLAIN);
    take_in(into, "a", columns, COUNT(columns), LINES);
    take_in(from, "b", columns, COUNT(columns), LINES);
    const int64_t total = total_of(into, "revenue");
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_ledger_merge(into, from, &error), CRMV_OVERFLOW);
    assert_non_null(strstr(error.message, "customer 0 on 1970-01-01"));
    assert_int_equal(crmv_ledger_batches(into), 1);
    assert_int_equal(total_of(into, "revenue"), total);
    assert_int_equal(total_of(from, "revenue"), total);
    crmv_ledger_free(into);
    crmv_ledger_free(from);
}

/* ---- Memory that is short ---------------------------------------------------------------------------------------- */

static void merging_survives_each_failing_allocation(void **state) {
    (void)state;
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    journal j = random_journal(72, 4, 40, 300);
    const selection one = {.shard = 0, .shards = 2};
    const selection other = {.without = 1u << 3, .shard = 1, .shards = 2};
    crmv_ledger *untouched = ledger_from(&j, &other, 1);
    crmv_ledger *from = ledger_from(&j, &one, 1);
    long failures = 0;
    for (int32_t status = CRMV_OUT_OF_MEMORY; status != CRMV_OK; failures++) {
        const long before = standing;
        crmv_ledger *into = ledger_from(&j, &other, 1);
        has_failed = false;
        until_failure = failures;
        armed = true;
        status = crmv_ledger_merge(into, from, NULL);
        armed = false;
        if (status != CRMV_OK) {
            assert_int_equal(status, CRMV_OUT_OF_MEMORY);
            assert_same_ledgers(into, untouched, 0);
        }
        crmv_ledger_free(into);
        assert_int_equal(standing, before);
    }
    assert_true(failures > 20);
    crmv_ledger_free(untouched);
    crmv_ledger_free(from);
    free_journal(&j);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shards_by_customer_are_one_ledger_in_whichever_order_they_are_merged),
        cmocka_unit_test(merged_shards_are_the_same_file_as_one_ledger_of_all_rows),
        cmocka_unit_test(a_merged_ledger_goes_on_like_any_other),
        cmocka_unit_test(batches_of_other_names_come_behind_in_their_order),
        cmocka_unit_test(merging_with_an_empty_ledger_is_the_other_one),
        cmocka_unit_test(halves_with_a_customer_in_common_are_refused_by_name),
        cmocka_unit_test(ledgers_of_other_money_or_keys_are_refused),
        cmocka_unit_test(columns_without_rows_count_only_where_no_chunk_or_shard_has_rows),
        cmocka_unit_test(a_feed_without_rows_is_still_fed_when_it_comes_back_from_a_file),
        cmocka_unit_test(ledgers_with_an_open_batch_and_bad_arguments_are_refused),
        cmocka_unit_test(sums_that_do_not_fit_together_leave_both_as_they_were),
        cmocka_unit_test(merging_survives_each_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
