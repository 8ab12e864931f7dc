/*
 * descent.c - the BFGS method (Broyden, Fletcher, Goldfarb and Shanno, 1970) with a step that is cut back until the
 * cost falls enough (Armijo 1966), within bounds: coordinates at a bound that slopes press against stay there.
 */
#include "fit/descent.h"

#include "base/exponential.h"
#include "base/logarithm.h"

#include <math.h>
#include <string.h>

enum { MOST = CRMVI_FITTED_MOST };

static const double LONGEST_STEP = 2; /* of a logarithm */
static const double FIRST_STEP = .3;  /* while nothing is known of curvature */
static const double ENOUGH = 1e-4;    /* of the fall that the slope promises */
static const double ROUNDING = 4e-15; /* of a cost */
static const double LEAST_SHORTENING = .1;
static const double SHORTEST = 1e-10;

/* ---- Points ------------------------------------------------------------------------------------------------------ */

void crmvi_space_parameters(const crmvi_space *space, const double *at, double *parameters) {
    for (int32_t k = 0; k < space->count; k++) {
        parameters[k] =
            space->of_any_sign[k] ? space->origin[k] + space->scale[k] * at[k] : space->scale[k] * crmvi_exp(at[k]);
    }
}

/* What is nearly at a bound is there. */
static double within(const crmvi_space *space, int32_t k, double u) {
    const double nearly = 1e-9;
    return u < space->lowest[k] + nearly ? space->lowest[k] : u > space->highest[k] - nearly ? space->highest[k] : u;
}

double crmvi_space_coordinate(const crmvi_space *space, int32_t position, double parameter) {
    const double scale = space->scale[position];
    const double u =
        space->of_any_sign[position] ? (parameter - space->origin[position]) / scale : crmvi_log(parameter / scale);
    return within(space, position, u);
}

bool crmvi_is_held(const crmvi_space *space, const crmvi_point *point, int32_t position) {
    const double u = point->at[position];
    const double slope = point->slopes[position];
    return (u <= space->lowest[position] && slope > 0) || (u >= space->highest[position] && slope < 0);
}

double crmvi_slope_left(const crmvi_space *space, const crmvi_point *point) {
    double greatest = 0;
    for (int32_t k = 0; k < space->count; k++) {
        if (!crmvi_is_held(space, point, k)) {
            greatest = fmax(greatest, fabs(point->slopes[k]));
        }
    }
    return greatest;
}

/* What the penalty adds to cost and slopes, times the rows. */
static double penalise(const crmvi_space *space, const double *parameters, double *slopes) {
    double sum = 0;
    for (int32_t k = 0; k < space->count; k++) {
        const double logarithm = space->of_any_sign[k] ? 0 : crmvi_log(parameters[k]);
        sum += logarithm * logarithm;
        slopes[k] = 2 * space->penalty * logarithm;
    }
    return space->penalty * sum;
}

int32_t crmvi_point_measure(const crmvi_search *search, crmvi_point *point) {
    const crmvi_space *space = search->space;
    double parameters[MOST];
    double slopes[MOST] = {0};
    double penalties[MOST];
    crmvi_space_parameters(space, point->at, parameters);
    const int32_t status = crmvi_likelihood_at(search->likelihood, parameters, &point->log_likelihood, slopes);
    if (status != CRMV_OK) {
        return status;
    }
    const double rows = (double)search->likelihood->rows->rows;
    point->cost = (penalise(space, parameters, penalties) - point->log_likelihood) / rows;
    for (int32_t k = 0; k < space->count; k++) {
        const double own = space->of_any_sign[k] ? slopes[k] * space->scale[k] : slopes[k];
        point->slopes[k] = (penalties[k] - own) / rows;
    }
    return status;
}

static bool is_finite(const crmvi_space *space, const crmvi_point *point) {
    bool finite = isfinite(point->cost);
    for (int32_t k = 0; k < space->count; k++) {
        finite = finite && isfinite(point->slopes[k]);
    }
    return finite;
}

/* ---- Steps ------------------------------------------------------------------------------------------------------- */

/* Where `step`, times `part`, leads; the fall that slopes promise on the way there. */
static double go(const crmvi_space *space, const crmvi_point *from, const double *step, double part, crmvi_point *to) {
    double promised = 0;
    for (int32_t k = 0; k < space->count; k++) {
        to->at[k] = within(space, k, from->at[k] + part * step[k]);
        promised -= from->slopes[k] * (to->at[k] - from->at[k]);
    }
    return promised;
}

static double longest_of(const double *step, int32_t count) {
    double longest = 0;
    for (int32_t k = 0; k < count; k++) {
        longest = fmax(longest, fabs(step[k]));
    }
    return longest;
}

/* The part of a step after which the first coordinate comes to its bound. One that is there already stays there. */
static double part_within(const crmvi_space *space, const crmvi_point *from, const double *step) {
    double part = 1;
    for (int32_t k = 0; k < space->count; k++) {
        const double room = step[k] < 0 ? from->at[k] - space->lowest[k] : space->highest[k] - from->at[k];
        if (room > 0 && fabs(step[k]) * part > room) {
            part = room / fabs(step[k]);
        }
    }
    return part;
}

/* A smaller part of the step: the least point of the parabola through both costs, as far as it is of use. */
static double shorten(double part, double promised, double rise) {
    const double least = promised / (2 * (promised + rise));
    return part * (isfinite(least) ? fmin(fmax(least, LEAST_SHORTENING), .5) : LEAST_SHORTENING);
}

