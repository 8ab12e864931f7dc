/* test_lines.c - from rows to lines: kinds, signs, amounts, and what is set aside. */
#include "tables.h"

#include <math.h>
#include <stdio.h>

/* ---- Lines ------------------------------------------------------------------------------------------------------- */

static void the_sign_of_the_quantity_else_of_the_revenue_tells_sale_return_and_adjustment(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1, 1, 1, 1};
    const int32_t dates[] = {0, 0, 0, 0, 0, 0};
    const double quantities[] = {2, -1, 0, NAN, NAN, NAN};
    const double revenues[] = {20, -10, 5, 7, -3, 0};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), doubles("quantity", quantities),
                                   doubles("revenue", revenues)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 4, 6);
    assert_int_equal(total_of(ledger, "sale_lines"), 2);
    assert_int_equal(total_of(ledger, "return_lines"), 2);
    assert_int_equal(total_of(ledger, "lines"), 2);
    assert_int_equal(total_of(ledger, "quantity"), 1000);
    assert_int_equal(total_of(ledger, "revenue"), 1900);
    assert_int_equal(total_of(ledger, "returned_quantity"), 1000);
    assert_int_equal(total_of(ledger, "returned_revenue"), 1300);
    assert_int_equal(crmv_ledger_facts(ledger), 1);
    crmv_ledger_free(ledger);
}

static const char *const kinds[] = {"sale", "return", "rebate", "cancellation", "adjustment", "cost"};
static const int64_t kind_customers[] = {1, 1, 1, 1, 1, 1};
static const int32_t kind_dates[] = {0, 0, 0, 0, 0, 0};
static const double kind_quantities[] = {10, 2, 9, 1, -1, 9};
static const double kind_revenues[] = {1000, 200, 50, 100, -7, 9};
static const double kind_costs[] = {600, 120, 9, 60, 1, 9};
static const double kind_discounts[] = {100, 20, 9, 10, 2, 9};
static const double kind_to_serve[] = {5, 1, 9, 2, 3, 11};

static void a_feed_with_kinds_carries_magnitudes_and_each_kind_has_its_effect(void **state) {
    (void)state;
    const crmv_column columns[] = {
        wholes("customer", kind_customers),      days("date", kind_dates),    doubles("quantity", kind_quantities),
        doubles("revenue", kind_revenues),       doubles("cost", kind_costs), doubles("discount", kind_discounts),
        doubles("cost_to_serve", kind_to_serve), strings("kind", kinds)};
    const struct {
        const char *measure;
        int64_t total;
    } totals[] = {
        {"quantity", (10 - 2 - 1 - 1) * 1000},
        {"revenue", (1000 - 200 - 50 - 100 - 7) * 100},
        {"cost", (600 - 120 - 60 + 1) * 100},
        {"discount", (100 - 20 + 50 - 10 + 2) * 100},
        {"cost_to_serve", (5 - 1 - 2 + 3 + 11) * 100},
        {"gross_profit", (643 - 421) * 100},
        {"contribution", (643 - 421 - 16) * 100},
        {"returned_quantity", 2000},
        {"returned_revenue", 20000},
        {"returned_cost", 12000},
        {"returned_discount", 2000},
        {"unknown_cost_revenue", 0},
        {"sale_lines", 1},
        {"cancelled_lines", 1},
        {"lines", 0},
        {"return_lines", 1},
        {"unknown_cost_lines", 0},
        {"purchase_days", 0},
    };
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, COUNT(columns), 6);
    for (int32_t i = 0; i < COUNT(totals); i++) {
        if (total_of(ledger, totals[i].measure) != totals[i].total) {
            fail_msg("%s is %lld, not %lld", totals[i].measure, (long long)total_of(ledger, totals[i].measure),
                     (long long)totals[i].total);
        }
    }
    crmv_ledger_free(ledger);
}

