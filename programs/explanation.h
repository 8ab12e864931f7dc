/*
 * explanation.h - one customer on a page: the score, where its points come from, and what follows from it.
 */
#ifndef CRMVALUE_PROGRAM_EXPLANATION_H
#define CRMVALUE_PROGRAM_EXPLANATION_H

#include "inputs.h"

/* Writes the page of a row. Errors of writing stay with the file (ferror). */
bool explanation_write(const inputs *taken, const crmv_scores *scores, int64_t row, FILE *file, failure *why);

#endif
