/* What a model says of receivables, events, rates, groups and interest: whether it is read as it stands. */
#include "failing_memory.h"
#include "model/model.h"
#include "model_texts.h"

#define INPUT(members) MODEL("'input': {" members "}, 'metrics': {}")
#define INTEREST "'finance_cost': {'yearly_rate': 0.06}"

static const crmvi_metric *metric_of(const crmv_model *model, const char *name) {
    const int32_t position = crmvi_model_metric(model, name);
    assert_true(position >= 0);
    return &model->metrics[position];
}

/* ---- Feeds ------------------------------------------------------------------------------------------------------- */

static void without_input_the_columns_of_items_bear_the_roles_own_names(void **state) {
    (void)state;
    const struct {
        const char *feed;
        int32_t roles;
    } feeds[] = {{"receivables", CRMVI_RECEIVABLE_ROLES}, {"events", CRMVI_EVENT_ROLES}, {"rates", CRMVI_RATE_ROLES}};
    crmv_model *model = model_of_text(MODEL("'metrics': {}"));
    for (int32_t i = 0; i < COUNT(feeds); i++) {
        int32_t count = 0;
        for (const char *role; (role = crmv_model_role(model, feeds[i].feed, count)) != NULL; count++) {
            assert_string_equal(crmv_model_column(model, feeds[i].feed, role), role);
        }
        assert_int_equal(count, feeds[i].roles);
        assert_null(crmv_model_role(model, feeds[i].feed, -1));
        assert_null(crmv_model_column(model, feeds[i].feed, "revenue"));
        assert_string_equal(crmv_model_setting(model, feeds[i].feed, "encoding"), "UTF-8");
        assert_string_equal(crmv_model_setting(model, feeds[i].feed, "delimiter"), ",");
        assert_null(crmv_model_setting(model, feeds[i].feed, "quoted"));
        assert_false(model->items[i].mapped);
    }
    assert_null(model->items[CRMVI_EVENTS].kinds);
    assert_false(model->items[CRMVI_RATES].quoted_foreign);
    assert_int_equal(model->items[CRMVI_RATES].maximum_age, -1);
    assert_true(model->table.dealer_share == -1);
    assert_null(model->finance_cost.periods);
    assert_int_equal(model->fiscal.month, 0);
    crmv_model_free(model);
}

static void input_maps_items_and_their_settings_stand_at_input_or_within_the_feed(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL(
        "'money': {'currency': 'EUR'}, 'input': {'delimiter': ';', 'decimal': ',', 'dates': 'dd.mm.yyyy', "
        "'receivables': {'customer': 'No', 'amount': 'Open', 'due': 'Due', 'paid': 'Clearing', 'thousands': '.'}, "
        "'events': {'customer': 'No', 'date': 'Day', 'event': 'What', 'text': 'Why', 'encoding': 'ISO-8859-1', "
        "'kinds': {'notes': 'complaint', 'VIS': 'visit', 'x-1': 'visit'}, 'keys': 'integer'}, "
        "'rates': {'currency': 'Cur', 'date': 'Day', 'rate': 'Rate', 'decimal': '.', 'dates': 'yyyymmdd', 'quoted': "
        "'foreign', 'maximum_age': {'days': 7}}}, 'metrics': {}"));
    const crmvi_item_layout *receivables = &model->items[CRMVI_RECEIVABLES];
    const crmvi_item_layout *events = &model->items[CRMVI_EVENTS];
    const crmvi_item_layout *rates = &model->items[CRMVI_RATES];
    assert_true(receivables->mapped && events->mapped && rates->mapped);
    assert_string_equal(crmv_model_column(model, "receivables", "paid"), "Clearing");
    assert_null(crmv_model_column(model, "receivables", "date"));
    assert_string_equal(receivables->columns[CRMVI_RECEIVABLE_DUE], "Due");
    assert_int_equal(receivables->reading.notation.point, ',');
    assert_int_equal(receivables->reading.notation.thousands, '.');
    assert_string_equal(crmv_model_setting(model, "receivables", "delimiter"), ";");
    assert_string_equal(crmv_model_setting(model, "events", "encoding"), "ISO-8859-1");
    assert_string_equal(crmv_model_column(model, "events", "text"), "Why");
    assert_null(crmv_model_column(model, "events", "value"));
    assert_true(events->reading.integer_keys);
    assert_int_equal(events->kind_count, 3);
    assert_string_equal(events->kinds[0].text, "notes"); /* a text of the data, no note */
    assert_string_equal(events->kinds[0].name, "complaint");
    assert_string_equal(events->kinds[2].name, "visit");
    assert_true(rates->quoted_foreign);
    assert_int_equal(rates->maximum_age, 7);
    assert_int_equal(rates->reading.notation.point, '.');
    int32_t day = 0;
    assert_true(crmvi_date_read("31.12.1970", 10, &receivables->reading.dates, &day) && day == 364);
    assert_true(crmvi_date_read("19701231", 8, &rates->reading.dates, &day) && day == 364);
    crmv_model_free(model);
}

