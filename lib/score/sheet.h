/*
 * sheet.h - customers scored a sheet at a time.
 *
 * A request names the columns that are wanted, and whole columns to write them into; what these need on the way is
 * worked out on the sheet and forgotten. All that scores hold follows from the frame and the model here: numbers, then
 * ratings, then segments, then rules.
 */
#ifndef CRMVI_SCORE_SHEET_H
#define CRMVI_SCORE_SHEET_H

#include "crmvalue/score.h"
#include "score/scheme.h"

/* Columns of numbers: the points of each part, by its position, and behind them of the score: */
enum { CRMVI_SCORE_LOW, CRMVI_SCORE_HIGH, CRMVI_SCORE_COVERAGE, CRMVI_SCORE_NUMBERS };

/* What is wanted. Homes are whole columns, NULL for what is only needed on the way. */
typedef struct crmvi_request {
    bool *numbers;      /* per part, then CRMVI_SCORE_LOW ... */
    bool *segments;     /* per segment */
    bool unrated, tier; /* the tier before caps */
    bool rules;         /* all of them */
    crmvi_micro **number_homes;
    int32_t **code_homes; /* per segment: its codes */
    int32_t **case_homes; /* per segment of cases: the position of the one that holds, -1 for none */
    uint8_t **rule_homes; /* per rule: CRMVI_FAILS ... */
    int32_t *unrated_home, *tier_home;
    int32_t *final_home;           /* the tier after caps */
    bool *formulas[CRMVI_NUMBERS]; /* per part: set by completing */
    unsigned char *memory;
} crmvi_request;

/* An empty request; false where memory is short. */
bool crmvi_request_new(const crmvi_tree *tree, crmvi_request *out);
void crmvi_request_clear(crmvi_request *request);

/* Adds what the wanted columns need on the way. */
void crmvi_request_complete(const crmvi_tree *tree, const crmvi_scheme *scheme, crmvi_request *request);

/* Works out a completed request for the customers [begin, end). `scheme` may be NULL: then customer by customer.
 * Errors: CRMV_OUT_OF_MEMORY; without a scheme also CRMV_OVERFLOW. */
int32_t crmvi_request_fill(const crmvi_request *request, const crmvi_tree *tree, const crmvi_scheme *scheme,
                           const crmv_frame *frame, int64_t begin, int64_t end);

/* ---- A sheet, as ratings, segments and rules see it -------------------------------------------------------------- */

/* Columns of `count` customers; NULL where not wanted. */
typedef struct crmvi_sheet {
    const crmvi_request *request;
    const crmvi_tree *tree;
    const crmvi_scheme *scheme;
    const crmv_frame *frame;
    int64_t begin;
    int32_t count;
    crmvi_micro **numbers;
    int32_t *unrated, *tier;
    int32_t **codes;  /* per segment */
    uint8_t *results; /* of a case or rule at hand */
} crmvi_sheet;

/* A metric's values. */
static inline const double *crmvi_sheet_values(const crmvi_sheet *sheet, int32_t metric) {
    return sheet->frame->metrics[metric] + sheet->begin;
}

/* What a condition comes to: an operand that is missing leaves it undecided unless another test fails anyway. */
enum { CRMVI_FAILS, CRMVI_HOLDS, CRMVI_UNDECIDED };

/* What the conditions come to together, for each customer. */
void crmvi_when_results(const crmvi_sheet *sheet, const crmvi_when *when, uint8_t *results);

/* The last day on which a customer must have started not to be too new. */
int64_t crmvi_last_start(const crmvi_window *tenure, int32_t as_of);

/* The tier of a score that is not missing, before any cap; -1 where there are none. */
int32_t crmvi_tier_of(const crmv_model *model, crmvi_micro score);

/* Whether customers with a score can be unrated. */
bool crmvi_may_be_unrated(const crmvi_tree *tree);

/* Why customers are unrated, and the tiers before any cap of those who are not. Where there is a scheme, it has set the
 * tiers by the scores. */
void crmvi_rate(const crmvi_sheet *sheet);

/* The codes of a segment; the cases that hold go to `cases` (may be NULL), which a grid leaves alone. */
void crmvi_classify(const crmvi_sheet *sheet, int32_t segment, int32_t *cases);

/* What each rule comes to, and the tiers after caps. */
void crmvi_apply_rules(const crmvi_sheet *sheet);

#endif
