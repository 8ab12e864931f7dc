/* comparison.h - a score beside what it must be better than, and the sentence about it. */
#ifndef CRMVI_CALIBRATE_COMPARISON_H
#define CRMVI_CALIBRATE_COMPARISON_H

#include "base/page.h"
#include "crmvalue/calibrate.h"

/* What a predictor is. */
enum { CRMVI_IS_SCORE, CRMVI_IS_BASELINE, CRMVI_IS_INDEX, CRMVI_IS_METRIC, CRMVI_PREDICTOR_KINDS };
extern const char *const crmvi_predictor_kinds[CRMVI_PREDICTOR_KINDS];

/* One column of numbers that orders customers, and how well. */
typedef struct crmvi_predictor {
    int32_t is;
    const char *name;
    const int64_t *column; /* CRMV_MISSING_POINTS where missing */
    crmv_prediction measured;
    double
        z; /* baselines: how many standard errors the score's correlation lies above this one's; NaN: cannot be said */
} crmvi_predictor;

/* The score first, then what it is compared with. */
typedef struct crmvi_comparison {
    const char *outcome;
    bool less;                     /* less of the outcome is better */
    int64_t population;            /* customers in it */
    int64_t held_out_customers;    /* of these, with or without an outcome; 0 where all are taken */
    int64_t customers;             /* who have all of score, baselines and outcome, and are held out if any are */
    double held_out;               /* percent; 0: all were taken, those that the model was found from */
    bool found_from_them;          /* something of the model was found from a population at all */
    bool fitted;                   /* some of it from this outcome */
    bool even_score, even_outcome; /* of those customers all have the same */
    crmvi_predictor *predictors;
    int32_t count;
} crmvi_comparison;

/*
 * How many standard errors one of two rank correlations with the same outcome lies above the other, where `between` is
 * that of the two predictors: Meng, Rosenthal & Rubin, "Comparing correlated correlation coefficients", Psychological
 * Bulletin 111 (1992), equation 1. NaN where it cannot be said: fewer than four customers, or a correlation of 1.
 */
double crmvi_correlations_apart(double score, double baseline, double between, int64_t customers);

/* The predictor among the score and the baselines that orders best, the score where it is as good as the best: by
 * Spearman's correlation, or by Gini. NULL where none can be measured. */
const crmvi_predictor *crmvi_best_by_spearman(const crmvi_comparison *comparison);
const crmvi_predictor *crmvi_best_by_gini(const crmvi_comparison *comparison);

/* Whether a baseline orders better than the score. */
bool crmvi_baseline_wins(const crmvi_comparison *comparison);

/* Whether the better customers by the score are the worse ones by the outcome: a correlation below 0. */
bool crmvi_orders_wrong_way(const crmvi_comparison *comparison);

/* The sentences. */
void crmvi_write_comparison(crmvi_writing *to, const crmvi_comparison *comparison);

#endif
