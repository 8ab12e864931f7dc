#include "ledger/line.h"

#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_LIMIT = 1024, CURRENCY_LIMIT = 15, RATE_DECIMALS = 9 };

/* A value that may be missing. */
typedef struct amount {
    bool present;
    int64_t value;
} amount;

/* ---- Texts ------------------------------------------------------------------------------------------------------- */

/* The text of a row's role; false where it is missing. */
static bool read_text(const crmvi_feed *feed, int32_t role, int64_t row, const char **text, int64_t *length) {
    const crmv_column *column = feed->roles[role];
    if (!crmvi_column_present(column, row)) {
        return false;
    }
    crmvi_column_text(column, row, text, length);
    return !crmvi_reading_missing(&feed->layout->reading, *text, *length);
}

static int32_t read_key(const crmvi_feed *feed, int64_t row, crmvi_line *line) {
    const crmv_column *column = feed->roles[CRMVI_ROLE_CUSTOMER];
    if (!crmvi_column_is_text(column)) {
        line->number = crmvi_column_present(column, row) ? crmvi_column_whole(column, row) : 0;
        return crmvi_column_present(column, row) ? 0 : CRMV_NO_CUSTOMER;
    }
    if (!read_text(feed, CRMVI_ROLE_CUSTOMER, row, &line->key, &line->key_length) || line->key_length == 0) {
        return CRMV_NO_CUSTOMER;
    }
    if (feed->whole_keys) {
        const int32_t read = crmvi_decimal_whole(line->key, line->key_length, &line->number);
        return read == CRMVI_NUMBER_OK ? 0 : CRMV_BAD_CUSTOMER;
    }
    const bool is_good = line->key_length <= KEY_LIMIT && crmvi_utf8_valid(line->key, line->key_length);
    return is_good ? 0 : CRMV_BAD_CUSTOMER;
}

/* The row's currency, the model's own where the row has none. */
static int32_t read_currency(const crmvi_feed *feed, int64_t row, char currency[16]) {
    const char *text;
    int64_t length;
    memcpy(currency, feed->money->currency, 16);
    if (feed->roles[CRMVI_ROLE_CURRENCY] == NULL || !read_text(feed, CRMVI_ROLE_CURRENCY, row, &text, &length)) {
        return 0;
    }
    if (length > CURRENCY_LIMIT || !crmvi_utf8_valid(text, length)) {
        currency[0] = '\0';
        return CRMV_BAD_CURRENCY;
    }
    memcpy(currency, text, (size_t)length);
    currency[length] = '\0';
    return 0;
}

static int32_t read_date(const crmvi_feed *feed, int64_t row, int32_t *day) {
    const crmv_column *column = feed->roles[CRMVI_ROLE_DATE];
    if (crmvi_column_is_text(column)) {
        const char *text;
        int64_t length;
        if (!read_text(feed, CRMVI_ROLE_DATE, row, &text, &length)) {
            return CRMV_NO_DATE_GIVEN;
        }
        return crmvi_date_read(text, length, &feed->layout->reading.dates, day) ? 0 : CRMV_BAD_DATE;
    }
    if (!crmvi_column_present(column, row)) {
        return CRMV_NO_DATE_GIVEN;
    }
    const int64_t number = crmvi_column_whole(column, row);
    if (number < CRMVI_FIRST_DAY || number > CRMVI_LAST_DAY) {
        return CRMV_BAD_DATE;
    }
    *day = (int32_t)number;
    return 0;
}

static int32_t find_kind(const crmvi_layout *layout, const char *text, int64_t length) {
    for (int32_t i = 0; i < layout->kind_count; i++) {
        const char *known = layout->kinds[i].text;
        if (strlen(known) == (size_t)length && memcmp(known, text, (size_t)length) == 0) {
            return layout->kinds[i].kind;
        }
    }
    return -1;
}

/* The row's kind, -1 where it has none that the layout knows. */
static int32_t read_kind(const crmvi_feed *feed, int64_t row) {
    const crmv_column *column = feed->roles[CRMVI_ROLE_KIND];
    const char *text;
    int64_t length;
    if (crmvi_column_is_text(column)) {
        return read_text(feed, CRMVI_ROLE_KIND, row, &text, &length) ? find_kind(feed->layout, text, length) : -1;
    }
    if (!crmvi_column_present(column, row)) {
        return -1;
    }
    char written[24];
    length = snprintf(written, sizeof written, "%lld", (long long)crmvi_column_whole(column, row));
    return find_kind(feed->layout, written, length);
}

