#include "ledger/key_register.h"

#include "base/hash.h"
#include "base/memory.h"
#include "base/merge_sort.h"
#include "ledger/division.h"

#include <stdlib.h>
#include <string.h>

/* A record begins with these; the bytes follow. */
typedef struct header {
    uint32_t number; /* within the shard */
    uint32_t length;
} header;

enum { RECORD_UNIT = 4, PLACE_BITS = 40, LEAST_SLOTS = 64 };

static const uint64_t place_mask = (UINT64_C(1) << PLACE_BITS) - 1;

static header header_of(const char *record) {
    header h;
    memcpy(&h, record, sizeof h);
    return h;
}

static int64_t record_size(int64_t length) {
    return ((int64_t)sizeof(header) + length + RECORD_UNIT - 1) / RECORD_UNIT * RECORD_UNIT;
}

/* ---- Life -------------------------------------------------------------------------------------------------------- */

/* Keys may be names of people, who may be erased: none stays in memory that is given back. */
static void clear_shard(crmvi_key_shard *shard) {
    pthread_mutex_destroy(&shard->mutex);
    free(shard->slots);
    crmvi_discard(shard->records, shard->used, 1);
}

bool crmvi_key_register_make(crmvi_key_register *keys) {
    for (int32_t i = 0; i < CRMVI_SHARDS && !keys->is_made; i++) {
        if (pthread_mutex_init(&keys->shards[i].mutex, NULL) != 0) {
            while (i > 0) {
                clear_shard(&keys->shards[--i]);
            }
            return false;
        }
    }
    keys->is_made = true;
    return true;
}

void crmvi_key_register_clear(crmvi_key_register *keys) {
    for (int32_t i = 0; i < CRMVI_SHARDS && keys->is_made; i++) {
        clear_shard(&keys->shards[i]);
    }
    memset(keys, 0, sizeof *keys);
}

/* ---- Numbering --------------------------------------------------------------------------------------------------- */

/* The lowest bits of a hash choose the shard, those above the slot, the highest are the tag. */
static uint64_t slot_of(const crmvi_key_shard *shard, uint64_t hash) {
    return hash >> CRMVI_SHARD_BITS & (uint64_t)(shard->slot_count - 1);
}

static uint64_t entry_of(uint64_t hash, int64_t place) {
    return (hash & ~place_mask) | (uint64_t)(place / RECORD_UNIT + 1);
}

static const char *record_at(const crmvi_key_shard *shard, uint64_t entry) {
    return shard->records + ((int64_t)(entry & place_mask) - 1) * RECORD_UNIT;
}

