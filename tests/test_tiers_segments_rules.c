/* Tiers and who gets none, segments by grid and by cases, rules. */
#include "scoring.h"

#define CARD(name) "'" name "': {'attribute': '" name "', 'scale': {'line': [[0, 0], [100, 100]]}}"

/* Metrics a and b, whose values are their points; the score is a. */
#define MODEL(rest)                                                                                                    \
    "{'crmvalue': 1, 'metrics': {" CARD("a") "," CARD("b") "}, 'indexes': {'score': {'weights': {'a': 1}},"            \
                                                           " 'half': {'weights': {'a': 1, 'b': 1}}}, " rest "}"
#define TIERS "'tiers': {'cuts': [['platinum', 85], ['gold', 70], ['silver', 50], ['basic', null]]}"

enum { PLATINUM, GOLD, SILVER, BASIC };

static crmv_scores *scored_ab(const char *model, const double *a, const double *b, int64_t rows) {
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("b", b)};
    return scored(model, columns, 2, rows, CRMV_NO_DATE);
}

/* ---- Tiers ------------------------------------------------------------------------------------------------------- */

static void a_score_at_the_cut_has_the_tier_and_a_unit_below_has_not(void **state) {
    (void)state;
    const double a[] = {100, 85, 84.999999, 70, 69.999999, 50, 49.999999, 0};
    static const int32_t tiers[] = {PLATINUM, PLATINUM, GOLD, GOLD, SILVER, SILVER, BASIC, BASIC};
    static const int64_t lacks[] = {0, 0, 1, 15 * MICRO, 1, 20 * MICRO, 1, 50 * MICRO};
    crmv_scores *scores = scored_ab(MODEL(TIERS), a, a, COUNT_OF(a));
    for (int32_t i = 0; i < COUNT_OF(a); i++) {
        assert_int_equal(code(scores, "tier", i), tiers[i]);
        assert_int_equal(code(scores, "tier_uncapped", i), tiers[i]);
        assert_int_equal(crmv_scores_to_next_tier(scores, i), lacks[i]);
    }
    assert_int_equal(crmv_scores_to_next_tier(scores, COUNT_OF(a)), MISSING);
    assert_int_equal(crmv_scores_to_next_tier(scores, -1), MISSING);
    assert_int_equal(crmv_scores_to_next_tier(NULL, 0), MISSING);
    crmv_scores_free(scores);
}

static void a_model_without_tiers_has_none_to_give(void **state) {
    (void)state;
    const double a = 90;
    crmv_scores *scores = scored_ab(MODEL("'notes': ''"), &a, &a, 1);
    assert_int_equal(code(scores, "tier", 0), -1);
    assert_int_equal(code(scores, "unrated", 0), CRMV_RATED);
    assert_int_equal(crmv_scores_to_next_tier(scores, 0), MISSING);
    crmv_scores_free(scores);
}

/* ---- Unrated ----------------------------------------------------------------------------------------------------- */

/* Whether a customer who has been known since a day is too new as of another. */
static int32_t unrated_since(const char *tenure, int32_t since, int32_t as_of) {
    char model[1024];
    snprintf(model, sizeof model,
             "{'crmvalue': 1, 'metrics': {" CARD(
                 "a") "}, 'indexes': {'score': {'add': ['a']}},"
                      "'unrated': {'tenure_below': %s}, 'tiers': {'cuts': [['only', null]]}}",
             tenure);
    const double a = 50;
    const crmv_column columns[] = {numbers_column("a", &a), days_column("since", &since)};
    crmv_scores *scores = scored(model, columns, 2, 1, as_of);
    int32_t unrated = code(scores, "unrated", 0);
    assert_int_equal(code(scores, "tier", 0), unrated == CRMV_RATED ? 0 : -1);
    assert_int_equal(exact(scores, "score", 0), 50 * MICRO);
    crmv_scores_free(scores);
    return unrated;
}

