/* gather.c - what one frame gives to the asks that are ready: runs of values and points, and sums of products. */
#include "base/error.h"
#include "base/memory.h"
#include "calibrate/gathered.h"
#include "score/scores.h"

#include <stdlib.h>
#include <string.h>

/* What the asks of one frame are gathered from. */
typedef struct gathering {
    const crmv_calibration *calibration;
    const crmv_frame *population, *outcome;
    uint8_t *keep;       /* per row: in populations at all */
    uint8_t *rated;      /* per row: would also have a tier; NULL: no cuts are asked for, or the model has no score */
    crmv_scores *scores; /* NULL: no points are asked for */
    int64_t *outcomes;   /* room for a joined column; NULL: none is asked for */
} gathering;

/* ---- What is asked for ------------------------------------------------------------------------------------------- */

bool crmvi_is_wanted(const crmvi_ask *ask) {
    return ask->ready && ask->state != CRMV_REQUEST_FITTED && !crmvi_is_by_fit(ask);
}

static bool has_statistics(const crmvi_ask *ask) {
    return ask->kind == CRMVI_ASK_ENTROPY || ask->kind == CRMVI_ASK_CRITIC || ask->kind == CRMVI_ASK_DEVIATION;
}

/* The part (metric, or behind them index) whose numbers an ask of tiers or classes cuts. */
static int32_t part_cut(const crmv_model *model, const crmvi_ask *ask) {
    if (ask->target == CRMVI_ASK_FOR_TIERS) {
        return model->metric_count + model->root;
    }
    const crmvi_side *by = &model->segments[ask->position].rows;
    return by->on == CRMVI_ON_INDEX ? model->metric_count + by->position : by->position;
}

bool crmvi_needs_points(const crmv_model *model, const crmvi_ask *ask) {
    switch (ask->target) {
    case CRMVI_ASK_FOR_WEIGHTS:
        return has_statistics(ask);
    case CRMVI_ASK_FOR_TIERS:
    case CRMVI_ASK_FOR_CLASSES:
        return part_cut(model, ask) >= model->metric_count;
    default:
        return false;
    }
}

static int32_t part_of(const crmv_model *model, const crmvi_ask *ask, int32_t member) {
    const crmvi_member *m = &model->indexes[ask->position].members[ask->of[member]];
    return m->is_index ? model->metric_count + m->position : m->position;
}

/* ---- Points ------------------------------------------------------------------------------------------------------ */

/* Whether an ask cuts numbers of those who would have a tier. */
static bool needs_rating(const crmv_model *model, const crmvi_ask *ask) {
    return model->root >= 0 && (ask->target == CRMVI_ASK_FOR_TIERS || ask->target == CRMVI_ASK_FOR_CLASSES);
}

static void mark_columns_of(const crmv_model *model, const crmvi_ask *ask, int32_t unrated, bool *columns) {
    if (ask->target == CRMVI_ASK_FOR_WEIGHTS) {
        for (int32_t k = 0; has_statistics(ask) && k < ask->of_count; k++) {
            columns[part_of(model, ask, k)] = true;
        }
        return;
    }
    if (crmvi_needs_points(model, ask)) {
        columns[part_cut(model, ask)] = true;
    }
    columns[unrated] = columns[unrated] || needs_rating(model, ask);
}

/* Marks the columns of scores that the wanted asks need. */
static void mark_columns(const crmv_calibration *calibration, int32_t unrated, bool *columns) {
    const crmv_model *model = calibration->model;
    for (int32_t i = 0; i < model->asks.count; i++) {
        if (crmvi_is_wanted(&model->asks.items[i])) {
            mark_columns_of(model, &model->asks.items[i], unrated, columns);
        }
    }
}

/* The numbers of the columns that are marked; how many. */
static int32_t list_columns(const bool *columns, int32_t count, int32_t *out) {
    int32_t listed = 0;
    for (int32_t i = 0; i < count; i++) {
        if (columns[i]) {
            out[listed++] = i;
        }
    }
    return listed;
}

