/*
 * test_fit_least_squares.c - non-negative least squares, against scipy.optimize.nnls 1.10.1 on centred columns, and on
 * columns that leave nothing to solve.
 */
#include "fit/least_squares.h"
#include "fit_samples.h"
#include "nearness.h"

#include <math.h>

typedef struct solution {
    double weights[8]; /* percent */
    int32_t state[8];
    double explained;
    bool settled;
    bool found;
} solution;

static solution solve(const int64_t *cells, int64_t rows, int32_t members) {
    const crmvi_sample sample = crmvi_sample_of(cells, rows, members);
    crmvi_cross_products products;
    crmvi_least_squares squares;
    crmvi_micro weights[8];
    solution s = {0};
    assert_true(members <= 8);
    assert_true(crmvi_cross_products_make(&sample, &products));
    assert_true(crmvi_least_squares_solve(&products, &squares));
    s.found = crmvi_hundred(squares.shares, members, weights);
    crmvi_micro sum = 0;
    for (int32_t j = 0; j < members; j++) {
        s.state[j] = squares.state[j];
        s.weights[j] = s.found ? (double)weights[j] / 1e6 : 0;
        sum += s.found ? weights[j] : 0;
    }
    assert_int_equal(sum, s.found ? CRMVI_WHOLE_WEIGHT : 0);
    s.explained = squares.explained;
    s.settled = squares.settled;
    crmvi_least_squares_clear(&squares);
    crmvi_cross_products_clear(&products);
    return s;
}

static void check_weights(const solution *s, const double *expected, int32_t members, double explained) {
    for (int32_t j = 0; j < members; j++) {
        assert_near(s->weights[j], expected[j], 1.5e-6);
        assert_int_equal(s->state[j], expected[j] > 0 ? CRMVI_MEMBER_USED : CRMVI_MEMBER_NOT_USED);
    }
    assert_near(s->explained, explained, 1e-10);
    assert_true(s->settled);
}

static void a_member_that_lowers_the_outcome_weighs_nothing_as_in_scipy(void **state) {
    (void)state;
    static const int64_t coefficients[] = {3, 1, -2};
    int64_t *cells = chance_cells(1, 40, 3);
    mix_outcome(cells, 40, 3, coefficients, 20);
    const solution s = solve(cells, 40, 3);
    check_weights(&s, (const double[]){79.736473188, 20.263526812, 0}, 3, 0.351547771324);
}

static void six_members_are_weighed_as_in_scipy(void **state) {
    (void)state;
    static const int64_t coefficients[] = {5, -1, 0, 2, -4, 1};
    int64_t *cells = chance_cells(2, 60, 6);
    mix_outcome(cells, 60, 6, coefficients, 10);
    const solution s = solve(cells, 60, 6);
    check_weights(&s, (const double[]){62.174416262, 0, 9.099724466, 23.064293321, 0, 5.661565952}, 6, 0.548820455419);
}

static void members_that_nearly_say_the_same_are_weighed_as_in_scipy(void **state) {
    (void)state;
    static const int64_t coefficients[] = {2, 1, 1, -1};
    int64_t *cells = chance_cells(3, 50, 4);
    for (int64_t i = 0; i < 50; i++) {
        int64_t *row = cells + i * 5;
        row[2] = row[1] / 2 + row[2] / 10;
        row[3] = row[1] - row[2] + row[3] / 20;
    }
    mix_outcome(cells, 50, 4, coefficients, 6);
    const solution s = solve(cells, 50, 4);
    check_weights(&s, (const double[]){47.447172585, 52.552827415, 0, 0}, 4, 0.820805091572);
}

static void the_order_of_rows_does_not_matter_to_the_last_bit(void **state) {
    (void)state;
    static const int64_t coefficients[] = {5, -1, 0, 2, -4, 1};
    static int64_t turned[60 * 7];
    int64_t *cells = chance_cells(2, 60, 6);
    mix_outcome(cells, 60, 6, coefficients, 10);
    for (int64_t i = 0; i < 60; i++) {
        memcpy(turned + i * 7, cells + (i * 37 + 11) % 60 * 7, 7 * sizeof *turned);
    }
    const solution a = solve(cells, 60, 6);
    const solution b = solve(turned, 60, 6);
    assert_memory_equal(a.weights, b.weights, sizeof a.weights);
    assert_memory_equal(&a.explained, &b.explained, sizeof a.explained);
}

