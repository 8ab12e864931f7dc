/* rollup.h - the ledger's facts rolled up into groups. */
#ifndef CRMVI_FRAME_ROLLUP_H
#define CRMVI_FRAME_ROLLUP_H

#include "base/parallel.h"
#include "frame/groups.h"

/*
 * The facts of the tops of groups: each has its customers' facts added up by day, less what dealers in other groups get
 * of them, and with what dealers in it get from others. A share is taken of each money column of each of a customer's
 * days, its aliases' in, and rounded half to even; the customer keeps the rest, and counts, quantities, receivables and
 * events whole. What is credited to a dealer is not shared on. A dealer has facts of the days alone on which something
 * is credited.
 *
 * `facts` and `groups` are not empty, and of one kind of keys. Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED,
 * CRMV_OVERFLOW (a sum of a group on a day). Cost: linear in the facts.
 */
int32_t crmvi_rollup_make(const crmvi_groups *groups, const crmvi_facts *facts, const crmvi_runner *runner,
                          crmvi_facts *out, crmv_error *error);

#endif
