/* What makes stale what was found, and what does not; and of what text the hash is. */
#include "asks.h"
#include "base/hash.h"
#include "model/model.h"

#include <stdio.h>

/* A text in which a piece is another one; to be freed. */
static char *with_piece(const char *text, const char *piece, const char *other) {
    char *whole = malloc(strlen(text) + strlen(other) + 1);
    const char *at = strstr(text, piece);
    assert_non_null(whole);
    if (at == NULL) {
        fail_msg("no %s in %s", piece, text);
    }
    const size_t before = (size_t)(at - text);
    memcpy(whole, text, before);
    strcpy(whole + before, other);
    strcat(whole, at + strlen(piece));
    return whole;
}

/* A model with everything that requests can be found from, all fitted, as text. */
#define BASE                                                                                                           \
    MODEL("'name': 'base', 'money': {'currency': 'EUR'}, 'window': {'months': 12}, " OUTCOMES                          \
          ", 'metrics': {'a': {'sum': 'revenue', 'label': 'Revenue', 'scale': {'percentile': {}}}, 'b': {'count': "    \
          "'lines', 'better': 'higher', 'missing': 'worst', 'scale': {'line': [[0, 0], [10, 100]]}}, 'c': {'ratio': "  \
          "['a', 'd'], 'scale': {'optimal_bands': {'outcome': 'later'}}}, 'd': {'count': 'documents'}}, 'indexes': "   \
          "{'now': {'weights': {'entropy': {'of': ['a', 'b']}}}, 'judged': {'weights': {'ahp': {'of': ['a', 'b'], "    \
          "'judgements': [['a', 'b', 2]]}}}, 'score': {'weights': {'now': 60, 'c': 40}}}, 'unrated': "                 \
          "{'coverage_below': 50}, 'tiers': {'quantiles': ['x', 'y']}, 'segments': {'s': {'by': 'b', 'k_means': "      \
          "['u', 'v']}}, 'rules': [{'name': 'r', 'when': {'b': {'below': 1}}, 'then': {'flag': true}}]")

static char *fitted_text(void) {
    crmv_model *model = model_of_text(BASE);
    model = answered(model, "metrics.a.scale", "{'line': [[0, 0], [50, 100]]}");
    model = answered(model, "metrics.c.scale", "{'bands': [{'points': 100}, {'from': 30, 'points': 0}]}");
    model = answered(model, "indexes.judged.weights", "{'weights': {'a': 75, 'b': 25}}");
    model = answered(model, "indexes.now.weights", "{'weights': {'b': 40, 'a': 60}}");
    model = answered(model, "tiers", "{'cuts': [['x', 50.5], ['y', null]]}");
    model = answered(model, "segments.s", "{'cuts': [['u', 7.25], ['v', null]]}");
    char *text = printed_model(model);
    crmv_model_free(model);
    return text;
}

/* Requests in their order: a, c, judged, now, tiers, s; F for fitted, S for stale, O for open. */
static void expect_states(const char *piece, const char *other, const char *states) {
    char *text = fitted_text();
    char *quoted_piece = quoted_text(piece);
    char *quoted_other = quoted_text(other);
    char *changed = with_piece(text, quoted_piece, quoted_other);
    crmv_model *model = model_of(changed);
    char found[8] = "";
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        found[i] = " OSF"[request_at(model, i).state];
    }
    if (strcmp(found, states) != 0) {
        fail_msg("%s -> %s: %s, not %s", piece, other, found, states);
    }
    crmv_model_free(model);
    free(changed);
    free(quoted_other);
    free(quoted_piece);
    free(text);
}

static void what_says_nothing_of_the_numbers_makes_nothing_stale(void **state) {
    (void)state;
    expect_states("'name': 'base'", "'name': 'other', 'notes': 'new'", "FFFFFF");
    expect_states("'label': 'Revenue'", "'label': 'Sales', 'notes': 'see there'", "FFFFFF");
    expect_states("'percentile': {}", "'percentile': {'notes': 'why'}", "FFFFFF");
    expect_states("'below': 1", "'below': 2", "FFFFFF");
    expect_states("'of': ['a', 'b'],", "'of': ['a', 'b'], 'notes': 'said by sales',", "FFFFFF");
}

static void another_request_makes_stale_its_own_numbers_and_what_was_found_from_them(void **state) {
    (void)state;
    expect_states("'percentile': {}", "'percentile': {'knots': 3}", "SFFSSS");
    expect_states("'percentile': {}", "'min_max': {}", "SFFSSS");
    expect_states("['a', 'b', 2]", "['a', 'b', 3]", "FFSFFF");
    expect_states("['a', 'b', 2]", "['b', 'a', 2]", "FFSFFF");
    expect_states("'quantiles'", "'natural_breaks'", "FFFFSF");
}

