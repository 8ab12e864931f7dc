#include "frame/pool.h"

#include "base/calendar.h"
#include "base/exact.h"
#include "base/memory.h"
#include "base/radix.h"
#include "ledger/fact_column.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Customers that a worker takes at a time. */
enum { CUSTOMERS_AT_A_TIME = 1024 };

/* A fact of a customer with several parts: its day, counted from the customer's first, above its run and its number. */
enum { RUN_BITS = 2, DAY_SHIFT = CRMVI_POOL_BITS + RUN_BITS };
_Static_assert((int)CRMVI_POOL_RUNS <= 1 << RUN_BITS, "a run fits");
_Static_assert(CRMVI_LAST_DAY - CRMVI_FIRST_DAY < 1 << (64 - DAY_SHIFT), "a day fits");

typedef struct pooling {
    const crmvi_pool *pool;
    crmvi_facts *out;
    int64_t *entry_begins; /* per customer: where its facts begin in the entries; one with one part has none */
    uint64_t *entries, *scratch;
    int32_t column; /* that is added up, */
    int64_t *sums;  /* per fact that comes out, */
    atomic_int width;
    atomic_llong overflow; /* and the first fact whose sum does not fit */
} pooling;

void crmvi_begins_of_counts(int64_t *begins, int64_t count) {
    begins[0] = 0;
    for (int64_t i = 0; i < count; i++) {
        begins[i + 1] += begins[i];
    }
}

/* ---- Parts ------------------------------------------------------------------------------------------------------- */

static const crmvi_facts *run_of(const pooling *p, int64_t part) {
    return p->pool->runs[part >> CRMVI_POOL_BITS];
}

/* Where a part's facts begin, and where they end. */
static int64_t first_of(const pooling *p, int64_t part) {
    return run_of(p, part)->offsets[part & CRMVI_POOL_MASK];
}

static int64_t end_of(const pooling *p, int64_t part) {
    return run_of(p, part)->offsets[(part & CRMVI_POOL_MASK) + 1];
}

static bool has_one_part(const pooling *p, int64_t customer) {
    return p->pool->begins[customer + 1] - p->pool->begins[customer] == 1;
}

/* The end of the customers from `begin` on who have one part each, and whose parts lie side by side; `begin` where it
 * has several parts. */
static int64_t end_of_stretch(const pooling *p, int64_t begin, int64_t end) {
    if (!has_one_part(p, begin)) {
        return begin;
    }
    int64_t last = begin;
    while (last + 1 < end && has_one_part(p, last + 1) &&
           p->pool->parts[p->pool->begins[last + 1]] == p->pool->parts[p->pool->begins[last]] + 1) {
        last++;
    }
    return last + 1;
}

/* ---- Facts by day ------------------------------------------------------------------------------------------------ */

static int32_t entry_day(uint64_t entry) {
    return (int32_t)(entry >> DAY_SHIFT);
}

static int32_t entry_run(uint64_t entry) {
    return (int32_t)(entry >> CRMVI_POOL_BITS & ((1 << RUN_BITS) - 1));
}

static int64_t entry_fact(uint64_t entry) {
    return (int64_t)(entry & (uint64_t)CRMVI_POOL_MASK);
}

/* The day that a customer's entries count from. */
static int32_t first_day(const pooling *p, int64_t customer) {
    int32_t first = CRMVI_LAST_DAY;
    for (int64_t i = p->pool->begins[customer]; i < p->pool->begins[customer + 1]; i++) {
        const int64_t part = p->pool->parts[i];
        const int32_t day = run_of(p, part)->days[first_of(p, part)];
        first = day < first ? day : first;
    }
    return first;
}

/* Writes a customer's entries; returns the bits in which their days differ. */
static uint64_t write_entries(const pooling *p, int64_t customer) {
    const int32_t origin = first_day(p, customer);
    uint64_t *entry = p->entries + p->entry_begins[customer];
    uint64_t seen = 0;
    for (int64_t i = p->pool->begins[customer]; i < p->pool->begins[customer + 1]; i++) {
        const int64_t part = p->pool->parts[i];
        const uint64_t run = (uint64_t)(part >> CRMVI_POOL_BITS) << CRMVI_POOL_BITS;
        const int32_t *days = run_of(p, part)->days;
        const int64_t end = end_of(p, part);
        for (int64_t fact = first_of(p, part); fact < end; fact++) {
            const uint64_t day = (uint64_t)(days[fact] - origin);
            *entry++ = day << DAY_SHIFT | run | (uint64_t)fact;
            seen |= day;
        }
    }
    return seen;
}

