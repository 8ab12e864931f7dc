/*
 * column_texts.h - the texts of a block of rows: what type their column has is decided once and not row by row.
 */
#ifndef CRMVI_BASE_COLUMN_TEXTS_H
#define CRMVI_BASE_COLUMN_TEXTS_H

#include "base/column_read.h"

enum { CRMVI_TEXTS_ROWS = 512 };

/* Where each row's text is. */
typedef struct crmvi_block_texts {
    int64_t count;
    const char *at[CRMVI_TEXTS_ROWS];
    int64_t lengths[CRMVI_TEXTS_ROWS]; /* -1 where the row has no text */
    const char *begin;                 /* where the block's texts stand one behind the other; NULL where they do not */
    const char *first;                 /* and the column's: all bytes in between may be read */
    int64_t bytes;                     /* of the block's texts together */
} crmvi_block_texts;

/* The texts of rows [begin, begin + count) of a text column, at most CRMVI_TEXTS_ROWS. */
void crmvi_block_texts_read(const crmv_column *column, int64_t begin, int64_t count, crmvi_block_texts *out);

/* Whether it is known that all texts are of ASCII bytes other than NUL. */
bool crmvi_block_texts_ascii(const crmvi_block_texts *texts);

#endif
