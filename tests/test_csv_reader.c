/* The command's CSV reader: what comes out, on which line each row begins, and how each kind of broken file is told. */
#include "../programs/csv_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct input {
    const char *bytes;
    size_t length;
    const char *encoding;
    char delimiter;
} input;

#define UTF8(text)                                                                                                     \
    (input) {                                                                                                          \
        text, sizeof(text) - 1, "UTF-8", ','                                                                           \
    }
#define CODED(text, name)                                                                                              \
    (input) {                                                                                                          \
        text, sizeof(text) - 1, name, ','                                                                              \
    }

/* A file in memory; of no bytes at all, an empty one on disk, as fmemopen may refuse it. */
static FILE *file_of(input from) {
    FILE *file = from.length > 0 ? fmemopen((void *)(uintptr_t)from.bytes, from.length, "rb") : tmpfile();
    assert_non_null(file);
    return file;
}

/* Everything that a file holds, as "field|field\n" a row, the header first, with each row's line before it. */
static bool read_all(input from, int64_t chunk, char *out, size_t size, failure *why) {
    source text = {file_of(from), "t.csv", from.encoding, from.delimiter};
    reader *table = NULL;
    size_t used = 0;
    bool good = reader_open(&text, &table, why);
    if (good) {
        int32_t fields[64];
        int32_t count = reader_header_count(table);
        used += (size_t)snprintf(out + used, size - used, "%lld:", (long long)reader_header_line(table));
        for (int32_t i = 0; i < count; i++) {
            fields[i] = i;
            used += (size_t)snprintf(out + used, size - used, "%s%s", i > 0 ? "|" : "", reader_header(table, i));
        }
        used += (size_t)snprintf(out + used, size - used, "\n");
        good = reader_keep(table, fields, count, why);
        int64_t rows = 0;
        int64_t before = 0;
        while (good && (good = reader_chunk(table, chunk, &rows, why)) && rows > 0) {
            const crmv_column *columns = reader_columns(table, &count);
            for (int64_t row = 0; row < rows; row++) {
                int64_t line = line_map_line(reader_lines(table), before + row + 1);
                used += (size_t)snprintf(out + used, size - used, "%lld:", (long long)line);
                for (int32_t i = 0; i < count; i++) {
                    const int64_t *offsets = columns[i].offsets;
                    used += (size_t)snprintf(out + used, size - used, "%s%.*s", i > 0 ? "|" : "",
                                             (int)(offsets[row + 1] - offsets[row]),
                                             (const char *)columns[i].data + offsets[row]);
                }
                used += (size_t)snprintf(out + used, size - used, "\n");
            }
            before += rows;
        }
    }
    reader_close(table);
    fclose(text.file);
    return good;
}

static void expect(input from, const char *expected) {
    char out[4096];
    failure why = {0};
    for (int64_t chunk = 1; chunk < 4; chunk += 2) {
        if (!read_all(from, chunk, out, sizeof out, &why)) {
            fail_msg("%s", why.message);
        }
        assert_string_equal(out, expected);
    }
}

static void expect_failure(input from, const char *message) {
    char out[4096];
    failure why = {0};
    assert_false(read_all(from, 3, out, sizeof out, &why));
    assert_int_equal(why.status, EXIT_DATA);
    if (!strstr(why.message, message)) {
        fail_msg("\"%s\" does not hold \"%s\"", why.message, message);
    }
}

static void lf_crlf_and_cr_end_rows_and_count_one_line_each(void **state) {
    (void)state;
    expect(UTF8("a,b\n1,2\n3,4\n"), "1:a|b\n2:1|2\n3:3|4\n");
    expect(UTF8("a,b\r\n1,2\r\n3,4\r\n"), "1:a|b\n2:1|2\n3:3|4\n");
    expect(UTF8("a,b\r1,2\r3,4\r"), "1:a|b\n2:1|2\n3:3|4\n");
    expect(UTF8("a,b\r\n1,2\n3,4\r5,6"), "1:a|b\n2:1|2\n3:3|4\n4:5|6\n");
}

static void a_last_row_without_line_end_is_a_row(void **state) {
    (void)state;
    expect(UTF8("a,b\n1,2"), "1:a|b\n2:1|2\n");
    expect(UTF8("a,b\n1,"), "1:a|b\n2:1|\n");
    expect(UTF8("a,b\n1,\"2\""), "1:a|b\n2:1|2\n");
    expect(UTF8("a,b"), "1:a|b\n");
}

