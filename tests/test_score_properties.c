/*
 * Properties of scores, held on random models and customers of a fixed seed: the contributions add up to the score,
 * points lost are what a better value brings, indexes are those of a slow reference, and neither threads nor the order
 * of keys change a bit.
 */
#include "chance.h"
#include "scoring.h"

__extension__ typedef __int128 wide;

/* ---- Random models ----------------------------------------------------------------------------------------------- */

enum { METRICS = 7, INDEXES = 5, BANDS = 6, MEMBERS = METRICS + INDEXES, TEXT = 16384 };
enum { RENORMALISE, FIXED, WORST, POLICIES };

static uint64_t random_state;

static uint32_t draw(uint32_t below) {
    return chance_below(&random_state, below);
}

/* Members below METRICS are metrics, the others indexes; an index has only earlier ones, the last is the score. */
typedef struct random_index {
    bool additive;
    int32_t count;
    int32_t members[MEMBERS];
    int64_t weights[MEMBERS];
} random_index;

typedef struct random_model {
    char names[MEMBERS][16];
    int64_t points[METRICS][BANDS]; /* a value of k earns points[k] */
    int32_t policies[METRICS];
    int64_t fixed[METRICS];
    random_index indexes[INDEXES];
} random_model;

/* What points a random scale has. */
typedef enum points_kind { ANY_POINTS, FROM_0_TO_100 } points_kind;

static void draw_points(random_model *m, int32_t metric, points_kind kind) {
    for (int32_t k = 0; k < BANDS; k++) {
        int64_t any = (int64_t)draw(200000001) - (draw(3) == 0 ? 100000000 : 0);
        m->points[metric][k] = kind == ANY_POINTS ? (draw(4) == 0 ? any / MICRO * MICRO : any) : draw(100000001);
    }
    if (kind == FROM_0_TO_100) {
        m->points[metric][0] = 0;
        m->points[metric][BANDS - 1] = 100 * MICRO;
    }
    m->policies[metric] = kind == ANY_POINTS && draw(3) == 0 ? (int32_t)draw(POLICIES) : RENORMALISE;
    m->fixed[metric] = m->points[metric][draw(BANDS)];
}

static void draw_index(random_model *m, int32_t index, bool additive) {
    random_index *r = &m->indexes[index];
    r->additive = additive;
    r->count = 0;
    for (int32_t member = 0; member < METRICS + index; member++) {
        if (draw(2) == 0) {
            r->members[r->count] = member;
            r->weights[r->count++] = draw(8) == 0 ? 0 : draw(3) == 0 ? 1 + draw(99999999) : (1 + draw(99)) * MICRO;
        }
    }
    if (r->count == 0) {
        r->members[0] = METRICS + index - 1;
        r->weights[0] = MICRO;
        r->count = 1;
    }
}

/* Names in an order of their own, so that the ties are not broken by position. */
static void draw_names(random_model *m) {
    int32_t order[MEMBERS];
    for (int32_t i = 0; i < MEMBERS; i++) {
        int32_t k = (int32_t)draw((uint32_t)i + 1);
        order[i] = order[k];
        order[k] = i;
    }
    for (int32_t i = 0; i < MEMBERS; i++) {
        snprintf(m->names[i], sizeof m->names[i], "n%02d", (int)order[i]);
    }
    strcpy(m->names[MEMBERS - 1], "score");
}

static random_model draw_model(points_kind kind) {
    random_model m;
    draw_names(&m);
    for (int32_t i = 0; i < METRICS; i++) {
        draw_points(&m, i, kind);
    }
    for (int32_t i = 0; i < INDEXES; i++) {
        draw_index(&m, i, kind == ANY_POINTS && draw(3) == 0);
    }
    return m;
}

/* ---- As JSON ----------------------------------------------------------------------------------------------------- */

/* A text that grows within its room. */
typedef struct text {
    char bytes[TEXT];
    int32_t length;
} text;

static void put(text *t, const char *piece) {
    size_t length = strlen(piece);
    assert_true((size_t)t->length + length < sizeof t->bytes);
    memcpy(t->bytes + t->length, piece, length + 1);
    t->length += (int32_t)length;
}

static void put_micro(text *t, int64_t micro) {
    char piece[64];
    int64_t size = micro < 0 ? -micro : micro;
    snprintf(piece, sizeof piece, "%s%lld.%06lld", micro < 0 ? "-" : "", (long long)(size / MICRO),
             (long long)(size % MICRO));
    put(t, piece);
}

