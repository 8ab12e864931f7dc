/*
 * score_range.h - between which points a model's scores lie, so that one can be read as a part of them.
 */
#ifndef CRMVALUE_PROGRAM_SCORE_RANGE_H
#define CRMVALUE_PROGRAM_SCORE_RANGE_H

#include "model_file.h"

/* " (0 to 100)", or "" for a model without scores or where memory is short. */
void score_range_text(const model_file *scorecard, char *text, size_t size);

#endif
