/*
 * cases.h - which feeds are run.
 */
#ifndef CRMVALUE_BENCH_CASES_H
#define CRMVALUE_BENCH_CASES_H

#include "stages.h"

enum { MOST_CASES = 64 };

/* Lists the feeds, small ones first: those that end in under a minute, or the large ones, too. */
int32_t cases_list(bool large, uint64_t seed, case_plan plans[MOST_CASES]);

#endif
