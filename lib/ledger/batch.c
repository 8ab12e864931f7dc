#include "ledger/batch.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/vectors.h"
#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

enum {
    TASK_ROWS = 32 * CRMVI_BLOCK_ROWS,
    LEAST_TASK_ROWS = 4 * CRMVI_BLOCK_ROWS,
    TASKS_A_THREAD = 2,       /* of a small chunk, so that none waits long for the others */
    ROWS_A_PARTITION = 12288, /* as many as a processor's own cache takes while they are sorted */
    PAGES_A_PILE = 4,         /* at least so many, or half-empty pages would take up too much */
    SAMPLES_A_PARTITION = 16,
    DEALT_AT_ONCE = 1 << 16 /* rows of a chunk that is dealt as it comes in */
};

static const int64_t rows_limit = (INT64_C(1) << 31) - 2;

int64_t crmvi_partitions_for(int64_t rows, int32_t threads) {
    const int64_t by_cache = rows / ROWS_A_PARTITION + 1;
    const int64_t by_pages = rows / (PAGES_A_PILE * CRMVI_PAGE_BYTES / (int64_t)sizeof(crmvi_row)) / threads + 1;
    return by_cache < by_pages ? by_cache : by_pages;
}

/* ---- Reading a chunk --------------------------------------------------------------------------------------------- */

/* What has been found in rows. */
typedef struct tally {
    crmvi_line_totals totals;
    crmvi_wide_row *spilled; /* wide rows among narrow ones */
    int64_t spilled_count, spilled_capacity;
    crmvi_conversions conversions;
} tally;

/* A chunk on its way in: what workers share. Its rows are dealt, or put in the places of the waiting ones. */
typedef struct chunk {
    crmvi_batch *batch;
    int32_t number; /* the batch's position in the ledger */
    const crmvi_feed *feed;
    bool is_wide; /* all rows are, since they have documents */
    bool is_dealt;
    crmvi_deal deal;
    crmvi_packed_row *rows; /* where the chunk's waiting rows go, by their number */
    crmvi_wide_row *wide;   /* likewise */
    uint8_t *reasons;       /* per row of the chunk; 0: accepted */
    pthread_mutex_t mutex;  /* holds what all workers have found */
    tally found;
} chunk;

/* What a worker has to itself for the length of a task. */
typedef struct worker {
    crmvi_dealer dealer;
    crmvi_lines lines; /* a block */
    crmvi_hand hand;   /* the same as rows */
    tally found;
} worker;

static inline uint64_t two_halves(int64_t first, int64_t second) {
    return (uint64_t)(uint32_t)first << CRMVI_FIRST_HALF | (uint64_t)(uint32_t)second << CRMVI_SECOND_HALF;
}

/* The lines of a block as rows. Of numbers that are all of one size compilers make vectors. */
CRMVI_VECTORS static void pack_rows(const crmvi_lines *lines, crmvi_packed_row *restrict rows) {
    const int64_t *numbers = lines->numbers;
    const int32_t *days = lines->days;
    const uint8_t *flags = lines->flags;
    const int64_t *quantity = lines->amounts[CRMVI_LINE_QUANTITY];
    const int64_t *revenue = lines->amounts[CRMVI_LINE_REVENUE];
    const int64_t *cost = lines->amounts[CRMVI_LINE_COST];
    const int64_t *discount = lines->amounts[CRMVI_LINE_DISCOUNT];
    const int64_t *to_serve = lines->amounts[CRMVI_LINE_COST_TO_SERVE];
    const int64_t count = lines->count;
    for (int64_t i = 0; i < count; i++) {
        rows[i].words[0] = crmvi_key_of_number(numbers[i]);
        rows[i].words[1] = two_halves(crmvi_row_when(days[i], flags[i]), quantity[i]);
        rows[i].words[2] = two_halves(revenue[i], cost[i]);
        rows[i].words[3] = two_halves(discount[i], to_serve[i]);
    }
}

static void fill_wide_row(const crmvi_lines *lines, int64_t i, crmvi_wide_row *row) {
    row->key = crmvi_key_of_number(lines->numbers[i]);
    row->when = crmvi_row_when(lines->days[i], lines->flags[i]);
    row->reserved = 0;
    row->document = (lines->flags[i] & CRMVI_LINE_DOCUMENT) != 0 ? lines->documents[i] : 0;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        row->amounts[a] = lines->amounts[a][i];
    }
}

