/* ahp.c - crmv_ahp_weights: the analytic hierarchy process. */
#include "base/error.h"
#include "base/exponential.h"
#include "base/guest.h"
#include "base/memory.h"
#include "crmvalue/fit.h"
#include "fit/comparisons.h"
#include "fit/priorities.h"
#include "fit/random_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A judgement that differs from what the weights say by less agrees with them: rounding does not count. */
static const double LEAST_EXCESS = 1e-9;

typedef struct process {
    crmvi_comparisons comparisons;
    crmvi_priority_space space;
    double logarithms[CRMVI_COMPARED_MOST]; /* of the weights */
} process;

static int32_t cannot_weigh(crmv_error *error) {
    return crmvi_fail(error, CRMV_NOT_IDENTIFIED, "judgements",
                      "the judgements contradict each other by more than numbers can hold");
}

static bool find_priorities(process *p, int32_t method) {
    return crmvi_priorities(&p->comparisons, method, &p->space, p->logarithms);
}

/* ---- Consistency ------------------------------------------------------------------------------------------------- */

static double index_of(const process *p) {
    const int32_t n = p->comparisons.n;
    return n < 3 ? 0 : crmvi_contradiction(&p->comparisons, p->logarithms) / (n - 1);
}

static double ratio_of(double index, double random_value) {
    return random_value > 0 ? index / random_value : 0;
}

static void tell_consistency(const process *p, crmv_ahp *out) {
    const int32_t n = p->comparisons.n;
    out->missing = p->comparisons.missing;
    out->consistency_index = index_of(p);
    out->lambda_max = n + out->consistency_index * (n - 1);
    out->random_value = crmvi_random_index(out->random_index, n, out->missing);
    out->consistency_ratio = ratio_of(out->consistency_index, out->random_value);
}

/* ---- The worst judgement ----------------------------------------------------------------------------------------- */

/* Of the judgements that others speak to, the first of those whose logarithm differs most from what the weights say. */
static void find_worst(const process *p, int32_t *row, int32_t *column) {
    const crmvi_comparisons *c = &p->comparisons;
    double greatest = LEAST_EXCESS;
    *row = *column = -1;
    for (int32_t i = 0; i < c->n; i++) {
        for (int32_t j = i + 1; j < c->n; j++) {
            if (!crmvi_is_given(c, i, j)) {
                continue;
            }
            const double excess = fabs(crmvi_excess(c, p->logarithms, i, j));
            if (excess > greatest * (1 + LEAST_EXCESS) && crmvi_compared_otherwise(c, i, j)) {
                greatest = excess;
                *row = i;
                *column = j;
            }
        }
    }
}

/* What the weights without the worst judgement say in its place, and how consistent all are with that. */
static bool mend(process *p, crmv_ahp *out) {
    const int32_t i = out->worst_row;
    const int32_t j = out->worst_column;
    crmvi_drop_comparison(&p->comparisons, i, j);
    if (!find_priorities(p, out->method)) {
        return false;
    }
    const double mended = p->logarithms[i] - p->logarithms[j];
    crmvi_compare(&p->comparisons, i, j, mended);
    if (!find_priorities(p, out->method)) {
        return false;
    }
    out->worst_mended = crmvi_exp(mended);
    out->mended_ratio = ratio_of(index_of(p), out->random_value);
    return true;
}

static bool tell_worst(process *p, const double *judgements, crmv_ahp *out) {
    find_worst(p, &out->worst_row, &out->worst_column);
    out->mended_ratio = out->consistency_ratio;
    if (out->worst_row < 0) {
        return true;
    }
    out->worst_given = judgements[(int64_t)out->worst_row * p->comparisons.n + out->worst_column];
    return mend(p, out);
}

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

/* Each as a share of all. */
static void normalise(const double *logarithms, int32_t n, double *weights) {
    double highest = logarithms[0];
    for (int32_t i = 1; i < n; i++) {
        highest = fmax(highest, logarithms[i]);
    }
    double sum = 0;
    for (int32_t i = 0; i < n; i++) {
        weights[i] = crmvi_exp(logarithms[i] - highest);
        sum += weights[i];
    }
    for (int32_t i = 0; i < n; i++) {
        weights[i] /= sum;
    }
}

static int32_t weigh(process *p, const double *judgements, int32_t n, crmv_ahp *ahp, double *weights,
                     crmv_error *error) {
    const int32_t status = crmvi_comparisons_read(&p->comparisons, judgements, n, error);
    if (status != CRMV_OK) {
        return status;
    }
    if (!find_priorities(p, ahp->method)) {
        return cannot_weigh(error);
    }
    double found[CRMVI_COMPARED_MOST];
    normalise(p->logarithms, n, found);
    crmv_ahp out = {.struct_size = ahp->struct_size, .method = ahp->method, .random_index = ahp->random_index};
    tell_consistency(p, &out);
    if (!tell_worst(p, judgements, &out)) {
        return cannot_weigh(error);
    }
    memcpy(weights, found, (size_t)n * sizeof *weights);
    memcpy(ahp, &out, sizeof out);
    return CRMV_OK;
}

static int32_t check_arguments(const double *judgements, int32_t n, const crmv_ahp *ahp, const double *weights,
                               crmv_error *error) {
    if (judgements == NULL) {
        return crmvi_bad_argument(error, "judgements", "is NULL");
    }
    if (n < 1 || n > CRMVI_COMPARED_MOST) {
        return crmvi_bad_argument(error, "n", "is not from 1 to 64");
    }
    if (ahp == NULL || ahp->struct_size < sizeof *ahp) {
        return crmvi_bad_argument(error, "ahp", ahp == NULL ? "is NULL" : "has a struct_size below that of crmv_ahp");
    }
    if (ahp->method < CRMV_AHP_EIGENVECTOR || ahp->method > CRMV_AHP_COLUMN_MEAN) {
        return crmvi_bad_argument(error, "method", "is none of CRMV_AHP_...");
    }
    const int32_t limit = crmvi_random_index_limit(ahp->random_index);
    if (limit == 0) {
        return crmvi_bad_argument(error, "random_index", "is none of CRMV_RANDOM_...");
    }
    if (n > limit) {
        return crmvi_fail(
            error, CRMV_BAD_ARGUMENT, "random_index",
            "the table of random indexes ends at %d things, and there are %d; Alonso and Lamata's has any "
            "number",
            (int)limit, (int)n);
    }
    if (weights == NULL) {
        return crmvi_bad_argument(error, "weights", "is NULL");
    }
    return CRMV_OK;
}

int32_t crmv_ahp_weights(const double *judgements, int32_t n, crmv_ahp *ahp, double *weights, crmv_error *error) {
    int32_t status = check_arguments(judgements, n, ahp, weights, error);
    if (status != CRMV_OK) {
        return status;
    }
    process *p = crmvi_array(1, sizeof *p);
    if (p == NULL) {
        return crmvi_no_memory(error);
    }
    crmvi_guest host;
    crmvi_enter(&host);
    status = weigh(p, judgements, n, ahp, weights, error);
    crmvi_leave(&host);
    free(p);
    return status;
}
