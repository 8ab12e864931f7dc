#include "ledger/fact_column.h"

#include "base/stream.h"

#include <stdlib.h>
#include <string.h>

int32_t crmvi_fact_width(int64_t value) {
    if (value == 0) {
        return 0;
    }
    if (value >= INT32_MIN && value <= INT32_MAX) {
        return value >= INT8_MIN && value <= INT8_MAX ? 1 : value >= INT16_MIN && value <= INT16_MAX ? 2 : 4;
    }
    return 8;
}

bool crmvi_fact_column_make(crmvi_fact_column *column, int64_t count, int32_t width) {
    *column = (crmvi_fact_column){0};
    if (width == 0) {
        return true;
    }
    column->values = crmvi_large_array(count, (size_t)width);
    column->width = column->values != NULL ? width : 0;
    return column->values != NULL;
}

void crmvi_fact_column_clear(crmvi_fact_column *column, int64_t count) {
    crmvi_discard(column->values, count, (size_t)column->width);
    *column = (crmvi_fact_column){0};
}

static void widen_1(const int8_t *values, int64_t count, int64_t *out) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = values[i];
    }
}

static void widen_2(const int16_t *values, int64_t count, int64_t *out) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = values[i];
    }
}

static void widen_4(const int32_t *values, int64_t count, int64_t *out) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = values[i];
    }
}

void crmvi_fact_column_read(const crmvi_fact_column *column, int64_t begin, int64_t count, int64_t *out) {
    switch (column->width) {
    case 1:
        widen_1((const int8_t *)column->values + begin, count, out);
        break;
    case 2:
        widen_2((const int16_t *)column->values + begin, count, out);
        break;
    case 4:
        widen_4((const int32_t *)column->values + begin, count, out);
        break;
    case 8:
        memcpy(out, (const int64_t *)column->values + begin, (size_t)count * sizeof *out);
        break;
    default:
        memset(out, 0, (size_t)count * sizeof *out);
        break;
    }
}

/* Whether all values fit into those up to a limit, one less than a power of two: no bit above it differs from a sign.
 */
static bool all_fit(int64_t count, const int32_t *values, int32_t most) {
    int32_t bits = 0;
    for (int64_t i = 0; i < count; i++) {
        bits |= values[i] ^ (values[i] < 0 ? -1 : 0);
    }
    return bits <= most;
}

static void put_past(char *to, const void *from, size_t bytes) {
    enum { LINE = 64 };
    const size_t whole = (uintptr_t)to % LINE == 0 ? bytes / LINE * LINE : 0;
    crmvi_stream(to, from, whole);
    memcpy(to + whole, (const char *)from + whole, bytes - whole);
}

void crmvi_fact_days_write(int32_t *days, int64_t count, const int32_t *values) {
    put_past((char *)days, values, (size_t)count * sizeof *values);
}

static bool write_1(int8_t *out, int64_t count, const int32_t *values) {
    _Alignas(64) int8_t narrow[CRMVI_FACTS_WRITTEN];
    for (int64_t i = 0; i < count; i++) {
        narrow[i] = (int8_t)values[i];
    }
    put_past((char *)out, narrow, (size_t)count);
    return all_fit(count, values, INT8_MAX);
}

static bool write_2(int16_t *out, int64_t count, const int32_t *values) {
    _Alignas(64) int16_t narrow[CRMVI_FACTS_WRITTEN];
    for (int64_t i = 0; i < count; i++) {
        narrow[i] = (int16_t)values[i];
    }
    put_past((char *)out, narrow, (size_t)count * sizeof *narrow);
    return all_fit(count, values, INT16_MAX);
}

static void write_8(int64_t *out, int64_t count, const int32_t *values) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = values[i];
    }
}

bool crmvi_fact_column_write(const crmvi_fact_column *column, int64_t at, int64_t count, const int32_t *values) {
    switch (column->width) {
    case 1:
        return write_1((int8_t *)column->values + at, count, values);
    case 2:
        return write_2((int16_t *)column->values + at, count, values);
    case 4:
        put_past((char *)((int32_t *)column->values + at), values, (size_t)count * sizeof *values);
        return true;
    case 8:
        write_8((int64_t *)column->values + at, count, values);
        return true;
    default:
        return all_fit(count, values, 0);
    }
}

void crmvi_fact_column_zero(const crmvi_fact_column *column, int64_t at, int64_t count) {
    const size_t width = (size_t)column->width;
    if (width > 0 && count > 0) {
        memset((char *)column->values + (size_t)at * width, 0, (size_t)count * width);
    }
}

static void store_1(int8_t *out, int64_t count, const int64_t *values) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = (int8_t)values[i];
    }
}

static void store_2(int16_t *out, int64_t count, const int64_t *values) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = (int16_t)values[i];
    }
}

static void store_4(int32_t *out, int64_t count, const int64_t *values) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = (int32_t)values[i];
    }
}

void crmvi_fact_column_store(const crmvi_fact_column *column, int64_t at, int64_t count, const int64_t *values) {
    switch (column->width) {
    case 1:
        store_1((int8_t *)column->values + at, count, values);
        break;
    case 2:
        store_2((int16_t *)column->values + at, count, values);
        break;
    case 4:
        store_4((int32_t *)column->values + at, count, values);
        break;
    default:
        memcpy((int64_t *)column->values + at, values, (size_t)count * sizeof *values);
        break;
    }
}

void crmvi_fact_column_copy(const crmvi_fact_column *from, int64_t begin, int64_t count, const crmvi_fact_column *to,
                            int64_t at) {
    enum { PORTION = 512 };
    const size_t width = (size_t)to->width;
    if (from->width == to->width) {
        memcpy((char *)to->values + (size_t)at * width, (const char *)from->values + (size_t)begin * width,
               (size_t)count * width);
        return;
    }
    int64_t values[PORTION];
    for (int64_t done = 0; done < count; done += PORTION) {
        const int64_t portion = count - done < PORTION ? count - done : PORTION;
        crmvi_fact_column_read(from, begin + done, portion, values);
        crmvi_fact_column_store(to, at + done, portion, values);
    }
}

bool crmvi_fact_column_widen(crmvi_fact_column *column, int64_t count, int32_t width) {
    crmvi_fact_column wide;
    if (!crmvi_fact_column_make(&wide, count, width)) {
        return false;
    }
    crmvi_fact_column_copy(column, 0, count, &wide, 0);
    crmvi_fact_column_clear(column, count);
    *column = wide;
    return true;
}
