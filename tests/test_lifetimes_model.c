/* Lifetimes in a model: what is read, what is the default, and what callers get to see of it. */
#include "lifetime_texts.h"
#include "model/model.h"

#include <math.h>

enum { DAY = 1, WEEK = 7 };

/* ---- Lifetimes --------------------------------------------------------------------------------------------------- */

static void a_lifetime_has_candidates_a_unit_and_spend(void **state) {
    (void)state;
    crmv_model *model = model_of_text(FORETOLD);
    assert_int_equal(model->lifetime_count, 2);
    const crmvi_lifetime_card *orders = &model->lifetimes[0];
    const crmvi_lifetime_card *worth = &model->lifetimes[1];
    assert_string_equal(orders->name, "orders");
    assert_int_equal(orders->position, 0);
    assert_int_equal(orders->candidate_count, 2);
    assert_int_equal(orders->candidates[0], CRMV_BG_NBD);
    assert_int_equal(orders->candidates[1], CRMV_NBD);
    assert_true(orders->unit_days == DAY && orders->penalty == 0.5);
    assert_int_equal(orders->spend.model, 0);
    assert_int_equal(worth->position, 1);
    assert_int_equal(worth->candidate_count, 1);
    assert_int_equal(worth->candidates[0], CRMV_PARETO_NBD);
    assert_true(worth->unit_days == WEEK && worth->penalty == 0);
    assert_int_equal(worth->spend.model, CRMV_GAMMA_GAMMA);
    assert_int_equal(worth->spend.measures, 1 << CRMVI_REVENUE | 1 << CRMVI_DISCOUNT);
    assert_true(worth->spend.first_purchase && worth->spend.penalty == 2);
    assert_int_equal(crmvi_model_find_lifetime(model, "worth"), 1);
    assert_int_equal(crmvi_model_find_lifetime(model, "alive"), -1);
    crmv_model_free(model);
}

static void a_year_is_365_and_a_quarter_days(void **state) {
    (void)state;
    crmv_model *model = model_of_text(LIFETIME("'model': 'nbd', 'time_unit': 'year'"));
    assert_true(model->lifetimes[0].unit_days == 365.25);
    crmv_model_free(model);
}

static void the_first_purchase_does_not_count_for_spend_unless_the_model_says_so(void **state) {
    (void)state;
    crmv_model *model = model_of_text(TOLD("'lifetime': ['l', 'spend']"));
    assert_false(model->lifetimes[0].spend.first_purchase);
    crmv_model_free(model);
}

static void a_model_with_a_lifetime_needs_an_as_of_date(void **state) {
    (void)state;
    crmv_model *without = model_of_text(MODEL("'lifetimes': {}, 'metrics': {}"));
    crmv_model *with = model_of_text(LIFETIME("'model': 'nbd'"));
    assert_int_equal(crmv_model_needs_date(without), 0);
    assert_int_equal(crmv_model_needs_date(with), 1);
    crmv_model_free(without);
    crmv_model_free(with);
}

static void notes_are_kept_and_are_no_lifetimes(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        MODEL("'lifetimes': {'notes': 'by Ehrenberg', 'l': {'model': 'nbd', 'x-who': 1}}, 'metrics': {}"));
    assert_int_equal(crmv_model_lifetimes(model), 1);
    char *text = printed_model(model);
    assert_non_null(strstr(text, "by Ehrenberg"));
    assert_non_null(strstr(text, "x-who"));
    free(text);
    crmv_model_free(model);
}

/* ---- Metrics ----------------------------------------------------------------------------------------------------- */

static void a_card_says_what_is_foretold_and_how_far_ahead(void **state) {
    (void)state;
    crmv_model *model = model_of_text(FORETOLD);
    const crmvi_metric *alive = &model->metrics[0];
    const crmvi_metric *value = &model->metrics[1];
    assert_int_equal(alive->operation, CRMVI_LIFETIME);
    assert_int_equal(alive->detail, CRMVI_LIFETIME_P_ALIVE);
    assert_ptr_equal(alive->lifetime, &model->lifetimes[0]);
    assert_true(alive->ahead.in_months && alive->ahead.length == 6);
    assert_false(alive->standard_error);
    assert_int_equal(value->detail, CRMVI_LIFETIME_VALUE);
    assert_ptr_equal(value->lifetime, &model->lifetimes[1]);
    assert_int_equal(value->ahead.length, 0);
    assert_true(value->yearly_discount == 0.1);
    assert_null(model->metrics[3].lifetime);
    crmv_model_free(model);
}

