#include "ledger/ordering.h"

#include "base/memory.h"
#include "base/radix.h"

#include <stdlib.h>

static_assert(CRMVI_PAGE_BYTES / sizeof(crmvi_row) == 1 << CRMVI_NARROW_PAGE_BITS, "narrow rows of a page");
static_assert(CRMVI_PAGE_BYTES / sizeof(crmvi_wide_row) == 1 << CRMVI_WIDE_PAGE_BITS, "wide rows of a page");

/* What both kinds of rows begin with. */
typedef struct head {
    uint64_t key;
    uint32_t when;
} head;

static head head_of(const void *row) {
    head h;
    memcpy(&h.key, row, sizeof h.key);
    memcpy(&h.when, (const char *)row + offsetof(crmvi_row, when), sizeof h.when);
    return h;
}

static head head_at(const crmvi_ordering *o, uint64_t entry) {
    return head_of(crmvi_row_at(o, (int64_t)(entry & ((UINT64_C(1) << o->place_bits) - 1))));
}

static uint32_t day_of(head h) {
    return h.when >> 8;
}

static int32_t bits_for(uint64_t value) {
    return value == 0 ? 0 : 64 - __builtin_clzll(value);
}

/* ---- Room -------------------------------------------------------------------------------------------------------- */

static bool make_room(crmvi_ordering *o, const crmvi_partition *partition) {
    const int64_t sheets = crmvi_partition_sheet_limit(partition);
    if (!crmvi_grow(&o->sheets, &o->sheets_capacity, sheets, sizeof *o->sheets)) {
        return false;
    }
    const int64_t needed = 2 * partition->rows + partition->rows / 2 + 2;
    if (needed > o->capacity) {
        const int64_t capacity = needed + needed / 4; /* partitions are of about one size */
        free(o->memory);
        o->capacity = 0;
        o->memory = crmvi_large_array(capacity, sizeof *o->memory);
        if (o->memory == NULL) {
            return false;
        }
        o->capacity = capacity;
    }
    o->rows = partition->rows;
    o->order = o->memory;
    o->spare = o->memory + partition->rows;
    o->facts = (uint32_t *)(void *)(o->memory + 2 * partition->rows);
    const int64_t found = crmvi_partition_sheets(partition, o->sheets, &o->narrow);
    o->wide_from = o->narrow << CRMVI_NARROW_PAGE_BITS;
    const int64_t places = o->wide_from + ((found - o->narrow) << CRMVI_WIDE_PAGE_BITS);
    o->place_bits = bits_for((uint64_t)places);
    return true;
}

void crmvi_ordering_clear(crmvi_ordering *ordering) {
    free(ordering->sheets);
    free(ordering->memory);
    *ordering = (crmvi_ordering){0};
}

/* ---- Entries ----------------------------------------------------------------------------------------------------- */

/* The least and the greatest of keys and days. */
typedef struct extent {
    uint64_t least_key, most_key;
    uint32_t first_day, last_day;
} extent;

static const extent nothing = {.least_key = UINT64_MAX, .first_day = UINT32_MAX};

static void extend(extent *e, head h) {
    const uint32_t day = day_of(h);
    e->least_key = h.key < e->least_key ? h.key : e->least_key;
    e->most_key = h.key > e->most_key ? h.key : e->most_key;
    e->first_day = day < e->first_day ? day : e->first_day;
    e->last_day = day > e->last_day ? day : e->last_day;
}

/* Lists all rows as places, and finds their extent. */
static extent list_rows(crmvi_ordering *o) {
    extent e = nothing;
    int64_t listed = 0;
    for (int64_t sheet = 0; listed < o->rows; sheet++) {
        const bool is_narrow = sheet < o->narrow;
        const size_t bytes = is_narrow ? sizeof(crmvi_row) : sizeof(crmvi_wide_row);
        const int64_t place =
            is_narrow ? sheet << CRMVI_NARROW_PAGE_BITS : o->wide_from + ((sheet - o->narrow) << CRMVI_WIDE_PAGE_BITS);
        const char *row = o->sheets[sheet].rows;
        for (int64_t i = 0; i < o->sheets[sheet].count; i++, row += bytes) {
            extend(&e, head_of(row));
            o->order[listed++] = (uint64_t)(place + i);
        }
    }
    return e;
}

/* How the entries of some rows are composed: the highest bits of the key above the least one, the day, the place. */
typedef struct layout {
    extent of;
    int32_t day_bits, key_bits;
    int32_t key_shift; /* bits of the key that are left out */
} layout;

enum { DIGIT_BITS = 11, SURPLUS_BITS = 8, ENTRY_BITS = 64 };

