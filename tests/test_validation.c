/*
 * test_validation.c - lifetimes held against what happened: what came is counted here from the lines, day by day, and
 * the plain forecasts are worked out here as well.
 */
#include "crmvalue/lifetime_fit.h"
#include "crmvalue/validate.h"
#include "failing_memory.h"
#include "scoring.h"

#include <jansson.h>

enum { CUSTOMERS = 400, FIRST_DAY = 18262 /* 2020-01-01 */, DAYS = 730, SPLIT = FIRST_DAY + 500, MOST = 20000 };

static const char model_text[] =
    "{'crmvalue': 1, 'money': {'currency': 'EUR'}, 'lifetimes': {"
    "'weeks': {'model': 'mbg_nbd', 'spend': {'model': 'normal_normal', 'of': 'revenue'}},"
    "'days': {'model': ['nbd', 'bg_nbd'], 'time_unit': 'day'}},"
    "'metrics': {'mood': {'attribute': 'mood', 'scale': {'line': [[1, 0], [5, 100]]}}},"
    "'indexes': {'score': {'weights': {'mood': 1}}}, 'tiers': {'cuts': [['a', 50], ['b', null]]}}";

/* Lines, each a purchase, some of them on the same day; and what each customer did on each day. */
typedef struct book {
    int64_t keys[MOST], revenues[MOST];
    int32_t days[MOST];
    int64_t lines;
    bool bought[CUSTOMERS][DAYS];
    int64_t spent[CUSTOMERS][DAYS]; /* in cents */
} book;

static book *drawn_book(void) {
    static book drawn;
    const crmv_lifetime lifetime = {
        .struct_size = sizeof lifetime, .model = CRMV_MBG_NBD, .parameters = {0.8, 40, 0.5, 3}};
    const crmv_spend spend = {.struct_size = sizeof spend, .model = CRMV_NORMAL_NORMAL, .parameters = {20, 15, 30}};
    double first[CUSTOMERS];
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        first[i] = i % 520; /* the last ones come after the split */
    }
    crmv_simulation *simulation = NULL;
    memset(&drawn, 0, sizeof drawn);
    assert_int_equal(crmv_simulate(&lifetime, &spend, first, CUSTOMERS, DAYS - 1, 3, NULL, &simulation, NULL), CRMV_OK);
    drawn.lines = crmv_simulation_purchases(simulation);
    assert_true(drawn.lines < MOST);
    for (int64_t i = 0; i < drawn.lines; i++) {
        const int64_t customer = crmv_simulation_customers(simulation)[i];
        const int32_t day = (int32_t)crmv_simulation_times(simulation)[i];
        drawn.keys[i] = 1000 + customer;
        drawn.days[i] = FIRST_DAY + day;
        drawn.revenues[i] = (int64_t)(crmv_simulation_amounts(simulation)[i] * 100);
        drawn.bought[customer][day] = true;
        drawn.spent[customer][day] += drawn.revenues[i];
    }
    crmv_simulation_free(simulation);
    return &drawn;
}

