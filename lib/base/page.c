#include "base/page.h"

#include "base/decimal.h"
#include "base/exact.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Texts that grow --------------------------------------------------------------------------------------------- */

void crmvi_write_bytes(crmvi_writing *to, const char *bytes, int64_t length) {
    if (to->failed || !crmvi_grow(&to->bytes, &to->capacity, to->used + length + 1, 1)) {
        to->failed = true;
        return;
    }
    memcpy(to->bytes + to->used, bytes, (size_t)length);
    to->used += length;
    to->bytes[to->used] = '\0';
}

void crmvi_write_list(crmvi_writing *to, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (to->failed || length < 0 || !crmvi_grow(&to->bytes, &to->capacity, to->used + length + 1, 1)) {
        to->failed = true;
        return;
    }
    vsnprintf(to->bytes + to->used, (size_t)length + 1, format, arguments);
    to->used += length;
}

void crmvi_write(crmvi_writing *to, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    crmvi_write_list(to, format, arguments);
    va_end(arguments);
}

crmvi_ratio crmvi_ratio_of(double value, int32_t decimals) {
    crmvi_ratio ratio = {"-"};
    const double scaled = nearbyint(value * (double)CRMVI_ONE);
    if (!isnan(value) && fabs(scaled) < 0x1p53) {
        crmvi_amount_text((int64_t)scaled, 6, decimals, true, ratio.text);
    }
    return ratio;
}

char *crmvi_writing_take(crmvi_writing *writing) {
    char *text = writing->bytes;
    if (writing->failed) {
        free(text);
        text = NULL;
    } else if (text == NULL) {
        text = crmvi_zeroed(1, 1);
    }
    *writing = (crmvi_writing){0};
    return text;
}

/* ---- Width ------------------------------------------------------------------------------------------------------- */

/* Ranges of characters that do not take one column. */
static const struct {
    uint32_t first, last;
    int32_t width;
} unusual[] = {{0x300, 0x36F, 0},   {0x1100, 0x115F, 2},   {0x200B, 0x200F, 0},  {0x2E80, 0xA4CF, 2},
               {0xAC00, 0xD7A3, 2}, {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},  {0xFE30, 0xFE6F, 2},
               {0xFF00, 0xFF60, 2}, {0x1F300, 0x1FAFF, 2}, {0x20000, 0x3FFFD, 2}};

static int32_t width_of(uint32_t character) {
    for (size_t i = 0; i < sizeof unusual / sizeof *unusual; i++) {
        if (character >= unusual[i].first && character <= unusual[i].last) {
            return unusual[i].width;
        }
    }
    return 1;
}

/* Bytes of the character that begins with `first`, in well-formed UTF-8. */
static int64_t bytes_of(unsigned char first) {
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

static uint32_t character_at(const char *text, int64_t bytes) {
    uint32_t character = (unsigned char)text[0];
    if (bytes > 1) {
        character &= 0xFFu >> (bytes + 1);
    }
    for (int64_t i = 1; i < bytes; i++) {
        character = character << 6 | ((unsigned char)text[i] & 0x3Fu);
    }
    return character;
}

/* How many bytes of a text fit into a width. */
static int64_t bytes_within(const char *text, int64_t length, int32_t width) {
    int64_t at = 0;
    while (at < length) {
        const int64_t bytes = bytes_of((unsigned char)text[at]);
        if (at + bytes > length) {
            break;
        }
        width -= width_of(character_at(text + at, bytes));
        if (width < 0) {
            break;
        }
        at += bytes;
    }
    return at;
}

int32_t crmvi_text_width(const char *text, int64_t length) {
    int32_t width = 0;
    for (int64_t at = 0; at < length;) {
        const int64_t bytes = bytes_of((unsigned char)text[at]);
        width += at + bytes <= length ? width_of(character_at(text + at, bytes)) : 1;
        at += bytes;
    }
    return width;
}

/* ---- Paragraphs -------------------------------------------------------------------------------------------------- */

static void write_blanks(crmvi_writing *to, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        crmvi_write_bytes(to, " ", 1);
    }
}

/* Names are other people's: no character of theirs may begin a line or move the cursor. */
static void write_clean(crmvi_writing *to, const char *text, int64_t length) {
    int64_t written = 0;
    for (int64_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F) {
            crmvi_write_bytes(to, text + written, i - written);
            crmvi_write_bytes(to, "?", 1);
            written = i + 1;
        }
    }
    crmvi_write_bytes(to, text + written, length - written);
}

/* The bytes of the next line: up to the last blank that fits, or as many as fit where there is none. */
static int64_t line_of(const char *text, int64_t length, int32_t width) {
    int64_t fits = bytes_within(text, length, width);
    if (fits == length) {
        return length;
    }
    for (int64_t i = fits; i > 0; i--) {
        if (text[i] == ' ') {
            return i;
        }
    }
    return fits > 0 ? fits : bytes_of((unsigned char)text[0]);
}

