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

/*
 * The stages of all partitions of a batch, on their way into its run. Rows go where those of the partitions before them
 * end: a stage that is handed in before theirs waits, and no worker does. Whoever hands one in writes all that can be
 * written then.
 */
typedef struct crmvi_sparse_queue {
    crmvi_misfits *misfits; /* of the run, whose list and columns have room for all rows */
    pthread_mutex_t mutex;  /* holds what follows */
    crmvi_sparse_stage *stages;
    bool *is_there;
    int64_t next; /* the first partition that is not written */
    int64_t partitions, rows;
} crmvi_sparse_queue;

/* False where memory is short. */
bool crmvi_sparse_queue_make(crmvi_sparse_queue *queue, int64_t partitions, crmvi_misfits *misfits);
void crmvi_sparse_queue_clear(crmvi_sparse_queue *queue);

/* Takes a partition's stage over and leaves one without rows; any thread. False where memory is short. */
bool crmvi_sparse_hand_in(crmvi_sparse_queue *queue, int64_t partition, crmvi_sparse_stage *stage);

#endif
