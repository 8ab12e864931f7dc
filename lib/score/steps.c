#include "score/steps.h"

#include "base/vectors.h"
#include "crmvalue/score.h"

#include <math.h>

/* Above this all doubles are whole, so that adding it rounds to a whole number, half to even. */
static const double shift = 0x1.8p52;

/* A double and its bits. */
typedef union bits {
    double number;
    int64_t pattern;
} bits;

void crmvi_sheet_fill(double *out, double value) {
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        out[i] = value;
    }
}

/* ---- Step functions ---------------------------------------------------------------------------------------------- */

static inline double rise_at(crmvi_step step, double value) {
    return value >= step.from ? step.rise : 0;
}

/* As many steps as registers and a cached line hold, in one pass over the sums. */
CRMVI_VECTORS static void add_one(const crmvi_step *s, const double *restrict v, double *restrict sums) {
    const crmvi_step a = s[0];
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] += rise_at(a, v[i]);
    }
}

CRMVI_VECTORS static void add_two(const crmvi_step *s, const double *restrict v, double *restrict sums) {
    const crmvi_step a = s[0], b = s[1];
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] += rise_at(a, v[i]) + rise_at(b, v[i]);
    }
}

CRMVI_VECTORS static void add_three(const crmvi_step *s, const double *restrict v, double *restrict sums) {
    const crmvi_step a = s[0], b = s[1], c = s[2];
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] += (rise_at(a, v[i]) + rise_at(b, v[i])) + rise_at(c, v[i]);
    }
}

CRMVI_VECTORS static void add_four(const crmvi_step *s, const double *restrict v, double *restrict sums) {
    const crmvi_step a = s[0], b = s[1], c = s[2], d = s[3];
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] += (rise_at(a, v[i]) + rise_at(b, v[i])) + (rise_at(c, v[i]) + rise_at(d, v[i]));
    }
}

CRMVI_VECTORS static void add_five(const crmvi_step *s, const double *restrict v, double *restrict sums) {
    const crmvi_step a = s[0], b = s[1], c = s[2], d = s[3], e = s[4];
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] += (rise_at(a, v[i]) + rise_at(b, v[i])) + (rise_at(c, v[i]) + rise_at(d, v[i])) + rise_at(e, v[i]);
    }
}

CRMVI_VECTORS static void add_six(const crmvi_step *s, const double *restrict v, double *restrict sums) {
    const crmvi_step a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5];
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] += (rise_at(a, v[i]) + rise_at(b, v[i])) + (rise_at(c, v[i]) + rise_at(d, v[i])) +
                   (rise_at(e, v[i]) + rise_at(f, v[i]));
    }
}

enum { AT_ONCE = 6 };

void crmvi_add_steps(const crmvi_step *steps, int32_t count, double weight, double divisor, const double *values,
                     double *sums) {
    static void (*const add[AT_ONCE])(const crmvi_step *, const double *restrict,
                                      double *restrict) = {add_one, add_two, add_three, add_four, add_five, add_six};
    for (int32_t begin = 0; begin < count; begin += AT_ONCE) {
        crmvi_step weighted[AT_ONCE];
        const int32_t here = count - begin < AT_ONCE ? count - begin : AT_ONCE;
        for (int32_t i = 0; i < here; i++) {
            weighted[i] = (crmvi_step){steps[begin + i].from, steps[begin + i].rise * weight / divisor};
        }
        add[here - 1](weighted, values, sums);
    }
}

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

CRMVI_VECTORS static void add_weighted(const double *restrict points, double weight, double absent,
                                       double *restrict sums) {
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] += weight * (points[i] == points[i] ? points[i] : absent);
    }
}

void crmvi_add_points(const double *points, double weight, double absent, double *sums) {
    add_weighted(points, weight, absent, sums);
}

CRMVI_VECTORS static void add_where_there(const double *restrict points, double weight, double *restrict bulks) {
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        bulks[i] += points[i] == points[i] ? weight : 0;
    }
}

