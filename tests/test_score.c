/* Scores: points, indexes, missing policies, coverage, bounds, and the columns by name. */
#define _GNU_SOURCE /* feenableexcept */
#include "scoring.h"

#include <fenv.h>

/* ---- Published scorecards ---------------------------------------------------------------------------------------- */

/* Account Scoring Index (docstoc 26441706): six criteria with caps 15 15 15 15 20 20, added up. */
static void the_account_scoring_index_of_customer_abc_is_62_grade_b(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'metrics': {"
        "'volume': {'attribute': 'c1', 'scale': {'line': [[0, 0], [15, 15]]}},"
        "'growth_rate': {'attribute': 'c2', 'scale': {'line': [[0, 0], [15, 15]]}},"
        "'loyalty': {'attribute': 'c3', 'scale': {'line': [[0, 0], [15, 15]]}},"
        "'reference': {'attribute': 'c4', 'scale': {'line': [[0, 0], [15, 15]]}},"
        "'profit': {'attribute': 'c5', 'scale': {'line': [[0, 0], [20, 20]]}},"
        "'potential': {'attribute': 'c6', 'scale': {'line': [[0, 0], [20, 20]]}}},"
        "'indexes': {'score': {'add': ['volume', 'growth_rate', 'loyalty', 'reference', 'profit', 'potential']}},"
        "'tiers': {'cuts': [['A', 80], ['B', 60], ['C', null]]}}";
    const double given[6] = {10, 12, 5, 5, 20, 10};
    const crmv_column columns[] = {numbers_column("c1", given),     numbers_column("c2", given + 1),
                                   numbers_column("c3", given + 2), numbers_column("c4", given + 3),
                                   numbers_column("c5", given + 4), numbers_column("c6", given + 5)};
    crmv_scores *scores = scored(model, columns, 6, 1, CRMV_NO_DATE);
    assert_int_equal(exact(scores, "score", 0), 62 * MICRO);
    assert_int_equal(code(scores, "tier", 0), 1);
    crmv_scores_free(scores);
}

/* PulseScore's methodology: weights .30 .20 .20 .15 .15, factors .95 .90 .75 .70 .80, green from 70. */
static void the_pulse_score_is_84_and_green(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'metrics': {"
        "'payment': {'attribute': 'f1', 'scale': {'line': [[0, 0], [1, 100]]}},"
        "'trend': {'attribute': 'f2', 'scale': {'line': [[0, 0], [1, 100]]}},"
        "'adoption': {'attribute': 'f3', 'scale': {'line': [[0, 0], [1, 100]]}},"
        "'support': {'attribute': 'f4', 'scale': {'line': [[0, 0], [1, 100]]}},"
        "'contacts': {'attribute': 'f5', 'scale': {'line': [[0, 0], [1, 100]]}}},"
        "'indexes': {'score': {'weights': {'payment': 0.30, 'trend': 0.20, 'adoption': 0.20, 'support': 0.15,"
        " 'contacts': 0.15}}},"
        "'tiers': {'cuts': [['green', 70], ['yellow', 40], ['red', null]]}}";
    const double given[5] = {.95, .90, .75, .70, .80};
    const crmv_column columns[] = {numbers_column("f1", given), numbers_column("f2", given + 1),
                                   numbers_column("f3", given + 2), numbers_column("f4", given + 3),
                                   numbers_column("f5", given + 4)};
    crmv_scores *scores = scored(model, columns, 5, 1, CRMV_NO_DATE);
    assert_int_equal(exact(scores, "score", 0), 84 * MICRO);
    assert_int_equal(code(scores, "tier", 0), 0);
    crmv_scores_free(scores);
}

/* ---- Indexes ----------------------------------------------------------------------------------------------------- */

/* Metrics a to d, whose values from 0 to 100 are their points, and whatever else a test wants to say. */
#define CARD(name) "'" name "': {'attribute': '" name "', 'scale': {'line': [[0, 0], [100, 100]]}}"
#define CARDS CARD("a") "," CARD("b") "," CARD("c") "," CARD("d")
#define MODEL(indexes) "{'crmvalue': 1, 'metrics': {" CARDS "}, 'indexes': {" indexes "}}"

/* Scores of one customer; NaN where a value is missing. */
static crmv_scores *scored_abcd(const char *model, double a, double b, double c, double d) {
    const crmv_column columns[] = {numbers_column("a", &a), numbers_column("b", &b), numbers_column("c", &c),
                                   numbers_column("d", &d)};
    return scored(model, columns, 4, 1, CRMV_NO_DATE);
}

static void assert_score(crmv_scores *scores, int64_t score) {
    assert_int_equal(exact(scores, "score", 0), score);
    crmv_scores_free(scores);
}

static void metrics_that_all_stand_at_80_give_80_to_the_last_unit(void **state) {
    (void)state;
    static const char *const model = MODEL("'score': {'weights': {'a': 0.1, 'b': 0.7, 'c': 0.13, 'd': 0.07}}");
    assert_score(scored_abcd(model, 80, 80, 80, 80), 80 * MICRO);
}

static void an_index_is_rounded_half_to_even(void **state) {
    (void)state;
    static const char *const model = MODEL("'score': {'weights': {'a': 1, 'b': 1}}");
    assert_score(scored_abcd(model, 0.000001, 0, 0, 0), 0);
    assert_score(scored_abcd(model, 0.000003, 0, 0, 0), 2);
    assert_score(scored_abcd(model, 0.000003, 0.000002, 0, 0), 2);
    assert_score(scored_abcd(model, 0.000005, 0.000002, 0, 0), 4);
}

static void negative_points_are_rounded_half_to_even_too(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': {'line': [[-100, -100], [100, 100]]}}, " CARD(
            "b") "}, 'indexes': {'score': {'weights': {'a': 1, 'b': 1}}}}";
    const double a[] = {-0.000001, -0.000003}, b[] = {0, 0};
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("b", b)};
    crmv_scores *scores = scored(model, columns, 2, 2, CRMV_NO_DATE);
    assert_int_equal(exact(scores, "score", 0), 0);
    assert_int_equal(exact(scores, "score", 1), -2);
    crmv_scores_free(scores);
}

