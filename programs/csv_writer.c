#include "csv_writer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool room_for(csv_writer *rows, size_t more) {
    if (rows->failed || rows->capacity - rows->used >= more) {
        return !rows->failed;
    }
    char *larger = NULL;
    size_t capacity = 0;
    if (more <= SIZE_MAX / 2 - rows->used) {
        capacity = (rows->used + more) * 2;
        larger = realloc(rows->text, capacity);
    }
    rows->failed = !larger;
    if (larger) {
        rows->text = larger;
        rows->capacity = capacity;
    }
    return larger;
}

static bool needs_quotes(const char *text, size_t length) {
    bool needs = false;
    for (size_t i = 0; i < length; i++) {
        needs |= (text[i] == ',') | (text[i] == '"') | (text[i] == '\r') | (text[i] == '\n');
    }
    return needs;
}

static char *put_quoted(char *at, const char *text, size_t length) {
    *at++ = '"';
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"') {
            *at++ = '"';
        }
        *at++ = text[i];
    }
    *at++ = '"';
    return at;
}

void csv_writer_field(csv_writer *rows, const char *text) {
    const size_t length = strlen(text);
    if (length > SIZE_MAX / 8 || !room_for(rows, 2 * length + 3)) {
        rows->failed = true;
        return;
    }
    char *at = rows->text + rows->used;
    if (rows->within) {
        *at++ = ',';
    }
    rows->within = true;
    if (needs_quotes(text, length)) {
        at = put_quoted(at, text, length);
    } else {
        memcpy(at, text, length);
        at += length;
    }
    rows->used = (size_t)(at - rows->text);
}

void csv_writer_end(csv_writer *rows) {
    if (room_for(rows, 1)) {
        rows->text[rows->used++] = '\n';
        rows->within = false;
    }
}

void csv_writer_restart(csv_writer *rows) {
    rows->used = 0;
    rows->within = false;
}

void csv_writer_clear(csv_writer *rows) {
    free(rows->text);
    *rows = (csv_writer){0};
}
