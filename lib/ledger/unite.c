/* unite.c - the batches of two ledgers in one. */
#include "base/error.h"
#include "base/guest.h"
#include "ledger/facts.h"
#include "ledger/handle.h"

#include <stdlib.h>
#include <string.h>

/* Ledgers on their way together. */
typedef struct uniting {
    const crmv_ledger *into, *from;
    int64_t *places; /* where each of from's batches goes: the position of its other half, or one of the new ones */
    int64_t count;   /* batches that there will be */
    crmvi_posting *fresh; /* each of from's, united with its other half or copied */
} uniting;

/* ---- Whether they go together ------------------------------------------------------------------------------------ */

static int32_t check_ledgers(const crmv_ledger *into, const crmv_ledger *from, crmv_error *error) {
    if (into == NULL || from == NULL || into == from) {
        return crmvi_bad_argument(error, into == NULL ? "into" : "from",
                                  into == from ? "is the same ledger" : "is NULL");
    }
    int32_t status = crmvi_ledger_closed(into, error);
    if (status == CRMV_OK) {
        status = crmvi_ledger_closed(from, error);
    }
    if (status == CRMV_OK) {
        status = crmvi_money_same(&into->layout->money, &from->layout->money, error);
    }
    const int32_t into_kind = crmvi_ledger_key_kind(into);
    const int32_t from_kind = crmvi_ledger_key_kind(from);
    if (status == CRMV_OK && into_kind != CRMVI_KEYS_UNKNOWN && from_kind != CRMVI_KEYS_UNKNOWN &&
        into_kind != from_kind) {
        status = crmvi_fail(error, CRMV_BAD_COLUMN, NULL, "the one ledger's keys are %s, the other's are %s",
                            into_kind == CRMVI_KEYS_NUMBERS ? "whole numbers" : "texts",
                            from_kind == CRMVI_KEYS_NUMBERS ? "whole numbers" : "texts");
    }
    return status;
}

/* Where each batch goes: names that `into` has not come behind those that it has. */
static bool find_places(uniting *u) {
    crmvi_names names = {0};
    bool found = true;
    for (int64_t i = 0; i < u->into->count && found; i++) {
        const char *name = u->into->postings[i].name;
        found = crmvi_names_add(&names, name, (int64_t)strlen(name)) >= 0;
    }
    u->count = u->into->count;
    for (int64_t i = 0; i < u->from->count && found; i++) {
        const char *name = u->from->postings[i].name;
        const int64_t place = crmvi_names_find(&names, name, (int64_t)strlen(name));
        u->places[i] = place >= 0 ? place : u->count++;
    }
    crmvi_names_clear(&names);
    return found;
}

/* ---- One batch --------------------------------------------------------------------------------------------------- */

/* Halves that share a customer are no halves: most likely one feed was taken in twice. */
static int32_t check_apart(const crmvi_posting *a, const crmvi_posting *b, crmv_error *error) {
    int64_t i = 0;
    int64_t j = 0;
    while (i < a->facts.customers && j < b->facts.customers) {
        const int32_t order = crmvi_facts_compare(&a->facts, i, &b->facts, j);
        if (order == 0) {
            char key[96];
            crmvi_facts_key_text(&a->facts, i, key, sizeof key);
            return crmvi_fail(error, CRMV_DUPLICATE, a->name, "batch `%.120s` holds customer %s in both ledgers",
                              a->name, key);
        }
        i += order < 0;
        j += order > 0;
    }
    return CRMV_OK;
}

static void count_both(const crmvi_posting *a, crmvi_posting *out) {
    for (int32_t feed = 0; feed < CRMVI_FEEDS; feed++) {
        /* A half without rows has fed the columns it was given only if the other one has no rows either. */
        const uint32_t own = out->rows[feed] > 0 || a->rows[feed] == 0 ? out->fed[feed] : 0;
        const uint32_t other = a->rows[feed] > 0 || out->rows[feed] == 0 ? a->fed[feed] : 0;
        out->fed[feed] = own | other;
        out->rows[feed] += a->rows[feed];
        out->accepted[feed] += a->accepted[feed];
    }
    out->negative += a->negative;
    out->rounded += a->rounded;
    const bool has_days = a->first_day != CRMV_NO_DATE;
    if (has_days && (out->first_day == CRMV_NO_DATE || a->first_day < out->first_day)) {
        out->first_day = a->first_day;
    }
    if (has_days && (out->last_day == CRMV_NO_DATE || a->last_day > out->last_day)) {
        out->last_day = a->last_day;
    }
}

