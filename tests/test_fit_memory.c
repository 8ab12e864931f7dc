/*
 * test_fit_memory.c - fitting a model where memory is short: each allocation fails once, Jansson's and those of both
 * libraries among them; the call says so, nothing is left behind, and tried again it gives what it would have given.
 */
#include "failing_memory.h"
#include "fit_people.h"

static people all;

/* A fit of two shards: the second is gathered by itself. */
typedef struct scene {
    crmv_model *model;
    frames whole, first, second;
    crmv_fit *fit, *other;
    crmv_model *out;
} scene;

static int32_t fit_model(scene *s, crmv_error *error) {
    return crmv_fit_model(s->model, s->whole.population, s->whole.outcome, NULL, &s->out, error);
}

static int32_t make_fit(scene *s, crmv_error *error) {
    crmv_fit *fit = NULL;
    const int32_t status = crmv_fit_new(s->model, NULL, &fit, error);
    crmv_fit_free(fit);
    return status;
}

static int32_t gather_second(scene *s, crmv_error *error) {
    return crmv_fit_gather(s->fit, s->second.population, s->second.outcome, error);
}

static int32_t merge_other(scene *s, crmv_error *error) {
    return crmv_fit_merge(s->fit, s->other, error);
}

static int32_t finish(scene *s, crmv_error *error) {
    return crmv_fit_finish(s->fit, &s->out, error);
}

static void set_up(scene *s) {
    s->out = NULL;
    assert_int_equal(crmv_fit_new(s->model, NULL, &s->fit, NULL), CRMV_OK);
    assert_int_equal(crmv_fit_new(s->model, NULL, &s->other, NULL), CRMV_OK);
    assert_int_equal(crmv_fit_gather(s->fit, s->first.population, s->first.outcome, NULL), CRMV_OK);
    assert_int_equal(crmv_fit_gather(s->other, s->second.population, s->second.outcome, NULL), CRMV_OK);
}

typedef struct trial {
    int32_t (*call)(scene *s, crmv_error *error);
    bool all_kinds;
    long passed_over; /* allocations between those that fail */
} trial;

/* What comes of the scene after the call, to be freed. */
static char *end_of(scene *s) {
    if (s->out == NULL) {
        assert_int_equal(crmv_fit_finish(s->fit, &s->out, NULL), CRMV_OK);
    }
    char *text = printed(s->out);
    crmv_model_free(s->out);
    crmv_fit_free(s->fit);
    crmv_fit_free(s->other);
    return text;
}

static bool fails_at(const trial *t, scene *s, long nth, const char *expected, int64_t *failures) {
    crmv_error error = {.struct_size = sizeof error};
    const long before = standing;
    set_up(s);
    until_failure = nth;
    has_failed = false;
    armed = true;
    const int32_t status = t->call(s, &error);
    armed = false;
    const bool failed = has_failed;
    if (status != CRMV_OK) {
        assert_int_equal(status, CRMV_OUT_OF_MEMORY);
        assert_int_equal(error.status, CRMV_OUT_OF_MEMORY);
        assert_null(s->out);
        assert_int_equal(t->call(s, NULL), CRMV_OK);
        (*failures)++;
    }
    char *text = end_of(s);
    assert_string_equal(text, expected);
    free(text);
    assert_int_equal(standing, before);
    return failed;
}

static void fail_each(void **state) {
    const trial *t = *state;
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    scene s = {.model = model_of_text(t->all_kinds ? ALL_KINDS
                                                   : BY_OUTCOME("'of': ['a', 'b', 'c'], 'explain': 'later', 'by': "
                                                                "'rank_correlation'"))};
    s.whole = frames_of(s.model, &all, 0, 200, true);
    s.first = frames_of(s.model, &all, 0, 120, true);
    s.second = frames_of(s.model, &all, 120, 200, true);
    set_up(&s);
    assert_int_equal(t->call(&s, NULL), CRMV_OK);
    char *expected = end_of(&s);
    int64_t failures = 0;
    for (long nth = 0; fails_at(t, &s, nth, expected, &failures);) {
        nth += 1 + t->passed_over;
    }
    assert_true(failures > 0);
    free(expected);
    free_frames(&s.whole);
    free_frames(&s.first);
    free_frames(&s.second);
    crmv_model_free(s.model);
}

int main(void) {
    static trial trials[] = {{fit_model, false, 2},    {make_fit, false, 0}, {gather_second, false, 0},
                             {merge_other, false, 0},  {finish, false, 0},   {fit_model, true, 400},
                             {gather_second, true, 0}, {finish, true, 30}};
    const struct CMUnitTest tests[] = {
        {"fitting_a_model_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[0]},
        {"a_new_fit_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[1]},
        {"gathering_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[2]},
        {"merging_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[3]},
        {"finishing_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[4]},
        {"fitting_requests_of_all_kinds_survives_failing_allocations", fail_each, NULL, NULL, &trials[5]},
        {"gathering_for_requests_of_all_kinds_survives_each_failing_allocation", fail_each, NULL, NULL, &trials[6]},
        {"finishing_requests_of_all_kinds_survives_failing_allocations", fail_each, NULL, NULL, &trials[7]},
    };
    fill_people(&all);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
