/*
 * simulation.c - customers and their purchases, drawn from the processes and spend models that are fitted elsewhere.
 *
 * Each customer has random numbers of its own, so that customers can be drawn on any thread; they are drawn twice: to
 * know how many purchases there are, and to write them down.
 */
#include "base/decimal.h"
#include "base/error.h"
#include "base/guest.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "clv/draws.h"
#include "clv/process.h"
#include "clv/spending.h"
#include "crmvalue/lifetime_fit.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct crmv_simulation {
    crmv_lifetime lifetime;
    crmv_spend spend; /* model 0: none */
    double until;
    uint64_t seed;
    int64_t customer_count;
    double *firsts;  /* per customer */
    double *ends;    /* per customer: when it dropped out */
    int64_t *begins; /* per customer and one more: its first purchase */
    int64_t *customers;
    double *times, *amounts; /* per purchase */
};

/* How many purchases a customer may have, so that rates beyond sense end. */
static const int64_t MOST_PURCHASES = INT64_C(1) << 31;

enum { CUSTOMERS_AT_ONCE = 1024 };

/* ---- One customer ------------------------------------------------------------------------------------------------ */

/* Drop-out, as far as it is decided at the beginning. */
typedef struct fate {
    double rate;        /* of purchases */
    double end;         /* Pareto/NBD: when the customer drops out, after the first purchase; else infinity */
    double probability; /* of dropping out after a purchase */
    bool at_first;      /* after the first one, too */
} fate;

static fate draw_fate(const crmv_lifetime *lifetime, crmvi_draws *draws) {
    const double *p = lifetime->parameters;
    fate drawn = {crmvi_draw_gamma(draws, p[0], p[1]), INFINITY, 0, lifetime->model == CRMV_MBG_NBD};
    switch (lifetime->model) {
    case CRMV_BG_NBD:
    case CRMV_MBG_NBD:
        drawn.probability = crmvi_draw_beta(draws, p[2], p[3]);
        break;
    case CRMV_PARETO_NBD:
        drawn.end = crmvi_draw_exponential(draws) / crmvi_draw_gamma(draws, p[2], p[3]);
        break;
    default:
        break;
    }
    return drawn;
}

/* Where a customer's purchases go; `times` NULL: they are only counted. */
typedef struct purchases {
    int64_t count;
    double *times;
    double end; /* NaN: not dropped out by the end of the watch */
} purchases;

static void note_purchase(purchases *made, double time) {
    if (made->times != NULL) {
        made->times[made->count] = time;
    }
    made->count++;
}

static void draw_purchases(const crmv_simulation *simulation, int64_t customer, purchases *made) {
    const double first = simulation->firsts[customer];
    if (!(first <= simulation->until)) {
        return;
    }
    crmvi_draws draws = crmvi_draws_at(simulation->seed, 2 * (uint64_t)customer);
    const fate drawn = draw_fate(&simulation->lifetime, &draws);
    const double watched = simulation->until - first;
    bool gone = false;
    double time = 0;
    note_purchase(made, first);
    if (drawn.at_first && crmvi_draw_unit(&draws) <= drawn.probability) {
        made->end = first;
        return;
    }
    while (!gone && made->count < MOST_PURCHASES) {
        time += crmvi_draw_exponential(&draws) / drawn.rate;
        if (!(time <= watched) || time > drawn.end) {
            break;
        }
        note_purchase(made, first + time);
        gone = drawn.probability > 0 && crmvi_draw_unit(&draws) <= drawn.probability;
    }
    if (gone) {
        made->end = first + time;
    } else if (drawn.end <= watched) {
        made->end = first + drawn.end;
    }
}

/* Amounts have random numbers of their own: the purchases are the same without them. */
static void draw_amounts(const crmv_simulation *simulation, int64_t customer, int64_t count, double *amounts) {
    const double *p = simulation->spend.parameters;
    crmvi_draws draws = crmvi_draws_at(simulation->seed, 2 * (uint64_t)customer + 1);
    if (simulation->spend.model == CRMV_GAMMA_GAMMA) {
        const double rate = crmvi_draw_gamma(&draws, p[1], p[2]);
        for (int64_t i = 0; i < count; i++) {
            amounts[i] = crmvi_draw_gamma(&draws, p[0], rate);
        }
    } else if (simulation->spend.model == CRMV_NORMAL_NORMAL) {
        const double mean = p[0] + p[1] * crmvi_draw_normal(&draws);
        for (int64_t i = 0; i < count; i++) {
            amounts[i] = mean + p[2] * crmvi_draw_normal(&draws);
        }
    } else {
        for (int64_t i = 0; i < count; i++) {
            amounts[i] = NAN;
        }
    }
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static int32_t count_purchases(void *context, int64_t begin, int64_t end) {
    crmv_simulation *simulation = context;
    for (int64_t i = begin; i < end; i++) {
        purchases made = {.end = NAN};
        draw_purchases(simulation, i, &made);
        if (made.count >= MOST_PURCHASES) {
            return CRMV_OVERFLOW;
        }
        simulation->begins[i + 1] = made.count;
        simulation->ends[i] = made.end;
    }
    return CRMV_OK;
}

static int32_t write_purchases(void *context, int64_t begin, int64_t end) {
    crmv_simulation *simulation = context;
    for (int64_t i = begin; i < end; i++) {
        const int64_t at = simulation->begins[i];
        purchases made = {.times = simulation->times + at, .end = NAN};
        draw_purchases(simulation, i, &made);
        draw_amounts(simulation, i, made.count, simulation->amounts + at);
        for (int64_t k = 0; k < made.count; k++) {
            simulation->customers[at + k] = i;
        }
    }
    return CRMV_OK;
}

static bool make_customers(crmv_simulation *simulation, const double *first) {
    const int64_t count = simulation->customer_count;
    simulation->firsts = crmvi_large_array(count, sizeof *simulation->firsts);
    simulation->ends = crmvi_large_array(count, sizeof *simulation->ends);
    simulation->begins = count == INT64_MAX ? NULL : crmvi_large_array(count + 1, sizeof *simulation->begins);
    if (!simulation->firsts || !simulation->ends || !simulation->begins) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        simulation->firsts[i] = first != NULL ? first[i] : 0;
    }
    return true;
}

