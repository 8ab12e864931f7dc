/*
 * overview.h - what a whole scoring came to: customers and exact money per tier and per segment. The readable summary
 * and the JSON report are both written from it.
 */
#ifndef CRMVALUE_PROGRAM_OVERVIEW_H
#define CRMVALUE_PROGRAM_OVERVIEW_H

#include "asides.h"

/* The groups in the model's order, behind them those without. */
typedef struct grouping {
    const char *name;
    crmv_group *groups;
    int32_t count;
} grouping;

typedef struct overview {
    const inputs *taken;
    const crmv_scores *scores;
    bool has_scores;       /* the model has the index `score` */
    bool has_revenue;      /* there is a ledger that supplies it */
    bool has_gross_profit; /* likewise */
    bool has_contribution; /* and it is another number than the gross profit */
    bool has_unknown_cost; /* some customer bought what has no known cost */
    crmv_group all;
    grouping tiers; /* without groups where the model has no tiers */
    grouping *segments;
    int32_t segment_count;
} overview;

bool overview_make(const inputs *taken, const crmv_scores *scores, overview *whole, failure *why);
void overview_clear(overview *whole);

/* A group's money, in minor units. */
wide group_revenue(const crmv_group *one);
wide group_gross_profit(const crmv_group *one);
wide group_contribution(const crmv_group *one);
wide group_unknown_cost(const crmv_group *one);

/* Customers of a group without a tier, and those for a reason, CRMV_TOO_NEW to CRMV_NOTHING_KNOWN. */
int64_t group_unrated(const crmv_group *one);
int64_t group_unrated_for(const crmv_group *one, int32_t reason);

#endif
