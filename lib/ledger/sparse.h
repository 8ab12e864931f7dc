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

typedef struct crmvi_sparse_rows {
    const int64_t *facts; /* which fact each row is of, ascending; NULL: row n of fact n */
    int64_t count;
} crmvi_sparse_rows;

crmvi_sparse_rows crmvi_sparse_rows_of(const crmvi_facts *facts);

static inline int64_t crmvi_sparse_fact(const crmvi_sparse_rows *rows, int64_t row) {
    return rows->facts != NULL ? rows->facts[row] : row;
}

/* The first row of a fact that is not before `fact`: by halving, and step by step from a row that is none behind it. */
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

/* How many values a column has. */
int64_t crmvi_fact_values(const crmvi_facts *facts, int32_t column);

/* Lists the facts that have something in a sparse column, and keeps their rows only; the run has rows of every fact
 * until then. Where most have something it stays as it is. Errors: CRMV_OUT_OF_MEMORY, CRMV_CANCELLED; the run is as it
 * was. */
int32_t crmvi_sparse_list(crmvi_facts *facts, const crmvi_runner *runner);

/* Drops a list that names every fact. */
void crmvi_sparse_settle(crmvi_facts *facts);

#endif
