/* settling.h - the end of a search: Newton's steps to the very minimum, or the knowledge that there is none. */
#ifndef CRMVI_FIT_SETTLING_H
#define CRMVI_FIT_SETTLING_H

#include "fit/curvature.h"

typedef enum crmvi_state {
    CRMVI_SETTLED, /* at a minimum, but for coordinates that are held at a bound */
    CRMVI_RUNNING, /* the cost falls for ever, and by next to nothing */
    CRMVI_FLAT,    /* the cost does not change along a line */
    CRMVI_LOST     /* no minimum was found */
} crmvi_state;

typedef struct crmvi_settlement {
    crmvi_state state;
    crmvi_point point;
    double direction[CRMVI_FITTED_MOST]; /* where it runs, or along which it is flat; longest part 1, or all 0 */
    crmvi_curvature curvature;           /* there */
} crmvi_settlement;

/*
 * Ends a search that has descended to `point`. A fall of the cost that goes on and on is a step of Newton's that does
 * not become shorter: along c e^u, as costs are towards the end of a parameter's range, each one has length 1.
 * Errors: as crmvi_likelihood_at.
 */
int32_t crmvi_settle(const crmvi_search *search, const crmvi_point *point, crmvi_settlement *out);

#endif
