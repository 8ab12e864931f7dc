#include "frame/groups.h"

#include "base/column_read.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* Nodes that a worker looks up at a time. */
enum { NODES_AT_A_TIME = 4096 };

/* Instead of a node: nobody is named; somebody without a row in the table; a node that is not resolved yet, and one
 * that is being resolved. */
enum { NOBODY = -1, ELSEWHERE = -2, UNRESOLVED = -3, ON_THE_WAY = -4 };

/* Whom the rows name, by node, and what resolving works with. */
typedef struct naming {
    crmvi_groups *groups;
    const crmvi_runner *runner;
    crmv_error *error;
    int64_t *targets[CRMVI_RELATIONS]; /* NULL where there is no such column */
} naming;

/* ---- Looking up who is named ------------------------------------------------------------------------------------- */

static int64_t find_among(const crmvi_key *keys, int64_t count, const crmvi_key *key) {
    const int64_t at = crmvi_keys_first(keys, count, key);
    return at < count && crmvi_key_compare(&keys[at], key) == 0 ? at : -1;
}

int64_t crmvi_group_find(const crmvi_groups *groups, const crmvi_key *key) {
    const int64_t used = groups->table->used;
    const int64_t with_row = find_among(groups->table->keys, used, key);
    if (with_row >= 0) {
        return with_row;
    }
    const int64_t without = find_among(groups->named, groups->named_count, key);
    return without < 0 ? -1 : used + without;
}

/* Whom a node's row names. */
static const crmvi_key *named_by(const crmvi_customer_table *table, int32_t relation, int64_t node) {
    return &table->relations[relation].keys[table->keys[node].row];
}

static int32_t look_up(void *context, int64_t begin, int64_t end) {
    const naming *all = context;
    const crmvi_customer_table *table = all->groups->table;
    for (int32_t i = 0; i < CRMVI_RELATIONS; i++) {
        for (int64_t node = begin; node < end && all->targets[i] != NULL; node++) {
            const crmvi_key *key = named_by(table, i, node);
            int64_t *target = &all->targets[i][node];
            *target = NOBODY;
            if (key->length >= 0) {
                const int64_t found = find_among(table->keys, table->used, key);
                *target = found >= 0 ? found : ELSEWHERE;
            }
        }
    }
    return CRMV_OK;
}

/* How many nodes name somebody, and how many of those somebody without a row. */
static int64_t count_named(const naming *all, int64_t *elsewhere) {
    int64_t named = 0;
    *elsewhere = 0;
    for (int32_t i = 0; i < CRMVI_RELATIONS; i++) {
        for (int64_t node = 0; all->targets[i] != NULL && node < all->groups->table->used; node++) {
            named += all->targets[i][node] != NOBODY;
            *elsewhere += all->targets[i][node] == ELSEWHERE;
        }
    }
    return named;
}

/* Makes nodes of those who have no row, each once. */
static bool gather_named(const naming *all, int64_t most) {
    crmvi_groups *groups = all->groups;
    int64_t count = 0;
    groups->named = crmvi_array(most, sizeof *groups->named);
    groups->most_named = most;
    if (groups->named == NULL) {
        return false;
    }
    for (int32_t i = 0; i < CRMVI_RELATIONS; i++) {
        for (int64_t node = 0; all->targets[i] != NULL && node < groups->table->used; node++) {
            if (all->targets[i][node] == ELSEWHERE) {
                groups->named[count] = *named_by(groups->table, i, node);
                groups->named[count++].row = -1;
            }
        }
    }
    if (!crmvi_keys_sort(groups->named, count)) {
        return false;
    }
    int64_t distinct = 0;
    for (int64_t i = 0; i < count; i++) {
        if (i == 0 || crmvi_key_compare(&groups->named[distinct - 1], &groups->named[i]) != 0) {
            groups->named[distinct++] = groups->named[i];
        }
    }
    groups->named_count = distinct;
    groups->count = groups->table->used + distinct;
    return true;
}

