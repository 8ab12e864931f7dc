/* report_inputs.h - the parts of reports that tell what came in. */
#ifndef CRMVALUE_PROGRAM_REPORT_INPUTS_H
#define CRMVALUE_PROGRAM_REPORT_INPUTS_H

#include "asides.h"
#include "json_values.h"

/* Each of these is NULL where memory is short. `of_files`: only what the files of this run brought. */
json_t *report_model(const inputs *taken);
json_t *report_ledger(
    const inputs *taken); /* its file and its batches (of files that are appended: theirs); null without a file */
json_t *report_batch(const inputs *taken, int64_t position);
json_t *report_transactions(const inputs *taken, bool of_files);
json_t *report_receivables(const inputs *taken, bool of_files); /* null where there are none; likewise events */
json_t *report_events(const inputs *taken, bool of_files);
json_t *report_conversions(const inputs *taken, bool of_files);
json_t *report_table(const inputs *taken);

/* Writes a report and lets go of it. Errors of writing stay with the file (ferror). */
bool report_dump(json_t *report, FILE *file, failure *why);

#endif
