/*
 * test_ingest_rows.c - rows that cannot be used, wherever they stand in a block, and more rows than a batch can hold.
 */
#define INGEST_LINES 1000
#include "ingest.h"
#include "model/model.h"

#include <math.h>

/* ---- Rows that cannot be used ------------------------------------------------------------------------------------ */

enum { BAD_LIMIT = AT_ONCE + 78, FEW_ROWS = 3 * CRMVI_BLOCK_ROWS + 78, FIRST_DAY = 15000 };

/* A table of which one row can be made bad, or left out. */
static struct {
    int64_t customers[BAD_LIMIT], quantities[BAD_LIMIT], costs[BAD_LIMIT];
    int32_t days[BAD_LIMIT];
    double revenues[BAD_LIMIT];
    const char *currencies[BAD_LIMIT];
    uint8_t has_customer[BAD_LIMIT / 8 + 2], has_day[BAD_LIMIT / 8 + 2], has_quantity[BAD_LIMIT / 8 + 2];
} spoilt;

static void write_good_row(int64_t at, int64_t number) {
    spoilt.customers[at] = number * 31 % 5000 - 700;
    spoilt.quantities[at] = number % 40 == 3 ? -number % 7 : 1 + number % 7;
    spoilt.costs[at] = number % 1000;
    spoilt.days[at] = (int32_t)(FIRST_DAY + number % 300);
    spoilt.revenues[at] = (double)(number % 10000) / 100 * (number % 40 == 3 ? -1 : 1);
    spoilt.currencies[at] = "EUR";
    mark(spoilt.has_customer, at, true);
    mark(spoilt.has_day, at, true);
    mark(spoilt.has_quantity, at, true);
}

/* All rows but one (-1: none is left out); returns how many. */
static int64_t write_good_rows(int64_t rows, int64_t left_out) {
    int64_t count = 0;
    for (int64_t i = 0; i < rows; i++) {
        if (i != left_out) {
            write_good_row(count++, i);
        }
    }
    return count;
}

static void lose_customer(int64_t i) {
    spoilt.customers[i] = INT64_MAX;
    mark(spoilt.has_customer, i, false);
}
static void lose_day(int64_t i) {
    spoilt.days[i] = INT32_MAX;
    mark(spoilt.has_day, i, false);
}
static void put_day_far_ahead(int64_t i) {
    spoilt.days[i] = INT32_MAX;
}
static void put_day_far_back(int64_t i) {
    spoilt.days[i] = INT32_MIN;
}
static void put_day_just_behind(int64_t i) {
    spoilt.days[i] = crmv_day(9999, 12, 31) + 1;
}
static void make_revenue_infinite(int64_t i) {
    spoilt.revenues[i] = -(double)INFINITY;
}
static void make_revenue_too_large(int64_t i) {
    spoilt.revenues[i] = 1e300;
}
static void make_revenue_just_too_large(int64_t i) {
    spoilt.revenues[i] = 90071992547409.92; /* 2^53 cents */
}
static void lose_revenue(int64_t i) {
    spoilt.revenues[i] = (double)NAN;
}
static void make_quantity_too_large(int64_t i) {
    spoilt.quantities[i] = INT64_MIN;
}
static void make_quantity_just_too_large(int64_t i) {
    spoilt.quantities[i] = (INT64_C(1) << 53) / 1000 + 1;
}
static void make_cost_too_large(int64_t i) {
    spoilt.costs[i] = INT64_MAX;
}
static void change_currency(int64_t i) {
    spoilt.currencies[i] = "CHF";
}
static void break_currency(int64_t i) {
    spoilt.currencies[i] = "\xFF";
}

