/*
 * least_squares.h - non-negative least squares: weights, none below 0, with which an index explains an outcome best.
 *
 * The active-set method of Lawson & Hanson (Solving Least Squares Problems, 1974, chapter 23) on the correlations of
 * the columns, so that no scale weighs more for the units it is in. The intercept is free: columns are taken about
 * their means.
 */
#ifndef CRMVI_FIT_LEAST_SQUARES_H
#define CRMVI_FIT_LEAST_SQUARES_H

#include "fit/cross_products.h"

/* What a member came to. */
enum {
    CRMVI_MEMBER_USED,      /* its share is above 0 */
    CRMVI_MEMBER_NOT_USED,  /* it would have to weigh less than 0 */
    CRMVI_MEMBER_CONSTANT,  /* its points do not vary */
    CRMVI_MEMBER_DEPENDENT, /* the members used say all that it says */
};

typedef struct crmvi_least_squares {
    double *shares; /* of each member, in proportion to weights on its points; all 0 where nothing explains anything */
    int32_t *state; /* of each member: CRMVI_MEMBER_... */
    double explained; /* R squared: the part of the outcome's squares about its mean */
    bool settled;     /* false: the limit of steps was reached first; the shares are still better than none */
} crmvi_least_squares;

/*
 * Solves for the shares. Of members that say the same the first one is used. The result depends on the columns and
 * their order alone. False where memory is short.
 */
bool crmvi_least_squares_solve(const crmvi_cross_products *products, crmvi_least_squares *out);
void crmvi_least_squares_clear(crmvi_least_squares *squares);

#endif