static int32_t make_columns(gathering *g, crmv_error *error) {
    const int32_t unrated = crmvi_unrated_column(g->scores);
    bool *marked = crmvi_zeroed(unrated + 1, sizeof *marked);
    int32_t *columns = crmvi_zeroed(unrated + 1, sizeof *columns);
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (marked != NULL && columns != NULL) {
        mark_columns(g->calibration, unrated, marked);
        const int32_t count = list_columns(marked, unrated + 1, columns);
        status = crmvi_scores_prepare(g->scores, columns, count, error);
    } else {
        status = crmvi_no_memory(error);
    }
    free(marked);
    free(columns);
    return status;
}

static int32_t make_points(gathering *g, crmv_error *error) {
    const crmvi_runner *runner = &g->calibration->runner;
    const crmv_options options = {.struct_size = sizeof options,
                                  .threads = runner->threads,
                                  .context = runner->context,
                                  .progress = runner->progress};
    const int32_t status = crmvi_score_parts(g->calibration->model, g->population, &options, &g->scores, error);
    return status == CRMV_OK ? make_columns(g, error) : status;
}

/* Who would have a tier: cuts are found from them. */
static int32_t mark_rated(gathering *g, crmv_error *error) {
    const int64_t rows = g->population->rows;
    const int32_t *unrated = crmvi_scores_column(g->scores, crmvi_unrated_column(g->scores));
    g->rated = crmvi_large_array(rows, sizeof *g->rated);
    if (unrated == NULL || g->rated == NULL) {
        return crmvi_no_memory(error);
    }
    for (int64_t row = 0; row < rows; row++) {
        g->rated[row] = g->keep[row] != 0 && unrated[row] == CRMV_RATED;
    }
    return CRMV_OK;
}

static const int64_t *points_at(const gathering *g, int32_t part) {
    return crmvi_scores_column(g->scores, part);
}

/* The marks, or NULL where all rows are in: then nobody has to look at them. */
static const uint8_t *some_of(const uint8_t *marks, int64_t rows) {
    return memchr(marks, 0, (size_t)rows) != NULL ? marks : NULL;
}

/* ---- Scales, tiers and classes ----------------------------------------------------------------------------------- */

/* Those on whom the score is to be proved tell bands nothing of their outcome, or it would be no proof. */
static void hold_out(const gathering *g) {
    const double percent = crmvi_held_out_percent(g->calibration->model);
    for (int64_t row = 0; percent > 0 && row < g->population->rows; row++) {
        if (crmv_frame_held_out(g->population, row, percent) != 0) {
            g->outcomes[row] = CRMV_MISSING_POINTS;
        }
    }
}

static int32_t gather_scale(gathering *g, const crmvi_ask *ask, crmvi_gathered *out, crmv_error *error) {
    const double *values = g->population->metrics[ask->position];
    const int64_t *outcomes = ask->kind == CRMVI_ASK_OPTIMAL_BANDS ? g->outcomes : NULL;
    if (outcomes != NULL) {
        const int32_t status = crmvi_join_outcome(g->population, g->outcome, ask->outcome, g->outcomes, error);
        if (status != CRMV_OK) {
            return status;
        }
        hold_out(g);
    }
    const int64_t rows = g->population->rows;
    return crmvi_run_make(&g->calibration->runner, values, some_of(g->keep, rows), outcomes, rows, out->runs, error);
}

static int32_t gather_cuts(gathering *g, const crmvi_ask *ask, crmvi_gathered *out, crmv_error *error) {
    const crmv_model *model = g->calibration->model;
    const crmvi_runner *runner = &g->calibration->runner;
    const uint8_t *keep = some_of(g->rated != NULL ? g->rated : g->keep, g->population->rows);
    const int32_t part = part_cut(model, ask);
    if (!crmvi_needs_points(model, ask)) {
        return crmvi_run_make(runner, g->population->metrics[part], keep, NULL, g->population->rows, out->runs, error);
    }
    return crmvi_run_make_points(runner, points_at(g, part), keep, g->population->rows, out->runs, error);
}

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

