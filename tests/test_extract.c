/*
 * Ledgers of some customers of another: what is in them, and that frames derived from them hold the same bits as those
 * of the whole.
 */
#include "batches.h"
#include "failing_memory.h"

static const selection everything;

static const char *const model_text =
    "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\"}, \"window\": {\"days\": 20},"
    "\"finance_cost\": {\"yearly_rate\": 0.08}, \"metrics\": {"
    "\"revenue\": {\"sum\": \"revenue\"}, \"contribution\": {\"sum\": \"contribution\"},"
    "\"interest\": {\"sum\": \"finance_cost\"}, \"recency\": {\"recency\": \"days\"}, \"tenure\": {\"tenure\": "
    "\"days\"},"
    "\"gap\": {\"gap\": \"mean\"}, \"growth\": {\"growth\": \"revenue\"}, \"days\": {\"count\": \"purchase_days\"},"
    "\"mean\": {\"mean\": \"revenue\"}, \"returns\": {\"return_rate\": \"revenue\"},"
    "\"overdue\": {\"overdue\": \"days\"}, \"due\": {\"overdue\": \"amount\"},"
    "\"complaints\": {\"event\": [\"complaint\", \"count\"]}, \"answer\": {\"event\": [\"answer\", \"mean\"]},"
    "\"visit\": {\"event\": [\"visit\", \"age\"]}, \"cause\": {\"event\": [\"loss\", \"last\"], "
    "\"scale\": {\"categories\": {\"price\": 1, \"delivery\": 2, \"quality\": 3}}}}}";

static const char *const metrics[] = {"revenue",    "contribution", "interest", "recency", "tenure",  "gap",
                                      "growth",     "days",         "mean",     "returns", "overdue", "due",
                                      "complaints", "answer",       "visit",    "cause"};
static const char *const amounts[] = {"revenue", "gross_profit", "contribution", "unknown_cost_revenue"};

static crmv_ledger *must_extract(const crmv_ledger *ledger, const char *const *keys, int64_t count) {
    crmv_ledger *out = NULL;
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_ledger_extract(ledger, keys, count, &out, &error) != CRMV_OK) {
        fail_msg("extract: %s", error.message);
    }
    return out;
}

static crmv_frame *frame_of(const crmv_model *model, const crmv_ledger *ledger, int32_t as_of) {
    crmv_frame *frame = NULL;
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_frame_derive(model, ledger, NULL, 0, 0, as_of, NULL, &frame, &error) != CRMV_OK) {
        fail_msg("derive: %s", error.message);
    }
    return frame;
}

/* ---- Frames ------------------------------------------------------------------------------------------------------ */

/* Whether a row of one frame holds the same bits as one of another. */
static void assert_same_row(const crmv_frame *a, int64_t i, const crmv_frame *b, int64_t j) {
    for (int32_t metric = 0; metric < COUNT(metrics); metric++) {
        assert_memory_equal(&crmv_frame_metric(a, metrics[metric])[i], &crmv_frame_metric(b, metrics[metric])[j],
                            sizeof(double));
    }
    for (int32_t amount = 0; amount < COUNT(amounts); amount++) {
        assert_int_equal(crmv_frame_amount(a, amounts[amount])[i], crmv_frame_amount(b, amounts[amount])[j]);
    }
}

static void compare_customer(const crmv_model *model, const crmv_ledger *ledger, const crmv_frame *whole,
                             const char *key) {
    crmv_ledger *one = must_extract(ledger, &key, 1);
    crmv_frame *frame = frame_of(model, one, crmv_frame_as_of(whole));
    int64_t row = -1;
    if (crmv_frame_find(whole, key, &row) == CRMV_OK) {
        char found[64];
        assert_int_equal(crmv_frame_rows(frame), 1);
        assert_int_equal(crmv_frame_key(frame, 0, found, sizeof found, NULL), CRMV_OK);
        assert_string_equal(found, key);
        assert_same_row(frame, 0, whole, row);
    } else {
        assert_int_equal(crmv_frame_rows(frame), 0);
    }
    crmv_frame_free(frame);
    crmv_ledger_free(one);
}

