/* Checks of a model against the data at hand. */
#include "scoring.h"

#define CARD(name) "'" name "': {'attribute': '" name "', 'scale': {'line': [[0, 0], [100, 100]]}}"

static crmv_findings *checked(const crmv_model *model, const crmv_ledger *ledger, const crmv_frame *frame) {
    crmv_findings *findings = NULL;
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_model_check(model, ledger, frame, &findings, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    return findings;
}

/* How many findings there are at a place of a severity whose message has a part. */
static int32_t found(const crmv_findings *findings, int32_t severity, const char *place, const char *part) {
    int32_t count = 0;
    for (int64_t i = 0; i < crmv_findings_count(findings); i++) {
        crmv_finding one = {.struct_size = sizeof one};
        assert_int_equal(crmv_findings_get(findings, i, &one), CRMV_OK);
        count += one.severity == severity && strcmp(one.place, place) == 0 && strstr(one.message, part) != NULL;
    }
    return count;
}

/* How many findings there are at a place. */
static int32_t found_at(const crmv_findings *findings, const char *place) {
    int32_t count = 0;
    for (int64_t i = 0; i < crmv_findings_count(findings); i++) {
        crmv_finding one = {.struct_size = sizeof one};
        assert_int_equal(crmv_findings_get(findings, i, &one), CRMV_OK);
        count += strcmp(one.place, place) == 0;
    }
    return count;
}

/* Findings about ready-made metrics. */
static crmv_findings *checked_columns(const char *text, const crmv_column *columns, int32_t count, int64_t rows) {
    crmv_model *model = model_of(text);
    crmv_frame *frame = frame_of(model, columns, count, rows, CRMV_NO_DATE);
    crmv_findings *findings = checked(model, NULL, frame);
    crmv_frame_free(frame);
    crmv_model_free(model);
    return findings;
}

/* ---- With a ledger ----------------------------------------------------------------------------------------------- */

/* A ledger of one row with these columns beside customer and date. */
static crmv_ledger *ledger_of(const crmv_model *model, const crmv_column *more, int32_t count) {
    static const int64_t customer = 1;
    static const int32_t day = 19000;
    crmv_column columns[8] = {
        {.struct_size = sizeof *columns, .type = CRMV_INT64, .name = "customer", .data = &customer},
        days_column("date", &day)};
    memcpy(columns + 2, more, (size_t)count * sizeof *columns);
    crmv_ledger *ledger = NULL;
    assert_int_equal(crmv_ledger_new(model, NULL, &ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_begin(ledger, "batch", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, columns, count + 2, 1, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_accepted(ledger), 1);
    return ledger;
}

static void measures_that_no_feed_supplies_are_errors(void **state) {
    (void)state;
    crmv_model *model = model_of("{'crmvalue': 1, 'metrics': {'turnover': {'sum': 'revenue'},"
                                 "'profit': {'sum': ['gross_profit', 'discount']}, 'papers': {'count': 'documents'},"
                                 "'lines': {'count': 'lines'}, 'returned': {'return_rate': 'quantity'},"
                                 "'growing': {'growth': 'revenue', 'window': {'months': 1}}}}");
    const double revenue = 100;
    const crmv_column column = numbers_column("revenue", &revenue);
    crmv_ledger *ledger = ledger_of(model, &column, 1);
    crmv_findings *findings = checked(model, ledger, NULL);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.profit", "supplies gross_profit"), 1);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.profit", "supplies discount"), 1);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.papers", "`document`"), 1);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.returned", "quantity"), 1);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.turnover", ""), 0);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.lines", ""), 0);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.growing", ""), 0);
    crmv_findings_free(findings);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void a_contribution_without_cost_to_serve_is_worth_a_note(void **state) {
    (void)state;
    crmv_model *model = model_of("{'crmvalue': 1, 'metrics': {'c': {'sum': 'contribution'}}}");
    const double revenue = 100, cost = 60, service = 5;
    const crmv_column columns[] = {numbers_column("revenue", &revenue), numbers_column("cost", &cost),
                                   numbers_column("cost_to_serve", &service)};
    for (int32_t fed = 2; fed <= 3; fed++) {
        crmv_ledger *ledger = ledger_of(model, columns, fed);
        crmv_findings *findings = checked(model, ledger, NULL);
        assert_int_equal(found(findings, CRMV_FINDING_NOTE, "metrics.c", "cost to serve"), fed == 2);
        assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.c", ""), 0);
        crmv_findings_free(findings);
        crmv_ledger_free(ledger);
    }
    crmv_model_free(model);
}

