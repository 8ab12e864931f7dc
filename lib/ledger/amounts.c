#include "ledger/amounts.h"

#include "base/decimal_block.h"
#include "base/double_bits.h"
#include "base/vectors.h"
#include "model/missing.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Which rows of a feed are being read. */
typedef struct rows {
    const crmvi_feed *feed;
    int64_t begin, count;
} rows;

/* ---- One column -------------------------------------------------------------------------------------------------- */

static bool is_small(crmvi_wide value) {
    return value < CRMVI_AMOUNT_LIMIT && value > -CRMVI_AMOUNT_LIMIT;
}

/* The arrays of reasons and roundings are written from the first of them on. */
static void note_reason(crmvi_amounts *out, int64_t count, int64_t i, int32_t reason) {
    if (!out->any_reason) {
        memset(out->reasons, 0, (size_t)count);
        out->any_reason = true;
    }
    out->reasons[i] = (uint8_t)reason;
}

void crmvi_amounts_refuse(crmvi_amounts *out, int64_t count, int64_t i, int32_t reason) {
    out->values[i] = 0;
    out->present[i] = 0;
    note_reason(out, count, i, reason);
}

static void keep(crmvi_amounts *out, int64_t count, int64_t i, crmvi_wide value) {
    if (is_small(value)) {
        out->values[i] = (int64_t)value;
        out->present[i] = 1;
    } else {
        crmvi_amounts_refuse(out, count, i, CRMV_AMOUNT_TOO_LARGE);
    }
}

CRMVI_VECTORS static int64_t bits_of_all(const int64_t *values, int64_t count) {
    int64_t bits = 0;
    for (int64_t i = 0; i < count; i++) {
        bits |= values[i];
    }
    return bits;
}

/* 32-bit values of the caller's memory, which need not be aligned, times `unit`; returns the bits of all. */
CRMVI_VECTORS static int64_t widen_times(const char *from, int64_t count, int32_t unit, int64_t *values) {
    int64_t bits = 0;
    for (int64_t i = 0; i < count; i++) {
        int32_t value;
        memcpy(&value, from + i * (int64_t)sizeof value, sizeof value);
        values[i] = (int64_t)value * unit;
        bits |= values[i];
    }
    return bits;
}

CRMVI_VECTORS static uint64_t bits_of_magnitudes(const int64_t *values, int64_t count) {
    uint64_t bits = 0;
    for (int64_t i = 0; i < count; i++) {
        const uint64_t value = (uint64_t)values[i];
        const uint64_t sign = 0 - (value >> 63);
        bits |= (value ^ sign) - sign;
    }
    return bits;
}

/* Notes the bits of all magnitudes. Where no value is negative they are `bits`, those of the values. */
static void note_bits(crmvi_amounts *out, const int64_t *values, int64_t count, int64_t bits) {
    out->any_negative = bits < 0;
    out->magnitude = bits < 0 ? bits_of_magnitudes(values, count) : (uint64_t)bits;
}

/* What holds for all rows, once their values are settled. */
static void sum_up(crmvi_amounts *out, int64_t count) {
    uint8_t all = 1;
    uint8_t any = 0;
    for (int64_t i = 0; i < count; i++) {
        all &= out->present[i];
        any |= out->present[i];
    }
    out->all_present = all != 0;
    out->any_present = any != 0;
    note_bits(out, out->values, count, bits_of_all(out->values, count));
}

/* A text that is not written as most are. */
static void read_text(const crmvi_cells *c, const crmvi_block_texts *texts, int64_t i, int32_t decimals,
                      crmvi_amounts *out) {
    static const int32_t reasons[] = {
        [CRMVI_NUMBER_OK] = 0, [CRMVI_NUMBER_BAD] = CRMV_BAD_AMOUNT, [CRMVI_NUMBER_TOO_LARGE] = CRMV_AMOUNT_TOO_LARGE};
    bool rounded = false;
    const int32_t read = crmvi_decimal_amount(texts->at[i], texts->lengths[i], &c->reading->notation, decimals,
                                              &out->values[i], &rounded);
    out->rounded[i] = rounded;
    out->any_rounded = out->any_rounded || rounded;
    out->present[i] = read == CRMVI_NUMBER_OK;
    if (read != CRMVI_NUMBER_OK) {
        out->values[i] = 0;
        note_reason(out, c->count, i, reasons[read]);
    }
}

