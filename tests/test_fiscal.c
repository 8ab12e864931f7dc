/* Fiscal years, quarters and periods: against published calendars, and against begins that are counted out by hand. */
#include "base/calendar.h"
#include "model/model.h"
#include "model_texts.h"

#include <stdio.h>

static int32_t day(int32_t year, int32_t month, int32_t day_of_month) {
    const int32_t found = crmv_day(year, month, day_of_month);
    assert_int_not_equal(found, CRMV_NO_DATE);
    return found;
}

/* A model with a calendar and a window, written as members of their objects. */
static crmv_model *model_with(const char *calendar, const char *window) {
    char text[400];
    snprintf(text, sizeof text, "{'crmvalue': 1, 'calendar': {%s}, 'window': {%s}, 'metrics': {}}", calendar, window);
    return model_of_text(text);
}

static void expect_days(const crmv_model *model, int32_t as_of, bool before, int32_t first, int32_t last) {
    int32_t found_first = 0;
    int32_t found_last = 0;
    assert_true(crmvi_window_days(&model->window, as_of, before, &found_first, &found_last));
    if (found_first != first || found_last != last) {
        char texts[5][11];
        const int32_t days[5] = {as_of, found_first, found_last, first, last};
        for (int i = 0; i < 5; i++) {
            crmvi_date_text(days[i], texts[i]);
        }
        fail_msg("as of %s the window%s is %s to %s, not %s to %s", texts[0], before ? " before" : "", texts[1],
                 texts[2], texts[3], texts[4]);
    }
}

/* The days of a window as of a day, without a model of one's own. */
static void expect_window(const char *calendar, const char *window, int32_t as_of, bool before, int32_t first,
                          int32_t last) {
    crmv_model *model = model_with(calendar, window);
    expect_days(model, as_of, before, first, last);
    crmv_model_free(model);
}

#define RETAIL "'weeks': '4-5-4', 'year_ends': {'weekday': 'saturday', 'month': 1, 'which': 'nearest'}"
#define JULY "'year_begins': '07-01'"

/* ---- Published calendars ----------------------------------------------------------------------------------------- */

static void the_retail_calendar_ends_its_years_as_published(void **state) {
    (void)state;
    const int32_t ends[][3] = {{2011, 1, 29}, {2012, 1, 28}, {2013, 2, 2}, {2014, 2, 1}, {2015, 1, 31}, {2016, 1, 30},
                               {2017, 1, 28}, {2018, 2, 3},  {2019, 2, 2}, {2020, 2, 1}, {2021, 1, 30}, {2022, 1, 29},
                               {2023, 1, 28}, {2024, 2, 3},  {2025, 2, 1}, {2026, 1, 31}};
    crmv_model *model = model_with(RETAIL, "'fiscal_years': 1");
    for (int32_t i = 1; i < COUNT(ends); i++) {
        const int32_t end = day(ends[i][0], ends[i][1], ends[i][2]);
        const int32_t begin = day(ends[i - 1][0], ends[i - 1][1], ends[i - 1][2]) + 1;
        const int32_t fiscal_year = ends[i][0] - 1;
        const bool is_long = fiscal_year == 2012 || fiscal_year == 2017 || fiscal_year == 2023;
        assert_int_equal(end - begin + 1, is_long ? 53 * 7 : 52 * 7);
        expect_days(model, end, false, begin, end);
        expect_days(model, end + 200, false, begin, end);
    }
    crmv_model_free(model);
}

static void the_53rd_week_is_the_last_periods(void **state) {
    (void)state;
    const int32_t ends[][3] = {{2023, 2, 25},  {2023, 4, 1},   {2023, 4, 29},  {2023, 5, 27},
                               {2023, 7, 1},   {2023, 7, 29},  {2023, 8, 26},  {2023, 9, 30},
                               {2023, 10, 28}, {2023, 11, 25}, {2023, 12, 30}, {2024, 2, 3}};
    crmv_model *periods = model_with(RETAIL, "'fiscal_periods': 1");
    crmv_model *quarters = model_with(RETAIL, "'fiscal_quarters': 1");
    int32_t begin = day(2023, 1, 29);
    int32_t quarter = begin;
    for (int32_t i = 0; i < COUNT(ends); i++) {
        const int32_t end = day(ends[i][0], ends[i][1], ends[i][2]);
        expect_days(periods, end, false, begin, end);
        if (i % 3 == 2) {
            expect_days(quarters, end, false, quarter, end);
            quarter = end + 1;
        }
        begin = end + 1;
    }
    crmv_model_free(periods);
    crmv_model_free(quarters);
}

