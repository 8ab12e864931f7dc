#include "ledger/cells.h"

#include "base/calendar.h"
#include "base/decimal.h"
#include "base/hash.h"
#include "base/vectors.h"
#include "model/missing.h"

#include <string.h>

enum { KEY_LIMIT = 1024 };

bool crmvi_cell_text(const crmvi_cells *cells, int64_t row, const char **text, int64_t *length) {
    if (!crmvi_column_present(cells->column, row)) {
        return false;
    }
    crmvi_column_text(cells->column, row, text, length);
    return !crmvi_reading_missing(cells->reading, *text, *length);
}

/* ---- Keys -------------------------------------------------------------------------------------------------------- */

/* The number of a text key: its own, or that of its bytes. `is_ascii`: it is known to be valid UTF-8. */
static int32_t read_text_key(const char *key, int64_t length, bool whole_keys, bool is_ascii, int64_t *number) {
    if (length <= 0) {
        return CRMV_NO_CUSTOMER;
    }
    if (whole_keys) {
        return crmvi_decimal_whole(key, length, number) == CRMVI_NUMBER_OK ? 0 : CRMV_BAD_CUSTOMER;
    }
    if (length > KEY_LIMIT || !(is_ascii || crmvi_utf8_valid(key, length))) {
        return CRMV_BAD_CUSTOMER;
    }
    *number = (int64_t)crmvi_hash_of(key, (size_t)length);
    return 0;
}

static void read_text_keys(const crmvi_cells *cells, bool whole_keys, const crmvi_keys *out) {
    crmvi_block_texts texts;
    crmvi_reading_texts(cells->reading, cells->column, cells->begin, cells->count, &texts);
    const bool is_ascii = !whole_keys && crmvi_block_texts_ascii(&texts);
    for (int64_t i = 0; i < cells->count; i++) {
        int64_t number = 0;
        out->reasons[i] = (uint8_t)read_text_key(texts.at[i], texts.lengths[i], whole_keys, is_ascii, &number);
        out->numbers[i] = number;
        if (!whole_keys && out->reasons[i] == 0) {
            out->texts[i] = texts.at[i];
            out->lengths[i] = (int32_t)texts.lengths[i];
        }
    }
}

void crmvi_cells_keys(const crmvi_cells *cells, bool whole_keys, const crmvi_keys *out) {
    if (crmvi_column_is_text(cells->column)) {
        read_text_keys(cells, whole_keys, out);
        return;
    }
    crmvi_column_read_whole(cells->column, cells->begin, cells->count, out->numbers);
    memset(out->reasons, 0, (size_t)cells->count);
    if (crmvi_column_all_valid(cells->column, cells->begin, cells->count)) {
        return;
    }
    for (int64_t i = 0; i < cells->count; i++) {
        if (!crmvi_column_present(cells->column, cells->begin + i)) {
            out->reasons[i] = CRMV_NO_CUSTOMER;
        }
    }
}

bool crmvi_cell_number(const crmvi_cells *cells, int64_t row, int64_t *number) {
    if (!crmvi_column_is_text(cells->column)) {
        *number = crmvi_column_present(cells->column, row) ? crmvi_column_whole(cells->column, row) : 0;
        return crmvi_column_present(cells->column, row);
    }
    const char *key;
    int64_t length;
    return crmvi_cell_text(cells, row, &key, &length) && crmvi_decimal_whole(key, length, number) == CRMVI_NUMBER_OK;
}

/* ---- Days -------------------------------------------------------------------------------------------------------- */

static void read_text_days(const crmvi_cells *cells, int32_t missing, int32_t *days, uint8_t *reasons) {
    crmvi_block_texts texts;
    uint8_t read[CRMVI_BLOCK_ROWS];
    crmvi_reading_texts(cells->reading, cells->column, cells->begin, cells->count, &texts);
    if (crmvi_date_block(&texts, &cells->reading->dates, days, read)) {
        return;
    }
    for (int64_t i = 0; i < cells->count; i++) {
        if (texts.lengths[i] < 0) {
            days[i] = CRMV_NO_DATE;
            crmvi_note_reason(reasons, i, missing);
        } else if (read[i] == 0) {
            crmvi_note_reason(reasons, i, CRMV_BAD_DATE);
        }
    }
}

