#include "base/exponential.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/*
 * x = k ln 2 + r with r at most ln 2 / 2 in magnitude: e^x = 2^k e^r. Of e^r = 1 + r + r^2 (1/2! + r/3! + ...) the sum
 * 1 + r is carried in two doubles, so that what is rounded before the last addition is below a tenth of the whole, and
 * counts for little. The terms left out are below 1e-19.
 */

enum { FRACTION_BITS = 52, EXPONENT_BIAS = 1023 };

/* Beyond these the result is infinite or 0, and the whole number k does not go. */
static const double HIGHEST = 710;
static const double LOWEST = -746;

/* ln 2; twelve bits of the high part are 0, so that whole multiples of it are exact. */
static const double LN_2_HIGH = 0x1.62e42fefa3000p-1;
static const double LN_2_LOW = 0x1.3de6af278ece6p-42;

/* 1/2!, 1/3!, ... 1/14!, each the nearest double. */
static const double reciprocal_factorials[] = {
    1.0 / 2,       1.0 / 6,        1.0 / 24,        1.0 / 120,        1.0 / 720,        1.0 / 5040,        1.0 / 40320,
    1.0 / 362880., 1.0 / 3628800., 1.0 / 39916800., 1.0 / 479001600., 1.0 / 6227020800, 1.0 / 87178291200,
};
enum { TERMS = sizeof reciprocal_factorials / sizeof reciprocal_factorials[0] };

/* 2^k for k from -1022 to 1023. */
static double power_of_2(int32_t k) {
    const uint64_t bits = (uint64_t)(k + EXPONENT_BIAS) << FRACTION_BITS;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* x = k ln 2 + r + low. */
typedef struct reduced {
    int32_t k;
    double r, low;
} reduced;

static reduced reduced_of(double x) {
    const double multiple = x * (1 / (LN_2_HIGH + LN_2_LOW));
    const int32_t k = (int32_t)(multiple < 0 ? multiple - 0.5 : multiple + 0.5);
    const double high = x - k * LN_2_HIGH; /* exact, as both are near each other */
    const double low = k * LN_2_LOW;
    const double r = high - low;
    return (reduced){k, r, (high - r) - low};
}

/* e^(r + low) - 1 - r for small r, and low below r's last place. */
static double exp_beyond(double r, double low) {
    double series = 0;
    for (int32_t i = TERMS - 1; i >= 0; i--) {
        series = series * r + reciprocal_factorials[i];
    }
    return r * r * series + (low + r * low);
}

static double exp_of_rest(double r, double low) {
    const double most = 1 + r;
    const double lost = r - (most - 1); /* exact, as 1 is the greater (Dekker 1971) */
    return most + (lost + exp_beyond(r, low));
}

double crmvi_exp(double x) {
    if (isnan(x)) {
        return x;
    }
    if (x > HIGHEST) {
        return INFINITY;
    }
    if (x < LOWEST) {
        return 0;
    }
    const reduced to = reduced_of(x);
    /* In two steps, as 2^k alone may be out of range where the result is not. */
    const int32_t half = to.k / 2;
    return exp_of_rest(to.r, to.low) * power_of_2(half) * power_of_2(to.k - half);
}

/* 2^k (1 + r + beyond) - 1 with 2^k - 1 exact where it counts, and the sum of it and 2^k r in two doubles. */
double crmvi_expm1(double x) {
    if (isnan(x)) {
        return x;
    }
    if (x > 40 || x < -40) {
        return crmvi_exp(x) - 1;
    }
    const reduced to = reduced_of(x);
    const double beyond = exp_beyond(to.r, to.low);
    if (to.k == 0) {
        return to.r + beyond;
    }
    const double power = power_of_2(to.k);
    const double whole = power - 1;
    const double part = power * to.r;
    const double most = whole + part;
    const double lost = part - (most - whole);
    return most + (lost + power * beyond);
}

void crmvi_exps(const double *from, int64_t count, double *to) {
    for (int64_t i = 0; i < count; i++) {
        to[i] = crmvi_exp(from[i]);
    }
}
