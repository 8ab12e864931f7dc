/*
 * lifetimes.h - lifetimes: what a model says of how its customers purchase, and what of that its metrics foretell.
 *
 * A lifetime is a request (ask.h) from the moment it is named; what was fitted stands in its card once the request is
 * fitted. Histories are all that it is fitted from, and they do not depend on what was fitted.
 */
#ifndef CRMVI_MODEL_LIFETIMES_H
#define CRMVI_MODEL_LIFETIMES_H

#include "crmvalue/lifetime.h"
#include "model/ask.h"

#include <stdbool.h>
#include <stdint.h>

/* What a lifetime foretells, as crmvi_metric.detail of CRMVI_LIFETIME. */
enum {
    CRMVI_LIFETIME_P_ALIVE, /* the probability of being active */
    CRMVI_LIFETIME_CHURN,   /* 1 - that */
    CRMVI_LIFETIME_PURCHASES,
    CRMVI_LIFETIME_SPEND, /* the amount to be expected of each purchase */
    CRMVI_LIFETIME_VALUE, /* that times the discounted purchases */
    CRMVI_LIFETIME_DISCOUNTED_PURCHASES,
    CRMVI_LIFETIME_DETAILS
};

/* Units of time that a lifetime is fitted in. */
enum { CRMVI_UNIT_DAY, CRMVI_UNIT_WEEK, CRMVI_UNIT_YEAR, CRMVI_LIFETIME_UNITS };

extern const char *const crmvi_lifetime_detail_names[CRMVI_LIFETIME_DETAILS];
extern const char *const crmvi_lifetime_unit_names[CRMVI_LIFETIME_UNITS];
extern const double crmvi_lifetime_unit_days[CRMVI_LIFETIME_UNITS];

/* The processes that there are to choose among, and the models of spend. */
enum { CRMVI_CANDIDATES = CRMV_NBD, CRMVI_SPEND_MODELS = CRMV_NORMAL_NORMAL };

/* What lifetimes are foretold with (crmv_lifetime_predict, crmv_spend_predict) takes no parameter above 0 below this,
 * and no yearly discount below the other where there is no end: discounts of a day are then above 1e-12. */
static const double CRMVI_LEAST_FITTED = 1e-12;
static const double CRMVI_LEAST_ENDLESS_DISCOUNT = 1e-9;

/* A process, or a model of spend, in the words of the model file. */
typedef struct crmvi_fitted_words {
    const char *name;
    int32_t count;                                    /* of parameters */
    const char *parameters[CRMV_LIFETIME_PARAMETERS]; /* in the order of crmv_lifetime and crmv_spend */
    int32_t of_any_sign;                              /* the parameter that can be 0 and below; -1: all lie above 0 */
    double highest;                                   /* magnitude of a parameter */
} crmvi_fitted_words;

extern const crmvi_fitted_words crmvi_process_words[CRMVI_CANDIDATES + 1]; /* by CRMV_BG_NBD ...; 0 is none */
extern const crmvi_fitted_words crmvi_spend_words[CRMVI_SPEND_MODELS + 1]; /* by CRMV_GAMMA_GAMMA ... */

/* The part of a lifetime that says what a purchase brings in. */
typedef struct crmvi_spend_card {
    int32_t model;       /* CRMV_GAMMA_GAMMA ...; 0: the lifetime knows nothing of spend */
    uint32_t measures;   /* whose total is a purchase's amount; bits, as those of a metric that is a sum */
    bool first_purchase; /* whether the first purchase's amount counts */
    double penalty;
    crmv_spend fitted; /* model 0 until the request is fitted */
} crmvi_spend_card;

typedef struct crmvi_lifetime_card {
    const char *name;
    int32_t position;                     /* among the model's lifetimes */
    int32_t candidates[CRMVI_CANDIDATES]; /* CRMV_BG_NBD ..., in the author's order, each once */
    int32_t candidate_count;
    int32_t unit; /* CRMVI_UNIT_... */
    double unit_days;
    double penalty;
    crmvi_spend_card spend;
    crmv_lifetime fitted; /* model 0 until the request is fitted */
    const crmvi_ask *ask;
} crmvi_lifetime_card;

/* A stretch of time from the as-of date on. */
typedef struct crmvi_stretch {
    bool in_months;
    int32_t length; /* days (a week is 7) or months (a year is 12); 0: none is given */
} crmvi_stretch;

/* The days from `as_of` to the end of the stretch: months end by the calendar, as those of outcomes do. */
int32_t crmvi_stretch_days(const crmvi_stretch *ahead, int32_t as_of);

/* Whether a lifetime's parameters are there. */
static inline bool crmvi_is_foretold(const crmvi_lifetime_card *lifetime) {
    return lifetime->fitted.model != 0;
}

/* Whether two lifetimes, of one model or of two, look at customers' histories in the same way; and whether they have
 * the same parameters on top of that, bit by bit, or both none. */
bool crmvi_same_histories(const crmvi_lifetime_card *a, const crmvi_lifetime_card *b);
bool crmvi_same_lifetime(const crmvi_lifetime_card *a, const crmvi_lifetime_card *b);

/* The position of a lifetime by its name, or -1. */
int32_t crmvi_model_find_lifetime(const struct crmv_model *model, const char *name);

#endif
