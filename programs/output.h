/*
 * output.h - a file that is written whole or not at all.
 *
 * What is written goes to a file of another name beside it, which takes the name when everything is on the disk; of a
 * symbolic link, beside what it leads to, and the link stays. An interrupt takes it away. A path that is no regular
 * file (a pipe, /dev/null) and the standard output are written directly.
 */
#ifndef CRMVALUE_PROGRAM_OUTPUT_H
#define CRMVALUE_PROGRAM_OUTPUT_H

#include "failure.h"

#include <stdio.h>

typedef struct output {
    FILE *file;
    const char *path; /* NULL: the standard output */
    char *target;     /* where the path's links lead; NULL where written directly */
    char *beside;     /* the name that it has until it is finished; NULL where written directly */
} output;

/* Opens a path, or the standard output for NULL and "-". */
bool output_open(output *written, const char *path, failure *why);

/* Brings everything onto the disk; the file does not bear its name yet. */
bool output_finish(output *written, failure *why);

/* Gives a finished file its name. */
bool output_publish(output *written, failure *why);

/* Drops what was not published. Also to be called after output_publish. */
void output_drop(output *written);

#endif
