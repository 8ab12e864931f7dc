/*
 * ledger.h - the standing facts, as the rooms above read them.
 *
 * Customers in ascending key order; customer c's facts are at [offsets[c], offsets[c + 1]), in ascending order of days.
 * Each fact column is one array, of the narrowest whole numbers that hold its values. What every customer-day has
 * stands in it fact by fact. What only some have - returns, unknown costs, receivables, events - is sparse: those
 * columns share one list of the facts that they have values of, and are 0 for all others.
 */
#ifndef CRMVI_LEDGER_LEDGER_H
#define CRMVI_LEDGER_LEDGER_H

#include "base/exact.h"
#include "base/memory.h"
#include "crmvalue/ledger.h"
#include "model/model.h"

/* Columns of a fact: exact sums over the customer-day's lines. */
enum {
    CRMVI_FACT_SALE_LINES,
    CRMVI_FACT_CANCELLED_LINES,
    CRMVI_FACT_RETURN_LINES,
    CRMVI_FACT_UNKNOWN_COST_LINES, /* less those that cancellations take back, maybe of other days */
    CRMVI_FACT_DOCUMENTS,
    CRMVI_FACT_QUANTITY,          /* signed, returns in */
    CRMVI_FACT_REVENUE,           /* likewise */
    CRMVI_FACT_COST,              /* of the lines whose cost is known; likewise */
    CRMVI_FACT_DISCOUNT,          /* likewise */
    CRMVI_FACT_COST_TO_SERVE,     /* likewise */
    CRMVI_FACT_RETURNED_QUANTITY, /* returns alone, as magnitudes */
    CRMVI_FACT_RETURNED_REVENUE,
    CRMVI_FACT_RETURNED_COST,
    CRMVI_FACT_RETURNED_DISCOUNT,
    CRMVI_FACT_OTHER_QUANTITY,    /* of lines that are neither sales nor cancellations nor returns: adjustments */
    CRMVI_FACT_OTHER_REVENUE,     /* likewise: rebates and adjustments */
    CRMVI_FACT_NEGATIVE_REVENUE,  /* magnitude of negative revenue: |revenue| sums to revenue + 2x it. A cancellation
                                     takes back what its sale brought, so that its revenue counts with its sign */
    CRMVI_FACT_UNKNOWN_REVENUE,   /* signed revenue of the lines whose cost is unknown */
    CRMVI_FACT_UNKNOWN_MAGNITUDE, /* |revenue| of those lines */
    /* Receivables. What was paid by its due day is in the first two and in CRMVI_FACT_PAID only. */
    CRMVI_FACT_INVOICED,  /* amounts of the items with an invoice day, on that day */
    CRMVI_FACT_COLLECTED, /* those amounts, on the day they were paid, but not before the invoice day */
    CRMVI_FACT_DUE,       /* amounts that were not paid by their due day, on that day */
    CRMVI_FACT_SETTLED,   /* those amounts, on the day they were paid */
    CRMVI_FACT_PAID,      /* positive amounts, on the day they were paid */
    CRMVI_FACT_PAID_LATE, /* those amounts times the days from due to paid, early being 0 */
    /* Events. */
    CRMVI_FACT_EVENTS, /* how many of the customer's events (crmvi_events) fall on the day */
    CRMVI_FACTS
};

/* The columns that come from transactions are those before this one. */
enum { CRMVI_TRANSACTION_FACTS = CRMVI_FACT_INVOICED };

/* Whether a column is sparse. */
static inline bool crmvi_fact_is_sparse(int32_t column) {
    return column == CRMVI_FACT_CANCELLED_LINES || column == CRMVI_FACT_RETURN_LINES ||
           column == CRMVI_FACT_UNKNOWN_COST_LINES || column >= CRMVI_FACT_RETURNED_QUANTITY;
}

/* Keys are whole numbers or texts; which, is known with the first row. */
enum { CRMVI_KEYS_UNKNOWN, CRMVI_KEYS_NUMBERS, CRMVI_KEYS_TEXTS };

/* A column of facts: signed whole numbers of 1, 2, 4 or 8 bytes. Width 0: all of them are 0, and there is no array. */
typedef struct crmvi_fact_column {
    void *values;
    int32_t width;
} crmvi_fact_column;

