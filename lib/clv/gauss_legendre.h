/*
 * gauss_legendre.h - Gauss and Legendre's rules for integrals of e^-g(v), g convex and smooth, over a short way.
 *
 * A rule integrates polynomials of up to twice its nodes in degree exactly. How many nodes e^-g takes depends on the
 * way's width, since g has its singularities pi beside the line (decay_integral.h), and on its steepness: the width
 * times the slope of g at the end. Both are known beforehand, so that nothing has to be tried and compared.
 */
#ifndef CRMVI_CLV_GAUSS_LEGENDRE_H
#define CRMVI_CLV_GAUSS_LEGENDRE_H

#include <stdint.h>

enum { CRMVI_GAUSS_RULES = 6, CRMVI_GAUSS_NODES = 24 /* of the last rule, which has most */ };

typedef struct crmvi_gauss_rule {
    int32_t nodes;
    double widest, steepest;    /* up to here the integral is exact to 1e-13 of itself */
    const double *at, *weights; /* for the integral from 0 to 1 */
} crmvi_gauss_rule;

const crmvi_gauss_rule *crmvi_gauss_rule_at(int32_t position);

/* The position of the least rule that will do; CRMVI_GAUSS_RULES where none does, or where one of the two is NaN. */
int32_t crmvi_gauss_rule_for(double width, double steepness);

#endif
