#include "fit/lifetime_study.h"

#include "base/error.h"
#include "clv/flaws.h"

#include <math.h>
#include <string.h>

enum { X, T_X, AGE };

static const char *const STAGE = "fitting lifetimes";

/* ---- Histories --------------------------------------------------------------------------------------------------- */

static crmvi_row_kind kind_of(const crmvi_rows *rows, int64_t row) {
    const double x = rows->columns[X][row];
    const double t_x = rows->columns[T_X][row];
    const double age = rows->columns[AGE][row];
    if (isnan(x) || isnan(t_x) || isnan(age)) {
        return CRMVI_ROW_LEFT_OUT;
    }
    return crmvi_history_flaw(x, t_x, age) == NULL ? CRMVI_ROW_TAKEN : CRMVI_ROW_FLAWED;
}

static void add_up(crmvi_lifetime_study *study) {
    for (int64_t i = 0; i < study->rows.count; i++) {
        study->purchases += study->rows.weights[i] * study->rows.columns[X][i];
        study->age += study->rows.weights[i] * study->rows.columns[AGE][i];
    }
}

static int32_t collect(const crmvi_histories *histories, crmvi_lifetime_study *study, crmv_error *error) {
    const crmvi_rows rows = {{histories->x, histories->t_x, histories->T}, histories->count, kind_of};
    const int32_t status = crmvi_distinct_make(&rows, &study->runner, &study->rows);
    if (status == CRMV_BAD_ARGUMENT) {
        return crmvi_refuse_history(histories, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    study->left_out = histories->count - study->rows.rows;
    if (study->rows.rows == 0) {
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, "x", "there is no history of any customer to fit to");
    }
    add_up(study);
    return CRMV_OK;
}

/* ---- Processes --------------------------------------------------------------------------------------------------- */

static void log_likelihood(int32_t model, const double *parameters, const double *const *columns, int64_t count,
                           double *values, double *slopes) {
    const crmvi_histories histories = {columns[X], columns[T_X], columns[AGE], count};
    crmvi_processes[model].log_likelihood(parameters, &histories, values, slopes);
}

static int32_t maximise(crmvi_lifetime_study *study, int32_t model, crmvi_maximum *out) {
    memset(out, 0, sizeof *out);
    out->density = (crmvi_density){model, crmvi_processes[model].parameter_count, log_likelihood};
    out->rows = &study->rows;
    out->pace = &study->pace;
    crmvi_lifetime_space(study, model, &out->space);
    crmvi_lifetime_starts(study, out);
    return crmvi_maximise(out);
}

int32_t crmvi_lifetime_study_make(const crmvi_histories *histories, double penalty, const crmv_options *options,
                                  crmvi_lifetime_study *study, crmv_error *error) {
    memset(study, 0, sizeof *study);
    int32_t status = crmvi_runner_read(options, &study->runner, error);
    if (status != CRMV_OK) {
        return status;
    }
    study->pace = (crmvi_pace){.runner = &study->runner, .stage = STAGE};
    study->penalty = penalty;
    status = collect(histories, study, error);
    if (status == CRMV_OK) {
        status = maximise(study, CRMV_NBD, &study->nbd);
    }
    if (status != CRMV_OK) {
        crmvi_lifetime_study_clear(study);
    }
    return status;
}

void crmvi_lifetime_study_clear(crmvi_lifetime_study *study) {
    crmvi_distinct_clear(&study->rows);
}

/* ---- Endings ----------------------------------------------------------------------------------------------------- */

static const char ALIKE_IN_RATE[] = "r grows without an end: all customers purchase at the same rate";
static const char HARDLY_ANYBODY[] = "r runs to 0: all purchases come from hardly any of the customers";
static const char ALIKE_IN_DROP_OUT[] = "all customers are alike in how they drop out: nothing tells that they differ";
static const char AT_ONCE_OR_NEVER[] = "customers drop out at the first chance or never";
static const char AT_ONCE[] = "all customers drop out at the first chance";
static const char NOBODY[] = "nobody drops out, as far as the histories tell: the NBD says the same";
static const char NOBODY_REPEATS[] = "nobody repeats: how often customers purchase cannot be told";
static const char ONE_HISTORY[] = "all histories are the same: how customers differ cannot be told";

static const crmvi_range_end rate_ends[] = {
    {{1, 0, 0, 0}, 0, ALIKE_IN_RATE}, {{-1, 0, 0, 0}, 0, HARDLY_ANYBODY}, {{0, 0, 0, 0}, -1, NULL}};
/* That nobody drops out is found by comparing with the limit. */
static const crmvi_range_end all_ends[] = {{{0, 0, -1, 0}, 2, AT_ONCE_OR_NEVER},
                                           {{0, 0, 1, 0}, 2, ALIKE_IN_DROP_OUT},
                                           {{0, 0, 0, 1}, 3, ALIKE_IN_DROP_OUT},
                                           {{0, 0, 0, -1}, 3, AT_ONCE},
                                           {{1, 0, 0, 0}, 0, ALIKE_IN_RATE},
                                           {{-1, 0, 0, 0}, 0, HARDLY_ANYBODY},
                                           {{0, 0, 0, 0}, -1, NULL}};

/* A process that was fitted. */
typedef struct fit {
    crmvi_lifetime_study *study;
    crmvi_maximum *maximum;
    crmv_lifetime lifetime;
    crmv_fit_outcome outcome;
} fit;

static void forget_covariance(crmv_lifetime *lifetime) {
    for (int32_t i = 0; i < CRMV_LIFETIME_PARAMETERS * CRMV_LIFETIME_PARAMETERS; i++) {
        lifetime->covariance[i] = NAN;
    }
}

static void tell_end(fit *f) {
    const crmvi_maximum *m = f->maximum;
    const bool is_limit = m->density.model == CRMV_NBD;
    bool at_end[CRMVI_FITTED_MOST];
    crmvi_ending_tell(m, is_limit ? rate_ends : all_ends, crmvi_processes[m->density.model].parameters, &f->outcome,
                      at_end);
    forget_covariance(&f->lifetime);
    crmvi_ending_covariance(m, at_end, f->lifetime.covariance, CRMV_LIFETIME_PARAMETERS);
    memset(f->lifetime.parameters, 0, sizeof f->lifetime.parameters);
    crmvi_space_parameters(&m->space, m->found.point.at, f->lifetime.parameters);
    f->outcome.log_likelihood = m->found.point.log_likelihood;
}

/* The end of a process that the histories know nothing of: what was found for the NBD holds. */
static void end_as_limit(fit *f) {
    fit limit = {.study = f->study, .maximum = &f->study->nbd};
    tell_end(&limit);
    const bool is_known = limit.outcome.ending == CRMV_FIT_CONVERGED || limit.outcome.ending == CRMV_FIT_BOUNDARY;
    memcpy(f->lifetime.covariance, limit.lifetime.covariance, sizeof f->lifetime.covariance);
    f->outcome.ending = is_known ? CRMV_FIT_BOUNDARY : limit.outcome.ending;
    f->outcome.parameter = is_known ? 2 : -1;
    f->outcome.simpler = is_known ? CRMV_NBD : 0;
    crmvi_ending_remark(&f->outcome, is_known ? NOBODY : limit.outcome.remark);
}

/* No process may be less likely than its own limit; one that is no more likely says what the limit says. What adding up
 * rounds off is no difference. Under a penalty the limit is no limit, as it is infinitely far away. */
static int32_t compare_with_limit(fit *f) {
    const double limit = f->study->nbd.found.point.log_likelihood;
    const double rounding = 1e-9 * (1 + fabs(limit));
    if (f->maximum == &f->study->nbd || f->study->penalty > 0 || f->outcome.log_likelihood > limit + rounding) {
        return CRMV_OK;
    }
    double parameters[CRMVI_FITTED_MOST];
    double log_likelihood;
    crmvi_lifetime_without_end(f->study, f->maximum->density.model, parameters);
    const int32_t status = crmvi_maximum_measure(f->maximum, parameters, &log_likelihood);
    if (status != CRMV_OK) {
        return status;
    }
    if (log_likelihood >= f->outcome.log_likelihood || f->outcome.log_likelihood < limit - rounding) {
        memcpy(f->lifetime.parameters, parameters, sizeof parameters);
        f->outcome.log_likelihood = log_likelihood;
    }
    end_as_limit(f);
    return CRMV_OK;
}

/* What no search can find out. */
static void admit(fit *f) {
    const crmvi_lifetime_study *study = f->study;
    if (study->penalty > 0 || (study->purchases > 0 && study->rows.count > 1)) {
        return;
    }
    f->outcome.ending = CRMV_FIT_NOT_IDENTIFIED;
    f->outcome.parameter = -1;
    f->outcome.simpler = 0;
    forget_covariance(&f->lifetime);
    crmvi_ending_remark(&f->outcome, study->purchases == 0 ? NOBODY_REPEATS : ONE_HISTORY);
}

int32_t crmvi_lifetime_study_fit(crmvi_lifetime_study *study, int32_t model, crmv_lifetime *lifetime,
                                 crmv_fit_outcome *outcome) {
    crmvi_maximum own;
    fit f = {.study = study, .maximum = model == CRMV_NBD ? &study->nbd : &own};
    int32_t status = model == CRMV_NBD ? CRMV_OK : maximise(study, model, &own);
    if (status != CRMV_OK) {
        return status;
    }
    tell_end(&f);
    status = compare_with_limit(&f);
    if (status != CRMV_OK) {
        return status;
    }
    admit(&f);
    f.lifetime.struct_size = lifetime->struct_size;
    f.lifetime.model = model;
    f.outcome.struct_size = outcome->struct_size;
    f.outcome.customers = study->rows.rows;
    f.outcome.left_out = study->left_out;
    f.outcome.distinct = study->rows.count;
    f.outcome.starts = f.maximum->start_count;
    f.outcome.evaluations = f.maximum->evaluations;
    f.outcome.bic = crmvi_bic(crmvi_processes[model].parameter_count, study->rows.rows, f.outcome.log_likelihood);
    *lifetime = f.lifetime;
    *outcome = f.outcome;
    return CRMV_OK;
}
