/* test_found_scales.c - lines found from values: percentiles, ends, logarithms. */
#include "base/logarithm.h"
#include "found_scales.h"

static crmvi_micro hundred_down[] = {100000000, 0};

/* ---- Percentile -------------------------------------------------------------------------------------------------- */

/* 100 (less + half equal) / n of 1 2 2 2 5: 10, 50, 90. */
static void a_percentile_is_the_mid_rank(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_PERCENTILE);
    crmvi_found_scale found = find(&ask, ROWS(2, 5, 2, 1, 2));
    assert_true(found.is_line);
    assert_scale(&found, 3, (double[]){1, 2, 5}, (crmvi_micro[]){POINTS(10), POINTS(50), POINTS(90)});
    assert_true(found.largest_error == 0);
    crmvi_found_scale_clear(&found);
    ask.points = hundred_down;
    found = find(&ask, ROWS(2, 5, 2, 1, 2));
    assert_scale(&found, 3, (double[]){1, 2, 5}, (crmvi_micro[]){POINTS(90), POINTS(50), POINTS(10)});
    crmvi_found_scale_clear(&found);
}

static void knots_that_the_line_does_not_need_are_not_there(void **state) {
    (void)state;
    const crmvi_ask ask = ask_for(CRMVI_ASK_PERCENTILE);
    crmvi_found_scale found = find(&ask, ROWS(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    assert_scale(&found, 2, (double[]){1, 10}, (crmvi_micro[]){POINTS(5), POINTS(95)});
    assert_true(found.largest_error < 1e-9);
    crmvi_found_scale_clear(&found);
}

enum { SOME = 3000 };

static double mid_rank(const crmvi_run *run, const int64_t *cumulated, int64_t i) {
    return (double)(2 * cumulated[i] - run->counts[i]);
}

/* How far value i is off the line between two knots, in halves of ranks. */
static double off(const crmvi_run *run, const int64_t *cumulated, int64_t begin, int64_t end, int64_t i) {
    const double *v = run->values;
    const double rise = mid_rank(run, cumulated, end) - mid_rank(run, cumulated, begin);
    const double there = mid_rank(run, cumulated, begin) + (v[i] - v[begin]) / (v[end] - v[begin]) * rise;
    return fabs(there - mid_rank(run, cumulated, i));
}

/* The same in the plainest way: all segments are looked at again for each knot. */
static double plain_knots(const crmvi_run *run, const int64_t *cumulated, int32_t knots, bool *is_knot) {
    memset(is_knot, 0, SOME);
    is_knot[0] = is_knot[run->distinct - 1] = true;
    double most = 0;
    for (int32_t count = 2;; count++) {
        int64_t furthest = -1;
        most = 0;
        for (int64_t begin = 0, end; begin < run->distinct - 1; begin = end) {
            for (end = begin + 1; !is_knot[end]; end++) {
            }
            for (int64_t i = begin + 1; i < end; i++) {
                const double error = off(run, cumulated, begin, end, i);
                if (error > most) {
                    most = error;
                    furthest = i;
                }
            }
        }
        if (count >= knots || most * 50 / (double)run->total <= 1e-9) {
            return most * 50 / (double)run->total;
        }
        is_knot[furthest] = true;
    }
}

static double spread_value(int32_t kind, uint64_t *chance) {
    const double evenly = (double)(chance_bits(chance) >> 11) * 0x1p-53;
    switch (kind) {
    case 0:
        return evenly;
    case 1:
        return floor(evenly * 500); /* ties */
    case 2:
        return pow(10, evenly * 590 - 300) * (chance_bits(chance) % 2 == 0 ? 1 : -1); /* over all of the doubles */
    case 3:
        return 1e6 * pow(evenly, 12);
    default:
        return floor(evenly * evenly * 3000) * 5e-324;
    }
}

static void knots_are_set_where_the_line_is_furthest_off(void **state) {
    (void)state;
    static double values[SOME];
    static int64_t cumulated[SOME];
    static bool is_knot[SOME];
    uint64_t chance = 8;
    for (int32_t kind = 0; kind < 5; kind++) {
        for (int32_t i = 0; i < SOME; i++) {
            values[i] = spread_value(kind, &chance);
        }
        crmvi_run run = run_of(values, SOME, NULL);
        crmvi_run_cumulate(&run, cumulated);
        for (int32_t knots = 2; knots <= 200; knots = knots * 3 + 1) {
            crmvi_ask ask = ask_for(CRMVI_ASK_PERCENTILE);
            ask.knots = knots;
            const double error = plain_knots(&run, cumulated, knots, is_knot);
            crmvi_found_scale found = find(&ask, values, SOME);
            int32_t at = 0;
            for (int64_t i = 0; i < run.distinct; i++) {
                if (is_knot[i]) {
                    assert_true(at < found.count && found.from[at] == run.values[i]);
                    at++;
                }
            }
            assert_int_equal(at, found.count);
            assert_true(found.largest_error == error);
            crmvi_found_scale_clear(&found);
        }
        crmvi_run_clear(&run);
    }
}

static void a_line_that_is_far_off_is_remarked_on(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_PERCENTILE);
    ask.knots = 2;
    crmvi_found_scale found = find(&ask, ROWS(0, 1, 2, 3, 1000));
    assert_true(found.largest_error > 5);
    assert_non_null(strstr(found.remark, "more than 5 percent"));
    crmvi_found_scale_clear(&found);
    ask.knots = 64;
    found = find(&ask, ROWS(0, 1, 2, 3, 1000));
    assert_null(found.remark);
    crmvi_found_scale_clear(&found);
    ask = ask_for(CRMVI_ASK_LOGARITHM);
    ask.knots = 2;
    found = find(&ask, ROWS(1, 10, 100));
    assert_non_null(strstr(found.remark, "more than 5 percent"));
    crmvi_found_scale_clear(&found);
}

/* ---- Ends -------------------------------------------------------------------------------------------------------- */

static void min_max_is_the_line_from_the_lowest_to_the_highest(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_MIN_MAX);
    crmvi_found_scale found = find(&ask, ROWS(7, -2, 3, 3));
    assert_scale(&found, 2, (double[]){-2, 7}, hundred);
    assert_true(found.low == -2 && found.high == 7 && found.beyond == 0 && found.remark == NULL);
    crmvi_found_scale_clear(&found);
}

