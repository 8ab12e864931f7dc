#include "ledger/ordering.h"

#include "base/memory.h"
#include "base/radix.h"

#include <stdlib.h>

enum {
    LEAST_KEYS = 1024,
    LEAST_SLOTS = 8192,
    SLOTS_A_KEY = 4,
    RANGE_A_ROW = 4,        /* keys that lie so close together are told by their distance from the first */
    COUNTED_DAYS = 1 << 15, /* days that are counted one by one */
    ENTRY_BITS = 64,
    LAST_DAY = 32, /* above a customer's place */
    HIGHEST_BITS = 16,
    MOVES_A_KEY = 8
};

static int32_t bits_for(uint64_t value) {
    return value == 0 ? 0 : 64 - __builtin_clzll(value);
}

/* ---- Room -------------------------------------------------------------------------------------------------------- */

/* For the order of so many rows, and for them as they stand and by day. */
static int64_t words_for(int64_t rows) {
    return 2 * rows + (rows + CRMVI_ENTRIES_BEHIND + 1) / 2;
}

/* Of a large piece no more is touched than was written. */
static void discard_order(crmvi_ordering *o) {
    crmvi_discard(o->memory, o->memory == NULL ? 0 : words_for(o->most_rows), sizeof *o->memory);
    o->most_rows = 0;
}

static void discard_keys(crmvi_ordering *o) {
    crmvi_discard(o->keys, 3 * o->key_capacity, sizeof *o->keys);
    crmvi_discard(o->customer_rows, o->key_capacity, sizeof *o->customer_rows);
}

/* Room for so many rows. Nothing of what was there is needed any more, so that nothing is copied. Partitions of a
 * batch are of about one size. A large batch's are worth a piece of memory that is given in large pages. */
static bool make_order(crmvi_ordering *o, int64_t rows) {
    enum { WORTH_A_LARGE_PAGE = 4096, LARGE_ROWS = 300000 };
    if (rows > o->rows_capacity) {
        const int64_t least = rows < WORTH_A_LARGE_PAGE ? 0 : LARGE_ROWS;
        const int64_t capacity = rows + rows / 4 > least ? rows + rows / 4 : least;
        discard_order(o);
        o->rows_capacity = 0;
        o->memory = crmvi_large_array(words_for(capacity), sizeof *o->memory);
        if (o->memory == NULL) {
            return false;
        }
        o->rows_capacity = capacity;
    }
    o->most_rows = rows > o->most_rows ? rows : o->most_rows;
    o->noted = o->memory;
    o->by_day = o->noted + rows;
    o->order = (uint32_t *)(void *)(o->by_day + rows);
    return true;
}

/* Counts of days, all 0; the number of days is the same for all partitions of a batch. */
static bool make_days(crmvi_ordering *o, int64_t days) {
    if (days > COUNTED_DAYS) {
        o->days = 0;
        return true;
    }
    if (o->day_rows == NULL) {
        o->day_rows = crmvi_array(COUNTED_DAYS, sizeof *o->day_rows);
    }
    o->days = days;
    if (o->day_rows != NULL) {
        memset(o->day_rows, 0, (size_t)days * sizeof *o->day_rows);
    }
    return o->day_rows != NULL;
}

void crmvi_ordering_clear(crmvi_ordering *ordering) {
    discard_order(ordering);
    free(ordering->places.sheets);
    free(ordering->day_rows);
    discard_keys(ordering);
    free(ordering->slots);
    *ordering = (crmvi_ordering){0};
}

/* ---- Distinct keys ----------------------------------------------------------------------------------------------- */

/* Three arrays of one capacity: the keys, as much again twice to sort them; and a count of rows for each. */
static bool grow_keys(crmvi_ordering *o, int64_t needed) {
    int64_t capacity = o->key_capacity == 0 ? LEAST_KEYS : 2 * o->key_capacity;
    capacity = capacity < needed ? needed : capacity;
    uint64_t *keys = crmvi_array(3 * capacity, sizeof *keys);
    uint64_t *counts = crmvi_array(capacity, sizeof *counts);
    if (keys == NULL || counts == NULL) {
        free(keys);
        free(counts);
        return false;
    }
    if (o->key_count > 0) {
        memcpy(keys, o->keys, (size_t)o->key_count * sizeof *keys);
        memcpy(counts, o->customer_rows, (size_t)o->key_count * sizeof *counts);
    }
    discard_keys(o);
    o->keys = keys;
    o->customer_rows = counts;
    o->key_capacity = capacity;
    return true;
}

static uint64_t slot_of(uint64_t key, uint64_t mask) {
    return key * UINT64_C(0x9e3779b97f4a7c15) >> 32 & mask;
}