static void of_two_members_that_say_the_same_the_first_is_used(void **state) {
    (void)state;
    static const int64_t coefficients[] = {0, 3, 1, 0};
    int64_t *cells = chance_cells(4, 30, 4);
    mix_outcome(cells, 30, 4, coefficients, 1);
    for (int64_t i = 0; i < 30; i++) {
        int64_t *row = cells + i * 5;
        row[4] = 2 * row[2] + 7;     /* the second again, in other units */
        row[1] = 100000000 - row[2]; /* and the other way round */
    }
    const solution s = solve(cells, 30, 4);
    assert_true(s.settled);
    assert_int_equal(s.state[1], CRMVI_MEMBER_USED);
    assert_int_equal(s.state[3], CRMVI_MEMBER_DEPENDENT);
    assert_true(s.weights[1] > 70 && s.weights[3] == 0 && s.weights[0] == 0);
}

static void a_sum_of_two_others_is_left_out_with_all_of_them_solved(void **state) {
    (void)state;
    static const int64_t coefficients[] = {3, 1, 0};
    int64_t *cells = chance_cells(5, 30, 3);
    mix_outcome(cells, 30, 3, coefficients, 0);
    for (int64_t i = 0; i < 30; i++) {
        cells[i * 4 + 3] = cells[i * 4 + 1] + cells[i * 4 + 2];
    }
    const solution s = solve(cells, 30, 3);
    assert_true(s.settled && s.found);
    assert_near(s.explained, 1, 1e-9);
}

static void a_member_that_does_not_vary_weighs_nothing(void **state) {
    (void)state;
    static const int64_t coefficients[] = {1, 1, 1};
    int64_t *cells = chance_cells(6, 30, 3);
    for (int64_t i = 0; i < 30; i++) {
        cells[i * 4 + 2] = 55000000;
    }
    mix_outcome(cells, 30, 3, coefficients, 1);
    const solution s = solve(cells, 30, 3);
    assert_int_equal(s.state[1], CRMVI_MEMBER_CONSTANT);
    assert_true(s.weights[1] == 0 && s.weights[0] > 0 && s.weights[2] > 0);
}

static void nothing_is_found_where_nothing_rises_with_the_outcome(void **state) {
    (void)state;
    static const int64_t falling[] = {-1, -2};
    int64_t *cells = chance_cells(7, 50, 2);
    mix_outcome(cells, 50, 2, falling, 1);
    assert_false(solve(cells, 50, 2).found);
    for (int64_t i = 0; i < 50; i++) {
        cells[i * 3] = 42;
    }
    assert_false(solve(cells, 50, 2).found);
}

static void one_customer_and_none_determine_nothing(void **state) {
    (void)state;
    const int64_t cells[] = {5, 1, 2};
    assert_false(solve(cells, 1, 2).found);
    assert_false(solve(cells, 0, 2).found);
}

static void two_customers_are_enough_for_an_answer(void **state) {
    (void)state;
    const int64_t cells[] = {5, 0, 100000000, 9, 50000000, 0};
    const solution s = solve(cells, 2, 2);
    assert_true(s.found);
    assert_near(s.weights[0], 100, 0);
}

/* Points of 1e12 are 1e18 units, whose squares leave 128 bits with a few hundred customers. */
static void points_of_any_magnitude_are_weighed_alike(void **state) {
    (void)state;
    static const int64_t coefficients[] = {3, 1, -2};
    int64_t *cells = chance_cells(1, 1000, 3);
    mix_outcome(cells, 1000, 3, coefficients, 20);
    const solution small = solve(cells, 1000, 3);
    for (int64_t i = 0; i < 1000; i++) {
        for (int32_t j = 1; j <= 3; j++) {
            cells[i * 4 + j] = (cells[i * 4 + j] - 50000000) * INT64_C(180000000000);
        }
        cells[i * 4] = cells[i * 4] * INT64_C(8000000000);
    }
    const solution large = solve(cells, 1000, 3);
    assert_near(large.explained, small.explained, 1e-9);
    for (int32_t j = 0; j < 3; j++) {
        assert_near(large.weights[j], small.weights[j], 1e-5);
        assert_int_equal(large.state[j], small.state[j]);
    }
}

