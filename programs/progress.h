/*
 * progress.h - how far long work has come: one line on the terminal, drawn over itself, gone at the end.
 */
#ifndef CRMVALUE_PROGRAM_PROGRESS_H
#define CRMVALUE_PROGRAM_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct progress {
    bool shown; /* standard error is a terminal, and nobody asked for quiet */
    bool held;  /* the library's own stages are not shown: a file is being read, which shows how far it is */
    bool drawn;
    int32_t percent;
    char stage[96];
} progress;

void progress_begin(progress *work, bool quiet);

/* Draws the line where it has changed by a percent; `done` runs from 0 to 1. */
void progress_show(progress *work, const char *stage, double done);

/* Takes the line away, so that something else can be written. */
void progress_clear(progress *work);

/* For crmv_options.progress; the context is the progress. Never cancels. */
int32_t progress_of_library(void *context, const char *stage, double done);

#endif