/* Makes the table anew, at least `count` slots large. False where memory is short. */
static bool make_slots(crmvi_ordering *o, int64_t count) {
    if (count > o->slot_count || o->slots == NULL) {
        uint32_t *slots = crmvi_array(count, sizeof *slots);
        if (slots == NULL) {
            return false;
        }
        free(o->slots);
        o->slots = slots;
        o->slot_count = count;
    }
    memset(o->slots, 0, (size_t)o->slot_count * sizeof *o->slots);
    for (int64_t i = 0; i < o->key_count; i++) {
        uint64_t slot = slot_of(o->keys[i], (uint64_t)o->slot_count - 1);
        while (o->slots[slot] != 0) {
            slot = (slot + 1) & (uint64_t)(o->slot_count - 1);
        }
        o->slots[slot] = (uint32_t)i + 1;
    }
    return true;
}

/* The number of a key that is not in its slot's place: further on, or new. -1 where memory is short. */
static int64_t number_further(crmvi_ordering *o, uint64_t key, uint64_t slot) {
    for (; o->slots[slot] != 0; slot = (slot + 1) & (uint64_t)(o->slot_count - 1)) {
        if (o->keys[o->slots[slot] - 1] == key) {
            return o->slots[slot] - 1;
        }
    }
    if (o->key_count == o->key_capacity && !grow_keys(o, 0)) {
        return -1;
    }
    o->customer_rows[o->key_count] = 0;
    o->keys[o->key_count++] = key;
    o->slots[slot] = (uint32_t)o->key_count;
    if (SLOTS_A_KEY * o->key_count > o->slot_count && !make_slots(o, 2 * o->slot_count)) {
        return -1;
    }
    return o->key_count - 1;
}

