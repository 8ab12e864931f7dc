/* Texts of a block of rows: which there are, which are missing, and their numbers and dates as they are read one by
 * one. */
#include "base/calendar.h"
#include "base/decimal.h"
#include "base/decimal_block.h"
#include "chance.h"
#include "model/missing.h"
#include "tables.h"

enum { ROWS = CRMVI_TEXTS_ROWS, MOST_BYTES = 24 };

/* The same texts as columns of each type. */
typedef struct texts {
    char bytes[ROWS * MOST_BYTES];
    int32_t short_offsets[ROWS + 1];
    int64_t long_offsets[ROWS + 1];
    char written[ROWS][MOST_BYTES + 1];
    const char *strings[ROWS];
} texts;

static void add_text(texts *t, int32_t row, const char *text, int32_t length) {
    t->short_offsets[row + 1] = t->short_offsets[row] + length;
    t->long_offsets[row + 1] = t->short_offsets[row + 1];
    memcpy(t->bytes + t->short_offsets[row], text, (size_t)length);
    memcpy(t->written[row], text, (size_t)length);
    t->written[row][length] = '\0';
    t->strings[row] = t->written[row];
}

static void columns_of(const texts *t, crmv_column columns[3]) {
    columns[0] = table_column("short", CRMV_TEXT, t->bytes);
    columns[0].offsets = t->short_offsets;
    columns[1] = table_column("long", CRMV_TEXT64, t->bytes);
    columns[1].offsets = t->long_offsets;
    columns[2] = strings("strings", t->strings);
}

/* An amount as people write it, and now and then something that is none. */
static int32_t draw_amount(uint64_t *state, char point, char *out) {
    static const char odd[] = "-+., ()eE'0x\t/:\xC3\xFF";
    int32_t length = 0;
    if (chance_below(state, 4) == 0) {
        out[length++] = '-';
    }
    for (uint32_t i = chance_below(state, 14) / (1 + chance_below(state, 4)); i > 0; i--) {
        out[length++] = (char)('0' + chance_below(state, 10));
    }
    if (chance_below(state, 3) != 0) {
        out[length++] = point;
    }
    for (uint32_t i = chance_below(state, 5); i > 0; i--) {
        out[length++] = (char)('0' + chance_below(state, 10));
    }
    if (length > 0 && chance_below(state, 6) == 0) {
        out[chance_below(state, (uint32_t)length)] = odd[chance_below(state, sizeof odd - 1)];
    }
    return length;
}

static void draw_texts(texts *t, uint64_t *state, char point) {
    char text[MOST_BYTES];
    for (int32_t row = 0; row < ROWS; row++) {
        add_text(t, row, text, draw_amount(state, point, text));
    }
}

/* ---- Where texts are --------------------------------------------------------------------------------------------- */

static void expect_texts(const crmv_column *column, int64_t begin, int64_t count) {
    crmvi_block_texts block;
    crmvi_block_texts_read(column, begin, count, &block);
    assert_int_equal(block.count, count);
    for (int64_t i = 0; i < count; i++) {
        const char *text;
        int64_t length = -1;
        if (crmvi_column_present(column, begin + i)) {
            crmvi_column_text(column, begin + i, &text, &length);
            assert_ptr_equal(block.at[i], text);
        }
        assert_int_equal(block.lengths[i], length);
    }
}

static void a_block_has_the_texts_that_its_rows_have(void **state) {
    (void)state;
    static texts t;
    crmv_column columns[3];
    uint64_t draws = 7;
    uint8_t validity[ROWS / 8 + 1];
    draw_texts(&t, &draws, '.');
    columns_of(&t, columns);
    for (int32_t i = 0; i < 3; i++) {
        for (int32_t valid = 0; valid < 2; valid++) {
            columns[i].validity = valid != 0 ? validity : NULL;
            columns[i].validity_offset = 3;
            memset(validity, 0xB5, sizeof validity);
            expect_texts(&columns[i], 0, ROWS);
            expect_texts(&columns[i], 17, 100);
            expect_texts(&columns[i], ROWS, 0);
        }
    }
    t.strings[5] = NULL;
    expect_texts(&columns[2], 0, ROWS);
}

static void a_column_without_data_has_empty_texts(void **state) {
    (void)state;
    const int64_t offsets[] = {0, 0, 0};
    crmv_column column = table_column("empty", CRMV_TEXT64, NULL);
    column.offsets = offsets;
    crmvi_block_texts block;
    crmvi_block_texts_read(&column, 0, 2, &block);
    assert_int_equal(block.lengths[0], 0);
    assert_int_equal(block.lengths[1], 0);
    assert_true(crmvi_block_texts_ascii(&block));
}

