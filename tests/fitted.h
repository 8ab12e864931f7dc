/* fitted.h - fits of lifetimes for tests: what was found, and that it can be used. */
#ifndef TESTS_FITTED_H
#define TESTS_FITTED_H

#include "drawn_histories.h"
#include "nearness.h"

#include <string.h>

typedef struct fitted {
    crmv_lifetime lifetime;
    crmv_fit_outcome outcome;
    crmv_error error;
    int32_t status;
} fitted;

static inline fitted fitted_none(int32_t model) {
    return (fitted){.lifetime = {.struct_size = sizeof(crmv_lifetime), .model = model},
                    .outcome = {.struct_size = sizeof(crmv_fit_outcome)},
                    .error = {.struct_size = sizeof(crmv_error)}};
}

static inline fitted fit_with(const drawn *of, int32_t model, double penalty, const crmv_options *options) {
    fitted f = fitted_none(model);
    f.status = crmv_lifetime_fit(&f.lifetime, of->x, of->t_x, of->T, of->rows, penalty, options, &f.outcome, &f.error);
    return f;
}

static inline fitted fit(const drawn *of, int32_t model) {
    fitted f = fit_with(of, model, 0, NULL);
    if (f.status != CRMV_OK) {
        print_error("%s\n", f.error.message);
    }
    assert_int_equal(f.status, CRMV_OK);
    return f;
}

static inline void assert_ending(const fitted *f, int32_t ending) {
    if (f->outcome.ending != ending) {
        print_error("%s ends as %s: %s\n", crmv_lifetime_name(f->lifetime.model), crmv_fit_ending(f->outcome.ending),
                    f->outcome.remark);
    }
    assert_int_equal(f->outcome.ending, ending);
}

/* Whatever the ending: numbers that predict.c takes, a likelihood that it confirms, a remark unless it converged. */
static inline void assert_usable(const fitted *f, const drawn *of) {
    static double values[DRAWN_MOST];
    double sum = 0;
    assert_int_equal(f->status, CRMV_OK);
    assert_non_null(crmv_fit_ending(f->outcome.ending));
    assert_int_equal(crmv_lifetime_log_likelihood(&f->lifetime, of->x, of->t_x, of->T, of->rows, NULL, values, NULL),
                     CRMV_OK);
    for (int64_t i = 0; i < of->rows; i++) {
        sum += isnan(values[i]) ? 0 : values[i];
    }
    assert_near(f->outcome.log_likelihood, sum, 1e-9 * (1 + fabs(sum)));
    assert_true(isfinite(f->outcome.bic));
    assert_true(isfinite(f->outcome.gradient));
    assert_int_equal(f->outcome.remark[0] == '\0', f->outcome.ending == CRMV_FIT_CONVERGED);
}

static inline double standard_error(const fitted *f, int32_t k) {
    return sqrt(f->lifetime.covariance[k * (CRMV_LIFETIME_PARAMETERS + 1)]);
}

#endif
