#include "base/guest.h"
#include "calibrate/run.h"
#include "chance.h"
#include "tables.h"

#include <math.h>
#include <stdlib.h>

enum { MANY = 120000, KINDS = 12 }; /* as many as are dealt to several parts */

static const crmvi_runner one_thread = {.threads = 1};

/* Columns of every kind that could trip a sort. */
static double value_of_kind(int32_t kind, int64_t i, uint64_t *state) {
    const uint64_t bits = chance_bits(state);
    const double evenly = (double)(bits >> 11) * 0x1p-53;
    double any;
    memcpy(&any, &bits, sizeof any);
    switch (kind) {
    case 0:
        return evenly;
    case 1:
        return any; /* any double at all: not a number and infinity too */
    case 2:
        return (double)(bits % 3) - 1;
    case 3:
        return 42;
    case 4:
        return bits % 10 != 0 ? 0 : evenly - 0.5; /* most of them the same */
    case 5:
        return (double)(bits % 100000) / 100; /* money */
    case 6:
        return (double)i;
    case 7:
        return -(double)i / 3;
    case 8:
        return (bits % 2 != 0 ? 1 : -1) * (1e308 + 7e307 * evenly);
    case 9:
        return (double)(bits % 1000) * 5e-324; /* the least doubles, and 0 */
    case 10:
        return bits % 2 != 0 ? 0.0 : -0.0;
    default:
        return 1 + (double)(bits % 40) * 0x1p-30 + (double)(bits >> 32 & 0xFFF) * 0x1p-52; /* near each other */
    }
}

static int by_value(const void *left, const void *right) {
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* The values that count, sorted by the C library. */
static int64_t sorted_reference(const double *values, const uint8_t *keep, const int64_t *outcomes, int64_t rows,
                                double *out) {
    int64_t count = 0;
    for (int64_t i = 0; i < rows; i++) {
        if (isfinite(values[i]) && (keep == NULL || keep[i] != 0) &&
            (outcomes == NULL || outcomes[i] != CRMV_MISSING_POINTS)) {
            out[count++] = values[i];
        }
    }
    qsort(out, (size_t)count, sizeof *out, by_value);
    return count;
}

static void assert_run_is(const crmvi_run *run, const double *sorted, int64_t count) {
    assert_int_equal(run->total, count);
    int64_t at = 0;
    for (int64_t i = 0; i < run->distinct; i++) {
        assert_true(run->counts[i] > 0);
        assert_true(run->values[i] == sorted[at] && (run->values[i] != 0 || !signbit(run->values[i])));
        assert_true(i == 0 || run->values[i - 1] < run->values[i]);
        at += run->counts[i];
        assert_true(at <= count && sorted[at - 1] == run->values[i]);
    }
    assert_int_equal(at, count);
}

static void a_run_is_the_sorted_column_whatever_it_holds(void **state) {
    (void)state;
    static const int64_t sizes[] = {0, 1, 2, 24, 25, 1000, 40000, MANY};
    double *values = malloc(MANY * sizeof *values);
    double *sorted = malloc(MANY * sizeof *sorted);
    uint8_t *keep = malloc(MANY);
    for (int32_t kind = 0; kind < KINDS; kind++) {
        uint64_t chance = (uint64_t)kind + 1;
        for (int64_t i = 0; i < MANY; i++) {
            values[i] = value_of_kind(kind, i, &chance);
            keep[i] = chance_bits(&chance) % 4 != 0;
        }
        for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
            const uint8_t *kept = size % 2 == 0 ? keep : NULL;
            const int64_t count = sorted_reference(values, kept, NULL, sizes[size], sorted);
            const crmvi_runner runner = {.threads = 1 + (int32_t)(size % 3)};
            crmvi_run run;
            assert_int_equal(crmvi_run_make(&runner, values, kept, NULL, sizes[size], &run, NULL), CRMV_OK);
            assert_run_is(&run, sorted, count);
            assert_null(run.sums);
            crmvi_run_clear(&run);
        }
    }
    free(values);
    free(sorted);
    free(keep);
}

/* A column that puts the same value in all rows that are looked at beforehand is sorted all the same: here that is most
 * of a column, with everything else behind. */
