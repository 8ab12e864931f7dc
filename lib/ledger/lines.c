#include "ledger/lines.h"

#include "base/hash.h"
#include "ledger/amounts.h"
#include "ledger/settle.h"

#include <string.h>

enum { KEY_LIMIT = 1024 };

/* ---- Keys, dates, documents -------------------------------------------------------------------------------------- */

static int32_t read_text_key(const crmvi_rows *r, int64_t i) {
    const crmvi_feed *feed = r->feed;
    const char *key;
    int64_t length;
    r->lines->numbers[i] = 0;
    if (!crmvi_row_text(feed, CRMVI_ROLE_CUSTOMER, r->begin + i, &key, &length) || length == 0) {
        return CRMV_NO_CUSTOMER;
    }
    if (feed->whole_keys) {
        return crmvi_decimal_whole(key, length, &r->lines->numbers[i]) == CRMVI_NUMBER_OK ? 0 : CRMV_BAD_CUSTOMER;
    }
    if (length > KEY_LIMIT || !crmvi_utf8_valid(key, length)) {
        return CRMV_BAD_CUSTOMER;
    }
    r->lines->numbers[i] = (int64_t)crmvi_hash_of(key, (size_t)length);
    r->lines->key_texts[i] = key;
    r->lines->key_lengths[i] = (int32_t)length;
    return 0;
}

static void read_keys(const crmvi_rows *r) {
    const crmv_column *column = r->feed->roles[CRMVI_ROLE_CUSTOMER];
    crmvi_lines *lines = r->lines;
    if (crmvi_column_is_text(column)) {
        for (int64_t i = 0; i < lines->count; i++) {
            lines->reasons[i] = (uint8_t)read_text_key(r, i);
        }
        return;
    }
    crmvi_column_read_whole(column, r->begin, lines->count, lines->numbers);
    memset(lines->reasons, 0, (size_t)lines->count);
    if (crmvi_column_all_valid(column, r->begin, lines->count)) {
        return;
    }
    for (int64_t i = 0; i < lines->count; i++) {
        if (!crmvi_column_present(column, r->begin + i)) {
            lines->reasons[i] = CRMV_NO_CUSTOMER;
        }
    }
}

static void read_text_dates(const crmvi_rows *r) {
    const crmvi_date_format *format = &r->feed->layout->reading.dates;
    for (int64_t i = 0; i < r->lines->count; i++) {
        const char *text;
        int64_t length;
        if (!crmvi_row_text(r->feed, CRMVI_ROLE_DATE, r->begin + i, &text, &length)) {
            crmvi_set_aside(r->lines, i, CRMV_NO_DATE_GIVEN);
        } else if (!crmvi_date_read(text, length, format, &r->lines->days[i])) {
            crmvi_set_aside(r->lines, i, CRMV_BAD_DATE);
        }
    }
}

/* Days of rows that all have one: most blocks hold none that is out of range. */
static bool read_plain_days(const crmvi_rows *r, const crmv_column *column) {
    int64_t days[CRMVI_BLOCK_ROWS];
    bool all_good = true;
    crmvi_column_read_whole(column, r->begin, r->lines->count, days);
    for (int64_t i = 0; i < r->lines->count; i++) {
        const bool is_good = days[i] >= CRMVI_FIRST_DAY && days[i] <= CRMVI_LAST_DAY;
        all_good = all_good && is_good;
        r->lines->days[i] = (int32_t)days[i];
    }
    return all_good;
}

static void read_dates(const crmvi_rows *r) {
    const crmv_column *column = r->feed->roles[CRMVI_ROLE_DATE];
    if (crmvi_column_is_text(column)) {
        read_text_dates(r);
        return;
    }
    if (crmvi_column_all_valid(column, r->begin, r->lines->count) && read_plain_days(r, column)) {
        return;
    }
    for (int64_t i = 0; i < r->lines->count; i++) {
        if (!crmvi_column_present(column, r->begin + i)) {
            crmvi_set_aside(r->lines, i, CRMV_NO_DATE_GIVEN);
            continue;
        }
        const int64_t day = crmvi_column_whole(column, r->begin + i);
        if (day < CRMVI_FIRST_DAY || day > CRMVI_LAST_DAY) {
            crmvi_set_aside(r->lines, i, CRMV_BAD_DATE);
        }
        r->lines->days[i] = (int32_t)day;
    }
}

