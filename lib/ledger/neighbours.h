/* neighbours.h - the customers of two runs of facts of one key kind, in the common order of their keys. */
#ifndef CRMVI_LEDGER_NEIGHBOURS_H
#define CRMVI_LEDGER_NEIGHBOURS_H

#include "ledger/ledger.h"

/* Customers that stand together: some that only one run has, or one that both have. */
typedef struct crmvi_neighbours {
    int64_t a, a_end, b, b_end;
} crmvi_neighbours;

/* Moves on to those that begin where `at` ends, of customers before a_end and b_end; false where there are none. Cost:
 * the logarithm of their number. */
bool crmvi_neighbours_next(const crmvi_facts *a, int64_t a_end, const crmvi_facts *b, int64_t b_end,
                           crmvi_neighbours *at);

/* Where the runs are cut so that so many customers of both lie before the cut (one more, where it would come between
 * two of the same key) and every key before it is below every key behind it. */
void crmvi_runs_cut(const crmvi_facts *a, const crmvi_facts *b, int64_t before, int64_t *i, int64_t *j);

#endif
