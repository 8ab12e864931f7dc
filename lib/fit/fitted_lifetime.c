/* fitted_lifetime.c - what a lifetime was found to be: processes are fitted and chosen among, and put into words. */
#include "base/calendar.h"
#include "base/error.h"
#include "base/memory.h"
#include "clv/process.h"
#include "clv/spending.h"
#include "fit/histories.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES = 4 };

/* A lifetime that is being found. */
typedef struct finding {
    const crmvi_histories_study *study;
    crmv_options options;
    crmv_lifetime_card card;
    crmv_lifetime lifetimes[CANDIDATES]; /* in the order of the card's candidates */
    crmv_fit_outcome outcomes[CANDIDATES];
    int32_t chosen;
    crmv_spend spend;
    crmv_fit_outcome spend_outcome;
} finding;

static const double *column_of(const finding *f, int32_t which) {
    return f->study->columns[which];
}

/* ---- Finding ----------------------------------------------------------------------------------------------------- */

/* A fit whose end is no maximum that can be told is no answer. A boundary is one: the likelihood comes as near to its
 * supremum as parameters can, and the remark says so. */
static int32_t check_outcome(const finding *f, const char *what, const crmv_fit_outcome *outcome, crmv_error *error) {
    if (outcome->ending == CRMV_FIT_CONVERGED || outcome->ending == CRMV_FIT_BOUNDARY) {
        return CRMV_OK;
    }
    return crmvi_fail(error, CRMV_NOT_IDENTIFIED, f->study->place, "%s, fitted to %lld customer%s, is %s: %s", what,
                      (long long)outcome->customers, outcome->customers == 1 ? "" : "s",
                      outcome->ending == CRMV_FIT_NOT_IDENTIFIED ? "not identified" : "diverged", outcome->remark);
}

/* What the fitting functions refuse is told with the request's place. */
static int32_t refuse(const finding *f, int32_t status, const crmv_error *why, crmv_error *error) {
    if (status == CRMV_OUT_OF_MEMORY) {
        return crmvi_no_memory(error);
    }
    return crmvi_fail(error, status, status == CRMV_CANCELLED ? NULL : f->study->place, "%s", why->message);
}

static int32_t find_process(finding *f, crmv_error *error) {
    crmv_error why = {.struct_size = sizeof why};
    for (int32_t i = 0; i < f->card.candidates; i++) {
        f->lifetimes[i].struct_size = sizeof f->lifetimes[i];
        f->outcomes[i].struct_size = sizeof f->outcomes[i];
    }
    const int32_t status =
        crmv_lifetime_choose(f->card.models, f->card.candidates, column_of(f, CRMV_HISTORY_REPEATS),
                             column_of(f, CRMV_HISTORY_LAST), column_of(f, CRMV_HISTORY_AGE), f->study->rows,
                             f->card.penalty, &f->options, f->lifetimes, f->outcomes, &f->chosen, &why);
    if (status != CRMV_OK) {
        return refuse(f, status, &why, error);
    }
    return check_outcome(f, crmv_lifetime_name(f->lifetimes[f->chosen].model), &f->outcomes[f->chosen], error);
}

static int32_t find_spend(finding *f, crmv_error *error) {
    crmv_error why = {.struct_size = sizeof why};
    if (f->card.spend_model == 0) {
        return CRMV_OK;
    }
    f->spend = (crmv_spend){.struct_size = sizeof f->spend, .model = f->card.spend_model};
    f->spend_outcome.struct_size = sizeof f->spend_outcome;
    const int32_t status = crmv_spend_fit(&f->spend, column_of(f, CRMV_HISTORY_SPENDS),
                                          column_of(f, CRMV_HISTORY_SPEND), column_of(f, CRMV_HISTORY_SQUARES),
                                          f->study->rows, f->card.spend_penalty, &f->options, &f->spend_outcome, &why);
    if (status != CRMV_OK) {
        return refuse(f, status, &why, error);
    }
    return check_outcome(f, crmv_spend_name(f->spend.model), &f->spend_outcome, error);
}

