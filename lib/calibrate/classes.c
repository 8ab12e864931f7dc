#include "calibrate/classes.h"

#include "base/decimal.h"
#include "base/error.h"
#include "base/memory.h"
#include "calibrate/found_scale.h"
#include "calibrate/units.h"
#include "model/path.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What a model can hold: cuts of points are at most a million, others below 1e300. */
static const double points_limit = 1e12;
static const double values_limit = 1e300;

enum { HUNDRED = 100 * CRMVI_ONE }; /* percent, in units of 1e-6 */

typedef struct finding {
    const crmvi_ask *ask;
    const crmvi_run *run;
    const int64_t *cumulated;
    bool whole;
    double *cuts; /* as they are found: descending, equal where a class is empty; +infinity where it is above all */
} finding;

void crmvi_found_classes_clear(crmvi_found_classes *found) {
    free(found->cuts);
    free(found->customers);
    *found = (crmvi_found_classes){0};
}

/* ---- Shares and quantiles ---------------------------------------------------------------------------------------- */

/* The descending rank at which a class ends: the share that is cumulated with it, rounded up; the last one ends with
 * all. */
static int64_t rank_of(const finding *f, int32_t class) {
    crmvi_wide share = class < f->ask->classes - 1 ? 0 : HUNDRED;
    for (int32_t i = 0; i <= class && class < f->ask->classes - 1; i++) {
        share += f->ask->shares[i];
    }
    return (int64_t)((share * f->run->total + HUNDRED - 1) / HUNDRED);
}

/* The customer at the descending rank of the share that is cumulated; equals rise with him. */
static void cut_shares(finding *f) {
    for (int32_t i = 0; i < f->ask->classes - 1; i++) {
        const int64_t rank = rank_of(f, i);
        f->cuts[i] = rank < 1 ? (double)INFINITY
                              : crmvi_run_at(f->run, f->cumulated, rank < f->run->total ? f->run->total - rank : 0);
    }
}

/* A whole number is not below a quantile where it is not below the next whole number. */
static void cut_quantiles(finding *f) {
    const int32_t classes = f->ask->classes;
    for (int32_t i = 0; i < classes - 1; i++) {
        const int32_t part = classes - 1 - i;
        if (f->whole) {
            const crmvi_between b = crmvi_run_between(f->run, f->cumulated, part, classes);
            const crmvi_wide rise = ((crmvi_wide)b.high - (crmvi_wide)b.low) * b.rest;
            const crmvi_wide steps = (rise + classes - 1) / classes;
            f->cuts[i] = b.low + (double)steps;
        } else {
            f->cuts[i] = crmvi_run_part(f->run, f->cumulated, part, classes);
        }
    }
}

/* ---- ABC --------------------------------------------------------------------------------------------------------- */

/* Values above 0 as whole numbers. */
typedef struct amounts {
    const crmvi_run *run;
    crmvi_unit unit;
    bool whole;
    int64_t first;    /* of them */
    crmvi_wide total; /* of all customers */
} amounts;

static int64_t amount_of(const amounts *a, int64_t i) {
    return a->whole ? (int64_t)a->run->values[i] : crmvi_units(&a->unit, a->run->values[i]);
}

static amounts amounts_of(const finding *f) {
    const crmvi_run *run = f->run;
    const int32_t bits = 51;
    amounts a = {run, crmvi_unit_for(0, run->values[run->distinct - 1], bits), f->whole,
                 crmvi_first_not_below(run, nextafter(0, 1)), 0};
    for (int64_t i = a.first; i < run->distinct; i++) {
        a.total += (crmvi_wide)amount_of(&a, i) * run->counts[i];
    }
    return a;
}

/* Whether the first of the customers with a value is in a class that ends at `share`: what was accumulated before is
 * below it, or what is accumulated with this one not above. */
static bool is_within(const finding *f, crmvi_wide before, int64_t amount, crmvi_micro share, crmvi_wide total) {
    return f->ask->including ? (before + amount) * HUNDRED <= total * share : before * HUNDRED < total * share;
}

