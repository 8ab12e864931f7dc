/*
 * merge_sort.h - sorting keys without a trace.
 *
 * qsort() may sort in memory of its own, which it gives back as it is; what is sorted here has its scratch memory from
 * the caller. The functions stand here so that sizes and orders are known to the compiler.
 */
#ifndef CRMVI_BASE_MERGE_SORT_H
#define CRMVI_BASE_MERGE_SORT_H

#include "base/memory.h"

#include <string.h>

/* < 0, 0 or > 0, as qsort() wants it. */
typedef int (*crmvi_order)(const void *, const void *);

/* Merges the sorted items [begin, middle) and [middle, end); of equal ones those of the first go first. */
static inline void crmvi_merge(const char *from, char *to, int64_t begin, int64_t middle, int64_t end, size_t size,
                               crmvi_order compare) {
    int64_t left = begin;
    int64_t right = middle;
    for (int64_t at = begin; at < end; at++) {
        const bool takes_left =
            right == end || (left < middle && compare(from + (size_t)left * size, from + (size_t)right * size) <= 0);
        memcpy(to + (size_t)at * size, from + (size_t)(takes_left ? left++ : right++) * size, size);
    }
}

/* Sorts; `scratch` has room for as many items. */
static inline void crmvi_merge_sort(void *items, void *scratch, int64_t count, size_t size, crmvi_order compare) {
    char *from = items;
    char *to = scratch;
    for (int64_t run = 1; run < count; run *= 2) {
        for (int64_t begin = 0; begin < count; begin += 2 * run) {
            const int64_t middle = count - begin < run ? count : begin + run;
            crmvi_merge(from, to, begin, middle, count - middle < run ? count : middle + run, size, compare);
        }
        char *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != items && count > 0) {
        memcpy(items, from, (size_t)count * size);
    }
}

/* The same with memory of its own, which it discards. False where memory is short. */
static inline bool crmvi_sort(void *items, int64_t count, size_t size, crmvi_order compare) {
    void *scratch = crmvi_large_array(count, size);
    if (scratch != NULL) {
        crmvi_merge_sort(items, scratch, count, size, compare);
        crmvi_discard(scratch, count, size);
    }
    return scratch != NULL;
}

#endif
