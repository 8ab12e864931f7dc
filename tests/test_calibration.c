/*
 * test_calibration.c - what is found from a population, end to end: published tables, what stands beside a request, who
 * is in which population, and populations that determine nothing.
 */
#include "calibrating.h"

/* The model with answers from these columns (customers 1, 2, 3 ...), which must be found. */
static crmv_model *calibrated(const char *text, const crmv_column *columns, int32_t count, int64_t rows) {
    crmv_model *model = model_of(text), *fitted = NULL;
    crmv_frame *frame = frame_of(model, columns, count, rows, AS_OF);
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_model_calibrate(model, frame, NULL, NULL, &fitted, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    crmv_frame_free(frame);
    crmv_model_free(model);
    return fitted;
}

/* The model's text on one line: what was broken at commas has a blank there. */
static char *on_one_line(const crmv_model *model) {
    char *text = printed(model), *to = text;
    for (const char *from = text; *from != '\0';) {
        if (*from != '\n') {
            *to++ = *from++;
            continue;
        }
        while (*from == '\n' || *from == ' ') {
            from++;
        }
        if (to > text && to[-1] == ',') {
            *to++ = ' ';
        }
    }
    *to = '\0';
    return text;
}

/* The fitted model's text holds this; JSON's quotes are written as '. */
static void assert_holds(const crmv_model *model, const char *expected) {
    char wanted[512];
    const size_t length = strlen(expected);
    assert_true(length < sizeof wanted);
    for (size_t i = 0; i <= length; i++) {
        wanted[i] = expected[i] == '\'' ? '"' : expected[i];
    }
    char *text = on_one_line(model);
    if (strstr(text, wanted) == NULL) {
        fail_msg("%s is not in %s", wanted, text);
    }
    free(text);
}

/* ---- Published tables -------------------------------------------------------------------------------------------- */

/* [[1, 2], [4, 16]]: points that are the raw values. */
static void entropy_weights_are_those_of_the_published_table(void **state) {
    (void)state;
    const double x[] = {1, 4}, y[] = {2, 16};
    const crmv_column columns[] = {numbers_column("x", x), numbers_column("y", y)};
    crmv_model *fitted = calibrated("{'crmvalue': 1, 'metrics': {"
                                    "'x': {'attribute': 'x', 'scale': {'line': [[0, 0], [100, 100]]}},"
                                    "'y': {'attribute': 'y', 'scale': {'line': [[0, 0], [100, 100]]}}},"
                                    "'indexes': {'score': {'weights': {'entropy': {'of': ['x', 'y']}}}}}",
                                    columns, 2, 2);
    assert_holds(fitted, "'as_of': '2012-12-31', 'customers': 2, 'weights': {'x': 35.888879, 'y': 64.111121}");
    assert_holds(fitted, "'x': {'customers': 2, 'entropy': 0.72192809488");
    crmv_model_free(fitted);
}

/* Diakoulaki, Mavrotas & Papayannakis 1995: .20222554 .48090173 .31687273. */
static const double firm_a[] = {61, 20.7, 16.3, 9, 5.4, 4, -6.1, -34.6};
static const double firm_b[] = {1.08, .26, 1.98, 3.29, 2.77, 4.12, 3.52, 3.31};
static const double firm_c[] = {4.33, 4.34, 2.53, 1.65, 2.33, 1.21, 2.10, .98};

#define FIRMS(operation)                                                                                               \
    "{'crmvalue': 1, 'metrics': {"                                                                                     \
    "'a': {'attribute': 'a', 'scale': {'min_max': {}}}, 'b': {'attribute': 'b', 'scale': {'min_max': {}}},"            \
    "'c': {'attribute': 'c', 'scale': {'min_max': {}}}},"                                                              \
    "'indexes': {'score': {'weights': {'" operation "': {'of': ['a', 'b', 'c']}}}}}"

static crmv_model *firms(const char *text) {
    const crmv_column columns[] = {numbers_column("a", firm_a), numbers_column("b", firm_b),
                                   numbers_column("c", firm_c)};
    return calibrated(text, columns, 3, 8);
}

static void critic_weights_are_those_of_the_published_table(void **state) {
    (void)state;
    crmv_model *fitted = firms(FIRMS("critic"));
    assert_holds(fitted, "'weights': {'a': 20.222554, 'b': 48.090173, 'c': 31.687273}");
    assert_holds(fitted, "'line': [[-34.6, 0], [61, 100]]");
    crmv_model_free(fitted);
}

/* Worked out in decimals of 40 digits from points of six decimals. */
static void deviation_weights_are_in_proportion_to_it(void **state) {
    (void)state;
    crmv_model *fitted = firms(FIRMS("standard_deviation"));
    assert_holds(fitted, "'weights': {'a': 27.908306, 'b': 34.092629, 'c': 37.999065}");
    crmv_model_free(fitted);
}

/* Barron & Barrett 1996: 25/48, 13/48, 7/48, 3/48 for four. */
static void weights_by_rank_and_equal_ones_need_nobody(void **state) {
    (void)state;
    static const char *const texts[][2] = {
        {"rank_order_centroid", "'weights': {'d': 52.083334, 'b': 27.083333, 'a': 14.583333, 'c': 6.25}"},
        {"equal", "'weights': {'d': 25, 'b': 25, 'a': 25, 'c': 25}"}};
    for (int32_t i = 0; i < 2; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': {'min_max': {}}},"
                 "'b': {'attribute': 'b', 'scale': {'min_max': {}}}, 'c': {'attribute': 'c', 'scale': {'min_max': {}}},"
                 "'d': {'attribute': 'd', 'scale': {'line': [[0, 0], [1, 100]]}}},"
                 "'indexes': {'score': {'weights': {'%s': {'of': ['d', 'b', 'a', 'c']}}}}}",
                 texts[i][0]);
        crmv_model *model = model_of(text);
        crmv_request request = {.struct_size = sizeof request};
        int32_t position = 0;
        while (crmv_model_request(model, position, &request) == CRMV_OK &&
               strcmp(request.operation, texts[i][0]) != 0) {
            position++;
        }
        assert_int_equal(request.needs_frame, 0);
        crmv_model_free(model);
        const double one[] = {1, 2};
        const crmv_column columns[] = {numbers_column("a", one), numbers_column("b", one), numbers_column("c", one),
                                       numbers_column("d", one)};
        crmv_model *fitted = calibrated(text, columns, 4, 2);
        assert_holds(fitted, texts[i][1]);
        crmv_model_free(fitted);
    }
}

