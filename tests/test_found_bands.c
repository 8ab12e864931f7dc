/* test_found_bands.c - bands found from values: at quantiles, and those that tell an outcome best. */
#include "calibrate/monotone_bands.h"
#include "found_scales.h"

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
        cmocka_unit_test(quantile_bands_begin_at_quantiles_of_type_seven),
        cmocka_unit_test(cuts_that_fall_on_one_value_are_one),
        cmocka_unit_test(a_class_that_nobody_is_in_is_remarked_on),
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
