#include "vocabulary.h"

#include <string.h>

enum {
    OBJECT = CRMVI_TAKES_OBJECT,
    ARRAY = CRMVI_TAKES_ARRAY,
    TEXT = CRMVI_TAKES_TEXT,
    WHOLE = CRMVI_TAKES_WHOLE,
    NUMBER = CRMVI_TAKES_NUMBER,
    TRUTH = CRMVI_TAKES_TRUTH
};

#define VOCABULARY(name, table)                                                                                        \
    const crmvi_vocabulary name = {.keys = (table), .count = (int32_t)(sizeof(table) / sizeof(table)[0])}

/* ---- The top ----------------------------------------------------------------------------------------------------- */

/* In the order of reading: what others refer to comes first. */
static const crmvi_key model_keys[] = {
    {"crmvalue", WHOLE, crmvi_read_version, 0, true},
    {"name", TEXT, crmvi_read_text, offsetof(crmv_model, name), false},
    {"money", OBJECT, crmvi_read_money, offsetof(crmv_model, money), false},
    {"input", OBJECT, crmvi_read_input, 0, false},
    {"calendar", OBJECT, crmvi_read_calendar, offsetof(crmv_model, fiscal), false},
    {"finance_cost", OBJECT, crmvi_read_finance_cost, offsetof(crmv_model, finance_cost), false},
    {"window", OBJECT | TEXT, crmvi_read_window, offsetof(crmv_model, window), false},
    {"population", TEXT, crmvi_read_population, offsetof(crmv_model, only_table), false},
    {"outcomes", OBJECT, crmvi_read_outcomes, 0, false},
    {"lifetimes", OBJECT, crmvi_read_lifetimes, 0, false},
    {"metrics", OBJECT, crmvi_read_metrics, 0, true},
    {"indexes", OBJECT, crmvi_read_indexes, 0, false},
    {"unrated", OBJECT, crmvi_read_unrated, offsetof(crmv_model, unrated), false},
    {"tiers", OBJECT, crmvi_read_tiers, 0, false},
    {"segments", OBJECT, crmvi_read_segments, 0, false},
    {"rules", ARRAY, crmvi_read_rules, 0, false},
};
VOCABULARY(crmvi_model_vocabulary, model_keys);

static const crmvi_key money_keys[] = {
    {"currency", TEXT, crmvi_read_currency, offsetof(crmvi_money, currency), false},
    {"decimals", WHOLE, crmvi_read_decimals, offsetof(crmvi_money, decimals), false},
    {"price_decimals", WHOLE, crmvi_read_decimals, offsetof(crmvi_money, price_decimals), false},
    {"quantity_decimals", WHOLE, crmvi_read_decimals, offsetof(crmvi_money, quantity_decimals), false},
};
VOCABULARY(crmvi_money_vocabulary, money_keys);

/* ---- Feeds ------------------------------------------------------------------------------------------------------- */

/* How texts are read, for an object whose crmvi_reading lies `base` bytes into its structure. */
#define SETTINGS(base)                                                                                                 \
    {"encoding", TEXT, crmvi_read_text, (base) + offsetof(crmvi_reading, encoding), false},                            \
        {"delimiter", TEXT, crmvi_read_delimiter, (base) + offsetof(crmvi_reading, delimiter), false},                 \
        {"decimal", TEXT, crmvi_read_point, (base) + offsetof(crmvi_reading, notation.point), false},                  \
        {"thousands", TEXT, crmvi_read_thousands, (base) + offsetof(crmvi_reading, notation.thousands), false},        \
        {"negative", TEXT, crmvi_read_negative, (base) + offsetof(crmvi_reading, notation.minus), false},              \
        {"dates", TEXT, crmvi_read_dates, (base) + offsetof(crmvi_reading, dates), false},                             \
        {"missing", ARRAY, crmvi_read_missing_texts, (base), false}, {                                                 \
        "keys", TEXT, crmvi_read_keys, (base) + offsetof(crmvi_reading, integer_keys), false                           \
    }

