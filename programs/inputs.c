#include "inputs.h"

#include "batches.h"
#include "feed.h"
#include "file_text.h"
#include "kin.h"
#include "names.h"

#include <stdlib.h>
#include <string.h>

void inputs_show_reading(inputs *taken, const char *path, double part) {
    char stage[SHOWN_BYTES + 16], name[SHOWN_BYTES];
    snprintf(stage, sizeof stage, "reading %s", shown(path_name(path), name));
    progress_show(&taken->progress, stage, part);
}

/* ---- The ledger -------------------------------------------------------------------------------------------------- */

/* Loads the ledger's file; of it only the customers whom the keys name, where there are keys. */
static bool load_ledger(inputs *taken, const char *const *keys, int64_t count, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    const char *path = taken->asked->ledger;
    const crmv_model *model = taken->scorecard.model;
    const int32_t status =
        keys ? crmv_ledger_load_customers(path, model, keys, count, &taken->running, &taken->ledger, &error)
             : crmv_ledger_load(path, model, &taken->running, &taken->ledger, &error);
    taken->part = keys != NULL;
    return status == CRMV_OK || failure_library(why, path, 0, &error);
}

static bool load_kin(inputs *taken, failure *why) {
    json_t *kin = kin_of(taken, taken->asked->customer);
    const char **keys = kin ? malloc((json_object_size(kin) + 1) * sizeof *keys) : NULL;
    const char *key;
    json_t *value;
    int64_t count = 0;
    if (!keys) {
        json_decref(kin);
        return failure_memory(why);
    }
    json_object_foreach(kin, key, value) {
        keys[count++] = key;
    }
    const bool done = load_ledger(taken, keys, count, why);
    free((void *)keys);
    json_decref(kin);
    return done;
}

/* The page of one customer needs no more than that one's facts, unless there is something to add to them. */
static bool asks_for_part(const options *asked) {
    return asked->command == COMMAND_EXPLAIN && asked->ledger && options_feed_files(asked) == 0;
}

static bool take_ledger(inputs *taken, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    const options *asked = taken->asked;
    const int32_t files = options_feed_files(asked);
    if (asked->ledger) {
        if (!(asks_for_part(asked) ? load_kin(taken, why) : load_ledger(taken, NULL, 0, why))) {
            return false;
        }
        taken->standing = crmv_ledger_batches(taken->ledger);
    } else if (files > 0 &&
               crmv_ledger_new(taken->scorecard.model, &taken->running, &taken->ledger, &error) != CRMV_OK) {
        return failure_library(why, path_name(asked->model), 0, &error);
    }
    return files == 0 || batches_read(taken, why);
}

/* ---- The customer table ------------------------------------------------------------------------------------------ */

static bool read_customers(inputs *taken, failure *why) {
    const char *path = taken->asked->customers;
    if (!file_open(path, &taken->customer_file, why)) {
        return false;
    }
    inputs_show_reading(taken, path, 0);
    return feed_open(&taken->scorecard, "customers", path, taken->customer_file, &taken->customers, why) &&
           reader_chunk(taken->customers, INT64_MAX, &taken->customer_rows, why);
}

const crmv_column *inputs_table_column(const inputs *taken, const char *role) {
    int32_t count = 0;
    const char *name = crmv_model_column(taken->scorecard.model, "customers", role);
    const crmv_column *columns = taken->customers ? reader_columns(taken->customers, &count) : NULL;
    for (int32_t i = 0; name && i < count; i++) {
        if (strcmp(columns[i].name, name) == 0) {
            return &columns[i];
        }
    }
    return NULL;
}

