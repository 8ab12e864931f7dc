#include "fit/likelihood.h"

#include "base/memory.h"
#include "clv/process.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = CRMVI_HISTORY_BLOCK, SUMS = CRMVI_FITTED_MOST + 1, LANES = 8 };

bool crmvi_likelihood_make(const crmvi_density *density, const crmvi_distinct *rows, crmvi_pace *pace,
                           crmvi_likelihood *out) {
    *out = (crmvi_likelihood){.density = *density, .rows = rows, .pace = pace};
    out->sums = crmvi_array(rows->count / BLOCK + 1, SUMS * sizeof *out->sums);
    return out->sums != NULL;
}

void crmvi_likelihood_clear(crmvi_likelihood *likelihood) {
    free(likelihood->sums);
    likelihood->sums = NULL;
}

/* ---- One evaluation ---------------------------------------------------------------------------------------------- */

typedef struct evaluation {
    const crmvi_likelihood *of;
    const double *parameters;
} evaluation;

/* In several sums side by side, which a vector holds, and which are always the same ones. */
static double weigh(const double *values, const double *weights, int64_t count) {
    double sums[LANES] = {0};
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (int32_t lane = 0; lane < LANES; lane++) {
            sums[lane] += weights[i + lane] * values[i + lane];
        }
    }
    for (; i < count; i++) {
        sums[i % LANES] += weights[i] * values[i];
    }
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

static int32_t add_block(void *context, int64_t begin, int64_t end) {
    const evaluation *e = context;
    const crmvi_distinct *rows = e->of->rows;
    const double *const columns[] = {rows->columns[0] + begin, rows->columns[1] + begin, rows->columns[2] + begin};
    const int64_t count = end - begin;
    double values[BLOCK];
    double slopes[CRMVI_FITTED_MOST * BLOCK];
    e->of->density.log_likelihood(e->of->density.model, e->parameters, columns, count, values, slopes);
    double *sums = e->of->sums + begin / BLOCK * SUMS;
    sums[0] = weigh(values, rows->weights + begin, count);
    for (int32_t k = 0; k < e->of->density.parameter_count; k++) {
        sums[k + 1] = weigh(slopes + k * count, rows->weights + begin, count);
    }
    return CRMV_OK;
}

/* Of all blocks, from the first to the last; what each addition loses is carried along (Kahan 1965). */
static double add_up(const crmvi_likelihood *of, int32_t which) {
    double sum = 0;
    double lost = 0;
    for (int64_t begin = 0; begin < of->rows->count; begin += BLOCK) {
        const double next = of->sums[begin / BLOCK * SUMS + which] - lost;
        const double greater = sum + next;
        lost = (greater - sum) - next;
        sum = greater;
    }
    return sum;
}

/* ---- Progress ---------------------------------------------------------------------------------------------------- */

static const double PART_OF_THE_REST = .1;

static int32_t tell_pace(void *context, const char *stage, double done) {
    const crmvi_pace *pace = context;
    (void)stage;
    return pace->runner->progress(pace->runner->context, pace->stage,
                                  pace->done + (1 - pace->done) * PART_OF_THE_REST * done);
}

int32_t crmvi_likelihood_at(crmvi_likelihood *likelihood, const double *parameters, double *value, double *slopes) {
    crmvi_pace *pace = likelihood->pace;
    const crmvi_runner runner = {pace->runner->threads, pace, pace->runner->progress == NULL ? NULL : tell_pace};
    evaluation e = {likelihood, parameters};
    likelihood->evaluations++;
    const int32_t status = crmvi_parallel(&runner, pace->stage, likelihood->rows->count, BLOCK, add_block, &e);
    pace->done += (1 - pace->done) * PART_OF_THE_REST;
    if (status != CRMV_OK) {
        return status;
    }
    *value = add_up(likelihood, 0);
    for (int32_t k = 0; k < likelihood->density.parameter_count; k++) {
        slopes[k] = add_up(likelihood, k + 1);
    }
    return CRMV_OK;
}
