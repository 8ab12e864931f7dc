/*
 * groups.h - who is rolled up into whom: what the customer table says of aliases, dealers and parents, resolved.
 *
 * A customer is a node: those with a row in the table first, in the table's order of keys, then those that a row names
 * and that have none. Customers that only the ledger knows are no nodes; nobody is rolled up into them or they into
 * anybody.
 */
#ifndef CRMVI_FRAME_GROUPS_H
#define CRMVI_FRAME_GROUPS_H

#include "frame/customer_table.h"

typedef struct crmvi_groups {
    const crmvi_customer_table *table; /* sorted */
    int64_t count;                     /* nodes; the first table->used of them have a row */
    crmvi_key *named;                  /* the others' keys, ascending */
    int64_t named_count, most_named;   /* and how many were there before each was there only once */
    int64_t *customers;                /* per node: whose number it is; its own but for aliases */
    int64_t *tops;    /* per node: the customer at the top of its parents, who is the row of the frame */
    int64_t *dealers; /* per node: the dealer who gets a share of its value, in another group; -1: none */
    crmvi_key *rows;  /* the keys that have a row in the frame for the table's sake, ascending */
    int64_t row_count;
} crmvi_groups;

/*
 * Resolves aliases, then dealers, then parents. Without a column for any of these, or where none names anybody, there
 * are no nodes at all: every customer is a row. A dealer gets nothing where the share is 0 or where both are in one
 * group, so that all of it would come back. With `only_table` a group whose top has no row in the table is no row.
 * Errors: CRMV_BAD_COLUMN (customers that name each other in a circle, a dealer without a share), CRMV_OUT_OF_MEMORY,
 * CRMV_CANCELLED.
 */
int32_t crmvi_groups_make(const crmvi_customer_table *table, bool only_table, const crmvi_runner *runner,
                          crmvi_groups *groups, crmv_error *error);
void crmvi_groups_clear(crmvi_groups *groups);

static inline const crmvi_key *crmvi_group_key(const crmvi_groups *groups, int64_t node) {
    const int64_t used = groups->table->used;
    return node < used ? &groups->table->keys[node] : &groups->named[node - used];
}

/* The node of a key, -1 where it is none. */
int64_t crmvi_group_find(const crmvi_groups *groups, const crmvi_key *key);

/* The share that a node's dealer gets, in percent. */
static inline crmvi_micro crmvi_group_share(const crmvi_groups *groups, int64_t node) {
    return groups->table->shares[groups->table->keys[node].row];
}

#endif
