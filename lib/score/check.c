/* check.c - a model held against the data at hand: what no feed supplies, what is missing, alike, or stays empty. */
#include "base/error.h"
#include "base/guest.h"
#include "crmvalue/ledger.h"
#include "model/findings.h"
#include "model/path.h"
#include "score/scores.h"

#include <math.h>
#include <stdlib.h>

/* A metric hardly varies where so many percent of its values are equal; of fewer customers than these nobody can say.
 */
enum { ALIKE_PERCENT = 99, ALIKE_CUSTOMERS = 10 };

/* A metric is mostly missing above this. */
enum { MISSING_PERCENT = 50 };

/* So many categories that the model does not name are told one by one. */
enum { UNLISTED_TOLD = 10 };

/* What is checked, and where to tell; false from any check: memory is short. */
typedef struct checking {
    const crmv_model *model;
    const crmv_ledger *ledger;
    const crmv_frame *frame;
    crmv_findings *findings;
} checking;

static crmvi_path metric_path(const crmvi_metric *metric) {
    crmvi_path path = {.length = 0};
    crmvi_path_key(&path, "metrics");
    crmvi_path_key(&path, metric->name);
    return path;
}

/* ---- The ledger: what feeds supply ------------------------------------------------------------------------------- */

/* The roles that a measure is read from, for people. */
static const char *const roles[CRMVI_MEASURES] = {
    [CRMVI_QUANTITY] = "`quantity`",
    [CRMVI_REVENUE] = "`revenue`, or `quantity` and `unit_price`",
    [CRMVI_COST] = "`cost`, `unit_cost` or `gross_profit`",
    [CRMVI_GROSS_PROFIT] = "revenue, and `cost`, `unit_cost` or `gross_profit`",
    [CRMVI_DISCOUNT] = "`discount` or `discount_rate`",
    [CRMVI_COST_TO_SERVE] = "`cost_to_serve`",
    [CRMVI_CONTRIBUTION] = "revenue, and `cost`, `unit_cost` or `gross_profit`",
    [CRMVI_RETURNED_QUANTITY] = "`quantity`",
    [CRMVI_RETURNED_REVENUE] = "`revenue`, or `quantity` and `unit_price`",
    [CRMVI_RETURNED_COST] = "`cost`, `unit_cost` or `gross_profit`",
    [CRMVI_RETURNED_DISCOUNT] = "`discount` or `discount_rate`",
    [CRMVI_UNKNOWN_COST_REVENUE] = "revenue, and `cost`, `unit_cost` or `gross_profit`",
};

/* A role that the model's input leaves out is told without a ledger. */
static bool check_measure(const checking *c, const crmvi_metric *metric, int32_t measure) {
    uint32_t mapped = crmvi_layout_roles(&c->model->layout);
    crmvi_path path = metric_path(metric);
    const char *name = crmvi_measure_names[measure];
    if (crmvi_measure_supplied(measure, mapped) && !crmv_ledger_supplies(c->ledger, name)) {
        return crmvi_findings_add(c->findings, CRMV_FINDING_ERROR, path.text,
                                  "no row that was taken in supplies %s, which is read from %s", name, roles[measure]);
    }
    if (measure == CRMVI_CONTRIBUTION && crmvi_measure_supplied(CRMVI_COST_TO_SERVE, mapped) &&
        !crmv_ledger_supplies(c->ledger, crmvi_measure_names[CRMVI_COST_TO_SERVE])) {
        return crmvi_findings_add(c->findings, CRMV_FINDING_NOTE, path.text,
                                  "no row that was taken in has a cost to serve, so contribution counts it as 0");
    }
    return true;
}

static bool check_documents(const checking *c, const crmvi_metric *metric) {
    int64_t documents = 0;
    bool counts = metric->operation == CRMVI_COUNT && metric->detail == CRMVI_DOCUMENTS;
    if (!counts || !c->model->layout.columns[CRMVI_ROLE_DOCUMENT] ||
        crmv_ledger_total(c->ledger, crmvi_count_names[CRMVI_DOCUMENTS], &documents) != CRMV_OK || documents > 0) {
        return true;
    }
    crmvi_path path = metric_path(metric);
    return crmvi_findings_add(c->findings, CRMV_FINDING_ERROR, path.text,
                              "no row that was taken in has a `document`, so there are none to count");
}

static bool check_supply(const checking *c, const crmvi_metric *metric) {
    uint32_t measures = crmvi_metric_measures(metric);
    for (int32_t i = 0; i < CRMVI_MEASURES; i++) {
        if ((measures & (UINT32_C(1) << i)) && !check_measure(c, metric, i)) {
            return false;
        }
    }
    return check_documents(c, metric);
}

