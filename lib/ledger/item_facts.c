/*
 * item_facts.c - the facts of receivables and events.
 *
 * Items are sorted by their customers' keys and cut into blocks of whole customers, which workers take one by one. What
 * a customer's receivables add to which day is listed, sorted by days and summed up. Each block keeps its facts until
 * all are known, and with them the widths of the columns.
 */
#include "base/error.h"
#include "base/memory.h"
#include "base/radix.h"
#include "ledger/fact_column.h"
#include "ledger/facts.h"
#include "ledger/item_changes.h"
#include "ledger/item_rows.h"
#include "ledger/row.h"

#include <stdlib.h>
#include <string.h>

enum {
    COLUMNS = CRMVI_ITEM_FACTS,
    BLOCK_ITEMS = 4096,
    HALF_BITS = 32 /* of a key, above the number of an item */
};

typedef struct fact {
    int32_t day;
    int64_t sums[COLUMNS];
} fact;

/* Whole customers, and the facts that come of them. */
typedef struct block {
    int64_t begin, end; /* in the order of items */
    int64_t first_customer, first_event;
    int64_t first_fact; /* once all blocks are known */
    fact *facts;
    int64_t count, capacity;
    int32_t widths[COLUMNS];
    bool overflows;
    uint64_t overflow_key;
    int32_t overflow_day;
} block;

typedef struct building {
    const crmvi_items *items;
    crmvi_ranking keys, names, texts;
    int64_t receivables; /* rows; the numbers of events go on from there */
    int64_t count;       /* of items that count */
    uint64_t *order;     /* their numbers, in the lower half, by customer */
    uint64_t *scratch;
    block *blocks;
    int64_t block_count;
    crmvi_facts *out;
} building;

/* ---- The order of items ------------------------------------------------------------------------------------------ */

static int64_t number_at(const building *b, int64_t position) {
    return (int64_t)(b->order[position] & UINT32_MAX);
}

/* An item's key: of texts the rank. */
static uint64_t key_of(const building *b, int64_t number) {
    const crmvi_items *items = b->items;
    const uint64_t key =
        number < b->receivables ? items->receivables[number].key : items->events[number - b->receivables].key;
    return items->key_kind == CRMVI_KEYS_TEXTS ? crmvi_rank_of(&b->keys, (uint64_t)crmvi_number_of_key(key)) : key;
}

static uint64_t key_at(const building *b, int64_t position) {
    return key_of(b, number_at(b, position));
}

/* Lists the items that were not set aside. */
static void list_items(building *b) {
    const crmvi_items *items = b->items;
    const int64_t events = crmvi_items_rows(items, CRMVI_FEED_EVENTS);
    for (int64_t i = 0; i < b->receivables; i++) {
        b->order[b->count] = (uint64_t)i;
        b->count += items->receivables[i].due != CRMV_NO_DATE;
    }
    for (int64_t i = 0; i < events; i++) {
        b->order[b->count] = (uint64_t)(b->receivables + i);
        b->count += items->events[i].day != CRMV_NO_DATE;
    }
}

static int32_t bits_of(uint64_t number) {
    int32_t bits = 0;
    for (; number != 0; number >>= 1) {
        bits++;
    }
    return bits;
}

/* Sorts by some bits of the keys' distances from the least key, stably. */
static void sort_half(building *b, uint64_t least, int32_t low, int32_t bits) {
    for (int64_t i = 0; i < b->count; i++) {
        const uint64_t number = b->order[i] & UINT32_MAX;
        b->order[i] = (key_of(b, (int64_t)number) - least) >> low << HALF_BITS | number;
    }
    uint64_t *sorted = crmvi_radix_sort(b->order, b->scratch, b->count, HALF_BITS, bits);
    if (sorted != b->order) {
        b->scratch = b->order;
        b->order = sorted;
    }
}

/* Keys that lie within 32 bits take one sort, others one for each half. */
static void sort_items(building *b) {
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    for (int64_t i = 0; i < b->count; i++) {
        const uint64_t key = key_at(b, i);
        least = key < least ? key : least;
        most = key > most ? key : most;
    }
    const int32_t bits = bits_of(most - least);
    sort_half(b, least, 0, bits < HALF_BITS ? bits : HALF_BITS);
    if (bits > HALF_BITS) {
        sort_half(b, least, HALF_BITS, bits - HALF_BITS);
    }
}

