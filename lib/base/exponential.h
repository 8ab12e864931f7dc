/* exponential.h - e to a power, with the same bits on every CPU. */
#ifndef CRMVI_BASE_EXPONENTIAL_H
#define CRMVI_BASE_EXPONENTIAL_H

#include <stdint.h>

/* e^x: within 0.65 units in the last place of the exact value; 0 for -infinity, infinity where it is too large for a
 * double, NaN for NaN. Only additions, multiplications and divisions of doubles, as in base/logarithm.h. */
double crmvi_exp(double x);

/* e^x - 1, within 1.1 units in the last place, also near 0. */
double crmvi_expm1(double x);

/* crmvi_exp of a whole column, faster, with the same bits; `to` may be `from`. */
void crmvi_exps(const double *from, int64_t count, double *to);

#endif
