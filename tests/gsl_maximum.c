/*
 * gsl_maximum.c - a minimiser that is not ours looks for the same maximum: from where our fit ended, from a tenth and
 * ten times of it, GSL's simplex finds nothing that is more likely.
 */
#include "crmvalue/lifetime_fit.h"
#include "tables.h"

#include <gsl/gsl_multimin.h>
#include <math.h>
#include <stdbool.h>

enum { CUSTOMERS = 1500, UNTIL = 560, ITERATIONS = 600 };

typedef struct histories {
    double x[CUSTOMERS], t_x[CUSTOMERS], T[CUSTOMERS];
    double count[CUSTOMERS], mean[CUSTOMERS], squares[CUSTOMERS];
    double values[CUSTOMERS];
} histories;

/* What is tried: one of the two has a model. */
typedef struct trial {
    histories *of;
    crmv_lifetime lifetime;
    crmv_spend spend;
    int32_t parameters;
} trial;

/* ---- Histories --------------------------------------------------------------------------------------------------- */

/* Counts, means and squared differences of amounts, of the first purchase too, as crmv_spend_fit takes them. */
static void draw(const crmv_lifetime *lifetime, const crmv_spend *spend, histories *out) {
    static double first[CUSTOMERS];
    crmv_simulation *simulation = NULL;
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        first[i] = i * 37 % 300;
    }
    assert_int_equal(crmv_simulate(lifetime, spend, first, CUSTOMERS, UNTIL, 11, NULL, &simulation, NULL), CRMV_OK);
    memset(out, 0, sizeof *out);
    for (int64_t i = 0; i < crmv_simulation_purchases(simulation); i++) {
        const int64_t who = crmv_simulation_customers(simulation)[i];
        const double amount = crmv_simulation_amounts(simulation)[i];
        const double before = out->mean[who];
        out->count[who]++;
        out->mean[who] += (amount - before) / out->count[who];
        out->squares[who] += (amount - before) * (amount - out->mean[who]);
        out->x[who] = out->count[who] - 1;
        out->t_x[who] = crmv_simulation_times(simulation)[i] - first[who];
        out->T[who] = UNTIL - first[who];
    }
    crmv_simulation_free(simulation);
}

/* ---- GSL's search ------------------------------------------------------------------------------------------------ */

static double sum_of(const double *values) {
    double sum = 0;
    for (int32_t i = 0; i < CUSTOMERS; i++) {
        sum += values[i];
    }
    return sum;
}

/* Minus the log-likelihood for logarithms of parameters (`mean` of the normal-normal: for itself in hundreds); what
 * the library refuses is worse than anything. */
static double cost(const gsl_vector *at, void *context) {
    const double refused = 1e300;
    trial *t = context;
    histories *h = t->of;
    const bool is_spend = t->spend.model != 0;
    double *parameters = is_spend ? t->spend.parameters : t->lifetime.parameters;
    for (int32_t k = 0; k < t->parameters; k++) {
        const bool of_any_sign = t->spend.model == CRMV_NORMAL_NORMAL && k == 0;
        const double here = gsl_vector_get(at, (size_t)k);
        parameters[k] = of_any_sign ? 100 * here : exp(here);
    }
    const int32_t status =
        is_spend ? crmv_spend_log_likelihood(&t->spend, h->count, h->mean, h->squares, CUSTOMERS, NULL, h->values, NULL)
                 : crmv_lifetime_log_likelihood(&t->lifetime, h->x, h->t_x, h->T, CUSTOMERS, NULL, h->values, NULL);
    return status == CRMV_OK ? -sum_of(h->values) : refused;
}

