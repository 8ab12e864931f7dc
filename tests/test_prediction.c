/*
 * How well a score orders what happened afterwards, against numbers worked out elsewhere: Spearman's correlation by
 * scipy.stats.spearmanr (1.10.1), Gini and lift by Python's fractions from their definitions (trapezoids of the curve,
 * customers of one score with their mean).
 */
#include "failing_memory.h"
#include "scoring.h"

enum { MANY = 5000 };

static crmv_prediction measured(const double *scores, const double *outcomes, int64_t count) {
    crmv_prediction found = {.struct_size = sizeof found};
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_predict_measure(scores, outcomes, count, NULL, &found, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    assert_int_equal(found.struct_size, sizeof found);
    return found;
}

/* Equal to within 1e-12 of 1; NaN is only NaN. */
static void assert_near(double found, double expected) {
    if (isnan(expected) ? !isnan(found) : !(fabs(found - expected) <= 1e-12)) {
        fail_msg("%.17g, expected %.17g", found, expected);
    }
}

static void assert_prediction(const crmv_prediction *found, int64_t customers, double spearman, double gini,
                              const double *lift) {
    assert_int_equal(found->customers, customers);
    assert_int_equal(found->deciles, customers < 10 ? customers : 10);
    assert_near(found->spearman, spearman);
    assert_near(found->gini, gini);
    for (int32_t tenth = 0; tenth < 10; tenth++) {
        assert_near(found->lift[tenth], lift && tenth < found->deciles ? lift[tenth] : (double)NAN);
    }
}

/* ---- Numbers worked out elsewhere -------------------------------------------------------------------------------- */

static void ties_and_losses_come_out_as_in_scipy(void **state) {
    (void)state;
    static const double lift[] = {
        -0.23, 1.15, 2.07, -0.15333333333333332, 1.38, 2.07, 0.8433333333333334, 0.575, 1.495, 1.3033333333333332};
    double scores[23], outcomes[23];
    for (int64_t i = 0; i < 23; i++) {
        scores[i] = (double)(i * 7919 % 13 * 5);
        outcomes[i] = (double)(i * 104729 % 17 - 3) * 12.5;
    }
    const crmv_prediction found = measured(scores, outcomes, 23);
    assert_prediction(&found, 23, -0.1850199323172447, -0.19866666666666666, lift);
}

static void an_outcome_of_yes_and_no_is_ordered_by_the_share_of_yes(void **state) {
    (void)state;
    static const double scores[] = {90, 80, 70, 60, 50, 40, 30, 20, 10, 0, 5, 15};
    static const double outcomes[] = {1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0};
    static const double lift[] = {3, 3, 0, 3, 0, 3, 0, 0, 0, 0}; /* the fifth and the tenth tenth have two customers */
    const crmv_prediction found = measured(scores, outcomes, 12);
    assert_prediction(&found, 12, 0.6145098677990269, 0.75, lift);
}

static void of_fewer_than_ten_customers_each_is_a_part_of_its_own(void **state) {
    (void)state;
    static const double scores[] = {9, 8, 7, 7, 5, 4, 1};
    static const double outcomes[] = {100, -20, 30, 60, 0, 10, 5};
    static const double lift[] = {3.7837837837837838, -0.7567567567567568, 1.7027027027027026, 1.7027027027027026, 0,
                                  0.3783783783783784, 0.1891891891891892};
    const crmv_prediction found = measured(scores, outcomes, 7);
    assert_prediction(&found, 7, 0.3423562358243124, 0.5346534653465347, lift);
}

static uint64_t next_of(uint64_t *state) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static void fill_many(double *scores, double *outcomes) {
    uint64_t state = 1;
    for (int64_t i = 0; i < MANY; i++) {
        scores[i] = (double)(next_of(&state) % 101);
        outcomes[i] = scores[i] * 7 + (double)(next_of(&state) % 1000) - 200;
    }
}

static void thousands_of_customers_come_out_as_in_scipy(void **state) {
    (void)state;
    static const double lift[] = {1.4844809559473373, 1.3733097125333986, 1.2832257926323898, 1.1657570415056073,
                                  1.0643099592167455, 0.934583678877601,  0.8400883447199032, 0.715767064257119,
                                  0.6144017527512963, 0.5240756975586023};
    static double scores[MANY], outcomes[MANY];
    fill_many(scores, outcomes);
    const crmv_prediction found = measured(scores, outcomes, MANY);
    assert_prediction(&found, MANY, 0.5539545216705676, 0.578256187811204, lift);
}

/* ---- What the definitions promise -------------------------------------------------------------------------------- */

static void the_perfect_order_is_exactly_1_and_its_reverse_minus_1(void **state) {
    (void)state;
    static const double up[] = {1, 2, 3, 4}, down[] = {40, 30, 20, 10};
    static const double highest_first[] = {0.4, 0.8, 1.2, 1.6};
    crmv_prediction found = measured(up, down, 4);
    assert_prediction(&found, 4, -1, -1, highest_first);
    assert_true(found.spearman == -1 && found.gini == -1);
    found = measured(down, down, 4);
    assert_true(found.spearman == 1 && found.gini == 1);
    static const double tied[] = {3, 3, 1, 1, 0};
    found = measured(tied, tied, 5);
    assert_true(found.spearman == 1 && found.gini == 1);
}

static void the_order_of_rows_does_not_show(void **state) {
    (void)state;
    static double scores[MANY], outcomes[MANY];
    fill_many(scores, outcomes);
    for (int64_t i = 0; i < MANY; i++) {
        outcomes[i] /= 3; /* so that sums are rounded */
    }
    const crmv_prediction before = measured(scores, outcomes, MANY);
    for (int64_t i = 0, j = MANY - 1; i < j; i += 3, j -= 2) {
        const double score = scores[i], outcome = outcomes[i];
        scores[i] = scores[j];
        outcomes[i] = outcomes[j];
        scores[j] = score;
        outcomes[j] = outcome;
    }
    const crmv_prediction after = measured(scores, outcomes, MANY);
    assert_memory_equal(&before, &after, sizeof before);
}

static void rows_without_a_score_or_an_outcome_are_left_out(void **state) {
    (void)state;
    static const double scores[] = {(double)NAN, 9, 8, (double)NAN, 7, 7, 5, 4, 3, 1};
    static const double outcomes[] = {4, 100, -20, (double)NAN, 30, 60, 0, 10, (double)NAN, 5};
    static const double kept_scores[] = {9, 8, 7, 7, 5, 4, 1};
    static const double kept_outcomes[] = {100, -20, 30, 60, 0, 10, 5};
    const crmv_prediction found = measured(scores, outcomes, 10);
    const crmv_prediction expected = measured(kept_scores, kept_outcomes, 7);
    assert_int_equal(found.customers, 7);
    assert_memory_equal(&found, &expected, sizeof found);
}

static void minus_zero_is_zero(void **state) {
    (void)state;
    static const double scores[] = {0.0, -0.0, -1, 1}, outcomes[] = {-0.0, 5, 0.0, 7};
    static const double plain_scores[] = {0, 0, -1, 1}, plain_outcomes[] = {0, 5, 0, 7};
    const crmv_prediction found = measured(scores, outcomes, 4);
    const crmv_prediction expected = measured(plain_scores, plain_outcomes, 4);
    assert_memory_equal(&found, &expected, sizeof found);
}

static void a_score_that_does_not_vary_orders_nothing(void **state) {
    (void)state;
    static const double scores[] = {5, 5, 5}, outcomes[] = {1, 2, 3}, even[] = {1, 1, 1};
    const crmv_prediction found = measured(scores, outcomes, 3);
    assert_prediction(&found, 3, (double)NAN, 0, even);
}

static void outcomes_that_do_not_vary_cannot_be_ordered(void **state) {
    (void)state;
    static const double scores[] = {5, 6, 7}, outcomes[] = {2, 2, 2}, even[] = {1, 1, 1};
    const crmv_prediction found = measured(scores, outcomes, 3);
    assert_prediction(&found, 3, (double)NAN, (double)NAN, even);
}

static void outcomes_that_add_up_to_nothing_have_ranks_alone(void **state) {
    (void)state;
    static const double scores[] = {5, 6, 7}, losses[] = {-2, -4, 1}, nothing[] = {0.1, 0.2, -0.3};
    crmv_prediction found = measured(scores, losses, 3);
    assert_prediction(&found, 3, 0.5, (double)NAN, NULL);
    found = measured(scores, nothing, 3); /* as doubles they add up to 2.8e-17 */
    assert_prediction(&found, 3, -0.5, (double)NAN, NULL);
}

static void nobody_and_one_customer_are_no_order(void **state) {
    (void)state;
    static const double one[] = {3}, even[] = {1}, missing[] = {(double)NAN};
    crmv_prediction found = measured(NULL, NULL, 0);
    assert_prediction(&found, 0, (double)NAN, (double)NAN, NULL);
    found = measured(missing, one, 1);
    assert_prediction(&found, 0, (double)NAN, (double)NAN, NULL);
    found = measured(one, one, 1);
    assert_prediction(&found, 1, (double)NAN, (double)NAN, even);
}

static void the_largest_and_the_smallest_doubles_do_not_overflow(void **state) {
    (void)state;
    static const double scores[] = {1, 2, 3, 4}, large[] = {1e308, -1e308, 1.5e308, 1.7e308};
    static const double small[] = {5e-324, 0, 1e-323, 1.5e-323};
    crmv_prediction found = measured(scores, large, 4);
    assert_near(found.spearman, 0.8);
    /* Outcomes times centred ranks (-3, -1, 1, 3), by score and in the perfect order. */
    assert_near(found.gini, (-3 + 1 + 1.5 + 5.1) / (3 - 1 + 1.5 + 5.1));
    found = measured(large, scores, 4);
    assert_near(found.spearman, 0.8);
    found = measured(scores, small, 4);
    assert_near(found.gini, (-3 + 0 + 2 + 9) / (0 - 1 + 2 + 9.0));
}

/* ---- Arguments and memory ---------------------------------------------------------------------------------------- */

static void arguments_that_cannot_be_meant_are_refused(void **state) {
    (void)state;
    static const double values[] = {1, 2}, infinite[] = {1, (double)INFINITY};
    const crmv_options threads = {.struct_size = sizeof threads, .threads = -1};
    crmv_prediction found = {.struct_size = sizeof found, .customers = 77};
    crmv_prediction small = {.struct_size = 8};
    assert_int_equal(crmv_predict_measure(values, values, -1, NULL, &found, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_predict_measure(NULL, values, 2, NULL, &found, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_predict_measure(values, NULL, 2, NULL, &found, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_predict_measure(values, values, 2, NULL, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_predict_measure(values, values, 2, NULL, &small, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_predict_measure(values, values, 2, &threads, &found, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_predict_measure(infinite, values, 2, NULL, &found, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_predict_measure(values, infinite, 2, NULL, &found, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_predict_measure(values, values, INT64_MAX, NULL, &found, NULL), CRMV_OUT_OF_MEMORY);
    assert_int_equal(found.customers, 77);
}

static void measuring_survives_each_failing_allocation(void **state) {
    (void)state;
    if (!OWN_MALLOC) {
        print_message("the address sanitizer has a malloc of its own\n");
        skip();
    }
    static double scores[MANY], outcomes[MANY];
    fill_many(scores, outcomes);
    int64_t failures = 0;
    for (long nth = 0;; nth++) {
        crmv_prediction found = {.struct_size = sizeof found};
        const long before = standing;
        has_failed = false;
        until_failure = nth;
        armed = true;
        const int32_t status = crmv_predict_measure(scores, outcomes, MANY, NULL, &found, NULL);
        armed = false;
        assert_int_equal(standing, before);
        if (!has_failed) {
            assert_int_equal(status, CRMV_OK);
            break;
        }
        assert_int_equal(status, CRMV_OUT_OF_MEMORY);
        assert_int_equal(found.customers, 0);
        failures++;
    }
    assert_true(failures > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties_and_losses_come_out_as_in_scipy),
        cmocka_unit_test(an_outcome_of_yes_and_no_is_ordered_by_the_share_of_yes),
        cmocka_unit_test(of_fewer_than_ten_customers_each_is_a_part_of_its_own),
        cmocka_unit_test(thousands_of_customers_come_out_as_in_scipy),
        cmocka_unit_test(the_perfect_order_is_exactly_1_and_its_reverse_minus_1),
        cmocka_unit_test(the_order_of_rows_does_not_show),
        cmocka_unit_test(rows_without_a_score_or_an_outcome_are_left_out),
        cmocka_unit_test(minus_zero_is_zero),
        cmocka_unit_test(a_score_that_does_not_vary_orders_nothing),
        cmocka_unit_test(outcomes_that_do_not_vary_cannot_be_ordered),
        cmocka_unit_test(outcomes_that_add_up_to_nothing_have_ranks_alone),
        cmocka_unit_test(nobody_and_one_customer_are_no_order),
        cmocka_unit_test(the_largest_and_the_smallest_doubles_do_not_overflow),
        cmocka_unit_test(arguments_that_cannot_be_meant_are_refused),
        cmocka_unit_test(measuring_survives_each_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
