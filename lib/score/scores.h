/*
 * scores.h - what scoring has found, one column per number and class, and how a customer's row of it is read.
 *
 * The columns are filled in the order of this structure, so that what stands above may be looked at by what stands
 * below: points and indexes, bounds and coverage, tiers, segments, rules, caps.
 */
#ifndef CRMVI_SCORE_SCORES_H
#define CRMVI_SCORE_SCORES_H

#include "frame/frame.h"
#include "score/tree.h"

struct crmv_scores {
    const crmv_model *model; /* held */
    const crmv_frame *frame; /* held */
    int64_t rows;
    crmvi_tree tree;
    int64_t *numbers; /* memory of the columns below, by their type */
    int32_t *codes;
    uint8_t *results;
    int64_t **points;                     /* per metric; NULL where it has no scale */
    int64_t **indexes;                    /* per index */
    int64_t *lowest, *highest, *coverage; /* of the score; NULL without a root */
    int32_t *unrated;
    int32_t *tier_uncapped;
    int32_t **segments; /* per segment */
    uint8_t **rules;    /* per rule: CRMVI_FAILS ... */
    int32_t *tier;
    int64_t *holds, *undecided; /* per rule: customers */
};

/* Whether the frame's metrics are those of the model: same names in the same order, derived alike, their categories
 * with the same codes. Errors: CRMV_BAD_ARGUMENT with the metric that differs. */
int32_t crmvi_same_metrics(const crmv_model *model, const crmv_frame *frame, crmv_error *error);

/* What a condition comes to: an operand that is missing leaves it undecided unless another test fails anyway. */
enum { CRMVI_FAILS, CRMVI_HOLDS, CRMVI_UNDECIDED };

int32_t crmvi_when_result(const crmv_scores *scores, const crmvi_when *when, int64_t row);

/* Why a customer is unrated, CRMV_RATED if it is not. `refused`: a metric that must be there is missing. */
int32_t crmvi_unrated_reason(const crmv_scores *scores, int64_t row, bool refused);

/* The tier of a score before any cap. */
int32_t crmvi_tier_of(const crmv_model *model, crmvi_micro score);

/* The code of a customer's name in a segment, -1 for none. */
int32_t crmvi_segment_code(const crmv_scores *scores, const crmvi_segment *segment, int64_t row);

/* The case of a segment of cases that holds for a customer; NULL for none. */
const crmvi_case *crmvi_segment_case(const crmv_scores *scores, const crmvi_segment *segment, int64_t row);

/* Evaluates all rules for a customer and sets its final tier. */
void crmvi_apply_rules(crmv_scores *scores, int64_t row);

/* Counts, per rule, for how many customers it holds or is undecided. */
void crmvi_count_rules(crmv_scores *scores);

/* Scores without columns yet; NULL where memory is short. Holds model and frame. */
crmv_scores *crmvi_scores_new(const crmv_model *model, const crmv_frame *frame);

/* Makes room for all columns. False where memory is short. */
bool crmvi_scores_allocate(crmv_scores *scores);

#endif
