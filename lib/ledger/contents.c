/* contents.c - what is in a ledger: counts, batches, rows set aside, conversions; and the open batch before it ends. */
#include "ledger/handle.h"

#include <string.h>

const crmvi_money *crmvi_ledger_money(const crmv_ledger *ledger) {
    return &ledger->layout->money;
}

/* ---- Over all batches -------------------------------------------------------------------------------------------- */

static uint32_t fed_by(const crmv_ledger *ledger, int32_t feed) {
    uint32_t fed = 0;
    for (int64_t i = 0; i < ledger->count; i++) {
        fed |= ledger->postings[i].fed[feed];
    }
    return fed;
}

uint32_t crmvi_ledger_fed(const crmv_ledger *ledger) {
    return fed_by(ledger, CRMVI_FEED_TRANSACTIONS);
}

uint32_t crmvi_ledger_items_fed(const crmv_ledger *ledger, int32_t feed) {
    return fed_by(ledger, feed == CRMVI_RECEIVABLES ? CRMVI_FEED_RECEIVABLES : CRMVI_FEED_EVENTS);
}

int64_t crmv_ledger_customers(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : crmvi_ledger_facts(ledger)->customers;
}

int64_t crmv_ledger_facts(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : crmvi_ledger_facts(ledger)->count;
}

int64_t crmv_ledger_feed_rows(const crmv_ledger *ledger, int32_t feed) {
    int64_t rows = 0;
    const bool is_known = feed >= CRMV_TRANSACTIONS && feed <= CRMV_EVENTS;
    for (int64_t i = 0; ledger != NULL && is_known && i < ledger->count; i++) {
        rows += ledger->postings[i].rows[feed - CRMV_TRANSACTIONS];
    }
    return rows;
}

int64_t crmv_ledger_feed_accepted(const crmv_ledger *ledger, int32_t feed) {
    int64_t accepted = 0;
    const bool is_known = feed >= CRMV_TRANSACTIONS && feed <= CRMV_EVENTS;
    for (int64_t i = 0; ledger != NULL && is_known && i < ledger->count; i++) {
        accepted += ledger->postings[i].accepted[feed - CRMV_TRANSACTIONS];
    }
    return accepted;
}

int64_t crmv_ledger_rows(const crmv_ledger *ledger) {
    int64_t rows = 0;
    for (int32_t feed = CRMV_TRANSACTIONS; feed <= CRMV_EVENTS; feed++) {
        rows += crmv_ledger_feed_rows(ledger, feed);
    }
    return rows;
}

int64_t crmv_ledger_accepted(const crmv_ledger *ledger) {
    int64_t accepted = 0;
    for (int32_t feed = CRMV_TRANSACTIONS; feed <= CRMV_EVENTS; feed++) {
        accepted += crmv_ledger_feed_accepted(ledger, feed);
    }
    return accepted;
}

int64_t crmv_ledger_batches(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : ledger->count;
}

int64_t crmv_ledger_negative_magnitudes(const crmv_ledger *ledger) {
    int64_t negative = 0;
    for (int64_t i = 0; ledger != NULL && i < ledger->count; i++) {
        negative += ledger->postings[i].negative;
    }
    return negative;
}

int64_t crmv_ledger_rounded(const crmv_ledger *ledger) {
    int64_t rounded = 0;
    for (int64_t i = 0; ledger != NULL && i < ledger->count; i++) {
        rounded += ledger->postings[i].rounded;
    }
    return rounded;
}

int32_t crmv_ledger_first_day(const crmv_ledger *ledger) {
    int32_t first = CRMV_NO_DATE;
    for (int64_t i = 0; ledger != NULL && i < ledger->count; i++) {
        const int32_t day = ledger->postings[i].first_day;
        first = first == CRMV_NO_DATE || (day != CRMV_NO_DATE && day < first) ? day : first;
    }
    return first;
}

int32_t crmv_ledger_last_day(const crmv_ledger *ledger) {
    int32_t last = CRMV_NO_DATE;
    for (int64_t i = 0; ledger != NULL && i < ledger->count; i++) {
        const int32_t day = ledger->postings[i].last_day;
        last = last == CRMV_NO_DATE || (day != CRMV_NO_DATE && day > last) ? day : last;
    }
    return last;
}

