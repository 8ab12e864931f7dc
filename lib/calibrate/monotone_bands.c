#include "calibrate/monotone_bands.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

/*
 * A band of the values i .. j - 1 at the level c gains 2 c (S_j - S_i) - c^2 (W_j - W_i), S and W being sums and
 * weights before a value; most, S^2 / W, at its mean. What is looked for are bands and levels that rise from band to
 * band and gain most. Levels that are best for given bands are means, but where means fall: there the level is one for
 * several bands, which are then one band, of more customers. So the best bands at the best levels are the best bands
 * whose means rise, and levels may be taken for means.
 *
 * The program goes on from bands of the values 0 .. i - 1, known by the mean m of the last and by what they gain, g
 * (*nodes*; of those of one i only those count of which none with a lower mean gains more). A band behind them, up to
 * j, at a level c >= m, comes to g - 2 c S_i + c^2 W_i, and 2 c S_j - c^2 W_j, which is the same for all i. So which
 * node is best for a level does not depend on j, and the best node for each level is an *envelope* that nodes are added
 * to as j leaves them enough customers (functional pruning: Rigaill 2015; with levels that rise: Hocking, Rigaill,
 * Fearnhead & Bourque 2020). Of two nodes the later one is better outside of an interval of levels, as its parabola is
 * the wider open. A node of j is a piece of the envelope that has the mean of its band within its levels.
 *
 * Isotonic regression gains as much as any bands do, before j and behind j: where both together, or a node and what is
 * behind it, gain less than what is known, no best band ends. That leaves few j.
 */

enum { MOST_NODES = 1 << 24, SOME_VALUES = 1 << 14 };
static const double SLACK = 1e-9; /* of what is gained in all: bounds are rounded */

/* Bands of the values before one. */
typedef struct node {
    double mean, gain; /* of the last band; of all */
    int64_t start;     /* the first value of the last band */
    int64_t parent;    /* the bands before it; -1: none */
} node;

/* Levels from .. to at which a node is the best to go on from. */
typedef struct piece {
    double from, to;
    double gain, sum, weight; /* g, S and W before the band that goes on */
    int64_t start, node;      /* node -1: nobody can go on at these levels */
} piece;

typedef struct pieces {
    piece *items;
    int64_t count, capacity;
} pieces;

typedef struct search {
    const crmvi_monotone_values *v;
    double least_gain;   /* what best bands have at least */
    double *most, *rest; /* what any bands gain with a border before a value; what those behind it do */
    node *nodes;
    int64_t node_count, node_capacity;
    int64_t *before, *now; /* the first node of each value, with a band fewer and with so many; and one more */
    pieces envelope, spare;
    int64_t steps;   /* pieces that were looked at */
    int32_t outcome; /* CRMVI_BANDS_FOUND while nothing has gone wrong */
} search;

static double weight_of(const crmvi_monotone_values *v, int64_t i, int64_t j) {
    return v->weights[j] - v->weights[i];
}

static double sum_of(const crmvi_monotone_values *v, int64_t i, int64_t j) {
    return v->sums[j] - v->sums[i];
}

static double mean_of(const crmvi_monotone_values *v, int64_t i, int64_t j) {
    return sum_of(v, i, j) / weight_of(v, i, j);
}

static double gain_of(const crmvi_monotone_values *v, int64_t i, int64_t j) {
    return sum_of(v, i, j) * mean_of(v, i, j);
}

/* ---- Bounds ------------------------------------------------------------------------------------------------------ */

/* A pool of isotonic regression, and what those on its far side gain. */
typedef struct pool {
    int64_t edge; /* where it ends that is not the last one's */
    double beyond;
} pool;

/* What isotonic regression of the values before each gains, for all of them at once. */
static void gain_before(const crmvi_monotone_values *v, pool *stack, double *out) {
    int64_t depth = 0;
    out[0] = 0;
    for (int64_t j = 1; j <= v->count; j++) {
        int64_t begin = j - 1;
        while (depth > 0 && mean_of(v, stack[depth - 1].edge, begin) >= mean_of(v, begin, j)) {
            begin = stack[--depth].edge;
        }
        stack[depth++] = (pool){begin, out[begin]};
        out[j] = stack[depth - 1].beyond + gain_of(v, begin, j);
    }
}

