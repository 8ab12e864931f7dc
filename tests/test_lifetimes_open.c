/* A model whose lifetimes are still to be fitted: what can be had of it all the same, and what cannot. */
#include "lifetime_texts.h"

#include <math.h>
#include <stdbool.h>

/* One customer who came back, and two who did not. */
static crmv_frame *some_customers(const crmv_model *model) {
    static const char *const keys[] = {"k1", "k1", "k2", "k3"};
    static const char *const dates[] = {"2024-01-05", "2024-03-01", "2024-02-20", "2023-12-01"};
    static const char *const amounts[] = {"10", "15.50", "70", "3"};
    const crmv_column columns[] = {strings("customer", keys), strings("date", dates), strings("revenue", amounts)};
    crmv_ledger *ledger = ledger_of(model, 1);
    crmv_frame *frame = NULL;
    take_in(ledger, "all", columns, 3, 4);
    assert_int_equal(crmv_frame_derive(model, ledger, NULL, 0, 0, crmv_day(2024, 3, 15), NULL, &frame, NULL), CRMV_OK);
    crmv_ledger_free(ledger);
    return frame;
}

/* A metric of the ledger and two that one lifetime foretells, all with scales and one with a request. */
#define SCORED                                                                                                         \
    MODEL("'lifetimes': {'l': {'model': 'nbd', 'time_unit': 'day'}}, 'metrics': {'n': {'lifetime': ['l', "             \
          "'purchases'], 'horizon': {'days': 30}, " LINE "}, 'lines': {'count': 'lines', 'scale': {'min_max': {}}}, "  \
          "'rate': {'ratio': ['n', 'lines'], 'scale': {'line': [[0, 0], [1, 1]]}}, 'told': {'lifetime': ['l', "        \
          "'purchases'], 'horizon': {'days': 9}, 'scale': {'min_max': {}}}}, 'indexes': {'score': {'weights': {'n': "  \
          "1, 'lines': 1, 'told': 1}}, 'plain': {'add': ['lines']}}")
#define ANSWER "{'model': 'nbd', 'parameters': {'r': 1, 'alpha': 10}}"

static void expect_points(const crmv_model *model, const crmv_frame *frame, const char *name, const char *open) {
    int64_t points[3];
    crmv_error error = {.struct_size = sizeof error};
    const int32_t status = crmv_model_points(model, frame, name, NULL, points, 3, &error);
    if (status != (open == NULL ? CRMV_OK : CRMV_NOT_FITTED)) {
        fail_msg("%s: %d at %s: %s", name, (int)status, error.place, error.message);
    }
    assert_string_equal(error.place, open == NULL ? "" : open);
}

static void metrics_of_a_lifetime_are_missing_until_it_is_fitted(void **state) {
    (void)state;
    crmv_model *model = model_of_text(SCORED);
    crmv_frame *frame = some_customers(model);
    crmv_missing missing = {.struct_size = sizeof missing};
    assert_int_equal(crmv_frame_missing(frame, "n", &missing), CRMV_OK);
    assert_int_equal(missing.missing, 3);
    assert_int_equal(crmv_frame_missing(frame, "rate", &missing), CRMV_OK);
    assert_int_equal(missing.missing, 3);
    assert_int_equal(crmv_frame_missing(frame, "lines", &missing), CRMV_OK);
    assert_int_equal(missing.missing, 0);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void a_score_names_the_lifetime_that_is_to_be_fitted(void **state) {
    (void)state;
    crmv_model *model = model_of_text(SCORED);
    crmv_frame *frame = some_customers(model);
    crmv_scores *scores = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_score(model, frame, NULL, &scores, &error), CRMV_NOT_FITTED);
    assert_string_equal(error.place, "lifetimes.l");
    assert_string_equal(error.message, "`lifetime` is still to be found: fit the model first");
    assert_null(scores);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void points_need_the_lifetimes_that_they_are_foretold_from_and_no_others(void **state) {
    (void)state;
    crmv_model *model = answered(model_of_text(SCORED), "metrics.lines.scale", "{'line': [[0, 0], [50, 100]]}");
    crmv_frame *frame = some_customers(model);
    expect_points(model, frame, "lines", NULL);
    expect_points(model, frame, "plain", NULL);
    expect_points(model, frame, "n", "lifetimes.l");
    expect_points(model, frame, "rate", "lifetimes.l");
    expect_points(model, frame, "told", "lifetimes.l");
    expect_points(model, frame, "score", "lifetimes.l");
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void calibrating_leaves_lifetimes_open_and_what_needs_them(void **state) {
    (void)state;
    crmv_model *model = model_of_text(SCORED);
    crmv_frame *frame = some_customers(model);
    crmv_model *calibrated = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_model_calibrate(model, frame, NULL, NULL, &calibrated, &error), CRMV_OK);
    assert_int_equal(crmv_model_requests(calibrated), 3);
    for (int32_t i = 0; i < 3; i++) {
        const crmv_request request = request_at(calibrated, i);
        const bool is_plain = strcmp(request.place, "metrics.lines.scale") == 0;
        assert_int_equal(request.state, is_plain ? CRMV_REQUEST_FITTED : CRMV_REQUEST_OPEN);
        assert_int_equal(request.ready, strcmp(request.place, "metrics.told.scale") != 0);
    }
    crmv_model_free(calibrated);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

/* (r + x) / (alpha + T) x 30: with T of 70, 24 and 105 days. */
static void a_fitted_lifetime_foretells(void **state) {
    static const double expected[] = {2.0 / 80 * 30, 1.0 / 34 * 30, 1.0 / 115 * 30};
    (void)state;
    crmv_model *model = answered(model_of_text(SCORED), "lifetimes.l", ANSWER);
    crmv_frame *frame = some_customers(model);
    const double *values = crmv_frame_metric(frame, "n");
    assert_non_null(values);
    for (int32_t i = 0; i < 3; i++) {
        assert_true(fabs(values[i] - expected[i]) <= 1e-14 * expected[i]);
    }
    expect_points(model, frame, "n", NULL);
    expect_points(model, frame, "rate", NULL);
    expect_points(model, frame, "told", "metrics.told.scale");
    crmv_frame_free(frame);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_of_a_lifetime_are_missing_until_it_is_fitted),
        cmocka_unit_test(a_score_names_the_lifetime_that_is_to_be_fitted),
        cmocka_unit_test(points_need_the_lifetimes_that_they_are_foretold_from_and_no_others),
        cmocka_unit_test(calibrating_leaves_lifetimes_open_and_what_needs_them),
        cmocka_unit_test(a_fitted_lifetime_foretells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
