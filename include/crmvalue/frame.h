/*
 * frame.h - customers x metrics, as of a date.
 *
 * A frame holds one row per customer, in ascending key order, and one column per metric of the model: doubles in major
 * units, NaN where missing; a category is its code, the position of its label in the model (crmv_model_label). It is
 * derived from a ledger, from a customer table, or from both joined by key, and immutable from then on.
 */
#ifndef CRMVALUE_FRAME_H
#define CRMVALUE_FRAME_H

#include "column.h"
#include "ledger.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crmv_frame crmv_frame;

/*
 * Derives the model's metrics for every customer as of the end of the day `as_of` (days since 1970-01-01); facts after
 * it are not looked at. CRMV_NO_DATE is allowed where crmv_model_needs_date is 0: all facts then count.
 *
 * `ledger` may be NULL, so may `customers` (with count 0 and rows 0), not both. The ledger must have been laid out with
 * the same money as the model's. The customer table's columns are found by name as the model's input.customers says
 * ("customer", "name", "since" without it); a metric's `attribute` names its column directly. Other columns are left
 * alone. A row that cannot be used is set aside and counted; a key that stands in two rows has neither used.
 * Rows of the frame: the customers of the table and those with a fact up to as_of, be it a transaction, an item that
 * was invoiced, due or paid, or an event; with `"population": "customers"` only the table's, the others counted as
 * CRMV_UNKNOWN_CUSTOMER; the table must then be given. Receivables and events are no purchases: tenure, recency, gaps
 * and purchase days do not see them.
 *
 * Groups. Where the model's input.customers names columns for them, customers are rolled up before anything is derived:
 *   alias_of      the row's key is another number of that customer, whose facts are its facts; nothing else of the row
 *                 is looked at. Chains are followed.
 *   dealer,       of the money of each of the customer's days, its aliases' in, the dealer gets that share (percent),
 *   dealer_share  each column rounded half to even, and the customer keeps the rest, so that nothing is lost. Counts,
 *                 quantities, receivables and events stay whole with the customer. What a dealer is credited is not
 *                 shared on with a dealer's dealer; within one group nothing is shared.
 *   parent        the customer goes into its parent, that one into its own, up to the top. A key that is empty, or the
 *                 row's own, is none; so is an alias of the row's customer, and a parent in the row of an alias.
 * Only the tops are rows of the frame, and a row is one as soon as one of its customers would be; names, attributes and
 * `since` are those of the top's own row of the table, of which there may be none: tenure counts from the earlier of
 * its `since` and the group's first purchase day. A row of the table that is set aside names nobody. With
 * `"population": "customers"` a group belongs to it if its top has a row in the table; CRMV_UNKNOWN_CUSTOMER then
 * counts groups. Sums of the ledger's money over the frame are the same with and without groups.
 *
 * Errors: CRMV_BAD_ARGUMENT (as_of missing, or outside the years 1-9999; the ledger's money is another; a lifetime's
 * parameters from which a metric cannot be foretold),
 * CRMV_BAD_COLUMN (a column that the model names is missing, or of a type that cannot serve; keys of two kinds;
 * customers that roll up into each other or are each other's aliases, "A -> B -> A" from the lowest key on, with its
 * row; a dealer without a share, with the row), CRMV_OVERFLOW (place: the metric; `customers`: a group's sum on a day),
 * CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. The ledger is only read: any number of threads may derive from it at once. Cost:
 * linear in the facts, one pass for each measure that the model uses and each day at which one of its windows begins or
 * ends, and for each window that finance cost is counted over; linear in the events for each metric of them; sorting
 * the customer table, unless its keys ascend.
 */
CRMV_API int32_t crmv_frame_derive(const crmv_model *model, const crmv_ledger *ledger, const crmv_column *customers,
                                   int32_t count, int64_t rows, int32_t as_of, const crmv_options *options,
                                   crmv_frame **out, crmv_error *error);

/* Lets go of a frame. NULL is fine. */
CRMV_API void crmv_frame_free(crmv_frame *frame);

/* Customers in the frame, and the date that it was derived for. 0 and CRMV_NO_DATE for NULL. */
CRMV_API int64_t crmv_frame_rows(const crmv_frame *frame);
CRMV_API int32_t crmv_frame_as_of(const crmv_frame *frame);

/*
 * The customers' keys. Whole numbers: crmv_frame_numbers gives the column (NULL where keys are texts). Texts:
 * crmv_frame_key gives a row's key as NUL-terminated UTF-8, and does so for whole numbers too; `buffer` of at least
 * `capacity` bytes (1,025 always suffice), `*length` (may be NULL) gets the bytes without NUL.
 * Errors: CRMV_BAD_ARGUMENT for a row outside the frame, CRMV_BUFFER_TOO_SMALL.
 */
CRMV_API const int64_t *crmv_frame_numbers(const crmv_frame *frame);
CRMV_API int32_t crmv_frame_key(const crmv_frame *frame, int64_t row, char *buffer, int64_t capacity, int64_t *length);

/* The row of a customer, its key written as text (whole numbers in decimal); of one that has been rolled up, its
 * group's. Errors: CRMV_NOT_FOUND. Cost: log n. */
CRMV_API int32_t crmv_frame_find(const crmv_frame *frame, const char *key, int64_t *row);

/* How many customers a row stands for, itself included: those of its group that have a row in the table or a fact up to
 * as_of, aliases not counted apart; 1 without groups, and at least 1. 0 for a row outside. */
