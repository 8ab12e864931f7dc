/*
 * feed.h - the transaction lines of a population, as columns.
 */
#ifndef CRMVALUE_BENCH_FEED_H
#define CRMVALUE_BENCH_FEED_H

#include "population.h"

#include <crmvalue/crmvalue.h>
#include <stddef.h>

/* What a feed is made of. The same lines come out whatever their order is; text keys, doubles and documents change
 * nothing else. */
typedef struct feed_plan {
    const char *name; /* what is special about it */
    int64_t rows, customers;
    uint64_t seed;
    numbering numbers;
    bool zipf;
    bool texts;             /* keys are texts: "C" and the number in 13 digits */
    bool ascending;         /* by date, otherwise shuffled */
    bool doubles;           /* amounts are doubles in major units, otherwise minor units */
    int32_t document_lines; /* consecutive lines of one customer and day, under a document number; 0: no documents */
    int32_t return_percent; /* of the lines */
    int32_t unknown_cost_percent;
} feed_plan;

enum { TEXT_KEY_BYTES = 14, MOST_COLUMNS = 8 };

/* A line that brings something back has negative amounts. */
typedef struct feed {
    int64_t rows;
    bool doubles;         /* the four columns of money hold doubles */
    int64_t *customer;    /* NULL with text keys */
    char *text;           /* the texts end to end */
    int64_t *text_starts; /* rows + 1 */
    int32_t *date, *quantity;
    int64_t *revenue, *cost, *discount, *cost_to_serve;
    _Atomic uint8_t *cost_known; /* bitmap; NULL where all costs are. Several threads fill it */
    int64_t *document;           /* NULL without documents */
    void *memory;                /* all columns lie in it */
    size_t bytes;
} feed;

/* Makes the lines, on as many threads as there are processors; false where memory or a thread is missing. */
bool feed_make(feed *lines, const feed_plan *plan);

/* Only the columns, full of zeros; all costs are known. */
bool feed_make_columns(feed *lines, const feed_plan *plan);
void feed_clear(feed *lines);

/* Rows from `first` on as the library takes them; gives the number of columns. */
int32_t feed_columns(const feed *lines, int64_t first, crmv_column columns[MOST_COLUMNS]);

/* What the columns of a row take, in bytes. */
int64_t feed_row_bytes(const feed *lines);

int32_t feed_first_day(void);
int32_t feed_last_day(void);

#endif
