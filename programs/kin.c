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

/* The customer table's columns of keys. */
enum { OWN, ALIAS_OF, PARENT, DEALER, KEY_COLUMNS };

typedef struct family {
    const inputs *taken;
    key_column columns[KEY_COLUMNS];
    json_t *kin;
    bool grows, fits;
} family;

static void take_in(family *all, const char *key) {
    if (!holds(all->kin, key)) {
        all->fits = all->fits && json_object_set_new_nocheck(all->kin, key, json_null()) == 0;
        all->grows = true;
    }
}

/* Takes in the keys that a row of the kin becomes part of. */
static void look_up(family *all, int64_t row) {
    char key[KEY_BYTES];
    if (key_at(&all->columns[OWN], row, key) && holds(all->kin, key)) {
        for (int32_t i = ALIAS_OF; i <= PARENT; i++) {
            if (key_at(&all->columns[i], row, key)) {
                take_in(all, key);
            }
        }
    }
}

/* Takes in a row whose facts, or some of them, become the kin's. */
static void look_down(family *all, int64_t row) {
    char key[KEY_BYTES];
    bool leads = false;
    for (int32_t i = ALIAS_OF; !leads && i <= DEALER; i++) {
        leads = key_at(&all->columns[i], row, key) && holds(all->kin, key);
    }
    if (leads && key_at(&all->columns[OWN], row, key)) {
        take_in(all, key);
    }
}

/* Goes through the table until nobody is added any more: once for each level. */
static void gather(family *all, void (*look)(family *, int64_t)) {
    do {
        all->grows = false;
        for (int64_t row = 0; all->fits && row < all->taken->customer_rows; row++) {
            look(all, row);
        }
    } while (all->grows && all->fits);
}

json_t *kin_of(const inputs *taken, const char *customer) {
    static const char *const roles[KEY_COLUMNS] = {"customer", "alias_of", "parent", "dealer"};
    family all = {.taken = taken, .kin = json_object(), .fits = true};
    for (int32_t i = 0; i < KEY_COLUMNS; i++) {
        all.columns[i] = (key_column){inputs_table_column(taken, roles[i]), model_has_integer_keys(&taken->scorecard)};
    }
    size_t length = strlen(customer);
    take_in(&all, model_has_integer_keys(&taken->scorecard) ? without_zeros(customer, &length) : customer);
    if (all.columns[OWN].column) {
        gather(&all, look_up);
        gather(&all, look_down);
    }
    if (!all.fits) {
        json_decref(all.kin);
        return NULL;
    }
    return all.kin;
}

/* ---- Those who are only named ------------------------------------------------------------------------------------ */

/* Adds the keys of a column to a set, but for those that another set holds (NULL: none does) and texts that mean that
 * there is none. */
static bool add_keys(const inputs *taken, const key_column *keys, const json_t *but, json_t *set) {
    char key[KEY_BYTES];
    bool fits = true;
    for (int64_t row = 0; fits && row < taken->customer_rows; row++) {
        if (key_at(keys, row, key) && !(but && holds(but, key)) && !holds(set, key) &&
            !model_means_missing(&taken->scorecard, "customers", key)) {
            fits = json_object_set_new_nocheck(set, key, json_null()) == 0;
        }
    }
    return fits;
}

json_t *kin_without_row(const inputs *taken, const char *role) {
    const bool numbers = model_has_integer_keys(&taken->scorecard);
    const key_column own = {inputs_table_column(taken, "customer"), numbers};
    const key_column named = {inputs_table_column(taken, role), numbers};
    json_t *rows = json_object(), *rowless = json_object();
    const bool fits =
        rows && rowless &&
        (!own.column || !named.column || (add_keys(taken, &own, NULL, rows) && add_keys(taken, &named, rows, rowless)));
    json_decref(rows);
    if (!fits) {
        json_decref(rowless);
        return NULL;
    }
    return rowless;
}
