/*
 * beta_geometric_series.c - purchases to be expected, for blocks of customers.
 *
 * Who never dropped out would make N further purchases within t, N negative binomial: P(N = m) = (D)_m / m! (1 - y)^D
 * y^m with D = r + x and y = t / (alpha + T + t). Of m such chances to purchase, H_m = 1 + E[q] + ... + E[q^(m - 1)]
 * are expected to be lived to see, where q = 1 - p is what a customer survives a purchase with, E[q^k] = (b)_k /
 * (a + b)_k. So purchases are
 *
 *     (1 - y)^D (w_1 y + w_2 y^2 + ...),   w_m = (D)_m / m! H_m,
 *
 * positive numbers all, wherever a and b are, while the closed form (a + b - 1) / (a - 1) [1 - (1 - y)^D F(D, b; a + b
 * - 1; y)] that this sums up to (Fader, Hardie & Lee 2005) is no number for a = 1 and loses all digits next to it. The
 * w depend on x alone: customers of the same x who stand next to each other are worked out side by side. Where y is so
 * near 1 that the series would be long, a table of rates does it.
 */
#include "base/exponential.h"
#include "clv/beta_geometric.h"
#include "clv/rate_table.h"
#include "clv/special.h"

#include <math.h>

/* ---- The weights of one x ---------------------------------------------------------------------------------------- */

enum { TERMS = 512, TERMS_BETWEEN_LOOKS = 16, LANES = 8 };

typedef struct weights {
    double shape, a, b;
    double choices;   /* (D)_m / m! */
    double surviving; /* E[q^m] */
    double sum;       /* H_m */
    int32_t length;   /* weights there are */
    double terms[TERMS];
} weights;

static void begin(weights *w, double shape, double a, double b) {
    w->shape = shape;
    w->a = a;
    w->b = b;
    w->choices = 1;
    w->surviving = 1;
    w->sum = 0;
    w->length = 0;
}

static void lengthen(weights *w, int32_t length) {
    for (int32_t m = w->length; m < length; m++) {
        w->choices *= (w->shape + m) / (m + 1);
        w->sum += w->surviving;
        w->surviving *= (w->b + m) / (w->a + w->b + m);
        w->terms[m] = w->choices * w->sum;
    }
    w->length = length > w->length ? length : w->length;
}

/* A bound of all quotients of a term and the one before, behind the first m, for y = 1. */
static double greatest_ratio(double shape, int32_t m) {
    const double choices = (shape + m) / (m + 1);
    return (choices > 1 ? choices : 1) * (m + 1) / m;
}

/* ---- Customers side by side -------------------------------------------------------------------------------------- */

typedef struct lanes {
    double y[LANES], power[LANES], sum[LANES];
    double found[LANES]; /* the sum when it was long enough; NaN until then */
} lanes;

static void add_terms(lanes *l, const double *terms) {
    for (int32_t i = 0; i < TERMS_BETWEEN_LOOKS; i++) {
        for (int32_t lane = 0; lane < LANES; lane++) {
            l->power[lane] *= l->y[lane];
            l->sum[lane] += terms[i] * l->power[lane];
        }
    }
}

static const double HIGHEST_SUM = 1e300;

/* A sum is found as soon as what is left out is below its last place, and no later: the other lanes shall not show. */
static bool look(lanes *l, double last_term, double ratio) {
    bool all_found = true;
    for (int32_t lane = 0; lane < LANES; lane++) {
        const double next = ratio * l->y[lane];
        const bool is_small = last_term * l->power[lane] * next <= 0x1p-56 * (1 - next) * l->sum[lane];
        const bool is_found = next < 1 && is_small && l->sum[lane] < HIGHEST_SUM; /* beyond, terms overflow */
        l->found[lane] = isnan(l->found[lane]) && is_found ? l->sum[lane] : l->found[lane];
        all_found &= !isnan(l->found[lane]);
    }
    return all_found;
}

static void add_up(weights *w, lanes *l) {
    for (int32_t lane = 0; lane < LANES; lane++) {
        l->power[lane] = 1;
        l->sum[lane] = 0;
        l->found[lane] = NAN;
    }
    for (int32_t m = 0; m < TERMS; m += TERMS_BETWEEN_LOOKS) {
        const int32_t end = m + TERMS_BETWEEN_LOOKS;
        lengthen(w, end);
        add_terms(l, w->terms + m);
        if (look(l, w->terms[end - 1], greatest_ratio(w->shape, end))) {
            return;
        }
    }
}

