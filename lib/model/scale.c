#include "base/borders.h"
#include "base/wide_vectors.h"
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

/* Knots that are further apart are too far for a product with points. */
#define FAR 1e280

/* Points between two knots, rounded half to even. Multiplying before dividing keeps decimals such as a third of 30
 * exact; knots too far apart for that product are brought nearer first, which changes no ratio. */
static crmvi_micro between(const crmvi_scale *scale, int32_t i, double value) {
    const double run = scale->from[i + 1] - scale->from[i];
    const double shrink = run > FAR ? 0x1p-100 : 1;
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

static void one_by_one(const crmvi_scale *scale, const double *values, int32_t count, double *points) {
    for (int32_t i = 0; i < count; i++) {
        crmvi_micro earned = 0;
        const bool placed = !isnan(values[i]) && crmvi_scale_points(scale, values[i], &earned) >= 0;
        points[i] = placed ? (double)earned : (double)NAN;
    }
}

/* So many values are looked up side by side. */
enum { LANES = 8, CHUNK = 256 };

/*
 * Of each value the last position whose `from` is not above it, or 0: as last_not_above, but all values take the same
 * steps, so that there is no branch to be guessed, and none waits for another.
 */
static inline void find_places(const double *from, int64_t count, const double *values, int64_t *places) {
    for (int32_t k = 0; k < LANES; k++) {
        places[k] = 0;
    }
    for (int64_t left = count; left > 1; left -= left / 2) {
        const int64_t half = left / 2;
        for (int32_t k = 0; k < LANES; k++) {
            places[k] = from[places[k] + half] <= values[k] ? places[k] + half : places[k];
        }
    }
}

static int32_t on_bands(const crmvi_scale *scale, const double *values, int32_t count, double *points) {
    int32_t done = 0;
    for (; done + LANES <= count; done += LANES) {
        const double *here = values + done;
        int64_t places[LANES];
        find_places(scale->from, scale->count, here, places);
        for (int32_t k = 0; k < LANES; k++) {
            const bool placed = (scale->from[0] <= here[k]) & (here[k] < scale->to[places[k]]);
            points[done + k] = placed ? (double)scale->points[places[k]] : (double)NAN;
        }
    }
    return done;
}

/* ---- Lines ------------------------------------------------------------------------------------------------------- */

/* What lies between two knots, as `between` needs it. */
typedef struct piece {
    double from, run;
    double points, rise;
} piece;

struct crmvi_line {
    crmvi_borders knots; /* all but the last: each begins a piece */
    double lowest, highest;
    piece pieces[];
};

/* Whether no two knots are so far apart that `between` has to bring them nearer. */
static bool is_plain_line(const crmvi_scale *scale) {
    return scale->kind == CRMVI_LINE && scale->count > 1 && scale->from[scale->count - 1] - scale->from[0] <= FAR;
}

int64_t crmvi_line_size(const crmvi_scale *scale) {
    const int64_t pieces = scale->count - 1;
    return is_plain_line(scale) ? (int64_t)(sizeof(crmvi_line) + (size_t)pieces * sizeof(piece)) +
                                      crmvi_borders_room(pieces) * (int64_t)sizeof(double)
                                : 0;
}

void crmvi_line_prepare(const crmvi_scale *scale, crmvi_line *out) {
    const int32_t pieces = scale->count - 1;
    out->lowest = scale->from[0];
    out->highest = scale->from[pieces];
    for (int32_t i = 0; i < pieces; i++) {
        out->pieces[i] = (piece){.from = scale->from[i],
                                 .run = scale->from[i + 1] - scale->from[i],
                                 .points = (double)scale->points[i],
                                 .rise = (double)(scale->points[i + 1] - scale->points[i])};
    }
    crmvi_borders_prepare(scale->from, pieces, (double *)(out->pieces + pieces), &out->knots);
}

/*
 * As points_on_line. Outside of the knots a value counts as the nearest knot, and at the last knot the last piece gives
 * its rise: (whole x rise) / whole is off from it by no more than its own rounding. Points are below 2^42, so that
 * adding and taking away 1.5 x 2^52 rounds them half to even.
 */
CRMVI_IN_BOTH void on_pieces(const crmvi_line *line, const double *restrict values, const int32_t *restrict begun,
                             int32_t count, double *restrict points) {
    const double shift = 0x1.8p52;
    const double lowest = line->lowest, highest = line->highest;
    for (int32_t i = 0; i < count; i++) {
        const piece *at = &line->pieces[begun[i] > 0 ? begun[i] - 1 : 0];
        const double raised = values[i] < lowest ? lowest : values[i];
        const double near = raised > highest ? highest : raised;
        points[i] = at->points + (((near - at->from) * at->rise / at->run + shift) - shift);
    }
}

static void on_pieces_narrow(const crmvi_line *line, const double *values, const int32_t *begun, int32_t count,
                             double *points) {
    on_pieces(line, values, begun, count, points);
}

CRMVI_WIDE static void on_pieces_wide(const crmvi_line *line, const double *values, const int32_t *begun, int32_t count,
                                      double *points) {
    on_pieces(line, values, begun, count, points);
}

static int32_t on_line(const crmvi_line *line, const double *values, int32_t count, double *points) {
    const bool is_wide = crmvi_has_wide_vectors();
    for (int32_t done = 0, here; done < count; done += here) {
        int32_t begun[CHUNK];
        here = count - done < CHUNK ? count - done : CHUNK;
        crmvi_borders_find(&line->knots, values + done, here, begun);
        (is_wide ? on_pieces_wide : on_pieces_narrow)(line, values + done, begun, here, points + done);
    }
    return count;
}

void crmvi_scale_all(const crmvi_scale *scale, const double *values, int32_t count, double *points) {
    int32_t done = 0;
    if (scale->kind == CRMVI_CATEGORIES) {
        categories_all(scale, values, count, points);
        done = count;
    } else if (scale->kind == CRMVI_BANDS && scale->count > 0) {
        done = on_bands(scale, values, count, points);
    } else if (scale->kind == CRMVI_LINE && scale->line != NULL) {
        done = on_line(scale->line, values, count, points);
    }
    one_by_one(scale, values + done, count - done, points + done);
}
