/*
 * beta_geometric_outlook.c - what customers will do who may drop out after each purchase.
 *
 * All follows from a customer who is known to be active, with D = r + x, b' = b + n, times in units of alpha + T:
 * lambda is gamma (D, 1), p is beta (a, b'), and the customer drops out at the rate lambda p. So the customer is still
 * active after s with probability
 *
 *     S(s) = E[e^(-lambda p s)] = E[(1 + p s)^-D] = (1 + s)^-D F(D, b'; a + b'; s / (1 + s)),
 *
 * where all terms of F are positive (Pfaff's transformation), and purchases at the rate
 *
 *     R(s) = D E[(1 + p s)^-(D + 1)] = D (1 + s)^-(D + 1) F(D + 1, b'; a + b'; s / (1 + s)).
 */
#include "base/exponential.h"
#include "clv/beta_geometric.h"
#include "clv/special.h"

#include <math.h>

/* ---- An active customer ------------------------------------------------------------------------------------------ */

/* E[(1 + p s)^-power] where p is beta (a, b) distributed. */
static double mean_power(double power, double a, double b, double s) {
    const double log = crmvi_log_2f1(power, b, a + b, s / (1 + s), 1 / (1 + s)) - power * crmvi_log1p(s);
    return crmvi_exp(log < 0 ? log : 0);
}

double crmvi_active_survival(const crmvi_active_customer *customer, double ahead) {
    return ahead == 0 ? 1 : mean_power(customer->shape, customer->a, customer->b, ahead / customer->elapsed);
}

/* What cannot be is moved to the next that can. */
static double within(double value, double least, double most) {
    const double no_less = value > least ? value : least;
    return no_less < most ? no_less : most;
}

double crmvi_active_purchases(const crmvi_active_customer *customer, crmvi_rate_table *table, double ahead) {
    const double z = ahead / customer->elapsed;
    const double purchases = crmvi_rate_integral(table, z, 0);
    /* No less than if all had the mean p, as (1 - (1 + p z)^-D) / p is convex in it; no more than if p were 0. */
    const double p = customer->a / (customer->a + customer->b);
    const double least = -crmvi_expm1(-customer->shape * crmvi_log1p(p * z)) / p;
    return within(purchases, least, customer->shape * z);
}

double crmvi_active_discounted(const crmvi_active_customer *customer, crmvi_rate_table *table, double ahead,
                               double discount) {
    const double z = ahead / customer->elapsed;
    const double per_unit = discount * customer->elapsed;
    const double purchases = crmvi_rate_integral(table, z, per_unit);
    return within(purchases, 0, customer->shape * (-crmvi_expm1(-per_unit * z) / per_unit));
}

/* ---- Customers as they are --------------------------------------------------------------------------------------- */

static crmvi_active_customer customer_of(const crmvi_beta_geometric *model, double x, double T) {
    return (crmvi_active_customer){
        .shape = model->r + x, .elapsed = model->alpha + T, .a = model->a, .b = model->b + x + model->first};
}

static void survive(const crmvi_beta_geometric *model, double ahead, const crmvi_histories *histories, double *values) {
    for (int64_t i = 0; i < histories->count; i++) {
        if (values[i] > 0) {
            const crmvi_active_customer customer = customer_of(model, histories->x[i], histories->T[i]);
            values[i] *= crmvi_active_survival(&customer, ahead);
        }
    }
}

/* Customers of the same x who stand next to each other share a table. */
static void discount(const crmvi_beta_geometric *model, const crmvi_question *question,
                     const crmvi_histories *histories, double *values) {
    crmvi_rate_table table;
    double x = NAN;
    for (int64_t i = 0; i < histories->count; i++) {
        if (values[i] > 0) {
            const crmvi_active_customer customer = customer_of(model, histories->x[i], histories->T[i]);
            if (histories->x[i] != x) {
                crmvi_rate_table_begin(&table, customer.shape, customer.a, customer.b);
                x = histories->x[i];
            }
            values[i] *= crmvi_active_discounted(&customer, &table, question->ahead, question->discount);
        }
    }
}

void crmvi_beta_geometric_predict(const crmvi_beta_geometric *model, const crmvi_question *question,
                                  const crmvi_histories *histories, double *values) {
    crmvi_beta_geometric_alive(model, histories, values);
    if (question->what == CRMV_P_ALIVE) {
        survive(model, question->ahead, histories, values);
    } else if (question->what == CRMV_DISCOUNTED_PURCHASES && question->discount > 0) {
        discount(model, question, histories, values);
    } else {
        crmvi_beta_geometric_purchases(model, question->ahead, histories, values);
    }
}

/* A customer at the first purchase has no repeat purchase and no age. */
double crmvi_beta_geometric_expected(const crmvi_beta_geometric *model, double t) {
    const double zero = 0;
    const crmvi_histories first = {&zero, &zero, &zero, 1};
    double purchases;
    crmvi_beta_geometric_alive(model, &first, &purchases);
    crmvi_beta_geometric_purchases(model, t, &first, &purchases);
    return purchases;
}