/* ---- Blocks ------------------------------------------------------------------------------------------------------ */

/* Whether 512 terms may do: 0.93^512 is 7e-17, and what a look finds too long is known then. */
static bool may_be_short(double shape, double y) {
    return y * greatest_ratio(shape, TERMS) < 0.93;
}

/* What the customers of a block are asked for. */
typedef struct outlook {
    const crmvi_beta_geometric *model;
    const crmvi_histories *histories;
    double ahead;
    double y[CRMVI_HISTORY_BLOCK];
    double none[CRMVI_HISTORY_BLOCK]; /* (1 - y)^D: the probability of no further purchase without drop-out */
    double *values;                   /* the probability of being active, and then the purchases */
    crmvi_rate_table rates;           /* of the customer number `tabled`, where the series is too long */
    int32_t tabled;                   /* -1: of none yet */
} outlook;

static void find_powers(outlook *o) {
    const int64_t count = o->histories->count;
    double quotients[CRMVI_HISTORY_BLOCK] = {0}; /* for compilers that see a count of 0 */
    for (int64_t i = 0; i < count; i++) {
        const double elapsed = o->model->alpha + o->histories->T[i];
        quotients[i] = o->ahead / elapsed;
        o->y[i] = o->ahead / (elapsed + o->ahead);
    }
    crmvi_log1ps(quotients, count, quotients);
    for (int64_t i = 0; i < count; i++) {
        o->none[i] = -(o->model->r + o->histories->x[i]) * quotients[i];
    }
    crmvi_exps(o->none, count, o->none);
}

static crmvi_active_customer customer_of(const outlook *o, int32_t row) {
    const double x = o->histories->x[row];
    return (crmvi_active_customer){.shape = o->model->r + x,
                                   .elapsed = o->model->alpha + o->histories->T[row],
                                   .a = o->model->a,
                                   .b = o->model->b + x + o->model->first};
}

static double from_table(outlook *o, int32_t row) {
    const crmvi_active_customer customer = customer_of(o, row);
    if (o->tabled < 0 || o->histories->x[o->tabled] != o->histories->x[row]) {
        crmvi_rate_table_begin(&o->rates, customer.shape, customer.a, customer.b);
        o->tabled = row;
    }
    return crmvi_active_purchases(&customer, &o->rates, o->ahead);
}

/* Up to LANES customers of the same x. */
static void answer_together(outlook *o, weights *w, const int32_t *rows, int32_t count) {
    lanes l = {.y = {0}};
    for (int32_t lane = 0; lane < count; lane++) {
        const double y = o->y[rows[lane]];
        l.y[lane] = may_be_short(w->shape, y) ? y : 0;
    }
    add_up(w, &l);
    for (int32_t lane = 0; lane < count; lane++) {
        const bool was_tried = may_be_short(w->shape, o->y[rows[lane]]);
        const bool was_long = !was_tried || isnan(l.found[lane]);
        o->values[rows[lane]] *= was_long ? from_table(o, rows[lane]) : o->none[rows[lane]] * l.found[lane];
    }
}

void crmvi_beta_geometric_purchases(const crmvi_beta_geometric *model, double ahead, const crmvi_histories *histories,
                                    double *values) {
    outlook o = {.model = model, .histories = histories, .ahead = ahead, .values = values, .tabled = -1};
    weights w;
    find_powers(&o);
    double x = NAN;
    for (int32_t row = 0; row < (int32_t)histories->count;) {
        int32_t rows[LANES];
        int32_t together = 0;
        const double next = histories->x[row];
        while (together < LANES && row < (int32_t)histories->count && histories->x[row] == next) {
            rows[together] = row++;
            together += values[rows[together]] > 0; /* who is gone stays at 0 */
        }
        row += isnan(next); /* which is not equal to itself */
        if (together > 0 && next != x) {
            const crmvi_active_customer customer = customer_of(&o, rows[0]);
            begin(&w, customer.shape, customer.a, customer.b);
            x = next;
        }
        if (together > 0) {
            answer_together(&o, &w, rows, together);
        }
    }
}
