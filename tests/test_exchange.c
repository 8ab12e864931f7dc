/* test_exchange.c - lines in other currencies: what they come to, against Python's fractions; rates by day and age;
 * what is told of conversions; void documents. */
#include "ledger/ledger.h"
#include "tables.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Needs the types above. */
#include "conversions.inc"

static void give_rates(crmv_ledger *ledger, const crmv_column *columns, int64_t rows) {
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_ledger_rates(ledger, columns, 3, rows, &error) != CRMV_OK) {
        fail_msg("rates: %s: %s", error.place, error.message);
    }
}

static crmv_conversion conversion_of(const crmv_ledger *ledger, int64_t position) {
    crmv_conversion conversion = {.struct_size = sizeof conversion};
    assert_int_equal(crmv_ledger_conversion(ledger, position, &conversion), CRMV_OK);
    return conversion;
}

/* ---- Against fractions ------------------------------------------------------------------------------------------- */

enum { ROWS = CONVERSION_ROWS };
static const char *const text_names[] = {"rate",      "quantity",     "revenue",  "unit_price",    "cost",
                                         "unit_cost", "gross_profit", "discount", "discount_rate", "cost_to_serve"};
static int64_t row_customers[ROWS];
static int32_t row_days[ROWS];
static const char *foreign[ROWS];

static crmv_ledger *ledger_of_case(int32_t i) {
    char text[400];
    snprintf(text, sizeof text,
             "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\", \"decimals\": %d, \"price_decimals\": %d, "
             "\"quantity_decimals\": %d}, \"metrics\": {\"lines\": {\"count\": \"lines\"}}, \"input\": {\"rates\": "
             "{\"currency\": \"currency\", \"date\": \"date\", \"rate\": \"rate\", \"quoted\": \"%s\"}}}",
             (int)conversions[i].decimals, (int)conversions[i].price_decimals, (int)conversions[i].quantity_decimals,
             conversions[i].is_foreign ? "foreign" : "home");
    return new_ledger(text);
}

static void check_case(int32_t i, const crmv_ledger *ledger) {
    static const int32_t columns[] = {CRMVI_FACT_REVENUE, CRMVI_FACT_COST, CRMVI_FACT_DISCOUNT,
                                      CRMVI_FACT_COST_TO_SERVE};
    const crmvi_facts *facts = crmvi_ledger_facts(ledger);
    assert_int_equal(facts->count, ROWS);
    for (int32_t row = 0; row < ROWS; row++) {
        for (int32_t a = 0; a < 4; a++) {
            const int64_t value = crmvi_fact(facts, columns[a], row);
            if (value != conversions[i].amounts[a][row]) {
                fail_msg("case %d, row %d, amount %d: %lld, not %lld", (int)i, (int)row, (int)a, (long long)value,
                         (long long)conversions[i].amounts[a][row]);
            }
        }
    }
}

static void check_conversion(int32_t i, const crmv_ledger *ledger) {
    const crmv_conversion all = conversion_of(ledger, 0);
    int64_t before = 0;
    int64_t after = 0;
    for (int32_t row = 0; row < ROWS; row++) {
        before += conversions[i].before[row];
        after += conversions[i].amounts[0][row];
    }
    assert_int_equal(crmv_ledger_conversions(ledger), 1);
    assert_string_equal(all.currency, "XYZ");
    assert_int_equal(all.rows, ROWS);
    assert_int_equal(all.before_high, before < 0 ? -1 : 0);
    assert_int_equal((int64_t)all.before_low, before);
    assert_int_equal(all.after_high, after < 0 ? -1 : 0);
    assert_int_equal((int64_t)all.after_low, after);
    assert_int_equal(all.first_rate_day, 20000);
    assert_int_equal(all.last_rate_day, 20000 + ROWS - 1);
    assert_int_equal(all.oldest_rate, 0);
}

static void amounts_are_those_of_exact_fractions_rounded_once(void **state) {
    (void)state;
    for (int32_t row = 0; row < ROWS; row++) {
        row_customers[row] = row;
        row_days[row] = 20000 + row;
        foreign[row] = "XYZ";
    }
    for (int32_t i = 0; i < COUNT(conversions); i++) {
        crmv_column columns[16] = {wholes("customer", row_customers), days("date", row_days),
                                   strings("currency", foreign)};
        int32_t count = 3;
        for (int32_t text = 1; text < COUNT(text_names); text++) {
            if (conversions[i].texts[text][0] != NULL) {
                columns[count++] = strings(text_names[text], conversions[i].texts[text]);
            }
        }
        const crmv_column rates[] = {strings("currency", foreign), days("date", row_days),
                                     strings("rate", conversions[i].texts[0])};
        crmv_ledger *ledger = ledger_of_case(i);
        give_rates(ledger, rates, ROWS);
        take_in(ledger, "batch", columns, count, ROWS);
        check_case(i, ledger);
        check_conversion(i, ledger);
        crmv_ledger_free(ledger);
    }
}

