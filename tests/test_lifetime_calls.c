/* test_lifetime_calls.c - how what lifetimes foretell is called: rows, errors, threads, cancelling, standard errors. */
#include "chance.h"
#include "failing_memory.h"
#include "lifetimes.h"

enum { ROWS = 10000 };

static double x[ROWS], t_x[ROWS], T[ROWS], values[ROWS], errors[ROWS], other_values[ROWS], other_errors[ROWS];

static int draw_rows(void **state) {
    (void)state;
    uint64_t chance = 1;
    for (int32_t i = 0; i < ROWS; i++) {
        x[i] = i % 50 == 0 ? 64 + chance_below(&chance, 100) : chance_below(&chance, 4) * chance_below(&chance, 8);
        T[i] = 1 + chance_below(&chance, 70);
        t_x[i] = x[i] > 0 ? T[i] / (1 + chance_below(&chance, 3)) : 0;
    }
    return 0;
}

static crmv_lifetime known(int32_t model) {
    static const double parameters[] = {.243, 4.414, .793, 2.426};
    crmv_lifetime lifetime = lifetime_of(model, parameters);
    for (int32_t i = 0; i < CRMV_LIFETIME_PARAMETERS * CRMV_LIFETIME_PARAMETERS; i++) {
        lifetime.covariance[i] = i % (CRMV_LIFETIME_PARAMETERS + 1) == 0 ? 0.01 : 0.001;
    }
    return lifetime;
}

static void the_number_of_threads_does_not_show(void **state) {
    (void)state;
    const crmv_options options = {.struct_size = sizeof options, .threads = 3};
    for (int32_t model = CRMV_BG_NBD; model <= CRMV_NBD; model++) {
        const crmv_lifetime lifetime = known(model);
        for (int32_t what = CRMV_P_ALIVE; what <= CRMV_PURCHASES; what++) {
            assert_int_equal(crmv_lifetime_predict(&lifetime, what, 9, 0, x, t_x, T, ROWS, NULL, values, errors, NULL),
                             CRMV_OK);
            assert_int_equal(crmv_lifetime_predict(&lifetime, what, 9, 0, x, t_x, T, ROWS, &options, other_values,
                                                   other_errors, NULL),
                             CRMV_OK);
            assert_memory_equal(values, other_values, sizeof values);
            assert_memory_equal(errors, other_errors, sizeof errors);
        }
    }
}

static void a_row_is_told_the_same_alone_and_among_others(void **state) {
    (void)state;
    const crmv_lifetime lifetime = known(CRMV_MBG_NBD);
    assert_int_equal(
        crmv_lifetime_predict(&lifetime, CRMV_DISCOUNTED_PURCHASES, 52, .01, x, t_x, T, ROWS, NULL, values, NULL, NULL),
        CRMV_OK);
    for (int32_t i = 0; i < ROWS; i += 97) {
        const double alone = foretell(&lifetime, CRMV_DISCOUNTED_PURCHASES, 52, .01, x[i], t_x[i], T[i]);
        assert_memory_equal(&alone, &values[i], sizeof alone);
    }
}

/* (r + x) / (alpha + T) t of the NBD has slopes r t / (alpha + T) and -alpha / (alpha + T) times itself. */
static void standard_errors_are_those_of_the_delta_method(void **state) {
    (void)state;
    const double parameters[] = {2, 10};
    crmv_lifetime lifetime = lifetime_of(CRMV_NBD, parameters);
    lifetime.covariance[0] = .04;
    lifetime.covariance[1] = lifetime.covariance[4] = .01;
    lifetime.covariance[5] = .09;
    const double one_x = 3;
    const double one_t_x = 20;
    const double one_T = 30;
    double value;
    double error;
    assert_int_equal(crmv_lifetime_predict(&lifetime, CRMV_PURCHASES, 52, 0, &one_x, &one_t_x, &one_T, 1, NULL, &value,
                                           &error, NULL),
                     CRMV_OK);
    const double by_r = 2 * 52 / 40.;
    const double by_alpha = -10 / 40. * (5 * 52 / 40.);
    const double variance = .04 * by_r * by_r + 2 * .01 * by_r * by_alpha + .09 * by_alpha * by_alpha;
    assert_relatively_near(value, 6.5, 1e-14);
    assert_relatively_near(error, sqrt(variance), 1e-7);
}

