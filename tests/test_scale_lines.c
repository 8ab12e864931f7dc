/*
 * Points of many values at once are those of each value, to the bit: on lines and bands whose borders are next to each
 * other, as far apart as numbers go, or denormal, and at each border, beside it, and far off.
 */
#include "base/guest.h"
#include "chance.h"
#include "model/model.h"
#include "scoring.h"

enum { MOST = 1100, VALUES = 1500, KINDS = 6 };

static uint64_t random_state;

static uint32_t draw(uint32_t below) {
    return chance_below(&random_state, below);
}

/* A double of any size, whichever bits come. */
static double draw_any(void) {
    union {
        uint64_t pattern;
        double number;
    } bits;
    do {
        bits.pattern = chance_bits(&random_state);
    } while (!isfinite(bits.number) || fabs(bits.number) > 1e300);
    return bits.number;
}

/* Distances between borders, by kind: even, skewed, next to each other, denormal, of any size. */
static double draw_border(uint32_t kind, double before) {
    switch (kind) {
    case 0:
        return before + 1 + draw(100);
    case 1:
        return before + exp2((double)draw(60) - 30);
    case 2:
        return nextafter(before, 1e300);
    case 3:
        return before + (double)(1 + draw(5)) * 0x1p-1074;
    default:
        return draw_any();
    }
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double borders[MOST], ends[MOST];
static crmvi_micro earned[MOST];

/* Borders ascend; how many there are is the result. */
static int32_t draw_borders(uint32_t kind, int32_t count) {
    static const double begins[] = {0, 1, -1e6, 0.1, 1e15, -5e-324};
    borders[0] = kind == 3 ? 0 : begins[draw(COUNT_OF(begins))];
    for (int32_t i = 1; i < count; i++) {
        borders[i] = draw_border(kind == 5 ? draw(5) : kind, borders[i - 1]);
    }
    qsort(borders, (size_t)count, sizeof *borders, by_size);
    int32_t distinct = 1;
    for (int32_t i = 1; i < count; i++) {
        if (borders[i] > borders[distinct - 1]) {
            borders[distinct++] = borders[i];
        }
    }
    return distinct;
}

static crmvi_micro draw_points(void) {
    const crmvi_micro most = 1000000 * MICRO;
    switch (draw(4)) {
    case 0:
        return (crmvi_micro)(chance_bits(&random_state) % (uint64_t)(2 * most + 1)) - most;
    case 1:
        return draw(2) == 0 ? most : -most;
    case 2:
        return draw(3);
    default:
        return draw(100000001);
    }
}

static double draw_value(int32_t count) {
    const double border = borders[draw((uint32_t)count)];
    switch (draw(6)) {
    case 0:
        return (double)NAN;
    case 1:
        return border;
    case 2:
        return nextafter(border, draw(2) == 0 ? 1e301 : -1e301);
    case 3:
        return draw_any();
    case 4:
        return draw(2) == 0 ? -0.0 : 1e300;
    default:
        return border + (borders[draw((uint32_t)count)] - border) * (double)draw(1000) / 1000;
    }
}

static void expect_alike(const crmvi_scale *scale, int32_t count) {
    static double values[VALUES], points[VALUES];
    for (int32_t i = 0; i < count; i++) {
        values[i] = draw_value(scale->count);
        values[i] = isinf(values[i]) ? 0 : values[i];
    }
    crmvi_scale_all(scale, values, count, points);
    for (int32_t i = 0; i < count; i++) {
        crmvi_micro one = 0;
        const bool placed = !isnan(values[i]) && crmvi_scale_points(scale, values[i], &one) >= 0;
        const double expected = placed ? (double)one : (double)NAN;
        if (isnan(expected) ? !isnan(points[i]) : memcmp(&points[i], &expected, sizeof expected) != 0) {
            fail_msg("%a on %d borders gave %a, not %a", values[i], (int)scale->count, points[i], expected);
        }
    }
}

static int32_t draw_count(void) {
    return 2 + (int32_t)(draw(8) == 0 ? draw(MOST - 1) : draw(70));
}

static void many_values_on_a_line_earn_what_each_of_them_earns(void **state) {
    (void)state;
    random_state = 50;
    for (uint32_t round = 0; round < 3000; round++) {
        const int32_t count = draw_borders(round % KINDS, draw_count());
        for (int32_t i = 0; i < count; i++) {
            earned[i] = draw_points();
        }
        const crmvi_scale line = {.kind = CRMVI_LINE, .count = count, .from = borders, .points = earned};
        if (count > 1) {
            expect_alike(&line, (int32_t)draw(200));
        }
    }
}

static void many_values_in_bands_earn_what_each_of_them_earns(void **state) {
    (void)state;
    random_state = 51;
    for (uint32_t round = 0; round < 3000; round++) {
        const int32_t count = draw_borders(round % KINDS, draw_count() - 1);
        for (int32_t i = 0; i < count; i++) {
            const double next = i + 1 < count ? borders[i + 1] : (double)INFINITY;
            ends[i] = draw(4) == 0 ? borders[i] / 2 + fmin(next, 1e300) / 2 : next;
            earned[i] = draw_points();
        }
        borders[0] = draw(2) == 0 ? -(double)INFINITY : borders[0];
        const crmvi_scale bands = {.kind = CRMVI_BANDS, .count = count, .from = borders, .to = ends, .points = earned};
        expect_alike(&bands, (int32_t)draw(200));
    }
}

static void on_a_scale_that_is_still_to_be_found_all_are_missing(void **state) {
    (void)state;
    static const int32_t kinds[] = {CRMVI_BANDS, CRMVI_LINE, CRMVI_NO_SCALE};
    double values[20] = {1, 2, 3}, points[20];
    for (int32_t k = 0; k < COUNT_OF(kinds); k++) {
        const crmvi_scale open = {.kind = kinds[k]};
        crmvi_scale_all(&open, values, COUNT_OF(values), points);
        for (int32_t i = 0; i < COUNT_OF(values); i++) {
            assert_true(isnan(points[i]));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_values_on_a_line_earn_what_each_of_them_earns),
        cmocka_unit_test(many_values_in_bands_earn_what_each_of_them_earns),
        cmocka_unit_test(on_a_scale_that_is_still_to_be_found_all_are_missing),
    };
    /* the public functions call these in their own floating-point environment, whatever the host's is */
    crmvi_guest host;
    crmvi_enter(&host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