static void another_card_makes_stale_what_was_found_from_it(void **state) {
    (void)state;
    expect_states("'sum': 'revenue',", "'sum': 'gross_profit',", "SSFSSS"); /* c is a ratio of a */
    expect_states("'months': 12", "'months': 6", "SSFSSS");
    expect_states("'EUR'", "'USD'", "SSFSSS");
    expect_states("'documents'}\n", "'lines'}\n", "FSFFSS"); /* the other operand of c */
    expect_states("'better': 'higher'", "'better': 'lower'", "FFFFFF");
    expect_states("[10, 100]]", "[20, 100]]", "FFFSSS"); /* points of b */
    expect_states("'worst'", "'refuse'", "FFFSSS");
    expect_states("'months': 10", "'months': 11", "FSFFSS"); /* of outcomes, from which c was found */
}

/* Bands by outcome do not see whom weights by outcome hold out. */
static void another_part_that_is_held_out_makes_stale_bands_by_outcome(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        MODEL(OUTCOMES ", 'metrics': {'a': {'sum': 'revenue', 'scale': {'optimal_bands': {'outcome': 'later'}}}, 'b': "
                       "{'sum': 'revenue', 'scale': {'percentile': {}}}}, 'indexes': {'x': {'weights': {'outcome': "
                       "{'of': ['a'], 'explain': 'back', 'held_out': 40}}}}"));
    model = answered(model, "metrics.a.scale", "{'bands': [{'points': 100}, {'from': 30, 'points': 0}]}");
    model = answered(model, "metrics.b.scale", "{'line': [[0, 0], [50, 100]]}");
    char *text = printed_model(model);
    static const struct {
        const char *other;
        int32_t state;
    } cases[] = {{"\"held_out\": 40.0", CRMV_REQUEST_FITTED},
                 {"\"held_out\": 20", CRMV_REQUEST_STALE},
                 {"\"held_out\": 0", CRMV_REQUEST_STALE},
                 {"\"notes\": \"\"", CRMV_REQUEST_STALE}}; /* 30 unless it is said */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *changed = with_piece(text, "\"held_out\": 40", cases[i].other);
        crmv_model *other = model_of(changed);
        assert_int_equal(request_at(other, 0).state, cases[i].state);
        assert_int_equal(request_at(other, 1).state, CRMV_REQUEST_FITTED);
        crmv_model_free(other);
        free(changed);
    }
    free(text);
    crmv_model_free(model);
}

static void what_weighs_otherwise_makes_stale_what_is_above_it(void **state) {
    (void)state;
    expect_states("'now': 60", "'now': 61", "FFFFSS");
    expect_states("'coverage_below': 50", "'coverage_below': 49", "FFFFSS");
    expect_states("'by': 'b'", "'by': 'a'", "FFFFFS");
}

static void numbers_that_are_changed_by_hand_make_stale_what_was_found_from_them(void **state) {
    (void)state;
    expect_states("[50, 100]]", "[51, 100]]", "FFFSSS"); /* a's own line */
    expect_states("'b': 40, 'a': 60", "'b': 30, 'a': 70", "FFFFSS");
}

static void a_scale_that_loses_its_request_but_not_its_numbers_makes_nothing_stale(void **state) {
    (void)state;
    char *text = fitted_text();
    char *piece = quoted_text("'percentile': {},");
    char *without = with_piece(text, piece, "");
    const char *begin = strstr(without, "\"fitted\"");
    const char *line = strstr(begin, "\"line\"");
    const char *end = strstr(line, "]]") + 2;
    const char *rest = strstr(end, "}") + 1;
    char plain[4096];
    snprintf(plain, sizeof plain, "%.*s%.*s%s", (int)(begin - without), without, (int)(end - line), line, rest);
    crmv_model *model = model_of(plain);
    assert_int_equal(crmv_model_requests(model), 5);
    for (int32_t i = 0; i < 5; i++) {
        assert_int_equal(request_at(model, i).state, CRMV_REQUEST_FITTED);
    }
    crmv_model_free(model);
    free(without);
    free(piece);
    free(text);
}

static void the_order_of_keys_makes_nothing_stale(void **state) {
    (void)state;
    char *text = fitted_text();
    json_t *tree = json_loads(text, 0, NULL);
    char *sorted = json_dumps(tree, JSON_SORT_KEYS);
    crmv_model *model = model_of(sorted);
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        assert_int_equal(request_at(model, i).state, CRMV_REQUEST_FITTED);
    }
    crmv_model_free(model);
    free(sorted);
    json_decref(tree);
    free(text);
}

/* Of a request that changed, what stands beside it need not have its form any more; of another one it must. */
static void stale_numbers_of_another_form_are_no_error(void **state) {
    (void)state;
    expect_states("'percentile': {}", "'quantile_bands': {}", "SFFSSS");
    expect_states("'quantiles': ['x', 'y']", "'quantiles': ['x', 'y', 'z']", "FFFFSF");
    expect_states("'of': ['a', 'b']}", "'of': ['a']}", "FFFSSS");
}

