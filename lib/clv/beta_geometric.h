/*
 * beta_geometric.h - customers who may drop out right after a purchase, with a probability p that is beta (a, b)
 * distributed over customers: what the BG/NBD and the MBG/NBD have in common.
 *
 * They differ in one thing: in the MBG/NBD the first purchase, which starts the clock, is such a chance to drop out
 * too. So x repeat purchases are n = x chances in one and n = x + 1 in the other, and all else follows from n.
 */
#ifndef CRMVI_CLV_BETA_GEOMETRIC_H
#define CRMVI_CLV_BETA_GEOMETRIC_H

#include "clv/process.h"
#include "clv/rate_table.h"

typedef struct crmvi_beta_geometric {
    double r, alpha, a, b;
    int32_t first; /* chances to drop out at the first purchase: 0 or 1 */
} crmvi_beta_geometric;

/* As the functions of crmvi_process. */
void crmvi_beta_geometric_likelihood(const crmvi_beta_geometric *model, const crmvi_histories *histories,
                                     double *values, double *slopes);
void crmvi_beta_geometric_predict(const crmvi_beta_geometric *model, const crmvi_question *question,
                                  const crmvi_histories *histories, double *values);
double crmvi_beta_geometric_expected(const crmvi_beta_geometric *model, double t);

/* The probability of being active at T; and what that becomes: purchases to be expected in (T, T + ahead]. */
void crmvi_beta_geometric_alive(const crmvi_beta_geometric *model, const crmvi_histories *histories, double *values);
void crmvi_beta_geometric_purchases(const crmvi_beta_geometric *model, double ahead, const crmvi_histories *histories,
                                    double *values);

/*
 * A customer who is known to be active at T: the purchase rate is gamma (shape, elapsed) distributed, p is beta (a, b):
 * shape = r + x, elapsed = alpha + T, b = b + n.
 */
typedef struct crmvi_active_customer {
    double shape, elapsed, a, b;
} crmvi_active_customer;

/* Whether still active `ahead` later; purchases until then; and these, each times e^(-discount * its time). Tables are
 * of the same customer, whose `elapsed` does not matter to them. */
double crmvi_active_survival(const crmvi_active_customer *customer, double ahead);
double crmvi_active_purchases(const crmvi_active_customer *customer, crmvi_rate_table *table, double ahead);
double crmvi_active_discounted(const crmvi_active_customer *customer, crmvi_rate_table *table, double ahead,
                               double discount);

#endif
