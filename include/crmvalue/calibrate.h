/*
 * calibrate.h - from a model with requests and a population to a model of plain numbers.
 *
 * Where a model says `{"percentile": {"knots": 64}}` instead of a line, `{"entropy": {...}}` instead of weights or
 * `{"natural_breaks": [...]}` instead of cuts, it *requests* what is to be found from data or judgements. What was
 * found stands beside the request as `"fitted"`, with a hash of the request and of all that it was found from: the
 * metric's card, the members' cards and what was found for them. A request without it is *open*; one whose hash is
 * another's is *stale*. A model with an open or stale request cannot score (CRMV_NOT_FITTED); with all of them fitted
 * it holds plain numbers, and scores one customer as it scores ten million, without the population.
 *
 * This library answers what is sorting and arithmetic: scales, tiers, classes of segments, and the weights `equal`,
 * `rank_order_centroid`, `entropy`, `critic` and `standard_deviation`. Judgements (`ahp`), weights by outcome
 * (`outcome`) and lifetimes are answered by libcrmvalue-fit (fit.h), whose crmv_fit_model answers everything.
 * docs/model.md has the requests, docs/calibration.md the formulae and what they come to in cases that a formula leaves
 * open.
 *
 * Populations. Customers who are too new (the model's `unrated`) are in none. A scale is found from the customers whose
 * metric is there, weights from the points of their members, tiers and classes from those who would have a tier (in a
 * model without `score`, from all whose number is there).
 *
 * Exactness. What is found does not depend on the order of customers, on threads, or on how a population is divided
 * into shards: the same population gives the same model, byte for byte.
 */
#ifndef CRMVALUE_CALIBRATE_H
#define CRMVALUE_CALIBRATE_H

#include "frame.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Requests ---------------------------------------------------------------------------------------------------- */

/* How a request stands. */
enum {
    CRMV_REQUEST_OPEN = 1,  /* nothing stands beside it */
    CRMV_REQUEST_STALE = 2, /* what stands beside it was found for another request, or from other cards */
    CRMV_REQUEST_FITTED = 3
};

/* Who answers it. */
enum {
    CRMV_BY_CALIBRATION = 1, /* crmv_model_calibrate */
    CRMV_BY_FIT = 2          /* libcrmvalue-fit */
};

typedef struct crmv_request {
    uint32_t struct_size;  /* sizeof(crmv_request) */
    int32_t state;         /* CRMV_REQUEST_... */
    int32_t by;            /* CRMV_BY_... */
    int32_t ready;         /* 1: all that it is found from is fitted, so that it can be answered now */
    int32_t needs_frame;   /* 1: it is found from a population; 0: from the model alone (ahp, equal, ...) */
    int32_t needs_outcome; /* 1: also from what happened afterwards */
    const char *operation; /* "percentile", "ahp", "lifetime" ...; static */
    const char *place;     /* JSON path of the object that the request stands in: "metrics.sales.scale",
                              "indexes.future.weights", "tiers", "segments.abc", "lifetimes.orders"; valid while the
                              model is */
    const char *text; /* the request's own JSON ({"percentile": {...}}), sorted, without what was found; valid while
                         the model is */
    int32_t less_is_better; /* 1: the outcome's card says `"better": "lower"` */
} crmv_request;

/* How many requests a model has, and the one at `position` (from 0), in the order in which they can be answered.
 * Errors: CRMV_BAD_ARGUMENT. */
CRMV_API int32_t crmv_model_requests(const crmv_model *model);
CRMV_API int32_t crmv_model_request(const crmv_model *model, int32_t position, crmv_request *out);

/* The same model without anything that was found; free with crmv_model_free. Errors: CRMV_BAD_ARGUMENT,
 * CRMV_OUT_OF_MEMORY. */
CRMV_API int32_t crmv_model_unfitted(const crmv_model *model, crmv_model **out, crmv_error *error);

/*
 * Puts an answer that was found elsewhere beside the request at `position`, whatever its state: `fitted` is JSON (-1 as
 * length: up to NUL), an object with what the request asks for: `"line"` or `"bands"` for a scale, `"weights"`,
 * `"cuts"` for tiers and classes, or `"model"`, `"parameters"` ... for a lifetime (docs/model.md); any of `"as_of"`,
 * `"customers"` and `"found"`, an object of the finder's own, beside it. The hash is added. On CRMV_OK `*out` is a new
 * model. Errors: CRMV_BAD_ARGUMENT; CRMV_BAD_STATE (the request is not ready); CRMV_BAD_SYNTAX, CRMV_BAD_MODEL with the
 * place in the model; CRMV_OUT_OF_MEMORY.
 */
