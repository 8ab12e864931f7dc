/*
 * blas_host.c - a host whose BLAS has the same names as GSL's and other results, as one linked with a faster BLAS may:
 * the private copy within libcrmvalue-fit does not take it.
 */
#include "judged.h"

#include <gsl/gsl_blas.h>
#include <stdbool.h>

static bool taken;

#define SEEN_BY_LIBRARIES __attribute__((visibility("default")))

/* In the program itself, these come before any library's. */
SEEN_BY_LIBRARIES
void cblas_dtrsv(const enum CBLAS_ORDER order, const enum CBLAS_UPLO half, const enum CBLAS_TRANSPOSE turned,
                 const enum CBLAS_DIAG diagonal, const int n, const double *a, const int width, double *x,
                 const int step) {
    (void)order, (void)half, (void)turned, (void)diagonal, (void)n, (void)a, (void)width, (void)x, (void)step;
    taken = true;
}

SEEN_BY_LIBRARIES
double cblas_dnrm2(const int n, const double *x, const int step) {
    (void)n, (void)x, (void)step;
    taken = true;
    return 17;
}

static void the_hosts_blas_is_not_taken(void **state) {
    (void)state;
    judged j = holiday();
    assert_int_equal(weigh(&j, CRMV_AHP_EIGENVECTOR), CRMV_OK);
    assert_near(j.weights[1], .4185, 5e-5);
    assert_false(taken);
}

static void the_hosts_gsl_takes_it(void **state) {
    (void)state;
    double numbers[] = {3, 4};
    gsl_vector_view both = gsl_vector_view_array(numbers, 2);
    assert_near(gsl_blas_dnrm2(&both.vector), 17, 0);
    assert_true(taken);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hosts_blas_is_not_taken),
        cmocka_unit_test(the_hosts_gsl_takes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
