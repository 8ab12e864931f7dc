#include "ledger/rates.h"

#include "base/column_read.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/memory.h"
#include "ledger/cells.h"
#include "ledger/item_feed.h"

#include <stdlib.h>
#include <string.h>

enum { RATE_DECIMALS = 12 };

/* A rate as it was given: of two for a currency and day that of the later table counts. */
typedef struct entry {
    int64_t currency; /* its number */
    int64_t row;      /* -1: from an earlier table */
    crmvi_rate rate;
} entry;

struct crmvi_rates {
    crmvi_names currencies;
    int64_t *begins;     /* currencies + 1: where each one's rates begin */
    crmvi_rate *rates;   /* ascending by day */
    int32_t maximum_age; /* days; -1: any number */
};

/* ---- Looking up -------------------------------------------------------------------------------------------------- */

bool crmvi_rates_know(const crmvi_rates *rates, const char *currency) {
    return rates != NULL && crmvi_names_find(&rates->currencies, currency, (int64_t)strlen(currency)) >= 0;
}

bool crmvi_rates_find(const crmvi_rates *rates, const char *currency, int32_t day, crmvi_rate *out) {
    const int64_t number =
        rates == NULL ? -1 : crmvi_names_find(&rates->currencies, currency, (int64_t)strlen(currency));
    if (number < 0) {
        return false;
    }
    const int64_t begin = rates->begins[number];
    int64_t low = begin; /* the first rate past the day */
    for (int64_t high = rates->begins[number + 1]; low < high;) {
        const int64_t middle = low + (high - low) / 2;
        if (rates->rates[middle].day <= day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == begin) {
        return false;
    }
    *out = rates->rates[low - 1];
    return rates->maximum_age < 0 || (int64_t)day - out->day <= rates->maximum_age;
}

/* ---- Reading a table --------------------------------------------------------------------------------------------- */

/* A table that is being read, and all rates with those before it. */
typedef struct reading {
    crmvi_item_feed feed;
    crmvi_rates *made;
    entry *entries;
    int64_t count, capacity;
} reading;

/* Fails about a cell of the table. */
static int32_t refuse(const reading *r, int32_t role, int64_t row, const char *expected, crmv_error *error) {
    const crmv_column *column = r->feed.roles[role];
    char shown[64];
    crmvi_column_show(column, row, shown, sizeof shown);
    return crmvi_fail_row(error, CRMV_BAD_COLUMN, row + 1, column->name,
                          "column `%s`, row %lld: expected %s, found %s%s%s", column->name, (long long)(row + 1),
                          expected, shown[0] != '\0' ? "`" : "", shown[0] != '\0' ? shown : "nothing",
                          shown[0] != '\0' ? "`" : "");
}

/* The decimal that a cell holds: mantissa x 10^exponent. False where it holds none that is exact. */
static bool read_decimal(const crmvi_cells *cells, int64_t row, int64_t *mantissa, int32_t *exponent) {
    const crmv_column *column = cells->column;
    const crmvi_notation plain = {.point = '.', .minus = CRMVI_MINUS_LEADING};
    const char *text;
    int64_t length;
    if (crmvi_column_is_text(column)) {
        return crmvi_cell_text(cells, row, &text, &length) &&
               crmvi_decimal_exact(text, length, &cells->reading->notation, mantissa, exponent) == CRMVI_NUMBER_OK;
    }
    if (!crmvi_column_present(column, row)) {
        return false;
    }
    char written[32];
    if (column->type != CRMV_DOUBLE) {
        length = crmvi_amount_text(crmvi_column_whole(column, row), 0, 0, false, written);
    } else if (isfinite(crmvi_column_double(column, row))) {
        length = crmvi_shortest(crmvi_column_double(column, row), written);
    } else {
        return false;
    }
    return crmvi_decimal_exact(written, length, &plain, mantissa, exponent) == CRMVI_NUMBER_OK;
}

/* A whole number and the power of ten under it, turned round where the rate is the other currency's price. */
static bool read_rate(const reading *r, int64_t row, crmvi_rate *rate) {
    const crmvi_cells cells = {r->feed.roles[CRMVI_RATE_RATE], &r->feed.layout->reading, 0, r->feed.rows};
    int64_t mantissa;
    int32_t exponent;
    if (!read_decimal(&cells, row, &mantissa, &exponent) || mantissa <= 0 || exponent < -RATE_DECIMALS) {
        return false;
    }
    for (; exponent > 0; exponent--) {
        if (__builtin_mul_overflow(mantissa, INT64_C(10), &mantissa)) {
            return false;
        }
    }
    const int64_t unit = crmvi_power_of_ten(-exponent);
    rate->multiplier = r->feed.layout->quoted_foreign ? unit : mantissa;
    rate->divisor = r->feed.layout->quoted_foreign ? mantissa : unit;
    return true;
}

static int32_t read_row(reading *r, int64_t row, crmv_error *error) {
    const crmvi_reading *settings = &r->feed.layout->reading;
    const crmvi_cells currencies = {r->feed.roles[CRMVI_RATE_CURRENCY], settings, 0, r->feed.rows};
    const crmvi_cells dates = {r->feed.roles[CRMVI_RATE_DATE], settings, row, 1};
    entry *e = &r->entries[r->count];
    *e = (entry){.row = row};
    const char *currency;
    int64_t length;
    if (!crmvi_cell_text(&currencies, row, &currency, &length) || length == 0 || length > CRMVI_CURRENCY_LIMIT ||
        !crmvi_utf8_valid(currency, length)) {
        return refuse(r, CRMVI_RATE_CURRENCY, row, "a currency of 1 to 15 bytes", error);
    }
    uint8_t reason = 0;
    crmvi_cells_days(&dates, CRMV_NO_DATE_GIVEN, &e->rate.day, &reason);
    if (reason != 0) {
        return refuse(r, CRMVI_RATE_DATE, row, "a date", error);
    }
    if (!read_rate(r, row, &e->rate)) {
        return refuse(r, CRMVI_RATE_RATE, row, "a positive number of up to 12 decimals and 18 digits", error);
    }
    const bool is_home = (size_t)length == strlen(r->feed.money->currency) &&
                         memcmp(currency, r->feed.money->currency, (size_t)length) == 0;
    if (is_home && e->rate.multiplier != e->rate.divisor) {
        return refuse(r, CRMVI_RATE_RATE, row, "1 for the model's own currency", error);
    }
    e->currency = crmvi_names_add(&r->made->currencies, currency, length);
    r->count++;
    return e->currency < 0 ? crmvi_no_memory(error) : CRMV_OK;
}

/* ---- Making ------------------------------------------------------------------------------------------------------ */

/* The rates that there are, as entries, with room for `more`. */
static bool take_standing(reading *r, const crmvi_rates *standing, int64_t more) {
    const int64_t currencies = standing == NULL ? 0 : standing->currencies.texts.count;
    const int64_t before = currencies == 0 ? 0 : standing->begins[currencies];
    if (!crmvi_grow(&r->entries, &r->capacity, before + more, sizeof *r->entries)) {
        return false;
    }
    for (int64_t c = 0; c < currencies; c++) {
        const crmvi_texts *texts = &standing->currencies.texts;
        const int64_t number =
            crmvi_names_add(&r->made->currencies, crmvi_texts_get(texts, c), crmvi_texts_length(texts, c));
        if (number < 0) {
            return false;
        }
        for (int64_t i = standing->begins[c]; i < standing->begins[c + 1]; i++) {
            r->entries[r->count++] = (entry){number, -1, standing->rates[i]};
        }
    }
    return true;
}

static int compare_entries(const void *left, const void *right) {
    const entry *a = left;
    const entry *b = right;
    if (a->currency != b->currency) {
        return a->currency < b->currency ? -1 : 1;
    }
    if (a->rate.day != b->rate.day) {
        return a->rate.day < b->rate.day ? -1 : 1;
    }
    return (a->row > b->row) - (a->row < b->row);
}

/* Whether two entries, one behind the other, are of this table, of one currency and day, and not the same rate. */
static bool contradict(const entry *e) {
    return e[0].row >= 0 && e[0].currency == e[1].currency && e[0].rate.day == e[1].rate.day &&
           (crmvi_wide)e[0].rate.multiplier * e[1].rate.divisor != (crmvi_wide)e[1].rate.multiplier * e[0].rate.divisor;
}

/* Which of two rates holds must not depend on the order of rows. Names the first row that another one contradicts. */
static int32_t check_contradictions(const reading *r, crmv_error *error) {
    const entry *found = NULL;
    for (int64_t i = 0; i + 1 < r->count; i++) {
        const entry *e = &r->entries[i];
        found = contradict(e) && (found == NULL || e[1].row < found[1].row) ? e : found;
    }
    if (found == NULL) {
        return CRMV_OK;
    }
    const crmv_column *rates = r->feed.roles[CRMVI_RATE_RATE];
    char first[64];
    char second[64];
    char day[64];
    crmvi_column_show(rates, found[0].row, first, sizeof first);
    crmvi_column_show(rates, found[1].row, second, sizeof second);
    crmvi_column_show(r->feed.roles[CRMVI_RATE_DATE], found[1].row, day, sizeof day);
    return crmvi_fail_row(error, CRMV_BAD_COLUMN, found[1].row + 1, rates->name,
                          "column `%.80s`, row %lld: the rate of %s on `%s` is `%s` here, but `%s` in row %lld",
                          rates->name, (long long)(found[1].row + 1),
                          crmvi_texts_get(&r->made->currencies.texts, found[1].currency), day, second, first,
                          (long long)(found[0].row + 1));
}

/* Lays the sorted entries out by currency, of each day the last one. */
static bool lay_out(reading *r) {
    crmvi_rates *made = r->made;
    const int64_t currencies = made->currencies.texts.count;
    made->begins = crmvi_zeroed(currencies + 1, sizeof *made->begins);
    made->rates = crmvi_array(r->count, sizeof *made->rates);
    if (made->begins == NULL || made->rates == NULL) {
        return false;
    }
    int64_t kept = 0;
    for (int64_t i = 0; i < r->count; i++) {
        const entry *e = &r->entries[i];
        const bool is_replaced = i + 1 < r->count && e[1].currency == e->currency && e[1].rate.day == e->rate.day;
        if (!is_replaced) {
            made->rates[kept++] = e->rate;
            made->begins[e->currency + 1] = kept;
        }
    }
    return true;
}

static int32_t make(reading *r, const crmvi_rates *standing, crmv_error *error) {
    if (!take_standing(r, standing, r->feed.rows)) {
        return crmvi_no_memory(error);
    }
    int32_t status = CRMV_OK;
    for (int64_t row = 0; row < r->feed.rows && status == CRMV_OK; row++) {
        status = read_row(r, row, error);
    }
    if (status == CRMV_OK && r->count > 0) {
        qsort(r->entries, (size_t)r->count, sizeof *r->entries, compare_entries);
        status = check_contradictions(r, error);
    }
    if (status == CRMV_OK && !lay_out(r)) {
        status = crmvi_no_memory(error);
    }
    return status;
}

int32_t crmvi_rates_add(crmvi_rates **rates, const crmv_model *layout, const crmv_column *columns, int32_t count,
                        int64_t rows, crmv_error *error) {
    if (layout->money.currency[0] == '\0') {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "money", "the model's `money` names no currency to convert into");
    }
    reading r = {0};
    int32_t status = crmvi_item_feed_bind(&r.feed, CRMVI_RATES, layout, columns, count, rows, error);
    if (status != CRMV_OK) {
        return status;
    }
    r.made = crmvi_zeroed(1, sizeof *r.made);
    if (r.made == NULL) {
        return crmvi_no_memory(error);
    }
    r.made->maximum_age = r.feed.layout->maximum_age;
    status = make(&r, *rates, error);
    if (status == CRMV_OK) {
        crmvi_rates *before = *rates;
        *rates = r.made;
        r.made = before;
    }
    crmvi_rates_free(r.made);
    free(r.entries);
    return status;
}

void crmvi_rates_free(crmvi_rates *rates) {
    if (rates == NULL) {
        return;
    }
    crmvi_names_clear(&rates->currencies);
    free(rates->begins);
    free(rates->rates);
    free(rates);
}
