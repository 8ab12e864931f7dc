#include "calibrate/scales.h"

#include "base/error.h"
#include "base/memory.h"
#include "calibrate/found_scale.h"

#include <math.h>
#include <stdlib.h>

/* A model's numbers are below it in magnitude. */
static const double model_limit = 1e300;

void crmvi_found_scale_clear(crmvi_found_scale *found) {
    free(found->from);
    free(found->points);
    free(found->means);
    free(found->customers);
    *found = (crmvi_found_scale){0};
}

/* ---- What the kinds share ---------------------------------------------------------------------------------------- */

bool crmvi_make_scale_room(crmvi_found_scale *out, bool is_line, int32_t count) {
    out->is_line = is_line;
    out->count = count;
    out->from = crmvi_array(count, sizeof *out->from);
    out->points = crmvi_array(count, sizeof *out->points);
    out->customers = is_line ? NULL : crmvi_zeroed(count, sizeof *out->customers);
    return out->from != NULL && out->points != NULL && (is_line || out->customers != NULL);
}

crmvi_micro crmvi_points_at(const crmvi_ask *ask, crmvi_wide part, crmvi_wide parts) {
    const crmvi_micro low = ask->points[0];
    const crmvi_micro high = ask->points[ask->point_count - 1];
    return low + (crmvi_micro)crmvi_divide((crmvi_wide)(high - low) * part, parts);
}

int64_t crmvi_first_not_below(const crmvi_run *run, double value) {
    int64_t low = 0;
    int64_t high = run->distinct;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (run->values[middle] < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int64_t crmvi_customers_below(const crmvi_run *run, const int64_t *cumulated, double value) {
    const int64_t first = crmvi_first_not_below(run, value);
    return first > 0 ? cumulated[first - 1] : 0;
}

bool crmvi_flat_line(const crmvi_ask *ask, double value, crmvi_found_scale *out) {
    if (!crmvi_make_scale_room(out, true, 2)) {
        return false;
    }
    const double far = fabs(value) < 0x1p50 ? 1 : fabs(value) / 1024;
    out->from[0] = value;
    out->from[1] = value + far;
    out->points[0] = crmvi_points_at(ask, 1, 2);
    out->points[1] = out->points[0];
    return true;
}

/* At the value itself: the mean of the ends, or the end that it is. */
bool crmvi_steep_line(const crmvi_ask *ask, const crmvi_run *run, double value, crmvi_found_scale *out) {
    const int64_t at = crmvi_first_not_below(run, value);
    const bool has_below = at > 0;
    const bool has_above = at + 1 < run->distinct;
    if (!crmvi_make_scale_room(out, true, 1 + has_below + has_above)) {
        return false;
    }
    int32_t i = 0;
    if (has_below) {
        out->from[i] = run->values[at - 1];
        out->points[i++] = crmvi_points_at(ask, 0, 1);
    }
    out->from[i] = value;
    out->points[i++] = crmvi_points_at(ask, has_below + (has_below && !has_above), 2);
    if (has_above) {
        out->from[i] = run->values[at + 1];
        out->points[i] = crmvi_points_at(ask, 1, 1);
    }
    out->remark = "both ends of winsorising are the same value: the line steps up there";
    return true;
}

/* ---- From one end to the other ----------------------------------------------------------------------------------- */

static bool straight_line(const crmvi_ask *ask, double low, double high, crmvi_found_scale *out) {
    if (!crmvi_make_scale_room(out, true, 2)) {
        return false;
    }
    out->from[0] = low;
    out->from[1] = high;
    out->points[0] = crmvi_points_at(ask, 0, 1);
    out->points[1] = crmvi_points_at(ask, 1, 1);
    return true;
}

void crmvi_scale_ends(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated, double *low, double *high) {
    const double parts = 1e8; /* percents in units of 1e-6 */
    *low = run->values[0];
    *high = run->values[run->distinct - 1];
    if (ask->winsorised) {
        *low = crmvi_run_part(run, cumulated, (int64_t)nearbyint(ask->winsor_low * 1e6), (int64_t)parts);
        *high = crmvi_run_part(run, cumulated, (int64_t)nearbyint(ask->winsor_high * 1e6), (int64_t)parts);
    }
}

static int32_t find_min_max(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated,
                            crmvi_found_scale *out, crmv_error *error) {
    crmvi_scale_ends(ask, run, cumulated, &out->low, &out->high);
    if (ask->winsorised) {
        const double above = nextafter(out->low, INFINITY);
        out->beyond = crmvi_customers_below(run, cumulated, out->low < out->high ? above : out->low);
        out->beyond += run->total - crmvi_customers_below(run, cumulated, out->high);
    }
    const bool made =
        out->low < out->high ? straight_line(ask, out->low, out->high, out) : crmvi_steep_line(ask, run, out->low, out);
    return made ? CRMV_OK : crmvi_no_memory(error);
}

static int32_t find_z_score(const crmvi_ask *ask, const crmvi_run *run, crmvi_found_scale *out, crmv_error *error) {
    crmvi_run_moments(run, &out->mean, &out->deviation);
    out->low = out->mean - ask->spread * out->deviation;
    out->high = out->mean + ask->spread * out->deviation;
    if (out->low < out->high) {
        return straight_line(ask, out->low, out->high, out) ? CRMV_OK : crmvi_no_memory(error);
    }
    out->remark = "the values differ by too little for a line: all earn the mean of the ends";
    return crmvi_flat_line(ask, out->mean, out) ? CRMV_OK : crmvi_no_memory(error);
}

/* ---- All kinds --------------------------------------------------------------------------------------------------- */

static int32_t find_of_one(const crmvi_ask *ask, const crmvi_run *run, crmvi_found_scale *out, crmv_error *error) {
    const double value = run->values[0];
    const bool is_bands = ask->kind == CRMVI_ASK_QUANTILE_BANDS || ask->kind == CRMVI_ASK_OPTIMAL_BANDS;
    out->remark = "all have the same value: it earns the mean of the ends";
    if (!is_bands) {
        out->low = value;
        out->high = value;
        out->mean = value;
        out->deviation = 0;
        out->largest_error = 0;
        return crmvi_flat_line(ask, value, out) ? CRMV_OK : crmvi_no_memory(error);
    }
    if (!crmvi_make_scale_room(out, false, 1)) {
        return crmvi_no_memory(error);
    }
    out->from[0] = -INFINITY;
    out->points[0] = crmvi_points_at(ask, 1, 2);
    out->customers[0] = run->total;
    if (run->sums != NULL) {
        out->means = crmvi_array(1, sizeof *out->means);
        if (out->means == NULL) {
            return crmvi_no_memory(error);
        }
        out->means[0] = (double)run->sums[0] / (double)run->total / 1e6;
    }
    return CRMV_OK;
}

static int32_t find(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated, crmvi_found_scale *out,
                    crmv_error *error) {
    switch (ask->kind) {
    case CRMVI_ASK_PERCENTILE:
        return crmvi_find_percentile(ask, run, cumulated, out, error);
    case CRMVI_ASK_MIN_MAX:
        return find_min_max(ask, run, cumulated, out, error);
    case CRMVI_ASK_Z_SCORE:
        return find_z_score(ask, run, out, error);
    case CRMVI_ASK_LOGARITHM:
        return crmvi_find_log_line(ask, run, cumulated, out, error);
    case CRMVI_ASK_QUANTILE_BANDS:
        return crmvi_find_quantile_bands(ask, run, cumulated, out, error);
    case CRMVI_ASK_OPTIMAL_BANDS:
        return crmvi_find_optimal_bands(ask, run, out, error);
    default:
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, ask->place, "this is no request for a scale");
    }
}

/* What a model can hold: bands begin, and knots lie, below its limit. */
static int32_t check_limits(const crmvi_ask *ask, const crmvi_found_scale *found, crmv_error *error) {
    for (int32_t i = found->is_line ? 0 : 1; i < found->count; i++) {
        if (!(fabs(found->from[i]) < model_limit)) {
            return crmvi_fail(error, CRMV_NOT_IDENTIFIED, ask->place,
                              "values of 1e300 and beyond are no numbers of a model");
        }
    }
    return CRMV_OK;
}

static int32_t check_run(const crmvi_ask *ask, const crmvi_run *run, crmv_error *error) {
    if (run->total == 0) {
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, ask->place,
                          ask->kind == CRMVI_ASK_OPTIMAL_BANDS
                              ? "nobody has a value and an outcome, and is not held out"
                              : "nobody has a value");
    }
    if (ask->kind == CRMVI_ASK_LOGARITHM && !(run->values[run->distinct - 1] > 0)) {
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, ask->place, "nobody has a value above 0");
    }
    const double greatest = fmax(fabs(run->values[0]), fabs(run->values[run->distinct - 1]));
    if (ask->kind == CRMVI_ASK_PERCENTILE && !(greatest < model_limit)) {
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, ask->place,
                          "values of 1e300 and beyond are no numbers of a model");
    }
    return CRMV_OK;
}

