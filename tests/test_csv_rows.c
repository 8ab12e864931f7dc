/* The command's CSV reader on files by chance: whatever way a row goes, what was written comes out, on its line. */
#include "../programs/csv_reader.h"
#include "../programs/csv_rows.h"
#include "chance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_ROWS = 2000, FIELDS = 4, MOST_BYTES = 1 << 20 };

/* A file, and what stands in it. */
typedef struct written {
    char *bytes; /* the file's */
    size_t used;
    char *texts; /* of the fields, one behind the other */
    size_t texts_used;
    size_t ends[MOST_ROWS * FIELDS]; /* in texts */
    int64_t lines[MOST_ROWS];
    int32_t rows, fields;
    int64_t line;
    char delimiter;
} written;

static void put(written *w, const char *bytes, size_t length) {
    assert_true(w->used + length <= MOST_BYTES);
    memcpy(w->bytes + w->used, bytes, length);
    w->used += length;
}

static void put_byte(written *w, char byte) {
    put(w, &byte, 1);
}

/* How a file is written: one way of ending lines or another, and how often what is seldom. */
typedef struct manner {
    int32_t line_end; /* 0 LF, 1 CR LF, 2 CR, 3 any of them */
    uint32_t quoted;  /* of 100 fields so many in quotes */
    uint32_t odd;     /* of 1000 fields so many with quotes or line ends within, or long */
} manner;

static void put_line_end(written *w, const manner *how, uint64_t *draws) {
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    const char *end = ends[how->line_end == 3 ? chance_below(draws, 3) : (uint32_t)how->line_end];
    /* CR, and the LF of a blank line behind it, would be one end */
    const bool joins = end[0] == '\n' && w->used > 0 && w->bytes[w->used - 1] == '\r';
    put(w, joins ? "\r" : end, joins ? 1 : strlen(end));
    w->line++;
}

/* A field's text, and the same as it is written. */
static void put_field(written *w, const manner *how, uint64_t *draws) {
    static const char *const pieces[] = {"a", "17",     "x y",        "\xC3\xA4",    "3.50",
                                         "",  "K-0815", "2024-02-29", "\xE4\xB8\xAD"};
    static const char *const odd[] = {"\"", "\n", "\r\n", "\r", "\"\""};
    const bool is_odd = chance_below(draws, 1000) < how->odd;
    const bool quoted = is_odd || chance_below(draws, 100) < how->quoted;
    const uint32_t count = is_odd && chance_below(draws, 40) == 0 ? 9000 : chance_below(draws, 4);
    if (quoted) {
        put_byte(w, '"');
    }
    for (uint32_t i = 0; i < count; i++) {
        const char delimiter[2] = {w->delimiter, '\0'};
        const char *piece = pieces[chance_below(draws, sizeof pieces / sizeof *pieces)];
        piece = quoted && chance_below(draws, 5) == 0 ? delimiter : piece;
        piece = is_odd && chance_below(draws, 3) == 0 ? odd[chance_below(draws, sizeof odd / sizeof *odd)] : piece;
        for (const char *at = piece; *at != '\0'; at++) {
            if (*at == '"') {
                put_byte(w, '"');
            }
            put_byte(w, *at);
            w->line += *at == '\r' || (*at == '\n' && (w->used < 2 || w->bytes[w->used - 2] != '\r'));
            w->texts[w->texts_used++] = *at;
        }
    }
    if (quoted) {
        put_byte(w, '"');
    }
}

static void put_row(written *w, const manner *how, uint64_t *draws) {
    const size_t begin = w->used;
    w->lines[w->rows] = w->line;
    for (int32_t i = 0; i < w->fields; i++) {
        if (i > 0) {
            put_byte(w, w->delimiter);
        }
        put_field(w, how, draws);
        w->ends[w->rows * w->fields + i] = w->texts_used;
    }
    if (w->used == begin) {
        put(w, "\"\"", 2); /* a row of one empty field would be a blank line */
    }
    w->rows++;
}

static void write_file(written *w, uint64_t *draws) {
    static const char delimiters[] = {',', ';', '\t', '|'};
    static const uint32_t quoted[] = {0, 3, 50, 100};
    static const uint32_t odd[] = {0, 2, 200};
    const manner how = {.line_end = (int32_t)chance_below(draws, 4),
                        .quoted = quoted[chance_below(draws, 4)],
                        .odd = odd[chance_below(draws, 3)]};
    w->used = w->texts_used = 0;
    w->rows = 0;
    w->line = 1;
    w->fields = 1 + (int32_t)chance_below(draws, FIELDS);
    w->delimiter = delimiters[chance_below(draws, 4)];
    for (int32_t i = 0; i < w->fields; i++) {
        put_byte(w, (char)('a' + i));
        put_byte(w, i < w->fields - 1 ? w->delimiter : '_');
    }
    put_line_end(w, &how, draws);
    const int32_t rows = (int32_t)chance_below(draws, chance_below(draws, 4) == 0 ? MOST_ROWS : 100);
    while (w->rows < rows && w->used < MOST_BYTES / 2) {
        put_row(w, &how, draws);
        const bool is_last = w->rows == rows && chance_below(draws, 2) == 0;
        for (uint32_t i = is_last ? 0 : 1 + chance_below(draws, 30) / 29; i > 0; i--) {
            put_line_end(w, &how, draws);
        }
    }
}