static void only_texts_of_ascii_bytes_without_nul_are_known_as_such(void **state) {
    (void)state;
    static texts t;
    for (int32_t row = 0; row < ROWS; row++) {
        add_text(&t, row, "Customer", 8);
    }
    crmv_column columns[3];
    crmvi_block_texts block;
    columns_of(&t, columns);
    for (int32_t byte = 0; byte < 256; byte++) {
        t.bytes[8 * 100 + 3] = (char)byte;
        crmvi_block_texts_read(&columns[1], 0, ROWS, &block);
        assert_int_equal(crmvi_block_texts_ascii(&block), byte > 0 && byte < 128);
        crmvi_block_texts_read(&columns[1], 101, 200, &block);
        assert_true(crmvi_block_texts_ascii(&block));
    }
    crmvi_block_texts_read(&columns[2], 0, ROWS, &block);
    assert_false(crmvi_block_texts_ascii(&block));
}

/* ---- Missing ones ------------------------------------------------------------------------------------------------ */

static void texts_that_mean_missing_are_left_out_whatever_their_length(void **state) {
    (void)state;
    const char *missing[] = {"", "0", "n/a",
                             "a text that is longer than sixty-four bytes, so that its length has another's bit"};
    static const char other[] = "another text that is longer than sixty-four bytes with the length of the one above..";
    static const char *const cases[] = {"", "0", "00", "n/a", "N/A", "-", "a text that is as long as 16"};
    crmvi_reading reading = {0};
    crmvi_reading_miss(&reading, missing, 4);
    for (int32_t i = 0; i < COUNT(cases); i++) {
        const bool is_missing = i < 2 || i == 3;
        assert_int_equal(crmvi_reading_missing(&reading, cases[i], (int64_t)strlen(cases[i])), is_missing);
    }
    assert_true(crmvi_reading_missing(&reading, missing[3], (int64_t)strlen(missing[3])));
    assert_false(crmvi_reading_missing(&reading, other, (int64_t)strlen(missing[3])));
    assert_false(crmvi_reading_missing(&reading, missing[3], (int64_t)strlen(missing[3]) - 64));
    const crmv_column column = strings("cases", cases);
    crmvi_block_texts block;
    crmvi_reading_texts(&reading, &column, 0, COUNT(cases), &block);
    for (int32_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(block.lengths[i], i < 2 || i == 3 ? -1 : (int64_t)strlen(cases[i]));
    }
}

/* ---- Numbers ----------------------------------------------------------------------------------------------------- */

/* What is read of a block at once is what crmvi_decimal_amount reads; how many were. */
static int64_t compare_amounts(const crmv_column *column, const crmvi_notation *notation, int32_t decimals) {
    static int64_t values[ROWS];
    static uint8_t read[ROWS];
    crmvi_block_texts block;
    crmvi_block_texts_read(column, 0, ROWS, &block);
    int64_t count = 0;
    const bool all = crmvi_decimal_block(&block, notation->point, decimals, values, read);
    for (int32_t i = 0; i < ROWS; i++) {
        int64_t amount = 0;
        bool rounded = true;
        const int32_t result =
            crmvi_decimal_amount(block.at[i], block.lengths[i], notation, decimals, &amount, &rounded);
        if (read[i] == 0 ? values[i] != 0 : result != CRMVI_NUMBER_OK || rounded || amount != values[i]) {
            fail_msg("\"%.*s\" with %d decimals: read %d as %lld; alone result %d, %lld", (int)block.lengths[i],
                     block.at[i], decimals, read[i], (long long)values[i], result, (long long)amount);
        }
        count += read[i];
    }
    assert_int_equal(all, count == ROWS);
    return count;
}

static void amounts_of_a_block_are_those_of_its_texts_one_by_one(void **state) {
    (void)state;
    static const crmvi_notation notations[] = {{.point = '.', .minus = CRMVI_MINUS_LEADING},
                                               {.point = ',', .thousands = '.', .minus = CRMVI_MINUS_TRAILING},
                                               {.point = '.', .thousands = ',', .minus = CRMVI_MINUS_PARENTHESES},
                                               {.point = ',', .thousands = ' ', .minus = CRMVI_MINUS_LEADING}};
    static texts t;
    uint64_t draws = 11;
    int64_t read = 0;
    for (int32_t i = 0; i < 1200; i++) {
        crmv_column columns[3];
        const crmvi_notation *notation = &notations[i % 4];
        draw_texts(&t, &draws, notation->point);
        columns_of(&t, columns);
        const int32_t decimals = (int32_t)chance_below(&draws, 11);
        const int64_t same = compare_amounts(&columns[0], notation, decimals);
        assert_int_equal(compare_amounts(&columns[1], notation, decimals), same);
        compare_amounts(&columns[2], notation, decimals);
        read += same;
    }
    assert_true(read > 100 * ROWS);
}

