/*
 * critic.c - weights by spread and by conflict with the others (CRITIC: Diakoulaki, Mavrotas & Papayannakis 1995,
 * Computers & Operations Research 22, 763-770): the share is the standard deviation times the sum of 1 - r over the
 * other members, r being the correlation of their points.
 */
#include "calibrate/weights.h"

#include <math.h>

/* Of customers who have both. A member that does not vary is uncorrelated with the others. */
static double correlation(const crmvi_pair *pairs, int32_t i, int32_t j, int32_t count) {
    const int32_t position = i < j ? crmvi_pair_position(i, j, count) : crmvi_pair_position(j, i, count);
    const double r = crmvi_pair_correlation(&pairs[position]);
    return isnan(r) ? 0 : r;
}

/* Whether there is another member, with customers enough, that too few have together with this one. */
static bool is_apart(const crmvi_pair *pairs, int32_t i, int32_t count) {
    bool apart = false;
    for (int32_t j = 0; j < count; j++) {
        const int32_t position = i < j ? crmvi_pair_position(i, j, count) : crmvi_pair_position(j, i, count);
        apart = apart || (pairs[position].count < 2 && pairs[crmvi_pair_position(j, j, count)].count > 1);
    }
    return apart && pairs[crmvi_pair_position(i, i, count)].count > 1;
}

void crmvi_critic_weights(const crmvi_pair *pairs, int32_t count, crmvi_found_weight *out) {
    for (int32_t i = 0; i < count; i++) {
        out[i].conflict = 0;
        for (int32_t j = 0; j < count; j++) {
            out[i].conflict += j == i ? 0 : 1 - correlation(pairs, i, j, count);
        }
        out[i].share = out[i].deviation * out[i].conflict;
        if (out[i].remark == NULL && !(out[i].share > 0)) {
            out[i].remark = "its points go along with those of all others, so that it weighs nothing";
        }
        if (out[i].remark == NULL && is_apart(pairs, i, count)) {
            out[i].remark = "fewer than two customers have points of both it and another member, so that their "
                            "correlation is taken as 0";
        }
    }
}