/* Cuts the items into blocks, and learns how many customers and events there are. */
static bool cut_blocks(building *b) {
    b->blocks = crmvi_zeroed(b->count / BLOCK_ITEMS + 1, sizeof *b->blocks);
    if (b->blocks == NULL) {
        return false;
    }
    uint64_t before = 0;
    for (int64_t i = 0; i < b->count; i++) {
        const uint64_t key = key_at(b, i);
        const bool is_new = i == 0 || key != before;
        if (is_new && (i == 0 || i - b->blocks[b->block_count - 1].begin >= BLOCK_ITEMS)) {
            b->blocks[b->block_count++] =
                (block){.begin = i, .first_customer = b->out->customers, .first_event = b->out->events.count};
        }
        b->blocks[b->block_count - 1].end = i + 1;
        b->out->customers += is_new;
        b->out->events.count += number_at(b, i) >= b->receivables;
        before = key;
    }
    return true;
}

/* ---- A customer -------------------------------------------------------------------------------------------------- */

/* Writes the event, with ranks in the place of the numbers of its name and text. */
static void put_event(const building *b, const crmvi_event_row *row, int64_t place) {
    b->out->events.items[place] = (crmvi_event){
        .value = row->value,
        .day = row->day,
        .name = (int32_t)crmvi_rank_of(&b->names, row->name),
        .text = row->has_text ? (int32_t)crmvi_rank_of(&b->texts, row->text) : -1,
    };
}

static int compare_events(const void *left, const void *right) {
    const crmvi_event *a = left;
    const crmvi_event *b = right;
    if (a->day != b->day) {
        return a->day < b->day ? -1 : 1;
    }
    if (a->name != b->name) {
        return a->name < b->name ? -1 : 1;
    }
    if (a->value != b->value) {
        return a->value < b->value ? -1 : 1;
    }
    return (a->text > b->text) - (a->text < b->text);
}

/* Lists the changes of items [begin, end), and writes their events from `event` on; the result is the place after the
 * last, -1 where memory is short. */
static int64_t gather(const building *b, int64_t begin, int64_t end, int64_t event, crmvi_changes *c) {
    crmvi_event *events = b->out->events.items;
    const int64_t first = event;
    if (!crmvi_changes_begin(c, end - begin)) {
        return -1;
    }
    for (int64_t i = begin; i < end; i++) {
        const int64_t number = number_at(b, i);
        if (number < b->receivables) {
            crmvi_change_by_receivable(c, &b->items->receivables[number]);
        } else {
            const crmvi_event_row *row = &b->items->events[number - b->receivables];
            crmvi_change_add(c, row->day, CRMVI_FACT_EVENTS, 1);
            put_event(b, row, event++);
        }
    }
    if (event - first > 1) {
        qsort(events + first, (size_t)(event - first), sizeof *events, compare_events);
    }
    return event;
}

/* ---- Facts of a block -------------------------------------------------------------------------------------------- */

static int32_t put_fact(block *k, uint64_t key, int32_t day, const crmvi_wide *sums) {
    if (!crmvi_grow(&k->facts, &k->capacity, k->count + 1, sizeof *k->facts)) {
        return CRMV_OUT_OF_MEMORY;
    }
    fact *f = &k->facts[k->count++];
    f->day = day;
    for (int32_t column = 0; column < COLUMNS; column++) {
        if (!crmvi_narrow(sums[column], &f->sums[column])) {
            k->overflows = true;
            k->overflow_key = key;
            k->overflow_day = day;
            return CRMV_OVERFLOW;
        }
        const int32_t width = crmvi_fact_width(f->sums[column]);
        k->widths[column] = width > k->widths[column] ? width : k->widths[column];
    }
    return CRMV_OK;
}

/* Sums the sorted changes up, day by day. */
static int32_t put_facts(block *k, uint64_t key, const crmvi_changes *c, const uint64_t *order) {
    int32_t status = CRMV_OK;
    for (int64_t i = 0; i < c->count && status == CRMV_OK;) {
        crmvi_wide sums[COLUMNS] = {0};
        const int32_t day = crmvi_change_at(c, order[i])->day;
        for (; i < c->count && crmvi_change_at(c, order[i])->day == day; i++) {
            const crmvi_change *one = crmvi_change_at(c, order[i]);
            sums[one->column] += one->value;
        }
        status = put_fact(k, key, day, sums);
    }
    return status;
}

/* The items of one customer follow one another. */
static int64_t customer_end(const building *b, int64_t begin, int64_t end) {
    const uint64_t key = key_at(b, begin);
    int64_t at = begin + 1;
    while (at < end && key_at(b, at) == key) {
        at++;
    }
    return at;
}