static void place_named(const naming *all) {
    const crmvi_groups *groups = all->groups;
    const int64_t used = groups->table->used;
    for (int32_t i = 0; i < CRMVI_RELATIONS; i++) {
        for (int64_t node = 0; all->targets[i] != NULL && node < used; node++) {
            if (all->targets[i][node] == ELSEWHERE) {
                const crmvi_key *key = named_by(groups->table, i, node);
                all->targets[i][node] = used + find_among(groups->named, groups->named_count, key);
            }
        }
    }
}

/* ---- Circles ----------------------------------------------------------------------------------------------------- */

/* A text that grows as far as there is room. */
typedef struct line {
    char text[288]; /* with what goes before it, no longer than a message */
    size_t used;
} line;

/* Writes a key, cut where it is long, behind what was written before; false where there is no room. */
static bool write_key(line *out, const char *before, const crmvi_key *key) {
    enum { MOST = 48 };
    char shown[64];
    int64_t length;
    if (key->text == NULL) {
        length = crmvi_amount_text(key->number, 0, 0, false, shown);
    } else {
        length = crmvi_utf8_cut(key->text, key->length, MOST);
        memcpy(shown, key->text, (size_t)length);
    }
    const size_t lead = strlen(before);
    if (out->used + lead + (size_t)length + 1 > sizeof out->text) {
        return false;
    }
    memcpy(out->text + out->used, before, lead);
    memcpy(out->text + out->used + lead, shown, (size_t)length);
    out->used += lead + (size_t)length;
    out->text[out->used] = '\0';
    return true;
}

/* Names the circle that a node lies on, beginning with the lowest key: "A -> B -> A". */
static int32_t fail_circle(const naming *all, const int64_t *next, int64_t node, int32_t relation) {
    const crmvi_groups *groups = all->groups;
    const crmv_column *column = groups->table->relations[relation].column;
    int64_t first = node;
    for (int64_t at = next[node]; at != node; at = next[at]) {
        first = at < first ? at : first;
    }
    enum { ROOM_FOR_THE_LAST = 64 };
    const crmvi_key *key = crmvi_group_key(groups, first);
    line out = {.used = 0};
    write_key(&out, "", key);
    bool whole = true;
    for (int64_t at = next[first]; at != first && whole; at = next[at]) {
        whole =
            out.used < sizeof out.text - 2 * ROOM_FOR_THE_LAST && write_key(&out, " -> ", crmvi_group_key(groups, at));
    }
    write_key(&out, whole ? " -> " : " -> ... -> ", key);
    return crmvi_fail_row(all->error, CRMV_BAD_COLUMN, key->row + 1, column->name,
                          "column `%.40s`: customers %s each other: %s", column->name,
                          relation == CRMVI_NAMES_ALIAS ? "are aliases of" : "roll up into", out.text);
}

/* ---- Resolving --------------------------------------------------------------------------------------------------- */

/* Follows `next` from each node to where it ends. Returns a node that lies on a circle, -1 where none does. */
static int64_t follow(const int64_t *next, int64_t count, int64_t *ends) {
    for (int64_t i = 0; i < count; i++) {
        ends[i] = UNRESOLVED;
    }
    for (int64_t i = 0; i < count; i++) {
        int64_t at = i;
        while (ends[at] == UNRESOLVED && next[at] >= 0) {
            ends[at] = ON_THE_WAY;
            at = next[at];
        }
        if (ends[at] == ON_THE_WAY) {
            return at;
        }
        const int64_t end = ends[at] == UNRESOLVED ? at : ends[at];
        ends[at] = end;
        for (at = i; ends[at] == ON_THE_WAY; at = next[at]) {
            ends[at] = end;
        }
    }
    return -1;
}

/* Whom each node names, in terms of customers: aliases resolved, NOBODY where that is the node itself, be it under
 * another number. */
