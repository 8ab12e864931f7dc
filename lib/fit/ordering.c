/* ordering.c - rank correlation from whole numbers, and a coordinate search for the weights where it is highest. */
#include "fit/ordering.h"

#include "base/memory.h"
#include "base/radix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const crmvi_micro FIRST_STEP = CRMVI_WHOLE_WEIGHT / 4;
static const crmvi_micro LEAST_STEP = CRMVI_WHOLE_WEIGHT / 2000;

/* How often the members are gone through at most. A search ends far earlier, as each time gains something. */
enum { ROUNDS = 1000 };

/* How many rows a search takes: a rank correlation of so many is known to a hundredth, and a thousand measurements of
 * it take seconds. */
enum { SEARCHED = 16384 };

static int32_t bits_of(uint64_t value) {
    int32_t bits = 0;
    for (; value != 0; value >>= 1) {
        bits++;
    }
    return bits;
}

/* A root of a sum of squares; 0 and above. */
static double root_of(crmvi_wide squares) {
    return sqrt((double)squares);
}

/* ---- Ranks ------------------------------------------------------------------------------------------------------- */

/* Order among whole numbers as order among those without a sign. */
static uint64_t unsigned_of(int64_t value) {
    return (uint64_t)value ^ (UINT64_C(1) << 63);
}