static void what_is_rounded_feeds_the_index_above(void **state) {
    (void)state;
    /* Half a unit rounds to 0, and (0 + 1) / 2 to 0; unrounded, (1/2 + 1) / 2 would come to 1. */
    static const char *const model =
        MODEL("'inner': {'weights': {'a': 1, 'b': 1}}, 'score': {'weights': {'inner': 1, 'c': 1}}");
    crmv_scores *scores = scored_abcd(model, 0.000001, 0, 0.000001, 0);
    assert_int_equal(exact(scores, "inner", 0), 0);
    assert_int_equal(exact(scores, "score", 0), 0);
    crmv_scores_free(scores);
}

static void a_missing_metrics_weight_goes_to_the_others(void **state) {
    (void)state;
    static const char *const model = MODEL("'score': {'weights': {'a': 50, 'b': 30, 'c': 20}}");
    crmv_scores *scores = scored_abcd(model, 100, NAN, 30, 0);
    assert_int_equal(exact(scores, "score", 0), 80 * MICRO); /* (50 x 100 + 20 x 30) / 70 */
    assert_int_equal(exact(scores, "points_b", 0), MISSING);
    assert_int_equal(exact(scores, "coverage", 0), 70 * MICRO);
    assert_int_equal(exact(scores, "score_low", 0), 56 * MICRO);
    assert_int_equal(exact(scores, "score_high", 0), 86 * MICRO);
    crmv_scores_free(scores);
}

static void an_additive_index_is_scaled_by_the_highest_points_present(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'metrics': {" CARD("a") ","
                                                 "'b': {'attribute': 'b', 'scale': {'line': [[0, 0], [50, 50]]}}},"
                                                 "'indexes': {'score': {'add': ['a', 'b']}}}";
    const double a[] = {60, 60, NAN, NAN}, b[] = {20, NAN, 20, NAN};
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("b", b)};
    crmv_scores *scores = scored(model, columns, 2, 4, CRMV_NO_DATE);
    assert_int_equal(exact(scores, "score", 0), 80 * MICRO);
    assert_int_equal(exact(scores, "score", 1), 90 * MICRO); /* 60 x 150 / 100 */
    assert_int_equal(exact(scores, "score", 2), 60 * MICRO); /* 20 x 150 / 50 */
    assert_int_equal(exact(scores, "score", 3), MISSING);
    assert_int_equal(exact(scores, "coverage", 1), 66666667);
    assert_int_equal(exact(scores, "coverage", 2), 33333333);
    assert_int_equal(exact(scores, "coverage", 3), 0);
    assert_int_equal(exact(scores, "score_low", 1), 60 * MICRO);
    assert_int_equal(exact(scores, "score_high", 1), 110 * MICRO);
    crmv_scores_free(scores);
}