static void amounts_beside_kinds_may_carry_their_own_sign(void **state) {
    (void)state;
    const char *const types[] = {"INV", "CRN"};
    const int64_t customers[] = {1, 1};
    const int32_t dates[] = {0, 0};
    const double revenues[] = {100, -30};
    const crmv_column columns[] = {wholes("C", customers), days("D", dates), doubles("R", revenues),
                                   strings("T", types)};
    const char *const models[] = {
        "{\"crmvalue\": 1, \"metrics\": {\"lines\": {\"count\": \"lines\"}}, \"input\": {\"transactions\": "
        "{\"customer\": \"C\", \"date\": \"D\", "
        "\"revenue\": \"R\", \"kind\": \"T\", \"kinds\": {\"INV\": \"sale\", \"CRN\": \"return\"}, "
        "\"amounts\": \"signed\"}}}",
        "{\"crmvalue\": 1, \"metrics\": {\"lines\": {\"count\": \"lines\"}}, \"input\": {\"transactions\": "
        "{\"customer\": \"C\", \"date\": \"D\", "
        "\"revenue\": \"R\", \"kind\": \"T\", \"kinds\": {\"INV\": \"sale\", \"CRN\": \"return\"}}}}"};
    for (int32_t i = 0; i < 2; i++) {
        crmv_ledger *ledger = new_ledger(models[i]);
        take_in(ledger, "a", columns, 4, 2);
        assert_int_equal(total_of(ledger, "revenue"), i == 0 ? 7000 : 13000);
        assert_int_equal(total_of(ledger, "returned_revenue"), i == 0 ? 3000 : -3000);
        assert_int_equal(total_of(ledger, "return_lines"), 1);
        assert_int_equal(crmv_ledger_negative_magnitudes(ledger), i == 0 ? 0 : 1);
        crmv_ledger_free(ledger);
    }
}

/* Many a ledger writes credit notes with the goods' quantity and a negative revenue. */
static void each_amount_that_a_kind_turns_round_is_looked_at_for_its_sign(void **state) {
    (void)state;
    static const char model[] =
        "{\"crmvalue\": 1, \"metrics\": {\"lines\": {\"count\": \"lines\"}}, \"input\": {\"transactions\": "
        "{\"customer\": \"C\", \"date\": \"D\", \"quantity\": \"Q\", \"revenue\": \"R\", \"cost\": \"K\", "
        "\"kind\": \"T\", \"kinds\": {\"INV\": \"sale\", \"CRN\": \"return\", \"CAN\": \"cancellation\", "
        "\"BON\": \"rebate\"}}}}";
    const struct {
        const char *kind;
        double quantity, revenue, cost;
        int64_t negative;
    } cases[] = {
        {"CRN", 2, 30, 10, 0},    {"CRN", 2, -30, 10, 1},   {"CRN", -2, 30, 10, 1},
        {"CRN", -2, -30, -10, 1}, {"CRN", 2, 30, -10, 0}, /* goods taken back at a cost, as a repair may be */
        {"CAN", 2, -30, 10, 1},   {"CRN", NAN, -30, 10, 1}, {"BON", 2, -30, NAN, 1},
        {"BON", -2, 30, NAN, 0},  {"INV", 2, -30, 10, 0},   {"INV", -2, 30, 10, 0},
    };
    for (int32_t i = 0; i < COUNT(cases); i++) {
        const int64_t customers[] = {1};
        const int32_t dates[] = {0};
        const crmv_column columns[] = {wholes("C", customers),           days("D", dates),
                                       doubles("Q", &cases[i].quantity), doubles("R", &cases[i].revenue),
                                       doubles("K", &cases[i].cost),     strings("T", &cases[i].kind)};
        crmv_ledger *ledger = new_ledger(model);
        take_in(ledger, "a", columns, COUNT(columns), 1);
        assert_int_equal(crmv_ledger_accepted(ledger), 1);
        if (crmv_ledger_negative_magnitudes(ledger) != cases[i].negative) {
            fail_msg("case %d: %lld", i, (long long)crmv_ledger_negative_magnitudes(ledger));
        }
        crmv_ledger_free(ledger);
    }
}

