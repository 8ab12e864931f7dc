/*
 * test_weights.c - weights by the spread of points, and what they are made of, against published tables and against
 * numbers that Python worked out in fractions and in decimals of 50 digits.
 */
#include "base/shares.h"
#include "calibrate/weights.h"
#include "chance.h"
#include "scoring.h"

static crmvi_pair pair_of(const int64_t *x, const int64_t *y, const uint8_t *keep, int64_t rows) {
    crmvi_pair pair = {.count = 0};
    assert_true(crmvi_pair_add(&pair, x, y, keep, rows));
    return pair;
}

static void assert_near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("found %.17g, expected %.17g", found, expected);
    }
}

/* ---- Sums over pairs --------------------------------------------------------------------------------------------- */

static void sums_are_exact_and_leave_out_who_lacks_one_or_is_not_kept(void **state) {
    (void)state;
    const int64_t x[] = {3, -7, 123456789, 5, MISSING, 9, -4};
    const int64_t y[] = {2, 8, -987654321, MISSING, 1, 9, 0};
    const uint8_t keep[] = {1, 1, 1, 1, 1, 0, 1};
    const crmvi_pair pair = pair_of(x, y, keep, 7);
    assert_int_equal(pair.count, 4);
    assert_int_equal(pair.x, 123456781);
    assert_int_equal(pair.y, -987654311);
    assert_int_equal(pair.xx, INT64_C(15241578750190595));
    assert_int_equal(pair.yy, INT64_C(975461057789971109));
    assert_int_equal(pair.xy, INT64_C(-121932631112635319));
    assert_near(crmvi_pair_correlation(&pair), -0.99999999999999792788, 5e-16);
    assert_near(crmvi_pair_deviation(&pair), 61728395.833333475533, 2e-8);
}

static void a_spread_that_is_tiny_beside_the_values_is_not_lost(void **state) {
    (void)state;
    const int64_t big = INT64_C(1) << 60;
    const int64_t x[] = {big + 1, big + 2, big + 4, big + 4}, y[] = {-big, -big + 5, -big + 1, -big + 3};
    const crmvi_pair pair = pair_of(x, y, NULL, 4);
    assert_near(crmvi_pair_correlation(&pair), 0.12527433800047147575, 2e-16);
    assert_true(crmvi_pair_deviation(&pair) == 1.5);
}

static void a_spread_past_128_bits_times_the_number_is_as_near_as_doubles_are(void **state) {
    (void)state;
    const int64_t big = INT64_C(1) << 60;
    const int64_t x[] = {big, -big, big / 3, -big / 5 - 1}, y[] = {5, 7, -9, big};
    const crmvi_pair pair = pair_of(x, y, NULL, 4);
    assert_near(crmvi_pair_correlation(&pair), -0.18389242812245682097, 1e-15);
    assert_near(crmvi_pair_deviation(&pair) / 975262260617047118.9, 1, 1e-15);
}

static void what_goes_along_correlates_by_exactly_1_and_what_goes_against_by_exactly_minus_1(void **state) {
    (void)state;
    uint64_t chance = 7;
    int64_t x[500], y[500], z[500];
    for (int32_t i = 0; i < 500; i++) {
        x[i] = chance_below(&chance, 100000001);
        y[i] = 3 * x[i] - 17;
        z[i] = 100000000 - x[i];
    }
    const crmvi_pair along = pair_of(x, y, NULL, 500), against = pair_of(x, z, NULL, 500),
                     same = pair_of(x, x, NULL, 500);
    assert_true(crmvi_pair_correlation(&along) == 1);
    assert_true(crmvi_pair_correlation(&against) == -1);
    assert_true(crmvi_pair_correlation(&same) == 1);
}

static void a_constant_column_and_a_single_customer_have_no_correlation(void **state) {
    (void)state;
    const int64_t x[] = {5, 5, 5}, y[] = {1, 2, 3};
    const crmvi_pair constant = pair_of(x, y, NULL, 3), one = pair_of(x, y, NULL, 1), none = pair_of(x, y, NULL, 0);
    assert_true(isnan(crmvi_pair_correlation(&constant)));
    assert_true(isnan(crmvi_pair_correlation(&one)));
    assert_true(isnan(crmvi_pair_correlation(&none)));
    assert_true(crmvi_pair_deviation(&constant) == 0 && crmvi_pair_deviation(&one) == 0);
    assert_true(crmvi_pair_deviation(&none) == 0);
}

