#include "base/hash.h"

#include <stdbool.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct crmvi_hash {
    XXH3_state_t state;
};

crmvi_hash *crmvi_hash_new(void) {
    XXH3_state_t *state = XXH3_createState();
    if (state != NULL) {
        XXH3_128bits_reset(state);
    }
    return (crmvi_hash *)state;
}

void crmvi_hash_free(crmvi_hash *hash) {
    if (hash != NULL) {
        XXH3_freeState(&hash->state);
    }
}

void crmvi_hash_bytes(crmvi_hash *hash, const void *bytes, size_t length) {
    XXH3_128bits_update(&hash->state, bytes, length);
}

static bool is_little_endian(void) {
    const uint16_t probe = 1;
    unsigned char first;
    memcpy(&first, &probe, 1);
    return first == 1;
}

void crmvi_hash_number(crmvi_hash *hash, int64_t number) {
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)((uint64_t)number >> (8 * i));
    }
    crmvi_hash_bytes(hash, bytes, sizeof bytes);
}

void crmvi_hash_numbers(crmvi_hash *hash, const int64_t *numbers, int64_t count) {
    if (is_little_endian()) {
        crmvi_hash_bytes(hash, numbers, (size_t)count * sizeof *numbers);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        crmvi_hash_number(hash, numbers[i]);
    }
}

void crmvi_hash_text(const crmvi_hash *hash, char out[33]) {
    static const char digits[] = "0123456789abcdef";
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&hash->state));
    for (int i = 0; i < 16; i++) {
        out[2 * i] = digits[canonical.digest[i] >> 4];
        out[2 * i + 1] = digits[canonical.digest[i] & 15];
    }
    out[32] = '\0';
}

uint64_t crmvi_hash_of(const void *bytes, size_t length) {
    return XXH3_64bits(bytes, length);
}
