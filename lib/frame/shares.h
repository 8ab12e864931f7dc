/* shares.h - the facts of customers who buy through dealers, dealt between the two. */
#ifndef CRMVI_FRAME_SHARES_H
#define CRMVI_FRAME_SHARES_H

#include "base/parallel.h"
#include "frame/groups.h"

typedef struct crmvi_shares {
    int64_t count;              /* customers who have facts and a dealer in another group */
    int64_t *nodes;             /* which they are, ascending */
    crmvi_facts kept, credited; /* theirs and their dealers', without keys and events; `credited` only has facts in
                                   which something is not 0 */
} crmvi_shares;

/*
 * Deals the facts of customers, their aliases' in, day by day: `nodes` says per customer of the ledger which node it
 * is. Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED; CRMV_OVERFLOW (a sum of a customer and its aliases on a day), which
 * alone fills `error`. In either case `out` is empty.
 */
int32_t crmvi_shares_make(const crmvi_groups *groups, const crmvi_facts *facts, const int64_t *nodes,
                          const crmvi_runner *runner, crmvi_shares *out, crmv_error *error);
void crmvi_shares_clear(crmvi_shares *shares);

/* Whether the dealer gets anything of the customer at a position. */
static inline bool crmvi_shares_credited(const crmvi_shares *shares, int64_t i) {
    return shares->credited.offsets[i + 1] > shares->credited.offsets[i];
}

/* The columns that a dealer gets a share of: all money of transactions. */
bool crmvi_is_shared(int32_t column);

/* What a dealer gets of a value, rounded half to even; the share is a percentage. */
int64_t crmvi_share_of(int64_t value, crmvi_micro share);

#endif
