/* report_values.c - members of the report's tree. */
#include "base/calendar.h"
#include "base/page.h"
#include "calibrate/report.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

void crmvi_put(crmvi_reporting *r, json_t *to, const char *key, json_t *value) {
    const int failed = key != NULL ? json_object_set_new(to, key, value) : json_array_append_new(to, value);
    r->no_memory = r->no_memory || failed != 0;
}

void crmvi_put_text(crmvi_reporting *r, json_t *to, const char *key, const char *text) {
    crmvi_put(r, to, key, text != NULL ? json_string(text) : json_null());
}

void crmvi_put_count(crmvi_reporting *r, json_t *to, const char *key, int64_t count) {
    crmvi_put(r, to, key, json_integer(count));
}

void crmvi_put_number(crmvi_reporting *r, json_t *to, const char *key, double number) {
    crmvi_put(r, to, key, isfinite(number) ? json_real(number + 0.0) : json_null());
}

void crmvi_put_points(crmvi_reporting *r, json_t *to, const char *key, crmvi_micro points) {
    crmvi_put_number(r, to, key, points == CRMV_MISSING_POINTS ? (double)NAN : (double)points / (double)CRMVI_ONE);
}

void crmvi_put_percent(crmvi_reporting *r, json_t *to, const char *key, int64_t part, int64_t whole) {
    crmvi_put_points(r, to, key,
                     whole > 0 ? (crmvi_micro)crmvi_divide((crmvi_wide)part * 100 * CRMVI_ONE, whole)
                               : CRMV_MISSING_POINTS);
}

void crmvi_put_date(crmvi_reporting *r, json_t *to, const char *key, int32_t day) {
    char text[11];
    if (day != CRMV_NO_DATE) {
        crmvi_date_text(day, text);
    }
    crmvi_put_text(r, to, key, day != CRMV_NO_DATE ? text : NULL);
}

/* 128 bits have at most 39 digits; a sign, a point and zeros before it come on top. */
enum { MONEY_SIZE = 64 };

void crmvi_put_money(crmvi_reporting *r, json_t *to, const char *key, crmvi_wide minor) {
    const int32_t decimals = r->model->money.decimals;
    crmvi_uwide left = minor < 0 ? -(crmvi_uwide)minor : (crmvi_uwide)minor;
    char text[MONEY_SIZE];
    int32_t at = MONEY_SIZE - 1;
    text[at] = '\0';
    for (int32_t digit = 0; digit <= decimals || left > 0; digit++) {
        if (digit == decimals && decimals > 0) {
            text[--at] = '.';
        }
        text[--at] = (char)('0' + (int)(left % 10));
        left /= 10;
    }
    if (minor < 0) {
        text[--at] = '-';
    }
    crmvi_put_text(r, to, key, text + at);
}

static json_t *put_new(crmvi_reporting *r, json_t *to, const char *key, json_t *value) {
    crmvi_put(r, to, key, value);
    return key != NULL ? json_object_get(to, key) : json_array_get(to, json_array_size(to) - 1);
}

json_t *crmvi_put_object(crmvi_reporting *r, json_t *to, const char *key) {
    json_t *made = put_new(r, to, key, json_object());
    return json_is_object(made) ? made : NULL;
}

json_t *crmvi_put_array(crmvi_reporting *r, json_t *to, const char *key) {
    json_t *made = put_new(r, to, key, json_array());
    return json_is_array(made) ? made : NULL;
}

void crmvi_warn(crmvi_reporting *r, const char *place, const char *format, ...) {
    crmvi_writing message = {0};
    va_list arguments;
    va_start(arguments, format);
    crmvi_write_list(&message, format, arguments);
    va_end(arguments);
    char *text = crmvi_writing_take(&message);
    json_t *warning = crmvi_put_object(r, json_object_get(r->tree, "warnings"), NULL);
    crmvi_put_text(r, warning, "place", place);
    crmvi_put(r, warning, "message", text != NULL ? json_string(text) : NULL);
    free(text);
}
