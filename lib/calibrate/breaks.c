#include "base/memory.h"
#include "calibrate/classes.h"
#include "calibrate/units.h"

#include <math.h>
#include <stdlib.h>

/*
 * Least squares within classes are most squares of the classes' sums over their weights, so the program looks for the
 * split of points 0 .. j into k classes that has most of them, from that into k - 1. Values are whole numbers about
 * their mean; sums are exact and a quotient is rounded to a whole number, of which there are so many that the rounding
 * cannot be told from a tie. Candidates are first compared as doubles; those that these cannot tell apart, exactly.
 */

enum { UNIT_BITS = 36, SUM_BITS = 62, LANES = 8, STRETCH = 256 };

typedef struct program {
    int64_t count; /* points that differ as whole numbers */
    int32_t classes;
    int64_t least;
    int64_t *origin; /* the first of the caller's points in each; and one more */
    int64_t *weight; /* before each; and one more */
    int64_t *sum;    /* weighted values before each; and one more */
    double *weight_near, *sum_near;
    crmvi_wide *before, *now; /* explained squares of the first j points, in one class fewer and in so many */
    double *before_near;
    double *greatest; /* of each stretch of starts that are tried */
    uint32_t *starts; /* of the last class, by j, for each number of classes from 2 */
    double greatest_sum;
} program;

/* ---- Points ------------------------------------------------------------------------------------------------------ */

static void program_clear(program *p) {
    free(p->origin);
    free(p->weight);
    free(p->sum);
    free(p->weight_near);
    free(p->sum_near);
    free(p->before);
    free(p->now);
    free(p->before_near);
    free(p->greatest);
    free(p->starts);
}

static bool make_points(program *p, int64_t count) {
    p->origin = crmvi_array(count + 1, sizeof *p->origin);
    p->weight = crmvi_array(count + 1, sizeof *p->weight);
    p->sum = crmvi_array(count + 1, sizeof *p->sum);
    return p->origin != NULL && p->weight != NULL && p->sum != NULL;
}

/* So few bits that a sum of all has fewer than SUM_BITS. */
static int32_t bits_for(int64_t weight) {
    const int32_t bits = SUM_BITS - (64 - __builtin_clzll((uint64_t)weight));
    return bits > UNIT_BITS ? UNIT_BITS : bits < 1 ? 1 : bits;
}

static int64_t weigh(const int64_t *weights, int64_t count) {
    int64_t sum = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += weights[i];
    }
    return sum;
}

static int64_t mean_of(const crmvi_unit *unit, const double *values, const int64_t *weights, int64_t count) {
    crmvi_wide sum = 0;
    int64_t weight = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += (crmvi_wide)crmvi_units(unit, values[i]) * weights[i];
        weight += weights[i];
    }
    return (int64_t)crmvi_divide(sum, weight);
}

/* Points that are the same whole number become one, unless `apart`. */
static void fill_points(program *p, const double *values, const int64_t *weights, int64_t count, bool apart) {
    const crmvi_unit unit = crmvi_unit_for(values[0], values[count - 1], bits_for(weigh(weights, count)));
    const int64_t mean = mean_of(&unit, values, weights, count);
    int64_t sum = 0;
    int64_t weight = 0;
    int64_t last = INT64_MIN;
    p->count = 0;
    for (int64_t i = 0; i < count; i++) {
        const int64_t value = crmvi_units(&unit, values[i]) - mean;
        if (apart || value != last) {
            p->origin[p->count] = i;
            p->weight[p->count] = weight;
            p->sum[p->count++] = sum;
            last = value;
        }
        weight += weights[i];
        sum += value * weights[i];
    }
    p->origin[p->count] = count;
    p->weight[p->count] = weight;
    p->sum[p->count] = sum;
}

/* ---- Splits ------------------------------------------------------------------------------------------------------ */

/* The square of what the points i .. j - 1 add up to, over their weight. */
static crmvi_wide explained(const program *p, int64_t i, int64_t j) {
    const int64_t sum = p->sum[j] - p->sum[i];
    const uint64_t weight = (uint64_t)(p->weight[j] - p->weight[i]);
    const uint64_t magnitude = sum < 0 ? 0 - (uint64_t)sum : (uint64_t)sum;
    return (crmvi_wide)(((crmvi_uwide)magnitude * magnitude + weight / 2) / weight);
}

