#include "parse.h"

#include <string.h>

/* Windows reach back over the whole calendar at most. */
enum { MOST_YEARS = 9999, MOST_MONTHS = 12 * MOST_YEARS, MOST_DAYS = CRMVI_LAST_DAY - CRMVI_FIRST_DAY + 1 };

static bool read_length(crmvi_parser *parser, const crmvi_spot *spot, crmvi_window *window, int32_t kind,
                        int64_t most) {
    int64_t length = 0;
    if (!crmvi_whole(parser, spot, 1, most, &length)) {
        return false;
    }
    window->kind = kind;
    window->length = (int32_t)length;
    return true;
}

bool crmvi_read_days(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return read_length(parser, spot, field, CRMVI_LAST_DAYS, MOST_DAYS);
}

bool crmvi_read_months(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return read_length(parser, spot, field, CRMVI_LAST_MONTHS, MOST_MONTHS);
}

bool crmvi_read_years(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_window *window = field;
    if (!read_length(parser, spot, window, CRMVI_LAST_MONTHS, MOST_YEARS)) {
        return false;
    }
    window->length *= 12;
    return true;
}

bool crmvi_read_date(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    const char *text = json_string_value(spot->value);
    crmvi_date_format iso;
    crmvi_date_format_read("yyyy-mm-dd", &iso);
    if (strlen(text) == 10 && crmvi_date_read(text, 10, &iso, field)) {
        return true;
    }
    return crmvi_refuse_value(parser, spot, "a date such as \"2024-12-31\"");
}

/* ---- Fiscal windows ---------------------------------------------------------------------------------------------- */

static bool read_fiscal(crmvi_parser *parser, const crmvi_spot *spot, crmvi_window *window, int32_t kind,
                        int64_t most) {
    const crmvi_fiscal *fiscal = &parser->model->fiscal;
    if (fiscal->month == 0) {
        return crmvi_refuse(parser, spot, "`%s` needs the model's `calendar`, such as {\"year_begins\": \"07-01\"}",
                            spot->key);
    }
    window->fiscal = fiscal;
    return read_length(parser, spot, window, kind, most);
}

bool crmvi_read_fiscal_years(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return read_fiscal(parser, spot, field, CRMVI_FISCAL_YEARS, MOST_YEARS);
}

bool crmvi_read_fiscal_quarters(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return read_fiscal(parser, spot, field, CRMVI_FISCAL_QUARTERS, 4 * MOST_YEARS);
}

bool crmvi_read_fiscal_periods(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return read_fiscal(parser, spot, field, CRMVI_FISCAL_PERIODS, 12 * MOST_YEARS);
}

/* ---- Windows ----------------------------------------------------------------------------------------------------- */

/* Exactly one way of saying how long. */
bool crmvi_check_forms(crmvi_parser *parser, const crmvi_spot *spot, const char *const *forms, int32_t count,
                       const char *expected) {
    crmvi_spot last;
    const int32_t given = crmvi_count_given(spot, forms, count, &last);
    if (given == 0) {
        return crmvi_refuse(parser, spot, "expected %s, found none of them", expected);
    }
    return given == 1 || crmvi_refuse(parser, &last, "expected %s, found two of them", expected);
}

static bool finish_from_to(crmvi_parser *parser, const crmvi_spot *spot, crmvi_window *window) {
    const crmvi_spot from = crmvi_member_of(spot, "from");
    const crmvi_spot to = crmvi_member_of(spot, "to");
    if (from.value == NULL && to.value == NULL) {
        return true;
    }
    if (from.value == NULL || to.value == NULL) {
        return crmvi_refuse(parser, spot, "`from` and `to` go together");
    }
    if (window->from > window->to) {
        return crmvi_refuse(parser, &to, "`to` lies before `from`");
    }
    window->kind = CRMVI_FROM_TO;
    return true;
}

static bool check_to_date(crmvi_parser *parser, const crmvi_spot *spot, const crmvi_window *window) {
    const crmvi_spot to_date = crmvi_member_of(spot, "to_date");
    return to_date.value == NULL || window->fiscal != NULL ||
           crmvi_refuse(parser, &to_date, "`to_date` goes with `fiscal_years`, `fiscal_quarters` and `fiscal_periods`");
}

bool crmvi_read_window(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const forms[] = {"days",         "months",          "years",         "from",
                                        "fiscal_years", "fiscal_quarters", "fiscal_periods"};
    crmvi_window *window = field;
    *window = (crmvi_window){.kind = CRMVI_ALL_HISTORY};
    if (json_is_string(spot->value)) {
        return strcmp(json_string_value(spot->value), "all") == 0 ||
               crmvi_refuse_value(parser, spot, "an object or \"all\"");
    }
    return crmvi_read_object(parser, spot, &crmvi_window_vocabulary, window) && finish_from_to(parser, spot, window) &&
           crmvi_check_forms(parser, spot, forms, 7,
                             "one of `days`, `months`, `years`, `from` and `to`, `fiscal_years`, `fiscal_quarters`, "
                             "`fiscal_periods`") &&
           check_to_date(parser, spot, window);
}

bool crmvi_read_span(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    static const char *const forms[] = {"days", "months", "years"};
    return crmvi_read_object(parser, spot, &crmvi_span_vocabulary, field) &&
           crmvi_check_forms(parser, spot, forms, 3, "one of `days`, `months`, `years`");
}
