#include "ledger/aside.h"

#include "base/memory.h"

#include <stddef.h>
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
    [CRMV_NO_RATE] = "no rate of exchange",
    [CRMV_VOID_DOCUMENT] = "void document",
    [CRMV_NO_EVENT] = "no event",
};

const char *crmv_reason_text(int32_t reason) {
    const int32_t known = (int32_t)(sizeof reason_texts / sizeof reason_texts[0]);
    return reason > 0 && reason < known ? reason_texts[reason] : "unknown reason";
}

/* What tells one entry from another, in the order of the list. */
typedef struct identity {
    int32_t reason;
    const char *currency;
    int32_t batch, feed;
} identity;

static int32_t compare(const crmvi_aside *a, const identity *b) {
    const int32_t order = a->reason != b->reason ? a->reason - b->reason : strcmp(a->currency, b->currency);
    return order != 0 ? order : a->batch != b->batch ? a->batch - b->batch : a->feed - b->feed;
}

/* The entry of an identity, made if need be; NULL where memory is short. */
static crmvi_aside *entry_of(crmvi_asides *asides, identity wanted) {
    int64_t low = 0;
    int64_t high = asides->count;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (compare(&asides->items[middle], &wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < asides->count && compare(&asides->items[low], &wanted) == 0) {
        return &asides->items[low];
    }
    if (!crmvi_grow(&asides->items, &asides->capacity, asides->count + 1, sizeof *asides->items)) {
        return NULL;
    }
    crmvi_aside *entry = &asides->items[low];
    memmove(entry + 1, entry, (size_t)(asides->count - low) * sizeof *entry);
    asides->count++;
    *entry = (crmvi_aside){.reason = wanted.reason, .batch = wanted.batch, .feed = wanted.feed};
    memcpy(entry->currency, wanted.currency, strlen(wanted.currency) + 1);
    return entry;
}

/* What the first row of an entry failed at. */
static void show_culprit(crmvi_aside *entry, const crmvi_aside_row *row) {
    entry->column[0] = entry->text[0] = '\0';
    if (row->column == NULL) {
        return;
    }
    const int64_t length = (int64_t)strlen(row->column->name);
    const int64_t kept = crmvi_utf8_cut(row->column->name, length, (int64_t)sizeof entry->column - 1);
    memcpy(entry->column, row->column->name, (size_t)kept);
    entry->column[kept] = '\0';
    crmvi_column_show(row->column, row->column_row, entry->text, sizeof entry->text);
}

/* Keeps the lowest row numbers in ascending order. */
static void list_row(crmvi_aside *entry, const crmvi_aside_row *row) {
    int32_t place = entry->listed;
    while (place > 0 && entry->first_rows[place - 1] > row->row) {
        place--;
    }
    if (place == LISTED || row->row == 0) {
        return;
    }
    if (place == 0) {
        show_culprit(entry, row);
    }
    const int32_t kept = entry->listed < LISTED ? entry->listed : LISTED - 1;
    memmove(&entry->first_rows[place + 1], &entry->first_rows[place], (size_t)(kept - place) * sizeof(int64_t));
    entry->first_rows[place] = row->row;
    entry->listed = kept + 1;
}

bool crmvi_aside_add(crmvi_asides *asides, const crmvi_aside_row *row) {
    crmvi_aside *entry = entry_of(asides, (identity){row->reason, row->currency, row->batch, row->feed});
    if (entry == NULL) {
        return false;
    }
    entry->rows++;
    if (row->has_revenue) {
        entry->amounts++;
        entry->revenue += row->revenue;
    }
    list_row(entry, row);
    return true;
}

static int64_t first_row(const crmvi_aside *entry) {
    return entry->listed > 0 ? entry->first_rows[0] : INT64_MAX;
}

/* Which of two entries shows what its first row failed at: the one with the lower number; of two rows of one number,
 * which are of two feeds of one name, the one whose column and text come first, so that it does not matter which of the
 * two was there before. */
static bool shows_first(const crmvi_aside *a, const crmvi_aside *b) {
    if (first_row(a) != first_row(b)) {
        return first_row(a) < first_row(b);
    }
    const int32_t order = strcmp(a->column, b->column);
    return order != 0 ? order < 0 : strcmp(a->text, b->text) < 0;
}

/* Two entries of one identity; the lowest row numbers of both are kept. */
static void unite(crmvi_aside *into, const crmvi_aside *more) {
    const crmvi_aside a = *into;
    int32_t i = 0;
    int32_t j = 0;
    into->rows += more->rows;
    into->amounts += more->amounts;
    into->revenue += more->revenue;
    if (shows_first(more, &a)) {
        memcpy(into->column, more->column, sizeof into->column);
        memcpy(into->text, more->text, sizeof into->text);
    }
    for (into->listed = 0; into->listed < LISTED && (i < a.listed || j < more->listed); into->listed++) {
        const bool is_of_a = j == more->listed || (i < a.listed && a.first_rows[i] <= more->first_rows[j]);
        into->first_rows[into->listed] = is_of_a ? a.first_rows[i++] : more->first_rows[j++];
    }
}

bool crmvi_aside_merge(crmvi_asides *into, const crmvi_asides *from) {
    for (int64_t i = 0; i < from->count; i++) {
        const crmvi_aside *item = &from->items[i];
        crmvi_aside *entry = entry_of(into, (identity){item->reason, item->currency, item->batch, item->feed});
        if (entry == NULL) {
            return false;
        }
        if (entry->rows == 0) {
            *entry = *item;
        } else {
            unite(entry, item);
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
    crmvi_discard(asides->items, asides->count, sizeof *asides->items); /* a text may show a key */
    *asides = (crmvi_asides){0};
}

int32_t crmvi_aside_get(const crmvi_asides *asides, int64_t position, crmv_set_aside *out) {
    const size_t first_release = offsetof(crmv_set_aside, feed);
    if (out == NULL || out->struct_size < first_release || position < 0 || position >= asides->count) {
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
    memcpy(out->column, item->column, sizeof out->column);
    memcpy(out->text, item->text, sizeof out->text);
    if (out->struct_size >= sizeof *out) {
        out->feed = item->feed;
        out->reserved = 0;
    }
    return CRMV_OK;
}
