/*
 * beta_geometric.c - how likely histories are, and whether customers are still there.
 *
 * The likelihood of x purchases up to t_x and silence until T is that of having survived n chances to drop out, plus
 * that of having dropped out at the last one:
 *
 *     (r)_x alpha^r (b)_n / (a + b)_n (alpha + T)^-(r + x)  (1 + o),
 *     o = a / (b + n - 1) ((alpha + T) / (alpha + t_x))^(r + x)    (0 where n = 0),
 *
 * after Fader, Hardie & Lee 2005 and Batislam, Denizel & Filiztekin 2007. o are the odds of being gone. All of it is
 * worked out in logarithms, with ln(1 + y) of the two quotients of times.
 */
#include "clv/beta_geometric.h"

#include "base/logarithm.h"
#include "clv/rising_table.h"
#include "clv/special.h"

#include <math.h>
#include <stddef.h>

/* ---- What depends on the number of chances alone ----------------------------------------------------------------- */

typedef struct chances {
    double survived;         /* ln of (b)_n / (a + b)_n */
    double log_odds;         /* ln of a / (b + n - 1) */
    double a_slope, b_slope; /* of `survived`, by ln a and ln b */
    double odds_b_slope;     /* of `log_odds` by ln b, with its sign turned */
} chances;

/* For x = 0 ... length - 1, and for the last x beyond. */
typedef struct chances_table {
    const crmvi_beta_geometric *model;
    bool with_slopes;
    int32_t length;
    chances items[CRMVI_TABLED];
    double latest_x;
    chances latest;
} chances_table;

static const double NO_ODDS = -1e300; /* the logarithm of 0, for all purposes */

static void fill(chances_table *table, const crmvi_beta_geometric *model, int32_t length, bool with_slopes) {
    enum { LONGEST = CRMVI_TABLED + 1 };
    const double a = model->a;
    const double b = model->b;
    double odds[LONGEST] = {0};
    double log_odds[LONGEST];
    const int32_t chances_count = length + model->first;
    for (int32_t k = 0; k < chances_count; k++) {
        odds[k] = a / (b + k);
    }
    crmvi_logs(odds, chances_count, log_odds);
    crmvi_log1ps(odds, chances_count, odds);
    *table = (chances_table){.model = model, .with_slopes = with_slopes, .length = length, .latest_x = NAN};
    chances sum = {.log_odds = NO_ODDS};
    for (int32_t n = 0; n < chances_count; n++) {
        if (n >= model->first) {
            table->items[n - model->first] = sum;
        }
        sum.survived -= odds[n];
        sum.log_odds = log_odds[n];
        sum.a_slope -= a / (a + b + n);
        sum.b_slope += a / (b + n) * (b / (a + b + n));
        sum.odds_b_slope = b / (b + n);
    }
}

/* (b)_n / (a + b)_n is (b)_a / (b + n)_a too: the shorter one loses less where b is large. */
static chances work_out(const chances_table *table, double x) {
    const double a = table->model->a;
    const double b = table->model->b;
    const double n = x + table->model->first;
    chances of = {.log_odds = crmvi_log(a / (b + n - 1))};
    if (a < n) {
        of.survived = crmvi_log_rising(b, a) - crmvi_log_rising(b + n, a);
    } else {
        of.survived = crmvi_log_rising(b, n) - crmvi_log_rising(a + b, n);
    }
    if (table->with_slopes) {
        of.a_slope = -a * crmvi_digamma_rising(a + b, n);
        of.b_slope = a < n ? b * (crmvi_digamma_rising(b, a) - crmvi_digamma_rising(b + n, a))
                           : b * (crmvi_digamma_rising(b, n) - crmvi_digamma_rising(a + b, n));
        of.odds_b_slope = b / (b + n - 1);
    }
    return of;
}

static chances chances_beyond(chances_table *table, double x) {
    if (isnan(x)) {
        return (chances){x, x, x, x, x};
    }
    if (table->latest_x != x) {
        table->latest_x = x;
        table->latest = work_out(table, x);
    }
    return table->latest;
}

static chances chances_of(chances_table *table, double x) {
    return x < table->length ? table->items[(int32_t)x] : chances_beyond(table, x);
}

/* ---- Being gone -------------------------------------------------------------------------------------------------- */

/* The odds of being gone, customer by customer. */
typedef struct departures {
    double gaps[CRMVI_HISTORY_BLOCK]; /* ln((alpha + T) / (alpha + t_x)) */
    double log_odds[CRMVI_HISTORY_BLOCK];
    double gone[CRMVI_HISTORY_BLOCK];  /* the probability */
    double alive[CRMVI_HISTORY_BLOCK]; /* 1 - gone */
} departures;

