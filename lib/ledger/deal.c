#include "ledger/deal.h"

#include "base/memory.h"

#include <stdlib.h>

bool crmvi_deal_make(crmvi_deal *deal, size_t row_bytes, int64_t rows, int64_t partitions, int32_t threads) {
    *deal = (crmvi_deal){.row_bytes = row_bytes, .partitions = partitions};
    atomic_init(&deal->used, 0);
    const int64_t page_rows = CRMVI_PAGE_BYTES / (int64_t)row_bytes;
    const int64_t piles = partitions * threads;
    const int64_t pages = rows / page_rows + piles + (int64_t)threads * CRMVI_PAGES_AT_ONCE;
    const bool gathers = row_bytes < 64;
    deal->pages = pages > UINT32_MAX ? NULL : crmvi_aligned_array(pages, CRMVI_PAGE_BYTES);
    deal->page_count = pages;
    deal->next = crmvi_large_array(pages, sizeof *deal->next);
    deal->lots = crmvi_zeroed(threads, sizeof *deal->lots);
    deal->piles = crmvi_zeroed(piles, sizeof *deal->piles);
    deal->gathered = crmvi_aligned_array(gathers ? piles : 1, CRMVI_GATHERED_BYTES);
    if (deal->pages == NULL || deal->next == NULL || deal->lots == NULL || deal->piles == NULL ||
        deal->gathered == NULL || !crmvi_seats_make(&deal->seats, threads)) {
        crmvi_deal_clear(deal);
        return false;
    }
    return true;
}

static void discard_gathered(crmvi_deal *deal) {
    const int64_t piles = deal->row_bytes < 64 ? deal->partitions * deal->seats.count : 0;
    crmvi_discard(deal->gathered, piles, CRMVI_GATHERED_BYTES);
    deal->gathered = NULL;
}

void crmvi_deal_clear(crmvi_deal *deal) {
    const int64_t used = atomic_load(&deal->used);
    crmvi_discard(deal->pages, used < deal->page_count ? used : deal->page_count, CRMVI_PAGE_BYTES);
    free(deal->next);
    free(deal->lots);
    free(deal->piles);
    discard_gathered(deal);
    crmvi_seats_clear(&deal->seats);
    *deal = (crmvi_deal){0};
}

/* What is still gathered of a pile goes into its page. */
static void write_rest(crmvi_deal *deal, int64_t number) {
    crmvi_pile *pile = &deal->piles[number];
    if (pile->rows > 0) {
        const uint32_t rest = (pile->rows - 1) % CRMVI_GATHERED_ROWS + 1;
        memcpy(crmvi_pile_place(deal, &deal->lots[number / deal->partitions], pile, pile->rows - rest, deal->row_bytes),
               deal->gathered + number * CRMVI_GATHERED_BYTES, rest * deal->row_bytes);
    }
}

void crmvi_deal_finish(crmvi_deal *deal) {
    const int64_t piles = deal->partitions * deal->seats.count;
    for (int64_t i = 0; deal->row_bytes < 64 && i < piles; i++) {
        write_rest(deal, i);
    }
    discard_gathered(deal);
}

int64_t crmvi_deal_rows(const crmvi_deal *deal, int64_t partition) {
    int64_t rows = 0;
    for (int32_t seat = 0; seat < deal->seats.count; seat++) {
        rows += deal->piles[seat * deal->partitions + partition].rows;
    }
    return rows;
}

int64_t crmvi_deal_sheets(const crmvi_deal *deal, int64_t partition, crmvi_sheet *sheets) {
    const int64_t page_rows = CRMVI_PAGE_BYTES / (int64_t)deal->row_bytes;
    int64_t found = 0;
    for (int32_t seat = 0; seat < deal->seats.count; seat++) {
        const crmvi_pile *pile = &deal->piles[seat * deal->partitions + partition];
        uint32_t page = pile->first;
        for (int64_t left = pile->rows; left > 0; left -= page_rows) {
            sheets[found++] =
                (crmvi_sheet){deal->pages + (size_t)page * CRMVI_PAGE_BYTES, left < page_rows ? left : page_rows};
            page = left > page_rows ? deal->next[page] : page;
        }
    }
    return found;
}
