/* pair.c - exact sums over two columns of points, and what follows from them. */
#include "calibrate/calibration.h"
#include "crmvalue/score.h"

#include <math.h>

/* Rows whose products are added up in 64 bits: 256 of less than 2^54 each. */
enum { BLOCK = 256, SMALL_BITS = 27 };

/* ---- Adding up --------------------------------------------------------------------------------------------------- */

/* A block's rows that have both, 0 elsewhere. */
typedef struct block {
    int64_t x[BLOCK], y[BLOCK];
    int64_t count;
    int64_t bits; /* of all magnitudes together */
} block;

/* A number below 0 without its sign: one less than its magnitude. */
static int64_t magnitude_bits(int64_t number) {
    return number < 0 ? ~number : number;
}

static void take_both(const int64_t *x, const int64_t *y, const uint8_t *keep, int64_t rows, block *out) {
    out->count = 0;
    out->bits = 0;
    for (int64_t i = 0; i < rows; i++) {
        const bool both = (keep == NULL || keep[i] != 0) && x[i] != CRMV_MISSING_POINTS && y[i] != CRMV_MISSING_POINTS;
        out->x[i] = both ? x[i] : 0;
        out->y[i] = both ? y[i] : 0;
        out->count += both;
        out->bits |= magnitude_bits(out->x[i]) | magnitude_bits(out->y[i]);
    }
}

static crmvi_pair small_sums(const block *b, int64_t rows) {
    int64_t x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (int64_t i = 0; i < rows; i++) {
        x += b->x[i];
        y += b->y[i];
        xx += b->x[i] * b->x[i];
        yy += b->y[i] * b->y[i];
        xy += b->x[i] * b->y[i];
    }
    return (crmvi_pair){.count = b->count, .x = x, .y = y, .xx = xx, .yy = yy, .xy = xy};
}

static bool add_row(crmvi_pair *pair, crmvi_wide x, crmvi_wide y) {
    pair->x += x;
    pair->y += y;
    return !__builtin_add_overflow(pair->xx, x * x, &pair->xx) && !__builtin_add_overflow(pair->yy, y * y, &pair->yy) &&
           !__builtin_add_overflow(pair->xy, x * y, &pair->xy);
}

static bool wide_sums(const block *b, int64_t rows, crmvi_pair *out) {
    *out = (crmvi_pair){.count = b->count};
    for (int64_t i = 0; i < rows; i++) {
        if (!add_row(out, b->x[i], b->y[i])) {
            return false;
        }
    }
    return true;
}

bool crmvi_pair_merge(crmvi_pair *into, const crmvi_pair *from) {
    crmvi_pair sum = {.count = into->count + from->count};
    const bool fits =
        !__builtin_add_overflow(into->x, from->x, &sum.x) && !__builtin_add_overflow(into->y, from->y, &sum.y) &&
        !__builtin_add_overflow(into->xx, from->xx, &sum.xx) && !__builtin_add_overflow(into->yy, from->yy, &sum.yy) &&
        !__builtin_add_overflow(into->xy, from->xy, &sum.xy);
    if (fits) {
        *into = sum;
    }
    return fits;
}

bool crmvi_pair_add(crmvi_pair *pair, const int64_t *x, const int64_t *y, const uint8_t *keep, int64_t rows) {
    crmvi_pair sum = *pair;
    block b;
    for (int64_t at = 0; at < rows; at += BLOCK) {
        const int64_t count = rows - at < BLOCK ? rows - at : BLOCK;
        take_both(x + at, y + at, keep == NULL ? NULL : keep + at, count, &b);
        crmvi_pair part;
        if (b.bits >> SMALL_BITS == 0) {
            part = small_sums(&b, count);
        } else if (!wide_sums(&b, count, &part)) {
            return false;
        }
        if (!crmvi_pair_merge(&sum, &part)) {
            return false;
        }
    }
    *pair = sum;
    return true;
}

/* ---- About the means --------------------------------------------------------------------------------------------- */

/* Sums about whole numbers next to the means. */
typedef struct centred {
    int64_t count;
    crmvi_wide x, y;       /* 0 to count - 1 */
    crmvi_wide xx, yy, xy; /* of products */
} centred;

/* The sum of (v - a)(w - b). On the way there numbers wrap; the result, which is no larger than the sums of squares are
 * together, does not. */
static crmvi_wide about(crmvi_wide product, crmvi_wide v, crmvi_wide w, crmvi_wide a, crmvi_wide b, int64_t count) {
    return (crmvi_wide)((crmvi_uwide)product - (crmvi_uwide)a * (crmvi_uwide)w - (crmvi_uwide)b * (crmvi_uwide)v +
                        (crmvi_uwide)a * (crmvi_uwide)b * (crmvi_uwide)count);
}

static centred centre(const crmvi_pair *p) {
    const int64_t n = p->count;
    const crmvi_wide a = crmvi_floor(p->x, n);
    const crmvi_wide b = crmvi_floor(p->y, n);
    return (centred){
        .count = n,
        .x = p->x - a * n,
        .y = p->y - b * n,
        .xx = about(p->xx, p->x, p->x, a, a, n),
        .yy = about(p->yy, p->y, p->y, b, b, n),
        .xy = about(p->xy, p->x, p->y, a, b, n),
    };
}

/*
 * count x the sum of products about the means themselves: count x product - v x w. Exact where 128 bits hold it; where
 * they might not, what is subtracted, below count squared, is nothing beside the rest.
 */
static double about_means(int64_t count, crmvi_wide product, crmvi_wide v, crmvi_wide w) {
    const crmvi_wide limit = (crmvi_wide)1 << 84;
    if (count < INT64_C(1) << 40 && product < limit && product > -limit) {
        return (double)(product * count - v * w);
    }
    return (double)product * (double)count - (double)v * (double)w;
}

double crmvi_pair_deviation(const crmvi_pair *pair) {
    if (pair->count < 2) {
        return 0;
    }
    const centred c = centre(pair);
    const double squares = about_means(c.count, c.xx, c.x, c.x);
    return sqrt(squares / ((double)c.count * (double)(c.count - 1)));
}

double crmvi_pair_correlation(const crmvi_pair *pair) {
    if (pair->count < 2) {
        return (double)NAN;
    }
    const centred c = centre(pair);
    const double xx = about_means(c.count, c.xx, c.x, c.x);
    const double yy = about_means(c.count, c.yy, c.y, c.y);
    const double xy = about_means(c.count, c.xy, c.x, c.y);
    if (!(xx > 0) || !(yy > 0)) {
        return (double)NAN;
    }
    const double r = xy / sqrt(xx * yy);
    return r > 1 ? 1 : r < -1 ? -1 : r;
}
