#include "clv/decay_integral.h"

#include "base/wide_vectors.h"
#include "clv/gauss_legendre.h"
#include "clv/special.h"

#include <math.h>
#include <string.h>

/*
 * Most integrals are one panel, from 0 to the length, which one of the rules is good for. The others are cut into
 * panels for the rule of most nodes, until what is left counts for nothing. Panels wait for others of the same rule, so
 * that all their nodes are worked on as columns.
 */

enum { PANELS = 32, NODES = PANELS * CRMVI_GAUSS_NODES, LAST_RULE = CRMVI_GAUSS_RULES - 1 };

/* As g is convex, what is behind a point where it is higher by this than at its least is below e^-37 of the whole. */
static const double NEGLIGIBLE = 37;

/* By which g may climb within a panel of the last rule: its steepness is a bound for that, and often a much higher one.
 */
static const double HIGHEST_CLIMB = 40;

typedef struct panels {
    int32_t count;
    int64_t of[PANELS]; /* the position of its integral */
    double begin[PANELS], width[PANELS];
    double risen[PANELS], rise[PANELS]; /* e^begin - 1, e^width - 1 */
    double p[PANELS], q[PANELS], kappa[PANELS];
} panels;

typedef struct work {
    const crmvi_decay *decays;
    bool of_exponentials, with_slopes;
    crmvi_decay_sums *sums;
    panels waiting[CRMVI_GAUSS_RULES];
} work;

/* ---- A column of nodes ------------------------------------------------------------------------------------------- */

/* (e^x - 1) / x for x from 0 to 2, to 3e-17: Chebyshev's polynomial, worked out to 60 digits. */
static const double rise_terms[] = {
    0x1.0000000000000p+0,  0x1.fffffffffffe3p-2,  0x1.5555555555dc8p-3,  0x1.555555553648dp-5,  0x1.11111114cbd6bp-7,
    0x1.6c16c0e22d0ccp-10, 0x1.a01a0e9a26405p-13, 0x1.a0192bd14f89fp-16, 0x1.71e7eb617f1c9p-19, 0x1.2794975b5d1f4p-22,
    0x1.b21fb8963180fp-26, 0x1.0f3a982cfad4dp-29, 0x1.bbc59b6c207aep-33, 0x1.0e5f28fd69038p-39, 0x1.1722199373f2dp-39};

/* e^x - 1 for x from 0 to 2. */
CRMVI_IN_BOTH void rises_of(const double *restrict from, int64_t count, double *restrict to) {
    const double *a = rise_terms;
    for (int64_t i = 0; i < count; i++) {
        const double x = from[i];
        const double x_2 = x * x;
        const double x_4 = x_2 * x_2;
        const double first = (a[0] + x * a[1]) + x_2 * (a[2] + x * a[3]);
        const double second = (a[4] + x * a[5]) + x_2 * (a[6] + x * a[7]);
        const double third = (a[8] + x * a[9]) + x_2 * (a[10] + x * a[11]);
        const double fourth = (a[12] + x * a[13]) + x_2 * a[14];
        to[i] = x * (first + x_4 * (second + x_4 * (third + x_4 * fourth)));
    }
}

/* Node k of panel j stands at k * count + j, so that neighbours are of different panels and loops become vectors. */
typedef struct nodes {
    double v[NODES];
    double rise[NODES]; /* e^v - 1 */
    double l[NODES];
    double value[NODES]; /* e^-g, times the node's weight */
} nodes;

/* Within the panel: nodes and their rises from its begin on. Those of the second half mirror the first: where one is y
 * behind the begin, another one is y before the end, and e^(width - y) - 1 is a quotient that is as exact as e^y - 1.
 */
CRMVI_IN_BOTH void place_within(const panels *group, const crmvi_gauss_rule *rule, nodes *node) {
    const int32_t count = group->count;
    const int32_t half = rule->nodes / 2;
    for (int32_t k = 0; k < rule->nodes; k++) {
        double *restrict v = node->v + k * count;
        for (int32_t j = 0; j < count; j++) {
            v[j] = group->width[j] * rule->at[k];
        }
    }
    rises_of(node->v, (int64_t)count * half, node->rise);
    for (int32_t k = 0; k < half; k++) {
        const double *rise = node->rise + k * count;
        double *restrict mirrored = node->rise + (rule->nodes - 1 - k) * count;
        for (int32_t j = 0; j < count; j++) {
            mirrored[j] = (group->rise[j] - rise[j]) / (1 + rise[j]);
        }
    }
}

