#include "ledger/division.h"

#include "base/memory.h"
#include "base/radix.h"
#include "base/vectors.h"
#include "ledger/row.h"

#include <stdlib.h>

enum {
    LEAST_BITS = 4,
    MOST_BITS = 16,
    CELLS_A_PARTITION_BITS = 3,
    NODES_LIMIT = CRMVI_PIVOT, /* tables, or pivots */
    PARTITIONS_LIMIT = CRMVI_DIVIDED - 1
};

/* A division in the making: cells are filled in ascending order. */
typedef struct making {
    crmvi_division *division;
    const uint64_t *sample; /* sorted */
    int64_t tables_capacity, pivots_capacity;
    int64_t cells, cells_capacity;
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

/* What goes into a cell: the sampled keys [begin, end), and of all keys those from the first to the last. */
typedef struct share {
    int64_t begin, end;
    uint64_t first, last;
    bool is_one; /* nothing but that key */
} share;

/* A cell that is not divided further goes into one partition as a whole. */
static uint16_t take_cell(making *m, const share *s) {
    const int64_t keys = s->end - s->begin;
    if (m->held + keys > m->quota && m->held > 0 && m->partition + 1 < m->limit) {
        m->partition++;
        m->held = 0;
        m->division->firsts[m->partition] = s->first;
    }
    m->held += keys;
    return (uint16_t)m->partition;
}

/* Finds what stands in a cell; false where memory is short. */
static bool fill_cell(making *m, const share *s, uint16_t *value);

/* A table over the range of a share's sampled keys, with as many cells as it takes to tell their partitions apart. Its
 * range is a power of two, as far as the share goes: no cell lies beyond that. */
static crmvi_division_table table_of(const making *m, const share *s) {
    const uint64_t base = s->end > s->begin ? m->sample[s->begin] : 0;
    const int32_t range = bits_for(s->end > s->begin ? m->sample[s->end - 1] - base : 0);
    const int32_t wanted = bits_for((uint64_t)((s->end - s->begin) / m->quota + 1)) + CELLS_A_PARTITION_BITS;
    const int32_t most = wanted < LEAST_BITS ? LEAST_BITS : wanted > MOST_BITS ? MOST_BITS : wanted;
    const uint64_t top = range == 64 ? UINT64_MAX : (UINT64_C(1) << range) - 1;
    return (crmvi_division_table){.base = base,
                                  .top = top < s->last - base ? top : s->last - base,
                                  .shift = range > most ? range - most : 0,
                                  .first = (uint32_t)m->cells};
}

/* Adds a table. The division's tables and cells may be moved while it is filled. */
static bool add_table(making *m, const share *s, uint16_t *value) {
    crmvi_division *division = m->division;
    const crmvi_division_table table = table_of(m, s);
    const int64_t cells = (int64_t)(table.top >> table.shift) + 1;
    if (!crmvi_grow(&division->tables, &m->tables_capacity, division->table_count + 1, sizeof *division->tables) ||
        !crmvi_grow(&division->cells, &m->cells_capacity, m->cells + cells, sizeof *division->cells)) {
        return false;
    }
    *value = (uint16_t)(CRMVI_DIVIDED | division->table_count);
    division->tables[division->table_count++] = table;
    m->cells += cells;
    share part = {.end = s->begin, .first = s->first};
    for (int64_t cell = 0; cell < cells; cell++) {
        const uint64_t next = table.base + ((uint64_t)(cell + 1) << table.shift);
        uint16_t part_value;
        part.begin = part.end;
        part.end = cell + 1 < cells ? sample_from(m, part.begin, s->end, next) : s->end;
        part.last = cell + 1 < cells ? next - 1 : s->last;
        if (!fill_cell(m, &part, &part_value)) {
            return false;
        }
        division->cells[table.first + cell] = part_value;
        part.first = next;
    }
    return true;
}

/* Adds a pivot: the key of the sampled keys [begin, end). */
static bool add_pivot(making *m, const share *s, int64_t begin, int64_t end, uint16_t *value) {
    crmvi_division *division = m->division;
    const int64_t number = division->pivot_count;
    if (!crmvi_grow(&division->pivots, &m->pivots_capacity, number + 1, sizeof *division->pivots)) {
        return false;
    }
    division->pivot_count++;
    *value = (uint16_t)(CRMVI_DIVIDED | CRMVI_PIVOT | number);
    crmvi_division_pivot pivot = {.key = m->sample[begin]};
    const share below = {s->begin, begin, s->first, pivot.key - 1, false};
    const share at = {begin, end, pivot.key, pivot.key, true};
    const share above = {end, s->end, pivot.key + 1, s->last, false};
    const bool filled =
        fill_cell(m, &below, &pivot.below) && fill_cell(m, &at, &pivot.at) && fill_cell(m, &above, &pivot.above);
    division->pivots[number] = pivot;
    return filled;
}

static bool fill_cell(making *m, const share *s, uint16_t *value) {
    const int64_t keys = s->end - s->begin;
    const bool has_room = m->division->table_count < NODES_LIMIT && m->division->pivot_count < NODES_LIMIT;
    if (keys <= m->quota || s->is_one || !has_room) {
        *value = take_cell(m, s);
        return true;
    }
    const uint64_t key = m->sample[s->begin + keys / 2]; /* the only one that can be most of them */
    const int64_t begin = sample_from(m, s->begin, s->end, key);
    const int64_t end = key == UINT64_MAX ? s->end : sample_from(m, begin, s->end, key + 1);
    return end - begin > keys / 2 ? add_pivot(m, s, begin, end, value) : add_table(m, s, value);
}

bool crmvi_division_make(crmvi_division *division, uint64_t *sample, uint64_t *scratch, int64_t count, int64_t wanted) {
    *division = (crmvi_division){0};
    wanted = wanted < PARTITIONS_LIMIT ? wanted : PARTITIONS_LIMIT;
    uint64_t differ = 0; /* in which bits */
    for (int64_t i = 0; i < count; i++) {
        differ |= sample[i] ^ sample[0];
    }
    making m = {.division = division,
                .sample = crmvi_radix_sort(sample, scratch, count, 0, bits_for(differ)),
                .quota = count / wanted + 1,
                .limit = 2 * wanted + 2 < PARTITIONS_LIMIT ? 2 * wanted + 2 : PARTITIONS_LIMIT};
    const share all = {.end = count, .last = UINT64_MAX};
    uint16_t value;
    division->firsts = crmvi_zeroed(m.limit, sizeof *division->firsts);
    if (division->firsts == NULL || !add_table(&m, &all, &value)) {
        crmvi_division_clear(division);
        return false;
    }
    division->partitions = m.partition + 1;
    return true;
}

void crmvi_division_clear(crmvi_division *division) {
    crmvi_discard(division->firsts, division->partitions, sizeof *division->firsts);
    crmvi_discard(division->tables, division->table_count, sizeof *division->tables);
    crmvi_discard(division->pivots, division->pivot_count, sizeof *division->pivots);
    free(division->cells);
    *division = (crmvi_division){0};
}

uint64_t crmvi_division_range(const crmvi_division *division, int64_t partition, uint64_t *first) {
    *first = division->firsts[partition];
    const bool is_bounded = partition > 0 && partition + 1 < division->partitions;
    return is_bounded ? division->firsts[partition + 1] - 1 - *first : UINT64_MAX;
}

/* ---- Many keys --------------------------------------------------------------------------------------------------- */

/* Where numbers stand in a table, in vectors. */
CRMVI_VECTORS static void find_cells(const crmvi_division_table *table, const int64_t *numbers, int64_t count,
                                     uint64_t *cells) {
    const crmvi_division_table own = *table;
    for (int64_t i = 0; i < count; i++) {
        cells[i] = crmvi_division_cell(&own, crmvi_key_of_number(numbers[i]));
    }
}

/* Follows the keys whose cells are divided: a list of them, since a processor cannot foretell which these are. */
static void follow_divided(const crmvi_division *division, const int64_t *numbers, int64_t count,
                           uint16_t *partitions) {
    uint16_t divided[CRMVI_FOUND_TOGETHER];
    int64_t divided_count = 0;
    for (int64_t i = 0; i < count; i++) {
        divided[divided_count] = (uint16_t)i;
        divided_count += partitions[i] >= CRMVI_DIVIDED;
    }
    for (int64_t j = 0; j < divided_count; j++) {
        const int64_t i = divided[j];
        partitions[i] = (uint16_t)crmvi_division_follow(division, crmvi_key_of_number(numbers[i]), partitions[i]);
    }
}

void crmvi_division_find_numbers(const crmvi_division *division, const int64_t *numbers, int64_t count,
                                 uint16_t *partitions) {
    uint64_t cells[CRMVI_FOUND_TOGETHER];
    const uint16_t *values = division->cells;
    uint16_t any = 0;
    find_cells(division->tables, numbers, count, cells);
    for (int64_t i = 0; i < count; i++) {
        partitions[i] = values[cells[i]];
        any |= partitions[i];
    }
    if ((any & CRMVI_DIVIDED) != 0) {
        follow_divided(division, numbers, count, partitions);
    }
}
