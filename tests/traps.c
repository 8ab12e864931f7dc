/*
 * traps.c - loaded before a test, unmasks the floating-point traps of invalid operations, division by zero and
 * overflow, as some hosts do. Then whatever the library computes outside its own floating-point environment ends the
 * test.
 */
#define _GNU_SOURCE
#include <fenv.h>

__attribute__((constructor)) static void unmask(void) {
    feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
}