/* Likewise of the values from each on. */
static void gain_behind(const crmvi_monotone_values *v, pool *stack, double *out) {
    int64_t depth = 0;
    out[v->count] = 0;
    for (int64_t i = v->count - 1; i >= 0; i--) {
        int64_t end = i + 1;
        while (depth > 0 && mean_of(v, i, end) >= mean_of(v, end, stack[depth - 1].edge)) {
            end = stack[--depth].edge;
        }
        stack[depth++] = (pool){end, out[end]};
        out[i] = stack[depth - 1].beyond + gain_of(v, i, end);
    }
}

static bool make_bounds(search *s, double known) {
    const crmvi_monotone_values *v = s->v;
    pool *stack = crmvi_large_array(v->count, sizeof *stack);
    s->most = crmvi_large_array(v->count + 1, sizeof *s->most);
    s->rest = crmvi_large_array(v->count + 1, sizeof *s->rest);
    const bool made = stack != NULL && s->most != NULL && s->rest != NULL;
    if (made) {
        gain_before(v, stack, s->most);
        gain_behind(v, stack, s->rest);
        s->least_gain = known - SLACK * s->rest[0];
        for (int64_t i = 0; i <= v->count; i++) {
            s->most[i] += s->rest[i];
        }
    }
    free(stack);
    return made;
}

/* ---- The envelope ------------------------------------------------------------------------------------------------ */

/* Pieces of the new envelope come in ascending order; neighbours of one node are one. */
static void put_piece(pieces *to, const piece *like, double from, double end) {
    piece *last = to->count > 0 ? &to->items[to->count - 1] : NULL;
    if (!(from < end)) {
        return;
    }
    if (last != NULL && last->node == like->node) {
        last->to = end;
        return;
    }
    to->items[to->count] = *like;
    to->items[to->count].from = from;
    to->items[to->count++].to = end;
}

static double within(double level, double from, double to) {
    return level < from ? from : level > to ? to : level;
}

/* The levels from .. to of an old piece, some of which the new one takes: those where
 * gain - 2 sum c + weight c^2, the differences between the two, is above 0. */
static void contest(pieces *to, const piece *old, const piece *new, double from, double end) {
    const double gain = new->gain - old->gain;
    const double sum = new->sum - old->sum;
    const double weight = new->weight - old->weight;
    const bool at_from = gain - from * (2 * sum - from * weight) > 0;
    const bool at_end = gain - end * (2 * sum - end * weight) > 0;
    const bool dips = weight > 0 && sum > from * weight && sum < end * weight && gain * weight < sum * sum;
    if (at_from == at_end && !(at_from && dips)) {
        put_piece(to, at_from ? new : old, from, end);
        return;
    }
    const double root = sqrt(fmax(0, sum * sum - weight * gain));
    const double far = sum < 0 ? sum - root : sum + root; /* of the two without cancellation */
    const double one = weight > 0 ? far / weight : from;
    const double other = far < 0 || far > 0 ? gain / far : one;
    const double low = within(fmin(one, other), from, end);
    const double high = within(fmax(one, other), from, end);
    const double first = at_from ? low : from;
    const double last = at_end ? high : end;
    put_piece(to, new, from, first);
    put_piece(to, old, first, last);
    put_piece(to, new, last, end);
}

/* A node whose bands end before j. */
static void admit(search *s, int64_t j, int64_t number) {
    const node *n = &s->nodes[number];
    const piece new = {.gain = n->gain, .sum = s->v->sums[j], .weight = s->v->weights[j], .start = j, .node = number};
    const pieces old = s->envelope;
    pieces *fresh = &s->spare;
    s->steps += old.count;
    if (!crmvi_grow(&fresh->items, &fresh->capacity, 3 * old.count, sizeof *fresh->items)) {
        s->outcome = CRMVI_BANDS_NO_MEMORY;
        return;
    }
    fresh->count = 0;
    for (int64_t i = 0; i < old.count; i++) {
        const piece *p = &old.items[i];
        const double from = within(n->mean, p->from, p->to);
        put_piece(fresh, p, p->from, from);
        if (p->node < 0) {
            put_piece(fresh, &new, from, p->to);
        } else if (from < p->to) {
            contest(fresh, p, &new, from, p->to);
        }
    }
    s->envelope = *fresh;
    *fresh = old;
}

