#include "frame/join.h"

#include <stdlib.h>
#include <string.h>

/* ---- Merging ----------------------------------------------------------------------------------------------------- */

/* A stretch of keys that one worker merges: where it begins on both sides and, once all are counted, in the join. */
typedef struct piece {
    int64_t key, customer;
    int64_t row, stranger, bytes; /* at first how many there are in the piece */
} piece;

typedef struct merger {
    crmvi_join *join;
    const crmvi_key *keys; /* of the table, sorted */
    int64_t key_count;
    const crmvi_facts *facts;
    int64_t customer_count;
    int32_t as_of;
    bool only_table;
    piece *pieces; /* one more than there are: the end */
    int64_t piece_count;
} merger;

/* Keys of the longer side in a piece. */
enum { KEYS_AT_A_TIME = 8192 };

static void write_row(crmvi_join *join, const piece *at, const crmvi_key *key, int64_t table_row, int64_t customer) {
    if (join->key_kind == CRMVI_KEYS_NUMBERS) {
        join->numbers[at->row] = key->number;
    } else {
        memcpy(join->texts.bytes + at->bytes, key->text, (size_t)key->length);
        join->texts.bytes[at->bytes + key->length] = '\0';
        join->texts.starts[at->row] = at->bytes;
    }
    if (join->table_rows != NULL) {
        join->table_rows[at->row] = table_row;
    }
    if (join->customers != NULL) {
        join->customers[at->row] = customer;
    }
}

/* Which comes next: < 0 the table's key, > 0 the ledger's customer, 0 both. */
static int32_t compare_sides(const piece *left, const piece *end, const crmvi_key *key, const crmvi_key *customer) {
    if (left->key == end->key) {
        return 1;
    }
    return left->customer == end->customer ? -1 : crmvi_key_compare(key, customer);
}

/* Merges a piece, counting on in `at`, or writing there. */
static void merge(const merger *all, const piece *from, piece *at, bool writes) {
    piece left = *from;
    const piece *end = from + 1;
    while (left.key < end->key || left.customer < end->customer) {
        if (left.customer < end->customer && all->facts->days[all->facts->offsets[left.customer]] > all->as_of) {
            left.customer++; /* not seen yet */
            continue;
        }
        const crmvi_key *key = left.key < end->key ? &all->keys[left.key] : NULL;
        const crmvi_key customer =
            left.customer < end->customer ? crmvi_key_of_customer(all->facts, left.customer) : (crmvi_key){0};
        const int32_t order = compare_sides(&left, end, key, &customer);
        const int64_t position = order >= 0 ? left.customer++ : -1;
        if (order > 0 && all->only_table) {
            if (writes) {
                all->join->strangers[at->stranger] = position;
            }
            at->stranger++;
            continue;
        }
        key = order <= 0 ? &all->keys[left.key++] : &customer;
        if (writes) {
            write_row(all->join, at, key, order <= 0 ? key->row : -1, position);
        }
        at->row++;
        at->bytes += key->length + 1;
    }
}

static int32_t count_pieces(void *context, int64_t begin, int64_t end) {
    const merger *all = context;
    for (int64_t i = begin; i < end; i++) {
        piece *counted = &all->pieces[i];
        merge(all, counted, counted, false);
    }
    return CRMV_OK;
}

static int32_t write_pieces(void *context, int64_t begin, int64_t end) {
    const merger *all = context;
    for (int64_t i = begin; i < end; i++) {
        piece at = all->pieces[i];
        merge(all, &all->pieces[i], &at, true);
    }
    return CRMV_OK;
}

