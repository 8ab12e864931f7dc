#include "text_table.h"

#include <stdlib.h>
#include <string.h>

/* ---- Width ------------------------------------------------------------------------------------------------------- */

/* Characters that terminals draw otherwise than one column wide; the rest is one. */
static const struct {
    uint32_t first, last;
    int32_t width;
} unusual[] = {{0x0300, 0x036F, 0},  {0x1100, 0x115F, 2}, {0x200B, 0x200F, 0}, {0x2E80, 0x303E, 2},
               {0x3041, 0xA4CF, 2},  {0xAC00, 0xD7A3, 2}, {0xF900, 0xFAFF, 2}, {0xFE00, 0xFE0F, 0},
               {0xFE30, 0xFE6F, 2},  {0xFF00, 0xFF60, 2}, {0xFFE0, 0xFFE6, 2}, {0x1F300, 0x1FAFF, 2},
               {0x20000, 0x3FFFD, 2}};

static int32_t character_width(uint32_t character) {
    for (size_t i = 0; i < sizeof unusual / sizeof unusual[0]; i++) {
        if (character >= unusual[i].first && character <= unusual[i].last) {
            return unusual[i].width;
        }
    }
    return 1;
}

/* The next character of well-formed UTF-8. */
static uint32_t next_character(const unsigned char **text) {
    unsigned char first = *(*text)++;
    int32_t more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    uint32_t character = more == 0 ? first : first & (0x3Fu >> more);
    for (; more > 0 && **text != '\0'; more--) {
        character = character << 6 | (*(*text)++ & 0x3Fu);
    }
    return character;
}

int32_t text_width(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    int32_t width = 0;
    while (*at != '\0') {
        width += character_width(next_character(&at));
    }
    return width;
}

/* ---- Table ------------------------------------------------------------------------------------------------------- */

text_table text_table_new(const char *sides) {
    return (text_table){.sides = sides};
}

static char *clean_copy(const char *text) {
    size_t length = strlen(text);
    char *copy = malloc(length + 1);
    for (size_t i = 0; copy && i <= length; i++) {
        unsigned char byte = (unsigned char)text[i];
        copy[i] = (char)((byte < 0x20 && byte != '\0') || byte == 0x7F ? '?' : byte);
    }
    return copy;
}

void text_table_add(text_table *table, const char *cell) {
    if (table->count == table->capacity) {
        int32_t capacity = table->capacity > 0 ? table->capacity * 2 : 64;
        char **cells = realloc(table->cells, (size_t)capacity * sizeof *cells);
        if (!cells) {
            table->failed = true;
            return;
        }
        table->cells = cells;
        table->capacity = capacity;
    }
    char *copy = clean_copy(cell);
    if (!copy) {
        table->failed = true;
        return;
    }
    table->cells[table->count++] = copy;
}

static void measure(const text_table *table, int32_t columns, int32_t widths[TABLE_COLUMNS]) {
    memset(widths, 0, TABLE_COLUMNS * sizeof *widths);
    for (int32_t i = 0; i < table->count; i++) {
        int32_t width = text_width(table->cells[i]);
        int32_t column = i % columns;
        widths[column] = width > widths[column] ? width : widths[column];
    }
}

/* Whether nothing follows in the row, so that no blanks need stand there. */
static bool ends_row(const text_table *table, int32_t position, int32_t columns) {
    for (int32_t i = position + 1; i % columns != 0 && i < table->count; i++) {
        if (table->cells[i][0] != '\0') {
            return false;
        }
    }
    return true;
}

static void write_cell(const text_table *table, int32_t position, int32_t columns, int32_t width, FILE *file) {
    const char *cell = table->cells[position];
    int32_t column = position % columns;
    int32_t blanks = width - text_width(cell);
    bool right = table->sides[column] == 'r';
    bool last = ends_row(table, position, columns);
    if (width == 0 || (last && cell[0] == '\0')) {
        return;
    }
    fprintf(file, "%s%*s%s%*s", column > 0 ? "  " : "", right ? (int)blanks : 0, "", cell,
            right || last ? 0 : (int)blanks, "");
}

bool text_table_write(text_table *table, const char *indent, FILE *file) {
    int32_t widths[TABLE_COLUMNS];
    int32_t columns = (int32_t)strlen(table->sides);
    measure(table, columns, widths);
    for (int32_t i = 0; i < table->count && !table->failed; i++) {
        if (i % columns == 0) {
            fputs(indent, file);
        }
        write_cell(table, i, columns, widths[i % columns], file);
        if (i % columns == columns - 1) {
            fputc('\n', file);
        }
    }
    for (int32_t i = 0; i < table->count; i++) {
        free(table->cells[i]);
    }
    free(table->cells);
    return !table->failed;
}
