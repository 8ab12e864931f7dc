/* test_ahp.c - weights by judgement: published tables, consistency, what is refused. */
#include "judged.h"

#include <fenv.h>
#include <float.h>

enum { METHODS = 3 };

static void assert_weights(const judged *j, const double *wanted, double most) {
    for (int32_t i = 0; i < j->n; i++) {
        assert_near(j->weights[i], wanted[i], most);
    }
}

/* ---- Published tables -------------------------------------------------------------------------------------------- */

static void the_holiday_by_geometric_means_is_as_published(void **state) {
    (void)state;
    judged j = holiday();
    assert_int_equal(weigh(&j, CRMV_AHP_GEOMETRIC_MEAN), CRMV_OK);
    const double wanted[] = {.1602, .4174, .2634, .0615, .0975};
    assert_weights(&j, wanted, 5e-5);
    assert_near(j.ahp.lambda_max, 5.0680, 5e-5);
    assert_near(j.ahp.consistency_index, .0170, 5e-5);
    assert_near(j.ahp.random_value, 1.12, 0);
    assert_near(j.ahp.consistency_ratio, .0152, 5e-5);
    assert_int_equal(j.ahp.missing, 0);
}

static void the_holiday_by_the_eigenvector_is_as_published(void **state) {
    (void)state;
    judged j = holiday();
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
    const double wanted[] = {.1599, .4185, .2625, .0618, .0973};
    assert_weights(&j, wanted, 5e-5);
    assert_near(j.ahp.lambda_max, 5.068080256981165, 1e-12); /* numpy.linalg.eig */
}

static void the_holiday_by_column_means_is_as_published(void **state) {
    (void)state;
    judged j = holiday();
    assert_int_equal(weigh(&j, CRMV_AHP_COLUMN_MEAN), CRMV_OK);
    const double wanted[] = {.1611, .4162, .2618, .0624, .0986};
    assert_weights(&j, wanted, 5e-5);
}

static void the_drinks_of_saaty_are_as_published(void **state) {
    (void)state;
    judged j = drinks();
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
    const double wanted[] = {.1775, .0191, .0418, .1164, .1896, .1288, .3268};
    assert_weights(&j, wanted, 5e-5);
    assert_near(j.ahp.lambda_max, 7.1766, 5e-5);
    assert_near(j.ahp.random_value, 1.32, 0);
    assert_near(j.ahp.consistency_ratio, .022, 5e-4);
    j.ahp.random_index = CRMV_RANDOM_DONEGAN_DODD;
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
    assert_near(j.ahp.consistency_ratio, .0235, 5e-5);
    j.ahp.random_index = CRMV_RANDOM_ALONSO_LAMATA;
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
    assert_near(j.ahp.random_value, (2.7699 * 7 - 4.3513 - 7) / 6, 1e-12);
}

/* ---- The worst judgement ----------------------------------------------------------------------------------------- */

/* The numbers: numpy.linalg.eig of Harker's matrix without the judgement, and of the matrix with the mended one. */
static void the_judgement_furthest_from_the_weights_is_told_with_what_would_mend_it(void **state) {
    (void)state;
    judged j = holiday();
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
    assert_int_equal(j.ahp.worst_row, 1);
    assert_int_equal(j.ahp.worst_column, 3);
    assert_near(j.ahp.worst_given, 5, 0);
    assert_near(j.ahp.worst_mended, 8.317591422814845, 1e-11);
    assert_near(j.ahp.mended_ratio, 0.008195971295431115, 1e-12);
    j = drinks();
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
    assert_int_equal(j.ahp.worst_row, 1);
    assert_int_equal(j.ahp.worst_column, 6);
    assert_near(j.ahp.worst_mended, 0.04444504507502502, 1e-13);
    assert_near(j.ahp.mended_ratio, 0.010538912873323513, 1e-12);
}

static void one_wrong_judgement_among_consistent_ones_is_mended_to_what_they_say(void **state) {
    (void)state;
    const double truth[] = {1, 2, 4, 8, 5};
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = judged_none(5);
        for (int32_t i = 0; i < 5; i++) {
            for (int32_t k = i + 1; k < 5; k++) {
                judge(&j, i, k, truth[i] / truth[k]);
            }
        }
        judge(&j, 1, 4, 3);
        assert_int_equal(weigh(&j, method), CRMV_OK);
        assert_int_equal(j.ahp.worst_row, 1);
        assert_int_equal(j.ahp.worst_column, 4);
        assert_near(j.ahp.worst_given, 3, 0);
        assert_near(j.ahp.worst_mended, 0.4, 1e-14);
        assert_true(j.ahp.consistency_ratio > 0.1);
        assert_near(j.ahp.mended_ratio, 0, 1e-25);
    }
}

