/* gamma.h - what the gamma function's rooms share. */
#ifndef CRMVI_CLV_GAMMA_H
#define CRMVI_CLV_GAMMA_H

/* From here on Stirling's series is used. */
#define CRMVI_LARGE 8.0

/* Up to so many whole steps are multiplied or added up one by one. */
enum { CRMVI_FEW = 16 };

/* ln Gamma(a) - (a - 1/2) ln a + a - ln(2 pi) / 2 for a from CRMVI_LARGE on. */
double crmvi_stirling_rest(double a);

#endif
