/*
 * sparse.h - the sparse columns of a run of facts, row by row.
 *
 * A row is what one fact has in all of them. Where their facts are listed there is one for each that is; where they are
 * not, for every fact, unless all sparse columns are zeros: then there is none.
 */
#ifndef CRMVI_LEDGER_SPARSE_H
#define CRMVI_LEDGER_SPARSE_H

#include "base/parallel.h"
#include "ledger/ledger.h"

/* A run's rows, whether they are listed or not. */
crmvi_sparse_rows crmvi_sparse_rows_of(const crmvi_facts *facts);

static inline int64_t crmvi_sparse_fact(const crmvi_sparse_rows *rows, int64_t row) {
    return rows->facts != NULL ? rows->facts[row] : row;
}

/* The first row of a fact that is not before `fact`; in the second form from a row on that is none behind it. */
int64_t crmvi_sparse_find(const crmvi_sparse_rows *rows, int64_t fact);
static inline int64_t crmvi_sparse_next(const crmvi_sparse_rows *rows, int64_t row, int64_t fact) {
    if (rows->facts == NULL) {
        return fact < rows->count ? fact : rows->count;
    }
    while (row < rows->count && rows->facts[row] < fact) {
        row++;
    }
    return row;
}

/* Writes what rows hold of facts [first, first + count) to the places from `at` on of a column as wide, where zeros
 * stand. */
void crmvi_sparse_spread(const crmvi_sparse_rows *rows, const crmvi_fact_column *from, int64_t first, int64_t count,
                         const crmvi_fact_column *into, int64_t at);

/* How many values a column has. */
int64_t crmvi_fact_values(const crmvi_facts *facts, int32_t column);

/* Lists the facts that have something in a sparse column, and keeps their rows only; the run has rows of every fact
 * until then. Errors: CRMV_OUT_OF_MEMORY; the run is good for nothing but to be cleared. */
int32_t crmvi_sparse_list(crmvi_facts *facts, const crmvi_runner *runner);

/* Makes the beginnings of a list that is complete, or drops it where it names every fact. False where memory is short.
 */
bool crmvi_sparse_settle(crmvi_facts *facts);

/* Writes the beginnings anew, where there are some: after rows or facts were taken out. */
void crmvi_sparse_begin_again(crmvi_facts *facts);

void crmvi_sparse_clear(crmvi_sparse_rows *rows);

#endif
