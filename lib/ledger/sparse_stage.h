/* sparse_stage.h - rows of the sparse columns that transactions fill, until it is known where they go. */
#ifndef CRMVI_LEDGER_SPARSE_STAGE_H
#define CRMVI_LEDGER_SPARSE_STAGE_H

#include "ledger/misfits.h"

/* The columns that transactions fill. */
enum { CRMVI_STAGED_COLUMNS = 12 };

typedef struct crmvi_staged_row {
    int64_t fact;
    int64_t values[CRMVI_STAGED_COLUMNS];
} crmvi_staged_row;

typedef struct crmvi_sparse_stage {
    crmvi_staged_row *rows;
    int64_t count, capacity;
} crmvi_sparse_stage;

void crmvi_sparse_stage_clear(crmvi_sparse_stage *stage);

/* Keeps the row of a fact if it has one: `sums` are those of all columns that transactions have. Facts come in
 * ascending order. False where memory is short. */
bool crmvi_sparse_keep(crmvi_sparse_stage *stage, int64_t fact, const int64_t *sums);

/* Writes all rows into a run, whose list and columns have room for them from row `first` on. False where memory is
 * short. */
bool crmvi_sparse_write(const crmvi_sparse_stage *stage, int64_t first, crmvi_misfits *misfits);

#endif
