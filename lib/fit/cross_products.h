/* cross_products.h - how the columns of a sample vary together. */
#ifndef CRMVI_FIT_CROSS_PRODUCTS_H
#define CRMVI_FIT_CROSS_PRODUCTS_H

#include "fit/sample.h"

/* Pearson's correlations of the outcome and the members with each other, and their spreads. */
typedef struct crmvi_cross_products {
    int32_t columns;      /* 1 + members; column 0 is the outcome */
    double *spreads;      /* of each: the square root of the sum of squares about the mean; 0 where it does not vary */
    double *correlations; /* columns x columns; 0 with one that does not vary */
} crmvi_cross_products;

/*
 * Sums of products about the mean are added up in 128 bits, so that they do not depend on the order of rows. Where the
 * range of a column is too wide for that (more than 2^52 units for four million rows), it is first taken in coarser
 * units, still finer than a double of that range can tell apart from its neighbours. False where memory is short.
 */
bool crmvi_cross_products_make(const crmvi_sample *sample, crmvi_cross_products *out);
void crmvi_cross_products_clear(crmvi_cross_products *products);

static inline double crmvi_correlation(const crmvi_cross_products *products, int32_t a, int32_t b) {
    return products->correlations[a * products->columns + b];
}

#endif
