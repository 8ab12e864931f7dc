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
 * Beside the transactions a batch may hold receivables (items with a due day and the day they were paid) and events
 * (complaints, visits, survey answers, causes of leaving). Amounts in other currencies are converted at the door by
 * rates that the caller gives.
 *
 * Nothing is silent. A row that cannot be used is set aside under a reason, with the first row numbers and, wherever it
 * could be read, its amount per currency; accepted + set aside = in, in rows and in money.
 *
 * Batches stay what they were: one can be replaced or withdrawn as a whole, under its name, at any time, and a customer
 * can be erased from all of them. Ledgers of the same layout can be merged, saved to a file and loaded from one.
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
 * Begins a batch that takes the place of the ended one of that name: until crmv_ledger_end the ledger answers with the
 * old one, from then on with the new one, which stands at the same position; crmv_ledger_cancel keeps the old one.
 * Errors: CRMV_NOT_FOUND where there is none of that name, CRMV_BAD_STATE where a batch is open.
 */
CRMV_API int32_t crmv_ledger_begin_replacement(crmv_ledger *ledger, const char *batch, crmv_error *error);

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
 *   currency       text of 1 to 15 bytes; a row in another currency than the model's is converted if
 *                  crmv_ledger_rates gave a rate for it, otherwise set aside
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
 * Adds a chunk of receivables to the open batch. One row is an item that a customer owes, or a part of one: an
 * instalment, what a part payment settled, what is still open. A credit note or a payment on account is a row with a
 * negative amount. Columns are found as in crmv_ledger_append, by the model's input.receivables:
 *   customer   as in crmv_ledger_append
 *   amount     in money, signed
 *   due        the day it is due
 *   paid       the day it was paid or set off; missing: open. The column may be left out: everything is open
 *   date       the day it was invoiced; optional: without it there is no open balance and no days sales outstanding
 *   currency   as in crmv_ledger_append; converted at the rate of the invoice day, else of the due day
 * customer, amount and due are required; a day is as crmv_ledger_append has it, and CRMV_NO_DATE in a column of whole
 * numbers is a missing day of payment or invoice. An item counts as overdue from its due day to the day it was paid,
 * whenever these lie: the past is kept, so any as-of date can be asked for. A batch with these columns and no row says
 * that there are no items, so that what is open or overdue is 0 rather than missing. Errors and cost: as
 * crmv_ledger_append; about 64 bytes a row until the batch ends.
 */
CRMV_API int32_t crmv_ledger_append_receivables(crmv_ledger *ledger, const crmv_column *columns, int32_t count,
                                                int64_t rows, crmv_error *error);

/*
 * Adds a chunk of events to the open batch, by the model's input.events:
 *   customer   as in crmv_ledger_append
 *   date       the day it happened
 *   event      what happened: text of 1 to 64 bytes ("complaint"); `kinds` of the model's input renames texts, and then
 *              any other text sets the row aside
 *   value      a number of up to six decimals, below 2^53 in units of 1e-6; optional, missing is missing
 *   text       a text of up to 255 bytes, such as a cause; optional, the empty text is missing
 * customer, date and event are required. A batch with these columns and no row says that nothing happened, so that
 * counts and sums of events are 0 rather than missing. Errors: as crmv_ledger_append. Cost: about 64 bytes a row until
 * the batch ends, then 24 an event.
 */
CRMV_API int32_t crmv_ledger_append_events(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows,
                                           crmv_error *error);

/*
 * Gives the ledger rates of exchange, by the model's input.rates: columns currency, date and rate (a positive number of
 * up to 12 decimals), all required. The model's `quoted` says whether a rate is the home currency's price of one unit
 * of the other ("home", the default) or the other's price of one home unit ("foreign"). A row is converted at the
 * latest rate of its currency on or before its day, at most as old as the model's `maximum_age` allows, each of its
 * amounts exactly and rounded once, half to even: texts count with all their decimals, doubles as the shortest decimal
 * that reads back, a quantity times a price is not rounded in between. Of a gross profit the cost is what is left of
 * the converted revenue. A row without such a rate is set aside.
 *
 * A day's rate given again by a later call replaces the one before, for rows that are appended later. Within one call
 * the order of rows does not matter: a currency and day may come twice with the same rate; with two different ones it
 * is an error. Rates belong to the handle: they are neither saved nor merged, since what was converted stays converted.
 * May be called in and out of a batch. A row of this table that cannot be used is an error (row, column): nothing is
 * taken over then.
 * Errors: CRMV_BAD_COLUMN, CRMV_BAD_ARGUMENT (the model's money names no currency), CRMV_OUT_OF_MEMORY.
 */
