/* report_scene.h - a small book of two years, a model fitted to the first, and what happened in the half year after. */
#ifndef CRMVALUE_TESTS_REPORT_SCENE_H
#define CRMVALUE_TESTS_REPORT_SCENE_H

#include "chance.h"
#include "scoring.h"

#include <jansson.h>

enum { SCENE_CUSTOMERS = 60, SCENE_LINES = SCENE_CUSTOMERS * 24, SCENE_AS_OF = 19722 /* 2023-12-31 */ };

/* Scales, weights and tiers are all asked for. */
static const char scene_model[] =
    "{'crmvalue': 1, 'name': 'small', 'money': {'currency': 'EUR'}, 'window': {'months': 12}, 'metrics': {"
    "'revenue': {'sum': 'revenue', 'scale': {'percentile': {'knots': 8}}},"
    "'days': {'count': 'purchase_days', 'scale': {'quantile_bands': {'classes': 4}}},"
    "'recency': {'recency': 'days', 'better': 'lower', 'scale': {'min_max': {}}},"
    "'mood': {'attribute': 'mood', 'scale': {'line': [[1, 0], [5, 100]]}}},"
    "'indexes': {'habit': {'weights': {'entropy': {'of': ['days', 'recency']}}},"
    "'score': {'weights': {'revenue': 50, 'habit': 30, 'mood': 20}}},"
    "'unrated': {'tenure_below': {'months': 3}},"
    "'tiers': {'shares': [['gold', 10], ['silver', 30], ['basic', null]]},"
    "'outcomes': {'after': {'months': 6}, 'metrics': {'next': {'sum': 'revenue'}}}}";

typedef struct report_scene {
    crmv_model *model; /* fitted */
    crmv_frame *frame, *outcome;
} report_scene;

/* Customers differ in how often and how much they buy; a customer's months lie within two and a half years. The last
 * ones begin in the second year's end, so that they are too new. */
static inline void scene_lines(int64_t *keys, int32_t *days, int64_t *revenues) {
    uint64_t state = 7;
    for (int32_t i = 0; i < SCENE_LINES; i++) {
        const int64_t customer = i % SCENE_CUSTOMERS;
        const int32_t span = customer >= SCENE_CUSTOMERS - 4 ? 200 : 900;
        const bool is_rare = chance_below(&state, 60) > (uint32_t)customer;
        keys[i] = 100 + customer;
        days[i] = SCENE_AS_OF + 190 - (int32_t)chance_below(&state, (uint32_t)span);
        days[i] = customer >= SCENE_CUSTOMERS - 4 && days[i] < SCENE_AS_OF - 20 ? SCENE_AS_OF - 20 : days[i];
        revenues[i] = is_rare ? 0 : 1000 + (int64_t)chance_below(&state, 4000) * (1 + customer % 5);
    }
}

