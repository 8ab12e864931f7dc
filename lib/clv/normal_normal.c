/*
 * normal_normal.c - amounts of any sign: normally distributed about a customer's own mean, which is normally
 * distributed over customers (Schmittlein & Peterson 1994).
 *
 * A customer's n amounts say what their mean m and their sum of squares about it say: the squares are within^2 times a
 * chi-square of n - 1, and m is normal (mean, between^2 + within^2 / n).
 */
#include "base/logarithm.h"
#include "clv/spending.h"

#include <stddef.h>

static const double LN_2_PI = 1.8378770664093454836;

void crmvi_normal_normal_likelihood(const double *parameters, const crmvi_purses *purses, double *values,
                                    double *slopes) {
    const double between = parameters[1] * parameters[1];
    const double within = parameters[2] * parameters[2];
    const double ln_within = crmvi_log(within);
    const int64_t rows = purses->rows;
    for (int64_t i = 0; i < rows; i++) {
        const double n = purses->count[i];
        const double some = n > 0 ? 1 : 0; /* who bought nothing says nothing, and has no mean */
        const double difference = n == 0 ? 0 : purses->mean[i] - parameters[0];
        const double squares = n == 0 ? 0 : purses->squares[i];
        const double spread = within + n * between; /* n times the variance of m */
        const double distance = n * difference * difference / spread;
        const double share = n * between / spread;
        const double rest = within / spread;
        const double whole = n * LN_2_PI + (n - some) * ln_within + some * crmvi_log(spread);
        values[i] = n == 0 ? 0 : -(whole + squares / within + distance) / 2;
        if (slopes != NULL) {
            slopes[i] = n * difference / spread;
            slopes[rows + i] = share * (distance - some);
            slopes[2 * rows + i] = rest * (distance - some) - (n - some) + squares / within;
        }
    }
}

void crmvi_normal_normal_predict(const double *parameters, const crmvi_purses *purses, double *values) {
    const double between = parameters[1] * parameters[1];
    const double within = parameters[2] * parameters[2];
    for (int64_t i = 0; i < purses->rows; i++) {
        const double n = purses->count[i];
        const double spread = within + n * between;
        const double mean = n == 0 ? 0 : purses->mean[i];
        values[i] = within / spread * parameters[0] + n * between / spread * mean;
    }
}
