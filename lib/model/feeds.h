/* feeds.h - the feeds of a model: how their columns are called, and how their texts are written. */
#ifndef CRMVI_MODEL_FEEDS_H
#define CRMVI_MODEL_FEEDS_H

#include "base/calendar.h"
#include "base/decimal.h"
#include "base/exact.h"

#include <stdbool.h>
#include <stdint.h>

/* What a column of the transactions is for. */
enum {
    CRMVI_ROLE_CUSTOMER,
    CRMVI_ROLE_DATE,
    CRMVI_ROLE_QUANTITY,
    CRMVI_ROLE_REVENUE,
    CRMVI_ROLE_UNIT_PRICE,
    CRMVI_ROLE_COST,
    CRMVI_ROLE_UNIT_COST,
    CRMVI_ROLE_GROSS_PROFIT,
    CRMVI_ROLE_DISCOUNT,
    CRMVI_ROLE_DISCOUNT_RATE,
    CRMVI_ROLE_COST_TO_SERVE,
    CRMVI_ROLE_DOCUMENT,
    CRMVI_ROLE_KIND,
    CRMVI_ROLE_CURRENCY,
    CRMVI_ROLES
};

/* What a column of the customer table is for; attributes come on top. */
enum {
    CRMVI_TABLE_CUSTOMER,
    CRMVI_TABLE_NAME,
    CRMVI_TABLE_SINCE,
    CRMVI_TABLE_PARENT,       /* the key of the customer into whom this one is rolled up */
    CRMVI_TABLE_ALIAS_OF,     /* the key of the customer that this one is another number of */
    CRMVI_TABLE_DEALER,       /* the key of the dealer through whom this one buys */
    CRMVI_TABLE_DEALER_SHARE, /* percent of this one's value that is credited to the dealer */
    CRMVI_TABLE_ROLES
};

/* Feeds of items, one by one, beside the transactions. */
enum { CRMVI_RECEIVABLES, CRMVI_EVENTS, CRMVI_RATES, CRMVI_ITEM_FEEDS };

/* What their columns are for. */
enum {
    CRMVI_RECEIVABLE_CUSTOMER,
    CRMVI_RECEIVABLE_AMOUNT,
    CRMVI_RECEIVABLE_DUE,
    CRMVI_RECEIVABLE_PAID,
    CRMVI_RECEIVABLE_DATE,
    CRMVI_RECEIVABLE_CURRENCY,
    CRMVI_RECEIVABLE_ROLES
};
enum {
    CRMVI_EVENT_CUSTOMER,
    CRMVI_EVENT_DATE,
    CRMVI_EVENT_EVENT,
    CRMVI_EVENT_VALUE,
    CRMVI_EVENT_TEXT,
    CRMVI_EVENT_ROLES
};
enum { CRMVI_RATE_CURRENCY, CRMVI_RATE_DATE, CRMVI_RATE_RATE, CRMVI_RATE_ROLES };
enum { CRMVI_ITEM_ROLES = CRMVI_RECEIVABLE_ROLES }; /* the most that one of them has */

/* What a line is. */
enum {
    CRMVI_KIND_SALE,
    CRMVI_KIND_RETURN,
    CRMVI_KIND_REBATE,
    CRMVI_KIND_CANCELLATION,
    CRMVI_KIND_ADJUSTMENT,
    CRMVI_KIND_COST,
    CRMVI_KIND_VOID, /* the document was cancelled before it counted: the row is set aside */
    CRMVI_KINDS
};

extern const char *const crmvi_role_names[CRMVI_ROLES];
extern const char *const crmvi_table_role_names[CRMVI_TABLE_ROLES];
extern const char *const crmvi_item_role_names[CRMVI_ITEM_FEEDS][CRMVI_ITEM_ROLES]; /* NULL past the last */
extern const bool crmvi_item_role_required[CRMVI_ITEM_FEEDS][CRMVI_ITEM_ROLES];
extern const char *const crmvi_item_feed_names[CRMVI_ITEM_FEEDS];
extern const char *const crmvi_kind_names[CRMVI_KINDS];

/* How the texts of a feed are read. */
typedef struct crmvi_reading {
    crmvi_notation notation;
    crmvi_date_format dates;
    const char **missing; /* the texts that mean missing; set by crmvi_reading_miss */
    int32_t missing_count;
    int64_t missing_longest;  /* bytes of the longest of them, -1 where there is none */
    uint64_t missing_lengths; /* bit n: one of them has n bytes, or n and 64 or a multiple more */
    const char *encoding;     /* "UTF-8" by default; whoever decodes files reads it */
    char delimiter[2];        /* likewise; "," by default */
    bool integer_keys;        /* text keys are read as whole numbers */
} crmvi_reading;

/* One text of the kind column and what it stands for. */
typedef struct crmvi_kind_name {
    const char *text;
    int32_t kind;
} crmvi_kind_name;

/* The transactions feed. */
typedef struct crmvi_layout {
    bool mapped;                      /* the model has input.transactions: names not mentioned are left alone */
    const char *columns[CRMVI_ROLES]; /* the column's name; NULL where the role is left out */
    crmvi_kind_name *kinds;           /* the kinds' own names unless the model maps others */
    int32_t kind_count;
    bool signed_amounts; /* `"amounts": "signed"`: with a kind column too, amounts carry their own sign */
    crmvi_reading reading;
} crmvi_layout;

/* The customer table. */
typedef struct crmvi_table {
    bool mapped;
    const char *columns[CRMVI_TABLE_ROLES];
    crmvi_micro dealer_share; /* percent for all, where the model gives a number and no column; else -1 */
    crmvi_reading reading;
} crmvi_table;

/* A text of the event column and the event's name. */
typedef struct crmvi_event_name {
    const char *text, *name;
} crmvi_event_name;

/* A feed of items. */
typedef struct crmvi_item_layout {
    bool mapped;
    const char *columns[CRMVI_ITEM_ROLES]; /* the column's name; NULL where the role is left out */
    crmvi_reading reading;
    crmvi_event_name *kinds; /* events: `kinds`; NULL: the column holds the events' names */
    int32_t kind_count;
    bool quoted_foreign; /* rates: `"quoted": "foreign"`, the other currency's price of one home unit */
    int32_t maximum_age; /* rates: days that a rate may lie before its row; -1: any number */
} crmvi_item_layout;

#endif
