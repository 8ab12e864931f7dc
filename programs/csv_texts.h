/* csv_texts.h - the fields of a chunk's rows, column by column. */
#ifndef CRMVALUE_PROGRAMS_CSV_TEXTS_H
#define CRMVALUE_PROGRAMS_CSV_TEXTS_H

#include <crmvalue/crmvalue.h>
#include <stdbool.h>
#include <stddef.h>

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

/* Room for one more row in the offsets of `kept` columns. */
bool row_texts_room(row_texts *chunk, int32_t kept);

#endif
