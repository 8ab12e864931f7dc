/* Lifetimes that are wrong, and cards and answers that do not fit them, are refused at their place. */
#include "lifetime_texts.h"

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

/* ---- Lifetimes --------------------------------------------------------------------------------------------------- */

static void lifetimes_that_are_wrong_are_refused(void **state) {
    static const broken list[] = {
        {MODEL("'lifetimes': [], 'metrics': {}"), "lifetimes", "expected an object, found an array"},
        {MODEL("'lifetimes': {'': {'model': 'nbd'}}, 'metrics': {}"), "lifetimes[\"\"]", "a name cannot be empty"},
        {MODEL("'lifetimes': {'l': 'nbd'}, 'metrics': {}"), "lifetimes.l", "expected an object, found \"nbd\""},
        {LIFETIME(""), "lifetimes.l", "the key \"model\" is required"},
        {LIFETIME("'model': 'nbd', 'unit': 'day'"), "lifetimes.l.unit", "unknown key \"unit\""},
        {LIFETIME("'model': 'nbd', 'time_units': 'day'"), "lifetimes.l.time_units", "did you mean \"time_unit\"?"},
        {LIFETIME("'model': 'bgnbd'"), "lifetimes.l.model",
         "unknown lifetime model \"bgnbd\"; did you mean \"bg_nbd\"?"},
        {LIFETIME("'model': 'bg_bb'"), "lifetimes.l.model", "unknown lifetime model \"bg_bb\""},
        {LIFETIME("'model': []"), "lifetimes.l.model", "expected at least one text, found an empty array"},
        {LIFETIME("'model': ['nbd', 7]"), "lifetimes.l.model[1]", "expected a text, found 7"},
        {LIFETIME("'model': ['nbd', 'bg_nbd', 'nbd']"), "lifetimes.l.model[2]", "the model \"nbd\" is given twice"},
        {LIFETIME("'model': 'nbd', 'time_unit': 'month'"), "lifetimes.l.time_unit", "a month has no fixed length"},
        {LIFETIME("'model': 'nbd', 'time_unit': 'months'"), "lifetimes.l.time_unit", "a month has no fixed length"},
        {LIFETIME("'model': 'nbd', 'time_unit': 'weeks'"), "lifetimes.l.time_unit",
         "unknown unit of time \"weeks\"; did you mean \"week\"?"},
        {LIFETIME("'model': 'nbd', 'time_unit': 7"), "lifetimes.l.time_unit", "expected a text, found 7"},
        {LIFETIME("'model': 'nbd', 'penalty': -0.1"), "lifetimes.l.penalty",
         "expected a number from 0 to 1000000, found -0.1"},
        {LIFETIME("'model': 'nbd', 'penalty': 1e7"), "lifetimes.l.penalty", "expected a number from 0 to 1000000"},
    };
    (void)state;
    EXPECT_ALL(list);
}

#define SPENT(members) LIFETIME("'model': 'nbd', 'spend': {" members "}")

static void spend_that_is_wrong_is_refused(void **state) {
    static const broken list[] = {
        {LIFETIME("'model': 'nbd', 'spend': 'revenue'"), "lifetimes.l.spend", "expected an object"},
        {SPENT("'of': 'revenue'"), "lifetimes.l.spend", "the key \"model\" is required"},
        {SPENT("'model': 'gamma_gamma'"), "lifetimes.l.spend", "the key \"of\" is required"},
        {SPENT("'model': 'gamma', 'of': 'revenue'"), "lifetimes.l.spend.model",
         "unknown spend model \"gamma\"; known: gamma_gamma, normal_normal"},
        {SPENT("'model': 'bg_nbd', 'of': 'revenue'"), "lifetimes.l.spend.model", "unknown spend model"},
        {SPENT("'model': ['gamma_gamma'], 'of': 'revenue'"), "lifetimes.l.spend.model",
         "expected a text, found an array"},
        {SPENT("'model': 'gamma_gamma', 'of': 'revenu'"), "lifetimes.l.spend.of", "did you mean \"revenue\"?"},
        {SPENT("'model': 'gamma_gamma', 'of': ['revenue', 'revenue']"), "lifetimes.l.spend.of[1]",
         "the measure \"revenue\" is given twice"},
        {SPENT("'model': 'gamma_gamma', 'of': ['revenue', 'quantity']"), "lifetimes.l.spend.of",
         "money and quantities cannot be added up"},
        {SPENT("'model': 'gamma_gamma', 'of': ['revenue', 'finance_cost']"), "lifetimes.l.spend.of",
         "spend is of purchases, and finance_cost has none"},
        {SPENT("'model': 'gamma_gamma', 'of': 'revenue', 'first': true"), "lifetimes.l.spend.first",
         "unknown key \"first\""},
        {SPENT("'model': 'gamma_gamma', 'of': 'revenue', 'first_purchase': 1"), "lifetimes.l.spend.first_purchase",
         "expected true or false, found 1"},
        {SPENT("'model': 'gamma_gamma', 'of': 'revenue', 'penalty': -1"), "lifetimes.l.spend.penalty", "found -1"},
    };
    (void)state;
    EXPECT_ALL(list);
}

