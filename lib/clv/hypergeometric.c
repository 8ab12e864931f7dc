#include "clv/hypergeometric.h"

#include "clv/special.h"

#include <math.h>
#include <stdbool.h>

/*
 * Four ways, each of sums of positive numbers alone:
 *
 * 1. Euler's transformation F(a, b; c; z) = (1 - z)^(c - a - b) F(c - a, c - b; c; z) where it leaves positive numbers
 *    and makes the series shorter (Abramowitz & Stegun 15.3.3).
 * 2. The series itself, where few hundred terms do.
 * 3. Otherwise, for c > b, Euler's integral (hypergeometric_integral.c).
 * 4. For c <= b <= a, c is raised by whole steps until it is above b, and relations between neighbours (15.2.12 and one
 *    more) lead back down; all their parts are positive there, so that nothing cancels.
 */

/* Up to so many terms are added up. */
enum { MOST_TERMS = 512, TERMS_BETWEEN_LOOKS = 8, FIRST_LOOK = 128 };

/* A bound on all ratios of a term to the one before, from term k on: each of the two quotients goes to 1 and never
 * crosses it. */
static double greatest_ratio(const crmvi_series *s, double k) {
    const double a = s->a + k;
    const double b = s->b + k;
    const double c = s->c + k;
    const double d = 1 + k;
    const double one_way = fmax(1, a / c) * fmax(1, b / d);
    const double other_way = fmax(1, b / c) * fmax(1, a / d);
    return s->z * fmin(one_way, other_way);
}

/* Whether what lies behind MOST_TERMS is below e^-39 of the greatest term. */
static bool is_short(const crmvi_series *s) {
    const double ratio = greatest_ratio(s, FIRST_LOOK);
    const double most = 0.9034; /* e^(-39 / (MOST_TERMS - FIRST_LOOK)) */
    return ratio < most;
}

/* ln of the sum, which begins with 1; relative to itself also where it is near 0. */
static double log_of_series(const crmvi_series *s) {
    double term = 1;
    double beyond_one = 0;
    for (int32_t k = 0; k < MOST_TERMS; k += TERMS_BETWEEN_LOOKS) {
        for (int32_t i = k; i < k + TERMS_BETWEEN_LOOKS; i++) {
            term *= (s->a + i) * (s->b + i) * s->z / ((s->c + i) * (1.0 + i));
            beyond_one += term;
        }
        const double ratio = greatest_ratio(s, k + TERMS_BETWEEN_LOOKS);
        if (ratio < 1 && term * ratio <= 0x1p-56 * (1 - ratio) * beyond_one) {
            break;
        }
    }
    return crmvi_log1p(beyond_one);
}

static double log_of_any(const crmvi_series *s);

/* F at c from F at c + 1 and F at c + 2: the quotient of the first two from that of the second two. */
static double quotient_below(const crmvi_series *s, double c, double quotient) {
    const double a = s->a;
    const double b = s->b;
    const double of_first = c * s->w + s->z * ((a - (c + 1)) + b);
    const double of_second = (c + 1 - a) * (c + 1 - b) * s->z / (c + 1);
    return (of_first + of_second / quotient) / (c * s->w);
}

/* F at c from F at c + 1 where c is above b - 1, so that both on the right have an integral:
 * F(a, b; c) = F(a, b; c + 1) + a b z / (c (c + 1)) F(a + 1, b + 1; c + 2), which the series shows term by term. */
static double log_one_below(const crmvi_series *s, double log_above) {
    const double c = s->c;
    const crmvi_series raised = {s->a + 1, s->b + 1, c + 2, s->z, s->w};
    return crmvi_log_sum(log_above, crmvi_log(s->a * s->b * s->z / (c * (c + 1))) + log_of_any(&raised));
}

static double log_from_above(const crmvi_series *s) {
    const int32_t steps = (int32_t)floor(s->b - s->c);
    crmvi_series top = *s;
    top.c = s->c + steps;
    crmvi_series above = top;
    above.c = top.c + 1;
    const double log_above = log_of_any(&above);
    double sum = log_one_below(&top, log_above);
    if (steps == 0) {
        return sum;
    }
    double quotient = crmvi_exp(sum - log_above);
    double product = 1;
    for (int32_t step = steps - 1; step >= 0; step--) {
        quotient = quotient_below(s, s->c + step, quotient);
        product *= quotient;
        if (product > 1e100) {
            sum += crmvi_log(product);
            product = 1;
        }
    }
    return sum + crmvi_log(product);
}

/* a >= b. */
static double log_of_ordered(const crmvi_series *s) {
    if (s->b == 0) {
        return 0;
    }
    if (is_short(s)) {
        return log_of_series(s);
    }
    if (s->c == s->b) {
        return -s->a * crmvi_log(s->w);
    }
    return s->c > s->b ? crmvi_log_of_integral(s) : log_from_above(s);
}

static double log_of_any(const crmvi_series *s) {
    const double c_a = s->c - s->a;
    const double c_b = s->c - s->b;
    if (c_a < s->b && c_a >= 0 && c_b >= 0) {
        const crmvi_series transformed = {c_b, c_a, s->c, s->z, s->w};
        return (c_a - s->b) * crmvi_log(s->w) + log_of_ordered(&transformed);
    }
    return log_of_ordered(s);
}

double crmvi_log_2f1(double a, double b, double c, double z, double w) {
    if (isnan(a) || isnan(b) || isnan(c) || isnan(z) || isnan(w)) {
        return NAN;
    }
    if (a == 0 || b == 0 || z == 0) {
        return 0;
    }
    const crmvi_series s = {a > b ? a : b, a > b ? b : a, c, z, w};
    return log_of_any(&s);
}
