#include "frame/rollup.h"

#include "base/calendar.h"
#include "base/error.h"
#include "frame/pool.h"
#include "frame/shares.h"
#include "ledger/events.h"
#include "ledger/facts.h"

#include <stdlib.h>
#include <string.h>

/* Customers of the ledger that a worker takes at a time. */
enum { CUSTOMERS_AT_A_TIME = 4096 };

/* The runs that are pooled: the ledger's own customers, those who have a dealer less the dealers' shares, and these. */
enum { OWN, KEPT, CREDITED };
_Static_assert((int)CREDITED < (int)CRMVI_POOL_RUNS, "each run has its place");

typedef struct rolling {
    const crmvi_groups *groups;
    const crmvi_facts *facts;
    const crmvi_runner *runner;
    crmvi_facts *out;
    int64_t *nodes;     /* per customer of the ledger: its node, -1 where it is none */
    int64_t *homes;     /* per customer of the ledger: the customer of `out` that it is rolled up into */
    int64_t *top_homes; /* per node: the same, where it is a top with facts; -1 where it is not */
    crmvi_shares shares;
} rolling;

/* ---- Customers and nodes ----------------------------------------------------------------------------------------- */

/* Moves on among ascending keys to the first that is not below one; returns whether it is that one. */
static bool reaches(const crmvi_key *keys, int64_t count, const crmvi_key *key, int64_t *at) {
    int32_t order = 1;
    while (*at < count && (order = crmvi_key_compare(&keys[*at], key)) < 0) {
        ++*at;
    }
    return *at < count && order == 0;
}

static int32_t find_nodes(void *context, int64_t begin, int64_t end) {
    const rolling *r = context;
    const crmvi_groups *groups = r->groups;
    const crmvi_customer_table *table = groups->table;
    const crmvi_key first = crmvi_key_of_customer(r->facts, begin);
    int64_t with_row = crmvi_keys_first(table->keys, table->used, &first);
    int64_t without = crmvi_keys_first(groups->named, groups->named_count, &first);
    for (int64_t customer = begin; customer < end; customer++) {
        const crmvi_key key = crmvi_key_of_customer(r->facts, customer);
        r->nodes[customer] = -1;
        if (reaches(table->keys, table->used, &key, &with_row)) {
            r->nodes[customer] = with_row;
        } else if (reaches(groups->named, groups->named_count, &key, &without)) {
            r->nodes[customer] = table->used + without;
        }
    }
    return CRMV_OK;
}

/* ---- Who comes out ----------------------------------------------------------------------------------------------- */

/* Marks the tops that have facts by 0 in top_homes, the other nodes by -1. */
static void mark_tops(rolling *r) {
    const crmvi_groups *groups = r->groups;
    for (int64_t node = 0; node < groups->count; node++) {
        r->top_homes[node] = -1;
    }
    for (int64_t customer = 0; customer < r->facts->customers; customer++) {
        if (r->nodes[customer] >= 0) {
            r->top_homes[groups->tops[r->nodes[customer]]] = 0;
        }
    }
    for (int64_t i = 0; i < r->shares.count; i++) {
        if (crmvi_shares_credited(&r->shares, i)) {
            r->top_homes[groups->tops[groups->dealers[r->shares.nodes[i]]]] = 0;
        }
    }
}

/* Walks through those who come out in ascending order of keys: tops, and customers of the ledger that are no nodes. */
typedef struct walk {
    int64_t with_row, without, customer; /* the next ones */
    int64_t node;                        /* the top that was met; -1: it was the customer before `customer` */
} walk;

static void skip(const rolling *r, walk *at) {
    while (at->with_row < r->groups->table->used && r->top_homes[at->with_row] < 0) {
        at->with_row++;
    }
    while (at->without < r->groups->count && r->top_homes[at->without] < 0) {
        at->without++;
    }
    while (at->customer < r->facts->customers && r->nodes[at->customer] >= 0) {
        at->customer++;
    }
}

static bool meet_next(const rolling *r, walk *at, crmvi_key *key) {
    skip(r, at);
    const crmvi_groups *groups = r->groups;
    const int64_t used = groups->table->used;
    int64_t *next = NULL;
    if (at->with_row < used) {
        next = &at->with_row;
        *key = *crmvi_group_key(groups, at->with_row);
    }
    if (at->without < groups->count &&
        (next == NULL || crmvi_key_compare(crmvi_group_key(groups, at->without), key) < 0)) {
        next = &at->without;
        *key = *crmvi_group_key(groups, at->without);
    }
    if (at->customer < r->facts->customers) {
        const crmvi_key customer = crmvi_key_of_customer(r->facts, at->customer);
        if (next == NULL || crmvi_key_compare(&customer, key) < 0) {
            next = &at->customer;
            *key = customer;
        }
    }
    if (next == NULL) {
        return false;
    }
    at->node = next == &at->customer ? -1 : *next;
    ++*next;
    return true;
}

