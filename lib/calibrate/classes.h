/* classes.h - cuts between classes that are found from a run of values: tiers, ABC, natural breaks. */
#ifndef CRMVI_CALIBRATE_CLASSES_H
#define CRMVI_CALIBRATE_CLASSES_H

#include "calibrate/run.h"
#include "model/ask.h"

typedef struct crmvi_found_classes {
    int32_t count;      /* classes, best first, as the ask names them */
    double *cuts;       /* count - 1 of them, descending; a value at or above a cut is in that class or a better one */
    int64_t *customers; /* in each; a class may be empty where ties leave nothing for it */
    double fit; /* goodness of variance fit: 1 - squares within classes / squares about the mean; NaN where nothing
                   varies */
    char remark[192]; /* a sentence where classes are empty, with the reasons; "": none are */
} crmvi_found_classes;

/*
 * Finds the cuts that an ask wants: of points where `whole` (the run holds integers of 1e-6 and so do the cuts), else
 * of values. Cuts descend strictly, so that the model can hold them: a class that ties leave empty gets a cut that
 * nobody reaches, next to its neighbour's. Errors: CRMV_NOT_IDENTIFIED with a sentence and the ask's place (nobody has
 * a value, for ABC one above 0; fewer distinct values than classes for natural breaks and k-means; no room for another
 * cut), CRMV_OUT_OF_MEMORY.
 */
int32_t crmvi_find_classes(const crmvi_ask *ask, const crmvi_run *run, bool whole, crmvi_found_classes *out,
                           crmv_error *error);
void crmvi_found_classes_clear(crmvi_found_classes *found);

/*
 * The split of `count` weighted points in ascending order into `classes` runs with the least squares about their means,
 * exactly (Fisher 1958; the dynamic program of Wang & Song 2011, by divide and conquer): `first[c]` becomes the first
 * point of class c. Of splits that are equally good the one whose classes begin earliest. Each class holds a weight of
 * at least `least`; false where that cannot be, or memory is short (*no_memory).
 */
bool crmvi_least_squares_split(const double *values, const int64_t *weights, int64_t count, int32_t classes,
                               int64_t least, int64_t *first, bool *no_memory);

/* Goodness of variance fit of a run cut at `count` descending `cuts`; NaN where nothing varies. */
double crmvi_variance_fit(const crmvi_run *run, const double *cuts, int32_t count);

#endif