static void blank_lines_are_skipped_and_counted(void **state) {
    (void)state;
    expect(UTF8("\n\r\na,b\n\n1,2\r\n\r\n\r\n3,4\n\r\r5,6\n"), "3:a|b\n5:1|2\n8:3|4\n11:5|6\n");
    expect(UTF8("a\n\n\"\"\nx\n"), "1:a\n3:\n4:x\n");
}

static void quoted_fields_hold_delimiters_quotes_and_line_ends(void **state) {
    (void)state;
    expect(UTF8("a,b\n\"x, \"\"y\"\"\",2\n3,\"\"\n"), "1:a|b\n2:x, \"y\"|2\n3:3|\n");
    expect(UTF8("a,b\n\"x\ny\",2\n\"p\r\nq\r\",3\n4,5\n"), "1:a|b\n2:x\ny|2\n4:p\r\nq\r|3\n7:4|5\n");
    expect(UTF8("\"a\nb\",c\n1,2\n"), "1:a\nb|c\n3:1|2\n");
}

static void blanks_belong_to_the_field(void **state) {
    (void)state;
    expect(UTF8("a , b\n  1,2  \n\t3, \n"), "1:a | b\n2:  1|2  \n3:\t3| \n");
}

static void other_delimiters_may_be_named(void **state) {
    (void)state;
    input semicolon = UTF8("a;b\n1,5;2\n");
    semicolon.delimiter = ';';
    expect(semicolon, "1:a|b\n2:1,5|2\n");
    input tab = UTF8("a\tb\n\t2\n \t\n");
    tab.delimiter = '\t';
    expect(tab, "1:a|b\n2:|2\n3: |\n");
}

static void byte_order_marks_are_dropped(void **state) {
    (void)state;
    expect(UTF8("\xEF\xBB\xBF"
                "a,b\n1,2\n"),
           "1:a|b\n2:1|2\n");
    expect(CODED("\xFF\xFE"
                 "a\0,\0b\0\n\0"
                 "1\0,\0\xE4\0\n\0",
                 "UTF-16"),
           "1:a|b\n2:1|\xC3\xA4\n");
    expect(CODED("\xFE\xFF\0a\0,\0b\0\n\0"
                 "1\0,\0\xE4\0\n",
                 "UTF-16"),
           "1:a|b\n2:1|\xC3\xA4\n");
    expect(CODED("\xFF\xFE"
                 "a\0\n\0"
                 "1\0\n\0",
                 "UTF-16LE"),
           "1:a\n2:1\n");
}

static void other_encodings_become_utf8(void **state) {
    (void)state;
    expect(CODED("a,b\nM\xFCller,\x80\n", "windows-1252"), "1:a|b\n2:M\xC3\xBCller|\xE2\x82\xAC\n");
    expect(CODED("a,b\n\xD6\xD0,\x90\x30\x81\x30\n", "GB18030"), "1:a|b\n2:\xE4\xB8\xAD|\xF0\x90\x80\x80\n");
    expect(CODED("a,b\n\x8A,\xA5\n", "MACINTOSH"), "1:a|b\n2:\xC3\xA4|\xE2\x80\xA2\n");
    expect(CODED("a,b\nM\xC3\xBCller,2\n", "utf8"), "1:a|b\n2:M\xC3\xBCller|2\n");
}

static void only_the_columns_that_are_kept_come_out_in_the_order_asked_for(void **state) {
    (void)state;
    failure why;
    source text = {file_of(UTF8("a,b,c\n1,2,3\n4,5,6\n")), "t.csv", "UTF-8", ','};
    reader *table = NULL;
    assert_true(reader_open(&text, &table, &why));
    assert_true(reader_keep(table, (const int32_t[]){2, 0}, 2, &why));
    int64_t rows = 0;
    assert_true(reader_chunk(table, 100, &rows, &why));
    assert_int_equal(rows, 2);
    int32_t count = 0;
    const crmv_column *columns = reader_columns(table, &count);
    assert_int_equal(count, 2);
    assert_string_equal(columns[0].name, "c");
    assert_string_equal(columns[1].name, "a");
    assert_int_equal(columns[0].type, CRMV_TEXT64);
    assert_memory_equal(columns[0].data, "36", 2);
    assert_memory_equal(columns[1].data, "14", 2);
    assert_true(reader_chunk(table, 100, &rows, &why));
    assert_int_equal(rows, 0);
    reader_close(table);
    fclose(text.file);
}