static void judgements_that_agree_have_no_worst_one(void **state) {
    (void)state;
    const double upper[] = {2, 6, 3};
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = judged_all(3, upper);
        assert_int_equal(weigh(&j, method), CRMV_OK);
        const double wanted[] = {.6, .3, .1};
        assert_weights(&j, wanted, 2e-16);
        assert_near(j.ahp.lambda_max, 3, 0);
        assert_near(j.ahp.consistency_ratio, 0, 1e-30);
        assert_int_equal(j.ahp.worst_row, -1);
        assert_int_equal(j.ahp.worst_column, -1);
        assert_near(j.ahp.worst_given, 0, 0);
        assert_near(j.ahp.worst_mended, 0, 0);
        assert_near(j.ahp.mended_ratio, j.ahp.consistency_ratio, 0);
    }
}

/* ---- Few, many, and far apart ------------------------------------------------------------------------------------ */

static void one_thing_has_all_the_weight(void **state) {
    (void)state;
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = judged_none(1);
        assert_int_equal(weigh(&j, method), CRMV_OK);
        assert_near(j.weights[0], 1, 0);
        assert_near(j.ahp.lambda_max, 1, 0);
        assert_near(j.ahp.consistency_index, 0, 0);
        assert_near(j.ahp.random_value, 0, 0);
        assert_near(j.ahp.consistency_ratio, 0, 0);
        assert_int_equal(j.ahp.worst_row, -1);
    }
}

static void two_things_have_weights_as_they_were_judged(void **state) {
    (void)state;
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = judged_none(2);
        judge(&j, 0, 1, 4);
        assert_int_equal(weigh(&j, method), CRMV_OK);
        const double wanted[] = {.8, .2};
        assert_weights(&j, wanted, 2e-16);
        assert_near(j.ahp.lambda_max, 2, 0);
        assert_near(j.ahp.consistency_ratio, 0, 0);
        assert_int_equal(j.ahp.worst_row, -1);
    }
}

static void equal_judgements_make_equal_weights_exactly(void **state) {
    (void)state;
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = judged_none(8);
        for (int32_t i = 0; i < 8; i++) {
            for (int32_t k = i + 1; k < 8; k++) {
                judge(&j, i, k, 1);
            }
        }
        assert_int_equal(weigh(&j, method), CRMV_OK);
        const double wanted[] = {.125, .125, .125, .125, .125, .125, .125, .125};
        assert_weights(&j, wanted, 0);
    }
}

static void a_circle_of_a_thousand_million_is_no_reason_to_prefer_anything(void **state) {
    (void)state;
    const double upper[] = {1e9, 1e-9, 1e9};
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = judged_all(3, upper);
        assert_int_equal(weigh(&j, method), CRMV_OK);
        const double wanted[] = {1.0 / 3, 1.0 / 3, 1.0 / 3};
        assert_weights(&j, wanted, 1e-14);
        assert_near(j.ahp.lambda_max, 1e9 + 1 + 1e-9, 1e-3);
        assert_int_equal(j.ahp.worst_row, 0); /* all three are as far off: the first */
        assert_int_equal(j.ahp.worst_column, 1);
        assert_near(j.ahp.worst_mended, 1e-18, 1e-31);
        assert_near(j.ahp.mended_ratio, 0, 1e-20);
    }
}

/* Judgements from 1e-9 to 1e9, by chance. */
static judged wild(int32_t n, uint64_t seed) {
    judged j = judged_none(n);
    for (int32_t i = 0; i < n; i++) {
        for (int32_t k = i + 1; k < n; k++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            judge(&j, i, k, pow(10, (double)(seed >> 11) * 0x1p-53 * 18 - 9));
        }
    }
    return j;
}

/* lambda max is the greatest eigenvalue and the weights its vector: (A w)_i / w_i is the same in all rows. */
static void the_eigenvector_solves_its_equation_however_wild_the_judgements(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        const int32_t n = 3 + (int32_t)(seed * 7 % 62);
        judged j = wild(n, seed);
        assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
        for (int32_t i = 0; i < n; i++) {
            double sum = 1;
            for (int32_t k = 0; k < n; k++) {
                const double given = i < k ? j.judgements[i * n + k] : 1 / j.judgements[k * n + i];
                sum += i == k ? 0 : given * (j.weights[k] / j.weights[i]);
            }
            assert_near(sum / j.ahp.lambda_max, 1, 1e-12);
        }
    }
}

