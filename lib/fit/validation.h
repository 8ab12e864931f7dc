/* validation.h - what a validation finds, and how it is put into words. */
#ifndef CRMVI_FIT_VALIDATION_H
#define CRMVI_FIT_VALIDATION_H

#include "base/parallel.h"
#include "crmvalue/lifetime.h"
#include "crmvalue/validate.h"

#include <stdbool.h>

enum {
    CRMVI_FORECASTS = CRMV_FORECAST_AMOUNT,           /* what is forecast */
    CRMVI_FORECASTERS = CRMV_FORECAST_BY_LAST_PERIOD, /* by what */
    CRMVI_FORECAST_COLUMNS = CRMV_FORECAST_ACTUAL,
    CRMVI_ALIVE_GROUPS = 10
};

/* Customers of about the same P(alive). */
typedef struct crmvi_alive_group {
    int64_t customers;
    double p_alive;   /* mean */
    double purchased; /* share who did in the period */
    double forecast;  /* purchases, mean */
    double actual;
} crmvi_alive_group;

/* One lifetime of the model. */
typedef struct crmvi_tested {
    crmv_lifetime_card card; /* as fitted on the split; its texts belong to the validation's model */
    const double *p_alive;   /* of the frame */
    double *columns[CRMVI_FORECASTS][CRMVI_FORECAST_COLUMNS];
    crmv_forecast forecasts[CRMVI_FORECASTS][CRMVI_FORECASTERS];
    crmvi_alive_group groups[CRMVI_ALIVE_GROUPS]; /* least P(alive) first */
    int32_t group_count;
    double *expected; /* per point of the tracking: repeat purchases up to then */
} crmvi_tested;

/* Repeat purchases of all customers of the split, cumulated: points a week apart, of which one is the split. */
typedef struct crmvi_tracking {
    int32_t *days;
    double *actual;
    int32_t count;
} crmvi_tracking;

struct crmv_validation {
    crmv_model *model; /* fitted on the split */
    crmv_frame *frame;
    int32_t split, until;
    int64_t customers; /* with a purchase day up to the split */
    crmvi_tested *lifetimes;
    int32_t count;
    crmvi_tracking tracking;
    char *verdict, *json, *table;
};

/* The books that are looked at. */
typedef struct crmvi_books {
    const crmv_model *model;
    const crmv_ledger *ledger;
    const crmv_column *customers;
    int32_t count;
    int64_t rows;
    crmv_options options;
} crmvi_books;

int32_t crmvi_books_derive(const crmvi_books *books, const crmv_model *model, int32_t as_of, crmv_frame **out,
                           crmv_error *error);

/* Per row of `from` the row of `to` that is the same customer's, -1 where there is none; to be freed. NULL where memory
 * is short. */
int64_t *crmvi_rows_in(const crmv_frame *from, const crmv_frame *to);

/* forecasts.c: columns, forecasts and groups of all lifetimes. */
int32_t crmvi_validation_compare(crmv_validation *validation, const crmvi_books *books, crmv_error *error);

/* tracking.c: what was cumulated, and what each lifetime expects. */
int32_t crmvi_validation_track(crmv_validation *validation, const crmvi_books *books, crmv_error *error);

/* validation_page.c: verdict, JSON and table. False where memory is short. */
bool crmvi_validation_write(crmv_validation *validation);

#endif
