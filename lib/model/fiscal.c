/*
 * fiscal.c - fiscal years, quarters and periods as days.
 *
 * A fiscal year is 12 periods, 3 of them a quarter. All periods there are, are numbered through: those of the year that
 * goes by the number y (in which it begins, where years are of months; in which it ends, where they are of weeks) are
 * 12 y to 12 y + 11. A unit is 1, 3 or 12 periods, so that where a period begins is all there is to know.
 */
#include "fiscal.h"

enum { YEAR = 12, QUARTER = 3, WEEK = 7 };

/* ---- Where periods begin ----------------------------------------------------------------------------------------- */

/* The last day of the year of weeks that ends in or about a month of the calendar year `year`. */
static int32_t end_of_year(const crmvi_fiscal *fiscal, int32_t year) {
    const int32_t month_end = crmvi_day_in_month(12 * year + fiscal->month - 1, 31);
    const int32_t latest = fiscal->nearest ? month_end + 3 : month_end; /* of seven days, one is that weekday */
    return latest - (crmvi_weekday(latest) - fiscal->weekday + WEEK) % WEEK;
}

static int32_t begin_of_weeks(const crmvi_fiscal *fiscal, int32_t year, int32_t period) {
    const int32_t *pattern = fiscal->pattern;
    const int32_t of_quarter = period % QUARTER;
    const int32_t weeks = period / QUARTER * (pattern[0] + pattern[1] + pattern[2]) +
                          (of_quarter > 0 ? pattern[0] : 0) + (of_quarter > 1 ? pattern[1] : 0);
    return end_of_year(fiscal, year - 1) + 1 + weeks * WEEK;
}

static int32_t year_of(int32_t period) {
    return period / YEAR - (period % YEAR < 0 ? 1 : 0);
}

/* The first day of a period. The 53rd week of a long year follows its last period, and so is part of it. */
static int32_t begin_of(const crmvi_fiscal *fiscal, int32_t period) {
    if (fiscal->kind == CRMVI_FISCAL_MONTHS) {
        return crmvi_day_in_month(period + fiscal->month - 1, fiscal->day);
    }
    const int32_t year = year_of(period);
    return begin_of_weeks(fiscal, year, period - YEAR * year);
}

/* The period that a day lies in. Of years of weeks, the one that ends in the calendar year before may still last, and
 * the one that ends in the next may have begun. */
static int32_t period_of(const crmvi_fiscal *fiscal, int32_t day) {
    int32_t year;
    int32_t month;
    int32_t day_of_month;
    crmvi_date_of(day, &year, &month, &day_of_month);
    int32_t period = YEAR * year + (fiscal->kind == CRMVI_FISCAL_MONTHS ? month - fiscal->month : 0);
    while (begin_of(fiscal, period) > day) {
        period--;
    }
    while (begin_of(fiscal, period + 1) <= day) {
        period++;
    }
    return period;
}

/* ---- Windows ----------------------------------------------------------------------------------------------------- */

static int32_t periods_of_unit(int32_t kind) {
    return kind == CRMVI_FISCAL_YEARS ? YEAR : kind == CRMVI_FISCAL_QUARTERS ? QUARTER : 1;
}

/* The first period of the unit that a day lies in. */
static int32_t unit_of(const crmvi_fiscal *fiscal, int32_t day, int32_t size) {
    const int32_t period = period_of(fiscal, day);
    return period - (period - YEAR * year_of(period)) % size;
}

/* The last of the units is the one that the as-of date lies in, up to that date; of those before, the last is cut after
 * as many days, or lasts to its end where it is shorter. */
static void set_to_date(const crmvi_window *window, int32_t as_of, bool before, int32_t *first, int32_t *last) {
    const crmvi_fiscal *fiscal = window->fiscal;
    const int32_t size = periods_of_unit(window->kind);
    const int32_t running = unit_of(fiscal, as_of, size);
    const int32_t all = window->length * size;
    *first = begin_of(fiscal, running + size - (before ? 2 : 1) * all);
    *last = as_of;
    if (before) {
        const int32_t end = begin_of(fiscal, running + size - all) - 1;
        const int32_t cut = begin_of(fiscal, running - all) + (as_of - begin_of(fiscal, running));
        *last = cut < end ? cut : end;
    }
}

/* The last units that are completed; one that ends on the as-of date is. */
static void set_completed(const crmvi_window *window, int32_t as_of, bool before, int32_t *first, int32_t *last) {
    const crmvi_fiscal *fiscal = window->fiscal;
    const int32_t size = periods_of_unit(window->kind);
    const int32_t running = unit_of(fiscal, as_of, size);
    const bool is_completed = begin_of(fiscal, running + size) == as_of + 1;
    const int32_t all = window->length * size;
    const int32_t end = (is_completed ? running + size : running) - (before ? all : 0);
    *first = begin_of(fiscal, end - all);
    *last = begin_of(fiscal, end) - 1;
}

void crmvi_fiscal_days(const crmvi_window *window, int32_t as_of, bool before, int32_t *first, int32_t *last) {
    (window->to_date ? set_to_date : set_completed)(window, as_of, before, first, last);
}