/* Sorts a customer's entries by day; returns how many days there are. */
static int64_t sort_entries(const pooling *p, int64_t customer) {
    uint64_t *entries = p->entries + p->entry_begins[customer];
    const int64_t count = p->entry_begins[customer + 1] - p->entry_begins[customer];
    const uint64_t seen = write_entries(p, customer);
    const int32_t bits = seen == 0 ? 0 : 64 - __builtin_clzll(seen);
    if (bits > 0) {
        uint64_t *scratch = p->scratch + p->entry_begins[customer];
        const uint64_t *sorted = crmvi_radix_sort(entries, scratch, count, DAY_SHIFT, bits);
        if (sorted != entries) {
            memcpy(entries, sorted, (size_t)count * sizeof *entries);
        }
    }
    int64_t days = 1;
    for (int64_t i = 1; i < count; i++) {
        days += entry_day(entries[i]) != entry_day(entries[i - 1]);
    }
    return days;
}

static int32_t order_days(void *context, int64_t begin, int64_t end) {
    const pooling *p = context;
    for (int64_t customer = begin; customer < end; customer++) {
        const int64_t part = p->pool->parts[p->pool->begins[customer]];
        p->out->offsets[customer + 1] =
            has_one_part(p, customer) ? end_of(p, part) - first_of(p, part) : sort_entries(p, customer);
    }
    return CRMV_OK;
}

/* Writes the days of a customer with several parts. */
static void write_pooled_days(const pooling *p, int64_t customer) {
    const int32_t origin = first_day(p, customer);
    const uint64_t *entries = p->entries + p->entry_begins[customer];
    const int64_t count = p->entry_begins[customer + 1] - p->entry_begins[customer];
    int32_t *day = p->out->days + p->out->offsets[customer];
    for (int64_t i = 0; i < count; i++) {
        if (i == 0 || entry_day(entries[i]) != entry_day(entries[i - 1])) {
            *day++ = origin + entry_day(entries[i]);
        }
    }
}

static int32_t write_days(void *context, int64_t begin, int64_t end) {
    const pooling *p = context;
    for (int64_t customer = begin; customer < end;) {
        const int64_t last = end_of_stretch(p, customer, end);
        if (last == customer) {
            write_pooled_days(p, customer++);
            continue;
        }
        const int64_t part = p->pool->parts[p->pool->begins[customer]];
        const int64_t at = p->out->offsets[customer];
        memcpy(p->out->days + at, run_of(p, part)->days + first_of(p, part),
               (size_t)(p->out->offsets[last] - at) * sizeof *p->out->days);
        customer = last;
    }
    return CRMV_OK;
}

/* ---- Sums -------------------------------------------------------------------------------------------------------- */

static int64_t value_of(const pooling *p, uint64_t entry) {
    return crmvi_fact(p->pool->runs[entry_run(entry)], p->column, entry_fact(entry));
}

/* Adds up the days of a customer with several parts. Returns the first fact whose sum does not fit, -1 where all do. */
static int64_t add_customer(const pooling *p, int64_t customer) {
    const uint64_t *entries = p->entries + p->entry_begins[customer];
    const int64_t count = p->entry_begins[customer + 1] - p->entry_begins[customer];
    int64_t fact = p->out->offsets[customer];
    for (int64_t i = 0; i < count; fact++) {
        const int32_t day = entry_day(entries[i]);
        crmvi_wide sum = 0;
        for (; i < count && entry_day(entries[i]) == day; i++) {
            sum += value_of(p, entries[i]);
        }
        if (!crmvi_narrow(sum, &p->sums[fact])) {
            return fact;
        }
    }
    return -1;
}

static int32_t width_of(const int64_t *sums, int64_t count) {
    int64_t lowest = 0;
    int64_t highest = 0;
    for (int64_t i = 0; i < count; i++) {
        lowest = sums[i] < lowest ? sums[i] : lowest;
        highest = sums[i] > highest ? sums[i] : highest;
    }
    const int32_t below = crmvi_fact_width(lowest);
    const int32_t above = crmvi_fact_width(highest);
    return below > above ? below : above;
}

static int32_t add_customers(void *context, int64_t begin, int64_t end) {
    pooling *p = context;
    const int64_t *offsets = p->out->offsets;
    for (int64_t customer = begin; customer < end;) {
        const int64_t last = end_of_stretch(p, customer, end);
        if (last > customer) {
            const int64_t part = p->pool->parts[p->pool->begins[customer]];
            crmvi_facts_read(run_of(p, part), p->column, first_of(p, part), offsets[last] - offsets[customer],
                             p->sums + offsets[customer]);
            customer = last;
            continue;
        }
        const int64_t failed = add_customer(p, customer++);
        if (failed >= 0) {
            long long lowest = atomic_load(&p->overflow);
            while (failed < lowest && !atomic_compare_exchange_weak(&p->overflow, &lowest, failed)) {
            }
            return CRMV_OVERFLOW;
        }
    }
    const int32_t width = width_of(p->sums + offsets[begin], offsets[end] - offsets[begin]);
    int widest = atomic_load(&p->width);
    while (width > widest && !atomic_compare_exchange_weak(&p->width, &widest, width)) {
    }
    return CRMV_OK;
}

