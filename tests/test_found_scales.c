#include "base/guest.h"
#include "base/logarithm.h"
#include "calibrate/monotone_bands.h"
#include "calibrate/scales.h"
#include "chance.h"
#include "tables.h"

#include <math.h>
#include <stdlib.h>

static crmvi_micro hundred[] = {0, 100000000};
static crmvi_micro hundred_down[] = {100000000, 0};

#define ROWS(...) (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double)
#define POINTS(x) ((crmvi_micro)nearbyint((x)*1e6))

static crmvi_ask ask_for(int32_t kind) {
    return (crmvi_ask){.kind = kind,
                       .place = "metrics.sales.scale",
                       .knots = 64,
                       .classes = 5,
                       .winsor_high = 100,
                       .spread = 3,
                       .points = hundred,
                       .point_count = 2,
                       .outcome = -1};
}

static crmvi_run run_of(const double *values, size_t rows, const int64_t *outcomes) {
    const crmvi_runner runner = {.threads = 1};
    crmvi_run run;
    assert_int_equal(crmvi_run_make(&runner, values, NULL, outcomes, (int64_t)rows, &run, NULL), CRMV_OK);
    return run;
}

static crmvi_found_scale find_with(const crmvi_ask *ask, const double *values, size_t rows, const int64_t *outcomes) {
    crmvi_run run = run_of(values, rows, outcomes);
    crmvi_found_scale found;
    assert_int_equal(crmvi_find_scale(ask, &run, &found, NULL), CRMV_OK);
    crmvi_run_clear(&run);
    for (int32_t i = 1; i < found.count; i++) {
        assert_true(found.from[i - 1] < found.from[i]);
    }
    assert_true(found.is_line ? found.count >= 2 && isfinite(found.from[0]) : found.from[0] == -INFINITY);
    return found;
}

static crmvi_found_scale find(const crmvi_ask *ask, const double *values, size_t rows) {
    return find_with(ask, values, rows, NULL);
}

static void assert_scale(crmvi_found_scale *found, int32_t count, const double *from, const crmvi_micro *points) {
    assert_int_equal(found->count, count);
    for (int32_t i = 0; i < count; i++) {
        assert_true(found->from[i] == from[i]);
        assert_int_equal(found->points[i], points[i]);
    }
}

static void assert_not_identified(const crmvi_ask *ask, const char *words, const double *values, size_t rows) {
    crmvi_run run = run_of(values, rows, NULL);
    crmvi_found_scale found;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmvi_find_scale(ask, &run, &found, &error), CRMV_NOT_IDENTIFIED);
    assert_string_equal(error.place, "metrics.sales.scale");
    assert_non_null(strstr(error.message, words));
    assert_null(found.from);
    crmvi_run_clear(&run);
}

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

/* ---- Bands ------------------------------------------------------------------------------------------------------- */

/* numpy.quantile of 1 .. 11 at 1/5 ... 4/5: 3 5 7 9. */
static void quantile_bands_begin_at_quantiles_of_type_seven(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_QUANTILE_BANDS);
    crmvi_found_scale found = find(&ask, ROWS(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
    assert_scale(&found, 5, (double[]){-INFINITY, 3, 5, 7, 9},
                 (crmvi_micro[]){0, POINTS(25), POINTS(50), POINTS(75), POINTS(100)});
    assert_memory_equal(found.customers, ((int64_t[]){2, 2, 2, 2, 3}), 5 * sizeof(int64_t));
    assert_int_equal(found.wanted, 5);
    assert_null(found.remark);
    crmvi_found_scale_clear(&found);
}

/* 1 1 1 1 1 1 2 3 4 5: quantiles 1, 1, 1.4 (between 1 and 2), 3.2 (numpy). */
static void cuts_that_fall_on_one_value_are_one(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_QUANTILE_BANDS);
    crmvi_found_scale found = find(&ask, ROWS(1, 1, 1, 1, 1, 1, 2, 3, 4, 5));
    assert_scale(&found, 3, (double[]){-INFINITY, 1.4, 3.2}, (crmvi_micro[]){0, POINTS(50), POINTS(100)});
    assert_memory_equal(found.customers, ((int64_t[]){6, 2, 2}), 3 * sizeof(int64_t));
    assert_int_equal(found.wanted, 5);
    assert_non_null(found.remark);
    crmvi_found_scale_clear(&found);
    crmvi_micro each[] = {POINTS(1), POINTS(2), POINTS(3), POINTS(4), POINTS(5)};
    ask.points = each;
    ask.point_count = 5;
    found = find(&ask, ROWS(1, 1, 1, 1, 1, 1, 2, 3, 4, 5));
    assert_scale(&found, 3, (double[]){-INFINITY, 1.4, 3.2}, (crmvi_micro[]){POINTS(3), POINTS(4), POINTS(5)});
    crmvi_found_scale_clear(&found);
}