static void sums_of_parts_are_the_sums_of_the_whole(void **state) {
    (void)state;
    enum { ROWS = 1500 };
    uint64_t chance = 11;
    int64_t x[ROWS], y[ROWS];
    for (int32_t i = 0; i < ROWS; i++) {
        const int64_t far = i % 300 < 5 ? INT64_C(1) << 30 : 1;
        x[i] = chance_below(&chance, 9) == 0 ? MISSING : (int64_t)chance_below(&chance, 200000000) * far;
        y[i] = chance_below(&chance, 9) == 0 ? MISSING : -(int64_t)chance_below(&chance, 200000000) * far;
    }
    const crmvi_pair whole = pair_of(x, y, NULL, ROWS);
    crmvi_pair parts = pair_of(x + 700, y + 700, NULL, ROWS - 700);
    const crmvi_pair first = pair_of(x, y, NULL, 700);
    assert_true(crmvi_pair_merge(&parts, &first));
    assert_int_equal(parts.count, whole.count);
    assert_true(parts.x == whole.x && parts.y == whole.y && parts.xx == whole.xx && parts.yy == whole.yy &&
                parts.xy == whole.xy);
    crmvi_wide xy = 0;
    for (int32_t i = 0; i < ROWS; i++) {
        xy += x[i] == MISSING || y[i] == MISSING ? 0 : (crmvi_wide)x[i] * y[i];
    }
    assert_true(whole.xy == xy);
}

static void sums_that_do_not_fit_are_refused_and_change_nothing(void **state) {
    (void)state;
    int64_t x[100];
    for (int32_t i = 0; i < 100; i++) {
        x[i] = INT64_C(1) << 61;
    }
    crmvi_pair pair = pair_of(x, x, NULL, 3);
    const crmvi_wide before = pair.xx;
    assert_false(crmvi_pair_add(&pair, x, x, NULL, 100));
    assert_true(pair.xx == before && pair.count == 3);
    crmvi_pair most = pair_of(x, x, NULL, 31);
    assert_false(crmvi_pair_merge(&most, &most));
    assert_int_equal(most.count, 31);
}

/* ---- A hundred --------------------------------------------------------------------------------------------------- */

static void shares_become_weights_of_exactly_100(void **state) {
    (void)state;
    crmvi_micro weights[64];
    const double thirds[] = {1, 1, 1}, some[] = {0, 3, 0, 1};
    assert_true(crmvi_hundred(thirds, 3, weights));
    assert_int_equal(weights[0], 33333334);
    assert_int_equal(weights[1], 33333333);
    assert_int_equal(weights[2], 33333333);
    assert_true(crmvi_hundred(some, 4, weights));
    assert_true(weights[0] == 0 && weights[1] == 75 * MICRO && weights[2] == 0 && weights[3] == 25 * MICRO);
    uint64_t chance = 3;
    for (int32_t round = 0; round < 2000; round++) {
        double shares[64];
        const int32_t count = 1 + (int32_t)chance_below(&chance, 64);
        int64_t sum = 0;
        for (int32_t i = 0; i < count; i++) {
            const bool none = chance_below(&chance, 8) == 0 && i > 0;
            shares[i] = none ? 0 : ldexp(1 + chance_below(&chance, 1000000), (int)chance_below(&chance, 40) - 20);
        }
        assert_true(crmvi_hundred(shares, count, weights));
        for (int32_t i = 0; i < count; i++) {
            assert_true(weights[i] >= 0 && (shares[i] > 0 || weights[i] == 0));
            sum += weights[i];
        }
        assert_int_equal(sum, 100 * MICRO);
    }
}

static void shares_at_the_ends_of_doubles_are_weights_too(void **state) {
    (void)state;
    crmvi_micro weights[2];
    const double huge[] = {1.7e308, 1.7e308}, tiny[] = {5e-324, 5e-324}, uneven[] = {1e308, 1e-308};
    assert_true(crmvi_hundred(huge, 2, weights) && weights[0] == 50 * MICRO);
    assert_true(crmvi_hundred(tiny, 2, weights) && weights[1] == 50 * MICRO);
    assert_true(crmvi_hundred(uneven, 2, weights) && weights[0] == 100 * MICRO && weights[1] == 0);
}

static void shares_that_are_nothing_negative_or_not_finite_are_no_weights(void **state) {
    (void)state;
    crmvi_micro weights[2];
    const double nothing[] = {0, 0}, negative[] = {2, -1}, infinite[] = {1, INFINITY}, not_there[] = {NAN, 1};
    assert_false(crmvi_hundred(nothing, 2, weights));
    assert_false(crmvi_hundred(negative, 2, weights));
    assert_false(crmvi_hundred(infinite, 2, weights));
    assert_false(crmvi_hundred(not_there, 2, weights));
    assert_false(crmvi_hundred(nothing, 0, weights));
}

