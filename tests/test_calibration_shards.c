/*
 * test_calibration_shards.c - what is found from a population does not depend on how it is divided: on random models
 * and populations of a fixed seed, shards in any number and order, gathered and merged in any way, on any number of
 * threads, end as the same model, byte for byte, or as the same refusal.
 */
#include "calibrating.h"

enum { MOST_SHARDS = 7, TEXT = 8192 };

static uint64_t chance = 2025;

static uint32_t draw(uint32_t below) {
    return chance_below(&chance, below);
}

/* ---- Random models ----------------------------------------------------------------------------------------------- */

static const char *const scales[] = {
    "{'percentile': {'knots': 9}}",
    "{'percentile': {}}",
    "{'min_max': {}}",
    "{'min_max': {'winsorise': [5, 92.5], 'points': [10, 90]}}",
    "{'z_score': {'spread': 2}}",
    "{'logarithm': {'winsorise': [1, 99]}}",
    "{'quantile_bands': {'points': [-20, 0, 10, 55.5, 100]}}",
    "{'optimal_bands': {'outcome': 'later', 'classes': 4}}",
    "{'line': [[0, 0], [100, 100]]}",
};

static const char *const weights[] = {
    "{'equal': {'of': [%s]}}",  "{'rank_order_centroid': {'of': [%s]}}", "{'entropy': {'of': [%s]}}",
    "{'critic': {'of': [%s]}}", "{'standard_deviation': {'of': [%s]}}",
};

static const char *const cuts[] = {
    "'shares': [['x', 10], ['y', 25.5], ['z', null]]",
    "'quantiles': ['x', 'y', 'z', 'rest']",
    "'abc': {'names': [['x', 70], ['y', 90], ['z', null]]}",
    "'abc': {'names': [['x', 70], ['z', null]], 'side': 'including'}",
    "'natural_breaks': ['x', 'y', 'z']",
    "'k_means': ['x', 'y']",
};

static const char *const cut_numbers[] = {"a", "b", "c", "d", "current", "score"};

static const char *any_of(const char *const *texts, int32_t count) {
    return texts[draw((uint32_t)count)];
}

static size_t put_weights(char *text, const char *index, const char *members) {
    const int32_t length = sprintf(text, "'%s': {'weights': ", index);
    const int32_t more = sprintf(text + length, any_of(weights, COUNT_OF(weights)), members);
    return (size_t)(length + more + sprintf(text + length + more, "}"));
}

static crmv_model *random_model(void) {
    char text[TEXT], *end = text;
    end += sprintf(end,
                   "{'crmvalue': 1, 'input': {'customers': {'customer': 'customer', 'since': 'since'}}, 'metrics': {");
    for (int32_t i = 0; i < POPULATION_COLUMNS - 1; i++) {
        const char *better = draw(3) == 0 ? ", 'better': 'lower'" : "";
        const char *scale = any_of(scales, COUNT_OF(scales));
        end += sprintf(end, "%s'%s': {'attribute': '%s'%s, 'scale': %s}", i > 0 ? ", " : "", population_names[i],
                       population_names[i], better, scale);
    }
    end += sprintf(
        end, "}, 'outcomes': {'after': {'days': 90}, 'metrics': {'later': {'attribute': 'later'}}}, 'indexes': {");
    end += put_weights(end, "current", "'c', 'a', 'b'");
    end += sprintf(end, ", ");
    end += put_weights(end, "score", "'d', 'current'");
    const char *tiers = any_of(cuts, COUNT_OF(cuts));
    const char *number = any_of(cut_numbers, COUNT_OF(cut_numbers));
    const char *classes = any_of(cuts, COUNT_OF(cuts));
    end += sprintf(end, "}, 'tiers': {%s}, 'segments': {'s': {'by': '%s', %s}}", tiers, number, classes);
    if (draw(2) == 0) {
        end += sprintf(end, ", 'unrated': {'tenure_below': {'days': 30}, 'coverage_below': 60}");
    }
    sprintf(end, "}");
    return model_of(text);
}

