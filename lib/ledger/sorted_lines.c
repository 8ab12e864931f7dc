#include "ledger/sorted_lines.h"

#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_LINES = 65536, PARTITION_LINES = 65536, PARTITIONS_LIMIT = 4096, SAMPLES = 32 };

/* ---- Ranks of text keys ------------------------------------------------------------------------------------------ */

typedef struct named {
    const char *text;
    int64_t length;
    int64_t number;
} named;

static int compare_names(const void *left, const void *right) {
    const named *a = left;
    const named *b = right;
    const int64_t common = a->length < b->length ? a->length : b->length;
    const int order = memcmp(a->text, b->text, (size_t)common);
    if (order != 0) {
        return order;
    }
    return (a->length > b->length) - (a->length < b->length);
}

/* The rank of each name by its bytes, and the name at each rank. */
static bool rank_names(const crmvi_names *names, int64_t **by_rank, uint64_t **ranks) {
    const int64_t count = names->texts.count;
    named *order = crmvi_array(count, sizeof *order);
    *by_rank = crmvi_array(count, sizeof **by_rank);
    *ranks = crmvi_array(count, sizeof **ranks);
    if (order == NULL || *by_rank == NULL || *ranks == NULL) {
        free(order);
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        order[i] = (named){crmvi_texts_get(&names->texts, i), crmvi_texts_length(&names->texts, i), i};
    }
    qsort(order, (size_t)count, sizeof *order, compare_names);
    for (int64_t i = 0; i < count; i++) {
        (*by_rank)[i] = order[i].number;
        (*ranks)[order[i].number] = (uint64_t)i;
    }
    free(order);
    return true;
}

/* ---- Partitions -------------------------------------------------------------------------------------------------- */

/* What the workers share. */
typedef struct sorting {
    const crmvi_batch *batch;
    const uint64_t *ranks; /* NULL for whole-number keys */
    uint64_t *splitters;   /* partitions - 1, ascending: partition p holds keys below splitters[p] */
    int64_t partitions;
    int64_t blocks;
    int64_t *places; /* blocks x partitions: first counts, then where each block's lines of a partition go */
    crmvi_entry *entries, *scratch;
    int64_t *starts;
} sorting;

static uint64_t key_of(const sorting *s, int64_t line) {
    const uint64_t key = s->batch->keys[line];
    return s->ranks != NULL ? s->ranks[key] : key;
}

static bool is_live(const sorting *s, int64_t line) {
    return (s->batch->flags[line] & CRMVI_LINE_DEAD) == 0;
}

