/* spend_starts.c - where the parameters of spend models may lie, and where the search for them begins. */
#include "base/logarithm.h"
#include "clv/bounds.h"
#include "fit/spend_study.h"

#include <math.h>
#include <string.h>

enum { COUNT, MEAN, SQUARES };

/* Of p and q, and of gamma as a part of the mean amount. */
static const double SHAPES[] = {1e-6, 1e6};
static const double SCALES[] = {1e-8, 1e8};
/* Of standard deviations, as a part of that of all amounts; of the mean, in those. */
static const double DEVIATIONS[] = {1e-12, 1e6};
static const double DISTANCE = 1e3;

/* ---- Moments ----------------------------------------------------------------------------------------------------- */

static double mean_of(const crmvi_distinct *rows) {
    double sum = 0;
    for (int64_t i = 0; i < rows->count; i++) {
        sum += rows->weights[i] / (double)rows->rows * rows->columns[MEAN][i];
    }
    return sum;
}

static double positive_or(double value, double otherwise) {
    return value > 0 ? value : otherwise;
}

/* The variance of customers' means is that between customers, and what theirs from purchase to purchase leaves in a
 * mean of so many. Where each purchased once nothing tells these apart, and half of it is taken for each. */
void crmvi_spend_moments_find(const crmvi_distinct *rows, crmvi_spend_moments *out) {
    double squares = 0;
    double degrees = 0;
    double variance = 0;
    double reciprocals = 0;
    const double customers = (double)rows->rows;
    out->mean = mean_of(rows);
    for (int64_t i = 0; i < rows->count; i++) {
        const double weight = rows->weights[i] / customers;
        const double difference = rows->columns[MEAN][i] - out->mean;
        squares += weight * rows->columns[SQUARES][i];
        degrees += weight * (rows->columns[COUNT][i] - 1);
        variance += weight * difference * difference;
        reciprocals += weight / rows->columns[COUNT][i];
    }
    const double within = degrees > 0 ? squares / degrees : variance / 2;
    const double between = variance - within * reciprocals;
    out->whole = positive_or(sqrt(variance + within), positive_or(fabs(out->mean), 1));
    out->within = positive_or(sqrt(within), .01 * out->whole);
    out->between = between > 1e-4 * variance ? sqrt(between) : positive_or(.01 * sqrt(variance), .01 * out->whole);
}

/* ---- Space ------------------------------------------------------------------------------------------------------- */

static double within_bounds(double value) {
    return value < CRMVI_LEAST_PARAMETER ? CRMVI_LEAST_PARAMETER : fmin(value, CRMVI_HIGHEST_AMOUNT);
}

static void bound(crmvi_space *space, int32_t k, double scale, const double range[2]) {
    space->scale[k] = within_bounds(scale);
    space->lowest[k] = crmvi_log(within_bounds(space->scale[k] * range[0]) / space->scale[k]);
    space->highest[k] = crmvi_log(within_bounds(space->scale[k] * range[1]) / space->scale[k]);
}

void crmvi_spend_space(const crmvi_spend_moments *moments, int32_t model, double penalty, crmvi_space *out) {
    memset(out, 0, sizeof *out);
    out->count = crmvi_spendings[model].parameter_count;
    out->penalty = penalty;
    if (model == CRMV_GAMMA_GAMMA) {
        bound(out, 0, 1, SHAPES);
        bound(out, 1, 1, SHAPES);
        bound(out, 2, moments->mean, SCALES);
        return;
    }
    out->of_any_sign[0] = true;
    out->origin[0] = moments->mean;
    out->scale[0] = moments->whole;
    out->lowest[0] = -DISTANCE;
    out->highest[0] = DISTANCE;
    bound(out, 1, moments->whole, DEVIATIONS);
    bound(out, 2, moments->whole, DEVIATIONS);
}

/* ---- Starts ------------------------------------------------------------------------------------------------------ */

static void add_start(crmvi_maximum *m, double first, double second, double third) {
    double *start = m->starts[m->start_count++];
    start[0] = first;
    start[1] = second;
    start[2] = third;
}

/* With the gamma for which p gamma / (q - 1), the mean over customers, is that of the amounts. */
static void add_shapes(const crmvi_spend_moments *moments, crmvi_maximum *m, double p, double q) {
    add_start(m, p, q, moments->mean * (q - 1) / p);
}

void crmvi_spend_starts(const crmvi_spend_moments *moments, crmvi_maximum *m) {
    m->start_count = 0;
    if (m->density.model == CRMV_GAMMA_GAMMA) {
        add_shapes(moments, m, 6, 4);
        add_shapes(moments, m, 1, 2);
        add_shapes(moments, m, 3, 15);
        add_shapes(moments, m, 100, 3);
        add_shapes(moments, m, .5, 1.5);
        add_shapes(moments, m, 30, 30);
        return;
    }
    add_start(m, moments->mean, moments->between, moments->within);
    add_start(m, moments->mean, moments->between / 4, moments->within);
    add_start(m, moments->mean, moments->whole, moments->whole / 4);
}
