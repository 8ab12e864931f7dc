/*
 * model.h - a parsed model, as the rooms above read it.
 *
 * All names are resolved to positions, all points and weights are integers of 1e-6, all texts belong to the model.
 * Positions follow the author's order. Nothing here changes after parsing.
 */
#ifndef CRMVI_MODEL_MODEL_H
#define CRMVI_MODEL_MODEL_H

#include "base/calendar.h"
#include "base/exact.h"
#include "crmvalue/model.h"
#include "model/ask.h"
#include "model/feeds.h"
#include "model/lifetimes.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>

/* ---- Calendar and interest --------------------------------------------------------------------------------------- */

/* How fiscal years lie. */
enum { CRMVI_FISCAL_MONTHS, CRMVI_FISCAL_WEEKS };

typedef struct crmvi_fiscal {
    int32_t kind;
    int32_t month;      /* of the year's first day, or (weeks) at whose end it ends; 0: the model has no `calendar` */
    int32_t day;        /* CRMVI_FISCAL_MONTHS: the year's first day, or the month's last where it is shorter */
    int32_t weekday;    /* CRMVI_FISCAL_WEEKS: of the year's last day, 0 Monday to 6 Sunday */
    bool nearest;       /* the one nearest to the month's last day; false: the last one in the month */
    int32_t pattern[3]; /* weeks of a quarter's periods: 4, 4, 5; a 53rd week is the last period's */
} crmvi_fiscal;

/* A yearly rate of interest from a day on. */
typedef struct crmvi_rate_period {
    int32_t from;     /* the first one's is CRMVI_FIRST_DAY */
    crmvi_micro rate; /* 0.06 is 60,000 */
} crmvi_rate_period;

typedef struct crmvi_finance_cost {
    crmvi_rate_period *periods; /* ascending; NULL: the model has no `finance_cost` */
    int32_t count;
    int32_t days_in_year; /* 360, 365 ... */
} crmvi_finance_cost;

/* Money and its decimals. */
typedef struct crmvi_money {
    char currency[16]; /* "" where the model names none */
    int32_t decimals;  /* 0 to 9 */
    int32_t price_decimals;
    int32_t quantity_decimals;
} crmvi_money;

/* ---- Metrics ----------------------------------------------------------------------------------------------------- */

/* How a metric is derived. */
enum {
    CRMVI_SUM,         /* of measures, over the window */
    CRMVI_MEAN,        /* of purchase-day totals */
    CRMVI_MINIMUM,     /* likewise */
    CRMVI_MAXIMUM,     /* likewise */
    CRMVI_COUNT,       /* of lines, documents, days */
    CRMVI_RECENCY,     /* time since the last purchase day */
    CRMVI_TENURE,      /* time since the start: the earlier of `since` and the first purchase day */
    CRMVI_SINCE,       /* time since a date attribute */
    CRMVI_GAP,         /* between purchase days */
    CRMVI_GROWTH,      /* of measures against the window before */
    CRMVI_RETURN_RATE, /* returned / sold */
    CRMVI_SHARE,       /* of two metrics: a / b, b > 0 */
    CRMVI_RATIO,       /* a / b */
    CRMVI_DIFFERENCE,  /* a - b */
    CRMVI_ATTRIBUTE,   /* a column of the customer table */
    CRMVI_OVERDUE,     /* of the receivables past their due day */
    CRMVI_RECEIVABLE,  /* of the receivables */
    CRMVI_EVENT,       /* of the events of one name */
    CRMVI_LIFETIME,    /* what a lifetime foretells */
    CRMVI_OPERATORS
};

/* Measures, as bits of crmvi_metric.measures. */
enum {
    CRMVI_QUANTITY,
    CRMVI_REVENUE,
    CRMVI_COST,
    CRMVI_GROSS_PROFIT,
    CRMVI_DISCOUNT,
    CRMVI_COST_TO_SERVE,
    CRMVI_CONTRIBUTION,
    CRMVI_RETURNED_QUANTITY,
    CRMVI_RETURNED_REVENUE,
    CRMVI_RETURNED_COST,
    CRMVI_RETURNED_DISCOUNT,
    CRMVI_UNKNOWN_COST_REVENUE,
    CRMVI_FINANCE_COST, /* interest on what is overdue, by the model's `finance_cost` */
    CRMVI_MEASURES
};

/* Counts, as crmvi_metric.detail of CRMVI_COUNT. */
enum {
    CRMVI_LINES,
    CRMVI_SALE_LINES,
    CRMVI_CANCELLED_LINES,
    CRMVI_RETURN_LINES,
    CRMVI_UNKNOWN_COST_LINES,
    CRMVI_DOCUMENTS,
    CRMVI_PURCHASE_DAYS,
    CRMVI_REPEAT_DAYS, /* purchase days but the first of all (with a window: those in it) */
    CRMVI_COUNTS
};

