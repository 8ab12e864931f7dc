/*
 * vectors.h - functions whose loops compilers make of vectors, for whatever vectors the processor has.
 *
 * Every x86-64 processor has vectors of 16 bytes; most have some of 32, with twice the work in each instruction. A
 * static function marked CRMVI_VECTORS is compiled for both, and the linker takes the one that fits when the program
 * begins. Both do the same operations on each number, so that results do not depend on it. Elsewhere, and under
 * sanitizers, which begin later than that, there is one of them. (With Clang 14 what other files call cannot be
 * marked, and no two files may have functions of one name.)
 */
#ifndef CRMVI_BASE_VECTORS_H
#define CRMVI_BASE_VECTORS_H

#include <stdint.h> /* with glibc, says so */

#if defined(__has_feature)
#define CRMVI_HAS_FEATURE(feature) __has_feature(feature)
#else
#define CRMVI_HAS_FEATURE(feature) 0
#endif

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__has_attribute) && !defined(__SANITIZE_ADDRESS__) &&         \
    !defined(__SANITIZE_THREAD__) && !CRMVI_HAS_FEATURE(address_sanitizer) && !CRMVI_HAS_FEATURE(thread_sanitizer)
#if __has_attribute(target_clones)
#define CRMVI_VECTORS __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef CRMVI_VECTORS
#define CRMVI_VECTORS
#endif

#endif
