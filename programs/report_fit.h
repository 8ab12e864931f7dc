/* report_fit.h - the report of a fit with what came in, and what of it must be told in any case. */
#ifndef CRMVALUE_PROGRAM_REPORT_FIT_H
#define CRMVALUE_PROGRAM_REPORT_FIT_H

#include "inputs.h"

/* Writes the library's report and, as its last member "data", the rows that came in and what was warned of. Errors of
 * writing stay with the file (ferror). */
bool report_fit_write(const inputs *taken, const crmv_report *report, FILE *file, failure *why);

/* Warns of each outcome that a baseline orders better than the score. */
bool report_fit_warn(inputs *taken, const crmv_report *report, failure *why);

#endif
