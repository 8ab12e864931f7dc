/*
 * csv_writer.h - rows of CSV in memory: UTF-8, commas, LF, fields in quotes only where they must be (RFC 4180).
 */
#ifndef CRMVALUE_PROGRAM_CSV_WRITER_H
#define CRMVALUE_PROGRAM_CSV_WRITER_H

#include <stdbool.h>
#include <stddef.h>

/* Begins as {0}. Where memory is short nothing more is written, and `failed` says so. */
typedef struct csv_writer {
    char *text;
    size_t used, capacity;
    bool within; /* the row has a field */
    bool failed;
} csv_writer;

void csv_writer_field(csv_writer *rows, const char *text);
void csv_writer_end(csv_writer *rows);

/* Forgets the rows written so far, but not their memory. */
void csv_writer_restart(csv_writer *rows);

void csv_writer_clear(csv_writer *rows);

#endif
