/* Each allocation of each function of robustness.h fails once: the call says so, writes nothing, and leaks nothing. */
#include "failing_memory.h"
#include "random_scorecards.h"

enum { ROWS = 50 };

/* Lets the allocation after so many fail. */
static void arm(long allocation) {
    until_failure = allocation;
    has_failed = false;
    armed = true;
}

static bool can_fail(void) {
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    return OWN_MALLOC;
}

static void a_handle_that_is_short_of_memory_is_not_made(void **state) {
    (void)state;
    if (!can_fail()) {
        return;
    }
    random_state = 40;
    sample s = draw_sample(ANY_POINTS, ROWS);
    int32_t status = CRMV_OUT_OF_MEMORY;
    for (long allocation = 0; status != CRMV_OK; allocation++) {
        const long before = standing;
        crmv_error error = {.struct_size = sizeof error};
        crmv_robustness *robustness = NULL;
        arm(allocation);
        status = crmv_robustness_new(s.model, s.frame, 10, NULL, &robustness, &error);
        armed = false;
        assert_int_equal(status, has_failed ? CRMV_OUT_OF_MEMORY : CRMV_OK);
        assert_true((robustness != NULL) == (status == CRMV_OK));
        crmv_robustness_free(robustness);
        assert_int_equal(standing, before);
    }
    free_sample(&s);
}

static int32_t first_metric(const crmv_robustness *robustness) {
    crmv_sensitivity weight = {.struct_size = sizeof weight, .metric = -1};
    for (int32_t i = 0; weight.metric < 0; i++) {
        assert_int_equal(crmv_robustness_get(robustness, i, &weight), CRMV_OK);
    }
    return weight.metric;
}

static void columns_and_tipping_points_that_are_short_of_memory_say_so(void **state) {
    (void)state;
    if (!can_fail()) {
        return;
    }
    random_state = 41;
    sample s = draw_sample(FROM_0_TO_100, ROWS);
    crmv_robustness *robustness = NULL;
    assert_int_equal(crmv_robustness_new(s.model, s.frame, 10, NULL, &robustness, NULL), CRMV_OK);
    int32_t row = 0;
    while (crmv_scores_codes(s.scores, "tier")[row] < 0) {
        row++;
    }
    int32_t tiers[ROWS], status = CRMV_OUT_OF_MEMORY;
    for (long allocation = 0; status != CRMV_OK; allocation++) {
        const long before = standing;
        arm(allocation);
        status = crmv_robustness_tiers(robustness, 0, CRMV_WEIGHT_MORE, tiers, ROWS);
        armed = false;
        assert_int_equal(status, has_failed ? CRMV_OUT_OF_MEMORY : CRMV_OK);
        assert_int_equal(standing, before);
    }
    status = CRMV_OUT_OF_MEMORY;
    for (long allocation = 0; status != CRMV_OK; allocation++) {
        const long before = standing;
        crmv_tipping_point point = {.struct_size = sizeof point, .can_rise = 7};
        arm(allocation);
        status = crmv_robustness_tipping(robustness, 0, row, &point);
        armed = false;
        assert_int_equal(status, has_failed ? CRMV_OUT_OF_MEMORY : CRMV_OK);
        assert_true((point.can_rise == 7) == (status != CRMV_OK));
        assert_int_equal(standing, before);
    }
    status = CRMV_OUT_OF_MEMORY;
    for (long allocation = 0; status != CRMV_OK; allocation++) {
        const long before = standing;
        crmv_dropped_metric dropped = {.struct_size = sizeof dropped, .indexes = -7};
        arm(allocation);
        status = crmv_robustness_without(robustness, first_metric(robustness), &dropped, NULL, 0);
        armed = false;
        assert_int_equal(status, has_failed ? CRMV_OUT_OF_MEMORY : CRMV_OK);
        assert_true((dropped.indexes == -7) == (status != CRMV_OK));
        assert_int_equal(standing, before);
    }
    crmv_robustness_free(robustness);
    free_sample(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handle_that_is_short_of_memory_is_not_made),
        cmocka_unit_test(columns_and_tipping_points_that_are_short_of_memory_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
