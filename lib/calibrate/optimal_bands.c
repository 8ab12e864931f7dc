#include "base/error.h"
#include "base/memory.h"
#include "calibrate/classes.h"
#include "calibrate/found_scale.h"

#include <math.h>
#include <stdlib.h>

/*
 * Bands whose mean outcomes rise with the value, or fall, and that leave the least squares of outcomes about them: the
 * values are pooled until their means rise (Ayer, Brunk, Ewing, Reid & Silverman 1955), and the pools, which no such
 * band divides, are split at best. Both directions are tried.
 */

/* Neighbouring values whose customers are looked at together. */
typedef struct pool {
    int64_t begin, end; /* positions among the distinct values */
    int64_t customers;
    crmvi_wide outcome;
} pool;

typedef struct banding {
    const crmvi_ask *ask;
    const crmvi_run *run;
    pool *pools;
    int64_t pool_count;
    double *means;
    int64_t *weights;
    int64_t *first; /* the first pool of each band */
    int32_t count;
    double explained; /* squares of the bands' means about the mean of all, times customers */
} banding;

/* ---- Pools ------------------------------------------------------------------------------------------------------- */

/* -1, 0 or 1: the mean of a is below, equal to or above that of b. Whole parts first, so that no product is too wide.
 */
static int compare_means(const pool *a, const pool *b) {
    const crmvi_wide whole_a = crmvi_floor(a->outcome, a->customers);
    const crmvi_wide whole_b = crmvi_floor(b->outcome, b->customers);
    if (whole_a != whole_b) {
        return whole_a < whole_b ? -1 : 1;
    }
    const crmvi_wide left = (a->outcome - whole_a * a->customers) * b->customers;
    const crmvi_wide right = (b->outcome - whole_b * b->customers) * a->customers;
    return left < right ? -1 : left > right;
}

static double mean_of(const pool *p) {
    return (double)p->outcome / (double)p->customers;
}

/* Pools of equal means are one too. */
static void pool_values(banding *b, bool rises) {
    b->pool_count = 0;
    for (int64_t i = 0; i < b->run->distinct; i++) {
        pool next = {i, i + 1, b->run->counts[i], b->run->sums[i]};
        while (b->pool_count > 0) {
            const pool *last = &b->pools[b->pool_count - 1];
            const int order = compare_means(last, &next);
            if (rises ? order < 0 : order > 0) {
                break;
            }
            next.begin = last->begin;
            next.customers += last->customers;
            next.outcome += last->outcome;
            b->pool_count--;
        }
        b->pools[b->pool_count++] = next;
    }
}

/* ---- Bands ------------------------------------------------------------------------------------------------------- */

static void add_up(const banding *b, int32_t band, pool *sum) {
    const int64_t end = band + 1 < b->count ? b->first[band + 1] : b->pool_count;
    *sum = b->pools[b->first[band]];
    for (int64_t i = b->first[band] + 1; i < end; i++) {
        sum->end = b->pools[i].end;
        sum->customers += b->pools[i].customers;
        sum->outcome += b->pools[i].outcome;
    }
}

static void explain(banding *b) {
    pool all = {0, 0, 0, 0};
    for (int64_t i = 0; i < b->pool_count; i++) {
        all.customers += b->pools[i].customers;
        all.outcome += b->pools[i].outcome;
    }
    b->explained = 0;
    for (int32_t band = 0; band < b->count; band++) {
        pool sum;
        add_up(b, band, &sum);
        const double apart = mean_of(&sum) - mean_of(&all);
        b->explained += apart * apart * (double)sum.customers;
    }
}

