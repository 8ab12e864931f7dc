/*
 * table.h - the figures for people.
 */
#ifndef CRMVALUE_BENCH_TABLE_H
#define CRMVALUE_BENCH_TABLE_H

#include "machine.h"
#include "stages.h"

/* What this machine can do, at one thread and more: limits[threads - 1]. */
void table_machine(const machine_limits limits[MOST_THREADS]);

/* The line over the stages, and a case's block of lines: figures[threads - 1]. */
void table_head(void);
void table_case(const case_plan *plan, const case_figures figures[MOST_THREADS],
                const machine_limits limits[MOST_THREADS]);

/* That a case would take more memory than there is. */
void table_left_out(const case_plan *plan, int64_t needed, int64_t available);

/* What the columns mean. */
void table_legend(void);

/* How much of a stage's time reading its input once, copying it, updating a cell at random for each item, and touching
 * its memory for the first time would take, in percent. The last is of the first run. */
typedef struct limit_shares {
    double read, copy, updates, touch;
} limit_shares;

limit_shares table_shares(const stage_figures *figures, const machine_limits *limits);

/* What follows from the figures. */
struct follow;
void table_follows(const struct follow *found, int32_t count);

#endif
