/*
 * test_groups.c - customers who are rolled up: aliases, dealers and parents of the customer table, in small books whose
 * sums are worked out by hand.
 */
#include "grouped.h"

#include <stdio.h>

/* ---- Parents ----------------------------------------------------------------------------------------------------- */

static void three_levels_go_into_the_top(void **state) {
    (void)state;
    static const line lines[] = {{"shop", 100, 1000}, {"chain", 100, 200}, {"branch", 150, 3000}, {"other", 90, 500}};
    static const record rows[] = {{.customer = "shop", .parent = "chain"},
                                  {.customer = "branch", .parent = "chain"},
                                  {.customer = "chain", .parent = "concern"},
                                  {.customer = "concern", .since = "1970-01-31"}};
    book b = grouped(BY_TEXT, lines, 4, rows, 4);
    assert_rows(b.frame, "concern other");
    assert_value(b.frame, "concern", "revenue", 42);
    assert_value(b.frame, "concern", "profit", 37.8);
    assert_value(b.frame, "concern", "lines", 3);
    assert_value(b.frame, "concern", "days", 2);
    assert_value(b.frame, "concern", "mean", 21);
    assert_value(b.frame, "concern", "recency", 50);
    assert_value(b.frame, "concern", "tenure", 170);
    assert_value(b.frame, "other", "revenue", 5);
    assert_int_equal(crmv_frame_table_accepted(b.frame), 4);
    assert_ties_out(&b);
    close_book(&b);
}

static void a_key_that_is_its_own_parent_or_alias_has_none(void **state) {
    (void)state;
    static const line lines[] = {{"a", 100, 1000}, {"b", 100, 200}};
    static const record rows[] = {{.customer = "a", .parent = "a", .alias = "a"},
                                  {.customer = "b", .parent = "a", .alias = "b", .dealer = "b", .share = "50"}};
    book b = grouped(BY_TEXT, lines, 2, rows, 2);
    assert_rows(b.frame, "a");
    assert_value(b.frame, "a", "revenue", 12);
    close_book(&b);
}

static void a_parent_without_a_row_is_a_row_without_attributes(void **state) {
    (void)state;
    static const line lines[] = {{"child", 100, 1000}};
    static const record rows[] = {{.customer = "child", .parent = "zz", .since = "1970-01-02"},
                                  {.customer = "quiet", .parent = "group of the quiet"}};
    book b = grouped(BY_TEXT, lines, 1, rows, 2);
    assert_rows(b.frame, "group of the quiet zz");
    assert_value(b.frame, "zz", "revenue", 10);
    assert_value(b.frame, "zz", "tenure", 100); /* the child's `since` is not the parent's */
    assert_value(b.frame, "group of the quiet", "revenue", 0);
    assert_missing(b.frame, "group of the quiet", "tenure");
    close_book(&b);
}

static void only_the_ledger_or_only_the_table_may_know_a_member(void **state) {
    (void)state;
    static const line lines[] = {{"parent", 100, 1000}, {"child", 300, 700}};
    static const record rows[] = {{.customer = "child", .parent = "parent"},
                                  {.customer = "silent", .parent = "parent"}};
    book b = grouped(BY_TEXT, lines, 2, rows, 2);
    assert_rows(b.frame, "parent");
    assert_value(b.frame, "parent", "revenue", 10); /* the child's sale lies after the as-of date */
    assert_int_equal(crmv_frame_members(b.frame, 0), 3);
    close_book(&b);
}

static void a_group_with_later_facts_only_is_no_row_unless_the_table_has_it(void **state) {
    (void)state;
    static const line lines[] = {{"late", 300, 1000}, {"dealt", 300, 1000}};
    static const record rows[] = {{.customer = "known"}, {.customer = "dealt", .dealer = "d", .share = "50"}};
    book b = grouped(BY_TEXT, lines, 2, rows, 2);
    assert_rows(b.frame, "dealt known");
    close_book(&b);
}

/* ---- Aliases ----------------------------------------------------------------------------------------------------- */