/* As many bands as may be, up to those that are asked for; false where memory is short. One band is always possible. */
static bool band_pools(banding *b, bool rises) {
    const int64_t parts = 100 * CRMVI_ONE; /* a share is in percent */
    const crmvi_wide share = (crmvi_wide)b->ask->minimum_share * b->run->total;
    const int64_t least = (int64_t)((share + parts - 1) / parts);
    pool_values(b, rises);
    for (int64_t i = 0; i < b->pool_count; i++) {
        b->means[i] = rises ? mean_of(&b->pools[i]) : -mean_of(&b->pools[i]);
        b->weights[i] = b->pools[i].customers;
    }
    bool no_memory = false;
    b->count = b->ask->classes < b->pool_count ? b->ask->classes : (int32_t)b->pool_count;
    while (b->count > 1 &&
           !crmvi_least_squares_split(b->means, b->weights, b->pool_count, b->count, least, b->first, &no_memory)) {
        if (no_memory) {
            return false;
        }
        b->count--;
    }
    if (b->count == 1) {
        b->first[0] = 0;
    }
    explain(b);
    return true;
}

/* Points as far between the ends as a band's mean outcome is between those of the lowest and the highest band: the most
 * points for the highest outcome, whichever end that is. */
static crmvi_micro points_of(const crmvi_ask *ask, double share) {
    const crmvi_micro first = ask->points[0];
    const crmvi_micro second = ask->points[1];
    const crmvi_micro low = first < second ? first : second;
    const crmvi_micro high = first < second ? second : first;
    return low + (crmvi_micro)nearbyint((double)(high - low) * share);
}

/* Where each class has points of its own and there are fewer bands, those that are spread evenly over the classes. */
static crmvi_micro points_of_class(const crmvi_ask *ask, int32_t band, int32_t count) {
    const int64_t steps = count > 1 ? count - 1 : 2;
    const int64_t step = count > 1 ? band : 1;
    return ask->points[crmvi_divide((crmvi_wide)step * (ask->classes - 1), steps)];
}

static void set_bands(const banding *b, crmvi_found_scale *out) {
    const int32_t last = b->count - 1;
    for (int32_t i = 0; i < b->count; i++) {
        pool sum;
        add_up(b, i, &sum);
        out->from[i] = i == 0 ? -INFINITY : b->run->values[sum.begin];
        out->customers[i] = sum.customers;
        out->means[i] = mean_of(&sum) / 1e6;
    }
    const double lowest = fmin(out->means[0], out->means[last]);
    const double highest = fmax(out->means[0], out->means[last]);
    for (int32_t i = 0; i < b->count; i++) {
        const double share = highest > lowest ? (out->means[i] - lowest) / (highest - lowest) : 0.5;
        out->points[i] = b->ask->point_count == 2 ? points_of(b->ask, share) : points_of_class(b->ask, i, b->count);
    }
    if (b->count < b->ask->classes) {
        out->remark = b->count == 1 ? "one band: the outcome neither rises nor falls with the value"
                                    : "fewer bands: more would hold too few customers or the same mean outcome";
    }
}

static bool make_banding(banding *b) {
    const int64_t distinct = b->run->distinct;
    b->pools = crmvi_large_array(distinct, sizeof *b->pools);
    b->means = crmvi_large_array(distinct, sizeof *b->means);
    b->weights = crmvi_large_array(distinct, sizeof *b->weights);
    b->first = crmvi_array(b->ask->classes, sizeof *b->first);
    return b->pools != NULL && b->means != NULL && b->weights != NULL && b->first != NULL;
}

static void clear_banding(banding *b) {
    free(b->pools);
    free(b->means);
    free(b->weights);
    free(b->first);
}

/* The better direction's bands; of equal ones those that rise. */
static bool find_bands(banding *b, crmvi_found_scale *out) {
    if (!make_banding(b) || !band_pools(b, false)) {
        return false;
    }
    const double falling = b->explained;
    if (!band_pools(b, true)) {
        return false;
    }
    out->rises = b->explained >= falling;
    if (!out->rises && !band_pools(b, false)) {
        return false;
    }
    out->means = crmvi_array(b->count, sizeof *out->means);
    if (out->means == NULL || !crmvi_make_scale_room(out, false, b->count)) {
        return false;
    }
    set_bands(b, out);
    return true;
}

int32_t crmvi_find_optimal_bands(const crmvi_ask *ask, const crmvi_run *run, crmvi_found_scale *out,
                                 crmv_error *error) {
    banding b = {.ask = ask, .run = run};
    const bool found = find_bands(&b, out);
    clear_banding(&b);
    return found ? CRMV_OK : crmvi_no_memory(error);
}
