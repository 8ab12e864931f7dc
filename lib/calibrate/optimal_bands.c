#include "base/error.h"
#include "base/memory.h"
#include "calibrate/classes.h"
#include "calibrate/found_scale.h"
#include "calibrate/monotone_bands.h"

#include <math.h>
#include <stdlib.h>

/*
 * Bands whose mean outcomes rise with the value, or fall, and that leave the least squares of outcomes about them.
 *
 * The values are pooled until their means rise (Ayer, Brunk, Ewing, Reid & Silverman 1955). A border within a pool has
 * a mean above the pool's before it and one below behind it: where bands rise and may have any number of customers,
 * moving it to one of the pool's ends leaves no more squares. So bands that are made of whole pools at best are the
 * best of all (Fisher 1958), and where each of them holds the customers that it must, they are the best of those too.
 * Where one does not, a border may have to lie within a pool, and all are looked through (monotone_bands.h).
 *
 * Both directions are tried, the more promising one first: what pools leave is a bound for the other.
 */

/* Neighbouring values whose customers are looked at together. */
typedef struct pool {
    int64_t begin, end; /* positions among the distinct values */
    int64_t customers;
    crmvi_wide outcome;
} pool;

/* Bands in one direction. */
typedef struct division {
    bool rises;
    int64_t *first; /* the first value of each band */
    int32_t count;
    double explained; /* squares of the bands' means about the mean of all, times customers */
    bool fits;        /* each band holds its share */
    bool ended;       /* better ones may be left */
} division;

