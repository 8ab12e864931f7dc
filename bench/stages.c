#include "stages.h"

#include "clock.h"
#include "csv_file.h"
#include "digest.h"
#include "machine.h"
#include "progress.h"
#include "reasons.h"
#include "scorecard.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const stage_info stage_infos[STAGES] = {
    [STAGE_LEDGER] = {"append, end", "ledger", "lines"},   [STAGE_DERIVE] = {"derive", "derive", "customers"},
    [STAGE_SCORE] = {"score", "score", "customers"},       [STAGE_REASONS] = {"reasons", "reasons", "customers"},
    [STAGE_MORE] = {"1 % more, rescore", "more", "lines"}, [STAGE_CSV_IN] = {"CSV in", "csv_in", "lines"},
    [STAGE_CSV] = {"CSV in and out", "csv", "lines"},
};

/* A first run and the warm ones. */
enum { MOST_RUNS = 16 };

/* What a run works with. */
typedef struct workbench {
    const case_plan *plan;
    case_figures *figures;
    crmv_model *model;
    crmv_options options;
    crmv_error error;
    const feed *lines; /* one in a hundred more than the case has: the further batch */
    crmv_ledger *ledger;
    crmv_frame *frame;
    crmv_scores *scores;
    int64_t own_bytes; /* what the benchmark holds itself */
    uint64_t hash;
    double begin; /* of the case */
    int32_t run;
    double seconds[STAGES][MOST_RUNS];
} workbench;

static bool fails(workbench *bench, const char *what) {
    const crmv_error *error = &bench->error;
    snprintf(bench->figures->failed, sizeof bench->figures->failed, "%.40s: %.20s: %.180s", what,
             crmv_status_text(error->status), error->message);
    return false;
}

/* ---- One stage --------------------------------------------------------------------------------------------------- */

static bool take_in(workbench *bench, const char *batch, int64_t first, int64_t rows) {
    crmv_column columns[MOST_COLUMNS];
    int32_t count = feed_columns(bench->lines, first, columns);
    return !crmv_ledger_begin(bench->ledger, batch, &bench->error) &&
           !crmv_ledger_append(bench->ledger, columns, count, rows, &bench->error) &&
           !crmv_ledger_end(bench->ledger, &bench->error);
}

static bool make_ledger(workbench *bench) {
    return (!crmv_ledger_new(bench->model, &bench->options, &bench->ledger, &bench->error) &&
            take_in(bench, "first", 0, bench->plan->feed.rows)) ||
           fails(bench, "append");
}

static bool derive(workbench *bench) {
    return !crmv_frame_derive(bench->model, bench->ledger, NULL, 0, 0, feed_last_day(), &bench->options, &bench->frame,
                              &bench->error) ||
           fails(bench, "derive");
}

static bool score(workbench *bench) {
    return !crmv_score(bench->model, bench->frame, &bench->options, &bench->scores, &bench->error) ||
           fails(bench, "score");
}

static int64_t asked_customers(const workbench *bench) {
    return bench->figures->customers < MOST_ASKED ? bench->figures->customers : MOST_ASKED;
}

static bool ask_reasons(workbench *bench) {
    uint64_t found = 0;
    bool done = reasons_ask(bench->model, bench->scores, asked_customers(bench), bench->options.threads, &found);
    bench->hash = digest_words(bench->hash, &found, sizeof found);
    return done || fails(bench, "reasons");
}

static void drop_results(workbench *bench) {
    crmv_scores_free(bench->scores);
    crmv_frame_free(bench->frame);
    bench->scores = NULL;
    bench->frame = NULL;
}

static bool take_in_more(workbench *bench) {
    int64_t rows = bench->plan->feed.rows;
    bool done = take_in(bench, "more", rows, bench->lines->rows - rows);
    return (done && (bench->plan->only_ledger || (derive(bench) && score(bench)))) || fails(bench, "a further batch");
}

