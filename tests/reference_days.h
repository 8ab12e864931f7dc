/*
 * reference_days.h - what each customer did day by day, counted line by line as the documentation says, and months
 * counted by walking through them: the slow ground that reference_metrics.h stands on.
 */
#ifndef CRMVALUE_TESTS_REFERENCE_DAYS_H
#define CRMVALUE_TESTS_REFERENCE_DAYS_H

#include "book.h"

enum { CUSTOMERS = 400, LINES = 9000, TABLE_ROWS = 300 };
enum { FIRST_DAY = 18628 /* 2021-01-01 */, DAYS = 1600 };

/* A row of the customer table. */
typedef struct table_row {
    int64_t key;
    int32_t since;
    double size;
} table_row;

/* ---- Days ----------------------------------------------------------------------------------------------------------
 */

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

static inline int64_t magnitude(int64_t value) {
    return value < 0 ? -value : value;
}

static inline void count_line(customer *c, const book_line *line) {
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

static inline void gather(customer *c, int64_t key, const book_line *lines, const table_row *rows) {
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

/* ---- Calendar ------------------------------------------------------------------------------------------------------
 */

static inline int32_t last_of_month(int32_t year, int32_t month) {
    for (int32_t d = 31;; d--) {
        if (crmv_day(year, month, d) != CRMV_NO_DATE) {
            return d;
        }
    }
}

/* The day n months later (n may be negative). With `sticky`, the last day of a month stays one. */
static inline int32_t month_away(int32_t from, int32_t n, bool sticky) {
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

static inline double months_since(int32_t start, int32_t end, int32_t step) {
    int32_t whole = 0;
    while (month_away(start, (whole + 1) * step, false) <= end) {
        whole++;
    }
    const int32_t from = month_away(start, whole * step, false);
    return whole + (double)(end - from) / (double)(month_away(start, (whole + 1) * step, false) - from);
}
#endif
