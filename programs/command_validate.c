/* `crmvalue validate`: would lifetimes that were fitted some time ago have told what happened since? */
#include "commands.h"
#include "csv_writer.h"
#include "figures.h"
#include "findings.h"
#include "intake.h"
#include "names.h"
#include "output.h"
#include "validator.h"

#include <stdio.h>
#include <string.h>

enum { KEY_BYTES = 1025, BLOCK_ROWS = 4096 };

/* What is looked at. */
typedef struct test {
    inputs *taken;
    validator with;
    crmv_validation *validation;
} test;

/* ---- The customers' forecasts ------------------------------------------------------------------------------------ */

static const struct {
    int32_t what, by; /* what 0: P(alive) */
    const char *name; /* behind that of the lifetime */
} columns[] = {{0, 0, "p_alive"},
               {CRMV_FORECAST_PURCHASES, CRMV_FORECAST_BY_LIFETIME, "purchases forecast"},
               {CRMV_FORECAST_PURCHASES, CRMV_FORECAST_BY_RATE, "purchases by rate"},
               {CRMV_FORECAST_PURCHASES, CRMV_FORECAST_BY_LAST_PERIOD, "purchases by last period"},
               {CRMV_FORECAST_PURCHASES, CRMV_FORECAST_ACTUAL, "purchases actual"},
               {CRMV_FORECAST_AMOUNT, CRMV_FORECAST_BY_LIFETIME, "amount forecast"},
               {CRMV_FORECAST_AMOUNT, CRMV_FORECAST_BY_RATE, "amount by rate"},
               {CRMV_FORECAST_AMOUNT, CRMV_FORECAST_BY_LAST_PERIOD, "amount by last period"},
               {CRMV_FORECAST_AMOUNT, CRMV_FORECAST_ACTUAL, "amount actual"}};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static const double *numbers_of(const test *run, const char *lifetime, size_t column) {
    return columns[column].what == 0
               ? run->with.p_alive(run->validation, lifetime)
               : run->with.numbers(run->validation, lifetime, columns[column].what, columns[column].by);
}

/* Calls `field` for each column of each lifetime that there is. */
static void each_column(const test *run, csv_writer *rows, int64_t row,
                        void (*field)(csv_writer *rows, const char *lifetime, const char *name, const double *numbers,
                                      int64_t row)) {
    const crmv_model *model = run->taken->scorecard.model;
    for (int32_t i = 0; i < crmv_model_lifetimes(model); i++) {
        crmv_lifetime_card card = {.struct_size = sizeof card};
        crmv_model_lifetime(model, i, &card);
        for (size_t column = 0; column < COLUMNS; column++) {
            const double *numbers = numbers_of(run, card.name, column);
            if (numbers) {
                field(rows, card.name, columns[column].name, numbers, row);
            }
        }
    }
}

static void header_field(csv_writer *rows, const char *lifetime, const char *name, const double *numbers, int64_t row) {
    char header[KEY_BYTES];
    (void)numbers;
    (void)row;
    snprintf(header, sizeof header, "%.*s %s", KEY_BYTES - 64, lifetime, name);
    csv_writer_field(rows, header);
}

static void number_field(csv_writer *rows, const char *lifetime, const char *name, const double *numbers, int64_t row) {
    char figure[FIGURE_BYTES];
    (void)lifetime;
    (void)name;
    csv_writer_field(rows, figure_shortest(numbers[row], figure));
}

static void write_row(const test *run, csv_writer *rows, int64_t row) {
    const crmv_frame *frame = run->with.frame(run->validation);
    char key[KEY_BYTES];
    crmv_frame_key(frame, row, key, sizeof key, NULL);
    csv_writer_field(rows, key);
    if (inputs_have_names(run->taken)) {
        csv_writer_field(rows, crmv_frame_name(frame, row));
    }
    each_column(run, rows, row, number_field);
    csv_writer_end(rows);
}

