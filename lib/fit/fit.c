/* fit.c - answering all requests of a model, round by round. */
#include "crmvalue/fit.h"

#include "base/calendar.h"
#include "base/error.h"
#include "base/guest.h"
#include "base/memory.h"
#include "fit/evidence.h"
#include "fit/judgements.h"

#include <stdlib.h>
#include <string.h>

struct crmv_fit {
    crmv_model *model; /* a copy of its own */
    crmvi_runner runner;
    crmv_calibration *calibration; /* gathers for the requests that libcrmvalue answers */
    crmvi_evidence evidence;       /* for the requests that are answered here */
    int32_t as_of;                 /* of the frames that were gathered */
    bool gathered;                 /* any frame at all */
};

static crmv_options options_of(const crmvi_runner *runner) {
    return (crmv_options){.struct_size = sizeof(crmv_options),
                          .threads = runner->threads,
                          .context = runner->context,
                          .progress = runner->progress};
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

static int32_t fill_fit(crmv_fit *fit, const crmv_model *model, crmv_error *error) {
    const crmv_options options = options_of(&fit->runner);
    int32_t status = copy_model(model, &fit->model, error);
    if (status == CRMV_OK) {
        status = crmv_calibration_new(fit->model, &options, &fit->calibration, error);
    }
    if (status == CRMV_OK) {
        status = crmvi_evidence_new(fit->model, &fit->evidence, error);
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
    crmvi_evidence_clear(&fit->evidence);
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
    if (fit->evidence.study_count == 0 || outcome == NULL) {
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

/* The population with what the model's own lifetimes foretell, whatever parameters it was derived under; to be let go
 * of. */
static int32_t renew_population(const crmv_fit *fit, const crmv_frame *population, crmv_frame **out,
                                crmv_error *error) {
    const crmv_options options = options_of(&fit->runner);
    return crmv_model_lifetimes(fit->model) > 0 ? crmv_frame_with(population, fit->model, &options, out, error)
                                                : CRMV_OK;
}

/* The last step takes a frame over or leaves all as it was; what was gathered beside it is then added, for which there
 * is room. */
static int32_t gather_into(crmv_fit *fit, const crmv_frame *population, const crmv_frame *outcome, crmv_error *error) {
    const crmv_options options = options_of(&fit->runner);
    crmvi_evidence news;
    int32_t status = crmvi_evidence_new(fit->model, &news, error);
    if (status != CRMV_OK) {
        return status;
    }
    status = crmvi_evidence_gather(&news, fit->model, population, outcome, &options, error);
    if (status == CRMV_OK && !crmvi_evidence_reserve(&fit->evidence, &news)) {
        status = crmvi_no_memory(error);
    }
    if (status == CRMV_OK) {
        status = crmv_calibration_gather(fit->calibration, population, outcome, error);
    }
    if (status == CRMV_OK) {
        crmvi_evidence_add(&fit->evidence, &news);
        fit->as_of = crmv_frame_as_of(population);
        fit->gathered = true;
    }
    crmvi_evidence_clear(&news);
    return status;
}

static int32_t gather(crmv_fit *fit, const crmv_frame *population, const crmv_frame *outcome, crmv_error *error) {
    crmv_frame *renewed = NULL;
    int32_t status = check_day(fit, crmv_frame_as_of(population), "population", error);
    if (status == CRMV_OK) {
        status = check_outcome(fit, population, outcome, error);
    }
    if (status == CRMV_OK) {
        status = renew_population(fit, population, &renewed, error);
    }
    if (status == CRMV_OK) {
        status = gather_into(fit, renewed != NULL ? renewed : population, outcome, error);
    }
    crmv_frame_free(renewed);
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

static int32_t merge(crmv_fit *into, const crmv_fit *from, crmv_error *error) {
    if (!crmvi_evidence_same(&into->evidence, &from->evidence)) {
        return crmvi_bad_argument(error, "from", "is a fit of another model");
    }
    if (from->gathered) {
        const int32_t status = check_day(into, from->as_of, "from", error);
        if (status != CRMV_OK) {
            return status;
        }
    }
    if (!crmvi_evidence_reserve(&into->evidence, &from->evidence)) {
        return crmvi_no_memory(error);
    }
    const int32_t status = crmv_calibration_merge(into->calibration, from->calibration, error);
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_evidence_add(&into->evidence, &from->evidence);
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
        if (crmvi_is_ours(fit->model, i, "ahp", &request)) {
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
    if (status == CRMV_OK) {
        status = crmvi_evidence_answer(&model, &fit->evidence, fit->as_of, &fit->runner, error);
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
        *any_ready |= crmvi_is_wanted(model, i, &request);
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

/* `*renewed` becomes the population with what the model's lifetimes foretell by now. It is kept from round to round, so
 * that only what has changed is worked out. */
static int32_t renew(const crmv_model *model, const crmv_frame *population, const crmv_options *options,
                     crmv_frame **renewed, crmv_error *error) {
    crmv_frame *next;
    if (population == NULL || crmv_model_lifetimes(model) == 0) {
        return CRMV_OK;
    }
    const int32_t status = crmv_frame_with(*renewed != NULL ? *renewed : population, model, options, &next, error);
    if (status == CRMV_OK) {
        crmv_frame_free(*renewed);
        *renewed = next;
    }
    return status;
}

static int32_t fit_model(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                         const crmv_options *options, crmv_model **out, crmv_error *error) {
    crmv_model *next = NULL;
    int32_t status = check_population(model, population, error);
    if (status == CRMV_OK) {
        status = crmv_model_unfitted(model, &next, error);
    }
    crmv_frame *renewed = NULL;
    bool any_ready = true;
    while (status == CRMV_OK && find_open(next, &any_ready) != NULL && any_ready) {
        status = renew(next, population, options, &renewed, error);
        if (status == CRMV_OK) {
            status = answer_round(&next, renewed != NULL ? renewed : population, outcome, options, error);
        }
    }
    crmv_frame_free(renewed);
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
