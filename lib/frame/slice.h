/*
 * slice.h - the customers of a few rows at a time, with what their metrics have in common.
 *
 * The facts of a slice are few enough to stay in the processor's caches, so that each column comes from memory once.
 * A slice is plain where its customers' sums are sure to fit into 64 bits: then they are taken for all its rows at a
 * time, by running sums. In the rare other one each customer's sums are added up in 128 bits.
 */
#ifndef CRMVI_FRAME_SLICE_H
#define CRMVI_FRAME_SLICE_H

#include "frame/derivation.h"

/* Rows of a slice, and the facts that several of them may have together. */
enum { CRMVI_SLICE_ROWS = 512, CRMVI_SLICE_FACTS = 8192 };

/* Running counts of listed facts are written so many at once, and at the end past what is asked for. */
enum { CRMVI_LISTED_AT_ONCE = 32 };

/* Facts [begin, end). */
typedef struct crmvi_range {
    int64_t begin, end;
} crmvi_range;

/* What a worker works in: made once, used for one slice after the other. */
typedef struct crmvi_workspace {
    atomic_bool taken;
    int64_t *outcomes; /* CRMVI_OUTCOMES per metric: what the values derived here came to */

    /* Per row of the slice. */
    int32_t bounds[CRMVI_SLICE_ROWS + 1];          /* where its facts begin among the slice's */
    int64_t totals[4][CRMVI_SLICE_ROWS];           /* of several sums */
    int32_t history[CRMVI_SLICE_ROWS];             /* where its history begins: crmvi_history_note */
    const int32_t **places;                        /* per cut, where it lies in each row's facts */
    int32_t *cut_places;                           /* those that had to be looked for */
    int32_t listed_bounds[CRMVI_SLICE_ROWS + 1];   /* the same among the slice's listed facts: bounds, */
    const int32_t **listed_places;                 /* places, */
    int32_t *listed_cuts;                          /* and those that had to be looked up */
    int32_t *days_bought, *first_days, *last_days; /* per span; CRMV_NO_DATE where there is none */
    int64_t *sums;                                 /* per sum of the plan */

    /* Per fact of the slice. */
    int32_t days[CRMVI_SLICE_FACTS];
    int32_t counted[CRMVI_SLICE_FACTS + 1];                   /* running counts */
    int64_t added[CRMVI_SLICE_FACTS + 1];                     /* running sums */
    int32_t listed[CRMVI_SLICE_FACTS + CRMVI_LISTED_AT_ONCE]; /* running counts of the listed facts */
    int64_t gathered[CRMVI_SLICE_FACTS];                      /* a column that does not lie in one piece */
    int64_t widened[CRMVI_SLICE_FACTS];
    int64_t cancelled[CRMVI_SLICE_FACTS]; /* lines; zeros where there are none */
    int64_t *amounts, *before;            /* of purchases, where a lifetime looks at spend; else NULL: lifetimes.c */
} crmvi_workspace;

/* Frame rows [begin, end). */
typedef struct crmvi_slice {
    const crmvi_derivation *whole;
    crmvi_workspace *space;
    int64_t begin, end;
    bool plain;
    int32_t facts;        /* how many; of a plain slice */
    int64_t first_fact;   /* where they lie in one piece; -1: they do not */
    bool few_listed;      /* they do, and few of them are listed as those with something in sparse columns: */
    int64_t first_listed; /* the row of the first of those, */
    int32_t listed;       /* and how many they are */
    const int32_t *days;  /* of a plain slice's facts */
} crmvi_slice;

/* False where memory is short. */
bool crmvi_workspace_make(const crmvi_derivation *whole, crmvi_workspace *space);
void crmvi_workspace_clear(const crmvi_derivation *whole, crmvi_workspace *space);

/* Takes as many of rows [begin, end) as make one slice, and adds up what the plan shares. CRMVI_UNSEEN where the rows
 * are all customers and one of them has no fact up to the as-of date. */
