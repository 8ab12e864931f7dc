/*
 * Batches replaced and withdrawn, customers erased: on random journals, against ledgers that were never given what is
 * gone; and each allocation failing once.
 */
#include "batches.h"
#include "failing_memory.h"

static const selection everything;

static const int32_t thread_counts[] = {1, 2};

/* ---- Replacing --------------------------------------------------------------------------------------------------- */

/* The rows of `from` for one batch, in the place of those that it had. */
static void replace_batch(crmv_ledger *ledger, const journal *from, int32_t batch) {
    assert_int_equal(crmv_ledger_begin_replacement(ledger, batch_name(batch), NULL), CRMV_OK);
    append_batch(ledger, from, &everything, batch);
    must_end(ledger);
}

/* The journal with one batch's rows taken from another one. */
static journal with_batch(const journal *j, const journal *other, int32_t batch) {
    journal both = {.batches = j->batches, .customers = j->customers, .has_texts = j->has_texts};
    both.items = room_for(j->count + other->count, sizeof *both.items);
    for (int64_t i = 0; i < j->count; i++) {
        if (j->items[i].batch != batch) {
            both.items[both.count++] = j->items[i];
        }
    }
    for (int64_t i = 0; i < other->count; i++) {
        if (other->items[i].batch == batch) {
            both.items[both.count++] = other->items[i];
        }
    }
    return both;
}

static void a_replaced_batch_is_as_if_the_old_one_had_never_been_there(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        journal old = random_journal(seed, 1 + (int32_t)seed % 5, 40, 600);
        journal fresh = random_journal(seed + 100, old.batches, 40, 600);
        for (int32_t batch = 0; batch < old.batches; batch++) {
            journal wanted = with_batch(&old, &fresh, batch);
            crmv_ledger *ledger = ledger_from(&old, &everything, thread_counts[seed % 2]);
            crmv_ledger *straight = ledger_from(&wanted, &everything, 1);
            replace_batch(ledger, &fresh, batch);
            assert_same_ledgers(ledger, straight, 0);
            assert_same_files(ledger, straight);
            crmv_ledger_free(ledger);
            crmv_ledger_free(straight);
            free_journal(&wanted);
        }
        free_journal(&old);
        free_journal(&fresh);
    }
}

static void a_ledger_answers_with_the_old_batch_until_its_replacement_ends(void **state) {
    (void)state;
    journal old = random_journal(21, 3, 30, 300);
    journal fresh = random_journal(23, 3, 30, 300);
    crmv_ledger *ledger = ledger_from(&old, &everything, 1);
    crmv_ledger *before = ledger_from(&old, &everything, 1);
    int64_t rows;
    int64_t accepted;
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_ledger_begin_replacement(ledger, "batch 0", NULL), CRMV_OK);
    append_batch(ledger, &fresh, &everything, 0);
    assert_same_ledgers(ledger, before, 0);
    assert_string_equal(crmv_ledger_batch(ledger, 3), "batch 0");
    assert_int_equal(crmv_ledger_pending(ledger, &rows, &accepted), CRMV_OK);
    assert_true(rows > accepted && accepted > 0);
    assert_int_equal(crmv_ledger_pending_aside(ledger, 0, &aside), CRMV_OK);
    assert_int_equal(aside.batch, 0);
    assert_int_equal(crmv_ledger_cancel(ledger, NULL), CRMV_OK);
    assert_same_ledgers(ledger, before, 0);
    crmv_ledger_free(ledger);
    crmv_ledger_free(before);
    free_journal(&old);
    free_journal(&fresh);
}

static void the_only_batch_may_be_replaced_by_one_with_another_kind_of_keys(void **state) {
    (void)state;
    journal numbers = random_journal(31, 1, 20, 100);
    journal texts = random_journal(32, 1, 20, 100);
    crmv_ledger *ledger = ledger_from(&numbers, &everything, 1);
    crmv_ledger *straight = ledger_from(&texts, &everything, 1);
    replace_batch(ledger, &texts, 0);
    assert_same_ledgers(ledger, straight, 0);
    crmv_ledger_free(ledger);
    crmv_ledger_free(straight);
    free_journal(&numbers);
    free_journal(&texts);
}

