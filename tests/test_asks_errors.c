/* Requests that are wrong are refused at their place, with what was expected there. */
#include "asks.h"

typedef struct broken {
    const char *text, *place, *message;
} broken;

static void expect_refusal(const broken *b) {
    char *json = quoted_text(b->text);
    crmv_model *model = NULL;
    crmv_error error = {.struct_size = sizeof error};
    const int32_t status = crmv_model_parse(json, -1, &model, &error);
    if (status != CRMV_BAD_MODEL || strcmp(error.place, b->place) != 0 || strstr(error.message, b->message) == NULL ||
        model != NULL) {
        fail_msg("%s\n  gave %d at `%s`: %s\n  not at `%s`: ...%s...", b->text, (int)status, error.place, error.message,
                 b->place, b->message);
    }
    free(json);
}

#define EXPECT_ALL(list)                                                                                               \
    for (size_t i = 0; i < sizeof(list) / sizeof(list)[0]; i++) {                                                      \
        expect_refusal(&(list)[i]);                                                                                    \
    }

static void scales_that_ask_wrongly_are_refused(void **state) {
    static const broken list[] = {
        {ASKED(""), "metrics.a.scale",
         "expected one of `bands`, `line`, `categories`, `percentile`, `min_max`, `z_score`, `logarithm`, "
         "`quantile_bands`, `optimal_bands`, found none of them"},
        {ASKED("'line': [[0, 0], [1, 1]], 'percentile': {}"), "metrics.a.scale.percentile", "found two of them"},
        {ASKED("'percentile': {}, 'min_max': {}"), "metrics.a.scale.min_max", "found two of them"},
        {ASKED("'percentil': {}"), "metrics.a.scale.percentil", "did you mean \"percentile\"?"},
        {ASKED("'percentile': []"), "metrics.a.scale.percentile", "expected an object, found an array"},
        {ASKED("'percentile': {'knot': 3}"), "metrics.a.scale.percentile.knot", "did you mean \"knots\"?"},
        {ASKED("'percentile': {'knots': 1}"), "metrics.a.scale.percentile.knots",
         "expected a whole number from 2 to 1024, found 1"},
        {ASKED("'percentile': {'knots': 1025}"), "metrics.a.scale.percentile.knots", "found 1025"},
        {ASKED("'percentile': {'knots': 2.5}"), "metrics.a.scale.percentile.knots", "expected a whole number"},
        {ASKED("'percentile': {'points': [0]}"), "metrics.a.scale.percentile.points",
         "expected points [at the lowest value, at the highest], found 1 items"},
        {ASKED("'percentile': {'points': [0, 50, 100]}"), "metrics.a.scale.percentile.points", "found 3 items"},
        {ASKED("'percentile': {'points': [0, 'x']}"), "metrics.a.scale.percentile.points[1]", "expected a number"},
        {ASKED("'percentile': {'points': [0, 0.0000001]}"), "metrics.a.scale.percentile.points[1]", "six decimals"},
        {ASKED("'percentile': {'winsorise': [1, 99]}"), "metrics.a.scale.percentile.winsorise", "unknown key"},
        {ASKED("'min_max': {'winsorise': [5]}"), "metrics.a.scale.min_max.winsorise",
         "expected two percents [low, high], found 1 items"},
        {ASKED("'min_max': {'winsorise': [5, 101]}"), "metrics.a.scale.min_max.winsorise[1]",
         "expected a number from 0 to 100, found 101"},
        {ASKED("'min_max': {'winsorise': [95, 5]}"), "metrics.a.scale.min_max.winsorise[1]",
         "the upper percent must lie above the lower one"},
        {ASKED("'z_score': {'spread': 0}"), "metrics.a.scale.z_score.spread", "above 0, at most 1000, found 0"},
        {ASKED("'z_score': {'spread': 1001}"), "metrics.a.scale.z_score.spread", "found 1001"},
        {ASKED("'logarithm': {'winsorise': [5, 5]}"), "metrics.a.scale.logarithm.winsorise[1]", "must lie above"},
        {ASKED("'quantile_bands': {'classes': 1}"), "metrics.a.scale.quantile_bands.classes",
         "expected a whole number from 2 to 1000, found 1"},
        {ASKED("'quantile_bands': {'points': [0, 50, 100]}"), "metrics.a.scale.quantile_bands.points",
         "expected points [at the lowest value, at the highest], or one number for each of the 5 classes, found 3 "
         "items"},
        {ASKED("'quantile_bands': {'classes': 2, 'points': [1, 2, 3]}"), "metrics.a.scale.quantile_bands.points",
         "at the highest], found 3 items"},
        {ASKED("'optimal_bands': {}"), "metrics.a.scale.optimal_bands", "the key \"outcome\" is required"},
        {ASKED("'optimal_bands': {'outcome': 'later'}"), "metrics.a.scale.optimal_bands.outcome",
         "the model has no `outcomes`"},
        {ASKED_AFTER("'optimal_bands': {'outcome': 'latr'}"), "metrics.a.scale.optimal_bands.outcome",
         "unknown outcome \"latr\"; did you mean \"later\"?"},
        {ASKED_AFTER("'optimal_bands': {'outcome': 'a'}"), "metrics.a.scale.optimal_bands.outcome",
         "unknown outcome \"a\""},
        {ASKED_AFTER("'optimal_bands': {'outcome': 'later', 'minimum_share': 100.5}"),
         "metrics.a.scale.optimal_bands.minimum_share", "expected a number from 0 to 100, found 100.5"},
        {ASKED("'percentile': {}, 'other': 5"), "metrics.a.scale.other", "`other` goes with `categories`"},
        {ASKED("'line': [[0, 0], [1, 1]], 'fitted': {'request': 'x'}"), "metrics.a.scale.fitted",
         "`fitted` goes with a request, such as `percentile`"},
    };
    (void)state;
    EXPECT_ALL(list);
}

