#include "ledger/neighbours.h"

#include "ledger/facts.h"

static inline bool is_below(const crmvi_facts *a, int64_t i, const crmvi_facts *b, int64_t j) {
    return a->key_kind == CRMVI_KEYS_NUMBERS ? a->numbers[i] < b->numbers[j] : crmvi_facts_compare(a, i, b, j) < 0;
}

/* The first customer of `a` in [i, end) whose key is not below that of customer j of `b`: by doubling steps, then by
 * halves, since a small run goes into a large one most of the time. */
static int64_t skip_below(const crmvi_facts *a, int64_t i, int64_t end, const crmvi_facts *b, int64_t j) {
    int64_t step = 1;
    int64_t low = i;
    int64_t high = i;
    while (high < end && is_below(a, high, b, j)) {
        low = high + 1;
        high = end - high > step ? high + step : end;
        step *= 2;
    }
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (is_below(a, middle, b, j)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void crmvi_runs_cut(const crmvi_facts *a, const crmvi_facts *b, int64_t before, int64_t *i, int64_t *j) {
    int64_t low = before > b->customers ? before - b->customers : 0;
    int64_t high = before < a->customers ? before : a->customers;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (is_below(a, middle, b, before - 1 - middle)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const int64_t of_b = before - low;
    const bool is_between = of_b > 0 && low < a->customers && crmvi_facts_compare(a, low, b, of_b - 1) == 0;
    *i = is_between ? low + 1 : low;
    *j = of_b;
}

bool crmvi_neighbours_next(const crmvi_facts *a, int64_t a_end, const crmvi_facts *b, int64_t b_end,
                           crmvi_neighbours *at) {
    at->a = at->a_end;
    at->b = at->b_end;
    if (at->b == b_end) {
        at->a_end = a_end;
        return at->a < at->a_end;
    }
    at->a_end = skip_below(a, at->a, a_end, b, at->b);
    if (at->a_end > at->a) {
        return true;
    }
    at->b_end = at->a < a_end ? skip_below(b, at->b, b_end, a, at->a) : b_end;
    if (at->b_end == at->b) {
        at->a_end++;
        at->b_end++;
    }
    return true;
}