/* One index with these weights, and a scale, over two attributes. */
#define ALONE(weights, scale)                                                                                          \
    "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': {'line': [[0, 0], [1, 100]]}},"                      \
    "'b': {'attribute': 'b', 'scale': " scale "}}, 'indexes': {'score': {'weights': {" weights "}}}}"
#define BY_RANK "'rank_order_centroid': {'of': ['a', 'b']}"

static void no_population_is_needed_where_no_request_is_found_from_one(void **state) {
    (void)state;
    static const struct {
        const char *text, *place; /* of the request that misses a population; NULL: none does */
    } trials[] = {
        {ALONE(BY_RANK, "{'line': [[0, 0], [1, 100]]}"), NULL},
        {ALONE("'ahp': {'of': ['a', 'b'], 'judgements': [['a', 'b', 3]]}", "{'line': [[0, 0], [1, 100]]}"), NULL},
        {ALONE(BY_RANK, "{'min_max': {}}"), "metrics.b.scale"}};
    for (size_t i = 0; i < sizeof trials / sizeof trials[0]; i++) {
        crmv_model *model = model_of(trials[i].text), *fitted = NULL;
        crmv_error error = {.struct_size = sizeof error};
        const int32_t status = crmv_model_calibrate(model, NULL, NULL, NULL, &fitted, &error);
        if (trials[i].place == NULL) {
            assert_int_equal(status, CRMV_OK);
        } else {
            assert_int_equal(status, CRMV_BAD_ARGUMENT);
            assert_string_equal(error.place, "population");
            assert_non_null(strstr(error.message, trials[i].place));
            assert_null(fitted);
        }
        if (i == 0) {
            assert_holds(fitted, "'weights': {'a': 75, 'b': 25}");
        }
        crmv_model_free(fitted);
        crmv_model_free(model);
    }
}

/* ---- Who is in a population -------------------------------------------------------------------------------------- */

#define RATED                                                                                                          \
    "{'crmvalue': 1, 'input': {'customers': {'customer': 'customer', 'since': 'since'}}, 'metrics': {"                 \
    "'x': {'attribute': 'x', 'scale': {'min_max': {}}}, 'y': {'attribute': 'y', 'scale': {'min_max': {}}}},"           \
    "'indexes': {'score': {'weights': {'x': 1, 'y': 1}}}, 'tiers': {'quantiles': ['top', 'rest']},"                    \
    "'segments': {'s': {'by': 'y', 'quantiles': ['high', 'low']}},"                                                    \
    "'unrated': {'tenure_below': {'days': 90}, 'coverage_below': 60}}"

