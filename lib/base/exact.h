/* exact.h - integers that do not wrap, and division that rounds half to even. */
#ifndef CRMVI_BASE_EXACT_H
#define CRMVI_BASE_EXACT_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 crmvi_wide;
__extension__ typedef unsigned __int128 crmvi_uwide;

/* Points, weights and percents are integers of 1e-6. */
typedef int64_t crmvi_micro;
#define CRMVI_ONE INT64_C(1000000)

/* numerator / denominator (> 0), rounded half to even. */
crmvi_wide crmvi_divide(crmvi_wide numerator, crmvi_wide denominator);

/* The greatest integer not above numerator / denominator (> 0). */
crmvi_wide crmvi_floor(crmvi_wide numerator, crmvi_wide denominator);

/* Whether a wide number fits into int64_t; if so it is stored. */
static inline bool crmvi_narrow(crmvi_wide wide, int64_t *out) {
    *out = (int64_t)wide;
    return (crmvi_wide)*out == wide;
}

/* a + b into *sum; false (and *sum undefined) where it does not fit. */
static inline bool crmvi_add(int64_t a, int64_t b, int64_t *sum) {
    return !__builtin_add_overflow(a, b, sum);
}

/* 10 to the power of n, 0 <= n <= 18. */
int64_t crmvi_power_of_ten(int32_t n);

#endif
