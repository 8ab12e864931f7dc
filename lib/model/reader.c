#include "reader.h"

#include "block.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- Paths and refusals ------------------------------------------------------------------------------------------ */

static void write_path(const crmvi_spot *spot, crmvi_path *path) {
    if (spot == NULL || spot->above == NULL) {
        return;
    }
    write_path(spot->above, path);
    if (spot->key != NULL) {
        crmvi_path_key(path, spot->key);
    } else {
        crmvi_path_item(path, spot->item);
    }
}

void crmvi_spot_path(const crmvi_spot *spot, crmvi_path *path) {
    *path = (crmvi_path){.length = 0};
    write_path(spot, path);
}

bool crmvi_refuse(crmvi_parser *parser, const crmvi_spot *spot, const char *format, ...) {
    char message[sizeof parser->error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    crmvi_path path;
    crmvi_spot_path(spot, &path);
    parser->status = crmvi_fail(parser->error, CRMV_BAD_MODEL, path.text, "%s", message);
    return false;
}

bool crmvi_refuse_memory(crmvi_parser *parser) {
    parser->status = crmvi_no_memory(parser->error);
    return false;
}

/* What a value is, for messages: texts and numbers as they stand, the rest by its type. */
static const char *name_of_value(const json_t *value, char out[CRMVI_QUOTED_SIZE]) {
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return crmvi_quoted(json_string_value(value), out);
    case JSON_INTEGER:
        snprintf(out, CRMVI_QUOTED_SIZE, "%lld", (long long)json_integer_value(value));
        return out;
    case JSON_REAL:
        crmvi_shortest(json_real_value(value), out);
        return out;
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    default:
        return "null";
    }
}

bool crmvi_refuse_value(crmvi_parser *parser, const crmvi_spot *spot, const char *expected) {
    char found[CRMVI_QUOTED_SIZE];
    return crmvi_refuse(parser, spot, "expected %s, found %s", expected, name_of_value(spot->value, found));
}

/* Texts one behind the other, as "a, b, c". */
static void list_names(const char *const *names, int64_t count, crmvi_path *list) {
    for (int64_t i = 0; i < count; i++) {
        crmvi_path_text(list, i == 0 ? "" : ", ");
        crmvi_path_text(list, names[i]);
    }
}

bool crmvi_refuse_name(crmvi_parser *parser, const crmvi_spot *spot, const char *what, const char *name,
                       const char *const *known, int64_t count) {
    enum { FEW = 16 };
    char quoted[CRMVI_QUOTED_SIZE];
    crmvi_quoted(name, quoted);
    const char *nearest = crmvi_nearest(name, known, count);
    if (nearest != NULL) {
        char near[CRMVI_QUOTED_SIZE];
        return crmvi_refuse(parser, spot, "unknown %s %s; did you mean %s?", what, quoted, crmvi_quoted(nearest, near));
    }
    if (count == 0 || count > FEW) {
        return crmvi_refuse(parser, spot, "unknown %s %s", what, quoted);
    }
    crmvi_path list = {.length = 0};
    list_names(known, count, &list);
    return crmvi_refuse(parser, spot, "unknown %s %s; known: %s", what, quoted, list.text);
}

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

void *crmvi_parser_memory(crmvi_parser *parser, int64_t count, size_t size) {
    void *memory = crmvi_model_memory(parser->model, count, size);
    if (memory == NULL) {
        crmvi_refuse_memory(parser);
    }
    return memory;
}

/* ---- Objects ----------------------------------------------------------------------------------------------------- */

bool crmvi_is_note(const char *key) {
    return strcmp(key, "notes") == 0 || strncmp(key, "x-", 2) == 0;
}

int32_t crmvi_count_members(const json_t *object) {
    int32_t count = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        count += crmvi_is_note(key) ? 0 : 1;
    }
    return count;
}

crmvi_spot crmvi_member_of(const crmvi_spot *object, const char *key) {
    return (crmvi_spot){.above = object, .key = key, .value = json_object_get(object->value, key)};
}

crmvi_spot crmvi_item_of(const crmvi_spot *array, int64_t item) {
    return (crmvi_spot){.above = array, .item = item, .value = json_array_get(array->value, (size_t)item)};
}

static uint32_t type_of(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return CRMVI_TAKES_OBJECT;
    case JSON_ARRAY:
        return CRMVI_TAKES_ARRAY;
    case JSON_STRING:
        return CRMVI_TAKES_TEXT;
    case JSON_INTEGER:
        return CRMVI_TAKES_WHOLE | CRMVI_TAKES_NUMBER;
    case JSON_REAL:
        return CRMVI_TAKES_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return CRMVI_TAKES_TRUTH;
    default:
        return CRMVI_TAKES_NULL;
    }
}

bool crmvi_expect(crmvi_parser *parser, const crmvi_spot *spot, uint32_t takes) {
    static const char *const types[] = {"an object", "an array",      "a text", "a whole number",
                                        "a number",  "true or false", "null"};
    if ((type_of(spot->value) & takes) != 0) {
        return true;
    }
    char expected[80];
    size_t used = 0;
    for (uint32_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if ((takes >> i & 1) != 0) {
            used +=
                (size_t)snprintf(expected + used, sizeof expected - used, "%s%s", used == 0 ? "" : " or ", types[i]);
        }
    }
    return crmvi_refuse_value(parser, spot, expected);
}

static const crmvi_key *find_key(const crmvi_vocabulary *vocabulary, const char *name) {
    for (int32_t i = 0; i < vocabulary->count; i++) {
        if (strcmp(vocabulary->keys[i].name, name) == 0) {
            return &vocabulary->keys[i];
        }
    }
    return NULL;
}