static int32_t build_block(const building *b, block *k, crmvi_changes *c) {
    crmvi_facts *out = b->out;
    int64_t customer = k->first_customer;
    int64_t event = k->first_event;
    int32_t status = CRMV_OK;
    for (int64_t begin = k->begin; begin < k->end && status == CRMV_OK; customer++) {
        const int64_t end = customer_end(b, begin, k->end);
        const uint64_t key = key_at(b, begin);
        out->numbers[customer] = b->items->key_kind == CRMVI_KEYS_TEXTS ? (int64_t)key : crmvi_number_of_key(key);
        out->offsets[customer] = k->count;
        out->events.begins[customer] = event;
        event = gather(b, begin, end, event, c);
        const uint64_t *order = event < 0 ? NULL : crmvi_changes_sort(c);
        status = order == NULL ? CRMV_OUT_OF_MEMORY : put_facts(k, key, c, order);
        begin = end;
    }
    return status;
}

static int32_t build_blocks(void *context, int64_t begin, int64_t end) {
    const building *b = context;
    crmvi_changes c = {0};
    int32_t status = CRMV_OK;
    for (int64_t i = begin; i < end && status == CRMV_OK; i++) {
        status = build_block(b, &b->blocks[i], &c);
    }
    crmvi_changes_clear(&c);
    return status;
}

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

/* Room for all facts, in columns as wide as the widest block's. */
static bool make_columns(building *b) {
    crmvi_facts *out = b->out;
    int32_t widths[COLUMNS] = {0};
    for (int64_t i = 0; i < b->block_count; i++) {
        block *k = &b->blocks[i];
        k->first_fact = out->count;
        out->count += k->count;
        for (int32_t column = 0; column < COLUMNS; column++) {
            widths[column] = k->widths[column] > widths[column] ? k->widths[column] : widths[column];
        }
    }
    out->offsets[out->customers] = out->count;
    out->days = crmvi_large_array(out->count, sizeof *out->days);
    bool made = out->days != NULL;
    for (int32_t column = 0; column < COLUMNS && made; column++) {
        made = crmvi_fact_column_make(&out->columns[CRMVI_TRANSACTION_FACTS + column], out->count, widths[column]);
    }
    return made;
}

static int32_t write_blocks(void *context, int64_t begin, int64_t end) {
    const building *b = context;
    crmvi_facts *out = b->out;
    for (int64_t i = begin; i < end; i++) {
        const block *k = &b->blocks[i];
        const int64_t last = i + 1 < b->block_count ? b->blocks[i + 1].first_customer : out->customers;
        for (int64_t customer = k->first_customer; customer < last; customer++) {
            out->offsets[customer] += k->first_fact;
        }
        for (int64_t j = 0; j < k->count; j++) {
            out->days[k->first_fact + j] = k->facts[j].day;
            for (int32_t column = 0; column < COLUMNS; column++) {
                crmvi_fact_column_put(&out->columns[CRMVI_TRANSACTION_FACTS + column], k->first_fact + j,
                                      k->facts[j].sums[column]);
            }
        }
    }
    return CRMV_OK;
}

/* ---- Names and texts of events ----------------------------------------------------------------------------------- */

static int32_t *name_of(crmvi_event *event) {
    return &event->name;
}

static int32_t *text_of(crmvi_event *event) {
    return &event->text;
}

/* Writes those that some event uses, and puts their positions in the place of ranks; -1 stays. A register may hold
 * texts of rows that were refused. */
