#include "draws.h"

#include <math.h>

static const uint64_t step = UINT64_C(0x9e3779b97f4a7c15);

uint64_t draws_mix(uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

draws draws_at(uint64_t seed, uint64_t position) {
    return (draws){draws_mix(seed * step + draws_mix(position + step))};
}

uint64_t draws_next(draws *stream) {
    stream->state += step;
    return draws_mix(stream->state);
}

int64_t draws_below(draws *stream, int64_t bound) {
    return (int64_t)(((draws_next(stream) >> 32) * (uint64_t)bound) >> 32);
}

double draws_unit(draws *stream) {
    return (double)((draws_next(stream) >> 11) + 1) * 0x1p-53;
}

double draws_exponential(draws *stream, double rate) {
    return -log(draws_unit(stream)) / rate;
}

/* Marsaglia's polar method; the second number is not kept. */
static double normal(draws *stream) {
    for (;;) {
        double x = 2 * draws_unit(stream) - 1;
        double y = 2 * draws_unit(stream) - 1;
        double square = x * x + y * y;
        if (square > 0 && square < 1) {
            return x * sqrt(-2 * log(square) / square);
        }
    }
}

/* Marsaglia and Tsang, A simple method for generating gamma variables (2000). */
double draws_gamma(draws *stream, double shape, double rate) {
    if (shape < 1) {
        double power = pow(draws_unit(stream), 1 / shape);
        return draws_gamma(stream, shape + 1, rate) * power;
    }
    double d = shape - 1.0 / 3;
    for (;;) {
        double x = normal(stream);
        double cube = 1 + x / sqrt(9 * d);
        cube = cube * cube * cube;
        if (cube > 0 && log(draws_unit(stream)) < x * x / 2 + d * (1 - cube + log(cube))) {
            return d * cube / rate;
        }
    }
}
