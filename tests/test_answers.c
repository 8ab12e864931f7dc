/* What was found, put beside the requests: numbers like any others, with a hash that the library writes. */
#include "asks.h"
#include "base/guest.h"
#include "model/model.h"

/* The same in plain numbers. */
static const char *const all_plain = MODEL(
    "'metrics': {'a': {'sum': 'revenue', 'scale': {'line': [[0, 0], [50, 100]]}}, 'b': {'count': 'lines', " LINE "}, "
    "'c': {'recency': 'days', 'better': 'lower', 'scale': {'bands': [{'points': 100}, {'from': 30, 'points': 0}]}}}, "
    "'indexes': {'score': {'weights': {'now': 80, 'c': 20}}, 'now': {'weights': {'b': 33.333333, 'a': 66.666667}}, "
    "'plain': {'weights': {'a': 75, 'b': 25}}, 'told': {'weights': {'b': 100}}}, 'tiers': {'cuts': [['x', 50.5], "
    "['y', null]]}, 'segments': {'s': {'by': 'b', 'cuts': [['u', 7.25], ['v', null]]}}");

static crmv_frame *some_customers(const crmv_model *model) {
    static const char *const keys[] = {"k1", "k1", "k2", "k3", "k3", "k3"};
    static const char *const dates[] = {"2024-01-05", "2024-03-01", "2024-02-20",
                                        "2023-12-01", "2024-02-28", "2024-02-29"};
    static const char *const amounts[] = {"10", "15.50", "70", "3", "4", "20"};
    const crmv_column columns[] = {strings("customer", keys), strings("date", dates), strings("revenue", amounts)};
    crmv_ledger *ledger = ledger_of(model, 1);
    crmv_frame *frame = NULL;
    take_in(ledger, "all", columns, 3, 6);
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, crmv_day(2024, 3, 15), NULL, &frame, NULL), CRMV_OK);
    crmv_ledger_free(ledger);
    return frame;
}

/* Every column of numbers and of codes is the same in both. */
static void expect_same_scores(const crmv_model *model, const crmv_scores *a, const crmv_scores *b) {
    static const char *const columns[] = {"score",    "now",      "plain",     "told",       "points_a",
                                          "points_b", "points_c", "score_low", "score_high", "coverage"};
    const size_t rows = (size_t)crmv_scores_rows(a);
    assert_int_equal(rows, 3);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        const int64_t *left = crmv_scores_exact(a, columns[i]);
        const int64_t *right = crmv_scores_exact(b, columns[i]);
        assert_true(left != NULL && right != NULL);
        assert_memory_equal(left, right, rows * sizeof *left);
    }
    assert_memory_equal(crmv_scores_codes(a, "tier"), crmv_scores_codes(b, "tier"), rows * sizeof(int32_t));
    assert_memory_equal(crmv_scores_codes(a, "s"), crmv_scores_codes(b, "s"), rows * sizeof(int32_t));
    assert_int_equal(crmv_model_count(model, CRMV_SEGMENTS), 1);
}

static void a_fitted_model_scores_as_one_with_these_numbers_alone(void **state) {
    (void)state;
    crmv_model *fitted = everything_answered();
    crmv_model *plain = model_of_text(all_plain);
    crmv_frame *frame = some_customers(plain);
    crmv_scores *scores = NULL;
    crmv_scores *others = NULL;
    assert_int_equal(crmv_score(fitted, frame, NULL, &scores, NULL), CRMV_OK);
    assert_int_equal(crmv_score(plain, frame, NULL, &others, NULL), CRMV_OK);
    expect_same_scores(plain, scores, others);
    crmv_scores_free(scores);
    crmv_scores_free(others);
    crmv_frame_free(frame);
    crmv_model_free(plain);
    crmv_model_free(fitted);
}

static void every_request_of_an_answered_model_is_fitted_in_print_too(void **state) {
    (void)state;
    crmv_model *model = everything_answered();
    char *text = printed_model(model);
    crmv_model *again = model_of(text);
    assert_int_equal(crmv_model_requests(again), 8);
    for (int32_t i = 0; i < 8; i++) {
        assert_int_equal(request_at(model, i).state, CRMV_REQUEST_FITTED);
        assert_int_equal(request_at(again, i).state, CRMV_REQUEST_FITTED);
        assert_int_equal(request_at(again, i).ready, 1);
    }
    assert_int_equal(crmvi_require_fitted(again, NULL), CRMV_OK);
    free(text);
    crmv_model_free(again);
    crmv_model_free(model);
}

static void an_answer_makes_ready_what_needs_it(void **state) {
    (void)state;
    crmv_model *model = model_of_text(EVERYTHING);
    model = answered(model, "metrics.a.scale", "{'line': [[0, 0], [50, 100]]}");
    assert_int_equal(request_at(model, 4).ready, 1); /* entropy of a and b */
    assert_int_equal(request_at(model, 5).ready, 0); /* critic of that and c */
    crmv_model_free(model);
}

