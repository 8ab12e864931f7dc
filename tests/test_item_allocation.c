/*
 * test_item_allocation.c - each allocation of taking in receivables, events, rates and lines in other currencies fails
 * once: the call says so, nothing of it has come in, nothing leaks, and tried again it gives what it would have given.
 */
#include "failing_memory.h"
#include "tables.h"

#include <stdio.h>

enum { ROWS = 1300 };
static int64_t numbers[ROWS];
static char keys[ROWS][16];
static const char *texts[ROWS], *currencies[ROWS], *names[ROWS], *remarks[ROWS], *amounts[ROWS];
static int32_t dates[ROWS], paid[ROWS];
static char written[ROWS][16];

static void make_rows(void) {
    for (int32_t i = 0; i < ROWS; i++) {
        numbers[i] = i % 400 * INT64_C(1000000007);
        snprintf(keys[i], sizeof keys[i], "key %d", (int)(i % 400));
        snprintf(written[i], sizeof written[i], "remark %d", (int)(i % 50));
        texts[i] = keys[i];
        currencies[i] = i % 5 == 0 ? "USD" : i % 5 == 1 ? "GBP" : i % 50 == 2 ? "CHF" : "EUR";
        names[i] = i % 90 == 7 ? "" : i % 2 == 0 ? "visit" : "complaint";
        remarks[i] = i % 3 == 0 ? "" : written[i];
        amounts[i] = i % 70 == 3 ? "?" : i % 2 == 0 ? "12.345" : "7";
        dates[i] = 20000 + i % 300;
        paid[i] = i % 4 == 0 ? CRMV_NO_DATE : 20100 + i % 200;
    }
}

/* A ledger with a batch open, which has taken in some of each feed. */
typedef struct scene {
    bool has_texts;
    crmv_ledger *ledger;
} scene;

static crmv_column customer(const scene *s) {
    return s->has_texts ? strings("customer", texts) : wholes("customer", numbers);
}

static int32_t append_receivables(const scene *s, crmv_error *error) {
    const crmv_column columns[] = {customer(s), strings("amount", amounts), days("due", dates), days("paid", paid),
                                   strings("currency", currencies)};
    return crmv_ledger_append_receivables(s->ledger, columns, COUNT(columns), ROWS, error);
}

static int32_t append_events(const scene *s, crmv_error *error) {
    const crmv_column columns[] = {customer(s), days("date", dates), strings("event", names), strings("text", remarks)};
    return crmv_ledger_append_events(s->ledger, columns, COUNT(columns), ROWS, error);
}

static int32_t append_lines(const scene *s, crmv_error *error) {
    const crmv_column columns[] = {customer(s), days("date", dates), strings("revenue", amounts),
                                   strings("currency", currencies)};
    return crmv_ledger_append(s->ledger, columns, COUNT(columns), ROWS, error);
}

static int32_t give_rates(const scene *s, crmv_error *error) {
    static const char *const rate_currencies[] = {"GBP", "USD", "GBP", "JPY"};
    static const int32_t rate_days[] = {19990, 19990, 20100, 20000};
    static const char *const rates[] = {"1.17", "0.9", "1.19", "0.0061"};
    const crmv_column columns[] = {strings("currency", rate_currencies), days("date", rate_days),
                                   strings("rate", rates)};
    return crmv_ledger_rates(s->ledger, columns, COUNT(columns), COUNT(rates), error);
}

static int32_t end_batch(const scene *s, crmv_error *error) {
    return crmv_ledger_end(s->ledger, error);
}

static void set_up(scene *s) {
    s->ledger = new_ledger(EUROS);
    assert_int_equal(give_rates(s, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_begin(s->ledger, "first", NULL), CRMV_OK);
    assert_int_equal(append_receivables(s, NULL), CRMV_OK);
    assert_int_equal(append_events(s, NULL), CRMV_OK);
    assert_int_equal(append_lines(s, NULL), CRMV_OK);
}

/* What can be told of it once all is in. */
typedef struct outcome {
    char hash[33];
    int64_t rows, accepted, asides, conversions, rounded;
} outcome;

static outcome outcome_of(const scene *s) {
    outcome o = {.rows = crmv_ledger_rows(s->ledger),
                 .accepted = crmv_ledger_accepted(s->ledger),
                 .asides = crmv_ledger_set_aside_count(s->ledger),
                 .conversions = crmv_ledger_conversions(s->ledger),
                 .rounded = crmv_ledger_rounded(s->ledger)};
    assert_int_equal(crmv_ledger_hash(s->ledger, o.hash), CRMV_OK);
    return o;
}

typedef struct trial {
    int32_t (*call)(const scene *s, crmv_error *error);
    bool has_texts;
    long passed_over; /* allocations between those that fail */
} trial;

/* Ends the batch, if that was not the call, and tells what has come of it. */
static outcome finish(const trial *t, const scene *s) {
    if (t->call != end_batch) {
        assert_int_equal(crmv_ledger_end(s->ledger, NULL), CRMV_OK);
    }
    return outcome_of(s);
}

static outcome expected_of(const trial *t) {
    scene s = {.has_texts = t->has_texts};
    set_up(&s);
    assert_int_equal(t->call(&s, NULL), CRMV_OK);
    const outcome o = finish(t, &s);
    crmv_ledger_free(s.ledger);
    return o;
}

static void check_outcome(const trial *t, const scene *s, const outcome *expected) {
    const outcome o = finish(t, s);
    assert_string_equal(o.hash, expected->hash);
    assert_int_equal(o.rows, expected->rows);
    assert_int_equal(o.accepted, expected->accepted);
    assert_int_equal(o.asides, expected->asides);
    assert_int_equal(o.conversions, expected->conversions);
    assert_int_equal(o.rounded, expected->rounded);
}

static void fail_each(void **state) {
    const trial *t = *state;
    if (!OWN_MALLOC) {
        print_message("the address sanitizer has a malloc of its own\n");
        skip();
    }
    const outcome expected = expected_of(t);
    scene s = {.has_texts = t->has_texts};
    int64_t failures = 0;
    bool is_over = false;
    for (long nth = 0; !is_over; nth += 1 + t->passed_over) {
        crmv_error error = {.struct_size = sizeof error};
        const long before = standing;
        set_up(&s);
        has_failed = false;
        until_failure = nth;
        armed = true;
        const int32_t status = t->call(&s, &error);
        armed = false;
        is_over = !has_failed;
        if (status != CRMV_OK) {
            assert_int_equal(status, CRMV_OUT_OF_MEMORY);
            assert_int_equal(t->call(&s, NULL), CRMV_OK);
            failures++;
        }
        check_outcome(t, &s, &expected);
        crmv_ledger_free(s.ledger);
        assert_int_equal(standing, before);
    }
    assert_true(failures > 0);
}

int main(void) {
    static trial trials[] = {
        {append_receivables, false, 0}, {append_receivables, true, 0}, {append_events, false, 0},
        {append_events, true, 0},       {append_lines, false, 0},      {give_rates, false, 0},
        {end_batch, false, 0},          {end_batch, true, 0},
    };
    const struct CMUnitTest tests[] = {
        {"appending_receivables_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[0]},
        {"appending_receivables_of_text_keys_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[1]},
        {"appending_events_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[2]},
        {"appending_events_of_text_keys_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[3]},
        {"converting_lines_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[4]},
        {"giving_rates_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[5]},
        {"ending_a_batch_of_items_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[6]},
        {"ending_a_batch_of_items_of_text_keys_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[7]},
    };
    make_rows();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
