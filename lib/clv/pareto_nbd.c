#include "clv/pareto_nbd.h"

#include "clv/rising_table.h"
#include "clv/special.h"

#include <stddef.h>

crmvi_pareto_nbd crmvi_pareto_nbd_of(const double *parameters) {
    return (crmvi_pareto_nbd){.r = parameters[0], .alpha = parameters[1], .s = parameters[2], .beta = parameters[3]};
}

/* ---- What became of customers ------------------------------------------------------------------------------------ */

/* ln((from + T) / (from + t)), exactly also where t is near T. */
static void passed_since(double from, const crmvi_histories *histories, double *logs) {
    for (int64_t i = 0; i < histories->count; i++) {
        logs[i] = (histories->T[i] - histories->t_x[i]) / (from + histories->t_x[i]);
    }
    crmvi_log1ps(logs, histories->count, logs);
}

/* With c the lesser of alpha and beta, u = (c + t) e^v - c: du = (c + u) dv, and one of the powers is shorter by it. */
static void decays_of(const crmvi_pareto_nbd *model, const crmvi_histories *histories, crmvi_fates *fates,
                      crmvi_decay *decays) {
    const bool by_alpha = model->alpha <= model->beta;
    const double lesser = by_alpha ? model->alpha : model->beta;
    const double greater = by_alpha ? model->beta : model->alpha;
    const double *lengths = by_alpha ? fates->passed_alpha : fates->passed_beta;
    for (int64_t i = 0; i < histories->count; i++) {
        const double t = histories->t_x[i];
        const double shape = model->r + histories->x[i];
        const double kappa = (lesser + t) / (greater + t);
        decays[i].p = by_alpha ? shape - 1 : model->s;
        decays[i].q = by_alpha ? model->s + 1 : shape;
        decays[i].kappa = kappa;
        decays[i].length = lengths[i];
        decays[i].rise = (histories->T[i] - t) / (lesser + t);
        fates->scale[i] = by_alpha ? model->s * kappa : model->s;
    }
}

void crmvi_pareto_nbd_fates(const crmvi_pareto_nbd *model, const crmvi_histories *histories, bool with_slopes,
                            crmvi_fates *fates) {
    crmvi_decay decays[CRMVI_HISTORY_BLOCK];
    passed_since(model->alpha, histories, fates->passed_alpha);
    passed_since(model->beta, histories, fates->passed_beta);
    decays_of(model, histories, fates, decays);
    crmvi_decay_integrals(decays, histories->count, false, with_slopes, fates->sums);
    for (int64_t i = 0; i < histories->count; i++) {
        const double shape = model->r + histories->x[i];
        fates->active[i] = -(shape * fates->passed_alpha[i] + model->s * fates->passed_beta[i]);
        fates->gone[i] = fates->scale[i] * fates->sums[i].whole;
    }
    crmvi_exps(fates->active, histories->count, fates->active);
}

/* ---- The likelihood ---------------------------------------------------------------------------------------------- */

/* ln(1 + t / from). */
static void until_last(double from, const crmvi_histories *histories, double *logs) {
    for (int64_t i = 0; i < histories->count; i++) {
        logs[i] = histories->t_x[i] / from;
    }
    crmvi_log1ps(logs, histories->count, logs);
}

/* A customer's end is T or when the customer dropped out, whichever was first. What slopes are made of are its
 * expectations given the history, of the logarithms ln((c + end) / (c + t)) and of the quotients (c + t) / (c + end).
 */
typedef struct ends {
    double gone; /* the probability of having dropped out */
    double log_alpha, log_beta;
    double quotient_alpha, quotient_beta;
    double gone_quotient_beta; /* the part of quotient_beta by those who dropped out */
} ends;

static ends ends_of(const crmvi_pareto_nbd *model, const crmvi_histories *histories, const crmvi_fates *fates,
                    int64_t i) {
    const bool by_alpha = model->alpha <= model->beta;
    const crmvi_decay_sums *sums = &fates->sums[i];
    const double t = histories->t_x[i];
    const double T = histories->T[i];
    const double active = fates->active[i];
    const double scale = fates->scale[i];
    const double all = active + fates->gone[i];
    const double gone_beta = scale * (by_alpha ? sums->inverse_l : sums->inverse_v);
    const double gone_alpha = scale * (by_alpha ? sums->inverse_v : sums->inverse_l);
    return (ends){
        .gone = fates->gone[i] / all,
        .log_alpha = (active * fates->passed_alpha[i] + scale * (by_alpha ? sums->v : sums->l)) / all,
        .log_beta = (active * fates->passed_beta[i] + scale * (by_alpha ? sums->l : sums->v)) / all,
        .quotient_alpha = (active * ((model->alpha + t) / (model->alpha + T)) + gone_alpha) / all,
        .quotient_beta = (active * ((model->beta + t) / (model->beta + T)) + gone_beta) / all,
        .gone_quotient_beta = gone_beta / all,
    };
}

/* Slopes by ln r, ln alpha, ln s, ln beta. Of r ln alpha - (r + x) ln(alpha + end) that by ln alpha is
 * r (1 - alpha / (alpha + end)) - x alpha / (alpha + end); likewise that by ln beta, whose power is s for those who are
 * active and s + 1 for those who dropped out. */
static void slopes_of(const crmvi_pareto_nbd *model, double x, double t, const crmvi_rising *rising, double log_alpha,
                      double log_beta, const ends *end, double slopes[4]) {
    const double alpha_share = model->alpha / (model->alpha + t);
    const double beta_share = model->beta / (model->beta + t);
    slopes[0] = model->r * (rising->slope - (log_alpha + end->log_alpha));
    slopes[1] = model->r * (1 - alpha_share * end->quotient_alpha) - x * alpha_share * end->quotient_alpha;
    slopes[2] = end->gone - model->s * (log_beta + end->log_beta);
    slopes[3] = model->s * (1 - beta_share * end->quotient_beta) - beta_share * end->gone_quotient_beta;
}

void crmvi_pareto_nbd_likelihood(const double *parameters, const crmvi_histories *histories, double *values,
                                 double *slopes) {
    const crmvi_pareto_nbd model = crmvi_pareto_nbd_of(parameters);
    const int64_t count = histories->count;
    crmvi_fates fates;
    crmvi_rising_table table;
    double log_alpha[CRMVI_HISTORY_BLOCK];
    double log_beta[CRMVI_HISTORY_BLOCK];
    crmvi_pareto_nbd_fates(&model, histories, slopes != NULL, &fates);
    crmvi_rising_table_fill(&table, model.r, model.alpha, histories, slopes != NULL);
    until_last(model.alpha, histories, log_alpha);
    until_last(model.beta, histories, log_beta);
    for (int64_t i = 0; i < count; i++) {
        values[i] = fates.active[i] + fates.gone[i];
    }
    crmvi_logs(values, count, values);
    for (int64_t i = 0; i < count; i++) {
        const double x = histories->x[i];
        const crmvi_rising rising = crmvi_rising_of(&table, x);
        values[i] += rising.log - (model.r + x) * log_alpha[i] - model.s * log_beta[i];
        if (slopes != NULL) {
            const ends end = ends_of(&model, histories, &fates, i);
            double of_one[4];
            slopes_of(&model, x, histories->t_x[i], &rising, log_alpha[i], log_beta[i], &end, of_one);
            for (int32_t k = 0; k < 4; k++) {
                slopes[k * count + i] = of_one[k];
            }
        }
    }
}