static void a_row_of_another_length_than_the_header_is_told_with_its_line(void **state) {
    (void)state;
    expect_failure(UTF8("a,b\n1,2\n\n3\n"), "t.csv: line 4: the row has 1 field; expected 2 as in the header");
    expect_failure(UTF8("a,b\n\"1\n\",2\n3,4,5\n"), "t.csv: line 4: the row has 3 fields; expected 2 as in the header");
    expect_failure(UTF8("a,b\n1,2,"), "t.csv: line 2: the row has 3 fields; expected 2");
}

static void quotes_out_of_place_are_told_with_line_and_column(void **state) {
    (void)state;
    expect_failure(UTF8("a,b\n1,19\" rack\n"), "t.csv: line 2: field 2, column \"b\": a quote inside a field without");
    expect_failure(UTF8("a,b\n1,2\n\"x\" y,2\n"), "t.csv: line 3: field 1, column \"a\": text behind a closing quote");
    expect_failure(UTF8("a,b\n1,\"2\n\n3,4\n"),
                   "t.csv: line 2: field 2, column \"b\": the quote that opens here is never");
    expect_failure(UTF8("a,b\"\n"), "t.csv: line 1: field 2: a quote inside a field");
}

static void an_empty_file_is_told_and_a_header_alone_is_no_error(void **state) {
    (void)state;
    expect_failure(UTF8(""), "t.csv: line 1: the file is empty; expected a header row");
    expect_failure(UTF8("\n\r\n\n"), "the file is empty; expected a header row");
    expect_failure(UTF8("\xEF\xBB\xBF"), "the file is empty; expected a header row");
    expect(UTF8("a,b\n"), "1:a|b\n");
}

static void a_header_of_too_many_columns_is_told(void **state) {
    (void)state;
    char bytes[MOST_COLUMNS + 2];
    memset(bytes, ',', sizeof bytes);
    bytes[MOST_COLUMNS] = '\n';
    expect_failure((input){bytes, sizeof bytes, "UTF-8", ','}, "t.csv: line 1: the header has more than 16384 columns");
}

static void a_nul_byte_is_told_with_its_line(void **state) {
    (void)state;
    expect_failure(UTF8("a,b\n1,2\n3,\0\n"), "t.csv: line 3: a NUL byte; expected text");
}

static void bytes_that_are_not_of_the_encoding_are_told_with_their_line(void **state) {
    (void)state;
    static const char *const broken[] = {"\xFC", "\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                         "\xF5", "\xC3", "\xE2\x82", "\xF0\x90\x80"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        char bytes[64];
        int length = snprintf(bytes, sizeof bytes, "a,b\n1,2\n\"x\ny\",%s", broken[i]);
        expect_failure((input){bytes, (size_t)length, "UTF-8", ','}, "t.csv: line 4: the byte 0x");
        length = snprintf(bytes, sizeof bytes, "a,b\n1,2\n\"x\ny\",%s,z\n", broken[i]);
        expect_failure((input){bytes, (size_t)length, "UTF-8", ','}, "is not valid UTF-8; expected the encoding");
    }
    expect_failure(UTF8("\xEF\xBB\xBF\xFC"), "t.csv: line 1: the byte 0xfc is not valid UTF-8");
    expect_failure(CODED("a,b\n1,2\n3,\x81\x20\n", "GB18030"), "t.csv: line 3: the byte 0x81 is not valid GB18030");
    expect_failure(CODED("a\n\x81", "GB18030"), "t.csv: line 2: the byte 0x81 is not valid GB18030");
    expect_failure(CODED("a\n1\n\x81\n", "windows-1252"), "t.csv: line 3: the byte 0x81 is not valid windows-1252");
}

static void the_longest_well_formed_characters_pass(void **state) {
    (void)state;
    expect(UTF8("a\n\xF4\x8F\xBF\xBF\xED\x9F\xBF\xEE\x80\x80\xC2\x80\n"),
           "1:a\n2:\xF4\x8F\xBF\xBF\xED\x9F\xBF\xEE\x80\x80\xC2\x80\n");
}