static void a_class_that_nobody_is_in_is_remarked_on(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_QUANTILE_BANDS);
    ask.classes = 4;
    crmvi_found_scale found = find(&ask, ROWS(0, 100));
    assert_int_equal(found.count, 4); /* from 25, 50 and 75 */
    assert_int_equal(found.customers[1], 0);
    assert_non_null(strstr(found.remark, "there is nobody"));
    crmvi_found_scale_clear(&found);
    found = find(&ask, ROWS(1, 2, 3, 4));
    assert_null(found.remark);
    crmvi_found_scale_clear(&found);
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

static void optimal_bands_of_an_outcome_of_which_less_is_better_earn_most_where_it_is_least(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_OPTIMAL_BANDS);
    ask.classes = 3;
    ask.less = true;
    const int64_t outcomes[] = {1000000, 2000000, 1000000, 6000000, 7000000, 20000000, 18000000, 21000000};
    crmvi_found_scale found = find_with(&ask, ROWS(1, 2, 3, 4, 5, 6, 7, 8), outcomes);
    assert_true(found.count == 3 && found.rises);
    assert_int_equal(found.points[0], POINTS(100));
    assert_int_equal(found.points[1], POINTS(100 - 3100.0 / 110));
    assert_int_equal(found.points[2], 0);
    crmvi_found_scale_clear(&found);
}

static void optimal_bands_follow_the_outcome(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_OPTIMAL_BANDS);
    ask.classes = 3;
    const int64_t outcomes[] = {1000000, 2000000, 1000000, 6000000, 7000000, 20000000, 18000000, 21000000};
    crmvi_found_scale found = find_with(&ask, ROWS(1, 2, 3, 4, 5, 6, 7, 8), outcomes);
    assert_int_equal(found.count, 3);
    assert_true(found.rises && found.from[1] == 4 && found.from[2] == 6);
    assert_memory_equal(found.customers, ((int64_t[]){3, 2, 3}), 3 * sizeof(int64_t));
    assert_true(fabs(found.means[0] - 4.0 / 3) < 1e-15 && found.means[1] == 6.5 &&
                fabs(found.means[2] - 59.0 / 3) < 1e-14);
    /* (6.5 - 4/3) / (59/3 - 4/3) = 31 / 110 */
    assert_int_equal(found.points[0], 0);
    assert_int_equal(found.points[1], POINTS(3100.0 / 110));
    assert_int_equal(found.points[2], POINTS(100));
    crmvi_found_scale_clear(&found);
    /* Turned about: the highest outcome has the most points, whichever end it is at. */
    found = find_with(&ask, ROWS(8, 7, 6, 5, 4, 3, 2, 1), outcomes);
    assert_false(found.rises);
    assert_true(found.from[1] == 4 && found.from[2] == 6);
    assert_int_equal(found.points[0], POINTS(100));
    assert_int_equal(found.points[2], 0);
    crmvi_found_scale_clear(&found);
}

