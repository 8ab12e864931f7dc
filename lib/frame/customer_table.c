#include "frame/customer_table.h"

#include "base/column_read.h"
#include "base/error.h"
#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

/* Longest key, in bytes. */
enum { KEY_LIMIT = 1024 };

/* Rows that a worker reads at a time. */
enum { ROWS_AT_A_TIME = 4096 };

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

/* What a column serves as, which says the types that it may have. */
enum { SERVES_AS_KEY, SERVES_AS_NAME, SERVES_AS_DAY, SERVES_AS_VALUE };

static const struct {
    bool whole, minor, real;
    const char *types;
} allowed_types[] = {
    [SERVES_AS_KEY] = {true, false, false, "whole numbers or texts"},
    [SERVES_AS_NAME] = {false, false, false, "texts"},
    [SERVES_AS_DAY] = {true, false, false, "days as whole numbers, or texts"},
    [SERVES_AS_VALUE] = {true, true, true, "numbers or texts"},
};

static bool type_serves(int32_t type, int32_t use) {
    switch (type) {
    case CRMV_INT32:
    case CRMV_INT64:
        return allowed_types[use].whole;
    case CRMV_MINOR:
        return allowed_types[use].minor;
    case CRMV_DOUBLE:
        return allowed_types[use].real;
    default:
        return true;
    }
}

/* The caller's columns. */
typedef struct feed {
    const crmv_column *columns;
    int32_t count;
    crmv_error *error;
} feed;

static int32_t fail_absent(const feed *from, const char *name, const char *needed_by, const char *needs) {
    const char **names = crmvi_array(from->count, sizeof *names);
    if (names == NULL) {
        return crmvi_no_memory(from->error);
    }
    for (int32_t i = 0; i < from->count; i++) {
        names[i] = crmvi_column_at(from->columns, i)->name;
    }
    const char *nearest = crmvi_nearest(name, names, from->count);
    free(names);
    return crmvi_fail(from->error, CRMV_BAD_COLUMN, name,
                      "the customer table has no column `%s`, which %s `%s` needs%s%s%s", name, needed_by, needs,
                      nearest ? "; the nearest is `" : "", nearest ? nearest : "", nearest ? "`" : "");
}

/* Finds a column that must be there. */
static int32_t find_column(const feed *from, const char *name, int32_t use, const char *needed_by, const char *needs,
                           const crmv_column **out) {
    *out = crmvi_columns_find(from->columns, from->count, name);
    if (*out == NULL) {
        return fail_absent(from, name, needed_by, needs);
    }
    if (!type_serves((*out)->type, use)) {
        return crmvi_fail(from->error, CRMV_BAD_COLUMN, name, "column `%s`: %s `%s` takes %s", name, needed_by, needs,
                          allowed_types[use].types);
    }
    return CRMV_OK;
}

/* Finds the column of a role. Without `input` only the customer must be there; with it, whatever it maps. */
static int32_t find_role(const feed *from, const crmvi_table *layout, int32_t role, int32_t use,
                         const crmv_column **out) {
    const char *name = layout->columns[role];
    const bool required = role == CRMVI_TABLE_CUSTOMER || layout->mapped;
    if (name == NULL || (!required && crmvi_columns_find(from->columns, from->count, name) == NULL)) {
        return CRMV_OK;
    }
    return find_column(from, name, use, "role", crmvi_table_role_names[role], out);
}

static int32_t find_roles(crmvi_customer_table *table, const feed *from) {
    const crmvi_table *layout = &table->model->table;
    int32_t status = find_role(from, layout, CRMVI_TABLE_CUSTOMER, SERVES_AS_KEY, &table->key);
    if (status == CRMV_OK) {
        status = find_role(from, layout, CRMVI_TABLE_NAME, SERVES_AS_NAME, &table->name);
    }
    if (status == CRMV_OK) {
        status = find_role(from, layout, CRMVI_TABLE_SINCE, SERVES_AS_DAY, &table->since);
    }
    return status;
}

static int32_t add_labels(crmvi_attribute *attribute, const crmvi_scale *scale, crmv_error *error) {
    for (int32_t i = 0; i < scale->count - scale->has_other; i++) {
        if (crmvi_names_add(&attribute->labels, scale->labels[i], (int64_t)strlen(scale->labels[i])) < 0) {
            return crmvi_no_memory(error);
        }
    }
    return CRMV_OK;
}

static int32_t find_attribute(crmvi_customer_table *table, const feed *from, int32_t metric) {
    const crmvi_metric *card = &table->model->metrics[metric];
    crmvi_attribute *attribute = &table->attributes[metric];
    if (card->operation != CRMVI_ATTRIBUTE && card->operation != CRMVI_SINCE) {
        return CRMV_OK;
    }
    const int32_t use = card->operation == CRMVI_SINCE ? SERVES_AS_DAY : SERVES_AS_VALUE;
    const int32_t status = find_column(from, card->attribute, use, "metric", card->name, &attribute->column);
    if (status != CRMV_OK) {
        return status;
    }
    attribute->values = crmvi_array(table->rows, sizeof *attribute->values);
    if (attribute->values == NULL) {
        return crmvi_no_memory(from->error);
    }
    return card->scale.kind == CRMVI_CATEGORIES ? add_labels(attribute, &card->scale, from->error) : CRMV_OK;
}

static int32_t find_columns(crmvi_customer_table *table, const feed *from) {
    int32_t status = find_roles(table, from);
    for (int32_t metric = 0; metric < table->model->metric_count && status == CRMV_OK; metric++) {
        status = find_attribute(table, from, metric);
    }
    return status;
}

/* ---- Keys -------------------------------------------------------------------------------------------------------- */

