#include "clv/rate_table.h"

#include "base/exponential.h"
#include "base/logarithm.h"

#include <math.h>

/* ---- p ----------------------------------------------------------------------------------------------------------- */

/*
 * With p = e^u / (1 + e^u) the beta density is e^(a u) (1 + e^u)^-(a + b) du, analytic for |Im u| < pi and falling
 * exponentially on both sides: the trapezoidal rule errs by about e^(-2 pi^2 / h) (Trefethen & Weideman 2014), less
 * where the integrand is narrow. Far out, where (1 + p s)^-k no longer changes, what is left is a geometric series,
 * which the last node takes. Shares are divided by their sum, so that no constant is needed.
 */
static const double WIDEST_STEP = 0.4;
static const double NEGLIGIBLE = 38;       /* e^-38 */
static const double UNCHANGING = 30;       /* e^-30 of 1 / (k s): p has become 0 there, or q = 1 - p */
static const double HIGHEST_LOG_TIME = 17; /* s up to e^17 */

typedef struct density {
    double a, b, mode, at_mode, step, left, right;
} density;

/* ln(1 + e^u). */
static double softplus(double u) {
    return crmvi_log1p(crmvi_exp(-fabs(u))) + (u > 0 ? u : 0);
}

static double log_density(const density *d, double u) {
    return d->a * u - (d->a + d->b) * softplus(u);
}

static density density_of(double power, double a, double b) {
    density d = {.a = a, .b = b, .mode = crmvi_log(a) - crmvi_log(b)};
    d.at_mode = log_density(&d, d.mode);
    const double curvature = a / (a + b) * b + power / 4;
    const double narrow = 0.8 / sqrt(curvature);
    d.step = narrow < WIDEST_STEP ? narrow : WIDEST_STEP;
    const double log_power = crmvi_log1p(power);
    d.left = -(UNCHANGING + HIGHEST_LOG_TIME + log_power);
    d.right = UNCHANGING + log_power;
    return d;
}

/* Nodes from `first` on by `step` until the density is negligible or the end is reached; false: too many. */
static bool add_dropouts(crmvi_rate_table *table, const density *d, double first, double step) {
    for (int32_t i = 0; table->dropouts < CRMVI_DROPOUT_NODES; i++) {
        const double u = first + i * step;
        const double log = log_density(d, u) - d->at_mode;
        const bool is_last = step < 0 ? u < d->left : u > d->right;
        const double share = crmvi_exp(log);
        const double rate = step < 0 ? d->a : d->b;
        const double rest = is_last ? 1 / -crmvi_expm1(-rate * d->step) : 1; /* with all nodes behind it */
        table->dropout[table->dropouts] = 1 / (1 + crmvi_exp(-u));
        table->share[table->dropouts++] = share * rest;
        if (is_last || log < -NEGLIGIBLE) {
            return true;
        }
    }
    return false;
}

void crmvi_rate_table_begin(crmvi_rate_table *table, double shape, double a, double b) {
    const density d = density_of(shape + 1, a, b);
    table->shape = shape;
    table->scale = 1 / (1 + (shape + 1) * (a / (a + b)));
    table->panels = 0;
    table->dropouts = 0;
    table->is_good = d.mode > d.left && d.mode < d.right && add_dropouts(table, &d, d.mode, d.step) &&
                     add_dropouts(table, &d, d.mode - d.step, -d.step);
    double sum = 0;
    for (int32_t i = 0; i < table->dropouts; i++) {
        sum += table->share[i];
    }
    for (int32_t i = 0; i < table->dropouts; i++) {
        table->share[i] /= sum;
    }
}

/* ---- Time -------------------------------------------------------------------------------------------------------- */

/* Nodes and weights of Gauss and Legendre from 0 to 1, worked out to 28 digits by Newton's method in mpmath, and the
 * weights of the polynomial through the nodes (Berrut & Trefethen 2004). */
static const struct {
    double place, weight;
} nodes[CRMVI_RATE_NODES] = {
    {0.0092196828766403746547, 0.023587668193255913597}, {0.047941371814762571661, 0.05346966299765921548},
    {0.11504866290284765648, 0.080039164271673113167},   {0.20634102285669127635, 0.10158371336153296087},
    {0.31608425050090990312, 0.11674626826917740438},    {0.43738329574426554226, 0.1245735229067013925},
    {0.56261670425573445774, 0.1245735229067013925},     {0.68391574949909009688, 0.11674626826917740438},
    {0.79365897714330872365, 0.10158371336153296087},    {0.88495133709715234352, 0.080039164271673113167},
    {0.95205862818523742834, 0.05346966299765921548},    {0.99078031712335962535, 0.023587668193255913597},
};
static const double polynomial_weights[CRMVI_RATE_NODES] = {-0.083837612280754978113,
                                                            0.28215679777208825558,
                                                            -0.5155864255536264388,
                                                            0.736667512185065746,
                                                            -0.90734814130476608474,
                                                            1.0,
                                                            -1.0,
                                                            0.90734814130476608474,
                                                            -0.736667512185065746,
                                                            0.5155864255536264388,
                                                            -0.28215679777208825558,
                                                            0.083837612280754978113};