static void step(const naming *all, int32_t relation, int64_t *next) {
    const crmvi_groups *groups = all->groups;
    for (int64_t node = 0; node < groups->count; node++) {
        const bool has_row = node < groups->table->used && all->targets[relation] != NULL;
        const int64_t target = has_row ? all->targets[relation][node] : NOBODY;
        const int64_t customer = target >= 0 ? groups->customers[target] : NOBODY;
        next[node] = customer == node ? NOBODY : customer;
    }
}

static int32_t resolve_aliases(const naming *all, int64_t *next) {
    crmvi_groups *groups = all->groups;
    for (int64_t node = 0; node < groups->count; node++) {
        groups->customers[node] = node;
    }
    step(all, CRMVI_NAMES_ALIAS, next);
    const int64_t circle = follow(next, groups->count, groups->customers);
    return circle < 0 ? CRMV_OK : fail_circle(all, next, circle, CRMVI_NAMES_ALIAS);
}

/* An alias has the top of the customer whose number it is. */
static int32_t resolve_parents(const naming *all, int64_t *next) {
    crmvi_groups *groups = all->groups;
    step(all, CRMVI_NAMES_PARENT, next);
    for (int64_t node = 0; node < groups->count; node++) {
        if (groups->customers[node] != node) {
            next[node] = groups->customers[node];
        }
    }
    const int64_t circle = follow(next, groups->count, groups->tops);
    return circle < 0 ? CRMV_OK : fail_circle(all, next, circle, CRMVI_NAMES_PARENT);
}

/* A row that names a dealer must say what the dealer gets. The lowest such row is the one that is named. */
static int32_t check_shares(const naming *all) {
    const crmvi_customer_table *table = all->groups->table;
    const int64_t *dealers = all->targets[CRMVI_NAMES_DEALER];
    int64_t lowest = INT64_MAX;
    for (int64_t node = 0; dealers != NULL && node < table->used; node++) {
        const int64_t row = table->keys[node].row;
        if (dealers[node] >= 0 && table->shares[row] == CRMVI_NO_SHARE && row < lowest) {
            lowest = row;
        }
    }
    if (lowest == INT64_MAX) {
        return CRMV_OK;
    }
    const char *column = table->relations[CRMVI_NAMES_DEALER].column->name;
    return crmvi_fail_row(all->error, CRMV_BAD_COLUMN, lowest + 1, table->share != NULL ? table->share->name : column,
                          "column `%.80s` names a dealer, but the row has no share for the dealer", column);
}

static void resolve_dealers(const naming *all) {
    crmvi_groups *groups = all->groups;
    step(all, CRMVI_NAMES_DEALER, groups->dealers);
    for (int64_t node = 0; node < groups->count; node++) {
        const int64_t dealer = groups->dealers[node];
        if (dealer >= 0 && (crmvi_group_share(groups, node) == 0 || groups->tops[dealer] == groups->tops[node])) {
            groups->dealers[node] = NOBODY;
        }
    }
}

/* ---- The frame's rows -------------------------------------------------------------------------------------------- */

/* Takes the next node of those that are marked, in ascending order of keys. */
static int64_t next_marked(const crmvi_groups *groups, const bool *marked, int64_t *with_row, int64_t *without) {
    const int64_t used = groups->table->used;
    while (*with_row < used && !marked[*with_row]) {
        ++*with_row;
    }
    while (*without < groups->count && !marked[*without]) {
        ++*without;
    }
    if (*with_row == used && *without == groups->count) {
        return -1;
    }
    const bool takes_row =
        *without == groups->count || (*with_row < used && crmvi_key_compare(crmvi_group_key(groups, *with_row),
                                                                            crmvi_group_key(groups, *without)) < 0);
    return takes_row ? (*with_row)++ : (*without)++;
}

