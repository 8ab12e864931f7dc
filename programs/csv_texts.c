#include "csv_texts.h"

#include <stdlib.h>
#include <string.h>

bool text_column_room(text_column *column, size_t length) {
    size_t capacity = column->capacity > 0 ? column->capacity : 4096;
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

bool row_texts_room(row_texts *chunk, int32_t kept) {
    if (chunk->rows < chunk->capacity) {
        return true;
    }
    int64_t capacity = chunk->capacity > 0 ? chunk->capacity * 2 : 4096;
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
