#include "model_texts.h"

#include <stdio.h>

/* Every word that docs/model.md knows, in one model or another; printing must bring each back. */
static const char *const models[] = {
    MODEL("'metrics': {}"),
    MODEL("'name': 'all of it', 'notes': {'deep': [1, 2.5, [null, true, {'x': false}], {}, []]}, 'x-id': "
          "9007199254740993, 'money': {'currency': 'EUR', 'decimals': 3, 'price_decimals': 0, 'quantity_decimals': 9}, "
          "'input': {'encoding': 'GB18030', 'delimiter': '\\t', 'decimal': ',', 'thousands': ' ', 'negative': "
          "'parentheses', 'dates': 'd/m/yy', 'missing': ['', '-', '\\u0001\\\\'], 'keys': 'integer', 'transactions': "
          "{'customer': 'a', 'date': 'b', 'document': 'c', 'kind': 'd', 'kinds': {'I': 'sale', 'R': 'return', 'B': "
          "'rebate', 'C': 'cancellation', 'A': 'adjustment', 'K': 'cost'}, 'amounts': 'signed', 'quantity': 'e', "
          "'unit_price': 'f', 'gross_profit': 'g', 'discount_rate': 'h', 'cost_to_serve': 'i', 'currency': 'j'}, "
          "'customers': {'customer': 'k', 'name': 'l', 'since': 'm', 'dates': 'yyyy-mm-dd'}}, 'window': {'from': "
          "'2024-01-01', 'to': '2024-12-31'}, 'population': 'customers', 'metrics': {}"),
    MODEL("'window': {'days': 90}, 'metrics': {'\xE5\xAE\xA2\xE6\x88\xB7 \\n': {'label': '\\ud83d\\ude00', 'sum': "
          "['revenue', "
          "'cost'], 'per': 'year', 'minimum_coverage': 0.000001, 'better': 'lower', 'scale': {'bands': [{'points': "
          "-1000000}, {'from': 1e-7, 'to': 0.1, 'points': 33.333333}, {'from': 1e20, 'points': 1000000}]}, 'missing': "
          "{'points': 2.5}}, 'b': {'growth': 'quantity', 'window': {'years': 3}, 'scale': {'line': [[-1.5e-10, 0], [0, "
          "1], [123456789.25, 2]]}, 'missing': 'worst'}, 'c': {'attribute': 'C', 'scale': {'categories': {'notes': 1, "
          "'x-1': 2}, 'other': 3}, 'missing': 'refuse'}, 'd': {'since': 'D', 'in': 'weeks'}, 'e': {'gap': 'mean', "
          "'window': 'all'}, 'f': {'difference': ['b', 'd']}}, 'indexes': {'score': {'weights': {'b': 0.25, 'i': "
          "0}}, 'i': {'add': ['c', 'b']}}, 'unrated': {'tenure_below': {'days': 30}, 'coverage_below': 12.5}, 'tiers': "
          "{'cuts': [['t', 50], ['u', -0.5], ['v', null]]}, 'segments': {'g': {'grid': {'rows': 'i', 'columns': 'f', "
          "'cuts': [[1, 2.5], [-3]], 'names': [['p', 'q'], ['q', 'r'], ['r', 's']]}}, 's': {'cases': [{'is': 'x', "
          "'when': {'f': {'at_least': 1, 'above': 0.5, 'below': 3, 'at_most': 2}, 'c': {'is': ['notes', 'other'], "
          "'missing': false}}, 'treatment': 'z'}, {'is': 'y', 'when': {'g': {'is': 'p'}, 'coverage': {'below': 50}}}, "
          "{'is': 'w'}]}}, 'rules': [{'name': 'r', 'when': {'tier': {'is': 't'}, 's': {'missing': true}}, 'then': "
          "{'cap': 'u', 'flag': false, 'treatment': 'call'}}]"),
    BESIDE(TIERS),
};

static char *printed(const crmv_model *model) {
    int64_t length = -1;
    assert_int_equal(crmv_model_print(model, NULL, 0, &length), CRMV_BUFFER_TOO_SMALL);
    char *text = malloc((size_t)length + 1);
    assert_non_null(text);
    int64_t written = -1;
    assert_int_equal(crmv_model_print(model, text, length + 1, &written), CRMV_OK);
    assert_int_equal(written, length);
    assert_int_equal(strlen(text), length);
    return text;
}

typedef struct hash {
    char text[33];
} hash;

static hash hash_of(const crmv_model *model) {
    hash h;
    assert_int_equal(crmv_model_hash(model, h.text), CRMV_OK);
    assert_int_equal(strspn(h.text, "0123456789abcdef"), 32);
    return h;
}