/* Weeks and years are days and months. */
static void expect_ahead(const char *card, bool in_months, int32_t length) {
    crmv_model *model = model_of_text(card);
    assert_int_equal(model->metrics[0].ahead.in_months, in_months);
    assert_int_equal(model->metrics[0].ahead.length, length);
    crmv_model_free(model);
}

static void a_horizon_is_in_days_weeks_months_or_years(void **state) {
    (void)state;
    expect_ahead(TOLD("'lifetime': ['l', 'purchases'], 'horizon': {'days': 90}"), false, 90);
    expect_ahead(TOLD("'lifetime': ['l', 'purchases'], 'horizon': {'weeks': 39}"), false, 273);
    expect_ahead(TOLD("'lifetime': ['l', 'purchases'], 'horizon': {'months': 12}"), true, 12);
    expect_ahead(TOLD("'lifetime': ['l', 'purchases'], 'horizon': {'years': 3}"), true, 36);
    expect_ahead(TOLD("'lifetime': ['l', 'churn'], 'ahead': {'years': 1}"), true, 12);
    expect_ahead(TOLD("'lifetime': ['l', 'discounted_purchases'], 'horizon': {'days': 1}"), false, 1);
}

/* As windows do backwards: a month after a month's last day is a last day, and other days are clamped. */
static void months_end_by_the_calendar(void **state) {
    const crmvi_stretch month = {.in_months = true, .length = 1};
    const crmvi_stretch year = {.in_months = true, .length = 12};
    const crmvi_stretch weeks = {.in_months = false, .length = 14};
    (void)state;
    assert_int_equal(crmvi_stretch_days(&month, crmv_day(2011, 1, 31)), 28);
    assert_int_equal(crmvi_stretch_days(&month, crmv_day(2011, 2, 28)), 31);
    assert_int_equal(crmvi_stretch_days(&month, crmv_day(2012, 1, 30)), 30);
    assert_int_equal(crmvi_stretch_days(&year, crmv_day(2011, 3, 1)), 366);
    assert_int_equal(crmvi_stretch_days(&year, crmv_day(2012, 3, 1)), 365);
    assert_int_equal(crmvi_stretch_days(&weeks, crmv_day(2012, 3, 1)), 14);
    assert_int_equal(crmvi_stretch_days(&year, crmv_day(9999, 12, 31)), 366); /* 10000 is a leap year */
}

static void what_is_foretold_is_better_higher_but_churn_and_errors(void **state) {
    static const struct {
        const char *text;
        int32_t better;
    } cards[] = {
        {TOLD("'lifetime': ['l', 'p_alive']"), CRMVI_HIGHER},
        {TOLD("'lifetime': ['l', 'spend']"), CRMVI_HIGHER},
        {TOLD("'lifetime': ['l', 'churn']"), CRMVI_LOWER},
        {TOLD("'lifetime': ['l', 'churn'], 'standard_error': true"), CRMVI_UNSAID},
        {TOLD("'lifetime': ['l', 'p_alive'], 'better': 'lower', 'scale': {'min_max': {}}"), CRMVI_LOWER},
        {TOLD("'sum': 'revenue'"), CRMVI_UNSAID},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cards / sizeof cards[0]; i++) {
        crmv_model *model = model_of_text(cards[i].text);
        assert_int_equal(model->metrics[0].better, cards[i].better);
        crmv_model_free(model);
    }
}

static void a_scale_of_churn_that_is_asked_for_rises_towards_those_who_stay(void **state) {
    (void)state;
    crmv_model *model = model_of_text(TOLD("'lifetime': ['l', 'churn'], 'scale': {'min_max': {}}"));
    const crmvi_ask *ask = model->metrics[0].scale.ask;
    assert_int_equal(ask->points[0], 100 * CRMVI_ONE);
    assert_int_equal(ask->points[1], 0);
    crmv_model_free(model);
}

