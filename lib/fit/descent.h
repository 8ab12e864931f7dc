/*
 * descent.h - the search for the least cost: minus the log-likelihood, with its penalty, for each row. It goes over the
 * parameters' logarithms, within bounds.
 */
#ifndef CRMVI_FIT_DESCENT_H
#define CRMVI_FIT_DESCENT_H

#include "fit/likelihood.h"

enum { CRMVI_CURVATURES = CRMVI_FITTED_MOST * CRMVI_FITTED_MOST };

/* What is searched over: coordinates u. A parameter is scale * e^u, or where it may be of any sign origin + scale * u.
 * Scales follow the data's units, so that none shows in the search. */
typedef struct crmvi_space {
    int32_t count;
    bool of_any_sign[CRMVI_FITTED_MOST];
    double origin[CRMVI_FITTED_MOST], scale[CRMVI_FITTED_MOST];
    double lowest[CRMVI_FITTED_MOST], highest[CRMVI_FITTED_MOST]; /* of u */
    double penalty;
} crmvi_space;

typedef struct crmvi_point {
    double at[CRMVI_FITTED_MOST];
    double cost;
    double slopes[CRMVI_FITTED_MOST];
    double log_likelihood; /* of all rows, without the penalty */
} crmvi_point;

typedef struct crmvi_search {
    const crmvi_space *space;
    crmvi_likelihood *likelihood;
} crmvi_search;

/* The parameters of a point, and the coordinate of a parameter, moved within its bounds. */
void crmvi_space_parameters(const crmvi_space *space, const double *at, double *parameters);
double crmvi_space_coordinate(const crmvi_space *space, int32_t position, double parameter);

/* Whether a coordinate stands at a bound beyond which the cost would fall. */
bool crmvi_is_held(const crmvi_space *space, const crmvi_point *point, int32_t position);

/* The greatest slope of those that are not held. */
double crmvi_slope_left(const crmvi_space *space, const crmvi_point *point);

/* Works out cost and slopes at point->at. Errors: as crmvi_likelihood_at. */
int32_t crmvi_point_measure(const crmvi_search *search, crmvi_point *point);

/*
 * Goes `step` from `from`, back by halves and less until the cost falls (or differs by rounding alone, where it is as
 * low as it gets), within the bounds; `to` is where, and *moved whether there is such a place.
 */
int32_t crmvi_step(const crmvi_search *search, const crmvi_point *from, const double *step, crmvi_point *to,
                   bool *moved);

/*
 * Descends from a measured point by the BFGS method with bounds, until no slope is above `tolerance` or `steps` have
 * been made. `inverse` is the curvature's inverse to begin with, and what has become of it; NULL: nothing is known.
 * Errors: as crmvi_likelihood_at.
 */
int32_t crmvi_descend(const crmvi_search *search, crmvi_point *point, const double *inverse, double tolerance,
                      int32_t steps);

#endif