static void put_key(text *t, const char *name) {
    put(t, "'");
    put(t, name);
    put(t, "': ");
}

static void put_metric(text *t, const random_model *m, int32_t metric) {
    put_key(t, m->names[metric]);
    put(t, "{'attribute': '");
    put(t, m->names[metric]);
    put(t, "', 'scale': {'bands': [");
    for (int32_t k = 0; k < BANDS; k++) {
        char from[64];
        snprintf(from, sizeof from, "%s{'from': %d, 'points': ", k > 0 ? ", " : "", (int)k);
        put(t, from);
        put_micro(t, m->points[metric][k]);
        put(t, "}");
    }
    put(t, "]}, 'missing': ");
    if (m->policies[metric] == FIXED) {
        put(t, "{'points': ");
        put_micro(t, m->fixed[metric]);
        put(t, "}}");
    } else {
        put(t, m->policies[metric] == WORST ? "'worst'}" : "'renormalise'}");
    }
}

/* Keys come forwards or backwards: only the numbers count. */
static int32_t at(int32_t i, int32_t count, bool backwards) {
    return backwards ? count - 1 - i : i;
}

static void put_index(text *t, const random_model *m, int32_t index, bool backwards) {
    const random_index *r = &m->indexes[index];
    put_key(t, m->names[METRICS + index]);
    put(t, r->additive ? "{'add': [" : "{'weights': {");
    for (int32_t i = 0; i < r->count; i++) {
        int32_t k = at(i, r->count, backwards);
        put(t, i > 0 ? ", " : "");
        if (r->additive) {
            put(t, "'");
            put(t, m->names[r->members[k]]);
            put(t, "'");
        } else {
            put_key(t, m->names[r->members[k]]);
            put_micro(t, r->weights[k]);
        }
    }
    put(t, r->additive ? "]}" : "}}");
}

static crmv_model *parsed(const random_model *m, bool backwards) {
    static text t;
    t.length = 0;
    put(&t, "{'crmvalue': 1, 'metrics': {");
    for (int32_t i = 0; i < METRICS; i++) {
        put(&t, i > 0 ? ", " : "");
        put_metric(&t, m, at(i, METRICS, backwards));
    }
    put(&t, "}, 'indexes': {");
    for (int32_t i = 0; i < INDEXES; i++) {
        put(&t, i > 0 ? ", " : "");
        put_index(&t, m, at(i, INDEXES, backwards), backwards);
    }
    put(&t, "}, 'tiers': {'cuts': [['A', 60], ['B', 40], ['C', null]]},"
            "'rules': [{'name': 'r', 'when': {'coverage': {'below': 50}}, 'then': {'cap': 'B'}}]}");
    return model_of(t.bytes);
}

/* ---- Random customers -------------------------------------------------------------------------------------------- */

/* Values by metric, then by customer. */
static double *draw_values(int64_t rows) {
    double *values = malloc((size_t)(rows * METRICS) * sizeof *values);
    assert_non_null(values);
    for (int64_t row = 0; row < rows; row++) {
        uint32_t gaps = draw(5); /* from all known to almost nothing */
        for (int32_t i = 0; i < METRICS; i++) {
            values[i * rows + row] = draw(5) < gaps ? (double)NAN : draw(BANDS);
        }
    }
    return values;
}

static crmv_frame *frame_with(const random_model *m, const crmv_model *model, const double *values, int64_t rows) {
    crmv_column columns[METRICS];
    for (int32_t i = 0; i < METRICS; i++) {
        columns[i] = numbers_column(m->names[i], values + i * rows);
    }
    return frame_of(model, columns, METRICS, rows, CRMV_NO_DATE);
}

/* Model, frame and scores of random customers. */
typedef struct sample {
    random_model drawn;
    int64_t rows;
    double *values;
    crmv_model *model;
    crmv_frame *frame;
    crmv_scores *scores;
} sample;

static sample draw_sample(points_kind kind, int64_t rows) {
    sample s = {.drawn = draw_model(kind), .rows = rows, .values = draw_values(rows)};
    s.model = parsed(&s.drawn, false);
    s.frame = frame_with(&s.drawn, s.model, s.values, rows);
    s.scores = scores_of(s.model, s.frame);
    return s;
}

static void free_sample(sample *s) {
    crmv_scores_free(s->scores);
    crmv_frame_free(s->frame);
    crmv_model_free(s->model);
    free(s->values);
}

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