/* ---- Batches ----------------------------------------------------------------------------------------------------- */

const char *crmv_ledger_batch(const crmv_ledger *ledger, int64_t position) {
    if (ledger == NULL || position < 0 || position > ledger->count) {
        return NULL;
    }
    return position == ledger->count ? ledger->open.name : ledger->postings[position].name;
}

int32_t crmv_ledger_batch_get(const crmv_ledger *ledger, int64_t position, crmv_batch *out) {
    if (ledger == NULL || out == NULL || out->struct_size < sizeof *out || position < 0 || position >= ledger->count) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_posting *posting = &ledger->postings[position];
    out->reserved = 0;
    out->rows = out->accepted = 0;
    for (int32_t feed = 0; feed < CRMVI_FEEDS; feed++) {
        out->rows += posting->rows[feed];
        out->accepted += posting->accepted[feed];
    }
    out->customers = posting->facts.customers;
    out->facts = posting->facts.count;
    out->first_day = posting->first_day;
    out->last_day = posting->last_day;
    return CRMV_OK;
}

int64_t crmv_ledger_set_aside_count(const crmv_ledger *ledger) {
    return ledger == NULL ? 0 : ledger->standing.aside_count;
}

int32_t crmv_ledger_set_aside(const crmv_ledger *ledger, int64_t position, crmv_set_aside *out) {
    if (ledger == NULL || position < 0 || position >= ledger->standing.aside_count) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_aside_place *place = &ledger->standing.asides[position];
    return crmvi_aside_get(&ledger->postings[place->posting].asides, place->place, out);
}

int64_t crmv_ledger_conversions(const crmv_ledger *ledger) {
    int64_t conversions = 0;
    for (int64_t i = 0; ledger != NULL && i < ledger->count; i++) {
        conversions += ledger->postings[i].conversions.count;
    }
    return conversions;
}

int32_t crmv_ledger_conversion(const crmv_ledger *ledger, int64_t position, crmv_conversion *out) {
    if (ledger == NULL || position < 0) {
        return CRMV_BAD_ARGUMENT;
    }
    for (int64_t i = 0; i < ledger->count; i++) {
        const crmvi_conversions *conversions = &ledger->postings[i].conversions;
        if (position < conversions->count) {
            return crmvi_conversion_get(conversions, position, out);
        }
        position -= conversions->count;
    }
    return CRMV_BAD_ARGUMENT;
}

/* ---- What is pending --------------------------------------------------------------------------------------------- */

int32_t crmv_ledger_pending(const crmv_ledger *ledger, int64_t *rows, int64_t *accepted) {
    if (ledger == NULL || rows == NULL || accepted == NULL) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_open_batch *open = &ledger->open;
    if (open->name == NULL) {
        return CRMV_BAD_STATE;
    }
    *rows = open->transactions.rows;
    *accepted = crmvi_batch_live(&open->transactions);
    for (int32_t feed = CRMVI_FEED_RECEIVABLES; open->items != NULL && feed < CRMVI_FEEDS; feed++) {
        *rows += crmvi_items_rows(open->items, feed);
        *accepted += crmvi_items_accepted(open->items, feed);
    }
    return CRMV_OK;
}

/* Whether an aside comes before another one: by reason, then currency. */
static bool comes_first(const crmvi_aside *a, const crmvi_aside *b) {
    return a->reason != b->reason ? a->reason < b->reason : strcmp(a->currency, b->currency) <= 0;
}

/* Two sorted lists, of transactions and of items, as one. */
int32_t crmv_ledger_pending_aside(const crmv_ledger *ledger, int64_t position, crmv_set_aside *out) {
    static const crmvi_asides none;
    if (ledger == NULL || position < 0) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_asides *a = &ledger->open.transactions.asides;
    const crmvi_asides *b = ledger->open.items != NULL ? crmvi_items_asides(ledger->open.items) : &none;
    int64_t i = 0;
    int64_t j = 0;
    while (i < a->count || j < b->count) {
        const bool is_a = j == b->count || (i < a->count && comes_first(&a->items[i], &b->items[j]));
        if (position-- == 0) {
            return is_a ? crmvi_aside_get(a, i, out) : crmvi_aside_get(b, j, out);
        }
        i += is_a;
        j += !is_a;
    }
    return CRMV_BAD_ARGUMENT;
}