static inline int64_t number_of(crmvi_ordering *o, uint64_t key) {
    const uint64_t slot = slot_of(key, (uint64_t)o->slot_count - 1);
    const uint32_t found = o->slots[slot];
    return found != 0 && o->keys[found - 1] == key ? (int64_t)found - 1 : number_further(o, key, slot);
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

/* How customers are numbered. */
typedef struct numbering {
    bool by_distance; /* from the partition's first key; otherwise in the order of their coming */
    uint64_t first;
} numbering;

/* A sheet that is being noted: where its first row stands, its rows, and where their entries go. */
typedef struct noting {
    const char *rows;
    const char *later; /* sheets lie far apart: while one is read the next one is asked for */
    int64_t count;
    size_t bytes; /* of a row; wide ones begin as narrow ones do */
    uint64_t place;
    uint64_t *entries;
} noting;

static noting noting_of(const crmvi_ordering *o, int64_t number, int64_t sheets, int64_t first) {
    const crmvi_sheet *sheet = &o->places.sheets[number];
    const uint64_t place = (uint64_t)number * CRMVI_SHEET_PLACES;
    return (noting){.rows = sheet->rows,
                    .later = sheet[number + 1 < sheets ? 1 : 0].rows,
                    .count = sheet->count,
                    .bytes = crmvi_place_is_narrow(&o->places, place) ? sizeof(crmvi_row) : sizeof(crmvi_wide_row),
                    .place = place,
                    .entries = o->noted + first};
}

/* Writes what entries tell of customers, and counts these. False where memory is short. */
static bool note_customers(crmvi_ordering *o, const numbering *n, const noting *s) {
    const noting own = *s;
    uint64_t *counts = o->customer_rows;
    if (n->by_distance) {
        const uint64_t first = n->first;
        for (int64_t i = 0; i < own.count; i++) {
            const size_t at = (size_t)i * own.bytes;
            __builtin_prefetch(own.later + at);
            own.entries[i] = ((const crmvi_row *)(const void *)(own.rows + at))->key - first;
            counts[own.entries[i]]++;
        }
        return true;
    }
    const uint32_t *slots = o->slots;
    const uint64_t *keys = o->keys;
    uint64_t mask = (uint64_t)o->slot_count - 1;
    for (int64_t i = 0; i < own.count; i++) {
        const size_t at = (size_t)i * own.bytes;
        __builtin_prefetch(own.later + at);
        const uint64_t key = ((const crmvi_row *)(const void *)(own.rows + at))->key;
        const uint64_t slot = slot_of(key, mask);
        int64_t number = (int64_t)slots[slot] - 1;
        if (number < 0 || keys[number] != key) {
            number = number_further(o, key, slot);
            if (number < 0) {
                return false;
            }
            slots = o->slots; /* which may have grown */
            keys = o->keys;
            counts = o->customer_rows;
            mask = (uint64_t)o->slot_count - 1;
        }
        counts[number]++;
        own.entries[i] = (uint64_t)number;
    }
    return true;
}

/* Writes what they tell of days and places, and counts the days. */
static void note_days(crmvi_ordering *o, const noting *s) {
    const noting own = *s;
    const uint32_t first_day = o->first_day;
    const int32_t day_bits = o->day_bits;
    const int32_t place_bits = o->place_bits;
    uint32_t *counts = o->day_rows;
    const bool counted = o->days > 0;
    for (int64_t i = 0; i < own.count; i++) {
        const size_t at = (size_t)i * own.bytes;
        const uint32_t day = (((const crmvi_row *)(const void *)(own.rows + at))->when >> 8) - first_day;
        own.entries[i] = (own.entries[i] << day_bits | day) << place_bits | (own.place + at / sizeof(crmvi_row));
        if (counted) {
            counts[day]++;
        }
    }
}

/* Finds the partition's sheets and gives rows their places. False where memory is short. */
static bool find_sheets(crmvi_ordering *o, const crmvi_partition *partition, int64_t *sheets) {
    int64_t narrow = 0;
    if (!crmvi_grow(&o->places.sheets, &o->sheets_capacity, crmvi_partition_sheet_limit(partition),
                    sizeof *o->places.sheets)) {
        return false;
    }
    *sheets = crmvi_partition_sheets(partition, o->places.sheets, &narrow);
    o->places.narrow = (uint64_t)narrow * CRMVI_SHEET_PLACES;
    o->place_bits = bits_for((uint64_t)(*sheets * CRMVI_SHEET_PLACES) - 1);
    return true;
}

/* Notes the partition's rows. False where memory is short. */
static bool note_rows(crmvi_ordering *o, const numbering *n, int64_t sheets) {
    bool noted = true;
    int64_t first = 0;
    for (int64_t i = 0; i < sheets && noted; i++) {
        const noting sheet = noting_of(o, i, sheets, first);
        noted = note_customers(o, n, &sheet);
        if (noted) {
            note_days(o, &sheet);
        }
        first += sheet.count;
    }
    return noted;
}

/* ---- Customers in their order ------------------------------------------------------------------------------------ */

/* Puts right what sorting by the highest bits has left out; false, and not all is right, where that is much. */
static bool insert_all(uint64_t *keys, int64_t count) {
    int64_t moves = MOVES_A_KEY * count;
    for (int64_t i = 1; i < count && moves > 0; i++) {
        const uint64_t key = keys[i];
        int64_t at = i;
        for (; at > 0 && keys[at - 1] > key; at--) {
            keys[at] = keys[at - 1];
        }
        keys[at] = key;
        moves -= i - at;
    }
    return moves > 0 || count < 2;
}

/* Sorts a copy of the distinct keys. Most of the time their highest bits tell them apart. */
static uint64_t *sort_keys(const crmvi_ordering *o) {
    uint64_t *copy = o->keys + o->key_capacity;
    uint64_t *spare = copy + o->key_capacity;
    uint64_t differ = 0;
    for (int64_t i = 0; i < o->key_count; i++) {
        copy[i] = o->keys[i];
        differ |= o->keys[i] ^ o->keys[0];
    }
    const int32_t range = bits_for(differ);
    const int32_t left_out = range > HIGHEST_BITS ? range - HIGHEST_BITS : 0;
    uint64_t *sorted = crmvi_radix_sort(copy, spare, o->key_count, left_out, range - left_out);
    if (left_out > 0 && !insert_all(sorted, o->key_count)) {
        sorted = crmvi_radix_sort(sorted, sorted == copy ? spare : copy, o->key_count, 0, range);
    }
    return sorted;
}

/* Turns a customer's count into the place of its first row, and of no day yet. */
static inline uint32_t place_customer(uint64_t *rows, uint32_t place) {
    const uint32_t count = (uint32_t)*rows;
    *rows = (uint64_t)UINT32_MAX << LAST_DAY | place;
    return place + count;
}

/* Places customers by ascending keys. */
static void place_customers(crmvi_ordering *o, const numbering *n, int64_t numbers) {
    uint32_t place = 0;
    o->customers = 0;
    if (n->by_distance) {
        for (int64_t i = 0; i < numbers; i++) {
            o->customers += o->customer_rows[i] > 0;
            place = place_customer(&o->customer_rows[i], place);
        }
        return;
    }
    const uint64_t *sorted = sort_keys(o);
    for (int64_t i = 0; i < o->key_count; i++) {
        place = place_customer(&o->customer_rows[number_of(o, sorted[i])], place);
    }
    o->customers = o->key_count;
}

/* ---- Sorting ----------------------------------------------------------------------------------------------------- */

/* By day: a counting sort, or where the days lie too far apart one by their bits. */
static void sort_by_day(crmvi_ordering *o) {
    if (o->days == 0) {
        if (crmvi_radix_sort(o->noted, o->by_day, o->rows, o->place_bits, o->day_bits) == o->noted) {
            memcpy(o->by_day, o->noted, (size_t)o->rows * sizeof *o->by_day);
        }
        return;
    }
    uint32_t place = 0;
    for (int64_t i = 0; i < o->days; i++) {
        const uint32_t rows = o->day_rows[i];
        o->day_rows[i] = place;
        place += rows;
    }
    const uint64_t *from = o->noted;
    uint64_t *to = o->by_day;
    uint32_t *places = o->day_rows;
    const int32_t shift = o->place_bits;
    const uint64_t mask = (UINT64_C(1) << o->day_bits) - 1;
    const int64_t rows = o->rows;
    for (int64_t i = 0; i < rows; i++) {
        to[places[from[i] >> shift & mask]++] = from[i];
    }
}

/* By customer, stably. The first row of each customer-day is told by the day of the one that went there before. */
static void sort_by_customer(crmvi_ordering *o) {
    const uint64_t *from = o->by_day;
    uint32_t *to = o->order;
    uint64_t *customers = o->customer_rows;
    const int32_t day_shift = o->place_bits;
    const int32_t customer_shift = o->place_bits + o->day_bits;
    const uint64_t place_mask = (UINT64_C(1) << day_shift) - 1;
    const uint64_t day_mask = (UINT64_C(1) << o->day_bits) - 1;
    const int64_t rows = o->rows;
    int64_t facts = 0;
    for (int64_t i = 0; i < rows; i++) {
        const uint64_t entry = from[i];
        const uint64_t day = entry >> day_shift & day_mask;
        const uint64_t customer = customers[entry >> customer_shift];
        const uint32_t place = (uint32_t)customer;
        const uint32_t begins = customer >> LAST_DAY != day;
        customers[entry >> customer_shift] = day << LAST_DAY | (place + 1);
        to[place] = (uint32_t)(entry & place_mask) | begins << CRMVI_ENTRY_PLACE_BITS;
        facts += begins;
    }
    o->fact_count = facts;
}

/* Puts the entries behind the last one. */
static void mark_end(const crmvi_ordering *o) {
    for (int64_t i = 0; i < CRMVI_ENTRIES_BEHIND; i++) {
        o->order[o->rows + i] = o->order[o->rows - 1] | UINT32_C(1) << CRMVI_ENTRY_PLACE_BITS;
    }
}

/* Room for the customers' counts, all 0, and for their keys where they are numbered as they come. */
static bool make_customers(crmvi_ordering *o, const numbering *n, int64_t numbers) {
    o->key_count = 0;
    if (!n->by_distance) {
        return (o->key_capacity > 0 || grow_keys(o, 0)) && make_slots(o, LEAST_SLOTS);
    }
    if (numbers > o->key_capacity && !grow_keys(o, numbers)) {
        return false;
    }
    memset(o->customer_rows, 0, (size_t)numbers * sizeof *o->customer_rows);
    return true;
}

int32_t crmvi_ordering_make(crmvi_ordering *ordering, const crmvi_partition *partition, int32_t first_day,
                            int32_t last_day) {
    numbering n = {.first = partition->customer};
    const uint64_t range =
        partition->is_of_days ? 0 : crmvi_division_range(partition->from->by, partition->number, &n.first);
    n.by_distance = range / RANGE_A_ROW < (uint64_t)partition->rows;
    const int64_t numbers = n.by_distance ? (int64_t)range + 1 : 0;
    ordering->rows = partition->rows;
    ordering->first_day = crmvi_row_when(first_day, 0) >> 8;
    ordering->day_bits = bits_for((uint64_t)(last_day - first_day));
    int64_t sheets = 0;
    if (!make_order(ordering, partition->rows) || !make_days(ordering, (int64_t)last_day - first_day + 1) ||
        !make_customers(ordering, &n, numbers) || !find_sheets(ordering, partition, &sheets) ||
        !note_rows(ordering, &n, sheets)) {
        return CRMV_OUT_OF_MEMORY;
    }
    const int64_t customers = n.by_distance ? numbers : ordering->key_count;
    if (ordering->place_bits > CRMVI_ENTRY_PLACE_BITS ||
        ordering->place_bits + ordering->day_bits + bits_for((uint64_t)customers - 1) > ENTRY_BITS) {
        return CRMV_TOO_LARGE;
    }
    place_customers(ordering, &n, numbers);
    sort_by_day(ordering);
    sort_by_customer(ordering);
    mark_end(ordering);
    return CRMV_OK;
}