static const crmvi_key input_keys[] = {
    SETTINGS(0),
    {"transactions", OBJECT, NULL, 0, false},
    {"customers", OBJECT, NULL, 0, false},
    {"receivables", OBJECT, NULL, 0, false},
    {"events", OBJECT, NULL, 0, false},
    {"rates", OBJECT, NULL, 0, false},
};
VOCABULARY(crmvi_input_vocabulary, input_keys);

#define ROLE(name, role, needed)                                                                                       \
    { name, TEXT, crmvi_read_text, offsetof(crmvi_layout, columns[role]), needed }

static const crmvi_key transactions_keys[] = {
    SETTINGS(offsetof(crmvi_layout, reading)),
    ROLE("customer", CRMVI_ROLE_CUSTOMER, true),
    ROLE("date", CRMVI_ROLE_DATE, true),
    ROLE("quantity", CRMVI_ROLE_QUANTITY, false),
    ROLE("revenue", CRMVI_ROLE_REVENUE, false),
    ROLE("unit_price", CRMVI_ROLE_UNIT_PRICE, false),
    ROLE("cost", CRMVI_ROLE_COST, false),
    ROLE("unit_cost", CRMVI_ROLE_UNIT_COST, false),
    ROLE("gross_profit", CRMVI_ROLE_GROSS_PROFIT, false),
    ROLE("discount", CRMVI_ROLE_DISCOUNT, false),
    ROLE("discount_rate", CRMVI_ROLE_DISCOUNT_RATE, false),
    ROLE("cost_to_serve", CRMVI_ROLE_COST_TO_SERVE, false),
    ROLE("document", CRMVI_ROLE_DOCUMENT, false),
    ROLE("kind", CRMVI_ROLE_KIND, false),
    {"kinds", OBJECT, crmvi_read_kinds, 0, false},
    ROLE("currency", CRMVI_ROLE_CURRENCY, false),
    {"amounts", TEXT, crmvi_read_amounts, offsetof(crmvi_layout, signed_amounts), false},
};
VOCABULARY(crmvi_transactions_vocabulary, transactions_keys);

#define TABLE_ROLE(name, role, needed)                                                                                 \
    { name, TEXT, crmvi_read_text, offsetof(crmvi_table, columns[role]), needed }

static const crmvi_key customers_keys[] = {
    SETTINGS(offsetof(crmvi_table, reading)),
    TABLE_ROLE("customer", CRMVI_TABLE_CUSTOMER, true),
    TABLE_ROLE("name", CRMVI_TABLE_NAME, false),
    TABLE_ROLE("since", CRMVI_TABLE_SINCE, false),
    TABLE_ROLE("parent", CRMVI_TABLE_PARENT, false),
    TABLE_ROLE("alias_of", CRMVI_TABLE_ALIAS_OF, false),
    TABLE_ROLE("dealer", CRMVI_TABLE_DEALER, false),
    {"dealer_share", TEXT | NUMBER, crmvi_read_dealer_share, 0, false}, /* a column, or a percent for all */
};
VOCABULARY(crmvi_customers_vocabulary, customers_keys);

#define ITEM_ROLE(name, role, needed)                                                                                  \
    { name, TEXT, crmvi_read_text, offsetof(crmvi_item_layout, columns[role]), needed }

static const crmvi_key receivables_keys[] = {
    SETTINGS(offsetof(crmvi_item_layout, reading)),
    ITEM_ROLE("customer", CRMVI_RECEIVABLE_CUSTOMER, true),
    ITEM_ROLE("amount", CRMVI_RECEIVABLE_AMOUNT, true), /* signed */
    ITEM_ROLE("due", CRMVI_RECEIVABLE_DUE, true),
    ITEM_ROLE("paid", CRMVI_RECEIVABLE_PAID, false), /* missing: open */
    ITEM_ROLE("date", CRMVI_RECEIVABLE_DATE, false), /* of the invoice */
    ITEM_ROLE("currency", CRMVI_RECEIVABLE_CURRENCY, false),
};
VOCABULARY(crmvi_receivables_vocabulary, receivables_keys);

