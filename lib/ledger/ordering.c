#include "ledger/ordering.h"

#include "base/memory.h"
#include "base/radix.h"

#include <stdlib.h>

enum {
    LEAST_KEYS = 1024,
    LEAST_SLOTS = 4096,
    DENSE_RANGE =
        4096, /* keys that lie in so small a range, or in so much of it for each row, are sorted as they are */
    RANGE_A_ROW = 4,
    HIGHEST_BITS = 22,
    MOVES_A_KEY = 8
};

static int32_t bits_for(uint64_t value) {
    return value == 0 ? 0 : 64 - __builtin_clzll(value);
}

/* ---- Room -------------------------------------------------------------------------------------------------------- */

static void free_rows(crmvi_ordering *o) {
    free(o->narrow);
    free(o->order);
    free(o->spare);
    free(o->facts);
    o->narrow = NULL;
    o->order = NULL;
    o->spare = NULL;
    o->facts = NULL;
    o->rows_capacity = 0;
}

/* Nothing of what was there is needed any more, so that nothing is copied. */
static bool make_rows(crmvi_ordering *o, int64_t rows) {
    if (rows <= o->rows_capacity) {
        return true;
    }
    const int64_t capacity = rows + rows / 4; /* partitions are of about one size */
    free_rows(o);
    o->narrow = crmvi_large_array(capacity, sizeof *o->narrow);
    o->order = crmvi_large_array(capacity, sizeof *o->order);
    o->spare = crmvi_large_array(capacity, sizeof *o->spare);
    o->facts = crmvi_large_array(capacity + 1, sizeof *o->facts);
    if (o->narrow == NULL || o->order == NULL || o->spare == NULL || o->facts == NULL) {
        free_rows(o);
        return false;
    }
    o->rows_capacity = capacity;
    return true;
}

static bool make_wide(crmvi_ordering *o, int64_t rows) {
    if (rows <= o->wide_capacity) {
        return true;
    }
    free(o->wide);
    o->wide_capacity = 0;
    o->wide = crmvi_large_array(rows + rows / 4, sizeof *o->wide);
    o->wide_capacity = o->wide != NULL ? rows + rows / 4 : 0;
    return o->wide != NULL;
}

void crmvi_ordering_clear(crmvi_ordering *ordering) {
    free_rows(ordering);
    free(ordering->sheets);
    free(ordering->wide);
    free(ordering->keys);
    free(ordering->slots);
    *ordering = (crmvi_ordering){0};
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

/* What the rows of a partition have in common. */
typedef struct extent {
    uint64_t least_key, most_key;
    uint32_t first_day, last_day;
} extent;

static void extend(extent *e, uint64_t key, uint32_t when) {
    const uint32_t day = when >> 8;
    e->least_key = key < e->least_key ? key : e->least_key;
    e->most_key = key > e->most_key ? key : e->most_key;
    e->first_day = day < e->first_day ? day : e->first_day;
    e->last_day = day > e->last_day ? day : e->last_day;
}

static void take_narrow(const crmvi_sheet *sheet, crmvi_row *to, extent *e) {
    const crmvi_row *from = (const crmvi_row *)(const void *)sheet->rows;
    extent found = *e;
    for (int64_t i = 0; i < sheet->count; i++) {
        to[i] = from[i];
        extend(&found, from[i].key, from[i].when);
    }
    *e = found;
}

static void take_wide(const crmvi_sheet *sheet, crmvi_wide_row *to, extent *e) {
    const crmvi_wide_row *from = (const crmvi_wide_row *)(const void *)sheet->rows;
    for (int64_t i = 0; i < sheet->count; i++) {
        to[i] = from[i];
        extend(e, from[i].key, from[i].when);
    }
}

/* Copies the partition's rows out of their pages and finds which keys and days there are. False where memory is short.
 */
static bool take_rows(crmvi_ordering *o, const crmvi_partition *partition, extent *e) {
    int64_t narrow_sheets = 0;
    if (!crmvi_grow(&o->sheets, &o->sheets_capacity, crmvi_partition_sheet_limit(partition), sizeof *o->sheets) ||
        !make_rows(o, partition->rows)) {
        return false;
    }
    const int64_t sheets = crmvi_partition_sheets(partition, o->sheets, &narrow_sheets);
    o->rows = partition->rows;
    o->narrow_count = 0;
    *e = (extent){.least_key = UINT64_MAX, .first_day = UINT32_MAX};
    for (int64_t i = 0; i < narrow_sheets; i++) {
        take_narrow(&o->sheets[i], o->narrow + o->narrow_count, e);
        o->narrow_count += o->sheets[i].count;
    }
    if (!make_wide(o, o->rows - o->narrow_count)) {
        return false;
    }
    crmvi_wide_row *wide = o->wide;
    for (int64_t i = narrow_sheets; i < sheets; i++) {
        take_wide(&o->sheets[i], wide, e);
        wide += o->sheets[i].count;
    }
    o->place_bits = bits_for((uint64_t)o->rows);
    return true;
}

/* ---- Distinct keys ----------------------------------------------------------------------------------------------- */

/* Three arrays in one: the keys, as much again to sort them, and the rank of each. */
static uint64_t *spare_keys(const crmvi_ordering *o) {
    return o->keys + o->key_capacity;
}
static uint64_t *ranks_of(const crmvi_ordering *o) {
    return o->keys + 2 * o->key_capacity;
}

static uint64_t slot_of(const crmvi_ordering *o, uint64_t key) {
    return key * UINT64_C(0x9e3779b97f4a7c15) >> 32 & (uint64_t)(o->slot_count - 1);
}

/* Makes the table anew, `count` slots large. False where memory is short. */
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
        uint64_t slot = slot_of(o, o->keys[i]);
        while (o->slots[slot] != 0) {
            slot = (slot + 1) & (uint64_t)(o->slot_count - 1);
        }
        o->slots[slot] = (uint32_t)i + 1;
    }
    return true;
}

