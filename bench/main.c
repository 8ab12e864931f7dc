/*
 * The benchmark: feeds of customers' lines through all stages of the library and the command.
 *
 *     bench [--large] [--seed N] [--json FILE] [--curves FILE]
 */
#include "cases.h"
#include "digest.h"
#include "results.h"
#include "separate.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct arguments {
    bool large;
    uint64_t seed;
    const char *json, *curves;
} arguments;

static bool read_arguments(arguments *asked, int count, char **words) {
    *asked = (arguments){.seed = 1};
    for (int i = 1; i < count; i++) {
        const char *value = i + 1 < count ? words[i + 1] : NULL;
        if (strcmp(words[i], "--large") == 0) {
            asked->large = true;
            continue;
        }
        if (value && strcmp(words[i], "--seed") == 0) {
            asked->seed = strtoull(value, NULL, 10);
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

/* ---- Progress ---------------------------------------------------------------------------------------------------- */

/* One line on a terminal, drawn over itself; elsewhere nothing. */
static void show_progress(int32_t position, int32_t count, const char *what, int32_t threads) {
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r[%d of %d] %-48.48s %d thread%s \b", position, count, what, threads,
                threads > 1 ? "s" : " ");
    }
}

static void clear_progress(void) {
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%-79s\r", "");
    }
}

/* ---- Measuring --------------------------------------------------------------------------------------------------- */

static void measure_machine(const void *plan, void *result) {
    if (!machine_measure(*(const int32_t *)plan, result)) {
        _exit(1);
    }
}

static void measure_case(const void *plan, void *result) {
    stages_run(plan, result);
}

static bool measure_limits(machine_limits limits[MOST_THREADS]) {
    for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
        show_progress(0, 0, "the machine's limits", threads);
        if (!separate_run(measure_machine, &threads, &limits[threads - 1], sizeof *limits)) {
            fputs("bench: the machine's limits cannot be measured\n", stderr);
            return false;
        }
    }
    clear_progress();
    return true;
}

/* At every number of threads; the results must be the same bits. */
static bool measure_threads(case_plan plan, case_figures figures[MOST_THREADS]) {
    for (plan.threads = 1; plan.threads <= MOST_THREADS; plan.threads++) {
        case_figures *of = &figures[plan.threads - 1];
        if (!separate_run(measure_case, &plan, of, sizeof *of)) {
            snprintf(of->failed, sizeof of->failed, "the process ended early; is there memory enough?");
        }
        if (of->failed[0]) {
            fprintf(stderr, "bench: %" PRId64 " lines, %s, %d threads: %s\n", plan.feed.rows, plan.feed.name,
                    plan.threads, of->failed);
            return false;
        }
    }
    if (strcmp(figures[0].ledger_hash, figures[1].ledger_hash) != 0 ||
        figures[0].results_hash != figures[1].results_hash) {
        fprintf(stderr, "bench: %" PRId64 " lines, %s: two threads gave other results than one\n", plan.feed.rows,
                plan.feed.name);
        return false;
    }
    return true;
}

static bool same_lines(const feed_plan *a, const feed_plan *b) {
    return a->rows == b->rows && a->numbers == b->numbers && a->zipf == b->zipf && a->texts == b->texts &&
           a->document_lines == b->document_lines;
}

/* Feeds that differ only in the order of their lines must make the same ledger. */
static bool compare_orders(const results *all) {
    for (int32_t i = 0; i < all->cases; i++) {
        for (int32_t j = 0; j < i; j++) {
            if (same_lines(&all->plans[i].feed, &all->plans[j].feed) &&
                strcmp(all->figures[i][0].ledger_hash, all->figures[j][0].ledger_hash) != 0) {
                fprintf(stderr, "bench: %" PRId64 " lines, %s: the order of the lines changed the ledger\n",
                        all->plans[i].feed.rows, all->plans[i].feed.name);
                return false;
            }
        }
    }
    return true;
}

static bool measure_cases(results *all) {
    uint64_t hash = digest_begin();
    table_head();
    for (int32_t i = 0; i < all->cases; i++) {
        const case_plan *plan = &all->plans[i];
        char what[96];
        snprintf(what, sizeof what, "%" PRId64 " lines, %s", plan->feed.rows, plan->feed.name);
        show_progress(i + 1, all->cases, what, MOST_THREADS);
        bool done = measure_threads(*plan, all->figures[i]);
        clear_progress();
        if (!done) {
            return false;
        }
        table_case(plan, all->figures[i], all->limits);
        fflush(stdout);
        hash = digest_words(hash, all->figures[i][0].ledger_hash, HASH_TEXT - 1);
        hash = digest_words(hash, &all->figures[i][0].results_hash, sizeof hash);
    }
    all->hash = hash;
    return compare_orders(all);
}

int main(int count, char **words) {
    static case_plan plans[MOST_CASES];
    static case_figures figures[MOST_CASES][MOST_THREADS];
    arguments asked;
    if (!read_arguments(&asked, count, words)) {
        fputs("usage: bench [--large] [--seed N] [--json FILE] [--curves FILE]\n", stderr);
        return 2;
    }
    results all = {.seed = asked.seed, .plans = plans, .figures = figures};
    all.cases = cases_list(asked.large, asked.seed, plans);
    printf("crmvalue %s, seed %" PRIu64 "\n\n", crmv_version(), asked.seed);
    if (!measure_limits(all.limits)) {
        return 1;
    }
    table_machine(all.limits);
    if (!measure_cases(&all)) {
        return 1;
    }
    table_legend();
    printf("\nhash of all ledgers, frames, scores and reasons: %016" PRIx64 " (the same at both numbers of threads, in "
           "every run)\n",
           all.hash);
    bool written = (!asked.json || results_write_json(&all, asked.json)) &&
                   (!asked.curves || results_write_curves(&all, asked.curves));
    return written ? 0 : 1;
}