static void weights_that_ask_wrongly_are_refused(void **state) {
    static const broken list[] = {
        {WEIGHED(""), "indexes.score.weights", "an index needs at least one member"},
        {WEIGHED("'entropie': {'of': ['a', 'b']}"), "indexes.score.weights.entropie", "did you mean \"entropy\"?"},
        {WEIGHED("'entropy': {'of': ['a']}, 'critic': {'of': ['a']}"), "indexes.score.weights.critic",
         "found two of them"},
        {WEIGHED("'entropy': {'of': ['a']}, 'a': 5"), "indexes.score.weights.a", "unknown key \"a\""},
        {WEIGHED("'a': 5, 'b': {}"), "indexes.score.weights.b", "expected a number, found an object"},
        {WEIGHED("'entropy': ['a']"), "indexes.score.weights.entropy", "expected an object, found an array"},
        {WEIGHED("'entropy': {}"), "indexes.score.weights.entropy", "the key \"of\" is required"},
        {WEIGHED("'entropy': {'of': []}"), "indexes.score.weights.entropy.of", "at least one member"},
        {WEIGHED("'entropy': {'of': [1]}"), "indexes.score.weights.entropy.of[0]", "expected a text, found 1"},
        {WEIGHED("'entropy': {'of': ['a', 'a']}"), "indexes.score.weights.entropy.of[1]", "\"a\" is listed twice"},
        {WEIGHED("'entropy': {'of': ['a', 'z']}"), "indexes.score.weights.entropy.of[1]",
         "unknown metric or index \"z\""},
        {WEIGHED("'entropy': {'of': ['a', 'bare']}"), "indexes.score.weights.entropy.of[1]", "has no scale"},
        {WEIGHED("'entropy': {'of': ['a', 'score']}"), "indexes.score", "a cycle: score -> score"},
        {WEIGHED("'ahp': {'of': ['a', 'b']}"), "indexes.score.weights.ahp", "the key \"judgements\" is required"},
        {WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'b']]}"), "indexes.score.weights.ahp.judgements[0]",
         "expected a judgement [a, b, times that a matters as much]"},
        {WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'c', 2]]}"),
         "indexes.score.weights.ahp.judgements[0][1]", "unknown member of `of` \"c\""},
        {WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'b', 0]]}"),
         "indexes.score.weights.ahp.judgements[0][2]", "expected a number above 0"},
        {WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'b', 1e-308]]}"),
         "indexes.score.weights.ahp.judgements[0][2]", "what is nearer to 0 than 1e-300 is read as 0"},
        {WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'b', -3]]}"),
         "indexes.score.weights.ahp.judgements[0][2]", "found -3"},
        {WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'b', '3']]}"),
         "indexes.score.weights.ahp.judgements[0][2]", "expected a number, found \"3\""},
        {WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'a', 1]]}"),
         "indexes.score.weights.ahp.judgements[0][1]", "nothing is judged against itself"},
        {WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'b', 2], ['b', 'a', 0.5]]}"),
         "indexes.score.weights.ahp.judgements[1]", "judged already; each pair stands once"},
        {WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': []}"), "indexes.score.weights.ahp.judgements",
         "no judgement leads from \"a\" to \"b\""},
        {WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'b', 2]], 'method': 'eigen'}"),
         "indexes.score.weights.ahp.method", "unknown method \"eigen\""},
        {WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'b', 2]], 'random_index': 'saati'}"),
         "indexes.score.weights.ahp.random_index", "did you mean \"saaty\"?"},
        {WEIGHED("'outcome': {'of': ['a', 'b']}"), "indexes.score.weights.outcome", "\"explain\" is required"},
        {WEIGHED("'outcome': {'of': ['a', 'b'], 'explain': 'lates'}"), "indexes.score.weights.outcome.explain",
         "unknown outcome \"lates\"; did you mean \"later\"?"},
        {WEIGHED("'outcome': {'of': ['a', 'b'], 'explain': 'later', 'held_out': 91}"),
         "indexes.score.weights.outcome.held_out", "expected a number from 0 to 90, found 91"},
        {WEIGHED("'outcome': {'of': ['a', 'b'], 'explain': 'later', 'by': 'squares'}"),
         "indexes.score.weights.outcome.by", "unknown way to explain an outcome \"squares\""},
    };
    (void)state;
    EXPECT_ALL(list);
}

