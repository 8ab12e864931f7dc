#include "ledger/partitions.h"

#include "base/memory.h"

#include <stdlib.h>

enum {
    NARROW,
    WIDE,
    TASK_ROWS = 16384,
    WAITING_ROWS = 4096, /* of a sheet of what waits */
    SAMPLES_A_PARTITION = 16,
    WORTH_DIVIDING = 12, /* times the rows that a partition should have */
    TOO_MANY = 60,       /* likewise: more than that would leave even the larger caches */
    SHARE = 4,           /* of a worker's part of all rows: workers wait for what comes before their own */
    DEPTH = 8
};

static const size_t row_bytes[] = {[NARROW] = sizeof(crmvi_row), [WIDE] = sizeof(crmvi_wide_row)};

/* ---- Sources ----------------------------------------------------------------------------------------------------- */

/* Lines that are to be dealt: sheets of them, dead ones among them. */
typedef struct source {
    const crmvi_sheet *sheets;
    int64_t count; /* of sheets */
    int64_t rows;
    const crmvi_ranking *ranking; /* NULL: the keys are those that count */
    bool by_days;                 /* of one customer's lines, which are divided by their days */
} source;

static uint32_t when_of(const char *row) {
    uint32_t when;
    memcpy(&when, row + offsetof(crmvi_row, when), sizeof when);
    return when;
}

static uint64_t key_of(const source *from, const char *row) {
    uint64_t key;
    memcpy(&key, row, sizeof key);
    return from->ranking != NULL ? crmvi_rank_of(from->ranking, crmvi_key_of_number((int64_t)key)) : key;
}

/* What tells the partition of a row. */
static uint64_t measure_of(const source *from, const char *row, uint64_t key) {
    return from->by_days ? when_of(row) >> 8 : key;
}

static bool is_dead(const char *row) {
    return (crmvi_row_flags(when_of(row)) & CRMVI_LINE_DEAD) != 0;
}

/* ---- Dividing ---------------------------------------------------------------------------------------------------- */

/* Draws about `most` keys, or days, at even distances. */
static int64_t draw(const source *from, size_t bytes, int64_t most, uint64_t *sample) {
    const int64_t step = from->rows / most + 1;
    int64_t drawn = 0;
    int64_t ahead = 0; /* rows to pass over until the next one is drawn */
    for (int64_t i = 0; i < from->count; i++) {
        for (; ahead < from->sheets[i].count && drawn < most; ahead += step) {
            const char *row = from->sheets[i].rows + (size_t)ahead * bytes;
            if (!is_dead(row)) {
                sample[drawn++] = measure_of(from, row, key_of(from, row));
            }
        }
        ahead -= from->sheets[i].count;
    }
    return drawn;
}

/* A division by the keys of both sources together. */
static bool divide(const source from[2], int32_t threads, crmvi_division *division) {
    const int64_t rows = from[NARROW].rows + from[WIDE].rows;
    const int64_t wanted = crmvi_partitions_for(rows, threads);
    const int64_t samples = wanted * SAMPLES_A_PARTITION;
    uint64_t *sample = crmvi_array(4 * samples, sizeof *sample);
    int64_t drawn = 0;
    for (int32_t size = NARROW; sample != NULL && size <= WIDE; size++) {
        const int64_t share = (int64_t)((crmvi_wide)samples * from[size].rows / (rows + 1)) + 1;
        drawn += draw(&from[size], row_bytes[size], share, sample + drawn);
    }
    const bool made = sample != NULL && crmvi_division_make(division, sample, sample + 2 * samples, drawn, wanted);
    crmvi_discard(sample, 4 * samples, sizeof *sample);
    return made;
}

/* ---- Dealing ----------------------------------------------------------------------------------------------------- */

/* What the workers share. */
typedef struct dealing {
    const source *from;
    int32_t size;
    const crmvi_division *division;
    crmvi_deal *deal;
} dealing;