static void a_missing_penalty_does_not_scale_an_additive_index(void **state) {
    (void)state;
    static const char *const model = "{'crmvalue': 1, 'metrics': {" CARD(
        "a") ","
             "'penalty': {'attribute': 'p', 'scale': {'line': [[0, 0], [30, -30]]}}},"
             "'indexes': {'score': {'add': ['a', 'penalty']}, 'only': {'add': ['penalty']}}}";
    const double a[] = {60, 60, NAN}, p[] = {30, NAN, 30};
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("p", p)};
    crmv_scores *scores = scored(model, columns, 2, 3, CRMV_NO_DATE);
    assert_int_equal(exact(scores, "score", 0), 30 * MICRO);
    assert_int_equal(exact(scores, "score", 1), 60 * MICRO);
    assert_int_equal(exact(scores, "coverage", 1), 100 * MICRO);
    assert_int_equal(exact(scores, "score", 2), MISSING); /* nothing that can earn a point is there */
    assert_int_equal(exact(scores, "only", 0), -30 * MICRO);
    assert_int_equal(exact(scores, "only", 1), MISSING);
    crmv_scores_free(scores);
}

static void a_penalty_that_always_costs_something_does_not_scale_either(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'metrics': {" CARD("a") ", 'fee': {'attribute': 'f',"
                                                 " 'scale': {'bands': [{'points': -5}, {'from': 10, 'points': -20}]}}},"
                                                 "'indexes': {'score': {'add': ['a', 'fee']}}}";
    const double a[] = {60, 60}, f[] = {1, NAN};
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("f", f)};
    crmv_scores *scores = scored(model, columns, 2, 2, CRMV_NO_DATE);
    assert_int_equal(exact(scores, "score", 0), 55 * MICRO);
    assert_int_equal(exact(scores, "score", 1), 60 * MICRO);
    assert_int_equal(exact(scores, "coverage", 1), 100 * MICRO);
    assert_int_equal(exact(scores, "score_low", 1), 40 * MICRO);
    assert_int_equal(exact(scores, "score_high", 1), 55 * MICRO);
    crmv_scores_free(scores);
}

static void a_missing_metric_counts_as_missing_though_its_points_cannot_vary(void **state) {
    (void)state;
    static const char *const model = "{'crmvalue': 1, 'metrics': {" CARD(
        "a") ", 'b': {'attribute': 'b', 'missing': 'worst',"
             " 'scale': {'bands': [{'points': 20}]}}}, 'indexes': {'score': {'weights': {'a': 1, 'b': 1}}}}";
    const double a = 60, b = NAN;
    const crmv_column columns[] = {numbers_column("a", &a), numbers_column("b", &b)};
    crmv_scores *scores = scored(model, columns, 2, 1, CRMV_NO_DATE);
    assert_int_equal(exact(scores, "score", 0), 40 * MICRO);
    assert_int_equal(exact(scores, "score_low", 0), 40 * MICRO);
    assert_int_equal(exact(scores, "score_high", 0), 40 * MICRO);
    assert_int_equal(exact(scores, "coverage", 0), 50 * MICRO);
    crmv_scores_free(scores);
}

static void an_index_with_nothing_present_is_itself_missing(void **state) {
    (void)state;
    static const char *const model = MODEL("'x': {'weights': {'a': 1, 'b': 1}}, 'y': {'weights': {'c': 1, 'd': 3}}, "
                                           "'score': {'weights': {'x': 60, 'y': 40}}");
    crmv_scores *scores = scored_abcd(model, NAN, NAN, 40, NAN);
    assert_int_equal(exact(scores, "x", 0), MISSING);
    assert_int_equal(exact(scores, "y", 0), 40 * MICRO);
    assert_int_equal(exact(scores, "score", 0), 40 * MICRO);
    assert_int_equal(exact(scores, "coverage", 0), 10 * MICRO); /* 40 percent of a quarter */
    assert_int_equal(exact(scores, "score_low", 0), 4 * MICRO);
    assert_int_equal(exact(scores, "score_high", 0), 94 * MICRO);
    crmv_scores_free(scores);
}

static void a_customer_of_whom_nothing_is_known_has_no_score_but_bounds(void **state) {
    (void)state;
    static const char *const model = MODEL("'score': {'weights': {'a': 1, 'b': 1}}");
    crmv_scores *scores = scored_abcd(model, NAN, NAN, 1, 1);
    assert_int_equal(exact(scores, "score", 0), MISSING);
    assert_int_equal(exact(scores, "score_low", 0), 0);
    assert_int_equal(exact(scores, "score_high", 0), 100 * MICRO);
    assert_int_equal(code(scores, "unrated", 0), CRMV_NOTHING_KNOWN);
    crmv_scores_free(scores);
}

static void weights_that_add_up_to_zero_leave_nothing(void **state) {
    (void)state;
    static const char *const model = MODEL("'score': {'weights': {'a': 0, 'b': 0}}");
    crmv_scores *scores = scored_abcd(model, 1, 2, 0, 0);
    assert_int_equal(exact(scores, "score", 0), MISSING);
    assert_int_equal(exact(scores, "coverage", 0), 0);
    crmv_scores_free(scores);
}

/* ---- What a missing metric comes to ------------------------------------------------------------------------------ */

#define POLICY_MODEL(policy)                                                                                           \
    "{'crmvalue': 1, 'metrics': {" CARD(                                                                               \
        "a") ", 'b': {'attribute': 'b', 'missing': " policy                                                            \
             ", 'scale': {'bands': [{'to': 10, 'points': 20}, {'from': 20, 'points': 90}]}}},"                         \
             "'indexes': {'score': {'weights': {'a': 1, 'b': 1}}}}"

static crmv_scores *scored_policy(const char *model) {
    static const double a[] = {60, 60, 60}, b[] = {25, NAN, 15};
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("b", b)};
    return scored(model, columns, 2, 3, CRMV_NO_DATE);
}

