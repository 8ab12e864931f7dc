#include "ledger/items.h"

#include "base/error.h"
#include "base/memory.h"
#include "ledger/item_rows.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { TASK_ROWS = 16 * CRMVI_BLOCK_ROWS };

static const int64_t rows_limit = (INT64_C(1) << 31) - 2;

/* ---- What there is ----------------------------------------------------------------------------------------------- */

static const crmvi_item_totals *totals_of(const crmvi_items *items, int32_t feed) {
    static const crmvi_item_totals none;
    return items == NULL || feed < CRMVI_FEED_RECEIVABLES || feed >= CRMVI_FEEDS
               ? &none
               : &items->lots[feed - CRMVI_FEED_RECEIVABLES];
}

int64_t crmvi_items_rows(const crmvi_items *items, int32_t feed) {
    return totals_of(items, feed)->rows;
}

int64_t crmvi_items_accepted(const crmvi_items *items, int32_t feed) {
    return totals_of(items, feed)->accepted;
}

uint32_t crmvi_items_fed(const crmvi_items *items, int32_t feed) {
    const crmvi_item_totals *totals = totals_of(items, feed);
    return totals->rows == 0 ? totals->given : totals->fed;
}

int64_t crmvi_items_rounded(const crmvi_items *items) {
    return totals_of(items, CRMVI_FEED_RECEIVABLES)->rounded + totals_of(items, CRMVI_FEED_EVENTS)->rounded;
}

int32_t crmvi_items_key_kind(const crmvi_items *items) {
    return items == NULL ? CRMVI_KEYS_UNKNOWN : items->key_kind;
}

const crmvi_asides *crmvi_items_asides(const crmvi_items *items) {
    static const crmvi_asides none;
    return items == NULL ? &none : &items->asides;
}

const crmvi_conversions *crmvi_items_conversions(const crmvi_items *items) {
    static const crmvi_conversions none;
    return items == NULL ? &none : &items->conversions;
}

/* ---- Life -------------------------------------------------------------------------------------------------------- */

static crmvi_items *make_items(void) {
    crmvi_items *items = crmvi_zeroed(1, sizeof *items);
    const bool made = items != NULL && crmvi_key_register_make(&items->keys) &&
                      crmvi_key_register_make(&items->names) && crmvi_key_register_make(&items->texts);
    if (!made) {
        crmvi_items_free(items);
    }
    return made ? items : NULL;
}

void crmvi_items_free(crmvi_items *items) {
    if (items == NULL) {
        return;
    }
    crmvi_key_register_clear(&items->keys);
    crmvi_key_register_clear(&items->names);
    crmvi_key_register_clear(&items->texts);
    crmvi_discard(items->receivables, items->receivable_capacity, sizeof *items->receivables);
    crmvi_discard(items->events, items->event_capacity, sizeof *items->events);
    crmvi_aside_clear(&items->asides);
    crmvi_conversions_clear(&items->conversions);
    free(items);
}

/* ---- Reading a chunk --------------------------------------------------------------------------------------------- */

/* A chunk on its way in: what workers share. Rows go to the places behind those of earlier chunks. */
typedef struct reading {
    const crmvi_item_chunk *chunk;
    crmvi_items *items;
    crmvi_item_feed feed;
    int64_t first;         /* the place of the first row */
    uint8_t *reasons;      /* per row; 0: accepted */
    pthread_mutex_t mutex; /* holds what follows */
    crmvi_item_totals totals;
    crmvi_conversions conversions;
} reading;

static void add_totals(crmvi_item_totals *totals, const crmvi_item_totals *more) {
    totals->rows += more->rows;
    totals->accepted += more->accepted;
    totals->rounded += more->rounded;
    totals->fed |= more->fed;
}

static bool read_block(const reading *r, crmvi_item_reading *task, int64_t row, int64_t count) {
    const int64_t place = r->first + row;
    uint8_t *reasons = r->reasons + row;
    return r->chunk->feed == CRMVI_FEED_RECEIVABLES
               ? crmvi_receivables_read(task, row, count, r->items->receivables + place, reasons)
               : crmvi_event_rows_read(task, row, count, r->items->events + place, reasons);
}

static int32_t read_rows(void *context, int64_t begin, int64_t end) {
    reading *r = context;
    crmvi_item_reading task = {.feed = &r->feed, .rates = r->chunk->rates, .batch = r->chunk->batch, .items = r->items};
    bool read = true;
    for (int64_t row = begin; row < end && read; row += CRMVI_BLOCK_ROWS) {
        read = read_block(r, &task, row, end - row < CRMVI_BLOCK_ROWS ? end - row : CRMVI_BLOCK_ROWS);
    }
    if (read) {
        pthread_mutex_lock(&r->mutex);
        add_totals(&r->totals, &task.totals);
        read = crmvi_conversions_merge(&r->conversions, &task.conversions);
        pthread_mutex_unlock(&r->mutex);
    }
    crmvi_conversions_clear(&task.conversions);
    return read ? CRMV_OK : CRMV_OUT_OF_MEMORY;
}

static bool make_room(reading *r) {
    crmvi_items *items = r->items;
    const int64_t needed = r->first + r->chunk->rows;
    r->reasons = crmvi_array(r->chunk->rows, 1);
    return r->reasons != NULL &&
           (r->chunk->feed == CRMVI_FEED_RECEIVABLES
                ? crmvi_grow(&items->receivables, &items->receivable_capacity, needed, sizeof *items->receivables)
                : crmvi_grow(&items->events, &items->event_capacity, needed, sizeof *items->events));
}

/* ---- Taking it over ---------------------------------------------------------------------------------------------- */

