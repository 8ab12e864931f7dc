/* lifetime_stages.h - the stages of lifetimes: fitting them to a ledger's customers, and what they foretell. */
#ifndef CRMVALUE_BENCH_LIFETIME_STAGES_H
#define CRMVALUE_BENCH_LIFETIME_STAGES_H

#include "workbench.h"

/* Makes the model that requests lifetimes; to be called before the benchmark's own memory is counted. False where that
 * fails. */
bool lifetime_stages_begin(workbench *bench);
void lifetime_stages_end(workbench *bench);

/* Fits lifetimes to the customers of the workbench's ledger, and derives metrics that they foretell. Scores and frame
 * are let go of. */
bool lifetime_stages_run(workbench *bench);

#endif
