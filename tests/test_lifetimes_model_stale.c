/* When lifetimes, and what is found from what they foretell, can be answered, and what makes it stale. */
#include "base/hash.h"
#include "lifetime_texts.h"
#include "model/model.h"

#include <stdio.h>

/* ---- In which order ---------------------------------------------------------------------------------------------- */

/* Requests in their order: orders, worth; the scales of lines, alive and both; told; tiers, s, t. */
static const char *const places[] = {
    "lifetimes.orders",     "lifetimes.worth", "metrics.lines.scale", "metrics.alive.scale", "metrics.both.scale",
    "indexes.told.weights", "tiers",           "segments.s",          "segments.t"};

enum { REQUESTS = sizeof places / sizeof places[0] };

/* O for open, S for stale, F for fitted; small where the request is not ready. */
static void expect_states_of(const crmv_model *model, const char *states, const char *what) {
    char found[REQUESTS + 1] = "";
    assert_int_equal(crmv_model_requests(model), REQUESTS);
    for (int32_t i = 0; i < REQUESTS; i++) {
        const crmv_request request = request_at(model, i);
        assert_string_equal(request.place, places[i]);
        found[i] = (request.ready == 1 ? " OSF" : " osf")[request.state];
    }
    if (strcmp(found, states) != 0) {
        fail_msg("%s: %s, not %s", what, found, states);
    }
}

static void requests_wait_for_the_lifetimes_that_they_need(void **state) {
    (void)state;
    crmv_model *model = model_of_text(FORETOLD);
    expect_states_of(model, "OOOoooooo", "open");
    model = answered(model, "lifetimes.orders", ORDERS_ANSWER);
    expect_states_of(model, "FOOOooooo", "orders answered");
    model = answered(model, "lifetimes.worth", WORTH_ANSWER);
    expect_states_of(model, "FFOOOoooo", "worth answered");
    crmv_model_free(model);
    model = foretold_answered();
    expect_states_of(model, "FFFFFFFFF", "everything answered");
    crmv_model_free(model);
}

static void what_a_lifetime_is_not_fitted_for_yet_cannot_be_answered(void **state) {
    (void)state;
    crmv_model *model = model_of_text(FORETOLD);
    crmv_model *out = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_model_answer(model, 3, "{\"line\": [[0, 0], [1, 100]]}", -1, &out, &error), CRMV_BAD_STATE);
    assert_string_equal(error.place, "metrics.alive.scale");
    assert_null(out);
    crmv_model_free(model);
}

/* Without a score, classes of a metric wait for its lifetime alone. */
static void classes_of_a_metric_wait_for_its_lifetime(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL("'lifetimes': {" BOUGHT "}, 'metrics': {'a': {'lifetime': ['l', 'spend']}, "
                                            "'b': {'sum': 'revenue'}, 'c': {'difference': ['a', 'b']}}, 'segments': "
                                            "{'s': {'by': 'c', 'k_means': ['u', 'v']}, 't': {'by': 'b', 'k_means': "
                                            "['u', 'v']}}"));
    assert_string_equal(request_at(model, 1).place, "segments.t");
    assert_int_equal(request_at(model, 1).ready, 1);
    assert_string_equal(request_at(model, 2).place, "segments.s");
    assert_int_equal(request_at(model, 2).ready, 0);
    crmv_model_free(model);
}

static void a_lifetime_is_asked_of_the_fit_library_with_a_frame_and_no_outcome(void **state) {
    (void)state;
    crmv_model *model = model_of_text(FORETOLD);
    const crmv_request request = request_at(model, 1);
    assert_int_equal(request.by, CRMV_BY_FIT);
    assert_int_equal(request.needs_frame, 1);
    assert_int_equal(request.needs_outcome, 0);
    assert_string_equal(request.operation, "lifetime");
    char *text = quoted_text("{'lifetime':{'model':'pareto_nbd','spend':{'first_purchase':true,'model':'gamma_gamma',"
                             "'of':['revenue','discount'],'penalty':2}}}");
    assert_string_equal(request.text, text);
    free(text);
    crmv_model_free(model);
}

/* ---- What makes stale -------------------------------------------------------------------------------------------- */

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