static void a_year_to_the_last_saturday_of_september_ends_as_published(void **state) {
    (void)state;
    const int32_t ends[][3] = {{2011, 9, 24}, {2012, 9, 29}, {2013, 9, 28}, {2014, 9, 27}, {2015, 9, 26},
                               {2016, 9, 24}, {2017, 9, 30}, {2018, 9, 29}, {2019, 9, 28}, {2020, 9, 26},
                               {2021, 9, 25}, {2022, 9, 24}, {2023, 9, 30}, {2024, 9, 28}};
    crmv_model *model = model_with(
        "'weeks': '4-4-5', 'year_ends': {'weekday': 'saturday', 'month': 9, 'which': 'last'}", "'fiscal_years': 1");
    for (int32_t i = 1; i < COUNT(ends); i++) {
        const int32_t end = day(ends[i][0], ends[i][1], ends[i][2]);
        const int32_t begin = day(ends[i - 1][0], ends[i - 1][1], ends[i - 1][2]) + 1;
        expect_days(model, end, false, begin, end);
    }
    crmv_model_free(model);
}

/* ---- By hand ----------------------------------------------------------------------------------------------------- */

static void completed_units_end_on_or_before_the_date(void **state) {
    (void)state;
    expect_window(JULY, "'fiscal_years': 1", day(2025, 6, 29), false, day(2023, 7, 1), day(2024, 6, 30));
    expect_window(JULY, "'fiscal_years': 1", day(2025, 6, 30), false, day(2024, 7, 1), day(2025, 6, 30));
    expect_window(JULY, "'fiscal_years': 2", day(2025, 7, 1), false, day(2023, 7, 1), day(2025, 6, 30));
    expect_window(JULY, "'fiscal_years': 2", day(2025, 7, 1), true, day(2021, 7, 1), day(2023, 6, 30));
    expect_window(JULY, "'fiscal_quarters': 1", day(2025, 2, 14), false, day(2024, 10, 1), day(2024, 12, 31));
    expect_window(JULY, "'fiscal_quarters': 3", day(2025, 2, 14), true, day(2023, 7, 1), day(2024, 3, 31));
    expect_window(JULY, "'fiscal_periods': 2, 'to_date': false", day(2025, 2, 28), false, day(2025, 1, 1),
                  day(2025, 2, 28));
}

static void to_date_the_running_unit_counts_up_to_the_date(void **state) {
    (void)state;
    expect_window(JULY, "'fiscal_years': 1, 'to_date': true", day(2025, 2, 14), false, day(2024, 7, 1),
                  day(2025, 2, 14));
    expect_window(JULY, "'fiscal_years': 2, 'to_date': true", day(2025, 2, 14), false, day(2023, 7, 1),
                  day(2025, 2, 14));
    expect_window(JULY, "'fiscal_quarters': 1, 'to_date': true", day(2025, 7, 1), false, day(2025, 7, 1),
                  day(2025, 7, 1));
}

