/*
 * test_groups_refused.c - customers who name each other in circles, dealers without shares, and rows of the customer
 * table that are set aside for whom they name.
 */
#include "grouped.h"

#include <stdio.h>

static crmv_error refused_rows(const char *text, const record *rows, int64_t count, int32_t status) {
    static const line lines[] = {{"1", 100, 1000}};
    crmv_column columns[COLUMNS];
    columns_of(rows, columns);
    crmv_model *model = model_of(text);
    crmv_ledger *ledger = ledger_of_lines(model, lines, 1);
    const crmv_error error = refused(model, ledger, columns, COLUMNS, count, status);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
    return error;
}

static void circles_are_named_from_their_lowest_key(void **state) {
    (void)state;
    static const record parents[] = {{.customer = "leads in", .parent = "C"},
                                     {.customer = "C", .parent = "A"},
                                     {.customer = "B", .parent = "C"},
                                     {.customer = "A", .parent = "B"}};
    crmv_error error = refused_rows(BY_TEXT, parents, 4, CRMV_BAD_COLUMN);
    assert_contains(error.message, "column `parent`: customers roll up into each other: A -> B -> C -> A");
    assert_int_equal(error.row, 4);
    assert_string_equal(error.place, "parent");

    static const record aliases[] = {{.customer = "10", .alias = "9"}, {.customer = "9", .alias = "10"}};
    error = refused_rows(MODEL(NUMBER_KEYS, ""), aliases, 2, CRMV_BAD_COLUMN);
    assert_contains(error.message, "column `alias`: customers are aliases of each other: 9 -> 10 -> 9");
    assert_int_equal(error.row, 2);

    static const record through_alias[] = {{.customer = "child", .parent = "other number"},
                                           {.customer = "grandchild", .parent = "child"},
                                           {.customer = "other number", .alias = "grandchild"}};
    error = refused_rows(BY_TEXT, through_alias, 3, CRMV_BAD_COLUMN);
    assert_contains(error.message, "customers roll up into each other: child -> grandchild -> child");
    assert_int_equal(error.row, 1);
}

static void an_alias_of_a_customer_is_no_parent_of_it_nor_its_child(void **state) {
    (void)state;
    static const line lines[] = {{"A", 100, 100}, {"B", 100, 200}};
    static const record rows[][2] = {{{.customer = "A"}, {.customer = "B", .parent = "A", .alias = "A"}},
                                     {{.customer = "A", .parent = "B"}, {.customer = "B", .alias = "A"}},
                                     {{.customer = "A"}, {.customer = "B", .parent = "else", .alias = "A"}}};
    for (int32_t i = 0; i < LENGTH_OF(rows); i++) {
        book b = grouped(BY_TEXT, lines, 2, rows[i], 2);
        assert_rows(b.frame, "A");
        assert_value(b.frame, "A", "revenue", 3);
        close_book(&b);
    }
}

static void a_long_circle_is_cut_in_its_message(void **state) {
    (void)state;
    enum { LONG = 300 };
    static char keys[LONG][64];
    static record rows[LONG];
    for (int32_t i = 0; i < LONG; i++) {
        snprintf(keys[i], sizeof keys[i], "%03d, a customer with quite a long number", i);
        rows[i].customer = keys[i];
        rows[(i + 1) % LONG].parent = keys[i];
    }
    const crmv_error error = refused_rows(BY_TEXT, rows, LONG, CRMV_BAD_COLUMN);
    assert_contains(
        error.message,
        "`parent`: customers roll up into each other: 000, a customer with quite a long number -> 299, a customer");
    assert_contains(error.message, " -> ... -> 000, a customer with quite a long number");
}

static void a_dealer_without_a_share_is_refused_with_the_row(void **state) {
    (void)state;
    static const record rows[] = {{.customer = "z", .dealer = "d", .share = "1"},
                                  {.customer = "b", .dealer = "d"},
                                  {.customer = "a", .dealer = "d"}};
    const crmv_error error = refused_rows(BY_TEXT, rows, 3, CRMV_BAD_COLUMN);
    assert_int_equal(error.row, 2);
    assert_string_equal(error.place, "share");
}

static void the_columns_that_the_model_names_must_be_there(void **state) {
    (void)state;
    static const line lines[] = {{"1", 100, 1000}};
    static const record rows[] = {{.customer = "1"}};
    crmv_column columns[COLUMNS];
    columns_of(rows, columns);
    crmv_model *model = model_of(BY_TEXT);
    crmv_ledger *ledger = ledger_of_lines(model, lines, 1);
    columns[2].name = "Alias";
    crmv_error error = refused(model, ledger, columns, COLUMNS, 1, CRMV_BAD_COLUMN);
    assert_contains(error.message, "no column `alias`");
    static const int64_t numbers[] = {1};
    columns[2] = (crmv_column)ARRAY_COLUMN("alias", CRMV_INT64, numbers);
    error = refused(model, ledger, columns, COLUMNS, 1, CRMV_BAD_COLUMN);
    assert_contains(error.message, "whole numbers");
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void rows_that_are_set_aside_name_nobody(void **state) {
    (void)state;
    static const line lines[] = {{"a", 100, 100}, {"b", 100, 200}, {"c", 100, 300}, {"e", 100, 400}};
    static const record rows[] = {{.customer = "a", .parent = "g", .since = "never"},
                                  {.customer = "b", .parent = "g"},
                                  {.customer = "b", .parent = "g"},
                                  {.customer = "c", .parent = "g", .dealer = "d", .share = "100.000001"},
                                  {.customer = "e", .parent = "g", .share = "no dealer, no share"}};
    book b = grouped(BY_TEXT, lines, 4, rows, 5);
    assert_rows(b.frame, "a b c g");
    assert_value(b.frame, "g", "revenue", 4);
    assert_int_equal(crmv_frame_table_accepted(b.frame), 1);
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_frame_set_aside_count(b.frame), 3);
    assert_int_equal(crmv_frame_set_aside(b.frame, 1, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_BAD_AMOUNT);
    assert_int_equal(aside.first_rows[0], 4);
    assert_string_equal(aside.column, "share");
    assert_string_equal(aside.text, "100.000001");
    close_book(&b);
}

static void a_parent_that_is_no_key_sets_its_row_aside(void **state) {
    (void)state;
    static const line lines[] = {{"1", 100, 100}};
    static const record rows[] = {{.customer = "1", .parent = "two"}, {.customer = "3", .alias = "x", .parent = "y"}};
    book b = grouped(MODEL(NUMBER_KEYS, ""), lines, 1, rows, 2);
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_frame_set_aside_count(b.frame), 1);
    assert_int_equal(crmv_frame_set_aside(b.frame, 0, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_BAD_CUSTOMER);
    assert_int_equal(aside.rows, 2);
    assert_string_equal(aside.column, "parent");
    assert_string_equal(aside.text, "two");
    close_book(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(circles_are_named_from_their_lowest_key),
        cmocka_unit_test(an_alias_of_a_customer_is_no_parent_of_it_nor_its_child),
        cmocka_unit_test(a_long_circle_is_cut_in_its_message),
        cmocka_unit_test(a_dealer_without_a_share_is_refused_with_the_row),
        cmocka_unit_test(the_columns_that_the_model_names_must_be_there),
        cmocka_unit_test(rows_that_are_set_aside_name_nobody),
        cmocka_unit_test(a_parent_that_is_no_key_sets_its_row_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
