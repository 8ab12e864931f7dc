/* csv_texts.h - the fields of a chunk's rows, column by column. */
#ifndef CRMVALUE_PROGRAMS_CSV_TEXTS_H
#define CRMVALUE_PROGRAMS_CSV_TEXTS_H

#include <crmvalue/crmvalue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The texts of one kept column: `bytes` one behind the other, text i at [offsets[i], offsets[i + 1]). */
typedef struct text_column {
    char *bytes;
    size_t used, capacity;
    int64_t *offsets;
} text_column;

/* The rows of a chunk, and as many fields of the row behind them as have been read. */
typedef struct row_texts {
    text_column *columns; /* the kept ones */
    crmv_column *views;
    int64_t rows, capacity;
} row_texts;

/* Room for so many more bytes, which there is not yet. These say false where memory is short. */
bool text_column_room(text_column *column, size_t length);
bool text_column_append(text_column *column, const char *text, size_t length);

/* Room for so many more rows in the offsets of `kept` columns. */
bool row_texts_room(row_texts *chunk, int32_t kept, int64_t rows);

/* Rows of a text: field f of row i stands behind the byte at mark[-1] and ends before the one at mark[0], where mark is
 * marks + rows[i] + f x step. UINT16_MAX stands before the first byte. SLACK bytes behind the text can be read. */
typedef struct marked_rows {
    const char *text;
    size_t length;
    const uint16_t *marks;
    const uint16_t *rows;
    int32_t count, step;
} marked_rows;

enum { SLACK = 16 };

/* Adds rows; of each, the fields of `kept` columns by their numbers. */
bool row_texts_cut(row_texts *chunk, const int32_t *fields, int32_t kept, const marked_rows *more);

#endif
