#include "ledger/exchange.h"

#include "base/decimal.h"
#include "base/quotient.h"

#include <math.h>

/* ---- Numbers as they stand --------------------------------------------------------------------------------------- */

/* mantissa x 10^exponent major units. */
typedef struct number {
    int64_t mantissa;
    int32_t exponent;
    bool is_rounded; /* to the model's decimals, before anything else */
} number;

/* Lower exponents do not leave room for a rate in a quotient. */
enum { LEAST_EXPONENT = -30, POWER = 18 };

/* A number of a row of the block as the reader of amounts has it. */
static number rounded_number(const crmvi_cells *cells, int64_t row, int32_t decimals) {
    const crmvi_cells cell = {cells->column, cells->reading, row, 1};
    crmvi_amounts amounts;
    crmvi_amounts_of_column(&cell, decimals, &amounts);
    return (number){amounts.values[0], -decimals, true};
}

/* Most doubles are decimals of few places and at most 15 digits, of which each double has but one: it is the shortest
 * that reads back, and is found without writing it. False for any other double. */
static bool is_short_decimal(double value, number *n) {
    static const struct {
        double unit;
        int32_t exponent;
    } places[] = {{1e6, -6}, {1e2, -2}};
    const double limit = 1e15;
    bool is_short = false;
    for (size_t i = 0; i < sizeof places / sizeof places[0] && !is_short; i++) {
        const double scaled = nearbyint(value * places[i].unit);
        is_short = scaled < limit && scaled > -limit && scaled / places[i].unit == value;
        *n = (number){is_short ? (int64_t)scaled : 0, places[i].exponent, false};
    }
    return is_short;
}

/* A number that is there and can be read. `decimals` are those of minor units, and of what has to be rounded. */
static number number_of(const crmvi_cells *cells, int64_t row, int32_t decimals) {
    const crmv_column *column = cells->column;
    const crmvi_notation plain = {.point = '.', .minus = CRMVI_MINUS_LEADING};
    const crmvi_notation *notation = &plain;
    char written[32];
    const char *text = written;
    int64_t length;
    number n = {0};
    if (crmvi_column_is_text(column)) {
        crmvi_column_text(column, row, &text, &length);
        notation = &cells->reading->notation;
    } else if (column->type == CRMV_DOUBLE && is_short_decimal(crmvi_column_double(column, row), &n)) {
        return n;
    } else if (column->type == CRMV_DOUBLE) {
        length = crmvi_shortest(crmvi_column_double(column, row), written);
    } else {
        return (number){crmvi_column_whole(column, row), column->type == CRMV_MINOR ? -decimals : 0, false};
    }
    const int32_t read = crmvi_decimal_exact(text, length, notation, &n.mantissa, &n.exponent);
    return read == CRMVI_NUMBER_OK && n.exponent >= LEAST_EXPONENT ? n : rounded_number(cells, row, decimals);
}

/* Times 10 to a power, which may be negative. */
static void scale(crmvi_quotient *quotient, int32_t power) {
    for (int32_t left = power; left > 0; left -= POWER) {
        crmvi_quotient_multiply(quotient, crmvi_power_of_ten(left < POWER ? left : POWER));
    }
    for (int32_t left = -power; left > 0; left -= POWER) {
        crmvi_quotient_divide(quotient, crmvi_power_of_ten(left < POWER ? left : POWER));
    }
}

static crmvi_quotient convert(number n, int32_t decimals, const crmvi_rate *rate) {
    crmvi_quotient quotient = crmvi_quotient_of(n.mantissa);
    scale(&quotient, n.exponent + decimals);
    crmvi_quotient_multiply(&quotient, rate->multiplier);
    crmvi_quotient_divide(&quotient, rate->divisor);
    return quotient;
}

/* The amount takes its place; `count` is the block's. */
static void put(crmvi_amounts *amounts, int64_t count, int64_t i, const crmvi_quotient *quotient) {
    if (!crmvi_quotient_round(quotient, CRMVI_AMOUNT_LIMIT, &amounts->values[i])) {
        crmvi_amounts_refuse(amounts, count, i, CRMV_AMOUNT_TOO_LARGE);
    }
}

/* Decimals that were not lost after all are not counted as rounded away. */
static void note_rounding(crmvi_amounts *amounts, int64_t i, number n) {
    if (amounts->any_rounded && !n.is_rounded) {
        amounts->rounded[i] = 0;
    }
}

void crmvi_exchange_amount(const crmvi_cells *cells, int32_t decimals, int64_t i, const crmvi_rate *rate,
                           crmvi_amounts *amounts) {
    const number n = number_of(cells, cells->begin + i, decimals);
    const crmvi_quotient quotient = convert(n, decimals, rate);
    note_rounding(amounts, i, n);
    put(amounts, cells->count, i, &quotient);
}

/* ---- Lines ------------------------------------------------------------------------------------------------------- */