static void standard_errors_are_not_known_where_the_covariance_is_not(void **state) {
    (void)state;
    crmv_lifetime lifetime = known(CRMV_BG_NBD);
    lifetime.covariance[9] = NAN; /* of two parameters whose variances are known */
    assert_int_equal(crmv_lifetime_predict(&lifetime, CRMV_PURCHASES, 9, 0, x, t_x, T, 3, NULL, values, errors, NULL),
                     CRMV_OK);
    assert_true(isnan(errors[0]) && isnan(errors[1]) && isnan(errors[2]) && isfinite(values[0]));
    static const double no_variances[] = {-1, INFINITY};
    for (int32_t i = 0; i < 2; i++) {
        lifetime = known(CRMV_BG_NBD);
        lifetime.covariance[0] = no_variances[i];
        assert_int_equal(
            crmv_lifetime_predict(&lifetime, CRMV_PURCHASES, 9, 0, x, t_x, T, 3, NULL, values, errors, NULL), CRMV_OK);
        assert_true(isnan(errors[0]) && isnan(errors[1]) && isnan(errors[2]) && isfinite(values[0]));
    }
    for (int32_t i = 0; i < 16; i++) {
        lifetime.covariance[i] = NAN;
    }
    assert_int_equal(crmv_lifetime_predict(&lifetime, CRMV_PURCHASES, 9, 0, x, t_x, T, 3, NULL, values, errors, NULL),
                     CRMV_OK);
    assert_true(isnan(errors[0]) && isnan(errors[1]) && isnan(errors[2]) && isfinite(values[0]));
}

static void a_parameter_that_is_held_adds_nothing_to_standard_errors(void **state) {
    (void)state;
    crmv_lifetime exact = known(CRMV_BG_NBD), held = exact;
    double exact_errors[3];
    for (int32_t i = 0; i < 4; i++) {
        exact.covariance[8 + i] = exact.covariance[4 * i + 2] = 0;
        held.covariance[8 + i] = held.covariance[4 * i + 2] = NAN;
    }
    assert_int_equal(
        crmv_lifetime_predict(&exact, CRMV_PURCHASES, 9, 0, x, t_x, T, 3, NULL, values, exact_errors, NULL), CRMV_OK);
    assert_int_equal(crmv_lifetime_predict(&held, CRMV_PURCHASES, 9, 0, x, t_x, T, 3, NULL, values, errors, NULL),
                     CRMV_OK);
    assert_memory_equal(errors, exact_errors, sizeof exact_errors);
    assert_true(errors[0] > 0);
}

static void what_is_not_known_of_a_history_is_not_foretold(void **state) {
    (void)state;
    const double some_x[] = {NAN, 1, 1, 0};
    const double some_t_x[] = {1, NAN, 1, 0};
    const double some_T[] = {5, 5, NAN, 5};
    for (int32_t model = CRMV_BG_NBD; model <= CRMV_NBD; model++) {
        const crmv_lifetime lifetime = known(model);
        assert_int_equal(crmv_lifetime_predict(&lifetime, CRMV_PURCHASES, 9, 0, some_x, some_t_x, some_T, 4, NULL,
                                               values, errors, NULL),
                         CRMV_OK);
        for (int32_t i = 0; i < 4; i++) {
            assert_true(i < 3 ? isnan(values[i]) && isnan(errors[i]) : isfinite(values[i]) && isfinite(errors[i]));
        }
        assert_int_equal(crmv_lifetime_log_likelihood(&lifetime, some_x, some_t_x, some_T, 4, NULL, values, NULL),
                         CRMV_OK);
        assert_true(isnan(values[0]) && isnan(values[1]) && isnan(values[2]) && isfinite(values[3]));
    }
}