/* The least cost that the simplex comes to from the fit's parameters times a factor. */
static double search(trial *t, const double *fitted, double factor) {
    const double done = 1e-6;
    const size_t count = (size_t)t->parameters;
    gsl_vector *at = gsl_vector_alloc(count), *steps = gsl_vector_alloc(count);
    gsl_multimin_fminimizer *minimiser = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, count);
    gsl_multimin_function function = {cost, count, t};
    for (size_t k = 0; k < count; k++) {
        const bool of_any_sign = t->spend.model == CRMV_NORMAL_NORMAL && k == 0;
        gsl_vector_set(at, k, of_any_sign ? fitted[k] / 100 * factor : log(fitted[k] * factor));
    }
    gsl_vector_set_all(steps, .5);
    gsl_multimin_fminimizer_set(minimiser, &function, at, steps);
    for (int32_t i = 0; i < ITERATIONS && gsl_multimin_fminimizer_size(minimiser) > done; i++) {
        gsl_multimin_fminimizer_iterate(minimiser);
    }
    const double least = minimiser->fval;
    gsl_multimin_fminimizer_free(minimiser);
    gsl_vector_free(steps);
    gsl_vector_free(at);
    return least;
}

/* Ours is no worse than GSL's from anywhere, and GSL's from near by is no worse than ours. */
static void compare(trial *t, const double *parameters, double log_likelihood) {
    static const double factors[] = {1, 0.1, 10};
    double fitted[4];
    memcpy(fitted, parameters, (size_t)t->parameters * sizeof *fitted);
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++) {
        const double found = -search(t, fitted, factors[i]);
        assert_true(found <= log_likelihood + 1e-5);
        assert_true(i > 0 || found >= log_likelihood - 1e-5);
    }
}

/* ---- Tests ------------------------------------------------------------------------------------------------------- */

static const crmv_spend amounts = {
    .struct_size = sizeof amounts, .model = CRMV_GAMMA_GAMMA, .parameters = {6.25, 3.7, 15}};
static const crmv_spend profits = {
    .struct_size = sizeof profits, .model = CRMV_NORMAL_NORMAL, .parameters = {100, 60, 90}};

static void gsl_finds_no_likelier_process(void **state) {
    (void)state;
    static const crmv_lifetime drawn[] = {
        {.struct_size = sizeof *drawn, .model = CRMV_BG_NBD, .parameters = {.6, 40, .8, 2.5}},
        {.struct_size = sizeof *drawn, .model = CRMV_MBG_NBD, .parameters = {.6, 40, .8, 2.5}},
        {.struct_size = sizeof *drawn, .model = CRMV_PARETO_NBD, .parameters = {.6, 60, .6, 80}},
        {.struct_size = sizeof *drawn, .model = CRMV_NBD, .parameters = {.6, 60}}};
    static histories all;
    for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++) {
        draw(&drawn[i], &amounts, &all);
        crmv_lifetime fitted = {.struct_size = sizeof fitted, .model = drawn[i].model};
        crmv_fit_outcome outcome = {.struct_size = sizeof outcome};
        assert_int_equal(crmv_lifetime_fit(&fitted, all.x, all.t_x, all.T, CUSTOMERS, 0, NULL, &outcome, NULL),
                         CRMV_OK);
        assert_int_equal(outcome.ending, CRMV_FIT_CONVERGED);
        trial t = {.of = &all, .lifetime = fitted, .parameters = crmv_lifetime_parameters(fitted.model)};
        compare(&t, fitted.parameters, outcome.log_likelihood);
    }
}

static void gsl_finds_no_likelier_spend(void **state) {
    (void)state;
    static const crmv_lifetime process = {
        .struct_size = sizeof process, .model = CRMV_BG_NBD, .parameters = {1.6, 40, .8, 4.5}};
    static histories all;
    const crmv_spend *const drawn[] = {&amounts, &profits};
    for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++) {
        draw(&process, drawn[i], &all);
        crmv_spend fitted = {.struct_size = sizeof fitted, .model = drawn[i]->model};
        crmv_fit_outcome outcome = {.struct_size = sizeof outcome};
        assert_int_equal(crmv_spend_fit(&fitted, all.count, all.mean, all.squares, CUSTOMERS, 0, NULL, &outcome, NULL),
                         CRMV_OK);
        assert_int_equal(outcome.ending, CRMV_FIT_CONVERGED);
        trial t = {.of = &all, .spend = fitted, .parameters = crmv_spend_parameters(fitted.model)};
        compare(&t, fitted.parameters, outcome.log_likelihood);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gsl_finds_no_likelier_process),
        cmocka_unit_test(gsl_finds_no_likelier_spend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