static void what_is_pending_is_told_of_all_feeds_by_reason_and_currency(void **state) {
    (void)state;
    journal j = random_journal(33, 1, 20, 400);
    crmv_ledger *ledger = bare_ledger(EUROS, 1);
    crmv_ledger *ended = ledger_from(&j, &everything, 1);
    assert_int_equal(crmv_ledger_begin(ledger, "batch 0", NULL), CRMV_OK);
    append_batch(ledger, &j, &everything, 0);
    int64_t rows;
    int64_t accepted;
    assert_int_equal(crmv_ledger_pending(ledger, &rows, &accepted), CRMV_OK);
    assert_int_equal(rows, crmv_ledger_rows(ended));
    assert_int_equal(accepted, crmv_ledger_accepted(ended));
    for (int64_t i = 0; i < crmv_ledger_set_aside_count(ended); i++) {
        crmv_set_aside one = {.struct_size = sizeof one};
        crmv_set_aside other = {.struct_size = sizeof other};
        assert_int_equal(crmv_ledger_pending_aside(ledger, i, &one), CRMV_OK);
        assert_int_equal(crmv_ledger_set_aside(ended, i, &other), CRMV_OK);
        assert_memory_equal(&one, &other, sizeof one);
    }
    crmv_set_aside none = {.struct_size = sizeof none};
    assert_int_equal(crmv_ledger_pending_aside(ledger, crmv_ledger_set_aside_count(ended), &none), CRMV_BAD_ARGUMENT);
    crmv_ledger_free(ledger);
    crmv_ledger_free(ended);
    free_journal(&j);
}

/* ---- Withdrawing ------------------------------------------------------------------------------------------------- */

static void batches_withdrawn_in_any_order_leave_a_ledger_without_them(void **state) {
    (void)state;
    uint64_t draw = 77;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        const int32_t batches = 2 + (int32_t)seed % 6;
        journal j = random_journal(seed, batches, 50, 900);
        crmv_ledger *ledger = ledger_from(&j, &everything, thread_counts[seed % 2]);
        selection left = {0};
        for (int32_t gone = 0; gone < batches; gone++) {
            int32_t batch = pick_below(&draw, batches);
            while ((left.without >> batch & 1) != 0) {
                batch = (batch + 1) % batches;
            }
            left.without |= 1u << batch;
            assert_int_equal(crmv_ledger_withdraw(ledger, batch_name(batch), NULL), CRMV_OK);
            crmv_ledger *straight = ledger_from(&j, &left, 1);
            assert_same_ledgers(ledger, straight, 0);
            assert_same_files(ledger, straight);
            crmv_ledger_free(straight);
        }
        assert_int_equal(crmv_ledger_customers(ledger), 0);
        assert_int_equal(crmv_ledger_last_day(ledger), CRMV_NO_DATE);
        take_batch(ledger, &j, &everything, 0); /* its name is free again */
        crmv_ledger_free(ledger);
        free_journal(&j);
    }
}

/* A large batch, many small ones, and some without facts: sums by halves. */
static void a_batch_withdrawn_from_many_of_any_size_leaves_the_others(void **state) {
    (void)state;
    journal j = random_journal(41, 20, 100, 4000);
    for (int64_t i = 0; i < j.count; i++) {
        j.items[i].batch = i % 2 == 0 && j.items[i].batch != 1 ? 7 : j.items[i].batch;
        j.items[i].day = j.items[i].batch == 12 ? CRMV_NO_DATE : j.items[i].day;
    }
    static const int32_t withdrawn[] = {7, 12, 1, 0, 19};
    crmv_ledger *ledger = ledger_from(&j, &everything, 2);
    selection left = {0};
    for (int32_t i = 0; i < COUNT(withdrawn); i++) {
        left.without |= 1u << withdrawn[i];
        assert_int_equal(crmv_ledger_withdraw(ledger, batch_name(withdrawn[i]), NULL), CRMV_OK);
        crmv_ledger *straight = ledger_from(&j, &left, 1);
        assert_same_ledgers(ledger, straight, 0);
        crmv_ledger_free(straight);
    }
    crmv_ledger_free(ledger);
    free_journal(&j);
}

static void the_only_batch_with_facts_holds_the_standing_ones_itself(void **state) {
    (void)state;
    journal j = random_journal(43, 3, 30, 300); /* batch 1 has no facts */
    crmv_ledger *ledger = bare_ledger(EUROS, 1);
    take_batch(ledger, &j, &everything, 1);
    take_batch(ledger, &j, &everything, 0);
    assert_ptr_equal(crmvi_ledger_facts(ledger), &crmvi_ledger_posting(ledger, 1)->facts);
    take_batch(ledger, &j, &everything, 2);
    assert_ptr_not_equal(crmvi_ledger_facts(ledger), &crmvi_ledger_posting(ledger, 1)->facts);
    assert_int_equal(crmv_ledger_withdraw(ledger, "batch 0", NULL), CRMV_OK);
    assert_ptr_equal(crmvi_ledger_facts(ledger), &crmvi_ledger_posting(ledger, 1)->facts);
    assert_string_equal(crmv_ledger_batch(ledger, 1), "batch 2");
    crmv_ledger_free(ledger);
    free_journal(&j);
}

