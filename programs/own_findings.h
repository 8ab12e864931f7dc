/*
 * own_findings.h - what the command itself finds in a model and in the data at hand, beside what the library does: it
 * alone decodes files, and has the customer table as it was written.
 */
#ifndef CRMVALUE_PROGRAM_OWN_FINDINGS_H
#define CRMVALUE_PROGRAM_OWN_FINDINGS_H

#include "inputs.h"

/* Encodings that nobody can decode; customers whom the table names as somebody's parent, first number or dealer and who
 * have no row in it: an array of objects with `severity` (CRMV_FINDING_...), `place` and `message`. NULL where memory
 * is short. */
json_t *own_findings(const inputs *taken);

#endif
