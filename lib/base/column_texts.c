#include "base/column_texts.h"

#include <string.h>

/* Texts between offsets of 32 bits; of 64 bits likewise. The caller's memory need not be aligned. */
static void read_short(const crmv_column *column, int64_t begin, const char *data, crmvi_block_texts *out) {
    const char *offsets = (const char *)column->offsets + begin * 4;
    const int64_t count = out->count;
    for (int64_t i = 0; i < count; i++) {
        int32_t from;
        int32_t to;
        memcpy(&from, offsets + i * 4, sizeof from);
        memcpy(&to, offsets + i * 4 + 4, sizeof to);
        out->at[i] = data + from;
        out->lengths[i] = (int64_t)to - from;
    }
}

static void read_long(const crmv_column *column, int64_t begin, const char *data, crmvi_block_texts *out) {
    const char *offsets = (const char *)column->offsets + begin * 8;
    const int64_t count = out->count;
    for (int64_t i = 0; i < count; i++) {
        int64_t from;
        int64_t to;
        memcpy(&from, offsets + i * 8, sizeof from);
        memcpy(&to, offsets + i * 8 + 8, sizeof to);
        out->at[i] = data + from;
        out->lengths[i] = to - from;
    }
}

static void read_strings(const crmv_column *column, int64_t begin, crmvi_block_texts *out) {
    for (int64_t i = 0; i < out->count; i++) {
        const char *text;
        memcpy(&text, crmvi_value_at(column, begin + i), sizeof text);
        out->at[i] = text;
        out->lengths[i] = text != NULL ? (int64_t)strlen(text) : -1;
    }
}

/* Rows that the validity bits take away. */
static void leave_out(const crmv_column *column, int64_t begin, crmvi_block_texts *out) {
    for (int64_t i = 0; i < out->count; i++) {
        if (!crmvi_column_present(column, begin + i)) {
            out->lengths[i] = -1;
        }
    }
}

void crmvi_block_texts_read(const crmv_column *column, int64_t begin, int64_t count, crmvi_block_texts *out) {
    const char *data = column->data == NULL ? "" : column->data;
    out->count = count;
    out->begin = NULL;
    out->first = NULL;
    out->bytes = 0;
    if (count == 0) {
        return;
    }
    if (column->type == CRMV_STRINGS) {
        read_strings(column, begin, out);
    } else {
        (column->type == CRMV_TEXT ? read_short : read_long)(column, begin, data, out);
        out->begin = out->at[0];
        out->first = data + crmvi_column_first_offset(column);
        out->bytes = out->at[count - 1] + out->lengths[count - 1] - out->begin;
    }
    if (column->validity != NULL) {
        leave_out(column, begin, out);
    }
}

bool crmvi_block_texts_ascii(const crmvi_block_texts *texts) {
    unsigned char all = 0;
    for (int64_t i = 0; i < texts->bytes; i++) {
        const unsigned char byte = (unsigned char)texts->begin[i];
        all |= byte | (unsigned char)(byte - 1); /* NUL becomes 255 */
    }
    return texts->begin != NULL && all < 0x80;
}
