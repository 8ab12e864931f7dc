/* calibration.c - the handle: frames come in, calibrations merge, and the model goes out with its answers. */
#include "base/error.h"
#include "base/guest.h"
#include "base/memory.h"
#include "calibrate/answers.h"
#include "score/scores.h"

#include <stdlib.h>
#include <string.h>

/* ---- Holding and letting go -------------------------------------------------------------------------------------- */

int32_t crmv_calibration_new(const crmv_model *model, const crmv_options *options, crmv_calibration **out,
                             crmv_error *error) {
    if (model == NULL || out == NULL) {
        return crmvi_bad_argument(error, model == NULL ? "model" : "out", "is NULL");
    }
    crmvi_runner runner;
    const int32_t status = crmvi_runner_read(options, &runner, error);
    if (status != CRMV_OK) {
        return status;
    }
    crmv_calibration *calibration = crmvi_zeroed(1, sizeof *calibration);
    if (calibration == NULL) {
        return crmvi_no_memory(error);
    }
    calibration->model = crmvi_model_hold(model);
    calibration->runner = runner;
    *out = calibration;
    return CRMV_OK;
}

void crmv_calibration_free(crmv_calibration *calibration) {
    if (calibration == NULL) {
        return;
    }
    for (int64_t i = 0; i < calibration->count; i++) {
        crmvi_portion_free(calibration->portions[i]);
    }
    free(calibration->portions);
    crmv_model_free((crmv_model *)calibration->model);
    free(calibration);
}

/* ---- Gathering --------------------------------------------------------------------------------------------------- */

static const char *dated(int32_t day, char out[11]) {
    if (day == CRMV_NO_DATE) {
        return "no day";
    }
    crmvi_date_text(day, out);
    return out;
}

static int32_t check_day(const crmv_calibration *calibration, int32_t as_of, const char *argument, crmv_error *error) {
    char one[11], other[11];
    if (calibration->count == 0 || calibration->as_of == as_of) {
        return CRMV_OK;
    }
    return crmvi_fail(error, CRMV_BAD_ARGUMENT, argument, "it is as of %s, and what was gathered before as of %s",
                      dated(as_of, one), dated(calibration->as_of, other));
}

/* Whether the frame of what happened afterwards is that of the model's outcomes, for the population's day. */
static int32_t check_outcome(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                             crmv_error *error) {
    crmv_model *outcomes;
    int32_t until;
    int32_t status = crmv_model_outcomes(model, population->as_of, &outcomes, &until, error);
    if (status != CRMV_OK) {
        return status;
    }
    status = crmvi_same_metrics(outcomes, outcome, error);
    if (status == CRMV_OK && outcome->as_of != until) {
        char one[11], other[11];
        status = crmvi_fail(error, CRMV_BAD_ARGUMENT, "outcome", "it is as of %s, and the outcomes last until %s",
                            dated(outcome->as_of, one), dated(until, other));
    }
    crmv_model_free(outcomes);
    return status;
}

/* The first wanted ask that needs an outcome; NULL: none. */
static const crmvi_ask *needs_outcome(const crmv_model *model) {
    for (int32_t i = 0; i < model->asks.count; i++) {
        const crmvi_ask *ask = &model->asks.items[i];
        if (crmvi_is_wanted(ask) && ask->outcome >= 0) {
            return ask;
        }
    }
    return NULL;
}

static int32_t check_frames(const crmv_calibration *calibration, const crmv_frame *population,
                            const crmv_frame *outcome, crmv_error *error) {
    int32_t status = crmvi_same_metrics(calibration->model, population, error);
    if (status == CRMV_OK) {
        status = check_day(calibration, population->as_of, "population", error);
    }
    const crmvi_ask *ask = needs_outcome(calibration->model);
    if (status != CRMV_OK || ask == NULL) {
        return status;
    }
    if (outcome == NULL) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "outcome",
                          "it is NULL, and the request %s is found from what happened afterwards", ask->place);
    }
    return check_outcome(calibration->model, population, outcome, error);
}