/* From log_odds of the chances. */
static void find_departures(const crmvi_beta_geometric *model, const crmvi_histories *histories, departures *of,
                            double *log_of_both) {
    const int64_t count = histories->count;
    double odds[CRMVI_HISTORY_BLOCK]; /* e^-|log odds| */
    for (int64_t i = 0; i < count; i++) {
        of->gaps[i] = (histories->T[i] - histories->t_x[i]) / (model->alpha + histories->t_x[i]);
    }
    crmvi_log1ps(of->gaps, count, of->gaps);
    for (int64_t i = 0; i < count; i++) {
        of->log_odds[i] += (model->r + histories->x[i]) * of->gaps[i];
        odds[i] = -fabs(of->log_odds[i]);
    }
    crmvi_exps(odds, count, odds);
    for (int64_t i = 0; i < count; i++) {
        const double likelier = 1 / (1 + odds[i]);
        const double lesser = odds[i] * likelier;
        of->gone[i] = of->log_odds[i] > 0 ? likelier : lesser;
        of->alive[i] = of->log_odds[i] > 0 ? lesser : likelier;
    }
    if (log_of_both == NULL) {
        return;
    }
    crmvi_log1ps(odds, count, odds);
    for (int64_t i = 0; i < count; i++) {
        log_of_both[i] = odds[i] + (of->log_odds[i] > 0 ? of->log_odds[i] : 0);
    }
}

void crmvi_beta_geometric_alive(const crmvi_beta_geometric *model, const crmvi_histories *histories, double *values) {
    chances_table table;
    departures of;
    fill(&table, model, crmvi_table_length(histories), false);
    for (int64_t i = 0; i < histories->count; i++) {
        of.log_odds[i] = chances_of(&table, histories->x[i]).log_odds;
    }
    find_departures(model, histories, &of, NULL);
    for (int64_t i = 0; i < histories->count; i++) {
        values[i] = isnan(of.log_odds[i]) ? NAN : of.alive[i];
    }
}

/* ---- The likelihood ---------------------------------------------------------------------------------------------- */

typedef struct tables {
    chances_table chances;
    crmvi_rising_table risings;
} tables;

/* What customers' x alone give; what the times add comes after. */
static void look_up(tables *from, const crmvi_histories *histories, departures *of, double *values, double *slopes) {
    const int64_t count = histories->count;
    for (int64_t i = 0; i < count; i++) {
        const chances survival = chances_of(&from->chances, histories->x[i]);
        const crmvi_rising rising = crmvi_rising_of(&from->risings, histories->x[i]);
        values[i] = rising.log + survival.survived;
        of->log_odds[i] = survival.log_odds;
        if (slopes != NULL) {
            slopes[i] = rising.slope;
            slopes[count + i] = survival.odds_b_slope;
            slopes[2 * count + i] = survival.a_slope;
            slopes[3 * count + i] = survival.b_slope;
        }
    }
}

static void add_slopes(const crmvi_beta_geometric *model, const crmvi_histories *histories, const departures *of,
                       const double *ages, double *slopes) {
    const int64_t count = histories->count;
    const double r = model->r;
    const double alpha = model->alpha;
    for (int64_t i = 0; i < count; i++) {
        const double x = histories->x[i];
        const double T = histories->T[i];
        const double t_x = histories->t_x[i];
        const double gone = of->gone[i];
        const double back = (r + x) * gone * alpha * ((T - t_x) / ((alpha + T) * (alpha + t_x)));
        slopes[i] = r * (slopes[i] - ages[i] + gone * of->gaps[i]);
        slopes[3 * count + i] -= gone * slopes[count + i];
        slopes[count + i] = (r * T - x * alpha) / (alpha + T) - back;
        slopes[2 * count + i] += gone;
    }
}

void crmvi_beta_geometric_likelihood(const crmvi_beta_geometric *model, const crmvi_histories *histories,
                                     double *values, double *slopes) {
    const int64_t count = histories->count;
    tables all;
    departures of;
    double ages[CRMVI_HISTORY_BLOCK];
    double log_of_both[CRMVI_HISTORY_BLOCK];
    fill(&all.chances, model, crmvi_table_length(histories), slopes != NULL);
    crmvi_rising_table_fill(&all.risings, model->r, model->alpha, histories, slopes != NULL);
    look_up(&all, histories, &of, values, slopes);
    for (int64_t i = 0; i < count; i++) {
        ages[i] = histories->T[i] / model->alpha;
    }
    crmvi_log1ps(ages, count, ages);
    find_departures(model, histories, &of, log_of_both);
    for (int64_t i = 0; i < count; i++) {
        values[i] += log_of_both[i] - (model->r + histories->x[i]) * ages[i];
    }
    if (slopes != NULL) {
        add_slopes(model, histories, &of, ages, slopes);
    }
}
