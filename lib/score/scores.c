/* scores.c - the handle, its columns, and looking them up. */
#include "score/scores.h"

#include "base/error.h"
#include "base/guest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

crmv_scores *crmvi_scores_new(const crmv_model *model, const crmv_frame *frame) {
    crmv_scores *scores = crmvi_zeroed(1, sizeof *scores);
    if (scores) {
        scores->model = crmvi_model_hold(model);
        scores->frame = crmvi_frame_hold(frame);
        scores->rows = frame->rows;
    }
    return scores;
}

/* Columns of one type lie in one block; NULL where memory is short. */
static void *rows_of(const crmv_scores *scores, int64_t columns, size_t size) {
    int64_t cells;
    return __builtin_mul_overflow(scores->rows, columns, &cells) ? NULL : crmvi_array(cells, size);
}

/* Hands out the next column of a block. */
static int64_t *next_numbers(crmv_scores *scores, int64_t *used) {
    return scores->numbers + scores->rows * (*used)++;
}

static int32_t *next_codes(crmv_scores *scores, int64_t *used) {
    return scores->codes + scores->rows * (*used)++;
}

static bool allocate_numbers(crmv_scores *scores) {
    const crmv_model *model = scores->model;
    int64_t columns = (int64_t)model->metric_count + model->index_count + 3;
    scores->numbers = rows_of(scores, columns, sizeof *scores->numbers);
    if (!scores->numbers) {
        return false;
    }
    int64_t used = 0;
    for (int32_t i = 0; i < model->metric_count; i++) {
        if (model->metrics[i].scale.kind != CRMVI_NO_SCALE) {
            scores->points[i] = next_numbers(scores, &used);
        }
    }
    for (int32_t i = 0; i < model->index_count; i++) {
        scores->indexes[i] = next_numbers(scores, &used);
    }
    if (model->root >= 0) {
        scores->lowest = next_numbers(scores, &used);
        scores->highest = next_numbers(scores, &used);
        scores->coverage = next_numbers(scores, &used);
    }
    return true;
}

static bool allocate_codes(crmv_scores *scores) {
    const crmv_model *model = scores->model;
    scores->codes = rows_of(scores, (int64_t)model->segment_count + 3, sizeof *scores->codes);
    if (!scores->codes) {
        return false;
    }
    int64_t used = 0;
    scores->unrated = next_codes(scores, &used);
    scores->tier_uncapped = next_codes(scores, &used);
    scores->tier = next_codes(scores, &used);
    for (int32_t i = 0; i < model->segment_count; i++) {
        scores->segments[i] = next_codes(scores, &used);
    }
    return true;
}

static bool allocate_rules(crmv_scores *scores) {
    int32_t count = scores->model->rule_count;
    scores->results = rows_of(scores, count, sizeof *scores->results);
    if (!scores->results) {
        return false;
    }
    for (int32_t i = 0; i < count; i++) {
        scores->rules[i] = scores->results + scores->rows * i;
    }
    return true;
}

bool crmvi_scores_allocate(crmv_scores *scores) {
    const crmv_model *model = scores->model;
    scores->points = crmvi_zeroed(model->metric_count, sizeof *scores->points);
    scores->indexes = crmvi_zeroed(model->index_count, sizeof *scores->indexes);
    scores->segments = crmvi_zeroed(model->segment_count, sizeof *scores->segments);
    scores->rules = crmvi_zeroed(model->rule_count, sizeof *scores->rules);
    scores->holds = crmvi_zeroed(model->rule_count, sizeof *scores->holds);
    scores->undecided = crmvi_zeroed(model->rule_count, sizeof *scores->undecided);
    return scores->points && scores->indexes && scores->segments && scores->rules && scores->holds &&
           scores->undecided && allocate_numbers(scores) && allocate_codes(scores) && allocate_rules(scores);
}

void crmv_scores_free(crmv_scores *scores) {
    if (!scores) {
        return;
    }
    free(scores->numbers);
    free(scores->codes);
    free(scores->results);
    free(scores->points);
    free(scores->indexes);
    free(scores->segments);
    free(scores->rules);
    free(scores->holds);
    free(scores->undecided);
    crmvi_tree_clear(&scores->tree);
    crmv_frame_free((crmv_frame *)scores->frame);
    crmv_model_free((crmv_model *)scores->model);
    free(scores);
}

/* ---- Columns by name --------------------------------------------------------------------------------------------- */

int64_t crmv_scores_rows(const crmv_scores *scores) {
    return scores ? scores->rows : 0;
}

