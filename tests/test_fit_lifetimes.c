/*
 * test_fit_lifetimes.c - models with lifetimes that are fitted as a whole: to customers that are drawn by chance, whose
 * invoices go through a ledger like all others.
 */
#include "book.h"
#include "crmvalue/fit.h"
#include "crmvalue/lifetime_fit.h"
#include "failing_memory.h"

#include <stdio.h>

enum { CUSTOMERS = 900, FIRST = 19000, DAYS = 560, LINES = 60000 };

#define HEAD "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, "
#define MODEL                                                                                                          \
    HEAD "'lifetimes': {"                                                                                              \
         "'orders': {'model': ['nbd', 'bg_nbd', 'mbg_nbd'], 'spend': {'model': 'gamma_gamma', 'of': 'revenue'}}, "     \
         "'days': {'model': 'bg_nbd', 'time_unit': 'day', 'penalty': 0.5}}, "                                          \
         "'metrics': {"                                                                                                \
         "'part': {'ratio': ['worth', 'revenue'], 'scale': {'min_max': {'winsorise': [5, 95]}}}, "                     \
         "'alive': {'lifetime': ['orders', 'p_alive'], 'scale': {'line': [[0, 0], [1, 100]]}}, "                       \
         "'bought': {'lifetime': ['days', 'purchases'], 'horizon': {'months': 6}, "                                    \
         "'scale': {'percentile': {'knots': 12}}}, "                                                                   \
         "'worth': {'lifetime': ['orders', 'value'], 'discount': 0.1, 'scale': {'percentile': {'knots': 12}}}, "       \
         "'revenue': {'sum': 'revenue'}}, "                                                                            \
         "'indexes': {'score': {'weights': {'critic': {'of': ['alive', 'bought', 'worth']}}}}, "                       \
         "'tiers': {'shares': [['A', 20], ['B', 30], ['C', null]]}}"

#define ALONE(models)                                                                                                  \
    HEAD "'lifetimes': {'orders': {'model': " models ", 'time_unit': 'day'}}, "                                        \
         "'metrics': {'alive': {'lifetime': ['orders', 'p_alive'], 'scale': {'line': [[0, 0], [1, 100]]}}}, "          \
         "'indexes': {'score': {'weights': {'alive': 100}}}}"

/* ---- A book ------------------------------------------------------------------------------------------------------ */

typedef struct drawn_book {
    book_line lines[LINES];
    int64_t count;
} drawn_book;

/* Times are in days; each begins at the day it falls into, so that a customer's day holds one line or several. */
static void draw(const crmv_lifetime *lifetime, drawn_book *out) {
    static const crmv_spend spend = {
        .struct_size = sizeof spend, .model = CRMV_GAMMA_GAMMA, .parameters = {6.25, 6.7, 150}};
    static double first[CUSTOMERS];
    crmv_simulation *simulation = NULL;
    crmv_error error = an_error();
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        first[i] = i * 37 % 300;
    }
    must(crmv_simulate(lifetime, &spend, first, CUSTOMERS, DAYS, 4711, NULL, &simulation, &error), &error);
    out->count = crmv_simulation_purchases(simulation);
    assert_true(out->count <= LINES);
    for (int64_t i = 0; i < out->count; i++) {
        out->lines[i] = (book_line){.customer = crmv_simulation_customers(simulation)[i] + 1,
                                    .day = FIRST + (int32_t)crmv_simulation_times(simulation)[i],
                                    .quantity = 1,
                                    .revenue = 1 + (int64_t)(100 * crmv_simulation_amounts(simulation)[i])};
    }
    crmv_simulation_free(simulation);
}

static const crmv_lifetime dropping_out = {
    .struct_size = sizeof dropping_out, .model = CRMV_MBG_NBD, .parameters = {0.6, 25, 0.9, 2.5}};
static const crmv_lifetime loyal = {.struct_size = sizeof loyal, .model = CRMV_NBD, .parameters = {3, 90}};

static drawn_book usual;

static book open_book(const char *json, const drawn_book *drawn) {
    book b;
    b.model = model_of(json);
    b.ledger = ledger_of(b.model, drawn->lines, drawn->count);
    b.frame = frame_of(b.model, b.ledger, FIRST + DAYS);
    return b;
}

static crmv_model *fitted(const book *b) {
    crmv_error error = an_error();
    crmv_model *out = NULL;
    must(crmv_fit_model(b->model, b->frame, NULL, NULL, &out, &error), &error);
    return out;
}

/* The model's text, to be freed. */
static char *printed(const crmv_model *model) {
    int64_t length = 0;
    crmv_model_print(model, NULL, 0, &length);
    char *text = malloc((size_t)length + 1);
    assert_non_null(text);
    assert_int_equal(crmv_model_print(model, text, length + 1, NULL), CRMV_OK);
    return text;
}