/* The better end is found out, and said where something else was written. */
static void optimal_bands_that_run_against_what_was_asked_say_so(void **state) {
    (void)state;
    const int64_t outcomes[] = {1000000, 2000000, 1000000, 6000000, 7000000, 20000000, 18000000, 21000000};
    const struct {
        crmvi_micro points[3];
        int32_t point_count;
        bool less, is_told;
        crmvi_micro lowest, highest; /* what the lowest and the highest values earn */
    } cases[] = {
        {{0, POINTS(100)}, 2, false, false, 0, POINTS(100)},
        {{POINTS(100), 0}, 2, false, true, 0, POINTS(100)},
        {{0, POINTS(100)}, 2, true, false, POINTS(100), 0},
        {{POINTS(100), 0}, 2, true, false, POINTS(100), 0},
        {{1, 2, 3}, 3, false, false, 1, 3},
        {{3, 2, 1}, 3, false, true, 3, 1},
        {{1, 2, 3}, 3, true, true, 1, 3},
        {{3, 2, 1}, 3, true, false, 3, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crmvi_micro points[3];
        crmvi_ask ask = ask_for(CRMVI_ASK_OPTIMAL_BANDS);
        memcpy(points, cases[i].points, sizeof points);
        ask.classes = 3;
        ask.points = points;
        ask.point_count = cases[i].point_count;
        ask.less = cases[i].less;
        crmvi_found_scale found = find_with(&ask, ROWS(1, 2, 3, 4, 5, 6, 7, 8), outcomes);
        assert_int_equal(found.count, 3);
        assert_int_equal(found.points[0], cases[i].lowest);
        assert_int_equal(found.points[2], cases[i].highest);
        assert_int_equal(found.remark != NULL, cases[i].is_told);
        crmvi_found_scale_clear(&found);
    }
}

static void an_optimal_band_holds_its_share_of_customers(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_OPTIMAL_BANDS);
    ask.minimum_share = POINTS(30);
    const int64_t outcomes[] = {0, 1000000, 2000000, 3000000, 4000000, 5000000, 6000000, 7000000, 8000000, 90000000};
    crmvi_found_scale found = find_with(&ask, ROWS(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), outcomes);
    assert_int_equal(found.count, 3);
    assert_int_equal(found.wanted, 5);
    for (int32_t i = 0; i < 3; i++) {
        assert_true(found.customers[i] >= 3);
    }
    assert_non_null(found.remark);
    crmvi_found_scale_clear(&found);
}

static void an_outcome_that_does_not_vary_makes_one_band(void **state) {
    (void)state;
    const crmvi_ask ask = ask_for(CRMVI_ASK_OPTIMAL_BANDS);
    const int64_t outcomes[] = {5000000, 5000000, 5000000};
    crmvi_found_scale found = find_with(&ask, ROWS(1, 2, 3), outcomes);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.points[0], POINTS(50));
    assert_non_null(found.remark);
    crmvi_found_scale_clear(&found);
}

/* ---- Optimal bands against all bands ----------------------------------------------------------------------------- */

enum { FEW = 9 };

/* Squares that bands explain, if their means rise (1) or fall (-1) and each of several holds `least`: bit i of `cuts`
 * divides values i and i + 1. */
static double explained_by(const int64_t *outcomes, const int64_t *counts, int32_t count, uint32_t cuts,
                           int32_t direction, int64_t least) {
    double explained = 0;
    double before = -INFINITY;
    for (int32_t begin = 0, end; begin < count; begin = end) {
        double sum = 0;
        int64_t customers = 0;
        end = begin;
        do {
            sum += (double)outcomes[end] * direction;
            customers += counts[end];
        } while ((cuts >> end++ & 1) == 0 && end < count);
        const double mean = sum / (double)customers;
        if (mean <= before || (customers < least && cuts != 0)) {
            return -1;
        }
        before = mean;
        explained += sum * mean;
    }
    return explained;
}

static int32_t bands_of(uint32_t cuts) {
    return __builtin_popcount(cuts) + 1;
}

/* The most that any bands explain. */
static double best_of_all(const crmvi_ask *ask, const int64_t *outcomes, const int64_t *counts, int64_t least) {
    double best = 0;
    for (uint32_t cuts = 0; cuts < 1U << (FEW - 1); cuts++) {
        if (bands_of(cuts) <= ask->classes) {
            best = fmax(best, explained_by(outcomes, counts, FEW, cuts, 1, least));
            best = fmax(best, explained_by(outcomes, counts, FEW, cuts, -1, least));
        }
    }
    return best;
}

