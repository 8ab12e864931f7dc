/* reference_metrics.h - metrics of one customer from its days, each sum and span gone through anew. */
#ifndef CRMVALUE_TESTS_REFERENCE_METRICS_H
#define CRMVALUE_TESTS_REFERENCE_METRICS_H

#include "reference_days.h"

typedef int64_t (*measure)(const day *d);

static inline int64_t quantity(const day *d) {
    return d->quantity;
}
static inline int64_t revenue(const day *d) {
    return d->revenue;
}
static inline int64_t gross_profit(const day *d) {
    return d->known_revenue - d->cost;
}
static inline int64_t contribution(const day *d) {
    return d->known_revenue - d->cost - d->cost_to_serve;
}
static inline int64_t marketing(const day *d) {
    return d->discount + d->cost_to_serve;
}
static inline int64_t lines_of(const day *d) {
    return d->sale_lines - d->cancelled_lines;
}
static inline int64_t documents(const day *d) {
    return d->documents;
}
static inline int64_t return_lines(const day *d) {
    return d->return_lines;
}
static inline int64_t unknown_lines(const day *d) {
    return d->unknown_lines;
}
static inline int64_t unknown_revenue(const day *d) {
    return d->revenue - d->known_revenue;
}
static inline int64_t is_purchase(const day *d) {
    return d->sale_lines > d->cancelled_lines;
}
static inline int64_t sold_quantity(const day *d) {
    return d->sold_quantity;
}
static inline int64_t sold_revenue(const day *d) {
    return d->sold_revenue;
}
static inline int64_t returned_quantity(const day *d) {
    return d->returned_quantity;
}
static inline int64_t returned_revenue(const day *d) {
    return d->returned_revenue;
}

enum operation {
    SUM,
    MEAN,
    LEAST,
    MOST,
    REPEAT,
    RECENCY,
    TENURE,
    SINCE,
    GAP_MEAN,
    GAP_SPREAD,
    GAP_RELATIVE,
    GROWTH,
    RETURNS,
    SHARE,
    DIFFERENCE,
    ATTRIBUTE
};
enum window { ALL, LAST_DAYS, LAST_MONTHS, YEAR_2022 };
enum unit { IN_DAYS, IN_WEEKS, IN_MONTHS, IN_YEARS };

typedef struct metric {
    const char *name, *card;
    enum operation operation;
    measure of, other; /* the second: what was returned */
    double unit;       /* minor units in a major one; for times the enum */
    enum window window;
    int32_t length;
    int32_t coverage; /* percent that is needed; -1: no cost in it */
    bool per_year;
    int32_t a, b; /* operands: their positions */
} metric;

