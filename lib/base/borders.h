/*
 * borders.h - where values lie among ascending borders, for many values.
 *
 * The stretch from the lowest to the highest border is divided into cells, narrow near the lowest and wider beyond, as
 * borders lie among amounts of money. A value's cell tells how many borders lie in the cells below; what is left to
 * search are the few of its own.
 */
#ifndef CRMVI_BASE_BORDERS_H
#define CRMVI_BASE_BORDERS_H

#include <stdint.h>

enum { CRMVI_CELLS_LIMIT = 2048 };

typedef struct crmvi_borders {
    const double *from; /* ascending; behind the last NaN, which nothing is not below */
    int32_t count;
    int32_t reach;         /* the first step of a search in a cell; 0: there is no border at all */
    double lowest, beyond; /* below the one the first cell begins; the other and all above it is in the last one */
    double scale;          /* from distances to how far a cell is */
    int32_t cell_bits;     /* cells that an octave has, as a power of two */
    int32_t cells;
    int32_t below[CRMVI_CELLS_LIMIT + 1]; /* borders in lower cells */
} crmvi_borders;

/* The doubles that `count` borders need room for. */
int64_t crmvi_borders_room(int64_t count);

/* Prepares finite borders, strictly ascending. `room` has room for crmvi_borders_room(count) doubles, and lives as long
 * as `out`. Cost: the cells, of which there are eight times as many as borders, up to the limit. */
void crmvi_borders_prepare(const double *from, int32_t count, double *room, crmvi_borders *out);

/* Of each value how many borders are not above it; of NaN none. */
void crmvi_borders_find(const crmvi_borders *borders, const double *values, int32_t count, int32_t *not_above);

#endif