static void assert_same_text(const crmv_model *a, const crmv_model *b) {
    char *of_a = printed(a), *of_b = printed(b);
    assert_string_equal(of_a, of_b);
    free(of_a);
    free(of_b);
}

static crmv_lifetime_card card_of(const crmv_model *model, int32_t lifetime) {
    crmv_lifetime_card card = {.struct_size = sizeof card};
    assert_int_equal(crmv_model_lifetime(model, lifetime, &card), CRMV_OK);
    return card;
}

/* ---- What is found ----------------------------------------------------------------------------------------------- */

static void the_parameters_are_those_of_the_fitting_functions_to_the_bit(void **state) {
    (void)state;
    static const int32_t models[] = {CRMV_NBD, CRMV_BG_NBD, CRMV_MBG_NBD};
    book b = open_book(MODEL, &usual);
    crmv_model *model = fitted(&b);
    const crmv_lifetime_card card = card_of(model, 0);
    const double *columns[CRMV_HISTORY_SQUARES + 1];
    crmv_lifetime lifetimes[3];
    crmv_fit_outcome outcomes[3], outcome = {.struct_size = sizeof outcome};
    crmv_spend spend = {.struct_size = sizeof spend, .model = CRMV_GAMMA_GAMMA};
    crmv_error error = an_error();
    int32_t chosen = -1;
    for (int32_t i = CRMV_HISTORY_REPEATS; i <= CRMV_HISTORY_SQUARES; i++) {
        columns[i] = crmv_frame_history(b.frame, "orders", i);
    }
    for (int32_t i = 0; i < 3; i++) {
        lifetimes[i].struct_size = sizeof lifetimes[i];
        outcomes[i].struct_size = sizeof outcomes[i];
    }
    const int64_t rows = crmv_frame_rows(b.frame);
    must(crmv_lifetime_choose(models, 3, columns[1], columns[2], columns[3], rows, 0, NULL, lifetimes, outcomes,
                              &chosen, &error),
         &error);
    must(crmv_spend_fit(&spend, columns[4], columns[5], columns[6], rows, 0, NULL, &outcome, &error), &error);
    assert_int_equal(card.state, CRMV_REQUEST_FITTED);
    assert_int_equal(card.lifetime.model, lifetimes[chosen].model);
    assert_memory_equal(card.lifetime.parameters, lifetimes[chosen].parameters, sizeof card.lifetime.parameters);
    assert_memory_equal(card.lifetime.covariance, lifetimes[chosen].covariance, sizeof card.lifetime.covariance);
    assert_memory_equal(card.spend.parameters, spend.parameters, sizeof spend.parameters);
    assert_memory_equal(card.spend.covariance, spend.covariance, sizeof spend.covariance);
    crmv_model_free(model);
    close_book(&b);
}

static void what_depends_on_lifetimes_is_found_from_what_they_foretell(void **state) {
    (void)state;
    book b = open_book(MODEL, &usual);
    crmv_model *model = fitted(&b);
    crmv_frame *frame = frame_of(model, b.ledger, FIRST + DAYS);
    crmv_model *again = NULL;
    crmv_error error = an_error();
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        crmv_request request = {.struct_size = sizeof request};
        assert_int_equal(crmv_model_request(model, i, &request), CRMV_OK);
        assert_int_equal(request.state, CRMV_REQUEST_FITTED);
    }
    /* from the frame that was derived with what was found, the same is found */
    must(crmv_fit_model(model, frame, NULL, NULL, &again, &error), &error);
    assert_same_text(model, again);
    crmv_model_free(again);
    crmv_frame_free(frame);
    crmv_model_free(model);
    close_book(&b);
}

static void a_fit_is_the_same_at_any_number_of_threads(void **state) {
    (void)state;
    book b = open_book(MODEL, &usual);
    crmv_model *model = fitted(&b);
    for (int32_t threads = 2; threads <= 3; threads++) {
        const crmv_options options = {.struct_size = sizeof options, .threads = threads};
        crmv_error error = an_error();
        crmv_model *again = NULL;
        must(crmv_fit_model(b.model, b.frame, NULL, &options, &again, &error), &error);
        assert_same_text(model, again);
        crmv_model_free(again);
    }
    crmv_model_free(model);
    close_book(&b);
}

/* ---- Shards ------------------------------------------------------------------------------------------------------ */

enum { SHARDS = 3 };