/* ---- Small books ------------------------------------------------------------------------------------------------- */

static const char *const one_currency[] = {"USD", "USD", "USD", "USD", "USD", "USD", "USD", "USD"};

/* A ledger in euros without cents that has a rate of 0.5 for each of four days. */
static crmv_ledger *halves(const char *money) {
    static const int32_t rate_days[] = {0, 1, 2, 3};
    static const double rates[] = {0.5, 0.5, 0.5, 0.5};
    const crmv_column table[] = {strings("currency", one_currency), days("date", rate_days), doubles("rate", rates)};
    char text[300];
    snprintf(
        text, sizeof text,
        "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\"%s}, \"metrics\": {\"lines\": {\"count\": \"lines\"}}}",
        money);
    crmv_ledger *ledger = new_ledger(text);
    give_rates(ledger, table, 4);
    return ledger;
}

static void cents_count_where_the_models_money_has_none(void **state) {
    (void)state;
    const int64_t customers[] = {1, 2, 3, 4};
    const int32_t dates[] = {0, 0, 0, 0};
    const char *const texts[] = {"1.00", "3.00", "2.98", "3.02"}; /* .5 to 0, 1.5 to 2, 1.49 to 1, 1.51 to 2 */
    const double reals[] = {1.00, 3.00, 2.98, 3.02};
    const int64_t expected[] = {0, 2, 1, 2};
    for (int32_t i = 0; i < 2; i++) {
        const crmv_column columns[] = {wholes("customer", customers), days("date", dates),
                                       strings("currency", one_currency),
                                       i == 0 ? strings("revenue", texts) : doubles("revenue", reals)};
        crmv_ledger *ledger = halves(", \"decimals\": 0");
        take_in(ledger, "a", columns, 4, 4);
        for (int32_t c = 0; c < 4; c++) {
            assert_int_equal(crmvi_fact(crmvi_ledger_facts(ledger), CRMVI_FACT_REVENUE, c), expected[c]);
        }
        assert_int_equal(crmv_ledger_rounded(ledger), 0);
        crmv_ledger_free(ledger);
    }
}

static void minor_units_and_whole_numbers_are_converted_as_such(void **state) {
    (void)state;
    const int64_t customers[] = {1, 2};
    const int32_t dates[] = {0, 0};
    const int64_t amounts[] = {7, 10};
    const crmv_column minor[] = {wholes("customer", customers), days("date", dates), strings("currency", one_currency),
                                 minors("revenue", amounts)};
    const crmv_column whole[] = {wholes("customer", customers), days("date", dates), strings("currency", one_currency),
                                 wholes("revenue", amounts)};
    crmv_ledger *ledger = halves("");
    take_in(ledger, "a", minor, 4, 2);
    assert_int_equal(total_of(ledger, "revenue"), 4 + 5); /* 3.5 goes to 4 */
    take_in(ledger, "b", whole, 4, 2);
    assert_int_equal(total_of(ledger, "revenue"), 9 + 850);
    crmv_ledger_free(ledger);
}

/* What a double is as the shortest decimal, half of it, rounded to cents: by the texts that are written for them. */
static void doubles_count_as_the_shortest_decimals_that_read_back(void **state) {
    (void)state;
    const char *const texts[] = {"0.07", "1234567.891", "0.1234567",      "9999999999.99", "0.30000000000000004",
                                 "1e-7", "-0.03",       "123456789012.35"};
    double reals[COUNT(texts)];
    int64_t customers[COUNT(texts)];
    int32_t dates[COUNT(texts)] = {0};
    for (int32_t i = 0; i < COUNT(texts); i++) {
        reals[i] = strtod(texts[i], NULL);
        customers[i] = i;
    }
    char hashes[2][33];
    for (int32_t i = 0; i < 2; i++) {
        const crmv_column columns[] = {wholes("customer", customers), days("date", dates),
                                       strings("currency", one_currency),
                                       i == 0 ? strings("revenue", texts) : doubles("revenue", reals)};
        crmv_ledger *ledger = halves("");
        take_in(ledger, "a", columns, 4, COUNT(texts));
        assert_int_equal(crmv_ledger_hash(ledger, hashes[i]), CRMV_OK);
        assert_int_equal(crmvi_fact(crmvi_ledger_facts(ledger), CRMVI_FACT_REVENUE, 0), 4);  /* 3.5 */
        assert_int_equal(crmvi_fact(crmvi_ledger_facts(ledger), CRMVI_FACT_REVENUE, 6), -2); /* -1.5 */
        crmv_ledger_free(ledger);
    }
    assert_string_equal(hashes[0], hashes[1]);
}