static void a_value_that_no_band_takes_is_missing(void **state) {
    (void)state;
    crmv_scores *scores = scored_policy(POLICY_MODEL("'renormalise'"));
    assert_int_equal(exact(scores, "score", 0), 75 * MICRO);
    assert_int_equal(exact(scores, "score", 1), 60 * MICRO);
    assert_int_equal(exact(scores, "score", 2), 60 * MICRO);
    assert_int_equal(exact(scores, "points_b", 2), MISSING);
    crmv_scores_free(scores);
}

static void fixed_points_count_in_the_score_but_not_in_the_coverage(void **state) {
    (void)state;
    crmv_scores *scores = scored_policy(POLICY_MODEL("{'points': 50}"));
    for (int64_t row = 1; row < 3; row++) {
        assert_int_equal(exact(scores, "points_b", row), 50 * MICRO);
        assert_int_equal(exact(scores, "score", row), 55 * MICRO);
        assert_int_equal(exact(scores, "coverage", row), 50 * MICRO);
        assert_int_equal(exact(scores, "score_low", row), 40 * MICRO);
        assert_int_equal(exact(scores, "score_high", row), 75 * MICRO);
    }
    crmv_scores_free(scores);
}

static void worst_gives_the_scales_lowest_points(void **state) {
    (void)state;
    crmv_scores *scores = scored_policy(POLICY_MODEL("'worst'"));
    assert_int_equal(exact(scores, "points_b", 1), 20 * MICRO);
    assert_int_equal(exact(scores, "score", 1), 40 * MICRO);
    assert_int_equal(exact(scores, "coverage", 1), 50 * MICRO);
    crmv_scores_free(scores);
}