static void a_sample_that_tells_nothing_does_no_harm(void **state) {
    (void)state;
    double *values = malloc(MANY * sizeof *values);
    double *sorted = malloc(MANY * sizeof *sorted);
    uint64_t chance = 99;
    for (int64_t i = 0; i < MANY; i++) {
        values[i] = i % 7 == 0 && i % 11 == 0 ? (double)(chance_bits(&chance) % 5000) * 0x1p-40 : 1;
    }
    const int64_t count = sorted_reference(values, NULL, NULL, MANY, sorted);
    crmvi_run run;
    assert_int_equal(crmvi_run_make(&one_thread, values, NULL, NULL, MANY, &run, NULL), CRMV_OK);
    assert_run_is(&run, sorted, count);
    crmvi_run_clear(&run);
    free(values);
    free(sorted);
}

static void outcomes_are_added_up_for_the_customers_with_a_value(void **state) {
    (void)state;
    double *values = malloc(MANY * sizeof *values);
    double *sorted = malloc(MANY * sizeof *sorted);
    int64_t *outcomes = malloc(MANY * sizeof *outcomes);
    uint64_t chance = 5;
    crmvi_wide expected[1000] = {0};
    for (int64_t i = 0; i < MANY; i++) {
        const uint64_t bits = chance_bits(&chance);
        const int64_t group = (int64_t)(bits % 1000);
        values[i] = bits % 17 == 0 ? (double)NAN : (double)group / 8 - 50;
        outcomes[i] = bits % 13 == 0 ? CRMV_MISSING_POINTS : (int64_t)(chance_bits(&chance) >> 1) - (INT64_MAX / 2);
        expected[group] += bits % 17 == 0 || bits % 13 == 0 ? 0 : outcomes[i];
    }
    const int64_t count = sorted_reference(values, NULL, outcomes, MANY, sorted);
    const crmvi_runner runner = {.threads = 2};
    crmvi_run run;
    assert_int_equal(crmvi_run_make(&runner, values, NULL, outcomes, MANY, &run, NULL), CRMV_OK);
    assert_run_is(&run, sorted, count);
    assert_int_equal(run.distinct, 1000);
    for (int64_t i = 0; i < run.distinct; i++) {
        assert_true(run.sums[i] == expected[i]);
    }
    crmvi_run_clear(&run);
    free(values);
    free(sorted);
    free(outcomes);
}

static void points_become_the_doubles_that_they_are(void **state) {
    (void)state;
    const int64_t points[] = {100000000, 0, CRMV_MISSING_POINTS, -1, 100000000, INT64_C(1) << 53, 7};
    const uint8_t keep[] = {1, 1, 1, 1, 1, 1, 0};
    crmvi_run run;
    assert_int_equal(crmvi_run_make_points(&one_thread, points, keep, 7, &run, NULL), CRMV_OK);
    const double values[] = {-1, 0, 1e8, 0x1p53};
    const int64_t counts[] = {1, 1, 2, 1};
    assert_int_equal(run.distinct, 4);
    assert_int_equal(run.total, 5);
    assert_memory_equal(run.values, values, sizeof values);
    assert_memory_equal(run.counts, counts, sizeof counts);
    crmvi_run_clear(&run);
}

static void points_that_are_no_whole_doubles_are_refused(void **state) {
    (void)state;
    const int64_t points[] = {1, (INT64_C(1) << 53) + 1};
    crmv_error error = {.struct_size = sizeof error};
    crmvi_run run;
    assert_int_equal(crmvi_run_make_points(&one_thread, points, NULL, 2, &run, &error), CRMV_OVERFLOW);
    assert_null(run.values);
}

static int32_t stop(void *context, const char *stage, double done) {
    (void)context;
    (void)stage;
    (void)done;
    return 1;
}

static void a_host_may_cancel(void **state) {
    (void)state;
    const double values[] = {1, 2};
    const crmvi_runner runner = {.threads = 1, .progress = stop};
    crmvi_run run;
    assert_int_equal(crmvi_run_make(&runner, values, NULL, NULL, 2, &run, NULL), CRMV_CANCELLED);
    assert_null(run.values);
}

