/* test_histories.c - customers' histories as lifetimes look at them, by hand. */
#include "histories.h"

/* ---- By hand ----------------------------------------------------------------------------------------------------- */

/* The worked example of docs/lifetimes.md. */
static void the_customer_of_the_documentation_has_the_history_that_is_worked_out_there(void **state) {
    (void)state;
    const book_line lines[] = {
        {.customer = 7, .day = on(2024, 1, 8), .kind = "sale", .revenue = 12000},
        {.customer = 7, .day = on(2024, 1, 8), .kind = "sale", .revenue = 3000},
        {.customer = 7, .day = on(2024, 1, 19), .kind = "return", .revenue = 2000},
        {.customer = 7, .day = on(2024, 3, 4), .kind = "sale", .revenue = 9000},
        {.customer = 7, .day = on(2024, 3, 11), .kind = "return", .revenue = 1500},
        {.customer = 7, .day = on(2024, 5, 6), .kind = "sale", .revenue = 7000},
        {.customer = 7, .day = on(2024, 5, 6), .kind = "cancellation", .revenue = 7000},
        {.customer = 7, .day = on(2024, 5, 27), .kind = "sale", .revenue = 16500},
        {.customer = 7, .day = on(2024, 7, 10), .kind = "sale", .revenue = 99900},
    };
    crmv_model *model = model_of(HEAD LIFETIMES METRICS);
    crmv_ledger *ledger = ledger_of(model, lines, LENGTH_OF(lines));
    crmv_frame *frame = frame_of(model, ledger, on(2024, 6, 30));
    assert_history(frame, "7", "net", CRMV_HISTORY_REPEATS, 2);
    assert_history(frame, "7", "net", CRMV_HISTORY_LAST, 20);
    assert_history(frame, "7", "net", CRMV_HISTORY_AGE, 174.0 / 7);
    assert_history(frame, "7", "net", CRMV_HISTORY_SPENDS, 2);
    assert_history(frame, "7", "net", CRMV_HISTORY_SPEND, 120);
    assert_history(frame, "7", "net", CRMV_HISTORY_SQUARES, 4050);
    assert_history(frame, "7", "all", CRMV_HISTORY_SPENDS, 3);
    assert_history(frame, "7", "all", CRMV_HISTORY_SPEND, 370.0 / 3);
    assert_history(frame, "7", "plain", CRMV_HISTORY_AGE, 174);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void returns_alone_are_no_purchase_and_what_comes_back_before_the_first_one_counts_nowhere(void **state) {
    (void)state;
    const book_line lines[] = {
        {.customer = 1, .day = 10, .kind = "return", .revenue = 500},
        {.customer = 2, .day = 10, .kind = "return", .revenue = 500},
        {.customer = 2, .day = 20, .kind = "sale", .revenue = 900},
    };
    crmv_model *model = model_of(HEAD LIFETIMES METRICS);
    crmv_ledger *ledger = ledger_of(model, lines, LENGTH_OF(lines));
    crmv_frame *frame = frame_of(model, ledger, 24);
    for (int32_t column = CRMV_HISTORY_REPEATS; column <= HISTORIES; column++) {
        assert_true(isnan(history_of(frame, "1", "all", column)));
    }
    assert_history(frame, "2", "all", CRMV_HISTORY_REPEATS, 0);
    assert_history(frame, "2", "plain", CRMV_HISTORY_LAST, 0);
    assert_history(frame, "2", "plain", CRMV_HISTORY_AGE, 4);
    assert_history(frame, "2", "all", CRMV_HISTORY_SPEND, 9);
    assert_history(frame, "2", "net", CRMV_HISTORY_SPENDS, 0);
    assert_true(isnan(history_of(frame, "2", "net", CRMV_HISTORY_SPEND)));
    assert_history(frame, "2", "net", CRMV_HISTORY_SQUARES, 0);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void a_purchase_with_an_unknown_cost_is_left_out_where_the_amount_needs_costs(void **state) {
    (void)state;
    const book_line lines[] = {
        {.customer = 1, .day = 10, .kind = "sale", .revenue = 500, .cost = 200},
        {.customer = 1, .day = 20, .kind = "sale", .revenue = 900, .cost = 100},
        {.customer = 1, .day = 21, .kind = "return", .revenue = 100, .cost = UNKNOWN},
        {.customer = 1, .day = 30, .kind = "sale", .revenue = 700, .cost = 600},
        {.customer = 1, .day = 40, .kind = "sale", .revenue = 800, .cost = UNKNOWN},
        {.customer = 1, .day = 41, .kind = "cancellation", .revenue = 800, .cost = UNKNOWN},
    };
    crmv_model *model = model_of(HEAD LIFETIMES METRICS);
    crmv_ledger *ledger = ledger_of(model, lines, LENGTH_OF(lines));
    crmv_frame *frame = frame_of(model, ledger, 50);
    assert_history(frame, "1", "profit", CRMV_HISTORY_REPEATS, 3);
    assert_history(frame, "1", "profit", CRMV_HISTORY_SPENDS,
                   3); /* what was cancelled later brought in 0, and is known */
    assert_history(frame, "1", "profit", CRMV_HISTORY_SPEND, 4.0 / 3);
    assert_history(frame, "1", "all", CRMV_HISTORY_SPENDS, 4);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void a_history_is_told_by_its_name_and_column_alone(void **state) {
    (void)state;
    const book_line lines[] = {{.customer = 1, .day = 10, .kind = "sale", .revenue = 500}};
    crmv_model *model = model_of(HEAD LIFETIMES METRICS);
    crmv_ledger *ledger = ledger_of(model, lines, 1);
    crmv_frame *frame = frame_of(model, ledger, 50);
    assert_non_null(crmv_frame_history(frame, "plain", CRMV_HISTORY_AGE));
    assert_null(crmv_frame_history(frame, "plain", CRMV_HISTORY_SPENDS));
    assert_null(crmv_frame_history(frame, "plane", CRMV_HISTORY_AGE));
    assert_null(crmv_frame_history(frame, NULL, CRMV_HISTORY_AGE));
    assert_null(crmv_frame_history(NULL, "plain", CRMV_HISTORY_AGE));
    assert_null(crmv_frame_history(frame, "all", 0));
    assert_null(crmv_frame_history(frame, "all", HISTORIES + 1));
    crmv_frame_free(frame);
    const int64_t keys[] = {1, 2};
    const crmv_column table[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys)};
    frame = joined(model, NULL, table, 1, 2, 50);
    assert_null(crmv_frame_history(frame, "plain", CRMV_HISTORY_AGE));
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

/* What a dealer is credited is money of its own, on days that are no purchases of its own; the customer keeps the rest.
 */
static void a_dealer_s_share_counts_with_the_dealer_s_purchase_before_it(void **state) {
    (void)state;
    const book_line lines[] = {
        {.customer = 1, .day = 10, .kind = "sale", .revenue = 10000},
        {.customer = 1, .day = 40, .kind = "sale", .revenue = 4000},
        {.customer = 2, .day = 5, .kind = "sale", .revenue = 3000},
        {.customer = 2, .day = 30, .kind = "sale", .revenue = 2000},
    };
    const int64_t keys[] = {1, 2}, dealers[] = {2, 2};
    const char *const shares[] = {"25", NULL};
    const uint8_t with_dealer[] = {1};
    crmv_column table[] = {ARRAY_COLUMN("customer", CRMV_INT64, keys), ARRAY_COLUMN("dealer", CRMV_INT64, dealers),
                           ARRAY_COLUMN("share", CRMV_STRINGS, (const void *)shares)};
    table[1].validity = with_dealer;
    crmv_model *model =
        model_of(HEAD "'input': {'keys': 'integer', 'customers': {'customer': 'customer', 'dealer': 'dealer', "
                      "'dealer_share': 'share'}}, " LIFETIMES METRICS);
    crmv_ledger *ledger = ledger_of(model, lines, LENGTH_OF(lines));
    crmv_frame *frame = joined(model, ledger, table, 3, 2, 50);
    assert_history(frame, "1", "all", CRMV_HISTORY_REPEATS, 1);
    assert_history(frame, "1", "all", CRMV_HISTORY_SPEND, (75.0 + 30) / 2);
    assert_history(frame, "2", "plain", CRMV_HISTORY_REPEATS, 1);
    assert_history(frame, "2", "plain", CRMV_HISTORY_LAST, 25);
    assert_history(frame, "2", "all", CRMV_HISTORY_SPENDS, 2);
    assert_history(frame, "2", "net", CRMV_HISTORY_SPEND, 20 + 10); /* its own, and a share of what came after it */
    assert_history(frame, "2", "all", CRMV_HISTORY_SPEND, (30.0 + 25 + 30) / 2);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

/* ---- Sizes ------------------------------------------------------------------------------------------------------- */

/* More days than a slice of customers holds, in a book whose other customers have few. */
static void a_history_of_ten_thousand_days_is_as_exact_as_a_short_one(void **state) {
    (void)state;
    enum { LONG = 10000 };
    static book_line lines[LONG + 2];
    for (int64_t i = 0; i < LONG; i++) {
        lines[i] = (book_line){.customer = 2, .day = (int32_t)i, .kind = "sale", .revenue = i % 2 == 0 ? 100 : 300};
    }
    lines[LONG] = (book_line){.customer = 1, .day = 5, .kind = "sale", .revenue = 100};
    lines[LONG + 1] = (book_line){.customer = 3, .day = 5, .kind = "sale", .revenue = 100};
    crmv_model *model = model_of(HEAD LIFETIMES METRICS);
    crmv_ledger *ledger = ledger_of(model, lines, LONG + 2);
    crmv_frame *frame = frame_of(model, ledger, LONG);
    assert_history(frame, "2", "plain", CRMV_HISTORY_REPEATS, LONG - 1);
    assert_history(frame, "2", "plain", CRMV_HISTORY_LAST, LONG - 1);
    assert_history(frame, "2", "plain", CRMV_HISTORY_AGE, LONG);
    assert_history(frame, "2", "all", CRMV_HISTORY_SPENDS, LONG);
    assert_history(frame, "2", "all", CRMV_HISTORY_SPEND, 2);
    assert_history(frame, "2", "all", CRMV_HISTORY_SQUARES, LONG);
    assert_history(frame, "3", "all", CRMV_HISTORY_SPEND, 1);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

/* Their squares are some 2^105: beyond what is added up exactly, and none the worse for it. */
static void amounts_near_the_greatest_have_their_squares_too(void **state) {
    (void)state;
    const int64_t great = INT64_C(9007199254740000);
    const book_line lines[] = {
        {.customer = 1, .day = 5, .kind = "sale", .revenue = great},
        {.customer = 1, .day = 6, .kind = "sale", .revenue = great - 600},
        {.customer = 1, .day = 9, .kind = "sale", .revenue = great - 300},
        {.customer = 2, .day = 5, .kind = "sale", .revenue = 100},
    };
    crmv_model *model = model_of(HEAD LIFETIMES METRICS);
    crmv_ledger *ledger = ledger_of(model, lines, LENGTH_OF(lines));
    crmv_frame *frame = frame_of(model, ledger, 30);
    assert_history(frame, "1", "all", CRMV_HISTORY_SPEND, (double)(great - 300) / 100);
    assert_history(frame, "1", "all", CRMV_HISTORY_SQUARES, 18);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_customer_of_the_documentation_has_the_history_that_is_worked_out_there),
        cmocka_unit_test(returns_alone_are_no_purchase_and_what_comes_back_before_the_first_one_counts_nowhere),
        cmocka_unit_test(a_purchase_with_an_unknown_cost_is_left_out_where_the_amount_needs_costs),
        cmocka_unit_test(a_history_is_told_by_its_name_and_column_alone),
        cmocka_unit_test(a_dealer_s_share_counts_with_the_dealer_s_purchase_before_it),
        cmocka_unit_test(a_history_of_ten_thousand_days_is_as_exact_as_a_short_one),
        cmocka_unit_test(amounts_near_the_greatest_have_their_squares_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
