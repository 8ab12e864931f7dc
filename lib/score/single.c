/*
 * single.c - one customer's score without a frame.
 *
 * The customer is a sheet of one row, so that ratings, segments and rules are those of crmv_score. Nothing is kept
 * between calls, and indexes become nodes one by one, so that all of it lies on the stack.
 */
#include "base/error.h"
#include "base/guest.h"
#include "score/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Up to so many bytes the work needs no allocation: enough for 64 metrics, 24 indexes, 256 segments and 256 rules. */
enum { LOCAL_SIZE = 16384, ALIGNMENT = 16 };

/* What is worked out for the customer. */
typedef struct customer {
    const crmv_model *model;
    double *values;
    double **metrics; /* to each of them, as a frame has its columns */
    crmvi_part *parts;
    crmvi_micro **numbers;
    crmvi_branch *branches; /* of the index at hand */
    bool *in_score;
    int32_t *leaves;
    int32_t *codes, **segments;
    uint8_t **rules;
} customer;

/* Takes room for `count` items; only counts the bytes where `memory` is NULL. */
static void *take(unsigned char *memory, size_t *used, int64_t count, size_t size) {
    void *at = memory ? memory + *used : NULL;
    *used += ((size_t)count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return at;
}

static int32_t most_members(const crmv_model *model) {
    int32_t most = 0;
    for (int32_t i = 0; i < model->index_count; i++) {
        most = model->indexes[i].count > most ? model->indexes[i].count : most;
    }
    return most;
}

static size_t lay_out(const crmv_model *model, unsigned char *memory, customer *c) {
    const int64_t parts = (int64_t)model->metric_count + model->index_count;
    size_t used = 0;
    c->model = model;
    c->values = take(memory, &used, model->metric_count, sizeof *c->values);
    c->metrics = take(memory, &used, model->metric_count, sizeof *c->metrics);
    c->parts = take(memory, &used, parts, sizeof *c->parts);
    c->numbers = take(memory, &used, parts + CRMVI_SCORE_NUMBERS, sizeof *c->numbers);
    c->branches = take(memory, &used, most_members(model), sizeof *c->branches);
    c->in_score = take(memory, &used, parts, sizeof *c->in_score);
    c->leaves = take(memory, &used, model->metric_count, sizeof *c->leaves);
    c->codes = take(memory, &used, model->segment_count, sizeof *c->codes);
    c->segments = take(memory, &used, model->segment_count, sizeof *c->segments);
    c->rules = take(memory, &used, model->rule_count, sizeof *c->rules);
    return used;
}

/* ---- Points ------------------------------------------------------------------------------------------------------ */

/* False where an index does not fit. */
static bool find_points(const customer *c) {
    const crmv_model *model = c->model;
    for (int32_t i = 0; i < model->metric_count; i++) {
        const bool scaled = model->metrics[i].scale.kind != CRMVI_NO_SCALE;
        c->parts[i] = scaled ? crmvi_metric_part(&model->metrics[i], c->values[i], NULL)
                             : (crmvi_part){.points = CRMV_MISSING_POINTS};
    }
    bool fits = true;
    for (int32_t i = 0; fits && i < model->index_count; i++) {
        const int32_t index = model->score_order[i];
        crmvi_node node;
        fits = crmvi_node_set(model, &model->indexes[index], c->branches, &node) &&
               crmvi_node_part(&node, c->parts, &c->parts[model->metric_count + index]);
    }
    return fits;
}

/* ---- The sheet --------------------------------------------------------------------------------------------------- */

/* As much of a tree as ratings and conditions look at. */
static crmvi_tree tree_of(const customer *c) {
    const crmv_model *model = c->model;
    crmvi_tree tree = {.model = model,
                       .part_count = model->metric_count + model->index_count,
                       .in_score = c->in_score,
                       .leaves = c->leaves};
    memset(c->in_score, 0, (size_t)tree.part_count * sizeof *c->in_score);
    crmvi_mark_score(model, c->in_score);
    for (int32_t i = 0; i < model->metric_count; i++) {
        if (c->in_score[i]) {
            c->leaves[tree.leaf_count++] = i;
        }
    }
    return tree;
}

/* Columns of one value each, which are the parts themselves. */
static void point_to_numbers(const customer *c, const crmvi_tree *tree) {
    const crmv_model *model = c->model;
    for (int32_t i = 0; i < tree->part_count; i++) {
        c->numbers[i] = &c->parts[i].points;
    }
    crmvi_part *root = model->root >= 0 ? &c->parts[model->metric_count + model->root] : NULL;
    c->numbers[tree->part_count + CRMVI_SCORE_LOW] = root ? &root->lowest : NULL;
    c->numbers[tree->part_count + CRMVI_SCORE_HIGH] = root ? &root->highest : NULL;
    c->numbers[tree->part_count + CRMVI_SCORE_COVERAGE] = root ? &root->coverage : NULL;
}

static bool looks_at_segment(const crmvi_when *when) {
    for (int32_t i = 0; i < when->count; i++) {
        if (when->conditions[i].on == CRMVI_ON_SEGMENT) {
            return true;
        }
    }
    return false;
}

/* The segments are worked out where a rule looks at one; operands stand before those that look at them. */
static void classify(const customer *c, const crmvi_sheet *sheet) {
    const crmv_model *model = c->model;
    bool needed = false;
    for (int32_t i = 0; i < model->rule_count; i++) {
        needed = needed || looks_at_segment(&model->rules[i].when);
    }
    for (int32_t i = 0; needed && i < model->segment_count; i++) {
        crmvi_classify(sheet, model->segment_order[i], NULL);
    }
}

/* The rating, the segments and the rules of a sheet of one. */
static void rate(const customer *c, int32_t as_of, int32_t start, crmv_single_score *out) {
    const crmv_model *model = c->model;
    const crmvi_tree tree = tree_of(c);
    const crmv_frame frame = {
        .as_of = model->unrated.by_tenure ? as_of : CRMV_NO_DATE, .rows = 1, .metrics = c->metrics, .starts = &start};
    uint8_t result;
    const crmvi_request request = {
        .unrated = true, .tier = true, .rules = true, .rule_homes = c->rules, .final_home = &out->tier};
    for (int32_t i = 0; i < model->rule_count; i++) {
        c->rules[i] = &result; /* nobody asks for them one by one */
    }
    for (int32_t i = 0; i < model->segment_count; i++) {
        c->segments[i] = &c->codes[i];
    }
    point_to_numbers(c, &tree);
    const crmvi_sheet sheet = {.request = &request,
                               .tree = &tree,
                               .frame = &frame,
                               .count = 1,
                               .numbers = c->numbers,
                               .unrated = &out->unrated,
                               .tier = &out->tier_uncapped,
                               .codes = c->segments,
                               .results = &result};
    crmvi_rate(&sheet);
    classify(c, &sheet);
    crmvi_apply_rules(&sheet);
}

/* ---- The call ---------------------------------------------------------------------------------------------------- */

static int32_t check_value(const crmvi_metric *metric, double value, crmv_error *error) {
    if (isnan(value)) {
        return CRMV_OK;
    }
    if (!isfinite(value)) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, metric->name,
                          "the value of the metric %s is infinite; expected a number, or NaN where it is missing",
                          metric->name);
    }
    const bool is_code = value >= 0 && value < metric->scale.count && value == floor(value);
    if (crmvi_is_category(metric) && !is_code) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, metric->name,
                          "the value of the metric %s is no code of its categories; expected a whole number from 0 to "
                          "%d, or NaN",
                          metric->name, (int)metric->scale.count - 1);
    }
    return CRMV_OK;
}

