#include "clv/hypergeometric.h"
#include "clv/special.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * With t = e^u / (1 + e^u) Euler's integral (Abramowitz & Stegun 15.3.1) becomes
 *
 *     B(b, c - b) F(a, b; c; z) = integral over all u of e^(b u) (1 + e^u)^(a - c) (1 + w e^u)^-a du,
 *
 * whose integrand has one mode and is analytic for |Im u| < pi: the trapezoidal rule with a step h over all of the line
 * errs by about e^(-2 pi^2 / h), so that halving h doubles the number of digits (Trefethen & Weideman 2014). Far out on
 * both sides the integrand is e^(b u) and e^((b - c) u) to the last place, and the rest of the sum a geometric series,
 * however slow it falls. What the rule gives on the grid and on that between its points tells whether h is small
 * enough.
 */

enum { BLOCK = 64, MOST_HALVINGS = 12 };

static const double NEGLIGIBLE = 42;   /* e^-42 of the greatest value */
static const double LAST_PLACE = 1e17; /* 1 / what does not count beside 1 */

/* Where two grids are so near each other, both together err by the square of it, since the integrand's greatest value
 * is 1 and what is wide about it is smooth. */
static const double ENOUGH = 1e-8;

/* The logarithm of the integrand. It is piecewise linear, with corners at 0 and `corner`, but for what lies near them.
 */
typedef struct integrand {
    double b, c_b, c_a, a; /* b, c - b, c - a, a */
    double between;        /* the slope between the corners, a + b - c */
    double corner;         /* -ln w */
    double mode, at_mode;  /* where it is greatest, and how much it is there */
    double left, right;    /* where the geometric series begin */
} integrand;

/* ln(1 + e^u) - max(u, 0). */
static double beside_corner(double u) {
    return crmvi_log1p(crmvi_exp(u < 0 ? u : -u));
}

static double log_value(const integrand *f, double u) {
    const double below = u < 0 ? u : 0;
    const double between = u < 0 ? 0 : u > f->corner ? f->corner : u;
    const double above = u > f->corner ? u - f->corner : 0;
    return (f->b * below + f->between * between - f->c_b * above) -
           (f->c_a * beside_corner(u) + f->a * beside_corner(u - f->corner));
}

/* y = e^mode is where the slope, b + (a - c) y / (1 + y) - a w y / (1 + w y), is 0: a quadratic equation. */
static double mode_of(const crmvi_series *s, double c_b, double between) {
    const double half = (between - s->w * (s->a - s->b)) / 2;
    const double root = sqrt(half * half + s->w * s->b * c_b);
    return half > 0 ? crmvi_log((half + root) / (s->w * c_b)) : crmvi_log(s->b / (root - half));
}

/* s (1 - s) of the logistic s at u. */
static double spread_at(double u) {
    const double e = crmvi_exp(u < 0 ? u : -u);
    return e / ((1 + e) * (1 + e));
}

static integrand integrand_of(const crmvi_series *s) {
    integrand f = {.b = s->b, .c_b = s->c - s->b, .c_a = s->c - s->a, .a = s->a};
    f.between = s->b - f.c_a;
    f.corner = -crmvi_log(s->w);
    f.mode = mode_of(s, f.c_b, f.between);
    f.at_mode = log_value(&f, f.mode);
    const double bend = fabs(f.c_a);
    f.left = -crmvi_log(LAST_PLACE * (bend + f.a * s->w + 1));
    f.right = f.corner + crmvi_log(LAST_PLACE * (bend * s->w + f.a + 1));
    return f;
}

/* The sum over the points from `first` on in steps of `step`, below 0 to the left, until the rest is a geometric series
 * of rate `rate` or too small to count. */
static double sum_to_one_side(const integrand *f, double first, double step, double rate, double end) {
    const double least = -NEGLIGIBLE + (rate < 1 ? crmvi_log(rate) : 0);
    double sum = 0;
    for (int64_t i = 0;; i++) {
        const double u = first + (double)i * step;
        const double log_here = log_value(f, u) - f->at_mode;
        const double here = crmvi_exp(log_here);
        if ((step < 0 ? u < end : u > end) || log_here < least) {
            return sum + here / -crmvi_expm1(-fabs(step) * rate);
        }
        sum += here;
    }
}

static double sum_on_grid(const integrand *f, double offset, double step) {
    return sum_to_one_side(f, f->mode + offset, step, f->c_b, f->right) +
           sum_to_one_side(f, f->mode + offset - step, -step, f->b, f->left);
}

double crmvi_log_of_integral(const crmvi_series *s) {
    const integrand f = integrand_of(s);
    const double curvature = f.c_a * spread_at(f.mode) + f.a * spread_at(f.mode - f.corner);
    double step = curvature > 1 ? 1 / sqrt(curvature) : 1;
    double sum = sum_on_grid(&f, 0, step);
    for (int32_t halvings = 0; halvings < MOST_HALVINGS; halvings++) {
        const double between = sum_on_grid(&f, step / 2, step);
        const double apart = fabs(sum - between) * step;
        sum += between;
        step /= 2;
        const double integral = sum * step;
        if (apart <= ENOUGH * (integral < 1 ? integral : sqrt(integral))) {
            break;
        }
    }
    return f.at_mode + crmvi_log(sum * step) - crmvi_log_beta(s->b, f.c_b);
}
