/*
 * ledger.h - the standing facts, as the rooms above read them.
 *
 * Customers in ascending key order; customer c's facts are at [offsets[c], offsets[c + 1]), in ascending order of days.
 * Each fact column is one array over all facts, of the narrowest whole numbers that hold its values.
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
    CRMVI_FACT_UNKNOWN_COST_LINES,
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
    CRMVI_FACTS
};

/* Keys are whole numbers or texts; which, is known with the first row. */
enum { CRMVI_KEYS_UNKNOWN, CRMVI_KEYS_NUMBERS, CRMVI_KEYS_TEXTS };

/* A column of facts: signed whole numbers of 1, 2, 4 or 8 bytes. Width 0: all of them are 0, and there is no array. */
typedef struct crmvi_fact_column {
    void *values;
    int32_t width;
} crmvi_fact_column;

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
} crmvi_facts;

void crmvi_facts_clear(crmvi_facts *facts);

/* The facts that stand (ended batches), and the money they are in. */
const crmvi_facts *crmvi_ledger_facts(const crmv_ledger *ledger);
const crmvi_money *crmvi_ledger_money(const crmv_ledger *ledger);

/* What was fed so far, as bits of CRMVI_ROLE_...: some accepted row had a value for it. */
uint32_t crmvi_ledger_fed(const crmv_ledger *ledger);

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

static inline int64_t crmvi_fact(const crmvi_facts *facts, int32_t column, int64_t fact) {
    return crmvi_fact_column_at(&facts->columns[column], fact);
}

/* Values [begin, begin + count) of a column, widened. */
void crmvi_fact_column_read(const crmvi_fact_column *column, int64_t begin, int64_t count, int64_t *out);

/* A measure as a sum of fact columns: up to four of them, each with its sign; column -1 ends the list. */
typedef struct crmvi_term {
    int32_t column;
    int32_t sign;
} crmvi_term;
extern const crmvi_term crmvi_measure_terms[CRMVI_MEASURES][5];

#endif
