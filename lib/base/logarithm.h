/* logarithm.h - the natural logarithm, with the same bits on every CPU. */
#ifndef CRMVI_BASE_LOGARITHM_H
#define CRMVI_BASE_LOGARITHM_H

#include <stdint.h>

/* ln x: within 0.53 units in the last place of the exact value; -infinity for 0, NaN below it and for NaN, +infinity
 * for itself. Only additions, multiplications and divisions of doubles, so that no library's version and no CPU shows.
 */
double crmvi_log(double x);

/* ln(1 + x), within 1.2 units in the last place, also near 0; -infinity for -1, NaN below it. */
double crmvi_log1p(double x);

/* crmvi_log and crmvi_log1p of a whole column, faster, with the same bits; `to` may be `from`. */
void crmvi_logs(const double *from, int64_t count, double *to);
void crmvi_log1ps(const double *from, int64_t count, double *to);

#endif
