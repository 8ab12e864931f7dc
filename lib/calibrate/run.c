#include "calibrate/run.h"

#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void crmvi_run_clear(crmvi_run *run) {
    free(run->values);
    free(run->counts);
    free(run->sums);
    *run = (crmvi_run){0};
}

void crmvi_run_cumulate(const crmvi_run *run, int64_t *cumulated) {
    int64_t sum = 0;
    for (int64_t i = 0; i < run->distinct; i++) {
        sum += run->counts[i];
        cumulated[i] = sum;
    }
}

/* ---- Merging ----------------------------------------------------------------------------------------------------- */

/* The distinct values of both, each once. */
static int64_t count_union(const crmvi_run *a, const crmvi_run *b) {
    int64_t count = 0;
    int64_t i = 0;
    int64_t j = 0;
    while (i < a->distinct && j < b->distinct) {
        const double x = a->values[i];
        const double y = b->values[j];
        i += x <= y;
        j += y <= x;
        count++;
    }
    return count + (a->distinct - i) + (b->distinct - j);
}

static bool make_room(crmvi_run *run, int64_t distinct, bool with_sums) {
    run->values = crmvi_large_array(distinct, sizeof *run->values);
    run->counts = crmvi_large_array(distinct, sizeof *run->counts);
    run->sums = with_sums ? crmvi_large_array(distinct, sizeof *run->sums) : NULL;
    if (run->values == NULL || run->counts == NULL || (with_sums && run->sums == NULL)) {
        crmvi_run_clear(run);
        return false;
    }
    run->distinct = distinct;
    return true;
}

/* Adds item `i` of a run to item `at` of another, which holds that value, or nothing so far. False: too much. */
static bool add_item(crmvi_run *out, int64_t at, const crmvi_run *run, int64_t i, bool is_first) {
    out->values[at] = run->values[i];
    const int64_t before = is_first ? 0 : out->counts[at];
    if (!crmvi_add(before, run->counts[i], &out->counts[at])) {
        return false;
    }
    if (out->sums == NULL) {
        return true;
    }
    const crmvi_wide sum = is_first ? 0 : out->sums[at];
    return !__builtin_add_overflow(sum, run->sums[i], &out->sums[at]);
}

static bool write_union(crmvi_run *out, const crmvi_run *a, const crmvi_run *b) {
    bool fits = true;
    int64_t i = 0;
    int64_t j = 0;
    for (int64_t at = 0; at < out->distinct; at++) {
        const bool has_a = i < a->distinct && (j == b->distinct || a->values[i] <= b->values[j]);
        const bool has_b = j < b->distinct && (i == a->distinct || b->values[j] <= a->values[i]);
        if (has_a) {
            fits = add_item(out, at, a, i++, true) && fits;
        }
        if (has_b) {
            fits = add_item(out, at, b, j++, !has_a) && fits;
        }
    }
    return crmvi_add(a->total, b->total, &out->total) && fits;
}

int32_t crmvi_run_merge(crmvi_run *into, const crmvi_run *from, crmv_error *error) {
    if (from->total == 0) {
        return CRMV_OK;
    }
    crmvi_run merged = {0};
    if (!make_room(&merged, count_union(into, from), from->sums != NULL)) {
        return crmvi_no_memory(error);
    }
    if (!write_union(&merged, into, from)) {
        crmvi_run_clear(&merged);
        return crmvi_fail(error, CRMV_OVERFLOW, NULL,
                          "the outcomes of customers with the same value add up to too much");
    }
    crmvi_run_clear(into);
    *into = merged;
    return CRMV_OK;
}

/* ---- Ranks and quantiles ----------------------------------------------------------------------------------------- */

int64_t crmvi_run_place(const crmvi_run *run, const int64_t *cumulated, int64_t rank) {
    int64_t low = 0;
    int64_t high = run->distinct - 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (cumulated[middle] > rank) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

double crmvi_run_at(const crmvi_run *run, const int64_t *cumulated, int64_t rank) {
    return run->values[crmvi_run_place(run, cumulated, rank)];
}

crmvi_between crmvi_run_between(const crmvi_run *run, const int64_t *cumulated, int64_t part, int64_t parts) {
    const crmvi_wide steps = (crmvi_wide)part * (run->total - 1);
    const int64_t rank = (int64_t)(steps / parts);
    const int64_t rest = (int64_t)(steps % parts);
    const int64_t place = crmvi_run_place(run, cumulated, rank);
    const bool moves_on = rest > 0 && rank + 1 == cumulated[place];
    return (crmvi_between){run->values[place], run->values[place + moves_on], moves_on ? rest : 0};
}

/* Two values may be further apart than the greatest double. */
static double far_between(double low, double high, double share) {
    return low * (1 - share) + high * share;
}

/* Multiplying before dividing keeps decimals as they are written. */
double crmvi_run_part(const crmvi_run *run, const int64_t *cumulated, int64_t part, int64_t parts) {
    const crmvi_between between = crmvi_run_between(run, cumulated, part, parts);
    if (between.rest == 0) {
        return between.low;
    }
    const double gone = (between.high - between.low) * (double)between.rest;
    return isfinite(gone) ? between.low + gone / (double)parts
                          : far_between(between.low, between.high, (double)between.rest / (double)parts);
}

double crmvi_run_quantile(const crmvi_run *run, const int64_t *cumulated, double p) {
    const double steps = p * (double)(run->total - 1);
    const double rank = floor(steps);
    const int64_t place = crmvi_run_place(run, cumulated, (int64_t)rank);
    const double low = run->values[place];
    if (steps == rank || (int64_t)rank + 1 < cumulated[place]) {
        return low;
    }
    const double high = run->values[place + 1];
    return isfinite(high - low) ? low + (high - low) * (steps - rank) : far_between(low, high, steps - rank);
}