/* Twice as many slots. The slot of a key follows from its hash, which is taken again. */
static bool grow_slots(crmvi_key_shard *shard) {
    const int64_t count = shard->slot_count == 0 ? LEAST_SLOTS : 2 * shard->slot_count;
    uint64_t *slots = crmvi_zeroed(count, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    free(shard->slots);
    shard->slots = slots;
    shard->slot_count = count;
    for (int64_t place = 0; place < shard->used;) {
        const header h = header_of(shard->records + place);
        const uint64_t hash = crmvi_hash_of(shard->records + place + sizeof h, h.length);
        uint64_t slot = slot_of(shard, hash);
        while (shard->slots[slot] != 0) {
            slot = (slot + 1) & (uint64_t)(count - 1);
        }
        shard->slots[slot] = entry_of(hash, place);
        place += record_size(h.length);
    }
    return true;
}

/* A row of the block whose key is to be numbered. */
typedef struct numbering {
    uint64_t hash;
    uint64_t slot; /* where the search stands */
    int32_t row;
} numbering;

/* The entry of a key, or 0: it is not there, and the slot is free. */
static uint64_t find_key(const crmvi_key_shard *shard, numbering *w, const char *text, uint32_t length) {
    for (;; w->slot = (w->slot + 1) & (uint64_t)(shard->slot_count - 1)) {
        const uint64_t entry = shard->slots[w->slot];
        if (entry == 0) {
            return 0;
        }
        if (((entry ^ w->hash) & ~place_mask) != 0) {
            continue;
        }
        const char *record = record_at(shard, entry);
        if (header_of(record).length == length && memcmp(record + sizeof(header), text, length) == 0) {
            return entry;
        }
    }
}

/* Adds a key that is not there; there is a free slot for it. False where memory is short. */
static bool add_key(crmvi_key_shard *shard, const numbering *w, const char *text, uint32_t length) {
    const int64_t size = record_size(length);
    if (!crmvi_grow(&shard->records, &shard->capacity, shard->used + size, 1)) {
        return false;
    }
    const header h = {(uint32_t)shard->count, length};
    char *record = shard->records + shard->used;
    memcpy(record, &h, sizeof h);
    memcpy(record + sizeof h, text, length);
    shard->slots[w->slot] = entry_of(w->hash, shard->used);
    shard->used += size;
    shard->count++;
    return true;
}

/* Numbers the keys of one shard. Memory is asked for in three steps ahead of its use: slots, records, answers. */
static bool number_shard(crmvi_key_shard *shard, numbering *rows, int32_t count, const crmvi_keys *block) {
    while (2 * (shard->count + count) > shard->slot_count) {
        if (!grow_slots(shard)) {
            return false;
        }
    }
    for (int32_t i = 0; i < count; i++) {
        rows[i].slot = slot_of(shard, rows[i].hash);
        __builtin_prefetch(&shard->slots[rows[i].slot]);
    }
    for (int32_t i = 0; i < count; i++) {
        const uint64_t entry = shard->slots[rows[i].slot];
        if (entry != 0) {
            __builtin_prefetch(record_at(shard, entry));
        }
    }
    for (int32_t i = 0; i < count; i++) {
        numbering *w = &rows[i];
        const char *text = block->texts[w->row];
        const uint32_t length = (uint32_t)block->lengths[w->row];
        uint64_t entry = find_key(shard, w, text, length);
        if (entry == 0) {
            if (!add_key(shard, w, text, length)) {
                return false;
            }
            entry = shard->slots[w->slot];
        }
        const uint64_t shard_number = w->hash % CRMVI_SHARDS;
        block->numbers[w->row] =
            (int64_t)((uint64_t)header_of(record_at(shard, entry)).number << CRMVI_SHARD_BITS | shard_number);
    }
    return true;
}

/* The block's rows in the order of shards; returns nothing for rows that are set aside. */
static void sort_by_shard(const crmvi_keys *block, int64_t count, numbering *sorted, int32_t starts[CRMVI_SHARDS + 1]) {
    int32_t places[CRMVI_SHARDS] = {0};
    for (int64_t i = 0; i < count; i++) {
        places[(uint64_t)block->numbers[i] % CRMVI_SHARDS] += block->reasons[i] == 0;
    }
    starts[0] = 0;
    for (int32_t shard = 0; shard < CRMVI_SHARDS; shard++) {
        starts[shard + 1] = starts[shard] + places[shard];
        places[shard] = starts[shard];
    }
    for (int64_t i = 0; i < count; i++) {
        const uint64_t hash = (uint64_t)block->numbers[i];
        if (block->reasons[i] == 0) {
            sorted[places[hash % CRMVI_SHARDS]++] = (numbering){.hash = hash, .row = (int32_t)i};
        }
    }
}

bool crmvi_key_register_number(crmvi_key_register *keys, const crmvi_keys *block, int64_t count) {
    numbering sorted[CRMVI_BLOCK_ROWS];
    int32_t starts[CRMVI_SHARDS + 1];
    sort_by_shard(block, count, sorted, starts);
    bool numbered = true;
    for (int32_t i = 0; i < CRMVI_SHARDS && numbered; i++) {
        crmvi_key_shard *shard = &keys->shards[i];
        if (starts[i + 1] > starts[i]) {
            pthread_mutex_lock(&shard->mutex);
            numbered = number_shard(shard, sorted + starts[i], starts[i + 1] - starts[i], block);
            pthread_mutex_unlock(&shard->mutex);
        }
    }
    return numbered;
}

/* ---- Ranks ------------------------------------------------------------------------------------------------------- */

enum { KEYS_A_PARTITION = 4096, SAMPLES_A_PARTITION = 32, LEAST_BLOCK = 4096, MOST_BLOCKS = 64 };

/* Keys dealt into partitions by their beginnings, each then sorted. */
typedef struct sorting {
    const crmvi_key_register *keys;
    crmvi_ranking *ranking;
    crmvi_ranked_key *dealt;
    crmvi_division division;
    int64_t common; /* bytes with which all keys begin */
    int64_t block, blocks;
    int64_t *places; /* blocks x partitions */
    int64_t *starts; /* partitions + 1 */
} sorting;

/* Eight bytes from behind the common ones on; a key that ends before counts as followed by zeros, and no key holds one.
 */
static uint64_t beginning_of(const char *record, int64_t common) {
    const int64_t length = (int64_t)header_of(record).length - common;
    const unsigned char *bytes = (const unsigned char *)record + sizeof(header) + common;
    uint64_t beginning = 0;
    for (int64_t i = 0; i < 8; i++) {
        beginning = beginning << 8 | (i < length ? bytes[i] : 0);
    }
    return beginning;
}

static int compare_keys(const void *left, const void *right) {
    const crmvi_ranked_key *a = left;
    const crmvi_ranked_key *b = right;
    if (a->beginning != b->beginning) {
        return a->beginning < b->beginning ? -1 : 1;
    }
    const header of_a = header_of(a->record);
    const header of_b = header_of(b->record);
    const uint32_t common = of_a.length < of_b.length ? of_a.length : of_b.length;
    const int order = memcmp(a->record + sizeof(header), b->record + sizeof(header), common);
    return order != 0 ? order : (of_a.length > of_b.length) - (of_a.length < of_b.length);
}

/* Lists the records, shard by shard, and finds with how many bytes all of them begin. */
static void list_records(sorting *s) {
    crmvi_ranking *ranking = s->ranking;
    int64_t listed = 0;
    s->common = INT64_MAX;
    for (int32_t i = 0; i < CRMVI_SHARDS; i++) {
        const crmvi_key_shard *shard = &s->keys->shards[i];
        ranking->bases[i] = listed;
        for (int64_t place = 0; place < shard->used;) {
            const char *record = shard->records + place;
            const int64_t length = header_of(record).length;
            const char *first = ranking->order[0].record;
            ranking->order[listed++].record = record;
            s->common = length < s->common ? length : s->common;
            for (int64_t j = 0; listed > 1 && j < s->common; j++) {
                s->common = record[sizeof(header) + (size_t)j] == first[sizeof(header) + (size_t)j] ? s->common : j;
            }
            place += record_size(length);
        }
    }
}

static int32_t read_beginnings(void *context, int64_t begin, int64_t end) {
    const sorting *s = context;
    for (int64_t i = begin; i < end; i++) {
        crmvi_ranked_key *key = &s->ranking->order[i];
        key->beginning = beginning_of(key->record, s->common);
    }
    return CRMV_OK;
}

static bool divide(sorting *s) {
    const int64_t count = s->ranking->count;
    const int64_t wanted = count / KEYS_A_PARTITION + 1;
    const int64_t samples = wanted * SAMPLES_A_PARTITION;
    uint64_t *sample = crmvi_array(2 * samples, sizeof *sample);
    for (int64_t i = 0; sample != NULL && i < samples; i++) {
        sample[i] = s->ranking->order[(int64_t)((crmvi_wide)count * i / samples)].beginning;
    }
    const bool made = sample != NULL && crmvi_division_make(&s->division, sample, sample + samples, samples, wanted);
    crmvi_discard(sample, 2 * samples, sizeof *sample);
    s->block = count / MOST_BLOCKS + 1 > LEAST_BLOCK ? count / MOST_BLOCKS + 1 : LEAST_BLOCK;
    s->blocks = count / s->block + 1;
    s->places = crmvi_zeroed(made ? s->blocks * s->division.partitions : 0, sizeof *s->places);
    s->starts = crmvi_zeroed(made ? s->division.partitions + 1 : 0, sizeof *s->starts);
    return made && s->places != NULL && s->starts != NULL;
}

static int32_t count_block(void *context, int64_t begin, int64_t end) {
    const sorting *s = context;
    int64_t *counts = s->places + begin / s->block * s->division.partitions;
    for (int64_t i = begin; i < end; i++) {
        counts[crmvi_division_find(&s->division, s->ranking->order[i].beginning)]++;
    }
    return CRMV_OK;
}

/* Turns the counts into places: partitions one after the other, in each the blocks in their order. */
static void lay_out(const sorting *s) {
    int64_t place = 0;
    for (int64_t p = 0; p < s->division.partitions; p++) {
        s->starts[p] = place;
        for (int64_t b = 0; b < s->blocks; b++) {
            int64_t *cell = &s->places[b * s->division.partitions + p];
            const int64_t count = *cell;
            *cell = place;
            place += count;
        }
    }
    s->starts[s->division.partitions] = place;
}

static int32_t deal_block(void *context, int64_t begin, int64_t end) {
    const sorting *s = context;
    int64_t *places = s->places + begin / s->block * s->division.partitions;
    for (int64_t i = begin; i < end; i++) {
        const crmvi_ranked_key *key = &s->ranking->order[i];
        s->dealt[places[crmvi_division_find(&s->division, key->beginning)]++] = *key;
    }
    return CRMV_OK;
}

/* The shard of a number is not in the record; it is that whose records these bytes lie among. */
static int64_t place_of(const sorting *s, const char *record) {
    int32_t shard = 0;
    while (s->keys->shards[shard].used == 0 || record < s->keys->shards[shard].records ||
           record >= s->keys->shards[shard].records + s->keys->shards[shard].used) {
        shard++;
    }
    return s->ranking->bases[shard] + header_of(record).number;
}

static int32_t sort_partition(void *context, int64_t begin, int64_t end) {
    const sorting *s = context;
    for (int64_t p = begin; p < end; p++) {
        crmvi_ranked_key *keys = s->dealt + s->starts[p];
        const int64_t count = s->starts[p + 1] - s->starts[p];
        crmvi_merge_sort(keys, s->ranking->order + s->starts[p], count, sizeof *keys, compare_keys);
        for (int64_t i = 0; i < count; i++) {
            s->ranking->ranks[place_of(s, keys[i].record)] = (uint32_t)(s->starts[p] + i);
        }
    }
    return CRMV_OK;
}

static int32_t sort_all(sorting *s, const crmvi_runner *runner) {
    crmvi_ranking *ranking = s->ranking;
    list_records(s);
    int32_t status = crmvi_parallel(runner, "sorting keys", ranking->count, LEAST_BLOCK, read_beginnings, s);
    if (status == CRMV_OK && !divide(s)) {
        status = CRMV_OUT_OF_MEMORY;
    }
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "sorting keys", ranking->count, s->block, count_block, s);
    }
    if (status == CRMV_OK) {
        lay_out(s);
        status = crmvi_parallel(runner, "sorting keys", ranking->count, s->block, deal_block, s);
    }
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "sorting keys", s->division.partitions, 1, sort_partition, s);
    }
    return status;
}

