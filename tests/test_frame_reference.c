/*
 * test_frame_reference.c - random books with a fixed seed: every metric of every customer, bit for bit, against a slow
 * reference that goes through the raw lines day by day.
 */
#include "book.h"
#include "chance.h"

#include <stdio.h>

enum { CUSTOMERS = 400, LINES = 9000, TABLE_ROWS = 300 };
enum { FIRST_DAY = 18628 /* 2021-01-01 */, DAYS = 1600 };

/* ---- A random book ----------------------------------------------------------------------------------------------- */

static int64_t below(uint64_t *state, int64_t limit) {
    return (int64_t)(chance_bits(state) % (uint64_t)limit);
}

/* Customers are 3, 6, 9 ...; each buys within a stretch of its own, some of them once, and some have hardly any cost.
 */
static void fill_lines(book_line *lines, uint64_t seed) {
    static const char *const kinds[] = {"sale",   "sale",   "sale",         "sale",       "sale", "sale",  "sale",
                                        "return", "return", "cancellation", "adjustment", "cost", "rebate"};
    uint64_t state = seed;
    for (int64_t i = 0; i < LINES; i++) {
        const int64_t customer = i < CUSTOMERS ? i : below(&state, CUSTOMERS) * below(&state, CUSTOMERS) / CUSTOMERS;
        const int64_t start = customer * 7919 % 1200;
        const int64_t length = customer % 4 == 0 ? 1 : 20 + customer * 31 % 380;
        book_line *line = &lines[i];
        *line = (book_line){.customer = 3 * (customer + 1), .kind = kinds[below(&state, LENGTH_OF(kinds))]};
        line->day = (int32_t)(FIRST_DAY + start + below(&state, length));
        line->quantity = below(&state, 30);
        line->revenue = below(&state, 500000);
        line->cost = below(&state, 10) < customer % 10 ? UNKNOWN : below(&state, 400000);
        line->discount = below(&state, 50000);
        line->cost_to_serve = below(&state, 3) == 0 ? below(&state, 9000) : 0;
        line->document = below(&state, 200);
    }
}

typedef struct table_row {
    int64_t key;
    int32_t since;
    double size;
} table_row;

static void fill_table(table_row *rows, uint64_t seed) {
    uint64_t state = ~seed;
    for (int64_t i = 0; i < TABLE_ROWS; i++) {
        rows[i].key = 1 + (TABLE_ROWS - i) * 5; /* each third of them is a customer of the ledger */
        rows[i].since = below(&state, 4) == 0 ? CRMV_NO_DATE : (int32_t)(FIRST_DAY - 300 + below(&state, 2000));
        rows[i].size = below(&state, 5) == 0 ? (double)NAN : (double)below(&state, 100000) / 8;
    }
}

/* ---- The reference: days ----------------------------------------------------------------------------------------- */

/* What a customer did on one day, as the documentation says that lines count. */
typedef struct day {
    bool any;
    int64_t sale_lines, cancelled_lines, return_lines, unknown_lines, documents;
    int64_t quantity, revenue, cost, discount, cost_to_serve;
    int64_t returned_quantity, returned_revenue, sold_quantity, sold_revenue;
    int64_t known_revenue, magnitude, known_magnitude;
} day;

typedef struct customer {
    int64_t key;
    day days[DAYS];
    int8_t documents[DAYS][200]; /* sale lines less cancelled ones */
    int32_t since;
    bool in_table;
    double size;
} customer;

static int64_t magnitude(int64_t value) {
    return value < 0 ? -value : value;
}

static void count_line(customer *c, const book_line *line) {
    day *d = &c->days[line->day - FIRST_DAY];
    const bool is_return = strcmp(line->kind, "return") == 0;
    const bool is_cancellation = strcmp(line->kind, "cancellation") == 0;
    const bool is_rebate = strcmp(line->kind, "rebate") == 0;
    const bool is_sale = strcmp(line->kind, "sale") == 0;
    const int64_t sign = is_return || is_cancellation || is_rebate ? -1 : 1;
    d->any = true;
    if (strcmp(line->kind, "cost") == 0) {
        d->cost_to_serve += line->cost_to_serve;
        return;
    }
    d->revenue += sign * line->revenue;
    /* a cancellation takes back what its sale brought */
    const int64_t weight = is_cancellation ? sign * line->revenue : magnitude(line->revenue);
    d->magnitude += weight;
    if (is_rebate) { /* nothing but its revenue is read: no goods, no cost that could be unknown */
        d->discount += line->revenue;
        d->known_revenue -= line->revenue;
        d->known_magnitude += weight;
        return;
    }
    if (line->document != 0) {
        int8_t *balance = &c->documents[line->day - FIRST_DAY][line->document];
        d->documents -= *balance > 0;
        *balance = (int8_t)(*balance + is_sale - is_cancellation);
        d->documents += *balance > 0;
    }
    d->sale_lines += is_sale;
    d->cancelled_lines += is_cancellation;
    d->return_lines += is_return;
    d->quantity += sign * line->quantity;
    d->discount += sign * line->discount;
    d->cost_to_serve += sign * line->cost_to_serve;
    d->sold_quantity += is_sale || is_cancellation ? sign * line->quantity : 0;
    d->sold_revenue += is_sale || is_cancellation ? sign * line->revenue : 0;
    d->returned_quantity += is_return ? line->quantity : 0;
    d->returned_revenue += is_return ? line->revenue : 0;
    if (line->cost == UNKNOWN) {
        d->unknown_lines += is_cancellation ? -1 : 1;
    } else {
        d->cost += sign * line->cost;
        d->known_revenue += sign * line->revenue;
        d->known_magnitude += weight;
    }
}

