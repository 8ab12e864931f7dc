#include "base/borders.h"
#include "base/guest.h"
#include "chance.h"
#include "tables.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { BORDERS_LIMIT = 700, VALUES = 3000, KINDS = 9 };

/* Borders of every kind that could trip the cells. */
static double border_of_kind(int32_t kind, uint64_t *state) {
    const uint64_t bits = chance_bits(state);
    const double evenly = (double)(bits >> 11) * 0x1p-53;
    double any;
    memcpy(&any, &bits, sizeof any);
    switch (kind) {
    case 0:
        return evenly;
    case 1:
        return isfinite(any) ? any : 0;
    case 2:
        return pow(10, 12 * evenly - 2); /* amounts of money, most of them small */
    case 3:
        return -pow(10, 12 * evenly - 2); /* most of them near the highest */
    case 4:
        return (bits % 2 != 0 ? 1 : -1) * (1e308 + 7e307 * evenly);
    case 5:
        return (double)(bits % 1000) * 5e-324;
    case 6:
        return bits % 50 == 0 ? DBL_MAX * evenly : evenly; /* a few far away */
    case 7:
        return 1 + (double)(bits % 1000) * DBL_EPSILON;
    default:
        return (double)(bits % 300);
    }
}

static int ascending(const void *left, const void *right) {
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static int32_t make_borders(int32_t kind, int32_t wanted, uint64_t *state, double *out) {
    for (int32_t i = 0; i < wanted; i++) {
        out[i] = border_of_kind(kind, state);
    }
    qsort(out, (size_t)wanted, sizeof *out, ascending);
    int32_t count = 0;
    for (int32_t i = 0; i < wanted; i++) {
        if (count == 0 || out[i] > out[count - 1]) {
            out[count++] = out[i];
        }
    }
    return count;
}

static int32_t counted(const double *borders, int32_t count, double value) {
    int32_t not_above = 0;
    while (not_above < count && borders[not_above] <= value) {
        not_above++;
    }
    return not_above;
}

/* Borders, their neighbours, values as borders are, and what is no number. */
static double value_at(int32_t i, int32_t kind, const double *borders, int32_t count, uint64_t *state) {
    static const double odd[] = {NAN, -NAN, INFINITY, -INFINITY, 0.0, -0.0, DBL_MAX, -DBL_MAX, 5e-324};
    const double border = count > 0 ? borders[chance_bits(state) % (uint64_t)count] : 1;
    switch (i % 5) {
    case 0:
        return border;
    case 1:
        return nextafter(border, INFINITY);
    case 2:
        return nextafter(border, -INFINITY);
    case 3:
        return odd[chance_bits(state) % (sizeof odd / sizeof odd[0])];
    default:
        return border_of_kind(kind, state);
    }
}

static void compare(int32_t kind, const double *borders, int32_t count, uint64_t *state) {
    double *room = malloc((size_t)crmvi_borders_room(count) * sizeof *room);
    crmvi_borders *prepared = malloc(sizeof *prepared);
    double values[VALUES];
    int32_t found[VALUES];
    assert_non_null(room);
    assert_non_null(prepared);
    crmvi_borders_prepare(borders, count, room, prepared);
    for (int32_t i = 0; i < VALUES; i++) {
        values[i] = value_at(i, kind, borders, count, state);
    }
    const int32_t asked = VALUES - (int32_t)(chance_bits(state) % 9); /* not always whole bundles */
    crmvi_borders_find(prepared, values, asked, found);
    for (int32_t i = 0; i < asked; i++) {
        assert_int_equal(found[i], counted(borders, count, values[i]));
    }
    free(prepared);
    free(room);
}

static void values_lie_where_counting_says(void **state) {
    (void)state;
    static const int32_t sizes[] = {0, 1, 2, 3, 7, 20, 101, 511, BORDERS_LIMIT};
    uint64_t chance = 5;
    for (int32_t kind = 0; kind < KINDS; kind++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            double borders[BORDERS_LIMIT];
            const int32_t count = make_borders(kind, sizes[i], &chance, borders);
            compare(kind, borders, count, &chance);
        }
    }
}

int main(void) {
    crmvi_guest host;
    crmvi_enter(&host);
    const struct CMUnitTest tests[] = {cmocka_unit_test(values_lie_where_counting_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
