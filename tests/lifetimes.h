/* lifetimes.h - lifetime models and single customers for tests, in few words. */
#ifndef TESTS_LIFETIMES_H
#define TESTS_LIFETIMES_H

#include "crmvalue/lifetime.h"
#include "nearness.h"

#include <string.h>

static inline crmv_lifetime lifetime_of(int32_t model, const double *parameters) {
    crmv_lifetime lifetime = {.struct_size = sizeof lifetime, .model = model};
    memcpy(lifetime.parameters, parameters, (size_t)crmv_lifetime_parameters(model) * sizeof *parameters);
    for (int32_t i = 0; i < CRMV_LIFETIME_PARAMETERS * CRMV_LIFETIME_PARAMETERS; i++) {
        lifetime.covariance[i] = NAN;
    }
    return lifetime;
}

static inline double foretell(const crmv_lifetime *lifetime, int32_t what, double ahead, double discount, double x,
                              double t_x, double T) {
    double value = NAN;
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_lifetime_predict(lifetime, what, ahead, discount, &x, &t_x, &T, 1, NULL, &value, NULL, &error) !=
        CRMV_OK) {
        fail_msg("%s", error.message);
    }
    return value;
}

static inline double log_likelihood_of(const crmv_lifetime *lifetime, double x, double t_x, double T) {
    double value = NAN;
    assert_int_equal(crmv_lifetime_log_likelihood(lifetime, &x, &t_x, &T, 1, NULL, &value, NULL), CRMV_OK);
    return value;
}

#define assert_relatively_near(value, expected, part) assert_near(value, expected, (part)*fabs(expected))

#endif