/* Cuts both sides at the same keys, taken from the longer one. */
static bool cut_pieces(merger *all) {
    const bool by_key = all->key_count > all->customer_count;
    const int64_t longer = by_key ? all->key_count : all->customer_count;
    all->piece_count = (longer + KEYS_AT_A_TIME - 1) / KEYS_AT_A_TIME;
    all->pieces = crmvi_zeroed(all->piece_count + 1, sizeof *all->pieces);
    if (all->pieces == NULL) {
        return false;
    }
    for (int64_t i = 1; i < all->piece_count; i++) {
        const int64_t at = i * KEYS_AT_A_TIME;
        const crmvi_key key = by_key ? all->keys[at] : crmvi_key_of_customer(all->facts, at);
        all->pieces[i] = (piece){.key = crmvi_keys_first(all->keys, all->key_count, &key),
                                 .customer = all->facts ? crmvi_customers_first(all->facts, &key) : 0};
    }
    all->pieces[all->piece_count] = (piece){.key = all->key_count, .customer = all->customer_count};
    return true;
}

/* Turns the counts of each piece into where it begins. */
static void place_pieces(merger *all) {
    piece at = {0};
    for (int64_t i = 0; i <= all->piece_count; i++) {
        piece *placed = &all->pieces[i];
        const piece counted = *placed;
        placed->row = at.row;
        placed->stranger = at.stranger;
        placed->bytes = at.bytes;
        at.row += counted.row;
        at.stranger += counted.stranger;
        at.bytes += counted.bytes;
    }
}

static bool start_join(crmvi_join *join, const piece *end, bool has_table, bool has_facts) {
    join->rows = end->row;
    join->stranger_count = end->stranger;
    join->numbers = crmvi_large_array(join->key_kind == CRMVI_KEYS_TEXTS ? 0 : end->row, sizeof *join->numbers);
    join->table_rows = has_table ? crmvi_large_array(end->row, sizeof *join->table_rows) : NULL;
    join->customers = has_facts ? crmvi_large_array(end->row, sizeof *join->customers) : NULL;
    join->strangers = crmvi_large_array(end->stranger, sizeof *join->strangers);
    return join->numbers && (join->table_rows || !has_table) && (join->customers || !has_facts) && join->strangers &&
           (join->key_kind != CRMVI_KEYS_TEXTS || crmvi_texts_start(&join->texts, end->row, end->bytes));
}

static int32_t merge_pieces(merger *all, bool has_table, const crmvi_runner *runner) {
    if (!cut_pieces(all)) {
        return CRMV_OUT_OF_MEMORY;
    }
    int32_t status = crmvi_parallel(runner, "joining customers", all->piece_count, 1, count_pieces, all);
    if (status != CRMV_OK) {
        return status;
    }
    place_pieces(all);
    if (!start_join(all->join, &all->pieces[all->piece_count], has_table, all->facts != NULL)) {
        return CRMV_OUT_OF_MEMORY;
    }
    return crmvi_parallel(runner, "joining customers", all->piece_count, 1, write_pieces, all);
}

/* ---- Joining ----------------------------------------------------------------------------------------------------- */

void crmvi_join_ledger(const crmvi_facts *facts, crmvi_join *join) {
    *join = (crmvi_join){.key_kind = facts->key_kind, .rows = facts->customers, .is_ledger = true};
}

int32_t crmvi_join_make(const crmvi_customer_table *table, const crmvi_facts *facts, int32_t as_of, bool only_table,
                        const crmvi_runner *runner, crmvi_join *join) {
    *join = (crmvi_join){.key_kind = table ? table->key_kind : facts->key_kind};
    merger all = {.join = join, .facts = facts, .as_of = as_of, .only_table = only_table};
    all.customer_count = facts ? facts->customers : 0;
    if (table != NULL) {
        all.keys = table->joined;
        all.key_count = table->joined_count;
    }
    const int32_t status = merge_pieces(&all, table != NULL, runner);
    free(all.pieces);
    if (status != CRMV_OK) {
        crmvi_join_clear(join);
    }
    return status;
}

void crmvi_join_clear(crmvi_join *join) {
    crmvi_discard(join->numbers, join->key_kind == CRMVI_KEYS_TEXTS ? 0 : join->rows, sizeof *join->numbers);
    crmvi_texts_clear(&join->texts);
    free(join->table_rows);
    free(join->customers);
    free(join->strangers);
    *join = (crmvi_join){0};
}
