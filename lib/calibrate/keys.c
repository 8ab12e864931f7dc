#include "calibrate/keys.h"

#include "base/radix.h"

#include <string.h>

enum {
    TOP_BITS = 22, /* by which most keys differ that are sorted together */
    FEW = 24
};

static void sort_bits(uint64_t *items, uint64_t *scratch, int64_t count, int32_t low, int32_t bits) {
    const uint64_t *sorted = crmvi_radix_sort(items, scratch, count, low, bits);
    if (sorted != items) {
        memcpy(items, sorted, (size_t)count * sizeof *items);
    }
}

static uint64_t differing_bits(const uint64_t *items, int64_t count) {
    uint64_t differ = 0;
    for (int64_t i = 1; i < count; i++) {
        differ |= items[i] ^ items[0];
    }
    return differ;
}

/* By the highest bits that differ, then those that agree in them by the others. At most three deep. */
void crmvi_sort_keys(uint64_t *items, uint64_t *scratch, int64_t count) {
    const uint64_t differ = differing_bits(items, count);
    if (differ == 0) {
        return;
    }
    const int32_t low = __builtin_ctzll(differ);
    const int32_t bits = 64 - __builtin_clzll(differ) - low;
    if (bits <= TOP_BITS || count <= FEW) {
        sort_bits(items, scratch, count, low, bits);
        return;
    }
    const int32_t top = low + bits - TOP_BITS;
    sort_bits(items, scratch, count, top, TOP_BITS);
    for (int64_t begin = 0, end; begin < count; begin = end) {
        for (end = begin + 1; end < count && items[end] >> top == items[begin] >> top; end++) {
        }
        if (end - begin > 1) {
            crmvi_sort_keys(items + begin, scratch + begin, end - begin);
        }
    }
}

int64_t crmvi_count_distinct(const uint64_t *sorted, int64_t count) {
    int64_t distinct = count > 0;
    for (int64_t i = 1; i < count; i++) {
        distinct += sorted[i] != sorted[i - 1];
    }
    return distinct;
}
