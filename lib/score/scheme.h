/*
 * scheme.h - a tree as formulas over doubles, for whole sheets of customers.
 *
 * Points and weights are integers. Where every sum stays below CRMVI_EXACT_LIMIT in magnitude, doubles hold it exactly
 * and one rounded quotient per index is all there is to round, so that the formulas give the very numbers that
 * crmvi_tree_parts gives customer by customer. Whether that is so is known from the scales' extremes and the weights
 * alone; then no index can overflow either. Where it is not, there is no scheme, and customers are taken one by one.
 */
#ifndef CRMVI_SCORE_SCHEME_H
#define CRMVI_SCORE_SCHEME_H

#include "frame/frame.h"
#include "score/steps.h"
#include "score/tree.h"

/* The numbers of a part, as in crmvi_part. */
enum { CRMVI_POINTS, CRMVI_LOWEST, CRMVI_HIGHEST, CRMVI_COVERAGE, CRMVI_NUMBERS };

/* What one branch adds to the sums of its index, and, where it can be missing, to their bulks. */
typedef struct crmvi_term {
    int32_t part;
    bool lacks; /* its bulk counts only where it is there */
    double bulk;
    double weight, divisor;  /* of its numbers; without steps, only a weight */
    double absent;           /* what stands for missing ones; steps know by themselves */
    double low;              /* in a split formula, what is left of its weight */
    const crmvi_step *steps; /* a metric on bands: its numbers as a step function */
    const crmvi_step *lows;  /* in a split formula, by what is left of its weight */
    const crmvi_step *bulks; /* and where its bulk counts */
    int32_t step_count, low_count, bulk_count;
} crmvi_term;

/* How the sums become the number. */
enum {
    CRMVI_NOWHERE,        /* it is always missing */
    CRMVI_AS_IT_IS,       /* they are whole */
    CRMVI_WHOLE_QUOTIENT, /* the weights were divided, and what they give is whole but for their own rounding */
    CRMVI_BY_DIVISOR,     /* sum x factor / divisor */
    CRMVI_BY_BULK,        /* sum x factor / bulk of what is there */
    CRMVI_WHERE_BULK      /* the sum, missing where nothing is there */
};

/*
 * Where products of weights and points are too large together, as they are with weights of many digits, a formula by
 * divisor or bulk is split: each weight is a multiple of a power of two, `split`, and what is left. Either has a sum of
 * its own, and both are divided one after the other.
 */
typedef struct crmvi_formula {
    int32_t kind;
    bool lacks;             /* the number can be missing */
    double split;           /* 0: it is not */
    double base, low, bulk; /* where the sums and the bulks begin */
    double factor, divisor;
    crmvi_term *terms;
    int32_t count;
} crmvi_formula;

typedef struct crmvi_scheme {
    crmvi_formula *formulas[CRMVI_NUMBERS]; /* per part; metrics have only their points */
    crmvi_formula *all_formulas;            /* memory of these */
    crmvi_term *terms;
    crmvi_step *steps;
    crmvi_step *tiers; /* the tier's code as steps of the score, from -1 */
} crmvi_scheme;

/* Makes the scheme of a tree for a frame. *out is NULL where doubles would not be exact. False where memory is short.
 */
bool crmvi_scheme_make(const crmvi_tree *tree, const crmv_frame *frame, crmvi_scheme **out);
void crmvi_scheme_free(crmvi_scheme *scheme); /* NULL is fine */

/* Whether some customer of the frame may have no place on the metric's scale; on one that is still to be found nobody
 * has. */
bool crmvi_may_miss(const crmv_model *model, const crmv_frame *frame, int32_t metric);

#endif
