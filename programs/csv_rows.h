/*
 * csv_rows.h - the rows of a piece of a CSV file that can be cut by their marks alone.
 *
 * These are rows of as many fields as the header, each without a quote, or in quotes without a quote or a line end in
 * it. Any other row is odd: libcsv takes it, or says what is wrong with it.
 */
#ifndef CRMVALUE_PROGRAMS_CSV_ROWS_H
#define CRMVALUE_PROGRAMS_CSV_ROWS_H

#include "csv_marks.h"
#include "csv_texts.h"

/* Bytes whose marks are looked for at once. */
enum { STRETCH = 16384 };

/* What stands next in a piece. */
enum {
    CSV_ROWS,  /* rows that can be cut */
    CSV_BLANK, /* a line end at the beginning of a line, or the second half of CR LF */
    CSV_ODD,   /* a row that cannot */
    CSV_CUT    /* one that does not end here, or nothing */
};

typedef struct csv_piece {
    csv_bits bits;
    char delimiter;
    int32_t fields;
    const char *text;
    size_t length;
    int32_t count;     /* of marks */
    int32_t next;      /* the first mark of the row that stands next */
    uint16_t *marks;   /* behind one that stands before the first byte */
    uint16_t *borders; /* of fields in quotes: the byte before it, and its end */
    uint16_t *rows;    /* of those that were listed last: the first mark, or border */
} csv_piece;

/* False where memory is short; csv_piece_clear in any case. */
bool csv_piece_make(csv_piece *piece, char delimiter, int32_t fields);
void csv_piece_clear(csv_piece *piece);

/* Begins with the first STRETCH bytes of a text, or as many as there are. SLACK bytes behind the text can be read. */
void csv_piece_begin(csv_piece *piece, const char *text, size_t length);

/* What stands next. Rows are listed, as many as there are of one kind one below the other, and passed over; so are
 * blank lines. */
int32_t csv_piece_next(csv_piece *piece, marked_rows *rows);

/* Bytes that have been passed over. */
size_t csv_piece_at(const csv_piece *piece);

/* Passes over rows that have been taken in another way, up to a byte of the text. */
void csv_piece_skip(csv_piece *piece, size_t at);

#endif
