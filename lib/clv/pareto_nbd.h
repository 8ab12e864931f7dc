/*
 * pareto_nbd.h - the Pareto/NBD (Schmittlein, Morrison & Colombo 1987): customers purchase at a rate that is gamma
 * (r, alpha) distributed over them, and drop out at a rate that is gamma (s, beta) distributed.
 *
 * Whoever has purchased x times, the last time at t, and is not seen until T, is either active at T or has dropped out
 * at some u between t and T. With the rates integrated out, the likelihood is (Fader & Hardie 2005, before the integral
 * is given its name)
 *
 *     Gamma(r + x) / Gamma(r) alpha^r beta^s { (alpha + T)^-(r + x) (beta + T)^-s
 *                                              + s integral from t to T of (alpha + u)^-(r + x) (beta + u)^-(s + 1) du
 * }
 *
 * The two terms in braces, times (alpha + t)^(r + x) (beta + t)^s, are called `active` and `gone` here: both are
 * between 0 and 1, one of them is well above 0, and everything that is asked of a history follows from them.
 */
#ifndef CRMVI_CLV_PARETO_NBD_H
#define CRMVI_CLV_PARETO_NBD_H

#include "clv/decay_integral.h"
#include "clv/process.h"

typedef struct crmvi_pareto_nbd {
    double r, alpha, s, beta;
} crmvi_pareto_nbd;

crmvi_pareto_nbd crmvi_pareto_nbd_of(const double *parameters);

/* What became of each customer of a block. */
typedef struct crmvi_fates {
    double active[CRMVI_HISTORY_BLOCK], gone[CRMVI_HISTORY_BLOCK];
    double passed_alpha[CRMVI_HISTORY_BLOCK], passed_beta[CRMVI_HISTORY_BLOCK]; /* ln((alpha + T) / (alpha + t)) ... */
    double scale[CRMVI_HISTORY_BLOCK];          /* by which the integral becomes `gone` */
    crmvi_decay_sums sums[CRMVI_HISTORY_BLOCK]; /* of the integral, in ln((c + u) / (c + t)) with c the lesser one of
                                                   alpha and beta; l is that of the greater one */
} crmvi_fates;

void crmvi_pareto_nbd_fates(const crmvi_pareto_nbd *model, const crmvi_histories *histories, bool with_slopes,
                            crmvi_fates *fates);

/* The time that somebody who is active is still to be active within `ahead`, where the rate of dropping out is gamma
 * (s, since) distributed. */
double crmvi_pareto_nbd_active_time(double s, double since, double ahead);

/* The same, each moment times e^(-discount * the time until then), for `count` customers with `since` of their own. */
void crmvi_pareto_nbd_discounted_time(double s, const double *since, int64_t count, double ahead, double discount,
                                      double *values);

#endif
