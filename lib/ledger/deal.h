/*
 * deal.h - packed lines dealt into partitions.
 *
 * Each worker deals for itself: it gathers the lines of a partition in two lines of the cache and writes them past it
 * into a page of that partition, so that dealing into thousands of partitions is one sequential write to each. Pages
 * come from one piece of memory that is there before the first line is dealt: dealing cannot fail.
 */
#ifndef CRMVI_LEDGER_DEAL_H
#define CRMVI_LEDGER_DEAL_H

#include "base/seats.h"
#include "ledger/row.h"

enum { CRMVI_PAGE_BYTES = 8192, CRMVI_GATHERED_ROWS = 4 };

/* Narrow lines of a pile on their way into its pages, each two of them a line of the cache. */
typedef struct crmvi_gathered {
    _Alignas(64) crmvi_row rows[CRMVI_GATHERED_ROWS];
} crmvi_gathered;

/* The pages of one worker's lines of one partition; undefined without lines. */
typedef struct crmvi_pile {
    uint32_t first, last;
} crmvi_pile;

/* How many lines a pile has, and how many of them are in its pages. */
typedef struct crmvi_pile_rows {
    uint32_t dealt, written;
} crmvi_pile_rows;

/* Pages [next, end), a seat's own. Taking them one by one would have the seats wait for each other's writes. */
enum { CRMVI_PAGES_AT_ONCE = 16 };
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
    crmvi_pile *piles;        /* seats x partitions */
    crmvi_pile_rows *rows;    /* of each pile; apart from it, so that they stay in the nearest cache */
    crmvi_gathered *gathered; /* of each pile, until the deal is finished; NULL of wide lines */
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
    crmvi_pile_rows *rows;
    crmvi_gathered *gathered;
    crmvi_page_lot *lot;
    int32_t seat;
} crmvi_dealer;

crmvi_dealer crmvi_dealer_begin(crmvi_deal *deal);
void crmvi_dealer_end(const crmvi_dealer *dealer);

/* Narrow lines that are dealt together, and the partition of each. Behind these there is room for the dealer. */
enum { CRMVI_HAND_BEHIND = 16 };
typedef struct crmvi_hand {
    int64_t count;
    _Alignas(64) crmvi_packed_row rows[CRMVI_BLOCK_ROWS];
    uint16_t partitions[CRMVI_BLOCK_ROWS + CRMVI_HAND_BEHIND];
} crmvi_hand;

/* Deals narrow lines. Meanwhile it asks for the memory ahead. */
void crmvi_dealer_put(const crmvi_dealer *dealer, crmvi_hand *hand, crmvi_ahead *ahead);

/* Deals a wide line. It must be aligned to 64 bytes. */
void crmvi_dealer_put_wide(const crmvi_dealer *dealer, uint32_t partition, const crmvi_wide_row *row);

#endif
