/* test_simulation.c - customers that are drawn: what the processes expect of them, and the same ones for a seed. */
#include "crmvalue/lifetime_fit.h"
#include "failing_memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MANY = 200000 };

/* Parameters as they were published for the CDNOW sample, with drop-out that shows. */
static const crmv_lifetime processes[] = {
    {.struct_size = sizeof(crmv_lifetime), .model = CRMV_BG_NBD, .parameters = {0.243, 4.414, 0.793, 2.426}},
    {.struct_size = sizeof(crmv_lifetime), .model = CRMV_MBG_NBD, .parameters = {0.525, 6.183, 0.891, 1.614}},
    {.struct_size = sizeof(crmv_lifetime), .model = CRMV_PARETO_NBD, .parameters = {0.553, 10.58, 0.606, 11.67}},
    {.struct_size = sizeof(crmv_lifetime), .model = CRMV_NBD, .parameters = {0.4, 12}},
};
enum { PROCESSES = sizeof processes / sizeof processes[0] };

static const crmv_spend gamma_gamma = {
    .struct_size = sizeof gamma_gamma, .model = CRMV_GAMMA_GAMMA, .parameters = {6.25, 6.74, 15.44}};
static const crmv_spend normal_normal = {
    .struct_size = sizeof normal_normal, .model = CRMV_NORMAL_NORMAL, .parameters = {-3, 4, 12}};

