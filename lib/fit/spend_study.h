/* spend_study.h - what customers spend a purchase, to which a spend model is fitted. */
#ifndef CRMVI_FIT_SPEND_STUDY_H
#define CRMVI_FIT_SPEND_STUDY_H

#include "clv/spending.h"
#include "fit/maximum.h"

/* Sums over all customers who count. */
typedef struct crmvi_spend_moments {
    double mean;    /* of customers' means */
    double between; /* standard deviation of customers' means, that of their purchases taken off */
    double within;  /* standard deviation of purchases about the customer's mean */
    double whole;   /* standard deviation of both; above 0 */
} crmvi_spend_moments;

void crmvi_spend_moments_find(const crmvi_distinct *rows, crmvi_spend_moments *out);

/* Where the parameters may lie, and where the search begins. */
void crmvi_spend_space(const crmvi_spend_moments *moments, int32_t model, double penalty, crmvi_space *out);
void crmvi_spend_starts(const crmvi_spend_moments *moments, crmvi_maximum *maximum);

#endif