/* Ranks are far apart in memory; those of a few rows further on are asked for ahead. */
static void prefetch_rank(const dealing *d, const char *row) {
    uint64_t key;
    memcpy(&key, row, sizeof key);
    const uint64_t number = crmvi_key_of_number((int64_t)key);
    const crmvi_ranking *ranking = d->from->ranking;
    if ((crmvi_row_flags(when_of(row)) & CRMVI_LINE_DEAD) == 0) {
        __builtin_prefetch(
            &ranking->ranks[ranking->bases[number % CRMVI_SHARDS] + (int64_t)(number >> CRMVI_SHARD_BITS)]);
    }
}

static void play_hand(const crmvi_dealer *dealer, crmvi_hand *hand) {
    crmvi_ahead nothing = {.columns = 0};
    crmvi_dealer_put(dealer, hand, &nothing);
    hand->count = 0;
}

/* Deals a wide row at once; narrow ones are gathered in a hand. */
static void deal_row(const dealing *d, const crmvi_dealer *dealer, const char *row, crmvi_hand *hand) {
    const uint64_t key = key_of(d->from, row);
    const uint32_t partition = crmvi_division_find(d->division, measure_of(d->from, row, key));
    if (d->size == WIDE) {
        _Alignas(64) crmvi_wide_row wide;
        memcpy(&wide, row, sizeof wide);
        wide.key = key;
        crmvi_dealer_put_wide(dealer, partition, &wide);
        return;
    }
    crmvi_row *narrow = &hand->rows[hand->count].row;
    memcpy(narrow, row, sizeof *narrow);
    narrow->key = key;
    hand->partitions[hand->count++] = (uint16_t)partition;
    if (hand->count == CRMVI_BLOCK_ROWS) {
        play_hand(dealer, hand);
    }
}

static void deal_rows(const dealing *d, const crmvi_dealer *dealer, const crmvi_sheet *sheet, crmvi_hand *hand) {
    enum { AHEAD = 24 };
    const size_t bytes = row_bytes[d->size];
    for (int64_t i = 0; i < sheet->count; i++) {
        const char *row = sheet->rows + (size_t)i * bytes;
        if (d->from->ranking != NULL && i + AHEAD < sheet->count) {
            prefetch_rank(d, row + AHEAD * bytes);
        }
        if (!is_dead(row)) {
            deal_row(d, dealer, row, hand);
        }
    }
}

/* Works on sheets [begin, end). */
static int32_t deal_sheets(void *context, int64_t begin, int64_t end) {
    const dealing *d = context;
    const crmvi_dealer dealer = crmvi_dealer_begin(d->deal);
    crmvi_hand hand = {.count = 0};
    for (int64_t i = begin; i < end; i++) {
        deal_rows(d, &dealer, &d->from->sheets[i], &hand);
    }
    play_hand(&dealer, &hand);
    crmvi_dealer_end(&dealer);
    crmvi_wipe(hand.rows, sizeof hand.rows); /* keys */
    return CRMV_OK;
}

/* Deals a source into a deal of its own; nothing is made of a source without rows. */
static int32_t deal_source(const source *from, int32_t size, const crmvi_division *division, const crmvi_runner *runner,
                           crmvi_deal *out) {
    if (from->rows == 0) {
        return CRMV_OK;
    }
    if (!crmvi_deal_make(out, row_bytes[size], from->rows, division->partitions, runner->threads)) {
        return CRMV_OUT_OF_MEMORY;
    }
    dealing d = {.from = from, .size = size, .division = division, .deal = out};
    const int64_t sheets = (int64_t)TASK_ROWS * from->count / from->rows + 1;
    const int32_t status = crmvi_parallel(runner, "dealing", from->count, sheets, deal_sheets, &d);
    crmvi_deal_finish(out);
    return status;
}

/* ---- Groups of deals --------------------------------------------------------------------------------------------- */

/* A new group with room for so many deals, which the list owns from now on; NULL where memory is short. */
static crmvi_dealt *add_group(crmvi_partitions *list, int64_t deals) {
    if (!crmvi_grow(&list->dealt, &list->dealt_capacity, list->dealt_count + 1, sizeof(crmvi_dealt *))) {
        return NULL;
    }
    crmvi_dealt *group = crmvi_zeroed(1, sizeof *group);
    if (group == NULL) {
        return NULL;
    }
    list->dealt[list->dealt_count++] = group;
    group->deals = crmvi_zeroed(deals, sizeof *group->deals);
    return group->deals != NULL ? group : NULL;
}

