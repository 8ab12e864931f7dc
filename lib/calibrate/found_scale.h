/* found_scale.h - the kinds of scales that are found, one by one, and what they share. */
#ifndef CRMVI_CALIBRATE_FOUND_SCALE_H
#define CRMVI_CALIBRATE_FOUND_SCALE_H

#include "calibrate/scales.h"

/* Each finds its kind from a run of two distinct values or more. `cumulated` is the run's. On failure `out` may hold a
 * part, to be cleared. */
int32_t crmvi_find_percentile(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated,
                              crmvi_found_scale *out, crmv_error *error);
int32_t crmvi_find_log_line(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated,
                            crmvi_found_scale *out, crmv_error *error);
int32_t crmvi_find_quantile_bands(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated,
                                  crmvi_found_scale *out, crmv_error *error);
int32_t crmvi_find_optimal_bands(const crmvi_ask *ask, const crmvi_run *run, crmvi_found_scale *out, crmv_error *error);

/* Room for so many knots, or (not a line) bands with their customers. False where memory is short. */
bool crmvi_make_scale_room(crmvi_found_scale *out, bool is_line, int32_t count);

/* Points so far from those at the lowest value to those at the highest, rounded half to even. */
crmvi_micro crmvi_points_at(const crmvi_ask *ask, crmvi_wide part, crmvi_wide parts);

/* The line of a single value: flat at the mean of the ends, through two knots since a line has as many. */
bool crmvi_flat_line(const crmvi_ask *ask, double value, crmvi_found_scale *out);

/* The line of a run whose two ends came to the same value of several: it steps up there. */
bool crmvi_steep_line(const crmvi_ask *ask, const crmvi_run *run, double value, crmvi_found_scale *out);

/* Customers with a value below. */
int64_t crmvi_customers_below(const crmvi_run *run, const int64_t *cumulated, double value);

/* The position of the first value that is not below; `distinct` where all are. */
int64_t crmvi_first_not_below(const crmvi_run *run, double value);

/* The ends of a line: the quantiles that winsorising asks for, or the lowest and the highest value. */
void crmvi_scale_ends(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated, double *low, double *high);

#endif
