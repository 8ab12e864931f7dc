/*
 * receivable_stages.h - the stages of receivables: items into facts, and metrics that ask for them.
 */
#ifndef CRMVALUE_BENCH_RECEIVABLE_STAGES_H
#define CRMVALUE_BENCH_RECEIVABLE_STAGES_H

#include "workbench.h"

/* Makes the items and their model, before the case's memory is counted. */
bool receivable_stages_begin(workbench *bench);
void receivable_stages_end(workbench *bench);

/* Runs the stages with the workbench's ledger, which has the items too from then on, and adds what they find to the
 * run's hash. */
bool receivable_stages_run(workbench *bench);

#endif
