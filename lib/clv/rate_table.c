#include "clv/rate_table.h"

#include "base/exponential.h"
#include "base/logarithm.h"

#include <math.h>
#include <stdbool.h>

/* ---- p ----------------------------------------------------------------------------------------------------------- */

/*
 * With p = e^u / (1 + e^u) the beta density is e^(a u) (1 + e^u)^-(a + b) du, analytic for |Im u| < pi and falling
 * exponentially on both sides. The trapezoidal rule then errs by about e^(-2 pi d / h) where the integrand is bounded
 * for |Im u| < d (Trefethen & Weideman 2014): (1 + p s)^-k, which is much like e^(-k p s), leaves d near pi / 2 for
 * large k, and h = 0.33 makes that 1e-13. Far out, where it no longer changes, what is left is a geometric series,
 * which the last node takes. Shares are divided by their sum, so that no constant is needed.
 */
static const double WIDEST_STEP = 0.4;
static const double STEPS_PER_WIDTH = 0.8; /* of a bell curve's standard deviation */
static const double MOST_OF_POWER = 6;     /* what a large k narrows the integrand by, as a curvature */
static const double NEGLIGIBLE = 38;       /* e^-38 */
static const double UNCHANGING = 30;       /* e^-30 of 1 / (k s): p has become 0 there, or q = 1 - p */
static const double LEAST_SHARE = 1e-11;
static const double HIGHEST_LOG_TIME = 60; /* s up to e^60 */

/* One side of the mode: p and q change places on the other. */
typedef struct side {
    double rise, fall; /* a and b; b and a on the other side */
    double share;      /* p at the mode; q */
    double sign;       /* of u - mode */
    double mode, end, first, step;
} side;

/* ln of the density at `distance` from the mode by that at the mode. */
static double log_density(const side *s, double distance) {
    return s->rise * distance - (s->rise + s->fall) * crmvi_log1p(s->share * crmvi_expm1(distance));
}

/* Nodes until the density is negligible or nothing changes any more. */
static void add_dropouts(crmvi_rate_table *table, const side *s) {
    const double rest = 1 / -crmvi_expm1(-s->fall * s->step); /* a node with all behind it */
    bool is_last = false;
    for (int32_t i = 0; !is_last && table->dropouts < CRMVI_DROPOUT_NODES; i++) {
        const double distance = s->first + i * s->step;
        const double log = log_density(s, distance);
        const double u = s->mode + s->sign * distance;
        const bool is_at_end = s->sign * u > s->end;
        table->dropout[table->dropouts] = 1 / (1 + crmvi_exp(-u));
        table->share[table->dropouts++] = crmvi_exp(log) * (is_at_end ? rest : 1);
        is_last = is_at_end || log < -NEGLIGIBLE;
    }
}

void crmvi_rate_table_begin(crmvi_rate_table *table, double shape, double a, double b) {
    const double power = shape + 1;
    const double log_power = crmvi_log1p(power);
    const double of_power = power / 4 < MOST_OF_POWER ? power / 4 : MOST_OF_POWER;
    const double narrow = STEPS_PER_WIDTH / sqrt(a / (a + b) * b + of_power);
    const double step = narrow < WIDEST_STEP ? narrow : WIDEST_STEP;
    const double mode = crmvi_log(a) - crmvi_log(b);
    const side right = {a, b, a / (a + b), 1, mode, UNCHANGING + log_power, 0, step};
    const side left = {b, a, b / (a + b), -1, mode, UNCHANGING + HIGHEST_LOG_TIME + log_power, step, step};
    table->shape = shape;
    table->panels = 0;
    table->dropouts = 0;
    add_dropouts(table, &right);
    add_dropouts(table, &left);
    double sum = 0;
    for (int32_t i = 0; i < table->dropouts; i++) {
        sum += table->share[i];
    }
    double highest = 0;
    for (int32_t i = 0; i < table->dropouts; i++) {
        table->share[i] /= sum;
        const bool counts = table->share[i] > LEAST_SHARE && table->dropout[i] > highest;
        highest = counts ? table->dropout[i] : highest;
    }
    table->scale = 1 / (1 + power * highest); /* how soon those drop out who do so first */
}

