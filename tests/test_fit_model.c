/* test_fit_model.c - models that are fitted to customers: what is found, by whom, and that shards do not matter. */
#include "fit_people.h"
#include "nearness.h"

static people all;

static json_t *found_in(const char *text, const people *p) {
    crmv_model *fitted = fitted_of(text, p);
    json_t *answer = fitted_weights(fitted, "score");
    crmv_model_free(fitted);
    return answer;
}

static void check_three_to_one(const char *text) {
    json_t *answer = found_in(text, &all);
    const double a = number_at(answer, "weights", "a");
    const double b = number_at(answer, "weights", "b");
    const double c = number_at(answer, "weights", "c");
    assert_near(a + b + c, 100, 1e-9);
    assert_near(a, 75, 1.5);
    assert_near(b, 25, 1.5);
    assert_near(c, 0, 1.5);
    const json_t *found = json_object_get(answer, "found");
    assert_true(number_at(found, "training", "spearman") > 0.97);
    assert_true(number_at(found, "held_out", "spearman") > 0.97);
    assert_true(number_at(found, "held_out", "spearman") > number_at(found, "held_out", "spearman_of_equal_weights"));
    const double training = number_at(found, "training", "customers");
    assert_near(training + number_at(found, "held_out", "customers"), PEOPLE, 0);
    assert_near(training, number_at(answer, "customers", NULL), 0);
    assert_true(training > PEOPLE * 0.6 && training < PEOPLE * 0.8);
    assert_string_equal(json_string_value(json_object_get(answer, "as_of")), "2024-10-04");
    json_decref(answer);
}

static void an_outcome_of_three_parts_and_one_gives_weights_of_about_75_and_25(void **state) {
    (void)state;
    check_three_to_one(BY_OUTCOME("'of': ['a', 'b', 'c'], 'explain': 'later'"));
    check_three_to_one(BY_OUTCOME("'of': ['a', 'b', 'c'], 'explain': 'later', 'by': 'rank_correlation'"));
}

/* Of scipy.optimize.nnls 1.10.1, over the same customers made in Python. */
static void weights_are_those_of_an_independent_solver(void **state) {
    (void)state;
    json_t *answer = found_in(BY_OUTCOME("'of': ['a', 'b', 'c'], 'explain': 'later', 'held_out': 0"), &all);
    const json_t *found = json_object_get(answer, "found");
    assert_near(number_at(answer, "weights", "a"), 75.470788009, 1.5e-6);
    assert_near(number_at(answer, "weights", "b"), 24.369364855, 1.5e-6);
    assert_near(number_at(found, "training", "r_squared"), 0.9849040332, 1e-6);
    assert_near(number_at(found, "held_out", "customers"), 0, 0);
    assert_true(json_is_null(json_object_get(json_object_get(found, "held_out"), "spearman")));
    json_decref(answer);
}

/* What happened turned about, of which less is better, gives the same weights. */
static void an_outcome_of_which_less_is_better_is_explained_the_other_way_round(void **state) {
    (void)state;
    static people turned;
    static const char *const ways[] = {"'by': 'least_squares', ", "'by': 'rank_correlation', "};
    turned = all;
    for (int32_t i = 0; i < PEOPLE; i++) {
        turned.later[i] = -all.later[i];
    }
    for (int32_t way = 0; way < 2; way++) {
        char text[1024];
        snprintf(text, sizeof text, BY_OUTCOME("%s'of': ['a', 'b', 'c'], 'explain': 'later'"), ways[way]);
        json_t *found = found_in(text, &all);
        char *piece = strstr(text, "'Later'");
        memmove(piece + 7 + strlen(", 'better': 'lower'"), piece + 7, strlen(piece + 7) + 1);
        memcpy(piece + 7, ", 'better': 'lower'", strlen(", 'better': 'lower'"));
        json_t *other = found_in(text, &turned);
        assert_true(json_equal(json_object_get(found, "weights"), json_object_get(other, "weights")));
        assert_true(json_equal(json_object_get(found, "found"), json_object_get(other, "found")));
        json_decref(found);
        json_decref(other);
    }
}

