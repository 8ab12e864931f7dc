/*
 * findings.h - what crmv_model_check finds, as lines for people: errors first, then warnings, then notes.
 */
#ifndef CRMVALUE_PROGRAM_FINDINGS_H
#define CRMVALUE_PROGRAM_FINDINGS_H

#include "inputs.h"

/* Writes a line each, and behind them how many there were of each severity. */
bool findings_write(const inputs *taken, FILE *file, bool *usable, failure *why);

/* Before anything is scored: whether the model can be used with the transactions at hand. Where it cannot, its errors
 * go to the file, line by line. */
bool findings_allow(const inputs *taken, FILE *file, failure *why);

/* The warnings of what a model shows without data. */
bool findings_warn(const crmv_model *model, FILE *file, failure *why);

#endif
