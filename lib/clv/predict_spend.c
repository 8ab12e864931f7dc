/* predict_spend.c - the public functions about spend, but for fitting: arguments are checked, and blocks of customers
 * handed to the model. */
#include "base/decimal.h"
#include "base/error.h"
#include "base/guest.h"
#include "base/parallel.h"
#include "clv/bounds.h"
#include "clv/delta_method.h"
#include "clv/flaws.h"
#include "clv/spending.h"

#include <math.h>
#include <stddef.h>

/* ---- Names ------------------------------------------------------------------------------------------------------- */

static const crmvi_spending *spending_of(int32_t model) {
    return model > 0 && model < CRMVI_SPENDINGS ? &crmvi_spendings[model] : NULL;
}

const char *crmv_spend_name(int32_t model) {
    const crmvi_spending *spending = spending_of(model);
    return spending == NULL ? NULL : spending->name;
}

int32_t crmv_spend_parameters(int32_t model) {
    const crmvi_spending *spending = spending_of(model);
    return spending == NULL ? 0 : spending->parameter_count;
}

const char *crmv_spend_parameter(int32_t model, int32_t position) {
    const crmvi_spending *spending = spending_of(model);
    return spending == NULL || position < 0 || position >= spending->parameter_count ? NULL
                                                                                     : spending->parameters[position];
}

/* ---- Arguments --------------------------------------------------------------------------------------------------- */

static int32_t check_spend(const crmv_spend *spend, crmv_error *error) {
    if (spend == NULL || spend->struct_size < sizeof *spend) {
        return crmvi_bad_argument(error, "spend",
                                  spend == NULL ? "is NULL" : "has a struct_size below that of crmv_spend");
    }
    const crmvi_spending *spending = spending_of(spend->model);
    if (spending == NULL) {
        return crmvi_bad_argument(error, "spend", "is of no model; CRMV_GAMMA_GAMMA and CRMV_NORMAL_NORMAL are");
    }
    for (int32_t k = 0; k < spending->parameter_count; k++) {
        const double parameter = spend->parameters[k];
        const double least = spending->of_any_sign[k] ? -CRMVI_HIGHEST_AMOUNT : CRMVI_LEAST_PARAMETER;
        if (isnan(parameter) || parameter < least || parameter > CRMVI_HIGHEST_AMOUNT) {
            return crmvi_fail(error, CRMV_BAD_ARGUMENT, spending->parameters[k], "%s is %s; it must be from %s to %s",
                              spending->parameters[k], crmvi_figure_of(parameter).text, crmvi_figure_of(least).text,
                              crmvi_figure_of(CRMVI_HIGHEST_AMOUNT).text);
        }
    }
    return CRMV_OK;
}

/* ---- Blocks ------------------------------------------------------------------------------------------------------ */

/* One call: for the likelihood, or else for the amount to be expected. */
typedef struct prediction {
    const crmvi_spending *spending;
    bool for_likelihood;
    crmvi_purses all;
    crmvi_fitted_parameters fitted;
    double *values, *errors;
} prediction;

static const char *flaw_of_row(const prediction *p, int64_t row) {
    const bool reads_squares = p->for_likelihood && p->spending->takes_squares;
    return crmvi_purse_flaw(p->all.count[row], p->all.mean[row], reads_squares ? p->all.squares[row] : 0);
}

static void answer(const void *context, const double *parameters, const void *items, double *values) {
    const prediction *p = context;
    const crmvi_purses *block = items;
    if (p->for_likelihood) {
        p->spending->log_likelihood(parameters, block, values, NULL);
    } else {
        p->spending->predict(parameters, block, values);
    }
}

