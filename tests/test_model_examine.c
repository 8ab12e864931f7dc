#include "model/findings.h"
#include "model_texts.h"

enum { ERROR = CRMV_FINDING_ERROR, WARNING = CRMV_FINDING_WARNING, NOTE = CRMV_FINDING_NOTE };

typedef struct expected {
    int32_t severity;
    const char *place;
    const char *message; /* the whole of it */
} expected;

static crmv_findings *findings_of(const char *text) {
    crmv_model *model = model_of_text(text);
    crmv_findings *findings = crmvi_findings_new();
    assert_non_null(findings);
    assert_true(crmvi_model_examine(model, findings));
    crmv_model_free(model);
    return findings;
}

static crmv_finding finding_at(const crmv_findings *findings, int64_t position) {
    crmv_finding finding = {.struct_size = sizeof finding};
    assert_int_equal(crmv_findings_get(findings, position, &finding), CRMV_OK);
    return finding;
}

/* The model has these findings, in this order, and no others. */
static void expect_findings(const char *text, const expected *e, int64_t count) {
    crmv_findings *findings = findings_of(text);
    for (int64_t i = 0; i < crmv_findings_count(findings) || i < count; i++) {
        if (i >= count || i >= crmv_findings_count(findings)) {
            fail_msg("%s\n  has %d findings, not %d; the first past both: %s", text, (int)crmv_findings_count(findings),
                     (int)count, i >= count ? finding_at(findings, i).message : e[i].message);
        }
        const crmv_finding f = finding_at(findings, i);
        if (f.severity != e[i].severity || strcmp(f.place, e[i].place) != 0 || strcmp(f.message, e[i].message) != 0) {
            fail_msg("%s\n  has %d at %s: %s\n  not %d at %s: %s", text, (int)f.severity, f.place, f.message,
                     (int)e[i].severity, e[i].place, e[i].message);
        }
    }
    crmv_findings_free(findings);
}

#define EXPECT(text, ...)                                                                                              \
    do {                                                                                                               \
        const expected list[] = {__VA_ARGS__};                                                                         \
        expect_findings(text, list, sizeof list / sizeof list[0]);                                                     \
    } while (0)

/* A model whose only metric has this card, and a score of it. */
#define SCORED(card) MODEL("'metrics': {'a': {" card "}}, 'indexes': {'score': {'weights': {'a': 1}}}")
#define BANDS(bands) SCORED("'sum': 'revenue', 'scale': {'bands': [" bands "]}")

#define READING(input)                                                                                                 \
    MODEL("'input': {" input "}, 'metrics': {'a': {'sum': 'revenue', " LINE                                            \
          "}}, 'indexes': {'score': {'weights': {'a': 1}}}")

static void a_column_that_plays_two_roles_is_told_at_the_second(void **state) {
    (void)state;
    EXPECT(
        READING("'transactions': {'customer': 'No', 'date': 'Day', 'revenue': 'Net', 'cost': 'Net', 'document': 'No'}"),
        {WARNING, "input.transactions.cost", "the column \"Net\" is read as `revenue`, too; is another one meant?"},
        {WARNING, "input.transactions.document",
         "the column \"No\" is read as `customer`, too; is another one meant?"});
    EXPECT(READING("'customers': {'customer': 'No', 'name': 'No', 'parent': 'No', 'alias_of': 'Old'}"),
           {WARNING, "input.customers.parent", "the column \"No\" is read as `customer`, too; is another one meant?"});
    EXPECT(
        READING(
            "'receivables': {'customer': 'No', 'amount': 'Net', 'due': 'Due', 'paid': 'Due'}, 'events': {'customer': "
            "'No', 'date': 'Day', 'event': 'Kind', 'text': 'Kind'}"),
        {WARNING, "input.receivables.paid", "the column \"Due\" is read as `due`, too; is another one meant?"},
        {WARNING, "input.events.text", "the column \"Kind\" is read as `event`, too; is another one meant?"});
    expect_findings(
        READING("'transactions': {'customer': 'No', 'date': 'Day', 'revenue': 'Net'}, 'customers': {'customer': "
                "'No', 'name': 'No'}"),
        NULL, 0);
}