static void three_months_are_full_on_the_same_day_of_the_month(void **state) {
    (void)state;
    static const char *const months = "{'months': 3}";
    int32_t as_of = crmv_day(2024, 6, 15);
    assert_int_equal(unrated_since(months, crmv_day(2024, 3, 15), as_of), CRMV_RATED);
    assert_int_equal(unrated_since(months, crmv_day(2024, 3, 16), as_of), CRMV_TOO_NEW);
    assert_int_equal(unrated_since(months, crmv_day(2020, 1, 1), as_of), CRMV_RATED);
    assert_int_equal(unrated_since(months, CRMV_NO_DATE, as_of), CRMV_RATED);
    /* The last day of May is three months after the last of February. */
    assert_int_equal(unrated_since(months, crmv_day(2024, 2, 29), crmv_day(2024, 5, 31)), CRMV_RATED);
}

static void ninety_days_are_full_on_the_ninetieth(void **state) {
    (void)state;
    static const char *const days = "{'days': 90}";
    int32_t as_of = crmv_day(2024, 6, 15);
    assert_int_equal(unrated_since(days, as_of - 90, as_of), CRMV_RATED);
    assert_int_equal(unrated_since(days, as_of - 89, as_of), CRMV_TOO_NEW);
}

static void coverage_below_the_models_leaves_unrated_and_at_it_does_not(void **state) {
    (void)state;
    const double a[] = {50, 50, NAN}, b[] = {50, NAN, 50};
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("b", b)};
    crmv_scores *scores = scored(
        "{'crmvalue': 1, 'metrics': {" CARD("a") "," CARD(
            "b") "}, 'indexes': {'score': {'weights': {'a': 60, 'b': 40}}}, 'unrated': {'coverage_below': 60}, " TIERS
                 "}",
        columns, 2, 3, CRMV_NO_DATE);
    assert_int_equal(code(scores, "unrated", 0), CRMV_RATED);
    assert_int_equal(code(scores, "unrated", 1), CRMV_RATED);
    assert_int_equal(code(scores, "unrated", 2), CRMV_TOO_LITTLE_COVERAGE);
    assert_int_equal(code(scores, "tier", 2), -1);
    assert_int_equal(code(scores, "tier_uncapped", 2), -1);
    assert_int_equal(crmv_scores_to_next_tier(scores, 2), MISSING);
    crmv_scores_free(scores);
}

static void the_first_reason_that_applies_is_told(void **state) {
    (void)state;
    static const char *const model = "{'crmvalue': 1, 'metrics': {" CARD(
        "a") ", 'b': {'attribute': 'b', 'missing': 'refuse',"
             " 'scale': {'line': [[0, 0], [100, 100]]}}}, 'indexes': {'score': {'weights': {'a': 50, 'b': 50}}},"
             "'unrated': {'tenure_below': {'months': 3}, 'coverage_below': 60}}";
    const double a[] = {NAN, 50, NAN, 50}, b[] = {NAN, NAN, 50, 50};
    const int32_t today = crmv_day(2024, 6, 15), since[] = {today, today, today, today};
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("b", b), days_column("since", since)};
    crmv_scores *scores = scored(model, columns, 3, 4, today);
    assert_int_equal(code(scores, "unrated", 0), CRMV_NOTHING_KNOWN);
    assert_int_equal(code(scores, "unrated", 1), CRMV_METRIC_REFUSED);
    assert_int_equal(code(scores, "unrated", 2), CRMV_TOO_NEW);
    assert_int_equal(code(scores, "unrated", 3), CRMV_TOO_NEW);
    crmv_scores_free(scores);
    assert_string_equal(crmv_unrated_text(CRMV_RATED), "");
    assert_string_equal(crmv_unrated_text(CRMV_TOO_NEW), "too new");
    for (int32_t i = CRMV_RATED - 1; i <= CRMV_NOTHING_KNOWN + 1; i++) {
        assert_non_null(crmv_unrated_text(i));
    }
}

