/*
 * derivation.h - what deriving a frame looks at, and what deriving one value comes to.
 *
 * A derivation is planned once (plan.c): each metric gets a recipe, each distinct window a span of days, each sum that
 * several metrics have in common stands there once. The customers are then worked through in slices (slice.h).
 */
#ifndef CRMVI_FRAME_DERIVATION_H
#define CRMVI_FRAME_DERIVATION_H

#include "frame/customer_table.h"
#include "frame/frame.h"
#include "frame/join.h"
#include "ledger/ledger.h"

/* What deriving a value comes to: the value, or why it is missing. */
enum {
    CRMVI_VALUE,
    CRMVI_NOT_GIVEN,
    CRMVI_NO_HISTORY,
    CRMVI_UNDEFINED,
    CRMVI_COST_UNKNOWN,
    CRMVI_UNLISTED,
    CRMVI_OPERAND,
    CRMVI_OUTCOMES,
    CRMVI_SUM_TOO_LARGE = CRMVI_OUTCOMES /* an exact sum does not fit into 64 bits: the call fails */
};

/* ---- The plan ---------------------------------------------------------------------------------------------------- */

/* What is asked of a span's purchase days, as bits. */
enum { CRMVI_ASKS_DAYS = 1, CRMVI_ASKS_FIRST = 2, CRMVI_ASKS_LAST = 4 };

/* The days of a window. */
typedef struct crmvi_span {
    int32_t first, last; /* both included; no day where first > last */
    int32_t year;        /* how many days the year has that ends with `last` */
    int32_t begin, end;  /* the cuts between which its days lie */
    uint32_t asks;       /* bits of CRMVI_ASKS_... */
} crmvi_span;

/* The first span is all history up to the as-of date. */
enum { CRMVI_SPAN_ALL };

/* Finance cost is summed like a fact column, but follows from two of them and the days between (finance.c). */
enum { CRMVI_FINANCE_SUM = CRMVI_FACTS, CRMVI_SUMMED };

/* The sum of a fact column over a span: computed once a customer, whichever metrics have it in common. */
typedef struct crmvi_sum {
    int32_t column; /* or CRMVI_FINANCE_SUM */
    int32_t span;
    bool purchases; /* over the span's purchase days alone */
    int32_t next;   /* another sum of the same column, -1 behind the last */
} crmvi_sum;

/* A total of such sums, each times its sign. Columns without any value are left away. */
typedef struct crmvi_part {
    int32_t sum;
    int32_t sign;
} crmvi_part;

typedef struct crmvi_total {
    int32_t count;
    crmvi_part parts[CRMVI_SUMMED];
} crmvi_total;

/* Interest by the day. A change of the balance costs itself times the rates of all days behind it, so that a customer's
 * interest is one sum over the changes. */
typedef struct crmvi_interest {
    const crmvi_rate_period *periods; /* the model's; NULL: nothing bears interest */
    int32_t count;
    int64_t *accrued; /* per period: the rates of all days before it, added up; below 4e6 days times 1e7 */
    int64_t divisor;  /* rates are yearly, in 1e-6 */
} crmvi_interest;

/* How a metric is derived: its card with everything resolved that is the same for all customers. */
typedef struct crmvi_recipe {
    const crmvi_metric *card;
    int32_t metric; /* position in the model */
    int32_t span;
    int32_t before;                /* the span just before, for growth */
    double unit;                   /* minor units in a major one: 10^decimals; 1 for counts */
    bool needs_cost;               /* a cost is among its measures */
    bool takes_every_fact;         /* each is history to it: all are of transactions, or it takes finance cost too */
    crmvi_term terms[CRMVI_FACTS]; /* fact columns to add up, each times its sign (which may be 2 or more) */
    int32_t term_count;
    int32_t finance; /* the sign with which finance cost is added: 0 where it is not */
    int32_t event;   /* of events: the position of their name, -1 where the ledger has none of that name */
    int32_t *codes;  /* of events with categories, per text: its code, -1 where the model does not name it */
    double ahead;    /* of what a lifetime foretells: how far, in the lifetime's unit of time; may be infinite */
    double discount; /* and its discount rate per that unit */
    /* The same as totals of shared sums, [0] over the span, [1] over the one before. */
    crmvi_total totals[2];
    crmvi_total revenue[2]; /* |revenue|, where the cost is needed */
    crmvi_total unknown[2]; /* the part of it whose cost is unknown; without parts: none is */
    crmvi_total returned;   /* of the return rate */
} crmvi_recipe;

