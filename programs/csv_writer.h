/*
 * csv_writer.h - rows of CSV: UTF-8, commas, LF, fields in quotes only where they must be (RFC 4180).
 */
#ifndef CRMVALUE_PROGRAM_CSV_WRITER_H
#define CRMVALUE_PROGRAM_CSV_WRITER_H

#include <stdbool.h>
#include <stdio.h>

/* Errors of writing stay with the file (ferror). */
typedef struct csv_writer {
    FILE *file;
    bool within; /* the row has a field */
} csv_writer;

void csv_writer_field(csv_writer *rows, const char *text);
void csv_writer_end(csv_writer *rows);

#endif
