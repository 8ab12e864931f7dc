#include "ledger/amounts.h"

#include <math.h>
#include <string.h>

enum { RATE_DECIMALS = 9 };

/* Which rows of a feed are being read. */
typedef struct rows {
    const crmvi_feed *feed;
    int64_t begin, count;
} rows;

/* ---- One column -------------------------------------------------------------------------------------------------- */

static bool is_small(crmvi_wide value) {
    return value < CRMVI_AMOUNT_LIMIT && value > -CRMVI_AMOUNT_LIMIT;
}

static void refuse(crmvi_amounts *out, int64_t i, int32_t reason) {
    out->values[i] = 0;
    out->present[i] = 0;
    out->reasons[i] = (uint8_t)reason;
}

static void keep(crmvi_amounts *out, int64_t i, crmvi_wide value) {
    if (is_small(value)) {
        out->values[i] = (int64_t)value;
        out->present[i] = 1;
    } else {
        refuse(out, i, CRMV_AMOUNT_TOO_LARGE);
    }
}

static void read_texts(const rows *r, const crmv_column *column, int32_t decimals, crmvi_amounts *out) {
    static const int32_t reasons[] = {
        [CRMVI_NUMBER_OK] = 0, [CRMVI_NUMBER_BAD] = CRMV_BAD_AMOUNT, [CRMVI_NUMBER_TOO_LARGE] = CRMV_AMOUNT_TOO_LARGE};
    const crmvi_reading *reading = &r->feed->layout->reading;
    for (int64_t i = 0; i < r->count; i++) {
        const char *text;
        int64_t length;
        if (!crmvi_column_present(column, r->begin + i)) {
            continue;
        }
        crmvi_column_text(column, r->begin + i, &text, &length);
        if (crmvi_reading_missing(reading, text, length)) {
            continue;
        }
        bool rounded = false;
        const int32_t read =
            crmvi_decimal_amount(text, length, &reading->notation, decimals, &out->values[i], &rounded);
        out->rounded[i] = rounded;
        out->present[i] = read == CRMVI_NUMBER_OK;
        out->reasons[i] = (uint8_t)reasons[read];
    }
}

/* llrint rounds ties to even in the environment that every public function enters. */
static void read_doubles(const rows *r, const crmv_column *column, int32_t decimals, crmvi_amounts *out) {
    const double unit = (double)crmvi_power_of_ten(decimals);
    const double limit = (double)CRMVI_AMOUNT_LIMIT;
    for (int64_t i = 0; i < r->count; i++) {
        if (!crmvi_column_present(column, r->begin + i)) {
            continue;
        }
        const double value = crmvi_column_double(column, r->begin + i);
        const double scaled = value * unit;
        if (scaled < limit && scaled > -limit) {
            keep(out, i, llrint(scaled));
        } else {
            refuse(out, i, isinf(value) ? CRMV_BAD_AMOUNT : CRMV_AMOUNT_TOO_LARGE);
        }
    }
}

static void read_whole(const rows *r, const crmv_column *column, int32_t decimals, crmvi_amounts *out) {
    const int64_t unit = column->type == CRMV_MINOR ? 1 : crmvi_power_of_ten(decimals);
    for (int64_t i = 0; i < r->count; i++) {
        if (crmvi_column_present(column, r->begin + i)) {
            keep(out, i, (crmvi_wide)crmvi_column_whole(column, r->begin + i) * unit);
        }
    }
}

/* Reads a role's column; false where the feed has none. */
static bool read_role(const rows *r, int32_t role, int32_t decimals, crmvi_amounts *out) {
    const crmv_column *column = r->feed->roles[role];
    if (column == NULL) {
        return false;
    }
    out->is_given = true;
    memset(out->values, 0, (size_t)r->count * sizeof out->values[0]);
    memset(out->present, 0, (size_t)r->count);
    memset(out->reasons, 0, (size_t)r->count);
    memset(out->rounded, 0, (size_t)r->count);
    if (crmvi_column_is_text(column)) {
        read_texts(r, column, decimals, out);
    } else if (column->type == CRMV_DOUBLE) {
        read_doubles(r, column, decimals, out);
    } else {
        read_whole(r, column, decimals, out);
    }
    return true;
}

/* ---- Amounts that come from others ------------------------------------------------------------------------------- */

/* quantity x price, in 128 bits, rounded once to money. The product takes the price's place. */
static void multiply(const rows *r, const crmvi_amounts *quantity, crmvi_amounts *price) {
    const crmvi_money *money = r->feed->money;
    const int32_t surplus = money->quantity_decimals + money->price_decimals - money->decimals;
    const int64_t unit = crmvi_power_of_ten(surplus > 0 ? surplus : -surplus);
    for (int64_t i = 0; i < r->count; i++) {
        if (!price->present[i]) {
            continue;
        }
        price->present[i] = 0;
        if (quantity->present[i]) {
            const crmvi_wide product = (crmvi_wide)quantity->values[i] * price->values[i];
            keep(price, i, surplus > 0 ? crmvi_divide(product, unit) : product * unit);
        }
    }
}

static void read_revenue(const rows *r, const crmvi_amounts *quantity, crmvi_amounts *revenue) {
    revenue->is_given = false;
    if (!read_role(r, CRMVI_ROLE_REVENUE, r->feed->money->decimals, revenue) &&
        read_role(r, CRMVI_ROLE_UNIT_PRICE, r->feed->money->price_decimals, revenue)) {
        multiply(r, quantity, revenue);
    }
}