/* How many of the sorted values are below a value (or, with `equal`, not above it). */
static int64_t count_below(const uint64_t *sorted, int64_t count, uint64_t value, bool equal) {
    int64_t low = 0;
    int64_t high = count;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (sorted[middle] < value || (equal && sorted[middle] == value)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Twice the mid-rank about the middle: the number of values that are less, less that of those that are greater. */
static int64_t rank_of(const uint64_t *sorted, int64_t count, uint64_t value) {
    return count_below(sorted, count, value, false) + count_below(sorted, count, value, true) - count;
}

bool crmvi_order_make(const crmvi_sample *sample, crmvi_order *out) {
    const int64_t rows = sample->rows;
    uint64_t *values = crmvi_large_array(rows, sizeof *values);
    uint64_t *scratch = crmvi_large_array(rows, sizeof *scratch);
    *out = (crmvi_order){.sample = sample, .ranks = crmvi_large_array(rows, sizeof *out->ranks)};
    const bool done = values && scratch && out->ranks;
    crmvi_wide squares = 0;
    if (done) {
        for (int64_t i = 0; i < rows; i++) {
            values[i] = unsigned_of(crmvi_sample_row(sample, i)[0]);
        }
        const uint64_t *sorted = crmvi_radix_sort(values, scratch, rows, 0, 64);
        for (int64_t i = 0; i < rows; i++) {
            out->ranks[i] = rank_of(sorted, rows, unsigned_of(crmvi_sample_row(sample, i)[0]));
            squares += (crmvi_wide)out->ranks[i] * out->ranks[i];
        }
        out->spread = root_of(squares);
    }
    crmvi_discard(values, rows, sizeof *values);
    crmvi_discard(scratch, rows, sizeof *scratch);
    if (!done) {
        crmvi_order_clear(out);
    }
    return done;
}

void crmvi_order_clear(crmvi_order *order) {
    free(order->ranks);
    *order = (crmvi_order){0};
}

/* ---- Correlation ------------------------------------------------------------------------------------------------- */

/* Memory for measuring. */
typedef struct desk {
    int64_t *index;
    uint64_t *keys, *scratch;
    crmvi_micro *trial;
    int64_t rows;
} desk;

static void clear_desk(desk *d) {
    crmvi_discard(d->index, d->rows, sizeof *d->index);
    crmvi_discard(d->keys, d->rows, sizeof *d->keys);
    crmvi_discard(d->scratch, d->rows, sizeof *d->scratch);
    free(d->trial);
    *d = (desk){0};
}

static bool make_desk(const crmvi_order *order, desk *d) {
    const int64_t rows = order->sample->rows;
    *d = (desk){.index = crmvi_large_array(rows, sizeof *d->index),
                .keys = crmvi_large_array(rows, sizeof *d->keys),
                .scratch = crmvi_large_array(rows, sizeof *d->scratch),
                .trial = crmvi_array(order->sample->members, sizeof *d->trial)};
    if (d->index && d->keys && d->scratch && d->trial) {
        d->rows = rows;
        return true;
    }
    clear_desk(d);
    return false;
}

/* Sums over the ranks of the index. */
typedef struct sums {
    crmvi_wide squares;
    crmvi_wide products; /* with those of the outcome */
} sums;

/* Rows [begin, end) in the order of the index share a value: `outcome` is the sum of their outcomes' ranks. */
static void add_tie(sums *s, int64_t rows, int64_t begin, int64_t end, int64_t outcome) {
    const int64_t rank = begin + end - rows;
    s->squares += (crmvi_wide)rank * rank * (end - begin);
    s->products += (crmvi_wide)rank * outcome;
}

/* Where a value of the index and the number of its row fit into 64 bits together: one sort. */
static sums sums_by_packing(const crmvi_order *order, desk *d, int64_t least, int32_t value_bits, int32_t row_bits) {
    for (int64_t i = 0; i < d->rows; i++) {
        d->keys[i] = ((uint64_t)d->index[i] - (uint64_t)least) << row_bits | (uint64_t)i;
    }
    const uint64_t *sorted = crmvi_radix_sort(d->keys, d->scratch, d->rows, row_bits, value_bits);
    const uint64_t rows_mask = (UINT64_C(1) << row_bits) - 1;
    sums s = {0};
    int64_t begin = 0;
    int64_t outcome = 0;
    for (int64_t i = 0; i < d->rows; i++) {
        if (i > 0 && sorted[i] >> row_bits != sorted[i - 1] >> row_bits) {
            add_tie(&s, d->rows, begin, i, outcome);
            begin = i;
            outcome = 0;
        }
        outcome += order->ranks[sorted[i] & rows_mask];
    }
    add_tie(&s, d->rows, begin, d->rows, outcome);
    return s;
}

/* Whatever the values are: each rank is looked up. */
static sums sums_by_lookup(const crmvi_order *order, desk *d) {
    for (int64_t i = 0; i < d->rows; i++) {
        d->keys[i] = unsigned_of(d->index[i]);
    }
    const uint64_t *sorted = crmvi_radix_sort(d->keys, d->scratch, d->rows, 0, 64);
    sums s = {0};
    for (int64_t i = 0; i < d->rows; i++) {
        const int64_t rank = rank_of(sorted, d->rows, unsigned_of(d->index[i]));
        s.squares += (crmvi_wide)rank * rank;
        s.products += (crmvi_wide)rank * order->ranks[i];
    }
    return s;
}

static double measure(const crmvi_order *order, desk *d, const crmvi_micro *weights) {
    crmvi_index_of_rows(order->sample, weights, d->index);
    int64_t least = INT64_MAX;
    int64_t greatest = INT64_MIN;
    for (int64_t i = 0; i < d->rows; i++) {
        least = d->index[i] < least ? d->index[i] : least;
        greatest = d->index[i] > greatest ? d->index[i] : greatest;
    }
    if (!(order->spread > 0) || least >= greatest) {
        return 0;
    }
    const int32_t value_bits = bits_of((uint64_t)greatest - (uint64_t)least);
    const int32_t row_bits = bits_of((uint64_t)d->rows);
    const sums s =
        value_bits + row_bits <= 64 ? sums_by_packing(order, d, least, value_bits, row_bits) : sums_by_lookup(order, d);
    return (double)s.products / (root_of(s.squares) * order->spread);
}

bool crmvi_order_measure(const crmvi_order *order, const crmvi_micro *weights, double *correlation) {
    desk d;
    if (!make_desk(order, &d)) {
        return false;
    }
    *correlation = measure(order, &d, weights);
    clear_desk(&d);
    return true;
}

/* ---- Search ------------------------------------------------------------------------------------------------------ */

/* Gives one member another weight; the others share the rest as they did before, what rounding leaves over going to the
 * first of them that weigh anything. False where there are none. */
static bool reweigh(const crmvi_micro *weights, int32_t members, int32_t member, crmvi_micro weight, crmvi_micro *out) {
    const crmvi_micro others = CRMVI_WHOLE_WEIGHT - weights[member];
    if (others <= 0) {
        return false;
    }
    crmvi_micro left = CRMVI_WHOLE_WEIGHT - weight;
    for (int32_t j = 0; j < members; j++) {
        out[j] = j == member ? weight : weights[j] * (CRMVI_WHOLE_WEIGHT - weight) / others; /* at most 1e16 */
        left -= j == member ? 0 : out[j];
    }
    for (int32_t j = 0; left > 0; j = (j + 1) % members) {
        if (j != member && weights[j] > 0) {
            out[j]++;
            left--;
        }
    }
    return true;
}

typedef struct search {
    const crmvi_order *order;
    const bool *frozen;
    crmvi_micro *weights; /* of all starts, one after the other: improved in place */
} search;

/* Tries one weight; takes it over where the order becomes a better one. */
static bool improves(const search *s, desk *d, crmvi_micro *weights, double *best, int32_t member, crmvi_micro weight) {
    const int32_t members = s->order->sample->members;
    const crmvi_micro within = weight < 0 ? 0 : weight > CRMVI_WHOLE_WEIGHT ? CRMVI_WHOLE_WEIGHT : weight;
    if (within == weights[member] || !reweigh(weights, members, member, within, d->trial)) {
        return false;
    }
    const double reached = measure(s->order, d, d->trial);
    if (!(reached > *best)) {
        return false;
    }
    *best = reached;
    memcpy(weights, d->trial, (size_t)members * sizeof *weights);
    return true;
}

static void climb(const search *s, desk *d, crmvi_micro *weights) {
    double best = measure(s->order, d, weights);
    crmvi_micro length = FIRST_STEP;
    for (int32_t round = 0; round < ROUNDS && length >= LEAST_STEP; round++) {
        bool gained = false;
        for (int32_t j = 0; j < s->order->sample->members; j++) {
            if (!s->frozen[j]) {
                gained |= improves(s, d, weights, &best, j, weights[j] + length) ||
                          improves(s, d, weights, &best, j, weights[j] - length);
            }
        }
        length = gained ? length : length / 2;
    }
}

static int32_t climb_from(void *context, int64_t begin, int64_t end) {
    search *s = context;
    desk d;
    if (!make_desk(s->order, &d)) {
        return CRMV_OUT_OF_MEMORY;
    }
    for (int64_t start = begin; start < end; start++) {
        climb(s, &d, s->weights + start * s->order->sample->members);
    }
    clear_desk(&d);
    return CRMV_OK;
}

/* Improves all starts, with the rows of this order. */
static int32_t climb_all(const crmvi_order *order, const crmvi_runner *runner, const bool *frozen, crmvi_micro *weights,
                         int32_t start_count) {
    search s = {.order = order, .frozen = frozen, .weights = weights};
    return crmvi_parallel(runner, "weights by rank", start_count, 1, climb_from, &s);
}

/* The same with as many rows as a search takes. */
static int32_t climb_all_thinned(const crmvi_order *order, const crmvi_runner *runner, const bool *frozen,
                                 crmvi_micro *weights, int32_t start_count) {
    crmvi_order thinned;
    int64_t *cells = crmvi_thinned_cells(order->sample, SEARCHED);
    if (cells == NULL) {
        return CRMV_OUT_OF_MEMORY;
    }
    const crmvi_sample sample = crmvi_sample_of(cells, SEARCHED, order->sample->members);
    int32_t status = CRMV_OUT_OF_MEMORY;
    if (crmvi_order_make(&sample, &thinned)) {
        status = climb_all(&thinned, runner, frozen, weights, start_count);
        crmvi_order_clear(&thinned);
    }
    crmvi_discard(cells, SEARCHED * (1 + sample.members), sizeof *cells);
    return status;
}

/* Measures candidates with all rows; the first of the best becomes `weights`. */
static bool choose(const crmvi_order *order, const crmvi_micro *candidates, int32_t count, crmvi_micro *weights,
                   double *correlation) {
    const int32_t members = order->sample->members;
    desk d;
    if (!make_desk(order, &d)) {
        return false;
    }
    for (int32_t i = 0; i < count; i++) {
        const double reached = measure(order, &d, candidates + (int64_t)i * members);
        if (i == 0 || reached > *correlation) {
            *correlation = reached;
            memcpy(weights, candidates + (int64_t)i * members, (size_t)members * sizeof *weights);
        }
    }
    clear_desk(&d);
    return true;
}

int32_t crmvi_order_search(const crmvi_order *order, const crmvi_runner *runner, const crmvi_micro *starts,
                           int32_t start_count, const bool *frozen, crmvi_micro *weights, double *correlation) {
    const int64_t cells = (int64_t)start_count * order->sample->members;
    crmvi_micro *candidates = crmvi_array(2 * cells, sizeof *candidates); /* ends, then starts */
    if (candidates == NULL) {
        return CRMV_OUT_OF_MEMORY;
    }
    memcpy(candidates, starts, (size_t)cells * sizeof *starts);
    memcpy(candidates + cells, starts, (size_t)cells * sizeof *starts);
    int32_t status = order->sample->rows > SEARCHED ? climb_all_thinned(order, runner, frozen, candidates, start_count)
                                                    : climb_all(order, runner, frozen, candidates, start_count);
    if (status == CRMV_OK && !choose(order, candidates, 2 * start_count, weights, correlation)) {
        status = CRMV_OUT_OF_MEMORY;
    }
    free(candidates);
    return status;
}