static void tiers_and_classes_that_ask_wrongly_are_refused(void **state) {
    static const broken list[] = {
        {ASKED_TIERS(""), "tiers",
         "expected one of `cuts`, `shares`, `quantiles`, `abc`, `natural_breaks`, `k_means`, found none of them"},
        {ASKED_TIERS("'cuts': [['x', null]], 'quantiles': ['x', 'y']"), "tiers.quantiles", "found two of them"},
        {ASKED_TIERS("'quantile': ['x', 'y']"), "tiers.quantile", "did you mean \"quantiles\"?"},
        {ASKED_TIERS("'quantiles': ['x']"), "tiers.quantiles", "expected 2 to 1000 classes, found 1"},
        {ASKED_TIERS("'quantiles': ['x', 5]"), "tiers.quantiles[1]", "expected a text, found 5"},
        {ASKED_TIERS("'quantiles': ['x', 'x']"), "tiers.quantiles[1]", "two classes are called \"x\""},
        {ASKED_TIERS("'shares': [['x', 5, 6], ['y', null]]"), "tiers.shares[0]",
         "expected a class [name, percent], found 3 items"},
        {ASKED_TIERS("'shares': ['x', 'y']"), "tiers.shares[0]", "expected an array"},
        {ASKED_TIERS("'shares': [['x', 0], ['y', null]]"), "tiers.shares[0][1]",
         "expected a percent above 0 and below 100, found 0"},
        {ASKED_TIERS("'shares': [['x', 100], ['y', null]]"), "tiers.shares[0][1]", "found 100"},
        {ASKED_TIERS("'shares': [['x', 60], ['y', 40], ['z', null]]"), "tiers.shares[1]",
         "up to here the shares add up to 100 percent"},
        {ASKED_TIERS("'shares': [['x', 60], ['y', 40]]"), "tiers.shares[1][1]", "expected null, as the last class"},
        {ASKED_TIERS("'shares': [['x', null], ['y', null]]"), "tiers.shares[0][1]", "expected a number, found null"},
        {ASKED_TIERS("'abc': {}"), "tiers.abc", "the key \"names\" is required"},
        {ASKED_TIERS("'abc': [['x', 80], ['y', null]]"), "tiers.abc", "expected an object, found an array"},
        {ASKED_TIERS("'abc': {'names': [['x', 95], ['y', 80], ['z', null]]}"), "tiers.abc.names[1][1]",
         "percents are cumulated: this one must lie above 95"},
        {ASKED_TIERS("'abc': {'names': [['x', 80], ['y', null]], 'side': 'after'}"), "tiers.abc.side",
         "unknown side \"after\"; known: before, including"},
        {MODEL("'metrics': {'a': {'sum': 'revenue'}}, 'tiers': {'quantiles': ['x', 'y']}"), "tiers",
         "needs the index `score`"},
        {BESIDE("'tiers': {'quantiles': ['x', 'y']}, 'rules': [{'name': 'r', 'when': {'a': {'below': 1}}, 'then': "
                "{'cap': 'z'}}]"),
         "rules[0].then.cap", "unknown tier \"z\""},
        {CLASSES("'by': 'a'"), "segments.s", "expected one of `cuts`, `shares`"},
        {CLASSES("'cuts': [['x', null]]"), "segments.s", "one of `grid`, `cases`, `by`, found none of them"},
        {CLASSES("'cases': [{'is': 'x'}], 'by': 'a'"), "segments.s", "found two of them"},
        {CLASSES("'cases': [{'is': 'x'}], 'cuts': [['x', null]]"), "segments.s.cuts",
         "`cuts` goes with `by`, which says what is cut"},
        {CLASSES("'cases': [{'is': 'x'}], 'k_means': ['x', 'y']"), "segments.s.k_means", "`k_means` goes with `by`"},
        {CLASSES("'cases': [{'is': 'x'}], 'fitted': {'request': 'x'}"), "segments.s.fitted", "`fitted` goes with `by`"},
        {CLASSES("'by': 'nobody', 'cuts': [['x', null]]"), "segments.s.by", "unknown metric or index \"nobody\""},
        {CLASSES("'by': 'c', 'cuts': [['x', null]]"), "segments.s.by", "is a category, not a number"},
        {CLASSES("'by': 'a', 'cuts': []"), "segments.s.cuts", "expected at least one class, found none"},
        {CLASSES("'by': 'a', 'cuts': [['x', 1], ['y', 2], ['z', null]]"), "segments.s.cuts[1][1]",
         "cuts must descend: this one must lie below 1"},
        {CLASSES("'by': 'a', 'cuts': [['x', 1], ['x', null]]"), "segments.s.cuts[1][0]",
         "two classes are called \"x\""},
        {CLASSES("'by': 'a', 'cuts': [['x', 1], ['y', 0]]"), "segments.s.cuts[1][1]",
         "expected null, as the last class"},
        {CLASSES("'by': 'score', 'cuts': [['x', 0.1234567], ['y', null]]"), "segments.s.cuts[0][1]", "six decimals"},
    };
    (void)state;
    EXPECT_ALL(list);
}