static void chains_of_aliases_are_followed_and_the_rest_of_their_rows_is_not_looked_at(void **state) {
    (void)state;
    static const line lines[] = {{"old", 100, 100}, {"older", 100, 20}, {"oldest", 50, 3}, {"new", 120, 4000}};
    static const record rows[] = {{.customer = "oldest", .alias = "older", .parent = "nobody", .since = "bad"},
                                  {.customer = "older", .alias = "old", .dealer = "d", .share = "bad"},
                                  {.customer = "old", .alias = "new", .since = "1960-01-01"},
                                  {.customer = "new"}};
    book b = grouped(BY_TEXT, lines, 4, rows, 4);
    assert_rows(b.frame, "new");
    assert_value(b.frame, "new", "revenue", 41.23);
    assert_value(b.frame, "new", "days", 3);
    assert_value(b.frame, "new", "tenure", 150);
    assert_int_equal(crmv_frame_table_accepted(b.frame), 4);
    assert_int_equal(crmv_frame_members(b.frame, 0), 1);
    close_book(&b);
}

static void an_alias_of_a_child_goes_to_the_childs_parent(void **state) {
    (void)state;
    static const line lines[] = {{"alias", 100, 100}, {"child", 100, 20}};
    static const record rows[] = {{.customer = "alias", .alias = "child"},
                                  {.customer = "child", .parent = "number two of the parent"},
                                  {.customer = "number two of the parent", .alias = "parent"}};
    book b = grouped(BY_TEXT, lines, 2, rows, 3);
    assert_rows(b.frame, "parent");
    assert_value(b.frame, "parent", "revenue", 1.2);
    assert_int_equal(row_of(b.frame, "alias"), 0);
    assert_int_equal(row_of(b.frame, "number two of the parent"), 0);
    assert_int_equal(crmv_frame_members(b.frame, 0), 2);
    close_book(&b);
}

/* ---- Dealers ----------------------------------------------------------------------------------------------------- */

static void a_dealer_gets_its_share_day_by_day_and_the_customer_keeps_the_rest_and_the_counts(void **state) {
    (void)state;
    /* 15 % of 110 is 16.5, of 130 is 19.5, of the costs 11 and 13 it is 1.65 and 1.95: 36 and 4. Both numbers of the
     * customer make one day: 15 % of 10 + 40 is 7.5, of 1 + 4 it is 0.75: 8 and 1. */
    static const line lines[] = {{"c", 100, 110}, {"c", 101, 130}, {"c2", 102, 10}, {"c", 102, 40}, {"d", 90, 1000}};
    static const record rows[] = {{.customer = "c", .dealer = "d", .share = "15"}, {.customer = "c2", .alias = "c"}};
    book b = grouped(BY_TEXT, lines, 5, rows, 2);
    assert_rows(b.frame, "c d");
    assert_value(b.frame, "c", "revenue", 2.46);
    assert_value(b.frame, "d", "revenue", 10.44);
    assert_value(b.frame, "d", "profit", 9.39);
    assert_value(b.frame, "c", "profit", 2.22);
    assert_value(b.frame, "c", "lines", 4);
    assert_value(b.frame, "c", "pieces", 4);
    assert_value(b.frame, "c", "days", 3);
    assert_value(b.frame, "d", "lines", 1);
    assert_value(b.frame, "d", "days", 1);
    assert_value(b.frame, "d", "recency", 110);
    assert_ties_out(&b);
    close_book(&b);
}

static void halves_of_a_minor_unit_go_to_the_even_side(void **state) {
    (void)state;
    static const line lines[] = {{"a", 100, 5}, {"b", 100, 15}, {"c", 100, -5}, {"e", 100, 3}};
    static const record rows[] = {{.customer = "a", .dealer = "da", .share = "50"},
                                  {.customer = "b", .dealer = "db", .share = "50"},
                                  {.customer = "c", .dealer = "dc", .share = "50"},
                                  {.customer = "e", .dealer = "de", .share = "33.333333"}};
    book b = grouped(BY_TEXT, lines, 4, rows, 4);
    assert_value(b.frame, "da", "revenue", 0.02);
    assert_value(b.frame, "a", "revenue", 0.03);
    assert_value(b.frame, "db", "revenue", 0.08);
    assert_value(b.frame, "dc", "revenue", -0.02);
    assert_value(b.frame, "c", "revenue", -0.03);
    assert_value(b.frame, "de", "revenue", 0.01);
    assert_ties_out(&b);
    close_book(&b);
}