static bool write_texts(crmvi_events *events, int32_t *(*field)(crmvi_event *), const crmvi_ranking *ranking,
                        crmvi_texts *out) {
    int32_t *positions = crmvi_zeroed(ranking->count, sizeof *positions); /* plus 1; first whether it is used */
    bool written = positions != NULL;
    for (int64_t i = 0; i < events->count && written; i++) {
        const int32_t rank = *field(&events->items[i]);
        if (rank >= 0) {
            positions[rank] = 1;
        }
    }
    for (int64_t rank = 0; rank < ranking->count && written; rank++) {
        int64_t length;
        const char *text = crmvi_ranked_text(ranking, rank, &length);
        if (positions[rank] != 0) {
            written = crmvi_texts_add(out, text, length);
            positions[rank] = (int32_t)out->count;
        }
    }
    for (int64_t i = 0; i < events->count && written; i++) {
        int32_t *rank = field(&events->items[i]);
        *rank = *rank >= 0 ? positions[*rank] - 1 : -1;
    }
    free(positions);
    return written;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static int32_t fail_overflow(const building *b, crmv_error *error) {
    const block *k = b->blocks;
    while (!k->overflows) {
        k++; /* every block below a failing one has been built */
    }
    char date[16];
    crmvi_date_text(k->overflow_day, date);
    if (b->items->key_kind != CRMVI_KEYS_TEXTS) {
        return crmvi_fail(error, CRMV_OVERFLOW, NULL,
                          "a sum of customer %lld on %s does not fit into 64 bits of minor units",
                          (long long)crmvi_number_of_key(k->overflow_key), date);
    }
    int64_t length;
    const char *key = crmvi_ranked_text(&b->keys, (int64_t)k->overflow_key, &length);
    return crmvi_fail(error, CRMV_OVERFLOW, NULL,
                      "a sum of customer %.*s on %s does not fit into 64 bits of minor units",
                      (int)crmvi_utf8_cut(key, length, 200), key, date);
}

static int32_t rank_all(building *b, const crmvi_runner *runner) {
    int32_t status = crmvi_ranking_make(&b->items->keys, runner, &b->keys);
    if (status == CRMV_OK) {
        status = crmvi_ranking_make(&b->items->names, runner, &b->names);
    }
    if (status == CRMV_OK) {
        status = crmvi_ranking_make(&b->items->texts, runner, &b->texts);
    }
    return status;
}

static bool order_items(building *b) {
    const int64_t rows = b->receivables + crmvi_items_rows(b->items, CRMVI_FEED_EVENTS);
    b->order = crmvi_large_array(rows + 1, sizeof *b->order); /* the place after the last is written, too */
    b->scratch = crmvi_large_array(rows + 1, sizeof *b->scratch);
    if (b->order == NULL || b->scratch == NULL) {
        return false;
    }
    list_items(b);
    sort_items(b);
    return cut_blocks(b);
}

static bool make_customers(const building *b) {
    crmvi_facts *out = b->out;
    out->key_kind = b->items->key_kind;
    out->numbers = crmvi_large_array(out->customers, sizeof *out->numbers);
    out->offsets = crmvi_large_array(out->customers + 1, sizeof *out->offsets);
    out->events.items = crmvi_array(out->events.count, sizeof *out->events.items);
    out->events.begins = crmvi_array(out->customers + 1, sizeof *out->events.begins);
    const bool made =
        out->numbers != NULL && out->offsets != NULL && out->events.items != NULL && out->events.begins != NULL;
    if (made) {
        out->events.begins[out->customers] = out->events.count;
    }
    return made;
}

/* Events are written in full, or are not there at all. */
static bool finish_events(const building *b) {
    crmvi_events *events = &b->out->events;
    if (events->count == 0) {
        free(events->items);
        free(events->begins);
        *events = (crmvi_events){0};
        return true;
    }
    return write_texts(events, name_of, &b->names, &events->names) &&
           write_texts(events, text_of, &b->texts, &events->texts);
}

static int32_t build(building *b, const crmvi_runner *runner, crmv_error *error) {
    int32_t status = rank_all(b, runner);
    if (status == CRMV_OK && (!order_items(b) || !make_customers(b))) {
        status = CRMV_OUT_OF_MEMORY;
    }
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "summing items", b->block_count, 1, build_blocks, b);
    }
    if (status == CRMV_OVERFLOW) {
        return fail_overflow(b, error);
    }
    if (status == CRMV_OK && (!make_columns(b) || !finish_events(b))) {
        status = CRMV_OUT_OF_MEMORY;
    }
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "writing items", b->block_count, 1, write_blocks, b);
    }
    if (status == CRMV_OK && b->items->key_kind == CRMVI_KEYS_TEXTS) {
        status = crmvi_facts_write_texts(b->out, &b->keys, runner);
    }
    return status == CRMV_OK ? CRMV_OK : crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}

int32_t crmvi_items_facts(const crmvi_items *items, const crmvi_runner *runner, crmvi_facts *out, crmv_error *error) {
    *out = (crmvi_facts){0};
    if (crmvi_items_accepted(items, CRMVI_FEED_RECEIVABLES) + crmvi_items_accepted(items, CRMVI_FEED_EVENTS) == 0) {
        return CRMV_OK;
    }
    building b = {.items = items, .out = out, .receivables = crmvi_items_rows(items, CRMVI_FEED_RECEIVABLES)};
    const int32_t status = build(&b, runner, error);
    for (int64_t i = 0; i < b.block_count; i++) {
        crmvi_discard(b.blocks[i].facts, b.blocks[i].count, sizeof *b.blocks[i].facts);
    }
    free(b.blocks);
    crmvi_discard(b.order, b.count + 1, sizeof *b.order); /* they hold parts of keys */
    crmvi_discard(b.scratch, b.count + 1, sizeof *b.scratch);
    crmvi_ranking_clear(&b.keys);
    crmvi_ranking_clear(&b.names);
    crmvi_ranking_clear(&b.texts);
    if (status != CRMV_OK) {
        crmvi_facts_clear(out);
    }
    return status;
}
