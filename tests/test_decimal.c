#include "base/decimal.h"
#include "base/exact.h"
#include "base/guest.h"
#include "tables.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static const crmvi_notation plain = {.point = '.', .thousands = '\0', .minus = CRMVI_MINUS_LEADING};
static const crmvi_notation german = {.point = ',', .thousands = '.', .minus = CRMVI_MINUS_TRAILING};
static const crmvi_notation books = {.point = '.', .thousands = ',', .minus = CRMVI_MINUS_PARENTHESES};
static const crmvi_notation french = {.point = ',', .thousands = ' ', .minus = CRMVI_MINUS_LEADING};

typedef struct amount_case {
    const char *text;
    const crmvi_notation *notation;
    int32_t decimals;
    int32_t result;
    int64_t amount;
} amount_case;

static const amount_case amount_cases[] = {
    {"12.34", &plain, 2, CRMVI_NUMBER_OK, 1234},
    {" 12.3 ", &plain, 2, CRMVI_NUMBER_OK, 1230},
    {"-0.005", &plain, 2, CRMVI_NUMBER_OK, 0},
    {"0.015", &plain, 2, CRMVI_NUMBER_OK, 2},
    {"0.025", &plain, 2, CRMVI_NUMBER_OK, 2},
    {"0.02500000000000000000000000001", &plain, 2, CRMVI_NUMBER_OK, 3},
    {"+7", &plain, 2, CRMVI_NUMBER_OK, 700},
    {".5", &plain, 0, CRMVI_NUMBER_OK, 0},
    {"1.5", &plain, 0, CRMVI_NUMBER_OK, 2},
    {"5.", &plain, 1, CRMVI_NUMBER_OK, 50},
    {"1e3", &plain, 2, CRMVI_NUMBER_OK, 100000},
    {"15E-1", &plain, 0, CRMVI_NUMBER_OK, 2},
    {"1e-400", &plain, 2, CRMVI_NUMBER_OK, 0},
    {"1e99999999999999999999", &plain, 2, CRMVI_NUMBER_TOO_LARGE, 0},
    {"0e99999999999999999999", &plain, 2, CRMVI_NUMBER_OK, 0},
    {"90071992547409.91", &plain, 2, CRMVI_NUMBER_OK, 9007199254740991},
    {"90071992547409.92", &plain, 2, CRMVI_NUMBER_TOO_LARGE, 0},
    {"-90071992547409.92", &plain, 2, CRMVI_NUMBER_TOO_LARGE, 0},
    {"000000000000000000000000000000012.34", &plain, 2, CRMVI_NUMBER_OK, 1234},
    {"9999999999999.99", &plain, 2, CRMVI_NUMBER_OK, 999999999999999},
    {"-99999999999999.99", &plain, 2, CRMVI_NUMBER_TOO_LARGE, 0},
    {"-0", &plain, 2, CRMVI_NUMBER_OK, 0},
    {"12,34", &plain, 2, CRMVI_NUMBER_BAD, 0},
    {"1,234.50", &plain, 2, CRMVI_NUMBER_BAD, 0},
    {"", &plain, 2, CRMVI_NUMBER_BAD, 0},
    {"-", &plain, 2, CRMVI_NUMBER_BAD, 0},
    {".", &plain, 2, CRMVI_NUMBER_BAD, 0},
    {"1e", &plain, 2, CRMVI_NUMBER_BAD, 0},
    {"--1", &plain, 2, CRMVI_NUMBER_BAD, 0},
    {"12x", &plain, 2, CRMVI_NUMBER_BAD, 0},
    {"nan", &plain, 2, CRMVI_NUMBER_BAD, 0},
    {"12-", &plain, 2, CRMVI_NUMBER_BAD, 0},
    {"(12)", &plain, 2, CRMVI_NUMBER_BAD, 0},
    {"1.234.567,89", &german, 2, CRMVI_NUMBER_OK, 123456789},
    {"1.234,50-", &german, 2, CRMVI_NUMBER_OK, -123450},
    {"-1.234,50", &german, 2, CRMVI_NUMBER_OK, -123450},
    {"1234,5", &german, 2, CRMVI_NUMBER_OK, 123450},
    {"1.23", &german, 2, CRMVI_NUMBER_BAD, 0},
    {"1234.567", &german, 2, CRMVI_NUMBER_BAD, 0},
    {"1.2345", &german, 2, CRMVI_NUMBER_BAD, 0},
    {"1e3", &german, 2, CRMVI_NUMBER_BAD, 0},
    {"(1,234.50)", &books, 2, CRMVI_NUMBER_OK, -123450},
    {"1,234.50", &books, 2, CRMVI_NUMBER_OK, 123450},
    {"()", &books, 2, CRMVI_NUMBER_BAD, 0},
    {"1 234 567,5", &french, 2, CRMVI_NUMBER_OK, 123456750},
    {"1\xC2\xA0"
     "234,5",
     &french, 2, CRMVI_NUMBER_OK, 123450},
    {"1\xE2\x80\xAF"
     "234,5",
     &french, 2, CRMVI_NUMBER_OK, 123450},
};