static void a_share_of_nothing_makes_no_dealer_and_one_of_all_leaves_the_counts(void **state) {
    (void)state;
    static const line lines[] = {{"a", 100, 500}, {"b", 100, 1500}, {"c", 100, 1}};
    static const record rows[] = {{.customer = "a", .dealer = "da", .share = "0"},
                                  {.customer = "b", .dealer = "db", .share = "100"},
                                  {.customer = "c", .dealer = "dc", .share = "10"}};
    book b = grouped(BY_TEXT, lines, 3, rows, 3);
    assert_rows(b.frame, "a b c db"); /* 10 % of a cent are none */
    assert_value(b.frame, "a", "revenue", 5);
    assert_value(b.frame, "b", "revenue", 0);
    assert_value(b.frame, "b", "lines", 1);
    assert_value(b.frame, "db", "revenue", 15);
    assert_value(b.frame, "db", "lines", 0);
    assert_missing(b.frame, "db", "recency");
    assert_int_equal(crmv_frame_members(b.frame, row_of(b.frame, "db")), 1);
    assert_ties_out(&b);
    close_book(&b);
}

static void a_dealer_who_is_a_child_earns_for_its_group_and_not_for_its_own_dealer(void **state) {
    (void)state;
    static const line lines[] = {{"c", 100, 1000}, {"d", 100, 500}};
    static const record rows[] = {{.customer = "c", .dealer = "d2", .share = "20"},
                                  {.customer = "d2", .alias = "d"},
                                  {.customer = "d", .parent = "dealers", .dealer = "big", .share = "10"}};
    book b = grouped(BY_TEXT, lines, 2, rows, 3);
    assert_rows(b.frame, "big c dealers");
    assert_value(b.frame, "c", "revenue", 8);
    assert_value(b.frame, "dealers", "revenue", 6.5); /* 2 of c, and 5 less a tenth */
    assert_value(b.frame, "big", "revenue", 0.5);
    assert_ties_out(&b);
    close_book(&b);
}

static void within_a_group_nothing_is_shared(void **state) {
    (void)state;
    static const line lines[] = {{"c", 100, 1001}, {"d", 100, 500}};
    static const record rows[] = {{.customer = "c", .parent = "g", .dealer = "d", .share = "20"},
                                  {.customer = "d", .parent = "g"}};
    book b = grouped(BY_TEXT, lines, 2, rows, 2);
    assert_rows(b.frame, "g");
    assert_value(b.frame, "g", "revenue", 15.01);
    assert_value(b.frame, "g", "days", 1);
    assert_ties_out(&b);
    close_book(&b);
}

static void the_model_may_say_one_share_for_all(void **state) {
    (void)state;
    static const line lines[] = {{"c", 100, 1000}};
    static const record rows[] = {{.customer = "c", .dealer = "d"}};
    book b = grouped("{'crmvalue': 1, 'input': {'customers': {'customer': 'customer', 'dealer': 'dealer', "
                     "'dealer_share': 12.5}}, 'metrics': {'revenue': {'sum': 'revenue'}}}",
                     lines, 1, rows, 1);
    assert_value(b.frame, "d", "revenue", 1.25);
    assert_value(b.frame, "c", "revenue", 8.75);
    close_book(&b);
}

/* ---- Receivables and events ---------------------------------------------------------------------------------------
 */

typedef struct item {
    const char *customer;
    int64_t amount;
    int32_t due, invoiced;
    const char *event;
    int32_t day;
} item;

