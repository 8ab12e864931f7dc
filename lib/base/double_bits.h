/* double_bits.h - doubles as their bits, and what logarithms and powers of e are taken apart and put together with. */
#ifndef CRMVI_BASE_DOUBLE_BITS_H
#define CRMVI_BASE_DOUBLE_BITS_H

#include <stdint.h>
#include <string.h>

enum { CRMVI_FRACTION_BITS = 52, CRMVI_EXPONENT_BIAS = 1023 };

static const uint64_t CRMVI_FRACTION = (UINT64_C(1) << CRMVI_FRACTION_BITS) - 1;
static const uint64_t CRMVI_BITS_OF_ONE = (uint64_t)CRMVI_EXPONENT_BIAS << CRMVI_FRACTION_BITS;

/* ln 2; twelve bits of the high part are 0, so that whole multiples of it are exact. */
static const double CRMVI_LN_2_HIGH = 0x1.62e42fefa3000p-1;
static const double CRMVI_LN_2_LOW = 0x1.3de6af278ece6p-42;

static inline uint64_t crmvi_bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double crmvi_double_of(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* A whole number below 2^52 as a double, by its bits: plain vector instructions have no conversion of 64 bits. */
static inline double crmvi_double_of_whole(uint64_t whole) {
    return crmvi_double_of(whole | crmvi_bits_of(0x1p52)) - 0x1p52;
}

/* x without the lower 27 bits of its fraction: products of two such numbers are exact. */
static inline double crmvi_upper_half(double x) {
    return crmvi_double_of(crmvi_bits_of(x) & ~((UINT64_C(1) << 27) - 1));
}

#endif
