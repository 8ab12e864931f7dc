#include "text.h"

#include "base/column_read.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/memory.h"
#include "path.h"
#include "reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A text being read, at a byte of it. */
typedef struct scanner {
    const char *begin, *at, *end;
    char *string; /* the string that was read last, decoded, with a closing NUL */
    int64_t string_length, string_capacity;
    int32_t depth;
    int32_t status;
    crmv_error *error;
} scanner;

static json_t *read_value(scanner *s, const crmvi_spot *spot);

/* ---- Refusing ---------------------------------------------------------------------------------------------------- */

/* Adds line and column of `where` to the error that was just filled. */
static void tell_position(const scanner *s, const char *where) {
    if (s->error == NULL || s->error->struct_size < sizeof *s->error) {
        return;
    }
    int64_t line = 1;
    const char *start = s->begin;
    for (const char *at = s->begin; at < where; at++) {
        if (*at == '\n') {
            line++;
            start = at + 1;
        }
    }
    s->error->line = line;
    s->error->column = where - start + 1;
}

static void refuse_memory(scanner *s) {
    s->status = crmvi_no_memory(s->error);
}

/* What stands at a byte, for messages. */
static const char *name_of_byte(const scanner *s, const char *where, char out[CRMVI_QUOTED_SIZE]) {
    if (where >= s->end) {
        return "the end of the text";
    }
    const unsigned char byte = (unsigned char)*where;
    if (byte == '\n' || byte == '\r') {
        return "the end of the line";
    }
    if (byte >= 0x80) {
        return "a character that is not ASCII";
    }
    const char text[2] = {(char)byte, '\0'};
    return byte == '\0' ? "a NUL byte" : crmvi_quoted(text, out);
}

static json_t *refuse_byte(scanner *s, const char *expected) {
    char found[CRMVI_QUOTED_SIZE];
    s->status = crmvi_fail(s->error, CRMV_BAD_SYNTAX, NULL, "the text is no JSON: expected %s, found %s", expected,
                           name_of_byte(s, s->at, found));
    tell_position(s, s->at);
    return NULL;
}

static bool refuse_string(scanner *s, const char *where, const char *problem) {
    s->status = crmvi_fail(s->error, CRMV_BAD_SYNTAX, NULL, "the text is no JSON: %s", problem);
    tell_position(s, where);
    return false;
}

static json_t *refuse_meaning(scanner *s, const crmvi_spot *spot, const char *where, const char *message) {
    crmvi_path path;
    crmvi_spot_path(spot, &path);
    s->status = crmvi_fail(s->error, CRMV_BAD_MODEL, path.text, "%s", message);
    tell_position(s, where);
    return NULL;
}

/* ---- Bytes ------------------------------------------------------------------------------------------------------- */

static void skip_blanks(scanner *s) {
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r')) {
        s->at++;
    }
}

static bool is_next(const scanner *s, char byte) {
    return s->at < s->end && *s->at == byte;
}

static bool take(scanner *s, char byte) {
    if (!is_next(s, byte)) {
        return false;
    }
    s->at++;
    return true;
}

static bool take_digits(scanner *s) {
    const char *before = s->at;
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9') {
        s->at++;
    }
    return s->at > before;
}

/* ---- Strings ----------------------------------------------------------------------------------------------------- */

static bool add_bytes(scanner *s, const char *bytes, int64_t count) {
    if (!crmvi_grow(&s->string, &s->string_capacity, s->string_length + count + 1, 1)) {
        refuse_memory(s);
        return false;
    }
    memcpy(s->string + s->string_length, bytes, (size_t)count);
    s->string_length += count;
    s->string[s->string_length] = '\0';
    return true;
}