static int32_t predict_block(void *context, int64_t begin, int64_t end) {
    const prediction *p = context;
    for (int64_t row = begin; row < end; row++) {
        if (flaw_of_row(p, row) != NULL) {
            return CRMV_BAD_ARGUMENT;
        }
    }
    const crmvi_purses block = {p->all.count + begin, p->all.mean + begin,
                                p->all.squares == NULL ? NULL : p->all.squares + begin, end - begin};
    answer(p, p->fitted.values, &block, p->values + begin);
    if (p->errors != NULL) {
        crmvi_delta_errors(&p->fitted, answer, p, &block, block.rows, p->errors + begin);
    }
    return CRMV_OK;
}

/* Names the first row that cannot be, which stopped the blocks. */
static int32_t refuse_row(const prediction *p, crmv_error *error) {
    for (int64_t row = 0; row < p->all.rows; row++) {
        const char *flaw = flaw_of_row(p, row);
        if (flaw != NULL) {
            return crmvi_fail_row(error, CRMV_BAD_ARGUMENT, row + 1, "count", "count %s, mean %s: %s",
                                  crmvi_figure_of(p->all.count[row]).text, crmvi_figure_of(p->all.mean[row]).text,
                                  flaw);
        }
    }
    return crmvi_bad_argument(error, "count", "changed while it was read");
}

static int32_t check_columns(const prediction *p, crmv_error *error) {
    if (p->all.rows < 0) {
        return crmvi_bad_argument(error, "rows", "is negative");
    }
    const bool reads_squares = p->for_likelihood && p->spending->takes_squares;
    const char *missing = p->all.count == NULL                      ? "count"
                          : p->all.mean == NULL                     ? "mean"
                          : reads_squares && p->all.squares == NULL ? "squares"
                          : p->values == NULL                       ? "values"
                                                                    : NULL;
    return p->all.rows == 0 || missing == NULL ? CRMV_OK : crmvi_bad_argument(error, missing, "is NULL");
}

static int32_t run(prediction *p, const crmv_options *options, crmv_error *error) {
    crmvi_runner runner;
    int32_t status = check_columns(p, error);
    if (status == CRMV_OK) {
        status = crmvi_runner_read(options, &runner, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    status = crmvi_parallel(&runner, "predicting spend", p->all.rows, CRMVI_HISTORY_BLOCK, predict_block, p);
    switch (status) {
    case CRMV_BAD_ARGUMENT:
        return refuse_row(p, error);
    case CRMV_OUT_OF_MEMORY:
        return crmvi_no_memory(error);
    case CRMV_CANCELLED:
        return crmvi_fail(error, status, NULL, "the progress function asked to stop");
    default:
        return status;
    }
}

int32_t crmv_spend_predict(const crmv_spend *spend, const double *count, const double *mean, int64_t rows,
                           const crmv_options *options, double *values, double *errors, crmv_error *error) {
    crmvi_guest host;
    crmvi_enter(&host);
    int32_t status = check_spend(spend, error);
    if (status == CRMV_OK) {
        const crmvi_spending *spending = spending_of(spend->model);
        prediction p = {.spending = spending,
                        .all = {.count = count, .mean = mean, .rows = rows},
                        .fitted = {.count = spending->parameter_count,
                                   .stride = CRMV_SPEND_PARAMETERS,
                                   .values = spend->parameters,
                                   .covariance = spend->covariance,
                                   .of_any_sign = spending->of_any_sign},
                        .values = values,
                        .errors = errors};
        status = run(&p, options, error);
    }
    crmvi_leave(&host);
    return status;
}

int32_t crmv_spend_log_likelihood(const crmv_spend *spend, const double *count, const double *mean,
                                  const double *squares, int64_t rows, const crmv_options *options, double *values,
                                  crmv_error *error) {
    crmvi_guest host;
    crmvi_enter(&host);
    int32_t status = check_spend(spend, error);
    if (status == CRMV_OK) {
        prediction p = {.spending = spending_of(spend->model),
                        .for_likelihood = true,
                        .all = {.count = count, .mean = mean, .squares = squares, .rows = rows},
                        .fitted = {.values = spend->parameters},
                        .values = values};
        status = run(&p, options, error);
    }
    crmvi_leave(&host);
    return status;
}
