/* predict.c - the public functions about purchase processes, but for fitting: arguments are checked, and blocks of
 * histories handed to the process. */
#include "base/error.h"
#include "base/guest.h"
#include "base/parallel.h"
#include "clv/bounds.h"
#include "clv/delta_method.h"
#include "clv/process.h"

#include <math.h>
#include <stddef.h>

/* ---- Names ------------------------------------------------------------------------------------------------------- */

static const crmvi_process *process_of(int32_t model) {
    return model > 0 && model < CRMVI_PROCESSES && crmvi_processes[model].name != NULL ? &crmvi_processes[model] : NULL;
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
            return crmvi_fail(error, CRMV_BAD_ARGUMENT, process->parameters[k], "%s is %g; it must be from %g to %g",
                              process->parameters[k], parameter, CRMVI_LEAST_PARAMETER, CRMVI_HIGHEST_PARAMETER);
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
                          "%g ahead; 0 to %g can be told, and infinity for discounted purchases", ahead,
                          CRMVI_LONGEST_TIME);
    }
    if (question->what != CRMV_DISCOUNTED_PURCHASES) {
        return CRMV_OK;
    }
    const double least = for_ever ? CRMVI_LEAST_PARAMETER : 0;
    if (isnan(discount) || discount < least || discount > CRMVI_HIGHEST_PARAMETER) {
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, "discount", "a discount of %g; it must be from %g to %g%s",
                          discount, least, CRMVI_HIGHEST_PARAMETER, for_ever ? " where there is no end" : "");
    }
    return CRMV_OK;
}

/* What is wrong with a history: NULL where nothing is, or where it is not known. */
static const char *flaw_of(double x, double t_x, double T) {
    if (isnan(x) || isnan(t_x) || isnan(T)) {
        return NULL;
    }
    if (x < 0 || x > CRMVI_MOST_PURCHASES || floor(x) != x) {
        return "x is no number of purchases";
    }
    if (t_x < 0 || t_x > T) {
        return "t_x is below 0 or above T";
    }
    if (x == 0 && t_x > 0) {
        return "t_x is above 0 where there is no repeat purchase";
    }
    return T > CRMVI_LONGEST_TIME ? "T is too large" : NULL;
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

static crmvi_histories block_of(const crmvi_histories *all, int64_t begin, int64_t count) {
    return (crmvi_histories){all->x + begin, all->t_x + begin, all->T + begin, count};
}

static bool are_histories(const crmvi_histories *block) {
    bool are = true;
    for (int64_t i = 0; i < block->count; i++) {
        are &= flaw_of(block->x[i], block->t_x[i], block->T[i]) == NULL;
    }
    return are;
}

static void answer(const void *context, const double *parameters, int64_t begin, int64_t count, double *values) {
    const prediction *p = context;
    const crmvi_histories block = block_of(&p->all, begin, count);
    if (p->question == NULL) {
        p->process->log_likelihood(parameters, &block, values, NULL);
    } else {
        p->process->predict(parameters, p->question, &block, values);
    }
    for (int64_t i = 0; i < count; i++) {
        const bool is_known = !isnan(block.x[i]) && !isnan(block.t_x[i]) && !isnan(block.T[i]);
        values[i] = is_known ? values[i] : NAN;
    }
}

static int32_t predict_block(void *context, int64_t begin, int64_t end) {
    const prediction *p = context;
    const crmvi_histories block = block_of(&p->all, begin, end - begin);
    if (!are_histories(&block)) {
        return CRMV_BAD_ARGUMENT;
    }
    answer(p, p->fitted.values, begin, block.count, p->values + begin);
    if (p->errors != NULL) {
        crmvi_delta_errors(&p->fitted, answer, p, begin, block.count, p->errors + begin);
    }
    return CRMV_OK;
}

/* Names the first row whose history cannot be, which stopped the blocks. */
static int32_t refuse_row(const crmvi_histories *all, crmv_error *error) {
    for (int64_t i = 0; i < all->count; i++) {
        const char *flaw = flaw_of(all->x[i], all->t_x[i], all->T[i]);
        if (flaw != NULL) {
            return crmvi_fail_row(error, CRMV_BAD_ARGUMENT, i + 1, "x", "x %g, t_x %g, T %g: %s", all->x[i],
                                  all->t_x[i], all->T[i], flaw);
        }
    }
    return crmvi_bad_argument(error, "x", "changed while it was read");
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
    status = crmvi_parallel(&runner, "predicting", all->count, CRMVI_HISTORY_BLOCK, predict_block, p);
    switch (status) {
    case CRMV_BAD_ARGUMENT:
        return refuse_row(all, error);
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
            return crmvi_fail_row(error, CRMV_BAD_ARGUMENT, i + 1, "t", "t is %g; it must be from 0 to %g", t[i],
                                  CRMVI_LONGEST_TIME);
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