bool inputs_have_names(const inputs *taken) {
    return inputs_table_column(taken, "name") != NULL;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

/* What the model asks of the command line can be told before any file is read. */
static bool check_asked(const inputs *taken, failure *why) {
    const options *asked = taken->asked;
    char name[SHOWN_BYTES];
    const bool fed = options_feed_files(asked) > 0 || asked->ledger;
    if (asked->command == COMMAND_ROBUSTNESS && crmv_model_count(taken->scorecard.model, CRMV_TIERS) == 0) {
        return failure_data(why,
                            "%s: the model has no \"tiers\", and robustness is who would be in another one; expected "
                            "\"tiers\" in the model (crmvalue help model)",
                            shown(path_name(asked->model), name));
    }
    if (!fed && !asked->customers) {
        return true;
    }
    if (!asked->customers && model_scores_table_only(&taken->scorecard)) {
        return failure_usage(why,
                             "%s: the model's population is \"customers\", those of the customer table; expected "
                             "--customers FILE",
                             shown(path_name(asked->model), name));
    }
    if (!fed && asked->as_of == CRMV_NO_DATE && crmv_model_needs_date(taken->scorecard.model)) {
        return failure_usage(why, "the model needs a date, and without --transactions there is no last day to take; "
                                  "expected --as-of YYYY-MM-DD");
    }
    return true;
}

bool inputs_begin(inputs *taken, const options *asked, failure *why) {
    *taken = (inputs){.asked = asked, .as_of = asked->as_of, .warned = {.held = asked->command == COMMAND_FIT}};
    progress_begin(&taken->progress, asked->quiet);
    taken->running = (crmv_options){.struct_size = sizeof taken->running,
                                    .threads = asked->threads,
                                    .context = &taken->progress,
                                    .progress = progress_of_library};
    return model_file_read(&taken->scorecard, asked->model, why) &&
           (asked->command != COMMAND_FIT || model_file_want_outcomes(&taken->scorecard, why));
}

bool inputs_read(inputs *taken, const options *asked, failure *why) {
    bool done = inputs_begin(taken, asked, why) && check_asked(taken, why);
    /* Whose part of a ledger is needed, the customer table says. */
    const bool table_first = asks_for_part(asked);
    done = done && (!table_first || !asked->customers || read_customers(taken, why)) && take_ledger(taken, why) &&
           (table_first || !asked->customers || read_customers(taken, why));
    if (done && taken->ledger && taken->as_of == CRMV_NO_DATE) {
        taken->as_of = crmv_ledger_last_day(taken->ledger);
    }
    return done;
}

bool inputs_complete(inputs *taken, failure *why) {
    crmv_frame_free(taken->frame);
    crmv_ledger_free(taken->ledger);
    taken->frame = NULL;
    taken->ledger = NULL;
    return load_ledger(taken, NULL, 0, why);
}

bool inputs_end_at_last_day(const inputs *taken) {
    return taken->asked->as_of == CRMV_NO_DATE && taken->as_of != CRMV_NO_DATE;
}

const char *inputs_book(const inputs *taken) {
    return taken->file_count > 0 ? taken->files[0].name : taken->asked->ledger;
}

static bool has_date(const inputs *taken, failure *why) {
    char name[SHOWN_BYTES];
    return taken->as_of != CRMV_NO_DATE || !crmv_model_needs_date(taken->scorecard.model) ||
           failure_data(why, "%s: there is no row, and so no last day to take; expected rows, or --as-of YYYY-MM-DD",
                        shown(inputs_book(taken), name));
}

/* The file that an error of deriving is about, if it is about one: sums are of the transactions, all else is of the
 * customer table. */
static const char *file_at_fault(const inputs *taken, const crmv_error *error) {
    if (error->status == CRMV_OVERFLOW) {
        return taken->asked->ledger ? taken->asked->ledger : taken->file_count == 1 ? taken->files[0].name : NULL;
    }
    return taken->customers ? path_name(taken->asked->customers) : NULL;
}

bool inputs_derive_also(const inputs *taken, const crmv_model *model, int32_t as_of, crmv_frame **frame, failure *why) {
    crmv_error error = {.struct_size = sizeof error};
    int32_t count = 0;
    const crmv_column *columns = taken->customers ? reader_columns(taken->customers, &count) : NULL;
    if (crmv_frame_derive(model, taken->ledger, columns, count, taken->customer_rows, as_of, &taken->running, frame,
                          &error) == CRMV_OK) {
        return true;
    }
    int64_t line = taken->customers ? line_map_line(reader_lines(taken->customers), error.row) : 0;
    return failure_library(why, file_at_fault(taken, &error), line, &error);
}

bool inputs_derive(inputs *taken, failure *why) {
    return has_date(taken, why) && inputs_derive_also(taken, taken->scorecard.model, taken->as_of, &taken->frame, why);
}

void inputs_clear(inputs *taken) {
    progress_clear(&taken->progress);
    warnings_tell(&taken->warned);
    warnings_clear(&taken->warned);
    crmv_frame_free(taken->frame);
    crmv_ledger_free(taken->ledger);
    batches_clear(taken);
    reader_close(taken->customers);
    file_close(taken->customer_file);
    model_file_clear(&taken->scorecard);
}
