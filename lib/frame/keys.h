/* keys.h - customers' keys, as the customer table and the ledger have them. */
#ifndef CRMVI_FRAME_KEYS_H
#define CRMVI_FRAME_KEYS_H

#include "ledger/ledger.h"

/* A customer's key; `row` is where it stands, -1: nowhere. */
typedef struct crmvi_key {
    const char *text; /* bytes that belong to someone else; NULL for whole numbers */
    int64_t length;
    int64_t number;
    int64_t row;
} crmvi_key;

/* < 0, 0 or > 0: whole numbers by value, texts by their bytes. */
int32_t crmvi_key_compare(const crmvi_key *a, const crmvi_key *b);

/* The first of the ascending keys that does not come before a key; `count` where all do. */
int64_t crmvi_keys_first(const crmvi_key *keys, int64_t count, const crmvi_key *key);

/* The same of a ledger's customers. */
int64_t crmvi_customers_first(const crmvi_facts *facts, const crmvi_key *key);

/* Sorts by key, and the same keys by row. False where memory is short. */
bool crmvi_keys_sort(crmvi_key *keys, int64_t count);

/* The key of a ledger's customer, who is its row. */
static inline crmvi_key crmvi_key_of_customer(const crmvi_facts *facts, int64_t customer) {
    crmvi_key key = {.row = customer};
    if (facts->key_kind == CRMVI_KEYS_NUMBERS) {
        key.number = facts->numbers[customer];
    } else {
        key.text = crmvi_texts_get(&facts->texts, customer);
        key.length = crmvi_texts_length(&facts->texts, customer);
    }
    return key;
}

/* Texts of so many bytes, NULs counted, without any of them written yet; none where the count is 0. False where memory
 * is short. */
bool crmvi_texts_start(crmvi_texts *texts, int64_t count, int64_t bytes);

#endif