/* The pairs of an ask's members, each a piece of work of its own. */
typedef struct pairing {
    const gathering *g;
    const crmvi_ask *ask;
    crmvi_gathered *out;
} pairing;

/* The members of the pair at a position. */
static void members_at(const crmvi_ask *ask, int32_t position, int32_t *i, int32_t *j) {
    *i = 0;
    if (ask->kind == CRMVI_ASK_DEVIATION) {
        *i = position;
        *j = position;
        return;
    }
    while (position >= ask->of_count - *i) {
        position -= ask->of_count - *i;
        *i += 1;
    }
    *j = *i + position;
}

static int32_t add_pairs(void *context, int64_t begin, int64_t end) {
    const pairing *p = context;
    const crmv_model *model = p->g->calibration->model;
    for (int64_t at = begin; at < end; at++) {
        int32_t i, j;
        members_at(p->ask, (int32_t)at, &i, &j);
        const int64_t *x = points_at(p->g, part_of(model, p->ask, i));
        const int64_t *y = points_at(p->g, part_of(model, p->ask, j));
        if (!crmvi_pair_add(&p->out->pairs[at], x, y, p->g->keep, p->g->population->rows)) {
            return CRMV_OVERFLOW;
        }
    }
    return CRMV_OK;
}

static int32_t gather_pairs(const gathering *g, const crmvi_ask *ask, crmvi_gathered *out, crmv_error *error) {
    pairing p = {g, ask, out};
    const int32_t status = crmvi_parallel(&g->calibration->runner, "weights", out->pair_count, 1, add_pairs, &p);
    if (status == CRMV_OVERFLOW) {
        return crmvi_fail(error, status, ask->place,
                          "sums of products of the members' points do not fit into 128 bits");
    }
    return status == CRMV_OK ? status : crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}

static int32_t gather_runs(const gathering *g, const crmvi_ask *ask, crmvi_gathered *out, crmv_error *error) {
    const int64_t rows = g->population->rows;
    const uint8_t *keep = some_of(g->keep, rows);
    int32_t status = CRMV_OK;
    for (int32_t i = 0; status == CRMV_OK && i < out->run_count; i++) {
        const int64_t *points = points_at(g, part_of(g->calibration->model, ask, i));
        status = crmvi_run_make_points(&g->calibration->runner, points, keep, rows, &out->runs[i], error);
    }
    return status;
}

/* Customers of the population with points of at least one member. */
static int64_t count_customers(const gathering *g, const crmvi_ask *ask) {
    int64_t customers = 0;
    for (int64_t row = 0; row < g->population->rows; row++) {
        bool is_there = false;
        for (int32_t i = 0; g->keep[row] != 0 && !is_there && i < ask->of_count; i++) {
            is_there = points_at(g, part_of(g->calibration->model, ask, i))[row] != CRMV_MISSING_POINTS;
        }
        customers += is_there;
    }
    return customers;
}

static int32_t gather_weights(const gathering *g, const crmvi_ask *ask, crmvi_gathered *out, crmv_error *error) {
    if (!has_statistics(ask)) {
        return CRMV_OK;
    }
    out->customers = count_customers(g, ask);
    return ask->kind == CRMVI_ASK_ENTROPY ? gather_runs(g, ask, out, error) : gather_pairs(g, ask, out, error);
}

/* ---- A frame ----------------------------------------------------------------------------------------------------- */

static int32_t gather_ask(gathering *g, const crmvi_ask *ask, crmvi_gathered *out, crmv_error *error) {
    switch (ask->target) {
    case CRMVI_ASK_FOR_SCALE:
        return gather_scale(g, ask, out, error);
    case CRMVI_ASK_FOR_WEIGHTS:
        return gather_weights(g, ask, out, error);
    default:
        return gather_cuts(g, ask, out, error);
    }
}