/* Customer 5 is too new and in none; customer 4 lacks y, has half the coverage, and so no tier. */
static void scales_are_found_from_who_is_old_enough_and_cuts_from_who_is_rated(void **state) {
    (void)state;
    const double x[] = {0, 5, 10, 20, 1000}, y[] = {0, 40, 80, NAN, 1000};
    const int32_t since[] = {AS_OF - 90, AS_OF - 91, AS_OF - 500, AS_OF - 500, AS_OF - 89};
    const crmv_column columns[] = {numbers_column("x", x), numbers_column("y", y), days_column("since", since)};
    crmv_model *fitted = calibrated(RATED, columns, 3, 5);
    assert_holds(fitted, "'customers': 4, 'line': [[0, 0], [20, 100]]");
    assert_holds(fitted, "'customers': 3, 'line': [[0, 0], [80, 100]]");
    assert_holds(fitted, "'customers': 3, 'cuts': [['top', 37.5], ['rest', null]], 'found': {'customers': [2, 1]");
    assert_holds(fitted, "'customers': 3, 'cuts': [['high', 40], ['low', null]], 'found': {'customers': [2, 1]");
    crmv_model_free(fitted);
}

static void weights_say_how_many_customers_have_points_of_any_and_of_each_member(void **state) {
    (void)state;
    const double x[] = {0, 5, NAN, 20, NAN, 10}, y[] = {40, 0, 80, NAN, NAN, NAN};
    const crmv_column columns[] = {numbers_column("x", x), numbers_column("y", y)};
    crmv_model *fitted =
        calibrated("{'crmvalue': 1, 'metrics': {'x': {'attribute': 'x', 'scale': {'line': [[0, 0], [20, 100]]}},"
                   "'y': {'attribute': 'y', 'scale': {'line': [[0, 0], [80, 100]]}}},"
                   "'indexes': {'score': {'weights': {'critic': {'of': ['y', 'x']}}}}}",
                   columns, 2, 6);
    assert_holds(fitted, "'customers': 5, 'weights': {");
    assert_holds(fitted, "'y': {'customers': 3, 'deviation': 0.5, 'conflict': 2}");
    assert_holds(fitted, "'x': {'customers': 4, 'deviation': 0.42695628191498");
    crmv_model_free(fitted);
}

/* Points of a missing metric that the card fixes are points. */
static void fixed_points_for_what_is_missing_count_as_points(void **state) {
    (void)state;
    const double x[] = {0, 100, NAN, NAN}, y[] = {0, 30, 60, 100};
    const crmv_column columns[] = {numbers_column("x", x), numbers_column("y", y)};
    crmv_model *fitted = calibrated("{'crmvalue': 1, 'metrics': {'x': {'attribute': 'x', 'scale': {'min_max': {}},"
                                    "'missing': {'points': -50}}, 'y': {'attribute': 'y', 'scale': {'min_max': {}}}},"
                                    "'indexes': {'score': {'weights': {'entropy': {'of': ['x', 'y']}}}}}",
                                    columns, 2, 4);
    /* -50, -50, 0, 100 are shifted to 0, 0, 50, 150: E = -(.25 ln .25 + .75 ln .75) / ln 4 */
    assert_holds(fitted, "'x': {'customers': 4, 'entropy': 0.40563906222");
    crmv_model_free(fitted);
}

static void a_member_that_does_not_vary_weighs_nothing_and_the_answer_says_so(void **state) {
    (void)state;
    const double x[] = {7, 7, 7}, y[] = {0, 40, 80};
    const crmv_column columns[] = {numbers_column("x", x), numbers_column("y", y)};
    static const char *const operations[] = {"entropy", "critic", "standard_deviation"};
    for (int32_t i = 0; i < 3; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "{'crmvalue': 1, 'metrics': {'x': {'attribute': 'x', 'scale': {'min_max': {}}},"
                 "'y': {'attribute': 'y', 'scale': {'min_max': {}}}},"
                 "'indexes': {'score': {'weights': {'%s': {'of': ['x', 'y']}}}}}",
                 operations[i]);
        crmv_model *fitted = calibrated(text, columns, 2, 3);
        assert_holds(fitted, "'weights': {'x': 0, 'y': 100}");
        assert_holds(fitted, "'remark': 'all customers have the same points, so that it weighs nothing'");
        crmv_model_free(fitted);
    }
}

/* ---- The worked example of docs/calibration.md ------------------------------------------------------------------- */

