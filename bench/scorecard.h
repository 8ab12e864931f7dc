/*
 * scorecard.h - the benchmark's model, and what to do where a call fails.
 */
#ifndef CRMVALUE_BENCH_SCORECARD_H
#define CRMVALUE_BENCH_SCORECARD_H

#include <crmvalue/crmvalue.h>
#include <stdbool.h>

/* A whole text file, NUL-terminated, to be freed; NULL where it cannot be read. */
char *scorecard_text(const char *path);

/* Reads a model file; NULL, with the reason on standard error, where that fails. */
crmv_model *scorecard_read(const char *path);

#endif
