/*
 * Scores are worked out many customers at a time, and most columns only when they are asked for. On random models and
 * frames of a fixed seed each column is the one that customers taken one by one give, whatever the number of customers,
 * and whoever asks first.
 */
#include "base/guest.h"
#include "chance.h"
#include "score/scores.h"
#include "scoring.h"

#include <pthread.h>

enum { METRICS = 6, INDEXES = 4, LABELS = 3, TEXT = 16384 };

static uint64_t random_state;

static uint32_t draw(uint32_t below) {
    return chance_below(&random_state, below);
}

/* ---- Random models ----------------------------------------------------------------------------------------------- */

typedef struct text {
    char bytes[TEXT];
    size_t length;
} text;

static void put(text *t, const char *format, ...) {
    va_list values;
    va_start(values, format);
    const int length = vsnprintf(t->bytes + t->length, sizeof t->bytes - t->length, format, values);
    va_end(values);
    t->length += (size_t)length;
    assert_true(length >= 0 && t->length < sizeof t->bytes);
}

/* Whether points have decimals, in one model of four; and whether all of them have, and weights, too. */
static bool is_fine, is_all_fine;

/* Whole points, or with all decimals, now and then negative ones, or so many that doubles do not do. */
static void put_points(text *t) {
    const uint32_t kind = is_fine ? draw(60) : 60;
    if (kind == 0) {
        put(t, "%d.%06d", (int)draw(999999), (int)draw(1000000));
    } else if (kind < 20) {
        put(t, "%s%d.%06d", draw(4) == 0 ? "-" : "", (int)draw(100), (int)draw(1000000));
    } else {
        put(t, "%s%d", draw(8) == 0 ? "-" : "", (int)draw(21) * 5);
    }
}

/* Up to six bands from 0 on or from below, with a hole or an overlap now and then, or an end. */
static void put_bands(text *t) {
    const int32_t count = 1 + (int32_t)draw(6), open = draw(4) > 0;
    put(t, "{'bands': [");
    for (int32_t i = 0; i < count; i++) {
        put(t, i > 0 ? ", {" : "{");
        if (i > 0 || !open) {
            put(t, "'from': %d, ", (int)i * 10);
        }
        if (draw(6) == 0) {
            put(t, "'to': %d, ", (int)(i * 10 + (draw(3) == 0 ? 15 : 4)));
        }
        put(t, "'points': ");
        put_points(t);
        put(t, "}");
    }
    put(t, "]}");
}

static void put_line(text *t) {
    const int32_t count = 2 + (int32_t)draw(3);
    put(t, "{'line': [");
    for (int32_t i = 0; i < count; i++) {
        put(t, "%s[%d, ", i > 0 ? ", " : "", (int)i * 15);
        put_points(t);
        put(t, "]");
    }
    put(t, "]}");
}

static void put_categories(text *t) {
    put(t, "{'categories': {'c0': ");
    put_points(t);
    put(t, ", 'c1': ");
    put_points(t);
    put(t, draw(2) == 0 ? "}}" : "}, 'other': 7}");
}

static void put_metric(text *t, int32_t metric) {
    static const char *const policies[] = {"'renormalise'", "'worst'", "'refuse'", "{'points': 35}",
                                           "{'points': -1.5}"};
    put(t, "%s'm%d': {'attribute': 'm%d', 'scale': ", metric > 0 ? ", " : "", (int)metric, (int)metric);
    if (metric == METRICS - 1) {
        put_categories(t);
    } else if (draw(4) == 0) {
        put_line(t);
    } else {
        put_bands(t);
    }
    put(t, ", 'missing': %s}", draw(2) == 0 ? policies[0] : policies[draw(COUNT_OF(policies))]);
}

/* An index has metrics and earlier indexes; the last one is the score. */
static void put_index(text *t, int32_t index) {
    const bool adds = draw(6) == 0;
    const uint32_t decimals = is_all_fine ? 0 : draw(8);
    const char *separator = "";
    put(t, index > 0 ? ", " : "");
    put(t, index == INDEXES - 1 ? "'score': {" : "'i%d': {", (int)index);
    put(t, adds ? "'add': [" : "'weights': {");
    for (int32_t member = 0; member < METRICS + index; member++) {
        if (draw(2) == 0 && member != index) {
            continue;
        }
        put(t, "%s'%c%d'", separator, member < METRICS ? 'm' : 'i',
            (int)(member < METRICS ? member : member - METRICS));
        if (!adds && decimals == 0) {
            put(t, ": %d.%06d", (int)draw(100), (int)draw(1000000));
        } else if (!adds) {
            put(t, ": %d", draw(8) == 0 ? 0 : (int)(1 + draw(20)) * 5);
        }
        separator = ", ";
    }
    put(t, adds ? "]}" : "}}");
}

