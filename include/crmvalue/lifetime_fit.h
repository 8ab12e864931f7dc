/*
 * lifetime_fit.h - lifetime models from histories: maximum likelihood, choice among models, and simulation.
 *
 * Part of libcrmvalue-fit (fit.h says what that means for licences). What is fitted here is used by lifetime.h, or
 * stands in a model file, where crmv_fit_model puts it. docs/lifetimes.md has the method.
 */
#ifndef CRMVALUE_LIFETIME_FIT_H
#define CRMVALUE_LIFETIME_FIT_H

#include "lifetime.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- How a fit ends ---------------------------------------------------------------------------------------------- */

enum {
    CRMV_FIT_CONVERGED = 1,
    CRMV_FIT_BOUNDARY = 2,       /* the likelihood rises towards an end of a parameter's range: a simpler model says the
                                    same (drop-out that never happens: the NBD) */
    CRMV_FIT_NOT_IDENTIFIED = 3, /* the histories do not tell parameters apart (nobody repeats; all are alike) */
    CRMV_FIT_DIVERGED = 4        /* the search ended without a maximum; the parameters are its last finite point */
};

/* "converged", "boundary", "not identified", "diverged"; NULL for no ending. Static. */
CRMV_API const char *crmv_fit_ending(int32_t ending);

/* A fit's outcome: of a process, or of spend. */
typedef struct crmv_fit_outcome {
    uint32_t struct_size;  /* sizeof(crmv_fit_outcome) */
    int32_t ending;        /* CRMV_FIT_... */
    int32_t parameter;     /* at its end, where the ending is a boundary; else -1 */
    int32_t simpler;       /* the model that says the same; 0: none */
    int64_t customers;     /* that it was fitted to */
    int64_t left_out;      /* NaN in their history; of spend also who bought nothing, and for Gamma-Gamma a mean not
                              above 0 */
    int64_t distinct;      /* different histories among them */
    int32_t starts;        /* points that the search began from */
    int32_t evaluations;   /* of the likelihood of all customers */
    double log_likelihood; /* without the penalty */
    double bic;            /* k ln(customers) - 2 log_likelihood (Schwarz 1978) */
    double gradient;       /* the largest slope by the logarithm of a parameter, per customer, where the search ended */
    char remark[160];      /* what there is to say of the ending; "" where it converged */
} crmv_fit_outcome;

/* ---- Fitting ----------------------------------------------------------------------------------------------------- */

/*
 * Fits `lifetime->model` to histories as crmv_lifetime_predict takes them. `penalty` (0 to 1e12) times the sum of
 * squares of the parameters' logarithms is taken from the log-likelihood (0: plain maximum likelihood). All endings are
 * CRMV_OK: read outcome->ending. `lifetime` gets finite parameters, which for a boundary are no less likely than those
 * of the simpler model, and their covariance (from the observed information, the penalty's included; NaN for a
 * parameter at its end and where the information is singular). The same bits at every number of threads and in every
 * order of the customers.
 *
 * Errors: CRMV_BAD_ARGUMENT (with `row` for a history that cannot be), CRMV_NOT_IDENTIFIED (no history at all),
 * CRMV_OUT_OF_MEMORY, CRMV_CANCELLED; nothing is written then but the error. Any thread. Cost: docs/lifetimes.md.
 */
CRMV_API int32_t crmv_lifetime_fit(crmv_lifetime *lifetime, const double *x, const double *t_x, const double *T,
                                   int64_t rows, double penalty, const crmv_options *options, crmv_fit_outcome *outcome,
                                   crmv_error *error);

/* The same for spend, with columns as in crmv_spend_log_likelihood. `penalty` leaves `mean` alone. */
CRMV_API int32_t crmv_spend_fit(crmv_spend *spend, const double *count, const double *mean, const double *squares,
                                int64_t rows, double penalty, const crmv_options *options, crmv_fit_outcome *outcome,
                                crmv_error *error);

/*
 * Fits all `models` (count of them, each once) to the same histories and chooses: the least BIC among those that
 * converged or ended on a boundary (where one says the same as a simpler model among them, that one), of the others
 * where there is none of these. `lifetimes` and `outcomes` get `models` items, in the order given; *chosen the position
 * of one. Errors as above.
 */
CRMV_API int32_t crmv_lifetime_choose(const int32_t *models, int32_t count, const double *x, const double *t_x,
                                      const double *T, int64_t rows, double penalty, const crmv_options *options,
                                      crmv_lifetime *lifetimes, crmv_fit_outcome *outcomes, int32_t *chosen,
                                      crmv_error *error);

/* ---- Simulation -------------------------------------------------------------------------------------------------- */

/*
 * Draws customers with their purchases. Customer i (from 0) made the first purchase at time first[i] (NULL: all at 0)
 * and is watched up to `until`. The same seed draws the same purchases, on every machine.
 */
typedef struct crmv_simulation crmv_simulation;

/* `spend` may be NULL: amounts are NaN. Errors: CRMV_BAD_ARGUMENT (with `row` for a time that is not finite),
 * CRMV_OVERFLOW (2^31 purchases of a customer), CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. */
CRMV_API int32_t crmv_simulate(const crmv_lifetime *lifetime, const crmv_spend *spend, const double *first,
                               int64_t customers, double until, uint64_t seed, const crmv_options *options,
                               crmv_simulation **out, crmv_error *error);
CRMV_API void crmv_simulation_free(crmv_simulation *simulation);

/* All purchases, the first ones included, by customer and time. The arrays belong to the simulation. */
CRMV_API int64_t crmv_simulation_purchases(const crmv_simulation *simulation);
CRMV_API const int64_t *crmv_simulation_customers(const crmv_simulation *simulation); /* from 0 */
CRMV_API const double *crmv_simulation_times(const crmv_simulation *simulation);
CRMV_API const double *crmv_simulation_amounts(const crmv_simulation *simulation);
/* When each customer dropped out; NaN for those who had not by the end. */
CRMV_API const double *crmv_simulation_ends(const crmv_simulation *simulation);

/* The histories as of `until` or earlier: `x`, `t_x` and `T` get as many numbers as there are customers (those whose
 * first purchase is later: NaN). Errors: CRMV_BAD_ARGUMENT. */
CRMV_API int32_t crmv_simulation_histories(const crmv_simulation *simulation, double as_of, double *x, double *t_x,
                                           double *T, crmv_error *error);

#ifdef __cplusplus
}
#endif

#endif
