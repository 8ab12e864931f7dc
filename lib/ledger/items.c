/* To be replaced: no items are read yet. */
#include "ledger/items.h"

#include "base/error.h"
#include "crmvalue/column.h"

int64_t crmvi_items_rows(const crmvi_items *items, int32_t feed) {
    (void)items;
    (void)feed;
    return 0;
}

int64_t crmvi_items_accepted(const crmvi_items *items, int32_t feed) {
    return crmvi_items_rows(items, feed);
}

uint32_t crmvi_items_fed(const crmvi_items *items, int32_t feed) {
    return (uint32_t)crmvi_items_rows(items, feed);
}

int32_t crmvi_items_key_kind(const crmvi_items *items) {
    (void)items;
    return CRMVI_KEYS_UNKNOWN;
}

const crmvi_asides *crmvi_items_asides(const crmvi_items *items) {
    static const crmvi_asides none;
    (void)items;
    return &none;
}

const crmvi_conversions *crmvi_items_conversions(const crmvi_items *items) {
    static const crmvi_conversions none;
    (void)items;
    return &none;
}

int32_t crmvi_items_add(crmvi_items **items, const crmvi_item_chunk *chunk, const crmvi_runner *runner,
                        crmv_error *error) {
    (void)items;
    (void)chunk;
    (void)runner;
    return crmvi_bad_argument(error, "columns", "cannot be read yet");
}

int32_t crmvi_items_facts(const crmvi_items *items, const crmvi_runner *runner, crmvi_facts *out, crmv_error *error) {
    (void)items;
    (void)runner;
    (void)error;
    *out = (crmvi_facts){0};
    return CRMV_OK;
}

void crmvi_items_free(crmvi_items *items) {
    (void)items;
}
