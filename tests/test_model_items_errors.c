/* What a model says of receivables, events, rates, groups, interest and calendars, and cannot be meant: it is refused,
 * at its place. */
#include "model/vocabulary.h"
#include "model_texts.h"

#include <stdio.h>

#define INPUT(members) MODEL("'input': {" members "}, 'metrics': {}")
#define INTEREST "'finance_cost': {'yearly_rate': 0.06}"
#define RECEIVABLES(members) INPUT("'receivables': {" members "}")
#define EVENTS(members) INPUT("'events': {'customer': 'c', 'date': 'd', 'event': 'e'" members "}")
#define RATES(members) MODEL("'money': {'currency': 'EUR'}, 'input': {'rates': {" members "}}, 'metrics': {}")
#define RATE_COLUMNS "'currency': 'c', 'date': 'd', 'rate': 'r'"
#define CUSTOMERS(members) INPUT("'customers': {'customer': 'c'" members "}")
#define YEARLY(rates) MODEL("'finance_cost': {'yearly_rate': " rates "}, 'metrics': {}")
#define CALENDAR(members) MODEL("'calendar': {" members "}, 'metrics': {}")
#define FISCAL(window) MODEL("'calendar': {'year_begins': '07-01'}, 'window': {" window "}, 'metrics': {}")

typedef struct broken {
    const char *text, *place, *message;
} broken;

static const broken feeds[] = {
    {RECEIVABLES("'customer': 'c', 'amount': 'a'"), "input.receivables", "the key \"due\" is required"},
    {RECEIVABLES("'customer': 'c', 'amount': 'a', 'due': 'd', 'payed': 'p'"), "input.receivables.payed",
     "did you mean \"paid\"?"},
    {RECEIVABLES("'customer': 'c', 'amount': 'a', 'due': 'd', 'decimal': ',', 'thousands': ','"), "input.receivables",
     "cannot be both"},
    {INPUT("'recievables': {}"), "input.recievables", "did you mean \"receivables\"?"},
    {EVENTS(", 'kinds': {}"), "input.events.kinds", "at least one kind"},
    {EVENTS(", 'kinds': {'A': ''}"), "input.events.kinds.A", "an event's name of 1 to 64 bytes"},
    {EVENTS(", 'kinds': {'A': 5}"), "input.events.kinds.A", "expected a text, found 5"},
    {EVENTS(", 'quantity': 'q'"), "input.events.quantity", "unknown key"},
    {RATES("'currency': 'c', 'date': 'd'"), "input.rates", "the key \"rate\" is required"},
    {RATES(RATE_COLUMNS ", 'quoted': 'abroad'"), "input.rates.quoted", "known: home, foreign"},
    {RATES(RATE_COLUMNS ", 'maximum_age': {'weeks': 1}"), "input.rates.maximum_age.weeks", "unknown key"},
    {RATES(RATE_COLUMNS ", 'maximum_age': {'days': -1}"), "input.rates.maximum_age.days", "found -1"},
    {RATES(RATE_COLUMNS ", 'maximum_age': 7"), "input.rates.maximum_age", "expected an object, found 7"},
    {INPUT("'rates': {" RATE_COLUMNS "}"), "input.rates", "rates need the currency"},
    {CUSTOMERS(", 'dealer': 'D'"), "input.customers", "`dealer` needs `dealer_share`"},
    {CUSTOMERS(", 'dealer_share': 5"), "input.customers.dealer_share", "needs the column that names the dealer"},
    {CUSTOMERS(", 'dealer': 'D', 'dealer_share': 101"), "input.customers.dealer_share", "from 0 to 100, found 101"},
    {CUSTOMERS(", 'dealer': 'D', 'dealer_share': true"), "input.customers.dealer_share", "a text or a number"},
};

