/*
 * scores.h - what scoring has found.
 *
 * Scores hold their frame and their model, and all columns follow from these two. Made at once are only those that are
 * looked at customer by customer: the score, the tiers, what rules come to, and the cases whose treatments are told.
 * Any other column is made when it is first asked for, by whichever thread asks, and stays until the scores go.
 */
#ifndef CRMVI_SCORE_SCORES_H
#define CRMVI_SCORE_SCORES_H

#include "base/parallel.h"
#include "frame/likeness.h"
#include "score/sheet.h"

#include <stdatomic.h>

struct crmv_scores {
    const crmv_model *model; /* held */
    const crmv_frame *frame; /* held */
    int64_t rows;
    crmvi_runner runner; /* of the call that made them */
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

/* Scores without columns yet; NULL where memory is short. Holds model and frame. */
crmv_scores *crmvi_scores_new(const crmv_model *model, const crmv_frame *frame);

/* Makes room for the columns' places, once the tree is there, and for the columns that are made at once. False where
 * memory is short. */
bool crmvi_scores_make_room(crmv_scores *scores);
bool crmvi_scores_allocate(crmv_scores *scores);

/*
 * Scores in which no column is there yet, and which do not ask whether the model is fitted: points of metrics and
 * indexes whose own requests are fitted are what they will be, those of open ones are missing. There are no tiers and
 * no rules; columns are made by crmvi_scores_prepare or when they are asked for (crmvi_scores_column). `options` hold
 * for the life of the scores. Errors: those of crmv_score but CRMV_NOT_FITTED.
 */
int32_t crmvi_score_parts(const crmv_model *model, const crmv_frame *frame, const crmv_options *options,
                          crmv_scores **out, crmv_error *error);

/* Makes these columns in one go over the customers, on all threads, where they are not there yet. A part's points have
 * the part's number; see below for the others. Not while another thread uses the scores. Errors: CRMV_OVERFLOW,
 * CRMV_OUT_OF_MEMORY, CRMV_CANCELLED; then the scores are as they were. */
int32_t crmvi_scores_prepare(crmv_scores *scores, const int32_t *columns, int32_t count, crmv_error *error);

/* The two halves of it: a request for those that are not there, each with a new home, false where memory is short; and
 * the homes become columns, or, where they were not filled, go. */
bool crmvi_scores_ask(const crmv_scores *scores, const int32_t *columns, int32_t count, crmvi_request *request);
void crmvi_scores_show(crmv_scores *scores, const crmvi_request *request, bool filled);

/* Counts, per rule, for how many customers it holds or is undecided. */
void crmvi_count_rules(crmv_scores *scores);

/* Columns by number: those of a request's numbers, `unrated` behind them, then the segments. */
int32_t crmvi_unrated_column(const crmv_scores *scores);
int32_t crmvi_segment_column(const crmv_scores *scores, int32_t segment);

/* A column of int64_t or, from crmvi_unrated_column on, of int32_t, made if need be; NULL where memory is short, or
 * where points do not fit, which crmv_score and crmvi_scores_prepare tell apart. */
const void *crmvi_scores_column(const crmv_scores *scores, int32_t column);

#endif
