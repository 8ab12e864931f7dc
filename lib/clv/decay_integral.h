/*
 * decay_integral.h - the integral of what decays at powers of time, over times of any order of magnitude.
 *
 * Wanted are integrals of (a + u)^-m (b + u)^-n over u, of a few purchases or thousands, from moments to ages that are
 * 10^12 times a. In v = ln((a + u) / (a + u_0)) with a <= b they are those of e^-g(v) with
 *
 *     g(v) = p v + q l(v),   l(v) = ln(1 + kappa (e^v - 1)),   kappa = (a + u_0) / (b + u_0) <= 1,
 *
 * and e^-g is as smooth as can be: g is convex, its slope grows from p + q kappa to p + q at most, and all its
 * singularities lie pi beside the line. So a few of Gauss and Legendre's nodes give the integral to 13 digits, and
 * those of e^-g times v, l, e^-v or e^-l, which make its slopes, along with it: from the same nodes, so that slopes are
 * those of the number beside them.
 *
 * Where b is infinite, and n with it, what decays is an exponential: l(v) = e^v - 1. This is meant by kappa = 0.
 */
#ifndef CRMVI_CLV_DECAY_INTEGRAL_H
#define CRMVI_CLV_DECAY_INTEGRAL_H

#include <stdbool.h>
#include <stdint.h>

/* From v = 0 to `length`. Numbers are finite; only where l is e^v - 1 and q above 0, length and rise may be infinite.
 */
typedef struct crmvi_decay {
    double p; /* at least -1 */
    double q; /* at least 0 */
    double kappa;
    double length; /* >= 0; NaN is as good as 0 */
    double rise;   /* e^length - 1 */
} crmvi_decay;

typedef struct crmvi_decay_sums {
    double whole;                /* the integral of e^-g */
    double v, l;                 /* of e^-g v, of e^-g l */
    double inverse_v, inverse_l; /* of e^-g e^-v, of e^-g e^-l (not where l is e^v - 1) */
} crmvi_decay_sums;

/* `count` integrals, which are all of powers or all of exponentials; of the sums only the first ones are worked out
 * unless `with_slopes`, the others are 0. Bits depend on the decay alone and not on those beside it. */
void crmvi_decay_integrals(const crmvi_decay *decays, int64_t count, bool of_exponentials, bool with_slopes,
                           crmvi_decay_sums *sums);

#endif
