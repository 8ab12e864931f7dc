#include "frame/keys.h"

#include "base/merge_sort.h"

#include <stdlib.h>
#include <string.h>

int32_t crmvi_key_compare(const crmvi_key *a, const crmvi_key *b) {
    if (a->text == NULL || b->text == NULL) {
        return (a->number > b->number) - (a->number < b->number);
    }
    const int64_t common = a->length < b->length ? a->length : b->length;
    const int difference = memcmp(a->text, b->text, (size_t)common);
    return difference != 0 ? difference : (a->length > b->length) - (a->length < b->length);
}

int64_t crmvi_keys_first(const crmvi_key *keys, int64_t count, const crmvi_key *key) {
    int64_t begin = 0;
    for (int64_t end = count; begin < end;) {
        const int64_t middle = begin + (end - begin) / 2;
        const bool comes_before = crmvi_key_compare(&keys[middle], key) < 0;
        begin = comes_before ? middle + 1 : begin;
        end = comes_before ? end : middle;
    }
    return begin;
}

int64_t crmvi_customers_first(const crmvi_facts *facts, const crmvi_key *key) {
    int64_t begin = 0;
    for (int64_t end = facts->customers; begin < end;) {
        const int64_t middle = begin + (end - begin) / 2;
        const crmvi_key customer = crmvi_key_of_customer(facts, middle);
        const bool comes_before = crmvi_key_compare(&customer, key) < 0;
        begin = comes_before ? middle + 1 : begin;
        end = comes_before ? end : middle;
    }
    return begin;
}

static int by_key_and_row(const void *left, const void *right) {
    const crmvi_key *a = left;
    const crmvi_key *b = right;
    const int32_t order = crmvi_key_compare(a, b);
    return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

static bool is_sorted(const crmvi_key *keys, int64_t count) {
    for (int64_t i = 1; i < count; i++) {
        if (by_key_and_row(&keys[i - 1], &keys[i]) > 0) {
            return false;
        }
    }
    return true;
}

bool crmvi_keys_sort(crmvi_key *keys, int64_t count) {
    return is_sorted(keys, count) || crmvi_sort(keys, count, sizeof *keys, by_key_and_row);
}

bool crmvi_texts_start(crmvi_texts *texts, int64_t count, int64_t bytes) {
    if (count == 0) {
        return true;
    }
    *texts = (crmvi_texts){.used = bytes, .capacity = bytes, .count = count, .starts_capacity = count + 1};
    texts->bytes = crmvi_large_array(bytes, 1);
    texts->starts = crmvi_large_array(count + 1, sizeof *texts->starts);
    if (texts->starts != NULL) {
        texts->starts[count] = bytes;
    }
    return texts->bytes != NULL && texts->starts != NULL;
}
