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
 * the left the integrand is e^(b u) times a power series in y = e^u, and the rest of the sum one of geometric series,
 * however slowly it falls; on the right likewise with e^((b - c) u) and y = e^-u / w. What the rule gives on a grid and
 * on the one between its points tells whether h is small enough.
 */

enum { BLOCK = 8, MOST_HALVINGS = 10, MOST_TERMS = 40 };

static const double NEGLIGIBLE = 40; /* e^-40 of the greatest value */

/* Where two grids are so near each other, both together err by about the square of it, since the integrand's greatest
 * value is 1 and what is wide about it is smooth. */
static const double ENOUGH = 1e-8;
static const double NOISE = 1e-14; /* by which sums differ through roundings */

/* Where a point lies: its distances from two corners, and what is beside them. */
typedef struct place {
    double below, between, above; /* u as min(u, 0) + between 0 and the corner + beyond the corner */
    double at_zero, at_corner;    /* ln(1 + e^-|u|), ln(1 + e^-|u - corner|) */
} place;

/* Far out the integrand is e^(-rate v) (1 + y)^near (1 + w y)^far with y = e^-v, v being the distance from the corner;
 * from `distance` on the series of both powers converges quickly. */
typedef struct side {
    double rate, near, far, w, distance;
} side;

/* The logarithm of the integrand: piecewise linear, with corners at 0 and at -ln w, but for what lies near them. */
typedef struct integrand {
    double b, c_b, c_a, a; /* b, c - b, c - a, a */
    double slope;          /* between the corners: a + b - c */
    double corner, w;
    double mode; /* where it is greatest */
    place there; /* and what it is counted from */
    side left, right;
} integrand;

static place place_of(const integrand *f, double u) {
    const double from_corner = u - f->corner;
    return (place){
        .below = u < 0 ? u : 0,
        .between = u < 0             ? 0
                   : from_corner > 0 ? f->corner
                                     : u,
        .above = from_corner > 0 ? from_corner : 0,
        .at_zero = crmvi_log1p(crmvi_exp(-fabs(u))),
        .at_corner = crmvi_log1p(crmvi_exp(-fabs(from_corner))),
    };
}

static double log_at_mode(const integrand *f) {
    const place *p = &f->there;
    return (f->b * p->below + f->slope * p->between - f->c_b * p->above) - (f->c_a * p->at_zero + f->a * p->at_corner);
}

/* y = e^mode is where the slope, b + (a - c) y / (1 + y) - a w y / (1 + w y), is 0: a quadratic equation. */
static double mode_of(const crmvi_series *s, double c_b, double slope) {
    const double half = (slope - s->w * (s->a - s->b)) / 2;
    const double root = sqrt(half * half + s->w * s->b * c_b);
    return half > 0 ? crmvi_log((half + root) / (s->w * c_b)) : crmvi_log(s->b / (root - half));
}

static side side_of(double rate, double near, double far, double w) {
    const double least = 8; /* so that y <= 1 / 8, and the exponents times it at most 1 */
    return (side){rate, near, far, w, crmvi_log(fmax(least, fabs(near) + fabs(far) * w))};
}

static integrand integrand_of(const crmvi_series *s) {
    integrand f = {.b = s->b, .c_b = s->c_b, .c_a = s->c_a, .a = s->a, .w = s->w};
    f.slope = s->b - f.c_a;
    f.corner = -crmvi_log(s->w);
    f.mode = mode_of(s, f.c_b, f.slope);
    f.there = place_of(&f, f.mode);
    f.left = side_of(f.b, -f.c_a, -f.a, s->w);
    f.right = side_of(f.c_b, -f.a, -f.c_a, s->w);
    return f;
}

/* The integrand, of which the mode has 1, at the points first + i step; powers are e^(i step). */
static void values_of_block(const integrand *f, double first, double step, const double *restrict powers,
                            double *restrict values) {
    double at_zero[BLOCK];
    double at_corner[BLOCK];
    const double y_first = crmvi_exp(first);
    for (int32_t i = 0; i < BLOCK; i++) {
        const double y = y_first * powers[i];
        const double beyond = f->w * y;
        const double inverse = 1 / y;
        const double inverse_beyond = 1 / beyond;
        at_zero[i] = y < inverse ? y : inverse;
        at_corner[i] = beyond < inverse_beyond ? beyond : inverse_beyond;
    }
    crmvi_log1ps(at_zero, BLOCK, at_zero);
    crmvi_log1ps(at_corner, BLOCK, at_corner);
    const place there = f->there;
    for (int32_t i = 0; i < BLOCK; i++) {
        const double u = first + i * step;
        const double below = u < 0 ? u : 0;
        const double above = u > f->corner ? u - f->corner : 0;
        const double between = u > f->corner ? f->corner : u - below;
        values[i] =
            (f->b * (below - there.below) + f->slope * (between - there.between) - f->c_b * (above - there.above)) -
            (f->c_a * (at_zero[i] - there.at_zero) + f->a * (at_corner[i] - there.at_corner));
    }
    crmvi_exps(values, BLOCK, values);
}

