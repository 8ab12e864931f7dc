#include "missing.h"

#include <string.h>

/* Whether one of those that mean missing may have this length. */
static bool may_be_missing(uint64_t lengths, int64_t length) {
    return (lengths >> (length & 63) & 1) != 0;
}

void crmvi_reading_miss(crmvi_reading *reading, const char **texts, int32_t count) {
    reading->missing = texts;
    reading->missing_count = count;
    reading->missing_lengths = 0;
    reading->missing_longest = -1;
    for (int32_t i = 0; i < count; i++) {
        const int64_t length = (int64_t)strlen(texts[i]);
        reading->missing_lengths |= UINT64_C(1) << (length & 63);
        reading->missing_longest = length > reading->missing_longest ? length : reading->missing_longest;
    }
}

/* Most texts have a length that none of those has that mean missing. */
bool crmvi_reading_missing(const crmvi_reading *reading, const char *text, int64_t length) {
    if (!may_be_missing(reading->missing_lengths, length)) {
        return false;
    }
    for (int32_t i = 0; i < reading->missing_count; i++) {
        if (strlen(reading->missing[i]) == (size_t)length && memcmp(reading->missing[i], text, (size_t)length) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether no text of a block is as short as the longest of those that mean missing. */
static bool are_longer(const crmvi_block_texts *texts, int64_t longest) {
    int64_t signs = 0;
    for (int64_t i = 0; i < texts->count; i++) {
        signs |= texts->lengths[i] - (longest + 1);
    }
    return signs >= 0;
}

void crmvi_reading_texts(const crmvi_reading *reading, const crmv_column *column, int64_t begin, int64_t count,
                         crmvi_block_texts *out) {
    const uint64_t lengths = reading->missing_lengths;
    crmvi_block_texts_read(column, begin, count, out);
    if (are_longer(out, reading->missing_longest)) {
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        const int64_t length = out->lengths[i];
        if (may_be_missing(lengths, length) && length >= 0 && crmvi_reading_missing(reading, out->at[i], length)) {
            out->lengths[i] = -1;
        }
    }
}
