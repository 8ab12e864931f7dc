/* weights.c - shares of members, and how they become weights. */
#include "calibrate/weights.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/shares.h"

#include <math.h>
#include <stdlib.h>

/* ---- By number and by deviation ---------------------------------------------------------------------------------- */

static void equal_shares(int32_t count, crmvi_found_weight *out) {
    for (int32_t i = 0; i < count; i++) {
        out[i].share = 1;
    }
}

/* Barron & Barrett 1996: the centroid of all weights that keep the order; the i-th of n is the sum of 1/k over
 * k = i .. n, divided by n. Added up from the smallest, and not divided, as shares need not be. */
static void centroid_shares(int32_t count, crmvi_found_weight *out) {
    double sum = 0;
    for (int32_t i = count - 1; i >= 0; i--) {
        sum += 1.0 / (i + 1);
        out[i].share = sum;
    }
}

crmvi_span crmvi_member_span(const crmv_model *model, const crmvi_member *member) {
    if (member->is_index) {
        const crmvi_index *index = &model->indexes[member->position];
        return (crmvi_span){index->lowest, index->highest};
    }
    const crmvi_scale *scale = &model->metrics[member->position].scale;
    return (crmvi_span){scale->lowest, scale->highest};
}

static void set_deviation(const crmvi_pair *pair, crmvi_span span, crmvi_found_weight *out) {
    const double width = (double)span.highest - (double)span.lowest;
    out->customers = pair->count;
    out->deviation = width > 0 ? crmvi_pair_deviation(pair) / width : 0;
    out->share = out->deviation;
    if (pair->count < 2) {
        out->remark = "fewer than two customers have points, so that it weighs nothing";
    } else if (!(out->deviation > 0)) {
        out->remark = "all customers have the same points, so that it weighs nothing";
    }
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static void find_shares(const crmvi_ask *ask, const crmv_model *model, const crmvi_gathered *gathered,
                        crmvi_found_weight *out) {
    const crmvi_member *members = model->indexes[ask->position].members;
    const int32_t count = ask->of_count;
    if (ask->kind == CRMVI_ASK_EQUAL) {
        equal_shares(count, out);
    } else if (ask->kind == CRMVI_ASK_CENTROID) {
        centroid_shares(count, out);
    }
    for (int32_t i = 0; i < count; i++) {
        const crmvi_span span = crmvi_member_span(model, &members[ask->of[i]]);
        if (ask->kind == CRMVI_ASK_ENTROPY) {
            crmvi_entropy_weight(&gathered->runs[i], span.lowest, &out[i]);
        } else if (ask->kind == CRMVI_ASK_DEVIATION) {
            set_deviation(&gathered->pairs[i], span, &out[i]);
        } else if (ask->kind == CRMVI_ASK_CRITIC) {
            set_deviation(&gathered->pairs[crmvi_pair_position(i, i, count)], span, &out[i]);
        }
    }
    if (ask->kind == CRMVI_ASK_CRITIC) {
        crmvi_critic_weights(gathered->pairs, count, out);
    }
}

/* False where the shares add up to 0; *no_memory where memory is short. */
static bool weigh(crmvi_found_weight *found, int32_t count, bool *no_memory) {
    double *shares = crmvi_array(count, sizeof *shares);
    crmvi_micro *weights = crmvi_array(count, sizeof *weights);
    *no_memory = shares == NULL || weights == NULL;
    for (int32_t i = 0; !*no_memory && i < count; i++) {
        shares[i] = found[i].share;
    }
    const bool done = !*no_memory && crmvi_hundred(shares, count, weights);
    for (int32_t i = 0; done && i < count; i++) {
        found[i].weight = weights[i];
    }
    free(shares);
    free(weights);
    return done;
}

/* Why all members weigh nothing. */
static const char *why_nothing(const crmvi_ask *ask, const crmvi_gathered *gathered) {
    if (gathered->customers == 0) {
        return "nobody in the population has points of any member";
    }
    return ask->kind == CRMVI_ASK_CRITIC
               ? "the points of no member differ both between customers and from those of the other members"
               : "the points of no member differ between customers";
}

int32_t crmvi_find_weights(const crmvi_ask *ask, const crmv_model *model, const crmvi_gathered *gathered,
                           crmvi_found_weight *out, crmv_error *error) {
    for (int32_t i = 0; i < ask->of_count; i++) {
        out[i] = (crmvi_found_weight){
            .entropy = (double)NAN, .deviation = (double)NAN, .conflict = (double)NAN, .customers = -1};
    }
    find_shares(ask, model, gathered, out);
    bool no_memory;
    if (weigh(out, ask->of_count, &no_memory)) {
        return CRMV_OK;
    }
    if (no_memory) {
        return crmvi_no_memory(error);
    }
    return crmvi_fail(error, CRMV_NOT_IDENTIFIED, ask->place, "%s", why_nothing(ask, gathered));
}