static void the_order_in_which_members_are_listed_does_not_matter(void **state) {
    (void)state;
    static const char *const ways[] = {"least_squares", "rank_correlation"};
    for (int32_t i = 0; i < 2; i++) {
        char one[1024], other[1024];
        snprintf(one, sizeof one, BY_OUTCOME("'of': ['a', 'b', 'c'], 'explain': 'later', 'by': '%s'"), ways[i]);
        snprintf(other, sizeof other, BY_OUTCOME("'of': ['c', 'a', 'b'], 'explain': 'later', 'by': '%s'"), ways[i]);
        json_t *a = found_in(one, &all);
        json_t *b = found_in(other, &all);
        assert_true(json_equal(json_object_get(a, "weights"), json_object_get(b, "weights")));
        assert_true(json_equal(json_object_get(a, "found"), json_object_get(b, "found")));
        json_decref(a);
        json_decref(b);
    }
}

/* ---- Who counts -------------------------------------------------------------------------------------------------- */

static void customers_without_an_outcome_or_points_are_left_out_and_counted(void **state) {
    (void)state;
    static people some;
    some = all;
    for (int32_t i = 0; i < PEOPLE; i++) {
        some.text_keys[i] = some.texts[i];
    }
    some.later[3] = some.later[4] = NAN;
    some.a[5] = some.b[5] = some.c[6] = some.c[7] = NAN;
    some.a[3] = NAN; /* has neither */
    json_t *answer = found_in(BY_OUTCOME("'of': ['a', 'b', 'c'], 'explain': 'later', 'held_out': 0"), &some);
    const json_t *found = json_object_get(answer, "found");
    assert_near(number_at(answer, "customers", NULL), PEOPLE - 5, 0);
    assert_near(number_at(found, "left_out", "without_outcome"), 2, 0);
    assert_near(number_at(found, "left_out", "without_points_of_all_members"), 3, 0);
    json_decref(answer);
}

static void what_held_out_customers_did_does_not_change_the_weights(void **state) {
    (void)state;
    static people some;
    static const char *const text = BY_OUTCOME("'of': ['a', 'b', 'c'], 'explain': 'later', 'held_out': 40");
    some = all;
    crmv_model *model = model_of_text(text);
    frames f = frames_of(model, &all, 0, PEOPLE, false);
    for (int32_t i = 0; i < PEOPLE; i++) {
        if (crmv_frame_held_out(f.population, i, 40) != 0) {
            some.later[i] = 1000 - some.later[i];
        }
    }
    free_frames(&f);
    crmv_model_free(model);
    json_t *a = found_in(text, &all);
    json_t *b = found_in(text, &some);
    assert_true(json_equal(json_object_get(a, "weights"), json_object_get(b, "weights")));
    assert_true(number_at(json_object_get(b, "found"), "held_out", "spearman") < -0.9);
    assert_non_null(json_object_get(json_object_get(json_object_get(b, "found"), "held_out"), "remark"));
    json_decref(a);
    json_decref(b);
}

static void customers_who_are_too_new_are_in_no_population(void **state) {
    (void)state;
    static people some;
    some = all;
    for (int32_t i = 0; i < 50; i++) {
        some.since[i] = AS_OF - 10;
        some.later[i] = 5;
    }
    crmv_model *fitted = fitted_of(
        MODEL(OUTCOMES ", 'metrics': {" MEMBER("a", "A") ", " MEMBER(
            "b", "B") "}, 'indexes': {'score': {'weights': {'outcome': {'of': ['a', 'b'], 'explain': 'later', "
                      "'held_out': 0}}}}, 'unrated': {'tenure_below': {'months': 3}}"),
        &some);
    json_t *answer = fitted_weights(fitted, "score");
    assert_near(number_at(answer, "customers", NULL), PEOPLE - 50, 0);
    assert_near(number_at(json_object_get(answer, "found"), "left_out", "without_outcome"), 0, 0);
    json_decref(answer);
    crmv_model_free(fitted);
}

/* ---- What cannot be found ---------------------------------------------------------------------------------------- */

static void check_refused_with(const char *text, const people *p, int32_t status, const char *place,
                               const char *message) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *model = model_of_text(text);
    frames f = frames_of(model, p, 0, PEOPLE, false);
    crmv_model *fitted = NULL;
    assert_int_equal(crmv_fit_model(model, f.population, f.outcome, NULL, &fitted, &error), status);
    assert_null(fitted);
    assert_string_equal(error.place, place);
    if (message != NULL) {
        assert_string_equal(error.message, message);
    }
    free_frames(&f);
    crmv_model_free(model);
}

static void check_refused(const char *text, const people *p, int32_t status, const char *place) {
    check_refused_with(text, p, status, place, NULL);
}

