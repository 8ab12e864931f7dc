#include "clv/delta_method.h"

#include "base/exponential.h"

#include <math.h>
#include <string.h>

/*
 * Slopes are central differences. With steps of h in a logarithm they are off by h^2 / 6 of the third derivative, some
 * 2e-9 of the answer, and by the answers' own rounding errors, up to 1e-12, divided by h, some 1e-8: this h is where
 * neither is much larger than the other.
 */
static const double STEP = 0x1p-13;

/* A parameter of any sign moves by that part of all parameters' magnitudes. Answers are linear in it. */
static double step_of_any_sign(const crmvi_fitted_parameters *fitted) {
    double magnitudes = 0;
    for (int32_t k = 0; k < fitted->count; k++) {
        magnitudes += fabs(fitted->values[k]);
    }
    return STEP * magnitudes;
}

static void find_slopes(const crmvi_fitted_parameters *fitted, int32_t parameter, crmvi_answers answers,
                        const void *context, const void *items, int64_t count, double *slopes) {
    const bool of_any_sign = fitted->of_any_sign != NULL && fitted->of_any_sign[parameter];
    const double step = of_any_sign ? step_of_any_sign(fitted) : STEP;
    const double factor = crmvi_exp(STEP);
    double parameters[CRMVI_DELTA_PARAMETERS];
    double less[CRMVI_HISTORY_BLOCK];
    memcpy(parameters, fitted->values, (size_t)fitted->count * sizeof *parameters);
    const double value = parameters[parameter];
    parameters[parameter] = of_any_sign ? value - step : value / factor;
    answers(context, parameters, items, less);
    parameters[parameter] = of_any_sign ? value + step : value * factor;
    answers(context, parameters, items, slopes);
    for (int64_t i = 0; i < count; i++) {
        slopes[i] = (slopes[i] - less[i]) / (2 * step);
    }
}

/* A parameter without a variance is held: it stands where its range ends. */
static bool is_held(const crmvi_fitted_parameters *fitted, int32_t parameter) {
    return isnan(fitted->covariance[parameter * (fitted->stride + 1)]);
}

/* No variance is below 0. */
static bool is_known(const crmvi_fitted_parameters *fitted) {
    bool all_held = true;
    bool is_whole = true;
    for (int32_t k = 0; k < fitted->count; k++) {
        all_held = all_held && is_held(fitted, k);
        is_whole = is_whole && !(fitted->covariance[k * (fitted->stride + 1)] < 0);
        for (int32_t l = 0; l < fitted->count; l++) {
            const bool counts = !is_held(fitted, k) && !is_held(fitted, l);
            is_whole = is_whole && (!counts || isfinite(fitted->covariance[k * fitted->stride + l]));
        }
    }
    return is_whole && !all_held;
}

void crmvi_delta_errors(const crmvi_fitted_parameters *fitted, crmvi_answers answers, const void *context,
                        const void *items, int64_t count, double *errors) {
    const bool known = is_known(fitted);
    for (int64_t i = 0; i < count; i++) {
        errors[i] = known ? 0 : NAN;
    }
    double slopes[CRMVI_DELTA_PARAMETERS][CRMVI_HISTORY_BLOCK];
    for (int32_t k = 0; known && k < fitted->count; k++) {
        if (is_held(fitted, k)) {
            continue;
        }
        find_slopes(fitted, k, answers, context, items, count, slopes[k]);
        for (int32_t l = 0; l <= k; l++) {
            if (is_held(fitted, l)) {
                continue;
            }
            const double twice = (l < k ? 2 : 1) * fitted->covariance[k * fitted->stride + l];
            for (int64_t i = 0; i < count; i++) {
                errors[i] += twice * slopes[k][i] * slopes[l][i];
            }
        }
    }
    for (int64_t i = 0; i < count; i++) {
        errors[i] = sqrt(errors[i] < 0 ? 0 : errors[i]); /* a variance of 0 may come out just below it */
    }
}
