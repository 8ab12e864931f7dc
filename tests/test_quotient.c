/* test_quotient.c - products over products, rounded once: against answers that Python's integers gave, and by
 * properties. */
#include "base/exact.h"
#include "base/quotient.h"
#include "chance.h"
#include "quotients.inc"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const int64_t limit = INT64_C(1) << 53;

static bool divide(const int64_t above[4], const int64_t below[3], int64_t *out) {
    crmvi_quotient q = crmvi_quotient_of(above[0]);
    for (int32_t i = 1; i < 4; i++) {
        crmvi_quotient_multiply(&q, above[i]);
    }
    for (int32_t i = 0; i < 3; i++) {
        crmvi_quotient_divide(&q, below[i]);
    }
    return crmvi_quotient_round(&q, limit, out);
}

static void quotients_are_those_of_unlimited_integers(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof quotients / sizeof *quotients; i++) {
        int64_t out = 0;
        const bool fits = divide(quotients[i].above, quotients[i].below, &out);
        if (fits != quotients[i].fits || (fits && out != quotients[i].rounded)) {
            fail_msg("case %d gives %lld", (int)i, (long long)out);
        }
    }
}

static void halves_go_to_the_even_neighbour_at_any_width(void **state) {
    (void)state;
    const int64_t scale = INT64_MAX; /* odd, so that halves stay halves */
    for (int64_t n = -9; n <= 9; n += 2) {
        const int64_t even = (n - 1) / 2 % 2 == 0 ? (n - 1) / 2 : (n + 1) / 2;
        for (int32_t wide = 0; wide < 4; wide++) {
            const int64_t above[] = {n, wide > 0 ? scale : 1, wide > 1 ? scale : 1, wide > 2 ? scale : 1};
            const int64_t below[] = {wide > 0 ? scale : 1, wide > 1 ? scale : 1, wide > 2 ? scale : 1};
            crmvi_quotient q = crmvi_quotient_of(above[0]);
            int64_t out;
            for (int32_t i = 1; i < 4; i++) {
                crmvi_quotient_multiply(&q, above[i]);
                crmvi_quotient_divide(&q, below[i - 1]);
            }
            crmvi_quotient_divide(&q, 2);
            assert_true(crmvi_quotient_round(&q, limit, &out));
            assert_int_equal(out, even);
        }
    }
}

static void what_rounds_up_to_the_limit_does_not_fit(void **state) {
    (void)state;
    const struct {
        int64_t above[4], below[3];
        bool fits;
    } cases[] = {
        {{limit - 1, 1, 1, 1}, {1, 1, 1}, true},
        {{limit, 1, 1, 1}, {1, 1, 1}, false},
        {{2 * limit - 1, 1, 1, 1}, {2, 1, 1}, false}, /* limit - 1/2 goes to the even limit */
        {{-(2 * limit - 1), 1, 1, 1}, {2, 1, 1}, false},
        {{4 * limit - 3, INT64_MAX, 1, 1}, {4, INT64_MAX, 1}, true},
        {{4 * limit - 2, INT64_MAX, INT64_MAX, 1}, {4, INT64_MAX, INT64_MAX}, false},
        {{4 * limit - 3, INT64_MAX, INT64_MAX, 1}, {4, INT64_MAX, INT64_MAX}, true},
        {{INT64_MIN, INT64_MAX, INT64_MAX, INT64_MAX}, {1, 1, 1}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t out;
        assert_int_equal(divide(cases[i].above, cases[i].below, &out), cases[i].fits);
    }
}

static void short_and_long_division_agree(void **state) {
    (void)state;
    uint64_t chance = 7;
    for (int32_t i = 0; i < 20000; i++) {
        const int64_t a = (int64_t)(chance_bits(&chance) >> 1 >> (chance_bits(&chance) % 60));
        const int64_t b = (int64_t)(chance_bits(&chance) >> 1 >> (chance_bits(&chance) % 60));
        const int64_t d = (int64_t)(chance_bits(&chance) >> 1 >> (chance_bits(&chance) % 60)) + 1;
        const crmvi_wide expected = crmvi_divide((crmvi_wide)a * b, d);
        const int64_t stretched[] = {a, b, INT64_MAX, INT64_MAX};
        const int64_t by[] = {d, INT64_MAX, INT64_MAX};
        const int64_t plain[] = {a, b, 1, 1};
        const int64_t by_plain[] = {d, 1, 1};
        int64_t wide = -1;
        int64_t narrow = -1;
        assert_int_equal(divide(stretched, by, &wide), expected < limit);
        assert_int_equal(divide(plain, by_plain, &narrow), expected < limit);
        assert_true(expected >= limit || (wide == (int64_t)expected && narrow == wide));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotients_are_those_of_unlimited_integers),
        cmocka_unit_test(halves_go_to_the_even_neighbour_at_any_width),
        cmocka_unit_test(what_rounds_up_to_the_limit_does_not_fit),
        cmocka_unit_test(short_and_long_division_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