static void gather(customer *c, int64_t key, const book_line *lines, const table_row *rows) {
    memset(c, 0, sizeof *c);
    c->key = key;
    c->since = CRMV_NO_DATE;
    c->size = (double)NAN;
    for (int64_t i = 0; i < LINES; i++) {
        if (lines[i].customer == key) {
            count_line(c, &lines[i]);
        }
    }
    for (int64_t i = 0; i < TABLE_ROWS; i++) {
        if (rows[i].key == key) {
            c->in_table = true;
            c->since = rows[i].since;
            c->size = rows[i].size;
        }
    }
}

/* ---- The reference: calendar ------------------------------------------------------------------------------------- */

static int32_t last_of_month(int32_t year, int32_t month) {
    for (int32_t d = 31;; d--) {
        if (crmv_day(year, month, d) != CRMV_NO_DATE) {
            return d;
        }
    }
}

/* The day n months later (n may be negative). With `sticky`, the last day of a month stays one. */
static int32_t month_away(int32_t from, int32_t n, bool sticky) {
    int32_t year;
    int32_t month;
    int32_t d;
    crmv_date(from, &year, &month, &d);
    const bool is_last = d == last_of_month(year, month);
    for (; n < 0; n++) {
        year -= month == 1;
        month = month == 1 ? 12 : month - 1;
    }
    for (; n > 0; n--) {
        year += month == 12;
        month = month == 12 ? 1 : month + 1;
    }
    const int32_t last = last_of_month(year, month);
    return crmv_day(year, month, (sticky && is_last) || d > last ? last : d);
}

static double months_since(int32_t start, int32_t end, int32_t step) {
    int32_t whole = 0;
    while (month_away(start, (whole + 1) * step, false) <= end) {
        whole++;
    }
    const int32_t from = month_away(start, whole * step, false);
    return whole + (double)(end - from) / (double)(month_away(start, (whole + 1) * step, false) - from);
}

/* ---- The reference: metrics -------------------------------------------------------------------------------------- */

typedef int64_t (*measure)(const day *d);

