/*
 * test_calibration_refused.c - arguments that are wrong, frames that do not belong together, and populations that
 * determine nothing: each a status, a place and a sentence, and nothing is changed.
 */
#include "calibrating.h"

#include <float.h>

/* ---- Populations that determine nothing -------------------------------------------------------------------------- */

#define ONE_SCALE(scale) "{'crmvalue': 1, 'metrics': {'x': {'attribute': 'x', 'scale': " scale "}}}"
#define SCALED(members)                                                                                                \
    "{'crmvalue': 1, 'metrics': {'x': {'attribute': 'x', 'scale': {'line': [[0, 0], [100, 100]]}},"                    \
    "'y': {'attribute': 'y', 'scale': {'line': [[0, 0], [100, 100]]}}}," members "}"
#define WEIGHED(weights) SCALED("'indexes': {'score': {'weights': {" weights "}}}")
#define TIERED(tiers) SCALED("'indexes': {'score': {'weights': {'x': 1}}}, 'tiers': {" tiers "}")

enum { NOBODY, NOTHING_KNOWN, ONE_CUSTOMER, CONSTANT, TIES, ZEROS, NEGATIVE, FAR, TINY, POPULATIONS };
enum { MANY = 1000 };

static const char *const population_texts[POPULATIONS] = {"nobody", "nothing known", "one customer", "constant", "ties",
                                                          "zeros",  "negative",      "far",          "tiny"};

static int64_t fill(int32_t kind, double *x, double *y) {
    for (int32_t i = 0; i < MANY; i++) {
        const double of_kind[POPULATIONS] = {
            0, (double)NAN, 7, 7, i < 500 ? 1 : 2, 0, -1 - i % 10, i % 2 == 0 ? DBL_MAX : -DBL_MAX, i * 5e-324};
        x[i] = of_kind[kind];
        y[i] = of_kind[kind];
    }
    return kind == NOBODY ? 0 : kind == ONE_CUSTOMER ? 1 : MANY;
}

typedef struct trial {
    const char *model;
    const char *place;
    bool found[POPULATIONS]; /* else CRMV_NOT_IDENTIFIED */
} trial;

