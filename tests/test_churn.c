/*
 * A whole book in the words of examples/models/value_credit_churn.json, the only argument: German dates and decimals,
 * a head office, another number, a dealer, dollars, arrears, complaints and causes of leaving, and what it comes to.
 */
#include "crmvalue/crmvalue.h"
#include "tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static crmv_model *model;

enum { MOST_COLUMNS = 10 };

/* Feeds as texts, in the order of their columns' names. */
static const char *const line_names[] = {"Customer", "BillingDate", "BillingDoc", "BillingType", "Quantity",
                                         "NetValue", "Cost",        "Discount",   "ServiceCost", "Currency"};
static const char *const lines[][MOST_COLUMNS] = {
    {"100", "15.08.2024", "1", "F2", "10", "1.000,00", "600,00", "0", "", "EUR"}, /* the same days of the year before */
    {"101", "20.01.2025", "2", "F2", "5", "2.000,00", "1.200,00", "100,00", "", "EUR"},
    {"100", "01.08.2025", "3", "F2", "15", "1.500,00", "900,00", "50,50", "", "EUR"},
    {"100", "02.08.2025", "4", "PF", "99", "9.999,00", "1,00", "0", "", "EUR"}, /* pro forma */
    {"150", "01.03.2025", "5", "F2", "1", "1.000,00", "500,00", "0", "", "USD"},
    {"200", "15.01.2025", "6", "F2", "1", "100,00", "50,00", "0", "", "EUR"},
    {"300", "15.01.2025", "7", "F2", "1", "100,00", "50,00", "0", "", "EUR"},
    {"400", "15.01.2025", "8", "F2", "1", "100,00", "50,00", "0", "", "EUR"},
    {"500", "15.01.2025", "9", "F2", "1", "100,00", "50,00", "0", "", "EUR"},
    {"600", "01.06.2025", "10", "F2", "1", "100,00", "50,00", "0", "", "EUR"},
    {"700", "02.05.2025", "11", "F2", "1", "1.000,00", "400,00", "20,00", "30,00", "EUR"},
};

static const char *const table_names[] = {"Customer",   "Name",   "Since",      "HeadOffice",
                                          "MergedInto", "Dealer", "DealerShare"};
static const char *const table[][MOST_COLUMNS] = {
    {"100", "Head", "01.01.2020", "100", "", "", ""},
    {"101", "Branch", "", "100", "", "", ""},
    {"150", "Twin", "", "", "101", "", ""},
    {"200", "Natural", "", "", "", "", ""},
    {"300", "Rival", "", "", "", "", ""},
    {"400", "Fault", "", "", "", "", ""},
    {"500", "Unsaid", "", "", "", "", ""},
    {"600", "Back", "", "", "", "", ""},
    {"700", "Late", "", "", "", "800", "25"},
    {"800", "Dealer", "", "", "", "", ""},
};

static const char *const item_names[] = {"Customer", "Amount", "NetDueDate", "ClearingDate", "BillingDate", "Currency"};
static const char *const items[][MOST_COLUMNS] = {
    {"101", "2.380,00", "19.02.2025", "01.03.2025", "20.01.2025", "EUR"}, /* ten days late */
    {"100", "1.785,00", "31.08.2025", "25.08.2025", "01.08.2025", "EUR"},
    {"700", "1.190,00", "01.06.2025", "", "02.05.2025", "EUR"},
    {"700", "-190,00", "01.06.2025", "", "10.05.2025", "EUR"}, /* a credit note */
};

static const char *const event_names[] = {"Customer", "Day", "Category", "Mark", "Cause"};
static const char *const events[][MOST_COLUMNS] = {
    {"101", "01.02.2025", "COMPLAINT", "", ""},   {"150", "01.03.2025", "CLAIM", "", ""},
    {"100", "01.09.2024", "CLAIM", "", ""}, /* more than twelve months ago */
    {"100", "01.01.2025", "SURVEY", "2,5", ""},   {"101", "01.05.2025", "SURVEY", "4,5", ""},
    {"200", "01.03.2025", "LEFT", "", "natural"}, {"300", "01.03.2025", "LEFT", "", "competitive"},
    {"400", "01.02.2025", "LEFT", "", "natural"}, {"400", "01.03.2025", "LEFT", "", "fault"},
    {"500", "01.03.2025", "LEFT", "", "moved"},   {"600", "01.03.2025", "LEFT", "", "competitive"},
    {"700", "01.03.2025", "PARTY", "", ""}, /* no kind of events that the model knows */
};

static const char *const rate_names[] = {"Currency", "Day", "Rate"};
static const char *const rates[][MOST_COLUMNS] = {{"USD", "27.02.2025", "0,96"}, {"USD", "03.03.2025", "0,95"}};

typedef struct feed {
    crmv_column columns[MOST_COLUMNS];
    int32_t count;
} feed;