static int64_t quantity(const day *d) {
    return d->quantity;
}
static int64_t revenue(const day *d) {
    return d->revenue;
}
static int64_t gross_profit(const day *d) {
    return d->known_revenue - d->cost;
}
static int64_t contribution(const day *d) {
    return d->known_revenue - d->cost - d->cost_to_serve;
}
static int64_t marketing(const day *d) {
    return d->discount + d->cost_to_serve;
}
static int64_t lines_of(const day *d) {
    return d->sale_lines - d->cancelled_lines;
}
static int64_t documents(const day *d) {
    return d->documents;
}
static int64_t return_lines(const day *d) {
    return d->return_lines;
}
static int64_t unknown_lines(const day *d) {
    return d->unknown_lines;
}
static int64_t unknown_revenue(const day *d) {
    return d->revenue - d->known_revenue;
}
static int64_t is_purchase(const day *d) {
    return d->sale_lines > d->cancelled_lines;
}
static int64_t sold_quantity(const day *d) {
    return d->sold_quantity;
}
static int64_t sold_revenue(const day *d) {
    return d->sold_revenue;
}
static int64_t returned_quantity(const day *d) {
    return d->returned_quantity;
}
static int64_t returned_revenue(const day *d) {
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
static void days_of(const metric *m, int32_t as_of, bool before, int32_t *first, int32_t *last) {
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

static const day *day_at(const customer *c, int32_t at) {
    static const day nothing;
    return at < FIRST_DAY || at >= FIRST_DAY + DAYS ? &nothing : &c->days[at - FIRST_DAY];
}

static int64_t total(const customer *c, measure of, int32_t first, int32_t last) {
    int64_t sum = 0;
    for (int32_t at = first; at <= last; at++) {
        sum += of(day_at(c, at));
    }
    return sum;
}

static bool bought_on(const customer *c, int32_t at) {
    return is_purchase(day_at(c, at)) == 1;
}

static int32_t first_purchase(const customer *c, int32_t first, int32_t last) {
    for (int32_t at = first; at <= last; at++) {
        if (bought_on(c, at)) {
            return at;
        }
    }
    return CRMV_NO_DATE;
}

static int32_t last_purchase(const customer *c, int32_t first, int32_t last) {
    for (int32_t at = last; at >= first; at--) {
        if (bought_on(c, at)) {
            return at;
        }
    }
    return CRMV_NO_DATE;
}

static int32_t start_of(const customer *c, int32_t as_of) {
    const int32_t purchase = first_purchase(c, FIRST_DAY, as_of);
    if (c->since == CRMV_NO_DATE || c->since > as_of) {
        return purchase;
    }
    return purchase == CRMV_NO_DATE || c->since < purchase ? c->since : purchase;
}

static bool has_history(const customer *c, int32_t as_of) {
    for (int32_t at = FIRST_DAY; at <= as_of; at++) {
        if (day_at(c, at)->any) {
            return true;
        }
    }
    return false;
}

static bool is_covered(const customer *c, const metric *m, int32_t first, int32_t last) {
    int64_t all = 0;
    int64_t known = 0;
    for (int32_t at = first; at <= last; at++) {
        all += day_at(c, at)->magnitude;
        known += day_at(c, at)->known_magnitude;
    }
    return m->coverage < 0 || all <= 0 || (known > 0 && 100 * known >= m->coverage * all);
}

static double elapsed(int32_t start, int32_t end, enum unit unit) {
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

static double scaled(const customer *c, const metric *m, int32_t as_of, double value) {
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

static double sum_of(const customer *c, const metric *m, int32_t as_of, int32_t first, int32_t last) {
    if (!is_covered(c, m, first, last)) {
        return (double)NAN;
    }
    const double value = (double)total(c, m->of, first, last) / m->unit;
    return m->per_year ? scaled(c, m, as_of, value) : value;
}

static double day_totals_of(const customer *c, const metric *m, int32_t first, int32_t last) {
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

static double gap_of(const customer *c, const metric *m, int32_t as_of, int32_t first, int32_t last) {
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

static double growth_of(const customer *c, const metric *m, int32_t as_of, int32_t first, int32_t last) {
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

static double repeats_of(const customer *c, int32_t as_of, int32_t first, int32_t last) {
    const int32_t first_ever = first_purchase(c, FIRST_DAY, as_of);
    int64_t days = 0;
    for (int32_t at = first; at <= last; at++) {
        days += bought_on(c, at) && at != first_ever;
    }
    return (double)days;
}

static double reference(const customer *c, const metric *m, int32_t as_of) {
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

/* ---- Comparing --------------------------------------------------------------------------------------------------- */

static crmv_model *reference_model(void) {
    static char text[16384];
    text[0] = '\0';
    for (int32_t i = 0; i < METRICS; i++) {
        char card[256];
        snprintf(card, sizeof card, "%s'%s': {%s}", i > 0 ? ", " : "", metrics[i].name, metrics[i].card);
        strcat(text, card);
    }
    return model_of_metrics(text);
}

static crmv_frame *derive(const crmv_model *model, const crmv_ledger *ledger, const table_row *rows, int32_t as_of,
                          int32_t threads) {
    const crmv_column columns[] = {FIELD_COLUMN("customer", CRMV_INT64, rows, key),
                                   FIELD_COLUMN("since", CRMV_INT32, rows, since),
                                   FIELD_COLUMN("size", CRMV_DOUBLE, rows, size)};
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_frame *frame = NULL;
    crmv_error error = an_error();
    must(crmv_frame_derive(model, ledger, columns, 3, TABLE_ROWS, as_of, &options, &frame, &error), &error);
    return frame;
}

/* Compares one customer; counts the values that are there, so that no metric goes untested. */
static void compare_customer(const crmv_frame *frame, int64_t row, const customer *c, int32_t as_of, int64_t *there) {
    for (int32_t i = 0; i < METRICS; i++) {
        const double found = crmv_frame_metric(frame, metrics[i].name)[row];
        const double wanted = reference(c, &metrics[i], as_of);
        if (isnan(found) && isnan(wanted)) {
            continue;
        }
        if (memcmp(&found, &wanted, sizeof found) != 0) {
            fail_msg("%s of customer %lld as of day %d is %.17g, not %.17g", metrics[i].name, (long long)c->key,
                     (int)as_of, found, wanted);
        }
        there[i]++;
    }
    const int64_t *profits = crmv_frame_amount(frame, "gross_profit");
    assert_int_equal(profits[row], total(c, gross_profit, FIRST_DAY, as_of));
}

static bool stands_somewhere(int64_t key, const book_line *lines, const table_row *rows) {
    bool found = false;
    for (int64_t i = 0; i < LINES && !found; i++) {
        found = lines[i].customer == key || (i < TABLE_ROWS && rows[i].key == key);
    }
    return found;
}

static void compare_frame(const crmv_frame *frame, const book_line *lines, const table_row *rows, int32_t as_of) {
    static customer c;
    int64_t there[METRICS] = {0};
    int64_t seen = 0;
    for (int64_t key = 1; key <= 3 * CUSTOMERS + 5 * TABLE_ROWS; key++) {
        if (!stands_somewhere(key, lines, rows)) {
            continue;
        }
        gather(&c, key, lines, rows);
        if (!c.in_table && !has_history(&c, as_of)) {
            continue;
        }
        assert_int_equal(crmv_frame_numbers(frame)[seen], key);
        compare_customer(frame, seen, &c, as_of, there);
        seen++;
    }
    assert_int_equal(crmv_frame_rows(frame), seen);
    for (int32_t i = 0; i < METRICS; i++) {
        crmv_missing missing = {.struct_size = sizeof missing};
        assert_int_equal(crmv_frame_missing(frame, metrics[i].name, &missing), CRMV_OK);
        assert_int_equal(missing.missing, seen - there[i]);
        if (there[i] < 10) {
            fail_msg("only %lld customers have %s: the book tests too little", (long long)there[i], metrics[i].name);
        }
    }
}

static void every_metric_of_every_customer_is_what_the_raw_lines_give(void **unused) {
    (void)unused;
    static book_line lines[LINES];
    static table_row rows[TABLE_ROWS];
    const int32_t dates[] = {on(2023, 2, 28), on(2024, 2, 29), on(2023, 8, 30)};
    assert_int_equal(on(2021, 1, 1), FIRST_DAY);
    crmv_model *model = reference_model();
    for (int64_t i = 0; i < LENGTH_OF(dates); i++) {
        fill_lines(lines, (uint64_t)(20240229 + i));
        fill_table(rows, (uint64_t)(20240229 + i));
        crmv_ledger *ledger = ledger_of(model, lines, LINES);
        crmv_frame *frame = derive(model, ledger, rows, dates[i], 1);
        compare_frame(frame, lines, rows, dates[i]);
        crmv_frame_free(frame);
        crmv_ledger_free(ledger);
    }
    crmv_model_free(model);
}

static void any_number_of_threads_gives_the_same_bytes(void **unused) {
    (void)unused;
    static book_line lines[LINES];
    static table_row rows[TABLE_ROWS];
    static const int32_t threads[] = {2, 3, 8};
    static const char *const amounts[] = {"revenue", "gross_profit", "contribution"};
    fill_lines(lines, 7);
    fill_table(rows, 7);
    /* ten times the customers, so that there are several blocks of them */
    for (int64_t i = 0; i < LINES; i++) {
        lines[i].customer += i % 10 * 10000;
    }
    crmv_model *model = reference_model();
    crmv_ledger *ledger = ledger_of(model, lines, LINES);
    crmv_frame *one = derive(model, ledger, rows, on(2024, 2, 29), 1);
    const int64_t count = crmv_frame_rows(one);
    assert_true(count > 1500);
    for (int64_t i = 0; i < LENGTH_OF(threads); i++) {
        crmv_frame *many = derive(model, ledger, rows, on(2024, 2, 29), threads[i]);
        assert_int_equal(crmv_frame_rows(many), count);
        assert_memory_equal(crmv_frame_numbers(one), crmv_frame_numbers(many), (size_t)count * sizeof(int64_t));
        for (int32_t m = 0; m < METRICS; m++) {
            crmv_missing of_one = {.struct_size = sizeof of_one};
            crmv_missing of_many = {.struct_size = sizeof of_many};
            const char *name = metrics[m].name;
            assert_memory_equal(crmv_frame_metric(one, name), crmv_frame_metric(many, name),
                                (size_t)count * sizeof(double));
            assert_int_equal(crmv_frame_missing(one, name, &of_one), CRMV_OK);
            assert_int_equal(crmv_frame_missing(many, name, &of_many), CRMV_OK);
            assert_memory_equal(&of_one, &of_many, sizeof of_one);
        }
        for (int32_t a = 0; a < 3; a++) {
            assert_memory_equal(crmv_frame_amount(one, amounts[a]), crmv_frame_amount(many, amounts[a]),
                                (size_t)count * sizeof(int64_t));
        }
        crmv_frame_free(many);
    }
    crmv_frame_free(one);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_metric_of_every_customer_is_what_the_raw_lines_give),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
    };
    return cmocka_run_group_tests_name("frame reference", tests, NULL, NULL);
}
