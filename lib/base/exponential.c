#include "base/exponential.h"

#include "base/double_bits.h"
#include "base/wide_vectors.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * x = k ln 2 + r with r at most ln 2 / 2 in magnitude: e^x = 2^k e^r. Of e^r = 1 + r + r^2 (1/2 + r/6 + ...) the sum
 * 1 + r is carried in two doubles, so that what is rounded before the last addition is below a tenth of the whole, and
 * counts for little. No branch and no table: compilers make vectors of it.
 */

/* Up to here in magnitude 2^k and the result are normal numbers; beyond the others the result is infinite or 0. */
static const double PLAIN = 708;
static const double HIGHEST = 710;
static const double LOWEST = -746;

/* (e^r - 1 - r) / r^2 to 2e-18: Chebyshev's polynomial, worked out to 60 digits. */
static const double behind[] = {
    0x1.0000000000000p-1,  0x1.5555555555557p-3,  0x1.5555555555556p-5,  0x1.11111111100dfp-7,
    0x1.6c16c16c162d6p-10, 0x1.a01a01abe6327p-13, 0x1.a01a01a6d7833p-16, 0x1.71de0237479e4p-19,
    0x1.27e4db67abc75p-22, 0x1.af4ddda32bea9p-26, 0x1.1f72fc848c527p-29,
};

/* k + MANTISSA_SHIFT has the whole number k in its lowest bits. */
static const double MANTISSA_SHIFT = 0x1.8p52;

/* x = k ln 2 + r + low; `shifted` is k + MANTISSA_SHIFT. */
typedef struct reduced {
    double shifted, r, low;
} reduced;

CRMVI_IN_BOTH reduced reduced_of(double x) {
    const double shifted = x * (1 / (CRMVI_LN_2_HIGH + CRMVI_LN_2_LOW)) + MANTISSA_SHIFT;
    const double k = shifted - MANTISSA_SHIFT;
    const double high = x - k * CRMVI_LN_2_HIGH; /* exact, as both are near each other */
    const double low = k * CRMVI_LN_2_LOW;
    const double r = high - low;
    return (reduced){shifted, r, (high - r) - low};
}

/* e^(r + low) - 1 - r for small r, and low below r's last place. */
CRMVI_IN_BOTH double exp_beyond(double r, double low) {
    const double r_2 = r * r;
    const double even =
        behind[0] + r_2 * (behind[2] + r_2 * (behind[4] + r_2 * (behind[6] + r_2 * (behind[8] + r_2 * behind[10]))));
    const double odd = behind[1] + r_2 * (behind[3] + r_2 * (behind[5] + r_2 * (behind[7] + r_2 * behind[9])));
    return r_2 * (even + r * odd) + (low + r * low);
}

/* e^(r + low). */
CRMVI_IN_BOTH double exp_of_rest(double r, double low) {
    const double most = 1 + r;
    const double lost = r - (most - 1); /* exact, as 1 is the greater (Dekker 1971) */
    return most + (lost + exp_beyond(r, low));
}

/* 2^k for k from -1022 to 1023; 2^(k mod 2048), bit for bit, for any other. */
CRMVI_IN_BOTH double power_of_2(double shifted) {
    return crmvi_double_of((crmvi_bits_of(shifted) << CRMVI_FRACTION_BITS) + CRMVI_BITS_OF_ONE);
}

CRMVI_IN_BOTH double exp_of_plain(double x) {
    const reduced to = reduced_of(x);
    return exp_of_rest(to.r, to.low) * power_of_2(to.shifted);
}

double crmvi_exp(double x) {
    if (isnan(x)) {
        return x;
    }
    if (fabs(x) <= PLAIN) {
        return exp_of_plain(x);
    }
    if (x > HIGHEST) {
        return INFINITY;
    }
    if (x < LOWEST) {
        return 0;
    }
    /* In two steps, as 2^k alone may be out of range where the result is not. */
    const reduced to = reduced_of(x);
    const double half = floor((to.shifted - MANTISSA_SHIFT) / 2) + MANTISSA_SHIFT;
    const double other_half = to.shifted - (half - MANTISSA_SHIFT);
    return exp_of_rest(to.r, to.low) * power_of_2(half) * power_of_2(other_half);
}

/* 2^k (1 + r + beyond) - 1, with the sum of 2^k - 1 and 2^k r in two doubles. */
double crmvi_expm1(double x) {
    if (isnan(x)) {
        return x;
    }
    if (x > 40 || x < -40) {
        return crmvi_exp(x) - 1;
    }
    const reduced to = reduced_of(x);
    const double beyond = exp_beyond(to.r, to.low);
    const double power = power_of_2(to.shifted);
    if (power == 1) {
        return to.r + beyond;
    }
    const double whole = power - 1;
    const double part = power * to.r;
    const double most = whole + part;
    const double lost = part - (most - whole);
    return most + (lost + power * beyond);
}

/* Columns go through a block at a time, apart from what they are read from and written to, so that no compiler has to
 * wonder whether those overlap. */
enum { BLOCK = 64 };

/* What is not plain becomes the nearest that is; true if there was nothing of it. */
CRMVI_IN_BOTH bool plain_block(const double *restrict from, int32_t count, double *restrict to) {
    const uint64_t magnitude = ~(UINT64_C(1) << 63);
    uint64_t outside = 0;
    for (int32_t i = 0; i < count; i++) {
        outside |= crmvi_bits_of(PLAIN) - (crmvi_bits_of(from[i]) & magnitude); /* below 0: its first bit is set */
        const double above = from[i] > -PLAIN ? from[i] : -PLAIN;
        to[i] = above < PLAIN ? above : PLAIN;
    }
    return outside >> 63 == 0;
}

CRMVI_IN_BOTH void exps_of_plain(const double *restrict from, int32_t count, double *restrict to) {
    for (int32_t i = 0; i < count; i++) {
        to[i] = exp_of_plain(from[i]);
    }
}

/* False if there was what is not plain; what it became is not its power. */
CRMVI_IN_BOTH bool exps_of_block(const double *restrict from, int32_t count, double *restrict to) {
    double plain[BLOCK];
    const bool is_plain = plain_block(from, count, plain);
    exps_of_plain(plain, count, to);
    return is_plain;
}

static bool exps_narrow(const double *restrict from, int32_t count, double *restrict to) {
    return exps_of_block(from, count, to);
}

CRMVI_WIDE static bool exps_wide(const double *restrict from, int32_t count, double *restrict to) {
    return exps_of_block(from, count, to);
}

void crmvi_exps(const double *from, int64_t count, double *to) {
    const bool is_wide = crmvi_has_wide_vectors();
    double block[BLOCK];
    for (int64_t start = 0; start < count; start += BLOCK) {
        const double *here = from + start;
        const int32_t size = (int32_t)(count - start < BLOCK ? count - start : BLOCK);
        const bool is_plain = is_wide ? exps_wide(here, size, block) : exps_narrow(here, size, block);
        for (int32_t i = 0; i < size && !is_plain; i++) {
            block[i] = fabs(here[i]) <= PLAIN ? block[i] : crmvi_exp(here[i]);
        }
        memcpy(to + start, block, (size_t)size * sizeof *block);
    }
}