/* Gives everyone who comes out a position; *bytes becomes what their keys take as texts. */
static void number_homes(rolling *r, int64_t *bytes) {
    walk at = {.without = r->groups->table->used};
    crmvi_key key;
    r->out->customers = 0;
    *bytes = 0;
    while (meet_next(r, &at, &key)) {
        if (at.node >= 0) {
            r->top_homes[at.node] = r->out->customers++;
        } else {
            r->homes[at.customer - 1] = r->out->customers++;
        }
        *bytes += key.length + 1;
    }
    for (int64_t customer = 0; customer < r->facts->customers; customer++) {
        if (r->nodes[customer] >= 0) {
            r->homes[customer] = r->top_homes[r->groups->tops[r->nodes[customer]]];
        }
    }
}

static bool write_keys(rolling *r, int64_t bytes) {
    crmvi_facts *out = r->out;
    const bool numbers = r->facts->key_kind == CRMVI_KEYS_NUMBERS;
    out->key_kind = r->facts->key_kind;
    if (numbers) {
        out->numbers = crmvi_large_array(out->customers, sizeof *out->numbers);
    }
    if (numbers ? out->numbers == NULL : !crmvi_texts_start(&out->texts, out->customers, bytes)) {
        return false;
    }
    walk at = {.without = r->groups->table->used};
    crmvi_key key;
    int64_t used = 0;
    for (int64_t i = 0; meet_next(r, &at, &key); i++) {
        if (numbers) {
            out->numbers[i] = key.number;
            continue;
        }
        memcpy(out->texts.bytes + used, key.text, (size_t)key.length);
        out->texts.bytes[used + key.length] = '\0';
        out->texts.starts[i] = used;
        used += key.length + 1;
    }
    return true;
}

/* ---- Whose facts go where ---------------------------------------------------------------------------------------- */

/* Whether a customer's facts are dealt between it and its dealer, before they go anywhere. */
static bool is_shared(const rolling *r, int64_t customer) {
    const crmvi_groups *groups = r->groups;
    return r->nodes[customer] >= 0 && groups->dealers[groups->customers[r->nodes[customer]]] >= 0;
}

static int64_t home_of_kept(const rolling *r, int64_t i) {
    return r->top_homes[r->groups->tops[r->shares.nodes[i]]];
}

static int64_t home_of_credited(const rolling *r, int64_t i) {
    return r->top_homes[r->groups->tops[r->groups->dealers[r->shares.nodes[i]]]];
}

/* Counts the parts of each home in counts[home + 1], or, once these have become begins, places them. */
static void deal_parts(const rolling *r, int64_t *counts, int64_t *parts, int64_t *next) {
    for (int64_t customer = 0; customer < r->facts->customers; customer++) {
        const int64_t home = r->homes[customer];
        if (is_shared(r, customer)) {
            continue;
        }
        if (parts == NULL) {
            counts[home + 1]++;
        } else {
            parts[next[home]++] = crmvi_pool_part(OWN, customer);
        }
    }
    for (int64_t i = 0; i < r->shares.count; i++) {
        if (parts == NULL) {
            counts[home_of_kept(r, i) + 1]++;
        } else {
            parts[next[home_of_kept(r, i)]++] = crmvi_pool_part(KEPT, i);
        }
        if (!crmvi_shares_credited(&r->shares, i)) {
            continue;
        }
        if (parts == NULL) {
            counts[home_of_credited(r, i) + 1]++;
        } else {
            parts[next[home_of_credited(r, i)]++] = crmvi_pool_part(CREDITED, i);
        }
    }
}

