/* bounds.h - which numbers the public functions take: beyond them doubles would overflow, and nobody has a customer. */
#ifndef CRMVI_CLV_BOUNDS_H
#define CRMVI_CLV_BOUNDS_H

static const double CRMVI_LEAST_PARAMETER = 1e-12; /* of what is above 0, and of a discount without an end */
static const double CRMVI_HIGHEST_PARAMETER = 1e12;
static const double CRMVI_LONGEST_TIME = 1e12;
static const double CRMVI_MOST_PURCHASES = 9007199254740992; /* 2^53 */
static const double CRMVI_HIGHEST_AMOUNT = 1e18;             /* and of spend models' parameters */
static const double CRMVI_HIGHEST_SQUARES = 1e54;

#endif