static void stale_numbers_do_not_count(void **state) {
    (void)state;
    crmv_model *model =
        model_of_text(ASKED("'percentile': {}, 'fitted': {'request': 'old', 'line': [[0, 1], [5, 9]]}"));
    assert_int_equal(model->metrics[0].scale.count, 0);
    assert_int_equal(request_at(model, 0).state, CRMV_REQUEST_STALE);
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmvi_require_fitted(model, &error), CRMV_NOT_FITTED);
    assert_non_null(strstr(error.message, "anew, as it or what it was found from has changed"));
    crmv_model_free(model);
}

static void fitted_without_a_hash_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {ASKED("'percentile': {}, 'fitted': {'line': [[0, 1], [5, 9]]}"),
                                        ASKED("'percentile': {}, 'fitted': {'request': 7}")};
    static const char *const places[] = {"metrics.a.scale.fitted", "metrics.a.scale.fitted.request"};
    for (int32_t i = 0; i < 2; i++) {
        char *json = quoted_text(texts[i]);
        crmv_model *model = NULL;
        crmv_error error = {.struct_size = sizeof error};
        assert_int_equal(crmv_model_parse(json, -1, &model, &error), CRMV_BAD_MODEL);
        assert_string_equal(error.place, places[i]);
        free(json);
    }
}

/* An empty hash is one like any other, but for the library while it writes an answer. */
static void an_empty_hash_is_stale(void **state) {
    (void)state;
    crmv_model *model = model_of_text(ASKED("'percentile': {}, 'fitted': {'request': '', 'line': [[0, 1], [5, 9]]}"));
    assert_int_equal(request_at(model, 0).state, CRMV_REQUEST_STALE);
    crmv_model_free(model);
}

static void hash_of_text(const char *text, char hash[33]) {
    char *json = quoted_text(text);
    crmvi_hash *running = crmvi_hash_new();
    assert_non_null(running);
    crmvi_hash_bytes(running, json, strlen(json));
    crmvi_hash_text(running, hash);
    crmvi_hash_free(running);
    free(json);
}

/* The texts are written here by the rule of docs/model.md. */
static void the_hash_is_that_of_the_text_of_the_documentation(void **state) {
    (void)state;
    char hash[33];
    crmv_model *model = model_of_text(WEIGHED("'equal': {'notes': 'n', 'of': ['b', 'a']}"));
    hash_of_text("{'from':{},'request':{'equal':{'of':['b','a']}}}", hash);
    assert_string_equal(model->asks.items[0].hash, hash);
    crmv_model_free(model);

    model =
        model_of_text(MODEL("'name': 'n', 'window': {'days': 9}, 'metrics': {'a': {'sum': 'revenue', 'label': 'l', "
                            "'better': 'lower', 'scale': {'percentile': {'knots': 3}}}}, 'indexes': {'score': "
                            "{'add': ['a']}}, 'tiers': {'quantiles': ['x', 'y']}, 'unrated': {'coverage_below': 5}"));
    char value[33];
    char points[33];
    char score[33];
    char text[512];
    hash_of_text("{'card':{'sum':'revenue'},'window':{'days':9}}", value);
    snprintf(text, sizeof text, "{'from':{'better':'lower','value':'%s'},'request':{'percentile':{'knots':3}}}", value);
    hash_of_text(text, hash);
    assert_string_equal(model->asks.items[0].hash, hash);
    snprintf(text, sizeof text, "{'scale':{'percentile':{'knots':3}},'value':'%s'}", value);
    hash_of_text(text, points);
    snprintf(text, sizeof text, "{'add':['a'],'members':{'a':'%s'}}", points);
    hash_of_text(text, score);
    snprintf(text, sizeof text,
             "{'from':{'score':'%s','unrated':{'coverage_below':5}},'request':{'quantiles':['x','y']}}", score);
    hash_of_text(text, hash);
    assert_string_equal(model->asks.items[1].hash, hash);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_says_nothing_of_the_numbers_makes_nothing_stale),
        cmocka_unit_test(another_request_makes_stale_its_own_numbers_and_what_was_found_from_them),
        cmocka_unit_test(another_card_makes_stale_what_was_found_from_it),
        cmocka_unit_test(another_part_that_is_held_out_makes_stale_bands_by_outcome),
        cmocka_unit_test(what_weighs_otherwise_makes_stale_what_is_above_it),
        cmocka_unit_test(numbers_that_are_changed_by_hand_make_stale_what_was_found_from_them),
        cmocka_unit_test(a_scale_that_loses_its_request_but_not_its_numbers_makes_nothing_stale),
        cmocka_unit_test(the_order_of_keys_makes_nothing_stale),
        cmocka_unit_test(stale_numbers_of_another_form_are_no_error),
        cmocka_unit_test(stale_numbers_do_not_count),
        cmocka_unit_test(fitted_without_a_hash_is_refused),
        cmocka_unit_test(an_empty_hash_is_stale),
        cmocka_unit_test(the_hash_is_that_of_the_text_of_the_documentation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
