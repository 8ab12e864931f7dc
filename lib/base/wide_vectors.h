/*
 * wide_vectors.h - loops over columns compiled twice: for any processor, and for those with vectors of four doubles.
 *
 * Both compile the same plain C, without contraction of a b + c (AVX2 by itself has no such instruction, and the build
 * forbids it), so that each addition, multiplication and division is rounded as ever: the bits are the same, and only
 * the time is not. It halves that of logarithms and powers of e, which fitting lifetimes consists of.
 */
#ifndef CRMVI_BASE_WIDE_VECTORS_H
#define CRMVI_BASE_WIDE_VECTORS_H

#include <stdbool.h>

#if defined(__x86_64__) && defined(__GNUC__)
/* For a function that does nothing but call one that is CRMVI_IN_BOTH. */
#define CRMVI_WIDE __attribute__((target("avx2")))
#define CRMVI_IN_BOTH static inline __attribute__((always_inline))
static inline bool crmvi_has_wide_vectors(void) {
    return __builtin_cpu_supports("avx2") != 0;
}
#else
#define CRMVI_WIDE
#define CRMVI_IN_BOTH static inline
static inline bool crmvi_has_wide_vectors(void) {
    return false;
}
#endif

#endif