static void the_window_before_is_cut_after_as_many_days_as_the_running_unit_has(void **state) {
    (void)state;
    expect_window(JULY, "'fiscal_years': 1, 'to_date': true", day(2025, 2, 14), true, day(2023, 7, 1),
                  day(2024, 2, 14));
    expect_window(JULY, "'fiscal_years': 1, 'to_date': true", day(2025, 3, 1), true, day(2023, 7, 1),
                  day(2024, 2, 29)); /* 244 days of each: 2024 is a leap year */
    expect_window(JULY, "'fiscal_years': 2, 'to_date': true", day(2025, 7, 31), true, day(2022, 7, 1),
                  day(2023, 7, 31));
    expect_window("'year_begins': '01-01'", "'fiscal_years': 1, 'to_date': true", day(2024, 12, 31), true,
                  day(2023, 1, 1), day(2023, 12, 31)); /* a 366th day there is not */
    expect_window("'year_begins': '01-01'", "'fiscal_periods': 1, 'to_date': true", day(2025, 3, 31), true,
                  day(2025, 2, 1), day(2025, 2, 28));
    expect_window(RETAIL, "'fiscal_years': 1, 'to_date': true", day(2024, 2, 3), true, day(2022, 1, 30),
                  day(2023, 1, 28)); /* nor a 53rd week */
    expect_window(RETAIL, "'fiscal_years': 1, 'to_date': true", day(2024, 1, 27), true, day(2022, 1, 30),
                  day(2023, 1, 28));
}

static void a_year_may_begin_on_29_february_or_on_a_31st(void **state) {
    (void)state;
    expect_window("'year_begins': '02-29'", "'fiscal_years': 1", day(2025, 2, 27), false, day(2024, 2, 29),
                  day(2025, 2, 27));
    expect_window("'year_begins': '02-29'", "'fiscal_years': 1", day(2024, 2, 28), false, day(2023, 2, 28),
                  day(2024, 2, 28));
    expect_window("'year_begins': '02-29'", "'fiscal_periods': 1", day(2025, 4, 5), false, day(2025, 2, 28),
                  day(2025, 3, 28));
    expect_window("'year_begins': '08-31'", "'fiscal_periods': 1", day(2025, 3, 30), false, day(2025, 2, 28),
                  day(2025, 3, 30));
    expect_window("'year_begins': '08-31'", "'fiscal_quarters': 1", day(2025, 3, 30), false, day(2024, 11, 30),
                  day(2025, 2, 27));
}

/* ---- Counted out ------------------------------------------------------------------------------------------------- */

enum { FIRST_YEAR = 1995, LAST_YEAR = 2032, MOST_BEGINS = (LAST_YEAR - FIRST_YEAR + 3) * 12 };

/* The first days of all periods from that of the first year on. */
typedef struct begins {
    int32_t days[MOST_BEGINS];
    int32_t count;
} begins;

static void count_months(begins *b, int32_t month, int32_t of_month) {
    b->count = 0;
    for (int32_t year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        for (int32_t i = 0; i < 12; i++) {
            const int32_t at = month - 1 + i;
            int32_t last = of_month;
            while (crmv_day(year + at / 12, at % 12 + 1, last) == CRMV_NO_DATE) {
                last--;
            }
            b->days[b->count++] = crmv_day(year + at / 12, at % 12 + 1, last);
        }
    }
}

/* The last day of a year of weeks, found by looking at one day after the other; `weekday` 0 is Monday. */
static int32_t find_end(int32_t year, int32_t month, int32_t weekday, bool nearest) {
    const int32_t monday = day(2024, 1, 1);
    const int32_t month_end = day(year + month / 12, month % 12 + 1, 1) - 1;
    for (int32_t away = 0; away < 7; away++) {
        for (int32_t sign = -1; sign <= (nearest ? 1 : -1); sign += 2) {
            const int32_t found = month_end + sign * away;
            if (((found - monday) % 7 + 7) % 7 == weekday) {
                return found;
            }
        }
    }
    fail();
    return 0;
}

static void count_weeks(begins *b, int32_t month, int32_t weekday, bool nearest, const int32_t pattern[3]) {
    b->count = 0;
    for (int32_t year = FIRST_YEAR; year <= LAST_YEAR; year++) {
        int32_t at = find_end(year - 1, month, weekday, nearest) + 1;
        for (int32_t i = 0; i < 12; i++) {
            b->days[b->count++] = at;
            at += 7 * pattern[i % 3];
        }
        const int32_t left = find_end(year, month, weekday, nearest) + 1 - at;
        assert_true(left == 0 || left == 7);
    }
}

