#include "intake.h"

#include "figures.h"
#include "names.h"
#include "summary.h"

enum { DAYS_OF_A_YEAR = 365 };

/* ---- Rows that cannot be used ------------------------------------------------------------------------------------ */

/* More than a tenth set aside is no longer the dirt of every export. */
static void warn_of_many(const char *file, int64_t in, int64_t unused) {
    char name[SHOWN_BYTES], first[FIGURE_BYTES], second[FIGURE_BYTES];
    if (unused > in / 10) {
        fprintf(stderr, "warning: %s: %s of %s rows could not be used\n", shown(file, name),
                figure_count(unused, first), figure_count(in, second));
    }
}

/* Rows of a file that were set aside, for whatever reason. */
static int64_t aside_of_batch(const crmv_ledger *ledger, int32_t batch) {
    crmv_set_aside rows = {.struct_size = sizeof rows};
    int64_t count = 0;
    for (int64_t i = 0; crmv_ledger_set_aside(ledger, i, &rows) == CRMV_OK; i++) {
        count += rows.batch == batch ? rows.rows : 0;
    }
    return count;
}

static void warn_of_batches(const inputs *taken) {
    for (int32_t i = 0; i < taken->batch_count; i++) {
        warn_of_many(taken->batches[i].name, taken->batches[i].lines.rows, aside_of_batch(taken->ledger, i));
    }
}

static bool none_usable(const char *file, int64_t in, failure *why) {
    char name[SHOWN_BYTES], count[FIGURE_BYTES];
    return failure_data(why, "%s: none of %s row%s could be used, for the reasons above", shown(file, name),
                        figure_count(in, count), in == 1 ? "" : "s");
}

/* ---- The date ---------------------------------------------------------------------------------------------------- */

/* One mistyped year moves the last day far behind all others, and every window with it. */
static void warn_of_last_day(const inputs *taken) {
    char date[FIGURE_BYTES], first[FIGURE_BYTES], second[FIGURE_BYTES];
    int64_t lines, year;
    if (!inputs_end_at_last_day(taken)) {
        return;
    }
    int32_t first_day = taken->as_of - (DAYS_OF_A_YEAR - 1);
    if (crmv_ledger_total(taken->ledger, "sale_lines", &lines) != CRMV_OK ||
        crmv_ledger_total_between(taken->ledger, "sale_lines", first_day, taken->as_of, &year) != CRMV_OK) {
        return;
    }
    if (year < (lines + 99) / 100) {
        fprintf(stderr,
                "warning: the year up to %s, the last day of the transactions, holds %s of %s sale lines; expected "
                "--as-of YYYY-MM-DD if a date is mistyped\n",
                figure_date(taken->as_of, date), figure_count(year, first), figure_count(lines, second));
    }
}

/* ---- Both -------------------------------------------------------------------------------------------------------- */

static bool tell_transactions(const inputs *taken, failure *why) {
    int64_t in = crmv_ledger_rows(taken->ledger);
    bool none = in > 0 && crmv_ledger_accepted(taken->ledger) == 0;
    if (none || !taken->asked->quiet) {
        summary_of_transactions(taken, stderr);
    }
    if (none) {
        return none_usable(taken->batch_count == 1 ? taken->batches[0].name : "the transactions", in, why);
    }
    warn_of_batches(taken);
    warn_of_last_day(taken);
    return true;
}

bool intake_read(inputs *taken, const options *asked, failure *why) {
    bool done = inputs_read(taken, asked, why);
    progress_clear(&taken->progress);
    return done && tell_transactions(taken, why);
}

static bool tell_customers(const inputs *taken, failure *why) {
    int64_t in = crmv_frame_table_rows(taken->frame);
    int64_t used = crmv_frame_table_accepted(taken->frame);
    bool none = in > 0 && used == 0;
    if (none || !taken->asked->quiet) {
        summary_of_customers(taken, stderr);
    }
    if (none) {
        return none_usable(path_name(taken->asked->customers), in, why);
    }
    if (taken->customers) {
        warn_of_many(path_name(taken->asked->customers), in, in - used);
    }
    return true;
}

bool intake_derive(inputs *taken, failure *why) {
    bool done = inputs_derive(taken, why);
    progress_clear(&taken->progress);
    return done && tell_customers(taken, why);
}
