#include "model/model.h"
#include "model_texts.h"

#include <math.h>
#include <stdio.h>

/* Points that no scale gives, to see what is left alone. */
enum { UNTOUCHED = 77 };

typedef struct earned {
    int32_t place;
    crmvi_micro points;
} earned;

static earned earn(const crmv_model *model, double value) {
    earned e = {0, UNTOUCHED};
    e.place = crmvi_scale_points(&model->metrics[0].scale, value, &e.points);
    return e;
}

static void expect_points(const crmv_model *model, double value, int32_t place, crmvi_micro points) {
    const earned e = earn(model, value);
    if (e.place != place || e.points != points) {
        fail_msg("%g gave place %d and %lld, not %d and %lld", value, (int)e.place, (long long)e.points, (int)place,
                 (long long)points);
    }
}

static void a_band_takes_its_from_and_not_its_to(void **state) {
    (void)state;
    crmv_model *model =
        model_of_text(SCALE("'bands': [{'points': 1}, {'from': 0, 'points': 2}, {'from': 10, 'points': 3}]"));
    expect_points(model, -1e308, 0, 1000000);
    expect_points(model, nextafter(0, -1), 0, 1000000);
    expect_points(model, -0.0, 1, 2000000);
    expect_points(model, 0, 1, 2000000);
    expect_points(model, nextafter(10, 0), 1, 2000000);
    expect_points(model, 10, 2, 3000000);
    expect_points(model, 1e308, 2, 3000000);
    crmv_model_free(model);
}

static void a_value_in_no_band_is_told_and_earns_nothing(void **state) {
    (void)state;
    crmv_model *model =
        model_of_text(SCALE("'bands': [{'from': 10, 'to': 59, 'points': 15}, {'from': 60, 'to': 80, 'points': 30}]"));
    expect_points(model, 9.999, -1, UNTOUCHED);
    expect_points(model, 10, 0, 15000000);
    expect_points(model, 59, -1, UNTOUCHED);
    expect_points(model, 59.5, -1, UNTOUCHED);
    expect_points(model, 60, 1, 30000000);
    expect_points(model, 80, -1, UNTOUCHED);
    crmv_model_free(model);
}

static void where_bands_overlap_the_one_that_begins_last_wins(void **state) {
    (void)state;
    crmv_model *model =
        model_of_text(SCALE("'bands': [{'from': 0, 'to': 20, 'points': 1}, {'from': 10, 'points': 2}]"));
    expect_points(model, 9, 0, 1000000);
    expect_points(model, 15, 1, 2000000);
    crmv_model_free(model);
}

static void a_line_is_straight_between_its_knots_and_flat_outside(void **state) {
    (void)state;
    crmv_model *model = model_of_text(SCALE("'line': [[0, 10], [10, 100], [20, -5]]"));
    expect_points(model, -1e300, 0, 10000000);
    expect_points(model, 0, 0, 10000000);
    expect_points(model, 5, 0, 55000000);
    expect_points(model, 0.1, 0, 10900000);
    expect_points(model, 10, 1, 100000000);
    expect_points(model, 15, 1, 47500000);
    expect_points(model, 20, 1, -5000000);
    expect_points(model, 1e300, 1, -5000000);
    crmv_model_free(model);
}

static void points_on_a_line_are_rounded_half_to_even(void **state) {
    (void)state;
    crmv_model *model = model_of_text(SCALE("'line': [[0, 0], [4, 0.000002]]"));
    expect_points(model, 1, 0, 0); /* half a millionth */
    expect_points(model, 2, 0, 1);
    expect_points(model, 3, 0, 2); /* one and a half */
    crmv_model_free(model);
    model = model_of_text(SCALE("'line': [[0, 0], [3, 30]]"));
    expect_points(model, 1, 0, 10000000);
    expect_points(model, 2, 0, 20000000);
    crmv_model_free(model);
    model = model_of_text(SCALE("'line': [[0, 0], [3, 100]]"));
    expect_points(model, 1, 0, 33333333);
    expect_points(model, 2, 0, 66666667);
    crmv_model_free(model);
}

static void knots_as_far_apart_as_numbers_go_overflow_nowhere(void **state) {
    (void)state;
    crmv_model *model = model_of_text(SCALE("'line': [[-9e299, -1000000], [9e299, 1000000]]"));
    expect_points(model, 0, 0, 0);
    expect_points(model, 4.5e299, 0, 500000000000);
    expect_points(model, -9e299, 0, -1000000000000);
    crmv_model_free(model);
    model = model_of_text(SCALE("'line': [[1e-299, 0], [2e-299, 10]]"));
    expect_points(model, 1.5e-299, 0, 5000000);
    crmv_model_free(model);
}

static void a_line_never_leaves_its_knots_points(void **state) {
    (void)state;
    crmv_model *model = model_of_text(SCALE("'line': [[0.1, 33.3], [0.7, 33.300001], [1e6, 99.999999]]"));
    crmvi_micro before = 0;
    for (int i = 0; i <= 100000; i++) {
        const earned e = earn(model, (double)i * 12.5);
        assert_true(e.points >= before && e.points >= 33300000 && e.points <= 99999999);
        before = e.points;
    }
    crmv_model_free(model);
}

