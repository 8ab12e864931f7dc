/*
 * lifetime.h - what a customer will buy: purchase processes that end, and spend, from numbers that were fitted.
 *
 * A *purchase process* says how a customer's purchases come about: at a rate of the customer's own, until the customer
 * drops out unseen. It looks at a *history*: x repeat purchases, the last of them at time t_x, age T, both counted from
 * the first purchase. A purchase is a day with purchases; the first one starts the clock and is none of the x; T ends
 * at the as-of date. Times are in a unit of the caller's, which parameters, horizons and discount rates share; none of
 * the functions here knows of days or weeks. A model's `lifetimes` (docs/model.md) brings units, calendar and money
 * with it, and makes metrics of all this; the functions here are for whoever has columns. docs/lifetimes.md has the
 * formulae, the convention with a worked example, and how exact they are.
 *
 * Nothing here is fitted: lifetime_fit.h does that, in a library of its own. Any thread; the same bits on every CPU and
 * at every number of threads.
 */
#ifndef CRMVALUE_LIFETIME_H
#define CRMVALUE_LIFETIME_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Purchase processes ------------------------------------------------------------------------------------------ */

/* While active, customers purchase at a rate that is gamma distributed (shape r, rate alpha) over customers. */
enum {
    CRMV_BG_NBD = 1,     /* r alpha a b: drop out after a repeat purchase with a probability that is beta (a, b)
                            distributed; who never repeats never drops out (Fader, Hardie & Lee 2005) */
    CRMV_MBG_NBD = 2,    /* r alpha a b: after any purchase, the first included (Batislam, Denizel & Filiztekin 2007) */
    CRMV_PARETO_NBD = 3, /* r alpha s beta: at any time, at a rate that is gamma (s, beta) distributed (Schmittlein,
                            Morrison & Colombo 1987) */
    CRMV_NBD = 4         /* r alpha: never (Ehrenberg 1959) */
};

enum { CRMV_LIFETIME_PARAMETERS = 4 };

/* A process with its numbers. All parameters are from 1e-12 to 1e12. */
typedef struct crmv_lifetime {
    uint32_t struct_size;                        /* sizeof(crmv_lifetime) */
    int32_t model;                               /* CRMV_BG_NBD ... */
    double parameters[CRMV_LIFETIME_PARAMETERS]; /* in the order above; those that the model has not are not read */
    double covariance[CRMV_LIFETIME_PARAMETERS * CRMV_LIFETIME_PARAMETERS]; /* of the parameters' logarithms, row by
                                row, 4 to a row; a parameter whose variance is NaN is held: taken for exact; NaN
                                everywhere: not known */
} crmv_lifetime;

/* "bg_nbd" ..., as in the model file; NULL for no model. Static. */
CRMV_API const char *crmv_lifetime_name(int32_t model);

/* How many parameters a model has (0: no model), and the name of one: "r", "alpha" ...; NULL where there is none. */
CRMV_API int32_t crmv_lifetime_parameters(int32_t model);
CRMV_API const char *crmv_lifetime_parameter(int32_t model, int32_t position);

/* What is asked about a customer. */
enum {
    CRMV_P_ALIVE = 1,             /* the probability of being active at T + ahead */
    CRMV_PURCHASES = 2,           /* purchases to be expected in (T, T + ahead] */
    CRMV_DISCOUNTED_PURCHASES = 3 /* the same, each times e^(-discount * its time after T); `ahead` may be infinite:
                                     discounted expected residual transactions, DERT (Fader, Hardie & Lee 2005b) */
};

/*
 * Answers for `rows` customers. `x` is a whole number >= 0, 0 <= t_x <= T (t_x = 0 where x = 0), `ahead` >= 0,
 * `discount` >= 0 (from 1e-12 where `ahead` is infinite; read for CRMV_DISCOUNTED_PURCHASES alone); x up to 2^53, all
 * else up to 1e12. Histories of more than a million purchases lose digits with x under the BG/NBD and the MBG/NBD:
 * seven are left at 1e10, none near 2^53. `values` gets `rows` numbers; `errors` (may be NULL) their standard errors by
 * the delta method, NaN where the covariance is not known or has a variance below 0. NaN in a history: NaN. Never NaN
 * or infinite otherwise; probabilities in [0, 1], expectations >= 0 and, but for rounding, never falling with `ahead`.
 * Errors: CRMV_BAD_ARGUMENT (the argument, or the first row whose history cannot be: `row`, 1-based),
 * CRMV_OUT_OF_MEMORY, CRMV_CANCELLED; `values` and `errors` are then undefined. Cost: docs/lifetimes.md; standard
 * errors cost what two answers a parameter do.
 */
CRMV_API int32_t crmv_lifetime_predict(const crmv_lifetime *lifetime, int32_t what, double ahead, double discount,
                                       const double *x, const double *t_x, const double *T, int64_t rows,
                                       const crmv_options *options, double *values, double *errors, crmv_error *error);