static void of_costs_alone_the_cost_tells_whether_a_kind_turns_round_what_is_negative(void **state) {
    (void)state;
    static const char model[] =
        "{\"crmvalue\": 1, \"metrics\": {\"lines\": {\"count\": \"lines\"}}, \"input\": {\"transactions\": "
        "{\"customer\": \"C\", \"date\": \"D\", \"cost\": \"K\", \"kind\": \"T\", "
        "\"kinds\": {\"INV\": \"sale\", \"CRN\": \"return\"}}}}";
    const int64_t customers[] = {1, 1, 1};
    const int32_t dates[] = {0, 0, 0};
    const double costs[] = {5, 5, -5};
    const char *const types[] = {"INV", "CRN", "CRN"};
    const crmv_column columns[] = {wholes("C", customers), days("D", dates), doubles("K", costs), strings("T", types)};
    crmv_ledger *ledger = new_ledger(model);
    take_in(ledger, "a", columns, COUNT(columns), 3);
    assert_int_equal(crmv_ledger_accepted(ledger), 3);
    assert_int_equal(crmv_ledger_negative_magnitudes(ledger), 1);
    crmv_ledger_free(ledger);
}

static void revenue_is_quantity_times_price_in_128_bits_rounded_once(void **state) {
    (void)state;
    const char *const customers[] = {"a", "b", "c"};
    const char *const dates[] = {"2024-01-01", "2024-01-01", "2024-01-01"};
    const char *const quantities[] = {"0.5", "1.5", "123456.789"};
    const char *const prices[] = {"0.01", "0.01", "98765.4321"};
    const char *const unit_costs[] = {"0.03", "0.05", "1"};
    const crmv_column columns[] = {strings("customer", customers), strings("date", dates),
                                   strings("quantity", quantities), strings("unit_price", prices),
                                   strings("unit_cost", unit_costs)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 5, 3);
    /* .005 -> .00, .015 -> .02; 123456.789 x 98765.4321 = 12193263111.2635269 */
    assert_int_equal(total_of(ledger, "revenue"), INT64_C(0) + 2 + INT64_C(1219326311126));
    /* .015 -> .02, .075 -> .08, 123456.789 -> 123456.79 */
    assert_int_equal(total_of(ledger, "cost"), 2 + 8 + 12345679);
    crmv_ledger_free(ledger);
}

static void a_discount_rate_is_of_the_gross(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1, 1, 1};
    const int32_t dates[] = {0, 0, 0, 0, 0};
    const double revenues[] = {80, 100, 100, 100, 100};
    const double rates[] = {0.2, 0, NAN, 1, -0.1};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), doubles("revenue", revenues),
                                   doubles("discount_rate", rates)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 4, 5);
    assert_int_equal(total_of(ledger, "discount"), 2000);
    assert_int_equal(crmv_ledger_accepted(ledger), 3);
    const crmv_set_aside aside = only_aside(ledger);
    assert_int_equal(aside.reason, CRMV_BAD_RATE);
    assert_int_equal(aside.rows, 2);
    assert_int_equal(aside.first_rows[0], 4);
    assert_int_equal(aside.first_rows[1], 5);
    crmv_ledger_free(ledger);
}

static void an_unknown_cost_is_not_a_zero_cost(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1};
    const int32_t dates[] = {0, 0, 1};
    const double revenues[] = {100, 50, -20};
    const double costs[] = {60, NAN, NAN};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), doubles("revenue", revenues),
                                   doubles("cost", costs)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 4, 3);
    assert_int_equal(total_of(ledger, "revenue"), 13000);
    assert_int_equal(total_of(ledger, "gross_profit"), 4000);
    assert_int_equal(total_of(ledger, "unknown_cost_revenue"), 3000);
    assert_int_equal(total_of(ledger, "unknown_cost_lines"), 2);
    crmv_ledger_free(ledger);
}

