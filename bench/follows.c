#include "follows.h"

#include "table.h"

#include <stddef.h>

/* The figures of a kind of feed; NULL where it was not run at that size. */
static const case_figures *case_of(const results *all, feed_kind kind, int64_t rows) {
    for (int32_t i = 0; i < all->cases; i++) {
        if (all->plans[i].kind == kind && all->figures[i][0].rows == rows) {
            return all->figures[i];
        }
    }
    return NULL;
}

/* The largest size of a kind; 0 where it was not run. */
static int64_t largest_of(const results *all, feed_kind kind) {
    int64_t rows = 0;
    for (int32_t i = 0; i < all->cases; i++) {
        if (all->plans[i].kind == kind && all->figures[i][0].rows > rows) {
            rows = all->figures[i][0].rows;
        }
    }
    return rows;
}

/* The largest case of a kind that has a stage; NULL where none has. */
static const case_figures *largest_with(const results *all, feed_kind kind, stage which) {
    const case_figures *largest = NULL;
    for (int32_t i = 0; i < all->cases; i++) {
        const case_figures *figures = all->figures[i];
        bool fits = all->plans[i].kind == kind && figures[0].stages[which].items > 0;
        largest = fits && (!largest || figures[0].rows > largest->rows) ? figures : largest;
    }
    return largest;
}

static double ns_an_item(const stage_figures *figures) {
    return figures->warm * 1e9 / (double)figures->items;
}

/* Lines in, scores out. */
static double full_run(const case_figures *figures) {
    return figures->stages[STAGE_LEDGER].warm + figures->stages[STAGE_DERIVE].warm + figures->stages[STAGE_SCORE].warm;
}

static follow *add(follow *found, int32_t *count, const char *key, const char *what, const char *unit, int64_t rows) {
    follow *next = &found[(*count)++];
    *next = (follow){.key = key, .what = what, .unit = unit, .rows = rows, .from_rows = rows};
    return next;
}

static void set(follow *one, int32_t threads, double value) {
    one->low[threads - 1] = one->high[threads - 1] = value;
}

/* ---- Kinds of feeds ---------------------------------------------------------------------------------------------- */

typedef struct comparison {
    feed_kind kind;
    const char *key, *what;
} comparison;

static const comparison comparisons[] = {
    {FEED_TEXTS, "text_keys", "append, end: text keys cost, times numbers"},
    {FEED_DOUBLES, "doubles", "append, end: amounts as doubles cost, times minor units"},
    {FEED_CLUSTERED, "clustered", "append, end: clustered numbers cost, times uniform ones"},
    {FEED_SEQUENTIAL, "sequential", "append, end: sequential numbers cost, times uniform ones"},
    {FEED_ZIPF, "zipf", "append, end: Zipf activity costs, times an even one"},
    {FEED_ASCENDING, "ascending", "append, end: ascending dates cost, times shuffled ones"},
};

static void compare_kinds(const results *all, follow *found, int32_t *count) {
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
        int64_t rows = largest_of(all, comparisons[i].kind);
        const case_figures *kind = case_of(all, comparisons[i].kind, rows);
        const case_figures *uniform = case_of(all, FEED_UNIFORM, rows);
        if (!kind || !uniform) {
            continue;
        }
        follow *one = add(found, count, comparisons[i].key, comparisons[i].what, "x", rows);
        for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
            set(one, threads,
                ns_an_item(&kind[threads - 1].stages[STAGE_LEDGER]) /
                    ns_an_item(&uniform[threads - 1].stages[STAGE_LEDGER]));
        }
    }
}

/* ---- Threads ----------------------------------------------------------------------------------------------------- */

typedef struct speedup {
    stage which;
    const char *key, *what;
} speedup;

static const speedup speedups[] = {
    {STAGE_LEDGER, "threads_ledger", "append, end: two threads, times as fast as one"},
    {STAGE_DERIVE, "threads_derive", "derive: two threads, times as fast as one"},
    {STAGE_SCORE, "threads_score", "score: two threads, times as fast as one"},
    {STAGE_REASONS, "threads_reasons", "reasons: two threads, times as fast as one"},
    {STAGE_LOAD, "threads_load", "load: two threads, times as fast as one"},
    {STAGE_CSV, "threads_csv", "CSV in and out: two threads, times as fast as one"},
};

static void compare_threads(const results *all, follow *found, int32_t *count) {
    for (size_t i = 0; i < sizeof speedups / sizeof *speedups; i++) {
        stage which = speedups[i].which;
        const case_figures *most = largest_with(all, which == STAGE_CSV ? FEED_TEXTS : FEED_UNIFORM, which);
        if (most) {
            follow *one = add(found, count, speedups[i].key, speedups[i].what, "x", most->rows);
            set(one, MOST_THREADS, most[0].stages[which].warm / most[MOST_THREADS - 1].stages[which].warm);
        }
    }
}

