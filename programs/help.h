/*
 * help.h - the texts of `crmvalue help`.
 */
#ifndef CRMVALUE_PROGRAM_HELP_H
#define CRMVALUE_PROGRAM_HELP_H

#include "failure.h"

#include <stdio.h>

/* Writes the text on a topic: a command, "model", "csv", "report", or NULL for the overview. */
bool help_write(const char *topic, FILE *file, failure *why);

#endif
