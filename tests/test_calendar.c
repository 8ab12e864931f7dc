#include "base/calendar.h"
#include "tables.h"

#include <stdio.h>

static int32_t day(int32_t year, int32_t month, int32_t day_of_month) {
    const int32_t found = crmv_day(year, month, day_of_month);
    assert_int_not_equal(found, CRMV_NO_DATE);
    return found;
}

static void every_day_of_the_years_1_to_9999_has_its_date_and_back(void **state) {
    (void)state;
    int32_t year = 0;
    int32_t month = 0;
    int32_t of_month = 0;
    for (int32_t d = CRMVI_FIRST_DAY; d <= CRMVI_LAST_DAY; d++) {
        assert_int_equal(crmv_date(d, &year, &month, &of_month), CRMV_OK);
        assert_int_equal(crmv_day(year, month, of_month), d);
    }
    assert_int_equal(crmv_day(1, 1, 1), CRMVI_FIRST_DAY);
    assert_int_equal(crmv_day(9999, 12, 31), CRMVI_LAST_DAY);
    assert_int_equal(crmv_day(1970, 1, 1), 0);
    assert_int_equal(crmv_date(CRMVI_FIRST_DAY - 1, &year, &month, &of_month), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_date(CRMVI_LAST_DAY + 1, &year, &month, &of_month), CRMV_BAD_ARGUMENT);
}

static void dates_that_do_not_exist_are_refused(void **state) {
    (void)state;
    const int32_t dates[][3] = {{2023, 2, 29}, {1900, 2, 29}, {2024, 4, 31}, {0, 1, 1},    {10000, 1, 1},
                                {2024, 13, 1}, {2024, 0, 1},  {2024, 1, 0},  {2024, 1, 32}};
    for (int32_t i = 0; i < COUNT(dates); i++) {
        assert_int_equal(crmv_day(dates[i][0], dates[i][1], dates[i][2]), CRMV_NO_DATE);
    }
    assert_int_not_equal(crmv_day(2000, 2, 29), CRMV_NO_DATE);
}

static void a_last_day_of_a_month_maps_to_a_last_day_and_others_are_clamped(void **state) {
    (void)state;
    assert_int_equal(crmvi_months_before(day(2024, 2, 29), 12), day(2023, 2, 28));
    assert_int_equal(crmvi_months_before(day(2023, 2, 28), 12), day(2022, 2, 28));
    assert_int_equal(crmvi_months_before(day(2025, 2, 28), 12), day(2024, 2, 29));
    assert_int_equal(crmvi_months_before(day(2024, 4, 30), 1), day(2024, 3, 31));
    assert_int_equal(crmvi_months_before(day(2024, 3, 30), 1), day(2024, 2, 29));
    assert_int_equal(crmvi_months_before(day(2024, 3, 15), 3), day(2023, 12, 15));
    assert_int_equal(crmvi_months_before(day(1, 3, 15), 3), CRMVI_FIRST_DAY - 1);
}

static void tenure_counts_anniversaries_and_the_fraction_of_the_running_year(void **state) {
    (void)state;
    assert_true(crmvi_years_between(day(2020, 5, 17), day(2023, 5, 17)) == 3.0);
    assert_true(crmvi_years_between(day(2020, 5, 17), day(2020, 5, 17)) == 0.0);
    assert_true(crmvi_years_between(day(2020, 5, 17), day(2023, 5, 16)) == 2.0 + 364.0 / 365.0);
    assert_true(crmvi_years_between(day(2020, 2, 29), day(2021, 2, 28)) == 1.0);
    assert_true(crmvi_years_between(day(2020, 2, 29), day(2021, 2, 27)) == 364.0 / 365.0);
    assert_true(crmvi_years_between(day(2020, 2, 29), day(2024, 2, 29)) == 4.0);
    assert_true(crmvi_years_between(day(2020, 2, 29), day(2024, 2, 28)) == 3.0 + 365.0 / 366.0);
    assert_true(crmvi_months_between(day(2024, 1, 31), day(2024, 2, 29)) == 1.0);
    assert_true(crmvi_months_between(day(2024, 1, 31), day(2024, 3, 15)) == 1.0 + 15.0 / 31.0);
}

static void written_dates_are_read_by_their_format(void **state) {
    (void)state;
    const struct {
        const char *format, *text;
        int32_t year, month, day; /* year 0: no date */
    } cases[] = {
        {"yyyy-mm-dd", "2024-02-29", 2024, 2, 29},
        {"yyyy-mm-dd", "2024-2-9", 2024, 2, 9},
        {"yyyy-mm-dd", "2024-02-29 23:59:59", 2024, 2, 29},
        {"yyyy-mm-dd", "2024-02-29T00:00:00Z", 2024, 2, 29},
        {"yyyy-mm-dd", " 2024-02-29 ", 2024, 2, 29},
        {"yyyy-mm-dd", "2024-02-29x", 0, 0, 0},
        {"yyyy-mm-dd", "2024-02-29 x", 0, 0, 0},
        {"yyyy-mm-dd", "2024-02-30", 0, 0, 0},
        {"yyyy-mm-dd", "24-02-29", 0, 0, 0},
        {"yyyy-mm-dd", "", 0, 0, 0},
        {"dd-mm-yy", "08-11-16", 2016, 11, 8},
        {"dd-mm-yy", "08-11-69", 1969, 11, 8},
        {"dd-mm-yy", "08-11-68", 2068, 11, 8},
        {"dd.mm.yyyy", "1.2.2024", 2024, 2, 1},
        {"m/d/yyyy", "2/13/2024", 2024, 2, 13},
        {"yyyymmdd", "20240229", 2024, 2, 29},
        {" yyyy-mm-dd", " 2024-02-29", 0, 0, 0},
        {"yyyy-mm-dd", "2024-02-2/", 0, 0, 0},
        {"yyyy-mm-dd", "2024-02-2:", 0, 0, 0},
        {"yyyymmdd", "2024229", 0, 0, 0},
        {"yyyymmdd", "202402291", 0, 0, 0},
        {"dd-mon-yyyy", "05-Mar-2024", 2024, 3, 5},
        {"mon d, yyyy", "September 5, 2024", 2024, 9, 5},
        {"DD/MM/YYYY", "31/12/9999", 9999, 12, 31},
    };
    for (int32_t i = 0; i < COUNT(cases); i++) {
        crmvi_date_format format;
        int32_t found = 0;
        assert_true(crmvi_date_format_read(cases[i].format, &format));
        const bool read = crmvi_date_read(cases[i].text, (int64_t)strlen(cases[i].text), &format, &found);
        if (read != (cases[i].year != 0) || (read && found != crmv_day(cases[i].year, cases[i].month, cases[i].day))) {
            fail_msg("\"%s\" as %s", cases[i].text, cases[i].format);
        }
    }
}

