/* test_rates.c - tables of rates: what is found for a day, what replaces what, and what is refused. */
#include "ledger/rates.h"
#include "tables.h"

#include <stdbool.h>
#include <stdio.h>

static crmv_model *model_with(const char *rates) {
    char text[300];
    snprintf(text, sizeof text,
             "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\"}, \"metrics\": {\"lines\": {\"count\": \"lines\"}}, "
             "\"input\": {\"rates\": {\"currency\": \"C\", \"date\": \"D\", \"rate\": \"R\"%s}}}",
             rates);
    return model_of(text);
}

static void add(crmvi_rates **rates, const crmv_model *model, const char *const *currencies, const int32_t *dates,
                const char *const *values, int64_t rows) {
    const crmv_column columns[] = {strings("C", currencies), days("D", dates), strings("R", values)};
    crmv_error error = {.struct_size = sizeof error};
    if (crmvi_rates_add(rates, model, columns, 3, rows, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
}

static void assert_rate(const crmvi_rates *rates, const char *currency, int32_t day, int64_t multiplier,
                        int64_t divisor, int32_t of) {
    crmvi_rate rate;
    assert_true(crmvi_rates_find(rates, currency, day, &rate));
    assert_int_equal(rate.multiplier, multiplier);
    assert_int_equal(rate.divisor, divisor);
    assert_int_equal(rate.day, of);
}

static void assert_no_rate(const crmvi_rates *rates, const char *currency, int32_t day) {
    crmvi_rate rate;
    assert_false(crmvi_rates_find(rates, currency, day, &rate));
}

static void the_latest_on_or_before_a_day_is_found_whatever_the_order_of_rows(void **state) {
    (void)state;
    const char *const currencies[] = {"USD", "GBP", "USD", "USD", "GBP"};
    const int32_t dates[] = {30, -5, 10, 20, 40};
    const char *const values[] = {"0.9", "1.2", "0.7", "0.8", "1.3"};
    crmv_model *model = model_with("");
    crmvi_rates *rates = NULL;
    add(&rates, model, currencies, dates, values, 5);
    assert_no_rate(rates, "USD", 9);
    assert_rate(rates, "USD", 10, 7, 10, 10);
    assert_rate(rates, "USD", 19, 7, 10, 10);
    assert_rate(rates, "USD", 20, 8, 10, 20);
    assert_rate(rates, "USD", CRMVI_LAST_DAY, 9, 10, 30);
    assert_rate(rates, "GBP", 39, 12, 10, -5);
    assert_no_rate(rates, "GBP", -6);
    assert_no_rate(rates, "CHF", 20);
    assert_true(crmvi_rates_know(rates, "GBP"));
    assert_false(crmvi_rates_know(rates, "gbp"));
    assert_false(crmvi_rates_know(NULL, "GBP"));
    assert_no_rate(NULL, "GBP", 20);
    crmvi_rates_free(rates);
    crmv_model_free(model);
}

static void a_rate_given_again_replaces_the_one_before_and_others_stay(void **state) {
    (void)state;
    const char *const currencies[] = {"USD", "USD", "USD", "GBP"};
    const int32_t dates[] = {10, 20, 10, 10};
    const char *const values[] = {"2", "3", "2.0", "5"};
    const char *const later[] = {"4"};
    crmv_model *model = model_with("");
    crmvi_rates *rates = NULL;
    add(&rates, model, currencies, dates, values, 3);
    assert_rate(rates, "USD", 15, 2, 1, 10); /* the same twice */
    add(&rates, model, currencies, dates, later, 1);
    assert_rate(rates, "USD", 15, 4, 1, 10);
    assert_rate(rates, "USD", 20, 3, 1, 20);
    add(&rates, model, currencies + 3, dates + 3, values + 3, 1);
    assert_rate(rates, "GBP", 10, 5, 1, 10);
    assert_rate(rates, "USD", 15, 4, 1, 10);
    add(&rates, model, currencies, dates, values, 0);
    assert_rate(rates, "USD", 15, 4, 1, 10);
    crmvi_rates_free(rates);
    crmv_model_free(model);
}

static void two_rates_of_a_currency_and_day_in_one_table_are_an_error_in_any_order(void **state) {
    (void)state;
    const char *const currencies[] = {"USD", "GBP", "USD", "GBP", "USD", "USD"};
    const int32_t dates[] = {10, 10, 10, 10, 20, 10};
    const struct {
        const char *values[6];
        int64_t row;
        const char *message;
    } cases[] = {
        {{"2", "3", "2", "4", "5", "6"}, 4, "row 4: the rate of GBP on `10` is `4` here, but `3` in row 2"},
        {{"2", "3", "2", "3", "5", "6"}, 6, "row 6: the rate of USD on `10` is `6` here, but `2` in row 3"},
        {{"6", "3", "2", "3", "5", "2"}, 3, "row 3: the rate of USD on `10` is `2` here, but `6` in row 1"},
        {{"1", "3", "1.0", "3", "5", "1.000000000001"}, 6, "is `1.000000000001` here, but `1.0` in row 3"},
    };
    crmv_model *model = model_with("");
    for (int32_t i = 0; i < COUNT(cases); i++) {
        const crmv_column columns[] = {strings("C", currencies), days("D", dates), strings("R", cases[i].values)};
        const char *const before[] = {"7"};
        crmv_error error = {.struct_size = sizeof error};
        crmvi_rates *rates = NULL;
        add(&rates, model, currencies, dates, before, 1);
        assert_int_equal(crmvi_rates_add(&rates, model, columns, 3, 6, &error), CRMV_BAD_COLUMN);
        assert_int_equal(error.row, cases[i].row);
        assert_string_equal(error.place, "R");
        if (strstr(error.message, cases[i].message) == NULL) {
            fail_msg("\"%s\" does not say \"%s\"", error.message, cases[i].message);
        }
        assert_rate(rates, "USD", 10, 7, 1, 10);
        assert_no_rate(rates, "GBP", 10);
        crmvi_rates_free(rates);
    }
    crmv_model_free(model);
}

static void a_rate_may_be_as_old_as_the_model_says(void **state) {
    (void)state;
    const char *const currencies[] = {"USD"};
    const int32_t dates[] = {10};
    const char *const values[] = {"2"};
    crmv_model *model = model_with(", \"maximum_age\": {\"days\": 7}");
    crmvi_rates *rates = NULL;
    add(&rates, model, currencies, dates, values, 1);
    assert_rate(rates, "USD", 17, 2, 1, 10);
    assert_no_rate(rates, "USD", 18);
    assert_true(crmvi_rates_know(rates, "USD"));
    crmvi_rates_free(rates);
    crmv_model_free(model);
}

static void a_foreign_quotation_is_turned_round_exactly(void **state) {
    (void)state;
    const char *const currencies[] = {"USD"};
    const int32_t dates[] = {10};
    const char *const values[] = {" 1.08420 "};
    crmv_model *model = model_with(", \"quoted\": \"foreign\"");
    crmvi_rates *rates = NULL;
    add(&rates, model, currencies, dates, values, 1);
    assert_rate(rates, "USD", 10, 10000, 10842, 10);
    crmvi_rates_free(rates);
    crmv_model_free(model);
}

static void rates_of_any_type_are_the_decimals_they_are(void **state) {
    (void)state;
    const char *const currencies[] = {"USD"};
    const int32_t dates[] = {0};
    const double real[] = {0.1};
    const int32_t small[] = {27000};
    const int64_t whole[] = {INT64_C(1000000000000000000)};
    const char *const text[] = {"123456.789012345678"};
    const struct {
        crmv_column column;
        int64_t multiplier, divisor;
    } cases[] = {
        {doubles("R", real), 1, 10},
        {days("R", small), 27000, 1},
        {wholes("R", whole), INT64_C(1000000000000000000), 1},
        {strings("R", text), INT64_C(123456789012345678), INT64_C(1000000000000)},
    };
    crmv_model *model = model_with("");
    for (int32_t i = 0; i < COUNT(cases); i++) {
        const crmv_column columns[] = {strings("C", currencies), days("D", dates), cases[i].column};
        crmvi_rates *rates = NULL;
        assert_int_equal(crmvi_rates_add(&rates, model, columns, 3, 1, NULL), CRMV_OK);
        assert_rate(rates, "USD", 0, cases[i].multiplier, cases[i].divisor, 0);
        crmvi_rates_free(rates);
    }
    crmv_model_free(model);
}

static void a_row_that_cannot_be_used_is_an_error_and_nothing_is_taken_over(void **state) {
    (void)state;
    const struct {
        const char *currency;
        int32_t date;
        const char *value, *place, *message;
    } cases[] = {
        {"", 0, "1", "C", "expected a currency of 1 to 15 bytes, found nothing"},
        {"a currency too long", 0, "1", "C", "found `a currency too long`"},
        {"U\xFF", 0, "1", "C", "row 2"},
        {"USD", CRMV_NO_DATE, "1", "D", "expected a date"},
        {"USD", 0, "", "R", "found nothing"},
        {"USD", 0, "0", "R", "a positive number"},
        {"USD", 0, "-1", "R", "found `-1`"},
        {"USD", 0, "n/a", "R", "found `n/a`"},
        {"USD", 0, "0.1234567890123", "R", "up to 12 decimals"},
        {"USD", 0, "1e19", "R", "18 digits"},
        {"EUR", 0, "1.5", "R", "expected 1 for the model's own currency, found `1.5`"},
    };
    crmv_model *model = model_with("");
    for (int32_t i = 0; i < COUNT(cases); i++) {
        const char *const currencies[] = {"USD", cases[i].currency};
        const int32_t dates[] = {0, cases[i].date};
        const char *const values[] = {"7", cases[i].value};
        const char *const before[] = {"2"};
        const crmv_column columns[] = {strings("C", currencies), days("D", dates), strings("R", values)};
        crmv_error error = {.struct_size = sizeof error};
        crmvi_rates *rates = NULL;
        assert_int_equal(crmvi_rates_add(&rates, model, columns, 3, 2, NULL), CRMV_BAD_COLUMN);
        assert_null(rates);
        add(&rates, model, currencies, dates, before, 1);
        assert_int_equal(crmvi_rates_add(&rates, model, columns, 3, 2, &error), CRMV_BAD_COLUMN);
        assert_int_equal(error.row, 2);
        assert_string_equal(error.place, cases[i].place);
        if (strstr(error.message, cases[i].message) == NULL) {
            fail_msg("\"%s\" does not say \"%s\"", error.message, cases[i].message);
        }
        assert_rate(rates, "USD", 0, 2, 1, 0);
        crmvi_rates_free(rates);
    }
    crmv_model_free(model);
}

static void the_models_own_currency_may_stand_at_one(void **state) {
    (void)state;
    const char *const currencies[] = {"EUR", "EUR"};
    const int32_t dates[] = {0, 1};
    const char *const values[] = {"1", "1.000"};
    crmv_model *model = model_with("");
    crmvi_rates *rates = NULL;
    add(&rates, model, currencies, dates, values, 2);
    crmvi_rates_free(rates);
    crmv_model_free(model);
}

static void columns_of_rates_are_bound_like_those_of_other_feeds(void **state) {
    (void)state;
    const char *const text[] = {"1"};
    const int64_t whole[] = {1};
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *ledger = new_ledger(EUROS);
    const crmv_column lacking[] = {strings("currency", text), wholes("date", whole), strings("rat", text)};
    const crmv_column wrong[] = {strings("currency", text), wholes("date", whole), minors("rate", whole)};
    assert_int_equal(crmv_ledger_rates(ledger, lacking, 3, 1, &error), CRMV_BAD_COLUMN);
    assert_string_equal(error.place, "rate");
    assert_non_null(strstr(error.message, "did you mean `rat`"));
    assert_int_equal(crmv_ledger_rates(ledger, wrong, 3, 1, &error), CRMV_BAD_COLUMN);
    assert_non_null(strstr(error.message, "minor units"));
    crmv_ledger_free(ledger);
    ledger = new_ledger(PLAIN);
    assert_int_equal(crmv_ledger_rates(ledger, wrong, 3, 1, &error), CRMV_BAD_ARGUMENT);
    assert_non_null(strstr(error.message, "names no currency"));
    crmv_ledger_free(ledger);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_latest_on_or_before_a_day_is_found_whatever_the_order_of_rows),
        cmocka_unit_test(a_rate_given_again_replaces_the_one_before_and_others_stay),
        cmocka_unit_test(two_rates_of_a_currency_and_day_in_one_table_are_an_error_in_any_order),
        cmocka_unit_test(a_rate_may_be_as_old_as_the_model_says),
        cmocka_unit_test(a_foreign_quotation_is_turned_round_exactly),
        cmocka_unit_test(rates_of_any_type_are_the_decimals_they_are),
        cmocka_unit_test(a_row_that_cannot_be_used_is_an_error_and_nothing_is_taken_over),
        cmocka_unit_test(the_models_own_currency_may_stand_at_one),
        cmocka_unit_test(columns_of_rates_are_bound_like_those_of_other_feeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