/* Counts the rows set aside into a copy of the list. */
static bool count_asides(const reading *r, crmvi_asides *asides) {
    bool counted = crmvi_aside_copy(&r->items->asides, asides);
    const int64_t all = r->totals.accepted;
    for (int64_t row = 0; row < r->chunk->rows && counted && all < r->chunk->rows; row++) {
        if (r->reasons[row] == 0) {
            continue;
        }
        char currency[16];
        crmvi_aside_row aside = {
            .reason = r->reasons[row], .batch = r->chunk->batch, .feed = r->chunk->feed + 1, .row = r->first + row + 1};
        if (r->chunk->feed == CRMVI_FEED_RECEIVABLES) {
            crmvi_receivable_show(&r->feed, row, &aside, currency);
        } else {
            crmvi_event_row_show(&r->feed, row, &aside);
        }
        counted = crmvi_aside_add(asides, &aside);
    }
    return counted;
}

/* Everything that can fail comes first; then all of it is taken over at once. */
static bool take_over(reading *r) {
    crmvi_items *items = r->items;
    crmvi_asides asides = {0};
    crmvi_conversions conversions = {0};
    if (!count_asides(r, &asides) || !crmvi_conversions_copy(&items->conversions, &conversions) ||
        !crmvi_conversions_merge(&conversions, &r->conversions)) {
        crmvi_aside_clear(&asides);
        crmvi_conversions_clear(&conversions);
        return false;
    }
    crmvi_aside_clear(&items->asides);
    crmvi_conversions_clear(&items->conversions);
    items->asides = asides;
    items->conversions = conversions;
    items->key_kind = r->feed.whole_keys ? CRMVI_KEYS_NUMBERS : CRMVI_KEYS_TEXTS;
    add_totals(&items->lots[r->chunk->feed - CRMVI_FEED_RECEIVABLES], &r->totals);
    return true;
}

static int32_t read_chunk(reading *r, const crmvi_runner *runner) {
    const char *stage = r->chunk->feed == CRMVI_FEED_RECEIVABLES ? "reading receivables" : "reading events";
    if (!make_room(r)) {
        return CRMV_OUT_OF_MEMORY;
    }
    r->totals.rows = r->chunk->rows;
    const int32_t status = crmvi_parallel(runner, stage, r->chunk->rows, TASK_ROWS, read_rows, r);
    return status == CRMV_OK && !take_over(r) ? CRMV_OUT_OF_MEMORY : status;
}

static int32_t add_rows(reading *r, const crmvi_runner *runner) {
    if (pthread_mutex_init(&r->mutex, NULL) != 0) {
        return CRMV_OUT_OF_MEMORY;
    }
    const int32_t status = read_chunk(r, runner);
    crmvi_conversions_clear(&r->conversions);
    free(r->reasons);
    pthread_mutex_destroy(&r->mutex);
    return status;
}

static int32_t check_key_kind(const crmvi_items *items, const crmvi_item_chunk *chunk, const crmvi_item_feed *feed,
                              crmv_error *error) {
    const int32_t standing = chunk->key_kind != CRMVI_KEYS_UNKNOWN ? chunk->key_kind : crmvi_items_key_kind(items);
    const int32_t given = feed->whole_keys ? CRMVI_KEYS_NUMBERS : CRMVI_KEYS_TEXTS;
    if (standing == CRMVI_KEYS_UNKNOWN || standing == given) {
        return CRMV_OK;
    }
    /* The customer is the first role of either feed. */
    const char *name = feed->roles[CRMVI_RECEIVABLE_CUSTOMER]->name;
    return crmvi_fail(error, CRMV_BAD_COLUMN, name, "column `%s` (customer) holds %s, but the ledger's keys are %s",
                      name, feed->whole_keys ? "whole numbers" : "texts", feed->whole_keys ? "texts" : "whole numbers");
}

/* Notes which columns a chunk without rows has. */
static int32_t note_columns(crmvi_items **items, const reading *r, crmv_error *error) {
    *items = *items != NULL ? *items : make_items();
    if (*items == NULL) {
        return crmvi_no_memory(error);
    }
    crmvi_item_totals *totals = &(*items)->lots[r->chunk->feed - CRMVI_FEED_RECEIVABLES];
    for (int32_t role = 0; role < CRMVI_ITEM_ROLES; role++) {
        totals->given |= r->feed.roles[role] != NULL ? 1u << role : 0;
    }
    return CRMV_OK;
}

int32_t crmvi_items_add(crmvi_items **items, const crmvi_item_chunk *chunk, const crmvi_runner *runner,
                        crmv_error *error) {
    reading r = {.chunk = chunk, .first = crmvi_items_rows(*items, chunk->feed)};
    const int32_t which = chunk->feed == CRMVI_FEED_RECEIVABLES ? CRMVI_RECEIVABLES : CRMVI_EVENTS;
    int32_t status =
        crmvi_item_feed_bind(&r.feed, which, chunk->layout, chunk->columns, chunk->count, chunk->rows, error);
    if (status == CRMV_OK) {
        status = check_key_kind(*items, chunk, &r.feed, error);
    }
    if (status != CRMV_OK || chunk->rows == 0) {
        return status == CRMV_OK ? note_columns(items, &r, error) : status;
    }
    if (chunk->rows > rows_limit - r.first) {
        return crmvi_fail(error, CRMV_TOO_LARGE, NULL, "a batch holds at most %lld rows", (long long)rows_limit);
    }
    r.items = *items != NULL ? *items : make_items();
    status = r.items != NULL ? add_rows(&r, runner) : CRMV_OUT_OF_MEMORY;
    if (status == CRMV_OK) {
        *items = r.items;
    } else if (*items == NULL) {
        crmvi_items_free(r.items);
    }
    return status == CRMV_OK ? CRMV_OK : crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}
