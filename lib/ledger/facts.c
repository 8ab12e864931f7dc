#include "ledger/facts.h"

#include "base/error.h"
#include "base/seats.h"
#include "base/stream.h"
#include "ledger/fact_stage.h"
#include "ledger/fact_sums.h"
#include "ledger/misfits.h"
#include "ledger/sparse.h"
#include "ledger/sparse_stage.h"

#include <stdlib.h>
#include <string.h>

/* ---- Widths ------------------------------------------------------------------------------------------------------ */

/* From which amounts and flags of its lines a column of a fact comes; those behind the last come from items. */
static const struct {
    int32_t amount; /* CRMVI_LINE_..., or -1: counts lines */
    int32_t flag;   /* only lines with this flag; 0: all */
} sources[CRMVI_TRANSACTION_FACTS] = {
    [CRMVI_FACT_SALE_LINES] = {-1, CRMVI_LINE_SALE},
    [CRMVI_FACT_CANCELLED_LINES] = {-1, CRMVI_LINE_CANCELLED},
    [CRMVI_FACT_RETURN_LINES] = {-1, CRMVI_LINE_RETURN},
    [CRMVI_FACT_UNKNOWN_COST_LINES] = {-1, CRMVI_LINE_UNKNOWN_COST},
    [CRMVI_FACT_DOCUMENTS] = {-1, CRMVI_LINE_DOCUMENT},
    [CRMVI_FACT_QUANTITY] = {CRMVI_LINE_QUANTITY, 0},
    [CRMVI_FACT_REVENUE] = {CRMVI_LINE_REVENUE, 0},
    [CRMVI_FACT_COST] = {CRMVI_LINE_COST, 0},
    [CRMVI_FACT_DISCOUNT] = {CRMVI_LINE_DISCOUNT, 0},
    [CRMVI_FACT_COST_TO_SERVE] = {CRMVI_LINE_COST_TO_SERVE, 0},
    [CRMVI_FACT_RETURNED_QUANTITY] = {CRMVI_LINE_QUANTITY, CRMVI_LINE_RETURN},
    [CRMVI_FACT_RETURNED_REVENUE] = {CRMVI_LINE_REVENUE, CRMVI_LINE_RETURN},
    [CRMVI_FACT_RETURNED_COST] = {CRMVI_LINE_COST, CRMVI_LINE_RETURN},
    [CRMVI_FACT_RETURNED_DISCOUNT] = {CRMVI_LINE_DISCOUNT, CRMVI_LINE_RETURN},
    [CRMVI_FACT_OTHER_QUANTITY] = {CRMVI_LINE_QUANTITY, CRMVI_LINE_OTHER},
    [CRMVI_FACT_OTHER_REVENUE] = {CRMVI_LINE_REVENUE, CRMVI_LINE_OTHER},
    [CRMVI_FACT_NEGATIVE_REVENUE] = {CRMVI_LINE_REVENUE, 0},
    [CRMVI_FACT_UNKNOWN_REVENUE] = {CRMVI_LINE_REVENUE, CRMVI_LINE_UNKNOWN_COST},
    [CRMVI_FACT_UNKNOWN_MAGNITUDE] = {CRMVI_LINE_REVENUE, CRMVI_LINE_UNKNOWN_COST},
};

/* Some lines of a day go into one fact; where more do, the column is widened later. */
enum { HEADROOM = 4 };

/* The width that a column begins with; 0 where it cannot hold anything but zeros. */
static int32_t width_of(const crmvi_batch *batch, int32_t column) {
    if (column >= CRMVI_TRANSACTION_FACTS) {
        return 0;
    }
    const bool has_lines = sources[column].flag == 0 || (batch->totals.any_flags & sources[column].flag) != 0;
    if (!has_lines || (column == CRMVI_FACT_NEGATIVE_REVENUE && !batch->totals.takes_revenue)) {
        return 0;
    }
    if (sources[column].amount < 0) {
        return 1;
    }
    const uint64_t magnitude = batch->totals.magnitudes[sources[column].amount];
    return crmvi_fact_width(magnitude > INT32_MAX ? INT64_MAX : (int64_t)magnitude * HEADROOM);
}