/* The log-likelihood of each history; arguments and errors as above. Neither NaN nor infinite otherwise. */
CRMV_API int32_t crmv_lifetime_log_likelihood(const crmv_lifetime *lifetime, const double *x, const double *t_x,
                                              const double *T, int64_t rows, const crmv_options *options,
                                              double *values, crmv_error *error);

/* The repeat purchases that a customer of whom nothing else is known makes within `t` (count of them) of the first:
 * E[X(t)]. Each t >= 0. Errors: CRMV_BAD_ARGUMENT. */
CRMV_API int32_t crmv_lifetime_expected(const crmv_lifetime *lifetime, const double *t, int64_t count, double *values,
                                        crmv_error *error);

/* ---- Spend ------------------------------------------------------------------------------------------------------- */

/* What a customer spends a purchase, which has nothing to do with how often. */
enum {
    CRMV_GAMMA_GAMMA = 1,  /* p q gamma: amounts above 0, gamma distributed around a mean that is inverse gamma
                              distributed over customers (Fader & Hardie 2013) */
    CRMV_NORMAL_NORMAL = 2 /* mean between within: amounts of any sign, normally distributed with standard deviation
                              `within` around a mean that is normal (mean, between) over customers (Schmittlein &
                              Peterson 1994) */
};

enum { CRMV_SPEND_PARAMETERS = 3 };

typedef struct crmv_spend {
    uint32_t struct_size;                     /* sizeof(crmv_spend) */
    int32_t model;                            /* CRMV_GAMMA_GAMMA ... */
    double parameters[CRMV_SPEND_PARAMETERS]; /* in the order above; `mean` of any sign, the others above 0:
                                                 from 1e-12, all up to 1e18 */
    double covariance[CRMV_SPEND_PARAMETERS * CRMV_SPEND_PARAMETERS]; /* of the parameters' logarithms, but of `mean`
                                                                         itself; NaN likewise */
} crmv_spend;

CRMV_API const char *crmv_spend_name(int32_t model);
CRMV_API int32_t crmv_spend_parameters(int32_t model);
CRMV_API const char *crmv_spend_parameter(int32_t model, int32_t position);

/*
 * The amount to be expected of each further purchase, for `rows` customers who made `count` purchases (a whole number
 * >= 0) of the mean amount `mean` (not read where `count` is 0). Gamma-Gamma: NaN where the mean is not above 0 and
 * where the expectation is infinite (p count + q <= 1). NaN in: NaN out. Otherwise as crmv_lifetime_predict.
 */
CRMV_API int32_t crmv_spend_predict(const crmv_spend *spend, const double *count, const double *mean, int64_t rows,
                                    const crmv_options *options, double *values, double *errors, crmv_error *error);

/*
 * The log-likelihood of each customer's amounts. `squares` is the sum of squared differences of a customer's amounts
 * from their mean, and is read for CRMV_NORMAL_NORMAL alone. Customers without a purchase say nothing: 0. Gamma-Gamma:
 * NaN where the mean is not above 0.
 */
CRMV_API int32_t crmv_spend_log_likelihood(const crmv_spend *spend, const double *count, const double *mean,
                                           const double *squares, int64_t rows, const crmv_options *options,
                                           double *values, crmv_error *error);

/* ---- The lifetimes of a model ------------------------------------------------------------------------------------ */

/* What a model's `lifetimes` say of one, and what was fitted for it. */
typedef struct crmv_lifetime_card {
    uint32_t struct_size;   /* sizeof(crmv_lifetime_card) */
    int32_t request;        /* its position among the model's requests (calibrate.h) */
    int32_t state;          /* that of the request: CRMV_REQUEST_... */
    int32_t candidates;     /* how many models there are to choose among */
    int32_t models[4];      /* CRMV_BG_NBD ..., in the model's order; 0 behind the last */
    int32_t spend_model;    /* CRMV_GAMMA_GAMMA ...; 0: the lifetime knows nothing of spend */
    int32_t first_purchase; /* 1: the first purchase's amount counts for spend */
    double unit_days;       /* days of its unit of time: 1, 7, or 365.25 */
    double penalty;         /* of the process, and of spend, as crmv_lifetime_fit takes it */
    double spend_penalty;
    const char *name;       /* valid while the model is */
    crmv_lifetime lifetime; /* what was fitted; its model is 0 unless the request is fitted */
    crmv_spend spend;       /* likewise */
} crmv_lifetime_card;

/* How many lifetimes a model has, and the one at `position` (from 0), in the author's order. Errors:
 * CRMV_BAD_ARGUMENT. */
CRMV_API int32_t crmv_model_lifetimes(const crmv_model *model);
CRMV_API int32_t crmv_model_lifetime(const crmv_model *model, int32_t position, crmv_lifetime_card *out);

#ifdef __cplusplus
}
#endif

#endif
