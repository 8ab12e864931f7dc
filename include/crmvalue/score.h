/*
 * score.h - scores, tiers, segments, rules, and the reasons for them.
 *
 * Points, indexes and contributions are exact: int64_t in units of 1e-6 point. An index is rounded once, half to even,
 * and what is rounded feeds the index above it; the contributions of the metrics add up to the score to the last unit.
 * Doubles are the same numbers divided by 1e6, for display.
 *
 * A missing metric's weight goes to the others of its index unless its card says otherwise; `coverage` tells how much
 * of the weight was there, `score_low` and `score_high` what the score could be if the missing metrics stood at their
 * scale's extremes. Where scales differ in these, leaving a metric out can take the score beyond the two.
 */
#ifndef CRMVALUE_SCORE_H
#define CRMVALUE_SCORE_H

#include "frame.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct crmv_scores crmv_scores;

/* Stands for a missing value in columns of int64_t. */
#define CRMV_MISSING_POINTS INT64_MIN

/*
 * Scores every customer of a frame that was derived with this model, or with one whose metrics are the same: names,
 * order, derivation and categories alike; points, weights and all that follows may differ. `options` may be NULL. On
 * CRMV_OK `*out` is new; free with crmv_scores_free. The frame and the model may be freed before it.
 * Errors: CRMV_BAD_ARGUMENT (the frame has other metrics, or what lifetimes foretell by other parameters than the
 * model's: derive it again, or see crmv_frame_with), CRMV_NOT_FITTED (a request of the model is open or stale,
 * see calibrate.h; its place is told), CRMV_OUT_OF_MEMORY, CRMV_CANCELLED, CRMV_OVERFLOW (points of an index beyond
 * 2^62 units of 1e-6). Any thread. Cost: linear in customers x metrics. The score, the tiers, what rules come to, and
 * cases with treatments are made here; every other column is made when it is first asked for, once, on the thread that
 * asks, at a similar cost.
 */
CRMV_API int32_t crmv_score(const crmv_model *model, const crmv_frame *frame, const crmv_options *options,
                            crmv_scores **out, crmv_error *error);

/* Lets go of scores. NULL is fine. */
CRMV_API void crmv_scores_free(crmv_scores *scores);

/* How many customers: the frame's rows, in the frame's order. 0 for NULL. */
CRMV_API int64_t crmv_scores_rows(const crmv_scores *scores);

/*
 * A column in units of 1e-6, CRMV_MISSING_POINTS where missing. NULL for an unknown name, or where memory is short for
 * a column that is asked for the first time; the scores are as they were then, and asking again may succeed. Valid
 * while the scores are. Any number of threads may ask at once.
 *   "score", "score_low", "score_high"   points
 *   "coverage"                           percent of the score's weight that was there, 0 to 100
 *   the name of an index                 points
 *   "points_<metric>"                    points on the metric's scale, for a metric that has one
 * A model without the index `score` has none of the first four.
 */
CRMV_API const int64_t *crmv_scores_exact(const crmv_scores *scores, const char *column);

/*
 * The same column as doubles (divided by 1e6), NaN where missing, written into the caller's array of `capacity` values.
 * Errors: CRMV_NOT_FOUND for an unknown name, CRMV_BUFFER_TOO_SMALL where capacity is below crmv_scores_rows,
 * CRMV_OUT_OF_MEMORY for a column that is asked for the first time.
 */
CRMV_API int32_t crmv_scores_numbers(const crmv_scores *scores, const char *column, double *out, int64_t capacity);

/* Why a customer has no tier; the code of the column "unrated". */
enum {
    CRMV_RATED = 0,
    CRMV_TOO_NEW = 1,             /* tenure below the model's `unrated` */
    CRMV_TOO_LITTLE_COVERAGE = 2, /* coverage below it */
    CRMV_METRIC_REFUSED = 3,      /* a metric whose card says `"missing": "refuse"` is missing */
    CRMV_NOTHING_KNOWN = 4        /* the score itself is missing */
};

/* A short English text ("too new"; "" for CRMV_RATED). Static; never NULL. */
CRMV_API const char *crmv_unrated_text(int32_t unrated);

