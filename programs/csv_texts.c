#include "csv_texts.h"

#include <stdlib.h>
#include <string.h>

/* Room that a column has at first: what is not touched takes no memory, and growing copies. */
enum { FIRST_BYTES = 32768, FIRST_ROWS = 4096 };

bool text_column_room(text_column *column, size_t length) {
    size_t capacity = column->capacity > 0 ? column->capacity : FIRST_BYTES;
    while (capacity - column->used < length) {
        if (capacity > SIZE_MAX / 2) {
            return false;
        }
        capacity *= 2;
    }
    char *bytes = realloc(column->bytes, capacity);
    if (!bytes) {
        return false;
    }
    column->bytes = bytes;
    column->capacity = capacity;
    return true;
}

bool text_column_append(text_column *column, const char *text, size_t length) {
    if (column->capacity - column->used < length && !text_column_room(column, length)) {
        return false;
    }
    if (length > 0) {
        memcpy(column->bytes + column->used, text, length);
        column->used += length;
    }
    return true;
}

bool row_texts_room(row_texts *chunk, int32_t kept, int64_t rows) {
    if (rows <= chunk->capacity - chunk->rows) {
        return true;
    }
    int64_t capacity = chunk->capacity > 0 ? chunk->capacity : FIRST_ROWS;
    while (capacity - chunk->rows < rows) {
        capacity *= 2;
    }
    for (int32_t i = 0; i < kept; i++) {
        int64_t *offsets = realloc(chunk->columns[i].offsets, (size_t)(capacity + 1) * sizeof *offsets);
        if (!offsets) {
            return false;
        }
        offsets[0] = 0;
        chunk->columns[i].offsets = offsets;
    }
    chunk->capacity = capacity;
    return true;
}

/* Adds one field of each row. Short ones are copied with what stands behind them, whose place the next one takes. */
static void cut_column(text_column *column, int32_t field, int64_t rows, const marked_rows *more) {
    const uint16_t *const marks = more->marks + (ptrdiff_t)field * more->step;
    const uint16_t *const firsts = more->rows;
    const char *const text = more->text;
    const int32_t count = more->count;
    int64_t *const ends = column->offsets + rows + 1;
    char *const bytes = column->bytes;
    size_t used = column->used;
    for (int32_t i = 0; i < count; i++) {
        const uint16_t *mark = marks + firsts[i];
        const size_t begin = (uint16_t)(mark[-1] + 1);
        const size_t length = mark[0] - begin;
        if (length <= SLACK) {
            memcpy(bytes + used, text + begin, SLACK);
        } else {
            memcpy(bytes + used, text + begin, length);
        }
        used += length;
        ends[i] = (int64_t)used;
    }
    column->used = used;
}

bool row_texts_cut(row_texts *chunk, const int32_t *fields, int32_t kept, const marked_rows *more) {
    if (!row_texts_room(chunk, kept, more->count)) {
        return false;
    }
    for (int32_t i = 0; i < kept; i++) {
        text_column *column = &chunk->columns[i];
        const size_t most = more->length + SLACK;
        if (column->capacity - column->used < most && !text_column_room(column, most)) {
            return false;
        }
        cut_column(column, fields[i], chunk->rows, more);
    }
    chunk->rows += more->count;
    return true;
}
