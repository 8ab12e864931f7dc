/* test_reason_items.c - reasons of metrics of receivables, events and lifetimes in words. */
#include "items.h"

/* The customer's reasons, of which one begins so. */
static void assert_reason(const crmv_scores *scores, const char *beginning) {
    crmv_reason reasons[16];
    char text[16][200];
    int32_t count = 0;
    reasons[0].struct_size = sizeof reasons[0];
    assert_int_equal(crmv_scores_reasons(scores, 0, reasons, 16, &count), CRMV_OK);
    bool found = false;
    for (int32_t i = 0; i < count; i++) {
        assert_int_equal(crmv_scores_reason_text(scores, &reasons[i], text[i], sizeof text[i], NULL), CRMV_OK);
        found = found || strncmp(text[i], beginning, strlen(beginning)) == 0;
    }
    for (int32_t i = 0; i < count && !found; i++) {
        print_message("%s\n", text[i]);
    }
    if (!found) {
        fail_msg("none of these begins with \"%s\"", beginning);
    }
}

#define LINE "'scale': {'line': [[0, 0], [100000, 100]]}}"

/* Money has its decimals, days say so, and what happened last is its text. */
static void receivables_and_events_have_their_units(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'money': {'decimals': 2}, 'finance_cost': {'yearly_rate': 0.36, 'days_in_year': 360},"
        "'metrics': {'overdue_days': {'overdue': 'days', " LINE ", 'overdue': {'overdue': 'amount', " LINE
        ", 'open': {'receivables': 'open', " LINE ", 'late': {'receivables': 'days_late', " LINE
        ", 'dso': {'receivables': 'days_sales_outstanding', 'window': {'days': 90}, " LINE
        ", 'interest': {'sum': 'finance_cost', " LINE ", 'visits': {'event': ['visit', 'count'], " LINE
        ", 'visited': {'event': ['visit', 'age'], " LINE ", 'marked': {'event': ['visit', 'last_age'], " LINE
        ", 'mark': {'event': ['visit', 'mean'], " LINE
        ", 'cause': {'event': ['visit', 'last'], 'scale': {'categories': {'price': 1, 'service': 2}}}},"
        "'indexes': {'score': {'weights': {'overdue_days': 1, 'overdue': 1, 'open': 1, 'late': 1, 'dso': 1, 'interest':"
        " 1, 'visits': 1, 'visited': 1, 'marked': 1, 'mark': 1, 'cause': 1}}}}";
    static const char *const beginnings[] = {
        "overdue days 1 day: ", "overdue 1,234.00: ", "open 1,234.00: ", "late 2.5 days: ",
        "dso 111.1 days: ",     "interest 6.23: ",    "visits 2: ",      "visited 10 days: ",
        "marked 10 days: ",     "mark 7.25: ",        "cause service: ",
    };
    const book_line line = {.customer = 1, .day = 20000, .revenue = 100000};
    const book_item items[] = {
        {1, 123400, 20009, CRMV_NO_DATE, 19990}, {1, 100000, 19990, 19995, 19980}, {1, 100000, 19990, 19990, 19980}};
    const book_event events[] = {{1, 20000, "visit", 7250000, "service"}, {1, 19000, "visit", NO_VALUE, "price"}};
    const feeds from = {&line, 1, items, 3, events, 2};
    book b = book_with(model, &from, 20010);
    crmv_scores *scores = NULL;
    crmv_error error = an_error();
    must(crmv_score(b.model, b.frame, NULL, &scores, &error), &error);
    for (int64_t i = 0; i < LENGTH_OF(beginnings); i++) {
        assert_reason(scores, beginnings[i]);
    }
    crmv_scores_free(scores);
    close_book(&b);
}

/* The text of a model in which the lifetime is fitted; to be freed. */
static char *fitted_text(const char *text, const char *fitted) {
    crmv_model *model = model_of(text);
    crmv_model *next = NULL;
    crmv_error error = an_error();
    int64_t length = 0;
    must(crmv_model_answer(model, 0, fitted, -1, &next, &error), &error);
    crmv_model_print(next, NULL, 0, &length);
    char *printed = malloc((size_t)length + 1);
    assert_non_null(printed);
    assert_int_equal(crmv_model_print(next, printed, length + 1, NULL), CRMV_OK);
    crmv_model_free(next);
    crmv_model_free(model);
    return printed;
}

/* One purchase 10 days ago, under r = 1, alpha = 10: 30 x 1 / (10 + 10) purchases within 30 days; of whom no amount
 * counts spends 6 x 15 / (4 - 1). */
static void what_is_foretold_has_its_units(void **state) {
    (void)state;
    static const char *const model =
        "{'crmvalue': 1, 'money': {'decimals': 2}, 'lifetimes': {'l': {'model': 'nbd', 'time_unit': 'day', 'spend': "
        "{'model': 'gamma_gamma', 'of': 'revenue'}}}, 'metrics': {'alive': {'lifetime': ['l', 'p_alive'], " LINE
        ", 'churn': {'lifetime': ['l', 'churn'], " LINE
        ", 'expected': {'lifetime': ['l', 'purchases'], 'horizon': {'days': 30}, " LINE
        ", 'each': {'lifetime': ['l', 'spend'], " LINE
        ", 'worth': {'lifetime': ['l', 'value'], 'horizon': {'days': 30}, " LINE
        "}, 'indexes': {'score': {'weights': {'alive': 1, 'churn': 1, 'expected': 1, 'each': 1, 'worth': 1}}}}";
    static const char *const fitted =
        "{\"model\": \"nbd\", \"parameters\": {\"r\": 1, \"alpha\": 10}, \"spend\": {\"parameters\": {\"p\": 6, "
        "\"q\": 4, \"gamma\": 15}}}";
    static const char *const beginnings[] = {
        "alive 100%: ", "churn 0%: ", "expected 1.5: ", "each 30.00: ", "worth 45.00: "};
    const book_line line = {.customer = 1, .day = 20000, .revenue = 100000};
    const feeds from = {&line, 1, NULL, 0, NULL, 0};
    char *text = fitted_text(model, fitted);
    book b = book_with(text, &from, 20010);
    crmv_scores *scores = NULL;
    crmv_error error = an_error();
    must(crmv_score(b.model, b.frame, NULL, &scores, &error), &error);
    for (int64_t i = 0; i < LENGTH_OF(beginnings); i++) {
        assert_reason(scores, beginnings[i]);
    }
    crmv_scores_free(scores);
    close_book(&b);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(receivables_and_events_have_their_units),
        cmocka_unit_test(what_is_foretold_has_its_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
