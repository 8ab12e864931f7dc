#include "tree.h"

#include "base/hash.h"
#include "writer.h"

#include <string.h>

/* ---- Copies ------------------------------------------------------------------------------------------------------ */

static json_t *copy_object(const json_t *object) {
    json_t *copy = json_object();
    const char *key;
    json_t *value;
    bool made = copy != NULL;
    json_object_foreach((json_t *)object, key, value) {
        made = made && json_object_set_new_nocheck(copy, key, crmvi_tree_copy(value)) == 0;
    }
    if (!made) {
        json_decref(copy);
        return NULL;
    }
    return copy;
}

static json_t *copy_array(const json_t *array) {
    json_t *copy = json_array();
    const size_t count = json_array_size(array);
    bool made = copy != NULL;
    for (size_t i = 0; i < count && made; i++) {
        made = json_array_append_new(copy, crmvi_tree_copy(json_array_get(array, i))) == 0;
    }
    if (!made) {
        json_decref(copy);
        return NULL;
    }
    return copy;
}

json_t *crmvi_tree_copy(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return copy_object(value);
    case JSON_ARRAY:
        return copy_array(value);
    case JSON_STRING:
        return json_stringn_nocheck(json_string_value(value), json_string_length(value));
    case JSON_INTEGER:
        return json_integer(json_integer_value(value));
    case JSON_REAL:
        return json_real(json_real_value(value));
    default:
        return json_incref((json_t *)value); /* true, false and null are there once for all */
    }
}

static bool is_among(const char *key, const char *const *keys, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(key, keys[i]) == 0) {
            return true;
        }
    }
    return false;
}

json_t *crmvi_tree_without(const json_t *object, const char *const *keys, int32_t count) {
    json_t *rest = json_object();
    const char *key;
    json_t *value;
    bool made = rest != NULL;
    json_object_foreach((json_t *)object, key, value) {
        made = made && (is_among(key, keys, count) || json_object_set_nocheck(rest, key, value) == 0);
    }
    if (!made) {
        json_decref(rest);
        return NULL;
    }
    return rest;
}

/* ---- Hashes ------------------------------------------------------------------------------------------------------ */

static void hash_bytes(void *context, const char *bytes, int64_t length) {
    crmvi_hash_bytes(context, bytes, (size_t)length);
}

bool crmvi_tree_hash(const json_t *value, char hash[33]) {
    crmvi_hash *running = crmvi_hash_new();
    if (running == NULL) {
        return false;
    }
    const bool done = crmvi_write_sorted(value, hash_bytes, running);
    if (done) {
        crmvi_hash_text(running, hash);
    }
    crmvi_hash_free(running);
    return done;
}