static const double WIDTH = 1.5;          /* of a panel, in v */
static const double HIGHEST_DISCOUNT = 4; /* times the scale: e^(-discount s) is smooth enough for the panels */
static const double NOTHING_LEFT = 37;    /* e^-37 is below 1e-16 */

/* E[(1 + p s)^-(D + 1)]. */
static double rate_at(const crmvi_rate_table *table, double s) {
    double powers[CRMVI_DROPOUT_NODES];
    for (int32_t j = 0; j < table->dropouts; j++) {
        powers[j] = table->dropout[j] * s;
    }
    crmvi_log1ps(powers, table->dropouts, powers);
    for (int32_t j = 0; j < table->dropouts; j++) {
        powers[j] *= -(table->shape + 1);
    }
    crmvi_exps(powers, table->dropouts, powers);
    double sums[4] = {0};
    for (int32_t j = 0; j < table->dropouts; j++) {
        sums[j % 4] += table->share[j] * powers[j];
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static void work_out_panels(crmvi_rate_table *table, int32_t panels) {
    for (int32_t panel = table->panels; panel < panels; panel++) {
        for (int32_t i = 0; i < CRMVI_RATE_NODES; i++) {
            const double s = table->scale * crmvi_expm1(WIDTH * (panel + nodes[i].place));
            table->times[panel][i] = s;
            table->rates[panel][i] = rate_at(table, s) * (table->scale + s);
        }
    }
    table->panels = panels > table->panels ? panels : table->panels;
}

static double whole_panel(const crmvi_rate_table *table, int32_t panel, double discount) {
    double discounts[CRMVI_RATE_NODES];
    for (int32_t i = 0; i < CRMVI_RATE_NODES; i++) {
        discounts[i] = -discount * table->times[panel][i];
    }
    crmvi_exps(discounts, CRMVI_RATE_NODES, discounts);
    double sum = 0;
    for (int32_t i = 0; i < CRMVI_RATE_NODES; i++) {
        sum += nodes[i].weight * table->rates[panel][i] * discounts[i];
    }
    return WIDTH * sum;
}

/* The polynomial through the nodes of a panel, at a place within it. */
static double between_nodes(const double *rates, double place) {
    double above = 0;
    double below = 0;
    for (int32_t i = 0; i < CRMVI_RATE_NODES; i++) {
        const double distance = place - nodes[i].place;
        if (distance == 0) {
            return rates[i];
        }
        const double weight = polynomial_weights[i] / distance;
        above += weight * rates[i];
        below += weight;
    }
    return above / below;
}

/* The part of a panel up to `end` (0 to 1): nodes of its own, between which the rate is a polynomial. */
static double part_of_panel(const crmvi_rate_table *table, int32_t panel, double end, double discount) {
    double sum = 0;
    for (int32_t i = 0; i < CRMVI_RATE_NODES; i++) {
        const double place = end * nodes[i].place;
        const double s = table->scale * crmvi_expm1(WIDTH * (panel + place));
        sum += nodes[i].weight * between_nodes(table->rates[panel], place) * crmvi_exp(-discount * s);
    }
    return WIDTH * end * sum;
}

double crmvi_rate_integral(crmvi_rate_table *table, double end, double discount) {
    const double last = discount * end > NOTHING_LEFT ? NOTHING_LEFT / discount : end;
    const double top = crmvi_log1p(last / table->scale) / WIDTH;
    if (!table->is_good || !(top < CRMVI_RATE_PANELS) || discount * table->scale > HIGHEST_DISCOUNT) {
        return NAN;
    }
    const int32_t panels = (int32_t)top;
    work_out_panels(table, top > panels ? panels + 1 : panels);
    double sum = 0;
    for (int32_t panel = 0; panel < panels; panel++) {
        sum += whole_panel(table, panel, discount);
    }
    if (top > panels) {
        sum += part_of_panel(table, panels, top - panels, discount);
    }
    return table->shape * sum;
}
