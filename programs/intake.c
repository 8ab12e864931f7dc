#include "intake.h"

#include "asides.h"
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

/* Rows of a batch's feed that came in, and those set aside, for whatever reason. */
static int64_t rows_of(const inputs *taken, const batch_file *file) {
    int64_t rows = 0;
    for (int32_t i = 0; i < taken->file_count; i++) {
        const batch_file *other = &taken->files[i];
        rows += other->batch == file->batch && other->feed == file->feed ? other->lines.rows : 0;
    }
    return rows;
}

static int64_t asides_of(const inputs *taken, const batch_file *file) {
    aside rows;
    int64_t count = 0;
    for (int64_t i = 0; aside_next(taken, file->feed, true, &i, &rows);) {
        count += rows.counted.batch == file->batch ? rows.counted.rows : 0;
    }
    return count;
}

/* Files of the same feed in one batch are warned of together, by the name of the first. */
static void warn_of_files(const inputs *taken) {
    for (int32_t i = 0; i < taken->file_count; i++) {
        const batch_file *file = &taken->files[i];
        if (file->before == 0) {
            warn_of_many(file->name, rows_of(taken, file), asides_of(taken, file));
        }
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

bool intake_tell_files(const inputs *taken, bool of_files, failure *why) {
    int64_t in = 0, used = 0;
    for (int32_t feed = 0; feed < FEEDS && taken->file_count > 0; feed++) {
        int64_t rows, accepted;
        feed_rows(taken, feed, true, &rows, &accepted);
        in += rows;
        used += accepted;
    }
    const bool none = in > 0 && used == 0 && (of_files || !taken->asked->ledger);
    if (none || !taken->asked->quiet) {
        summary_of_feeds(taken, of_files, stderr);
    }
    if (none) {
        const bool only = options_feed_files(taken->asked) == taken->asked->feeds[FEED_TRANSACTIONS].count;
        return none_usable(taken->file_count == 1 ? taken->files[0].name
                           : only                 ? "the transactions"
                                                  : "the files",
                           in, why);
    }
    warn_of_files(taken);
    return true;
}

static bool tell_ledger(const inputs *taken, failure *why) {
    if (!taken->ledger || taken->part) {
        return true;
    }
    if (!intake_tell_files(taken, false, why)) {
        return false;
    }
    warn_of_last_day(taken);
    return true;
}

bool intake_read(inputs *taken, const options *asked, failure *why) {
    bool done = inputs_read(taken, asked, why);
    progress_clear(&taken->progress);
    return done && tell_ledger(taken, why);
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
