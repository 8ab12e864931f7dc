#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts the NUL-terminated text where its last UTF-8 character is not whole. */
static void cut_at_character(char *text) {
    size_t length = strlen(text);
    size_t start = length;
    while (start > 0 && length - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    if (start == 0) {
        return;
    }
    const unsigned char lead = (unsigned char)text[start - 1];
    const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (length - (start - 1) < size) {
        text[start - 1] = '\0';
    }
}

static int32_t fill(crmv_error *error, int32_t status, const char *place, const char *format, va_list arguments) {
    if (error == NULL || error->struct_size < sizeof *error) {
        return status;
    }
    error->status = status;
    error->row = 0;
    error->line = 0;
    error->column = 0;
    snprintf(error->place, sizeof error->place, "%s", place ? place : "");
    vsnprintf(error->message, sizeof error->message, format, arguments);
    cut_at_character(error->place);
    cut_at_character(error->message);
    return status;
}

int32_t crmvi_fail(crmv_error *error, int32_t status, const char *place, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, place, format, arguments);
    va_end(arguments);
    return status;
}

int32_t crmvi_fail_row(crmv_error *error, int32_t status, int64_t row, const char *place, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, place, format, arguments);
    va_end(arguments);
    if (error != NULL && error->struct_size >= sizeof *error) {
        error->row = row;
    }
    return status;
}

int32_t crmvi_no_memory(crmv_error *error) {
    return crmvi_fail(error, CRMV_OUT_OF_MEMORY, NULL, "out of memory");
}

int32_t crmvi_bad_argument(crmv_error *error, const char *argument, const char *problem) {
    return crmvi_fail(error, CRMV_BAD_ARGUMENT, argument, "argument `%s` %s", argument, problem);
}

/* ---- The nearest name -------------------------------------------------------------------------------------------- */

enum { NAME_LIMIT = 64 };

/* The letters and digits of a name in lower case; bytes past ASCII count as letters. */
static int32_t letters_of(const char *name, unsigned char *out) {
    int32_t count = 0;
    for (; *name != '\0' && count < NAME_LIMIT; name++) {
        const unsigned char byte = (unsigned char)*name;
        if (byte >= 'A' && byte <= 'Z') {
            out[count++] = (unsigned char)(byte - 'A' + 'a');
        } else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 0x80) {
            out[count++] = byte;
        }
    }
    return count;
}

static int32_t least(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* Levenshtein's distance, with one row of the table. */
static int32_t distance(const unsigned char *a, int32_t a_count, const unsigned char *b, int32_t b_count) {
    int32_t row[NAME_LIMIT + 1];
    for (int32_t j = 0; j <= b_count; j++) {
        row[j] = j;
    }
    for (int32_t i = 1; i <= a_count; i++) {
        int32_t diagonal = row[0];
        row[0] = i;
        for (int32_t j = 1; j <= b_count; j++) {
            const int32_t above = row[j];
            const int32_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = least(replaced, least(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[b_count];
}

const char *crmvi_nearest(const char *name, const char *const *names, int64_t count) {
    unsigned char wanted[NAME_LIMIT];
    unsigned char other[NAME_LIMIT];
    const int32_t wanted_count = letters_of(name, wanted);
    const int32_t allowed = wanted_count < 4 ? 1 : wanted_count / 3 + 1;
    int32_t best = allowed + 1;
    const char *found = NULL;
    for (int64_t i = 0; i < count; i++) {
        if (names[i] == NULL) {
            continue;
        }
        const int32_t other_count = letters_of(names[i], other);
        const int32_t away = distance(wanted, wanted_count, other, other_count);
        if (away < best) {
            best = away;
            found = names[i];
        }
    }
    return found;
}
