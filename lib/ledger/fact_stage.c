#include "ledger/fact_stage.h"

/* Rows stand in memory as they were dealt: the one so much later in the order is asked for ahead. */
enum { AHEAD = CRMVI_ENTRIES_BEHIND };

void crmvi_fact_stage_begin(crmvi_fact_stage *stage, int64_t first) {
    stage->first = first;
    stage->count = 0;
    stage->special_count = 0;
    stage->limit = CRMVI_FACTS_STAGED - (int32_t)(first % CRMVI_FACTS_ALIGNED);
}

static inline const crmvi_row *row_at(const crmvi_places *places, uint32_t entry) {
    return crmvi_row_at(places, crmvi_entry_place(entry)); /* wide ones begin as narrow ones do */
}

static inline bool is_plain(const crmvi_places *places, uint32_t entry, const crmvi_row *row) {
    return crmvi_place_is_narrow(places, crmvi_entry_place(entry)) && crmvi_row_flags(row->when) == CRMVI_LINE_SALE &&
           row->amounts[CRMVI_LINE_REVENUE] >= 0;
}

static inline void stage_line(const crmvi_row *row, int32_t at, crmvi_fact_stage *stage) {
    stage->days[at] = crmvi_row_day(row->when);
    stage->plain[0][at] = 1;
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        stage->plain[a + 1][at] = row->amounts[a];
    }
}

/* Notes whose line a fact begins with. */
static inline void note_customer(crmvi_staged_customer *customer, uint64_t key, int64_t fact) {
    const bool is_next = key != customer->key;
    customer->key = key;
    customer->at += is_next;
    customer->first_fact = is_next ? fact : customer->first_fact;
    customer->numbers[customer->at] = (int64_t)(key ^ customer->turned);
    customer->offsets[customer->at] = customer->first_fact;
}

/* Stages a fact of several plain lines whose sums are short, and returns where they end; `begin` where they are not. */
static int64_t stage_lines(const crmvi_ordering *ordering, int64_t begin, int32_t at, crmvi_fact_stage *stage) {
    const uint32_t *order = ordering->order;
    const crmvi_places places = ordering->places;
    int64_t sums[CRMVI_LINE_AMOUNTS] = {0};
    int64_t end = begin;
    do {
        const crmvi_row *row = row_at(&places, order[end]);
        __builtin_prefetch(row_at(&places, order[end + AHEAD]));
        if (!is_plain(&places, order[end], row)) {
            return begin;
        }
        for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
            sums[a] += row->amounts[a];
        }
        end++;
    } while (!crmvi_entry_begins(order[end]));
    int64_t lost = (end - begin) ^ (int32_t)(end - begin);
    stage->days[at] = crmvi_row_day(row_at(&places, order[begin])->when);
    stage->plain[0][at] = (int32_t)(end - begin);
    for (int32_t a = 0; a < CRMVI_LINE_AMOUNTS; a++) {
        stage->plain[a + 1][at] = (int32_t)sums[a];
        lost |= sums[a] ^ (int32_t)sums[a];
    }
    return lost == 0 ? end : begin;
}

/* Stages facts of one plain line each until the stage is full or another one comes, whose customer has been noted then.
 * Returns the position where that is. This is a loop of its own because it is the one that counts. */
static int64_t stage_singles(const crmvi_ordering *ordering, int64_t begin, crmvi_staged_customer *customer,
                             crmvi_fact_stage *stage) {
    const uint32_t *order = ordering->order;
    const crmvi_places places = ordering->places;
    const int64_t first = stage->first;
    const int32_t room = stage->limit - stage->count;
    const int64_t end = ordering->rows - begin < room ? ordering->rows : begin + room;
    crmvi_staged_customer own = *customer;
    int32_t count = stage->count;
    for (; begin < end; begin++) {
        const crmvi_row *row = row_at(&places, order[begin]);
        __builtin_prefetch(row_at(&places, order[begin + AHEAD]));
        note_customer(&own, row->key, first + count);
        if (!crmvi_entry_begins(order[begin + 1]) || !is_plain(&places, order[begin], row)) {
            break;
        }
        stage_line(row, count, stage);
        count++;
    }
    stage->count = count;
    *customer = own;
    return begin;
}

int64_t crmvi_fact_stage_sales(crmvi_fact_stage *stage, const crmvi_ordering *ordering, int64_t begin,
                               crmvi_staged_customer *customer) {
    bool are_plain = true;
    while (are_plain) {
        begin = stage_singles(ordering, begin, customer, stage);
        if (stage->count == stage->limit || begin == ordering->rows) {
            return begin;
        }
        const int64_t end = stage_lines(ordering, begin, stage->count, stage);
        are_plain = end > begin;
        stage->count += are_plain;
        begin = end;
    }
    return begin;
}