static void expect_chunk(const written *w, const reader *table, int64_t before, int64_t rows) {
    int32_t count;
    const crmv_column *columns = reader_columns(table, &count);
    assert_int_equal(count, w->fields);
    for (int64_t row = 0; row < rows; row++) {
        assert_int_equal(line_map_line(reader_lines(table), before + row + 1), w->lines[before + row]);
        for (int32_t i = 0; i < count; i++) {
            const int64_t number = (before + row) * w->fields + i;
            const size_t begin = number > 0 ? w->ends[number - 1] : 0;
            const int64_t *offsets = columns[i].offsets;
            assert_int_equal(offsets[row + 1] - offsets[row], w->ends[number] - begin);
            assert_memory_equal((const char *)columns[i].data + offsets[row], w->texts + begin,
                                w->ends[number] - begin);
        }
    }
}

static void expect_file(const written *w, int64_t chunk) {
    const int32_t fields[FIELDS] = {0, 1, 2, 3};
    failure why = {0};
    FILE *file = fmemopen(w->bytes, w->used, "rb");
    assert_non_null(file);
    const source from = {file, "t.csv", "UTF-8", w->delimiter};
    reader *table = NULL;
    int64_t before = 0;
    int64_t rows = 0;
    if (!reader_open(&from, &table, &why) || !reader_keep(table, fields, w->fields, &why)) {
        fail_msg("%s", why.message);
    }
    do {
        if (!reader_chunk(table, chunk, &rows, &why)) {
            fail_msg("%s", why.message);
        }
        assert_true(before + rows <= w->rows);
        expect_chunk(w, table, before, rows);
        before += rows;
    } while (rows > 0);
    assert_int_equal(before, w->rows);
    reader_close(table);
    fclose(file);
}

static void what_was_written_comes_out_whatever_way_each_row_goes(void **state) {
    (void)state;
    static written w;
    uint64_t draws = 3;
    w.bytes = malloc(MOST_BYTES);
    w.texts = malloc(MOST_BYTES);
    assert_true(w.bytes && w.texts);
    for (int32_t i = 0; i < 1500; i++) {
        write_file(&w, &draws);
        expect_file(&w, i % 2 == 0 ? 1 : 700);
    }
    free(w.bytes);
    free(w.texts);
}

/* ---- Pieces ------------------------------------------------------------------------------------------------------ */

static int32_t next_of(const char *text, int32_t fields, marked_rows *rows) {
    char padded[256] = {0};
    csv_piece piece;
    assert_true(csv_piece_make(&piece, ',', fields));
    memcpy(padded, text, strlen(text));
    csv_piece_begin(&piece, padded, strlen(text));
    const int32_t next = csv_piece_next(&piece, rows);
    csv_piece_clear(&piece);
    return next;
}

static void rows_with_anything_else_in_quotes_are_odd(void **state) {
    (void)state;
    static const char *const odd[] = {"a\"b,2\n",   "\"a\"b,2\n", "\"a\"\"b\",2\n", "\"a\nb\",2\n", "\"a\rb\",2\n",
                                      "1,2,3\n",    "1\n",        "1,\"2\"3\n",     "1,\"2\" \n",   "1,2\"\n",
                                      "1,\"2\",\n", "\"1\"\n",    " \"1\",2\n"};
    marked_rows rows;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        if (next_of(odd[i], 2, &rows) != CSV_ODD) {
            fail_msg("%s", odd[i]);
        }
    }
}

static void rows_that_do_not_end_in_the_piece_are_cut(void **state) {
    (void)state;
    static const char *const cut[] = {"", "1", "1,", "1,2", "1,\"2", "1,\"2\"", "1,\"2,3", "\"", "\"1\"", "\"1\","};
    marked_rows rows;
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
        if (next_of(cut[i], 2, &rows) != CSV_CUT) {
            fail_msg("%s", cut[i]);
        }
    }
}

static void rows_of_one_kind_are_listed_together(void **state) {
    (void)state;
    marked_rows rows;
    assert_int_equal(next_of("1,2\n3,4\r\n5,6\r7,\"8\"\n", 2, &rows), CSV_ROWS);
    assert_int_equal(rows.count, 3);
    assert_int_equal(next_of("\"1\",2\n\"3\",\"4,5\"\r\n6,\"\"\r7,8\n", 2, &rows), CSV_ROWS);
    assert_int_equal(rows.count, 3);
    assert_int_equal(next_of("\"1\",2\n\n3,4\n", 2, &rows), CSV_ROWS);
    assert_int_equal(rows.count, 1);
    assert_int_equal(next_of("\n1,2\n", 2, &rows), CSV_BLANK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_comes_out_whatever_way_each_row_goes),
        cmocka_unit_test(rows_with_anything_else_in_quotes_are_odd),
        cmocka_unit_test(rows_that_do_not_end_in_the_piece_are_cut),
        cmocka_unit_test(rows_of_one_kind_are_listed_together),
    };
    return cmocka_run_group_tests_name("csv_rows", tests, NULL, NULL);
}