static void a_sound_model_has_no_findings(void **state) {
    (void)state;
    expect_findings(SCORED("'sum': 'revenue', 'better': 'higher', " LINE), NULL, 0);
    expect_findings(BANDS("{'points': 0}, {'from': 5, 'points': 1}"), NULL, 0);
    expect_findings(BESIDE(TIERS ", 'segments': {'s': {'cases': [{'is': 'x', 'when': {'c': {'is': 'big'}}}, {'is': "
                                 "'y'}]}}, 'rules': [{'name': 'r', 'when': {'a': {'below': 1}}, 'then': {'cap': "
                                 "'basic'}}]"),
                    (const expected[]){{WARNING, "metrics.c.scale", "no index uses this scale"}}, 1);
}

static void a_yearly_rate_above_1_is_probably_meant_in_percent(void **state) {
    (void)state;
#define AT(rate)                                                                                                       \
    MODEL("'finance_cost': {'yearly_rate': " rate "}, 'metrics': {'a': {'sum': 'revenue', " LINE                       \
          "}}, 'indexes': {'score': {'weights': {'a': 1}}}")
    EXPECT(AT("6"), {WARNING, "finance_cost.yearly_rate", "6 means 600 %; is 0.06 meant?"});
    EXPECT(AT("[{'rate': 0.06}, {'from': '2025-01-01', 'rate': 5.5}]"),
           {WARNING, "finance_cost.yearly_rate[1]", "5.5 means 550 %; is 0.055 meant?"});
    expect_findings(AT("1"), NULL, 0);
#undef AT
}

static void holes_between_bands_are_told_with_the_values_in_them(void **state) {
    (void)state;
    EXPECT(BANDS("{'from': 60, 'points': 30}, {'points': 10, 'to': 40}, {'from': 40, 'to': 59, 'points': 25}"),
           {WARNING, "metrics.a.scale.bands[2].to", "values from 59 to below 60 lie in no band and count as missing"});
    EXPECT(
        BANDS("{'points': 15, 'to': 0.35}, {'from': 0.36, 'points': 20}"),
        {WARNING, "metrics.a.scale.bands[0].to", "values from 0.35 to below 0.36 lie in no band and count as missing"});
}

static void what_lies_outside_all_bands_is_noted(void **state) {
    (void)state;
    EXPECT(BANDS("{'from': 10, 'points': 10, 'to': 20}"),
           {NOTE, "metrics.a.scale.bands[0].from", "values below 10 lie in no band and count as missing"},
           {NOTE, "metrics.a.scale.bands[0].to", "values of 20 and above lie in no band and count as missing"});
}

static void overlapping_bands_are_an_error(void **state) {
    (void)state;
    EXPECT(BANDS("{'points': 10, 'to': 25.5}, {'from': 20, 'points': 30}"),
           {ERROR, "metrics.a.scale.bands[0].to", "this band reaches up to 25.5, and another begins at 20 already"});
}

static void points_against_the_direction_are_an_error_that_names_both(void **state) {
    (void)state;
    EXPECT(SCORED("'sum': 'cost', 'better': 'lower', 'scale': {'bands': [{'from': 10, 'points': 5}, {'from': 20, "
                  "'points': 7.5}, {'points': 9}]}"),
           {ERROR, "metrics.a.scale.bands[1].points",
            "lower is better, yet the band from 10 earns 5 points and the band from 20 earns 7.5"});
    EXPECT(SCORED("'sum': 'cost', 'better': 'higher', 'scale': {'line': [[0, 5], [1, 5], [2, 4]]}"),
           {ERROR, "metrics.a.scale.line[2]",
            "higher is better, yet the knot at 1 earns 5 points and the knot at 2 earns 4"});
    EXPECT(SCORED("'sum': 'cost', 'better': 'higher', 'scale': {'bands': [{'points': 5}, {'from': 20, 'points': 4}]}"),
           {ERROR, "metrics.a.scale.bands[1].points",
            "higher is better, yet the lowest band earns 5 points and the band from 20 earns 4"});
    EXPECT(SCORED("'attribute': 'A', 'better': 'higher', 'scale': {'categories': {'x': 1}}"),
           {WARNING, "metrics.a.better", "`better` has no effect without a scale of bands or a line"});
}

static void points_for_missing_values_outside_the_scale_are_a_warning(void **state) {
    (void)state;
    EXPECT(SCORED("'sum': 'cost', 'missing': {'points': 100.5}, " LINE),
           {WARNING, "metrics.a.missing.points", "a missing value earns 100.5 points, and the scale gives 0 to 100"});
    expect_findings(SCORED("'sum': 'cost', 'missing': {'points': 100}, " LINE), NULL, 0);
}

