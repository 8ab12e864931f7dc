/* column_read.h - looking into the caller's columns. */
#ifndef CRMVI_BASE_COLUMN_READ_H
#define CRMVI_BASE_COLUMN_READ_H

#include "crmvalue/column.h"

#include <stdbool.h>

/* Checks a table's columns: struct_size, type, name, data, offsets, no name twice. Errors: CRMV_BAD_ARGUMENT,
 * CRMV_BAD_COLUMN. */
int32_t crmvi_columns_check(const crmv_column *columns, int32_t count, int64_t rows, crmv_error *error);

/* The column of a name, or NULL. */
const crmv_column *crmvi_columns_find(const crmv_column *columns, int32_t count, const char *name);

static inline bool crmvi_column_is_text(const crmv_column *column) {
    return column->type >= CRMV_TEXT;
}

/* Whether the row has a value: validity bit, NaN and NULL looked at; texts are not compared. */
bool crmvi_column_present(const crmv_column *column, int64_t row);

/* The text of a present row of a text column. */
void crmvi_column_text(const crmv_column *column, int64_t row, const char **text, int64_t *length);

/* The number of a present row: whole numbers and minor units, and doubles. */
int64_t crmvi_column_whole(const crmv_column *column, int64_t row);
double crmvi_column_double(const crmv_column *column, int64_t row);

/* Whether the bytes are well-formed UTF-8 without NUL. */
bool crmvi_utf8_valid(const char *text, int64_t length);

#endif
