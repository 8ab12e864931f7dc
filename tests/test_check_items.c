/* Checks of a model against what a ledger took in beside transactions, and against how far back its history goes. */
#include "items.h"

#define HEAD "{'crmvalue': 1, 'money': {'decimals': 2, 'quantity_decimals': 0}, "

static crmv_findings *checked(const crmv_model *model, const crmv_ledger *ledger) {
    crmv_findings *findings = NULL;
    crmv_error error = an_error();
    must(crmv_model_check(model, ledger, NULL, &findings, &error), &error);
    return findings;
}

/* How many findings there are at a place (NULL: any) of a severity (0: any) whose message has a part. That nothing uses
 * these metrics is no matter. */
static int32_t found(const crmv_findings *findings, int32_t severity, const char *place, const char *part) {
    int32_t count = 0;
    for (int64_t i = 0; i < crmv_findings_count(findings); i++) {
        crmv_finding one = {.struct_size = sizeof one};
        assert_int_equal(crmv_findings_get(findings, i, &one), CRMV_OK);
        const bool is_there = place == NULL || strcmp(one.place, place) == 0;
        const bool is_unused = strstr(one.message, "uses this metric") != NULL;
        count +=
            (severity == 0 || one.severity == severity) && is_there && !is_unused && strstr(one.message, part) != NULL;
    }
    return count;
}

/* ---- Receivables ------------------------------------------------------------------------------------------------- */

static const char *const owing =
    HEAD "'finance_cost': {'yearly_rate': 0.06}, 'metrics': {'overdue': {'overdue': 'days'}, 'open': {'receivables':"
         " 'open'}, 'late': {'receivables': 'days_late'}, 'dso': {'receivables': 'days_sales_outstanding', 'window':"
         " {'days': 90}}, 'interest': {'sum': ['discount', 'finance_cost']}, 'net': {'sum': 'contribution'}}}";

static void metrics_of_receivables_without_any_are_errors(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 100, .cost = 50};
    crmv_model *model = model_of(owing);
    crmv_ledger *ledger = ledger_of(model, &line, 1);
    crmv_findings *findings = checked(model, ledger);
    static const char *const places[] = {"metrics.overdue", "metrics.open", "metrics.late", "metrics.dso"};
    for (int64_t i = 0; i < LENGTH_OF(places); i++) {
        assert_int_equal(found(findings, CRMV_FINDING_ERROR, places[i], "no receivables were taken in"), 1);
        assert_int_equal(found(findings, 0, places[i], ""), 1);
    }
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.interest", "finance_cost is 0"), 1);
    assert_int_equal(found(findings, CRMV_FINDING_NOTE, "metrics.net", "counts no finance_cost"), 1);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.net", ""), 0);
    crmv_findings_free(findings);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void receivables_that_supply_all_are_no_finding(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 100, .cost = 50, .discount = 1, .cost_to_serve = 1};
    const book_item item = {1, 100, 20030, 20040, 20000};
    const feeds from = {.lines = &line, .line_count = 1, .items = &item, .item_count = 1};
    crmv_model *model = model_of(owing);
    crmv_ledger *ledger = ledger_with(model, &from);
    crmv_findings *findings = checked(model, ledger);
    assert_int_equal(found(findings, 0, NULL, ""), 0);
    crmv_findings_free(findings);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void invoice_days_and_payments_that_no_item_has_are_told(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 100, .cost = 50};
    const book_item item = {1, 100, 20030, CRMV_NO_DATE, CRMV_NO_DATE};
    const feeds from = {.lines = &line, .line_count = 1, .items = &item, .item_count = 1};
    crmv_model *model = model_of(owing);
    crmv_ledger *ledger = ledger_with(model, &from);
    crmv_findings *findings = checked(model, ledger);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.open", "invoice day"), 1);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.dso", "invoice day"), 1);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.late", "day of payment"), 1);
    assert_int_equal(found(findings, 0, "metrics.overdue", ""), 0);
    crmv_findings_free(findings);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

static const char *const happening =
    HEAD "'metrics': {'count': {'event': ['complaint', 'count']}, 'age': {'event': ['visit', 'age']}, 'mean': {'event':"
         " ['visit', 'mean']}, 'cause': {'event': ['visit', 'last'], 'scale': {'categories': {'price': 1}}}}}";

