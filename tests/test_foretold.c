/*
 * test_foretold.c - metrics that lifetimes foretell: what the public functions answer about the frame's histories, to
 * the bit, in frames that were derived and in frames that were brought up to date.
 */
#include "book.h"
#include "chance.h"
#include "clv/special.h"
#include "failing_memory.h"

#include <stdio.h>

#define MODEL                                                                                                          \
    "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, "                                               \
    "'lifetimes': {'orders': {'model': ['bg_nbd', 'nbd'], "                                                            \
    "'spend': {'model': 'gamma_gamma', 'of': 'revenue', 'first_purchase': true}}, "                                    \
    "'days': {'model': 'mbg_nbd', 'time_unit': 'day'}}, "                                                              \
    "'metrics': {"                                                                                                     \
    "'part': {'share': ['worth', 'revenue']}, "                                                                        \
    "'alive': {'lifetime': ['orders', 'p_alive']}, "                                                                   \
    "'alive_then': {'lifetime': ['orders', 'p_alive'], 'ahead': {'months': 6}}, "                                      \
    "'gone': {'lifetime': ['orders', 'churn']}, "                                                                      \
    "'gone_error': {'lifetime': ['orders', 'churn'], 'standard_error': true}, "                                        \
    "'bought': {'lifetime': ['orders', 'purchases'], 'horizon': {'months': 12}}, "                                     \
    "'bought_error': {'lifetime': ['orders', 'purchases'], 'horizon': {'months': 12}, 'standard_error': true}, "       \
    "'bought_days': {'lifetime': ['days', 'purchases'], 'horizon': {'weeks': 10}}, "                                   \
    "'spends': {'lifetime': ['orders', 'spend']}, "                                                                    \
    "'worth': {'lifetime': ['orders', 'value'], 'horizon': {'years': 3}, 'discount': 0.1}, "                           \
    "'worth_error': {'lifetime': ['orders', 'value'], 'horizon': {'years': 3}, 'discount': 0.1, "                      \
    "'standard_error': true}, "                                                                                        \
    "'for_ever': {'lifetime': ['orders', 'discounted_purchases'], 'discount': 0.15}, "                                 \
    "'revenue': {'sum': 'revenue'}}}"

static const char *const metrics[] = {"part",        "alive",        "alive_then",  "gone",   "gone_error",
                                      "bought",      "bought_error", "bought_days", "spends", "worth",
                                      "worth_error", "for_ever",     "revenue"};
enum { METRICS = sizeof metrics / sizeof *metrics };

#define ORDERS_FITTED                                                                                                  \
    "{'model': 'bg_nbd', 'parameters': {'r': 0.25, 'alpha': 4.5, 'a': 0.8, 'b': 2.5}, "                                \
    "'covariance': [[0.003, 0.002, 0, 0], [0.002, 0.007, 0, 0], [0, 0, 0.05, 0.03], [0, 0, 0.03, 0.08]], "             \
    "'spend': {'parameters': {'p': 6.25, 'q': 3.75, 'gamma': 15.5}, "                                                  \
    "'covariance': [[0.01, 0, 0], [0, 0.02, 0], [0, 0, 0.03]]}}"
#define OTHERS_FITTED                                                                                                  \
    "{'model': 'nbd', 'parameters': {'r': 0.5, 'alpha': 9}, "                                                          \
    "'spend': {'parameters': {'p': 6, 'q': 4, 'gamma': 12}}}"
#define DAYS_FITTED "{'model': 'mbg_nbd', 'parameters': {'r': 0.5, 'alpha': 30, 'a': 0.7, 'b': 2}}"