static bool is_wide_line(const crmvi_lines *lines, int64_t i) {
    uint64_t differ = 0;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        const int64_t amount = lines->amounts[a][i];
        differ |= (uint64_t)(amount ^ (int32_t)amount);
    }
    return differ != 0;
}

/* Whether some line of the block may be wide; of most blocks it is known at once that none is. */
static bool may_be_wide(const crmvi_lines *lines) {
    uint64_t magnitude = 0;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        magnitude |= lines->totals.magnitudes[a];
    }
    return magnitude > INT32_MAX;
}

/* Takes a wide line out of a block of others, which then passes it over. False where memory is short. */
static bool spill(crmvi_lines *lines, int64_t i, tally *t) {
    if (!crmvi_grow(&t->spilled, &t->spilled_capacity, t->spilled_count + 1, sizeof *t->spilled)) {
        return false;
    }
    fill_wide_row(lines, i, &t->spilled[t->spilled_count++]);
    return true;
}

/* Lines that go elsewhere are passed over from here on as those set aside are. */
static bool spill_lines(const chunk *c, crmvi_lines *lines, tally *t) {
    bool spilled = true;
    for (int64_t i = 0; i < lines->count && spilled && !c->is_wide && may_be_wide(lines); i++) {
        if (lines->reasons[i] == 0 && is_wide_line(lines, i)) {
            spilled = spill(lines, i, t);
            lines->reasons[i] = UINT8_MAX;
            lines->totals.set_aside++;
        }
    }
    return spilled;
}

/* ---- Dealing lines ----------------------------------------------------------------------------------------------- */

/* Leaves out the rows of lines that are set aside. */
static void leave_out(const uint8_t *reasons, crmvi_hand *hand) {
    int64_t left = 0;
    for (int64_t i = 0; i < hand->count; i++) {
        hand->rows[left] = hand->rows[i];
        hand->partitions[left] = hand->partitions[i];
        left += reasons[i] == 0;
    }
    hand->count = left;
}

/* Deals a block, and asks for the one that begins with row `next`, before row `end`. */
static void deal_narrow(const chunk *c, worker *w, int64_t next, int64_t end) {
    crmvi_hand *hand = &w->hand;
    crmvi_ahead ahead;
    hand->count = w->lines.count;
    crmvi_division_find_numbers(&c->batch->division, w->lines.numbers, hand->count, hand->partitions);
    pack_rows(&w->lines, hand->rows);
    if (w->lines.totals.set_aside > 0) {
        leave_out(w->lines.reasons, hand);
    }
    crmvi_look_ahead(c->feed, next, end - next < CRMVI_BLOCK_ROWS ? end - next : CRMVI_BLOCK_ROWS, &ahead);
    crmvi_dealer_put(&w->dealer, hand, &ahead);
}

static void deal_wide(const chunk *c, const crmvi_dealer *dealer, const crmvi_lines *lines) {
    uint16_t partitions[CRMVI_BLOCK_ROWS];
    crmvi_division_find_numbers(&c->batch->division, lines->numbers, lines->count, partitions);
    for (int64_t i = 0; i < lines->count; i++) {
        if (lines->reasons[i] == 0) {
            _Alignas(64) crmvi_wide_row row;
            fill_wide_row(lines, i, &row);
            crmvi_dealer_put_wide(dealer, partitions[i], &row);
        }
    }
}

/* ---- Lines that wait --------------------------------------------------------------------------------------------- */

static void keep_lines(const chunk *c, const crmvi_lines *lines, int64_t at) {
    const uint32_t dead = crmvi_row_when(CRMVI_FIRST_DAY, CRMVI_LINE_DEAD);
    if (!c->is_wide) {
        pack_rows(lines, c->rows + at);
    }
    for (int64_t i = 0; i < lines->count; i++) {
        const bool is_dead = lines->reasons[i] != 0;
        if (c->is_wide) {
            fill_wide_row(lines, i, &c->wide[at + i]);
            c->wide[at + i].when = is_dead ? dead : c->wide[at + i].when;
        } else if (is_dead) {
            c->rows[at + i].row.when = dead;
        }
    }
}