static void assert_same_run(const crmvi_run *a, const crmvi_run *b) {
    assert_int_equal(a->distinct, b->distinct);
    assert_int_equal(a->total, b->total);
    assert_memory_equal(a->values, b->values, (size_t)a->distinct * sizeof *a->values);
    assert_memory_equal(a->counts, b->counts, (size_t)a->distinct * sizeof *a->counts);
    assert_true((a->sums == NULL) == (b->sums == NULL));
    if (a->sums != NULL) {
        assert_memory_equal(a->sums, b->sums, (size_t)a->distinct * sizeof *a->sums);
    }
}

static void merged_runs_are_the_run_of_all(void **state) {
    (void)state;
    enum { ROWS = 5000 };
    double values[ROWS];
    int64_t outcomes[ROWS];
    uint64_t chance = 3;
    for (int32_t i = 0; i < ROWS; i++) {
        values[i] = (double)(chance_bits(&chance) % 700) / 4;
        outcomes[i] = (int64_t)(chance_bits(&chance) % 1000) - 500;
    }
    for (int32_t with = 0; with < 2; with++) {
        const int64_t *some = with == 1 ? outcomes : NULL;
        crmvi_run whole;
        crmvi_run merged = {0};
        assert_int_equal(crmvi_run_make(&one_thread, values, NULL, some, ROWS, &whole, NULL), CRMV_OK);
        for (int64_t begin = 0, shard = 0; begin < ROWS; begin += 1000 + shard++) {
            const int64_t rows = ROWS - begin < 1000 + shard ? ROWS - begin : 1000 + shard;
            crmvi_run part;
            assert_int_equal(crmvi_run_make(&one_thread, values + begin, NULL, some != NULL ? some + begin : NULL, rows,
                                            &part, NULL),
                             CRMV_OK);
            assert_int_equal(crmvi_run_merge(&merged, &part, NULL), CRMV_OK);
            crmvi_run_clear(&part);
        }
        assert_same_run(&merged, &whole);
        const crmvi_run nothing = {0};
        assert_int_equal(crmvi_run_merge(&merged, &nothing, NULL), CRMV_OK);
        assert_same_run(&merged, &whole);
        crmvi_run_clear(&merged);
        crmvi_run_clear(&whole);
    }
}

static void a_sum_that_is_too_much_leaves_the_run_as_it_was(void **state) {
    (void)state;
    const double value[] = {3};
    const int64_t outcome[] = {INT64_MAX};
    crmvi_run a;
    crmvi_run b;
    assert_int_equal(crmvi_run_make(&one_thread, value, NULL, outcome, 1, &a, NULL), CRMV_OK);
    assert_int_equal(crmvi_run_make(&one_thread, value, NULL, outcome, 1, &b, NULL), CRMV_OK);
    const crmvi_wide most = (crmvi_wide)(~(crmvi_uwide)0 >> 1);
    a.sums[0] = most;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmvi_run_merge(&a, &b, &error), CRMV_OVERFLOW);
    assert_int_equal(a.total, 1);
    assert_true(a.sums[0] == most);
    crmvi_run_clear(&a);
    crmvi_run_clear(&b);
}

/* ---- Quantiles and moments --------------------------------------------------------------------------------------- */

static void quantiles_are_those_of_numpy(void **state) {
    (void)state;
    double values[] = {1, 2, 3.5, 8, 9.25, 12, 40};
    int64_t counts[] = {2, 1, 3, 1, 1, 1, 1};
    int64_t cumulated[7];
    const crmvi_run run = {.values = values, .counts = counts, .distinct = 7, .total = 10};
    crmvi_run_cumulate(&run, cumulated);
    /* numpy.quantile, 1.24.2, of 1 1 2 3.5 3.5 3.5 8 9.25 12 40 */
    static const double expected[][2] = {{0, 1},     {0.05, 1},      {0.1, 1},     {0.25, 2.375}, {0.5, 3.5},
                                         {0.6, 5.3}, {0.75, 8.9375}, {0.95, 27.4}, {1, 40}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const double p = expected[i][0];
        assert_true(fabs(crmvi_run_quantile(&run, cumulated, p) - expected[i][1]) < 1e-12);
        assert_true(crmvi_run_part(&run, cumulated, (int64_t)nearbyint(p * 100), 100) == expected[i][1]);
    }
    assert_true(crmvi_run_at(&run, cumulated, 0) == 1 && crmvi_run_at(&run, cumulated, 1) == 1);
    assert_true(crmvi_run_at(&run, cumulated, 2) == 2 && crmvi_run_at(&run, cumulated, 9) == 40);
}