static void read_document(const crmvi_feed *feed, int64_t row, crmvi_line *line) {
    const crmv_column *column = feed->roles[CRMVI_ROLE_DOCUMENT];
    if (column == NULL) {
        return;
    }
    if (crmvi_column_is_text(column)) {
        const char *text;
        int64_t length;
        if (!read_text(feed, CRMVI_ROLE_DOCUMENT, row, &text, &length)) {
            return;
        }
        line->document = (int64_t)crmvi_hash_of(text, (size_t)length);
    } else if (crmvi_column_present(column, row)) {
        line->document = crmvi_column_whole(column, row);
    } else {
        return;
    }
    line->flags |= CRMVI_LINE_DOCUMENT;
    line->fed |= 1u << CRMVI_ROLE_DOCUMENT;
}

/* ---- Amounts ----------------------------------------------------------------------------------------------------- */

static int32_t reason_of(int32_t read) {
    static const int32_t reasons[] = {
        [CRMVI_NUMBER_OK] = 0, [CRMVI_NUMBER_BAD] = CRMV_BAD_AMOUNT, [CRMVI_NUMBER_TOO_LARGE] = CRMV_AMOUNT_TOO_LARGE};
    return reasons[read];
}

static bool is_small(crmvi_wide value) {
    return value < CRMVI_AMOUNT_LIMIT && value > -CRMVI_AMOUNT_LIMIT;
}

static int32_t store(crmvi_wide value, amount *out) {
    if (!is_small(value)) {
        return CRMV_AMOUNT_TOO_LARGE;
    }
    *out = (amount){true, (int64_t)value};
    return 0;
}

/* Reads a role's amount as an integer of 10^-decimals. Returns 0 or a reason; missing is no reason. */
static int32_t read_amount(const crmvi_feed *feed, int32_t role, int64_t row, int32_t decimals, amount *out) {
    const crmv_column *column = feed->roles[role];
    *out = (amount){false, 0};
    if (column == NULL || !crmvi_column_present(column, row)) {
        return 0;
    }
    int32_t read = CRMVI_NUMBER_OK;
    if (crmvi_column_is_text(column)) {
        const char *text;
        int64_t length;
        if (!read_text(feed, role, row, &text, &length)) {
            return 0;
        }
        read = crmvi_decimal_amount(text, length, &feed->layout->reading.notation, decimals, &out->value);
    } else if (column->type == CRMV_DOUBLE) {
        read = crmvi_double_amount(crmvi_column_double(column, row), decimals, &out->value);
    } else {
        const int64_t unit = column->type == CRMV_MINOR ? 1 : crmvi_power_of_ten(decimals);
        return store((crmvi_wide)crmvi_column_whole(column, row) * unit, out);
    }
    out->present = read == CRMVI_NUMBER_OK;
    return reason_of(read);
}

/* quantity x price, in 128 bits, rounded once to money. */
static int32_t multiply(const crmvi_money *money, int64_t quantity, int64_t price, amount *out) {
    crmvi_wide product = (crmvi_wide)quantity * price;
    const int32_t surplus = money->quantity_decimals + money->price_decimals - money->decimals;
    if (surplus > 0) {
        product = crmvi_divide(product, crmvi_power_of_ten(surplus));
    } else {
        product *= crmvi_power_of_ten(-surplus);
    }
    return store(product, out);
}

static int32_t read_revenue(const crmvi_feed *feed, int64_t row, amount quantity, amount *revenue) {
    const crmvi_money *money = feed->money;
    amount price;
    int32_t reason = read_amount(feed, CRMVI_ROLE_REVENUE, row, money->decimals, revenue);
    if (reason == 0 && feed->roles[CRMVI_ROLE_UNIT_PRICE] != NULL) {
        reason = read_amount(feed, CRMVI_ROLE_UNIT_PRICE, row, money->price_decimals, &price);
        if (reason == 0 && price.present && quantity.present) {
            reason = multiply(money, quantity.value, price.value, revenue);
        }
    }
    return reason;
}

static int32_t read_cost(const crmvi_feed *feed, int64_t row, amount quantity, amount revenue, amount *cost) {
    const crmvi_money *money = feed->money;
    amount other;
    int32_t reason = read_amount(feed, CRMVI_ROLE_COST, row, money->decimals, cost);
    if (reason == 0 && feed->roles[CRMVI_ROLE_UNIT_COST] != NULL) {
        reason = read_amount(feed, CRMVI_ROLE_UNIT_COST, row, money->price_decimals, &other);
        if (reason == 0 && other.present && quantity.present) {
            reason = multiply(money, quantity.value, other.value, cost);
        }
    }
    if (reason == 0 && feed->roles[CRMVI_ROLE_GROSS_PROFIT] != NULL) {
        reason = read_amount(feed, CRMVI_ROLE_GROSS_PROFIT, row, money->decimals, &other);
        if (reason == 0 && other.present && revenue.present) {
            reason = store((crmvi_wide)revenue.value - other.value, cost);
        }
    }
    return reason;
}

