/* test_fit_ordering.c - rank correlation, against scipy.stats.spearmanr 1.10.1, and the search for its highest. */
#include "fit/ordering.h"
#include "fit_samples.h"
#include "nearness.h"

#include <math.h>

static const crmvi_runner alone = {.threads = 1};

static double measured(const int64_t *cells, int64_t rows, int32_t members, const crmvi_micro *weights) {
    const crmvi_sample sample = crmvi_sample_of(cells, rows, members);
    crmvi_order order;
    double correlation = NAN;
    assert_true(crmvi_order_make(&sample, &order));
    assert_true(crmvi_order_measure(&order, weights, &correlation));
    crmvi_order_clear(&order);
    return correlation;
}

static void correlations_are_those_of_scipy(void **state) {
    (void)state;
    static const int64_t coefficients[] = {3, 1, -2};
    int64_t *cells = chance_cells(1, 40, 3);
    mix_outcome(cells, 40, 3, coefficients, 20);
    assert_near(measured(cells, 40, 3, (const crmvi_micro[]){60000000, 40000000, 0}), 0.506754221388368, 1e-14);
    assert_near(measured(cells, 40, 3, (const crmvi_micro[]){20000000, 30000000, 50000000}), -0.225328330206379, 1e-14);
}

static void ties_have_mid_ranks_as_in_scipy(void **state) {
    (void)state;
    static const int64_t cells[] = {5, 0, 5, 50, 7, 50, 9, 100, 1, 100, 9, 100, 0, 20, 5, 70};
    assert_near(measured(cells, 8, 1, (const crmvi_micro[]){CRMVI_WHOLE_WEIGHT}), 0.455696202531646, 1e-14);
}

static void what_does_not_vary_is_in_no_order(void **state) {
    (void)state;
    static const int64_t same_outcome[] = {5, 0, 5, 50, 5, 70};
    static const int64_t same_points[] = {1, 8, 2, 8, 3, 8};
    const crmvi_micro whole[] = {CRMVI_WHOLE_WEIGHT};
    assert_near(measured(same_outcome, 3, 1, whole), 0, 0);
    assert_near(measured(same_points, 3, 1, whole), 0, 0);
    assert_near(measured(same_points, 1, 1, whole), 0, 0);
    assert_near(measured(same_points, 0, 1, whole), 0, 0);
}

/* Values that do not fit into 64 bits together with the number of their row take another way. */
static void points_of_any_magnitude_are_ordered_alike(void **state) {
    (void)state;
    static const int64_t coefficients[] = {3, 1, -2};
    const crmvi_micro weights[] = {50000000, 25000000, 25000000};
    int64_t *cells = chance_cells(1, 1000, 3);
    mix_outcome(cells, 1000, 3, coefficients, 20);
    for (int64_t i = 0; i < 1000; i++) {
        for (int32_t j = 1; j <= 3; j++) {
            cells[i * 4 + j] = cells[i * 4 + j] / 1000000 * 4; /* so that there are ties, and no mean is rounded */
        }
    }
    const double small = measured(cells, 1000, 3, weights);
    for (int64_t i = 0; i < 1000; i++) {
        for (int32_t j = 1; j <= 3; j++) {
            cells[i * 4 + j] = (cells[i * 4 + j] - 200) * INT64_C(45000000000000000);
        }
        cells[i * 4] *= INT64_C(8000000000);
    }
    const double large = measured(cells, 1000, 3, weights);
    assert_memory_equal(&small, &large, sizeof small);
}

typedef struct search {
    crmvi_micro weights[4];
    double correlation;
} search;

static search searched(const int64_t *cells, int64_t rows, int32_t members, const crmvi_micro *starts, int32_t count,
                       int32_t threads) {
    const crmvi_runner runner = {.threads = threads};
    const bool frozen[4] = {false};
    const crmvi_sample sample = crmvi_sample_of(cells, rows, members);
    crmvi_order order;
    search s = {0};
    assert_true(crmvi_order_make(&sample, &order));
    assert_int_equal(crmvi_order_search(&order, &runner, starts, count, frozen, s.weights, &s.correlation), CRMV_OK);
    double again;
    assert_true(crmvi_order_measure(&order, s.weights, &again));
    assert_memory_equal(&again, &s.correlation, sizeof again);
    crmvi_order_clear(&order);
    crmvi_micro sum = 0;
    for (int32_t j = 0; j < members; j++) {
        assert_true(s.weights[j] >= 0);
        sum += s.weights[j];
    }
    assert_int_equal(sum, CRMVI_WHOLE_WEIGHT);
    return s;
}

static const crmvi_micro three_starts[] = {33333334, 33333333, 33333333, 0, 0, CRMVI_WHOLE_WEIGHT, 0, 100000000, 0};

static void the_search_finds_an_order_that_members_determine_exactly(void **state) {
    (void)state;
    static const int64_t coefficients[] = {3, 1, 0};
    int64_t *cells = chance_cells(8, 2000, 3);
    mix_outcome(cells, 2000, 3, coefficients, 0);
    const search s = searched(cells, 2000, 3, three_starts, 3, 1);
    assert_true(s.correlation > 0.99999);
    assert_in_range(s.weights[0], 74500000, 75500000);
    assert_in_range(s.weights[1], 24500000, 25500000);
    assert_in_range(s.weights[2], 0, 300000);
}

