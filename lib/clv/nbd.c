/* nbd.c - the NBD: purchases at a gamma distributed rate, for ever (Ehrenberg 1959). */
#include "clv/rising_table.h"
#include "clv/special.h"

#include <math.h>
#include <stddef.h>

/*
 * (r)_x / alpha^x (1 + T / alpha)^-(r + x): that of the times of the x purchases, not of their number alone, as for the
 * other processes.
 */
void crmvi_nbd_likelihood(const double *parameters, const crmvi_histories *histories, double *values, double *slopes) {
    const double r = parameters[0];
    const double alpha = parameters[1];
    const int64_t count = histories->count;
    double ages[CRMVI_HISTORY_BLOCK];
    crmvi_rising_table risings;
    crmvi_rising_table_fill(&risings, r, alpha, histories, slopes != NULL);
    for (int64_t i = 0; i < count; i++) {
        ages[i] = histories->T[i] / alpha;
    }
    crmvi_log1ps(ages, count, ages);
    for (int64_t i = 0; i < count; i++) {
        const double x = histories->x[i];
        const crmvi_rising rising = crmvi_rising_of(&risings, x);
        values[i] = rising.log - (r + x) * ages[i];
        if (slopes != NULL) {
            slopes[i] = r * (rising.slope - ages[i]);
            slopes[count + i] = (r * histories->T[i] - x * alpha) / (alpha + histories->T[i]);
        }
    }
}

/* The integral of e^(-discount s) over s from 0 to `ahead`. */
static double discounted_time(double ahead, double discount) {
    if (discount == 0) {
        return ahead;
    }
    return isinf(ahead) ? 1 / discount : -crmvi_expm1(-discount * ahead) / discount;
}

static double answer(const crmvi_question *question, double rate) {
    switch (question->what) {
    case CRMV_P_ALIVE:
        return 1;
    case CRMV_PURCHASES:
        return rate * question->ahead;
    default:
        return rate * discounted_time(question->ahead, question->discount);
    }
}

void crmvi_nbd_predict(const double *parameters, const crmvi_question *question, const crmvi_histories *histories,
                       double *values) {
    for (int64_t i = 0; i < histories->count; i++) {
        const double rate = (parameters[0] + histories->x[i]) / (parameters[1] + histories->T[i]);
        values[i] = isnan(rate) || isnan(histories->t_x[i]) ? NAN : answer(question, rate);
    }
}

double crmvi_nbd_expected(const double *parameters, double t) {
    return parameters[0] / parameters[1] * t;
}