CRMV_API int32_t crmv_ledger_rates(crmv_ledger *ledger, const crmv_column *columns, int32_t count, int64_t rows,
                                   crmv_error *error);

/*
 * Takes the open batch into the ledger. On failure the batch is still open and the ledger as it was: free memory and
 * try again, or cancel. Errors: CRMV_BAD_STATE, CRMV_OVERFLOW, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED, CRMV_TOO_LARGE.
 * Cost: linear in the batch's rows and in the standing facts, with which it is merged. A fact takes 5 bytes and 1 to 8
 * for each column of plain sales that holds something; one with a return, an unknown cost, a receivable or an event
 * takes 8 more, and 1 to 8 for each column of those. While the call runs, as much again as the batch's rows took where
 * chunks were small or keys are texts.
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

/* ---- Corrections ------------------------------------------------------------------------------------------------- */

/*
 * Takes an ended batch back, as if it had never been there; its name is free again.
 * Errors: CRMV_NOT_FOUND, CRMV_BAD_STATE where a batch is open, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED, CRMV_OVERFLOW (what
 * the batch offset no longer fits into 64 bits). Cost: linear in the facts of the batches that stay.
 */
CRMV_API int32_t crmv_ledger_withdraw(crmv_ledger *ledger, const char *batch, crmv_error *error);

/*
 * Erases a customer for good: the key, its facts, receivables and events are gone from every batch, from the ledger's
 * memory (which is overwritten before it is given back), and from what is saved from now on. Counts of rows and what
 * was set aside stay as they are, but for a text that shows the key; the totals are those of the others. Other numbers
 * of the same customer (`alias_of` in the customer table) are keys of their own, which the ledger does not know to be
 * the customer's: erase each of them. Neither is the key in memory that earlier calls gave back to the allocator, since
 * every call overwrites what held keys, rows or facts before it frees it: lines on their way in, arrays that grew,
 * facts that were merged or replaced, what a load read, frames. Left to the allocator are blocks of 128 MiB and more,
 * which it gives back to the system unless the host has told it to keep them, and to shrink those of 1 MiB and more
 * where they are, as those of the usual C libraries do. Not covered are the caller's own columns, other ledgers and
 * frames that are still held, stacks of the host's other threads, what the system swapped out, older copies of the
 * file, and blocks of it that the disk has given up. `key` is the key as text; whole numbers in decimal. Errors:
 * CRMV_NOT_FOUND, CRMV_BAD_ARGUMENT (no whole number where keys are), CRMV_BAD_STATE where a batch is open,
 * CRMV_OUT_OF_MEMORY. Cost: linear in the facts.
 */
CRMV_API int32_t crmv_ledger_erase(crmv_ledger *ledger, const char *key, crmv_error *error);

/*
 * Adds the batches of another ledger, behind those of `into`. A name that both have stands for the two halves of one
 * batch, as when a feed was dealt out by customer: the halves become one batch, and must have no customer in common
 * (CRMV_DUPLICATE, naming batch and customer, so that nothing is counted twice). Shards by customer, merged in any
 * order, are the same ledger, to the bytes of its file, as one that took all rows, but for the row numbers of what was
 * set aside. Errors: CRMV_BAD_ARGUMENT (another money), CRMV_BAD_COLUMN (another kind of keys), CRMV_BAD_STATE where
 * one of them has an open batch, CRMV_DUPLICATE, CRMV_OVERFLOW, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. Cost: linear in the
 * facts of both.
 */
CRMV_API int32_t crmv_ledger_merge(crmv_ledger *into, const crmv_ledger *from, crmv_error *error);

/*
 * A ledger of some customers only, for scoring them without deriving the rest: their facts, receivables and events of
 * all batches, which here are one batch of no name and no rows. `keys` are `count` texts (whole numbers in decimal);
 * one that the ledger does not have is left out. Frames derived from it hold the same bits as those of the whole: what
 * the feeds supply, and the first and the last day, are those of the whole ledger, whatever these customers have. Free
 * with crmv_ledger_free. Errors: CRMV_BAD_ARGUMENT, CRMV_OUT_OF_MEMORY. Cost: log n a key and linear in their facts:
 * microseconds for one customer.
 */
CRMV_API int32_t crmv_ledger_extract(const crmv_ledger *ledger, const char *const *keys, int64_t count,
                                     crmv_ledger **out, crmv_error *error);

/* ---- What is in it ----------------------------------------------------------------------------------------------- */

/* The feeds of a batch. */
enum { CRMV_TRANSACTIONS = 1, CRMV_RECEIVABLES = 2, CRMV_EVENTS = 3 };