/* Lines of one customer-day: so many of the largest amount there is, of one sign. Discounts, of which no magnitudes are
 * kept beside. */
static void take_large(crmv_ledger *ledger, const char *batch, int32_t lines, int64_t sign) {
    enum { MOST = 1000 };
    static int64_t keys[MOST];
    static int32_t dates[MOST];
    static int64_t revenues[MOST];
    static int64_t amounts[MOST];
    for (int32_t i = 0; i < lines; i++) {
        keys[i] = 5;
        dates[i] = 19000;
        revenues[i] = 1;
        amounts[i] = sign * ((INT64_C(1) << 53) - 1);
    }
    const crmv_column columns[] = {wholes("customer", keys), days("date", dates), minors("revenue", revenues),
                                   minors("cost", revenues), minors("discount", amounts)};
    take_in(ledger, batch, columns, COUNT(columns), lines);
}

static void what_a_batch_offset_and_no_longer_fits_keeps_the_batch(void **state) {
    (void)state;
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_large(ledger, "up", 1000, 1);
    take_large(ledger, "down", 1000, -1);
    take_large(ledger, "up again", 900, 1);
    char before[33];
    char after[33];
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_ledger_hash(ledger, before), CRMV_OK);
    assert_int_equal(crmv_ledger_withdraw(ledger, "down", &error), CRMV_OVERFLOW);
    assert_non_null(strstr(error.message, "customer 5"));
    assert_int_equal(crmv_ledger_hash(ledger, after), CRMV_OK);
    assert_string_equal(before, after);
    assert_int_equal(crmv_ledger_batches(ledger), 3);
    assert_int_equal(crmv_ledger_withdraw(ledger, "up", NULL), CRMV_OK);
    crmv_ledger_free(ledger);
}

/* By halves, the second and the third batch would not fit; in their order they do. */
static void sums_that_fit_in_the_order_of_batches_are_added_up_so(void **state) {
    (void)state;
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_large(ledger, "small", 1, 1);
    take_large(ledger, "down", 900, -1);
    take_large(ledger, "up", 900, 1);
    take_large(ledger, "up again", 900, 1);
    take_large(ledger, "down again", 900, -1);
    crmv_error error = {.struct_size = sizeof error, .status = -7};
    assert_int_equal(crmv_ledger_withdraw(ledger, "small", &error), CRMV_OK);
    assert_int_equal(error.status, -7); /* left alone */
    assert_int_equal(total_of(ledger, "discount"), 0);
    crmv_ledger_free(ledger);
}

static int32_t stop(void *context, const char *stage, double done) {
    const bool *stops = context;
    assert_true(done >= 0 && done <= 1);
    return *stops && strcmp(stage, "merging") == 0 && done > 0.4;
}

static void a_withdrawal_that_is_stopped_changes_nothing(void **state) {
    (void)state;
    journal j = random_journal(45, 6, 60, 900);
    bool stops = false;
    const crmv_options options = {.struct_size = sizeof options, .threads = 1, .context = &stops, .progress = stop};
    crmv_model *model = model_of(EUROS);
    crmv_ledger *ledger = NULL;
    assert_int_equal(crmv_ledger_new(model, &options, &ledger, NULL), CRMV_OK);
    crmv_model_free(model);
    give_rates(ledger);
    for (int32_t batch = 0; batch < j.batches; batch++) {
        take_batch(ledger, &j, &everything, batch);
    }
    crmv_ledger *before = ledger_from(&j, &everything, 1);
    stops = true;
    assert_int_equal(crmv_ledger_withdraw(ledger, "batch 3", NULL), CRMV_CANCELLED);
    assert_same_ledgers(ledger, before, 0);
    crmv_ledger_free(ledger);
    crmv_ledger_free(before);
    free_journal(&j);
}

/* ---- Erasing ----------------------------------------------------------------------------------------------------- */

