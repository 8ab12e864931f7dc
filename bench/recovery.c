/*
 * Whether fits find the parameters that customers were drawn from.
 *
 *     recovery [--sets N] [--customers N] [--seed N]
 *
 * Draws N sets of customers from each model, fits each, and counts in how many of them the 95 % interval of a parameter
 * (of its logarithm, by the standard error of the fit) holds the true one. Where the errors are right, about 95 % do:
 * of 200 sets, 92 to 98 % in 19 of 20 parameters. Prints one table.
 */
#include "crmvalue/lifetime_fit.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PARAMETERS = 4 };

typedef struct recovery {
    int32_t sets;
    int64_t customers;
    uint64_t seed;
    double *first;
    double *columns[3];
    crmv_error error;
} recovery;

/* How the fits of one model went. */
typedef struct tally {
    int32_t held[MOST_PARAMETERS];
    double bias[MOST_PARAMETERS]; /* of the logarithms, summed */
    int32_t fits, converged;
} tally;

static const double WEEKS = 104;

/* Customers come over the first half of the two years. */
static const crmv_lifetime processes[] = {
    {.struct_size = sizeof(crmv_lifetime), .model = CRMV_BG_NBD, .parameters = {0.8, 6, 0.8, 2.4}},
    {.struct_size = sizeof(crmv_lifetime), .model = CRMV_MBG_NBD, .parameters = {0.8, 6, 0.9, 2.4}},
    {.struct_size = sizeof(crmv_lifetime), .model = CRMV_PARETO_NBD, .parameters = {0.8, 8, 0.7, 12}},
    {.struct_size = sizeof(crmv_lifetime), .model = CRMV_NBD, .parameters = {0.8, 12}},
};
static const crmv_spend spends[] = {
    {.struct_size = sizeof(crmv_spend), .model = CRMV_GAMMA_GAMMA, .parameters = {6, 4, 15}},
    {.struct_size = sizeof(crmv_spend), .model = CRMV_NORMAL_NORMAL, .parameters = {20, 15, 40}},
};

/* ---- Counting ---------------------------------------------------------------------------------------------------- */

static void count_one(tally *of, int32_t parameter, double found, double truth, double variance) {
    const double apart = found - truth;
    of->bias[parameter] += apart;
    of->held[parameter] += fabs(apart) <= 1.959964 * sqrt(variance);
}

static void count_process(tally *of, const crmv_lifetime *found, const crmv_lifetime *truth) {
    for (int32_t i = 0; i < crmv_lifetime_parameters(truth->model); i++) {
        count_one(of, i, log(found->parameters[i]), log(truth->parameters[i]), found->covariance[i * 5]);
    }
}

static void count_spend(tally *of, const crmv_spend *found, const crmv_spend *truth) {
    for (int32_t i = 0; i < crmv_spend_parameters(truth->model); i++) {
        const bool is_mean = truth->model == CRMV_NORMAL_NORMAL && i == 0;
        count_one(of, i, is_mean ? found->parameters[i] : log(found->parameters[i]),
                  is_mean ? truth->parameters[i] : log(truth->parameters[i]), found->covariance[i * 4]);
    }
}

static void print_row(const char *model, const char *parameter, const tally *of, int32_t position) {
    printf("%-14s %-8s %8.1f %% %10.4f %10d of %d converged\n", model, parameter, 100.0 * of->held[position] / of->fits,
           of->bias[position] / of->fits, of->converged, of->fits);
}

/* ---- Fits -------------------------------------------------------------------------------------------------------- */

static bool draw(recovery *self, const crmv_lifetime *process, const crmv_spend *spend, int32_t set,
                 crmv_simulation **out) {
    const crmv_options options = {.struct_size = sizeof options, .threads = 2};
    return crmv_simulate(process, spend, self->first, self->customers, WEEKS, self->seed + (uint64_t)set, &options, out,
                         &self->error) == CRMV_OK;
}

static bool recover_process(recovery *self, const crmv_lifetime *truth) {
    const crmv_options options = {.struct_size = sizeof options, .threads = 2};
    double *const *c = self->columns;
    tally counted = {0};
    for (int32_t set = 0; set < self->sets; set++) {
        crmv_lifetime found = {.struct_size = sizeof found, .model = truth->model};
        crmv_fit_outcome outcome = {.struct_size = sizeof outcome};
        crmv_simulation *simulation = NULL;
        bool done = draw(self, truth, NULL, set, &simulation) &&
                    crmv_simulation_histories(simulation, WEEKS, c[0], c[1], c[2], &self->error) == CRMV_OK &&
                    crmv_lifetime_fit(&found, c[0], c[1], c[2], self->customers, 0, &options, &outcome, &self->error) ==
                        CRMV_OK;
        crmv_simulation_free(simulation);
        if (!done) {
            return false;
        }
        counted.fits++;
        counted.converged += outcome.ending == CRMV_FIT_CONVERGED;
        count_process(&counted, &found, truth);
    }
    for (int32_t i = 0; i < crmv_lifetime_parameters(truth->model); i++) {
        print_row(crmv_lifetime_name(truth->model), crmv_lifetime_parameter(truth->model, i), &counted, i);
    }
    fflush(stdout);
    return true;
}

