#include "crmvalue/column.h"
#include "fiscal.h"

static int32_t start_of_last(const crmvi_window *window, int32_t as_of, int32_t times) {
    return window->kind == CRMVI_LAST_DAYS ? as_of - times * window->length
                                           : crmvi_months_before(as_of, times * window->length);
}

static void set_from_to(const crmvi_window *window, int32_t as_of, bool before, int32_t *first, int32_t *last) {
    const int32_t length = window->to - window->from + 1;
    *first = before ? window->from - length : window->from;
    *last = before ? window->from - 1 : window->to;
    if (*last > as_of) {
        *last = as_of;
    }
}

bool crmvi_window_days(const crmvi_window *window, int32_t as_of, bool before, int32_t *first, int32_t *last) {
    const int32_t until = as_of == CRMV_NO_DATE ? CRMVI_LAST_DAY : as_of;
    switch (window->kind) {
    case CRMVI_FROM_TO:
        set_from_to(window, until, before, first, last);
        break;
    case CRMVI_LAST_DAYS:
    case CRMVI_LAST_MONTHS:
        *first = start_of_last(window, until, before ? 2 : 1) + 1;
        *last = before ? start_of_last(window, until, 1) : until;
        break;
    case CRMVI_FISCAL_YEARS:
    case CRMVI_FISCAL_QUARTERS:
    case CRMVI_FISCAL_PERIODS:
        crmvi_fiscal_days(window, until, before, first, last);
        break;
    default:
        *first = before ? until + 1 : CRMVI_FIRST_DAY;
        *last = until;
        break;
    }
    if (*first < CRMVI_FIRST_DAY) {
        *first = CRMVI_FIRST_DAY;
    }
    return *first <= *last;
}

static bool same_fiscal(const crmvi_fiscal *a, const crmvi_fiscal *b) {
    if (a->kind != b->kind || a->month != b->month) {
        return false;
    }
    if (a->kind == CRMVI_FISCAL_MONTHS) {
        return a->day == b->day;
    }
    return a->weekday == b->weekday && a->nearest == b->nearest && a->pattern[0] == b->pattern[0] &&
           a->pattern[1] == b->pattern[1];
}

bool crmvi_same_window(const crmvi_window *a, const crmvi_window *b) {
    if (a->kind != b->kind) {
        return false;
    }
    if (a->kind == CRMVI_FROM_TO) {
        return a->from == b->from && a->to == b->to;
    }
    return a->length == b->length && a->to_date == b->to_date &&
           (!crmvi_is_fiscal(a) || same_fiscal(a->fiscal, b->fiscal));
}

/* Whether a window's days do not depend on the as-of date, beyond being cut there. */
static bool stands_alone(const crmvi_window *window) {
    return window->kind == CRMVI_ALL_HISTORY || window->kind == CRMVI_FROM_TO;
}

static bool can_end(const crmvi_window *window, int32_t as_of) {
    return as_of == CRMV_NO_DATE ? stands_alone(window) : as_of >= CRMVI_FIRST_DAY && as_of <= CRMVI_LAST_DAY;
}

int32_t crmv_model_window_days(const crmv_model *model, int32_t metric, int32_t as_of, int32_t before, int32_t *first,
                               int32_t *last) {
    if (model == NULL || first == NULL || last == NULL || metric < -1 || metric >= model->metric_count) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_window *window = metric < 0 ? &model->window : &model->metrics[metric].window;
    const bool is_all = window->kind == CRMVI_ALL_HISTORY;
    int32_t begin, end;
    if (!can_end(window, as_of)) {
        return CRMV_BAD_ARGUMENT;
    }
    if (!crmvi_window_days(window, as_of, before != 0, &begin, &end)) {
        return CRMV_NOT_FOUND;
    }
    *first = is_all ? CRMV_NO_DATE : begin;
    *last = is_all ? as_of : end;
    return CRMV_OK;
}
