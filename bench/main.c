/*
 * The benchmark: feeds of customers' lines through all stages of the library and the command.
 *
 *     bench [--large] [--rows N] [--seed N] [--json FILE] [--curves FILE]
 */
#include "cases.h"
#include "clock.h"
#include "digest.h"
#include "follows.h"
#include "progress.h"
#include "results.h"
#include "separate.h"
#include "table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of fewer lines some stages have nothing to do: documents without a line to follow, scales of no customer. */
enum { LEAST_ROWS = 1000 };

typedef struct arguments {
    cases_wanted wanted;
    const char *json, *curves;
} arguments;

static bool read_rows(const char *word, int64_t *rows) {
    char *end;
    errno = 0;
    *rows = strtoll(word, &end, 10);
    if (*end != '\0' || end == word || errno != 0 || *rows < LEAST_ROWS) {
        fprintf(stderr, "bench: --rows is \"%s\"; expected a number of lines, at least %d\n", word, LEAST_ROWS);
        return false;
    }
    return true;
}

static bool read_arguments(arguments *asked, int count, char **words) {
    *asked = (arguments){.wanted = {.seed = 1}};
    for (int i = 1; i < count; i++) {
        const char *value = i + 1 < count ? words[i + 1] : NULL;
        if (strcmp(words[i], "--large") == 0) {
            asked->wanted.large = true;
            continue;
        }
        if (value && strcmp(words[i], "--seed") == 0) {
            asked->wanted.seed = strtoull(value, NULL, 10);
        } else if (value && strcmp(words[i], "--rows") == 0) {
            if (!read_rows(value, &asked->wanted.rows)) {
                return false;
            }
        } else if (value && strcmp(words[i], "--json") == 0) {
            asked->json = value;
        } else if (value && strcmp(words[i], "--curves") == 0) {
            asked->curves = value;
        } else {
            return false;
        }
        i++;
    }
    return true;
}

/* ---- Measuring --------------------------------------------------------------------------------------------------- */

static void measure_machine(const void *plan, void *result) {
    if (!machine_measure(*(const int32_t *)plan, result)) {
        _exit(1);
    }
}

/* A case and the lines of its feed. */
typedef struct case_work {
    case_plan plan;
    feed lines;
} case_work;

static void measure_case(const void *work, void *result) {
    const case_work *of = work;
    stages_run(&of->plan, &of->lines, result);
}

static bool measure_limits(machine_limits limits[MOST_THREADS]) {
    progress_at("the machine's limits");
    for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
        progress_doing(threads == 1 ? "1 thread" : "2 threads");
        if (!separate_run(measure_machine, &threads, &limits[threads - 1], sizeof *limits)) {
            fputs("bench: the machine's limits cannot be measured\n", stderr);
            return false;
        }
    }
    progress_clear();
    return true;
}

static bool complain(const feed_plan *about, const char *what) {
    progress_clear();
    fprintf(stderr, "bench: %" PRId64 " lines, %s: %s\n", about->rows, about->name, what);
    return false;
}

/* At every number of threads; the results must be the same bits. */
static bool measure_threads(case_work *work, const char *where, case_figures figures[MOST_THREADS]) {
    for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
        case_figures *of = &figures[threads - 1];
        char at[64];
        snprintf(at, sizeof at, "%.45s, %d thread%s", where, threads, threads > 1 ? "s" : "");
        progress_at(at);
        work->plan.threads = threads;
        if (!separate_run(measure_case, work, of, sizeof *of)) {
            return complain(&work->plan.feed, "the process ended early; is there memory enough?");
        }
        if (of->failed[0]) {
            return complain(&work->plan.feed, of->failed);
        }
    }
    return (strcmp(figures[0].ledger_hash, figures[1].ledger_hash) == 0 &&
            figures[0].results_hash == figures[1].results_hash) ||
           complain(&work->plan.feed, "two threads gave other results than one");
}

/* Makes the lines once; the processes that use them share them. */
static bool measure_feed(const case_plan *plan, const char *where, case_figures figures[MOST_THREADS]) {
    case_work work = {.plan = *plan};
    feed_plan all = plan->feed;
    all.rows = stages_rows(plan);
    progress_at(where);
    progress_doing("making lines");
    bool done = feed_make(&work.lines, &all) || complain(&plan->feed, "no memory for the lines");
    done = done && measure_threads(&work, where, figures);
    feed_clear(&work.lines);
    return done;
}

static bool same_lines(const feed_plan *a, const feed_plan *b) {
    return a->rows == b->rows && a->numbers == b->numbers && a->zipf == b->zipf && a->texts == b->texts &&
           a->document_lines == b->document_lines;
}

/* Feeds that differ only in the order of their lines or in the type of their
 * amounts must make the same ledger. */
