/*
 * test_lifetime_slopes.c - slopes of the likelihoods by the logarithms of the parameters, against differences of the
 * likelihoods themselves; and that what a customer is told does not depend on the others.
 */
#include "base/exponential.h"
#include "base/guest.h"
#include "chance.h"
#include "clv/process.h"
#include "clv/spending.h"
#include "nearness.h"

#include <string.h>

enum { ROWS = 200, POINTS = 40 };

static const double STEP = 1e-3;

static double evenly(uint64_t *state) {
    return (double)(chance_bits(state) >> 11) * 0x1p-53;
}

/* From 10^least to 10^most. */
static double by_magnitude(uint64_t *state, double least, double most) {
    return crmvi_exp(2.302585092994046 * (least + (most - least) * evenly(state)));
}

typedef struct customers {
    double x[ROWS], t_x[ROWS], T[ROWS];
    crmvi_histories histories;
} customers;

/* Some never purchase again, most do so a few times, and some thousands of times. */
static void draw_customers(customers *all, uint64_t *state) {
    for (int32_t i = 0; i < ROWS; i++) {
        all->x[i] = i % 3 == 0 ? 0 : i % 20 == 1 ? floor(by_magnitude(state, 0, 4)) : (double)(i % 90);
        all->T[i] = by_magnitude(state, -1, 3);
        all->t_x[i] = all->x[i] > 0 ? all->T[i] * evenly(state) : 0;
    }
    all->histories = (crmvi_histories){all->x, all->t_x, all->T, ROWS};
}

/* The fourth-order difference of four values at -2, -1, 1 and 2 steps. */
static double difference(const double values[4]) {
    return (8 * (values[2] - values[1]) - (values[3] - values[0])) / (12 * STEP);
}

static const double steps[4] = {-2, -1, 1, 2};

static void compare_slopes(const crmvi_process *process, const double *parameters, const customers *all) {
    double values[ROWS];
    double slopes[CRMVI_PARAMETERS * ROWS];
    double moved[4][ROWS];
    process->log_likelihood(parameters, &all->histories, values, slopes);
    for (int32_t k = 0; k < process->parameter_count; k++) {
        for (int32_t step = 0; step < 4; step++) {
            double others[CRMVI_PARAMETERS];
            memcpy(others, parameters, sizeof others);
            others[k] *= crmvi_exp(steps[step] * STEP);
            process->log_likelihood(others, &all->histories, moved[step], NULL);
        }
        for (int32_t i = 0; i < ROWS; i++) {
            const double found[4] = {moved[0][i], moved[1][i], moved[2][i], moved[3][i]};
            const double magnitude = fabs(values[i]) + all->x[i] + fabs(slopes[k * ROWS + i]) + 1;
            assert_near(slopes[k * ROWS + i], difference(found), 2e-8 * magnitude);
        }
    }
}

static void slopes_are_the_differences_of_the_likelihood(void **unused) {
    (void)unused;
    crmvi_guest host;
    crmvi_enter(&host);
    uint64_t state = 1;
    customers all;
    static const int32_t models[] = {CRMV_BG_NBD, CRMV_MBG_NBD, CRMV_NBD};
    for (int32_t point = 0; point < POINTS; point++) {
        double parameters[CRMVI_PARAMETERS];
        for (int32_t k = 0; k < CRMVI_PARAMETERS; k++) {
            parameters[k] = by_magnitude(&state, -1.5, 2);
        }
        draw_customers(&all, &state);
        for (int32_t i = 0; i < 3; i++) {
            compare_slopes(&crmvi_processes[models[i]], parameters, &all);
        }
    }
    crmvi_leave(&host);
}

/* A customer alone, without slopes, against the same one among the others. */
static void a_customer_s_bits_do_not_depend_on_the_others(void **unused) {
    (void)unused;
    crmvi_guest host;
    crmvi_enter(&host);
    uint64_t state = 2;
    customers all;
    draw_customers(&all, &state);
    static const double parameters[] = {.25, 4, .8, 2.5};
    static const crmvi_question questions[] = {
        {CRMV_P_ALIVE, 3, 0}, {CRMV_PURCHASES, 40, 0}, {CRMV_DISCOUNTED_PURCHASES, INFINITY, .01}};
    static const int32_t models[] = {CRMV_BG_NBD, CRMV_MBG_NBD, CRMV_NBD};
    double values[ROWS];
    double slopes[CRMVI_PARAMETERS * ROWS];
    for (int32_t m = 0; m < 3; m++) {
        const crmvi_process *process = &crmvi_processes[models[m]];
        for (int32_t what = 0; what < 4; what++) {
            if (what < 3) {
                process->predict(parameters, &questions[what], &all.histories, values);
            } else {
                process->log_likelihood(parameters, &all.histories, values, slopes);
            }
            for (int32_t i = 0; i < ROWS; i += 7) {
                const crmvi_histories one = {all.x + i, all.t_x + i, all.T + i, 1};
                double value;
                if (what < 3) {
                    process->predict(parameters, &questions[what], &one, &value);
                } else {
                    process->log_likelihood(parameters, &one, &value, NULL);
                }
                assert_memory_equal(&value, &values[i], sizeof value);
            }
        }
    }
    crmvi_leave(&host);
}

