/*
 * One customer without a frame: the same numbers, tiers and reasons for having none as crmv_score gives for a row, on
 * random models; no allocation; and what a row of metrics cannot tell is asked for.
 */
#include "failing_memory.h"
#include "random_scorecards.h"

enum { ROUNDS = 80, CUSTOMERS = 40 };

static crmv_single_score room(void) {
    return (crmv_single_score){.struct_size = sizeof(crmv_single_score), .tier = 77, .score = 77};
}

/* The metrics of a frame's row, in the model's order. */
static void row_of(const crmv_model *model, const crmv_frame *frame, int64_t row, double *out) {
    const int32_t count = crmv_model_count(model, CRMV_METRICS);
    for (int32_t i = 0; i < count; i++) {
        out[i] = crmv_frame_metric(frame, crmv_model_item(model, CRMV_METRICS, i))[row];
    }
}

static int64_t exact_or_missing(const crmv_scores *scores, const char *column, int64_t row) {
    const int64_t *values = crmv_scores_exact(scores, column);
    return values ? values[row] : MISSING;
}

static void assert_same_as_row(const crmv_single_score *one, const crmv_scores *scores, int64_t row) {
    assert_int_equal(one->score, exact_or_missing(scores, "score", row));
    assert_int_equal(one->score_low, exact_or_missing(scores, "score_low", row));
    assert_int_equal(one->score_high, exact_or_missing(scores, "score_high", row));
    assert_int_equal(one->coverage, exact_or_missing(scores, "coverage", row));
    assert_int_equal(one->tier, code(scores, "tier", row));
    assert_int_equal(one->tier_uncapped, code(scores, "tier_uncapped", row));
    assert_int_equal(one->unrated, code(scores, "unrated", row));
}

/* Scores every row of a frame by itself and compares; counts the rows whose tier a rule capped, and those unrated. */
static void compare_rows(const crmv_model *model, const crmv_frame *frame, int64_t *capped, int64_t *unrated) {
    crmv_scores *scores = scores_of(model, frame);
    for (int64_t row = 0; row < crmv_frame_rows(frame); row++) {
        double metrics[64];
        crmv_single_score one = room();
        row_of(model, frame, row, metrics);
        assert_int_equal(crmv_score_one(model, metrics, crmv_model_count(model, CRMV_METRICS), crmv_frame_as_of(frame),
                                        crmv_frame_start(frame, row), &one, NULL),
                         CRMV_OK);
        assert_same_as_row(&one, scores, row);
        *capped += one.tier != one.tier_uncapped;
        *unrated += one.unrated != CRMV_RATED;
    }
    crmv_scores_free(scores);
}

/* ---- As in a frame ----------------------------------------------------------------------------------------------- */

/* Rules that look at everything there is: metrics, indexes, coverage, the tier, segments of segments. */
static crmv_model *model_with_rules(const random_model *m) {
    char rest[2048];
    snprintf(
        rest, sizeof rest,
        "'unrated': {'coverage_below': %d},"
        "'segments': {'late': {'cases': [{'is': 'x', 'when': {'side': {'is': 'q'}}}, {'is': 'y', 'when': {'%s': "
        "{'below': 2}}}]}, 'side': {'grid': {'rows': '%s', 'columns': '%s', 'cuts': [[2], [40]], 'names': [['p', "
        "'q'], ['q', 'r']]}}},"
        "'rules': [{'name': 'a', 'when': {'%s': {'at_least': 4}, 'tier': {'is': 'A'}}, 'then': {'cap': 'B'}},"
        "{'name': 'b', 'when': {'late': {'is': 'x'}}, 'then': {'cap': 'C'}},"
        "{'name': 'c', 'when': {'%s': {'above': 30}, 'coverage': {'below': 70}}, 'then': {'cap': 'B', 'flag': true}},"
        "{'name': 'd', 'when': {'%s': {'missing': true}}, 'then': {'cap': 'B'}}]}",
        (int)draw(60), m->names[0], m->names[1], m->names[METRICS], m->names[2], m->names[METRICS + 1], m->names[3]);
    return parsed_with(m, false, rest);
}

