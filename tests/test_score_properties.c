/*
 * Properties of scores, held on random models and customers of a fixed seed: the contributions add up to the score,
 * points lost are what a better value brings, indexes are those of a slow reference, and neither threads nor the order
 * of keys change a bit.
 */
#include "random_scorecards.h"

__extension__ typedef __int128 wide;

/* ---- The slow reference ------------------------------------------------------------------------------------------ */

/* What a part comes to, in fractions that are rounded once per index. */
typedef struct part {
    bool there;
    int64_t points, lowest, highest, coverage;
    bool bounded;
} part;

static int64_t rounded(wide numerator, wide denominator) {
    wide sign = numerator < 0 ? -1 : 1;
    wide doubled = 2 * sign * numerator, half = denominator;
    wide whole = doubled / (2 * denominator), rest = doubled - whole * 2 * denominator;
    whole += rest > half || (rest == half && whole % 2 == 1);
    return (int64_t)(sign * whole);
}

static part reference_metric(const random_model *m, int32_t metric, double value) {
    part p = {.bounded = true, .lowest = m->points[metric][0], .highest = m->points[metric][0]};
    for (int32_t k = 1; k < BANDS; k++) {
        int64_t points = m->points[metric][k];
        p.lowest = points < p.lowest ? points : p.lowest;
        p.highest = points > p.highest ? points : p.highest;
    }
    if (!isnan(value)) {
        p.there = true;
        p.points = p.lowest = p.highest = m->points[metric][(int32_t)value];
        p.coverage = 100 * MICRO;
    } else if (m->policies[metric] != RENORMALISE) {
        p.there = true;
        p.points = m->policies[metric] == FIXED ? m->fixed[metric] : p.lowest;
    }
    return p;
}

/* The highest points of a part when all is known. */
static int64_t top_of(const random_model *m, int32_t member) {
    part p = {0};
    if (member < METRICS) {
        p = reference_metric(m, member, NAN);
        return p.highest;
    }
    const random_index *r = &m->indexes[member - METRICS];
    wide sum = 0, weights = 0;
    for (int32_t i = 0; i < r->count; i++) {
        sum += (wide)top_of(m, r->members[i]) * (r->additive ? 1 : r->weights[i]);
        weights += r->weights[i];
    }
    return r->additive ? (int64_t)sum : weights == 0 ? 0 : rounded(sum, weights);
}

static part reference_weighted(const random_index *r, const part *parts) {
    part p = {0};
    wide all = 0, present = 0, bounded = 0, points = 0, lowest = 0, highest = 0, coverage = 0;
    for (int32_t i = 0; i < r->count; i++) {
        const part *member = &parts[r->members[i]];
        wide weight = r->weights[i];
        all += weight;
        coverage += weight * member->coverage;
        present += member->there ? weight : 0;
        points += member->there ? weight * member->points : 0;
        bounded += member->bounded ? weight : 0;
        lowest += member->bounded ? weight * member->lowest : 0;
        highest += member->bounded ? weight * member->highest : 0;
    }
    p.there = present > 0;
    p.points = p.there ? rounded(points, present) : 0;
    p.bounded = bounded > 0;
    p.lowest = p.bounded ? rounded(lowest, bounded) : 0;
    p.highest = p.bounded ? rounded(highest, bounded) : 0;
    p.coverage = all > 0 ? rounded(coverage, all) : 0;
    return p;
}

static part reference_added(const random_model *m, const random_index *r, const part *parts) {
    part p = {0};
    wide all = 0, present = 0, points = 0, lowest = 0, highest = 0, coverage = 0, plain = 0;
    int32_t there = 0;
    for (int32_t i = 0; i < r->count; i++) {
        const part *member = &parts[r->members[i]];
        int64_t top = top_of(m, r->members[i]);
        wide bulk = top > 0 ? top : 0;
        all += bulk;
        present += member->there ? bulk : 0;
        points += member->there ? member->points : 0;
        there += member->there;
        coverage += bulk * member->coverage;
        plain += member->coverage;
        p.bounded = p.bounded || member->bounded;
        lowest += member->bounded ? member->lowest : 0;
        highest += member->bounded ? member->highest : 0;
    }
    p.there = all > 0 ? present > 0 : there > 0;
    p.points = !p.there ? 0 : all > 0 ? rounded(points * all, present) : (int64_t)points;
    p.lowest = (int64_t)lowest;
    p.highest = (int64_t)highest;
    p.coverage = all > 0 ? rounded(coverage, all) : rounded(plain, r->count);
    return p;
}

static void reference_parts(const random_model *m, const double *values, int64_t rows, int64_t row, part *parts) {
    for (int32_t i = 0; i < METRICS; i++) {
        parts[i] = reference_metric(m, i, values[i * rows + row]);
    }
    for (int32_t i = 0; i < INDEXES; i++) {
        const random_index *r = &m->indexes[i];
        parts[METRICS + i] = r->additive ? reference_added(m, r, parts) : reference_weighted(r, parts);
    }
}

