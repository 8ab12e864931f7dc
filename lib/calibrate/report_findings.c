/* report_findings.c - from whom it was found, what was found, and what should be known of it. */
#include "base/page.h"
#include "calibrate/calibration.h"
#include "calibrate/report.h"
#include "model/path.h"
#include "model/tree.h"

#include <stdlib.h>
#include <string.h>

/* ---- Customers --------------------------------------------------------------------------------------------------- */

int32_t crmvi_report_customers(crmvi_reporting *r) {
    const int32_t *unrated = crmvi_scores_column(r->scores, crmvi_unrated_column(r->scores));
    int64_t counts[CRMV_NOTHING_KNOWN + 1] = {0};
    for (int64_t row = 0; row < r->frame->rows; row++) {
        counts[unrated[row]]++;
    }
    json_t *customers = crmvi_put_object(r, r->tree, "customers");
    crmvi_put_count(r, customers, "in_frame", r->frame->rows);
    crmvi_put_count(r, customers, "in_population", r->population);
    crmvi_put_count(r, customers, "rated", counts[CRMV_RATED]);
    crmvi_put_count(r, customers, "too_new", counts[CRMV_TOO_NEW]);
    crmvi_put_count(r, customers, "too_little_coverage", counts[CRMV_TOO_LITTLE_COVERAGE]);
    crmvi_put_count(r, customers, "metric_refused", counts[CRMV_METRIC_REFUSED]);
    crmvi_put_count(r, customers, "nothing_known", counts[CRMV_NOTHING_KNOWN]);
    if (r->population < CRMVI_FEW_CUSTOMERS) {
        crmvi_warn(r, "customers", "only %lld customer%s in the population: too few for what was found to be firm",
                   (long long)r->population, r->population == 1 ? " is" : "s are");
    }
    return CRMV_OK;
}

/* ---- Requests ---------------------------------------------------------------------------------------------------- */

/* The check tells how a search ended that did not converge, with what was remarked on it. */
static bool is_told_by_check(const json_t *found) {
    const char *ending = json_string_value(json_object_get(found, "ending"));
    return ending != NULL && strcmp(ending, "converged") != 0;
}

/* Passes on what finders remarked: texts under "remark", wherever they stand. The depth is that of a model's text. */
static void warn_of_remarks(crmvi_reporting *r, const char *place, const json_t *found) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)found, key, value) {
        if (json_is_string(value) && strcmp(key, "remark") == 0 && !is_told_by_check(found)) {
            crmvi_warn(r, place, "%s", json_string_value(value));
        } else if (json_is_object(value)) {
            crmvi_path path = {.length = 0};
            crmvi_path_key(&path, key);
            crmvi_writing inner = {0};
            crmvi_write(&inner, "%s%s%s", place, path.text[0] == '[' ? "" : ".", path.text);
            char *text = crmvi_writing_take(&inner);
            r->no_memory = r->no_memory || text == NULL;
            warn_of_remarks(r, text != NULL ? text : place, value);
            free(text);
        }
    }
}

/* What was found from other days than those of the frame at hand is told, once. */
static void warn_of_days(crmvi_reporting *r) {
    const char *as_of = json_string_value(json_object_get(r->tree, "as_of")), *other = NULL, *place = NULL;
    int32_t others = 0;
    for (int32_t i = 0; as_of != NULL && i < r->model->asks.count; i++) {
        const crmvi_ask *ask = &r->model->asks.items[i];
        const char *day = json_string_value(json_object_get(json_object_get(ask->holder, "fitted"), "as_of"));
        if (day != NULL && strcmp(day, as_of) != 0) {
            others++;
            place = place != NULL ? place : ask->place;
            other = other != NULL ? other : day;
        }
    }
    if (others == 1) {
        crmvi_warn(r, place, "was found as of %s, and this population is as of %s", other, as_of);
    } else if (others > 1) {
        crmvi_warn(
            r, place,
            "was found as of %s, and this population is as of %s; %d other request%s found as of another day too",
            other, as_of, (int)(others - 1), others == 2 ? " was" : "s were");
    }
}

