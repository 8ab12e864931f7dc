/* predict.c - the public functions about purchase processes, but for fitting: arguments are checked, and blocks of
 * histories handed to the process. */
#include "base/decimal.h"
#include "base/error.h"
#include "base/guest.h"
#include "base/parallel.h"
#include "clv/bounds.h"
#include "clv/delta_method.h"
#include "clv/flaws.h"
#include "clv/process.h"

#include <math.h>
#include <stddef.h>

/* ---- Names ------------------------------------------------------------------------------------------------------- */

static const crmvi_process *process_of(int32_t model) {
    return model > 0 && model < CRMVI_PROCESSES ? &crmvi_processes[model] : NULL;
}

const char *crmv_lifetime_name(int32_t model) {
    const crmvi_process *process = process_of(model);
    return process == NULL ? NULL : process->name;
}

int32_t crmv_lifetime_parameters(int32_t model) {
    const crmvi_process *process = process_of(model);
    return process == NULL ? 0 : process->parameter_count;
}

const char *crmv_lifetime_parameter(int32_t model, int32_t position) {
    const crmvi_process *process = process_of(model);
    return process == NULL || position < 0 || position >= process->parameter_count ? NULL
                                                                                   : process->parameters[position];
}

/* ---- Arguments --------------------------------------------------------------------------------------------------- */

static int32_t check_lifetime(const crmv_lifetime *lifetime, crmv_error *error) {
    if (lifetime == NULL || lifetime->struct_size < sizeof *lifetime) {
        return crmvi_bad_argument(error, "lifetime",
                                  lifetime == NULL ? "is NULL" : "has a struct_size below that of crmv_lifetime");
    }
    const crmvi_process *process = process_of(lifetime->model);
    if (process == NULL) {
        return crmvi_bad_argument(error, "lifetime", "is of no model; CRMV_BG_NBD and those beside it are");
    }
    for (int32_t k = 0; k < process->parameter_count; k++) {
        const double parameter = lifetime->parameters[k];
        if (isnan(parameter) || parameter < CRMVI_LEAST_PARAMETER || parameter > CRMVI_HIGHEST_PARAMETER) {
            return crmvi_fail(error, CRMV_BAD_ARGUMENT, process->parameters[k], "%s is %s; it must be from %s to %s",
                              process->parameters[k], crmvi_figure_of(parameter).text,
                              crmvi_figure_of(CRMVI_LEAST_PARAMETER).text,
                              crmvi_figure_of(CRMVI_HIGHEST_PARAMETER).text);
        }
    }
    return CRMV_OK;
}

static int32_t check_question(const crmvi_question *question, crmv_error *error) {
    const double ahead = question->ahead;
    const double discount = question->discount;
    const bool for_ever = question->what == CRMV_DISCOUNTED_PURCHASES && isinf(ahead);
    if (question->what < CRMV_P_ALIVE || question->what > CRMV_DISCOUNTED_PURCHASES) {
        return crmvi_bad_argument(error, "what", "is none of CRMV_P_ALIVE, CRMV_PURCHASES, CRMV_DISCOUNTED_PURCHASES");
    }
    if (isnan(ahead) || ahead < 0 || (ahead > CRMVI_LONGEST_TIME && !for_ever)) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "ahead",
                          "%s ahead; 0 to %s can be told, and infinity for discounted purchases",
                          crmvi_figure_of(ahead).text, crmvi_figure_of(CRMVI_LONGEST_TIME).text);
    }
    if (question->what != CRMV_DISCOUNTED_PURCHASES) {
        return CRMV_OK;
    }
    const double least = for_ever ? CRMVI_LEAST_PARAMETER : 0;
    if (isnan(discount) || discount < least || discount > CRMVI_HIGHEST_PARAMETER) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "discount", "a discount of %s; it must be from %s to %s%s",
                          crmvi_figure_of(discount).text, crmvi_figure_of(least).text,
                          crmvi_figure_of(CRMVI_HIGHEST_PARAMETER).text, for_ever ? " where there is no end" : "");
    }
    return CRMV_OK;
}

/* ---- Blocks ------------------------------------------------------------------------------------------------------ */

/* One call. What is asked of the process is its likelihood where `question` is NULL. */
typedef struct prediction {
    const crmvi_process *process;
    const crmvi_question *question;
    crmvi_histories all;
    crmvi_fitted_parameters fitted;
    double *values, *errors;
} prediction;

