#include "lifetime_stages.h"

#include "scorecard.h"

#include <crmvalue/fit.h>

bool lifetime_stages_begin(workbench *bench) {
    bench->lifetimes_model = scorecard_read_as(BENCH_SCORECARD, scorecard_of_lifetimes);
    return bench->lifetimes_model != NULL;
}

void lifetime_stages_end(workbench *bench) {
    crmv_model_free(bench->lifetimes_model);
    bench->lifetimes_model = NULL;
}

static bool fit(workbench *bench) {
    return !crmv_fit_model(bench->lifetimes_model, bench->frame, NULL, &bench->options, &bench->fitted_model,
                           &bench->error) ||
           workbench_fails(bench, "fit lifetimes");
}

static bool derive(workbench *bench) {
    return workbench_derive(bench, bench->fitted_model);
}

static bool add_to_hash(workbench *bench) {
    char hash[HASH_TEXT];
    if (crmv_model_hash(bench->fitted_model, hash)) {
        return workbench_fails(bench, "hash of lifetimes");
    }
    bench->hash = digest_words(bench->hash, hash, HASH_TEXT - 1);
    bench->hash = digest_frame(bench->hash, bench->fitted_model, bench->frame);
    return true;
}

/* A history is three numbers, and of what was spent three more. */
static void note_sizes(workbench *bench) {
    enum { HISTORY_COLUMNS = 6 };
    stage_figures *fitted = &bench->figures->stages[STAGE_FIT], *foretold = &bench->figures->stages[STAGE_FORETELL];
    fitted->items = foretold->items = crmv_frame_rows(bench->frame);
    fitted->input_bytes = fitted->items * HISTORY_COLUMNS * (int64_t)sizeof(double);
    foretold->input_bytes = workbench_facts_bytes(crmv_ledger_facts(bench->ledger));
    foretold->output_bytes = workbench_frame_bytes(bench->fitted_model, foretold->items);
}

bool lifetime_stages_run(workbench *bench) {
    workbench_drop_results(bench);
    bool done = workbench_derive(bench, bench->lifetimes_model) && workbench_timed(bench, STAGE_FIT, fit);
    workbench_drop_results(bench);
    workbench_give_back(bench);
    done = done && workbench_timed(bench, STAGE_FORETELL, derive) && add_to_hash(bench);
    if (done) {
        note_sizes(bench);
    }
    workbench_drop_results(bench);
    crmv_model_free(bench->fitted_model);
    bench->fitted_model = NULL;
    return done;
}