/* Values 0 to FEW - 1 of 1 to 4 customers each, whose outcomes may lie below 0, rise, fall or neither. */
typedef struct few {
    double values[4 * FEW];
    int64_t each[4 * FEW];
    int64_t outcomes[FEW], counts[FEW]; /* together, by value */
    int64_t customers;
} few;

static few draw_few(uint64_t *chance, int32_t trial) {
    few f = {.customers = 0};
    for (int32_t i = 0; i < FEW; i++) {
        f.counts[i] = trial % 3 == 0 ? 1 : 1 + (int64_t)(chance_bits(chance) % 4);
        for (int64_t k = 0; k < f.counts[i]; k++) {
            const int64_t outcome = (int64_t)(chance_bits(chance) % 12) + i * (trial % 5 - 2) - trial % 7;
            f.values[f.customers] = i;
            f.each[f.customers++] = outcome;
            f.outcomes[i] += outcome;
        }
    }
    return f;
}

static void optimal_bands_are_the_best_of_all_that_rise_or_fall_and_hold_their_share(void **state) {
    (void)state;
    uint64_t chance = 21;
    for (int32_t trial = 0; trial < 6000; trial++) {
        crmvi_ask ask = ask_for(CRMVI_ASK_OPTIMAL_BANDS);
        ask.classes = 2 + (int32_t)(chance_bits(&chance) % 4);
        ask.minimum_share = (crmvi_micro)(chance_bits(&chance) % 6) * POINTS(8);
        const few f = draw_few(&chance, trial);
        const int64_t least = (ask.minimum_share * f.customers + POINTS(100) - 1) / POINTS(100);
        const double best = best_of_all(&ask, f.outcomes, f.counts, least);
        crmvi_found_scale found = find_with(&ask, f.values, (size_t)f.customers, f.each);
        uint32_t cuts = 0;
        for (int32_t i = 1; i < found.count; i++) {
            cuts |= 1U << ((int32_t)found.from[i] - 1);
        }
        const double got = explained_by(f.outcomes, f.counts, FEW, cuts, found.rises ? 1 : -1, least);
        if (!(fabs(got - best) <= 1e-9 * fmax(1, best))) {
            fail_msg("trial %d: %.17g, not %.17g", (int)trial, got, best);
        }
        crmvi_found_scale_clear(&found);
    }
}

/* A border within what isotonic regression makes one of, where the share leaves no other. */
static void a_share_may_put_a_border_where_means_fall(void **state) {
    (void)state;
    crmvi_ask ask = ask_for(CRMVI_ASK_OPTIMAL_BANDS);
    ask.classes = 2;
    ask.minimum_share = POINTS(25);
    const int64_t outcomes[] = {0, 3, 8, 13, 2, 4, 11, 5, 7, 21};
    crmvi_found_scale found = find_with(&ask, ROWS(0, 1, 3, 3, 4, 4, 4, 5, 6, 6), outcomes);
    assert_int_equal(found.count, 2);
    assert_true(found.rises && found.from[1] == 5);
    assert_null(found.remark);
    crmvi_found_scale_clear(&found);
}

/* Values of one customer each: 0 3 8 2 4 11, of which at least two make a band. */
static void a_search_that_ends_early_leaves_what_was_there(void **state) {
    (void)state;
    double weights[] = {0, 1, 2, 3, 4, 5, 6}, sums[] = {0, 0, 3, 11, 13, 17, 28};
    crmvi_monotone_values v = {
        .count = 6, .weights = weights, .sums = sums, .least = 2, .classes = 3, .steps = CRMVI_MONOTONE_STEPS};
    int64_t first[3] = {7, 8, 9};
    int32_t count = -1;
    v.steps = 1;
    assert_int_equal(crmvi_monotone_bands(&v, 0, first, &count), CRMVI_BANDS_ENDED);
    assert_true(count == -1 && first[0] == 7);
    v.steps = CRMVI_MONOTONE_STEPS;
    assert_int_equal(crmvi_monotone_bands(&v, 0, first, &count), CRMVI_BANDS_FOUND);
    assert_int_equal(count, 3); /* means 1.5, 5, 7.5 gain 167; 0 3 | 8 2 4 11 gains 160.75 */
    assert_memory_equal(first, ((int64_t[]){0, 2, 4}), sizeof first);
    count = -1;
    assert_int_equal(crmvi_monotone_bands(&v, 168, first, &count), CRMVI_BANDS_NOT_BETTER);
    assert_int_equal(count, -1);
}