/* What crmvi_window_days should say, by looking through the begins. */
static void count_window(const begins *b, const crmvi_window *window, int32_t as_of, bool before, int32_t *first,
                         int32_t *last) {
    const int32_t size = window->kind == CRMVI_FISCAL_YEARS ? 12 : window->kind == CRMVI_FISCAL_QUARTERS ? 3 : 1;
    int32_t running = 0;
    while (b->days[running + size] <= as_of) {
        running += size;
    }
    const int32_t ended = b->days[running + size] - 1 == as_of && !window->to_date;
    const int32_t end = running + (window->to_date || ended ? size : 0) - (before ? window->length * size : 0);
    *first = b->days[end - window->length * size];
    *last = b->days[end] - 1;
    if (window->to_date) {
        const int32_t cut = b->days[end - size] + (as_of - b->days[running]);
        *last = cut < *last ? cut : *last;
    }
}

static void compare_windows(const begins *b, const char *calendar) {
    const char *const windows[] = {"'fiscal_years': 1",    "'fiscal_years': 3",   "'fiscal_quarters': 1",
                                   "'fiscal_quarters': 5", "'fiscal_periods': 1", "'fiscal_periods': 7"};
    for (int32_t i = 0; i < 2 * COUNT(windows); i++) {
        char window[80];
        snprintf(window, sizeof window, "%s%s", windows[i / 2], i % 2 == 1 ? ", 'to_date': true" : "");
        crmv_model *model = model_with(calendar, window);
        for (int32_t as_of = day(FIRST_YEAR + 9, 1, 1); as_of <= day(LAST_YEAR - 2, 12, 31); as_of++) {
            for (int32_t before = 0; before < 2; before++) {
                int32_t first = 0;
                int32_t last = 0;
                count_window(b, &model->window, as_of, before == 1, &first, &last);
                expect_days(model, as_of, before == 1, first, last);
            }
        }
        crmv_model_free(model);
    }
}

static void years_of_months_are_what_counting_out_gives(void **state) {
    (void)state;
    const int32_t years[][2] = {{1, 1}, {7, 1}, {4, 6}, {2, 29}, {12, 31}, {10, 30}};
    for (int32_t i = 0; i < COUNT(years); i++) {
        begins b;
        char calendar[40];
        count_months(&b, years[i][0], years[i][1]);
        snprintf(calendar, sizeof calendar, "'year_begins': '%02d-%02d'", (int)years[i][0], (int)years[i][1]);
        compare_windows(&b, calendar);
    }
}

static void years_of_weeks_are_what_counting_out_gives(void **state) {
    (void)state;
    const struct {
        const char *weeks, *weekday;
        int32_t day, month;
        bool nearest;
        int32_t pattern[3];
    } years[] = {{"4-4-5", "friday", 4, 12, true, {4, 4, 5}},
                 {"4-5-4", "saturday", 5, 1, true, {4, 5, 4}},
                 {"5-4-4", "sunday", 6, 12, false, {5, 4, 4}},
                 {"4-4-5", "monday", 0, 2, false, {4, 4, 5}},
                 {"4-5-4", "thursday", 3, 6, true, {4, 5, 4}}};
    for (int32_t i = 0; i < COUNT(years); i++) {
        begins b;
        char calendar[160];
        count_weeks(&b, years[i].month, years[i].day, years[i].nearest, years[i].pattern);
        snprintf(calendar, sizeof calendar, "'weeks': '%s', 'year_ends': {'weekday': '%s', 'month': %d, 'which': '%s'}",
                 years[i].weeks, years[i].weekday, (int)years[i].month, years[i].nearest ? "nearest" : "last");
        compare_windows(&b, calendar);
    }
}

/* ---- The ends of the calendar ------------------------------------------------------------------------------------ */

static void windows_are_cut_at_the_first_day_there_is(void **state) {
    (void)state;
    expect_window(JULY, "'fiscal_years': 9999", day(2025, 6, 30), false, CRMVI_FIRST_DAY, day(2025, 6, 30));
    expect_window(RETAIL, "'fiscal_periods': 119988, 'to_date': true", CRMVI_FIRST_DAY, false, CRMVI_FIRST_DAY,
                  CRMVI_FIRST_DAY);
    crmv_model *model = model_with(RETAIL, "'fiscal_years': 9999");
    int32_t first = 0;
    int32_t last = 0;
    assert_false(crmvi_window_days(&model->window, CRMVI_FIRST_DAY, true, &first, &last));
    assert_true(crmvi_window_days(&model->window, CRMVI_LAST_DAY, false, &first, &last));
    assert_true(first == CRMVI_FIRST_DAY && last < CRMVI_LAST_DAY);
    assert_true(crmvi_window_days(&model->window, CRMV_NO_DATE, false, &first, &last));
    crmv_model_free(model);
}