/* Runs a stage and notes its time, and in the first run its memory. */
static bool timed(workbench *bench, stage which, bool (*work)(workbench *)) {
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

/* ---- All stages, some times -------------------------------------------------------------------------------------- */

static void add_to_hash(workbench *bench) {
    bench->hash = digest_frame(bench->hash, bench->model, bench->frame);
    bench->hash = digest_scores(bench->hash, bench->model, bench->scores);
}

static bool run_stages(workbench *bench) {
    bench->hash = digest_begin();
    if (!timed(bench, STAGE_LEDGER, make_ledger)) {
        return false;
    }
    bench->figures->facts = crmv_ledger_facts(bench->ledger);
    bench->figures->customers = crmv_ledger_customers(bench->ledger);
    if (bench->plan->only_ledger) {
        return take_in_more(bench);
    }
    if (!timed(bench, STAGE_DERIVE, derive) || !timed(bench, STAGE_SCORE, score)) {
        return false;
    }
    bench->figures->customers = crmv_frame_rows(bench->frame);
    add_to_hash(bench);
    if (!timed(bench, STAGE_REASONS, ask_reasons)) {
        return false;
    }
    drop_results(bench);
    if (!timed(bench, STAGE_MORE, take_in_more)) {
        return false;
    }
    add_to_hash(bench);
    return true;
}

/* Every run must find the same. */
static bool compare_runs(workbench *bench) {
    char hash[HASH_TEXT];
    case_figures *figures = bench->figures;
    if (crmv_ledger_hash(bench->ledger, hash)) {
        return fails(bench, "hash");
    }
    if (bench->run > 0 && (strcmp(hash, figures->ledger_hash) != 0 || bench->hash != figures->results_hash)) {
        snprintf(figures->failed, sizeof figures->failed, "run %d gave other results than the first", bench->run + 1);
        return false;
    }
    memcpy(figures->ledger_hash, hash, sizeof hash);
    figures->results_hash = bench->hash;
    return true;
}

static void end_run(workbench *bench) {
    drop_results(bench);
    crmv_ledger_free(bench->ledger);
    bench->ledger = NULL;
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
        note_runs(bench, STAGE_LEDGER, STAGE_MORE);
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

/* What each stage reads and writes at least, in bytes. A fact is taken for its day and five sums. */
static void note_sizes(workbench *bench) {
    case_figures *figures = bench->figures;
    int64_t frame_row = (1 + crmv_model_count(bench->model, CRMV_METRICS)) * (int64_t)sizeof(double);
    int64_t fact = (int64_t)sizeof(int32_t) + 5 * (int64_t)sizeof(int64_t);
    int64_t score_row = 2 * (int64_t)sizeof(int64_t);
    stage_figures *stages = figures->stages;
    stages[STAGE_LEDGER].items = figures->rows;
    stages[STAGE_LEDGER].input_bytes = figures->rows * feed_row_bytes(bench->lines);
    stages[STAGE_LEDGER].output_bytes = stages[STAGE_DERIVE].input_bytes = figures->facts * fact;
    if (bench->plan->only_ledger) {
        return;
    }
    stages[STAGE_MORE].items = figures->rows;
    stages[STAGE_DERIVE].items = stages[STAGE_SCORE].items = figures->customers;
    stages[STAGE_REASONS].items = asked_customers(bench);
    stages[STAGE_DERIVE].output_bytes = stages[STAGE_SCORE].input_bytes = figures->customers * frame_row;
    stages[STAGE_SCORE].output_bytes = figures->customers * score_row;
    stages[STAGE_REASONS].input_bytes = asked_customers(bench) * score_row;
    stages[STAGE_MORE].input_bytes = figures->facts * fact;
    stages[STAGE_MORE].output_bytes = figures->facts * fact;
}

int64_t stages_rows(const case_plan *plan) {
    return plan->feed.rows + plan->feed.rows / 100;
}

void stages_run(const case_plan *plan, const feed *lines, case_figures *figures) {
    memset(figures, 0, sizeof *figures);
    figures->rows = plan->feed.rows;
    figures->threads = plan->threads;
    workbench bench = {.plan = plan,
                       .figures = figures,
                       .lines = lines,
                       .own_bytes = clock_resident(),
                       .options = {.struct_size = sizeof bench.options, .threads = plan->threads},
                       .error = {.struct_size = sizeof bench.error}};
    bench.model = scorecard_read(BENCH_SCORECARD);
    if (!bench.model) {
        snprintf(figures->failed, sizeof figures->failed, "the scorecard cannot be read");
    } else if (run_some_times(&bench) && (!plan->csv_folder || run_command(&bench))) {
        note_sizes(&bench);
    }
    crmv_model_free(bench.model);
}
