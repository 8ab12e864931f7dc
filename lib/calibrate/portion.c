/* portion.c - what frames gave, kept and put together. */
#include "base/error.h"
#include "base/memory.h"
#include "calibrate/gathered.h"

#include <stdlib.h>

/* ---- Room -------------------------------------------------------------------------------------------------------- */

static int32_t runs_of(const crmvi_ask *ask) {
    if (ask->target != CRMVI_ASK_FOR_WEIGHTS) {
        return 1;
    }
    return ask->kind == CRMVI_ASK_ENTROPY ? ask->of_count : 0;
}

static int32_t pairs_of(const crmvi_ask *ask) {
    if (ask->kind == CRMVI_ASK_DEVIATION) {
        return ask->of_count;
    }
    return ask->kind == CRMVI_ASK_CRITIC ? crmvi_pair_position(ask->of_count, ask->of_count, ask->of_count) : 0;
}

bool crmvi_gathered_new(const crmvi_ask *ask, crmvi_gathered *out) {
    *out = (crmvi_gathered){.run_count = runs_of(ask), .pair_count = pairs_of(ask)};
    out->runs = crmvi_zeroed(out->run_count, sizeof *out->runs);
    out->pairs = crmvi_zeroed(out->pair_count, sizeof *out->pairs);
    if (out->runs != NULL && out->pairs != NULL) {
        return true;
    }
    crmvi_gathered_clear(out);
    return false;
}

void crmvi_gathered_clear(crmvi_gathered *gathered) {
    for (int32_t i = 0; gathered->runs != NULL && !gathered->is_view && i < gathered->run_count; i++) {
        crmvi_run_clear(&gathered->runs[i]);
    }
    free(gathered->runs);
    free(gathered->pairs);
    *gathered = (crmvi_gathered){.runs = NULL};
}

void crmvi_portion_free(crmvi_portion *portion) {
    if (portion == NULL || atomic_fetch_sub(&portion->holders, 1) > 1) {
        return;
    }
    for (int32_t i = 0; portion->asks != NULL && i < portion->ask_count; i++) {
        crmvi_gathered_clear(&portion->asks[i]);
    }
    free(portion->asks);
    free(portion);
}

/* ---- Together ---------------------------------------------------------------------------------------------------- */

/* Which run of which ask. */
typedef struct place {
    const crmv_calibration *calibration;
    int32_t ask, run;
} place;

static const crmvi_run *run_at(const place *p, int64_t portion) {
    return &p->calibration->portions[portion]->asks[p->ask].runs[p->run];
}

/* The runs of the portions [begin, end) together, by halves, so that a value is gone through as often as their number
 * doubles; on failure there is nothing to clear. */
static int32_t unite_runs(const place *p, int64_t begin, int64_t end, crmvi_run *out, crmv_error *error) {
    if (end - begin == 1) {
        *out = (crmvi_run){.values = NULL};
        return crmvi_run_merge(out, run_at(p, begin), error);
    }
    const int64_t middle = begin + (end - begin) / 2;
    int32_t status = unite_runs(p, begin, middle, out, error);
    if (status != CRMV_OK) {
        return status;
    }
    crmvi_run behind;
    status = unite_runs(p, middle, end, &behind, error);
    if (status == CRMV_OK) {
        status = crmvi_run_merge(out, &behind, error);
        crmvi_run_clear(&behind);
    }
    if (status != CRMV_OK) {
        crmvi_run_clear(out);
    }
    return status;
}

static void add_attendance(crmvi_attendance *to, const crmvi_attendance *from) {
    to->customers += from->customers;
    to->in_population += from->in_population;
    to->rated += from->rated;
    to->by_rating = to->by_rating || from->by_rating;
}

static int32_t add_pairs(const crmv_calibration *calibration, int32_t ask, crmvi_gathered *out, crmv_error *error) {
    for (int64_t portion = 0; portion < calibration->count; portion++) {
        const crmvi_gathered *from = &calibration->portions[portion]->asks[ask];
        out->customers += from->customers;
        add_attendance(&out->attendance, &from->attendance);
        for (int32_t i = 0; i < out->pair_count; i++) {
            if (!crmvi_pair_merge(&out->pairs[i], &from->pairs[i])) {
                return crmvi_fail(error, CRMV_OVERFLOW, calibration->model->asks.items[ask].place,
                                  "sums of products of the members' points do not fit into 128 bits");
            }
        }
    }
    return CRMV_OK;
}

static int32_t add_runs(const crmv_calibration *calibration, int32_t ask, crmvi_gathered *out, crmv_error *error) {
    int32_t status = CRMV_OK;
    out->is_view = calibration->count == 1;
    for (int32_t i = 0; status == CRMV_OK && i < out->run_count; i++) {
        const place p = {calibration, ask, i};
        crmvi_run united = out->is_view ? *run_at(&p, 0) : (crmvi_run){.values = NULL};
        status = out->is_view ? CRMV_OK : unite_runs(&p, 0, calibration->count, &united, error);
        if (status == CRMV_OK) {
            out->runs[i] = united;
        }
    }
    return status;
}

int32_t crmvi_gathered_together(const crmv_calibration *calibration, int32_t ask, crmvi_gathered *out,
                                crmv_error *error) {
    if (!crmvi_gathered_new(&calibration->model->asks.items[ask], out)) {
        return crmvi_no_memory(error);
    }
    int32_t status = add_pairs(calibration, ask, out, error);
    if (status == CRMV_OK && calibration->count > 0) {
        status = add_runs(calibration, ask, out, error);
    }
    if (status != CRMV_OK) {
        crmvi_gathered_clear(out);
    }
    return status;
}
