/*
 * pool.h - histories of several customers put together into one, day by day.
 *
 * A pool says whose facts go into whom: its parts, customers of one or several runs of facts, stand in the order of the
 * customers that they go into. Days that several parts have are added up, column by column, exactly.
 */
#ifndef CRMVI_FRAME_POOL_H
#define CRMVI_FRAME_POOL_H

#include "base/parallel.h"
#include "ledger/ledger.h"

enum { CRMVI_POOL_RUNS = 3 };

typedef struct crmvi_pool {
    const crmvi_facts *runs[CRMVI_POOL_RUNS];
    int64_t customers; /* that come out */
    int64_t *begins;   /* customers + 1: where each one's parts begin; each has some */
    int64_t *parts;    /* crmvi_pool_part */
} crmvi_pool;

/* A customer of a run. Facts and customers stay below 2^40: so many would take five bytes each, and more. */
#define CRMVI_POOL_BITS 40
#define CRMVI_POOL_MASK ((INT64_C(1) << CRMVI_POOL_BITS) - 1)

static inline int64_t crmvi_pool_part(int32_t run, int64_t customer) {
    return (int64_t)run << CRMVI_POOL_BITS | customer;
}

/* Where a sum does not fit into 64 bits. */
typedef struct crmvi_pool_overflow {
    int64_t customer; /* that comes out; -1: all fit */
    int32_t day;
} crmvi_pool_overflow;

/*
 * Writes offsets, days and columns of `out`, which is otherwise as new; its keys and events are the caller's. On
 * failure `out` holds a part, to be cleared. Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED, CRMV_OVERFLOW. Cost: linear.
 */
int32_t crmvi_pool_make(const crmvi_pool *pool, const crmvi_runner *runner, crmvi_facts *out,
                        crmvi_pool_overflow *overflow);

/* Makes begins of counts: begins[i + 1] is at first how many things i has. */
void crmvi_begins_of_counts(int64_t *begins, int64_t count);

#endif
