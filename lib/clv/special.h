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

/* ln(e^a + e^b), and ln(e^a - e^b) for a >= b; -infinity is the logarithm of 0. */
double crmvi_log_sum(double a, double b);
double crmvi_log_difference(double a, double b);

/* ln Gamma(a), a > 0. */
double crmvi_log_gamma(double a);

/* ln Gamma(a + n) - ln Gamma(a), and psi(a + n) - psi(a), for a > 0, n >= 0: without the cancellation of two large
 * numbers, and exact for n of any size, whole or not. */
double crmvi_log_rising(double a, double n);
double crmvi_digamma_rising(double a, double n);

/* psi(a), a > 0. */
double crmvi_digamma(double a);

/* ln B(a, b), a, b > 0. */
double crmvi_log_beta(double a, double b);

/* ln 2F1(a, b; c; z) for a, b >= 0, c > 0, 0 <= z < 1: all terms of the series are positive. `w` is 1 - z, which the
 * caller knows more exactly where z is near 1. */
double crmvi_log_2f1(double a, double b, double c, double z, double w);

#endif
