/*
 * test_calibration_memory.c - each allocation of calibrating fails once: the call says so, the calibration is as it
 * was, nothing leaks, and tried again it finds what it would have found.
 */
#include "calibrating.h"
#include "failing_memory.h"

enum { ROWS = 60 };

/* Requests of every kind, of which those of the first round do not need one another. */
static const char first_round[] =
    "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': {'percentile': {'knots': 4}}},"
    "'b': {'attribute': 'b', 'scale': {'optimal_bands': {'outcome': 'later', 'classes': 3}}},"
    "'c': {'attribute': 'c', 'scale': {'line': [[0, 0], [9, 100]]}},"
    "'d': {'attribute': 'd', 'scale': {'line': [[0, 0], [60, 100]]}}},"
    "'outcomes': {'after': {'days': 90}, 'metrics': {'later': {'attribute': 'later'}}},"
    "'indexes': {'e': {'weights': {'entropy': {'of': ['c', 'd']}}}, 'f': {'weights': {'critic': {'of': ['c', 'd']}}},"
    "'score': {'weights': {'c': 1, 'd': 1}}}, 'tiers': {'natural_breaks': ['x', 'y', 'z']},"
    "'segments': {'s': {'by': 'a', 'abc': {'names': [['A', 80], ['B', null]]}}}}";

/* And some that do. */
static const char more_rounds[] = "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': {'min_max': {}}},"
                                  "'b': {'attribute': 'b', 'scale': {'quantile_bands': {'classes': 3}}}},"
                                  "'indexes': {'score': {'weights': {'standard_deviation': {'of': ['a', 'b']}}}},"
                                  "'tiers': {'shares': [['x', 20], ['y', null]]}}";

typedef struct scene {
    crmv_model *model, *twin; /* the same text read twice */
    crmv_frame *frames[2], *outcomes[2];
    crmv_calibration *calibration, *other; /* of the two shards */
    crmv_model *made;
    int64_t points[ROWS];
} scene;

static population people;
static int32_t shard_of[ROWS];

static void make_people(void) {
    population_make(&people, ROWS);
    for (int32_t i = 0; i < ROWS; i++) {
        people.columns[0][i] = i * i % 53 + 1;
        people.columns[1][i] = i % 20;
        people.columns[2][i] = i % 10;
        people.columns[3][i] = i;
        people.columns[4][i] = i % 20 > 8 ? i : 1;
        shard_of[i] = i % 3 == 0;
    }
}

static void gather_into(crmv_calibration *calibration, const scene *s, int32_t shard) {
    assert_int_equal(crmv_calibration_gather(calibration, s->frames[shard], s->outcomes[shard], NULL), CRMV_OK);
}

static void set_up(scene *s, const char *text) {
    *s = (scene){.model = model_of(text), .twin = model_of(text)};
    for (int32_t i = 0; i < 2; i++) {
        s->frames[i] = population_frame(&people, s->model, shard_of, i, AS_OF);
        s->outcomes[i] = outcome_frame(&people, s->model, shard_of, i);
    }
    assert_int_equal(crmv_calibration_new(s->model, NULL, &s->calibration, NULL), CRMV_OK);
    assert_int_equal(crmv_calibration_new(s->twin, NULL, &s->other, NULL), CRMV_OK);
    gather_into(s->calibration, s, 0);
    gather_into(s->other, s, 1);
}

static void tear_down(scene *s) {
    for (int32_t i = 0; i < 2; i++) {
        crmv_frame_free(s->frames[i]);
        crmv_frame_free(s->outcomes[i]);
    }
    crmv_calibration_free(s->calibration);
    crmv_calibration_free(s->other);
    crmv_model_free(s->made);
    crmv_model_free(s->twin);
    crmv_model_free(s->model);
}

/* ---- Calls ------------------------------------------------------------------------------------------------------- */

static int32_t gather(scene *s, crmv_error *error) {
    return crmv_calibration_gather(s->calibration, s->frames[1], s->outcomes[1], error);
}

static int32_t merge(scene *s, crmv_error *error) {
    return crmv_calibration_merge(s->calibration, s->other, error);
}

static int32_t finish(scene *s, crmv_error *error) {
    return crmv_calibration_finish(s->calibration, &s->made, error);
}

static int32_t calibrate(scene *s, crmv_error *error) {
    return crmv_model_calibrate(s->model, s->frames[0], s->outcomes[0], NULL, &s->made, error);
}

static int32_t points(scene *s, crmv_error *error) {
    return crmv_model_points(s->model, s->frames[0], "score", NULL, s->points, ROWS, error);
}

/* What the calibration and the model that was made come to, to be freed. */
static char *told(const scene *s) {
    crmv_model *model = NULL;
    if (s->made == NULL) {
        assert_int_equal(crmv_calibration_finish(s->calibration, &model, NULL), CRMV_OK);
    }
    char *text = printed(model == NULL ? s->made : model);
    crmv_model_free(model);
    return text;
}

typedef struct trial {
    const char *model;
    int32_t (*call)(scene *s, crmv_error *error);
    long passed_over; /* allocations between those that fail */
} trial;

static char *expected_of(const trial *t, char **before) {
    scene s;
    set_up(&s, t->model);
    *before = told(&s);
    assert_int_equal(t->call(&s, NULL), CRMV_OK);
    char *text = told(&s);
    tear_down(&s);
    return text;
}

static void check_failure(const trial *t, scene *s, int32_t status, const char *before) {
    assert_int_equal(status, CRMV_OUT_OF_MEMORY);
    assert_null(s->made);
    char *text = told(s);
    assert_string_equal(text, before);
    free(text);
    assert_int_equal(t->call(s, NULL), CRMV_OK);
}

static void fail_each(void **state) {
    const trial *t = *state;
    if (!OWN_MALLOC) {
        print_message("the address sanitizer has a malloc of its own\n");
        skip();
    }
    char *before = NULL, *expected = expected_of(t, &before);
    int64_t failures = 0;
    bool is_over = false;
    for (long nth = 0; !is_over; nth += 1 + t->passed_over) {
        crmv_error error = {.struct_size = sizeof error};
        scene s;
        const long was = standing;
        set_up(&s, t->model);
        has_failed = false;
        until_failure = nth;
        armed = true;
        const int32_t status = t->call(&s, &error);
        armed = false;
        is_over = !has_failed;
        if (status != CRMV_OK) {
            check_failure(t, &s, status, before);
            failures++;
        }
        char *text = told(&s);
        assert_string_equal(text, expected);
        free(text);
        tear_down(&s);
        assert_int_equal(standing, was);
    }
    free(before);
    free(expected);
    assert_true(failures > 0);
}

int main(void) {
    static trial trials[] = {{first_round, gather, 0},
                             {first_round, merge, 0},
                             {first_round, finish, 4},
                             {more_rounds, calibrate, 12},
                             {first_round, points, 0}};
    const struct CMUnitTest tests[] = {
        {"gathering_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[0]},
        {"merging_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[1]},
        {"finishing_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[2]},
        {"calibrating_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[3]},
        {"points_survive_each_failing_allocation", fail_each, NULL, NULL, &trials[4]},
    };
    make_people();
    const int status = cmocka_run_group_tests(tests, NULL, NULL);
    population_clear(&people);
    return status;
}
