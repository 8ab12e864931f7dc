#include "base/guest.h"
#include "chance.h"
#include "clv/special.h"
#include "nearness.h"
#include "special_references.h"

#include <float.h>
#include <stdbool.h>
#include <string.h>

static bool same_bits(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0;
}

#define ROWS(table) (sizeof(table) / sizeof *(table))

static double own(double x) {
    return fabs(x);
}

static double own_or_one(double x) {
    return fmax(1, fabs(x));
}

/* The largest error in a table, in parts of the value itself or of what `size` makes of it. */
static double worst_at_one(const at_one *rows, size_t count, double (*function)(double), double (*size)(double)) {
    double worst = 0;
    for (size_t i = 0; i < count; i++) {
        worst = fmax(worst, fabs(function(rows[i].x) - rows[i].value) / size(rows[i].value));
    }
    return worst;
}

static void ln_of_1_and_more_keeps_its_digits_near_zero(void **state) {
    (void)state;
    assert_true(worst_at_one(log1p_references, ROWS(log1p_references), crmvi_log1p, own) <= 2.3e-16);
}

static void powers_of_e_less_1_keep_their_digits_near_zero(void **state) {
    (void)state;
    assert_true(worst_at_one(expm1_references, ROWS(expm1_references), crmvi_expm1, own) <= 2.3e-16);
}

static void what_has_no_value_is_no_number_and_ends_are_ends(void **state) {
    (void)state;
    assert_true(isnan(crmvi_log1p(-1.5)) && isnan(crmvi_log1p(NAN)) && isnan(crmvi_log1p(-INFINITY)));
    assert_true(crmvi_log1p(-1) == -INFINITY && crmvi_log1p(INFINITY) == INFINITY);
    assert_true(same_bits(crmvi_log1p(0), 0));
    assert_true(isnan(crmvi_expm1(NAN)) && crmvi_expm1(INFINITY) == INFINITY && crmvi_expm1(-INFINITY) == -1);
    assert_true(crmvi_expm1(0) == 0);
}

/* Of any length, on the spot too, and with what is out of the ordinary anywhere between. */
static void columns_have_the_bits_of_single_numbers(void **state) {
    (void)state;
    enum { LONGEST = 200 };
    static const double odd[] = {NAN,   INFINITY, -INFINITY, 0,   -0.0,   -1,   5e-324, 0x1p-1022, DBL_MAX,
                                 -5e-9, 709.5,    -709.5,    720, -744.8, -800, 1e300,  -0.999999, -1e300};
    uint64_t chance = 7;
    double from[LONGEST];
    double to[LONGEST];
    for (int32_t length = 0; length <= LONGEST; length++) {
        const bool with_odd = length % 3 == 0;
        for (int32_t i = 0; i < length; i++) {
            const uint32_t kind = chance_below(&chance, 40);
            from[i] = with_odd && kind < 18 ? odd[kind] : 0.001 * (1 + chance_below(&chance, 100000));
        }
        crmvi_logs(from, length, to);
        for (int32_t i = 0; i < length; i++) {
            assert_true(same_bits(to[i], crmvi_log(from[i])) || (isnan(to[i]) && isnan(crmvi_log(from[i]))));
        }
        crmvi_log1ps(from, length, to);
        for (int32_t i = 0; i < length; i++) {
            assert_true(same_bits(to[i], crmvi_log1p(from[i])) || (isnan(to[i]) && isnan(crmvi_log1p(from[i]))));
        }
        memcpy(to, from, sizeof to);
        crmvi_exps(to, length, to);
        for (int32_t i = 0; i < length; i++) {
            assert_true(same_bits(to[i], crmvi_exp(from[i])) || (isnan(to[i]) && isnan(from[i])));
        }
    }
}

static void sums_and_differences_of_logarithms_go_as_far_as_logarithms(void **state) {
    (void)state;
    assert_near(crmvi_log_sum(-5000, -5001), -4999.6867383124817, 1e-12); /* -5000 + ln(1 + 1/e) */
    assert_true(same_bits(crmvi_log_sum(3, 8), crmvi_log_sum(8, 3)));
    assert_true(crmvi_log_sum(-INFINITY, 2) == 2 && crmvi_log_sum(-INFINITY, -INFINITY) == -INFINITY);
    assert_true(isnan(crmvi_log_sum(NAN, 1)) && isnan(crmvi_log_sum(1, NAN)));
    assert_near(crmvi_log_difference(-5000, -5001), -5000.4586751453871, 1e-12); /* -5000 + ln(1 - 1/e) */
    assert_near(crmvi_log_difference(1e-10, 0), -23.025850929890457, 1e-14);     /* ln(e^1e-10 - 1) */
    assert_true(crmvi_log_difference(4, 4) == -INFINITY && crmvi_log_difference(4, -INFINITY) == 4);
    assert_true(isnan(crmvi_log_difference(1, 2)) && isnan(crmvi_log_difference(NAN, 2)));
}

