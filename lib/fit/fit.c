/* fit.c - answering all requests of a model, round by round. */
#include "crmvalue/fit.h"

#include "base/calendar.h"
#include "base/error.h"
#include "base/guest.h"
#include "base/memory.h"
#include "fit/judgements.h"
#include "fit/outcome.h"

#include <stdlib.h>
#include <string.h>

struct crmv_fit {
    crmv_model *model; /* a copy of its own */
    crmvi_runner runner;
    crmv_calibration *calibration; /* gathers for the requests that libcrmvalue answers */
    crmvi_study *studies;          /* one for each request by outcome that is ready and not fitted */
    int32_t study_count;
    int32_t as_of; /* of the frames that were gathered */
    bool gathered; /* any frame at all */
};

static crmv_options options_of(const crmvi_runner *runner) {
    return (crmv_options){.struct_size = sizeof(crmv_options),
                          .threads = runner->threads,
                          .context = runner->context,
                          .progress = runner->progress};
}

/* ---- Requests ---------------------------------------------------------------------------------------------------- */

static const char by_judgements[] = "ahp";
static const char by_outcome[] = "outcome";

/* Whether the request at `position` is to be answered in this round; `out` gets it. */
static bool is_wanted(const crmv_model *model, int32_t position, crmv_request *out) {
    *out = (crmv_request){.struct_size = sizeof *out};
    return crmv_model_request(model, position, out) == CRMV_OK && out->ready != 0 && out->state != CRMV_REQUEST_FITTED;
}

/* The same of one that libcrmvalue-fit answers, by this operation. */
static bool is_ours(const crmv_model *model, int32_t position, const char *operation, crmv_request *out) {
    return is_wanted(model, position, out) && out->by == CRMV_BY_FIT && strcmp(out->operation, operation) == 0;
}

/* ---- A fit ------------------------------------------------------------------------------------------------------- */

/* A model of the same text. */
static int32_t copy_model(const crmv_model *model, crmv_model **out, crmv_error *error) {
    int64_t length = 0;
    crmv_model_print(model, NULL, 0, &length);
    char *text = crmvi_array(length + 1, 1);
    if (text == NULL || crmv_model_print(model, text, length + 1, NULL) != CRMV_OK) {
        free(text);
        return crmvi_no_memory(error);
    }
    const int32_t status = crmv_model_parse(text, length, out, error);
    free(text);
    return status;
}

static void clear_studies(crmvi_study *studies, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        crmvi_study_clear(&studies[i]);
    }
    free(studies);
}

/* Studies for a model's requests by outcome, all of them empty. */
static int32_t make_studies(const crmv_model *model, crmvi_study **out, int32_t *count, crmv_error *error) {
    crmv_request request;
    const int32_t requests = crmv_model_requests(model);
    *count = 0;
    *out = crmvi_zeroed(requests, sizeof **out);
    if (*out == NULL) {
        return crmvi_no_memory(error);
    }
    for (int32_t i = 0; i < requests; i++) {
        if (!is_ours(model, i, by_outcome, &request)) {
            continue;
        }
        if (!crmvi_study_new(&request, &(*out)[*count])) {
            clear_studies(*out, *count);
            *out = NULL;
            return crmvi_no_memory(error);
        }
        (*count)++;
    }
    return CRMV_OK;
}

static int32_t fill_fit(crmv_fit *fit, const crmv_model *model, crmv_error *error) {
    const crmv_options options = options_of(&fit->runner);
    int32_t status = copy_model(model, &fit->model, error);
    if (status == CRMV_OK) {
        status = crmv_calibration_new(fit->model, &options, &fit->calibration, error);
    }
    if (status == CRMV_OK) {
        status = make_studies(fit->model, &fit->studies, &fit->study_count, error);
    }
    return status;
}

static int32_t new_fit(const crmv_model *model, const crmv_options *options, crmv_fit **out, crmv_error *error) {
    crmvi_runner runner;
    const int32_t read = crmvi_runner_read(options, &runner, error);
    if (read != CRMV_OK) {
        return read;
    }
    crmv_fit *fit = crmvi_zeroed(1, sizeof *fit);
    if (fit == NULL) {
        return crmvi_no_memory(error);
    }
    fit->runner = runner;
    fit->as_of = CRMV_NO_DATE;
    const int32_t status = fill_fit(fit, model, error);
    if (status != CRMV_OK) {
        crmv_fit_free(fit);
        return status;
    }
    *out = fit;
    return CRMV_OK;
}