static bool compare_orders(const results *all) {
    for (int32_t i = 0; i < all->cases; i++) {
        for (int32_t j = 0; j < i; j++) {
            if (same_lines(&all->plans[i].feed, &all->plans[j].feed) &&
                strcmp(all->figures[i][0].ledger_hash, all->figures[j][0].ledger_hash) != 0) {
                fprintf(stderr,
                        "bench: %" PRId64
                        " lines, %s: the order of the lines, or doubles for minor units, changed the ledger\n",
                        all->plans[i].feed.rows, all->plans[i].feed.name);
                return false;
            }
        }
    }
    return true;
}

/* The most memory that a stage took, of those that a plan has. */
static int64_t peak_of(const case_figures *figures, const case_plan *plan) {
    int64_t most = 0;
    for (stage which = STAGE_LEDGER; which <= STAGE_FORETELL; which++) {
        bool is_of_items = which == STAGE_ITEMS || which == STAGE_DERIVE_ITEMS;
        bool is_of_lifetimes = which == STAGE_FIT || which == STAGE_FORETELL;
        bool is_planned = (plan->receivables || !is_of_items) && (plan->lifetimes || !is_of_lifetimes);
        int64_t peak = figures->stages[which].peak_bytes;
        most = is_planned && peak > most ? peak : most;
    }
    return most;
}

/* What a case will take, from what one of the same kind and a tenth of its size kept, which may have had more stages,
 * and its feed; 0 where there is none. */
static int64_t bytes_foreseen(const results *all, const case_plan *plan) {
    int64_t foreseen = 0;
    for (int32_t i = 0; i < all->cases; i++) {
        const case_plan *smaller = &all->plans[i];
        if (smaller->kind != plan->kind || smaller->feed.rows != plan->feed.rows / 10) {
            continue;
        }
        double most = 0;
        for (int32_t j = 0; j < MOST_THREADS; j++) {
            const case_figures *figures = &all->figures[i][j];
            double part = (double)peak_of(figures, plan) / (double)peak_of(figures, smaller);
            double kept = (double)figures->kept_bytes * part;
            most = kept > most ? kept : most;
        }
        const stage_figures *stages = all->figures[i][0].stages;
        int64_t items_bytes = plan->receivables ? stages[STAGE_ITEMS].input_bytes : 0;
        foreseen = 10 * ((int64_t)most + stages[STAGE_LEDGER].input_bytes + items_bytes);
    }
    return foreseen;
}

static bool measure_cases(results *all, const case_plan *plans, int32_t count) {
    uint64_t hash = digest_begin();
    for (int32_t i = 0; i < count; i++) {
        const case_plan *plan = &plans[i];
        int64_t needed = bytes_foreseen(all, plan), available = clock_available();
        if (available > 0 && needed > available) {
            table_left_out(plan, needed, available);
            continue;
        }
        char where[64];
        snprintf(where, sizeof where, "[%d/%d] %.0e, %.26s", i + 1, count, (double)plan->feed.rows, plan->feed.name);
        case_figures *figures = all->figures[all->cases];
        all->plans[all->cases] = *plan;
        if (!measure_feed(plan, where, figures)) {
            return false;
        }
        progress_clear();
        table_case(plan, figures, all->limits);
        fflush(stdout);
        hash = digest_words(hash, figures[0].ledger_hash, HASH_TEXT - 1);
        hash = digest_words(hash, &figures[0].results_hash, sizeof hash);
        all->cases++;
    }
    all->hash = hash;
    return compare_orders(all);
}

int main(int count, char **words) {
    static case_plan plans[MOST_CASES], run[MOST_CASES];
    static case_figures figures[MOST_CASES][MOST_THREADS];
    follow found[MOST_FOLLOWS];
    arguments asked;
    double begin = clock_now();
    if (!read_arguments(&asked, count, words)) {
        fputs("usage: bench [--large] [--rows N] [--seed N] [--json FILE] [--curves FILE]\n", stderr);
        return 2;
    }
    results all = {.seed = asked.wanted.seed, .plans = run, .figures = figures};
    printf("crmvalue %s, seed %" PRIu64 "\n\n", crmv_version(), all.seed);
    if (!measure_limits(all.limits)) {
        return 1;
    }
    table_machine(all.limits);
    table_head();
    if (!measure_cases(&all, plans, cases_list(&asked.wanted, plans))) {
        return 1;
    }
    table_legend();
    table_follows(found, follows_find(&all, found));
    all.seconds = clock_now() - begin;
    printf("\nhash of all ledgers, frames, scores and reasons: %016" PRIx64 " (the same at both numbers of threads, in "
           "every run)\nafter %.0f s\n",
           all.hash, all.seconds);
    bool written = (!asked.json || results_write_json(&all, asked.json)) &&
                   (!asked.curves || results_write_curves(&all, asked.curves));
    return written ? 0 : 1;
}
