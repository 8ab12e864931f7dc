/* found_scales.h - scales found from values, for tests: asked for in few words, and looked at. */
#ifndef TESTS_FOUND_SCALES_H
#define TESTS_FOUND_SCALES_H

#include "base/guest.h"
#include "calibrate/scales.h"
#include "chance.h"
#include "tables.h"

#include <math.h>
#include <stdlib.h>

/* Points at the ends of a scale. */
static crmvi_micro hundred[] = {0, 100000000};

#define ROWS(...) (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double)
#define POINTS(x) ((crmvi_micro)nearbyint((x)*1e6))

static inline crmvi_ask ask_for(int32_t kind) {
    return (crmvi_ask){.kind = kind,
                       .place = "metrics.sales.scale",
                       .knots = 64,
                       .classes = 5,
                       .winsor_high = 100,
                       .spread = 3,
                       .points = hundred,
                       .point_count = 2,
                       .outcome = -1};
}

static inline crmvi_run run_of(const double *values, size_t rows, const int64_t *outcomes) {
    const crmvi_runner runner = {.threads = 1};
    crmvi_run run;
    assert_int_equal(crmvi_run_make(&runner, values, NULL, outcomes, (int64_t)rows, &run, NULL), CRMV_OK);
    return run;
}

static inline crmvi_found_scale find_with(const crmvi_ask *ask, const double *values, size_t rows,
                                          const int64_t *outcomes) {
    crmvi_run run = run_of(values, rows, outcomes);
    crmvi_found_scale found;
    assert_int_equal(crmvi_find_scale(ask, &run, &found, NULL), CRMV_OK);
    crmvi_run_clear(&run);
    for (int32_t i = 1; i < found.count; i++) {
        assert_true(found.from[i - 1] < found.from[i]);
    }
    assert_true(found.is_line ? found.count >= 2 && isfinite(found.from[0]) : found.from[0] == -INFINITY);
    return found;
}

static inline crmvi_found_scale find(const crmvi_ask *ask, const double *values, size_t rows) {
    return find_with(ask, values, rows, NULL);
}

static inline void assert_scale(crmvi_found_scale *found, int32_t count, const double *from,
                                const crmvi_micro *points) {
    assert_int_equal(found->count, count);
    for (int32_t i = 0; i < count; i++) {
        assert_true(found->from[i] == from[i]);
        assert_int_equal(found->points[i], points[i]);
    }
}

static inline void assert_not_identified(const crmvi_ask *ask, const char *words, const double *values, size_t rows) {
    crmvi_run run = run_of(values, rows, NULL);
    crmvi_found_scale found;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmvi_find_scale(ask, &run, &found, &error), CRMV_NOT_IDENTIFIED);
    assert_string_equal(error.place, "metrics.sales.scale");
    assert_non_null(strstr(error.message, words));
    assert_null(found.from);
    crmvi_run_clear(&run);
}

#endif
