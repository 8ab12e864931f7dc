#include "ledger/lines.h"

#include "base/hash.h"
#include "base/vectors.h"
#include "ledger/amounts.h"
#include "ledger/cells.h"
#include "ledger/settle.h"
#include "model/missing.h"

#include <string.h>

/* ---- Keys, dates, documents -------------------------------------------------------------------------------------- */

static crmvi_cells cells_of(const crmvi_rows *r, int32_t role) {
    return (crmvi_cells){r->feed->roles[role], &r->feed->layout->reading, r->begin, r->lines->count};
}

static void read_keys(const crmvi_rows *r) {
    crmvi_lines *lines = r->lines;
    const crmvi_cells cells = cells_of(r, CRMVI_ROLE_CUSTOMER);
    const crmvi_keys keys = {lines->numbers, lines->key_texts, lines->key_lengths, lines->reasons};
    crmvi_cells_keys(&cells, r->feed->whole_keys, &keys);
}

static void read_dates(const crmvi_rows *r) {
    const crmvi_cells cells = cells_of(r, CRMVI_ROLE_DATE);
    crmvi_cells_days(&cells, CRMV_NO_DATE_GIVEN, r->lines->days, r->lines->reasons);
}

/* Texts by a hash of theirs; which rows have one. */
static void read_text_documents(const crmvi_rows *r, const crmv_column *column, bool *present) {
    crmvi_block_texts texts;
    crmvi_reading_texts(&r->feed->layout->reading, column, r->begin, r->lines->count, &texts);
    for (int64_t i = 0; i < texts.count; i++) {
        present[i] = texts.lengths[i] >= 0;
        r->lines->documents[i] = present[i] ? (int64_t)crmvi_hash_of(texts.at[i], (size_t)texts.lengths[i]) : 0;
    }
}

static void read_whole_documents(const crmvi_rows *r, const crmv_column *column, bool *present) {
    for (int64_t i = 0; i < r->lines->count; i++) {
        present[i] = crmvi_column_present(column, r->begin + i);
        r->lines->documents[i] = present[i] ? crmvi_column_whole(column, r->begin + i) : 0;
    }
}

static void read_documents(const crmvi_rows *r) {
    const crmv_column *column = r->feed->roles[CRMVI_ROLE_DOCUMENT];
    bool present[CRMVI_BLOCK_ROWS];
    if (column == NULL) {
        return;
    }
    if (crmvi_column_is_text(column)) {
        read_text_documents(r, column, present);
    } else {
        read_whole_documents(r, column, present);
    }
    for (int64_t i = 0; i < r->lines->count; i++) {
        r->lines->flags[i] |= present[i] ? CRMVI_LINE_DOCUMENT : 0;
        r->lines->totals.fed |= present[i] ? 1u << CRMVI_ROLE_DOCUMENT : 0;
    }
}

/* ---- Totals ------------------------------------------------------------------------------------------------------ */

void crmvi_line_totals_begin(crmvi_line_totals *totals) {
    *totals = (crmvi_line_totals){.first_day = INT32_MAX, .last_day = INT32_MIN};
}

void crmvi_line_totals_add(crmvi_line_totals *totals, const crmvi_line_totals *more) {
    totals->set_aside += more->set_aside;
    totals->negative += more->negative;
    totals->rounded += more->rounded;
    totals->fed |= more->fed;
    totals->any_flags |= more->any_flags;
    totals->sparse += more->sparse;
    totals->takes_revenue = totals->takes_revenue || more->takes_revenue;
    totals->first_day = more->first_day < totals->first_day ? more->first_day : totals->first_day;
    totals->last_day = more->last_day > totals->last_day ? more->last_day : totals->last_day;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        totals->magnitudes[a] |= more->magnitudes[a];
    }
}

CRMVI_VECTORS static void find_range(const int32_t *days, int64_t count, int32_t *first, int32_t *last) {
    int32_t least = INT32_MAX;
    int32_t most = INT32_MIN;
    for (int64_t i = 0; i < count; i++) {
        least = days[i] < least ? days[i] : least;
        most = days[i] > most ? days[i] : most;
    }
    *first = least;
    *last = most;
}

/* The first and the last day of the lines. */
static void note_days(crmvi_lines *lines) {
    const int32_t *days = lines->days;
    int32_t first = INT32_MAX;
    int32_t last = INT32_MIN;
    if (lines->totals.set_aside == 0) {
        find_range(days, lines->count, &first, &last);
    }
    for (int64_t i = 0; i < lines->count && lines->totals.set_aside > 0; i++) {
        first = lines->reasons[i] == 0 && days[i] < first ? days[i] : first;
        last = lines->reasons[i] == 0 && days[i] > last ? days[i] : last;
    }
    lines->totals.first_day = first;
    lines->totals.last_day = last;
}

