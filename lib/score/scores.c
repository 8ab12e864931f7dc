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

static bool has_treatment(const crmvi_segment *segment) {
    for (int32_t i = 0; i < segment->case_count; i++) {
        if (segment->cases[i].treatment) {
            return true;
        }
    }
    return false;
}

static bool has_cap(const crmv_model *model) {
    for (int32_t i = 0; i < model->rule_count; i++) {
        if (model->rules[i].cap >= 0) {
            return true;
        }
    }
    return false;
}

bool crmvi_scores_make_room(crmv_scores *scores) {
    scores->column_count = crmvi_segment_column(scores, scores->model->segment_count);
    scores->columns = crmvi_zeroed(scores->column_count, sizeof *scores->columns);
    for (int32_t i = 0; scores->columns && i < scores->column_count; i++) {
        atomic_init(&scores->columns[i], NULL);
    }
    return scores->columns;
}

static bool allocate_score(crmv_scores *scores) {
    const crmv_model *model = scores->model;
    if (model->root >= 0) {
        void *score = crmvi_large_array(scores->rows, sizeof *scores->score);
        atomic_init(&scores->columns[model->metric_count + model->root], score);
        scores->score = score;
    }
    return model->root < 0 || scores->score;
}

static bool allocate_tiers(crmv_scores *scores) {
    scores->tier_uncapped = crmvi_large_array(scores->rows, sizeof *scores->tier_uncapped);
    scores->tier =
        has_cap(scores->model) ? crmvi_large_array(scores->rows, sizeof *scores->tier) : scores->tier_uncapped;
    return scores->tier_uncapped && scores->tier;
}

static bool allocate_cases(crmv_scores *scores) {
    const crmv_model *model = scores->model;
    scores->cases = crmvi_zeroed(model->segment_count, sizeof(int32_t *));
    for (int32_t i = 0; scores->cases && i < model->segment_count; i++) {
        if (has_treatment(&model->segments[i])) {
            scores->cases[i] = crmvi_large_array(scores->rows, sizeof *scores->cases[i]);
            if (!scores->cases[i]) {
                return false;
            }
        }
    }
    return scores->cases;
}

static bool allocate_rules(crmv_scores *scores) {
    const int32_t count = scores->model->rule_count;
    int64_t cells;
    scores->rules = crmvi_zeroed(count, sizeof(uint8_t *));
    scores->holds = crmvi_zeroed(count, sizeof *scores->holds);
    scores->undecided = crmvi_zeroed(count, sizeof *scores->undecided);
    if (!scores->rules || !scores->holds || !scores->undecided ||
        __builtin_mul_overflow(scores->rows, (int64_t)count, &cells)) {
        return false;
    }
    scores->results = crmvi_large_array(cells, sizeof *scores->results);
    for (int32_t i = 0; scores->results && i < count; i++) {
        scores->rules[i] = scores->results + scores->rows * i;
    }
    return scores->results;
}

bool crmvi_scores_allocate(crmv_scores *scores) {
    return allocate_score(scores) && allocate_tiers(scores) && allocate_cases(scores) && allocate_rules(scores);
}

static void free_columns(crmv_scores *scores) {
    for (int32_t i = 0; scores->columns && i < scores->column_count; i++) {
        free(atomic_load_explicit(&scores->columns[i], memory_order_acquire));
    }
    for (int32_t i = 0; scores->cases && i < scores->model->segment_count; i++) {
        free(scores->cases[i]);
    }
    if (scores->tier != scores->tier_uncapped) {
        free(scores->tier);
    }
    free(scores->tier_uncapped);
    free(scores->columns);
    free(scores->cases);
}

void crmv_scores_free(crmv_scores *scores) {
    if (!scores) {
        return;
    }
    free_columns(scores);
    free(scores->results);
    free(scores->rules);
    free(scores->holds);
    free(scores->undecided);
    crmvi_scheme_free(scores->scheme);
    crmvi_tree_clear(&scores->tree);
    crmv_frame_free((crmv_frame *)scores->frame);
    crmv_model_free((crmv_model *)scores->model);
    free(scores);
}

