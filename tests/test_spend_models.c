/* test_spend_models.c - Gamma-Gamma and normal-normal spend against published formulae, by mpmath at 40 digits. */
#include "lifetimes.h"

static crmv_spend spend_of(int32_t model, double first, double second, double third) {
    crmv_spend spend = {.struct_size = sizeof spend, .model = model, .parameters = {first, second, third}};
    for (int32_t i = 0; i < CRMV_SPEND_PARAMETERS * CRMV_SPEND_PARAMETERS; i++) {
        spend.covariance[i] = NAN;
    }
    return spend;
}

static double log_likelihood(const crmv_spend *spend, double count, double mean, double squares) {
    double value = NAN;
    assert_int_equal(crmv_spend_log_likelihood(spend, &count, &mean, &squares, 1, NULL, &value, NULL), CRMV_OK);
    return value;
}

static double expected(const crmv_spend *spend, double count, double mean) {
    double value = NAN;
    assert_int_equal(crmv_spend_predict(spend, &count, &mean, 1, NULL, &value, NULL, NULL), CRMV_OK);
    return value;
}

/* Equation 1a of Fader & Hardie 2013, and p (gamma + n m) / (p n + q - 1). */
static void gamma_gamma_is_that_of_fader_and_hardie(void **state) {
    (void)state;
    static const double references[][7] = {
        {6.249349, 3.744256, 15.444307, 2, 22.35, -3.5504806741152544, 24.65813154104795},
        {6.249349, 3.744256, 15.444307, 29, 1000, -17.212298492589681, 985.6081874723167},
        {1e-6, 2, 5, 1, 0.01, -9.21434159390813, 5.0099949900050098e-6},
        {1e4, 1e4, 3, 1000, 3.5, -110.40046052312155, 3.4995008491009839},
    };
    for (int32_t i = 0; i < 4; i++) {
        const double *of = references[i];
        const crmv_spend spend = spend_of(CRMV_GAMMA_GAMMA, of[0], of[1], of[2]);
        assert_relatively_near(log_likelihood(&spend, of[3], of[4], 0), of[5], 1e-11);
        assert_relatively_near(expected(&spend, of[3], of[4]), of[6], 1e-14);
    }
}

static void gamma_gamma_knows_no_expectation_where_it_is_infinite_nor_amounts_below_0(void **state) {
    (void)state;
    const crmv_spend heavy = spend_of(CRMV_GAMMA_GAMMA, 0.5, 0.25, 100);
    assert_true(isnan(expected(&heavy, 0, 0)) && isnan(expected(&heavy, 1, 7)));
    assert_relatively_near(expected(&heavy, 2, 7), 0.5 * 114 / 0.25, 1e-14);
    const crmv_spend spend = spend_of(CRMV_GAMMA_GAMMA, 6, 4, 15);
    assert_true(isnan(expected(&spend, 3, 0)) && isnan(expected(&spend, 3, -2)) && isnan(expected(&spend, 3, NAN)));
    assert_true(isnan(log_likelihood(&spend, 3, 0, 0)) && isnan(log_likelihood(&spend, 3, -2, 0)));
    assert_relatively_near(expected(&spend, 0, NAN), 6 * 15 / 3., 1e-14);
}

/* The density of amounts that share a mean: normal with the variances between^2 + within^2 and covariances between^2;
 * their expectation by weights of precision. */
static void normal_normal_is_the_density_of_amounts_that_share_a_mean(void **state) {
    (void)state;
    static const double references[][8] = {
        {30, 12, 8, 4, 27.625, 2257.6875, -30.800623392910058, 27.8625},
        {-3, 0.5, 40, 1, 100, 0, -7.9226906695652058, -2.9839087642555851},
        {0, 100, 0.01, 3, 7, 0.00019999999999999147, 0.29659844038156093, 6.9999999766666667},
    };
    for (int32_t i = 0; i < 3; i++) {
        const double *of = references[i];
        const crmv_spend spend = spend_of(CRMV_NORMAL_NORMAL, of[0], of[1], of[2]);
        assert_near(log_likelihood(&spend, of[3], of[4], of[5]), of[6], 1e-12);
        assert_relatively_near(expected(&spend, of[3], of[4]), of[7], 1e-14);
    }
}

static void losses_are_amounts_like_others_to_normal_normal(void **state) {
    (void)state;
    const crmv_spend spend = spend_of(CRMV_NORMAL_NORMAL, -10, 5, 5);
    assert_true(expected(&spend, 0, NAN) == -10);
    assert_relatively_near(expected(&spend, 1, -20), -15.0, 1e-15);
    assert_true(isfinite(log_likelihood(&spend, 2, -20, 8)));
}