static void cut_abc(finding *f) {
    const crmvi_run *run = f->run;
    const amounts a = amounts_of(f);
    for (int32_t c = 0; c < f->ask->classes - 1; c++) {
        f->cuts[c] = INFINITY;
    }
    crmvi_wide before = 0;
    int32_t open = 0; /* the first class that may take the value */
    for (int64_t i = run->distinct - 1; i >= a.first; i--) {
        const int64_t amount = amount_of(&a, i);
        while (open < f->ask->classes - 1 && !is_within(f, before, amount, f->ask->shares[open], a.total)) {
            open++;
        }
        for (int32_t c = open; c < f->ask->classes - 1; c++) {
            f->cuts[c] = run->values[i];
        }
        before += (crmvi_wide)amount * run->counts[i];
    }
}

/* ---- Natural breaks and k-means ---------------------------------------------------------------------------------- */

static crmvi_run part_of(const crmvi_run *run, int64_t begin, int64_t end) {
    crmvi_run part = {.values = run->values + begin, .counts = run->counts + begin, .distinct = end - begin};
    for (int64_t i = begin; i < end; i++) {
        part.total += run->counts[i];
    }
    return part;
}

static crmvi_wide sum_of(const crmvi_run *run) {
    crmvi_wide sum = 0;
    for (int64_t i = 0; i < run->distinct; i++) {
        sum += (crmvi_wide)run->values[i] * run->counts[i];
    }
    return sum;
}

/* The middle between the means of two neighbouring classes: of whole numbers rounded up, and never past their values.
 */
static double middle_of(const crmvi_run *lower, const crmvi_run *upper, bool whole) {
    double middle;
    if (whole) {
        const crmvi_wide sums = sum_of(lower) * upper->total + sum_of(upper) * lower->total;
        middle = (double)-crmvi_floor(-sums, 2 * (crmvi_wide)lower->total * upper->total);
    } else {
        double below;
        double above;
        double deviation;
        crmvi_run_moments(lower, &below, &deviation);
        crmvi_run_moments(upper, &above, &deviation);
        middle = below / 2 + above / 2;
    }
    const bool parts = middle > lower->values[lower->distinct - 1] && middle <= upper->values[0];
    return parts ? middle : upper->values[0];
}

static int32_t cut_least_squares(finding *f, crmv_error *error) {
    const crmvi_run *run = f->run;
    const int32_t classes = f->ask->classes;
    bool no_memory = false;
    int64_t *first = crmvi_array((int64_t)classes + 1, sizeof *first);
    if (first == NULL) {
        return crmvi_no_memory(error);
    }
    if (!crmvi_least_squares_split(run->values, run->counts, run->distinct, classes, 1, first, &no_memory)) {
        free(first);
        return no_memory
                   ? crmvi_no_memory(error)
                   : crmvi_fail(error, CRMV_NOT_IDENTIFIED, f->ask->place,
                                "%d classes need as many different values, and customers have %lld: ask for fewer "
                                "classes",
                                (int)classes, (long long)run->distinct);
    }
    first[classes] = run->distinct;
    for (int32_t i = 0; i < classes - 1; i++) {
        const int32_t upper = classes - 1 - i;
        f->cuts[i] = run->values[first[upper]];
        if (f->ask->kind == CRMVI_ASK_K_MEANS) {
            const crmvi_run below = part_of(run, first[upper - 1], first[upper]);
            const crmvi_run above = part_of(run, first[upper], first[upper + 1]);
            f->cuts[i] = middle_of(&below, &above, f->whole);
        }
    }
    free(first);
    return CRMV_OK;
}

/* ---- Cuts that descend ------------------------------------------------------------------------------------------- */

/* The next number; of doubles about 0 one that people's programs read. */
static double next_to(double value, bool whole, double direction) {
    if (whole) {
        return value + direction;
    }
    const double least = 1e-280;
    return fabs(value) > least ? nextafter(value, direction * INFINITY) : value + direction * 1e-290;
}

/* Just below the cut before, and above the values that are below that; NaN where there is no room. */
static double cut_below(const finding *f, double before) {
    const double cut = next_to(before, f->whole, -1);
    const int64_t values_below = crmvi_first_not_below(f->run, before);
    const bool has_room = cut < before && (values_below == 0 || f->run->values[values_below - 1] < cut);
    return has_room ? cut : (double)NAN;
}

