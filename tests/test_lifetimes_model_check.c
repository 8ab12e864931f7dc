/* What check says of lifetimes, and of metrics that they foretell. */
#include "lifetime_texts.h"

#include <stdio.h>

enum { ERROR = CRMV_FINDING_ERROR, WARNING = CRMV_FINDING_WARNING, NOTE = CRMV_FINDING_NOTE };

typedef struct expected {
    int32_t severity;
    const char *place, *message;
} expected;

/* The model has these findings, in this order, beside those of open requests and unused metrics; it is freed. */
static void expect_findings(crmv_model *model, const crmv_ledger *ledger, const expected *e, int64_t count) {
    crmv_findings *findings = NULL;
    int64_t met = 0;
    assert_int_equal(crmv_model_check(model, ledger, NULL, &findings, NULL), CRMV_OK);
    for (int64_t i = 0; i < crmv_findings_count(findings); i++) {
        crmv_finding f = {.struct_size = sizeof f};
        crmv_findings_get(findings, i, &f);
        if (strstr(f.message, "still to be found") != NULL || strstr(f.message, "other metric uses") != NULL) {
            continue;
        }
        if (met == count || f.severity != e[met].severity || strcmp(f.place, e[met].place) != 0 ||
            strstr(f.message, e[met].message) == NULL) {
            fail_msg("%d at %s: %s", (int)f.severity, f.place, f.message);
        }
        met++;
    }
    assert_int_equal(met, count);
    crmv_findings_free(findings);
    crmv_model_free(model);
}

#define EXPECT(model, ...)                                                                                             \
    do {                                                                                                               \
        const expected list[] = {__VA_ARGS__};                                                                         \
        expect_findings(model, NULL, list, sizeof list / sizeof list[0]);                                              \
    } while (0)
#define EXPECT_NOTHING(model) expect_findings(model, NULL, NULL, 0)

/* One metric in a score. */
#define POINTS(card, scale)                                                                                            \
    MODEL("'lifetimes': {" BOUGHT "}, 'metrics': {'a': {" card ", 'scale': {" scale "}}}, 'indexes': {'score': "       \
          "{'weights': {'a': 1}}}")

/* ---- What is to be fitted ---------------------------------------------------------------------------------------- */

static void a_lifetime_that_is_in_order_is_only_to_be_found(void **state) {
    (void)state;
    EXPECT_NOTHING(model_of_text(POINTS("'lifetime': ['l', 'value'], 'discount': 0.1", "'line': [[0, 0], [9, 100]]")));
    crmv_model *model = model_of_text(LIFETIME("'model': 'nbd'"));
    crmv_findings *findings = NULL;
    crmv_finding f = {.struct_size = sizeof f};
    assert_int_equal(crmv_model_check(model, NULL, NULL, &findings, NULL), CRMV_OK);
    assert_int_equal(crmv_findings_get(findings, 0, &f), CRMV_OK);
    assert_string_equal(f.place, "lifetimes.l");
    assert_string_equal(f.message,
                        "`lifetime` is still to be found, so the model cannot score yet: run `crmvalue fit`");
    crmv_findings_free(findings);
    crmv_model_free(model);
}

static void a_lifetime_that_foretells_nothing_is_noted(void **state) {
    (void)state;
    EXPECT(model_of_text(MODEL("'lifetimes': {" BOUGHT ", 'm': {'model': 'nbd'}}, 'metrics': {'a': {'lifetime': ['l', "
                               "'p_alive']}}")),
           {NOTE, "lifetimes.m", "no metric uses this lifetime"});
}

#define MAPPED(columns, of)                                                                                            \
    MODEL("'input': {'transactions': {'customer': 'C', 'date': 'D', " columns "}}, 'lifetimes': {'l': {'model': "      \
          "'nbd', 'spend': {'model': 'normal_normal', 'of': " of                                                       \
          "}}}, 'metrics': {'a': {'lifetime': ['l', 'spend']}}")

static void spend_of_what_no_column_supplies_is_an_error(void **state) {
    (void)state;
    EXPECT(model_of_text(MAPPED("'quantity': 'Q'", "'revenue'")),
           {ERROR, "lifetimes.l.spend.of", "the columns that input.transactions maps do not supply revenue"});
    EXPECT(model_of_text(MAPPED("'revenue': 'R', 'cost': 'K'", "'contribution'")),
           {NOTE, "lifetimes.l.spend.of", "maps no cost_to_serve, so contribution counts it as 0"});
    EXPECT_NOTHING(model_of_text(MAPPED("'revenue': 'R'", "'revenue'")));
}