static int32_t store_sums(void *context, int64_t begin, int64_t end) {
    const pooling *p = context;
    const int64_t first = p->out->offsets[begin];
    crmvi_fact_column_store(&p->out->columns[p->column], first, p->out->offsets[end] - first, p->sums + first);
    return CRMV_OK;
}

static int32_t in_blocks(pooling *p, const crmvi_runner *runner, crmvi_task task) {
    return crmvi_parallel(runner, "rolling up", p->out->customers, CUSTOMERS_AT_A_TIME, task, p);
}

static int32_t add_column(pooling *p, int32_t column, const crmvi_runner *runner) {
    bool is_there = false;
    for (int32_t run = 0; run < CRMVI_POOL_RUNS; run++) {
        is_there |= p->pool->runs[run] != NULL && p->pool->runs[run]->columns[column].width != 0;
    }
    if (!is_there) {
        return CRMV_OK;
    }
    p->column = column;
    atomic_store(&p->width, 0);
    const int32_t status = in_blocks(p, runner, add_customers);
    const int32_t width = atomic_load(&p->width);
    if (status != CRMV_OK || width == 0) {
        return status;
    }
    if (!crmvi_fact_column_make(&p->out->columns[column], p->out->count, width)) {
        return CRMV_OUT_OF_MEMORY;
    }
    return in_blocks(p, runner, store_sums);
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static void discard_entries(const pooling *p, uint64_t **entries) {
    crmvi_discard(*entries, *entries != NULL ? p->entry_begins[p->pool->customers] : 0, sizeof **entries);
    *entries = NULL;
}

/* Gives room to the entries of customers with several parts. */
static bool place_entries(pooling *p) {
    const int64_t customers = p->pool->customers;
    p->entry_begins = crmvi_zeroed(customers + 1, sizeof *p->entry_begins);
    if (p->entry_begins == NULL) {
        return false;
    }
    for (int64_t customer = 0; customer < customers; customer++) {
        for (int64_t i = p->pool->begins[customer]; i < p->pool->begins[customer + 1] && !has_one_part(p, customer);
             i++) {
            p->entry_begins[customer + 1] += end_of(p, p->pool->parts[i]) - first_of(p, p->pool->parts[i]);
        }
    }
    crmvi_begins_of_counts(p->entry_begins, customers);
    p->entries = crmvi_large_array(p->entry_begins[customers], sizeof *p->entries);
    p->scratch = crmvi_large_array(p->entry_begins[customers], sizeof *p->scratch);
    p->out->offsets = crmvi_large_array(customers + 1, sizeof *p->out->offsets);
    return p->entries && p->scratch && p->out->offsets;
}

static int32_t pool_days(pooling *p, const crmvi_runner *runner) {
    int32_t status = in_blocks(p, runner, order_days);
    discard_entries(p, &p->scratch);
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_begins_of_counts(p->out->offsets, p->out->customers);
    p->out->count = p->out->offsets[p->out->customers];
    p->out->days = crmvi_large_array(p->out->count, sizeof *p->out->days);
    return p->out->days != NULL ? in_blocks(p, runner, write_days) : CRMV_OUT_OF_MEMORY;
}

static int32_t pool_columns(pooling *p, const crmvi_runner *runner) {
    p->sums = crmvi_large_array(p->out->count, sizeof *p->sums);
    int32_t status = p->sums != NULL ? CRMV_OK : CRMV_OUT_OF_MEMORY;
    for (int32_t column = 0; column < CRMVI_FACTS && status == CRMV_OK; column++) {
        status = add_column(p, column, runner);
    }
    return status;
}

static crmvi_pool_overflow overflow_of(const pooling *p) {
    const long long fact = atomic_load(&p->overflow);
    crmvi_pool_overflow found = {.customer = -1, .day = CRMVI_FIRST_DAY};
    for (int64_t i = 0; fact != LLONG_MAX && i < p->out->customers && p->out->offsets[i] <= fact; i++) {
        found.customer = i;
        found.day = p->out->days[fact];
    }
    return found;
}

int32_t crmvi_pool_make(const crmvi_pool *pool, const crmvi_runner *runner, crmvi_facts *out,
                        crmvi_pool_overflow *overflow) {
    pooling p = {.pool = pool, .out = out};
    atomic_init(&p.width, 0);
    atomic_init(&p.overflow, LLONG_MAX);
    out->customers = pool->customers;
    int32_t status = place_entries(&p) ? pool_days(&p, runner) : CRMV_OUT_OF_MEMORY;
    if (status == CRMV_OK) {
        status = pool_columns(&p, runner);
    }
    *overflow = overflow_of(&p);
    discard_entries(&p, &p.entries);
    discard_entries(&p, &p.scratch);
    free(p.entry_begins);
    crmvi_discard(p.sums, out->count, sizeof *p.sums);
    return status;
}
