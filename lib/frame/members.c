#include "frame/members.h"

#include <stdlib.h>
#include <string.h>

typedef struct counting {
    const crmvi_groups *groups;
    const crmvi_facts *facts;
    int32_t as_of;
    crmv_frame *frame;
    int64_t *rows;    /* per node: the row of its top; -1: there is none */
    bool *is_counted; /* per node: it is a customer of the table or of the ledger */
} counting;

/* The row of a key, -1 where there is none. */
static int64_t find_row(const crmv_frame *frame, const crmvi_key *key) {
    const crmvi_facts rows = {
        .key_kind = frame->key_kind, .customers = frame->rows, .numbers = frame->numbers, .texts = frame->texts};
    const int64_t row = crmvi_customers_first(&rows, key);
    if (row == frame->rows) {
        return -1;
    }
    const crmvi_key found = crmvi_key_of_customer(&rows, row);
    return crmvi_key_compare(&found, key) == 0 ? row : -1;
}

static void find_rows(const counting *c) {
    const crmvi_groups *groups = c->groups;
    for (int64_t node = 0; node < groups->count; node++) {
        c->rows[node] = groups->tops[node] == node ? find_row(c->frame, crmvi_group_key(groups, node)) : -1;
    }
    for (int64_t node = 0; node < groups->count; node++) {
        c->rows[node] = c->rows[groups->tops[node]];
    }
}

/* Whether the ledger has a fact of the key up to the as-of date. */
static bool is_in_ledger(const counting *c, const crmvi_key *key) {
    const int64_t customer = c->facts != NULL ? crmvi_customers_first(c->facts, key) : 0;
    if (c->facts == NULL || customer == c->facts->customers) {
        return false;
    }
    const crmvi_key found = crmvi_key_of_customer(c->facts, customer);
    return crmvi_key_compare(&found, key) == 0 && c->facts->days[c->facts->offsets[customer]] <= c->as_of;
}

/* A row of the table, or a fact, under any of its numbers makes a customer. */
static void count_members(const counting *c) {
    const crmvi_groups *groups = c->groups;
    const int64_t used = groups->table->used;
    int64_t *members = c->frame->members;
    for (int64_t node = 0; node < groups->count; node++) {
        if (node < used || is_in_ledger(c, crmvi_group_key(groups, node))) {
            c->is_counted[groups->customers[node]] = true;
        }
    }
    for (int64_t node = 0; node < groups->count; node++) {
        if (c->is_counted[node] && c->rows[node] >= 0) {
            members[c->rows[node]]++;
        }
    }
    for (int64_t row = 0; row < c->frame->rows; row++) {
        members[row] += members[row] == 0; /* no node, or a dealer who has nothing but what is credited */
    }
}

/* Lists the keys that have no row of their own, which ascend as the table's do. */
static bool list_leaves(const counting *c) {
    const crmvi_groups *groups = c->groups;
    crmvi_leaves *leaves = &c->frame->leaves;
    bool listed = true;
    int64_t count = 0;
    for (int64_t node = 0; node < groups->table->used; node++) {
        count += groups->tops[node] != node && c->rows[node] >= 0;
    }
    leaves->rows = crmvi_array(count, sizeof *leaves->rows);
    leaves->numbers = crmvi_array(count, sizeof *leaves->numbers);
    listed = leaves->rows != NULL && leaves->numbers != NULL;
    for (int64_t node = 0; node < groups->table->used && listed; node++) {
        if (groups->tops[node] != node && c->rows[node] >= 0) {
            const crmvi_key *key = crmvi_group_key(groups, node);
            leaves->rows[leaves->count] = c->rows[node];
            leaves->numbers[leaves->count++] = key->number;
            listed = key->text == NULL || crmvi_texts_add(&leaves->texts, key->text, key->length);
        }
    }
    return listed;
}

bool crmvi_members_write(const crmvi_groups *groups, const crmvi_facts *facts, int32_t as_of, crmv_frame *frame) {
    counting c = {.groups = groups, .facts = facts, .as_of = as_of, .frame = frame};
    c.rows = crmvi_array(groups->count, sizeof *c.rows);
    c.is_counted = crmvi_zeroed(groups->count, sizeof *c.is_counted);
    frame->members = crmvi_zeroed(frame->rows, sizeof *frame->members);
    bool written = c.rows != NULL && c.is_counted != NULL && frame->members != NULL;
    if (written) {
        find_rows(&c);
        count_members(&c);
        written = list_leaves(&c);
    }
    free(c.rows);
    free(c.is_counted);
    return written;
}