static int32_t gather(crmv_calibration *calibration, const crmv_frame *population, const crmv_frame *outcome,
                      crmv_error *error) {
    int32_t status = check_frames(calibration, population, outcome, error);
    if (status != CRMV_OK) {
        return status;
    }
    if (!crmvi_grow(&calibration->portions, &calibration->capacity, calibration->count + 1,
                    sizeof *calibration->portions)) {
        return crmvi_no_memory(error);
    }
    crmvi_portion *portion;
    status = crmvi_portion_make(calibration, population, outcome, &portion, error);
    if (status == CRMV_OK) {
        calibration->portions[calibration->count++] = portion;
        calibration->as_of = population->as_of;
    }
    return status;
}

int32_t crmv_calibration_gather(crmv_calibration *calibration, const crmv_frame *population, const crmv_frame *outcome,
                                crmv_error *error) {
    if (calibration == NULL || population == NULL) {
        return crmvi_bad_argument(error, calibration == NULL ? "calibration" : "population", "is NULL");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = gather(calibration, population, outcome, error);
    crmvi_leave(&host);
    return status;
}

/* ---- Merging ----------------------------------------------------------------------------------------------------- */

/* Whether both have the same model with its requests in the same places of the list. */
static int32_t check_models(const crmv_model *model, const crmv_model *other, crmv_error *error) {
    if (model == other) {
        return CRMV_OK;
    }
    char hash[33], other_hash[33];
    if (crmv_model_hash(model, hash) != CRMV_OK || crmv_model_hash(other, other_hash) != CRMV_OK) {
        return crmvi_no_memory(error);
    }
    bool same = strcmp(hash, other_hash) == 0 && model->asks.count == other->asks.count;
    for (int32_t i = 0; same && i < model->asks.count; i++) {
        same = strcmp(model->asks.items[i].place, other->asks.items[i].place) == 0;
    }
    return same ? CRMV_OK
                : crmvi_fail(error, CRMV_BAD_ARGUMENT, "from", "it was made for another model, or at another round");
}

int32_t crmv_calibration_merge(crmv_calibration *into, const crmv_calibration *from, crmv_error *error) {
    if (into == NULL || from == NULL) {
        return crmvi_bad_argument(error, into == NULL ? "into" : "from", "is NULL");
    }
    if (into == from) {
        return crmvi_bad_argument(error, "from", "is the calibration that it should be added to");
    }
    int32_t status = check_models(into->model, from->model, error);
    if (status == CRMV_OK && from->count > 0) {
        status = check_day(into, from->as_of, "from", error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    if (!crmvi_grow(&into->portions, &into->capacity, into->count + from->count, sizeof *into->portions)) {
        return crmvi_no_memory(error);
    }
    for (int64_t i = 0; i < from->count; i++) {
        atomic_fetch_add(&from->portions[i]->holders, 1);
        into->portions[into->count++] = from->portions[i];
    }
    into->as_of = from->count > 0 ? from->as_of : into->as_of;
    return CRMV_OK;
}

/* ---- Answering --------------------------------------------------------------------------------------------------- */

static int32_t answer_scale(const crmvi_ask *ask, const crmvi_gathered *gathered, crmvi_found_from from, json_t **out,
                            crmv_error *error) {
    crmvi_found_scale found;
    int32_t status = crmvi_find_scale(ask, gathered->runs, &found, error);
    if (status == CRMV_OK) {
        status = crmvi_answer_scale(ask, &found, from, out, error);
        crmvi_found_scale_clear(&found);
    }
    return status;
}

static int32_t answer_classes(const crmv_model *model, const crmvi_ask *ask, const crmvi_gathered *gathered,
                              crmvi_found_from from, json_t **out, crmv_error *error) {
    const bool whole = crmvi_needs_points(model, ask);
    crmvi_found_classes found;
    int32_t status = crmvi_find_classes(ask, gathered->runs, whole, &found, error);
    if (status == CRMV_OK) {
        status = crmvi_answer_classes(ask, &found, whole, from, out, error);
        crmvi_found_classes_clear(&found);
    }
    return status;
}

static int32_t answer_weights(const crmv_model *model, const crmvi_ask *ask, const crmvi_gathered *gathered,
                              crmvi_found_from from, json_t **out, crmv_error *error) {
    crmvi_found_weight *found = crmvi_array(ask->of_count, sizeof *found);
    if (found == NULL) {
        return crmvi_no_memory(error);
    }
    int32_t status = crmvi_find_weights(ask, model, gathered, found, error);
    if (status == CRMV_OK) {
        status = crmvi_answer_weights(ask, model, found, from, out, error);
    }
    free(found);
    return status;
}

/* Where customers are there and none of them counts, that is what should be told, and not that nobody has a value. */
static int32_t check_attendance(const crmvi_ask *ask, const crmvi_attendance *there, crmv_error *error) {
    const int64_t too_new = there->customers - there->in_population;
    if (there->customers > 0 && there->in_population == 0) {
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, ask->place,
                          there->customers == 1 ? "the only customer is too new" : "all %lld customers are too new",
                          (long long)there->customers);
    }
    if (there->by_rating && there->in_population > 0 && there->rated == 0) {
        const char *also = too_new > 0 ? " who are not too new" : "";
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, ask->place,
                          "none of the %lld customers%s would have a tier: too little is known of each",
                          (long long)there->in_population, also);
    }
    return CRMV_OK;
}

static int32_t answer(const crmv_calibration *calibration, int32_t position, json_t **out, crmv_error *error) {
    const crmv_model *model = calibration->model;
    const crmvi_ask *ask = &model->asks.items[position];
    crmvi_gathered gathered;
    int32_t status = crmvi_gathered_together(calibration, position, &gathered, error);
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_found_from from = {.as_of = calibration->as_of};
    const bool needs_nobody = ask->target == CRMVI_ASK_FOR_WEIGHTS && !crmvi_needs_points(model, ask);
    status = needs_nobody ? CRMV_OK : check_attendance(ask, &gathered.attendance, error);
    if (status != CRMV_OK) {
        crmvi_gathered_clear(&gathered);
        return status;
    }
    if (ask->target == CRMVI_ASK_FOR_WEIGHTS) {
        from.customers = crmvi_needs_points(model, ask) ? gathered.customers : -1;
        status = answer_weights(model, ask, &gathered, from, out, error);
    } else {
        from.customers = gathered.runs->total;
        status = ask->target == CRMVI_ASK_FOR_SCALE ? answer_scale(ask, &gathered, from, out, error)
                                                    : answer_classes(model, ask, &gathered, from, out, error);
    }
    crmvi_gathered_clear(&gathered);
    return status;
}

/* The wanted asks of a model, each answered by itself. */
typedef struct answering {
    const crmv_calibration *calibration;
    crmvi_answer *answers; /* which ask each is of, and in time what was found */
    crmv_error *errors;
    int32_t count;
} answering;

static bool list_wanted(const crmv_calibration *calibration, answering *out) {
    const crmvi_asks *asks = &calibration->model->asks;
    *out = (answering){.calibration = calibration,
                       .answers = crmvi_zeroed(asks->count, sizeof *out->answers),
                       .errors = crmvi_zeroed(asks->count, sizeof *out->errors)};
    for (int32_t i = 0; out->answers != NULL && out->errors != NULL && i < asks->count; i++) {
        if (crmvi_is_wanted(&asks->items[i])) {
            out->errors[out->count].struct_size = sizeof *out->errors;
            out->answers[out->count++].ask = i;
        }
    }
    return out->answers != NULL && out->errors != NULL;
}

static int32_t answer_one(void *context, int64_t begin, int64_t end) {
    (void)end; /* one at a time */
    const answering *a = context;
    return answer(a->calibration, a->answers[begin].ask, &a->answers[begin].fitted, &a->errors[begin]);
}

/* The first ask that fails says why. */
static int32_t tell_first(const answering *a, int32_t status, crmv_error *error) {
    for (int32_t i = 0; i < a->count; i++) {
        const crmv_error *first = &a->errors[i];
        if (first->status != CRMV_OK) {
            return crmvi_fail(error, first->status, first->place, "%s", first->message);
        }
    }
    return crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}

static int32_t finish(const crmv_calibration *calibration, crmv_model **out, crmv_error *error) {
    answering a;
    int32_t status = list_wanted(calibration, &a) ? CRMV_OK : crmvi_no_memory(error);
    if (status == CRMV_OK) {
        status = crmvi_parallel(&calibration->runner, "calibrating", a.count, 1, answer_one, &a);
        status = status == CRMV_OK ? crmvi_model_with(calibration->model, a.answers, a.count, out, error)
                                   : tell_first(&a, status, error);
    }
    for (int32_t i = 0; i < a.count; i++) {
        json_decref(a.answers[i].fitted);
    }
    free(a.answers);
    free(a.errors);
    return status;
}

int32_t crmv_calibration_finish(const crmv_calibration *calibration, crmv_model **out, crmv_error *error) {
    if (calibration == NULL || out == NULL) {
        return crmvi_bad_argument(error, calibration == NULL ? "calibration" : "out", "is NULL");
    }
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = finish(calibration, out, error);
    crmvi_leave(&host);
    return status;
}

/* ---- All rounds -------------------------------------------------------------------------------------------------- */

static bool has_work(const crmv_model *model) {
    for (int32_t i = 0; i < model->asks.count; i++) {
        if (crmvi_is_wanted(&model->asks.items[i])) {
            return true;
        }
    }
    return false;
}

static int32_t run_round(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                         const crmv_options *options, crmv_model **next, crmv_error *error) {
    crmv_calibration *calibration;
    int32_t status = crmv_calibration_new(model, options, &calibration, error);
    if (status != CRMV_OK) {
        return status;
    }
    if (population != NULL) {
        status = crmv_calibration_gather(calibration, population, outcome, error);
    }
    if (status == CRMV_OK) {
        status = crmv_calibration_finish(calibration, next, error);
    }
    crmv_calibration_free(calibration);
    return status;
}

/* Each round answers at least one request, so that there are no more rounds than requests. */
static int32_t run_rounds(crmv_model **model, const crmv_frame *population, const crmv_frame *outcome,
                          const crmv_options *options, crmv_error *error) {
    while (has_work(*model)) {
        crmv_model *next;
        const int32_t status = run_round(*model, population, outcome, options, &next, error);
        if (status != CRMV_OK) {
            return status;
        }
        crmv_model_free(*model);
        *model = next;
    }
    return CRMV_OK;
}

/* Whether the population is one of the model's, or is not there and no request misses it. */
static int32_t check_population(const crmv_model *model, const crmv_frame *population, crmv_error *error) {
    crmv_request request;
    if (population != NULL) {
        return crmvi_same_metrics(model, population, error);
    }
    for (int32_t i = 0; i < model->asks.count; i++) {
        request = (crmv_request){.struct_size = sizeof request};
        if (crmv_model_request(model, i, &request) == CRMV_OK && request.needs_frame != 0) {
            return crmvi_fail(error, CRMV_BAD_ARGUMENT, "population",
                              "it is NULL, and the request %s is found from a population", request.place);
        }
    }
    return CRMV_OK;
}

int32_t crmv_model_calibrate(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                             const crmv_options *options, crmv_model **out, crmv_error *error) {
    if (model == NULL || out == NULL) {
        return crmvi_bad_argument(error, model == NULL ? "model" : "out", "is NULL");
    }
    crmvi_runner runner;
    int32_t status = crmvi_runner_read(options, &runner, error);
    if (status == CRMV_OK) {
        status = check_population(model, population, error);
    }
    crmv_model *next;
    if (status == CRMV_OK) {
        status = crmv_model_unfitted(model, &next, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    status = run_rounds(&next, population, outcome, options, error);
    if (status == CRMV_OK) {
        *out = next;
    } else {
        crmv_model_free(next);
    }
    return status;
}