/* discount = revenue x r / (1 - r), r of the gross, with nine decimals. */
static int32_t read_discount(const crmvi_feed *feed, int64_t row, amount revenue, amount *discount) {
    amount rate;
    int32_t reason = read_amount(feed, CRMVI_ROLE_DISCOUNT, row, feed->money->decimals, discount);
    if (reason != 0 || feed->roles[CRMVI_ROLE_DISCOUNT_RATE] == NULL) {
        return reason;
    }
    const int64_t one = crmvi_power_of_ten(RATE_DECIMALS);
    reason = read_amount(feed, CRMVI_ROLE_DISCOUNT_RATE, row, RATE_DECIMALS, &rate);
    if (reason == CRMV_AMOUNT_TOO_LARGE || (reason == 0 && rate.present && (rate.value < 0 || rate.value >= one))) {
        return CRMV_BAD_RATE;
    }
    if (reason == 0 && rate.present && revenue.present) {
        reason = store(crmvi_divide((crmvi_wide)revenue.value * rate.value, one - rate.value), discount);
    }
    return reason;
}

/* The row's amounts as they are written. The reasons come in the order of their numbers: a bad amount before one that
 * is too large before a bad rate. */
typedef struct written {
    amount quantity, revenue, cost, discount, cost_to_serve;
} written;

static int32_t read_amounts(const crmvi_feed *feed, int64_t row, written *out) {
    int32_t reasons[5];
    *out = (written){0};
    reasons[0] = read_amount(feed, CRMVI_ROLE_QUANTITY, row, feed->money->quantity_decimals, &out->quantity);
    reasons[1] = read_revenue(feed, row, out->quantity, &out->revenue);
    reasons[2] = read_cost(feed, row, out->quantity, out->revenue, &out->cost);
    reasons[3] = read_discount(feed, row, out->revenue, &out->discount);
    reasons[4] = read_amount(feed, CRMVI_ROLE_COST_TO_SERVE, row, feed->money->decimals, &out->cost_to_serve);
    int32_t first = 0;
    for (int32_t i = 0; i < 5; i++) {
        if (reasons[i] != 0 && (first == 0 || reasons[i] < first)) {
            first = reasons[i];
        }
    }
    return first;
}

/* ---- Kinds ------------------------------------------------------------------------------------------------------- */

/* What a kind does: the sign of its magnitudes, the flag of the line, and which amounts it takes. */
static const struct {
    int32_t sign;
    int32_t flag;
    bool takes_goods; /* quantity, cost and discount */
    bool takes_revenue;
} effects[CRMVI_KINDS] = {
    [CRMVI_KIND_SALE] = {1, CRMVI_LINE_SALE, true, true},
    [CRMVI_KIND_RETURN] = {-1, CRMVI_LINE_RETURN, true, true},
    [CRMVI_KIND_REBATE] = {-1, 0, false, true},
    [CRMVI_KIND_CANCELLATION] = {-1, CRMVI_LINE_CANCELLED, true, true},
    [CRMVI_KIND_ADJUSTMENT] = {1, 0, true, true},
    [CRMVI_KIND_COST] = {1, 0, false, false},
};

/* The kind of a row that carries its sign. */
static int32_t kind_by_sign(const crmvi_feed *feed, const written *w) {
    const amount *leading = w->quantity.present ? &w->quantity : &w->revenue;
    if (leading->present) {
        return leading->value > 0 ? CRMVI_KIND_SALE : leading->value < 0 ? CRMVI_KIND_RETURN : CRMVI_KIND_ADJUSTMENT;
    }
    const bool feeds_amounts = feed->roles[CRMVI_ROLE_QUANTITY] != NULL || feed->roles[CRMVI_ROLE_REVENUE] != NULL;
    return feeds_amounts ? CRMVI_KIND_COST : CRMVI_KIND_SALE;
}

/* A cost alone is what it cost to serve. */
static bool take_cost_alone(const written *w, crmvi_line *line) {
    const amount *cost = w->cost_to_serve.present ? &w->cost_to_serve : &w->cost;
    line->amounts[CRMVI_LINE_COST_TO_SERVE] = cost->value;
    line->fed = cost->present ? line->fed | 1u << CRMVI_ROLE_COST_TO_SERVE : line->fed;
    return cost->present;
}

static void take_goods(const written *w, int32_t sign, crmvi_line *line) {
    line->amounts[CRMVI_LINE_QUANTITY] = sign * w->quantity.value;
    line->amounts[CRMVI_LINE_COST] = sign * w->cost.value;
    line->amounts[CRMVI_LINE_DISCOUNT] = sign * w->discount.value;
    line->amounts[CRMVI_LINE_COST_TO_SERVE] = sign * w->cost_to_serve.value;
    if (!w->cost.present) {
        line->flags |= CRMVI_LINE_UNKNOWN_COST;
    }
}

