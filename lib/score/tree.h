/*
 * tree.h - the indexes as a tree (shared branches allowed), ready for adding up.
 *
 * Metrics and indexes are numbered together as parts: first the model's metrics, then its indexes. For one customer
 * each part comes to a number of points, to a lowest and a highest that it could be, and to a coverage. All of it is
 * exact.
 */
#ifndef CRMVI_SCORE_TREE_H
#define CRMVI_SCORE_TREE_H

#include "base/exact.h"
#include "crmvalue/score.h"
#include "model/model.h"

#include <stdbool.h>

#define CRMVI_WHOLE (100 * CRMVI_ONE) /* a hundred percent */

/* Points of an index stay below this in magnitude, so that the product of two of them fits into 128 bits. */
#define CRMVI_POINTS_LIMIT (INT64_C(1) << 62)

/* What a part comes to for one customer. */
typedef struct crmvi_part {
    crmvi_micro points;          /* CRMV_MISSING_POINTS where missing */
    crmvi_micro lowest, highest; /* what it could be; CRMV_MISSING_POINTS for an index that can never be there */
    crmvi_micro coverage;        /* percent of its weight that is there */
} crmvi_part;

/* How an index is formed of its branches. A scaled sum makes up for missing branches by their highest points; where no
 * branch can earn a point there is nothing to scale by, and the sum stays plain. */
enum { CRMVI_WEIGHTED, CRMVI_SCALED_SUM, CRMVI_PLAIN_SUM };

typedef struct crmvi_branch {
    int32_t part;
    crmvi_micro bulk; /* its weight; in a scaled sum its highest points, in a plain one 1 */
} crmvi_branch;

typedef struct crmvi_node {
    int32_t kind;
    int32_t count;
    crmvi_branch *branches; /* in ascending order of their names */
    crmvi_wide bulk;        /* of all branches */
} crmvi_node;

typedef struct crmvi_tree {
    const crmv_model *model;
    int32_t part_count;
    crmvi_node *nodes;      /* one per index, by its position in the model */
    crmvi_branch *branches; /* memory of all of them */
    int32_t widest;         /* most branches of a node */
    bool *in_score;         /* per part: lies under the root */
    int32_t *leaves;        /* metrics under the root, in ascending order of their names */
    int32_t leaf_count;
    int32_t *leaf_of; /* per metric: its position among the leaves, or -1 */
} crmvi_tree;

/* Builds the tree of a model. Errors: CRMV_OUT_OF_MEMORY; CRMV_OVERFLOW where the highest points of an index do not
 * fit. On failure there is nothing to clear. */
int32_t crmvi_tree_build(const crmv_model *model, crmvi_tree *out, crmv_error *error);
void crmvi_tree_clear(crmvi_tree *tree);

/* What a metric's value (NaN: missing) earns on its scale, with the card's answer to a missing one. Its place on the
 * scale (band, category, segment of the line; -1: none) goes to *place, which may be NULL. */
crmvi_part crmvi_metric_part(const crmvi_metric *metric, double value, int32_t *place);

static inline bool crmvi_is_there(const crmvi_part *part) {
    return part->points != CRMV_MISSING_POINTS;
}

/* The bulk of the branches that are there. */
crmvi_wide crmvi_node_bulk(const crmvi_node *node, const crmvi_part *parts);

/*
 * A branch's exact share in its index's points, for `points` of its own: the result / *denominator. `bulk` is
 * crmvi_node_bulk, above 0.
 */
crmvi_wide crmvi_branch_share(const crmvi_node *node, const crmvi_branch *branch, crmvi_wide bulk, crmvi_micro points,
                              crmvi_wide *denominator);

/* The points of an index, CRMV_MISSING_POINTS where nothing of it is there. False where they do not fit. */
bool crmvi_node_points(const crmvi_node *node, const crmvi_part *parts, crmvi_micro *points);

/* All that an index comes to; its branches' parts have been set. False where it does not fit. */
bool crmvi_node_part(const crmvi_node *node, const crmvi_part *parts, crmvi_part *out);

/* The parts of all metrics with a scale and of all indexes, for one customer; `metrics` are the frame's columns. False
 * where an index does not fit. */
bool crmvi_tree_parts(const crmvi_tree *tree, double *const *metrics, int64_t row, crmvi_part *parts);

#endif