static void who_bought_nothing_says_nothing(void **state) {
    (void)state;
    const crmv_spend gamma_gamma = spend_of(CRMV_GAMMA_GAMMA, 6, 4, 15);
    const crmv_spend normal_normal = spend_of(CRMV_NORMAL_NORMAL, 30, 12, 8);
    assert_true(log_likelihood(&gamma_gamma, 0, NAN, NAN) == 0);
    assert_true(log_likelihood(&normal_normal, 0, NAN, NAN) == 0);
}

/* d E / d ln p and so on by hand; and the mean of normal-normal, whose covariance is its own. */
static void errors_of_spend_are_those_of_the_delta_method(void **state) {
    (void)state;
    const double count[] = {3, 0};
    const double mean[] = {50, NAN};
    double values[2];
    double errors[2];
    crmv_spend spend = spend_of(CRMV_NORMAL_NORMAL, 30, 12, 8);
    for (int32_t i = 0; i < 9; i++) {
        spend.covariance[i] = i == 0 ? 4 : 0;
    }
    assert_int_equal(crmv_spend_predict(&spend, count, mean, 2, NULL, values, errors, NULL), CRMV_OK);
    assert_relatively_near(errors[0], 2 * 64 / (64 + 3 * 144.), 1e-9);
    assert_relatively_near(errors[1], 2.0, 1e-9);
    spend = spend_of(CRMV_GAMMA_GAMMA, 6, 4, 15);
    for (int32_t i = 0; i < 9; i++) {
        spend.covariance[i] = i == 8 ? 0.25 : 0;
    }
    assert_int_equal(crmv_spend_predict(&spend, count, mean, 2, NULL, values, errors, NULL), CRMV_OK);
    assert_relatively_near(errors[0], 0.5 * 15 * 6 / (18 + 3.), 1e-7);
}

static void spend_models_have_their_names(void **state) {
    (void)state;
    assert_string_equal(crmv_spend_name(CRMV_GAMMA_GAMMA), "gamma_gamma");
    assert_string_equal(crmv_spend_name(CRMV_NORMAL_NORMAL), "normal_normal");
    assert_null(crmv_spend_name(3));
    assert_int_equal(crmv_spend_parameters(CRMV_NORMAL_NORMAL), 3);
    assert_int_equal(crmv_spend_parameters(0), 0);
    assert_string_equal(crmv_spend_parameter(CRMV_GAMMA_GAMMA, 2), "gamma");
    assert_null(crmv_spend_parameter(CRMV_GAMMA_GAMMA, 3));
}

static void what_cannot_be_spent_is_refused_with_its_row(void **state) {
    (void)state;
    const crmv_spend spend = spend_of(CRMV_NORMAL_NORMAL, 30, 12, 8);
    static const double count[][2] = {{1, -1}, {1, 1.5}, {1, INFINITY}, {1, 2}, {1, 2}};
    static const double mean[][2] = {{1, 1}, {1, 1}, {1, 1}, {1, INFINITY}, {1, 1}};
    static const double squares[][2] = {{0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, -1}};
    double values[2];
    for (int32_t i = 0; i < 5; i++) {
        crmv_error error = {.struct_size = sizeof error};
        assert_int_equal(crmv_spend_log_likelihood(&spend, count[i], mean[i], squares[i], 2, NULL, values, &error),
                         CRMV_BAD_ARGUMENT);
        assert_int_equal(error.row, 2);
    }
    crmv_spend bad = spend;
    bad.parameters[1] = 0;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_spend_predict(&bad, count[0], mean[0], 1, NULL, values, NULL, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "between");
    assert_int_equal(crmv_spend_predict(NULL, count[0], mean[0], 1, NULL, values, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_spend_log_likelihood(&spend, count[0], mean[0], NULL, 1, NULL, values, NULL),
                     CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_spend_predict(&spend, NULL, NULL, 0, NULL, NULL, NULL, NULL), CRMV_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gamma_gamma_is_that_of_fader_and_hardie),
        cmocka_unit_test(gamma_gamma_knows_no_expectation_where_it_is_infinite_nor_amounts_below_0),
        cmocka_unit_test(normal_normal_is_the_density_of_amounts_that_share_a_mean),
        cmocka_unit_test(losses_are_amounts_like_others_to_normal_normal),
        cmocka_unit_test(who_bought_nothing_says_nothing),
        cmocka_unit_test(errors_of_spend_are_those_of_the_delta_method),
        cmocka_unit_test(spend_models_have_their_names),
        cmocka_unit_test(what_cannot_be_spent_is_refused_with_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