static bool grow_keys(crmvi_ordering *o) {
    const int64_t capacity = o->key_capacity == 0 ? LEAST_KEYS : 2 * o->key_capacity;
    uint64_t *keys = crmvi_array(3 * capacity, sizeof *keys);
    if (keys == NULL) {
        return false;
    }
    if (o->key_count > 0) {
        memcpy(keys, o->keys, (size_t)o->key_count * sizeof *keys);
    }
    free(o->keys);
    o->keys = keys;
    o->key_capacity = capacity;
    return true;
}

/* The number of a key that is not in its slot's place: further on, or new. -1 where memory is short. */
static int64_t number_further(crmvi_ordering *o, uint64_t key, uint64_t slot) {
    for (; o->slots[slot] != 0; slot = (slot + 1) & (uint64_t)(o->slot_count - 1)) {
        if (o->keys[o->slots[slot] - 1] == key) {
            return o->slots[slot] - 1;
        }
    }
    if (o->key_count == o->key_capacity && !grow_keys(o)) {
        return -1;
    }
    o->keys[o->key_count++] = key;
    o->slots[slot] = (uint32_t)o->key_count;
    if (2 * o->key_count > o->slot_count && !make_slots(o, 2 * o->slot_count)) {
        return -1;
    }
    return o->key_count - 1;
}

static inline int64_t number_of(crmvi_ordering *o, uint64_t key) {
    const uint64_t slot = slot_of(o, key);
    const uint32_t found = o->slots[slot];
    return found != 0 && o->keys[found - 1] == key ? (int64_t)found - 1 : number_further(o, key, slot);
}

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
    return moves > 0;
}

/* Sorts by the bits from `low` on, in place. */
static void sort_keys(const crmvi_ordering *o, uint64_t *keys, int32_t low, int32_t bits) {
    const uint64_t *sorted = crmvi_radix_sort(keys, ranks_of(o), o->key_count, low, bits);
    if (sorted != keys) {
        memcpy(keys, sorted, (size_t)o->key_count * sizeof *keys);
    }
}

/* Sorts the distinct keys; each gets its rank. Most of the time their highest bits tell them apart. */
static void rank_keys(crmvi_ordering *o, const extent *e) {
    uint64_t *sorted = spare_keys(o);
    for (int64_t i = 0; i < o->key_count; i++) {
        sorted[i] = o->keys[i] - e->least_key;
    }
    const int32_t range = bits_for(e->most_key - e->least_key);
    const int32_t left_out = range > HIGHEST_BITS ? range - HIGHEST_BITS : 0;
    sort_keys(o, sorted, left_out, range - left_out);
    if (!insert_all(sorted, o->key_count)) {
        sort_keys(o, sorted, 0, range);
    }
    uint64_t *ranks = ranks_of(o);
    for (int64_t i = 0; i < o->key_count; i++) {
        const int64_t number = number_of(o, sorted[i] + e->least_key);
        ranks[number] = (uint64_t)i;
    }
}

/* ---- Entries ----------------------------------------------------------------------------------------------------- */

/* How entries are composed: the customer's rank or number, the day, the place. */
typedef struct layout {
    extent of;
    bool has_ranks; /* keys lie too far apart for the distance from the least one */
    int32_t day_bits;
} layout;

