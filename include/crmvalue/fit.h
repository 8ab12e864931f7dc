/*
 * fit.h - libcrmvalue-fit: what needs an optimiser or linear algebra.
 *
 * A library of its own, on GSL (GPL-3.0-or-later wherever it is linked); whoever only scores needs libcrmvalue alone,
 * which links nothing of the kind. GSL is a private copy within it: the host's GSL, its error handler included, is
 * never touched, nor in a build with `-Dgsl=shared` is that handler ever called (docs/fit.md says why).
 *
 * Conventions as in status.h. What is found is the same bits at every number of threads and in whatever shards.
 */
#ifndef CRMVALUE_FIT_H
#define CRMVALUE_FIT_H

#include "calibrate.h"
#include "frame.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Weights by judgement: the analytic hierarchy process -------------------------------------------------------- */

/* How weights come from judgements. */
enum {
    CRMV_AHP_EIGENVECTOR = 1,    /* the principal eigenvector (Saaty 1977); with missing judgements, Harker 1987 */
    CRMV_AHP_GEOMETRIC_MEAN = 2, /* of rows (Crawford & Williams 1985; 方根法); missing: logarithmic least squares */
    CRMV_AHP_COLUMN_MEAN = 3 /* mean of normalised columns (和积法); missing: as the geometric mean's weights say */
};

/* Whose random consistency index the ratio is taken with. */
enum {
    CRMV_RANDOM_SAATY = 1,        /* Saaty 1980, up to 15 */
    CRMV_RANDOM_DONEGAN_DODD = 2, /* Donegan & Dodd 1991, up to 15 */
    CRMV_RANDOM_ALONSO_LAMATA = 3 /* Alonso & Lamata 2006, any number, by their regression */
};

typedef struct crmv_ahp {
    uint32_t struct_size;     /* sizeof(crmv_ahp) */
    int32_t method;           /* in: CRMV_AHP_... */
    int32_t random_index;     /* in: CRMV_RANDOM_... */
    int32_t missing;          /* judgements that were not given, of n (n - 1) / 2 */
    double lambda_max;        /* n where the judgements agree with each other */
    double consistency_index; /* (lambda_max - n) / (n - 1); 0 for n < 3 */
    double random_value;      /* the random index that was used, lowered in proportion for missing judgements */
    double consistency_ratio; /* consistency_index / random_value; 0 for n < 3. Below 0.1 is usual */
    int32_t worst_row;        /* of judgements that others speak to, the one furthest from what the weights say; */
    int32_t worst_column;     /* row < column; the first of equals; -1: all agree */
    double worst_given;       /* how many times as much row was said to matter */
    double worst_mended;      /* what the weights without that judgement say in its place */
    double mended_ratio;      /* the consistency ratio with it; the ratio as it is where all agree */
} crmv_ahp;

/*
 * Weights from judgements: `judgements` is n x n, row by row; of it only the upper triangle is read: how many times as
 * much the row matters as the column, above 0, NaN where not given. They must connect all (with none of them missing
 * they do). `weights` gets n numbers that add up to 1 (one too small for a double is 0). n is 1 to 64, and no more than
 * the table of the random index has. docs/fit.md has the formulas.
 * Errors: CRMV_BAD_ARGUMENT (place: the judgement, as "judgements[1][3]", or the argument), CRMV_NOT_IDENTIFIED
 * (judgements that fall apart into groups, which the message names, or contradict each other by e^600 and more),
 * CRMV_OUT_OF_MEMORY. Any thread. Cost: some milliseconds for n = 64, microseconds for a handful.
 */
CRMV_API int32_t crmv_ahp_weights(const double *judgements, int32_t n, crmv_ahp *ahp, double *weights,
                                  crmv_error *error);

/* ---- Fitting a model --------------------------------------------------------------------------------------------- */

/*
 * Answers all requests of a model anew, those of crmv_model_calibrate among them, in rounds: what is ready is answered,
 * and makes other requests ready. Arguments and errors as crmv_model_calibrate; on CRMV_OK nothing is open. Judgements
 * alone need no population.
 *
 * Lifetimes are fitted to the population's histories (crmv_frame_history), in the first round; what depends on metrics
 * that they foretell is found from what they foretell by then, whatever parameters the population was derived under: to
 * score it, or report on it, bring it up to date with crmv_frame_with. A fit at the end of a parameter's range is an
 * answer with a remark; one that is not identified or diverged is CRMV_NOT_IDENTIFIED, with the lifetime's place and
 * the reason.
 */
CRMV_API int32_t crmv_fit_model(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                                const crmv_options *options, crmv_model **out, crmv_error *error);

/*
 * The same in shards, a round at a time, as crmv_calibration is: what is gathered are its statistics, for weights by
 * outcome the members' points and outcomes of each customer, and for lifetimes the histories. What is found does not
 * depend on their order: all that is added up are whole numbers, and ranks, and what fits look at is put in an order
 * first. Frames are brought up to date as they are gathered. A customer must be in one frame of one shard only: keys
 * are not kept, so one who is in two counts twice, and that is not found out.
 */
typedef struct crmv_fit crmv_fit;

CRMV_API int32_t crmv_fit_new(const crmv_model *model, const crmv_options *options, crmv_fit **out, crmv_error *error);
CRMV_API void crmv_fit_free(crmv_fit *fit);
CRMV_API int32_t crmv_fit_gather(crmv_fit *fit, const crmv_frame *population, const crmv_frame *outcome,
                                 crmv_error *error);
CRMV_API int32_t crmv_fit_merge(crmv_fit *into, const crmv_fit *from, crmv_error *error);
CRMV_API int32_t crmv_fit_finish(const crmv_fit *fit, crmv_model **out, crmv_error *error);

/* The library's version, as crmv_version of the one that it works with must be. Static; never NULL. */
CRMV_API const char *crmv_fit_version(void);

#ifdef __cplusplus
}
#endif

#endif