static void the_extremes_of_whole_numbers_are_taken(void **state) {
    (void)state;
    const int64_t cells[] = {1, INT64_MIN + 1, 3, INT64_MAX, 2, 0};
    const solution s = solve(cells, 3, 1);
    assert_true(s.found);
    assert_near(s.explained, 1, 1e-9);
}

/* Optimal: no slope of a member that is not used rises, and none of one that is used is left. */
static void the_method_ends_at_an_optimum_for_members_by_chance_that_depend_on_each_other(void **state) {
    (void)state;
    for (uint64_t seed = 100; seed < 400; seed++) {
        uint64_t chance = seed;
        const int64_t rows = 3 + (int64_t)(chance_bits(&chance) % 12);
        int64_t *cells = chance_cells(seed, rows, 8);
        for (int64_t i = 0; i < rows; i++) {
            int64_t *row = cells + i * 9;
            row[3] = row[1] + row[2];
            row[4] = row[1] - row[2];
            row[5] = row[5] % 3;
            row[8] = row[7];
        }
        const crmvi_sample sample = crmvi_sample_of(cells, rows, 8);
        crmvi_cross_products products;
        crmvi_least_squares squares;
        assert_true(crmvi_cross_products_make(&sample, &products));
        assert_true(crmvi_least_squares_solve(&products, &squares));
        assert_true(squares.settled);
        for (int32_t j = 0; j < 8; j++) {
            double slope = crmvi_correlation(&products, 1 + j, 0);
            for (int32_t k = 0; k < 8; k++) {
                slope -= crmvi_correlation(&products, 1 + j, 1 + k) * squares.shares[k] * products.spreads[1 + k];
            }
            assert_true(squares.shares[j] >= 0 && slope < 1e-7);
            assert_true(squares.shares[j] == 0 || fabs(slope) < 1e-7);
        }
        crmvi_least_squares_clear(&squares);
        crmvi_cross_products_clear(&products);
    }
}

static void weights_add_up_to_a_hundred_by_largest_remainder(void **state) {
    (void)state;
    crmvi_micro weights[3];
    assert_true(crmvi_hundred((const double[]){1, 1, 1}, 3, weights));
    assert_memory_equal(weights, ((const crmvi_micro[]){33333334, 33333333, 33333333}), sizeof weights);
    assert_true(crmvi_hundred((const double[]){2, 0, 1}, 3, weights));
    assert_memory_equal(weights, ((const crmvi_micro[]){66666667, 0, 33333333}), sizeof weights);
    assert_false(crmvi_hundred((const double[]){0, 0, 0}, 3, weights));
    assert_false(crmvi_hundred((const double[]){1, INFINITY, 0}, 3, weights));
    assert_false(crmvi_hundred((const double[]){1, NAN, 0}, 3, weights));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_that_lowers_the_outcome_weighs_nothing_as_in_scipy),
        cmocka_unit_test(six_members_are_weighed_as_in_scipy),
        cmocka_unit_test(members_that_nearly_say_the_same_are_weighed_as_in_scipy),
        cmocka_unit_test(the_order_of_rows_does_not_matter_to_the_last_bit),
        cmocka_unit_test(of_two_members_that_say_the_same_the_first_is_used),
        cmocka_unit_test(a_sum_of_two_others_is_left_out_with_all_of_them_solved),
        cmocka_unit_test(a_member_that_does_not_vary_weighs_nothing),
        cmocka_unit_test(nothing_is_found_where_nothing_rises_with_the_outcome),
        cmocka_unit_test(one_customer_and_none_determine_nothing),
        cmocka_unit_test(two_customers_are_enough_for_an_answer),
        cmocka_unit_test(points_of_any_magnitude_are_weighed_alike),
        cmocka_unit_test(the_extremes_of_whole_numbers_are_taken),
        cmocka_unit_test(the_method_ends_at_an_optimum_for_members_by_chance_that_depend_on_each_other),
        cmocka_unit_test(weights_add_up_to_a_hundred_by_largest_remainder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
