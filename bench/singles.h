/*
 * singles.h - customers one at a time, asked for by some threads of the caller's at once.
 */
#ifndef CRMVALUE_BENCH_SINGLES_H
#define CRMVALUE_BENCH_SINGLES_H

#include <crmvalue/crmvalue.h>
#include <stdbool.h>

enum { MOST_EXTRACTED = 500, MOST_SCORED_ALONE = 20000 };

/* Where the customers come from, and what all of them together came to. */
typedef struct whole_base {
    const crmv_model *model;
    const crmv_ledger *ledger;
    const crmv_frame *frame;
    const crmv_scores *scores;
} whole_base;

/* Extracts, derives and scores so many customers, far apart, one by one. False where a call fails, or where one comes
 * to another score or tier than among all. */
bool singles_extract(const whole_base *whole, int64_t customers, int32_t threads);

/* Scores the first customers with crmv_score_one from their rows of the frame; false as above. */
bool singles_score(const whole_base *whole, int64_t customers, int32_t threads);

#endif