int32_t crmvi_key_compare(const crmvi_key *a, const crmvi_key *b) {
    if (a->text == NULL || b->text == NULL) {
        return (a->number > b->number) - (a->number < b->number);
    }
    const int64_t common = a->length < b->length ? a->length : b->length;
    const int difference = memcmp(a->text, b->text, (size_t)common);
    return difference != 0 ? difference : (a->length > b->length) - (a->length < b->length);
}

/* Reads a key from a text. Returns 0 or why the row must be set aside. */
static int32_t read_text_key(const crmvi_customer_table *table, int64_t row, crmvi_key *key) {
    const char *text;
    int64_t length;
    crmvi_column_text(table->key, row, &text, &length);
    if (length == 0) {
        return CRMV_NO_CUSTOMER;
    }
    if (table->key_kind == CRMVI_KEYS_NUMBERS) {
        const bool read = crmvi_decimal_whole(text, length, &key->number) == CRMVI_NUMBER_OK;
        key->length = read ? 0 : -1;
        return read ? 0 : CRMV_BAD_CUSTOMER;
    }
    if (length > KEY_LIMIT || !crmvi_utf8_valid(text, length)) {
        return CRMV_BAD_CUSTOMER;
    }
    key->text = text;
    key->length = length;
    return 0;
}

static int32_t read_key(const crmvi_customer_table *table, int64_t row, crmvi_key *key) {
    *key = (crmvi_key){.length = -1, .row = row};
    if (!crmvi_attribute_present(table->key, &table->model->table.reading, row)) {
        return CRMV_NO_CUSTOMER;
    }
    if (crmvi_column_is_text(table->key)) {
        return read_text_key(table, row, key);
    }
    key->number = crmvi_column_whole(table->key, row);
    key->length = 0;
    return 0;
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

/* The reason that counts of two: the lowest that is one. */
static int32_t first_reason(int32_t a, int32_t b) {
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static void read_row(crmvi_customer_table *table, int64_t row) {
    int32_t reason = read_key(table, row, &table->keys[row]);
    table->starts[row] = CRMV_NO_DATE;
    if (table->since != NULL) {
        reason = first_reason(
            reason, crmvi_attribute_day(table->since, &table->model->table.reading, row, &table->starts[row]));
    }
    for (int32_t metric = 0; metric < table->model->metric_count; metric++) {
        if (table->attributes[metric].column != NULL) {
            double *value = &table->attributes[metric].values[row];
            reason = first_reason(reason, crmvi_attribute_read(table, metric, row, value));
        }
    }
    table->reasons[row] = (uint8_t)reason;
}

const crmv_column *crmvi_customer_table_culprit(const crmvi_customer_table *table, int64_t row) {
    const int32_t reason = table->reasons[row];
    crmvi_key key;
    int32_t day;
    double value;
    if (reason == 0 || reason == CRMV_REPEATED_CUSTOMER || read_key(table, row, &key) == reason) {
        return reason == 0 ? NULL : table->key;
    }
    if (table->since != NULL && crmvi_attribute_day(table->since, &table->model->table.reading, row, &day) == reason) {
        return table->since;
    }
    for (int32_t metric = 0; metric < table->model->metric_count; metric++) {
        const crmv_column *column = table->attributes[metric].column;
        if (column != NULL && crmvi_attribute_read(table, metric, row, &value) == reason) {
            return column;
        }
    }
    return NULL;
}

static int32_t read_rows(void *context, int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
        read_row(context, row);
    }
    return CRMV_OK;
}

static int32_t start_table(crmvi_customer_table *table, crmv_error *error) {
    table->keys = crmvi_array(table->rows, sizeof *table->keys);
    table->starts = crmvi_array(table->rows, sizeof *table->starts);
    table->reasons = crmvi_array(table->rows, sizeof *table->reasons);
    table->attributes = crmvi_zeroed(table->model->metric_count, sizeof *table->attributes);
    const bool all = table->keys && table->starts && table->reasons && table->attributes;
    return all ? CRMV_OK : crmvi_no_memory(error);
}

static int32_t read_table(crmvi_customer_table *table, const feed *from, const crmvi_runner *runner) {
    int32_t status = start_table(table, from->error);
    if (status == CRMV_OK) {
        status = find_columns(table, from);
    }
    if (status != CRMV_OK) {
        return status;
    }
    const bool numbers = !crmvi_column_is_text(table->key) || table->model->table.reading.integer_keys;
    table->key_kind = numbers ? CRMVI_KEYS_NUMBERS : CRMVI_KEYS_TEXTS;
    status = crmvi_parallel(runner, "reading customers", table->rows, ROWS_AT_A_TIME, read_rows, table);
    return status == CRMV_OK ? CRMV_OK : crmvi_fail(from->error, status, NULL, "%s", crmv_status_text(status));
}

int32_t crmvi_customer_table_read(const crmv_model *model, const crmv_column *columns, int32_t count, int64_t rows,
                                  const crmvi_runner *runner, crmvi_customer_table *table, crmv_error *error) {
    const feed from = {columns, count, error};
    *table = (crmvi_customer_table){.model = model, .rows = rows};
    const int32_t status = read_table(table, &from, runner);
    if (status != CRMV_OK) {
        crmvi_customer_table_clear(table);
    }
    return status;
}

void crmvi_customer_table_clear(crmvi_customer_table *table) {
    for (int32_t metric = 0; table->attributes != NULL && metric < table->model->metric_count; metric++) {
        crmvi_names_clear(&table->attributes[metric].labels);
        free(table->attributes[metric].values);
    }
    free(table->keys);
    free(table->starts);
    free(table->reasons);
    free(table->attributes);
    *table = (crmvi_customer_table){0};
}
