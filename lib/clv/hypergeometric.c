#include "clv/hypergeometric.h"

#include "clv/special.h"

#include <math.h>
#include <stdbool.h>

/*
 * Sums in which nothing cancels:
 *
 * 1. The series of F, where some hundred terms do; if possible after Euler's transformation F(a, b; c; z) =
 *    (1 - z)^(c - a - b) F(c - a, c - b; c; z), which makes terms fall faster (Abramowitz & Stegun 15.3.3).
 * 2. Otherwise, for c > b, Euler's integral (hypergeometric_integral.c).
 * 3. For c <= b <= a, c is raised by whole steps until it is above b, and relations between neighbours (15.2.12 and one
 *    more) lead back down; all their parts are positive there.
 */

/* Up to so many terms are added up; from the look on only if that will do. */
enum { MOST_TERMS = 1024, TERMS_AT_ONCE = 8, LOOK = 128 };
static const double LOG_MOST_BY_LOOK = 0x1.0a2b23f3bab73p+1; /* ln(MOST_TERMS / LOOK) */
static const double LOG_LAST_PLACE = -39;
static const double GREATEST_TERM = 1e200;

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

/* Whether terms as this one, number k, will have died away before MOST_TERMS, falling as k^-power z^k. */
static bool will_do(const crmvi_series *s, double term, double sum, double k) {
    const double ratio = (s->a + k) * (s->b + k) / ((s->c + k) * (1 + k));
    const double power = (1 - ratio) * k;
    return crmvi_log(fabs(term / sum)) - power * LOG_MOST_BY_LOOK - (MOST_TERMS - k) * (1 - s->z) < LOG_LAST_PLACE;
}

/* ln of the sum, which begins with 1, relative to itself also where it is near 0; false if it takes too many terms. */
static bool find_log_of_series(const crmvi_series *s, double *found) {
    double term = 1;
    double beyond_one = 0;
    for (int32_t k = 0; k < MOST_TERMS; k += TERMS_AT_ONCE) {
        for (int32_t i = k; i < k + TERMS_AT_ONCE; i++) {
            term *= (s->a + i) * (s->b + i) * s->z / ((s->c + i) * (1.0 + i));
            beyond_one += term;
        }
        const int32_t next = k + TERMS_AT_ONCE;
        const double ratio = greatest_ratio(s, next);
        if (ratio < 1 && fabs(term) * ratio <= 0x1p-56 * (1 - ratio) * fabs(beyond_one)) {
            *found = crmvi_log1p(beyond_one);
            return true;
        }
        if (fabs(term) > GREATEST_TERM || (next == LOOK && !will_do(s, term, beyond_one, next))) {
            return false;
        }
    }
    return false;
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
    const crmvi_series raised = {s->a + 1, s->b + 1, c + 2, s->c_a + 1, s->c_b + 1, s->z, s->w};
    return crmvi_log_sum(log_above, crmvi_log(s->a * s->b * s->z / (c * (c + 1))) + log_of_any(&raised));
}

static crmvi_series with_c_raised(const crmvi_series *s, int32_t steps) {
    return (crmvi_series){s->a, s->b, s->c + steps, s->c_a + steps, s->c_b + steps, s->z, s->w};
}

static double log_from_above(const crmvi_series *s) {
    const int32_t steps = (int32_t)floor(-s->c_b);
    const crmvi_series top = with_c_raised(s, steps);
    const crmvi_series above = with_c_raised(s, steps + 1);
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

/* a >= b > 0, if the series takes too many terms. */
static double log_without_series(const crmvi_series *s) {
    if (s->c_b == 0) {
        return -s->a * crmvi_log(s->w);
    }
    return s->c_b > 0 ? crmvi_log_of_integral(s) : log_from_above(s);
}

/* Whether Euler's transformation leaves a series whose terms fall faster and, behind the first, have one sign, and
 * whose sum is not much below 1 if that is negative. */
static bool is_better_transformed(const crmvi_series *s, const crmvi_series *transformed) {
    const double a = transformed->a;
    const double b = transformed->b;
    return b < s->b && a >= -1 && b >= -1 && (a * b >= 0 || a * b >= -s->c / 4);
}

static double log_of_any(const crmvi_series *s) {
    const crmvi_series transformed = {s->c_b, s->c_a, s->c, s->b, s->a, s->z, s->w};
    const bool is_transformed = is_better_transformed(s, &transformed);
    double found;
    if (is_transformed) {
        const double factor = (s->c_a - s->b) * crmvi_log(s->w);
        if (transformed.a * transformed.b == 0) {
            return factor;
        }
        if (find_log_of_series(&transformed, &found)) {
            return factor + found;
        }
        if (transformed.b > 0) {
            return factor + log_without_series(&transformed);
        }
    }
    return !is_transformed && find_log_of_series(s, &found) ? found : log_without_series(s);
}

double crmvi_log_2f1(double a, double b, double c, double z, double w) {
    if (isnan(a) || isnan(b) || isnan(c) || isnan(z) || isnan(w)) {
        return NAN;
    }
    if (a == 0 || b == 0 || z == 0) {
        return 0;
    }
    const double more = a > b ? a : b;
    const double less = a > b ? b : a;
    const crmvi_series s = {more, less, c, c - more, c - less, z, w};
    return log_of_any(&s);
}
