/* curvature.h - second derivatives where a search has ended: whether it is a minimum, and how sharp a one. */
#ifndef CRMVI_FIT_CURVATURE_H
#define CRMVI_FIT_CURVATURE_H

#include "fit/descent.h"

/* A symmetric matrix by its axes: CRMVI_FITTED_MOST to a row, of which `count` are used. */
typedef struct crmvi_curvature {
    int32_t count;
    double matrix[CRMVI_CURVATURES];
    double bends[CRMVI_FITTED_MOST]; /* along each axis: the eigenvalues, rising */
    double axes[CRMVI_CURVATURES];   /* axis i in row i */
    bool is_flat[CRMVI_FITTED_MOST]; /* axes along which nothing bends, as far as doubles can tell */
} crmvi_curvature;

/*
 * The cost's second derivatives at a measured point, by differences of the slopes: central ones, which cost two
 * evaluations for each parameter. Coordinates that are held are left out: their rows are 0 but for a 1 on the diagonal.
 * Errors: as crmvi_likelihood_at.
 */
int32_t crmvi_curvature_measure(const crmvi_search *search, const crmvi_point *point, crmvi_curvature *out);

/* Takes coordinates out of it, as if they were held. */
void crmvi_curvature_leave_out(crmvi_curvature *curvature, const bool *which);

/* The inverse, with axes that are flat left out and the others' bends taken for positive: what a step is made with. */
void crmvi_curvature_invert(const crmvi_curvature *curvature, double *inverse);

/* Whether all bends are above 0 by more than rounding. */
bool crmvi_curvature_is_positive(const crmvi_curvature *curvature);

#endif
