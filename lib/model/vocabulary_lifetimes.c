/* vocabulary_lifetimes.c - the words of lifetimes, of what was fitted for them, and of the metrics that they foretell.
 */
#include "vocabulary.h"

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

const char *const crmvi_lifetime_detail_names[CRMVI_LIFETIME_DETAILS] = {
    [CRMVI_LIFETIME_P_ALIVE] = "p_alive",     [CRMVI_LIFETIME_CHURN] = "churn",
    [CRMVI_LIFETIME_PURCHASES] = "purchases", [CRMVI_LIFETIME_SPEND] = "spend",
    [CRMVI_LIFETIME_VALUE] = "value",         [CRMVI_LIFETIME_DISCOUNTED_PURCHASES] = "discounted_purchases",
};

const char *const crmvi_lifetime_unit_names[CRMVI_LIFETIME_UNITS] = {
    [CRMVI_UNIT_DAY] = "day",
    [CRMVI_UNIT_WEEK] = "week",
    [CRMVI_UNIT_YEAR] = "year",
};

const double crmvi_lifetime_unit_days[CRMVI_LIFETIME_UNITS] = {
    [CRMVI_UNIT_DAY] = 1,
    [CRMVI_UNIT_WEEK] = 7,
    [CRMVI_UNIT_YEAR] = 365.25,
};

const crmvi_fitted_words crmvi_process_words[CRMVI_CANDIDATES + 1] = {
    [CRMV_BG_NBD] = {"bg_nbd", 4, {"r", "alpha", "a", "b"}, -1, 1e12},
    [CRMV_MBG_NBD] = {"mbg_nbd", 4, {"r", "alpha", "a", "b"}, -1, 1e12},
    [CRMV_PARETO_NBD] = {"pareto_nbd", 4, {"r", "alpha", "s", "beta"}, -1, 1e12},
    [CRMV_NBD] = {"nbd", 2, {"r", "alpha"}, -1, 1e12},
};

const crmvi_fitted_words crmvi_spend_words[CRMVI_SPEND_MODELS + 1] = {
    [CRMV_GAMMA_GAMMA] = {"gamma_gamma", 3, {"p", "q", "gamma"}, -1, 1e18},
    [CRMV_NORMAL_NORMAL] = {"normal_normal", 3, {"mean", "between", "within"}, 0, 1e18},
};

/* ---- Lifetimes --------------------------------------------------------------------------------------------------- */

static const crmvi_key lifetime_keys[] = {
    {"model", TEXT | ARRAY, crmvi_read_processes, 0, true},
    {"time_unit", TEXT, crmvi_read_lifetime_unit, offsetof(crmvi_lifetime_card, unit), false},
    {"penalty", NUMBER, crmvi_read_penalty, offsetof(crmvi_lifetime_card, penalty), false},
    {"spend", OBJECT, crmvi_read_spend, offsetof(crmvi_lifetime_card, spend), false},
    {"fitted", OBJECT, NULL, 0, false},
};
VOCABULARY(crmvi_lifetime_vocabulary, lifetime_keys);

static const crmvi_key spend_keys[] = {
    {"model", TEXT, crmvi_read_spend_model, offsetof(crmvi_spend_card, model), true},
    {"of", TEXT | ARRAY, crmvi_read_spend_measures, offsetof(crmvi_spend_card, measures), true},
    {"first_purchase", TRUTH, crmvi_read_truth, offsetof(crmvi_spend_card, first_purchase), false},
    {"penalty", NUMBER, crmvi_read_penalty, offsetof(crmvi_spend_card, penalty), false},
};
VOCABULARY(crmvi_spend_vocabulary, spend_keys);

/* ---- What was fitted --------------------------------------------------------------------------------------------- */

/* Parameters are read once the hash has turned out to be the request's. */
static const crmvi_key fitted_lifetime_keys[] = {
    {"request", TEXT, NULL, 0, true},
    {"as_of", TEXT, crmvi_read_date, offsetof(crmvi_fitted, as_of), false},
    {"customers", WHOLE, crmvi_read_customers, offsetof(crmvi_fitted, customers), false},
    {"model", TEXT, NULL, 0, false},
    {"parameters", OBJECT, NULL, 0, false},
    {"covariance", ARRAY, NULL, 0, false},
    {"spend", OBJECT, NULL, 0, false},
    {"found", OBJECT, NULL, 0, false},
    {"answer", TEXT, NULL, 0, false},
};
VOCABULARY(crmvi_fitted_lifetime_vocabulary, fitted_lifetime_keys);

static const crmvi_key fitted_spend_keys[] = {
    {"parameters", OBJECT, NULL, 0, true},
    {"covariance", ARRAY, NULL, 0, false},
};
VOCABULARY(crmvi_fitted_spend_vocabulary, fitted_spend_keys);

/* ---- Metrics ----------------------------------------------------------------------------------------------------- */

static const crmvi_key stretch_keys[] = {
    {"days", WHOLE, crmvi_read_ahead_days, 0, false},
    {"weeks", WHOLE, crmvi_read_ahead_weeks, 0, false},
    {"months", WHOLE, crmvi_read_ahead_months, 0, false},
    {"years", WHOLE, crmvi_read_ahead_years, 0, false},
};
VOCABULARY(crmvi_stretch_vocabulary, stretch_keys);