/* ---- Building ---------------------------------------------------------------------------------------------------- */

/* The columns that plain sales fill, as they are staged. */
static const int32_t plain_columns[CRMVI_PLAIN_COLUMNS] = {CRMVI_FACT_SALE_LINES, CRMVI_FACT_QUANTITY,
                                                           CRMVI_FACT_REVENUE,    CRMVI_FACT_COST,
                                                           CRMVI_FACT_DISCOUNT,   CRMVI_FACT_COST_TO_SERVE};

/* What a worker has to itself. */
typedef struct worker {
    crmvi_ordering ordering;
    crmvi_fact_stage stage;
    crmvi_sparse_stage sparse; /* of the partition */
} worker;

/* What the workers share. */
typedef struct building {
    const crmvi_batch *batch;
    const crmvi_ranking *ranking; /* of text keys */
    const crmvi_partitions *partitions;
    crmvi_facts *facts; /* its counts go up as partitions take their turns */
    bool has_documents;
    crmvi_seats seats;
    worker *workers;
    crmvi_turns turns;
    crmvi_misfits misfits;
    crmvi_sparse_queue sparse;
    pthread_mutex_t mutex; /* holds what follows */
    int64_t overflow;      /* the lowest partition with a customer-day that does not fit */
    uint64_t overflow_key;
    int32_t overflow_day;
} building;

/* Writes the staged values of a column that plain sales fill. */
static bool write_plain(building *b, const crmvi_fact_stage *s, int32_t position) {
    const int32_t column = plain_columns[position];
    const int32_t *values = s->plain[position];
    bool written = true;
    if (!crmvi_fact_column_write(&b->facts->columns[column], s->first, s->count, values)) {
        for (int32_t i = 0; i < s->count && written; i++) {
            written = crmvi_misfits_put(&b->misfits, column, s->first + i, values[i]);
        }
    }
    return written;
}

/* Whether a sum of a special fact is staged as those of plain ones are; else zero stands in its place. */
static bool is_staged(int32_t column, int64_t sum) {
    return column != CRMVI_FACT_DOCUMENTS && sum == (int32_t)sum;
}

/* Writes those sums of a fact that is special which were not staged, and keeps its sparse ones. */
static bool write_special(building *b, worker *w, int32_t position) {
    const int64_t *sums = w->stage.special[position];
    const int64_t fact = w->stage.first + w->stage.special_at[position];
    bool written = crmvi_sparse_keep(&w->sparse, fact, sums);
    for (int32_t column = 0; column < CRMVI_TRANSACTION_FACTS && written; column++) {
        written = sums[column] == 0 || crmvi_fact_is_sparse(column) || is_staged(column, sums[column]) ||
                  crmvi_misfits_put(&b->misfits, column, fact, sums[column]);
    }
    return written;
}

/* Writes all that is staged. False where memory is short. */
static bool write_stage(building *b, worker *w) {
    crmvi_fact_stage *s = &w->stage;
    bool written = true;
    crmvi_fact_days_write(b->facts->days + s->first, s->count, s->days);
    crmvi_fact_column_zero(&b->facts->columns[CRMVI_FACT_DOCUMENTS], s->first, s->count);
    for (int32_t position = 0; position < CRMVI_PLAIN_COLUMNS && written; position++) {
        written = write_plain(b, s, position);
    }
    for (int32_t position = 0; position < s->special_count && written; position++) {
        written = write_special(b, w, position);
    }
    crmvi_fact_stage_begin(s, s->first + s->count);
    return written;
}