static int compare_keys(const void *left, const void *right) {
    uint64_t a;
    uint64_t b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

static int64_t partition_of(const sorting *s, uint64_t key) {
    int64_t low = 0;
    int64_t high = s->partitions - 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (s->splitters[middle] > key) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* Draws splitters from keys at even distances; equal ones leave a partition empty, which is fine. */
static bool draw_splitters(sorting *s) {
    const int64_t samples = s->partitions * SAMPLES;
    uint64_t *keys = crmvi_array(samples, sizeof *keys);
    s->splitters = crmvi_array(s->partitions, sizeof *s->splitters);
    if (keys == NULL || s->splitters == NULL) {
        free(keys);
        return false;
    }
    int64_t drawn = 0;
    for (int64_t i = 0; i < samples; i++) {
        const int64_t line = (int64_t)((crmvi_wide)s->batch->lines * i / samples);
        if (is_live(s, line)) {
            keys[drawn++] = key_of(s, line);
        }
    }
    qsort(keys, (size_t)drawn, sizeof *keys, compare_keys);
    for (int64_t p = 0; p + 1 < s->partitions; p++) {
        s->splitters[p] = drawn > 0 ? keys[drawn * (p + 1) / s->partitions] : 0;
    }
    free(keys);
    return true;
}

static int32_t count_block(void *context, int64_t begin, int64_t end) {
    sorting *s = context;
    int64_t *counts = s->places + begin / BLOCK_LINES * s->partitions;
    for (int64_t line = begin; line < end; line++) {
        if (is_live(s, line)) {
            counts[partition_of(s, key_of(s, line))]++;
        }
    }
    return CRMV_OK;
}

/* Turns the counts into places: partitions one after the other, in each the blocks in their order. */
static void lay_out(sorting *s) {
    int64_t place = 0;
    for (int64_t p = 0; p < s->partitions; p++) {
        s->starts[p] = place;
        for (int64_t b = 0; b < s->blocks; b++) {
            int64_t *cell = &s->places[b * s->partitions + p];
            const int64_t count = *cell;
            *cell = place;
            place += count;
        }
    }
    s->starts[s->partitions] = place;
}

static int32_t deal_block(void *context, int64_t begin, int64_t end) {
    sorting *s = context;
    int64_t *places = s->places + begin / BLOCK_LINES * s->partitions;
    for (int64_t line = begin; line < end; line++) {
        if (is_live(s, line)) {
            const uint64_t key = key_of(s, line);
            s->entries[places[partition_of(s, key)]++] = (crmvi_entry){key, s->batch->days[line], (uint32_t)line};
        }
    }
    return CRMV_OK;
}

/* ---- Sorting a partition ----------------------------------------------------------------------------------------- */

/* What a byte of an entry is taken from: the day above the partition's first, or the key above its lowest. */
typedef struct digit {
    bool of_key;
    int32_t shift;
    uint64_t least;
} digit;

static uint8_t digit_of(const digit *d, const crmvi_entry *entry) {
    const uint64_t value = d->of_key ? entry->key - d->least : (uint64_t)entry->day - d->least;
    return (uint8_t)(value >> d->shift);
}

/* The digits that differ within the partition, least significant first. */
static int32_t digits_of(const crmvi_entry *entries, int64_t count, digit *digits) {
    uint64_t least_key = UINT64_MAX;
    uint64_t most_key = 0;
    int32_t least_day = INT32_MAX;
    int32_t most_day = INT32_MIN;
    for (int64_t i = 0; i < count; i++) {
        least_key = entries[i].key < least_key ? entries[i].key : least_key;
        most_key = entries[i].key > most_key ? entries[i].key : most_key;
        least_day = entries[i].day < least_day ? entries[i].day : least_day;
        most_day = entries[i].day > most_day ? entries[i].day : most_day;
    }
    int32_t found = 0;
    const uint64_t days = (uint64_t)((int64_t)most_day - least_day);
    for (int32_t shift = 0; shift < 32 && days >> shift != 0; shift += 8) {
        digits[found++] = (digit){false, shift, (uint64_t)(int64_t)least_day};
    }
    for (int32_t shift = 0; shift < 64 && (most_key - least_key) >> shift != 0; shift += 8) {
        digits[found++] = (digit){true, shift, least_key};
    }
    return found;
}

/* One stable pass of a radix sort. */
static void sort_by_digit(const digit *d, const crmvi_entry *from, crmvi_entry *to, int64_t count) {
    int64_t places[256] = {0};
    for (int64_t i = 0; i < count; i++) {
        places[digit_of(d, &from[i])]++;
    }
    int64_t place = 0;
    for (int32_t i = 0; i < 256; i++) {
        const int64_t size = places[i];
        places[i] = place;
        place += size;
    }
    for (int64_t i = 0; i < count; i++) {
        to[places[digit_of(d, &from[i])]++] = from[i];
    }
}

static void sort_partition(crmvi_entry *entries, crmvi_entry *scratch, int64_t count) {
    digit digits[12];
    const int32_t passes = count > 1 ? digits_of(entries, count, digits) : 0;
    crmvi_entry *from = entries;
    crmvi_entry *to = scratch;
    for (int32_t i = 0; i < passes; i++) {
        sort_by_digit(&digits[i], from, to, count);
        crmvi_entry *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != entries) {
        memcpy(entries, from, (size_t)count * sizeof *entries);
    }
}

static int32_t sort_partitions(void *context, int64_t begin, int64_t end) {
    sorting *s = context;
    for (int64_t p = begin; p < end; p++) {
        sort_partition(s->entries + s->starts[p], s->scratch + s->starts[p], s->starts[p + 1] - s->starts[p]);
    }
    return CRMV_OK;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static bool prepare(sorting *s, uint64_t **ranks, crmvi_sorted_lines *out) {
    const crmvi_batch *batch = s->batch;
    if (batch->key_kind == CRMVI_KEYS_TEXTS && !rank_names(&batch->names, &out->by_rank, ranks)) {
        return false;
    }
    s->ranks = *ranks;
    const int64_t wanted = batch->live / PARTITION_LINES + 1;
    s->partitions = wanted > PARTITIONS_LIMIT ? PARTITIONS_LIMIT : wanted;
    s->blocks = (batch->lines + BLOCK_LINES - 1) / BLOCK_LINES;
    s->places = crmvi_zeroed(s->blocks * s->partitions, sizeof *s->places);
    s->entries = crmvi_array(batch->live, sizeof *s->entries);
    s->scratch = crmvi_array(batch->live, sizeof *s->scratch);
    s->starts = crmvi_zeroed(s->partitions + 1, sizeof *s->starts);
    return s->places != NULL && s->entries != NULL && s->scratch != NULL && s->starts != NULL && draw_splitters(s);
}

int32_t crmvi_sort_lines(const crmvi_batch *batch, const crmvi_runner *runner, crmvi_sorted_lines *out) {
    *out = (crmvi_sorted_lines){0};
    sorting s = {.batch = batch};
    uint64_t *ranks = NULL;
    int32_t status = prepare(&s, &ranks, out) ? CRMV_OK : CRMV_OUT_OF_MEMORY;
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "counting", batch->lines, BLOCK_LINES, count_block, &s);
    }
    if (status == CRMV_OK) {
        lay_out(&s);
        status = crmvi_parallel(runner, "dealing", batch->lines, BLOCK_LINES, deal_block, &s);
    }
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "sorting", s.partitions, 1, sort_partitions, &s);
    }
    free(ranks);
    free(s.splitters);
    free(s.places);
    free(s.scratch);
    out->entries = s.entries;
    out->starts = s.starts;
    out->partitions = s.partitions;
    out->count = batch->live;
    if (status != CRMV_OK) {
        crmvi_sorted_lines_clear(out);
    }
    return status;
}

void crmvi_sorted_lines_clear(crmvi_sorted_lines *sorted) {
    free(sorted->entries);
    free(sorted->starts);
    free(sorted->by_rank);
    *sorted = (crmvi_sorted_lines){0};
}