/* ---- Entropy ----------------------------------------------------------------------------------------------------- */

static crmvi_found_weight entropy_of(double *values, int64_t *counts, int64_t distinct, crmvi_micro lowest) {
    crmvi_run run = {.values = values, .counts = counts, .distinct = distinct};
    for (int64_t i = 0; i < distinct; i++) {
        run.total += counts[i];
    }
    crmvi_found_weight found = {.share = 0};
    crmvi_entropy_weight(&run, lowest, &found);
    return found;
}

/* [[1, 2], [4, 16]], scaled by the sums of columns, logarithm to the base of the number of rows. */
static void entropy_weights_are_those_of_the_published_table(void **state) {
    (void)state;
    double first[] = {1e6, 4e6}, second[] = {2e6, 16e6};
    int64_t once[] = {1, 1};
    const crmvi_found_weight a = entropy_of(first, once, 2, 0), b = entropy_of(second, once, 2, 0);
    assert_near(a.entropy, 0.7219280948873623, 1e-15);
    assert_near(b.entropy, 0.5032583347756457, 1e-15);
    assert_near(a.share / (a.share + b.share), .358889, 5e-7);
    assert_near(b.share / (a.share + b.share), .641111, 5e-7);
}

static void customers_with_0_points_count_and_add_nothing(void **state) {
    (void)state;
    double points[] = {0, 10e6, 25e6, 100e6};
    int64_t counts[] = {2, 1, 1, 1};
    const crmvi_found_weight found = entropy_of(points, counts, 4, 0);
    assert_near(found.entropy, 0.45195134497341866, 1e-15);
    assert_int_equal(found.customers, 5);
    assert_null(found.remark);
}

static void points_below_0_are_shifted_by_the_lowest_that_there_can_be(void **state) {
    (void)state;
    double points[] = {-20e6, 0, 10e6, 25e6, 100e6};
    int64_t once[] = {1, 1, 1, 1, 1};
    assert_near(entropy_of(points, once, 5, -20 * MICRO).entropy, 0.7136329038049688, 1e-15);
    assert_near(entropy_of(points, once, 5, 0).entropy, 0.7136329038049688, 1e-15); /* a missing one earned -20 */
}

static void nearly_even_points_have_a_share_that_rounding_does_not_eat(void **state) {
    (void)state;
    double points[] = {99999999, 100000001};
    int64_t once[] = {1, 1};
    /* p = (1 -+ 1e-8) / 2: 1 - E = 1e-16 / (2 ln 2) */
    assert_near(entropy_of(points, once, 2, 0).share / 7.2134752044448169e-17, 1, 1e-6);
}

static void a_constant_column_weighs_0_and_says_so(void **state) {
    (void)state;
    double points[] = {50e6}, zero[] = {0};
    int64_t many[] = {1000}, one[] = {1};
    const crmvi_found_weight constant = entropy_of(points, many, 1, 0);
    assert_true(constant.share == 0 && constant.entropy == 1);
    assert_non_null(strstr(constant.remark, "same points"));
    assert_non_null(strstr(entropy_of(zero, many, 1, 0).remark, "same points"));
    assert_non_null(strstr(entropy_of(points, one, 1, 0).remark, "fewer than two"));
    assert_non_null(strstr(entropy_of(points, one, 0, 0).remark, "fewer than two"));
}

/* ---- CRITIC ------------------------------------------------------------------------------------------------------ */

/* The eight firms of Diakoulaki, Mavrotas & Papayannakis 1995, in thousandths. */
static const int64_t firms[3][8] = {{61000, 20700, 16300, 9000, 5400, 4000, -6100, -34600},
                                    {1080, 260, 1980, 3290, 2770, 4120, 3520, 3310},
                                    {4330, 4340, 2530, 1650, 2330, 1210, 2100, 980}};