/* The signs of what is left to either end tell together whether a day is out of range. The caller's memory need not be
 * aligned. */
CRMVI_VECTORS static bool copy_days(const char *from, int64_t count, int32_t *out) {
    uint32_t signs = 0;
    for (int64_t i = 0; i < count; i++) {
        int32_t day;
        memcpy(&day, from + i * (int64_t)sizeof day, sizeof day);
        signs |= ((uint32_t)day - (uint32_t)CRMVI_FIRST_DAY) | ((uint32_t)CRMVI_LAST_DAY - (uint32_t)day);
        out[i] = day;
    }
    return signs >> 31 == 0;
}

CRMVI_VECTORS static bool narrow_days(const int64_t *days, int64_t count, int32_t *out) {
    uint64_t signs = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint64_t day = (uint64_t)days[i];
        signs |= (day - (uint64_t)CRMVI_FIRST_DAY) | ((uint64_t)CRMVI_LAST_DAY - day);
        out[i] = (int32_t)days[i];
    }
    return signs >> 63 == 0;
}

/* Days of rows that all have one: most blocks hold none that is out of range. */
static bool read_plain_days(const crmvi_cells *cells, int32_t *out) {
    if (cells->column->type == CRMV_INT32 && crmvi_column_is_dense(cells->column)) {
        return copy_days(crmvi_value_at(cells->column, cells->begin), cells->count, out);
    }
    int64_t days[CRMVI_BLOCK_ROWS];
    crmvi_column_read_whole(cells->column, cells->begin, cells->count, days);
    return narrow_days(days, cells->count, out);
}

void crmvi_cells_days(const crmvi_cells *cells, int32_t missing, int32_t *days, uint8_t *reasons) {
    if (crmvi_column_is_text(cells->column)) {
        read_text_days(cells, missing, days, reasons);
        return;
    }
    if (crmvi_column_all_valid(cells->column, cells->begin, cells->count) && read_plain_days(cells, days)) {
        return;
    }
    for (int64_t i = 0; i < cells->count; i++) {
        if (!crmvi_column_present(cells->column, cells->begin + i)) {
            days[i] = CRMV_NO_DATE;
            crmvi_note_reason(reasons, i, missing);
            continue;
        }
        const int64_t day = crmvi_column_whole(cells->column, cells->begin + i);
        const bool is_open = missing == 0 && day == CRMV_NO_DATE;
        if (!is_open && (day < CRMVI_FIRST_DAY || day > CRMVI_LAST_DAY)) {
            crmvi_note_reason(reasons, i, CRMV_BAD_DATE);
        }
        days[i] = (int32_t)day;
    }
}

/* ---- Currencies -------------------------------------------------------------------------------------------------- */

bool crmvi_cell_currency(const crmvi_cells *cells, int64_t row, const char home[16], char currency[16]) {
    const char *text;
    int64_t length;
    memcpy(currency, home, 16);
    if (!crmvi_cell_text(cells, row, &text, &length)) {
        return true;
    }
    if (length > CRMVI_CURRENCY_LIMIT || !crmvi_utf8_valid(text, length)) {
        currency[0] = '\0';
        return false;
    }
    memcpy(currency, text, (size_t)length);
    currency[length] = '\0';
    return true;
}

bool crmvi_cells_currencies(const crmvi_cells *cells, const char home[16], bool *is_other, uint8_t *reasons) {
    const int64_t home_length = (int64_t)strlen(home);
    crmvi_block_texts texts;
    bool any = false;
    crmvi_reading_texts(cells->reading, cells->column, cells->begin, cells->count, &texts);
    for (int64_t i = 0; i < cells->count; i++) {
        const char *text = texts.at[i];
        const int64_t length = texts.lengths[i];
        const bool is_home = length < 0 || (length == home_length && memcmp(text, home, (size_t)length) == 0);
        const bool is_read = is_home || (length <= CRMVI_CURRENCY_LIMIT && crmvi_utf8_valid(text, length));
        crmvi_note_reason(reasons, i, is_read ? 0 : CRMV_BAD_CURRENCY);
        is_other[i] = is_read && !is_home;
        any = any || is_other[i];
    }
    return any;
}
