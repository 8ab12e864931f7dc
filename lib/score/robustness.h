/*
 * robustness.h - trials of weights.
 *
 * What metrics earn does not depend on weights. So a block of customers is looked up on the scales once, and what a
 * trial then scores are columns of points, by a model whose scales are nothing but that (CRMVI_ITSELF), with the loops
 * of any other score.
 */
#ifndef CRMVI_SCORE_ROBUSTNESS_H
#define CRMVI_SCORE_ROBUSTNESS_H

#include "base/parallel.h"
#include "crmvalue/robustness.h"
#include "score/sheet.h"
#include "score/variant.h"

/* What is counted of a trial: customers who would be in a better tier, in a worse one, or gain or lose having one. */
enum { CRMVI_UP, CRMVI_DOWN, CRMVI_UNRATED, CRMVI_MOVES };

/* One weight, and what its trials found: for CRMV_WEIGHT_LESS ..., from 0. */
enum { CRMVI_CHANGES = CRMV_WEIGHT_WITHOUT };

typedef struct crmvi_weight {
    int32_t index, member; /* position in the index's list */
    crmvi_micro weight;
    int64_t moved[CRMVI_CHANGES][CRMVI_MOVES];
} crmvi_weight;

struct crmv_robustness {
    const crmv_model *model; /* held */
    const crmv_frame *frame; /* held */
    crmvi_runner runner;     /* of the call that made it */
    crmvi_micro change;      /* percent */
    crmv_model points;       /* a copy that nobody holds, with the metrics below */
    crmvi_metric *metrics;   /* as the model's, but that values are points */
    crmv_missing *missing;   /* per metric: whether points may be missing */
    crmvi_tree tree;         /* of `points` */
    int32_t *tiers;          /* with the weights as they are */
    crmvi_weight *weights;
    int32_t count;
};

/* A weight as a change makes it. */
crmvi_micro crmvi_changed_weight(const crmv_robustness *robustness, const crmvi_weight *weight, int32_t change);

/* Finds the tiers as they are, tries every weight, and sets what was found. Errors: CRMV_OVERFLOW, CRMV_OUT_OF_MEMORY,
 * CRMV_CANCELLED. */
int32_t crmvi_try_weights(crmv_robustness *robustness);

/* Tries one change of one weight: the tiers of all customers go to `out`. */
int32_t crmvi_try_weight(const crmv_robustness *robustness, const crmvi_weight *weight, int32_t change, int32_t *out);

/* The same without a metric, wherever it stands. */
int32_t crmvi_try_without(const crmv_robustness *robustness, int32_t metric, int32_t *out);

/* Adds up who moves from the tiers that are present to others. Better tiers have lower codes. */
void crmvi_count_moves(const int32_t *present, const int32_t *changed, int64_t rows, int64_t moved[CRMVI_MOVES]);

#endif