/* A round: each shard is gathered by itself, in an order of its own, and merged. */
static crmv_model *answer_round(const crmv_model *model, crmv_frame *const *frames) {
    crmv_error error = an_error();
    crmv_fit *whole = NULL;
    crmv_model *out = NULL;
    must(crmv_fit_new(model, NULL, &whole, &error), &error);
    for (int32_t i = SHARDS - 1; i >= 0; i--) {
        crmv_fit *part = NULL;
        must(crmv_fit_new(model, NULL, &part, &error), &error);
        must(crmv_fit_gather(part, frames[i], NULL, &error), &error);
        must(crmv_fit_merge(whole, part, &error), &error);
        crmv_fit_free(part);
    }
    must(crmv_fit_finish(whole, &out, &error), &error);
    crmv_fit_free(whole);
    return out;
}

static bool is_open(const crmv_model *model) {
    bool open = false;
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        crmv_request request = {.struct_size = sizeof request};
        assert_int_equal(crmv_model_request(model, i, &request), CRMV_OK);
        open = open || request.state != CRMV_REQUEST_FITTED;
    }
    return open;
}

static void shards_find_what_is_found_from_all_customers_at_once(void **state) {
    (void)state;
    static drawn_book parts[SHARDS];
    book b = open_book(MODEL, &usual);
    crmv_model *model = fitted(&b);
    crmv_frame *frames[SHARDS];
    crmv_ledger *ledgers[SHARDS];
    for (int64_t i = 0; i < usual.count; i++) {
        drawn_book *part = &parts[usual.lines[i].customer % SHARDS];
        part->lines[part->count++] = usual.lines[i];
    }
    for (int32_t i = 0; i < SHARDS; i++) {
        ledgers[i] = ledger_of(b.model, parts[i].lines, parts[i].count);
        frames[i] = frame_of(b.model, ledgers[i], FIRST + DAYS); /* once: rounds bring what is foretold up to date */
    }
    crmv_model *next = NULL;
    crmv_error error = an_error();
    must(crmv_model_unfitted(b.model, &next, &error), &error);
    for (int32_t rounds = 0; is_open(next); rounds++) {
        assert_true(rounds < 6);
        crmv_model *answered = answer_round(next, frames);
        crmv_model_free(next);
        next = answered;
    }
    assert_same_text(model, next);
    for (int32_t i = 0; i < SHARDS; i++) {
        crmv_frame_free(frames[i]);
        crmv_ledger_free(ledgers[i]);
    }
    crmv_model_free(next);
    crmv_model_free(model);
    close_book(&b);
}

/* ---- How a fit ends ---------------------------------------------------------------------------------------------- */