static void texts_become_amounts_rounded_half_to_even_or_are_refused(void **state) {
    (void)state;
    for (int32_t i = 0; i < COUNT(amount_cases); i++) {
        const amount_case *c = &amount_cases[i];
        int64_t amount = 0;
        bool rounded = false;
        const int32_t result =
            crmvi_decimal_amount(c->text, (int64_t)strlen(c->text), c->notation, c->decimals, &amount, &rounded);
        if (result != c->result || (result == CRMVI_NUMBER_OK && amount != c->amount)) {
            fail_msg("\"%s\": result %d, amount %lld", c->text, (int)result, (long long)amount);
        }
    }
}

/* The next number of a fixed sequence, below `limit` (Knuth's MMIX generator). */
static int32_t drawn_below(uint64_t *state, int32_t limit) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int32_t)((*state >> 33) % (uint64_t)limit);
}

/* An amount as people write it, and now and then something that is none. */
static int32_t draw_amount(uint64_t *state, const crmvi_notation *notation, char *out) {
    static const char odd[] = "-+., ()eE'0x\t/:";
    int32_t length = 0;
    if (drawn_below(state, 4) == 0) {
        out[length++] = '-';
    }
    for (int32_t i = drawn_below(state, 20) / (1 + drawn_below(state, 4)); i > 0; i--) {
        out[length++] = (char)('0' + (drawn_below(state, 3) == 0 ? 0 : drawn_below(state, 10)));
    }
    if (drawn_below(state, 4) != 0) {
        out[length++] = notation->point;
    }
    for (int32_t i = drawn_below(state, 6); i > 0; i--) {
        out[length++] = (char)('0' + drawn_below(state, 10));
    }
    if (length > 0 && drawn_below(state, 5) == 0) {
        out[drawn_below(state, length)] = odd[drawn_below(state, (int32_t)sizeof odd - 1)];
    }
    return length;
}

/* A blank in front changes nothing, and keeps a text from the short way. */
static void an_amount_is_the_same_the_short_way_and_the_long(void **state) {
    (void)state;
    const crmvi_notation *const notations[] = {&plain, &german, &books, &french};
    uint64_t draws = 1;
    for (int32_t i = 0; i < 400000; i++) {
        char text[64] = " ";
        const crmvi_notation *notation = notations[i % 4];
        const int32_t decimals = drawn_below(&draws, 10);
        const int32_t length = draw_amount(&draws, notation, text + 1);
        int64_t amounts[2] = {-1, -1};
        bool rounded[2] = {false, false};
        const int32_t result = crmvi_decimal_amount(text + 1, length, notation, decimals, &amounts[0], &rounded[0]);
        if (result != crmvi_decimal_amount(text, length + 1, notation, decimals, &amounts[1], &rounded[1]) ||
            (result == CRMVI_NUMBER_OK && (amounts[0] != amounts[1] || rounded[0] != rounded[1]))) {
            fail_msg("\"%.*s\" with %d decimals: result %d, amounts %lld and %lld", (int)length, text + 1,
                     (int)decimals, (int)result, (long long)amounts[0], (long long)amounts[1]);
        }
    }
}

static void whole_numbers_reach_from_the_least_to_the_greatest_int64(void **state) {
    (void)state;
    int64_t number = 0;
    assert_int_equal(crmvi_decimal_whole("9223372036854775807", 19, &number), CRMVI_NUMBER_OK);
    assert_true(number == INT64_MAX);
    assert_int_equal(crmvi_decimal_whole("-9223372036854775808", 20, &number), CRMVI_NUMBER_OK);
    assert_true(number == INT64_MIN);
    assert_int_equal(crmvi_decimal_whole("9223372036854775808", 19, &number), CRMVI_NUMBER_TOO_LARGE);
    assert_int_equal(crmvi_decimal_whole("00000000000000000000000017", 26, &number), CRMVI_NUMBER_OK);
    assert_int_equal(number, 17);
    assert_int_equal(crmvi_decimal_whole("1.0", 3, &number), CRMVI_NUMBER_BAD);
    assert_int_equal(crmvi_decimal_whole("", 0, &number), CRMVI_NUMBER_BAD);
    assert_int_equal(crmvi_decimal_whole("99999999999999999999x", 21, &number), CRMVI_NUMBER_BAD);
}

