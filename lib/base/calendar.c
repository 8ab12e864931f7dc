#include "base/calendar.h"

#include "base/eight_bytes.h"
#include "crmvalue/column.h"

#include <stddef.h>
#include <string.h>

/* Dates are read line by line: no branches here that depend on the date, and few divisions. */
static int32_t is_leap(int32_t year) {
    return (year & (year % 25 == 0 ? 15 : 3)) == 0; /* 400 is 25 x 16, and 100 is 25 x 4 */
}

/* Days of a common and of a leap year before each month, and before the next year. */
static const int16_t days_before[2][13] = {{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365},
                                           {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366}};

static int32_t month_length(int32_t year, int32_t month) {
    const int16_t *before = days_before[is_leap(year)];
    return before[month] - before[month - 1];
}

/* From year 1 on. */
static int32_t days_of(int32_t year, int32_t month, int32_t day) {
    const uint32_t past = (uint32_t)year - 1;
    const uint32_t centuries = past / 100;
    const uint32_t leap_days = past / 4 - centuries + centuries / 4;
    return CRMVI_FIRST_DAY + (int32_t)(past * 365 + leap_days) + days_before[is_leap(year)][month - 1] + day - 1;
}

/* Days from 1 March to each month's first. A year's leap day is the last day of a year that begins on 1 March. */
static const int16_t days_from_march[13] = {0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275};

/* Which dates exist is told by the month's length in a common year, but for one. */
static inline bool day_of(int32_t year, int32_t month, int32_t day, int32_t *out) {
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) {
        return false;
    }
    if (day > days_before[0][month] - days_before[0][month - 1] && day > month_length(year, month)) {
        return false;
    }
    const uint32_t past = (uint32_t)(year - (month <= 2)); /* years that begin on 1 March, from year 0 on */
    const uint32_t centuries = past / 100;
    const int32_t before = (int32_t)(past * 365 + past / 4 - centuries + centuries / 4);
    *out = CRMVI_FIRST_DAY - 307 + before + days_from_march[month] + day;
    return true;
}

bool crmvi_day_of(int32_t year, int32_t month, int32_t day, int32_t *out) {
    return day_of(year, month, day, out);
}

/*
 * Days are counted back in eras of 400 years (146,097 days) whose years begin on 1 March, so that the leap day is the
 * last of its year (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013).
 */
void crmvi_date_of(int32_t day, int32_t *year, int32_t *month, int32_t *day_of_month) {
    const int32_t shifted = day + 719468;
    const int32_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const int32_t day_of_era = shifted - era * 146097;
    const int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int32_t shifted_month = (5 * day_of_year + 2) / 153;
    *day_of_month = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    *month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    *year = year_of_era + era * 400 + (*month <= 2 ? 1 : 0);
}

int32_t crmvi_months_before(int32_t day, int32_t months) {
    int32_t year;
    int32_t month;
    int32_t day_of_month;
    crmvi_date_of(day, &year, &month, &day_of_month);
    const bool is_last = day_of_month == month_length(year, month);
    const int64_t index = (int64_t)year * 12 + (month - 1) - months;
    if (index < 12) {
        return CRMVI_FIRST_DAY - 1;
    }
    const int32_t new_year = (int32_t)(index / 12);
    const int32_t new_month = (int32_t)(index % 12) + 1;
    const int32_t length = month_length(new_year, new_month);
    return days_of(new_year, new_month, is_last || day_of_month > length ? length : day_of_month);
}

/* Rounded down, for a divisor above 0. */
static int32_t floor_of(int32_t number, int32_t divisor) {
    return number / divisor - (number % divisor < 0 ? 1 : 0);
}

/* Years repeat every 400: what lies outside of the limits is looked up in the first of them. */
int32_t crmvi_day_in_month(int32_t month, int32_t day_of_month) {
    enum { ERA_YEARS = 400, ERA_DAYS = 146097 };
    const int32_t year = floor_of(month, 12);
    const int32_t of_year = month - 12 * year + 1;
    const int32_t era = floor_of(year - 1, ERA_YEARS);
    const int32_t year_of_era = year - era * ERA_YEARS;
    const int32_t length = month_length(year_of_era, of_year);
    return days_of(year_of_era, of_year, day_of_month > length ? length : day_of_month) + era * ERA_DAYS;
}

int32_t crmvi_months_after(int32_t day, int32_t months) {
    enum { LONGEST_MONTH = 31 };
    int32_t year;
    int32_t month;
    int32_t day_of_month;
    crmvi_date_of(day, &year, &month, &day_of_month);
    const int32_t number = year * 12 + month - 1;
    const bool is_last = crmvi_day_in_month(number, LONGEST_MONTH) == day;
    return crmvi_day_in_month(number + months, is_last ? LONGEST_MONTH : day_of_month);
}

int32_t crmvi_weekday(int32_t day) {
    enum { THURSDAY = 3 }; /* 1970-01-01 */
    return day + THURSDAY - 7 * floor_of(day + THURSDAY, 7);
}

