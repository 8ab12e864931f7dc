#include "base/column_read.h"

#include "base/decimal.h"
#include "base/eight_bytes.h"
#include "base/error.h"
#include "base/exact.h"
#include "base/vectors.h"

#include <string.h>

/* The size of a type's values; 0 for texts with offsets, -1 for no type. */
static int64_t value_size(int32_t type) {
    switch (type) {
    case CRMV_INT32:
        return 4;
    case CRMV_INT64:
    case CRMV_MINOR:
    case CRMV_DOUBLE:
        return 8;
    case CRMV_TEXT:
    case CRMV_TEXT64:
        return 0;
    case CRMV_STRINGS:
        return (int64_t)sizeof(const char *);
    default:
        return -1;
    }
}

static int64_t offset_at(const crmv_column *column, int64_t row) {
    if (column->type == CRMV_TEXT) {
        int32_t offset;
        memcpy(&offset, (const char *)column->offsets + row * 4, sizeof offset);
        return offset;
    }
    int64_t offset;
    memcpy(&offset, (const char *)column->offsets + row * 8, sizeof offset);
    return offset;
}

/* Whether no offset is negative or less than the one before it: then neither they nor their differences have a sign.
 * The caller's memory need not be aligned. */
static bool are_ascending(const crmv_column *column, int64_t rows) {
    const char *offsets = column->offsets;
    int64_t signs = offset_at(column, rows);
    if (column->type == CRMV_TEXT) {
        for (int64_t row = 0; row < rows; row++) {
            int32_t before;
            int32_t offset;
            memcpy(&before, offsets + row * 4, sizeof before);
            memcpy(&offset, offsets + row * 4 + 4, sizeof offset);
            signs |= before | (int64_t)((uint64_t)offset - (uint64_t)before);
        }
        return signs >= 0;
    }
    for (int64_t row = 0; row < rows; row++) {
        int64_t before;
        int64_t offset;
        memcpy(&before, offsets + row * 8, sizeof before);
        memcpy(&offset, offsets + row * 8 + 8, sizeof offset);
        signs |= before | (int64_t)((uint64_t)offset - (uint64_t)before);
    }
    return signs >= 0;
}

static int32_t check_offsets(const crmv_column *column, int64_t rows, crmv_error *error) {
    if (are_ascending(column, rows)) {
        return CRMV_OK;
    }
    int64_t before = offset_at(column, 0);
    if (before < 0) {
        return crmvi_fail(error, CRMV_BAD_COLUMN, column->name, "column `%s`: offsets[0] is negative", column->name);
    }
    for (int64_t row = 0; row < rows; row++) {
        const int64_t offset = offset_at(column, row + 1);
        if (offset < before) {
            return crmvi_fail_row(error, CRMV_BAD_COLUMN, row + 1, column->name,
                                  "column `%s`: offsets[%lld] is less than the one before it", column->name,
                                  (long long)(row + 1));
        }
        before = offset;
    }
    return CRMV_OK;
}

int64_t crmvi_column_first_offset(const crmv_column *column) {
    return offset_at(column, 0);
}

static int32_t check_column(const crmv_column *column, int64_t rows, crmv_error *error) {
    if (column->name == NULL || column->name[0] == '\0') {
        return crmvi_bad_argument(error, "columns", "holds a column without a name");
    }
    const char *name = column->name;
    const int64_t size = value_size(column->type);
    if (size < 0) {
        return crmvi_fail(error, CRMV_BAD_COLUMN, name, "column `%s`: %d is no column type", name, (int)column->type);
    }
    if (column->validity_offset < 0) {
        return crmvi_fail(error, CRMV_BAD_COLUMN, name, "column `%s`: validity_offset is negative", name);
    }
    const bool has_offsets = size == 0;
    if (rows > 0 && has_offsets && column->offsets == NULL) {
        return crmvi_fail(error, CRMV_BAD_COLUMN, name, "column `%s`: a text column needs offsets", name);
    }
    if (!has_offsets && column->stride != 0 && column->stride < size && column->stride > -size) {
        return crmvi_fail(error, CRMV_BAD_COLUMN, name, "column `%s`: a stride of %lld bytes is below the type's %lld",
                          name, (long long)column->stride, (long long)size);
    }
    if (rows > 0 && column->data == NULL && !(has_offsets && offset_at(column, rows) == 0)) {
        return crmvi_fail(error, CRMV_BAD_COLUMN, name, "column `%s`: data is NULL", name);
    }
    return rows > 0 && has_offsets ? check_offsets(column, rows, error) : CRMV_OK;
}