static bool make_purchases(crmv_simulation *simulation) {
    simulation->begins[0] = 0;
    for (int64_t i = 0; i < simulation->customer_count; i++) {
        simulation->begins[i + 1] += simulation->begins[i];
    }
    const int64_t count = crmv_simulation_purchases(simulation);
    simulation->customers = crmvi_large_array(count, sizeof *simulation->customers);
    simulation->times = crmvi_large_array(count, sizeof *simulation->times);
    simulation->amounts = crmvi_large_array(count, sizeof *simulation->amounts);
    return simulation->customers && simulation->times && simulation->amounts;
}

static int32_t draw(crmv_simulation *simulation, const double *first, const crmvi_runner *runner, crmv_error *error) {
    if (!make_customers(simulation, first)) {
        return crmvi_no_memory(error);
    }
    const int64_t count = simulation->customer_count;
    int32_t status =
        crmvi_parallel(runner, "counting purchases", count, CUSTOMERS_AT_ONCE, count_purchases, simulation);
    if (status == CRMV_OK && !make_purchases(simulation)) {
        status = CRMV_OUT_OF_MEMORY;
    }
    if (status == CRMV_OK) {
        status = crmvi_parallel(runner, "drawing purchases", count, CUSTOMERS_AT_ONCE, write_purchases, simulation);
    }
    switch (status) {
    case CRMV_OK:
        return CRMV_OK;
    case CRMV_OVERFLOW:
        return crmvi_fail(error, status, "lifetime", "a customer makes 2^31 purchases or more until %s",
                          crmvi_figure_of(simulation->until).text);
    case CRMV_CANCELLED:
        return crmvi_fail(error, status, NULL, "cancelled");
    default:
        return crmvi_no_memory(error);
    }
}

/* ---- Arguments --------------------------------------------------------------------------------------------------- */

static int32_t check_parameter(const char *name, double value, bool of_any_sign, crmv_error *error) {
    if (!isfinite(value) || (!of_any_sign && value <= 0)) {
        char place[48];
        snprintf(place, sizeof place, "parameters.%s", name);
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, place, "expected a finite number%s, found %s",
                          of_any_sign ? "" : " above 0", crmvi_figure_of(value).text);
    }
    return CRMV_OK;
}

static int32_t check_lifetime(const crmv_lifetime *lifetime, crmv_error *error) {
    if (lifetime == NULL || lifetime->struct_size < sizeof *lifetime) {
        return crmvi_bad_argument(error, "lifetime",
                                  lifetime == NULL ? "is NULL" : "has a struct_size that is too small");
    }
    if (lifetime->model < CRMV_BG_NBD || lifetime->model > CRMV_NBD) {
        return crmvi_bad_argument(error, "lifetime->model", "is none of the models");
    }
    const crmvi_process *process = &crmvi_processes[lifetime->model];
    int32_t status = CRMV_OK;
    for (int32_t i = 0; i < process->parameter_count && status == CRMV_OK; i++) {
        status = check_parameter(process->parameters[i], lifetime->parameters[i], false, error);
    }
    return status;
}

static int32_t check_spend(const crmv_spend *spend, crmv_error *error) {
    if (spend == NULL) {
        return CRMV_OK;
    }
    if (spend->struct_size < sizeof *spend) {
        return crmvi_bad_argument(error, "spend", "has a struct_size that is too small");
    }
    if (spend->model < CRMV_GAMMA_GAMMA || spend->model > CRMV_NORMAL_NORMAL) {
        return crmvi_bad_argument(error, "spend->model", "is none of the models");
    }
    const crmvi_spending *spending = &crmvi_spendings[spend->model];
    int32_t status = CRMV_OK;
    for (int32_t i = 0; i < spending->parameter_count && status == CRMV_OK; i++) {
        status = check_parameter(spending->parameters[i], spend->parameters[i], spending->of_any_sign[i], error);
    }
    return status;
}

