#include "fit/maximum.h"

#include <math.h>
#include <string.h>

enum {
    FEW = 2048,       /* rows on which all starts are tried */
    SOME = 16384,     /* rows on which the best of these come to an end */
    FIRST_STEPS = 20, /* of each start */
    STEPS = 80,
    ATTEMPTS = 3, /* more of them to come to an end, where one did not */
    CONTENDERS = 2,
    MOST = CRMVI_FITTED_MOST
};

static const double IMPOSSIBLE = -1e300; /* where no start has a likelihood */
static const double ROUGH = 1e-3;        /* slopes for each row at which a descent may end */
static const double FINE = 1e-6;
static const double ALIKE = .05;  /* ends that are nearer than that are one */
static const double RUNAWAY = .3; /* as in settling.c */

/* Ends of descents, the best one first. */
typedef struct contest {
    crmvi_point ends[CRMVI_STARTS_MOST];
    int32_t start[CRMVI_STARTS_MOST]; /* where each began */
    int32_t count;
} contest;

static bool are_alike(const crmvi_maximum *m, const crmvi_point *a, const crmvi_point *b) {
    bool alike = true;
    for (int32_t k = 0; k < m->space.count; k++) {
        alike = alike && fabs(a->at[k] - b->at[k]) < ALIKE;
    }
    return alike;
}

/* What is not finite loses against anything. */
static void enter(const crmvi_maximum *m, contest *c, const crmvi_point *end, int32_t start) {
    int32_t place = c->count;
    for (int32_t i = 0; i < c->count; i++) {
        if (are_alike(m, &c->ends[i], end) && c->ends[i].cost <= end->cost) {
            return;
        }
    }
    while (place > 0 && end->cost < c->ends[place - 1].cost) {
        c->ends[place] = c->ends[place - 1];
        c->start[place] = c->start[place - 1];
        place--;
    }
    c->ends[place] = *end;
    c->start[place] = start;
    c->count++;
}

static crmvi_point start_point(const crmvi_maximum *m, int32_t start) {
    crmvi_point point;
    memset(&point, 0, sizeof point);
    for (int32_t k = 0; k < m->space.count; k++) {
        point.at[k] = crmvi_space_coordinate(&m->space, k, m->starts[start][k]);
    }
    return point;
}

/* Measures and descends; what cannot be measured does not enter. */
static int32_t descend(const crmvi_maximum *m, const crmvi_search *search, crmvi_point point, int32_t start,
                       const double *inverse, bool is_rough, contest *c) {
    int32_t status = crmvi_point_measure(search, &point);
    if (status != CRMV_OK || isnan(point.cost) || isinf(point.cost) != 0) {
        return status;
    }
    status = crmvi_descend(search, &point, inverse, is_rough ? ROUGH : FINE, is_rough ? FIRST_STEPS : STEPS);
    enter(m, c, &point, start);
    return status;
}

/* A sample of about so many rows; `none` stays empty where all rows are as few, and these are taken. */
static bool sample(const crmvi_maximum *m, int64_t wanted, crmvi_distinct *none, const crmvi_distinct **rows) {
    memset(none, 0, sizeof *none);
    *rows = m->rows;
    if (m->rows->rows <= wanted || m->rows->count <= wanted / 2) {
        return true;
    }
    *rows = none;
    return crmvi_distinct_sample(m->rows, m->rows->rows / wanted, none);
}

/* All starts, roughly, on few rows. */
static int32_t try_starts(crmvi_maximum *m, contest *out) {
    crmvi_distinct own;
    const crmvi_distinct *rows;
    crmvi_likelihood likelihood = {.sums = NULL};
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (sample(m, FEW, &own, &rows) && crmvi_likelihood_make(&m->density, rows, m->pace, &likelihood)) {
        const crmvi_search search = {&m->space, &likelihood};
        status = CRMV_OK;
        for (int32_t i = 0; i < m->start_count && status == CRMV_OK; i++) {
            status = descend(m, &search, start_point(m, i), i, NULL, true, out);
        }
    }
    m->evaluations += rows == m->rows ? likelihood.evaluations : 0;
    crmvi_likelihood_clear(&likelihood);
    crmvi_distinct_clear(&own);
    return status;
}

/* Whether the end of a search on a sample is within the parameters' range, and not on its way to an end of it. */
static bool is_inside(const crmvi_maximum *m, const crmvi_curvature *curvature, const double *inverse,
                      const crmvi_point *point) {
    bool is = crmvi_curvature_is_positive(curvature);
    for (int32_t i = 0; i < m->space.count; i++) {
        double step = 0;
        for (int32_t j = 0; j < m->space.count; j++) {
            step += inverse[i * MOST + j] * point->slopes[j];
        }
        is = is && fabs(step) < RUNAWAY && !crmvi_is_held(&m->space, point, i);
    }
    return is;
}