static void metrics_of_events_without_any_are_errors(void **state) {
    (void)state;
    const book_line line = {.customer = 1, .day = 20000, .revenue = 100};
    crmv_model *model = model_of(happening);
    crmv_ledger *ledger = ledger_of(model, &line, 1);
    crmv_findings *findings = checked(model, ledger);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.count", "no events were taken in"), 1);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.cause", "no events were taken in"), 1);
    crmv_findings_free(findings);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void events_of_another_name_are_told_with_the_nearest_one(void **state) {
    (void)state;
    const book_event events[] = {{1, 20000, "Complaint", 1000000, "price"}, {1, 20000, "visit", NO_VALUE, NULL}};
    const feeds from = {.events = events, .event_count = 2};
    crmv_model *model = model_of(happening);
    crmv_ledger *ledger = ledger_with(model, &from);
    crmv_findings *findings = checked(model, ledger);
    assert_int_equal(found(findings, CRMV_FINDING_WARNING, "metrics.count",
                           "is called \"complaint\"; the nearest name is \"Complaint\""),
                     1);
    assert_int_equal(found(findings, 0, "metrics.age", ""), 0);
    assert_int_equal(found(findings, 0, "metrics.mean", ""), 0); /* some event has a value */
    crmv_findings_free(findings);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

static void values_and_texts_that_no_event_has_are_told(void **state) {
    (void)state;
    const book_event events[] = {{1, 20000, "complaint", NO_VALUE, NULL}, {1, 20000, "visit", NO_VALUE, NULL}};
    const feeds from = {.events = events, .event_count = 2};
    crmv_model *model = model_of(happening);
    crmv_ledger *ledger = ledger_with(model, &from);
    crmv_findings *findings = checked(model, ledger);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.mean", "`value`"), 1);
    assert_int_equal(found(findings, CRMV_FINDING_ERROR, "metrics.cause", "`text`"), 1);
    assert_int_equal(found(findings, 0, "metrics.count", ""), 0);
    crmv_findings_free(findings);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

/* ---- Where the history begins ------------------------------------------------------------------------------------ */

/* Ten customers, `early` of whom buy for the first time on the last of the history's first 30 days, one on the first,
 * and the others later; the last line lies `length` days behind the first. Receivables before them are no history. */
static crmv_findings *checked_history(const char *metrics, int64_t early, int32_t length) {
    book_line lines[12] = {{.customer = 1, .day = 20000, .revenue = 1}, {.customer = 1, .day = 20000 + length}};
    for (int64_t i = 0; i < 10; i++) {
        lines[2 + i] = (book_line){.customer = 1 + i, .day = i < early ? 20029 : 20030};
    }
    const book_item item = {11, 100, 19000, 20001, 18000};
    const feeds from = {.lines = lines, .line_count = 12, .items = &item, .item_count = 1};
    crmv_model *model = model_of_metrics(metrics);
    crmv_ledger *ledger = ledger_with(model, &from);
    crmv_findings *findings = checked(model, ledger);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
    return findings;
}

#define SINCE "}, 'input': {'customers': {'customer': 'c', 'since': 's'}"

static void a_history_that_begins_with_many_customers_was_probably_cut_off(void **state) {
    (void)state;
    static const struct {
        const char *metrics;
        int64_t early;
        int32_t length, severity; /* 0: no finding */
    } cases[] = {
        {"'t': {'tenure': 'years'}", 3, 400, CRMV_FINDING_WARNING},
        {"'t': {'tenure': 'years'}", 2, 400, 0}, /* a fifth is not more than a fifth */
        {"'t': {'tenure': 'years'}", 3, 58, 0},  /* too short to say */
        {"'t': {'tenure': 'years'}", 3, 59, CRMV_FINDING_WARNING},
        {"'t': {'growth': 'revenue', 'window': {'days': 90}}", 3, 178, CRMV_FINDING_WARNING},
        {"'t': {'growth': 'revenue', 'window': {'days': 90}}", 3, 179, CRMV_FINDING_NOTE},
        {"'t': {'sum': 'revenue', 'window': {'days': 90}}", 3, 88, CRMV_FINDING_WARNING},
        {"'t': {'mean': 'revenue', 'window': {'days': 90}}", 3, 88, CRMV_FINDING_WARNING},
        {"'t': {'sum': 'revenue', 'window': {'days': 90}}", 3, 89, CRMV_FINDING_NOTE},
        {"'t': {'sum': 'revenue'}", 3, 400, CRMV_FINDING_WARNING},
        {"'t': {'count': 'repeat_days', 'window': {'days': 90}}", 3, 400, CRMV_FINDING_WARNING},
        {"'t': {'sum': 'revenue', 'window': {'days': 90}}", 3, 400, CRMV_FINDING_NOTE},
        {"'t': {'recency': 'days'}", 10, 400, CRMV_FINDING_NOTE},
        {"'t': {'sum': 'revenue', 'per': 'year', 'window': {'days': 90}}", 3, 400, CRMV_FINDING_WARNING},
        {"'t': {'tenure': 'years'}" SINCE, 3, 400, CRMV_FINDING_NOTE}, /* the table tells when they began */
        {"'t': {'sum': 'revenue', 'per': 'year', 'window': {'days': 90}}" SINCE, 3, 400, CRMV_FINDING_NOTE},
        {"'t': {'sum': 'revenue'}" SINCE, 3, 400, CRMV_FINDING_WARNING},
    };
    for (int64_t i = 0; i < LENGTH_OF(cases); i++) {
        crmv_findings *findings = checked_history(cases[i].metrics, cases[i].early, cases[i].length);
        assert_int_equal(found(findings, 0, "input.transactions", "2024-10-04"), cases[i].severity != 0);
        assert_int_equal(found(findings, cases[i].severity, "input.transactions", "where the history begins"),
                         cases[i].severity != 0);
        crmv_findings_free(findings);
    }
}

static void the_warning_of_a_cut_history_names_what_suffers(void **state) {
    (void)state;
    crmv_findings *findings = checked_history("'t': {'tenure': 'years'}, 's': {'sum': 'revenue'}", 3, 400);
    assert_int_equal(found(findings, CRMV_FINDING_WARNING, "input.transactions",
                           "suffers: tenure, sums and counts over all history; feed a longer history, or give the "
                           "customer table a `since`"),
                     1);
    crmv_findings_free(findings);
    findings = checked_history("'t': {'tenure': 'years'}, 's': {'sum': 'revenue'}" SINCE, 3, 400);
    assert_int_equal(found(findings, CRMV_FINDING_WARNING, "input.transactions",
                           "suffers: sums and counts over all history; feed a longer history"),
                     1);
    assert_int_equal(found(findings, 0, "input.transactions", "since"), 0);
    crmv_findings_free(findings);
}

/* Five customers who all begin with the history, and a customer table whose `since` is empty or long before. */
static void a_since_that_is_mapped_and_empty_tells_nothing(void **state) {
    (void)state;
    static const int64_t keys[] = {1, 2, 3, 4, 5};
    static const int32_t none[] = {CRMV_NO_DATE, CRMV_NO_DATE, CRMV_NO_DATE, CRMV_NO_DATE, CRMV_NO_DATE};
    static const int32_t known[] = {15000, 15000, 15000, 15000, CRMV_NO_DATE};
    book_line lines[6] = {{.customer = 1, .day = 20400, .revenue = 1}};
    for (int64_t i = 0; i < 5; i++) {
        lines[1 + i] = (book_line){.customer = keys[i], .day = 20000 + (int32_t)i};
    }
    crmv_model *model = model_of_metrics("'t': {'tenure': 'years'}" SINCE);
    crmv_ledger *ledger = ledger_of(model, lines, 6);
    for (int32_t i = 0; i < 2; i++) {
        const crmv_column empty = ARRAY_COLUMN("s", CRMV_INT32, none);
        const crmv_column full = ARRAY_COLUMN("s", CRMV_INT32, known);
        const crmv_column columns[] = {ARRAY_COLUMN("c", CRMV_INT64, keys), i == 0 ? empty : full};
        crmv_frame *frame = joined(model, ledger, columns, 2, 5, 20400);
        crmv_findings *findings = NULL;
        crmv_error error = an_error();
        must(crmv_model_check(model, ledger, frame, &findings, &error), &error);
        assert_int_equal(found(findings, i == 0 ? CRMV_FINDING_WARNING : CRMV_FINDING_NOTE, "input.transactions",
                               "where the history begins"),
                         1);
        crmv_findings_free(findings);
        crmv_frame_free(frame);
    }
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_of_receivables_without_any_are_errors),
        cmocka_unit_test(receivables_that_supply_all_are_no_finding),
        cmocka_unit_test(invoice_days_and_payments_that_no_item_has_are_told),
        cmocka_unit_test(metrics_of_events_without_any_are_errors),
        cmocka_unit_test(events_of_another_name_are_told_with_the_nearest_one),
        cmocka_unit_test(values_and_texts_that_no_event_has_are_told),
        cmocka_unit_test(a_history_that_begins_with_many_customers_was_probably_cut_off),
        cmocka_unit_test(the_warning_of_a_cut_history_names_what_suffers),
        cmocka_unit_test(a_since_that_is_mapped_and_empty_tells_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