static const int64_t *points_column(const crmv_scores *scores, const char *column) {
    static const char prefix[] = "points_";
    size_t length = sizeof prefix - 1;
    int32_t metric = strncmp(column, prefix, length) == 0 ? crmvi_model_metric(scores->model, column + length) : -1;
    return metric >= 0 ? scores->points[metric] : NULL;
}

const int64_t *crmv_scores_exact(const crmv_scores *scores, const char *column) {
    if (!scores || !column) {
        return NULL;
    }
    const struct {
        const char *name;
        const int64_t *numbers;
    } of_score[] = {
        {"score_low", scores->lowest},
        {"score_high", scores->highest},
        {"coverage", scores->coverage},
    };
    for (size_t i = 0; i < sizeof of_score / sizeof *of_score; i++) {
        if (strcmp(column, of_score[i].name) == 0) {
            return of_score[i].numbers;
        }
    }
    int32_t index = crmvi_model_index(scores->model, column);
    return index >= 0 ? scores->indexes[index] : points_column(scores, column);
}

int32_t crmv_scores_numbers(const crmv_scores *scores, const char *column, double *out, int64_t capacity) {
    if (!scores || !column || !out || capacity < 0) {
        return CRMV_BAD_ARGUMENT;
    }
    const int64_t *exact = crmv_scores_exact(scores, column);
    if (!exact) {
        return CRMV_NOT_FOUND;
    }
    if (capacity < scores->rows) {
        return CRMV_BUFFER_TOO_SMALL;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    for (int64_t row = 0; row < scores->rows; row++) {
        out[row] = exact[row] == CRMV_MISSING_POINTS ? (double)NAN : (double)exact[row] / (double)CRMVI_ONE;
    }
    crmvi_leave(&host);
    return CRMV_OK;
}

const int32_t *crmv_scores_codes(const crmv_scores *scores, const char *column) {
    if (!scores || !column) {
        return NULL;
    }
    const struct {
        const char *name;
        const int32_t *codes;
    } of_rating[] = {
        {"tier", scores->tier},
        {"tier_uncapped", scores->tier_uncapped},
        {"unrated", scores->unrated},
    };
    for (size_t i = 0; i < sizeof of_rating / sizeof *of_rating; i++) {
        if (strcmp(column, of_rating[i].name) == 0) {
            return of_rating[i].codes;
        }
    }
    int32_t segment = crmvi_model_segment(scores->model, column);
    return segment >= 0 ? scores->segments[segment] : NULL;
}

/* ---- Single customers -------------------------------------------------------------------------------------------- */

static bool has_row(const crmv_scores *scores, int64_t row) {
    return scores && row >= 0 && row < scores->rows;
}

int32_t crmv_scores_rule(const crmv_scores *scores, int64_t row, int32_t rule) {
    if (!has_row(scores, row) || rule < 0 || rule >= scores->model->rule_count) {
        return 0;
    }
    return scores->rules[rule][row] == CRMVI_HOLDS;
}

int32_t crmv_scores_rule_get(const crmv_scores *scores, int32_t rule, crmv_rule *out) {
    if (!scores || !out || out->struct_size < sizeof *out || rule < 0 || rule >= scores->model->rule_count) {
        return CRMV_BAD_ARGUMENT;
    }
    const crmvi_rule *known = &scores->model->rules[rule];
    *out = (crmv_rule){
        .struct_size = out->struct_size,
        .flag = known->flag,
        .cap = known->cap,
        .name = known->name,
        .treatment = known->treatment,
        .holds = scores->holds[rule],
        .undecided = scores->undecided[rule],
    };
    return CRMV_OK;
}

const char *crmv_scores_treatment(const crmv_scores *scores, int64_t row, const char *segment) {
    int32_t position = has_row(scores, row) && segment ? crmvi_model_segment(scores->model, segment) : -1;
    if (position < 0) {
        return NULL;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const crmvi_case *holds = crmvi_segment_case(scores, &scores->model->segments[position], row);
    crmvi_leave(&host);
    return holds ? holds->treatment : NULL;
}

int64_t crmv_scores_to_next_tier(const crmv_scores *scores, int64_t row) {
    if (!has_row(scores, row) || scores->tier_uncapped[row] < 0) {
        return CRMV_MISSING_POINTS;
    }
    int32_t tier = scores->tier_uncapped[row];
    const crmv_model *model = scores->model;
    return tier == 0 ? 0 : model->tiers[tier - 1].cut - scores->indexes[model->root][row];
}