enum { CRMVI_UNSEEN = -1 };
int32_t crmvi_slice_take(const crmvi_derivation *whole, crmvi_workspace *space, int64_t begin, int64_t end,
                         crmvi_slice *slice);

/* Takes rows [begin, end), at most CRMVI_SLICE_ROWS, as a slice that is not plain. */
void crmvi_slice_take_exactly(const crmvi_derivation *whole, crmvi_workspace *space, int64_t begin, int64_t end,
                              crmvi_slice *slice);

static inline int64_t crmvi_slice_rows(const crmvi_slice *slice) {
    return slice->end - slice->begin;
}

/* A fact column over a plain slice's facts; one of zeros has no array to step into. What it points at lasts until the
 * next one is taken. */
crmvi_fact_column crmvi_slice_column(const crmvi_slice *slice, int32_t which);

/* Adds up what the plan shares; false where a value is so large that sums may not be plain. */
bool crmvi_slice_add_up(const crmvi_slice *slice);

/* A row's facts within a span. */
crmvi_range crmvi_facts_within(const crmvi_slice *slice, int32_t span, int64_t row);

/* ---- Of a plain slice: one value per row ------------------------------------------------------------------------- */

/* What a total's sums come to; in the second form they may be the shared ones, and `out` is left alone. */
void crmvi_total_into(const crmvi_slice *slice, const crmvi_total *total, int64_t *out);
const int64_t *crmvi_total_of(const crmvi_slice *slice, const crmvi_total *total, int64_t *out);

/* What the plan asked of a span's purchase days. */
const int32_t *crmvi_days_bought(const crmvi_slice *slice, int32_t span);
const int32_t *crmvi_first_days(const crmvi_slice *slice, int32_t span);
const int32_t *crmvi_last_days(const crmvi_slice *slice, int32_t span);

/* Whether a row has any fact up to the as-of date. */
static inline bool crmvi_has_facts(const crmvi_slice *slice, int64_t row) {
    const crmvi_span *days = &slice->whole->plan.spans[CRMVI_SPAN_ALL];
    const int64_t i = row - slice->begin;
    return slice->space->places[days->begin][i] != slice->space->places[days->end][i];
}

/* ---- Finance cost (finance.c) ------------------------------------------------------------------------------------ */

/* Interest in minor units on a row's overdue balance over a span; false where it does not fit into 64 bits. */
bool crmvi_finance_cost_of(const crmvi_slice *slice, int32_t span, int64_t row, int64_t *cost);

/* The same of all rows; false where one is too large for sums to be plain. */
bool crmvi_finance_costs(const crmvi_slice *slice, int32_t span, int64_t *costs);

/* ---- Running sums (running.c) ------------------------------------------------------------------------------------ */

/* Sums of a slice's values are plain where no value is larger than this, 2^42: 2^13 of them, 48 columns together. */
#define CRMVI_PLAIN_LIMIT (INT64_C(1) << 42)

/* running[i] becomes the sum of the first i values; false where a value is too large. */
bool crmvi_running_sums(const crmvi_fact_column *column, int64_t begin, int32_t count, int64_t *running);

/* counted[i] becomes how many of the first i facts from `first` on are listed. There is room for CRMVI_LISTED_AT_ONCE
 * more than `count`. */
void crmvi_running_listed(const crmvi_sparse_rows *rows, int64_t first, int32_t count, int32_t *counted);

/* The same of the values whose day is a purchase day: where the running count of those goes up. */
bool crmvi_running_purchases(const int64_t *values, const int32_t *counted, int32_t count, int64_t *running);

/* counted[i] becomes how many of the first i facts are purchase days; in the second form no line was cancelled. */
void crmvi_running_days(const int64_t *sold, const int64_t *cancelled, int32_t count, int32_t *counted);
void crmvi_running_days_1(const int8_t *sold, int32_t count, int32_t *counted);

/* counted[i] becomes how many of the first i days lie before a day. */
void crmvi_running_before(const int32_t *days, int32_t count, int32_t day, int32_t *counted);

#endif
