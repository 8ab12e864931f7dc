/* What check says of requests, and what it does not say while they are open. */
#include "asks.h"

#include <stdio.h>

enum { ERROR = CRMV_FINDING_ERROR, WARNING = CRMV_FINDING_WARNING, NOTE = CRMV_FINDING_NOTE };

typedef struct expected {
    int32_t severity;
    const char *place, *message;
} expected;

/* The model has these findings, in this order, and no others; the model is freed. */
static void expect_findings(crmv_model *model, const crmv_frame *frame, const expected *e, int64_t count) {
    crmv_findings *findings = NULL;
    assert_int_equal(crmv_model_check(model, NULL, frame, &findings, NULL), CRMV_OK);
    for (int64_t i = 0; i < crmv_findings_count(findings) || i < count; i++) {
        crmv_finding f = {.struct_size = sizeof f, .place = "", .message = "none"};
        const expected none = {0, "", "none"};
        const expected *wanted = i < count ? &e[i] : &none;
        crmv_findings_get(findings, i, &f);
        if (f.severity != wanted->severity || strcmp(f.place, wanted->place) != 0 ||
            strcmp(f.message, wanted->message) != 0) {
            fail_msg("%d at %s: %s\n  not %d at %s: %s", (int)f.severity, f.place, f.message, (int)wanted->severity,
                     wanted->place, wanted->message);
        }
    }
    crmv_findings_free(findings);
    crmv_model_free(model);
}

#define EXPECT(model, ...)                                                                                             \
    do {                                                                                                               \
        const expected list[] = {__VA_ARGS__};                                                                         \
        expect_findings(model, NULL, list, sizeof list / sizeof list[0]);                                              \
    } while (0)

#define STILL(name) "`" name "` is still to be found, so the model cannot score yet: run `crmvalue fit`"
#define STALE(name)                                                                                                    \
    "`" name "`, or what it was found from, has changed since, so that what stands in `fitted` does not count: run "   \
    "`crmvalue fit` again"

/* One metric in a score. */
#define SCORED(card) MODEL("'metrics': {'a': {" card "}}, 'indexes': {'score': {'weights': {'a': 1}}}")
#define SCALED(scale) SCORED("'sum': 'revenue', 'scale': {" scale "}")

static void an_open_request_is_a_warning_and_nothing_else(void **state) {
    (void)state;
    EXPECT(model_of_text(SCALED("'quantile_bands': {}")), {WARNING, "metrics.a.scale", STILL("quantile_bands")});
    EXPECT(model_of_text(MODEL("'metrics': {'a': {'sum': 'revenue', " LINE "}}, 'indexes': {'score': {'weights': "
                               "{'entropy': {'of': ['a']}}}}, 'tiers': {'quantiles': ['x', 'y']}, 'segments': {'s': "
                               "{'by': 'a', 'k_means': ['u', 'v']}}")),
           {WARNING, "indexes.score.weights", STILL("entropy")}, {WARNING, "tiers", STILL("quantiles")},
           {WARNING, "segments.s", STILL("k_means")});
}

static void a_stale_request_is_a_warning(void **state) {
    (void)state;
    EXPECT(model_of_text(SCALED("'percentile': {}, 'fitted': {'request': 'old', 'line': [[0, 0], [1, 1]]}")),
           {WARNING, "metrics.a.scale", STALE("percentile")});
}

static void a_fitted_model_has_the_findings_of_its_numbers_at_their_place(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL(OUTCOMES ", 'metrics': {'a': {'sum': 'revenue', 'better': 'higher', "
                                                     "'scale': {'optimal_bands': {'outcome': 'later'}}}}, 'indexes': "
                                                     "{'score': {'weights': {'a': 1}}}"));
    model = answered(model, "metrics.a.scale", "{'bands': [{'points': 5}, {'from': 1, 'points': 2}]}");
    EXPECT(model, {WARNING, "metrics.a.scale.fitted.bands[1].points",
                   "higher is better, yet the lowest band earns 5 points and the band from 1 earns 2"});
    model =
        model_of_text(MODEL("'metrics': {" PAIR "}, 'indexes': {'score': {'weights': {'equal': {'of': ['a', 'b']}}}}, "
                            "'tiers': {'quantiles': ['x', 'y']}, 'segments': {'s': {'by': 'bare', 'cuts': [['u', "
                            "1], ['v', null]]}}"));
    model = answered(model, "indexes.score.weights", "{'weights': {'a': 100, 'b': 0}}");
    model = answered(model, "tiers", "{'cuts': [['x', 101], ['y', null]]}");
    EXPECT(model, {NOTE, "indexes.score.weights.fitted.weights.b", "a weight of 0 leaves it out of the index"},
           {WARNING, "tiers.fitted.cuts[0]", "with all metrics known no score reaches 101: the highest is 100"});
}