/* What the asks look at: who is in populations, points, who is rated, room for outcomes. */
static int32_t prepare(gathering *g, crmv_error *error) {
    const crmv_model *model = g->calibration->model;
    bool points = false, rating = false, outcomes = false;
    for (int32_t i = 0; i < model->asks.count; i++) {
        const crmvi_ask *ask = &model->asks.items[i];
        points = points || (crmvi_is_wanted(ask) && crmvi_needs_points(model, ask));
        rating = rating || (crmvi_is_wanted(ask) && needs_rating(model, ask));
        outcomes = outcomes || (crmvi_is_wanted(ask) && ask->kind == CRMVI_ASK_OPTIMAL_BANDS);
    }
    g->keep = crmvi_large_array(g->population->rows, sizeof *g->keep);
    g->outcomes = outcomes ? crmvi_large_array(g->population->rows, sizeof *g->outcomes) : NULL;
    if (g->keep == NULL || (outcomes && g->outcomes == NULL)) {
        return crmvi_no_memory(error);
    }
    crmvi_mark_population(model, g->population, g->keep);
    int32_t status = points || rating ? make_points(g, error) : CRMV_OK;
    if (status == CRMV_OK && rating) {
        status = mark_rated(g, error);
    }
    return status;
}

static int64_t count_marked(const uint8_t *marks, int64_t rows) {
    int64_t count = 0;
    for (int64_t row = 0; row < rows; row++) {
        count += marks[row];
    }
    return count;
}

/* Who was there at all: where nothing can be found that tells why. */
static crmvi_attendance attendance_of(const gathering *g) {
    const int64_t rows = g->population->rows;
    return (crmvi_attendance){.customers = rows,
                              .in_population = count_marked(g->keep, rows),
                              .rated = g->rated != NULL ? count_marked(g->rated, rows) : 0};
}

static int32_t gather_all(gathering *g, crmvi_portion *portion, crmv_error *error) {
    const crmvi_asks *asks = &g->calibration->model->asks;
    int32_t status = prepare(g, error);
    const crmvi_attendance attendance = status == CRMV_OK ? attendance_of(g) : (crmvi_attendance){0};
    for (int32_t i = 0; status == CRMV_OK && i < asks->count; i++) {
        const crmvi_ask *ask = &asks->items[i];
        if (crmvi_is_wanted(ask)) {
            status = crmvi_gathered_new(ask, &portion->asks[i]) ? gather_ask(g, ask, &portion->asks[i], error)
                                                                : crmvi_no_memory(error);
            portion->asks[i].attendance = attendance;
            portion->asks[i].attendance.by_rating = needs_rating(g->calibration->model, ask);
        }
    }
    return status;
}

static crmvi_portion *new_portion(int32_t ask_count) {
    crmvi_portion *portion = crmvi_zeroed(1, sizeof *portion);
    crmvi_gathered *asks = crmvi_zeroed(ask_count, sizeof *asks);
    if (portion == NULL || asks == NULL) {
        free(portion);
        free(asks);
        return NULL;
    }
    atomic_init(&portion->holders, 1);
    portion->ask_count = ask_count;
    portion->asks = asks;
    return portion;
}

int32_t crmvi_portion_make(const crmv_calibration *calibration, const crmv_frame *population, const crmv_frame *outcome,
                           crmvi_portion **out, crmv_error *error) {
    crmvi_portion *portion = new_portion(calibration->model->asks.count);
    if (portion == NULL) {
        return crmvi_no_memory(error);
    }
    gathering g = {.calibration = calibration, .population = population, .outcome = outcome};
    const int32_t status = gather_all(&g, portion, error);
    crmv_scores_free(g.scores);
    free(g.keep);
    free(g.rated);
    free(g.outcomes);
    if (status == CRMV_OK) {
        *out = portion;
    } else {
        crmvi_portion_free(portion);
    }
    return status;
}
