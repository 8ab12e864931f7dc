/*
 * ledger_change.h - changing a ledger on disk, and telling what was done: in a line on the standard output, and as JSON
 * to --report.
 */
#ifndef CRMVALUE_PROGRAM_LEDGER_CHANGE_H
#define CRMVALUE_PROGRAM_LEDGER_CHANGE_H

#include "inputs.h"

#include <jansson.h>

/* Fails with what the library said of the ledger's file, and what can be done where its batch is there already or
 * somebody else writes it. */
bool ledger_change_refused(const inputs *taken, const crmv_error *error, failure *why);

/* Opens the ledger's file, which must be there, so that nobody else changes it meanwhile. */
bool ledger_change_open(inputs *taken, failure *why);

/* How the ledger is brought to the disk. */
typedef bool (*ledger_writer)(inputs *taken, failure *why);

/* Writes the ledger over the file that it was opened from. */
bool ledger_change_save(inputs *taken, failure *why);

/*
 * Writes the report, where one is asked for, then the ledger, and gives the report its name when that has come off.
 * `done` (NULL: nothing) becomes the report's member of that name; it is let go in any case.
 */
bool ledger_change_finish(inputs *taken, ledger_writer write, const char *name, json_t *done, failure *why);

/* A batch's rows, customers and days, in words. */
void batch_text(const crmv_ledger *ledger, int64_t position, char *text, size_t size);

#endif