int32_t crmvi_ranking_make(const crmvi_key_register *keys, const crmvi_runner *runner, crmvi_ranking *out) {
    *out = (crmvi_ranking){0};
    for (int32_t i = 0; i < CRMVI_SHARDS; i++) {
        out->count += keys->shards[i].count;
    }
    if (out->count == 0) {
        return CRMV_OK;
    }
    out->order = crmvi_large_array(out->count, sizeof *out->order);
    out->ranks = crmvi_large_array(out->count, sizeof *out->ranks);
    const int64_t count = out->count;
    sorting s = {.keys = keys, .ranking = out, .dealt = crmvi_large_array(out->count, sizeof *s.dealt)};
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (out->order != NULL && out->ranks != NULL && s.dealt != NULL) {
        status = sort_all(&s, runner);
    }
    if (status == CRMV_OK) {
        crmvi_ranked_key *listed = out->order;
        out->order = s.dealt;
        s.dealt = listed;
    } else {
        crmvi_ranking_clear(out);
    }
    crmvi_discard(s.dealt, count, sizeof *s.dealt);
    free(s.places);
    free(s.starts);
    crmvi_division_clear(&s.division);
    return status;
}

void crmvi_ranking_clear(crmvi_ranking *ranking) {
    crmvi_discard(ranking->order, ranking->count, sizeof *ranking->order);
    free(ranking->ranks);
    *ranking = (crmvi_ranking){0};
}

const char *crmvi_ranked_text(const crmvi_ranking *ranking, int64_t rank, int64_t *length) {
    const char *record = ranking->order[rank].record;
    *length = header_of(record).length;
    return record + sizeof(header);
}
