/*
 * test_population.c - who is in populations, who is held out of them, what happened to them afterwards, and their
 * points while the model is not fitted as a whole.
 */
#include "base/guest.h"
#include "calibrate/calibration.h"
#include "crmvalue/calibrate.h"
#include "scoring.h"

#define PLAIN                                                                                                          \
    "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': {'line': [[0, 0], [10, 100]]}}},"                    \
    " 'input': {'customers': {'customer': 'customer', 'since': 'since'}},"                                             \
    " 'indexes': {'score': {'weights': {'a': 1}}}"

static crmv_column whole_keys(const int64_t *keys) {
    return (crmv_column){.struct_size = sizeof(crmv_column), .type = CRMV_INT64, .name = "customer", .data = keys};
}

/* A frame of these columns as they are, the customers' keys among them. */
static crmv_frame *derived(const crmv_model *model, const crmv_column *columns, int32_t count, int64_t rows) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_frame *frame = NULL;
    if (crmv_frame_derive(model, NULL, columns, count, rows, 20000, NULL, &frame, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    return frame;
}

/* ---- Too new ----------------------------------------------------------------------------------------------------- */

static void check_marks(const char *model_text, const int32_t *since, const uint8_t *expected, int32_t count) {
    const double values[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    const crmv_column columns[] = {numbers_column("a", values), days_column("since", since)};
    crmv_model *model = model_of(model_text);
    crmv_frame *frame = frame_of(model, columns, COUNT_OF(columns), count, 20000);
    uint8_t keep[8];
    assert_int_equal(crmv_model_population(model, frame, keep, count - 1, NULL), CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(crmv_model_population(model, frame, keep, count, NULL), CRMV_OK);
    for (int32_t i = 0; i < count; i++) {
        assert_int_equal(keep[i], expected[i]);
    }
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void customers_who_are_too_new_are_in_no_population(void **state) {
    (void)state;
    const int32_t since[] = {19910, 19911, 19909, 20000, CRMV_NO_DATE};
    const uint8_t expected[] = {1, 0, 1, 0, 1};
    check_marks(PLAIN ", 'unrated': {'tenure_below': {'days': 90}}}", since, expected, 5);
    /* 20000 is 2024-10-04, 19908 is 2024-07-04 */
    const int32_t months[] = {19908, 19909};
    const uint8_t by_months[] = {1, 0};
    check_marks(PLAIN ", 'unrated': {'tenure_below': {'months': 3}}}", months, by_months, 2);
}

static void without_a_limit_all_customers_are_in_populations(void **state) {
    (void)state;
    const int32_t since[] = {20000, CRMV_NO_DATE};
    const uint8_t expected[] = {1, 1};
    check_marks(PLAIN "}", since, expected, 2);
    check_marks(PLAIN ", 'unrated': {'coverage_below': 100}}", since, expected, 2);
}

/* ---- Held out ---------------------------------------------------------------------------------------------------- */

static crmv_frame *keyed(const int64_t *numbers, const char *const *texts, int64_t rows) {
    double values[2000] = {0};
    const crmv_column columns[] = {texts == NULL ? whole_keys(numbers) : texts_column("customer", texts),
                                   numbers_column("a", values)};
    crmv_model *model = model_of("{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a'}}}");
    crmv_frame *frame = derived(model, columns, 2, rows);
    crmv_model_free(model);
    return frame;
}

/* XXH3 (64 bits) of the key's text, its upper 53 bits as a fraction: 39.77 % for "1", 7.07 % for "42", 99.99 % for
 * "-5". */
static void who_is_held_out_follows_from_the_key_alone(void **state) {
    (void)state;
    const int64_t numbers[] = {-5, 1, 42};
    const char *const texts[] = {"-5", "1", "42"};
    crmv_frame *whole = keyed(numbers, NULL, 3), *text = keyed(NULL, texts, 3);
    const double percents[] = {7.06, 7.07, 39.76, 39.77, 99.99, 99.991};
    const int32_t held[][3] = {{0, 0, 0}, {0, 0, 1}, {0, 0, 1}, {0, 1, 1}, {0, 1, 1}, {1, 1, 1}};
    for (int32_t i = 0; i < 6; i++) {
        for (int64_t row = 0; row < 3; row++) {
            assert_int_equal(crmv_frame_held_out(whole, row, percents[i]), held[i][row]);
            assert_int_equal(crmv_frame_held_out(text, row, percents[i]), held[i][row]);
        }
    }
    crmv_frame_free(whole);
    crmv_frame_free(text);
}

static void about_as_many_are_held_out_as_were_asked_for(void **state) {
    (void)state;
    int64_t numbers[2000];
    for (int32_t i = 0; i < 2000; i++) {
        numbers[i] = i * 7 - 3000;
    }
    crmv_frame *frame = keyed(numbers, NULL, 2000);
    int32_t third = 0, fewer = 0;
    for (int64_t row = 0; row < 2000; row++) {
        third += crmv_frame_held_out(frame, row, 30);
        fewer += crmv_frame_held_out(frame, row, 10);
        assert_true(crmv_frame_held_out(frame, row, 30) >= crmv_frame_held_out(frame, row, 10));
        assert_int_equal(crmv_frame_held_out(frame, row, 0), 0);
        assert_int_equal(crmv_frame_held_out(frame, row, 100), 1);
        assert_int_equal(crmv_frame_held_out(frame, row, NAN), 0);
    }
    assert_true(third > 530 && third < 670 && fewer > 150 && fewer < 250); /* some three standard deviations */
    crmv_frame_free(frame);
}

static void a_row_outside_is_not_held_out(void **state) {
    (void)state;
    const int64_t numbers[] = {1};
    crmv_frame *frame = keyed(numbers, NULL, 1);
    assert_int_equal(crmv_frame_held_out(frame, -1, 100), 0);
    assert_int_equal(crmv_frame_held_out(frame, 1, 100), 0);
    assert_int_equal(crmv_frame_held_out(NULL, 0, 100), 0);
    crmv_frame_free(frame);
}

/* ---- Afterwards -------------------------------------------------------------------------------------------------- */

#define HERE "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a'}}}"
#define AFTERWARDS "{'crmvalue': 1, 'metrics': {'later': {'attribute': 'later'}}}"

/* As the public functions call it, in the default floating-point environment. */
static int32_t joined(const crmv_frame *population, const crmv_frame *outcome, int64_t *out, crmv_error *error) {
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = crmvi_join_outcome(population, outcome, 0, out, error);
    crmvi_leave(&host);
    return status;
}

static void outcomes_are_joined_by_key_and_rounded_half_to_even(void **state) {
    (void)state;
    const int64_t here[] = {1, 2, 4, 5, 9}, there[] = {0, 2, 3, 4, 9, 10};
    const double a[] = {1, 1, 1, 1, 1};
    const double later[] = {7, 0.0000005, 8, NAN, -2.0000015, 3};
    crmv_model *model = model_of(HERE), *afterwards = model_of(AFTERWARDS);
    const crmv_column columns[] = {whole_keys(here), numbers_column("a", a)};
    const crmv_column others[] = {whole_keys(there), numbers_column("later", later)};
    crmv_frame *population = derived(model, columns, 2, 5), *outcome = derived(afterwards, others, 2, 6);
    int64_t out[5];
    assert_int_equal(joined(population, outcome, out, NULL), CRMV_OK);
    const int64_t expected[] = {MISSING, 0, MISSING, MISSING, -2000002};
    assert_memory_equal(out, expected, sizeof out);
    crmv_frame_free(population);
    crmv_frame_free(outcome);
    crmv_model_free(model);
    crmv_model_free(afterwards);
}

static void text_keys_are_joined_by_their_bytes(void **state) {
    (void)state;
    const char *const here[] = {"A", "B", "a", "\xC3\xA4"}, *const there[] = {"B", "a", "b"};
    const double a[] = {1, 1, 1, 1}, later[] = {1.5, 2.5, 3.5};
    crmv_model *model = model_of(HERE), *afterwards = model_of(AFTERWARDS);
    const crmv_column columns[] = {texts_column("customer", here), numbers_column("a", a)};
    const crmv_column others[] = {texts_column("customer", there), numbers_column("later", later)};
    crmv_frame *population = derived(model, columns, 2, 4), *outcome = derived(afterwards, others, 2, 3);
    int64_t out[4];
    assert_int_equal(joined(population, outcome, out, NULL), CRMV_OK);
    const int64_t expected[] = {MISSING, 1500000, 2500000, MISSING};
    assert_memory_equal(out, expected, sizeof out);
    crmv_frame_free(population);
    crmv_frame_free(outcome);
    crmv_model_free(model);
    crmv_model_free(afterwards);
}

static void keys_of_two_kinds_and_outcomes_that_are_too_large_are_refused(void **state) {
    (void)state;
    const int64_t here[] = {7, 8};
    const char *const there[] = {"7"};
    const double a[] = {1, 1}, later[] = {1, 5e12}, endless[] = {1, 1.7e308};
    crmv_model *model = model_of(HERE), *afterwards = model_of(AFTERWARDS);
    const crmv_column columns[] = {whole_keys(here), numbers_column("a", a)};
    const crmv_column texts[] = {texts_column("customer", there), numbers_column("later", later)};
    const crmv_column large[] = {whole_keys(here), numbers_column("later", later)};
    const crmv_column larger[] = {whole_keys(here), numbers_column("later", endless)};
    crmv_frame *population = derived(model, columns, 2, 2);
    crmv_frame *outcomes[] = {derived(afterwards, texts, 2, 1), derived(afterwards, large, 2, 2),
                              derived(afterwards, larger, 2, 2), derived(afterwards, texts, 2, 0)};
    int64_t out[2];
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(joined(population, outcomes[0], out, &error), CRMV_BAD_ARGUMENT);
    assert_non_null(strstr(error.message, "keys"));
    assert_int_equal(joined(population, outcomes[1], out, &error), CRMV_OVERFLOW);
    assert_non_null(strstr(error.message, "customer 8"));
    assert_string_equal(error.place, "later");
    assert_int_equal(joined(population, outcomes[2], out, &error), CRMV_OVERFLOW);
    assert_int_equal(joined(population, outcomes[3], out, &error), CRMV_OK);
    assert_true(out[0] == MISSING && out[1] == MISSING);
    crmv_frame_free(population);
    for (int32_t i = 0; i < 4; i++) {
        crmv_frame_free(outcomes[i]);
    }
    crmv_model_free(model);
    crmv_model_free(afterwards);
}

/* ---- Points ------------------------------------------------------------------------------------------------------ */

#define HALF_OPEN                                                                                                      \
    "{'crmvalue': 1, 'metrics': {"                                                                                     \
    "  'a': {'attribute': 'a', 'scale': {'line': [[0, 0], [10, 100]]}},"                                               \
    "  'b': {'attribute': 'b', 'scale': {'percentile': {}}},"                                                          \
    "  'c': {'attribute': 'c'}},"                                                                                      \
    " 'indexes': {'plain': {'weights': {'a': 1}}, 'asked': {'weights': {'entropy': {'of': ['a', 'plain']}}},"          \
    "             'score': {'weights': {'plain': 1, 'b': 1}}}}"

static int32_t points(const crmv_model *model, const crmv_frame *frame, const char *name, int64_t *out,
                      crmv_error *error) {
    return crmv_model_points(model, frame, name, NULL, out, crmv_frame_rows(frame), error);
}

static void points_need_only_what_their_name_needs(void **state) {
    (void)state;
    const double a[] = {3, NAN, 12}, b[] = {1, 2, 3}, c[] = {1, 2, 3};
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("b", b), numbers_column("c", c)};
    crmv_model *model = model_of(HALF_OPEN);
    crmv_frame *frame = frame_of(model, columns, 3, 3, 20000);
    int64_t out[3];
    const int64_t expected[] = {30 * MICRO, MISSING, 100 * MICRO};
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(points(model, frame, "a", out, &error), CRMV_OK);
    assert_memory_equal(out, expected, sizeof out);
    assert_int_equal(points(model, frame, "plain", out, &error), CRMV_OK);
    assert_memory_equal(out, expected, sizeof out);
    assert_int_equal(points(model, frame, "b", out, &error), CRMV_NOT_FITTED);
    assert_string_equal(error.place, "metrics.b.scale");
    assert_int_equal(points(model, frame, "score", out, &error), CRMV_NOT_FITTED);
    assert_string_equal(error.place, "metrics.b.scale");
    assert_int_equal(points(model, frame, "asked", out, &error), CRMV_NOT_FITTED);
    assert_string_equal(error.place, "indexes.asked.weights");
    assert_int_equal(points(model, frame, "c", out, &error), CRMV_NOT_FOUND);
    assert_int_equal(points(model, frame, "d", out, &error), CRMV_NOT_FOUND);
    assert_int_equal(crmv_model_points(model, frame, "a", NULL, out, 2, &error), CRMV_BUFFER_TOO_SMALL);
    assert_int_equal(crmv_model_points(model, NULL, "a", NULL, out, 3, &error), CRMV_BAD_ARGUMENT);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(customers_who_are_too_new_are_in_no_population),
        cmocka_unit_test(without_a_limit_all_customers_are_in_populations),
        cmocka_unit_test(who_is_held_out_follows_from_the_key_alone),
        cmocka_unit_test(about_as_many_are_held_out_as_were_asked_for),
        cmocka_unit_test(a_row_outside_is_not_held_out),
        cmocka_unit_test(outcomes_are_joined_by_key_and_rounded_half_to_even),
        cmocka_unit_test(text_keys_are_joined_by_their_bytes),
        cmocka_unit_test(keys_of_two_kinds_and_outcomes_that_are_too_large_are_refused),
        cmocka_unit_test(points_need_only_what_their_name_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
