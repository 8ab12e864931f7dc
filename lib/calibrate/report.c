/* report.c - what was found, from whom, and what it is worth. */
#include "calibrate/report.h"

#include "base/column_read.h"
#include "base/error.h"
#include "base/guest.h"
#include "base/memory.h"
#include "base/page.h"
#include "calibrate/calibration.h"
#include "model/writer.h"

#include <stdlib.h>
#include <string.h>

struct crmv_report {
    char *json, *table;
};

/* ---- Sections ---------------------------------------------------------------------------------------------------- */

/* In the order in which they stand in the tree. */
static int32_t (*const sections[])(crmvi_reporting *r) = {
    crmvi_report_customers,    crmvi_report_requests, crmvi_report_findings,   crmvi_report_points,
    crmvi_report_correlations, crmvi_report_tiers,    crmvi_report_robustness, crmvi_report_prediction,
};

/* The members that stand before all sections; those that are null are set later, in their places. */
static void begin_tree(crmvi_reporting *r) {
    char hash[33];
    crmvi_put(r, r->tree, "verdict", json_null());
    json_t *model = crmvi_put_object(r, r->tree, "model");
    crmvi_put_text(r, model, "name", r->model->name);
    if (crmv_model_hash(r->model, hash) == CRMV_OK) {
        crmvi_put_text(r, model, "hash", hash);
    } else {
        r->no_memory = true;
    }
    crmvi_put_text(r, r->tree, "version", crmv_version());
    crmvi_put_date(r, r->tree, "as_of", r->frame->as_of);
    crmvi_report_source(r);
    crmvi_put_text(r, r->tree, "currency", r->model->money.currency[0] != '\0' ? r->model->money.currency : NULL);
    crmvi_put(r, r->tree, "customers", json_null());
    crmvi_put_array(r, r->tree, "warnings");
}

static int32_t fill_tree(crmvi_reporting *r) {
    int32_t status = CRMV_OK;
    begin_tree(r);
    for (size_t i = 0; status == CRMV_OK && i < sizeof sections / sizeof *sections; i++) {
        status = r->no_memory ? crmvi_no_memory(r->error) : sections[i](r);
    }
    if (status == CRMV_OK && !r->no_memory) {
        crmvi_report_verdict(r, r->tree);
    }
    return status == CRMV_OK && r->no_memory ? crmvi_no_memory(r->error) : status;
}

/* ---- What they work from ----------------------------------------------------------------------------------------- */

/* All points and why customers are unrated, in one go over the customers. */
static int32_t make_columns(crmvi_reporting *r) {
    int32_t *columns = crmvi_array(r->scores->tree.part_count + 1, sizeof *columns);
    if (columns == NULL) {
        return crmvi_no_memory(r->error);
    }
    int32_t count = crmvi_report_parts(r, columns);
    columns[count++] = crmvi_unrated_column(r->scores);
    const int32_t status = crmvi_scores_prepare(r->scores, columns, count, r->error);
    free(columns);
    return status;
}

static int32_t prepare(crmvi_reporting *r) {
    int32_t status = crmv_score(r->model, r->frame, r->options, &r->scores, r->error);
    if (status == CRMV_OK) {
        status = make_columns(r);
    }
    r->keep = crmvi_large_array(r->frame->rows, sizeof *r->keep);
    r->tree = json_object();
    if (status == CRMV_OK && (r->keep == NULL || r->tree == NULL)) {
        status = crmvi_no_memory(r->error);
    }
    if (status == CRMV_OK) {
        crmvi_mark_population(r->model, r->frame, r->keep);
        for (int64_t row = 0; row < r->frame->rows; row++) {
            r->population += r->keep[row];
        }
    }
    return status;
}

int32_t crmvi_report_parts(const crmvi_reporting *r, int32_t *parts) {
    const crmv_model *model = r->model;
    int32_t count = 0;
    for (int32_t i = 0; i < model->metric_count; i++) {
        if (model->metrics[i].scale.kind != CRMVI_NO_SCALE) {
            parts[count++] = i;
        }
    }
    for (int32_t i = 0; i < model->index_count; i++) {
        parts[count++] = model->metric_count + i;
    }
    return count;
}