/* Nobody has a history to fit anything to. */
static int32_t refuse_nobody(const finding *f, int32_t as_of, crmv_error *error) {
    const long long customers = f->study->without;
    char until[32] = "", day[11];
    if (customers == 0) {
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, f->study->place, "there are no customers to fit it to");
    }
    if (as_of != CRMV_NO_DATE) {
        crmvi_date_text(as_of, day);
        snprintf(until, sizeof until, " up to %s", day);
    }
    return customers == 1 ? crmvi_fail(error, CRMV_NOT_IDENTIFIED, f->study->place,
                                       "the only customer has no purchase day%s", until)
                          : crmvi_fail(error, CRMV_NOT_IDENTIFIED, f->study->place,
                                       "none of the %lld customers has a purchase day%s", customers, until);
}

static int32_t find(finding *f, int32_t as_of, crmv_error *error) {
    if (f->study->rows == 0) {
        return refuse_nobody(f, as_of, error);
    }
    const int32_t status = find_process(f, error);
    return status == CRMV_OK ? find_spend(f, error) : status;
}

/* ---- What is told ------------------------------------------------------------------------------------------------ */

/* Parameters with the covariance that belongs to them: of logarithms, but for those of any sign. */
typedef struct estimate {
    int32_t count;
    const char *const *names;
    const double *values, *covariance;
    int32_t across;          /* columns of the covariance */
    const bool *of_any_sign; /* NULL: none */
} estimate;

static estimate process_estimate(const crmv_lifetime *lifetime) {
    const crmvi_process *process = &crmvi_processes[lifetime->model];
    return (estimate){.count = process->parameter_count,
                      .names = process->parameters,
                      .values = lifetime->parameters,
                      .covariance = lifetime->covariance,
                      .across = CRMV_LIFETIME_PARAMETERS};
}

static estimate spend_estimate(const crmv_spend *spend) {
    const crmvi_spending *spending = &crmvi_spendings[spend->model];
    return (estimate){.count = spending->parameter_count,
                      .names = spending->parameters,
                      .values = spend->parameters,
                      .covariance = spend->covariance,
                      .across = CRMV_SPEND_PARAMETERS,
                      .of_any_sign = spending->of_any_sign};
}

/* A number as it is; null where it is not known. */
static json_t *json_of_number(double value) {
    return isnan(value) || isinf(value) != 0 ? json_null() : json_real(value);
}

static json_t *json_of_parameters(const estimate *of) {
    json_t *object = json_object();
    for (int32_t i = 0; i < of->count; i++) {
        crmvi_json_put(&object, of->names[i], json_of_number(of->values[i]));
    }
    return object;
}

static json_t *json_of_covariance(const estimate *of) {
    json_t *rows = json_array();
    for (int32_t i = 0; i < of->count; i++) {
        json_t *row = json_array();
        for (int32_t j = 0; j < of->count; j++) {
            crmvi_json_append(&row, json_of_number(of->covariance[i * of->across + j]));
        }
        crmvi_json_append(&rows, row);
    }
    return rows;
}

/* Of the parameters themselves: d p = p d ln p. */
static json_t *json_of_standard_errors(const estimate *of) {
    json_t *object = json_object();
    for (int32_t i = 0; i < of->count; i++) {
        const double variance = of->covariance[i * of->across + i];
        const double scale = of->of_any_sign != NULL && of->of_any_sign[i] ? 1 : of->values[i];
        const bool is_known = !isnan(variance) && variance >= 0;
        crmvi_json_put(&object, of->names[i], is_known ? json_of_number(scale * sqrt(variance)) : json_null());
    }
    return object;
}

static void put_text(json_t **object, const char *key, const char *text) {
    if (text != NULL && text[0] != '\0') {
        crmvi_json_put(object, key, json_string(text));
    }
}

static void put_outcome(json_t **object, const crmv_fit_outcome *outcome) {
    put_text(object, "ending", crmv_fit_ending(outcome->ending));
    crmvi_json_put(object, "log_likelihood", json_of_number(outcome->log_likelihood));
    crmvi_json_put(object, "bic", json_of_number(outcome->bic));
}

