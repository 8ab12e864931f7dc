/* vocabulary.h - every word that a model file may use: the keys of each object, and the values that are names. */
#ifndef CRMVI_MODEL_VOCABULARY_H
#define CRMVI_MODEL_VOCABULARY_H

#include "reader.h"

/* ---- Objects ----------------------------------------------------------------------------------------------------- */

/* In brackets: the structure that the object fills. */
extern const crmvi_vocabulary crmvi_model_vocabulary;        /* the top of the text (crmv_model) */
extern const crmvi_vocabulary crmvi_money_vocabulary;        /* (crmvi_money) */
extern const crmvi_vocabulary crmvi_input_vocabulary;        /* (crmvi_reading) */
extern const crmvi_vocabulary crmvi_transactions_vocabulary; /* (crmvi_layout) */
extern const crmvi_vocabulary crmvi_customers_vocabulary;    /* (crmvi_table) */
extern const crmvi_vocabulary crmvi_age_vocabulary;          /* rates.maximum_age (int32_t) */
extern const crmvi_vocabulary crmvi_calendar_vocabulary;     /* (crmvi_fiscal) */
extern const crmvi_vocabulary crmvi_year_end_vocabulary;     /* (crmvi_fiscal) */
extern const crmvi_vocabulary crmvi_finance_cost_vocabulary; /* (crmvi_finance_cost) */
extern const crmvi_vocabulary crmvi_rate_period_vocabulary;  /* one of yearly_rate (crmvi_rate_period) */
extern const crmvi_vocabulary crmvi_window_vocabulary;       /* (crmvi_window) */
extern const crmvi_vocabulary crmvi_span_vocabulary;         /* unrated.tenure_below (crmvi_window) */
extern const crmvi_vocabulary crmvi_card_vocabulary;         /* one of metrics (crmvi_metric) */
extern const crmvi_vocabulary crmvi_missing_vocabulary;      /* (crmvi_metric) */
extern const crmvi_vocabulary crmvi_scale_vocabulary;        /* (crmvi_scale) */
extern const crmvi_vocabulary crmvi_band_vocabulary;         /* one of bands (crmvi_band) */
extern const crmvi_vocabulary crmvi_index_vocabulary;        /* one of indexes (crmvi_index) */
extern const crmvi_vocabulary crmvi_unrated_vocabulary;      /* (crmvi_unrated) */
extern const crmvi_vocabulary crmvi_tiers_vocabulary;        /* (crmv_model) */
extern const crmvi_vocabulary crmvi_segment_vocabulary;      /* one of segments (crmvi_segment) */
extern const crmvi_vocabulary crmvi_grid_vocabulary;         /* (crmvi_segment) */
extern const crmvi_vocabulary crmvi_case_vocabulary;         /* one of cases (crmvi_case) */
extern const crmvi_vocabulary crmvi_condition_vocabulary;    /* one operand of a `when` (crmvi_condition) */
extern const crmvi_vocabulary crmvi_rule_vocabulary;         /* one of rules (crmvi_rule) */
extern const crmvi_vocabulary crmvi_then_vocabulary;         /* (crmvi_rule) */

/* Of the feeds of items (crmvi_item_layout). */
extern const crmvi_vocabulary crmvi_receivables_vocabulary, crmvi_events_vocabulary, crmvi_rates_vocabulary;
extern const crmvi_vocabulary *const crmvi_item_vocabularies[CRMVI_ITEM_FEEDS];

/* What is asked for instead of plain numbers, by kind (crmvi_ask); those of kinds that are no objects have no keys. */
extern const crmvi_vocabulary crmvi_ask_vocabularies[CRMVI_ASKS];
extern const crmvi_vocabulary crmvi_weights_vocabulary;  /* `weights` that are requested */
extern const crmvi_vocabulary crmvi_fitted_vocabulary;   /* what was found (crmvi_fitted) */
extern const crmvi_vocabulary crmvi_outcomes_vocabulary; /* (crmvi_outcomes) */

/* Of lifetimes. */
extern const crmvi_vocabulary crmvi_lifetime_vocabulary;        /* one of lifetimes (crmvi_lifetime_card) */
extern const crmvi_vocabulary crmvi_spend_vocabulary;           /* its `spend` (crmvi_spend_card) */
extern const crmvi_vocabulary crmvi_fitted_lifetime_vocabulary; /* what was found for it (crmvi_fitted) */
extern const crmvi_vocabulary crmvi_fitted_spend_vocabulary;    /* the `spend` in that */
extern const crmvi_vocabulary crmvi_stretch_vocabulary;         /* a card's `ahead` or `horizon` (crmvi_stretch) */

/* What stands beside the numbers that were found. */
typedef struct crmvi_fitted {
    int32_t as_of;
    int64_t customers;
} crmvi_fitted;

/* A band as the author gives it. */
typedef struct crmvi_band {
    double from, to;
    crmvi_micro points;
    int32_t given;
} crmvi_band;

