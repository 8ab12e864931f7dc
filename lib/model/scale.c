#include "model.h"

#include <math.h>

/* The last position whose `from` is not above the value; -1 where all are above it. */
static int32_t last_not_above(const double *from, int32_t count, double value) {
    int32_t low = 0;
    int32_t high = count;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (from[middle] <= value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - 1;
}

/* Points between two knots, rounded half to even. Multiplying before dividing keeps decimals such as a third of 30
 * exact; knots too far apart for that product are brought nearer first, which changes no ratio. */
static crmvi_micro between(const crmvi_scale *scale, int32_t i, double value) {
    const double far = 1e280;
    const double run = scale->from[i + 1] - scale->from[i];
    const double shrink = run > far ? 0x1p-100 : 1;
    const double gone = value * shrink - scale->from[i] * shrink;
    const double whole = scale->from[i + 1] * shrink - scale->from[i] * shrink;
    const double rise = (double)(scale->points[i + 1] - scale->points[i]);
    return scale->points[i] + (crmvi_micro)nearbyint(gone * rise / whole);
}

static int32_t points_on_line(const crmvi_scale *scale, double value, crmvi_micro *points) {
    const int32_t last = scale->count - 1;
    if (last < 0) {
        return -1; /* it is still to be found */
    }
    const int32_t i = last_not_above(scale->from, scale->count, value);
    if (i < 0) {
        *points = scale->points[0];
        return 0;
    }
    if (i == last) {
        *points = scale->points[last];
        return last - 1;
    }
    *points = between(scale, i, value);
    return i;
}

int32_t crmvi_scale_points(const crmvi_scale *scale, double value, crmvi_micro *points) {
    int32_t i = -1;
    switch (scale->kind) {
    case CRMVI_LINE:
        return points_on_line(scale, value, points);
    case CRMVI_BANDS:
        i = last_not_above(scale->from, scale->count, value);
        if (i >= 0 && !(value < scale->to[i])) {
            i = -1;
        }
        break;
    case CRMVI_ITSELF:
        *points = (crmvi_micro)value;
        return 0;
    case CRMVI_CATEGORIES:
        i = value >= 0 && value < scale->count ? (int32_t)value : -1;
        break;
    default:
        break;
    }
    if (i >= 0) {
        *points = scale->points[i];
    }
    return i;
}

/* ---- Of many values ---------------------------------------------------------------------------------------------- */

static void categories_all(const crmvi_scale *scale, const double *values, int32_t count, double *points) {
    for (int32_t i = 0; i < count; i++) {
        const double value = values[i];
        points[i] = value >= 0 && value < scale->count ? (double)scale->points[(int32_t)value] : (double)NAN;
    }
}

static void other_all(const crmvi_scale *scale, const double *values, int32_t count, double *points) {
    for (int32_t i = 0; i < count; i++) {
        crmvi_micro earned = 0;
        const bool placed = !isnan(values[i]) && crmvi_scale_points(scale, values[i], &earned) >= 0;
        points[i] = placed ? (double)earned : (double)NAN;
    }
}

void crmvi_scale_all(const crmvi_scale *scale, const double *values, int32_t count, double *points) {
    if (scale->kind == CRMVI_CATEGORIES) {
        categories_all(scale, values, count, points);
    } else {
        other_all(scale, values, count, points);
    }
}