int32_t crmv_fit_new(const crmv_model *model, const crmv_options *options, crmv_fit **out, crmv_error *error) {
    if (model == NULL || out == NULL) {
        return crmvi_bad_argument(error, model == NULL ? "model" : "out", "is NULL");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = new_fit(model, options, out, error);
    crmvi_leave(&host);
    return status;
}

void crmv_fit_free(crmv_fit *fit) {
    if (fit == NULL) {
        return;
    }
    clear_studies(fit->studies, fit->study_count);
    crmv_calibration_free(fit->calibration);
    crmv_model_free(fit->model);
    free(fit);
}

/* ---- Gathering --------------------------------------------------------------------------------------------------- */

static const char *dated(int32_t day, char out[11]) {
    if (day == CRMV_NO_DATE) {
        return "no day";
    }
    crmvi_date_text(day, out);
    return out;
}

static int32_t check_day(const crmv_fit *fit, int32_t as_of, const char *argument, crmv_error *error) {
    char one[11], other[11];
    if (!fit->gathered || fit->as_of == as_of) {
        return CRMV_OK;
    }
    return crmvi_fail(error, CRMV_BAD_ARGUMENT, argument, "it is as of %s, and what was gathered before as of %s",
                      dated(as_of, one), dated(fit->as_of, other));
}

/* Whether the outcomes are those of the days behind the population's; which metrics there are each study asks itself.
 */
static int32_t check_outcome(const crmv_fit *fit, const crmv_frame *population, const crmv_frame *outcome,
                             crmv_error *error) {
    crmv_model *outcomes;
    int32_t until;
    if (fit->study_count == 0 || outcome == NULL) {
        return CRMV_OK;
    }
    const int32_t status = crmv_model_outcomes(fit->model, crmv_frame_as_of(population), &outcomes, &until, error);
    if (status != CRMV_OK) {
        return status;
    }
    crmv_model_free(outcomes);
    char one[11], other[11];
    if (crmv_frame_as_of(outcome) != until) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "outcome", "it is as of %s, and the outcomes last until %s",
                          dated(crmv_frame_as_of(outcome), one), dated(until, other));
    }
    return CRMV_OK;
}

/* What a frame gives to each study; room for it is made. */
static int32_t gather_studies(crmv_fit *fit, crmvi_study *news, const crmv_frame *population, const crmv_frame *outcome,
                              crmv_error *error) {
    const crmv_options options = options_of(&fit->runner);
    for (int32_t i = 0; i < fit->study_count; i++) {
        const int32_t status = crmvi_study_gather(&news[i], fit->model, population, outcome, &options, error);
        if (status != CRMV_OK) {
            return status;
        }
        if (!crmvi_study_reserve(&fit->studies[i], &news[i])) {
            return crmvi_no_memory(error);
        }
    }
    return CRMV_OK;
}