static void note_fed(const crmvi_feed *feed, const written *w, crmvi_line *line) {
    const struct {
        const amount *amount;
        int32_t roles[3];
    } sources[] = {
        {&w->quantity, {CRMVI_ROLE_QUANTITY, -1, -1}},
        {&w->revenue, {CRMVI_ROLE_REVENUE, CRMVI_ROLE_UNIT_PRICE, -1}},
        {&w->cost, {CRMVI_ROLE_COST, CRMVI_ROLE_UNIT_COST, CRMVI_ROLE_GROSS_PROFIT}},
        {&w->discount, {CRMVI_ROLE_DISCOUNT, CRMVI_ROLE_DISCOUNT_RATE, -1}},
        {&w->cost_to_serve, {CRMVI_ROLE_COST_TO_SERVE, -1, -1}},
    };
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        for (int32_t j = 0; j < 3 && sources[i].amount->present; j++) {
            const int32_t role = sources[i].roles[j];
            if (role >= 0 && feed->roles[role] != NULL) {
                line->fed |= 1u << role;
            }
        }
    }
}

/* Settles signs and flags. False where the row has no amount that its kind could take. */
static bool apply_kind(const crmvi_feed *feed, int32_t kind, const written *w, crmvi_line *line) {
    if (kind == CRMVI_KIND_COST) {
        return take_cost_alone(w, line);
    }
    const bool carries_sign = feed->roles[CRMVI_ROLE_KIND] == NULL || feed->layout->signed_amounts;
    const int32_t sign = carries_sign ? 1 : effects[kind].sign;
    const bool feeds_amounts = feed->roles[CRMVI_ROLE_QUANTITY] != NULL || feed->roles[CRMVI_ROLE_REVENUE] != NULL;
    if (feeds_amounts && !w->quantity.present && !w->revenue.present) {
        return false;
    }
    line->flags |= effects[kind].flag;
    line->amounts[CRMVI_LINE_REVENUE] = sign * w->revenue.value;
    if (effects[kind].takes_goods) {
        take_goods(w, sign, line);
    } else {
        line->amounts[CRMVI_LINE_DISCOUNT] = -line->amounts[CRMVI_LINE_REVENUE];
        line->fed |= 1u << CRMVI_ROLE_DISCOUNT;
    }
    if (sign < 0 && (w->quantity.present ? w->quantity.value : w->revenue.value) < 0) {
        line->flags |= CRMVI_LINE_NEGATIVE;
    }
    note_fed(feed, w, line);
    return true;
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

int32_t crmvi_line_read(const crmvi_feed *feed, int64_t row, crmvi_line *line) {
    char currency[16];
    written w;
    *line = (crmvi_line){0};
    int32_t reason = read_key(feed, row, line);
    if (reason == 0) {
        reason = read_currency(feed, row, currency);
    }
    if (reason == 0) {
        reason = read_date(feed, row, &line->day);
    }
    int32_t kind = -1;
    if (reason == 0 && feed->roles[CRMVI_ROLE_KIND] != NULL) {
        kind = read_kind(feed, row);
        reason = kind < 0 ? CRMV_UNKNOWN_KIND : 0;
    }
    if (reason == 0) {
        reason = read_amounts(feed, row, &w);
    }
    if (reason == 0) {
        read_document(feed, row, line);
        kind = kind < 0 ? kind_by_sign(feed, &w) : kind;
        reason = apply_kind(feed, kind, &w, line) ? 0 : CRMV_NO_AMOUNT;
    }
    if (reason == 0 && strcmp(currency, feed->money->currency) != 0) {
        reason = CRMV_OTHER_CURRENCY;
    }
    return reason;
}

bool crmvi_line_revenue(const crmvi_feed *feed, int64_t row, int64_t *revenue, char currency[16]) {
    amount quantity;
    amount read = {false, 0};
    if (read_currency(feed, row, currency) != 0) {
        currency[0] = '\0';
    }
    if (feed->roles[CRMVI_ROLE_CURRENCY] == NULL) {
        currency[0] = '\0';
    }
    if (read_amount(feed, CRMVI_ROLE_QUANTITY, row, feed->money->quantity_decimals, &quantity) != 0) {
        quantity.present = false;
    }
    if (read_revenue(feed, row, quantity, &read) != 0 || !read.present) {
        return false;
    }
    const int32_t kind = feed->roles[CRMVI_ROLE_KIND] != NULL ? read_kind(feed, row) : -1;
    const bool turns = kind >= 0 && !feed->layout->signed_amounts && effects[kind].sign < 0;
    *revenue = turns ? -read.value : read.value;
    return kind < 0 || effects[kind].takes_revenue;
}
