/*
 * text_table.h - a small table for people: columns of even width, numbers to the right, empty columns left out.
 */
#ifndef CRMVALUE_PROGRAM_TEXT_TABLE_H
#define CRMVALUE_PROGRAM_TEXT_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { TABLE_COLUMNS = 12 };

typedef struct text_table {
    const char *sides; /* for each column 'l' or 'r' */
    char **cells;      /* row by row */
    int32_t count, capacity;
    bool failed; /* memory was short */
} text_table;

text_table text_table_new(const char *sides);

/* The next cell; control characters become '?'. */
void text_table_add(text_table *table, const char *cell);

/* Writes the table, each line behind an indent, and lets go of it; false where memory was short. */
bool text_table_write(text_table *table, const char *indent, FILE *file);

/* How many columns of a terminal a text takes: wide characters two, combining ones none. */
int32_t text_width(const char *text);

#endif