static const struct {
    void (*spoil)(int64_t i);
    int32_t reason;
    bool takes_currency; /* only then is the column handed over */
} faults[] = {
    {lose_customer, CRMV_NO_CUSTOMER, false},
    {lose_day, CRMV_NO_DATE_GIVEN, false},
    {put_day_far_ahead, CRMV_BAD_DATE, false},
    {put_day_far_back, CRMV_BAD_DATE, false},
    {put_day_just_behind, CRMV_BAD_DATE, false},
    {make_revenue_infinite, CRMV_BAD_AMOUNT, false},
    {make_revenue_too_large, CRMV_AMOUNT_TOO_LARGE, false},
    {make_revenue_just_too_large, CRMV_AMOUNT_TOO_LARGE, false},
    {lose_revenue, CRMV_NO_AMOUNT, false},
    {make_quantity_too_large, CRMV_AMOUNT_TOO_LARGE, false},
    {make_quantity_just_too_large, CRMV_AMOUNT_TOO_LARGE, false},
    {make_cost_too_large, CRMV_AMOUNT_TOO_LARGE, false},
    {change_currency, CRMV_OTHER_CURRENCY, true},
    {break_currency, CRMV_BAD_CURRENCY, true},
};

static crmv_ledger *take_spoilt(const crmv_model *model, int64_t rows, bool with_currency) {
    const crmv_column columns[] = {
        with_bits(wholes("customer", spoilt.customers), spoilt.has_customer, 0),
        with_bits(days("date", spoilt.days), spoilt.has_day, 0),
        with_bits(wholes("quantity", spoilt.quantities), spoilt.has_quantity, 0),
        doubles("revenue", spoilt.revenues),
        minors("cost", spoilt.costs),
        strings("currency", spoilt.currencies),
    };
    crmv_ledger *ledger = ledger_of(model, 2);
    take_in(ledger, "a", columns, COUNT(columns) - !with_currency, rows);
    return ledger;
}

/* The hash of the ledger without the row, which must stand in `hash`, is that with it spoilt. */
static void spoil_row(const crmv_model *model, int64_t rows, int64_t row, int32_t fault, const char *hash) {
    char found[33];
    faults[fault].spoil(row);
    crmv_ledger *ledger = take_spoilt(model, rows, faults[fault].takes_currency);
    const crmv_set_aside aside = only_aside(ledger);
    assert_int_equal(aside.reason, faults[fault].reason);
    assert_int_equal(aside.rows, 1);
    assert_int_equal(aside.first_rows[0], row + 1);
    assert_int_equal(crmv_ledger_rows(ledger), rows);
    assert_int_equal(crmv_ledger_accepted(ledger), rows - 1);
    assert_int_equal(crmv_ledger_hash(ledger, found), CRMV_OK);
    if (strcmp(found, hash) != 0) {
        fail_msg("fault %d in row %lld of %lld", (int)fault, (long long)row, (long long)rows);
    }
    crmv_ledger_free(ledger);
    write_good_row(row, row);
}

static void spoil_each_place(int64_t rows) {
    const int64_t places[] = {0, CRMVI_BLOCK_ROWS - 1, CRMVI_BLOCK_ROWS, rows - 1};
    crmv_model *model = model_of(EUROS);
    for (int32_t place = 0; place < COUNT(places); place++) {
        char hash[33];
        const int64_t count = write_good_rows(rows, places[place]);
        crmv_ledger *without = take_spoilt(model, count, false);
        assert_int_equal(crmv_ledger_accepted(without), count);
        assert_int_equal(crmv_ledger_hash(without, hash), CRMV_OK);
        crmv_ledger_free(without);
        write_good_rows(rows, -1);
        for (int32_t fault = 0; fault < COUNT(faults); fault++) {
            spoil_row(model, rows, places[place], fault, hash);
        }
    }
    crmv_model_free(model);
}

static void a_bad_row_of_a_waiting_chunk_leaves_what_the_others_make(void **state) {
    (void)state;
    spoil_each_place(FEW_ROWS);
}

static void a_bad_row_of_a_dealt_chunk_leaves_what_the_others_make(void **state) {
    (void)state;
    spoil_each_place(BAD_LIMIT - 1);
}