static void expect_states(const char *piece, const char *other, const char *states) {
    crmv_model *fitted = foretold_answered();
    char *text = printed_model(fitted);
    char *quoted_piece = quoted_text(piece);
    char *quoted_other = quoted_text(other);
    char *changed = with_piece(text, quoted_piece, quoted_other);
    crmv_model *model = model_of(changed);
    expect_states_of(model, states, piece);
    crmv_model_free(model);
    free(changed);
    free(quoted_other);
    free(quoted_piece);
    free(text);
    crmv_model_free(fitted);
}

static void notes_and_labels_make_nothing_stale(void **state) {
    (void)state;
    expect_states("'time_unit': 'day'", "'time_unit': 'day', 'notes': 'why'", "FFFFFFFFF");
    expect_states("'ahead': {'months': 6}", "'ahead': {'months': 6}, 'label': 'Still there'", "FFFFFFFFF");
    expect_states("'bic': 19200.5", "'bic': 7", "FFFFFFFFF");
}

static void another_lifetime_makes_stale_what_was_fitted_and_all_that_was_found_from_it(void **state) {
    (void)state;
    expect_states("['bg_nbd', 'nbd']", "['bg_nbd', 'mbg_nbd']", "SFFssssss");
    expect_states("'time_unit': 'day'", "'time_unit': 'week'", "SFFssssss");
    expect_states("'penalty': 0.5", "'penalty': 0.25", "SFFssssss");
    expect_states("'first_purchase': true", "'first_purchase': false", "FSFFsssss");
    expect_states("['revenue', 'discount']", "['revenue']", "FSFFsssss");
    expect_states("'EUR'", "'USD'", "SSSssssss");
}

static void another_question_makes_stale_what_was_found_from_the_answers(void **state) {
    (void)state;
    expect_states("'ahead': {'months': 6}", "'ahead': {'months': 7}", "FFFSSssss");
    expect_states("'discount': 0.1", "'discount': 0.2", "FFFFSSsss");
    expect_states("'discount': 0.1", "'discount': 0.1, 'standard_error': true", "FFFFSSsss");
}

/* A fit anew, or by hand. */
static void other_parameters_make_stale_what_was_found_from_them(void **state) {
    (void)state;
    expect_states("'r': 0.243", "'r': 0.244", "FFFSSssss");
    expect_states("[0, 0, 5, null]", "[0, 0, 6, null]", "FFFSSssss");
    expect_states("'gamma': 15.447", "'gamma': 15", "FFFFSSsss");
}

static void the_same_parameters_fitted_anew_make_nothing_stale(void **state) {
    (void)state;
    crmv_model *model = foretold_answered();
    model = answered(model, "lifetimes.orders", ORDERS_ANSWER);
    model = answered(model, "lifetimes.worth",
                     "{'spend': {'parameters': {'gamma': 15.447, 'p': 6.25, 'q': 3.744}}, 'model': 'pareto_nbd', "
                     "'parameters': {'r': 0.553, 'alpha': 10.578, 's': 0.606, 'beta': 11.669}, 'customers': 5}");
    expect_states_of(model, "FFFFFFFFF", "answered again");
    crmv_model_free(model);
}

static void an_unfitted_model_has_no_parameters(void **state) {
    (void)state;
    crmv_model *model = foretold_answered();
    crmv_model *unfitted = NULL;
    assert_int_equal(crmv_model_unfitted(model, &unfitted, NULL), CRMV_OK);
    expect_states_of(unfitted, "OOOoooooo", "unfitted");
    assert_false(crmvi_is_foretold(&unfitted->lifetimes[0]));
    crmv_model *plain = model_of_text(FORETOLD);
    char hash[33];
    char plain_hash[33];
    crmv_model_hash(unfitted, hash);
    crmv_model_hash(plain, plain_hash);
    assert_string_equal(hash, plain_hash);
    crmv_model_free(plain);
    crmv_model_free(unfitted);
    crmv_model_free(model);
}