/* One event. */
typedef struct crmvi_event {
    int64_t value; /* in units of 1e-6; CRMVI_NO_VALUE where there is none */
    int32_t day;
    int32_t name; /* position in the names */
    int32_t text; /* position in the texts; -1: none */
    int32_t reserved;
} crmvi_event;
#define CRMVI_NO_VALUE INT64_MIN

/*
 * The events of the facts' customers, in the order of customers and then ascending by day, name, value (none first) and
 * text (none first), names and texts by their bytes. Names and texts are in ascending order, each of them used by some
 * event, so that equal events are equal bytes. As many fall on a customer's day as CRMVI_FACT_EVENTS says.
 */
typedef struct crmvi_events {
    int64_t count;
    crmvi_event *items;
    int64_t *begins; /* customers + 1: where each customer's events begin; NULL where there are no events */
    crmvi_texts names, texts;
} crmvi_events;

/* The facts that sparse columns have values of: row n of those columns is of facts[n], in ascending order. */
typedef struct crmvi_sparse_rows {
    int64_t count;
    int64_t *facts;  /* NULL: row n is of fact n */
    int64_t *begins; /* beside a list: for every CRMVI_SPARSE_STEP facts, the first row of one of them or behind them */
} crmvi_sparse_rows;
enum { CRMVI_SPARSE_STEP = 64 };

/* A sorted run of facts. */
typedef struct crmvi_facts {
    int32_t key_kind;
    int64_t customers;
    int64_t *numbers;  /* customers; for whole-number keys */
    crmvi_texts texts; /* customers; for text keys */
    int64_t *offsets;  /* customers + 1 */
    int64_t count;     /* facts */
    int32_t *days;
    crmvi_fact_column columns[CRMVI_FACTS];
    crmvi_sparse_rows sparse; /* where they are listed; else sparse columns have values of all facts */
    crmvi_events events;
} crmvi_facts;

void crmvi_facts_clear(crmvi_facts *facts);

/* The facts that stand (ended batches), and the money they are in. */
const crmvi_facts *crmvi_ledger_facts(const crmv_ledger *ledger);
const crmvi_money *crmvi_ledger_money(const crmv_ledger *ledger);

/* What the transactions fed so far, as bits of CRMVI_ROLE_...: some accepted row had a value for it. */
uint32_t crmvi_ledger_fed(const crmv_ledger *ledger);

/* What receivables or events (CRMVI_RECEIVABLES, CRMVI_EVENTS) fed so far, as bits of that feed's roles. A feed that
 * was given with columns and no rows has fed all of them: nothing happened. */
uint32_t crmvi_ledger_items_fed(const crmv_ledger *ledger, int32_t feed);

/* A value of a column. Where many are read, crmvi_fact_column_read does it faster. */
static inline int64_t crmvi_fact_column_at(const crmvi_fact_column *column, int64_t fact) {
    switch (column->width) {
    case 1:
        return ((const int8_t *)column->values)[fact];
    case 2:
        return ((const int16_t *)column->values)[fact];
    case 4:
        return ((const int32_t *)column->values)[fact];
    case 8:
        return ((const int64_t *)column->values)[fact];
    default:
        return 0;
    }
}

/* The value that a fact has in a sparse column whose facts are listed. */
int64_t crmvi_fact_listed(const crmvi_facts *facts, int32_t column, int64_t fact);

/* A value of a fact. Where many are read, crmvi_facts_read does it faster, and for sparse columns sparse.h. */
static inline int64_t crmvi_fact(const crmvi_facts *facts, int32_t column, int64_t fact) {
    if (facts->columns[column].width == 0) {
        return 0;
    }
    return facts->sparse.facts != NULL && crmvi_fact_is_sparse(column)
               ? crmvi_fact_listed(facts, column, fact)
               : crmvi_fact_column_at(&facts->columns[column], fact);
}

/* The values that facts [begin, begin + count) have in a column, widened. */
void crmvi_facts_read(const crmvi_facts *facts, int32_t column, int64_t begin, int64_t count, int64_t *out);

/* Values [begin, begin + count) of a column, widened. */
void crmvi_fact_column_read(const crmvi_fact_column *column, int64_t begin, int64_t count, int64_t *out);

/* A measure as a sum of fact columns: up to four of them, each with its sign; column -1 ends the list. */
typedef struct crmvi_term {
    int32_t column;
    int32_t sign;
} crmvi_term;
extern const crmvi_term crmvi_measure_terms[CRMVI_MEASURES][5];

#endif