static bool fill_pool(const rolling *r, crmvi_pool *pool) {
    pool->runs[OWN] = r->facts;
    pool->runs[KEPT] = &r->shares.kept;
    pool->runs[CREDITED] = &r->shares.credited;
    pool->customers = r->out->customers;
    pool->begins = crmvi_zeroed(pool->customers + 1, sizeof *pool->begins);
    int64_t *next = crmvi_array(pool->customers, sizeof *next);
    if (pool->begins != NULL && next != NULL) {
        deal_parts(r, pool->begins, NULL, NULL);
        crmvi_begins_of_counts(pool->begins, pool->customers);
        pool->parts = crmvi_array(pool->begins[pool->customers], sizeof *pool->parts);
    }
    if (pool->parts != NULL) {
        memcpy(next, pool->begins, (size_t)pool->customers * sizeof *next);
        deal_parts(r, pool->begins, pool->parts, next);
    }
    free(next);
    return pool->parts != NULL;
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

static int64_t events_of(const crmvi_facts *facts, int64_t customer) {
    return facts->events.begins[customer + 1] - facts->events.begins[customer];
}

/* The customers with events, in the order of those that they are rolled up into. */
static int64_t write_picks(const rolling *r, int64_t *begins, crmvi_event_pick *picks) {
    for (int64_t customer = 0; customer < r->facts->customers; customer++) {
        begins[r->homes[customer] + 1] += events_of(r->facts, customer) > 0;
    }
    crmvi_begins_of_counts(begins, r->out->customers);
    const int64_t count = begins[r->out->customers];
    for (int64_t customer = 0; customer < r->facts->customers; customer++) {
        if (events_of(r->facts, customer) > 0) {
            picks[begins[r->homes[customer]]++] = (crmvi_event_pick){.to = r->homes[customer], .customer = customer};
        }
    }
    return count;
}

static bool gather_events(const rolling *r) {
    if (r->facts->events.count == 0) {
        return true;
    }
    int64_t *begins = crmvi_zeroed(r->out->customers + 1, sizeof *begins);
    crmvi_event_pick *picks = crmvi_array(r->facts->customers, sizeof *picks);
    bool gathered = begins != NULL && picks != NULL;
    if (gathered) {
        const int64_t count = write_picks(r, begins, picks);
        gathered = crmvi_events_pick(r->out, &r->facts, 1, picks, count);
    }
    free(begins);
    free(picks);
    return gathered;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static int32_t fail_overflow(const crmvi_facts *facts, const crmvi_pool_overflow *overflow, crmv_error *error) {
    char key[200];
    char date[16];
    crmvi_facts_key_text(facts, overflow->customer, key, sizeof key);
    crmvi_date_text(overflow->day, date);
    return crmvi_fail(error, CRMV_OVERFLOW, "customers",
                      "a sum of the group of customer `%s` on %s does not fit into 64 bits of minor units", key, date);
}

static int32_t pool_facts(rolling *r, crmv_error *error) {
    crmvi_pool pool = {.customers = 0};
    crmvi_pool_overflow overflow = {.customer = -1, .day = 0};
    int32_t status = fill_pool(r, &pool) ? crmvi_pool_make(&pool, r->runner, r->out, &overflow) : CRMV_OUT_OF_MEMORY;
    free(pool.begins);
    free(pool.parts);
    return status == CRMV_OVERFLOW ? fail_overflow(r->out, &overflow, error) : status;
}

static int32_t roll_up(rolling *r, crmv_error *error) {
    const int64_t customers = r->facts->customers;
    r->nodes = crmvi_large_array(customers, sizeof *r->nodes);
    r->homes = crmvi_large_array(customers, sizeof *r->homes);
    r->top_homes = crmvi_large_array(r->groups->count, sizeof *r->top_homes);
    if (r->nodes == NULL || r->homes == NULL || r->top_homes == NULL) {
        return CRMV_OUT_OF_MEMORY;
    }
    int32_t status = crmvi_parallel(r->runner, "rolling up", customers, CUSTOMERS_AT_A_TIME, find_nodes, r);
    if (status == CRMV_OK) {
        status = crmvi_shares_make(r->groups, r->facts, r->nodes, r->runner, &r->shares, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    int64_t bytes;
    mark_tops(r);
    number_homes(r, &bytes);
    status = write_keys(r, bytes) ? pool_facts(r, error) : CRMV_OUT_OF_MEMORY;
    return status == CRMV_OK && !gather_events(r) ? CRMV_OUT_OF_MEMORY : status;
}

int32_t crmvi_rollup_make(const crmvi_groups *groups, const crmvi_facts *facts, const crmvi_runner *runner,
                          crmvi_facts *out, crmv_error *error) {
    rolling r = {.groups = groups, .facts = facts, .runner = runner, .out = out};
    *out = (crmvi_facts){0};
    const int32_t status = roll_up(&r, error);
    free(r.nodes);
    free(r.homes);
    free(r.top_homes);
    crmvi_shares_clear(&r.shares);
    if (status != CRMV_OK) {
        crmvi_facts_clear(out);
    }
    return status == CRMV_OK || status == CRMV_OVERFLOW
               ? status
               : crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}