/* Of a candidate that is none any more, or without spend: the request is another. */
static void stale_parameters_of_another_form_are_no_error_and_do_not_count(void **state) {
    (void)state;
    crmv_model *model =
        model_of_text(LIFETIME("'model': 'nbd', 'fitted': {'request': 'old', 'model': 'bg_nbd', 'parameters': {'z': "
                               "'x'}, 'spend': {'p': 1}, 'covariance': [7]}"));
    assert_int_equal(request_at(model, 0).state, CRMV_REQUEST_STALE);
    assert_false(crmvi_is_foretold(&model->lifetimes[0]));
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmvi_require_fitted(model, &error), CRMV_NOT_FITTED);
    assert_string_equal(error.place, "lifetimes.l");
    crmv_model_free(model);
}

/* ---- Round trips ------------------------------------------------------------------------------------------------- */

static void a_model_with_lifetimes_prints_to_what_it_is(void **state) {
    (void)state;
    crmv_model *models[] = {model_of_text(FORETOLD), lifetimes_answered(), foretold_answered()};
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        char *text = printed_model(models[i]);
        crmv_model *again = model_of(text);
        char *text_again = printed_model(again);
        char hash[33];
        char hash_again[33];
        crmv_model_hash(models[i], hash);
        crmv_model_hash(again, hash_again);
        assert_string_equal(text, text_again);
        assert_string_equal(hash, hash_again);
        for (int32_t j = 0; j < 2; j++) {
            assert_true(crmvi_same_lifetime(&models[i]->lifetimes[j], &again->lifetimes[j]));
        }
        free(text);
        free(text_again);
        crmv_model_free(again);
        crmv_model_free(models[i]);
    }
}

/* ---- The hash ---------------------------------------------------------------------------------------------------- */

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
    char value[33];
    char text[512];
    crmv_model *model = model_of_text(
        MODEL("'money': {'decimals': 0}, 'window': {'days': 9}, 'lifetimes': {'l': {'notes': 'n', 'model': ['nbd'], "
              "'spend': {'penalty': 1, 'of': 'revenue', 'model': 'gamma_gamma'}}}, 'metrics': {'a': {'lifetime': ['l', "
              "'spend'], 'scale': {'min_max': {}}}}"));
    hash_of_text("{'from':{'money':{'decimals':0}},'request':{'lifetime':{'model':['nbd'],'spend':{'model':"
                 "'gamma_gamma','of':'revenue','penalty':1}}}}",
                 hash);
    assert_string_equal(model->asks.items[0].hash, hash);
    model = answered(model, "lifetimes.l",
                     "{'model': 'nbd', 'parameters': {'alpha': 2, 'r': 1}, 'spend': {'parameters': {'p': 1, 'q': 2, "
                     "'gamma': 3}}, 'found': {'bic': 1}}");
    hash_of_text("{'card':{'lifetime':['l','spend']},'lifetime':{'fitted':{'model':'nbd','parameters':{'alpha':2,'r':"
                 "1},'spend':{'parameters':{'gamma':3,'p':1,'q':2}}},'spend':{'model':'gamma_gamma','of':'revenue'}},"
                 "'money':{'decimals':0},'window':{'days':9}}",
                 value);
    snprintf(text, sizeof text, "{'from':{'value':'%s'},'request':{'min_max':{}}}", value);
    hash_of_text(text, hash);
    assert_string_equal(model->asks.items[1].hash, hash);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_wait_for_the_lifetimes_that_they_need),
        cmocka_unit_test(what_a_lifetime_is_not_fitted_for_yet_cannot_be_answered),
        cmocka_unit_test(classes_of_a_metric_wait_for_its_lifetime),
        cmocka_unit_test(a_lifetime_is_asked_of_the_fit_library_with_a_frame_and_no_outcome),
        cmocka_unit_test(notes_and_labels_make_nothing_stale),
        cmocka_unit_test(another_lifetime_makes_stale_what_was_fitted_and_all_that_was_found_from_it),
        cmocka_unit_test(another_question_makes_stale_what_was_found_from_the_answers),
        cmocka_unit_test(other_parameters_make_stale_what_was_found_from_them),
        cmocka_unit_test(the_same_parameters_fitted_anew_make_nothing_stale),
        cmocka_unit_test(an_unfitted_model_has_no_parameters),
        cmocka_unit_test(stale_parameters_of_another_form_are_no_error_and_do_not_count),
        cmocka_unit_test(a_model_with_lifetimes_prints_to_what_it_is),
        cmocka_unit_test(the_hash_is_that_of_the_text_of_the_documentation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