/* Units of time, as crmvi_metric.detail of CRMVI_RECENCY, CRMVI_TENURE and CRMVI_SINCE. */
enum { CRMVI_IN_DAYS, CRMVI_IN_WEEKS, CRMVI_IN_MONTHS, CRMVI_IN_YEARS, CRMVI_TIME_UNITS };

/* What of the gaps, as crmvi_metric.detail of CRMVI_GAP. */
enum { CRMVI_GAP_MEAN, CRMVI_GAP_SPREAD, CRMVI_GAP_RELATIVE_RECENCY, CRMVI_GAPS };

/* What of the overdue balance, as crmvi_metric.detail of CRMVI_OVERDUE. */
enum { CRMVI_OVERDUE_DAYS, CRMVI_OVERDUE_AMOUNT, CRMVI_OVERDUES };

/* What of the receivables, as crmvi_metric.detail of CRMVI_RECEIVABLE. */
enum {
    CRMVI_OPEN_AMOUNT,            /* invoiced and not paid */
    CRMVI_DAYS_LATE,              /* mean days from due to paid of what was paid in the window, by amount; early is 0 */
    CRMVI_DAYS_SALES_OUTSTANDING, /* open amount / revenue of the window x days of the window */
    CRMVI_RECEIVABLE_DETAILS
};

/* What of the events, as crmvi_metric.detail of CRMVI_EVENT. */
enum {
    CRMVI_EVENT_COUNT,
    CRMVI_EVENT_SUM,      /* of the values */
    CRMVI_EVENT_MEAN,     /* likewise */
    CRMVI_EVENT_LAST,     /* the last one's value, or its text where the scale has categories */
    CRMVI_EVENT_AGE,      /* days since the last one */
    CRMVI_EVENT_LAST_AGE, /* days since the one that CRMVI_EVENT_LAST shows: the last with a value, else with a text */
    CRMVI_EVENT_DETAILS
};

extern const char *const crmvi_overdue_names[CRMVI_OVERDUES];
extern const char *const crmvi_receivable_names[CRMVI_RECEIVABLE_DETAILS];
extern const char *const crmvi_event_detail_names[CRMVI_EVENT_DETAILS];
extern const char *const crmvi_measure_names[CRMVI_MEASURES];
extern const char *const crmvi_count_names[CRMVI_COUNTS];
extern const char *const crmvi_time_unit_names[CRMVI_TIME_UNITS];
extern const char *const crmvi_gap_names[CRMVI_GAPS];

/* Whether a measure counts quantity decimals (else money decimals). */
static inline bool crmvi_is_quantity(int32_t measure) {
    return measure == CRMVI_QUANTITY || measure == CRMVI_RETURNED_QUANTITY;
}

/* Which days count. */
enum {
    CRMVI_ALL_HISTORY, /* from CRMVI_FIRST_DAY */
    CRMVI_LAST_DAYS,
    CRMVI_LAST_MONTHS,
    CRMVI_FROM_TO,
    CRMVI_FISCAL_YEARS,
    CRMVI_FISCAL_QUARTERS,
    CRMVI_FISCAL_PERIODS
};

typedef struct crmvi_window {
    int32_t kind;
    int32_t length;             /* days or months (years are 12 months); fiscal years, quarters or periods */
    int32_t from, to;           /* days, both included */
    bool to_date;               /* fiscal: the last of them is the one that the as-of date lies in, up to that date */
    const crmvi_fiscal *fiscal; /* the model's, where the kind needs it */
} crmvi_window;

/* Scales: what a value earns. */
enum { CRMVI_NO_SCALE, CRMVI_BANDS, CRMVI_LINE, CRMVI_CATEGORIES, CRMVI_ITSELF };

/*
 * Bands in ascending order: value v earns points[i] where from[i] <= v < to[i]; from[0] may be -infinity, the last `to`
 * is infinity unless given. Lines: knots (from[i], points[i]) in ascending order, flat outside; `to` is unused.
 * Categories: labels[i] earns points[i]; `other` is one more entry, its label "other", where has_other.
 * Itself: the value is the points, in units of 1e-6. No model asks for it; columns of points are scored so.
 */
typedef struct crmvi_line crmvi_line;
typedef struct crmvi_scale {
    int32_t kind;
    int32_t count; /* bands, knots or categories (with `other`) */
    double *from, *to;
    crmvi_micro *points;
    int32_t *given; /* bands: position of each in the author's order */
    const char **labels;
    bool has_other;
    crmvi_micro lowest, highest;
    const crmvi_line *line; /* what crmvi_scale_all uses of a line; NULL where it has no use for it */
    const crmvi_ask *ask;   /* the request that it was or is to be found for; NULL: plain numbers */
} crmvi_scale;

