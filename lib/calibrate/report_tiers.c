/* report_tiers.c - who is in which tier, how tight the tiers are, and how firm. */
#include "base/error.h"
#include "base/memory.h"
#include "calibrate/baseline.h"
#include "calibrate/classes.h"
#include "calibrate/report.h"
#include "calibrate/run.h"
#include "crmvalue/robustness.h"

#include <math.h>
#include <stdlib.h>

/* ---- Tiers ------------------------------------------------------------------------------------------------------- */

/* What a tier comes to. Tiers are those before caps: they are what was found. */
typedef struct tally {
    int64_t customers, after_caps;
    crmvi_wide revenue, contribution, points;
} tally;

static void add_up(const crmvi_reporting *r, tally *tallies) {
    const int64_t *revenue = r->frame->amounts[CRMVI_AMOUNT_REVENUE];
    const int64_t *contribution = r->frame->amounts[CRMVI_AMOUNT_CONTRIBUTION];
    for (int64_t row = 0; row < r->frame->rows; row++) {
        if (r->scores->tier[row] >= 0) {
            tallies[r->scores->tier[row]].after_caps++;
        }
        if (r->scores->tier_uncapped[row] >= 0) {
            tally *one = &tallies[r->scores->tier_uncapped[row]];
            one->customers++;
            one->revenue += revenue != NULL ? revenue[row] : 0;
            one->contribution += contribution != NULL ? contribution[row] : 0;
            one->points += r->scores->score[row];
        }
    }
}

static void put_tier(crmvi_reporting *r, json_t *list, int32_t tier, const tally *one, int64_t rated) {
    const crmvi_tier *named = &r->model->tiers[tier];
    json_t *object = crmvi_put_object(r, list, NULL);
    crmvi_put_text(r, object, "name", named->name);
    crmvi_put_points(r, object, "cut", tier + 1 < r->model->tier_count ? named->cut : CRMV_MISSING_POINTS);
    crmvi_put_count(r, object, "customers", one->customers);
    crmvi_put_percent(r, object, "percent", one->customers, rated);
    if (crmvi_has_amounts(r->frame, CRMVI_AMOUNT_REVENUE)) {
        crmvi_put_money(r, object, "revenue", one->revenue);
    }
    if (crmvi_has_amounts(r->frame, CRMVI_AMOUNT_CONTRIBUTION)) {
        crmvi_put_money(r, object, "contribution", one->contribution);
    }
    crmvi_put_points(r, object, "mean_score",
                     one->customers > 0 ? (crmvi_micro)crmvi_divide(one->points, one->customers) : CRMV_MISSING_POINTS);
    crmvi_put_count(r, object, "after_caps", one->after_caps);
}

/* Goodness of variance fit of the rated customers' scores. */
static int32_t put_fit(crmvi_reporting *r, json_t *tiers) {
    const int32_t cuts_count = r->model->tier_count - 1;
    crmvi_run run = {0};
    uint8_t *rated = crmvi_large_array(r->frame->rows, sizeof *rated);
    double *cuts = crmvi_array(cuts_count, sizeof *cuts);
    int32_t status = rated != NULL && cuts != NULL ? CRMV_OK : crmvi_no_memory(r->error);
    for (int64_t row = 0; status == CRMV_OK && row < r->frame->rows; row++) {
        rated[row] = r->scores->tier_uncapped[row] >= 0;
    }
    for (int32_t i = 0; status == CRMV_OK && i < cuts_count; i++) {
        cuts[i] = (double)r->model->tiers[i].cut;
    }
    if (status == CRMV_OK) {
        status = crmvi_run_make_points(&r->runner, r->scores->score, rated, r->frame->rows, &run, r->error);
    }
    if (status == CRMV_OK) {
        crmvi_put_number(r, tiers, "variance_fit",
                         run.total > 0 ? crmvi_variance_fit(&run, cuts, cuts_count) : (double)NAN);
        crmvi_run_clear(&run);
    }
    free(rated);
    free(cuts);
    return status;
}

int32_t crmvi_report_tiers(crmvi_reporting *r) {
    const int32_t count = r->model->root >= 0 ? r->model->tier_count : 0;
    int64_t rated = 0;
    if (count == 0) {
        return CRMV_OK;
    }
    tally *tallies = crmvi_zeroed(count, sizeof *tallies);
    if (tallies == NULL) {
        return crmvi_no_memory(r->error);
    }
    add_up(r, tallies);
    for (int32_t i = 0; i < count; i++) {
        rated += tallies[i].customers;
    }
    json_t *tiers = crmvi_put_object(r, r->tree, "tiers");
    json_t *list = crmvi_put_array(r, tiers, "classes");
    for (int32_t i = 0; i < count; i++) {
        put_tier(r, list, i, &tallies[i], rated);
    }
    free(tallies);
    return put_fit(r, tiers);
}

/* ---- Robustness -------------------------------------------------------------------------------------------------- */

static const double CHANGE = 10; /* percent of a weight */

static void put_moves(crmvi_reporting *r, json_t *to, const char *key, int64_t up, int64_t down, int64_t unrated) {
    json_t *moves = crmvi_put_object(r, to, key);
    crmvi_put_count(r, moves, "up", up);
    crmvi_put_count(r, moves, "down", down);
    crmvi_put_count(r, moves, "unrated", unrated);
}

static void put_sensitivity(crmvi_reporting *r, json_t *list, const crmv_sensitivity *one) {
    const crmv_model *model = r->model;
    json_t *object = crmvi_put_object(r, list, NULL);
    crmvi_put_text(r, object, "index", model->indexes[one->index].name);
    crmvi_put_text(r, object, "member",
                   one->metric >= 0 ? model->metrics[one->metric].name : model->indexes[one->member_index].name);
    crmvi_put_points(r, object, "weight", one->weight);
    put_moves(r, object, "less", one->less_up, one->less_down, one->less_unrated);
    put_moves(r, object, "more", one->more_up, one->more_down, one->more_unrated);
    put_moves(r, object, "without", one->without_up, one->without_down, one->without_unrated);
}

int32_t crmvi_report_robustness(crmvi_reporting *r) {
    crmv_robustness *robustness = NULL;
    if (r->model->root < 0 || r->model->tier_count == 0) {
        return CRMV_OK;
    }
    const int32_t status = crmv_robustness_new(r->model, r->frame, CHANGE, r->options, &robustness, r->error);
    if (status != CRMV_OK) {
        return status;
    }
    json_t *section = crmvi_put_object(r, r->tree, "robustness");
    crmvi_put_number(r, section, "change_percent", CHANGE);
    json_t *list = crmvi_put_array(r, section, "weights");
    crmv_sensitivity one = {.struct_size = sizeof one};
    for (int32_t i = 0; i < crmv_robustness_count(robustness); i++) {
        if (crmv_robustness_get(robustness, i, &one) == CRMV_OK) {
            put_sensitivity(r, list, &one);
        }
    }
    crmv_robustness_free(robustness);
    return CRMV_OK;
}
