/* What happens afterwards: a model of its own over the days behind the as-of date, and the last such date there is. */
#include "asks.h"
#include "base/calendar.h"
#include "model/model.h"

#define AFTER(span)                                                                                                    \
    MODEL("'metrics': {'a': {'count': 'lines'}}, 'outcomes': {'after': {" span                                         \
          "}, 'metrics': {'x': {'sum': 'revenue'}}}")

static int32_t day_of(int32_t year, int32_t month, int32_t day) {
    int32_t out = 0;
    assert_true(crmvi_day_of(year, month, day, &out));
    return out;
}

/* The outcomes' model as of a day, whose last day is `until`. */
static crmv_model *outcomes_of(const crmv_model *model, int32_t as_of, int32_t until) {
    crmv_model *out = NULL;
    crmv_error error = {.struct_size = sizeof error};
    int32_t last = 0;
    if (crmv_model_outcomes(model, as_of, &out, &last, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    if (last != until) {
        fail_msg("as of %d the last day is %d, not %d", (int)as_of, (int)last, (int)until);
    }
    return out;
}

static void outcomes_are_counted_over_the_days_behind_the_as_of_date(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL(
        "'money': {'currency': 'EUR', 'decimals': 3}, 'input': {'transactions': {'customer': 'C', 'date': 'D', "
        "'revenue': 'R'}}, 'window': {'days': 7}, 'population': 'customers', 'finance_cost': {'yearly_rate': 0.06}, "
        "'metrics': {'a': {'sum': 'revenue', " LINE "}}, 'indexes': {'score': {'weights': {'a': 1}}}, 'outcomes': "
        "{'after': {'days': 30}, 'metrics': {'a': {'sum': ['contribution']}, 'since': {'recency': 'days', 'label': "
        "'quiet'}, 'notes': 'n'}}"));
    const int32_t as_of = day_of(2012, 2, 28);
    crmv_model *outcomes = outcomes_of(model, as_of, day_of(2012, 3, 29));
    assert_int_equal(outcomes->metric_count, 2);
    assert_int_equal(outcomes->metrics[0].window.kind, CRMVI_FROM_TO);
    assert_int_equal(outcomes->metrics[0].window.from, day_of(2012, 2, 29));
    assert_int_equal(outcomes->metrics[0].window.to, day_of(2012, 3, 29));
    assert_int_equal(outcomes->metrics[1].window.kind, CRMVI_ALL_HISTORY);
    assert_string_equal(outcomes->metrics[1].label, "quiet");
    assert_string_equal(crmv_model_currency(outcomes), "EUR");
    assert_int_equal(crmv_model_money_decimals(outcomes), 3);
    assert_string_equal(crmv_model_column(outcomes, "transactions", "revenue"), "R");
    assert_true(outcomes->only_table);
    assert_int_equal(outcomes->finance_cost.count, 1);
    assert_int_equal(outcomes->index_count, 0);
    crmv_model_free(outcomes);
    crmv_model_free(model);
}

static void outcomes_are_known_by_name_in_the_model(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL(OUTCOMES ", 'metrics': {'later': {'count': 'lines'}}"));
    assert_int_equal(model->outcomes.count, 2);
    assert_string_equal(model->outcomes.names[0], "later");
    assert_string_equal(model->outcomes.names[1], "back");
    assert_false(model->outcomes.in_days);
    assert_int_equal(model->outcomes.length, 10);
    assert_int_equal(model->metric_count, 1);
    assert_int_equal(model->attribute_count, 0);
    crmv_model_free(model);
}

/* A month's last day leads to a last day; other days are clamped; and back from there to the latest day. */
static void months_end_where_months_end(void **state) {
    static const struct {
        int32_t from[3], until[3];
    } list[] = {
        {{2012, 1, 31}, {2012, 2, 29}}, {{2012, 1, 30}, {2012, 2, 29}},  {{2012, 1, 28}, {2012, 2, 28}},
        {{2012, 2, 29}, {2012, 3, 31}}, {{2012, 2, 28}, {2012, 3, 28}},  {{2011, 2, 28}, {2011, 3, 31}},
        {{2012, 4, 30}, {2012, 5, 31}}, {{2012, 12, 31}, {2013, 1, 31}}, {{2012, 12, 1}, {2013, 1, 1}},
    };
    (void)state;
    crmv_model *model = model_of_text(AFTER("'months': 1"));
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        const int32_t *from = list[i].from;
        const int32_t *until = list[i].until;
        crmv_model_free(outcomes_of(model, day_of(from[0], from[1], from[2]), day_of(until[0], until[1], until[2])));
    }
    crmv_model_free(model);
}