static void random_population(population *p) {
    static const uint32_t sizes[] = {0, 1, 2, 3, 10, 60, 400};
    population_make(p, draw(3) == 0 ? sizes[draw(7)] : 50 + draw(600));
    for (int32_t i = 0; i < POPULATION_COLUMNS; i++) {
        /* what happened afterwards is not far: such outcomes are refused */
        const uint32_t kind =
            i == POPULATION_COLUMNS - 1 ? draw(DRAW_FAR) : draw(draw(5) == 0 ? DRAW_KINDS : DRAW_SKEWED + 1);
        for (int64_t row = 0; row < p->rows; row++) {
            p->columns[i][row] = population_draw(&chance, kind);
        }
    }
    for (int64_t row = 0; row < p->rows; row++) {
        p->since[row] = draw(6) == 0 ? AS_OF - (int32_t)draw(60) : AS_OF - 400;
    }
}

/* ---- What a calibration came to ---------------------------------------------------------------------------------- */

typedef struct result {
    int32_t status;
    crmv_error error;
    char *text;
} result;

static result end_of(int32_t status, crmv_model *model, const crmv_error *error) {
    result r = {.status = status, .error = *error};
    if (status == CRMV_OK) {
        r.text = printed(model);
        crmv_model_free(model);
    }
    return r;
}

static void assert_same(const result *a, const result *b) {
    assert_int_equal(a->status, b->status);
    if (a->status == CRMV_OK) {
        assert_string_equal(a->text, b->text);
    } else {
        assert_string_equal(a->error.place, b->error.place);
        assert_string_equal(a->error.message, b->error.message);
    }
}

static result whole(const population *p, const crmv_model *model, int32_t threads) {
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    crmv_error error = {.struct_size = sizeof error};
    crmv_frame *frame = population_frame(p, model, NULL, 0, AS_OF), *outcome = outcome_frame(p, model, NULL, 0);
    crmv_model *fitted = NULL;
    const int32_t status = crmv_model_calibrate(model, frame, outcome, &options, &fitted, &error);
    crmv_frame_free(frame);
    crmv_frame_free(outcome);
    return end_of(status, fitted, &error);
}

/* The shards' frames of one population. */
typedef struct shards {
    int32_t count;
    crmv_frame *frames[MOST_SHARDS], *outcomes[MOST_SHARDS];
} shards;

static void cut_up(const population *p, const crmv_model *model, int32_t count, shards *out) {
    int32_t *shard_of = malloc((size_t)(p->rows + 1) * sizeof *shard_of);
    assert_non_null(shard_of);
    for (int64_t row = 0; row < p->rows; row++) {
        shard_of[row] = (int32_t)draw((uint32_t)count);
    }
    out->count = count;
    for (int32_t i = 0; i < count; i++) {
        out->frames[i] = population_frame(p, model, shard_of, i, AS_OF);
        out->outcomes[i] = outcome_frame(p, model, shard_of, i);
    }
    free(shard_of);
}

static void let_go(shards *s) {
    for (int32_t i = 0; i < s->count; i++) {
        crmv_frame_free(s->frames[i]);
        crmv_frame_free(s->outcomes[i]);
    }
}

/* One round: some calibrations gather the shards, now and then several each, and are merged one after the other into
 * one that is drawn. */
static int32_t run_round(const shards *s, const crmv_model *model, crmv_model **next, crmv_error *error) {
    crmv_calibration *machines[MOST_SHARDS];
    const int32_t count = 1 + (int32_t)draw((uint32_t)s->count);
    const int32_t into = (int32_t)draw((uint32_t)count);
    const crmv_options options = {.struct_size = sizeof options, .threads = 1 + (int32_t)draw(4)};
    int32_t status = CRMV_OK;
    for (int32_t i = 0; i < count; i++) {
        assert_int_equal(crmv_calibration_new(model, &options, &machines[i], error), CRMV_OK);
    }
    for (int32_t i = 0; status == CRMV_OK && i < s->count; i++) {
        const int32_t shard = s->count - 1 - i;
        status = crmv_calibration_gather(machines[shard % count], s->frames[shard], s->outcomes[shard], error);
    }
    for (int32_t i = 0; status == CRMV_OK && i < count; i++) {
        if (i != into) {
            assert_int_equal(crmv_calibration_merge(machines[into], machines[i], error), CRMV_OK);
        }
    }
    for (int32_t i = 0; i < count; i++) {
        if (i != into) {
            crmv_calibration_free(machines[i]);
        }
    }
    status = status == CRMV_OK ? crmv_calibration_finish(machines[into], next, error) : status;
    crmv_calibration_free(machines[into]);
    return status;
}

