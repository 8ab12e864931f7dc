/*
 * What fitting and foretelling lifetimes cost, on customers that are drawn with a seed.
 *
 *     lifetimes [--customers N] [--seed N] [--histories FILE]
 *
 * The customers come over a year and are watched for two, by days; histories are in weeks. Prints one table, warm, by
 * one thread and two. --histories writes x, t_x and T of all customers as doubles, one column after the other, for
 * whoever wants to do the same with something else (bench/lifetimes_scipy.py).
 */
#include "clock.h"
#include "crmvalue/lifetime_fit.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS = 728, YEAR = 364, RUNS = 3, MODELS = 4 };

typedef struct bench {
    int64_t customers;
    uint64_t seed;
    const char *histories;
    double *x, *t_x, *T, *values, *errors;
    crmv_error error;
} bench;

static const double WEEK = 7;

/* Parameters for days: what Fader, Hardie & Lee (2005) found for the CDNOW sample in weeks. */
static const crmv_lifetime drawn = {
    .struct_size = sizeof drawn, .model = CRMV_PARETO_NBD, .parameters = {0.5533, 10.578 * 7, 0.6061, 11.669 * 7}};

/* ---- Histories --------------------------------------------------------------------------------------------------- */

static bool make_room(bench *self) {
    double **columns[] = {&self->x, &self->t_x, &self->T, &self->values, &self->errors};
    bool done = true;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        *columns[i] = malloc((size_t)self->customers * sizeof(double));
        done = done && *columns[i] != NULL;
    }
    return done;
}

/* Purchases of the same day are one. */
static void count_days(bench *self, const crmv_simulation *simulation) {
    const int64_t *customers = crmv_simulation_customers(simulation);
    const double *times = crmv_simulation_times(simulation);
    const int64_t purchases = crmv_simulation_purchases(simulation);
    int64_t at = 0;
    for (int64_t i = 0; i < self->customers; i++) {
        const double first = floor(times[at]);
        double last = first, repeats = 0;
        for (; at < purchases && customers[at] == i; at++) {
            const double day = floor(times[at]);
            repeats += day > last;
            last = day;
        }
        self->x[i] = repeats;
        self->t_x[i] = (last - first) / WEEK;
        self->T[i] = (DAYS - first) / WEEK;
    }
}

static bool make_histories(bench *self) {
    crmv_simulation *simulation = NULL;
    double *first = self->values;
    for (int64_t i = 0; i < self->customers; i++) {
        first[i] = (double)(i % YEAR);
    }
    const crmv_options options = {.struct_size = sizeof options, .threads = 2};
    if (crmv_simulate(&drawn, NULL, first, self->customers, DAYS, self->seed, &options, &simulation, &self->error) !=
        CRMV_OK) {
        return false;
    }
    count_days(self, simulation);
    crmv_simulation_free(simulation);
    return true;
}

static bool write_histories(const bench *self) {
    FILE *file = self->histories ? fopen(self->histories, "wb") : NULL;
    if (!file) {
        return self->histories == NULL;
    }
    const size_t count = (size_t)self->customers;
    const bool done = fwrite(self->x, sizeof(double), count, file) == count &&
                      fwrite(self->t_x, sizeof(double), count, file) == count &&
                      fwrite(self->T, sizeof(double), count, file) == count;
    return fclose(file) == 0 && done;
}

/* ---- What is timed ----------------------------------------------------------------------------------------------- */

typedef struct work {
    const char *name;
    int32_t what; /* 0: a fit */
    double ahead, discount;
    bool with_errors;
} work;

static const work works[] = {
    {"fit", 0, 0, 0, false},
    {"P(alive)", CRMV_P_ALIVE, 0, 0, false},
    {"P(alive) in 26 weeks", CRMV_P_ALIVE, 26, 0, false},
    {"purchases of 52 weeks", CRMV_PURCHASES, 52, 0, false},
    {"the same with errors", CRMV_PURCHASES, 52, 0, true},
    {"DERT at 0.0025 a week", CRMV_DISCOUNTED_PURCHASES, INFINITY, 0.0025, false},
};
enum { WORKS = sizeof works / sizeof works[0] };

