#include "base/error.h"
#include "base/memory.h"
#include "calibrate/found_scale.h"

#include <math.h>
#include <stdlib.h>

/* The points of a band. Two numbers are those of the lowest and the highest band, with even steps between; otherwise
 * each class has its own, and a band is known by how many of the cuts that were asked for its customers have passed. */
static crmvi_micro points_of_band(const crmvi_ask *ask, int32_t band, int32_t count, int32_t passed) {
    if (ask->point_count != 2) {
        return ask->points[passed];
    }
    return count == 1 ? crmvi_points_at(ask, 1, 2) : crmvi_points_at(ask, band, count - 1);
}

static void count_customers(const crmvi_run *run, const int64_t *cumulated, crmvi_found_scale *out) {
    int64_t above = run->total;
    for (int32_t i = out->count - 1; i >= 0; i--) {
        const int64_t below = i > 0 ? crmvi_customers_below(run, cumulated, out->from[i]) : 0;
        out->customers[i] = above - below;
        above = below;
    }
}

/* Cuts that are equal fall together, and one that is the lowest value is none: below it there is nobody. */
static void set_quantile_bands(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated, int32_t *passed,
                               crmvi_found_scale *out) {
    int32_t count = 1;
    out->from[0] = -INFINITY;
    passed[0] = 0;
    for (int32_t i = 1; i < ask->classes; i++) {
        const double cut = crmvi_run_part(run, cumulated, i, ask->classes);
        const bool is_new = cut > run->values[0] && cut > out->from[count - 1];
        if (is_new) {
            out->from[count++] = cut;
        }
        passed[count - 1] = i;
    }
    out->count = count;
    for (int32_t i = 0; i < count; i++) {
        out->points[i] = points_of_band(ask, i, count, passed[i]);
    }
}

static void set_remark(crmvi_found_scale *out) {
    bool has_empty = false;
    for (int32_t i = 0; i < out->count; i++) {
        has_empty = has_empty || out->customers[i] == 0;
    }
    if (out->count < out->wanted) {
        out->remark = has_empty
                          ? "fewer classes: several cuts fall on one value, which is not divided; and in one of them "
                            "there is nobody, as no value lies between its cuts"
                          : "fewer classes: several cuts fall on one value, which is not divided";
    } else if (has_empty) {
        out->remark = "in one of the classes there is nobody: no value lies between its cuts";
    }
}

int32_t crmvi_find_quantile_bands(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated,
                                  crmvi_found_scale *out, crmv_error *error) {
    int32_t *passed = crmvi_array(ask->classes, sizeof *passed);
    if (passed == NULL || !crmvi_make_scale_room(out, false, ask->classes)) {
        free(passed);
        return crmvi_no_memory(error);
    }
    set_quantile_bands(ask, run, cumulated, passed, out);
    count_customers(run, cumulated, out);
    set_remark(out);
    free(passed);
    return CRMV_OK;
}