/* ---- Metrics ----------------------------------------------------------------------------------------------------- */

static void cards_that_ask_wrongly_are_refused(void **state) {
    static const broken list[] = {
        {CARD("'lifetime': ['l', 'p_alive']"), "metrics.a.lifetime[0]", "the model has no `lifetimes`"},
        {TOLD("'lifetime': 'l'"), "metrics.a.lifetime", "expected an array, found \"l\""},
        {TOLD("'lifetime': ['l']"), "metrics.a.lifetime", "such as [\"orders\", \"p_alive\"], found 1 items"},
        {TOLD("'lifetime': ['L', 'p_alive']"), "metrics.a.lifetime[0]", "unknown lifetime \"L\""},
        {TOLD("'lifetime': [1, 'p_alive']"), "metrics.a.lifetime[0]", "expected a text, found 1"},
        {TOLD("'lifetime': ['l', 'alive']"), "metrics.a.lifetime[1]", "did you mean \"p_alive\"?"},
        {TOLD("'lifetime': ['l', 'p_alive'], 'sum': 'revenue'"), "metrics.a.lifetime",
         "a metric has one operator, found `sum` and `lifetime`"},
        {TOLD("'lifetime': ['l', 'p_alive'], 'window': {'days': 3}"), "metrics.a.window",
         "`p_alive` takes no `window`"},
        {TOLD("'lifetime': ['l', 'purchases'], 'horizon': {'days': 3}, 'per': 'year'"), "metrics.a.per",
         "`purchases` takes no `per`"},
        {TOLD("'lifetime': ['l', 'spend'], 'minimum_coverage': 50"), "metrics.a.minimum_coverage", "goes with cost"},
        {TOLD("'lifetime': ['l', 'p_alive'], 'scale': {'categories': {'x': 1}}"), "metrics.a.scale",
         "`p_alive` gives numbers"},
        {TOLD("'lifetime': ['l', 'p_alive'], 'horizon': {'months': 6}"), "metrics.a.horizon",
         "`p_alive` takes no `horizon`"},
        {TOLD("'lifetime': ['l', 'churn'], 'discount': 0.1"), "metrics.a.discount", "`churn` takes no `discount`"},
        {TOLD("'lifetime': ['l', 'purchases'], 'horizon': {'days': 3}, 'ahead': {'days': 3}"), "metrics.a.ahead",
         "`purchases` takes no `ahead`"},
        {TOLD("'lifetime': ['l', 'purchases'], 'horizon': {'days': 3}, 'discount': 0.1"), "metrics.a.discount",
         "`purchases` takes no `discount`"},
        {TOLD("'lifetime': ['l', 'spend'], 'horizon': {'days': 3}"), "metrics.a.horizon", "`spend` takes no `horizon`"},
        {TOLD("'sum': 'revenue', 'horizon': {'days': 3}"), "metrics.a.horizon", "`sum` takes no `horizon`"},
        {TOLD("'sum': 'revenue', 'standard_error': false"), "metrics.a.standard_error",
         "`sum` takes no `standard_error`"},
        {TOLD("'lifetime': ['l', 'p_alive'], 'standard_error': 'yes'"), "metrics.a.standard_error",
         "expected true or false"},
    };
    (void)state;
    EXPECT_ALL(list);
}

