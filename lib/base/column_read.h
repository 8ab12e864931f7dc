/* column_read.h - looking into the caller's columns. */
#ifndef CRMVI_BASE_COLUMN_READ_H
#define CRMVI_BASE_COLUMN_READ_H

#include "crmvalue/column.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Checks a table's columns: struct_size, type, name, data, offsets, no name twice. Errors: CRMV_BAD_ARGUMENT,
 * CRMV_BAD_COLUMN. */
int32_t crmvi_columns_check(const crmv_column *columns, int32_t count, int64_t rows, crmv_error *error);

/* The column at a position of the caller's table, whose structures may be of a later version and larger. */
static inline const crmv_column *crmvi_column_at(const crmv_column *columns, int32_t position) {
    return (const crmv_column *)(const void *)((const char *)columns + (size_t)position * columns->struct_size);
}

/* The column of a name, or NULL. */
const crmv_column *crmvi_columns_find(const crmv_column *columns, int32_t count, const char *name);

static inline bool crmvi_column_is_text(const crmv_column *column) {
    return column->type >= CRMV_TEXT;
}

/* The size of a type's values; 0 for texts with offsets. These readers stand here because they run once a value. */
static inline int64_t crmvi_value_size(int32_t type) {
    return type == CRMV_INT32 ? 4 : type == CRMV_TEXT || type == CRMV_TEXT64 ? 0 : 8;
}

static inline const char *crmvi_value_at(const crmv_column *column, int64_t row) {
    const int64_t stride = column->stride != 0 ? column->stride : crmvi_value_size(column->type);
    return (const char *)column->data + row * stride;
}

/* The number of a present row: whole numbers and minor units, and doubles. */
static inline int64_t crmvi_column_whole(const crmv_column *column, int64_t row) {
    if (column->type == CRMV_INT32) {
        int32_t value;
        memcpy(&value, crmvi_value_at(column, row), sizeof value);
        return value;
    }
    int64_t value;
    memcpy(&value, crmvi_value_at(column, row), sizeof value);
    return value;
}

static inline double crmvi_column_double(const crmv_column *column, int64_t row) {
    double value;
    memcpy(&value, crmvi_value_at(column, row), sizeof value);
    return value;
}

/* Whether the row has a value: validity bit, NaN and NULL looked at; texts are not compared. */
static inline bool crmvi_column_present(const crmv_column *column, int64_t row) {
    if (column->validity != NULL) {
        const int64_t bit = column->validity_offset + row;
        if ((column->validity[bit / 8] >> (bit % 8) & 1) == 0) {
            return false;
        }
    }
    if (column->type == CRMV_DOUBLE) {
        return !isnan(crmvi_column_double(column, row));
    }
    if (column->type == CRMV_STRINGS) {
        const char *text;
        memcpy(&text, crmvi_value_at(column, row), sizeof text);
        return text != NULL;
    }
    return true;
}

/* Whether rows [begin, begin + count) all have a value, as far as the validity bits tell without a look at the values:
 * never said of doubles and CRMV_STRINGS. */
bool crmvi_column_all_valid(const crmv_column *column, int64_t begin, int64_t count);

/* Which of rows [begin, begin + count) have a value, likewise: 1 or 0 in `out`. */
void crmvi_column_read_valid(const crmv_column *column, int64_t begin, int64_t count, uint8_t *out);

/* Whether the values lie one behind the other. */
static inline bool crmvi_column_is_dense(const crmv_column *column) {
    return column->stride == 0 || column->stride == crmvi_value_size(column->type);
}

/* Where whole numbers of 64 bits stand from row `begin` on, if they lie one behind the other and aligned, so that they
 * can be read in the caller's memory; otherwise NULL. */
static inline const int64_t *crmvi_column_in_place(const crmv_column *column, int64_t begin) {
    const bool is_wide = column->type == CRMV_INT64 || column->type == CRMV_MINOR;
    const char *at = (const char *)column->data;
    const bool is_plain = is_wide && crmvi_column_is_dense(column) && (uintptr_t)at % _Alignof(int64_t) == 0;
    return is_plain ? (const int64_t *)(const void *)at + begin : NULL;
}

/* Whole numbers [begin, begin + count) into `out`, whether they are present or not. */
void crmvi_column_read_whole(const crmv_column *column, int64_t begin, int64_t count, int64_t *out);

/* The text of a present row of a text column. */
void crmvi_column_text(const crmv_column *column, int64_t row, const char **text, int64_t *length);

/* Where the first text of a column with offsets begins; the column has rows. */
int64_t crmvi_column_first_offset(const crmv_column *column);

/* What stands in a row, for messages: readable UTF-8, numbers in decimal, "" where it is missing; cut at a character
 * where it is longer than `size` allows. */
void crmvi_column_show(const crmv_column *column, int64_t row, char *out, size_t size);

/* Makes bytes readable in place: where they are no UTF-8, each byte outside ASCII becomes a question mark. */
void crmvi_utf8_mend(char *text, int64_t length);

/* The length of the longest beginning of `text` that is at most `most` bytes and ends with a whole character. */
int64_t crmvi_utf8_cut(const char *text, int64_t length, int64_t most);

/* Whether the bytes are well-formed UTF-8 without NUL. */
bool crmvi_utf8_valid(const char *text, int64_t length);

#endif