static void answer(const void *context, const double *parameters, const void *items, double *values) {
    const prediction *p = context;
    const crmvi_histories *block = items;
    if (p->question == NULL) {
        p->process->log_likelihood(parameters, block, values, NULL);
    } else {
        p->process->predict(parameters, p->question, block, values);
    }
}

/*
 * Rows of a task, which are handed over in the order of x: much depends on x alone and is then worked out once for many
 * customers. Those of the same x come roughly in the order of age, as series are about as long for customers of the
 * same age. What a customer is told does not depend on the others, whatever the order.
 */
enum { ROWS_AT_A_TIME = 16 * CRMVI_HISTORY_BLOCK, LISTED = 64, AGES = 16, PLACES = (LISTED + 1) * AGES };

static double highest_of(const double *column, int32_t count) {
    double highest = 0;
    for (int32_t i = 0; i < count; i++) {
        highest = column[i] > highest ? column[i] : highest;
    }
    return highest;
}

/* Histories that cannot be have a place too. */
static int32_t place_of(double x, double age) {
    const int32_t listed = x >= 0 && x < LISTED ? (int32_t)x : LISTED;
    return listed * AGES + (age >= 0 && age < AGES ? (int32_t)age : 0);
}

static void put_in_order(const crmvi_histories *own, int32_t *rows) {
    const int32_t count = (int32_t)own->count;
    const double highest = highest_of(own->T, count);
    const double ages = isfinite(highest) && highest > 0 ? (AGES - 0.5) / highest : 0;
    int32_t starts[PLACES + 1] = {0};
    for (int32_t i = 0; i < count; i++) {
        starts[place_of(own->x[i], own->T[i] * ages) + 1]++;
    }
    for (int32_t place = 0; place < PLACES; place++) {
        starts[place + 1] += starts[place];
    }
    for (int32_t i = 0; i < count; i++) {
        rows[starts[place_of(own->x[i], own->T[i] * ages)]++] = i;
    }
}

/* A block's histories side by side, and what was found of them. */
typedef struct block {
    double x[CRMVI_HISTORY_BLOCK], t_x[CRMVI_HISTORY_BLOCK], T[CRMVI_HISTORY_BLOCK];
    bool is_known[CRMVI_HISTORY_BLOCK];
    double values[CRMVI_HISTORY_BLOCK], errors[CRMVI_HISTORY_BLOCK];
} block;

/* Histories that are not known are answered as if they had just begun, and forgotten. */
static bool gather(const crmvi_histories *all, const int32_t *rows, int32_t count, block *out) {
    bool are_histories = true;
    for (int32_t i = 0; i < count; i++) {
        const double x = all->x[rows[i]];
        const double t_x = all->t_x[rows[i]];
        const double T = all->T[rows[i]];
        const bool is_known = !isnan(x) && !isnan(t_x) && !isnan(T);
        are_histories &= crmvi_history_flaw(x, t_x, T) == NULL;
        out->is_known[i] = is_known;
        out->x[i] = is_known ? x : 0;
        out->t_x[i] = is_known ? t_x : 0;
        out->T[i] = is_known ? T : 0;
    }
    return are_histories;
}

static void scatter(const block *from, const double *found, const int32_t *rows, int32_t count, double *values) {
    for (int32_t i = 0; i < count; i++) {
        values[rows[i]] = from->is_known[i] ? found[i] + 0.0 : NAN; /* -0 becomes 0 */
    }
}

static int32_t predict_rows(void *context, int64_t begin, int64_t end) {
    const prediction *p = context;
    const crmvi_histories own = {p->all.x + begin, p->all.t_x + begin, p->all.T + begin, end - begin};
    int32_t rows[ROWS_AT_A_TIME];
    block some;
    put_in_order(&own, rows);
    for (int32_t i = 0; i < (int32_t)own.count; i += CRMVI_HISTORY_BLOCK) {
        const int32_t left = (int32_t)own.count - i;
        const int32_t count = left < CRMVI_HISTORY_BLOCK ? left : CRMVI_HISTORY_BLOCK;
        const crmvi_histories histories = {some.x, some.t_x, some.T, count};
        if (!gather(&own, rows + i, count, &some)) {
            return CRMV_BAD_ARGUMENT;
        }
        answer(p, p->fitted.values, &histories, some.values);
        scatter(&some, some.values, rows + i, count, p->values + begin);
        if (p->errors != NULL) {
            crmvi_delta_errors(&p->fitted, answer, p, &histories, count, some.errors);
            scatter(&some, some.errors, rows + i, count, p->errors + begin);
        }
    }
    return CRMV_OK;
}