static void what_is_not_ready_cannot_be_answered(void **state) {
    (void)state;
    crmv_model *model = model_of_text(EVERYTHING);
    crmv_model *out = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_model_answer(model, 6, "{\"cuts\": []}", -1, &out, &error), CRMV_BAD_STATE);
    assert_string_equal(error.place, "tiers");
    assert_null(out);
    crmv_model_free(model);
}

static void a_model_that_still_asks_is_named_by_its_first_request(void **state) {
    (void)state;
    crmv_model *model = model_of_text(EVERYTHING);
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmvi_require_fitted(model, &error), CRMV_NOT_FITTED);
    assert_string_equal(error.place, "metrics.a.scale");
    assert_non_null(strstr(error.message, "`percentile` is still to be found: fit the model first"));
    model = answered(model, "metrics.a.scale", "{'line': [[0, 0], [50, 100]]}");
    assert_int_equal(crmvi_require_fitted(model, &error), CRMV_NOT_FITTED);
    assert_string_equal(error.place, "metrics.c.scale");
    crmv_model_free(model);
}

/* What is put beside a request must be what it asks for. */
typedef struct wrong {
    const char *text; /* the model; its first request is answered */
    const char *fitted, *place, *message;
    int32_t status;
} wrong;

static void expect_wrong(const wrong *w) {
    crmv_model *model = model_of_text(w->text);
    crmv_model *out = NULL;
    crmv_error error = {.struct_size = sizeof error};
    char *json = quoted_text(w->fitted);
    const int32_t status = crmv_model_answer(model, 0, json, -1, &out, &error);
    const int32_t expected = w->status != 0 ? w->status : CRMV_BAD_MODEL;
    if (status != expected || strcmp(error.place, w->place) != 0 || strstr(error.message, w->message) == NULL ||
        out != NULL) {
        fail_msg("%s\n  gave %d at `%s`: %s\n  not at `%s`: %s", w->fitted, (int)status, error.place, error.message,
                 w->place, w->message);
    }
    free(json);
    crmv_model_free(model);
}

