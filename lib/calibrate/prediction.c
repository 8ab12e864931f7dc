/*
 * prediction.c - how well a score orders what happened afterwards.
 *
 * Customers are put into the order of score and outcome, so that the order in which they came does not show. Ranks are
 * mid-ranks, twice and less the mean of all (s + e - n for the places s to e - 1 of n): whole numbers, whose products
 * add up exactly. With them Spearman's correlation is Sab / sqrt(Saa Sbb), and the Gini coefficient, twice the area
 * under the curve of cumulated outcomes less 1, is the sum of outcome x rank by score over that of outcome x rank by
 * outcome: n and the outcomes' sum, by which both areas are divided, go away (Schechtman & Yitzhaki 1987 call it the
 * Gini correlation).
 */
#include "base/error.h"
#include "base/exact.h"
#include "base/guest.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "crmvalue/calibrate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DECILES = 10 };

/* One customer. Codes are numbers that sort as the doubles do. */
typedef struct observation {
    uint64_t score, outcome;
    int64_t rank; /* by outcome: twice the mid-rank, less n + 1 */
} observation;

/* All of them, and room for as many while they are sorted. */
typedef struct observations {
    observation *items, *spare;
    int64_t count;
    int32_t exponent; /* outcomes are divided by 2 to that power, so that their sums cannot overflow */
} observations;

