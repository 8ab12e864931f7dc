/* test_pareto_nbd.c - the Pareto/NBD against published numbers and against 80 digits. */
#include "base/guest.h"
#include "clv/pareto_nbd.h"
#include "clv/special.h"
#include "nearness.h"
#include "pareto_nbd_references.h"

#include <float.h>
#include <math.h>

enum { REFERENCES = sizeof references / sizeof references[0] };

static double log_likelihood(const double *parameters, double x, double t_x, double T, double *slopes) {
    const crmvi_histories history = {&x, &t_x, &T, 1};
    double value;
    crmvi_pareto_nbd_likelihood(parameters, &history, &value, slopes);
    return value;
}

static double predicted(const double *parameters, int32_t what, double ahead, double discount, double x, double t_x,
                        double T) {
    const crmvi_histories history = {&x, &t_x, &T, 1};
    const crmvi_question question = {what, ahead, discount};
    double value;
    crmvi_pareto_nbd_predict(parameters, &question, &history, &value);
    return value;
}

static double predicted_of(const double *row, int32_t what, double ahead) {
    return predicted(row, what, ahead, row[DISCOUNT], row[X], row[LAST_TIME], row[AGE]);
}

/* The exponent by which being active has become less likely since the last purchase, of which each place counts. */
static double exponent_of(const double *row) {
    const double passed = row[AGE] - row[LAST_TIME];
    return (row[R] + row[X]) * log1p(passed / (row[ALPHA] + row[LAST_TIME])) +
           row[S] * log1p(passed / (row[BETA] + row[LAST_TIME]));
}

static void published_numbers_come_out(void **state) {
    (void)state;
    const double sample[] = {.55315, 10.57633, .60625, 11.67150};
    assert_near(predicted(sample, CRMV_P_ALIVE, 0, 0, 26, 30.85714, 31), .997874, 1e-6);
    assert_near(predicted(sample, CRMV_PURCHASES, 52, 0, 26, 30.85714, 31), 25.45647, 1e-3); /* of more digits */
    const double residual[] = {.5629966, 12.559037, .4081095, 10.5148048};
    assert_near(predicted(residual, CRMV_DISCOUNTED_PURCHASES, INFINITY, .0027, 7, 35, 77.86), 1.86418333, 1e-8);
}

static void likelihoods_are_those_of_80_digits(void **state) {
    (void)state;
    for (int32_t i = 0; i < REFERENCES; i++) {
        const double *row = references[i];
        const double expected = row[LOG_LIKELIHOOD];
        const double value = log_likelihood(row, row[X], row[LAST_TIME], row[AGE], NULL);
        /* Of terms that nearly cancel, and of what is nearly 1, a logarithm has only what they left. */
        const double rising = crmvi_log_rising(row[R], row[X]) - row[X] * log(row[ALPHA]);
        const double terms = fabs(rising) + (row[R] + row[X]) * log1p(row[LAST_TIME] / row[ALPHA]);
        assert_near(value, expected, 2e-15 * (1 + fabs(expected) + terms + row[S] * log1p(row[LAST_TIME] / row[BETA])));
    }
}

static void slopes_are_those_of_80_digits(void **state) {
    (void)state;
    for (int32_t i = 0; i < REFERENCES; i++) {
        const double *row = references[i];
        double slopes[4];
        log_likelihood(row, row[X], row[LAST_TIME], row[AGE], slopes);
        const double terms[] = {
            row[R] * (log1p(row[AGE] / row[ALPHA]) + crmvi_digamma_rising(row[R], row[X])),
            row[R] + row[X],
            1 + row[S] * log1p(row[AGE] / row[BETA]),
            1 + row[S],
        };
        for (int32_t k = 0; k < 4; k++) {
            assert_near(slopes[k], row[SLOPE_R + k], 3e-15 * terms[k]);
        }
    }
}

static void predictions_are_those_of_80_digits(void **state) {
    (void)state;
    for (int32_t i = 0; i < REFERENCES; i++) {
        const double *row = references[i];
        const double error = 2e-15 + 4e-16 * exponent_of(row);
        assert_near(predicted_of(row, CRMV_P_ALIVE, 0), row[ALIVE], error * row[ALIVE] + DBL_MIN);
        const double purchases = predicted_of(row, CRMV_PURCHASES, row[AHEAD]);
        assert_near(purchases, row[PURCHASES], error * row[PURCHASES] + DBL_MIN);
        const double discounted = predicted_of(row, CRMV_DISCOUNTED_PURCHASES, row[AHEAD]);
        assert_near(discounted, row[DISCOUNTED], error * row[DISCOUNTED] + DBL_MIN);
        const double for_ever = predicted_of(row, CRMV_DISCOUNTED_PURCHASES, INFINITY);
        assert_near(for_ever, row[FOR_EVER], error * row[FOR_EVER] + DBL_MIN);
    }
}

static void later_survival_is_that_of_the_rate_of_dropping_out(void **state) {
    (void)state;
    const double parameters[] = {.5, 10, .5, 11};
    const double now = predicted(parameters, CRMV_P_ALIVE, 0, 0, 2, 10, 25);
    /* ((11 + 25) / (11 + 25 + 28))^.5 = 6 / 8 */
    assert_near(predicted(parameters, CRMV_P_ALIVE, 28, 0, 2, 10, 25), now * .75, 1e-16);
}

