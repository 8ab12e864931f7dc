#include "base/error.h"
#include "base/memory.h"
#include "calibrate/found_scale.h"

#include <math.h>
#include <stdlib.h>

/*
 * Ranks are mid-ranks in halves: 2 x customers below + customers with that value, of 2 x all. The line begins with the
 * lowest and the highest value as its knots. Then the segment that is furthest from the values' own ranks gets a knot
 * where it is furthest, and so on.
 *
 * Values ascend and so do ranks and the line, so the ends of a block of values bound how far from the line it can be:
 * most blocks need not be looked at, however unevenly the values lie.
 */

enum { BLOCK = 256 };

/* In percent: nearer than this is on the line. */
static const double near_enough = 1e-9;

typedef struct segment {
    int64_t begin, end; /* positions of its knots among the distinct values */
    int64_t furthest;   /* the lowest of the values between that are furthest off; `begin` where there is none */
    double error;       /* in halves of ranks */
} segment;

typedef struct ranks {
    const crmvi_run *run;
    const int64_t *cumulated;
} ranks;

static double rank_of(const ranks *r, int64_t i) {
    return (double)(2 * r->cumulated[i] - r->run->counts[i]);
}

/* ---- How far a segment is off ------------------------------------------------------------------------------------ */

typedef struct line {
    double value, rank; /* where it begins */
    double run, rise;
} line;

static double line_at(const line *l, double value) {
    return l->rank + (value - l->value) / l->run * l->rise;
}

static void look_at(const ranks *r, const line *l, int64_t i, segment *s) {
    const double error = fabs(line_at(l, r->run->values[i]) - rank_of(r, i));
    if (error > s->error || (error == s->error && i < s->furthest)) {
        s->error = error;
        s->furthest = i;
    }
}

/* The most that a value of a block can be off: by the line at one end and the rank at the other. */
static double bound_of(const ranks *r, const line *l, int64_t begin, int64_t end) {
    const double above = line_at(l, r->run->values[end - 1]) - rank_of(r, begin);
    const double below = rank_of(r, end - 1) - line_at(l, r->run->values[begin]);
    return fmax(above, below);
}

static segment make_segment(const ranks *r, int64_t begin, int64_t end) {
    const double *values = r->run->values;
    const line l = {values[begin], rank_of(r, begin), values[end] - values[begin], rank_of(r, end) - rank_of(r, begin)};
    segment s = {begin, end, begin, 0};
    for (int64_t i = begin + 1; i < end; i += BLOCK) { /* one of each block tells how far it is at least */
        look_at(r, &l, i, &s);
    }
    for (int64_t block = begin + 1; block < end; block += BLOCK) {
        const int64_t block_end = end - block < BLOCK ? end : block + BLOCK;
        if (bound_of(r, &l, block, block_end) < s.error) {
            continue;
        }
        for (int64_t i = block; i < block_end; i++) {
            look_at(r, &l, i, &s);
        }
    }
    return s;
}

/* ---- Which segment is next --------------------------------------------------------------------------------------- */

/* A heap: the one that is furthest off first, of equals the one with the lower value. */
static bool is_before(const segment *a, const segment *b) {
    return a->error > b->error || (a->error == b->error && a->furthest < b->furthest);
}

static void swap(segment *a, segment *b) {
    const segment kept = *a;
    *a = *b;
    *b = kept;
}

static void sink(segment *heap, int32_t count) {
    int32_t at = 0;
    for (int32_t next = 1; next < count; next = 2 * at + 1) {
        if (next + 1 < count && is_before(&heap[next + 1], &heap[next])) {
            next++;
        }
        if (!is_before(&heap[next], &heap[at])) {
            return;
        }
        swap(&heap[at], &heap[next]);
        at = next;
    }
}

static void rise(segment *heap, int32_t at) {
    while (at > 0 && is_before(&heap[at], &heap[(at - 1) / 2])) {
        swap(&heap[at], &heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static double percent_of(const ranks *r, double error) {
    return error * 50 / (double)r->run->total;
}

/* Divides segments until there are `limit` or the furthest is near enough; returns how many there are. */
static int32_t divide(const ranks *r, segment *heap, int32_t limit) {
    int32_t count = 1;
    heap[0] = make_segment(r, 0, r->run->distinct - 1);
    while (count < limit && percent_of(r, heap[0].error) > near_enough) {
        const segment divided = heap[0];
        heap[0] = make_segment(r, divided.begin, divided.furthest);
        sink(heap, count);
        heap[count] = make_segment(r, divided.furthest, divided.end);
        rise(heap, count++);
    }
    return count;
}

/* ---- The line ---------------------------------------------------------------------------------------------------- */

static int by_begin(const void *left, const void *right) {
    const segment *a = left;
    const segment *b = right;
    return a->begin < b->begin ? -1 : a->begin > b->begin;
}

static void set_knot(const ranks *r, const crmvi_ask *ask, int64_t at, double *from, crmvi_micro *points) {
    *from = r->run->values[at];
    *points =
        crmvi_points_at(ask, 2 * (crmvi_wide)r->cumulated[at] - r->run->counts[at], 2 * (crmvi_wide)r->run->total);
}

int32_t crmvi_find_percentile(const crmvi_ask *ask, const crmvi_run *run, const int64_t *cumulated,
                              crmvi_found_scale *out, crmv_error *error) {
    const ranks r = {run, cumulated};
    const int32_t limit = ask->knots > 2 ? ask->knots - 1 : 1;
    segment *heap = crmvi_array(limit, sizeof *heap);
    if (heap == NULL) {
        return crmvi_no_memory(error);
    }
    const int32_t count = divide(&r, heap, limit);
    out->largest_error = percent_of(&r, heap[0].error);
    const bool made = crmvi_make_scale_room(out, true, count + 1);
    if (made) {
        qsort(heap, (size_t)count, sizeof *heap, by_begin);
        for (int32_t i = 0; i < count; i++) {
            set_knot(&r, ask, heap[i].begin, &out->from[i], &out->points[i]);
        }
        set_knot(&r, ask, run->distinct - 1, &out->from[count], &out->points[count]);
    }
    free(heap);
    return made ? CRMV_OK : crmvi_no_memory(error);
}
