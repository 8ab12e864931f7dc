#include "ledger/deal.h"

#include "base/memory.h"
#include "base/stream.h"

#include <stdlib.h>

bool crmvi_deal_make(crmvi_deal *deal, size_t row_bytes, int64_t rows, int64_t partitions, int32_t threads) {
    *deal = (crmvi_deal){.row_bytes = row_bytes, .partitions = partitions};
    atomic_init(&deal->used, 0);
    const int64_t page_rows = CRMVI_PAGE_BYTES / (int64_t)row_bytes;
    const int64_t piles = partitions * threads;
    const int64_t pages = rows / page_rows + piles + (int64_t)threads * CRMVI_PAGES_AT_ONCE;
    const bool gathers = row_bytes == sizeof(crmvi_row);
    deal->pages = pages > UINT32_MAX ? NULL : crmvi_aligned_array(pages, CRMVI_PAGE_BYTES);
    deal->page_count = pages;
    deal->next = crmvi_large_array(pages, sizeof *deal->next);
    deal->lots = crmvi_zeroed(threads, sizeof *deal->lots);
    deal->piles = crmvi_array(piles, sizeof *deal->piles);
    deal->rows = crmvi_zeroed(piles, sizeof *deal->rows);
    deal->gathered = gathers ? crmvi_aligned_array(piles, sizeof *deal->gathered) : NULL;
    if (deal->pages == NULL || deal->next == NULL || deal->lots == NULL || deal->piles == NULL || deal->rows == NULL ||
        (deal->gathered == NULL && gathers) || !crmvi_seats_make(&deal->seats, threads)) {
        crmvi_deal_clear(deal);
        return false;
    }
    return true;
}

static void discard_gathered(crmvi_deal *deal) {
    crmvi_discard(deal->gathered, deal->partitions * deal->seats.count, sizeof *deal->gathered);
    deal->gathered = NULL;
}

void crmvi_deal_clear(crmvi_deal *deal) {
    const int64_t used = atomic_load(&deal->used);
    crmvi_discard(deal->pages, used < deal->page_count ? used : deal->page_count, CRMVI_PAGE_BYTES);
    free(deal->next);
    free(deal->lots);
    free(deal->piles);
    free(deal->rows);
    discard_gathered(deal);
    crmvi_seats_clear(&deal->seats);
    *deal = (crmvi_deal){0};
}

/* ---- Dealing ----------------------------------------------------------------------------------------------------- */

crmvi_dealer crmvi_dealer_begin(crmvi_deal *deal) {
    const int32_t seat = crmvi_seat_take(&deal->seats);
    const int64_t first = seat * deal->partitions;
    return (crmvi_dealer){deal,
                          deal->piles + first,
                          deal->rows + first,
                          deal->gathered == NULL ? NULL : deal->gathered + first,
                          &deal->lots[seat],
                          seat};
}

void crmvi_dealer_end(const crmvi_dealer *dealer) {
    crmvi_stream_end();
    crmvi_seat_leave(&dealer->deal->seats, dealer->seat);
}

/* A further page of a pile, or its first. */
static void add_page(crmvi_deal *deal, crmvi_page_lot *lot, crmvi_pile *pile, bool is_first) {
    if (lot->next == lot->end) {
        lot->next = atomic_fetch_add_explicit(&deal->used, CRMVI_PAGES_AT_ONCE, memory_order_relaxed);
        lot->end = lot->next + CRMVI_PAGES_AT_ONCE;
    }
    const uint32_t page = lot->next++;
    if (is_first) {
        pile->first = page;
    } else {
        deal->next[pile->last] = page;
    }
    pile->last = page;
}

/* Where the pile's row number `at` is written. */
static inline char *place_row(crmvi_deal *deal, crmvi_page_lot *lot, crmvi_pile *pile, uint32_t at, size_t row_bytes) {
    const uint32_t slot = at % (uint32_t)(CRMVI_PAGE_BYTES / row_bytes);
    if (slot == 0) {
        add_page(deal, lot, pile, at == 0);
    }
    return deal->pages + (size_t)pile->last * CRMVI_PAGE_BYTES + slot * row_bytes;
}

enum { ROWS_A_LINE = 2 };

