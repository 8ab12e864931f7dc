#include "ledger/conversion.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static int32_t compare(const crmvi_conversion *a, const crmvi_conversion *b) {
    return a->batch != b->batch ? (a->batch < b->batch ? -1 : 1) : strcmp(a->currency, b->currency);
}

/* The first place whose entry is not before `wanted`. */
static int64_t place_of(const crmvi_conversions *conversions, const crmvi_conversion *wanted) {
    int64_t low = 0;
    for (int64_t high = conversions->count; low < high;) {
        const int64_t middle = low + (high - low) / 2;
        if (compare(&conversions->items[middle], wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static int32_t lower(int32_t a, int32_t b) {
    return a < b ? a : b;
}

static int32_t higher(int32_t a, int32_t b) {
    return a > b ? a : b;
}

static void join(crmvi_conversion *into, const crmvi_conversion *more) {
    into->rows += more->rows;
    into->before += more->before;
    into->after += more->after;
    into->first_rate_day = lower(into->first_rate_day, more->first_rate_day);
    into->last_rate_day = higher(into->last_rate_day, more->last_rate_day);
    into->oldest_rate = higher(into->oldest_rate, more->oldest_rate);
}

bool crmvi_conversion_add(crmvi_conversions *conversions, const crmvi_conversion *more) {
    const int64_t place = place_of(conversions, more);
    if (place < conversions->count && compare(&conversions->items[place], more) == 0) {
        join(&conversions->items[place], more);
        return true;
    }
    if (!crmvi_grow(&conversions->items, &conversions->capacity, conversions->count + 1, sizeof *conversions->items)) {
        return false;
    }
    crmvi_conversion *entry = &conversions->items[place];
    memmove(entry + 1, entry, (size_t)(conversions->count - place) * sizeof *entry);
    *entry = *more;
    conversions->count++;
    return true;
}

bool crmvi_conversions_merge(crmvi_conversions *into, const crmvi_conversions *from) {
    bool merged = true;
    for (int64_t i = 0; i < from->count && merged; i++) {
        merged = crmvi_conversion_add(into, &from->items[i]);
    }
    return merged;
}

bool crmvi_conversions_copy(const crmvi_conversions *from, crmvi_conversions *to) {
    *to = (crmvi_conversions){0};
    if (!crmvi_grow(&to->items, &to->capacity, from->count, sizeof *to->items)) {
        return false;
    }
    if (from->count > 0) {
        memcpy(to->items, from->items, (size_t)from->count * sizeof *to->items);
    }
    to->count = from->count;
    return true;
}

void crmvi_conversions_clear(crmvi_conversions *conversions) {
    free(conversions->items);
    *conversions = (crmvi_conversions){0};
}

int32_t crmvi_conversion_get(const crmvi_conversions *conversions, int64_t position, crmv_conversion *out) {
    if (out == NULL || out->struct_size < sizeof *out || position < 0 || position >= conversions->count) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_conversion *item = &conversions->items[position];
    out->batch = item->batch;
    memcpy(out->currency, item->currency, sizeof out->currency);
    out->rows = item->rows;
    out->before_high = (int64_t)(item->before >> 64);
    out->before_low = (uint64_t)item->before;
    out->after_high = (int64_t)(item->after >> 64);
    out->after_low = (uint64_t)item->after;
    out->first_rate_day = item->first_rate_day;
    out->last_rate_day = item->last_rate_day;
    out->oldest_rate = item->oldest_rate;
    out->reserved = 0;
    return CRMV_OK;
}
