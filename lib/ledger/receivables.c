/* receivables.c - rows of receivables: keys, days, amounts in the model's currency. */
#include "ledger/exchange.h"
#include "ledger/item_rows.h"
#include "ledger/row.h"

#include <string.h>

/* A block of rows on their way. */
typedef struct block {
    crmvi_item_reading *reading;
    int64_t begin, count;
    uint8_t *reasons;
    int64_t numbers[CRMVI_BLOCK_ROWS];
    const char *key_texts[CRMVI_BLOCK_ROWS];
    int32_t key_lengths[CRMVI_BLOCK_ROWS];
    int32_t due[CRMVI_BLOCK_ROWS], paid[CRMVI_BLOCK_ROWS], invoiced[CRMVI_BLOCK_ROWS];
    crmvi_amounts amounts;
} block;

static crmvi_cells cells_of(const block *b, int32_t role) {
    return crmvi_item_cells(b->reading->feed, role, b->begin, b->count);
}

/* Days that may be missing, in a column that may be. */
static void read_optional_days(const block *b, int32_t role, int32_t *days) {
    const crmvi_cells cells = cells_of(b, role);
    if (cells.column != NULL) {
        crmvi_cells_days(&cells, 0, days, b->reasons);
        return;
    }
    for (int64_t i = 0; i < b->count; i++) {
        days[i] = CRMV_NO_DATE;
    }
}

static void read_amounts(block *b) {
    const crmvi_cells cells = cells_of(b, CRMVI_RECEIVABLE_AMOUNT);
    crmvi_amounts_of_column(&cells, b->reading->feed->money->decimals, &b->amounts);
    for (int64_t i = 0; i < b->count && !b->amounts.all_present; i++) {
        const int32_t reason = b->amounts.any_reason ? b->amounts.reasons[i] : 0;
        const bool is_missing = reason == 0 && b->amounts.present[i] == 0;
        crmvi_note_reason(b->reasons, i, is_missing ? CRMV_NO_AMOUNT : reason);
    }
}

/* ---- Other currencies -------------------------------------------------------------------------------------------- */

/* Converts a row's amount, or notes why it cannot be. False where memory is short. */
static bool convert(block *b, int64_t i) {
    crmvi_item_reading *reading = b->reading;
    const crmvi_money *money = reading->feed->money;
    const crmvi_cells currencies = cells_of(b, CRMVI_RECEIVABLE_CURRENCY);
    const crmvi_cells amounts = cells_of(b, CRMVI_RECEIVABLE_AMOUNT);
    const int32_t day = b->invoiced[i] != CRMV_NO_DATE ? b->invoiced[i] : b->due[i];
    crmvi_conversion conversion = {.batch = reading->batch, .rows = 1, .before = b->amounts.values[i]};
    crmvi_rate rate;
    crmvi_cell_currency(&currencies, b->begin + i, money->currency, conversion.currency);
    if (!crmvi_rates_find(reading->rates, conversion.currency, day, &rate)) {
        const bool is_known = crmvi_rates_know(reading->rates, conversion.currency);
        crmvi_note_reason(b->reasons, i, is_known ? CRMV_NO_RATE : CRMV_OTHER_CURRENCY);
        return true;
    }
    crmvi_exchange_amount(&amounts, money->decimals, i, &rate, &b->amounts);
    if (b->amounts.present[i] == 0) {
        crmvi_note_reason(b->reasons, i, b->amounts.reasons[i]);
        return true;
    }
    conversion.after = b->amounts.values[i];
    conversion.first_rate_day = rate.day;
    conversion.last_rate_day = rate.day;
    conversion.oldest_rate = day - rate.day;
    return crmvi_conversion_add(&reading->conversions, &conversion);
}

static bool convert_all(block *b) {
    const crmvi_cells cells = cells_of(b, CRMVI_RECEIVABLE_CURRENCY);
    bool is_other[CRMVI_BLOCK_ROWS];
    if (cells.column == NULL ||
        !crmvi_cells_currencies(&cells, b->reading->feed->money->currency, is_other, b->reasons)) {
        return true;
    }
    bool converted = true;
    for (int64_t i = 0; i < b->count && converted; i++) {
        converted = !is_other[i] || b->reasons[i] != 0 || convert(b, i);
    }
    return converted;
}

/* ---- Rows -------------------------------------------------------------------------------------------------------- */

/* The roles that a row has a value for, beside those that every row has. */
static uint32_t optional_roles(const block *b, int64_t i) {
    return (b->paid[i] != CRMV_NO_DATE ? 1u << CRMVI_RECEIVABLE_PAID : 0) |
           (b->invoiced[i] != CRMV_NO_DATE ? 1u << CRMVI_RECEIVABLE_DATE : 0);
}