/* Returns that were fed with their sign add to the sales, as the kind turns the sign round once more. */
static bool check_signs(const checking *c) {
    int64_t lines = crmv_ledger_negative_magnitudes(c->ledger);
    return lines == 0 || crmvi_findings_add(
                             c->findings, CRMV_FINDING_WARNING, "input.transactions",
                             "%lld returns, rebates or cancellations have negative amounts and so add to the sales; if "
                             "amounts carry their own sign, say \"amounts\": \"signed\"",
                             (long long)lines);
}

static bool check_ledger(const checking *c) {
    for (int32_t i = 0; i < c->model->metric_count; i++) {
        if (!check_supply(c, &c->model->metrics[i])) {
            return false;
        }
    }
    return check_signs(c);
}

/* ---- The frame: metrics ------------------------------------------------------------------------------------------ */

static bool tell_unlisted(const checking *c, const crmvi_metric *metric, const char *place, const char *text,
                          int64_t customers) {
    const crmvi_scale *scale = &metric->scale;
    char quoted[CRMVI_QUOTED_SIZE], quoted_near[CRMVI_QUOTED_SIZE];
    const char *near = crmvi_nearest(text, scale->labels, scale->count - (scale->has_other ? 1 : 0));
    return crmvi_findings_add(c->findings, scale->has_other ? CRMV_FINDING_NOTE : CRMV_FINDING_WARNING, place,
                              "%s (%lld customer%s) is not named and counts as %s%s%s", crmvi_quoted(text, quoted),
                              (long long)customers, customers == 1 ? "" : "s", scale->has_other ? "other" : "missing",
                              near ? "; the nearest name is " : "", near ? crmvi_quoted(near, quoted_near) : "");
}

static bool check_categories(const checking *c, int32_t position) {
    const crmvi_metric *metric = &c->model->metrics[position];
    const crmvi_unlisted *unlisted = &c->frame->unlisted[position];
    crmvi_path path = metric_path(metric);
    crmvi_path_key(&path, "scale");
    crmvi_path_key(&path, "categories");
    int64_t count = unlisted->texts.count;
    for (int64_t i = 0; i < count && i < UNLISTED_TOLD; i++) {
        if (!tell_unlisted(c, metric, path.text, crmvi_texts_get(&unlisted->texts, i), unlisted->counts[i])) {
            return false;
        }
    }
    return count <= UNLISTED_TOLD ||
           crmvi_findings_add(c->findings, CRMV_FINDING_NOTE, path.text, "%lld more categories are not named",
                              (long long)(count - UNLISTED_TOLD));
}

static bool check_missing(const checking *c, int32_t position) {
    int64_t rows = c->frame->rows, missing = c->frame->missing[position].missing;
    if (missing <= rows / 100 * MISSING_PERCENT + rows % 100 * MISSING_PERCENT / 100) {
        return true;
    }
    crmvi_path path = metric_path(&c->model->metrics[position]);
    crmvi_wide tenths = crmvi_divide((crmvi_wide)missing * 1000, rows);
    return crmvi_findings_add(c->findings, CRMV_FINDING_WARNING, path.text,
                              "missing for %d.%d percent of the customers (%lld of %lld)", (int)(tenths / 10),
                              (int)(tenths % 10), (long long)missing, (long long)rows);
}

/* A value that more than half of the present ones equal, if there is one, is what is left when unequal ones go in pairs
 * (Boyer and Moore's majority vote). */
static double majority(const double *values, int64_t rows) {
    double candidate = 0;
    int64_t votes = 0;
    for (int64_t row = 0; row < rows; row++) {
        if (isnan(values[row])) {
            continue;
        }
        if (votes == 0) {
            candidate = values[row];
        }
        votes += values[row] == candidate ? 1 : -1;
    }
    return candidate;
}

static bool check_variation(const checking *c, int32_t position) {
    const crmvi_metric *metric = &c->model->metrics[position];
    const double *values = c->frame->metrics[position];
    double most = majority(values, c->frame->rows);
    int64_t present = 0, alike = 0;
    for (int64_t row = 0; row < c->frame->rows; row++) {
        bool there = !isnan(values[row]);
        present += there;
        alike += there && values[row] == most;
    }
    if (present < ALIKE_CUSTOMERS || (crmvi_wide)alike * 100 < (crmvi_wide)present * ALIKE_PERCENT) {
        return true;
    }
    crmvi_path path = metric_path(metric);
    return crmvi_findings_add(c->findings, CRMV_FINDING_WARNING, path.text,
                              "hardly tells customers apart: %lld of the %lld known values are the same",
                              (long long)alike, (long long)present);
}