static void a_member_that_nobody_has_points_of_is_named(void **state) {
    (void)state;
    static people some;
    some = all;
    for (int32_t i = 0; i < PEOPLE; i++) {
        some.b[i] = NAN;
    }
    check_refused_with(BY_OUTCOME("'of': ['a', 'b'], 'explain': 'later'"), &some, CRMV_NOT_IDENTIFIED,
                       "indexes.score.weights", "none of the 600 customers with an outcome has points of \"b\"");
}

static void what_nothing_explains_is_not_identified(void **state) {
    (void)state;
    static people some;
    static const char *const ways[] = {"'by': 'least_squares', ", "'by': 'rank_correlation', "};
    for (int32_t way = 0; way < 2; way++) {
        char text[1024];
        snprintf(text, sizeof text, BY_OUTCOME("%s'of': ['a', 'b'], 'explain': 'later'"), ways[way]);
        some = all;
        for (int32_t i = 0; i < PEOPLE; i++) {
            some.later[i] = -some.a[i] - some.b[i];
        }
        check_refused(text, &some, CRMV_NOT_IDENTIFIED, "indexes.score.weights");
        for (int32_t i = 0; i < PEOPLE; i++) {
            some.later[i] = 7;
        }
        check_refused(text, &some, CRMV_NOT_IDENTIFIED, "indexes.score.weights");
        for (int32_t i = 0; i < PEOPLE; i++) {
            some.later[i] = i;
            some.a[i] = some.b[i] = 50;
        }
        check_refused(text, &some, CRMV_NOT_IDENTIFIED, "indexes.score.weights");
        for (int32_t i = 0; i < PEOPLE; i++) {
            some.later[i] = NAN;
        }
        check_refused(text, &some, CRMV_NOT_IDENTIFIED, "indexes.score.weights");
    }
}

static void an_outcome_past_sixty_two_bits_is_refused_with_its_customer(void **state) {
    (void)state;
    static people some;
    some = all;
    some.later[9] = 5e12;
    check_refused_with(BY_OUTCOME("'of': ['a', 'b'], 'explain': 'later'"), &some, CRMV_OVERFLOW, "later",
                       "the outcome later of customer 37 is too large: its magnitude must lie below 4.6e12");
}

static void members_that_say_nothing_weigh_nothing_and_are_remarked_on(void **state) {
    (void)state;
    static people some;
    static const char *const ways[] = {"'by': 'least_squares', ", "'by': 'rank_correlation', "};
    for (int32_t way = 0; way < 2; way++) {
        char text[1024];
        snprintf(text, sizeof text, BY_OUTCOME("%s'of': ['a', 'b', 'c'], 'explain': 'later'"), ways[way]);
        some = all;
        for (int32_t i = 0; i < PEOPLE; i++) {
            some.b[i] = 100 - some.a[i];
            some.c[i] = 42;
        }
        json_t *answer = found_in(text, &some);
        const json_t *members = json_object_get(json_object_get(answer, "found"), "members");
        assert_near(number_at(answer, "weights", "a"), 100, 0);
        assert_null(json_object_get(members, "a"));
        assert_true(json_is_string(json_object_get(json_object_get(members, "b"), "remark")));
        assert_true(json_is_string(json_object_get(json_object_get(members, "c"), "remark")));
        json_decref(answer);
    }
}