/* Deals both sources into the group's own deals. */
static int32_t deal_both(crmvi_dealt *group, const source from[2], const crmvi_division *division,
                         const crmvi_runner *runner) {
    int32_t status = CRMV_OK;
    group->by = division;
    for (int32_t size = NARROW; size <= WIDE && status == CRMV_OK; size++) {
        status = deal_source(&from[size], size, division, runner, &group->own[size]);
        if (group->own[size].partitions > 0) {
            group->deals[group->count++] = &group->own[size];
        }
    }
    return status;
}

static int64_t rows_of(const crmvi_dealt *group, int64_t number) {
    int64_t rows = 0;
    for (int64_t i = 0; i < group->count; i++) {
        rows += crmvi_deal_rows(group->deals[i], number);
    }
    return rows;
}

/* Adds a partition to the list, unless it has no rows. False where memory is short. */
static bool list_partition(crmvi_partitions *list, const crmvi_partition *partition) {
    if (partition->rows == 0) {
        return true;
    }
    if (!crmvi_grow(&list->items, &list->capacity, list->count + 1, sizeof *list->items)) {
        return false;
    }
    list->items[list->count++] = *partition;
    return true;
}

/* Adds all partitions of a group; one that holds nearly all of `all` rows cannot be divided further. */
static bool list_group(crmvi_partitions *list, const crmvi_dealt *group, int64_t partitions, int64_t all) {
    bool listed = true;
    for (int64_t number = 0; number < partitions && listed; number++) {
        const int64_t rows = rows_of(group, number);
        const crmvi_partition partition = {group, number, rows, .is_final = rows > all - all / 8};
        listed = list_partition(list, &partition);
    }
    return listed;
}

/* ---- Dividing again ---------------------------------------------------------------------------------------------- */

int64_t crmvi_partition_sheet_limit(const crmvi_partition *partition) {
    int64_t sheets = 0;
    for (int64_t i = 0; i < partition->from->count; i++) {
        const crmvi_deal *deal = partition->from->deals[i];
        const int64_t page_rows = CRMVI_PAGE_BYTES / (int64_t)deal->row_bytes;
        sheets += crmvi_deal_rows(deal, partition->number) / page_rows + deal->seats.count;
    }
    return sheets;
}

int64_t crmvi_partition_sheets(const crmvi_partition *partition, crmvi_sheet *sheets, int64_t *narrow) {
    int64_t found = 0;
    for (int32_t size = NARROW; size <= WIDE; size++) {
        for (int64_t i = 0; i < partition->from->count; i++) {
            const crmvi_deal *deal = partition->from->deals[i];
            if (deal->row_bytes == row_bytes[size]) {
                found += crmvi_deal_sheets(deal, partition->number, sheets + found);
            }
        }
        if (size == NARROW) {
            *narrow = found;
        }
    }
    return found;
}

static int64_t count_rows(const crmvi_sheet *sheets, int64_t count) {
    int64_t rows = 0;
    for (int64_t i = 0; i < count; i++) {
        rows += sheets[i].count;
    }
    return rows;
}

/* The rows of a partition that is to be divided. */
typedef struct portion {
    crmvi_sheet *sheets;
    source from[2];
} portion;

static bool take_portion(const crmvi_partition *partition, portion *out) {
    int64_t narrow = 0;
    *out = (portion){.sheets = crmvi_array(crmvi_partition_sheet_limit(partition), sizeof *out->sheets)};
    if (out->sheets == NULL) {
        return false;
    }
    const crmvi_sheet *sheets = out->sheets;
    const int64_t count = crmvi_partition_sheets(partition, out->sheets, &narrow);
    out->from[NARROW] = (source){.sheets = sheets, .count = narrow, .rows = count_rows(sheets, narrow)};
    out->from[WIDE] = (source){
        .sheets = sheets + narrow, .count = count - narrow, .rows = count_rows(sheets + narrow, count - narrow)};
    return true;
}

/* Divides rows by a division of their own; a group without deals where that comes to one partition. They stay where
 * they were, too. */