static const crmvi_key events_keys[] = {
    SETTINGS(offsetof(crmvi_item_layout, reading)),
    ITEM_ROLE("customer", CRMVI_EVENT_CUSTOMER, true),
    ITEM_ROLE("date", CRMVI_EVENT_DATE, true),
    ITEM_ROLE("event", CRMVI_EVENT_EVENT, true),         /* what happened */
    {"kinds", OBJECT, crmvi_read_event_kinds, 0, false}, /* from the column's texts to names */
    ITEM_ROLE("value", CRMVI_EVENT_VALUE, false),
    ITEM_ROLE("text", CRMVI_EVENT_TEXT, false),
};
VOCABULARY(crmvi_events_vocabulary, events_keys);

static const crmvi_key rates_keys[] = {
    SETTINGS(offsetof(crmvi_item_layout, reading)),
    ITEM_ROLE("currency", CRMVI_RATE_CURRENCY, true),
    ITEM_ROLE("date", CRMVI_RATE_DATE, true),
    ITEM_ROLE("rate", CRMVI_RATE_RATE, true),
    {"quoted", TEXT, crmvi_read_quoted, offsetof(crmvi_item_layout, quoted_foreign), false},
    {"maximum_age", OBJECT, crmvi_read_age, offsetof(crmvi_item_layout, maximum_age), false},
};
VOCABULARY(crmvi_rates_vocabulary, rates_keys);

static const crmvi_key age_keys[] = {
    {"days", WHOLE, crmvi_read_age_days, 0, true},
};
VOCABULARY(crmvi_age_vocabulary, age_keys);

const crmvi_vocabulary *const crmvi_item_vocabularies[CRMVI_ITEM_FEEDS] = {
    [CRMVI_RECEIVABLES] = &crmvi_receivables_vocabulary,
    [CRMVI_EVENTS] = &crmvi_events_vocabulary,
    [CRMVI_RATES] = &crmvi_rates_vocabulary,
};

/* ---- Calendar and interest --------------------------------------------------------------------------------------- */

static const crmvi_key calendar_keys[] = {
    {"year_begins", TEXT, crmvi_read_year_begin, 0, false},
    {"weeks", TEXT, crmvi_read_weeks, 0, false},
    {"year_ends", OBJECT, crmvi_read_year_end, 0, false},
};
VOCABULARY(crmvi_calendar_vocabulary, calendar_keys);

static const crmvi_key year_end_keys[] = {
    {"weekday", TEXT, crmvi_read_weekday, offsetof(crmvi_fiscal, weekday), true},
    {"month", WHOLE, crmvi_read_month, offsetof(crmvi_fiscal, month), true},
    {"which", TEXT, crmvi_read_which, offsetof(crmvi_fiscal, nearest), true},
};
VOCABULARY(crmvi_year_end_vocabulary, year_end_keys);

static const crmvi_key finance_cost_keys[] = {
    {"yearly_rate", NUMBER | ARRAY, crmvi_read_yearly_rate, 0, true},
    {"days_in_year", WHOLE, crmvi_read_days_in_year, offsetof(crmvi_finance_cost, days_in_year), false},
};
VOCABULARY(crmvi_finance_cost_vocabulary, finance_cost_keys);

static const crmvi_key rate_period_keys[] = {
    {"from", TEXT, crmvi_read_date, offsetof(crmvi_rate_period, from), false},
    {"rate", NUMBER, crmvi_read_interest, offsetof(crmvi_rate_period, rate), true},
};
VOCABULARY(crmvi_rate_period_vocabulary, rate_period_keys);

/* ---- Windows ----------------------------------------------------------------------------------------------------- */

static const crmvi_key window_keys[] = {
    {"days", WHOLE, crmvi_read_days, 0, false},
    {"months", WHOLE, crmvi_read_months, 0, false},
    {"years", WHOLE, crmvi_read_years, 0, false},
    {"from", TEXT, crmvi_read_date, offsetof(crmvi_window, from), false},
    {"to", TEXT, crmvi_read_date, offsetof(crmvi_window, to), false},
    {"fiscal_years", WHOLE, crmvi_read_fiscal_years, 0, false},
    {"fiscal_quarters", WHOLE, crmvi_read_fiscal_quarters, 0, false},
    {"fiscal_periods", WHOLE, crmvi_read_fiscal_periods, 0, false},
    {"to_date", TRUTH, crmvi_read_truth, offsetof(crmvi_window, to_date), false},
};
VOCABULARY(crmvi_window_vocabulary, window_keys);

