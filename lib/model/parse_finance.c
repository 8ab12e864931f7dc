/* What it costs to wait for money that is overdue. */
#include "parse.h"

/* A yearly rate is at most this: ten times the amount. */
#define INTEREST_LIMIT (10 * CRMVI_ONE)

enum { LEAST_DAYS = 360, MOST_DAYS = 366, USUAL_DAYS = 365 };

bool crmvi_read_interest(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    return crmvi_micro_number(parser, spot, 0, INTEREST_LIMIT, field);
}

bool crmvi_read_days_in_year(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    int32_t *days = field;
    int64_t number = 0;
    if (!crmvi_whole(parser, spot, LEAST_DAYS, MOST_DAYS, &number)) {
        return false;
    }
    *days = (int32_t)number;
    return true;
}

/* The first rate holds from the beginning of time, each further one from its day on. */
static bool read_period(crmvi_parser *parser, const crmvi_spot *spot, crmvi_rate_period *periods) {
    crmvi_rate_period *period = &periods[spot->item];
    period->from = CRMVI_FIRST_DAY;
    if (!crmvi_read_object(parser, spot, &crmvi_rate_period_vocabulary, period)) {
        return false;
    }
    const crmvi_spot from = crmvi_member_of(spot, "from");
    if (spot->item == 0) {
        return from.value == NULL || crmvi_refuse(parser, &from,
                                                  "the first rate holds from the beginning: leave `from` "
                                                  "out");
    }
    if (from.value == NULL) {
        return crmvi_refuse(parser, spot, "every rate but the first needs the day `from` which it holds");
    }
    return period->from > period[-1].from ||
           crmvi_refuse(parser, &from, "rates must be in ascending order of their days");
}

bool crmvi_read_yearly_rate(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_finance_cost *cost = field;
    const bool is_list = json_is_array(spot->value);
    const int64_t count = is_list ? (int64_t)json_array_size(spot->value) : 1;
    if (count == 0) {
        return crmvi_refuse(parser, spot, "expected at least one rate, found none");
    }
    cost->periods = crmvi_parser_memory(parser, count, sizeof *cost->periods);
    if (cost->periods == NULL) {
        return false;
    }
    cost->count = (int32_t)count;
    if (!is_list) {
        cost->periods[0].from = CRMVI_FIRST_DAY;
        return crmvi_read_interest(parser, spot, &cost->periods[0].rate);
    }
    for (int64_t i = 0; i < count; i++) {
        const crmvi_spot item = crmvi_item_of(spot, i);
        if (!read_period(parser, &item, cost->periods)) {
            return false;
        }
    }
    return true;
}

bool crmvi_read_finance_cost(crmvi_parser *parser, const crmvi_spot *spot, void *field) {
    crmvi_finance_cost *cost = field;
    cost->days_in_year = USUAL_DAYS;
    return crmvi_read_object(parser, spot, &crmvi_finance_cost_vocabulary, cost);
}
