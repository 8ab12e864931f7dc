/*
 * explain.c - why a customer has its score: what each metric brought, how much it weighs, what it cost.
 *
 * Contributions are apportioned by largest remainder, from the lowest indexes up. Within an index each branch's exact
 * share is cut down to a unit of 1e-6, and the units that are left to the index's points go to the largest fractions,
 * ties to the first name. A branch that is an index hands its share on to its metrics in proportion to their
 * contributions to it, again cut down and made up. So at every level the contributions add up to the points exactly.
 */
#include "base/guest.h"
#include "score/scores.h"

#include <stdlib.h>
#include <string.h>

/* Weights are carried down the tree as percents of 1e-6 with 32 binary places more. */
enum { WEIGHT_SHIFT = 32 };

/* Up to so many bytes the work needs no allocation: enough for 64 metrics and 24 indexes. */
enum { LOCAL_SIZE = 24576, ALIGNMENT = 16 };

/* What is worked out for one customer. */
typedef struct account {
    const crmvi_tree *tree;
    crmvi_part *parts;          /* per part: its points */
    int32_t *places;            /* per metric: its place on its scale */
    crmvi_wide *sums, *bulks;   /* per index: what its points are the quotient of */
    crmvi_micro *weights;       /* per part: share of the score's weight, below 2^59 */
    crmvi_wide *shares;         /* per branch or leaf, while apportioning */
    crmvi_micro *amounts;       /* per branch: what it brings to its index */
    crmvi_micro *portions;      /* per leaf: what a branch hands on */
    crmvi_micro *contributions; /* per index, per leaf */
    crmvi_micro *gains;         /* per part: points more with one metric at its best */
    crmvi_wide *strengths;      /* per leaf */
    int32_t *order;             /* leaves, strongest first */
    bool fits;                  /* no contribution was too large for 64 bits */
} account;

/* Scales that make up for nearly all of an index can blow its metrics' parts up though these cancel out. */
static crmvi_micro narrowed(account *a, crmvi_wide points) {
    a->fits = a->fits && points > -CRMVI_POINTS_LIMIT && points < CRMVI_POINTS_LIMIT;
    return (crmvi_micro)points;
}

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