/* ---- Segments ---------------------------------------------------------------------------------------------------- */

static void a_grid_takes_values_at_a_cut_to_its_upper_side(void **state) {
    (void)state;
    static const char *const model =
        MODEL("'segments': {'matrix': {'grid': {'rows': 'score', 'columns': 'b', 'cuts': [[60], [10, 20]],"
              " 'names': [['low left', 'low', 'low right'], ['high left', 'high', 'low right']]}}}");
    const double a[] = {59.999999, 60, 60, 0, NAN, 60}, b[] = {9.999, 10, 20, 1e9, 5, NAN};
    static const char *const names[] = {"low left", "high", "low right", "low right", NULL, NULL};
    crmv_model *parsed = model_of(model);
    crmv_scores *scores = scored_ab(model, a, b, COUNT_OF(a));
    for (int32_t i = 0; i < COUNT_OF(a); i++) {
        const char *name = crmv_model_label(parsed, CRMV_SEGMENTS, 0, code(scores, "matrix", i));
        if (names[i]) {
            assert_string_equal(name, names[i]);
        } else {
            assert_null(name);
        }
        assert_null(crmv_scores_treatment(scores, i, "matrix"));
    }
    crmv_scores_free(scores);
    crmv_model_free(parsed);
}

static void the_first_case_that_holds_wins(void **state) {
    (void)state;
    static const char *const model =
        MODEL("'segments': {'class': {'cases': ["
              "{'is': 'loss', 'when': {'b': {'below': 0}}, 'treatment': 'raise prices'},"
              "{'is': 'loss', 'when': {'b': {'at_most': 0}}, 'treatment': 'look again'},"
              "{'is': 'good', 'when': {'b': {'at_least': 10, 'below': 20}, 'score': {'above': 50}}},"
              "{'is': 'rest', 'when': {'b': {'missing': false}}}]}}");
    const double a[] = {0, 0, 50, 50.000001, 60, 60, 0}, b[] = {-1, 0, 10, 10, 19.99, 20, NAN};
    static const int32_t classes[] = {0, 0, 2, 1, 1, 2, -1};
    crmv_scores *scores = scored_ab(model, a, b, COUNT_OF(a));
    for (int32_t i = 0; i < COUNT_OF(a); i++) {
        assert_int_equal(code(scores, "class", i), classes[i]);
    }
    assert_string_equal(crmv_scores_treatment(scores, 0, "class"), "raise prices");
    assert_string_equal(crmv_scores_treatment(scores, 1, "class"), "look again");
    assert_null(crmv_scores_treatment(scores, 2, "class"));
    assert_null(crmv_scores_treatment(scores, 6, "class"));
    assert_null(crmv_scores_treatment(scores, COUNT_OF(a), "class"));
    assert_null(crmv_scores_treatment(scores, 0, "unknown"));
    assert_null(crmv_scores_treatment(scores, 0, NULL));
    assert_null(crmv_scores_treatment(NULL, 0, "class"));
    crmv_scores_free(scores);
}

static void a_segment_may_look_at_another_that_stands_after_it(void **state) {
    (void)state;
    static const char *const model = MODEL(
        "'segments': {'outer': {'cases': [{'is': 'yes', 'when': {'inner': {'is': ['x', 'y']},"
        " 'coverage': {'at_least': 100}}}, {'is': 'no'}]},"
        "'inner': {'cases': [{'is': 'x', 'when': {'a': {'above': 50}}}, {'is': 'y', 'when': {'a': {'above': 20}}},"
        " {'is': 'z'}]}}");
    const double a[] = {60, 30, 10};
    static const int32_t outer[] = {0, 0, 1}, inner[] = {0, 1, 2};
    crmv_scores *scores = scored_ab(model, a, a, 3);
    for (int32_t i = 0; i < 3; i++) {
        assert_int_equal(code(scores, "outer", i), outer[i]);
        assert_int_equal(code(scores, "inner", i), inner[i]);
    }
    crmv_scores_free(scores);
}

