#include "ledger/sorted_lines.h"

#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEAST_BLOCK = 8192,
    MOST_BLOCKS = 256,
    PARTITION_LINES = 8192,
    PARTITIONS_LIMIT = 4096,
    SAMPLES = 32,
    CELLS = 65536
};

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
    int64_t block, blocks; /* lines in a block, and how many of them */
    uint16_t *cells;       /* a table over the keys' range: the first partition of each cell */
    uint64_t least;        /* where the table begins */
    int32_t shift;         /* a cell is 2^shift keys wide */
    uint16_t *chosen;      /* the partition of each line */
    int64_t *places;       /* blocks x partitions: first counts, then where each block's lines of a partition go */
    crmvi_row *rows;
    crmvi_entry *entries;
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

/* The number of splitters that are not above the key. The search has no branches to guess wrong. */
static int64_t search_splitters(const sorting *s, uint64_t key) {
    const uint64_t *from = s->splitters;
    int64_t left = s->partitions - 1;
    while (left > 0) {
        const int64_t half = (left + 1) / 2;
        from = from[half - 1] <= key ? from + half : from;
        left -= half;
    }
    return from - s->splitters;
}

static int64_t cell_of(const sorting *s, uint64_t key) {
    const uint64_t above = key > s->least ? key - s->least : 0;
    const uint64_t cell = above >> s->shift;
    return cell < CELLS ? (int64_t)cell : CELLS - 1;
}

/* Where a cell lies in one partition, the table answers; otherwise the splitters are searched. */
static int64_t partition_of(const sorting *s, uint64_t key) {
    const int64_t cell = cell_of(s, key);
    return s->cells[cell] == s->cells[cell + 1] ? s->cells[cell] : search_splitters(s, key);
}

/* Divides the range of the sampled keys into cells of equal width, and notes the partition that each begins in. The
 * last cell takes in all that lies above. */
static bool make_cells(sorting *s, uint64_t least, uint64_t most) {
    s->cells = crmvi_array(CELLS + 1, sizeof *s->cells);
    if (s->cells == NULL) {
        return false;
    }
    s->least = least;
    s->shift = 0;
    while ((most - least) >> s->shift >= CELLS - 1) {
        s->shift++;
    }
    s->cells[0] = 0;
    for (uint64_t cell = 1; cell < CELLS; cell++) {
        const uint64_t above = cell << s->shift;
        const bool is_past_all = above > UINT64_MAX - least;
        s->cells[cell] = (uint16_t)(is_past_all ? s->partitions - 1 : search_splitters(s, least + above));
    }
    s->cells[CELLS] = (uint16_t)(s->partitions - 1);
    return true;
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
    const bool made = make_cells(s, drawn > 0 ? keys[0] : 0, drawn > 0 ? keys[drawn - 1] : 0);
    free(keys);
    return made;
}

static int32_t count_block(void *context, int64_t begin, int64_t end) {
    sorting *s = context;
    int64_t *counts = s->places + begin / s->block * s->partitions;
    for (int64_t line = begin; line < end; line++) {
        if (is_live(s, line)) {
            const int64_t partition = partition_of(s, key_of(s, line));
            s->chosen[line] = (uint16_t)partition;
            counts[partition]++;
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

static void deal_line(const crmvi_batch *batch, int64_t line, uint64_t key, crmvi_row *row) {
    row->key = key;
    row->document = batch->documents != NULL ? batch->documents[line] : 0;
    row->day = batch->days[line];
    row->flags = batch->flags[line];
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        row->amounts[a] = batch->amounts[a] != NULL ? batch->amounts[a][line] : 0;
    }
}

static int32_t deal_block(void *context, int64_t begin, int64_t end) {
    sorting *s = context;
    int64_t *places = s->places + begin / s->block * s->partitions;
    for (int64_t line = begin; line < end; line++) {
        if (is_live(s, line)) {
            deal_line(s->batch, line, key_of(s, line), &s->rows[places[s->chosen[line]]++]);
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

static void sort_entries(crmvi_entry *entries, crmvi_entry *scratch, int64_t count) {
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
        const int64_t start = s->starts[p];
        const int64_t count = s->starts[p + 1] - start;
        crmvi_entry *scratch = crmvi_array(count, sizeof *scratch);
        if (scratch == NULL) {
            return CRMV_OUT_OF_MEMORY;
        }
        for (int64_t i = start; i < start + count; i++) {
            s->entries[i] = (crmvi_entry){s->rows[i].key, s->rows[i].day, (uint32_t)i};
        }
        sort_entries(s->entries + start, scratch, count);
        free(scratch);
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
    s->block = batch->lines / MOST_BLOCKS + 1 > LEAST_BLOCK ? batch->lines / MOST_BLOCKS + 1 : LEAST_BLOCK;
    s->blocks = (batch->lines - 1) / s->block + 1;
    s->places = crmvi_zeroed(s->blocks * s->partitions, sizeof *s->places);
    s->chosen = crmvi_large_array(batch->lines, sizeof *s->chosen);
    s->entries = crmvi_large_array(batch->live, sizeof *s->entries);
    s->rows = crmvi_large_array(batch->live, sizeof *s->rows);
    s->starts = crmvi_zeroed(s->partitions + 1, sizeof *s->starts);
    return s->chosen != NULL && s->places != NULL && s->entries != NULL && s->rows != NULL && s->starts != NULL &&
           draw_splitters(s);
}

int32_t crmvi_sort_lines(const crmvi_batch *batch, const crmvi_runner *runner, crmvi_sorted_lines *out) {
    *out = (crmvi_sorted_lines){0};
    sorting s = {.batch = batch};
    uint64_t *ranks = NULL;
    int32_t status = prepare(&s, &ranks, out) ? CRMV_OK : CRMV_OUT_OF_MEMORY;
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "counting", batch->lines, s.block, count_block, &s);
    }
    if (status == CRMV_OK) {
        lay_out(&s);
        status = crmvi_parallel(runner, "dealing", batch->lines, s.block, deal_block, &s);
    }
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "sorting", s.partitions, 1, sort_partitions, &s);
    }
    free(ranks);
    free(s.splitters);
    free(s.cells);
    free(s.places);
    free(s.chosen);
    out->rows = s.rows;
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
    free(sorted->rows);
    free(sorted->entries);
    free(sorted->starts);
    free(sorted->by_rank);
    *sorted = (crmvi_sorted_lines){0};
}