static bool add_code_point(scanner *s, uint32_t code) {
    char bytes[4];
    int32_t count = 0;
    if (code < 0x80) {
        bytes[count++] = (char)code;
    } else if (code < 0x800) {
        bytes[count++] = (char)(0xC0 | code >> 6);
        bytes[count++] = (char)(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        bytes[count++] = (char)(0xE0 | code >> 12);
        bytes[count++] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[count++] = (char)(0x80 | (code & 0x3F));
    } else {
        bytes[count++] = (char)(0xF0 | code >> 18);
        bytes[count++] = (char)(0x80 | (code >> 12 & 0x3F));
        bytes[count++] = (char)(0x80 | (code >> 6 & 0x3F));
        bytes[count++] = (char)(0x80 | (code & 0x3F));
    }
    return add_bytes(s, bytes, count);
}

static int32_t value_of_hexadecimal(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    const char lower = (char)(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The four hexadecimal digits behind \u. */
static bool take_unit(scanner *s, uint32_t *unit) {
    *unit = 0;
    for (int32_t i = 0; i < 4; i++) {
        const int32_t digit = s->at < s->end ? value_of_hexadecimal(*s->at) : -1;
        if (digit < 0) {
            refuse_byte(s, "four hexadecimal digits behind \\u");
            return false;
        }
        *unit = *unit << 4 | (uint32_t)digit;
        s->at++;
    }
    return true;
}

static bool take_unicode(scanner *s) {
    const char *start = s->at - 2;
    uint32_t code = 0;
    if (!take_unit(s, &code)) {
        return false;
    }
    if (code >= 0xD800 && code <= 0xDBFF && s->end - s->at >= 2 && s->at[0] == '\\' && s->at[1] == 'u') {
        s->at += 2;
        uint32_t low = 0;
        if (!take_unit(s, &low)) {
            return false;
        }
        if (low >= 0xDC00 && low <= 0xDFFF) {
            return add_code_point(s, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
        }
    }
    if (code >= 0xD800 && code <= 0xDFFF) {
        return refuse_string(s, start, "half of a surrogate pair is no character");
    }
    if (code == 0) {
        return refuse_string(s, start, "a NUL character cannot stand in a text");
    }
    return add_code_point(s, code);
}

static bool take_escape(scanner *s) {
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    s->at++;
    if (take(s, 'u')) {
        return take_unicode(s);
    }
    const char *letter = s->at < s->end && *s->at != '\0' ? strchr(letters, *s->at) : NULL;
    if (letter == NULL) {
        refuse_byte(s, "one of \" \\ / b f n r t u behind a backslash");
        return false;
    }
    s->at++;
    return add_bytes(s, &meanings[letter - letters], 1);
}

/* Reads a string into s->string; s->at is behind its opening quote. */
static bool take_string(scanner *s) {
    s->string_length = 0;
    if (!add_bytes(s, "", 0)) {
        return false;
    }
    for (;;) {
        const char *start = s->at;
        while (s->at < s->end && *s->at != '"' && *s->at != '\\' && (unsigned char)*s->at >= 0x20) {
            s->at++;
        }
        if (!crmvi_utf8_valid(start, s->at - start)) {
            return refuse_string(s, start, "a string is not valid UTF-8");
        }
        if (!add_bytes(s, start, s->at - start)) {
            return false;
        }
        if (take(s, '"')) {
            return true;
        }
        if (!is_next(s, '\\')) {
            refuse_byte(s, "the closing quote of a string");
            return false;
        }
        if (!take_escape(s)) {
            return false;
        }
    }
}

/* ---- Values ------------------------------------------------------------------------------------------------------ */

/* Hands on a new value, or says that memory is short. */
static json_t *made(scanner *s, json_t *value) {
    if (value == NULL) {
        refuse_memory(s);
    }
    return value;
}

/* Whether what stands from s->at on is a number by the grammar; s->at is moved behind it. */
static bool take_number(scanner *s, bool *is_whole) {
    *is_whole = true;
    take(s, '-');
    if (!take(s, '0') && !take_digits(s)) {
        return false;
    }
    if (take(s, '.')) {
        *is_whole = false;
        if (!take_digits(s)) {
            return false;
        }
    }
    if (take(s, 'e') || take(s, 'E')) {
        *is_whole = false;
        if (!take(s, '+')) {
            take(s, '-');
        }
        return take_digits(s);
    }
    return true;
}

/* Nearer to 0 a number of a model is 0. */
#define LEAST_NUMBER 1e-300

/* Whole numbers that fit are kept as such, all others are doubles. */
static json_t *read_number(scanner *s, const crmvi_spot *spot) {
    static const crmvi_notation notation = {.point = '.', .thousands = '\0', .minus = CRMVI_MINUS_LEADING};
    const char *start = s->at;
    bool is_whole = false;
    if (!take_number(s, &is_whole)) {
        return refuse_byte(s, "a digit");
    }
    int64_t whole = 0;
    if (is_whole && crmvi_decimal_whole(start, s->at - start, &whole) == CRMVI_NUMBER_OK) {
        return made(s, json_integer(whole));
    }
    double value = 0;
    if (crmvi_decimal_double(start, s->at - start, &notation, &value) != CRMVI_NUMBER_OK) {
        return refuse_meaning(s, spot, start, "the number is too large: numbers are below 1e300 in magnitude");
    }
    return made(s, json_real(fabs(value) >= LEAST_NUMBER ? value : 0));
}

static json_t *read_word(scanner *s) {
    static const char *const words[] = {"true", "false", "null"};
    for (int32_t i = 0; i < 3; i++) {
        const size_t length = strlen(words[i]);
        if ((size_t)(s->end - s->at) >= length && memcmp(s->at, words[i], length) == 0) {
            s->at += length;
            return i == 0 ? json_true() : i == 1 ? json_false() : json_null();
        }
    }
    return refuse_byte(s, "a value");
}

/* The value behind the key that was read last. */
static bool read_member(scanner *s, const crmvi_spot *member, const char *start, json_t *object) {
    if (json_object_get(object, member->key) != NULL) {
        refuse_meaning(s, member, start, "the key is given twice");
        return false;
    }
    skip_blanks(s);
    if (!take(s, ':')) {
        refuse_byte(s, "\":\" behind a key");
        return false;
    }
    json_t *value = read_value(s, member);
    if (value != NULL && json_object_set_new_nocheck(object, member->key, value) != 0) {
        refuse_memory(s);
    }
    return s->status == CRMV_OK;
}

static bool read_key_and_member(scanner *s, const crmvi_spot *spot, json_t *object) {
    skip_blanks(s);
    const char *start = s->at;
    if (!take(s, '"')) {
        refuse_byte(s, "a key in quotes");
        return false;
    }
    if (!take_string(s)) {
        return false;
    }
    char *key = crmvi_copy_text(s->string, s->string_length);
    if (key == NULL) {
        refuse_memory(s);
        return false;
    }
    const crmvi_spot member = {.above = spot, .key = key};
    const bool done = read_member(s, &member, start, object);
    free(key);
    return done;
}

static bool read_members(scanner *s, const crmvi_spot *spot, json_t *object) {
    skip_blanks(s);
    if (take(s, '}')) {
        return true;
    }
    do {
        if (!read_key_and_member(s, spot, object)) {
            return false;
        }
        skip_blanks(s);
    } while (take(s, ','));
    if (!take(s, '}')) {
        refuse_byte(s, "\",\" or \"}\"");
        return false;
    }
    return true;
}

static bool read_items(scanner *s, const crmvi_spot *spot, json_t *array) {
    skip_blanks(s);
    if (take(s, ']')) {
        return true;
    }
    do {
        const crmvi_spot item = {.above = spot, .item = (int64_t)json_array_size(array)};
        json_t *value = read_value(s, &item);
        if (value == NULL) {
            return false;
        }
        if (json_array_append_new(array, value) != 0) {
            refuse_memory(s);
            return false;
        }
        skip_blanks(s);
    } while (take(s, ','));
    if (!take(s, ']')) {
        refuse_byte(s, "\",\" or \"]\"");
        return false;
    }
    return true;
}

static json_t *read_container(scanner *s, const crmvi_spot *spot) {
    if (s->depth == CRMVI_TEXT_DEPTH) {
        return refuse_meaning(s, spot, s->at, "objects and arrays are nested more than 64 deep");
    }
    const bool is_object = *s->at++ == '{';
    json_t *container = made(s, is_object ? json_object() : json_array());
    if (container == NULL) {
        return NULL;
    }
    s->depth++;
    if (!(is_object ? read_members(s, spot, container) : read_items(s, spot, container))) {
        json_decref(container);
        return NULL;
    }
    s->depth--;
    return container;
}

static json_t *read_value(scanner *s, const crmvi_spot *spot) {
    skip_blanks(s);
    if (s->at == s->end) {
        return refuse_byte(s, "a value");
    }
    if (*s->at == '{' || *s->at == '[') {
        return read_container(s, spot);
    }
    if (*s->at == '-' || (*s->at >= '0' && *s->at <= '9')) {
        return read_number(s, spot);
    }
    if (take(s, '"')) {
        return take_string(s) ? made(s, json_stringn_nocheck(s->string, (size_t)s->string_length)) : NULL;
    }
    return read_word(s);
}

int32_t crmvi_text_read(const char *json, int64_t length, json_t **out, crmv_error *error) {
    if (length > CRMVI_TEXT_BYTES) {
        return crmvi_fail(error, CRMV_TOO_LARGE, NULL, "the text has %lld bytes; a model has at most 64 MiB",
                          (long long)length);
    }
    scanner s = {.begin = json, .at = json, .end = json + length, .error = error};
    if (length >= 3 && memcmp(json, "\xEF\xBB\xBF", 3) == 0) {
        s.at += 3;
    }
    const crmvi_spot top = {.above = NULL};
    json_t *value = read_value(&s, &top);
    skip_blanks(&s);
    if (value != NULL && s.at < s.end) {
        refuse_byte(&s, "nothing behind the closing brace");
        json_decref(value);
    }
    free(s.string);
    if (s.status == CRMV_OK) {
        *out = value;
    }
    return s.status;
}
