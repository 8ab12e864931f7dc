/*
 * scorecard.h - the benchmark's model, and what to do where a call fails.
 */
#ifndef CRMVALUE_BENCH_SCORECARD_H
#define CRMVALUE_BENCH_SCORECARD_H

#include <crmvalue/crmvalue.h>
#include <stdbool.h>

/* A whole text file, NUL-terminated, to be freed; NULL where it cannot be read. */
char *scorecard_text(const char *path);

/* The same model with metrics that are columns of a customer table, each of its own name, to be freed; NULL where that
 * fails. */
char *scorecard_of_attributes(const char *text);

/* The same model with fifths of the score for its tiers, and with percentiles for bands and one index of equal weights
 * too: requests, to be calibrated. To be freed; NULL where that fails. */
char *scorecard_of_fifths(const char *text);
char *scorecard_of_percentiles(const char *text);

/* The latter with ratios of its metrics as six further ones, weights by entropy and natural breaks. */
char *scorecard_of_entropy(const char *text);

/* The same model with finance cost and days overdue as further metrics, to be freed; NULL where that fails. */
char *scorecard_of_receivables(const char *text);

/* The same model with lifetimes to be fitted, the BG/NBD's and of spend, and four metrics that they foretell; to be
 * freed; NULL where that fails. */
char *scorecard_of_lifetimes(const char *text);

/* Reads a model from a text; NULL, with the reason on standard error, where that fails. */
crmv_model *scorecard_parse(const char *text);

/* Reads a model file, as it is or as one of the functions above makes it; NULL, with the reason on standard error,
 * where that fails. */
crmv_model *scorecard_read(const char *path);
crmv_model *scorecard_read_as(const char *path, char *(*change)(const char *text));

#endif
