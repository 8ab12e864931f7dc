#include "ledger/division.h"

#include "base/memory.h"
#include "base/radix.h"
#include "base/vectors.h"
#include "ledger/row.h"

#include <stdlib.h>

enum { LEAST_BITS = 4, MOST_BITS = 16, CELLS_A_PARTITION_BITS = 3, TABLES_LIMIT = 0x7fff, PARTITIONS_LIMIT = 0x7fff };

/* A division in the making: cells are filled in ascending order. */
typedef struct making {
    crmvi_division *division;
    const uint64_t *sample; /* sorted; counted from the least key */
    int64_t tables, tables_capacity;
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

/* A cell that is not divided further goes into one partition as a whole; it begins with key `first`. */
static uint16_t take_cell(making *m, int64_t keys, uint64_t first) {
    if (m->held + keys > m->quota && m->held > 0 && m->partition + 1 < m->limit) {
        m->partition++;
        m->held = 0;
        m->division->firsts[m->partition] = m->division->least + first;
    }
    m->held += keys;
    return (uint16_t)m->partition;
}

/* The cells of a table: where it stands, its first key, and how wide its cells are. */
typedef struct table {
    bool is_first;
    int64_t number; /* of a further table */
    uint64_t base;
    int32_t shift, bits;
} table;

static void set_cell(const making *m, const table *t, int64_t cell, uint16_t value) {
    if (t->is_first) {
        m->division->cells[cell] = value;
    } else {
        m->division->further[(t->number << CRMVI_FURTHER_BITS) + cell] = value;
    }
}

static bool fill_table(making *m, const table *t, int64_t begin, int64_t end);

/* Divides a cell by a further table; false where memory is short. */
static bool divide_cell(making *m, const table *t, int64_t cell, int64_t begin, int64_t end) {
    const int32_t bits = t->shift < CRMVI_FURTHER_BITS ? t->shift : CRMVI_FURTHER_BITS;
    const table further = {
        .number = m->tables, .base = t->base + ((uint64_t)cell << t->shift), .shift = t->shift - bits, .bits = bits};
    const int64_t cells = (m->tables + 1) << CRMVI_FURTHER_BITS;
    if (!crmvi_grow(&m->division->further, &m->tables_capacity, cells, sizeof *m->division->further)) {
        return false;
    }
    set_cell(m, t, cell, (uint16_t)(CRMVI_DIVIDED | m->tables++));
    return fill_table(m, &further, begin, end);
}

/* Fills a table's cells by the sampled keys [begin, end), which are those of its range. */
static bool fill_table(making *m, const table *t, int64_t begin, int64_t end) {
    const int64_t cells = INT64_C(1) << t->bits;
    for (int64_t cell = 0; cell < cells; cell++) {
        const bool is_last = cell + 1 == cells;
        const int64_t next = is_last ? end : sample_from(m, begin, end, t->base + ((uint64_t)(cell + 1) << t->shift));
        if (next - begin > m->quota && t->shift > 0 && m->tables < TABLES_LIMIT) {
            if (!divide_cell(m, t, cell, begin, next)) {
                return false;
            }
        } else {
            set_cell(m, t, cell, take_cell(m, next - begin, t->base + ((uint64_t)cell << t->shift)));
        }
        begin = next;
    }
    return true;
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
    if (division->cells == NULL || division->firsts == NULL || !fill_table(&m, &first, 0, count)) {
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
    const uint16_t *cells = division->cells;
    const int32_t shift = division->shift;
    measure_numbers(numbers, count, division->least, division->top, above);
    for (int64_t i = 0; i < count; i++) {
        const uint32_t cell = cells[above[i] >> shift];
        const bool is_divided = (cell & CRMVI_DIVIDED) != 0;
        partitions[i] = (uint16_t)(is_divided ? crmvi_division_further(division, above[i], cell) : cell);
    }
}