static uint64_t code_of(double value) {
    const double without_minus_zero = value + 0.0;
    uint64_t bits;
    memcpy(&bits, &without_minus_zero, sizeof bits);
    return bits >> 63 != 0 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_of(uint64_t code) {
    const uint64_t bits = code >> 63 != 0 ? code & ~(UINT64_C(1) << 63) : ~code;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* ---- Gathering --------------------------------------------------------------------------------------------------- */

/* The rows that have both; false where one of their values is infinite. */
static bool gather(const double *scores, const double *outcomes, int64_t count, observations *out) {
    double largest = 0;
    for (int64_t row = 0; row < count; row++) {
        if (isnan(scores[row]) || isnan(outcomes[row])) {
            continue;
        }
        if (!isfinite(scores[row]) || !isfinite(outcomes[row])) {
            return false;
        }
        largest = fmax(largest, fabs(outcomes[row]));
        out->items[out->count++] = (observation){code_of(scores[row]), code_of(outcomes[row]), 0};
    }
    (void)frexp(largest, &out->exponent);
    return true;
}

static double outcome_of(const observations *all, int64_t position) {
    return ldexp(value_of(all->items[position].outcome), -all->exponent);
}

/* ---- Sorting ----------------------------------------------------------------------------------------------------- */

enum { DIGIT_BITS = 11, BUCKETS = 1 << DIGIT_BITS };

typedef uint64_t (*key_of_observation)(const observation *item);

static uint64_t key_score(const observation *item) {
    return item->score;
}

static uint64_t key_outcome(const observation *item) {
    return item->outcome;
}

static int32_t digit_of(uint64_t key, int32_t shift) {
    return (int32_t)(key >> shift & (BUCKETS - 1));
}

/* Where each bucket begins; false where all items lie in one, so that nothing would move. */
static bool place_buckets(const observations *all, key_of_observation key, int32_t shift, int64_t starts[BUCKETS]) {
    memset(starts, 0, BUCKETS * sizeof *starts);
    for (int64_t i = 0; i < all->count; i++) {
        starts[digit_of(key(&all->items[i]), shift)]++;
    }
    int64_t before = 0;
    for (int32_t bucket = 0; bucket < BUCKETS; bucket++) {
        const int64_t held = starts[bucket];
        if (held == all->count) {
            return false;
        }
        starts[bucket] = before;
        before += held;
    }
    return true;
}

/* Sorts stably by a key, digit by digit. */
static void sort_by(observations *all, key_of_observation key) {
    int64_t starts[BUCKETS];
    for (int32_t shift = 0; shift < 64; shift += DIGIT_BITS) {
        if (!place_buckets(all, key, shift, starts)) {
            continue;
        }
        for (int64_t i = 0; i < all->count; i++) {
            all->spare[starts[digit_of(key(&all->items[i]), shift)]++] = all->items[i];
        }
        observation *sorted = all->spare;
        all->spare = all->items;
        all->items = sorted;
    }
}

/* The end of the run of equal keys that begins at `begin`. */
static int64_t run_end(const observations *all, key_of_observation key, int64_t begin) {
    int64_t end = begin + 1;
    while (end < all->count && key(&all->items[end]) == key(&all->items[begin])) {
        end++;
    }
    return end;
}

/* ---- Sums -------------------------------------------------------------------------------------------------------- */

/* A sum that keeps what rounding takes away (Neumaier 1974). */
typedef struct compensated {
    double sum, lost;
} compensated;

static void add(compensated *to, double value) {
    const double sum = to->sum + value;
    to->lost += fabs(to->sum) >= fabs(value) ? to->sum - sum + value : value - sum + to->sum;
    to->sum = sum;
}

static double sum_of(const compensated *of) {
    return of->sum + of->lost;
}

/* What the measures are made of. */
typedef struct sums {
    crmvi_wide scores, outcomes, both; /* squares and products of ranks */
    compensated total, magnitude;      /* of outcomes, of their magnitudes */
    compensated ordered, perfect;      /* outcome x rank by score, and by outcome */
    int32_t deciles;                   /* tenths, of whole customers: they differ by one at most */
    int64_t bounds[DECILES + 1];       /* where each begins, counted from the highest score */
    compensated tenths[DECILES];       /* outcomes in each */
} sums;

/* Ranks by outcome, and what the outcomes come to alone. */
static void rank_outcomes(observations *all, sums *s) {
    sort_by(all, key_outcome);
    for (int64_t begin = 0, end; begin < all->count; begin = end) {
        end = run_end(all, key_outcome, begin);
        const int64_t rank = begin + end - all->count;
        s->outcomes += (crmvi_wide)rank * rank * (end - begin);
        for (int64_t i = begin; i < end; i++) {
            const double outcome = outcome_of(all, i);
            all->items[i].rank = rank;
            add(&s->total, outcome);
            add(&s->magnitude, fabs(outcome));
            add(&s->perfect, outcome * (double)rank);
        }
    }
}

/* Deals the outcomes of customers with the same score, at the places [begin, end) from the highest, to the tenths. */
static void deal_tenths(double outcomes, int64_t begin, int64_t end, sums *s) {
    for (int32_t tenth = 0; tenth < s->deciles; tenth++) {
        const int64_t from = begin > s->bounds[tenth] ? begin : s->bounds[tenth];
        const int64_t to = end < s->bounds[tenth + 1] ? end : s->bounds[tenth + 1];
        if (from < to) {
            add(&s->tenths[tenth], outcomes * ((double)(to - from) / (double)(end - begin)));
        }
    }
}

/* What the outcomes come to in the order of scores. */
static void rank_scores(observations *all, sums *s) {
    sort_by(all, key_score);
    for (int64_t begin = 0, end; begin < all->count; begin = end) {
        end = run_end(all, key_score, begin);
        const int64_t rank = begin + end - all->count;
        crmvi_wide ranks = 0;
        compensated outcomes = {0, 0};
        for (int64_t i = begin; i < end; i++) {
            ranks += all->items[i].rank;
            add(&outcomes, outcome_of(all, i));
        }
        s->scores += (crmvi_wide)rank * rank * (end - begin);
        s->both += ranks * rank;
        add(&s->ordered, sum_of(&outcomes) * (double)rank);
        deal_tenths(sum_of(&outcomes), all->count - end, all->count - begin, s);
    }
}

/* ---- Measures ---------------------------------------------------------------------------------------------------- */

static double within(double value, double limit) {
    return fmax(-limit, fmin(limit, value));
}

static double spearman_of(const sums *s) {
    if (s->scores == 0 || s->outcomes == 0) {
        return NAN;
    }
    if (s->scores == s->outcomes) {
        return (double)s->both / (double)s->scores; /* without ties: 1 and -1 exactly */
    }
    return within((double)s->both / sqrt((double)s->scores) / sqrt((double)s->outcomes), 1);
}

/* Whether the outcomes add up to more than what rounding decimals to doubles can make of 0. */
static bool is_positive(const sums *s) {
    return sum_of(&s->total) > sum_of(&s->magnitude) * 0x1p-52;
}

static void tell(const observations *all, const sums *s, crmv_prediction *out) {
    const bool has_mean = all->count > 0 && is_positive(s);
    const double mean = has_mean ? sum_of(&s->total) / (double)all->count : NAN;
    *out = (crmv_prediction){.struct_size = out->struct_size, .deciles = s->deciles, .customers = all->count};
    out->spearman = spearman_of(s);
    out->gini = has_mean && s->outcomes > 0 ? within(sum_of(&s->ordered) / sum_of(&s->perfect), 1) : NAN;
    for (int32_t tenth = 0; tenth < DECILES; tenth++) {
        const int64_t customers = s->bounds[tenth + 1] - s->bounds[tenth];
        out->lift[tenth] = customers > 0 ? sum_of(&s->tenths[tenth]) / (double)customers / mean : NAN;
    }
}

static int32_t measure(const double *scores, const double *outcomes, int64_t count, observations *all,
                       crmv_prediction *out, crmv_error *error) {
    if (!all->items || !all->spare) {
        return crmvi_no_memory(error);
    }
    if (!gather(scores, outcomes, count, all)) {
        return crmvi_bad_argument(error, "scores", "or outcomes hold an infinite value");
    }
    sums s = {.deciles = all->count < DECILES ? (int32_t)all->count : DECILES};
    for (int32_t tenth = 0; tenth <= DECILES; tenth++) {
        s.bounds[tenth] = tenth < s.deciles ? (int64_t)((crmvi_wide)all->count * tenth / s.deciles) : all->count;
    }
    rank_outcomes(all, &s);
    rank_scores(all, &s);
    tell(all, &s, out);
    return CRMV_OK;
}

int32_t crmv_predict_measure(const double *scores, const double *outcomes, int64_t count, const crmv_options *options,
                             crmv_prediction *out, crmv_error *error) {
    if (count < 0) {
        return crmvi_bad_argument(error, "count", "is negative");
    }
    if (!out || (count > 0 && (!scores || !outcomes))) {
        return crmvi_bad_argument(error, !out ? "out" : !scores ? "scores" : "outcomes", "is NULL");
    }
    if (out->struct_size < sizeof *out) {
        return crmvi_bad_argument(error, "out", "has a struct_size below that of crmv_prediction");
    }
    crmvi_runner runner;
    int32_t status = crmvi_runner_read(options, &runner, error);
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_guest host;
    crmvi_enter(&host);
    observations all = {.items = crmvi_large_array(count, sizeof *all.items),
                        .spare = crmvi_large_array(count, sizeof *all.spare)};
    status = measure(scores, outcomes, count, &all, out, error);
    free(all.items);
    free(all.spare);
    crmvi_leave(&host);
    return status;
}