static void rates_are_quoted_home_and_of_any_age_unless_the_model_says_otherwise(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        MODEL("'money': {'currency': 'EUR'}, 'input': {'rates': {'currency': 'c', 'date': 'd', 'rate': 'r', 'quoted': "
              "'home', 'maximum_age': {'days': 0}}}, 'metrics': {}"));
    assert_false(model->items[CRMVI_RATES].quoted_foreign);
    assert_int_equal(model->items[CRMVI_RATES].maximum_age, 0);
    crmv_model_free(model);
}

static void the_table_names_parents_other_numbers_and_dealers(void **state) {
    (void)state;
    crmv_model *model = model_of_text(INPUT("'customers': {'customer': 'No', 'parent': 'Group', 'alias_of': 'Old', "
                                            "'dealer': 'Partner', 'dealer_share': 'Share'}"));
    assert_string_equal(crmv_model_column(model, "customers", "parent"), "Group");
    assert_string_equal(crmv_model_column(model, "customers", "alias_of"), "Old");
    assert_string_equal(crmv_model_column(model, "customers", "dealer"), "Partner");
    assert_string_equal(crmv_model_column(model, "customers", "dealer_share"), "Share");
    assert_true(model->table.dealer_share == -1);
    crmv_model_free(model);
    model = model_of_text(INPUT("'customers': {'customer': 'No', 'dealer': 'Partner', 'dealer_share': 12.5}"));
    assert_null(crmv_model_column(model, "customers", "dealer_share"));
    assert_null(crmv_model_column(model, "customers", "parent"));
    assert_true(model->table.dealer_share == 12500000);
    crmv_model_free(model);
}

static void a_line_may_be_void(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        INPUT("'transactions': {'customer': 'c', 'date': 'd', 'kind': 'k', 'kinds': {'S': 'sale', 'X': 'void'}}"));
    assert_int_equal(model->layout.kinds[1].kind, CRMVI_KIND_VOID);
    crmv_model_free(model);
}

/* ---- Interest ---------------------------------------------------------------------------------------------------- */

static void one_rate_holds_for_all_time_and_a_year_has_365_days(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL(INTEREST ", 'metrics': {}"));
    assert_int_equal(model->finance_cost.count, 1);
    assert_int_equal(model->finance_cost.periods[0].from, CRMVI_FIRST_DAY);
    assert_int_equal(model->finance_cost.periods[0].rate, 60000);
    assert_int_equal(model->finance_cost.days_in_year, 365);
    crmv_model_free(model);
}

static void rates_of_interest_hold_from_their_days_on(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        MODEL("'finance_cost': {'days_in_year': 360, 'yearly_rate': [{'rate': 0}, {'notes': 'raised', 'from': "
              "'2022-07-27', 'rate': 0.005001}, {'rate': 10, 'from': '2024-01-01'}]}, 'metrics': {}"));
    const crmvi_rate_period *periods = model->finance_cost.periods;
    assert_int_equal(model->finance_cost.count, 3);
    assert_int_equal(model->finance_cost.days_in_year, 360);
    assert_true(periods[0].from == CRMVI_FIRST_DAY && periods[0].rate == 0);
    assert_true(periods[1].from == crmv_day(2022, 7, 27) && periods[1].rate == 5001);
    assert_true(periods[2].from == crmv_day(2024, 1, 1) && periods[2].rate == 10000000);
    crmv_model_free(model);
}

/* ---- Calendar ---------------------------------------------------------------------------------------------------- */

