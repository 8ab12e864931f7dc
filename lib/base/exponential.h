/* exponential.h - e to a power, with the same bits on every CPU. */
#ifndef CRMVI_BASE_EXPONENTIAL_H
#define CRMVI_BASE_EXPONENTIAL_H

/* e^x: within 1 unit in the last place of the exact value; 0 for -infinity, infinity where it is too large for a
 * double, NaN for NaN. Only additions, multiplications and divisions of doubles, as in base/logarithm.h. */
double crmvi_exp(double x);

#endif