static void a_category_is_asked_by_its_label(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'metrics': {'kind': {'attribute': 'k', 'scale': {'categories': {'x': 1, 'y': 2, 'z': 3}}}},"
        "'segments': {'s': {'cases': [{'is': 'outer', 'when': {'kind': {'is': ['x', 'z']}}},"
        " {'is': 'inner', 'when': {'kind': {'is': 'y'}}}, {'is': 'none', 'when': {'kind': {'missing': true}}}]}}}";
    static const char *const kinds[] = {"x", "y", "z", "", "w"};
    static const int32_t classes[] = {0, 1, 0, 2, 2};
    const crmv_column column = texts_column("k", kinds);
    crmv_scores *scores = scored(model, &column, 1, COUNT_OF(kinds), CRMV_NO_DATE);
    for (int32_t i = 0; i < COUNT_OF(kinds); i++) {
        assert_int_equal(code(scores, "s", i), classes[i]);
    }
    crmv_scores_free(scores);
}

/* ---- Rules ------------------------------------------------------------------------------------------------------- */

static crmv_rule rule_of(const crmv_scores *scores, int32_t position) {
    crmv_rule rule = {.struct_size = sizeof rule};
    assert_int_equal(crmv_scores_rule_get(scores, position, &rule), CRMV_OK);
    return rule;
}

static void the_lowest_cap_wins_and_looks_at_the_tier_before_caps(void **state) {
    (void)state;
    static const char *const model =
        MODEL(TIERS ", 'rules': ["
                    "{'name': 'mild', 'when': {'b': {'below': 50}}, 'then': {'cap': 'gold'}},"
                    "{'name': 'hard', 'when': {'b': {'below': 20}}, 'then': {'cap': 'silver', 'treatment': 'ask'}},"
                    "{'name': 'best', 'when': {'tier': {'is': 'platinum'}}, 'then': {'flag': true}}]");
    const double a[] = {90, 90, 90, 75, 10}, b[] = {60, 40, 10, 10, 10};
    static const int32_t tiers[] = {PLATINUM, GOLD, SILVER, SILVER, BASIC};
    crmv_scores *scores = scored_ab(model, a, b, COUNT_OF(a));
    for (int32_t i = 0; i < COUNT_OF(a); i++) {
        assert_int_equal(code(scores, "tier", i), tiers[i]);
        assert_int_equal(crmv_scores_rule(scores, i, 2), a[i] >= 85);
    }
    assert_int_equal(code(scores, "tier_uncapped", 2), PLATINUM);
    assert_int_equal(crmv_scores_to_next_tier(scores, 2), 0);
    crmv_rule mild = rule_of(scores, 0), hard = rule_of(scores, 1), best = rule_of(scores, 2);
    assert_string_equal(mild.name, "mild");
    assert_int_equal(mild.cap, GOLD);
    assert_int_equal(mild.flag, 0);
    assert_null(mild.treatment);
    assert_int_equal(mild.holds, 4);
    assert_int_equal(hard.holds, 3);
    assert_string_equal(hard.treatment, "ask");
    assert_int_equal(best.cap, -1);
    assert_int_equal(best.flag, 1);
    assert_int_equal(best.holds, 3);
    crmv_scores_free(scores);
}