/* An envelope of nobody, over all levels that there are. */
static bool clear_envelope(search *s) {
    piece nobody = {.from = INFINITY, .to = -INFINITY, .node = -1};
    for (int64_t i = 0; i < s->v->count; i++) {
        nobody.from = fmin(nobody.from, mean_of(s->v, i, i + 1));
        nobody.to = fmax(nobody.to, mean_of(s->v, i, i + 1));
    }
    if (!crmvi_grow(&s->envelope.items, &s->envelope.capacity, 1, sizeof nobody)) {
        return false;
    }
    s->envelope.items[0] = nobody;
    s->envelope.count = 1;
    return true;
}

/* ---- Nodes ------------------------------------------------------------------------------------------------------- */

/* One that ends before j, if it may be part of what is looked for. Nodes of one j come with rising means. */
static void add_node(search *s, int64_t j, const node *n) {
    const bool is_first = s->node_count == s->now[j];
    if (n->gain + s->rest[j] < s->least_gain || (!is_first && n->gain <= s->nodes[s->node_count - 1].gain)) {
        return;
    }
    if (s->node_count == MOST_NODES) {
        s->outcome = CRMVI_BANDS_ENDED;
    } else if (!crmvi_grow(&s->nodes, &s->node_capacity, s->node_count + 1, sizeof *s->nodes)) {
        s->outcome = CRMVI_BANDS_NO_MEMORY;
    } else {
        s->nodes[s->node_count++] = *n;
    }
}

/* Those that end before j: pieces with the mean of their band among their levels. */
static void add_nodes(search *s, int64_t j) {
    const double sum = s->v->sums[j];
    const double weight = s->v->weights[j];
    s->steps += s->envelope.count;
    for (int64_t i = 0; i < s->envelope.count && s->outcome == CRMVI_BANDS_FOUND; i++) {
        const piece *p = &s->envelope.items[i];
        const double width = weight - p->weight;
        const double part = sum - p->sum;
        if (p->node >= 0 && width * p->from <= part && part <= width * p->to) {
            const double mean = part / width;
            const node n = {.mean = mean, .gain = p->gain + part * mean, .start = p->start, .parent = p->node};
            add_node(s, j, &n);
        }
    }
}

/* Whether a best band can end before j: with customers enough behind it, or nobody. */
static bool may_end(const search *s, int64_t j) {
    const crmvi_monotone_values *v = s->v;
    return s->most[j] >= s->least_gain && (j == v->count || weight_of(v, j, v->count) >= v->least);
}

static void add_first_bands(search *s) {
    for (int64_t j = 0; j <= s->v->count; j++) {
        s->now[j] = s->node_count;
        if (j > 0 && s->outcome == CRMVI_BANDS_FOUND && weight_of(s->v, 0, j) >= s->v->least && may_end(s, j)) {
            const node n = {.mean = mean_of(s->v, 0, j), .gain = gain_of(s->v, 0, j), .start = 0, .parent = -1};
            add_node(s, j, &n);
        }
    }
    s->now[s->v->count + 1] = s->node_count;
}

/* All that have a band more than those before; the last band that may be has nothing behind it. */
static void add_bands(search *s, bool is_last) {
    const crmvi_monotone_values *v = s->v;
    int64_t next = 0;
    for (int64_t j = 0; j <= v->count; j++) {
        s->now[j] = s->node_count;
        for (; next < j && weight_of(v, next, j) >= v->least; next++) {
            for (int64_t i = s->before[next]; i < s->before[next + 1] && s->outcome == CRMVI_BANDS_FOUND; i++) {
                admit(s, next, i);
            }
        }
        if ((j == v->count || !is_last) && s->outcome == CRMVI_BANDS_FOUND && may_end(s, j)) {
            add_nodes(s, j);
        }
        if (s->steps > v->steps && s->outcome == CRMVI_BANDS_FOUND) {
            s->outcome = CRMVI_BANDS_ENDED;
        }
    }
    s->now[v->count + 1] = s->node_count;
}

/* ---- The search -------------------------------------------------------------------------------------------------- */

