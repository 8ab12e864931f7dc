#include "frame/shares.h"

#include "base/calendar.h"
#include "base/column_read.h"
#include "base/error.h"
#include "frame/pool.h"
#include "ledger/fact_column.h"

#include <stdlib.h>

/* Customers that a worker takes at a time. */
enum { CUSTOMERS_AT_A_TIME = 512 };

/* Magnitudes are shared as what they are the magnitudes of. */
static const bool shared[CRMVI_FACTS] = {
    [CRMVI_FACT_REVENUE] = true,           [CRMVI_FACT_COST] = true,
    [CRMVI_FACT_DISCOUNT] = true,          [CRMVI_FACT_COST_TO_SERVE] = true,
    [CRMVI_FACT_RETURNED_REVENUE] = true,  [CRMVI_FACT_RETURNED_COST] = true,
    [CRMVI_FACT_RETURNED_DISCOUNT] = true, [CRMVI_FACT_OTHER_REVENUE] = true,
    [CRMVI_FACT_NEGATIVE_REVENUE] = true,  [CRMVI_FACT_UNKNOWN_REVENUE] = true,
    [CRMVI_FACT_UNKNOWN_MAGNITUDE] = true,
};

bool crmvi_is_shared(int32_t column) {
    return shared[column];
}

int64_t crmvi_share_of(int64_t value, crmvi_micro share) {
    const int64_t whole = 100 * CRMVI_ONE;
    if (value > INT64_MAX / whole || value < -(INT64_MAX / whole)) {
        return (int64_t)crmvi_divide((crmvi_wide)value * share, whole);
    }
    /* Most values are so small that the product fits into 64 bits, where a division takes a tenth of the time. */
    const int64_t product = value * share;
    const int64_t quotient = product / whole;
    const int64_t rest = product % whole;
    const int64_t twice = rest < 0 ? -2 * rest : 2 * rest;
    const bool away = twice > whole || (twice == whole && quotient % 2 != 0);
    return away ? quotient + (product < 0 ? -1 : 1) : quotient;
}

/* ---- Whose they are ---------------------------------------------------------------------------------------------- */

/* The customer whose value is shared where a customer of the ledger is rolled up; -1 where it is not. */
static int64_t sharer_of(const crmvi_groups *groups, int64_t node) {
    const int64_t customer = node < 0 ? -1 : groups->customers[node];
    return customer >= 0 && groups->dealers[customer] >= 0 ? customer : -1;
}

/* Numbers the customers with a dealer and with facts: positions[node]. Returns how many parts they have. */
static int64_t number_sharers(const crmvi_groups *groups, const crmvi_facts *facts, const int64_t *nodes,
                              crmvi_shares *out, int64_t *positions) {
    int64_t parts = 0;
    for (int64_t node = 0; node < groups->count; node++) {
        positions[node] = -1;
    }
    for (int64_t i = 0; i < facts->customers; i++) {
        const int64_t sharer = sharer_of(groups, nodes[i]);
        if (sharer >= 0) {
            positions[sharer] = 0;
            parts++;
        }
    }
    for (int64_t node = 0; node < groups->count; node++) {
        if (positions[node] >= 0) {
            positions[node] = out->count;
            out->nodes[out->count++] = node;
        }
    }
    return parts;
}

static bool fill_pool(const crmvi_groups *groups, const crmvi_facts *facts, const int64_t *nodes,
                      const int64_t *positions, crmvi_pool *pool) {
    for (int64_t i = 0; i < facts->customers; i++) {
        const int64_t sharer = sharer_of(groups, nodes[i]);
        if (sharer >= 0) {
            pool->begins[positions[sharer] + 1]++;
        }
    }
    crmvi_begins_of_counts(pool->begins, pool->customers);
    int64_t *next = crmvi_array(pool->customers, sizeof *next);
    for (int64_t i = 0; next != NULL && i < pool->customers; i++) {
        next[i] = pool->begins[i];
    }
    for (int64_t i = 0; next != NULL && i < facts->customers; i++) {
        const int64_t sharer = sharer_of(groups, nodes[i]);
        if (sharer >= 0) {
            pool->parts[next[positions[sharer]]++] = crmvi_pool_part(0, i);
        }
    }
    free(next);
    return next != NULL;
}

/* ---- Dealing ----------------------------------------------------------------------------------------------------- */

typedef struct dealing {
    const crmvi_groups *groups;
    crmvi_shares *shares;
    bool *is_credited; /* per fact that is kept: something of it is not */
} dealing;

/* Takes the shares out of what is kept, into columns that still have a place for each fact that is kept. */
static int32_t deal_facts(void *context, int64_t begin, int64_t end) {
    const dealing *d = context;
    const crmvi_facts *kept = &d->shares->kept;
    for (int64_t fact = kept->offsets[begin]; fact < kept->offsets[end]; fact++) {
        d->is_credited[fact] = false;
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        const crmvi_fact_column *credited = &d->shares->credited.columns[column];
        for (int64_t i = begin; i < end && credited->width != 0; i++) {
            const crmvi_micro share = crmvi_group_share(d->groups, d->shares->nodes[i]);
            for (int64_t fact = kept->offsets[i]; fact < kept->offsets[i + 1]; fact++) {
                const int64_t value = crmvi_fact(kept, column, fact);
                const int64_t part = crmvi_share_of(value, share);
                crmvi_fact_column_put(credited, fact, part);
                crmvi_fact_column_put(&kept->columns[column], fact, value - part);
                d->is_credited[fact] |= part != 0;
            }
        }
    }
    return CRMV_OK;
}