/* ---- A task ------------------------------------------------------------------------------------------------------ */

/* Puts the numbers of text keys in the place of their hashes. False where memory is short. */
static bool number_keys(const chunk *c, crmvi_lines *lines) {
    const crmvi_keys keys = {lines->numbers, lines->key_texts, lines->key_lengths, lines->reasons};
    return crmvi_key_register_number(&c->batch->keys, &keys, lines->count);
}

/* Notes what a block's rows were converted from. False where memory is short. */
static bool note_conversions(const chunk *c, int64_t row, const crmvi_lines *lines, tally *t) {
    const crmvi_feed *feed = c->feed;
    const crmvi_cells cells = {feed->roles[CRMVI_ROLE_CURRENCY], &feed->layout->reading, row, lines->count};
    bool noted = true;
    for (int32_t i = 0; i < lines->converted_count && noted; i++) {
        const crmvi_converted *line = &lines->converted[i];
        crmvi_conversion conversion = {.batch = c->number,
                                       .rows = 1,
                                       .before = line->before,
                                       .after = lines->amounts[CRMVI_LINE_REVENUE][line->row],
                                       .first_rate_day = line->rate_day,
                                       .last_rate_day = line->rate_day,
                                       .oldest_rate = lines->days[line->row] - line->rate_day};
        crmvi_cell_currency(&cells, row + line->row, feed->money->currency, conversion.currency);
        noted = crmvi_conversion_add(&t->conversions, &conversion);
    }
    return noted;
}

static bool read_block(const chunk *c, worker *w, int64_t row, int64_t end) {
    crmvi_lines *lines = &w->lines;
    tally *t = &w->found;
    crmvi_lines_read(c->feed, row, end - row < CRMVI_BLOCK_ROWS ? end - row : CRMVI_BLOCK_ROWS, lines);
    memcpy(c->reasons + row, lines->reasons, (size_t)lines->count);
    crmvi_line_totals_add(&t->totals, &lines->totals);
    if (!note_conversions(c, row, lines, t) || (!c->feed->whole_keys && !number_keys(c, lines))) {
        return false;
    }
    if (!spill_lines(c, lines, t)) {
        return false;
    }
    if (!c->is_dealt) {
        keep_lines(c, lines, row);
    } else if (c->is_wide) {
        deal_wide(c, &w->dealer, lines);
    } else {
        deal_narrow(c, w, row + lines->count, end);
    }
    return true;
}

/* Adds what a task has found to what all have. False where memory is short. */
static bool add_tally(chunk *c, const tally *t) {
    tally *all = &c->found;
    pthread_mutex_lock(&c->mutex);
    const bool added =
        crmvi_grow(&all->spilled, &all->spilled_capacity, all->spilled_count + t->spilled_count, sizeof *all->spilled);
    if (added && t->spilled_count > 0) {
        memcpy(all->spilled + all->spilled_count, t->spilled, (size_t)t->spilled_count * sizeof *t->spilled);
        all->spilled_count += t->spilled_count;
    }
    const bool merged = added && crmvi_conversions_merge(&all->conversions, &t->conversions);
    crmvi_line_totals_add(&all->totals, &t->totals);
    pthread_mutex_unlock(&c->mutex);
    return merged;
}

static bool read_task(chunk *c, worker *w, int64_t begin, int64_t end) {
    w->found = (tally){0};
    crmvi_line_totals_begin(&w->found.totals);
    if (c->is_dealt) {
        w->dealer = crmvi_dealer_begin(&c->deal);
    }
    bool read = true;
    for (int64_t row = begin; row < end && read; row += w->lines.count) {
        read = read_block(c, w, row, end);
    }
    if (c->is_dealt) {
        crmvi_dealer_end(&w->dealer);
    }
    return read;
}

static int32_t read_rows(void *context, int64_t begin, int64_t end) {
    chunk *c = context;
    worker *w = crmvi_aligned_array(1, sizeof *w); /* for some hosts' threads a stack would be too small */
    if (w == NULL) {
        return CRMV_OUT_OF_MEMORY;
    }
    bool read = read_task(c, w, begin, end);
    read = read && add_tally(c, &w->found);
    crmvi_discard(w->found.spilled, w->found.spilled_count, sizeof *w->found.spilled);
    crmvi_conversions_clear(&w->found.conversions);
    crmvi_discard(w, 1, sizeof *w);
    return read ? CRMV_OK : CRMV_OUT_OF_MEMORY;
}

