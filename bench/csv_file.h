/*
 * csv_file.h - a feed as a CSV file, and the crmvalue command that reads it.
 */
#ifndef CRMVALUE_BENCH_CSV_FILE_H
#define CRMVALUE_BENCH_CSV_FILE_H

#include "feed.h"

/* Writes the first rows of a feed with text keys; gives the file's bytes, or -1 where it cannot be written. */
int64_t csv_file_write(const char *path, const feed *lines, int64_t rows);

/* What one run of the command took. */
typedef struct command_figures {
    double seconds;
    int64_t peak_bytes;
} command_figures;

/* `crmvalue explain` of one customer: the file is read, the ledger made, derived and scored, and next to nothing is
 * written. `crmvalue score`: all scores and reasons are written to `out`. False where the command fails. */
bool csv_file_explain(const char *path, const char *customer, int32_t threads, command_figures *took);
bool csv_file_score(const char *path, const char *out, int32_t threads, command_figures *took);

#endif
