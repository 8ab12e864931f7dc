/*
 * cases.h - which feeds are run.
 */
#ifndef CRMVALUE_BENCH_CASES_H
#define CRMVALUE_BENCH_CASES_H

#include "stages.h"

enum { MOST_CASES = 64 };

/* What is asked for. */
typedef struct cases_wanted {
    bool large;   /* the large ones, too; otherwise those that end in under a minute */
    int64_t rows; /* feeds of so many lines only; 0: as `large` says */
    uint64_t seed;
} cases_wanted;

/* Lists the feeds, small ones first; gives their number. */
int32_t cases_list(const cases_wanted *wanted, case_plan plans[MOST_CASES]);

#endif
