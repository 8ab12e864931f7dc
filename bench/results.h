/*
 * results.h - the figures for programs: JSON, and the points of the scaling curves.
 */
#ifndef CRMVALUE_BENCH_RESULTS_H
#define CRMVALUE_BENCH_RESULTS_H

#include "machine.h"
#include "stages.h"

/* All that was measured. */
typedef struct results {
    uint64_t seed;
    machine_limits limits[MOST_THREADS];
    int32_t cases;
    case_plan *plans;
    case_figures (*figures)[MOST_THREADS];
    uint64_t hash;
    double seconds; /* that the whole benchmark took */
} results;

/* False, with the reason on standard error, where the file cannot be written. */
bool results_write_json(const results *all, const char *path);

/* For gnuplot, of the uniform feeds: rows, then for one thread and more the ns an item of each stage. */
bool results_write_curves(const results *all, const char *path);

#endif