static void a_row_with_nothing_but_a_cost_is_a_cost_to_serve(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1};
    const int32_t dates[] = {0, 1, 2};
    const double revenues[] = {100, NAN, NAN};
    const double to_serve[] = {NAN, 12, NAN};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), doubles("revenue", revenues),
                                   doubles("cost_to_serve", to_serve)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 4, 3);
    assert_int_equal(total_of(ledger, "cost_to_serve"), 1200);
    assert_int_equal(total_of(ledger, "sale_lines"), 1);
    assert_int_equal(total_of(ledger, "purchase_days"), 1);
    assert_int_equal(only_aside(ledger).reason, CRMV_NO_AMOUNT);
    crmv_ledger_free(ledger);
}

static void gross_profit_gives_the_cost(void **state) {
    (void)state;
    const int64_t customers[] = {1};
    const int32_t dates[] = {0};
    const double revenues[] = {100};
    const double profits[] = {-20.5};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), doubles("revenue", revenues),
                                   doubles("gross_profit", profits)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 4, 1);
    assert_int_equal(total_of(ledger, "cost"), 12050);
    assert_int_equal(total_of(ledger, "gross_profit"), -2050);
    assert_int_equal(crmv_ledger_supplies(ledger, "gross_profit"), 1);
    assert_int_equal(crmv_ledger_supplies(ledger, "discount"), 0);
    assert_int_equal(crmv_ledger_supplies(ledger, "no such measure"), 0);
    crmv_ledger_free(ledger);
}

/* ---- Rows set aside ---------------------------------------------------------------------------------------------- */

static void each_row_set_aside_counts_under_its_first_reason_with_its_number(void **state) {
    (void)state;
    char long_key[1100];
    memset(long_key, 'k', sizeof long_key);
    long_key[1025] = '\0';
    const struct {
        const char *customer, *date, *revenue, *rate, *kind, *currency;
        int32_t reason;
    } rows[] = {
        {"a", "2024-01-01", "10", "", "sale", "EUR", 0},
        {"", "bad", "10", "", "sale", "EUR", CRMV_NO_CUSTOMER},
        {long_key, "2024-01-01", "10", "", "sale", "EUR", CRMV_BAD_CUSTOMER},
        {"\xFF", "2024-01-01", "10", "", "sale", "EUR", CRMV_BAD_CUSTOMER},
        {"a", "2024-01-01", "10", "", "sale", "more than fifteen bytes", CRMV_BAD_CURRENCY},
        {"a", "", "10", "", "sale", "EUR", CRMV_NO_DATE_GIVEN},
        {"a", "2023-02-29", "10", "", "sale", "EUR", CRMV_BAD_DATE},
        {"a", "2024-01-01", "10", "", "gift", "EUR", CRMV_UNKNOWN_KIND},
        {"a", "2024-01-01", "10", "", "", "EUR", CRMV_UNKNOWN_KIND},
        {"a", "2024-01-01", "ten", "", "sale", "EUR", CRMV_BAD_AMOUNT},
        {"a", "2024-01-01", "90071992547409.92", "", "sale", "EUR", CRMV_AMOUNT_TOO_LARGE},
        {"a", "2024-01-01", "10", "1", "sale", "EUR", CRMV_BAD_RATE},
        {"a", "2024-01-01", "", "", "sale", "EUR", CRMV_NO_AMOUNT},
        {"a", "2024-01-01", "10", "", "sale", "USD", CRMV_OTHER_CURRENCY},
        {"a", "2024-01-01", "10", "", "sale", "", 0},
    };
    const int64_t stride = sizeof rows[0];
    crmv_column columns[] = {strings("customer", &rows[0].customer), strings("date", &rows[0].date),
                             strings("revenue", &rows[0].revenue),   strings("discount_rate", &rows[0].rate),
                             strings("kind", &rows[0].kind),         strings("currency", &rows[0].currency)};
    for (int32_t i = 0; i < COUNT(columns); i++) {
        columns[i].stride = stride;
    }
    crmv_ledger *ledger = new_ledger(EUROS);
    take_in(ledger, "a", columns, COUNT(columns), COUNT(rows));
    assert_int_equal(crmv_ledger_rows(ledger), COUNT(rows));
    assert_int_equal(crmv_ledger_accepted(ledger), 2);
    int64_t aside_rows = 0;
    int32_t before = 0;
    for (int64_t i = 0; i < crmv_ledger_set_aside_count(ledger); i++) {
        crmv_set_aside aside = {.struct_size = sizeof aside};
        assert_int_equal(crmv_ledger_set_aside(ledger, i, &aside), CRMV_OK);
        assert_true(aside.reason >= before);
        before = aside.reason;
        aside_rows += aside.rows;
        for (int32_t j = 0; j < aside.listed; j++) {
            assert_int_equal(rows[aside.first_rows[j] - 1].reason, aside.reason);
        }
        assert_string_not_equal(crmv_reason_text(aside.reason), "unknown reason");
    }
    assert_int_equal(crmv_ledger_accepted(ledger) + aside_rows, crmv_ledger_rows(ledger));
    crmv_ledger_free(ledger);
}