static void an_erased_customer_leaves_what_a_ledger_fed_without_it_holds(void **state) {
    (void)state;
    uint64_t draw = 5;
    for (uint64_t seed = 1; seed <= 16; seed++) {
        journal j = random_journal(seed, 1 + (int32_t)seed % 4, 3 + 6 * ((int32_t)seed % 5), 200);
        crmv_ledger *ledger = ledger_from(&j, &everything, 1);
        crmv_ledger *whole = ledger_from(&j, &everything, 1);
        const selection without = {.erased = 1 + pick_below(&draw, j.customers)};
        const int32_t customers = (int32_t)crmv_ledger_customers(ledger);
        const int32_t status = crmv_ledger_erase(ledger, key_of(&j, without.erased - 1), NULL);
        crmv_ledger *straight = ledger_from(&j, &without, 1);
        assert_int_equal(status, crmv_ledger_customers(straight) == customers ? CRMV_NOT_FOUND : CRMV_OK);
        assert_same_ledgers(ledger, straight, COUNTS);
        assert_same_counts(ledger, whole);
        assert_same_conversions(ledger, whole);
        crmv_ledger_free(ledger);
        crmv_ledger_free(whole);
        crmv_ledger_free(straight);
        free_journal(&j);
    }
}

static void all_customers_may_be_erased_one_by_one(void **state) {
    (void)state;
    for (uint64_t seed = 61; seed <= 62; seed++) {
        journal j = random_journal(seed, 3, 20, 300);
        crmv_ledger *ledger = ledger_from(&j, &everything, 1);
        for (int32_t customer = 0; customer < j.customers; customer++) {
            const int32_t status = crmv_ledger_erase(ledger, key_of(&j, customer * 7 % j.customers), NULL);
            assert_true(status == CRMV_OK || status == CRMV_NOT_FOUND);
        }
        char hash[33];
        char empty[33];
        crmv_ledger *fresh = new_ledger(EUROS);
        assert_int_equal(crmv_ledger_hash(ledger, hash), CRMV_OK);
        assert_int_equal(crmv_ledger_hash(fresh, empty), CRMV_OK);
        assert_string_equal(hash, empty);
        assert_int_equal(crmv_ledger_first_day(ledger), CRMV_NO_DATE);
        assert_int_equal(crmv_ledger_batches(ledger), 3);
        take_batch(ledger, &j, &everything, 4);
        crmv_ledger_free(fresh);
        crmv_ledger_free(ledger);
        free_journal(&j);
    }
}

static void a_row_set_aside_no_longer_shows_the_key_that_was_erased(void **state) {
    (void)state;
    static const char *const keys[] = {"Maria Huber", "Josef Maier"};
    static const char *const dates[] = {"2024-01-01", "Maria Huber"};
    const crmv_column columns[] = {strings("customer", keys), strings("date", dates)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, COUNT(columns), 2);
    assert_string_equal(only_aside(ledger).text, "Maria Huber");
    assert_int_equal(crmv_ledger_erase(ledger, "Maria Huber", NULL), CRMV_OK);
    assert_string_equal(only_aside(ledger).text, "");
    assert_string_equal(only_aside(ledger).column, "date");
    assert_int_equal(only_aside(ledger).rows, 1);
    crmv_ledger_free(ledger);
}

/* ---- Arguments --------------------------------------------------------------------------------------------------- */