static void a_profit_under_a_model_of_amounts_above_0_is_a_warning(void **state) {
    static const char *const texts[] = {
        MODEL("'lifetimes': {'l': {'model': 'nbd', 'spend': {'model': 'gamma_gamma', 'of': 'gross_profit'}}}, "
              "'metrics': {'a': {'lifetime': ['l', 'spend']}}"),
        MODEL("'lifetimes': {'l': {'model': 'nbd', 'spend': {'model': 'gamma_gamma', 'of': ['discount', "
              "'contribution']}}}, 'metrics': {'a': {'lifetime': ['l', 'spend']}}")};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        EXPECT(model_of_text(texts[i]),
               {WARNING, "lifetimes.l.spend.model", "`normal_normal` takes amounts of any sign"});
    }
}

static void who_never_drops_out_is_alive_for_sure(void **state) {
    (void)state;
    EXPECT(model_of_text(MODEL("'lifetimes': {'l': {'model': 'nbd'}}, 'metrics': {'a': {'lifetime': ['l', 'p_alive']}, "
                               "'b': {'lifetime': ['l', 'churn']}, 'c': {'lifetime': ['l', 'purchases'], 'horizon': "
                               "{'days': 9}}}")),
           {WARNING, "metrics.a", "nobody ever drops out under `nbd`, so this is 1 for everybody"},
           {WARNING, "metrics.b", "nobody ever drops out under `nbd`, so this is 0 for everybody"});
}

static void a_discount_in_percent_is_asked_about(void **state) {
    (void)state;
    EXPECT(model_of_text(TOLD("'lifetime': ['l', 'value'], 'discount': 10")),
           {WARNING, "metrics.a.discount", "10 means 1000 %; is 0.1 meant?"});
}

/* ---- Direction --------------------------------------------------------------------------------------------------- */

static void points_against_the_direction_of_what_is_foretold_are_a_warning(void **state) {
    (void)state;
    EXPECT(model_of_text(POINTS("'lifetime': ['l', 'churn']", "'line': [[0, 0], [1, 100]]")),
           {WARNING, "metrics.a.scale.line[1]",
            "lower is better, yet the knot at 0 earns 0 points and the knot at 1 earns 100; where that is meant, "
            "`better` says so"});
    EXPECT(model_of_text(POINTS("'lifetime': ['l', 'p_alive']", "'min_max': {'points': [100, 0]}")),
           {WARNING, "metrics.a.scale.min_max.points[1]", "where that is meant, `better` says so"});
    EXPECT_NOTHING(
        model_of_text(POINTS("'lifetime': ['l', 'p_alive'], 'better': 'lower'", "'line': [[0, 100], [1, 0]]")));
    EXPECT_NOTHING(
        model_of_text(POINTS("'lifetime': ['l', 'p_alive'], 'standard_error': true", "'line': [[0, 100], [1, 0]]")));
}

static void a_direction_that_the_card_gives_is_held_against_its_scale(void **state) {
    (void)state;
    EXPECT(model_of_text(POINTS("'lifetime': ['l', 'churn'], 'better': 'lower'", "'line': [[0, 0], [1, 100]]")),
           {ERROR, "metrics.a.scale.line[1]", "lower is better"});
    EXPECT(model_of_text(TOLD("'lifetime': ['l', 'churn'], 'better': 'lower'")),
           {WARNING, "metrics.a.better", "`better` has no effect without a scale"});
}