/* The model with an answer beside a lifetime's request. */
static crmv_model *answered(const crmv_model *model, int32_t lifetime, const char *fitted) {
    crmv_lifetime_card card = {.struct_size = sizeof card};
    crmv_error error = an_error();
    crmv_model *out = NULL;
    char text[1024];
    assert_true(strlen(fitted) < sizeof text);
    strcpy(text, fitted);
    for (char *at = text; *at != '\0'; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    assert_int_equal(crmv_model_lifetime(model, lifetime, &card), CRMV_OK);
    must(crmv_model_answer(model, card.request, text, -1, &out, &error), &error);
    return out;
}

static crmv_model *fitted_model(const crmv_model *open, const char *orders) {
    crmv_model *half = answered(open, 0, orders);
    crmv_model *whole = answered(half, 1, DAYS_FITTED);
    crmv_model_free(half);
    return whole;
}

enum { CUSTOMERS = 4200, LINES = 12000, AS_OF = 20000 };

/* Customers 1, 2 ...; the last of them have returns alone. */
static void fill_lines(book_line *lines, uint64_t seed) {
    uint64_t state = seed;
    for (int64_t i = 0; i < LINES; i++) {
        const int64_t customer = i < CUSTOMERS ? i : (int64_t)chance_below(&state, CUSTOMERS);
        const bool returns = customer >= CUSTOMERS - 20;
        lines[i] = (book_line){.customer = customer + 1, .kind = returns ? "return" : "sale"};
        lines[i].day =
            (int32_t)(AS_OF - 900 + customer % 850 + chance_below(&state, (uint32_t)(1 + customer * 13 % 40)));
        lines[i].revenue = 1 + chance_below(&state, 100000);
        if (!returns && i >= CUSTOMERS && chance_below(&state, 8) == 0) { /* each has bought something */
            lines[i].kind = "return";
        }
    }
}

static book random_book(void) {
    static book_line lines[LINES];
    book b;
    fill_lines(lines, 7);
    crmv_model *open = model_of(MODEL);
    b.model = fitted_model(open, ORDERS_FITTED);
    crmv_model_free(open);
    b.ledger = ledger_of(b.model, lines, LINES);
    b.frame = frame_of(b.model, b.ledger, AS_OF);
    return b;
}

static crmv_lifetime_card card_of(const crmv_model *model, int32_t lifetime) {
    crmv_lifetime_card card = {.struct_size = sizeof card};
    assert_int_equal(crmv_model_lifetime(model, lifetime, &card), CRMV_OK);
    return card;
}

static const double *history(const crmv_frame *frame, const char *lifetime, int32_t column) {
    const double *values = crmv_frame_history(frame, lifetime, column);
    assert_non_null(values);
    return values;
}

/* ---- What is asked ----------------------------------------------------------------------------------------------- */

/* The library's own answers about all rows at once. */
static void ask(const book *b, int32_t lifetime, int32_t what, double ahead, double discount, double *values,
                double *errors) {
    const crmv_lifetime_card card = card_of(b->model, lifetime);
    crmv_error error = an_error();
    must(crmv_lifetime_predict(
             &card.lifetime, what, ahead, discount, history(b->frame, card.name, CRMV_HISTORY_REPEATS),
             history(b->frame, card.name, CRMV_HISTORY_LAST), history(b->frame, card.name, CRMV_HISTORY_AGE),
             crmv_frame_rows(b->frame), NULL, values, errors, &error),
         &error);
}

static void assert_column(const book *b, const char *metric, const double *expected) {
    const double *found = crmv_frame_metric(b->frame, metric);
    int64_t told = 0;
    for (int64_t row = 0; row < crmv_frame_rows(b->frame); row++) {
        const bool both_missing = isnan(found[row]) && isnan(expected[row]);
        told += !isnan(found[row]);
        if (!both_missing && memcmp(&found[row], &expected[row], sizeof found[row]) != 0) {
            fail_msg("%s in row %lld is %.17g, not %.17g", metric, (long long)row, found[row], expected[row]);
        }
    }
    assert_true(told > CUSTOMERS / 2);
}

static void metrics_are_what_the_public_functions_foretell_of_the_histories(void **state) {
    (void)state;
    static double values[CUSTOMERS], errors[CUSTOMERS], spends[CUSTOMERS], spend_errors[CUSTOMERS], out[CUSTOMERS];
    book b = random_book();
    const int64_t rows = crmv_frame_rows(b.frame);
    assert_int_equal(rows, CUSTOMERS);
    ask(&b, 0, CRMV_P_ALIVE, 0, 0, values, errors);
    assert_column(&b, "alive", values);
    assert_column(&b, "gone_error", errors);
    for (int64_t i = 0; i < rows; i++) {
        out[i] = 1 - values[i];
    }
    assert_column(&b, "gone", out);
    /* 2024-10-04 is day 20000: half a year on it is 2025-04-04, a year on 2025-10-04 */
    ask(&b, 0, CRMV_P_ALIVE, (double)(on(2025, 4, 4) - AS_OF) / 7, 0, values, NULL);
    assert_column(&b, "alive_then", values);
    ask(&b, 0, CRMV_PURCHASES, (double)(on(2025, 10, 4) - AS_OF) / 7, 0, values, errors);
    assert_column(&b, "bought", values);
    assert_column(&b, "bought_error", errors);
    ask(&b, 1, CRMV_PURCHASES, 70, 0, values, NULL);
    assert_column(&b, "bought_days", values);
    const crmv_lifetime_card card = card_of(b.model, 0);
    crmv_error error = an_error();
    must(crmv_spend_predict(&card.spend, history(b.frame, "orders", CRMV_HISTORY_SPENDS),
                            history(b.frame, "orders", CRMV_HISTORY_SPEND), rows, NULL, spends, spend_errors, &error),
         &error);
    assert_column(&b, "spends", spends);
    /* yearly rates of 10 and 15 %, by the week */
    ask(&b, 0, CRMV_DISCOUNTED_PURCHASES, (double)(on(2027, 10, 4) - AS_OF) / 7, crmvi_log1p(0.1) * 7 / 365.25, values,
        errors);
    for (int64_t i = 0; i < rows; i++) {
        out[i] = values[i] * spends[i];
        errors[i] = sqrt(values[i] * spend_errors[i] * (values[i] * spend_errors[i]) +
                         spends[i] * errors[i] * (spends[i] * errors[i]));
    }
    assert_column(&b, "worth", out);
    assert_column(&b, "worth_error", errors);
    ask(&b, 0, CRMV_DISCOUNTED_PURCHASES, (double)INFINITY, crmvi_log1p(0.15) * 7 / 365.25, values, NULL);
    assert_column(&b, "for_ever", values);
    close_book(&b);
}

/* ---- What is missing --------------------------------------------------------------------------------------------- */

static void who_never_purchased_has_no_history_to_foretell_from(void **state) {
    (void)state;
    book b = random_book();
    assert_missing_only(b.frame, "alive", no_history, 20);
    assert_missing_only(b.frame, "bought_error", no_history, 20);
    crmv_missing counted = {.struct_size = sizeof counted};
    assert_int_equal(crmv_frame_missing(b.frame, "worth", &counted), CRMV_OK);
    assert_int_equal(counted.no_history, 20);
    assert_true(counted.undefined > 0); /* more came back than was sold: Gamma-Gamma knows no such mean */
    assert_int_equal(counted.missing, counted.no_history + counted.undefined);
    assert_int_equal(crmv_frame_missing(b.frame, "part", &counted), CRMV_OK);
    assert_true(counted.operand > 0);
    close_book(&b);
}

static void what_was_not_fitted_foretells_nothing_of_anybody(void **state) {
    (void)state;
    const book_line lines[] = {{.customer = 1, .day = 10, .kind = "sale", .revenue = 500},
                               {.customer = 2, .day = 10, .kind = "return", .revenue = 500}};
    crmv_model *open = model_of(MODEL);
    crmv_ledger *ledger = ledger_of(open, lines, 2);
    crmv_frame *frame = frame_of(open, ledger, 50);
    for (int32_t i = 0; i < METRICS - 1; i++) {
        assert_missing(frame, "1", metrics[i]);
        assert_missing(frame, "2", metrics[i]);
    }
    crmv_missing counted = {.struct_size = sizeof counted};
    assert_int_equal(crmv_frame_missing(frame, "alive", &counted), CRMV_OK);
    assert_int_equal(counted.undefined, 1);
    assert_int_equal(counted.no_history, 1);
    crmv_frame_free(frame);
    const int64_t keys[] = {1, 2};
    const crmv_column table[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys)};
    frame = joined(open, NULL, table, 1, 2, 50);
    assert_missing_only(frame, "worth", no_history, 2);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(open);
}

