#include "receivable_stages.h"

#include "scorecard.h"

bool receivable_stages_begin(workbench *bench) {
    const feed_plan *plan = &bench->plan->feed;
    bench->receivables_model = scorecard_read_as(BENCH_SCORECARD, scorecard_of_receivables);
    return bench->receivables_model && receivables_make(&bench->items, bench->lines, plan->rows, plan->seed);
}

void receivable_stages_end(workbench *bench) {
    receivables_clear(&bench->items);
    crmv_model_free(bench->receivables_model);
    bench->receivables_model = NULL;
}

/* The items alone, as the lines are taken in alone, into the workbench's ledger. */
static bool take_in_items(workbench *bench) {
    crmv_column columns[RECEIVABLES_COLUMNS];
    crmv_error *error = &bench->error;
    receivables_columns(&bench->items, columns);
    return (!crmv_ledger_new(bench->model, &bench->options, &bench->ledger, error) &&
            !crmv_ledger_begin(bench->ledger, "items", error) &&
            !crmv_ledger_append_receivables(bench->ledger, columns, RECEIVABLES_COLUMNS, bench->items.rows, error) &&
            !crmv_ledger_end(bench->ledger, error)) ||
           workbench_fails(bench, "append items");
}

/* Puts the items' ledger, where it was made, behind that of the lines, which is the workbench's again. */
static bool add_items(workbench *bench, crmv_ledger *lines, bool made) {
    bool done = made && (!crmv_ledger_merge(lines, bench->ledger, &bench->error) || workbench_fails(bench, "merge"));
    workbench_drop_ledger(bench);
    bench->ledger = lines;
    return done;
}

static bool derive(workbench *bench) {
    return workbench_derive(bench, bench->receivables_model);
}

static bool add_to_hash(workbench *bench) {
    char hash[HASH_TEXT];
    if (crmv_ledger_hash(bench->ledger, hash)) {
        return workbench_fails(bench, "hash of items");
    }
    bench->hash = digest_words(bench->hash, hash, HASH_TEXT - 1);
    bench->hash = digest_frame(bench->hash, bench->receivables_model, bench->frame);
    return true;
}

static void note_sizes(workbench *bench, int64_t item_facts_bytes) {
    stage_figures *taken = &bench->figures->stages[STAGE_ITEMS], *derived = &bench->figures->stages[STAGE_DERIVE_ITEMS];
    taken->items = bench->items.rows;
    taken->input_bytes = (int64_t)bench->items.bytes;
    taken->output_bytes = item_facts_bytes;
    derived->items = crmv_frame_rows(bench->frame);
    derived->input_bytes = workbench_facts_bytes(crmv_ledger_facts(bench->ledger));
    derived->output_bytes = workbench_frame_bytes(bench->receivables_model, derived->items);
}

bool receivable_stages_run(workbench *bench) {
    crmv_ledger *lines = bench->ledger;
    workbench_drop_results(bench);
    bench->ledger = NULL;
    workbench_give_back(bench);
    bool done = workbench_timed(bench, STAGE_ITEMS, take_in_items);
    int64_t item_facts_bytes = workbench_facts_bytes(crmv_ledger_facts(bench->ledger));
    done = add_items(bench, lines, done);
    workbench_give_back(bench);
    done = done && workbench_timed(bench, STAGE_DERIVE_ITEMS, derive) && add_to_hash(bench);
    if (done) {
        note_sizes(bench, item_facts_bytes);
    }
    return done;
}
