#include "ledger/division.h"

#include "base/memory.h"
#include "base/radix.h"
#include "base/vectors.h"
#include "ledger/row.h"

#include <stdlib.h>

enum { LEAST_BITS = 4, MOST_BITS = 16, CELLS_A_PARTITION_BITS = 3, NODES_LIMIT = CRMVI_PIVOT, PARTITIONS_LIMIT = 0x7fff };

/* A division in the making: cells are filled in ascending order. */
typedef struct making {
    crmvi_division *division;
    const uint64_t *sample; /* sorted; counted from the least key */
    int64_t tables, tables_capacity, pivots_capacity;
    int64_t quota; /* sampled keys for a partition */
    int64_t partition, held, limit;
} making;

static int32_t bits_for(uint64_t value) {
    return value == 0 ? 0 : 64 - __builtin_clzll(value);
}

/* The first of the sampled keys [begin, end) that is not below `limit`. */
static int64_t sample_from(const making *m, int64_t begin, int64_t end, uint64_t limit) {
    while (begin < end) {
        const int64_t middle = begin + (end - begin) / 2;
        if (m->sample[middle] < limit) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return begin;
}

/* A cell, or what a pivot has left of one: the keys it is wide, the first that comes here, and its sampled keys. */
typedef struct cell {
    uint64_t base;
    int32_t shift;
    uint64_t first;
    int64_t begin, end;
} cell;

/* A cell that is not divided further goes into one partition as a whole. */
static uint16_t take_cell(making *m, const cell *c) {
    const int64_t keys = c->end - c->begin;
    if (m->held + keys > m->quota && m->held > 0 && m->partition + 1 < m->limit) {
        m->partition++;
        m->held = 0;
        m->division->firsts[m->partition] = m->division->least + c->first;
    }
    m->held += keys;
    return (uint16_t)m->partition;
}

/* A table: which of the further ones, or the first; what it divides, and into cells how wide. */
typedef struct table {
    bool is_first;
    int64_t number;
    cell whole;
    int32_t shift, bits;
} table;

static void set_cell(const making *m, const table *t, int64_t number, uint16_t value) {
    if (t->is_first) {
        m->division->cells[number] = value;
    } else {
        m->division->further[(t->number << CRMVI_FURTHER_BITS) + number] = value;
    }
}

/* These tell what a cell holds; false where memory is short. */
static bool fill_cell(making *m, const cell *c, uint16_t *value);

/* Fills a table's cells. */
static bool fill_table(making *m, const table *t) {
    const int64_t cells = INT64_C(1) << t->bits;
    cell c = {.base = t->whole.base, .shift = t->shift, .end = t->whole.begin};
    for (int64_t number = 0; number < cells; number++) {
        uint16_t value;
        c.begin = c.end;
        c.end = number + 1 == cells ? t->whole.end
                                    : sample_from(m, c.begin, t->whole.end, c.base + (UINT64_C(1) << t->shift));
        c.first = c.base > t->whole.first ? c.base : t->whole.first;
        if (!fill_cell(m, &c, &value)) {
            return false;
        }
        set_cell(m, t, number, value);
        c.base += UINT64_C(1) << t->shift;
    }
    return true;
}

/* Divides a cell by a further table. */
static bool divide_cell(making *m, const cell *c, uint16_t *value) {
    const int32_t bits = c->shift < CRMVI_FURTHER_BITS ? c->shift : CRMVI_FURTHER_BITS;
    const table further = {.number = m->tables, .whole = *c, .shift = c->shift - bits, .bits = bits};
    if (!crmvi_grow(&m->division->further, &m->tables_capacity, (m->tables + 1) << CRMVI_FURTHER_BITS,
                    sizeof *m->division->further)) {
        return false;
    }
    m->tables++;
    *value = (uint16_t)(CRMVI_DIVIDED | further.number);
    return fill_table(m, &further);
}

/* Divides a cell at the key of the sampled keys [begin, end). */
static bool split_cell(making *m, const cell *c, int64_t begin, int64_t end, uint16_t *value) {
    crmvi_division *division = m->division;
    const int64_t number = division->pivot_count;
    if (!crmvi_grow(&division->pivots, &m->pivots_capacity, number + 1, sizeof *division->pivots)) {
        return false;
    }
    division->pivot_count++;
    *value = (uint16_t)(CRMVI_DIVIDED | CRMVI_PIVOT | number);
    crmvi_pivot pivot = {.key = m->sample[begin]};
    const cell below = {c->base, c->shift, c->first, c->begin, begin};
    const cell at = {c->base, 0, pivot.key, begin, end};
    const cell above = {c->base, c->shift, pivot.key + 1, end, c->end};
    const bool filled = fill_cell(m, &below, &pivot.below) && fill_cell(m, &at, &pivot.at) &&
                        fill_cell(m, &above, &pivot.above);
    division->pivots[number] = pivot;
    return filled;
}

static bool fill_cell(making *m, const cell *c, uint16_t *value) {
    const int64_t keys = c->end - c->begin;
    const bool has_room = m->tables < NODES_LIMIT && m->division->pivot_count < NODES_LIMIT;
    if (keys <= m->quota || c->shift == 0 || !has_room) {
        *value = take_cell(m, c);
        return true;
    }
    const uint64_t key = m->sample[c->begin + keys / 2]; /* the only one that can be most of them */
    const int64_t begin = sample_from(m, c->begin, c->end, key);
    const int64_t end = key == UINT64_MAX ? c->end : sample_from(m, begin, c->end, key + 1);
    return end - begin > keys / 2 ? split_cell(m, c, begin, end, value) : divide_cell(m, c, value);
}

static int32_t first_bits(int64_t wanted) {
    const int32_t bits = bits_for((uint64_t)wanted) + CELLS_A_PARTITION_BITS;
    return bits < LEAST_BITS ? LEAST_BITS : bits > MOST_BITS ? MOST_BITS : bits;
}

bool crmvi_division_make(crmvi_division *division, uint64_t *sample, uint64_t *scratch, int64_t count, int64_t wanted) {
    *division = (crmvi_division){0};
    wanted = wanted < PARTITIONS_LIMIT ? wanted : PARTITIONS_LIMIT;
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    for (int64_t i = 0; i < count; i++) {
        least = sample[i] < least ? sample[i] : least;
        most = sample[i] > most ? sample[i] : most;
    }
    const uint64_t range = count > 0 ? most - least : 0;
    for (int64_t i = 0; i < count; i++) {
        sample[i] -= least;
    }
    const table first = {.is_first = true,
                         .whole = {.end = count},
                         .shift = bits_for(range) > first_bits(wanted) ? bits_for(range) - first_bits(wanted) : 0,
                         .bits = first_bits(wanted)};
    making m = {.division = division,
                .sample = crmvi_radix_sort(sample, scratch, count, 0, bits_for(range)),
                .quota = count / wanted + 1,
                .limit = 2 * wanted + 2 < PARTITIONS_LIMIT ? 2 * wanted + 2 : PARTITIONS_LIMIT};
    division->least = count > 0 ? least : 0;
    division->shift = first.shift;
    division->top = first.shift + first.bits >= 64 ? UINT64_MAX : (UINT64_C(1) << (first.shift + first.bits)) - 1;
    division->cells = crmvi_array(INT64_C(1) << first.bits, sizeof *division->cells);
    division->firsts = crmvi_zeroed(m.limit, sizeof *division->firsts);
    if (division->cells == NULL || division->firsts == NULL || !fill_table(&m, &first)) {
        crmvi_division_clear(division);
        return false;
    }
    division->partitions = m.partition + 1;
    return true;
}

void crmvi_division_clear(crmvi_division *division) {
    free(division->cells);
    crmvi_discard(division->firsts, division->partitions, sizeof *division->firsts);
    free(division->further);
    crmvi_discard(division->pivots, division->pivot_count, sizeof *division->pivots);
    *division = (crmvi_division){0};
}

uint64_t crmvi_division_range(const crmvi_division *division, int64_t partition, uint64_t *first) {
    *first = division->firsts[partition];
    const bool is_bounded = partition > 0 && partition + 1 < division->partitions;
    return is_bounded ? division->firsts[partition + 1] - 1 - *first : UINT64_MAX;
}

/* Distances above the first key, in vectors. */
CRMVI_VECTORS static void measure_numbers(const int64_t *numbers, int64_t count, uint64_t least, uint64_t top,
                                          uint64_t *above) {
    for (int64_t i = 0; i < count; i++) {
        above[i] = crmvi_division_above(crmvi_key_of_number(numbers[i]), least, top);
    }
}

void crmvi_division_find_numbers(const crmvi_division *division, const int64_t *numbers, int64_t count,
                                 uint16_t *partitions) {
    uint64_t above[CRMVI_FOUND_TOGETHER];
    uint16_t divided[CRMVI_FOUND_TOGETHER]; /* a list: a processor cannot foretell which keys have further to go */
    int64_t divided_count = 0;
    const uint16_t *cells = division->cells;
    const int32_t shift = division->shift;
    measure_numbers(numbers, count, division->least, division->top, above);
    for (int64_t i = 0; i < count; i++) {
        const uint16_t value = cells[above[i] >> shift];
        partitions[i] = value;
        divided[divided_count] = (uint16_t)i;
        divided_count += value >= CRMVI_DIVIDED;
    }
    for (int64_t j = 0; j < divided_count; j++) {
        const int64_t i = divided[j];
        partitions[i] = (uint16_t)crmvi_division_further(division, above[i], partitions[i]);
    }
}