/* Empty classes above all values lie just above the highest of them, the first one highest. */
static void lift_infinite(finding *f) {
    int32_t count = 0;
    while (count < f->ask->classes - 1 && isinf(f->cuts[count])) {
        count++;
    }
    double cut = f->run->values[f->run->distinct - 1];
    for (int32_t i = count - 1; i >= 0; i--) {
        cut = next_to(cut, f->whole, 1);
        f->cuts[i] = cut;
    }
}

/* Two cuts need a number of their own each, and between equal values, or values next to each other, there is none. */
static int32_t refuse_cut(const finding *f, int32_t class, crmv_error *error) {
    char value[32], quoted[2][CRMVI_QUOTED_SIZE];
    const double before = f->cuts[class - 1];
    crmvi_shortest(f->whole ? before / (double)CRMVI_ONE : before, value);
    return crmvi_fail(
        error, CRMV_NOT_IDENTIFIED, f->ask->place,
        "nobody is left for class %s: class %s begins at %s, values equal to that are not divided, and no "
        "number lies between it and the next value for the other's cut; ask for fewer classes%s",
        crmvi_quoted(f->ask->names[class], quoted[0]), crmvi_quoted(f->ask->names[class - 1], quoted[1]), value,
        f->whole ? ", or a scale that tells customers apart" : "");
}

/* Makes cuts descend, so that they can stand in a model. */
static int32_t make_descend(finding *f, crmv_error *error) {
    lift_infinite(f);
    for (int32_t i = 0; i < f->ask->classes - 1; i++) {
        if (i > 0 && !(f->cuts[i] < f->cuts[i - 1])) {
            f->cuts[i] = cut_below(f, f->cuts[i - 1]);
        }
        const double magnitude = fabs(f->cuts[i]);
        if (isnan(magnitude)) {
            return refuse_cut(f, i, error);
        }
        if (f->whole ? magnitude > points_limit : magnitude >= values_limit) {
            return crmvi_fail(error, CRMV_NOT_IDENTIFIED, f->ask->place, "%s",
                              f->whole ? "a cut would lie past 1,000,000 points, where a model's text has none"
                                       : "a cut would lie at 1e300 or beyond, where a model's text has no numbers");
        }
    }
    return CRMV_OK;
}

/* ---- What was found ---------------------------------------------------------------------------------------------- */

double crmvi_variance_fit(const crmvi_run *run, const double *cuts, int32_t count) {
    double mean;
    double all;
    crmvi_run_moments(run, &mean, &all);
    if (!(all > 0)) {
        return NAN;
    }
    double within = 0; /* squares within classes, as parts of those about the mean */
    int64_t end = run->distinct;
    for (int32_t i = 0; i <= count; i++) {
        const int64_t begin = i < count ? crmvi_first_not_below(run, cuts[i]) : 0;
        const crmvi_run part = part_of(run, begin, end);
        end = begin;
        if (part.distinct > 1) {
            double deviation;
            crmvi_run_moments(&part, &mean, &deviation);
            const double relative = deviation / all;
            within += relative * relative * ((double)(part.total - 1) / (double)(run->total - 1));
        }
    }
    return 1 - within;
}

/* Why classes are empty. */
enum { EQUAL_VALUES, FEW_CUSTOMERS, SMALL_SHARE, LARGE_VALUE, REASONS };
static const char *const reasons[REASONS] = {
    [EQUAL_VALUES] = "equal values are not divided",
    [FEW_CUSTOMERS] = "there are fewer customers than classes",
    [SMALL_SHARE] = "a share is less than one customer",
    [LARGE_VALUE] = "the value of one customer takes up a whole share",
};

/* Whether the class takes a customer before whom so much was accumulated. */
static bool takes(const finding *f, int32_t class, crmvi_wide before, int64_t amount, crmvi_wide total) {
    const bool is_last = class == f->ask->classes - 1;
    return (is_last || is_within(f, before, amount, f->ask->shares[class], total)) &&
           (class == 0 || !is_within(f, before, amount, f->ask->shares[class - 1], total));
}

/* Whether the class would not be empty if equal values were divided, customer by customer. */
static bool is_empty_by_ties(const finding *f, int32_t class) {
    const amounts a = amounts_of(f);
    crmvi_wide before = 0;
    for (int64_t i = f->run->distinct - 1; i >= a.first; i--) {
        const int64_t amount = amount_of(&a, i);
        for (int64_t k = 0; k < f->run->counts[i]; k++) {
            if (takes(f, class, before, amount, a.total)) {
                return true;
            }
            before += amount;
        }
    }
    return false;
}