static void scales_and_metrics_that_nothing_uses_are_told(void **state) {
    (void)state;
    EXPECT(METRICS("'a b': {'sum': 'revenue', " LINE "}, 'c': {'count': 'lines'}, 'd': {'count': 'lines'}, "
                   "'e': {'ratio': ['d', 'd']}"),
           {WARNING, "metrics[\"a b\"].scale", "no index uses this scale"},
           {NOTE, "metrics.c", "no index, segment, rule or other metric uses this metric"},
           {NOTE, "metrics.e", "no index, segment, rule or other metric uses this metric"});
    EXPECT(MODEL("'metrics': {}"), {NOTE, "metrics", "the model measures nothing"});
}

#define FED(columns, metric)                                                                                           \
    MODEL("'input': {'transactions': {'customer': 'c', 'date': 'd'" columns "}}, 'metrics': {'a': {" metric ", " LINE  \
          "}}, 'indexes': {'score': {'add': ['a']}}")

static void measures_that_the_mapped_feed_lacks_are_an_error(void **state) {
    (void)state;
    EXPECT(FED(", 'revenue': 'r'", "'sum': 'gross_profit'"),
           {ERROR, "metrics.a", "the columns that input.transactions maps do not supply gross_profit"});
    EXPECT(FED(", 'unit_price': 'p'", "'growth': 'revenue', 'window': {'days': 5}"),
           {ERROR, "metrics.a", "the columns that input.transactions maps do not supply revenue"});
    EXPECT(FED("", "'return_rate': 'quantity'"),
           {ERROR, "metrics.a", "the columns that input.transactions maps do not supply quantity"});
    EXPECT(FED(", 'revenue': 'r'", "'count': 'documents'"),
           {ERROR, "metrics.a", "input.transactions maps no document, so there are none to count"});
    EXPECT(FED(", 'revenue': 'r', 'cost': 'k'", "'mean': 'contribution'"),
           {NOTE, "metrics.a", "input.transactions maps no cost_to_serve, so contribution counts it as 0"});
    expect_findings(FED(", 'quantity': 'q', 'unit_price': 'p', 'gross_profit': 'g', 'cost_to_serve': 's'",
                        "'sum': ['contribution', 'gross_profit']"),
                    NULL, 0);
    expect_findings(FED("", "'count': 'lines'"), NULL, 0);
}

#define ITEMS(feeds, top, metric)                                                                                      \
    MODEL("'input': {'transactions': {'customer': 'c', 'date': 'd', 'revenue': 'r', 'cost': 'k', 'cost_to_serve': 's'" \
          "}" feeds "}, " top "'metrics': {'a': {" metric ", " LINE "}}, 'indexes': {'score': {'add': ['a']}}")
#define INTEREST "'finance_cost': {'yearly_rate': 0.06}, "
#define OWED ", 'receivables': {'customer': 'c', 'amount': 'a', 'due': 'u'"
#define HAPPENED ", 'events': {'customer': 'c', 'date': 'd', 'event': 'e'"

static void receivables_that_the_input_leaves_out_are_told(void **state) {
    (void)state;
    EXPECT(ITEMS("", INTEREST, "'sum': 'finance_cost'"),
           {NOTE, "metrics.a",
            "input maps no receivables, so finance_cost is 0 unless they are given under the roles' own names"});
    EXPECT(ITEMS("", INTEREST, "'sum': 'contribution'"),
           {NOTE, "metrics.a",
            "input maps no receivables, so contribution counts no finance_cost unless they are given under the roles' "
            "own names"});
    EXPECT(ITEMS("", "", "'overdue': 'days'"),
           {NOTE, "metrics.a",
            "input maps no receivables, so this is of none unless they are given under the roles' own names"});
    expect_findings(ITEMS("", "", "'sum': 'contribution'"), NULL, 0);
    expect_findings(ITEMS(OWED "}", INTEREST, "'sum': ['contribution', 'finance_cost']"), NULL, 0);
    expect_findings(SCORED("'overdue': 'days', " LINE), NULL, 0);
}

static void columns_of_receivables_that_a_metric_wants_are_told(void **state) {
    (void)state;
    EXPECT(ITEMS(OWED ", 'paid': 'p'}", "", "'receivables': 'open'"),
           {ERROR, "metrics.a", "input.receivables maps no date of the invoices, so nothing is known to be open"});
    EXPECT(ITEMS(OWED "}", "", "'receivables': 'days_late'"),
           {ERROR, "metrics.a", "input.receivables maps no day of payment (paid), so nothing was ever paid"});
    EXPECT(ITEMS(OWED "}", "", "'overdue': 'amount'"),
           {NOTE, "metrics.a", "input.receivables maps no day of payment (paid), so all of its items count as open"});
    expect_findings(ITEMS(OWED ", 'paid': 'p', 'date': 'i'}", "",
                          "'receivables': 'days_sales_outstanding', 'window': {'days': 90}"),
                    NULL, 0);
}

