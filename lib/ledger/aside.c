#include "ledger/aside.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { LISTED = 8 };

static const char *const reason_texts[] = {
    [CRMV_NO_CUSTOMER] = "customer missing",
    [CRMV_BAD_CUSTOMER] = "bad customer",
    [CRMV_BAD_CURRENCY] = "bad currency",
    [CRMV_NO_DATE_GIVEN] = "date missing",
    [CRMV_BAD_DATE] = "bad date",
    [CRMV_UNKNOWN_KIND] = "unknown kind",
    [CRMV_BAD_AMOUNT] = "bad amount",
    [CRMV_AMOUNT_TOO_LARGE] = "amount too large",
    [CRMV_BAD_RATE] = "bad discount rate",
    [CRMV_NO_AMOUNT] = "no amount",
    [CRMV_OTHER_CURRENCY] = "other currency",
    [CRMV_REPEATED_CUSTOMER] = "repeated customer",
    [CRMV_UNKNOWN_CUSTOMER] = "unknown customer",
};

const char *crmv_reason_text(int32_t reason) {
    const int32_t known = (int32_t)(sizeof reason_texts / sizeof reason_texts[0]);
    return reason > 0 && reason < known ? reason_texts[reason] : "unknown reason";
}

static int32_t compare(const crmvi_aside *a, int32_t reason, const char *currency) {
    return a->reason != reason ? a->reason - reason : strcmp(a->currency, currency);
}

/* The entry for a reason and currency, made if need be; NULL where memory is short. */
static crmvi_aside *entry_of(crmvi_asides *asides, int32_t reason, const char *currency, int32_t batch) {
    int64_t low = 0;
    int64_t high = asides->count;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (compare(&asides->items[middle], reason, currency) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < asides->count && compare(&asides->items[low], reason, currency) == 0) {
        return &asides->items[low];
    }
    if (!crmvi_grow(&asides->items, &asides->capacity, asides->count + 1, sizeof *asides->items)) {
        return NULL;
    }
    crmvi_aside *entry = &asides->items[low];
    memmove(entry + 1, entry, (size_t)(asides->count - low) * sizeof *entry);
    asides->count++;
    *entry = (crmvi_aside){.reason = reason, .batch = batch};
    memcpy(entry->currency, currency, strlen(currency) + 1);
    return entry;
}

/* Keeps the lowest row numbers of the batch that came first, in ascending order. */
static void list_row(crmvi_aside *entry, int32_t batch, int64_t row) {
    if (batch > entry->batch) {
        return;
    }
    if (batch < entry->batch) {
        entry->batch = batch;
        entry->listed = 0;
    }
    int32_t place = entry->listed;
    while (place > 0 && entry->first_rows[place - 1] > row) {
        place--;
    }
    if (place == LISTED) {
        return;
    }
    const int32_t kept = entry->listed < LISTED ? entry->listed : LISTED - 1;
    memmove(&entry->first_rows[place + 1], &entry->first_rows[place], (size_t)(kept - place) * sizeof(int64_t));
    entry->first_rows[place] = row;
    entry->listed = kept + 1;
}

bool crmvi_aside_add(crmvi_asides *asides, int32_t reason, const char *currency, int32_t batch, int64_t row,
                     bool has_revenue, int64_t revenue) {
    crmvi_aside *entry = entry_of(asides, reason, currency, batch);
    if (entry == NULL) {
        return false;
    }
    entry->rows++;
    if (has_revenue) {
        entry->amounts++;
        entry->revenue += revenue;
    }
    list_row(entry, batch, row);
    return true;
}

bool crmvi_aside_merge(crmvi_asides *into, const crmvi_asides *from) {
    for (int64_t i = 0; i < from->count; i++) {
        const crmvi_aside *item = &from->items[i];
        crmvi_aside *entry = entry_of(into, item->reason, item->currency, item->batch);
        if (entry == NULL) {
            return false;
        }
        entry->rows += item->rows;
        entry->amounts += item->amounts;
        entry->revenue += item->revenue;
        for (int32_t j = 0; j < item->listed; j++) {
            list_row(entry, item->batch, item->first_rows[j]);
        }
    }
    return true;
}

bool crmvi_aside_copy(const crmvi_asides *from, crmvi_asides *to) {
    *to = (crmvi_asides){0};
    if (!crmvi_grow(&to->items, &to->capacity, from->count, sizeof *to->items)) {
        return false;
    }
    if (from->count > 0) {
        memcpy(to->items, from->items, (size_t)from->count * sizeof *to->items);
    }
    to->count = from->count;
    return true;
}

void crmvi_aside_clear(crmvi_asides *asides) {
    free(asides->items);
    *asides = (crmvi_asides){0};
}

int64_t crmvi_aside_rows(const crmvi_asides *asides) {
    int64_t rows = 0;
    for (int64_t i = 0; i < asides->count; i++) {
        rows += asides->items[i].rows;
    }
    return rows;
}

int32_t crmvi_aside_get(const crmvi_asides *asides, int64_t position, crmv_set_aside *out) {
    if (out == NULL || out->struct_size < sizeof *out || position < 0 || position >= asides->count) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_aside *item = &asides->items[position];
    out->reason = item->reason;
    memcpy(out->currency, item->currency, sizeof out->currency);
    out->rows = item->rows;
    out->amounts = item->amounts;
    out->revenue_high = (int64_t)(item->revenue >> 64);
    out->revenue_low = (uint64_t)item->revenue;
    out->listed = item->listed;
    out->batch = item->batch;
    memcpy(out->first_rows, item->first_rows, sizeof out->first_rows);
    return CRMV_OK;
}
