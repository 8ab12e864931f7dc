/* report_prediction.c - how well the score orders what happened afterwards, beside baselines and its own parts. */
#include "base/error.h"
#include "base/memory.h"
#include "calibrate/baseline.h"
#include "calibrate/calibration.h"
#include "calibrate/comparison.h"
#include "calibrate/report.h"
#include "calibrate/run.h"
#include "model/path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One outcome, measured on the customers at `rows`. */
typedef struct evaluation {
    crmvi_reporting *r;
    crmvi_comparison comparison;
    crmv_scores *equal;      /* with equal weights; NULL: there are none */
    int64_t *outcomes;       /* per row of the frame */
    int64_t *rows;           /* of the customers who take part */
    double *scores, *column; /* of these */
    double *happened;        /* likewise: their outcomes */
    int64_t without;         /* customers of the population without an outcome */
} evaluation;

/* ---- Whom it is measured on -------------------------------------------------------------------------------------- */

/* Percent of the customers that every request for weights by outcome left aside; 0 where one of them left none, or
 * there is none. Whom a smaller percentage holds out, a larger one does too. */
static double held_out_of(const crmv_model *model) {
    crmvi_micro least = -1;
    for (int32_t i = 0; i < model->asks.count; i++) {
        const crmvi_ask *ask = &model->asks.items[i];
        if (ask->kind == CRMVI_ASK_OUTCOME) {
            least = least < 0 || ask->held_out < least ? ask->held_out : least;
        }
    }
    return least > 0 ? (double)least / (double)CRMVI_ONE : 0;
}

static bool is_found_from_customers(const crmv_model *model) {
    for (int32_t i = 0; i < model->asks.count; i++) {
        const int32_t kind = model->asks.items[i].kind;
        if (kind != CRMVI_ASK_EQUAL && kind != CRMVI_ASK_CENTROID && kind != CRMVI_ASK_AHP) {
            return true;
        }
    }
    return false;
}

