/*
 * derivation.h - what deriving a frame looks at, and what deriving one value comes to.
 *
 * A derivation is planned once (plan.c): each metric gets a recipe, each distinct window a span of days. The customers
 * are then worked through in slices, each of them found in the facts once per span.
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

/* The days of a window. */
typedef struct crmvi_span {
    int32_t first, last; /* both included; no day where first > last */
    int32_t year;        /* how many days the year has that ends with `last` */
} crmvi_span;

/* The first span is all history up to the as-of date. */
enum { CRMVI_SPAN_ALL };

/* How a metric is derived: its card with everything resolved that is the same for all customers. */
typedef struct crmvi_recipe {
    const crmvi_metric *card;
    int32_t metric; /* position in the model */
    int32_t span;
    int32_t before;                /* the span just before, for growth */
    double unit;                   /* minor units in a major one: 10^decimals; 1 for counts */
    bool needs_cost;               /* a cost is among its measures */
    crmvi_term terms[CRMVI_FACTS]; /* fact columns to add up, each times its sign (which may be 2 or more) */
    int32_t term_count;
} crmvi_recipe;

typedef struct crmvi_plan {
    crmvi_recipe *recipes; /* per metric */
    crmvi_span *spans;     /* each once */
    int32_t span_count;
    int32_t model_span; /* the model's own window */
} crmvi_plan;

/* Errors: CRMV_OUT_OF_MEMORY. Without an as-of date `as_of` is the last day of all. */
int32_t crmvi_plan_make(const crmv_model *model, int32_t as_of, crmvi_plan *plan);
void crmvi_plan_clear(crmvi_plan *plan);

/* All that the slices share. */
typedef struct crmvi_derivation {
    const crmv_model *model;
    const crmvi_facts *facts;          /* NULL without a ledger */
    const crmvi_customer_table *table; /* NULL without a customer table */
    int32_t as_of;                     /* the last day of all where the caller gave none */
    crmvi_plan plan;
    crmvi_join join;
    crmv_frame *frame;
} crmvi_derivation;

/* Facts [begin, end). */
typedef struct crmvi_range {
    int64_t begin, end;
} crmvi_range;

/* Frame rows [begin, end). */
typedef struct crmvi_slice {
    const crmvi_derivation *whole;
    int64_t begin, end;
    crmvi_range *ranges; /* span by span, a range for each row */
} crmvi_slice;

/* A row's facts within a span. */
static inline const crmvi_range *crmvi_facts_within(const crmvi_slice *slice, int32_t span, int64_t row) {
    return &slice->ranges[span * (slice->end - slice->begin) + (row - slice->begin)];
}

/* The facts of a ledger's customer within a span. */
crmvi_range crmvi_find_range(const crmvi_facts *facts, int64_t customer, const crmvi_span *span);

/* The day that tenure counts from: the earlier of the table's `since` and the span's first purchase day, CRMV_NO_DATE
 * where there is neither. A `since` after the as-of date says nothing. */
int32_t crmvi_start_of(const crmvi_slice *slice, int32_t span, int64_t row);

/* What the customer table holds for a metric and a row of the frame; false where it is missing. */
bool crmvi_attribute_value(const crmvi_derivation *whole, int32_t metric, int64_t row, double *value);

/* The exact amounts of a slice's customers over the model's window. CRMV_OVERFLOW with the row in *failed. */
int32_t crmvi_amounts_derive(const crmvi_slice *slice, int64_t *failed);

/* An amount over a range; false where it does not fit into 64 bits. */
bool crmvi_amount_of(const crmvi_facts *facts, int32_t amount, const crmvi_range *range, int64_t *out);

#endif