static bool write_rows(const test *run, FILE *file) {
    const int64_t count = crmv_frame_rows(run->with.frame(run->validation));
    csv_writer rows = {0};
    csv_writer_field(&rows, "customer");
    if (inputs_have_names(run->taken)) {
        csv_writer_field(&rows, "name");
    }
    each_column(run, &rows, 0, header_field);
    csv_writer_end(&rows);
    for (int64_t row = 0; row < count && !rows.failed; row++) {
        write_row(run, &rows, row);
        if (row % BLOCK_ROWS == 0) {
            fwrite(rows.text, 1, rows.used, file);
            csv_writer_restart(&rows);
        }
    }
    const bool done = !rows.failed;
    if (done) {
        fwrite(rows.text, 1, rows.used, file);
    }
    csv_writer_clear(&rows);
    return done;
}

/* ---- What is told ------------------------------------------------------------------------------------------------ */

/* Both files are brought onto the disk before either takes its name. */
static bool write_files(const test *run, output *rows, output *report, failure *why) {
    const options *asked = run->taken->asked;
    if ((asked->out && !output_open(rows, asked->out, why)) ||
        (asked->report && !output_open(report, asked->report, why))) {
        return false;
    }
    if (asked->out && !write_rows(run, rows->file)) {
        return failure_memory(why);
    }
    if (asked->report) {
        fputs(run->with.json(run->validation), report->file);
    }
    return (!asked->out || output_finish(rows, why)) && (!asked->report || output_finish(report, why)) &&
           (!asked->out || output_publish(rows, why)) && (!asked->report || output_publish(report, why));
}

/* Unless the customers' forecasts go there. */
static bool tell_table(const test *run, failure *why) {
    output written = {0};
    const char *out = run->taken->asked->out;
    if (out && strcmp(out, "-") == 0) {
        return true;
    }
    if (!output_open(&written, NULL, why)) {
        return false;
    }
    fputs(run->with.table(run->validation), written.file);
    return output_finish(&written, why);
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static bool has_what_it_takes(const inputs *taken, failure *why) {
    char name[SHOWN_BYTES], split[FIGURE_BYTES], last[FIGURE_BYTES];
    if (crmv_model_lifetimes(taken->scorecard.model) == 0) {
        return failure_data(why, "%s: the model has no \"lifetimes\" to validate (crmvalue help model)",
                            shown(taken->asked->model, name));
    }
    if (!taken->ledger) {
        return failure_usage(why, "lifetimes are validated on transactions; expected --transactions FILE or "
                                  "--ledger FILE");
    }
    if (crmv_ledger_last_day(taken->ledger) == CRMV_NO_DATE) {
        return failure_data(why, "%s: there are no transactions, and so nothing to validate lifetimes on",
                            shown(inputs_book(taken), name));
    }
    return taken->asked->split < taken->as_of ||
           failure_usage(why, "--split %s leaves no day to forecast: %s is %s; expected an earlier one",
                         figure_date(taken->asked->split, split),
                         taken->asked->as_of != CRMV_NO_DATE ? "--as-of" : "the transactions' last day",
                         figure_date(taken->as_of, last));
}

static bool validate(test *run, failure *why) {
    const inputs *taken = run->taken;
    crmv_error error = {.struct_size = sizeof error};
    int32_t count = 0;
    const crmv_column *customers = taken->customers ? reader_columns(taken->customers, &count) : NULL;
    const bool done =
        run->with.validate(taken->scorecard.model, taken->ledger, customers, count, taken->customer_rows,
                           taken->asked->split, taken->as_of, &taken->running, &run->validation, &error) == CRMV_OK;
    return done || failure_library(why, NULL, 0, &error);
}

static bool run_test(test *run, failure *why) {
    output rows = {0};
    output report = {0};
    bool done = has_what_it_takes(run->taken, why) && findings_allow(run->taken, stderr, why) &&
                validator_open(&run->with, why) && validate(run, why);
    progress_clear(&run->taken->progress);
    done = done && write_files(run, &rows, &report, why) && tell_table(run, why);
    output_drop(&rows);
    output_drop(&report);
    return done;
}

bool command_validate(const options *asked, int *status, failure *why) {
    inputs taken;
    test run = {.taken = &taken};
    const bool done = intake_read(&taken, asked, why) && run_test(&run, why);
    if (run.validation) {
        run.with.free(run.validation);
    }
    validator_close(&run.with);
    inputs_clear(&taken);
    *status = EXIT_DONE;
    return done;
}