CRMV_API int64_t crmv_frame_members(const crmv_frame *frame, int64_t row);

/* The customer's name from the table's name column; "" where there is none. In a name that is not UTF-8 each byte
 * outside ASCII is a question mark. Valid while the frame is. */
CRMV_API const char *crmv_frame_name(const crmv_frame *frame, int64_t row);

/* The day that the customer's tenure counts from: the earlier of the table's `since` and the first purchase day up to
 * as_of; CRMV_NO_DATE where neither is known, and for a row outside. */
CRMV_API int32_t crmv_frame_start(const crmv_frame *frame, int64_t row);

/* A metric's column, crmv_frame_rows long, NaN where missing; NULL for an unknown metric. Valid while the frame is. */
CRMV_API const double *crmv_frame_metric(const crmv_frame *frame, const char *metric);

/*
 * Exact amounts per customer in minor units, over the model's `window` (all history up to as_of without one):
 * "revenue", "gross_profit" (of the lines whose cost is known), "contribution" (gross profit less cost to serve and,
 * where the model has `finance_cost`, less the interest on what was overdue in that window: crmv_ledger_total does not
 * take it off), "unknown_cost_revenue" (revenue of the lines whose cost is unknown). NULL for any other name and for a
 * frame without ledger. Valid while the frame is. For reports that must tie out with the books.
 */
CRMV_API const int64_t *crmv_frame_amount(const crmv_frame *frame, const char *measure);

/* Why values of a metric are missing. */
typedef struct crmv_missing {
    uint32_t struct_size; /* sizeof(crmv_missing) */
    int32_t reserved;     /* 0 */
    int64_t missing;      /* customers without a value: the sum of the following */
    int64_t not_given;    /* no attribute, no row in the table */
    int64_t no_history;   /* no purchase, payment or event (in the window) to derive it from; for what is overdue, open
                             or happened: the ledger was fed nothing of the kind at all */
    int64_t undefined;    /* division by zero, growth from nothing, a result that is not finite */
    int64_t cost_unknown; /* too little of the revenue has a known cost */
    int64_t unlisted;     /* a category that the model does not name */
    int64_t operand;      /* a metric that it is computed from is missing */
} crmv_missing;

/* Counts what is missing of a metric. Errors: CRMV_NOT_FOUND, CRMV_BAD_ARGUMENT. */
CRMV_API int32_t crmv_frame_missing(const crmv_frame *frame, const char *metric, crmv_missing *out);

/*
 * The categories that stood in a metric's column and that the model does not name, by descending number of customers,
 * then by text: the one at `position` (from 0); `*text` is valid while the frame is. They are listed where the scale
 * has an `other`, too. Bytes that are not UTF-8 are shown as in names. Errors: CRMV_NOT_FOUND for an unknown metric or
 * past the last.
 */
CRMV_API int32_t crmv_frame_unlisted(const crmv_frame *frame, const char *metric, int64_t position, const char **text,
                                     int64_t *customers);

/*
 * Rows of the customer table: came in, used, and set aside; see crmv_ledger_set_aside for the form. Revenue is not
 * counted there, but for CRMV_UNKNOWN_CUSTOMER, which counts customers, with their revenue as crmv_frame_amount has it.
 */
CRMV_API int64_t crmv_frame_table_rows(const crmv_frame *frame);
CRMV_API int64_t crmv_frame_table_accepted(const crmv_frame *frame);
CRMV_API int64_t crmv_frame_set_aside_count(const crmv_frame *frame);
CRMV_API int32_t crmv_frame_set_aside(const crmv_frame *frame, int64_t position, crmv_set_aside *out);

/* ---- Lifetimes -----------------------------------------------------------------------------------------------------
 */

/* What a model's lifetimes are fitted to, per customer; docs/lifetimes.md has the convention. */
enum {
    CRMV_HISTORY_REPEATS = 1, /* x: purchase days after the first */
    CRMV_HISTORY_LAST = 2,    /* t_x: from the first purchase day to the last, in the lifetime's unit of time */
    CRMV_HISTORY_AGE = 3,     /* T: from the first purchase day to the as-of date, in the same */
    CRMV_HISTORY_SPENDS = 4,  /* purchases that count for spend */
    CRMV_HISTORY_SPEND = 5,   /* their mean amount, in major units; missing without any */
    CRMV_HISTORY_SQUARES = 6  /* the sum of squared differences of their amounts from it */
};

/*
 * A column of the histories of the model's lifetime of this name, of as many numbers as the frame has rows: NaN for
 * customers without a purchase day up to the as-of date. NULL for an unknown name or column, for a spend column of a
 * lifetime without spend, and without a ledger. Belongs to the frame.
 */
CRMV_API const double *crmv_frame_history(const crmv_frame *frame, const char *lifetime, int32_t column);

/*
 * The same frame under a model whose metrics are derived as its own model's are but for the parameters of lifetimes:
 * its lifetime metrics have the values that the parameters in `model` give (missing where there are none), and so have
 * the metrics that are computed from them. What deriving anew would give, without the ledger; all that stays the same
 * is shared with `frame`, which may be freed all the same. Errors: CRMV_BAD_ARGUMENT (another model: the message says
 * which metric or lifetime differs), CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. Cost: predicting, where parameters differ.
 */
CRMV_API int32_t crmv_frame_with(const crmv_frame *frame, const crmv_model *model, const crmv_options *options,
                                 crmv_frame **out, crmv_error *error);

#ifdef __cplusplus
}
#endif

#endif
