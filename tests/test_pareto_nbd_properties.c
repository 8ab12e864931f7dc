/* test_pareto_nbd_properties.c - the Pareto/NBD at 10,000 points over all that the public functions take. */
#include "base/guest.h"
#include "clv/bounds.h"
#include "clv/pareto_nbd.h"
#include "clv/special.h"
#include "nearness.h"

#include <math.h>
#include <stdbool.h>

enum { POINTS = 10000, HORIZONS = 6 };

/* What rounding may make of two numbers of which one cannot be less. */
static const double ROUNDING = 1e-13;

static uint64_t chance = 88172645463325252u;

/* From 0 to below 1 (Marsaglia's xorshift). */
static double by_chance(void) {
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (double)(chance >> 11) * 0x1p-53;
}

/* Evenly in the logarithm. */
static double drawn(double low, double high) {
    return crmvi_exp(crmvi_log(low) + by_chance() * (crmvi_log(high) - crmvi_log(low)));
}

typedef struct point {
    double parameters[4], x, t_x, T, discount;
} point;

static point absurd(void) {
    point p;
    for (int32_t k = 0; k < 4; k++) {
        p.parameters[k] = drawn(CRMVI_LEAST_PARAMETER, CRMVI_HIGHEST_PARAMETER);
    }
    p.T = by_chance() < .1 ? 0 : drawn(1e-9, CRMVI_LONGEST_TIME);
    p.x = by_chance() < .3 ? 0 : floor(drawn(1, by_chance() < .9 ? 1e5 : CRMVI_MOST_PURCHASES));
    const double share = by_chance() < .5 ? by_chance() : 1 - drawn(1e-15, 1);
    p.t_x = p.x == 0 ? 0 : p.T * share;
    p.discount = drawn(CRMVI_LEAST_PARAMETER, CRMVI_HIGHEST_PARAMETER);
    return p;
}

static point ordinary(void) {
    point p;
    for (int32_t k = 0; k < 4; k++) {
        p.parameters[k] = k % 2 == 0 ? drawn(.05, 5) : drawn(.5, 100);
    }
    p.T = 1 + 150 * by_chance();
    p.x = floor(drawn(1, 100)) - 1;
    p.t_x = p.x == 0 ? 0 : p.T * by_chance();
    p.discount = drawn(1e-4, 1);
    return p;
}

static crmvi_histories history_of(const point *p) {
    return (crmvi_histories){&p->x, &p->t_x, &p->T, 1};
}

static double predicted(const point *p, int32_t what, double ahead) {
    const crmvi_histories history = history_of(p);
    const crmvi_question question = {what, ahead, p->discount};
    double value;
    crmvi_pareto_nbd_predict(p->parameters, &question, &history, &value);
    return value;
}

static bool is_finite_number(double value) {
    return !isnan(value) && !isinf(value);
}

static void likelihoods_and_slopes_are_finite(void **state) {
    (void)state;
    for (int32_t i = 0; i < POINTS; i++) {
        const point p = absurd();
        const crmvi_histories history = history_of(&p);
        double value;
        double slopes[4];
        crmvi_pareto_nbd_likelihood(p.parameters, &history, &value, slopes);
        assert_true(is_finite_number(value));
        for (int32_t k = 0; k < 4; k++) {
            assert_true(is_finite_number(slopes[k]));
        }
    }
}

static void horizons_by_chance(double *horizons) {
    horizons[0] = 0;
    for (int32_t k = 1; k < HORIZONS; k++) {
        horizons[k] = horizons[k - 1] + drawn(1e-9, CRMVI_LONGEST_TIME / HORIZONS);
    }
}

static void probabilities_are_from_0_to_1_and_fall_with_the_time_ahead(void **state) {
    (void)state;
    for (int32_t i = 0; i < POINTS; i++) {
        const point p = absurd();
        double horizons[HORIZONS];
        double before = 1;
        horizons_by_chance(horizons);
        for (int32_t k = 0; k < HORIZONS; k++) {
            const double value = predicted(&p, CRMV_P_ALIVE, horizons[k]);
            assert_true(value >= 0 && value <= before);
            before = value;
        }
    }
}