static void a_standard_error_without_a_covariance_is_undefined(void **state) {
    (void)state;
    const book_line lines[] = {{.customer = 1, .day = 10, .kind = "sale", .revenue = 500}};
    crmv_model *open = model_of(MODEL);
    crmv_model *fitted = fitted_model(open, OTHERS_FITTED);
    crmv_ledger *ledger = ledger_of(open, lines, 1);
    crmv_frame *frame = frame_of(fitted, ledger, 50);
    assert_false(isnan(value_of(frame, "1", "worth")));
    assert_missing_only(frame, "worth_error", undefined, 1);
    assert_missing_only(frame, "gone_error", undefined, 1);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(fitted);
    crmv_model_free(open);
}

static void parameters_that_nothing_can_be_foretold_from_are_refused_by_the_metric(void **state) {
    (void)state;
    const book_line lines[] = {{.customer = 1, .day = 10, .kind = "sale", .revenue = 500}};
    crmv_model *open = model_of(MODEL);
    crmv_model *fitted =
        answered(open, 1, "{'model': 'mbg_nbd', 'parameters': {'r': 1e-30, 'alpha': 3, 'a': 1, 'b': 2}}");
    crmv_ledger *ledger = ledger_of(open, lines, 1);
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    assert_int_equal(crmv_frame_derive(fitted, ledger, NULL, 0, 0, 50, NULL, &frame, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "bought_days");
    assert_contains(error.message, "r is 1e-30");
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(fitted);
    crmv_model_free(open);
}

/* ---- The same bits ----------------------------------------------------------------------------------------------- */

static void assert_same_frames(const crmv_frame *a, int64_t at, const crmv_frame *b, int64_t rows) {
    for (int32_t i = 0; i < METRICS; i++) {
        const double *of_a = crmv_frame_metric(a, metrics[i]) + at;
        const double *of_b = crmv_frame_metric(b, metrics[i]);
        for (int64_t row = 0; row < rows; row++) {
            const bool both_missing = isnan(of_a[row]) && isnan(of_b[row]);
            if (!both_missing && memcmp(&of_a[row], &of_b[row], sizeof *of_a) != 0) {
                fail_msg("%s in row %lld: %.17g and %.17g", metrics[i], (long long)row, of_a[row], of_b[row]);
            }
        }
    }
}

static void assert_same_missing(const crmv_frame *a, const crmv_frame *b) {
    for (int32_t i = 0; i < METRICS; i++) {
        crmv_missing of_a = {.struct_size = sizeof of_a}, of_b = {.struct_size = sizeof of_b};
        assert_int_equal(crmv_frame_missing(a, metrics[i], &of_a), CRMV_OK);
        assert_int_equal(crmv_frame_missing(b, metrics[i], &of_b), CRMV_OK);
        assert_memory_equal(&of_a, &of_b, sizeof of_a);
    }
}

static void what_is_foretold_does_not_depend_on_threads(void **state) {
    (void)state;
    book b = random_book();
    for (int32_t threads = 2; threads <= 4; threads++) {
        const crmv_options options = {.struct_size = sizeof options, .threads = threads};
        crmv_error error = an_error();
        crmv_frame *again = NULL;
        must(crmv_frame_derive(b.model, b.ledger, NULL, 0, 0, AS_OF, &options, &again, &error), &error);
        assert_same_frames(b.frame, 0, again, crmv_frame_rows(again));
        assert_same_missing(b.frame, again);
        crmv_frame_free(again);
    }
    close_book(&b);
}

static void a_customer_alone_is_foretold_what_it_is_among_others(void **state) {
    (void)state;
    book b = random_book();
    for (int64_t row = 0; row < crmv_frame_rows(b.frame); row += 41) {
        char key[32];
        crmv_error error = an_error();
        crmv_ledger *alone = NULL;
        const char *keys[1] = {key};
        snprintf(key, sizeof key, "%lld", (long long)crmv_frame_numbers(b.frame)[row]);
        must(crmv_ledger_extract(b.ledger, keys, 1, &alone, &error), &error);
        crmv_frame *single = frame_of(b.model, alone, AS_OF);
        assert_same_frames(b.frame, row, single, 1);
        crmv_frame_free(single);
        crmv_ledger_free(alone);
    }
    close_book(&b);
}

static void a_frame_that_is_brought_up_to_date_is_the_one_that_would_be_derived_anew(void **state) {
    (void)state;
    book b = random_book();
    crmv_error error = an_error();
    crmv_model *open = model_of(MODEL);
    crmv_model *other = fitted_model(open, OTHERS_FITTED);
    const crmv_model *const models[] = {open, b.model, other, other, open};
    crmv_frame *last = frame_of(open, b.ledger, AS_OF);
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        const crmv_options options = {.struct_size = sizeof options, .threads = 1 + (int32_t)i % 3};
        crmv_frame *next = NULL;
        crmv_frame *anew = frame_of(models[i], b.ledger, AS_OF);
        must(crmv_frame_with(last, models[i], &options, &next, &error), &error);
        crmv_frame_free(last);
        assert_same_frames(anew, 0, next, crmv_frame_rows(anew));
        assert_same_missing(anew, next);
        assert_memory_equal(crmv_frame_numbers(anew), crmv_frame_numbers(next), CUSTOMERS * sizeof(int64_t));
        assert_non_null(crmv_frame_amount(next, "revenue"));
        crmv_frame_free(anew);
        last = next;
    }
    crmv_frame_free(last);
    crmv_model_free(other);
    crmv_model_free(open);
    close_book(&b);
}

