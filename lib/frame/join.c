#include "frame/join.h"

#include <stdlib.h>

/* ---- Sorting the table ------------------------------------------------------------------------------------------- */

static int by_key_and_row(const void *left, const void *right) {
    const crmvi_key *a = left;
    const crmvi_key *b = right;
    const int32_t order = crmvi_key_compare(a, b);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

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

static bool is_sorted(const crmvi_key *keys, int64_t count) {
    for (int64_t i = 1; i < count; i++) {
        if (by_key_and_row(&keys[i - 1], &keys[i]) > 0) {
            return false;
        }
    }
    return true;
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

/* Sorts the keys and leaves those of the rows that are used; returns how many. */
static int64_t sort_keys(crmvi_customer_table *table) {
    crmvi_key *keys = table->keys;
    const int64_t readable = keep_readable(keys, table->rows);
    if (!is_sorted(keys, readable)) {
        qsort(keys, (size_t)readable, sizeof *keys, by_key_and_row);
    }
    mark_repeated(table, readable);
    int64_t used = 0;
    for (int64_t i = 0; i < readable; i++) {
        if (table->reasons[keys[i].row] == 0) {
            keys[used++] = keys[i];
        }
    }
    return used;
}

/* ---- Merging ----------------------------------------------------------------------------------------------------- */

static crmvi_key key_of_customer(const crmvi_facts *facts, int64_t customer) {
    crmvi_key key = {.row = customer};
    if (facts->key_kind == CRMVI_KEYS_NUMBERS) {
        key.number = facts->numbers[customer];
    } else {
        key.text = crmvi_texts_get(&facts->texts, customer);
        key.length = crmvi_texts_length(&facts->texts, customer);
    }
    return key;
}

/* Adds a row of the frame; false where memory is short. */
static bool add_row(crmvi_join *join, const crmvi_key *key, int64_t table_row, int64_t customer) {
    if (join->key_kind == CRMVI_KEYS_NUMBERS) {
        join->numbers[join->rows] = key->number;
    } else if (!crmvi_texts_add(&join->texts, key->text, key->length)) {
        return false;
    }
    join->table_rows[join->rows] = table_row;
    join->customers[join->rows] = customer;
    join->rows++;
    return true;
}

/* What remains to be merged. */
typedef struct sides {
    const crmvi_key *key, *keys_end;
    const crmvi_facts *facts;
    int64_t customer, customers_end;
    int32_t as_of;
} sides;

/* Passes over customers whose first fact is after the as-of date. */
static void skip_unseen(sides *left) {
    while (left->customer < left->customers_end &&
           left->facts->days[left->facts->offsets[left->customer]] > left->as_of) {
        left->customer++;
    }
}

/* Which comes next: < 0 the table's key, > 0 the ledger's customer, 0 both. */
static int32_t compare_sides(const sides *left, const crmvi_key *customer) {
    if (left->key == left->keys_end) {
        return 1;
    }
    return left->customer == left->customers_end ? -1 : crmvi_key_compare(left->key, customer);
}

static bool merge(crmvi_join *join, sides *left, bool only_table) {
    for (skip_unseen(left); left->key < left->keys_end || left->customer < left->customers_end; skip_unseen(left)) {
        const crmvi_key customer =
            left->customer < left->customers_end ? key_of_customer(left->facts, left->customer) : (crmvi_key){0};
        const int32_t order = compare_sides(left, &customer);
        if (order > 0 && only_table) {
            join->strangers[join->stranger_count++] = left->customer++;
            continue;
        }
        const crmvi_key *key = order <= 0 ? left->key++ : &customer;
        if (!add_row(join, key, order <= 0 ? key->row : -1, order >= 0 ? left->customer++ : -1)) {
            return false;
        }
    }
    return true;
}

static bool start_join(crmvi_join *join, int64_t most_rows, int64_t most_strangers) {
    join->numbers = crmvi_array(join->key_kind == CRMVI_KEYS_NUMBERS ? most_rows : 0, sizeof *join->numbers);
    join->table_rows = crmvi_array(most_rows, sizeof *join->table_rows);
    join->customers = crmvi_array(most_rows, sizeof *join->customers);
    join->strangers = crmvi_array(most_strangers, sizeof *join->strangers);
    return join->numbers && join->table_rows && join->customers && join->strangers;
}

int32_t crmvi_join_make(crmvi_customer_table *table, const crmvi_facts *facts, int32_t as_of, bool only_table,
                        crmvi_join *join) {
    *join = (crmvi_join){.key_kind = table ? table->key_kind : facts->key_kind};
    sides left = {.facts = facts, .as_of = as_of, .customers_end = facts ? facts->customers : 0};
    if (table != NULL) {
        left.key = table->keys;
        left.keys_end = table->keys + sort_keys(table);
    }
    const int64_t in_table = left.keys_end - left.key;
    const int64_t most_rows = in_table + (only_table ? 0 : left.customers_end);
    if (start_join(join, most_rows, only_table ? left.customers_end : 0) && merge(join, &left, only_table)) {
        return CRMV_OK;
    }
    crmvi_join_clear(join);
    return CRMV_OUT_OF_MEMORY;
}

void crmvi_join_clear(crmvi_join *join) {
    free(join->numbers);
    crmvi_texts_clear(&join->texts);
    free(join->table_rows);
    free(join->customers);
    free(join->strangers);
    *join = (crmvi_join){0};
}