static void the_worked_example_comes_to_what_its_page_says(void **state) {
    (void)state;
    const double revenue[] = {100, 200, 200, 400, 900, 3000}, visits[] = {1, 2, 0, 5, 3, 4};
    const double overdue[] = {0, 0, 40, 10, 0, 25};
    const crmv_column columns[] = {numbers_column("revenue", revenue), numbers_column("visits", visits),
                                   numbers_column("overdue", overdue)};
    crmv_model *fitted = calibrated(
        "{'crmvalue': 1, 'metrics': {'revenue': {'attribute': 'revenue', 'scale': {'percentile': {}}},"
        "'visits': {'attribute': 'visits', 'scale': {'min_max': {}}},"
        "'overdue': {'attribute': 'overdue', 'better': 'lower', 'scale': {'quantile_bands': {'classes': 3}}}},"
        "'indexes': {'score': {'weights': {'critic': {'of': ['revenue', 'visits', 'overdue']}}}},"
        "'tiers': {'shares': [['gold', 20], ['silver', 40], ['basic', null]]}}",
        columns, 3, 6);
    assert_holds(fitted, "[[100, 8.333333], [200, 33.333333], [400, 58.333333], [900, 75], [3000, 91.666667]]");
    assert_holds(fitted, "'found': {'largest_error': 0}");
    assert_holds(fitted, "'bands': [{'points': 100}, {'from': 15, 'points': 0}]");
    assert_holds(fitted, "'classes_wanted': 3, 'classes': 2, 'customers': [4, 2]");
    assert_holds(fitted, "'weights': {'revenue': 28.267534, 'visits': 19.265026, 'overdue': 52.46744}");
    assert_holds(fitted, "'cuts': [['gold', 85.227106], ['silver', 58.676073], ['basic', null]]");
    assert_holds(fitted, "'found': {'customers': [2, 2, 2]");
    crmv_model_free(fitted);
}

/* ---- Requests that stay open ------------------------------------------------------------------------------------- */

static void requests_of_the_fit_library_stay_open_and_so_does_what_needs_them(void **state) {
    (void)state;
    const double x[] = {1, 2, 3}, y[] = {3, 1, 2};
    const crmv_column columns[] = {numbers_column("x", x), numbers_column("y", y)};
    crmv_model *fitted = calibrated("{'crmvalue': 1, 'metrics': {'x': {'attribute': 'x', 'scale': {'percentile': {}}},"
                                    "'y': {'attribute': 'y', 'scale': {'percentile': {}}}},"
                                    "'indexes': {'score': {'weights': {'ahp': {'of': ['x', 'y'],"
                                    "'judgements': [['x', 'y', 3]]}}}}, 'tiers': {'quantiles': ['a', 'b']}}",
                                    columns, 2, 3);
    int32_t open = 0;
    assert_int_equal(crmv_model_requests(fitted), 4);
    for (int32_t i = 0; i < 4; i++) {
        crmv_request request = {.struct_size = sizeof request};
        assert_int_equal(crmv_model_request(fitted, i, &request), CRMV_OK);
        const bool is_scale = strncmp(request.place, "metrics", 7) == 0;
        assert_int_equal(request.state, is_scale ? CRMV_REQUEST_FITTED : CRMV_REQUEST_OPEN);
        open += request.state == CRMV_REQUEST_OPEN;
    }
    assert_int_equal(open, 2);
    crmv_model_free(fitted);
}

static void a_model_that_requests_nothing_is_calibrated_as_it_is(void **state) {
    (void)state;
    static const char text[] = "{'crmvalue': 1, 'metrics': {'x': {'attribute': 'x'}}}";
    const double x[] = {1};
    const crmv_column columns[] = {numbers_column("x", x)};
    crmv_model *model = model_of(text), *fitted = calibrated(text, columns, 1, 1);
    char *before = printed(model), *after = printed(fitted);
    assert_string_equal(before, after);
    free(before);
    free(after);
    crmv_model_free(model);
    crmv_model_free(fitted);
}

