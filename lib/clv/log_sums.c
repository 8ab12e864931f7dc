#include "clv/special.h"

#include <math.h>

static const double LN_2 = 0x1.62e42fefa39efp-1;

double crmvi_log_sum(double a, double b) {
    if (isnan(a) || isnan(b)) {
        return NAN;
    }
    const double higher = a > b ? a : b;
    const double lower = a > b ? b : a;
    if (isinf(higher) || isinf(lower)) {
        return higher;
    }
    return higher + crmvi_log1p(crmvi_exp(lower - higher));
}

/* e^a (1 - e^(b - a)): of the two ways to the logarithm of the second factor the one that loses nothing. */
double crmvi_log_difference(double a, double b) {
    if (isnan(a) || isnan(b) || a < b) {
        return NAN;
    }
    if (a == b) {
        return -INFINITY;
    }
    if (isinf(a) || isinf(b)) {
        return a;
    }
    const double ahead = b - a;
    return a + (ahead > -LN_2 ? crmvi_log(-crmvi_expm1(ahead)) : crmvi_log1p(-crmvi_exp(ahead)));
}
