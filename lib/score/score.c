/* score.c - from a frame to scores: the columns that are made at once, in blocks of customers. */
#include "base/error.h"
#include "base/guest.h"
#include "base/parallel.h"
#include "score/scores.h"

#include <stdlib.h>
#include <string.h>

/* Customers that a thread takes at a time. */
enum { BLOCK = 4 * CRMVI_SHEET };

/* ---- Scoring ----------------------------------------------------------------------------------------------------- */

/* What the blocks of one call work from. */
typedef struct scoring {
    const crmv_scores *scores;
    crmvi_request request;
} scoring;

/* Asks for the columns that are made at once. */
static void ask(scoring *s, crmv_scores *scores) {
    const crmv_model *model = scores->model;
    crmvi_request *request = &s->request;
    if (model->root >= 0) {
        const int32_t score = model->metric_count + model->root;
        request->numbers[score] = true;
        request->number_homes[score] = atomic_load_explicit(&scores->columns[score], memory_order_relaxed);
    }
    request->tier = true;
    request->tier_home = scores->tier_uncapped;
    request->final_home = scores->tier != scores->tier_uncapped ? scores->tier : NULL;
    request->rules = model->rule_count > 0;
    for (int32_t i = 0; i < model->rule_count; i++) {
        request->rule_homes[i] = scores->rules[i];
    }
    for (int32_t i = 0; i < model->segment_count; i++) {
        request->segments[i] = scores->cases[i] != NULL;
        request->case_homes[i] = scores->cases[i];
    }
    crmvi_request_complete(&scores->tree, scores->scheme, request);
}

static int32_t score_block(void *context, int64_t begin, int64_t end) {
    const scoring *s = context;
    const crmv_scores *scores = s->scores;
    return crmvi_request_fill(&s->request, &scores->tree, scores->scheme, scores->frame, begin, end);
}

/* Runs the request over all customers. */
static int32_t run(scoring *s, const crmvi_runner *runner, crmv_error *error) {
    const int32_t status = crmvi_parallel(runner, "score", s->scores->rows, BLOCK, score_block, s);
    if (status == CRMV_OK) {
        return CRMV_OK;
    }
    return crmvi_fail(error, status, status == CRMV_OVERFLOW ? "indexes" : NULL, "%s",
                      status == CRMV_OVERFLOW ? "an index's points do not fit into 64 bits" : crmv_status_text(status));
}

static int32_t score_all(crmv_scores *scores, const crmvi_runner *runner, crmv_error *error) {
    scoring s = {.scores = scores};
    if (!crmvi_scores_allocate(scores) || !crmvi_request_new(&scores->tree, &s.request)) {
        return crmvi_no_memory(error);
    }
    ask(&s, scores);
    const int32_t status = run(&s, runner, error);
    crmvi_request_clear(&s.request);
    if (status == CRMV_OK) {
        crmvi_count_rules(scores);
    }
    return status;
}

/* How customers are scored, as far as the model and the frame tell. */
static int32_t prepare(crmv_scores *scores, crmv_error *error) {
    const int32_t status = crmvi_tree_build(scores->model, &scores->tree, error);
    if (status != CRMV_OK) {
        return status;
    }
    return crmvi_scheme_make(&scores->tree, scores->frame, &scores->scheme) && crmvi_scores_make_room(scores)
               ? CRMV_OK
               : crmvi_no_memory(error);
}

/* Scores without a column; `at_once`: with those that crmv_score makes. */
static int32_t score(const crmv_model *model, const crmv_frame *frame, const crmv_options *options, bool at_once,
                     crmv_scores **out, crmv_error *error) {
    crmvi_runner runner;
    int32_t status = crmvi_runner_read(options, &runner, error);
    if (status == CRMV_OK) {
        status = crmvi_same_metrics(model, frame, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    crmv_scores *scores = crmvi_scores_new(model, frame);
    if (!scores) {
        return crmvi_no_memory(error);
    }
    scores->runner = runner;
    crmvi_guest host;
    crmvi_enter(&host);
    status = prepare(scores, error);
    if (status == CRMV_OK && at_once) {
        status = score_all(scores, &runner, error);
    }
    crmvi_leave(&host);
    if (status != CRMV_OK) {
        crmv_scores_free(scores);
        return status;
    }
    *out = scores;
    return CRMV_OK;
}

int32_t crmv_score(const crmv_model *model, const crmv_frame *frame, const crmv_options *options, crmv_scores **out,
                   crmv_error *error) {
    if (!model || !frame || !out) {
        return crmvi_bad_argument(error, !model ? "model" : !frame ? "frame" : "out", "is NULL");
    }
    const int32_t status = crmvi_require_fitted(model, error);
    return status == CRMV_OK ? score(model, frame, options, true, out, error) : status;
}

/* ---- Some columns ------------------------------------------------------------------------------------------------ */

int32_t crmvi_score_parts(const crmv_model *model, const crmv_frame *frame, const crmv_options *options,
                          crmv_scores **out, crmv_error *error) {
    return score(model, frame, options, false, out, error);
}

int32_t crmvi_scores_prepare(crmv_scores *scores, const int32_t *columns, int32_t count, crmv_error *error) {
    scoring s = {.scores = scores};
    if (!crmvi_request_new(&scores->tree, &s.request)) {
        return crmvi_no_memory(error);
    }
    int32_t status = CRMV_OK;
    if (crmvi_scores_ask(scores, columns, count, &s.request)) {
        crmvi_guest host;
        crmvi_enter(&host);
        status = run(&s, &scores->runner, error);
        crmvi_leave(&host);
    } else {
        status = crmvi_no_memory(error);
    }
    crmvi_scores_show(scores, &s.request, status == CRMV_OK);
    crmvi_request_clear(&s.request);
    return status;
}
