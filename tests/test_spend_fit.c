/* test_spend_fit.c - spend models fitted to amounts that were drawn from them. */
#include "drawn_histories.h"
#include "nearness.h"

#include <string.h>

enum { CUSTOMERS = 20000 };

static double counts[CUSTOMERS], means[CUSTOMERS], squares[CUSTOMERS];

typedef struct fitted {
    crmv_spend spend;
    crmv_fit_outcome outcome;
    crmv_error error;
    int32_t status;
} fitted;

static fitted fit_with(int32_t model, int64_t rows, double penalty, const crmv_options *options) {
    fitted f = {.spend = {.struct_size = sizeof(crmv_spend), .model = model},
                .outcome = {.struct_size = sizeof(crmv_fit_outcome)},
                .error = {.struct_size = sizeof(crmv_error)}};
    const double *sums = model == CRMV_GAMMA_GAMMA ? NULL : squares;
    f.status = crmv_spend_fit(&f.spend, counts, means, sums, rows, penalty, options, &f.outcome, &f.error);
    return f;
}

/* Whatever the ending: finite numbers, a likelihood that lifetime.h confirms, a remark unless it converged. */
static fitted fit(int32_t model, int64_t rows) {
    static double values[CUSTOMERS];
    const fitted f = fit_with(model, rows, 0, NULL);
    double sum = 0;
    assert_int_equal(f.status, CRMV_OK);
    assert_int_equal(crmv_spend_log_likelihood(&f.spend, counts, means, squares, rows, NULL, values, NULL), CRMV_OK);
    for (int64_t i = 0; i < rows; i++) {
        sum += isnan(values[i]) ? 0 : values[i];
    }
    assert_near(f.outcome.log_likelihood, sum, 1e-8 * (1 + fabs(sum)));
    assert_true(isfinite(f.outcome.bic) && isfinite(f.outcome.gradient));
    assert_int_equal(f.outcome.remark[0] == '\0', f.outcome.ending == CRMV_FIT_CONVERGED);
    assert_int_equal(f.outcome.simpler, 0);
    return f;
}

static double standard_error(const fitted *f, int32_t k) {
    return sqrt(f->spend.covariance[k * (CRMV_SPEND_PARAMETERS + 1)]);
}

/* ---- Amounts by chance ------------------------------------------------------------------------------------------- */

static void take(int64_t row, const double *amounts, int32_t count) {
    double sum = 0;
    counts[row] = count;
    squares[row] = 0;
    for (int32_t i = 0; i < count; i++) {
        sum += amounts[i];
    }
    means[row] = sum / count;
    for (int32_t i = 0; i < count; i++) {
        squares[row] += (amounts[i] - means[row]) * (amounts[i] - means[row]);
    }
}

static void draw_amounts(int32_t model, const double *p, int64_t rows, uint64_t seed) {
    uint64_t state = seed;
    for (int64_t row = 0; row < rows; row++) {
        double amounts[8];
        const int32_t count = 1 + (int32_t)(chance_bits(&state) % 8);
        const double own =
            model == CRMV_GAMMA_GAMMA ? draw_gamma(&state, p[1]) / p[2] : p[0] + p[1] * draw_normal(&state);
        for (int32_t i = 0; i < count; i++) {
            amounts[i] = model == CRMV_GAMMA_GAMMA ? draw_gamma(&state, p[0]) / own : own + p[2] * draw_normal(&state);
        }
        take(row, amounts, count);
    }
}

static const double truths[][CRMV_SPEND_PARAMETERS] = {
    [CRMV_GAMMA_GAMMA] = {6.2, 3.7, 15.4},
    [CRMV_NORMAL_NORMAL] = {-3, 21, 42},
};

/* ---- What is found ----------------------------------------------------------------------------------------------- */

