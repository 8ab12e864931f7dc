/* spend_fit.c - crmv_spend_fit: arguments are checked, and a spend model fitted to customers' amounts. */
#include "base/decimal.h"
#include "base/error.h"
#include "base/guest.h"
#include "base/memory.h"
#include "clv/flaws.h"
#include "fit/ending.h"
#include "fit/spend_study.h"

#include <stdlib.h>
#include <string.h>

enum { COUNT, MEAN, SQUARES };

static const char ALIKE_WITHIN[] = "p grows without an end: each customer's amounts are all the same";
static const char ALIKE_BETWEEN[] = "q grows without an end: customers are alike in what they spend";
static const char NONE_WITHIN[] = "within runs to 0: each customer's amounts are all the same";
static const char NONE_BETWEEN[] = "between runs to 0: customers are alike in what they spend";
static const char ONE_CUSTOMER[] = "all customers are the same in count and amount: how they differ cannot be told";

static const crmvi_range_end ends[CRMVI_SPENDINGS][3] = {
    [CRMV_GAMMA_GAMMA] = {{{1, 0, 0, 0}, 0, ALIKE_WITHIN}, {{0, 1, 0, 0}, 1, ALIKE_BETWEEN}, {{0}, -1, NULL}},
    [CRMV_NORMAL_NORMAL] = {{{0, 0, -1, 0}, 2, NONE_WITHIN}, {{0, -1, 0, 0}, 1, NONE_BETWEEN}, {{0}, -1, NULL}},
};

/* One call. */
typedef struct study {
    const crmvi_spending *spending;
    const crmvi_purses *purses;
    crmvi_runner runner;
    crmvi_pace pace;
    crmvi_distinct rows;
    crmvi_maximum maximum;
    crmv_spend spend;
    crmv_fit_outcome outcome;
} study;

/* ---- Customers --------------------------------------------------------------------------------------------------- */

/* What is not known has no part in it, and is not compared. */
static crmvi_row_kind kind_above_0(const crmvi_rows *rows, int64_t row) {
    const double count = rows->columns[COUNT][row];
    const double mean = rows->columns[MEAN][row];
    if (crmvi_purse_flaw(count, mean, 0) != NULL) {
        return CRMVI_ROW_FLAWED;
    }
    return isnan(count) || isnan(mean) || count == 0 || mean <= 0 ? CRMVI_ROW_LEFT_OUT : CRMVI_ROW_TAKEN;
}

static crmvi_row_kind kind_of_any_sign(const crmvi_rows *rows, int64_t row) {
    const double count = rows->columns[COUNT][row];
    const double mean = rows->columns[MEAN][row];
    const double squares = rows->columns[SQUARES][row];
    if (crmvi_purse_flaw(count, mean, squares) != NULL) {
        return CRMVI_ROW_FLAWED;
    }
    return isnan(count) || isnan(mean) || isnan(squares) || count == 0 ? CRMVI_ROW_LEFT_OUT : CRMVI_ROW_TAKEN;
}

static const char *flaw_of_row(const study *s, int64_t row) {
    const crmvi_purses *purses = s->purses;
    return crmvi_purse_flaw(purses->count[row], purses->mean[row],
                            s->spending->takes_squares ? purses->squares[row] : 0);
}

static int32_t refuse_row(const study *s, crmv_error *error) {
    for (int64_t row = 0; row < s->purses->rows; row++) {
        const char *flaw = flaw_of_row(s, row);
        if (flaw != NULL) {
            return crmvi_fail_row(error, CRMV_BAD_ARGUMENT, row + 1, "count", "count %s, mean %s: %s",
                                  crmvi_figure_of(s->purses->count[row]).text,
                                  crmvi_figure_of(s->purses->mean[row]).text, flaw);
        }
    }
    return crmvi_bad_argument(error, "count", "changed while it was read");
}

static int32_t collect(study *s, crmv_error *error) {
    const bool squares = s->spending->takes_squares;
    const crmvi_rows rows = {{s->purses->count, s->purses->mean, squares ? s->purses->squares : NULL},
                             s->purses->rows,
                             squares ? kind_of_any_sign : kind_above_0};
    const int32_t status = crmvi_distinct_make(&rows, &s->runner, &s->rows);
    if (status == CRMV_BAD_ARGUMENT) {
        return refuse_row(s, error);
    }
    if (status == CRMV_OK && s->rows.rows == 0) {
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, "count", "there are no amounts of any customer to fit to");
    }
    return status;
}

/* ---- Fitting ----------------------------------------------------------------------------------------------------- */

static void log_likelihood(int32_t model, const double *parameters, const double *const *columns, int64_t count,
                           double *values, double *slopes) {
    const crmvi_purses purses = {columns[COUNT], columns[MEAN], columns[SQUARES], count};
    crmvi_spendings[model].log_likelihood(parameters, &purses, values, slopes);
}

static int32_t maximise(study *s, double penalty) {
    crmvi_spend_moments moments;
    crmvi_maximum *m = &s->maximum;
    s->pace = (crmvi_pace){.runner = &s->runner, .stage = "fitting spend"};
    m->density = (crmvi_density){s->spend.model, s->spending->parameter_count, log_likelihood};
    m->rows = &s->rows;
    m->pace = &s->pace;
    crmvi_spend_moments_find(&s->rows, &moments);
    crmvi_spend_space(&moments, s->spend.model, penalty, &m->space);
    crmvi_spend_starts(&moments, m);
    return crmvi_maximise(m);
}

