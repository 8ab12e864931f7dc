/*
 * overview.h - what a whole scoring came to: customers and exact money per tier and per segment, and what was set
 * aside. The readable summary and the JSON report are both written from it.
 */
#ifndef CRMVALUE_PROGRAM_OVERVIEW_H
#define CRMVALUE_PROGRAM_OVERVIEW_H

#include "figures.h"
#include "inputs.h"

/* Customers that share a tier or a segment's name. */
typedef struct group {
    const char *name; /* NULL: those without one */
    int64_t customers;
    wide revenue;      /* minor units */
    wide gross_profit; /* of the lines whose cost is known */
    wide unknown_cost; /* revenue of the lines whose cost is unknown */
    int64_t scored;    /* customers that have a score */
    wide points;       /* its sum, in units of 1e-6 */
} group;

/* The groups in the model's order, behind them those without. */
typedef struct grouping {
    const char *name;
    group *groups;
    int32_t count;
} grouping;

enum { UNRATED_REASONS = CRMV_NOTHING_KNOWN + 1 };

typedef struct overview {
    const inputs *taken;
    const crmv_scores *scores;
    bool has_scores;       /* the model has the index `score` */
    bool has_revenue;      /* there is a ledger that supplies it */
    bool has_gross_profit; /* likewise */
    bool has_unknown_cost; /* some customer bought what has no known cost */
    group all;
    grouping tiers; /* without groups where the model has no tiers */
    grouping *segments;
    int32_t segment_count;
    int64_t unrated[UNRATED_REASONS];
} overview;

bool overview_make(const inputs *taken, const crmv_scores *scores, overview *whole, failure *why);
void overview_clear(overview *whole);

/* The mean score of a group in units of 1e-6, or CRMV_MISSING_POINTS. */
int64_t group_mean(const group *one);

/* Rows set aside for one reason in one currency, and where their first ones stand. */
typedef struct aside {
    crmv_set_aside counted;
    const char *file;
    const line_map *lines;
} aside;

/* Those of the transactions and those of the customer table; false past the last. Customers that the table does not
 * know have no row in it, and so are not among its rows: they are told by aside_unknown, false where there are none. */
bool aside_of_ledger(const inputs *taken, int64_t position, aside *rows);
bool aside_of_table(const inputs *taken, int64_t position, aside *rows);
bool aside_unknown(const inputs *taken, aside *customers);

/* Sale lines and revenue of the days after the one to look back from. */
typedef struct later {
    int64_t sale_lines;
    int64_t revenue;
} later;

/* False where there is nothing after it. */
bool later_of(const inputs *taken, later *rest);

/* The revenue that rows set aside had, in minor units. */
wide aside_revenue(const aside *rows);

#endif