/* The model as text with the first `piece` another one; freed, as is the text that it was. */
static crmv_model *edited(crmv_model *model, const char *piece, const char *other) {
    char *text = printed_model(model);
    char *at = strstr(text, piece);
    assert_true(at != NULL && strlen(piece) == strlen(other));
    memcpy(at, other, strlen(other));
    crmv_model *changed = model_of(text);
    crmv_model_free(model);
    free(text);
    return changed;
}

static void numbers_that_are_changed_by_hand_are_a_warning(void **state) {
    const char *const line = "{'line': [[0, 0], [50, 100]], 'found': {'remark': 'none'}}";
    (void)state;
    EXPECT(edited(answered(model_of_text(SCALED("'percentile': {}")), "metrics.a.scale", line), "[50", "[60"),
           {WARNING, "metrics.a.scale.fitted",
            "was changed after it was fitted: what stands here counts, and is not what was found"});
    EXPECT(edited(answered(model_of_text(SCALED("'percentile': {}")), "metrics.a.scale", line), "none", "nobo"),
           {WARNING, "metrics.a.scale.fitted",
            "was changed after it was fitted: what stands here counts, and is not what was found"});
    /* What stands as it was found is not told, nor what never had a hash; in an answer it is another's. */
    expect_findings(edited(answered(model_of_text(SCALED("'percentile': {}")), "metrics.a.scale", line), "[50", "[50"),
                    NULL, NULL, 0);
    expect_findings(
        edited(answered(model_of_text(SCALED("'percentile': {}")), "metrics.a.scale", line), "answer", "x-swer"), NULL,
        NULL, 0);
    expect_findings(answered(model_of_text(SCALED("'percentile': {}")), "metrics.a.scale",
                             "{'line': [[0, 0], [50, 100]], 'answer': 'old'}"),
                    NULL, NULL, 0);
}

static void points_against_what_is_better_are_told_before_anything_is_found(void **state) {
    (void)state;
    EXPECT(model_of_text(SCORED("'sum': 'revenue', 'better': 'higher', 'scale': {'percentile': {'points': [100, 0]}}")),
           {WARNING, "metrics.a.scale", STILL("percentile")},
           {ERROR, "metrics.a.scale.percentile.points[1]",
            "higher is better, yet a higher value earns 0 points and a lower one 100"});
    EXPECT(model_of_text(SCORED("'recency': 'days', 'better': 'lower', 'scale': {'quantile_bands': {'classes': 3, "
                                "'points': [9, 1, 5]}}")),
           {WARNING, "metrics.a.scale", STILL("quantile_bands")},
           {ERROR, "metrics.a.scale.quantile_bands.points[2]",
            "lower is better, yet a higher value earns 5 points and a lower one 1"});
}

static void shares_that_are_more_than_all_are_told(void **state) {
    (void)state;
    EXPECT(model_of_text(MODEL(OUTCOMES ", 'metrics': {'a': {'sum': 'revenue', 'scale': {'optimal_bands': {'outcome': "
                                        "'later', 'classes': 30}}}}, 'indexes': {'score': {'weights': {'a': 1}}}")),
           {WARNING, "metrics.a.scale", STILL("optimal_bands")},
           {WARNING, "metrics.a.scale.optimal_bands.minimum_share",
            "30 classes of at least 5 percent are more than all customers; fewer will be found"});
}

/* A model whose score has so many members, judged along a chain. */
static char *judged_text(int32_t members, const char *table) {
    char text[16384] = "";
    size_t used = 0;
#define WRITE(...) used += (size_t)snprintf(text + used, sizeof text - used, __VA_ARGS__)
    WRITE("{'crmvalue': 1, 'metrics': {");
    for (int32_t i = 0; i < members; i++) {
        WRITE("%s'm%d': {'sum': 'revenue', " LINE "}", i > 0 ? ", " : "", (int)i);
    }
    WRITE("}, 'indexes': {'score': {'weights': {'ahp': {%s'of': [", table);
    for (int32_t i = 0; i < members; i++) {
        WRITE("%s'm%d'", i > 0 ? ", " : "", (int)i);
    }
    WRITE("], 'judgements': [");
    for (int32_t i = 1; i < members; i++) {
        WRITE("%s['m%d', 'm%d', 2]", i > 1 ? ", " : "", (int)i - 1, (int)i);
    }
    WRITE("]}}}}}");
#undef WRITE
    return quoted_text(text);
}