static result in_shards(const population *p, const crmv_model *model, int32_t count) {
    shards s;
    cut_up(p, model, count, &s);
    crmv_error error = {.struct_size = sizeof error};
    crmv_model *next = NULL;
    int32_t status = crmv_model_unfitted(model, &next, &error);
    while (status == CRMV_OK && has_ready_request(next)) {
        crmv_model *after = NULL;
        status = run_round(&s, next, &after, &error);
        crmv_model_free(next);
        next = after;
    }
    let_go(&s);
    return end_of(status, next, &error);
}

/* ---- Tests ------------------------------------------------------------------------------------------------------- */

static int32_t found, refused;

static void check_population(const population *p, const crmv_model *model) {
    const result alone = whole(p, model, 1);
    for (int32_t threads = 2; threads <= 4; threads += 2) {
        result other = whole(p, model, threads);
        assert_same(&alone, &other);
        free(other.text);
    }
    static const int32_t counts[] = {1, 2, MOST_SHARDS};
    for (int32_t i = 0; i < 3; i++) {
        result other = in_shards(p, model, counts[i]);
        assert_same(&alone, &other);
        free(other.text);
    }
    assert_true(alone.status == CRMV_OK || alone.status == CRMV_NOT_IDENTIFIED);
    found += alone.status == CRMV_OK;
    refused += alone.status != CRMV_OK;
    free(alone.text);
}

static void shards_and_threads_do_not_show(void **state) {
    (void)state;
    for (int32_t round = 0; round < 90; round++) {
        crmv_model *model = random_model();
        population p;
        random_population(&p);
        check_population(&p, model);
        population_clear(&p);
        crmv_model_free(model);
    }
    print_message("%d models were found, %d refused\n", (int)found, (int)refused);
    assert_true(found >= 40 && refused >= 5);
}

/* A fitted model reads back as what it was, scores, and finds the same again. */
static void a_fitted_model_prints_parses_scores_and_is_found_again(void **state) {
    (void)state;
    int32_t seen = 0;
    for (int32_t round = 0; round < 25; round++) {
        crmv_model *model = random_model();
        population p;
        random_population(&p);
        result r = whole(&p, model, 1);
        if (r.status == CRMV_OK) {
            crmv_model *again = NULL;
            crmv_scores *scores = NULL;
            assert_int_equal(crmv_model_parse(r.text, -1, &again, NULL), CRMV_OK);
            char *text = printed(again);
            assert_string_equal(text, r.text);
            for (int32_t i = 0; i < crmv_model_requests(again); i++) {
                crmv_request request = {.struct_size = sizeof request};
                assert_int_equal(crmv_model_request(again, i, &request), CRMV_OK);
                assert_int_equal(request.state, CRMV_REQUEST_FITTED);
            }
            crmv_frame *frame = population_frame(&p, again, NULL, 0, AS_OF);
            assert_int_equal(crmv_score(again, frame, NULL, &scores, NULL), CRMV_OK);
            result other = whole(&p, again, 1);
            assert_same(&r, &other);
            crmv_scores_free(scores);
            crmv_frame_free(frame);
            crmv_model_free(again);
            free(other.text);
            free(text);
            seen++;
        }
        free(r.text);
        population_clear(&p);
        crmv_model_free(model);
    }
    assert_true(seen >= 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shards_and_threads_do_not_show),
        cmocka_unit_test(a_fitted_model_prints_parses_scores_and_is_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
