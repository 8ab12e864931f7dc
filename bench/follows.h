/*
 * follows.h - what follows from the figures of a run: ratios between kinds of feeds, threads, stages and the machine.
 */
#ifndef CRMVALUE_BENCH_FOLLOWS_H
#define CRMVALUE_BENCH_FOLLOWS_H

#include "results.h"

enum { MOST_FOLLOWS = 32 };

/* One line of it. `low` and `high` differ only where something is told over several sizes; 0 where it is not there. */
typedef struct follow {
    const char *key;  /* in JSON */
    const char *what; /* in the table */
    const char *unit; /* "x", "%", "ns" */
    int64_t rows;     /* of the feeds that it was found at; the largest, where over several */
    int64_t from_rows;
    double low[MOST_THREADS], high[MOST_THREADS];
} follow;

/* Finds what can be told from the cases that were run, each at the largest size that has what it takes. */
int32_t follows_find(const results *all, follow found[MOST_FOLLOWS]);

#endif