/* A line that is being converted. */
typedef struct line {
    const crmvi_exchange *exchange;
    const crmvi_rate *rate;
    int64_t i;
} line;

static crmvi_amounts *amounts_of(const line *l, int32_t amount) {
    return &l->exchange->written->amounts[amount];
}

/* What the line has in a role; of a price the quantity's. */
static crmvi_quotient convert_role(const line *l, int32_t role, number *n) {
    const crmvi_feed *feed = l->exchange->feed;
    const crmvi_money *money = feed->money;
    const crmvi_cells cells = {feed->roles[role], &feed->layout->reading, l->exchange->begin, l->exchange->count};
    const bool is_price = role == CRMVI_ROLE_UNIT_PRICE || role == CRMVI_ROLE_UNIT_COST;
    *n = number_of(&cells, cells.begin + l->i, is_price ? money->price_decimals : money->decimals);
    crmvi_quotient quotient =
        convert(*n, is_price ? money->decimals - money->quantity_decimals : money->decimals, l->rate);
    if (is_price) {
        crmvi_quotient_multiply(&quotient, amounts_of(l, CRMVI_LINE_QUANTITY)->values[l->i]);
    }
    return quotient;
}

static void put_role(const line *l, int32_t role, int32_t amount) {
    number n;
    const crmvi_quotient quotient = convert_role(l, role, &n);
    note_rounding(amounts_of(l, amount), l->i, n);
    put(amounts_of(l, amount), l->exchange->count, l->i, &quotient);
}

/* cost = revenue - gross profit, both converted. */
static void put_profit(const line *l) {
    const crmvi_amounts *revenue = amounts_of(l, CRMVI_LINE_REVENUE);
    crmvi_amounts *cost = amounts_of(l, CRMVI_LINE_COST);
    put_role(l, CRMVI_ROLE_GROSS_PROFIT, CRMVI_LINE_COST);
    const int64_t left = revenue->values[l->i] - cost->values[l->i]; /* both are below 2^53 */
    cost->values[l->i] = left;
    if (left >= CRMVI_AMOUNT_LIMIT || left <= -CRMVI_AMOUNT_LIMIT) {
        crmvi_amounts_refuse(cost, l->exchange->count, l->i, CRMV_AMOUNT_TOO_LARGE);
    }
}

/* discount = revenue x rate / (1 - rate), the rate being of the gross. */
static void put_discount_rate(const line *l) {
    const crmvi_feed *feed = l->exchange->feed;
    const crmvi_cells cell = {feed->roles[CRMVI_ROLE_DISCOUNT_RATE], &feed->layout->reading, l->exchange->begin + l->i,
                              1};
    crmvi_amounts rate;
    crmvi_amounts_of_column(&cell, CRMVI_RATE_DECIMALS, &rate);
    const bool has_revenue = feed->roles[CRMVI_ROLE_REVENUE] != NULL;
    number n;
    crmvi_quotient quotient = convert_role(l, has_revenue ? CRMVI_ROLE_REVENUE : CRMVI_ROLE_UNIT_PRICE, &n);
    crmvi_quotient_multiply(&quotient, rate.values[0]);
    crmvi_quotient_divide(&quotient, crmvi_power_of_ten(CRMVI_RATE_DECIMALS) - rate.values[0]);
    put(amounts_of(l, CRMVI_LINE_DISCOUNT), l->exchange->count, l->i, &quotient);
}

void crmvi_exchange_line(const crmvi_exchange *exchange, int64_t i, const crmvi_rate *rate) {
    static const struct {
        int32_t role, amount;
    } plain[] = {
        {CRMVI_ROLE_REVENUE, CRMVI_LINE_REVENUE},   {CRMVI_ROLE_UNIT_PRICE, CRMVI_LINE_REVENUE},
        {CRMVI_ROLE_COST, CRMVI_LINE_COST},         {CRMVI_ROLE_UNIT_COST, CRMVI_LINE_COST},
        {CRMVI_ROLE_DISCOUNT, CRMVI_LINE_DISCOUNT}, {CRMVI_ROLE_COST_TO_SERVE, CRMVI_LINE_COST_TO_SERVE},
    };
    const crmv_column *const *roles = exchange->feed->roles;
    const line l = {exchange, rate, i};
    for (size_t k = 0; k < sizeof plain / sizeof plain[0]; k++) {
        const crmvi_amounts *amounts = amounts_of(&l, plain[k].amount);
        if (roles[plain[k].role] != NULL && amounts->is_given && amounts->present[i] != 0) {
            put_role(&l, plain[k].role, plain[k].amount);
        }
    }
    if (roles[CRMVI_ROLE_GROSS_PROFIT] != NULL && amounts_of(&l, CRMVI_LINE_COST)->present[i] != 0) {
        put_profit(&l);
    }
    if (roles[CRMVI_ROLE_DISCOUNT_RATE] != NULL && amounts_of(&l, CRMVI_LINE_DISCOUNT)->present[i] != 0) {
        put_discount_rate(&l);
    }
}