static const crmvi_key span_keys[] = {
    {"days", WHOLE, crmvi_read_days, 0, false},
    {"months", WHOLE, crmvi_read_months, 0, false},
    {"years", WHOLE, crmvi_read_years, 0, false},
};
VOCABULARY(crmvi_span_vocabulary, span_keys);

/* ---- Metrics ----------------------------------------------------------------------------------------------------- */

#define MEASURES offsetof(crmvi_metric, measures)
#define DETAIL offsetof(crmvi_metric, detail)
#define OPERANDS offsetof(crmvi_metric, operands)
#define COLUMN offsetof(crmvi_metric, attribute)

static const crmvi_key card_keys[] = {
    {"sum", TEXT | ARRAY, crmvi_read_measures, MEASURES, false},
    {"mean", TEXT | ARRAY, crmvi_read_measures, MEASURES, false},
    {"minimum", TEXT | ARRAY, crmvi_read_measures, MEASURES, false},
    {"maximum", TEXT | ARRAY, crmvi_read_measures, MEASURES, false},
    {"count", TEXT, crmvi_read_count, DETAIL, false},
    {"recency", TEXT, crmvi_read_time_unit, DETAIL, false},
    {"tenure", TEXT, crmvi_read_time_unit, DETAIL, false},
    {"since", TEXT, crmvi_read_text, COLUMN, false},
    {"in", TEXT, crmvi_read_time_unit, DETAIL, false},
    {"gap", TEXT, crmvi_read_gap, DETAIL, false},
    {"growth", TEXT | ARRAY, crmvi_read_measures, MEASURES, false},
    {"return_rate", TEXT, crmvi_read_return_rate, DETAIL, false},
    {"share", ARRAY, crmvi_read_operands, OPERANDS, false},
    {"ratio", ARRAY, crmvi_read_operands, OPERANDS, false},
    {"difference", ARRAY, crmvi_read_operands, OPERANDS, false},
    {"attribute", TEXT, crmvi_read_text, COLUMN, false},
    {"overdue", TEXT, crmvi_read_overdue, DETAIL, false},
    {"receivables", TEXT, crmvi_read_receivable, DETAIL, false},
    {"event", ARRAY, crmvi_read_event, 0, false},
    {"lifetime", ARRAY, crmvi_read_lifetime, 0, false},
    {"ahead", OBJECT, crmvi_read_ahead, offsetof(crmvi_metric, ahead), false},
    {"horizon", OBJECT, crmvi_read_ahead, offsetof(crmvi_metric, ahead), false},
    {"discount", NUMBER, crmvi_read_discount, offsetof(crmvi_metric, yearly_discount), false},
    {"standard_error", TRUTH, crmvi_read_truth, offsetof(crmvi_metric, standard_error), false},
    {"label", TEXT, crmvi_read_text, offsetof(crmvi_metric, label), false},
    {"window", OBJECT | TEXT, crmvi_read_window, offsetof(crmvi_metric, window), false},
    {"per", TEXT, crmvi_read_per, offsetof(crmvi_metric, per_year), false},
    {"minimum_coverage", NUMBER, crmvi_read_percent, offsetof(crmvi_metric, minimum_coverage), false},
    {"scale", OBJECT, crmvi_read_scale, offsetof(crmvi_metric, scale), false},
    {"missing", TEXT | OBJECT, crmvi_read_missing, 0, false},
    {"better", TEXT, crmvi_read_better, offsetof(crmvi_metric, better), false},
};
VOCABULARY(crmvi_card_vocabulary, card_keys);

const char *const crmvi_operator_names[CRMVI_OPERATORS] = {
    [CRMVI_SUM] = "sum",
    [CRMVI_MEAN] = "mean",
    [CRMVI_MINIMUM] = "minimum",
    [CRMVI_MAXIMUM] = "maximum",
    [CRMVI_COUNT] = "count",
    [CRMVI_RECENCY] = "recency",
    [CRMVI_TENURE] = "tenure",
    [CRMVI_SINCE] = "since",
    [CRMVI_GAP] = "gap",
    [CRMVI_GROWTH] = "growth",
    [CRMVI_RETURN_RATE] = "return_rate",
    [CRMVI_SHARE] = "share",
    [CRMVI_RATIO] = "ratio",
    [CRMVI_DIFFERENCE] = "difference",
    [CRMVI_ATTRIBUTE] = "attribute",
    [CRMVI_OVERDUE] = "overdue",
    [CRMVI_RECEIVABLE] = "receivables",
    [CRMVI_EVENT] = "event",
    [CRMVI_LIFETIME] = "lifetime",
};