static void weights_add_up_to_one_and_are_above_zero(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        judged j = wild(64, seed);
        assert_int_equal(weigh(&j, 1 + (int32_t)(seed % METHODS)), CRMV_OK);
        double sum = 0;
        for (int32_t i = 0; i < j.n; i++) {
            assert_true(j.weights[i] > 0);
            sum += j.weights[i];
        }
        assert_near(sum, 1, 1e-15);
        assert_true(j.ahp.lambda_max > j.n);
    }
}

static void the_order_of_things_makes_no_difference(void **state) {
    (void)state;
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = drinks();
        judged turned = judged_none(7);
        for (int32_t i = 0; i < 7; i++) {
            for (int32_t k = i + 1; k < 7; k++) {
                judge(&turned, 6 - i, 6 - k, j.judgements[i * 7 + k]);
            }
        }
        assert_int_equal(weigh(&j, method), CRMV_OK);
        assert_int_equal(weigh(&turned, method), CRMV_OK);
        for (int32_t i = 0; i < 7; i++) {
            assert_near(turned.weights[6 - i], j.weights[i], 1e-15);
        }
        assert_near(turned.ahp.consistency_ratio, j.ahp.consistency_ratio, 1e-15);
        assert_near(turned.ahp.worst_mended, 1 / j.ahp.worst_mended, 1e-12);
    }
}

static void judgements_beyond_what_numbers_can_hold_are_told_to_contradict_each_other(void **state) {
    (void)state;
    const double upper[] = {1e300, 1e-300, 1e300};
    judged j = judged_all(3, upper);
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_NOT_IDENTIFIED);
    assert_non_null(strstr(j.error.message, "contradict"));
    const double agreeing[] = {1e-300, 1, 1e300};
    j = judged_all(3, agreeing);
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
    assert_near(j.weights[1], 1, 0);
}

/* ---- What is refused --------------------------------------------------------------------------------------------- */

static void a_judgement_that_is_not_above_zero_is_refused_with_its_place(void **state) {
    (void)state;
    static const double wrong[] = {0, -0.0, -2, INFINITY, -INFINITY};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        judged j = holiday();
        j.judgements[1 * 5 + 3] = wrong[i];
        j.weights[0] = 42;
        const crmv_ahp before = j.ahp;
        assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_BAD_ARGUMENT);
        assert_string_equal(j.error.place, "judgements[1][3]");
        assert_near(j.weights[0], 42, 0); /* nothing is written but on success */
        assert_memory_equal(&before, &j.ahp, sizeof before);
    }
}

static void what_is_below_the_diagonal_is_not_read(void **state) {
    (void)state;
    judged j = holiday();
    j.judgements[0] = -1;
    j.judgements[3 * 5 + 1] = -7;
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
    assert_near(j.weights[0], .1599, 5e-5);
}

static void arguments_are_checked(void **state) {
    (void)state;
    judged j = holiday();
    crmv_error *e = &j.error;
    assert_int_equal(crmv_ahp_weights(NULL, 5, &j.ahp, j.weights, e), CRMV_BAD_ARGUMENT);
    assert_string_equal(e->place, "judgements");
    assert_int_equal(crmv_ahp_weights(j.judgements, 0, &j.ahp, j.weights, e), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ahp_weights(j.judgements, -1, &j.ahp, j.weights, e), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ahp_weights(j.judgements, 65, &j.ahp, j.weights, e), CRMV_BAD_ARGUMENT);
    assert_string_equal(e->place, "n");
    assert_int_equal(crmv_ahp_weights(j.judgements, 5, NULL, j.weights, e), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_ahp_weights(j.judgements, 5, &j.ahp, NULL, e), CRMV_BAD_ARGUMENT);
    assert_string_equal(e->place, "weights");
    assert_int_equal(weigh(&j, 0), CRMV_BAD_ARGUMENT);
    assert_int_equal(weigh(&j, 4), CRMV_BAD_ARGUMENT);
    assert_string_equal(e->place, "method");
    j.ahp.random_index = 0;
    assert_int_equal(weigh(&j, 1), CRMV_BAD_ARGUMENT);
    assert_string_equal(e->place, "random_index");
    j.ahp.random_index = CRMV_RANDOM_SAATY;
    j.ahp.struct_size = sizeof j.ahp - 8;
    assert_int_equal(weigh(&j, 1), CRMV_BAD_ARGUMENT);
    assert_string_equal(e->place, "ahp");
    j.ahp.struct_size = sizeof j.ahp;
    assert_int_equal(crmv_ahp_weights(j.judgements, 5, &j.ahp, j.weights, NULL), CRMV_OK);
}