int32_t crmvi_columns_check(const crmv_column *columns, int32_t count, int64_t rows, crmv_error *error) {
    if (count < 0 || rows < 0) {
        return crmvi_bad_argument(error, count < 0 ? "count" : "rows", "is negative");
    }
    if (columns == NULL && count > 0) {
        return crmvi_bad_argument(error, "columns", "is NULL");
    }
    if (count > 0 && columns->struct_size < sizeof *columns) {
        return crmvi_bad_argument(error, "columns", "holds a column whose struct_size is not set");
    }
    for (int32_t i = 0; i < count; i++) {
        const crmv_column *column = crmvi_column_at(columns, i);
        if (column->struct_size != columns->struct_size) {
            return crmvi_bad_argument(error, "columns", "holds columns of different struct_size");
        }
        const int32_t status = check_column(column, rows, error);
        if (status != CRMV_OK) {
            return status;
        }
        if (crmvi_columns_find(columns, i, column->name) != NULL) {
            return crmvi_fail(error, CRMV_BAD_COLUMN, column->name, "column `%s` is given twice", column->name);
        }
    }
    return CRMV_OK;
}

const crmv_column *crmvi_columns_find(const crmv_column *columns, int32_t count, const char *name) {
    for (int32_t i = 0; i < count; i++) {
        const crmv_column *column = crmvi_column_at(columns, i);
        if (strcmp(column->name, name) == 0) {
            return column;
        }
    }
    return NULL;
}

bool crmvi_column_all_valid(const crmv_column *column, int64_t begin, int64_t count) {
    if (column->type == CRMV_DOUBLE || column->type == CRMV_STRINGS) {
        return false;
    }
    if (column->validity == NULL) {
        return true;
    }
    const int64_t first = column->validity_offset + begin;
    const int64_t last = first + count - 1; /* whole bytes lie between the two's */
    const uint8_t low = (uint8_t)(0xff << (first % 8));
    const uint8_t high = (uint8_t)(0xff >> (7 - last % 8));
    const uint8_t *bytes = column->validity;
    if (first / 8 == last / 8) {
        return (bytes[first / 8] | (uint8_t) ~(low & high)) == 0xff;
    }
    uint8_t all = (uint8_t)((bytes[first / 8] | (uint8_t)~low) & (bytes[last / 8] | (uint8_t)~high));
    for (int64_t i = first / 8 + 1; i < last / 8; i++) {
        all &= bytes[i];
    }
    return all == 0xff;
}

/* Eight bits as bytes: in each byte of eight copies one bit is kept, and moved to where the lowest one is. */
static inline void put_eight(uint64_t bits, uint8_t *out) {
    const uint64_t kept = bits * CRMVI_EIGHT(1) & UINT64_C(0x8040201008040201);
    const uint64_t ones = (kept + CRMVI_EIGHT(0x7f)) >> 7 & CRMVI_EIGHT(1);
    for (int32_t i = 0; i < 8; i++) {
        out[i] = (uint8_t)(ones >> 8 * i);
    }
}

void crmvi_column_read_valid(const crmv_column *column, int64_t begin, int64_t count, uint8_t *out) {
    if (column->validity == NULL) {
        memset(out, 1, (size_t)count);
        return;
    }
    const int64_t first = column->validity_offset + begin;
    const uint8_t *bytes = column->validity + first / 8;
    const int32_t shift = (int32_t)(first % 8);
    int64_t i = 0;
    for (; i + 8 <= count; i += 8, bytes++) {
        const uint32_t behind = shift > 0 ? bytes[1] : 0u; /* whose bits are asked for, too */
        put_eight((bytes[0] | behind << 8) >> shift & 0xff, out + i);
    }
    for (int32_t bit = shift; i < count; i++, bit++) {
        out[i] = bytes[bit / 8] >> bit % 8 & 1;
    }
}

CRMVI_VECTORS static void widen(const char *values, int64_t count, int64_t *out) {
    for (int64_t i = 0; i < count; i++) {
        int32_t value; /* the caller's memory need not be aligned */
        memcpy(&value, values + i * (int64_t)sizeof value, sizeof value);
        out[i] = value;
    }
}

