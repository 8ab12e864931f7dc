#include "stages.h"

#include "clock.h"
#include "csv_file.h"
#include "file_stages.h"
#include "lifetime_stages.h"
#include "progress.h"
#include "reasons.h"
#include "receivable_stages.h"
#include "scorecard.h"
#include "singles.h"
#include "workbench.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const stage_info stage_infos[STAGES] = {
    [STAGE_LEDGER] = {"append, end", "ledger", "lines"},
    [STAGE_DERIVE] = {"derive", "derive", "customers"},
    [STAGE_SCORE] = {"score", "score", "customers"},
    [STAGE_CALIBRATE] = {"calibrate", "calibrate", "customers"},
    [STAGE_REASONS] = {"reasons", "reasons", "customers"},
    [STAGE_ONE] = {"one customer", "one", "customers"},
    [STAGE_SCORE_ONE] = {"score one", "score_one", "customers"},
    [STAGE_MORE] = {"1 % more, rescore", "more", "lines"},
    [STAGE_SAVE] = {"save", "save", "lines"},
    [STAGE_LOAD] = {"load", "load", "lines"},
    [STAGE_EXTEND] = {"1 % more, extended", "extend", "lines"},
    [STAGE_ITEMS] = {"append items", "items", "items"},
    [STAGE_DERIVE_ITEMS] = {"derive, receivables", "derive_items", "customers"},
    [STAGE_FIT] = {"fit lifetimes", "fit", "customers"},
    [STAGE_FORETELL] = {"derive, lifetimes", "foretell", "customers"},
    [STAGE_CSV_IN] = {"CSV in", "csv_in", "lines"},
    [STAGE_CSV] = {"CSV in and out", "csv", "lines"},
};

/* ---- One stage --------------------------------------------------------------------------------------------------- */

static bool make_ledger(workbench *bench) {
    return (!crmv_ledger_new(bench->model, &bench->options, &bench->ledger, &bench->error) &&
            workbench_take_in(bench, bench->ledger, "first", 0, bench->plan->feed.rows)) ||
           workbench_fails(bench, "append");
}

static bool derive(workbench *bench) {
    return workbench_derive(bench, bench->model);
}

static bool score(workbench *bench) {
    return !crmv_score(bench->model, bench->frame, &bench->options, &bench->scores, &bench->error) ||
           workbench_fails(bench, "score");
}

static bool calibrate(workbench *bench) {
    crmv_model *found = NULL;
    char hash[HASH_TEXT] = "";
    const bool done =
        !crmv_model_calibrate(bench->requests, bench->frame, NULL, &bench->options, &found, &bench->error) &&
        !crmv_model_hash(found, hash);
    crmv_model_free(found);
    bench->hash = digest_words(bench->hash, hash, sizeof hash - 1);
    return done || workbench_fails(bench, "calibrate");
}

/* At most so many customers. */
static int64_t customers_up_to(const workbench *bench, int64_t most) {
    return bench->figures->customers < most ? bench->figures->customers : most;
}

static bool ask_reasons(workbench *bench) {
    uint64_t found = 0;
    bool done =
        reasons_ask(bench->model, bench->scores, customers_up_to(bench, MOST_ASKED), bench->options.threads, &found);
    bench->hash = digest_words(bench->hash, &found, sizeof found);
    return done || workbench_fails(bench, "reasons");
}

static bool fails_alone(workbench *bench, const char *what) {
    snprintf(bench->figures->failed, sizeof bench->figures->failed,
             "%s: it failed, or came to something else than among all", what);
    return false;
}

static whole_base whole_of(const workbench *bench) {
    return (whole_base){.model = bench->model, .ledger = bench->ledger, .frame = bench->frame, .scores = bench->scores};
}

static bool extract_singles(workbench *bench) {
    whole_base whole = whole_of(bench);
    return singles_extract(&whole, customers_up_to(bench, MOST_EXTRACTED), bench->options.threads) ||
           fails_alone(bench, "one customer");
}

static bool score_singles(workbench *bench) {
    whole_base whole = whole_of(bench);
    return singles_score(&whole, customers_up_to(bench, MOST_SCORED_ALONE), bench->options.threads) ||
           fails_alone(bench, "score one");
}

static bool take_in_more(workbench *bench) {
    int64_t rows = bench->plan->feed.rows;
    bool done = workbench_take_in(bench, bench->ledger, "more", rows, bench->lines->rows - rows);
    return (done && (bench->plan->only_ledger || (derive(bench) && score(bench)))) ||
           workbench_fails(bench, "a further batch");
}

/* ---- All stages, some times -------------------------------------------------------------------------------------- */

static void add_to_hash(workbench *bench) {
    bench->hash = digest_frame(bench->hash, bench->model, bench->frame);
    bench->hash = digest_scores(bench->hash, bench->model, bench->scores);
}

/* What is asked of the first batch alone. */
static bool ask_customers(workbench *bench) {
    return workbench_timed(bench, STAGE_CALIBRATE, calibrate) && workbench_timed(bench, STAGE_REASONS, ask_reasons) &&
           (!bench->plan->singles || (workbench_timed(bench, STAGE_ONE, extract_singles) &&
                                      workbench_timed(bench, STAGE_SCORE_ONE, score_singles)));
}

