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

/* Which role names whom. Rows are rolled up only where the model's input says so: a column that happens to be called
 * like that does not. */
static const int32_t relation_roles[CRMVI_RELATIONS] = {
    [CRMVI_NAMES_PARENT] = CRMVI_TABLE_PARENT,
    [CRMVI_NAMES_ALIAS] = CRMVI_TABLE_ALIAS_OF,
    [CRMVI_NAMES_DEALER] = CRMVI_TABLE_DEALER,
};

static int32_t find_relation(crmvi_customer_table *table, const feed *from, int32_t which) {
    const crmvi_table *layout = &table->model->table;
    crmvi_relation *relation = &table->relations[which];
    const int32_t status = find_role(from, layout, relation_roles[which], SERVES_AS_KEY, &relation->column);
    if (status != CRMV_OK || relation->column == NULL) {
        return status;
    }
    if (table->key_kind == CRMVI_KEYS_TEXTS && !crmvi_column_is_text(relation->column)) {
        return crmvi_fail(from->error, CRMV_BAD_COLUMN, relation->column->name,
                          "column `%s` holds whole numbers, column `%s`, whose customers it names, holds texts",
                          relation->column->name, table->key->name);
    }
    relation->keys = crmvi_array(table->rows, sizeof *relation->keys);
    return relation->keys != NULL ? CRMV_OK : crmvi_no_memory(from->error);
}

static int32_t find_relations(crmvi_customer_table *table, const feed *from) {
    const crmvi_table *layout = &table->model->table;
    int32_t status = CRMV_OK;
    for (int32_t i = 0; layout->mapped && i < CRMVI_RELATIONS && status == CRMV_OK; i++) {
        status = find_relation(table, from, i);
    }
    if (status != CRMV_OK || table->relations[CRMVI_NAMES_DEALER].column == NULL) {
        return status;
    }
    table->shares = crmvi_array(table->rows, sizeof *table->shares);
    return table->shares != NULL ? find_role(from, layout, CRMVI_TABLE_DEALER_SHARE, SERVES_AS_VALUE, &table->share)
                                 : crmvi_no_memory(from->error);
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
    if (status != CRMV_OK) {
        return status;
    }
    const bool numbers = !crmvi_column_is_text(table->key) || table->model->table.reading.integer_keys;
    table->key_kind = numbers ? CRMVI_KEYS_NUMBERS : CRMVI_KEYS_TEXTS;
    return find_relations(table, from);
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

/* Reads a key from a text. Returns 0 or why the row must be set aside. */
static int32_t read_text_key(const crmvi_customer_table *table, const crmv_column *column, int64_t row,
                             crmvi_key *key) {
    const char *text;
    int64_t length;
    crmvi_column_text(column, row, &text, &length);
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

static int32_t read_key(const crmvi_customer_table *table, const crmv_column *column, int64_t row, crmvi_key *key) {
    *key = (crmvi_key){.length = -1, .row = row};
    if (!crmvi_attribute_present(column, &table->model->table.reading, row)) {
        return CRMV_NO_CUSTOMER;
    }
    if (crmvi_column_is_text(column)) {
        return read_text_key(table, column, row, key);
    }
    key->number = crmvi_column_whole(column, row);
    key->length = 0;
    return 0;
}

/* ---- Sorting ----------------------------------------------------------------------------------------------------- */

/* Moves the keys that could be read to the front. */
static int64_t keep_readable(crmvi_key *keys, int64_t count) {
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        if (keys[i].length >= 0) {
            keys[kept++] = keys[i];
        }
    }
    return kept;
}

static void mark_repeated(crmvi_customer_table *table, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        const crmvi_key *key = &table->keys[i];
        const bool repeated =
            (i > 0 && crmvi_key_compare(key - 1, key) == 0) || (i + 1 < count && crmvi_key_compare(key, key + 1) == 0);
        if (repeated && table->reasons[key->row] == 0) {
            table->reasons[key->row] = CRMV_REPEATED_CUSTOMER;
        }
    }
}

/* Whether all keys could be read and ascend, none of them twice, as in most tables. */
static bool ascends(const crmvi_key *keys, int64_t count) {
    bool all = count == 0 || keys[0].length >= 0;
    for (int64_t i = 1; i < count && all; i++) {
        all = keys[i].length >= 0 && crmvi_key_compare(&keys[i - 1], &keys[i]) < 0;
    }
    return all;
}