CRMVI_IN_BOTH void place_nodes(const panels *group, const crmvi_gauss_rule *rule, bool of_exponentials, nodes *node) {
    const int32_t count = group->count;
    place_within(group, rule, node);
    for (int32_t k = 0; k < rule->nodes; k++) {
        double *restrict v = node->v + k * count;
        double *restrict rise = node->rise + k * count;
        double *restrict l = node->l + k * count;
        for (int32_t j = 0; j < count; j++) {
            v[j] += group->begin[j];
            rise[j] = group->risen[j] + (1 + group->risen[j]) * rise[j];
            l[j] = group->kappa[j] * rise[j];
        }
    }
    if (!of_exponentials) {
        crmvi_log1ps(node->l, (int64_t)count * rule->nodes, node->l);
    }
}

CRMVI_IN_BOTH void value_nodes(const panels *group, const crmvi_gauss_rule *rule, nodes *node) {
    for (int32_t k = 0; k < rule->nodes; k++) {
        const double *v = node->v + k * group->count;
        const double *l = node->l + k * group->count;
        double *value = node->value + k * group->count;
        for (int32_t j = 0; j < group->count; j++) {
            value[j] = -(group->p[j] * v[j] + group->q[j] * l[j]);
        }
    }
    crmvi_exps(node->value, (int64_t)group->count * rule->nodes, node->value);
    for (int32_t k = 0; k < rule->nodes; k++) {
        double *value = node->value + k * group->count;
        for (int32_t j = 0; j < group->count; j++) {
            value[j] *= rule->weights[k];
        }
    }
}

/* ---- Panels to sums ---------------------------------------------------------------------------------------------- */

CRMVI_IN_BOTH void add_wholes(const panels *group, int32_t rule_nodes, const nodes *node, crmvi_decay_sums *sums) {
    double whole[PANELS] = {0};
    for (int32_t k = 0; k < rule_nodes; k++) {
        const double *value = node->value + k * group->count;
        for (int32_t j = 0; j < group->count; j++) {
            whole[j] += value[j];
        }
    }
    for (int32_t j = 0; j < group->count; j++) {
        sums[group->of[j]].whole += group->width[j] * whole[j];
    }
}

CRMVI_IN_BOTH void add_logarithms(const panels *group, int32_t rule_nodes, const nodes *node, crmvi_decay_sums *sums) {
    double by_v[PANELS] = {0};
    double by_l[PANELS] = {0};
    for (int32_t k = 0; k < rule_nodes; k++) {
        const double *v = node->v + k * group->count;
        const double *l = node->l + k * group->count;
        const double *value = node->value + k * group->count;
        for (int32_t j = 0; j < group->count; j++) {
            by_v[j] += value[j] * v[j];
            by_l[j] += value[j] * l[j];
        }
    }
    for (int32_t j = 0; j < group->count; j++) {
        sums[group->of[j]].v += group->width[j] * by_v[j];
        sums[group->of[j]].l += group->width[j] * by_l[j];
    }
}

CRMVI_IN_BOTH void add_inverses(const panels *group, int32_t rule_nodes, const nodes *node, crmvi_decay_sums *sums) {
    double by_v[PANELS] = {0};
    double by_l[PANELS] = {0};
    for (int32_t k = 0; k < rule_nodes; k++) {
        const double *rise = node->rise + k * group->count;
        const double *value = node->value + k * group->count;
        for (int32_t j = 0; j < group->count; j++) {
            by_v[j] += value[j] / (1 + rise[j]);
            by_l[j] += value[j] / (1 + group->kappa[j] * rise[j]);
        }
    }
    for (int32_t j = 0; j < group->count; j++) {
        sums[group->of[j]].inverse_v += group->width[j] * by_v[j];
        sums[group->of[j]].inverse_l += group->width[j] * by_l[j];
    }
}

CRMVI_IN_BOTH void work_off_panels(work *w, int32_t position) {
    const crmvi_gauss_rule *rule = crmvi_gauss_rule_at(position);
    panels *group = &w->waiting[position];
    nodes node;
    place_nodes(group, rule, w->of_exponentials, &node);
    value_nodes(group, rule, &node);
    add_wholes(group, rule->nodes, &node, w->sums);
    if (w->with_slopes) {
        add_logarithms(group, rule->nodes, &node, w->sums);
        add_inverses(group, rule->nodes, &node, w->sums);
    }
    group->count = 0;
}

CRMVI_WIDE static void work_off_wide(work *w, int32_t position) {
    work_off_panels(w, position);
}

static void work_off(work *w, int32_t position) {
    if (crmvi_has_wide_vectors()) {
        work_off_wide(w, position);
    } else {
        work_off_panels(w, position);
    }
}

/* ---- Integrals to panels ----------------------------------------------------------------------------------------- */

