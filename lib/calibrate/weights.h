/* weights.h - weights that are found from the spread of the members' points, or from their number alone. */
#ifndef CRMVI_CALIBRATE_WEIGHTS_H
#define CRMVI_CALIBRATE_WEIGHTS_H

#include "calibrate/gathered.h"
#include "model/model.h"

/* What a member's weight comes from. What is not of the request is NaN. */
typedef struct crmvi_found_weight {
    double share;       /* in proportion to its weight; at least 0 */
    double entropy;     /* 0 to 1 */
    double deviation;   /* sample standard deviation of its points / what its scale spans */
    double conflict;    /* sum of 1 - correlation over the other members */
    int64_t customers;  /* with points; -1: nobody was asked */
    const char *remark; /* a sentence where it weighs nothing, or not what its points say; static; NULL: none */
    crmvi_micro weight; /* percent of 1e-6; they add up to exactly 100 */
} crmvi_found_weight;

/*
 * Finds the weights of an ask's members, in the ask's order, `ask->of_count` of them. Errors: CRMV_NOT_IDENTIFIED with
 * a sentence and the ask's place (nobody has points of any member, or all weigh nothing), CRMV_OUT_OF_MEMORY.
 */
int32_t crmvi_find_weights(const crmvi_ask *ask, const crmv_model *model, const crmvi_gathered *gathered,
                           crmvi_found_weight *out, crmv_error *error);

/* One member's entropy and share by it, from the run of its points; `lowest` are the fewest that it can have. */
void crmvi_entropy_weight(const crmvi_run *run, crmvi_micro lowest, crmvi_found_weight *out);

/* CRITIC's shares of all members; `deviation` of each has been set. `pairs` are as crmvi_pair_position says. */
void crmvi_critic_weights(const crmvi_pair *pairs, int32_t count, crmvi_found_weight *out);

/* The fewest and the most points that a member can have. */
typedef struct crmvi_span {
    crmvi_micro lowest, highest;
} crmvi_span;
crmvi_span crmvi_member_span(const crmv_model *model, const crmvi_member *member);

#endif