void crmvi_column_read_whole(const crmv_column *column, int64_t begin, int64_t count, int64_t *out) {
    const bool is_dense = crmvi_column_is_dense(column);
    if (is_dense && column->type != CRMV_INT32) {
        memcpy(out, crmvi_value_at(column, begin), (size_t)count * sizeof *out);
        return;
    }
    if (!is_dense) {
        for (int64_t i = 0; i < count; i++) {
            out[i] = crmvi_column_whole(column, begin + i);
        }
        return;
    }
    widen(crmvi_value_at(column, begin), count, out);
}

void crmvi_column_text(const crmv_column *column, int64_t row, const char **text, int64_t *length) {
    if (column->type == CRMV_STRINGS) {
        memcpy(text, crmvi_value_at(column, row), sizeof *text);
        *length = (int64_t)strlen(*text);
        return;
    }
    const int64_t begin = offset_at(column, row);
    *length = offset_at(column, row + 1) - begin;
    *text = column->data == NULL ? "" : (const char *)column->data + begin;
}

/* ---- UTF-8 ------------------------------------------------------------------------------------------------------- */

/* The bytes that a character takes, by its lead byte, and the range of its second byte; RFC 3629, section 4. */
static int64_t character_size(unsigned char lead, unsigned char *least, unsigned char *most) {
    *least = 0x80;
    *most = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        *least = lead == 0xE0 ? 0xA0 : 0x80;
        *most = lead == 0xED ? 0x9F : 0xBF;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        *least = lead == 0xF0 ? 0x90 : 0x80;
        *most = lead == 0xF4 ? 0x8F : 0xBF;
        return 4;
    }
    return 0;
}

/* Passes over bytes that are ASCII and not NUL, eight at a time. */
static const unsigned char *skip_ascii(const unsigned char *at, const unsigned char *end) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    for (; end - at >= (int64_t)sizeof word; at += sizeof word) {
        memcpy(&word, at, sizeof word);
        if (((word | (word - ones)) & ones << 7) != 0) {
            break; /* a byte's highest bit is set, or it was NUL */
        }
    }
    return at;
}

bool crmvi_utf8_valid(const char *text, int64_t length) {
    const unsigned char *end = (const unsigned char *)text + length;
    const unsigned char *at = skip_ascii((const unsigned char *)text, end);
    while (at < end) {
        if (*at < 0x80) {
            if (*at++ == 0) {
                return false;
            }
            continue;
        }
        unsigned char least;
        unsigned char most;
        const int64_t size = character_size(*at, &least, &most);
        if (size == 0 || end - at < size || at[1] < least || at[1] > most) {
            return false;
        }
        for (int64_t i = 2; i < size; i++) {
            if ((at[i] & 0xC0) != 0x80) {
                return false;
            }
        }
        at += size;
    }
    return true;
}

void crmvi_utf8_mend(char *text, int64_t length) {
    const bool is_valid = crmvi_utf8_valid(text, length);
    for (int64_t i = 0; i < length && !is_valid; i++) {
        if (text[i] == '\0' || (unsigned char)text[i] >= 0x80) {
            text[i] = '?';
        }
    }
}

int64_t crmvi_utf8_cut(const char *text, int64_t length, int64_t most) {
    int64_t end = length < most ? length : most;
    while (end > 0 && end < length && ((unsigned char)text[end] & 0xC0) == 0x80) {
        end--;
    }
    return end;
}

/* ---- For messages ------------------------------------------------------------------------------------------------ */

void crmvi_column_show(const crmv_column *column, int64_t row, char *out, size_t size) {
    char number[64];
    const char *text = number;
    int64_t length = 0;
    out[0] = '\0';
    if (!crmvi_column_present(column, row)) {
        return;
    }
    if (crmvi_column_is_text(column)) {
        crmvi_column_text(column, row, &text, &length);
    } else if (column->type != CRMV_DOUBLE) {
        length = crmvi_amount_text(crmvi_column_whole(column, row), 0, 0, false, number);
    } else if (isfinite(crmvi_column_double(column, row))) {
        length = crmvi_shortest(crmvi_column_double(column, row), number);
    } else {
        text = "infinity";
        length = 8;
    }
    length = crmvi_utf8_cut(text, length, (int64_t)size - 1);
    memcpy(out, text, (size_t)length);
    out[length] = '\0';
    crmvi_utf8_mend(out, length);
}
