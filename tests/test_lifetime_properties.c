/*
 * test_lifetime_properties.c - what holds of every customer under every model, over absurd parameters: nothing is NaN
 * or infinite, probabilities lie in [0, 1], expectations are at least 0 and do not fall with the horizon.
 */
#include "chance.h"
#include "lifetimes.h"

#include <stdbool.h>

enum { POINTS = 10000 };

/* By which rounding may let an expectation fall. */
static const double ROUNDING = 1e-9;

static double evenly(uint64_t *state) {
    return (double)(chance_bits(state) >> 11) * 0x1p-53;
}

static double by_magnitude(uint64_t *state, double least, double most) {
    return pow(10, least + (most - least) * evenly(state));
}

typedef struct point {
    crmv_lifetime lifetime;
    double x, t_x, T, ahead, discount;
} point;

/* Half of the points are what might be, half are absurd. */
static point draw(int32_t model, uint64_t *state) {
    const double width = chance_bits(state) % 2 == 0 ? 2 : 8;
    double parameters[CRMV_LIFETIME_PARAMETERS];
    for (int32_t k = 0; k < CRMV_LIFETIME_PARAMETERS; k++) {
        parameters[k] = by_magnitude(state, -width, width);
    }
    point p = {.lifetime = lifetime_of(model, parameters)};
    p.x = chance_bits(state) % 3 == 0 ? 0 : floor(by_magnitude(state, 0, chance_bits(state) % 4 == 0 ? 4 : 1.5));
    p.T = chance_bits(state) % 8 == 0 ? 0 : by_magnitude(state, -width / 2, width / 2);
    p.t_x = p.x > 0 ? p.T * (chance_bits(state) % 4 == 0 ? 1 : evenly(state)) : 0;
    p.ahead = by_magnitude(state, -width, width);
    p.discount = by_magnitude(state, -width, width / 2);
    return p;
}

static double ask(const point *p, int32_t what, double ahead) {
    return foretell(&p->lifetime, what, ahead, p->discount, p->x, p->t_x, p->T);
}

static void require(const point *p, bool holds, const char *what) {
    if (!holds) {
        const double *of = p->lifetime.parameters;
        fail_msg("%s: model %d (%.17g %.17g %.17g %.17g), x %.17g, t_x %.17g, T %.17g, ahead %.17g, discount %.17g",
                 what, p->lifetime.model, of[0], of[1], of[2], of[3], p->x, p->t_x, p->T, p->ahead, p->discount);
    }
}

static bool is_expectation(double value) {
    return isfinite(value) && value >= 0;
}

static void check_probabilities(const point *p) {
    const double now = ask(p, CRMV_P_ALIVE, 0);
    const double later = ask(p, CRMV_P_ALIVE, p->ahead);
    require(p, now >= 0 && now <= 1 && later >= 0, "a probability is none");
    require(p, later <= now, "who is gone has come back");
    require(p, isfinite(log_likelihood_of(&p->lifetime, p->x, p->t_x, p->T)), "the likelihood is no number");
}

static void check_expectations(const point *p) {
    const double soon = ask(p, CRMV_PURCHASES, p->ahead);
    const double later = ask(p, CRMV_PURCHASES, 2 * p->ahead);
    const double worth_soon = ask(p, CRMV_DISCOUNTED_PURCHASES, p->ahead);
    const double worth_later = ask(p, CRMV_DISCOUNTED_PURCHASES, 2 * p->ahead);
    const double worth_for_ever = ask(p, CRMV_DISCOUNTED_PURCHASES, INFINITY);
    require(p, is_expectation(soon) && is_expectation(later), "purchases are no number");
    require(p, is_expectation(worth_soon) && is_expectation(worth_later) && is_expectation(worth_for_ever),
            "discounted purchases are no number");
    require(p, soon <= later * (1 + ROUNDING), "purchases fall with the horizon");
    require(p, worth_soon <= worth_later * (1 + ROUNDING), "discounted purchases fall with the horizon");
    require(p, worth_later <= worth_for_ever * (1 + ROUNDING), "an end is worth more than none");
    require(p, worth_soon <= soon * (1 + ROUNDING), "a discount adds");
}

static void check_new_customers(const point *p) {
    const double t[] = {0, p->ahead, 2 * p->ahead};
    double values[3];
    assert_int_equal(crmv_lifetime_expected(&p->lifetime, t, 3, values, NULL), CRMV_OK);
    require(p, values[0] == 0 && is_expectation(values[1]) && is_expectation(values[2]), "E[X(t)] is no number");
    require(p, values[1] <= values[2] * (1 + ROUNDING), "E[X(t)] falls");
}

static void ten_thousand_points_of(int32_t model) {
    uint64_t state = (uint64_t)model;
    for (int32_t i = 0; i < POINTS; i++) {
        const point p = draw(model, &state);
        check_probabilities(&p);
        check_expectations(&p);
        check_new_customers(&p);
    }
}

static void no_bg_nbd_is_absurd(void **state) {
    (void)state;
    ten_thousand_points_of(CRMV_BG_NBD);
}

static void no_mbg_nbd_is_absurd(void **state) {
    (void)state;
    ten_thousand_points_of(CRMV_MBG_NBD);
}

static void no_nbd_is_absurd(void **state) {
    (void)state;
    ten_thousand_points_of(CRMV_NBD);
}

/* The ends of what the functions take. */
static void the_ends_of_the_ranges_are_numbers_too(void **state) {
    (void)state;
    for (int32_t i = 0; i < 1 << 7; i++) {
        double parameters[CRMV_LIFETIME_PARAMETERS];
        for (int32_t k = 0; k < CRMV_LIFETIME_PARAMETERS; k++) {
            parameters[k] = (i >> k & 1) != 0 ? 1e12 : 1e-12;
        }
        for (int32_t model = CRMV_BG_NBD; model <= CRMV_NBD; model++) {
            if (model == CRMV_PARETO_NBD) {
                continue;
            }
            point p = {.lifetime = lifetime_of(model, parameters), .ahead = 1e12, .discount = 1e-12};
            p.x = (i >> 4 & 1) != 0 ? 1e4 : 0;
            p.T = (i >> 5 & 1) != 0 ? 1e12 : 0;
            p.t_x = p.x > 0 && (i >> 6 & 1) != 0 ? p.T : 0;
            check_probabilities(&p);
            require(&p, is_expectation(ask(&p, CRMV_PURCHASES, p.ahead)), "purchases are no number");
            require(&p, is_expectation(ask(&p, CRMV_DISCOUNTED_PURCHASES, INFINITY)), "worth is no number");
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_bg_nbd_is_absurd),
        cmocka_unit_test(no_mbg_nbd_is_absurd),
        cmocka_unit_test(no_nbd_is_absurd),
        cmocka_unit_test(the_ends_of_the_ranges_are_numbers_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
