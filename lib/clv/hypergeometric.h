/* hypergeometric.h - what the ways to Gauss's hypergeometric function share. */
#ifndef CRMVI_CLV_HYPERGEOMETRIC_H
#define CRMVI_CLV_HYPERGEOMETRIC_H

/* F(a, b; c; z), a >= b and c above 0. Differences stand on their own, since taken again they lose digits: c - (c - a)
 * is not a. */
typedef struct crmvi_series {
    double a, b, c;
    double c_a, c_b; /* c - a, c - b */
    double z, w;     /* w = 1 - z */
} crmvi_series;

/* ln F for c > b > 0, 0 < z < 1, by quadrature. */
double crmvi_log_of_integral(const crmvi_series *s);

#endif