static void the_latest_rate_on_or_before_the_day_counts_if_it_is_young_enough(void **state) {
    (void)state;
    const char *const model =
        "{\"crmvalue\": 1, \"money\": {\"currency\": \"EUR\"}, \"metrics\": {\"lines\": {\"count\": "
        "\"lines\"}}, \"input\": {\"rates\": {\"currency\": \"currency\", \"date\": \"date\", "
        "\"rate\": \"rate\", \"maximum_age\": {\"days\": 3}}}}";
    const char *const currencies[] = {"USD", "GBP", "USD"};
    const int32_t rate_days[] = {20, 12, 10};
    const int64_t rates[] = {3, 5, 2};
    const crmv_column table[] = {strings("currency", currencies), days("date", rate_days), wholes("rate", rates)};
    const int64_t customers[] = {1, 1, 1, 1, 1, 1, 1, 1};
    const int32_t dates[] = {9, 10, 13, 14, 19, 20, 22, 30};
    const double revenues[] = {1, 1, 1, 1, 1, 1, 1, 1};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates),
                                   strings("currency", one_currency), doubles("revenue", revenues)};
    crmv_ledger *ledger = new_ledger(model);
    give_rates(ledger, table, 3);
    take_in(ledger, "a", columns, 4, 8);
    assert_int_equal(total_of(ledger, "revenue"), 2 * 200 + 2 * 300);
    const crmv_set_aside aside = only_aside(ledger);
    assert_int_equal(aside.reason, CRMV_NO_RATE);
    assert_int_equal(aside.rows, 4);
    assert_int_equal(aside.first_rows[0], 1);
    assert_int_equal(aside.first_rows[3], 8);
    assert_string_equal(aside.column, "currency");
    assert_string_equal(aside.text, "USD");
    assert_string_equal(aside.currency, "USD");
    assert_int_equal(aside.revenue_low, 400);
    const crmv_conversion conversion = conversion_of(ledger, 0);
    assert_int_equal(conversion.rows, 4);
    assert_int_equal(conversion.before_low, 400);
    assert_int_equal(conversion.after_low, 1000);
    assert_int_equal(conversion.first_rate_day, 10);
    assert_int_equal(conversion.last_rate_day, 20);
    assert_int_equal(conversion.oldest_rate, 3);
    crmv_ledger_free(ledger);
}

static void a_currency_without_any_rate_is_another_currency(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1};
    const int32_t dates[] = {0, 0};
    const double revenues[] = {10, 20};
    const char *const currencies[] = {"CHF", "EUR"};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), strings("currency", currencies),
                                   doubles("revenue", revenues)};
    crmv_ledger *ledger = halves("");
    take_in(ledger, "a", columns, 4, 2);
    assert_int_equal(total_of(ledger, "revenue"), 2000);
    assert_int_equal(only_aside(ledger).reason, CRMV_OTHER_CURRENCY);
    assert_int_equal(crmv_ledger_conversions(ledger), 0);
    crmv_ledger_free(ledger);
}

static void conversions_are_told_by_batch_and_currency_with_their_signs(void **state) {
    (void)state;
    const char *const more[] = {"GBP"};
    const int32_t rate_days[] = {0};
    const double rates[] = {2};
    const crmv_column table[] = {strings("currency", more), days("date", rate_days), doubles("rate", rates)};
    const int64_t customers[] = {1, 1, 1, 1};
    const int32_t dates[] = {0, 0, 3, 3};
    const char *const currencies[] = {"USD", "GBP", "USD", "USD"};
    const char *const kinds[] = {"sale", "return", "rebate", "cost"};
    const double revenues[] = {10, 20, 4, 9};
    const double costs[] = {1, 1, 1, 8};
    const crmv_column columns[] = {wholes("customer", customers),   days("date", dates),
                                   strings("currency", currencies), doubles("revenue", revenues),
                                   doubles("cost", costs),          strings("kind", kinds)};
    crmv_ledger *ledger = halves("");
    give_rates(ledger, table, 1);
    take_in(ledger, "a", columns, 6, 4);
    take_in(ledger, "b", columns, 6, 2);
    assert_int_equal(crmv_ledger_conversions(ledger), 4);
    const crmv_conversion pounds = conversion_of(ledger, 0);
    const crmv_conversion dollars = conversion_of(ledger, 1);
    assert_string_equal(pounds.currency, "GBP");
    assert_int_equal(pounds.batch, 0);
    assert_int_equal((int64_t)pounds.before_low, -2000);
    assert_int_equal((int64_t)pounds.after_low, -4000);
    assert_int_equal(pounds.after_high, -1);
    assert_string_equal(dollars.currency, "USD");
    assert_int_equal(dollars.rows, 3);
    assert_int_equal(dollars.before_low, 600); /* a cost has no revenue */
    assert_int_equal(dollars.after_low, 300);
    assert_int_equal(conversion_of(ledger, 3).batch, 1);
    crmv_conversion past = {.struct_size = sizeof past};
    assert_int_equal(crmv_ledger_conversion(ledger, 4, &past), CRMV_BAD_ARGUMENT);
    assert_int_equal(total_of(ledger, "cost_to_serve"), 400);
    crmv_ledger_free(ledger);
}