static bool is_day(int32_t day) {
    return day >= CRMVI_FIRST_DAY && day <= CRMVI_LAST_DAY;
}

static int32_t check_days(const crmv_model *model, int32_t as_of, int32_t start, crmv_error *error) {
    if (!model->unrated.by_tenure) {
        return CRMV_OK;
    }
    if (!is_day(as_of)) {
        return crmvi_bad_argument(error, "as_of",
                                  as_of == CRMV_NO_DATE ? "is missing, and the model's unrated has tenure_below"
                                                        : "is outside the years 1-9999");
    }
    return start == CRMV_NO_DATE || is_day(start) ? CRMV_OK
                                                  : crmvi_bad_argument(error, "start", "is outside the years 1-9999");
}

static void take_numbers(const customer *c, crmv_single_score *out) {
    const crmv_model *model = c->model;
    if (model->root >= 0) {
        const crmvi_part *root = &c->parts[model->metric_count + model->root];
        out->score = root->points;
        out->score_low = root->lowest;
        out->score_high = root->highest;
        out->coverage = root->coverage;
    }
}

static int32_t score(const customer *c, const double *metrics, int32_t as_of, int32_t start, crmv_single_score *out,
                     crmv_error *error) {
    const crmv_model *model = c->model;
    for (int32_t i = 0; i < model->metric_count; i++) {
        const int32_t status = check_value(&model->metrics[i], metrics[i], error);
        if (status != CRMV_OK) {
            return status;
        }
        c->values[i] = metrics[i];
        c->metrics[i] = &c->values[i];
    }
    if (!find_points(c)) {
        return crmvi_fail(error, CRMV_OVERFLOW, "indexes", "an index's points do not fit into 64 bits");
    }
    crmv_single_score found = {.struct_size = out->struct_size,
                               .score = CRMV_MISSING_POINTS,
                               .score_low = CRMV_MISSING_POINTS,
                               .score_high = CRMV_MISSING_POINTS,
                               .coverage = CRMV_MISSING_POINTS};
    take_numbers(c, &found);
    rate(c, as_of, start, &found);
    *out = found;
    return CRMV_OK;
}

static int32_t score_in_room(const crmv_model *model, const double *metrics, int32_t as_of, int32_t start,
                             crmv_single_score *out, crmv_error *error) {
    _Alignas(ALIGNMENT) unsigned char local[LOCAL_SIZE];
    customer c;
    const size_t size = lay_out(model, NULL, &c);
    unsigned char *memory = size <= sizeof local ? local : malloc(size);
    if (!memory) {
        return crmvi_no_memory(error);
    }
    (void)lay_out(model, memory, &c);
    const int32_t status = score(&c, metrics, as_of, start, out, error);
    if (memory != local) {
        free(memory);
    }
    return status;
}

int32_t crmv_score_one(const crmv_model *model, const double *metrics, int32_t count, int32_t as_of, int32_t start,
                       crmv_single_score *out, crmv_error *error) {
    if (!model || !out || (!metrics && count != 0)) {
        return crmvi_bad_argument(error, !model ? "model" : !out ? "out" : "metrics", "is NULL");
    }
    if (out->struct_size < sizeof *out) {
        return crmvi_bad_argument(error, "out", "has a struct_size below that of crmv_single_score");
    }
    if (count != model->metric_count) {
        return crmvi_bad_argument(error, "count", "is not the number of the model's metrics");
    }
    int32_t status = crmvi_require_fitted(model, error);
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    status = check_days(model, as_of, start, error);
    if (status == CRMV_OK) {
        status = score_in_room(model, metrics, as_of, start, out, error);
    }
    crmvi_leave(&host);
    return status;
}