static void a_row_alone_scores_as_it_does_in_a_frame(void **state) {
    (void)state;
    random_state = 77;
    int64_t capped = 0, unrated = 0;
    for (int32_t round = 0; round < ROUNDS; round++) {
        const random_model drawn = draw_model(round % 2 == 0 ? ANY_POINTS : FROM_0_TO_100);
        double *values = draw_values(CUSTOMERS);
        crmv_model *model = model_with_rules(&drawn);
        crmv_frame *frame = frame_with(&drawn, model, values, CUSTOMERS);
        compare_rows(model, frame, &capped, &unrated);
        crmv_frame_free(frame);
        crmv_model_free(model);
        free(values);
    }
    assert_true(capped > ROUNDS && unrated > ROUNDS);
}

/* Knots this far apart do not fit into a sheet's doubles: there crmv_score goes customer by customer. */
static void scales_beyond_doubles_score_alike(void **state) {
    (void)state;
    crmv_model *model = model_of(
        "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': {'line': [[0, -1000000], [9, "
        "1000000]]}},"
        "'b': {'attribute': 'b', 'scale': {'line': [[0, 0], [7, 1000000]]}}},"
        "'indexes': {'score': {'weights': {'a': 0.3, 'b': 99.000001}}}, 'tiers': {'cuts': [['x', 5], ['y', null]]}}");
    const double a[] = {1.0 / 3, 8.99, NAN, 2}, b[] = {6.1, NAN, 3.3, 0};
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("b", b)};
    crmv_frame *frame = frame_of(model, columns, 2, 4, CRMV_NO_DATE);
    int64_t capped = 0, unrated = 0;
    compare_rows(model, frame, &capped, &unrated);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void a_model_without_a_score_has_neither_points_nor_tiers(void **state) {
    (void)state;
    crmv_model *model = model_of("{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a'}}}");
    const double value = 5;
    crmv_single_score one = room();
    assert_int_equal(crmv_score_one(model, &value, 1, CRMV_NO_DATE, CRMV_NO_DATE, &one, NULL), CRMV_OK);
    assert_int_equal(one.score, MISSING);
    assert_int_equal(one.coverage, MISSING);
    assert_int_equal(one.tier, -1);
    assert_int_equal(one.unrated, CRMV_RATED);
    crmv_model_free(model);
}

/* ---- Too new ----------------------------------------------------------------------------------------------------- */

#define NEW_CARD                                                                                                       \
    "{'crmvalue': 1, 'input': {'customers': {'customer': 'customer', 'since': 'since'}},"                              \
    "'metrics': {'a': {'attribute': 'a', 'scale': {'line': [[0, 0], [9, 90]]}, 'missing': 'refuse'}},"                 \
    "'indexes': {'score': {'weights': {'a': 1}}}, 'tiers': {'cuts': [['x', 50], ['y', null]]},"                        \
    "'unrated': {'tenure_below': {'months': 3}}}"

static void who_is_too_new_is_told_by_the_start_of_its_tenure(void **state) {
    (void)state;
    crmv_model *model = model_of(NEW_CARD);
    const int32_t as_of = crmv_day(2024, 5, 31);
    const int32_t since[] = {crmv_day(2024, 2, 29), crmv_day(2024, 3, 1), CRMV_NO_DATE, crmv_day(2024, 5, 31)};
    const double a[] = {8, 8, 8, NAN};
    crmv_column columns[] = {numbers_column("a", a), days_column("since", since)};
    const uint8_t known = 0x0b;
    columns[1].validity = &known;
    crmv_frame *frame = frame_of(model, columns, 2, 4, as_of);
    assert_int_equal(crmv_frame_start(frame, 1), since[1]);
    assert_int_equal(crmv_frame_start(frame, 2), CRMV_NO_DATE);
    assert_int_equal(crmv_frame_start(frame, 4), CRMV_NO_DATE);
    assert_int_equal(crmv_frame_start(NULL, 0), CRMV_NO_DATE);
    int64_t capped = 0, unrated = 0;
    compare_rows(model, frame, &capped, &unrated);
    assert_int_equal(unrated, 2);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

/* ---- What is refused --------------------------------------------------------------------------------------------- */

static void refuses(const crmv_model *model, const double *metrics, int32_t count, int32_t as_of, int32_t start,
                    const char *place, const char *said) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_single_score one = room();
    const crmv_single_score before = one;
    assert_int_equal(crmv_score_one(model, metrics, count, as_of, start, &one, &error), CRMV_BAD_ARGUMENT);
    assert_memory_equal(&one, &before, sizeof one);
    assert_string_equal(error.place, place);
    assert_non_null(strstr(error.message, said));
}