/* Writes the lines of the cache that are full: one of each partition that is named. */
static void write_full(const crmvi_dealer *dealer, const uint16_t *partitions, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        const uint32_t partition = partitions[i];
        const uint32_t written = dealer->rows[partition].written;
        dealer->rows[partition].written = written + ROWS_A_LINE;
        crmvi_stream(place_row(dealer->deal, dealer->lot, &dealer->piles[partition], written, sizeof(crmvi_row)),
                     &dealer->gathered[partition].rows[written % CRMVI_GATHERED_ROWS], ROWS_A_LINE * sizeof(crmvi_row));
    }
}

/* What is full is written in the end, or as soon as a pile needs room again: a processor cannot foretell when a pile's
 * line of the cache is full, but it can that there is room. */
void crmvi_dealer_put(const crmvi_dealer *dealer, crmvi_hand *hand, crmvi_ahead *ahead) {
    uint16_t full[CRMVI_BLOCK_ROWS];
    int64_t fulls = 0;
    crmvi_pile_rows *counts = dealer->rows;
    crmvi_gathered *gathered = dealer->gathered;
    const int64_t count = hand->count;
    memset(hand->partitions + count, 0, CRMVI_HAND_BEHIND * sizeof hand->partitions[0]);
    for (int64_t i = 0; i < count; i++) {
        const uint32_t later = hand->partitions[i + CRMVI_HAND_BEHIND];
        __builtin_prefetch(&gathered[later].rows[counts[later].dealt % CRMVI_GATHERED_ROWS], 1);
        if (i % CRMVI_ROWS_AHEAD == 0) {
            crmvi_ask_ahead(ahead);
        }
        const uint32_t partition = hand->partitions[i];
        const uint32_t at = counts[partition].dealt;
        if (at - counts[partition].written == CRMVI_GATHERED_ROWS) {
            write_full(dealer, full, fulls);
            fulls = 0;
        }
        counts[partition].dealt = at + 1;
        gathered[partition].rows[at % CRMVI_GATHERED_ROWS] = hand->rows[i].row;
        full[fulls] = (uint16_t)partition;
        fulls += at % ROWS_A_LINE;
    }
    write_full(dealer, full, fulls);
}

void crmvi_dealer_put_wide(const crmvi_dealer *dealer, uint32_t partition, const crmvi_wide_row *row) {
    crmvi_stream(
        place_row(dealer->deal, dealer->lot, &dealer->piles[partition], dealer->rows[partition].dealt++, sizeof *row),
        row, sizeof *row);
}

/* ---- What was dealt ---------------------------------------------------------------------------------------------- */

/* What is still gathered of a pile goes into its page: less than a line of the cache. */
static void write_rest(crmvi_deal *deal, int64_t number) {
    const crmvi_pile_rows *rows = &deal->rows[number];
    if (rows->written < rows->dealt) {
        memcpy(place_row(deal, &deal->lots[number / deal->partitions], &deal->piles[number], rows->written,
                         deal->row_bytes),
               &deal->gathered[number].rows[rows->written % CRMVI_GATHERED_ROWS],
               (rows->dealt - rows->written) * deal->row_bytes);
    }
}

void crmvi_deal_finish(crmvi_deal *deal) {
    const int64_t piles = deal->partitions * deal->seats.count;
    for (int64_t i = 0; deal->gathered != NULL && i < piles; i++) {
        write_rest(deal, i);
    }
    discard_gathered(deal);
}

int64_t crmvi_deal_rows(const crmvi_deal *deal, int64_t partition) {
    int64_t rows = 0;
    for (int32_t seat = 0; seat < deal->seats.count; seat++) {
        rows += deal->rows[seat * deal->partitions + partition].dealt;
    }
    return rows;
}

int64_t crmvi_deal_sheets(const crmvi_deal *deal, int64_t partition, crmvi_sheet *sheets) {
    const int64_t page_rows = CRMVI_PAGE_BYTES / (int64_t)deal->row_bytes;
    int64_t found = 0;
    for (int32_t seat = 0; seat < deal->seats.count; seat++) {
        const int64_t pile = seat * deal->partitions + partition;
        const int64_t rows = deal->rows[pile].dealt;
        uint32_t page = rows > 0 ? deal->piles[pile].first : 0;
        for (int64_t left = rows; left > 0; left -= page_rows) {
            sheets[found++] =
                (crmvi_sheet){deal->pages + (size_t)page * CRMVI_PAGE_BYTES, left < page_rows ? left : page_rows};
            page = left > page_rows ? deal->next[page] : page;
        }
    }
    return found;
}
