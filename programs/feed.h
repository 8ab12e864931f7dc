/*
 * feed.h - which columns of a CSV file a feed of the model reads.
 */
#ifndef CRMVALUE_PROGRAM_FEED_H
#define CRMVALUE_PROGRAM_FEED_H

#include "csv_reader.h"
#include "model_file.h"

/* Opens a file of a feed ("transactions", "customers", "receivables", "events" or "rates"), written as the model's
 * `input` says. */
bool feed_open(const model_file *scorecard, const char *feed, const char *path, FILE *file, reader **table,
               failure *why);

#endif
