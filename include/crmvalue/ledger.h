/*
 * ledger.h - what each customer bought, returned and cost, per day.
 *
 * A ledger takes transaction lines in batches and keeps customer-day facts: line counts, documents, and one exact sum
 * per measure, sales and returns apart, sorted by customer and day. Rows may come in any order, in any chunks, on any
 * number of threads: the facts are the same bits.
 *
 * Money is exact. Amounts become int64 minor units at the door, rounded once, half to even: texts as the decimals they
 * are; doubles by one IEEE multiplication with 10^decimals; quantity x price in 128 bits. Sums are checked; a sum that
 * does not fit is CRMV_OVERFLOW, never a wrapped number.
 *
 * Nothing is silent. A row that cannot be used is set aside under a reason, with the first row numbers and, wherever it
 * could be read, its revenue per currency; accepted + set aside = in, in rows and in money.
 */
#ifndef CRMVALUE_LEDGER_H
#define CRMVALUE_LEDGER_H

#include "column.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crmv_ledger crmv_ledger;

/*
 * A new, empty ledger for feeds laid out as the model's `money` and `input` say (the rest of the model does not
 * matter). `options` (may be NULL) holds for all calls on this ledger. Free with crmv_ledger_free.
 * Errors: CRMV_BAD_ARGUMENT, CRMV_OUT_OF_MEMORY.
 */
CRMV_API int32_t crmv_ledger_new(const crmv_model *layout, const crmv_options *options, crmv_ledger **out,
                                 crmv_error *error);

/* Lets go of a ledger. NULL is fine. */
CRMV_API void crmv_ledger_free(crmv_ledger *ledger);

/*
 * Begins a batch under a name (UTF-8, 1 to 1,024 bytes), for instance the export's file name and date. Until
 * crmv_ledger_end, the ledger answers as if the batch were not there.
 * Errors: CRMV_DUPLICATE where a batch of that name was taken in before, CRMV_BAD_STATE where one is open.
 */
CRMV_API int32_t crmv_ledger_begin(crmv_ledger *ledger, const char *batch, crmv_error *error);

/*
 * Adds a chunk of rows to the open batch.
 *
 * Columns are found by name: the names that the model's input.transactions gives to the roles, and columns it does not
 * mention are left alone; without it, the roles' own names, and any other name is an error. Roles:
 *   customer       int64, int32 or text. One kind of key a ledger: whole numbers, or UTF-8 of 1 to 1,024 bytes compared
 *                  by bytes, neither trimmed nor folded. `"keys": "integer"` reads text as whole numbers.
 *   date           int32 or int64 days, or text
 *   quantity, revenue | quantity and unit_price, cost | unit_cost | gross_profit, discount | discount_rate,
 *   cost_to_serve  amounts: int32, int64 (whole), CRMV_MINOR, double, or text
 *   document       int64, int32 or text; optional
 *   kind           text or whole number, by the model's `kinds`; without the column amounts carry their sign
 *   currency       text of 1 to 15 bytes
 * customer and date are required. What `input` maps must be there; without it a chunk may leave out any other column.
 *
 * On failure nothing of the chunk has been added, and the batch is still open.
 * Errors: CRMV_BAD_STATE outside a batch; CRMV_BAD_COLUMN (place: the column); CRMV_OUT_OF_MEMORY; CRMV_CANCELLED;
 * CRMV_TOO_LARGE past 2^31 - 2 rows a batch. Cost: linear. Until the batch ends a row takes 32 bytes, one with a
 * document or an amount of 2^31 minor units or more takes 64; chunks of 131,072 rows and more are the fastest.
 */
CRMV_API int32_t crmv_ledger_append(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows,
                                    crmv_error *error);

/*
 * Takes the open batch into the ledger. On failure the batch is still open and the ledger as it was: free memory and
 * try again, or cancel. Errors: CRMV_BAD_STATE, CRMV_OVERFLOW, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED, CRMV_TOO_LARGE.
 * Cost: linear in the batch's rows and in the standing facts, with which it is merged. A fact takes 5 bytes and 1 to 8
 * for each column that holds something; while the call runs, as much again as the batch's rows took where chunks were
 * small or keys are texts.
 */
