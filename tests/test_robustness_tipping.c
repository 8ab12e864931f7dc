/*
 * Tipping points against every weight that there is: models whose weights are a few millionths, so that the weights
 * from 0 to a thousand times their sum can all be parsed and scored.
 */
#include "random_scorecards.h"

enum { ROWS = 300, MOST_SUM = 3, MOST_WEIGHT = 1000 * MOST_SUM };

/* ---- Every weight ------------------------------------------------------------------------------------------------ */

/* Tiers by weight, then by customer. */
static int32_t tiers[MOST_WEIGHT + 1][ROWS];

static const char *const rests[] = {"'rules': []}", "'unrated': {'coverage_below': 55}}"};

/* Weights of up to 2 millionths that add up to few. */
static void make_small(random_model *m) {
    for (int32_t i = 0; i < INDEXES; i++) {
        int64_t left = MOST_SUM;
        for (int32_t k = 0; k < m->indexes[i].count; k++) {
            const int64_t weight = draw(4) == 0 ? 0 : 1 + draw(2);
            m->indexes[i].weights[k] = weight < left ? weight : left;
            left -= m->indexes[i].weights[k];
        }
    }
}

static int64_t *weight_of(random_model *m, const crmv_sensitivity *of, int64_t *sum) {
    random_index *index = &m->indexes[of->index];
    const int32_t member = of->metric >= 0 ? of->metric : METRICS + of->member_index;
    int64_t *found = NULL;
    *sum = 0;
    for (int32_t i = 0; i < index->count; i++) {
        found = index->members[i] == member ? &index->weights[i] : found;
        *sum += index->weights[i];
    }
    assert_non_null(found);
    return found;
}

static void score_every_weight(const sample *s, const crmv_sensitivity *of, const char *rest, int64_t *most) {
    random_model other = s->drawn;
    int64_t sum;
    int64_t *weight = weight_of(&other, of, &sum);
    *most = 1000 * sum;
    for (int64_t w = 0; w <= *most; w++) {
        *weight = w;
        crmv_model *model = parsed_with(&other, false, rest);
        crmv_scores *scores = scores_of(model, s->frame);
        memcpy(tiers[w], crmv_scores_codes(scores, "tier_uncapped"), sizeof tiers[w]);
        crmv_scores_free(scores);
        crmv_model_free(model);
    }
}

/* ---- Comparing --------------------------------------------------------------------------------------------------- */

static bool moves(int64_t weight, int32_t row, int32_t tier, bool rises) {
    const int32_t there = tiers[weight][row];
    return there >= 0 && (rises ? there < tier : there > tier);
}

/* The nearest weight that moves the customer, the lower of two; -1 for none. */
static int64_t nearest(int64_t present, int64_t most, int32_t row, bool rises) {
    const int32_t tier = tiers[present][row];
    for (int64_t gone = 1; tier >= 0 && gone <= most; gone++) {
        if (present - gone >= 0 && moves(present - gone, row, tier, rises)) {
            return present - gone;
        }
        if (present + gone <= most && moves(present + gone, row, tier, rises)) {
            return present + gone;
        }
    }
    return -1;
}

/* What is told moves the customer, and one step before it does not. */
static void expect_edge(int64_t weight, int64_t present, int32_t row, bool rises) {
    const int32_t tier = tiers[present][row];
    assert_true(moves(weight, row, tier, rises));
    assert_false(moves(weight < present ? weight + 1 : weight - 1, row, tier, rises));
}

static int32_t expect_row(const crmv_robustness *robustness, int32_t position, int32_t row, int64_t most,
                          bool exact_too) {
    const bool directions[] = {true, false};
    crmv_sensitivity of = {.struct_size = sizeof of};
    crmv_tipping_point point = {.struct_size = sizeof point};
    int32_t found = 0;
    assert_int_equal(crmv_robustness_get(robustness, position, &of), CRMV_OK);
    assert_int_equal(crmv_robustness_tipping(robustness, position, row, &point), CRMV_OK);
    for (int32_t i = 0; i < COUNT_OF(directions); i++) {
        const bool rises = directions[i], can = rises ? point.can_rise : point.can_fall;
        const int64_t weight = rises ? point.rise_weight : point.fall_weight;
        const int64_t expected = nearest(of.weight, most, row, rises);
        if (exact_too) {
            assert_int_equal(can ? weight : -1, expected);
        }
        if (can) {
            assert_true(weight >= 0 && weight <= most);
            expect_edge(weight, of.weight, row, rises);
            found++;
        }
    }
    return found;
}

/* Whether an index that adds is in the model. */
static bool has_sums(const random_model *m) {
    for (int32_t i = 0; i < INDEXES; i++) {
        if (m->indexes[i].additive) {
            return true;
        }
    }
    return false;
}