static void tell(study *s, double penalty) {
    const crmvi_maximum *m = &s->maximum;
    crmv_fit_outcome *outcome = &s->outcome;
    bool at_end[CRMVI_FITTED_MOST];
    crmvi_ending_tell(m, ends[s->spend.model], s->spending->parameters, outcome, at_end);
    if (s->rows.count == 1 && penalty == 0) {
        outcome->ending = CRMV_FIT_NOT_IDENTIFIED;
        outcome->parameter = -1;
        memset(at_end, true, sizeof at_end);
        crmvi_ending_remark(outcome, ONE_CUSTOMER);
    }
    crmvi_ending_covariance(m, at_end, s->spend.covariance, CRMV_SPEND_PARAMETERS);
    crmvi_space_parameters(&m->space, m->found.point.at, s->spend.parameters);
    outcome->customers = s->rows.rows;
    outcome->left_out = s->purses->rows - s->rows.rows;
    outcome->distinct = s->rows.count;
    outcome->starts = m->start_count;
    outcome->evaluations = m->evaluations;
    outcome->log_likelihood = m->found.point.log_likelihood;
    outcome->bic = crmvi_bic(s->spending->parameter_count, s->rows.rows, outcome->log_likelihood);
}

static int32_t run(study *s, double penalty, crmv_error *error) {
    int32_t status = collect(s, error);
    if (status == CRMV_OK) {
        status = maximise(s, penalty);
    }
    if (status == CRMV_OK) {
        tell(s, penalty);
    }
    crmvi_distinct_clear(&s->rows);
    switch (status) {
    case CRMV_OUT_OF_MEMORY:
        return crmvi_no_memory(error);
    case CRMV_CANCELLED:
        return crmvi_fail(error, status, NULL, "the progress function asked to stop");
    default:
        return status;
    }
}

/* ---- Arguments --------------------------------------------------------------------------------------------------- */

static int32_t check_results(const crmv_spend *spend, const crmv_fit_outcome *outcome, crmv_error *error) {
    if (spend == NULL || spend->struct_size < sizeof *spend) {
        return crmvi_bad_argument(error, "spend",
                                  spend == NULL ? "is NULL" : "has a struct_size below that of crmv_spend");
    }
    if (outcome == NULL || outcome->struct_size < sizeof *outcome) {
        return crmvi_bad_argument(error, "outcome",
                                  outcome == NULL ? "is NULL" : "has a struct_size below that of crmv_fit_outcome");
    }
    return spend->model > 0 && spend->model < CRMVI_SPENDINGS
               ? CRMV_OK
               : crmvi_bad_argument(error, "spend", "is of no model; CRMV_GAMMA_GAMMA, CRMV_NORMAL_NORMAL are");
}

static int32_t check_columns(const crmvi_purses *purses, bool reads_squares, double penalty, crmv_error *error) {
    if (purses->rows < 0) {
        return crmvi_bad_argument(error, "rows", "is negative");
    }
    const char *missing = purses->count == NULL                      ? "count"
                          : purses->mean == NULL                     ? "mean"
                          : reads_squares && purses->squares == NULL ? "squares"
                                                                     : NULL;
    if (purses->rows > 0 && missing != NULL) {
        return crmvi_bad_argument(error, missing, "is NULL");
    }
    return penalty >= 0 && penalty <= CRMVI_PENALTY_MOST
               ? CRMV_OK
               : crmvi_bad_argument(error, "penalty", "is not from 0 to 1e12");
}

static int32_t fit_spend(crmv_spend *spend, const crmvi_purses *purses, double penalty, const crmv_options *options,
                         crmv_fit_outcome *outcome, crmv_error *error) {
    crmvi_runner runner;
    int32_t status = crmvi_runner_read(options, &runner, error);
    if (status != CRMV_OK) {
        return status;
    }
    study *s = crmvi_zeroed(1, sizeof *s);
    if (s == NULL) {
        return crmvi_no_memory(error);
    }
    s->spending = &crmvi_spendings[spend->model];
    s->purses = purses;
    s->runner = runner;
    s->spend.struct_size = spend->struct_size;
    s->spend.model = spend->model;
    s->outcome.struct_size = outcome->struct_size;
    status = run(s, penalty, error);
    if (status == CRMV_OK) {
        memcpy(spend, &s->spend, sizeof s->spend);
        memcpy(outcome, &s->outcome, sizeof s->outcome);
    }
    free(s);
    return status;
}

int32_t crmv_spend_fit(crmv_spend *spend, const double *count, const double *mean, const double *squares, int64_t rows,
                       double penalty, const crmv_options *options, crmv_fit_outcome *outcome, crmv_error *error) {
    crmvi_guest host;
    crmvi_enter(&host);
    const crmvi_purses purses = {count, mean, squares, rows};
    int32_t status = check_results(spend, outcome, error);
    if (status == CRMV_OK) {
        status =
            check_columns(&purses, crmvi_spendings[spend->model].takes_squares, isnan(penalty) ? -1 : penalty, error);
    }
    if (status == CRMV_OK) {
        status = fit_spend(spend, &purses, penalty, options, outcome, error);
    }
    crmvi_leave(&host);
    return status;
}