static bool run_in_memory(workbench *bench) {
    if (!workbench_timed(bench, STAGE_LEDGER, make_ledger)) {
        return false;
    }
    bench->figures->facts = crmv_ledger_facts(bench->ledger);
    bench->figures->customers = crmv_ledger_customers(bench->ledger);
    if (bench->plan->only_ledger) {
        return take_in_more(bench);
    }
    if (!workbench_timed(bench, STAGE_DERIVE, derive) || !workbench_timed(bench, STAGE_SCORE, score)) {
        return false;
    }
    bench->figures->customers = crmv_frame_rows(bench->frame);
    add_to_hash(bench);
    if (!ask_customers(bench)) {
        return false;
    }
    workbench_drop_results(bench);
    if ((bench->plan->ledger_folder && !file_stages_save(bench)) || !workbench_timed(bench, STAGE_MORE, take_in_more)) {
        return false;
    }
    add_to_hash(bench);
    return true;
}

static bool run_stages(workbench *bench) {
    bench->hash = digest_begin();
    return run_in_memory(bench) &&
           (!crmv_ledger_hash(bench->ledger, bench->ledger_hash) || workbench_fails(bench, "hash")) &&
           (!bench->plan->ledger_folder || file_stages_load(bench)) &&
           (!bench->plan->receivables || receivable_stages_run(bench)) &&
           (!bench->plan->lifetimes || lifetime_stages_run(bench));
}

/* Every run must find the same. */
static bool compare_runs(workbench *bench) {
    case_figures *figures = bench->figures;
    if (bench->run > 0 &&
        (strcmp(bench->ledger_hash, figures->ledger_hash) != 0 || bench->hash != figures->results_hash)) {
        snprintf(figures->failed, sizeof figures->failed, "run %d gave other results than the first", bench->run + 1);
        return false;
    }
    memcpy(figures->ledger_hash, bench->ledger_hash, sizeof bench->ledger_hash);
    figures->results_hash = bench->hash;
    return true;
}

static void end_run(workbench *bench) {
    workbench_drop_results(bench);
    workbench_drop_ledger(bench);
}

/* From here on freed memory stays with the process, and there is as much of it as a run takes: later runs find all of
 * it used before. */
static void keep_memory(const workbench *bench) {
    enum { PAGE_BYTES = 4096 };
    int64_t most = 0;
    for (stage which = 0; which < STAGES; which++) {
        int64_t peak = bench->figures->stages[which].peak_bytes;
        most = peak > most ? peak : most;
    }
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, -1);
    volatile char *memory = malloc((size_t)most);
    for (int64_t i = 0; memory && i < most; i += PAGE_BYTES) {
        memory[i] = 1;
    }
    free((void *)(uintptr_t)memory);
}

/* Whether another run is due: a first and a warm one always, others as far as patience lasts. */
static bool another_run(const workbench *bench) {
    return bench->run <= 1 ||
           (bench->run <= bench->plan->warm_runs && clock_now() - bench->begin < bench->plan->patience);
}

static void show_run(const workbench *bench, const char *what) {
    char doing[32];
    snprintf(doing, sizeof doing, "%srun %d", what, bench->run + 1);
    progress_doing(doing);
}

static void note_runs(workbench *bench, stage from, stage to) {
    for (stage which = from; which <= to; which++) {
        stage_figures *figures = &bench->figures->stages[which];
        figures->warm_runs = bench->run - 1;
        figures->first = bench->seconds[which][0];
        figures->warm = clock_median(bench->seconds[which] + 1, figures->warm_runs);
    }
}

static bool run_some_times(workbench *bench) {
    bool done = true;
    bench->begin = clock_now();
    for (bench->run = 0; done && another_run(bench); bench->run++) {
        show_run(bench, "");
        done = run_stages(bench) && compare_runs(bench);
        end_run(bench);
        if (bench->run == 0) {
            keep_memory(bench);
        }
    }
    if (done) {
        bench->figures->kept_bytes = clock_resident() - bench->own_bytes;
        note_runs(bench, STAGE_LEDGER, STAGE_FORETELL);
    }
    return done;
}

/* ---- The command ------------------------------------------------------------------------------------------------- */

static void note_command(workbench *bench, stage which, const command_figures *took, int64_t bytes) {
    stage_figures *figures = &bench->figures->stages[which];
    bench->seconds[which][bench->run] = took->seconds;
    if (bench->run == 0) {
        figures->items = bench->plan->feed.rows;
        figures->input_bytes = bytes;
        figures->peak_bytes = figures->touched_bytes = took->peak_bytes;
    }
}

