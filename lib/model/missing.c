#include "missing.h"

#include <string.h>

static uint64_t bit_of_length(int64_t length) {
    return UINT64_C(1) << (length & 63);
}

void crmvi_reading_miss(crmvi_reading *reading, const char **texts, int32_t count) {
    reading->missing = texts;
    reading->missing_count = count;
    reading->missing_lengths = 0;
    for (int32_t i = 0; i < count; i++) {
        reading->missing_lengths |= bit_of_length((int64_t)strlen(texts[i]));
    }
}

/* Most texts have a length that none of those has that mean missing. */
bool crmvi_reading_missing(const crmvi_reading *reading, const char *text, int64_t length) {
    if ((reading->missing_lengths & bit_of_length(length)) == 0) {
        return false;
    }
    for (int32_t i = 0; i < reading->missing_count; i++) {
        if (strlen(reading->missing[i]) == (size_t)length && memcmp(reading->missing[i], text, (size_t)length) == 0) {
            return true;
        }
    }
    return false;
}

void crmvi_reading_texts(const crmvi_reading *reading, const crmv_column *column, int64_t begin, int64_t count,
                         crmvi_block_texts *out) {
    const uint64_t lengths = reading->missing_lengths;
    crmvi_block_texts_read(column, begin, count, out);
    for (int64_t i = 0; i < count; i++) {
        const int64_t length = out->lengths[i];
        if (length >= 0 && (lengths & bit_of_length(length)) != 0 &&
            crmvi_reading_missing(reading, out->at[i], length)) {
            out->lengths[i] = -1;
        }
    }
}