static void a_refused_metric_leaves_a_score_but_no_rating(void **state) {
    (void)state;
    crmv_scores *scores = scored_policy(POLICY_MODEL("'refuse'"));
    assert_int_equal(code(scores, "unrated", 0), CRMV_RATED);
    assert_int_equal(code(scores, "unrated", 1), CRMV_METRIC_REFUSED);
    assert_int_equal(code(scores, "unrated", 2), CRMV_METRIC_REFUSED);
    assert_int_equal(exact(scores, "score", 1), 60 * MICRO);
    crmv_scores_free(scores);
}

static void a_metric_outside_the_score_refuses_nobody(void **state) {
    (void)state;
    crmv_scores *scores = scored_policy("{'crmvalue': 1, 'metrics': {" CARD(
        "a") ", 'b': {'attribute': 'b', 'missing': 'refuse', 'scale': {'line': [[0, 0], [100, 100]]}}},"
             "'indexes': {'score': {'weights': {'a': 1}}, 'aside': {'weights': {'b': 1}}}}");
    assert_int_equal(code(scores, "unrated", 1), CRMV_RATED);
    crmv_scores_free(scores);
}

/* A score of the metrics that are there need not lie between the bounds: those count the missing ones in. */
static void a_score_may_lie_below_its_bounds_where_scales_differ(void **state) {
    (void)state;
    static const char *const model = "{'crmvalue': 1, 'metrics': {" CARD(
        "a") ", 'b': {'attribute': 'b', 'scale': {'categories': {'major': 100, 'minor': 50}}}},"
             "'indexes': {'score': {'weights': {'a': 1, 'b': 1}}}}";
    const double a = 10;
    const char *const b = "";
    const crmv_column columns[] = {numbers_column("a", &a), texts_column("b", &b)};
    crmv_scores *scores = scored(model, columns, 2, 1, CRMV_NO_DATE);
    assert_int_equal(exact(scores, "score", 0), 10 * MICRO);
    assert_int_equal(exact(scores, "score_low", 0), 30 * MICRO);
    assert_int_equal(exact(scores, "score_high", 0), 55 * MICRO);
    crmv_scores_free(scores);
}

/* ---- Columns ----------------------------------------------------------------------------------------------------- */

static void columns_are_found_by_name_and_no_others(void **state) {
    (void)state;
    static const char *const model = "{'crmvalue': 1, 'metrics': {" CARD(
        "a") ", 'plain': {'attribute': 'b'}}, 'indexes': {'score': {'add': ['a']}}}";
    const double a = 1;
    const crmv_column columns[] = {numbers_column("a", &a), numbers_column("b", &a)};
    crmv_scores *scores = scored(model, columns, 2, 1, CRMV_NO_DATE);
    assert_int_equal(crmv_scores_rows(scores), 1);
    static const char *const known[] = {"score", "score_low", "score_high", "coverage", "points_a"};
    for (int32_t i = 0; i < COUNT_OF(known); i++) {
        assert_non_null(crmv_scores_exact(scores, known[i]));
    }
    static const char *const unknown[] = {"points_plain", "points_", "a", "", "tier", "points_score"};
    for (int32_t i = 0; i < COUNT_OF(unknown); i++) {
        assert_null(crmv_scores_exact(scores, unknown[i]));
    }
    assert_null(crmv_scores_codes(scores, "score"));
    assert_null(crmv_scores_exact(NULL, "score"));
    assert_null(crmv_scores_exact(scores, NULL));
    assert_null(crmv_scores_codes(scores, NULL));
    crmv_scores_free(scores);
}