static void the_first_history_that_cannot_be_is_told_with_its_row(void **state) {
    (void)state;
    static const double bad[][3] = {{-1, 0, 5},    {1.5, 1, 5},       {INFINITY, 1, 5}, {1e300, 1, 5},
                                    {1, -1, 5},    {1, 6, 5},         {0, 1, 5},        {1, 1, INFINITY},
                                    {1, 1, 1e300}, {-INFINITY, 1, 5}, {1, -INFINITY, 5}};
    const crmv_options options = {.struct_size = sizeof options, .threads = 2};
    const crmv_lifetime lifetime = known(CRMV_BG_NBD);
    static double some_x[ROWS], some_t_x[ROWS], some_T[ROWS];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        memcpy(some_x, x, sizeof x);
        memcpy(some_t_x, t_x, sizeof t_x);
        memcpy(some_T, T, sizeof T);
        for (int32_t row = 7000; row < ROWS; row += 2999) {
            some_x[row] = bad[i][0];
            some_t_x[row] = bad[i][1];
            some_T[row] = bad[i][2];
        }
        crmv_error error = {.struct_size = sizeof error};
        assert_int_equal(crmv_lifetime_predict(&lifetime, CRMV_P_ALIVE, 0, 0, some_x, some_t_x, some_T, ROWS, &options,
                                               values, NULL, &error),
                         CRMV_BAD_ARGUMENT);
        assert_int_equal(error.row, 7001);
    }
}

