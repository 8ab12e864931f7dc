#include "asides.h"

#include "batches.h"
#include "names.h"

#include <string.h>

/* The feeds' numbers in the library. */
static int32_t feed_number(int32_t feed) {
    return feed == FEED_TRANSACTIONS ? CRMV_TRANSACTIONS : feed == FEED_RECEIVABLES ? CRMV_RECEIVABLES : CRMV_EVENTS;
}

bool batch_is_fed(const inputs *taken, int64_t batch) {
    for (int32_t i = 0; i < taken->file_count; i++) {
        if (taken->files[i].batch == batch) {
            return true;
        }
    }
    return false;
}

/* ---- Of the ledger ----------------------------------------------------------------------------------------------- */

bool aside_next(const inputs *taken, int32_t feed, bool of_files, int64_t *position, aside *rows) {
    *rows = (aside){.counted = {.struct_size = sizeof rows->counted}};
    while (crmv_ledger_set_aside(taken->ledger, *position, &rows->counted) == CRMV_OK) {
        ++*position;
        if (rows->counted.feed == feed_number(feed) && (!of_files || batch_is_fed(taken, rows->counted.batch))) {
            return true;
        }
    }
    return false;
}

static bool goes_with(const inputs *taken, const aside *one, const aside *other) {
    return !batch_is_fed(taken, one->counted.batch) && !batch_is_fed(taken, other->counted.batch) &&
           one->counted.reason == other->counted.reason && strcmp(one->counted.currency, other->counted.currency) == 0;
}

static void add(aside *rows, const aside *more) {
    const wide revenue = aside_revenue(rows) + aside_revenue(more);
    rows->counted.rows += more->counted.rows;
    rows->counted.amounts += more->counted.amounts;
    rows->counted.revenue_high = (int64_t)(revenue >> 64);
    rows->counted.revenue_low = (uint64_t)revenue;
}

/* They are sorted by reason, currency and batch, so that those that go together follow each other. */
bool aside_next_merged(const inputs *taken, int32_t feed, bool of_files, int64_t *position, aside *rows) {
    if (!aside_next(taken, feed, of_files, position, rows)) {
        return false;
    }
    aside more;
    int64_t ahead = *position;
    while (aside_next(taken, feed, of_files, &ahead, &more) && goes_with(taken, rows, &more)) {
        add(rows, &more);
        *position = ahead;
    }
    return true;
}

void feed_rows(const inputs *taken, int32_t feed, bool of_files, int64_t *rows, int64_t *used) {
    if (!of_files) {
        *rows = crmv_ledger_feed_rows(taken->ledger, feed_number(feed));
        *used = crmv_ledger_feed_accepted(taken->ledger, feed_number(feed));
        return;
    }
    aside unused;
    *rows = 0;
    for (int32_t i = 0; i < taken->file_count; i++) {
        *rows += taken->files[i].feed == feed ? taken->files[i].lines.rows : 0;
    }
    *used = *rows;
    for (int64_t i = 0; aside_next(taken, feed, true, &i, &unused);) {
        *used -= unused.counted.rows;
    }
}

/* ---- Of the customer table --------------------------------------------------------------------------------------- */

/* The frame's entries are those of the table and, last as it has the highest reason, that of unknown customers. */
static bool entry_of_frame(const inputs *taken, int64_t position, bool unknown, aside *rows) {
    *rows = (aside){.counted = {.struct_size = sizeof rows->counted}};
    return crmv_frame_set_aside(taken->frame, position, &rows->counted) == CRMV_OK &&
           (rows->counted.reason == CRMV_UNKNOWN_CUSTOMER) == unknown;
}

bool aside_of_table(const inputs *taken, int64_t position, aside *rows) {
    if (!taken->customers || !entry_of_frame(taken, position, false, rows)) {
        return false;
    }
    rows->table = path_name(taken->asked->customers);
    rows->lines = reader_lines(taken->customers);
    return true;
}

bool aside_unknown(const inputs *taken, aside *customers) {
    return entry_of_frame(taken, crmv_frame_set_aside_count(taken->frame) - 1, true, customers);
}

/* ---- Places and amounts ------------------------------------------------------------------------------------------ */

bool aside_place(const inputs *taken, const aside *rows, int32_t listed, const char **file, int64_t *line) {
    const int64_t row = rows->counted.first_rows[listed];
    if (rows->table) {
        *file = rows->table;
        *line = line_map_line(rows->lines, row);
        return true;
    }
    for (int32_t feed = 0; feed < FEEDS; feed++) {
        int64_t row_of_file;
        const batch_file *found = feed_number(feed) == rows->counted.feed
                                      ? batch_file_of_row(taken, rows->counted.batch, feed, row, &row_of_file)
                                      : NULL;
        if (found) {
            *file = found->name;
            *line = line_map_line(&found->lines, row_of_file);
            return true;
        }
    }
    return false;
}

wide aside_revenue(const aside *rows) {
    return figure_wide(rows->counted.revenue_high, rows->counted.revenue_low);
}

bool later_of(const inputs *taken, later *rest) {
    *rest = (later){0};
    int32_t last = taken->ledger ? crmv_ledger_last_day(taken->ledger) : CRMV_NO_DATE;
    if (taken->as_of == CRMV_NO_DATE || last <= taken->as_of) {
        return false;
    }
    crmv_ledger_total_between(taken->ledger, "sale_lines", taken->as_of + 1, last, &rest->sale_lines);
    crmv_ledger_total_between(taken->ledger, "revenue", taken->as_of + 1, last, &rest->revenue);
    return true;
}
