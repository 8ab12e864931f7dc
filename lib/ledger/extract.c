/* extract.c - a ledger of some customers of another. */
#include "base/error.h"
#include "ledger/facts.h"
#include "ledger/handle.h"

#include <stdlib.h>

static int by_position(const void *first, const void *second) {
    const int64_t *a = first;
    const int64_t *b = second;
    return (*a > *b) - (*a < *b);
}

/* The positions of those of the keys that are there, ascending, each once; NULL where memory is short. */
static int64_t *find_customers(const crmvi_facts *facts, const char *const *keys, int64_t count, int64_t *found) {
    int64_t *customers = crmvi_array(count, sizeof *customers);
    int64_t there = 0;
    *found = 0;
    for (int64_t i = 0; customers != NULL && i < count; i++) {
        const int64_t customer = crmvi_facts_find(facts, keys[i]);
        if (customer >= 0) {
            customers[there++] = customer;
        }
    }
    if (there > 1) {
        qsort(customers, (size_t)there, sizeof *customers, by_position);
    }
    for (int64_t i = 0; i < there; i++) {
        if (i == 0 || customers[i] != customers[*found - 1]) {
            customers[(*found)++] = customers[i];
        }
    }
    return customers;
}

/* The posting that the customers become. What the feeds supply, and the first and last day, are those of all. */
static bool make_posting(const crmv_ledger *ledger, const char *const *keys, int64_t count, crmvi_posting *out) {
    const crmvi_facts *facts = crmvi_ledger_facts(ledger);
    int64_t found;
    int64_t *customers = find_customers(facts, keys, count, &found);
    *out = (crmvi_posting){.name = crmvi_copy_text("", 0),
                           .first_day = crmv_ledger_first_day(ledger),
                           .last_day = crmv_ledger_last_day(ledger)};
    for (int64_t i = 0; i < ledger->count; i++) {
        for (int32_t feed = 0; feed < CRMVI_FEEDS; feed++) {
            out->fed[feed] |= ledger->postings[i].fed[feed];
        }
    }
    const bool made =
        customers != NULL && out->name != NULL && crmvi_facts_choose(facts, customers, found, &out->facts);
    free(customers);
    return made;
}

int32_t crmv_ledger_extract(const crmv_ledger *ledger, const char *const *keys, int64_t count, crmv_ledger **out,
                            crmv_error *error) {
    if (ledger == NULL || (keys == NULL && count > 0) || out == NULL) {
        return crmvi_bad_argument(error, ledger == NULL ? "ledger" : out == NULL ? "out" : "keys", "is NULL");
    }
    if (count < 0) {
        return crmvi_bad_argument(error, "count", "is negative");
    }
    for (int64_t i = 0; i < count; i++) {
        if (keys[i] == NULL) {
            return crmvi_bad_argument(error, "keys", "holds NULL");
        }
    }
    const crmv_options options = {.struct_size = sizeof options,
                                  .threads = ledger->runner.threads,
                                  .context = ledger->runner.context,
                                  .progress = ledger->runner.progress};
    crmvi_posting posting;
    int32_t status = make_posting(ledger, keys, count, &posting) ? CRMV_OK : crmvi_no_memory(error);
    if (status == CRMV_OK) {
        status = crmvi_ledger_of_postings(ledger->layout, &options, &posting, 1, out, error);
    }
    crmvi_posting_clear(&posting);
    return status;
}