/* In binary, 0.6 x 5 is above 3 and 0.7 x 10 below 7: a rank that is a whole number is met exactly. */
static void a_quantile_that_is_a_customer_is_that_customers_value(void **state) {
    (void)state;
    double values[1001];
    int64_t counts[1001];
    int64_t cumulated[1001];
    for (int32_t i = 0; i <= 1000; i++) {
        values[i] = sqrt(i);
        counts[i] = 1;
    }
    const crmvi_run run = {.values = values, .counts = counts, .distinct = 1001, .total = 1001};
    crmvi_run_cumulate(&run, cumulated);
    for (int32_t i = 0; i <= 1000; i++) {
        assert_true(crmvi_run_part(&run, cumulated, i, 1000) == values[i]);
    }
}

static void quantiles_between_far_values_are_finite(void **state) {
    (void)state;
    double values[] = {-1.7e308, 1.7e308};
    int64_t counts[] = {1, 1};
    const int64_t cumulated[] = {1, 2};
    const crmvi_run run = {.values = values, .counts = counts, .distinct = 2, .total = 2};
    assert_true(crmvi_run_part(&run, cumulated, 1, 2) == 0);
    assert_true(crmvi_run_quantile(&run, cumulated, 0.5) == 0);
    assert_true(fabs(crmvi_run_part(&run, cumulated, 3, 4) / 0.85e308 - 1) < 1e-15);
}

static void assert_moments(double *values, int64_t *counts, int64_t distinct, double mean, double deviation) {
    crmvi_run run = {.values = values, .counts = counts, .distinct = distinct};
    for (int64_t i = 0; i < distinct; i++) {
        run.total += counts[i];
    }
    double got_mean;
    double got_deviation;
    crmvi_run_moments(&run, &got_mean, &got_deviation);
    assert_true(fabs(got_mean - mean) <= 2e-16 * fabs(mean));
    assert_true(fabs(got_deviation - deviation) <= 1e-15 * deviation);
}

/* Worked out by Python's fractions and decimal from the doubles themselves. */
static void moments_are_right_to_the_last_digits(void **state) {
    (void)state;
    assert_moments((double[]){1, 2, 3.5, 8, 9.25, 12, 40}, (int64_t[]){2, 1, 3, 1, 1, 1, 1}, 7, 8.375,
                   11.713744301270860315515870942052);
    assert_moments((double[]){1e15, 1e15 + 1, 1e15 + 2}, (int64_t[]){1, 1, 2}, 3, 1000000000000001.25,
                   0.95742710775633810997510191136982);
    assert_moments((double[]){0.1, 0.3}, (int64_t[]){7, 3}, 2, 0.16, 0.096609178307929582447127699979249);
    assert_moments((double[]){-1e308, 1e308}, (int64_t[]){1, 1}, 2, 0, 1.41421356237309504880e308);
    assert_moments((double[]){1e-310, 3e-310}, (int64_t[]){1, 1}, 2, 2e-310, 1.41421356237309504880e-310);
    assert_moments((double[]){0.1}, (int64_t[]){3}, 1, 0.1, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_the_sorted_column_whatever_it_holds),
        cmocka_unit_test(a_sample_that_tells_nothing_does_no_harm),
        cmocka_unit_test(outcomes_are_added_up_for_the_customers_with_a_value),
        cmocka_unit_test(points_become_the_doubles_that_they_are),
        cmocka_unit_test(points_that_are_no_whole_doubles_are_refused),
        cmocka_unit_test(a_host_may_cancel),
        cmocka_unit_test(merged_runs_are_the_run_of_all),
        cmocka_unit_test(a_sum_that_is_too_much_leaves_the_run_as_it_was),
        cmocka_unit_test(quantiles_are_those_of_numpy),
        cmocka_unit_test(a_quantile_that_is_a_customer_is_that_customers_value),
        cmocka_unit_test(quantiles_between_far_values_are_finite),
        cmocka_unit_test(moments_are_right_to_the_last_digits),
    };
    /* the public functions call these in their own floating-point environment, whatever the host's is */
    crmvi_guest host;
    crmvi_enter(&host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