/* First all that are written as most are, then the others. */
static void read_texts(const crmvi_cells *c, int32_t decimals, crmvi_amounts *out) {
    crmvi_block_texts texts;
    crmvi_reading_texts(c->reading, c->column, c->begin, c->count, &texts);
    if (crmvi_decimal_block(&texts, c->reading->notation.point, decimals, out->values, out->present)) {
        return;
    }
    memset(out->rounded, 0, (size_t)c->count);
    for (int64_t i = 0; i < c->count; i++) {
        if (out->present[i] == 0 && texts.lengths[i] >= 0) {
            read_text(c, &texts, i, decimals, out);
        }
    }
}

/*
 * Rounds what is below 2^51 in magnitude, ties to even as in the environment that every public function enters: at 1.5
 * x 2^52 the last bit of a double is worth 1. The others become 0; the result is how many are none of them. Compilers
 * make vectors of this, as they do neither of llrint nor of comparing doubles, which could trap.
 */
CRMVI_VECTORS static int64_t round_small(const char *doubles, int64_t count, double unit, int64_t *out) {
    const double shift = 0x1.8p52;
    const uint64_t shift_bits = crmvi_bits_of(shift);
    const uint64_t limit_bits = crmvi_bits_of(0x1p51);
    uint64_t small = 0;
    for (int64_t i = 0; i < count; i++) {
        double value; /* the caller's memory need not be aligned */
        memcpy(&value, doubles + i * (int64_t)sizeof value, sizeof value);
        const uint64_t bits = crmvi_bits_of(value * unit);
        const uint64_t is_small = ((bits & INT64_MAX) - limit_bits) >> 63; /* magnitudes are ordered as their bits */
        const double kept = crmvi_double_of(bits & (0 - is_small));
        out[i] = (int64_t)(crmvi_bits_of(kept + shift) - shift_bits);
        small += is_small;
    }
    return (int64_t)small;
}

/* Rows without a value hold anything; they become 0. */
CRMVI_VECTORS static void clear_missing(const uint8_t *present, int64_t count, int64_t *values) {
    for (int64_t i = 0; i < count; i++) {
        values[i] &= 0 - (int64_t)present[i];
    }
}

static void mark_present(const crmvi_cells *c, crmvi_amounts *out) {
    crmvi_column_read_valid(c->column, c->begin, c->count, out->present);
    if (c->column->validity != NULL) {
        clear_missing(out->present, c->count, out->values);
    }
}

/* Which rows have a value; the others' become 0. False where a value is not small enough for round_small. */
static bool mark_small(const crmvi_cells *c, double unit, crmvi_amounts *out) {
    bool all_small = true;
    for (int64_t i = 0; i < c->count; i++) {
        const bool present = crmvi_column_present(c->column, c->begin + i);
        out->present[i] = present;
        out->values[i] = present ? out->values[i] : 0;
        all_small = all_small && (!present || fabs(crmvi_column_double(c->column, c->begin + i) * unit) < 0x1p51);
    }
    return all_small;
}

/* False where some value is so large that each has to be looked at. */
static bool read_plain_doubles(const crmvi_cells *c, int32_t decimals, crmvi_amounts *out) {
    const double unit = (double)crmvi_power_of_ten(decimals);
    const int64_t small = round_small(crmvi_value_at(c->column, c->begin), c->count, unit, out->values);
    if (small < c->count) {
        return mark_small(c, unit, out);
    }
    mark_present(c, out); /* none is NaN */
    return true;
}

static void read_doubles(const crmvi_cells *c, int32_t decimals, crmvi_amounts *out) {
    const crmv_column *column = c->column;
    const double unit = (double)crmvi_power_of_ten(decimals);
    const double limit = (double)CRMVI_AMOUNT_LIMIT;
    const bool is_exact = FLT_EVAL_METHOD == 0; /* wider intermediate results would round twice */
    if (is_exact && crmvi_column_is_dense(column) && read_plain_doubles(c, decimals, out)) {
        return;
    }
    for (int64_t i = 0; i < c->count; i++) {
        out->values[i] = 0;
        out->present[i] = 0;
        if (!crmvi_column_present(column, c->begin + i)) {
            continue;
        }
        const double value = crmvi_column_double(column, c->begin + i);
        const double scaled = value * unit;
        if (scaled < limit && scaled > -limit) {
            keep(out, c->count, i, llrint(scaled));
        } else {
            crmvi_amounts_refuse(out, c->count, i, isinf(value) ? CRMV_BAD_AMOUNT : CRMV_AMOUNT_TOO_LARGE);
        }
    }
}