/* From `begin` on; `risen` is e^begin - 1. */
typedef struct panel {
    double begin, width, risen, rise;
} panel;

static void add_panel(work *w, int32_t rule, int64_t of, const panel *one) {
    panels *group = &w->waiting[rule];
    const crmvi_decay *decay = &w->decays[of];
    const int32_t j = group->count++;
    group->of[j] = of;
    group->begin[j] = one->begin;
    group->width[j] = one->width;
    group->risen[j] = one->risen;
    group->rise[j] = one->rise;
    group->p[j] = decay->p;
    group->q[j] = decay->q;
    group->kappa[j] = w->of_exponentials ? 1 : decay->kappa;
    if (group->count == PANELS) {
        work_off(w, rule);
    }
}

/* The slope of g where e^v - 1 is `rise`. */
static double slope_at(const work *w, const crmvi_decay *decay, double rise) {
    const double kappa = decay->kappa;
    const double slope_of_l = w->of_exponentials ? 1 + rise : kappa * (1 + rise) / (1 + kappa * rise);
    return decay->p + decay->q * slope_of_l;
}

static double risen_by(double risen, double rise) {
    return risen + (1 + risen) * rise;
}

/* By how much g is higher at the panel's end. */
static double climb_of(const work *w, const crmvi_decay *decay, const panel *one) {
    const double kappa = decay->kappa;
    const double rise = (1 + one->risen) * one->rise;
    const double climb_of_l = w->of_exponentials ? rise : crmvi_log1p(kappa * rise / (1 + kappa * one->risen));
    return decay->p * one->width + decay->q * climb_of_l;
}

static panel panel_from(const panel *start, double width) {
    return (panel){start->begin, width, start->risen, crmvi_expm1(width)};
}

/* As much of `left` as the last rule is good for. A climb is at most the slope at its end times the width, so that a
 * width that is too large tells one that is not; halving their quotient then comes near the widest one. */
static panel widest_panel(const work *w, const crmvi_decay *decay, double left, const panel *start) {
    const double widest = crmvi_gauss_rule_at(LAST_RULE)->widest;
    panel high = panel_from(start, left < widest ? left : widest);
    if (climb_of(w, decay, &high) <= HIGHEST_CLIMB) {
        return high;
    }
    panel low = panel_from(start, HIGHEST_CLIMB / slope_at(w, decay, risen_by(high.risen, high.rise)));
    for (int32_t i = 0; i < 4; i++) {
        const panel middle = panel_from(start, sqrt(low.width * high.width));
        const bool will_do = climb_of(w, decay, &middle) <= HIGHEST_CLIMB;
        low = will_do ? middle : low;
        high = will_do ? high : middle;
    }
    return low;
}

static void cut_into_panels(work *w, int64_t of) {
    const crmvi_decay *decay = &w->decays[of];
    panel one = {0, 0, 0, 0};
    double least = 0;
    double level = 0;
    for (bool ends = false; !ends && level - least < NEGLIGIBLE;) {
        const double left = decay->length - one.begin;
        one = widest_panel(w, decay, left, &one);
        add_panel(w, LAST_RULE, of, &one);
        ends = !(one.width < left);
        level += climb_of(w, decay, &one);
        least = level < least ? level : least;
        one.begin += one.width;
        one.risen = risen_by(one.risen, one.rise);
    }
}

static void divide(work *w, int64_t of) {
    const crmvi_decay *decay = &w->decays[of];
    if (!(decay->length > 0)) {
        return;
    }
    const double steepness = isinf(decay->length) ? INFINITY : decay->length * slope_at(w, decay, decay->rise);
    const int32_t rule = crmvi_gauss_rule_for(decay->length, steepness);
    if (rule < CRMVI_GAUSS_RULES) {
        const panel one = {0, decay->length, 0, decay->rise};
        add_panel(w, rule, of, &one);
    } else {
        cut_into_panels(w, of);
    }
}

void crmvi_decay_integrals(const crmvi_decay *decays, int64_t count, bool of_exponentials, bool with_slopes,
                           crmvi_decay_sums *sums) {
    work w;
    w.decays = decays;
    w.of_exponentials = of_exponentials;
    w.with_slopes = with_slopes;
    w.sums = sums;
    for (int32_t rule = 0; rule < CRMVI_GAUSS_RULES; rule++) {
        w.waiting[rule].count = 0;
    }
    memset(sums, 0, (size_t)count * sizeof *sums);
    for (int64_t i = 0; i < count; i++) {
        divide(&w, i);
    }
    for (int32_t rule = 0; rule < CRMVI_GAUSS_RULES; rule++) {
        if (w.waiting[rule].count > 0) {
            work_off(&w, rule);
        }
    }
}
