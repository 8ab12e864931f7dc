/* combine.c - from values to points, and from points to indexes: exact sums, each index rounded once. */
#include "score/tree.h"

#include <math.h>
#include <stddef.h>

static bool fits(crmvi_wide points, crmvi_micro *out) {
    *out = (crmvi_micro)points;
    return points > -CRMVI_POINTS_LIMIT && points < CRMVI_POINTS_LIMIT;
}

crmvi_part crmvi_metric_part(const crmvi_metric *metric, double value, int32_t *place) {
    crmvi_micro points = 0;
    int32_t at = isnan(value) ? -1 : crmvi_scale_points(&metric->scale, value, &points);
    if (place) {
        *place = at;
    }
    if (at >= 0) {
        return (crmvi_part){points, points, points, CRMVI_WHOLE};
    }
    bool counted = metric->missing == CRMVI_FIXED_POINTS || metric->missing == CRMVI_WORST;
    return (crmvi_part){counted ? metric->missing_points : CRMV_MISSING_POINTS, metric->scale.lowest,
                        metric->scale.highest, 0};
}

crmvi_wide crmvi_branch_share(const crmvi_node *node, const crmvi_branch *branch, crmvi_wide bulk, crmvi_micro points,
                              crmvi_wide *denominator) {
    switch (node->kind) {
    case CRMVI_WEIGHTED:
        *denominator = bulk;
        return (crmvi_wide)points * branch->bulk;
    case CRMVI_SCALED_SUM:
        *denominator = bulk;
        return (crmvi_wide)points * node->bulk;
    default:
        *denominator = 1;
        return points;
    }
}

crmvi_wide crmvi_node_sum(const crmvi_node *node, const crmvi_part *parts, crmvi_wide *bulk) {
    const bool weighted = node->kind == CRMVI_WEIGHTED;
    crmvi_wide sum = 0;
    *bulk = 0;
    for (int32_t i = 0; i < node->count; i++) {
        const crmvi_branch *branch = &node->branches[i];
        const crmvi_part *part = &parts[branch->part];
        if (crmvi_is_there(part)) {
            sum += weighted ? (crmvi_wide)part->points * branch->bulk : part->points;
            *bulk += branch->bulk;
        }
    }
    return sum;
}

bool crmvi_points_of_sum(const crmvi_node *node, crmvi_wide sum, crmvi_wide bulk, crmvi_micro *points) {
    if (bulk == 0) {
        *points = CRMV_MISSING_POINTS;
        return true;
    }
    if (node->kind == CRMVI_SCALED_SUM && bulk != node->bulk) {
        return fits(sum, points) && fits(crmvi_round_quotient(sum * node->bulk, bulk), points);
    }
    return fits(node->kind == CRMVI_WEIGHTED ? crmvi_round_quotient(sum, bulk) : sum, points);
}

/* One of the bounds of a part. */
typedef crmvi_micro (*part_bound)(const crmvi_part *part);

static crmvi_micro lowest_of(const crmvi_part *part) {
    return part->lowest;
}

static crmvi_micro highest_of(const crmvi_part *part) {
    return part->highest;
}

/* An index's lowest or highest: its branches' ones at full weights; a sum is not scaled, as nothing is left out. */
static bool bound(const crmvi_node *node, const crmvi_part *parts, part_bound number, crmvi_micro *out) {
    const bool weighted = node->kind == CRMVI_WEIGHTED;
    crmvi_wide sum = 0, bulk = 0;
    for (int32_t i = 0; i < node->count; i++) {
        const crmvi_branch *branch = &node->branches[i];
        const crmvi_micro points = number(&parts[branch->part]);
        if (points != CRMV_MISSING_POINTS) {
            sum += weighted ? (crmvi_wide)points * branch->bulk : points;
            bulk += branch->bulk;
        }
    }
    if (bulk == 0) {
        *out = CRMV_MISSING_POINTS;
        return true;
    }
    return fits(weighted ? crmvi_round_quotient(sum, bulk) : sum, out);
}

static crmvi_micro coverage(const crmvi_node *node, const crmvi_part *parts) {
    if (node->bulk == 0) {
        return 0;
    }
    crmvi_wide sum = 0;
    for (int32_t i = 0; i < node->count; i++) {
        sum += (crmvi_wide)parts[node->branches[i].part].coverage * node->branches[i].bulk;
    }
    return (crmvi_micro)crmvi_round_quotient(sum, node->bulk);
}

/* Whether nothing is missing: then the bounds are the points themselves, and need no divisions of their own. */
static bool complete(const crmvi_node *node, const crmvi_part *parts) {
    for (int32_t i = 0; i < node->count; i++) {
        const crmvi_part *part = &parts[node->branches[i].part];
        if (part->coverage != CRMVI_WHOLE || part->lowest != part->points || part->highest != part->points) {
            return false;
        }
    }
    return node->bulk > 0;
}

bool crmvi_node_part(const crmvi_node *node, const crmvi_part *parts, crmvi_part *out) {
    crmvi_wide bulk;
    const crmvi_wide sum = crmvi_node_sum(node, parts, &bulk);
    if (!crmvi_points_of_sum(node, sum, bulk, &out->points)) {
        return false;
    }
    if (complete(node, parts)) {
        out->lowest = out->highest = out->points;
        out->coverage = CRMVI_WHOLE;
        return true;
    }
    out->coverage = coverage(node, parts);
    return bound(node, parts, lowest_of, &out->lowest) && bound(node, parts, highest_of, &out->highest);
}

bool crmvi_tree_parts(const crmvi_tree *tree, double *const *metrics, int64_t row, crmvi_part *parts) {
    const crmv_model *model = tree->model;
    for (int32_t i = 0; i < model->metric_count; i++) {
        if (model->metrics[i].scale.kind != CRMVI_NO_SCALE) {
            parts[i] = crmvi_metric_part(&model->metrics[i], metrics[i][row], NULL);
        }
    }
    for (int32_t i = 0; i < model->index_count; i++) {
        int32_t index = model->score_order[i];
        if (!crmvi_node_part(&tree->nodes[index], parts, &parts[model->metric_count + index])) {
            return false;
        }
    }
    return true;
}
