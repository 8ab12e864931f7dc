#include "fit/priorities.h"

#include "base/exponential.h"
#include "base/logarithm.h"
#include "crmvalue/fit.h"
#include "fit/linear_system.h"

#include <math.h>
#include <string.h>

/* ---- The geometric mean: logarithmic least squares --------------------------------------------------------------- */

/*
 * The least sum of (ln a_ij - (u_i - u_j))^2 over what is given. Its normal equations are those of a network: the
 * number of i's judgements times u_i, less the u_j of those that i is compared with, is the sum of i's logarithms
 * (Bozoki, Fulop & Ronyai 2010, theorem 4). With nothing missing u is the mean of the row: the geometric mean. The last
 * of u is 0, and the equations are solved for what is left once more, which takes rounding errors back.
 */
static bool add_least_squares(const crmvi_comparisons *c, crmvi_priority_space *space, double *u) {
    const int32_t n = c->n;
    const int32_t unknown = n - 1;
    memset(space->matrix, 0, sizeof space->matrix);
    for (int32_t i = 0; i < unknown; i++) {
        double *row = space->matrix + i * unknown;
        space->right[i] = 0;
        for (int32_t j = 0; j < n; j++) {
            if (crmvi_is_given(c, i, j)) {
                row[i] += 1;
                if (j < unknown) {
                    row[j] -= 1;
                }
                space->right[i] += crmvi_excess(c, u, i, j);
            }
        }
    }
    if (!crmvi_solve_system(space->matrix, space->right, space->work, unknown)) {
        return false;
    }
    for (int32_t i = 0; i < unknown; i++) {
        u[i] += space->right[i];
    }
    return true;
}

static bool by_least_squares(const crmvi_comparisons *c, crmvi_priority_space *space, double *u) {
    memset(u, 0, (size_t)c->n * sizeof *u);
    return c->n == 1 || (add_least_squares(c, space, u) && add_least_squares(c, space, u));
}

/* ---- The mean of normalised columns ------------------------------------------------------------------------------ */

/* What i matters times as much as j: as was said, or else as least squares say. */
static double said_or_meant(const crmvi_comparisons *c, const double *u, int32_t i, int32_t j) {
    return crmvi_is_given(c, i, j) ? crmvi_logarithm_of(c, i, j) : u[i] - u[j];
}

/* ln of the sum of e^x. */
static double logarithm_of_sum(const double *x, int32_t n) {
    double highest = x[0];
    for (int32_t i = 1; i < n; i++) {
        highest = fmax(highest, x[i]);
    }
    double sum = 0;
    for (int32_t i = 0; i < n; i++) {
        sum += crmvi_exp(x[i] - highest);
    }
    return highest + crmvi_log(sum);
}

static bool by_column_mean(const crmvi_comparisons *c, crmvi_priority_space *space, double *u) {
    if (!by_least_squares(c, space, u)) {
        return false;
    }
    const int32_t n = c->n;
    double *normalised = space->matrix;
    for (int32_t j = 0; j < n; j++) {
        for (int32_t i = 0; i < n; i++) {
            space->right[i] = said_or_meant(c, u, i, j);
        }
        const double sum = logarithm_of_sum(space->right, n);
        for (int32_t i = 0; i < n; i++) {
            normalised[i * n + j] = space->right[i] - sum;
        }
    }
    for (int32_t i = 0; i < n; i++) {
        u[i] = logarithm_of_sum(normalised + i * n, n);
    }
    return true;
}

/* ---- The principal eigenvector ----------------------------------------------------------------------------------- */

/*
 * Noda's iteration (Numerische Mathematik 17, 1971) for the greatest eigenvalue of a matrix without negative numbers:
 * inverse iteration, each time with the greatest of (B w)_i / w_i, which no iterate goes below. From any start it
 * converges to the eigenvector that is positive, near it by squares (Elsner 1976). B is Harker's matrix (1987): a_ij
 * where given, and 1 + the number of missing judgements of the row on the diagonal, as if each missing one said what
 * the weights say. The rows are taken as the weights so far scale them, so that all unknowns are about 1, and only
 * differences from a consistent matrix are added up: what is consistent has no rounding errors.
 */

static const double GREATEST_EXCESS = 600; /* e^600 is a double, and so are sums of many */
enum { ITERATIONS_MOST = 4000 };