static const metric metrics[] = {
    {"r_all", "'sum': 'revenue'", SUM, revenue, NULL, 100, ALL, 0, -1, false, 0, 0},
    {"r_12", "'sum': 'revenue', 'window': {'months': 12}", SUM, revenue, NULL, 100, LAST_MONTHS, 12, -1, false, 0, 0},
    {"r_90", "'sum': 'revenue', 'window': {'days': 90}", SUM, revenue, NULL, 100, LAST_DAYS, 90, -1, false, 0, 0},
    {"r_2022", "'sum': 'revenue', 'window': {'from': '2022-01-01', 'to': '2022-12-31'}", SUM, revenue, NULL, 100,
     YEAR_2022, 0, -1, false, 0, 0},
    {"q_1", "'sum': 'quantity', 'window': {'months': 1}", SUM, quantity, NULL, 1, LAST_MONTHS, 1, -1, false, 0, 0},
    {"g_all", "'sum': 'gross_profit'", SUM, gross_profit, NULL, 100, ALL, 0, 50, false, 0, 0},
    {"g_12", "'sum': 'gross_profit', 'window': {'years': 1}, 'minimum_coverage': 80", SUM, gross_profit, NULL, 100,
     LAST_MONTHS, 12, 80, false, 0, 0},
    {"c_12", "'sum': 'contribution', 'window': {'months': 12}, 'minimum_coverage': 0", SUM, contribution, NULL, 100,
     LAST_MONTHS, 12, 0, false, 0, 0},
    {"marketing", "'sum': ['discount', 'cost_to_serve']", SUM, marketing, NULL, 100, ALL, 0, -1, false, 0, 0},
    {"unknown", "'sum': 'unknown_cost_revenue'", SUM, unknown_revenue, NULL, 100, ALL, 0, -1, false, 0, 0},
    {"back", "'sum': 'returned_quantity'", SUM, returned_quantity, NULL, 1, ALL, 0, -1, false, 0, 0},
    {"r_year", "'sum': 'revenue', 'per': 'year'", SUM, revenue, NULL, 100, ALL, 0, -1, true, 0, 0},
    {"g_year", "'sum': 'gross_profit', 'window': {'months': 12}, 'per': 'year'", SUM, gross_profit, NULL, 100,
     LAST_MONTHS, 12, 50, true, 0, 0},
    {"l_year", "'count': 'lines', 'window': {'from': '2022-01-01', 'to': '2022-12-31'}, 'per': 'year'", SUM, lines_of,
     NULL, 1, YEAR_2022, 0, -1, true, 0, 0},
    {"lines", "'count': 'lines'", SUM, lines_of, NULL, 1, ALL, 0, -1, false, 0, 0},
    {"documents", "'count': 'documents', 'window': {'years': 2}", SUM, documents, NULL, 1, LAST_MONTHS, 24, -1, false,
     0, 0},
    {"returns", "'count': 'return_lines'", SUM, return_lines, NULL, 1, ALL, 0, -1, false, 0, 0},
    {"unknown_lines", "'count': 'unknown_cost_lines'", SUM, unknown_lines, NULL, 1, ALL, 0, -1, false, 0, 0},
    {"days", "'count': 'purchase_days', 'window': {'months': 12}", SUM, is_purchase, NULL, 1, LAST_MONTHS, 12, -1,
     false, 0, 0},
    {"repeat", "'count': 'repeat_days', 'window': {'months': 12}", REPEAT, NULL, NULL, 1, LAST_MONTHS, 12, -1, false, 0,
     0},
    {"repeat_all", "'count': 'repeat_days'", REPEAT, NULL, NULL, 1, ALL, 0, -1, false, 0, 0},
    {"mean", "'mean': 'revenue', 'window': {'months': 12}", MEAN, revenue, NULL, 100, LAST_MONTHS, 12, -1, false, 0, 0},
    {"mean_g", "'mean': 'gross_profit'", MEAN, gross_profit, NULL, 100, ALL, 0, 50, false, 0, 0},
    {"least", "'minimum': 'revenue'", LEAST, revenue, NULL, 100, ALL, 0, -1, false, 0, 0},
    {"most", "'maximum': 'quantity', 'window': {'days': 200}", MOST, quantity, NULL, 1, LAST_DAYS, 200, -1, false, 0,
     0},
    {"recency", "'recency': 'days'", RECENCY, NULL, NULL, IN_DAYS, ALL, 0, -1, false, 0, 0},
    {"recency_w", "'recency': 'weeks', 'window': {'months': 6}", RECENCY, NULL, NULL, IN_WEEKS, LAST_MONTHS, 6, -1,
     false, 0, 0},
    {"recency_m", "'recency': 'months'", RECENCY, NULL, NULL, IN_MONTHS, ALL, 0, -1, false, 0, 0},
    {"tenure", "'tenure': 'years'", TENURE, NULL, NULL, IN_YEARS, ALL, 0, -1, false, 0, 0},
    {"tenure_m", "'tenure': 'months'", TENURE, NULL, NULL, IN_MONTHS, ALL, 0, -1, false, 0, 0},
    {"since", "'since': 'since', 'in': 'years'", SINCE, NULL, NULL, IN_YEARS, ALL, 0, -1, false, 0, 0},
    {"gap", "'gap': 'mean'", GAP_MEAN, NULL, NULL, 1, ALL, 0, -1, false, 0, 0},
    {"spread", "'gap': 'spread'", GAP_SPREAD, NULL, NULL, 1, ALL, 0, -1, false, 0, 0},
    {"spread_12", "'gap': 'spread', 'window': {'months': 12}", GAP_SPREAD, NULL, NULL, 1, LAST_MONTHS, 12, -1, false, 0,
     0},
    {"relative", "'gap': 'relative_recency'", GAP_RELATIVE, NULL, NULL, 1, ALL, 0, -1, false, 0, 0},
    {"growth", "'growth': 'revenue', 'window': {'months': 6}", GROWTH, revenue, NULL, 100, LAST_MONTHS, 6, -1, false, 0,
     0},
    {"growth_g", "'growth': 'gross_profit', 'window': {'from': '2022-01-01', 'to': '2022-12-31'}", GROWTH, gross_profit,
     NULL, 100, YEAR_2022, 0, 50, false, 0, 0},
    {"rate", "'return_rate': 'revenue', 'window': {'years': 1}", RETURNS, sold_revenue, returned_revenue, 100,
     LAST_MONTHS, 12, -1, false, 0, 0},
    {"rate_q", "'return_rate': 'quantity'", RETURNS, sold_quantity, returned_quantity, 1, ALL, 0, -1, false, 0, 0},
    {"size", "'attribute': 'size'", ATTRIBUTE, NULL, NULL, 1, ALL, 0, -1, false, 0, 0},
    {"margin", "'share': ['g_all', 'r_all']", SHARE, NULL, NULL, 1, ALL, 0, -1, false, 5, 0},
    {"gap_size", "'difference': ['size', 'margin']", DIFFERENCE, NULL, NULL, 1, ALL, 0, -1, false, 39, 40},
};
enum { METRICS = sizeof metrics / sizeof *metrics };