static int32_t divide_portion(crmvi_partitions *list, const portion *rows, const crmvi_runner *runner,
                              crmvi_dealt **out) {
    crmvi_dealt *group = add_group(list, 2);
    if (group == NULL || !divide(rows->from, runner->threads, &group->division)) {
        return CRMV_OUT_OF_MEMORY;
    }
    *out = group;
    return group->division.partitions > 1 ? deal_both(group, rows->from, &group->division, runner) : CRMV_OK;
}

/* Divides one partition again by keys and lists what it has become. */
static int32_t divide_again(crmvi_partitions *list, const crmvi_partition *partition, const crmvi_runner *runner) {
    portion rows;
    if (!take_portion(partition, &rows)) {
        return CRMV_OUT_OF_MEMORY;
    }
    crmvi_dealt *group;
    const int32_t status = divide_portion(list, &rows, runner, &group);
    free(rows.sheets);
    if (status != CRMV_OK) {
        return status;
    }
    bool listed;
    if (group->division.partitions > 1) {
        listed = list_group(list, group, group->division.partitions, partition->rows);
    } else {
        crmvi_partition whole = *partition;
        whole.is_final = true;
        listed = list_partition(list, &whole);
    }
    return listed ? CRMV_OK : CRMV_OUT_OF_MEMORY;
}

/* ---- One customer's days ----------------------------------------------------------------------------------------- */

/* Whether all rows are one customer's. Where they are not, this ends soon. */
static bool is_of_one(const portion *rows, uint64_t *customer) {
    bool is_first = true;
    for (int32_t size = NARROW; size <= WIDE; size++) {
        const source *from = &rows->from[size];
        for (int64_t i = 0; i < from->count; i++) {
            for (int64_t row = 0; row < from->sheets[i].count; row++) {
                const uint64_t key = key_of(from, from->sheets[i].rows + (size_t)row * row_bytes[size]);
                if (!is_first && key != *customer) {
                    return false;
                }
                *customer = key;
                is_first = false;
            }
        }
    }
    return true;
}

static bool list_days(crmvi_partitions *list, const crmvi_dealt *group, uint64_t customer) {
    bool listed = true;
    bool continues = false;
    for (int64_t number = 0; number < group->division.partitions && listed; number++) {
        const crmvi_partition days = {group, number, rows_of(group, number), true, true, customer, continues};
        listed = list_partition(list, &days);
        continues = continues || days.rows > 0;
    }
    return listed;
}

/* Divides a partition by days if it is of one customer, and lists what it has become. */
static int32_t divide_days(crmvi_partitions *list, const crmvi_partition *partition, const crmvi_runner *runner) {
    portion rows;
    if (!take_portion(partition, &rows)) {
        return CRMV_OUT_OF_MEMORY;
    }
    int32_t status = CRMV_OK;
    uint64_t customer = 0;
    crmvi_dealt *group = NULL;
    if (is_of_one(&rows, &customer)) {
        rows.from[NARROW].by_days = true;
        rows.from[WIDE].by_days = true;
        status = divide_portion(list, &rows, runner, &group);
    }
    free(rows.sheets);
    if (status != CRMV_OK) {
        return status;
    }
    const bool is_divided = group != NULL && group->division.partitions > 1;
    const bool listed = is_divided ? list_days(list, group, customer) : list_partition(list, partition);
    return listed ? CRMV_OK : CRMV_OUT_OF_MEMORY;
}

/* ---- What is too large ------------------------------------------------------------------------------------------- */

static bool is_too_large(const crmvi_partition *partition, int64_t all, const crmvi_runner *runner) {
    const int64_t parts = crmvi_partitions_for(partition->rows, runner->threads);
    return parts > TOO_MANY || (parts > WORTH_DIVIDING && partition->rows > all / SHARE / runner->threads);
}

/* Divides a partition and lists what it has become. */
typedef int32_t (*dividing)(crmvi_partitions *list, const crmvi_partition *partition, const crmvi_runner *runner);

/* Goes over the list once, dividing what is too large, and by keys only what is not final; *divided tells whether
 * anything was. */