/* Adds a posting's lists, as those of the batch at a position. */
static bool add_lists(const crmvi_posting *from, int32_t position, crmvi_posting *out) {
    crmvi_asides asides;
    crmvi_conversions conversions = {0};
    bool added = crmvi_aside_copy(&from->asides, &asides) && crmvi_conversions_copy(&from->conversions, &conversions);
    for (int64_t i = 0; i < asides.count && added; i++) {
        asides.items[i].batch = position;
    }
    for (int64_t i = 0; i < conversions.count && added; i++) {
        conversions.items[i].batch = position;
    }
    added =
        added && crmvi_aside_merge(&out->asides, &asides) && crmvi_conversions_merge(&out->conversions, &conversions);
    crmvi_aside_clear(&asides);
    crmvi_conversions_clear(&conversions);
    return added;
}

/* The posting of `from` that goes to a place, with the one that is there, if there is one. */
static int32_t make_posting(const uniting *u, int64_t i, crmv_error *error) {
    static const crmvi_posting none = {.first_day = CRMV_NO_DATE, .last_day = CRMV_NO_DATE};
    const crmvi_posting *half = &u->from->postings[i];
    const crmvi_posting *other = u->places[i] < u->into->count ? &u->into->postings[u->places[i]] : &none;
    crmvi_posting *out = &u->fresh[i];
    int32_t status = check_apart(other, half, error);
    if (status == CRMV_OK && other->facts.customers + half->facts.customers > 0) {
        status = crmvi_facts_merge(&other->facts, &half->facts, &u->into->runner, &out->facts, error);
    }
    if (status == CRMV_OK) {
        const int32_t position = (int32_t)u->places[i];
        out->name = crmvi_copy_text(half->name, (int64_t)strlen(half->name));
        const bool made = out->name != NULL && add_lists(other, position, out) && add_lists(half, position, out);
        status = made ? CRMV_OK : crmvi_no_memory(error);
    }
    out->first_day = out->last_day = CRMV_NO_DATE;
    count_both(other, out);
    count_both(half, out);
    return status;
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static int32_t stand_together(const uniting *u, crmvi_standing *out, crmv_error *error) {
    const crmvi_posting **postings = crmvi_array(u->count, sizeof *postings);
    if (postings == NULL) {
        return crmvi_no_memory(error);
    }
    for (int64_t i = 0; i < u->into->count; i++) {
        postings[i] = &u->into->postings[i];
    }
    for (int64_t i = 0; i < u->from->count; i++) {
        postings[u->places[i]] = &u->fresh[i];
    }
    const crmvi_facts *runs[] = {crmvi_ledger_facts(u->into), crmvi_ledger_facts(u->from)};
    const int32_t status = crmvi_standing_make(u->into, postings, u->count, runs, 2, out, error);
    free(postings);
    return status;
}

static void take_postings(crmv_ledger *into, const uniting *u) {
    for (int64_t i = 0; i < u->from->count; i++) {
        crmvi_posting *posting = &into->postings[u->places[i]];
        if (u->places[i] < into->count) {
            crmvi_posting_clear(posting);
        }
        *posting = u->fresh[i];
        u->fresh[i] = (crmvi_posting){0};
    }
    into->count = u->count;
}

static int32_t unite(crmv_ledger *into, uniting *u, crmv_error *error) {
    if (u->places == NULL || u->fresh == NULL || !find_places(u) ||
        !crmvi_grow(&into->postings, &into->capacity, u->count, sizeof *into->postings)) {
        return crmvi_no_memory(error);
    }
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < u->from->count && status == CRMV_OK; i++) {
        status = make_posting(u, i, error);
    }
    crmvi_standing standing;
    if (status == CRMV_OK) {
        status = stand_together(u, &standing, error);
    }
    if (status == CRMV_OK) {
        take_postings(into, u);
        crmvi_standing_take(into, &standing);
    }
    return status;
}

int32_t crmv_ledger_merge(crmv_ledger *into, const crmv_ledger *from, crmv_error *error) {
    int32_t status = check_ledgers(into, from, error);
    if (status != CRMV_OK) {
        return status;
    }
    uniting u = {.into = into,
                 .from = from,
                 .places = crmvi_array(from->count, sizeof *u.places),
                 .fresh = crmvi_zeroed(from->count, sizeof *u.fresh)};
    crmvi_guest host;
    crmvi_enter(&host);
    status = unite(into, &u, error);
    crmvi_leave(&host);
    for (int64_t i = 0; u.fresh != NULL && i < from->count; i++) {
        crmvi_posting_clear(&u.fresh[i]);
    }
    free(u.fresh);
    free(u.places);
    return status;
}