static void a_category_earns_by_its_code(void **state) {
    (void)state;
    crmv_model *model = model_of_text(CARD("'attribute': 'A', 'scale': {'categories': {'x': 5, 'y': -1}, 'other': 2}"));
    expect_points(model, 0, 0, 5000000);
    expect_points(model, 1, 1, -1000000);
    expect_points(model, 2, 2, 2000000);
    expect_points(model, 3, -1, UNTOUCHED);
    expect_points(model, -1, -1, UNTOUCHED);
    expect_points(model, 1e300, -1, UNTOUCHED);
    crmv_model_free(model);
}

static void a_metric_without_scale_earns_nothing(void **state) {
    (void)state;
    crmv_model *model = model_of_text(CARD("'sum': 'revenue'"));
    expect_points(model, 5, -1, UNTOUCHED);
    crmv_model_free(model);
}

/* ---- Windows ----------------------------------------------------------------------------------------------------- */

static void expect_window(const char *window, const char *as_of, bool before, const char *first, const char *last) {
    char text[300];
    snprintf(text, sizeof text, MODEL("'window': %s, 'metrics': {}"), window);
    crmv_model *model = model_of_text(text);
    crmvi_date_format iso;
    assert_true(crmvi_date_format_read("yyyy-mm-dd", &iso));
    int32_t day = 0;
    int32_t from = 0;
    int32_t to = 0;
    assert_true(crmvi_date_read(as_of, 10, &iso, &day));
    const bool is_there = crmvi_window_days(&model->window, day, before, &from, &to);
    assert_int_equal(is_there, first != NULL);
    if (is_there) {
        char first_text[11];
        char last_text[11];
        crmvi_date_text(from, first_text);
        crmvi_date_text(to, last_text);
        assert_string_equal(first_text, first);
        assert_string_equal(last_text, last);
    }
    crmv_model_free(model);
}

static void a_window_reaches_back_from_the_as_of_date_which_is_in_it(void **state) {
    (void)state;
    expect_window("{'days': 1}", "2024-03-01", false, "2024-03-01", "2024-03-01");
    expect_window("{'days': 1}", "2024-03-01", true, "2024-02-29", "2024-02-29");
    expect_window("{'days': 90}", "2024-03-31", false, "2024-01-02", "2024-03-31");
    expect_window("{'months': 1}", "2024-02-29", false, "2024-02-01", "2024-02-29");
    expect_window("{'months': 1}", "2024-02-29", true, "2024-01-01", "2024-01-31");
    expect_window("{'months': 1}", "2024-03-30", false, "2024-03-01", "2024-03-30");
    expect_window("{'months': 12}", "2024-12-31", false, "2024-01-01", "2024-12-31");
    expect_window("{'years': 1}", "2023-06-15", true, "2021-06-16", "2022-06-15");
    expect_window("{'years': 9999}", "2024-06-15", false, "0001-01-01", "2024-06-15");
    expect_window("{'years': 9999}", "2024-06-15", true, NULL, NULL);
    expect_window("{'days': 3652059}", "9999-12-31", false, "0001-01-01", "9999-12-31");
    expect_window("'all'", "2024-06-15", false, "0001-01-01", "2024-06-15");
    expect_window("'all'", "2024-06-15", true, NULL, NULL);
}

static void a_from_to_window_ends_at_the_as_of_date_at_the_latest(void **state) {
    (void)state;
    expect_window("{'from': '2024-01-01', 'to': '2024-12-31'}", "2030-01-01", false, "2024-01-01", "2024-12-31");
    expect_window("{'from': '2024-01-01', 'to': '2024-12-31'}", "2024-03-01", false, "2024-01-01", "2024-03-01");
    expect_window("{'from': '2024-01-01', 'to': '2024-12-31'}", "2023-03-01", false, NULL, NULL);
    expect_window("{'from': '2024-01-01', 'to': '2024-12-31'}", "2030-01-01", true, "2022-12-31", "2023-12-31");
    expect_window("{'from': '0001-01-01', 'to': '9999-12-31'}", "2030-01-01", true, NULL, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_band_takes_its_from_and_not_its_to),
        cmocka_unit_test(a_value_in_no_band_is_told_and_earns_nothing),
        cmocka_unit_test(where_bands_overlap_the_one_that_begins_last_wins),
        cmocka_unit_test(a_line_is_straight_between_its_knots_and_flat_outside),
        cmocka_unit_test(points_on_a_line_are_rounded_half_to_even),
        cmocka_unit_test(knots_as_far_apart_as_numbers_go_overflow_nowhere),
        cmocka_unit_test(a_line_never_leaves_its_knots_points),
        cmocka_unit_test(a_category_earns_by_its_code),
        cmocka_unit_test(a_metric_without_scale_earns_nothing),
        cmocka_unit_test(a_window_reaches_back_from_the_as_of_date_which_is_in_it),
        cmocka_unit_test(a_from_to_window_ends_at_the_as_of_date_at_the_latest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
