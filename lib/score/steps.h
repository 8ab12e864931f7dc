/*
 * steps.h - the inner loops of scoring: a sheet of customers at a time, doubles that hold integers, no branches.
 *
 * Every loop runs over CRMVI_SHEET customers, a number that compilers know, so that plain optimisation makes vector
 * code of it. NaN stands for missing. All that goes in and comes out is whole and below 2^51 in magnitude, so that
 * nothing is rounded but where a function says so, and no order of adding up matters.
 */
#ifndef CRMVI_SCORE_STEPS_H
#define CRMVI_SCORE_STEPS_H

#include "base/exact.h"

/* Customers on a sheet: so few that a handful of columns stay in the nearest cache. */
enum { CRMVI_SHEET = 1024 };

/* Doubles are exact integers up to here with two bits to spare: one for rounding by adding 1.5 x 2^52, one for halves.
 */
#define CRMVI_EXACT_LIMIT (INT64_C(1) << 51)

/* A step of a step function: the rise at `from` and above. What is missing stands on no step. */
typedef struct crmvi_step {
    double from, rise;
} crmvi_step;

void crmvi_sheet_fill(double *out, double value);

/* Adds a step function of the values, times weight / divisor, to the sums; each rise stays whole. */
void crmvi_add_steps(const crmvi_step *steps, int32_t count, double weight, double divisor, const double *values,
                     double *sums);

/* Adds weight x points; `absent` counts where they are missing. */
void crmvi_add_points(const double *points, double weight, double absent, double *sums);

/* Adds the weight where the points are not missing. */
void crmvi_add_weight(const double *points, double weight, double *bulks);

/* Rounds each sum to a whole number, half to even. */
void crmvi_round(double *sums);

/* Each sum x factor / divisor, rounded half to even. */
void crmvi_divide_all(double *sums, double factor, double divisor);

/* Each sum x factor / bulk, rounded half to even; missing where the bulk is 0. */
void crmvi_divide_by_bulks(double *sums, const double *bulks, double factor);

/* Each (sum x split + low) / bulk, rounded half to even; missing where the bulk is 0. `split` is a power of two above
 * 1, and times a bulk, with a low added, below 2^51. */
void crmvi_divide_split(double *sums, const double *lows, const double *bulks, double split);

/* Missing where the bulk is 0. */
void crmvi_lack_without_bulk(double *sums, const double *bulks);

/* The first `count` of a sheet as integers, CRMV_MISSING_POINTS where missing. `may_lack` false: none is. */
void crmvi_to_micros(const double *numbers, bool may_lack, int32_t count, crmvi_micro *out);

/* The first `count` of a sheet as codes; none is missing. */
void crmvi_to_codes(const double *numbers, int32_t count, int32_t *out);

#endif
