/*
 * test_lifetime_models.c - the BG/NBD, the MBG/NBD and the NBD against what was published and against mpmath.
 */
#include "lifetimes.h"

/* By tests/lifetime_references. */
static const struct {
    int32_t model;
    double parameters[4];
    double x, t_x, T, ahead, discount;
    double log_likelihood, alive, alive_ahead, purchases, discounted, for_ever;
} references[] = {
#include "lifetime_references.h"
};
enum { REFERENCES = sizeof references / sizeof references[0] };

static void likelihoods_are_those_of_the_published_formulae(void **state) {
    (void)state;
    for (int32_t i = 0; i < REFERENCES; i++) {
        const crmv_lifetime lifetime = lifetime_of(references[i].model, references[i].parameters);
        const double found = log_likelihood_of(&lifetime, references[i].x, references[i].t_x, references[i].T);
        assert_near(found, references[i].log_likelihood, 1e-14 * (10 + fabs(references[i].log_likelihood)));
    }
}

static void p_alive_is_that_of_the_published_formulae(void **state) {
    (void)state;
    for (int32_t i = 0; i < REFERENCES; i++) {
        const crmv_lifetime lifetime = lifetime_of(references[i].model, references[i].parameters);
        const double x = references[i].x;
        const double t_x = references[i].t_x;
        const double T = references[i].T;
        assert_relatively_near(foretell(&lifetime, CRMV_P_ALIVE, 0, 0, x, t_x, T), references[i].alive, 1e-12);
        assert_relatively_near(foretell(&lifetime, CRMV_P_ALIVE, references[i].ahead, 0, x, t_x, T),
                               references[i].alive_ahead, 1e-11);
    }
}

static void purchases_are_those_of_the_published_formulae_near_a_of_1_and_below_a_plus_b_of_1_too(void **state) {
    (void)state;
    for (int32_t i = 0; i < REFERENCES; i++) {
        const crmv_lifetime lifetime = lifetime_of(references[i].model, references[i].parameters);
        const double found = foretell(&lifetime, CRMV_PURCHASES, references[i].ahead, 0, references[i].x,
                                      references[i].t_x, references[i].T);
        assert_relatively_near(found, references[i].purchases, 1e-11);
    }
}

static void discounted_purchases_are_the_integral_of_the_discounted_rate(void **state) {
    (void)state;
    for (int32_t i = 0; i < REFERENCES; i++) {
        const crmv_lifetime lifetime = lifetime_of(references[i].model, references[i].parameters);
        const double ahead[] = {references[i].ahead, INFINITY};
        const double expected[] = {references[i].discounted, references[i].for_ever};
        for (int32_t k = 0; k < 2; k++) {
            const double found = foretell(&lifetime, CRMV_DISCOUNTED_PURCHASES, ahead[k], references[i].discount,
                                          references[i].x, references[i].t_x, references[i].T);
            assert_relatively_near(found, expected[k], 1e-10);
        }
    }
}

/* Fader, Hardie & Lee 2005, and their spreadsheet; .243 4.414 .793 2.426. */
static const double published[] = {.243, 4.414, .793, 2.426};

static void the_published_customer_makes_1_226_purchases_in_39_weeks(void **state) {
    (void)state;
    const crmv_lifetime lifetime = lifetime_of(CRMV_BG_NBD, published);
    assert_near(foretell(&lifetime, CRMV_PURCHASES, 39, 0, 2, 30.43, 38.86), 1.226, 5e-4);
}

/* At 78 weeks the closed form itself, at 30 digits, differs from the spreadsheet by 4e-4. */
static void new_customers_make_the_published_purchases(void **state) {
    (void)state;
    const double parameters[] = {.2425945, 4.4136019, .7929199, 2.4258881};
    const crmv_lifetime lifetime = lifetime_of(CRMV_BG_NBD, parameters);
    static const double t[] = {1, 3, 31.8571, 32, 78};
    static const double expected[] = {.0532, .1506, 1.0405, 1.0437, 1.8576};
    double found[5];
    assert_int_equal(crmv_lifetime_expected(&lifetime, t, 5, found, NULL), CRMV_OK);
    for (int32_t i = 0; i < 5; i++) {
        assert_near(found[i], expected[i], t[i] < 78 ? 5e-5 : 5e-4);
    }
}