/* Multiplies what fits one by one, and sets aside what does not. */
static void keep_each(const crmvi_cells *c, int64_t unit, crmvi_amounts *out) {
    crmvi_column_read_whole(c->column, c->begin, c->count, out->values);
    for (int64_t i = 0; i < c->count; i++) {
        if (out->present[i] != 0) {
            keep(out, c->count, i, (crmvi_wide)out->values[i] * unit);
        } else {
            out->values[i] = 0;
        }
    }
    sum_up(out, c->count);
}

/* Whole numbers as they stand, or those of 32 bits times *unit, which is then 1; returns the bits of all. */
static int64_t take_whole(const crmvi_cells *c, int64_t *unit, int64_t *values) {
    if (crmvi_column_is_dense(c->column) && c->column->type == CRMV_INT32 && *unit <= INT32_MAX) {
        const int32_t factor = (int32_t)*unit;
        *unit = 1;
        return widen_times(crmvi_value_at(c->column, c->begin), c->count, factor, values);
    }
    crmvi_column_read_whole(c->column, c->begin, c->count, values);
    return bits_of_all(values, c->count);
}

static void read_whole(const crmvi_cells *c, int32_t decimals, crmvi_amounts *out) {
    const crmv_column *column = c->column;
    const int64_t unit = column->type == CRMV_MINOR ? 1 : crmvi_power_of_ten(decimals);
    int64_t left = unit; /* to multiply by */
    const int64_t bits = take_whole(c, &left, out->values);
    if (crmvi_column_all_valid(column, c->begin, c->count)) {
        memset(out->present, 1, (size_t)c->count);
        out->all_present = true;
        out->any_present = true;
        note_bits(out, out->values, c->count, bits);
    } else {
        mark_present(c, out);
        sum_up(out, c->count);
    }
    if (out->magnitude >= (uint64_t)(CRMVI_AMOUNT_LIMIT / left)) {
        keep_each(c, unit, out);
    } else if (left != 1) {
        for (int64_t i = 0; i < c->count; i++) {
            out->values[i] *= left;
        }
        note_bits(out, out->values, c->count, bits_of_all(out->values, c->count));
    }
}

/* Nothing known of any row yet. */
static void begin(crmvi_amounts *out, bool is_given) {
    out->is_given = is_given;
    out->any_reason = false;
    out->any_rounded = false;
    out->all_present = false;
    out->any_present = false;
    out->magnitude = 0;
    out->in_place = NULL;
}

void crmvi_amounts_of_column(const crmvi_cells *cells, int32_t decimals, crmvi_amounts *out) {
    begin(out, true);
    if (crmvi_column_is_text(cells->column)) {
        read_texts(cells, decimals, out);
        sum_up(out, cells->count);
    } else if (cells->column->type == CRMV_DOUBLE) {
        read_doubles(cells, decimals, out);
        sum_up(out, cells->count);
    } else {
        read_whole(cells, decimals, out);
    }
}

/* Takes a column's values as they stand in the caller's memory. False where that cannot be done. */
static bool look_in_place(const crmvi_cells *c, int32_t decimals, crmvi_amounts *out) {
    const crmv_column *column = c->column;
    const int64_t *values = crmvi_column_in_place(column, c->begin);
    if (values == NULL || (column->type != CRMV_MINOR && decimals != 0) ||
        !crmvi_column_all_valid(column, c->begin, c->count)) {
        return false;
    }
    begin(out, true);
    note_bits(out, values, c->count, bits_of_all(values, c->count));
    out->all_present = true;
    out->any_present = true;
    out->in_place = values;
    return out->magnitude < (uint64_t)CRMVI_AMOUNT_LIMIT;
}

void crmvi_amounts_fetch(crmvi_amounts *amounts, int64_t count) {
    if (amounts->is_given && amounts->in_place != NULL) {
        memcpy(amounts->values, amounts->in_place, (size_t)count * sizeof amounts->values[0]);
        memset(amounts->present, 1, (size_t)count);
        amounts->in_place = NULL;
    }
}

/* Reads a role's column; false where the feed has none. */
static bool read_role(const rows *r, int32_t role, int32_t decimals, crmvi_amounts *out) {
    const crmvi_cells cells = {r->feed->roles[role], &r->feed->layout->reading, r->begin, r->count};
    if (cells.column == NULL) {
        begin(out, false);
        return false;
    }
    if (!look_in_place(&cells, decimals, out)) {
        crmvi_amounts_of_column(&cells, decimals, out);
    }
    return true;
}

/* ---- Amounts that come from others ------------------------------------------------------------------------------- */