/* What depends on the detail is looked up there: crmvi_card_operator. */
static const crmvi_operator operators[CRMVI_OPERATORS] = {
    [CRMVI_SUM] = {.windowed = true, .models_window = true, .per = true},
    [CRMVI_MEAN] = {.windowed = true, .models_window = true},
    [CRMVI_MINIMUM] = {.windowed = true, .models_window = true},
    [CRMVI_MAXIMUM] = {.windowed = true, .models_window = true},
    [CRMVI_COUNT] = {.windowed = true, .models_window = true, .per = true},
    [CRMVI_RECENCY] = {.windowed = true},
    [CRMVI_TENURE] = {.windowed = true},
    [CRMVI_GAP] = {.windowed = true},
    [CRMVI_GROWTH] = {.windowed = true, .models_window = true, .bounded = true},
    [CRMVI_RETURN_RATE] = {.windowed = true, .models_window = true},
};

static const crmvi_operator receivable_operators[CRMVI_RECEIVABLE_DETAILS] = {
    [CRMVI_DAYS_LATE] = {.windowed = true, .models_window = true},
    [CRMVI_DAYS_SALES_OUTSTANDING] = {.windowed = true, .models_window = true, .bounded = true},
};

static const crmvi_operator event_operators[CRMVI_EVENT_DETAILS] = {
    [CRMVI_EVENT_COUNT] = {.windowed = true, .models_window = true, .per = true},
    [CRMVI_EVENT_SUM] = {.windowed = true, .models_window = true, .per = true},
    [CRMVI_EVENT_MEAN] = {.windowed = true, .models_window = true},
    [CRMVI_EVENT_LAST] = {.windowed = true},
    [CRMVI_EVENT_AGE] = {.windowed = true},
    [CRMVI_EVENT_LAST_AGE] = {.windowed = true},
};

const crmvi_operator *crmvi_card_operator(const crmvi_metric *metric) {
    switch (metric->operation) {
    case CRMVI_RECEIVABLE:
        return &receivable_operators[metric->detail];
    case CRMVI_EVENT:
        return &event_operators[metric->detail];
    default:
        return &operators[metric->operation];
    }
}

static const crmvi_key missing_keys[] = {
    {"points", NUMBER, crmvi_read_points, offsetof(crmvi_metric, missing_points), true},
};
VOCABULARY(crmvi_missing_vocabulary, missing_keys);

/* ---- Scales ------------------------------------------------------------------------------------------------------ */

static const crmvi_key scale_keys[] = {
    {"bands", ARRAY, crmvi_read_bands, 0, false},
    {"line", ARRAY, crmvi_read_line, 0, false},
    {"categories", OBJECT, crmvi_read_categories, 0, false},
    {"other", NUMBER, crmvi_read_other, 0, false},
    {"percentile", OBJECT, NULL, 0, false},
    {"min_max", OBJECT, NULL, 0, false},
    {"z_score", OBJECT, NULL, 0, false},
    {"logarithm", OBJECT, NULL, 0, false},
    {"quantile_bands", OBJECT, NULL, 0, false},
    {"optimal_bands", OBJECT, NULL, 0, false},
    {"fitted", OBJECT, NULL, 0, false},
};
VOCABULARY(crmvi_scale_vocabulary, scale_keys);

static const crmvi_key band_keys[] = {
    {"from", NUMBER, crmvi_read_real, offsetof(crmvi_band, from), false},
    {"to", NUMBER, crmvi_read_real, offsetof(crmvi_band, to), false},
    {"points", NUMBER, crmvi_read_points, offsetof(crmvi_band, points), true},
};
VOCABULARY(crmvi_band_vocabulary, band_keys);

/* ---- Indexes and tiers ------------------------------------------------------------------------------------------- */

