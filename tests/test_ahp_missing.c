/* test_ahp_missing.c - weights by judgement where not all were given. */
#include "judged.h"

#include <float.h>

enum { METHODS = 3 };

static void drop(judged *j, int32_t row, int32_t column) {
    j->judgements[row * j->n + column] = NAN;
}

/* ---- Consistent judgements --------------------------------------------------------------------------------------- */

/* Judgements of things that matter 1, 2, 3 ... and that are `far` positions or fewer apart, so that all are connected.
 */
static judged band(int32_t n, int32_t far) {
    judged j = judged_none(n);
    for (int32_t i = 0; i < n; i++) {
        for (int32_t k = i + 1; k < n && k <= i + far; k++) {
            judge(&j, i, k, (double)(i + 1) / (k + 1));
        }
    }
    return j;
}

static void missing_judgements_of_a_consistent_matrix_change_nothing(void **state) {
    (void)state;
    for (int32_t n = 2; n <= 64; n += n < 8 ? 1 : 19) {
        for (int32_t far = 1; far < n; far += 1 + far / 2) {
            for (int32_t method = 1; method <= METHODS; method++) {
                judged j = band(n, far);
                assert_int_equal(weigh(&j, method), CRMV_OK);
                for (int32_t i = 0; i < n; i++) {
                    const double wanted = (i + 1) / (n * (n + 1) / 2.0);
                    assert_near(j.weights[i], wanted, 16 * DBL_EPSILON * wanted);
                }
                assert_near(j.ahp.lambda_max, n, 0);
                assert_int_equal(j.ahp.worst_row, -1);
                assert_int_equal(j.ahp.missing, (n - far) * (n - far - 1) / 2);
            }
        }
    }
}

static void a_star_is_enough(void **state) {
    (void)state;
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = judged_none(6);
        for (int32_t i = 0; i < 6; i++) {
            if (i != 3) {
                judge(&j, i, 3, i + 2);
            }
        }
        assert_int_equal(weigh(&j, method), CRMV_OK);
        const double wanted[] = {2, 3, 4, 1, 6, 7};
        for (int32_t i = 0; i < 6; i++) {
            assert_near(j.weights[i], wanted[i] / 23, 4e-16);
        }
        assert_near(j.ahp.random_value, 0, 0); /* nothing could contradict anything */
        assert_near(j.ahp.consistency_ratio, 0, 0);
    }
}

static void weights_too_small_for_a_double_are_zero(void **state) {
    (void)state;
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = judged_none(64);
        for (int32_t i = 0; i + 1 < 64; i++) {
            judge(&j, i, i + 1, 1e9);
        }
        assert_int_equal(weigh(&j, method), CRMV_OK);
        assert_near(j.weights[0], 1 / (1 + 1e-9 + 1e-18), 1e-15);
        assert_near(j.weights[1] / 1e-9, 1, 1e-8);
        assert_near(j.weights[63], 0, 0);
        assert_near(j.ahp.consistency_index, 0, 1e-25);
    }
}

/* ---- Inconsistent judgements ------------------------------------------------------------------------------------- */

/* Computed with numpy: linalg.eig of Harker's matrix, linalg.lstsq over the logarithms, columns filled in with the
 * latter's weights. */
static void the_holiday_without_two_judgements_has_weights_by_each_method(void **state) {
    (void)state;
    static const double wanted[METHODS][5] = {
        {0.15172992, 0.4258735, 0.26182158, 0.06486511, 0.0957099},
        {0.15240688, 0.42573562, 0.26258454, 0.06427247, 0.09500048},
        {0.1523542, 0.42447797, 0.26139005, 0.06517992, 0.09659785},
    };
    static const double lambda_max[METHODS] = {5.05996611020253, 5.059865799052057, 5.060134387762772};
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = holiday();
        drop(&j, 0, 3);
        drop(&j, 1, 4);
        assert_int_equal(weigh(&j, method), CRMV_OK);
        for (int32_t i = 0; i < 5; i++) {
            assert_near(j.weights[i], wanted[method - 1][i], 6e-9);
        }
        assert_near(j.ahp.lambda_max, lambda_max[method - 1], 1e-12);
        assert_int_equal(j.ahp.missing, 2);
    }
}

/* Of the six judgements beyond a tree of five things two are missing. */
static void missing_judgements_lower_the_random_index_in_proportion(void **state) {
    (void)state;
    judged j = holiday();
    drop(&j, 0, 3);
    drop(&j, 1, 4);
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
    assert_near(j.ahp.random_value, 1.12 * 4 / 6, 1e-15);
    assert_near(j.ahp.consistency_ratio, (5.05996611020253 - 5) / 4 / (1.12 * 4 / 6), 1e-12);
}

static void a_judgement_that_no_other_speaks_to_is_never_the_worst(void **state) {
    (void)state;
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = judged_none(4); /* a circle of three that contradicts itself a little, and one that hangs on it */
        judge(&j, 0, 1, 2);
        judge(&j, 1, 2, 2);
        judge(&j, 0, 2, 4.4);
        judge(&j, 2, 3, 9);
        assert_int_equal(weigh(&j, method), CRMV_OK);
        assert_true(j.ahp.worst_row >= 0);
        assert_true(j.ahp.worst_column != 3);
        assert_near(j.ahp.mended_ratio, 0, 1e-20);
    }
}

/* ---- Judgements that fall apart ---------------------------------------------------------------------------------- */

static void judgements_that_fall_apart_are_refused_and_the_groups_named(void **state) {
    (void)state;
    for (int32_t method = 1; method <= METHODS; method++) {
        judged j = judged_none(5);
        judge(&j, 0, 2, 2);
        judge(&j, 2, 4, 3);
        judge(&j, 1, 3, 5);
        j.weights[0] = 42;
        assert_int_equal(weigh(&j, method), CRMV_NOT_IDENTIFIED);
        assert_string_equal(j.error.place, "judgements");
        assert_non_null(strstr(j.error.message, "0, 2, 4"));
        assert_non_null(strstr(j.error.message, "1, 3"));
        assert_near(j.weights[0], 42, 0);
    }
}

static void two_things_without_a_judgement_fall_apart(void **state) {
    (void)state;
    judged j = judged_none(2);
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_NOT_IDENTIFIED);
    assert_string_equal(j.error.message, "the judgements fall apart: none compares one of 0 with one of 1");
}

static void the_longest_list_of_groups_fits_its_message(void **state) {
    (void)state;
    judged j = judged_none(64);
    for (int32_t i = 0; i < 62; i += 2) {
        judge(&j, i, i + 2, 1);
        judge(&j, i + 1, i + 3, 1);
    }
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_NOT_IDENTIFIED);
    assert_non_null(strstr(j.error.message, "58, 60, 62 with one of 1, 3, 5"));
    assert_non_null(strstr(j.error.message, "59, 61, 63"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_judgements_of_a_consistent_matrix_change_nothing),
        cmocka_unit_test(a_star_is_enough),
        cmocka_unit_test(weights_too_small_for_a_double_are_zero),
        cmocka_unit_test(the_holiday_without_two_judgements_has_weights_by_each_method),
        cmocka_unit_test(missing_judgements_lower_the_random_index_in_proportion),
        cmocka_unit_test(a_judgement_that_no_other_speaks_to_is_never_the_worst),
        cmocka_unit_test(judgements_that_fall_apart_are_refused_and_the_groups_named),
        cmocka_unit_test(two_things_without_a_judgement_fall_apart),
        cmocka_unit_test(the_longest_list_of_groups_fits_its_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