/* c_ij = a_ij w_j / w_i into the matrix, and of each row the sum of c_ij - 1, which is (B w)_i / w_i - n. */
static bool scale_rows(const crmvi_comparisons *c, const double *u, double *matrix, double *gains) {
    const int32_t n = c->n;
    memset(matrix, 0, (size_t)n * n * sizeof *matrix);
    for (int32_t i = 0; i < n; i++) {
        gains[i] = 0;
        for (int32_t j = 0; j < n; j++) {
            if (crmvi_is_given(c, i, j)) {
                const double excess = crmvi_excess(c, u, i, j);
                if (!(excess < GREATEST_EXCESS)) {
                    return false;
                }
                matrix[i * n + j] = crmvi_exp(excess);
                gains[i] += matrix[i * n + j] - 1;
            }
        }
    }
    return true;
}

static int32_t judgements_of(const crmvi_comparisons *c, int32_t i) {
    int32_t count = 0;
    for (int32_t j = 0; j < c->n; j++) {
        count += crmvi_is_given(c, i, j);
    }
    return count;
}

/* (sigma - B) y = 1 with sigma = n + highest, each row divided by its number on the diagonal. */
static bool correct(const crmvi_comparisons *c, double highest, crmvi_priority_space *space, double *u) {
    const int32_t n = c->n;
    for (int32_t i = 0; i < n; i++) {
        const double diagonal = judgements_of(c, i) + highest;
        for (int32_t j = 0; j < n; j++) {
            space->matrix[i * n + j] = i == j ? 1 : -space->matrix[i * n + j] / diagonal;
        }
        space->right[i] = 1 / diagonal;
    }
    if (!crmvi_solve_system(space->matrix, space->right, space->work, n)) {
        return false;
    }
    for (int32_t i = 0; i < n; i++) {
        const double factor = space->right[i] / space->right[0]; /* near the end the sign of all is by chance */
        if (!(factor > 0) || isinf(factor)) {
            return false;
        }
        space->work[i] = crmvi_log(factor);
    }
    for (int32_t i = 0; i < n; i++) {
        u[i] += space->work[i];
    }
    return true;
}

static double highest_of(const double *x, int32_t n) {
    double highest = x[0];
    for (int32_t i = 1; i < n; i++) {
        highest = fmax(highest, x[i]);
    }
    return highest;
}

static double lowest_of(const double *x, int32_t n) {
    double lowest = x[0];
    for (int32_t i = 1; i < n; i++) {
        lowest = fmin(lowest, x[i]);
    }
    return lowest;
}

/* Goes on until the rows agree to rounding: until a step that is near the end no longer brings them together. */
static bool by_eigenvector(const crmvi_comparisons *c, crmvi_priority_space *space, double *u) {
    const double near = 1e-9;
    const double exact = 1e-15;
    if (!by_least_squares(c, space, u)) {
        return false;
    }
    double before = INFINITY;
    for (int32_t i = 0; i < ITERATIONS_MOST; i++) {
        if (!scale_rows(c, u, space->matrix, space->right)) {
            return false;
        }
        const double highest = highest_of(space->right, c->n);
        const double apart = (highest - lowest_of(space->right, c->n)) / (c->n + highest);
        const bool at_rounding = apart <= exact || (apart < near && apart > before / 2);
        if (at_rounding || !correct(c, highest, space, u)) {
            return apart < near;
        }
        before = apart;
    }
    return false;
}

/* ---- All methods ------------------------------------------------------------------------------------------------- */

bool crmvi_priorities(const crmvi_comparisons *c, int32_t method, crmvi_priority_space *space, double *logarithms) {
    switch (method) {
    case CRMV_AHP_GEOMETRIC_MEAN:
        return by_least_squares(c, space, logarithms);
    case CRMV_AHP_COLUMN_MEAN:
        return by_column_mean(c, space, logarithms);
    default:
        return by_eigenvector(c, space, logarithms);
    }
}

/* lambda max is the mean of (B w)_i / w_i, in which each pair has c_ij + 1 / c_ij for 2 of its own: (1 - c)^2 / c more,
 * c = e^excess. */
double crmvi_contradiction(const crmvi_comparisons *c, const double *logarithms) {
    double sum = 0;
    for (int32_t i = 0; i < c->n; i++) {
        for (int32_t j = i + 1; j < c->n; j++) {
            if (crmvi_is_given(c, i, j)) {
                const double share = crmvi_exp(-fabs(crmvi_excess(c, logarithms, i, j)));
                sum += (1 - share) * (1 - share) / share;
            }
        }
    }
    return sum / c->n;
}
