/*
 * file_stages.h - the stages of a ledger's file: saved, loaded, extended by a day's lines.
 */
#ifndef CRMVALUE_BENCH_FILE_STAGES_H
#define CRMVALUE_BENCH_FILE_STAGES_H

#include "workbench.h"

/* Names the file, in the case's folder, and removes it. */
void file_stages_begin(workbench *bench);
void file_stages_end(workbench *bench);

/* Saves the workbench's ledger, which has the first batch only. */
bool file_stages_save(workbench *bench);

/* Loads the file in the place of the workbench's ledger, and extends it by the further batch. What was loaded before
 * and after must be the ledgers that were in memory; the workbench has the latter then. */
bool file_stages_load(workbench *bench);

#endif