/* Whoever reads what is foretold, and does not score it, is told so once. */
static void metrics_that_are_foretold_and_not_used_are_one_note(void **state) {
    (void)state;
    static const char *const texts[] = {TOLD("'lifetime': ['l', 'p_alive']"),
                                        MODEL("'lifetimes': {" BOUGHT
                                              "}, 'metrics': {'a': {'lifetime': ['l', 'p_alive']}, "
                                              "'b': {'count': 'lines'}, 'c': {'lifetime': ['l', 'spend']}}")};
    static const char *const wanted[][2] = {
        {"metrics.a: no index, segment, rule or other metric uses this metric", NULL},
        {"metrics.b: no index, segment, rule or other metric uses this metric",
         "metrics: no index, segment, rule or other metric uses what lifetimes foretell in a, c"}};
    for (int32_t i = 0; i < 2; i++) {
        crmv_model *model = model_of_text(texts[i]);
        crmv_findings *findings = NULL;
        int32_t met = 0;
        assert_int_equal(crmv_model_check(model, NULL, NULL, &findings, NULL), CRMV_OK);
        for (int64_t k = 0; k < crmv_findings_count(findings); k++) {
            crmv_finding f = {.struct_size = sizeof f};
            char told[512];
            crmv_findings_get(findings, k, &f);
            snprintf(told, sizeof told, "%s: %s", f.place, f.message);
            if (f.severity == NOTE && strstr(told, "other metric uses") != NULL) {
                assert_true(met < 2 && wanted[i][met] != NULL);
                assert_string_equal(told, wanted[i][met++]);
            }
        }
        assert_int_equal(met, i + 1);
        crmv_findings_free(findings);
        crmv_model_free(model);
    }
}

/* ---- What was fitted --------------------------------------------------------------------------------------------- */

#define PROCESS "'model': 'bg_nbd', 'parameters': {'r': 1, 'alpha': 2, 'a': 3, 'b': 4}"
#define SPEND "'spend': {'parameters': {'mean': 1, 'between': 2, 'within': 3}}"

static void a_fit_that_did_not_converge_is_a_warning_with_its_remark(void **state) {
    (void)state;
    crmv_model *model = model_of_text(TOLD("'lifetime': ['l', 'p_alive']"));
    EXPECT(
        answered(model, "lifetimes.l",
                 "{" PROCESS ", " SPEND ", 'found': {'ending': 'boundary', 'remark': 'a runs off', 'spend': "
                 "{'ending': 'not identified'}}}"),
        {WARNING, "lifetimes.l.fitted.found.ending", "the fit ended on the boundary: a runs off"},
        {WARNING, "lifetimes.l.fitted.found.spend.ending", "the fit did not converge; it ended as \"not identified\""});
    model = model_of_text(TOLD("'lifetime': ['l', 'p_alive']"));
    EXPECT_NOTHING(answered(model, "lifetimes.l",
                            "{" PROCESS ", " SPEND ", 'found': {'ending': 'converged', 'spend': {'ending': "
                            "'converged'}}}"));
}

static void a_parameter_that_nothing_can_be_foretold_from_is_an_error(void **state) {
    (void)state;
    EXPECT(answered(model_of_text(TOLD("'lifetime': ['l', 'p_alive']")), "lifetimes.l",
                    "{'model': 'bg_nbd', 'parameters': {'r': 1e-13, 'alpha': 2e12, 'a': 1e-12, 'b': 1e12}, 'spend': "
                    "{'parameters': {'mean': -2e18, 'between': 1e18, 'within': 1}}}"),
           {ERROR, "lifetimes.l.fitted.parameters.r", "from 1e-13; a number from 1e-12 to 1000000000000 is expected"},
           {ERROR, "lifetimes.l.fitted.parameters.alpha", "nothing can be foretold from 2000000000000"},
           {ERROR, "lifetimes.l.fitted.spend.parameters.mean", "a number from -1e18 to 1e18 is expected"});
}

#define COVARIANCE(rows) "{" PROCESS ", " SPEND ", 'covariance': " rows "}"

static void a_covariance_that_differs_between_its_two_halves_is_an_error(void **state) {
    (void)state;
    EXPECT(answered(model_of_text(TOLD("'lifetime': ['l', 'p_alive']")), "lifetimes.l",
                    COVARIANCE("[[1, 0.5, 0, 0], [0.25, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]")),
           {ERROR, "lifetimes.l.fitted.covariance[1][0]", "a covariance is the same both ways, and [0][1] is another"});
    EXPECT(answered(model_of_text(TOLD("'lifetime': ['l', 'p_alive']")), "lifetimes.l",
                    COVARIANCE("[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, null], [0, 0, 0, 1]]")),
           {ERROR, "lifetimes.l.fitted.covariance[3][2]", "the same both ways"});
    EXPECT(answered(model_of_text(TOLD("'lifetime': ['l', 'p_alive']")), "lifetimes.l",
                    "{" PROCESS ", 'spend': {'parameters': {'mean': 1, 'between': 2, 'within': 3}, 'covariance': "
                    "[[1, 0, 0.1], [0, 1, 0], [0, 0, 1]]}}"),
           {ERROR, "lifetimes.l.fitted.spend.covariance[2][0]", "the same both ways"});
    EXPECT_NOTHING(answered(model_of_text(TOLD("'lifetime': ['l', 'p_alive']")), "lifetimes.l",
                            COVARIANCE("[[1, 0.50000000001, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]")));
}