static void an_answer_to_another_question_is_refused_at_its_place(void **state) {
#define LINE_ASKED ASKED("'percentile': {}")
#define BANDS_ASKED ASKED("'quantile_bands': {}")
#define WEIGHTS_ASKED WEIGHED("'equal': {'of': ['b', 'a']}")
#define TIERS_ASKED ASKED_TIERS("'quantiles': ['x', 'y']")
#define FITTED "metrics.a.scale.fitted"
    static const wrong list[] = {
        {LINE_ASKED, "{}", FITTED, "`percentile` finds `line`, found none", 0},
        {LINE_ASKED, "[]", "metrics.a.scale", "is an object", 0},
        {LINE_ASKED, "{'line': [[0, 0],]}", "", "expected a value, found \"]\"", CRMV_BAD_SYNTAX},
        {LINE_ASKED, "{'bands': [{'points': 1}]}", FITTED ".bands", "`percentile` finds `line`, not `bands`", 0},
        {LINE_ASKED, "{'line': [[0, 0], [1, 1]], 'cuts': []}", FITTED ".cuts", "finds `line`, not `cuts`", 0},
        {LINE_ASKED, "{'line': [[0, 0]]}", FITTED ".line", "at least two knots", 0},
        {LINE_ASKED, "{'line': [[1, 0], [1, 5]]}", FITTED ".line[1][0]", "ascending", 0},
        {LINE_ASKED, "{'lines': [[1, 0], [2, 5]]}", FITTED ".lines", "did you mean \"line\"?", 0},
        {LINE_ASKED, "{'line': [[0, 0], [1, 1]], 'as_of': 'today'}", FITTED ".as_of", "expected a date", 0},
        {LINE_ASKED, "{'line': [[0, 0], [1, 1]], 'customers': -1}", FITTED ".customers", "found -1", 0},
        {LINE_ASKED, "{'line': [[0, 0], [1, 1]], 'found': 7}", FITTED ".found", "expected an object, found 7", 0},
        {BANDS_ASKED, "{'line': [[0, 0], [1, 1]]}", FITTED ".line", "`quantile_bands` finds `bands`, not `line`", 0},
        {BANDS_ASKED, "{'bands': []}", FITTED ".bands", "at least one band", 0},
        {WEIGHTS_ASKED, "{'weights': {'a': 50}}", "indexes.score.weights.fitted.weights",
         "no weight was found for \"b\"", 0},
        {WEIGHTS_ASKED, "{'weights': {'a': 50, 'b': 25, 'c': 25}}", "indexes.score.weights.fitted.weights.c",
         "\"c\" is no member of the request's `of`", 0},
        {WEIGHTS_ASKED, "{'weights': {'a': 50, 'b': 49.999999}}", "indexes.score.weights.fitted.weights",
         "add up to 100, these to 99.999999", 0},
        {WEIGHTS_ASKED, "{'weights': {'a': 150, 'b': -50}}", "indexes.score.weights.fitted.weights.a",
         "expected a number from 0 to 100, found 150", 0},
        {TIERS_ASKED, "{'cuts': [['x', 5]]}", "tiers.fitted.cuts[0][1]", "expected null, as the last tier", 0},
        {TIERS_ASKED, "{'cuts': [['x', null]]}", "tiers.fitted.cuts", "the request names 2 classes, these are 1", 0},
        {TIERS_ASKED, "{'cuts': [['y', 5], ['x', null]]}", "tiers.fitted.cuts[0][0]", "expected \"x\", found \"y\"", 0},
        {TIERS_ASKED, "{'cuts': [['x', 5], ['y', 4], ['z', null]]}", "tiers.fitted.cuts", "these are 3", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        expect_wrong(&list[i]);
    }
}

static void arguments_of_an_answer_are_checked(void **state) {
    (void)state;
    crmv_model *model = model_of_text(LINE_ASKED);
    crmv_model *out = NULL;
    assert_int_equal(crmv_model_answer(NULL, 0, "{}", -1, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_answer(model, 1, "{}", -1, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_answer(model, -1, "{}", -1, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_answer(model, 0, NULL, -1, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_answer(model, 0, "{}", -2, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_answer(model, 0, "{}", -1, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_unfitted(NULL, &out, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_unfitted(model, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_null(out);
    crmv_model_free(model);
}

static void an_answer_replaces_the_one_before_and_leaves_the_model_alone(void **state) {
    (void)state;
    crmv_model *first = answered(model_of_text(LINE_ASKED), "metrics.a.scale", "{'line': [[0, 0], [1, 1]]}");
    crmv_model *second = NULL;
    static const char *const other = "{\"request\": \"of another model\", \"line\": [[0, 5], [9, 7]]}and more";
    assert_int_equal(crmv_model_answer(first, 0, other, (int64_t)strlen(other) - 8, &second, NULL), CRMV_OK);
    assert_int_equal(second->metrics[0].scale.points[0], 5 * CRMVI_ONE);
    assert_int_equal(first->metrics[0].scale.points[0], 0);
    assert_int_equal(request_at(second, 0).state, CRMV_REQUEST_FITTED);
    crmv_model_free(first);
    crmv_model_free(second);
}

static void a_model_without_its_answers_is_as_it_was_asked(void **state) {
    (void)state;
    crmv_model *asked = model_of_text(EVERYTHING);
    crmv_model *fitted = everything_answered();
    crmv_model *unfitted = NULL;
    assert_int_equal(crmv_model_unfitted(fitted, &unfitted, NULL), CRMV_OK);
    char *before = printed_model(asked);
    char *after = printed_model(unfitted);
    assert_string_equal(before, after);
    free(before);
    free(after);
    crmv_model_free(unfitted);
    crmv_model_free(fitted);
    crmv_model_free(asked);
}

/* Answers to requests that need each other, given at once: each hash is of what stands there then. */
static void answers_of_several_rounds_fit_together(void **state) {
    (void)state;
    crmv_model *model = model_of_text(EVERYTHING);
    static const char *const texts[] = {"{\"weights\": {\"a\": 10, \"b\": 90}}", "{\"line\": [[0, 0], [9, 9]]}"};
    crmvi_answer answers[] = {{.ask = 4, .fitted = json_loads(texts[0], 0, NULL)},
                              {.ask = 0, .fitted = json_loads(texts[1], 0, NULL)}};
    crmv_model *out = NULL;
    assert_int_equal(crmvi_model_with(model, answers, 2, &out, NULL), CRMV_OK);
    assert_int_equal(request_at(out, 4).state, CRMV_REQUEST_FITTED);
    assert_int_equal(request_at(out, 0).state, CRMV_REQUEST_FITTED);
    json_decref(answers[0].fitted);
    json_decref(answers[1].fitted);
    crmv_model_free(out);
    crmv_model_free(model);
}

int main(void) {
    crmvi_guest host;
    crmvi_enter(&host);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fitted_model_scores_as_one_with_these_numbers_alone),
        cmocka_unit_test(every_request_of_an_answered_model_is_fitted_in_print_too),
        cmocka_unit_test(an_answer_makes_ready_what_needs_it),
        cmocka_unit_test(what_is_not_ready_cannot_be_answered),
        cmocka_unit_test(a_model_that_still_asks_is_named_by_its_first_request),
        cmocka_unit_test(an_answer_to_another_question_is_refused_at_its_place),
        cmocka_unit_test(arguments_of_an_answer_are_checked),
        cmocka_unit_test(an_answer_replaces_the_one_before_and_leaves_the_model_alone),
        cmocka_unit_test(a_model_without_its_answers_is_as_it_was_asked),
        cmocka_unit_test(answers_of_several_rounds_fit_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
