#include "inputs.h"

#include "feed.h"
#include "file_text.h"
#include "names.h"
#include "read_ahead.h"

#include <stdlib.h>
#include <string.h>

/* Rows that are handed to the ledger at once. */
enum { CHUNK_ROWS = 65536 };

static void show_reading(inputs *taken, const char *path, double part) {
    char stage[SHOWN_BYTES + 16], name[SHOWN_BYTES];
    snprintf(stage, sizeof stage, "reading %s", shown(path_name(path), name));
    progress_show(&taken->progress, stage, part);
}

/* ---- Transactions ------------------------------------------------------------------------------------------------ */

/* Appends a file chunk by chunk, while the next chunk is read. A file of no rows is appended too, so that its columns
 * are looked at. */
static bool append_rows(inputs *taken, const char *path, FILE *file, reader *table, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    int32_t status = CRMV_OK;
    bool first = true, ended = false;
    read_ahead ahead;
    file_chunk chunk;
    taken->progress.held = true;
    read_ahead_begin(&ahead, table, file, CHUNK_ROWS, taken->asked->threads > 1);
    while (!ended && status == CRMV_OK && read_ahead_take(&ahead, &chunk, why)) {
        ended = chunk.rows == 0 && !first;
        if (!ended) {
            show_reading(taken, path, chunk.part);
            status = crmv_ledger_append(taken->ledger, chunk.columns, chunk.count, chunk.rows, &error);
            first = false;
        }
    }
    read_ahead_end(&ahead);
    if (status != CRMV_OK) {
        return failure_library(why, path_name(path), line_map_line(reader_lines(table), error.row), &error);
    }
    taken->progress.held = !ended;
    return ended;
}

static bool take_batch(inputs *taken, const char *path, FILE *file, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    reader *table;
    if (!feed_open(&taken->scorecard, "transactions", path, file, &table, why)) {
        return false;
    }
    bool done = append_rows(taken, path, file, table, why);
    if (done && crmv_ledger_end(taken->ledger, &error) != CRMV_OK) {
        done = failure_library(why, path_name(path), 0, &error);
    }
    if (done) {
        taken->batches[taken->batch_count++] = (batch_file){path_name(path), reader_take_lines(table)};
    }
    reader_close(table);
    return done;
}

static bool read_transactions(inputs *taken, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    const options *asked = taken->asked;
    taken->batches = calloc((size_t)asked->transaction_count, sizeof *taken->batches);
    if (!taken->batches) {
        return failure_memory(why);
    }
    if (crmv_ledger_new(taken->scorecard.model, &taken->running, &taken->ledger, &error) != CRMV_OK) {
        return failure_library(why, path_name(asked->model), 0, &error);
    }
    for (int32_t i = 0; i < asked->transaction_count; i++) {
        const char *path = asked->transactions[i];
        FILE *file;
        if (crmv_ledger_begin(taken->ledger, path_name(path), &error) != CRMV_OK) {
            return failure_library(why, path_name(path), 0, &error);
        }
        if (!file_open(path, &file, why)) {
            return false;
        }
        bool done = take_batch(taken, path, file, why);
        file_close(file);
        if (!done) {
            return false;
        }
    }
    return true;
}

/* ---- The customer table ------------------------------------------------------------------------------------------ */

static bool read_customers(inputs *taken, failure *why) {
    const char *path = taken->asked->customers;
    if (!file_open(path, &taken->customer_file, why)) {
        return false;
    }
    show_reading(taken, path, 0);
    return feed_open(&taken->scorecard, "customers", path, taken->customer_file, &taken->customers, why) &&
           reader_chunk(taken->customers, INT64_MAX, &taken->customer_rows, why);
}

bool inputs_have_names(const inputs *taken) {
    int32_t count = 0;
    const char *name = crmv_model_column(taken->scorecard.model, "customers", "name");
    const crmv_column *columns = taken->customers ? reader_columns(taken->customers, &count) : NULL;
    for (int32_t i = 0; name && i < count; i++) {
        if (strcmp(columns[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

/* What the model asks of the command line can be told before any file is read. */
static bool check_asked(const inputs *taken, failure *why) {
    const options *asked = taken->asked;
    char name[SHOWN_BYTES];
    if (asked->transaction_count == 0 && !asked->customers) {
        return true;
    }
    if (!asked->customers && model_scores_table_only(&taken->scorecard)) {
        return failure_usage(why,
                             "%s: the model's population is \"customers\", those of the customer table; expected "
                             "--customers FILE",
                             shown(path_name(asked->model), name));
    }
    if (asked->transaction_count == 0 && asked->as_of == CRMV_NO_DATE &&
        crmv_model_needs_date(taken->scorecard.model)) {
        return failure_usage(why, "the model needs a date, and without --transactions there is no last day to take; "
                                  "expected --as-of YYYY-MM-DD");
    }
    return true;
}

bool inputs_read(inputs *taken, const options *asked, failure *why) {
    *taken = (inputs){.asked = asked, .as_of = asked->as_of};
    progress_begin(&taken->progress, asked->quiet);
    taken->running = (crmv_options){.struct_size = sizeof taken->running,
                                    .threads = asked->threads,
                                    .context = &taken->progress,
                                    .progress = progress_of_library};
    bool done = model_file_read(&taken->scorecard, asked->model, why) && check_asked(taken, why) &&
                (asked->transaction_count == 0 || read_transactions(taken, why)) &&
                (!asked->customers || read_customers(taken, why));
    if (done && taken->ledger && taken->as_of == CRMV_NO_DATE) {
        taken->as_of = crmv_ledger_last_day(taken->ledger);
    }
    return done;
}

bool inputs_end_at_last_day(const inputs *taken) {
    return taken->asked->as_of == CRMV_NO_DATE && taken->as_of != CRMV_NO_DATE;
}

static bool has_date(const inputs *taken, failure *why) {
    char name[SHOWN_BYTES];
    return taken->as_of != CRMV_NO_DATE || !crmv_model_needs_date(taken->scorecard.model) ||
           failure_data(why, "%s: there is no row, and so no last day to take; expected rows, or --as-of YYYY-MM-DD",
                        shown(taken->batches[0].name, name));
}

/* The file that an error of deriving is about, if it is about one: sums are of the transactions, all else is of the
 * customer table. */
static const char *file_at_fault(const inputs *taken, const crmv_error *error) {
    if (error->status == CRMV_OVERFLOW) {
        return taken->batch_count == 1 ? taken->batches[0].name : NULL;
    }
    return taken->customers ? path_name(taken->asked->customers) : NULL;
}

bool inputs_derive(inputs *taken, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    int32_t count = 0;
    const crmv_column *columns = taken->customers ? reader_columns(taken->customers, &count) : NULL;
    if (!has_date(taken, why)) {
        return false;
    }
    if (crmv_frame_derive(taken->scorecard.model, taken->ledger, columns, count, taken->customer_rows, taken->as_of,
                          &taken->running, &taken->frame, &error) == CRMV_OK) {
        return true;
    }
    int64_t line = taken->customers ? line_map_line(reader_lines(taken->customers), error.row) : 0;
    return failure_library(why, file_at_fault(taken, &error), line, &error);
}

void inputs_clear(inputs *taken) {
    progress_clear(&taken->progress);
    crmv_frame_free(taken->frame);
    crmv_ledger_free(taken->ledger);
    for (int32_t i = 0; i < taken->batch_count; i++) {
        line_map_clear(&taken->batches[i].lines);
    }
    free(taken->batches);
    reader_close(taken->customers);
    file_close(taken->customer_file);
    model_file_clear(&taken->scorecard);
}