static void put_rest(text *t) {
    put(t, "}, 'tiers': {'cuts': [['A', 60], ['B', 40], ['C', 10.5], ['D', null]]}");
    if (draw(2) == 0) {
        put(t, ", 'unrated': {'coverage_below': %d, 'tenure_below': {'months': 3}}", (int)draw(60));
    }
    put(t, ", 'segments': {"
           "'by_cases': {'cases': [{'is': 'x', 'when': {'grid': {'is': 'a'}, 'm1': {'above': 5}}, 'treatment': 'one'},"
           " {'is': 'y', 'when': {'i2': {'above': 50}}}, {'is': 'x', 'when': {'score_or': {'missing': false}},"
           " 'treatment': 'two'}]},"
           "'score_or': {'cases': [{'is': 'known', 'when': {'i1': {'at_least': 20, 'below': 70}}}]},"
           "'grid': {'grid': {'rows': 'i0', 'columns': 'm0', 'cuts': [[30, 60], [10]],"
           " 'names': [['a', 'b'], ['c', 'a'], ['d', 'e']]}}},"
           "'rules': [{'name': 'cap', 'when': {'coverage': {'below': 70}}, 'then': {'cap': 'B'}},"
           " {'name': 'flag', 'when': {'m5': {'is': 'c0'}, 'i2': {'at_most': 50}}, 'then': {'flag': true}},"
           " {'name': 'both', 'when': {'by_cases': {'is': 'y'}, 'tier': {'is': ['A', 'B']}, 'm2': {'missing': true}},"
           " 'then': {'cap': 'C', 'flag': true}}]}");
}

static crmv_model *draw_model(void) {
    static text t;
    t.length = 0;
    is_fine = is_all_fine || draw(4) == 0;
    put(&t, "{'crmvalue': 1, 'input': {'customers': {'customer': 'customer', 'since': 'since'}}, 'metrics': {");
    for (int32_t i = 0; i < METRICS; i++) {
        put_metric(&t, i);
    }
    put(&t, "}, 'indexes': {");
    for (int32_t i = 0; i < INDEXES; i++) {
        put_index(&t, i);
    }
    put_rest(&t);
    return model_of(t.bytes);
}

/* ---- Random frames ----------------------------------------------------------------------------------------------- */

/* On a border, between borders, or far off; missing as often as `gaps` of 12 say. */
static double draw_value(uint32_t gaps) {
    if (draw(12) < gaps) {
        return (double)NAN;
    }
    const uint32_t kind = draw(8);
    return kind == 0 ? (double)draw(7) * 10 : kind == 1 ? -1e300 : kind == 2 ? 1e300 : (double)draw(8000) / 100 - 10;
}

static crmv_frame *draw_frame(const crmv_model *model, int64_t rows) {
    static const char *const labels[LABELS] = {"c0", "c1", "c2"};
    double *values = malloc((size_t)(rows * METRICS + 1) * sizeof *values);
    const char **texts = malloc((size_t)(rows + 1) * sizeof *texts);
    int32_t *since = malloc((size_t)(rows + 1) * sizeof *since);
    assert_true(values && texts && since);
    crmv_column columns[METRICS + 1];
    char names[METRICS][8];
    for (int32_t i = 0; i < METRICS; i++) {
        const uint32_t gaps = draw(3) == 0 ? 0 : draw(13);
        for (int64_t row = 0; row < rows; row++) {
            values[i * rows + row] = draw_value(gaps);
        }
        snprintf(names[i], sizeof names[i], "m%d", (int)i);
        columns[i] = numbers_column(names[i], values + i * rows);
    }
    for (int64_t row = 0; row < rows; row++) {
        texts[row] = draw(6) == 0 ? "" : labels[draw(LABELS)];
        since[row] = draw(4) == 0 ? CRMV_NO_DATE : 19700 + (int32_t)draw(100);
    }
    columns[METRICS - 1] = texts_column("m5", texts);
    columns[METRICS] = days_column("since", since);
    crmv_frame *frame = frame_of(model, columns, METRICS + 1, rows, 19800);
    free(values);
    free(texts);
    free(since);
    return frame;
}

