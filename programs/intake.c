#include "intake.h"

#include "asides.h"
#include "names.h"
#include "summary.h"

/* At the end of a month the data of the month before are the least that is at hand. */
enum { DAYS_OF_A_YEAR = 365, DAYS_OF_A_MONTH = 31 };

/* ---- Rows that cannot be used ------------------------------------------------------------------------------------ */

/* More than a tenth set aside is no longer the dirt of every export. */
static void warn_of_many(inputs *taken, const char *file, int64_t in, int64_t unused) {
    char name[SHOWN_BYTES], first[FIGURE_BYTES], second[FIGURE_BYTES];
    if (unused > in / 10) {
        warnings_add(&taken->warned, "%s: %s of %s rows could not be used", shown(file, name),
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
static void warn_of_files(inputs *taken) {
    for (int32_t i = 0; i < taken->file_count; i++) {
        const batch_file *file = &taken->files[i];
        if (file->before == 0) {
            warn_of_many(taken, file->name, rows_of(taken, file), asides_of(taken, file));
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
static void warn_of_last_day(inputs *taken) {
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
        warnings_add(&taken->warned,
                     "the year up to %s, the last day of the transactions, holds %s of %s sale lines; expected "
                     "--as-of YYYY-MM-DD if a date is mistyped",
                     figure_date(taken->as_of, date), figure_count(year, first), figure_count(lines, second));
    }
}

/* A day so far off the transactions that it is a slip, or that the transactions were not brought up to it. */
static void warn_of_day_asked(inputs *taken) {
    char asked[FIGURE_BYTES], edge[FIGURE_BYTES], days[FIGURE_BYTES];
    const int32_t first_day = crmv_ledger_first_day(taken->ledger);
    const int32_t last_day = crmv_ledger_last_day(taken->ledger);
    if (inputs_end_at_last_day(taken) || taken->as_of == CRMV_NO_DATE || last_day == CRMV_NO_DATE) {
        return;
    }
    figure_date(taken->as_of, asked);
    if (taken->as_of < first_day) {
        warnings_add(&taken->warned,
                     "--as-of %s is before %s, the first day of the transactions, so nobody has bought yet", asked,
                     figure_date(first_day, edge));
    } else if ((int64_t)taken->as_of - last_day > DAYS_OF_A_MONTH) {
        warnings_add(&taken->warned,
                     "--as-of %s is %s days after %s, the last day of the transactions, so everybody seems to have "
                     "bought nothing since",
                     asked, figure_count((int64_t)taken->as_of - last_day, days), figure_date(last_day, edge));
    }
}

/* ---- Both -------------------------------------------------------------------------------------------------------- */

bool intake_tell_files(inputs *taken, bool of_files, failure *why) {
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

static bool tell_ledger(inputs *taken, failure *why) {
    if (!taken->ledger) {
        return true;
    }
    if (!taken->part) {
        if (!intake_tell_files(taken, false, why)) {
            return false;
        }
        warn_of_last_day(taken);
    }
    warn_of_day_asked(taken); /* a part of a ledger has the days of the whole */
    return true;
}

bool intake_read(inputs *taken, const options *asked, failure *why) {
    bool done = inputs_read(taken, asked, why);
    progress_clear(&taken->progress);
    return done && tell_ledger(taken, why);
}

static bool tell_customers(inputs *taken, failure *why) {
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
        warn_of_many(taken, path_name(taken->asked->customers), in, in - used);
    }
    return true;
}

bool intake_derive(inputs *taken, failure *why) {
    bool done = inputs_derive(taken, why);
    progress_clear(&taken->progress);
    return done && tell_customers(taken, why);
}
