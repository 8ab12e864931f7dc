/*
 * page.h - plain text for people: paragraphs and grids of even columns, at most 100 characters wide.
 *
 * Texts grow; where memory is short that is noted, and what is added later goes nowhere.
 */
#ifndef CRMVI_BASE_PAGE_H
#define CRMVI_BASE_PAGE_H

#include "base/error.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

enum { CRMVI_PAGE_WIDTH = 100, CRMVI_GRID_COLUMNS = 16 };

/* A text that grows. `bytes` is NULL or ends with NUL. */
typedef struct crmvi_writing {
    char *bytes;
    int64_t used, capacity;
    bool failed;
} crmvi_writing;

void crmvi_write(crmvi_writing *to, const char *format, ...) CRMVI_PRINTF(2, 3);
void crmvi_write_list(crmvi_writing *to, const char *format, va_list arguments) CRMVI_PRINTF(2, 0);
void crmvi_write_bytes(crmvi_writing *to, const char *bytes, int64_t length);

/* A number with so many decimals, its thousands apart, whatever the locale; "-" for NaN and for 2^53 millionths and
 * more. */
typedef struct crmvi_ratio {
    char text[64];
} crmvi_ratio;
crmvi_ratio crmvi_ratio_of(double value, int32_t decimals);

/* The text, to be freed with free(); NULL where memory was short. */
char *crmvi_writing_take(crmvi_writing *writing);

/* Characters that a text takes on a terminal: wide ones two, combining ones none. */
int32_t crmvi_text_width(const char *text, int64_t length);

/* Breaks a paragraph into lines at blanks; the first begins behind `indent` blanks, the others behind `hanging`.
 * Control characters become question marks. */
void crmvi_page_paragraph(crmvi_writing *page, int32_t indent, int32_t hanging, const char *text);

/* A grid: cells row by row, columns as wide as their widest cell, none for empty ones. Where a row would be too long
 * the first column that is
 * flush left, that of names, is cut.
 */
typedef struct crmvi_grid {
    const char *sides; /* for each column 'l' or 'r' */
    crmvi_texts cells;
    bool failed;
} crmvi_grid;

void crmvi_grid_cell(crmvi_grid *grid, const char *text);

/* Writes the grid behind two blanks and lets go of it. */
void crmvi_page_grid(crmvi_writing *page, crmvi_grid *grid);

#endif