bool crmvi_customer_table_sort(crmvi_customer_table *table) {
    crmvi_key *keys = table->keys;
    int64_t readable = table->rows;
    if (!ascends(keys, readable)) {
        readable = keep_readable(keys, table->rows);
        if (!crmvi_keys_sort(keys, readable)) {
            return false;
        }
        mark_repeated(table, readable);
    }
    int64_t used = 0;
    for (int64_t i = 0; i < readable; i++) {
        if (table->reasons[keys[i].row] == 0) {
            if (used < i) {
                keys[used] = keys[i];
            }
            used++;
        }
    }
    table->used = used;
    table->joined = keys;
    table->joined_count = used;
    return true;
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

/* The reason that counts of two: the lowest that is one. */
static int32_t first_reason(int32_t a, int32_t b) {
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* Whom a row of a customer names. ERPs write a customer's own key where there is nobody else. */
static int32_t read_relation(const crmvi_customer_table *table, int32_t which, int64_t row, const crmvi_key *customer,
                             crmvi_key *named) {
    const int32_t reason = read_key(table, table->relations[which].column, row, named);
    if (named->length >= 0 && customer->length >= 0 && crmvi_key_compare(named, customer) == 0) {
        named->length = -1;
    }
    return reason == CRMV_NO_CUSTOMER ? 0 : reason;
}

/* The share of the row's dealer. */
static int32_t read_share(const crmvi_customer_table *table, int64_t row, crmvi_micro *share) {
    const int32_t reason = table->share != NULL ? crmvi_attribute_percent(table, table->share, row, share) : 0;
    if (table->share == NULL || *share == CRMVI_NO_SHARE) {
        *share = table->model->table.dealer_share;
    }
    return reason;
}

/* Reads whom the row names. One that is another number of a customer says nothing but that. */
static int32_t read_relations(crmvi_customer_table *table, int64_t row, bool *is_alias) {
    const crmvi_key *customer = &table->keys[row];
    int32_t reason = 0;
    *is_alias = false;
    if (table->relations[CRMVI_NAMES_ALIAS].column != NULL) {
        crmvi_key *named = &table->relations[CRMVI_NAMES_ALIAS].keys[row];
        reason = read_relation(table, CRMVI_NAMES_ALIAS, row, customer, named);
        *is_alias = named->length >= 0;
    }
    for (int32_t i = 0; i < CRMVI_RELATIONS; i++) {
        if (i == CRMVI_NAMES_ALIAS || table->relations[i].column == NULL) {
            continue;
        }
        crmvi_key *named = &table->relations[i].keys[row];
        if (*is_alias) {
            *named = (crmvi_key){.length = -1, .row = row};
        } else {
            reason = first_reason(reason, read_relation(table, i, row, customer, named));
        }
    }
    if (table->shares != NULL && table->relations[CRMVI_NAMES_DEALER].keys[row].length >= 0) {
        reason = first_reason(reason, read_share(table, row, &table->shares[row]));
    }
    return reason;
}

/* Reads what the row says of its customer. */
static int32_t read_values(crmvi_customer_table *table, int64_t row) {
    int32_t reason = 0;
    if (table->since != NULL) {
        reason = crmvi_attribute_day(table->since, &table->model->table.reading, row, &table->starts[row]);
    }
    for (int32_t metric = 0; metric < table->model->metric_count; metric++) {
        if (table->attributes[metric].column != NULL) {
            double *value = &table->attributes[metric].values[row];
            reason = first_reason(reason, crmvi_attribute_read(table, metric, row, value));
        }
    }
    return reason;
}

static bool has_relations(const crmvi_customer_table *table) {
    bool any = false;
    for (int32_t i = 0; i < CRMVI_RELATIONS; i++) {
        any |= table->relations[i].column != NULL;
    }
    return any;
}

static void read_row(crmvi_customer_table *table, bool has_relation, int64_t row) {
    int32_t reason = read_key(table, table->key, row, &table->keys[row]);
    bool is_alias = false;
    if (has_relation) {
        reason = first_reason(reason, read_relations(table, row, &is_alias));
    }
    table->starts[row] = CRMV_NO_DATE;
    if (!is_alias) {
        reason = first_reason(reason, read_values(table, row));
    }
    table->reasons[row] = (uint8_t)reason;
}

/* The column whose relation or share a row was set aside for. */
static const crmv_column *culprit_of_relations(const crmvi_customer_table *table, int64_t row, int32_t reason,
                                               bool *is_alias) {
    crmvi_key customer;
    crmvi_key named;
    crmvi_micro share;
    const crmv_column *culprit = NULL;
    read_key(table, table->key, row, &customer);
    if (table->relations[CRMVI_NAMES_ALIAS].column != NULL) {
        const int32_t found = read_relation(table, CRMVI_NAMES_ALIAS, row, &customer, &named);
        *is_alias = named.length >= 0;
        culprit = found == reason ? table->relations[CRMVI_NAMES_ALIAS].column : NULL;
    }
    for (int32_t i = 0; i < CRMVI_RELATIONS && culprit == NULL && !*is_alias; i++) {
        if (table->relations[i].column != NULL && read_relation(table, i, row, &customer, &named) == reason) {
            culprit = table->relations[i].column;
        }
    }
    const bool has_share = table->share != NULL && table->relations[CRMVI_NAMES_DEALER].keys[row].length >= 0;
    return culprit == NULL && has_share && read_share(table, row, &share) == reason ? table->share : culprit;
}

const crmv_column *crmvi_customer_table_culprit(const crmvi_customer_table *table, int64_t row) {
    const int32_t reason = table->reasons[row];
    crmvi_key key;
    int32_t day;
    double value;
    bool is_alias = false;
    if (reason == 0 || reason == CRMV_REPEATED_CUSTOMER || read_key(table, table->key, row, &key) == reason) {
        return reason == 0 ? NULL : table->key;
    }
    const crmv_column *named = has_relations(table) ? culprit_of_relations(table, row, reason, &is_alias) : NULL;
    if (named != NULL || is_alias) {
        return named;
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
    const bool has_relation = has_relations(context);
    for (int64_t row = begin; row < end; row++) {
        read_row(context, has_relation, row);
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
    for (int32_t i = 0; i < CRMVI_RELATIONS; i++) {
        crmvi_discard(table->relations[i].keys, table->rows, sizeof *table->relations[i].keys);
    }
    free(table->shares);
    crmvi_discard(table->keys, table->rows, sizeof *table->keys);
    free(table->starts);
    free(table->reasons);
    free(table->attributes);
    *table = (crmvi_customer_table){0};
}