/* ---- Columns on demand ------------------------------------------------------------------------------------------- */

int32_t crmvi_unrated_column(const crmv_scores *scores) {
    return scores->tree.part_count + CRMVI_SCORE_NUMBERS;
}

int32_t crmvi_segment_column(const crmv_scores *scores, int32_t segment) {
    return crmvi_unrated_column(scores) + 1 + segment;
}

/* Where a request has the home of a column. */
static void *home_of(const crmv_scores *scores, int32_t column, const crmvi_request *request) {
    const int32_t unrated = crmvi_unrated_column(scores);
    if (column < unrated) {
        return request->number_homes[column];
    }
    return column == unrated ? request->unrated_home : request->code_homes[column - unrated - 1];
}

static void *new_home(const crmv_scores *scores, int32_t column) {
    const bool is_number = column < crmvi_unrated_column(scores);
    return crmvi_large_array(scores->rows, is_number ? sizeof(crmvi_micro) : sizeof(int32_t));
}

/* Asks for one column, into a home of its own. */
static bool ask_for(const crmv_scores *scores, int32_t column, crmvi_request *request) {
    const int32_t unrated = crmvi_unrated_column(scores), segment = column - unrated - 1;
    void *home = new_home(scores, column);
    if (column < unrated) {
        request->numbers[column] = true;
        request->number_homes[column] = home;
    } else if (column == unrated) {
        request->unrated = true;
        request->unrated_home = home;
    } else {
        request->segments[segment] = true;
        request->code_homes[segment] = home;
    }
    return home;
}

bool crmvi_scores_ask(const crmv_scores *scores, const int32_t *columns, int32_t count, crmvi_request *request) {
    for (int32_t i = 0; i < count; i++) {
        const bool known = atomic_load_explicit(&scores->columns[columns[i]], memory_order_acquire) ||
                           home_of(scores, columns[i], request);
        if (!known && !ask_for(scores, columns[i], request)) {
            return false;
        }
    }
    crmvi_request_complete(&scores->tree, scores->scheme, request);
    return true;
}

void crmvi_scores_show(crmv_scores *scores, const crmvi_request *request, bool filled) {
    for (int32_t i = 0; i < scores->column_count; i++) {
        void *home = home_of(scores, i, request);
        if (home && filled) {
            atomic_store_explicit(&scores->columns[i], home, memory_order_release);
        } else {
            free(home);
        }
    }
}

static bool fill(const crmv_scores *scores, const crmvi_request *request) {
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = crmvi_request_fill(request, &scores->tree, scores->scheme, scores->frame, 0, scores->rows);
    crmvi_leave(&host);
    return status == CRMV_OK;
}

/* NULL where memory is short, or where points do not fit: those that did when the customers were scored fit again. */
static void *make_column(const crmv_scores *scores, int32_t column) {
    crmvi_request request;
    if (!crmvi_request_new(&scores->tree, &request)) {
        return NULL;
    }
    bool filled = ask_for(scores, column, &request);
    if (filled) {
        crmvi_request_complete(&scores->tree, scores->scheme, &request);
        filled = fill(scores, &request);
    }
    void *home = home_of(scores, column, &request);
    crmvi_request_clear(&request);
    if (!filled) {
        free(home);
        return NULL;
    }
    return home;
}

/* Of threads that make the same column at once, the first to finish shows its own to all. */
const void *crmvi_scores_column(const crmv_scores *scores, int32_t column) {
    _Atomic(void *) *place = &scores->columns[column];
    void *shown = atomic_load_explicit(place, memory_order_acquire);
    if (shown) {
        return shown;
    }
    void *made = make_column(scores, column);
    if (!made ||
        atomic_compare_exchange_strong_explicit(place, &shown, made, memory_order_acq_rel, memory_order_acquire)) {
        return made;
    }
    free(made);
    return shown;
}

/* ---- Columns by name --------------------------------------------------------------------------------------------- */