static int32_t last_as_of(const crmv_model *model, int32_t as_of) {
    crmv_model *out = NULL;
    int32_t until = 0;
    assert_int_equal(crmv_model_outcomes(model, as_of, &out, &until, NULL), CRMV_OK);
    crmv_model_free(out);
    return until;
}

static void the_latest_as_of_date_is_the_last_whose_outcomes_are_all_there(void **state) {
    static const char *const spans[] = {AFTER("'months': 1"), AFTER("'months': 10"), AFTER("'years': 1"),
                                        AFTER("'days': 45")};
    (void)state;
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        crmv_model *model = model_of_text(spans[i]);
        for (int32_t last = day_of(2011, 12, 20); last <= day_of(2013, 4, 5); last++) {
            const int32_t as_of = crmv_model_outcome_day(model, last);
            assert_true(last_as_of(model, as_of) <= last);
            assert_true(last_as_of(model, as_of + 1) > last);
        }
        crmv_model_free(model);
    }
}

static void outcomes_of_no_day_are_attributes_and_what_is_made_of_them(void **state) {
    static const char table[] = "{'crmvalue': 1, 'metrics': {}, 'outcomes': {'after': {'months': 1}, 'metrics': "
                                "{'later': {'attribute': 'Later'},"
                                "'before': {'attribute': 'Before'}, 'more': {'difference': ['later', 'before']}}}}";
    static const char *const of_days[] = {"{'sum': 'revenue'}", "{'since': 'Later', 'in': 'days'}",
                                          "{'recency': 'days'}"};
    (void)state;
    crmv_model *model = model_of_text(table);
    crmv_model_free(outcomes_of(model, CRMV_NO_DATE, CRMV_NO_DATE));
    crmv_model_free(outcomes_of(model, day_of(2012, 1, 31), day_of(2012, 2, 29)));
    crmv_model_free(model);
    for (size_t i = 0; i < sizeof of_days / sizeof of_days[0]; i++) {
        char text[512];
        crmv_model *out = NULL;
        int32_t until = 5;
        crmv_error error = {.struct_size = sizeof error};
        snprintf(text, sizeof text,
                 "{'crmvalue': 1, 'metrics': {}, 'outcomes': {'after': {'months': 1}, 'metrics': {'a': {'attribute': "
                 "'A'}, 'b': %s}}}",
                 of_days[i]);
        model = model_of_text(text);
        assert_int_equal(crmv_model_outcomes(model, CRMV_NO_DATE, &out, &until, &error), CRMV_BAD_ARGUMENT);
        assert_string_equal(error.place, "as_of");
        assert_string_equal(error.message, "is no day, and the outcome `b` is of days");
        assert_null(out);
        assert_int_equal(until, 5);
        crmv_model_free(model);
    }
}