/* ---- Properties -------------------------------------------------------------------------------------------------- */

enum { MODELS = 60, ROWS = 60, METRIC_LIMIT = METRICS };

static void indexes_coverage_and_bounds_are_those_of_the_reference(void **state) {
    (void)state;
    random_state = 20240229;
    for (int32_t round = 0; round < MODELS; round++) {
        sample s = draw_sample(ANY_POINTS, ROWS);
        for (int64_t row = 0; row < ROWS; row++) {
            part parts[MEMBERS];
            reference_parts(&s.drawn, s.values, ROWS, row, parts);
            for (int32_t i = METRICS; i < MEMBERS; i++) {
                assert_int_equal(exact(s.scores, s.drawn.names[i], row), parts[i].there ? parts[i].points : MISSING);
            }
            const part *score = &parts[MEMBERS - 1];
            assert_int_equal(exact(s.scores, "coverage", row), score->coverage);
            assert_int_equal(exact(s.scores, "score_low", row), score->bounded ? score->lowest : MISSING);
            assert_int_equal(exact(s.scores, "score_high", row), score->bounded ? score->highest : MISSING);
        }
        free_sample(&s);
    }
}

/* The reasons of a customer, by the position of their metric; NULL for a metric that has none. */
static int32_t reasons_of(const crmv_scores *scores, int64_t row, crmv_reason *all) {
    int32_t count = 0;
    all[0].struct_size = sizeof *all;
    assert_int_equal(crmv_scores_reasons(scores, row, all, METRIC_LIMIT, &count), CRMV_OK);
    return count;
}

static void contributions_add_up_to_every_score(void **state) {
    (void)state;
    random_state = 1;
    int64_t with_score = 0;
    for (int32_t round = 0; round < 4 * MODELS; round++) {
        sample s = draw_sample(ANY_POINTS, ROWS);
        for (int64_t row = 0; row < ROWS; row++) {
            crmv_reason all[METRIC_LIMIT];
            int32_t count = reasons_of(s.scores, row, all);
            int64_t sum = 0, score = exact(s.scores, "score", row);
            for (int32_t i = 0; i < count; i++) {
                sum += all[i].contribution;
                assert_true(all[i].points != MISSING || (all[i].contribution == 0 && all[i].weight == 0));
            }
            assert_int_equal(sum, score == MISSING ? 0 : score);
            with_score += score != MISSING;
        }
        free_sample(&s);
    }
    assert_true(with_score > 2 * MODELS * ROWS);
}

static void effective_weights_add_up_to_a_hundred_percent(void **state) {
    (void)state;
    random_state = 2;
    for (int32_t round = 0; round < MODELS; round++) {
        sample s = draw_sample(ANY_POINTS, ROWS);
        for (int64_t row = 0; row < ROWS; row++) {
            crmv_reason all[METRIC_LIMIT];
            int32_t count = reasons_of(s.scores, row, all);
            int64_t sum = 0;
            for (int32_t i = 0; i < count; i++) {
                assert_true(all[i].weight >= 0);
                sum += all[i].weight;
            }
            if (exact(s.scores, "score", row) == MISSING) {
                assert_int_equal(sum, 0);
            } else {
                assert_in_range(sum, 100 * MICRO - METRICS, 100 * MICRO + METRICS);
            }
        }
        free_sample(&s);
    }
}

/* Every customer once for each metric, with that metric at its best and all others as they are. */
static double *values_at_best(const random_model *m, const double *values, int64_t rows) {
    double *best = malloc((size_t)(rows * METRICS * METRICS) * sizeof *best);
    assert_non_null(best);
    for (int32_t i = 0; i < METRICS; i++) {
        int32_t top = 0;
        for (int32_t k = 1; k < BANDS; k++) {
            top = m->points[i][k] > m->points[i][top] ? k : top;
        }
        for (int64_t row = 0; row < rows; row++) {
            for (int32_t raised = 0; raised < METRICS; raised++) {
                best[i * rows * METRICS + row * METRICS + raised] = raised == i ? top : values[i * rows + row];
            }
        }
    }
    return best;
}

static void points_lost_are_what_the_best_value_brings(void **state) {
    (void)state;
    random_state = 3;
    int64_t lost = 0;
    for (int32_t round = 0; round < MODELS; round++) {
        sample s = draw_sample(ANY_POINTS, ROWS);
        double *best = values_at_best(&s.drawn, s.values, ROWS);
        crmv_frame *frame = frame_with(&s.drawn, s.model, best, ROWS * METRICS);
        crmv_scores *raised = scores_of(s.model, frame);
        for (int64_t row = 0; row < ROWS; row++) {
            crmv_reason all[METRIC_LIMIT];
            int32_t count = reasons_of(s.scores, row, all);
            int64_t score = exact(s.scores, "score", row);
            for (int32_t i = 0; i < count; i++) {
                bool counts = all[i].points != MISSING && score != MISSING;
                int64_t better = exact(raised, "score", row * METRICS + all[i].metric);
                assert_int_equal(all[i].lost, counts ? better - score : 0);
                lost += all[i].lost > 0;
            }
        }
        crmv_scores_free(raised);
        crmv_frame_free(frame);
        free(best);
        free_sample(&s);
    }
    assert_true(lost > MODELS * ROWS);
}