/* Number, mean, and squared differences from the mean of each customer's amounts. */
static void add_up(const recovery *self, const crmv_simulation *simulation) {
    const int64_t *customers = crmv_simulation_customers(simulation);
    const double *amounts = crmv_simulation_amounts(simulation);
    const int64_t purchases = crmv_simulation_purchases(simulation);
    double *count = self->columns[0], *mean = self->columns[1], *squares = self->columns[2];
    for (int64_t i = 0; i < self->customers; i++) {
        count[i] = mean[i] = squares[i] = 0;
    }
    for (int64_t i = 0; i < purchases; i++) {
        const int64_t customer = customers[i];
        const double before = amounts[i] - mean[customer];
        count[customer] += 1;
        mean[customer] += before / count[customer];
        squares[customer] += before * (amounts[i] - mean[customer]);
    }
}

static bool recover_spend(recovery *self, const crmv_spend *truth) {
    const crmv_options options = {.struct_size = sizeof options, .threads = 2};
    double *const *c = self->columns;
    tally counted = {0};
    for (int32_t set = 0; set < self->sets; set++) {
        crmv_spend found = {.struct_size = sizeof found, .model = truth->model};
        crmv_fit_outcome outcome = {.struct_size = sizeof outcome};
        crmv_simulation *simulation = NULL;
        if (!draw(self, &processes[3], truth, set, &simulation)) {
            return false;
        }
        add_up(self, simulation);
        crmv_simulation_free(simulation);
        if (crmv_spend_fit(&found, c[0], c[1], c[2], self->customers, 0, &options, &outcome, &self->error) != CRMV_OK) {
            return false;
        }
        counted.fits++;
        counted.converged += outcome.ending == CRMV_FIT_CONVERGED;
        count_spend(&counted, &found, truth);
    }
    for (int32_t i = 0; i < crmv_spend_parameters(truth->model); i++) {
        print_row(crmv_spend_name(truth->model), crmv_spend_parameter(truth->model, i), &counted, i);
    }
    fflush(stdout);
    return true;
}

/* ---- The program ------------------------------------------------------------------------------------------------- */

static bool make_room(recovery *self) {
    const size_t size = (size_t)self->customers * sizeof(double);
    self->first = malloc(size);
    bool done = self->first != NULL;
    for (int32_t i = 0; i < 3; i++) {
        self->columns[i] = malloc(size);
        done = done && self->columns[i] != NULL;
    }
    for (int64_t i = 0; done && i < self->customers; i++) {
        self->first[i] = (double)(i % 364) / 7;
    }
    return done;
}

static bool run(recovery *self) {
    bool done = make_room(self);
    printf("%d sets of %lld customers, seeds from %llu\n\n%-14s %-8s %10s %10s\n", (int)self->sets,
           (long long)self->customers, (unsigned long long)self->seed, "", "", "held", "mean off");
    for (size_t i = 0; done && i < sizeof processes / sizeof processes[0]; i++) {
        done = recover_process(self, &processes[i]);
    }
    for (size_t i = 0; done && i < sizeof spends / sizeof spends[0]; i++) {
        done = recover_spend(self, &spends[i]);
    }
    return done;
}

static bool read_arguments(recovery *self, int count, char **arguments) {
    for (int i = 1; i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--customers") == 0) {
            self->customers = strtoll(arguments[i + 1], NULL, 10);
        } else if (strcmp(arguments[i], "--seed") == 0) {
            self->seed = strtoull(arguments[i + 1], NULL, 10);
        } else if (strcmp(arguments[i], "--sets") == 0) {
            self->sets = (int32_t)strtol(arguments[i + 1], NULL, 10);
        } else {
            return false;
        }
    }
    return count % 2 == 1 && self->customers > 0 && self->sets > 0;
}

int main(int count, char **arguments) {
    recovery self = {.sets = 200, .customers = 10000, .seed = 1, .error = {.struct_size = sizeof self.error}};
    if (!read_arguments(&self, count, arguments)) {
        fputs("usage: recovery [--sets N] [--customers N] [--seed N]\n", stderr);
        return 2;
    }
    const bool done = run(&self);
    if (!done) {
        fprintf(stderr, "%s: %s\n", self.error.place, self.error.message);
    }
    free(self.first);
    for (int32_t i = 0; i < 3; i++) {
        free(self.columns[i]);
    }
    return done ? 0 : 1;
}