static void money_set_aside_is_summed_per_currency_wherever_it_can_be_read(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1, 1};
    const char *const dates[] = {"2024-01-01", "2024-01-01", "2024-01-01", "never"};
    const char *const currencies[] = {"USD", "USD", "CHF", "EUR"};
    const char *const revenues[] = {"10.50", "-0.25", "7", "3"};
    const crmv_column columns[] = {wholes("customer", customers), strings("date", dates),
                                   strings("currency", currencies), strings("revenue", revenues)};
    const struct {
        int32_t reason;
        const char *currency;
        int64_t rows, revenue;
    } expected[] = {
        {CRMV_BAD_DATE, "EUR", 1, 300}, {CRMV_OTHER_CURRENCY, "CHF", 1, 700}, {CRMV_OTHER_CURRENCY, "USD", 2, 1025}};
    crmv_ledger *ledger = new_ledger(EUROS);
    take_in(ledger, "a", columns, 4, 4);
    assert_int_equal(crmv_ledger_set_aside_count(ledger), 3);
    for (int32_t i = 0; i < 3; i++) {
        crmv_set_aside aside = {.struct_size = sizeof aside};
        assert_int_equal(crmv_ledger_set_aside(ledger, i, &aside), CRMV_OK);
        assert_int_equal(aside.reason, expected[i].reason);
        assert_string_equal(aside.currency, expected[i].currency);
        assert_int_equal(aside.rows, expected[i].rows);
        assert_int_equal(aside.amounts, expected[i].rows);
        assert_int_equal(aside.revenue_high, 0);
        assert_int_equal(aside.revenue_low, expected[i].revenue);
    }
    crmv_ledger_free(ledger);
}

static void the_lowest_eight_rows_of_a_reason_are_listed(void **state) {
    (void)state;
    enum { ROWS = 40000 };
    static int64_t customers[ROWS];
    static int32_t dates[ROWS];
    for (int32_t i = 0; i < ROWS; i++) {
        customers[i] = i;
        dates[i] = i % 3 == 0 ? CRMV_NO_DATE : 0;
    }
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates)};
    crmv_model *model = model_of(PLAIN);
    crmv_ledger *ledger = ledger_of(model, 4);
    crmv_model_free(model);
    take_in(ledger, "a", columns, 2, ROWS);
    const crmv_set_aside aside = only_aside(ledger);
    assert_int_equal(aside.reason, CRMV_BAD_DATE);
    assert_int_equal(aside.rows, (ROWS + 2) / 3);
    assert_int_equal(aside.listed, 8);
    for (int32_t i = 0; i < 8; i++) {
        assert_int_equal(aside.first_rows[i], 3 * i + 1);
    }
    crmv_ledger_free(ledger);
}

static void infinite_doubles_are_bad_amounts_and_a_missing_revenue_is_not_zero(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1, 1};
    const int32_t dates[] = {0, 0, 0, 0};
    const double quantities[] = {1, 1, 1, NAN};
    const double revenues[] = {INFINITY, -INFINITY, NAN, 5};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), doubles("quantity", quantities),
                                   doubles("revenue", revenues)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 4, 4);
    assert_int_equal(crmv_ledger_accepted(ledger), 1);
    assert_int_equal(crmv_ledger_set_aside_count(ledger), 2);
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_ledger_set_aside(ledger, 0, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_BAD_AMOUNT);
    assert_int_equal(aside.rows, 2);
    assert_int_equal(crmv_ledger_set_aside(ledger, 1, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_NO_AMOUNT);
    assert_string_equal(aside.column, "revenue");
    assert_string_equal(aside.text, "");
    crmv_ledger_free(ledger);
}