static void a_sale_that_rounds_to_nothing_is_still_a_sale(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1};
    const int32_t dates[] = {0, 0};
    const double revenues[] = {0.01, -0.01};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates),
                                   strings("currency", one_currency), doubles("revenue", revenues)};
    crmv_ledger *ledger = halves("");
    take_in(ledger, "a", columns, 4, 2);
    assert_int_equal(total_of(ledger, "sale_lines"), 1);
    assert_int_equal(total_of(ledger, "return_lines"), 1);
    assert_int_equal(total_of(ledger, "revenue"), 0);
    crmv_ledger_free(ledger);
}

static void an_amount_that_is_too_large_once_converted_names_its_column(void **state) {
    (void)state;
    const int32_t rate_days[] = {0};
    const int64_t rates[] = {1000000};
    const crmv_column table[] = {strings("currency", one_currency), days("date", rate_days), wholes("rate", rates)};
    const int64_t customers[] = {1};
    const int32_t dates[] = {0};
    const double revenues[] = {10};
    const double costs[] = {1e9};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates),
                                   strings("currency", one_currency), doubles("revenue", revenues),
                                   doubles("cost", costs)};
    crmv_ledger *ledger = new_ledger(EUROS);
    give_rates(ledger, table, 1);
    take_in(ledger, "a", columns, 5, 1);
    const crmv_set_aside aside = only_aside(ledger);
    assert_int_equal(aside.reason, CRMV_AMOUNT_TOO_LARGE);
    assert_string_equal(aside.column, "cost");
    assert_string_equal(aside.currency, "USD");
    assert_int_equal(aside.revenue_low, 1000); /* as it stood in the other currency */
    assert_int_equal(crmv_ledger_conversions(ledger), 0);
    crmv_ledger_free(ledger);
}

static void a_feed_all_in_the_models_currency_gives_the_facts_of_one_without_the_column(void **state) {
    (void)state;
    enum { MANY = 2000 };
    static int64_t customers[MANY];
    static int32_t dates[MANY];
    static double revenues[MANY];
    static const char *currencies[MANY];
    char hashes[2][33];
    for (int32_t i = 0; i < MANY; i++) {
        customers[i] = i % 97;
        dates[i] = i % 31;
        revenues[i] = i % 13 - 2;
        currencies[i] = i % 3 == 0 ? "" : "EUR";
    }
    for (int32_t i = 0; i < 2; i++) {
        const crmv_column columns[] = {wholes("customer", customers), days("date", dates), doubles("revenue", revenues),
                                       strings("currency", currencies)};
        crmv_ledger *ledger = new_ledger(EUROS);
        take_in(ledger, "a", columns, i == 0 ? 4 : 3, MANY);
        assert_int_equal(crmv_ledger_accepted(ledger), MANY);
        assert_int_equal(crmv_ledger_hash(ledger, hashes[i]), CRMV_OK);
        crmv_ledger_free(ledger);
    }
    assert_string_equal(hashes[0], hashes[1]);
}

