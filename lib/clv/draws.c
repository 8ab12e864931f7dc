#include "clv/draws.h"

#include "base/exponential.h"
#include "base/logarithm.h"

#include <math.h>

static const uint64_t STEP = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t mixed(uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

crmvi_draws crmvi_draws_at(uint64_t seed, uint64_t position) {
    return (crmvi_draws){mixed(mixed(seed + STEP) + position * STEP)};
}

double crmvi_draw_unit(crmvi_draws *draws) {
    draws->state += STEP;
    return (double)((mixed(draws->state) >> 11) + 1) * 0x1p-53;
}

double crmvi_draw_exponential(crmvi_draws *draws) {
    return -crmvi_log(crmvi_draw_unit(draws));
}

/* The polar method (Marsaglia & Bray 1964); of the two numbers that it makes the second is not kept. */
double crmvi_draw_normal(crmvi_draws *draws) {
    for (;;) {
        const double x = 2 * crmvi_draw_unit(draws) - 1;
        const double y = 2 * crmvi_draw_unit(draws) - 1;
        const double square = x * x + y * y;
        if (square > 0 && square < 1) {
            return x * sqrt(-2 * crmvi_log(square) / square);
        }
    }
}

/* For shapes from 1 on: Marsaglia & Tsang 2000. */
static double log_of_large(crmvi_draws *draws, double shape) {
    const double d = shape - 1.0 / 3;
    for (;;) {
        const double x = crmvi_draw_normal(draws);
        const double root = 1 + x / sqrt(9 * d);
        if (root <= 0) {
            continue;
        }
        const double log_cube = 3 * crmvi_log(root);
        const double accepted = x * x / 2 + d * (1 - root * root * root + log_cube);
        if (crmvi_log(crmvi_draw_unit(draws)) < accepted) {
            return crmvi_log(d) + log_cube;
        }
    }
}

/* A gamma draw of shape s is one of shape s + 1 times a power 1/s of a number between 0 and 1 (same paper). */
double crmvi_draw_log_gamma(crmvi_draws *draws, double shape) {
    if (shape >= 1) {
        return log_of_large(draws, shape);
    }
    const double log_unit = crmvi_log(crmvi_draw_unit(draws));
    return log_of_large(draws, shape + 1) + log_unit / shape;
}

double crmvi_draw_gamma(crmvi_draws *draws, double shape, double rate) {
    return crmvi_exp(crmvi_draw_log_gamma(draws, shape) - crmvi_log(rate));
}

/* X / (X + Y) of two gamma draws, by their logarithms: both may be too small for a double. */
double crmvi_draw_beta(crmvi_draws *draws, double a, double b) {
    const double x = crmvi_draw_log_gamma(draws, a);
    const double y = crmvi_draw_log_gamma(draws, b);
    return 1 / (1 + crmvi_exp(y - x));
}
