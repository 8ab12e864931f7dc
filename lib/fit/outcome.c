/* outcome.c - gathering customers for weights by outcome, through the public functions of frames and models. */
#include "fit/outcome.h"

#include "base/error.h"
#include "base/memory.h"
#include "crmvalue/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int32_t width_of(const crmvi_study *study) {
    return 1 + study->weighing.count;
}

/* ---- A study ----------------------------------------------------------------------------------------------------- */

/* Members are taken in the order of their names, so that nothing that is found depends on the order in which a request
 * lists them. Few enough for an insertion sort. */
static void order_by_name(const crmvi_weighing *weighing, int32_t *order) {
    for (int32_t i = 0; i < weighing->count; i++) {
        int32_t at = i;
        while (at > 0 && strcmp(weighing->of[order[at - 1]], weighing->of[i]) > 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

bool crmvi_study_new(const crmv_request *request, crmvi_study *out) {
    *out = (crmvi_study){0};
    if (!crmvi_weighing_read(request->text, request->operation, &out->weighing)) {
        return false;
    }
    out->less = request->less_is_better != 0;
    out->place = crmvi_copy_text(request->place, (int64_t)strlen(request->place));
    out->order = crmvi_array(out->weighing.count, sizeof *out->order);
    out->with_points = crmvi_zeroed(out->weighing.count, sizeof *out->with_points);
    if (out->place == NULL || out->order == NULL || out->with_points == NULL) {
        crmvi_study_clear(out);
        return false;
    }
    order_by_name(&out->weighing, out->order);
    return true;
}

static void clear_rows(crmvi_rows *rows, int32_t width) {
    crmvi_discard(rows->cells, rows->count * width, sizeof *rows->cells);
    *rows = (crmvi_rows){0};
}

void crmvi_study_clear(crmvi_study *study) {
    clear_rows(&study->training, width_of(study));
    clear_rows(&study->held_out, width_of(study));
    crmvi_weighing_clear(&study->weighing);
    free(study->order);
    free(study->with_points);
    free(study->place);
    *study = (crmvi_study){0};
}

static bool reserve_rows(crmvi_rows *rows, int64_t more, int32_t width) {
    return crmvi_grow(&rows->cells, &rows->capacity, (rows->count + more) * width, sizeof *rows->cells);
}

static void add_rows(crmvi_rows *into, const crmvi_rows *from, int32_t width) {
    if (from->count > 0) {
        memcpy(into->cells + into->count * width, from->cells, (size_t)(from->count * width) * sizeof *from->cells);
        into->count += from->count;
    }
}

bool crmvi_study_reserve(crmvi_study *into, const crmvi_study *from) {
    return reserve_rows(&into->training, from->training.count, width_of(into)) &&
           reserve_rows(&into->held_out, from->held_out.count, width_of(into));
}

void crmvi_study_add(crmvi_study *into, const crmvi_study *from) {
    add_rows(&into->training, &from->training, width_of(into));
    add_rows(&into->held_out, &from->held_out, width_of(into));
    into->incomplete += from->incomplete;
    into->unknown += from->unknown;
    into->too_new += from->too_new;
    for (int32_t j = 0; j < into->weighing.count; j++) {
        into->with_points[j] += from->with_points[j];
    }
}

/* ---- Two frames, by key ------------------------------------------------------------------------------------------ */

enum { KEY_SIZE = 1025 };

/* Outcomes stay below 2^62 units of 1e-6. */
#define OUTCOME_LIMIT 0x1p62

typedef struct pairing {
    const crmv_frame *population, *outcome;
    const double *values; /* of the outcome's metric */
    int64_t other;        /* the row of the outcome's frame that is looked at: none before it is needed again */
    bool has_key;         /* `key` holds that row's */
    char key[KEY_SIZE], own[KEY_SIZE];
} pairing;

/* < 0, 0 or > 0, as the key of the population's row lies before, at or behind that of the other row. */
static int32_t compare(pairing *p, int64_t row) {
    const int64_t *numbers = crmv_frame_numbers(p->population);
    const int64_t *others = crmv_frame_numbers(p->outcome);
    if (numbers != NULL && others != NULL) {
        return (numbers[row] > others[p->other]) - (numbers[row] < others[p->other]);
    }
    if (!p->has_key) {
        crmv_frame_key(p->outcome, p->other, p->key, KEY_SIZE, NULL);
        p->has_key = true;
    }
    return strcmp(p->own, p->key); /* keys hold no NUL, and ascend by bytes */
}

/* The row of the outcome's frame with the key of the population's row; -1: none. Rows are asked for in ascending
 * order. */
static int64_t find_other(pairing *p, int64_t row) {
    if (crmv_frame_numbers(p->population) == NULL) {
        crmv_frame_key(p->population, row, p->own, KEY_SIZE, NULL);
    }
    while (p->other < crmv_frame_rows(p->outcome)) {
        const int32_t order = compare(p, row);
        if (order <= 0) {
            return order == 0 ? p->other : -1;
        }
        p->other++;
        p->has_key = false;
    }
    return -1;
}

static int32_t refuse_size(const pairing *p, int64_t row, const char *outcome, crmv_error *error) {
    char key[KEY_SIZE] = "";
    crmv_frame_key(p->population, row, key, KEY_SIZE, NULL);
    return crmvi_fail_row(error, CRMV_OVERFLOW, row + 1, outcome,
                          "the outcome %.100s of customer %.100s is too large: its magnitude must lie below 4.6e12",
                          outcome, key);
}

/* The outcome of each row, in units of 1e-6, CRMV_MISSING_POINTS where missing; more of it is better. */
static int32_t join(pairing *p, const char *outcome, bool less, int64_t *out, crmv_error *error) {
    const int64_t rows = crmv_frame_rows(p->population);
    for (int64_t row = 0; row < rows; row++) {
        const int64_t other = find_other(p, row);
        const double value = other < 0 ? (double)NAN : p->values[other];
        out[row] = CRMV_MISSING_POINTS;
        if (isnan(value)) {
            continue;
        }
        const double scaled = nearbyint(value * (double)CRMVI_ONE);
        if (!(fabs(scaled) < OUTCOME_LIMIT)) {
            return refuse_size(p, row, outcome, error);
        }
        out[row] = less ? -(int64_t)scaled : (int64_t)scaled;
    }
    return CRMV_OK;
}

static int32_t join_outcome(const crmvi_study *study, const crmv_frame *population, const crmv_frame *outcome,
                            int64_t *out, crmv_error *error) {
    if (outcome == NULL) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "outcome",
                          "%s is found from what happened afterwards: a frame of outcomes is needed", study->place);
    }
    pairing *p = crmvi_zeroed(1, sizeof *p);
    if (p == NULL) {
        return crmvi_no_memory(error);
    }
    *p = (pairing){
        .population = population, .outcome = outcome, .values = crmv_frame_metric(outcome, study->weighing.explain)};
    const bool some = crmv_frame_rows(population) > 0 && crmv_frame_rows(outcome) > 0;
    const bool same_kind = (crmv_frame_numbers(population) == NULL) == (crmv_frame_numbers(outcome) == NULL);
    int32_t status;
    if (p->values == NULL) {
        status = crmvi_fail(error, CRMV_BAD_ARGUMENT, "outcome", "the frame of outcomes has no metric \"%s\"",
                            study->weighing.explain);
    } else if (some && !same_kind) {
        status = crmvi_fail(error, CRMV_BAD_ARGUMENT, "outcome",
                            "the customers of one frame have whole numbers as keys, those of the other texts");
    } else {
        status = join(p, study->weighing.explain, study->less, out, error);
    }
    free(p);
    return status;
}

/* ---- Gathering --------------------------------------------------------------------------------------------------- */

/* What is looked up of a frame for a study. */
typedef struct columns {
    int64_t rows;
    uint8_t *keep;     /* 0: too new */
    int64_t *outcomes; /* units of 1e-6 */
    int64_t *points;   /* column by column, in the order of names */
} columns;

static bool make_columns(columns *c, int64_t rows, int32_t members) {
    *c = (columns){.rows = rows,
                   .keep = crmvi_array(rows, sizeof *c->keep),
                   .outcomes = crmvi_large_array(rows, sizeof *c->outcomes),
                   .points = members > 0 && rows > INT64_MAX / members
                                 ? NULL
                                 : crmvi_large_array(rows * members, sizeof *c->points)};
    return c->keep != NULL && c->outcomes != NULL && c->points != NULL;
}

static void discard_columns(columns *c, int32_t members) {
    crmvi_discard(c->keep, c->rows, sizeof *c->keep);
    crmvi_discard(c->outcomes, c->rows, sizeof *c->outcomes);
    crmvi_discard(c->points, c->rows * members, sizeof *c->points);
}

static int32_t fill_columns(const crmvi_study *study, const crmv_model *model, const crmv_frame *population,
                            const crmv_frame *outcome, const crmv_options *options, columns *c, crmv_error *error) {
    int32_t status = crmv_model_population(model, population, c->keep, c->rows, error);
    if (status == CRMV_OK) {
        status = join_outcome(study, population, outcome, c->outcomes, error);
    }
    for (int32_t j = 0; j < study->weighing.count && status == CRMV_OK; j++) {
        const char *name = study->weighing.of[study->order[j]];
        status = crmv_model_points(model, population, name, options, c->points + j * c->rows, c->rows, error);
    }
    return status;
}

/* One customer's cells, counted by member; false where points of a member are missing. */
static bool fill_row(const columns *c, int64_t row, crmvi_study *study, int64_t *cells) {
    bool whole = true;
    cells[0] = c->outcomes[row];
    for (int32_t j = 0; j < study->weighing.count; j++) {
        cells[1 + j] = c->points[j * c->rows + row];
        const bool is_there = cells[1 + j] != CRMV_MISSING_POINTS;
        study->with_points[j] += is_there ? 1 : 0;
        whole &= is_there;
    }
    return whole;
}

/* False where memory is short. */
static bool take_rows(crmvi_study *study, const crmv_frame *population, const columns *c) {
    const int32_t width = width_of(study);
    for (int64_t row = 0; row < c->rows; row++) {
        if (c->keep[row] == 0) {
            study->too_new++;
            continue;
        }
        if (c->outcomes[row] == CRMV_MISSING_POINTS) {
            study->unknown++;
            continue;
        }
        const bool held_out = crmv_frame_held_out(population, row, study->weighing.held_out) != 0;
        crmvi_rows *rows = held_out ? &study->held_out : &study->training;
        if (!reserve_rows(rows, 1, width)) {
            return false;
        }
        const bool whole = fill_row(c, row, study, rows->cells + rows->count * width);
        rows->count += whole ? 1 : 0;
        study->incomplete += whole ? 0 : 1;
    }
    return true;
}

int32_t crmvi_study_gather(crmvi_study *study, const crmv_model *model, const crmv_frame *population,
                           const crmv_frame *outcome, const crmv_options *options, crmv_error *error) {
    columns c;
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (make_columns(&c, crmv_frame_rows(population), study->weighing.count)) {
        status = fill_columns(study, model, population, outcome, options, &c, error);
        if (status == CRMV_OK && !take_rows(study, population, &c)) {
            status = crmvi_no_memory(error);
        }
    } else {
        crmvi_no_memory(error);
    }
    discard_columns(&c, study->weighing.count);
    return status;
}
