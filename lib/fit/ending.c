#include "fit/ending.h"

#include "base/decimal.h"
#include "base/logarithm.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MOST = CRMVI_FITTED_MOST };

static const double PART_THAT_RUNS = .1; /* of the longest part of a direction */
static const double LEVEL = 1e-4;        /* a slope for each customer that leaves little to be found */
static const double FAR_OUT = 6.9;       /* a logarithm: a thousand times the scale, or a thousandth of it */

const char *crmv_fit_ending(int32_t ending) {
    static const char *const names[] = {NULL, "converged", "boundary", "not identified", "diverged"};
    return ending >= CRMV_FIT_CONVERGED && ending <= CRMV_FIT_DIVERGED ? names[ending] : NULL;
}

void crmvi_ending_remark(crmv_fit_outcome *outcome, const char *remark) {
    snprintf(outcome->remark, sizeof outcome->remark, "%s", remark);
}

double crmvi_bic(int32_t parameters, int64_t rows, double log_likelihood) {
    return parameters * crmvi_log((double)rows) - 2 * log_likelihood;
}

/* ---- Parameters at their ends ------------------------------------------------------------------------------------ */

static int32_t sign_of(double part) {
    return part > PART_THAT_RUNS ? 1 : part < -PART_THAT_RUNS ? -1 : 0;
}

/* A line has two directions: the one that leads away from the middle. */
static double outwards(const crmvi_settlement *found, int32_t count) {
    double sum = 0;
    for (int32_t k = 0; k < count; k++) {
        sum += found->direction[k] * found->point.at[k];
    }
    return sum < 0 ? -1 : 1;
}

/* Which parameters run where: those that stand at a bound, and those that change where the cost runs on. */
static void find_runs(const crmvi_maximum *m, int32_t *runs) {
    const crmvi_settlement *found = &m->found;
    const double way = found->state == CRMVI_FLAT ? outwards(found, m->space.count) : 1;
    for (int32_t k = 0; k < m->space.count; k++) {
        const bool held = crmvi_is_held(&m->space, &found->point, k);
        const bool low = found->point.at[k] <= m->space.lowest[k];
        runs[k] = held ? (low ? -1 : 1) : sign_of(way * found->direction[k]);
    }
}

static bool fits(const crmvi_range_end *end, const int32_t *runs) {
    bool does = true;
    for (int32_t k = 0; k < MOST; k++) {
        does = does && (end->runs[k] == 0 || end->runs[k] == runs[k]);
    }
    return does;
}

static void tell_end(const crmvi_range_end *ends, const int32_t *runs, const char *const *names,
                     crmv_fit_outcome *outcome) {
    for (int32_t i = 0; ends[i].meaning != NULL; i++) {
        if (fits(&ends[i], runs)) {
            outcome->parameter = ends[i].parameter;
            crmvi_ending_remark(outcome, ends[i].meaning);
            return;
        }
    }
    for (int32_t k = 0; k < MOST; k++) {
        if (runs[k] != 0) {
            outcome->parameter = k;
            snprintf(outcome->remark, sizeof outcome->remark, "the likelihood rises as long as %s %s", names[k],
                     runs[k] < 0 ? "falls" : "grows");
            return;
        }
    }
}

/* ---- Endings ----------------------------------------------------------------------------------------------------- */

/* Whether one of the parameters that a flat line changes is far from where anybody's would be. */
static bool is_far_out(const crmvi_maximum *m, const int32_t *runs) {
    bool is = false;
    for (int32_t k = 0; k < m->space.count; k++) {
        is = is || (runs[k] != 0 && fabs(m->found.point.at[k]) > FAR_OUT);
    }
    return is;
}

static int32_t ending_of(const crmvi_maximum *m, const int32_t *runs) {
    bool held = false;
    for (int32_t k = 0; k < m->space.count; k++) {
        held = held || crmvi_is_held(&m->space, &m->found.point, k);
    }
    switch (m->found.state) {
    case CRMVI_SETTLED:
        return held ? CRMV_FIT_BOUNDARY : CRMV_FIT_CONVERGED;
    case CRMVI_RUNNING:
        return CRMV_FIT_BOUNDARY;
    case CRMVI_FLAT:
        return held || is_far_out(m, runs) ? CRMV_FIT_BOUNDARY : CRMV_FIT_NOT_IDENTIFIED;
    default: /* at a bound rounding may stop the search before its end */
        return held && crmvi_slope_left(&m->space, &m->found.point) <= LEVEL ? CRMV_FIT_BOUNDARY : CRMV_FIT_DIVERGED;
    }
}

void crmvi_ending_tell(const crmvi_maximum *maximum, const crmvi_range_end *ends, const char *const *names,
                       crmv_fit_outcome *outcome, bool *at_end) {
    int32_t runs[MOST] = {0};
    find_runs(maximum, runs);
    outcome->ending = ending_of(maximum, runs);
    outcome->parameter = -1;
    outcome->gradient = crmvi_slope_left(&maximum->space, &maximum->found.point);
    crmvi_ending_remark(outcome, "");
    if (outcome->ending == CRMV_FIT_BOUNDARY) {
        tell_end(ends, runs, names, outcome);
    } else if (outcome->ending == CRMV_FIT_NOT_IDENTIFIED) {
        crmvi_ending_remark(outcome, "other parameters are as likely: the histories do not tell them apart");
    } else if (outcome->ending == CRMV_FIT_DIVERGED) {
        snprintf(outcome->remark, sizeof outcome->remark,
                 "the search ended where the log-likelihood still changes by %s for each customer, and no step "
                 "raises it",
                 crmvi_figure_rounded(outcome->gradient, 3).text);
    }
    for (int32_t k = 0; k < MOST; k++) {
        at_end[k] = outcome->ending == CRMV_FIT_NOT_IDENTIFIED || outcome->ending == CRMV_FIT_DIVERGED || runs[k] != 0;
    }
}

void crmvi_ending_covariance(const crmvi_maximum *m, const bool *at_end, double *out, int32_t across) {
    crmvi_curvature rest = m->found.curvature;
    double inverse[CRMVI_CURVATURES];
    crmvi_curvature_leave_out(&rest, at_end);
    crmvi_curvature_invert(&rest, inverse);
    const bool is_known = crmvi_curvature_is_positive(&rest);
    for (int32_t i = 0; i < m->space.count; i++) {
        for (int32_t j = 0; j < m->space.count; j++) {
            const double units =
                (m->space.of_any_sign[i] ? m->space.scale[i] : 1) * (m->space.of_any_sign[j] ? m->space.scale[j] : 1);
            out[i * across + j] =
                !is_known || at_end[i] || at_end[j] ? NAN : inverse[i * MOST + j] * units / (double)m->rows->rows;
        }
    }
}
