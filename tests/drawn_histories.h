/* drawn_histories.h - customers drawn by chance from purchase processes, day by day, for tests of fitting. */
#ifndef TESTS_DRAWN_HISTORIES_H
#define TESTS_DRAWN_HISTORIES_H

#include "chance.h"
#include "crmvalue/lifetime_fit.h"

#include <math.h>
#include <stdbool.h>

enum { DRAWN_MOST = 60000 };

/* Columns of histories. */
typedef struct drawn {
    int64_t rows;
    double x[DRAWN_MOST], t_x[DRAWN_MOST], T[DRAWN_MOST];
} drawn;

/* Above 0 and below 1. */
static inline double draw_uniform(uint64_t *state) {
    return ((double)(chance_bits(state) >> 11) + .5) / 9007199254740992.0;
}

static inline double draw_exponential(uint64_t *state) {
    return -log(draw_uniform(state));
}

static inline double draw_normal(uint64_t *state) {
    return sqrt(2 * draw_exponential(state)) * cos(6.283185307179586 * draw_uniform(state));
}

/* Gamma distributed of rate 1: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
static inline double draw_gamma(uint64_t *state, double shape) {
    const double raised = shape < 1 ? shape + 1 : shape;
    const double d = raised - 1.0 / 3;
    double v;
    bool taken;
    do {
        const double z = draw_normal(state);
        v = 1 + z / sqrt(9 * d);
        v = v * v * v;
        taken = v > 0 && log(draw_uniform(state)) < z * z / 2 + d - d * v + d * log(v);
    } while (!taken);
    return shape < 1 ? d * v * pow(draw_uniform(state), 1 / shape) : d * v;
}

/* How a customer drops out: after a purchase with a probability, or at a time. */
typedef struct ending_drawn {
    double probability, time;
} ending_drawn;

static inline ending_drawn draw_ending(int32_t model, const double *parameters, uint64_t *state) {
    ending_drawn ending = {0, INFINITY};
    if (model == CRMV_PARETO_NBD) {
        ending.time = draw_exponential(state) * parameters[3] / draw_gamma(state, parameters[2]);
    } else if (model != CRMV_NBD) {
        const double a = draw_gamma(state, parameters[2]);
        ending.probability = a / (a + draw_gamma(state, parameters[3]));
    }
    return ending;
}

/* One customer, watched for `age`. */
static inline void draw_customer(int32_t model, const double *parameters, double age, uint64_t *state, double *x,
                                 double *t_x) {
    const double rate = draw_gamma(state, parameters[0]) / parameters[1];
    const ending_drawn ending = draw_ending(model, parameters, state);
    bool active = model != CRMV_MBG_NBD || draw_uniform(state) >= ending.probability;
    double time = 0;
    *x = *t_x = 0;
    while (active) {
        time += draw_exponential(state) / rate;
        active = time <= age && time <= ending.time;
        if (active) {
            *x += 1;
            *t_x = time;
            active = draw_uniform(state) >= ending.probability;
        }
    }
}

/* `rows` customers of ages from `least` to `most`, evenly spread. */
static inline void draw_histories(drawn *out, int64_t rows, int32_t model, const double *parameters, double least,
                                  double most, uint64_t seed) {
    uint64_t state = seed;
    out->rows = rows;
    for (int64_t i = 0; i < rows; i++) {
        out->T[i] = least + (most - least) * draw_uniform(&state);
        draw_customer(model, parameters, out->T[i], &state, &out->x[i], &out->t_x[i]);
    }
}

#endif