static void a_calendar_is_of_months_or_of_weeks(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL("'calendar': {'year_begins': '02-29'}, 'metrics': {}"));
    assert_int_equal(model->fiscal.kind, CRMVI_FISCAL_MONTHS);
    assert_true(model->fiscal.month == 2 && model->fiscal.day == 29);
    crmv_model_free(model);
    model = model_of_text(MODEL("'calendar': {'weeks': '5-4-4', 'year_ends': {'which': 'nearest', 'month': 12, "
                                "'weekday': 'sunday'}}, 'window': {'fiscal_quarters': 3, 'to_date': true}, 'metrics': "
                                "{'a': {'sum': 'revenue'}, 'b': {'sum': 'revenue', 'window': {'fiscal_years': 2}}}"));
    assert_int_equal(model->fiscal.kind, CRMVI_FISCAL_WEEKS);
    assert_true(model->fiscal.month == 12 && model->fiscal.weekday == 6 && model->fiscal.nearest);
    assert_true(model->fiscal.pattern[0] == 5 && model->fiscal.pattern[1] == 4 && model->fiscal.pattern[2] == 4);
    const crmvi_window *window = &metric_of(model, "a")->window;
    assert_true(window->kind == CRMVI_FISCAL_QUARTERS && window->length == 3 && window->to_date);
    assert_ptr_equal(window->fiscal, &model->fiscal);
    window = &metric_of(model, "b")->window;
    assert_true(window->kind == CRMVI_FISCAL_YEARS && window->length == 2 && !window->to_date);
    crmv_model_free(model);
}

/* ---- Cards ------------------------------------------------------------------------------------------------------- */

static void cards_of_receivables_and_events_are_read(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL(
        "'window': {'months': 12}, " INTEREST ", 'metrics': {"
        "'overdue_days': {'overdue': 'days'}, 'overdue': {'overdue': 'amount'}, 'open': {'receivables': 'open'}, "
        "'late': {'receivables': 'days_late'}, 'dso': {'receivables': 'days_sales_outstanding', 'window': {'days': "
        "90}}, "
        "'complaints': {'event': ['complaint', 'count'], 'per': 'year'}, 'hours': {'event': ['visit', 'sum']}, "
        "'nps': {'event': ['survey', 'mean'], 'window': 'all'}, 'last_nps': {'event': ['survey', 'last']}, "
        "'nps_age': {'event': ['survey', 'age'], 'window': {'years': 2}}, 'cause': {'event': ['churn', 'last'], "
        "'scale': {'categories': {'natural': 0, 'fault': 5}}}, "
        "'marketing': {'sum': ['discount', 'finance_cost'], 'per': 'year'}, 'trend': {'growth': 'finance_cost'}}"));
    const struct {
        const char *name;
        int32_t operation, detail, window;
        uint32_t measures; /* as crmvi_metric_measures has them */
    } expected[] = {
        {"overdue_days", CRMVI_OVERDUE, CRMVI_OVERDUE_DAYS, CRMVI_ALL_HISTORY, 0},
        {"overdue", CRMVI_OVERDUE, CRMVI_OVERDUE_AMOUNT, CRMVI_ALL_HISTORY, 0},
        {"open", CRMVI_RECEIVABLE, CRMVI_OPEN_AMOUNT, CRMVI_ALL_HISTORY, 0},
        {"late", CRMVI_RECEIVABLE, CRMVI_DAYS_LATE, CRMVI_LAST_MONTHS, 0},
        {"dso", CRMVI_RECEIVABLE, CRMVI_DAYS_SALES_OUTSTANDING, CRMVI_LAST_DAYS, UINT32_C(1) << CRMVI_REVENUE},
        {"complaints", CRMVI_EVENT, CRMVI_EVENT_COUNT, CRMVI_LAST_MONTHS, 0},
        {"hours", CRMVI_EVENT, CRMVI_EVENT_SUM, CRMVI_LAST_MONTHS, 0},
        {"nps", CRMVI_EVENT, CRMVI_EVENT_MEAN, CRMVI_ALL_HISTORY, 0},
        {"last_nps", CRMVI_EVENT, CRMVI_EVENT_LAST, CRMVI_ALL_HISTORY, 0},
        {"nps_age", CRMVI_EVENT, CRMVI_EVENT_AGE, CRMVI_LAST_MONTHS, 0},
        {"cause", CRMVI_EVENT, CRMVI_EVENT_LAST, CRMVI_ALL_HISTORY, 0},
        {"marketing", CRMVI_SUM, 0, CRMVI_LAST_MONTHS,
         UINT32_C(1) << CRMVI_DISCOUNT | UINT32_C(1) << CRMVI_FINANCE_COST},
        {"trend", CRMVI_GROWTH, 0, CRMVI_LAST_MONTHS, UINT32_C(1) << CRMVI_FINANCE_COST},
    };
    assert_int_equal(model->metric_count, COUNT(expected));
    for (int32_t i = 0; i < COUNT(expected); i++) {
        const crmvi_metric *metric = metric_of(model, expected[i].name);
        assert_int_equal(metric->operation, expected[i].operation);
        assert_int_equal(metric->detail, expected[i].detail);
        assert_int_equal(metric->window.kind, expected[i].window);
        assert_int_equal(crmvi_metric_measures(metric), expected[i].measures);
    }
    assert_string_equal(metric_of(model, "complaints")->attribute, "complaint");
    assert_true(metric_of(model, "complaints")->per_year);
    assert_true(crmvi_is_category(metric_of(model, "cause")));
    assert_false(crmvi_is_category(metric_of(model, "last_nps")));
    assert_string_equal(crmv_model_label(model, CRMV_METRICS, crmvi_model_metric(model, "cause"), 1), "fault");
    assert_int_equal(model->attribute_count, 0); /* an event's name is no column of the customer table */
    crmv_model_free(model);
}