static void receivables_are_converted_at_the_invoice_day_else_the_due_day(void **state) {
    (void)state;
    const int32_t rate_days[] = {0, 10, 20};
    const int64_t rates[] = {2, 3, 5};
    const crmv_column table[] = {strings("currency", one_currency), days("date", rate_days), wholes("rate", rates)};
    const int64_t customers[] = {1, 1, 1};
    const char *const amounts[] = {"1.005", "1.00", "-1.00"};
    const int32_t due[] = {25, 25, 12};
    const int32_t invoiced[] = {5, CRMV_NO_DATE, CRMV_NO_DATE};
    const crmv_column columns[] = {wholes("customer", customers), strings("amount", amounts), days("due", due),
                                   days("date", invoiced), strings("currency", one_currency)};
    crmv_ledger *ledger = new_ledger(EUROS);
    give_rates(ledger, table, 3);
    assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append_receivables(ledger, columns, 5, 3, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    assert_int_equal(total_of(ledger, "due"), 201 + 500 - 300); /* 2.01, not twice 1.00 */
    assert_int_equal(crmv_ledger_rounded(ledger), 0);
    const crmv_conversion conversion = conversion_of(ledger, 0);
    assert_int_equal(conversion.rows, 3);
    assert_int_equal(conversion.before_low, 100);
    assert_int_equal(conversion.after_low, 401);
    assert_int_equal(conversion.first_rate_day, 0);
    assert_int_equal(conversion.last_rate_day, 20);
    assert_int_equal(conversion.oldest_rate, 5);
    crmv_ledger_free(ledger);
}

/* ---- Void documents ---------------------------------------------------------------------------------------------- */

static void a_void_document_is_set_aside_with_its_revenue(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1, 1, 1};
    const int32_t dates[] = {0, 0, 0, 0, 0};
    const char *const kinds[] = {"sale", "void", "void", "void", "void"};
    const char *const revenues[] = {"100", "30", "", "x", "5"};
    const char *const currencies[] = {"EUR", "EUR", "EUR", "EUR", "CHF"};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), strings("kind", kinds),
                                   strings("revenue", revenues), strings("currency", currencies)};
    crmv_ledger *ledger = new_ledger(EUROS);
    take_in(ledger, "a", columns, 5, 5);
    assert_int_equal(total_of(ledger, "revenue"), 10000);
    assert_int_equal(total_of(ledger, "lines"), 1);
    assert_int_equal(crmv_ledger_set_aside_count(ledger), 3);
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_ledger_set_aside(ledger, 2, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_VOID_DOCUMENT);
    assert_string_equal(aside.currency, "EUR");
    assert_int_equal(aside.rows, 2);
    assert_int_equal(aside.amounts, 1);
    assert_int_equal(aside.revenue_low, 3000);
    assert_string_equal(aside.column, "kind");
    assert_string_equal(aside.text, "void");
    assert_int_equal(aside.feed, CRMV_TRANSACTIONS);
    assert_int_equal(crmv_ledger_set_aside(ledger, 0, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_BAD_AMOUNT);
    assert_int_equal(crmv_ledger_set_aside(ledger, 1, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_VOID_DOCUMENT);
    assert_string_equal(aside.currency, "CHF");
    crmv_ledger_free(ledger);
}

static void a_program_that_knows_no_feeds_reads_what_is_set_aside(void **state) {
    (void)state;
    const int64_t customers[] = {1};
    const int32_t dates[] = {CRMV_NO_DATE};
    const double revenues[] = {1};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), doubles("revenue", revenues)};
    crmv_set_aside aside = {.struct_size = offsetof(crmv_set_aside, feed), .feed = -1, .reserved = -1};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 3, 1);
    assert_int_equal(crmv_ledger_set_aside(ledger, 0, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_BAD_DATE);
    assert_int_equal(aside.feed, -1);
    assert_int_equal(aside.reserved, -1);
    aside.struct_size--;
    assert_int_equal(crmv_ledger_set_aside(ledger, 0, &aside), CRMV_BAD_ARGUMENT);
    crmv_ledger_free(ledger);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_those_of_exact_fractions_rounded_once),
        cmocka_unit_test(cents_count_where_the_models_money_has_none),
        cmocka_unit_test(minor_units_and_whole_numbers_are_converted_as_such),
        cmocka_unit_test(doubles_count_as_the_shortest_decimals_that_read_back),
        cmocka_unit_test(the_latest_rate_on_or_before_the_day_counts_if_it_is_young_enough),
        cmocka_unit_test(a_currency_without_any_rate_is_another_currency),
        cmocka_unit_test(conversions_are_told_by_batch_and_currency_with_their_signs),
        cmocka_unit_test(a_sale_that_rounds_to_nothing_is_still_a_sale),
        cmocka_unit_test(an_amount_that_is_too_large_once_converted_names_its_column),
        cmocka_unit_test(a_feed_all_in_the_models_currency_gives_the_facts_of_one_without_the_column),
        cmocka_unit_test(receivables_are_converted_at_the_invoice_day_else_the_due_day),
        cmocka_unit_test(a_void_document_is_set_aside_with_its_revenue),
        cmocka_unit_test(a_program_that_knows_no_feeds_reads_what_is_set_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