static void events_and_their_columns_that_the_input_does_not_have_are_told(void **state) {
    (void)state;
    EXPECT(ITEMS(HAPPENED ", 'kinds': {'C': 'complaint', 'V': 'visit'}}", "", "'event': ['complain', 'count']"),
           {ERROR, "metrics.a.event[0]",
            "none of the kinds of input.events is called \"complain\"; did you mean \"complaint\"?"});
    EXPECT(ITEMS(HAPPENED ", 'kinds': {'C': 'complaint'}}", "", "'event': ['survey', 'count']"),
           {ERROR, "metrics.a.event[0]", "none of the kinds of input.events is called \"survey\""});
    EXPECT(ITEMS(HAPPENED ", 'text': 't'}", "", "'event': ['survey', 'last']"),
           {ERROR, "metrics.a", "input.events maps no value, which this is read from"});
    EXPECT(MODEL("'input': {'events': {'customer': 'c', 'date': 'd', 'event': 'e', 'value': 'v'}}, 'metrics': {'a': "
                 "{'event': ['churn', 'last'], 'scale': {'categories': {'x': 1}}}}, 'indexes': {'score': {'add': "
                 "['a']}}"),
           {ERROR, "metrics.a", "input.events maps no text, which this is read from"});
    expect_findings(ITEMS(HAPPENED "}", "", "'event': ['complaint', 'age']"), NULL, 0);
    expect_findings(ITEMS("", "", "'event': ['complaint', 'mean']"), NULL, 0);
}

static void a_calendar_that_no_window_looks_at_is_noted(void **state) {
    (void)state;
#define JULY "'calendar': {'year_begins': '07-01'}, "
    EXPECT(ITEMS("", JULY, "'sum': 'revenue'"),
           {NOTE, "calendar", "no window counts fiscal years, quarters or periods"});
    expect_findings(ITEMS("", JULY, "'sum': 'revenue', 'window': {'fiscal_years': 1}"), NULL, 0);
    expect_findings(ITEMS("", JULY "'window': {'fiscal_periods': 1}, ", "'sum': 'revenue'"), NULL, 0);
}

static void weights_of_nothing_are_told(void **state) {
    (void)state;
    EXPECT(MODEL("'metrics': {'a': {'sum': 'cost', " LINE "}}, 'indexes': {'x y': {'weights': {'a': 0}}, 'score': "
                 "{'weights': {'x y': 0, 'a': 0.000001}}}"),
           {ERROR, "indexes[\"x y\"].weights", "the weights add up to 0, so the index is always missing"},
           {NOTE, "indexes.score.weights[\"x y\"]", "a weight of 0 leaves it out of the index"});
}

static void tiers_that_no_score_can_have_are_a_warning(void **state) {
    (void)state;
    EXPECT(MODEL("'metrics': {'a': {'sum': 'cost', 'scale': {'line': [[0, 20], [1, 85.5]]}}}, 'indexes': {'score': "
                 "{'weights': {'a': 1}}}, 'tiers': {'cuts': [['p', 90], ['q', 85.5], ['r', 20], ['s', 10], ['t', "
                 "null]]}"),
           {WARNING, "tiers.cuts[0]", "with all metrics known no score reaches 90: the highest is 85.5"},
           {WARNING, "tiers.cuts[3]", "with all metrics known no score lies below 20: the lowest is 20"},
           {WARNING, "tiers.cuts[4]", "with all metrics known no score lies below 10: the lowest is 20"});
}

#define CASES(cases) MODEL("'metrics': {'a': {'sum': 'cost'}}, 'segments': {'s': {'cases': [" cases "]}}")

static void cases_behind_one_that_always_holds_are_an_error(void **state) {
    (void)state;
    EXPECT(CASES("{'is': 'x', 'when': {'a': {'below': 0}}}, {'is': 'y', 'when': {}}, {'is': 'z', 'when': {'a': "
                 "{'above': 1}}}, {'is': 'w'}"),
           {ERROR, "segments.s.cases[2]",
            "this case is never reached, as cases[1] has no condition and takes all that come to it"},
           {ERROR, "segments.s.cases[3]",
            "this case is never reached, as cases[1] has no condition and takes all that come to it"});
    EXPECT(CASES("{'is': 'x', 'when': {'a': {'below': 0}}}, {'is': 'x'}"),
           {NOTE, "segments.s", "the only name of this segment is \"x\""});
}

