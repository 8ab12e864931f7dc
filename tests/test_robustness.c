/*
 * Robustness: each change of a weight against a model that was parsed with the changed weight, and what the handle
 * tells and refuses.
 */
#include "random_scorecards.h"

enum { CHANGES = 3, ROWS = 3000 };

static crmv_robustness *robustness_of(const crmv_model *model, const crmv_frame *frame, double change,
                                      int32_t threads) {
    crmv_error error = {.struct_size = sizeof error};
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_robustness *robustness = NULL;
    if (crmv_robustness_new(model, frame, change, &options, &robustness, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    return robustness;
}

static crmv_sensitivity sensitivity(const crmv_robustness *robustness, int32_t position) {
    crmv_sensitivity found = {.struct_size = sizeof found};
    assert_int_equal(crmv_robustness_get(robustness, position, &found), CRMV_OK);
    return found;
}

/* ---- Against models that say so ---------------------------------------------------------------------------------- */

static const char capped[] = "'unrated': {'coverage_below': 90},"
                             "'rules': [{'name': 'r', 'when': {'coverage': {'below': 95}}, 'then': {'cap': 'B'}}]}";
static const char *const unrated[] = {"'rules': []}", "'unrated': {'coverage_below': 40}}", capped};

/* The weight of a member, in the model as it was drawn. */
static int64_t *drawn_weight(random_model *m, const crmv_sensitivity *of) {
    random_index *index = &m->indexes[of->index];
    const int32_t member = of->metric >= 0 ? of->metric : METRICS + of->member_index;
    for (int32_t i = 0; i < index->count; i++) {
        if (index->members[i] == member) {
            return &index->weights[i];
        }
    }
    fail_msg("weight of no member");
    return NULL;
}

/* Percent of 1e-6, rounded half to even. */
static int64_t part_of(int64_t weight, int64_t percent) {
    const int64_t whole = 100 * MICRO, high = weight / whole * percent, product = weight % whole * percent;
    const int64_t quotient = product / whole, rest = product % whole;
    return high + quotient + (rest > whole / 2 || (rest == whole / 2 && (quotient & 1) != 0));
}

static int64_t changed(int64_t weight, int32_t change, int64_t percent) {
    return change == CRMV_WEIGHT_WITHOUT
               ? 0
               : part_of(weight, 100 * MICRO + (change == CRMV_WEIGHT_MORE ? percent : -percent));
}

static void expect_counts(const crmv_sensitivity *s, int32_t change, const int32_t *before, const int32_t *after,
                          int64_t rows) {
    int64_t up = 0, down = 0, other = 0;
    for (int64_t i = 0; i < rows; i++) {
        up += before[i] >= 0 && after[i] >= 0 && after[i] < before[i];
        down += before[i] >= 0 && after[i] > before[i];
        other += (before[i] < 0) != (after[i] < 0);
    }
    const int64_t found[CHANGES][3] = {{s->less_up, s->less_down, s->less_unrated},
                                       {s->more_up, s->more_down, s->more_unrated},
                                       {s->without_up, s->without_down, s->without_unrated}};
    assert_int_equal(found[change - 1][0], up);
    assert_int_equal(found[change - 1][1], down);
    assert_int_equal(found[change - 1][2], other);
}

/* One change against a model with the weight in its text. */
static void expect_change(const sample *s, const crmv_robustness *robustness, int32_t position, int32_t change,
                          int64_t percent, const char *rest) {
    const crmv_sensitivity found = sensitivity(robustness, position);
    random_model other = s->drawn;
    int64_t *weight = drawn_weight(&other, &found);
    assert_int_equal(found.weight, *weight);
    *weight = changed(*weight, change, percent);
    crmv_model *model = parsed_with(&other, false, rest);
    crmv_scores *scores = scores_of(model, s->frame);
    const int32_t *expected = crmv_scores_codes(scores, "tier_uncapped");
    int32_t *tiers = malloc((size_t)(s->rows + 1) * sizeof *tiers);
    assert_non_null(tiers);
    assert_int_equal(crmv_robustness_tiers(robustness, position, change, tiers, s->rows), CRMV_OK);
    assert_memory_equal(tiers, expected, (size_t)s->rows * sizeof *tiers);
    expect_counts(&found, change, crmv_scores_codes(s->scores, "tier_uncapped"), expected, s->rows);
    free(tiers);
    crmv_scores_free(scores);
    crmv_model_free(model);
}

static sample draw_with(points_kind kind, int64_t rows, const char *rest) {
    sample s = {.drawn = draw_model(kind), .rows = rows, .values = draw_values(rows)};
    s.model = parsed_with(&s.drawn, false, rest);
    s.frame = frame_with(&s.drawn, s.model, s.values, rows);
    s.scores = scores_of(s.model, s.frame);
    return s;
}

static void each_change_gives_the_tiers_of_a_model_that_has_the_changed_weight(void **state) {
    (void)state;
    static const double percents[] = {10, 0.000001, 33.333333, 99.999999, 50};
    random_state = 5;
    int32_t positions = 0;
    for (int32_t round = 0; round < 60; round++) {
        const char *rest = unrated[round % COUNT_OF(unrated)];
        const double percent = percents[draw(COUNT_OF(percents))];
        sample s = draw_with(round % 2 == 0 ? ANY_POINTS : FROM_0_TO_100, round == 0 ? ROWS : 1 + draw(300), rest);
        crmv_robustness *robustness = robustness_of(s.model, s.frame, percent, 1 + round % 3);
        for (int32_t i = 0; i < crmv_robustness_count(robustness); i++) {
            for (int32_t change = 1; change <= CHANGES; change++) {
                expect_change(&s, robustness, i, change, (int64_t)(percent * (double)MICRO + 0.5), rest);
            }
            positions++;
        }
        crmv_robustness_free(robustness);
        free_sample(&s);
    }
    assert_true(positions > 300);
}

/* The model without a metric in the indexes in which it stands: no weight, and no summand. */
static random_model without(const random_model *from, int32_t metric) {
    random_model m = *from;
    for (int32_t i = 0; i < INDEXES; i++) {
        random_index *index = &m.indexes[i];
        for (int32_t k = index->count - 1; k >= 0; k--) {
            if (index->members[k] == metric && index->additive && index->count > 1) {
                memmove(index->members + k, index->members + k + 1, (size_t)(index->count - k - 1) * sizeof(int32_t));
                index->count--;
            } else if (index->members[k] == metric) {
                index->additive = false; /* a sum of nothing cannot be written: it is nothing, as this is */
                index->weights[k] = 0;
            }
        }
    }
    return m;
}

/* Marks what stands under the score, which is the last index. */
static void mark_under_score(const random_model *m, bool *under) {
    under[MEMBERS - 1] = true;
    for (int32_t i = INDEXES - 1; i >= 0; i--) {
        for (int32_t k = 0; under[METRICS + i] && k < m->indexes[i].count; k++) {
            under[m->indexes[i].members[k]] = true;
        }
    }
}

static int32_t count_indexes(const random_model *m, const bool *under, int32_t metric, int32_t *adds) {
    int32_t count = 0;
    for (int32_t i = 0; i < INDEXES; i++) {
        for (int32_t k = 0; under[METRICS + i] && k < m->indexes[i].count; k++) {
            count += m->indexes[i].members[k] == metric;
            *adds |= m->indexes[i].members[k] == metric && m->indexes[i].additive;
        }
    }
    return count;
}

static void expect_dropped(const sample *s, const crmv_robustness *robustness, int32_t metric, int32_t indexes,
                           int32_t adds, const char *rest) {
    const random_model other = without(&s->drawn, metric);
    crmv_model *model = parsed_with(&other, false, rest);
    crmv_scores *scores = scores_of(model, s->frame);
    const int32_t *expected = crmv_scores_codes(scores, "tier_uncapped");
    int32_t *tiers = malloc((size_t)(s->rows + 1) * sizeof *tiers);
    crmv_dropped_metric dropped = {.struct_size = sizeof dropped}, again = dropped;
    assert_non_null(tiers);
    assert_int_equal(crmv_robustness_without(robustness, metric, &dropped, tiers, s->rows), CRMV_OK);
    assert_int_equal(crmv_robustness_without(robustness, metric, &again, NULL, 0), CRMV_OK);
    assert_memory_equal(tiers, expected, (size_t)s->rows * sizeof *tiers);
    assert_memory_equal(&dropped, &again, sizeof dropped);
    assert_int_equal(dropped.indexes, indexes);
    assert_int_equal(dropped.adds, adds);
    const crmv_sensitivity counts = {
        .without_up = dropped.up, .without_down = dropped.down, .without_unrated = dropped.unrated};
    expect_counts(&counts, CRMV_WEIGHT_WITHOUT, crmv_scores_codes(s->scores, "tier_uncapped"), expected, s->rows);
    free(tiers);
    crmv_scores_free(scores);
    crmv_model_free(model);
}

static void a_metric_is_dropped_from_all_indexes_in_which_it_stands(void **state) {
    (void)state;
    random_state = 12;
    int32_t in_several = 0, in_sums = 0;
    for (int32_t round = 0; round < 60; round++) {
        const char *rest = unrated[round % COUNT_OF(unrated)];
        sample s = draw_with(round % 2 == 0 ? ANY_POINTS : FROM_0_TO_100, round == 0 ? ROWS : 1 + draw(300), rest);
        crmv_robustness *robustness = robustness_of(s.model, s.frame, 10, 1 + round % 3);
        bool under[MEMBERS] = {false};
        mark_under_score(&s.drawn, under);
        for (int32_t metric = 0; metric < METRICS; metric++) {
            int32_t adds = 0;
            const int32_t indexes = count_indexes(&s.drawn, under, metric, &adds);
            if (indexes > 0) {
                expect_dropped(&s, robustness, metric, indexes, adds, rest);
            } else {
                crmv_dropped_metric none = {.struct_size = sizeof none};
                assert_int_equal(crmv_robustness_without(robustness, metric, &none, NULL, 0), CRMV_NOT_FOUND);
            }
            in_several += indexes > 1;
            in_sums += adds;
        }
        crmv_robustness_free(robustness);
        free_sample(&s);
    }
    assert_true(in_several > 50 && in_sums > 20);
}

static void only_weights_under_the_score_are_tried_in_the_order_of_indexes_and_names(void **state) {
    (void)state;
    crmv_model *model =
        model_of("{'crmvalue': 1, 'metrics': {'b': {'attribute': 'b', 'scale': {'line': [[0, 0], [1, 100]]}},"
                 "'a': {'attribute': 'a', 'scale': {'line': [[0, 0], [1, 100]]}}},"
                 "'indexes': {'aside': {'weights': {'a': 1}}, 'sum': {'add': ['a', 'b']}, 'score': {'weights': {'sum': "
                 "3, 'b': 2,"
                 "'low': 1}}, 'low': {'weights': {'b': 5, 'a': 4}}}, 'tiers': {'cuts': [['A', 50], ['B', null]]}}");
    static const int32_t expected[][4] = {{2, 0, -1, 2}, {2, -1, 3, 1}, {2, -1, 1, 3}, {3, 1, -1, 4}, {3, 0, -1, 5}};
    const double values[] = {0.5};
    const crmv_column columns[] = {numbers_column("a", values), numbers_column("b", values)};
    crmv_frame *frame = frame_of(model, columns, 2, 1, CRMV_NO_DATE);
    crmv_robustness *robustness = robustness_of(model, frame, 10, 1);
    assert_int_equal(crmv_robustness_count(robustness), COUNT_OF(expected));
    for (int32_t i = 0; i < COUNT_OF(expected); i++) {
        const crmv_sensitivity found = sensitivity(robustness, i);
        assert_int_equal(found.index, expected[i][0]);
        assert_int_equal(found.metric, expected[i][1]);
        assert_int_equal(found.member_index, expected[i][2]);
        assert_int_equal(found.weight, expected[i][3] * MICRO);
    }
    crmv_robustness_free(robustness);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

static void threads_do_not_show(void **state) {
    (void)state;
    random_state = 6;
    sample s = draw_sample(ANY_POINTS, 9000);
    crmv_robustness *one = robustness_of(s.model, s.frame, 10, 1), *many = robustness_of(s.model, s.frame, 10, 5);
    for (int32_t i = 0; i < crmv_robustness_count(one); i++) {
        const crmv_sensitivity a = sensitivity(one, i), b = sensitivity(many, i);
        assert_memory_equal(&a, &b, sizeof a);
    }
    crmv_robustness_free(one);
    crmv_robustness_free(many);
    free_sample(&s);
}

/* A frame of no customers, and one of whom nothing is known. */
static void nobody_moves_where_nobody_has_a_tier(void **state) {
    (void)state;
    random_state = 7;
    random_model drawn = draw_model(FROM_0_TO_100);
    double values[METRICS];
    for (int32_t i = 0; i < METRICS; i++) {
        values[i] = (double)NAN;
    }
    crmv_model *model = parsed(&drawn, false);
    for (int64_t rows = 0; rows < 2; rows++) {
        crmv_frame *frame = frame_with(&drawn, model, values, rows);
        crmv_robustness *robustness = robustness_of(model, frame, 10, 2);
        for (int32_t i = 0; i < crmv_robustness_count(robustness); i++) {
            const crmv_sensitivity s = sensitivity(robustness, i);
            assert_int_equal(s.less_up + s.less_down + s.more_up + s.more_down + s.without_up + s.without_down, 0);
            assert_int_equal(s.less_unrated + s.more_unrated + s.without_unrated, 0);
            crmv_tipping_point point = {.struct_size = sizeof point, .can_rise = 7, .can_fall = 7};
            assert_int_equal(crmv_robustness_tipping(robustness, i, 0, &point),
                             rows == 1 ? CRMV_OK : CRMV_BAD_ARGUMENT);
            assert_int_equal(point.can_rise + point.can_fall, rows == 1 ? 0 : 14);
        }
        crmv_robustness_free(robustness);
        crmv_frame_free(frame);
    }
    crmv_model_free(model);
}

/* ---- What is refused --------------------------------------------------------------------------------------------- */

static const char *const plain = "{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': %s}},"
                                 "'indexes': {'score': {'weights': {'a': 1}}}%s}";
static const char *const tiers = ", 'tiers': {'cuts': [['A', 50], ['B', null]]}";

static crmv_model *plain_model(const char *scale, const char *rest) {
    char written[600];
    snprintf(written, sizeof written, plain, scale, rest);
    return model_of(written);
}

static void expect_refused(const crmv_model *model, const crmv_frame *frame, double change, int32_t status,
                           const char *place) {
    crmv_error error = {.struct_size = sizeof error};
    crmv_robustness *robustness = NULL;
    assert_int_equal(crmv_robustness_new(model, frame, change, NULL, &robustness, &error), status);
    assert_null(robustness);
    assert_string_equal(error.place, place);
}

static void a_change_must_be_between_0_and_100_percent_and_the_model_have_tiers(void **state) {
    (void)state;
    const double values[] = {1, 2};
    const crmv_column column = numbers_column("a", values);
    crmv_model *model = plain_model("{'line': [[0, 0], [1, 100]]}", tiers);
    crmv_model *bare = plain_model("{'line': [[0, 0], [1, 100]]}", "");
    crmv_frame *frame = frame_of(model, &column, 1, 2, CRMV_NO_DATE);
    static const double refused[] = {0, -1, 100, 1e300, 0.0000004, 99.9999999};
    for (int32_t i = 0; i < COUNT_OF(refused); i++) {
        expect_refused(model, frame, refused[i], CRMV_BAD_ARGUMENT, "change");
    }
    expect_refused(model, frame, (double)NAN, CRMV_BAD_ARGUMENT, "change");
    expect_refused(bare, frame, 10, CRMV_BAD_ARGUMENT, "model");
    expect_refused(NULL, frame, 10, CRMV_BAD_ARGUMENT, "model");
    expect_refused(model, NULL, 10, CRMV_BAD_ARGUMENT, "frame");
    assert_int_equal(crmv_robustness_new(model, frame, 10, NULL, NULL, NULL), CRMV_BAD_ARGUMENT);
    crmv_frame_free(frame);
    crmv_model_free(model);
    crmv_model_free(bare);
}

static void a_model_with_an_open_request_is_not_scored(void **state) {
    (void)state;
    const double values[] = {1, 2};
    const crmv_column column = numbers_column("a", values);
    crmv_model *open = plain_model("{'percentile': {'knots': 8}}", tiers);
    crmv_frame *frame = frame_of(open, &column, 1, 2, CRMV_NO_DATE);
    crmv_error error = {.struct_size = sizeof error};
    crmv_scores *scores = NULL;
    crmv_single_score single = {.struct_size = sizeof single, .tier = 7};
    expect_refused(open, frame, 10, CRMV_NOT_FITTED, "metrics.a.scale");
    assert_int_equal(crmv_score(open, frame, NULL, &scores, &error), CRMV_NOT_FITTED);
    assert_string_equal(error.place, "metrics.a.scale");
    assert_null(scores);
    error.place[0] = '\0';
    assert_int_equal(crmv_score_one(open, values, 1, CRMV_NO_DATE, CRMV_NO_DATE, &single, &error), CRMV_NOT_FITTED);
    assert_string_equal(error.place, "metrics.a.scale");
    assert_int_equal(single.tier, 7);
    crmv_frame_free(frame);
    crmv_model_free(open);
}

static void what_is_looked_up_must_be_there(void **state) {
    (void)state;
    random_state = 8;
    sample s = draw_sample(FROM_0_TO_100, 3);
    crmv_robustness *robustness = robustness_of(s.model, s.frame, 10, 1);
    const int32_t count = crmv_robustness_count(robustness);
    crmv_sensitivity found = {.struct_size = sizeof found - 1};
    crmv_tipping_point point = {.struct_size = sizeof point - 1};
    int32_t codes[3];
    assert_int_equal(crmv_robustness_count(NULL), 0);
    assert_int_equal(crmv_robustness_get(robustness, 0, &found), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_tipping(robustness, 0, 0, &point), CRMV_BAD_ARGUMENT);
    found.struct_size = sizeof found;
    point.struct_size = sizeof point;
    for (int32_t position = -1; position <= count; position += count + 1) {
        assert_int_equal(crmv_robustness_get(robustness, position, &found), CRMV_BAD_ARGUMENT);
        assert_int_equal(crmv_robustness_tipping(robustness, position, 0, &point), CRMV_BAD_ARGUMENT);
        assert_int_equal(crmv_robustness_tiers(robustness, position, 1, codes, 3), CRMV_BAD_ARGUMENT);
    }
    assert_int_equal(crmv_robustness_get(NULL, 0, &found), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_tipping(robustness, 0, 3, &point), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_tipping(robustness, 0, -1, &point), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_tiers(robustness, 0, 0, codes, 3), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_tiers(robustness, 0, 4, codes, 3), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_tiers(robustness, 0, 1, NULL, 3), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_tiers(robustness, 0, 1, codes, 2), CRMV_BUFFER_TOO_SMALL);
    crmv_dropped_metric dropped = {.struct_size = sizeof dropped - 1};
    const int32_t metric = sensitivity(robustness, 0).metric;
    assert_true(metric >= 0);
    assert_int_equal(crmv_robustness_without(robustness, metric, &dropped, codes, 3), CRMV_BAD_ARGUMENT);
    dropped.struct_size = sizeof dropped;
    assert_int_equal(crmv_robustness_without(NULL, metric, &dropped, codes, 3), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_without(robustness, -1, &dropped, codes, 3), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_without(robustness, METRICS, &dropped, codes, 3), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_without(robustness, metric, NULL, NULL, 3), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_without(robustness, metric, NULL, codes, -1), CRMV_BAD_ARGUMENT);
    assert_int_equal(crmv_robustness_without(robustness, metric, NULL, codes, 2), CRMV_BUFFER_TOO_SMALL);
    crmv_robustness_free(robustness);
    crmv_robustness_free(NULL);
    free_sample(&s);
}

static int32_t stop(void *context, const char *stage, double done) {
    (void)done;
    assert_string_equal(stage, "robustness");
    ++*(int32_t *)context;
    return 1;
}

static void whoever_waits_may_stop_it_and_is_not_asked_later(void **state) {
    (void)state;
    random_state = 9;
    sample s = draw_sample(FROM_0_TO_100, 9000);
    int32_t asked = 0;
    const crmv_options options = {.struct_size = sizeof options, .threads = 2, .progress = stop, .context = &asked};
    crmv_robustness *robustness = NULL;
    assert_int_equal(crmv_robustness_new(s.model, s.frame, 10, &options, &robustness, NULL), CRMV_CANCELLED);
    assert_null(robustness);
    assert_true(asked > 0);
    free_sample(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_gives_the_tiers_of_a_model_that_has_the_changed_weight),
        cmocka_unit_test(a_metric_is_dropped_from_all_indexes_in_which_it_stands),
        cmocka_unit_test(only_weights_under_the_score_are_tried_in_the_order_of_indexes_and_names),
        cmocka_unit_test(threads_do_not_show),
        cmocka_unit_test(nobody_moves_where_nobody_has_a_tier),
        cmocka_unit_test(a_change_must_be_between_0_and_100_percent_and_the_model_have_tiers),
        cmocka_unit_test(a_model_with_an_open_request_is_not_scored),
        cmocka_unit_test(what_is_looked_up_must_be_there),
        cmocka_unit_test(whoever_waits_may_stop_it_and_is_not_asked_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