static void a_row_set_aside_names_its_column_and_what_stood_there(void **state) {
    (void)state;
    const char *const customers[] = {"a", "a", "a", "a", "a", "a", "a", "a"};
    const char *const dates[] = {"2024-01-01", "01.02.2024", "2024-01-01", "2024-01-01",
                                 "2024-01-01", "2024-01-01", "2024-01-01", "31.12.2024"};
    const char *const quantities[] = {"1", "1", "1", "one", "1", "1", "1", "1"};
    const char *const prices[] = {"1", "1", "12O.50", "1", "1", "1", "1", "1"};
    const char *const costs[] = {"1", "1", "1", "1", "9e15", "1", "1", "1"};
    const char *const rates[] = {"0", "0", "0", "0", "0", "1.5", "0", "0"};
    const char *const kinds_written[] = {"sale", "sale", "sale", "sale", "sale", "sale", "g\377ft", "sale"};
    const crmv_column columns[] = {strings("customer", customers),  strings("date", dates),
                                   strings("quantity", quantities), strings("unit_price", prices),
                                   strings("cost", costs),          strings("discount_rate", rates),
                                   strings("kind", kinds_written)};
    const struct {
        int32_t reason;
        const char *column, *text;
    } expected[] = {{CRMV_BAD_DATE, "date", "01.02.2024"},
                    {CRMV_UNKNOWN_KIND, "kind", "g?ft"},
                    {CRMV_BAD_AMOUNT, "unit_price", "12O.50"},
                    {CRMV_AMOUNT_TOO_LARGE, "cost", "9e15"},
                    {CRMV_BAD_RATE, "discount_rate", "1.5"}};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, COUNT(columns), 8);
    assert_int_equal(crmv_ledger_set_aside_count(ledger), COUNT(expected));
    for (int32_t i = 0; i < COUNT(expected); i++) {
        crmv_set_aside aside = {.struct_size = sizeof aside};
        assert_int_equal(crmv_ledger_set_aside(ledger, i, &aside), CRMV_OK);
        assert_int_equal(aside.reason, expected[i].reason);
        assert_string_equal(aside.column, expected[i].column);
        assert_string_equal(aside.text, expected[i].text);
    }
    crmv_ledger_free(ledger);
}

static void rebates_and_adjustments_are_neither_sold_nor_returned(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1, 1};
    const int32_t dates[] = {0, 0, 0, 0};
    const char *const types[] = {"sale", "return", "rebate", "adjustment"};
    const double revenues[] = {1000, 100, 500, -300};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), strings("kind", types),
                                   doubles("revenue", revenues)};
    crmv_model *model = model_of("{\"crmvalue\": 1, \"metrics\": {\"rate\": {\"return_rate\": \"revenue\"}}}");
    crmv_ledger *ledger = ledger_of(model, 1);
    crmv_frame *frame = NULL;
    take_in(ledger, "a", columns, 4, 4);
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, 0, NULL, &frame, NULL), CRMV_OK);
    assert_true(crmv_frame_metric(frame, "rate")[0] == 0.1);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void a_cancellation_takes_back_the_unknown_cost_of_its_sale(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1};
    const int32_t dates[] = {0, 0, 0};
    const char *const types[] = {"sale", "cancellation", "sale"};
    const double revenues[] = {3000, 3000, 3000};
    const double costs[] = {NAN, NAN, 1000};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), strings("kind", types),
                                   doubles("revenue", revenues), doubles("cost", costs)};
    crmv_model *model = model_of("{\"crmvalue\": 1, \"metrics\": {\"profit\": {\"sum\": \"gross_profit\", "
                                 "\"minimum_coverage\": 100}}}");
    crmv_ledger *ledger = ledger_of(model, 1);
    crmv_frame *frame = NULL;
    take_in(ledger, "a", columns, 5, 3);
    assert_int_equal(total_of(ledger, "unknown_cost_lines"), 0);
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, 0, NULL, &frame, NULL), CRMV_OK);
    assert_true(crmv_frame_metric(frame, "profit")[0] == 2000);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void amounts_with_more_decimals_than_the_money_are_counted(void **state) {
    (void)state;
    const int64_t customers[] = {1, 1, 1, 1};
    const int32_t dates[] = {0, 0, 0, CRMV_NO_DATE};
    const char *const revenues[] = {"1.500", "1.234", "1e-9", "1.234"};
    const crmv_column columns[] = {wholes("customer", customers), days("date", dates), strings("revenue", revenues)};
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", columns, 3, 4);
    assert_int_equal(crmv_ledger_rounded(ledger), 2);
    crmv_ledger_free(ledger);
}