CRMV_API int32_t crmv_ledger_end(crmv_ledger *ledger, crmv_error *error);

/* Drops the open batch; the ledger is as it was before crmv_ledger_begin, and the name is free again. */
CRMV_API int32_t crmv_ledger_cancel(crmv_ledger *ledger, crmv_error *error);

/*
 * The open batch before it ends, so that a caller can decide to cancel: the rows that came in so far and those
 * accepted, and the rows set aside (crmv_ledger_set_aside has the form; positions from 0, CRMV_BAD_ARGUMENT past the
 * last). Errors: CRMV_BAD_ARGUMENT; crmv_ledger_pending also CRMV_BAD_STATE where no batch is open.
 */
CRMV_API int32_t crmv_ledger_pending(const crmv_ledger *ledger, int64_t *rows, int64_t *accepted);
struct crmv_set_aside;
CRMV_API int32_t crmv_ledger_pending_aside(const crmv_ledger *ledger, int64_t position, struct crmv_set_aside *out);

/* The name of the batch at `position` (from 0, in the order of ending; the open one comes last); NULL if there is none.
 * Valid until the next call on the ledger. */
CRMV_API const char *crmv_ledger_batch(const crmv_ledger *ledger, int64_t position);

/* ---- What is in it ----------------------------------------------------------------------------------------------- */

/* Ended batches only. 0 for NULL. */
CRMV_API int64_t crmv_ledger_customers(const crmv_ledger *ledger); /* customers with at least one fact */
CRMV_API int64_t crmv_ledger_facts(const crmv_ledger *ledger);     /* customer-days */
CRMV_API int64_t crmv_ledger_rows(const crmv_ledger *ledger);      /* rows that came in: accepted + set aside */
CRMV_API int64_t crmv_ledger_accepted(const crmv_ledger *ledger);
CRMV_API int64_t crmv_ledger_batches(const crmv_ledger *ledger);

/* Lines whose kind turns the sign round (return, rebate, cancellation) and whose amount was negative already: where
 * there are many, the feed's amounts carry their own sign, and its input wants `"amounts": "signed"`. */
CRMV_API int64_t crmv_ledger_negative_magnitudes(const crmv_ledger *ledger);

/* First and last day with a fact, as days since 1970-01-01; CRMV_NO_DATE where there is none. */
CRMV_API int32_t crmv_ledger_first_day(const crmv_ledger *ledger);
CRMV_API int32_t crmv_ledger_last_day(const crmv_ledger *ledger);

/* 1 where some accepted row supplied what the measure needs, else 0 (also for an unknown measure). */
CRMV_API int32_t crmv_ledger_supplies(const crmv_ledger *ledger, const char *measure);

/*
 * The exact total of a measure or count over everything, in minor units (counts: pieces). Measures: quantity, revenue,
 * cost, gross_profit, discount, cost_to_serve, contribution, returned_quantity, returned_revenue, returned_cost,
 * returned_discount (these four as magnitudes), unknown_cost_revenue (revenue of the lines whose cost is unknown).
 * Counts: lines (sale lines less cancelled ones), sale_lines, cancelled_lines, return_lines, unknown_cost_lines,
 * documents (distinct per customer and day within a batch, those with more sale lines than cancelled ones; texts are
 * told apart by 64 bits of their XXH3), purchase_days. cost, gross_profit and contribution sum the lines whose cost is
 * known. Errors: CRMV_NOT_FOUND, CRMV_OVERFLOW where the total does not fit into 64 bits. Cost: linear in the facts.
 */
CRMV_API int32_t crmv_ledger_total(const crmv_ledger *ledger, const char *measure, int64_t *total);

/*
 * The same over the days from `first` to `last`, both included: what a date leaves out, or what a month held.
 * Errors: as crmv_ledger_total.
 */
