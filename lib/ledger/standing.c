/* standing.c - what postings come to together: facts that stand, and a list of what was set aside. */
#include "base/error.h"
#include "ledger/facts.h"
#include "ledger/handle.h"

#include <stdlib.h>
#include <string.h>

/* ---- Many runs into one ------------------------------------------------------------------------------------------ */

/* Runs on their way into one. Progress is told over all the merges, by the facts that they go through. */
typedef struct folding {
    const crmvi_runner *runner;
    crmv_error *error;
    double all, done, share; /* facts to go through, those gone through, and those of the merge that runs */
} folding;

static int32_t tell_share(void *context, const char *stage, double done) {
    const folding *f = context;
    return f->runner->progress(f->runner->context, stage, (f->done + f->share * done) / f->all);
}

static int32_t merge_two(folding *f, const crmvi_facts *a, const crmvi_facts *b, crmvi_facts *out) {
    const crmvi_runner runner = {
        .threads = f->runner->threads, .context = f, .progress = f->runner->progress != NULL ? tell_share : NULL};
    f->share = (double)(a->count + b->count);
    const int32_t status = crmvi_facts_merge(a, b, &runner, out, f->error);
    f->done += f->share;
    return status;
}

/* How many runs, beginning with the first, hold about half of the facts: at least one, and not all. */
static int64_t half_of(const crmvi_facts *const *runs, int64_t count) {
    int64_t all = 0;
    for (int64_t i = 0; i < count; i++) {
        all += runs[i]->count;
    }
    int64_t half = 1;
    int64_t before = runs[0]->count;
    while (half < count - 1 && 2 * before + runs[half]->count <= all) {
        before += runs[half++]->count;
    }
    return half;
}

/* So many facts are gone through. */
static double work_of(const crmvi_facts *const *runs, int64_t count) {
    if (count < 2) {
        return 0;
    }
    const int64_t half = half_of(runs, count);
    double work = work_of(runs, half) + work_of(runs + half, count - half);
    for (int64_t i = 0; i < count; i++) {
        work += (double)runs[i]->count;
    }
    return work;
}

/* Two and more runs by halves, so that a fact is gone through as often as there are doublings to all of them. */
static int32_t merge_halves(folding *f, const crmvi_facts *const *runs, int64_t count, crmvi_facts *out) {
    const int64_t half = half_of(runs, count);
    crmvi_facts left = {0};
    crmvi_facts right = {0};
    int32_t status = half > 1 ? merge_halves(f, runs, half, &left) : CRMV_OK;
    if (status == CRMV_OK && count - half > 1) {
        status = merge_halves(f, runs + half, count - half, &right);
    }
    if (status == CRMV_OK) {
        status = merge_two(f, half > 1 ? &left : runs[0], count - half > 1 ? &right : runs[half], out);
    }
    crmvi_facts_clear(&left);
    crmvi_facts_clear(&right);
    return status;
}

/* One after the other, as batches come. */
static int32_t merge_in_order(folding *f, const crmvi_facts *const *runs, int64_t count, crmvi_facts *out) {
    crmvi_facts sum;
    int32_t status = merge_two(f, runs[0], runs[1], &sum);
    for (int64_t i = 2; i < count && status == CRMV_OK; i++) {
        crmvi_facts longer;
        status = merge_two(f, &sum, runs[i], &longer);
        crmvi_facts_clear(&sum);
        sum = longer;
    }
    if (status == CRMV_OK) {
        *out = sum;
    }
    return status;
}

/* The work of merging in order. */
static double work_in_order(const crmvi_facts *const *runs, int64_t count) {
    double work = 0;
    for (int64_t i = 0; i < count; i++) {
        work += (double)runs[i]->count * (double)(i == 0 ? count - 1 : count - i);
    }
    return work;
}

/* Sums by halves may pass 64 bits where those in the order of batches do not: what could be taken in batch by batch can
 * be added up again. */
static int32_t merge_many(folding *f, const crmvi_facts *const *runs, int64_t count, crmvi_facts *out,
                          crmv_error *error) {
    f->all = work_of(runs, count);
    int32_t status = merge_halves(f, runs, count, out);
    if (status == CRMV_OVERFLOW) {
        f->error = error;
        f->all = work_in_order(runs, count);
        f->done = 0;
        return merge_in_order(f, runs, count, out);
    }
    return status == CRMV_OK ? status : crmvi_fail(error, status, NULL, "%s", crmv_status_text(status));
}

/* One run is copied. */
static int32_t merge_all(const crmvi_runner *runner, const crmvi_facts *const *runs, int64_t count, crmvi_facts *out,
                         crmv_error *error) {
    static const crmvi_facts nothing;
    *out = (crmvi_facts){0};
    folding f = {.runner = runner};
    if (count > 2) {
        return merge_many(&f, runs, count, out, error);
    }
    const crmvi_facts *second = count == 2 ? runs[1] : &nothing;
    f.error = error;
    f.all = (double)(runs[0]->count + second->count);
    return merge_two(&f, runs[0], second, out);
}