typedef struct banding {
    const crmvi_ask *ask;
    const crmvi_run *run;
    int64_t least; /* customers that a band holds */
    pool *pools;
    int64_t pool_count;
    double *means;
    int64_t *weights;
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
static void add_pool(banding *b, pool next, bool rises) {
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

static void pool_values(banding *b, bool rises) {
    b->pool_count = 0;
    for (int64_t i = 0; i < b->run->distinct; i++) {
        add_pool(b, (pool){i, i + 1, b->run->counts[i], b->run->sums[i]}, rises);
    }
}

/* ---- Bands ------------------------------------------------------------------------------------------------------- */

static pool add_up(const banding *b, const division *d, int32_t band) {
    pool sum = {d->first[band], band + 1 < d->count ? d->first[band + 1] : b->run->distinct, 0, 0};
    for (int64_t i = sum.begin; i < sum.end; i++) {
        sum.customers += b->run->counts[i];
        sum.outcome += b->run->sums[i];
    }
    return sum;
}

static pool all_of(const banding *b) {
    int64_t first = 0;
    return add_up(b, &(division){.first = &first, .count = 1}, 0);
}

static void weigh(const banding *b, division *d) {
    const pool all = all_of(b);
    d->explained = 0;
    d->fits = true;
    for (int32_t band = 0; band < d->count; band++) {
        const pool sum = add_up(b, d, band);
        const double apart = mean_of(&sum) - mean_of(&all);
        d->explained += apart * apart * (double)sum.customers;
        d->fits = d->fits && (d->count == 1 || sum.customers >= b->least);
    }
}

/* Bands of whole pools, as many as may be, up to those that are asked for; one is always possible. False where memory
 * is short. */
static bool band_pools(const banding *b, int64_t least, division *d) {
    bool no_memory = false;
    d->count = b->ask->classes < b->pool_count ? b->ask->classes : (int32_t)b->pool_count;
    while (d->count > 1 &&
           !crmvi_least_squares_split(b->means, b->weights, b->pool_count, d->count, least, d->first, &no_memory)) {
        if (no_memory) {
            return false;
        }
        d->count--;
    }
    for (int32_t band = 0; band < d->count; band++) {
        d->first[band] = band == 0 ? 0 : b->pools[d->first[band]].begin;
    }
    weigh(b, d);
    return true;
}

/* The best bands of any number of customers. False where memory is short. */
static bool divide_freely(banding *b, division *d) {
    pool_values(b, d->rises);
    for (int64_t i = 0; i < b->pool_count; i++) {
        b->means[i] = d->rises ? mean_of(&b->pools[i]) : -mean_of(&b->pools[i]);
        b->weights[i] = b->pools[i].customers;
    }
    return band_pools(b, 1, d);
}

/* ---- Bands that hold their share --------------------------------------------------------------------------------- */

static void clear_values(crmvi_monotone_values *v) {
    free(v->weights);
    free(v->sums);
}

/* Outcomes less a whole number next to their mean, so that doubles tell them apart; turned about where they fall. */
static bool make_values(const banding *b, bool rises, crmvi_monotone_values *out) {
    const int64_t count = b->run->distinct;
    const pool all = all_of(b);
    const crmvi_wide mean = crmvi_floor(all.outcome, all.customers);
    *out = (crmvi_monotone_values){
        .count = count, .least = (double)b->least, .classes = b->ask->classes, .steps = CRMVI_MONOTONE_STEPS};
    out->weights = crmvi_large_array(count + 1, sizeof *out->weights);
    out->sums = crmvi_large_array(count + 1, sizeof *out->sums);
    if (out->weights == NULL || out->sums == NULL) {
        clear_values(out);
        return false;
    }
    int64_t customers = 0;
    crmvi_wide sum = 0;
    for (int64_t i = 0; i <= count; i++) {
        out->weights[i] = (double)customers;
        out->sums[i] = rises ? (double)sum : -(double)sum;
        if (i < count) {
            customers += b->run->counts[i];
            sum += b->run->sums[i] - mean * b->run->counts[i];
        }
    }
    return true;
}

/* In the search's own numbers. */
static double gain_of(const crmvi_monotone_values *v, const division *d) {
    double gain = 0;
    for (int32_t band = 0; band < d->count; band++) {
        const int64_t begin = d->first[band];
        const int64_t end = band + 1 < d->count ? d->first[band + 1] : v->count;
        const double sum = v->sums[end] - v->sums[begin];
        gain += sum * (sum / (v->weights[end] - v->weights[begin]));
    }
    return gain;
}

/* Bands of equal means, which rounding may have parted, become one. */
static void join_equals(banding *b, division *d) {
    b->pool_count = 0;
    for (int32_t band = 0; band < d->count; band++) {
        add_pool(b, add_up(b, d, band), d->rises);
    }
    d->count = (int32_t)b->pool_count;
    for (int32_t band = 0; band < d->count; band++) {
        d->first[band] = b->pools[band].begin;
    }
}

/* The best of those that hold their share; begins with those of whole pools. False where memory is short. */
static bool divide_by_share(banding *b, division *d) {
    crmvi_monotone_values values;
    if (!divide_freely(b, d) || !band_pools(b, b->least, d) || !make_values(b, d->rises, &values)) {
        return false;
    }
    const int32_t outcome = crmvi_monotone_bands(&values, gain_of(&values, d), d->first, &d->count);
    clear_values(&values);
    d->ended = outcome == CRMVI_BANDS_ENDED;
    join_equals(b, d);
    weigh(b, d);
    return outcome != CRMVI_BANDS_NO_MEMORY;
}

/* ---- What was found ---------------------------------------------------------------------------------------------- */

/* Points as far between the ends as a band's mean outcome is between those of the worst and the best band: the most
 * points for the best outcome, whichever end that is. */
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

/* Two points are the ends, and which of them the higher values earn is found out: to ask for points that fall was an
 * opinion. Points of each class stay where they were put, whatever is found. NULL: nothing runs against anything. */
static const char *remark_direction(const crmvi_ask *ask, bool higher_is_good) {
    const crmvi_micro first = ask->points[0];
    const crmvi_micro last = ask->points[ask->point_count - 1];
    if (ask->point_count == 2) {
        return higher_is_good && first > last
                   ? "higher values go with a better outcome and so earn more points, though the request's `points` or "
                     "the card's `better` have it the other way round"
                   : NULL;
    }
    if (higher_is_good && first > last) {
        return "higher values go with a better outcome, and earn fewer of the `points` that each class was given";
    }
    if (!higher_is_good && first < last) {
        return "higher values go with a worse outcome, and earn more of the `points` that each class was given";
    }
    return NULL;
}

static const char *remark_of(const banding *b, const division *d) {
    if (d->ended) {
        return "the bands hold the least share of customers, and there may be better ones that do: the search for "
               "these "
               "was ended at its limit of steps";
    }
    const char *direction = d->count > 1 ? remark_direction(b->ask, d->rises != b->ask->less) : NULL;
    if (direction != NULL || d->count == b->ask->classes) {
        return direction;
    }
    return d->count == 1 ? "one band: no two that hold enough customers have mean outcomes that differ (they are taken "
                           "in units of 1e-6)"
                         : "fewer bands: more would hold too few customers, or explain no more of the outcome";
}

static void set_bands(const banding *b, const division *d, crmvi_found_scale *out) {
    const int32_t last = d->count - 1;
    for (int32_t i = 0; i < d->count; i++) {
        const pool sum = add_up(b, d, i);
        out->from[i] = i == 0 ? -INFINITY : b->run->values[sum.begin];
        out->customers[i] = sum.customers;
        out->means[i] = mean_of(&sum) / 1e6;
    }
    const double lowest = fmin(out->means[0], out->means[last]);
    const double highest = fmax(out->means[0], out->means[last]);
    for (int32_t i = 0; i < d->count; i++) {
        const double share = highest > lowest ? (out->means[i] - lowest) / (highest - lowest) : 0.5;
        const double good = b->ask->less ? 1 - share : share;
        out->points[i] = b->ask->point_count == 2 ? points_of(b->ask, good) : points_of_class(b->ask, i, d->count);
    }
    out->rises = d->rises;
    out->remark = remark_of(b, d);
}

static bool make_room(banding *b, division *first, division *second) {
    const int64_t distinct = b->run->distinct;
    b->pools = crmvi_large_array(distinct, sizeof *b->pools);
    b->means = crmvi_large_array(distinct, sizeof *b->means);
    b->weights = crmvi_large_array(distinct, sizeof *b->weights);
    first->first = crmvi_array(b->ask->classes, sizeof *first->first);
    second->first = crmvi_array(b->ask->classes, sizeof *second->first);
    return b->pools != NULL && b->means != NULL && b->weights != NULL && first->first != NULL && second->first != NULL;
}

static bool is_better(const division *d, const division *than) {
    return d->explained > than->explained || (d->explained == than->explained && d->rises);
}

/* The better direction's bands; of equal ones those that rise. NULL where memory is short. */
static const division *choose(banding *b, division *rising, division *falling) {
    if (!divide_freely(b, falling) || !divide_freely(b, rising)) {
        return NULL;
    }
    division *first = is_better(rising, falling) ? rising : falling;
    division *second = first == rising ? falling : rising;
    if (!first->fits && !divide_by_share(b, first)) {
        return NULL;
    }
    if (is_better(second, first) && !second->fits && !divide_by_share(b, second)) {
        return NULL;
    }
    return is_better(second, first) ? second : first;
}

static bool find_bands(banding *b, division *rising, division *falling, crmvi_found_scale *out) {
    const division *chosen = make_room(b, rising, falling) ? choose(b, rising, falling) : NULL;
    if (chosen == NULL) {
        return false;
    }
    out->means = crmvi_array(chosen->count, sizeof *out->means);
    if (out->means == NULL || !crmvi_make_scale_room(out, false, chosen->count)) {
        return false;
    }
    set_bands(b, chosen, out);
    return true;
}

/* A share is in percent, of customers that are whole. */
static int64_t least_of(const crmvi_ask *ask, const crmvi_run *run) {
    const crmvi_wide parts = 100 * CRMVI_ONE;
    return (int64_t)(((crmvi_wide)ask->minimum_share * run->total + parts - 1) / parts);
}

int32_t crmvi_find_optimal_bands(const crmvi_ask *ask, const crmvi_run *run, crmvi_found_scale *out,
                                 crmv_error *error) {
    banding b = {.ask = ask, .run = run, .least = least_of(ask, run)};
    division rising = {.rises = true}, falling = {.rises = false};
    const bool found = find_bands(&b, &rising, &falling, out);
    free(b.pools);
    free(b.means);
    free(b.weights);
    free(rising.first);
    free(falling.first);
    return found ? CRMV_OK : crmvi_no_memory(error);
}