int64_t crmv_scores_rows(const crmv_scores *scores) {
    return scores ? scores->rows : 0;
}

/* The points of a metric that has a scale; -1 for any other name. */
static int32_t find_points(const crmv_scores *scores, const char *name) {
    static const char prefix[] = "points_";
    const size_t length = sizeof prefix - 1;
    const crmv_model *model = scores->model;
    const int32_t metric = strncmp(name, prefix, length) == 0 ? crmvi_model_metric(model, name + length) : -1;
    return metric >= 0 && model->metrics[metric].scale.kind != CRMVI_NO_SCALE ? metric : -1;
}

/* The column of numbers of a name, -1 for none. */
static int32_t find_number(const crmv_scores *scores, const char *name) {
    static const char *const of_score[CRMVI_SCORE_NUMBERS] = {"score_low", "score_high", "coverage"};
    for (int32_t i = 0; i < CRMVI_SCORE_NUMBERS; i++) {
        if (strcmp(name, of_score[i]) == 0) {
            return scores->model->root >= 0 ? scores->tree.part_count + i : -1;
        }
    }
    const int32_t index = crmvi_model_index(scores->model, name);
    return index >= 0 ? scores->model->metric_count + index : find_points(scores, name);
}

const int64_t *crmv_scores_exact(const crmv_scores *scores, const char *column) {
    const int32_t found = scores && column ? find_number(scores, column) : -1;
    return found >= 0 ? crmvi_scores_column(scores, found) : NULL;
}

int32_t crmv_scores_numbers(const crmv_scores *scores, const char *column, double *out, int64_t capacity) {
    if (!scores || !column || !out || capacity < 0) {
        return CRMV_BAD_ARGUMENT;
    }
    const int32_t found = find_number(scores, column);
    if (found < 0) {
        return CRMV_NOT_FOUND;
    }
    if (capacity < scores->rows) {
        return CRMV_BUFFER_TOO_SMALL;
    }
    const int64_t *exact = crmvi_scores_column(scores, found);
    if (!exact) {
        return CRMV_OUT_OF_MEMORY;
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
    if (strcmp(column, "tier") == 0) {
        return scores->tier;
    }
    if (strcmp(column, "tier_uncapped") == 0) {
        return scores->tier_uncapped;
    }
    if (strcmp(column, "unrated") == 0) {
        return crmvi_scores_column(scores, crmvi_unrated_column(scores));
    }
    const int32_t segment = crmvi_model_segment(scores->model, column);
    return segment >= 0 ? crmvi_scores_column(scores, crmvi_segment_column(scores, segment)) : NULL;
}

/* ---- Single customers -------------------------------------------------------------------------------------------- */

static bool has_row(const crmv_scores *scores, int64_t row) {
    return scores && row >= 0 && row < scores->rows;
}

void crmvi_count_rules(crmv_scores *scores) {
    for (int32_t i = 0; i < scores->model->rule_count; i++) {
        const uint8_t *results = scores->rules[i];
        for (int64_t row = 0; row < scores->rows; row++) {
            scores->holds[i] += results[row] == CRMVI_HOLDS;
            scores->undecided[i] += results[row] == CRMVI_UNDECIDED;
        }
    }
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
    const int32_t position = has_row(scores, row) && segment ? crmvi_model_segment(scores->model, segment) : -1;
    if (position < 0 || !scores->cases[position]) {
        return NULL;
    }
    const int32_t holds = scores->cases[position][row];
    return holds >= 0 ? scores->model->segments[position].cases[holds].treatment : NULL;
}

int64_t crmv_scores_to_next_tier(const crmv_scores *scores, int64_t row) {
    if (!has_row(scores, row) || scores->tier_uncapped[row] < 0) {
        return CRMV_MISSING_POINTS;
    }
    int32_t tier = scores->tier_uncapped[row];
    const crmv_model *model = scores->model;
    return tier == 0 ? 0 : model->tiers[tier - 1].cut - scores->score[row];
}
