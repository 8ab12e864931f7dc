/*
 * gamma_gamma.c - amounts above 0: gamma (p, nu) distributed for a customer, and nu gamma (q, gamma) over customers
 * (Fader & Hardie 2013).
 *
 * n amounts of mean m come to n m = gamma k' / q' with k' and q' gamma distributed of shapes k = n p and q, so that
 * n m / (gamma + n m) is beta (k, q) distributed. That form has no large terms that nearly cancel.
 */
#include "base/logarithm.h"
#include "clv/process.h"
#include "clv/special.h"
#include "clv/spending.h"

#include <math.h>
#include <stddef.h>

/* What depends on the number of purchases alone. Customers share few numbers, so each is kept in the slot of its last
 * bits until another one takes its place. */
enum { SLOTS = 64 };

typedef struct number {
    double n;
    double log_beta;         /* ln B(k, q) */
    double log_scale;        /* ln (n / gamma) */
    double k_slope, q_slope; /* k (psi(k + q) - psi(k)), and q (psi(k + q) - psi(q)) */
} number;

typedef struct numbers {
    const double *parameters;
    bool with_slopes;
    number slots[SLOTS];
} numbers;

static void begin(numbers *all, const double *parameters, bool with_slopes) {
    all->parameters = parameters;
    all->with_slopes = with_slopes;
    for (int32_t i = 0; i < SLOTS; i++) {
        all->slots[i].n = -1;
    }
}

static number work_out(const numbers *all, double n) {
    const double k = n * all->parameters[0];
    const double q = all->parameters[1];
    number of = {.n = n, .log_beta = crmvi_log_beta(k, q), .log_scale = crmvi_log(n / all->parameters[2])};
    if (all->with_slopes) {
        of.k_slope = k * crmvi_digamma_rising(k, q);
        of.q_slope = q * crmvi_digamma_rising(q, k);
    }
    return of;
}

/* n is a whole number above 0. */
static const number *number_of(numbers *all, double n) {
    number *slot = &all->slots[(int64_t)n % SLOTS];
    if (slot->n != n) {
        *slot = work_out(all, n);
    }
    return slot;
}

/* Shares of a customer's amounts and of gamma in their sum, as logarithms without a sign: ln(1 + gamma / (n m)) and
 * ln(1 + n m / gamma). */
typedef struct shares {
    double quotients[CRMVI_HISTORY_BLOCK], log_quotients[CRMVI_HISTORY_BLOCK], lesser[CRMVI_HISTORY_BLOCK];
} shares;

static const double LEAST = 1e-300; /* a quotient is no less, so that its reciprocal is a number */

/* Customers of whom nothing can be said get a quotient of 1. */
static void share_out(const double *parameters, const crmvi_purses *purses, shares *of) {
    for (int64_t i = 0; i < purses->rows; i++) {
        const double quotient = purses->count[i] * purses->mean[i] / parameters[2];
        const double least = quotient < LEAST ? LEAST : quotient;
        of->quotients[i] = purses->count[i] > 0 && purses->mean[i] > 0 ? least : 1;
    }
    crmvi_logs(of->quotients, purses->rows, of->log_quotients);
    for (int64_t i = 0; i < purses->rows; i++) {
        const double quotient = of->quotients[i];
        of->lesser[i] = quotient < 1 ? quotient : 1 / quotient;
    }
    crmvi_log1ps(of->lesser, purses->rows, of->lesser);
}

/* 0 where nothing was bought, NaN where the model cannot be. */
static double without_likelihood(double count) {
    return count == 0 ? 0 : NAN;
}

static void block_likelihood(numbers *all, const crmvi_purses *purses, double *values, double *const slopes[3]) {
    const double p = all->parameters[0];
    const double q = all->parameters[1];
    shares of;
    share_out(all->parameters, purses, &of);
    for (int64_t i = 0; i < purses->rows; i++) {
        const double n = purses->count[i];
        const bool counts = n > 0 && purses->mean[i] > 0;
        const number *own = counts ? number_of(all, n) : NULL;
        const double log_quotient = of.log_quotients[i];
        const double of_amounts = log_quotient < 0 ? of.lesser[i] - log_quotient : of.lesser[i];
        const double of_gamma = log_quotient < 0 ? of.lesser[i] : of.lesser[i] + log_quotient;
        values[i] = own == NULL ? without_likelihood(n)
                                : own->log_scale - log_quotient - own->log_beta - n * p * of_amounts - q * of_gamma;
        if (slopes[0] != NULL) {
            const double quotient = of.quotients[i];
            const double none = without_likelihood(n);
            slopes[0][i] = own == NULL ? none : own->k_slope - n * p * of_amounts;
            slopes[1][i] = own == NULL ? none : own->q_slope - q * of_gamma;
            slopes[2][i] = own == NULL ? none : (q * quotient - n * p) / (1 + quotient);
        }
    }
}

void crmvi_gamma_gamma_likelihood(const double *parameters, const crmvi_purses *purses, double *values,
                                  double *slopes) {
    numbers all;
    begin(&all, parameters, slopes != NULL);
    for (int64_t i = 0; i < purses->rows; i += CRMVI_HISTORY_BLOCK) {
        const int64_t left = purses->rows - i;
        const crmvi_purses block = {purses->count + i, purses->mean + i, NULL,
                                    left < CRMVI_HISTORY_BLOCK ? left : CRMVI_HISTORY_BLOCK};
        double *const places[3] = {slopes == NULL ? NULL : slopes + i,
                                   slopes == NULL ? NULL : slopes + purses->rows + i,
                                   slopes == NULL ? NULL : slopes + 2 * purses->rows + i};
        block_likelihood(&all, &block, values + i, places);
    }
}

void crmvi_gamma_gamma_predict(const double *parameters, const crmvi_purses *purses, double *values) {
    const double p = parameters[0];
    const double q = parameters[1];
    for (int64_t i = 0; i < purses->rows; i++) {
        const double n = purses->count[i];
        const double sum = n == 0 ? 0 : n * purses->mean[i];
        const double below = p * n + (q - 1);
        const bool is_there = below > 0 && (n == 0 || sum > 0);
        values[i] = is_there ? p * (parameters[2] + sum) / below : NAN;
    }
}