static crmv_simulation *drawn(const crmv_lifetime *lifetime, const crmv_spend *spend, const double *first,
                              int64_t customers, double until, uint64_t seed, int32_t threads) {
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_error error = {.struct_size = sizeof error};
    crmv_simulation *simulation = NULL;
    if (crmv_simulate(lifetime, spend, first, customers, until, seed, &options, &simulation, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    return simulation;
}

/* ---- What is expected of them ------------------------------------------------------------------------------------ */

static void purchases_are_as_many_as_each_process_expects(void **state) {
    (void)state;
    static double x[MANY], t_x[MANY], T[MANY];
    const double times[] = {1, 10, 40};
    for (int32_t i = 0; i < PROCESSES; i++) {
        crmv_simulation *simulation = drawn(&processes[i], NULL, NULL, MANY, 40, 11, 2);
        double expected[3];
        assert_int_equal(crmv_lifetime_expected(&processes[i], times, 3, expected, NULL), CRMV_OK);
        for (int32_t k = 0; k < 3; k++) {
            assert_int_equal(crmv_simulation_histories(simulation, times[k], x, t_x, T, NULL), CRMV_OK);
            double sum = 0, squares = 0;
            for (int64_t c = 0; c < MANY; c++) {
                sum += x[c];
                squares += x[c] * x[c];
                assert_true(T[c] == times[k] && t_x[c] >= 0 && t_x[c] <= T[c] && (x[c] > 0 || t_x[c] == 0));
            }
            const double mean = sum / MANY;
            const double error = sqrt((squares / MANY - mean * mean) / MANY);
            assert_true(fabs(mean - expected[k]) < 4 * error);
        }
        crmv_simulation_free(simulation);
    }
}

static void who_has_dropped_out_is_as_many_as_the_process_expects(void **state) {
    (void)state;
    /* P(alive) of a customer without a history: Pareto/NBD (beta / (beta + t))^s, MBG/NBD at once b / (a + b). */
    crmv_simulation *simulation = drawn(&processes[2], NULL, NULL, MANY, 40, 3, 1);
    const double *ends = crmv_simulation_ends(simulation);
    int64_t alive = 0;
    for (int64_t c = 0; c < MANY; c++) {
        alive += isnan(ends[c]);
    }
    assert_true(fabs((double)alive / MANY - pow(11.67 / (11.67 + 40), 0.606)) < 0.005);
    crmv_simulation_free(simulation);

    simulation = drawn(&processes[1], NULL, NULL, MANY, 40, 3, 1);
    ends = crmv_simulation_ends(simulation);
    int64_t gone_at_once = 0;
    for (int64_t c = 0; c < MANY; c++) {
        gone_at_once += ends[c] == 0;
    }
    assert_true(fabs((double)gone_at_once / MANY - 0.891 / (0.891 + 1.614)) < 0.005);
    crmv_simulation_free(simulation);

    simulation = drawn(&processes[3], NULL, NULL, 100, 40, 3, 1);
    for (int64_t c = 0; c < 100; c++) {
        assert_true(isnan(crmv_simulation_ends(simulation)[c]));
    }
    crmv_simulation_free(simulation);
}

static double mean_amount(const crmv_spend *spend, double *least) {
    crmv_simulation *simulation = drawn(&processes[3], spend, NULL, MANY, 40, 5, 2);
    const double *amounts = crmv_simulation_amounts(simulation);
    const int64_t count = crmv_simulation_purchases(simulation);
    const int64_t *customers = crmv_simulation_customers(simulation);
    double sum = 0;
    int64_t firsts = 0;
    *least = INFINITY;
    for (int64_t i = 0; i < count; i++) {
        const bool is_first = i == 0 || customers[i] != customers[i - 1]; /* one a customer, so that none counts more */
        sum += is_first ? amounts[i] : 0;
        firsts += is_first;
        *least = fmin(*least, amounts[i]);
    }
    assert_int_equal(firsts, MANY);
    crmv_simulation_free(simulation);
    return sum / MANY;
}

static void amounts_have_the_mean_of_their_model(void **state) {
    (void)state;
    double least;
    assert_true(fabs(mean_amount(&gamma_gamma, &least) - 6.25 * 15.44 / (6.74 - 1)) < 0.15);
    assert_true(least > 0);
    assert_true(fabs(mean_amount(&normal_normal, &least) + 3) < 0.12);
    assert_true(least < -20);
}

static void histories_are_counted_from_the_purchases(void **state) {
    (void)state;
    enum { FEW = 500 };
    double first[FEW], x[FEW], t_x[FEW], T[FEW];
    for (int32_t i = 0; i < FEW; i++) {
        first[i] = i * 0.1 - 5;
    }
    crmv_simulation *simulation = drawn(&processes[0], NULL, first, FEW, 60, 2, 1);
    const int64_t *customers = crmv_simulation_customers(simulation);
    const double *times = crmv_simulation_times(simulation);
    assert_int_equal(crmv_simulation_histories(simulation, 30, x, t_x, T, NULL), CRMV_OK);
    int64_t at = 0;
    for (int32_t i = 0; i < FEW; i++) {
        double last = NAN;
        int64_t by_then = 0;
        assert_true(customers[at] == i && times[at] == first[i]);
        for (; at < crmv_simulation_purchases(simulation) && customers[at] == i; at++) {
            assert_true(times[at] <= 60);
            by_then += times[at] <= 30;
            last = times[at] <= 30 ? times[at] : last;
        }
        if (first[i] > 30) {
            assert_true(isnan(x[i]) && isnan(t_x[i]) && isnan(T[i]));
        } else {
            assert_true(x[i] == (double)(by_then - 1) && t_x[i] == last - first[i] && T[i] == 30 - first[i]);
        }
    }
    assert_int_equal(at, crmv_simulation_purchases(simulation));
    crmv_simulation_free(simulation);
}

/* ---- The same for a seed ----------------------------------------------------------------------------------------- */

static void a_seed_draws_the_same_at_every_number_of_threads_and_others_differ(void **state) {
    (void)state;
    for (int32_t i = 0; i < PROCESSES; i++) {
        crmv_simulation *one = drawn(&processes[i], &gamma_gamma, NULL, 5000, 50, 7, 1);
        crmv_simulation *four = drawn(&processes[i], &gamma_gamma, NULL, 5000, 50, 7, 4);
        crmv_simulation *plain = drawn(&processes[i], NULL, NULL, 5000, 50, 7, 1);
        crmv_simulation *other = drawn(&processes[i], &gamma_gamma, NULL, 5000, 50, 8, 1);
        const size_t size = (size_t)crmv_simulation_purchases(one) * sizeof(double);
        assert_int_equal(crmv_simulation_purchases(four), crmv_simulation_purchases(one));
        assert_int_equal(crmv_simulation_purchases(plain), crmv_simulation_purchases(one));
        assert_memory_equal(crmv_simulation_times(four), crmv_simulation_times(one), size);
        assert_memory_equal(crmv_simulation_times(plain), crmv_simulation_times(one), size);
        assert_memory_equal(crmv_simulation_amounts(four), crmv_simulation_amounts(one), size);
        assert_true(isnan(crmv_simulation_amounts(plain)[0]));
        assert_memory_not_equal(crmv_simulation_amounts(other), crmv_simulation_amounts(one), 5000 * sizeof(double));
        crmv_simulation_free(one);
        crmv_simulation_free(four);
        crmv_simulation_free(plain);
        crmv_simulation_free(other);
    }
}

/* ---- Arguments and memory ---------------------------------------------------------------------------------------- */

static int32_t simulate(const crmv_lifetime *lifetime, const crmv_spend *spend, const double *first, int64_t customers,
                        double until, crmv_error *error) {
    crmv_simulation *simulation = NULL;
    *error = (crmv_error){.struct_size = sizeof *error};
    const int32_t status = crmv_simulate(lifetime, spend, first, customers, until, 1, NULL, &simulation, error);
    assert_true((status == CRMV_OK) == (simulation != NULL));
    crmv_simulation_free(simulation);
    return status;
}

static void arguments_that_cannot_be_meant_are_refused(void **state) {
    (void)state;
    crmv_error error;
    const double first[] = {0, NAN};
    crmv_lifetime wrong = processes[0];
    wrong.parameters[3] = -1;
    assert_int_equal(simulate(&wrong, NULL, NULL, 1, 1, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "parameters.b");
    wrong.model = 9;
    assert_int_equal(simulate(&wrong, NULL, NULL, 1, 1, &error), CRMV_BAD_ARGUMENT);
    crmv_spend odd = normal_normal;
    odd.parameters[0] = INFINITY;
    assert_int_equal(simulate(&processes[0], &odd, NULL, 1, 1, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "parameters.mean");
    assert_int_equal(simulate(&processes[0], NULL, first, 2, 1, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(error.row, 2);
    assert_int_equal(simulate(&processes[0], NULL, NULL, -1, 1, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(simulate(&processes[0], NULL, NULL, 1, NAN, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(simulate(NULL, NULL, NULL, 1, 1, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(simulate(&processes[0], NULL, NULL, 0, 1, &error), CRMV_OK);
    crmv_simulation *simulation = drawn(&processes[0], NULL, NULL, 1, 1, 1, 1);
    double x, t_x, T;
    assert_int_equal(crmv_simulation_histories(simulation, 2, &x, &t_x, &T, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_simulation_histories(simulation, NAN, &x, &t_x, &T, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_simulation_histories(simulation, 1, &x, NULL, &T, NULL), CRMV_BAD_ARGUMENT);
    crmv_simulation_free(simulation);
    crmv_simulation_free(NULL);
}

static void parameters_at_the_ends_of_sense_draw_finite_times(void **state) {
    (void)state;
    crmv_error error;
    const double ends[] = {1e-8, 1e-3, 1, 1e3};
    for (int32_t i = 0; i < PROCESSES * 256; i++) {
        crmv_lifetime lifetime = processes[i / 256];
        lifetime.parameters[0] = ends[i & 3];
        lifetime.parameters[1] = 1 + ends[i >> 2 & 3];
        lifetime.parameters[2] = ends[i >> 4 & 3];
        lifetime.parameters[3] = ends[i >> 6 & 3];
        crmv_simulation *simulation = NULL;
        error = (crmv_error){.struct_size = sizeof error};
        assert_int_equal(crmv_simulate(&lifetime, &gamma_gamma, NULL, 3, 2, 1, NULL, &simulation, &error), CRMV_OK);
        for (int64_t k = 0; k < crmv_simulation_purchases(simulation); k++) {
            const double time = crmv_simulation_times(simulation)[k];
            assert_true(time >= 0 && time <= 2);
        }
        crmv_simulation_free(simulation);
    }
}

static int32_t stop(void *context, const char *stage, double done) {
    (void)stage;
    (void)done;
    return --*(int32_t *)context < 0;
}

static void cancelling_and_failing_memory_leave_nothing_behind(void **state) {
    (void)state;
    const long before = standing;
    int32_t left = 1;
    const crmv_options options = {.struct_size = sizeof options, .context = &left, .progress = stop};
    crmv_simulation *simulation = NULL;
    assert_int_equal(crmv_simulate(&processes[0], NULL, NULL, MANY, 40, 1, &options, &simulation, NULL),
                     CRMV_CANCELLED);
    assert_null(simulation);
    assert_int_equal(standing, before);
    for (long nth = 0; OWN_MALLOC; nth++) {
        until_failure = nth;
        has_failed = false;
        armed = true;
        const int32_t status = crmv_simulate(&processes[0], NULL, NULL, 10, 40, 1, NULL, &simulation, NULL);
        armed = false;
        if (!has_failed) {
            assert_int_equal(status, CRMV_OK);
            assert_true(nth >= 7);
            break;
        }
        assert_int_equal(status, CRMV_OUT_OF_MEMORY);
        assert_null(simulation);
        assert_int_equal(standing, before);
    }
    crmv_simulation_free(simulation);
    assert_int_equal(standing, before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(purchases_are_as_many_as_each_process_expects),
        cmocka_unit_test(who_has_dropped_out_is_as_many_as_the_process_expects),
        cmocka_unit_test(amounts_have_the_mean_of_their_model),
        cmocka_unit_test(histories_are_counted_from_the_purchases),
        cmocka_unit_test(a_seed_draws_the_same_at_every_number_of_threads_and_others_differ),
        cmocka_unit_test(arguments_that_cannot_be_meant_are_refused),
        cmocka_unit_test(parameters_at_the_ends_of_sense_draw_finite_times),
        cmocka_unit_test(cancelling_and_failing_memory_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
