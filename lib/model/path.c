#include "path.h"

#include <stdio.h>
#include <string.h>

/* A text that is written into a buffer of fixed size, character by character. */
typedef struct writing {
    char *text;
    int32_t length;
    int32_t room; /* bytes that the text may have, without NUL */
} writing;

/* Adds the bytes, or none of them where they do not all fit. */
static bool put(writing *w, const char *bytes, int32_t count) {
    if (w->length + count > w->room) {
        return false;
    }
    memcpy(w->text + w->length, bytes, (size_t)count);
    w->length += count;
    w->text[w->length] = '\0';
    return true;
}

static int32_t character_size(const char *text) {
    int32_t size = 1;
    while (((unsigned char)text[size] & 0xC0) == 0x80) {
        size++;
    }
    return size;
}

/* Adds one character of the author's, escaped where it would break the line or the quotes. */
static bool put_character(writing *w, const char *character, int32_t size) {
    const unsigned char byte = (unsigned char)character[0];
    if (byte == '"' || byte == '\\') {
        const char escaped[2] = {'\\', (char)byte};
        return put(w, escaped, 2);
    }
    if (byte < 0x20 || byte == 0x7F) {
        char escaped[8];
        const int32_t count = snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)byte);
        return put(w, escaped, count);
    }
    return put(w, character, size);
}

static bool put_characters(writing *w, const char *text) {
    for (const char *at = text; *at != '\0'; at += character_size(at)) {
        if (!put_character(w, at, character_size(at))) {
            return false;
        }
    }
    return true;
}

static bool is_plain(const char *key) {
    for (const char *at = key; *at != '\0'; at++) {
        const unsigned char byte = (unsigned char)*at;
        const bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
        const bool is_digit = byte >= '0' && byte <= '9';
        if (!is_letter && !is_digit && byte != '_' && byte != '-') {
            return false;
        }
    }
    return key[0] != '\0';
}

void crmvi_path_key(crmvi_path *path, const char *key) {
    writing w = {path->text, path->length, CRMVI_PATH_SIZE - 1};
    if (is_plain(key)) {
        if (w.length == 0 || put(&w, ".", 1)) {
            put_characters(&w, key);
        }
    } else if (put(&w, "[\"", 2) && put_characters(&w, key)) {
        put(&w, "\"]", 2);
    }
    path->length = w.length;
}

void crmvi_path_item(crmvi_path *path, int64_t item) {
    writing w = {path->text, path->length, CRMVI_PATH_SIZE - 1};
    char digits[32];
    const int32_t count = snprintf(digits, sizeof digits, "[%lld]", (long long)item);
    put(&w, digits, count);
    path->length = w.length;
}

void crmvi_path_text(crmvi_path *path, const char *text) {
    writing w = {path->text, path->length, CRMVI_PATH_SIZE - 1};
    put_characters(&w, text);
    path->length = w.length;
}

const char *crmvi_quoted(const char *text, char out[CRMVI_QUOTED_SIZE]) {
    enum { CLOSING = 4 }; /* three dots and the quote */
    writing w = {out, 0, CRMVI_QUOTED_SIZE - 1 - CLOSING};
    put(&w, "\"", 1);
    const bool whole = put_characters(&w, text);
    w.room = CRMVI_QUOTED_SIZE - 1;
    if (!whole) {
        put(&w, "...", 3);
    }
    put(&w, "\"", 1);
    return out;
}
