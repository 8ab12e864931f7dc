/* keys.h - doubles as whole numbers that ascend as they do, to be sorted by their bits. */
#ifndef CRMVI_CALIBRATE_KEYS_H
#define CRMVI_CALIBRATE_KEYS_H

#include <stdint.h>
#include <string.h>

/* Of a number that is not NaN and not -0. Without a comparison of whole numbers, so that compilers make vector code of
 * loops. */
static inline uint64_t crmvi_key_of(double value) {
    const uint64_t sign = UINT64_C(1) << 63;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits ^ ((0 - (bits >> 63)) | sign);
}

static inline double crmvi_value_of(uint64_t key) {
    const uint64_t sign = UINT64_C(1) << 63;
    const uint64_t bits = key >= sign ? key ^ sign : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Sorts keys in their place; `scratch` has room for as many. Cost: two passes for most. */
void crmvi_sort_keys(uint64_t *items, uint64_t *scratch, int64_t count);

/* How many different ones there are among sorted ones. */
int64_t crmvi_count_distinct(const uint64_t *sorted, int64_t count);

#endif