static void a_mapped_column_that_is_missing_is_told_with_the_nearest_name(void **state) {
    (void)state;
    const int64_t customers[] = {1};
    const int32_t dates[] = {0};
    const double revenues[] = {1};
    const crmv_column columns[] = {wholes("C", customers), days("D", dates), doubles("Netamount", revenues)};
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *ledger =
        new_ledger("{\"crmvalue\": 1, \"metrics\": {\"lines\": {\"count\": \"lines\"}}, \"input\": "
                   "{\"transactions\": {\"customer\": \"C\", \"date\": \"D\", \"revenue\": \"NetAmount\"}}}");
    assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, columns, 3, 1, &error), CRMV_BAD_COLUMN);
    assert_string_equal(error.place, "NetAmount");
    assert_non_null(strstr(error.message, "Netamount"));
    crmv_ledger_free(ledger);
}

static void columns_of_a_later_version_are_stepped_over_by_their_own_size(void **state) {
    (void)state;
    const int64_t customers[] = {1, 2};
    const int32_t dates[] = {0, 0};
    struct later {
        crmv_column column;
        int64_t new_field;
    } columns[] = {{wholes("customer", customers), 7}, {days("date", dates), 7}};
    for (int32_t i = 0; i < 2; i++) {
        columns[i].column.struct_size = sizeof columns[i];
    }
    crmv_ledger *ledger = new_ledger(PLAIN);
    take_in(ledger, "a", &columns[0].column, 2, 2);
    assert_int_equal(crmv_ledger_customers(ledger), 2);
    columns[1].column.struct_size = sizeof(crmv_column);
    assert_int_equal(crmv_ledger_begin(ledger, "b", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, &columns[0].column, 2, 2, NULL), CRMV_BAD_ARGUMENT);
    crmv_ledger_free(ledger);
}

/* ---- Amount types ------------------------------------------------------------------------------------------------ */

static void three_is_three_pieces_in_every_type_but_minor_units(void **state) {
    (void)state;
    const int64_t customers[] = {1};
    const int32_t dates[] = {0};
    const int32_t small[] = {3};
    const int64_t whole[] = {3};
    const double real[] = {3};
    const char *const text[] = {"3"};
    const crmv_column amounts[] = {days("revenue", small), wholes("revenue", whole), minors("revenue", whole),
                                   doubles("revenue", real), strings("revenue", text)};
    for (int32_t i = 0; i < COUNT(amounts); i++) {
        const crmv_column columns[] = {wholes("customer", customers), days("date", dates), amounts[i]};
        crmv_ledger *ledger = new_ledger(PLAIN);
        take_in(ledger, "a", columns, 3, 1);
        assert_int_equal(total_of(ledger, "revenue"), amounts[i].type == CRMV_MINOR ? 3 : 300);
        crmv_ledger_free(ledger);
    }
}

