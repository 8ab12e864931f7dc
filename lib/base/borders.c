#include "base/borders.h"

#include "base/wide_vectors.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum {
    CELLS_OF_BORDER = 8, /* so that most cells have one border or none */
    MANTISSA_BITS = 52,
    OCTAVES_LIMIT = 16,
    FIRST_OCTAVE = 1023 /* the exponent of 1, as its bits have it */
};

/*
 * The cell of a value: with y = 1 + (value - lowest) x scale, the octave of y and the first bits of where it lies in
 * it. Each step is monotone, rounding too, so that no value is in a cell below that of a lower one.
 */
CRMVI_IN_BOTH int32_t cell_of(const crmvi_borders *b, double value) {
    const double raised = value > b->lowest ? value : b->lowest; /* NaN too */
    const double near = raised < b->beyond ? raised : b->beyond;
    const double stretched = 1 + (near - b->lowest) * b->scale;
    uint64_t bits;
    memcpy(&bits, &stretched, sizeof bits);
    const uint64_t first = (uint64_t)FIRST_OCTAVE << MANTISSA_BITS;
    const int32_t cell = (int32_t)((bits - first) >> (MANTISSA_BITS - b->cell_bits));
    return cell < b->cells ? cell : b->cells - 1;
}

int64_t crmvi_borders_room(int64_t count) {
    return 3 * count + 1; /* a search looks at no more than twice as many as a cell has */
}

/* Counts the borders of each cell; returns the most that a cell has. */
static int32_t fill_cells(crmvi_borders *b) {
    int32_t most = 0, filled = 0;
    for (int32_t i = 0, begin = 0; i < b->count; i++) {
        const int32_t cell = cell_of(b, b->from[i]);
        while (filled <= cell) {
            b->below[filled++] = i;
            begin = i;
        }
        most = i + 1 - begin > most ? i + 1 - begin : most;
    }
    while (filled <= b->cells) {
        b->below[filled++] = b->count;
    }
    return most;
}

/* Divides the stretch into cells over so many octaves; returns the most borders that a cell has. */
static int32_t divide(crmvi_borders *b, int32_t octaves) {
    const double scale = (ldexp(1, octaves) - 1) / (b->beyond - b->lowest);
    b->scale = scale <= DBL_MAX ? scale : 0;
    for (b->cell_bits = 0; octaves << (b->cell_bits + 1) <= b->cells; b->cell_bits++) {
    }
    return fill_cells(b);
}

void crmvi_borders_prepare(const double *from, int32_t count, double *room, crmvi_borders *out) {
    out->from = room;
    out->count = count;
    out->reach = 0;
    for (int64_t i = 0; i < crmvi_borders_room(count); i++) {
        room[i] = i < count ? from[i] : (double)NAN;
    }
    out->lowest = count > 0 ? from[0] : 0;
    const double highest = count > 0 ? from[count - 1] : 0;
    out->beyond = highest - out->lowest <= DBL_MAX ? highest : out->lowest + DBL_MAX;
    for (out->cells = OCTAVES_LIMIT; out->cells < CRMVI_CELLS_LIMIT && out->cells < CELLS_OF_BORDER * (int64_t)count;) {
        out->cells *= 2;
    }
    int32_t best = 1, least = divide(out, best);
    for (int32_t octaves = 2; octaves <= OCTAVES_LIMIT && least > 1; octaves *= 2) {
        const int32_t most = divide(out, octaves);
        best = most < least ? octaves : best;
        least = most < least ? most : least;
    }
    divide(out, best);
    for (int32_t searched = 0; searched < least; searched = 2 * searched + 1) {
        out->reach = searched + 1;
    }
}

/* ---- Finding ----------------------------------------------------------------------------------------------------- */

CRMVI_IN_BOTH void find_cells(const crmvi_borders *b, const double *restrict values, int32_t count,
                              int32_t *restrict cells) {
    const crmvi_borders own = {
        .lowest = b->lowest, .beyond = b->beyond, .scale = b->scale, .cell_bits = b->cell_bits, .cells = b->cells};
    for (int32_t i = 0; i < count; i++) {
        cells[i] = cell_of(&own, values[i]);
    }
}

/* All values take the same steps, so that there is no branch to be guessed, and none waits for another. */
CRMVI_IN_BOTH void search(const crmvi_borders *b, const double *restrict values, int32_t count,
                          int32_t *restrict found) {
    const int32_t *below = b->below;
    for (int32_t i = 0; i < count; i++) {
        found[i] = below[found[i]];
    }
    for (int32_t half = b->reach; half > 0; half /= 2) {
        const double *from = b->from + (half - 1);
        for (int32_t i = 0; i < count; i++) {
            found[i] += from[found[i]] <= values[i] ? half : 0;
        }
    }
}

static void find_narrow(const crmvi_borders *b, const double *values, int32_t count, int32_t *found) {
    find_cells(b, values, count, found);
    search(b, values, count, found);
}

CRMVI_WIDE static void find_wide(const crmvi_borders *b, const double *values, int32_t count, int32_t *found) {
    find_cells(b, values, count, found);
    search(b, values, count, found);
}

void crmvi_borders_find(const crmvi_borders *borders, const double *values, int32_t count, int32_t *not_above) {
    (crmvi_has_wide_vectors() ? find_wide : find_narrow)(borders, values, count, not_above);
}
