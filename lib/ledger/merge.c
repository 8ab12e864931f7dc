#include "base/error.h"
#include "ledger/fact_column.h"
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
    out->offsets = crmvi_large_array(customers + 1, sizeof *out->offsets);
    out->days = crmvi_large_array(count, sizeof *out->days);
    bool made = out->offsets != NULL && out->days != NULL;
    if (out->key_kind == CRMVI_KEYS_NUMBERS && made) {
        out->numbers = crmvi_large_array(customers, sizeof *out->numbers);
        made = out->numbers != NULL;
    }
    for (int32_t i = 0; i < CRMVI_FACTS && made; i++) {
        const int32_t width =
            m->a->columns[i].width > m->b->columns[i].width ? m->a->columns[i].width : m->b->columns[i].width;
        made = crmvi_fact_column_make(&out->columns[i], count, width);
    }
    return made;
}

static bool add_keys(crmvi_facts *out, const crmvi_facts *from, int64_t begin, int64_t end) {
    if (out->key_kind == CRMVI_KEYS_TEXTS) {
        return crmvi_texts_add_all(&out->texts, &from->texts, begin, end);
    }
    memcpy(out->numbers + out->customers, from->numbers + begin, (size_t)(end - begin) * sizeof *out->numbers);
    return true;
}

static void copy_facts(crmvi_facts *out, const crmvi_facts *from, int64_t begin, int64_t end) {
    const size_t count = (size_t)(end - begin);
    memcpy(out->days + out->count, from->days + begin, count * sizeof *out->days);
    for (int32_t i = 0; i < CRMVI_FACTS; i++) {
        crmvi_fact_column_copy(&from->columns[i], begin, end - begin, &out->columns[i], out->count);
    }
    out->count += end - begin;
}

/* Two facts of one customer-day. */
static bool add_facts(merging *m, int64_t i, int64_t j) {
    crmvi_facts *out = m->out;
    out->days[out->count] = m->a->days[i];
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        int64_t sum;
        if (!crmvi_add(crmvi_fact(m->a, column, i), crmvi_fact(m->b, column, j), &sum)) {
            return false;
        }
        crmvi_fact_column_put(&out->columns[column], out->count, sum);
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

/* Takes over customers that only one run has, as many as stand together. */
static bool copy_customers(crmvi_facts *out, const crmvi_facts *from, int64_t begin, int64_t end) {
    if (!add_keys(out, from, begin, end)) {
        return false;
    }
    const int64_t shift = out->count - from->offsets[begin];
    for (int64_t i = begin; i < end; i++) {
        out->offsets[out->customers++] = from->offsets[i] + shift;
    }
    copy_facts(out, from, from->offsets[begin], from->offsets[end]);
    return true;
}

/* The first customer of `a`, from `i` on, whose key is not below that of customer j of `b`: by doubling steps, then by
 * halves, since a small run goes into a large one most of the time. */
static int64_t skip_below(const crmvi_facts *a, int64_t i, const crmvi_facts *b, int64_t j) {
    int64_t step = 1;
    int64_t low = i;
    int64_t high = i;
    while (high < a->customers && crmvi_facts_compare(a, high, b, j) < 0) {
        low = high + 1;
        high = a->customers - high > step ? high + step : a->customers;
        step *= 2;
    }
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (crmvi_facts_compare(a, middle, b, j) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int32_t merge_customer(merging *m, int64_t i, int64_t j, crmv_error *error) {
    const crmvi_facts *a = m->a;
    const crmvi_facts *b = m->b;
    if (!add_keys(m->out, a, i, i + 1)) {
        return crmvi_no_memory(error);
    }
    m->out->offsets[m->out->customers++] = m->out->count;
    if (!merge_days(m, a->offsets[i], a->offsets[i + 1], b->offsets[j], b->offsets[j + 1])) {
        char key[96];
        char date[16];
        crmvi_facts_key_text(a, i, key, sizeof key);
        crmvi_date_text(m->out->days[m->out->count], date);
        return crmvi_fail(error, CRMV_OVERFLOW, NULL,
                          "a sum of customer %s on %s does not fit into 64 bits of minor units", key, date);
    }
    return CRMV_OK;
}

static int32_t merge_all(merging *m, crmv_error *error) {
    const crmvi_facts *a = m->a;
    const crmvi_facts *b = m->b;
    int32_t status = CRMV_OK;
    int64_t i = 0;
    int64_t j = 0;
    while (status == CRMV_OK && (i < a->customers || j < b->customers)) {
        const int64_t i_next = j < b->customers ? skip_below(a, i, b, j) : a->customers;
        const bool copied_a = i_next == i || copy_customers(m->out, a, i, i_next);
        i = i_next;
        const int64_t j_next = i < a->customers ? skip_below(b, j, a, i) : b->customers;
        const bool copied_b = j_next == j || copy_customers(m->out, b, j, j_next);
        j = j_next;
        if (!copied_a || !copied_b) {
            status = crmvi_no_memory(error);
        } else if (i < a->customers && j < b->customers && crmvi_facts_compare(a, i, b, j) == 0) {
            status = merge_customer(m, i++, j++, error);
        }
    }
    return status;
}

int32_t crmvi_facts_merge(const crmvi_facts *a, const crmvi_facts *b, crmvi_facts *out, crmv_error *error) {
    *out = (crmvi_facts){0};
    merging m = {a, b, out};
    const int32_t status = allocate(&m) ? merge_all(&m, error) : crmvi_no_memory(error);
    if (status != CRMV_OK) {
        crmvi_facts_clear(out);
        return status;
    }
    out->offsets[out->customers] = out->count;
    crmvi_facts_shrink(out);
    return CRMV_OK;
}