static void columns_that_the_roles_cannot_take_are_refused_by_name(void **state) {
    (void)state;
    const int64_t whole[] = {1};
    const double real[] = {1};
    const char *const text[] = {"1"};
    const crmv_column customer = wholes("customer", whole);
    const crmv_column date = wholes("date", whole);
    const struct {
        crmv_column columns[4];
        int32_t count;
        const char *place, *message;
    } cases[] = {
        {{customer}, 1, "date", "no column"},
        {{date}, 1, "customer", "no column"},
        {{doubles("customer", real), date}, 2, "customer", "double"},
        {{customer, doubles("date", real)}, 2, "date", "double"},
        {{customer, minors("date", whole)}, 2, "date", "minor units"},
        {{customer, date, doubles("revnue", real)}, 3, "revnue", "revenue"},
        {{customer, date, doubles("kind", real)}, 3, "kind", "double"},
        {{customer, date, wholes("currency", whole)}, 3, "currency", "int64"},
        {{customer, date, minors("discount_rate", whole)}, 3, "discount_rate", "minor units"},
        {{customer, date, doubles("unit_price", real)}, 3, "unit_price", "needs"},
        {{customer, date, doubles("cost", real), doubles("gross_profit", real)}, 4, "gross_profit", "same thing"},
        {{customer, date, strings("currency", text)}, 3, "currency", "names no currency"},
        {{customer, date, date}, 3, "date", "twice"},
    };
    for (int32_t i = 0; i < COUNT(cases); i++) {
        crmv_error error = {.struct_size = sizeof error};
        crmv_ledger *ledger = new_ledger(PLAIN);
        assert_int_equal(crmv_ledger_begin(ledger, "a", NULL), CRMV_OK);
        assert_int_equal(crmv_ledger_append(ledger, cases[i].columns, cases[i].count, 1, &error), CRMV_BAD_COLUMN);
        assert_string_equal(error.place, cases[i].place);
        if (strstr(error.message, cases[i].message) == NULL) {
            fail_msg("\"%s\" does not say \"%s\"", error.message, cases[i].message);
        }
        crmv_ledger_free(ledger);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sign_of_the_quantity_else_of_the_revenue_tells_sale_return_and_adjustment),
        cmocka_unit_test(a_feed_with_kinds_carries_magnitudes_and_each_kind_has_its_effect),
        cmocka_unit_test(amounts_beside_kinds_may_carry_their_own_sign),
        cmocka_unit_test(each_amount_that_a_kind_turns_round_is_looked_at_for_its_sign),
        cmocka_unit_test(of_costs_alone_the_cost_tells_whether_a_kind_turns_round_what_is_negative),
        cmocka_unit_test(revenue_is_quantity_times_price_in_128_bits_rounded_once),
        cmocka_unit_test(a_discount_rate_is_of_the_gross),
        cmocka_unit_test(an_unknown_cost_is_not_a_zero_cost),
        cmocka_unit_test(a_row_with_nothing_but_a_cost_is_a_cost_to_serve),
        cmocka_unit_test(gross_profit_gives_the_cost),
        cmocka_unit_test(each_row_set_aside_counts_under_its_first_reason_with_its_number),
        cmocka_unit_test(money_set_aside_is_summed_per_currency_wherever_it_can_be_read),
        cmocka_unit_test(the_lowest_eight_rows_of_a_reason_are_listed),
        cmocka_unit_test(infinite_doubles_are_bad_amounts_and_a_missing_revenue_is_not_zero),
        cmocka_unit_test(a_row_set_aside_names_its_column_and_what_stood_there),
        cmocka_unit_test(rebates_and_adjustments_are_neither_sold_nor_returned),
        cmocka_unit_test(a_cancellation_takes_back_the_unknown_cost_of_its_sale),
        cmocka_unit_test(amounts_with_more_decimals_than_the_money_are_counted),
        cmocka_unit_test(a_mapped_column_that_is_missing_is_told_with_the_nearest_name),
        cmocka_unit_test(columns_of_a_later_version_are_stepped_over_by_their_own_size),
        cmocka_unit_test(three_is_three_pieces_in_every_type_but_minor_units),
        cmocka_unit_test(columns_that_the_roles_cannot_take_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