static void returns_that_were_fed_with_their_sign_are_told(void **state) {
    (void)state;
    crmv_model *model = model_of("{'crmvalue': 1, 'metrics': {'r': {'sum': 'revenue'}}}");
    const char *const kind = "return";
    for (int32_t sign = -1; sign <= 1; sign += 2) {
        const double revenue = sign * 10.0;
        const crmv_column columns[] = {numbers_column("revenue", &revenue), texts_column("kind", &kind)};
        crmv_ledger *ledger = ledger_of(model, columns, 2);
        crmv_findings *findings = checked(model, ledger, NULL);
        assert_int_equal(found(findings, CRMV_FINDING_WARNING, "input.transactions", "signed"), sign < 0);
        crmv_findings_free(findings);
        crmv_ledger_free(ledger);
    }
    crmv_model_free(model);
}

/* ---- With a frame ------------------------------------------------------------------------------------------------ */

static void categories_that_the_model_does_not_name_are_counted_with_the_nearest_name(void **state) {
    (void)state;
    static const char *const model = "{'crmvalue': 1, 'metrics': {'type': {'attribute': 't',"
                                     " 'scale': {'categories': {'Warehouse': 1, 'Specialty': 2}%s}}}}";
    static const char *const types[] = {"Ware House", "Warehouse", "Ware House", "Zoo", ""};
    const crmv_column column = texts_column("t", types);
    char text[256];
    snprintf(text, sizeof text, model, "");
    crmv_findings *findings = checked_columns(text, &column, 1, COUNT_OF(types));
    static const char place[] = "metrics.type.scale.categories";
    assert_int_equal(found(findings, CRMV_FINDING_WARNING, place,
                           "\"Ware House\" (2 customers) is not named and counts as missing; the nearest name is "
                           "\"Warehouse\""),
                     1);
    assert_int_equal(found(findings, CRMV_FINDING_WARNING, place, "\"Zoo\" (1 customer) is not named"), 1);
    assert_int_equal(found_at(findings, place), 2);
    crmv_findings_free(findings);
    snprintf(text, sizeof text, model, ", 'other': 0");
    findings = checked_columns(text, &column, 1, COUNT_OF(types));
    assert_int_equal(found(findings, CRMV_FINDING_NOTE, place, "\"Zoo\" (1 customer) is not named and counts as other"),
                     1);
    crmv_findings_free(findings);
}

