/*
 * robustness_tipping.c - how far a weight must go to move one customer.
 *
 * A weighted mean moves towards a member's points as the member's weight grows, and what is rounded half to even keeps
 * that order, on each level up to the score; so does the coverage. So along the weights above 0 a tier that is reached
 * is not left again, and halving finds where that begins. Two things are outside of this order. At 0 the index may be
 * missing altogether; so 0 is looked at by itself. And an index that adds makes up for what is missing by what its
 * members can earn at most, which a weight below changes too; there, steps that double find the neighbourhood of a
 * weight that moves the customer, and not always the nearest one.
 */
#include "base/guest.h"
#include "base/memory.h"
#include "score/robustness.h"

#include <stdlib.h>

/* One customer and one weight. */
typedef struct tipping {
    const crmv_robustness *robustness;
    crmvi_variant variant;
    crmvi_part *parts;
    crmvi_micro present, most; /* the weight as it is, and how far it may go */
    int32_t tier;              /* as it is */
    bool rises;                /* whether a better tier is looked for, or a worse one */
} tipping;

/* ---- The customer with another weight ---------------------------------------------------------------------------- */

/* All indexes, or those that the weight changes. False where one does not fit. */
static bool add_up(const tipping *t, bool all) {
    const crmv_model *model = t->variant.model;
    bool fits = true;
    for (int32_t i = 0; fits && i < model->index_count; i++) {
        const int32_t index = model->score_order[i];
        if (all || t->variant.changes[index]) {
            fits = crmvi_node_part(&t->variant.tree.nodes[index], t->parts, &t->parts[model->metric_count + index]);
        }
    }
    return fits;
}

static const crmvi_part *score_of(const tipping *t) {
    return &t->parts[t->robustness->model->metric_count + t->robustness->model->root];
}

/* The tier that the score alone gives with this weight; -1 where there is none. */
static int32_t tier_at(tipping *t, crmvi_micro weight) {
    if (!crmvi_variant_weigh(&t->variant, weight) || !add_up(t, false) || !crmvi_is_there(score_of(t))) {
        return -1;
    }
    return crmvi_tier_of(t->robustness->model, score_of(t)->points);
}

/* Whether the customer has moved with this weight, coverage left aside. */
static bool has_moved(tipping *t, crmvi_micro weight) {
    const int32_t tier = tier_at(t, weight);
    return tier >= 0 && (t->rises ? tier < t->tier : tier > t->tier);
}

static bool is_covered(const tipping *t) {
    const crmvi_unrated *unrated = &t->robustness->model->unrated;
    return !unrated->by_coverage || score_of(t)->coverage >= unrated->coverage;
}

/* The same, and the customer still has a tier. */
static bool has_tipped(tipping *t, crmvi_micro weight) {
    return has_moved(t, weight) && is_covered(t);
}

/* ---- The way there ----------------------------------------------------------------------------------------------- */

/* Between a weight that does not move the customer and one that does: the first that does. */
static crmvi_micro halve(tipping *t, crmvi_micro still, crmvi_micro moved) {
    while (moved - still > 1 || still - moved > 1) {
        const crmvi_micro middle = still + (moved - still) / 2;
        if (has_moved(t, middle)) {
            moved = middle;
        } else {
            still = middle;
        }
    }
    return moved;
}

/* The first weight from the present one to `end` that moves the customer; -1 where none does. */
static crmvi_micro go_towards(tipping *t, crmvi_micro end) {
    const crmvi_micro direction = end > t->present ? 1 : -1;
    const crmvi_micro whole = (end - t->present) * direction;
    crmvi_micro still = t->present;
    for (crmvi_micro gone = whole > 0 ? 1 : 0; gone > 0;
         gone = gone < whole ? (gone > whole / 2 ? whole : 2 * gone) : 0) {
        const crmvi_micro weight = t->present + direction * gone;
        if (has_moved(t, weight)) {
            return halve(t, still, weight);
        }
        still = weight;
    }
    return -1;
}

static bool tips_towards(tipping *t, crmvi_micro end, crmvi_micro *weight) {
    *weight = go_towards(t, end);
    return *weight >= 0 && has_tipped(t, *weight);
}

/* The nearest weight that moves the customer; of two that are as near the lower one. */
static bool find(tipping *t, bool rises, int64_t *found) {
    crmvi_micro below = 0, above = 0;
    t->rises = rises;
    bool is_below = t->present > 0 && tips_towards(t, 1, &below);
    const bool is_above = tips_towards(t, t->most, &above);
    if (!is_below && t->present > 0) {
        below = 0;
        is_below = has_tipped(t, 0);
    }
    const bool takes_below = is_below && (!is_above || t->present - below <= above - t->present);
    *found = takes_below ? below : is_above ? above : 0;
    return is_below || is_above;
}

/* ---- The call ---------------------------------------------------------------------------------------------------- */

/* A thousand times the index's weights. */
static crmvi_micro most_of(const crmvi_index *index) {
    crmvi_wide sum = 0;
    for (int32_t i = 0; i < index->count; i++) {
        sum += index->members[i].weight;
    }
    return 1000 * sum < CRMVI_POINTS_LIMIT ? (crmvi_micro)(1000 * sum) : CRMVI_POINTS_LIMIT;
}

/* What the customer's metrics earn, and with them all indexes. */
static bool look_up(const tipping *t, int64_t row) {
    const crmv_robustness *r = t->robustness;
    for (int32_t i = 0; i < r->model->metric_count; i++) {
        if (r->model->metrics[i].scale.kind != CRMVI_NO_SCALE) {
            t->parts[i] = crmvi_metric_part(&r->model->metrics[i], r->frame->metrics[i][row], NULL);
        }
    }
    return add_up(t, true);
}

static void find_both(tipping *t, crmv_tipping_point *out) {
    out->can_rise = t->tier > 0 && find(t, true, &out->rise_weight);
    out->can_fall = t->tier < t->robustness->model->tier_count - 1 && find(t, false, &out->fall_weight);
}

static int32_t tip(const crmv_robustness *r, const crmvi_weight *weight, int64_t row, crmv_tipping_point *out) {
    tipping t = {.robustness = r,
                 .present = weight->weight,
                 .most = most_of(&r->model->indexes[weight->index]),
                 .tier = r->tiers[row]};
    if (!crmvi_variant_new(&r->tree, weight->index, weight->member, &t.variant)) {
        return CRMV_OUT_OF_MEMORY;
    }
    t.parts = crmvi_array(r->tree.part_count, sizeof *t.parts);
    const int32_t status = t.parts ? CRMV_OK : CRMV_OUT_OF_MEMORY;
    if (status == CRMV_OK && look_up(&t, row)) {
        find_both(&t, out);
    }
    free(t.parts);
    crmvi_variant_clear(&t.variant);
    return status;
}

int32_t crmv_robustness_tipping(const crmv_robustness *robustness, int32_t position, int64_t row,
                                crmv_tipping_point *out) {
    if (!robustness || position < 0 || position >= robustness->count || row < 0 || row >= robustness->frame->rows ||
        !out || out->struct_size < sizeof *out) {
        return CRMV_BAD_ARGUMENT;
    }
    crmv_tipping_point found = {.struct_size = out->struct_size};
    int32_t status = CRMV_OK;
    if (robustness->tiers[row] >= 0) {
        crmvi_guest host;
        crmvi_enter(&host);
        status = tip(robustness, &robustness->weights[position], row, &found);
        crmvi_leave(&host);
    }
    if (status == CRMV_OK) {
        *out = found;
    }
    return status;
}