static void a_question_without_an_end_is_refused(void **state) {
    static const broken list[] = {
        {TOLD("'lifetime': ['l', 'purchases']"), "metrics.a",
         "`purchases` needs a `horizon`, such as {\"months\": 12}"},
        {TOLD("'lifetime': ['l', 'value']"), "metrics.a",
         "`value` without `horizon` goes on for ever, so it needs a yearly `discount` above 0, such as 0.1"},
        {TOLD("'lifetime': ['l', 'value'], 'discount': 0"), "metrics.a", "a yearly `discount` above 0"},
        {TOLD("'lifetime': ['l', 'value'], 'discount': 1e-15"), "metrics.a.discount",
         "expected a yearly rate of at least 1e-9, as there is no `horizon`, found 1e-15"},
        {TOLD("'lifetime': ['l', 'discounted_purchases']"), "metrics.a", "`discounted_purchases` without `horizon`"},
        {TOLD("'lifetime': ['l', 'value'], 'discount': -0.1"), "metrics.a.discount",
         "expected a yearly rate from 0 to 10, found -0.1"},
        {TOLD("'lifetime': ['l', 'value'], 'discount': 12"), "metrics.a.discount", "found 12"},
        {MODEL("'lifetimes': {'l': {'model': 'nbd'}}, 'metrics': {'a': {'lifetime': ['l', 'spend']}}"),
         "metrics.a.lifetime[1]", "the lifetime \"l\" says nothing of `spend`"},
        {MODEL("'lifetimes': {'l': {'model': 'nbd'}}, 'metrics': {'a': {'lifetime': ['l', 'value'], 'discount': 1}}"),
         "metrics.a.lifetime[1]", "says nothing of `spend`"},
    };
    (void)state;
    EXPECT_ALL(list);
}

#define WITHIN(horizon) TOLD("'lifetime': ['l', 'purchases'], 'horizon': {" horizon "}")

static void horizons_that_are_none_are_refused(void **state) {
    static const broken list[] = {
        {WITHIN(""), "metrics.a.horizon", "expected one of `days`, `weeks`, `months`, `years`, found none of them"},
        {WITHIN("'days': 3, 'weeks': 1"), "metrics.a.horizon.weeks", "found two of them"},
        {WITHIN("'day': 3"), "metrics.a.horizon.day", "did you mean \"days\"?"},
        {WITHIN("'days': 0"), "metrics.a.horizon.days", "expected a whole number from 1 to 3652059, found 0"},
        {WITHIN("'days': 1.5"), "metrics.a.horizon.days", "expected a whole number"},
        {WITHIN("'weeks': 521723"), "metrics.a.horizon.weeks", "expected a whole number from 1 to 521722"},
        {WITHIN("'months': 119989"), "metrics.a.horizon.months", "expected a whole number from 1 to 119988"},
        {WITHIN("'years': 10000"), "metrics.a.horizon.years", "expected a whole number from 1 to 9999"},
        {TOLD("'lifetime': ['l', 'churn'], 'ahead': 'later'"), "metrics.a.ahead", "expected an object"},
    };
    (void)state;
    EXPECT_ALL(list);
}

static void no_outcome_is_foretold(void **state) {
    static const broken list[] = {
        {MODEL("'lifetimes': {" BOUGHT "}, 'metrics': {}, 'outcomes': {'after': {'days': 9}, 'metrics': {'o': "
               "{'lifetime': ['l', 'p_alive']}}}"),
         "outcomes.metrics.o.lifetime", "an outcome is what happened, and a lifetime foretells"},
    };
    (void)state;
    EXPECT_ALL(list);
}

/* ---- Answers ----------------------------------------------------------------------------------------------------- */

/* The lifetime of BOUGHT cannot be answered so. */
static void expect_no_answer(const broken *b) {
    crmv_model *model = model_of_text(TOLD("'lifetime': ['l', 'spend']"));
    char *json = quoted_text(b->text);
    crmv_model *out = NULL;
    crmv_error error = {.struct_size = sizeof error};
    const int32_t status = crmv_model_answer(model, 0, json, -1, &out, &error);
    if (status != CRMV_BAD_MODEL || strcmp(error.place, b->place) != 0 || strstr(error.message, b->message) == NULL ||
        out != NULL) {
        fail_msg("%s\n  gave %d at `%s`: %s\n  not at `%s`: ...%s...", b->text, (int)status, error.place, error.message,
                 b->place, b->message);
    }
    free(json);
    crmv_model_free(model);
}

#define FITTED "lifetimes.l.fitted"
#define PROCESS "'model': 'bg_nbd', 'parameters': {'r': 1, 'alpha': 2, 'a': 3, 'b': 4}"
#define SPEND "'spend': {'parameters': {'mean': 1, 'between': 2, 'within': 3}}"