int32_t crmvi_step(const crmvi_search *search, const crmvi_point *from, const double *step, crmvi_point *to,
                   bool *moved) {
    const crmvi_space *space = search->space;
    const double longest = longest_of(step, space->count);
    double part = part_within(space, from, step);
    part = part * longest > LONGEST_STEP ? LONGEST_STEP / longest : part;
    *moved = false;
    while (part * longest > SHORTEST) {
        const double promised = go(space, from, step, part, to);
        const int32_t status = crmvi_point_measure(search, to);
        if (status != CRMV_OK) {
            return status;
        }
        const bool finite = is_finite(space, to);
        const double rise = finite ? to->cost - from->cost : INFINITY;
        const double noise = ROUNDING * fabs(from->cost);
        const bool is_level = finite && rise <= noise && promised <= 1e3 * noise &&
                              crmvi_slope_left(space, to) < crmvi_slope_left(space, from);
        if (is_level || (finite && promised > 0 && -rise >= ENOUGH * promised)) {
            *moved = true;
            return CRMV_OK;
        }
        part = shorten(part, promised, rise);
    }
    return CRMV_OK;
}

/* ---- What is known of curvature ---------------------------------------------------------------------------------- */

static void forget(double *inverse, int32_t count, double diagonal) {
    memset(inverse, 0, CRMVI_CURVATURES * sizeof *inverse);
    for (int32_t k = 0; k < count; k++) {
        inverse[k * MOST + k] = diagonal;
    }
}

static void multiply(const double *inverse, const double *by, int32_t count, double *product) {
    for (int32_t i = 0; i < count; i++) {
        product[i] = 0;
        for (int32_t j = 0; j < count; j++) {
            product[i] += inverse[i * MOST + j] * by[j];
        }
    }
}

static double dot(const double *a, const double *b, int32_t count) {
    double sum = 0;
    for (int32_t k = 0; k < count; k++) {
        sum += a[k] * b[k];
    }
    return sum;
}

/* B' = (1 - s y^T / sy) B (1 - y s^T / sy) + s s^T / sy. */
static void learn(double *inverse, const double *s, const double *y, double sy, int32_t count) {
    double by[MOST];
    multiply(inverse, y, count, by);
    const double factor = (1 + dot(y, by, count) / sy) / sy;
    for (int32_t i = 0; i < count; i++) {
        for (int32_t j = 0; j < count; j++) {
            inverse[i * MOST + j] += factor * s[i] * s[j] - (by[i] * s[j] + s[i] * by[j]) / sy;
        }
    }
}

/* What two points and their slopes tell of the coordinates that were not held. Where the cost is not convex between
 * them, steps become longer. */
static void compare_slopes(const crmvi_space *space, const crmvi_point *from, const crmvi_point *to, bool is_fresh,
                           double *inverse) {
    const int32_t count = space->count;
    double s[MOST];
    double y[MOST];
    for (int32_t k = 0; k < count; k++) {
        s[k] = to->at[k] - from->at[k];
        y[k] = crmvi_is_held(space, from, k) ? 0 : to->slopes[k] - from->slopes[k];
    }
    const double sy = dot(s, y, count);
    const double yy = dot(y, y, count);
    if (sy > 1e-8 * sqrt(dot(s, s, count) * yy)) {
        if (is_fresh) {
            forget(inverse, count, sy / yy);
        }
        learn(inverse, s, y, sy, count);
        return;
    }
    for (int32_t i = 0; i < CRMVI_CURVATURES; i++) {
        inverse[i] *= 2;
    }
}

/* The step that curvature asks for, of coordinates that are not held. */
static void aim(const crmvi_space *space, const crmvi_point *point, const double *inverse, double *step) {
    double slopes[MOST] = {0};
    for (int32_t k = 0; k < space->count; k++) {
        slopes[k] = crmvi_is_held(space, point, k) ? 0 : -point->slopes[k];
    }
    multiply(inverse, slopes, space->count, step);
    for (int32_t k = 0; k < space->count; k++) {
        step[k] = crmvi_is_held(space, point, k) ? 0 : step[k];
    }
}

/* Curvature within a bound is another one than across it. */
static bool are_held_alike(const crmvi_space *space, const crmvi_point *a, const crmvi_point *b) {
    bool alike = true;
    for (int32_t k = 0; k < space->count; k++) {
        alike = alike && crmvi_is_held(space, a, k) == crmvi_is_held(space, b, k);
    }
    return alike;
}

int32_t crmvi_descend(const crmvi_search *search, crmvi_point *point, const double *inverse, double tolerance,
                      int32_t steps) {
    const crmvi_space *space = search->space;
    double known[CRMVI_CURVATURES];
    bool is_fresh = inverse == NULL;
    if (!is_fresh) {
        memcpy(known, inverse, sizeof known);
    }
    for (int32_t i = 0; i < steps; i++) {
        const double slope = crmvi_slope_left(space, point);
        if (slope <= tolerance) {
            break;
        }
        if (is_fresh) {
            forget(known, space->count, FIRST_STEP / slope);
        }
        double step[MOST];
        crmvi_point next;
        bool moved;
        aim(space, point, known, step);
        const int32_t status = crmvi_step(search, point, step, &next, &moved);
        if (status != CRMV_OK) {
            return status;
        }
        if (!moved && is_fresh) {
            break;
        }
        const bool alike = moved && are_held_alike(space, point, &next);
        if (moved) {
            compare_slopes(space, point, &next, is_fresh, known);
            *point = next;
        }
        is_fresh = !alike;
    }
    return CRMV_OK;
}
