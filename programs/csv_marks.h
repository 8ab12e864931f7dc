/* csv_marks.h - where fields and lines of a CSV file may end: looked for eight bytes at a time. */
#ifndef CRMVALUE_PROGRAMS_CSV_MARKS_H
#define CRMVALUE_PROGRAMS_CSV_MARKS_H

#include <stddef.h>
#include <stdint.h>

/* The places of all delimiters, line ends (LF, CR) and quotes of a text of at most 65,536 bytes, into `marks`, which
 * has room for as many as it has bytes; how many there are. */
int32_t csv_marks_find(const char *text, size_t length, char delimiter, uint16_t *marks);

#endif