/* The days of a window, both included; `before` is the one just before it. */
static inline void days_of(const metric *m, int32_t as_of, bool before, int32_t *first, int32_t *last) {
    *first = FIRST_DAY;
    *last = as_of;
    if (m->window == LAST_DAYS) {
        *first = as_of - m->length * (before ? 2 : 1) + 1;
        *last = before ? as_of - m->length : as_of;
    } else if (m->window == LAST_MONTHS) {
        *first = month_away(as_of, -m->length * (before ? 2 : 1), true) + 1;
        *last = before ? month_away(as_of, -m->length, true) : as_of;
    } else if (m->window == YEAR_2022) {
        *first = before ? crmv_day(2021, 1, 1) : crmv_day(2022, 1, 1);
        *last = before ? crmv_day(2021, 12, 31) : crmv_day(2022, 12, 31);
    }
    *last = *last > as_of ? as_of : *last;
}

static inline const day *day_at(const customer *c, int32_t at) {
    static const day nothing;
    return at < FIRST_DAY || at >= FIRST_DAY + DAYS ? &nothing : &c->days[at - FIRST_DAY];
}

static inline int64_t total(const customer *c, measure of, int32_t first, int32_t last) {
    int64_t sum = 0;
    for (int32_t at = first; at <= last; at++) {
        sum += of(day_at(c, at));
    }
    return sum;
}

static inline bool bought_on(const customer *c, int32_t at) {
    return is_purchase(day_at(c, at)) == 1;
}

static inline int32_t first_purchase(const customer *c, int32_t first, int32_t last) {
    for (int32_t at = first; at <= last; at++) {
        if (bought_on(c, at)) {
            return at;
        }
    }
    return CRMV_NO_DATE;
}

static inline int32_t last_purchase(const customer *c, int32_t first, int32_t last) {
    for (int32_t at = last; at >= first; at--) {
        if (bought_on(c, at)) {
            return at;
        }
    }
    return CRMV_NO_DATE;
}

static inline int32_t start_of(const customer *c, int32_t as_of) {
    const int32_t purchase = first_purchase(c, FIRST_DAY, as_of);
    if (c->since == CRMV_NO_DATE || c->since > as_of) {
        return purchase;
    }
    return purchase == CRMV_NO_DATE || c->since < purchase ? c->since : purchase;
}

static inline bool has_history(const customer *c, int32_t as_of) {
    for (int32_t at = FIRST_DAY; at <= as_of; at++) {
        if (day_at(c, at)->any) {
            return true;
        }
    }
    return false;
}

static inline bool is_covered(const customer *c, const metric *m, int32_t first, int32_t last) {
    int64_t all = 0;
    int64_t known = 0;
    for (int32_t at = first; at <= last; at++) {
        all += day_at(c, at)->magnitude;
        known += day_at(c, at)->known_magnitude;
    }
    return m->coverage < 0 || all <= 0 || (known > 0 && 100 * known >= m->coverage * all);
}

static inline double elapsed(int32_t start, int32_t end, enum unit unit) {
    switch (unit) {
    case IN_DAYS:
        return end - start;
    case IN_WEEKS:
        return (end - start) / 7.0;
    case IN_MONTHS:
        return months_since(start, end, 1);
    default:
        return months_since(start, end, 12);
    }
}

static inline double scaled(const customer *c, const metric *m, int32_t as_of, double value) {
    int32_t first;
    int32_t last;
    days_of(m, as_of, false, &first, &last);
    const int32_t start = start_of(c, as_of);
    if (value == 0) {
        return 0;
    }
    if (start == CRMV_NO_DATE || last < first || start > last) {
        return (double)NAN;
    }
    const int32_t from = m->window == ALL || start > first ? start : first;
    const double year = last - month_away(last, -12, true);
    const double observed = last - from + 1;
    return value * (year / observed);
}

static inline double sum_of(const customer *c, const metric *m, int32_t as_of, int32_t first, int32_t last) {
    if (!is_covered(c, m, first, last)) {
        return (double)NAN;
    }
    const double value = (double)total(c, m->of, first, last) / m->unit;
    return m->per_year ? scaled(c, m, as_of, value) : value;
}