/* ---- One by one -------------------------------------------------------------------------------------------------- */

/* All columns, worked out customer by customer. */
typedef struct singles {
    crmvi_request request;
    int32_t numbers;
    int64_t rows;
} singles;

static void *room_for(int64_t rows, size_t size) {
    void *room = calloc((size_t)rows + 1, size);
    assert_non_null(room);
    return room;
}

static singles single_columns(const crmv_scores *scores) {
    const crmv_model *model = scores->model;
    singles s = {.numbers = scores->tree.part_count + CRMVI_SCORE_NUMBERS, .rows = scores->rows};
    assert_true(crmvi_request_new(&scores->tree, &s.request));
    crmvi_request *r = &s.request;
    for (int32_t i = 0; i < s.numbers; i++) {
        r->numbers[i] = true;
        r->number_homes[i] = room_for(s.rows, sizeof(int64_t));
    }
    for (int32_t i = 0; i < model->segment_count; i++) {
        r->segments[i] = true;
        r->code_homes[i] = room_for(s.rows, sizeof(int32_t));
        r->case_homes[i] = room_for(s.rows, sizeof(int32_t));
    }
    for (int32_t i = 0; i < model->rule_count; i++) {
        r->rule_homes[i] = room_for(s.rows, 1);
    }
    r->rules = r->tier = r->unrated = true;
    r->tier_home = room_for(s.rows, sizeof(int32_t));
    r->final_home = room_for(s.rows, sizeof(int32_t));
    r->unrated_home = room_for(s.rows, sizeof(int32_t));
    crmvi_request_complete(&scores->tree, NULL, r);
    crmvi_guest host; /* the public functions enter their own environment; this goes in below them */
    crmvi_enter(&host);
    const int32_t status = crmvi_request_fill(r, &scores->tree, NULL, scores->frame, 0, s.rows);
    crmvi_leave(&host);
    assert_int_equal(status, CRMV_OK);
    return s;
}

static void free_singles(singles *s, const crmv_model *model) {
    crmvi_request *r = &s->request;
    for (int32_t i = 0; i < s->numbers; i++) {
        free(r->number_homes[i]);
    }
    for (int32_t i = 0; i < model->segment_count; i++) {
        free(r->code_homes[i]);
        free(r->case_homes[i]);
    }
    for (int32_t i = 0; i < model->rule_count; i++) {
        free(r->rule_homes[i]);
    }
    free(r->tier_home);
    free(r->final_home);
    free(r->unrated_home);
    crmvi_request_clear(r);
}

/* ---- Comparisons ------------------------------------------------------------------------------------------------- */

/* Whether a column is there and has these bytes. */
static bool same(const void *column, const void *expected, int64_t rows, size_t size) {
    return column && memcmp(column, expected, (size_t)rows * size) == 0;
}

static bool same_numbers(const crmv_scores *scores, const singles *s) {
    static const char *const of_score[] = {"score_low", "score_high", "coverage"};
    const crmv_model *model = scores->model;
    bool all = true;
    for (int32_t i = 0; i < s->numbers; i++) {
        char name[32];
        const int32_t index = i - model->metric_count, number = i - scores->tree.part_count;
        snprintf(name, sizeof name, "%s%s", index < 0 ? "points_" : "",
                 index < 0    ? model->metrics[i].name
                 : number < 0 ? model->indexes[index].name
                              : of_score[number]);
        all = same(crmv_scores_exact(scores, name), s->request.number_homes[i], s->rows, sizeof(int64_t)) && all;
    }
    return all;
}

static bool same_codes(const crmv_scores *scores, const singles *s) {
    const crmvi_request *r = &s->request;
    bool all = same(crmv_scores_codes(scores, "unrated"), r->unrated_home, s->rows, sizeof(int32_t)) &&
               same(crmv_scores_codes(scores, "tier"), r->final_home, s->rows, sizeof(int32_t)) &&
               same(crmv_scores_codes(scores, "tier_uncapped"), r->tier_home, s->rows, sizeof(int32_t));
    for (int32_t i = 0; i < scores->model->segment_count; i++) {
        const int32_t *codes = crmv_scores_codes(scores, scores->model->segments[i].name);
        all = same(codes, r->code_homes[i], s->rows, sizeof(int32_t)) && all;
    }
    return all;
}