/* ---- Names ------------------------------------------------------------------------------------------------------- */

/* What else a condition may look at. */
#define CRMVI_COVERAGE "coverage"
#define CRMVI_TIER "tier"

/* The index whose tiers are told. */
#define CRMVI_ROOT "score"

/* The most bytes that an event's name has. */
#define CRMVI_EVENT_NAME_LIMIT 64

/* What a metric's card may say beside its operator, by operator. */
typedef struct crmvi_operator {
    bool windowed;      /* takes `window` */
    bool models_window; /* has the model's window unless its card has one */
    bool per;           /* takes `per` */
    bool bounded;       /* needs a window: all history has no length, and nothing before it */
} crmvi_operator;

extern const char *const crmvi_operator_names[CRMVI_OPERATORS];

/* That of a metric whose operation and detail are known. */
const crmvi_operator *crmvi_card_operator(const crmvi_metric *metric);

/* Names that metrics, indexes and segments cannot have: columns of the result are called so. */
bool crmvi_is_reserved(const char *name);

/* ---- Readers of the objects' members ----------------------------------------------------------------------------- */

/* parse.c, parse_windows.c */
crmvi_read crmvi_read_version, crmvi_read_population;
crmvi_read crmvi_read_window, crmvi_read_span, crmvi_read_days, crmvi_read_months, crmvi_read_years, crmvi_read_date;
crmvi_read crmvi_read_fiscal_years, crmvi_read_fiscal_quarters, crmvi_read_fiscal_periods;

/* parse_calendar.c */
crmvi_read crmvi_read_calendar, crmvi_read_year_begin, crmvi_read_weeks, crmvi_read_year_end;
crmvi_read crmvi_read_weekday, crmvi_read_month, crmvi_read_which;

/* parse_finance.c */
crmvi_read crmvi_read_finance_cost, crmvi_read_yearly_rate, crmvi_read_days_in_year, crmvi_read_interest;

/* parse_input.c */
crmvi_read crmvi_read_money, crmvi_read_currency, crmvi_read_decimals;
crmvi_read crmvi_read_input, crmvi_read_kinds, crmvi_read_amounts;
crmvi_read crmvi_read_delimiter, crmvi_read_point, crmvi_read_thousands, crmvi_read_negative, crmvi_read_dates;
crmvi_read crmvi_read_missing_texts, crmvi_read_keys;

/* parse_items.c */
crmvi_read crmvi_read_dealer_share, crmvi_read_event_kinds, crmvi_read_quoted, crmvi_read_age, crmvi_read_age_days;

/* parse_metrics.c, parse_operators.c */
crmvi_read crmvi_read_metrics, crmvi_read_missing, crmvi_read_better, crmvi_read_per;
crmvi_read crmvi_read_measures, crmvi_read_count, crmvi_read_time_unit, crmvi_read_gap, crmvi_read_return_rate;
crmvi_read crmvi_read_operands, crmvi_read_overdue, crmvi_read_receivable, crmvi_read_event;

/* parse_scales.c */
crmvi_read crmvi_read_scale, crmvi_read_bands, crmvi_read_line, crmvi_read_categories, crmvi_read_other;
crmvi_read crmvi_read_real;

/* parse_indexes.c, parse_tiers.c */
crmvi_read crmvi_read_indexes, crmvi_read_weights, crmvi_read_add;
crmvi_read crmvi_read_tiers, crmvi_read_unrated;

/* parse_outcomes.c, ask_scales.c, ask_weights.c, fitted.c */
crmvi_read crmvi_read_outcomes, crmvi_read_after, crmvi_read_outcome;
crmvi_read crmvi_read_knots, crmvi_read_classes, crmvi_read_winsorise, crmvi_read_spread, crmvi_read_ends;
crmvi_read crmvi_read_judgements, crmvi_read_method, crmvi_read_random_index, crmvi_read_by, crmvi_read_held_out;
crmvi_read crmvi_read_class_names, crmvi_read_abc_names, crmvi_read_side, crmvi_read_customers;

/* parse_lifetimes.c, parse_foretold.c */
crmvi_read crmvi_read_lifetimes, crmvi_read_processes, crmvi_read_lifetime_unit, crmvi_read_penalty;
crmvi_read crmvi_read_spend, crmvi_read_spend_model, crmvi_read_spend_measures;
crmvi_read crmvi_read_lifetime, crmvi_read_ahead, crmvi_read_discount;
crmvi_read crmvi_read_ahead_days, crmvi_read_ahead_weeks, crmvi_read_ahead_months, crmvi_read_ahead_years;

/* parse_segments.c, parse_conditions.c, parse_rules.c */
crmvi_read crmvi_read_segments, crmvi_read_grid, crmvi_read_cases, crmvi_read_when;
crmvi_read crmvi_read_rules, crmvi_read_then, crmvi_read_cap;

#endif
