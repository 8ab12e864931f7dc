#include "fit/settling.h"

#include <math.h>
#include <string.h>

enum { MOST = CRMVI_FITTED_MOST, ROUNDS = 16, STEPS_A_ROUND = 4 };

/* Lengths of steps, in logarithms of parameters. */
static const double NO_STEP = 1e-8;   /* where it stands is the minimum */
static const double LAST_STEP = 1e-4; /* after which what is left is of the order of its square */
static const double SHORT_STEP = .05; /* within which curvature stays the same, nearly */
static const double RUNAWAY_STEP = .3;
static const double STRETCHED_STEP = 2;
static const double STILL_SETTLED = 1e-3; /* where rounding stops it */

static const double LOG_LIKELIHOOD_LEFT = 1e-3; /* of all rows: what running on could still bring, about */
static const double LEAST_SLOPE = 1e-10;
static const double SMALL_SLOPE = 1e-6; /* for each row: where a step that does not become shorter is looked at */

typedef struct course {
    const crmvi_search *search;
    crmvi_settlement *out;
    double inverse[CRMVI_CURVATURES];
    double step[MOST];
    double longest; /* of the step */
} course;

static void aim(course *c) {
    const crmvi_space *space = c->search->space;
    const crmvi_point *point = &c->out->point;
    c->longest = 0;
    for (int32_t i = 0; i < space->count; i++) {
        c->step[i] = 0;
        for (int32_t j = 0; j < space->count && !crmvi_is_held(space, point, i); j++) {
            c->step[i] -= crmvi_is_held(space, point, j) ? 0 : c->inverse[i * MOST + j] * point->slopes[j];
        }
        c->longest = fmax(c->longest, fabs(c->step[i]));
    }
}

static void point_to(course *c, const double *direction) {
    double longest = 0;
    for (int32_t i = 0; i < c->search->space->count; i++) {
        longest = fmax(longest, fabs(direction[i]));
    }
    for (int32_t i = 0; i < c->search->space->count; i++) {
        c->out->direction[i] = longest > 0 ? direction[i] / longest : 0;
    }
}

/* How it stands where no step leads on. */
static crmvi_state state_here(course *c) {
    const crmvi_curvature *curvature = &c->out->curvature;
    if (c->longest > STILL_SETTLED) {
        return CRMVI_LOST;
    }
    if (crmvi_curvature_is_positive(curvature)) {
        return CRMVI_SETTLED;
    }
    for (int32_t i = 0; i < curvature->count; i++) {
        if (curvature->is_flat[i]) {
            point_to(c, curvature->axes + i * MOST);
            return CRMVI_FLAT;
        }
    }
    return CRMVI_LOST; /* a saddle */
}

static double slope_of_no_matter(const course *c) {
    return fmax(LOG_LIKELIHOOD_LEFT / (double)c->search->likelihood->rows->rows, LEAST_SLOPE);
}

static bool is_runaway(const course *c) {
    return c->longest >= RUNAWAY_STEP && crmvi_slope_left(c->search->space, &c->out->point) <= SMALL_SLOPE;
}

static void stretch(course *c) {
    for (int32_t i = 0; i < c->search->space->count; i++) {
        c->step[i] *= STRETCHED_STEP / c->longest;
    }
}

/* Steps while curvature is what it was; *ended where there is none left to make. */
static int32_t step_on(course *c, bool *ended) {
    for (int32_t i = 0; i < STEPS_A_ROUND; i++) {
        aim(c);
        crmvi_point next = c->out->point;
        bool moved = false;
        if (c->longest > NO_STEP) {
            if (is_runaway(c)) {
                stretch(c);
            }
            const int32_t status = crmvi_step(c->search, &c->out->point, c->step, &next, &moved);
            if (status != CRMV_OK) {
                return status;
            }
        }
        if (moved) {
            c->out->point = next;
        }
        if (!moved || c->longest <= LAST_STEP) {
            c->out->state = state_here(c);
            *ended = true;
            return CRMV_OK;
        }
        if (c->longest > SHORT_STEP) {
            break;
        }
    }
    return CRMV_OK;
}

int32_t crmvi_settle(const crmvi_search *search, const crmvi_point *point, crmvi_settlement *out) {
    memset(out, 0, sizeof *out);
    out->point = *point;
    out->state = CRMVI_LOST;
    course c = {.search = search, .out = out};
    int32_t runs = 0;
    bool ended = false;
    for (int32_t round = 0; round < ROUNDS && !ended; round++) {
        int32_t status = crmvi_curvature_measure(search, &out->point, &out->curvature);
        if (status != CRMV_OK) {
            return status;
        }
        crmvi_curvature_invert(&out->curvature, c.inverse);
        aim(&c);
        runs = is_runaway(&c) ? runs + 1 : 0;
        if (runs > 1 && crmvi_slope_left(search->space, &out->point) <= slope_of_no_matter(&c)) {
            point_to(&c, c.step);
            out->state = CRMVI_RUNNING;
            return CRMV_OK;
        }
        status = step_on(&c, &ended);
        if (status != CRMV_OK) {
            return status;
        }
    }
    return CRMV_OK;
}