static void a_category_of_events_serves_conditions(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        MODEL("'metrics': {'cause': {'event': ['churn', 'last'], 'scale': {'categories': {'natural': 0, 'fault': 5}, "
              "'other': 1}}}, 'segments': {'s': {'cases': [{'is': 'x', 'when': {'cause': {'is': ['fault', 'other']}}}, "
              "{'is': 'y'}]}}"));
    const crmvi_condition *condition = model->segments[0].cases[0].when.conditions;
    assert_true(condition->codes[0] == 1 && condition->codes[1] == 2);
    crmv_model_free(model);
}

static void a_date_is_needed_where_interest_or_time_is_counted_to_it(void **state) {
    (void)state;
#define IN_2024 "'window': {'from': '2024-01-01', 'to': '2024-12-31'}"
    const struct {
        const char *text;
        int32_t needs;
    } cases[] = {
        {CARD("'overdue': 'days'"), 1},
        {CARD("'overdue': 'amount'"), 1},
        {CARD("'receivables': 'open'"), 0},
        {CARD("'receivables': 'days_late'"), 0},
        {CARD("'receivables': 'days_late', 'window': {'days': 9}"), 1},
        {CARD("'receivables': 'days_sales_outstanding', " IN_2024), 0},
        {CARD("'event': ['e', 'count']"), 0},
        {CARD("'event': ['e', 'count'], 'per': 'year'"), 1},
        {CARD("'event': ['e', 'last']"), 0},
        {CARD("'event': ['e', 'age']"), 1},
        {CARD("'event': ['e', 'age'], " IN_2024), 1},
        {MODEL(INTEREST ", 'metrics': {}"), 1}, /* of the contribution over all history */
        {MODEL(INTEREST ", " IN_2024 ", 'metrics': {}"), 0},
        {MODEL(INTEREST ", " IN_2024 ", 'metrics': {'a': {'sum': 'finance_cost'}}"), 0},
        {MODEL(INTEREST ", " IN_2024 ", 'metrics': {'a': {'sum': 'finance_cost', 'window': 'all'}}"), 1},
        {MODEL(INTEREST ", " IN_2024 ", 'metrics': {'a': {'sum': 'contribution', 'window': 'all'}}"), 1},
        {MODEL(INTEREST ", " IN_2024 ", 'metrics': {'a': {'sum': 'revenue', 'window': 'all'}}"), 0},
        {CARD("'sum': 'contribution'"), 0},
    };
    for (int32_t i = 0; i < COUNT(cases); i++) {
        crmv_model *model = model_of_text(cases[i].text);
        if (crmv_model_needs_date(model) != cases[i].needs) {
            fail_msg("%s", cases[i].text);
        }
        crmv_model_free(model);
    }
}

