/*
 * gsl_host.c - a program that has a GSL of its own, with an error handler of its own, and uses libcrmvalue-fit beside
 * it: the handler stays the host's, and is called for the host's failing calls alone, whatever other threads do.
 */
#include "judged.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_sf_log.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { THREADS_OF_EACH = 3, CALLS = 2000 };

static atomic_long told;       /* to the handler */
static atomic_long told_wrong; /* of them, what no call of the host had caused */
static atomic_long unexpected; /* results that are not what they should be */
static atomic_bool started;

static void handler(const char *reason, const char *file, int line, int status) {
    (void)reason;
    (void)file;
    (void)line;
    told++;
    told_wrong += status != GSL_EDOM && status != GSL_EINVAL;
}

/* The host's own use of GSL; each round tells the handler twice. */
static void *call_gsl(void *unused) {
    (void)unused;
    while (!started) {
    }
    for (int32_t i = 0; i < CALLS; i++) {
        gsl_sf_result result;
        unexpected += gsl_sf_log_e(-1, &result) != GSL_EDOM;
        unexpected += gsl_sf_log_e(2, &result) != GSL_SUCCESS;
        gsl_matrix *matrix = gsl_matrix_alloc(2, 2);
        gsl_matrix_set_zero(matrix);
        gsl_matrix_get(matrix, 2, 0);
        gsl_matrix_free(matrix);
    }
    return NULL;
}

/* All ways to succeed and to fail that lead as far as linear systems, and some that do not. */
static void call_fit(void) {
    judged missing = holiday();
    missing.judgements[3] = NAN;
    for (int32_t method = 1; method <= 3; method++) {
        judged j = holiday();
        unexpected += weigh(&j, method) != CRMV_OK;
        unexpected += weigh(&missing, method) != CRMV_OK;
    }
    judged apart = judged_none(3);
    unexpected += weigh(&apart, CRMV_AHP_EIGENVECTOR) != CRMV_NOT_IDENTIFIED;
    const double circle[] = {1e300, 1e-300, 1e300};
    judged wild = judged_all(3, circle);
    unexpected += weigh(&wild, CRMV_AHP_EIGENVECTOR) != CRMV_NOT_IDENTIFIED;
    judged one = judged_none(1);
    unexpected += weigh(&one, CRMV_AHP_GEOMETRIC_MEAN) != CRMV_OK;
    judged wrong = holiday();
    wrong.judgements[1] = 0;
    unexpected += weigh(&wrong, CRMV_AHP_GEOMETRIC_MEAN) != CRMV_BAD_ARGUMENT;
}

static void *call_fit_often(void *unused) {
    (void)unused;
    while (!started) {
    }
    for (int32_t i = 0; i < CALLS / 20; i++) {
        call_fit();
    }
    return NULL;
}

static int reset(void **state) {
    (void)state;
    told = told_wrong = unexpected = 0;
    started = false;
    return 0;
}

static void the_handler_is_the_hosts_and_told_of_the_hosts_calls_alone(void **state) {
    (void)state;
    gsl_set_error_handler(handler);
    pthread_t threads[2 * THREADS_OF_EACH];
    for (int32_t i = 0; i < THREADS_OF_EACH; i++) {
        assert_int_equal(pthread_create(&threads[2 * i], NULL, call_gsl, NULL), 0);
        assert_int_equal(pthread_create(&threads[2 * i + 1], NULL, call_fit_often, NULL), 0);
    }
    started = true;
    for (int32_t i = 0; i < 2 * THREADS_OF_EACH; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(told, 2L * THREADS_OF_EACH * CALLS);
    assert_int_equal(told_wrong, 0);
    assert_int_equal(unexpected, 0);
    assert_ptr_equal(gsl_set_error_handler(handler), handler);
}

/* GSL's default: it would print and abort. */
static void without_a_handler_nothing_aborts(void **state) {
    (void)state;
    gsl_set_error_handler(NULL);
    call_fit();
    assert_int_equal(unexpected, 0);
    assert_null(gsl_set_error_handler(handler));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_handler_is_the_hosts_and_told_of_the_hosts_calls_alone, reset),
        cmocka_unit_test_setup(without_a_handler_nothing_aborts, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
