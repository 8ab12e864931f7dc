/*
 * validate.h - whether lifetime models would have told what happened.
 *
 * The past is taken for the future: a model's lifetimes are fitted to what was known on a day, the *split*, whatever
 * they were fitted to before; what they forecast is compared with what the customers did from the day after it up to
 * another day. Beside them stand two forecasts that need no model: each customer goes on at the rate so far (x / T),
 * and each repeats the last period, as long as the forecast's. Customers without a purchase day up to the split are
 * left out. Part of libcrmvalue-fit. docs/lifetimes.md has an example.
 */
#ifndef CRMVALUE_VALIDATE_H
#define CRMVALUE_VALIDATE_H

#include "frame.h"
#include "ledger.h"
#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is forecast of a customer. */
enum {
    CRMV_FORECAST_PURCHASES = 1, /* purchase days */
    CRMV_FORECAST_AMOUNT = 2     /* what the lifetime's spend is `of`, in major units: of purchases from the second on
                                    (of all, with "first_purchase": true), less what came back of earlier ones */
};

/* By what. */
enum {
    CRMV_FORECAST_BY_LIFETIME = 1,    /* the fitted process, and spend */
    CRMV_FORECAST_BY_RATE = 2,        /* x / T times the period; amounts: times the customer's mean so far */
    CRMV_FORECAST_BY_LAST_PERIOD = 3, /* what the customer did in a period as long, up to the split */
    CRMV_FORECAST_ACTUAL = 4          /* what the customer did */
};

typedef struct crmv_forecast {
    uint32_t struct_size; /* sizeof(crmv_forecast) */
    int32_t reserved;     /* 0 */
    int64_t customers;    /* compared: those of whom the lifetime foretells it (Gamma-Gamma does not after losses);
                             the same for all forecasters */
    double forecast;      /* summed over them */
    double actual;        /* the same of what happened */
    double bias;          /* (forecast - actual) / customers */
    double mean_absolute_error; /* per customer */
    double root_mean_square_error;
    double spearman; /* how well the forecast orders them, and so on: as in crmv_prediction */
    double gini;
    double lift[10];
} crmv_forecast;

typedef struct crmv_validation crmv_validation;

/*
 * Validates all lifetimes of a model. `ledger` as in crmv_frame_derive, and the customer table (`customers`, may be
 * NULL) likewise; `split` < `until`, days as everywhere. Where a lifetime has several candidates the one with the least
 * BIC on the split is validated. Errors: CRMV_BAD_ARGUMENT (dates; a model without lifetimes), CRMV_NOT_IDENTIFIED (as
 * crmv_fit_model: nobody had a purchase, or too little happened), those of crmv_frame_derive, CRMV_OUT_OF_MEMORY,
 * CRMV_CANCELLED. Any thread; the same bits at every number of threads. Cost: a fit, three derivations, one of
 * plain counts for each 16 weeks of the ledger, and what is to be expected at each age in days, up to that of the first
 * customer on `until`.
 */
CRMV_API int32_t crmv_validate(const crmv_model *model, const crmv_ledger *ledger, const crmv_column *customers,
                               int32_t count, int64_t rows, int32_t split, int32_t until, const crmv_options *options,
                               crmv_validation **out, crmv_error *error);
CRMV_API void crmv_validation_free(crmv_validation *validation);

/* How good a forecast was. Errors: CRMV_NOT_FOUND (the lifetime; amounts of one without spend), CRMV_BAD_ARGUMENT. */
CRMV_API int32_t crmv_validation_forecast(const crmv_validation *validation, const char *lifetime, int32_t what,
                                          int32_t by, crmv_forecast *out);

/*
 * The frame as of the split under the model as it was fitted then: its rows are the validation's, a customer without a
 * purchase day up to the split has NaN in all columns. Forecasts of each row (`by` also CRMV_FORECAST_ACTUAL), and
 * P(alive) on the split. NULL where crmv_validation_forecast has CRMV_NOT_FOUND. They belong to the validation.
 */
CRMV_API const crmv_frame *crmv_validation_frame(const crmv_validation *validation);
CRMV_API const double *crmv_validation_numbers(const crmv_validation *validation, const char *lifetime, int32_t what,
                                               int32_t by);
CRMV_API const double *crmv_validation_p_alive(const crmv_validation *validation, const char *lifetime);

/*
 * All of it, as JSON and as a table for people: errors, bias and order of each forecast; ten groups of customers by
 * P(alive), with how many purchased; and repeat purchases of all customers, cumulated by week, beside those expected of
 * them (Fader, Hardie & Lee 2005, figure 4). UTF-8 with a NUL, the same bytes for the same input; they belong to the
 * validation.
 */
CRMV_API const char *crmv_validation_verdict(const crmv_validation *validation); /* the first lines of the table */
CRMV_API const char *crmv_validation_json(const crmv_validation *validation);
CRMV_API const char *crmv_validation_table(const crmv_validation *validation);

#ifdef __cplusplus
}
#endif

#endif