/* A calibration goes on where a model was left: what is fitted stays, what is stale is found anew. */
static void what_is_stale_is_found_anew_and_what_is_fitted_stays(void **state) {
    (void)state;
    const double x[] = {1, 2, 3, 10};
    const crmv_column columns[] = {numbers_column("x", x)};
    crmv_model *model =
        model_of("{'crmvalue': 1, 'metrics': {'x': {'attribute': 'x', 'scale': {'min_max': {}, 'fitted':"
                 "{'request': '00000000000000000000000000000000', 'line': [[0, 0], [5, 100]]}}}},"
                 "'indexes': {'score': {'weights': {'x': 1}}}}");
    crmv_frame *frame = frame_of(model, columns, 1, 4, AS_OF);
    crmv_calibration *calibration = NULL;
    crmv_model *fitted = NULL, *again = NULL;
    assert_int_equal(crmv_calibration_new(model, NULL, &calibration, NULL), CRMV_OK);
    assert_int_equal(crmv_calibration_gather(calibration, frame, NULL, NULL), CRMV_OK);
    assert_int_equal(crmv_calibration_finish(calibration, &fitted, NULL), CRMV_OK);
    assert_holds(fitted, "'line': [[1, 0], [10, 100]]");
    crmv_calibration_free(calibration);
    assert_int_equal(crmv_calibration_new(fitted, NULL, &calibration, NULL), CRMV_OK);
    assert_int_equal(crmv_calibration_finish(calibration, &again, NULL), CRMV_OK);
    assert_holds(again, "'line': [[1, 0], [10, 100]]");
    crmv_calibration_free(calibration);
    crmv_frame_free(frame);
    crmv_model_free(model);
    crmv_model_free(fitted);
    crmv_model_free(again);
}

/* Fitted with outcomes that differ for those who are held out alone: the model's text, to be freed. */
static char *fitted_beside(bool held_out_differ, const char *weights) {
    enum { ROWS = 200, LATER = POPULATION_COLUMNS - 1 };
    char text[1024];
    snprintf(text, sizeof text,
             "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': {'optimal_bands': {'outcome': 'later', "
             "'classes': 4}}}}, 'outcomes': {'after': {'days': 90}, 'metrics': {'later': {'attribute': 'later'}}}, "
             "'indexes': {'score': {'weights': %s}}}",
             weights);
    crmv_model *model = model_of(text), *fitted = NULL;
    crmv_error error = {.struct_size = sizeof error};
    population p;
    population_make(&p, ROWS);
    for (int64_t row = 0; row < ROWS; row++) {
        p.columns[0][row] = (double)(row % 40);
        const int64_t step = row % 40 / 10;
        p.columns[LATER][row] = (double)(5 * step + row % 3);
    }
    crmv_frame *frame = population_frame(&p, model, NULL, 0, AS_OF);
    for (int64_t row = 0; held_out_differ && row < ROWS; row++) {
        if (crmv_frame_held_out(frame, row, 30) != 0) {
            p.columns[LATER][row] = (double)(1000 - row);
        }
    }
    crmv_frame *outcome = outcome_frame(&p, model, NULL, 0);
    if (crmv_model_calibrate(model, frame, outcome, NULL, &fitted, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    char *found = printed(fitted);
    crmv_model_free(fitted);
    crmv_frame_free(outcome);
    crmv_frame_free(frame);
    population_clear(&p);
    crmv_model_free(model);
    return found;
}

static void bands_by_outcome_do_not_see_whom_weights_by_outcome_hold_out(void **state) {
    (void)state;
    static const char holding_out[] = "{'outcome': {'of': ['a'], 'explain': 'later', 'held_out': 30}}";
    char *plain = fitted_beside(false, holding_out), *other = fitted_beside(true, holding_out);
    assert_string_equal(plain, other);
    free(plain);
    free(other);
    plain = fitted_beside(false, "{'a': 1}");
    other = fitted_beside(true, "{'a': 1}");
    assert_string_not_equal(plain, other);
    free(plain);
    free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entropy_weights_are_those_of_the_published_table),
        cmocka_unit_test(critic_weights_are_those_of_the_published_table),
        cmocka_unit_test(deviation_weights_are_in_proportion_to_it),
        cmocka_unit_test(weights_by_rank_and_equal_ones_need_nobody),
        cmocka_unit_test(no_population_is_needed_where_no_request_is_found_from_one),
        cmocka_unit_test(scales_are_found_from_who_is_old_enough_and_cuts_from_who_is_rated),
        cmocka_unit_test(weights_say_how_many_customers_have_points_of_any_and_of_each_member),
        cmocka_unit_test(fixed_points_for_what_is_missing_count_as_points),
        cmocka_unit_test(a_member_that_does_not_vary_weighs_nothing_and_the_answer_says_so),
        cmocka_unit_test(the_worked_example_comes_to_what_its_page_says),
        cmocka_unit_test(requests_of_the_fit_library_stay_open_and_so_does_what_needs_them),
        cmocka_unit_test(a_model_that_requests_nothing_is_calibrated_as_it_is),
        cmocka_unit_test(what_is_stale_is_found_anew_and_what_is_fitted_stays),
        cmocka_unit_test(bands_by_outcome_do_not_see_whom_weights_by_outcome_hold_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