static int32_t check_watch(int64_t customers, double until, crmv_simulation **out, crmv_error *error) {
    if (out == NULL) {
        return crmvi_bad_argument(error, "out", "is NULL");
    }
    if (customers < 0) {
        return crmvi_bad_argument(error, "customers", "is below 0");
    }
    return isfinite(until) ? CRMV_OK : crmvi_bad_argument(error, "until", "is not a finite time");
}

static int32_t check_first(const double *first, int64_t customers, crmv_error *error) {
    for (int64_t i = 0; first != NULL && i < customers; i++) {
        if (!isfinite(first[i])) {
            return crmvi_fail_row(error, CRMV_BAD_ARGUMENT, i + 1, "first", "expected a finite time");
        }
    }
    return CRMV_OK;
}

static int32_t simulate(const crmv_lifetime *lifetime, const crmv_spend *spend, const double *first, int64_t customers,
                        double until, uint64_t seed, const crmv_options *options, crmv_simulation **out,
                        crmv_error *error) {
    crmvi_runner runner;
    int32_t status = check_lifetime(lifetime, error);
    status = status == CRMV_OK ? check_spend(spend, error) : status;
    status = status == CRMV_OK ? crmvi_runner_read(options, &runner, error) : status;
    status = status == CRMV_OK ? check_watch(customers, until, out, error) : status;
    status = status == CRMV_OK ? check_first(first, customers, error) : status;
    if (status != CRMV_OK) {
        return status;
    }
    crmv_simulation *simulation = crmvi_zeroed(1, sizeof *simulation);
    if (simulation == NULL) {
        return crmvi_no_memory(error);
    }
    simulation->lifetime = *lifetime;
    simulation->spend = spend != NULL ? *spend : (crmv_spend){0};
    simulation->until = until;
    simulation->seed = seed;
    simulation->customer_count = customers;
    status = draw(simulation, first, &runner, error);
    if (status != CRMV_OK) {
        crmv_simulation_free(simulation);
        return status;
    }
    *out = simulation;
    return CRMV_OK;
}

int32_t crmv_simulate(const crmv_lifetime *lifetime, const crmv_spend *spend, const double *first, int64_t customers,
                      double until, uint64_t seed, const crmv_options *options, crmv_simulation **out,
                      crmv_error *error) {
    crmvi_guest host;
    crmvi_enter(&host);
    const int32_t status = simulate(lifetime, spend, first, customers, until, seed, options, out, error);
    crmvi_leave(&host);
    return status;
}

void crmv_simulation_free(crmv_simulation *simulation) {
    if (simulation == NULL) {
        return;
    }
    free(simulation->firsts);
    free(simulation->ends);
    free(simulation->begins);
    free(simulation->customers);
    free(simulation->times);
    free(simulation->amounts);
    free(simulation);
}

/* ---- What was drawn ---------------------------------------------------------------------------------------------- */

int64_t crmv_simulation_purchases(const crmv_simulation *simulation) {
    return simulation != NULL ? simulation->begins[simulation->customer_count] : 0;
}

const int64_t *crmv_simulation_customers(const crmv_simulation *simulation) {
    return simulation != NULL ? simulation->customers : NULL;
}

const double *crmv_simulation_times(const crmv_simulation *simulation) {
    return simulation != NULL ? simulation->times : NULL;
}

const double *crmv_simulation_amounts(const crmv_simulation *simulation) {
    return simulation != NULL ? simulation->amounts : NULL;
}

const double *crmv_simulation_ends(const crmv_simulation *simulation) {
    return simulation != NULL ? simulation->ends : NULL;
}

/* The last of a customer's purchases at or before a time, counted from its first one. */
static int64_t last_by(const crmv_simulation *simulation, int64_t customer, double time) {
    int64_t low = simulation->begins[customer], high = simulation->begins[customer + 1] - 1;
    const int64_t first = low;
    while (low < high) {
        const int64_t middle = high - (high - low) / 2;
        if (simulation->times[middle] <= time) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low - first;
}

int32_t crmv_simulation_histories(const crmv_simulation *simulation, double as_of, double *x, double *t_x, double *T,
                                  crmv_error *error) {
    const void *const needed[] = {simulation, x, t_x, T};
    static const char *const names[] = {"simulation", "x", "t_x", "T"};
    for (int32_t i = 0; i < (int32_t)(sizeof needed / sizeof needed[0]); i++) {
        if (needed[i] == NULL) {
            return crmvi_bad_argument(error, names[i], "is NULL");
        }
    }
    if (isnan(as_of) || as_of > simulation->until) {
        return crmvi_bad_argument(error, "as_of", "is no time up to the end of the simulation");
    }
    for (int64_t i = 0; i < simulation->customer_count; i++) {
        const double first = simulation->firsts[i];
        if (first > as_of) {
            x[i] = t_x[i] = T[i] = NAN;
            continue;
        }
        const int64_t last = last_by(simulation, i, as_of);
        x[i] = (double)last;
        t_x[i] = simulation->times[simulation->begins[i] + last] - first;
        T[i] = as_of - first;
    }
    return CRMV_OK;
}