static void parameters_come_back_within_their_standard_errors(void **state) {
    (void)state;
    for (int32_t model = CRMV_GAMMA_GAMMA; model <= CRMV_NORMAL_NORMAL; model++) {
        draw_amounts(model, truths[model], CUSTOMERS, 4);
        const fitted f = fit(model, CUSTOMERS);
        assert_int_equal(f.outcome.ending, CRMV_FIT_CONVERGED);
        assert_int_equal(f.outcome.customers, CUSTOMERS);
        for (int32_t k = 0; k < CRMV_SPEND_PARAMETERS; k++) {
            const bool is_mean = model == CRMV_NORMAL_NORMAL && k == 0;
            const double error = standard_error(&f, k);
            assert_true(error > 0);
            assert_near(is_mean ? f.spend.parameters[k] : log(f.spend.parameters[k]),
                        is_mean ? truths[model][k] : log(truths[model][k]), 3.5 * error);
        }
    }
}

/* With as many purchases for each customer these are the formulas of an analysis of variance. */
static void the_normal_model_is_the_analysis_of_variance(void **state) {
    (void)state;
    enum { ROWS = 500, PURCHASES = 4 };
    uint64_t chance = 12;
    double mean = 0;
    double between = 0;
    double within = 0;
    for (int64_t row = 0; row < ROWS; row++) {
        double amounts[PURCHASES];
        const double own = 10 * draw_normal(&chance);
        for (int32_t i = 0; i < PURCHASES; i++) {
            amounts[i] = own + 10 * draw_normal(&chance);
        }
        take(row, amounts, PURCHASES);
        mean += means[row] / ROWS;
        within += squares[row] / (ROWS * (PURCHASES - 1));
    }
    for (int64_t row = 0; row < ROWS; row++) {
        between += (means[row] - mean) * (means[row] - mean) / ROWS;
    }
    const fitted f = fit(CRMV_NORMAL_NORMAL, ROWS);
    assert_int_equal(f.outcome.ending, CRMV_FIT_CONVERGED);
    assert_near(f.spend.parameters[0], mean, 1e-8);
    assert_near(f.spend.parameters[1], sqrt(between - within / PURCHASES), 1e-6);
    assert_near(f.spend.parameters[2], sqrt(within), 1e-6);
    assert_near(standard_error(&f, 0), sqrt(between / ROWS), 1e-6);
}

static void customers_who_are_alike_are_on_the_boundary(void **state) {
    (void)state;
    for (int64_t row = 0; row < 60; row++) { /* everybody has the same mean, of different amounts */
        const double amounts[] = {20 - (double)(row % 7), 20 + (double)(row % 7), 20 - (double)(row % 3),
                                  20 + (double)(row % 3)};
        take(row, amounts, 4);
    }
    fitted f = fit(CRMV_NORMAL_NORMAL, 60);
    assert_int_equal(f.outcome.ending, CRMV_FIT_BOUNDARY);
    assert_int_equal(f.outcome.parameter, 1);
    assert_true(isnan(standard_error(&f, 1)));
    assert_near(f.spend.parameters[0], 20, 1e-6);
    uint64_t chance = 5;
    for (int64_t row = 0; row < 300; row++) { /* means that differ less than chance alone would have it */
        counts[row] = 3;
        means[row] = 20 + .01 * draw_normal(&chance) + .001 * (double)(row % 2);
    }
    f = fit(CRMV_GAMMA_GAMMA, 300);
    assert_int_equal(f.outcome.ending, CRMV_FIT_BOUNDARY);
}

static void amounts_that_never_vary_are_on_the_boundary(void **state) {
    (void)state;
    for (int64_t row = 0; row < 50; row++) {
        const double amounts[] = {10 + (double)row, 10 + (double)row};
        take(row, amounts, 2);
    }
    const fitted f = fit(CRMV_NORMAL_NORMAL, 50);
    assert_int_equal(f.outcome.ending, CRMV_FIT_BOUNDARY);
    assert_int_equal(f.outcome.parameter, 2);
}