static bool same_rows(const crmv_scores *scores, const singles *s) {
    const crmv_model *model = scores->model;
    for (int64_t row = 0; row < s->rows; row++) {
        for (int32_t i = 0; i < model->rule_count; i++) {
            if (crmv_scores_rule(scores, row, i) != (s->request.rule_homes[i][row] == CRMVI_HOLDS)) {
                return false;
            }
        }
        const int32_t holds = s->request.case_homes[0][row];
        const char *told = crmv_scores_treatment(scores, row, model->segments[0].name);
        if (told != (holds < 0 ? NULL : model->segments[0].cases[holds].treatment)) {
            return false;
        }
    }
    return true;
}

static crmv_scores *scores_on(const crmv_model *model, const crmv_frame *frame, int32_t threads) {
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_scores *scores = NULL;
    assert_int_equal(crmv_score(model, frame, &options, &scores, NULL), CRMV_OK);
    return scores;
}

static bool has_split(const crmvi_scheme *scheme, const crmv_model *model) {
    for (int32_t i = 0; scheme && i < CRMVI_NUMBERS * (model->metric_count + model->index_count); i++) {
        if (scheme->all_formulas[i].split > 0) {
            return true;
        }
    }
    return false;
}

/* How many of the rounds were worked out on sheets, and how many of these in two parts. */
typedef struct tally {
    int32_t on_sheets, in_parts;
} tally;

static tally compare_columns(int32_t rounds) {
    static const int64_t rows[] = {0, 1, 2, 300, CRMVI_SHEET - 1, CRMVI_SHEET, CRMVI_SHEET + 1, 2 * CRMVI_SHEET + 7};
    tally found = {0, 0};
    for (int32_t round = 0; round < rounds; round++) {
        crmv_model *model = draw_model();
        crmv_frame *frame = draw_frame(model, rows[draw(COUNT_OF(rows))]);
        crmv_scores *scores = scores_on(model, frame, 1);
        singles s = single_columns(scores);
        found.on_sheets += scores->scheme != NULL;
        found.in_parts += has_split(scores->scheme, model);
        if (!same_numbers(scores, &s) || !same_codes(scores, &s) || !same_rows(scores, &s)) {
            fail_msg("round %d, %lld customers", (int)round, (long long)s.rows);
        }
        free_singles(&s, model);
        crmv_scores_free(scores);
        crmv_frame_free(frame);
        crmv_model_free(model);
    }
    return found;
}

static void columns_are_those_of_customers_taken_one_by_one(void **state) {
    (void)state;
    const int32_t rounds = 200;
    random_state = 20241122;
    const int32_t on_sheets = compare_columns(rounds).on_sheets;
    assert_in_range(on_sheets, rounds / 3, rounds - 10); /* both ways were taken */
}

static void so_they_are_with_weights_and_points_of_many_digits(void **state) {
    (void)state;
    random_state = 20241123;
    is_all_fine = true;
    const tally found = compare_columns(200);
    is_all_fine = false;
    assert_true(found.in_parts > 20);
}

/* Quotients next to a half and on it, of numbers as large as they may be, against whole numbers of 128 bits. */
static void sums_in_two_parts_divide_as_whole_ones(void **state) {
    (void)state;
    static double sums[CRMVI_SHEET], lows[CRMVI_SHEET], bulks[CRMVI_SHEET];
    static crmvi_wide wholes[CRMVI_SHEET];
    random_state = 20241124;
    for (int32_t round = 0; round < 2000; round++) {
        const int32_t power = 1 + (int32_t)draw(20);
        const int64_t split = INT64_C(1) << power, most = (CRMVI_EXACT_LIMIT >> power) / 2;
        for (int32_t i = 0; i < CRMVI_SHEET; i++) {
            const int64_t bulk = 1 + (int64_t)(chance_bits(&random_state) % (uint64_t)most) / (1 + draw(1000));
            const int64_t quotient = (int64_t)(chance_bits(&random_state) % (uint64_t)(2 * most)) - most;
            crmvi_wide whole = (crmvi_wide)quotient * bulk + bulk / 2 + (int64_t)draw(3) - 1;
            const crmvi_wide limit = (crmvi_wide)split * (CRMVI_EXACT_LIMIT / 2);
            whole = whole > limit || whole < -limit ? whole % limit : whole;
            const int64_t low = (int64_t)draw((uint32_t)split) - (draw(2) == 0 ? split * draw(3) : 0);
            const crmvi_wide high = crmvi_floor(whole - low, split);
            bulks[i] = draw(50) == 0 ? 0 : (double)bulk;
            sums[i] = (double)high;
            lows[i] = (double)low;
            wholes[i] = high * split + low;
        }
        crmvi_guest host;
        crmvi_enter(&host);
        crmvi_divide_split(sums, lows, bulks, (double)split);
        crmvi_leave(&host);
        for (int32_t i = 0; i < CRMVI_SHEET; i++) {
            if (bulks[i] > 0) {
                assert_true(sums[i] == (double)crmvi_divide(wholes[i], (crmvi_wide)bulks[i]));
            } else {
                assert_true(isnan(sums[i]));
            }
        }
    }
}