/* Customer 1516 of CDNOW, by CLVTools with its own fit, which differs in the fifth digit. */
static void a_heavy_buyer_of_cdnow_is_told_what_clvtools_tells(void **state) {
    (void)state;
    const double parameters[] = {.2425945, 4.4136019, .7929199, 2.4258881};
    const crmv_lifetime lifetime = lifetime_of(CRMV_BG_NBD, parameters);
    assert_near(foretell(&lifetime, CRMV_PURCHASES, 52, 0, 26, 30.857142857142857, 31), 25.75659, 2e-3);
    assert_near(foretell(&lifetime, CRMV_P_ALIVE, 0, 0, 26, 30.857142857142857, 31), .9688523, 5e-6);
}

static void heavy_buyers_do_not_overflow(void **state) {
    (void)state;
    const double parameters[] = {.25, 4, .8, 2.5};
    const crmv_lifetime lifetime = lifetime_of(CRMV_BG_NBD, parameters);
    assert_near(log_likelihood_of(&lifetime, 0, 0, 40), -.59947382, 5e-9);
    assert_near(log_likelihood_of(&lifetime, 200, 38, 40), 100.7957, 5e-5);
    assert_true(foretell(&lifetime, CRMV_P_ALIVE, 0, 0, 1000, 10, 100) == 0);
    assert_true(foretell(&lifetime, CRMV_PURCHASES, 52, 0, 1000, 10, 100) == 0);
    assert_true(isfinite(log_likelihood_of(&lifetime, 10000, 1, 1e6)));
    const double alive = foretell(&lifetime, CRMV_P_ALIVE, 0, 0, 10000, 99.999, 100);
    assert_true(alive > 0.9 && alive <= 1);
}

/* The likelihood of histories without drop-out is what the BG/NBD goes to as a goes to 0. */
static void the_nbd_is_the_limit_of_the_bg_nbd_without_drop_out(void **state) {
    (void)state;
    const double with[] = {.5, 10, 1e-12, 1};
    const crmv_lifetime bg_nbd = lifetime_of(CRMV_BG_NBD, with);
    const crmv_lifetime mbg_nbd = lifetime_of(CRMV_MBG_NBD, with);
    const crmv_lifetime nbd = lifetime_of(CRMV_NBD, with);
    for (int32_t x = 0; x < 100; x++) {
        const double t_x = x == 0 ? 0 : 29;
        const double expected = log_likelihood_of(&nbd, x, t_x, 30);
        assert_near(log_likelihood_of(&bg_nbd, x, t_x, 30), expected, 1e-9);
        assert_near(log_likelihood_of(&mbg_nbd, x, t_x, 30), expected, 1e-9);
        assert_relatively_near(foretell(&bg_nbd, CRMV_PURCHASES, 20, 0, x, t_x, 30), (.5 + x) / 40 * 20, 1e-9);
    }
}

static void each_model_has_its_names(void **state) {
    (void)state;
    assert_string_equal(crmv_lifetime_name(CRMV_BG_NBD), "bg_nbd");
    assert_string_equal(crmv_lifetime_name(CRMV_MBG_NBD), "mbg_nbd");
    assert_string_equal(crmv_lifetime_name(CRMV_PARETO_NBD), "pareto_nbd");
    assert_string_equal(crmv_lifetime_name(CRMV_NBD), "nbd");
    assert_null(crmv_lifetime_name(0));
    assert_null(crmv_lifetime_name(CRMV_NBD + 1));
    assert_int_equal(crmv_lifetime_parameters(CRMV_BG_NBD), 4);
    assert_int_equal(crmv_lifetime_parameters(CRMV_NBD), 2);
    assert_int_equal(crmv_lifetime_parameters(-1), 0);
    assert_string_equal(crmv_lifetime_parameter(CRMV_PARETO_NBD, 3), "beta");
    assert_null(crmv_lifetime_parameter(CRMV_NBD, 2));
    assert_null(crmv_lifetime_parameter(CRMV_NBD, -1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likelihoods_are_those_of_the_published_formulae),
        cmocka_unit_test(p_alive_is_that_of_the_published_formulae),
        cmocka_unit_test(purchases_are_those_of_the_published_formulae_near_a_of_1_and_below_a_plus_b_of_1_too),
        cmocka_unit_test(discounted_purchases_are_the_integral_of_the_discounted_rate),
        cmocka_unit_test(the_published_customer_makes_1_226_purchases_in_39_weeks),
        cmocka_unit_test(new_customers_make_the_published_purchases),
        cmocka_unit_test(a_heavy_buyer_of_cdnow_is_told_what_clvtools_tells),
        cmocka_unit_test(heavy_buyers_do_not_overflow),
        cmocka_unit_test(the_nbd_is_the_limit_of_the_bg_nbd_without_drop_out),
        cmocka_unit_test(each_model_has_its_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