static void log_gamma_keeps_its_digits_also_near_its_zeros(void **state) {
    (void)state;
    assert_true(worst_at_one(log_gamma_references, ROWS(log_gamma_references), crmvi_log_gamma, own) <= 1e-15);
    assert_true(crmvi_log_gamma(1) == 0 && crmvi_log_gamma(2) == 0);
}

static void digamma_is_near_fifty_digits(void **state) {
    (void)state;
    assert_true(worst_at_one(digamma_references, ROWS(digamma_references), crmvi_digamma, own_or_one) <= 2e-15);
}

static void rising_factorials_lose_nothing_of_two_large_numbers(void **state) {
    (void)state;
    for (size_t i = 0; i < ROWS(rising_references); i++) {
        const at_rising *row = &rising_references[i];
        const double size = fmin(own_or_one(row->log), fmax(fabs(row->log), row->n)); /* also for n near 0 */
        assert_near(crmvi_log_rising(row->a, row->n), row->log, 4e-15 * size);
    }
}

static void sums_of_reciprocals_keep_their_digits(void **state) {
    (void)state;
    for (size_t i = 0; i < ROWS(rising_references); i++) {
        const at_rising *row = &rising_references[i];
        assert_near(crmvi_digamma_rising(row->a, row->n), row->digamma, 2e-15 * row->digamma);
    }
}

static void rising_by_nothing_is_nothing(void **state) {
    (void)state;
    assert_true(crmvi_log_rising(3.7, 0) == 0 && crmvi_digamma_rising(3.7, 0) == 0);
    assert_true(crmvi_log_rising(1, 1) == 0);
}

/* Where one way to work a rising factorial out ends and another begins, (a)_(n + 1) = (a)_n (a + n) holds as well. */
static void rising_by_one_more_multiplies(void **state) {
    (void)state;
    uint64_t chance = 3;
    for (int32_t i = 0; i < 20000; i++) {
        const double a = crmvi_exp(0.001 * chance_below(&chance, 36000) - 18);
        const double n = i % 2 == 0 ? chance_below(&chance, 60) : 0.01 * chance_below(&chance, 6000);
        const double more = crmvi_log_rising(a, n + 1);
        const double step = crmvi_log(a + n);
        const double size = fabs(more) + fabs(step) + fabs(crmvi_log(a)) + 1;
        assert_near(crmvi_log_rising(a, n) + step, more, 2e-15 * size);
    }
}

static void log_beta_is_near_fifty_digits_and_symmetric(void **state) {
    (void)state;
    for (size_t i = 0; i < ROWS(log_beta_references); i++) {
        const at_two *row = &log_beta_references[i];
        assert_near(crmvi_log_beta(row->a, row->b), row->value, 1e-15 * own_or_one(row->value));
    }
    assert_true(same_bits(crmvi_log_beta(3.3, 17.25), crmvi_log_beta(17.25, 3.3)));
}

int main(void) {
    crmvi_guest host;
    crmvi_enter(&host);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ln_of_1_and_more_keeps_its_digits_near_zero),
        cmocka_unit_test(powers_of_e_less_1_keep_their_digits_near_zero),
        cmocka_unit_test(what_has_no_value_is_no_number_and_ends_are_ends),
        cmocka_unit_test(columns_have_the_bits_of_single_numbers),
        cmocka_unit_test(sums_and_differences_of_logarithms_go_as_far_as_logarithms),
        cmocka_unit_test(log_gamma_keeps_its_digits_also_near_its_zeros),
        cmocka_unit_test(digamma_is_near_fifty_digits),
        cmocka_unit_test(rising_factorials_lose_nothing_of_two_large_numbers),
        cmocka_unit_test(sums_of_reciprocals_keep_their_digits),
        cmocka_unit_test(rising_by_nothing_is_nothing),
        cmocka_unit_test(rising_by_one_more_multiplies),
        cmocka_unit_test(log_beta_is_near_fifty_digits_and_symmetric),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crmvi_leave(&host);
    return failed;
}