static int32_t refine(crmvi_partitions *list, const crmvi_runner *runner, bool by_keys, bool *divided) {
    const dividing divide_one = by_keys ? divide_again : divide_days;
    crmvi_partition *coarse = list->items;
    const int64_t count = list->count;
    int32_t status = CRMV_OK;
    int64_t all = 0;
    for (int64_t i = 0; i < count; i++) {
        all += coarse[i].rows;
    }
    *divided = false;
    list->items = NULL;
    list->count = 0;
    list->capacity = 0;
    for (int64_t i = 0; i < count && status == CRMV_OK; i++) {
        if (is_too_large(&coarse[i], all, runner) && !(by_keys && coarse[i].is_final)) {
            status = divide_one(list, &coarse[i], runner);
            *divided = true;
        } else {
            status = list_partition(list, &coarse[i]) ? CRMV_OK : CRMV_OUT_OF_MEMORY;
        }
    }
    free(coarse);
    return status;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

/* Deals what waits, by the division that stands or by one of its own. */
static int32_t deal_sources(crmvi_partitions *list, const crmvi_batch *batch, const source from[2],
                            const crmvi_runner *runner) {
    crmvi_dealt *group = add_group(list, batch->deal_count + 2);
    if (group == NULL) {
        return CRMV_OUT_OF_MEMORY;
    }
    for (int64_t i = 0; i < batch->deal_count; i++) {
        group->deals[group->count++] = &batch->deals[i];
    }
    const crmvi_division *division = &batch->division;
    if (division->partitions == 0) {
        division = &group->division;
        if (!divide(from, runner->threads, &group->division)) {
            return CRMV_OUT_OF_MEMORY;
        }
    }
    const int32_t status = deal_both(group, from, division, runner);
    if (status != CRMV_OK) {
        return status;
    }
    return list_group(list, group, division->partitions, INT64_MAX) ? CRMV_OK : CRMV_OUT_OF_MEMORY;
}

static int32_t deal_waiting(crmvi_partitions *list, const crmvi_batch *batch, const crmvi_ranking *ranking,
                            const crmvi_runner *runner) {
    const crmvi_waiting *const waiting[2] = {[NARROW] = &batch->narrow, [WIDE] = &batch->wide};
    crmvi_sheet *sheets[2];
    source from[2];
    for (int32_t size = NARROW; size <= WIDE; size++) {
        int64_t count;
        sheets[size] = crmvi_waiting_sheets(waiting[size], WAITING_ROWS, &count);
        from[size] = (source){.sheets = sheets[size], .count = count, .rows = waiting[size]->rows, .ranking = ranking};
    }
    const bool made = sheets[NARROW] != NULL && sheets[WIDE] != NULL;
    const int32_t status = made ? deal_sources(list, batch, from, runner) : CRMV_OUT_OF_MEMORY;
    free(sheets[NARROW]);
    free(sheets[WIDE]);
    return status;
}

int32_t crmvi_partitions_make(const crmvi_batch *batch, const crmvi_ranking *ranking, const crmvi_runner *runner,
                              crmvi_partitions *out) {
    *out = (crmvi_partitions){0};
    int32_t status = deal_waiting(out, batch, ranking, runner);
    bool divided = true;
    for (int32_t depth = 0; depth < DEPTH && divided && status == CRMV_OK; depth++) {
        status = refine(out, runner, true, &divided);
    }
    if (status == CRMV_OK) {
        status = refine(out, runner, false, &divided);
    }
    for (int64_t i = 0; i < out->count; i++) {
        out->rows += out->items[i].rows;
        out->most_rows = out->items[i].rows > out->most_rows ? out->items[i].rows : out->most_rows;
    }
    if (status != CRMV_OK) {
        crmvi_partitions_clear(out);
    }
    return status;
}

void crmvi_partitions_clear(crmvi_partitions *partitions) {
    for (int64_t i = 0; i < partitions->dealt_count; i++) {
        crmvi_dealt *group = partitions->dealt[i];
        crmvi_division_clear(&group->division);
        crmvi_deal_clear(&group->own[NARROW]);
        crmvi_deal_clear(&group->own[WIDE]);
        free(group->deals);
        free(group);
    }
    free(partitions->dealt);
    free(partitions->items);
    *partitions = (crmvi_partitions){0};
}