void crmvi_add_weight(const double *points, double weight, double *bulks) {
    add_where_there(points, weight, bulks);
}

/* ---- Quotients --------------------------------------------------------------------------------------------------- */

void crmvi_round(double *sums) {
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] = (sums[i] + shift) - shift;
    }
}

/*
 * With an exact numerator below 2^52 the quotient, rounded to a double, lies on the same side of every half as the
 * exact one: from a half that it is not it is at least 1 / (2 x divisor) away, and rounding moves it by less.
 */
void crmvi_divide_all(double *sums, double factor, double divisor) {
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] = (sums[i] * factor / divisor + shift) - shift;
    }
}

CRMVI_VECTORS static void divide_each(double *restrict sums, const double *restrict bulks, double factor) {
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        const double lacking = bulks[i] > 0 ? 0 : (double)NAN;
        sums[i] = ((sums[i] * factor / bulks[i] + shift) - shift) + lacking;
    }
}

void crmvi_divide_by_bulks(double *sums, const double *bulks, double factor) {
    divide_each(sums, bulks, factor);
}

/*
 * With sum = q x bulk + rest, q whole, the quotient is q x split + (rest x split + low) / bulk. All of that but the
 * last division is exact, since q is near the quotient, so that the rest is not above the bulk. Half to even it stays,
 * since q x split is even.
 */
CRMVI_VECTORS static void divide_each_split(double *restrict sums, const double *restrict lows,
                                            const double *restrict bulks, double split) {
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        const double lacking = bulks[i] > 0 ? 0 : (double)NAN;
        const double near = (sums[i] / bulks[i] + shift) - shift;
        const double left = (sums[i] - near * bulks[i]) * split + lows[i];
        sums[i] = (near * split + ((left / bulks[i] + shift) - shift)) + lacking;
    }
}

void crmvi_divide_split(double *sums, const double *lows, const double *bulks, double split) {
    divide_each_split(sums, lows, bulks, split);
}

CRMVI_VECTORS static void lack_each(double *restrict sums, const double *restrict bulks) {
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] += bulks[i] > 0 ? 0 : (double)NAN;
    }
}

void crmvi_lack_without_bulk(double *sums, const double *bulks) {
    lack_each(sums, bulks);
}

/* ---- As integers ------------------------------------------------------------------------------------------------- */

/* A whole number below 2^51 plus `shift` has it in its lowest bits. */
CRMVI_VECTORS static void whole_of(const bits *restrict numbers, int32_t count, crmvi_micro *restrict out) {
    const bits zero = {.number = shift};
    for (int32_t i = 0; i < count; i++) {
        const bits shifted = {.number = numbers[i].number + shift};
        out[i] = shifted.pattern - zero.pattern;
    }
}

CRMVI_VECTORS static void whole_or_missing(const bits *restrict numbers, int32_t count, crmvi_micro *restrict out) {
    const bits zero = {.number = shift};
    for (int32_t i = 0; i < count; i++) {
        const double number = numbers[i].number;
        const bits shifted = {.number = number + shift};
        out[i] = number == number ? shifted.pattern - zero.pattern : CRMV_MISSING_POINTS;
    }
}

void crmvi_to_micros(const double *numbers, bool may_lack, int32_t count, crmvi_micro *out) {
    const bits *patterns = (const bits *)numbers;
    if (may_lack) {
        whole_or_missing(patterns, count, out);
    } else if (count == CRMVI_SHEET) {
        whole_of(patterns, CRMVI_SHEET, out);
    } else {
        whole_of(patterns, count, out);
    }
}

CRMVI_VECTORS static void codes_of(const double *restrict numbers, int32_t count, int32_t *restrict out) {
    for (int32_t i = 0; i < count; i++) {
        out[i] = (int32_t)numbers[i];
    }
}

void crmvi_to_codes(const double *numbers, int32_t count, int32_t *out) {
    if (count == CRMVI_SHEET) {
        codes_of(numbers, CRMVI_SHEET, out);
    } else {
        codes_of(numbers, count, out);
    }
}
