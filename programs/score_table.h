/*
 * score_table.h - the scores as CSV, one row a customer.
 */
#ifndef CRMVALUE_PROGRAM_SCORE_TABLE_H
#define CRMVALUE_PROGRAM_SCORE_TABLE_H

#include "inputs.h"

/* Writes header and rows. Errors of writing stay with the file (ferror). */
bool score_table_write(const inputs *taken, const crmv_scores *scores, FILE *file, failure *why);

#endif
