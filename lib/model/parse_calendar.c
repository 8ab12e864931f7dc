/* How fiscal years lie. */
#include "parse.h"

#include <string.h>

/* "07-01"; 29 February is a day on which a year may begin. */
bool crmvi_read_year_begin(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_fiscal *fiscal = field;
    const char *text = json_string_value(spot->value);
    char date[11] = "2000-";
    crmvi_date_format iso;
    crmvi_date_format_read("yyyy-mm-dd", &iso);
    int32_t day = 0;
    int32_t year = 0;
    if (strlen(text) == 5) {
        memcpy(date + 5, text, 6);
        if (crmvi_date_read(date, 10, &iso, &day)) {
            crmvi_date_of(day, &year, &fiscal->month, &fiscal->day);
            fiscal->kind = CRMVI_FISCAL_MONTHS;
            return true;
        }
    }
    return crmvi_refuse_value(parser, spot, "the year's first day, such as \"07-01\" for 1 July");
}

bool crmvi_read_weeks(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const names[] = {"4-4-5", "4-5-4", "5-4-4"};
    static const int32_t patterns[][3] = {{4, 4, 5}, {4, 5, 4}, {5, 4, 4}};
    crmvi_fiscal *fiscal = field;
    int32_t chosen = 0;
    if (!crmvi_choose(parser, spot, "pattern of weeks", names, 3, &chosen)) {
        return false;
    }
    fiscal->kind = CRMVI_FISCAL_WEEKS;
    memcpy(fiscal->pattern, patterns[chosen], sizeof fiscal->pattern);
    return true;
}

bool crmvi_read_weekday(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const names[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    return crmvi_choose(parser, spot, "weekday", names, 7, field);
}

bool crmvi_read_month(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    int32_t *month = field;
    int64_t number = 0;
    if (!crmvi_whole(parser, spot, 1, 12, &number)) {
        return false;
    }
    *month = (int32_t)number;
    return true;
}

bool crmvi_read_which(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const names[] = {"last", "nearest"};
    bool *is_nearest = field;
    int32_t chosen = 0;
    if (!crmvi_choose(parser, spot, "way to choose the weekday", names, 2, &chosen)) {
        return false;
    }
    *is_nearest = chosen == 1;
    return true;
}

bool crmvi_read_year_end(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_read_object(parser, spot, &crmvi_year_end_vocabulary, field);
}

bool crmvi_read_calendar(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const forms[] = {"year_begins", "weeks"};
    if (!crmvi_check_object(parser, spot, &crmvi_calendar_vocabulary) ||
        !crmvi_check_forms(parser, spot, forms, 2, "one of `year_begins`, or `weeks` and `year_ends`")) {
        return false;
    }
    const crmvi_spot weeks = crmvi_member_of(spot, "weeks");
    const crmvi_spot ends = crmvi_member_of(spot, "year_ends");
    if (weeks.value != NULL && ends.value == NULL) {
        return crmvi_refuse(parser, spot, "`weeks` needs the year's last day: `year_ends`");
    }
    if (weeks.value == NULL && ends.value != NULL) {
        return crmvi_refuse(parser, &ends, "`year_ends` goes with `weeks`");
    }
    return crmvi_fill_object(parser, spot, &crmvi_calendar_vocabulary, field);
}