/* ---- Facts ------------------------------------------------------------------------------------------------------- */

static int64_t holders_of(const crmvi_posting *const *postings, int64_t count, int64_t *last) {
    int64_t holders = 0;
    for (int64_t i = 0; i < count; i++) {
        if (postings[i]->facts.customers > 0) {
            holders++;
            *last = i;
        }
    }
    return holders;
}

static int32_t make_facts(const crmv_ledger *ledger, const crmvi_facts *const *runs, int64_t count, crmvi_standing *out,
                          crmv_error *error) {
    const crmvi_facts **full = crmvi_array(count, sizeof *full);
    if (full == NULL) {
        return crmvi_no_memory(error);
    }
    int64_t full_count = 0;
    for (int64_t i = 0; i < count; i++) {
        if (runs[i]->customers > 0) {
            full[full_count++] = runs[i];
        }
    }
    int32_t status = CRMV_OK;
    if (full_count == 1 && full[0] == &ledger->standing.merged) {
        out->keeps = true;
    } else {
        status = merge_all(&ledger->runner, full, full_count, &out->merged, error);
    }
    free(full);
    return status;
}

/* ---- What was set aside ------------------------------------------------------------------------------------------ */

static int by_reason_currency_and_batch(const void *first, const void *second) {
    const crmvi_aside_place *a = first;
    const crmvi_aside_place *b = second;
    if (a->aside->reason != b->aside->reason) {
        return a->aside->reason < b->aside->reason ? -1 : 1;
    }
    const int order = strcmp(a->aside->currency, b->aside->currency);
    if (order != 0) {
        return order;
    }
    if (a->posting != b->posting) {
        return a->posting < b->posting ? -1 : 1;
    }
    return (a->place > b->place) - (a->place < b->place);
}

static bool list_asides(const crmvi_posting *const *postings, int64_t count, crmvi_standing *out) {
    int64_t asides = 0;
    for (int64_t i = 0; i < count; i++) {
        asides += postings[i]->asides.count;
    }
    out->asides = crmvi_array(asides, sizeof *out->asides);
    if (out->asides == NULL) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        for (int64_t place = 0; place < postings[i]->asides.count; place++) {
            const crmvi_aside *aside = &postings[i]->asides.items[place];
            out->asides[out->aside_count++] = (crmvi_aside_place){aside, (int32_t)i, (int32_t)place};
        }
    }
    if (asides > 1) {
        qsort(out->asides, (size_t)asides, sizeof *out->asides, by_reason_currency_and_batch);
    }
    return true;
}

/* ---- Both -------------------------------------------------------------------------------------------------------- */

int32_t crmvi_standing_make(const crmv_ledger *ledger, const crmvi_posting *const *postings, int64_t count,
                            const crmvi_facts *const *runs, int64_t run_count, crmvi_standing *out, crmv_error *error) {
    int64_t last = -1;
    const int64_t holders = holders_of(postings, count, &last);
    *out = (crmvi_standing){.alone = holders == 1 ? last : -1};
    if (!list_asides(postings, count, out)) {
        return crmvi_no_memory(error);
    }
    const int32_t status = holders > 1 ? make_facts(ledger, runs, run_count, out, error) : CRMV_OK;
    if (status != CRMV_OK) {
        crmvi_standing_clear(out);
    }
    return status;
}

void crmvi_standing_take(crmv_ledger *ledger, crmvi_standing *standing) {
    if (standing->keeps) {
        standing->merged = ledger->standing.merged;
        standing->keeps = false;
        ledger->standing.merged = (crmvi_facts){0};
    }
    crmvi_standing_clear(&ledger->standing);
    ledger->standing = *standing;
    for (int64_t i = 0; i < ledger->count; i++) {
        crmvi_posting *posting = &ledger->postings[i];
        for (int64_t k = 0; k < posting->asides.count; k++) {
            posting->asides.items[k].batch = (int32_t)i;
        }
        for (int64_t k = 0; k < posting->conversions.count; k++) {
            posting->conversions.items[k].batch = (int32_t)i;
        }
    }
}

void crmvi_standing_clear(crmvi_standing *standing) {
    crmvi_facts_clear(&standing->merged);
    free(standing->asides);
    *standing = (crmvi_standing){.alone = -1};
}

const crmvi_facts *crmvi_ledger_facts(const crmv_ledger *ledger) {
    const crmvi_standing *standing = &ledger->standing;
    return standing->alone >= 0 ? &ledger->postings[standing->alone].facts : &standing->merged;
}