/* ---- Time -------------------------------------------------------------------------------------------------------- */

/* Nodes and weights of Gauss and Legendre from 0 to 1, worked out to 28 digits by Newton's method in mpmath, and the
 * weights of the polynomial through the nodes (Berrut & Trefethen 2004). */
static const struct {
    double place, weight;
} nodes[CRMVI_RATE_NODES] = {
    {0.0068580956515938305792, 0.017559730165875931516}, {0.035782558168213241332, 0.040079043579880104903},
    {0.086399342465117503405, 0.060759285343951592345},  {0.15635354759415726493, 0.078601583579096767285},
    {0.24237568182092295402, 0.092769198738968906871},   {0.34044381553605511978, 0.10259923186064780198},
    {0.44597252564632816897, 0.1076319267315788951},     {0.55402747435367183103, 0.1076319267315788951},
    {0.65955618446394488022, 0.10259923186064780198},    {0.75762431817907704598, 0.092769198738968906871},
    {0.84364645240584273507, 0.078601583579096767285},   {0.91360065753488249659, 0.060759285343951592345},
    {0.96421744183178675867, 0.040079043579880104903},   {0.99314190434840616942, 0.017559730165875931516},
};
static const double polynomial_weights[CRMVI_RATE_NODES] = {-0.067061935053525233095,
                                                            0.22802979590289938913,
                                                            -0.42466795247226409967,
                                                            0.62439511887836836456,
                                                            -0.80035583789625427297,
                                                            0.93074436827271615401,
                                                            -1.0,
                                                            1.0,
                                                            -0.93074436827271615401,
                                                            0.80035583789625427297,
                                                            -0.62439511887836836456,
                                                            0.42466795247226409967,
                                                            -0.22802979590289938913,
                                                            0.067061935053525233095};

static const double WIDTH = 1;            /* of a panel, in v */
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
    double discounts[CRMVI_RATE_NODES];
    double rates[CRMVI_RATE_NODES];
    for (int32_t i = 0; i < CRMVI_RATE_NODES; i++) {
        const double place = end * nodes[i].place;
        discounts[i] = -discount * table->scale * crmvi_expm1(WIDTH * (panel + place));
        rates[i] = between_nodes(table->rates[panel], place);
    }
    crmvi_exps(discounts, CRMVI_RATE_NODES, discounts);
    double sum = 0;
    for (int32_t i = 0; i < CRMVI_RATE_NODES; i++) {
        sum += nodes[i].weight * rates[i] * discounts[i];
    }
    return WIDTH * end * sum;
}

/* Without the panels, in some of its own: for discounts that change much within them. */
static double integral_of_its_own(const crmvi_rate_table *table, double end, double discount) {
    const double scale = 1 / (1 / table->scale + discount);
    const double top = crmvi_log1p(end / scale);
    const int32_t panels = (int32_t)(top / WIDTH) + 1;
    const double width = top / panels;
    double sum = 0;
    for (int32_t panel = 0; panel < panels; panel++) {
        for (int32_t i = 0; i < CRMVI_RATE_NODES; i++) {
            const double s = scale * crmvi_expm1(width * (panel + nodes[i].place));
            sum += nodes[i].weight * rate_at(table, s) * (scale + s) * crmvi_exp(-discount * s);
        }
    }
    return width * sum;
}

double crmvi_rate_integral(crmvi_rate_table *table, double end, double discount) {
    const double last = discount * end > NOTHING_LEFT ? NOTHING_LEFT / discount : end;
    const double top = crmvi_log1p(last / table->scale) / WIDTH;
    if (top >= CRMVI_RATE_PANELS || discount * table->scale > HIGHEST_DISCOUNT) {
        return table->shape * integral_of_its_own(table, last, discount);
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