static void who_was_just_seen_is_alive_and_who_has_no_age_says_nothing(void **state) {
    (void)state;
    const double parameters[] = {.55315, 10.57633, .60625, 11.67150};
    double slopes[4];
    assert_true(predicted(parameters, CRMV_P_ALIVE, 0, 0, 5, 31, 31) == 1);
    assert_true(predicted(parameters, CRMV_P_ALIVE, 0, 0, 0, 0, 0) == 1);
    assert_true(log_likelihood(parameters, 0, 0, 0, slopes) == 0);
    for (int32_t k = 0; k < 4; k++) {
        assert_true(slopes[k] == 0);
    }
}

static void a_horizon_of_nothing_brings_nothing(void **state) {
    (void)state;
    const double parameters[] = {.55315, 10.57633, .60625, 11.67150};
    assert_true(predicted(parameters, CRMV_PURCHASES, 0, 0, 5, 30, 31) == 0);
    assert_true(predicted(parameters, CRMV_DISCOUNTED_PURCHASES, 0, .1, 5, 30, 31) == 0);
}

static void without_discount_discounted_purchases_are_purchases(void **state) {
    (void)state;
    const double parameters[] = {.55315, 10.57633, .60625, 11.67150};
    const double purchases = predicted(parameters, CRMV_PURCHASES, 52, 0, 5, 30, 31);
    assert_true(predicted(parameters, CRMV_DISCOUNTED_PURCHASES, 52, 0, 5, 30, 31) == purchases);
    assert_near(predicted(parameters, CRMV_DISCOUNTED_PURCHASES, 52, 1e-15, 5, 30, 31), purchases, 1e-13 * purchases);
}

/* Schmittlein, Morrison & Colombo 1987, equation 17, where it can be done by hand. */
static void new_customers_purchase_as_expected(void **state) {
    (void)state;
    const double parameters[] = {.5, 10, 1, 11};
    assert_near(crmvi_pareto_nbd_expected(parameters, 33), .5 / 10 * 11 * 2 * log(2), 1e-15);
    const double root[] = {.5, 10, .5, 11};
    assert_near(crmvi_pareto_nbd_expected(root, 33), .5 / 10 * 11 * 2 * (2 - 1), 1e-15); /* 2 (sqrt(44 / 11) - 1) */
    assert_true(crmvi_pareto_nbd_expected(parameters, 0) == 0);
}

static void what_is_not_known_of_a_history_is_not_known_of_its_customer(void **state) {
    (void)state;
    const double parameters[] = {.55315, 10.57633, .60625, 11.67150};
    const double x[] = {2, NAN, 2, 2};
    const double t_x[] = {10, 10, NAN, 10};
    const double T[] = {20, 20, 20, NAN};
    const crmvi_histories histories = {x, t_x, T, 4};
    const crmvi_question question = {CRMV_DISCOUNTED_PURCHASES, INFINITY, .1};
    double values[4];
    double slopes[16];
    crmvi_pareto_nbd_likelihood(parameters, &histories, values, slopes);
    for (int32_t i = 0; i < 4; i++) {
        assert_true(isnan(values[i]) == (i > 0));
    }
    assert_true(!isnan(slopes[0]) && !isnan(slopes[4]) && !isnan(slopes[8]) && !isnan(slopes[12]));
    crmvi_pareto_nbd_predict(parameters, &question, &histories, values);
    for (int32_t i = 0; i < 4; i++) {
        assert_true(isnan(values[i]) == (i > 0));
    }
}

static void no_history_has_no_likelihood(void **state) {
    (void)state;
    const double parameters[] = {.55315, 10.57633, .60625, 11.67150};
    const crmvi_histories none = {NULL, NULL, NULL, 0};
    const crmvi_question question = {CRMV_DISCOUNTED_PURCHASES, INFINITY, .1};
    double untouched = 7;
    crmvi_pareto_nbd_likelihood(parameters, &none, &untouched, NULL);
    crmvi_pareto_nbd_predict(parameters, &question, &none, &untouched);
    assert_true(untouched == 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_numbers_come_out),
        cmocka_unit_test(likelihoods_are_those_of_80_digits),
        cmocka_unit_test(slopes_are_those_of_80_digits),
        cmocka_unit_test(predictions_are_those_of_80_digits),
        cmocka_unit_test(later_survival_is_that_of_the_rate_of_dropping_out),
        cmocka_unit_test(who_was_just_seen_is_alive_and_who_has_no_age_says_nothing),
        cmocka_unit_test(a_horizon_of_nothing_brings_nothing),
        cmocka_unit_test(without_discount_discounted_purchases_are_purchases),
        cmocka_unit_test(new_customers_purchase_as_expected),
        cmocka_unit_test(what_is_not_known_of_a_history_is_not_known_of_its_customer),
        cmocka_unit_test(no_history_has_no_likelihood),
    };
    crmvi_guest host;
    crmvi_enter(&host);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crmvi_leave(&host);
    return failed;
}