/* Reports pass on what stands under "remark": of those that were not chosen nothing is. */
static json_t *json_of_candidates(const finding *f) {
    json_t *candidates = json_object();
    for (int32_t i = 0; i < f->card.candidates; i++) {
        json_t *candidate = json_object();
        put_outcome(&candidate, &f->outcomes[i]);
        put_text(&candidate, "note", f->outcomes[i].remark);
        crmvi_json_put(&candidates, crmv_lifetime_name(f->card.models[i]), candidate);
    }
    return candidates;
}

/* What a fit came to, its remark last. */
static json_t *json_of_outcome(const estimate *of, const crmv_fit_outcome *outcome) {
    json_t *found = json_object();
    put_outcome(&found, outcome);
    crmvi_json_put(&found, "customers", json_integer(outcome->customers));
    crmvi_json_put(&found, "left_out", json_integer(outcome->left_out));
    crmvi_json_put(&found, "distinct", json_integer(outcome->distinct));
    crmvi_json_put(&found, "standard_errors", json_of_standard_errors(of));
    put_text(&found, "remark", outcome->remark);
    return found;
}

static json_t *found_of(const finding *f, const estimate *process) {
    json_t *found = json_of_outcome(process, &f->outcomes[f->chosen]);
    crmvi_json_put(&found, "without_purchase", json_integer(f->study->without));
    if (f->card.candidates > 1) {
        crmvi_json_put(&found, "candidates", json_of_candidates(f));
    }
    if (f->card.spend_model != 0) {
        const estimate spend = spend_estimate(&f->spend);
        crmvi_json_put(&found, "spend", json_of_outcome(&spend, &f->spend_outcome));
    }
    return found;
}

static void put_estimate(json_t **object, const estimate *of) {
    crmvi_json_put(object, "parameters", json_of_parameters(of));
    crmvi_json_put(object, "covariance", json_of_covariance(of));
}

static json_t *fitted_of(const finding *f, int32_t as_of) {
    const estimate process = process_estimate(&f->lifetimes[f->chosen]);
    json_t *fitted = json_object();
    if (as_of != CRMV_NO_DATE) {
        crmvi_json_put(&fitted, "as_of", crmvi_json_day(as_of));
    }
    crmvi_json_put(&fitted, "customers", json_integer(f->outcomes[f->chosen].customers));
    put_text(&fitted, "model", crmv_lifetime_name(f->lifetimes[f->chosen].model));
    put_estimate(&fitted, &process);
    if (f->card.spend_model != 0) {
        const estimate spend = spend_estimate(&f->spend);
        json_t *object = json_object();
        put_estimate(&object, &spend);
        crmvi_json_put(&fitted, "spend", object);
    }
    crmvi_json_put(&fitted, "found", found_of(f, &process));
    return fitted;
}

/* ---- All of it --------------------------------------------------------------------------------------------------- */

/* The model's card of the lifetime that a study is of. */
static void find_card(const crmv_model *model, const char *name, crmv_lifetime_card *out) {
    const int32_t count = crmv_model_lifetimes(model);
    for (int32_t i = 0; i < count; i++) {
        *out = (crmv_lifetime_card){.struct_size = sizeof *out};
        if (crmv_model_lifetime(model, i, out) == CRMV_OK && strcmp(out->name, name) == 0) {
            return;
        }
    }
}

int32_t crmvi_answer_lifetime(crmv_model **model, const crmvi_histories_study *study, int32_t as_of,
                              const crmvi_runner *runner, crmv_error *error) {
    finding *f = crmvi_zeroed(1, sizeof *f);
    if (f == NULL) {
        return crmvi_no_memory(error);
    }
    f->study = study;
    f->options = (crmv_options){.struct_size = sizeof f->options,
                                .threads = runner->threads,
                                .context = runner->context,
                                .progress = runner->progress};
    find_card(*model, study->name, &f->card);
    int32_t status = find(f, as_of, error);
    if (status == CRMV_OK) {
        status = crmvi_put_answer(model, study->place, fitted_of(f, as_of), error);
    }
    free(f);
    return status;
}