static void one_purchase_each_does_not_tell_customers_from_purchases(void **state) {
    (void)state;
    uint64_t chance = 3;
    for (int64_t row = 0; row < 200; row++) {
        const double amount = 50 + 9 * draw_normal(&chance);
        take(row, &amount, 1);
    }
    const fitted f = fit(CRMV_NORMAL_NORMAL, 200);
    assert_int_equal(f.outcome.ending, CRMV_FIT_NOT_IDENTIFIED);
    assert_true(isnan(standard_error(&f, 1)));
    fit(CRMV_GAMMA_GAMMA, 200);
}

static void absurd_amounts_end_somehow_in_finite_numbers(void **state) {
    (void)state;
    static const double rows[][3] = {{1, 1e18, 0}, {9007199254740992, 1e-300, 1e54}, {3, 5, 2}, {10000, 1e9, 1e20}};
    for (int64_t count = 1; count <= 4; count++) {
        for (int64_t row = 0; row < count; row++) {
            counts[row] = rows[row][0];
            means[row] = rows[row][1];
            squares[row] = rows[row][2];
        }
        for (int32_t model = CRMV_GAMMA_GAMMA; model <= CRMV_NORMAL_NORMAL; model++) {
            const fitted f = fit_with(model, count, 0, NULL);
            assert_int_equal(f.status, CRMV_OK);
            assert_non_null(crmv_fit_ending(f.outcome.ending));
            assert_int_equal(f.outcome.ending == CRMV_FIT_NOT_IDENTIFIED || count > 1, true);
            for (int32_t k = 0; k < CRMV_SPEND_PARAMETERS; k++) {
                assert_true(isfinite(f.spend.parameters[k]));
            }
            assert_true(isfinite(f.outcome.log_likelihood) && isfinite(f.outcome.gradient));
        }
    }
}

/* ---- Units, orders, refusals ------------------------------------------------------------------------------------- */

static void the_unit_of_money_does_not_matter(void **state) {
    (void)state;
    draw_amounts(CRMV_GAMMA_GAMMA, truths[CRMV_GAMMA_GAMMA], 1000, 4);
    const fitted euros[] = {fit(CRMV_GAMMA_GAMMA, 1000), fit(CRMV_NORMAL_NORMAL, 1000)};
    for (int64_t row = 0; row < 1000; row++) {
        means[row] *= 1e6;
        squares[row] *= 1e12;
    }
    const fitted gamma = fit(CRMV_GAMMA_GAMMA, 1000);
    const fitted normal = fit(CRMV_NORMAL_NORMAL, 1000);
    assert_near(gamma.spend.parameters[0], euros[0].spend.parameters[0], 1e-6);
    assert_near(gamma.spend.parameters[1], euros[0].spend.parameters[1], 1e-6);
    assert_near(gamma.spend.parameters[2] / 1e6, euros[0].spend.parameters[2], 1e-5);
    for (int32_t k = 0; k < CRMV_SPEND_PARAMETERS; k++) {
        assert_near(normal.spend.parameters[k] / 1e6, euros[1].spend.parameters[k], 1e-6);
    }
    assert_near(standard_error(&normal, 0) / 1e6, standard_error(&euros[1], 0), 1e-8);
}

static void neither_the_order_of_customers_nor_threads_show(void **state) {
    (void)state;
    const crmv_options options = {.struct_size = sizeof options, .threads = 2};
    for (int32_t model = CRMV_GAMMA_GAMMA; model <= CRMV_NORMAL_NORMAL; model++) {
        draw_amounts(model, truths[model], CUSTOMERS, 9);
        const fitted f = fit(model, CUSTOMERS);
        for (int64_t i = 0, j = CUSTOMERS - 1; i < j; i++, j--) {
            const double kept[] = {counts[i], means[i], squares[i]};
            counts[i] = counts[j], means[i] = means[j], squares[i] = squares[j];
            counts[j] = kept[0], means[j] = kept[1], squares[j] = kept[2];
        }
        const fitted g = fit_with(model, CUSTOMERS, 0, &options);
        assert_memory_equal(&f.spend, &g.spend, sizeof f.spend);
        assert_memory_equal(&f.outcome, &g.outcome, sizeof f.outcome);
    }
}

