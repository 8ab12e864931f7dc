/* check.c - a model held against a frame: what is missing, alike, or stays empty. */
#include "score/check.h"

#include "base/error.h"
#include "base/guest.h"
#include "model/examine.h"
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

/* ---- The frame: metrics ------------------------------------------------------------------------------------------ */

static bool tell_unlisted(const crmvi_checking *c, const crmvi_metric *metric, const char *place, const char *text,
                          int64_t customers) {
    const crmvi_scale *scale = &metric->scale;
    char quoted[CRMVI_QUOTED_SIZE], quoted_near[CRMVI_QUOTED_SIZE];
    const char *near = crmvi_nearest(text, scale->labels, scale->count - (scale->has_other ? 1 : 0));
    return crmvi_findings_add(c->findings, scale->has_other ? CRMV_FINDING_NOTE : CRMV_FINDING_WARNING, place,
                              "%s (%lld customer%s) is not named and counts as %s%s%s", crmvi_quoted(text, quoted),
                              (long long)customers, customers == 1 ? "" : "s", scale->has_other ? "other" : "missing",
                              near ? "; the nearest name is " : "", near ? crmvi_quoted(near, quoted_near) : "");
}

static bool check_categories(const crmvi_checking *c, int32_t position) {
    const crmvi_metric *metric = &c->model->metrics[position];
    const crmvi_unlisted *unlisted = &c->frame->unlisted[position];
    crmvi_path path = crmvi_path_of_metric(metric);
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

/* Whether what a metric is foretold from is still to be found, which is told there. */
static bool is_still_open(const crmvi_metric *metric) {
    return metric->operation == CRMVI_LIFETIME && !crmvi_is_foretold(metric->lifetime);
}

static bool check_missing(const crmvi_checking *c, int32_t position) {
    int64_t rows = c->frame->rows, missing = c->frame->missing[position].missing;
    if (is_still_open(&c->model->metrics[position]) ||
        missing <= rows / 100 * MISSING_PERCENT + rows % 100 * MISSING_PERCENT / 100) {
        return true;
    }
    crmvi_path path = crmvi_path_of_metric(&c->model->metrics[position]);
    const crmvi_wide rounded = crmvi_divide((crmvi_wide)missing * 1000, rows);
    const crmvi_wide tenths = rounded == 1000 && missing < rows ? 999 : rounded; /* 100 percent are all */
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

static bool check_variation(const crmvi_checking *c, int32_t position) {
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
    crmvi_path path = crmvi_path_of_metric(metric);
    return crmvi_findings_add(c->findings, CRMV_FINDING_WARNING, path.text,
                              "hardly tells customers apart: %lld of the %lld known values are the same",
                              (long long)alike, (long long)present);
}

static bool check_metrics(const crmvi_checking *c) {
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

static bool check_tiers(const crmvi_checking *c, const crmv_scores *scores) {
    const crmv_model *model = c->model;
    int64_t *counts = crmvi_zeroed(model->tier_count, sizeof *counts);
    bool told = counts != NULL;
    if (told) {
        count_codes(scores->tier_uncapped, scores->rows, counts);
    }
    for (int32_t i = 0; told && model->root >= 0 && i < model->tier_count; i++) {
        if (counts[i] == 0 && can_reach(model, i)) {
            const crmvi_path path = crmvi_path_of_cut(model, i);
            told = crmvi_findings_add(c->findings, CRMV_FINDING_WARNING, path.text, "no customer reaches the tier %s",
                                      model->tiers[i].name);
        }
    }
    free(counts);
    return told;
}

static bool check_segment(const crmvi_checking *c, const crmv_scores *scores, int32_t position) {
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

static bool check_scores(const crmvi_checking *c, const crmv_scores *scores) {
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
static bool check_scoring(const crmvi_checking *c) {
    crmv_scores *scores = NULL;
    crmv_error why = {.struct_size = sizeof why};
    int32_t status = crmv_score(c->model, c->frame, NULL, &scores, &why);
    if (status == CRMV_NOT_FITTED) {
        return true; /* the model alone told it */
    }
    if (status == CRMV_OVERFLOW) {
        return crmvi_findings_add(c->findings, CRMV_FINDING_ERROR, why.place, "%s", why.message);
    }
    bool told = status == CRMV_OK && check_scores(c, scores);
    crmv_scores_free(scores);
    return told;
}

static bool check_frame(const crmvi_checking *c) {
    return c->frame->rows == 0 || (check_metrics(c) && check_scoring(c));
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

static bool check(const crmvi_checking *c) {
    return crmvi_model_examine(c->model, c->findings) && (!c->ledger || crmvi_check_ledger(c)) &&
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
    crmvi_checking c = {model, ledger, frame, crmvi_findings_new()};
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