/* ---- Room for a chunk -------------------------------------------------------------------------------------------- */

/* A place for rows that wait. The batch that holds them begins as all 0. */
static void *make_room(crmvi_waiting *waiting, int64_t rows, size_t row_bytes) {
    waiting->row_bytes = row_bytes;
    return crmvi_waiting_room(waiting, rows);
}

/* The division by the keys of a chunk, drawn at even distances. */
static bool divide(crmvi_batch *batch, const crmvi_feed *feed, int32_t threads) {
    const int64_t wanted = crmvi_partitions_for(feed->rows, threads);
    const int64_t samples = wanted * SAMPLES_A_PARTITION;
    uint64_t *sample = crmvi_array(2 * samples, sizeof *sample);
    int64_t drawn = 0;
    for (int64_t i = 0; sample != NULL && i < samples; i++) {
        int64_t number;
        if (crmvi_line_number(feed, (int64_t)((crmvi_wide)feed->rows * i / samples), &number)) {
            sample[drawn++] = crmvi_key_of_number(number);
        }
    }
    const bool made = sample != NULL && crmvi_division_make(&batch->division, sample, sample + samples, drawn, wanted);
    crmvi_discard(sample, 2 * samples, sizeof *sample);
    return made;
}

static bool prepare(chunk *c, const crmvi_runner *runner) {
    crmvi_batch *batch = c->batch;
    const crmvi_feed *feed = c->feed;
    c->is_wide = feed->roles[CRMVI_ROLE_DOCUMENT] != NULL;
    c->is_dealt = feed->whole_keys && feed->rows >= DEALT_AT_ONCE;
    c->reasons = crmvi_array(feed->rows, 1);
    if (c->reasons == NULL || (!feed->whole_keys && !crmvi_key_register_make(&batch->keys))) {
        return false;
    }
    if (c->is_dealt) {
        return (batch->division.partitions > 0 || divide(batch, feed, runner->threads)) &&
               crmvi_grow(&batch->deals, &batch->deal_capacity, batch->deal_count + 1, sizeof *batch->deals) &&
               crmvi_deal_make(&c->deal, c->is_wide ? sizeof(crmvi_wide_row) : sizeof(crmvi_row), feed->rows,
                               batch->division.partitions, runner->threads);
    }
    if (c->is_wide) {
        c->wide = make_room(&batch->wide, feed->rows, sizeof *c->wide);
        return c->wide != NULL;
    }
    c->rows = make_room(&batch->narrow, feed->rows, sizeof *c->rows);
    return c->rows != NULL;
}

/* ---- Taking it over ---------------------------------------------------------------------------------------------- */

/* Counts the rows set aside into a copy of the batch's list. */
static bool count_asides(const chunk *c, crmvi_asides *asides) {
    if (!crmvi_aside_copy(&c->batch->asides, asides)) {
        return false;
    }
    for (int64_t row = 0; row < c->feed->rows && c->found.totals.set_aside > 0; row++) {
        if (c->reasons[row] == 0) {
            continue;
        }
        char currency[16];
        crmvi_aside_row aside = {.reason = c->reasons[row],
                                 .currency = currency,
                                 .batch = c->number,
                                 .feed = CRMV_TRANSACTIONS,
                                 .row = c->batch->rows + row + 1,
                                 .column = crmvi_line_culprit(c->feed, row, c->reasons[row]),
                                 .column_row = row};
        aside.has_revenue = crmvi_line_revenue(c->feed, row, &aside.revenue, currency);
        if (!crmvi_aside_add(asides, &aside)) {
            crmvi_aside_clear(asides);
            return false;
        }
    }
    return true;
}

static bool take_spilled(const chunk *c) {
    crmvi_batch *batch = c->batch;
    const tally *found = &c->found;
    if (found->spilled_count == 0) {
        return true;
    }
    crmvi_wide_row *rows = make_room(&batch->wide, found->spilled_count, sizeof *rows);
    if (rows == NULL) {
        return false;
    }
    memcpy(rows, found->spilled, (size_t)found->spilled_count * sizeof *rows);
    return true;
}