static int32_t run(prediction *p, const crmv_options *options, crmv_error *error) {
    const crmvi_histories *all = &p->all;
    if (all->count < 0) {
        return crmvi_bad_argument(error, "rows", "is negative");
    }
    if (all->count > 0 && (all->x == NULL || all->t_x == NULL || all->T == NULL || p->values == NULL)) {
        return crmvi_bad_argument(error,
                                  all->x == NULL     ? "x"
                                  : all->t_x == NULL ? "t_x"
                                  : all->T == NULL   ? "T"
                                                     : "values",
                                  "is NULL");
    }
    crmvi_runner runner;
    int32_t status = crmvi_runner_read(options, &runner, error);
    if (status != CRMV_OK) {
        return status;
    }
    status = crmvi_parallel(&runner, "predicting", all->count, ROWS_AT_A_TIME, predict_rows, p);
    switch (status) {
    case CRMV_BAD_ARGUMENT:
        return crmvi_refuse_history(all, error);
    case CRMV_OUT_OF_MEMORY:
        return crmvi_no_memory(error);
    case CRMV_CANCELLED:
        return crmvi_fail(error, status, NULL, "the progress function asked to stop");
    default:
        return status;
    }
}

int32_t crmv_lifetime_predict(const crmv_lifetime *lifetime, int32_t what, double ahead, double discount,
                              const double *x, const double *t_x, const double *T, int64_t rows,
                              const crmv_options *options, double *values, double *errors, crmv_error *error) {
    crmvi_guest host;
    crmvi_enter(&host);
    const crmvi_question question = {.what = what, .ahead = ahead, .discount = discount};
    int32_t status = check_lifetime(lifetime, error);
    if (status == CRMV_OK) {
        status = check_question(&question, error);
    }
    if (status == CRMV_OK) {
        const crmvi_process *process = process_of(lifetime->model);
        prediction p = {.process = process,
                        .question = &question,
                        .all = {x, t_x, T, rows},
                        .fitted = {.count = process->parameter_count,
                                   .stride = CRMV_LIFETIME_PARAMETERS,
                                   .values = lifetime->parameters,
                                   .covariance = lifetime->covariance},
                        .values = values,
                        .errors = errors};
        status = run(&p, options, error);
    }
    crmvi_leave(&host);
    return status;
}

int32_t crmv_lifetime_log_likelihood(const crmv_lifetime *lifetime, const double *x, const double *t_x, const double *T,
                                     int64_t rows, const crmv_options *options, double *values, crmv_error *error) {
    crmvi_guest host;
    crmvi_enter(&host);
    int32_t status = check_lifetime(lifetime, error);
    if (status == CRMV_OK) {
        prediction p = {.process = process_of(lifetime->model),
                        .all = {x, t_x, T, rows},
                        .fitted = {.values = lifetime->parameters},
                        .values = values};
        status = run(&p, options, error);
    }
    crmvi_leave(&host);
    return status;
}

/* ---- Expectations of new customers ------------------------------------------------------------------------------- */

static int32_t check_times(const double *t, int64_t count, const double *values, crmv_error *error) {
    if (count < 0) {
        return crmvi_bad_argument(error, "count", "is negative");
    }
    if (count > 0 && (t == NULL || values == NULL)) {
        return crmvi_bad_argument(error, t == NULL ? "t" : "values", "is NULL");
    }
    for (int64_t i = 0; i < count; i++) {
        if (!isnan(t[i]) && (t[i] < 0 || t[i] > CRMVI_LONGEST_TIME)) {
            return crmvi_fail_row(error, CRMV_BAD_ARGUMENT, i + 1, "t", "t is %s; it must be from 0 to %s",
                                  crmvi_figure_of(t[i]).text, crmvi_figure_of(CRMVI_LONGEST_TIME).text);
        }
    }
    return CRMV_OK;
}

int32_t crmv_lifetime_expected(const crmv_lifetime *lifetime, const double *t, int64_t count, double *values,
                               crmv_error *error) {
    crmvi_guest host;
    crmvi_enter(&host);
    int32_t status = check_lifetime(lifetime, error);
    if (status == CRMV_OK) {
        status = check_times(t, count, values, error);
    }
    for (int64_t i = 0; status == CRMV_OK && i < count; i++) {
        values[i] = isnan(t[i]) ? NAN : process_of(lifetime->model)->expected(lifetime->parameters, t[i]);
    }
    crmvi_leave(&host);
    return status;
}
