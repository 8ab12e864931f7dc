/*
 * special.h - the special functions that lifetime models are made of, with stated errors and the same bits on every
 * CPU.
 *
 * Only additions, subtractions, multiplications, divisions and square roots of doubles: no library's version and no CPU
 * shows. Relative errors were measured against 50 digits over the ranges given (docs/lifetimes.md).
 */
#ifndef CRMVI_CLV_SPECIAL_H
#define CRMVI_CLV_SPECIAL_H

#include "base/exponential.h" /* crmvi_exp, crmvi_expm1, crmvi_exps */
#include "base/logarithm.h"   /* crmvi_log, crmvi_log1p, crmvi_logs */

#include <stdint.h>

/* ln(e^a + e^b), and ln(e^a - e^b) for a >= b; -infinity is the logarithm of 0. To 2e-15 of the result or of what went
 * in, whichever is larger. */
double crmvi_log_sum(double a, double b);
double crmvi_log_difference(double a, double b);

/* ln Gamma(a), a > 0: relative to itself to 1e-15, also near its zeros 1 and 2. */
double crmvi_log_gamma(double a);

/* ln Gamma(a + n) - ln Gamma(a), and psi(a + n) - psi(a), for a > 0, n >= 0, whole or not: without the cancellation of
 * two large numbers. For a from 1e-8 to 1e8 and n up to 1e4 the second is exact to 1e-15 of itself; the first to 6e-15
 * of itself or of 1, whichever is larger, and as n goes to 0 relative to itself, too. It has zeros, where Gamma(a + n)
 * = Gamma(a); there its error is what is said of 1. */
double crmvi_log_rising(double a, double n);
double crmvi_digamma_rising(double a, double n);

/* psi(a), a > 0: to 2e-15 of itself or of 1, whichever is larger (its zero lies at 1.46). */
double crmvi_digamma(double a);

/* ln B(a, b), a, b > 0: to 1e-15 of itself or of 1, whichever is larger; the same bits for a and b in either order. */
double crmvi_log_beta(double a, double b);

/* ln 2F1(a, b; c; z) for a, b >= 0, c > 0, 0 <= z < 1: all terms of the series are positive. `w` is 1 - z, which the
 * caller knows more exactly where z is near 1. For a and b up to 2e4, c up to 4e4, all from 1e-8, and z up to 1 - 1e-12
 * it is exact to 1e-13 of itself or of 1, whichever is larger, and mostly to 1e-15; never below 0, NaN for NaN alone.
 * The same bits for a and b in either order. Where c is below both, it takes min(a, b) - c steps. */
double crmvi_log_2f1(double a, double b, double c, double z, double w);

#endif
