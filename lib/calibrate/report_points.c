/* report_points.c - how points are distributed, and how they go together. */
#include "base/error.h"
#include "base/memory.h"
#include "calibrate/calibration.h"
#include "calibrate/report.h"
#include "calibrate/run.h"
#include "model/path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Distribution ------------------------------------------------------------------------------------------------ */

/* The lowest and the highest points that a part can have. */
static void ends_of(const crmv_model *model, int32_t part, crmvi_micro *lowest, crmvi_micro *highest) {
    if (part < model->metric_count) {
        *lowest = model->metrics[part].scale.lowest;
        *highest = model->metrics[part].scale.highest;
    } else {
        *lowest = model->indexes[part - model->metric_count].lowest;
        *highest = model->indexes[part - model->metric_count].highest;
    }
}

/* Customers with exactly these points, which are at an end of the run. */
static int64_t customers_at(const crmvi_run *run, int64_t position, crmvi_micro points) {
    return run->distinct > 0 && run->values[position] == (double)points ? run->counts[position] : 0;
}

/* Numbers of points that need not be whole, as points. */
static void put_scaled(crmvi_reporting *r, json_t *to, const char *key, double micros) {
    crmvi_put_number(r, to, key, micros / (double)CRMVI_ONE);
}

static void put_run(crmvi_reporting *r, json_t *to, const crmvi_run *run, const int64_t *cumulated) {
    static const char *const keys[] = {"lowest", "quarter", "median", "three_quarters", "highest"};
    enum { KEYS = sizeof keys / sizeof *keys };
    double mean = NAN, deviation = NAN;
    for (int64_t i = 0; i < KEYS; i++) {
        put_scaled(r, to, keys[i], run->total > 0 ? crmvi_run_part(run, cumulated, i, KEYS - 1) : (double)NAN);
    }
    if (run->total > 0) {
        crmvi_run_moments(run, &mean, &deviation);
    }
    put_scaled(r, to, "mean", mean);
    put_scaled(r, to, "deviation", deviation);
}

/* Whether a warning of that place has been given. */
static bool is_warned_of(const crmvi_reporting *r, const char *place) {
    size_t i;
    const json_t *warning;
    json_array_foreach(json_object_get(r->tree, "warnings"), i, warning) {
        const char *told = json_string_value(json_object_get(warning, "place"));
        if (told != NULL && strcmp(told, place) == 0) {
            return true;
        }
    }
    return false;
}

static void warn_if_even(crmvi_reporting *r, int32_t part, const crmvi_run *run) {
    crmvi_path path = {.length = 0};
    crmvi_path_key(&path, part < r->model->metric_count ? "metrics" : "indexes");
    crmvi_path_key(&path, crmvi_part_name(r->model, part));
    if (run->distinct == 1 && run->total > 1 && !is_warned_of(r, path.text)) {
        crmvi_warn(r, path.text, "tells nobody apart: all %lld customers who have it earn the same points",
                   (long long)run->total);
    }
}

static int32_t put_distribution(crmvi_reporting *r, json_t *points, int32_t part) {
    crmvi_run run = {0};
    crmvi_micro lowest, highest;
    const int64_t *column = crmvi_part_points(r, part);
    const int32_t status = crmvi_run_make_points(&r->runner, column, r->keep, r->frame->rows, &run, r->error);
    if (status != CRMV_OK) {
        return status;
    }
    int64_t *cumulated = crmvi_array(run.distinct, sizeof *cumulated);
    if (cumulated == NULL) {
        crmvi_run_clear(&run);
        return crmvi_no_memory(r->error);
    }
    crmvi_run_cumulate(&run, cumulated);
    ends_of(r->model, part, &lowest, &highest);
    json_t *one = crmvi_put_object(r, points, crmvi_part_name(r->model, part));
    crmvi_put_text(r, one, "is", part < r->model->metric_count ? "metric" : "index");
    crmvi_put_count(r, one, "customers", run.total);
    crmvi_put_count(r, one, "missing", r->population - run.total);
    crmvi_put_count(r, one, "distinct", run.distinct);
    put_run(r, one, &run, cumulated);
    crmvi_put_percent(r, one, "percent_at_lowest", customers_at(&run, 0, lowest), run.total);
    crmvi_put_percent(r, one, "percent_at_highest", customers_at(&run, run.distinct - 1, highest), run.total);
    warn_if_even(r, part, &run);
    free(cumulated);
    crmvi_run_clear(&run);
    return CRMV_OK;
}