static const broken rates_of_interest[] = {
    {YEARLY("-0.01"), "finance_cost.yearly_rate", "expected a number from 0 to 10, found -0.01"},
    {YEARLY("10.5"), "finance_cost.yearly_rate", "from 0 to 10, found 10.5"},
    {YEARLY("0.1234567"), "finance_cost.yearly_rate", "more than six decimals"},
    {YEARLY("'6%'"), "finance_cost.yearly_rate", "expected an array or a number"},
    {YEARLY("[]"), "finance_cost.yearly_rate", "at least one rate"},
    {YEARLY("[0.05]"), "finance_cost.yearly_rate[0]", "expected an object, found 0.05"},
    {YEARLY("[{'from': '2024-01-01', 'rate': 0.05}]"), "finance_cost.yearly_rate[0].from", "leave `from` out"},
    {YEARLY("[{'rate': 0.05}, {'rate': 0.06}]"), "finance_cost.yearly_rate[1]", "needs the day `from`"},
    {YEARLY("[{'rate': 0.05}, {'from': '2024-01-01'}]"), "finance_cost.yearly_rate[1]", "\"rate\" is required"},
    {YEARLY("[{'rate': 0.05}, {'from': '2024-01-01', 'rate': 0.06}, {'from': '2024-01-01', 'rate': 0.07}]"),
     "finance_cost.yearly_rate[2].from", "ascending order"},
    {MODEL("'finance_cost': {}, 'metrics': {}"), "finance_cost", "\"yearly_rate\" is required"},
    {MODEL("'finance_cost': {'yearly_rate': 0.06, 'days_in_year': 359}, 'metrics': {}"), "finance_cost.days_in_year",
     "from 360 to 366, found 359"},
};

static const broken calendars[] = {
    {CALENDAR(""), "calendar", "found none of them"},
    {CALENDAR("'year_begins': '7-1'"), "calendar.year_begins", "such as \"07-01\" for 1 July, found \"7-1\""},
    {CALENDAR("'year_begins': '02-30'"), "calendar.year_begins", "found \"02-30\""},
    {CALENDAR("'year_begins': '07-01', 'weeks': '4-4-5'"), "calendar.weeks", "found two of them"},
    {CALENDAR("'weeks': '4-4-4'"), "calendar", "`weeks` needs the year's last day"},
    {CALENDAR("'year_begins': '07-01', 'year_ends': {'weekday': 'friday', 'month': 1, 'which': 'last'}"),
     "calendar.year_ends", "goes with `weeks`"},
    {CALENDAR("'weeks': '4-4-4', 'year_ends': {'weekday': 'friday', 'month': 1, 'which': 'last'}"), "calendar.weeks",
     "unknown pattern of weeks"},
    {CALENDAR("'weeks': '4-4-5', 'year_ends': {'weekday': 'friday', 'month': 13, 'which': 'last'}"),
     "calendar.year_ends.month", "from 1 to 12, found 13"},
    {CALENDAR("'weeks': '4-4-5', 'year_ends': {'weekday': 'fryday', 'month': 1, 'which': 'last'}"),
     "calendar.year_ends.weekday", "did you mean \"friday\"?"},
    {CALENDAR("'weeks': '4-4-5', 'year_ends': {'weekday': 'friday', 'month': 1}"), "calendar.year_ends",
     "\"which\" is required"},
    {CALENDAR("'weeks': '4-4-5', 'year_ends': {'weekday': 'friday', 'month': 1, 'which': 'first'}"),
     "calendar.year_ends.which", "known: last, nearest"},
    {MODEL("'window': {'fiscal_years': 1}, 'metrics': {}"), "window.fiscal_years", "needs the model's `calendar`"},
    {FISCAL("'fiscal_years': 0"), "window.fiscal_years", "from 1 to 9999, found 0"},
    {FISCAL("'fiscal_years': 1, 'fiscal_periods': 2"), "window.fiscal_periods", "found two of them"},
    {FISCAL("'months': 1, 'to_date': true"), "window.to_date", "`to_date` goes with `fiscal_years`"},
    {FISCAL("'to_date': true"), "window", "found none of them"},
    {FISCAL("'fiscal_years': 1, 'to_date': 'yes'"), "window.to_date", "expected true or false"},
};

