/*
 * gathering.h - facts of two runs, and the rows that they have in the sparse columns, on their way into one.
 *
 * Facts come in ascending order of where they go. They and their rows are gathered into pieces until there are enough
 * of either for a pass over the columns.
 */
#ifndef CRMVI_LEDGER_GATHERING_H
#define CRMVI_LEDGER_GATHERING_H

#include "ledger/pieces.h"
#include "ledger/sparse.h"

typedef struct crmvi_gathering crmvi_gathering;

/* Does what is to be done with the pieces that were gathered. */
typedef void (*crmvi_taker)(void *context, const crmvi_gathering *g);

struct crmvi_gathering {
    /* The caller's. */
    void *context;
    crmvi_taker take_facts, take_rows;
    int64_t fact, row; /* where the first of them goes */
    int64_t *list;     /* of the facts that all rows are of, which is filled; or NULL */

    const crmvi_facts *a, *b;
    crmvi_piece last;                /* facts that may go on */
    crmvi_pieces pieces, row_pieces; /* of facts before them, and of rows */
    int64_t facts, rows;             /* so many were gathered, */
    int64_t taken_facts, taken_rows; /* so many of them taken */
    crmvi_sparse_rows a_rows, b_rows;
    int64_t a_row, b_row; /* the next ones */
};

/* Begins with facts of two runs that come from these on. */
void crmvi_gather_begin(crmvi_gathering *g, const crmvi_facts *a, int64_t first_of_a, const crmvi_facts *b,
                        int64_t first_of_b);

/* Gathers `count` facts that follow each other: of `a`, or of `b`, the other being -1; or of both, whose days are the
 * same. */
void crmvi_gather(crmvi_gathering *g, int64_t a, int64_t b, int64_t count);

/* Has what is left taken. */
void crmvi_gather_end(crmvi_gathering *g);

#endif
