/*
 * run.h - a column's values, sorted, each once, with how often it stands there: what calibrations gather and merge.
 *
 * A run knows nothing of the order of customers, so neither does what is found from it.
 */
#ifndef CRMVI_CALIBRATE_RUN_H
#define CRMVI_CALIBRATE_RUN_H

#include "base/exact.h"
#include "base/parallel.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct crmvi_run {
    double *values;  /* ascending; finite, no -0 */
    int64_t *counts; /* above 0 */
    crmvi_wide
        *sums; /* of the outcomes (1e-6 units) of the customers with that value; NULL where none were asked for */
    int64_t distinct;
    int64_t total; /* sum of counts */
} crmvi_run;

/*
 * The run of a column. `keep` (NULL: all) has 0 for rows that are left out; so are rows whose value is NaN or
 * infinite, and with `outcomes` (NULL: none; 1e-6 units, CRMV_MISSING_POINTS where missing) those without one. Errors:
 * CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. On failure there is nothing to clear. Cost: a radix sort on all of the runner's
 * threads.
 */
int32_t crmvi_run_make(const crmvi_runner *runner, const double *values, const uint8_t *keep, const int64_t *outcomes,
                       int64_t rows, crmvi_run *out, crmv_error *error);

/* The run of a column of points (1e-6 units, CRMV_MISSING_POINTS left out), as doubles that hold these integers.
 * Errors: also CRMV_OVERFLOW where one is past 2^53. */
int32_t crmvi_run_make_points(const crmvi_runner *runner, const int64_t *points, const uint8_t *keep, int64_t rows,
                              crmvi_run *out, crmv_error *error);

/* Both together; `into` may hold nothing ({0}). Either both have sums or neither. Errors: CRMV_OUT_OF_MEMORY,
 * CRMV_OVERFLOW. On failure `into` is as it was. */
int32_t crmvi_run_merge(crmvi_run *into, const crmvi_run *from, crmv_error *error);
void crmvi_run_clear(crmvi_run *run);

/* For each distinct value the number of customers who have it or a lower one: what the functions of ranks ask for. */
void crmvi_run_cumulate(const crmvi_run *run, int64_t *cumulated);

/* The value at a rank, 0 .. total - 1, and its position. Cost: the logarithm of the distinct values. */
int64_t crmvi_run_place(const crmvi_run *run, const int64_t *cumulated, int64_t rank);
double crmvi_run_at(const crmvi_run *run, const int64_t *cumulated, int64_t rank);

/* The quantile p in [0, 1], type 7 (Hyndman & Fan 1996): linear between the values at floor and ceiling of p(n - 1). */
double crmvi_run_quantile(const crmvi_run *run, const int64_t *cumulated, double p);

/* The same for p = part / parts, whose rank is exact: it lies rest / parts of the way from `low` to `high`. */
typedef struct crmvi_between {
    double low, high;
    int64_t rest;
} crmvi_between;
crmvi_between crmvi_run_between(const crmvi_run *run, const int64_t *cumulated, int64_t part, int64_t parts);
double crmvi_run_part(const crmvi_run *run, const int64_t *cumulated, int64_t part, int64_t parts);

/* Mean and sample standard deviation (n - 1; 0 for one value), summed up in a fixed order with compensation and
 * scaled, so that values of +-1e308 do not overflow. */
void crmvi_run_moments(const crmvi_run *run, double *mean, double *deviation);

#endif