/* The best of the nodes that hold all values; `best` where none with a band more is better. */
static int64_t better_of(const search *s, int64_t best) {
    const int64_t last = s->node_count - 1;
    const bool is_whole = s->now[s->v->count] < s->node_count;
    return is_whole && (best < 0 || s->nodes[last].gain > s->nodes[best].gain) ? last : best;
}

/* The node of the best bands; -1: none. */
static int64_t look(search *s) {
    add_first_bands(s);
    int64_t best = better_of(s, -1);
    for (int32_t bands = 2; bands <= s->v->classes && s->outcome == CRMVI_BANDS_FOUND; bands++) {
        int64_t *swapped = s->before;
        s->before = s->now;
        s->now = swapped;
        if (s->before[0] == s->node_count) {
            break; /* none has so many */
        }
        if (!clear_envelope(s)) {
            s->outcome = CRMVI_BANDS_NO_MEMORY;
            break;
        }
        add_bands(s, bands == s->v->classes);
        best = better_of(s, best);
    }
    return best;
}

static void trace(const search *s, int64_t best, int64_t *first, int32_t *count) {
    *count = 0;
    for (int64_t i = best; i >= 0; i = s->nodes[i].parent) {
        *count += 1;
    }
    int32_t band = *count;
    for (int64_t i = best; i >= 0; i = s->nodes[i].parent) {
        first[--band] = s->nodes[i].start;
    }
}

/* What a search of these values finds. */
static int32_t find(const crmvi_monotone_values *values, double known, int64_t *first, int32_t *count, double *gain) {
    search s = {.v = values, .outcome = CRMVI_BANDS_FOUND};
    s.before = crmvi_large_array(values->count + 2, sizeof *s.before);
    s.now = crmvi_large_array(values->count + 2, sizeof *s.now);
    if (s.before == NULL || s.now == NULL || !make_bounds(&s, known)) {
        s.outcome = CRMVI_BANDS_NO_MEMORY;
    }
    const int64_t best = s.outcome == CRMVI_BANDS_FOUND ? look(&s) : -1;
    if (s.outcome == CRMVI_BANDS_FOUND && best < 0) {
        s.outcome = CRMVI_BANDS_NOT_BETTER;
    } else if (s.outcome == CRMVI_BANDS_FOUND) {
        *gain = s.nodes[best].gain;
        trace(&s, best, first, count);
    }
    free(s.most);
    free(s.rest);
    free(s.nodes);
    free(s.before);
    free(s.now);
    free(s.envelope.items);
    free(s.spare.items);
    return s.outcome;
}

/* The best bands with borders at some values only are bands all the same, and hardly worse than the best: with what
 * they gain known, few others are left. */
static int32_t find_among_some(const crmvi_monotone_values *all, double known, int64_t *first, int32_t *count,
                               double *gain) {
    const int64_t stride = (all->count + SOME_VALUES - 1) / SOME_VALUES;
    crmvi_monotone_values some = *all;
    some.count = (all->count + stride - 1) / stride;
    some.weights = crmvi_array(some.count + 1, sizeof *some.weights);
    some.sums = crmvi_array(some.count + 1, sizeof *some.sums);
    int32_t outcome = CRMVI_BANDS_NO_MEMORY;
    if (some.weights != NULL && some.sums != NULL) {
        for (int64_t i = 0; i <= some.count; i++) {
            some.weights[i] = all->weights[i < some.count ? i * stride : all->count];
            some.sums[i] = all->sums[i < some.count ? i * stride : all->count];
        }
        outcome = find(&some, known, first, count, gain);
    }
    for (int32_t band = 0; outcome == CRMVI_BANDS_FOUND && band < *count; band++) {
        first[band] *= stride;
    }
    free(some.weights);
    free(some.sums);
    return outcome;
}

int32_t crmvi_monotone_bands(const crmvi_monotone_values *values, double known, int64_t *first, int32_t *count) {
    double gain = known;
    if (values->count > 2 * SOME_VALUES &&
        find_among_some(values, known, first, count, &gain) == CRMVI_BANDS_NO_MEMORY) {
        return CRMVI_BANDS_NO_MEMORY;
    }
    return find(values, gain, first, count, &gain);
}