static uint64_t entry_of(const crmvi_ordering *o, const layout *l, uint64_t key, uint32_t when, int64_t place) {
    const uint64_t day = (when >> 8) - l->of.first_day;
    return (key << l->day_bits | day) << o->place_bits | (uint64_t)place;
}

/* Entries of keys that lie close together. */
static void list_dense(const crmvi_ordering *o, const layout *l) {
    const uint64_t least = l->of.least_key;
    for (int64_t i = 0; i < o->narrow_count; i++) {
        o->order[i] = entry_of(o, l, o->narrow[i].key - least, o->narrow[i].when, i);
    }
    for (int64_t i = o->narrow_count; i < o->rows; i++) {
        const crmvi_wide_row *row = &o->wide[i - o->narrow_count];
        o->order[i] = entry_of(o, l, row->key - least, row->when, i);
    }
}

/* Entries with the number of the key in the place of its rank. False where memory is short. */
static bool list_numbered(crmvi_ordering *o, const layout *l) {
    int64_t number = 0;
    for (int64_t i = 0; i < o->narrow_count && number >= 0; i++) {
        number = number_of(o, o->narrow[i].key);
        o->order[i] = entry_of(o, l, (uint64_t)number, o->narrow[i].when, i);
    }
    for (int64_t i = o->narrow_count; i < o->rows && number >= 0; i++) {
        const crmvi_wide_row *row = &o->wide[i - o->narrow_count];
        number = number_of(o, row->key);
        o->order[i] = entry_of(o, l, (uint64_t)number, row->when, i);
    }
    return number >= 0;
}

/* Puts ranks in the places of numbers. */
static void put_ranks(const crmvi_ordering *o, const layout *l) {
    const int32_t shift = l->day_bits + o->place_bits;
    const uint64_t rest = (UINT64_C(1) << shift) - 1;
    const uint64_t *ranks = ranks_of(o);
    for (int64_t i = 0; i < o->rows; i++) {
        o->order[i] = ranks[o->order[i] >> shift] << shift | (o->order[i] & rest);
    }
}

/* Where each fact's rows begin, and which of them are a customer's first. */
static void mark_facts(crmvi_ordering *o, const layout *l) {
    const uint64_t *order = o->order;
    const int32_t place_bits = o->place_bits;
    const int32_t day_bits = l->day_bits;
    const int64_t rows = o->rows;
    uint32_t *marks = o->facts;
    int64_t facts = 1;
    int64_t customers = 1;
    marks[0] = CRMVI_NEW_CUSTOMER;
    for (int64_t i = 1; i < rows; i++) {
        const uint64_t differ = (order[i] ^ order[i - 1]) >> place_bits;
        const bool is_new = differ >> day_bits != 0;
        marks[facts] = (uint32_t)i | (uint32_t)is_new << 31;
        facts += differ != 0;
        customers += is_new;
    }
    marks[facts] = (uint32_t)rows; /* the last row may have been noted where the end belongs */
    o->fact_count = facts;
    o->customers = customers;
}

/* Lists all rows as entries with ranks; *key_bits gets how many bits these have. False where memory is short. */
static bool list_rows(crmvi_ordering *o, const layout *l, int32_t *key_bits) {
    if (!l->has_ranks) {
        *key_bits = bits_for(l->of.most_key - l->of.least_key);
        list_dense(o, l);
        return true;
    }
    o->key_count = 0;
    if (!make_slots(o, LEAST_SLOTS) || !list_numbered(o, l)) {
        return false;
    }
    rank_keys(o, &l->of);
    put_ranks(o, l);
    *key_bits = bits_for((uint64_t)o->key_count - 1);
    return true;
}

bool crmvi_ordering_make(crmvi_ordering *ordering, const crmvi_partition *partition) {
    layout l;
    int32_t key_bits = 0;
    if (!take_rows(ordering, partition, &l.of)) {
        return false;
    }
    const uint64_t range = l.of.most_key - l.of.least_key;
    l.day_bits = bits_for(l.of.last_day - l.of.first_day);
    l.has_ranks = range > DENSE_RANGE && range / RANGE_A_ROW > (uint64_t)ordering->rows;
    if (!list_rows(ordering, &l, &key_bits)) {
        return false;
    }
    uint64_t *sorted =
        crmvi_radix_sort(ordering->order, ordering->spare, ordering->rows, ordering->place_bits, l.day_bits + key_bits);
    if (sorted != ordering->order) {
        ordering->spare = ordering->order;
        ordering->order = sorted;
    }
    mark_facts(ordering, &l);
    return true;
}
