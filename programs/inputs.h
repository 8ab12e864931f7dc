/*
 * inputs.h - everything that the command line names, taken in: the model, the ledger, the customer table, the frame.
 */
#ifndef CRMVALUE_PROGRAM_INPUTS_H
#define CRMVALUE_PROGRAM_INPUTS_H

#include "csv_reader.h"
#include "model_file.h"
#include "options.h"
#include "progress.h"

/* A transaction file, as far as it is needed once its rows are in the ledger. */
typedef struct batch_file {
    const char *name;
    line_map lines;
} batch_file;

typedef struct inputs {
    const options *asked;
    progress progress;
    crmv_options running;
    model_file scorecard;
    crmv_ledger *ledger; /* NULL without transactions */
    batch_file *batches;
    int32_t batch_count;
    FILE *customer_file;
    reader *customers; /* the whole table; NULL without one */
    int64_t customer_rows;
    int32_t as_of;
    crmv_frame *frame;
} inputs;

/* Reads the model and the files, and settles the day to look back from: the one that was asked for, or the ledger's
 * last. What has been taken in is let go with inputs_clear in any case. */
bool inputs_read(inputs *taken, const options *asked, failure *why);

/* Whether nobody asked for that day. */
bool inputs_end_at_last_day(const inputs *taken);

/* Derives the frame. Without a day to look back from it fails where the model needs one. */
bool inputs_derive(inputs *taken, failure *why);

void inputs_clear(inputs *taken);

/* Whether the customer table has names. */
bool inputs_have_names(const inputs *taken);

#endif
