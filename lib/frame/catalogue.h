/* catalogue.h - the metric catalogue: how each operator of a card derives a customer's value. */
#ifndef CRMVI_FRAME_CATALOGUE_H
#define CRMVI_FRAME_CATALOGUE_H

#include "frame/slice.h"

/* Derives one value of one row: CRMVI_VALUE with *value, why it is missing, or CRMVI_SUM_TOO_LARGE. */
typedef int32_t (*crmvi_derive)(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

/* Derives the values of all rows of a plain slice from what the slice adds up, the same to the bit: NaN where one is
 * missing, and outcomes[why] one more. Whether values that are there are counted does not matter. */
typedef void (*crmvi_derive_rows)(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values,
                                  int64_t *outcomes);

/* Where an operator's inputs come from. */
enum {
    CRMVI_FROM_LEDGER,   /* facts; without a ledger it has no history */
    CRMVI_FROM_TABLE,    /* the customer table */
    CRMVI_FROM_BOTH,     /* the table, and facts where there are any */
    CRMVI_FROM_METRICS,  /* other metrics */
    CRMVI_FROM_HISTORIES /* the frame's histories */
};

typedef struct crmvi_operator {
    crmvi_derive derive;
    int32_t source;
    crmvi_derive_rows derive_rows; /* NULL: one row after the other */
} crmvi_operator;

extern const crmvi_operator crmvi_catalogue[CRMVI_OPERATORS];

/* rows.c: a value of the metric, as the frame will hold it: NaN where it is missing; and what outcomes, counted per
 * CRMVI_NOT_GIVEN ..., come to. */
int32_t crmvi_derive_value(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
void crmvi_missing_write(const int64_t *outcomes, crmv_missing *missing);

/* sums.c */
int32_t crmvi_derive_sum(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_mean(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_minimum(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_maximum(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_count(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_growth(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_return_rate(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

/* Whether enough of |revenue|, `all`, has a known cost for the card. */
bool crmvi_cost_is_known(const crmvi_recipe *recipe, crmvi_wide all, crmvi_wide unknown);

/* Scales a value to a year where the card asks for it. */
int32_t crmvi_scale_to_year(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

/* totals.c: the same for plain slices */
void crmvi_derive_sums(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes);
void crmvi_derive_means(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes);
void crmvi_derive_counts(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes);
void crmvi_derive_growths(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes);
void crmvi_derive_return_rates(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes);

/* days.c */
int32_t crmvi_derive_recency(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_tenure(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_since(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_gap(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
void crmvi_derive_recencies(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes);
void crmvi_derive_tenures(const crmvi_slice *slice, const crmvi_recipe *recipe, double *values, int64_t *outcomes);

/* The days that tenure counts from, of all rows: the earlier of the table's `since` and the first purchase day up to
 * the as-of date, CRMV_NO_DATE where there is neither. */
void crmvi_starts_derive(const crmvi_slice *slice);

/* combination.c */
int32_t crmvi_derive_share(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_ratio(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_difference(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

/* attribute.c */
int32_t crmvi_derive_attribute(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

/* receivables.c */
int32_t crmvi_derive_overdue(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_receivable(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

/* events.c */
int32_t crmvi_derive_event(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

/* ---- Exact amounts (amounts.c) ----------------------------------------------------------------------------------- */

/* The frame's arrays. False where memory is short. */
bool crmvi_amounts_start(const crmvi_derivation *whole);

/* The exact amounts of a slice's customers over the model's window. CRMV_OVERFLOW with the row in *failed. */
int32_t crmvi_amounts_derive(const crmvi_slice *slice, int64_t *failed);

#endif