static hash hash_of_text(const char *text) {
    crmv_model *model = model_of_text(text);
    const hash h = hash_of(model);
    crmv_model_free(model);
    return h;
}

static void parsing_what_was_printed_prints_the_same_bytes(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        crmv_model *model = model_of_text(models[i]);
        char *first = printed(model);
        crmv_model *again = model_of(first);
        char *second = printed(again);
        assert_string_equal(first, second);
        assert_string_equal(hash_of(model).text, hash_of(again).text);
        free(first);
        free(second);
        crmv_model_free(model);
        crmv_model_free(again);
    }
}

static void print_keeps_order_indents_by_two_and_breaks_what_does_not_fit_on_a_line(void **state) {
    (void)state;
    crmv_model *model =
        model_of_text("{'name': 'n', 'crmvalue': 1, 'metrics': {'z': {'sum': 'revenue', 'scale': {'bands': "
                      "[{'points': 0.50}, {'from': 1000.0, 'points': 2e1}]}}, 'y': {'scale': {'line': "
                      "[[0, 0], [1, 10], [2, 20], [3, 30], [4, 40], [5, 50], [6, 60], [7, 70], [8, 80], "
                      "[9, 90]]}, 'count': 'lines'}}, 'rules': []}");
    char *text = printed(model);
    assert_string_equal(text, "{\n"
                              "  \"name\": \"n\",\n"
                              "  \"crmvalue\": 1,\n"
                              "  \"metrics\": {\n"
                              "    \"z\": {\"sum\": \"revenue\", \"scale\": {\"bands\": [{\"points\": 0.5}, "
                              "{\"from\": 1000, \"points\": 20}]}},\n"
                              "    \"y\": {\n"
                              "      \"scale\": {\n"
                              "        \"line\": [[0, 0], [1, 10], [2, 20], [3, 30], [4, 40], [5, 50], [6, 60], "
                              "[7, 70], [8, 80], [9, 90]]\n"
                              "      },\n"
                              "      \"count\": \"lines\"\n"
                              "    }\n"
                              "  },\n"
                              "  \"rules\": []\n"
                              "}\n");
    free(text);
    crmv_model_free(model);
}

static void a_long_array_of_single_values_is_filled_line_by_line(void **state) {
    (void)state;
    char json[2048];
    size_t used = (size_t)snprintf(json, sizeof json, "{\"crmvalue\": 1, \"metrics\": {}, \"x-n\": [1000");
    for (int i = 1; i < 50; i++) {
        used += (size_t)snprintf(json + used, sizeof json - used, ",%d", 1000 + i);
    }
    snprintf(json + used, sizeof json - used, "]}");
    crmv_model *model = model_of(json);
    char *text = printed(model);
    assert_non_null(strstr(text, "\"x-n\": [\n    1000, 1001,"));
    assert_non_null(strstr(text, ",\n    1014, 1015,"));
    assert_non_null(strstr(text, "1048, 1049\n  ]\n}\n"));
    free(text);
    crmv_model_free(model);
}

static void numbers_are_the_shortest_that_read_back(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL(
        "'x-n': [0.1, 1.50, -0.0, -0, 1E2, 100000000000000000000, 1e-9, 0.30000000000000004, 9223372036854775807, "
        "2.5e-310, 123456.789], 'metrics': {}"));
    char *text = printed(model);
    assert_non_null(strstr(text, "[0.1, 1.5, 0, 0, 100, 1e20, 1e-9, 0.30000000000000004, 9223372036854775807, 0, "
                                 "123456.789]"));
    free(text);
    crmv_model_free(model);
}

static void texts_are_escaped_where_json_needs_it_and_only_there(void **state) {
    (void)state;
    crmv_model *model = model_of("{\"crmvalue\": 1, \"name\": \"\\\" \\\\ \\/ \\b\\f\\n\\r\\t \\u001f \\u007f \\u00e4 "
                                 "\\ud83d\\ude00\", \"metrics\": {}}");
    char *text = printed(model);
    assert_non_null(strstr(text, "\"\\\" \\\\ / \\b\\f\\n\\r\\t \\u001f \x7F \xC3\xA4 \xF0\x9F\x98\x80\""));
    free(text);
    crmv_model_free(model);
}

