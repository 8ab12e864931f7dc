/* tree.c - from the model's indexes to nodes and branches. */
#include "score/tree.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static crmvi_micro highest_of(const crmv_model *model, const crmvi_member *member) {
    return member->is_index ? model->indexes[member->position].highest : model->metrics[member->position].scale.highest;
}

static bool can_earn(const crmv_model *model, const crmvi_index *index) {
    for (int32_t i = 0; i < index->count; i++) {
        if (highest_of(model, &index->members[i]) > 0) {
            return true;
        }
    }
    return false;
}

static int32_t kind_of(const crmv_model *model, const crmvi_index *index) {
    if (!index->additive) {
        return CRMVI_WEIGHTED;
    }
    return can_earn(model, index) ? CRMVI_SCALED_SUM : CRMVI_PLAIN_SUM;
}

static crmvi_micro bulk_of(const crmv_model *model, int32_t kind, const crmvi_member *member) {
    if (kind == CRMVI_WEIGHTED) {
        return member->weight;
    }
    if (kind == CRMVI_PLAIN_SUM) {
        return 1;
    }
    crmvi_micro highest = highest_of(model, member);
    return highest > 0 ? highest : 0;
}

static crmvi_micro common(crmvi_micro a, crmvi_micro b) {
    while (b != 0) {
        const crmvi_micro rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Only the bulks' ratios count: without common factors the products stay small, and quick. */
static void reduce(crmvi_node *node) {
    crmvi_micro shared = 0;
    for (int32_t i = 0; i < node->count; i++) {
        shared = common(node->branches[i].bulk, shared);
    }
    for (int32_t i = 0; shared > 1 && i < node->count; i++) {
        node->branches[i].bulk /= shared;
    }
    node->bulk /= shared > 1 ? shared : 1;
}

static int32_t part_of(const crmv_model *model, const crmvi_member *member) {
    return member->position + (member->is_index ? model->metric_count : 0);
}

bool crmvi_node_set(const crmv_model *model, const crmvi_index *index, crmvi_branch *branches, crmvi_node *node) {
    node->kind = kind_of(model, index);
    node->count = index->count;
    node->branches = branches;
    node->bulk = 0;
    for (int32_t i = 0; i < index->count; i++) {
        const crmvi_member *member = &index->members[i];
        branches[i].part = part_of(model, member);
        branches[i].bulk = bulk_of(model, node->kind, member);
        node->bulk += branches[i].bulk;
    }
    const bool fits = node->kind == CRMVI_WEIGHTED || node->bulk < CRMVI_POINTS_LIMIT;
    reduce(node);
    return fits;
}

/* Members come first in the order, so the way down is the order backwards. */
void crmvi_mark_score(const crmv_model *model, bool *in_score) {
    if (model->root < 0) {
        return;
    }
    in_score[model->metric_count + model->root] = true;
    for (int32_t i = model->index_count - 1; i >= 0; i--) {
        const crmvi_index *index = &model->indexes[model->score_order[i]];
        for (int32_t k = 0; in_score[model->metric_count + model->score_order[i]] && k < index->count; k++) {
            in_score[part_of(model, &index->members[k])] = true;
        }
    }
}

static void sort_by_name(const crmv_model *model, int32_t *metrics, int32_t count) {
    for (int32_t i = 1; i < count; i++) {
        int32_t metric = metrics[i];
        int32_t k = i;
        for (; k > 0 && strcmp(model->metrics[metrics[k - 1]].name, model->metrics[metric].name) > 0; k--) {
            metrics[k] = metrics[k - 1];
        }
        metrics[k] = metric;
    }
}

static void list_leaves(crmvi_tree *tree) {
    const crmv_model *model = tree->model;
    for (int32_t i = 0; i < model->metric_count; i++) {
        tree->leaf_of[i] = -1;
        if (tree->in_score[i]) {
            tree->leaves[tree->leaf_count++] = i;
        }
    }
    sort_by_name(model, tree->leaves, tree->leaf_count);
    for (int32_t i = 0; i < tree->leaf_count; i++) {
        tree->leaf_of[tree->leaves[i]] = i;
    }
}

/* Notes the leaves under each index of the score; those of its members are known. */
static void list_own_leaves(crmvi_tree *tree) {
    const crmv_model *model = tree->model;
    for (int32_t i = 0; i < model->index_count; i++) {
        const int32_t index = model->score_order[i];
        const crmvi_node *node = &tree->nodes[index];
        bool *has = tree->has_leaf + (int64_t)index * tree->leaf_count;
        int32_t *own = tree->own_leaves + (int64_t)index * tree->leaf_count;
        for (int32_t k = 0; tree->in_score[model->metric_count + index] && k < node->count; k++) {
            const int32_t part = node->branches[k].part, inner = part - model->metric_count;
            for (int32_t leaf = 0; leaf < tree->leaf_count; leaf++) {
                has[leaf] = has[leaf] || (inner < 0 ? tree->leaf_of[part] == leaf
                                                    : tree->has_leaf[(int64_t)inner * tree->leaf_count + leaf]);
            }
        }
        for (int32_t leaf = 0; leaf < tree->leaf_count; leaf++) {
            if (has[leaf]) {
                own[tree->own_counts[index]++] = leaf;
            }
        }
    }
}

static bool allocate_own_leaves(crmvi_tree *tree) {
    const int64_t indexes = tree->model->index_count;
    tree->has_leaf = crmvi_zeroed(indexes * tree->leaf_count, sizeof *tree->has_leaf);
    tree->own_leaves = crmvi_zeroed(indexes * tree->leaf_count, sizeof *tree->own_leaves);
    tree->own_counts = crmvi_zeroed(indexes, sizeof *tree->own_counts);
    return tree->has_leaf && tree->own_leaves && tree->own_counts;
}

static bool allocate(crmvi_tree *tree) {
    const crmv_model *model = tree->model;
    int64_t branches = 0;
    for (int32_t i = 0; i < model->index_count; i++) {
        branches += model->indexes[i].count;
    }
    tree->nodes = crmvi_zeroed(model->index_count, sizeof *tree->nodes);
    tree->branches = crmvi_zeroed(branches, sizeof *tree->branches);
    tree->in_score = crmvi_zeroed(tree->part_count, sizeof *tree->in_score);
    tree->leaves = crmvi_zeroed(model->metric_count, sizeof *tree->leaves);
    tree->leaf_of = crmvi_zeroed(model->metric_count, sizeof *tree->leaf_of);
    return tree->nodes && tree->branches && tree->in_score && tree->leaves && tree->leaf_of;
}

int32_t crmvi_tree_build(const crmv_model *model, crmvi_tree *out, crmv_error *error) {
    crmvi_tree tree = {.model = model, .part_count = model->metric_count + model->index_count};
    if (!allocate(&tree)) {
        crmvi_tree_clear(&tree);
        return crmvi_no_memory(error);
    }
    crmvi_branch *branches = tree.branches;
    for (int32_t i = 0; i < model->index_count; i++) {
        if (!crmvi_node_set(model, &model->indexes[i], branches, &tree.nodes[i])) {
            crmvi_tree_clear(&tree);
            return crmvi_fail(error, CRMV_OVERFLOW, model->indexes[i].name,
                              "the highest points of this index do not fit into 64 bits");
        }
        branches += model->indexes[i].count;
        tree.widest = model->indexes[i].count > tree.widest ? model->indexes[i].count : tree.widest;
    }
    crmvi_mark_score(model, tree.in_score);
    list_leaves(&tree);
    if (!allocate_own_leaves(&tree)) {
        crmvi_tree_clear(&tree);
        return crmvi_no_memory(error);
    }
    list_own_leaves(&tree);
    *out = tree;
    return CRMV_OK;
}

void crmvi_tree_clear(crmvi_tree *tree) {
    free(tree->nodes);
    free(tree->branches);
    free(tree->in_score);
    free(tree->leaves);
    free(tree->leaf_of);
    free(tree->has_leaf);
    free(tree->own_leaves);
    free(tree->own_counts);
    memset(tree, 0, sizeof *tree);
}