/* numpy.quantile of 1 .. 21 at 5 % and 95 %: 2 and 20. */
static void winsorising_takes_quantiles_for_the_ends(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_MIN_MAX);
    ask.winsorised = true;
    ask.winsor_low = 5;
    ask.winsor_high = 95;
    ask.points = hundred_down;
    double values[21];
    for (int32_t i = 0; i < 21; i++) {
        values[i] = 21 - i;
    }
    crmvi_found_scale found = find(&ask, values, 21);
    assert_scale(&found, 2, (double[]){2, 20}, hundred_down);
    assert_int_equal(found.beyond, 4);
    crmvi_found_scale_clear(&found);
}

static void ends_that_are_the_same_value_make_a_step(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_MIN_MAX);
    ask.winsorised = true;
    ask.winsor_low = 20;
    ask.winsor_high = 80;
    crmvi_found_scale found = find(&ask, ROWS(1, 5, 5, 5, 5, 5, 5, 5, 5, 9));
    assert_scale(&found, 3, (double[]){1, 5, 9}, (crmvi_micro[]){0, POINTS(50), POINTS(100)});
    assert_non_null(found.remark);
    assert_int_equal(found.beyond, 10);
    crmvi_found_scale_clear(&found);
    found = find(&ask, ROWS(0, 0, 0, 0, 0, 0, 0, 0, 0, 9));
    assert_scale(&found, 2, (double[]){0, 9}, hundred);
    crmvi_found_scale_clear(&found);
    found = find(&ask, ROWS(-4, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    assert_scale(&found, 2, (double[]){-4, 0}, hundred);
    crmvi_found_scale_clear(&found);
}

/* Mean 5, sample variance 32 / 7 (statistics.variance of Python). */
static void a_z_score_goes_a_spread_of_deviations_to_either_side(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_Z_SCORE);
    ask.spread = 1.5;
    crmvi_found_scale found = find(&ask, ROWS(2, 4, 4, 4, 5, 5, 7, 9));
    const double deviation = sqrt(32.0 / 7);
    assert_scale(&found, 2, (double[]){5 - 1.5 * deviation, 5 + 1.5 * deviation}, hundred);
    assert_true(found.mean == 5 && found.deviation == deviation);
    crmvi_found_scale_clear(&found);
}

static void a_single_value_earns_the_mean_of_the_ends(void **state) {
    (void)state;
    static const int32_t kinds[] = {CRMVI_ASK_PERCENTILE, CRMVI_ASK_MIN_MAX,        CRMVI_ASK_Z_SCORE,
                                    CRMVI_ASK_LOGARITHM,  CRMVI_ASK_QUANTILE_BANDS, CRMVI_ASK_OPTIMAL_BANDS};
    static const double values[] = {7, 1e20, 3e299, 5e-324};
    const int64_t outcomes[] = {2000000, 4000000};
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        const crmvi_ask ask = ask_for(kinds[kind]);
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            const double rows[] = {values[v], values[v]};
            crmvi_found_scale found = find_with(&ask, rows, 2, outcomes);
            assert_int_equal(found.points[0], POINTS(50));
            assert_int_equal(found.points[found.count - 1], POINTS(50));
            assert_non_null(found.remark);
            assert_true(found.is_line || (found.customers[0] == 2 && found.means[0] == 3));
            crmvi_found_scale_clear(&found);
        }
    }
}

static void nobody_and_what_no_model_can_hold_are_not_identified(void **state) {
    (void)state;
    for (int32_t kind = CRMVI_ASK_PERCENTILE; kind <= CRMVI_ASK_OPTIMAL_BANDS; kind++) {
        const crmvi_ask ask = ask_for(kind);
        assert_not_identified(&ask, "nobody has a value", ROWS(NAN));
    }
    for (int32_t kind = CRMVI_ASK_PERCENTILE; kind <= CRMVI_ASK_LOGARITHM; kind++) {
        const crmvi_ask ask = ask_for(kind);
        assert_not_identified(&ask, "no numbers of a model", ROWS(-1.7e308, 5, 1.7e308));
    }
}