static void numbers_are_the_exact_column_by_a_million_and_nan_where_missing(void **state) {
    (void)state;
    const double a[] = {12.5, NAN};
    const crmv_column column = numbers_column("a", a);
    crmv_scores *scores = scored("{'crmvalue': 1, 'metrics': {" CARD("a") "}, 'indexes': {'score': {'add': ['a']}}}",
                                 &column, 1, 2, CRMV_NO_DATE);
    double numbers[2] = {7, 7};
    assert_int_equal(crmv_scores_numbers(scores, "score", numbers, 1), CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(crmv_scores_numbers(scores, "scores", numbers, 2), CRMV_NOT_FOUND);
    assert_int_equal(crmv_scores_numbers(scores, "score", NULL, 2), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_numbers(NULL, "score", numbers, 2), CRMV_BAD_ARGUMENT);
    assert_true(numbers[0] == 7 && numbers[1] == 7);
    assert_int_equal(crmv_scores_numbers(scores, "score", numbers, 2), CRMV_OK);
    assert_true(numbers[0] == 12.5);
    assert_true(isnan(numbers[1]));
    crmv_scores_free(scores);
}

static void a_model_without_a_root_has_indexes_but_no_score(void **state) {
    (void)state;
    crmv_scores *scores = scored_abcd(MODEL("'value': {'weights': {'a': 1}}"), 30, 0, 0, 0);
    assert_int_equal(exact(scores, "value", 0), 30 * MICRO);
    static const char *const none[] = {"score", "score_low", "score_high", "coverage"};
    for (int32_t i = 0; i < COUNT_OF(none); i++) {
        assert_null(crmv_scores_exact(scores, none[i]));
    }
    assert_int_equal(code(scores, "tier", 0), -1);
    assert_int_equal(code(scores, "unrated", 0), CRMV_RATED);
    int32_t count = 7;
    assert_int_equal(crmv_scores_reasons(scores, 0, NULL, 0, &count), CRMV_OK);
    assert_int_equal(count, 0);
    crmv_scores_free(scores);
}

static void a_frame_without_customers_gives_empty_scores(void **state) {
    (void)state;
    const crmv_column columns[] = {numbers_column("a", NULL), numbers_column("b", NULL), numbers_column("c", NULL),
                                   numbers_column("d", NULL)};
    crmv_scores *scores = scored(MODEL("'score': {'weights': {'a': 1}}"), columns, 4, 0, CRMV_NO_DATE);
    assert_int_equal(crmv_scores_rows(scores), 0);
    assert_non_null(crmv_scores_exact(scores, "score"));
    assert_int_equal(crmv_scores_numbers(scores, "score", &(double){0}, 0), CRMV_OK);
    crmv_scores_free(scores);
}

/* ---- How a call ends --------------------------------------------------------------------------------------------- */

#define OTHER(operator) "{'crmvalue': 1, 'metrics': {'first': {'attribute': 'a'}, 'second': {" operator"}}}"

static void assert_refused(const char *model_text, const crmv_frame *frame, const char *part) {
    crmv_model *model = model_of(model_text);
    crmv_error error = {.struct_size = sizeof error};
    crmv_scores *scores = NULL;
    assert_int_equal(crmv_score(model, frame, NULL, &scores, &error), CRMV_BAD_ARGUMENT);
    assert_null(scores);
    assert_string_equal(error.place, "frame");
    if (!strstr(error.message, part)) {
        fail_msg("\"%s\" does not tell of %s", error.message, part);
    }
    crmv_model_free(model);
}

static void a_frame_of_other_metrics_is_refused_with_the_metric_that_differs(void **state) {
    (void)state;
    static const char *const categories = "'attribute': 'b', 'scale': {'categories': {'x': 1, 'y': 2}}";
    const double a = 1;
    const char *const b = "x";
    const crmv_column columns[] = {numbers_column("a", &a), texts_column("b", &b)};
    char text[512];
    snprintf(text, sizeof text, OTHER("%s"), categories);
    crmv_model *model = model_of(text);
    crmv_frame *frame = frame_of(model, columns, 2, 1, CRMV_NO_DATE);
    assert_refused(OTHER("'attribute': 'c'"), frame, "second");
    assert_refused(OTHER("'count': 'lines'"), frame, "second");
    assert_refused(OTHER("'attribute': 'b', 'scale': {'line': [[0, 0], [1, 1]]}"), frame, "second");
    assert_refused(OTHER("'attribute': 'b', 'scale': {'categories': {'y': 1, 'x': 2}}"), frame, "second");
    assert_refused("{'crmvalue': 1, 'metrics': {'first': {'attribute': 'a'}}}", frame, "second");
    assert_refused("{'crmvalue': 1, 'metrics': {'one': {'attribute': 'a'}, 'second': {'attribute': 'b'}}}", frame,
                   "first");
    /* Other points for the same categories are another opinion on the same metrics. */
    crmv_model *same = model_of(OTHER("'attribute': 'b', 'scale': {'categories': {'x': 5, 'y': 9}}"));
    crmv_scores *scores = scores_of(same, frame);
    assert_int_equal(exact(scores, "points_second", 0), 5 * MICRO);
    crmv_scores_free(scores);
    crmv_model_free(same);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void arguments_that_cannot_be_are_told_by_name(void **state) {
    (void)state;
    crmv_model *model = model_of("{'crmvalue': 1, 'metrics': {" CARD("a") "}}");
    const double a = 1;
    const crmv_column column = numbers_column("a", &a);
    crmv_frame *frame = frame_of(model, &column, 1, 1, CRMV_NO_DATE);
    crmv_scores *scores = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_score(NULL, frame, NULL, &scores, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "model");
    assert_int_equal(crmv_score(model, NULL, NULL, &scores, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "frame");
    assert_int_equal(crmv_score(model, frame, NULL, NULL, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "out");
    crmv_options options = {.struct_size = sizeof options, .threads = -1};
    assert_int_equal(crmv_score(model, frame, &options, &scores, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_score(model, frame, &options, &scores, NULL), CRMV_BAD_ARGUMENT);
    assert_null(scores);
    assert_int_equal(crmv_scores_rows(NULL), 0);
    crmv_scores_free(NULL);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

/* Scaling up by a trillion takes a million points out of 64 bits; that is told, never wrapped. */
static void points_that_do_not_fit_are_an_overflow(void **state) {
    (void)state;
    crmv_model *model = model_of(
        "{'crmvalue': 1, 'metrics': {"
        "'a': {'attribute': 'a', 'scale': {'bands': [{'to': 0, 'points': -1000000}, {'from': 0, 'points': 0.000001}]}},"
        "'b': {'attribute': 'b', 'scale': {'line': [[0, 0], [1, 1000000]]}}},"
        "'indexes': {'score': {'add': ['a', 'b']}}}");
    const double a = -1, b = NAN;
    const crmv_column columns[] = {numbers_column("a", &a), numbers_column("b", &b)};
    crmv_frame *frame = frame_of(model, columns, 2, 1, CRMV_NO_DATE);
    crmv_scores *scores = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_score(model, frame, NULL, &scores, &error), CRMV_OVERFLOW);
    assert_int_equal(error.status, CRMV_OVERFLOW);
    assert_null(scores);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static int32_t stop(void *context, const char *stage, double done) {
    (void)done;
    *(const char **)context = stage;
    return 1;
}

static void a_call_that_is_asked_to_stop_is_cancelled(void **state) {
    (void)state;
    crmv_model *model = model_of("{'crmvalue': 1, 'metrics': {" CARD("a") "}}");
    const double a = 1;
    const crmv_column column = numbers_column("a", &a);
    crmv_frame *frame = frame_of(model, &column, 1, 1, CRMV_NO_DATE);
    const char *stage = NULL;
    crmv_options options = {.struct_size = sizeof options, .threads = 2, .context = &stage, .progress = stop};
    crmv_scores *scores = NULL;
    assert_int_equal(crmv_score(model, frame, &options, &scores, NULL), CRMV_CANCELLED);
    assert_null(scores);
    assert_string_equal(stage, "score");
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void unmasked_traps_of_the_host_are_neither_sprung_nor_lost(void **state) {
    (void)state;
    crmv_model *model = model_of("{'crmvalue': 1, 'metrics': {" CARD("a") "," CARD(
        "b") "},"
             "'indexes': {'score': {'weights': {'a': 1, 'b': 1}}}, 'tiers': {'cuts': [['A', 50], ['B', null]]},"
             "'segments': {'s': {'cases': [{'is': 'x', 'treatment': 't', 'when': {'a': {'below': 1e-300}}}]}},"
             "'rules': [{'name': 'r', 'when': {'b': {'above': 3}}, 'then': {'flag': true}}]}");
    const double a[] = {NAN, 1e-310, 1e300}, b[] = {5, NAN, NAN};
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("b", b)};
    crmv_frame *frame = frame_of(model, columns, 2, 3, CRMV_NO_DATE);
    const int traps = FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW;
    feclearexcept(FE_ALL_EXCEPT);
    feenableexcept(traps);
    if (fegetexcept() != traps) { /* valgrind, and CPUs that know no traps */
        crmv_frame_free(frame);
        crmv_model_free(model);
        print_message("traps cannot be unmasked here\n");
        skip();
    }
    crmv_scores *scores = NULL;
    const crmv_options options = {.struct_size = sizeof options, .threads = 2};
    int32_t status = crmv_score(model, frame, &options, &scores, NULL);
    double numbers[3];
    int32_t read = crmv_scores_numbers(scores, "score", numbers, 3);
    crmv_reason reasons[2] = {{.struct_size = sizeof *reasons}};
    int32_t count = 0, explained = crmv_scores_reasons(scores, 1, reasons, 2, &count);
    char text[128];
    int32_t told = crmv_scores_reason_text(scores, &reasons[0], text, sizeof text, NULL);
    const char *treatment = crmv_scores_treatment(scores, 1, "s");
    crmv_findings *findings = NULL;
    int32_t checked = crmv_model_check(model, NULL, frame, &findings, NULL);
    int kept = fegetexcept();
    fedisableexcept(traps);
    assert_int_equal(status, CRMV_OK);
    assert_int_equal(read, CRMV_OK);
    assert_int_equal(explained, CRMV_OK);
    assert_int_equal(told, CRMV_OK);
    assert_int_equal(checked, CRMV_OK);
    assert_string_equal(treatment, "t");
    assert_int_equal(kept, traps);
    crmv_findings_free(findings);
    crmv_scores_free(scores);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_account_scoring_index_of_customer_abc_is_62_grade_b),
        cmocka_unit_test(the_pulse_score_is_84_and_green),
        cmocka_unit_test(metrics_that_all_stand_at_80_give_80_to_the_last_unit),
        cmocka_unit_test(an_index_is_rounded_half_to_even),
        cmocka_unit_test(negative_points_are_rounded_half_to_even_too),
        cmocka_unit_test(what_is_rounded_feeds_the_index_above),
        cmocka_unit_test(a_missing_metrics_weight_goes_to_the_others),
        cmocka_unit_test(an_additive_index_is_scaled_by_the_highest_points_present),
        cmocka_unit_test(a_missing_penalty_does_not_scale_an_additive_index),
        cmocka_unit_test(a_penalty_that_always_costs_something_does_not_scale_either),
        cmocka_unit_test(a_missing_metric_counts_as_missing_though_its_points_cannot_vary),
        cmocka_unit_test(an_index_with_nothing_present_is_itself_missing),
        cmocka_unit_test(a_customer_of_whom_nothing_is_known_has_no_score_but_bounds),
        cmocka_unit_test(weights_that_add_up_to_zero_leave_nothing),
        cmocka_unit_test(a_value_that_no_band_takes_is_missing),
        cmocka_unit_test(fixed_points_count_in_the_score_but_not_in_the_coverage),
        cmocka_unit_test(worst_gives_the_scales_lowest_points),
        cmocka_unit_test(a_refused_metric_leaves_a_score_but_no_rating),
        cmocka_unit_test(a_metric_outside_the_score_refuses_nobody),
        cmocka_unit_test(a_score_may_lie_below_its_bounds_where_scales_differ),
        cmocka_unit_test(columns_are_found_by_name_and_no_others),
        cmocka_unit_test(numbers_are_the_exact_column_by_a_million_and_nan_where_missing),
        cmocka_unit_test(a_model_without_a_root_has_indexes_but_no_score),
        cmocka_unit_test(a_frame_without_customers_gives_empty_scores),
        cmocka_unit_test(a_frame_of_other_metrics_is_refused_with_the_metric_that_differs),
        cmocka_unit_test(arguments_that_cannot_be_are_told_by_name),
        cmocka_unit_test(points_that_do_not_fit_are_an_overflow),
        cmocka_unit_test(a_call_that_is_asked_to_stop_is_cancelled),
        cmocka_unit_test(unmasked_traps_of_the_host_are_neither_sprung_nor_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