static void outcomes_that_are_none_are_refused(void **state) {
#define AFTER(outcomes) MODEL("'metrics': {}, 'outcomes': {" outcomes "}")
    static const broken list[] = {
        {AFTER("'metrics': {'x': {'sum': 'revenue'}}"), "outcomes", "the key \"after\" is required"},
        {AFTER("'after': {'months': 3}"), "outcomes", "the key \"metrics\" is required"},
        {AFTER("'after': {'weeks': 3}, 'metrics': {'x': {'sum': 'revenue'}}"), "outcomes.after.weeks", "unknown key"},
        {AFTER("'after': {'months': 0}, 'metrics': {'x': {'sum': 'revenue'}}"), "outcomes.after.months",
         "expected a whole number from 1"},
        {AFTER("'after': {'months': 3}, 'metrics': {}"), "outcomes.metrics", "expected at least one outcome"},
        {AFTER("'after': {'months': 3}, 'metrics': {'x': 5}"), "outcomes.metrics.x", "expected an object, found 5"},
        {AFTER("'after': {'months': 3}, 'metrics': {'x': {'sum': 'revenu'}}"), "outcomes.metrics.x.sum",
         "did you mean \"revenue\"?"},
        {AFTER("'after': {'months': 3}, 'metrics': {'x': {'sum': 'revenue', " LINE "}}"), "outcomes.metrics.x.scale",
         "an outcome earns no points, so it has no `scale`"},
        {AFTER("'after': {'months': 3}, 'metrics': {'x': {'sum': 'revenue', 'better': 'less'}}"),
         "outcomes.metrics.x.better", "unknown"},
        {AFTER("'after': {'months': 3}, 'metrics': {'x': {'sum': 'revenue', 'missing': 'worst'}}"),
         "outcomes.metrics.x.missing", "it has no `missing`"},
        {AFTER("'after': {'months': 3}, 'metrics': {'x': {'sum': 'revenue', 'window': 'all'}}"),
         "outcomes.metrics.x.window", "`outcomes.after` says which days count"},
        {AFTER("'after': {'months': 3}, 'metrics': {'x': {'ratio': ['y', 'x']}, 'y': {'count': 'lines'}}"),
         "outcomes.metrics.x", "a cycle: x -> x"},
        {AFTER("'after': {'months': 3}, 'metrics': {'tier': {'sum': 'revenue'}}"), "outcomes.metrics.tier",
         "the name of a column of the result"},
        {AFTER("'after': {'months': 3}, 'metrics': {'x': {'sum': 'finance_cost'}}"), "outcomes.metrics.x.sum",
         "needs the model's `finance_cost`"},
    };
#undef AFTER
    (void)state;
    EXPECT_ALL(list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_that_ask_wrongly_are_refused),
        cmocka_unit_test(weights_that_ask_wrongly_are_refused),
        cmocka_unit_test(tiers_and_classes_that_ask_wrongly_are_refused),
        cmocka_unit_test(outcomes_that_are_none_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
