/*
 * eight_bytes.h - texts, eight bytes at a time: as a number whose lowest byte is the first, on any machine.
 *
 * Compilers make one instruction of each of these loads.
 */
#ifndef CRMVI_BASE_EIGHT_BYTES_H
#define CRMVI_BASE_EIGHT_BYTES_H

#include <stdbool.h>
#include <stdint.h>

/* Eight times the same byte. */
#define CRMVI_EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline uint64_t crmvi_two_bytes(const char *text) {
    const unsigned char *bytes = (const unsigned char *)text;
    return (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8;
}

static inline uint64_t crmvi_four_bytes(const char *text) {
    const unsigned char *bytes = (const unsigned char *)text;
    return (uint64_t)((uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
                      (uint32_t)bytes[3] << 24);
}

static inline uint64_t crmvi_eight_bytes(const char *text) {
    const unsigned char *bytes = (const unsigned char *)text;
    return (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 | (uint64_t)bytes[3] << 24 |
           (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40 | (uint64_t)bytes[6] << 48 | (uint64_t)bytes[7] << 56;
}

/* A text of 1 to 8 bytes, zeros behind it; nothing else is looked at, since loads of fewer bytes may overlap. */
static inline uint64_t crmvi_up_to_eight_bytes(const char *text, int64_t length) {
    if (length >= 4) {
        return crmvi_four_bytes(text) | crmvi_four_bytes(text + length - 4) << 8 * (length - 4);
    }
    const unsigned char *bytes = (const unsigned char *)text;
    return (uint64_t)bytes[0] | (uint64_t)bytes[length / 2] << 8 * (length / 2) |
           (uint64_t)bytes[length - 1] << 8 * (length - 1);
}

/* Eight bytes, the digits among them as their values and the others as values above 9. */
static inline uint64_t crmvi_digit_values(uint64_t bytes) {
    return bytes ^ CRMVI_EIGHT('0');
}

/* Whether all eight values are at most 9: added to 0x76, these stay below 0x80. */
static inline bool crmvi_are_digits(uint64_t values) {
    return (((values + CRMVI_EIGHT(0x76)) | values) & CRMVI_EIGHT(0x80)) == 0;
}

/* Takes the first point out of eight values and moves those before it up by one; how many stand behind it, -1 where
 * there is none. */
static inline int32_t crmvi_take_out_point(uint64_t *values, char point) {
    const uint64_t apart = *values ^ CRMVI_EIGHT((unsigned char)point ^ '0');
    const uint64_t found = (apart - CRMVI_EIGHT(1)) & ~apart & CRMVI_EIGHT(0x80); /* the lowest of these is exact */
    if (found == 0) {
        return -1;
    }
    const int32_t bit = __builtin_ctzll(found) - 7;
    *values = (*values & UINT64_MAX << 8 << bit) | (*values & ~(UINT64_MAX << bit)) << 8;
    return 7 - bit / 8;
}

/* Eight digits as pairs of them: four numbers below 100, the first in the lowest 16 bits. */
static inline uint64_t crmvi_digit_pairs(uint64_t values) {
    return values * (10 * 256 + 1) >> 8 & UINT64_C(0x00FF00FF00FF00FF);
}

/* Four numbers below 100 as one. */
static inline uint64_t crmvi_pairs_number(uint64_t pairs) {
    const uint64_t fours = pairs * (100 * UINT64_C(65536) + 1) >> 16 & UINT64_C(0x0000FFFF0000FFFF);
    return fours * (10000 * (UINT64_C(1) << 32) + 1) >> 32;
}

/* Eight digits as one number. */
static inline uint64_t crmvi_digits_number(uint64_t values) {
    return crmvi_pairs_number(crmvi_digit_pairs(values));
}

#endif