/* Populations as above: nobody, nothing known, one, constant, ties, zeros, negative, far, tiny. */
static const trial trials[] = {
    {ONE_SCALE("{'percentile': {'knots': 5}}"), "metrics.x.scale", {0, 0, 1, 1, 1, 1, 1, 0, 0}},
    {ONE_SCALE("{'min_max': {}}"), "metrics.x.scale", {0, 0, 1, 1, 1, 1, 1, 0, 0}},
    {ONE_SCALE("{'min_max': {'winsorise': [10, 90]}}"), "metrics.x.scale", {0, 0, 1, 1, 1, 1, 1, 0, 0}},
    {ONE_SCALE("{'z_score': {}}"), "metrics.x.scale", {0, 0, 1, 1, 1, 1, 1, 0, 0}},
    {ONE_SCALE("{'logarithm': {}}"), "metrics.x.scale", {0, 0, 1, 1, 1, 0, 0, 0, 0}},
    {ONE_SCALE("{'quantile_bands': {}}"), "metrics.x.scale", {0, 0, 1, 1, 1, 1, 1, 0, 0}},
    {WEIGHED("'entropy': {'of': ['x', 'y']}"), "indexes.score.weights", {0, 0, 0, 0, 1, 0, 0, 1, 0}},
    {WEIGHED("'critic': {'of': ['x', 'y']}"), "indexes.score.weights", {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    {WEIGHED("'standard_deviation': {'of': ['x', 'y']}"), "indexes.score.weights", {0, 0, 0, 0, 1, 0, 0, 1, 0}},
    {TIERED("'shares': [['a', 10], ['b', null]]"), "tiers", {0, 0, 1, 1, 1, 1, 1, 1, 1}},
    {TIERED("'quantiles': ['a', 'b', 'c']"), "tiers", {0, 0, 1, 1, 1, 1, 1, 1, 1}},
    {TIERED("'abc': {'names': [['a', 80], ['b', null]]}"), "tiers", {0, 0, 1, 1, 1, 0, 0, 1, 0}},
    {TIERED("'natural_breaks': ['a', 'b']"), "tiers", {0, 0, 0, 0, 1, 0, 0, 1, 0}},
    {TIERED("'k_means': ['a', 'b']"), "tiers", {0, 0, 0, 0, 1, 0, 0, 1, 0}},
};

static void check_trial(const trial *t, const crmv_model *model, int32_t kind) {
    static double x[MANY], y[MANY];
    const int64_t rows = fill(kind, x, y);
    const crmv_column columns[] = {numbers_column("x", x), numbers_column("y", y)};
    crmv_frame *frame = frame_of(model, columns, 2, rows, AS_OF);
    crmv_model *fitted = NULL;
    crmv_error error = {.struct_size = sizeof error};
    const int32_t status = crmv_model_calibrate(model, frame, NULL, NULL, &fitted, &error);
    if (status != (t->found[kind] ? CRMV_OK : CRMV_NOT_IDENTIFIED)) {
        fail_msg("%s of %s: status %d, %s", t->model, population_texts[kind], (int)status,
                 status == CRMV_OK ? "found" : error.message);
    }
    if (status == CRMV_OK) {
        crmv_scores *scores = NULL;
        char *text = printed(fitted);
        crmv_model *again = NULL;
        if (crmv_model_parse(text, -1, &again, &error) != CRMV_OK) {
            fail_msg("%s of %s: %s: %s", t->model, population_texts[kind], error.place, error.message);
        }
        assert_int_equal(crmv_score(again, frame, NULL, &scores, NULL), CRMV_OK);
        crmv_scores_free(scores);
        crmv_model_free(again);
        free(text);
    } else {
        assert_null(fitted);
        assert_string_equal(error.place, t->place);
        assert_true(strlen(error.message) > 10);
    }
    crmv_model_free(fitted);
    crmv_frame_free(frame);
}

static void populations_that_determine_nothing_are_told_by_place_and_sentence(void **state) {
    (void)state;
    for (int32_t i = 0; i < COUNT_OF(trials); i++) {
        crmv_model *model = model_of(trials[i].model);
        for (int32_t kind = 0; kind < POPULATIONS; kind++) {
            check_trial(&trials[i], model, kind);
        }
        crmv_model_free(model);
    }
}

static void where_everyone_is_too_new_nobody_is_in_the_population(void **state) {
    (void)state;
    crmv_model *model = model_of("{'crmvalue': 1, 'input': {'customers': {'customer': 'customer', 'since': 'since'}},"
                                 "'metrics': {'a': {'attribute': 'a', 'scale': {'min_max': {}}}},"
                                 "'indexes': {'score': {'weights': {'a': 1}}},"
                                 "'unrated': {'tenure_below': {'months': 3}}}");
    population p;
    population_make(&p, 20);
    for (int32_t i = 0; i < 20; i++) {
        p.since[i] = AS_OF - 5;
    }
    crmv_frame *frame = population_frame(&p, model, NULL, 0, AS_OF);
    crmv_model *fitted = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_model_calibrate(model, frame, NULL, NULL, &fitted, &error), CRMV_NOT_IDENTIFIED);
    assert_string_equal(error.place, "metrics.a.scale");
    assert_string_equal(error.message, "all 20 customers are too new");
    crmv_frame_free(frame);
    crmv_model_free(model);
    population_clear(&p);
}

/* All have a score, and none of them enough of it for a tier. */
static void where_nobody_would_have_a_tier_that_is_told_of_tiers(void **state) {
    (void)state;
    static double x[3] = {1, 2, 3}, y[3] = {NAN, NAN, NAN};
    crmv_model *model = model_of(SCALED("'indexes': {'score': {'weights': {'x': 1, 'y': 2}}}, 'unrated': "
                                        "{'coverage_below': 50}, 'tiers': {'quantiles': ['a', 'b']}"));
    const crmv_column columns[] = {numbers_column("x", x), numbers_column("y", y)};
    crmv_frame *frame = frame_of(model, columns, 2, 3, AS_OF);
    crmv_model *fitted = NULL;
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_model_calibrate(model, frame, NULL, NULL, &fitted, &error), CRMV_NOT_IDENTIFIED);
    assert_string_equal(error.place, "tiers");
    assert_string_equal(error.message, "none of the 3 customers would have a tier: too little is known of each");
    crmv_frame_free(frame);
    crmv_model_free(model);
}

/* ---- Arguments --------------------------------------------------------------------------------------------------- */

#define OUTCOME                                                                                                        \
    "{'crmvalue': 1, 'input': {'customers': {'customer': 'customer', 'since': 'since'}}, 'metrics': {"                 \
    "'a': {'attribute': 'a', 'scale': {'optimal_bands': {'outcome': 'later', 'classes': 3}}}},"                        \
    "'outcomes': {'after': {'days': 90}, 'metrics': {'later': {'attribute': 'later'}}}}"