/* Bands that were made to fit an outcome know all customers, unless weights by outcome hold some out. */
static void warn_of_bands(crmvi_reporting *r, const crmvi_ask *ask) {
    if (ask->kind == CRMVI_ASK_OPTIMAL_BANDS && r->outcome != NULL && crmvi_held_out_percent(r->model) <= 0) {
        crmvi_warn(r, ask->place,
                   "these bands were found from what all customers did afterwards: measured on the same customers, the "
                   "score's order flatters itself");
    }
}

/* Fewer customers than the population has may be all that an answer rests on. */
static void warn_of_few(crmvi_reporting *r, const crmvi_ask *ask, const json_t *fitted) {
    const json_t *customers = json_object_get(fitted, "customers");
    const long long count = (long long)json_integer_value(customers);
    if (json_is_integer(customers) && count < CRMVI_FEW_CUSTOMERS && r->population >= CRMVI_FEW_CUSTOMERS) {
        crmvi_warn(r, ask->place, "was found from only %lld customer%s: too few for it to be firm", count,
                   count == 1 ? "" : "s");
    }
}

static int64_t count_at(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

/* Weights by outcome may be those of a minority. Where it is only that outcomes are missing, the prediction says so. */
static void warn_of_left_out(crmvi_reporting *r, const crmvi_ask *ask, const json_t *fitted) {
    const json_t *found = json_object_get(fitted, "found"), *left_out = json_object_get(found, "left_out");
    if (ask->kind != CRMVI_ASK_OUTCOME || !json_is_object(left_out)) {
        return;
    }
    const int64_t unknown = count_at(left_out, "without_outcome");
    const int64_t incomplete = count_at(left_out, "without_points_of_all_members");
    const int64_t taken = count_at(fitted, "customers") + count_at(json_object_get(found, "held_out"), "customers");
    if (unknown + incomplete >= taken && (incomplete > 0 || r->outcome == NULL)) {
        crmvi_warn(r, ask->place,
                   "%lld of %lld customers %s left out, %lld without the outcome and %lld without points of all "
                   "members: these are the weights of the others",
                   (long long)(unknown + incomplete), (long long)(taken + unknown + incomplete),
                   unknown + incomplete == 1 ? "was" : "were", (long long)unknown, (long long)incomplete);
    }
}

/* What is asked for: of a lifetime all that stands there but what was found. */
static json_t *request_of(const crmvi_ask *ask) {
    static const char *const beside[] = {"fitted"};
    if (ask->kind != CRMVI_ASK_LIFETIME) {
        return json_deep_copy(json_object_get(ask->holder, crmvi_ask_names[ask->kind]));
    }
    json_t *card = crmvi_tree_without(ask->holder, beside, 1);
    json_t *copy = json_deep_copy(card);
    json_decref(card);
    return copy;
}

int32_t crmvi_report_requests(crmvi_reporting *r) {
    const crmvi_asks *asks = &r->model->asks;
    json_t *requests = crmvi_put_array(r, r->tree, "requests");
    for (int32_t i = 0; i < asks->count; i++) {
        const crmvi_ask *ask = &asks->items[i];
        const json_t *fitted = json_object_get(ask->holder, "fitted");
        json_t *request = crmvi_put_object(r, requests, NULL);
        crmvi_put_text(r, request, "place", ask->place);
        crmvi_put_text(r, request, "operation", crmvi_ask_names[ask->kind]);
        crmvi_put(r, request, "request", request_of(ask));
        crmvi_put(r, request, "fitted", json_deep_copy(fitted));
        warn_of_remarks(r, ask->place, json_object_get(fitted, "found"));
        warn_of_few(r, ask, fitted);
        warn_of_left_out(r, ask, fitted);
        warn_of_bands(r, ask);
    }
    warn_of_days(r);
    return CRMV_OK;
}

/* ---- Findings of the check --------------------------------------------------------------------------------------- */

int32_t crmvi_report_findings(crmvi_reporting *r) {
    crmv_findings *findings = NULL;
    crmv_finding one = {.struct_size = sizeof one};
    const int32_t status = crmv_model_check(r->model, NULL, r->frame, &findings, r->error);
    for (int64_t i = 0; i < crmv_findings_count(findings); i++) {
        if (crmv_findings_get(findings, i, &one) == CRMV_OK && one.severity != CRMV_FINDING_NOTE) {
            crmvi_warn(r, one.place, "%s", one.message);
        }
    }
    crmv_findings_free(findings);
    return status;
}
