#include "writer.h"

#include "base/decimal.h"
#include "base/memory.h"
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_WIDTH = 110 };

/* Where the text goes, and how far it may go on this line. */
typedef struct writer {
    crmvi_take_text take;
    void *context;
    int64_t column; /* bytes on the line so far */
} writer;

static void put(writer *w, const char *bytes, int64_t length) {
    w->take(w->context, bytes, length);
    w->column += length;
}

static void put_text(writer *w, const char *text) {
    put(w, text, (int64_t)strlen(text));
}

static void put_line(writer *w, int32_t depth) {
    put(w, "\n", 1);
    w->column = 0;
    for (int32_t i = 0; i < depth; i++) {
        put(w, "  ", 2);
    }
}

/* ---- Single values ----------------------------------------------------------------------------------------------- */

/* How a byte is escaped; NULL where it stands for itself. */
static const char *escape_of(unsigned char byte, char out[8]) {
    static const char letters[] = "\"\\bfnrt";
    static const char bytes[] = "\"\\\b\f\n\r\t";
    const char *found = byte != '\0' ? strchr(bytes, byte) : NULL;
    if (found != NULL) {
        out[0] = '\\';
        out[1] = letters[found - bytes];
        out[2] = '\0';
        return out;
    }
    if (byte < 0x20) {
        snprintf(out, 8, "\\u%04x", (unsigned)byte);
        return out;
    }
    return NULL;
}

static void put_string(writer *w, const char *text) {
    char escaped[8];
    const char *start = text;
    put(w, "\"", 1);
    for (const char *at = text; *at != '\0'; at++) {
        const char *escape = escape_of((unsigned char)*at, escaped);
        if (escape != NULL) {
            put(w, start, at - start);
            put_text(w, escape);
            start = at + 1;
        }
    }
    put_text(w, start);
    put(w, "\"", 1);
}

static void put_single(writer *w, const json_t *value) {
    char text[32];
    switch (json_typeof(value)) {
    case JSON_STRING:
        put_string(w, json_string_value(value));
        break;
    case JSON_INTEGER:
        put(w, text, snprintf(text, sizeof text, "%lld", (long long)json_integer_value(value)));
        break;
    case JSON_REAL:
        put(w, text, crmvi_shortest(json_real_value(value), text));
        break;
    case JSON_TRUE:
        put_text(w, "true");
        break;
    case JSON_FALSE:
        put_text(w, "false");
        break;
    default:
        put_text(w, "null");
        break;
    }
}

static bool is_single(const json_t *value) {
    return !json_is_object(value) && !json_is_array(value);
}

/* ---- On one line ------------------------------------------------------------------------------------------------- */

static void count_only(void *context, const char *bytes, int64_t length) {
    (void)context;
    (void)bytes;
    (void)length;
}

static bool put_inline(writer *w, const json_t *value, int64_t limit);

static bool put_object_inline(writer *w, const json_t *object, int64_t limit) {
    const char *key;
    json_t *value;
    bool is_first = true;
    put(w, "{", 1);
    json_object_foreach((json_t *)object, key, value) {
        put_text(w, is_first ? "" : ", ");
        is_first = false;
        put_string(w, key);
        put(w, ": ", 2);
        if (!put_inline(w, value, limit)) {
            return false;
        }
    }
    put(w, "}", 1);
    return w->column <= limit;
}

static bool put_array_inline(writer *w, const json_t *array, int64_t limit) {
    const int64_t count = (int64_t)json_array_size(array);
    put(w, "[", 1);
    for (int64_t i = 0; i < count; i++) {
        put_text(w, i == 0 ? "" : ", ");
        if (!put_inline(w, json_array_get(array, (size_t)i), limit)) {
            return false;
        }
    }
    put(w, "]", 1);
    return w->column <= limit;
}

/* Writes the value on the line; false, early, once that is longer than the limit. */
static bool put_inline(writer *w, const json_t *value, int64_t limit) {
    if (json_is_object(value)) {
        return put_object_inline(w, value, limit);
    }
    if (json_is_array(value)) {
        return put_array_inline(w, value, limit);
    }
    put_single(w, value);
    return w->column <= limit;
}

static bool fits(const writer *w, const json_t *value) {
    writer trial = {.take = count_only, .column = w->column};
    return put_inline(&trial, value, LINE_WIDTH);
}

/* ---- For people -------------------------------------------------------------------------------------------------- */

/* An array of single values is filled line by line; anything else has a line for each item. */
static bool holds_singles(const json_t *array) {
    const size_t count = json_array_size(array);
    for (size_t i = 0; i < count; i++) {
        if (!is_single(json_array_get(array, i))) {
            return false;
        }
    }
    return true;
}