static feed feed_of(const char *const *names, int32_t count, const char *const (*rows)[MOST_COLUMNS]) {
    feed f = {.count = count};
    for (int32_t i = 0; i < count; i++) {
        f.columns[i] = strings(names[i], &rows[0][i]);
        f.columns[i].stride = sizeof *rows;
    }
    return f;
}

#define FEED(name, rows) feed_of(name, COUNT(name), rows)

static void must(int32_t status, const crmv_error *error) {
    if (status != CRMV_OK) {
        fail_msg("%s: %s: %s", crmv_status_text(status), error->place, error->message);
    }
}

static crmv_ledger *take_in_the_book(void) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_ledger *ledger = ledger_of(model, 1);
    const feed exchange = FEED(rate_names, rates);
    const feed sold = FEED(line_names, lines);
    const feed owed = FEED(item_names, items);
    const feed happened = FEED(event_names, events);
    must(crmv_ledger_rates(ledger, exchange.columns, exchange.count, COUNT(rates), &error), &error);
    must(crmv_ledger_begin(ledger, "book", &error), &error);
    must(crmv_ledger_append(ledger, sold.columns, sold.count, COUNT(lines), &error), &error);
    must(crmv_ledger_append_receivables(ledger, owed.columns, owed.count, COUNT(items), &error), &error);
    must(crmv_ledger_append_events(ledger, happened.columns, happened.count, COUNT(events), &error), &error);
    must(crmv_ledger_end(ledger, &error), &error);
    return ledger;
}

/* The book scored as of 30 September 2025, the end of a fiscal quarter: the window is the year that ends there. */
typedef struct book {
    crmv_ledger *ledger;
    crmv_frame *frame;
    crmv_scores *scores;
} book;

static book open_book(void) {
    crmv_error error = {.struct_size = sizeof error};
    book b = {.ledger = take_in_the_book()};
    const feed customers = FEED(table_names, table);
    must(crmv_frame_derive(model, b.ledger, customers.columns, customers.count, COUNT(table), crmv_day(2025, 9, 30),
                           NULL, &b.frame, &error),
         &error);
    must(crmv_score(model, b.frame, NULL, &b.scores, &error), &error);
    return b;
}

static void close_book(book *b) {
    crmv_scores_free(b->scores);
    crmv_frame_free(b->frame);
    crmv_ledger_free(b->ledger);
}

static int64_t row_of(const book *b, const char *key) {
    int64_t row = -1;
    if (crmv_frame_find(b->frame, key, &row) != CRMV_OK) {
        fail_msg("no customer %s", key);
    }
    return row;
}

static void expect_metric(const book *b, const char *key, const char *metric, double expected) {
    const double *values = crmv_frame_metric(b->frame, metric);
    assert_non_null(values);
    const double found = values[row_of(b, key)];
    if (isnan(expected) ? !isnan(found) : !(fabs(found - expected) < 1e-9)) {
        fail_msg("%s of %s is %.12g, not %.12g", metric, key, found, expected);
    }
}

static int32_t rule_of(const char *name) {
    for (int32_t i = 0; i < crmv_model_count(model, CRMV_RULES); i++) {
        if (strcmp(crmv_model_item(model, CRMV_RULES, i), name) == 0) {
            return i;
        }
    }
    fail_msg("no rule %s", name);
    return -1;
}

/* ---- Tests ------------------------------------------------------------------------------------------------------- */

static void what_cannot_be_used_is_set_aside_and_the_rest_ties_out(void **state) {
    (void)state;
    book b = open_book();
    assert_int_equal(crmv_ledger_set_aside_count(b.ledger), 2);
    int32_t voids = 0;
    int32_t kinds = 0;
    for (int64_t i = 0; i < 2; i++) {
        crmv_set_aside aside = {.struct_size = sizeof aside};
        assert_int_equal(crmv_ledger_set_aside(b.ledger, i, &aside), CRMV_OK);
        voids += aside.reason == CRMV_VOID_DOCUMENT && aside.feed == CRMV_TRANSACTIONS && aside.rows == 1;
        kinds += aside.feed == CRMV_EVENTS && aside.rows == 1;
    }
    assert_true(voids == 1 && kinds == 1);
    assert_int_equal(crmv_ledger_rows(b.ledger), COUNT(lines) + COUNT(items) + COUNT(events));
    assert_int_equal(crmv_ledger_accepted(b.ledger), COUNT(lines) + COUNT(items) + COUNT(events) - 2);
    /* 1,000 + 2,000 + 1,500 + 1,000 dollars at 0.96 + five times 100 + 1,000 */
    assert_int_equal(total_of(b.ledger, "revenue"), 696000);
    close_book(&b);
}

