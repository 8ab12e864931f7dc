/* What a model asks for, as the rooms above read it, and what was found as the plain numbers that it is. */
#include "asks.h"
#include "model/model.h"

#include <math.h>

static const crmvi_ask *only_ask(const crmv_model *model) {
    assert_int_equal(model->asks.count, 1);
    return &model->asks.items[0];
}

static crmv_model *scale_asked(const char *text, const crmvi_ask **ask) {
    crmv_model *model = model_of_text(text);
    *ask = only_ask(model);
    assert_int_equal((*ask)->target, CRMVI_ASK_FOR_SCALE);
    assert_int_equal((*ask)->position, 0);
    assert_ptr_equal(model->metrics[0].scale.ask, *ask);
    return model;
}

static void a_scale_that_is_asked_for_has_the_defaults_of_its_request(void **state) {
    static const struct {
        const char *text;
        int32_t kind, knots, classes;
        double spread;
        crmvi_micro minimum_share;
    } list[] = {
        {ASKED_AFTER("'percentile': {}"), CRMVI_ASK_PERCENTILE, 64, 0, 0, 0},
        {ASKED_AFTER("'min_max': {}"), CRMVI_ASK_MIN_MAX, 0, 0, 0, 0},
        {ASKED_AFTER("'z_score': {}"), CRMVI_ASK_Z_SCORE, 0, 0, 3, 0},
        {ASKED_AFTER("'logarithm': {}"), CRMVI_ASK_LOGARITHM, 16, 0, 0, 0},
        {ASKED_AFTER("'quantile_bands': {}"), CRMVI_ASK_QUANTILE_BANDS, 0, 5, 0, 0},
        {ASKED_AFTER("'optimal_bands': {'outcome': 'back'}"), CRMVI_ASK_OPTIMAL_BANDS, 0, 5, 0, 5 * CRMVI_ONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        const crmvi_ask *ask = NULL;
        crmv_model *model = scale_asked(list[i].text, &ask);
        assert_int_equal(ask->kind, list[i].kind);
        assert_int_equal(ask->knots, list[i].knots);
        assert_int_equal(ask->classes, list[i].classes);
        assert_true(ask->spread == list[i].spread);
        assert_int_equal(ask->minimum_share, list[i].minimum_share);
        assert_false(ask->winsorised);
        assert_int_equal(ask->outcome, list[i].kind == CRMVI_ASK_OPTIMAL_BANDS ? 1 : -1);
        assert_int_equal(ask->point_count, 2);
        assert_int_equal(ask->points[0], 0);
        assert_int_equal(ask->points[1], 100 * CRMVI_ONE);
        crmv_model_free(model);
    }
}

static void a_scale_that_is_asked_for_holds_what_its_request_says(void **state) {
    (void)state;
    const crmvi_ask *ask = NULL;
    crmv_model *model = scale_asked(
        ASKED("'logarithm': {'knots': 2, 'winsorise': [2.5, 97.5], 'points': [-1.5, 3]}, 'notes': 'n'"), &ask);
    assert_int_equal(ask->knots, 2);
    assert_true(ask->winsorised && ask->winsor_low == 2.5 && ask->winsor_high == 97.5);
    assert_int_equal(ask->points[0], -1500000);
    assert_int_equal(ask->points[1], 3000000);
    assert_string_equal(ask->place, "metrics.a.scale");
    assert_string_equal(ask->text, "{\"logarithm\":{\"knots\":2,\"points\":[-1.5,3],\"winsorise\":[2.5,97.5]}}");
    crmv_model_free(model);
    model = scale_asked(ASKED("'quantile_bands': {'points': [9, 5, 1], 'classes': 3, 'notes': 'no'}"), &ask);
    assert_int_equal(ask->point_count, 3);
    assert_int_equal(ask->points[0], 9 * CRMVI_ONE);
    assert_int_equal(ask->points[2], CRMVI_ONE);
    assert_string_equal(ask->text, "{\"quantile_bands\":{\"classes\":3,\"points\":[9,5,1]}}");
    crmv_model_free(model);
    model = scale_asked(ASKED("'z_score': {'spread': 2.5}"), &ask);
    assert_true(ask->spread == 2.5);
    crmv_model_free(model);
}

static void where_lower_is_better_the_lowest_value_earns_100(void **state) {
    (void)state;
    const crmvi_ask *ask = NULL;
    crmv_model *model = scale_asked(ASKED_BETTER("lower", "'percentile': {}"), &ask);
    assert_int_equal(ask->points[0], 100 * CRMVI_ONE);
    assert_int_equal(ask->points[1], 0);
    crmv_model_free(model);
    model = scale_asked(ASKED_BETTER("lower", "'percentile': {'points': [1, 2]}"), &ask);
    assert_int_equal(ask->points[0], CRMVI_ONE);
    crmv_model_free(model);
}

static void an_open_scale_has_no_band_and_the_bounds_of_its_points(void **state) {
    (void)state;
    crmv_model *model =
        model_of_text(CARD("'sum': 'revenue', 'missing': 'worst', 'scale': {'quantile_bands': {'points': [7, -2]}}"));
    const crmvi_metric *metric = &model->metrics[0];
    crmvi_micro points = 0;
    assert_int_equal(metric->scale.count, 0);
    assert_int_equal(crmvi_scale_points(&metric->scale, 5, &points), -1);
    assert_int_equal(metric->scale.lowest, -2 * CRMVI_ONE);
    assert_int_equal(metric->scale.highest, 7 * CRMVI_ONE);
    assert_int_equal(metric->missing_points, -2 * CRMVI_ONE);
    crmv_model_free(model);
}

static void a_request_never_makes_an_attribute_a_category(void **state) {
    (void)state;
    crmv_model *model = model_of_text(CARD("'attribute': 'A', 'scale': {'percentile': {}}"));
    assert_false(crmvi_is_category(&model->metrics[0]));
    crmv_model_free(model);
}

static void weights_that_are_asked_for_know_their_members_in_the_order_of_the_request(void **state) {
    (void)state;
    crmv_model *model = model_of_text(WEIGHED("'rank_order_centroid': {'of': ['b', 'a']}, 'x-why': 1"));
    const crmvi_ask *ask = only_ask(model);
    const crmvi_index *index = &model->indexes[0];
    assert_int_equal(ask->kind, CRMVI_ASK_CENTROID);
    assert_int_equal(ask->target, CRMVI_ASK_FOR_WEIGHTS);
    assert_int_equal(ask->of_count, 2);
    assert_int_equal(index->members[ask->of[0]].position, 1);
    assert_int_equal(index->members[ask->of[1]].position, 0);
    assert_int_equal(index->members[0].weight, 0);
    assert_int_equal(index->lowest, 0);
    assert_int_equal(index->highest, 100 * CRMVI_ONE);
    assert_string_equal(ask->place, "indexes.score.weights");
    crmv_model_free(model);
}

static void judgements_and_outcomes_hold_what_they_say(void **state) {
    (void)state;
    crmv_model *model = model_of_text(
        WEIGHED("'ahp': {'of': ['a', 'b'], 'judgements': [['b', 'a', 0.25]], 'method': 'column_mean', 'random_index': "
                "'alonso_lamata'}"));
    assert_int_equal(only_ask(model)->method, 3);
    assert_int_equal(only_ask(model)->random_index, 3);
    crmv_model_free(model);
    model = model_of_text(WEIGHED("'ahp': {'of': ['a'], 'judgements': []}"));
    assert_int_equal(only_ask(model)->method, 1);
    assert_int_equal(only_ask(model)->random_index, 1);
    crmv_model_free(model);
    model = model_of_text(WEIGHED("'outcome': {'of': ['a', 'b'], 'explain': 'back', 'by': 'rank_correlation', "
                                  "'held_out': 12.5}"));
    assert_int_equal(only_ask(model)->outcome, 1);
    assert_true(only_ask(model)->by_rank);
    assert_int_equal(only_ask(model)->held_out, 12500000);
    crmv_model_free(model);
    model = model_of_text(WEIGHED("'outcome': {'of': ['a'], 'explain': 'later'}"));
    assert_int_equal(only_ask(model)->outcome, 0);
    assert_false(only_ask(model)->by_rank);
    assert_int_equal(only_ask(model)->held_out, 30 * CRMVI_ONE);
    crmv_model_free(model);
}

static void a_metric_that_is_called_like_a_request_has_a_plain_weight(void **state) {
    (void)state;
    crmv_model *model = model_of_text(MODEL("'metrics': {'entropy': {'sum': 'revenue', " LINE "}, 'fitted': {'count': "
                                            "'lines', " LINE "}}, 'indexes': {'score': {'weights': {'entropy': 2, "
                                            "'fitted': 3}}}"));
    assert_int_equal(model->asks.count, 0);
    assert_int_equal(model->indexes[0].members[0].weight, 2 * CRMVI_ONE);
    crmv_model_free(model);
}

static void tiers_that_are_asked_for_have_names_and_take_nobody(void **state) {
    (void)state;
    crmv_model *model = model_of_text(BESIDE("'tiers': {'shares': [['x', 5], ['y', 15.5], ['z', null]]}, 'rules': "
                                             "[{'name': 'r', 'when': {'tier': {'is': 'x'}}, 'then': {'cap': 'y'}}]"));
    const crmvi_ask *ask = only_ask(model);
    assert_int_equal(ask->target, CRMVI_ASK_FOR_TIERS);
    assert_int_equal(ask->position, -1);
    assert_int_equal(ask->classes, 3);
    assert_string_equal(ask->names[2], "z");
    assert_int_equal(ask->shares[1], 15500000);
    assert_int_equal(model->tier_count, 3);
    assert_string_equal(crmv_model_item(model, CRMV_TIERS, 1), "y");
    assert_true(model->tiers[2].cut == INT64_MAX);
    assert_ptr_equal(model->tiers_ask, ask);
    crmv_model_free(model);
    model = model_of_text(ASKED_TIERS("'abc': {'names': [['A', 80], ['B', 95], ['C', null]], 'side': 'including'}"));
    assert_true(only_ask(model)->including);
    assert_int_equal(only_ask(model)->shares[1], 95 * CRMVI_ONE);
    crmv_model_free(model);
}

static void classes_by_a_number_are_a_grid_of_one_column(void **state) {
    (void)state;
    crmv_model *model = model_of_text(CLASSES("'by': 'a', 'cuts': [['A', 10000], ['B', 2000.125], ['C', null]]"));
    const crmvi_segment *segment = &model->segments[0];
    assert_true(segment->is_grid);
    assert_int_equal(segment->rows.count, 2);
    assert_int_equal(segment->columns.count, 0);
    assert_int_equal(segment->columns.position, segment->rows.position);
    assert_true(segment->rows.cuts[0].value == 2000.125 && segment->rows.cuts[1].value == 10000);
    assert_int_equal(segment->cells[0], 2);
    assert_int_equal(segment->cells[2], 0);
    assert_string_equal(crmv_model_label(model, CRMV_SEGMENTS, 0, 0), "A");
    assert_null(segment->ask);
    crmv_model_free(model);
    model = model_of_text(CLASSES("'by': 'score', 'natural_breaks': ['hi', 'lo']"));
    const crmvi_ask *ask = only_ask(model);
    assert_int_equal(ask->target, CRMVI_ASK_FOR_CLASSES);
    assert_string_equal(ask->place, "segments.s");
    assert_ptr_equal(model->segments[0].ask, ask);
    assert_int_equal(model->segments[0].name_count, 2);
    assert_int_equal(model->segments[0].cells[0], -1);
    assert_true(isinf(model->segments[0].rows.cuts[0].value));
    crmv_model_free(model);
}

static void requests_stand_in_the_order_in_which_they_can_be_answered(void **state) {
    static const struct {
        const char *operation, *place;
        int32_t by, ready, needs_frame, needs_outcome;
    } list[] = {
        {"percentile", "metrics.a.scale", CRMV_BY_CALIBRATION, 1, 1, 0},
        {"optimal_bands", "metrics.c.scale", CRMV_BY_CALIBRATION, 1, 1, 1},
        {"ahp", "indexes.plain.weights", CRMV_BY_FIT, 1, 0, 0},
        {"outcome", "indexes.told.weights", CRMV_BY_FIT, 1, 1, 1},
        {"entropy", "indexes.now.weights", CRMV_BY_CALIBRATION, 0, 1, 0},
        {"critic", "indexes.score.weights", CRMV_BY_CALIBRATION, 0, 1, 0},
        {"quantiles", "tiers", CRMV_BY_CALIBRATION, 0, 1, 0},
        {"k_means", "segments.s", CRMV_BY_CALIBRATION, 0, 1, 0},
    };
    enum { COUNT = sizeof list / sizeof list[0] };
    (void)state;
    crmv_model *model = model_of_text(EVERYTHING);
    assert_int_equal(crmv_model_requests(model), COUNT);
    for (int32_t i = 0; i < COUNT; i++) {
        const crmv_request request = request_at(model, i);
        assert_string_equal(request.operation, list[i].operation);
        assert_string_equal(request.place, list[i].place);
        assert_int_equal(request.state, CRMV_REQUEST_OPEN);
        assert_int_equal(request.by, list[i].by);
        assert_int_equal(request.ready, list[i].ready);
        assert_int_equal(request.needs_frame, list[i].needs_frame);
        assert_int_equal(request.needs_outcome, list[i].needs_outcome);
    }
    crmv_model_free(model);
}

static void a_request_is_told_only_where_there_is_one(void **state) {
    (void)state;
    crmv_model *model = model_of_text(EVERYTHING);
    crmv_request request = {.struct_size = sizeof request};
    assert_int_equal(crmv_model_request(model, -1, &request), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_request(model, 8, &request), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_request(NULL, 0, &request), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_request(model, 0, NULL), CRMV_BAD_ARGUMENT);
    request.struct_size = 8;
    assert_int_equal(crmv_model_request(model, 0, &request), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_requests(NULL), 0);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scale_that_is_asked_for_has_the_defaults_of_its_request),
        cmocka_unit_test(a_scale_that_is_asked_for_holds_what_its_request_says),
        cmocka_unit_test(where_lower_is_better_the_lowest_value_earns_100),
        cmocka_unit_test(an_open_scale_has_no_band_and_the_bounds_of_its_points),
        cmocka_unit_test(a_request_never_makes_an_attribute_a_category),
        cmocka_unit_test(weights_that_are_asked_for_know_their_members_in_the_order_of_the_request),
        cmocka_unit_test(judgements_and_outcomes_hold_what_they_say),
        cmocka_unit_test(a_metric_that_is_called_like_a_request_has_a_plain_weight),
        cmocka_unit_test(tiers_that_are_asked_for_have_names_and_take_nobody),
        cmocka_unit_test(classes_by_a_number_are_a_grid_of_one_column),
        cmocka_unit_test(requests_stand_in_the_order_in_which_they_can_be_answered),
        cmocka_unit_test(a_request_is_told_only_where_there_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