void crmvi_page_paragraph(crmvi_writing *page, int32_t indent, int32_t hanging, const char *text) {
    int64_t left = (int64_t)strlen(text);
    int32_t blanks = indent;
    do {
        const int64_t line = line_of(text, left, CRMVI_PAGE_WIDTH - blanks);
        write_blanks(page, blanks);
        write_clean(page, text, line);
        crmvi_write_bytes(page, "\n", 1);
        text += line;
        left -= line;
        while (left > 0 && *text == ' ') {
            text++;
            left--;
        }
        blanks = hanging;
    } while (left > 0);
}

/* ---- Grids ------------------------------------------------------------------------------------------------------- */

enum { GRID_INDENT = 2, GRID_GAP = 2, NARROW_GAP = 1, NARROWEST = 8 };

void crmvi_grid_cell(crmvi_grid *grid, const char *text) {
    grid->failed = grid->failed || !crmvi_texts_add(&grid->cells, text, (int64_t)strlen(text));
}

static int32_t cell_width(const crmvi_grid *grid, int64_t cell) {
    return crmvi_text_width(crmvi_texts_get(&grid->cells, cell), crmvi_texts_length(&grid->cells, cell));
}

/* The column of names: the first that is flush left. */
static int32_t name_column(const crmvi_grid *grid) {
    const char *left = strchr(grid->sides, 'l');
    return left != NULL ? (int32_t)(left - grid->sides) : 0;
}

static int32_t total_width(int32_t columns, const int32_t widths[CRMVI_GRID_COLUMNS], int32_t gap) {
    int32_t total = GRID_INDENT - gap;
    for (int32_t i = 0; i < columns; i++) {
        total += widths[i] > 0 || i == 0 ? gap + widths[i] : 0;
    }
    return total;
}

/* The width of each column. Where a row does not fit, columns move together, and if that is not enough names are cut.
 * Returns the blanks between columns. */
static int32_t measure(const crmvi_grid *grid, int32_t columns, int32_t widths[CRMVI_GRID_COLUMNS]) {
    const int32_t names = name_column(grid);
    memset(widths, 0, CRMVI_GRID_COLUMNS * sizeof *widths);
    for (int64_t i = 0; i < grid->cells.count; i++) {
        const int32_t width = cell_width(grid, i), column = (int32_t)(i % columns);
        widths[column] = width > widths[column] ? width : widths[column];
    }
    if (total_width(columns, widths, GRID_GAP) <= CRMVI_PAGE_WIDTH) {
        return GRID_GAP;
    }
    const int32_t beyond = total_width(columns, widths, NARROW_GAP) - CRMVI_PAGE_WIDTH;
    if (beyond > 0 && widths[names] > NARROWEST) {
        const int32_t room = widths[names] - beyond;
        widths[names] = room > NARROWEST ? room : NARROWEST;
    }
    return NARROW_GAP;
}

static void write_cell(crmvi_writing *page, const crmvi_grid *grid, int64_t cell, bool right, bool last,
                       int32_t width) {
    static const char dots[] = "..";
    const char *text = crmvi_texts_get(&grid->cells, cell);
    int64_t length = crmvi_texts_length(&grid->cells, cell);
    const bool is_cut = crmvi_text_width(text, length) > width;
    if (is_cut) {
        length = bytes_within(text, length, width - (int32_t)sizeof dots + 1);
    }
    const int32_t blanks = width - crmvi_text_width(text, length) - (is_cut ? (int32_t)sizeof dots - 1 : 0);
    write_blanks(page, right ? blanks : 0);
    write_clean(page, text, length);
    crmvi_write_bytes(page, dots, is_cut ? (int64_t)sizeof dots - 1 : 0);
    write_blanks(page, right || last ? 0 : blanks);
}

/* The last column of a row that holds anything. */
static int32_t last_filled(const crmvi_grid *grid, int64_t row, int32_t columns) {
    int32_t last = columns - 1;
    while (last > 0 && crmvi_texts_length(&grid->cells, row * columns + last) == 0) {
        last--;
    }
    return last;
}

void crmvi_page_grid(crmvi_writing *page, crmvi_grid *grid) {
    int32_t widths[CRMVI_GRID_COLUMNS];
    const int32_t columns = (int32_t)strlen(grid->sides);
    int32_t gap = GRID_GAP;
    page->failed = page->failed || grid->failed;
    if (!grid->failed) {
        gap = measure(grid, columns, widths);
    }
    for (int64_t row = 0; !page->failed && row < grid->cells.count / columns; row++) {
        const int32_t last = last_filled(grid, row, columns);
        for (int32_t i = 0; i <= last; i++) {
            write_blanks(page, i == 0 ? GRID_INDENT : widths[i] > 0 ? gap : 0);
            write_cell(page, grid, row * columns + i, grid->sides[i] == 'r', i == last, widths[i]);
        }
        crmvi_write_bytes(page, "\n", 1);
    }
    crmvi_texts_clear(&grid->cells);
}