/* Scales from 0 to 100 and weighted indexes only: there what is missing cannot be worse or better than the bounds say.
 */
static void scores_lie_between_their_bounds_where_all_scales_are_alike(void **state) {
    (void)state;
    random_state = 4;
    int64_t apart = 0;
    for (int32_t round = 0; round < MODELS; round++) {
        sample s = draw_sample(FROM_0_TO_100, ROWS);
        for (int64_t row = 0; row < ROWS; row++) {
            int64_t score = exact(s.scores, "score", row);
            if (score != MISSING) {
                assert_true(exact(s.scores, "score_low", row) <= score);
                assert_true(exact(s.scores, "score_high", row) >= score);
                apart += exact(s.scores, "score_high", row) > exact(s.scores, "score_low", row);
            }
        }
        free_sample(&s);
    }
    assert_true(apart > MODELS);
}

static void assert_same_column(const crmv_scores *a, const crmv_scores *b, const char *name, int64_t rows) {
    assert_memory_equal(crmv_scores_exact(a, name), crmv_scores_exact(b, name), (size_t)rows * sizeof(int64_t));
}

static void assert_same_scores(const sample *s, const crmv_scores *other) {
    static const char *const names[] = {"score_low", "score_high", "coverage"};
    for (int32_t i = 0; i < COUNT_OF(names); i++) {
        assert_same_column(s->scores, other, names[i], s->rows);
    }
    for (int32_t i = 0; i < MEMBERS; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s%s", i < METRICS ? "points_" : "", s->drawn.names[i]);
        assert_same_column(s->scores, other, name, s->rows);
    }
    static const char *const classes[] = {"tier", "tier_uncapped", "unrated"};
    for (int32_t i = 0; i < COUNT_OF(classes); i++) {
        assert_memory_equal(crmv_scores_codes(s->scores, classes[i]), crmv_scores_codes(other, classes[i]),
                            (size_t)s->rows * sizeof(int32_t));
    }
    crmv_rule mine = {.struct_size = sizeof mine}, theirs = {.struct_size = sizeof theirs};
    assert_int_equal(crmv_scores_rule_get(s->scores, 0, &mine), CRMV_OK);
    assert_int_equal(crmv_scores_rule_get(other, 0, &theirs), CRMV_OK);
    assert_int_equal(mine.holds, theirs.holds);
    assert_int_equal(mine.undecided, theirs.undecided);
}

static void any_number_of_threads_gives_the_same_bits(void **state) {
    (void)state;
    random_state = 5;
    sample s = draw_sample(ANY_POINTS, 5000);
    static const int32_t threads[] = {1, 2, 3, 8};
    for (int32_t i = 0; i < COUNT_OF(threads); i++) {
        crmv_options options = {.struct_size = sizeof options, .threads = threads[i]};
        crmv_scores *other = NULL;
        assert_int_equal(crmv_score(s.model, s.frame, &options, &other, NULL), CRMV_OK);
        assert_same_scores(&s, other);
        crmv_scores_free(other);
    }
    free_sample(&s);
}

static void the_order_of_keys_changes_neither_scores_nor_reasons(void **state) {
    (void)state;
    random_state = 6;
    for (int32_t round = 0; round < MODELS; round++) {
        sample s = draw_sample(ANY_POINTS, ROWS);
        crmv_model *model = parsed(&s.drawn, true);
        crmv_frame *frame = frame_with(&s.drawn, model, s.values, ROWS);
        crmv_scores *scores = scores_of(model, frame);
        assert_same_scores(&s, scores);
        for (int64_t row = 0; row < ROWS; row++) {
            crmv_reason mine[METRIC_LIMIT], theirs[METRIC_LIMIT];
            int32_t count = reasons_of(s.scores, row, mine);
            assert_int_equal(reasons_of(scores, row, theirs), count);
            for (int32_t i = 0; i < count; i++) {
                assert_int_equal(theirs[i].metric, METRICS - 1 - mine[i].metric);
                assert_int_equal(theirs[i].contribution, mine[i].contribution);
                assert_int_equal(theirs[i].weight, mine[i].weight);
                assert_int_equal(theirs[i].lost, mine[i].lost);
                assert_int_equal(theirs[i].points, mine[i].points);
            }
        }
        crmv_scores_free(scores);
        crmv_frame_free(frame);
        crmv_model_free(model);
        free_sample(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indexes_coverage_and_bounds_are_those_of_the_reference),
        cmocka_unit_test(contributions_add_up_to_every_score),
        cmocka_unit_test(effective_weights_add_up_to_a_hundred_percent),
        cmocka_unit_test(points_lost_are_what_the_best_value_brings),
        cmocka_unit_test(scores_lie_between_their_bounds_where_all_scales_are_alike),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(the_order_of_keys_changes_neither_scores_nor_reasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