/* ---- Stages ------------------------------------------------------------------------------------------------------ */

/* A stage of the largest uniform feed that has it, held against another one: their times, or those of an item. */
typedef struct stage_ratio {
    stage which, against;
    bool an_item;
    const char *key, *what, *unit;
} stage_ratio;

static const stage_ratio stage_ratios[] = {
    {STAGE_LOAD, STAGE_LEDGER, false, "load", "load: of append, end", "%"},
    {STAGE_EXTEND, STAGE_LEDGER, false, "extend", "1 % more, extended: of append, end of everything", "%"},
    {STAGE_ITEMS, STAGE_LEDGER, true, "items", "append items: an item costs, times a line", "x"},
    {STAGE_DERIVE_ITEMS, STAGE_DERIVE, false, "derive_items", "derive, receivables: times derive", "x"},
    {STAGE_FIT, STAGE_LEDGER, false, "fit", "fit lifetimes: times append, end", "x"},
    {STAGE_FORETELL, STAGE_DERIVE, false, "foretell", "derive, lifetimes: times derive", "x"},
};

static void compare_stages(const results *all, follow *found, int32_t *count) {
    for (size_t i = 0; i < sizeof stage_ratios / sizeof *stage_ratios; i++) {
        const stage_ratio *ratio = &stage_ratios[i];
        const case_figures *figures = largest_with(all, FEED_UNIFORM, ratio->which);
        if (!figures) {
            continue;
        }
        follow *one = add(found, count, ratio->key, ratio->what, ratio->unit, figures->rows);
        for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
            const stage_figures *stages = figures[threads - 1].stages;
            const stage_figures *upper = &stages[ratio->which], *lower = &stages[ratio->against];
            double times = ratio->an_item ? ns_an_item(upper) / ns_an_item(lower) : upper->warm / lower->warm;
            set(one, threads, ratio->unit[0] == '%' ? 100 * times : times);
        }
    }
}

/* ---- The rest ---------------------------------------------------------------------------------------------------- */

/* How many times the reading of its input a stage takes. */
static void compare_reading(const results *all, const case_figures *figures, stage which, follow *one) {
    for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
        limit_shares shares = table_shares(&figures[threads - 1].stages[which], &all->limits[threads - 1]);
        set(one, threads, 100 / shares.read);
    }
}

static void compare_update(const case_figures *figures, follow *one) {
    for (int32_t threads = 1; threads <= MOST_THREADS; threads++) {
        set(one, threads, 100 * figures[threads - 1].stages[STAGE_MORE].warm / full_run(&figures[threads - 1]));
    }
}

/* What a line costs over the sizes of the uniform feed: lines in, facts or scores out. */
static void span_sizes(const results *all, bool scored, follow *one) {
    for (int32_t i = 0; i < all->cases; i++) {
        int64_t rows = all->figures[i][0].rows;
        if (all->plans[i].kind != FEED_UNIFORM) {
            continue;
        }
        one->from_rows = rows < one->from_rows ? rows : one->from_rows;
        for (int32_t j = 0; j < MOST_THREADS; j++) {
            const case_figures *figures = &all->figures[i][j];
            double seconds = scored ? full_run(figures) : figures->stages[STAGE_LEDGER].warm;
            double ns = seconds * 1e9 / (double)rows;
            one->low[j] = one->low[j] == 0 || ns < one->low[j] ? ns : one->low[j];
            one->high[j] = ns > one->high[j] ? ns : one->high[j];
        }
    }
}

int32_t follows_find(const results *all, follow found[MOST_FOLLOWS]) {
    int32_t count = 0;
    int64_t rows = largest_of(all, FEED_UNIFORM);
    const case_figures *uniform = case_of(all, FEED_UNIFORM, rows);
    if (!uniform) {
        return 0;
    }
    span_sizes(all, false, add(found, &count, "line_ledger_ns", "append, end: a line costs", "ns", rows));
    span_sizes(all, true, add(found, &count, "line_scored_ns", "append, end, derive, score: a line costs", "ns", rows));
    compare_update(uniform, add(found, &count, "update", "1 % more and rescore: of a full run", "%", rows));
    compare_reading(all, uniform, STAGE_LEDGER,
                    add(found, &count, "ledger_reading", "append, end: times the reading of its input", "x", rows));
    compare_reading(all, uniform, STAGE_SCORE,
                    add(found, &count, "score_reading", "score: times the reading of its input", "x", rows));
    compare_stages(all, found, &count);
    compare_kinds(all, found, &count);
    compare_threads(all, found, &count);
    return count;
}