static void a_table_of_fifteen_is_not_used_for_sixteen(void **state) {
    (void)state;
    judged j = wild(16, 5);
    j.ahp.random_index = CRMV_RANDOM_SAATY;
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_BAD_ARGUMENT);
    assert_string_equal(j.error.place, "random_index");
    assert_non_null(strstr(j.error.message, "Alonso"));
    j.ahp.random_index = CRMV_RANDOM_ALONSO_LAMATA;
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
}

static void a_larger_structure_of_a_later_version_is_taken(void **state) {
    (void)state;
    struct {
        crmv_ahp ahp;
        int64_t later[2];
    } grown = {.ahp = {sizeof grown, CRMV_AHP_EIGENVECTOR, CRMV_RANDOM_SAATY, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
               .later = {11, 12}};
    judged j = holiday();
    assert_int_equal(crmv_ahp_weights(j.judgements, 5, &grown.ahp, j.weights, &j.error), CRMV_OK);
    assert_int_equal(grown.ahp.struct_size, sizeof grown);
    assert_near(grown.ahp.lambda_max, 5.0681, 5e-5);
    assert_int_equal(grown.later[0], 11);
    assert_int_equal(grown.later[1], 12);
}

static void the_same_bits_come_out_whatever_the_host_rounds_to(void **state) {
    (void)state;
    judged nearest = drinks();
    assert_int_equal(weigh(&nearest, CRMV_AHP_EIGENVECTOR), CRMV_OK);
    judged upward = drinks();
    fesetround(FE_UPWARD);
    const int32_t status = weigh(&upward, CRMV_AHP_EIGENVECTOR);
    const int rounding = fegetround();
    fesetround(FE_TONEAREST);
    assert_int_equal(status, CRMV_OK);
    assert_int_equal(rounding, FE_UPWARD);
    assert_memory_equal(nearest.weights, upward.weights, 7 * sizeof(double));
    assert_memory_equal(&nearest.ahp, &upward.ahp, sizeof nearest.ahp);
}

static void the_version_is_that_of_the_library_it_works_with(void **state) {
    (void)state;
    assert_string_equal(crmv_fit_version(), crmv_version());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_holiday_by_geometric_means_is_as_published),
        cmocka_unit_test(the_holiday_by_the_eigenvector_is_as_published),
        cmocka_unit_test(the_holiday_by_column_means_is_as_published),
        cmocka_unit_test(the_drinks_of_saaty_are_as_published),
        cmocka_unit_test(the_judgement_furthest_from_the_weights_is_told_with_what_would_mend_it),
        cmocka_unit_test(one_wrong_judgement_among_consistent_ones_is_mended_to_what_they_say),
        cmocka_unit_test(judgements_that_agree_have_no_worst_one),
        cmocka_unit_test(one_thing_has_all_the_weight),
        cmocka_unit_test(two_things_have_weights_as_they_were_judged),
        cmocka_unit_test(equal_judgements_make_equal_weights_exactly),
        cmocka_unit_test(a_circle_of_a_thousand_million_is_no_reason_to_prefer_anything),
        cmocka_unit_test(the_eigenvector_solves_its_equation_however_wild_the_judgements),
        cmocka_unit_test(weights_add_up_to_one_and_are_above_zero),
        cmocka_unit_test(the_order_of_things_makes_no_difference),
        cmocka_unit_test(judgements_beyond_what_numbers_can_hold_are_told_to_contradict_each_other),
        cmocka_unit_test(a_judgement_that_is_not_above_zero_is_refused_with_its_place),
        cmocka_unit_test(what_is_below_the_diagonal_is_not_read),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(a_table_of_fifteen_is_not_used_for_sixteen),
        cmocka_unit_test(a_larger_structure_of_a_later_version_is_taken),
        cmocka_unit_test(the_same_bits_come_out_whatever_the_host_rounds_to),
        cmocka_unit_test(the_version_is_that_of_the_library_it_works_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