static void the_eleventh_unnamed_category_is_only_counted(void **state) {
    (void)state;
    static const char *const types[] = {"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "d0", "d1"};
    const crmv_column column = texts_column("t", types);
    crmv_findings *findings = checked_columns(
        "{'crmvalue': 1, 'metrics': {'type': {'attribute': 't', 'scale': {'categories': {'Warehouse': 1}}}}}", &column,
        1, COUNT_OF(types));
    static const char place[] = "metrics.type.scale.categories";
    assert_int_equal(found(findings, CRMV_FINDING_WARNING, place, "is not named"), 10);
    assert_int_equal(found(findings, CRMV_FINDING_NOTE, place, "2 more categories"), 1);
    crmv_findings_free(findings);
}

enum { CUSTOMERS = 200 };

static crmv_findings *checked_values(const double *values) {
    const crmv_column column = numbers_column("a", values);
    return checked_columns("{'crmvalue': 1, 'metrics': {" CARD("a") "}, 'indexes': {'score': {'add': ['a']}}}", &column,
                           1, CUSTOMERS);
}

static void a_metric_whose_values_are_99_percent_the_same_is_told(void **state) {
    (void)state;
    double values[CUSTOMERS];
    for (int32_t other = 1; other <= 3; other++) {
        for (int32_t i = 0; i < CUSTOMERS; i++) {
            values[i] = i < other ? i : 42;
        }
        crmv_findings *findings = checked_values(values);
        assert_int_equal(found(findings, CRMV_FINDING_WARNING, "metrics.a", "the same"), other <= 2);
        crmv_findings_free(findings);
    }
}

static void a_metric_that_is_missing_for_more_than_half_is_told(void **state) {
    (void)state;
    double values[CUSTOMERS];
    for (int32_t missing = CUSTOMERS / 2; missing <= CUSTOMERS / 2 + 1; missing++) {
        for (int32_t i = 0; i < CUSTOMERS; i++) {
            values[i] = i < missing ? (double)NAN : i;
        }
        crmv_findings *findings = checked_values(values);
        assert_int_equal(found(findings, CRMV_FINDING_WARNING, "metrics.a", "missing for 50.5 percent"),
                         missing > CUSTOMERS / 2);
        assert_int_equal(found_at(findings, "metrics.a"), missing > CUSTOMERS / 2);
        crmv_findings_free(findings);
    }
}

/* 1999 of 2000 are 99.95 percent, and not all. */
static void a_hundred_percent_are_missing_only_where_all_are(void **state) {
    (void)state;
    enum { MANY = 2000 };
    static double values[MANY];
    for (int32_t known = 0; known <= 1; known++) {
        for (int32_t i = 0; i < MANY; i++) {
            values[i] = i < known ? 1 : (double)NAN;
        }
        const crmv_column column = numbers_column("a", values);
        crmv_findings *findings = checked_columns("{'crmvalue': 1, 'metrics': {" CARD("a") "}}", &column, 1, MANY);
        assert_int_equal(found(findings, CRMV_FINDING_WARNING, "metrics.a", "missing for 100.0 percent"), 1 - known);
        assert_int_equal(found(findings, CRMV_FINDING_WARNING, "metrics.a", "missing for 99.9 percent"), known);
        crmv_findings_free(findings);
    }
}

static void tiers_and_names_that_stay_empty_are_told(void **state) {
    (void)state;
    const double a[] = {10, 60, 65};
    const crmv_column column = numbers_column("a", a);
    crmv_findings *findings = checked_columns(
        "{'crmvalue': 1, 'metrics': {" CARD(
            "a") "}, 'indexes': {'score': {'add': ['a']}},"
                 "'tiers': {'cuts': [['top', 80], ['upper', 60], ['lower', 30], ['rest', null]]},"
                 "'segments': {'s': {'cases': [{'is': 'huge', 'when': {'a': {'above': 90}}}, {'is': 'other'}]}}}",
        &column, 1, 3);
    assert_int_equal(found(findings, CRMV_FINDING_WARNING, "tiers.cuts[0]", "top"), 1);
    assert_int_equal(found(findings, CRMV_FINDING_WARNING, "tiers.cuts[2]", "lower"), 1);
    assert_int_equal(found_at(findings, "tiers.cuts[1]") + found_at(findings, "tiers.cuts[3]"), 0);
    assert_int_equal(found(findings, CRMV_FINDING_NOTE, "segments.s", "\"huge\""), 1);
    assert_int_equal(found_at(findings, "segments.s"), 1);
    crmv_findings_free(findings);
}

static void a_handful_of_customers_says_nothing_about_how_a_metric_varies(void **state) {
    (void)state;
    double values[CUSTOMERS];
    for (int32_t known = 9; known <= 10; known++) {
        for (int32_t i = 0; i < CUSTOMERS; i++) {
            values[i] = i < known ? 42 : (double)NAN;
        }
        crmv_findings *findings = checked_values(values);
        assert_int_equal(found(findings, CRMV_FINDING_WARNING, "metrics.a", "the same"), known == 10);
        crmv_findings_free(findings);
    }
}

static void tiers_that_no_score_can_have_are_told_once(void **state) {
    (void)state;
    const double a[] = {0, 50};
    const crmv_column column = numbers_column("a", a);
    crmv_findings *findings =
        checked_columns("{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': {'line': [[0, 10], [50, 60]]}}},"
                        "'indexes': {'score': {'add': ['a']}},"
                        "'tiers': {'cuts': [['beyond', 80], ['upper', 60], ['lower', 10], ['below', null]]}}",
                        &column, 1, 2);
    for (int32_t i = 0; i < 4; i++) {
        char place[32];
        snprintf(place, sizeof place, "tiers.cuts[%d]", (int)i);
        assert_int_equal(found(findings, CRMV_FINDING_WARNING, place, "no customer reaches"), 0);
    }
    crmv_findings_free(findings);
}

/* ---- A printed standard ------------------------------------------------------------------------------------------ */

/* A Shenzhen manufacturer's customer rating standard of 2017, its closed intervals as printed. */
static const char standard[] =
    "{'crmvalue': 1, 'metrics': {"
    "'monthly_output': {'attribute': 'output', 'scale': {'bands': [{'to': 10, 'points': 10},"
    " {'from': 10, 'to': 19, 'points': 15}, {'from': 20, 'to': 39, 'points': 20}, {'from': 40, 'to': 59, 'points': 25},"
    " {'from': 60, 'to': 80, 'points': 30}]}},"
    "'months_late': {'attribute': 'late', 'scale': {'bands': [{'from': 0, 'to': 1, 'points': 30},"
    " {'from': 1, 'points': 25}, {'from': 2, 'points': 20}, {'from': 3, 'points': 15}, {'from': 4, 'points': 10}]}},"
    "'price_index': {'attribute': 'price', 'scale': {'bands': [{'to': 0.35, 'points': 15},"
    " {'from': 0.36, 'to': 0.40, 'points': 20}, {'from': 0.41, 'to': 0.45, 'points': 25},"
    " {'from': 0.46, 'to': 0.50, 'points': 30}]}},"
    "'overall': {'attribute': 'overall', 'scale': {'line': [[0, 0], [10, 10]]}}},"
    "'indexes': {'score': {'add': ['monthly_output', 'months_late', 'price_index', 'overall']}},"
    "'unrated': {'tenure_below': {'months': 3}},"
    "'tiers': {'cuts': [['A', 80], ['B', 70], ['C', 60], ['D', null]]}}";

static void a_printed_standard_gives_its_grades_and_its_holes_are_found(void **state) {
    (void)state;
    const double output[] = {55, 55, 59.5}, late[] = {0, 2, 0}, price[] = {.42, .30, .42}, overall[] = {8, 5, 8};
    const int32_t as_of = crmv_day(2017, 12, 31);
    const int32_t since[] = {as_of - 400, as_of - 400, as_of - 80};
    const crmv_column columns[] = {numbers_column("output", output), numbers_column("late", late),
                                   numbers_column("price", price), numbers_column("overall", overall),
                                   days_column("since", since)};
    crmv_model *model = model_of(standard);
    crmv_frame *frame = frame_of(model, columns, 5, 3, as_of);
    crmv_scores *scores = scores_of(model, frame);
    assert_int_equal(exact(scores, "score", 0), 88 * MICRO); /* 25 + 30 + 25 + 8 */
    assert_int_equal(code(scores, "tier", 0), 0);
    assert_int_equal(exact(scores, "score", 1), 65 * MICRO); /* 25 + 20 + 15 + 5 */
    assert_int_equal(code(scores, "tier", 1), 2);
    assert_int_equal(code(scores, "unrated", 2), CRMV_TOO_NEW);
    assert_int_equal(exact(scores, "points_monthly_output", 2), MISSING); /* 59.5 lies in a hole */
    assert_int_equal(exact(scores, "score", 2), 90 * MICRO);              /* 63 x 100 / 70 */
    crmv_findings *findings = checked(model, NULL, frame);
    int32_t holes = 0;
    for (int64_t i = 0; i < crmv_findings_count(findings); i++) {
        crmv_finding one = {.struct_size = sizeof one};
        assert_int_equal(crmv_findings_get(findings, i, &one), CRMV_OK);
        holes += strstr(one.place, "metrics.monthly_output.scale") == one.place;
        holes += strstr(one.place, "metrics.price_index.scale") == one.place;
    }
    assert_true(holes >= 6); /* three between the bands of each */
    crmv_findings_free(findings);
    crmv_scores_free(scores);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

/* ---- How a call ends --------------------------------------------------------------------------------------------- */

static void a_frame_of_another_model_and_missing_arguments_are_refused(void **state) {
    (void)state;
    crmv_model *model = model_of("{'crmvalue': 1, 'metrics': {" CARD("a") "}}");
    crmv_model *other = model_of("{'crmvalue': 1, 'metrics': {" CARD("b") "}}");
    const double a = 1;
    const crmv_column column = numbers_column("a", &a);
    crmv_frame *frame = frame_of(model, &column, 1, 1, CRMV_NO_DATE);
    crmv_findings *findings = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_model_check(other, NULL, frame, &findings, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "frame");
    assert_int_equal(crmv_model_check(NULL, NULL, NULL, &findings, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "model");
    assert_int_equal(crmv_model_check(model, NULL, NULL, NULL, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "out");
    assert_null(findings);
    crmv_frame_free(frame);
    crmv_model_free(other);
    crmv_model_free(model);
}

static void points_that_do_not_fit_are_a_finding(void **state) {
    (void)state;
    const double a = -1, b = NAN;
    const crmv_column columns[] = {numbers_column("a", &a), numbers_column("b", &b)};
    crmv_findings *findings = checked_columns(
        "{'crmvalue': 1, 'metrics': {"
        "'a': {'attribute': 'a', 'scale': {'bands': [{'to': 0, 'points': -1000000}, {'from': 0, 'points': 0.000001}]}},"
        "'b': {'attribute': 'b', 'scale': {'line': [[0, 0], [1, 1000000]]}}},"
        "'indexes': {'score': {'add': ['a', 'b']}}}",
        columns, 2, 1);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "indexes", "do not fit"), 1);
    crmv_findings_free(findings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_that_no_feed_supplies_are_errors),
        cmocka_unit_test(a_contribution_without_cost_to_serve_is_worth_a_note),
        cmocka_unit_test(returns_that_were_fed_with_their_sign_are_told),
        cmocka_unit_test(categories_that_the_model_does_not_name_are_counted_with_the_nearest_name),
        cmocka_unit_test(the_eleventh_unnamed_category_is_only_counted),
        cmocka_unit_test(a_metric_whose_values_are_99_percent_the_same_is_told),
        cmocka_unit_test(a_metric_that_is_missing_for_more_than_half_is_told),
        cmocka_unit_test(a_hundred_percent_are_missing_only_where_all_are),
        cmocka_unit_test(tiers_and_names_that_stay_empty_are_told),
        cmocka_unit_test(a_handful_of_customers_says_nothing_about_how_a_metric_varies),
        cmocka_unit_test(tiers_that_no_score_can_have_are_told_once),
        cmocka_unit_test(a_printed_standard_gives_its_grades_and_its_holes_are_found),
        cmocka_unit_test(a_frame_of_another_model_and_missing_arguments_are_refused),
        cmocka_unit_test(points_that_do_not_fit_are_a_finding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
