#include "score/sheet.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

/* Takes room for `count` items; only counts the bytes where `memory` is NULL. */
static void *take(unsigned char *memory, size_t *used, int64_t count, size_t size) {
    void *at = memory ? memory + *used : NULL;
    *used += ((size_t)count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return at;
}

/* ---- Requests ---------------------------------------------------------------------------------------------------- */

static size_t lay_out_request(const crmvi_tree *tree, unsigned char *memory, crmvi_request *r) {
    const crmv_model *model = tree->model;
    const int64_t numbers = (int64_t)tree->part_count + CRMVI_SCORE_NUMBERS;
    size_t used = 0;
    r->numbers = take(memory, &used, numbers, sizeof *r->numbers);
    r->segments = take(memory, &used, model->segment_count, sizeof *r->segments);
    r->number_homes = take(memory, &used, numbers, sizeof(crmvi_micro *));
    r->code_homes = take(memory, &used, model->segment_count, sizeof(int32_t *));
    r->case_homes = take(memory, &used, model->segment_count, sizeof(int32_t *));
    r->rule_homes = take(memory, &used, model->rule_count, sizeof(uint8_t *));
    for (int32_t i = 0; i < CRMVI_NUMBERS; i++) {
        r->formulas[i] = take(memory, &used, tree->part_count, sizeof *r->formulas[i]);
    }
    r->memory = memory;
    return used;
}

bool crmvi_request_new(const crmvi_tree *tree, crmvi_request *out) {
    *out = (crmvi_request){.memory = NULL};
    unsigned char *memory = crmvi_zeroed((int64_t)lay_out_request(tree, NULL, out), 1);
    if (memory) {
        (void)lay_out_request(tree, memory, out);
    }
    return memory != NULL;
}

void crmvi_request_clear(crmvi_request *request) {
    free(request->memory);
    *request = (crmvi_request){.memory = NULL};
}

/* ---- What needs what --------------------------------------------------------------------------------------------- */

static void need_operand(const crmvi_tree *tree, int32_t on, int32_t position, crmvi_request *r) {
    const bool scored = tree->model->root >= 0;
    if (on == CRMVI_ON_INDEX) {
        r->numbers[tree->model->metric_count + position] = true;
    } else if (on == CRMVI_ON_COVERAGE && scored) {
        r->numbers[tree->part_count + CRMVI_SCORE_COVERAGE] = true;
    } else if (on == CRMVI_ON_SEGMENT) {
        r->segments[position] = true;
    } else if (on == CRMVI_ON_TIER) {
        r->tier = true;
    }
}

static void need_conditions(const crmvi_tree *tree, const crmvi_when *when, crmvi_request *r) {
    for (int32_t i = 0; i < when->count; i++) {
        need_operand(tree, when->conditions[i].on, when->conditions[i].position, r);
    }
}

static void need_segment(const crmvi_tree *tree, const crmvi_segment *segment, crmvi_request *r) {
    if (segment->is_grid) {
        need_operand(tree, segment->rows.on, segment->rows.position, r);
        need_operand(tree, segment->columns.on, segment->columns.position, r);
    }
    for (int32_t i = 0; i < segment->case_count; i++) {
        need_conditions(tree, &segment->cases[i].when, r);
    }
}

static void need_rating(const crmvi_tree *tree, crmvi_request *r) {
    const crmv_model *model = tree->model;
    r->unrated = r->unrated || (r->tier && crmvi_may_be_unrated(tree));
    if (model->root < 0 || !(r->tier || r->unrated)) {
        return;
    }
    r->numbers[model->metric_count + model->root] = true;
    if (r->unrated && model->unrated.by_coverage) {
        r->numbers[tree->part_count + CRMVI_SCORE_COVERAGE] = true;
    }
    for (int32_t i = 0; r->unrated && i < tree->leaf_count; i++) {
        const int32_t metric = tree->leaves[i];
        r->numbers[metric] = r->numbers[metric] || model->metrics[metric].missing == CRMVI_REFUSE;
    }
}

/* Marks the indexes that a wanted number is formed of. Members come first in the order, so the way down is the order
 * backwards. */
static void need_members(const crmvi_tree *tree, const crmvi_formula *formulas, bool *needed) {
    const crmv_model *model = tree->model;
    for (int32_t i = model->index_count - 1; i >= 0; i--) {
        const int32_t part = model->metric_count + model->score_order[i];
        for (int32_t k = 0; needed[part] && k < formulas[part].count; k++) {
            const int32_t member = formulas[part].terms[k].part;
            needed[member] = needed[member] || member >= model->metric_count;
        }
    }
}

static void need_formulas(const crmvi_tree *tree, const crmvi_scheme *scheme, crmvi_request *r) {
    const crmv_model *model = tree->model;
    memcpy(r->formulas[CRMVI_POINTS], r->numbers, (size_t)tree->part_count * sizeof *r->numbers);
    if (model->root >= 0) {
        const bool *wanted = r->numbers + tree->part_count;
        const int32_t root = model->metric_count + model->root;
        r->formulas[CRMVI_LOWEST][root] = wanted[CRMVI_SCORE_LOW];
        r->formulas[CRMVI_HIGHEST][root] = wanted[CRMVI_SCORE_HIGH];
        r->formulas[CRMVI_COVERAGE][root] = wanted[CRMVI_SCORE_COVERAGE];
    }
    for (int32_t i = 0; scheme && i < CRMVI_NUMBERS; i++) {
        need_members(tree, scheme->formulas[i], r->formulas[i]);
    }
}

void crmvi_request_complete(const crmvi_tree *tree, const crmvi_scheme *scheme, crmvi_request *request) {
    const crmv_model *model = tree->model;
    for (int32_t i = 0; request->rules && i < model->rule_count; i++) {
        need_conditions(tree, &model->rules[i].when, request);
    }
    /* Operands stand before those that look at them. */
    for (int32_t i = model->segment_count - 1; i >= 0; i--) {
        const int32_t segment = model->segment_order[i];
        if (request->segments[segment]) {
            need_segment(tree, &model->segments[segment], request);
        }
    }
    need_rating(tree, request);
    need_formulas(tree, scheme, request);
}

/* ---- Room -------------------------------------------------------------------------------------------------------- */

/* What is needed to work on a sheet, and where its columns are that have no home. */
typedef struct room {
    double **points; /* per index: the number at hand */
    double *sums, *lows, *bulks;
    double *scaled;    /* a metric's points that are no step function */
    double *padded;    /* the values of the last customers, filled up to a sheet */
    crmvi_part *parts; /* of one customer, where there is no scheme */
    crmvi_micro **numbers;
    int32_t *unrated, *tier, **codes;
} room;

static size_t lay_out_columns(const crmvi_request *request, const crmvi_tree *tree, unsigned char *memory, size_t used,
                              crmvi_sheet *sheet, room *own) {
    const crmv_model *model = tree->model;
    const int32_t numbers = tree->part_count + CRMVI_SCORE_NUMBERS;
    for (int32_t i = 0; i < numbers; i++) {
        const bool here = request->numbers[i] && !request->number_homes[i];
        crmvi_micro *column = here ? take(memory, &used, CRMVI_SHEET, sizeof *column) : NULL;
        if (memory) {
            own->numbers[i] = column;
        }
    }
    for (int32_t i = 0; i < model->segment_count; i++) {
        const bool here = request->segments[i] && !request->code_homes[i];
        int32_t *column = here ? take(memory, &used, CRMVI_SHEET, sizeof *column) : NULL;
        if (memory) {
            own->codes[i] = column;
        }
    }
    for (int32_t i = 0; i < model->index_count; i++) {
        bool needed = false;
        for (int32_t k = 0; k < CRMVI_NUMBERS; k++) {
            needed = needed || request->formulas[k][model->metric_count + i];
        }
        double *column = needed ? take(memory, &used, CRMVI_SHEET, sizeof *column) : NULL;
        if (memory) {
            own->points[i] = column;
        }
    }
    own->unrated = take(memory, &used, CRMVI_SHEET, sizeof *own->unrated);
    own->tier = take(memory, &used, CRMVI_SHEET, sizeof *own->tier);
    sheet->results = take(memory, &used, CRMVI_SHEET, sizeof *sheet->results);
    return used;
}

static size_t lay_out_room(const crmvi_request *request, const crmvi_tree *tree, unsigned char *memory,
                           crmvi_sheet *sheet, room *own) {
    const int64_t numbers = (int64_t)tree->part_count + CRMVI_SCORE_NUMBERS;
    size_t used = 0;
    sheet->numbers = take(memory, &used, numbers, sizeof(crmvi_micro *));
    own->numbers = take(memory, &used, numbers, sizeof(crmvi_micro *));
    sheet->codes = take(memory, &used, tree->model->segment_count, sizeof(int32_t *));
    own->codes = take(memory, &used, tree->model->segment_count, sizeof(int32_t *));
    own->points = take(memory, &used, tree->model->index_count, sizeof(double *));
    own->parts = take(memory, &used, tree->part_count, sizeof *own->parts);
    own->sums = take(memory, &used, CRMVI_SHEET, sizeof *own->sums);
    own->lows = take(memory, &used, CRMVI_SHEET, sizeof *own->lows);
    own->bulks = take(memory, &used, CRMVI_SHEET, sizeof *own->bulks);
    own->scaled = take(memory, &used, CRMVI_SHEET, sizeof *own->scaled);
    own->padded = take(memory, &used, CRMVI_SHEET, sizeof *own->padded);
    return lay_out_columns(request, tree, memory, used, sheet, own);
}

/* Turns to the next customers: columns with a home are written there. */
static void turn_to(crmvi_sheet *sheet, const room *own, int64_t begin, int64_t end) {
    const crmvi_request *r = sheet->request;
    sheet->begin = begin;
    sheet->count = end - begin < CRMVI_SHEET ? (int32_t)(end - begin) : CRMVI_SHEET;
    for (int32_t i = 0; i < sheet->tree->part_count + CRMVI_SCORE_NUMBERS; i++) {
        sheet->numbers[i] = r->number_homes[i] ? r->number_homes[i] + begin : own->numbers[i];
    }
    for (int32_t i = 0; i < sheet->tree->model->segment_count; i++) {
        sheet->codes[i] = r->code_homes[i] ? r->code_homes[i] + begin : own->codes[i];
    }
    sheet->unrated = r->unrated_home ? r->unrated_home + begin : own->unrated;
    sheet->tier = r->tier_home ? r->tier_home + begin : own->tier;
}

/* ---- Numbers by the scheme --------------------------------------------------------------------------------------- */

/* A metric's values for a whole sheet. */
static const double *whole_values(const crmvi_sheet *sheet, const room *own, int32_t metric) {
    const double *values = crmvi_sheet_values(sheet, metric);
    if (sheet->count == CRMVI_SHEET) {
        return values;
    }
    memcpy(own->padded, values, (size_t)sheet->count * sizeof *values);
    for (int32_t i = sheet->count; i < CRMVI_SHEET; i++) {
        own->padded[i] = (double)NAN;
    }
    return own->padded;
}

/* A metric's points for a whole sheet. */
static const double *points_of(const crmvi_sheet *sheet, const room *own, int32_t metric) {
    const crmvi_scale *scale = &sheet->tree->model->metrics[metric].scale;
    const double *values = whole_values(sheet, own, metric);
    if (scale->kind == CRMVI_ITSELF) {
        return values;
    }
    crmvi_scale_all(scale, values, CRMVI_SHEET, own->scaled);
    return own->scaled;
}

static void add_steps(const crmvi_sheet *sheet, const room *own, const crmvi_term *term, bool split, double *sums) {
    const double *values = whole_values(sheet, own, term->part);
    crmvi_add_steps(term->steps, term->step_count, term->weight, term->divisor, values, sums);
    if (split) {
        crmvi_add_steps(term->lows, term->low_count, 1, 1, values, own->lows);
    }
    if (term->lacks) {
        crmvi_add_steps(term->bulks, term->bulk_count, 1, 1, values, own->bulks);
    }
}

static void add_term(const crmvi_sheet *sheet, const room *own, const crmvi_term *term, int32_t number, bool split,
                     double *sums) {
    const crmv_model *model = sheet->tree->model;
    const bool is_metric = term->part < model->metric_count;
    if (term->steps) {
        add_steps(sheet, own, term, split, sums);
        return;
    }
    const double *points =
        is_metric ? points_of(sheet, own, term->part) : own->points[term->part - model->metric_count];
    if (is_metric && number == CRMVI_COVERAGE) {
        crmvi_add_weight(points, term->weight * (double)CRMVI_WHOLE, sums);
        if (split) {
            crmvi_add_weight(points, term->low * (double)CRMVI_WHOLE, own->lows);
        }
    } else {
        crmvi_add_points(points, term->weight, term->absent, sums);
        if (split) {
            crmvi_add_points(points, term->low, term->absent, own->lows);
        }
    }
    if (term->lacks) {
        crmvi_add_weight(points, term->bulk, own->bulks);
    }
}

static void divide(const crmvi_formula *formula, const room *own, double *out) {
    switch (formula->kind) {
    case CRMVI_WHOLE_QUOTIENT:
        crmvi_round(out);
        break;
    case CRMVI_BY_DIVISOR:
        crmvi_divide_all(out, formula->factor, formula->divisor);
        break;
    case CRMVI_BY_BULK:
        crmvi_divide_by_bulks(out, own->bulks, formula->factor);
        break;
    case CRMVI_WHERE_BULK:
        crmvi_lack_without_bulk(out, own->bulks);
        break;
    case CRMVI_NOWHERE:
        crmvi_sheet_fill(out, (double)NAN);
        break;
    default:
        break;
    }
}

static void evaluate(const crmvi_sheet *sheet, const room *own, int32_t number, int32_t part, double *out) {
    const crmvi_formula *formula = &sheet->scheme->formulas[number][part];
    const bool split = formula->split > 0;
    crmvi_sheet_fill(out, formula->base);
    if (split) {
        crmvi_sheet_fill(own->lows, formula->low);
    }
    if (formula->kind == CRMVI_BY_BULK || formula->kind == CRMVI_WHERE_BULK) {
        crmvi_sheet_fill(own->bulks, formula->bulk);
    } else if (split) {
        crmvi_sheet_fill(own->bulks, formula->divisor);
    }
    for (int32_t i = 0; i < formula->count; i++) {
        add_term(sheet, own, &formula->terms[i], number, split, out);
    }
    if (split) {
        crmvi_divide_split(out, own->lows, own->bulks, formula->split);
    } else {
        divide(formula, own, out);
    }
}

static void keep(const crmvi_sheet *sheet, int32_t number, int32_t part, const double *found) {
    const int32_t column = number == CRMVI_POINTS ? part : sheet->tree->part_count + number - CRMVI_LOWEST;
    if (sheet->request->numbers[column]) {
        crmvi_to_micros(found, sheet->scheme->formulas[number][part].lacks, sheet->count, sheet->numbers[column]);
    }
}

static void find_tiers(const crmvi_sheet *sheet, const room *own) {
    const crmv_model *model = sheet->tree->model;
    if (sheet->request->tier && model->root >= 0) {
        crmvi_sheet_fill(own->sums, -1);
        crmvi_add_steps(sheet->scheme->tiers, model->tier_count, 1, 1, own->points[model->root], own->sums);
        crmvi_to_codes(own->sums, sheet->count, sheet->tier);
    }
}

static void scheme_numbers(const crmvi_sheet *sheet, const room *own) {
    const crmv_model *model = sheet->tree->model;
    for (int32_t i = 0; i < model->metric_count; i++) {
        if (sheet->request->numbers[i]) {
            evaluate(sheet, own, CRMVI_POINTS, i, own->sums);
            keep(sheet, CRMVI_POINTS, i, own->sums);
        }
    }
    for (int32_t number = 0; number < CRMVI_NUMBERS; number++) {
        for (int32_t i = 0; i < model->index_count; i++) {
            const int32_t index = model->score_order[i], part = model->metric_count + index;
            if (!sheet->request->formulas[number][part]) {
                continue;
            }
            evaluate(sheet, own, number, part, own->points[index]);
            if (number == CRMVI_POINTS || index == model->root) {
                keep(sheet, number, part, own->points[index]);
            }
        }
        if (number == CRMVI_POINTS) {
            find_tiers(sheet, own);
        }
    }
}

/* ---- Numbers customer by customer -------------------------------------------------------------------------------- */

static void keep_row(const crmvi_sheet *sheet, const crmvi_part *parts, int32_t row) {
    const crmv_model *model = sheet->tree->model;
    const int32_t count = sheet->tree->part_count;
    for (int32_t i = 0; i < count; i++) {
        if (sheet->numbers[i]) {
            sheet->numbers[i][row] = parts[i].points;
        }
    }
    if (model->root >= 0) {
        const crmvi_part *root = &parts[model->metric_count + model->root];
        const crmvi_micro of_score[CRMVI_SCORE_NUMBERS] = {root->lowest, root->highest, root->coverage};
        for (int32_t i = 0; i < CRMVI_SCORE_NUMBERS; i++) {
            if (sheet->numbers[count + i]) {
                sheet->numbers[count + i][row] = of_score[i];
            }
        }
    }
}

static bool single_numbers(const crmvi_sheet *sheet, const room *own) {
    for (int32_t row = 0; row < sheet->count; row++) {
        if (!crmvi_tree_parts(sheet->tree, sheet->frame->metrics, sheet->begin + row, own->parts)) {
            return false;
        }
        keep_row(sheet, own->parts, row);
    }
    return true;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static bool fill_sheet(const crmvi_sheet *sheet, const room *own) {
    const crmvi_request *request = sheet->request;
    const crmv_model *model = sheet->tree->model;
    if (sheet->scheme) {
        scheme_numbers(sheet, own);
    } else if (!single_numbers(sheet, own)) {
        return false;
    }
    crmvi_rate(sheet);
    for (int32_t i = 0; i < model->segment_count; i++) {
        const int32_t segment = model->segment_order[i];
        if (request->segments[segment]) {
            int32_t *cases = request->case_homes[segment];
            crmvi_classify(sheet, segment, cases ? cases + sheet->begin : NULL);
        }
    }
    if (request->rules) {
        crmvi_apply_rules(sheet);
    }
    return true;
}

int32_t crmvi_request_fill(const crmvi_request *request, const crmvi_tree *tree, const crmvi_scheme *scheme,
                           const crmv_frame *frame, int64_t begin, int64_t end) {
    crmvi_sheet sheet = {.request = request, .tree = tree, .scheme = scheme, .frame = frame};
    room own = {.points = NULL};
    unsigned char *memory = crmvi_array((int64_t)lay_out_room(request, tree, NULL, &sheet, &own), 1);
    if (!memory) {
        return CRMV_OUT_OF_MEMORY;
    }
    (void)lay_out_room(request, tree, memory, &sheet, &own);
    bool fits = true;
    for (int64_t at = begin; fits && at < end; at += CRMVI_SHEET) {
        turn_to(&sheet, &own, at, end);
        fits = fill_sheet(&sheet, &own);
    }
    free(memory);
    return fits ? CRMV_OK : CRMV_OVERFLOW;
}
