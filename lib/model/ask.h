/*
 * ask.h - requests: what a model asks for instead of plain numbers, and whether it was found.
 *
 * Read by the rooms above; made while the model is parsed. A scale, a set of weights, tiers, the classes of a
 * segment and the parameters of a lifetime can be asks. Until it is found an open scale has no band (every value is
 * missing), open weights are all 0 (the index is missing), open tiers take nobody, and metrics of an open lifetime are
 * missing; no public function scores such a model.
 */
#ifndef CRMVI_MODEL_ASK_H
#define CRMVI_MODEL_ASK_H

#include "base/exact.h"
#include "crmvalue/calibrate.h"
#include "crmvalue/status.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* What is asked for. */
enum {
    CRMVI_ASK_NOTHING,
    /* Of a scale. */
    CRMVI_ASK_PERCENTILE,
    CRMVI_ASK_MIN_MAX,
    CRMVI_ASK_Z_SCORE,
    CRMVI_ASK_LOGARITHM,
    CRMVI_ASK_QUANTILE_BANDS,
    CRMVI_ASK_OPTIMAL_BANDS,
    /* Of tiers, and of a segment's classes. */
    CRMVI_ASK_SHARES,
    CRMVI_ASK_QUANTILES,
    CRMVI_ASK_ABC,
    CRMVI_ASK_NATURAL_BREAKS,
    CRMVI_ASK_K_MEANS,
    /* Of weights. */
    CRMVI_ASK_EQUAL,
    CRMVI_ASK_CENTROID, /* rank_order_centroid */
    CRMVI_ASK_ENTROPY,
    CRMVI_ASK_CRITIC,
    CRMVI_ASK_DEVIATION, /* standard_deviation */
    CRMVI_ASK_AHP,
    CRMVI_ASK_OUTCOME,
    /* Of a lifetime's parameters: the whole card is the request. */
    CRMVI_ASK_LIFETIME,
    CRMVI_ASKS
};

extern const char *const crmvi_ask_names[CRMVI_ASKS]; /* the keys of the model file */

/* Where it stands, as crmvi_ask.target. */
enum { CRMVI_ASK_FOR_SCALE, CRMVI_ASK_FOR_WEIGHTS, CRMVI_ASK_FOR_TIERS, CRMVI_ASK_FOR_CLASSES, CRMVI_ASK_FOR_LIFETIME };

/* A request. */
typedef struct crmvi_ask {
    int32_t kind;     /* CRMVI_ASK_PERCENTILE ... */
    int32_t target;   /* CRMVI_ASK_FOR_... */
    int32_t position; /* of the metric, index, segment or lifetime; -1 for tiers */
    int32_t state;    /* CRMV_REQUEST_... */
    bool ready;
    const char *place;    /* JSON path of the object that it stands in */
    const char *text;     /* its own JSON, sorted */
    const json_t *holder; /* that object in the model's tree */
    char hash[33];        /* of the request and of what it is found from */
    bool edited;          /* what stands beside it is not what was written there when it was found */

    /* Scales. */
    int32_t knots;                  /* percentile, logarithm: the most that the line may have */
    int32_t classes;                /* quantile and optimal bands; and the number of tiers or names */
    bool winsorised;                /* min_max, logarithm */
    double winsor_low, winsor_high; /* percent */
    double spread;                  /* z_score: standard deviations from the mean to an end */
    crmvi_micro minimum_share;      /* optimal bands: percent of the customers that each must hold */
    crmvi_micro *points;            /* at the lowest and at the highest value; or of each class, lowest first */
    int32_t point_count;            /* 2, or the number of classes */
    int32_t outcome; /* optimal bands, weights by outcome: position among the model's outcomes; else -1 */
    bool less;       /* less of that outcome is better */

    /* Tiers and classes, best first. */
    const char **names;  /* `classes` of them */
    crmvi_micro *shares; /* shares: percent of customers; ABC: cumulated percent; of all but the last */
    bool including;      /* ABC: `"side": "including"` */

    /* Weights. `of` are positions of the index's members, in the request's order. */
    int32_t *of;
    int32_t of_count;
    int32_t method, random_index; /* AHP: CRMV_AHP_... and CRMV_RANDOM_... have the same numbers */
    bool by_rank;                 /* outcome: `"by": "rank_correlation"`; else least squares */
    crmvi_micro held_out;         /* outcome: percent of the customers */
} crmvi_ask;

/* Whether libcrmvalue-fit answers it. */
static inline bool crmvi_is_by_fit(const crmvi_ask *ask) {
    return ask->kind == CRMVI_ASK_AHP || ask->kind == CRMVI_ASK_OUTCOME || ask->kind == CRMVI_ASK_LIFETIME;
}

/* All of a model's asks: those without operands first, then by what they are found from; ties in the author's order. */
typedef struct crmvi_asks {
    crmvi_ask *items;
    int32_t count;
} crmvi_asks;

/* What happens afterwards. */
typedef struct crmvi_outcomes {
    const char **names; /* in the author's order */
    bool *less;         /* of each: less of it is better */
    int32_t count;      /* 0: the model has none */
    bool in_days;
    int32_t length; /* days or months */
} crmvi_outcomes;

/* CRMV_OK, or CRMV_NOT_FITTED with the place of the first request that is open or stale. */
int32_t crmvi_require_fitted(const struct crmv_model *model, crmv_error *error);

/* What was found for an ask: `fitted` is the object beside it, without hash. */
typedef struct crmvi_answer {
    int32_t ask; /* position among the model's */
    json_t *fitted;
} crmvi_answer;

/* A new model with these answers in their places and hashes added. The answers stay the caller's. Errors: as
 * crmv_model_answer. */
int32_t crmvi_model_with(const struct crmv_model *model, const crmvi_answer *answers, int32_t count,
                         struct crmv_model **out, crmv_error *error);

#endif