static void what_is_not_known_of_a_history_makes_nan(void **unused) {
    (void)unused;
    crmvi_guest host;
    crmvi_enter(&host);
    static const double parameters[] = {.25, 4, .8, 2.5};
    static const double x[] = {NAN, 0, 0, 3, 100, 2};
    static const double t_x[] = {0, NAN, 0, 2, NAN, 5};
    static const double T[] = {9, 9, NAN, 9, 9, 9};
    const crmvi_histories histories = {x, t_x, T, 6};
    static const int32_t models[] = {CRMV_BG_NBD, CRMV_MBG_NBD, CRMV_NBD};
    for (int32_t m = 0; m < 3; m++) {
        for (int32_t what = CRMV_P_ALIVE; what <= CRMV_DISCOUNTED_PURCHASES; what++) {
            const crmvi_question question = {what, 5, .1};
            double values[6];
            crmvi_processes[models[m]].predict(parameters, &question, &histories, values);
            for (int32_t i = 0; i < 6; i++) {
                assert_true(isnan(x[i]) || isnan(t_x[i]) || isnan(T[i]) ? isnan(values[i]) : isfinite(values[i]));
            }
        }
    }
    crmvi_leave(&host);
}

static void slopes_of_spend_are_the_differences_of_the_likelihood(void **unused) {
    (void)unused;
    crmvi_guest host;
    crmvi_enter(&host);
    uint64_t state = 3;
    for (int32_t point = 0; point < POINTS * 2; point++) {
        const crmvi_spending *spending = &crmvi_spendings[CRMV_GAMMA_GAMMA + point % 2];
        double count[ROWS];
        double mean[ROWS];
        double squares[ROWS];
        double parameters[CRMVI_SPEND_PARAMETERS];
        for (int32_t k = 0; k < CRMVI_SPEND_PARAMETERS; k++) {
            parameters[k] = by_magnitude(&state, -1, 2);
        }
        for (int32_t i = 0; i < ROWS; i++) {
            count[i] = i % 40 == 0 ? floor(by_magnitude(&state, 0, 4)) : (double)(i % 40);
            mean[i] = by_magnitude(&state, -1, 3);
            squares[i] = count[i] > 1 ? by_magnitude(&state, -2, 3) * count[i] : 0;
        }
        const crmvi_purses purses = {count, mean, squares, ROWS};
        double values[ROWS];
        double slopes[CRMVI_SPEND_PARAMETERS * ROWS];
        double moved[4][ROWS];
        spending->log_likelihood(parameters, &purses, values, slopes);
        for (int32_t k = 0; k < CRMVI_SPEND_PARAMETERS; k++) {
            for (int32_t step = 0; step < 4; step++) {
                double others[CRMVI_SPEND_PARAMETERS];
                memcpy(others, parameters, sizeof others);
                const double by = steps[step] * STEP;
                others[k] = spending->of_any_sign[k] ? others[k] + by : others[k] * crmvi_exp(by);
                spending->log_likelihood(others, &purses, moved[step], NULL);
            }
            for (int32_t i = 0; i < ROWS; i++) {
                const double found[4] = {moved[0][i], moved[1][i], moved[2][i], moved[3][i]};
                const double magnitude = fabs(values[i]) + fabs(slopes[k * ROWS + i]) + count[i] + 1;
                assert_near(slopes[k * ROWS + i], difference(found), 1e-8 * magnitude);
            }
        }
    }
    crmvi_leave(&host);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_are_the_differences_of_the_likelihood),
        cmocka_unit_test(a_customer_s_bits_do_not_depend_on_the_others),
        cmocka_unit_test(what_is_not_known_of_a_history_makes_nan),
        cmocka_unit_test(slopes_of_spend_are_the_differences_of_the_likelihood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