static void a_frame_of_one_customer_holds_the_bits_of_the_whole(void **state) {
    (void)state;
    crmv_model *model = model_of(model_text);
    for (uint64_t seed = 1; seed <= 4; seed++) {
        journal j = random_journal(seed, 1 + (int32_t)seed % 3, 60, 1200);
        crmv_ledger *ledger = ledger_from(&j, &everything, 1);
        for (int32_t as_of = 19005; as_of <= 19045; as_of += 20) {
            crmv_frame *whole = frame_of(model, ledger, as_of);
            for (int32_t customer = 0; customer < j.customers; customer++) {
                compare_customer(model, ledger, whole, key_of(&j, customer));
            }
            crmv_frame_free(whole);
        }
        crmv_ledger_free(ledger);
        free_journal(&j);
    }
    crmv_model_free(model);
}

/* ---- What is in an extract --------------------------------------------------------------------------------------- */

static void an_extract_of_all_customers_holds_the_standing_facts(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        journal j = random_journal(seed, 3, 50, 700);
        crmv_ledger *ledger = ledger_from(&j, &everything, 1);
        const char *keys[2 * MOST_CUSTOMERS];
        for (int32_t i = 0; i < 2 * j.customers; i++) {
            keys[i] = key_of(&j, (i * 13 + 5) % j.customers); /* in no order, and each twice */
        }
        crmv_ledger *extract = must_extract(ledger, keys, 2 * j.customers);
        char one[33];
        char other[33];
        assert_same_facts(crmvi_ledger_facts(extract), crmvi_ledger_facts(ledger));
        assert_same_totals(extract, ledger);
        assert_int_equal(crmv_ledger_hash(extract, one), CRMV_OK);
        assert_int_equal(crmv_ledger_hash(ledger, other), CRMV_OK);
        assert_string_equal(one, other);
        crmv_ledger_free(extract);
        crmv_ledger_free(ledger);
        free_journal(&j);
    }
}

/* The same facts as of a ledger that was fed with these customers alone. */
static void an_extract_is_one_batch_of_no_name_and_no_rows(void **state) {
    (void)state;
    for (uint64_t seed = 5; seed <= 8; seed++) {
        journal j = random_journal(seed, 3, 40, 700);
        crmv_ledger *ledger = ledger_from(&j, &everything, 1);
        const selection shard = {.shard = 1, .shards = 3};
        crmv_ledger *wanted = ledger_from(&j, &shard, 1);
        const char *keys[MOST_CUSTOMERS];
        int64_t count = 0;
        for (int32_t customer = 0; customer < j.customers; customer++) {
            const entry e = {.customer = customer};
            if (is_selected(&e, &shard)) {
                keys[count++] = key_of(&j, customer);
            }
        }
        crmv_ledger *extract = must_extract(ledger, keys, count);
        crmv_batch batch = {.struct_size = sizeof batch};
        assert_same_facts(crmvi_ledger_facts(extract), crmvi_ledger_facts(wanted));
        assert_int_equal(crmv_ledger_batches(extract), 1);
        assert_string_equal(crmv_ledger_batch(extract, 0), "");
        assert_int_equal(crmv_ledger_batch_get(extract, 0, &batch), CRMV_OK);
        assert_int_equal(batch.rows, 0);
        assert_int_equal(batch.customers, crmv_ledger_customers(wanted));
        assert_int_equal(crmv_ledger_rows(extract), 0);
        assert_int_equal(crmv_ledger_set_aside_count(extract), 0);
        crmv_ledger_free(extract);
        crmv_ledger_free(wanted);
        crmv_ledger_free(ledger);
        free_journal(&j);
    }
}

