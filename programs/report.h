/*
 * report.h - the summary as JSON, for programs: counts as numbers, amounts and points as texts of exact decimals.
 */
#ifndef CRMVALUE_PROGRAM_REPORT_H
#define CRMVALUE_PROGRAM_REPORT_H

#include "overview.h"

/* Writes the report. Errors of writing stay with the file (ferror). */
bool report_write(const overview *whole, FILE *file, failure *why);

#endif