const char *crmvi_part_name(const crmv_model *model, int32_t part) {
    return part < model->metric_count ? model->metrics[part].name : model->indexes[part - model->metric_count].name;
}

const int64_t *crmvi_part_points(const crmvi_reporting *r, int32_t part) {
    return crmvi_scores_column(r->scores, part);
}

/* ---- The report -------------------------------------------------------------------------------------------------- */

static void take_text(void *context, const char *bytes, int64_t length) {
    crmvi_write_bytes(context, bytes, length);
}

/* Both forms of the tree. */
static int32_t write_out(const json_t *tree, crmv_report *report, crmv_error *error) {
    crmvi_writing json = {0};
    crmvi_write_pretty(tree, take_text, &json);
    report->json = crmvi_writing_take(&json);
    report->table = crmvi_report_page(tree);
    return report->json != NULL && report->table != NULL ? CRMV_OK : crmvi_no_memory(error);
}

static int32_t make(crmvi_reporting *r, crmv_report *report) {
    int32_t status = prepare(r);
    if (status == CRMV_OK) {
        status = fill_tree(r);
    }
    if (status == CRMV_OK) {
        status = write_out(r->tree, report, r->error);
    }
    json_decref(r->tree);
    free(r->keep);
    crmv_scores_free(r->scores);
    return status;
}

/* Whether the other frame is one of the model's outcomes, of the days after the population's. */
static int32_t check_outcome(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                             crmv_error *error) {
    const crmv_model *of = outcome->model;
    bool same = model->outcomes.count == of->metric_count;
    for (int32_t i = 0; same && i < of->metric_count; i++) {
        same = strcmp(of->metrics[i].name, model->outcomes.names[i]) == 0;
    }
    if (!same) {
        return crmvi_bad_argument(error, "outcome", "was not derived with the model's outcomes");
    }
    if (population->as_of != CRMV_NO_DATE && outcome->as_of != CRMV_NO_DATE && outcome->as_of <= population->as_of) {
        return crmvi_bad_argument(error, "outcome", "is not of a day after the population's");
    }
    return CRMV_OK;
}

static int32_t check_arguments(const crmv_model *model, const crmv_frame *population, const char *input,
                               crmv_report **out, crmv_error *error) {
    if (model == NULL || population == NULL || out == NULL) {
        return crmvi_bad_argument(error,
                                  model == NULL        ? "model"
                                  : population == NULL ? "population"
                                                       : "out",
                                  "is NULL");
    }
    if (input != NULL && !crmvi_utf8_valid(input, (int64_t)strlen(input))) {
        return crmvi_bad_argument(error, "input", "is not UTF-8");
    }
    return CRMV_OK;
}

int32_t crmv_report_make(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                         const char *input, const crmv_options *options, crmv_report **out, crmv_error *error) {
    int32_t status = check_arguments(model, population, input, out, error);
    crmvi_reporting r = {
        .model = model, .frame = population, .outcome = outcome, .input = input, .options = options, .error = error};
    if (status == CRMV_OK) {
        status = crmvi_runner_read(options, &r.runner, error);
    }
    if (status == CRMV_OK) {
        status = crmvi_require_fitted(model, error);
    }
    if (status == CRMV_OK && outcome != NULL) {
        status = check_outcome(model, population, outcome, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    crmv_report *report = crmvi_zeroed(1, sizeof *report);
    if (report == NULL) {
        return crmvi_no_memory(error);
    }
    crmvi_guest host;
    crmvi_enter(&host);
    status = make(&r, report);
    crmvi_leave(&host);
    if (status != CRMV_OK) {
        crmv_report_free(report);
        return status;
    }
    *out = report;
    return CRMV_OK;
}

void crmv_report_free(crmv_report *report) {
    if (report != NULL) {
        free(report->json);
        free(report->table);
        free(report);
    }
}

const char *crmv_report_json(const crmv_report *report) {
    return report != NULL ? report->json : NULL;
}

const char *crmv_report_table(const crmv_report *report) {
    return report != NULL ? report->table : NULL;
}