/* Room for a share of everything: no share is wider than what it is a share of. */
static bool start_credited(dealing *d) {
    const crmvi_facts *kept = &d->shares->kept;
    crmvi_facts *credited = &d->shares->credited;
    credited->customers = kept->customers;
    credited->offsets = crmvi_array(kept->customers + 1, sizeof *credited->offsets);
    credited->days = crmvi_array(kept->count, sizeof *credited->days);
    d->is_credited = crmvi_array(kept->count, sizeof *d->is_credited);
    bool made = credited->offsets != NULL && credited->days != NULL && d->is_credited != NULL;
    for (int32_t column = 0; column < CRMVI_FACTS && made; column++) {
        const int32_t width = shared[column] ? kept->columns[column].width : 0;
        made = crmvi_fact_column_make(&credited->columns[column], kept->count, width);
    }
    return made;
}

/* Leaves out the facts of which nothing is credited. */
static void close_gaps(const dealing *d) {
    const crmvi_facts *kept = &d->shares->kept;
    crmvi_facts *credited = &d->shares->credited;
    credited->offsets[0] = 0;
    for (int64_t i = 0; i < kept->customers; i++) {
        for (int64_t fact = kept->offsets[i]; fact < kept->offsets[i + 1]; fact++) {
            if (d->is_credited[fact]) {
                credited->days[credited->count++] = kept->days[fact];
            }
        }
        credited->offsets[i + 1] = credited->count;
    }
    for (int32_t column = 0; column < CRMVI_FACTS; column++) {
        int64_t at = 0;
        for (int64_t fact = 0; fact < kept->count && credited->columns[column].width != 0; fact++) {
            if (d->is_credited[fact]) {
                crmvi_fact_column_put(&credited->columns[column], at++, crmvi_fact(credited, column, fact));
            }
        }
    }
}

static int32_t deal(const crmvi_groups *groups, const crmvi_runner *runner, crmvi_shares *out) {
    dealing d = {.groups = groups, .shares = out};
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (start_credited(&d)) {
        status = crmvi_parallel(runner, "dealing shares", out->count, CUSTOMERS_AT_A_TIME, deal_facts, &d);
    }
    if (status == CRMV_OK) {
        close_gaps(&d);
    }
    free(d.is_credited);
    return status;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static int32_t fail_overflow(const crmvi_groups *groups, const crmvi_shares *shares,
                             const crmvi_pool_overflow *overflow, crmv_error *error) {
    const crmvi_key *key = crmvi_group_key(groups, shares->nodes[overflow->customer]);
    char number[64];
    char date[16];
    const char *text = number;
    int64_t length = crmvi_amount_text(key->number, 0, 0, false, number);
    if (key->text != NULL) {
        text = key->text;
        length = crmvi_utf8_cut(key->text, key->length, 200);
    }
    crmvi_date_text(overflow->day, date);
    return crmvi_fail(error, CRMV_OVERFLOW, "customers",
                      "a sum of customer `%.*s` and its aliases on %s does not fit into 64 bits of minor units",
                      (int)length, text, date);
}

static int32_t pool_and_deal(const crmvi_groups *groups, const crmvi_pool *pool, const crmvi_runner *runner,
                             crmvi_shares *out, crmv_error *error) {
    crmvi_pool_overflow overflow;
    const int32_t status = crmvi_pool_make(pool, runner, &out->kept, &overflow);
    if (status == CRMV_OVERFLOW) {
        return fail_overflow(groups, out, &overflow, error);
    }
    return status == CRMV_OK ? deal(groups, runner, out) : status;
}

int32_t crmvi_shares_make(const crmvi_groups *groups, const crmvi_facts *facts, const int64_t *nodes,
                          const crmvi_runner *runner, crmvi_shares *out, crmv_error *error) {
    *out = (crmvi_shares){0};
    crmvi_pool pool = {.runs = {facts}};
    int64_t *positions = crmvi_array(groups->count, sizeof *positions);
    out->nodes = crmvi_array(groups->count, sizeof *out->nodes);
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (positions != NULL && out->nodes != NULL) {
        const int64_t parts = number_sharers(groups, facts, nodes, out, positions);
        pool.customers = out->count;
        pool.begins = crmvi_zeroed(out->count + 1, sizeof *pool.begins);
        pool.parts = crmvi_array(parts, sizeof *pool.parts);
        if (pool.begins != NULL && pool.parts != NULL && fill_pool(groups, facts, nodes, positions, &pool)) {
            status = pool_and_deal(groups, &pool, runner, out, error);
        }
    }
    free(positions);
    free(pool.begins);
    free(pool.parts);
    if (status != CRMV_OK) {
        crmvi_shares_clear(out);
    }
    return status;
}

void crmvi_shares_clear(crmvi_shares *shares) {
    free(shares->nodes);
    shares->credited.count = shares->kept.count; /* so many there were before gaps were closed */
    crmvi_facts_clear(&shares->credited);
    crmvi_facts_clear(&shares->kept);
    *shares = (crmvi_shares){0};
}
