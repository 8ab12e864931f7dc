/* monotone_bands.h - the best division of values into bands of at least so many customers whose mean outcomes rise. */
#ifndef CRMVI_CALIBRATE_MONOTONE_BANDS_H
#define CRMVI_CALIBRATE_MONOTONE_BANDS_H

#include <stdbool.h>
#include <stdint.h>

/* What is divided: `count` values in ascending order. */
typedef struct crmvi_monotone_values {
    int64_t count;
    double *weights; /* customers with a lower value than each, and one more; whole numbers */
    double *sums;    /* their outcomes less the mean of all; likewise */
    double least;    /* customers that a band holds at least */
    int32_t classes; /* and so many bands there are at most */
    int64_t steps;   /* after which a search ends */
} crmvi_monotone_values;

/* The usual number of steps: seconds. */
#define CRMVI_MONOTONE_STEPS (INT64_C(1) << 31)

/* What came of a search. */
enum { CRMVI_BANDS_FOUND, CRMVI_BANDS_NOT_BETTER, CRMVI_BANDS_ENDED, CRMVI_BANDS_NO_MEMORY };

/*
 * Finds the bands with the most squares of sums over weights (the least squares of outcomes about the bands' means)
 * among all that rise and hold their customers; `first[c]` becomes the first value of band c, and `*count` how many
 * there are. Looks for those only that have `known` or more: a division which is at hand has as many, and none is
 * better if none is found: `first` and `*count` are then as they were. The search is exact but for the rounding of
 * doubles, and ends at that number of steps, the same on every machine, where it needs more (CRMVI_BANDS_ENDED): bands
 * that were better than what was known until then are told.
 */
int32_t crmvi_monotone_bands(const crmvi_monotone_values *values, double known, int64_t *first, int32_t *count);

#endif
