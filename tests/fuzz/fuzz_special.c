/*
 * fuzz_special.c - any parameters, from 1e-8 to 4e4, and any argument up to 1 - 1e-12: special functions are finite,
 * symmetric where they should be, and keep the relation to their neighbours.
 *
 * With replay.c it is a program that takes files; with clang's -fsanitize=fuzzer, a fuzzer.
 */
#include "base/guest.h"
#include "clv/special.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

static bool is_near(double value, double expected, double tolerance) {
    return fabs(value - expected) <= tolerance * fmax(1, fabs(expected));
}

/* 0 to 1 from two bytes and more from the six behind them. */
static double part_of(const uint8_t *data) {
    uint64_t bits = 0;
    for (int32_t i = 0; i < 8; i++) {
        bits = bits << 8 | data[i];
    }
    return (double)(bits >> 11) * 0x1p-53;
}

/* From 1e-8 up, evenly in the logarithm; every second one of those above 1 is whole. */
static double parameter_of(const uint8_t *data, double log_greatest) {
    const double value = crmvi_exp(-18.42 + part_of(data) * (log_greatest + 18.42));
    return value > 1 && data[7] % 2 == 1 ? floor(value) : value;
}

static void require_hypergeometric(double a, double b, double c, double w) {
    const double z = 1 - w;
    const double value = crmvi_log_2f1(a, b, c, z, w);
    require(isfinite(value) && value >= 0);
    require(value == crmvi_log_2f1(b, a, c, z, w));
    const double first = crmvi_log1p(a * b / c * z);
    require(value >= first - 1e-13 * fmax(1, first));
    if (z > 0) {
        const double raised = crmvi_log_2f1(a + 1, b + 1, c + 2, z, w) + crmvi_log(a * b * z / (c * (c + 1)));
        require(is_near(value, crmvi_log_sum(crmvi_log_2f1(a, b, c + 1, z, w), raised), 1e-12));
    }
}

static void require_gammas(double a, double n) {
    const double rising = crmvi_log_rising(a, n);
    require(isfinite(rising));
    require(is_near(rising + crmvi_log_gamma(a), crmvi_log_gamma(a + n), 1e-13 * fmax(1, fabs(rising))));
    require(crmvi_digamma_rising(a, n) >= 0 && isfinite(crmvi_digamma_rising(a, n)));
    require(crmvi_log_beta(a, n + 1) == crmvi_log_beta(n + 1, a));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { NUMBER = 8, NUMBERS = 4 };
    if (size < NUMBERS * NUMBER) {
        return 0;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const double a = parameter_of(data, 9.9);
    const double b = parameter_of(data + NUMBER, 9.9);
    const double c = parameter_of(data + 2 * NUMBER, 10.59);
    const double z = 1 - crmvi_exp(-27.63 * part_of(data + 3 * NUMBER));
    require_hypergeometric(a, b, c, 1 - z);
    require_gammas(a, b);
    crmvi_leave(&host);
    return 0;
}
