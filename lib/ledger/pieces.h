/* pieces.h - stretches of facts of two runs, on their way into one. */
#ifndef CRMVI_LEDGER_PIECES_H
#define CRMVI_LEDGER_PIECES_H

#include "ledger/fact_column.h"

/* Facts that stand together: in one run, which are copied, or in both, whose days are the same, which are added. */
typedef struct crmvi_piece {
    int64_t a, b; /* the first of them in either run; -1: it has none of them */
    int64_t count;
} crmvi_piece;

/* Some pieces, which follow each other in the run that they go into. */
enum { CRMVI_PIECES = 256 };
typedef struct crmvi_pieces {
    int32_t count;
    crmvi_piece items[CRMVI_PIECES];
} crmvi_pieces;

/* Adds a piece, which lengthens the last one where it goes on from it. False where there is no room. */
bool crmvi_pieces_add(crmvi_pieces *pieces, crmvi_piece piece);

/*
 * Writes the pieces of a column from place `at` on, past the caches. `out` is as wide as both; sums that are wider are
 * cut off. *width is raised to the width of the widest sum. The result is the first place in `a` whose sum does not fit
 * into 64 bits; INT64_MAX: all do.
 */
int64_t crmvi_pieces_write(const crmvi_pieces *pieces, const crmvi_fact_column *a, const crmvi_fact_column *b,
                           const crmvi_fact_column *out, int64_t at, int32_t *width);

/* The same for days, which are the same in both runs where both have them. */
void crmvi_pieces_write_days(const crmvi_pieces *pieces, const int32_t *a, const int32_t *b, int32_t *out);

#endif
