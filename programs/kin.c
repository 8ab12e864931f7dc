#include "kin.h"

#include <string.h>

enum { KEY_BYTES = 1025 };

/* A column of keys in the customer table. */
typedef struct key_column {
    const crmv_column *column; /* NULL: none */
    bool whole_numbers;
} key_column;

/* A whole number is the same with zeros in front of it. */
static const char *without_zeros(const char *text, size_t *length) {
    while (*length > 1 && text[0] == '0') {
        text++;
        (*length)--;
    }
    return text;
}

/* The key in a row; false where there is none, or none that a ledger can have. */
static bool key_at(const key_column *keys, int64_t row, char out[KEY_BYTES]) {
    if (!keys->column) {
        return false;
    }
    const int64_t *offsets = keys->column->offsets;
    const char *text = (const char *)keys->column->data + offsets[row];
    size_t length = (size_t)(offsets[row + 1] - offsets[row]);
    if (keys->whole_numbers) {
        text = without_zeros(text, &length);
    }
    if (length == 0 || length >= KEY_BYTES) {
        return false;
    }
    memcpy(out, text, length);
    out[length] = '\0';
    return true;
}

static bool holds(const json_t *kin, const char *key) {
    return json_object_get(kin, key) != NULL;
}

/* Whether one of the keys that a row leads to is among the kin. */
static bool leads_there(const json_t *kin, const key_column *leading, size_t count, int64_t row) {
    char key[KEY_BYTES];
    for (size_t i = 0; i < count; i++) {
        if (key_at(&leading[i], row, key) && holds(kin, key)) {
            return true;
        }
    }
    return false;
}

json_t *kin_of(const inputs *taken, const char *customer) {
    const bool numbers = model_has_integer_keys(&taken->scorecard);
    const key_column own = {inputs_table_column(taken, "customer"), numbers};
    const key_column leading[] = {{inputs_table_column(taken, "alias_of"), numbers},
                                  {inputs_table_column(taken, "parent"), numbers},
                                  {inputs_table_column(taken, "dealer"), numbers}};
    enum { LEADING = sizeof leading / sizeof leading[0] };
    json_t *kin = json_object();
    bool grows = true, fits = json_object_set_new(kin, customer, json_null()) == 0;
    while (grows && fits && own.column) {
        grows = false;
        for (int64_t row = 0; fits && row < taken->customer_rows; row++) {
            char key[KEY_BYTES];
            if (leads_there(kin, leading, LEADING, row) && key_at(&own, row, key) && !holds(kin, key)) {
                fits = json_object_set_new_nocheck(kin, key, json_null()) == 0;
                grows = true;
            }
        }
    }
    if (!fits) {
        json_decref(kin);
        return NULL;
    }
    return kin;
}
