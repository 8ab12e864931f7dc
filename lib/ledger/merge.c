#include "base/error.h"
#include "ledger/facts.h"

#include <stdlib.h>
#include <string.h>

/* Two runs going into one, customer by customer. */
typedef struct merging {
    const crmvi_facts *a, *b;
    crmvi_facts *out;
} merging;

/* Room for as much as both runs hold; customers and days that both have leave some of it unused. */
static bool allocate(merging *m) {
    crmvi_facts *out = m->out;
    const int64_t customers = m->a->customers + m->b->customers;
    const int64_t count = m->a->count + m->b->count;
    out->key_kind = m->a->key_kind;
    out->offsets = crmvi_array(customers + 1, sizeof *out->offsets);
    out->days = crmvi_array(count, sizeof *out->days);
    bool made = out->offsets != NULL && out->days != NULL;
    if (out->key_kind == CRMVI_KEYS_NUMBERS && made) {
        out->numbers = crmvi_array(customers, sizeof *out->numbers);
        made = out->numbers != NULL;
    }
    for (int32_t i = 0; i < CRMVI_FACTS && made; i++) {
        if (m->a->columns[i] != NULL || m->b->columns[i] != NULL) {
            out->columns[i] = crmvi_array(count, sizeof *out->columns[i]);
            made = out->columns[i] != NULL;
        }
    }
    return made;
}

static bool add_key(crmvi_facts *out, const crmvi_facts *from, int64_t customer) {
    if (out->key_kind == CRMVI_KEYS_TEXTS) {
        return crmvi_texts_add(&out->texts, crmvi_texts_get(&from->texts, customer),
                               crmvi_texts_length(&from->texts, customer));
    }
    out->numbers[out->customers] = from->numbers[customer];
    return true;
}

static void copy_facts(crmvi_facts *out, const crmvi_facts *from, int64_t begin, int64_t end) {
    const size_t count = (size_t)(end - begin);
    memcpy(out->days + out->count, from->days + begin, count * sizeof *out->days);
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        if (out->columns[i] == NULL) {
            continue;
        }
        int64_t *to = out->columns[i] + out->count;
        if (from->columns[i] != NULL) {
            memcpy(to, from->columns[i] + begin, count * sizeof *to);
        } else {
            memset(to, 0, count * sizeof *to);
        }
    }
    out->count += end - begin;
}

/* Two facts of one customer-day. */
static bool add_facts(merging *m, int64_t i, int64_t j) {
    crmvi_facts *out = m->out;
    out->days[out->count] = m->a->days[i];
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        if (out->columns[column] != NULL &&
            !crmvi_add(crmvi_fact(m->a, column, i), crmvi_fact(m->b, column, j), &out->columns[column][out->count])) {
            return false;
        }
    }
    out->count++;
    return true;
}

/* The facts of a customer that both runs have; false where a sum does not fit. */
static bool merge_days(merging *m, int64_t i, int64_t i_end, int64_t j, int64_t j_end) {
    while (i < i_end && j < j_end) {
        if (m->a->days[i] < m->b->days[j]) {
            copy_facts(m->out, m->a, i, i + 1);
            i++;
        } else if (m->a->days[i] > m->b->days[j]) {
            copy_facts(m->out, m->b, j, j + 1);
            j++;
        } else if (add_facts(m, i, j)) {
            i++;
            j++;
        } else {
            return false;
        }
    }
    copy_facts(m->out, m->a, i, i_end);
    copy_facts(m->out, m->b, j, j_end);
    return true;
}

static int32_t merge_customer(merging *m, int64_t *i, int64_t *j, crmv_error *error) {
    const crmvi_facts *a = m->a;
    const crmvi_facts *b = m->b;
    const int32_t order = *i == a->customers ? 1 : *j == b->customers ? -1 : crmvi_facts_compare(a, *i, b, *j);
    if (!add_key(m->out, order <= 0 ? a : b, order <= 0 ? *i : *j)) {
        return crmvi_no_memory(error);
    }
    m->out->offsets[m->out->customers++] = m->out->count;
    const int64_t i_next = order <= 0 ? *i + 1 : *i;
    const int64_t j_next = order >= 0 ? *j + 1 : *j;
    if (!merge_days(m, a->offsets[*i], a->offsets[i_next], b->offsets[*j], b->offsets[j_next])) {
        char key[96];
        char date[16];
        crmvi_facts_key_text(a, *i, key, sizeof key);
        crmvi_date_text(m->out->days[m->out->count], date);
        return crmvi_fail(error, CRMV_OVERFLOW, NULL,
                          "a sum of customer %s on %s does not fit into 64 bits of minor units", key, date);
    }
    *i = i_next;
    *j = j_next;
    return CRMV_OK;
}

/* Gives back what the run does not use. A failure to shrink leaves the larger piece, which is as good. */
static void shrink(void *array_pointer, int64_t count, size_t size) {
    void *old;
    memcpy(&old, array_pointer, sizeof old);
    void *smaller = old == NULL || count == 0 ? NULL : realloc(old, (size_t)count * size);
    if (smaller != NULL) {
        memcpy(array_pointer, &smaller, sizeof smaller);
    }
}

static void shrink_all(crmvi_facts *facts) {
    shrink(&facts->numbers, facts->customers, sizeof *facts->numbers);
    shrink(&facts->offsets, facts->customers + 1, sizeof *facts->offsets);
    shrink(&facts->days, facts->count, sizeof *facts->days);
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        shrink(&facts->columns[i], facts->count, sizeof *facts->columns[i]);
    }
}

int32_t crmvi_facts_merge(const crmvi_facts *a, const crmvi_facts *b, crmvi_facts *out, crmv_error *error) {
    *out = (crmvi_facts){0};
    merging m = {a, b, out};
    int32_t status = allocate(&m) ? CRMV_OK : crmvi_no_memory(error);
    int64_t i = 0;
    int64_t j = 0;
    while (status == CRMV_OK && (i < a->customers || j < b->customers)) {
        status = merge_customer(&m, &i, &j, error);
    }
    if (status != CRMV_OK) {
        crmvi_facts_clear(out);
        return status;
    }
    out->offsets[out->customers] = out->count;
    shrink_all(out);
    return CRMV_OK;
}