static void corrections_tell_what_they_cannot_do(void **state) {
    (void)state;
    journal j = random_journal(51, 1, 20, 100);
    crmv_ledger *ledger = ledger_from(&j, &everything, 1);
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_ledger_begin_replacement(ledger, "batch 9", &error), CRMV_NOT_FOUND);
    assert_non_null(strstr(error.message, "batch 9"));
    assert_int_equal(crmv_ledger_withdraw(ledger, "batch 9", &error), CRMV_NOT_FOUND);
    assert_int_equal(crmv_ledger_erase(ledger, "12345", &error), CRMV_NOT_FOUND);
    assert_int_equal(crmv_ledger_erase(ledger, "Maria Huber", &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_begin_replacement(NULL, "batch 0", NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_begin_replacement(ledger, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_withdraw(NULL, "batch 0", NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_withdraw(ledger, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_erase(NULL, "1", NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_erase(ledger, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ledger_begin(ledger, "open", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_begin_replacement(ledger, "batch 0", NULL), CRMV_BAD_STATE);
    assert_int_equal(crmv_ledger_withdraw(ledger, "batch 0", NULL), CRMV_BAD_STATE);
    assert_int_equal(crmv_ledger_erase(ledger, key_of(&j, 1), &error), CRMV_BAD_STATE);
    assert_non_null(strstr(error.message, "open"));
    crmv_ledger_free(ledger);
    free_journal(&j);
}

/* ---- Memory that is short ---------------------------------------------------------------------------------------- */

/* What is done to a ledger of all batches. */
typedef int32_t (*correction)(crmv_ledger *ledger, const journal *j, const journal *other);

static int32_t begin_replacement(crmv_ledger *ledger, const journal *j, const journal *other) {
    (void)j;
    (void)other;
    return crmv_ledger_begin_replacement(ledger, "batch 2", NULL);
}

static int32_t end_replacement(crmv_ledger *ledger, const journal *j, const journal *other) {
    (void)j;
    armed = false;
    assert_int_equal(crmv_ledger_begin_replacement(ledger, "batch 2", NULL), CRMV_OK);
    append_batch(ledger, other, &everything, 2);
    armed = true;
    const int32_t status = crmv_ledger_end(ledger, NULL);
    armed = false;
    if (status != CRMV_OK) {
        assert_int_equal(crmv_ledger_cancel(ledger, NULL), CRMV_OK);
    }
    return status;
}

static int32_t withdraw(crmv_ledger *ledger, const journal *j, const journal *other) {
    (void)j;
    (void)other;
    return crmv_ledger_withdraw(ledger, "batch 0", NULL);
}

static int32_t erase(crmv_ledger *ledger, const journal *j, const journal *other) {
    (void)other;
    return crmv_ledger_erase(ledger, key_of(j, 3), NULL);
}

static void fail_each(void **state) {
    const correction *call = *state;
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    journal j = random_journal(72, 4, 30, 300);
    journal other = random_journal(74, 4, 30, 300);
    crmv_ledger *untouched = ledger_from(&j, &everything, 1);
    long failures = 0;
    for (int32_t status = CRMV_OUT_OF_MEMORY; status != CRMV_OK; failures++) {
        const long before = standing;
        crmv_ledger *ledger = ledger_from(&j, &everything, 1);
        has_failed = false;
        until_failure = failures;
        armed = true;
        status = (*call)(ledger, &j, &other);
        armed = false;
        if (status != CRMV_OK) {
            assert_int_equal(status, CRMV_OUT_OF_MEMORY);
            assert_same_ledgers(ledger, untouched, 0);
        }
        crmv_ledger_free(ledger);
        assert_int_equal(standing, before);
    }
    assert_true(failures > 1);
    crmv_ledger_free(untouched);
    free_journal(&j);
    free_journal(&other);
}

int main(void) {
    static correction calls[] = {begin_replacement, end_replacement, withdraw, erase};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replaced_batch_is_as_if_the_old_one_had_never_been_there),
        cmocka_unit_test(a_ledger_answers_with_the_old_batch_until_its_replacement_ends),
        cmocka_unit_test(the_only_batch_may_be_replaced_by_one_with_another_kind_of_keys),
        cmocka_unit_test(what_is_pending_is_told_of_all_feeds_by_reason_and_currency),
        cmocka_unit_test(batches_withdrawn_in_any_order_leave_a_ledger_without_them),
        cmocka_unit_test(a_batch_withdrawn_from_many_of_any_size_leaves_the_others),
        cmocka_unit_test(the_only_batch_with_facts_holds_the_standing_ones_itself),
        cmocka_unit_test(what_a_batch_offset_and_no_longer_fits_keeps_the_batch),
        cmocka_unit_test(sums_that_fit_in_the_order_of_batches_are_added_up_so),
        cmocka_unit_test(a_withdrawal_that_is_stopped_changes_nothing),
        cmocka_unit_test(an_erased_customer_leaves_what_a_ledger_fed_without_it_holds),
        cmocka_unit_test(all_customers_may_be_erased_one_by_one),
        cmocka_unit_test(a_row_set_aside_no_longer_shows_the_key_that_was_erased),
        cmocka_unit_test(corrections_tell_what_they_cannot_do),
        {"beginning_a_replacement_survives_each_failing_allocation", fail_each, NULL, NULL, &calls[0]},
        {"ending_a_replacement_survives_each_failing_allocation", fail_each, NULL, NULL, &calls[1]},
        {"withdrawing_survives_each_failing_allocation", fail_each, NULL, NULL, &calls[2]},
        {"erasing_survives_each_failing_allocation", fail_each, NULL, NULL, &calls[3]},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