CRMV_API int32_t crmv_ledger_total_between(const crmv_ledger *ledger, const char *measure, int32_t first, int32_t last,
                                           int64_t *total);

/* Amounts in texts of accepted rows that had more decimals than their measure holds, and were rounded. Where there are
 * many, `money` wants more decimals, or the decimal comma was taken for a separator. 0 for NULL. */
CRMV_API int64_t crmv_ledger_rounded(const crmv_ledger *ledger);

/* The ledger's hash: 32 hexadecimal digits and NUL, XXH3 (128 bits) of the layout's money and the facts in key order.
 * Row numbers, batch names and what was set aside do not enter. Cost: linear in the facts. */
CRMV_API int32_t crmv_ledger_hash(const crmv_ledger *ledger, char hash[33]);

/* ---- Rows set aside ---------------------------------------------------------------------------------------------- */

/* Why a row was not used. A row that fails several tests counts under the first of this order. */
enum {
    CRMV_NO_CUSTOMER = 1,      /* the key is missing */
    CRMV_BAD_CUSTOMER = 2,     /* the key is no whole number where it must be, over 1,024 bytes, or not UTF-8 */
    CRMV_BAD_CURRENCY = 3,     /* the currency is longer than 15 bytes, or not UTF-8 */
    CRMV_NO_DATE_GIVEN = 4,    /* the date is missing */
    CRMV_BAD_DATE = 5,         /* the date cannot be read, or does not exist */
    CRMV_UNKNOWN_KIND = 6,     /* the kind is missing, or the model's `kinds` do not name it */
    CRMV_BAD_AMOUNT = 7,       /* an amount cannot be read, or is infinite */
    CRMV_AMOUNT_TOO_LARGE = 8, /* |amount| is 2^53 minor units or more */
    CRMV_BAD_RATE = 9,         /* a discount rate outside [0, 1) */
    CRMV_NO_AMOUNT = 10,       /* the row has neither revenue nor quantity nor cost to serve where the feed has them */
    CRMV_OTHER_CURRENCY = 11,  /* the row is in another currency than the model's */
    CRMV_REPEATED_CUSTOMER = 12, /* customer table: the key stands in more than one row; none of them is used */
    CRMV_UNKNOWN_CUSTOMER = 13   /* `"population": "customers"`: has facts, but no row in the customer table */
};

/* Rows of one batch set aside for one reason, in one currency. */
typedef struct crmv_set_aside {
    uint32_t struct_size;  /* sizeof(crmv_set_aside) */
    int32_t reason;        /* one of the above */
    char currency[16];     /* as the rows wrote it; "" where the feed has no currency or it could not be read */
    int64_t rows;          /* how many */
    int64_t amounts;       /* how many of them had a revenue that could be read */
    int64_t revenue_high;  /* their revenue as a 128-bit two's complement number of minor units: */
    uint64_t revenue_low;  /* high x 2^64 + low */
    int32_t listed;        /* how many of first_rows are filled, at most 8 */
    int32_t batch;         /* position of the batch, from 0 in the order of ending */
    int64_t first_rows[8]; /* the lowest row numbers, 1-based within the batch */
    char column[64];       /* the column that the first of them failed at; "" where it is about no single column */
    char text[64];         /* what stood there; "" where nothing did. Both UTF-8, cut at a character if longer */
} crmv_set_aside;

/* A short English name of a reason ("bad date"); "unknown reason" for any other number. Static; never NULL. */
CRMV_API const char *crmv_reason_text(int32_t reason);

/* How many kinds of rows set aside there are (reason x currency), ended batches only; sorted by reason, then currency.
 */
CRMV_API int64_t crmv_ledger_set_aside_count(const crmv_ledger *ledger);

/* The one at `position` (from 0). Errors: CRMV_BAD_ARGUMENT. */
CRMV_API int32_t crmv_ledger_set_aside(const crmv_ledger *ledger, int64_t position, crmv_set_aside *out);

#ifdef __cplusplus
}
#endif

#endif