/*
 * A column of codes, -1 where missing. NULL for an unknown name, or where memory is short, as for crmv_scores_exact
 * (never for the tiers, which are there from the beginning). Valid while the scores are.
 *   "tier"             after the rules' caps; the model's tiers, best first (crmv_model_label); -1 where unrated
 *   "tier_uncapped"    before them
 *   "unrated"          CRMV_RATED ... CRMV_NOTHING_KNOWN
 *   a segment's name   its names' codes (crmv_model_label)
 */
CRMV_API const int32_t *crmv_scores_codes(const crmv_scores *scores, const char *column);

/* 1 where the rule (its position in the model) holds for the customer, else 0, also for a position out of range. */
CRMV_API int32_t crmv_scores_rule(const crmv_scores *scores, int64_t row, int32_t rule);

/* What a rule does, by its position in the model; NULL fields where it does not. Valid while the scores are. */
typedef struct crmv_rule {
    uint32_t struct_size; /* sizeof(crmv_rule) */
    int32_t flag;         /* 1: the rule's name is a flag */
    int32_t cap;          /* code of the highest tier that it allows; -1: none */
    int32_t reserved;     /* 0 */
    const char *name;
    const char *treatment; /* what to do; NULL: nothing said */
    int64_t holds;         /* customers for whom it holds */
    int64_t undecided;     /* customers for whom it does not hold only because an operand was missing */
} crmv_rule;

/* Errors: CRMV_BAD_ARGUMENT. */
CRMV_API int32_t crmv_scores_rule_get(const crmv_scores *scores, int32_t rule, crmv_rule *out);

/* The treatment that the customer's case in a segment names; NULL where none is said. Valid while the scores are. */
CRMV_API const char *crmv_scores_treatment(const crmv_scores *scores, int64_t row, const char *segment);

/* ---- One customer ------------------------------------------------------------------------------------------------ */

/* What one customer came to. Numbers in units of 1e-6, CRMV_MISSING_POINTS where missing. */
typedef struct crmv_single_score {
    uint32_t struct_size; /* sizeof(crmv_single_score) */
    int32_t tier;         /* after the rules' caps; -1 where unrated, and where the model has no tiers */
    int32_t tier_uncapped;
    int32_t unrated; /* CRMV_RATED ... CRMV_NOTHING_KNOWN */
    int64_t score;   /* missing too where the model has no index `score` */
    int64_t score_low, score_high;
    int64_t coverage;
} crmv_single_score;

/*
 * Scores one customer, as when a document is posted. `metrics` are `count` values in the model's order, as a frame has
 * them: major units, a category's code, NaN where missing; a metric without a scale counts where rules and segments ask
 * for it. The result is what crmv_score gives for a row of a frame with these values, to the bit.
 *
 * What a row of metrics does not tell is whether a customer is too new: where the model's `unrated` has `tenure_below`,
 * `as_of` is the day to look back from and must be given; `start` is the day the customer's tenure counts from
 * (crmv_frame_start), CRMV_NO_DATE where it is not known, which is not too new. Without it both are left alone.
 *
 * Errors: CRMV_BAD_ARGUMENT (count is not the model's; a value that is infinite, or no code of its category; as_of is
 * missing; a day outside the years 1-9999; struct_size), CRMV_NOT_FITTED (a request of the model is open or stale),
 * CRMV_OVERFLOW (points of an index beyond 2^62 units of 1e-6), CRMV_OUT_OF_MEMORY (never up to 64 metrics, 24 indexes,
 * 256 segments and 256 rules: nothing is allocated there). Any thread. Cost: microseconds.
 */
CRMV_API int32_t crmv_score_one(const crmv_model *model, const double *metrics, int32_t count, int32_t as_of,
                                int32_t start, crmv_single_score *out, crmv_error *error);

/* ---- Summaries --------------------------------------------------------------------------------------------------- */

/* Customers that share a tier or a segment's name, and what they come to together. */
typedef struct crmv_group {
    uint32_t struct_size; /* sizeof(crmv_group) */
    int32_t has_amounts;  /* 1 where the frame has a ledger; 0: the amounts are 0 */
    const char *name;     /* of the tier or the class; NULL for those without one, and for all. Valid while the scores
                             are */
    int64_t customers;
    int64_t scored;                                                      /* of whom the score is known */
    int64_t too_new, too_little_coverage, metric_refused, nothing_known; /* unrated, by their reason */
    /* Amounts as crmv_frame_amount has them, in minor units, as 128-bit numbers: high x 2^64 + low. */
    int64_t revenue_high;
    uint64_t revenue_low;
    int64_t gross_profit_high;
    uint64_t gross_profit_low;
    int64_t contribution_high;
    uint64_t contribution_low;
    int64_t unknown_cost_revenue_high;
    uint64_t unknown_cost_revenue_low;
    /* Means in units of 1e-6, rounded half to even. */
    int64_t mean_score;    /* of those that are scored; CRMV_MISSING_POINTS where nobody is */
    int64_t mean_coverage; /* of all; CRMV_MISSING_POINTS where there is nobody, or no index `score` */
} crmv_group;

