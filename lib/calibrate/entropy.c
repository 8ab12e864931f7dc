/*
 * entropy.c - weights by how unevenly points are spread (Shannon 1948; the entropy method, 熵权法, as in Zeleny 1982,
 * Multiple Criteria Decision Making, ch. 7).
 *
 * With n customers, points v and p = v / (sum of v), E = -(1 / ln n) sum p ln p, and the share is 1 - E. With
 * u = v / (mean of v) that is sum (u ln u) / (n ln n). As the u - 1 add up to 0 they may be taken off: the terms
 * u ln u - (u - 1) are all at least 0, and near even points, where 1 - E is small, nothing cancels.
 */
#include "base/logarithm.h"
#include "calibrate/weights.h"

/* A sum with what rounding took off it (Neumaier 1974). */
typedef struct compensated {
    double sum, lost;
} compensated;

static void add(compensated *c, double term) {
    const double sum = c->sum + term;
    c->lost += c->sum >= term ? (c->sum - sum) + term : (term - sum) + c->sum;
    c->sum = sum;
}

static double term_of(double u) {
    return u > 0 ? u * crmvi_log(u) - (u - 1) : 1;
}

/* Points are shifted up to at least 0 where there can be any below it. */
static crmvi_micro shift_of(const crmvi_run *run, crmvi_micro lowest) {
    const crmvi_micro found = (crmvi_micro)run->values[0];
    const crmvi_micro least = found < lowest ? found : lowest;
    return least < 0 ? -least : 0;
}

static double unevenness(const crmvi_run *run, crmvi_micro shift) {
    crmvi_wide sum = 0;
    for (int64_t i = 0; i < run->distinct; i++) {
        sum += ((crmvi_wide)run->values[i] + shift) * run->counts[i];
    }
    compensated c = {0, 0};
    for (int64_t i = 0; i < run->distinct; i++) {
        const crmvi_wide value = (crmvi_wide)run->values[i] + shift;
        add(&c, (double)run->counts[i] * term_of((double)(value * run->total) / (double)sum));
    }
    return (c.sum + c.lost) / ((double)run->total * crmvi_log((double)run->total));
}

void crmvi_entropy_weight(const crmvi_run *run, crmvi_micro lowest, crmvi_found_weight *out) {
    out->customers = run->total;
    out->entropy = 1;
    if (run->total < 2) {
        out->remark = "fewer than two customers have points, so that it weighs nothing";
        return;
    }
    if (run->distinct < 2) {
        out->remark = "all customers have the same points, so that it weighs nothing";
        return;
    }
    const double uneven = unevenness(run, shift_of(run, lowest));
    out->share = uneven < 1 ? uneven : 1;
    out->entropy = 1 - out->share;
}