/* The batch's conversions with those of the chunk, as a copy. */
static bool add_conversions(const chunk *c, crmvi_conversions *conversions) {
    return crmvi_conversions_copy(&c->batch->conversions, conversions) &&
           crmvi_conversions_merge(conversions, &c->found.conversions);
}

static void accept(chunk *c, crmvi_asides asides, crmvi_conversions conversions) {
    crmvi_batch *batch = c->batch;
    crmvi_aside_clear(&batch->asides);
    batch->asides = asides;
    crmvi_conversions_clear(&batch->conversions);
    batch->conversions = conversions;
    batch->key_kind = c->feed->whole_keys ? CRMVI_KEYS_NUMBERS : CRMVI_KEYS_TEXTS;
    if (batch->rows == 0) {
        crmvi_line_totals_begin(&batch->totals);
    }
    crmvi_line_totals_add(&batch->totals, &c->found.totals);
    batch->rows += c->feed->rows;
    crmvi_waiting_keep(&batch->wide, c->found.spilled_count);
    if (c->is_dealt) {
        crmvi_deal_finish(&c->deal);
        batch->deals[batch->deal_count++] = c->deal;
        c->deal = (crmvi_deal){0};
    } else if (c->is_wide) {
        crmvi_waiting_keep(&batch->wide, c->feed->rows);
    } else {
        crmvi_waiting_keep(&batch->narrow, c->feed->rows);
    }
}

/* Rows of a task: fewer of a small chunk, so that it is one for all threads. */
static int64_t task_rows(const chunk *c, const crmvi_runner *runner) {
    const int64_t tasks = (int64_t)TASKS_A_THREAD * runner->threads;
    const int64_t blocks = c->feed->rows / (tasks * CRMVI_BLOCK_ROWS) + 1;
    const int64_t rows = blocks * CRMVI_BLOCK_ROWS;
    return rows < LEAST_TASK_ROWS ? LEAST_TASK_ROWS : rows < TASK_ROWS ? rows : TASK_ROWS;
}

static int32_t add_chunk(chunk *c, const crmvi_runner *runner) {
    if (!prepare(c, runner)) {
        return CRMV_OUT_OF_MEMORY;
    }
    const int32_t status = crmvi_parallel(runner, "reading rows", c->feed->rows, task_rows(c, runner), read_rows, c);
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_asides asides = {0};
    crmvi_conversions conversions = {0};
    if (!add_conversions(c, &conversions) || !take_spilled(c) || !count_asides(c, &asides)) {
        crmvi_conversions_clear(&conversions);
        return CRMV_OUT_OF_MEMORY;
    }
    accept(c, asides, conversions);
    return CRMV_OK;
}

int32_t crmvi_batch_add(crmvi_batch *batch, const crmvi_feed *feed, int32_t number, const crmvi_runner *runner,
                        crmv_error *error) {
    if (feed->rows > rows_limit - batch->rows) {
        return crmvi_fail(error, CRMV_TOO_LARGE, NULL, "a batch holds at most %lld rows", (long long)rows_limit);
    }
    if (feed->rows == 0) {
        return CRMV_OK;
    }
    chunk c = {.batch = batch, .number = number, .feed = feed};
    crmvi_line_totals_begin(&c.found.totals);
    if (pthread_mutex_init(&c.mutex, NULL) != 0) {
        return crmvi_no_memory(error);
    }
    const int32_t status = add_chunk(&c, runner);
    crmvi_deal_clear(&c.deal);
    crmvi_discard(c.found.spilled, c.found.spilled_count, sizeof *c.found.spilled);
    crmvi_conversions_clear(&c.found.conversions);
    free(c.reasons);
    pthread_mutex_destroy(&c.mutex);
    return status == CRMV_OK ? CRMV_OK : crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}

void crmvi_batch_clear(crmvi_batch *batch) {
    crmvi_waiting_clear(&batch->narrow);
    crmvi_waiting_clear(&batch->wide);
    crmvi_division_clear(&batch->division);
    for (int64_t i = 0; i < batch->deal_count; i++) {
        crmvi_deal_clear(&batch->deals[i]);
    }
    free(batch->deals);
    crmvi_key_register_clear(&batch->keys);
    crmvi_aside_clear(&batch->asides);
    crmvi_conversions_clear(&batch->conversions);
    *batch = (crmvi_batch){0};
}
