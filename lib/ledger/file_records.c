/* file_records.c - events, rows set aside and conversions as records of a ledger's file. */
#include "base/column_read.h"
#include "base/error.h"
#include "ledger/file_batch.h"

/* A text in an array of `size` bytes that a NUL ends: what is behind the NUL is not written. */
static void put_text(unsigned char *out, const char *text, size_t size) {
    memset(out, 0, size);
    memcpy(out, text, strnlen(text, size - 1));
}

/* False where no NUL ends it, it is not UTF-8, or something stands behind the NUL. */
static bool get_text(const unsigned char *from, char *out, size_t size) {
    memcpy(out, from, size);
    const size_t length = strnlen(out, size);
    bool is_good = length < size && crmvi_utf8_valid(out, (int64_t)length);
    for (size_t i = length; i < size; i++) {
        is_good = is_good && out[i] == '\0';
    }
    return is_good;
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

void crmvi_file_put_event(const crmvi_event *event, unsigned char out[CRMVI_EVENT_RECORD]) {
    crmvi_put_u64(out, (uint64_t)event->value);
    crmvi_put_u32(out + 8, (uint32_t)event->day);
    crmvi_put_u32(out + 12, (uint32_t)event->name);
    crmvi_put_u32(out + 16, (uint32_t)event->text);
    crmvi_put_u32(out + 20, 0);
}

void crmvi_file_get_event(const unsigned char *from, crmvi_event *out) {
    *out = (crmvi_event){.value = (int64_t)crmvi_get_u64(from),
                         .day = (int32_t)crmvi_get_u32(from + 8),
                         .name = (int32_t)crmvi_get_u32(from + 12),
                         .text = (int32_t)crmvi_get_u32(from + 16)};
}

/* ---- Rows set aside ---------------------------------------------------------------------------------------------- */

enum {
    ASIDE_FEED = 4,
    ASIDE_LISTED = 8,
    ASIDE_ROWS = 16,
    ASIDE_AMOUNTS = 24,
    ASIDE_REVENUE = 32,
    ASIDE_FIRST_ROWS = 48,
    ASIDE_CURRENCY = 112,
    ASIDE_COLUMN = 128,
    ASIDE_TEXT = 192,
    LISTED_MOST = 8
};

void crmvi_file_put_aside(const crmvi_aside *aside, unsigned char out[CRMVI_ASIDE_RECORD]) {
    memset(out, 0, CRMVI_ASIDE_RECORD);
    crmvi_put_u32(out, (uint32_t)aside->reason);
    crmvi_put_u32(out + ASIDE_FEED, (uint32_t)aside->feed);
    crmvi_put_u32(out + ASIDE_LISTED, (uint32_t)aside->listed);
    crmvi_put_u64(out + ASIDE_ROWS, (uint64_t)aside->rows);
    crmvi_put_u64(out + ASIDE_AMOUNTS, (uint64_t)aside->amounts);
    crmvi_put_wide(out + ASIDE_REVENUE, aside->revenue);
    for (int32_t i = 0; i < aside->listed; i++) {
        crmvi_put_u64(out + ASIDE_FIRST_ROWS + (size_t)i * 8, (uint64_t)aside->first_rows[i]);
    }
    put_text(out + ASIDE_CURRENCY, aside->currency, sizeof aside->currency);
    put_text(out + ASIDE_COLUMN, aside->column, sizeof aside->column);
    put_text(out + ASIDE_TEXT, aside->text, sizeof aside->text);
}

static bool get_first_rows(const unsigned char *from, crmvi_aside *out) {
    int64_t before = 1;
    for (int32_t i = 0; i < LISTED_MOST; i++) {
        const int64_t row = (int64_t)crmvi_get_u64(from + (size_t)i * 8);
        if (i < out->listed ? row < before : row != 0) {
            return false;
        }
        out->first_rows[i] = row;
        before = row;
    }
    return true;
}

bool crmvi_file_get_aside(const unsigned char *from, crmvi_aside *out) {
    *out = (crmvi_aside){.reason = (int32_t)crmvi_get_u32(from),
                         .feed = (int32_t)crmvi_get_u32(from + ASIDE_FEED),
                         .listed = (int32_t)crmvi_get_u32(from + ASIDE_LISTED),
                         .rows = (int64_t)crmvi_get_u64(from + ASIDE_ROWS),
                         .amounts = (int64_t)crmvi_get_u64(from + ASIDE_AMOUNTS),
                         .revenue = crmvi_get_wide(from + ASIDE_REVENUE)};
    return out->reason >= CRMV_NO_CUSTOMER && out->reason <= CRMV_NO_EVENT && out->feed >= CRMV_TRANSACTIONS &&
           out->feed <= CRMV_EVENTS && out->listed >= 0 && out->listed <= LISTED_MOST && out->rows >= out->listed &&
           out->amounts >= 0 && out->amounts <= out->rows && get_first_rows(from + ASIDE_FIRST_ROWS, out) &&
           get_text(from + ASIDE_CURRENCY, out->currency, sizeof out->currency) &&
           get_text(from + ASIDE_COLUMN, out->column, sizeof out->column) &&
           get_text(from + ASIDE_TEXT, out->text, sizeof out->text);
}

/* ---- Conversions ------------------------------------------------------------------------------------------------- */

enum {
    CONVERSION_ROWS = 16,
    CONVERSION_BEFORE = 24,
    CONVERSION_AFTER = 40,
    CONVERSION_FIRST_DAY = 56,
    CONVERSION_LAST_DAY = 60,
    CONVERSION_OLDEST = 64
};

void crmvi_file_put_conversion(const crmvi_conversion *conversion, unsigned char out[CRMVI_CONVERSION_RECORD]) {
    memset(out, 0, CRMVI_CONVERSION_RECORD);
    put_text(out, conversion->currency, sizeof conversion->currency);
    crmvi_put_u64(out + CONVERSION_ROWS, (uint64_t)conversion->rows);
    crmvi_put_wide(out + CONVERSION_BEFORE, conversion->before);
    crmvi_put_wide(out + CONVERSION_AFTER, conversion->after);
    crmvi_put_u32(out + CONVERSION_FIRST_DAY, (uint32_t)conversion->first_rate_day);
    crmvi_put_u32(out + CONVERSION_LAST_DAY, (uint32_t)conversion->last_rate_day);
    crmvi_put_u32(out + CONVERSION_OLDEST, (uint32_t)conversion->oldest_rate);
}

bool crmvi_file_get_conversion(const unsigned char *from, crmvi_conversion *out) {
    *out = (crmvi_conversion){.rows = (int64_t)crmvi_get_u64(from + CONVERSION_ROWS),
                              .before = crmvi_get_wide(from + CONVERSION_BEFORE),
                              .after = crmvi_get_wide(from + CONVERSION_AFTER),
                              .first_rate_day = (int32_t)crmvi_get_u32(from + CONVERSION_FIRST_DAY),
                              .last_rate_day = (int32_t)crmvi_get_u32(from + CONVERSION_LAST_DAY),
                              .oldest_rate = (int32_t)crmvi_get_u32(from + CONVERSION_OLDEST)};
    return get_text(from, out->currency, sizeof out->currency) && out->currency[0] != '\0' && out->rows > 0 &&
           out->first_rate_day >= CRMVI_FIRST_DAY && out->first_rate_day <= out->last_rate_day &&
           out->last_rate_day <= CRMVI_LAST_DAY && out->oldest_rate >= 0;
}
