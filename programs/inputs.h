/*
 * inputs.h - everything that the command line names, taken in: the model, the ledger, the customer table, the frame.
 */
#ifndef CRMVALUE_PROGRAM_INPUTS_H
#define CRMVALUE_PROGRAM_INPUTS_H

#include "csv_reader.h"
#include "model_file.h"
#include "options.h"
#include "progress.h"
#include "warnings.h"

/* A file of a feed, as far as it is needed once its rows are in the ledger. */
typedef struct batch_file {
    const char *name;
    int32_t feed;
    int64_t batch;  /* its position in the ledger */
    int64_t before; /* rows of the batch's feed that other files brought */
    line_map lines;
} batch_file;

typedef struct inputs {
    const options *asked;
    progress progress;
    warnings warned; /* of the data */
    crmv_options running;
    model_file scorecard;
    crmv_ledger *ledger; /* NULL where nothing is fed and no ledger is named */
    bool part;           /* it holds the customers only whom the page is about */
    int64_t standing;    /* batches that it had before the files were read */
    batch_file *files;
    int32_t file_count;
    FILE *customer_file;
    reader *customers; /* the whole table; NULL without one */
    int64_t customer_rows;
    int32_t as_of;
    crmv_frame *frame;
} inputs;

/* Reads the model alone; what has been taken in is let go with inputs_clear in any case. */
bool inputs_begin(inputs *taken, const options *asked, failure *why);

/* Reads the model and the files, and settles the day to look back from: the one that was asked for, or the ledger's
 * last. Of a ledger file no more is read than the page of one customer needs. */
bool inputs_read(inputs *taken, const options *asked, failure *why);

/* Reads the whole ledger where only a part of it was, and drops the frame. */
bool inputs_complete(inputs *taken, failure *why);

/* The file that transactions come from, to name it: the first, or the ledger's; NULL where there is neither. */
const char *inputs_book(const inputs *taken);

/* Whether nobody asked for that day. */
bool inputs_end_at_last_day(const inputs *taken);

/* Derives the frame. Without a day to look back from it fails where the model needs one. */
bool inputs_derive(inputs *taken, failure *why);

/* Derives a frame of another model, from what was taken in and as of another day. */
bool inputs_derive_also(const inputs *taken, const crmv_model *model, int32_t as_of, crmv_frame **frame, failure *why);

void inputs_clear(inputs *taken);

/* Shows on the terminal that a file is being read, and how far. */
void inputs_show_reading(inputs *taken, const char *path, double part);

/* Whether the customer table has names. */
bool inputs_have_names(const inputs *taken);

/* The column of the customer table that plays a role; NULL where there is none. */
const crmv_column *inputs_table_column(const inputs *taken, const char *role);

#endif