/* Counts the lines that have something in a sparse column of facts: a flag that stands for one, or a negative revenue.
 * Those with both count twice. */
static void count_sparse(const crmvi_rows *r) {
    enum { FLAGS = CRMVI_LINE_CANCELLED | CRMVI_LINE_RETURN | CRMVI_LINE_UNKNOWN_COST | CRMVI_LINE_OTHER, PART = 128 };
    crmvi_lines *lines = r->lines;
    const uint64_t *revenues = (const uint64_t *)lines->amounts[CRMVI_LINE_REVENUE];
    uint64_t count = 0;
    for (int64_t begin = 0; begin < lines->count; begin += PART) {
        const int64_t end = begin + PART < lines->count ? begin + PART : lines->count;
        uint8_t flagged = 0; /* in bytes, as the flags are, as long as these hold the count */
        for (int64_t i = begin; i < end; i++) {
            flagged = (uint8_t)(flagged + ((lines->flags[i] & FLAGS) != 0));
        }
        count += flagged;
    }
    for (int64_t i = 0; lines->totals.takes_revenue && i < lines->count; i++) {
        count += revenues[i] >> 63; /* the sign */
    }
    lines->totals.sparse = (int64_t)count;
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

void crmvi_lines_read(const crmvi_feed *feed, int64_t begin, int64_t count, crmvi_lines *lines) {
    const crmvi_rows r = {feed, begin, lines};
    lines->count = count;
    lines->converted_count = 0;
    crmvi_line_totals_begin(&lines->totals);
    memset(lines->flags, 0, (size_t)count);
    read_keys(&r);
    read_dates(&r);
    crmvi_amounts_read(feed, begin, count, &lines->written);
    read_documents(&r);
    crmvi_settle(&r);
    note_days(lines);
    count_sparse(&r);
}

void crmvi_look_ahead(const crmvi_feed *feed, int64_t begin, int64_t count, crmvi_ahead *ahead) {
    ahead->columns = 0;
    ahead->left = count / CRMVI_ROWS_AHEAD * CRMVI_ROWS_AHEAD;
    for (int32_t role = 0; role < CRMVI_ROLES && count > 0; role++) {
        const crmv_column *column = feed->roles[role];
        if (column != NULL && !crmvi_column_is_text(column) && crmvi_column_is_dense(column)) {
            ahead->at[ahead->columns] = crmvi_value_at(column, begin);
            ahead->step[ahead->columns++] = CRMVI_ROWS_AHEAD * crmvi_value_size(column->type);
        }
    }
}

bool crmvi_line_number(const crmvi_feed *feed, int64_t row, int64_t *number) {
    const crmvi_cells cells = {feed->roles[CRMVI_ROLE_CUSTOMER], &feed->layout->reading, row, 1};
    return crmvi_cell_number(&cells, row, number);
}

const crmv_column *crmvi_line_culprit(const crmvi_feed *feed, int64_t row, int32_t reason) {
    static const struct {
        int32_t reason, role;
    } culprits[] = {
        {CRMV_NO_CUSTOMER, CRMVI_ROLE_CUSTOMER},  {CRMV_BAD_CUSTOMER, CRMVI_ROLE_CUSTOMER},
        {CRMV_BAD_CURRENCY, CRMVI_ROLE_CURRENCY}, {CRMV_OTHER_CURRENCY, CRMVI_ROLE_CURRENCY},
        {CRMV_NO_DATE_GIVEN, CRMVI_ROLE_DATE},    {CRMV_BAD_DATE, CRMVI_ROLE_DATE},
        {CRMV_UNKNOWN_KIND, CRMVI_ROLE_KIND},     {CRMV_NO_AMOUNT, CRMVI_ROLE_REVENUE},
        {CRMV_NO_RATE, CRMVI_ROLE_CURRENCY},      {CRMV_VOID_DOCUMENT, CRMVI_ROLE_KIND},
    };
    for (size_t i = 0; i < sizeof culprits / sizeof culprits[0]; i++) {
        if (culprits[i].reason == reason) {
            return feed->roles[culprits[i].role];
        }
    }
    crmvi_lines lines;
    crmvi_lines_read(feed, row, 1, &lines);
    return crmvi_amounts_culprit(feed, &lines.written, reason);
}