/* 100 and 30 of a child and its alias are overdue, of the parent a credit of 20; the dealer has no part in that. */
static void receivables_and_events_go_to_the_top_whole(void **state) {
    (void)state;
    static const item items[] = {{"child", 10000, 100, 90, "complaint", 120},
                                 {"alias", 3000, 150, 90, "visit", 130},
                                 {"parent", -2000, 160, 150, "complaint", 199},
                                 {"dealer", 700, 300, 190, "visit", 10}};
    static const record rows[] = {{.customer = "child", .parent = "parent", .dealer = "dealer", .share = "50"},
                                  {.customer = "alias", .alias = "child"}};
    const crmv_column receivables[] = {
        FIELD_COLUMN("customer", CRMV_STRINGS, items, customer), FIELD_COLUMN("amount", CRMV_MINOR, items, amount),
        FIELD_COLUMN("due", CRMV_INT32, items, due), FIELD_COLUMN("date", CRMV_INT32, items, invoiced)};
    const crmv_column events[] = {FIELD_COLUMN("customer", CRMV_STRINGS, items, customer),
                                  FIELD_COLUMN("date", CRMV_INT32, items, day),
                                  FIELD_COLUMN("event", CRMV_STRINGS, items, event)};
    crmv_column columns[COLUMNS];
    columns_of(rows, columns);
    crmv_model *model = model_of(
        "{'crmvalue': 1, 'money': {'decimals': 2}, 'input': {'customers': {'customer': 'customer', 'parent': 'parent', "
        "'alias_of': 'alias', 'dealer': 'dealer', 'dealer_share': 'share'}}, 'metrics': {"
        "'overdue': {'overdue': 'amount'}, 'days': {'overdue': 'days'}, 'open': {'receivables': 'open'}, "
        "'complaints': {'event': ['complaint', 'count']}, 'since': {'event': ['visit', 'age']}}}");
    crmv_error error = an_error();
    crmv_ledger *ledger = NULL;
    must(crmv_ledger_new(model, NULL, &ledger, &error), &error);
    must(crmv_ledger_begin(ledger, "items", &error), &error);
    must(crmv_ledger_append_receivables(ledger, receivables, 4, LENGTH_OF(items), &error), &error);
    must(crmv_ledger_append_events(ledger, events, 3, LENGTH_OF(items), &error), &error);
    must(crmv_ledger_end(ledger, &error), &error);
    crmv_frame *frame = joined(model, ledger, columns, COLUMNS, LENGTH_OF(rows), 200);
    assert_rows(frame, "dealer parent");
    assert_value(frame, "parent", "overdue", 110);
    assert_value(frame, "parent", "days", 100);
    assert_value(frame, "parent", "open", 110);
    assert_value(frame, "parent", "complaints", 2);
    assert_value(frame, "parent", "since", 70);
    assert_value(frame, "dealer", "overdue", 0);
    assert_value(frame, "dealer", "open", 7);
    assert_value(frame, "dealer", "complaints", 0);
    crmv_frame_free(frame);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

/* ---- Populations, keys, limits ------------------------------------------------------------------------------------
 */

static void of_the_tables_population_is_a_group_whose_top_has_a_row(void **state) {
    (void)state;
    static const line lines[] = {{"child", 100, 100}, {"alias", 100, 20}, {"orphan", 100, 3}, {"stranger", 100, 4000}};
    static const record rows[] = {{.customer = "child", .parent = "top"},
                                  {.customer = "alias", .alias = "top"},
                                  {.customer = "orphan", .parent = "no row"},
                                  {.customer = "top"}};
    book b = grouped(MODEL(TEXT_KEYS, "'population': 'customers', "), lines, 4, rows, 4);
    assert_rows(b.frame, "top");
    assert_value(b.frame, "top", "revenue", 1.2);
    crmv_set_aside aside = {.struct_size = sizeof aside};
    assert_int_equal(crmv_frame_set_aside_count(b.frame), 1);
    assert_int_equal(crmv_frame_set_aside(b.frame, 0, &aside), CRMV_OK);
    assert_int_equal(aside.reason, CRMV_UNKNOWN_CUSTOMER);
    assert_int_equal(aside.rows, 2);
    assert_int_equal(aside.revenue_low, 4003);
    int64_t row;
    assert_int_equal(crmv_frame_find(b.frame, "orphan", &row), CRMV_NOT_FOUND);
    close_book(&b);
}

static void whole_number_keys_are_grouped_by_value(void **state) {
    (void)state;
    static const line lines[] = {{"-5", 100, 100}, {"10", 100, 20}, {"9", 100, 3}, {"100", 100, 1000}};
    static const record rows[] = {{.customer = "0100", .parent = "9"},
                                  {.customer = "10", .alias = "+9"},
                                  {.customer = "-5", .dealer = "1000", .share = "10"}};
    book b = grouped(MODEL(NUMBER_KEYS, ""), lines, 4, rows, 3);
    assert_rows(b.frame, "-5 9 1000");
    assert_value(b.frame, "9", "revenue", 10.23);
    assert_value(b.frame, "1000", "revenue", 0.1);
    assert_int_equal(row_of(b.frame, "100"), 1);
    assert_int_equal(row_of(b.frame, "10"), 1);
    assert_int_equal(crmv_frame_members(b.frame, 1), 2);
    assert_ties_out(&b);
    close_book(&b);
}

static void a_table_alone_is_grouped(void **state) {
    (void)state;
    static const record rows[] = {
        {.customer = "b", .parent = "c"}, {.customer = "a", .parent = "b"}, {.customer = "d"}};
    crmv_column columns[COLUMNS];
    columns_of(rows, columns);
    crmv_model *model = model_of(BY_TEXT);
    crmv_frame *frame = joined(model, NULL, columns, COLUMNS, 3, 200);
    assert_rows(frame, "c d");
    assert_int_equal(row_of(frame, "a"), 0);
    assert_int_equal(crmv_frame_members(frame, 0), 2); /* c has neither a row nor facts */
    assert_int_equal(crmv_frame_members(frame, 1), 1);
    assert_int_equal(crmv_frame_members(frame, 2), 0);
    assert_int_equal(crmv_frame_members(NULL, 0), 0);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void a_column_called_parent_that_the_model_does_not_name_groups_nobody(void **state) {
    (void)state;
    static const line lines[] = {{"a", 100, 100}, {"b", 100, 200}};
    static const record rows[] = {{.customer = "a", .parent = "b", .alias = "b", .dealer = "b", .share = "x"}};
    book b = grouped("{'crmvalue': 1, 'metrics': {'revenue': {'sum': 'revenue'}}}", lines, 2, rows, 1);
    assert_rows(b.frame, "a b");
    assert_value(b.frame, "a", "revenue", 1);
    assert_int_equal(crmv_frame_members(b.frame, 0), 1);
    close_book(&b);
}

static void a_sum_of_a_group_that_does_not_fit_names_the_group(void **state) {
    (void)state;
    enum { LINES = 16, BATCHES = 70 };
    static line lines[LINES];
    static const record rows[] = {{.customer = "a", .parent = "g"}, {.customer = "b", .parent = "g"}};
    crmv_column columns[COLUMNS];
    columns_of(rows, columns);
    crmv_model *model = model_of(BY_TEXT);
    for (int32_t i = 0; i < LINES; i++) {
        lines[i] = (line){i % 2 == 0 ? "a" : "b", 100, (INT64_C(1) << 53) - 1};
    }
    crmv_ledger *ledger = ledger_of_lines(model, lines, LINES);
    for (int32_t i = 0; i < BATCHES; i++) {
        char name[16];
        snprintf(name, sizeof name, "batch %d", i);
        const crmv_column more[] = {FIELD_COLUMN("customer", CRMV_STRINGS, lines, customer),
                                    FIELD_COLUMN("date", CRMV_INT32, lines, day),
                                    FIELD_COLUMN("revenue", CRMV_MINOR, lines, revenue)};
        assert_int_equal(crmv_ledger_begin(ledger, name, NULL), CRMV_OK);
        assert_int_equal(crmv_ledger_append(ledger, more, 3, LINES, NULL), CRMV_OK);
        assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    }
    const crmv_error error = refused(model, ledger, columns, COLUMNS, 2, CRMV_OVERFLOW);
    assert_contains(error.message, "group of customer `g` on 1970-04-11");
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_levels_go_into_the_top),
        cmocka_unit_test(a_key_that_is_its_own_parent_or_alias_has_none),
        cmocka_unit_test(a_parent_without_a_row_is_a_row_without_attributes),
        cmocka_unit_test(only_the_ledger_or_only_the_table_may_know_a_member),
        cmocka_unit_test(a_group_with_later_facts_only_is_no_row_unless_the_table_has_it),
        cmocka_unit_test(chains_of_aliases_are_followed_and_the_rest_of_their_rows_is_not_looked_at),
        cmocka_unit_test(an_alias_of_a_child_goes_to_the_childs_parent),
        cmocka_unit_test(a_dealer_gets_its_share_day_by_day_and_the_customer_keeps_the_rest_and_the_counts),
        cmocka_unit_test(halves_of_a_minor_unit_go_to_the_even_side),
        cmocka_unit_test(a_share_of_nothing_makes_no_dealer_and_one_of_all_leaves_the_counts),
        cmocka_unit_test(a_dealer_who_is_a_child_earns_for_its_group_and_not_for_its_own_dealer),
        cmocka_unit_test(within_a_group_nothing_is_shared),
        cmocka_unit_test(the_model_may_say_one_share_for_all),
        cmocka_unit_test(receivables_and_events_go_to_the_top_whole),
        cmocka_unit_test(of_the_tables_population_is_a_group_whose_top_has_a_row),
        cmocka_unit_test(whole_number_keys_are_grouped_by_value),
        cmocka_unit_test(a_table_alone_is_grouped),
        cmocka_unit_test(a_column_called_parent_that_the_model_does_not_name_groups_nobody),
        cmocka_unit_test(a_sum_of_a_group_that_does_not_fit_names_the_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