/*
 * Sums the customers up: by tier (list CRMV_TIERS, item ignored; after caps), by a segment's name (CRMV_SEGMENTS, item
 * its position), or all of them in one row (list 0, item ignored). The groups come in the order of their codes, behind
 * them those without a code: unrated, or in no case. `*count` gets their number, always codes + 1, or 1 for all. The
 * caller sets struct_size in groups[0]; the others follow at that distance.
 * Errors: CRMV_BAD_ARGUMENT, CRMV_NOT_FOUND for another list or item, CRMV_BUFFER_TOO_SMALL with only `*count` written,
 * CRMV_OUT_OF_MEMORY. Any thread. Cost: linear in the customers.
 */
CRMV_API int32_t crmv_scores_summary(const crmv_scores *scores, int32_t list, int32_t item, crmv_group *groups,
                                     int32_t capacity, int32_t *count);

/* ---- Reasons ----------------------------------------------------------------------------------------------------- */

/* One metric's part in one customer's score. Points in units of 1e-6. */
typedef struct crmv_reason {
    uint32_t struct_size; /* sizeof(crmv_reason) */
    int32_t metric;       /* position in the model's metrics */
    double value;         /* as the frame has it; NaN: missing */
    int32_t band;         /* position of the band, category or line segment, in ascending order; -1: none */
    int32_t missing;      /* 1: the value is missing, or lies in no band */
    int64_t points;       /* on the metric's scale; CRMV_MISSING_POINTS where its weight went to the others */
    int64_t lowest;       /* the scale's lowest points */
    int64_t highest;      /* and its highest */
    int64_t weight;       /* share of the score's weight that it has for this customer, percent in units of 1e-6 */
    int64_t contribution; /* points of the score; over all metrics they add up to it exactly */
    int64_t lost;         /* what the score would gain with this metric at its highest points and all others as they
                             are; 0 where the weight went away */
} crmv_reason;

/*
 * The reasons of one customer, one per metric under the index `score`, strongest first: by the distance of its points
 * from the middle of its scale, times its weight; ties by the metric's name; those whose weight went to the others come
 * last. `*count` gets their number. The caller sets struct_size in reasons[0]; the others follow at that distance.
 * Errors: CRMV_BAD_ARGUMENT for a row outside, CRMV_BUFFER_TOO_SMALL where there are more than capacity (nothing is
 * written but `*count`), CRMV_OVERFLOW (contributions beyond 2^62 units of 1e-6 that cancel out), CRMV_OUT_OF_MEMORY
 * (never up to 64 metrics and 24 indexes: nothing is allocated there).
 */
CRMV_API int32_t crmv_scores_reasons(const crmv_scores *scores, int64_t row, crmv_reason *reasons, int32_t capacity,
                                     int32_t *count);

/*
 * A reason in words: "gross profit 12,400.00: 60 of 100 points, 12.5 lost". Money with the model's decimals, quantities
 * with up to the model's, rates in percent, categories by their label. NUL-terminated UTF-8; `*length` (may be NULL)
 * gets the bytes without NUL. Errors: CRMV_BAD_ARGUMENT, CRMV_BUFFER_TOO_SMALL with only `*length` written.
 */
CRMV_API int32_t crmv_scores_reason_text(const crmv_scores *scores, const crmv_reason *reason, char *buffer,
                                         int64_t capacity, int64_t *length);

/*
 * Points that the customer's score lacks to the next better tier, in units of 1e-6; 0 in the best one. Counted from the
 * tier before caps. CRMV_MISSING_POINTS where the customer is unrated or the row is outside.
 */
CRMV_API int64_t crmv_scores_to_next_tier(const crmv_scores *scores, int64_t row);

#ifdef __cplusplus
}
#endif

#endif