static void a_buffer_that_is_too_small_is_left_alone(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL("'metrics': {}"));
    char *text = printed(model);
    const int64_t length = (int64_t)strlen(text);
    char buffer[100];
    int64_t told = 0;
    memset(buffer, '#', sizeof buffer);
    assert_int_equal(crmv_model_print(model, buffer, length, &told), CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(told, length);
    assert_int_equal(buffer[0], '#');
    assert_int_equal(crmv_model_print(model, buffer, length + 1, NULL), CRMV_OK);
    assert_string_equal(buffer, text);
    assert_int_equal(buffer[length + 1], '#');
    assert_int_equal(crmv_model_print(NULL, buffer, 100, &told), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_print(model, NULL, 100, &told), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_print(model, buffer, -1, &told), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_hash(NULL, buffer), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_hash(model, NULL), CRMV_BAD_ARGUMENT);
    free(text);
    crmv_model_free(model);
}

static void the_hash_does_not_see_key_order_layout_name_or_notes(void **state) {
    (void)state;
    const hash reference = hash_of_text(BESIDE(TIERS));
    const char *const alike[] = {
        "{\n'metrics': {'c': {'scale': {'other': 5.0, 'categories': {'small': 0, 'big': 1e1}}, 'attribute': 'C'}, "
        "'a': {" LINE ", 'sum': 'revenue'}, 'b': {'count': 'lines', " LINE "}}, 'crmvalue':1, " TIERS
        ", 'indexes': {'score': {'weights': {'b': 1, 'a': 2}}}}",
        BESIDE(TIERS ", 'name': 'a name', 'notes': 'a note'"),
        MODEL(
            "'metrics': {'notes': 1, 'a': {'notes': 2, 'sum': 'revenue', 'scale': {'notes': 3, 'line': [[0, 0], [10, "
            "100]]}}, 'b': {'count': 'lines', " LINE
            "}, 'c': {'attribute': 'C', 'scale': {'categories': {'big': 10, 'small': 0}, 'other': 5}}}, 'indexes': "
            "{'score': {'notes': 4, 'weights': {'notes': 5, 'a': 2, 'b': 1}}}, 'tiers': {'notes': 6, 'cuts': [['gold', "
            "50], ['basic', null]]}"),
    };
    for (size_t i = 0; i < sizeof alike / sizeof alike[0]; i++) {
        assert_string_equal(hash_of_text(alike[i]).text, reference.text);
    }
}

static void the_hash_sees_everything_else(void **state) {
    (void)state;
    const char *const different[] = {
        BESIDE(TIERS),
        BESIDE("'tiers': {'cuts': [['gold', 50.000001], ['basic', null]]}"),
        BESIDE("'tiers': {'cuts': [['basic', 50], ['gold', null]]}"),
        BESIDE(TIERS ", 'x-a': 1"),
        BESIDE(TIERS ", 'x-a': '1'"),
        BESIDE(TIERS ", 'x-a': {'name': 'seen below the top'}"),
        BESIDE(TIERS ", 'rules': []"),
        BESIDE(TIERS ", 'window': 'all'"),
        BESIDE(TIERS ", 'money': {}"),
        BESIDE(TIERS
               ", 'input': {'transactions': {'customer': 'c', 'date': 'd', 'kind': 'k', 'kinds': {'notes': 'sale'}}}"),
        BESIDE(TIERS
               ", 'input': {'transactions': {'customer': 'c', 'date': 'd', 'kind': 'k', 'kinds': {'notes': 'cost'}}}"),
        CARD("'attribute': 'A', 'scale': {'categories': {'notes': 1}}"),
        CARD("'attribute': 'A', 'scale': {'categories': {'notes': 2}}"),
        CARD("'attribute': 'A', 'scale': {'categories': {'name': 2}}"),
    };
    enum { COUNT = sizeof different / sizeof different[0] };
    hash hashes[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        hashes[i] = hash_of_text(different[i]);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(hashes[i].text, hashes[j].text);
        }
    }
}

static void the_hash_is_the_published_one(void **state) {
    (void)state;
    /* XXH3, 128 bits, seed 0, of {"crmvalue":1,"metrics":{}}: as xxhsum -H2 tells. */
    assert_string_equal(hash_of_text(MODEL("'name': 'x', 'metrics': {}")).text, "b468d514d7692b0cd028532e581caf60");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parsing_what_was_printed_prints_the_same_bytes),
        cmocka_unit_test(print_keeps_order_indents_by_two_and_breaks_what_does_not_fit_on_a_line),
        cmocka_unit_test(a_long_array_of_single_values_is_filled_line_by_line),
        cmocka_unit_test(numbers_are_the_shortest_that_read_back),
        cmocka_unit_test(texts_are_escaped_where_json_needs_it_and_only_there),
        cmocka_unit_test(a_buffer_that_is_too_small_is_left_alone),
        cmocka_unit_test(the_hash_does_not_see_key_order_layout_name_or_notes),
        cmocka_unit_test(the_hash_sees_everything_else),
        cmocka_unit_test(the_hash_is_the_published_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