static int32_t calibrate(const crmv_model *model, const crmv_frame *frame, const crmv_frame *outcome,
                         crmv_error *error) {
    crmv_model *fitted = NULL;
    const int32_t status = crmv_model_calibrate(model, frame, outcome, NULL, &fitted, error);
    crmv_model_free(fitted);
    return status;
}

static void the_outcome_must_be_that_of_the_model_and_of_its_day(void **state) {
    (void)state;
    crmv_model *model = model_of(OUTCOME),
               *other = model_of("{'crmvalue': 1, 'metrics': {'later': {'attribute': 'x'}}}");
    population p;
    population_make(&p, 50);
    for (int32_t i = 0; i < 50; i++) {
        p.columns[0][i] = i;
        p.columns[4][i] = i > 20;
    }
    crmv_frame *frame = population_frame(&p, model, NULL, 0, AS_OF), *outcome = outcome_frame(&p, model, NULL, 0);
    const double x[50] = {0};
    const crmv_column columns[] = {numbers_column("x", x)};
    crmv_frame *strange = frame_of(other, columns, 1, 50, AS_OF + 90);
    crmv_frame *earlier = population_frame(&p, model, NULL, 0, AS_OF - 1);
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(calibrate(model, frame, NULL, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "outcome");
    assert_non_null(strstr(error.message, "metrics.a.scale"));
    assert_int_equal(calibrate(model, frame, strange, &error), CRMV_BAD_ARGUMENT);
    assert_non_null(strstr(error.message, "later"));
    assert_int_equal(calibrate(model, earlier, outcome, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(calibrate(model, strange, outcome, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(calibrate(model, frame, outcome, &error), CRMV_OK);
    crmv_frame_free(frame);
    crmv_frame_free(outcome);
    crmv_frame_free(strange);
    crmv_frame_free(earlier);
    crmv_model_free(model);
    crmv_model_free(other);
    population_clear(&p);
}

static void null_and_options_that_are_wrong_are_refused(void **state) {
    (void)state;
    crmv_model *model = model_of(ONE_SCALE("{'min_max': {}}")), *fitted = NULL;
    const double x[] = {1, 2};
    const crmv_column columns[] = {numbers_column("x", x)};
    crmv_frame *frame = frame_of(model, columns, 1, 2, AS_OF);
    crmv_calibration *calibration = NULL;
    const crmv_options wrong = {.struct_size = sizeof wrong, .threads = -1};
    assert_int_equal(crmv_model_calibrate(NULL, frame, NULL, NULL, &fitted, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_calibrate(model, NULL, NULL, NULL, &fitted, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_calibrate(model, frame, NULL, NULL, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_model_calibrate(model, frame, NULL, &wrong, &fitted, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_new(NULL, NULL, &calibration, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_new(model, &wrong, &calibration, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_new(model, NULL, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_new(model, NULL, &calibration, NULL), CRMV_OK);
    assert_int_equal(crmv_calibration_gather(NULL, frame, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_gather(calibration, NULL, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_merge(NULL, calibration, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_merge(calibration, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_merge(calibration, calibration, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_finish(NULL, &fitted, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_finish(calibration, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_finish(calibration, &fitted, NULL), CRMV_NOT_IDENTIFIED); /* nothing gathered */
    assert_null(fitted);
    crmv_calibration_free(calibration);
    crmv_calibration_free(NULL);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

/* A calibration that has gathered one of two shards of `x`: 0 to 9, or 10 to 19. */
static crmv_calibration *gathered(const crmv_model *model, int32_t shard, int32_t as_of) {
    double x[10];
    for (int32_t i = 0; i < 10; i++) {
        x[i] = shard * 10 + i;
    }
    const crmv_column columns[] = {numbers_column("x", x)};
    crmv_frame *frame = frame_of(model, columns, 1, 10, as_of);
    crmv_calibration *calibration = NULL;
    assert_int_equal(crmv_calibration_new(model, NULL, &calibration, NULL), CRMV_OK);
    assert_int_equal(crmv_calibration_gather(calibration, frame, NULL, NULL), CRMV_OK);
    crmv_frame_free(frame);
    return calibration;
}

static char *finished(const crmv_calibration *calibration) {
    crmv_model *fitted = NULL;
    assert_int_equal(crmv_calibration_finish(calibration, &fitted, NULL), CRMV_OK);
    char *text = printed(fitted);
    crmv_model_free(fitted);
    return text;
}

static void calibrations_of_other_models_rounds_and_days_do_not_merge(void **state) {
    (void)state;
    crmv_model *model = model_of(ONE_SCALE("{'min_max': {}}")), *same = model_of(ONE_SCALE("{'min_max': {}}"));
    crmv_model *other = model_of(ONE_SCALE("{'percentile': {}}")), *next = NULL;
    crmv_calibration *into = gathered(model, 0, AS_OF), *of_other = gathered(other, 1, AS_OF);
    crmv_calibration *of_day = gathered(same, 1, AS_OF + 1), *good = gathered(same, 1, AS_OF), *of_round = NULL;
    assert_int_equal(crmv_calibration_finish(into, &next, NULL), CRMV_OK);
    assert_int_equal(crmv_calibration_new(next, NULL, &of_round, NULL), CRMV_OK);
    char *before = finished(into);
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_calibration_merge(into, of_other, &error), CRMV_BAD_ARGUMENT);
    assert_non_null(strstr(error.message, "another model"));
    assert_int_equal(crmv_calibration_merge(into, of_round, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_calibration_merge(into, of_day, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.message, "it is as of 2013-01-01, and what was gathered before as of 2012-12-31");
    char *after = finished(into);
    assert_string_equal(before, after);
    free(after);
    assert_int_equal(crmv_calibration_merge(into, good, &error), CRMV_OK);
    crmv_calibration_free(good);
    after = finished(into);
    assert_non_null(strstr(after, "[[0, 0], [19, 100]]"));
    free(after);
    free(before);
    crmv_calibration_free(into);
    crmv_calibration_free(of_other);
    crmv_calibration_free(of_day);
    crmv_calibration_free(of_round);
    crmv_model_free(model);
    crmv_model_free(same);
    crmv_model_free(other);
    crmv_model_free(next);
}

static int32_t stop(void *context, const char *stage, double done) {
    (void)stage;
    (void)done;
    int32_t *calls = context;
    return --*calls < 0;
}

static void a_call_that_is_stopped_leaves_the_calibration_as_it_was(void **state) {
    (void)state;
    enum { ROWS = 20000 };
    static double x[ROWS], y[ROWS];
    for (int32_t i = 0; i < ROWS; i++) {
        x[i] = i % 101;
        y[i] = i % 97;
    }
    const crmv_column columns[] = {numbers_column("x", x), numbers_column("y", y)};
    crmv_model *model = model_of(WEIGHED("'critic': {'of': ['x', 'y']}"));
    crmv_frame *frame = frame_of(model, columns, 2, ROWS, AS_OF);
    crmv_calibration *calibration = NULL;
    int32_t calls = 1 << 20, stopped = 0;
    const crmv_options options = {.struct_size = sizeof options, .context = &calls, .progress = stop};
    assert_int_equal(crmv_calibration_new(model, &options, &calibration, NULL), CRMV_OK);
    assert_int_equal(crmv_calibration_gather(calibration, frame, NULL, NULL), CRMV_OK);
    char *expected = finished(calibration);
    for (int32_t allowed = 0; allowed < 1000; allowed++) {
        calls = allowed;
        crmv_error error = {.struct_size = sizeof error};
        const int32_t status = crmv_calibration_gather(calibration, frame, NULL, &error);
        if (status == CRMV_OK) {
            break;
        }
        assert_int_equal(status, CRMV_CANCELLED);
        assert_int_equal(error.status, CRMV_CANCELLED);
        stopped++;
        crmv_model *none = NULL;
        calls = 0;
        assert_int_equal(crmv_calibration_finish(calibration, &none, &error), CRMV_CANCELLED);
        assert_null(none);
        calls = 1 << 20;
        char *text = finished(calibration);
        assert_string_equal(text, expected);
        free(text);
    }
    assert_true(stopped > 1);
    free(expected);
    crmv_calibration_free(calibration);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(populations_that_determine_nothing_are_told_by_place_and_sentence),
        cmocka_unit_test(where_everyone_is_too_new_nobody_is_in_the_population),
        cmocka_unit_test(where_nobody_would_have_a_tier_that_is_told_of_tiers),
        cmocka_unit_test(the_outcome_must_be_that_of_the_model_and_of_its_day),
        cmocka_unit_test(null_and_options_that_are_wrong_are_refused),
        cmocka_unit_test(calibrations_of_other_models_rounds_and_days_do_not_merge),
        cmocka_unit_test(a_call_that_is_stopped_leaves_the_calibration_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
