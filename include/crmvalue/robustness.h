/*
 * robustness.h - how firm tiers are: who would be in another one if the weights were a little different.
 *
 * A *weight* here is one member's weight in one weighted index under `score`; it changes alone, and the others of its
 * index keep theirs, so that its share of the index changes. Tiers are those before the rules' caps, and customers
 * without one stay without: whom a missing metric makes unrated does not depend on weights, but for coverage, which is
 * looked at anew.
 */
#ifndef CRMVALUE_ROBUSTNESS_H
#define CRMVALUE_ROBUSTNESS_H

#include "frame.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crmv_robustness crmv_robustness;

/* One weight, and the customers who would change tier. */
typedef struct crmv_sensitivity {
    uint32_t struct_size;       /* sizeof(crmv_sensitivity) */
    int32_t index;              /* position of the index in the model */
    int32_t metric;             /* the member: position of the metric, or -1 */
    int32_t member_index;       /* position of the index that is the member, or -1 */
    int64_t weight;             /* as the model has it, in units of 1e-6 */
    int64_t less_up, less_down; /* with the weight reduced by the change: customers in a better, in a worse tier */
    int64_t more_up, more_down; /* with it raised */
    int64_t without_up, without_down;                    /* with the member dropped: its weight 0 */
    int64_t less_unrated, more_unrated, without_unrated; /* customers who would gain or lose having a tier at all */
} crmv_sensitivity;

/*
 * Tries every weight: less by `change` percent (above 0, below 100; 10 is usual), more by it, and 0. The frame is one
 * of the model's (crmv_score). Errors: those of crmv_score; CRMV_BAD_ARGUMENT (change out of range; the model has no
 * tiers). Cost: three scorings a weight, of what lies above it alone.
 */
CRMV_API int32_t crmv_robustness_new(const crmv_model *model, const crmv_frame *frame, double change,
                                     const crmv_options *options, crmv_robustness **out, crmv_error *error);
CRMV_API void crmv_robustness_free(crmv_robustness *robustness);

/* How many weights there are, and the one at `position`, in the order of indexes and then of members' names. */
CRMV_API int32_t crmv_robustness_count(const crmv_robustness *robustness);
CRMV_API int32_t crmv_robustness_get(const crmv_robustness *robustness, int32_t position, crmv_sensitivity *out);

/* Which change crmv_robustness_tiers looks at. */
enum { CRMV_WEIGHT_LESS = 1, CRMV_WEIGHT_MORE = 2, CRMV_WEIGHT_WITHOUT = 3 };

/* Each customer's tier with that change of that weight, as crmv_scores_codes gives "tier_uncapped": one code a row of
 * the frame into the caller's array of `capacity`. Errors: CRMV_BAD_ARGUMENT, CRMV_BUFFER_TOO_SMALL,
 * CRMV_OUT_OF_MEMORY. */
CRMV_API int32_t crmv_robustness_tiers(const crmv_robustness *robustness, int32_t position, int32_t change,
                                       int32_t *out, int64_t capacity);

/* What comes of dropping a metric wherever it stands. */
typedef struct crmv_dropped_metric {
    uint32_t struct_size; /* sizeof(crmv_dropped_metric) */
    int32_t indexes;      /* under `score`, in which it stands */
    int32_t adds;         /* 1: one of them adds (`add`), and has no weight of it that could be tried alone */
    int32_t reserved;     /* 0 */
    int64_t up, down;     /* customers in a better, in a worse tier without it */
    int64_t unrated;      /* customers who would gain or lose having a tier at all */
} crmv_dropped_metric;

/*
 * Drops a metric (its position in the model) from all indexes under `score` in which it stands: its weights are 0, and
 * indexes that add are without it. Where it stands in one weighted index alone that is its weight dropped, as above.
 * `out` gets the counts, `tiers`, of `capacity`, each customer's tier as from crmv_robustness_tiers; one of them
 * may be NULL. Errors: CRMV_NOT_FOUND (it does not stand under `score`), CRMV_BAD_ARGUMENT, CRMV_BUFFER_TOO_SMALL,
 * CRMV_OVERFLOW (an index's points do not fit), CRMV_OUT_OF_MEMORY; `tiers` are then undefined, `out` is as it was.
 * Cost: a scoring.
 */
CRMV_API int32_t crmv_robustness_without(const crmv_robustness *robustness, int32_t metric, crmv_dropped_metric *out,
                                         int32_t *tiers, int64_t capacity);

/* The smallest change of a weight that moves one customer. */
typedef struct crmv_tipping_point {
    uint32_t struct_size; /* sizeof(crmv_tipping_point) */
    int32_t can_rise;     /* 1: a change of this weight alone brings a better tier */
    int32_t can_fall;
    int32_t reserved;    /* 0 */
    int64_t rise_weight; /* the weight nearest to the present one that brings a better tier, in units of 1e-6 */
    int64_t fall_weight; /* and that brings a worse one */
} crmv_tipping_point;

/*
 * The tipping points of one customer for the weight at `position`: the nearest weights, from 0 to a thousand times the
 * sum of its index's weights, at which the exact score reaches another tier; of two as near the lower one. Nothing
 * moves a customer without a tier, and a weight at which the customer has too little coverage for one moves nobody.
 *
 * A weight that is told does move the customer, and the one before it, on the way from the present one, does not. It is
 * the nearest unless an index that adds (`add`) lies above the weight's and the customer lacks a metric under it: the
 * score may then go up and down as the weight grows, and nearer weights, or the only ones, may be passed over.
 * Errors: CRMV_BAD_ARGUMENT, CRMV_OUT_OF_MEMORY. Cost: some hundred scorings of one customer.
 */
CRMV_API int32_t crmv_robustness_tipping(const crmv_robustness *robustness, int32_t position, int64_t row,
                                         crmv_tipping_point *out);

#ifdef __cplusplus
}
#endif

#endif
