#include "file_stages.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void file_stages_begin(workbench *bench) {
    snprintf(bench->path, sizeof bench->path, "%s/ledger-%d", bench->plan->ledger_folder, (int)getpid());
}

void file_stages_end(workbench *bench) {
    remove(bench->path);
}

static int64_t file_bytes(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 ? (int64_t)about.st_size : 0;
}

/* ---- Saving ------------------------------------------------------------------------------------------------------ */

static bool save(workbench *bench) {
    return !crmv_ledger_save(bench->ledger, bench->path, &bench->error) || workbench_fails(bench, "save");
}

bool file_stages_save(workbench *bench) {
    stage_figures *saved = &bench->figures->stages[STAGE_SAVE];
    if (crmv_ledger_hash(bench->ledger, bench->first_hash)) {
        return workbench_fails(bench, "hash");
    }
    bool done = workbench_timed(bench, STAGE_SAVE, save);
    saved->items = bench->plan->feed.rows;
    saved->input_bytes = workbench_facts_bytes(crmv_ledger_facts(bench->ledger));
    saved->output_bytes = file_bytes(bench->path);
    return done;
}

/* ---- Loading and extending --------------------------------------------------------------------------------------- */

static bool load(workbench *bench) {
    return !crmv_ledger_load(bench->path, bench->model, &bench->options, &bench->ledger, &bench->error) ||
           workbench_fails(bench, "load");
}

/* A day: a small ledger of its lines goes behind what the file has. */
static bool extend(workbench *bench) {
    int64_t rows = bench->plan->feed.rows;
    return (!crmv_ledger_new(bench->model, &bench->options, &bench->ledger, &bench->error) &&
            workbench_take_in(bench, bench->ledger, "more", rows, bench->lines->rows - rows) &&
            !crmv_ledger_extend(bench->path, bench->ledger, &bench->error)) ||
           workbench_fails(bench, "extend");
}

static bool same_as(workbench *bench, const char *expected) {
    char hash[HASH_TEXT];
    if (crmv_ledger_hash(bench->ledger, hash)) {
        return workbench_fails(bench, "hash");
    }
    bool same = strcmp(hash, expected) == 0;
    if (!same) {
        snprintf(bench->figures->failed, sizeof bench->figures->failed, "the file gave another ledger");
    }
    return same;
}

static bool load_first(workbench *bench) {
    stage_figures *loaded = &bench->figures->stages[STAGE_LOAD];
    workbench_give_back(bench);
    loaded->items = bench->plan->feed.rows;
    loaded->input_bytes = file_bytes(bench->path);
    bool done = workbench_timed(bench, STAGE_LOAD, load);
    loaded->output_bytes = workbench_facts_bytes(crmv_ledger_facts(bench->ledger));
    done = done && same_as(bench, bench->first_hash);
    workbench_drop_ledger(bench);
    return done;
}

static bool extend_file(workbench *bench) {
    stage_figures *extended = &bench->figures->stages[STAGE_EXTEND];
    int64_t before = file_bytes(bench->path);
    workbench_give_back(bench);
    bool done = workbench_timed(bench, STAGE_EXTEND, extend);
    workbench_drop_ledger(bench);
    extended->items = bench->lines->rows - bench->plan->feed.rows;
    extended->input_bytes = extended->items * feed_row_bytes(bench->lines);
    extended->output_bytes = file_bytes(bench->path) - before;
    return done;
}

bool file_stages_load(workbench *bench) {
    workbench_drop_results(bench);
    workbench_drop_ledger(bench);
    return load_first(bench) && extend_file(bench) && load(bench) && same_as(bench, bench->ledger_hash);
}