static void a_day_in_a_month_is_clamped_and_months_have_no_limits(void **state) {
    (void)state;
    assert_int_equal(crmvi_day_in_month(12 * 2024 + 1, 31), day(2024, 2, 29));
    assert_int_equal(crmvi_day_in_month(12 * 2100 + 1, 29), day(2100, 2, 28));
    assert_int_equal(crmvi_day_in_month(12, 1), CRMVI_FIRST_DAY);
    assert_int_equal(crmvi_day_in_month(11, 31), CRMVI_FIRST_DAY - 1);
    assert_int_equal(crmvi_day_in_month(12 * 9999 + 11, 31), CRMVI_LAST_DAY);
    assert_int_equal(crmvi_day_in_month(12 * 10000, 1), CRMVI_LAST_DAY + 1);
    for (int32_t month = -12 * 801; month < 12 * 401; month++) {
        const int32_t next_era = crmvi_day_in_month(month + 4800, 30);
        assert_int_equal(crmvi_day_in_month(month, 30), next_era - 146097);
    }
    for (int32_t d = CRMVI_FIRST_DAY; d < CRMVI_FIRST_DAY + 800000; d++) {
        assert_int_equal(crmvi_weekday(d + 1), (crmvi_weekday(d) + 1) % 7);
    }
    assert_int_equal(crmvi_weekday(day(2024, 1, 1)), 0);
    assert_int_equal(crmvi_weekday(day(1969, 12, 28)), 6);
}

/* ---- Same windows ------------------------------------------------------------------------------------------------ */

static void windows_of_two_models_are_the_same_where_their_calendars_are(void **state) {
    (void)state;
    const char *const texts[][2] = {
        {JULY, "'fiscal_years': 1"},
        {JULY, "'fiscal_years': 2"},
        {JULY, "'fiscal_years': 1, 'to_date': true"},
        {JULY, "'fiscal_quarters': 1"},
        {"'year_begins': '07-02'", "'fiscal_years': 1"},
        {RETAIL, "'fiscal_years': 1"},
        {"'weeks': '4-5-4', 'year_ends': {'weekday': 'saturday', 'month': 1, 'which': 'last'}", "'fiscal_years': 1"},
        {"'weeks': '4-4-5', 'year_ends': {'weekday': 'saturday', 'month': 1, 'which': 'nearest'}", "'fiscal_years': 1"},
        {"'weeks': '4-5-4', 'year_ends': {'weekday': 'sunday', 'month': 1, 'which': 'nearest'}", "'fiscal_years': 1"},
        {RETAIL, "'years': 1"},
    };
    for (int32_t i = 0; i < COUNT(texts); i++) {
        for (int32_t j = 0; j < COUNT(texts); j++) {
            crmv_model *a = model_with(texts[i][0], texts[i][1]);
            crmv_model *b = model_with(texts[j][0], texts[j][1]);
            assert_int_equal(crmvi_same_window(&a->window, &b->window), i == j);
            crmv_model_free(a);
            crmv_model_free(b);
        }
    }
}

static void a_fiscal_window_needs_a_date(void **state) {
    (void)state;
    crmv_model *model = model_with(JULY, "'fiscal_years': 1");
    assert_int_equal(crmv_model_needs_date(model), 1);
    crmv_model_free(model);
}

/* ---- Asked for from outside -------------------------------------------------------------------------------------- */

typedef struct asked_window {
    int32_t metric, as_of, before, status, first, last;
} asked_window;