static void a_byte_order_mark_of_another_encoding_is_told(void **state) {
    (void)state;
    expect_failure(UTF8("\xFF\xFE"
                        "a\0\n\0"),
                   "byte-order mark of UTF-16, but is read as UTF-8; expected \"encoding\"");
    expect_failure(CODED("\xEF\xBB\xBF"
                         "a\n",
                         "windows-1252"),
                   "byte-order mark of UTF-8, but is read as windows-1252");
    expect_failure(UTF8("\xFF\xFE\0\0"
                        "a\0\0\0"),
                   "byte-order mark of UTF-32, but is read as UTF-8; expected \"encoding\": \"UTF-32\"");
    expect_failure(CODED("\xFF\xFE\0\0"
                         "a\0\0\0",
                         "utf-16le"),
                   "byte-order mark of UTF-32, but is read as utf-16le");
    expect_failure(UTF8("\0\0\xFE\xFF"
                        "\0\0\0a"),
                   "byte-order mark of UTF-32, but is read as UTF-8");
}

static void an_encoding_that_iconv_does_not_know_is_told(void **state) {
    (void)state;
    expect_failure(CODED("a\n", "windows-9999"), "input.encoding is \"windows-9999\", which iconv does not know");
}

/* A file of `rows` rows behind its header, each with an embedded line end, larger than any buffer. */
static char *long_file(int64_t rows, const char *character, size_t *length) {
    char *bytes = malloc((size_t)rows * 40 + 16);
    assert_non_null(bytes);
    size_t used = (size_t)sprintf(bytes, "key,text\n");
    for (int64_t row = 1; row <= rows; row++) {
        used += (size_t)sprintf(bytes + used, "%lld,\"%s\r\n%lld\"\r\n", (long long)row, character, (long long)row * 7);
    }
    *length = used;
    return bytes;
}

static void blocks_cut_no_character_field_or_line_end(void **state) {
    (void)state;
    static const char *const encodings[] = {"UTF-8", "GB18030"};
    static const char *const characters[] = {"\xE4\xB8\xAD", "\xD6\xD0"};
    const int64_t wanted = 60000;
    for (size_t e = 0; e < 2; e++) {
        size_t length;
        char *bytes = long_file(wanted, characters[e], &length);
        failure why;
        source text = {file_of((input){bytes, length, "", ','}), "t.csv", encodings[e], ','};
        reader *table = NULL;
        assert_true(reader_open(&text, &table, &why));
        assert_true(reader_keep(table, (const int32_t[]){0, 1}, 2, &why));
        int64_t before = 0;
        int64_t rows = 0;
        while (reader_chunk(table, 1000, &rows, &why) && rows > 0) {
            int32_t count;
            const crmv_column *columns = reader_columns(table, &count);
            for (int64_t row = 0; row < rows; row++) {
                char expected[64];
                const int64_t *offsets = columns[0].offsets;
                int size = snprintf(expected, sizeof expected, "%lld", (long long)(before + row + 1));
                assert_int_equal(offsets[row + 1] - offsets[row], size);
                assert_memory_equal((const char *)columns[0].data + offsets[row], expected, size);
                offsets = columns[1].offsets;
                size = snprintf(expected, sizeof expected, "\xE4\xB8\xAD\r\n%lld", (long long)(before + row + 1) * 7);
                assert_int_equal(offsets[row + 1] - offsets[row], size);
                assert_memory_equal((const char *)columns[1].data + offsets[row], expected, size);
                assert_int_equal(line_map_line(reader_lines(table), before + row + 1), 2 + 2 * (before + row));
            }
            before += rows;
        }
        assert_int_equal(before, wanted);
        reader_close(table);
        fclose(text.file);
        free(bytes);
    }
}