/* Of a percentile the error is a part of all that can be earned, in percent; of a logarithm it is in points. */
static void remark_error(const crmvi_ask *ask, crmvi_found_scale *out) {
    const double most = 5; /* percent */
    const double span = fabs((double)(ask->points[ask->point_count - 1] - ask->points[0])) / (double)CRMVI_ONE;
    const double error = ask->kind == CRMVI_ASK_LOGARITHM ? out->largest_error / span * 100 : out->largest_error;
    if (out->is_line && out->remark == NULL && !isnan(out->largest_error) && span > 0 && error > most) {
        out->remark = "the line misses some customers by more than 5 percent of the points: with more knots it would "
                      "come nearer to them";
    }
}

int32_t crmvi_find_scale(const crmvi_ask *ask, const crmvi_run *run, crmvi_found_scale *out, crmv_error *error) {
    *out = (crmvi_found_scale){
        .largest_error = NAN, .low = NAN, .high = NAN, .mean = NAN, .deviation = NAN, .wanted = ask->classes};
    int32_t status = check_run(ask, run, error);
    if (status != CRMV_OK) {
        return status;
    }
    int64_t *cumulated = crmvi_large_array(run->distinct, sizeof *cumulated);
    if (cumulated == NULL) {
        return crmvi_no_memory(error);
    }
    crmvi_run_cumulate(run, cumulated);
    status = run->distinct == 1 ? find_of_one(ask, run, out, error) : find(ask, run, cumulated, out, error);
    free(cumulated);
    if (status == CRMV_OK) {
        remark_error(ask, out);
        status = check_limits(ask, out, error);
    }
    if (status != CRMV_OK) {
        crmvi_found_scale_clear(out);
    }
    return status;
}