static crmv_model *judged(int32_t members, const char *table) {
    char *text = judged_text(members, table);
    crmv_model *model = model_of(text);
    free(text);
    return model;
}

static void more_members_than_a_table_has_are_told(void **state) {
    (void)state;
    EXPECT(judged(15, "'random_index': 'saaty', "), {WARNING, "indexes.score.weights", STILL("ahp")});
    EXPECT(judged(64, "'random_index': 'alonso_lamata', "), {WARNING, "indexes.score.weights", STILL("ahp")});
    crmv_model *model = NULL;
    crmv_error error = {.struct_size = sizeof error};
    char *text = judged_text(16, "'random_index': 'saaty', ");
    assert_int_equal(crmv_model_parse(text, -1, &model, &error), CRMV_BAD_MODEL);
    assert_string_equal(error.place, "indexes.score.weights.ahp.random_index");
    assert_string_equal(error.message, "this table ends at 15 members, and there are 16; `\"alonso_lamata\"` goes on");
    free(text);
    text = judged_text(16, "");
    assert_int_equal(crmv_model_parse(text, -1, &model, &error), CRMV_BAD_MODEL);
    assert_string_equal(error.place, "indexes.score.weights.ahp.random_index");
    free(text);
}

static void a_frame_of_an_open_model_is_checked_without_scores(void **state) {
    static const char *const keys[] = {"k", "l", "m"};
    static const double values[] = {1, 2, 3};
    const crmv_column columns[] = {strings("customer", keys), doubles("A", values)};
    const expected list[] = {{WARNING, "metrics.a.scale", STILL("percentile")}, {WARNING, "tiers", STILL("quantiles")}};
    (void)state;
    crmv_model *model = model_of_text(MODEL("'metrics': {'a': {'attribute': 'A', 'scale': {'percentile': {}}}}, "
                                            "'indexes': {'score': {'weights': {'a': 1}}}, 'tiers': {'quantiles': "
                                            "['x', 'y']}"));
    crmv_frame *frame = NULL;
    crmv_scores *scores = NULL;
    assert_int_equal(crmv_frame_derive(model, NULL, columns, 2, 3, CRMV_NO_DATE, NULL, &frame, NULL), CRMV_OK);
    assert_int_equal(crmv_score(model, frame, NULL, &scores, NULL), CRMV_NOT_FITTED);
    expect_findings(model, frame, list, 2);
    crmv_frame_free(frame);
}

/* A frame holds metrics; whether their scales are found does not show in it. */
static void a_frame_derived_with_the_open_model_fits_the_fitted_one(void **state) {
    static const char *const keys[] = {"k", "l", "m"};
    static const double values[] = {1, 2, 3};
    const crmv_column columns[] = {strings("customer", keys), doubles("A", values)};
    (void)state;
    crmv_model *open = model_of_text(SCORED("'attribute': 'A', 'scale': {'percentile': {}}"));
    crmv_frame *frame = NULL;
    crmv_scores *scores = NULL;
    assert_int_equal(crmv_frame_derive(open, NULL, columns, 2, 3, CRMV_NO_DATE, NULL, &frame, NULL), CRMV_OK);
    crmv_model *fitted = answered(open, "metrics.a.scale", "{'line': [[1, 0], [3, 100]]}");
    assert_int_equal(crmv_score(fitted, frame, NULL, &scores, NULL), CRMV_OK);
    assert_int_equal(crmv_scores_exact(scores, "score")[1], 50000000);
    crmv_scores_free(scores);
    crmv_frame_free(frame);
    crmv_model_free(fitted);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_request_is_a_warning_and_nothing_else),
        cmocka_unit_test(a_stale_request_is_a_warning),
        cmocka_unit_test(a_fitted_model_has_the_findings_of_its_numbers_at_their_place),
        cmocka_unit_test(numbers_that_are_changed_by_hand_are_a_warning),
        cmocka_unit_test(points_against_what_is_better_are_told_before_anything_is_found),
        cmocka_unit_test(shares_that_are_more_than_all_are_told),
        cmocka_unit_test(more_members_than_a_table_has_are_told),
        cmocka_unit_test(a_frame_of_an_open_model_is_checked_without_scores),
        cmocka_unit_test(a_frame_derived_with_the_open_model_fits_the_fitted_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
