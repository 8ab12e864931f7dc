/* test_fit_json_text.c - requests that are read where they stand. */
#include "crmvalue/fit.h"
#include "fit/json_text.h"
#include "fit/weighing.h"
#include "nearness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
/* clang-format off: cmocka.h wants the headers above before it */
#include <cmocka.h>
/* clang-format on */

static void check_string(const char *json, const char *expected) {
    char *text = crmvi_json_string(json);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void members_are_found_behind_values_of_any_kind(void **state) {
    (void)state;
    static const char *const text =
        "{\"a\": {\"of\": [1, \"]}\"], \"x\": {}}, \"b\":[[],[{}]] , \"c\":\"\\\"of\\\\\",\"d\":null,\"of\" : -1.5e2}";
    assert_near(crmvi_json_number(crmvi_json_member(text, "of")), -150, 0);
    assert_true(crmvi_json_is(crmvi_json_member(text, "c"), "\\\"of\\\\"));
    assert_int_equal(crmvi_json_count(crmvi_json_member(text, "b")), 2);
    assert_null(crmvi_json_member(text, "o"));
    assert_null(crmvi_json_member("{}", "of"));
    assert_null(crmvi_json_member("[]", "of"));
    assert_int_equal(crmvi_json_count("[ ]"), 0);
}

static void escapes_become_characters(void **state) {
    (void)state;
    check_string("\"\"", "");
    check_string("\"plain\", \"next\"", "plain");
    check_string("\"\\\" \\\\ \\/ \\b\\f\\n\\r\\t\"", "\" \\ / \b\f\n\r\t");
    check_string("\"\\u0041\\u00e9\\u20AC\\uD83D\\uDE00\"", "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    check_string("\"\xE6\x9D\x83\xE9\x87\x8D\"", "\xE6\x9D\x83\xE9\x87\x8D");
}

static void judgements_become_the_upper_triangle(void **state) {
    (void)state;
    crmvi_weighing w;
    assert_true(crmvi_weighing_read(
        "{\"ahp\":{\"judgements\":[[\"a\",\"b\",3],[\"c\",\"a\",4]],\"method\":\"column_mean\",\"of\":[\"a\",\"b\","
        "\"c\"],\"random_index\":\"alonso_lamata\"}}",
        "ahp", &w));
    assert_int_equal(w.count, 3);
    assert_string_equal(w.of[2], "c");
    assert_int_equal(w.method, CRMV_AHP_COLUMN_MEAN);
    assert_int_equal(w.random_index, CRMV_RANDOM_ALONSO_LAMATA);
    assert_near(w.judgements[1], 3, 0);
    assert_near(w.judgements[2], 0.25, 0);
    assert_true(isnan(w.judgements[5]));
    crmvi_weighing_clear(&w);
}

static void what_is_not_said_is_as_documented(void **state) {
    (void)state;
    crmvi_weighing w;
    assert_true(crmvi_weighing_read("{\"ahp\":{\"judgements\":[],\"of\":[\"a\"]}}", "ahp", &w));
    assert_int_equal(w.method, CRMV_AHP_EIGENVECTOR);
    assert_int_equal(w.random_index, CRMV_RANDOM_SAATY);
    crmvi_weighing_clear(&w);
    assert_true(crmvi_weighing_read("{\"outcome\":{\"explain\":\"later\",\"of\":[\"a\"]}}", "outcome", &w));
    assert_false(w.by_rank);
    assert_near(w.held_out, 30, 0);
    assert_string_equal(w.explain, "later");
    crmvi_weighing_clear(&w);
    assert_true(crmvi_weighing_read(
        "{\"outcome\":{\"by\":\"rank_correlation\",\"explain\":\"later\",\"held_out\":0,\"of\":[\"a\"]}}", "outcome",
        &w));
    assert_true(w.by_rank);
    assert_near(w.held_out, 0, 0);
    crmvi_weighing_clear(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_found_behind_values_of_any_kind),
        cmocka_unit_test(escapes_become_characters),
        cmocka_unit_test(judgements_become_the_upper_triangle),
        cmocka_unit_test(what_is_not_said_is_as_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