static int32_t expect_points_of(points_kind kind, const char *rest, bool complete) {
    sample s = {.drawn = draw_model(kind), .rows = ROWS, .values = draw_values(ROWS)};
    make_small(&s.drawn);
    for (int32_t i = 0; complete && i < ROWS * METRICS; i++) {
        s.values[i] = isnan(s.values[i]) ? draw(BANDS) : s.values[i];
    }
    s.model = parsed_with(&s.drawn, false, rest);
    s.frame = frame_with(&s.drawn, s.model, s.values, ROWS);
    crmv_robustness *robustness = NULL;
    assert_int_equal(crmv_robustness_new(s.model, s.frame, 10, NULL, &robustness, NULL), CRMV_OK);
    int32_t found = 0;
    if (crmv_robustness_count(robustness) > 0) {
        const int32_t position = (int32_t)draw((uint32_t)crmv_robustness_count(robustness));
        crmv_sensitivity of = {.struct_size = sizeof of};
        int64_t most;
        assert_int_equal(crmv_robustness_get(robustness, position, &of), CRMV_OK);
        score_every_weight(&s, &of, rest, &most);
        for (int32_t row = 0; row < ROWS; row++) {
            found += expect_row(robustness, position, row, most, complete || !has_sums(&s.drawn));
        }
    }
    crmv_robustness_free(robustness);
    free_sample(&s);
    return found;
}

/* ---- Tests ------------------------------------------------------------------------------------------------------- */

static void a_weight_that_is_told_is_the_nearest_of_all_that_move_the_customer(void **state) {
    (void)state;
    random_state = 30;
    int32_t found = 0;
    for (int32_t round = 0; round < 4; round++) {
        found += expect_points_of(FROM_0_TO_100, rests[round % COUNT_OF(rests)], false);
    }
    assert_true(found > 50);
}

static void so_it_is_under_sums_where_nothing_is_missing(void **state) {
    (void)state;
    random_state = 31;
    int32_t found = 0;
    for (int32_t round = 0; round < 4; round++) {
        found += expect_points_of(ANY_POINTS, rests[round % COUNT_OF(rests)], true);
    }
    assert_true(found > 10);
}

static void under_sums_with_gaps_what_is_told_moves_the_customer(void **state) {
    (void)state;
    random_state = 32;
    int32_t found = 0;
    for (int32_t round = 0; round < 4; round++) {
        found += expect_points_of(ANY_POINTS, rests[round % COUNT_OF(rests)], false);
    }
    assert_true(found > 10);
}

/* With 59.999999 for 60 the score is 59.9999996, which rounds to 60; with 59.999998 it is 59.9999992, which does not.
 * The others are of the same kind, worked out by halving with Python's fractions. */
static void the_score_tips_where_its_rounding_does(void **state) {
    (void)state;
    crmv_model *model =
        model_of("{'crmvalue': 1, 'metrics': {'a': {'attribute': 'a', 'scale': {'line': [[0, 0], [1, 100]]}},"
                 "'b': {'attribute': 'b', 'scale': {'line': [[0, 0], [1, 100]]}}},"
                 "'indexes': {'score': {'weights': {'a': 60, 'b': 40}}}, 'tiers': {'cuts': [['A', 60], ['B', 40], "
                 "['C', null]]}}");
    static const double a[] = {1, 0, (double)NAN, 1}, b[] = {0, 1, 1, (double)NAN};
    const crmv_column columns[] = {numbers_column("a", a), numbers_column("b", b)};
    static const struct {
        int32_t position, row, can_rise, can_fall;
        int64_t rise_weight, fall_weight;
    } expected[] = {
        {0, 0, 0, 1, 0, 59999998},
        {1, 0, 0, 1, 0, 40000001},
        {0, 1, 1, 1, 26666667, 60000002},
        {1, 1, 1, 1, 89999999, 39999999},
        {0, 2, 0, 0, 0, 0}, /* the member is missing: its weight goes to the other anyway */
        {1, 3, 0, 0, 0, 0},
    };
    crmv_frame *frame = frame_of(model, columns, 2, 4, CRMV_NO_DATE);
    crmv_robustness *robustness = NULL;
    assert_int_equal(crmv_robustness_new(model, frame, 10, NULL, &robustness, NULL), CRMV_OK);
    for (int32_t i = 0; i < COUNT_OF(expected); i++) {
        crmv_tipping_point p = {.struct_size = sizeof p};
        assert_int_equal(crmv_robustness_tipping(robustness, expected[i].position, expected[i].row, &p), CRMV_OK);
        assert_int_equal(p.can_rise, expected[i].can_rise);
        assert_int_equal(p.can_fall, expected[i].can_fall);
        assert_int_equal(p.rise_weight, expected[i].rise_weight);
        assert_int_equal(p.fall_weight, expected[i].fall_weight);
    }
    crmv_robustness_free(robustness);
    crmv_frame_free(frame);
    crmv_model_free(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_weight_that_is_told_is_the_nearest_of_all_that_move_the_customer),
        cmocka_unit_test(so_it_is_under_sums_where_nothing_is_missing),
        cmocka_unit_test(under_sums_with_gaps_what_is_told_moves_the_customer),
        cmocka_unit_test(the_score_tips_where_its_rounding_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
