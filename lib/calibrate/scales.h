/* scales.h - a scale that is found from a run of values: a line through knots, or bands. */
#ifndef CRMVI_CALIBRATE_SCALES_H
#define CRMVI_CALIBRATE_SCALES_H

#include "calibrate/run.h"
#include "model/ask.h"

/* What was found. Not every field is of every request; those that are not are NaN, or NULL. */
typedef struct crmvi_found_scale {
    bool is_line; /* knots (from, points), else bands: each holds from `from` on; from[0] is -infinity */
    int32_t count;
    double *from;
    crmvi_micro *points;
    double largest_error;   /* percentile: percent, between the line and the values' own mid-ranks; logarithm: points */
    double low, high;       /* the values that earn the ends: min-max (after winsorising), z-score, logarithm */
    double mean, deviation; /* z-score */
    double *means;          /* optimal bands: mean outcome of each band, major units */
    int64_t *customers;     /* bands: in each */
    bool rises;             /* optimal bands: the outcome rises with the value. The highest mean outcome has the most
                               points, whichever end that is */
    int32_t wanted;         /* bands: classes that were asked for; `count` may be fewer */
    int64_t beyond;         /* customers: min-max, at or beyond the ends of winsorising; logarithm, not above 0 */
    const char *remark;     /* a sentence where it is not quite what was asked for; static; NULL: none */
} crmvi_found_scale;

/*
 * Finds the scale that an ask wants. Errors: CRMV_NOT_IDENTIFIED with a sentence and the ask's place (nobody has a
 * value; no value above 0 for a logarithm), CRMV_OUT_OF_MEMORY. A run of a single value is a scale that earns the mean
 * of the ends, with a remark. On failure there is nothing to clear.
 */
int32_t crmvi_find_scale(const crmvi_ask *ask, const crmvi_run *run, crmvi_found_scale *out, crmv_error *error);
void crmvi_found_scale_clear(crmvi_found_scale *found);

#endif
