/*
 * ledger_reseal.h - gives a changed ledger's file its checksums again, so that what stands behind them is reached:
 * whoever can forge a file can do the same.
 *
 * Walks as far as the bytes lead; what leads nowhere is left as it is.
 */
#ifndef TESTS_LEDGER_RESEAL_H
#define TESTS_LEDGER_RESEAL_H

#include "base/hash.h"
#include "ledger/file_blocks.h"

/* Where things stand: see docs/ledger-file.md. */
enum {
    RESEAL_COMMIT = 512,
    RESEAL_COMMIT_SIZE = 56,
    RESEAL_IDENTITY = 56,
    RESEAL_LIST_COUNT = 16,
    RESEAL_LIST_PREVIOUS = 32,
    RESEAL_LIST_BEGIN = 56,
    RESEAL_LIST_ENTRIES = 64 + CRMVI_FACTS * 16,
    RESEAL_ENTRY = 24
};

/* The checksums of a batch of so many bytes; returns the root. */
static inline uint64_t reseal_batch(unsigned char *batch, const crmvi_tree *tree) {
    uint64_t sum = 0;
    for (int32_t level = 0; level < tree->levels; level++) {
        for (int64_t done = 0, block = 0; done < tree->lengths[level]; done += CRMVI_BLOCK, block++) {
            const int64_t left = tree->lengths[level] - done;
            sum = crmvi_hash_of(batch + tree->begins[level] + done, (size_t)(left < CRMVI_BLOCK ? left : CRMVI_BLOCK));
            if (level + 1 < tree->levels) {
                crmvi_put_u64(batch + tree->begins[level + 1] + block * 8, sum);
            }
        }
    }
    return sum;
}

/* The batches of the list in bytes[at .. at + length), and of those before it; returns the list's checksum. */
static inline uint64_t reseal_list(unsigned char *bytes, int64_t at, int64_t length, int32_t depth) {
    unsigned char *list = bytes + at;
    int64_t place = (int64_t)crmvi_get_u64(list + RESEAL_LIST_BEGIN);
    int64_t entry = RESEAL_LIST_ENTRIES;
    const uint64_t count = crmvi_get_u64(list + RESEAL_LIST_COUNT);
    for (uint64_t i = 0; i < count && entry + RESEAL_ENTRY <= length; i++) {
        const int64_t size = (int64_t)crmvi_get_u64(list + entry);
        if (place < CRMVI_FILE_HEADER || place > at || size <= 0 || size > at - place ||
            crmvi_tree_of(size).whole > at - place) {
            break;
        }
        const crmvi_tree tree = crmvi_tree_of(size);
        crmvi_put_u64(list + entry + 8, reseal_batch(bytes + place, &tree));
        place += tree.whole;
        entry += RESEAL_ENTRY + crmvi_file_padded((int64_t)crmvi_get_u32(list + entry + 16));
    }
    const int64_t previous = (int64_t)crmvi_get_u64(list + RESEAL_LIST_PREVIOUS);
    const int64_t previous_length = (int64_t)crmvi_get_u64(list + RESEAL_LIST_PREVIOUS + 8);
    if (depth > 0 && previous >= CRMVI_FILE_HEADER && previous < at && previous_length >= RESEAL_LIST_ENTRIES &&
        previous_length <= at - previous) {
        crmvi_put_u64(list + RESEAL_LIST_PREVIOUS + 16, reseal_list(bytes, previous, previous_length, depth - 1));
    }
    return crmvi_hash_of(list, (size_t)length);
}

static inline void reseal(unsigned char *bytes, int64_t length) {
    if (length < CRMVI_FILE_HEADER) {
        return;
    }
    for (int32_t i = 0; i < 2; i++) {
        unsigned char *commit = bytes + RESEAL_COMMIT + (size_t)i * RESEAL_COMMIT;
        const int64_t at = (int64_t)crmvi_get_u64(commit + 8);
        const int64_t size = (int64_t)crmvi_get_u64(commit + 16);
        if (at >= CRMVI_FILE_HEADER && at <= length && size >= RESEAL_LIST_ENTRIES && size <= length - at) {
            crmvi_put_u64(commit + 24, reseal_list(bytes, at, size, 16));
        }
        crmvi_put_u64(commit + RESEAL_COMMIT_SIZE, crmvi_hash_of(commit, RESEAL_COMMIT_SIZE));
    }
    crmvi_put_u64(bytes + RESEAL_IDENTITY, crmvi_hash_of(bytes, RESEAL_IDENTITY));
}

#endif
