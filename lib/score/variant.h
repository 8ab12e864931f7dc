/*
 * variant.h - a model in which one weight is another, or a metric is dropped: as much of it as scores and tiers follow
 * from.
 *
 * A variant shares all that it can with the model and its tree, which must outlive it. It has indexes of its own, since
 * a weight changes what its index and those above it can be, and with that the bulks of sums above them.
 */
#ifndef CRMVI_SCORE_VARIANT_H
#define CRMVI_SCORE_VARIANT_H

#include "score/tree.h"

typedef struct crmvi_variant {
    crmv_model *model; /* a copy that nobody holds */
    crmvi_tree tree;
    bool *changes;         /* per index: it has what changes, or stands above */
    crmvi_member *members; /* of the indexes that have it */
    crmvi_member *changed; /* the one with the weight; NULL where a metric is dropped */
    unsigned char *memory;
} crmvi_variant;

/* Copies all of a model but the number of its holders, which others may be changing: a copy that nobody holds. */
void crmvi_model_copy(const crmv_model *from, crmv_model *to);

/* Begins with all weights as they are. `member` is a position in the weighted index's list. False where memory is
 * short; then there is nothing to clear. */
bool crmvi_variant_new(const crmvi_tree *tree, int32_t index, int32_t member, crmvi_variant *out);

/* Begins without a metric, wherever it stands: its weights are 0, and sums are without it. To be settled. */
bool crmvi_variant_without(const crmvi_tree *tree, int32_t metric, crmvi_variant *out);
void crmvi_variant_clear(crmvi_variant *variant);

/* Gives it another weight (0 to 2^62). False where an index's highest points do not fit. */
bool crmvi_variant_weigh(crmvi_variant *variant, crmvi_micro weight);

/* Works out what its indexes can be and their nodes. False where an index's highest points do not fit. */
bool crmvi_variant_settle(crmvi_variant *variant);

#endif