static bool do_work(bench *self, const work *asked, crmv_lifetime *lifetime, crmv_fit_outcome *outcome,
                    int32_t threads) {
    const crmv_options options = {.struct_size = sizeof options, .threads = threads};
    if (asked->what == 0) {
        return crmv_lifetime_fit(lifetime, self->x, self->t_x, self->T, self->customers, 0, &options, outcome,
                                 &self->error) == CRMV_OK;
    }
    return crmv_lifetime_predict(lifetime, asked->what, asked->ahead, asked->discount, self->x, self->t_x, self->T,
                                 self->customers, &options, self->values, asked->with_errors ? self->errors : NULL,
                                 &self->error) == CRMV_OK;
}

static bool time_work(bench *self, const work *asked, crmv_lifetime *lifetime, crmv_fit_outcome *outcome,
                      double seconds[2]) {
    double times[2][RUNS];
    for (int32_t run = -1; run < RUNS; run++) {
        for (int32_t threads = 1; threads <= 2; threads++) {
            const double begin = clock_now();
            if (!do_work(self, asked, lifetime, outcome, threads)) {
                return false;
            }
            if (run >= 0) {
                times[threads - 1][run] = clock_now() - begin;
            }
        }
    }
    seconds[0] = clock_median(times[0], RUNS);
    seconds[1] = clock_median(times[1], RUNS);
    return true;
}

static bool time_model(bench *self, int32_t model) {
    crmv_lifetime lifetime = {.struct_size = sizeof lifetime, .model = model};
    crmv_fit_outcome outcome = {.struct_size = sizeof outcome};
    for (size_t i = 0; i < WORKS; i++) {
        double seconds[2];
        if (!time_work(self, &works[i], &lifetime, &outcome, seconds)) {
            return false;
        }
        printf("%-11s %-22s %9.4f %9.4f %8.0f", i == 0 ? crmv_lifetime_name(model) : "", works[i].name, seconds[0],
               seconds[1], seconds[1] * 1e9 / (double)self->customers);
        if (works[i].what == 0) {
            printf("  %s, %lld distinct, %d evaluations, %.2f", crmv_fit_ending(outcome.ending),
                   (long long)outcome.distinct, (int)outcome.evaluations, outcome.log_likelihood);
        }
        printf("\n");
        fflush(stdout);
    }
    return true;
}

/* ---- The program ------------------------------------------------------------------------------------------------- */

static bool read_arguments(bench *self, int count, char **arguments) {
    for (int i = 1; i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--customers") == 0) {
            self->customers = strtoll(arguments[i + 1], NULL, 10);
        } else if (strcmp(arguments[i], "--seed") == 0) {
            self->seed = strtoull(arguments[i + 1], NULL, 10);
        } else if (strcmp(arguments[i], "--histories") == 0) {
            self->histories = arguments[i + 1];
        } else {
            return false;
        }
    }
    return count % 2 == 1 && self->customers > 0;
}

static bool run(bench *self) {
    if (!make_room(self) || !make_histories(self) || !write_histories(self)) {
        return false;
    }
    printf("%lld customers, seed %llu\n\n%-11s %-22s %9s %9s %8s\n", (long long)self->customers,
           (unsigned long long)self->seed, "", "seconds, warm", "1 thread", "2 threads", "ns each");
    bool done = true;
    for (int32_t model = 1; done && model <= MODELS; model++) {
        done = time_model(self, model);
    }
    return done;
}

int main(int count, char **arguments) {
    bench self = {.customers = 1000000, .seed = 1, .error = {.struct_size = sizeof self.error}};
    if (!read_arguments(&self, count, arguments)) {
        fputs("usage: lifetimes [--customers N] [--seed N] [--histories FILE]\n", stderr);
        return 2;
    }
    const bool done = run(&self);
    if (!done) {
        fprintf(stderr, "%s: %s\n", self.error.place, self.error.message);
    }
    free(self.x);
    free(self.t_x);
    free(self.T);
    free(self.values);
    free(self.errors);
    return done ? 0 : 1;
}