static void the_columns_of_a_chunk_stay_while_the_next_is_read(void **state) {
    (void)state;
    size_t length;
    char *bytes = long_file(40000, "z", &length);
    failure why;
    source text = {file_of((input){bytes, length, "", ','}), "t.csv", "UTF-8", ','};
    reader *table = NULL;
    int64_t rows[2] = {0, 0};
    int32_t count = 0;
    assert_true(reader_open(&text, &table, &why));
    assert_true(reader_keep(table, (const int32_t[]){0, 1}, 2, &why));
    assert_true(reader_chunk(table, 1000, &rows[0], &why));
    const crmv_column *first = reader_columns(table, &count);
    assert_true(reader_chunk(table, 1000, &rows[1], &why));
    const crmv_column *second = reader_columns(table, &count);
    assert_true(rows[0] >= 1000 && rows[1] >= 1000);
    for (int64_t row = 1; row <= rows[0] + rows[1]; row++) {
        const crmv_column *keys = row <= rows[0] ? &first[0] : &second[0];
        const int64_t *offsets = (const int64_t *)keys->offsets + (row <= rows[0] ? row - 1 : row - rows[0] - 1);
        char expected[64];
        const int size = snprintf(expected, sizeof expected, "%lld", (long long)row);
        assert_int_equal(offsets[1] - offsets[0], size);
        assert_memory_equal((const char *)keys->data + offsets[0], expected, size);
    }
    reader_close(table);
    fclose(text.file);
    free(bytes);
}

static void a_field_of_more_than_one_mebibyte_is_told_with_the_line_it_begins_on(void **state) {
    (void)state;
    size_t length = 3 * (size_t)LONGEST_FIELD;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, 'x', length);
    memcpy(bytes, "a,b\n1,2\n3,\"", 11);
    memset(bytes + 500, '\n', 100);
    input from = {bytes, length, "UTF-8", ','};
    expect_failure(from, "t.csv: line 3: field 2, column \"b\": longer than 1 MiB");
    memset(bytes + 11, 'x', 2000);
    bytes[10] = 'x';
    bytes[11 + LONGEST_FIELD] = '\n';
    expect_failure(from, "t.csv: line 3: field 2, column \"b\": longer than 1 MiB");
    free(bytes);
}

static void lines_of_rows_are_kept_only_where_they_jump(void **state) {
    (void)state;
    line_map map = {0};
    for (int64_t row = 1; row <= 1000; row++) {
        assert_true(line_map_add(&map, row < 500 ? row + 1 : row + 11));
    }
    assert_int_equal(map.count, 2);
    assert_int_equal(line_map_line(&map, 1), 2);
    assert_int_equal(line_map_line(&map, 499), 500);
    assert_int_equal(line_map_line(&map, 500), 511);
    assert_int_equal(line_map_line(&map, 1000), 1011);
    assert_int_equal(line_map_line(&map, 0), 0);
    assert_int_equal(line_map_line(&map, 1001), 0);
    line_map_clear(&map);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lf_crlf_and_cr_end_rows_and_count_one_line_each),
        cmocka_unit_test(a_last_row_without_line_end_is_a_row),
        cmocka_unit_test(blank_lines_are_skipped_and_counted),
        cmocka_unit_test(quoted_fields_hold_delimiters_quotes_and_line_ends),
        cmocka_unit_test(blanks_belong_to_the_field),
        cmocka_unit_test(other_delimiters_may_be_named),
        cmocka_unit_test(byte_order_marks_are_dropped),
        cmocka_unit_test(other_encodings_become_utf8),
        cmocka_unit_test(only_the_columns_that_are_kept_come_out_in_the_order_asked_for),
        cmocka_unit_test(a_row_of_another_length_than_the_header_is_told_with_its_line),
        cmocka_unit_test(quotes_out_of_place_are_told_with_line_and_column),
        cmocka_unit_test(an_empty_file_is_told_and_a_header_alone_is_no_error),
        cmocka_unit_test(a_header_of_too_many_columns_is_told),
        cmocka_unit_test(a_nul_byte_is_told_with_its_line),
        cmocka_unit_test(bytes_that_are_not_of_the_encoding_are_told_with_their_line),
        cmocka_unit_test(the_longest_well_formed_characters_pass),
        cmocka_unit_test(a_byte_order_mark_of_another_encoding_is_told),
        cmocka_unit_test(an_encoding_that_iconv_does_not_know_is_told),
        cmocka_unit_test(blocks_cut_no_character_field_or_line_end),
        cmocka_unit_test(the_columns_of_a_chunk_stay_while_the_next_is_read),
        cmocka_unit_test(a_field_of_more_than_one_mebibyte_is_told_with_the_line_it_begins_on),
        cmocka_unit_test(lines_of_rows_are_kept_only_where_they_jump),
    };
    return cmocka_run_group_tests_name("csv_reader", tests, NULL, NULL);
}