static void who_bought_nothing_or_lost_money_is_left_out_where_it_must_be(void **state) {
    (void)state;
    draw_amounts(CRMV_GAMMA_GAMMA, truths[CRMV_GAMMA_GAMMA], 1000, 4);
    const double rows[][3] = {{0, NAN, NAN}, {2, NAN, 1}, {NAN, 3, 1}, {2, -3, 1}, {2, 0, 1}};
    for (int64_t i = 0; i < 5; i++) {
        counts[1000 + i] = rows[i][0];
        means[1000 + i] = rows[i][1];
        squares[1000 + i] = rows[i][2];
    }
    const fitted gamma = fit_with(CRMV_GAMMA_GAMMA, 1005, 0, NULL);
    const fitted normal = fit_with(CRMV_NORMAL_NORMAL, 1005, 0, NULL);
    assert_int_equal(gamma.outcome.left_out, 5);
    assert_int_equal(normal.outcome.left_out, 3);
    assert_int_equal(normal.outcome.customers, 1002);
}

static void a_penalty_leaves_the_mean_alone(void **state) {
    (void)state;
    draw_amounts(CRMV_NORMAL_NORMAL, truths[CRMV_NORMAL_NORMAL], 1000, 4);
    const fitted f = fit(CRMV_NORMAL_NORMAL, 1000);
    const fitted g = fit_with(CRMV_NORMAL_NORMAL, 1000, 20, NULL);
    assert_int_equal(g.outcome.ending, CRMV_FIT_CONVERGED);
    assert_near(g.spend.parameters[0], f.spend.parameters[0], standard_error(&f, 0));
    assert_true(g.spend.parameters[1] < f.spend.parameters[1]);
}

static void what_cannot_be_is_refused(void **state) {
    (void)state;
    static const double rows[][3] = {{-1, 1, 1}, {1.5, 1, 1}, {1, 1e19, 1}, {2, 1, -1}};
    for (size_t i = 0; i < 4; i++) {
        counts[0] = 1, means[0] = 2, squares[0] = 0;
        counts[1] = rows[i][0], means[1] = rows[i][1], squares[1] = rows[i][2];
        const fitted f = fit_with(CRMV_NORMAL_NORMAL, 2, 0, NULL);
        assert_int_equal(f.status, CRMV_BAD_ARGUMENT);
        assert_int_equal(f.error.row, 2);
        assert_int_equal(f.outcome.ending, 0);
    }
    counts[0] = 0;
    assert_int_equal(fit_with(CRMV_GAMMA_GAMMA, 1, 0, NULL).status, CRMV_NOT_IDENTIFIED);
    assert_int_equal(fit_with(CRMV_GAMMA_GAMMA, 1, NAN, NULL).status, CRMV_BAD_ARGUMENT);
    assert_int_equal(fit_with(3, 1, 0, NULL).status, CRMV_BAD_ARGUMENT);
    assert_int_equal(fit_with(CRMV_GAMMA_GAMMA, -1, 0, NULL).status, CRMV_BAD_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_come_back_within_their_standard_errors),
        cmocka_unit_test(the_normal_model_is_the_analysis_of_variance),
        cmocka_unit_test(customers_who_are_alike_are_on_the_boundary),
        cmocka_unit_test(amounts_that_never_vary_are_on_the_boundary),
        cmocka_unit_test(one_purchase_each_does_not_tell_customers_from_purchases),
        cmocka_unit_test(absurd_amounts_end_somehow_in_finite_numbers),
        cmocka_unit_test(the_unit_of_money_does_not_matter),
        cmocka_unit_test(neither_the_order_of_customers_nor_threads_show),
        cmocka_unit_test(who_bought_nothing_or_lost_money_is_left_out_where_it_must_be),
        cmocka_unit_test(a_penalty_leaves_the_mean_alone),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