/* cost = revenue - gross profit. */
static void subtract_from_revenue(const rows *r, const crmvi_amounts *revenue, crmvi_amounts *profit) {
    for (int64_t i = 0; i < r->count; i++) {
        if (!profit->present[i]) {
            continue;
        }
        profit->present[i] = 0;
        if (revenue->is_given && revenue->present[i]) {
            keep(profit, i, (crmvi_wide)revenue->values[i] - profit->values[i]);
        }
    }
}

static void read_cost(const rows *r, const crmvi_amounts *quantity, const crmvi_amounts *revenue, crmvi_amounts *cost) {
    const crmvi_money *money = r->feed->money;
    cost->is_given = false;
    if (read_role(r, CRMVI_ROLE_COST, money->decimals, cost)) {
        return;
    }
    if (read_role(r, CRMVI_ROLE_UNIT_COST, money->price_decimals, cost)) {
        multiply(r, quantity, cost);
    } else if (read_role(r, CRMVI_ROLE_GROSS_PROFIT, money->decimals, cost)) {
        subtract_from_revenue(r, revenue, cost);
    }
}

/* discount = revenue x rate / (1 - rate), the rate being of the gross. */
static void apply_rates(const rows *r, const crmvi_amounts *revenue, crmvi_amounts *rate) {
    const int64_t one = crmvi_power_of_ten(RATE_DECIMALS);
    for (int64_t i = 0; i < r->count; i++) {
        const int64_t value = rate->values[i];
        if (rate->reasons[i] == CRMV_AMOUNT_TOO_LARGE || (rate->present[i] && (value < 0 || value >= one))) {
            refuse(rate, i, CRMV_BAD_RATE);
        }
        if (!rate->present[i]) {
            continue;
        }
        rate->present[i] = 0;
        if (revenue->is_given && revenue->present[i]) {
            keep(rate, i, crmvi_divide((crmvi_wide)revenue->values[i] * value, one - value));
        }
    }
}

static void read_discount(const rows *r, const crmvi_amounts *revenue, crmvi_amounts *discount) {
    discount->is_given = false;
    if (!read_role(r, CRMVI_ROLE_DISCOUNT, r->feed->money->decimals, discount) &&
        read_role(r, CRMVI_ROLE_DISCOUNT_RATE, RATE_DECIMALS, discount)) {
        apply_rates(r, revenue, discount);
    }
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static void read_quantity(const rows *r, crmvi_amounts *quantity) {
    quantity->is_given = false;
    read_role(r, CRMVI_ROLE_QUANTITY, r->feed->money->quantity_decimals, quantity);
}

void crmvi_amounts_read(const crmvi_feed *feed, int64_t begin, int64_t count, crmvi_written *out) {
    const rows r = {feed, begin, count};
    crmvi_amounts *quantity = &out->amounts[CRMVI_LINE_QUANTITY];
    crmvi_amounts *revenue = &out->amounts[CRMVI_LINE_REVENUE];
    crmvi_amounts *to_serve = &out->amounts[CRMVI_LINE_COST_TO_SERVE];
    read_quantity(&r, quantity);
    read_revenue(&r, quantity, revenue);
    read_cost(&r, quantity, revenue, &out->amounts[CRMVI_LINE_COST]);
    read_discount(&r, revenue, &out->amounts[CRMVI_LINE_DISCOUNT]);
    to_serve->is_given = false;
    read_role(&r, CRMVI_ROLE_COST_TO_SERVE, feed->money->decimals, to_serve);
}

bool crmvi_amounts_revenue(const crmvi_feed *feed, int64_t row, int64_t *revenue) {
    const rows r = {feed, row, 1};
    crmvi_amounts quantity;
    crmvi_amounts read;
    read_quantity(&r, &quantity);
    read_revenue(&r, &quantity, &read);
    if (!read.is_given || !read.present[0]) {
        return false;
    }
    *revenue = read.values[0];
    return true;
}

const crmv_column *crmvi_amounts_culprit(const crmvi_feed *feed, int64_t row, int32_t reason) {
    static const struct {
        int32_t role;
        int32_t amount;
    } roles[] = {
        {CRMVI_ROLE_QUANTITY, CRMVI_LINE_QUANTITY},
        {CRMVI_ROLE_REVENUE, CRMVI_LINE_REVENUE},
        {CRMVI_ROLE_UNIT_PRICE, CRMVI_LINE_REVENUE},
        {CRMVI_ROLE_COST, CRMVI_LINE_COST},
        {CRMVI_ROLE_UNIT_COST, CRMVI_LINE_COST},
        {CRMVI_ROLE_GROSS_PROFIT, CRMVI_LINE_COST},
        {CRMVI_ROLE_DISCOUNT, CRMVI_LINE_DISCOUNT},
        {CRMVI_ROLE_DISCOUNT_RATE, CRMVI_LINE_DISCOUNT},
        {CRMVI_ROLE_COST_TO_SERVE, CRMVI_LINE_COST_TO_SERVE},
    };
    crmvi_written written;
    crmvi_amounts_read(feed, row, 1, &written);
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        const crmvi_amounts *amounts = &written.amounts[roles[i].amount];
        if (feed->roles[roles[i].role] != NULL && amounts->is_given && amounts->reasons[0] == reason) {
            return feed->roles[roles[i].role];
        }
    }
    return NULL;
}
