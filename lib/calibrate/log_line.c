#include "base/double_bits.h"
#include "base/error.h"
#include "base/logarithm.h"
#include "base/memory.h"
#include "calibrate/found_scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From `low` to `high`, both above 0. */
typedef struct span {
    double low, high;
    double logarithm; /* of high / low */
} span;

/* Below this ratio a straight line is nearer to the logarithm than a millionth of what it rises. */
static const double nearly_straight = 1 + 1e-6;

/* ln (x / low), by the quotient where that is near 1 and by the difference where it may be no double. */
static double log_ratio(double x, double low) {
    return x / 2 < low ? crmvi_log(x / low) : crmvi_log(x) - crmvi_log(low);
}

static double share_of(const span *s, double x) {
    return x >= s->high ? 1 : log_ratio(x, s->low) / s->logarithm;
}

/* The lowest double whose share is `share` or more. Doubles above 0 ascend as their bits do. */
static double value_at(const span *s, double share) {
    uint64_t low = crmvi_bits_of(s->low);
    uint64_t high = crmvi_bits_of(s->high);
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (share_of(s, crmvi_double_of(middle)) >= share) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return crmvi_double_of(low);
}

static double points_of(const crmvi_ask *ask, double share) {
    return (double)ask->points[0] + (double)(ask->points[ask->point_count - 1] - ask->points[0]) * share;
}

/* Knots at even steps of the logarithm, but for those that would fall together. */
static void set_knots(const crmvi_ask *ask, const span *s, int32_t knots, crmvi_found_scale *out) {
    int32_t count = 0;
    for (int32_t i = 0; i < knots; i++) {
        const bool is_last = i == knots - 1;
        const double x = i == 0 ? s->low : is_last ? s->high : value_at(s, (double)i / (knots - 1));
        if (count > 0 && (x <= out->from[count - 1] || (!is_last && x >= s->high))) {
            continue;
        }
        out->from[count] = x;
        out->points[count++] = (crmvi_micro)nearbyint(points_of(ask, i == 0 ? 0 : share_of(s, x)));
    }
    out->count = count;
}

/* How far the line is from the logarithm, at the values between its ends; in points. */
static double furthest_off(const crmvi_ask *ask, const span *s, const crmvi_run *run, const crmvi_found_scale *found) {
    double furthest = 0;
    int32_t knot = 0;
    for (int64_t i = crmvi_first_not_below(run, s->low); i < run->distinct && run->values[i] < s->high; i++) {
        const double x = run->values[i];
        while (x >= found->from[knot + 1]) {
            knot++;
        }
        const double part = (x - found->from[knot]) / (found->from[knot + 1] - found->from[knot]);
        const double rise = (double)(found->points[knot + 1] - found->points[knot]);
        furthest = fmax(furthest, fabs((double)found->points[knot] + part * rise - points_of(ask, share_of(s, x))));
    }
    return furthest / 1e6;
}

static bool make_line(const crmvi_ask *ask, const crmvi_run *run, crmvi_found_scale *out) {
    const span s = {out->low, out->high, log_ratio(out->high, out->low)};
    const bool is_straight = s.high / 2 < s.low && s.high / s.low < nearly_straight;
    const int32_t knots = is_straight || ask->knots < 2 ? 2 : ask->knots;
    if (!crmvi_make_scale_room(out, true, knots)) {
        return false;
    }
    set_knots(ask, &s, knots, out);
    out->largest_error = furthest_off(ask, &s, run, out);
    return true;
}

/* One value above 0, and others that are not: what is not earns the low end at 0, that value the high one. */
static bool line_from_zero(const crmvi_ask *ask, double value, crmvi_found_scale *out) {
    if (!crmvi_make_scale_room(out, true, 2)) {
        return false;
    }
    out->from[0] = 0;
    out->from[1] = value;
    out->points[0] = crmvi_points_at(ask, 0, 1);
    out->points[1] = crmvi_points_at(ask, 1, 1);
    out->largest_error = 0;
    out->remark = "all values above 0 are the same: the line rises to it from 0";
    return true;
}

/* `run` holds what is above 0. */
static bool find_above_zero(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated,
                            crmvi_found_scale *out) {
    crmvi_scale_ends(ask, run, cumulated, &out->low, &out->high);
    if (out->low < out->high) {
        return make_line(ask, run, out);
    }
    if (run->distinct > 1) {
        out->largest_error = 0;
        return crmvi_steep_line(ask, run, out->low, out);
    }
    return line_from_zero(ask, out->low, out);
}

int32_t crmvi_find_log_line(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated,
                            crmvi_found_scale *out, crmv_error *error) {
    const int64_t first = crmvi_first_not_below(run, nextafter(0, 1));
    out->beyond = first > 0 ? cumulated[first - 1] : 0;
    const crmvi_run above = {.values = run->values + first,
                             .counts = run->counts + first,
                             .distinct = run->distinct - first,
                             .total = run->total - out->beyond};
    int64_t *above_cumulated = crmvi_large_array(above.distinct, sizeof *above_cumulated);
    if (above_cumulated == NULL) {
        return crmvi_no_memory(error);
    }
    crmvi_run_cumulate(&above, above_cumulated);
    const bool found = find_above_zero(ask, &above, above_cumulated, out);
    free(above_cumulated);
    return found ? CRMV_OK : crmvi_no_memory(error);
}