static void conditions_that_no_value_meets_are_an_error(void **state) {
    (void)state;
    const char *const never = "no value can pass all of these tests, so the condition never holds";
    EXPECT(CASES("{'is': 'x', 'when': {'a': {'at_least': 5, 'below': 5}}}, {'is': 'y'}"),
           {ERROR, "segments.s.cases[0].when.a", never});
    EXPECT(CASES("{'is': 'x', 'when': {'a': {'above': 5, 'at_most': 5}}}, {'is': 'y'}"),
           {ERROR, "segments.s.cases[0].when.a", never});
    EXPECT(CASES("{'is': 'x', 'when': {'a': {'at_least': 6, 'at_most': 5}}}, {'is': 'y'}"),
           {ERROR, "segments.s.cases[0].when.a", never});
    EXPECT(CASES("{'is': 'x', 'when': {'a': {'missing': true, 'below': 5}}}, {'is': 'y'}"),
           {ERROR, "segments.s.cases[0].when.a", never});
    expect_findings(CASES("{'is': 'x', 'when': {'a': {'at_least': 5, 'at_most': 5, 'missing': false}}}, {'is': 'y'}"),
                    NULL, 0);
    expect_findings(CASES("{'is': 'x', 'when': {'a': {'missing': true}}}, {'is': 'y'}"), NULL, 0);
}

static void a_cap_at_the_best_tier_is_a_warning(void **state) {
    (void)state;
    EXPECT(
        MODEL("'metrics': {'a': {'sum': 'cost', " LINE "}}, 'indexes': {'score': {'weights': {'a': 1}}}, " TIERS
              ", 'rules': [{'name': 'r', 'when': {'tier': {'is': 'gold', 'missing': true}}, 'then': {'cap': 'gold'}}]"),
        {ERROR, "rules[0].when.tier", "no value can pass all of these tests, so the condition never holds"},
        {WARNING, "rules[0].then.cap", "\"gold\" is the best tier, so this cap has no effect"});
}

static void findings_are_read_with_care(void **state) {
    (void)state;
    crmv_findings *findings = findings_of(MODEL("'metrics': {}"));
    crmv_finding finding = {.struct_size = sizeof finding - 1};
    assert_int_equal(crmv_findings_get(findings, 0, &finding), CRMV_BAD_ARGUMENT);
    finding.struct_size = sizeof finding + 8;
    assert_int_equal(crmv_findings_get(findings, 0, &finding), CRMV_OK);
    assert_int_equal(finding.struct_size, sizeof finding + 8);
    assert_int_equal(crmv_findings_get(findings, 1, &finding), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_findings_get(findings, -1, &finding), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_findings_get(findings, 0, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_findings_get(NULL, 0, &finding), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_findings_count(NULL), 0);
    crmv_findings_free(findings);
    crmv_findings_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_that_plays_two_roles_is_told_at_the_second),
        cmocka_unit_test(a_sound_model_has_no_findings),
        cmocka_unit_test(a_yearly_rate_above_1_is_probably_meant_in_percent),
        cmocka_unit_test(holes_between_bands_are_told_with_the_values_in_them),
        cmocka_unit_test(what_lies_outside_all_bands_is_noted),
        cmocka_unit_test(overlapping_bands_are_an_error),
        cmocka_unit_test(points_against_the_direction_are_an_error_that_names_both),
        cmocka_unit_test(points_for_missing_values_outside_the_scale_are_a_warning),
        cmocka_unit_test(scales_and_metrics_that_nothing_uses_are_told),
        cmocka_unit_test(measures_that_the_mapped_feed_lacks_are_an_error),
        cmocka_unit_test(receivables_that_the_input_leaves_out_are_told),
        cmocka_unit_test(columns_of_receivables_that_a_metric_wants_are_told),
        cmocka_unit_test(events_and_their_columns_that_the_input_does_not_have_are_told),
        cmocka_unit_test(a_calendar_that_no_window_looks_at_is_noted),
        cmocka_unit_test(weights_of_nothing_are_told),
        cmocka_unit_test(tiers_that_no_score_can_have_are_a_warning),
        cmocka_unit_test(cases_behind_one_that_always_holds_are_an_error),
        cmocka_unit_test(conditions_that_no_value_meets_are_an_error),
        cmocka_unit_test(a_cap_at_the_best_tier_is_a_warning),
        cmocka_unit_test(findings_are_read_with_care),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