/* What an ended batch is. */
typedef struct crmv_batch {
    uint32_t struct_size;     /* sizeof(crmv_batch) */
    int32_t reserved;         /* 0 */
    int64_t rows, accepted;   /* of all its feeds together */
    int64_t customers, facts; /* that it holds now, after erasures */
    int32_t first_day;        /* of its transactions; CRMV_NO_DATE where there are none */
    int32_t last_day;
} crmv_batch;

/* The ended batch at `position`; crmv_ledger_batch has its name. Errors: CRMV_BAD_ARGUMENT. */
CRMV_API int32_t crmv_ledger_batch_get(const crmv_ledger *ledger, int64_t position, crmv_batch *out);

/* Rows of one feed that came in, and those accepted, over all ended batches. 0 for NULL or an unknown feed. */
CRMV_API int64_t crmv_ledger_feed_rows(const crmv_ledger *ledger, int32_t feed);
CRMV_API int64_t crmv_ledger_feed_accepted(const crmv_ledger *ledger, int32_t feed);

/* What was converted from one currency in one batch. */
typedef struct crmv_conversion {
    uint32_t struct_size; /* sizeof(crmv_conversion) */
    int32_t batch;        /* position of the batch */
    char currency[16];    /* as the rows wrote it */
    int64_t rows;         /* accepted rows */
    int64_t before_high;  /* their revenue (of receivables: amount) before, in minor units of the model's decimals, */
    uint64_t before_low;  /* as a 128-bit number: high x 2^64 + low */
    int64_t after_high;   /* and after, in the model's currency */
    uint64_t after_low;
    int32_t first_rate_day; /* the days of the earliest and the latest rate that was used */
    int32_t last_rate_day;
    int32_t oldest_rate; /* how many days the oldest rate lay before its row */
    int32_t reserved;    /* 0 */
} crmv_conversion;

/* How many there are, sorted by batch, then currency, and the one at `position`. Errors: CRMV_BAD_ARGUMENT. */
CRMV_API int64_t crmv_ledger_conversions(const crmv_ledger *ledger);
CRMV_API int32_t crmv_ledger_conversion(const crmv_ledger *ledger, int64_t position, crmv_conversion *out);

/* Ended batches only. 0 for NULL. */
CRMV_API int64_t crmv_ledger_customers(const crmv_ledger *ledger); /* customers with at least one fact */
CRMV_API int64_t crmv_ledger_facts(const crmv_ledger *ledger);     /* customer-days */
CRMV_API int64_t crmv_ledger_rows(const crmv_ledger *ledger); /* rows that came in: accepted + set aside; all feeds */
CRMV_API int64_t crmv_ledger_accepted(const crmv_ledger *ledger);
CRMV_API int64_t crmv_ledger_batches(const crmv_ledger *ledger);

/* Lines whose kind turns the sign round (return, rebate, cancellation) and whose quantity or revenue (cost where there
 * is neither; of a rebate the revenue alone) was negative already: where there are many, the feed's amounts carry their
 * own sign, and its input wants `"amounts": "signed"`. */
CRMV_API int64_t crmv_ledger_negative_magnitudes(const crmv_ledger *ledger);

/* First and last day of an accepted transaction, as days since 1970-01-01; CRMV_NO_DATE where there is none. Due days
 * and events do not count. */
CRMV_API int32_t crmv_ledger_first_day(const crmv_ledger *ledger);
CRMV_API int32_t crmv_ledger_last_day(const crmv_ledger *ledger);

/* 1 where some accepted row supplied what the measure needs, else 0 (also for an unknown measure). */
CRMV_API int32_t crmv_ledger_supplies(const crmv_ledger *ledger, const char *measure);

/*
 * The exact total of a measure or count over everything, in minor units (counts: pieces). Measures: quantity, revenue,
 * cost, gross_profit, discount, cost_to_serve, contribution, returned_quantity, returned_revenue, returned_cost,
 * returned_discount (these four as magnitudes), unknown_cost_revenue (revenue of the lines whose cost is unknown).
 * Counts: lines (sale lines less cancelled ones), sale_lines, cancelled_lines, return_lines, unknown_cost_lines (of
 * cancellations the negative: over days that a sale lies outside of it can be below 0), documents (distinct per
 * customer and day within a batch, those with more sale lines than cancelled ones; texts are told apart by 64 bits of
 * their XXH3), purchase_days, events. Receivables, signed: invoiced, collected (of items that have an invoice day),
 * due, settled (of items that were not paid by their due day). cost, gross_profit and contribution sum the lines whose
 * cost is known. Errors: CRMV_NOT_FOUND, CRMV_OVERFLOW where the total does not fit into 64 bits. Cost: linear in the
 * facts.
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
    CRMV_NO_AMOUNT = 10,       /* the row has no amount, or no revenue beside a quantity where the feed has revenues */
    CRMV_OTHER_CURRENCY = 11,  /* the row is in another currency than the model's */
    CRMV_REPEATED_CUSTOMER = 12, /* customer table: the key stands in more than one row; none of them is used */
    CRMV_UNKNOWN_CUSTOMER = 13,  /* `"population": "customers"`: has facts, but no row in the customer table */
    CRMV_NO_RATE = 14,           /* another currency, and no rate on or before the day that is young enough */
    CRMV_VOID_DOCUMENT = 15,     /* the kind says `void`: the document was cancelled before it counted */
    CRMV_NO_EVENT = 16           /* the event is missing; or it or its text is longer than it may be, or not UTF-8 */
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
    int32_t feed;          /* CRMV_TRANSACTIONS ...; 0 for rows of the customer table */
    int32_t reserved;      /* 0 */
} crmv_set_aside;