static void a_group_is_one_row_with_all_that_its_customers_did(void **state) {
    (void)state;
    book b = open_book();
    assert_int_equal(crmv_frame_rows(b.frame), 8);
    assert_int_equal(row_of(&b, "150"), row_of(&b, "100"));
    /* 2,000 - 1,200 + 1,500 - 900 + 960 - 480; that of August 2024 lies before the window */
    expect_metric(&b, "100", "gross_profit_earned", 1880);
    /* this fiscal year 1,500, after as many days of the last one 1,000 */
    expect_metric(&b, "100", "growth", 0.5);
    expect_metric(&b, "100", "complaints", 2);
    expect_metric(&b, "100", "satisfaction", 4.5);
    expect_metric(&b, "100", "satisfaction_age", 152);
    expect_metric(&b, "100", "overdue_days", 0);
    /* 2,380.00 ten days late, 1,785.00 early */
    expect_metric(&b, "100", "days_late", 2380.0 * 10 / (2380 + 1785));
    /* 2,380.00 x (10 days at 5.5 %) / 360 = 3.636 */
    expect_metric(&b, "100", "keeping_cost", 100 + 50.50 + 3.64);
    close_book(&b);
}

static void who_pays_late_costs_interest_and_is_capped(void **state) {
    (void)state;
    book b = open_book();
    expect_metric(&b, "700", "overdue_amount", 1000);
    expect_metric(&b, "700", "overdue_days", 121);
    /* Of 600.00 the dealer gets 150.00, of 20.00 and 30.00 it gets 5.00 and 7.50; the interest is the customer's own:
     * 1,000.00 x 121 days at 5.5 % / 360 = 18.486 */
    expect_metric(&b, "700", "gross_profit_earned", 450);
    expect_metric(&b, "700", "keeping_cost", 15 + 22.50 + 18.49);
    expect_metric(&b, "700", "contribution", 450 - 22.50 - 18.49);
    expect_metric(&b, "800", "contribution", 150 - 7.50);
    /* 1,000.00 open, 750.00 in 365 days */
    expect_metric(&b, "700", "days_outstanding", 1000.0 * 365 / 750);
    assert_int_equal(crmv_scores_rule(b.scores, row_of(&b, "700"), rule_of("in arrears")), 1);
    assert_int_equal(crmv_scores_rule(b.scores, row_of(&b, "100"), rule_of("in arrears")), 0);
    close_book(&b);
}

static void each_cause_of_leaving_has_its_countermeasure(void **state) {
    (void)state;
    const struct {
        const char *key, *rule, *treatment; /* a part of it */
    } cases[] = {
        {"200", "left naturally", "part as friends"},   {"300", "left for a competitor", "account manager visits"},
        {"400", "left through our fault", "apologise"}, /* the last cause, not the first */
        {"500", "left, cause unknown", "ask why"},      {"600", "won back", "three deliveries"},
    };
    book b = open_book();
    for (int32_t i = 0; i < COUNT(cases); i++) {
        const int64_t row = row_of(&b, cases[i].key);
        for (int32_t j = 0; j < COUNT(cases); j++) {
            assert_int_equal(crmv_scores_rule(b.scores, row, rule_of(cases[j].rule)), i == j);
        }
        crmv_rule rule = {.struct_size = sizeof rule};
        assert_int_equal(crmv_scores_rule_get(b.scores, rule_of(cases[i].rule), &rule), CRMV_OK);
        assert_non_null(strstr(rule.treatment, cases[i].treatment));
    }
    const char *text = NULL;
    int64_t customers = 0;
    assert_int_equal(crmv_frame_unlisted(b.frame, "churn_cause", 0, &text, &customers), CRMV_OK);
    assert_string_equal(text, "moved");
    assert_int_equal(customers, 1);
    const int32_t *churn = crmv_scores_codes(b.scores, "churn");
    assert_non_null(churn);
    assert_string_equal(crmv_model_label(model, CRMV_SEGMENTS, 0, churn[row_of(&b, "100")]), "customer");
    close_book(&b);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_used_is_set_aside_and_the_rest_ties_out),
        cmocka_unit_test(a_group_is_one_row_with_all_that_its_customers_did),
        cmocka_unit_test(who_pays_late_costs_interest_and_is_capped),
        cmocka_unit_test(each_cause_of_leaving_has_its_countermeasure),
    };
    enum { MOST = 1 << 16 };
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    char *text = calloc(1, MOST);
    if (file == NULL || text == NULL || fread(text, 1, MOST - 1, file) == 0) {
        fprintf(stderr, "usage: test_churn examples/models/value_credit_churn.json\n");
        return 1;
    }
    fclose(file);
    if (crmv_model_parse(text, -1, &model, NULL) != CRMV_OK) {
        fprintf(stderr, "%s is no model\n", argv[1]);
        return 1;
    }
    free(text);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    crmv_model_free(model);
    return failed;
}