/* Fields that begin or end with what could be taken for a part of their neighbours. */
static void a_text_does_not_know_its_neighbours(void **state) {
    (void)state;
    static const char *const written[] = {"1.", "25", "-", "3", ".", "75", "9.5", "0", "-.5", "5", "-1.25", "12345678"};
    static const crmvi_notation notation = {.point = '.', .minus = CRMVI_MINUS_LEADING};
    static texts t;
    for (int32_t row = 0; row < ROWS; row++) {
        const char *text = written[(row * 5 + row / 12) % COUNT(written)];
        add_text(&t, row, text, (int32_t)strlen(text));
    }
    crmv_column columns[3];
    columns_of(&t, columns);
    for (int32_t decimals = 0; decimals < 9; decimals++) {
        compare_amounts(&columns[0], &notation, decimals);
        compare_amounts(&columns[1], &notation, decimals);
    }
}

static void all_of_a_block_are_read_where_all_are_written_plainly(void **state) {
    (void)state;
    static const crmvi_notation notation = {.point = '.', .minus = CRMVI_MINUS_LEADING};
    static texts t;
    add_text(&t, 0, "customer's column begins here", 20);
    for (int32_t row = 1; row < ROWS; row++) {
        char text[MOST_BYTES];
        add_text(&t, row, text, snprintf(text, sizeof text, "%s%d.%02d", row % 7 == 0 ? "-" : "", row, row % 100));
    }
    crmv_column columns[3];
    columns_of(&t, columns);
    assert_int_equal(compare_amounts(&columns[1], &notation, 2), ROWS - 1);
}

/* ---- Dates ------------------------------------------------------------------------------------------------------- */

static int32_t draw_date(uint64_t *state, const char *format, char *out) {
    static const char odd[] = "-/. ,0x9T";
    const int32_t numbers[] = {(int32_t)chance_below(state, 10001), (int32_t)chance_below(state, 14),
                               (int32_t)chance_below(state, 33)};
    int32_t length = 0;
    for (const char *at = format; *at != '\0'; at++) {
        const bool is_year = *at == 'Y' || *at == 'y';
        const int32_t number = is_year ? numbers[0] % (*at == 'Y' ? 10001 : 100) : numbers[*at == 'M' ? 1 : 2];
        if (strchr("YyMD", *at) != NULL) {
            length += snprintf(out + length, 8, *at == 'Y' ? "%04d" : "%02d", (int)number);
        } else {
            out[length++] = *at;
        }
    }
    if (chance_below(state, 8) == 0) {
        out[chance_below(state, (uint32_t)length)] = odd[chance_below(state, sizeof odd - 1)];
    }
    return chance_below(state, 20) == 0 ? (int32_t)chance_below(state, (uint32_t)length) : length;
}

static void dates_of_a_block_are_those_of_its_texts_one_by_one(void **state) {
    (void)state;
    static const char *const formats[][2] = {{"yyyy-mm-dd", "Y-M-D"}, {"dd.mm.yyyy", "D.M.Y"}, {"m/d/yy", "M/D/y"},
                                             {"yyyymmdd", "YMD"},     {"ddmmyy", "DMy"},       {" yyyy.m.d", " Y.M.D"}};
    static texts t;
    uint64_t draws = 5;
    int64_t count = 0;
    for (int32_t i = 0; i < 600; i++) {
        crmvi_date_format format;
        char text[MOST_BYTES];
        crmv_column columns[3];
        crmvi_block_texts block;
        int32_t days[ROWS];
        uint8_t read[ROWS];
        assert_true(crmvi_date_format_read(formats[i % COUNT(formats)][0], &format));
        for (int32_t row = 0; row < ROWS; row++) {
            add_text(&t, row, text, draw_date(&draws, formats[i % COUNT(formats)][1], text));
        }
        columns_of(&t, columns);
        crmvi_block_texts_read(&columns[i % 3], 0, ROWS, &block);
        block.lengths[i % ROWS] = -1;
        assert_false(crmvi_date_block(&block, &format, days, read));
        for (int32_t row = 0; row < ROWS; row++) {
            int32_t day = 0;
            const bool is_date =
                block.lengths[row] >= 0 && crmvi_date_read(block.at[row], block.lengths[row], &format, &day);
            assert_int_equal(read[row], is_date);
            assert_true(!is_date || days[row] == day);
            count += is_date;
        }
    }
    assert_true(count > 100 * ROWS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_has_the_texts_that_its_rows_have),
        cmocka_unit_test(a_column_without_data_has_empty_texts),
        cmocka_unit_test(only_texts_of_ascii_bytes_without_nul_are_known_as_such),
        cmocka_unit_test(texts_that_mean_missing_are_left_out_whatever_their_length),
        cmocka_unit_test(amounts_of_a_block_are_those_of_its_texts_one_by_one),
        cmocka_unit_test(a_text_does_not_know_its_neighbours),
        cmocka_unit_test(all_of_a_block_are_read_where_all_are_written_plainly),
        cmocka_unit_test(dates_of_a_block_are_those_of_its_texts_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