static void purchases_are_finite_and_rise_with_the_horizon(void **state) {
    (void)state;
    for (int32_t i = 0; i < POINTS; i++) {
        const point p = absurd();
        double horizons[HORIZONS];
        double before = 0;
        double discounted_before = 0;
        horizons_by_chance(horizons);
        for (int32_t k = 0; k < HORIZONS; k++) {
            const double value = predicted(&p, CRMV_PURCHASES, horizons[k]);
            const double discounted = predicted(&p, CRMV_DISCOUNTED_PURCHASES, horizons[k]);
            assert_true(is_finite_number(value) && value >= before * (1 - ROUNDING));
            assert_true(is_finite_number(discounted) && discounted >= discounted_before * (1 - ROUNDING));
            assert_true(discounted <= value * (1 + ROUNDING));
            before = value;
            discounted_before = discounted;
        }
        const double for_ever = predicted(&p, CRMV_DISCOUNTED_PURCHASES, INFINITY);
        assert_true(is_finite_number(for_ever) && for_ever >= discounted_before * (1 - ROUNDING));
    }
}

static void new_customers_purchases_are_finite_and_rise(void **state) {
    (void)state;
    for (int32_t i = 0; i < POINTS; i++) {
        const point p = absurd();
        double horizons[HORIZONS];
        double before = 0;
        horizons_by_chance(horizons);
        for (int32_t k = 0; k < HORIZONS; k++) {
            const double value = crmvi_pareto_nbd_expected(p.parameters, horizons[k]);
            assert_true(is_finite_number(value) && value >= before * (1 - ROUNDING));
            before = value;
        }
    }
}

/* Central differences over 1e-4 are wrong by 2e-9 of the third derivative, and by 1e-12 of the number. */
static void slopes_are_those_of_the_likelihood(void **state) {
    (void)state;
    const double step = 1e-4;
    for (int32_t i = 0; i < POINTS / 10; i++) {
        const point p = ordinary();
        const crmvi_histories history = history_of(&p);
        double value;
        double slopes[4];
        crmvi_pareto_nbd_likelihood(p.parameters, &history, &value, slopes);
        for (int32_t k = 0; k < 4; k++) {
            double up;
            double down;
            point moved = p;
            moved.parameters[k] = p.parameters[k] * crmvi_exp(step);
            crmvi_pareto_nbd_likelihood(moved.parameters, &history, &up, NULL);
            moved.parameters[k] = p.parameters[k] * crmvi_exp(-step);
            crmvi_pareto_nbd_likelihood(moved.parameters, &history, &down, NULL);
            assert_near((up - down) / (2 * step), slopes[k], 1e-8 * (1 + p.parameters[0] + p.parameters[2] + p.x));
        }
    }
}

/* Whether a history's panel waits for 31 others or for none. */
static void a_history_has_the_same_bits_in_any_block(void **state) {
    (void)state;
    static double x[CRMVI_HISTORY_BLOCK], t_x[CRMVI_HISTORY_BLOCK], T[CRMVI_HISTORY_BLOCK];
    static double values[CRMVI_HISTORY_BLOCK], slopes[4 * CRMVI_HISTORY_BLOCK];
    for (int32_t round = 0; round < 20; round++) {
        const point model = round % 2 == 0 ? ordinary() : absurd();
        for (int32_t i = 0; i < CRMVI_HISTORY_BLOCK; i++) {
            const point p = i % 3 == 0 ? absurd() : ordinary();
            x[i] = p.x;
            t_x[i] = p.t_x;
            T[i] = p.T;
        }
        const crmvi_histories block = {x, t_x, T, CRMVI_HISTORY_BLOCK};
        crmvi_pareto_nbd_likelihood(model.parameters, &block, values, slopes);
        for (int32_t i = 0; i < CRMVI_HISTORY_BLOCK; i++) {
            const crmvi_histories history = {&x[i], &t_x[i], &T[i], 1};
            double value;
            double of_one[4];
            crmvi_pareto_nbd_likelihood(model.parameters, &history, &value, of_one);
            assert_memory_equal(&value, &values[i], sizeof value);
            for (int32_t k = 0; k < 4; k++) {
                assert_memory_equal(&of_one[k], &slopes[k * CRMVI_HISTORY_BLOCK + i], sizeof of_one[k]);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likelihoods_and_slopes_are_finite),
        cmocka_unit_test(probabilities_are_from_0_to_1_and_fall_with_the_time_ahead),
        cmocka_unit_test(purchases_are_finite_and_rise_with_the_horizon),
        cmocka_unit_test(new_customers_purchases_are_finite_and_rise),
        cmocka_unit_test(slopes_are_those_of_the_likelihood),
        cmocka_unit_test(a_history_has_the_same_bits_in_any_block),
    };
    crmvi_guest host;
    crmvi_enter(&host);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crmvi_leave(&host);
    return failed;
}