static void put_pretty(writer *w, const json_t *value, int32_t depth);

static void put_object(writer *w, const json_t *object, int32_t depth) {
    const char *key;
    json_t *value;
    bool is_first = true;
    put(w, "{", 1);
    json_object_foreach((json_t *)object, key, value) {
        put_text(w, is_first ? "" : ",");
        is_first = false;
        put_line(w, depth + 1);
        put_string(w, key);
        put(w, ": ", 2);
        put_pretty(w, value, depth + 1);
    }
    put_line(w, depth);
    put(w, "}", 1);
}

static void put_array(writer *w, const json_t *array, int32_t depth) {
    const int64_t count = (int64_t)json_array_size(array);
    const bool is_filled = holds_singles(array);
    put(w, "[", 1);
    for (int64_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(array, (size_t)i);
        put_text(w, i == 0 ? "" : ",");
        if (i > 0 && is_filled && w->column < LINE_WIDTH * 3 / 4) {
            put(w, " ", 1);
        } else {
            put_line(w, depth + 1);
        }
        put_pretty(w, item, depth + 1);
    }
    put_line(w, depth);
    put(w, "]", 1);
}

static void put_pretty(writer *w, const json_t *value, int32_t depth) {
    const bool is_top = depth == 0 && json_object_size(value) > 0;
    if (is_single(value) || (!is_top && fits(w, value))) {
        put_inline(w, value, INT64_MAX);
    } else if (json_is_object(value)) {
        put_object(w, value, depth);
    } else {
        put_array(w, value, depth);
    }
}

void crmvi_write_pretty(const json_t *value, crmvi_take_text take, void *context) {
    writer w = {.take = take, .context = context};
    put_pretty(&w, value, 0);
    put_line(&w, 0);
}

/* ---- For machines ------------------------------------------------------------------------------------------------ */

/* What kind of object stands under a key: the keys of some are texts of the data, so that none of them is a note. */
enum { PLAIN, TOP, SCALE, TRANSACTIONS, DATA };

static int32_t kind_of_member(int32_t kind, const char *key) {
    if ((kind == SCALE && strcmp(key, "categories") == 0) || (kind == TRANSACTIONS && strcmp(key, "kinds") == 0)) {
        return DATA;
    }
    return strcmp(key, "scale") == 0 ? SCALE : strcmp(key, "transactions") == 0 ? TRANSACTIONS : PLAIN;
}

static bool is_left_out(int32_t kind, const char *key) {
    return kind != DATA && (strcmp(key, "notes") == 0 || (kind == TOP && strcmp(key, "name") == 0));
}

static int by_bytes(const void *left, const void *right) {
    const char *const *a = left;
    const char *const *b = right;
    return strcmp(*a, *b);
}

static bool put_sorted(writer *w, const json_t *value, int32_t kind);

static bool put_sorted_members(writer *w, const json_t *object, int32_t kind, const char **keys) {
    int64_t count = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        if (!is_left_out(kind, key)) {
            keys[count++] = key;
        }
    }
    qsort(keys, (size_t)count, sizeof *keys, by_bytes);
    put(w, "{", 1);
    for (int64_t i = 0; i < count; i++) {
        put_text(w, i == 0 ? "" : ",");
        put_string(w, keys[i]);
        put(w, ":", 1);
        if (!put_sorted(w, json_object_get(object, keys[i]), kind_of_member(kind, keys[i]))) {
            return false;
        }
    }
    put(w, "}", 1);
    return true;
}

static bool put_sorted_object(writer *w, const json_t *object, int32_t kind) {
    const char **keys = crmvi_array((int64_t)json_object_size(object), sizeof *keys);
    if (keys == NULL) {
        return false;
    }
    const bool done = put_sorted_members(w, object, kind, keys);
    free(keys);
    return done;
}

static bool put_sorted(writer *w, const json_t *value, int32_t kind) {
    if (json_is_object(value)) {
        return put_sorted_object(w, value, kind);
    }
    if (is_single(value)) {
        put_single(w, value);
        return true;
    }
    const int64_t count = (int64_t)json_array_size(value);
    put(w, "[", 1);
    for (int64_t i = 0; i < count; i++) {
        put_text(w, i == 0 ? "" : ",");
        if (!put_sorted(w, json_array_get(value, (size_t)i), PLAIN)) {
            return false;
        }
    }
    put(w, "]", 1);
    return true;
}

bool crmvi_write_sorted(const json_t *value, crmvi_take_text take, void *context) {
    writer w = {.take = take, .context = context};
    return put_sorted(&w, value, TOP);
}