/* The command is a new process each time: its memory is always fresh, but the file's is not after the first run. */
static bool run_command(workbench *bench) {
    char path[1024], out[1024], customer[TEXT_KEY_BYTES + 1] = "";
    snprintf(path, sizeof path, "%s/lines-%d.csv", bench->plan->csv_folder, (int)getpid());
    snprintf(out, sizeof out, "%s/scores-%d.csv", bench->plan->csv_folder, (int)getpid());
    memcpy(customer, bench->lines->text, TEXT_KEY_BYTES);
    int64_t bytes = csv_file_write(path, bench->lines, bench->plan->feed.rows);
    bool done = bytes > 0;
    bench->begin = clock_now();
    for (bench->run = 0; done && another_run(bench); bench->run++) {
        show_run(bench, "command, ");
        command_figures in = {0}, both = {0};
        done = csv_file_explain(path, customer, bench->options.threads, &in) &&
               csv_file_score(path, out, bench->options.threads, &both);
        note_command(bench, STAGE_CSV_IN, &in, bytes);
        note_command(bench, STAGE_CSV, &both, bytes);
    }
    remove(path);
    remove(out);
    if (done) {
        note_runs(bench, STAGE_CSV_IN, STAGE_CSV);
    } else {
        snprintf(bench->figures->failed, sizeof bench->figures->failed, "the command failed on %.180s", path);
    }
    return done;
}

/* ---- A case ------------------------------------------------------------------------------------------------------ */

/* What the stages of a ledger in memory read and write at least, in bytes. */
static void note_sizes(workbench *bench) {
    case_figures *figures = bench->figures;
    stage_figures *stages = figures->stages;
    int64_t facts = workbench_facts_bytes(figures->facts);
    int64_t frame = workbench_frame_bytes(bench->model, figures->customers);
    int64_t score_row = 2 * (int64_t)sizeof(int64_t);
    stages[STAGE_LEDGER].items = figures->rows;
    stages[STAGE_LEDGER].input_bytes = figures->rows * feed_row_bytes(bench->lines);
    stages[STAGE_LEDGER].output_bytes = stages[STAGE_DERIVE].input_bytes = facts;
    if (bench->plan->only_ledger) {
        return;
    }
    stages[STAGE_MORE].items = figures->rows;
    stages[STAGE_DERIVE].items = stages[STAGE_SCORE].items = stages[STAGE_CALIBRATE].items = figures->customers;
    stages[STAGE_REASONS].items = customers_up_to(bench, MOST_ASKED);
    stages[STAGE_DERIVE].output_bytes = stages[STAGE_SCORE].input_bytes = stages[STAGE_CALIBRATE].input_bytes = frame;
    stages[STAGE_SCORE].output_bytes = figures->customers * score_row;
    stages[STAGE_REASONS].input_bytes = stages[STAGE_REASONS].items * score_row;
    stages[STAGE_MORE].input_bytes = stages[STAGE_MORE].output_bytes = facts;
}

/* The same of customers who are asked for one by one: their part of what all have. */
static void note_single_sizes(workbench *bench) {
    case_figures *figures = bench->figures;
    stage_figures *one = &figures->stages[STAGE_ONE], *score_one = &figures->stages[STAGE_SCORE_ONE];
    one->items = customers_up_to(bench, MOST_EXTRACTED);
    one->input_bytes = workbench_facts_bytes(figures->facts * one->items / figures->customers);
    score_one->items = customers_up_to(bench, MOST_SCORED_ALONE);
    score_one->input_bytes = workbench_frame_bytes(bench->model, score_one->items);
}

int64_t stages_rows(const case_plan *plan) {
    return plan->feed.rows + plan->feed.rows / 100;
}

/* Makes what the case works with, before the benchmark's own memory is counted. */
static bool set_up(workbench *bench) {
    bench->model = scorecard_read(BENCH_SCORECARD);
    bench->requests = scorecard_read_as(BENCH_SCORECARD, scorecard_of_percentiles);
    bool done = bench->model && bench->requests && (!bench->plan->receivables || receivable_stages_begin(bench)) &&
                (!bench->plan->lifetimes || lifetime_stages_begin(bench));
    if (!done) {
        snprintf(bench->figures->failed, sizeof bench->figures->failed,
                 "the scorecard cannot be read, or there is no memory for receivables");
    }
    if (bench->plan->ledger_folder) {
        file_stages_begin(bench);
    }
    bench->own_bytes = clock_resident();
    return done;
}

static void clean_up(workbench *bench) {
    if (bench->plan->ledger_folder) {
        file_stages_end(bench);
    }
    receivable_stages_end(bench);
    lifetime_stages_end(bench);
    crmv_model_free(bench->requests);
    crmv_model_free(bench->model);
}

void stages_run(const case_plan *plan, const feed *lines, case_figures *figures) {
    memset(figures, 0, sizeof *figures);
    figures->rows = plan->feed.rows;
    figures->threads = plan->threads;
    workbench bench = {.plan = plan,
                       .figures = figures,
                       .lines = lines,
                       .options = {.struct_size = sizeof bench.options, .threads = plan->threads},
                       .error = {.struct_size = sizeof bench.error}};
    if (set_up(&bench) && run_some_times(&bench) && (!plan->csv_folder || run_command(&bench))) {
        note_sizes(&bench);
        if (plan->singles) {
            note_single_sizes(&bench);
        }
    }
    clean_up(&bench);
}
