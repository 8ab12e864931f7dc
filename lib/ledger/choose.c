/* choose.c - finding customers in a run of facts, and a run of some of them. */
#include "base/decimal.h"
#include "ledger/events.h"
#include "ledger/fact_column.h"
#include "ledger/facts.h"
#include "ledger/sparse.h"

#include <string.h>

/* ---- Finding ----------------------------------------------------------------------------------------------------- */

static int64_t find_number(const crmvi_facts *facts, int64_t number) {
    int64_t low = 0;
    int64_t high = facts->customers;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (facts->numbers[middle] < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < facts->customers && facts->numbers[low] == number ? low : -1;
}

static int64_t find_text(const crmvi_facts *facts, const char *text) {
    int64_t low = 0;
    int64_t high = facts->customers;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (strcmp(crmvi_texts_get(&facts->texts, middle), text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < facts->customers && strcmp(crmvi_texts_get(&facts->texts, low), text) == 0 ? low : -1;
}

int64_t crmvi_facts_find(const crmvi_facts *facts, const char *key) {
    if (facts->key_kind == CRMVI_KEYS_TEXTS) {
        return find_text(facts, key);
    }
    int64_t number;
    const bool is_number = crmvi_decimal_whole(key, (int64_t)strlen(key), &number) == CRMVI_NUMBER_OK;
    const int64_t found = is_number ? find_number(facts, number) : -1;
    crmvi_wipe(&number, sizeof number);
    return found;
}

/* ---- Choosing ---------------------------------------------------------------------------------------------------- */

/* Customers on their way into a run of their own. */
typedef struct choice {
    const crmvi_facts *from;
    const int64_t *customers;
    int64_t count;
} choice;

static int64_t facts_of(const choice *c) {
    int64_t facts = 0;
    for (int64_t i = 0; i < c->count; i++) {
        facts += c->from->offsets[c->customers[i] + 1] - c->from->offsets[c->customers[i]];
    }
    return facts;
}

static bool copy_keys(const choice *c, crmvi_facts *out) {
    bool copied = true;
    if (c->from->key_kind == CRMVI_KEYS_NUMBERS) {
        out->numbers = crmvi_array(c->count, sizeof *out->numbers);
        for (int64_t i = 0; out->numbers != NULL && i < c->count; i++) {
            out->numbers[i] = c->from->numbers[c->customers[i]];
        }
        return out->numbers != NULL;
    }
    for (int64_t i = 0; i < c->count && copied; i++) {
        const crmvi_texts *texts = &c->from->texts;
        copied = crmvi_texts_add(&out->texts, crmvi_texts_get(texts, c->customers[i]),
                                 crmvi_texts_length(texts, c->customers[i]));
    }
    return copied;
}

static bool copy_days(const choice *c, crmvi_facts *out) {
    out->offsets = crmvi_array(c->count + 1, sizeof *out->offsets);
    out->days = crmvi_array(out->count, sizeof *out->days);
    if (out->offsets == NULL || out->days == NULL) {
        return false;
    }
    int64_t at = 0;
    for (int64_t i = 0; i < c->count; i++) {
        const int64_t begin = c->from->offsets[c->customers[i]];
        const int64_t facts = c->from->offsets[c->customers[i] + 1] - begin;
        memcpy(out->days + at, c->from->days + begin, (size_t)facts * sizeof *out->days);
        out->offsets[i] = at;
        at += facts;
    }
    out->offsets[c->count] = at;
    return true;
}

/* Lists the facts that rows of the sparse columns are of, where they are listed. */
static bool copy_list(const choice *c, crmvi_facts *out) {
    const crmvi_sparse_rows *rows = &c->from->sparse;
    for (int64_t i = 0; i < c->count && rows->facts != NULL; i++) {
        const int64_t *facts = c->from->offsets + c->customers[i];
        out->sparse.count += crmvi_sparse_find(rows, facts[1]) - crmvi_sparse_find(rows, facts[0]);
    }
    out->sparse.facts = rows->facts != NULL ? crmvi_array(out->sparse.count, sizeof *out->sparse.facts) : NULL;
    if (out->sparse.facts == NULL) {
        return rows->facts == NULL;
    }
    int64_t at = 0;
    for (int64_t i = 0; i < c->count; i++) {
        const int64_t *facts = c->from->offsets + c->customers[i];
        for (int64_t row = crmvi_sparse_find(rows, facts[0]); row < rows->count && rows->facts[row] < facts[1]; row++) {
            out->sparse.facts[at++] = out->offsets[i] + rows->facts[row] - facts[0];
        }
    }
    return true;
}

static bool copy_column(const choice *c, int32_t which, crmvi_facts *out) {
    const crmvi_fact_column *from = &c->from->columns[which];
    crmvi_fact_column *column = &out->columns[which];
    const bool is_listed = out->sparse.facts != NULL && crmvi_fact_is_sparse(which);
    const crmvi_sparse_rows *rows = &c->from->sparse;
    if (!crmvi_fact_column_make(column, crmvi_fact_values(out, which), from->width)) {
        return false;
    }
    int64_t at = 0;
    for (int64_t i = 0; i < c->count && column->width > 0; i++) {
        const int64_t *facts = c->from->offsets + c->customers[i];
        const int64_t begin = is_listed ? crmvi_sparse_find(rows, facts[0]) : facts[0];
        const int64_t end = is_listed ? crmvi_sparse_find(rows, facts[1]) : facts[1];
        crmvi_fact_column_copy(from, begin, end - begin, column, at);
        at += end - begin;
    }
    return true;
}

bool crmvi_facts_choose(const crmvi_facts *from, const int64_t *customers, int64_t count, crmvi_facts *out) {
    const choice c = {from, customers, count};
    *out = (crmvi_facts){0};
    if (count == 0) {
        return true;
    }
    out->key_kind = from->key_kind;
    out->customers = count;
    out->count = facts_of(&c);
    bool chosen = copy_keys(&c, out) && copy_days(&c, out) && copy_list(&c, out);
    for (int32_t i = 0; i < CRMVI_FACTS && chosen; i++) {
        chosen = copy_column(&c, i, out);
    }
    chosen = chosen && crmvi_sparse_settle(out) && crmvi_events_gather(out, &from, &customers, 1);
    if (!chosen) {
        crmvi_facts_clear(out);
    }
    return chosen;
}