static void texts_become_the_nearest_double(void **state) {
    (void)state;
    const struct {
        const char *text;
        double value;
    } cases[] = {
        {"0.1", 0.1},
        {"3.14159265358979323846264338327950288", 3.14159265358979323846264338327950288},
        {"9007199254740993", 9007199254740992.0},
        {"9007199254740993.0000000000000000000000001", 9007199254740994.0},
        {"1e23", 1e23},
        {"-2.5", -2.5},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
        {"4.9e-299", 4.9e-299},
        {"1e-300", 1e-300},
        {"-1e-305", -1e-305},
        {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022}, /* the largest subnormal number */
        {"4.9e-324", 0x1p-1074},
        {"2.4703282292062328e-324", 0x1p-1074}, /* just above half of the least number */
        {"2.4703282292062327e-324", 0.0},       /* just below */
        {"1e-99999999999", 0.0},
    };
    for (int32_t i = 0; i < COUNT(cases); i++) {
        double value = -1;
        assert_int_equal(crmvi_decimal_double(cases[i].text, (int64_t)strlen(cases[i].text), &plain, &value),
                         CRMVI_NUMBER_OK);
        assert_true(value == cases[i].value);
    }
    double value = 0;
    assert_int_equal(crmvi_decimal_double("1e301", 5, &plain, &value), CRMVI_NUMBER_TOO_LARGE);
    assert_int_equal(crmvi_decimal_double("inf", 3, &plain, &value), CRMVI_NUMBER_BAD);
}

static void doubles_become_amounts_by_one_multiplication(void **state) {
    (void)state;
    int64_t amount = 0;
    assert_int_equal(crmvi_double_amount(0.285, 2, &amount), CRMVI_NUMBER_OK);
    assert_int_equal(amount, 28); /* 0.285 * 100 is 28.499999999999996 */
    assert_int_equal(crmvi_double_amount(2.5, 0, &amount), CRMVI_NUMBER_OK);
    assert_int_equal(amount, 2);
    assert_int_equal(crmvi_double_amount(-3.5, 0, &amount), CRMVI_NUMBER_OK);
    assert_int_equal(amount, -4);
    assert_int_equal(crmvi_double_amount(90071992547409.91, 2, &amount), CRMVI_NUMBER_OK);
    assert_int_equal(crmvi_double_amount(90071992547409.92, 2, &amount), CRMVI_NUMBER_TOO_LARGE);
    assert_int_equal(crmvi_double_amount(1e308, 9, &amount), CRMVI_NUMBER_TOO_LARGE);
    assert_int_equal(crmvi_double_amount(INFINITY, 2, &amount), CRMVI_NUMBER_BAD);
    assert_int_equal(crmvi_double_amount(-INFINITY, 2, &amount), CRMVI_NUMBER_BAD);
}

static void a_typed_number_of_six_decimals_is_found_again_and_one_of_seven_refused(void **state) {
    (void)state;
    int64_t micro = 0;
    assert_true(crmvi_double_micro(0.1, 1000000000000, &micro));
    assert_int_equal(micro, 100000);
    assert_true(crmvi_double_micro(-999999.999999, 1000000000000, &micro));
    assert_int_equal(micro, -999999999999);
    assert_false(crmvi_double_micro(0.1234567, 1000000000000, &micro));
    assert_false(crmvi_double_micro(1000001, 1000000000000, &micro));
    assert_false(crmvi_double_micro(NAN, 1000000000000, &micro));
    assert_false(crmvi_double_micro(INFINITY, 1000000000000, &micro));
}

