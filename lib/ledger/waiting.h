/*
 * waiting.h - packed lines that wait for the end of their batch.
 *
 * They stand in pieces of memory, the larger the more of them wait already, and none is ever moved: taking in a chunk
 * costs what the chunk costs.
 */
#ifndef CRMVI_LEDGER_WAITING_H
#define CRMVI_LEDGER_WAITING_H

#include "ledger/deal.h"

typedef struct crmvi_waiting_piece {
    char *rows;
    int64_t count;    /* rows that wait */
    int64_t written;  /* so many were given out to be written, at most */
    int64_t capacity; /* what is behind those was never touched */
} crmvi_waiting_piece;

/* Lines of one size; as new all 0, but for the size. */
typedef struct crmvi_waiting {
    size_t row_bytes;
    crmvi_waiting_piece *pieces;
    int64_t piece_count, piece_capacity;
    int64_t rows;
} crmvi_waiting;

/* A place for so many more lines, one behind the other, which wait once crmvi_waiting_keep says so. NULL where memory
 * is short. */
void *crmvi_waiting_room(crmvi_waiting *waiting, int64_t rows);
void crmvi_waiting_keep(crmvi_waiting *waiting, int64_t rows);

/* As new. */
void crmvi_waiting_clear(crmvi_waiting *waiting);

/* All lines in sheets of at most so many rows, in the order of their coming; NULL where memory is short. Free with
 * free(). */
crmvi_sheet *crmvi_waiting_sheets(const crmvi_waiting *waiting, int64_t most_rows, int64_t *count);

#endif
