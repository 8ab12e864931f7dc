/*
 * scores.h - what scoring has found.
 *
 * Scores hold their frame and their model, and all columns follow from these two. Made at once are only those that are
 * looked at customer by customer: the score, the tiers, what rules come to, and the cases whose treatments are told.
 * Any other column is made when it is first asked for, by whichever thread asks, and stays until the scores go.
 */
#ifndef CRMVI_SCORE_SCORES_H
#define CRMVI_SCORE_SCORES_H

#include "score/sheet.h"

#include <stdatomic.h>

struct crmv_scores {
    const crmv_model *model; /* held */
    const crmv_frame *frame; /* held */
    int64_t rows;
    crmvi_tree tree;
    crmvi_scheme *scheme;     /* NULL: customer by customer */
    _Atomic(void *) *columns; /* crmvi_column_of ...; NULL until asked for */
    int32_t column_count;
    const crmvi_micro *score;      /* among the columns; NULL without a root */
    int32_t *tier_uncapped, *tier; /* the same array where no rule caps */
    int32_t **cases;               /* per segment: where one of its cases has a treatment, which one holds */
    uint8_t *results;              /* memory of the rules */
    uint8_t **rules;               /* per rule: CRMVI_FAILS ... */
    int64_t *holds, *undecided;    /* per rule: customers */
};

/* Whether the frame's metrics are those of the model: same names in the same order, derived alike, their categories
 * with the same codes. Errors: CRMV_BAD_ARGUMENT with the metric that differs. */
int32_t crmvi_same_metrics(const crmv_model *model, const crmv_frame *frame, crmv_error *error);

/* Scores without columns yet; NULL where memory is short. Holds model and frame. */
crmv_scores *crmvi_scores_new(const crmv_model *model, const crmv_frame *frame);

/* Makes room for the columns that are made at once, once the tree is there. False where memory is short. */
bool crmvi_scores_allocate(crmv_scores *scores);

/* Counts, per rule, for how many customers it holds or is undecided. */
void crmvi_count_rules(crmv_scores *scores);

/* Columns by number: those of a request's numbers, `unrated` behind them, then the segments. */
int32_t crmvi_unrated_column(const crmv_scores *scores);
int32_t crmvi_segment_column(const crmv_scores *scores, int32_t segment);

/* A column of int64_t or, from crmvi_unrated_column on, of int32_t, made if need be; NULL where memory is short. */
const void *crmvi_scores_column(const crmv_scores *scores, int32_t column);

#endif
