/*
 * grouped.h - small books with a customer table that says who is rolled up into whom.
 */
#ifndef CRMVALUE_TESTS_GROUPED_H
#define CRMVALUE_TESTS_GROUPED_H

#include "book.h"

/* A line of a book: the sale of one piece, in cents; its cost is a tenth of it. */
typedef struct line {
    const char *customer;
    int32_t day;
    int64_t revenue;
} line;

/* A row of the customer table; NULL: missing. */
typedef struct record {
    const char *customer, *parent, *alias, *dealer, *share, *since;
} record;

#define TEXT_KEYS ""
#define NUMBER_KEYS "'keys': 'integer', "
#define MODEL(keys, head)                                                                                              \
    "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, 'input': {" keys                                \
    "'customers': {'customer': 'customer', 'since': 'since', 'parent': 'parent', 'alias_of': 'alias', "                \
    "'dealer': 'dealer', 'dealer_share': 'share'}}, " head "'metrics': {"                                              \
    "'revenue': {'sum': 'revenue'}, 'profit': {'sum': 'gross_profit'}, 'lines': {'count': 'lines'}, "                  \
    "'days': {'count': 'purchase_days'}, 'pieces': {'sum': 'quantity'}, 'recency': {'recency': 'days'}, "              \
    "'tenure': {'tenure': 'days'}, 'mean': {'mean': 'revenue'}}}"

#define BY_TEXT MODEL(TEXT_KEYS, "")

static inline crmv_ledger *ledger_of_lines(const crmv_model *model, const line *lines, int64_t count) {
    static const int64_t ones[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    int64_t costs[16];
    assert_true(count <= 16);
    for (int64_t i = 0; i < count; i++) {
        costs[i] = lines[i].revenue / 10;
    }
    const crmv_column columns[] = {
        FIELD_COLUMN("customer", CRMV_STRINGS, lines, customer),
        FIELD_COLUMN("date", CRMV_INT32, lines, day),
        FIELD_COLUMN("revenue", CRMV_MINOR, lines, revenue),
        ARRAY_COLUMN("cost", CRMV_MINOR, costs),
        ARRAY_COLUMN("quantity", CRMV_INT64, ones),
    };
    crmv_error error = an_error();
    crmv_ledger *ledger = NULL;
    must(crmv_ledger_new(model, NULL, &ledger, &error), &error);
    must(crmv_ledger_begin(ledger, "book", &error), &error);
    must(crmv_ledger_append(ledger, columns, (int32_t)LENGTH_OF(columns), count, &error), &error);
    must(crmv_ledger_end(ledger, &error), &error);
    assert_int_equal(crmv_ledger_accepted(ledger), count);
    return ledger;
}

enum { COLUMNS = 6 };
static inline void columns_of(const record *rows, crmv_column *columns) {
    const crmv_column all[COLUMNS] = {
        FIELD_COLUMN("customer", CRMV_STRINGS, rows, customer), FIELD_COLUMN("parent", CRMV_STRINGS, rows, parent),
        FIELD_COLUMN("alias", CRMV_STRINGS, rows, alias),       FIELD_COLUMN("dealer", CRMV_STRINGS, rows, dealer),
        FIELD_COLUMN("share", CRMV_STRINGS, rows, share),       FIELD_COLUMN("since", CRMV_STRINGS, rows, since),
    };
    memcpy(columns, all, sizeof all);
}

static inline book grouped(const char *model, const line *lines, int64_t line_count, const record *rows,
                           int64_t row_count) {
    book b;
    crmv_column columns[COLUMNS];
    columns_of(rows, columns);
    b.model = model_of(model);
    b.ledger = ledger_of_lines(b.model, lines, line_count);
    b.frame = joined(b.model, b.ledger, columns, COLUMNS, row_count, 200);
    return b;
}

/* Grouping loses no money. */
static inline void assert_ties_out(const book *b) {
    static const char *const measures[] = {"revenue", "gross_profit", "contribution"};
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
        const int64_t *amounts = crmv_frame_amount(b->frame, measures[i]);
        int64_t total = 0;
        int64_t sum = 0;
        assert_int_equal(crmv_ledger_total(b->ledger, measures[i], &total), CRMV_OK);
        for (int64_t row = 0; row < crmv_frame_rows(b->frame); row++) {
            sum += amounts[row];
        }
        assert_int_equal(sum, total);
    }
}

/* The frame's keys, with blanks between. */
static inline void assert_rows(const crmv_frame *frame, const char *expected) {
    char keys[256] = "";
    for (int64_t row = 0; row < crmv_frame_rows(frame); row++) {
        char key[64];
        assert_int_equal(crmv_frame_key(frame, row, key, sizeof key, NULL), CRMV_OK);
        strcat(strcat(keys, row > 0 ? " " : ""), key);
    }
    assert_string_equal(keys, expected);
}

static inline int64_t row_of(const crmv_frame *frame, const char *key) {
    int64_t row = -1;
    assert_int_equal(crmv_frame_find(frame, key, &row), CRMV_OK);
    return row;
}

#endif