/* The last point that a class which ends before j may begin with. */
static int64_t latest_start(const program *p, int64_t j) {
    if (p->weight[j] - p->weight[j - 1] >= p->least) {
        return j - 1;
    }
    int64_t low = 0;
    int64_t high = j - 1;
    while (low < high) {
        const int64_t middle = low + (high - low + 1) / 2;
        if (p->weight[j] - p->weight[middle] >= p->least) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/* The least number of points that hold `classes` classes; count + 1 where all do not. */
static int64_t least_points(const program *p, int32_t classes) {
    int64_t begin = 0;
    for (int32_t i = 0; i < classes; i++) {
        int64_t end = begin + 1;
        while (end <= p->count && p->weight[end] - p->weight[begin] < p->least) {
            end++;
        }
        if (end > p->count) {
            return p->count + 1;
        }
        begin = end;
    }
    return begin;
}

/* What is explained, about, where the last class of points 0 .. j - 1 begins with one of a stretch; returns the most.
 */
static double try_stretch(const program *p, int64_t j, int64_t begin, int32_t count, double *tries) {
    const double sum = p->sum_near[j];
    const double weight = p->weight_near[j];
    const double *before = p->before_near + begin;
    const double *sums = p->sum_near + begin;
    const double *weights = p->weight_near + begin;
    for (int32_t i = 0; i < count; i++) {
        const double part = sum - sums[i];
        tries[i] = before[i] + part * part / (weight - weights[i]);
    }
    double lanes[LANES] = {0};
    int32_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (int32_t lane = 0; lane < LANES; lane++) {
            lanes[lane] = tries[i + lane] > lanes[lane] ? tries[i + lane] : lanes[lane];
        }
    }
    for (; i < count; i++) {
        lanes[0] = tries[i] > lanes[0] ? tries[i] : lanes[0];
    }
    for (int32_t lane = 1; lane < LANES; lane++) {
        lanes[0] = lanes[lane] > lanes[0] ? lanes[lane] : lanes[0];
    }
    return lanes[0];
}

/* Explained squares of points 0 .. j - 1 where the last class begins with i. */
static crmvi_wide squares_of(const program *p, int64_t i, int64_t j) {
    return p->before[i] + explained(p, i, j);
}

/* A search for where the last of the classes of points 0 .. j - 1 begins. */
typedef struct search {
    int64_t j, from, to;
    double enough;  /* starts that explain less, in doubles, cannot be best */
    int64_t others; /* how many of these there are */
    crmvi_wide most;
} search;

/* The first start that may be best and explains at least `least`; notes the most that is explained up to there. */
static int64_t look_exactly(const program *p, search *s, crmvi_wide least) {
    double tries[STRETCH];
    s->others = 0;
    int64_t first = s->to;
    for (int64_t begin = s->from; begin <= s->to; begin += STRETCH) {
        if (p->greatest[(begin - s->from) / STRETCH] < s->enough) {
            continue;
        }
        const int32_t count = s->to + 1 - begin < STRETCH ? (int32_t)(s->to + 1 - begin) : STRETCH;
        try_stretch(p, s->j, begin, count, tries);
        for (int32_t i = 0; i < count; i++) {
            if (tries[i] < s->enough) {
                continue;
            }
            const crmvi_wide squares = squares_of(p, begin + i, s->j);
            if (squares >= least) {
                return begin + i;
            }
            s->most = squares > s->most ? squares : s->most;
            first = s->others++ == 0 ? begin + i : first;
        }
    }
    return first;
}

/* What a comparison of doubles may be wrong by: differences of rounded sums, squared, and their total. No class of
 * points 0 .. j - 1 has a mean further off than the first or the last of them is. */
static double error_of(const program *p, int64_t j) {
    const double lowest = p->sum_near[1] / p->weight_near[1];
    const double highest = (p->sum_near[j] - p->sum_near[j - 1]) / (p->weight_near[j] - p->weight_near[j - 1]);
    return 0x1p-47 * p->greatest_sum * fmax(fabs(lowest), fabs(highest)) + 2 * p->classes;
}

/* The best start, the first of those that are equally good. */
static int64_t best_start(const program *p, int64_t j, int64_t from, int64_t to, crmvi_wide *most) {
    double greatest = 0;
    double tries[STRETCH];
    for (int64_t begin = from; begin <= to; begin += STRETCH) {
        const int32_t count = to + 1 - begin < STRETCH ? (int32_t)(to + 1 - begin) : STRETCH;
        const double found = try_stretch(p, j, begin, count, tries);
        p->greatest[(begin - from) / STRETCH] = found;
        greatest = found > greatest ? found : greatest;
    }
    search s = {.j = j, .from = from, .to = to, .enough = greatest - error_of(p, j), .most = -1};
    const crmvi_wide out_of_reach = (crmvi_wide)1 << 126;
    const int64_t first = look_exactly(p, &s, out_of_reach);
    *most = s.most;
    return s.others == 1 ? first : look_exactly(p, &s, *most - p->classes);
}

/* The best starts for low .. high, known to lie from `from` to `to`: that of the middle one bounds the others, since
 * starts never move back as points are added. */
static void solve(program *p, uint32_t *starts, int64_t low, int64_t high, int64_t from, int64_t to) {
    while (low <= high) {
        const int64_t middle = low + (high - low) / 2;
        const int64_t latest = latest_start(p, middle);
        const int64_t best = best_start(p, middle, from, latest < to ? latest : to, &p->now[middle]);
        starts[middle] = (uint32_t)best;
        solve(p, starts, low, middle - 1, from, best);
        low = middle + 1;
        from = best;
    }
}

static void come_near(program *p, int64_t begin) {
    for (int64_t j = begin; j <= p->count; j++) {
        p->before_near[j] = (double)p->before[j];
    }
}

static void set_near(program *p) {
    for (int64_t i = 0; i <= p->count; i++) {
        p->sum_near[i] = (double)p->sum[i];
        p->weight_near[i] = (double)p->weight[i];
        p->greatest_sum = fmax(p->greatest_sum, fabs(p->sum_near[i]));
    }
}

static bool make_program(program *p) {
    const int64_t kept = p->classes > 2 ? p->classes - 2 : 0;
    p->weight_near = crmvi_array(p->count + 1, sizeof *p->weight_near);
    p->sum_near = crmvi_array(p->count + 1, sizeof *p->sum_near);
    p->before = crmvi_array(p->count + 1, sizeof *p->before);
    p->now = crmvi_array(p->count + 1, sizeof *p->now);
    p->before_near = crmvi_array(p->count + 1, sizeof *p->before_near);
    p->greatest = crmvi_array(p->count / STRETCH + 1, sizeof *p->greatest);
    if (p->count >= UINT32_MAX || p->count + 1 > INT64_MAX / (kept + 1)) {
        return false;
    }
    p->starts = crmvi_large_array(kept * (p->count + 1), sizeof *p->starts);
    return p->weight_near != NULL && p->sum_near != NULL && p->before != NULL && p->now != NULL &&
           p->before_near != NULL && p->greatest != NULL && p->starts != NULL;
}

static uint32_t *starts_of(const program *p, int32_t classes) {
    return p->starts + (classes - 2) * (p->count + 1);
}

static void run_program(program *p, int64_t *first) {
    for (int64_t j = least_points(p, 1); j <= p->count; j++) {
        p->before[j] = explained(p, 0, j);
    }
    come_near(p, least_points(p, 1));
    for (int32_t k = 2; k < p->classes; k++) {
        const int64_t begin = least_points(p, k);
        solve(p, starts_of(p, k), begin, p->count, least_points(p, k - 1), p->count);
        crmvi_wide *swapped = p->before;
        p->before = p->now;
        p->now = swapped;
        come_near(p, begin);
    }
    int64_t end = p->count;
    if (p->classes > 1) {
        crmvi_wide most;
        end = best_start(p, end, least_points(p, p->classes - 1), latest_start(p, end), &most);
        first[p->classes - 1] = p->origin[end];
    }
    for (int32_t k = p->classes - 1; k > 1; k--) {
        end = starts_of(p, k)[end];
        first[k - 1] = p->origin[end];
    }
    first[0] = 0;
}

bool crmvi_least_squares_split(const double *values, const int64_t *weights, int64_t count, int32_t classes,
                               int64_t least, int64_t *first, bool *no_memory) {
    program p = {.classes = classes, .least = least < 1 ? 1 : least};
    *no_memory = false;
    if (count < classes) {
        return false;
    }
    if (!make_points(&p, count)) {
        program_clear(&p);
        *no_memory = true;
        return false;
    }
    fill_points(&p, values, weights, count, false);
    if (least_points(&p, classes) > p.count) {
        fill_points(&p, values, weights, count, true);
    }
    const bool possible = least_points(&p, classes) <= p.count;
    *no_memory = possible && !make_program(&p);
    if (possible && !*no_memory) {
        set_near(&p);
        run_program(&p, first);
    }
    program_clear(&p);
    return possible && !*no_memory;
}