/* Names are spaces of their own: nothing of a result is called by a lifetime's name. */
static void a_lifetime_and_a_metric_can_have_one_name(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        MODEL("'lifetimes': {'score': {'model': 'nbd'}, 'tier': {'model': 'bg_nbd'}}, 'metrics': {'m': {'lifetime': "
              "['score', 'p_alive'], " LINE "}, 'tiers': {'lifetime': ['tier', 'churn']}}, 'indexes': {'score': "
              "{'weights': {'m': 1}}}, " TIERS));
    assert_ptr_equal(model->metrics[0].lifetime, &model->lifetimes[0]);
    assert_ptr_equal(model->metrics[1].lifetime, &model->lifetimes[1]);
    assert_string_equal(request_at(model, 0).place, "lifetimes.score");
    assert_string_equal(request_at(model, 1).place, "lifetimes.tier");
    crmv_model_free(model);
}

/* ---- What was fitted --------------------------------------------------------------------------------------------- */

static void an_answer_is_the_lifetimes_parameters(void **state) {
    (void)state;
    crmv_model *model = lifetimes_answered();
    const crmv_lifetime *orders = &model->lifetimes[0].fitted;
    const crmv_lifetime *worth = &model->lifetimes[1].fitted;
    const crmv_spend *spend = &model->lifetimes[1].spend.fitted;
    assert_int_equal(orders->struct_size, sizeof *orders);
    assert_int_equal(orders->model, CRMV_BG_NBD);
    assert_true(orders->parameters[0] == 0.243 && orders->parameters[3] == 2.426);
    assert_true(orders->covariance[0] == 0.4 && orders->covariance[1] == 0.3 && orders->covariance[4] == 0.3);
    assert_true(orders->covariance[10] == 5 && isnan(orders->covariance[11]) && orders->covariance[15] == 7);
    assert_int_equal(worth->model, CRMV_PARETO_NBD);
    assert_true(worth->parameters[2] == 0.606 && worth->parameters[3] == 11.669);
    assert_true(isnan(worth->covariance[0]) && isnan(worth->covariance[15]));
    assert_int_equal(spend->struct_size, sizeof *spend);
    assert_int_equal(spend->model, CRMV_GAMMA_GAMMA);
    assert_true(spend->parameters[0] == 6.25 && spend->parameters[1] == 3.744 && spend->parameters[2] == 15.447);
    assert_true(isnan(spend->covariance[8]));
    crmv_model_free(model);
}

static void the_covariance_of_fewer_parameters_lies_four_to_a_row(void **state) {
    (void)state;
    crmv_model *model = model_of_text(FORETOLD);
    model = answered(model, "lifetimes.orders",
                     "{'model': 'nbd', 'parameters': {'r': 1, 'alpha': 2}, 'covariance': [[3, 4], [4, 5]]}");
    const crmv_lifetime *orders = &model->lifetimes[0].fitted;
    assert_int_equal(orders->model, CRMV_NBD);
    assert_true(orders->covariance[0] == 3 && orders->covariance[1] == 4);
    assert_true(orders->covariance[4] == 4 && orders->covariance[5] == 5);
    assert_true(isnan(orders->covariance[2]) && isnan(orders->covariance[15]));
    crmv_model_free(model);
}

static void the_mean_of_a_normal_spend_can_be_below_0(void **state) {
    (void)state;
    crmv_model *model = model_of_text(TOLD("'lifetime': ['l', 'spend']"));
    model = answered(model, "lifetimes.l",
                     "{'model': 'bg_nbd', 'parameters': {'r': 1, 'alpha': 2, 'a': 3, 'b': 4}, 'spend': {'parameters': "
                     "{'mean': -12.5, 'between': 3, 'within': 40}, 'covariance': [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}}");
    const crmv_spend *spend = &model->lifetimes[0].spend.fitted;
    assert_true(spend->parameters[0] == -12.5 && spend->parameters[2] == 40 && spend->covariance[8] == 1);
    crmv_model_free(model);
}

static void lifetimes_are_the_same_where_histories_and_parameters_are(void **state) {
    (void)state;
    crmv_model *open = model_of_text(FORETOLD);
    crmv_model *first = lifetimes_answered();
    crmv_model *second = foretold_answered();
    assert_true(crmvi_same_lifetime(&first->lifetimes[0], &second->lifetimes[0]));
    assert_true(crmvi_same_lifetime(&first->lifetimes[1], &second->lifetimes[1]));
    assert_true(crmvi_same_histories(&open->lifetimes[1], &first->lifetimes[1]));
    assert_false(crmvi_same_lifetime(&open->lifetimes[1], &first->lifetimes[1]));
    assert_false(crmvi_same_histories(&first->lifetimes[0], &first->lifetimes[1]));
    crmv_model_free(open);
    crmv_model_free(first);
    crmv_model_free(second);
}