static const crmvi_key index_keys[] = {
    {"weights", OBJECT, crmvi_read_weights, 0, false},
    {"add", ARRAY, crmvi_read_add, 0, false},
};
VOCABULARY(crmvi_index_vocabulary, index_keys);

static const crmvi_key unrated_keys[] = {
    {"tenure_below", OBJECT, crmvi_read_span, offsetof(crmvi_unrated, tenure), false},
    {"coverage_below", NUMBER, crmvi_read_percent, offsetof(crmvi_unrated, coverage), false},
};
VOCABULARY(crmvi_unrated_vocabulary, unrated_keys);

/* Requests that find cuts, of tiers and of classes. */
#define CUT_REQUESTS                                                                                                   \
    {"shares", ARRAY, NULL, 0, false}, {"quantiles", ARRAY, NULL, 0, false}, {"abc", OBJECT, NULL, 0, false},          \
        {"natural_breaks", ARRAY, NULL, 0, false}, {"k_means", ARRAY, NULL, 0, false}, {                               \
        "fitted", OBJECT, NULL, 0, false                                                                               \
    }

static const crmvi_key tiers_keys[] = {
    {"cuts", ARRAY, NULL, 0, false},
    CUT_REQUESTS,
};
VOCABULARY(crmvi_tiers_vocabulary, tiers_keys);

/* ---- Segments and rules ------------------------------------------------------------------------------------------ */

static const crmvi_key segment_keys[] = {
    {"grid", OBJECT, crmvi_read_grid, 0, false},
    {"cases", ARRAY, crmvi_read_cases, 0, false},
    {"by", TEXT, NULL, 0, false},
    {"cuts", ARRAY, NULL, 0, false},
    CUT_REQUESTS,
};
VOCABULARY(crmvi_segment_vocabulary, segment_keys);

static const crmvi_key grid_keys[] = {
    {"rows", TEXT, NULL, 0, true},
    {"columns", TEXT, NULL, 0, true},
    {"cuts", ARRAY, NULL, 0, true},
    {"names", ARRAY, NULL, 0, true},
};
VOCABULARY(crmvi_grid_vocabulary, grid_keys);

static const crmvi_key case_keys[] = {
    {"is", TEXT, NULL, 0, true},
    {"when", OBJECT, crmvi_read_when, offsetof(crmvi_case, when), false},
    {"treatment", TEXT, crmvi_read_text, offsetof(crmvi_case, treatment), false},
};
VOCABULARY(crmvi_case_vocabulary, case_keys);

static const crmvi_key condition_keys[] = {
    {"at_least", NUMBER, NULL, 0, false}, {"above", NUMBER, NULL, 0, false},    {"below", NUMBER, NULL, 0, false},
    {"at_most", NUMBER, NULL, 0, false},  {"is", TEXT | ARRAY, NULL, 0, false}, {"missing", TRUTH, NULL, 0, false},
};
VOCABULARY(crmvi_condition_vocabulary, condition_keys);

static const crmvi_key rule_keys[] = {
    {"name", TEXT, crmvi_read_text, offsetof(crmvi_rule, name), true},
    {"when", OBJECT, crmvi_read_when, offsetof(crmvi_rule, when), true},
    {"then", OBJECT, crmvi_read_then, 0, true},
};
VOCABULARY(crmvi_rule_vocabulary, rule_keys);

static const crmvi_key then_keys[] = {
    {"cap", TEXT, crmvi_read_cap, offsetof(crmvi_rule, cap), false},
    {"flag", TRUTH, crmvi_read_truth, offsetof(crmvi_rule, flag), false},
    {"treatment", TEXT, crmvi_read_text, offsetof(crmvi_rule, treatment), false},
};
VOCABULARY(crmvi_then_vocabulary, then_keys);

/* ---- Reserved names ---------------------------------------------------------------------------------------------- */

bool crmvi_is_reserved(const char *name) {
    static const char *const columns[] = {"customer", "name",  "score_low",     "score_high", CRMVI_COVERAGE,
                                          CRMVI_TIER, "flags", "tier_uncapped", "unrated"};
    static const char *const beginnings[] = {"points_", "reason_"};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if (strcmp(name, columns[i]) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        if (strncmp(name, beginnings[i], strlen(beginnings[i])) == 0) {
            return true;
        }
    }
    return false;
}
