/*
 * line_map.h - which line of a file each of its rows begins on.
 *
 * Rows mostly follow each other line by line, so only the rows that do not are kept: those behind a blank line or a
 * field with a line end in it.
 */
#ifndef CRMVALUE_PROGRAM_LINE_MAP_H
#define CRMVALUE_PROGRAM_LINE_MAP_H

#include <stdbool.h>
#include <stdint.h>

/* From this row on (1-based), rows stand line by line from this line on. */
typedef struct line_jump {
    int64_t row, line;
} line_jump;

typedef struct line_map {
    line_jump *jumps;
    int64_t count, capacity;
    int64_t rows;
} line_map;

/* Adds the next row; false where memory is short. */
bool line_map_add(line_map *map, int64_t line);

/* Adds rows, at least one, that stand line by line from this line on. */
bool line_map_add_rows(line_map *map, int64_t line, int64_t rows);

/* The line of a row, 1-based; 0 for a row that is not there. */
int64_t line_map_line(const line_map *map, int64_t row);

void line_map_clear(line_map *map);

#endif