/* ---- Logarithm --------------------------------------------------------------------------------------------------- */

static void knots_stand_at_even_steps_of_the_logarithm(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_LOGARITHM);
    ask.knots = 4;
    crmvi_found_scale found = find(&ask, ROWS(1000, 1, 31.6, -5, 0));
    assert_int_equal(found.count, 4);
    for (int32_t i = 0; i < 4; i++) {
        assert_true(fabs(found.from[i] / pow(10, i) - 1) < 1e-14);
        assert_true(llabs(found.points[i] - POINTS(100.0 * i / 3)) <= 1);
    }
    assert_true(found.low == 1 && found.high == 1000);
    assert_int_equal(found.beyond, 2);
    /* On the line at 31.6: 100 / 3 (1 + 21.6 / 90); by the logarithm 100 / 3 x 1.499687 (Python). */
    assert_true(fabs(found.largest_error - (49.98956942 - 100.0 / 3 * (1 + 21.6 / 90))) < 1e-6);
    crmvi_found_scale_clear(&found);
}

static void a_logarithm_spans_all_of_the_doubles_or_next_to_nothing(void **state) {
    (void)state;
    const crmvi_ask ask = ask_for(CRMVI_ASK_LOGARITHM);
    crmvi_found_scale found = find(&ask, ROWS(5e-324, 9e299));
    assert_int_equal(found.count, 64);
    const double step = (crmvi_log(9e299) - crmvi_log(5e-324)) / 63;
    for (int32_t i = 1; i < 64; i++) {
        const double here = crmvi_log(found.from[i]) - crmvi_log(5e-324);
        assert_true(fabs(here - i * step) < 0.6); /* the least doubles lie by halves and doubles */
        assert_true(fabs((double)found.points[i] / 1e8 - here / (63 * step)) < 1e-8);
    }
    crmvi_found_scale_clear(&found);
    const double next = nextafter(1e15, INFINITY);
    found = find(&ask, ROWS(1e15, next));
    assert_scale(&found, 2, (double[]){1e15, next}, hundred);
    crmvi_found_scale_clear(&found);
    const double third = nextafter(5e-324, 1);
    found = find(&ask, ROWS(5e-324, third)); /* one is twice the other, and nothing lies between */
    assert_scale(&found, 2, (double[]){5e-324, third}, hundred);
    crmvi_found_scale_clear(&found);
}

static void what_has_no_logarithm_earns_the_low_end(void **state) {
    (void)state;
    const crmvi_ask ask = ask_for(CRMVI_ASK_LOGARITHM);
    crmvi_found_scale found = find(&ask, ROWS(-3, 0, 8));
    assert_scale(&found, 2, (double[]){0, 8}, hundred);
    assert_non_null(found.remark);
    assert_int_equal(found.beyond, 2);
    crmvi_found_scale_clear(&found);
    assert_not_identified(&ask, "nobody has a value above 0", ROWS(-3, 0));
}

static void a_logarithm_is_winsorised_among_what_has_one(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_LOGARITHM);
    ask.winsorised = true;
    ask.winsor_low = 25;
    ask.winsor_high = 75;
    crmvi_found_scale found = find(&ask, ROWS(-9, 0, 0, 1, 2, 3, 4, 5));
    assert_true(found.low == 2 && found.high == 4);
    assert_true(found.from[0] == 2 && found.from[found.count - 1] == 4);
    assert_int_equal(found.beyond, 3);
    crmvi_found_scale_clear(&found);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_percentile_is_the_mid_rank),
        cmocka_unit_test(knots_that_the_line_does_not_need_are_not_there),
        cmocka_unit_test(knots_are_set_where_the_line_is_furthest_off),
        cmocka_unit_test(min_max_is_the_line_from_the_lowest_to_the_highest),
        cmocka_unit_test(winsorising_takes_quantiles_for_the_ends),
        cmocka_unit_test(ends_that_are_the_same_value_make_a_step),
        cmocka_unit_test(a_z_score_goes_a_spread_of_deviations_to_either_side),
        cmocka_unit_test(a_single_value_earns_the_mean_of_the_ends),
        cmocka_unit_test(nobody_and_what_no_model_can_hold_are_not_identified),
        cmocka_unit_test(knots_stand_at_even_steps_of_the_logarithm),
        cmocka_unit_test(a_logarithm_spans_all_of_the_doubles_or_next_to_nothing),
        cmocka_unit_test(what_has_no_logarithm_earns_the_low_end),
        cmocka_unit_test(a_logarithm_is_winsorised_among_what_has_one),
        cmocka_unit_test(a_line_that_is_far_off_is_remarked_on),
    };
    /* the public functions call these in their own floating-point environment, whatever the host's is */
    crmvi_guest host;
    crmvi_enter(&host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
