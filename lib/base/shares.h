/* shares.h - shares of any kind as weights in percent that add up exactly. */
#ifndef CRMVI_BASE_SHARES_H
#define CRMVI_BASE_SHARES_H

#include "base/exact.h"

/* What the weights of an index add up to. */
#define CRMVI_WHOLE_WEIGHT (100 * CRMVI_ONE)

/* Shares (at least 0, any sum above 0) as weights that add up to exactly 100, in units of 1e-6: by largest remainder,
 * ties to the first; a share of 0 weighs 0. False where the shares add up to 0 or are not finite. */
bool crmvi_hundred(const double *shares, int32_t count, crmvi_micro *weights);

#endif
