#include "base/radix.h"

#include <string.h>

enum { DIGIT_BITS = 11, FEW = 24 };

static uint64_t bits_of(uint64_t item, int32_t low, int32_t bits) {
    return item >> low & (bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX);
}

/* Few items are sooner put in their places one by one. */
static void sort_few(uint64_t *items, int64_t count, int32_t low, int32_t bits) {
    for (int64_t i = 1; i < count; i++) {
        const uint64_t item = items[i];
        const uint64_t value = bits_of(item, low, bits);
        int64_t at = i;
        for (; at > 0 && bits_of(items[at - 1], low, bits) > value; at--) {
            items[at] = items[at - 1];
        }
        items[at] = item;
    }
}

static void sort_by_digit(const uint64_t *from, uint64_t *to, int64_t count, int32_t low, int32_t bits) {
    int64_t places[1 << DIGIT_BITS];
    const uint64_t mask = (UINT64_C(1) << bits) - 1;
    memset(places, 0, (size_t)(mask + 1) * sizeof *places);
    for (int64_t i = 0; i < count; i++) {
        places[from[i] >> low & mask]++;
    }
    int64_t place = 0;
    for (uint64_t digit = 0; digit <= mask; digit++) {
        const int64_t size = places[digit];
        places[digit] = place;
        place += size;
    }
    for (int64_t i = 0; i < count; i++) {
        to[places[from[i] >> low & mask]++] = from[i];
    }
}

uint64_t *crmvi_radix_sort(uint64_t *items, uint64_t *scratch, int64_t count, int32_t low, int32_t bits) {
    if (count <= FEW) {
        sort_few(items, count, low, bits);
        return items;
    }
    const int32_t passes = (bits + DIGIT_BITS - 1) / DIGIT_BITS;
    for (int32_t pass = 0, done = 0; pass < passes; pass++) {
        const int32_t digit = (bits - done + passes - pass - 1) / (passes - pass);
        sort_by_digit(items, scratch, count, low + done, digit);
        uint64_t *swapped = items;
        items = scratch;
        scratch = swapped;
        done += digit;
    }
    return items;
}