/* What happens to a missing metric. */
enum { CRMVI_RENORMALISE, CRMVI_FIXED_POINTS, CRMVI_WORST, CRMVI_REFUSE };

/* Which direction the card says is better. */
enum { CRMVI_UNSAID, CRMVI_HIGHER, CRMVI_LOWER };

typedef struct crmvi_metric {
    const char *name;
    const char *label;     /* for people: the card's `label`, else the name with blanks for underscores */
    int32_t operation;     /* CRMVI_SUM ... */
    uint32_t measures;     /* bits; one money or only quantities, never mixed */
    int32_t detail;        /* count, time unit, gap ...; for CRMVI_RETURN_RATE the measure (revenue or quantity) */
    int32_t operands[2];   /* positions of metrics, for share, ratio and difference */
    const char *attribute; /* column of the customer table, for CRMVI_ATTRIBUTE and CRMVI_SINCE; the event's name */
    const crmvi_lifetime_card *lifetime; /* for CRMVI_LIFETIME; else NULL */
    crmvi_stretch ahead; /* the card's `ahead` or `horizon`; value and discounted purchases without it: to infinity */
    double yearly_discount; /* 0.1 for 10 %; above 0 where `ahead` is infinite */
    bool standard_error;    /* the value is the standard error of what is foretold */
    crmvi_window window;    /* the card's, else the model's where the operator takes it, else all history */
    bool per_year;
    crmvi_micro minimum_coverage; /* percent of 1e-6; for measures that need a known cost */
    int32_t better;               /* the card's word, or that of what is foretold */
    bool is_better_given;         /* it is the card's */
    crmvi_scale scale;
    int32_t missing;
    crmvi_micro missing_points; /* for CRMVI_FIXED_POINTS; for CRMVI_WORST the scale's lowest */
} crmvi_metric;

/* ---- Indexes, tiers, segments, rules ----------------------------------------------------------------------------- */

/* A member of an index: a metric or another index. */
typedef struct crmvi_member {
    bool is_index;
    int32_t position;
    crmvi_micro weight; /* weighted indexes; in additive ones CRMVI_ONE */
} crmvi_member;

typedef struct crmvi_index {
    const char *name;
    bool additive;
    int32_t count;
    crmvi_member *members;       /* in ascending order of their names */
    crmvi_micro lowest, highest; /* what it can be with all metrics present */
    const crmvi_ask *ask;        /* the request that its weights are of; NULL: plain numbers */
} crmvi_index;

/* What a condition looks at. */
enum { CRMVI_ON_METRIC, CRMVI_ON_INDEX, CRMVI_ON_SEGMENT, CRMVI_ON_TIER, CRMVI_ON_COVERAGE };

/* A limit: of a metric in major units, of an index or the coverage in 1e-6. */
typedef struct crmvi_limit {
    bool set;
    double value;
    crmvi_micro micro;
} crmvi_limit;

/* One operand and the tests that must all hold. */
typedef struct crmvi_condition {
    int32_t on;
    int32_t position; /* of the metric, index or segment */
    crmvi_limit at_least, above, below, at_most;
    int32_t *codes; /* `is`: one of these; NULL where not asked */
    int32_t code_count;
    int32_t missing; /* 1: must be missing, 0: must be there, -1: not asked */
} crmvi_condition;

/* Conditions that must all hold; none: always. */
typedef struct crmvi_when {
    crmvi_condition *conditions;
    int32_t count;
} crmvi_when;

typedef struct crmvi_case {
    int32_t code; /* of the segment's names */
    crmvi_when when;
    const char *treatment; /* NULL: none */
} crmvi_case;

/* A side of a grid: a metric or an index and its cuts, ascending; a value at or above a cut is on its upper side. */
typedef struct crmvi_side {
    int32_t on; /* CRMVI_ON_METRIC or CRMVI_ON_INDEX */
    int32_t position;
    int32_t count;
    crmvi_limit *cuts;
} crmvi_side;

/* Classes by one number are a grid whose columns are the same number without a cut. */
typedef struct crmvi_segment {
    const char *name;
    const char **names; /* each once, in the order in which they first stand in the model */
    int32_t name_count;
    bool is_grid;
    crmvi_side rows, columns;
    int32_t *cells;       /* codes, (rows.count + 1) x (columns.count + 1), lowest row first */
    const crmvi_ask *ask; /* the request that its cuts are of; NULL: plain numbers */
    crmvi_case *cases;
    int32_t case_count;
} crmvi_segment;