static void note_overflow(building *b, int64_t partition, const crmvi_wide_row *row) {
    pthread_mutex_lock(&b->mutex);
    if (partition < b->overflow) {
        b->overflow = partition;
        b->overflow_key = row->key;
        b->overflow_day = crmvi_row_day(row->when);
    }
    pthread_mutex_unlock(&b->mutex);
}

/* The position after the last one of the customer-day that begins at a position. */
static int64_t fact_end(const crmvi_ordering *o, int64_t begin) {
    int64_t end = begin + 1; /* behind the last entry stands one of another customer-day */
    while (!crmvi_entry_begins(o->order[end])) {
        end++;
    }
    return end;
}

/* Stages the fact of the rows [begin, end), the longer way. */
static int32_t stage_special(building *b, const crmvi_ordering *o, int64_t partition, int64_t begin, int64_t end,
                             crmvi_fact_stage *s) {
    const crmvi_wide_row first = crmvi_wide_at(o, begin);
    int64_t *sums = s->special[s->special_count];
    s->days[s->count] = crmvi_row_day(first.when);
    if (!crmvi_sum_lines(o, begin, end, sums)) {
        note_overflow(b, partition, &first);
        return CRMV_OVERFLOW;
    }
    if (b->has_documents) {
        sums[CRMVI_FACT_DOCUMENTS] = crmvi_count_documents(o, begin, end);
        if (sums[CRMVI_FACT_DOCUMENTS] < 0) {
            return CRMV_OUT_OF_MEMORY;
        }
    }
    for (int32_t position = 0; position < CRMVI_PLAIN_COLUMNS; position++) {
        const int64_t sum = sums[plain_columns[position]];
        s->plain[position][s->count] = is_staged(plain_columns[position], sum) ? (int32_t)sum : 0;
    }
    s->special_at[s->special_count++] = s->count++;
    s->limit = s->special_count < CRMVI_SPECIALS_STAGED ? s->limit : s->count;
    return CRMV_OK;
}

/* Turns an ordered partition into facts from number `fact` on and customers from `customer` on. Of text keys, ranks
 * stand in the place of numbers until the texts are written. */
static int32_t fill_partition(building *b, worker *w, int64_t partition, int64_t customer, int64_t fact) {
    const crmvi_ordering *o = &w->ordering;
    crmvi_fact_stage *s = &w->stage;
    const uint64_t key = crmvi_wide_at(o, 0).key;
    const uint64_t turned = b->ranking != NULL ? 0 : crmvi_key_of_number(0);
    int64_t aside[2]; /* a customer who continues has been noted with the partition before */
    crmvi_staged_customer noted = {b->facts->numbers, b->facts->offsets, customer - 1, ~key, turned, 0};
    if (b->partitions->items[partition].continues) {
        noted = (crmvi_staged_customer){&aside[0], &aside[1], 0, key, turned, 0};
    }
    int32_t status = CRMV_OK;
    crmvi_fact_stage_begin(s, fact);
    for (int64_t begin = 0; begin < o->rows && status == CRMV_OK;) {
        begin = crmvi_fact_stage_sales(s, o, begin, &noted);
        if (s->count < s->limit && begin < o->rows) {
            const int64_t end = fact_end(o, begin);
            status = stage_special(b, o, partition, begin, end, s);
            begin = end;
        }
        if (status == CRMV_OK && (s->count == s->limit || begin == o->rows)) {
            status = write_stage(b, w) ? CRMV_OK : CRMV_OUT_OF_MEMORY;
        }
    }
    return status;
}