static const broken cards[] = {
    {CARD("'overdue': 'weeks'"), "metrics.a.overdue", "known: days, amount"},
    {CARD("'overdue': 'days', 'window': {'days': 5}"), "metrics.a.window", "`overdue` takes no `window`"},
    {CARD("'overdue': 'days', 'per': 'year'"), "metrics.a.per", "`overdue` takes no `per`"},
    {CARD("'receivables': 'late'"), "metrics.a.receivables", "known: open, days_late, days_sales_outstanding"},
    {CARD("'receivables': 'open', 'window': 'all'"), "metrics.a.window", "`open` takes no `window`"},
    {CARD("'receivables': 'days_late', 'per': 'year'"), "metrics.a.per", "`days_late` takes no `per`"},
    {CARD("'receivables': 'days_sales_outstanding'"), "metrics.a", "needs a window, whose days it counts"},
    {MODEL("'window': {'days': 9}, 'metrics': {'a': {'receivables': 'days_sales_outstanding', 'window': 'all'}}"),
     "metrics.a.window", "`days_sales_outstanding` needs a window"},
    {CARD("'event': 'complaint'"), "metrics.a.event", "expected an array, found \"complaint\""},
    {CARD("'event': ['complaint']"), "metrics.a.event", "such as [\"complaint\", \"count\"], found 1 items"},
    {CARD("'event': ['', 'count']"), "metrics.a.event[0]", "1 to 64 bytes"},
    {CARD("'event': [7, 'count']"), "metrics.a.event[0]", "expected a text, found 7"},
    {CARD("'event': ['complaint', 'counts']"), "metrics.a.event[1]", "did you mean \"count\"?"},
    {CARD("'event': ['complaint', 'mean'], 'per': 'year'"), "metrics.a.per", "`mean` takes no `per`"},
    {CARD("'event': ['complaint', 'last'], 'per': 'year'"), "metrics.a.per", "`last` takes no `per`"},
    {CARD("'event': ['churn', 'count'], 'scale': {'categories': {'x': 1}}"), "metrics.a.scale",
     "`categories` are for attributes and the last event; `count` gives numbers"},
    {CARD("'event': ['churn', 'count'], 'minimum_coverage': 5"), "metrics.a.minimum_coverage", "goes with cost"},
    {METRICS("'c': {'event': ['churn', 'last'], 'scale': {'categories': {'x': 1}}}, 'a': {'ratio': ['c', 'c']}"),
     "metrics.a.ratio[0]", "\"c\" is a category"},
    {CARD("'sum': 'finance_cost'"), "metrics.a.sum", "needs the model's `finance_cost`"},
    {CARD("'growth': ['revenue', 'finance_cost'], 'window': {'days': 5}"), "metrics.a.growth",
     "needs the model's `finance_cost`"},
    {MODEL(INTEREST ", 'metrics': {'a': {'mean': 'finance_cost'}}"), "metrics.a.mean",
     "it goes with `sum` and `growth`"},
    {MODEL(INTEREST ", 'metrics': {'a': {'maximum': ['cost', 'finance_cost']}}"), "metrics.a.maximum",
     "`maximum` is of purchase days"},
    {MODEL(INTEREST ", 'metrics': {'a': {'sum': ['quantity', 'finance_cost']}}"), "metrics.a.sum",
     "cannot be added up"},
};

static void expect_refusals(const broken *list, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        char *json = quoted_text(list[i].text);
        crmv_model *model = NULL;
        crmv_error error = {.struct_size = sizeof error};
        const int32_t status = crmv_model_parse(json, -1, &model, &error);
        if (status != CRMV_BAD_MODEL || strcmp(error.place, list[i].place) != 0 ||
            strstr(error.message, list[i].message) == NULL || model != NULL) {
            fail_msg("%s\n  gave %d at `%s`: %s\n  not at `%s`: ...%s...", list[i].text, (int)status, error.place,
                     error.message, list[i].place, list[i].message);
        }
        free(json);
    }
}

static void broken_feeds_of_items_are_refused(void **state) {
    (void)state;
    expect_refusals(feeds, COUNT(feeds));
}

static void broken_rates_of_interest_are_refused(void **state) {
    (void)state;
    expect_refusals(rates_of_interest, COUNT(rates_of_interest));
}

static void broken_calendars_are_refused(void **state) {
    (void)state;
    expect_refusals(calendars, COUNT(calendars));
}

static void broken_cards_of_items_are_refused(void **state) {
    (void)state;
    expect_refusals(cards, COUNT(cards));
}

static void an_events_name_has_64_bytes_at_most(void **state) {
    (void)state;
    char text[200];
    for (int32_t length = CRMVI_EVENT_NAME_LIMIT; length <= CRMVI_EVENT_NAME_LIMIT + 1; length++) {
        char name[CRMVI_EVENT_NAME_LIMIT + 2] = "";
        memset(name, 'e', (size_t)length);
        snprintf(text, sizeof text, "{\"crmvalue\": 1, \"metrics\": {\"a\": {\"event\": [\"%s\", \"count\"]}}}", name);
        crmv_model *model = NULL;
        const int32_t expected = length > CRMVI_EVENT_NAME_LIMIT ? CRMV_BAD_MODEL : CRMV_OK;
        assert_int_equal(crmv_model_parse(text, -1, &model, NULL), expected);
        crmv_model_free(model);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_feeds_of_items_are_refused),   cmocka_unit_test(broken_rates_of_interest_are_refused),
        cmocka_unit_test(broken_calendars_are_refused),        cmocka_unit_test(broken_cards_of_items_are_refused),
        cmocka_unit_test(an_events_name_has_64_bytes_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
