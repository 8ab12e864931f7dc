#include "ledger/fact_column.h"

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

void crmvi_fact_column_clear(crmvi_fact_column *column) {
    free(column->values);
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

void crmvi_fact_column_copy(const crmvi_fact_column *from, int64_t begin, int64_t count, const crmvi_fact_column *to,
                            int64_t at) {
    if (to->width == 0) {
        return;
    }
    if (from->width == to->width) {
        const size_t width = (size_t)to->width;
        memcpy((char *)to->values + (size_t)at * width, (const char *)from->values + (size_t)begin * width,
               (size_t)count * width);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        crmvi_fact_column_put(to, at + i, crmvi_fact_column_at(from, begin + i));
    }
}
