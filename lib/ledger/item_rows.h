/* item_rows.h - receivables and events of the open batch, as they were read. */
#ifndef CRMVI_LEDGER_ITEM_ROWS_H
#define CRMVI_LEDGER_ITEM_ROWS_H

#include "ledger/item_feed.h"
#include "ledger/items.h"
#include "ledger/key_register.h"

/* A receivable. Keys are as crmvi_row has them: of texts the numbers in the register. */
typedef struct crmvi_receivable {
    uint64_t key;
    int64_t amount;
    int32_t due;      /* CRMV_NO_DATE: the row was set aside */
    int32_t paid;     /* CRMV_NO_DATE: open */
    int32_t invoiced; /* CRMV_NO_DATE: not known */
    int32_t reserved;
} crmvi_receivable;

/* An event. Names and texts are numbers in their registers. */
typedef struct crmvi_event_row {
    uint64_t key;
    uint64_t name, text;
    int64_t value; /* CRMVI_NO_VALUE: none */
    int32_t day;   /* CRMV_NO_DATE: the row was set aside */
    bool has_text;
} crmvi_event_row;

/* The feeds of items within crmvi_items. */
enum { CRMVI_ITEM_LOTS = CRMVI_FEEDS - CRMVI_FEED_RECEIVABLES };

/* What rows came to. */
typedef struct crmvi_item_totals {
    int64_t rows, accepted;
    int64_t rounded; /* amounts and values in texts that had more decimals than are kept */
    uint32_t fed;    /* bits of the feed's roles */
    uint32_t given;  /* likewise, of chunks without rows: the roles that have a column */
} crmvi_item_totals;

struct crmvi_items {
    int32_t key_kind;
    crmvi_key_register keys;         /* text keys */
    crmvi_key_register names, texts; /* of events */
    crmvi_receivable *receivables;   /* as many as rows came in */
    crmvi_event_row *events;         /* likewise */
    int64_t receivable_capacity, event_capacity;
    crmvi_item_totals lots[CRMVI_ITEM_LOTS]; /* by CRMVI_FEED_RECEIVABLES ... from there on */
    crmvi_asides asides;
    crmvi_conversions conversions;
};

/* Rows being read by a worker. */
typedef struct crmvi_item_reading {
    const crmvi_item_feed *feed;
    const crmvi_rates *rates;
    int32_t batch;
    crmvi_items *items; /* whose registers take what is new */
    crmvi_item_totals totals;
    crmvi_conversions conversions;
} crmvi_item_reading;

/* Read rows [begin, begin + count) of the feed, at most CRMVI_BLOCK_ROWS: as many items, and reasons (0: accepted).
 * False where memory is short. */
bool crmvi_receivables_read(crmvi_item_reading *reading, int64_t begin, int64_t count, crmvi_receivable *out,
                            uint8_t *reasons);
bool crmvi_event_rows_read(crmvi_item_reading *reading, int64_t begin, int64_t count, crmvi_event_row *out,
                           uint8_t *reasons);

/* What is to be told of a row that is set aside: the column it failed at and, of receivables, amount and currency. */
void crmvi_receivable_show(const crmvi_item_feed *feed, int64_t row, crmvi_aside_row *aside, char currency[16]);
void crmvi_event_row_show(const crmvi_item_feed *feed, int64_t row, crmvi_aside_row *aside);

#endif