/* Orders one partition, waits until those before it have told how many facts they make, and writes its own. */
static int32_t build_partition(building *b, worker *w, int64_t partition) {
    const crmvi_partition *rows = &b->partitions->items[partition];
    const int32_t ordered =
        crmvi_ordering_make(&w->ordering, rows, b->batch->totals.first_day, b->batch->totals.last_day);
    crmvi_turn_wait(&b->turns, partition);
    const int64_t customer = b->facts->customers;
    const int64_t fact = b->facts->count;
    if (ordered == CRMV_OK) {
        b->facts->customers += w->ordering.customers - rows->continues;
        b->facts->count += w->ordering.fact_count;
    }
    crmvi_turn_pass(&b->turns);
    const int32_t filled = ordered == CRMV_OK ? fill_partition(b, w, partition, customer, fact) : ordered;
    const bool written = crmvi_sparse_hand_in(&b->sparse, partition, &w->sparse);
    return filled == CRMV_OK && !written ? CRMV_OUT_OF_MEMORY : filled;
}

static int32_t build_partitions(void *context, int64_t begin, int64_t end) {
    building *b = context;
    const int32_t seat = crmvi_seat_take(&b->seats);
    int32_t status = CRMV_OK;
    for (int64_t partition = begin; partition < end; partition++) {
        const int32_t built = build_partition(b, &b->workers[seat], partition);
        status = status == CRMV_OK ? built : status;
    }
    crmvi_stream_end();
    crmvi_seat_leave(&b->seats, seat);
    return status;
}

/* ---- Room for the facts, and what is left to do with them -------------------------------------------------------- */

/* So many facts may have a row of the sparse columns. */
static int64_t most_sparse(const building *b) {
    const int64_t rows = b->partitions->rows;
    return b->batch->totals.sparse < rows ? b->batch->totals.sparse : rows;
}

/* As much as there may be: no more facts than rows. What is not written is never touched, and given back. */
static bool make_room(const building *b, int64_t customers) {
    crmvi_facts *facts = b->facts;
    const int64_t rows = b->partitions->rows;
    const int64_t sparse = most_sparse(b);
    facts->key_kind = b->batch->key_kind;
    facts->numbers = crmvi_large_array(customers, sizeof *facts->numbers);
    facts->offsets = crmvi_large_array(customers + 1, sizeof *facts->offsets);
    facts->days = crmvi_large_array(rows, sizeof *facts->days);
    facts->sparse.facts = sparse > 0 ? crmvi_large_array(sparse, sizeof *facts->sparse.facts) : NULL;
    bool made = facts->numbers != NULL && facts->offsets != NULL && facts->days != NULL &&
                (facts->sparse.facts != NULL || sparse == 0);
    for (int32_t i = 0; i < CRMVI_FACTS && made; i++) {
        made =
            crmvi_fact_column_make(&facts->columns[i], crmvi_fact_is_sparse(i) ? sparse : rows, width_of(b->batch, i));
    }
    return made;
}

static int32_t fail_overflow(const building *b, crmv_error *error) {
    char date[16];
    crmvi_date_text(b->overflow_day, date);
    if (b->ranking != NULL) {
        int64_t length;
        const char *key = crmvi_ranked_text(b->ranking, (int64_t)b->overflow_key, &length);
        return crmvi_fail(error, CRMV_OVERFLOW, NULL,
                          "a sum of customer %.*s on %s does not fit into 64 bits of minor units",
                          (int)(length < 200 ? length : 200), key, date);
    }
    return crmvi_fail(error, CRMV_OVERFLOW, NULL,
                      "a sum of customer %lld on %s does not fit into 64 bits of minor units",
                      (long long)crmvi_number_of_key(b->overflow_key), date);
}

