/* csv_marks.h - where fields and lines of a CSV file may end: looked for many bytes at a time. */
#ifndef CRMVALUE_PROGRAMS_CSV_MARKS_H
#define CRMVALUE_PROGRAMS_CSV_MARKS_H

#include <stddef.h>
#include <stdint.h>

/* For each eight bits the places of those that are set, from the first on: eight numbers of 16 bits in two of 64, so
 * that the same can be added to all of them; 0 behind them. */
typedef struct csv_bits {
    uint64_t places[256][2];
} csv_bits;

void csv_bits_make(csv_bits *bits);

/* Places are written eight at a time: so many more than a text has bytes there must be room for. */
enum { CSV_MARKS_MORE = 8 };

/* The places of all delimiters, line ends (LF, CR) and quotes of a text of at most 65,535 bytes, into `marks`; how many
 * there are. */
int32_t csv_marks_find(const csv_bits *bits, const char *text, size_t length, char delimiter, uint16_t *marks);

#endif
