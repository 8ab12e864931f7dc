/* ending.c - the open batch becomes a posting of the ledger. */
#include "base/error.h"
#include "base/guest.h"
#include "ledger/facts.h"
#include "ledger/handle.h"

#include <stdlib.h>
#include <string.h>

/* The facts of the open batch's items beside those of its transactions. */
static int32_t add_items(const crmv_ledger *ledger, crmvi_facts *facts, crmv_error *error) {
    crmvi_facts items;
    int32_t status = crmvi_items_facts(ledger->open.items, &ledger->runner, &items, error);
    if (status != CRMV_OK || facts->customers == 0) {
        *facts = status == CRMV_OK ? items : *facts;
        return status;
    }
    crmvi_facts both;
    status = crmvi_facts_merge(facts, &items, &ledger->runner, &both, error);
    crmvi_facts_clear(&items);
    if (status == CRMV_OK) {
        crmvi_facts_clear(facts);
        *facts = both;
    }
    return status;
}

static int32_t make_facts(const crmv_ledger *ledger, crmvi_facts *out, crmv_error *error) {
    const crmvi_open_batch *open = &ledger->open;
    *out = (crmvi_facts){0};
    int32_t status = CRMV_OK;
    if (crmvi_batch_live(&open->transactions) > 0) {
        status = crmvi_facts_of_batch(&open->transactions, &ledger->runner, out, error);
    }
    if (status == CRMV_OK && open->items != NULL &&
        crmvi_items_accepted(open->items, CRMVI_FEED_RECEIVABLES) +
                crmvi_items_accepted(open->items, CRMVI_FEED_EVENTS) >
            0) {
        status = add_items(ledger, out, error);
    }
    if (status != CRMV_OK) {
        crmvi_facts_clear(out);
    }
    return status;
}

/* Its name, what was set aside and what was converted, in all feeds. */
static bool copy_lists(const crmvi_open_batch *open, crmvi_posting *out) {
    out->name = crmvi_copy_text(open->name, (int64_t)strlen(open->name));
    bool copied = out->name != NULL && crmvi_aside_copy(&open->transactions.asides, &out->asides) &&
                  crmvi_conversions_copy(&open->transactions.conversions, &out->conversions);
    if (open->items != NULL) {
        copied = copied && crmvi_aside_merge(&out->asides, crmvi_items_asides(open->items)) &&
                 crmvi_conversions_merge(&out->conversions, crmvi_items_conversions(open->items));
    }
    return copied;
}

static void count_rows(const crmvi_open_batch *open, crmvi_posting *out) {
    const crmvi_batch *transactions = &open->transactions;
    out->rows[CRMVI_FEED_TRANSACTIONS] = transactions->rows;
    out->accepted[CRMVI_FEED_TRANSACTIONS] = crmvi_batch_live(transactions);
    out->fed[CRMVI_FEED_TRANSACTIONS] = transactions->totals.fed;
    for (int32_t feed = CRMVI_FEED_RECEIVABLES; open->items != NULL && feed < CRMVI_FEEDS; feed++) {
        out->rows[feed] = crmvi_items_rows(open->items, feed);
        out->accepted[feed] = crmvi_items_accepted(open->items, feed);
        out->fed[feed] = crmvi_items_fed(open->items, feed);
    }
    out->negative = transactions->totals.negative;
    out->rounded = transactions->totals.rounded + crmvi_items_rounded(open->items);
    const bool has_days = crmvi_batch_live(transactions) > 0;
    out->first_day = has_days ? transactions->totals.first_day : CRMV_NO_DATE;
    out->last_day = has_days ? transactions->totals.last_day : CRMV_NO_DATE;
}

/* The open batch as a posting; what it was made of stays, until all of it is sure. */
static int32_t make_posting(const crmv_ledger *ledger, crmvi_posting *out, crmv_error *error) {
    *out = (crmvi_posting){0};
    int32_t status = make_facts(ledger, &out->facts, error);
    if (status == CRMV_OK && !copy_lists(&ledger->open, out)) {
        status = crmvi_no_memory(error);
    }
    if (status == CRMV_OK) {
        count_rows(&ledger->open, out);
    } else {
        crmvi_posting_clear(out);
    }
    return status;
}

/* What the ledger comes to with a posting at a position, which is one past the last or that of the one it replaces. */
static int32_t stand_with(const crmv_ledger *ledger, const crmvi_posting *posting, int64_t position,
                          crmvi_standing *out, crmv_error *error) {
    const int64_t count = position == ledger->count ? position + 1 : ledger->count;
    const crmvi_posting **postings = crmvi_array(count, sizeof *postings);
    const crmvi_facts **runs = crmvi_array(count, sizeof *runs);
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (postings == NULL || runs == NULL) {
        crmvi_no_memory(error);
    } else {
        for (int64_t i = 0; i < count; i++) {
            postings[i] = i == position ? posting : &ledger->postings[i];
            runs[i] = &postings[i]->facts;
        }
        const crmvi_facts *both[] = {crmvi_ledger_facts(ledger), &posting->facts};
        const bool only_adds = position == ledger->count || ledger->postings[position].facts.customers == 0;
        status = only_adds ? crmvi_standing_make(ledger, postings, count, both, 2, out, error)
                           : crmvi_standing_make(ledger, postings, count, runs, count, out, error);
    }
    free(postings);
    free(runs);
    return status;
}

/* Everything that can fail comes first; then all of it is taken over at once. */
static int32_t put_posting(crmv_ledger *ledger, const crmvi_posting *posting, crmv_error *error) {
    const int64_t position = crmvi_ledger_next(ledger);
    if (!crmvi_grow(&ledger->postings, &ledger->capacity, position + 1, sizeof *ledger->postings)) {
        return crmvi_no_memory(error);
    }
    crmvi_standing standing;
    const int32_t status = stand_with(ledger, posting, position, &standing, error);
    if (status != CRMV_OK) {
        return status;
    }
    if (position == ledger->count) {
        ledger->count++;
    } else {
        crmvi_posting_clear(&ledger->postings[position]);
    }
    ledger->postings[position] = *posting;
    crmvi_standing_take(ledger, &standing);
    return CRMV_OK;
}

static int32_t end_batch(crmv_ledger *ledger, crmv_error *error) {
    crmvi_posting posting;
    int32_t status = make_posting(ledger, &posting, error);
    if (status != CRMV_OK) {
        return status;
    }
    status = put_posting(ledger, &posting, error);
    if (status == CRMV_OK) {
        crmvi_ledger_close(ledger);
    } else {
        crmvi_posting_clear(&posting);
    }
    return status;
}

int32_t crmv_ledger_end(crmv_ledger *ledger, crmv_error *error) {
    int32_t status = crmvi_ledger_opened(ledger, error);
    if (status == CRMV_OK) {
        crmvi_guest host;
        crmvi_enter(&host);
        status = end_batch(ledger, error);
        crmvi_leave(&host);
    }
    return status;
}
