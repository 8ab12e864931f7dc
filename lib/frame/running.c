/*
 * running.c - running sums over the facts of a slice.
 *
 * A customer's sum over any span is then the difference of two of them. No loop depends on how long a history is, so
 * that short histories do not cost a mispredicted branch for each customer and column.
 */
#include "frame/slice.h"
#include "ledger/sparse.h"

/* Asks for what stands a slice further on: most likely the next slice's. */
static inline void ask_next(const void *at, size_t bytes) {
    __builtin_prefetch((const void *)((uintptr_t)at + bytes), 0, 2);
}

/* A value of 1, 2 or 4 bytes. Where the width is known while compiling, so is how to read it. */
static inline int64_t value_at(const char *values, int32_t width, int32_t i) {
    return width == 1   ? ((const int8_t *)(const void *)values)[i]
           : width == 2 ? ((const int16_t *)(const void *)values)[i]
                        : ((const int32_t *)(const void *)values)[i];
}

/* An addition waits for another once in two values. */
static inline void add_narrow(const char *values, int32_t width, int32_t count, int64_t *running) {
    const int32_t line = 64 / width; /* values in a line of the cache */
    int64_t sum = 0;
    int32_t i = 0;
    for (; i + line <= count; i += line) {
        ask_next(values + (size_t)i * (size_t)width, (size_t)count * (size_t)width);
#pragma GCC unroll 8
        for (int32_t j = i; j < i + line; j += 2) {
            const int64_t first = value_at(values, width, j);
            const int64_t both = first + value_at(values, width, j + 1);
            running[j + 1] = sum + first;
            sum += both;
            running[j + 2] = sum;
        }
    }
    for (; i < count; i++) {
        sum += value_at(values, width, i);
        running[i + 1] = sum;
    }
}

/* The sum may wrap; it is then not used. */
static bool add_8(const int64_t *values, int32_t count, int64_t *running) {
    uint64_t sum = 0;
    uint64_t seen = 0; /* a bit above the limit's where a value lies outside it */
#pragma GCC unroll 8
    for (int32_t i = 0; i < count; i++) {
        sum += (uint64_t)values[i];
        seen |= (uint64_t)values[i] + CRMVI_PLAIN_LIMIT;
        running[i + 1] = (int64_t)sum;
    }
    return seen < 2 * (uint64_t)CRMVI_PLAIN_LIMIT;
}

bool crmvi_running_sums(const crmvi_fact_column *column, int64_t begin, int32_t count, int64_t *running) {
    const char *values = (const char *)column->values + begin * column->width;
    running[0] = 0;
    switch (column->width) {
    case 1:
        add_narrow(values, 1, count, running);
        return true;
    case 2:
        add_narrow(values, 2, count, running);
        return true;
    case 4:
        add_narrow(values, 4, count, running);
        return true;
    default:
        return add_8((const int64_t *)column->values + begin, count, running);
    }
}

/* Most facts that are listed stand so near to each other that the loop ends where it was foretold. */
static int32_t fill(int32_t *counted, int32_t at, int32_t end, int32_t value) {
    for (; at < end; at += CRMVI_LISTED_AT_ONCE) {
        for (int32_t i = 0; i < CRMVI_LISTED_AT_ONCE; i++) {
            counted[at + i] = value;
        }
    }
    return end;
}

void crmvi_running_listed(const crmvi_sparse_rows *rows, int64_t first, int32_t count, int32_t *counted) {
    const int64_t end = crmvi_sparse_find(rows, first + count);
    int32_t value = 0;
    int32_t at = 0;
    for (int64_t row = crmvi_sparse_find(rows, first); row < end; row++) {
        at = fill(counted, at, (int32_t)(rows->facts[row] - first) + 1, value++);
    }
    fill(counted, at, count + 1, value);
}

bool crmvi_running_purchases(const int64_t *values, const int32_t *counted, int32_t count, int64_t *running) {
    uint64_t sum = 0;
    uint64_t seen = 0;
    running[0] = 0;
#pragma GCC unroll 8
    for (int32_t i = 0; i < count; i++) {
        const uint64_t mask = (uint64_t)counted[i] - (uint64_t)counted[i + 1]; /* all ones on a purchase day */
        sum += (uint64_t)values[i] & mask;
        seen |= (uint64_t)values[i] + CRMVI_PLAIN_LIMIT;
        running[i + 1] = (int64_t)sum;
    }
    return seen < 2 * (uint64_t)CRMVI_PLAIN_LIMIT;
}

void crmvi_running_days(const int64_t *sold, const int64_t *cancelled, int32_t count, int32_t *counted) {
    int32_t days = 0;
    counted[0] = 0;
#pragma GCC unroll 8
    for (int32_t i = 0; i < count; i++) {
        days += sold[i] > cancelled[i];
        counted[i + 1] = days;
    }
}

void crmvi_running_days_1(const int8_t *sold, int32_t count, int32_t *counted) {
    int32_t days = 0;
    counted[0] = 0;
#pragma GCC unroll 8
    for (int32_t i = 0; i < count; i++) {
        days += sold[i] > 0;
        counted[i + 1] = days;
    }
}

void crmvi_running_before(const int32_t *days, int32_t count, int32_t day, int32_t *counted) {
    int32_t before = 0;
    counted[0] = 0;
#pragma GCC unroll 8
    for (int32_t i = 0; i < count; i++) {
        before += days[i] < day;
        counted[i + 1] = before;
    }
}