/* ---- Printing, and memory ---------------------------------------------------------------------------------------- */

#define EVERYTHING                                                                                                     \
    MODEL("'money': {'currency': 'EUR'}, 'input': {'missing': ['-'], 'transactions': {'customer': 'c', 'date': 'd', "  \
          "'revenue': 'r', 'kind': 'k', 'kinds': {'S': 'sale', 'V': 'void'}}, 'customers': {'customer': 'c', "         \
          "'parent': 'p', 'alias_of': 'o', 'dealer': 'd', 'dealer_share': 2.5}, 'receivables': {'customer': 'c', "     \
          "'amount': 'a', 'due': 'u', 'missing': []}, 'events': {'customer': 'c', 'date': 'd', 'event': 'e', "         \
          "'kinds': {'C': 'complaint'}}, 'rates': {'currency': 'c', 'date': 'd', 'rate': 'r', 'maximum_age': "         \
          "{'days': 9}}}, 'calendar': {'weeks': '4-4-5', 'year_ends': {'weekday': 'friday', 'month': 12, 'which': "    \
          "'nearest'}}, 'finance_cost': {'yearly_rate': [{'rate': 0.05}, {'from': '2024-01-01', 'rate': 0.06}]}, "     \
          "'window': {'fiscal_periods': 12}, 'metrics': {'a': {'overdue': 'days', " LINE "}, 'b': {'event': "          \
          "['complaint', 'count']}, 'c': {'event': ['churn', 'last'], 'scale': {'categories': {'x': 1}}}, 'd': "       \
          "{'sum': 'finance_cost'}}, 'indexes': {'score': {'weights': {'a': 1, 'c': 2}}}")

static void what_is_printed_is_the_same_model(void **state) {
    (void)state;
    crmv_model *model = model_of_text(EVERYTHING);
    char text[8192];
    char again_text[8192];
    char hash[33];
    char again_hash[33];
    assert_int_equal(crmv_model_print(model, text, sizeof text, NULL), CRMV_OK);
    crmv_model *again = model_of(text);
    assert_int_equal(crmv_model_print(again, again_text, sizeof again_text, NULL), CRMV_OK);
    assert_string_equal(text, again_text);
    assert_int_equal(crmv_model_hash(model, hash), CRMV_OK);
    assert_int_equal(crmv_model_hash(again, again_hash), CRMV_OK);
    assert_string_equal(hash, again_hash);
    crmv_model_free(again);
    crmv_model_free(model);
}

static void each_allocation_that_fails_leaves_no_model_and_no_memory(void **state) {
    (void)state;
    char *json = quoted_text(EVERYTHING);
    int32_t status = CRMV_OUT_OF_MEMORY;
    int32_t failures = 0;
    while (OWN_MALLOC && status != CRMV_OK) {
        crmv_model *model = NULL;
        const long before = standing;
        until_failure = failures;
        has_failed = false;
        armed = true;
        status = crmv_model_parse(json, -1, &model, NULL);
        armed = false;
        if (status != CRMV_OK) {
            assert_int_equal(status, CRMV_OUT_OF_MEMORY);
            assert_null(model);
            failures++;
        }
        crmv_model_free(model);
        assert_int_equal(standing, before);
    }
    free(json);
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    assert_true(failures > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_input_the_columns_of_items_bear_the_roles_own_names),
        cmocka_unit_test(input_maps_items_and_their_settings_stand_at_input_or_within_the_feed),
        cmocka_unit_test(rates_are_quoted_home_and_of_any_age_unless_the_model_says_otherwise),
        cmocka_unit_test(the_table_names_parents_other_numbers_and_dealers),
        cmocka_unit_test(a_line_may_be_void),
        cmocka_unit_test(one_rate_holds_for_all_time_and_a_year_has_365_days),
        cmocka_unit_test(rates_of_interest_hold_from_their_days_on),
        cmocka_unit_test(a_calendar_is_of_months_or_of_weeks),
        cmocka_unit_test(cards_of_receivables_and_events_are_read),
        cmocka_unit_test(a_category_of_events_serves_conditions),
        cmocka_unit_test(a_date_is_needed_where_interest_or_time_is_counted_to_it),
        cmocka_unit_test(what_is_printed_is_the_same_model),
        cmocka_unit_test(each_allocation_that_fails_leaves_no_model_and_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