static crmv_ledger *ledger_of(const crmv_model *model, book *from) {
    /* Losses are purchases too: a count of 1 makes each line a sale, whatever its amount. */
    static int64_t quantities[MOST];
    for (int64_t i = 0; i < from->lines; i++) {
        quantities[i] = 1000;
    }
    const crmv_column lines[] = {
        {.struct_size = sizeof *lines, .type = CRMV_INT64, .name = "customer", .data = from->keys},
        {.struct_size = sizeof *lines, .type = CRMV_INT32, .name = "date", .data = from->days},
        {.struct_size = sizeof *lines, .type = CRMV_MINOR, .name = "quantity", .data = quantities},
        {.struct_size = sizeof *lines, .type = CRMV_MINOR, .name = "revenue", .data = from->revenues}};
    crmv_ledger *ledger = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_ledger_new(model, NULL, &ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_begin(ledger, "book", NULL), CRMV_OK);
    if (crmv_ledger_append(ledger, lines, COUNT_OF(lines), from->lines, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    return ledger;
}

typedef struct scene {
    book *book;
    crmv_model *model;
    crmv_ledger *ledger;
    crmv_validation *validation;
} scene;

static crmv_validation *validated(const crmv_model *model, const crmv_ledger *ledger, int32_t threads) {
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_error error = {.struct_size = sizeof error};
    crmv_validation *validation = NULL;
    if (crmv_validate(model, ledger, NULL, 0, 0, SPLIT, FIRST_DAY + DAYS - 1, &options, &validation, &error) !=
        CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    return validation;
}

static scene scene_of(void) {
    scene made = {.book = drawn_book(), .model = model_of(model_text)};
    made.ledger = ledger_of(made.model, made.book);
    made.validation = validated(made.model, made.ledger, 1);
    return made;
}

static void scene_clear(scene *made) {
    crmv_validation_free(made->validation);
    crmv_ledger_free(made->ledger);
    crmv_model_free(made->model);
}

/* ---- What the book says ------------------------------------------------------------------------------------------ */

enum { AT_SPLIT = SPLIT - FIRST_DAY, PERIOD = DAYS - 1 - AT_SPLIT };

/* Purchase days after the first one, up to a day; -1 before the first one. */
static int64_t repeats_by(const book *from, int64_t customer, int32_t day) {
    int64_t purchases = 0;
    for (int32_t i = 0; i <= day; i++) {
        purchases += from->bought[customer][i];
    }
    return purchases - 1;
}

/* Spent on them, in euros. */
static double spent_by(const book *from, int64_t customer, int32_t day) {
    int64_t spent = 0;
    bool is_customer = false;
    for (int32_t i = 0; i <= day; i++) {
        spent += is_customer ? from->spent[customer][i] : 0;
        is_customer = is_customer || from->bought[customer][i];
    }
    return (double)spent / 100;
}

static int32_t first_by(const book *from, int64_t customer) {
    int32_t day = 0;
    while (!from->bought[customer][day]) {
        day++;
    }
    return day;
}

static void assert_near(double value, double wanted) {
    assert_true(fabs(value - wanted) <= 1e-9 * (1 + fabs(wanted)));
}

/* ---- Forecasts --------------------------------------------------------------------------------------------------- */

static void what_came_and_what_plain_rules_forecast_is_counted_from_the_lines(void **state) {
    (void)state;
    scene made = scene_of();
    const crmv_frame *frame = crmv_validation_frame(made.validation);
    const int64_t *keys = crmv_frame_numbers(frame);
    for (int32_t lifetime = 0; lifetime < 2; lifetime++) {
        const char *name = lifetime == 0 ? "weeks" : "days";
        const double *rate =
            crmv_validation_numbers(made.validation, name, CRMV_FORECAST_PURCHASES, CRMV_FORECAST_BY_RATE);
        const double *last =
            crmv_validation_numbers(made.validation, name, CRMV_FORECAST_PURCHASES, CRMV_FORECAST_BY_LAST_PERIOD);
        const double *actual =
            crmv_validation_numbers(made.validation, name, CRMV_FORECAST_PURCHASES, CRMV_FORECAST_ACTUAL);
        double total = 0;
        for (int64_t row = 0; row < crmv_frame_rows(frame); row++) {
            const int64_t customer = keys[row] - 1000;
            const int64_t repeats = repeats_by(made.book, customer, AT_SPLIT);
            const int64_t before = repeats_by(made.book, customer, AT_SPLIT - PERIOD);
            const int32_t age = AT_SPLIT - first_by(made.book, customer);
            assert_true(age >= 0);
            assert_near(actual[row], (double)(repeats_by(made.book, customer, DAYS - 1) - repeats));
            assert_near(last[row], (double)(repeats - (before > 0 ? before : 0)));
            assert_near(rate[row], age > 0 ? (double)repeats / age * PERIOD : 0);
            total += actual[row];
        }
        crmv_forecast forecast = {.struct_size = sizeof forecast};
        assert_int_equal(crmv_validation_forecast(made.validation, name, CRMV_FORECAST_PURCHASES,
                                                  CRMV_FORECAST_BY_LIFETIME, &forecast),
                         CRMV_OK);
        assert_int_equal(forecast.customers, crmv_frame_rows(frame));
        assert_near(forecast.actual, total);
        assert_true(forecast.forecast > total / 2 && forecast.forecast < total * 2);
    }
    scene_clear(&made);
}

static void amounts_are_those_of_repeat_purchases_and_losses_count(void **state) {
    (void)state;
    scene made = scene_of();
    const crmv_frame *frame = crmv_validation_frame(made.validation);
    const int64_t *keys = crmv_frame_numbers(frame);
    const double *actual =
        crmv_validation_numbers(made.validation, "weeks", CRMV_FORECAST_AMOUNT, CRMV_FORECAST_ACTUAL);
    const double *rate = crmv_validation_numbers(made.validation, "weeks", CRMV_FORECAST_AMOUNT, CRMV_FORECAST_BY_RATE);
    int64_t losses = 0;
    for (int64_t row = 0; row < crmv_frame_rows(frame); row++) {
        const int64_t customer = keys[row] - 1000;
        const double then = spent_by(made.book, customer, AT_SPLIT);
        const int32_t age = AT_SPLIT - first_by(made.book, customer);
        assert_near(actual[row], spent_by(made.book, customer, DAYS - 1) - then);
        assert_near(rate[row], age > 0 ? then / age * PERIOD : 0);
        losses += actual[row] < 0;
    }
    assert_true(losses > 5);
    assert_null(crmv_validation_numbers(made.validation, "days", CRMV_FORECAST_AMOUNT, CRMV_FORECAST_ACTUAL));
    crmv_forecast forecast = {.struct_size = sizeof forecast};
    assert_int_equal(
        crmv_validation_forecast(made.validation, "days", CRMV_FORECAST_AMOUNT, CRMV_FORECAST_BY_RATE, &forecast),
        CRMV_NOT_FOUND);
    assert_int_equal(
        crmv_validation_forecast(made.validation, "months", CRMV_FORECAST_AMOUNT, CRMV_FORECAST_BY_RATE, &forecast),
        CRMV_NOT_FOUND);
    scene_clear(&made);
}

static void errors_and_bias_are_those_of_the_columns(void **state) {
    (void)state;
    scene made = scene_of();
    const int64_t rows = crmv_frame_rows(crmv_validation_frame(made.validation));
    for (int32_t by = CRMV_FORECAST_BY_LIFETIME; by <= CRMV_FORECAST_BY_LAST_PERIOD; by++) {
        const double *forecast = crmv_validation_numbers(made.validation, "weeks", CRMV_FORECAST_PURCHASES, by);
        const double *actual =
            crmv_validation_numbers(made.validation, "weeks", CRMV_FORECAST_PURCHASES, CRMV_FORECAST_ACTUAL);
        double bias = 0, absolute = 0, square = 0;
        for (int64_t row = 0; row < rows; row++) {
            bias += forecast[row] - actual[row];
            absolute += fabs(forecast[row] - actual[row]);
            square += (forecast[row] - actual[row]) * (forecast[row] - actual[row]);
        }
        crmv_forecast measured = {.struct_size = sizeof measured};
        crmv_prediction ordered = {.struct_size = sizeof ordered};
        assert_int_equal(crmv_validation_forecast(made.validation, "weeks", CRMV_FORECAST_PURCHASES, by, &measured),
                         CRMV_OK);
        assert_int_equal(crmv_predict_measure(forecast, actual, rows, NULL, &ordered, NULL), CRMV_OK);
        assert_near(measured.bias, bias / (double)rows);
        assert_near(measured.mean_absolute_error, absolute / (double)rows);
        assert_near(measured.root_mean_square_error, sqrt(square / (double)rows));
        assert_true(measured.spearman == ordered.spearman && measured.gini == ordered.gini);
        assert_memory_equal(measured.lift, ordered.lift, sizeof ordered.lift);
    }
    scene_clear(&made);
}

/* ---- The report -------------------------------------------------------------------------------------------------- */

static json_t *tree_of(const crmv_validation *validation) {
    json_error_t error;
    json_t *tree = json_loads(crmv_validation_json(validation), 0, &error);
    if (tree == NULL) {
        fail_msg("%d:%d: %s", error.line, error.column, error.text);
    }
    return tree;
}

static void the_tracking_curve_counts_repeat_purchases_by_week(void **state) {
    (void)state;
    scene made = scene_of();
    json_t *tree = tree_of(made.validation);
    const json_t *tracking = json_object_get(tree, "tracking");
    const json_t *actual = json_object_get(tracking, "actual");
    const int32_t points = (int32_t)json_array_size(actual);
    const int32_t first = AT_SPLIT % 7; /* of the first point; the split is one, and the last day */
    assert_int_equal(points, AT_SPLIT / 7 + 1 + (PERIOD + 6) / 7);
    for (int32_t i = 0; i < points; i++) {
        const int32_t day = i + 1 < points ? first + 7 * i : DAYS - 1;
        int64_t wanted = 0;
        for (int64_t customer = 0; customer < CUSTOMERS; customer++) {
            const bool counts = first_by(made.book, customer) <= AT_SPLIT;
            const int64_t repeats = repeats_by(made.book, customer, day);
            wanted += counts && repeats > 0 ? repeats : 0;
        }
        assert_int_equal((int64_t)json_number_value(json_array_get(actual, (size_t)i)), wanted);
    }
    const json_t *expected = json_object_get(json_object_get(json_object_get(tree, "lifetimes"), "weeks"), "expected");
    assert_int_equal(json_array_size(expected), points);
    const double at_end = json_number_value(json_array_get(expected, (size_t)points - 1));
    const double came = json_number_value(json_array_get(actual, (size_t)points - 1));
    assert_true(at_end > 0.8 * came && at_end < 1.2 * came);
    json_decref(tree);
    scene_clear(&made);
}

static void groups_by_p_alive_hold_all_customers_and_ascend(void **state) {
    (void)state;
    scene made = scene_of();
    json_t *tree = tree_of(made.validation);
    const json_t *groups = json_object_get(json_object_get(json_object_get(tree, "lifetimes"), "weeks"), "by_p_alive");
    int64_t customers = 0;
    double before = 0, actual = 0;
    assert_int_equal(json_array_size(groups), 10);
    for (size_t i = 0; i < 10; i++) {
        const json_t *group = json_array_get(groups, i);
        const double p_alive = json_number_value(json_object_get(group, "p_alive"));
        const double count = json_number_value(json_object_get(group, "customers"));
        assert_true(p_alive >= before && p_alive <= 1);
        before = p_alive;
        customers += (int64_t)count;
        actual += count * json_number_value(json_object_get(group, "actual"));
    }
    crmv_forecast forecast = {.struct_size = sizeof forecast};
    crmv_validation_forecast(made.validation, "weeks", CRMV_FORECAST_PURCHASES, CRMV_FORECAST_BY_LIFETIME, &forecast);
    assert_int_equal(customers, forecast.customers);
    assert_true(fabs(actual - forecast.actual) < 0.01);
    json_decref(tree);
    scene_clear(&made);
}

static void the_verdict_says_who_forecasts_best(void **state) {
    (void)state;
    scene made = scene_of();
    const char *verdict = crmv_validation_verdict(made.validation);
    crmv_forecast mine = {.struct_size = sizeof mine}, rate = mine, last = mine;
    crmv_validation_forecast(made.validation, "weeks", CRMV_FORECAST_PURCHASES, CRMV_FORECAST_BY_LIFETIME, &mine);
    crmv_validation_forecast(made.validation, "weeks", CRMV_FORECAST_PURCHASES, CRMV_FORECAST_BY_RATE, &rate);
    crmv_validation_forecast(made.validation, "weeks", CRMV_FORECAST_PURCHASES, CRMV_FORECAST_BY_LAST_PERIOD, &last);
    const bool wins =
        mine.mean_absolute_error <= rate.mean_absolute_error && mine.mean_absolute_error <= last.mean_absolute_error;
    assert_int_equal(
        strncmp(verdict, wins ? "weeks forecasts purchases best:" : "weeks forecasts purchases less well", 31), 0);
    assert_int_equal(strncmp(crmv_validation_table(made.validation), verdict, 20), 0);
    const double best = fmax(mine.spearman, fmax(rate.spearman, last.spearman));
    const char *first_line_end = strchr(verdict, '\n'), *ordered = strstr(verdict, "Customers are ordered better by");
    assert_true((ordered != NULL && ordered < first_line_end) == (best > mine.spearman));
    assert_non_null(strstr(verdict, "days forecasts purchases"));
    assert_non_null(strstr(verdict, "weeks forecasts amounts"));
    assert_non_null(strstr(crmv_validation_json(made.validation), "\"verdict\": \"weeks forecasts purchases"));
    scene_clear(&made);
}

/* ---- The same bits ----------------------------------------------------------------------------------------------- */

static void it_is_the_same_bytes_at_any_number_of_threads_and_in_any_order(void **state) {
    (void)state;
    scene made = scene_of();
    crmv_validation *threads = validated(made.model, made.ledger, 3);
    assert_string_equal(crmv_validation_json(threads), crmv_validation_json(made.validation));
    assert_string_equal(crmv_validation_table(threads), crmv_validation_table(made.validation));
    crmv_validation_free(threads);
    for (int64_t i = 0; i < made.book->lines / 2; i++) {
        const int64_t other = made.book->lines - 1 - i;
        const int64_t key = made.book->keys[i], revenue = made.book->revenues[i];
        const int32_t day = made.book->days[i];
        made.book->keys[i] = made.book->keys[other];
        made.book->revenues[i] = made.book->revenues[other];
        made.book->days[i] = made.book->days[other];
        made.book->keys[other] = key;
        made.book->revenues[other] = revenue;
        made.book->days[other] = day;
    }
    crmv_ledger *turned = ledger_of(made.model, made.book);
    crmv_validation *validation = validated(made.model, turned, 1);
    assert_string_equal(crmv_validation_json(validation), crmv_validation_json(made.validation));
    crmv_validation_free(validation);
    crmv_ledger_free(turned);
    scene_clear(&made);
}

/* ---- Arguments and memory ---------------------------------------------------------------------------------------- */

static void what_cannot_be_validated_is_refused(void **state) {
    (void)state;
    scene made = scene_of();
    crmv_error error = {.struct_size = sizeof error};
    crmv_validation *none = NULL;
    assert_int_equal(crmv_validate(made.model, made.ledger, NULL, 0, 0, SPLIT, SPLIT, NULL, &none, &error),
                     CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "until");
    assert_int_equal(crmv_validate(made.model, made.ledger, NULL, 0, 0, CRMV_NO_DATE, SPLIT, NULL, &none, &error),
                     CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "split");
    assert_int_equal(crmv_validate(made.model, NULL, NULL, 0, 0, SPLIT, SPLIT + 1, NULL, &none, &error),
                     CRMV_BAD_ARGUMENT);
    assert_int_equal(
        crmv_validate(made.model, made.ledger, NULL, 0, 0, FIRST_DAY - 9, FIRST_DAY - 1, NULL, &none, &error),
        CRMV_NOT_IDENTIFIED);
    assert_string_equal(error.place, "split");
    assert_non_null(strstr(error.message, "nobody had bought by 2019-12-23, the split: the first transaction is of "
                                          "2020-01-01"));
    crmv_ledger *empty = NULL;
    assert_int_equal(crmv_ledger_new(made.model, NULL, &empty, NULL), CRMV_OK);
    assert_int_equal(crmv_validate(made.model, empty, NULL, 0, 0, SPLIT, SPLIT + 1, NULL, &none, &error),
                     CRMV_NOT_IDENTIFIED);
    assert_string_equal(error.message, "the ledger has no transactions");
    crmv_ledger_free(empty);
    crmv_model *plain = model_of("{'crmvalue': 1, 'metrics': {'mood': {'attribute': 'mood'}}}");
    assert_int_equal(crmv_validate(plain, made.ledger, NULL, 0, 0, SPLIT, SPLIT + 1, NULL, &none, &error),
                     CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "lifetimes");
    assert_null(none);
    crmv_model_free(plain);
    crmv_validation_free(NULL);
    scene_clear(&made);
}

/* Failures are tried one by one where they are few, and so far apart elsewhere that the test stays short. */
static void validating_survives_each_failing_allocation(void **state) {
    (void)state;
    if (!OWN_MALLOC) {
        print_message("the address sanitizer has a malloc of its own\n");
        skip();
    }
    scene made = scene_of();
    int64_t failures = 0;
    for (long nth = 0;; nth += 1 + nth / 12) {
        crmv_validation *validation = NULL;
        crmv_error error = {.struct_size = sizeof error};
        const long before = standing;
        has_failed = false;
        until_failure = nth;
        armed = true;
        const int32_t status =
            crmv_validate(made.model, made.ledger, NULL, 0, 0, SPLIT, FIRST_DAY + DAYS - 1, NULL, &validation, &error);
        armed = false;
        if (status == CRMV_OK) {
            assert_string_equal(crmv_validation_json(validation), crmv_validation_json(made.validation));
        } else {
            assert_int_equal(status, CRMV_OUT_OF_MEMORY);
            assert_null(validation);
            failures++;
        }
        crmv_validation_free(validation);
        assert_int_equal(standing, before);
        if (!has_failed) {
            break;
        }
    }
    assert_true(failures > 50);
    scene_clear(&made);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_and_what_plain_rules_forecast_is_counted_from_the_lines),
        cmocka_unit_test(amounts_are_those_of_repeat_purchases_and_losses_count),
        cmocka_unit_test(errors_and_bias_are_those_of_the_columns),
        cmocka_unit_test(the_tracking_curve_counts_repeat_purchases_by_week),
        cmocka_unit_test(groups_by_p_alive_hold_all_customers_and_ascend),
        cmocka_unit_test(the_verdict_says_who_forecasts_best),
        cmocka_unit_test(it_is_the_same_bytes_at_any_number_of_threads_and_in_any_order),
        cmocka_unit_test(what_cannot_be_validated_is_refused),
        cmocka_unit_test(validating_survives_each_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