static void arguments_that_cannot_be_are_refused(void **state) {
    (void)state;
    crmv_model *model = model_of(NEW_CARD), *plain = model_of("{'crmvalue': 1, 'metrics': {'k': {'attribute': 'k', "
                                                              "'scale': {'categories': {'u': 1, 'v': 2}, 'other': 3}}},"
                                                              "'indexes': {'score': {'weights': {'k': 1}}}}");
    const int32_t day = crmv_day(2024, 5, 31);
    const double good = 1, infinite = -(double)INFINITY, part = 1.5, beyond = 3, below = -1;
    crmv_single_score one = room(), small = room();
    small.struct_size = sizeof small - 1;
    refuses(model, &good, 1, CRMV_NO_DATE, day, "as_of", "the model's unrated has tenure_below");
    refuses(model, &good, 1, 3000000, day, "as_of", "years 1-9999");
    refuses(model, &good, 1, day, 3000000, "start", "years 1-9999");
    refuses(model, &good, 2, day, day, "count", "not the number of the model's metrics");
    refuses(model, &infinite, 1, day, day, "a", "infinite");
    refuses(model, NULL, 1, day, day, "metrics", "NULL");
    refuses(NULL, &good, 1, day, day, "model", "NULL");
    refuses(plain, &part, 1, day, day, "k", "a whole number from 0 to 2");
    refuses(plain, &beyond, 1, day, day, "k", "no code");
    refuses(plain, &below, 1, day, day, "k", "no code");
    assert_int_equal(crmv_score_one(model, &good, 1, day, day, NULL, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_score_one(model, &good, 1, day, day, &small, NULL), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_score_one(plain, &good, 1, CRMV_NO_DATE, 3000000, &one, NULL), CRMV_OK);
    assert_int_equal(one.score, 2 * MICRO);
    crmv_model_free(plain);
    crmv_model_free(model);
}

static void points_that_do_not_fit_are_an_overflow(void **state) {
    (void)state;
    crmv_model *model =
        model_of("{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': {'bands': [{'from': 0, 'points': "
                 "-1000000}]}},"
                 "'b': {'attribute': 'b', 'scale': {'bands': [{'points': 1000000}]}}, 'c': {'attribute': 'c', 'scale': "
                 "{'bands': [{'points': 0}, {'from': 1, 'points': 0.000001}]}}},"
                 "'indexes': {'score': {'add': ['a', 'b', 'c']}}}");
    const double metrics[] = {0, NAN, 1};
    crmv_single_score one = room();
    crmv_error error = {.struct_size = sizeof error};
    assert_int_equal(crmv_score_one(model, metrics, 3, CRMV_NO_DATE, CRMV_NO_DATE, &one, &error), CRMV_OVERFLOW);
    assert_string_equal(error.place, "indexes");
    crmv_model_free(model);
}

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

static void nothing_is_allocated_for_a_model_of_usual_size(void **state) {
    (void)state;
    if (!OWN_MALLOC) {
        print_message("the sanitizer has a malloc of its own\n");
        skip();
    }
    random_state = 5;
    const random_model drawn = draw_model(ANY_POINTS);
    crmv_model *model = model_with_rules(&drawn);
    const double metrics[METRICS] = {1, 2, 3, NAN, 4, 5, 0};
    crmv_single_score one = room();
    has_failed = false;
    until_failure = 0;
    armed = true;
    const int32_t status = crmv_score_one(model, metrics, METRICS, CRMV_NO_DATE, CRMV_NO_DATE, &one, NULL);
    armed = false;
    assert_int_equal(status, CRMV_OK);
    assert_false(has_failed);
    crmv_model_free(model);
}

/* 64 metrics, 24 indexes that each have all of them and all indexes before, 256 segments, 256 rules; or one metric
 * more and many more rules. */
static crmv_model *large_model(int32_t metrics, int32_t rules) {
    const size_t capacity = 1 << 20;
    char *json = malloc(capacity);
    assert_non_null(json);
    size_t used = (size_t)snprintf(json, capacity, "{'crmvalue': 1, 'metrics': {");
    for (int32_t i = 0; i < metrics; i++) {
        used += (size_t)snprintf(json + used, capacity - used,
                                 "%s'm%d': {'attribute': 'm%d', 'scale': {'line': [[0, 0], [9, 90]]}}",
                                 i > 0 ? ", " : "", (int)i, (int)i);
    }
    used += (size_t)snprintf(json + used, capacity - used, "}, 'indexes': {");
    for (int32_t i = 0; i < 24; i++) {
        used += (size_t)snprintf(json + used, capacity - used,
                                 i < 23 ? "'i%d': {'weights': {" : "'score': {'weights': {", (int)i);
        for (int32_t k = 0; k < metrics + i; k++) {
            used += (size_t)snprintf(json + used, capacity - used, "%s'%c%d': %d", k > 0 ? ", " : "",
                                     k < metrics ? 'm' : 'i', (int)(k < metrics ? k : k - metrics), (int)(k % 9 + 1));
        }
        used += (size_t)snprintf(json + used, capacity - used, i < 23 ? "}}, " : "}}}, 'segments': {");
    }
    for (int32_t i = 0; i < 256; i++) {
        used += (size_t)snprintf(json + used, capacity - used,
                                 "%s's%d': {'cases': [{'is': 'x', 'when': {'m1': {'below': 3}}}]}", i > 0 ? ", " : "",
                                 (int)i);
    }
    used +=
        (size_t)snprintf(json + used, capacity - used, "}, 'tiers': {'cuts': [['A', 60], ['B', null]]}, 'rules': [");
    for (int32_t i = 0; i < rules; i++) {
        used += (size_t)snprintf(json + used, capacity - used,
                                 "%s{'name': 'r%d', 'when': {'s%d': {'is': 'x'}}, 'then': {'cap': 'B'}}",
                                 i > 0 ? ", " : "", (int)i, (int)(i % 256));
    }
    snprintf(json + used, capacity - used, "]}");
    crmv_model *model = model_of(json);
    free(json);
    return model;
}

static void the_largest_promised_model_needs_no_memory_and_a_larger_one_says_where_it_is_short(void **state) {
    (void)state;
    double metrics[65];
    for (int32_t i = 0; i < 65; i++) {
        metrics[i] = i % 10;
    }
    crmv_model *promised = large_model(64, 256), *larger = large_model(65, 2000);
    crmv_single_score one = room(), other = room();
    const crmv_single_score before = other;
    crmv_error error = {.struct_size = sizeof error};
    has_failed = false;
    until_failure = 0;
    armed = OWN_MALLOC;
    const int32_t first = crmv_score_one(promised, metrics, 64, CRMV_NO_DATE, CRMV_NO_DATE, &one, NULL);
    const int32_t second = crmv_score_one(larger, metrics, 65, CRMV_NO_DATE, CRMV_NO_DATE, &other, &error);
    armed = false;
    assert_int_equal(first, CRMV_OK);
    assert_int_equal(one.tier, 1); /* m1 is 1: every rule holds */
    if (OWN_MALLOC) {
        assert_int_equal(second, CRMV_OUT_OF_MEMORY);
        assert_int_equal(error.status, CRMV_OUT_OF_MEMORY);
        assert_memory_equal(&other, &before, sizeof other);
    }
    assert_int_equal(crmv_score_one(larger, metrics, 65, CRMV_NO_DATE, CRMV_NO_DATE, &other, &error), CRMV_OK);
    assert_int_equal(other.tier, 1);
    crmv_model_free(larger);
    crmv_model_free(promised);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_alone_scores_as_it_does_in_a_frame),
        cmocka_unit_test(scales_beyond_doubles_score_alike),
        cmocka_unit_test(a_model_without_a_score_has_neither_points_nor_tiers),
        cmocka_unit_test(who_is_too_new_is_told_by_the_start_of_its_tenure),
        cmocka_unit_test(arguments_that_cannot_be_are_refused),
        cmocka_unit_test(points_that_do_not_fit_are_an_overflow),
        cmocka_unit_test(nothing_is_allocated_for_a_model_of_usual_size),
        cmocka_unit_test(the_largest_promised_model_needs_no_memory_and_a_larger_one_says_where_it_is_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
