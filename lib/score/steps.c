#include "score/steps.h"

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

static void add_one(const crmvi_step *step, const double *restrict values, double *restrict sums) {
    const double from = step->from, rise = step->rise;
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] += values[i] >= from ? rise : 0;
    }
}

static void add_two(const crmvi_step *steps, const double *restrict values, double *restrict sums) {
    const double from0 = steps[0].from, rise0 = steps[0].rise, from1 = steps[1].from, rise1 = steps[1].rise;
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        const double value = values[i];
        sums[i] += (value >= from0 ? rise0 : 0) + (value >= from1 ? rise1 : 0);
    }
}

/* Four at a time keep the sums out of memory in between, and all limits in registers. */
static void add_four(const crmvi_step *steps, const double *restrict values, double *restrict sums) {
    const double from0 = steps[0].from, rise0 = steps[0].rise, from1 = steps[1].from, rise1 = steps[1].rise;
    const double from2 = steps[2].from, rise2 = steps[2].rise, from3 = steps[3].from, rise3 = steps[3].rise;
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        const double value = values[i];
        const double lower = (value >= from0 ? rise0 : 0) + (value >= from1 ? rise1 : 0);
        const double upper = (value >= from2 ? rise2 : 0) + (value >= from3 ? rise3 : 0);
        sums[i] += lower + upper;
    }
}

void crmvi_add_steps(const crmvi_step *steps, int32_t count, const double *values, double *sums) {
    int32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        add_four(&steps[i], values, sums);
    }
    if (i + 2 <= count) {
        add_two(&steps[i], values, sums);
        i += 2;
    }
    if (i < count) {
        add_one(&steps[i], values, sums);
    }
}

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

static void add_weighted(const double *restrict points, double weight, double absent, double *restrict sums) {
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] += weight * (points[i] == points[i] ? points[i] : absent);
    }
}

void crmvi_add_points(const double *points, double weight, double absent, double *sums) {
    add_weighted(points, weight, absent, sums);
}

static void add_where_there(const double *restrict points, double weight, double *restrict bulks) {
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

static void divide_each(double *restrict sums, const double *restrict bulks, double factor) {
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        const double lacking = bulks[i] > 0 ? 0 : (double)NAN;
        sums[i] = ((sums[i] * factor / bulks[i] + shift) - shift) + lacking;
    }
}

void crmvi_divide_by_bulks(double *sums, const double *bulks, double factor) {
    divide_each(sums, bulks, factor);
}

static void lack_each(double *restrict sums, const double *restrict bulks) {
    for (int32_t i = 0; i < CRMVI_SHEET; i++) {
        sums[i] += bulks[i] > 0 ? 0 : (double)NAN;
    }
}

void crmvi_lack_without_bulk(double *sums, const double *bulks) {
    lack_each(sums, bulks);
}

/* ---- As integers ------------------------------------------------------------------------------------------------- */

/* A whole number below 2^51 plus `shift` has it in its lowest bits. */
static void whole_of(const bits *restrict numbers, int32_t count, crmvi_micro *restrict out) {
    const bits zero = {.number = shift};
    for (int32_t i = 0; i < count; i++) {
        const bits shifted = {.number = numbers[i].number + shift};
        out[i] = shifted.pattern - zero.pattern;
    }
}

static void whole_or_missing(const bits *restrict numbers, int32_t count, crmvi_micro *restrict out) {
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

static void codes_of(const double *restrict numbers, int32_t count, int32_t *restrict out) {
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