static void critic_weights_are_those_of_the_published_table(void **state) {
    (void)state;
    const double widths[] = {95600, 3860, 3360}, expected[] = {.20222554, .48090173, .31687273};
    const double conflicts[] = {1.84462191384990460, 3.59087835355189391, 2.12283769605839639};
    crmvi_pair pairs[6] = {{.count = 0}};
    crmvi_found_weight found[3] = {{.share = 0}};
    for (int32_t i = 0; i < 3; i++) {
        for (int32_t j = i; j < 3; j++) {
            pairs[crmvi_pair_position(i, j, 3)] = pair_of(firms[i], firms[j], NULL, 8);
        }
        found[i].deviation = crmvi_pair_deviation(&pairs[crmvi_pair_position(i, i, 3)]) / widths[i];
    }
    crmvi_critic_weights(pairs, 3, found);
    const double sum = found[0].share + found[1].share + found[2].share;
    for (int32_t i = 0; i < 3; i++) {
        assert_near(found[i].conflict, conflicts[i], 1e-14);
        assert_near(found[i].share / sum, expected[i], 5e-9);
    }
}

static void a_member_that_does_not_vary_is_uncorrelated_with_the_others(void **state) {
    (void)state;
    const int64_t constant[8] = {7, 7, 7, 7, 7, 7, 7, 7};
    const int64_t *members[] = {firms[0], constant};
    crmvi_pair pairs[3] = {{.count = 0}};
    for (int32_t i = 0; i < 2; i++) {
        for (int32_t j = i; j < 2; j++) {
            pairs[crmvi_pair_position(i, j, 2)] = pair_of(members[i], members[j], NULL, 8);
        }
    }
    crmvi_found_weight found[2] = {{.deviation = .5}, {.deviation = 0, .remark = "it is constant"}};
    crmvi_critic_weights(pairs, 2, found);
    assert_true(found[0].conflict == 1 && found[0].share == .5);
    assert_true(found[1].conflict == 1 && found[1].share == 0);
    assert_string_equal(found[1].remark, "it is constant");
}

static void members_that_all_go_along_weigh_nothing(void **state) {
    (void)state;
    crmvi_pair pairs[3];
    for (int32_t i = 0; i < 3; i++) {
        pairs[i] = pair_of(firms[0], firms[0], NULL, 8);
    }
    crmvi_found_weight found[2] = {{.deviation = .5}, {.deviation = .5}};
    crmvi_critic_weights(pairs, 2, found);
    assert_true(found[0].share == 0 && found[1].share == 0);
    assert_non_null(found[0].remark);
}

/* One member is of some customers, the other of the rest. */
static void members_that_nobody_has_together_are_remarked_on(void **state) {
    (void)state;
    const int64_t x[] = {1000000, 5000000, 9000000, MISSING, MISSING}, y[] = {MISSING, MISSING, MISSING, 0, 7000000};
    crmvi_pair pairs[3] = {pair_of(x, x, NULL, 5), pair_of(x, y, NULL, 5), pair_of(y, y, NULL, 5)};
    crmvi_found_weight found[2] = {{.deviation = 1}, {.deviation = 1}};
    crmvi_critic_weights(pairs, 2, found);
    assert_true(found[0].conflict == 1 && found[1].conflict == 1);
    assert_non_null(strstr(found[0].remark, "their correlation is taken as 0"));
    assert_non_null(found[1].remark);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_exact_and_leave_out_who_lacks_one_or_is_not_kept),
        cmocka_unit_test(a_spread_that_is_tiny_beside_the_values_is_not_lost),
        cmocka_unit_test(a_spread_past_128_bits_times_the_number_is_as_near_as_doubles_are),
        cmocka_unit_test(what_goes_along_correlates_by_exactly_1_and_what_goes_against_by_exactly_minus_1),
        cmocka_unit_test(a_constant_column_and_a_single_customer_have_no_correlation),
        cmocka_unit_test(sums_of_parts_are_the_sums_of_the_whole),
        cmocka_unit_test(sums_that_do_not_fit_are_refused_and_change_nothing),
        cmocka_unit_test(shares_become_weights_of_exactly_100),
        cmocka_unit_test(shares_at_the_ends_of_doubles_are_weights_too),
        cmocka_unit_test(shares_that_are_nothing_negative_or_not_finite_are_no_weights),
        cmocka_unit_test(entropy_weights_are_those_of_the_published_table),
        cmocka_unit_test(customers_with_0_points_count_and_add_nothing),
        cmocka_unit_test(points_below_0_are_shifted_by_the_lowest_that_there_can_be),
        cmocka_unit_test(nearly_even_points_have_a_share_that_rounding_does_not_eat),
        cmocka_unit_test(a_constant_column_weighs_0_and_says_so),
        cmocka_unit_test(members_that_nobody_has_together_are_remarked_on),
        cmocka_unit_test(critic_weights_are_those_of_the_published_table),
        cmocka_unit_test(a_member_that_does_not_vary_is_uncorrelated_with_the_others),
        cmocka_unit_test(members_that_all_go_along_weigh_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