CRMV_API int32_t crmv_model_answer(const crmv_model *model, int32_t position, const char *fitted, int64_t length,
                                   crmv_model **out, crmv_error *error);

/* ---- What happened afterwards ------------------------------------------------------------------------------------ */

/*
 * A model's `outcomes` as a model of its own, whose metrics are they, with the model's input, money and calendar and no
 * indexes: derive a frame with it from the same ledger and customers, as of `*until` (may be NULL), the last day of the
 * outcomes' `after`. `as_of` is the population's day; what counts lies after it. CRMV_NO_DATE, for a population of no
 * day, where all outcomes are attributes, or shares, ratios and differences of such; `*until` is then CRMV_NO_DATE,
 * too. Errors: CRMV_NOT_FOUND (the model has no outcomes), CRMV_BAD_ARGUMENT (as_of or the last day outside the years
 * 1-9999; no day, and an outcome that needs one), CRMV_OUT_OF_MEMORY.
 */
CRMV_API int32_t crmv_model_outcomes(const crmv_model *model, int32_t as_of, crmv_model **out, int32_t *until,
                                     crmv_error *error);

/* The latest as-of day whose outcomes lie on or before `last`, the last day of the history: CRMV_NO_DATE where the
 * model has no outcomes or the day is outside the years 1-9999. */
CRMV_API int32_t crmv_model_outcome_day(const crmv_model *model, int32_t last);

/* ---- Calibrating ------------------------------------------------------------------------------------------------- */

/*
 * Answers all of the model's requests anew from a population: a frame that was derived with this model (or one whose
 * metrics are the same), or NULL where no request needs one. `outcome` is a frame of crmv_model_outcomes for the same
 * customers, or NULL where no request needs it; it is joined by key, and a customer without a row there is in no
 * population of such a request. Requests that libcrmvalue-fit answers stay open, and so do those that need them;
 * crmv_model_requests tells. An answer that cannot be found (nobody in the population, fewer distinct values than
 * tiers) is CRMV_NOT_IDENTIFIED with the request's place and a sentence, and there is no model; what can be found but
 * is not what was asked for (fewer classes, a weight of 0 for a constant column) stands in `found`. Errors:
 * CRMV_BAD_ARGUMENT (NULL, other metrics, a population or an outcome that is missing), CRMV_NOT_IDENTIFIED,
 * CRMV_OVERFLOW, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. Any thread. Cost: a sort of each requested column, and one pass
 * for points.
 */
CRMV_API int32_t crmv_model_calibrate(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                                      const crmv_options *options, crmv_model **out, crmv_error *error);

/*
 * The same in shards. A calibration gathers what the requests need that are ready in its model and not fitted: sorted
 * runs of distinct values with counts, and exact sums. Calibrations of one model merge, in any order, and finish as a
 * model in which these requests are fitted; others become ready by that, so it goes on with the new model until none is
 * (weights need scales, tiers need weights):
 *
 *     crmv_model_unfitted(model, &next)
 *     while a request of `next` is ready and open:
 *         on each shard: crmv_calibration_new(next), _gather(its frame); merge all into one; _finish(one, &next)
 *
 * crmv_model_calibrate is this loop over a single shard, and the result the same byte for byte. A customer must be in
 * one shard only, and in one of the frames that a shard gathers: keys are not kept, so one who is in two counts twice,
 * and that is not found out.
 */
typedef struct crmv_calibration crmv_calibration;

/* A calibration that has gathered nothing. It holds the model. `options` hold for its life; may be NULL. */
CRMV_API int32_t crmv_calibration_new(const crmv_model *model, const crmv_options *options, crmv_calibration **out,
                                      crmv_error *error);
CRMV_API void crmv_calibration_free(crmv_calibration *calibration);

/* Adds a frame's customers; errors as crmv_model_calibrate. A call that fails leaves the calibration as it was. */
CRMV_API int32_t crmv_calibration_gather(crmv_calibration *calibration, const crmv_frame *population,
                                         const crmv_frame *outcome, crmv_error *error);

/* Adds what `from` gathered; `from` stays as it is. Errors: CRMV_BAD_ARGUMENT (another model or round, another as-of
 * day, into itself), CRMV_OUT_OF_MEMORY. Cost: nothing is copied or sorted before both are finished. */
CRMV_API int32_t crmv_calibration_merge(crmv_calibration *into, const crmv_calibration *from, crmv_error *error);