static void read_documents(const crmvi_rows *r) {
    const crmv_column *column = r->feed->roles[CRMVI_ROLE_DOCUMENT];
    if (column == NULL) {
        return;
    }
    memset(r->lines->documents, 0, (size_t)r->lines->count * sizeof r->lines->documents[0]);
    for (int64_t i = 0; i < r->lines->count; i++) {
        const char *text;
        int64_t length;
        if (!crmvi_column_is_text(column)) {
            if (!crmvi_column_present(column, r->begin + i)) {
                continue;
            }
            r->lines->documents[i] = crmvi_column_whole(column, r->begin + i);
        } else if (crmvi_row_text(r->feed, CRMVI_ROLE_DOCUMENT, r->begin + i, &text, &length)) {
            r->lines->documents[i] = (int64_t)crmvi_hash_of(text, (size_t)length);
        } else {
            continue;
        }
        r->lines->flags[i] |= CRMVI_LINE_DOCUMENT;
        r->lines->totals.fed |= 1u << CRMVI_ROLE_DOCUMENT;
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
    totals->takes_revenue = totals->takes_revenue || more->takes_revenue;
    totals->first_day = more->first_day < totals->first_day ? more->first_day : totals->first_day;
    totals->last_day = more->last_day > totals->last_day ? more->last_day : totals->last_day;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        totals->magnitudes[a] |= more->magnitudes[a];
    }
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

void crmvi_lines_read(const crmvi_feed *feed, int64_t begin, int64_t count, crmvi_lines *lines) {
    const crmvi_rows r = {feed, begin, lines};
    lines->count = count;
    crmvi_line_totals_begin(&lines->totals);
    memset(lines->flags, 0, (size_t)count);
    read_keys(&r);
    read_dates(&r);
    crmvi_amounts_read(feed, begin, count, &lines->written);
    read_documents(&r);
    crmvi_settle(&r);
}

void crmvi_look_ahead(const crmvi_feed *feed, int64_t begin, int64_t count, crmvi_ahead *ahead) {
    ahead->columns = 0;
    ahead->column = 0;
    for (int32_t role = 0; role < CRMVI_ROLES && count > 0; role++) {
        const crmv_column *column = feed->roles[role];
        if (column != NULL && !crmvi_column_is_text(column) && crmvi_column_is_dense(column)) {
            ahead->at[ahead->columns] = crmvi_value_at(column, begin);
            ahead->end[ahead->columns++] = crmvi_value_at(column, begin + count);
        }
    }
}

bool crmvi_line_number(const crmvi_feed *feed, int64_t row, int64_t *number) {
    const crmv_column *column = feed->roles[CRMVI_ROLE_CUSTOMER];
    if (!crmvi_column_is_text(column)) {
        *number = crmvi_column_present(column, row) ? crmvi_column_whole(column, row) : 0;
        return crmvi_column_present(column, row);
    }
    const char *key;
    int64_t length;
    return crmvi_row_text(feed, CRMVI_ROLE_CUSTOMER, row, &key, &length) &&
           crmvi_decimal_whole(key, length, number) == CRMVI_NUMBER_OK;
}

const crmv_column *crmvi_line_culprit(const crmvi_feed *feed, int64_t row, int32_t reason) {
    static const struct {
        int32_t reason, role;
    } culprits[] = {
        {CRMV_NO_CUSTOMER, CRMVI_ROLE_CUSTOMER},  {CRMV_BAD_CUSTOMER, CRMVI_ROLE_CUSTOMER},
        {CRMV_BAD_CURRENCY, CRMVI_ROLE_CURRENCY}, {CRMV_OTHER_CURRENCY, CRMVI_ROLE_CURRENCY},
        {CRMV_NO_DATE_GIVEN, CRMVI_ROLE_DATE},    {CRMV_BAD_DATE, CRMVI_ROLE_DATE},
        {CRMV_UNKNOWN_KIND, CRMVI_ROLE_KIND},     {CRMV_NO_AMOUNT, CRMVI_ROLE_REVENUE},
    };
    for (size_t i = 0; i < sizeof culprits / sizeof culprits[0]; i++) {
        if (culprits[i].reason == reason) {
            return feed->roles[culprits[i].role];
        }
    }
    return crmvi_amounts_culprit(feed, row, reason);
}