/* The days of 2024: 19723 is the first of January, 19782 the last of February, 19904 the 30th of June. */
static void the_days_of_a_window_can_be_asked_for(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        MODEL("'window': {'months': 12}, 'metrics': {'own': {'sum': 'revenue', 'window': {'days': 30}}, 'models': "
              "{'sum': 'revenue'}, 'fixed': {'sum': 'revenue', 'window': {'from': '2024-01-01', 'to': '2024-02-29'}}, "
              "'all': {'sum': 'revenue', 'window': 'all'}, 'recency': {'recency': 'days'}}"));
    enum { OWN, MODELS, FIXED, ALL, RECENCY, NOTHING = CRMV_NO_DATE, JUNE_30 = 19904, JANUARY_1 = 19723 };
    static const asked_window asked[] = {{-1, JUNE_30, 0, CRMV_OK, 19539, JUNE_30},
                                         {MODELS, JUNE_30, 0, CRMV_OK, 19539, JUNE_30},
                                         {MODELS, JUNE_30, 1, CRMV_OK, 19174, 19538},
                                         {OWN, JUNE_30, 0, CRMV_OK, 19875, JUNE_30},
                                         {OWN, JUNE_30, 1, CRMV_OK, 19845, 19874},
                                         {OWN, NOTHING, 0, CRMV_BAD_ARGUMENT, 7, 7},
                                         {FIXED, JUNE_30, 0, CRMV_OK, JANUARY_1, 19782},
                                         {FIXED, JANUARY_1 + 3, 0, CRMV_OK, JANUARY_1, JANUARY_1 + 3},
                                         {FIXED, NOTHING, 0, CRMV_OK, JANUARY_1, 19782},
                                         {FIXED, JANUARY_1 - 1, 0, CRMV_NOT_FOUND, 7, 7},
                                         {ALL, JUNE_30, 0, CRMV_OK, NOTHING, JUNE_30},
                                         {ALL, NOTHING, 0, CRMV_OK, NOTHING, NOTHING},
                                         {ALL, JUNE_30, 1, CRMV_NOT_FOUND, 7, 7},
                                         {RECENCY, JUNE_30, 0, CRMV_OK, NOTHING, JUNE_30},
                                         {-2, JUNE_30, 0, CRMV_BAD_ARGUMENT, 7, 7},
                                         {5, JUNE_30, 0, CRMV_BAD_ARGUMENT, 7, 7},
                                         {OWN, CRMVI_LAST_DAY + 1, 0, CRMV_BAD_ARGUMENT, 7, 7}};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        const asked_window *a = &asked[i];
        int32_t first = 7, last = 7;
        if (crmv_model_window_days(model, a->metric, a->as_of, a->before, &first, &last) != a->status ||
            first != a->first || last != a->last) {
            fail_msg("%d: %d to %d", (int)i, (int)first, (int)last);
        }
    }
    int32_t day;
    assert_int_equal(crmv_model_window_days(NULL, -1, JUNE_30, 0, &day, &day), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_window_days(model, -1, JUNE_30, 0, NULL, &day), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_window_days(model, -1, JUNE_30, 0, &day, NULL), CRMV_BAD_ARGUMENT);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_retail_calendar_ends_its_years_as_published),
        cmocka_unit_test(the_53rd_week_is_the_last_periods),
        cmocka_unit_test(a_year_to_the_last_saturday_of_september_ends_as_published),
        cmocka_unit_test(completed_units_end_on_or_before_the_date),
        cmocka_unit_test(to_date_the_running_unit_counts_up_to_the_date),
        cmocka_unit_test(the_window_before_is_cut_after_as_many_days_as_the_running_unit_has),
        cmocka_unit_test(a_year_may_begin_on_29_february_or_on_a_31st),
        cmocka_unit_test(years_of_months_are_what_counting_out_gives),
        cmocka_unit_test(years_of_weeks_are_what_counting_out_gives),
        cmocka_unit_test(windows_are_cut_at_the_first_day_there_is),
        cmocka_unit_test(a_day_in_a_month_is_clamped_and_months_have_no_limits),
        cmocka_unit_test(windows_of_two_models_are_the_same_where_their_calendars_are),
        cmocka_unit_test(a_fiscal_window_needs_a_date),
        cmocka_unit_test(the_days_of_a_window_can_be_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