static void arguments_that_make_no_sense_are_refused(void **state) {
    (void)state;
    const crmv_lifetime good = known(CRMV_BG_NBD);
    static const double bad_parameters[] = {0, -1, 1e-13, 1e13, INFINITY, NAN};
    for (size_t i = 0; i < sizeof bad_parameters / sizeof bad_parameters[0]; i++) {
        crmv_lifetime bad = good;
        bad.parameters[2] = bad_parameters[i];
        crmv_error error = {.struct_size = sizeof error};
        assert_int_equal(crmv_lifetime_expected(&bad, T, 1, values, &error), CRMV_BAD_ARGUMENT);
        assert_string_equal(error.place, "a");
    }
    static const struct {
        int32_t what;
        double ahead, discount;
        const char *place;
    } bad[] = {{0, 1, 0, "what"},
               {4, 1, 0, "what"},
               {CRMV_P_ALIVE, -1, 0, "ahead"},
               {CRMV_P_ALIVE, NAN, 0, "ahead"},
               {CRMV_PURCHASES, INFINITY, 0, "ahead"},
               {CRMV_PURCHASES, 1e13, 0, "ahead"},
               {CRMV_DISCOUNTED_PURCHASES, 1, -1, "discount"},
               {CRMV_DISCOUNTED_PURCHASES, 1, NAN, "discount"},
               {CRMV_DISCOUNTED_PURCHASES, INFINITY, 0, "discount"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        crmv_error error = {.struct_size = sizeof error};
        assert_int_equal(crmv_lifetime_predict(&good, bad[i].what, bad[i].ahead, bad[i].discount, x, t_x, T, 1, NULL,
                                               values, NULL, &error),
                         CRMV_BAD_ARGUMENT);
        assert_string_equal(error.place, bad[i].place);
    }
    crmv_lifetime other = good;
    other.struct_size = 4;
    assert_int_equal(crmv_lifetime_expected(&other, T, 1, values, NULL), CRMV_BAD_ARGUMENT);
    other = good;
    other.model = 5;
    assert_int_equal(crmv_lifetime_expected(&other, T, 1, values, NULL), CRMV_BAD_ARGUMENT);
    const double before = -1;
    assert_int_equal(crmv_lifetime_expected(&good, &before, 1, values, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_lifetime_expected(&good, NULL, 1, values, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_lifetime_expected(NULL, T, 1, values, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_lifetime_log_likelihood(&good, x, NULL, T, 1, NULL, values, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_lifetime_log_likelihood(&good, x, t_x, T, -1, NULL, values, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_lifetime_log_likelihood(&good, NULL, NULL, NULL, 0, NULL, NULL, NULL), CRMV_OK);
}

static int32_t stop(void *context, const char *stage, double done) {
    (void)stage;
    (void)done;
    return ++*(int32_t *)context == 2;
}

static void a_call_can_be_cancelled(void **state) {
    (void)state;
    int32_t calls = 0;
    const crmv_options options = {.struct_size = sizeof options, .threads = 1, .context = &calls, .progress = stop};
    const crmv_lifetime lifetime = known(CRMV_BG_NBD);
    assert_int_equal(
        crmv_lifetime_predict(&lifetime, CRMV_PURCHASES, 9, 0, x, t_x, T, ROWS, &options, values, NULL, NULL),
        CRMV_CANCELLED);
    assert_int_equal(calls, 2);
}

/* Threads that cannot be started leave their work to the others. */
static void memory_that_runs_short_does_not_show(void **state) {
    (void)state;
    const crmv_options options = {.struct_size = sizeof options, .threads = 4};
    const crmv_lifetime lifetime = known(CRMV_BG_NBD);
    assert_int_equal(crmv_lifetime_log_likelihood(&lifetime, x, t_x, T, ROWS, NULL, values, NULL), CRMV_OK);
    has_failed = OWN_MALLOC;
    for (int64_t i = 0; has_failed; i++) {
        has_failed = false;
        until_failure = i;
        armed = true;
        const int32_t status = crmv_lifetime_log_likelihood(&lifetime, x, t_x, T, ROWS, &options, other_values, NULL);
        armed = false;
        assert_true(status == CRMV_OK || status == CRMV_OUT_OF_MEMORY);
        assert_true(status != CRMV_OK || memcmp(values, other_values, sizeof values) == 0);
    }
}

/* Whatever a model's text may ask for is answered: in the longest unit and in the shortest. */
static void the_least_discount_without_an_end_can_be_foretold(void **state) {
    (void)state;
    for (int32_t i = 0; i < 3; i++) {
        static const double days[] = {1, 7, 365.25};
        const double discount = log1p(1e-9) * days[i] / 365.25;
        const crmv_lifetime lifetime = {
            .struct_size = sizeof lifetime, .model = CRMV_PARETO_NBD, .parameters = {1, 9, 2, 50}};
        const double repeats = 3, last = 5, age = 20;
        double value = NAN;
        assert_int_equal(crmv_lifetime_predict(&lifetime, CRMV_DISCOUNTED_PURCHASES, INFINITY, discount, &repeats,
                                               &last, &age, 1, NULL, &value, NULL, NULL),
                         CRMV_OK);
        assert_true(value > 0 && !isinf(value));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_discount_without_an_end_can_be_foretold),
        cmocka_unit_test(the_number_of_threads_does_not_show),
        cmocka_unit_test(a_row_is_told_the_same_alone_and_among_others),
        cmocka_unit_test(standard_errors_are_those_of_the_delta_method),
        cmocka_unit_test(standard_errors_are_not_known_where_the_covariance_is_not),
        cmocka_unit_test(a_parameter_that_is_held_adds_nothing_to_standard_errors),
        cmocka_unit_test(what_is_not_known_of_a_history_is_not_foretold),
        cmocka_unit_test(the_first_history_that_cannot_be_is_told_with_its_row),
        cmocka_unit_test(arguments_that_make_no_sense_are_refused),
        cmocka_unit_test(a_call_can_be_cancelled),
        cmocka_unit_test(memory_that_runs_short_does_not_show),
    };
    return cmocka_run_group_tests(tests, draw_rows, NULL);
}