static void assert_not_fitted(const char *json, const book_line *lines, int64_t count, int32_t status,
                              const char *message) {
    crmv_model *model = model_of(json);
    crmv_ledger *ledger = ledger_of(model, lines, count);
    crmv_frame *frame = frame_of(model, ledger, 100);
    crmv_model *out = NULL;
    crmv_error error = an_error();
    assert_int_equal(crmv_fit_model(model, frame, NULL, NULL, &out, &error), status);
    assert_null(out);
    assert_string_equal(error.place, "lifetimes.orders");
    assert_contains(error.message, message);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void histories_that_tell_nothing_are_not_identified_by_the_place_and_the_reason(void **state) {
    (void)state;
    const book_line once[] = {{.customer = 1, .day = 10, .revenue = 500},
                              {.customer = 2, .day = 20, .revenue = 700},
                              {.customer = 3, .day = 30, .revenue = 500},
                              {.customer = 4, .day = 44, .revenue = 700}};
    const book_line never[] = {{.customer = 1, .day = 10, .kind = "return", .revenue = 500}};
    assert_not_fitted(ALONE("'bg_nbd'"), once, LENGTH_OF(once), CRMV_NOT_IDENTIFIED, "not identified");
    assert_not_fitted(ALONE("['bg_nbd', 'nbd']"), never, 1, CRMV_NOT_IDENTIFIED,
                      "the only customer has no purchase day up to ");
    assert_not_fitted(ALONE("'nbd'"), once, 1, CRMV_NOT_IDENTIFIED, "nbd, fitted to 1 customer, is not identified: ");
}

static void a_population_without_transactions_fits_no_lifetime(void **state) {
    (void)state;
    const int64_t keys[] = {1, 2};
    const crmv_column table[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys)};
    crmv_model *model = model_of(ALONE("'nbd'"));
    crmv_frame *frame = joined(model, NULL, table, 1, 2, 50);
    crmv_model *out = NULL;
    crmv_error error = an_error();
    assert_int_equal(crmv_fit_model(model, frame, NULL, NULL, &out, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "population");
    assert_int_equal(crmv_fit_model(model, NULL, NULL, NULL, &out, &error), CRMV_BAD_ARGUMENT);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static char *report_of(const crmv_model *model, const crmv_frame *frame) {
    crmv_error error = an_error();
    crmv_frame *foretold = NULL;
    crmv_report *report = NULL;
    must(crmv_frame_with(frame, model, NULL, &foretold, &error), &error);
    must(crmv_report_make(model, foretold, NULL, NULL, NULL, &report, &error), &error);
    const char *table = crmv_report_table(report);
    char *text = malloc(strlen(table) + 1);
    assert_non_null(text);
    for (size_t i = 0, blanks = 0; i <= strlen(table); i++) { /* lines are broken anywhere */
        text[i - blanks] = table[i] == '\n' ? ' ' : table[i];
        blanks += i > 0 && (table[i] == ' ' || table[i] == '\n') && text[i - blanks - 1] == ' ';
    }
    crmv_report_free(report);
    crmv_frame_free(foretold);
    return text;
}

/* Wholesalers who never leave: the drop-out of a BG/NBD goes to the end of its range. */
static void a_boundary_is_an_answer_that_the_report_warns_of_and_gives_way_to_the_simpler_model(void **state) {
    (void)state;
    static drawn_book wholesale;
    draw(&loyal, &wholesale);
    book b = open_book(ALONE("'bg_nbd'"), &wholesale);
    crmv_model *model = fitted(&b);
    char *report = report_of(model, b.frame);
    assert_contains(report, "boundary");
    const char *warned = strstr(report, "lifetimes.orders.fitted.found.ending: the fit ended on the boundary: ");
    assert_non_null(warned);
    assert_null(strstr(report, "lifetimes.orders: ")); /* once: the remark has no warning of its own */
    free(report);
    crmv_model_free(model);
    close_book(&b);
    b = open_book(ALONE("['bg_nbd', 'nbd']"), &wholesale);
    model = fitted(&b);
    assert_int_equal(card_of(model, 0).lifetime.model, CRMV_NBD);
    report = report_of(model, b.frame);
    assert_contains(report, "nbd: r ");
    assert_contains(report, "(boundary)");
    free(report);
    crmv_model_free(model);
    close_book(&b);
}

static void the_report_lists_parameters_with_errors_the_ending_and_each_candidate(void **state) {
    (void)state;
    book b = open_book(MODEL, &usual);
    crmv_model *model = fitted(&b);
    char *report = report_of(model, b.frame);
    assert_contains(report, "lifetimes.orders (lifetime, from 900 customers): ");
    assert_contains(report, "(standard error ");
    assert_contains(report, "; converged; BIC nbd ");
    assert_contains(report, ", mbg_nbd ");
    assert_contains(report, "; spend: p ");
    free(report);
    crmv_model_free(model);
    close_book(&b);
}

/* ---- Short memory ------------------------------------------------------------------------------------------------ */

static void where_memory_is_short_the_fit_says_so_and_leaves_nothing_behind(void **state) {
    (void)state;
    static drawn_book few;
    for (int64_t i = 0; i < usual.count; i++) {
        if (usual.lines[i].customer <= 40) {
            few.lines[few.count++] = usual.lines[i];
        }
    }
    book b = open_book(ALONE("'nbd'"), &few);
    const long before = standing;
    int64_t failures = 0;
    for (long at = 0;; at += 1 + at / 64, failures++) {
        crmv_model *out = NULL;
        until_failure = at;
        has_failed = false;
        armed = true;
        const int32_t status = crmv_fit_model(b.model, b.frame, NULL, NULL, &out, NULL);
        armed = false;
        if (status == CRMV_OK) {
            crmv_model_free(out);
            break;
        }
        assert_int_equal(status, CRMV_OUT_OF_MEMORY);
        assert_null(out);
        assert_int_equal(standing, before);
    }
    assert_true(failures > 50 || !OWN_MALLOC);
    close_book(&b);
}

static int draw_usual(void **state) {
    (void)state;
    draw(&dropping_out, &usual);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parameters_are_those_of_the_fitting_functions_to_the_bit),
        cmocka_unit_test(what_depends_on_lifetimes_is_found_from_what_they_foretell),
        cmocka_unit_test(a_fit_is_the_same_at_any_number_of_threads),
        cmocka_unit_test(shards_find_what_is_found_from_all_customers_at_once),
        cmocka_unit_test(histories_that_tell_nothing_are_not_identified_by_the_place_and_the_reason),
        cmocka_unit_test(a_population_without_transactions_fits_no_lifetime),
        cmocka_unit_test(a_boundary_is_an_answer_that_the_report_warns_of_and_gives_way_to_the_simpler_model),
        cmocka_unit_test(the_report_lists_parameters_with_errors_the_ending_and_each_candidate),
        cmocka_unit_test(where_memory_is_short_the_fit_says_so_and_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, draw_usual, NULL);
}
