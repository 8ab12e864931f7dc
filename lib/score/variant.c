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

static size_t lay_out(const crmvi_tree *tree, int64_t members, unsigned char *memory, crmvi_variant *out) {
    const crmv_model *model = tree->model;
    size_t used = 0;
    out->memory = memory;
    out->model = take(memory, &used, 1, sizeof *out->model);
    crmvi_index *indexes = take(memory, &used, model->index_count, sizeof *indexes);
    out->members = take(memory, &used, members, sizeof *out->members);
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

/* Marks the indexes above those that are marked. Members come first in the order, so the way up is the order forwards.
 */
static void mark_above(const crmv_model *model, bool *changes) {
    for (int32_t i = 0; i < model->index_count; i++) {
        const int32_t position = model->score_order[i];
        const crmvi_index *index = &model->indexes[position];
        for (int32_t k = 0; k < index->count; k++) {
            const crmvi_member *member = &index->members[k];
            changes[position] = changes[position] || (member->is_index && changes[member->position]);
        }
    }
}

/* A copy with room for so many members of its own, which are not copied yet. */
static bool begin(const crmvi_tree *tree, int64_t members, crmvi_variant *out) {
    crmvi_variant variant = {.memory = NULL};
    unsigned char *memory = crmvi_zeroed((int64_t)lay_out(tree, members, NULL, &variant), 1);
    if (!memory) {
        return false;
    }
    (void)lay_out(tree, members, memory, &variant);
    copy_model(tree->model, variant.model);
    copy_tree(tree, &variant);
    *out = variant;
    return true;
}

/* Gives an index members of its own, at `members`. */
static void own_members(crmvi_variant *variant, int32_t index, crmvi_member *members) {
    crmvi_index *own = &variant->model->indexes[index];
    memcpy(members, own->members, (size_t)own->count * sizeof *members);
    own->members = members;
    variant->changes[index] = true;
}

bool crmvi_variant_new(const crmvi_tree *tree, int32_t index, int32_t member, crmvi_variant *out) {
    if (!begin(tree, tree->model->indexes[index].count, out)) {
        return false;
    }
    own_members(out, index, out->members);
    out->changed = &out->members[member];
    mark_above(tree->model, out->changes);
    return true;
}

/* The metric's position among an index's members, or -1. */
static int32_t place_of(const crmvi_index *index, int32_t metric) {
    for (int32_t k = 0; k < index->count; k++) {
        if (!index->members[k].is_index && index->members[k].position == metric) {
            return k;
        }
    }
    return -1;
}

/* A weight becomes 0. What adds has no weights: the member goes, and where it was the only one, an index remains that
 * is nothing, as one whose weights are all 0. */
static void drop_member(crmvi_index *index, crmvi_member *members, int32_t place) {
    index->additive = index->additive && index->count > 1;
    if (index->additive) {
        index->count--;
        memmove(members + place, members + place + 1, (size_t)(index->count - place) * sizeof *members);
    } else {
        members[place].weight = 0;
    }
}

bool crmvi_variant_without(const crmvi_tree *tree, int32_t metric, crmvi_variant *out) {
    const crmv_model *model = tree->model;
    int64_t room = 0;
    for (int32_t i = 0; i < model->index_count; i++) {
        room += place_of(&model->indexes[i], metric) >= 0 ? model->indexes[i].count : 0;
    }
    if (!begin(tree, room, out)) {
        return false;
    }
    crmvi_member *members = out->members;
    for (int32_t i = 0; i < model->index_count; i++) {
        const int32_t place = place_of(&model->indexes[i], metric);
        if (place >= 0) {
            own_members(out, i, members);
            drop_member(&out->model->indexes[i], members, place);
            members += model->indexes[i].count;
        }
    }
    mark_above(model, out->changes);
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

bool crmvi_variant_settle(crmvi_variant *variant) {
    const crmv_model *model = variant->model;
    bool fits = true;
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

bool crmvi_variant_weigh(crmvi_variant *variant, crmvi_micro weight) {
    variant->changed->weight = weight;
    return crmvi_variant_settle(variant);
}