/* The next number of a fixed sequence, below `limit` (Knuth's MMIX generator). */
static int32_t drawn_below(uint64_t *state, int32_t limit) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int32_t)((*state >> 33) % (uint64_t)limit);
}

/* A date of a format in its full width, seldom one that is written in another way or does not exist. */
static int32_t draw_date(uint64_t *state, const crmvi_date_format *format, char *out) {
    static const char odd[] = "0123456789-/. ,T:x";
    int32_t length = 0;
    for (int32_t i = 0; i < format->count; i++) {
        const char part = format->parts[i];
        if (part == 'Y') {
            length += sprintf(out + length, "%04d", (int)drawn_below(state, 2) * 2000 + (int)drawn_below(state, 400));
        } else if (part == 'y' || part == 'D') {
            length += sprintf(out + length, "%02d", (int)drawn_below(state, part == 'D' ? 33 : 100));
        } else if (part == 'M') {
            length += sprintf(out + length, drawn_below(state, 8) == 0 ? "%d" : "%02d", (int)drawn_below(state, 14));
        } else {
            length += sprintf(out + length, "%.*s", part == 'N' ? 3 : 1, part == 'N' ? "Feb" : &part);
        }
    }
    if (drawn_below(state, 3) == 0) {
        out[drawn_below(state, length)] = odd[drawn_below(state, (int32_t)sizeof odd - 1)];
    }
    return length;
}

/* A blank in front changes nothing, and keeps a text from the short way. */
static void a_date_is_the_same_the_short_way_and_the_long(void **state) {
    (void)state;
    static const char *const formats[] = {"yyyy-mm-dd", "dd.mm.yyyy",  "m/d/yyyy",    "yyyymmdd",   "ddmmyy",
                                          "dd-mon-yy",  " yyyy-mm-dd", "yyyy-mm-dd ", "yy,  mm..dd"};
    uint64_t draws = 1;
    int32_t read = 0;
    for (int32_t i = 0; i < 300000; i++) {
        crmvi_date_format format;
        char text[64] = " ";
        int32_t found[2] = {0, 0};
        assert_true(crmvi_date_format_read(formats[i % COUNT(formats)], &format));
        const int32_t length = draw_date(&draws, &format, text + 1);
        const bool is_date = crmvi_date_read(text + 1, length, &format, &found[0]);
        if (is_date != crmvi_date_read(text, length + 1, &format, &found[1]) || (is_date && found[0] != found[1])) {
            fail_msg("\"%.*s\" as %s: %d and %d", (int)length, text + 1, formats[i % COUNT(formats)], (int)found[0],
                     (int)found[1]);
        }
        read += is_date;
    }
    assert_in_range(read, 100000, 250000);
}

static void formats_without_year_month_and_day_once_each_are_refused(void **state) {
    (void)state;
    const char *const formats[] = {"",           "yyyy",           "yyyy-mm",
                                   "dd-dd-yyyy", "yyyy-mm-dd-yy",  "hh:mm",
                                   "yyyy_mm_dd", "yyyy-mm-mon-dd", "dddddddddddddddddddddddddddddddddddd"};
    crmvi_date_format format;
    for (int32_t i = 0; i < COUNT(formats); i++) {
        assert_false(crmvi_date_format_read(formats[i], &format));
    }
}

static void days_are_written_as_iso_dates(void **state) {
    (void)state;
    char text[16];
    crmvi_date_text(day(2024, 2, 29), text);
    assert_string_equal(text, "2024-02-29");
    crmvi_date_text(CRMVI_FIRST_DAY, text);
    assert_string_equal(text, "0001-01-01");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_the_years_1_to_9999_has_its_date_and_back),
        cmocka_unit_test(dates_that_do_not_exist_are_refused),
        cmocka_unit_test(a_last_day_of_a_month_maps_to_a_last_day_and_others_are_clamped),
        cmocka_unit_test(tenure_counts_anniversaries_and_the_fraction_of_the_running_year),
        cmocka_unit_test(written_dates_are_read_by_their_format),
        cmocka_unit_test(a_date_is_the_same_the_short_way_and_the_long),
        cmocka_unit_test(formats_without_year_month_and_day_once_each_are_refused),
        cmocka_unit_test(days_are_written_as_iso_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
