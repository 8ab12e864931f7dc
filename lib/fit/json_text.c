/* json_text.c - steps through JSON that has been found good. */
#include "fit/json_text.h"

#include "base/decimal.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static const char *past_blanks(const char *at) {
    return at + strspn(at, " \t\r\n");
}

/* Behind the string that begins at `at`. */
static const char *past_string(const char *at) {
    for (at++; *at != '\0' && *at != '"'; at++) {
        at += at[0] == '\\' && at[1] != '\0' ? 1 : 0;
    }
    return *at == '"' ? at + 1 : at;
}

/* Behind the value that begins at `at`. */
static const char *past_value(const char *at) {
    int32_t depth = 0;
    do {
        at = past_blanks(at);
        if (*at == '"') {
            at = past_string(at);
        } else if (*at == '{' || *at == '[') {
            depth++;
            at++;
        } else if (*at == '}' || *at == ']') {
            depth--;
            at++;
        } else if (*at == ',' || *at == ':') {
            at++;
        } else {
            at += strcspn(at, " \t\r\n,:{}[]\"");
        }
    } while (depth > 0 && *at != '\0');
    return at;
}

/* What stands behind the comma that may come now; NULL where none does. */
static const char *past_comma(const char *at) {
    at = past_blanks(at);
    return *at == ',' ? past_blanks(at + 1) : NULL;
}

const char *crmvi_json_member(const char *object, const char *key) {
    const char *at = past_blanks(object);
    if (*at != '{') {
        return NULL;
    }
    at = past_blanks(at + 1);
    while (at != NULL && *at == '"') {
        const bool found = crmvi_json_is(at, key);
        at = past_blanks(past_string(at));
        if (*at != ':') {
            return NULL;
        }
        at = past_blanks(at + 1);
        if (found) {
            return at;
        }
        at = past_comma(past_value(at));
    }
    return NULL;
}

const char *crmvi_json_first(const char *array) {
    const char *at = past_blanks(array);
    if (*at != '[') {
        return NULL;
    }
    at = past_blanks(at + 1);
    return *at == ']' || *at == '\0' ? NULL : at;
}

const char *crmvi_json_next(const char *item) {
    return past_comma(past_value(item));
}

int32_t crmvi_json_count(const char *array) {
    int32_t count = 0;
    for (const char *item = crmvi_json_first(array); item != NULL; item = crmvi_json_next(item)) {
        count++;
    }
    return count;
}

bool crmvi_json_is(const char *value, const char *text) {
    const size_t length = strlen(text);
    return *value == '"' && strncmp(value + 1, text, length) == 0 && value[1 + length] == '"';
}

/* ---- Strings ----------------------------------------------------------------------------------------------------- */

static uint32_t digit_of(char c) {
    return c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
           : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
           : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                  : 0;
}

/* The four digits behind \u. */
static uint32_t unit_at(const char *digits) {
    uint32_t unit = 0;
    for (int32_t i = 0; i < 4 && digits[i] != '\0'; i++) {
        unit = unit * 16 + digit_of(digits[i]);
    }
    return unit;
}

static char *write_character(uint32_t character, char *out) {
    if (character < 0x80) {
        *out++ = (char)character;
    } else if (character < 0x800) {
        *out++ = (char)(0xC0 | character >> 6);
        *out++ = (char)(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        *out++ = (char)(0xE0 | character >> 12);
        *out++ = (char)(0x80 | (character >> 6 & 0x3F));
        *out++ = (char)(0x80 | (character & 0x3F));
    } else {
        *out++ = (char)(0xF0 | character >> 18);
        *out++ = (char)(0x80 | (character >> 12 & 0x3F));
        *out++ = (char)(0x80 | (character >> 6 & 0x3F));
        *out++ = (char)(0x80 | (character & 0x3F));
    }
    return out;
}

/* The character escaped at `at`, a backslash; the text of one is never shorter than what it stands for. */
static const char *read_escape(const char *at, uint32_t *character) {
    static const char letters[] = "bfnrt";
    static const char meanings[] = "\b\f\n\r\t";
    const char *letter = at[1] == '\0' ? NULL : strchr(letters, at[1]);
    if (at[1] != 'u') {
        *character = (unsigned char)(letter == NULL ? at[1] : meanings[letter - letters]);
        return at + 2;
    }
    *character = unit_at(at + 2);
    at += 6;
    if (*character >= 0xD800 && *character < 0xDC00 && at[0] == '\\' && at[1] == 'u') { /* the first of a pair */
        *character = 0x10000 + ((*character - 0xD800) << 10) + (unit_at(at + 2) - 0xDC00);
        at += 6;
    }
    return at;
}

char *crmvi_json_string(const char *value) {
    const char *end = past_string(value);
    char *text = crmvi_array(end - value, 1);
    if (text == NULL) {
        return NULL;
    }
    char *out = text;
    const char *at = value + 1;
    while (at < end && *at != '"') {
        uint32_t character;
        if (*at == '\\') {
            at = read_escape(at, &character);
            out = write_character(character, out);
        } else {
            *out++ = *at++;
        }
    }
    *out = '\0';
    return text;
}

double crmvi_json_number(const char *value) {
    static const crmvi_notation plain = {.point = '.', .minus = CRMVI_MINUS_LEADING};
    double number = 0;
    if (crmvi_decimal_double(value, (int64_t)strspn(value, "+-.0123456789eE"), &plain, &number) != CRMVI_NUMBER_OK) {
        return 0;
    }
    return number;
}

int64_t crmvi_json_length(const char *value) {
    return past_value(value) - value;
}
