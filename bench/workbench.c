#include "workbench.h"

#include "clock.h"

#include <malloc.h>
#include <stdio.h>

bool workbench_fails(workbench *bench, const char *what) {
    const crmv_error *error = &bench->error;
    snprintf(bench->figures->failed, sizeof bench->figures->failed, "%.40s: %.20s: %.180s", what,
             crmv_status_text(error->status), error->message);
    return false;
}

bool workbench_timed(workbench *bench, stage which, bool (*work)(workbench *)) {
    stage_figures *figures = &bench->figures->stages[which];
    int64_t before = clock_resident();
    clock_forget_peak();
    double begin = clock_now();
    bool done = work(bench);
    bench->seconds[which][bench->run] = clock_now() - begin;
    if (bench->run == 0) {
        int64_t peak = clock_peak();
        figures->peak_bytes = peak > bench->own_bytes ? peak - bench->own_bytes : 0;
        figures->touched_bytes = peak > before ? peak - before : 0;
    }
    return done;
}

void workbench_give_back(const workbench *bench) {
    if (bench->run == 0) {
        malloc_trim(0);
    }
}

bool workbench_take_in(workbench *bench, crmv_ledger *ledger, const char *batch, int64_t first, int64_t rows) {
    crmv_column columns[MOST_COLUMNS];
    int32_t count = feed_columns(bench->lines, first, columns);
    return !crmv_ledger_begin(ledger, batch, &bench->error) &&
           !crmv_ledger_append(ledger, columns, count, rows, &bench->error) && !crmv_ledger_end(ledger, &bench->error);
}

bool workbench_derive(workbench *bench, const crmv_model *model) {
    return !crmv_frame_derive(model, bench->ledger, NULL, 0, 0, feed_last_day(), &bench->options, &bench->frame,
                              &bench->error) ||
           workbench_fails(bench, "derive");
}

int64_t workbench_facts_bytes(int64_t facts) {
    return facts * ((int64_t)sizeof(int32_t) + 5 * (int64_t)sizeof(int64_t));
}

int64_t workbench_frame_bytes(const crmv_model *model, int64_t customers) {
    return customers * (1 + crmv_model_count(model, CRMV_METRICS)) * (int64_t)sizeof(double);
}

void workbench_drop_results(workbench *bench) {
    crmv_scores_free(bench->scores);
    crmv_frame_free(bench->frame);
    bench->scores = NULL;
    bench->frame = NULL;
}

void workbench_drop_ledger(workbench *bench) {
    crmv_ledger_free(bench->ledger);
    bench->ledger = NULL;
}
