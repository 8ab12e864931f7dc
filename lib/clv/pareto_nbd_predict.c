/* pareto_nbd_predict.c - what the Pareto/NBD foretells (Fader & Hardie 2005; 2005b for discounted purchases). */
#include "clv/pareto_nbd.h"
#include "clv/special.h"

#include <math.h>

/* The integral of (since / (since + y))^s over y from 0 to `ahead`; its limit for s = 1 is since times the logarithm,
 * which e^x - 1, exact near 0, leads to without a seam. */
double crmvi_pareto_nbd_active_time(double s, double since, double ahead) {
    const double log = crmvi_log1p(ahead / since);
    const double excess = s - 1;
    return since * (excess == 0 ? log : -crmvi_expm1(-excess * log) / excess);
}

/* With y = since (e^v - 1) it is that of e^-(s - 1) v - discount since (e^v - 1). */
void crmvi_pareto_nbd_discounted_time(double s, const double *since, int64_t count, double ahead, double discount,
                                      double *values) {
    crmvi_decay decays[CRMVI_HISTORY_BLOCK] = {{0}}; /* for compilers that see a count of 0 */
    crmvi_decay_sums sums[CRMVI_HISTORY_BLOCK];
    for (int64_t i = 0; i < count; i++) {
        decays[i].p = s - 1;
        decays[i].q = discount * since[i];
        decays[i].kappa = 0;
        decays[i].length = crmvi_log1p(ahead / since[i]);
        decays[i].rise = ahead / since[i];
    }
    crmvi_decay_integrals(decays, count, true, false, sums);
    for (int64_t i = 0; i < count; i++) {
        values[i] = since[i] * sums[i].whole;
    }
}

/* The probability of being active at T. */
static void p_active(const crmvi_pareto_nbd *model, const crmvi_histories *histories, double *values) {
    crmvi_fates fates;
    crmvi_pareto_nbd_fates(model, histories, false, &fates);
    for (int64_t i = 0; i < histories->count; i++) {
        values[i] = fates.active[i] / (fates.active[i] + fates.gone[i]);
    }
}

/* Of an active customer both rates are gamma distributed: (r + x, alpha + T) and (s, beta + T). */
static void multiply_by_survival(const crmvi_pareto_nbd *model, const crmvi_histories *histories, double ahead,
                                 double *values) {
    for (int64_t i = 0; i < histories->count; i++) {
        values[i] *= crmvi_exp(-model->s * crmvi_log1p(ahead / (model->beta + histories->T[i])));
    }
}

static void multiply_by_purchases(const crmvi_pareto_nbd *model, const crmvi_question *question,
                                  const crmvi_histories *histories, double *values) {
    const bool is_discounted = question->what == CRMV_DISCOUNTED_PURCHASES && question->discount > 0;
    double since[CRMVI_HISTORY_BLOCK];
    double times[CRMVI_HISTORY_BLOCK];
    for (int64_t i = 0; i < histories->count; i++) {
        since[i] = model->beta + histories->T[i];
    }
    if (is_discounted) {
        crmvi_pareto_nbd_discounted_time(model->s, since, histories->count, question->ahead, question->discount, times);
    } else {
        for (int64_t i = 0; i < histories->count; i++) {
            times[i] = crmvi_pareto_nbd_active_time(model->s, since[i], question->ahead);
        }
    }
    for (int64_t i = 0; i < histories->count; i++) {
        const double rate = (model->r + histories->x[i]) / (model->alpha + histories->T[i]);
        values[i] *= rate * times[i];
    }
}

void crmvi_pareto_nbd_predict(const double *parameters, const crmvi_question *question,
                              const crmvi_histories *histories, double *values) {
    const crmvi_pareto_nbd model = crmvi_pareto_nbd_of(parameters);
    p_active(&model, histories, values);
    if (question->what == CRMV_P_ALIVE) {
        multiply_by_survival(&model, histories, question->ahead, values);
    } else {
        multiply_by_purchases(&model, question, histories, values);
    }
}

/* Schmittlein, Morrison & Colombo 1987, equation 17. */
double crmvi_pareto_nbd_expected(const double *parameters, double t) {
    const crmvi_pareto_nbd model = crmvi_pareto_nbd_of(parameters);
    return model.r / model.alpha * crmvi_pareto_nbd_active_time(model.s, model.beta, t);
}