static void days_outside_the_calendar_are_no_as_of_dates(void **state) {
    (void)state;
    crmv_model *model = model_of_text(AFTER("'months': 1"));
    crmv_model *out = NULL;
    int32_t until = 5;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_model_outcomes(model, CRMVI_FIRST_DAY - 1, &out, &until, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_outcomes(model, CRMVI_LAST_DAY + 1, &out, &until, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_outcomes(model, CRMVI_LAST_DAY, &out, &until, &error), CRMV_BAD_ARGUMENT);
    assert_non_null(strstr(error.message, "puts the outcomes' last day outside the years 1 to 9999"));
    assert_int_equal(crmv_model_outcomes(model, day_of(9999, 12, 1), &out, &until, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(until, 5);
    assert_null(out);
    crmv_model_free(outcomes_of(model, day_of(9999, 11, 30), CRMVI_LAST_DAY));
    crmv_model_free(outcomes_of(model, CRMVI_FIRST_DAY, CRMVI_FIRST_DAY + 31));
    assert_int_equal(crmv_model_outcome_day(model, CRMVI_LAST_DAY), day_of(9999, 11, 30));
    assert_int_equal(crmv_model_outcome_day(model, CRMVI_FIRST_DAY + 31), CRMVI_FIRST_DAY);
    assert_int_equal(crmv_model_outcome_day(model, CRMVI_FIRST_DAY + 30), CRMV_NO_DATE);
    assert_int_equal(crmv_model_outcome_day(model, CRMVI_FIRST_DAY - 1), CRMV_NO_DATE);
    assert_int_equal(crmv_model_outcome_day(model, INT32_MAX), CRMV_NO_DATE);
    assert_int_equal(crmv_model_outcome_day(NULL, 0), CRMV_NO_DATE);
    crmv_model_free(model);
    model = model_of_text(AFTER("'years': 9999"));
    assert_int_equal(crmv_model_outcomes(model, CRMVI_LAST_DAY, &out, NULL, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_outcome_day(model, CRMVI_LAST_DAY), CRMV_NO_DATE);
    crmv_model_free(model);
    model = model_of_text(AFTER("'days': 3652059"));
    assert_int_equal(crmv_model_outcomes(model, CRMVI_LAST_DAY, &out, NULL, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_outcome_day(model, CRMVI_LAST_DAY), CRMV_NO_DATE);
    crmv_model_free(model);
}

static void a_model_without_outcomes_has_no_model_of_them(void **state) {
    (void)state;
    crmv_model *model = model_of_text(CARD("'sum': 'revenue'"));
    crmv_model *out = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_model_outcomes(model, 15000, &out, NULL, &error), CRMV_NOT_FOUND);
    assert_string_equal(error.place, "outcomes");
    assert_int_equal(crmv_model_outcome_day(model, 15000), CRMV_NO_DATE);
    assert_int_equal(crmv_model_outcomes(NULL, 15000, &out, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_outcomes(model, 15000, NULL, NULL, NULL), CRMV_BAD_ARGUMENT);
    crmv_model_free(model);
}

/* Sales before the as-of date, on it, on the last day of what comes after it, and behind that. */
static void an_outcome_frame_holds_what_came_after(void **state) {
    static const char *const keys[] = {"k", "k", "k", "k", "k"};
    static const char *const dates[] = {"2012-01-15", "2012-01-31", "2012-02-01", "2012-02-29", "2012-03-01"};
    static const char *const amounts[] = {"1", "10", "100", "1000", "10000"};
    const crmv_column columns[] = {strings("customer", keys), strings("date", dates), strings("revenue", amounts)};
    (void)state;
    crmv_model *model = model_of_text(AFTER("'months': 1"));
    crmv_ledger *ledger = ledger_of(model, 1);
    take_in(ledger, "all", columns, 3, 5);
    crmv_model *outcomes = outcomes_of(model, day_of(2012, 1, 31), day_of(2012, 2, 29));
    crmv_frame *frame = NULL;
    assert_int_equal(crmv_frame_derive(outcomes, ledger, NULL, 0, 0, day_of(2012, 2, 29), NULL, &frame, NULL), CRMV_OK);
    assert_true(crmv_frame_metric(frame, "x")[0] == 1100);
    crmv_frame_free(frame);
    crmv_model_free(outcomes);
    crmv_ledger_free(ledger);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcomes_are_counted_over_the_days_behind_the_as_of_date),
        cmocka_unit_test(outcomes_are_known_by_name_in_the_model),
        cmocka_unit_test(months_end_where_months_end),
        cmocka_unit_test(the_latest_as_of_date_is_the_last_whose_outcomes_are_all_there),
        cmocka_unit_test(outcomes_of_no_day_are_attributes_and_what_is_made_of_them),
        cmocka_unit_test(days_outside_the_calendar_are_no_as_of_dates),
        cmocka_unit_test(a_model_without_outcomes_has_no_model_of_them),
        cmocka_unit_test(an_outcome_frame_holds_what_came_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
