#include "score/variant.h"

#include "base/memory.h"
#include "model/bounds.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16 };

/* Takes room for `count` items; only counts the bytes where `memory` is NULL. */
static void *take(unsigned char *memory, size_t *used, int64_t count, size_t size) {
    void *at = memory ? memory + *used : NULL;
    *used += ((size_t)count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return at;
}

static int64_t count_branches(const crmv_model *model) {
    int64_t count = 0;
    for (int32_t i = 0; i < model->index_count; i++) {
        count += model->indexes[i].count;
    }
    return count;
}

static size_t lay_out(const crmvi_tree *tree, const crmvi_index *changed, unsigned char *memory, crmvi_variant *out) {
    const crmv_model *model = tree->model;
    size_t used = 0;
    out->memory = memory;
    out->model = take(memory, &used, 1, sizeof *out->model);
    crmvi_index *indexes = take(memory, &used, model->index_count, sizeof *indexes);
    out->members = take(memory, &used, changed->count, sizeof *out->members);
    out->tree.nodes = take(memory, &used, model->index_count, sizeof *out->tree.nodes);
    out->tree.branches = take(memory, &used, count_branches(model), sizeof *out->tree.branches);
    out->changes = take(memory, &used, model->index_count, sizeof *out->changes);
    if (memory) {
        out->model->indexes = indexes;
    }
    return used;
}

void crmvi_model_copy(const crmv_model *from, crmv_model *to) {
    const size_t behind = offsetof(crmv_model, text);
    memcpy((unsigned char *)to + behind, (const unsigned char *)from + behind, sizeof *to - behind);
}

/* The indexes are its own. */
static void copy_model(const crmv_model *from, crmv_model *to) {
    crmvi_index *indexes = to->indexes;
    crmvi_model_copy(from, to);
    memcpy(indexes, from->indexes, (size_t)from->index_count * sizeof *indexes);
    to->indexes = indexes;
}

static void copy_tree(const crmvi_tree *from, crmvi_variant *variant) {
    crmvi_tree *to = &variant->tree;
    crmvi_node *nodes = to->nodes;
    crmvi_branch *branches = to->branches;
    *to = *from;
    to->model = variant->model;
    to->nodes = nodes;
    to->branches = branches;
    memcpy(branches, from->branches, (size_t)count_branches(from->model) * sizeof *branches);
    for (int32_t i = 0; i < from->model->index_count; i++) {
        nodes[i] = from->nodes[i];
        nodes[i].branches = branches + (from->nodes[i].branches - from->branches);
    }
}

/* Members come first in the order, so the way up is the order forwards. */
static void mark_changes(const crmv_model *model, int32_t changed, bool *changes) {
    changes[changed] = true;
    for (int32_t i = 0; i < model->index_count; i++) {
        const int32_t position = model->score_order[i];
        const crmvi_index *index = &model->indexes[position];
        for (int32_t k = 0; k < index->count; k++) {
            const crmvi_member *member = &index->members[k];
            changes[position] = changes[position] || (member->is_index && changes[member->position]);
        }
    }
}

bool crmvi_variant_new(const crmvi_tree *tree, int32_t index, int32_t member, crmvi_variant *out) {
    const crmvi_index *changed = &tree->model->indexes[index];
    crmvi_variant variant = {.memory = NULL};
    unsigned char *memory = crmvi_zeroed((int64_t)lay_out(tree, changed, NULL, &variant), 1);
    if (!memory) {
        return false;
    }
    (void)lay_out(tree, changed, memory, &variant);
    copy_model(tree->model, variant.model);
    copy_tree(tree, &variant);
    memcpy(variant.members, changed->members, (size_t)changed->count * sizeof *changed->members);
    variant.model->indexes[index].members = variant.members;
    variant.changed = &variant.members[member];
    mark_changes(tree->model, index, variant.changes);
    *out = variant;
    return true;
}

void crmvi_variant_clear(crmvi_variant *variant) {
    free(variant->memory);
    *variant = (crmvi_variant){.memory = NULL};
}

/* What an index can be; where its weights add up to 0 that is nothing, as a parsed model has it. */
static bool set_bounds(const crmv_model *model, crmvi_index *index) {
    crmvi_wide lowest = 0, highest = 0;
    (void)crmvi_index_bounds(model, index, &lowest, &highest);
    return crmvi_narrow(lowest, &index->lowest) && crmvi_narrow(highest, &index->highest);
}

bool crmvi_variant_weigh(crmvi_variant *variant, crmvi_micro weight) {
    const crmv_model *model = variant->model;
    bool fits = true;
    variant->changed->weight = weight;
    for (int32_t i = 0; fits && i < model->index_count; i++) {
        const int32_t position = model->score_order[i];
        if (variant->changes[position]) {
            crmvi_index *index = &model->indexes[position];
            crmvi_node *node = &variant->tree.nodes[position];
            fits = set_bounds(model, index) && crmvi_node_set(model, index, node->branches, node);
        }
    }
    return fits;
}