typedef struct crmvi_tier {
    const char *name;
    crmvi_micro cut; /* the last tier's is INT64_MIN */
} crmvi_tier;

typedef struct crmvi_rule {
    const char *name;
    crmvi_when when;
    int32_t cap; /* tier; -1: none */
    bool flag;
    const char *treatment; /* NULL: none */
} crmvi_rule;

typedef struct crmvi_unrated {
    bool by_tenure;
    crmvi_window tenure; /* CRMVI_LAST_DAYS or CRMVI_LAST_MONTHS */
    bool by_coverage;
    crmvi_micro coverage; /* percent of 1e-6 */
} crmvi_unrated;

struct crmv_model {
    atomic_int holders;
    json_t *text;               /* what was parsed, in the author's order */
    struct crmvi_block *blocks; /* memory of all that follows */
    const char *name;
    crmvi_money money;
    crmvi_layout layout;
    crmvi_table table;
    crmvi_item_layout items[CRMVI_ITEM_FEEDS];
    crmvi_fiscal fiscal;
    crmvi_finance_cost finance_cost;
    crmvi_window window; /* the model's own */
    bool only_table;     /* `"population": "customers"` */
    crmvi_lifetime_card *lifetimes;
    int32_t lifetime_count;
    crmvi_metric *metrics;
    int32_t metric_count;
    int32_t *derive_order;   /* positions of metrics, operands first */
    const char **attributes; /* columns of the customer table that metrics read, each once, in the author's order */
    int32_t attribute_count;
    crmvi_index *indexes;
    int32_t index_count;
    int32_t *score_order; /* positions of indexes, members first */
    int32_t root;         /* the index `score`, or -1 */
    crmvi_unrated unrated;
    crmvi_tier *tiers; /* best first */
    int32_t tier_count;
    const crmvi_ask *tiers_ask; /* the request that their cuts are of; NULL: plain numbers */
    crmvi_segment *segments;
    int32_t segment_count;
    int32_t *segment_order; /* positions of segments, operands first */
    crmvi_rule *rules;
    int32_t rule_count;
    crmvi_asks asks;
    crmvi_outcomes outcomes;
};

/* One more holder of the model; let go with crmv_model_free. The model is immutable, so this takes a const one. */
const crmv_model *crmvi_model_hold(const crmv_model *model);

/* The position of a metric, index or segment by its name, or -1. */
int32_t crmvi_model_metric(const crmv_model *model, const char *name);
int32_t crmvi_model_index(const crmv_model *model, const char *name);
int32_t crmvi_model_segment(const crmv_model *model, const char *name);

/* Whether the metric's values are codes of categories. */
static inline bool crmvi_is_category(const crmvi_metric *metric) {
    return (metric->operation == CRMVI_ATTRIBUTE || metric->operation == CRMVI_EVENT) &&
           metric->scale.kind == CRMVI_CATEGORIES;
}

/* Whether transactions of these roles (bits 1 << CRMVI_ROLE_...) supply a measure. Finance cost they never do. */
bool crmvi_measure_supplied(int32_t measure, uint32_t fed);

/* The roles that a feed of this layout can have, as such bits: all of them unless the model maps some. */
uint32_t crmvi_layout_roles(const crmvi_layout *layout);

/* The measures that a metric is derived from, as bits 1 << CRMVI_...; 0 where it is from none: of receivables, days
 * sales outstanding alone are, from revenue; those of spend are its lifetime's, not the metric's. */
uint32_t crmvi_metric_measures(const crmvi_metric *metric);

/* A window's first and last day as of a day; false: it is empty. `before`: that of the same length just before it. */
bool crmvi_window_days(const crmvi_window *window, int32_t as_of, bool before, int32_t *first, int32_t *last);

/* Whether two windows, of one model or of two, hold the same days as of every day. */
bool crmvi_same_window(const crmvi_window *a, const crmvi_window *b);

/* Whether a text is one of those that mean missing. */
bool crmvi_reading_missing(const crmvi_reading *reading, const char *text, int64_t length);

/* The value's place on a scale: the band, knot segment or category, -1 where it lies in none (then it counts as
 * missing); its points go to *points. `value` is not NaN. */
int32_t crmvi_scale_points(const crmvi_scale *scale, double value, crmvi_micro *points);

/* What scaling many values on a line needs at hand: its bytes, 0 where that is nothing, and it itself. */
int64_t crmvi_line_size(const crmvi_scale *scale);
void crmvi_line_prepare(const crmvi_scale *scale, crmvi_line *out);

/* The points of many values; NaN for those that are NaN or lie in no band. */
void crmvi_scale_all(const crmvi_scale *scale, const double *values, int32_t count, double *points);

#endif