/* The model with answers to the requests that were ready; the calibration stays as it is. Errors: CRMV_NOT_IDENTIFIED
 * (of several the first request), CRMV_OVERFLOW, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. Any thread. Cost: requests are
 * answered side by side on the calibration's threads, each from its distinct values. */
CRMV_API int32_t crmv_calibration_finish(const crmv_calibration *calibration, crmv_model **out, crmv_error *error);

/*
 * The points of one metric or index, in units of 1e-6, CRMV_MISSING_POINTS where missing, of a model some of whose
 * requests may still be open: all that the name needs must be fitted. `out` has room for the frame's rows. Errors:
 * CRMV_BAD_ARGUMENT, CRMV_BUFFER_TOO_SMALL, CRMV_NOT_FOUND (no index and no metric with a scale of this name),
 * CRMV_NOT_FITTED, CRMV_OVERFLOW, CRMV_OUT_OF_MEMORY, CRMV_CANCELLED. Any thread.
 */
CRMV_API int32_t crmv_model_points(const crmv_model *model, const crmv_frame *frame, const char *name,
                                   const crmv_options *options, int64_t *out, int64_t capacity, crmv_error *error);

/*
 * Which of a frame's customers are in populations at all: one byte a row, 1, or 0 for those who are too new. `out` has
 * room for the frame's rows. Errors: CRMV_BAD_ARGUMENT, CRMV_BUFFER_TOO_SMALL. Any thread.
 */
CRMV_API int32_t crmv_model_population(const crmv_model *model, const crmv_frame *frame, uint8_t *out, int64_t capacity,
                                       crmv_error *error);

/* ---- Does it predict? -------------------------------------------------------------------------------------------- */

/*
 * 1 for the customers that are held out where `percent` (0 to 100) of them are: decided by a hash of the key alone, so
 * that a customer is always on the same side, in whatever frame. 0 for a row outside.
 */
CRMV_API int32_t crmv_frame_held_out(const crmv_frame *frame, int64_t row, double percent);

/* How well a score orders what happened afterwards. */
typedef struct crmv_prediction {
    uint32_t struct_size; /* sizeof(crmv_prediction) */
    int32_t deciles;      /* how many of lift[] are there: 10, or the number of customers where there are fewer */
    int64_t customers;    /* those with a score and an outcome */
    double spearman;      /* rank correlation, ties by mid-ranks; NaN where either does not vary */
    double gini;     /* 2 x area under the curve of cumulated outcome by descending score, less 1, as a part of that
                        of the perfect order; NaN where the outcomes add up to 0 or less, or do not vary */
    double lift[10]; /* mean outcome of each tenth by descending score / mean outcome of all; tenths differ by one
                        customer at most, and of customers with the same score each counts with their mean. NaN
                        where the mean of all is not positive */
} crmv_prediction;

/*
 * Measures how well `scores` order `outcomes`: two columns of `count` doubles, NaN where missing (such rows are left
 * out). The order of rows does not matter. Errors: CRMV_BAD_ARGUMENT (also for an infinite value),
 * CRMV_OUT_OF_MEMORY. Any thread. Cost: two radix sorts of 24 bytes a row.
 */
CRMV_API int32_t crmv_predict_measure(const double *scores, const double *outcomes, int64_t count,
                                      const crmv_options *options, crmv_prediction *out, crmv_error *error);

/* ---- The report of a fit ----------------------------------------------------------------------------------------- */

typedef struct crmv_report crmv_report;

/*
 * What was found, from whom, and what it is worth: the provenance of a fitted model. All requests with what was found
 * and every warning; the distribution of points per metric and index; correlations between them; customers per tier and
 * how tight the tiers are; how firm they are against +-10 % of each weight (robustness.h); and, with an outcome frame,
 * how well the score orders each outcome, on the customers that were held out where a request held some out, against
 * two baselines: equal weights, and the last period's contribution alone. If a baseline wins, the report begins with
 * that. `input` (may be NULL) names the data, such as crmv_ledger_hash gives.
 * The same model and frames give the same bytes; docs/report.md has them. Errors: CRMV_NOT_FITTED and those of
 * crmv_score.
 */
CRMV_API int32_t crmv_report_make(const crmv_model *model, const crmv_frame *population, const crmv_frame *outcome,
                                  const char *input, const crmv_options *options, crmv_report **out, crmv_error *error);
CRMV_API void crmv_report_free(crmv_report *report);

/* The report as JSON, and as a table for people: NUL-terminated UTF-8, valid while the report is. */
CRMV_API const char *crmv_report_json(const crmv_report *report);
CRMV_API const char *crmv_report_table(const crmv_report *report);

#ifdef __cplusplus
}
#endif

#endif