/* The n-th monthly anniversary of a date: the same day of the month, or the month's last where it is shorter. */
static int32_t anniversary(int32_t year, int32_t month, int32_t day_of_month, int32_t months) {
    const int32_t index = year * 12 + (month - 1) + months;
    const int32_t new_year = index / 12;
    const int32_t new_month = index % 12 + 1;
    const int32_t length = month_length(new_year, new_month);
    return days_of(new_year, new_month, day_of_month > length ? length : day_of_month);
}

/* Completed periods of `step` months from start to end, and the fraction of the running one. */
static double periods_between(int32_t start, int32_t end, int32_t step) {
    int32_t year;
    int32_t month;
    int32_t day_of_month;
    int32_t end_year;
    int32_t end_month;
    int32_t end_day;
    crmvi_date_of(start, &year, &month, &day_of_month);
    crmvi_date_of(end, &end_year, &end_month, &end_day);
    int32_t completed = ((end_year - year) * 12 + (end_month - month)) / step;
    if (anniversary(year, month, day_of_month, completed * step) > end) {
        completed--;
    }
    const int32_t from = anniversary(year, month, day_of_month, completed * step);
    const int32_t to = anniversary(year, month, day_of_month, (completed + 1) * step);
    return (double)completed + (double)(end - from) / (double)(to - from);
}

double crmvi_years_between(int32_t start, int32_t end) {
    return periods_between(start, end, 12);
}

double crmvi_months_between(int32_t start, int32_t end) {
    return periods_between(start, end, 1);
}

/* ---- Written dates ----------------------------------------------------------------------------------------------- */

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The part of a format that begins at `text`: how many bytes it takes and which part it is; 0 where it is none. */
static size_t format_part(const char *text, char *part) {
    static const struct {
        const char *text;
        char part;
    } parts[] = {{"yyyy", 'Y'}, {"yy", 'y'}, {"mon", 'N'}, {"mm", 'M'}, {"m", 'M'}, {"dd", 'D'}, {"d", 'D'}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t length = 0;
        while (parts[i].text[length] != '\0' && lower(text[length]) == parts[i].text[length]) {
            length++;
        }
        if (parts[i].text[length] == '\0') {
            *part = parts[i].part;
            return length;
        }
    }
    return 0;
}

/* Each of year, month and day stands in the format once. */
static bool is_complete(const crmvi_date_format *format) {
    int32_t years = 0;
    int32_t months = 0;
    int32_t days = 0;
    for (int32_t i = 0; i < format->count; i++) {
        const char part = format->parts[i];
        years += part == 'Y' || part == 'y';
        months += part == 'M' || part == 'N';
        days += part == 'D';
    }
    return years == 1 && months == 1 && days == 1;
}

/* Where the parts of a date begin whose parts all have their full width. A blank in front is none of the date's. */
static void lay_out(crmvi_date_format *format) {
    int32_t at = 0;
    for (int32_t i = 0; i < format->count; i++) {
        const char part = format->parts[i];
        if (part == 'N' || (i == 0 && part == ' ')) {
            return;
        }
        if (part == 'Y' || part == 'y') {
            format->year_at = at;
            format->has_century = part == 'Y';
        } else if (part == 'M') {
            format->month_at = at;
        } else if (part == 'D') {
            format->day_at = at;
        } else {
            format->mark_at[format->mark_count] = (int8_t)at;
            format->marks[format->mark_count++] = part;
        }
        at += part == 'Y' ? 4 : part == 'y' || part == 'M' || part == 'D' ? 2 : 1;
    }
    format->length = at;
}

bool crmvi_date_format_read(const char *text, crmvi_date_format *out) {
    crmvi_date_format format = {.count = 0, .fixed = true};
    while (*text != '\0') {
        if (format.count == (int32_t)sizeof format.parts) {
            return false;
        }
        char part;
        size_t length = format_part(text, &part);
        if (length == 0) {
            const bool is_literal = strchr("-/. ,", *text) != NULL;
            if (!is_literal) {
                return false;
            }
            part = *text;
            length = 1;
            format.fixed = false;
        }
        format.parts[format.count++] = part;
        text += length;
    }
    if (!is_complete(&format)) {
        return false;
    }
    lay_out(&format);
    *out = format;
    return true;
}

/* Reads between `least` and `most` digits. */
static bool read_digits(const char **at, const char *end, int32_t least, int32_t most, int32_t *out) {
    int32_t count = 0;
    int32_t number = 0;
    while (count < most && *at < end && is_digit(**at)) {
        number = number * 10 + (**at - '0');
        (*at)++;
        count++;
    }
    *out = number;
    return count >= least;
}

/* Reads the first three letters of an English month name, and skips the rest of it. */
static bool read_month_name(const char **at, const char *end, int32_t *out) {
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (end - *at < 3) {
        return false;
    }
    for (int32_t i = 0; i < 12; i++) {
        const char *name = names + i * 3;
        if (lower((*at)[0]) == name[0] && lower((*at)[1]) == name[1] && lower((*at)[2]) == name[2]) {
            *out = i + 1;
            *at += 3;
            while (*at < end && lower(**at) >= 'a' && lower(**at) <= 'z') {
                (*at)++;
            }
            return true;
        }
    }
    return false;
}