/* ---- What belongs together --------------------------------------------------------------------------------------- */

#define SCORED                                                                                                         \
    "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, "                                               \
    "'lifetimes': {'days': {'model': 'mbg_nbd', 'time_unit': 'day'}}, "                                                \
    "'metrics': {'alive': {'lifetime': ['days', 'p_alive'], 'scale': {'line': [[0, 0], [1, 100]]}}}, "                 \
    "'indexes': {'score': {'weights': {'alive': 100}}}}"

static void scores_refuse_a_frame_that_was_foretold_by_other_parameters(void **state) {
    (void)state;
    const book_line lines[] = {{.customer = 1, .day = 10, .kind = "sale", .revenue = 500}};
    crmv_model *open = model_of(SCORED);
    crmv_model *fitted = answered(open, 0, DAYS_FITTED);
    crmv_ledger *ledger = ledger_of(open, lines, 1);
    crmv_frame *frame = frame_of(open, ledger, 50);
    crmv_scores *scores = NULL;
    crmv_error error = an_error();
    assert_int_equal(crmv_score(fitted, frame, NULL, &scores, &error), CRMV_BAD_ARGUMENT);
    assert_contains(error.message, "crmv_frame_with");
    assert_contains(error.message, "lifetimes.days");
    crmv_frame *renewed = NULL;
    must(crmv_frame_with(frame, fitted, NULL, &renewed, &error), &error);
    must(crmv_score(fitted, renewed, NULL, &scores, &error), &error);
    crmv_scores_free(scores);
    crmv_frame_free(renewed);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(fitted);
    crmv_model_free(open);
}