static void put_rows(const block *b, crmvi_receivable *out) {
    crmvi_item_totals *totals = &b->reading->totals;
    const bool has_currency = b->reading->feed->roles[CRMVI_RECEIVABLE_CURRENCY] != NULL;
    const uint32_t all = 1u << CRMVI_RECEIVABLE_CUSTOMER | 1u << CRMVI_RECEIVABLE_AMOUNT | 1u << CRMVI_RECEIVABLE_DUE |
                         (has_currency ? 1u << CRMVI_RECEIVABLE_CURRENCY : 0);
    for (int64_t i = 0; i < b->count; i++) {
        out[i] = (crmvi_receivable){.due = CRMV_NO_DATE};
        if (b->reasons[i] != 0) {
            continue;
        }
        out[i] = (crmvi_receivable){.key = crmvi_key_of_number(b->numbers[i]),
                                    .amount = b->amounts.values[i],
                                    .due = b->due[i],
                                    .paid = b->paid[i],
                                    .invoiced = b->invoiced[i]};
        totals->accepted++;
        totals->fed |= all | optional_roles(b, i);
        totals->rounded += b->amounts.any_rounded && b->amounts.rounded[i] != 0;
    }
}

bool crmvi_receivables_read(crmvi_item_reading *reading, int64_t begin, int64_t count, crmvi_receivable *out,
                            uint8_t *reasons) {
    block b;
    b.reading = reading;
    b.begin = begin;
    b.count = count;
    b.reasons = reasons;
    const crmvi_keys keys = {b.numbers, b.key_texts, b.key_lengths, reasons};
    const crmvi_cells customers = cells_of(&b, CRMVI_RECEIVABLE_CUSTOMER);
    const crmvi_cells due = cells_of(&b, CRMVI_RECEIVABLE_DUE);
    crmvi_cells_keys(&customers, reading->feed->whole_keys, &keys);
    crmvi_cells_days(&due, CRMV_NO_DATE_GIVEN, b.due, reasons);
    read_optional_days(&b, CRMVI_RECEIVABLE_PAID, b.paid);
    read_optional_days(&b, CRMVI_RECEIVABLE_DATE, b.invoiced);
    read_amounts(&b);
    const bool read = convert_all(&b) &&
                      (reading->feed->whole_keys || crmvi_key_register_number(&reading->items->keys, &keys, count));
    if (read) {
        put_rows(&b, out);
    }
    crmvi_wipe(b.numbers, sizeof b.numbers);
    return read;
}

/* ---- Rows set aside ---------------------------------------------------------------------------------------------- */

/* The first column of days that holds none. */
static int32_t bad_date_role(const crmvi_item_feed *feed, int64_t row) {
    static const int32_t roles[] = {CRMVI_RECEIVABLE_DUE, CRMVI_RECEIVABLE_PAID, CRMVI_RECEIVABLE_DATE};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        const crmvi_cells cell = crmvi_item_cells(feed, roles[i], row, 1);
        int32_t day;
        uint8_t reason = 0;
        if (cell.column != NULL) {
            crmvi_cells_days(&cell, 0, &day, &reason);
        }
        if (reason != 0) {
            return roles[i];
        }
    }
    return CRMVI_RECEIVABLE_DUE;
}

static int32_t failed_role(const crmvi_item_feed *feed, int64_t row, int32_t reason) {
    switch (reason) {
    case CRMV_NO_CUSTOMER:
    case CRMV_BAD_CUSTOMER:
        return CRMVI_RECEIVABLE_CUSTOMER;
    case CRMV_BAD_CURRENCY:
    case CRMV_OTHER_CURRENCY:
    case CRMV_NO_RATE:
        return CRMVI_RECEIVABLE_CURRENCY;
    case CRMV_NO_DATE_GIVEN:
        return CRMVI_RECEIVABLE_DUE;
    case CRMV_BAD_DATE:
        return bad_date_role(feed, row);
    default:
        return CRMVI_RECEIVABLE_AMOUNT;
    }
}

void crmvi_receivable_show(const crmvi_item_feed *feed, int64_t row, crmvi_aside_row *aside, char currency[16]) {
    const crmvi_cells amount = crmvi_item_cells(feed, CRMVI_RECEIVABLE_AMOUNT, row, 1);
    const crmvi_cells currencies = crmvi_item_cells(feed, CRMVI_RECEIVABLE_CURRENCY, row, 1);
    crmvi_amounts read;
    crmvi_amounts_of_column(&amount, feed->money->decimals, &read);
    currency[0] = '\0';
    if (currencies.column != NULL) {
        crmvi_cell_currency(&currencies, row, feed->money->currency, currency);
    }
    aside->currency = currency;
    aside->has_revenue = read.present[0] != 0;
    aside->revenue = read.values[0];
    aside->column = feed->roles[failed_role(feed, row, aside->reason)];
    aside->column_row = row;
}