static double sum_of_block(const double *values) {
    double sums[4] = {0};
    for (int32_t i = 0; i < BLOCK; i += 4) {
        for (int32_t k = 0; k < 4; k++) {
            sums[k] += values[i + k];
        }
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/* The sum over all points behind the distance v, where the integrand is `value`: with (1 + y)^near (1 + w y)^far = g0 +
 * g1 y + ..., each g e^-((rate + k) v) adds up to a geometric series. That the logarithm's derivative is near / (1 + y)
 * + far w / (1 + w y) gives each g from the two before. */
static double rest_behind(const side *s, double v, double value, double step) {
    const double y = crmvi_exp(-v);
    const double y_ratio = crmvi_exp(-step);
    const double less_1 = crmvi_expm1(-step * s->rate);
    const double w = s->w;
    double ratio = 1 + less_1;
    double rest = ratio / -less_1;
    double whole = 1;
    double before = 0;
    double term = 1;
    for (int32_t k = 0; k < MOST_TERMS && fabs(term) + fabs(before) > 0x1p-56; k++) {
        const double next =
            y / (k + 1) * ((s->near + s->far * w - (1 + w) * k) * term + w * y * (s->near + s->far - k + 1) * before);
        before = term;
        term = next;
        ratio *= y_ratio;
        whole += term;
        rest += term * ratio / (1 - ratio);
    }
    return value * rest / whole;
}

/* What is negligible before the series converge has nothing behind it. */
static double rest_of(const side *s, double v, double value, double step) {
    return v >= s->distance ? rest_behind(s, v, value, step) : 0;
}

/* e^-NEGLIGIBLE of the greatest value, less where it falls so slowly that much is behind it. */
static double least_of(const side *s) {
    return crmvi_exp(-NEGLIGIBLE) * (s->rate < 1 ? s->rate : 1);
}

/* The sum over a grid of the whole line. */
static double sum_on_grid(const integrand *f, double offset, double step, const double *powers) {
    const double width = BLOCK * step;
    const double least_right = least_of(&f->right);
    const double least_left = least_of(&f->left);
    double values[BLOCK];
    double sum = 0;
    double end; /* distance of the last point from the corner */
    double at = f->mode + offset;
    do {
        values_of_block(f, at, step, powers, values);
        sum += sum_of_block(values);
        at += width;
        end = at - step - f->corner;
    } while (end < f->right.distance && values[BLOCK - 1] > least_right);
    sum += rest_of(&f->right, end, values[BLOCK - 1], step);
    at = f->mode + offset;
    do {
        at -= width;
        values_of_block(f, at, step, powers, values);
        sum += sum_of_block(values);
    } while (-at < f->left.distance && values[0] > least_left);
    return sum + rest_of(&f->left, -at, values[0], step);
}

/* s (1 - s) of the logistic s at u. */
static double spread_at(double u) {
    const double e = crmvi_exp(-fabs(u));
    return e / ((1 + e) * (1 + e));
}

static double integral_of(const integrand *f) {
    const double curvature = f->c_a * spread_at(f->mode) + f->a * spread_at(f->mode - f->corner);
    double step = curvature > 1 ? 1 / sqrt(curvature) : 1;
    double powers[BLOCK];
    double sum = 0;
    for (int32_t halvings = 0; halvings < MOST_HALVINGS; halvings++) {
        for (int32_t i = 0; i < BLOCK; i++) {
            powers[i] = i * step;
        }
        crmvi_exps(powers, BLOCK, powers);
        if (halvings == 0) {
            sum = sum_on_grid(f, 0, step, powers);
        }
        const double between = sum_on_grid(f, step / 2, step, powers);
        const double apart = fabs(sum - between) * step;
        sum += between;
        step /= 2;
        const double integral = sum * step;
        if (apart <= fmax(ENOUGH * (integral < 1 ? integral : sqrt(integral)), NOISE * integral)) {
            break;
        }
    }
    return sum * step;
}

double crmvi_log_of_integral(const crmvi_series *s) {
    const integrand f = integrand_of(s);
    const double log = log_at_mode(&f) + crmvi_log(integral_of(&f)) - crmvi_log_beta(s->b, f.c_b);
    return log > 0 ? log : 0; /* which only rounding can bring below */
}
