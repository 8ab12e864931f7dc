/* test_reason_items.c - reasons of metrics of receivables and events in words. */
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(receivables_and_events_have_their_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