static void outcomes_that_are_needed_must_be_given_and_be_of_their_days(void **state) {
    (void)state;
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *model = model_of_text(BY_OUTCOME("'of': ['a', 'b'], 'explain': 'later'"));
    crmv_model *fitted = NULL;
    frames f = frames_of(model, &all, 0, PEOPLE, false);
    frames texts = frames_of(model, &all, 0, PEOPLE, true);
    assert_int_equal(crmv_fit_model(model, f.population, NULL, NULL, &fitted, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "outcome");
    assert_int_equal(crmv_fit_model(model, f.population, f.population, NULL, &fitted, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "outcome");
    assert_int_equal(crmv_fit_model(model, f.population, texts.outcome, NULL, &fitted, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "outcome");
    assert_int_equal(crmv_fit_model(NULL, f.population, f.outcome, NULL, &fitted, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_fit_model(model, NULL, f.outcome, NULL, &fitted, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_fit_model(model, f.population, f.outcome, NULL, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_null(fitted);
    free_frames(&f);
    free_frames(&texts);
    crmv_model_free(model);
}

/* ---- All kinds, shards ------------------------------------------------------------------------------------------- */

static void requests_of_all_kinds_are_answered_in_one_call_and_the_model_scores(void **state) {
    (void)state;
    crmv_model *model = model_of_text(ALL_KINDS);
    frames f = frames_of(model, &all, 0, PEOPLE, false);
    crmv_scores *scores = NULL;
    assert_int_equal(crmv_score(model, f.population, NULL, &scores, NULL), CRMV_NOT_FITTED);
    crmv_model *fitted = fitted_with(model, &f, 1);
    crmv_request request = {.struct_size = sizeof request};
    assert_int_equal(crmv_model_requests(fitted), 9);
    for (int32_t i = 0; i < crmv_model_requests(fitted); i++) {
        assert_int_equal(crmv_model_request(fitted, i, &request), CRMV_OK);
        assert_int_equal(request.state, CRMV_REQUEST_FITTED);
    }
    assert_int_equal(crmv_score(fitted, f.population, NULL, &scores, NULL), CRMV_OK);
    crmv_scores_free(scores);
    json_t *judged = fitted_weights(fitted, "judged");
    assert_near(number_at(judged, "weights", "c"), 75, 0);
    assert_near(number_at(judged, "weights", "d"), 25, 0);
    assert_null(json_object_get(judged, "as_of"));
    json_decref(judged);
    crmv_model *again = fitted_with(fitted, &f, 3); /* what was found before is of no account, nor are threads */
    check_same_text(fitted, again);
    crmv_model_free(again);
    crmv_model_free(fitted);
    free_frames(&f);
    crmv_model_free(model);
}

/* A round over three shards, the first two of them in one fit, merged from the last. */
static crmv_model *round_of(const crmv_model *model, const frames *shards) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_fit *fits[3];
    crmv_model *next = NULL;
    for (int32_t i = 0; i < 3; i++) {
        assert_int_equal(crmv_fit_new(model, NULL, &fits[i], &error), CRMV_OK);
    }
    const int32_t of[] = {0, 0, 1};
    for (int32_t i = 0; i < 3; i++) {
        if (crmv_fit_gather(fits[of[i]], shards[i].population, shards[i].outcome, &error) != CRMV_OK) {
            fail_msg("%s: %s", error.place, error.message);
        }
    }
    assert_int_equal(crmv_fit_merge(fits[2], fits[1], &error), CRMV_OK); /* the last one has gathered nothing */
    assert_int_equal(crmv_fit_merge(fits[2], fits[0], &error), CRMV_OK);
    if (crmv_fit_finish(fits[2], &next, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    for (int32_t i = 0; i < 3; i++) {
        crmv_fit_free(fits[i]);
    }
    return next;
}

static bool is_open(const crmv_model *model) {
    crmv_request request = {.struct_size = sizeof request};
    for (int32_t i = 0; i < crmv_model_requests(model); i++) {
        assert_int_equal(crmv_model_request(model, i, &request), CRMV_OK);
        if (request.state != CRMV_REQUEST_FITTED) {
            return true;
        }
    }
    return false;
}

static void check_shards(const char *text, bool by_text) {
    crmv_model *model = model_of_text(text);
    frames whole = frames_of(model, &all, 0, PEOPLE, by_text);
    frames shards[] = {frames_of(model, &all, 0, 100, by_text), frames_of(model, &all, 100, 101, by_text),
                       frames_of(model, &all, 101, PEOPLE, by_text)};
    crmv_model *fitted = fitted_with(model, &whole, 1);
    crmv_model *next = NULL;
    assert_int_equal(crmv_model_unfitted(model, &next, NULL), CRMV_OK);
    int32_t rounds = 0;
    for (; is_open(next); rounds++) {
        assert_true(rounds < 10);
        crmv_model *answered = round_of(next, shards);
        crmv_model_free(next);
        next = answered;
    }
    assert_true(rounds >= 1);
    check_same_text(fitted, next);
    crmv_model_free(next);
    crmv_model_free(fitted);
    for (int32_t i = 0; i < 3; i++) {
        free_frames(&shards[i]);
    }
    free_frames(&whole);
    crmv_model_free(model);
}

static void shards_give_the_same_model_byte_for_byte(void **state) {
    (void)state;
    check_shards(ALL_KINDS, false);
    check_shards(BY_OUTCOME("'of': ['a', 'b', 'c'], 'explain': 'later'"), true);
    check_shards(BY_OUTCOME("'of': ['a', 'b', 'c'], 'explain': 'later', 'by': 'rank_correlation'"), false);
}

static void fits_of_different_models_or_days_do_not_merge(void **state) {
    (void)state;
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *a = model_of_text(BY_OUTCOME("'of': ['a', 'b'], 'explain': 'later'"));
    crmv_model *b = model_of_text(BY_OUTCOME("'of': ['a', 'c'], 'explain': 'later'"));
    crmv_fit *one, *other;
    assert_int_equal(crmv_fit_new(a, NULL, &one, &error), CRMV_OK);
    assert_int_equal(crmv_fit_new(b, NULL, &other, &error), CRMV_OK);
    assert_int_equal(crmv_fit_merge(one, other, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_fit_merge(one, one, &error), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_fit_merge(one, NULL, &error), CRMV_BAD_ARGUMENT);
    crmv_fit_free(one);
    crmv_fit_free(other);
    crmv_fit_free(NULL);
    crmv_model_free(a);
    crmv_model_free(b);
}

static void judgements_that_contradict_each_other_are_remarked_on(void **state) {
    (void)state;
    crmv_model *fitted = fitted_of(
        MODEL(OUTCOMES ", 'metrics': {" MEMBER("a", "A") ", " MEMBER("b", "B") ", " MEMBER(
            "c",
            "C") "}, 'indexes': {'score': {'weights': {'ahp': {'of': ['a', 'b', 'c'], 'judgements': [['a', 'b', 5], "
                 "['b', 'c', 5], ['c', 'a', 5]]}}}}"),
        &all);
    json_t *answer = fitted_weights(fitted, "score");
    const json_t *found = json_object_get(answer, "found");
    assert_true(number_at(found, "consistency_ratio", NULL) > 0.1);
    assert_true(json_is_string(json_object_get(found, "remark")));
    assert_int_equal(json_array_size(json_object_get(json_object_get(found, "worst"), "judgement")), 3);
    json_decref(answer);
    crmv_model_free(fitted);
}

/* Of b over a and c over b follows c over a in the way that it was written. */
static void the_worst_judgement_is_told_as_it_was_written_with_what_would_agree(void **state) {
    (void)state;
    crmv_model *fitted = fitted_of(
        MODEL(OUTCOMES ", 'metrics': {" MEMBER("a", "A") ", " MEMBER("b", "B") ", " MEMBER("c", "C") ", " MEMBER(
            "d", "D") "}, 'indexes': {'score': {'weights': {'ahp': {'of': ['a', 'b', 'c', 'd'], "
                      "'judgements': [['b', 'a', 2], ['c', 'b', 2], ['d', 'a', 1], ['d', 'b', "
                      "0.5], ['d', 'c', 0.25], ['c', 'a', 0.2]]}}}}"),
        &all);
    json_t *answer = fitted_weights(fitted, "score");
    const json_t *found = json_object_get(answer, "found");
    const json_t *worst = json_object_get(found, "worst");
    const json_t *judgement = json_object_get(worst, "judgement");
    assert_string_equal(json_string_value(json_array_get(judgement, 0)), "c");
    assert_string_equal(json_string_value(json_array_get(judgement, 1)), "a");
    assert_near(json_number_value(json_array_get(judgement, 2)), 0.2, 0);
    assert_near(json_number_value(json_object_get(worst, "would_agree")), 4, 1e-6);
    assert_string_equal(json_string_value(json_object_get(found, "remark")),
                        "the judgements contradict each other: the consistency ratio is 0.1 or more; look first at "
                        "[\"c\", \"a\", 0.2], where 4 would agree with the others");
    json_decref(answer);
    crmv_model_free(fitted);
}

static void members_that_weigh_too_little_to_be_written_are_remarked_on(void **state) {
    (void)state;
    crmv_model *fitted = fitted_of(
        MODEL(OUTCOMES ", 'metrics': {" MEMBER("a", "A") ", " MEMBER("b", "B") ", " MEMBER(
            "c", "C") "}, 'indexes': {'score': {'weights': {'ahp': {'of': ['a', 'b', 'c'], 'judgements': [['a', 'b', "
                      "1e200], ['b', 'c', 1]]}}}}"),
        &all);
    json_t *answer = fitted_weights(fitted, "score");
    const json_t *members = json_object_get(json_object_get(answer, "found"), "members");
    assert_near(number_at(answer, "weights", "a"), 100, 0);
    assert_null(json_object_get(members, "a"));
    assert_true(json_is_string(json_object_get(json_object_get(members, "b"), "remark")));
    assert_true(json_is_string(json_object_get(json_object_get(members, "c"), "remark")));
    json_decref(answer);
    crmv_model_free(fitted);
}

static void judgements_alone_need_no_population(void **state) {
    (void)state;
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *fitted = NULL;
    crmv_model *model = model_of_text(MODEL(
        "'metrics': {" MEMBER("a", "A") ", " MEMBER("b", "B") "}, 'indexes': {'score': {'weights': {'ahp': "
                                                              "{'of': ['a', 'b'], 'judgements': [['a', 'b', 3]]}}}}"));
    assert_int_equal(crmv_fit_model(model, NULL, NULL, NULL, &fitted, &error), CRMV_OK);
    json_t *answer = fitted_weights(fitted, "score");
    assert_near(number_at(answer, "weights", "a"), 75, 0);
    assert_null(json_object_get(answer, "as_of"));
    assert_null(json_object_get(answer, "customers"));
    json_decref(answer);
    crmv_model_free(fitted);
    crmv_model_free(model);
}

static void a_population_that_is_missed_is_told_with_the_request(void **state) {
    (void)state;
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *fitted = NULL;
    crmv_model *model = model_of_text(ALL_KINDS);
    assert_int_equal(crmv_fit_model(model, NULL, NULL, NULL, &fitted, &error), CRMV_BAD_ARGUMENT);
    assert_string_equal(error.place, "population");
    assert_non_null(strstr(error.message, "metrics.a.scale"));
    assert_null(fitted);
    crmv_model_free(model);
}

static int32_t stop_at_rank(void *context, const char *stage, double done) {
    int32_t *calls = context;
    (void)done;
    *calls += strcmp(stage, "weights by rank") == 0 ? 1 : 0;
    return *calls > 0;
}

static void a_search_by_rank_can_be_cancelled(void **state) {
    (void)state;
    int32_t calls = 0;
    const crmv_options options = {.struct_size = sizeof options, .context = &calls, .progress = stop_at_rank};
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *model = model_of_text(BY_OUTCOME("'of': ['a', 'b'], 'explain': 'later', 'by': 'rank_correlation'"));
    crmv_model *fitted = NULL;
    frames f = frames_of(model, &all, 0, PEOPLE, false);
    assert_int_equal(crmv_fit_model(model, f.population, f.outcome, &options, &fitted, &error), CRMV_CANCELLED);
    assert_int_equal(error.status, CRMV_CANCELLED);
    assert_int_equal(calls, 1);
    assert_null(fitted);
    free_frames(&f);
    crmv_model_free(model);
}

static int make_people(void **state) {
    (void)state;
    fill_people(&all);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outcome_of_three_parts_and_one_gives_weights_of_about_75_and_25),
        cmocka_unit_test(weights_are_those_of_an_independent_solver),
        cmocka_unit_test(an_outcome_of_which_less_is_better_is_explained_the_other_way_round),
        cmocka_unit_test(the_order_in_which_members_are_listed_does_not_matter),
        cmocka_unit_test(customers_without_an_outcome_or_points_are_left_out_and_counted),
        cmocka_unit_test(what_held_out_customers_did_does_not_change_the_weights),
        cmocka_unit_test(customers_who_are_too_new_are_in_no_population),
        cmocka_unit_test(what_nothing_explains_is_not_identified),
        cmocka_unit_test(an_outcome_past_sixty_two_bits_is_refused_with_its_customer),
        cmocka_unit_test(members_that_say_nothing_weigh_nothing_and_are_remarked_on),
        cmocka_unit_test(outcomes_that_are_needed_must_be_given_and_be_of_their_days),
        cmocka_unit_test(requests_of_all_kinds_are_answered_in_one_call_and_the_model_scores),
        cmocka_unit_test(shards_give_the_same_model_byte_for_byte),
        cmocka_unit_test(fits_of_different_models_or_days_do_not_merge),
        cmocka_unit_test(judgements_that_contradict_each_other_are_remarked_on),
        cmocka_unit_test(the_worst_judgement_is_told_as_it_was_written_with_what_would_agree),
        cmocka_unit_test(members_that_weigh_too_little_to_be_written_are_remarked_on),
        cmocka_unit_test(a_member_that_nobody_has_points_of_is_named),
        cmocka_unit_test(a_search_by_rank_can_be_cancelled),
        cmocka_unit_test(judgements_alone_need_no_population),
        cmocka_unit_test(a_population_that_is_missed_is_told_with_the_request),
    };
    return cmocka_run_group_tests(tests, make_people, NULL);
}