static void an_extract_supplies_what_the_whole_does_and_has_its_days(void **state) {
    (void)state;
    static const int64_t keys[] = {1, 2, 2};
    static const int32_t dates[] = {19000, 18000, 19500};
    static const int64_t revenues[] = {5, 6, 7};
    static const double costs[] = {NAN, 1, 2};
    const crmv_column columns[] = {wholes("customer", keys), days("date", dates), minors("revenue", revenues),
                                   doubles("cost", costs)};
    static const char *const wanted[] = {"1", "no number", "3"};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 3, 1);
    take_in(ledger, "b", columns, 4, 3);
    crmv_ledger *extract = must_extract(ledger, wanted, COUNT(wanted));
    assert_int_equal(crmv_ledger_customers(extract), 1);
    assert_int_equal(crmv_ledger_supplies(extract, "cost"), 1);
    assert_int_equal(crmv_ledger_supplies(extract, "quantity"), 0);
    assert_int_equal(crmv_ledger_first_day(extract), 18000);
    assert_int_equal(crmv_ledger_last_day(extract), 19500);
    crmv_ledger_free(ledger); /* the extract holds what it needs */
    assert_int_equal(total_of(extract, "sale_lines"), 2);
    crmv_ledger_free(extract);
}

static void an_extract_of_nobody_is_an_empty_ledger(void **state) {
    (void)state;
    journal j = random_journal(9, 2, 20, 100);
    crmv_ledger *ledger = ledger_from(&j, &everything, 1);
    static const char *const strangers[] = {"-1", "", "9223372036854775808"};
    char one[33];
    char other[33];
    crmv_ledger *empty = new_ledger(EUROS);
    assert_int_equal(crmv_ledger_hash(empty, other), CRMV_OK);
    for (int32_t count = 0; count <= COUNT(strangers); count++) {
        crmv_ledger *extract = must_extract(ledger, count == 0 ? NULL : strangers, count);
        assert_int_equal(crmv_ledger_customers(extract), 0);
        assert_int_equal(crmv_ledger_hash(extract, one), CRMV_OK);
        assert_string_equal(one, other);
        crmv_ledger_free(extract);
    }
    crmv_ledger_free(empty);
    crmv_ledger_free(ledger);
    free_journal(&j);
}

static void bad_arguments_are_told(void **state) {
    (void)state;
    static const char *const keys[] = {"1", NULL};
    crmv_ledger *ledger = new_ledger(EUROS);
    crmv_ledger *out = NULL;
    assert_int_equal(crmv_ledger_extract(NULL, keys, 1, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_extract(ledger, NULL, 1, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_extract(ledger, keys, 1, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_extract(ledger, keys, -1, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_extract(ledger, keys, 2, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_null(out);
    crmv_ledger_free(ledger);
}

static void extracting_survives_each_failing_allocation(void **state) {
    (void)state;
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    for (uint64_t seed = 1; seed <= 2; seed++) {
        journal j = random_journal(seed, 2, 20, 400);
        crmv_ledger *ledger = ledger_from(&j, &everything, 1);
        const char *keys[] = {key_of(&j, 3), key_of(&j, 7), key_of(&j, 5)};
        long failures = 0;
        for (int32_t status = CRMV_OUT_OF_MEMORY; status != CRMV_OK; failures++) {
            const long before = standing;
            crmv_ledger *out = NULL;
            has_failed = false;
            until_failure = failures;
            armed = true;
            status = crmv_ledger_extract(ledger, keys, COUNT(keys), &out, NULL);
            armed = false;
            assert_true((status == CRMV_OK) == (out != NULL));
            assert_int_equal(status, has_failed ? CRMV_OUT_OF_MEMORY : CRMV_OK);
            crmv_ledger_free(out);
            assert_int_equal(standing, before);
        }
        assert_true(failures > 10);
        crmv_ledger_free(ledger);
        free_journal(&j);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_of_one_customer_holds_the_bits_of_the_whole),
        cmocka_unit_test(an_extract_of_all_customers_holds_the_standing_facts),
        cmocka_unit_test(an_extract_is_one_batch_of_no_name_and_no_rows),
        cmocka_unit_test(an_extract_supplies_what_the_whole_does_and_has_its_days),
        cmocka_unit_test(an_extract_of_nobody_is_an_empty_ledger),
        cmocka_unit_test(bad_arguments_are_told),
        cmocka_unit_test(extracting_survives_each_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