/* Of many values the same as by a program that looks at each pair of borders. */
static double best_of_three(const int64_t *outcomes, int32_t count, int64_t least) {
    double best = 0;
    for (int32_t i = 1; i < count; i++) {
        for (int32_t j = i + 1; j < count; j++) {
            if (i < least || j - i < least || count - j < least) {
                continue;
            }
            const double low = (double)outcomes[i] / i, middle = (double)(outcomes[j] - outcomes[i]) / (j - i);
            const double high = (double)(outcomes[count] - outcomes[j]) / (count - j);
            if (low < middle && middle < high) {
                best = fmax(best, low * low * i + middle * middle * (j - i) + high * high * (count - j));
            }
        }
    }
    return best;
}

static void a_share_that_binds_is_no_hindrance_among_many_values(void **state) {
    (void)state;
    enum { VALUES = 1500 };
    static double values[VALUES];
    static int64_t outcomes[VALUES], before[VALUES + 1];
    uint64_t chance = 5;
    for (int32_t trial = 0; trial < 4; trial++) {
        crmvi_ask ask = ask_for(CRMVI_ASK_OPTIMAL_BANDS);
        ask.classes = 3;
        ask.minimum_share = POINTS(20 + 3 * trial);
        for (int32_t i = 0; i < VALUES; i++) {
            const int64_t level = i < 40 ? 0 : i < VALUES - 60 ? 50 : 160; /* ends below the share */
            values[i] = i;
            outcomes[i] = 1000000 * (level + (int64_t)(chance_bits(&chance) % 200));
            before[i + 1] = before[i] + outcomes[i];
        }
        const int64_t least = (ask.minimum_share * VALUES + POINTS(100) - 1) / POINTS(100);
        const double best = best_of_three(before, VALUES, least);
        crmvi_found_scale found = find_with(&ask, values, VALUES, outcomes);
        double got = 0;
        for (int32_t i = 0; i < found.count; i++) {
            got += found.means[i] * found.means[i] * (double)found.customers[i] * 1e12;
            assert_true(found.customers[i] >= least);
        }
        assert_int_equal(found.count, 3);
        assert_true(fabs(got - best) <= 1e-12 * best);
        crmvi_found_scale_clear(&found);
    }
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
        cmocka_unit_test(quantile_bands_begin_at_quantiles_of_type_seven),
        cmocka_unit_test(cuts_that_fall_on_one_value_are_one),
        cmocka_unit_test(a_class_that_nobody_is_in_is_remarked_on),
        cmocka_unit_test(a_line_that_is_far_off_is_remarked_on),
        cmocka_unit_test(optimal_bands_follow_the_outcome),
        cmocka_unit_test(optimal_bands_of_an_outcome_of_which_less_is_better_earn_most_where_it_is_least),
        cmocka_unit_test(optimal_bands_that_run_against_what_was_asked_say_so),
        cmocka_unit_test(an_optimal_band_holds_its_share_of_customers),
        cmocka_unit_test(an_outcome_that_does_not_vary_makes_one_band),
        cmocka_unit_test(optimal_bands_are_the_best_of_all_that_rise_or_fall_and_hold_their_share),
        cmocka_unit_test(a_share_may_put_a_border_where_means_fall),
        cmocka_unit_test(a_search_that_ends_early_leaves_what_was_there),
        cmocka_unit_test(a_share_that_binds_is_no_hindrance_among_many_values),
    };
    /* the public functions call these in their own floating-point environment, whatever the host's is */
    crmvi_guest host;
    crmvi_enter(&host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
