/* Against GSL, where GSL is right: z up to 1/2, where it adds the series up, and parameters of some size. Near z = 1 it
 * returns success with values that are wrong by any measure (2.7.1). */
#include "base/guest.h"
#include "chance.h"
#include "clv/special.h"
#include "nearness.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_hyperg.h>
#include <gsl/gsl_sf_psi.h>

static uint64_t chance = 5;

static double drawn(double low, double high) {
    return low + (high - low) * 0x1p-24 * chance_below(&chance, 1 << 24);
}

static void hypergeometric_functions_are_those_of_gsl(void **state) {
    (void)state;
    for (int32_t i = 0; i < 5000; i++) {
        const double a = drawn(0.01, 30);
        const double b = drawn(0.01, 30);
        const double c = drawn(0.5, 60);
        const double z = drawn(0.001, 0.5);
        const double theirs = gsl_sf_hyperg_2F1(a, b, c, z);
        assert_near(crmvi_exp(crmvi_log_2f1(a, b, c, z, 1 - z)), theirs, 2e-13 * theirs);
    }
}

static void gamma_functions_are_those_of_gsl(void **state) {
    (void)state;
    for (int32_t i = 0; i < 5000; i++) {
        const double a = drawn(0.001, 100);
        const double n = drawn(0, 100);
        const double log_gamma = gsl_sf_lngamma(a);
        assert_near(crmvi_log_gamma(a), log_gamma, 5e-14 * fmax(1, fabs(log_gamma)));
        const double rising = gsl_sf_lngamma(a + n) - log_gamma; /* its own lnpoch has nine digits for small n */
        assert_near(crmvi_log_rising(a, n), rising, 5e-14 * fmax(1, fabs(log_gamma) + fabs(rising)));
        const double digamma = gsl_sf_psi(a);
        assert_near(crmvi_digamma(a), digamma, 5e-14 * fmax(1, fabs(digamma)));
    }
}

int main(void) {
    crmvi_guest host;
    crmvi_enter(&host);
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hypergeometric_functions_are_those_of_gsl),
        cmocka_unit_test(gamma_functions_are_those_of_gsl),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crmvi_leave(&host);
    return failed;
}