/* The tops of the table's customers; a top without a row is one without attributes. */
static bool gather_rows(crmvi_groups *groups, bool only_table) {
    bool *is_row = crmvi_zeroed(groups->count, sizeof *is_row);
    groups->rows = crmvi_array(groups->count, sizeof *groups->rows);
    if (is_row == NULL || groups->rows == NULL) {
        free(is_row);
        return false;
    }
    for (int64_t node = 0; node < groups->table->used; node++) {
        const int64_t top = groups->tops[node];
        is_row[top] = top < groups->table->used || !only_table;
    }
    int64_t with_row = 0;
    int64_t without = groups->table->used;
    int64_t node;
    while ((node = next_marked(groups, is_row, &with_row, &without)) >= 0) {
        groups->rows[groups->row_count++] = *crmvi_group_key(groups, node);
    }
    free(is_row);
    return true;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static bool start_groups(crmvi_groups *groups) {
    groups->customers = crmvi_array(groups->count, sizeof *groups->customers);
    groups->tops = crmvi_array(groups->count, sizeof *groups->tops);
    groups->dealers = crmvi_array(groups->count, sizeof *groups->dealers);
    return groups->customers && groups->tops && groups->dealers;
}

static int32_t resolve(const naming *all, bool only_table) {
    crmvi_groups *groups = all->groups;
    if (!start_groups(groups)) {
        return crmvi_no_memory(all->error);
    }
    int64_t *next = groups->dealers; /* until it gets its own values */
    int32_t status = resolve_aliases(all, next);
    if (status == CRMV_OK) {
        status = resolve_parents(all, next);
    }
    if (status == CRMV_OK) {
        status = check_shares(all);
    }
    if (status != CRMV_OK) {
        return status;
    }
    resolve_dealers(all);
    return gather_rows(groups, only_table) ? CRMV_OK : crmvi_no_memory(all->error);
}

static int32_t name_all(naming *all, bool only_table) {
    const crmvi_customer_table *table = all->groups->table;
    for (int32_t i = 0; i < CRMVI_RELATIONS; i++) {
        const bool has_column = table->relations[i].column != NULL;
        all->targets[i] = has_column ? crmvi_array(table->used, sizeof *all->targets[i]) : NULL;
        if (has_column && all->targets[i] == NULL) {
            return crmvi_no_memory(all->error);
        }
    }
    const int32_t status = crmvi_parallel(all->runner, "finding groups", table->used, NODES_AT_A_TIME, look_up, all);
    if (status != CRMV_OK) {
        return crmvi_fail(all->error, status, NULL, "%s", crmv_status_text(status));
    }
    int64_t elsewhere;
    if (count_named(all, &elsewhere) == 0) {
        return CRMV_OK;
    }
    if (!gather_named(all, elsewhere)) {
        return crmvi_no_memory(all->error);
    }
    place_named(all);
    return resolve(all, only_table);
}

int32_t crmvi_groups_make(const crmvi_customer_table *table, bool only_table, const crmvi_runner *runner,
                          crmvi_groups *groups, crmv_error *error) {
    *groups = (crmvi_groups){.table = table};
    naming all = {.groups = groups, .runner = runner, .error = error};
    bool has_relation = false;
    for (int32_t i = 0; i < CRMVI_RELATIONS; i++) {
        has_relation |= table->relations[i].column != NULL;
    }
    const int32_t status = has_relation ? name_all(&all, only_table) : CRMV_OK;
    for (int32_t i = 0; i < CRMVI_RELATIONS; i++) {
        free(all.targets[i]);
    }
    if (status != CRMV_OK) {
        crmvi_groups_clear(groups);
    }
    return status;
}

void crmvi_groups_clear(crmvi_groups *groups) {
    crmvi_discard(groups->named, groups->most_named, sizeof *groups->named);
    free(groups->customers);
    free(groups->tops);
    free(groups->dealers);
    crmvi_discard(groups->rows, groups->row_count, sizeof *groups->rows);
    *groups = (crmvi_groups){0};
}
