/*
 * deal.h - packed lines dealt into partitions.
 *
 * Each worker deals for itself: it gathers the lines of a partition in a few lines of the cache and writes them past it
 * into a page of that partition, so that dealing into thousands of partitions is one sequential write to each. Pages
 * come from one piece of memory that is there before the first line is dealt: dealing cannot fail.
 */
#ifndef CRMVI_LEDGER_DEAL_H
#define CRMVI_LEDGER_DEAL_H

#include "base/seats.h"
#include "base/stream.h"
#include "ledger/row.h"

enum { CRMVI_PAGE_BYTES = 4096, CRMVI_GATHERED_BYTES = 128, CRMVI_GATHERED_ROWS = CRMVI_GATHERED_BYTES / 32 };

/* The pages of one worker's lines of one partition. */
typedef struct crmvi_pile {
    uint32_t rows;
    uint32_t page;  /* the last one */
    uint32_t first; /* undefined without rows */
} crmvi_pile;

/* Pages [next, end), a seat's own. Taking them one by one would have the seats wait for each other's writes. */
enum { CRMVI_PAGES_AT_ONCE = 32 };
typedef struct crmvi_page_lot {
    uint32_t next, end;
    uint32_t apart[14]; /* so that no two of them share a line of the cache */
} crmvi_page_lot;

typedef struct crmvi_deal {
    size_t row_bytes; /* 32 or 64 */
    int64_t partitions;
    char *pages;
    int64_t page_count;
    uint32_t *next;       /* of each page, the one that follows it in its pile */
    atomic_uint used;     /* pages handed out, CRMVI_PAGES_AT_ONCE to a seat */
    crmvi_page_lot *lots; /* seats: what each has of them */
    crmvi_seats seats;
    crmvi_pile *piles; /* seats x partitions */
    char *gathered;    /* seats x partitions x CRMVI_GATHERED_BYTES, until the deal is finished */
} crmvi_deal;

/* Makes room for `rows` lines of a size. False where memory is short or there are too many of them. */
bool crmvi_deal_make(crmvi_deal *deal, size_t row_bytes, int64_t rows, int64_t partitions, int32_t threads);
void crmvi_deal_clear(crmvi_deal *deal);

/* All lines have been dealt. */
void crmvi_deal_finish(crmvi_deal *deal);

/* Lines of a partition that were dealt. */
int64_t crmvi_deal_rows(const crmvi_deal *deal, int64_t partition);

/* Rows that lie one behind the other. */
typedef struct crmvi_sheet {
    const char *rows;
    int64_t count;
} crmvi_sheet;

/* The sheets of a partition, at most crmvi_deal_rows / (CRMVI_PAGE_BYTES / row_bytes) + seats; returns how many. */
int64_t crmvi_deal_sheets(const crmvi_deal *deal, int64_t partition, crmvi_sheet *sheets);

/* ---- What a worker does ------------------------------------------------------------------------------------------ */

/* The part of a deal that one worker has to itself for the length of a task. */
typedef struct crmvi_dealer {
    crmvi_deal *deal;
    crmvi_pile *piles;
    char *gathered;
    crmvi_page_lot *lot;
    int32_t seat;
} crmvi_dealer;

static inline crmvi_dealer crmvi_dealer_begin(crmvi_deal *deal) {
    const int32_t seat = crmvi_seat_take(&deal->seats);
    return (crmvi_dealer){deal, deal->piles + seat * deal->partitions,
                          deal->gathered + seat * deal->partitions * CRMVI_GATHERED_BYTES, &deal->lots[seat], seat};
}

static inline void crmvi_dealer_end(const crmvi_dealer *dealer) {
    crmvi_stream_end();
    crmvi_seat_leave(&dealer->deal->seats, dealer->seat);
}

/* Where the pile's rows from number `at` on, the first of their page or within it, are written. */
static inline char *crmvi_pile_place(crmvi_deal *deal, crmvi_page_lot *lot, crmvi_pile *pile, uint32_t at,
                                     size_t row_bytes) {
    const uint32_t slot = at % (uint32_t)(CRMVI_PAGE_BYTES / row_bytes);
    if (slot == 0) {
        if (lot->next == lot->end) {
            lot->next = atomic_fetch_add_explicit(&deal->used, CRMVI_PAGES_AT_ONCE, memory_order_relaxed);
            lot->end = lot->next + CRMVI_PAGES_AT_ONCE;
        }
        const uint32_t page = lot->next++;
        if (at == 0) {
            pile->first = page;
        } else {
            deal->next[pile->page] = page;
        }
        pile->page = page;
    }
    return deal->pages + (size_t)pile->page * CRMVI_PAGE_BYTES + slot * row_bytes;
}

static inline crmvi_row *crmvi_dealer_gathered(const crmvi_dealer *dealer, uint32_t partition) {
    return (crmvi_row *)(void *)(dealer->gathered + (size_t)partition * CRMVI_GATHERED_BYTES);
}

/* Deals a narrow line: the caller fills in the row that it gets. Full lines of the cache are written when room is
 * needed again, not as soon as they are full: a processor waits where it reads widely what it has just written
 * narrowly. */
static inline crmvi_row *crmvi_dealer_row(const crmvi_dealer *dealer, uint32_t partition) {
    crmvi_pile *pile = &dealer->piles[partition];
    crmvi_row *gathered = crmvi_dealer_gathered(dealer, partition);
    const uint32_t at = pile->rows++;
    if (at % CRMVI_GATHERED_ROWS == 0 && at > 0) {
        crmvi_stream(crmvi_pile_place(dealer->deal, dealer->lot, pile, at - CRMVI_GATHERED_ROWS, sizeof(crmvi_row)),
                     gathered, CRMVI_GATHERED_BYTES);
    }
    return &gathered[at % CRMVI_GATHERED_ROWS];
}

/* Asks for the memory that dealing a narrow line will touch. */
static inline void crmvi_dealer_prefetch(const crmvi_dealer *dealer, uint32_t partition) {
    __builtin_prefetch(&crmvi_dealer_gathered(dealer, partition)[dealer->piles[partition].rows % CRMVI_GATHERED_ROWS],
                       1);
}

/* Deals a wide line, which is written at once. It must be aligned to 64 bytes. */
static inline void crmvi_dealer_put_wide(const crmvi_dealer *dealer, uint32_t partition, const crmvi_wide_row *row) {
    crmvi_pile *pile = &dealer->piles[partition];
    crmvi_stream(crmvi_pile_place(dealer->deal, dealer->lot, pile, pile->rows++, sizeof *row), row, sizeof *row);
}

#endif