/* Whether bands or weights were made to fit this outcome. */
static bool is_fitted_to(const crmv_model *model, const char *outcome) {
    for (int32_t i = 0; i < model->asks.count; i++) {
        const int32_t position = model->asks.items[i].outcome;
        if (position >= 0 && strcmp(model->outcomes.names[position], outcome) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_looked_at(const evaluation *e, int64_t row) {
    const double percent = e->comparison.held_out;
    return percent <= 0 || crmv_frame_held_out(e->r->frame, row, percent) == 1;
}

/* Customers of the population, held out if any are, whose score, baselines and outcome are all known: so that all rows
 * of the comparison are measured on the same ones. */
static bool takes_part(const evaluation *e, int64_t row) {
    const crmvi_comparison *c = &e->comparison;
    if (e->r->keep[row] == 0 || e->outcomes[row] == CRMV_MISSING_POINTS) {
        return false;
    }
    for (int32_t i = 0; i < c->count; i++) {
        const crmvi_predictor *one = &c->predictors[i];
        if (one->is <= CRMVI_IS_BASELINE && one->column[row] == CRMV_MISSING_POINTS) {
            return false;
        }
    }
    return is_looked_at(e, row);
}

static void choose_rows(evaluation *e) {
    crmvi_comparison *c = &e->comparison;
    c->customers = 0;
    c->held_out_customers = 0;
    e->without = 0;
    for (int64_t row = 0; row < e->r->frame->rows; row++) {
        e->without += e->r->keep[row] != 0 && e->outcomes[row] == CRMV_MISSING_POINTS;
        c->held_out_customers += c->held_out > 0 && e->r->keep[row] != 0 && is_looked_at(e, row);
        if (takes_part(e, row)) {
            e->happened[c->customers] = (double)e->outcomes[row];
            e->rows[c->customers++] = row;
        }
    }
}

/* A predictor's numbers, of those who take part. */
static void gather(const evaluation *e, const int64_t *column, double *out) {
    for (int64_t i = 0; i < e->comparison.customers; i++) {
        const int64_t number = column[e->rows[i]];
        out[i] = number == CRMV_MISSING_POINTS ? (double)NAN : (double)number;
    }
}

/* ---- With what it is compared ------------------------------------------------------------------------------------ */

static void add_predictor(evaluation *e, int32_t is, const char *name, const int64_t *column) {
    crmvi_comparison *c = &e->comparison;
    c->predictors[c->count++] = (crmvi_predictor){.is = is,
                                                  .name = name,
                                                  .column = column,
                                                  .measured = {.struct_size = sizeof(crmv_prediction)},
                                                  .z = (double)NAN};
}

/* The score's own parts: indexes, then metrics. */
static void add_parts(evaluation *e) {
    const crmv_model *model = e->r->model;
    const crmvi_tree *tree = &e->r->scores->tree;
    for (int32_t i = 0; i < model->index_count; i++) {
        if (i != model->root && tree->in_score[model->metric_count + i]) {
            add_predictor(e, CRMVI_IS_INDEX, model->indexes[i].name, crmvi_part_points(e->r, model->metric_count + i));
        }
    }
    for (int32_t i = 0; i < model->metric_count; i++) {
        if (tree->in_score[i]) {
            add_predictor(e, CRMVI_IS_METRIC, model->metrics[i].name, crmvi_part_points(e->r, i));
        }
    }
}

/* Points with equal weights, which stay missing in `e->equal` where there are none. */
static int32_t score_equally(evaluation *e) {
    crmv_model *equal = NULL;
    int32_t status = crmvi_equal_weights(e->r->model, &equal, e->r->error);
    if (status == CRMV_OK && equal != NULL) {
        status = crmvi_score_parts(equal, e->r->frame, e->r->options, &e->equal, e->r->error);
    }
    if (status == CRMV_OK && equal != NULL) {
        const int32_t column = equal->metric_count + equal->root;
        status = crmvi_scores_prepare(e->equal, &column, 1, e->r->error);
    }
    crmv_model_free(equal);
    return status;
}

static void add_predictors(evaluation *e) {
    const crmv_model *model = e->r->model;
    const char *name = NULL;
    const int64_t *last_period = crmvi_last_period(e->r->frame, &name);
    add_predictor(e, CRMVI_IS_SCORE, model->indexes[model->root].name, e->r->scores->score);
    if (e->equal != NULL) {
        const crmv_model *equal = e->equal->model;
        add_predictor(e, CRMVI_IS_BASELINE, "equal weights",
                      crmvi_scores_column(e->equal, equal->metric_count + equal->root));
    }
    if (last_period != NULL) {
        add_predictor(e, CRMVI_IS_BASELINE, name, last_period);
    }
    add_parts(e);
}

/* ---- Measuring --------------------------------------------------------------------------------------------------- */

static int32_t measure_one(evaluation *e, crmvi_predictor *one) {
    const int64_t customers = e->comparison.customers;
    crmv_prediction between = {.struct_size = sizeof between};
    gather(e, one->column, e->column);
    int32_t status = crmv_predict_measure(e->column, e->happened, customers, NULL, &one->measured, e->r->error);
    if (e->comparison.less) { /* the lift stays what it is: the best tenth comes first, and its mean should be low */
        one->measured.spearman = -one->measured.spearman;
        one->measured.gini = -one->measured.gini;
    }
    if (status == CRMV_OK && one->is == CRMVI_IS_BASELINE) {
        status = crmv_predict_measure(e->column, e->scores, customers, NULL, &between, e->r->error);
        one->z = crmvi_correlations_apart(e->comparison.predictors[0].measured.spearman, one->measured.spearman,
                                          between.spearman, customers);
    }
    return status;
}

static bool is_even(const double *values, int64_t count) {
    for (int64_t i = 1; i < count; i++) {
        if (values[i] != values[0]) {
            return false;
        }
    }
    return true;
}

static int32_t measure_all(evaluation *e) {
    int32_t status = CRMV_OK;
    gather(e, e->comparison.predictors[0].column, e->scores);
    e->comparison.even_score = is_even(e->scores, e->comparison.customers);
    e->comparison.even_outcome = is_even(e->happened, e->comparison.customers);
    for (int32_t i = 0; status == CRMV_OK && i < e->comparison.count; i++) {
        status = measure_one(e, &e->comparison.predictors[i]);
    }
    return status;
}

/* ---- Telling ----------------------------------------------------------------------------------------------------- */

static void put_predictor(crmvi_reporting *r, json_t *rows, const crmvi_predictor *one) {
    json_t *object = crmvi_put_object(r, rows, NULL);
    crmvi_put_text(r, object, "name", one->name);
    crmvi_put_text(r, object, "is", crmvi_predictor_kinds[one->is]);
    crmvi_put_count(r, object, "customers", one->measured.customers);
    crmvi_put_number(r, object, "spearman", one->measured.spearman);
    crmvi_put_number(r, object, "gini", one->measured.gini);
    json_t *lift = crmvi_put_array(r, object, "lift");
    for (int32_t i = 0; i < one->measured.deciles; i++) {
        crmvi_put_number(r, lift, NULL, one->measured.lift[i]);
    }
    if (one->is == CRMVI_IS_BASELINE) {
        crmvi_put_number(r, object, "z", one->z);
    }
}

static void put_comparison(evaluation *e, json_t *list) {
    crmvi_reporting *r = e->r;
    const crmvi_comparison *c = &e->comparison;
    const crmvi_predictor *by_rank = crmvi_best_by_spearman(c), *by_gini = crmvi_best_by_gini(c);
    crmvi_writing verdict = {0};
    crmvi_write_comparison(&verdict, c);
    char *text = crmvi_writing_take(&verdict);
    json_t *object = crmvi_put_object(r, list, NULL);
    crmvi_put_text(r, object, "outcome", c->outcome);
    crmvi_put_text(r, object, "better", e->comparison.less ? "lower" : "higher");
    crmvi_put_date(r, object, "until", r->outcome->as_of);
    crmvi_put_count(r, object, "customers", c->customers);
    crmvi_put_number(r, object, "held_out", c->held_out);
    crmvi_put_count(r, object, "without_outcome", e->without);
    crmvi_put_text(r, object, "winner", by_rank != NULL ? by_rank->name : NULL);
    crmvi_put_text(r, object, "winner_by_gini", by_gini != NULL ? by_gini->name : NULL);
    crmvi_put(r, object, "baseline_wins", json_boolean(crmvi_baseline_wins(c)));
    crmvi_put(r, object, "wrong_way_round", json_boolean(crmvi_orders_wrong_way(c)));
    crmvi_put(r, object, "verdict", text != NULL ? json_string(text) : NULL);
    free(text);
    json_t *rows = crmvi_put_array(r, object, "rows");
    for (int32_t i = 0; i < c->count; i++) {
        put_predictor(r, rows, &c->predictors[i]);
    }
}

static crmvi_path place_of(const evaluation *e) {
    crmvi_path path = {.length = 0};
    crmvi_path_key(&path, "outcomes");
    crmvi_path_key(&path, "metrics");
    crmvi_path_key(&path, e->comparison.outcome);
    return path;
}

static double in_units(double value) {
    return nearbyint(value * (double)CRMVI_ONE);
}

/* Whether an outcome is no multiple of 1e-6: where none is, no two can fall together, and nothing need be sorted. */
static bool has_finer(const double *values, int64_t rows) {
    for (int64_t row = 0; row < rows; row++) {
        const double scaled = values[row] * (double)CRMVI_ONE;
        if (!isnan(scaled) && nearbyint(scaled) != scaled) {
            return true;
        }
    }
    return false;
}

/* Different outcomes that are the same in the units in which they are taken. */
static int32_t warn_of_units(const evaluation *e, int32_t outcome) {
    const crmv_frame *frame = e->r->outcome;
    const double *values = frame->metrics[outcome];
    crmvi_run run = {0};
    if (!has_finer(values, frame->rows)) {
        return CRMV_OK;
    }
    const int32_t status = crmvi_run_make(&e->r->runner, values, NULL, NULL, frame->rows, &run, e->r->error);
    if (status != CRMV_OK) {
        return status;
    }
    int64_t units = run.distinct > 0 ? 1 : 0;
    for (int64_t i = 1; i < run.distinct; i++) {
        units += in_units(run.values[i]) != in_units(run.values[i - 1]);
    }
    if (units < run.distinct) {
        const crmvi_path place = place_of(e);
        crmvi_warn(
            e->r, place.text,
            "outcomes are taken in units of 1e-6, in which %lld different values are only %lld: in a smaller unit "
            "of measure they would be told apart",
            (long long)run.distinct, (long long)units);
    }
    crmvi_run_clear(&run);
    return CRMV_OK;
}

/* A population large enough may leave few to measure on. */
static void warn_of_sample(const evaluation *e) {
    const crmvi_comparison *c = &e->comparison;
    const crmvi_path path = place_of(e);
    if (e->without > 0 && e->without >= c->population - e->without) {
        crmvi_warn(e->r, path.text, "%lld of %lld customer%s %s no value of it: what rests on it is of the others",
                   (long long)e->without, (long long)c->population, c->population == 1 ? "" : "s",
                   e->without == 1 ? "has" : "have");
    }
    if (c->customers < CRMVI_FEW_CUSTOMERS && c->population >= CRMVI_FEW_CUSTOMERS) {
        crmvi_warn(e->r, path.text, "its order is measured on only %lld customer%s%s: too few to rely on",
                   (long long)c->customers, c->customers == 1 ? "" : "s", c->held_out > 0 ? " held out" : "");
    }
}

static int32_t evaluate(evaluation *e, int32_t outcome, json_t *list) {
    const crmvi_metric *metric = &e->r->outcome->model->metrics[outcome];
    e->comparison.outcome = metric->name;
    e->comparison.fitted = is_fitted_to(e->r->model, metric->name);
    e->comparison.less = metric->better == CRMVI_LOWER;
    int32_t status = crmvi_join_outcome(e->r->frame, e->r->outcome, outcome, e->outcomes, e->r->error);
    if (status == CRMV_OK) {
        choose_rows(e);
        status = measure_all(e);
    }
    if (status == CRMV_OK) {
        put_comparison(e, list);
        warn_of_sample(e);
        status = warn_of_units(e, outcome);
    }
    return status;
}

/* ---- The section ------------------------------------------------------------------------------------------------- */

/* The score, two baselines, and each part of the score. */
enum { BESIDE_PARTS = 3 };

static bool allocate(evaluation *e) {
    const int64_t rows = e->r->frame->rows;
    e->outcomes = crmvi_large_array(rows, sizeof *e->outcomes);
    e->rows = crmvi_large_array(rows, sizeof *e->rows);
    e->scores = crmvi_large_array(rows, sizeof *e->scores);
    e->column = crmvi_large_array(rows, sizeof *e->column);
    e->happened = crmvi_large_array(rows, sizeof *e->happened);
    e->comparison.predictors =
        crmvi_zeroed(e->r->scores->tree.part_count + BESIDE_PARTS, sizeof *e->comparison.predictors);
    return e->outcomes != NULL && e->rows != NULL && e->scores != NULL && e->column != NULL && e->happened != NULL &&
           e->comparison.predictors != NULL;
}

static void clear(evaluation *e) {
    free(e->outcomes);
    free(e->rows);
    free(e->scores);
    free(e->column);
    free(e->happened);
    free(e->comparison.predictors);
    crmv_scores_free(e->equal);
}

int32_t crmvi_report_prediction(crmvi_reporting *r) {
    if (r->outcome == NULL || r->model->root < 0) {
        return CRMV_OK;
    }
    evaluation e = {.r = r,
                    .comparison = {.population = r->population,
                                   .held_out = held_out_of(r->model),
                                   .found_from_them = is_found_from_customers(r->model)}};
    int32_t status = allocate(&e) ? score_equally(&e) : crmvi_no_memory(r->error);
    if (status == CRMV_OK) {
        add_predictors(&e);
    }
    json_t *list = crmvi_put_array(r, r->tree, "prediction");
    for (int32_t i = 0; status == CRMV_OK && i < r->outcome->model->metric_count; i++) {
        if (!crmvi_is_category(&r->outcome->model->metrics[i])) {
            status = evaluate(&e, i, list);
        }
    }
    clear(&e);
    return status;
}

/* ---- The verdict ------------------------------------------------------------------------------------------------- */

/* How bad the news is of one outcome. */
enum { WRONG_WAY_ROUND, BASELINE_WINS, NOTHING_WRONG, NEWS };

static int32_t news_of(const json_t *one) {
    if (json_is_true(json_object_get(one, "wrong_way_round"))) {
        return WRONG_WAY_ROUND;
    }
    return json_is_true(json_object_get(one, "baseline_wins")) ? BASELINE_WINS : NOTHING_WRONG;
}

/* The worst news come first. */
static void write_verdicts(const json_t *list, crmvi_writing *to) {
    size_t i;
    const json_t *one;
    for (int32_t news = 0; news < NEWS; news++) {
        json_array_foreach(list, i, one) {
            if (news_of(one) == news) {
                crmvi_write(to, "%s%s", to->used > 0 ? "\n" : "", json_string_value(json_object_get(one, "verdict")));
            }
        }
    }
}

void crmvi_report_verdict(crmvi_reporting *r, json_t *tree) {
    const json_t *list = json_object_get(tree, "prediction");
    const char *as_of = json_string_value(json_object_get(tree, "as_of"));
    crmvi_writing verdict = {0};
    if (json_array_size(list) > 0) {
        write_verdicts(list, &verdict);
    } else {
        const crmvi_ratio count = crmvi_ratio_of((double)r->population, 0);
        crmvi_write(&verdict, "Found from %s customer%s%s%s.", count.text, r->population == 1 ? "" : "s",
                    as_of != NULL ? " as of " : "", as_of != NULL ? as_of : "");
    }
    char *text = crmvi_writing_take(&verdict);
    crmvi_put(r, tree, "verdict", text != NULL ? json_string(text) : NULL);
    free(text);
}
