/* calendar.h - days since 1970-01-01 and proleptic Gregorian dates, years 1 to 9999. */
#ifndef CRMVI_BASE_CALENDAR_H
#define CRMVI_BASE_CALENDAR_H

#include "base/column_texts.h"

#include <stdbool.h>
#include <stdint.h>

#define CRMVI_FIRST_DAY INT32_C(-719162) /* 0001-01-01 */
#define CRMVI_LAST_DAY INT32_C(2932896)  /* 9999-12-31 */

/* The day of a date; false where the date does not exist. */
bool crmvi_day_of(int32_t year, int32_t month, int32_t day, int32_t *out);

/* The date of a day within the limits. */
void crmvi_date_of(int32_t day, int32_t *year, int32_t *month, int32_t *day_of_month);

/*
 * The day that lies `months` months before: the last day of a month maps to the last day, other days are clamped to the
 * month's length. Results before year 1 are CRMVI_FIRST_DAY - 1. A year is 12 months.
 */
int32_t crmvi_months_before(int32_t day, int32_t months);

/* Likewise `months` months later; past year 9999 it is the day of a calendar that goes on as it is. */
int32_t crmvi_months_after(int32_t day, int32_t months);

/*
 * A day of a month, or the month's last day where it is shorter. Months are counted from January of the year 0; those
 * of years before 1 and after 9999 are fine, and give days outside of the limits.
 */
int32_t crmvi_day_in_month(int32_t month, int32_t day_of_month);

/* 0 Monday to 6 Sunday, of any day. */
int32_t crmvi_weekday(int32_t day);

/*
 * Completed anniversaries of `start` at `end` (>= start) plus the fraction of the running year; 29 February has its
 * anniversary on the 28th in common years. crmvi_months_between is the same by months, days clamped.
 */
double crmvi_years_between(int32_t start, int32_t end);
double crmvi_months_between(int32_t start, int32_t end);

/* How dates are written in a feed: a sequence of parts and literal bytes. */
typedef struct crmvi_date_format {
    char parts[24]; /* 'Y' 4-digit year, 'y' 2-digit year, 'M' month, 'N' month by English name (Jan), 'D' day; else
                       literal */
    int32_t count;
    bool fixed; /* no separators: every part has its full width */

    /* A date whose parts all have their full width: its length (0 where a month is a name), and where its parts and its
     * literal bytes stand. */
    int32_t length, year_at, month_at, day_at, mark_count;
    bool has_century; /* 4-digit years */
    int8_t mark_at[24];
    char marks[24];
} crmvi_date_format;

/* Reads a format such as "yyyy-mm-dd", "dd.mm.yy", "d/m/yyyy", "yyyymmdd", "dd-mon-yyyy"; false where it is none, or
 * does not hold each of year, month and day once. */
bool crmvi_date_format_read(const char *text, crmvi_date_format *out);

/* Reads a date; months and days may have one digit unless the format is fixed; a time of day behind it (after a blank
 * or 'T', beginning with a digit) is dropped. False where it is no date. Two-digit years: 69-99 are 19yy, 00-68 are
 * 20yy. */
bool crmvi_date_read(const char *text, int64_t length, const crmvi_date_format *format, int32_t *day);

/* Reads the dates of a block of rows: `read` is 1 for those that are one, and 0, with a day of 0, for all others and
 * for rows without a text. Whether all are. */
bool crmvi_date_block(const crmvi_block_texts *texts, const crmvi_date_format *format, int32_t *days, uint8_t *read);

/* "2024-02-29"; out holds 11 bytes. */
void crmvi_date_text(int32_t day, char *out);

#endif
