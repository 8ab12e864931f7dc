/* file_wanted.c - the keys that a caller asks for, in the order of keys. */
#include "base/merge_sort.h"
#include "ledger/file_choice.h"

#include <stdlib.h>

static int by_number(const void *a, const void *b) {
    const int64_t first = *(const int64_t *)a;
    const int64_t second = *(const int64_t *)b;
    return (first > second) - (first < second);
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool make_numbers(const char *const *keys, int64_t count, crmvi_file_wanted *out) {
    out->numbers = crmvi_array(count, sizeof *out->numbers);
    if (out->numbers == NULL) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        int64_t number;
        if (crmvi_decimal_whole(keys[i], (int64_t)strlen(keys[i]), &number) == CRMVI_NUMBER_OK) {
            out->numbers[out->read++] = number;
        }
    }
    if (!crmvi_sort(out->numbers, out->read, sizeof *out->numbers, by_number)) {
        return false;
    }
    for (int64_t i = 0; i < out->read; i++) {
        if (i == 0 || out->numbers[i] != out->numbers[i - 1]) {
            out->numbers[out->count++] = out->numbers[i];
        }
    }
    return true;
}

static bool make_texts(const char *const *keys, int64_t count, crmvi_file_wanted *out) {
    out->texts = crmvi_array(count, sizeof *out->texts);
    if (out->texts == NULL) {
        return false;
    }
    memcpy(out->texts, keys, (size_t)count * sizeof *keys);
    qsort(out->texts, (size_t)count, sizeof *out->texts, by_bytes);
    for (int64_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(out->texts[i], out->texts[i - 1]) != 0) {
            out->texts[out->count++] = out->texts[i];
        }
    }
    return true;
}

bool crmvi_file_wanted_make(const char *const *keys, int64_t count, int32_t key_kind, crmvi_file_wanted *out) {
    *out = (crmvi_file_wanted){.key_kind = key_kind};
    if (count == 0 || key_kind == CRMVI_KEYS_UNKNOWN) {
        return true;
    }
    return key_kind == CRMVI_KEYS_NUMBERS ? make_numbers(keys, count, out) : make_texts(keys, count, out);
}

void crmvi_file_wanted_clear(crmvi_file_wanted *wanted) {
    crmvi_discard(wanted->numbers, wanted->read, sizeof *wanted->numbers);
    free((void *)wanted->texts);
    *wanted = (crmvi_file_wanted){0};
}