/* ---- Whoever asks ------------------------------------------------------------------------------------------------ */

enum { ASKERS = 4 };

typedef struct asker {
    pthread_t thread;
    const crmv_scores *scores;
    const singles *expected;
    bool same;
} asker;

static void *ask(void *context) {
    asker *self = context;
    self->same = same_codes(self->scores, self->expected) && same_numbers(self->scores, self->expected) &&
                 same_rows(self->scores, self->expected);
    return NULL;
}

static void any_number_of_threads_may_ask_at_once(void **state) {
    (void)state;
    random_state = 7;
    for (int32_t round = 0; round < 8; round++) {
        crmv_model *model = draw_model();
        crmv_frame *frame = draw_frame(model, 9000);
        crmv_scores *scores = scores_on(model, frame, 1 + round % 3);
        singles s = single_columns(scores);
        asker askers[ASKERS];
        for (int32_t i = 0; i < ASKERS; i++) {
            askers[i] = (asker){.scores = scores, .expected = &s};
            assert_int_equal(pthread_create(&askers[i].thread, NULL, ask, &askers[i]), 0);
        }
        for (int32_t i = 0; i < ASKERS; i++) {
            pthread_join(askers[i].thread, NULL);
            assert_true(askers[i].same);
        }
        assert_ptr_equal(crmv_scores_exact(scores, "coverage"), crmv_scores_exact(scores, "coverage"));
        free_singles(&s, model);
        crmv_scores_free(scores);
        crmv_frame_free(frame);
        crmv_model_free(model);
    }
}

/* ---- The limits of doubles --------------------------------------------------------------------------------------- */

#define TWO(weights, scales)                                                                                           \
    "{'crmvalue': 1, 'metrics': {'m0': {'attribute': 'm0', 'scale': " scales                                           \
    "}, 'm1': {'attribute': 'm1', 'scale': " scales "}}, 'indexes': {'score': {" weights "}}}"
#define PLAIN_BANDS "{'bands': [{'points': 1}, {'from': 1, 'points': 100}]}"
#define FINE_LINE "{'line': [[0, 0], [1, 99.999999]]}"

static void expect_scheme(const char *model_text, bool expected) {
    const double values[] = {0.5};
    const crmv_column columns[] = {numbers_column("m0", values), numbers_column("m1", values)};
    crmv_scores *scores = scored(model_text, columns, 2, 1, CRMV_NO_DATE);
    assert_int_equal(scores->scheme != NULL, expected);
    crmv_scores_free(scores);
}

static void sums_beyond_doubles_are_left_to_wider_integers(void **state) {
    (void)state;
    expect_scheme(TWO("'weights': {'m0': 60, 'm1': 40}", PLAIN_BANDS), true);
    expect_scheme(TWO("'weights': {'m0': 60, 'm1': 40}", FINE_LINE), true);
    expect_scheme(TWO("'weights': {'m0': 33.333333, 'm1': 66.666667}", PLAIN_BANDS), true);
    expect_scheme(TWO("'weights': {'m0': 33.333333, 'm1': 66.666667}", FINE_LINE), true); /* in two parts */
    expect_scheme(TWO("'weights': {'m0': 333333.333333, 'm1': 666666.666667}", FINE_LINE), false);
    expect_scheme(TWO("'add': ['m0', 'm1']", FINE_LINE), true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_those_of_customers_taken_one_by_one),
        cmocka_unit_test(so_they_are_with_weights_and_points_of_many_digits),
        cmocka_unit_test(sums_in_two_parts_divide_as_whole_ones),
        cmocka_unit_test(any_number_of_threads_may_ask_at_once),
        cmocka_unit_test(sums_beyond_doubles_are_left_to_wider_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
