/* catalogue.h - the metric catalogue: how each operator of a card derives a customer's value. */
#ifndef CRMVI_FRAME_CATALOGUE_H
#define CRMVI_FRAME_CATALOGUE_H

#include "frame/derivation.h"

/* Derives one value of one row: CRMVI_VALUE with *value, why it is missing, or CRMVI_SUM_TOO_LARGE. */
typedef int32_t (*crmvi_derive)(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

/* Where an operator's inputs come from. */
enum {
    CRMVI_FROM_LEDGER, /* facts; without a ledger it has no history */
    CRMVI_FROM_TABLE,  /* the customer table */
    CRMVI_FROM_BOTH,   /* the table, and facts where there are any */
    CRMVI_FROM_METRICS /* other metrics */
};

typedef struct crmvi_operator {
    crmvi_derive derive;
    int32_t source;
} crmvi_operator;

extern const crmvi_operator crmvi_catalogue[CRMVI_OPERATORS];

/* sums.c */
int32_t crmvi_derive_sum(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_mean(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_minimum(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_maximum(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_count(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_growth(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_return_rate(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

/* days.c */
int32_t crmvi_derive_recency(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_tenure(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_since(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_gap(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

/* combination.c */
int32_t crmvi_derive_share(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_ratio(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);
int32_t crmvi_derive_difference(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

/* attribute.c */
int32_t crmvi_derive_attribute(const crmvi_slice *slice, const crmvi_recipe *recipe, int64_t row, double *value);

#endif