static bool refuse_key(crmvi_parser *parser, const crmvi_spot *member, const crmvi_vocabulary *vocabulary) {
    enum { MOST_KEYS = 48 };
    const char *known[MOST_KEYS];
    int32_t count = 0;
    for (; count < vocabulary->count && count < MOST_KEYS; count++) {
        known[count] = vocabulary->keys[count].name;
    }
    return crmvi_refuse_name(parser, member, "key", member->key, known, count);
}

bool crmvi_check_object(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_vocabulary *vocabulary) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_OBJECT)) {
        return false;
    }
    const char *name;
    json_t *value;
    json_object_foreach(spot->value, name, value) {
        if (crmvi_is_note(name)) {
            continue;
        }
        const crmvi_spot member = {.above = spot, .key = name, .value = value};
        const crmvi_key *key = find_key(vocabulary, name);
        if (key == NULL) {
            return refuse_key(parser, &member, vocabulary);
        }
        if (!crmvi_expect(parser, &member, key->takes)) {
            return false;
        }
    }
    for (int32_t i = 0; i < vocabulary->count; i++) {
        const crmvi_key *key = &vocabulary->keys[i];
        if (key->needed && json_object_get(spot->value, key->name) == NULL) {
            return crmvi_refuse(parser, spot, "the key \"%s\" is required", key->name);
        }
    }
    return true;
}

bool crmvi_fill_object(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_vocabulary *vocabulary,
                       void *structure) {
    for (int32_t i = 0; i < vocabulary->count; i++) {
        const crmvi_key *key = &vocabulary->keys[i];
        const crmvi_spot member = crmvi_member_of(spot, key->name);
        if (member.value != NULL && key->read != NULL && !key->read(parser, &member, (char *)structure + key->offset)) {
            return false;
        }
    }
    return true;
}

bool crmvi_read_object(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_vocabulary *vocabulary,
                       void *structure) {
    return crmvi_check_object(parser, spot, vocabulary) && crmvi_fill_object(parser, spot, vocabulary, structure);
}

int32_t crmvi_count_given(const crmvi_spot *object, const char *const *keys, int32_t count, crmvi_spot *last) {
    int32_t given = 0;
    for (int32_t i = 0; i < count; i++) {
        const crmvi_spot member = crmvi_member_of(object, keys[i]);
        if (member.value != NULL) {
            given++;
            *last = member;
        }
    }
    return given;
}

/* ---- Values ------------------------------------------------------------------------------------------------------ */

bool crmvi_choose(crmvi_parser *parser, const crmvi_spot *spot, const char *what, const char *const *names,
                  int32_t count, int32_t *out) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_TEXT)) {
        return false;
    }
    const char *text = json_string_value(spot->value);
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = i;
            return true;
        }
    }
    return crmvi_refuse_name(parser, spot, what, text, names, count);
}

bool crmvi_whole(crmvi_parser *parser, const crmvi_spot *spot, int64_t least, int64_t most, int64_t *out) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_WHOLE)) {
        return false;
    }
    *out = json_integer_value(spot->value);
    if (*out >= least && *out <= most) {
        return true;
    }
    char expected[80];
    snprintf(expected, sizeof expected, "a whole number from %lld to %lld", (long long)least, (long long)most);
    return crmvi_refuse_value(parser, spot, expected);
}

double crmvi_number(const crmvi_spot *spot) {
    return json_number_value(spot->value);
}

static bool refuse_range(crmvi_parser *parser, const crmvi_spot *spot, crmvi_micro least, crmvi_micro most) {
    char expected[120];
    char low[32];
    char high[32];
    crmvi_shortest((double)least / 1e6, low);
    crmvi_shortest((double)most / 1e6, high);
    snprintf(expected, sizeof expected, "a number from %s to %s", low, high);
    return crmvi_refuse_value(parser, spot, expected);
}

bool crmvi_micro_number(crmvi_parser *parser, const crmvi_spot *spot, crmvi_micro least, crmvi_micro most,
                        crmvi_micro *out) {
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_NUMBER)) {
        return false;
    }
    const double value = crmvi_number(spot);
    if (!(value >= (double)least / 1e6 && value <= (double)most / 1e6)) {
        return refuse_range(parser, spot, least, most);
    }
    if (json_is_integer(spot->value)) {
        *out = json_integer_value(spot->value) * CRMVI_ONE;
        return true;
    }
    if (!crmvi_double_micro(value, CRMVI_POINTS_LIMIT, out)) {
        char text[32];
        crmvi_shortest(value, text);
        return crmvi_refuse(parser, spot, "%s has more than six decimals", text);
    }
    return true;
}

bool crmvi_read_text(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    const char **text = field;
    if (!crmvi_expect(parser, spot, CRMVI_TAKES_TEXT)) {
        return false;
    }
    *text = json_string_value(spot->value);
    return **text != '\0' || crmvi_refuse(parser, spot, "expected a text, found an empty one");
}

bool crmvi_read_truth(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    bool *truth = field;
    *truth = json_is_true(spot->value);
    return crmvi_expect(parser, spot, CRMVI_TAKES_TRUTH);
}

bool crmvi_read_points(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_micro_number(parser, spot, -CRMVI_POINTS_LIMIT, CRMVI_POINTS_LIMIT, field);
}

bool crmvi_read_percent(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_micro_number(parser, spot, 0, 100 * CRMVI_ONE, field);
}