/* The determinants of the leading minors are worked out by hand: 1, 1 - 4 < 0; 1, 0.19, -0.972. */
static void a_covariance_by_which_a_variance_would_be_below_0_is_an_error(void **state) {
    (void)state;
    static const char *const wrong[] = {COVARIANCE("[[1, 2, 0, 0], [2, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]"),
                                        COVARIANCE("[[1, 0.9, -0.9, 0], [0.9, 1, 0.9, 0], [-0.9, 0.9, 1, 0], "
                                                   "[0, 0, 0, 1]]"),
                                        COVARIANCE("[[0, 1e-9, 0, 0], [1e-9, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]"),
                                        COVARIANCE("[[1, 2, 0, null], [2, 1, 0, null], [0, 0, 1, null], "
                                                   "[null, null, null, null]]")};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        EXPECT(answered(model_of_text(TOLD("'lifetime': ['l', 'p_alive']")), "lifetimes.l", wrong[i]),
               {ERROR, "lifetimes.l.fitted.covariance", "not positive semi-definite"});
    }
}

/* Singular ones are covariances; so is one of huge and of tiny variances, and what is held is of no concern. */
static void a_covariance_that_is_one_is_in_order(void **state) {
    (void)state;
    static const char *const right[] = {
        COVARIANCE("[[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1]]"),
        COVARIANCE("[[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]"),
        COVARIANCE("[[1e299, 0, 0, 5e-5], [0, 1e-299, 0, 0], [0, 0, 1, 0], [5e-5, 0, 0, 1]]"),
        COVARIANCE("[[0.4, 0.3, null, null], [0.3, 0.6, null, null], [null, null, null, null], "
                   "[null, null, null, null]]"),
        COVARIANCE("[[0.4, 0.3, 0, 0], [0.3, 0.6, 0, 0], [0, 0, 5, null], [0, 0, null, 7]]"),
        COVARIANCE("[[null, null, null, null], [null, null, null, null], [null, null, null, null], "
                   "[null, null, null, null]]")};
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        EXPECT_NOTHING(answered(model_of_text(TOLD("'lifetime': ['l', 'p_alive']")), "lifetimes.l", right[i]));
    }
}

static void an_error_without_a_covariance_is_a_warning(void **state) {
    (void)state;
    crmv_model *model = model_of_text(TOLD("'lifetime': ['l', 'p_alive'], 'standard_error': true"));
    EXPECT(answered(model, "lifetimes.l", "{" PROCESS ", " SPEND "}"),
           {WARNING, "metrics.a.standard_error", "the covariance of the lifetime's parameters is not known"});
    model = model_of_text(TOLD("'lifetime': ['l', 'p_alive'], 'standard_error': true"));
    EXPECT_NOTHING(answered(model, "lifetimes.l",
                            "{" PROCESS ", " SPEND
                            ", 'covariance': [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}"));
    model = model_of_text(TOLD("'lifetime': ['l', 'spend'], 'standard_error': true"));
    EXPECT(answered(model, "lifetimes.l",
                    "{" PROCESS ", " SPEND ", 'covariance': [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]}"),
           {WARNING, "metrics.a.standard_error", "the covariance of the lifetime's parameters is not known"});
}

static void an_infinite_mean_of_spend_is_a_warning(void **state) {
    static const char *const text =
        MODEL("'lifetimes': {'l': {'model': 'bg_nbd', 'spend': {'model': 'gamma_gamma', 'of': 'revenue'}}}, 'metrics': "
              "{'a': {'lifetime': ['l', 'spend']}}");
    (void)state;
    EXPECT(answered(model_of_text(text), "lifetimes.l",
                    "{" PROCESS ", 'spend': {'parameters': {'p': 3, 'q': 1, 'gamma': 3}}}"),
           {WARNING, "lifetimes.l.fitted.spend.parameters.q", "the mean spend of all customers is infinite"});
    EXPECT_NOTHING(answered(model_of_text(text), "lifetimes.l",
                            "{" PROCESS ", 'spend': {'parameters': {'p': 3, 'q': 1.5, 'gamma': 3}}}"));
}