static int32_t gather(crmv_fit *fit, const crmv_frame *population, const crmv_frame *outcome, crmv_error *error) {
    crmvi_study *news;
    int32_t count;
    int32_t status = check_day(fit, crmv_frame_as_of(population), "population", error);
    if (status == CRMV_OK) {
        status = check_outcome(fit, population, outcome, error);
    }
    if (status == CRMV_OK) {
        status = make_studies(fit->model, &news, &count, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    status = gather_studies(fit, news, population, outcome, error);
    if (status == CRMV_OK) { /* the last that may fail: it is then as it was */
        status = crmv_calibration_gather(fit->calibration, population, outcome, error);
    }
    for (int32_t i = 0; i < count && status == CRMV_OK; i++) {
        crmvi_study_add(&fit->studies[i], &news[i]);
    }
    if (status == CRMV_OK) {
        fit->as_of = crmv_frame_as_of(population);
        fit->gathered = true;
    }
    clear_studies(news, count);
    return status;
}

int32_t crmv_fit_gather(crmv_fit *fit, const crmv_frame *population, const crmv_frame *outcome, crmv_error *error) {
    if (fit == NULL || population == NULL) {
        return crmvi_bad_argument(error, fit == NULL ? "fit" : "population", "is NULL");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = gather(fit, population, outcome, error);
    crmvi_leave(&host);
    return status;
}

/* Whether the studies of both are of the same requests. Calibrations compare the models. */
static bool same_studies(const crmv_fit *a, const crmv_fit *b) {
    bool same = a->study_count == b->study_count;
    for (int32_t i = 0; same && i < a->study_count; i++) {
        same = strcmp(a->studies[i].place, b->studies[i].place) == 0 &&
               a->studies[i].weighing.count == b->studies[i].weighing.count;
    }
    return same;
}

static int32_t merge(crmv_fit *into, const crmv_fit *from, crmv_error *error) {
    if (!same_studies(into, from)) {
        return crmvi_bad_argument(error, "from", "is a fit of another model");
    }
    if (from->gathered) {
        const int32_t status = check_day(into, from->as_of, "from", error);
        if (status != CRMV_OK) {
            return status;
        }
    }
    for (int32_t i = 0; i < into->study_count; i++) {
        if (!crmvi_study_reserve(&into->studies[i], &from->studies[i])) {
            return crmvi_no_memory(error);
        }
    }
    const int32_t status = crmv_calibration_merge(into->calibration, from->calibration, error);
    if (status != CRMV_OK) {
        return status;
    }
    for (int32_t i = 0; i < into->study_count; i++) {
        crmvi_study_add(&into->studies[i], &from->studies[i]);
    }
    if (from->gathered) {
        into->as_of = from->as_of;
        into->gathered = true;
    }
    return CRMV_OK;
}

int32_t crmv_fit_merge(crmv_fit *into, const crmv_fit *from, crmv_error *error) {
    if (into == NULL || from == NULL || into == from) {
        return crmvi_bad_argument(error, into == NULL ? "into" : "from", into == from ? "is `into`" : "is NULL");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = merge(into, from, error);
    crmvi_leave(&host);
    return status;
}

/* ---- Answering --------------------------------------------------------------------------------------------------- */

static int32_t answer_judgements(const crmv_fit *fit, crmv_model **model, crmv_error *error) {
    crmv_request request;
    int32_t status = CRMV_OK;
    const int32_t count = crmv_model_requests(fit->model);
    for (int32_t i = 0; i < count && status == CRMV_OK; i++) {
        if (is_ours(fit->model, i, by_judgements, &request)) {
            status = crmvi_answer_judgements(model, &request, error);
        }
    }
    return status;
}

static int32_t finish(const crmv_fit *fit, crmv_model **out, crmv_error *error) {
    crmv_model *model = NULL;
    int32_t status = crmv_calibration_finish(fit->calibration, &model, error);
    if (status == CRMV_OK) {
        status = answer_judgements(fit, &model, error);
    }
    for (int32_t i = 0; i < fit->study_count && status == CRMV_OK; i++) {
        status = crmvi_answer_outcome(&model, &fit->studies[i], fit->as_of, &fit->runner, error);
    }
    if (status != CRMV_OK) {
        crmv_model_free(model);
        return status;
    }
    *out = model;
    return CRMV_OK;
}

int32_t crmv_fit_finish(const crmv_fit *fit, crmv_model **out, crmv_error *error) {
    if (fit == NULL || out == NULL) {
        return crmvi_bad_argument(error, fit == NULL ? "fit" : "out", "is NULL");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = finish(fit, out, error);
    crmvi_leave(&host);
    return status;
}

/* ---- All rounds over one population ------------------------------------------------------------------------------ */

/* The place of a request that is not fitted; `any_ready` tells whether one of them can be answered now. NULL: none. */
static const char *find_open(const crmv_model *model, bool *any_ready) {
    crmv_request request;
    const char *place = NULL;
    const int32_t count = crmv_model_requests(model);
    *any_ready = false;
    for (int32_t i = 0; i < count; i++) {
        *any_ready |= is_wanted(model, i, &request);
        if (request.state != CRMV_REQUEST_FITTED && place == NULL) {
            place = request.place;
        }
    }
    return place;
}

/* One round: `*model` becomes the model with its answers. */
static int32_t answer_round(crmv_model **model, const crmv_frame *population, const crmv_frame *outcome,
                            const crmv_options *options, crmv_error *error) {
    crmv_fit *fit;
    crmv_model *answered = NULL;
    int32_t status = new_fit(*model, options, &fit, error);
    if (status != CRMV_OK) {
        return status;
    }
    if (population != NULL) {
        status = gather(fit, population, outcome, error);
    }
    if (status == CRMV_OK) {
        status = finish(fit, &answered, error);
    }
    crmv_fit_free(fit);
    if (status == CRMV_OK) {
        crmv_model_free(*model);
        *model = answered;
    }
    return status;
}

/* Whether any request misses a population that is not there. */
static int32_t check_population(const crmv_model *model, const crmv_frame *population, crmv_error *error) {
    crmv_request request;
    const int32_t count = population == NULL ? crmv_model_requests(model) : 0;
    for (int32_t i = 0; i < count; i++) {
        request = (crmv_request){.struct_size = sizeof request};
        if (crmv_model_request(model, i, &request) == CRMV_OK && request.needs_frame != 0) {
            return crmvi_fail(error, CRMV_BAD_ARGUMENT, "population",
                              "it is NULL, and the request %s is found from a population", request.place);
        }
    }
    return CRMV_OK;
}

static int32_t fit_model(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                         const crmv_options *options, crmv_model **out, crmv_error *error) {
    crmv_model *next = NULL;
    int32_t status = check_population(model, population, error);
    if (status == CRMV_OK) {
        status = crmv_model_unfitted(model, &next, error);
    }
    bool any_ready = true;
    while (status == CRMV_OK && find_open(next, &any_ready) != NULL && any_ready) {
        status = answer_round(&next, population, outcome, options, error);
    }
    const char *open = status == CRMV_OK ? find_open(next, &any_ready) : NULL;
    if (open != NULL) {
        status = crmvi_fail(error, CRMV_NOT_FITTED, open, "what this request needs could not be found");
    }
    if (status != CRMV_OK) {
        crmv_model_free(next);
        return status;
    }
    *out = next;
    return CRMV_OK;
}

int32_t crmv_fit_model(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                       const crmv_options *options, crmv_model **out, crmv_error *error) {
    if (model == NULL || out == NULL) {
        return crmvi_bad_argument(error, model == NULL ? "model" : "out", "is NULL");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = fit_model(model, population, outcome, options, out, error);
    crmvi_leave(&host);
    return status;
}