static inline double day_totals_of(const customer *c, const metric *m, int32_t first, int32_t last) {
    int64_t count = 0;
    int64_t sum = 0;
    int64_t least = INT64_MAX;
    int64_t most = INT64_MIN;
    for (int32_t at = first; at <= last; at++) {
        if (bought_on(c, at)) {
            const int64_t amount = m->of(day_at(c, at));
            count++;
            sum += amount;
            least = amount < least ? amount : least;
            most = amount > most ? amount : most;
        }
    }
    if (count == 0 || !is_covered(c, m, first, last)) {
        return (double)NAN;
    }
    return m->operation == MEAN    ? (double)sum / ((double)count * m->unit)
           : m->operation == LEAST ? (double)least / m->unit
                                   : (double)most / m->unit;
}

static inline double gap_of(const customer *c, const metric *m, int32_t as_of, int32_t first, int32_t last) {
    int32_t purchases[DAYS];
    int64_t count = 0;
    for (int32_t at = first; at <= last; at++) {
        if (bought_on(c, at)) {
            purchases[count++] = at;
        }
    }
    const int64_t gaps = count - 1;
    if (gaps < (m->operation == GAP_SPREAD ? 2 : 1)) {
        return (double)NAN;
    }
    const int64_t sum = purchases[count - 1] - purchases[0];
    if (m->operation == GAP_MEAN) {
        return (double)sum / (double)gaps;
    }
    if (m->operation == GAP_RELATIVE) {
        return (double)((as_of - purchases[count - 1]) * gaps) / (double)sum;
    }
    int64_t squares = 0; /* of gaps * (gap - mean), whole numbers */
    for (int64_t i = 1; i < count; i++) {
        const int64_t off = gaps * (purchases[i] - purchases[i - 1]) - sum;
        squares += off * off;
    }
    assert_int_equal(squares % gaps, 0);
    const int64_t spread = squares / gaps;
    return sqrt((double)spread / (double)(gaps * (gaps - 1)));
}

static inline double growth_of(const customer *c, const metric *m, int32_t as_of, int32_t first, int32_t last) {
    int32_t first_before;
    int32_t last_before;
    days_of(m, as_of, true, &first_before, &last_before);
    if (!has_history(c, as_of) || !is_covered(c, m, first, last) || !is_covered(c, m, first_before, last_before)) {
        return (double)NAN;
    }
    const int64_t current = total(c, m->of, first, last);
    const int64_t previous = total(c, m->of, first_before, last_before);
    return previous > 0 ? (double)(current - previous) / (double)previous : (double)NAN;
}

static inline double repeats_of(const customer *c, int32_t as_of, int32_t first, int32_t last) {
    const int32_t first_ever = first_purchase(c, FIRST_DAY, as_of);
    int64_t days = 0;
    for (int32_t at = first; at <= last; at++) {
        days += bought_on(c, at) && at != first_ever;
    }
    return (double)days;
}

static inline double reference(const customer *c, const metric *m, int32_t as_of) {
    int32_t first;
    int32_t last;
    days_of(m, as_of, false, &first, &last);
    int32_t start = CRMV_NO_DATE;
    switch (m->operation) {
    case SUM:
        return sum_of(c, m, as_of, first, last);
    case REPEAT:
        return repeats_of(c, as_of, first, last);
    case MEAN:
    case LEAST:
    case MOST:
        return day_totals_of(c, m, first, last);
    case RECENCY:
        start = last_purchase(c, first, last);
        break;
    case TENURE:
        start = start_of(c, as_of);
        break;
    case SINCE:
        start = c->since > as_of ? as_of : c->since;
        break;
    case GAP_MEAN:
    case GAP_SPREAD:
    case GAP_RELATIVE:
        return gap_of(c, m, as_of, first, last);
    case GROWTH:
        return growth_of(c, m, as_of, first, last);
    case RETURNS: {
        const int64_t returned = total(c, m->other, first, last);
        const int64_t sold = total(c, m->of, first, last);
        return sold > 0 ? (double)returned / (double)sold : (double)NAN;
    }
    case ATTRIBUTE:
        return c->size;
    default: {
        const double a = reference(c, &metrics[m->a], as_of);
        const double b = reference(c, &metrics[m->b], as_of);
        return m->operation == DIFFERENCE ? a - b : b > 0 ? a / b : (double)NAN;
    }
    }
    return start == CRMV_NO_DATE ? (double)NAN : elapsed(start, as_of, (enum unit)m->unit);
}
#endif
