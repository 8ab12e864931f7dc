#include "base/guest.h"
#include "chance.h"
#include "clv/special.h"
#include "nearness.h"
#include "special_references.h"

#include <stdbool.h>
#include <string.h>

static uint64_t chance = 11;

/* Evenly in the logarithm, from e^low to e^high. */
static double drawn(double low, double high) {
    return crmvi_exp(low + (high - low) * 0x1p-24 * chance_below(&chance, 1 << 24));
}

/* From 1e-8 to 2e4, 2e4 and 4e4; z from near 0 to 1 - 1e-12. */
static at_five drawn_point(void) {
    at_five p = {.a = drawn(-18.4, 9.9), .b = drawn(-18.4, 9.9), .c = drawn(-18.4, 10.6), .w = drawn(-27.6, -1e-9)};
    p.z = 1 - p.w;
    p.w = 1 - p.z;
    return p;
}

static double log_f(const at_five *p) {
    return crmvi_log_2f1(p->a, p->b, p->c, p->z, p->w);
}

static void values_are_near_fifty_digits_over_the_whole_region(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof hypergeometric_references / sizeof *hypergeometric_references; i++) {
        const at_five *p = &hypergeometric_references[i];
        assert_near(log_f(p), p->log_f, 4e-14 * fmax(1, p->log_f));
    }
}

static void a_value_that_others_miss_is_right(void **state) {
    (void)state;
    const at_five p = {.a = 1.3, .b = 2, .c = 2.3, .z = 0.995, .w = 0.005};
    assert_near(crmvi_exp(log_f(&p)), 258.0797279810033, 1e-11);
}

static void without_a_parameter_or_an_argument_it_is_one(void **state) {
    (void)state;
    assert_true(crmvi_log_2f1(0, 3, 2, 0.7, 0.3) == 0);
    assert_true(crmvi_log_2f1(3, 0, 2, 0.7, 0.3) == 0);
    assert_true(crmvi_log_2f1(3, 4, 2, 0, 1) == 0);
}

static void what_is_no_number_stays_so(void **state) {
    (void)state;
    for (int32_t i = 0; i < 5; i++) {
        double of[] = {1, 2, 3, 0.5, 0.5};
        of[i] = NAN;
        assert_true(isnan(crmvi_log_2f1(of[0], of[1], of[2], of[3], of[4])));
    }
}

/* F(a, b; b; z) = (1 - z)^-a, and F(1, 1; 2; z) = -ln(1 - z) / z. */
static void known_forms_come_out(void **state) {
    (void)state;
    for (int32_t i = 0; i < 2000; i++) {
        const at_five p = drawn_point();
        const double power = -p.a * crmvi_log(p.w);
        assert_near(crmvi_log_2f1(p.a, p.b, p.b, p.z, p.w), power, 1e-14 * fmax(1, power));
        const double log = crmvi_log(-crmvi_log(p.w) / p.z);
        if (p.z > 0.5) {
            assert_near(crmvi_log_2f1(1, 1, 2, p.z, p.w), log, 1e-14);
        }
    }
}

static void its_first_two_parameters_change_places_bit_for_bit(void **state) {
    (void)state;
    for (int32_t i = 0; i < 2000; i++) {
        const at_five p = drawn_point();
        const double value = crmvi_log_2f1(p.a, p.b, p.c, p.z, p.w);
        const double changed = crmvi_log_2f1(p.b, p.a, p.c, p.z, p.w);
        assert_true(memcmp(&value, &changed, sizeof value) == 0);
    }
}

/* F >= 1, and between its first two terms and the greatest that a power gives: all terms are positive. */
static void it_is_finite_and_above_its_first_terms_wherever(void **state) {
    (void)state;
    for (int32_t i = 0; i < 10000; i++) {
        const at_five p = drawn_point();
        const double value = log_f(&p);
        assert_true(isfinite(value) && value >= 0);
        const double first = crmvi_log1p(p.a * p.b / p.c * p.z);
        assert_true(value >= first - 1e-13 * fmax(1, first));
    }
}

static void it_grows_with_its_argument(void **state) {
    (void)state;
    for (int32_t i = 0; i < 1000; i++) {
        at_five p = drawn_point();
        double before = 0;
        for (int32_t step = 40; step >= 0; step--) {
            p.w = crmvi_exp(-27.6 * (40 - step) / 40);
            p.z = 1 - p.w;
            p.w = 1 - p.z;
            const double value = log_f(&p);
            assert_true(value >= before - 4e-14 * fmax(1, before));
            before = value;
        }
    }
}

/* Beside where one way to work it out ends and another begins there is no step: F(a, b; c) - F(a, b; c + 1) =
 * a b z / (c (c + 1)) F(a + 1, b + 1; c + 2) whatever ways the three are found. */
static void neighbours_keep_their_relation(void **state) {
    (void)state;
    for (int32_t i = 0; i < 3000; i++) {
        const at_five p = drawn_point();
        const double above = crmvi_log_2f1(p.a, p.b, p.c + 1, p.z, p.w);
        const double raised = crmvi_log_2f1(p.a + 1, p.b + 1, p.c + 2, p.z, p.w);
        const double sum = crmvi_log_sum(above, raised + crmvi_log(p.a * p.b * p.z / (p.c * (p.c + 1))));
        assert_near(log_f(&p), sum, 1e-13 * fmax(1, sum));
    }
}

int main(void) {
    crmvi_guest host;
    crmvi_enter(&host);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_near_fifty_digits_over_the_whole_region),
        cmocka_unit_test(a_value_that_others_miss_is_right),
        cmocka_unit_test(without_a_parameter_or_an_argument_it_is_one),
        cmocka_unit_test(what_is_no_number_stays_so),
        cmocka_unit_test(known_forms_come_out),
        cmocka_unit_test(its_first_two_parameters_change_places_bit_for_bit),
        cmocka_unit_test(it_is_finite_and_above_its_first_terms_wherever),
        cmocka_unit_test(it_grows_with_its_argument),
        cmocka_unit_test(neighbours_keep_their_relation),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crmvi_leave(&host);
    return failed;
}