static int32_t build(building *b, const crmvi_runner *runner, crmv_error *error) {
    const int64_t rows = b->partitions->rows;
    const int64_t customers = b->ranking != NULL && b->ranking->count < rows ? b->ranking->count : rows;
    if (!make_room(b, customers)) {
        return crmvi_no_memory(error);
    }
    int32_t status = crmvi_parallel(runner, "summing", b->partitions->count, 1, build_partitions, b);
    b->facts->sparse.count = b->sparse.rows;
    if (status == CRMV_OVERFLOW) {
        return fail_overflow(b, error);
    }
    if (status == CRMV_OK && !crmvi_misfits_settle(&b->misfits)) {
        status = CRMV_OUT_OF_MEMORY;
    }
    if (status == CRMV_OK && b->ranking != NULL) {
        status = crmvi_facts_write_texts(b->facts, b->ranking, runner);
    }
    if (status != CRMV_OK) {
        return crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
    }
    b->facts->offsets[b->facts->customers] = b->facts->count;
    crmvi_facts_shrink(b->facts, customers, rows, most_sparse(b));
    return crmvi_sparse_settle(b->facts) ? CRMV_OK : crmvi_no_memory(error);
}

/* ---- Workers ----------------------------------------------------------------------------------------------------- */

static void clear_workers(building *b, int32_t count) {
    for (int32_t i = 0; b->workers != NULL && i < count; i++) {
        crmvi_ordering_clear(&b->workers[i].ordering);
        crmvi_sparse_stage_clear(&b->workers[i].sparse);
    }
    crmvi_discard(b->workers, count, sizeof *b->workers);
    crmvi_seats_clear(&b->seats);
}

/* What the workers wait for each other with, and what they hand to each other. */
static int32_t build_together(building *b, const crmvi_runner *runner, crmv_error *error) {
    const bool has_mutex = pthread_mutex_init(&b->mutex, NULL) == 0;
    const bool has_turns = has_mutex && crmvi_turns_make(&b->turns);
    const bool has_misfits = has_turns && crmvi_misfits_make(&b->misfits, b->facts);
    const bool has_queue = has_misfits && crmvi_sparse_queue_make(&b->sparse, b->partitions->count, &b->misfits);
    const int32_t status = has_queue ? build(b, runner, error) : crmvi_no_memory(error);
    if (has_queue) {
        crmvi_sparse_queue_clear(&b->sparse);
    }
    if (has_misfits) {
        crmvi_misfits_clear(&b->misfits);
    }
    if (has_turns) {
        crmvi_turns_clear(&b->turns);
    }
    if (has_mutex) {
        pthread_mutex_destroy(&b->mutex);
    }
    return status;
}

static int32_t build_with_workers(building *b, const crmvi_runner *runner, crmv_error *error) {
    b->workers = crmvi_aligned_array(runner->threads, sizeof *b->workers);
    if (b->workers == NULL || !crmvi_seats_make(&b->seats, runner->threads)) {
        free(b->workers);
        return crmvi_no_memory(error);
    }
    memset(b->workers, 0, (size_t)runner->threads * sizeof *b->workers);
    const int32_t status = build_together(b, runner, error);
    clear_workers(b, runner->threads);
    return status;
}

int32_t crmvi_facts_of_batch(const crmvi_batch *batch, const crmvi_runner *runner, crmvi_facts *out,
                             crmv_error *error) {
    *out = (crmvi_facts){0};
    crmvi_ranking ranking = {0};
    crmvi_partitions partitions = {0};
    const bool has_texts = batch->key_kind == CRMVI_KEYS_TEXTS;
    int32_t status = has_texts ? crmvi_ranking_make(&batch->keys, runner, &ranking) : CRMV_OK;
    if (status == CRMV_OK) {
        status = crmvi_partitions_make(batch, has_texts ? &ranking : NULL, runner, &partitions);
    }
    if (status == CRMV_OK) {
        building b = {.batch = batch,
                      .ranking = has_texts ? &ranking : NULL,
                      .partitions = &partitions,
                      .facts = out,
                      .has_documents = (batch->totals.any_flags & CRMVI_LINE_DOCUMENT) != 0,
                      .overflow = INT64_MAX};
        status = build_with_workers(&b, runner, error);
    } else {
        status = crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
    }
    crmvi_partitions_clear(&partitions);
    crmvi_ranking_clear(&ranking);
    if (status != CRMV_OK) {
        crmvi_facts_clear(out);
    }
    return status;
}
