/*
 * sorted_lines.h - a batch's lines in the order of customer and day.
 *
 * Lines are dealt into partitions by key range (splitters drawn from a sample at fixed places), and each partition is
 * sorted on its own by radix; no customer stands in two partitions. The order of lines within a customer-day is that of
 * the rows, but nothing that follows depends on it.
 */
#ifndef CRMVI_LEDGER_SORTED_LINES_H
#define CRMVI_LEDGER_SORTED_LINES_H

#include "ledger/batch.h"

/* A live line in one piece, as large as a line of the processor's cache: summing finds it with one access. */
typedef struct crmvi_row {
    uint64_t key; /* text keys: rank among the batch's names */
    int64_t document;
    int32_t day;
    int32_t flags;
    int64_t amounts[CRMVI_LINE_AMOUNTS];
} crmvi_row;

/* Where a row stands in the order. */
typedef struct crmvi_entry {
    uint64_t key;
    int32_t day;
    uint32_t row; /* number among the rows */
} crmvi_entry;

typedef struct crmvi_sorted_lines {
    crmvi_row *rows;      /* dealt into partitions, unsorted within */
    crmvi_entry *entries; /* the same rows in order */
    int64_t count;
    int64_t *starts; /* partitions + 1: where each begins */
    int64_t partitions;
    int64_t *by_rank; /* text keys: number of the name at each rank */
} crmvi_sorted_lines;

/* Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. */
int32_t crmvi_sort_lines(const crmvi_batch *batch, const crmvi_runner *runner, crmvi_sorted_lines *out);
void crmvi_sorted_lines_clear(crmvi_sorted_lines *sorted);

#endif