static void a_rule_is_undecided_only_where_a_missing_operand_decides(void **state) {
    (void)state;
    static const char *const model =
        MODEL(TIERS ", 'rules': [{'name': 'r', 'when': {'a': {'at_least': 50}, 'b': {'below': 10}},"
                    " 'then': {'flag': true}},"
                    "{'name': 'unknown', 'when': {'b': {'missing': true}}, 'then': {'flag': true}},"
                    "{'name': 'tiered', 'when': {'tier': {'is': 'basic'}}, 'then': {'flag': true}}]");
    const double a[] = {60, 60, 60, 40, 40, NAN, NAN}, b[] = {5, 15, NAN, NAN, 5, 5, 15};
    static const int32_t holds[] = {1, 0, 0, 0, 0, 0, 0};
    crmv_scores *scores = scored_ab(model, a, b, COUNT_OF(a));
    for (int32_t i = 0; i < COUNT_OF(a); i++) {
        assert_int_equal(crmv_scores_rule(scores, i, 0), holds[i]);
    }
    /* 60 with an unknown b, and an unknown a with 5; 40 and 15 decide whatever the other may be. */
    assert_int_equal(rule_of(scores, 0).holds, 1);
    assert_int_equal(rule_of(scores, 0).undecided, 2);
    assert_int_equal(rule_of(scores, 1).holds, 2);
    assert_int_equal(rule_of(scores, 1).undecided, 0);
    assert_int_equal(rule_of(scores, 2).holds, 2);
    assert_int_equal(rule_of(scores, 2).undecided, 2); /* no score, no tier */
    crmv_scores_free(scores);
}

static void a_cap_gives_the_unrated_no_tier(void **state) {
    (void)state;
    const double a = NAN, b = 5;
    crmv_scores *scores = scored_ab(
        MODEL(TIERS ", 'rules': [{'name': 'r', 'when': {'b': {'below': 10}}, 'then': {'cap': 'silver'}}]"), &a, &b, 1);
    assert_int_equal(crmv_scores_rule(scores, 0, 0), 1);
    assert_int_equal(code(scores, "tier", 0), -1);
    crmv_scores_free(scores);
}

static void rules_out_of_range_hold_for_nobody(void **state) {
    (void)state;
    const double a = 50;
    crmv_scores *scores = scored_ab(
        MODEL(TIERS ", 'rules': [{'name': 'r', 'when': {'a': {'above': 0}}, 'then': {'flag': true}}]"), &a, &a, 1);
    assert_int_equal(crmv_scores_rule(scores, 0, 0), 1);
    assert_int_equal(crmv_scores_rule(scores, 1, 0), 0);
    assert_int_equal(crmv_scores_rule(scores, -1, 0), 0);
    assert_int_equal(crmv_scores_rule(scores, 0, 1), 0);
    assert_int_equal(crmv_scores_rule(scores, 0, -1), 0);
    assert_int_equal(crmv_scores_rule(NULL, 0, 0), 0);
    crmv_rule rule = {.struct_size = sizeof rule};
    assert_int_equal(crmv_scores_rule_get(scores, 1, &rule), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_rule_get(scores, 0, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_scores_rule_get(NULL, 0, &rule), CRMV_BAD_ARGUMENT);
    rule.struct_size = 4;
    assert_int_equal(crmv_scores_rule_get(scores, 0, &rule), CRMV_BAD_ARGUMENT);
    crmv_scores_free(scores);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_score_at_the_cut_has_the_tier_and_a_unit_below_has_not),
        cmocka_unit_test(a_model_without_tiers_has_none_to_give),
        cmocka_unit_test(three_months_are_full_on_the_same_day_of_the_month),
        cmocka_unit_test(ninety_days_are_full_on_the_ninetieth),
        cmocka_unit_test(coverage_below_the_models_leaves_unrated_and_at_it_does_not),
        cmocka_unit_test(the_first_reason_that_applies_is_told),
        cmocka_unit_test(a_grid_takes_values_at_a_cut_to_its_upper_side),
        cmocka_unit_test(the_first_case_that_holds_wins),
        cmocka_unit_test(a_segment_may_look_at_another_that_stands_after_it),
        cmocka_unit_test(a_category_is_asked_by_its_label),
        cmocka_unit_test(the_lowest_cap_wins_and_looks_at_the_tier_before_caps),
        cmocka_unit_test(a_rule_is_undecided_only_where_a_missing_operand_decides),
        cmocka_unit_test(a_cap_gives_the_unrated_no_tier),
        cmocka_unit_test(rules_out_of_range_hold_for_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
