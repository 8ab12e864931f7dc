/* lifetime_starts.c - where the parameters of a process may lie, and where the search for them begins. */
#include "base/exponential.h"
#include "base/logarithm.h"
#include "clv/bounds.h"
#include "fit/lifetime_study.h"

#include <math.h>
#include <string.h>

enum { R, ALPHA, FIRST, SECOND }; /* the last two: a and b, or s and beta */

/* Of r, s, a and b. Beyond them customers are alike, or at once or never, to more digits than anybody could tell. */
static const double LEAST_SHAPE = 1e-6;
static const double HIGHEST_SHAPE = 1e4;
/* Of alpha and beta, as a part of the mean age: 1e4 / (purchases in that time) must have its place. */
static const double SHORTEST_SCALE = 1e-6;
static const double LONGEST_SCALE = 1e8;

/* Drop-out that never happens. */
static const double NO_SHAPE = 1e-10;
static const double NO_S = 1e-8;
static const double FAR_SHAPE = 1e4;
static const double FAR_SCALE = 1e6;

static bool is_time(int32_t model, int32_t position) {
    return position == ALPHA || (position == SECOND && model == CRMV_PARETO_NBD);
}

static double mean_age(const crmvi_lifetime_study *study) {
    const double mean = study->age / (double)study->rows.rows;
    return mean > 0 ? mean : 1;
}

static double clamped(double value, double least, double most) {
    return value < least ? least : value > most ? most : value;
}

void crmvi_lifetime_space(const crmvi_lifetime_study *study, int32_t model, crmvi_space *out) {
    memset(out, 0, sizeof *out);
    out->count = crmvi_processes[model].parameter_count;
    out->penalty = study->penalty;
    for (int32_t k = 0; k < out->count; k++) {
        const bool time = is_time(model, k);
        const double scale = time ? clamped(mean_age(study), 1e-9, 1e9) : 1;
        const double least = time ? SHORTEST_SCALE : LEAST_SHAPE;
        const double most = time ? LONGEST_SCALE : HIGHEST_SHAPE;
        out->scale[k] = scale;
        out->lowest[k] = crmvi_log(clamped(least, CRMVI_LEAST_PARAMETER / scale, CRMVI_HIGHEST_PARAMETER / scale));
        out->highest[k] = crmvi_log(clamped(most, CRMVI_LEAST_PARAMETER / scale, CRMVI_HIGHEST_PARAMETER / scale));
    }
}

/* ---- Starts ------------------------------------------------------------------------------------------------------ */

/* By moments of the NBD: x of a customer is r T / alpha in the mean, with the variance of its own and r (T / alpha)^2
 * between customers. */
static void find_moments(const crmvi_lifetime_study *study, double *r, double *alpha) {
    const crmvi_distinct *rows = &study->rows;
    const double rate = study->age > 0 ? study->purchases / study->age : 1;
    double between = 0;
    double squares = 0;
    for (int64_t i = 0; i < rows->count; i++) {
        const double mean = rate * rows->columns[2][i];
        const double difference = rows->columns[0][i] - mean;
        between += rows->weights[i] * (difference * difference - rows->columns[0][i]);
        squares += rows->weights[i] * mean * mean;
    }
    *r = between > 0 ? clamped(squares / between, .05, 50) : 50;
    *alpha = *r / (rate > 0 ? rate : 1 / mean_age(study));
}

static void add_start(crmvi_maximum *m, double r, double alpha, double first, double second) {
    double *start = m->starts[m->start_count++];
    start[R] = r;
    start[ALPHA] = alpha;
    start[FIRST] = first;
    start[SECOND] = second;
}

/* Of drop-out: shapes, and for the Pareto/NBD what the second one is as a part of the mean age; while customers are
 * active they purchase faster than over their whole age, by a factor. */
typedef struct drop_out {
    double first, second, faster;
} drop_out;

static const drop_out seldom[] = {
    [CRMV_BG_NBD] = {.02, 2, 1}, [CRMV_MBG_NBD] = {.02, 2, 1}, [CRMV_PARETO_NBD] = {.02, 1, 1}};
static const drop_out middling[] = {
    [CRMV_BG_NBD] = {.8, 2.4, 1.7}, [CRMV_MBG_NBD] = {.8, 1.6, 2}, [CRMV_PARETO_NBD] = {.6, .4, 1.7}};
static const drop_out often[] = {[CRMV_BG_NBD] = {2, 2, 3}, [CRMV_MBG_NBD] = {2, 2, 4}, [CRMV_PARETO_NBD] = {2, .5, 3}};
static const drop_out divided[] = {
    [CRMV_BG_NBD] = {.1, .1, 2}, [CRMV_MBG_NBD] = {.1, .1, 2}, [CRMV_PARETO_NBD] = {.1, .01, 2}};
static const drop_out alike[] = {
    [CRMV_BG_NBD] = {10, 60, 1.7}, [CRMV_MBG_NBD] = {10, 60, 1.7}, [CRMV_PARETO_NBD] = {10, 10, 1.7}};

/* Many are gone at once, and the others purchase at much the same rate: what few customers often look like. */
static const drop_out at_once[] = {
    [CRMV_BG_NBD] = {.2, .01, 2}, [CRMV_MBG_NBD] = {.2, .01, 2}, [CRMV_PARETO_NBD] = {.2, 1e-5, 2}};

static void add_ending(crmvi_maximum *m, double r, double alpha, const drop_out *by_model) {
    const drop_out *how = &by_model[m->density.model];
    const double unit = is_time(m->density.model, SECOND) ? m->space.scale[SECOND] : 1;
    add_start(m, r, alpha / how->faster, how->first, how->second * unit);
}

void crmvi_lifetime_starts(const crmvi_lifetime_study *study, crmvi_maximum *m) {
    double r;
    double alpha;
    find_moments(study, &r, &alpha);
    const double rate = r / alpha;
    m->start_count = 0;
    if (m->density.model == CRMV_NBD) {
        add_start(m, r, alpha, 0, 0);
        add_start(m, .2, .2 / rate, 0, 0);
        add_start(m, 2, 2 / rate, 0, 0);
        return;
    }
    double limit[CRMVI_FITTED_MOST];
    crmvi_space_parameters(&study->nbd.space, study->nbd.found.point.at, limit);
    add_ending(m, limit[R], limit[ALPHA], seldom);
    add_ending(m, r, alpha, middling);
    add_ending(m, .3, .3 / rate, middling);
    add_ending(m, 1, 1 / rate, often);
    add_ending(m, r, alpha, divided);
    add_ending(m, .7, .7 / rate, alike);
    add_ending(m, 50, 50 / rate, at_once);
}

void crmvi_lifetime_without_end(const crmvi_lifetime_study *study, int32_t model, double *parameters) {
    crmvi_space_parameters(&study->nbd.space, study->nbd.found.point.at, parameters);
    if (model == CRMV_PARETO_NBD) {
        parameters[FIRST] = NO_S;
        parameters[SECOND] = clamped(FAR_SCALE * mean_age(study), CRMVI_LEAST_PARAMETER, CRMVI_HIGHEST_PARAMETER);
    } else if (model != CRMV_NBD) {
        parameters[FIRST] = NO_SHAPE;
        parameters[SECOND] = FAR_SHAPE;
    }
}
