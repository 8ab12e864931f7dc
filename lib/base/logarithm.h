/* logarithm.h - the natural logarithm, with the same bits on every CPU. */
#ifndef CRMVI_BASE_LOGARITHM_H
#define CRMVI_BASE_LOGARITHM_H

/* ln x: within 1 unit in the last place of the exact value; -infinity for 0, NaN below it and for NaN, +infinity for
 * itself. Only additions, multiplications and divisions of doubles, so that no library's version and no CPU shows. */
double crmvi_log(double x);

#endif