/* All weights of two members in steps of half a percent. */
static void of_two_members_no_mixture_is_noticeably_better_than_what_is_found(void **state) {
    (void)state;
    static const int64_t coefficients[] = {2, 1};
    static const crmvi_micro starts[] = {50000000, 50000000};
    int64_t *cells = chance_cells(9, 300, 2);
    mix_outcome(cells, 300, 2, coefficients, 10);
    const search s = searched(cells, 300, 2, starts, 1, 1);
    for (crmvi_micro weight = 0; weight <= CRMVI_WHOLE_WEIGHT; weight += 500000) {
        const crmvi_micro weights[] = {weight, CRMVI_WHOLE_WEIGHT - weight};
        assert_true(measured(cells, 300, 2, weights) <= s.correlation + 0.002);
    }
}

static void what_is_found_is_no_worse_than_any_start(void **state) {
    (void)state;
    for (uint64_t seed = 20; seed < 60; seed++) {
        static const int64_t coefficients[] = {1, -1, 1};
        int64_t *cells = chance_cells(seed, 30, 3);
        mix_outcome(cells, 30, 3, coefficients, 10);
        const search s = searched(cells, 30, 3, three_starts, 3, 1);
        for (int32_t i = 0; i < 3; i++) {
            assert_true(s.correlation >= measured(cells, 30, 3, three_starts + 3 * i));
        }
    }
}

static void threads_and_the_order_of_rows_do_not_change_a_bit(void **state) {
    (void)state;
    static const int64_t coefficients[] = {3, 1, -2};
    static int64_t turned[500 * 4];
    int64_t *cells = chance_cells(10, 500, 3);
    mix_outcome(cells, 500, 3, coefficients, 20);
    for (int64_t i = 0; i < 500; i++) {
        memcpy(turned + i * 4, cells + (i * 37 + 11) % 500 * 4, 4 * sizeof *turned);
    }
    const search one = searched(cells, 500, 3, three_starts, 3, 1);
    const search four = searched(turned, 500, 3, three_starts, 3, 4);
    assert_memory_equal(one.weights, four.weights, sizeof one.weights);
    assert_memory_equal(&one.correlation, &four.correlation, sizeof one.correlation);
}

/* More rows than a search takes. */
static void of_many_customers_neither_their_order_nor_threads_change_a_bit(void **state) {
    (void)state;
    enum { MANY = 20000 };
    static const int64_t coefficients[] = {3, 1, 0};
    static int64_t turned[MANY * 4];
    int64_t *cells = chance_cells(12, MANY, 3);
    mix_outcome(cells, MANY, 3, coefficients, 4);
    for (int64_t i = 0; i < MANY; i++) {
        memcpy(turned + i * 4, cells + (i * 7919 + 11) % MANY * 4, 4 * sizeof *turned);
    }
    const search one = searched(cells, MANY, 3, three_starts, 3, 1);
    const search four = searched(turned, MANY, 3, three_starts, 3, 4);
    assert_memory_equal(one.weights, four.weights, sizeof one.weights);
    assert_memory_equal(&one.correlation, &four.correlation, sizeof one.correlation);
    assert_in_range(one.weights[0], 74000000, 76000000);
    assert_in_range(one.weights[1], 24000000, 26000000);
}

static void frozen_members_stay_at_nothing(void **state) {
    (void)state;
    static const int64_t coefficients[] = {1, 3};
    static const crmvi_micro start[] = {CRMVI_WHOLE_WEIGHT, 0};
    static const bool frozen[] = {false, true};
    int64_t *cells = chance_cells(11, 100, 2);
    mix_outcome(cells, 100, 2, coefficients, 1);
    const crmvi_sample sample = crmvi_sample_of(cells, 100, 2);
    crmvi_order order;
    crmvi_micro weights[2];
    double correlation;
    assert_true(crmvi_order_make(&sample, &order));
    assert_int_equal(crmvi_order_search(&order, &alone, start, 1, frozen, weights, &correlation), CRMV_OK);
    assert_memory_equal(weights, start, sizeof weights);
    crmvi_order_clear(&order);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(correlations_are_those_of_scipy),
        cmocka_unit_test(ties_have_mid_ranks_as_in_scipy),
        cmocka_unit_test(what_does_not_vary_is_in_no_order),
        cmocka_unit_test(points_of_any_magnitude_are_ordered_alike),
        cmocka_unit_test(the_search_finds_an_order_that_members_determine_exactly),
        cmocka_unit_test(of_two_members_no_mixture_is_noticeably_better_than_what_is_found),
        cmocka_unit_test(what_is_found_is_no_worse_than_any_start),
        cmocka_unit_test(threads_and_the_order_of_rows_do_not_change_a_bit),
        cmocka_unit_test(of_many_customers_neither_their_order_nor_threads_change_a_bit),
        cmocka_unit_test(frozen_members_stay_at_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