static void a_missing_quantity_leaves_the_sign_to_the_revenue(void **state) {
    (void)state;
    crmv_model *model = model_of(EUROS);
    write_good_rows(FEW_ROWS, -1);
    mark(spoilt.has_quantity, CRMVI_BLOCK_ROWS, false);
    spoilt.quantities[CRMVI_BLOCK_ROWS] = INT64_MIN;
    spoilt.revenues[CRMVI_BLOCK_ROWS] = -1;
    crmv_ledger *without = take_spoilt(model, FEW_ROWS, false);
    mark(spoilt.has_quantity, CRMVI_BLOCK_ROWS, true);
    spoilt.quantities[CRMVI_BLOCK_ROWS] = 0;
    crmv_ledger *with = take_spoilt(model, FEW_ROWS, false);
    assert_int_equal(crmv_ledger_accepted(without), FEW_ROWS);
    assert_int_equal(total_of(without, "return_lines"), total_of(with, "return_lines") + 1);
    assert_int_equal(total_of(without, "quantity"), total_of(with, "quantity"));
    crmv_ledger_free(without);
    crmv_ledger_free(with);
    crmv_model_free(model);
}

static void whole_numbers_in_texts_are_dealt_too_and_bad_ones_set_aside(void **state) {
    (void)state;
    static const char *keys[BAD_LIMIT];
    static char written[BAD_LIMIT][8];
    char hash[33];
    char found[33];
    crmv_model *model = model_of("{\"crmvalue\": 1, \"input\": {\"keys\": \"integer\"}, \"metrics\": {\"n\": "
                                 "{\"count\": \"lines\"}}}");
    write_good_rows(BAD_LIMIT, -1);
    for (int64_t i = 0; i < BAD_LIMIT; i++) {
        snprintf(written[i], sizeof written[i], "%d", (int)spoilt.customers[i]);
        keys[i] = written[i];
    }
    keys[0] = "x";
    keys[BAD_LIMIT - 1] = "12345678901234567890";
    const crmv_column columns[] = {strings("customer", keys), days("date", spoilt.days),
                                   doubles("revenue", spoilt.revenues)};
    const crmv_column others[] = {wholes("customer", spoilt.customers + 1), days("date", spoilt.days + 1),
                                  doubles("revenue", spoilt.revenues + 1)};
    crmv_ledger *ledger = ledger_of(model, 2);
    crmv_ledger *good = ledger_of(model, 1);
    take_in(ledger, "a", columns, COUNT(columns), BAD_LIMIT);
    take_in(good, "a", others, COUNT(others), BAD_LIMIT - 2);
    assert_int_equal(only_aside(ledger).reason, CRMV_BAD_CUSTOMER);
    assert_int_equal(only_aside(ledger).rows, 2);
    assert_int_equal(crmv_ledger_hash(ledger, found), CRMV_OK);
    assert_int_equal(crmv_ledger_hash(good, hash), CRMV_OK);
    assert_string_equal(found, hash);
    crmv_ledger_free(ledger);
    crmv_ledger_free(good);
    crmv_model_free(model);
}

/* ---- Sizes that are only said ------------------------------------------------------------------------------------ */

static const int64_t rows_limit = (INT64_C(1) << 31) - 2;

static void a_chunk_of_too_many_rows_is_refused_before_it_is_read(void **state) {
    (void)state;
    const int64_t sizes[] = {rows_limit + 1, rows_limit + 2, INT64_C(1) << 32, (INT64_C(1) << 32) + 1, INT64_MAX};
    char before[33];
    char after[33];
    int64_t rows;
    int64_t accepted;
    crmv_model *model = model_of(EUROS);
    write_good_rows(FEW_ROWS, -1);
    crmv_ledger *ledger = take_spoilt(model, FEW_ROWS, false);
    const crmv_column columns[] = {wholes("customer", spoilt.customers), days("date", spoilt.days),
                                   wholes("quantity", spoilt.quantities)};
    assert_int_equal(crmv_ledger_hash(ledger, before), CRMV_OK);
    assert_int_equal(crmv_ledger_begin(ledger, "b", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, columns, COUNT(columns), FEW_ROWS, NULL), CRMV_OK);
    for (int32_t i = 0; i < COUNT(sizes); i++) {
        crmv_error error = {.struct_size = sizeof error};
        assert_int_equal(crmv_ledger_append(ledger, columns, COUNT(columns), sizes[i], &error), CRMV_TOO_LARGE);
        assert_int_equal(crmv_ledger_pending(ledger, &rows, &accepted), CRMV_OK);
        assert_int_equal(rows, FEW_ROWS);
        assert_int_equal(accepted, FEW_ROWS);
    }
    assert_int_equal(crmv_ledger_hash(ledger, after), CRMV_OK);
    assert_string_equal(before, after);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_rows(ledger), 2 * FEW_ROWS);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

