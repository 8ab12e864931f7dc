/* fact_column.h - columns of facts, as narrow as their values allow. */
#ifndef CRMVI_LEDGER_FACT_COLUMN_H
#define CRMVI_LEDGER_FACT_COLUMN_H

#include "ledger/ledger.h"

/* The narrowest width that holds a value: 0, 1, 2, 4 or 8 bytes. */
int32_t crmvi_fact_width(int64_t value);

/* Makes a column of `count` values of a width, not set; none for width 0. False where memory is short. */
bool crmvi_fact_column_make(crmvi_fact_column *column, int64_t count, int32_t width);
/* Gives a column of `count` values a greater width. False where memory is short; then it is as it was. */
bool crmvi_fact_column_widen(crmvi_fact_column *column, int64_t count, int32_t width);
void crmvi_fact_column_clear(crmvi_fact_column *column, int64_t count);

/* Writes a value, cut off where it does not fit. */
static inline void crmvi_fact_column_put(const crmvi_fact_column *column, int64_t fact, int64_t value) {
    switch (column->width) {
    case 1:
        ((int8_t *)column->values)[fact] = (int8_t)value;
        break;
    case 2:
        ((int16_t *)column->values)[fact] = (int16_t)value;
        break;
    case 4:
        ((int32_t *)column->values)[fact] = (int32_t)value;
        break;
    case 8:
        ((int64_t *)column->values)[fact] = value;
        break;
    default:
        break;
    }
}

/*
 * What many facts are made of is written past the caches, as far as it fills whole lines of them, since it will have
 * left them before it is asked for. At most CRMVI_FACTS_WRITTEN values at once, which are aligned to 64 bytes; where
 * their place is a multiple of CRMVI_FACTS_ALIGNED all of them fill whole lines. Another thread may read them after
 * crmvi_stream_end.
 */
enum { CRMVI_FACTS_WRITTEN = 512, CRMVI_FACTS_ALIGNED = 64 };

/* Writes `count` values from place `at` on, cut off where they do not fit; false where one does not. */
bool crmvi_fact_column_write(const crmvi_fact_column *column, int64_t at, int64_t count, const int32_t *values);
void crmvi_fact_days_write(int32_t *days, int64_t count, const int32_t *values);

/* Writes `count` values that are known to fit into a column that is there. */
void crmvi_fact_column_store(const crmvi_fact_column *column, int64_t at, int64_t count, const int64_t *values);

/* Writes zeros. */
void crmvi_fact_column_zero(const crmvi_fact_column *column, int64_t at, int64_t count);

/* Copies values [begin, begin + count) of `from` to the places from `at` on of a column at least as wide, and
 * that is there. */
void crmvi_fact_column_copy(const crmvi_fact_column *from, int64_t begin, int64_t count, const crmvi_fact_column *to,
                            int64_t at);

#endif