int32_t crmvi_report_points(crmvi_reporting *r) {
    int32_t *parts = crmvi_array(r->scores->tree.part_count, sizeof *parts);
    int32_t status = parts != NULL ? CRMV_OK : crmvi_no_memory(r->error);
    json_t *points = crmvi_put_object(r, r->tree, "points");
    const int32_t count = parts != NULL ? crmvi_report_parts(r, parts) : 0;
    for (int32_t i = 0; status == CRMV_OK && i < count; i++) {
        status = put_distribution(r, points, parts[i]);
    }
    free(parts);
    return status;
}

/* ---- Correlations ------------------------------------------------------------------------------------------------ */

/* The parts, and the correlations of each with those before it, row by row. */
typedef struct matrix {
    const crmvi_reporting *r;
    int32_t *parts;
    int32_t count;
    double *below;
} matrix;

/* The first of the correlations of a row; also how many lie in the rows before it. */
static int64_t row_begin(int64_t row) {
    return row * (row - 1) / 2;
}

/* Points past 2^62 may have sums of products that do not fit: then nothing is said of the pair. */
static int32_t correlate(void *context, int64_t begin, int64_t end) {
    matrix *m = context;
    for (int64_t at = begin; at < end; at++) {
        crmvi_pair pair = {0};
        int64_t row = 1;
        while (row_begin(row + 1) <= at) {
            row++;
        }
        const int64_t *x = crmvi_part_points(m->r, m->parts[row]);
        const int64_t *y = crmvi_part_points(m->r, m->parts[at - row_begin(row)]);
        m->below[at] =
            crmvi_pair_add(&pair, x, y, m->r->keep, m->r->frame->rows) ? crmvi_pair_correlation(&pair) : (double)NAN;
    }
    return CRMV_OK;
}

static void put_matrix(crmvi_reporting *r, const matrix *m) {
    json_t *correlations = crmvi_put_object(r, r->tree, "correlations");
    json_t *names = crmvi_put_array(r, correlations, "names");
    for (int32_t i = 0; i < m->count; i++) {
        crmvi_put_text(r, names, NULL, crmvi_part_name(r->model, m->parts[i]));
    }
    json_t *rows = crmvi_put_array(r, correlations, "pearson");
    for (int64_t i = 0; i < m->count; i++) {
        json_t *row = crmvi_put_array(r, rows, NULL);
        for (int64_t j = 0; j < m->count; j++) {
            const int64_t high = i > j ? i : j, low = i > j ? j : i;
            crmvi_put_number(r, row, NULL, i == j ? 1 : m->below[row_begin(high) + low]);
        }
    }
}

int32_t crmvi_report_correlations(crmvi_reporting *r) {
    matrix m = {.r = r, .parts = crmvi_array(r->scores->tree.part_count, sizeof *m.parts)};
    m.count = m.parts != NULL ? crmvi_report_parts(r, m.parts) : 0;
    m.below = crmvi_array(row_begin(m.count), sizeof *m.below);
    int32_t status = m.parts != NULL && m.below != NULL ? CRMV_OK : crmvi_no_memory(r->error);
    if (status == CRMV_OK) {
        status = crmvi_parallel(&r->runner, "correlations", row_begin(m.count), 1, correlate, &m);
        if (status != CRMV_OK) {
            crmvi_fail(r->error, status, NULL, "%s", crmv_status_text(status));
        }
    }
    if (status == CRMV_OK) {
        put_matrix(r, &m);
    }
    free(m.parts);
    free(m.below);
    return status;
}
