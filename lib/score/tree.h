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
    crmvi_micro bulk; /* its weight; in a scaled sum its highest points, in a plain one 1; without common factors */
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
    int32_t *leaf_of;    /* per metric: its position among the leaves, or -1 */
    bool *has_leaf;      /* per index and leaf: whether the leaf lies under it */
    int32_t *own_leaves; /* per index: the leaves under it, in ascending order, in room for all of them */
    int32_t *own_counts; /* per index: how many */
} crmvi_tree;

/* Builds the tree of a model. Errors: CRMV_OUT_OF_MEMORY; CRMV_OVERFLOW where the highest points of an index do not
 * fit. On failure there is nothing to clear. */
int32_t crmvi_tree_build(const crmv_model *model, crmvi_tree *out, crmv_error *error);
void crmvi_tree_clear(crmvi_tree *tree);

/* One index as a node, in room for as many branches as it has members; false where its bulk does not fit. */
bool crmvi_node_set(const crmv_model *model, const crmvi_index *index, crmvi_branch *branches, crmvi_node *node);

/* Marks the parts that lie under the root, and the root itself; the others are left as they are. */
void crmvi_mark_score(const crmv_model *model, bool *in_score);

/* What a metric's value (NaN: missing) earns on its scale, with the card's answer to a missing one. Its place on the
 * scale (band, category, segment of the line; -1: none) goes to *place, which may be NULL. */
crmvi_part crmvi_metric_part(const crmvi_metric *metric, double value, int32_t *place);

static inline bool crmvi_is_there(const crmvi_part *part) {
    return part->points != CRMV_MISSING_POINTS;
}

/* ---- Quotients --------------------------------------------------------------------------------------------------- */

/* crmvi_floor of numbers that doubles hold: as doubles, their quotient is off by one at most. */
static inline int64_t crmvi_cut_small(int64_t numerator, int64_t denominator, int64_t *left) {
    const int64_t near = (int64_t)((double)numerator / (double)denominator);
    const int64_t rest = numerator - near * denominator;
    const int64_t off = rest < 0 ? -1 : rest >= denominator ? 1 : 0;
    *left = rest - off * denominator;
    return near + off;
}

/* crmvi_floor and what is left over; quick where the numbers are small, as they nearly always are. */
static inline crmvi_wide crmvi_cut_down(crmvi_wide numerator, crmvi_wide denominator, crmvi_wide *left) {
    const crmvi_wide small = (crmvi_wide)1 << 53;
    if (numerator < small && numerator > -small && denominator < small) {
        int64_t rest;
        const int64_t whole = crmvi_cut_small((int64_t)numerator, (int64_t)denominator, &rest);
        *left = rest;
        return whole;
    }
    const crmvi_wide whole = crmvi_floor(numerator, denominator);
    *left = numerator - whole * denominator;
    return whole;
}

/* crmvi_divide: rounded half to even. */
static inline crmvi_wide crmvi_round_quotient(crmvi_wide numerator, crmvi_wide denominator) {
    crmvi_wide left;
    const crmvi_wide below = crmvi_cut_down(numerator, denominator, &left);
    const crmvi_wide up = denominator - left;
    return left > up || (left == up && (below & 1) != 0) ? below + 1 : below;
}

/* ---- Nodes ------------------------------------------------------------------------------------------------------- */

/* Sum of points, or of bulk x points, over the branches that are there, and their bulk. */
crmvi_wide crmvi_node_sum(const crmvi_node *node, const crmvi_part *parts, crmvi_wide *bulk);

/* An index's points from such a sum and bulk, CRMV_MISSING_POINTS where the bulk is 0. False where they do not fit. */
bool crmvi_points_of_sum(const crmvi_node *node, crmvi_wide sum, crmvi_wide bulk, crmvi_micro *points);

/*
 * A branch's exact share in its index's points, for `points` of its own: the result / *denominator. `bulk` is that of
 * the branches that are there, above 0.
 */
crmvi_wide crmvi_branch_share(const crmvi_node *node, const crmvi_branch *branch, crmvi_wide bulk, crmvi_micro points,
                              crmvi_wide *denominator);

/* All that an index comes to; its branches' parts have been set. False where it does not fit. */
bool crmvi_node_part(const crmvi_node *node, const crmvi_part *parts, crmvi_part *out);

/* The parts of all metrics with a scale and of all indexes, for one customer; `metrics` are the frame's columns. False
 * where an index does not fit. */
bool crmvi_tree_parts(const crmvi_tree *tree, double *const *metrics, int64_t row, crmvi_part *parts);

#endif
