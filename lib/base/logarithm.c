#include "base/logarithm.h"

#include "base/double_bits.h"
#include "base/wide_vectors.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/*
 * x = 2^k m with m from sqrt(1/2) to sqrt(2), f = m - 1, s = f / (2 + f): ln x = k ln 2 + 2 artanh s. What s loses by
 * rounding is worked out, and k ln 2 is carried in two doubles, so that the only roundings that count are the last and,
 * for a fiftieth of it, those of the terms behind 2 s. No branch and no table: compilers make vectors of it.
 */

static const uint64_t ROOT_HALF = UINT64_C(0x3fe6a09e667f3bcd); /* the bits of sqrt(1/2) */
static const uint64_t LEAST_NORMAL = UINT64_C(1) << CRMVI_FRACTION_BITS;
static const uint64_t GREATEST = UINT64_C(0x7fefffffffffffff);

/* (2 artanh s - 2 s) / s^3 as a polynomial of s^2, to 3e-18: Chebyshev's, worked out to 60 digits. */
static const double behind[] = {
    0x1.5555555555555p-1, 0x1.9999999999a38p-2, 0x1.2492492476cccp-2, 0x1.c71c720159177p-3,
    0x1.745cf9048dd92p-3, 0x1.3b1c355a8f857p-3, 0x1.0fbe95d714d2bp-3, 0x1.0c039c49a5004p-3,
};

/* ln of a normal number above 0, and what it likes of any other. */
CRMVI_IN_BOTH double log_of_normal(uint64_t bits, double k_more) {
    const uint64_t raised = bits + (CRMVI_BITS_OF_ONE - ROOT_HALF);
    const double k = crmvi_double_of_whole(raised >> CRMVI_FRACTION_BITS) - (CRMVI_EXPONENT_BIAS + k_more);
    const double m = crmvi_double_of((raised & CRMVI_FRACTION) + ROOT_HALF);
    const double f = m - 1;
    const double d = m + 1;
    const double d_lost = m - (d - 1);
    const double s = f / d;
    /* f - s d, exactly where it counts: products of halves of numbers are exact. */
    const double s_high = crmvi_upper_half(s);
    const double d_high = crmvi_upper_half(d);
    const double d_low = (d - d_high) + d_lost;
    const double rest = ((f - s_high * d_high) - s_high * d_low) - (s - s_high) * (d + d_lost);
    const double s_lost_twice = rest * (1 - s); /* as 2 / d = 1 - s */
    const double z = s * s;
    const double z_2 = z * z;
    const double even = behind[0] + z_2 * (behind[2] + z_2 * (behind[4] + z_2 * behind[6]));
    const double odd = behind[1] + z_2 * (behind[3] + z_2 * (behind[5] + z_2 * behind[7]));
    const double terms = (even + z * odd) * (z * s);
    const double whole = k * CRMVI_LN_2_HIGH;
    const double most = whole + 2 * s;
    const double lost = 2 * s - (most - whole); /* exact, as `whole` is 0 or the greater (Dekker 1971) */
    return most + (lost + (terms + (s_lost_twice + k * CRMVI_LN_2_LOW)));
}

double crmvi_log(double x) {
    const uint64_t bits = crmvi_bits_of(x);
    if (bits - LEAST_NORMAL <= GREATEST - LEAST_NORMAL) {
        return log_of_normal(bits, 0);
    }
    if (isnan(x) || x < 0) {
        return NAN;
    }
    if (x == 0) {
        return -INFINITY;
    }
    if (isinf(x)) {
        return x;
    }
    return log_of_normal(crmvi_bits_of(x * 0x1p54), 54);
}

/* u = 1 + x and what the sum loses (Knuth's two-sum): ln(1 + x) is ln u and, to the last place, that part of 1 / u. */
CRMVI_IN_BOTH double log_of_sum(double x, double u) {
    const double part = u - 1;
    const double lost = (1 - (u - part)) + (x - part);
    return log_of_normal(crmvi_bits_of(u), 0) + lost / u;
}

double crmvi_log1p(double x) {
    const double u = 1 + x;
    if (isnan(x) || u < 0) {
        return NAN;
    }
    if (u == 0 || isinf(u)) {
        return u == 0 ? -INFINITY : u;
    }
    return log_of_sum(x, u);
}

/* Columns go through a block at a time, apart from what they are read from and written to, so that no compiler has to
 * wonder whether those overlap. */
enum { BLOCK = 64 };

/* Its first bit is set for what is not above 0 and normal. */
CRMVI_IN_BOTH uint64_t outside_normal(double x) {
    const uint64_t bits = crmvi_bits_of(x);
    return (bits - LEAST_NORMAL) | (GREATEST - bits);
}

CRMVI_IN_BOTH bool logs_of_block(const double *restrict from, int32_t count, double *restrict to) {
    uint64_t outside = 0;
    for (int32_t i = 0; i < count; i++) {
        outside |= outside_normal(from[i]);
        to[i] = log_of_normal(crmvi_bits_of(from[i]), 0);
    }
    return outside >> 63 == 0;
}

CRMVI_IN_BOTH bool log1ps_of_block(const double *restrict from, int32_t count, double *restrict to) {
    uint64_t outside = 0;
    for (int32_t i = 0; i < count; i++) {
        const double u = 1 + from[i];
        outside |= outside_normal(u);
        to[i] = log_of_sum(from[i], u);
    }
    return outside >> 63 == 0;
}

/* True if all were above 0 and normal; what the others became is no logarithm. */
typedef bool block_function(const double *restrict from, int32_t count, double *restrict to);

static bool logs_narrow(const double *restrict from, int32_t count, double *restrict to) {
    return logs_of_block(from, count, to);
}

CRMVI_WIDE static bool logs_wide(const double *restrict from, int32_t count, double *restrict to) {
    return logs_of_block(from, count, to);
}

static bool log1ps_narrow(const double *restrict from, int32_t count, double *restrict to) {
    return log1ps_of_block(from, count, to);
}

CRMVI_WIDE static bool log1ps_wide(const double *restrict from, int32_t count, double *restrict to) {
    return log1ps_of_block(from, count, to);
}

static void go_through(const double *from, int64_t count, double *to, block_function *of_block,
                       double (*of_one)(double)) {
    double block[BLOCK];
    for (int64_t start = 0; start < count; start += BLOCK) {
        const int32_t size = (int32_t)(count - start < BLOCK ? count - start : BLOCK);
        if (!of_block(from + start, size, block)) {
            for (int32_t i = 0; i < size; i++) {
                block[i] = of_one(from[start + i]);
            }
        }
        memcpy(to + start, block, (size_t)size * sizeof *block);
    }
}

void crmvi_logs(const double *from, int64_t count, double *to) {
    go_through(from, count, to, crmvi_has_wide_vectors() ? logs_wide : logs_narrow, crmvi_log);
}

void crmvi_log1ps(const double *from, int64_t count, double *to) {
    go_through(from, count, to, crmvi_has_wide_vectors() ? log1ps_wide : log1ps_narrow, crmvi_log1p);
}