/* What a lifetime looks at of each customer: its card with the same resolved. */
typedef struct crmvi_life {
    double unit_days;
    bool has_spend;
    bool first_purchase;           /* its amount counts */
    double unit;                   /* of a purchase's amount: minor units in a major one */
    bool needs_cost;               /* a cost is among its measures */
    crmvi_term terms[CRMVI_FACTS]; /* fact columns that make a purchase's amount, each times its sign */
    int32_t term_count;
} crmvi_life;

typedef struct crmvi_plan {
    crmvi_recipe *recipes; /* per metric */
    crmvi_span *spans;     /* each once */
    int32_t span_count;
    int32_t model_span; /* the model's own window */
    int32_t *cuts;      /* days before which a span begins or ends, each once; the first is CRMVI_FIRST_DAY */
    int32_t cut_count;
    crmvi_sum *sums;
    int32_t sum_count;
    int32_t first_sums[CRMVI_SUMMED][2]; /* of a column, over all days and over purchase days; -1: none */
    crmvi_total amounts[CRMVI_AMOUNTS];
    bool has_items; /* some facts are of receivables or events, so that not each is of transactions */
    crmvi_interest interest;
    int32_t *codes;    /* of all recipes */
    crmvi_life *lives; /* per lifetime of the model */
    bool any_spend;    /* one of them looks at spend */
    bool *foretold;    /* per metric: a lifetime foretells it, or one that it is computed from */
    bool any_foretold;
} crmvi_plan;

/* `facts` may be NULL. What the plan points into is the model's. Errors: CRMV_OUT_OF_MEMORY. Without an as-of date
 * `as_of` is the last day of all. */
int32_t crmvi_plan_make(const crmv_model *model, const crmvi_facts *facts, int32_t as_of, crmvi_plan *plan);
void crmvi_plan_clear(crmvi_plan *plan);

/* The fact columns that an amount adds up, with their signs. */
const crmvi_term *crmvi_amount_terms(int32_t amount, int32_t *count);

/* finance.c: the interest, where the model has rates and some balance was overdue. False where memory is short. */
bool crmvi_interest_plan(const crmvi_finance_cost *rates, const crmvi_facts *facts, crmvi_interest *interest);

/* events.c: the names and texts that the recipes ask for. False where memory is short. */
bool crmvi_events_plan(const crmv_model *model, const crmvi_events *events, crmvi_plan *plan);

/* The fact columns whose sum a return rate divides by, with their signs; the second of them is what was returned. */
enum { CRMVI_SOLD_TERMS = 3 };
const crmvi_term *crmvi_sold_terms(const crmvi_metric *card);

/* ---- The whole --------------------------------------------------------------------------------------------------- */

/* All that the slices share. */
typedef struct crmvi_derivation {
    const crmv_model *model;
    const crmvi_facts *facts;          /* NULL without a ledger */
    const crmvi_customer_table *table; /* NULL without a customer table */
    uint32_t fed[CRMVI_ITEM_FEEDS];    /* what receivables and events supplied, as bits of their roles */
    int32_t as_of;                     /* the last day of all where the caller gave none */
    crmvi_plan plan;
    crmvi_join join;
    crmv_frame *frame;
} crmvi_derivation;

/* Where a row of the frame stands in the facts and in the customer table; -1: it does not. */
static inline int64_t crmvi_customer_of(const crmvi_derivation *whole, int64_t row) {
    return whole->join.customers == NULL ? row : whole->join.customers[row];
}

static inline int64_t crmvi_table_row_of(const crmvi_derivation *whole, int64_t row) {
    return whole->join.table_rows == NULL ? -1 : whole->join.table_rows[row];
}

/* Whether receivables or events (CRMVI_RECEIVABLES ...) supplied a role. */
static inline bool crmvi_is_fed(const crmvi_derivation *whole, int32_t feed, int32_t role) {
    return (whole->fed[feed] >> role & 1) != 0;
}

/* What the customer table holds for a metric and a row of the frame; false where it is missing. */
bool crmvi_attribute_value(const crmvi_derivation *whole, int32_t metric, int64_t row, double *value);

#endif
