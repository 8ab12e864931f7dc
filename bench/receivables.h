/*
 * receivables.h - items that customers owe, made from the lines of a feed.
 */
#ifndef CRMVALUE_BENCH_RECEIVABLES_H
#define CRMVALUE_BENCH_RECEIVABLES_H

#include "feed.h"

enum { LINES_OF_AN_ITEM = 10, RECEIVABLES_COLUMNS = 5 };

typedef struct receivables {
    int64_t rows;
    int64_t *customer, *amount; /* minor units; what a return brings back is a credit */
    int32_t *date, *due, *paid; /* days; CRMV_NO_DATE: open */
    void *memory;               /* all columns lie in it */
    size_t bytes;
} receivables;

/* Makes one item of every tenth of the first `rows` lines, at least one: due after 30 days, paid from 20 days before
 * that to 70 after, or open. The lines must have numbers as keys and minor units. False where memory is short. */
bool receivables_make(receivables *items, const feed *lines, int64_t rows, uint64_t seed);
void receivables_clear(receivables *items);

/* All of them as the library takes them. */
void receivables_columns(const receivables *items, crmv_column columns[RECEIVABLES_COLUMNS]);

#endif
