#include "fit/curvature.h"

#include <math.h>
#include <string.h>

enum { MOST = CRMVI_FITTED_MOST, SWEEPS = 30 };

static const double DIFFERENCE = 1e-4; /* of a logarithm: what it cuts off is of the order of its square */
static const double FLAT = 1e-9;       /* of the sharpest bend: what differences of slopes cannot tell from 0 */

/* ---- Axes -------------------------------------------------------------------------------------------------------- */

/* Turns rows and columns p and q so that their product is 0 (Jacobi 1846). */
static void rotate(double *a, double *axes, int32_t n, int32_t p, int32_t q) {
    const double off = a[p * MOST + q];
    const double theta = (a[q * MOST + q] - a[p * MOST + p]) / (2 * off);
    const double t = (theta >= 0 ? 1 : -1) / (fabs(theta) + sqrt(theta * theta + 1));
    const double c = 1 / sqrt(t * t + 1);
    const double s = t * c;
    for (int32_t k = 0; k < n; k++) {
        const double kp = a[k * MOST + p];
        const double kq = a[k * MOST + q];
        a[k * MOST + p] = c * kp - s * kq;
        a[k * MOST + q] = s * kp + c * kq;
    }
    for (int32_t k = 0; k < n; k++) {
        const double pk = a[p * MOST + k];
        const double qk = a[q * MOST + k];
        a[p * MOST + k] = c * pk - s * qk;
        a[q * MOST + k] = s * pk + c * qk;
        const double own_p = axes[p * MOST + k];
        const double own_q = axes[q * MOST + k];
        axes[p * MOST + k] = c * own_p - s * own_q;
        axes[q * MOST + k] = s * own_p + c * own_q;
    }
    a[p * MOST + q] = a[q * MOST + p] = 0;
}

static void diagonalise(double *a, double *axes, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) {
            axes[i * MOST + j] = i == j ? 1 : 0;
        }
    }
    for (int32_t sweep = 0; sweep < SWEEPS; sweep++) {
        for (int32_t p = 0; p < n; p++) {
            for (int32_t q = p + 1; q < n; q++) {
                const double limit = 1e-17 * sqrt(fabs(a[p * MOST + p] * a[q * MOST + q]));
                if (fabs(a[p * MOST + q]) > limit && a[p * MOST + q] != 0) {
                    rotate(a, axes, n, p, q);
                }
            }
        }
    }
}

static void find_axes(crmvi_curvature *c) {
    double turned[CRMVI_CURVATURES];
    double axes[CRMVI_CURVATURES];
    double sharpest = 0;
    memcpy(turned, c->matrix, sizeof turned);
    diagonalise(turned, axes, c->count);
    for (int32_t i = 0; i < c->count; i++) {
        int32_t place = 0;
        for (int32_t j = 0; j < c->count; j++) {
            const double other = turned[j * MOST + j];
            const double own = turned[i * MOST + i];
            place += other < own || (other == own && j < i);
        }
        c->bends[place] = turned[i * MOST + i];
        memcpy(c->axes + place * MOST, axes + i * MOST, MOST * sizeof *axes);
        sharpest = fmax(sharpest, fabs(turned[i * MOST + i]));
    }
    for (int32_t i = 0; i < c->count; i++) {
        c->is_flat[i] = !(fabs(c->bends[i]) > FLAT * sharpest);
    }
}

/* ---- Second derivatives ------------------------------------------------------------------------------------------ */

/* Half of the difference on either side where both lie within the bounds, else of one side. */
static int32_t differentiate(const crmvi_search *search, const crmvi_point *point, int32_t k, double *row) {
    const crmvi_space *space = search->space;
    crmvi_point ahead = *point;
    crmvi_point behind = *point;
    ahead.at[k] = fmin(point->at[k] + DIFFERENCE, space->highest[k]);
    behind.at[k] = fmax(point->at[k] - DIFFERENCE, space->lowest[k]);
    int32_t status = crmvi_point_measure(search, &ahead);
    if (status == CRMV_OK) {
        status = crmvi_point_measure(search, &behind);
    }
    for (int32_t j = 0; j < space->count; j++) {
        row[j] = (ahead.slopes[j] - behind.slopes[j]) / (ahead.at[k] - behind.at[k]);
    }
    return status;
}

/* Both triangles of an exact matrix are the same. */
static void symmetrise(double *matrix, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        for (int32_t j = 0; j < i; j++) {
            const double mean = (matrix[i * MOST + j] + matrix[j * MOST + i]) / 2;
            matrix[i * MOST + j] = matrix[j * MOST + i] = isfinite(mean) ? mean : 0;
        }
        matrix[i * MOST + i] = isfinite(matrix[i * MOST + i]) ? matrix[i * MOST + i] : 0;
    }
}

static void leave_out(double *matrix, int32_t count, int32_t k) {
    for (int32_t j = 0; j < count; j++) {
        matrix[j * MOST + k] = matrix[k * MOST + j] = 0;
    }
    matrix[k * MOST + k] = 1;
}

int32_t crmvi_curvature_measure(const crmvi_search *search, const crmvi_point *point, crmvi_curvature *out) {
    const int32_t count = search->space->count;
    memset(out, 0, sizeof *out);
    out->count = count;
    for (int32_t k = 0; k < count; k++) {
        if (crmvi_is_held(search->space, point, k)) {
            continue;
        }
        const int32_t status = differentiate(search, point, k, out->matrix + k * MOST);
        if (status != CRMV_OK) {
            return status;
        }
    }
    symmetrise(out->matrix, count);
    for (int32_t k = 0; k < count; k++) {
        if (crmvi_is_held(search->space, point, k)) {
            leave_out(out->matrix, count, k);
        }
    }
    find_axes(out);
    return CRMV_OK;
}

void crmvi_curvature_leave_out(crmvi_curvature *curvature, const bool *which) {
    for (int32_t k = 0; k < curvature->count; k++) {
        if (which[k]) {
            leave_out(curvature->matrix, curvature->count, k);
        }
    }
    find_axes(curvature);
}

void crmvi_curvature_invert(const crmvi_curvature *curvature, double *inverse) {
    memset(inverse, 0, CRMVI_CURVATURES * sizeof *inverse);
    for (int32_t i = 0; i < curvature->count; i++) {
        if (curvature->is_flat[i]) {
            continue;
        }
        const double *axis = curvature->axes + i * MOST;
        const double weight = 1 / fabs(curvature->bends[i]);
        for (int32_t j = 0; j < curvature->count; j++) {
            for (int32_t k = 0; k < curvature->count; k++) {
                inverse[j * MOST + k] += weight * axis[j] * axis[k];
            }
        }
    }
}

bool crmvi_curvature_is_positive(const crmvi_curvature *curvature) {
    bool is_positive = true;
    for (int32_t i = 0; i < curvature->count; i++) {
        is_positive = is_positive && curvature->bends[i] > 0 && !curvature->is_flat[i];
    }
    return is_positive;
}