static void the_shortest_text_of_a_double_reads_back_as_the_same_bits(void **state) {
    (void)state;
    const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.1, "0.1"},
        {100, "100"},
        {-2.5, "-2.5"},
        {1e15, "1e15"},
        {123456789012345, "123456789012345"},
        {1e-7, "1e-7"},
        {0.00001, "0.00001"},
        {1.0 / 3, "0.3333333333333333"},
        {5e-324, "5e-324"},
        {0, "0"},
        {1.7976931348623157e308, "1.7976931348623157e308"},
    };
    char text[64];
    for (int32_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(crmvi_shortest(cases[i].value, text), (int32_t)strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
    uint64_t state64 = 42;
    for (int32_t i = 0; i < 20000; i++) {
        state64 = state64 * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        double value;
        memcpy(&value, &state64, sizeof value);
        if (isfinite(value)) {
            assert_true(crmvi_shortest(value, text) < 32);
            assert_true(strtod(text, NULL) == value);
        }
    }
}

static void figures_of_messages_are_short_and_say_what_is_no_number(void **state) {
    (void)state;
    const struct {
        double value;
        int32_t digits;
        const char *text;
    } cases[] = {
        {1.0 / 3, 3, "0.333"},
        {-2.0 / 3, 6, "-0.666667"},
        {0.07 * 100, 6, "7"},
        {1234567, 3, "1230000"},
        {9.9996, 4, "10"},
        {1.26e-9, 2, "1.3e-9"},
        {0, 6, "0"},
        {NAN, 6, "nan"},
        {INFINITY, 6, "inf"},
        {-INFINITY, 6, "-inf"},
        {5e-324, 17, "4.9406564584124654e-324"},
        {-DBL_MAX, 3, "-1.8e308"},
    };
    for (int32_t i = 0; i < COUNT(cases); i++) {
        assert_string_equal(crmvi_figure_rounded(cases[i].value, cases[i].digits).text, cases[i].text);
    }
    assert_string_equal(crmvi_figure_of(1.0 / 3).text, "0.3333333333333333");
    assert_string_equal(crmvi_figure_of(-NAN).text, "nan");
    assert_string_equal(crmvi_figure_of(-INFINITY).text, "-inf");
}

static void amounts_are_written_with_the_decimals_asked_for(void **state) {
    (void)state;
    char text[64];
    crmvi_amount_text(123456789, 2, 2, true, text);
    assert_string_equal(text, "1,234,567.89");
    crmvi_amount_text(-5, 2, 2, false, text);
    assert_string_equal(text, "-0.05");
    crmvi_amount_text(125, 2, 1, false, text);
    assert_string_equal(text, "1.2");
    crmvi_amount_text(12, 0, 2, false, text);
    assert_string_equal(text, "12.00");
    crmvi_amount_text(INT64_MIN, 2, 2, true, text);
    assert_string_equal(text, "-92,233,720,368,547,758.08");
    crmvi_amount_text(999, 0, 0, true, text);
    assert_string_equal(text, "999");
    crmvi_amount_text(0, 2, 0, true, text);
    assert_string_equal(text, "0");
}

static void amounts_with_fewer_decimals_are_rounded_half_to_even(void **state) {
    (void)state;
    uint64_t draws = 1;
    for (int32_t i = 0; i < 100000; i++) {
        const int32_t shown = drawn_below(&draws, 4);
        const int32_t decimals = shown + drawn_below(&draws, 4);
        const int64_t unit = crmvi_power_of_ten(decimals - shown);
        int64_t amount = (int64_t)(drawn_below(&draws, INT32_MAX) - INT32_MAX / 2);
        amount = i % 3 == 0 ? amount * INT32_MAX : i % 3 == 1 ? amount / 1000 * unit + unit / 2 : amount % 2000;
        char text[64];
        char expected[64];
        crmvi_amount_text(amount, decimals, shown, true, text);
        crmvi_amount_text((int64_t)crmvi_divide(amount, unit), shown, shown, true, expected);
        assert_string_equal(text, expected);
    }
}

static void division_rounds_half_to_even_on_both_sides_of_zero(void **state) {
    (void)state;
    const int64_t cases[][3] = {{5, 2, 2}, {7, 2, 4}, {-5, 2, -2}, {-7, 2, -4}, {6, 4, 2}, {-6, 4, -2},
                                {1, 3, 0}, {2, 3, 1}, {-1, 3, 0},  {-2, 3, -1}, {9, 3, 3}, {-9, 3, -3}};
    for (int32_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal((int64_t)crmvi_divide(cases[i][0], cases[i][1]), cases[i][2]);
    }
    assert_int_equal((int64_t)crmvi_floor(-1, 3), -1);
    assert_int_equal((int64_t)crmvi_floor(7, 3), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_become_amounts_rounded_half_to_even_or_are_refused),
        cmocka_unit_test(an_amount_is_the_same_the_short_way_and_the_long),
        cmocka_unit_test(whole_numbers_reach_from_the_least_to_the_greatest_int64),
        cmocka_unit_test(texts_become_the_nearest_double),
        cmocka_unit_test(doubles_become_amounts_by_one_multiplication),
        cmocka_unit_test(a_typed_number_of_six_decimals_is_found_again_and_one_of_seven_refused),
        cmocka_unit_test(the_shortest_text_of_a_double_reads_back_as_the_same_bits),
        cmocka_unit_test(figures_of_messages_are_short_and_say_what_is_no_number),
        cmocka_unit_test(amounts_are_written_with_the_decimals_asked_for),
        cmocka_unit_test(amounts_with_fewer_decimals_are_rounded_half_to_even),
        cmocka_unit_test(division_rounds_half_to_even_on_both_sides_of_zero),
    };
    /* the public functions call these in their own floating-point environment, whatever the host's is */
    crmvi_guest host;
    crmvi_enter(&host);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
