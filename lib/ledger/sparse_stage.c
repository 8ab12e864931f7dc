#include "ledger/sparse_stage.h"

#include "ledger/fact_column.h"

#include <stdlib.h>

static const int32_t columns[CRMVI_STAGED_COLUMNS] = {
    CRMVI_FACT_CANCELLED_LINES,   CRMVI_FACT_RETURN_LINES,     CRMVI_FACT_UNKNOWN_COST_LINES,
    CRMVI_FACT_RETURNED_QUANTITY, CRMVI_FACT_RETURNED_REVENUE, CRMVI_FACT_RETURNED_COST,
    CRMVI_FACT_RETURNED_DISCOUNT, CRMVI_FACT_OTHER_QUANTITY,   CRMVI_FACT_OTHER_REVENUE,
    CRMVI_FACT_NEGATIVE_REVENUE,  CRMVI_FACT_UNKNOWN_REVENUE,  CRMVI_FACT_UNKNOWN_MAGNITUDE,
};

void crmvi_sparse_stage_clear(crmvi_sparse_stage *stage) {
    crmvi_discard(stage->rows, stage->capacity, sizeof *stage->rows);
    *stage = (crmvi_sparse_stage){0};
}

bool crmvi_sparse_keep(crmvi_sparse_stage *stage, int64_t fact, const int64_t *sums) {
    int64_t any = 0;
    for (int32_t i = 0; i < CRMVI_STAGED_COLUMNS; i++) {
        any |= sums[columns[i]];
    }
    if (any == 0) {
        return true;
    }
    if (!crmvi_grow(&stage->rows, &stage->capacity, stage->count + 1, sizeof *stage->rows)) {
        return false;
    }
    crmvi_staged_row *row = &stage->rows[stage->count++];
    row->fact = fact;
    for (int32_t i = 0; i < CRMVI_STAGED_COLUMNS; i++) {
        row->values[i] = sums[columns[i]];
    }
    return true;
}

/* Rows that are written together, a column at a time. */
enum { PORTION = 512 };

static bool write_column(const crmvi_staged_row *rows, int64_t count, int32_t i, int64_t at, crmvi_misfits *misfits) {
    const crmvi_fact_column *out = &misfits->facts->columns[columns[i]];
    int64_t values[PORTION];
    int64_t bits = 0; /* in which some value differs from its sign */
    for (int64_t row = 0; row < count; row++) {
        values[row] = rows[row].values[i];
        bits |= values[row] ^ (values[row] < 0 ? -1 : 0);
    }
    if (crmvi_fact_width(bits) <= out->width) {
        crmvi_fact_column_store(out, at, count, values);
        return true;
    }
    bool written = true;
    for (int64_t row = 0; row < count && written; row++) {
        written = crmvi_misfits_put(misfits, columns[i], at + row, values[row]);
    }
    return written;
}

static bool write_stage(const crmvi_sparse_stage *stage, int64_t first, crmvi_misfits *misfits) {
    const crmvi_facts *facts = misfits->facts;
    bool written = true;
    for (int64_t i = 0; i < stage->count; i++) {
        facts->sparse.facts[first + i] = stage->rows[i].fact;
    }
    for (int64_t done = 0; done < stage->count; done += PORTION) {
        const int64_t portion = stage->count - done < PORTION ? stage->count - done : PORTION;
        for (int32_t i = 0; i < CRMVI_STAGED_COLUMNS && written; i++) {
            written = facts->columns[columns[i]].width == 0 ||
                      write_column(stage->rows + done, portion, i, first + done, misfits);
        }
    }
    return written;
}

/* ---- The queue --------------------------------------------------------------------------------------------------- */

bool crmvi_sparse_queue_make(crmvi_sparse_queue *queue, int64_t partitions, crmvi_misfits *misfits) {
    *queue = (crmvi_sparse_queue){.misfits = misfits, .partitions = partitions};
    queue->stages = crmvi_zeroed(partitions, sizeof *queue->stages);
    queue->is_there = crmvi_zeroed(partitions, sizeof *queue->is_there);
    if (queue->stages != NULL && queue->is_there != NULL && pthread_mutex_init(&queue->mutex, NULL) == 0) {
        return true;
    }
    free(queue->stages);
    free(queue->is_there);
    return false;
}

void crmvi_sparse_queue_clear(crmvi_sparse_queue *queue) {
    for (int64_t i = 0; i < queue->partitions; i++) {
        crmvi_sparse_stage_clear(&queue->stages[i]);
    }
    free(queue->stages);
    free(queue->is_there);
    pthread_mutex_destroy(&queue->mutex);
}

/* Takes the next stage out of the queue if it is there; its rows go from *first on. */
static bool take_next(crmvi_sparse_queue *queue, crmvi_sparse_stage *stage, int64_t *first) {
    pthread_mutex_lock(&queue->mutex);
    const bool is_there = queue->next < queue->partitions && queue->is_there[queue->next];
    if (is_there) {
        *stage = queue->stages[queue->next];
        queue->stages[queue->next++] = (crmvi_sparse_stage){0};
        *first = queue->rows;
        queue->rows += stage->count;
    }
    pthread_mutex_unlock(&queue->mutex);
    return is_there;
}

bool crmvi_sparse_hand_in(crmvi_sparse_queue *queue, int64_t partition, crmvi_sparse_stage *stage) {
    pthread_mutex_lock(&queue->mutex);
    queue->stages[partition] = *stage;
    queue->is_there[partition] = true;
    pthread_mutex_unlock(&queue->mutex);
    *stage = (crmvi_sparse_stage){0};
    bool written = true;
    crmvi_sparse_stage next;
    for (int64_t first; take_next(queue, &next, &first);) {
        written = write_stage(&next, first, queue->misfits) && written;
        crmvi_sparse_stage_clear(stage);
        *stage = next; /* its memory does for the caller's next partition */
        stage->count = 0;
    }
    return written;
}