static int32_t reason_of(const finding *f, int32_t class) {
    if (f->run->total < f->ask->classes) {
        return FEW_CUSTOMERS;
    }
    if (f->ask->kind == CRMVI_ASK_SHARES) {
        const int64_t before = class > 0 ? rank_of(f, class - 1) : 0;
        return rank_of(f, class) == before ? SMALL_SHARE : EQUAL_VALUES;
    }
    return f->ask->kind == CRMVI_ASK_ABC && !is_empty_by_ties(f, class) ? LARGE_VALUE : EQUAL_VALUES;
}

static void write_remark(const bool told[REASONS], int32_t empty, crmvi_found_classes *out) {
    int length = empty == 1 ? snprintf(out->remark, sizeof out->remark, "a class is empty: ")
                            : snprintf(out->remark, sizeof out->remark, "%d classes are empty: ", (int)empty);
    bool is_first = true;
    for (int32_t i = 0; i < REASONS; i++) {
        if (told[i]) {
            length += snprintf(out->remark + length, sizeof out->remark - (size_t)length, "%s%s",
                               is_first ? "" : ", and ", reasons[i]);
            is_first = false;
        }
    }
}

static void describe(const finding *f, crmvi_found_classes *out) {
    int64_t above = f->run->total;
    int32_t empty = 0;
    bool told[REASONS] = {false};
    for (int32_t i = 0; i < out->count; i++) {
        const bool is_last = i == out->count - 1;
        const int64_t below = is_last ? 0 : crmvi_customers_below(f->run, f->cumulated, out->cuts[i]);
        out->customers[i] = above - below;
        above = below;
        if (out->customers[i] == 0) {
            told[reason_of(f, i)] = true;
            empty++;
        }
    }
    if (empty > 0) {
        write_remark(told, empty, out);
    }
    out->fit = crmvi_variance_fit(f->run, out->cuts, out->count - 1);
}

static int32_t find_cuts(finding *f, crmv_error *error) {
    switch (f->ask->kind) {
    case CRMVI_ASK_SHARES:
        cut_shares(f);
        return CRMV_OK;
    case CRMVI_ASK_QUANTILES:
        cut_quantiles(f);
        return CRMV_OK;
    case CRMVI_ASK_ABC:
        if (!(f->run->values[f->run->distinct - 1] > 0)) {
            return crmvi_fail(error, CRMV_NOT_IDENTIFIED, f->ask->place, "nobody has a value above 0");
        }
        cut_abc(f);
        return CRMV_OK;
    case CRMVI_ASK_NATURAL_BREAKS:
    case CRMVI_ASK_K_MEANS:
        return cut_least_squares(f, error);
    default:
        return crmvi_fail(error, CRMV_BAD_ARGUMENT, f->ask->place, "this is no request for classes");
    }
}

static int32_t find(finding *f, crmvi_found_classes *out, crmv_error *error) {
    int32_t status = find_cuts(f, error);
    if (status == CRMV_OK) {
        status = make_descend(f, error);
    }
    if (status != CRMV_OK) {
        return status;
    }
    describe(f, out);
    return CRMV_OK;
}

int32_t crmvi_find_classes(const crmvi_ask *ask, const crmvi_run *run, bool whole, crmvi_found_classes *out,
                           crmv_error *error) {
    *out = (crmvi_found_classes){0};
    if (run->total == 0) {
        return crmvi_fail(error, CRMV_NOT_IDENTIFIED, ask->place, "nobody has a value");
    }
    int64_t *cumulated = crmvi_large_array(run->distinct, sizeof *cumulated);
    out->count = ask->classes;
    out->cuts = crmvi_array(ask->classes, sizeof *out->cuts);
    out->customers = crmvi_zeroed(ask->classes, sizeof *out->customers);
    finding f = {.ask = ask, .run = run, .cumulated = cumulated, .whole = whole, .cuts = out->cuts};
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (cumulated != NULL && out->cuts != NULL && out->customers != NULL) {
        crmvi_run_cumulate(run, cumulated);
        status = find(&f, out, error);
    } else {
        crmvi_no_memory(error);
    }
    free(cumulated);
    if (status != CRMV_OK) {
        crmvi_found_classes_clear(out);
    }
    return status;
}