static int32_t least_of(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* As many bits of the key as tell customers apart most of the time, and as the passes that they take have to spare. */
static layout lay_out(const crmvi_ordering *o, const extent *e, int64_t rows) {
    layout l = {.of = *e, .day_bits = bits_for(e->last_day - e->first_day)};
    const int32_t range = bits_for(e->most_key - e->least_key);
    const int32_t wanted = least_of(range, bits_for((uint64_t)rows) + SURPLUS_BITS) + l.day_bits;
    const int32_t passes = (wanted + DIGIT_BITS - 1) / DIGIT_BITS;
    const int32_t most = least_of(passes * DIGIT_BITS, ENTRY_BITS - o->place_bits) - l.day_bits;
    l.key_bits = least_of(range, most);
    l.key_shift = range - l.key_bits;
    return l;
}

static uint64_t compose(const crmvi_ordering *o, const layout *l, head h, uint64_t place) {
    const uint64_t key = (h.key - l->of.least_key) >> l->key_shift;
    return (key << l->day_bits | (day_of(h) - l->of.first_day)) << o->place_bits | place;
}

/* ---- Sorting ----------------------------------------------------------------------------------------------------- */

/* Sorts entries that are places by key and day. */
static void sort_run(crmvi_ordering *o, uint64_t *entries, int64_t count, const extent *e);

/* Entries whose keys look alike may be of several customers; these are sorted again by the bits that were left out. */
static void sort_alike(crmvi_ordering *o, uint64_t *entries, int64_t count) {
    const uint64_t place_mask = (UINT64_C(1) << o->place_bits) - 1;
    extent e = nothing;
    for (int64_t i = 0; i < count; i++) {
        extend(&e, head_at(o, entries[i]));
    }
    if (e.least_key == e.most_key) {
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        entries[i] &= place_mask;
    }
    sort_run(o, entries, count, &e);
}

static void sort_runs_alike(crmvi_ordering *o, const layout *l, uint64_t *entries, int64_t count) {
    const int32_t shift = o->place_bits + l->day_bits;
    for (int64_t begin = 0; begin < count;) {
        int64_t end = begin + 1;
        while (end < count && entries[end] >> shift == entries[begin] >> shift) {
            end++;
        }
        if (end - begin > 1) {
            sort_alike(o, entries + begin, end - begin);
        }
        begin = end;
    }
}

static void sort_run(crmvi_ordering *o, uint64_t *entries, int64_t count, const extent *e) {
    const layout l = lay_out(o, e, count);
    for (int64_t i = 0; i < count; i++) {
        entries[i] = compose(o, &l, head_at(o, entries[i]), entries[i]);
    }
    uint64_t *spare = o->spare + (entries - o->order);
    const uint64_t *sorted = crmvi_radix_sort(entries, spare, count, o->place_bits, l.day_bits + l.key_bits);
    if (sorted != entries) {
        memcpy(entries, sorted, (size_t)count * sizeof *entries);
    }
    if (l.key_shift > 0) {
        sort_runs_alike(o, &l, entries, count);
    }
}

/* ---- Facts ------------------------------------------------------------------------------------------------------- */

static void mark(crmvi_ordering *o, int64_t position, bool new_customer, bool new_fact) {
    o->facts[o->fact_count] = (uint32_t)position | (new_customer ? CRMVI_NEW_CUSTOMER : 0);
    o->fact_count += new_fact;
    o->customers += new_customer;
}

/* Where the entries hold the whole key, they tell. */
static void mark_by_entries(crmvi_ordering *o, const layout *l) {
    uint64_t before = ~o->order[0];
    for (int64_t i = 0; i < o->rows; i++) {
        const uint64_t differ = o->order[i] ^ before;
        before = o->order[i];
        mark(o, i, i == 0 || differ >> (o->place_bits + l->day_bits) != 0, i == 0 || differ >> o->place_bits != 0);
    }
}

static void mark_by_rows(crmvi_ordering *o) {
    head before = {0};
    for (int64_t i = 0; i < o->rows; i++) {
        const head h = head_at(o, o->order[i]);
        const bool new_customer = i == 0 || h.key != before.key;
        mark(o, i, new_customer, new_customer || day_of(h) != day_of(before));
        before = h;
    }
}

bool crmvi_ordering_make(crmvi_ordering *ordering, const crmvi_partition *partition) {
    if (!make_room(ordering, partition)) {
        return false;
    }
    const extent e = list_rows(ordering);
    const layout l = lay_out(ordering, &e, ordering->rows);
    sort_run(ordering, ordering->order, ordering->rows, &e);
    ordering->fact_count = 0;
    ordering->customers = 0;
    if (l.key_shift == 0) {
        mark_by_entries(ordering, &l);
    } else {
        mark_by_rows(ordering);
    }
    ordering->facts[ordering->fact_count] = (uint32_t)ordering->rows;
    return true;
}