static void a_frame_is_not_brought_up_to_date_by_a_model_of_other_metrics_or_histories(void **state) {
    (void)state;
    static const char *const others[] = {
        "{'crmvalue': 1, 'lifetimes': {'days': {'model': 'mbg_nbd', 'time_unit': 'day'}}, "
        "'metrics': {'alive': {'lifetime': ['days', 'churn']}}}",
        "{'crmvalue': 1, 'lifetimes': {'days': {'model': 'mbg_nbd', 'time_unit': 'week'}}, "
        "'metrics': {'alive': {'lifetime': ['days', 'p_alive']}}}",
        "{'crmvalue': 1, 'lifetimes': {'days': {'model': 'mbg_nbd', 'time_unit': 'day'}, 'more': {'model': 'nbd'}}, "
        "'metrics': {'alive': {'lifetime': ['days', 'p_alive']}}}",
        "{'crmvalue': 1, 'lifetimes': {'days': {'model': 'mbg_nbd', 'time_unit': 'day'}}, "
        "'metrics': {'alive': {'lifetime': ['days', 'p_alive'], 'ahead': {'days': 1}}}}",
        "{'crmvalue': 1, 'lifetimes': {'days': {'model': 'mbg_nbd', 'time_unit': 'day'}}, "
        "'metrics': {'alive': {'lifetime': ['days', 'p_alive']}, 'more': {'sum': 'revenue'}}}",
    };
    const book_line lines[] = {{.customer = 1, .day = 10, .kind = "sale", .revenue = 500}};
    crmv_model *model = model_of(SCORED);
    crmv_ledger *ledger = ledger_of(model, lines, 1);
    crmv_frame *frame = frame_of(model, ledger, 50);
    crmv_frame *out = NULL;
    crmv_error error = an_error();
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        crmv_model *other = model_of(others[i]);
        assert_int_equal(crmv_frame_with(frame, other, NULL, &out, &error), CRMV_BAD_ARGUMENT);
        assert_string_equal(error.place, "frame");
        assert_contains(error.message, "another model");
        assert_null(out);
        crmv_model_free(other);
    }
    assert_int_equal(crmv_frame_with(NULL, model, NULL, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_frame_with(frame, NULL, NULL, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_frame_with(frame, model, NULL, NULL, NULL), CRMV_BAD_ARGUMENT);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void check_does_not_count_what_open_lifetimes_leave_missing(void **state) {
    (void)state;
    const book_line lines[] = {{.customer = 1, .day = 10, .kind = "sale", .revenue = 500}};
    crmv_model *open = model_of(SCORED);
    crmv_ledger *ledger = ledger_of(open, lines, 1);
    crmv_frame *frame = frame_of(open, ledger, 50);
    crmv_findings *findings = NULL;
    crmv_error error = an_error();
    must(crmv_model_check(open, NULL, frame, &findings, &error), &error);
    for (int64_t i = 0; i < crmv_findings_count(findings); i++) {
        crmv_finding one = {.struct_size = sizeof one};
        assert_int_equal(crmv_findings_get(findings, i, &one), CRMV_OK);
        assert_null(strstr(one.message, "missing for"));
    }
    crmv_findings_free(findings);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(open);
}

/* ---- Short memory ------------------------------------------------------------------------------------------------ */

static void arm(int64_t succeeding) {
    until_failure = succeeding;
    has_failed = false;
    armed = true;
}

static void where_memory_is_short_the_frame_stays_as_it_was(void **state) {
    (void)state;
    const book_line lines[] = {{.customer = 1, .day = 10, .kind = "sale", .revenue = 500},
                               {.customer = 1, .day = 12, .kind = "sale", .revenue = 700}};
    crmv_model *open = model_of(MODEL);
    crmv_model *fitted = fitted_model(open, ORDERS_FITTED);
    crmv_ledger *ledger = ledger_of(open, lines, 2);
    crmv_frame *frame = frame_of(open, ledger, 50);
    const long before = standing;
    int64_t failures = 0;
    for (int64_t at = 0;; at++, failures++) {
        crmv_frame *out = NULL;
        crmv_error error = an_error();
        arm(at);
        const int32_t status = crmv_frame_with(frame, fitted, NULL, &out, &error);
        armed = false;
        if (status == CRMV_OK) {
            assert_false(isnan(value_of(out, "1", "worth")));
            crmv_frame_free(out);
            break;
        }
        assert_int_equal(status, CRMV_OUT_OF_MEMORY);
        assert_null(out);
        assert_int_equal(standing, before);
    }
    assert_true(failures > 10 || !OWN_MALLOC);
    for (int64_t at = 0, done = 0; done == 0; at++) {
        crmv_frame *out = NULL;
        arm(at);
        const int32_t status = crmv_frame_derive(fitted, ledger, NULL, 0, 0, 50, NULL, &out, NULL);
        armed = false;
        done = status == CRMV_OK;
        assert_true(done || status == CRMV_OUT_OF_MEMORY);
        crmv_frame_free(out);
    }
    assert_missing(frame, "1", "worth");
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(fitted);
    crmv_model_free(open);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_are_what_the_public_functions_foretell_of_the_histories),
        cmocka_unit_test(who_never_purchased_has_no_history_to_foretell_from),
        cmocka_unit_test(what_was_not_fitted_foretells_nothing_of_anybody),
        cmocka_unit_test(a_standard_error_without_a_covariance_is_undefined),
        cmocka_unit_test(parameters_that_nothing_can_be_foretold_from_are_refused_by_the_metric),
        cmocka_unit_test(what_is_foretold_does_not_depend_on_threads),
        cmocka_unit_test(a_customer_alone_is_foretold_what_it_is_among_others),
        cmocka_unit_test(a_frame_that_is_brought_up_to_date_is_the_one_that_would_be_derived_anew),
        cmocka_unit_test(scores_refuse_a_frame_that_was_foretold_by_other_parameters),
        cmocka_unit_test(a_frame_is_not_brought_up_to_date_by_a_model_of_other_metrics_or_histories),
        cmocka_unit_test(check_does_not_count_what_open_lifetimes_leave_missing),
        cmocka_unit_test(where_memory_is_short_the_frame_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