/* quantity x price, in 128 bits, rounded once to money. The product takes the price's place. */
static void multiply(const rows *r, crmvi_amounts *quantity, crmvi_amounts *price) {
    const crmvi_money *money = r->feed->money;
    crmvi_amounts_fetch(quantity, r->count);
    crmvi_amounts_fetch(price, r->count);
    const int32_t surplus = money->quantity_decimals + money->price_decimals - money->decimals;
    const int64_t unit = crmvi_power_of_ten(surplus > 0 ? surplus : -surplus);
    for (int64_t i = 0; i < r->count; i++) {
        if (!price->present[i]) {
            continue;
        }
        const crmvi_wide product = (crmvi_wide)quantity->values[i] * price->values[i];
        price->present[i] = 0;
        price->values[i] = 0;
        if (quantity->present[i]) {
            keep(price, r->count, i, surplus > 0 ? crmvi_divide(product, unit) : product * unit);
        }
    }
    sum_up(price, r->count);
}

static void read_revenue(const rows *r, crmvi_amounts *quantity, crmvi_amounts *revenue) {
    if (!read_role(r, CRMVI_ROLE_REVENUE, r->feed->money->decimals, revenue) &&
        read_role(r, CRMVI_ROLE_UNIT_PRICE, r->feed->money->price_decimals, revenue)) {
        multiply(r, quantity, revenue);
    }
}

/* cost = revenue - gross profit. */
static void subtract_from_revenue(const rows *r, crmvi_amounts *revenue, crmvi_amounts *profit) {
    crmvi_amounts_fetch(revenue, r->count);
    crmvi_amounts_fetch(profit, r->count);
    for (int64_t i = 0; i < r->count; i++) {
        if (!profit->present[i]) {
            continue;
        }
        const int64_t value = profit->values[i];
        profit->present[i] = 0;
        profit->values[i] = 0;
        if (revenue->is_given && revenue->present[i]) {
            keep(profit, r->count, i, (crmvi_wide)revenue->values[i] - value);
        }
    }
    sum_up(profit, r->count);
}

static void read_cost(const rows *r, crmvi_amounts *quantity, crmvi_amounts *revenue, crmvi_amounts *cost) {
    const crmvi_money *money = r->feed->money;
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
static void apply_rates(const rows *r, crmvi_amounts *revenue, crmvi_amounts *rate) {
    const int64_t one = crmvi_power_of_ten(CRMVI_RATE_DECIMALS);
    crmvi_amounts_fetch(revenue, r->count);
    for (int64_t i = 0; i < r->count; i++) {
        const int64_t value = rate->values[i];
        if ((rate->any_reason && rate->reasons[i] == CRMV_AMOUNT_TOO_LARGE) ||
            (rate->present[i] && (value < 0 || value >= one))) {
            crmvi_amounts_refuse(rate, r->count, i, CRMV_BAD_RATE);
        }
        if (!rate->present[i]) {
            continue;
        }
        rate->present[i] = 0;
        rate->values[i] = 0;
        if (revenue->is_given && revenue->present[i]) {
            keep(rate, r->count, i, crmvi_divide((crmvi_wide)revenue->values[i] * value, one - value));
        }
    }
    sum_up(rate, r->count);
}

static void read_discount(const rows *r, crmvi_amounts *revenue, crmvi_amounts *discount) {
    if (!read_role(r, CRMVI_ROLE_DISCOUNT, r->feed->money->decimals, discount) &&
        read_role(r, CRMVI_ROLE_DISCOUNT_RATE, CRMVI_RATE_DECIMALS, discount)) {
        apply_rates(r, revenue, discount);
    }
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static void read_quantity(const rows *r, crmvi_amounts *quantity) {
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
    read_role(&r, CRMVI_ROLE_COST_TO_SERVE, feed->money->decimals, to_serve);
}

bool crmvi_amounts_revenue(const crmvi_feed *feed, int64_t row, int64_t *revenue) {
    const rows r = {feed, row, 1};
    crmvi_amounts quantity;
    crmvi_amounts read;
    read_quantity(&r, &quantity);
    read_revenue(&r, &quantity, &read);
    crmvi_amounts_fetch(&read, 1);
    if (!read.is_given || !read.present[0]) {
        return false;
    }
    *revenue = read.values[0];
    return true;
}

const crmv_column *crmvi_amounts_culprit(const crmvi_feed *feed, const crmvi_written *written, int32_t reason) {
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
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        const crmvi_amounts *amounts = &written->amounts[roles[i].amount];
        if (feed->roles[roles[i].role] != NULL && amounts->is_given && amounts->any_reason &&
            amounts->reasons[0] == reason) {
            return feed->roles[roles[i].role];
        }
    }
    return NULL;
}