/* Where Newton's steps lose their way they have found a better place to descend from. */
static int32_t come_to_rest(crmvi_maximum *m, const crmvi_search *search, const crmvi_point *from) {
    crmvi_point point = *from;
    int32_t status = crmvi_settle(search, &point, &m->found);
    for (int32_t i = 0; i < ATTEMPTS && status == CRMV_OK && m->found.state == CRMVI_LOST; i++) {
        point = m->found.point;
        status = crmvi_descend(search, &point, NULL, FINE, STEPS);
        if (status == CRMV_OK) {
            status = crmvi_settle(search, &point, &m->found);
        }
    }
    return status;
}

/* The last descents, on all rows, and the end. Where a sample led to an end of a parameter's range, all rows may know
 * better: then the start from which it went there is taken too. */
static int32_t conclude(crmvi_maximum *m, const crmvi_search *search, const contest *from, const double *inverse,
                        bool with_start) {
    contest ends = {.count = 0};
    int32_t status = CRMV_OK;
    if (with_start) {
        status = descend(m, search, start_point(m, from->start[0]), from->start[0], NULL, false, &ends);
    }
    for (int32_t i = 0; i < from->count && status == CRMV_OK; i++) {
        status = descend(m, search, from->ends[i], from->start[i], inverse, false, &ends);
    }
    if (status != CRMV_OK || ends.count == 0) {
        return status;
    }
    return come_to_rest(m, search, &ends.ends[0]);
}

/* The contenders come to an end on some rows; `best` gets the winner, and how the cost bends there. */
static int32_t compare_on(crmvi_maximum *m, const crmvi_distinct *rows, const contest *contenders, contest *best,
                          double *inverse, bool *inside) {
    crmvi_likelihood likelihood;
    if (!crmvi_likelihood_make(&m->density, rows, m->pace, &likelihood)) {
        return CRMV_OUT_OF_MEMORY;
    }
    const crmvi_search search = {&m->space, &likelihood};
    crmvi_curvature curvature;
    int32_t status = CRMV_OK;
    for (int32_t i = 0; i < contenders->count && status == CRMV_OK; i++) {
        status = descend(m, &search, contenders->ends[i], contenders->start[i], NULL, false, best);
    }
    *inside = false;
    if (status == CRMV_OK && best->count > 0) {
        best->count = 1;
        status = crmvi_curvature_measure(&search, &best->ends[0], &curvature);
    }
    if (status == CRMV_OK && best->count > 0) {
        crmvi_curvature_invert(&curvature, inverse);
        *inside = is_inside(m, &curvature, inverse, &best->ends[0]);
    }
    crmvi_likelihood_clear(&likelihood);
    return status;
}

static int32_t search_all(crmvi_maximum *m, const crmvi_search *search, const contest *contenders) {
    crmvi_distinct own;
    const crmvi_distinct *rows;
    contest best = {.count = 0};
    double inverse[CRMVI_CURVATURES];
    bool inside = false;
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (sample(m, SOME, &own, &rows)) {
        status = rows == m->rows ? CRMV_OK : compare_on(m, rows, contenders, &best, inverse, &inside);
    }
    crmvi_distinct_clear(&own);
    if (status != CRMV_OK) {
        return status;
    }
    return best.count == 0 ? conclude(m, search, contenders, NULL, false)
                           : conclude(m, search, &best, inside ? inverse : NULL, !inside);
}

int32_t crmvi_maximise(crmvi_maximum *m) {
    contest contenders = {.count = 0};
    crmvi_likelihood likelihood;
    m->evaluations = 0;
    memset(&m->found, 0, sizeof m->found);
    m->found.state = CRMVI_LOST;
    m->found.point = start_point(m, 0);
    m->found.point.log_likelihood = IMPOSSIBLE;
    int32_t status = try_starts(m, &contenders);
    if (status != CRMV_OK || contenders.count == 0) {
        return status;
    }
    contenders.count = contenders.count < CONTENDERS ? contenders.count : CONTENDERS;
    if (!crmvi_likelihood_make(&m->density, m->rows, m->pace, &likelihood)) {
        return CRMV_OUT_OF_MEMORY;
    }
    const crmvi_search search = {&m->space, &likelihood};
    status = search_all(m, &search, &contenders);
    m->evaluations += likelihood.evaluations;
    crmvi_likelihood_clear(&likelihood);
    return status;
}

int32_t crmvi_maximum_measure(crmvi_maximum *m, const double *parameters, double *log_likelihood) {
    crmvi_likelihood likelihood;
    double slopes[MOST];
    if (!crmvi_likelihood_make(&m->density, m->rows, m->pace, &likelihood)) {
        return CRMV_OUT_OF_MEMORY;
    }
    const int32_t status = crmvi_likelihood_at(&likelihood, parameters, log_likelihood, slopes);
    m->evaluations += likelihood.evaluations;
    crmvi_likelihood_clear(&likelihood);
    return status;
}