/* ---- With a ledger ----------------------------------------------------------------------------------------------- */

static void spend_of_what_no_row_supplied_is_an_error(void **state) {
    static const char *const keys[] = {"k1", "k1", "k2"};
    static const char *const dates[] = {"2024-01-05", "2024-01-07", "2024-01-20"};
    static const char *const amounts[] = {"10", "15.50", "70"};
    const crmv_column columns[] = {strings("customer", keys), strings("date", dates), strings("revenue", amounts)};
    (void)state;
    crmv_model *model = model_of_text(MODEL("'lifetimes': {'l': {'model': 'nbd', 'spend': {'model': 'normal_normal', "
                                            "'of': ['revenue', 'gross_profit']}}}, 'metrics': {'a': {'lifetime': "
                                            "['l', 'spend']}}"));
    crmv_ledger *ledger = ledger_of(model, 1);
    take_in(ledger, "all", columns, 3, 3);
    const expected list[] = {{ERROR, "lifetimes.l.spend.of", "no row that was taken in supplies gross_profit"}};
    expect_findings(model, ledger, list, 1);
    crmv_ledger_free(ledger);
}

/* Of 40 customers half began on the first day of 90. */
static void a_history_that_was_cut_off_harms_lifetimes(void **state) {
    enum { CUSTOMERS = 40, DAYS = 90 };
    static const char *keys[CUSTOMERS];
    static char texts[CUSTOMERS][8];
    static char dates[CUSTOMERS][16];
    static const char *days[CUSTOMERS];
    (void)state;
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        snprintf(texts[i], sizeof texts[i], "k%d", (int)i);
        snprintf(dates[i], sizeof dates[i], "2024-%02d-01", i % 2 == 0 ? 1 : 4);
        keys[i] = texts[i];
        days[i] = dates[i];
    }
    const crmv_column columns[] = {strings("customer", keys), strings("date", days)};
    crmv_model *model = model_of_text(MODEL("'lifetimes': {'l': {'model': 'bg_nbd'}}, 'metrics': {'a': {'lifetime': "
                                            "['l', 'p_alive']}}"));
    crmv_ledger *ledger = ledger_of(model, 1);
    take_in(ledger, "all", columns, 2, CUSTOMERS);
    const expected list[] = {{WARNING, "input.transactions", "from that suffers: lifetimes"}};
    expect_findings(model, ledger, list, 1);
    crmv_ledger_free(ledger);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lifetime_that_is_in_order_is_only_to_be_found),
        cmocka_unit_test(a_lifetime_that_foretells_nothing_is_noted),
        cmocka_unit_test(spend_of_what_no_column_supplies_is_an_error),
        cmocka_unit_test(a_profit_under_a_model_of_amounts_above_0_is_a_warning),
        cmocka_unit_test(who_never_drops_out_is_alive_for_sure),
        cmocka_unit_test(a_discount_in_percent_is_asked_about),
        cmocka_unit_test(points_against_the_direction_of_what_is_foretold_are_a_warning),
        cmocka_unit_test(a_direction_that_the_card_gives_is_held_against_its_scale),
        cmocka_unit_test(metrics_that_are_foretold_and_not_used_are_one_note),
        cmocka_unit_test(a_fit_that_did_not_converge_is_a_warning_with_its_remark),
        cmocka_unit_test(a_parameter_that_nothing_can_be_foretold_from_is_an_error),
        cmocka_unit_test(a_covariance_that_differs_between_its_two_halves_is_an_error),
        cmocka_unit_test(a_covariance_by_which_a_variance_would_be_below_0_is_an_error),
        cmocka_unit_test(a_covariance_that_is_one_is_in_order),
        cmocka_unit_test(an_error_without_a_covariance_is_a_warning),
        cmocka_unit_test(an_infinite_mean_of_spend_is_a_warning),
        cmocka_unit_test(spend_of_what_no_row_supplied_is_an_error),
        cmocka_unit_test(a_history_that_was_cut_off_harms_lifetimes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