/* A short English name of a reason ("bad date"); "unknown reason" for any other number. Static; never NULL. */
CRMV_API const char *crmv_reason_text(int32_t reason);

/* How many kinds of rows set aside there are, ended batches only; sorted by reason, then currency, batch and feed. */
CRMV_API int64_t crmv_ledger_set_aside_count(const crmv_ledger *ledger);

/* The one at `position` (from 0). Errors: CRMV_BAD_ARGUMENT. */
CRMV_API int32_t crmv_ledger_set_aside(const crmv_ledger *ledger, int64_t position, crmv_set_aside *out);

/* ---- Files ------------------------------------------------------------------------------------------------------- */

/*
 * Writes the ledger to a file: aside, synced, and renamed over what was there, so that a process that is killed at any
 * moment leaves the old file or the new one whole. The same batches give the same bytes, whatever led to them.
 * docs/ledger-file.md describes the format. `path` NULL: where crmv_ledger_open found it. The open batch is not saved.
 * Errors: CRMV_IO, CRMV_BUSY where another writer has the file, CRMV_BAD_ARGUMENT, CRMV_OUT_OF_MEMORY. Cost: linear in
 * the facts.
 */
CRMV_API int32_t crmv_ledger_save(const crmv_ledger *ledger, const char *path, crmv_error *error);

/*
 * Loads a ledger. `layout` must have the money that the file was made with; feeds that are appended later are read as
 * its `input` says. Every byte is covered by a checksum that is looked at before anything is believed.
 * Errors: CRMV_IO, CRMV_BAD_FILE (place: the part of the file), CRMV_BAD_ARGUMENT (another money), CRMV_OUT_OF_MEMORY,
 * CRMV_OVERFLOW, CRMV_CANCELLED. Cost: linear in the file.
 */
CRMV_API int32_t crmv_ledger_load(const char *path, const crmv_model *layout, const crmv_options *options,
                                  crmv_ledger **out, crmv_error *error);

/*
 * The same, and holds the writers' lock of the file until the ledger is freed, for changing what is there: open,
 * append, withdraw or erase, save. A file that is not there yet is an empty ledger. Errors: as crmv_ledger_load;
 * CRMV_BUSY where another writer has it. Readers need no lock: they see the file before or after a save. The lock is on
 * a file of its own, PATH.lock, which a killed writer leaves behind; it does no harm, and the next writer removes it.
 * It goes by the path, symbolic links followed: by another name of the same file (a hard link) it is another file.
 */
CRMV_API int32_t crmv_ledger_open(const char *path, const crmv_model *layout, const crmv_options *options,
                                  crmv_ledger **out, crmv_error *error);

/*
 * Adds the ledger's batches to a file without reading what is there but its list of batches: a day costs what the day
 * costs. A file that is not there is made. Killed at any moment it leaves the file as it was, or with the batches; on
 * failure it is as it was, unless the device failed (CRMV_IO) at the last moment: a load tells.
 * Errors: as crmv_ledger_save; CRMV_DUPLICATE where the file has a batch of one of the names (place: its name),
 * CRMV_BAD_FILE, CRMV_BAD_COLUMN (another kind of keys), CRMV_BAD_ARGUMENT (another money), CRMV_OVERFLOW where the sum
 * of the magnitudes of everything would pass 64 bits.
 */
CRMV_API int32_t crmv_ledger_extend(const char *path, const crmv_ledger *ledger, crmv_error *error);

/*
 * Loads some customers only: as crmv_ledger_extract of the whole file, but reads no more of it than it needs. Keys that
 * the file does not have are left out. Errors: as crmv_ledger_load. Cost: some reads of 4 KiB a key, column and batch.
 */
CRMV_API int32_t crmv_ledger_load_customers(const char *path, const crmv_model *layout, const char *const *keys,
                                            int64_t count, const crmv_options *options, crmv_ledger **out,
                                            crmv_error *error);

#ifdef __cplusplus
}
#endif

#endif