static bool check_metrics(const checking *c) {
    for (int32_t i = 0; i < c->model->metric_count; i++) {
        bool scaled = c->model->metrics[i].scale.kind != CRMVI_NO_SCALE;
        if (!check_categories(c, i) || !check_missing(c, i) || (scaled && !check_variation(c, i))) {
            return false;
        }
    }
    return true;
}

/* ---- The frame: tiers and segments ------------------------------------------------------------------------------- */

/* Counts customers per code. */
static void count_codes(const int32_t *codes, int64_t rows, int64_t *counts) {
    for (int64_t row = 0; row < rows; row++) {
        if (codes[row] >= 0) {
            counts[codes[row]]++;
        }
    }
}

/* Whether some score between what is possible has the tier; where none has, that is told without data. */
static bool can_reach(const crmv_model *model, int32_t tier) {
    const crmvi_index *root = &model->indexes[model->root];
    return model->tiers[tier].cut <= root->highest && (tier == 0 || model->tiers[tier - 1].cut > root->lowest);
}

static bool check_tiers(const checking *c, const crmv_scores *scores) {
    const crmv_model *model = c->model;
    int64_t *counts = crmvi_zeroed(model->tier_count, sizeof *counts);
    bool told = counts != NULL;
    if (told) {
        count_codes(scores->tier_uncapped, scores->rows, counts);
    }
    for (int32_t i = 0; told && model->root >= 0 && i < model->tier_count; i++) {
        if (counts[i] == 0 && can_reach(model, i)) {
            crmvi_path path = {.length = 0};
            crmvi_path_key(&path, "tiers");
            crmvi_path_key(&path, "cuts");
            crmvi_path_item(&path, i);
            told = crmvi_findings_add(c->findings, CRMV_FINDING_WARNING, path.text, "no customer reaches the tier %s",
                                      model->tiers[i].name);
        }
    }
    free(counts);
    return told;
}

static bool check_segment(const checking *c, const crmv_scores *scores, int32_t position) {
    const crmvi_segment *segment = &c->model->segments[position];
    const int32_t *codes = crmvi_scores_column(scores, crmvi_segment_column(scores, position));
    int64_t *counts = crmvi_zeroed(segment->name_count, sizeof *counts);
    bool told = codes != NULL && counts != NULL;
    if (told) {
        count_codes(codes, scores->rows, counts);
    }
    crmvi_path path = {.length = 0};
    crmvi_path_key(&path, "segments");
    crmvi_path_key(&path, segment->name);
    for (int32_t i = 0; told && i < segment->name_count; i++) {
        char quoted[CRMVI_QUOTED_SIZE];
        told = counts[i] > 0 || crmvi_findings_add(c->findings, CRMV_FINDING_NOTE, path.text, "no customer is %s",
                                                   crmvi_quoted(segment->names[i], quoted));
    }
    free(counts);
    return told;
}

static bool check_scores(const checking *c, const crmv_scores *scores) {
    if (!check_tiers(c, scores)) {
        return false;
    }
    for (int32_t i = 0; i < c->model->segment_count; i++) {
        if (!check_segment(c, scores, i)) {
            return false;
        }
    }
    return true;
}

/* Points beyond all bounds are a finding of their own. */
static bool check_scoring(const checking *c) {
    crmv_scores *scores = NULL;
    crmv_error why = {.struct_size = sizeof why};
    int32_t status = crmv_score(c->model, c->frame, NULL, &scores, &why);
    if (status == CRMV_OVERFLOW) {
        return crmvi_findings_add(c->findings, CRMV_FINDING_ERROR, why.place, "%s", why.message);
    }
    bool told = status == CRMV_OK && check_scores(c, scores);
    crmv_scores_free(scores);
    return told;
}

static bool check_frame(const checking *c) {
    return c->frame->rows == 0 || (check_metrics(c) && check_scoring(c));
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static bool check(const checking *c) {
    return crmvi_model_examine(c->model, c->findings) && (!c->ledger || check_ledger(c)) &&
           (!c->frame || check_frame(c));
}

int32_t crmv_model_check(const crmv_model *model, const struct crmv_ledger *ledger, const struct crmv_frame *frame,
                         crmv_findings **out, crmv_error *error) {
    if (!model || !out) {
        return crmvi_bad_argument(error, !model ? "model" : "out", "is NULL");
    }
    if (frame && crmvi_same_metrics(model, frame, error) != CRMV_OK) {
        return CRMV_BAD_ARGUMENT;
    }
    checking c = {model, ledger, frame, crmvi_findings_new()};
    if (!c.findings) {
        return crmvi_no_memory(error);
    }
    crmvi_guest host;
    crmvi_enter(&host);
    bool told = check(&c);
    crmvi_leave(&host);
    if (!told) {
        crmv_findings_free(c.findings);
        return crmvi_no_memory(error);
    }
    *out = c.findings;
    return CRMV_OK;
}
