#include "csv_rows.h"

#include <stdlib.h>

bool csv_piece_make(csv_piece *piece, char delimiter, int32_t fields) {
    csv_bits_make(&piece->bits);
    piece->delimiter = delimiter;
    piece->fields = fields;
    piece->marks = malloc((1 + STRETCH + CSV_MARKS_MORE) * sizeof *piece->marks);
    piece->borders = malloc(2 * STRETCH * sizeof *piece->borders);
    piece->rows = malloc(STRETCH * sizeof *piece->rows);
    if (!piece->marks || !piece->borders || !piece->rows) {
        return false;
    }
    *piece->marks++ = UINT16_MAX;
    return true;
}

void csv_piece_clear(csv_piece *piece) {
    free(piece->marks ? piece->marks - 1 : NULL);
    free(piece->borders);
    free(piece->rows);
}

void csv_piece_begin(csv_piece *piece, const char *text, size_t length) {
    piece->text = text;
    piece->length = length < STRETCH ? length : STRETCH;
    piece->count = csv_marks_find(&piece->bits, text, piece->length, piece->delimiter, piece->marks);
    piece->next = 0;
}

size_t csv_piece_at(const csv_piece *piece) {
    return (uint16_t)(piece->marks[piece->next - 1] + 1);
}

void csv_piece_skip(csv_piece *piece, size_t at) {
    while (piece->next < piece->count && piece->marks[piece->next] < at) {
        piece->next++;
    }
}

/* ---- One row ----------------------------------------------------------------------------------------------------- */

static bool ends_line(char byte) {
    return byte == '\n' || byte == '\r';
}

/* Whether a mark ends a line that begins with it. */
static bool is_blank(const char *text, const uint16_t *mark) {
    return mark[0] == (uint16_t)(mark[-1] + 1) && ends_line(text[mark[0]]);
}

/* Whether a row's marks are the delimiters between its fields and a line end. */
static bool is_plain(const char *text, const uint16_t *marks, int32_t fields, char delimiter) {
    bool is_alike = ends_line(text[marks[fields - 1]]);
    for (int32_t i = 0; i < fields - 1; i++) {
        is_alike &= text[marks[i]] == delimiter;
    }
    return is_alike;
}

/* Looks for the mark that ends the field which begins behind mark *at, and for its borders: a field in quotes ends with
 * the next quote, which nothing but the field's end may follow. */
static int32_t find_borders(const csv_piece *piece, int32_t *at, uint16_t borders[2]) {
    const char *text = piece->text;
    const uint16_t *marks = piece->marks;
    int32_t mark = *at;
    if (mark == piece->count) {
        return CSV_CUT;
    }
    borders[0] = marks[mark - 1];
    borders[1] = marks[mark];
    if (text[marks[mark]] == '"') {
        if (marks[mark] != (uint16_t)(marks[mark - 1] + 1)) {
            return CSV_ODD;
        }
        borders[0] = marks[mark++];
        while (mark < piece->count && text[marks[mark]] == piece->delimiter) {
            mark++;
        }
        if (mark < piece->count && text[marks[mark]] != '"') {
            return CSV_ODD;
        }
        if (mark + 1 >= piece->count) {
            return CSV_CUT;
        }
        borders[1] = marks[mark++];
        if (marks[mark] != borders[1] + 1 || text[marks[mark]] == '"') {
            return CSV_ODD;
        }
    }
    *at = mark;
    return CSV_ROWS;
}

/* Looks for all borders of the row that begins with mark *at, which goes behind it. */
static int32_t walk_row(const csv_piece *piece, int32_t *at, uint16_t *borders) {
    int32_t mark = *at;
    for (int32_t i = 0; i < piece->fields; i++) {
        const int32_t found = find_borders(piece, &mark, borders + 2 * (ptrdiff_t)i);
        if (found != CSV_ROWS) {
            return found;
        }
        const char end = piece->text[piece->marks[mark]];
        if (i < piece->fields - 1 ? end != piece->delimiter : !ends_line(end)) {
            return CSV_ODD;
        }
        mark++;
    }
    *at = mark;
    return CSV_ROWS;
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

static bool is_plain_row(const csv_piece *piece, int32_t mark) {
    return piece->count - mark >= piece->fields &&
           is_plain(piece->text, piece->marks + mark, piece->fields, piece->delimiter) &&
           !is_blank(piece->text, piece->marks + mark);
}

/* Passes over the second half of CR LF. */
static void pass_second_half(csv_piece *piece) {
    const uint16_t *mark = piece->marks + piece->next;
    if (piece->next < piece->count && piece->text[mark[-1]] == '\r' && piece->text[mark[0]] == '\n' &&
        is_blank(piece->text, mark)) {
        piece->next++;
    }
}

/* Lists rows without quotes. */
static int32_t list_plain(csv_piece *piece) {
    int32_t rows = 0;
    while (is_plain_row(piece, piece->next)) {
        piece->rows[rows++] = (uint16_t)piece->next;
        piece->next += piece->fields;
        pass_second_half(piece);
    }
    return rows;
}

/* Lists rows with quotes; what stands behind them goes to *behind. */
static int32_t list_quoted(csv_piece *piece, int32_t *behind) {
    int32_t rows = 0;
    int32_t used = 0; /* a field has one mark at least, so that there is room */
    *behind = CSV_ROWS;
    while (!is_plain_row(piece, piece->next)) {
        if (piece->next < piece->count && is_blank(piece->text, piece->marks + piece->next)) {
            *behind = CSV_BLANK;
            break;
        }
        *behind = walk_row(piece, &piece->next, piece->borders + used);
        if (*behind != CSV_ROWS) {
            break;
        }
        piece->rows[rows++] = (uint16_t)used;
        used += 2 * piece->fields;
        pass_second_half(piece);
    }
    return rows;
}

int32_t csv_piece_next(csv_piece *piece, marked_rows *rows) {
    int32_t behind = CSV_ROWS;
    *rows = (marked_rows){.text = piece->text, .length = piece->length, .rows = piece->rows};
    rows->marks = piece->marks;
    rows->step = 1;
    rows->count = list_plain(piece);
    if (rows->count == 0) {
        rows->marks = piece->borders + 1;
        rows->step = 2;
        rows->count = list_quoted(piece, &behind);
    }
    if (rows->count > 0) {
        return CSV_ROWS;
    }
    piece->next += behind == CSV_BLANK;
    return behind;
}