static void answers_that_do_not_fit_are_refused(void **state) {
    static const broken list[] = {
        {"{'weights': {'a': 100}}", FITTED ".weights", "unknown key \"weights\""},
        {"{}", FITTED, "the key \"model\" is required"},
        {"{'model': 'bg_nbd', " SPEND "}", FITTED, "the key \"parameters\" is required"},
        {"{" PROCESS "}", FITTED, "the key \"spend\" is required"},
        {"{'model': 'nbd', 'parameters': {'r': 1, 'alpha': 2}, " SPEND "}", FITTED ".model",
         "unknown candidate \"nbd\""},
        {"{'model': 7, 'parameters': {}, " SPEND "}", FITTED ".model", "expected a text, found 7"},
        {"{'model': 'bg_nbd', 'parameters': {'r': 1, 'alpha': 2, 'a': 3}, " SPEND "}", FITTED ".parameters",
         "`bg_nbd` has the parameter \"b\", which is not given"},
        {"{'model': 'bg_nbd', 'parameters': {'r': 1, 'alpha': 2, 'a': 3, 'b': 4, 's': 5}, " SPEND "}",
         FITTED ".parameters.s", "unknown parameter \"s\""},
        {"{'model': 'bg_nbd', 'parameters': {'r': 0, 'alpha': 2, 'a': 3, 'b': 4}, " SPEND "}", FITTED ".parameters.r",
         "expected a number above 0, found 0"},
        {"{'model': 'bg_nbd', 'parameters': {'r': 1, 'alpha': '2', 'a': 3, 'b': 4}, " SPEND "}",
         FITTED ".parameters.alpha", "expected a number, found \"2\""},
        {"{" PROCESS ", 'spend': {'mean': 1}}", FITTED ".spend.mean", "unknown key \"mean\""},
        {"{" PROCESS ", 'spend': {'parameters': {'mean': 1, 'between': -2, 'within': 3}}}",
         FITTED ".spend.parameters.between", "expected a number above 0, found -2"},
        {"{" PROCESS ", 'spend': {'parameters': {'mean': 1, 'within': 3}}}", FITTED ".spend.parameters",
         "`normal_normal` has the parameter \"between\", which is not given"},
        {"{" PROCESS ", " SPEND ", 'found': 7}", FITTED ".found", "expected an object, found 7"},
        {"{" PROCESS ", " SPEND ", 'as_of': 'today'}", FITTED ".as_of", "expected a date"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        expect_no_answer(&list[i]);
    }
}

static void covariances_that_do_not_fit_are_refused(void **state) {
    static const broken list[] = {
        {"{" PROCESS ", " SPEND ", 'covariance': [[1]]}", FITTED ".covariance",
         "expected 4 rows, one for each parameter, found 1"},
        {"{" PROCESS ", " SPEND ", 'covariance': [[1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}",
         FITTED ".covariance[0]", "expected 4 numbers, one for each parameter, found 3"},
        {"{" PROCESS ", " SPEND ", 'covariance': [[1, 0, 0, 0], 7, [0, 0, 1, 0], [0, 0, 0, 1]]}",
         FITTED ".covariance[1]", "expected an array, found 7"},
        {"{" PROCESS ", " SPEND ", 'covariance': [[1, 0, 0, 0], [0, 1, 0, 0], [0, 'x', 1, 0], [0, 0, 0, 1]]}",
         FITTED ".covariance[2][1]", "expected a number or null, found \"x\""},
        {"{" PROCESS ", " SPEND ", 'covariance': [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, -1]]}",
         FITTED ".covariance[3][3]", "expected a variance, at least 0, found -1"},
        {"{" PROCESS ", 'spend': {'parameters': {'mean': 1, 'between': 2, 'within': 3}, 'covariance': []}}",
         FITTED ".spend.covariance", "expected 3 rows, one for each parameter, found 0"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        expect_no_answer(&list[i]);
    }
}

static void spend_that_was_not_asked_for_is_refused(void **state) {
    (void)state;
    crmv_model *model = model_of_text(LIFETIME("'model': 'bg_nbd'"));
    char *json = quoted_text("{" PROCESS ", " SPEND "}");
    crmv_model *out = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_model_answer(model, 0, json, -1, &out, &error), CRMV_BAD_MODEL);
    assert_string_equal(error.place, FITTED ".spend");
    assert_string_equal(error.message, "the lifetime asks for no `spend`");
    free(json);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lifetimes_that_are_wrong_are_refused),
        cmocka_unit_test(spend_that_is_wrong_is_refused),
        cmocka_unit_test(cards_that_ask_wrongly_are_refused),
        cmocka_unit_test(a_question_without_an_end_is_refused),
        cmocka_unit_test(horizons_that_are_none_are_refused),
        cmocka_unit_test(no_outcome_is_foretold),
        cmocka_unit_test(answers_that_do_not_fit_are_refused),
        cmocka_unit_test(covariances_that_do_not_fit_are_refused),
        cmocka_unit_test(spend_that_was_not_asked_for_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