/* Takes room for `count` items; only counts the bytes where `memory` is NULL. */
static void *take(unsigned char *memory, size_t *used, int64_t count, size_t size) {
    void *at = memory ? memory + *used : NULL;
    *used += ((size_t)count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return at;
}

static size_t lay_out(account *a, const crmvi_tree *tree, unsigned char *memory) {
    int64_t parts = tree->part_count, leaves = tree->leaf_count;
    int64_t widest = tree->widest > leaves ? tree->widest : leaves;
    size_t used = 0;
    a->tree = tree;
    a->parts = take(memory, &used, parts, sizeof *a->parts);
    a->places = take(memory, &used, parts, sizeof *a->places);
    a->sums = take(memory, &used, tree->model->index_count, sizeof *a->sums);
    a->bulks = take(memory, &used, tree->model->index_count, sizeof *a->bulks);
    a->weights = take(memory, &used, parts, sizeof *a->weights);
    a->shares = take(memory, &used, widest, sizeof *a->shares);
    a->amounts = take(memory, &used, tree->widest, sizeof *a->amounts);
    a->portions = take(memory, &used, leaves, sizeof *a->portions);
    a->contributions = take(memory, &used, tree->model->index_count * leaves, sizeof *a->contributions);
    a->gains = take(memory, &used, parts, sizeof *a->gains);
    a->strengths = take(memory, &used, leaves, sizeof *a->strengths);
    a->order = take(memory, &used, leaves, sizeof *a->order);
    return used;
}

/* ---- Contributions ----------------------------------------------------------------------------------------------- */

/*
 * Cuts the shares (numerators over a common denominator) down to whole units, and gives the units that are left to
 * `total` to the largest fractions, the first of equal ones. `total` is the sum of the shares, cut down or up.
 */
static void apportion(account *a, int32_t count, crmvi_wide denominator, crmvi_micro total, crmvi_micro *out) {
    crmvi_wide *shares = a->shares;
    crmvi_wide left = total;
    for (int32_t i = 0; i < count; i++) {
        const crmvi_wide whole = crmvi_cut_down(shares[i], denominator, &shares[i]);
        out[i] = narrowed(a, whole);
        left -= whole;
    }
    for (; left > 0; left--) {
        int32_t largest = 0;
        for (int32_t i = 1; i < count; i++) {
            if (shares[i] > shares[largest]) {
                largest = i;
            }
        }
        out[largest]++;
        shares[largest] = -1;
    }
}

static crmvi_micro *contributions_to(const account *a, int32_t index) {
    return a->contributions + (int64_t)index * a->tree->leaf_count;
}

/* What each branch brings to its index's points. */
static void share_out(account *a, const crmvi_node *node, crmvi_wide bulk, crmvi_micro points) {
    crmvi_wide denominator = 1;
    for (int32_t i = 0; i < node->count; i++) {
        const crmvi_branch *branch = &node->branches[i];
        const crmvi_part *part = &a->parts[branch->part];
        a->shares[i] = crmvi_is_there(part) ? crmvi_branch_share(node, branch, bulk, part->points, &denominator) : 0;
    }
    apportion(a, node->count, denominator, points, a->amounts);
}

/* Hands what a branch brings on to the metrics that brought it there. */
static void hand_on(account *a, const crmvi_node *node, const crmvi_branch *branch, crmvi_wide bulk, crmvi_micro amount,
                    crmvi_micro *contributions) {
    const crmvi_tree *tree = a->tree;
    int32_t metrics = tree->model->metric_count;
    if (branch->part < metrics) {
        crmvi_micro *contribution = &contributions[tree->leaf_of[branch->part]];
        *contribution = narrowed(a, (crmvi_wide)*contribution + amount);
        return;
    }
    const int32_t inner = branch->part - metrics, count = tree->own_counts[inner];
    const int32_t *own = tree->own_leaves + (int64_t)inner * tree->leaf_count;
    const crmvi_micro *within = contributions_to(a, inner);
    crmvi_wide denominator = 1;
    for (int32_t i = 0; i < count; i++) {
        a->shares[i] = crmvi_branch_share(node, branch, bulk, within[own[i]], &denominator);
    }
    apportion(a, count, denominator, amount, a->portions);
    for (int32_t i = 0; i < count; i++) {
        contributions[own[i]] = narrowed(a, (crmvi_wide)contributions[own[i]] + a->portions[i]);
    }
}

static void contribute(account *a, int32_t index) {
    const crmvi_node *node = &a->tree->nodes[index];
    const crmvi_part *whole = &a->parts[a->tree->model->metric_count + index];
    crmvi_micro *contributions = contributions_to(a, index);
    memset(contributions, 0, (size_t)a->tree->leaf_count * sizeof *contributions);
    if (!crmvi_is_there(whole)) {
        return;
    }
    const crmvi_wide bulk = a->bulks[index];
    share_out(a, node, bulk, whole->points);
    for (int32_t i = 0; i < node->count; i++) {
        const crmvi_branch *branch = &node->branches[i];
        if (crmvi_is_there(&a->parts[branch->part])) {
            hand_on(a, node, branch, bulk, a->amounts[i], contributions);
        }
    }
}

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

/* whole x part / of, rounded half to even, where whole = each x of + left: so the product need not be divided. */
static crmvi_wide portion(crmvi_wide each, crmvi_wide left, crmvi_wide part, crmvi_wide of) {
    crmvi_wide rest;
    const crmvi_wide below = each * part + crmvi_cut_down(left * part, of, &rest);
    const crmvi_wide up = of - rest;
    return rest > up || (rest == up && (below & 1) != 0) ? below + 1 : below;
}

/* A weight over a bulk, cut down. 64 bits hold every weight, so that a bulk beyond them takes nothing away from it. */
static crmvi_wide cut_weight(crmvi_micro weight, crmvi_wide bulk, crmvi_wide *left) {
    const int64_t divisor = bulk > INT64_MAX ? INT64_MAX : (int64_t)bulk;
    *left = weight % divisor;
    return weight / divisor;
}

/* Hands an index's weight down to the branches that are there, by their bulk. */
static void weigh_branches(account *a, int32_t index) {
    const crmvi_node *node = &a->tree->nodes[index];
    int32_t whole = a->tree->model->metric_count + index;
    if (!crmvi_is_there(&a->parts[whole])) {
        return;
    }
    const crmvi_wide bulk = a->bulks[index];
    crmvi_wide left;
    const crmvi_wide each = cut_weight(a->weights[whole], bulk, &left);
    for (int32_t i = 0; i < node->count; i++) {
        const crmvi_branch *branch = &node->branches[i];
        if (crmvi_is_there(&a->parts[branch->part])) {
            a->weights[branch->part] += (crmvi_micro)portion(each, left, branch->bulk, bulk);
        }
    }
}

/* Members stand before their indexes in the order, so the way down is the order backwards. */
static void weigh(account *a) {
    const crmv_model *model = a->tree->model;
    memset(a->weights, 0, (size_t)a->tree->part_count * sizeof *a->weights);
    a->weights[model->metric_count + model->root] = CRMVI_WHOLE << WEIGHT_SHIFT;
    for (int32_t i = model->index_count - 1; i >= 0; i--) {
        int32_t index = model->score_order[i];
        if (a->tree->in_score[model->metric_count + index]) {
            weigh_branches(a, index);
        }
    }
}

/* ---- Points lost ------------------------------------------------------------------------------------------------- */

/* What an index's sum gains from its branches. */
static crmvi_wide gain_of_sum(const account *a, const crmvi_node *node) {
    const bool weighted = node->kind == CRMVI_WEIGHTED;
    crmvi_wide gain = 0;
    for (int32_t i = 0; i < node->count; i++) {
        const crmvi_branch *branch = &node->branches[i];
        gain += (crmvi_wide)a->gains[branch->part] * (weighted ? branch->bulk : 1);
    }
    return gain;
}

/* The score with one metric at its highest points and all others as they are, less the score. */
static crmvi_micro points_lost(account *a, int32_t metric) {
    const crmv_model *model = a->tree->model;
    const crmvi_micro highest = model->metrics[metric].scale.highest;
    if (!crmvi_is_there(&a->parts[metric]) || a->parts[metric].points >= highest) {
        return 0;
    }
    memset(a->gains, 0, (size_t)a->tree->part_count * sizeof *a->gains);
    a->gains[metric] = highest - a->parts[metric].points;
    for (int32_t i = 0; i < model->index_count; i++) {
        const int32_t index = model->score_order[i], part = model->metric_count + index;
        const crmvi_node *node = &a->tree->nodes[index];
        const bool has = a->tree->has_leaf[(int64_t)index * a->tree->leaf_count + a->tree->leaf_of[metric]];
        const crmvi_wide gain = has ? gain_of_sum(a, node) : 0;
        if (gain != 0 && crmvi_is_there(&a->parts[part])) {
            crmvi_micro points;
            if (!crmvi_points_of_sum(node, a->sums[index] + gain, a->bulks[index], &points)) {
                return CRMVI_POINTS_LIMIT;
            }
            a->gains[part] = points - a->parts[part].points;
        }
    }
    return a->gains[model->metric_count + model->root];
}

/* ---- Reasons ----------------------------------------------------------------------------------------------------- */

/* A weight without its binary places, rounded half to even. */
static int64_t rounded_weight(crmvi_micro weight) {
    const int64_t one = INT64_C(1) << WEIGHT_SHIFT;
    const int64_t below = weight / one, rest = weight % one;
    return rest > one / 2 || (rest == one / 2 && below % 2 != 0) ? below + 1 : below;
}

static crmv_reason reason_of(account *a, const crmv_scores *scores, int64_t row, int32_t leaf) {
    int32_t metric = a->tree->leaves[leaf];
    const crmvi_metric *card = &scores->model->metrics[metric];
    crmv_reason reason = {
        .metric = metric,
        .value = scores->frame->metrics[metric][row],
        .points = a->parts[metric].points,
        .lowest = card->scale.lowest,
        .highest = card->scale.highest,
        .weight = rounded_weight(a->weights[metric]),
        .contribution = contributions_to(a, scores->model->root)[leaf],
        .lost = points_lost(a, metric),
    };
    reason.band = a->places[metric];
    reason.missing = reason.band < 0;
    return reason;
}

/* Distance of the points from the middle of the scale, times the weight; least where the weight went to others. */
static crmvi_wide strength(const account *a, const crmv_model *model, int32_t leaf) {
    int32_t metric = a->tree->leaves[leaf];
    if (!crmvi_is_there(&a->parts[metric])) {
        return -1;
    }
    const crmvi_scale *scale = &model->metrics[metric].scale;
    crmvi_wide off = 2 * (crmvi_wide)a->parts[metric].points - scale->lowest - scale->highest;
    return (off < 0 ? -off : off) * a->weights[metric];
}

/* Leaves come in the order of their names, which a stable sort keeps among equals. */
static void order_by_strength(account *a, const crmv_model *model) {
    for (int32_t i = 0; i < a->tree->leaf_count; i++) {
        a->strengths[i] = strength(a, model, i);
        int32_t k = i;
        for (; k > 0 && a->strengths[a->order[k - 1]] < a->strengths[i]; k--) {
            a->order[k] = a->order[k - 1];
        }
        a->order[k] = i;
    }
}

/* The points of what lies under the score, as it was scored: there they fitted. */
static void set_parts(account *a, const crmv_scores *scores, int64_t row) {
    const crmvi_tree *tree = a->tree;
    const crmv_model *model = tree->model;
    for (int32_t i = 0; i < tree->leaf_count; i++) {
        const int32_t metric = tree->leaves[i];
        a->parts[metric] =
            crmvi_metric_part(&model->metrics[metric], scores->frame->metrics[metric][row], &a->places[metric]);
    }
    for (int32_t i = 0; i < model->index_count; i++) {
        const int32_t index = model->score_order[i], part = model->metric_count + index;
        if (tree->in_score[part]) {
            a->sums[index] = crmvi_node_sum(&tree->nodes[index], a->parts, &a->bulks[index]);
            (void)crmvi_points_of_sum(&tree->nodes[index], a->sums[index], a->bulks[index], &a->parts[part].points);
        }
    }
}

static void contribute_all(account *a) {
    const crmv_model *model = a->tree->model;
    a->fits = true;
    for (int32_t i = 0; i < model->index_count; i++) {
        int32_t index = model->score_order[i];
        if (a->tree->in_score[model->metric_count + index]) {
            contribute(a, index);
        }
    }
}

static int32_t explain(account *a, const crmv_scores *scores, int64_t row, crmv_reason *reasons) {
    uint32_t size = reasons[0].struct_size;
    set_parts(a, scores, row);
    contribute_all(a);
    if (!a->fits) {
        return CRMV_OVERFLOW;
    }
    weigh(a);
    order_by_strength(a, scores->model);
    for (int32_t i = 0; i < a->tree->leaf_count; i++) {
        crmv_reason reason = reason_of(a, scores, row, a->order[i]);
        reason.struct_size = size;
        memcpy((char *)reasons + (size_t)i * size, &reason, sizeof reason);
    }
    return CRMV_OK;
}

static int32_t explain_row(const crmv_scores *scores, int64_t row, crmv_reason *reasons) {
    _Alignas(ALIGNMENT) unsigned char local[LOCAL_SIZE];
    account a;
    size_t size = lay_out(&a, &scores->tree, NULL);
    unsigned char *memory = size <= LOCAL_SIZE ? local : malloc(size);
    if (!memory) {
        return CRMV_OUT_OF_MEMORY;
    }
    (void)lay_out(&a, &scores->tree, memory);
    int32_t status = explain(&a, scores, row, reasons);
    if (memory != local) {
        free(memory);
    }
    return status;
}

int32_t crmv_scores_reasons(const crmv_scores *scores, int64_t row, crmv_reason *reasons, int32_t capacity,
                            int32_t *count) {
    if (!scores || row < 0 || row >= scores->rows || capacity < 0 || !count || (capacity > 0 && !reasons)) {
        return CRMV_BAD_ARGUMENT;
    }
    int32_t needed = scores->tree.leaf_count;
    if (capacity > 0 && (reasons[0].struct_size < sizeof *reasons || reasons[0].struct_size % sizeof(int64_t) != 0)) {
        return CRMV_BAD_ARGUMENT;
    }
    *count = needed;
    if (capacity < needed) {
        return CRMV_BUFFER_TOO_SMALL;
    }
    if (needed == 0) {
        return CRMV_OK;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    int32_t status = explain_row(scores, row, reasons);
    crmvi_leave(&host);
    return status;
}