static bool read_part(char part, bool fixed, const char **at, const char *end, int32_t date[3]) {
    switch (part) {
    case 'Y':
        return read_digits(at, end, 4, 4, &date[0]);
    case 'y':
        if (!read_digits(at, end, 2, 2, &date[0])) {
            return false;
        }
        date[0] += date[0] >= 69 ? 1900 : 2000;
        return true;
    case 'M':
        return read_digits(at, end, fixed ? 2 : 1, 2, &date[1]);
    case 'N':
        return read_month_name(at, end, &date[1]);
    case 'D':
        return read_digits(at, end, fixed ? 2 : 1, 2, &date[2]);
    default:
        if (*at == end || **at != part) {
            return false;
        }
        (*at)++;
        return true;
    }
}

/* What stands behind a date: nothing but blanks, or a time of day. */
static bool is_time_of_day(const char *at, const char *end) {
    if (at < end && (*at == ' ' || *at == 'T' || *at == 't')) {
        at++;
        if (at < end && is_digit(*at)) {
            return true;
        }
    }
    while (at < end && *at == ' ') {
        at++;
    }
    return at == end;
}

/* Reads a date of full width: its eight digits at once, year, month, day; false where the text has not the format's
 * look. */
static bool read_full_width(const char *text, const crmvi_date_format *format, int32_t date[3]) {
    for (int32_t i = 0; i < format->mark_count; i++) {
        if (text[format->mark_at[i]] != format->marks[i]) {
            return false;
        }
    }
    const char *year = text + format->year_at;
    const uint64_t four = format->has_century ? crmvi_four_bytes(year) : '0' | '0' << 8 | crmvi_two_bytes(year) << 16;
    const uint64_t digits = crmvi_digit_values(four | crmvi_two_bytes(text + format->month_at) << 32 |
                                               crmvi_two_bytes(text + format->day_at) << 48);
    if (!crmvi_are_digits(digits)) {
        return false;
    }
    const uint64_t pairs = crmvi_digit_pairs(digits);
    date[0] = (int32_t)(pairs & 0xFF) * 100 + (int32_t)(pairs >> 16 & 0xFF);
    date[0] += format->has_century ? 0 : date[0] >= 69 ? 1900 : 2000;
    date[1] = (int32_t)(pairs >> 32 & 0xFF);
    date[2] = (int32_t)(pairs >> 48);
    return true;
}

bool crmvi_date_read(const char *text, int64_t length, const crmvi_date_format *format, int32_t *day) {
    const char *at = text;
    const char *end = text + length;
    int32_t date[3] = {0, 0, 0};
    if (length > 0 && length == format->length && read_full_width(text, format, date)) {
        return crmvi_day_of(date[0], date[1], date[2], day);
    }
    while (at < end && *at == ' ') {
        at++;
    }
    for (int32_t i = 0; i < format->count; i++) {
        if (!read_part(format->parts[i], format->fixed, &at, end, date)) {
            return false;
        }
    }
    return is_time_of_day(at, end) && crmvi_day_of(date[0], date[1], date[2], day);
}

bool crmvi_date_block(const crmvi_block_texts *texts, const crmvi_date_format *format, int32_t *days, uint8_t *read) {
    const crmvi_date_format own = *format; /* so that nothing that is written may change it */
    bool all = true;
    for (int64_t i = 0; i < texts->count; i++) {
        int32_t date[3];
        int32_t day = 0;
        bool is_read = false;
        if (texts->lengths[i] == own.length && own.length > 0 && read_full_width(texts->at[i], &own, date)) {
            is_read = day_of(date[0], date[1], date[2], &day);
        } else if (texts->lengths[i] >= 0) {
            is_read = crmvi_date_read(texts->at[i], texts->lengths[i], &own, &day);
        }
        days[i] = day;
        read[i] = is_read;
        all = all && is_read;
    }
    return all;
}

/* Writes `digits` decimal digits. */
static char *write_digits(char *out, int32_t number, int32_t digits) {
    for (int32_t i = digits - 1; i >= 0; i--) {
        out[i] = (char)('0' + number % 10);
        number /= 10;
    }
    return out + digits;
}

void crmvi_date_text(int32_t day, char *out) {
    int32_t year;
    int32_t month;
    int32_t day_of_month;
    crmvi_date_of(day, &year, &month, &day_of_month);
    out = write_digits(out, year, 4);
    *out++ = '-';
    out = write_digits(out, month, 2);
    *out++ = '-';
    out = write_digits(out, day_of_month, 2);
    *out = '\0';
}

/* ---- Public ------------------------------------------------------------------------------------------------------ */

int32_t crmv_day(int32_t year, int32_t month, int32_t day) {
    int32_t out;
    return crmvi_day_of(year, month, day, &out) ? out : CRMV_NO_DATE;
}

int32_t crmv_date(int32_t days, int32_t *year, int32_t *month, int32_t *day) {
    if (year == NULL || month == NULL || day == NULL || days < CRMVI_FIRST_DAY || days > CRMVI_LAST_DAY) {
        return CRMV_BAD_ARGUMENT;
    }
    crmvi_date_of(days, year, month, day);
    return CRMV_OK;
}