/* Adds so many rows to a batch that says how many it holds already. */
static int32_t add_rows(const crmv_model *model, crmvi_batch *batch, int64_t rows) {
    const crmv_column columns[] = {wholes("customer", spoilt.customers), days("date", spoilt.days),
                                   wholes("quantity", spoilt.quantities)};
    crmvi_feed bound;
    const crmvi_runner runner = {.threads = 1};
    assert_int_equal(crmvi_feed_bind(&bound, &model->layout, &model->money, NULL, columns, COUNT(columns), rows, NULL),
                     CRMV_OK);
    return crmvi_batch_add(batch, &bound, 0, &runner, NULL);
}

static void the_row_past_the_limit_of_a_batch_is_refused_and_the_last_one_below_is_not(void **state) {
    (void)state;
    crmv_model *model = model_of(PLAIN);
    crmvi_batch batch = {.rows = rows_limit - 100, .totals = {.first_day = FIRST_DAY}};
    write_good_rows(FEW_ROWS, -1);
    assert_int_equal(add_rows(model, &batch, 101), CRMV_TOO_LARGE);
    assert_int_equal(batch.rows, rows_limit - 100);
    assert_null(batch.narrow.pieces);
    assert_int_equal(add_rows(model, &batch, 100), CRMV_OK);
    assert_int_equal(batch.rows, rows_limit);
    assert_int_equal(crmvi_batch_live(&batch), rows_limit);
    assert_int_equal(batch.narrow.rows, 100);
    assert_int_equal(add_rows(model, &batch, 1), CRMV_TOO_LARGE);
    assert_int_equal(add_rows(model, &batch, AT_ONCE), CRMV_TOO_LARGE);
    assert_int_equal(add_rows(model, &batch, 0), CRMV_OK);
    assert_int_equal(batch.rows, rows_limit);
    assert_int_equal(batch.narrow.rows, 100);
    crmvi_batch_clear(&batch);
    crmv_model_free(model);
}

static void any_number_of_rows_has_partitions_that_can_be_told(void **state) {
    (void)state;
    const int32_t threads[] = {1, 2, 64, 1024};
    for (int32_t i = 0; i < COUNT(threads); i++) {
        for (int64_t rows = 1; rows <= rows_limit; rows = rows * 3 + 1) {
            const int64_t partitions = crmvi_partitions_for(rows, threads[i]);
            assert_true(partitions >= 1);
            assert_true(partitions <= rows_limit / 4096);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_row_of_a_waiting_chunk_leaves_what_the_others_make),
        cmocka_unit_test(a_bad_row_of_a_dealt_chunk_leaves_what_the_others_make),
        cmocka_unit_test(a_missing_quantity_leaves_the_sign_to_the_revenue),
        cmocka_unit_test(whole_numbers_in_texts_are_dealt_too_and_bad_ones_set_aside),
        cmocka_unit_test(a_chunk_of_too_many_rows_is_refused_before_it_is_read),
        cmocka_unit_test(the_row_past_the_limit_of_a_batch_is_refused_and_the_last_one_below_is_not),
        cmocka_unit_test(any_number_of_rows_has_partitions_that_can_be_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