static inline crmv_ledger *scene_ledger(const crmv_model *model) {
    static int64_t keys[SCENE_LINES], revenues[SCENE_LINES];
    static int32_t days[SCENE_LINES];
    scene_lines(keys, days, revenues);
    const crmv_column lines[] = {
        {.struct_size = sizeof *lines, .type = CRMV_INT64, .name = "customer", .data = keys},
        {.struct_size = sizeof *lines, .type = CRMV_INT32, .name = "date", .data = days},
        {.struct_size = sizeof *lines, .type = CRMV_MINOR, .name = "revenue", .data = revenues}};
    crmv_ledger *ledger = NULL;
    assert_int_equal(crmv_ledger_new(model, NULL, &ledger, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_begin(ledger, "book", NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_append(ledger, lines, COUNT_OF(lines), SCENE_LINES, NULL), CRMV_OK);
    assert_int_equal(crmv_ledger_end(ledger, NULL), CRMV_OK);
    return ledger;
}

/* A frame of the ledger and a table that knows the mood of one customer in three. */
static inline crmv_frame *scene_frame(const crmv_model *model, const crmv_ledger *ledger, int32_t as_of) {
    static int64_t keys[SCENE_CUSTOMERS];
    static double moods[SCENE_CUSTOMERS];
    for (int64_t i = 0; i < SCENE_CUSTOMERS; i++) {
        keys[i] = 100 + i;
        moods[i] = i % 3 == 0 ? (double)(1 + i % 5) : (double)NAN;
    }
    const crmv_column table[] = {{.struct_size = sizeof *table, .type = CRMV_INT64, .name = "customer", .data = keys},
                                 numbers_column("mood", moods)};
    crmv_frame *frame = NULL;
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_frame_derive(model, ledger, table, COUNT_OF(table), SCENE_CUSTOMERS, as_of, NULL, &frame, &error) !=
        CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    return frame;
}

static inline report_scene scene_of(const char *text) {
    report_scene scene = {0};
    crmv_model *asking = model_of(text), *outcomes = NULL;
    crmv_ledger *ledger = scene_ledger(asking);
    crmv_error error = {.struct_size = sizeof error};
    int32_t until = 0;
    scene.frame = scene_frame(asking, ledger, SCENE_AS_OF);
    if (crmv_model_outcomes(asking, SCENE_AS_OF, &outcomes, &until, NULL) == CRMV_OK) {
        scene.outcome = scene_frame(outcomes, ledger, until);
    }
    if (crmv_model_calibrate(asking, scene.frame, scene.outcome, NULL, &scene.model, &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    crmv_model_free(outcomes);
    crmv_model_free(asking);
    crmv_ledger_free(ledger);
    return scene;
}

static inline void scene_clear(report_scene *scene) {
    crmv_frame_free(scene->frame);
    crmv_frame_free(scene->outcome);
    crmv_model_free(scene->model);
}

static inline crmv_report *report_of(const report_scene *scene, bool with_outcome, const char *input,
                                     const crmv_options *options) {
    crmv_report *report = NULL;
    crmv_error error = {.struct_size = sizeof error};
    if (crmv_report_make(scene->model, scene->frame, with_outcome ? scene->outcome : NULL, input, options, &report,
                         &error) != CRMV_OK) {
        fail_msg("%s: %s", error.place, error.message);
    }
    return report;
}

/* Weights by outcome, which the other library finds: here their answer is put beside the request. */
static inline report_scene held_out_scene(void) {
    report_scene scene =
        scene_of("{'crmvalue': 1, 'window': {'months': 12}, 'money': {'currency': 'EUR'}, 'metrics': {"
                 "'revenue': {'sum': 'revenue', 'scale': {'line': [[0, 0], [1000, 100]]}}, "
                 "'days': {'count': 'purchase_days', 'scale': {'optimal_bands': {'outcome': 'next', 'classes': 3}}}, "
                 "'recency': {'recency': 'days', 'scale': {'line': [[0, 100], [900, 0]]}}, "
                 "'mood': {'attribute': 'mood', 'scale': {'line': [[1, 0], [5, 100]]}}},"
                 "'indexes': {'habit': {'weights': {'days': 1, 'recency': 1}}, 'score': {'weights': {'outcome': "
                 "{'of': ['revenue', 'habit', 'mood'], 'explain': 'next', 'held_out': 40}}}}, "
                 "'unrated': {'tenure_below': {'months': 3}}, "
                 "'outcomes': {'after': {'months': 6}, 'metrics': {'next': {'sum': 'revenue'}}}}");
    crmv_model *answered = NULL;
    crmv_error error = {.struct_size = sizeof error};
    static const char answer[] =
        "{\"as_of\": \"2022-12-31\", \"customers\": 30, \"weights\": {\"revenue\": 90, \"habit\": 10, \"mood\": 0}, "
        "\"found\": {\"held_out\": {\"remark\": \"first\"}, \"remark\": \"second\", \"members\": {\"a b\": "
        "{\"remark\": "
        "\"third\"}}}}";
    crmv_report *report = NULL;
    assert_int_equal(crmv_report_make(scene.model, scene.frame, scene.outcome, NULL, NULL, &report, &error),
                     CRMV_NOT_FITTED);
    assert_string_equal(error.place, "indexes.score.weights");
    assert_null(report);
    for (int32_t i = 0; i < crmv_model_requests(scene.model) && !answered; i++) {
        crmv_request request = {.struct_size = sizeof request};
        assert_int_equal(crmv_model_request(scene.model, i, &request), CRMV_OK);
        if (strcmp(request.operation, "outcome") == 0) {
            assert_int_equal(crmv_model_answer(scene.model, i, answer, -1, &answered, &error), CRMV_OK);
        }
    }
    assert_non_null(answered);
    crmv_model_free(scene.model);
    scene.model = answered;
    return scene;
}

/* ---- The tree, read back ----------------------------------------------------------------------------------------- */

static inline json_t *tree_of(const crmv_report *report) {
    json_t *tree = json_loads(crmv_report_json(report), JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(tree);
    return tree;
}

static inline json_t *tree_of_scene(const report_scene *scene, bool with_outcome) {
    crmv_report *report = report_of(scene, with_outcome, NULL, NULL);
    json_t *tree = tree_of(report);
    crmv_report_free(report);
    return tree;
}

/* The row of a name among the first outcome's. */
static inline const json_t *row_of(const json_t *tree, const char *name) {
    const json_t *rows = json_object_get(json_array_get(json_object_get(tree, "prediction"), 0), "rows");
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row) {
        if (strcmp(json_string_value(json_object_get(row, "name")), name) == 0) {
            return row;
        }
    }
    return NULL;
}

static inline double number_at(const json_t *object, const char *key) {
    const json_t *number = json_object_get(object, key);
    assert_true(json_is_number(number));
    return json_number_value(number);
}

static inline bool is_warned(const json_t *tree, const char *place, const char *message) {
    size_t i;
    const json_t *warning;
    json_array_foreach(json_object_get(tree, "warnings"), i, warning) {
        if (strcmp(json_string_value(json_object_get(warning, "place")), place) == 0 &&
            strstr(json_string_value(json_object_get(warning, "message")), message)) {
            return true;
        }
    }
    return false;
}

static inline bool begins_with(const char *text, const char *beginning) {
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* No line is wider than a hundred characters; texts here are ASCII but where a test says otherwise. */
static inline void assert_narrow(const char *table) {
    for (const char *line = table; *line != '\0';) {
        const char *end = strchr(line, '\n');
        assert_non_null(end);
        if (end - line > 100) {
            fail_msg("a line of %d characters: %.100s", (int)(end - line), line);
        }
        assert_true(end == line || end[-1] != ' ');
        line = end + 1;
    }
}

#endif
