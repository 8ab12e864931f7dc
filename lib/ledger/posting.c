/* posting.c - ended batches: their life, and a ledger of postings that were made elsewhere. */
#include "base/error.h"
#include "ledger/handle.h"

#include <stdlib.h>
#include <string.h>

void crmvi_posting_clear(crmvi_posting *posting) {
    free(posting->name);
    crmvi_facts_clear(&posting->facts);
    crmvi_aside_clear(&posting->asides);
    crmvi_conversions_clear(&posting->conversions);
    *posting = (crmvi_posting){.first_day = CRMV_NO_DATE, .last_day = CRMV_NO_DATE};
}

int64_t crmvi_ledger_postings(const crmv_ledger *ledger) {
    return ledger->count;
}

const crmvi_posting *crmvi_ledger_posting(const crmv_ledger *ledger, int64_t position) {
    return &ledger->postings[position];
}

int64_t crmvi_ledger_find(const crmv_ledger *ledger, const char *name) {
    for (int64_t i = 0; i < ledger->count; i++) {
        if (strcmp(ledger->postings[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

int32_t crmvi_ledger_key_kind(const crmv_ledger *ledger) {
    int32_t kind = CRMVI_KEYS_UNKNOWN;
    for (int64_t i = 0; i < ledger->count && kind == CRMVI_KEYS_UNKNOWN; i++) {
        kind = ledger->postings[i].facts.key_kind;
    }
    return kind;
}

static const char *shown_currency(const crmvi_money *money) {
    return money->currency[0] != '\0' ? money->currency : "a currency without a name";
}

int32_t crmvi_money_same(const crmvi_money *a, const crmvi_money *b, crmv_error *error) {
    const char *differs = strcmp(a->currency, b->currency) != 0          ? "currencies"
                          : a->decimals != b->decimals                   ? "decimals"
                          : a->price_decimals != b->price_decimals       ? "decimals of prices"
                          : a->quantity_decimals != b->quantity_decimals ? "decimals of quantities"
                                                                         : NULL;
    if (differs == NULL) {
        return CRMV_OK;
    }
    return crmvi_fail(error, CRMV_BAD_ARGUMENT, "money",
                      "the two have different %s: one is in %s with %d decimals (prices %d, quantities %d), the other "
                      "in %s with %d (prices %d, quantities %d)",
                      differs, shown_currency(a), a->decimals, a->price_decimals, a->quantity_decimals,
                      shown_currency(b), b->decimals, b->price_decimals, b->quantity_decimals);
}

/* ---- A ledger of postings ---------------------------------------------------------------------------------------- */

static int32_t check_names(const crmvi_posting *postings, int64_t count, crmv_error *error) {
    crmvi_names names = {0};
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < count && status == CRMV_OK; i++) {
        const int64_t number = crmvi_names_add(&names, postings[i].name, (int64_t)strlen(postings[i].name));
        if (number < 0) {
            status = crmvi_no_memory(error);
        } else if (number < i) {
            status = crmvi_fail(error, CRMV_DUPLICATE, "batch", "batch `%.200s` is there twice", postings[i].name);
        }
    }
    crmvi_names_clear(&names);
    return status;
}

static int32_t check_keys(const crmvi_posting *postings, int64_t count, crmv_error *error) {
    int32_t kind = CRMVI_KEYS_UNKNOWN;
    for (int64_t i = 0; i < count; i++) {
        const int32_t own = postings[i].facts.key_kind;
        if (kind != CRMVI_KEYS_UNKNOWN && own != CRMVI_KEYS_UNKNOWN && own != kind) {
            return crmvi_fail(error, CRMV_BAD_COLUMN, NULL, "batch `%.200s` has %s as keys, but those before it %s",
                              postings[i].name, own == CRMVI_KEYS_NUMBERS ? "whole numbers" : "texts",
                              own == CRMVI_KEYS_NUMBERS ? "texts" : "whole numbers");
        }
        kind = own != CRMVI_KEYS_UNKNOWN ? own : kind;
    }
    return CRMV_OK;
}

/* What the postings come to, for a ledger that has none yet. */
static int32_t stand(const crmv_ledger *ledger, const crmvi_posting *postings, int64_t count, crmvi_standing *out,
                     crmv_error *error) {
    const crmvi_posting **all = crmvi_array(count, sizeof *all);
    const crmvi_facts **runs = crmvi_array(count, sizeof *runs);
    int32_t status = CRMV_OUT_OF_MEMORY;
    for (int64_t i = 0; all != NULL && runs != NULL && i < count; i++) {
        all[i] = &postings[i];
        runs[i] = &postings[i].facts;
    }
    if (all != NULL && runs != NULL) {
        status = crmvi_standing_make(ledger, all, count, runs, count, out, error);
    } else {
        crmvi_no_memory(error);
    }
    free(all);
    free(runs);
    return status;
}

static int32_t take_postings(crmv_ledger *ledger, crmvi_posting *postings, int64_t count, crmv_error *error) {
    if (!crmvi_grow(&ledger->postings, &ledger->capacity, count, sizeof *ledger->postings)) {
        return crmvi_no_memory(error);
    }
    crmvi_standing standing;
    const int32_t status = stand(ledger, postings, count, &standing, error);
    if (status == CRMV_OK) {
        for (int64_t i = 0; i < count; i++) {
            ledger->postings[i] = postings[i];
            postings[i] = (crmvi_posting){0};
        }
        ledger->count = count;
        crmvi_standing_take(ledger, &standing);
    }
    return status;
}

int32_t crmvi_ledger_of_postings(const crmv_model *layout, const crmv_options *options, crmvi_posting *postings,
                                 int64_t count, crmv_ledger **out, crmv_error *error) {
    crmv_ledger *ledger;
    int32_t status = crmv_ledger_new(layout, options, &ledger, error);
    if (status != CRMV_OK) {
        return status;
    }
    status = check_names(postings, count, error);
    if (status == CRMV_OK) {
        status = check_keys(postings, count, error);
    }
    if (status == CRMV_OK) {
        status = take_postings(ledger, postings, count, error);
    }
    if (status == CRMV_OK) {
        *out = ledger;
    } else {
        crmv_ledger_free(ledger);
    }
    return status;
}