/* ---- For callers ------------------------------------------------------------------------------------------------- */

static void callers_see_a_lifetime_and_what_was_fitted(void **state) {
    (void)state;
    crmv_model *model = lifetimes_answered();
    crmv_lifetime_card card = {.struct_size = sizeof card};
    assert_int_equal(crmv_model_lifetimes(model), 2);
    assert_int_equal(crmv_model_lifetime(model, 0, &card), CRMV_OK);
    assert_string_equal(card.name, "orders");
    assert_int_equal(card.struct_size, sizeof card);
    assert_string_equal(request_at(model, card.request).place, "lifetimes.orders");
    assert_int_equal(card.state, CRMV_REQUEST_FITTED);
    assert_int_equal(card.candidates, 2);
    assert_int_equal(card.models[0], CRMV_BG_NBD);
    assert_int_equal(card.models[1], CRMV_NBD);
    assert_int_equal(card.models[2], 0);
    assert_int_equal(card.spend_model, 0);
    assert_true(card.unit_days == DAY && card.penalty == 0.5);
    assert_int_equal(card.lifetime.model, CRMV_BG_NBD);
    assert_int_equal(card.spend.model, 0);
    assert_int_equal(crmv_model_lifetime(model, 1, &card), CRMV_OK);
    assert_int_equal(card.spend_model, CRMV_GAMMA_GAMMA);
    assert_int_equal(card.first_purchase, 1);
    assert_true(card.spend_penalty == 2);
    assert_true(card.spend.parameters[1] == 3.744);
    crmv_model_free(model);
}

static void callers_see_that_a_lifetime_is_open(void **state) {
    (void)state;
    crmv_model *model = model_of_text(FORETOLD);
    crmv_lifetime_card card = {.struct_size = sizeof card};
    assert_int_equal(crmv_model_lifetime(model, 1, &card), CRMV_OK);
    assert_int_equal(card.state, CRMV_REQUEST_OPEN);
    assert_int_equal(card.lifetime.model, 0);
    assert_int_equal(card.spend.model, 0);
    crmv_model_free(model);
}

static void what_is_no_lifetime_is_a_bad_argument(void **state) {
    (void)state;
    crmv_model *model = model_of_text(FORETOLD);
    crmv_lifetime_card card = {.struct_size = sizeof card};
    crmv_lifetime_card small = {.struct_size = sizeof card - 8};
    assert_int_equal(crmv_model_lifetime(NULL, 0, &card), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_lifetime(model, 0, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_lifetime(model, -1, &card), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_lifetime(model, 2, &card), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_lifetime(model, 0, &small), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_lifetimes(NULL), 0);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lifetime_has_candidates_a_unit_and_spend),
        cmocka_unit_test(a_year_is_365_and_a_quarter_days),
        cmocka_unit_test(the_first_purchase_does_not_count_for_spend_unless_the_model_says_so),
        cmocka_unit_test(a_model_with_a_lifetime_needs_an_as_of_date),
        cmocka_unit_test(notes_are_kept_and_are_no_lifetimes),
        cmocka_unit_test(a_card_says_what_is_foretold_and_how_far_ahead),
        cmocka_unit_test(a_horizon_is_in_days_weeks_months_or_years),
        cmocka_unit_test(months_end_by_the_calendar),
        cmocka_unit_test(what_is_foretold_is_better_higher_but_churn_and_errors),
        cmocka_unit_test(a_scale_of_churn_that_is_asked_for_rises_towards_those_who_stay),
        cmocka_unit_test(a_lifetime_and_a_metric_can_have_one_name),
        cmocka_unit_test(an_answer_is_the_lifetimes_parameters),
        cmocka_unit_test(the_covariance_of_fewer_parameters_lies_four_to_a_row),
        cmocka_unit_test(the_mean_of_a_normal_spend_can_be_below_0),
        cmocka_unit_test(lifetimes_are_the_same_where_histories_and_parameters_are),
        cmocka_unit_test(callers_see_a_lifetime_and_what_was_fitted),
        cmocka_unit_test(callers_see_that_a_lifetime_is_open),
        cmocka_unit_test(what_is_no_lifetime_is_a_bad_argument),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
